"""Reallocation: units set aside for one order go to another that needs them more, in one command.

The command names whose units they are. Released and set aside again in two steps, anybody's order
could take them in between.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from trainer.orders import lots
from trainer.orders.backorders import place_in_queue
from trainer.orders.engine import (
    Answer,
    Envelope,
    Event,
    OrderCommand,
    OrderEvent,
    decides,
    evolves,
)
from trainer.orders.refusals import MissingField, MissingReason, Refusal, UnknownOrder
from trainer.orders.stock import (
    AllocateExceedsOpen,
    AllocationRow,
    added_up,
    allocated_in,
    by_lot,
    in_packages,
    moved,
    not_confirmed,
    set_aside,
    unpacked,
)
from trainer.orders.values import Moment, day_of
from trainer.orders.world import Fact, Order, OrderLine, World


class TakenRow(Fact, frozen=True, gc=False):
    """Units of somebody's line that a line of this order is to have."""

    from_order: str
    from_line: int
    line_number: int
    warehouse: str
    quantity: int


class Reallocate(OrderCommand, frozen=True):
    """Take what is set aside for others and set it aside for this order."""

    rows: tuple[TakenRow, ...]
    reason: str


class AllocationGivenUp(OrderEvent, frozen=True):
    """Somebody needs them more; these units are open again."""

    says = "{quantity} units of {order_number} were given to {to_order}: {reason}"
    to_order: str
    rows: tuple[AllocationRow, ...]
    quantity: int
    reason: str


class StockReallocated(OrderEvent, frozen=True):
    """Set aside; others gave it up."""

    says = "{quantity} units for {order_number} taken from {from_orders}"
    from_orders: str
    rows: tuple[AllocationRow, ...]
    quantity: int


class AllocationPacked(Refusal, frozen=True):
    """Only what still lies on the shelf for an order can be taken from it."""

    says = "{from_order} does not have that many of line {from_line} unpacked in {warehouse}."
    sums = "to take {to_take} = allocated {allocated} − in parcels {packed}; you asked {requested}"
    cure = "Take less, unpack its parcel first, or take from another order."
    from_order: str
    from_line: int
    warehouse: str
    to_take: int
    allocated: int
    packed: int
    requested: int


class OtherGoods(Refusal, frozen=True):
    """A lamp does not fill an order for a chair."""

    says = "Line {from_line} of {from_order} is {from_sku}, and this line is {sku}."
    cure = "Take from a line with the same goods."
    from_order: str
    from_line: int
    from_sku: str
    sku: str


class TakenFromItself(Refusal, frozen=True):
    """What an order has, it has."""

    says = "{order_number} cannot take from itself."
    cure = "Name the other order that gives its units up."
    order_number: str


# --- who could give -----------------------------------------------------------------------------


def holders(world: World, order: Order) -> list[tuple[Order, OrderLine, TakenRow]]:
    """Who has units set aside that this order lacks, least urgent first, with all they could give.

    Only lines that the free stock cannot serve are looked at.
    """
    found = []
    for line in order.lines if order.status == "confirmed" else ():
        if line.open > world.available(line.sku):
            for other, theirs, warehouse, there in _on_the_shelves(world, line.sku):
                if other.order_number != order.order_number:
                    row = TakenRow(
                        other.order_number,
                        theirs.line_number,
                        line.line_number,
                        warehouse,
                        min(there, line.open),
                    )
                    found.append((other, theirs, row))
    found.sort(
        key=lambda each: place_in_queue(world, each[0], each[0].promise_of(each[1])), reverse=True
    )
    return found


def _on_the_shelves(world: World, sku: str) -> Iterator[tuple[Order, OrderLine, str, int]]:
    for level in world.levels(sku):
        if level.allocated:
            for other, theirs, there in set_aside(world, sku, level.warehouse):
                yield other, theirs, level.warehouse, there


def suggested_taking(world: World, order: Order) -> tuple[TakenRow, ...]:
    """What a careful clerk would take: from the least urgent first, as much as is open."""
    left = {line.line_number: line.open - world.available(line.sku) for line in order.lines}
    rows = []
    for _, _, row in holders(world, order):
        take = min(row.quantity, left[row.line_number])
        if take > 0:
            left[row.line_number] -= take
            rows.append(msgspec.structs.replace(row, quantity=take))
    return tuple(rows)


# --- deciding -----------------------------------------------------------------------------------


@decides(Reallocate)
def reallocate(world: World, order: Order, command: Reallocate, by: Envelope) -> Answer:
    """At most what is open here, at most what lies unpacked there, and with a reason."""
    refusal = not_confirmed(order)
    if refusal:
        return refusal
    if any(row.quantity < 0 for row in command.rows):
        return MissingField(field="quantity")
    rows = _added_up(command.rows)
    if not rows:
        return MissingField(field="quantity")
    if not command.reason.strip():
        return MissingReason()
    refusal = _exceeds_open(order, rows)
    if refusal:
        return refusal
    for row in rows:
        refusal = _not_to_take(world, order, row)
        if refusal:
            return refusal
    return tuple(_events(world, order, rows, command.reason))


def _added_up(rows: tuple[TakenRow, ...]) -> tuple[TakenRow, ...]:
    """The same units named twice in one command count with their sum."""
    sums: dict[tuple[str, int, int, str], int] = defaultdict(int)
    for row in rows:
        if row.quantity:
            key = (row.from_order, row.from_line, row.line_number, row.warehouse)
            sums[key] += row.quantity
    return tuple(TakenRow(*key, quantity) for key, quantity in sums.items())


def _exceeds_open(order: Order, rows: tuple[TakenRow, ...]) -> Refusal | None:
    wanted: dict[int, int] = defaultdict(int)
    for row in rows:
        wanted[row.line_number] += row.quantity
    for line_number, quantity in wanted.items():
        line = order.line(line_number)
        if line is None:
            return MissingField(field="line")
        if quantity > line.open:
            return AllocateExceedsOpen(
                line_number=line_number,
                open=line.open,
                ordered=line.live,
                allocated=line.allocated,
                shipped=line.shipped,
                requested=quantity,
            )
    return None


def _not_to_take(world: World, order: Order, row: TakenRow) -> Refusal | None:
    if row.from_order == order.order_number:
        return TakenFromItself(order_number=order.order_number)
    other = world.orders.get(row.from_order)
    if other is None:
        return UnknownOrder(order_number=row.from_order)
    refusal = not_confirmed(other)
    if refusal:
        return refusal
    line, theirs = order.line(row.line_number), other.line(row.from_line)
    if line is None or theirs is None:
        return MissingField(field="line")
    if theirs.sku != line.sku:
        return OtherGoods(
            from_order=row.from_order, from_line=row.from_line, from_sku=theirs.sku, sku=line.sku
        )
    allocated = allocated_in(theirs, row.warehouse)
    packed = in_packages(other, row.from_line, row.warehouse)
    if row.quantity > allocated - packed:
        return AllocationPacked(
            from_order=row.from_order,
            from_line=row.from_line,
            warehouse=row.warehouse,
            to_take=allocated - packed,
            allocated=allocated,
            packed=packed,
            requested=row.quantity,
        )
    level, today = world.level(line.sku, row.warehouse), day_of(world.now)
    for lot_number, _ in unpacked(other, theirs, row.warehouse, row.quantity):
        refusal = lots.expired(level, lot_number, today)
        if refusal:
            return refusal
    return None


def _events(world: World, order: Order, rows: tuple[TakenRow, ...], reason: str) -> Iterable[Event]:
    """Each order that gives first, so that no moment has more promised than there is."""
    given: dict[str, list[AllocationRow]] = defaultdict(list)
    taken: list[AllocationRow] = []
    for row in rows:
        other = world.orders[row.from_order]
        wanted = AllocationRow(row.from_line, row.warehouse, row.quantity)
        for part in by_lot(other, (wanted,)):
            given[row.from_order].append(part)
            taken.append(msgspec.structs.replace(part, line_number=row.line_number))
    for number, theirs in given.items():
        units = sum(row.quantity for row in theirs)
        yield AllocationGivenUp(number, order.order_number, added_up(theirs), units, reason)
    yield StockReallocated(
        order_number=order.order_number,
        from_orders=", ".join(given),
        rows=added_up(taken),
        quantity=sum(row.quantity for row in rows),
    )


# --- evolving -----------------------------------------------------------------------------------


@evolves(AllocationGivenUp)
def allocation_given_up(world: World, order: Order, event: AllocationGivenUp, at: Moment) -> World:
    """Less set aside here; the units are on their way to another order."""
    return moved(world, order, event.rows, -1)


@evolves(StockReallocated)
def stock_reallocated(world: World, order: Order, event: StockReallocated, at: Moment) -> World:
    """More set aside here."""
    return moved(world, msgspec.structs.replace(order, allocated_at=at), event.rows, +1)
