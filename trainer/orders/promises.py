"""Promised dates: one for an order, or one for each line where parts may come on their own.

A line without a date of its own has the order's; the order's is the last of its lines', the day by
which all of it is there.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from trainer.orders.engine import OrderEvent, changed, evolves
from trainer.orders.refusals import DateInThePast, Refusal, UnknownLine
from trainer.orders.sourcing import one_delivery
from trainer.orders.stock import earliest_delivery_date, ready_on
from trainer.orders.values import Moment, day_of
from trainer.orders.world import Fact, Order, OrderLine, World

# --- values -------------------------------------------------------------------------------------


class LineDate(Fact, frozen=True, gc=False):
    """The day one line is promised for; none for the day of the whole order."""

    line_number: int
    promised_delivery_date: date | None = None


class LineAtp(Fact, frozen=True, gc=False):
    """A line that was asked for sooner than it can be there."""

    line_number: int
    sku: str
    requested: date
    earliest: date


class Promise(NamedTuple):
    """What an order is promised for: the last day, and the day of each line still to come."""

    day: date
    days: Mapping[int, date]

    @property
    def first(self) -> date:
        """The first of its days."""
        return min(self.days.values(), default=self.day)


class LinePromised(OrderEvent, frozen=True):
    """One line is promised for another day than the rest, or for another than before."""

    says = "Line {line_number} of {order_number} ({sku}) is promised for {promised_delivery_date}"
    line_number: int
    sku: str
    promised_delivery_date: date


class PromiseOverridden(OrderEvent, frozen=True):
    """Somebody has given our word for a day that stock and capacity cannot hold, and says why."""

    says = (
        "{order_number} is promised for {promised_delivery_date}, "
        "before the earliest date {earliest_delivery_date}: {reason}"
    )
    promised_delivery_date: date
    earliest_delivery_date: date
    reason: str


class PromiseBeforeAtp(Refusal, frozen=True):
    """Neither stock nor capacity can hold this date."""

    says = "{requested} cannot be held: stock and capacity allow {earliest} at the earliest."
    sums = "promised date ≥ {earliest}; you asked {requested}"
    cure = (
        "Promise {earliest} or later, and tell the customer why. Whoever confirms may promise a "
        "day before it with a reason."
    )
    rests_on = ("handling_days",)
    requested: date
    earliest: date
    lines: tuple[LineAtp, ...] = ()
    """The lines that are too early, where an order has several."""


class OneDateForAll(Refusal, frozen=True):
    """What leaves in one delivery arrives on one day."""

    says = "{order_number} goes out in one delivery: its lines cannot have different dates."
    sums = "first date {first} = last date {last}"
    cure = "Promise all of it for {last}, or later if the earliest date is later."
    rests_on = ("partial_shipment", "one_delivery")
    order_number: str
    first: date
    last: date


# --- reading ------------------------------------------------------------------------------------


def to_come(order: Order) -> tuple[OrderLine, ...]:
    """The lines of which something is still wanted and not yet with the customer."""
    return tuple([it for it in order.lines if it.delivered < it.ordered - it.cancelled])


def earliest_of_lines(world: World, order: Order) -> dict[int, date]:
    """The first day each line can be with the customer; the last of them is the whole order's.

    Two lines of one product share what there is, the first one first.
    """
    handled = day_of(world.now) + timedelta(days=world.policies.handling_days)
    transit = timedelta(days=world.carriers[order.carrier_code].transit_days)
    wanted: dict[str, int] = defaultdict(int)
    days = {}
    for line in order.lines:
        ready = handled
        if line.open:
            wanted[line.sku] += line.open
            ready = max(ready, ready_on(world, order, line.sku, wanted[line.sku]))
        days[line.line_number] = ready + transit
    return days


def sooner(world: World, order: Order) -> tuple[LineDate, ...]:
    """The first day of each line that can come before the last of them."""
    days = earliest_of_lines(world, order)
    last = max(days.values())
    return tuple(LineDate(number, day) for number, day in days.items() if day < last)


def arrived_at(order: Order, line: OrderLine) -> Moment:
    """When the last unit of a line was signed for; 0 while some are still to come."""
    if line.delivered < line.live:
        return 0
    scans = (
        package.last_scan_at
        for package in order.packages
        if package.stage == "delivered"
        and any(row.line_number == line.line_number for row in package.rows)
    )
    return max(scans, default=order.delivered_at)


def came_late(order: Order, line: OrderLine, promised: date | None, now: Moment) -> bool:
    """Whether a line came after a day, or is not there although the day is over."""
    return promised is not None and day_of(arrived_at(order, line) or now) > promised


def kept(order: Order, grace: int = 0) -> bool:
    """Whether what was promised first was kept, of an order that is all there.

    A date that was moved later keeps no promise; an order with one date is there with its last
    parcel. So many days of grace are no delay.
    """
    more = timedelta(days=grace)
    if not any(line.first_promise for line in order.lines):
        promised = order.first_promise or order.promised_delivery_date
        return promised is not None and day_of(order.delivered_at) <= promised + more
    return not any(
        (promised := order.first_promise_of(line))
        and came_late(order, line, promised + more, order.delivered_at)
        for line in order.lines
        if line.live
    )


# --- promising ----------------------------------------------------------------------------------


def agreed(world: World, order: Order, day: date, rows: Iterable[LineDate]) -> Promise | Refusal:
    """One day for all, but for the lines that are named with a day of their own.

    Where none is named and the day stays as it is, the lines keep the days they have. Of two days
    for one line the last one counts.
    """
    named = {row.line_number: row.promised_delivery_date for row in rows}
    for line_number in named:
        if order.line(line_number) is None:
            return UnknownLine(order_number=order.order_number, line_number=line_number)
    kept = not named and day == order.promised_delivery_date
    if not named and not kept:  # most promises are about the whole order
        return Promise(day, {line.line_number: day for line in to_come(order)})
    days = {
        line.line_number: (
            line.promised_delivery_date if kept else named.get(line.line_number)
        ) or day
        for line in to_come(order)
    }  # fmt: skip
    promise = Promise(day if kept else max(days.values(), default=day), days)
    if promise.first < promise.day and one_delivery(world, order):
        return OneDateForAll(order_number=order.order_number, first=promise.first, last=promise.day)
    return promise


def too_early(
    world: World, order: Order, promise: Promise, but: Iterable[int] = ()
) -> PromiseBeforeAtp | None:
    """Which lines could not be there on their day, but for those whose promise is not touched."""
    if promise.first == promise.day and promise.day >= earliest_delivery_date(world, order):
        return None
    earliest = earliest_of_lines(world, order)
    late = tuple(
        LineAtp(line.line_number, line.sku, promise.days[line.line_number], possible)
        for line in to_come(order)
        if (possible := earliest[line.line_number]) > promise.days[line.line_number]
        and line.line_number not in but
    )
    if late:
        worst = max(late, key=lambda line: (line.earliest, line.line_number))
        several = late if len(order.lines) > 1 else ()
        return PromiseBeforeAtp(worst.requested, worst.earliest, several)
    if promise.days:
        return None
    # nothing is still to come: a day is a day all the same
    possible = earliest_delivery_date(world, order)
    return PromiseBeforeAtp(promise.day, possible) if promise.day < possible else None


def overridden(
    world: World, order: Order, promise: Promise, early: PromiseBeforeAtp, reason: str
) -> PromiseOverridden | Refusal:
    """Our word against the numbers: with a reason, and never for a day that is over."""
    if not reason.strip():
        return early
    today = day_of(world.now)
    if promise.first < today:
        return DateInThePast(requested=promise.first, today=today)
    return PromiseOverridden(
        order_number=order.order_number,
        promised_delivery_date=early.requested,
        earliest_delivery_date=early.earliest,
        reason=reason.strip(),
    )


def told_by_line(order: Order, promise: Promise) -> Iterator[LinePromised]:
    """What has to be said of single lines, once the order has its day.

    A line that is added beside others with another day is told of its own, first of all promises.
    """
    split = promise.first < promise.day
    for line in order.lines:
        day = promise.days.get(line.line_number)
        if day is None:  # nothing of it is still to come
            continue
        added = line.amendment > order.amendments
        if (line.promised_delivery_date or promise.day) != day or (added and split):
            yield LinePromised(
                order_number=order.order_number,
                line_number=line.line_number,
                sku=line.sku,
                promised_delivery_date=day,
            )


# --- evolving -----------------------------------------------------------------------------------


@evolves(LinePromised)
def line_promised(world: World, order: Order, event: LinePromised, at: Moment) -> World:
    """Its own day; what came with the newest amendment was never promised for another one."""
    lines = tuple(
        msgspec.structs.replace(
            line,
            promised_delivery_date=event.promised_delivery_date,
            first_promise=event.promised_delivery_date
            if line.amendment == order.amendments
            else line.first_promise,
        )
        if line.line_number == event.line_number
        else line
        for line in order.lines
    )
    return world.with_order(changed(order, lines=lines))


@evolves(PromiseOverridden)
def promise_overridden(world: World, order: Order, event: PromiseOverridden, at: Moment) -> World:
    """The order keeps the reason."""
    return world.with_order(changed(order, override_reason=event.reason))
