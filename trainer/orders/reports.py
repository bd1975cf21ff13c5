"""Reports: what the orders of a period add up to, each a pure reading of the world.

An order carries its own moments, so a report needs no list of events, and an order of the past
counts like one of today. Each report says on which day it counts an order:

    sales, customers, backorders, cost of service   the day it was promised
    order volume                                     the day it was opened
    lead time, returns                               the day its last parcel was signed for
    on time, in full                                 the day that was promised

What service costs and how content customers are stand in `costs` and `satisfaction`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from statistics import median_low
from typing import Any, Final, Generic, Literal, NamedTuple, TypeVar

import msgspec

from trainer.orders.currencies import stored
from trainer.orders.promises import kept
from trainer.orders.values import Minor, Moment, credited, day_of, telescoped
from trainer.orders.world import Order, OrderLine, World

By = Literal["month", "week", "day", "product", "customer", "carrier", "reason", "order"]
Key = date | str
"""The first day of a period, or the code of a product, customer, carrier, order, or a reason."""
Grade = Literal["A", "B", "C"]
Verdict = Literal["usual", "high", "low", "too_early", "under_way"]
LeadStage = Literal["entry", "promise", "payment", "stock", "packing", "handover", "transit"]

HISTORY: Final = 8
"""Earlier weeks or months, or earlier days of the same weekday, that a number is held against."""
ENOUGH: Final = 4
"""With fewer of them nothing is said."""


class Ask(msgspec.Struct, frozen=True):
    """What a report is about; empty fields do not narrow. Both days are part of the period.

    A SKU narrows to orders that have it, and to its lines where lines are counted; a carrier to
    orders that are to go with it; a warehouse to orders with a parcel from there; a currency to
    orders in it. Where amounts are added it is always one: none named means the company's own.
    """

    by: By = "month"
    since: date | None = None
    until: date | None = None
    customer_id: str = ""
    sku: str = ""
    carrier_code: str = ""
    warehouse: str = ""
    currency: str = ""

    def covers(self, day: date) -> bool:
        """Whether a day is in the period."""
        return (not self.since or day >= self.since) and (not self.until or day <= self.until)

    def fits(self, order: Order) -> bool:
        """Whether an order is one of those that are asked about."""
        return (
            self.customer_id in ("", order.customer_id)
            and self.carrier_code in ("", order.carrier_code)
            and (not self.sku or any(line.sku == self.sku for line in order.lines))
            and (not self.warehouse or self.warehouse in _left_from(order))
        )


def _left_from(order: Order) -> set[str]:
    return {package.warehouse for package in order.packages if package.stage != "voided"}


R = TypeVar("R")


class Report(msgspec.Struct, Generic[R], frozen=True):
    """The rows, and all of them in one; what two rows share counts once in the total."""

    rows: tuple[R, ...]
    total: R


class SalesRow(msgspec.Struct, frozen=True):
    """Goods that were promised, without freight: their value and what became of it."""

    key: Key
    orders: int = 0
    units: int = 0
    gross: Minor = 0
    cancelled: Minor = 0
    returned: Minor = 0

    @property
    def net(self) -> Minor:
        """What is left of the value after what was called off and what came back."""
        return self.gross - self.cancelled - self.returned


class CustomerRow(msgspec.Struct, frozen=True):
    """What a customer is worth, and what they and all larger ones are worth together."""

    customer_id: str
    orders: int
    units: int
    net: Minor
    together: Minor
    grade: Grade
    last_on: date


class VolumeRow(msgspec.Struct, frozen=True):
    """Orders that were opened, beside what was usual: `usual` of them in `compared` periods."""

    key: date
    orders: int
    usual: int
    compared: int
    verdict: Verdict


class StageRow(msgspec.Struct, frozen=True):
    """Time that orders spent in a stage, in seconds."""

    stage: LeadStage
    orders: int = 0
    seconds: int = 0
    median: int = 0
    longest: int = 0


class LeadTime(msgspec.Struct, frozen=True):
    """From the order's opening to its last parcel's signature; the stages add up to it."""

    rows: tuple[StageRow, ...]
    orders: int
    seconds: int
    median: int
    longest: int
    bottleneck: LeadStage | None


class OnTimeRow(msgspec.Struct, frozen=True):
    """Promises whose day has come, or that were kept before it."""

    key: Key
    due: int = 0
    on_time: int = 0
    in_full: int = 0
    both: int = 0


class BackorderRow(msgspec.Struct, frozen=True):
    """Units that were promised, how many of them no shelf had then, how many still wait."""

    key: Key
    promised: int = 0
    short: int = 0
    waiting: int = 0


class ReturnsRow(msgspec.Struct, frozen=True):
    """Units that were delivered, how many of them came back, and what was credited for them."""

    key: Key
    delivered: int = 0
    returned: int = 0
    credited: Minor = 0


class CalledOffRow(msgspec.Struct, frozen=True):
    """Orders that were entered, how many of them were called off whole or in part, and how much.

    Of the others some lines may be wanted no more, or fewer units of them: `in_part`. Lines, units
    and their value, goods without freight, are of both.
    """

    key: Key
    entered: int = 0
    called_off: int = 0
    in_part: int = 0
    lines: int = 0
    units: int = 0
    value: Minor = 0


# --- sales --------------------------------------------------------------------------------------


def sales(world: World, ask: Ask) -> Report[SalesRow]:
    """Value of the goods that were promised, by any key but a reason; in one currency."""
    ask = in_one_currency(world, ask)
    rows, total = Tally(5), Tally(5)
    for order, day in promised(world, ask):
        whole = None if ask.by == "product" else key_of(ask, day, order)
        met: set[Key] = set()
        for line in _lines(order, ask):
            key = line.sku if whole is None else whole
            numbers = (line.ordered, line.gross, _called_off(line), _came_back(line))
            rows.add(key, key not in met, *numbers)
            total.add("", not met, *numbers)
            met.add(key)
    return reported(SalesRow, ask, rows, total, largest=lambda row: row.net)


def _called_off(line: OrderLine) -> Minor:
    return credited(line.gross, line.cancelled, line.ordered) if line.cancelled else 0


def _came_back(line: OrderLine) -> Minor:
    return telescoped(line.gross, line.credited_back, line.ordered) if line.credited_back else 0


def customers(world: World, ask: Ask) -> Report[CustomerRow]:
    """Customers by their net value: A are those who bring the first 80 %, B up to 95 %."""
    ask = in_one_currency(world, ask)
    by_customer = sales(world, msgspec.structs.replace(ask, by="customer"))
    last: dict[str, date] = {}
    for order, day in promised(world, ask):
        last[order.customer_id] = max(day, last.get(order.customer_id, day))
    whole, together = by_customer.total.net, 0
    rows = []
    for row in by_customer.rows:
        grade = _grade(together, whole)
        together += row.net
        customer_id = str(row.key)
        rows.append(
            CustomerRow(
                customer_id, row.orders, row.units, row.net, together, grade, last[customer_id]
            )
        )
    total = by_customer.total
    newest = max(last.values(), default=day_of(world.now))
    return Report(
        tuple(rows),
        CustomerRow("", total.orders, total.units, total.net, total.net, "A", newest),
    )


def _grade(before: Minor, whole: Minor) -> Grade:
    """By what the larger ones bring: who crosses the line still belongs above it."""
    if 100 * before >= 95 * whole:
        return "C"
    return "B" if 100 * before >= 80 * whole else "A"


# --- volume -------------------------------------------------------------------------------------


def volume(world: World, ask: Ask) -> Report[VolumeRow]:
    """Orders opened in each whole day, week or month, held against those before it.

    A period stands out if it is more than two standard deviations off the mean of its history.
    Counts scatter by themselves, so the variance is taken as their mean at least, and as one.
    The period that is not over is not judged. Those that `since` and `until` cut are shown whole.
    """
    counts: dict[date, int] = defaultdict(int)
    for order in asked_about(world, ask):
        counts[period_of(day_of(order.created_at), ask.by)] += 1
    today = period_of(day_of(world.now), ask.by)
    if not counts:
        return Report((), VolumeRow(today, 0, 0, 0, "usual"))
    rows = volume_rows(counts, ask.by, today)
    first = period_of(ask.since, ask.by) if ask.since else date.min
    shown = tuple(r for r in rows if r.key >= first and (not ask.until or r.key <= ask.until))
    total = VolumeRow(today, sum(row.orders for row in shown), 0, 0, "usual")
    return Report(shown, total)


def volume_rows(counts: Mapping[date, int], by: By, today: date) -> list[VolumeRow]:
    """Each period from the first with orders to today's, by its first day, and what is to be said
    of it.
    """
    periods = list(_between(min(counts), max(*counts, today), by))
    stride = 7 if by == "day" else 1
    rows = []
    for place, start in enumerate(periods):
        orders = counts.get(start, 0)
        since = max(place - HISTORY * stride, place % stride)
        past = [counts.get(p, 0) for p in periods[since:place:stride]]
        verdict = "under_way" if start >= today else _verdict(orders, past)
        rows.append(VolumeRow(start, orders, sum(past), len(past), verdict))
    return rows


def stands_out(rows: Iterable[VolumeRow]) -> VolumeRow | None:
    """The period that is farthest from what was usual, of those that stand out at all."""
    odd = [row for row in rows if row.verdict in ("high", "low")]
    return max(
        odd,
        key=lambda row: (abs(row.orders - Fraction(row.usual, row.compared)), row.key),
        default=None,
    )


def _verdict(orders: int, past: list[int]) -> Verdict:
    n, whole = len(past), sum(past)
    if n < ENOUGH:
        return "too_early"
    # both sides times n², so that nothing is rounded
    variance = max(n * sum(x * x for x in past) - whole * whole, n * whole, n * n)
    off = n * orders - whole
    if off * off <= 4 * variance:
        return "usual"
    return "high" if off > 0 else "low"


# --- lead time ----------------------------------------------------------------------------------


def lead_time(world: World, ask: Ask) -> LeadTime:
    """How long completely delivered orders took, stage by stage, and which stage took most.

    A stage is charged with what it adds after all earlier ones were over: money that comes in
    while the goods wait for it costs the payment stage, not the packing.
    """
    spent: dict[LeadStage, list[int]] = {stage: [] for stage in _STAGES}
    whole: list[int] = []
    for order in asked_about(world, ask):
        wanted, delivered = _units(order)
        if 0 < wanted <= delivered and ask.covers(day_of(order.delivered_at)):
            whole.append(order.delivered_at - order.created_at)
            reached = order.created_at
            for stage, over in zip(_STAGES, _milestones(order), strict=True):
                if over:
                    until = min(max(reached, over), order.delivered_at)
                    spent[stage].append(until - reached)
                    reached = until
    rows = tuple(
        StageRow(stage, len(taken), sum(taken), median_low(taken), max(taken))
        for stage, taken in spent.items()
        if taken
    )
    return LeadTime(
        rows=rows,
        orders=len(whole),
        seconds=sum(whole),
        median=median_low(whole) if whole else 0,
        longest=max(whole, default=0),
        bottleneck=max(rows, key=lambda row: row.seconds).stage if rows else None,
    )


_STAGES: Final[tuple[LeadStage, ...]] = (
    "entry", "promise", "payment", "stock", "packing", "handover", "transit",
)  # fmt: skip


def _milestones(order: Order) -> tuple[Moment, ...]:
    """When each stage was over; 0 where the order has no such stage."""
    prepaid = order.payment_terms == "prepay"
    left = [package for package in order.packages if package.stage == "delivered"]
    return (
        order.submitted_at,
        order.confirmed_at,
        max((payment.at for payment in order.payments), default=0) if prepaid else 0,
        order.allocated_at,
        max(package.packed_at for package in left),
        max(package.shipped_at for package in left),
        order.delivered_at,
    )


# --- promises kept ------------------------------------------------------------------------------


def on_time_in_full(world: World, ask: Ask) -> Report[OnTimeRow]:
    """Promises kept to the day and to the unit; orders that were called off are none.

    An order with a date for each line is on time if every line came by its own; it counts on the
    day that was promised for the last of it.
    """
    rows, total = Tally(4), Tally(4)
    today = day_of(world.now)
    for order in asked_about(world, ask):
        # what the customer was promised first; a date that was moved keeps no promise
        promised = order.first_promise or order.promised_delivery_date
        if not promised or order.called_off or not ask.covers(promised):
            continue
        wanted, delivered = _units(order)
        there = delivered >= wanted
        if there or promised < today:
            on_time = there and kept(order)
            in_full = delivered == sum(line.ordered for line in order.lines)
            numbers = (1, on_time, in_full, on_time and in_full)
            rows.add(key_of(ask, promised, order), *numbers)
            total.add("", *numbers)
    return reported(OnTimeRow, ask, rows, total, largest=lambda row: row.due - row.both)


def backorders(world: World, ask: Ask) -> Report[BackorderRow]:
    """Units promised although no shelf had them free, by any key but a reason."""
    rows, total = Tally(3), Tally(3)
    for order, day in promised(world, ask):
        for line in _lines(order, ask):
            numbers = (line.ordered, line.short, line.open)
            rows.add(key_of(ask, day, order, line), *numbers)
            total.add("", *numbers)
    return reported(BackorderRow, ask, rows, total, largest=lambda row: row.short)


def returns(world: World, ask: Ask) -> Report[ReturnsRow]:
    """Units that came back of those delivered; by reason each is held against all of them."""
    ask = in_one_currency(world, ask)
    rows, total = Tally(3), Tally(3)
    for order in asked_about(world, ask):
        if not order.delivered_at:
            continue
        day = day_of(order.delivered_at)
        if not ask.covers(day):
            continue
        for line in _lines(order, ask):
            numbers = (line.delivered, line.returned, _came_back(line))
            total.add("", *numbers)
            if ask.by != "reason":
                rows.add(key_of(ask, day, order, line), *numbers)
                continue
            for back in order.returns:
                row = back.row(line.line_number)
                if row and row.received:
                    rows.add(back.reason, 0, row.received, row.credit)
    if ask.by == "reason":
        delivered = total.of("")[0]
        for reason in tuple(rows.sums):
            rows.add(reason, delivered, 0, 0)
    return reported(ReturnsRow, ask, rows, total, largest=lambda row: row.returned)


def called_off(world: World, ask: Ask) -> Report[CalledOffRow]:
    """What was called off of the orders opened, whole or in part; each reason against all."""
    ask = in_one_currency(world, ask)
    rows, total = Tally(6), Tally(6)
    for order in asked_about(world, ask):
        day = day_of(order.created_at)
        if not ask.covers(day):
            continue
        whole, parts = _why_off(order), list(_parts_off(order, _lines(order, ask)))
        total.add("", 1, order.called_off, *_summed(order, parts))
        if ask.by != "reason":
            rows.add(key_of(ask, day, order), 1, order.called_off, *_summed(order, parts))
            continue
        for why in {whole, *(part.reason for part in parts)} - {""}:
            mine = [part for part in parts if part.reason == why]
            rows.add(why, 0, why == whole, *_summed(order, mine))
    for reason in tuple(rows.sums) if ask.by == "reason" else ():
        rows.add(reason, total.of("")[0], 0, 0, 0, 0, 0)
    return reported(CalledOffRow, ask, rows, total, largest=lambda row: (row.called_off, row.units))


class _Off(NamedTuple):
    """Units of a line that were called off for a reason, and their value."""

    line_number: int
    reason: str
    units: int
    value: Minor


def _why_off(order: Order) -> str:
    """Why all of an order was called off; nothing while it stands."""
    if not order.called_off:
        return ""
    return "rejected" if order.why_not else order.called_off_for


def _parts_off(order: Order, lines: Iterable[OrderLine]) -> Iterator[_Off]:
    """What was called off of these lines in part, and then, with the whole order, the rest.

    Of before the reasons of parts were kept they are `other`, or that of the whole order.
    """
    for line in lines:
        units, value = line.cancelled, credited(line.gross, line.cancelled, line.ordered)
        if order.called_off:
            units, value = line.ordered, line.gross
        for part in line.called_off:
            units, value = units - part.quantity, value - part.credit
            yield _Off(line.line_number, part.reason_code, part.quantity, part.credit)
        if units:
            yield _Off(line.line_number, _why_off(order) or "other", units, value)


def _summed(order: Order, parts: list[_Off]) -> tuple[int, int, int, Minor]:
    """Whether something of an order that stands was called off; lines, units and value."""
    in_part = bool(parts) and not order.called_off
    lines = len({part.line_number for part in parts})
    return in_part, lines, sum(part.units for part in parts), sum(part.value for part in parts)


class SoldOff(msgspec.Struct, frozen=True):
    """B-grade units that were sold off so far, and what they brought in, in our own currency."""

    units: int = 0
    proceeds: Minor = 0


def sold_off(world: World, ask: Ask) -> SoldOff:
    """What came of goods that were good enough: the shelf's book knows how many, and not when.

    So no period narrows it; and who asks about a customer, a carrier or another currency asks about
    orders, of which nobody knows any more which unit came from where.
    """
    if ask.customer_id or ask.carrier_code or stored(world, ask.currency):
        return SoldOff()
    levels = [
        level
        for level in world.stock.values()
        if ask.sku in ("", level.sku) and ask.warehouse in ("", level.warehouse)
    ]
    return SoldOff(sum(level.cleared for level in levels), sum(level.proceeds for level in levels))


# --- counting -----------------------------------------------------------------------------------


def in_one_currency(world: World, ask: Ask) -> Ask:
    """The question about one currency: amounts of two are not added up."""
    return msgspec.structs.replace(ask, currency=ask.currency or world.company.currency)


def asked_about(world: World, ask: Ask) -> Iterator[Order]:
    """The orders that are asked about, whenever they were."""
    wanted = stored(world, ask.currency)
    for order in world.orders.values():
        if (not ask.currency or order.currency == wanted) and ask.fits(order):
            yield order


def promised(world: World, ask: Ask) -> Iterator[tuple[Order, date]]:
    """Orders that were ever promised, with that day."""
    for order in asked_about(world, ask):
        if order.confirmed_at:
            day = day_of(order.confirmed_at)
            if ask.covers(day):
                yield order, day


def _lines(order: Order, ask: Ask) -> Iterable[OrderLine]:
    return (line for line in order.lines if ask.sku in ("", line.sku))


def _units(order: Order) -> tuple[int, int]:
    """Units that are still wanted, and those that have arrived."""
    wanted = delivered = 0
    for line in order.lines:
        wanted += line.live
        delivered += line.delivered
    return wanted, delivered


def key_of(ask: Ask, day: date, order: Order, line: OrderLine | None = None) -> Key:
    match ask.by:
        case "customer":
            return order.customer_id
        case "carrier":
            return order.carrier_code
        case "order":
            return order.order_number
        case "product" if line:
            return line.sku
        case "day" | "week" | "month":
            return period_of(day, ask.by)
    raise ValueError(f"nothing here is counted by {ask.by}")


def period_of(day: date, by: By) -> date:
    """The first day of the day, week or month."""
    if by == "week":
        return day - timedelta(days=day.weekday())
    return day if by == "day" else day.replace(day=1)


def _between(first: date, last: date, by: By) -> Iterator[date]:
    """Every period from the first to the last, those without orders too."""
    while first <= last:
        yield first
        # 31 days after the first of a month is some day of the next one
        first = period_of(first + timedelta(days={"day": 1, "week": 7}.get(by, 31)), by)


class Tally:
    """Rows of numbers that grow."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.sums: dict[Key, list[int]] = {}

    def add(self, key: Key, *numbers: int) -> None:
        """Each number onto its own sum."""
        sums = self.of(key)
        for place, number in enumerate(numbers):
            sums[place] += number

    def of(self, key: Key) -> list[int]:
        """The sums of a key, from nothing on."""
        found = self.sums.get(key)
        if found is None:
            found = self.sums[key] = [0] * self.width
        return found


def reported(
    row: Callable[..., R], ask: Ask, rows: Tally, total: Tally, largest: Callable[[R], Any]
) -> Report[R]:
    """Periods one after the other without a gap; anything else by what matters, largest first."""
    whole = row("", *total.of(""))
    if ask.by in ("day", "week", "month"):
        days = [key for key in rows.sums if isinstance(key, date)]
        keys = _between(min(days), max(days), ask.by) if days else ()
        return Report(tuple(row(key, *rows.of(key)) for key in keys), whole)
    named = [row(key, *rows.of(key)) for key in sorted(rows.sums, key=str)]
    return Report(tuple(sorted(named, key=largest, reverse=True)), whole)
