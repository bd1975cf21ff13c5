"""The orders of a history told once more, from its events alone and as plainly as it goes.

It shares nothing with the engine but the words of its events, so a report that agrees with it
does not owe that to the engine's own sums.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from trainer.orders.engine import OrderEvent, Recorded
from trainer.orders.refusals import snake_case
from trainer.orders.world import World


def day(at: int) -> date:
    """The day of a moment."""
    return datetime.fromtimestamp(at, UTC).date()


def rounded(amount: Fraction) -> int:
    """Half up."""
    return int(amount + Fraction(1, 2))


@dataclass
class Item:
    """A line."""

    sku: str
    price: int
    ordered: int
    off: int = 0
    share: int = 0
    cancelled: int = 0
    allocated: int = 0
    shipped: int = 0
    delivered: int = 0
    returned: int = 0
    inspected: int = 0
    short: int = 0
    called_off: int = 0
    parts: list[tuple[str, int, int]] = field(default_factory=list)
    claimed: int = 0
    amendment: int = 0
    promised: date | None = None
    """For which day of its own it was promised first."""

    @property
    def came_back(self) -> int:
        """What was credited for units that came back or are claimed."""
        return rounded(Fraction(self.gross * (self.inspected + self.claimed), self.ordered))

    @property
    def gross(self) -> int:
        return self.price * self.ordered - self.off


@dataclass
class Parcel:
    """A parcel that was picked."""

    warehouse: str
    rows: Any
    packed: int = 0
    carrier: str = ""
    shipped: int = 0
    delivered: int = 0
    voided: bool = False
    collected: int = 0


@dataclass
class Back:
    """A return."""

    reason: str
    liability: str = ""
    received: Counter[int] = field(default_factory=Counter)
    credit: Counter[int] = field(default_factory=Counter)


@dataclass
class Grievance:
    """A complaint."""

    reason: str
    came: int
    deadline: int
    answered: int = 0


@dataclass
class Tale:
    """What happened to one order."""

    number: str
    customer: str
    terms: str
    carrier: str
    created: int
    currency: str = ""
    events: int = 0
    items: dict[int, Item] = field(default_factory=dict)
    parcels: dict[int, Parcel] = field(default_factory=dict)
    backs: dict[str, Back] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    instead: dict[str, Counter[int]] = field(default_factory=dict)
    liable: dict[str, str] = field(default_factory=dict)
    unexplained: int = 0
    """Credit of units that are not kept, for those they stood in for."""
    faults: int = 0
    goodwill: int = 0
    gift: int = 0
    fees: int = 0
    repairs: int = 0
    by_card: list[int] = field(default_factory=list)
    clawback: int = 0
    rework: int = 0
    claimed_on: int = 0
    recovered: int = 0
    score: int = 0
    grievances: dict[str, Grievance] = field(default_factory=dict)
    shipping: int = 0
    not_charged: int = 0
    submitted: int = 0
    confirmed: int = 0
    promised: date | None = None
    amendment: int = 0
    paid: int = 0
    allocated: int = 0
    called_off: bool = False
    why_off: str = ""

    @property
    def kindness(self) -> int:
        """Claims at the customer's own cost, and gifts as far as anything is left to pay."""
        kept = sum(x.gross - x.called_off - x.came_back for x in self.items.values())
        left = kept + self.fees + self.repairs + self.clawback + self.shipping - self.not_charged
        return self.goodwill + (0 if self.called_off else min(self.gift, left))

    @property
    def delivered(self) -> int:
        return max((p.delivered for p in self.parcels.values()), default=0)

    @property
    def kept(self) -> bool:
        """Whether all that is there came in time: each line by its day, where one has its own."""
        assert self.promised is not None
        if not any(item.promised for item in self.items.values()):
            return day(self.delivered) <= self.promised
        return all(
            day(self._came(number)) <= (item.promised or self.promised)
            for number, item in self.items.items()
            if item.ordered > item.cancelled
        )

    def _came(self, number: int) -> int:
        return max(
            p.delivered
            for p in self.parcels.values()
            if any(r.line_number == number for r in p.rows)
        )

    @property
    def wanted(self) -> int:
        return sum(item.ordered - item.cancelled for item in self.items.values())

    @property
    def arrived(self) -> int:
        return sum(item.delivered for item in self.items.values())

    @property
    def places(self) -> set[str]:
        return {p.warehouse for p in self.parcels.values() if not p.voided}


def tales(opening: World, entries: Iterable[Recorded]) -> dict[str, Tale]:
    """Every order of a history."""
    told: dict[str, Tale] = {}
    free: Counter[str] = Counter()
    made: dict[Any, Any] = {}
    for level in opening.stock.values():
        free[level.sku] += level.on_hand
    home = opening.company.currency
    terms = {who: file.payment_terms for who, file in opening.customers.items()}
    buys = {who: file.currency or home for who, file in opening.customers.items()}
    for entry in entries:
        event = entry.event
        if type(event).__name__ == "CustomerOpened":
            terms[event.customer_id] = event.payment_terms
            buys[event.customer_id] = event.currency or home
        if type(event).__name__ == "CurrencyChanged":
            buys[event.customer_id] = event.wanted
        tell = _TELL.get(snake_case(type(event).__name__))
        number = getattr(event, "order_number", "")
        if type(event).__name__ == "DraftCreated":
            who = event.customer_id
            told[number] = Tale(
                number, who, terms[who], event.carrier_code, entry.at, buys[who], 1,
            )  # fmt: skip
        elif isinstance(event, OrderEvent):
            told[number].events += 1
        if type(event).__name__ == "CustomersMerged":
            for moved in event.order_numbers:
                told[moved].customer = event.into
                told[moved].events += 1
        _supply(opening, event, made, free)
        if tell:
            tell(told.get(number), event, entry.at, free)
    assert not any(tale.unexplained for tale in told.values())
    return told


def _supply(opening: World, event: Any, made: dict[Any, Any], free: Counter[str]) -> None:
    """What is made, bought and counted; material leaves the shelf when work on it begins."""

    def used(number: str, units: int) -> None:
        for material in opening.products[made[number].sku].materials:
            free[material.sku] -= material.quantity * units

    match snake_case(type(event).__name__):
        case "production_created":
            made[event.production_number] = event
        case "production_started":
            used(event.production_number, made[event.production_number].quantity)
            made[event.production_number, "begun"] = True
        case "production_finished":
            used(event.production_number, event.made - event.quantity)
        case "production_cancelled" if (event.production_number, "begun") in made:
            used(event.production_number, -made[event.production_number].quantity)
        case "production_reported" | "replenishment_received" | "goods_receipt_posted":
            free[event.sku] += event.quantity
        case "rework_finished" if event.outcome == "restock":
            free[event.sku] += event.quantity
        case "stock_counted":
            free[event.sku] += event.difference


_TELL: dict[str, Callable[..., None]] = {}


def _tells(tell: Callable[..., None]) -> Callable[..., None]:
    _TELL[tell.__name__] = tell
    return tell


@_tells
def stock_received(tale: Any, event: Any, at: int, free: Counter[str]) -> None:
    free[event.sku] += event.quantity


@_tells
def stock_adjusted(tale: Any, event: Any, at: int, free: Counter[str]) -> None:
    free[event.sku] += event.difference


@_tells
def header_changed(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.carrier = event.carrier_code


@_tells
def line_added(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.items[event.line_number] = Item(
        event.sku, event.unit_price, event.quantity, event.discount
    )


@_tells
def line_changed(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.items[event.line_number].ordered = event.quantity


@_tells
def line_removed(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    del tale.items[event.line_number]


@_tells
def order_submitted(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.submitted, tale.shipping = at, event.shipping_gross
    for item, share in zip(tale.items.values(), event.discount_shares, strict=True):
        item.share = share
        item.off += share


@_tells
def order_reopened(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.shipping = 0
    for item in tale.items.values():
        item.off -= item.share
        item.share = 0


@_tells
def order_confirmed(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.confirmed, tale.promised = at, event.promised_delivery_date
    left = Counter(free)
    for item in tale.items.values():
        item.short = max(item.ordered - max(left[item.sku], 0), 0)
        left[item.sku] -= item.ordered


@_tells
def payment_received(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.paid = at


@_tells
def payment_captured(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.paid = at
    tale.by_card.append(event.amount)


@_tells
def store_credit_redeemed(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.paid = at


@_tells
def stock_allocated(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.allocated = at
    for row in event.rows:
        tale.items[row.line_number].allocated += row.quantity
        free[tale.items[row.line_number].sku] -= row.quantity


@_tells
def allocation_released(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    for row in event.rows:
        tale.items[row.line_number].allocated -= row.quantity
        free[tale.items[row.line_number].sku] += row.quantity


@_tells
def allocation_given_up(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    allocation_released(tale, event, at, free)


@_tells
def stock_reallocated(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    stock_allocated(tale, event, at, free)


@_tells
def package_picked(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.parcels[event.package_number] = Parcel(event.warehouse, event.rows)


@_tells
def package_packed(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.parcels[event.package_number].packed = at


@_tells
def package_voided(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.parcels[event.package_number].voided = True
    tale.rework += 1


@_tells
def package_shipped(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    parcel = tale.parcels[event.package_number]
    parcel.shipped, parcel.carrier = at, event.carrier_code
    for row in parcel.rows:
        tale.items[row.line_number].allocated -= row.quantity
        tale.items[row.line_number].shipped += row.quantity


@_tells
def package_delivered(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    parcel = tale.parcels[event.package_number]
    parcel.delivered = event.delivered_at or at
    for row in parcel.rows:
        tale.items[row.line_number].delivered += row.quantity


@_tells
def cash_collected(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.parcels[event.package_number].collected = event.amount


@_tells
def order_rejected(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.called_off, tale.why_off = True, "rejected" if event.kept else "other"


@_tells
def order_cancelled(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.called_off, tale.why_off = True, event.reason_code
    for item in tale.items.values():
        free[item.sku] += item.allocated
        item.allocated, item.cancelled, item.called_off = 0, item.ordered, item.gross


@_tells
def line_quantity_cancelled(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    worth = 0
    for row in event.rows:
        item = tale.items[row.line_number]
        item.cancelled += row.quantity
        kept = Fraction(item.gross * (item.ordered - item.cancelled), item.ordered)
        less = item.gross - rounded(kept) - item.called_off
        worth += less
        item.parts.append((event.reason_code, row.quantity, less))
        item.called_off = item.gross - rounded(kept)
    assert worth == event.credit
    for row in event.released:
        tale.items[row.line_number].allocated -= row.quantity
        free[tale.items[row.line_number].sku] += row.quantity


@_tells
def return_requested(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.backs[event.rma_number] = Back(event.reason)


@_tells
def return_authorised(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.backs[event.rma_number].liability = event.liability


@_tells
def liability_determined(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.backs[event.rma_number].liability = event.liability


@_tells
def return_received(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    for row in event.rows:
        tale.items[row.line_number].returned += row.quantity
        tale.backs[event.rma_number].received[row.line_number] += row.quantity


@_tells
def unexpected_item_accepted(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    return_received(tale, event, at, free)


@_tells
def return_inspected(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    item = tale.items[event.line_number]
    before = item.came_back
    if event.disposition not in ("repair", "return_to_customer"):
        item.inspected += event.quantity
    tale.unexplained += event.credit - (item.came_back - before)
    tale.backs[event.rma_number].credit[event.line_number] += event.credit
    if event.disposition == "restock":
        free[item.sku] += event.quantity


@_tells
def repair_finished(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    item = tale.items[event.line_number]
    before = item.came_back
    item.inspected += event.quantity if event.outcome == "beyond_repair" else 0
    tale.unexplained += event.credit - (item.came_back - before)
    tale.backs[event.rma_number].credit[event.line_number] += event.credit


@_tells
def order_amended(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.amendment = event.amendment
    tale.items[event.line_number] = Item(
        event.sku, event.unit_price, event.quantity, amendment=event.amendment
    )
    assert tale.items[event.line_number].gross == event.delta


@_tells
def price_changed(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    item = tale.items[event.line_number]
    tale.amendment = event.amendment or tale.amendment
    before, item.price = item.gross, event.unit_price
    assert item.gross - before == event.delta


@_tells
def delivery_changed(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.carrier, tale.shipping = event.carrier_code, event.shipping_gross
    tale.amendment = getattr(event, "amendment", tale.amendment)


@_tells
def line_promised(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    item = tale.items[event.line_number]
    if item.amendment == tale.amendment:  # what was promised before keeps that promise
        item.promised = event.promised_delivery_date


@_tells
def delivery_corrected(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    delivery_changed(tale, event, at, free)


@_tells
def package_came_back(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.rework += 1
    for row in tale.parcels[event.package_number].rows:
        tale.items[row.line_number].shipped -= row.quantity
        free[tale.items[row.line_number].sku] += row.quantity


@_tells
def package_written_off(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.rework += 1
    for row in tale.parcels[event.package_number].rows:
        tale.items[row.line_number].shipped -= row.quantity


@_tells
def recourse_raised(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.claimed_on += event.amount


@_tells
def recourse_answered(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.recovered += event.granted


@_tells
def claim_opened(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.claims[event.claim_number] = event.rows


@_tells
def claim_approved(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    worth = again = 0
    instead = Counter({row.line_number: row.quantity for row in event.replaced})
    for row in tale.claims[event.claim_number]:
        item = tale.items[row.line_number]
        worth -= item.came_back
        item.claimed += row.quantity - instead[row.line_number]
        worth += item.came_back
        again += rounded(Fraction(item.gross * instead[row.line_number], item.ordered))
    assert again == event.replaced_value
    tale.unexplained += event.credit - worth
    tale.instead[event.claim_number] = instead
    tale.liable[event.claim_number] = event.liability
    gives(tale, event.claim_number, event.credit + again)


def gives(tale: Tale, claim_number: str, worth: int) -> None:
    if tale.liable[claim_number] == "seller":
        tale.faults += worth
    if tale.liable[claim_number] == "customer":
        tale.goodwill += worth


@_tells
def replacement_not_kept(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    item, instead = tale.items[event.line_number], tale.instead[event.claim_number]
    tale.unexplained += item.came_back
    item.claimed += event.quantity
    tale.unexplained -= item.came_back
    gives(
        tale,
        event.claim_number,
        -rounded(Fraction(item.gross * instead[event.line_number], item.ordered)),
    )
    instead[event.line_number] -= event.quantity
    gives(
        tale,
        event.claim_number,
        rounded(Fraction(item.gross * instead[event.line_number], item.ordered)),
    )


@_tells
def restocking_fee_charged(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.fees += event.amount


@_tells
def repair_charged(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.repairs += event.amount


@_tells
def repair_charge_dropped(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.repairs -= event.amount


@_tells
def promotion_clawed_back(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.clawback += event.amount


@_tells
def clawback_dropped(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.clawback -= event.amount


@_tells
def shipping_credited(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.not_charged += event.amount


@_tells
def goodwill_given(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.gift += event.amount


@_tells
def complaint_received(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.grievances[event.complaint_number] = Grievance(event.reason, at, event.respond_by)


@_tells
def complaint_answered(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.grievances[event.complaint_number].answered = at


@_tells
def survey_answered(tale: Tale, event: Any, at: int, free: Counter[str]) -> None:
    tale.score = event.score


# --- reports, by brute force ---------------------------------------------------------------------


def period(moment: date, by: str) -> date:
    """The first day of the day, week or month."""
    if by == "week":
        year, week, _ = moment.isocalendar()
        return date.fromisocalendar(year, week, 1)
    return moment if by == "day" else date(moment.year, moment.month, 1)


def asked(told: dict[str, Tale], ask: Any) -> list[Tale]:
    """The orders that a report is about, whenever they were."""
    return [
        tale
        for tale in told.values()
        if (not ask.customer_id or tale.customer == ask.customer_id)
        and (not ask.carrier_code or tale.carrier == ask.carrier_code)
        and (not ask.warehouse or ask.warehouse in tale.places)
        and (not ask.currency or tale.currency == ask.currency)
        and (not ask.sku or ask.sku in {item.sku for item in tale.items.values()})
    ]


def within(ask: Any, when: date) -> bool:
    """Whether a day is in the period."""
    return (ask.since or date.min) <= when <= (ask.until or date.max)


def key(ask: Any, tale: Tale, when: date, item: Item | None = None) -> Any:
    """What a number is counted under."""
    if ask.by == "product":
        assert item
        return item.sku
    named = {"customer": tale.customer, "carrier": tale.carrier, "order": tale.number}
    return named.get(ask.by) or period(when, ask.by)


Sums = dict[Any, tuple[int, ...]]


def added(rows: Iterable[tuple[Any, tuple[int, ...]]]) -> Sums:
    """Rows of one key added up."""
    sums: dict[Any, list[tuple[int, ...]]] = defaultdict(list)
    for name, numbers in rows:
        sums[name].append(numbers)
    return {
        name: tuple(map(sum, zip(*found, strict=True)))
        for name, found in sums.items()
        if any(any(numbers) for numbers in found)
    }
