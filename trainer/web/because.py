"""Because: the facts that a refusal stands on, in words, each with the way to the very thing."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from flask import Flask, url_for
from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _l

from trainer.orders.because import Because, Kind, because
from trainer.orders.currencies import currency_of
from trainer.orders.engine import Recorded
from trainer.orders.refusals import Refusal
from trainer.orders.world import World
from trainer.web.company_rules import rule_of
from trainer.web.words import day, money, warehouse_name, word

NAMES: Final[dict[Kind, LazyString]] = {
    "order": _l("Order"),
    "line": _l("Line"),
    "product": _l("Product"),
    "hold": _l("Hold"),
    "parcel": _l("Parcel"),
    "return": _l("Return"),
    "claim": _l("Claim"),
    "complaint": _l("Complaint"),
    "task": _l("Task"),
    "payment": _l("Payment"),
    "refund": _l("Refund"),
    "authorisation": _l("Authorisation"),
    "chargeback": _l("Chargeback"),
    "invoice": _l("Invoice"),
    "credit_note": _l("Credit note"),
    "allocation": _l("Allocated to line"),
    "stock": _l("Stock"),
    "lot": _l("Lot"),
    "customer": _l("Customer"),
    "transfer": _l("Transfer"),
    "payout": _l("Carrier's payout"),
    "carrier": _l("Carrier"),
    "supplier": _l("Supplier"),
    "production_order": _l("Production order"),
    "replenishment_order": _l("Order with a supplier"),
    "message": _l("Message"),
    "rule": _l("Rule"),
    "store_credit": _l("Store credit"),
    "policy": _l("Company rule"),
    "event": _l("Event"),
}
"""What each kind of thing is called before its number."""

_SAID_BY: Final[dict[Kind, str]] = {
    "order": "order_number", "line": "line_number", "allocation": "line_number", "hold": "kind",
    "parcel": "package_number", "return": "rma_number", "claim": "claim_number",
    "complaint": "complaint_number", "task": "task_number", "payment": "reference",
    "refund": "refund_number", "authorisation": "authorisation_number",
    "chargeback": "chargeback_number", "invoice": "document_number",
    "credit_note": "document_number", "message": "template",
}  # fmt: skip
"""Under which name the events of an order speak of it."""


class Shown(NamedTuple):
    """A fact as a line of the list."""

    name: str
    href: str
    says: str
    event: int = 0
    """The last event of the run that was about it, as far as that is known here."""


def shown(
    refusal: Refusal,
    world: World,
    key: str,
    about: Any = None,
    entries: Iterable[Recorded] = (),
    at: int | None = None,
) -> list[Shown]:
    """The facts of a refusal; of a past moment, the links go there; `entries`: newest first."""
    told = tuple(entries)
    return [
        Shown(_name(it, world), _href(it, world, key, at), _says(it, world), _event(it, told))
        for it in because(world, refusal, about)
    ]


def _name(fact: Because, world: World) -> str:
    number = fact.number
    if fact.kind == "hold" or (fact.kind == "message" and number not in world.messages):
        number = word(number)
    elif fact.kind == "policy":
        number = str(rule_of(world.policies, world.company.currency, number).name)
    elif fact.kind == "carrier":
        number = fact.about
    elif fact.kind == "message":
        number = f"“{fact.about}”"
    return f"{NAMES[fact.kind]} {number}"


def _says(fact: Because, world: World) -> str:
    if fact.kind == "policy":
        return str(rule_of(world.policies, world.company.currency, fact.number).says)
    order = world.orders.get(fact.order_number)
    currency = currency_of(world, order) if order else _currency(fact, world)
    said = [
        fact.about if fact.kind not in ("carrier", "message", "hold") else "",
        word(fact.about) if fact.kind == "hold" else "",
        word(fact.status) if fact.status else "",
        ngettext("%(num)s unit", "%(num)s units", fact.quantity)
        if fact.quantity is not None
        else "",
        money(fact.amount, currency) if fact.amount is not None else "",
        warehouse_name(fact.warehouse, world) if fact.warehouse else "",
        day(fact.day) if fact.day else "",
        fact.order_number if fact.kind == "allocation" else "",
    ]
    if fact.kind == "rule":
        said[2] = gettext("switched on") if fact.status == "on" else gettext("switched off")
    return " · ".join(filter(None, said))


def _currency(fact: Because, world: World) -> str:
    found: Any = {
        "customer": world.customers, "transfer": world.transfers, "payout": world.payouts,
    }.get(fact.kind)  # fmt: skip
    return currency_of(world, found[fact.number]) if found else world.company.currency


def _href(fact: Because, world: World, key: str, at: int | None) -> str:
    """Where it stands: its page, or its place on one."""
    place, where = "", dict[str, Any](key=key, at=at)
    match fact.kind:
        case "customer":
            place, where["customer_id"] = "customers.file", fact.number
        case "transfer":
            place, where["customer_id"] = (
                "customers.file", world.transfers[fact.number].customer_id
            )  # fmt: skip
        case "store_credit":
            place, where["customer_id"] = "customers.file", fact.about
        case "stock" | "lot" | "product":
            place, where["q"] = "desk.inventory", fact.about if fact.kind == "lot" else fact.number
        case "supplier" | "replenishment_order":
            place, where["_anchor"] = "desk.inventory", "purchases"
        case "production_order":
            place = "desk.production"
        case "message" if fact.number in world.messages:
            place, where["message_id"] = "desk.inbox", fact.number
        case "payout":
            place, where["message_id"] = "desk.inbox", f"payout-{fact.number}"
        case "rule":
            place, where["rule_number"] = "automation.rule", fact.number
        case "policy":
            place, where["_anchor"] = "rules.show", f"rule-{fact.number}"
        case "event":
            place, where["at"] = "desk.debrief", fact.number
        case _ if fact.order_number in world.orders:
            place, where["number"] = "desk.order", fact.order_number
            kind = "line" if fact.kind == "allocation" else fact.kind
            where["_anchor"] = None if kind == "order" else f"{kind}-{fact.number}"
    return url_for(place, **where) if place else ""


def _event(fact: Because, entries: tuple[Recorded, ...]) -> int:
    field = _SAID_BY.get(fact.kind, "")
    for entry in entries if field else ():
        event = entry.event
        mine = getattr(event, "order_number", "") == fact.order_number
        if mine and str(getattr(event, field, "")) == fact.number:
            return entry.number
    return 0


def init(app: Flask) -> None:
    """Offer it to the templates."""
    app.add_template_global(shown, "because")
