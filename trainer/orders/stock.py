"""Stock: what is there, what is set aside, and the earliest date it allows."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import ClassVar

import msgspec

from trainer.orders.engine import (
    Answer,
    Command,
    Envelope,
    Event,
    OrderCommand,
    OrderEvent,
    Role,
    changed,
    decides,
    evolves,
)
from trainer.orders.refusals import IllegalState, MissingField, MissingReason, Refusal
from trainer.orders.values import Moment, day_of
from trainer.orders.world import Allocation, Fact, Order, OrderLine, World


class AllocationRow(Fact, frozen=True, gc=False):
    """Units of a line from one warehouse."""

    line_number: int
    warehouse: str
    quantity: int


class ReceiveStock(Command, frozen=True):
    """Goods arrive from a supplier."""

    roles: ClassVar[frozenset[Role]] = frozenset({"system"})
    sku: str
    warehouse: str
    quantity: int


class AdjustStock(Command, frozen=True):
    """The count on the shelf differs from the book."""

    sku: str
    warehouse: str
    difference: int
    reason: str


class Allocate(OrderCommand, frozen=True):
    """Set stock aside for an order."""

    rows: tuple[AllocationRow, ...]


class ReleaseAllocation(OrderCommand, frozen=True):
    """Give stock that was set aside back to everybody."""

    rows: tuple[AllocationRow, ...]


class StockReceived(Event, frozen=True):
    """More on the shelf."""

    says = "{quantity} × {sku} arrived in {warehouse}"
    sku: str
    warehouse: str
    quantity: int


class StockAdjusted(Event, frozen=True):
    """The book says what the shelf says."""

    says = "{sku} in {warehouse} corrected by {difference}: {reason}"
    sku: str
    warehouse: str
    difference: int
    reason: str


class StockAllocated(OrderEvent, frozen=True):
    """Set aside."""

    says = "Stock set aside for {order_number}"
    rows: tuple[AllocationRow, ...]


class AllocationReleased(OrderEvent, frozen=True):
    """Free for everybody again."""

    says = "Stock of {order_number} released"
    rows: tuple[AllocationRow, ...]


class AllocateExceedsOpen(Refusal, frozen=True):
    """More than the customer still needs."""

    says = "Line {line_number} does not need that many."
    sums = (
        "open {open} = ordered {ordered} − allocated {allocated} − shipped {shipped}; "
        "you asked {requested}"
    )
    cure = "Allocate at most {open}."
    line_number: int
    open: int
    ordered: int
    allocated: int
    shipped: int
    requested: int


class InsufficientStock(Refusal, frozen=True):
    """Not there, or already promised to somebody else."""

    says = "{warehouse} does not have that many of {sku} free."
    sums = (
        "available {available} = on hand {on_hand} − allocated {allocated}; you asked {requested}"
    )
    cure = "Take less from here, or look into the other warehouse."
    sku: str
    warehouse: str
    available: int
    on_hand: int
    allocated: int
    requested: int


class ReleaseExceedsUnpacked(Refusal, frozen=True):
    """Only what is set aside and not yet in a parcel can be given back."""

    says = (
        "Not that many of line {line_number} are set aside and still on the shelf in {warehouse}."
    )
    sums = (
        "unpacked {unpacked} = allocated {allocated} − in parcels {packed}; you asked {requested}"
    )
    cure = "Void the parcel first, or release less."
    line_number: int
    warehouse: str
    unpacked: int
    allocated: int
    packed: int
    requested: int


class BelowAllocated(Refusal, frozen=True):
    """A count below what is promised would break promises silently."""

    says = "That would leave less of {sku} in {warehouse} than is set aside for orders."
    sums = "on hand {on_hand} + ({difference}) ≥ allocated {allocated}"
    cure = "Release allocations first."
    sku: str
    warehouse: str
    on_hand: int
    difference: int
    allocated: int


# --- promising --------------------------------------------------------------------------------


def earliest_delivery_date(world: World, order: Order) -> date:
    """The first day the goods can be with the customer: stock first, capacity for what is short.

    A line that is short waits for production: its lead time, and as many days as the daily
    capacity needs for the missing units.
    """
    ready = day_of(world.now) + timedelta(days=world.policies.handling_days)
    for line in order.lines:
        short = line.open - world.available(line.sku)
        if short > 0:
            ready = max(ready, made_on(world, line.sku, short))
    carrier = world.carriers[order.carrier_code]
    return ready + timedelta(days=carrier.transit_days)


def booked(world: World, sku: str) -> int:
    """Units of a SKU for which the factory's capacity is taken already."""
    return sum(made.left for made in world.in_production(sku))


def made_on(world: World, sku: str, short: int) -> date:
    """The day on which the factory has made what is short, if it is told today.

    What is booked already is made before it.
    """
    product = world.products[sku]
    days = product.lead_time + -(-(booked(world, sku) + short) // product.daily_capacity)
    return day_of(world.now) + timedelta(days=days)


def in_packages(order: Order, line_number: int, warehouse: str) -> int:
    """Units of a line in parcels that are in this warehouse."""
    return sum(
        row.quantity
        for package in order.packages
        if package.warehouse == warehouse and package.stage in ("picked", "packed", "labelled")
        for row in package.rows
        if row.line_number == line_number
    )


def allocated_in(line: OrderLine, warehouse: str) -> int:
    """Units of a line set aside in a warehouse."""
    return sum(row.quantity for row in line.allocations if row.warehouse == warehouse)


def suggested_rows(world: World, order: Order) -> tuple[AllocationRow, ...]:
    """What a careful clerk would set aside: every open unit, fullest warehouse first."""
    rows = []
    for line in order.lines:
        wanted = line.open
        for level in sorted(world.levels(line.sku), key=lambda found: -found.available):
            take = min(wanted, level.available)
            if take > 0:
                rows.append(
                    AllocationRow(
                        line_number=line.line_number, warehouse=level.warehouse, quantity=take
                    )
                )
                wanted -= take
    return tuple(rows)


# --- deciding ---------------------------------------------------------------------------------


@decides(ReceiveStock)
def receive_stock(world: World, command: ReceiveStock, by: Envelope) -> Answer:
    """Known goods into a known place."""
    if command.sku not in world.products:
        return MissingField(field="sku")
    if command.warehouse not in world.warehouses:
        return MissingField(field="warehouse")
    if command.quantity <= 0:
        return MissingField(field="quantity")
    return (StockReceived(sku=command.sku, warehouse=command.warehouse, quantity=command.quantity),)


@decides(AdjustStock)
def adjust_stock(world: World, command: AdjustStock, by: Envelope) -> Answer:
    """With a reason, and never below what is set aside."""
    if (command.sku, command.warehouse) not in world.stock or not command.difference:
        return MissingField(field="sku" if command.difference else "difference")
    if not command.reason.strip():
        return MissingReason()
    level = world.level(command.sku, command.warehouse)
    if level.on_hand + command.difference < level.allocated:
        return BelowAllocated(
            sku=level.sku,
            warehouse=level.warehouse,
            on_hand=level.on_hand,
            difference=command.difference,
            allocated=level.allocated,
        )
    return (
        StockAdjusted(
            sku=command.sku,
            warehouse=command.warehouse,
            difference=command.difference,
            reason=command.reason,
        ),
    )


def added_up(rows: Iterable[AllocationRow]) -> tuple[AllocationRow, ...]:
    """The same line and warehouse twice in one command counts once, with the sum."""
    sums: dict[tuple[int, str], int] = defaultdict(int)
    for row in rows:
        sums[row.line_number, row.warehouse] += row.quantity
    return tuple(
        AllocationRow(line_number=line_number, warehouse=warehouse, quantity=quantity)
        for (line_number, warehouse), quantity in sums.items()
    )


def bad_rows(
    order: Order, rows: tuple[AllocationRow, ...]
) -> tuple[Refusal | None, tuple[AllocationRow, ...]]:
    """Rows with something in them, on lines that exist; or the refusal."""
    if any(row.quantity < 0 for row in rows):
        return MissingField(field="quantity"), ()
    wanted = added_up(row for row in rows if row.quantity)
    if not wanted:
        return MissingField(field="quantity"), ()
    if any(order.line(row.line_number) is None for row in wanted):
        return MissingField(field="line"), ()
    return None, wanted


def not_confirmed(order: Order) -> Refusal | None:
    """Goods move only for orders that were promised and are not finished."""
    if order.status == "confirmed":
        return None
    return IllegalState(order_number=order.order_number, status=order.status, wanted="confirmed")


@decides(Allocate)
def allocate(world: World, order: Order, command: Allocate, by: Envelope) -> Answer:
    """At most what is open on the line, at most what is free in the warehouse: checked together."""
    refusal = not_confirmed(order)
    if refusal:
        return refusal
    refusal, rows = bad_rows(order, command.rows)
    if refusal:
        return refusal
    by_line: dict[int, int] = defaultdict(int)
    by_stock: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        line = order.line(row.line_number)
        assert line is not None
        by_line[line.line_number] += row.quantity
        by_stock[line.sku, row.warehouse] += row.quantity
        if by_line[line.line_number] > line.open:
            return AllocateExceedsOpen(
                line_number=line.line_number,
                open=line.open,
                ordered=line.live,
                allocated=line.allocated,
                shipped=line.shipped,
                requested=by_line[line.line_number],
            )
    for (sku, warehouse), quantity in by_stock.items():
        level = world.level(sku, warehouse)
        if quantity > level.available:
            return InsufficientStock(
                sku=sku,
                warehouse=warehouse,
                available=level.available,
                on_hand=level.on_hand,
                allocated=level.allocated,
                requested=quantity,
            )
    return (StockAllocated(order_number=order.order_number, rows=rows),)


@decides(ReleaseAllocation)
def release_allocation(
    world: World, order: Order, command: ReleaseAllocation, by: Envelope
) -> Answer:
    """Only what is set aside here for this order, and not in a parcel."""
    refusal = not_confirmed(order)
    if refusal:
        return refusal
    refusal, rows = bad_rows(order, command.rows)
    if refusal:
        return refusal
    for row in rows:
        line = order.line(row.line_number)
        assert line is not None
        allocated = allocated_in(line, row.warehouse)
        packed = in_packages(order, row.line_number, row.warehouse)
        if row.quantity > allocated - packed:
            return ReleaseExceedsUnpacked(
                line_number=row.line_number,
                warehouse=row.warehouse,
                unpacked=allocated - packed,
                allocated=allocated,
                packed=packed,
                requested=row.quantity,
            )
    return (AllocationReleased(order_number=order.order_number, rows=rows),)


# --- evolving ---------------------------------------------------------------------------------


@evolves(StockReceived)
def stock_received(world: World, event: StockReceived, at: Moment) -> World:
    """More on hand."""
    level = world.level(event.sku, event.warehouse)
    return world.with_level(
        msgspec.structs.replace(
            level,
            on_hand=level.on_hand + event.quantity,
            received=level.received + event.quantity,
        )
    )


@evolves(StockAdjusted)
def stock_adjusted(world: World, event: StockAdjusted, at: Moment) -> World:
    """As counted."""
    level = world.level(event.sku, event.warehouse)
    return world.with_level(
        msgspec.structs.replace(
            level,
            on_hand=level.on_hand + event.difference,
            adjusted=level.adjusted + event.difference,
        )
    )


@evolves(StockAllocated)
def stock_allocated(world: World, order: Order, event: StockAllocated, at: Moment) -> World:
    """More set aside on the line and in the warehouse."""
    return _moved(world, order, event.rows, +1)


@evolves(AllocationReleased)
def allocation_released(world: World, order: Order, event: AllocationReleased, at: Moment) -> World:
    """Less set aside on the line and in the warehouse."""
    return _moved(world, order, event.rows, -1)


def _moved(world: World, order: Order, rows: tuple[AllocationRow, ...], sign: int) -> World:
    lines = {line.line_number: line for line in order.lines}
    for row in rows:
        line = lines[row.line_number]
        lines[row.line_number] = with_allocation(line, row.warehouse, sign * row.quantity)
        world = with_allocated(world, line.sku, row.warehouse, sign * row.quantity)
    return world.with_order(changed(order, lines=tuple(lines.values())))


def with_allocation(line: OrderLine, warehouse: str, change: int) -> OrderLine:
    """The line with more or less set aside in a warehouse."""
    quantity = allocated_in(line, warehouse) + change
    others = tuple(row for row in line.allocations if row.warehouse != warehouse)
    mine = (Allocation(warehouse=warehouse, quantity=quantity),) if quantity else ()
    return msgspec.structs.replace(line, allocations=others + mine)


def with_allocated(world: World, sku: str, warehouse: str, change: int) -> World:
    """The world with more or less of a stock level set aside."""
    level = world.level(sku, warehouse)
    return world.with_level(msgspec.structs.replace(level, allocated=level.allocated + change))
