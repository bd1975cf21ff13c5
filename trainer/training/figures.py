"""Figures of a sandbox: what a lesson shows, a question asks for and a goal demands, by one name.

A figure is a pure reading of a world. Where a report shows it, it is the report's own number, so
whoever reads it off the screen is right.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, Literal, NamedTuple, get_args
from unicodedata import normalize

from pydantic import Field, model_validator

from trainer.orders import reports
from trainer.orders.acquirer import fees_of
from trainer.orders.costs import cost_of_service
from trainer.orders.promotions import worth_kept
from trainer.orders.reports import Ask, By
from trainer.orders.satisfaction import satisfaction
from trainer.orders.search import Query, amount_of, every
from trainer.orders.status import Label
from trainer.orders.stock import earliest_delivery_date
from trainer.orders.values import DAY, day_of, exponent
from trainer.orders.world import Order, World
from trainer.training.sentences import Sentence
from trainer.training.texts import Name, Part

Kind = Literal["count", "percent", "money", "days", "score", "date", "code"]
Value = Fraction | date | str | None
"""Money in minor units, percent of a hundred; None where there is nothing to measure."""

FigureName = Literal[
    "orders_received", "orders_open", "orders_overdue", "orders_labelled", "orders_worth",
    "orders_customers", "complaints",
    "complaints_open", "units_available", "units_on_hand", "units_waiting",
    "stock_value", "stock_days",
    "on_time", "in_full", "on_time_in_full", "backorder_rate", "return_rate", "content_rate",
    "sales", "average_order", "cost_of_service", "cost_per_order", "credit_exposure",
    "order_total", "order_balance", "promotion_margin", "card_fees", "lead_time", "stage_days",
    "satisfaction_score",
    "earliest_delivery", "anomaly", "bottleneck", "best_customer", "best_product",
    "most_returned_reason", "most_returned_product", "least_punctual_carrier",
]  # fmt: skip

Named = dict[str, tuple[str, ...]]
"""The order numbers that stand for members of a cast, the live one first."""


class FigureAsk(Part):
    """Which figure, over which time, narrowed to what; empty fields do not narrow."""

    name: FigureName
    days: int | None = Field(None, ge=1, le=1_000)
    """The last so many days up to yesterday; none for all there is."""
    by: Literal["day", "week", "month"] = "week"
    """For anomalies: which periods are compared."""
    stage: reports.LeadStage | None = None
    label: Label | None = None
    sku: str = ""
    customer_id: str = ""
    carrier_code: str = ""
    warehouse: str = ""
    order: Name | None = None
    """A member of the cast whose order it is about."""

    @model_validator(mode="after")
    def _whole(self) -> "FigureAsk":
        wants = FIGURES[self.name].wants
        if wants and not getattr(self, wants):
            raise ValueError(
                Sentence("{name} needs {key}; add {key}: here", name=self.name, key=wants)
            )
        return self

    @property
    def kind(self) -> Kind:
        """What the figure is counted in."""
        return FIGURES[self.name].kind

    def value(self, world: World, orders: Named | None = None) -> Value:
        """The figure in a world, as it stands there."""
        return FIGURES[self.name].read(world, self, (orders or {}).get(self.order or "", ()))

    def report(self, world: World, by: By = "month") -> Ask:
        """The question to a report that this figure is an answer of."""
        today = day_of(world.now)
        return Ask(
            by=by,
            since=today - timedelta(days=self.days) if self.days else None,
            until=today - timedelta(days=1) if self.days else None,
            customer_id=self.customer_id,
            sku=self.sku,
            carrier_code=self.carrier_code,
            warehouse=self.warehouse,
        )


Read = Callable[[World, FigureAsk, tuple[str, ...]], Value]


class _Figure(NamedTuple):
    kind: Kind
    read: Read
    wants: str = ""
    """The field without which it means nothing."""


def _percent(part: int, whole: int) -> Value:
    return Fraction(100 * part, whole) if whole else None


def _on_time(name: str) -> Read:
    def read(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
        total = reports.on_time_in_full(world, ask.report(world)).total
        return _percent(getattr(total, name), total.due)

    return read


def _received(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    wanted = ask.report(world)
    found = reports.asked_about(world, wanted)
    return Fraction(sum(1 for order in found if wanted.covers(day_of(order.created_at))))


def _open(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    over = ("completed", "settled", "archived", "closed")
    return Fraction(sum(1 for label in world.labels.values() if label not in over))


def _overdue(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    """Promised for a day that is over, and not all there."""
    today = day_of(world.now)
    return Fraction(
        sum(
            1
            for order in world.orders.values()
            if not order.called_off
            and any(
                (promised := order.promise_of(line)) and promised < today
                for line in order.lines
                if line.delivered < line.live
            )
        )
    )


def _labelled(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    assert ask.label
    return Fraction(world.count(ask.label))


def _listed(world: World, ask: FigureAsk) -> list[Order]:
    """What the order list finds, in our own currency; what was called off only where asked for."""
    wanted = ask.report(world)
    found = every(
        world,
        Query(
            label=ask.label,
            customer_id=ask.customer_id,
            since=wanted.since,
            until=wanted.until,
        ),
    )
    return [order for order in found if not order.currency and (ask.label or not order.called_off)]


def _worth(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    """The totals of the list, added up: no screen does that, a spreadsheet does."""
    return Fraction(sum(amount_of(order) for order in _listed(world, ask)))


def _ordering(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    return Fraction(len({order.customer_id for order in _listed(world, ask)}))


def _complaints(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    return Fraction(satisfaction(world, ask.report(world)).total.complaints)


def _complaints_open(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    every = (complaint for order in world.orders.values() for complaint in order.complaints)
    return Fraction(sum(1 for complaint in every if complaint.open))


def _available(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    if ask.warehouse:
        level = world.level(ask.sku, ask.warehouse)
        return Fraction(level.on_hand - level.allocated)
    return Fraction(world.available(ask.sku))


def _on_hand(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    levels = (level for level in world.levels(ask.sku) if ask.warehouse in ("", level.warehouse))
    return Fraction(sum(level.on_hand for level in levels))


def _stock_value(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    """All that lies on our shelves, at today's list price."""
    return Fraction(
        sum(level.on_hand * world.products[level.sku].unit_price for level in world.stock.values())
    )


def _stock_days(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    """How long the stock lasts at the pace of the last days: 30, unless the question says more."""
    days = ask.days or 30
    since = world.now - days * DAY
    left = sum(
        row.quantity
        for order in world.orders.values()
        for package in order.packages
        if package.shipped_at > since
        for row in package.rows
    )
    lies = sum(level.on_hand for level in world.stock.values())
    return Fraction(lies * days, left) if left else None


def _waiting(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    return Fraction(reports.backorders(world, ask.report(world)).total.waiting)


def _backorder_rate(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    total = reports.backorders(world, ask.report(world)).total
    return _percent(total.short, total.promised)


def _return_rate(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    total = reports.returns(world, ask.report(world)).total
    return _percent(total.returned, total.delivered)


def _content_rate(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    total = satisfaction(world, ask.report(world)).total
    return _percent(total.content, total.rated)


def _score(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    return satisfaction(world, ask.report(world)).total.score


def _sales(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    return Fraction(reports.sales(world, ask.report(world)).total.net)


def _average_order(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    total = reports.sales(world, ask.report(world)).total
    return Fraction(total.net, total.orders) if total.orders else None


def _cost(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    return Fraction(cost_of_service(world, ask.report(world)).total.cost)


def _cost_per_order(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    total = cost_of_service(world, ask.report(world)).total
    return Fraction(total.cost, total.orders) if total.orders else None


def _exposure(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    return Fraction(world.exposure.get(ask.customer_id, 0))


def _order_total(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    return Fraction(world.orders[orders[0]].total) if orders else None


def _order_balance(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    return Fraction(world.orders[orders[0]].balance_due) if orders else None


def _promotion_margin(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    """How far what is kept lies above what its promotion asks for; below 0 where it is lost."""
    terms = world.orders[orders[0]].promotion if orders else None
    return Fraction(worth_kept(world.orders[orders[0]]) - terms.threshold) if terms else None


def _card_fees(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    return Fraction(fees_of(world, world.orders[orders[0]])) if orders else None


def _earliest(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    return earliest_delivery_date(world, world.orders[orders[0]]) if orders else None


def _lead_time(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    found = reports.lead_time(world, ask.report(world))
    return Fraction(found.median, DAY) if found.orders else None


def _stage_days(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    rows = reports.lead_time(world, ask.report(world)).rows
    return next((Fraction(row.median, DAY) for row in rows if row.stage == ask.stage), None)


def _bottleneck(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    return reports.lead_time(world, ask.report(world)).bottleneck


def _anomaly(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    """The first day of the period that stands out most of all that do."""
    found = reports.stands_out(reports.volume(world, ask.report(world, by=ask.by)).rows)
    return found.key if found else None


def _best_customer(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    rows = reports.customers(world, ask.report(world)).rows
    return rows[0].customer_id if rows else None


def _best_product(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    rows = reports.sales(world, ask.report(world, by="product")).rows
    return str(rows[0].key) if rows else None


def _most_returned(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    rows = [r for r in reports.returns(world, ask.report(world, by="reason")).rows if r.returned]
    return str(max(rows, key=lambda row: row.returned).key) if rows else None


def _most_returned_product(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    rows = [r for r in reports.returns(world, ask.report(world, by="product")).rows if r.returned]
    return str(max(rows, key=lambda row: row.returned).key) if rows else None


def _least_punctual(world: World, ask: FigureAsk, orders: tuple[str, ...]) -> Value:
    """The carrier with the lowest share of promises kept to the day."""
    rows = [
        r for r in reports.on_time_in_full(world, ask.report(world, by="carrier")).rows if r.due
    ]
    worst = min(rows, key=lambda row: Fraction(row.on_time, row.due), default=None)
    return str(worst.key) if worst else None


FIGURES: Final[dict[FigureName, _Figure]] = {
    "orders_received": _Figure("count", _received),
    "orders_open": _Figure("count", _open),
    "orders_overdue": _Figure("count", _overdue),
    "orders_labelled": _Figure("count", _labelled, "label"),
    "orders_worth": _Figure("money", _worth),
    "orders_customers": _Figure("count", _ordering),
    "complaints": _Figure("count", _complaints),
    "complaints_open": _Figure("count", _complaints_open),
    "units_available": _Figure("count", _available, "sku"),
    "units_on_hand": _Figure("count", _on_hand, "sku"),
    "units_waiting": _Figure("count", _waiting),
    "stock_value": _Figure("money", _stock_value),
    "stock_days": _Figure("days", _stock_days),
    "on_time": _Figure("percent", _on_time("on_time")),
    "in_full": _Figure("percent", _on_time("in_full")),
    "on_time_in_full": _Figure("percent", _on_time("both")),
    "backorder_rate": _Figure("percent", _backorder_rate),
    "return_rate": _Figure("percent", _return_rate),
    "content_rate": _Figure("percent", _content_rate),
    "sales": _Figure("money", _sales),
    "average_order": _Figure("money", _average_order),
    "cost_of_service": _Figure("money", _cost),
    "cost_per_order": _Figure("money", _cost_per_order),
    "credit_exposure": _Figure("money", _exposure, "customer_id"),
    "order_total": _Figure("money", _order_total, "order"),
    "order_balance": _Figure("money", _order_balance, "order"),
    "promotion_margin": _Figure("money", _promotion_margin, "order"),
    "card_fees": _Figure("money", _card_fees, "order"),
    "lead_time": _Figure("days", _lead_time),
    "stage_days": _Figure("days", _stage_days, "stage"),
    "satisfaction_score": _Figure("score", _score),
    "earliest_delivery": _Figure("date", _earliest, "order"),
    "anomaly": _Figure("date", _anomaly),
    "bottleneck": _Figure("code", _bottleneck),
    "best_customer": _Figure("code", _best_customer),
    "best_product": _Figure("code", _best_product),
    "most_returned_reason": _Figure("code", _most_returned),
    "most_returned_product": _Figure("code", _most_returned_product),
    "least_punctual_carrier": _Figure("code", _least_punctual),
}


def codes(world: World, name: FigureName) -> tuple[str, ...]:
    """What a code may be: everything a person could choose from, in a settled order."""
    match name:
        case "bottleneck":
            return get_args(reports.LeadStage)
        case "best_customer":
            return tuple(sorted(world.customers))
        case "best_product" | "most_returned_product":
            return tuple(sorted(world.products))
        case "least_punctual_carrier":
            return tuple(sorted(world.carriers))
        case "most_returned_reason":
            every = (back.reason for order in world.orders.values() for back in order.returns)
            return tuple(sorted(set(every)))
    return ()


def typed(kind: Kind, value: Value, currency: str) -> str:
    """A figure as somebody types it who reads it off a screen, in digits `read_answer` takes."""
    if not isinstance(value, Fraction):
        return "" if value is None else str(value)
    value = Fraction(value, 10 ** exponent(currency) if kind == "money" else 1)
    decimals = {"count": 0, "percent": 1, "days": 2, "score": 2}.get(kind, exponent(currency))
    return f"{float(value):.{decimals}f}"


def written(value: Value) -> str:
    """A figure as it is stored: exact, and read back by `told`."""
    return "" if value is None else str(value)


def told(kind: Kind, text: str) -> Value:
    """What `written` wrote."""
    if not text:
        return None
    if kind == "date":
        return date.fromisoformat(text)
    return text if kind == "code" else Fraction(text)


def read_answer(kind: Kind, text: str, currency: str) -> Value:
    """What somebody typed, as a figure of that kind. Raises ValueError with what was wanted.

    Full-width digits, blanks, thousands commas, a decimal comma, a currency's or a percent sign are
    forgiven, and the screen's own minus is one; days may be written as the screen writes them, too.
    """
    plain = normalize("NFKC", text).strip().replace("−", "-")
    if kind == "code":
        return plain
    if kind == "date":
        try:
            return date.fromisoformat(plain.replace("/", "-"))
        except ValueError:
            raise ValueError("write the day as 2026-03-02") from None
    if kind == "days" and (span := _SPAN.fullmatch(plain)) and any(span.groups()):
        return sum(
            (_number(part) / per for part, per in zip(span.groups("0"), _A_DAY, strict=True)),
            Fraction(0),
        )
    number = _number(plain)
    return number * 10 ** exponent(currency) if kind == "money" else number


_SPAN: Final = re.compile(
    r"(?:([\d.,]+)\s*(?:d|days?|[天日]))?[\s,]*(?:and\s)?\s*"
    r"(?:([\d.,]+)\s*(?:h|hours?|小[时時]))?[\s,]*(?:and\s)?\s*"
    r"(?:([\d.,]+)\s*(?:min|minutes?|分[钟鐘]?))?",
    re.IGNORECASE,
)
"""Days, hours and minutes, as reports write them in any of our languages."""
_A_DAY: Final = (1, 24, 1440)


def _number(plain: str) -> Fraction:
    """The one number in it. Raises ValueError where there is none, or more than one."""
    found = re.findall(r"\.?\d[\d.,'\s]*", plain)
    digits = re.sub(r"['\s]", "", found[0]).rstrip(".,") if len(found) == 1 else ""
    whole, comma, rest = digits.rpartition(",")
    if comma and "." not in rest and not re.fullmatch(r"\d{1,3}(,\d{3})+", digits):
        digits = f"{whole.replace('.', '')}.{rest}"  # 1.234,5: the comma is the decimal one
    try:
        number = Fraction(digits.replace(",", ""))
    except ValueError:
        raise ValueError("write a number") from None
    return -number if "-" in plain else number


def agrees(kind: Kind, answer: Value, value: Value, tolerance: Fraction) -> bool:
    """Whether an answer is the figure, within a tolerance in the units people type it in.

    Half of the last shown digit is always allowed: a share is shown with one decimal, days and
    scores with one or two, money to the minor unit.
    """
    if isinstance(answer, Fraction) and isinstance(value, Fraction):
        shown = {"percent": Fraction(1, 20), "days": Fraction(1, 20), "score": Fraction(1, 20)}
        return abs(answer - value) <= max(tolerance, shown.get(kind, Fraction(1, 2)))
    return answer is not None and answer == value
