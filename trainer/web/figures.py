"""Figures of a sandbox in words: what each is called, and its value as a report would write it."""

from datetime import date
from fractions import Fraction
from typing import Final

from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _l

from trainer.orders.reports import LeadStage
from trainer.orders.values import half_up
from trainer.orders.world import World
from trainer.training.figures import FigureAsk, FigureName, Value
from trainer.web.findings import STAGES
from trainer.web.words import day, money, share, units, word

NAMES: Final[dict[FigureName, LazyString]] = {
    "orders_received": _l("Orders received"),
    "orders_open": _l("Open orders"),
    "orders_overdue": _l("Orders past their promised day"),
    "orders_labelled": _l("Orders in status “%(status)s”"),
    "orders_worth": _l("Value of the orders on the list"),
    "orders_customers": _l("Customers on the order list"),
    "complaints": _l("Complaints"),
    "complaints_open": _l("Open complaints"),
    "units_waiting": _l("Units that customers wait for"),
    "stock_value": _l("Stock at list price"),
    "stock_days": _l("The stock lasts for"),
    "on_time": _l("Orders on time"),
    "in_full": _l("Orders in full"),
    "on_time_in_full": _l("Orders on time and in full"),
    "backorder_rate": _l("Lines promised short of stock"),
    "return_rate": _l("Units that came back"),
    "content_rate": _l("Content customers"),
    "sales": _l("Net sales"),
    "average_order": _l("An order comes to"),
    "cost_of_service": _l("Cost of service"),
    "cost_per_order": _l("Cost of service per order"),
    "lead_time": _l("From receipt to delivery, half of the orders take at most"),
    "stage_days": _l("%(stage)s: half of the orders take at most"),
    "satisfaction_score": _l("Mean score, of 5"),
    "anomaly": _l("The time that stands out most begins on"),
    "bottleneck": _l("Most time goes into"),
    "best_customer": _l("The customer who buys most"),
    "best_product": _l("The product that sells most"),
    "most_returned_reason": _l("The reason for most returns"),
    "most_returned_product": _l("The product that comes back most"),
    "least_punctual_carrier": _l("The least punctual carrier"),
}
"""What a figure of a whole sandbox is called; those of one order or product need their subject."""


def figure_name(ask: FigureAsk) -> str:
    """What a figure is called, with what it is narrowed to."""
    stage = str(STAGES[ask.stage]) if ask.stage else ""
    named = str(NAMES[ask.name]) % {"status": word(ask.label or ""), "stage": stage}
    if ask.days is None:
        return named
    within = ngettext("last %(num)s day", "last %(num)s days", ask.days)
    return gettext("%(figure)s, %(within)s", figure=named, within=within)


def figure_value(ask: FigureAsk, world: World) -> str:
    """Its value in a world, written out; a dash where there is nothing to measure."""
    value = ask.value(world)
    match value:
        case None:
            return "–"
        case date():
            return day(value)
        case Fraction():
            return _number(ask, value, world)
    return _named(ask.name, value, world)


def _number(ask: FigureAsk, value: Fraction, world: World) -> str:
    match ask.kind:
        case "percent":
            return share(value / 100)
        case "money":
            return money(round(value), world.company.currency)
        case "days":
            return gettext("%(days)s days", days=_tenths(value))
        case "score":
            return _tenths(value)
    return units(int(value))


def _tenths(value: Fraction) -> str:
    tenths = half_up(10 * value.numerator, value.denominator)
    return f"{tenths // 10}.{tenths % 10}"


def _named(name: FigureName, code: Value, world: World) -> str:
    """What a code stands for in this world."""
    code = str(code)
    match name:
        case "best_customer":
            return world.customers[code].company
        case "best_product" | "most_returned_product":
            return world.products[code].name
        case "least_punctual_carrier":
            return world.carriers[code].name
        case "bottleneck":
            stages: dict[str, LeadStage] = {stage: stage for stage in STAGES}
            return str(STAGES[stages[code]])
    return word(code)
