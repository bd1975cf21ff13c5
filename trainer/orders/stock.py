"""Stock: what is there, what is set aside, and the earliest date it allows."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import ClassVar, Final

import msgspec

from trainer.orders import lots
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
from trainer.orders.refusals import (
    IllegalState,
    MissingField,
    MissingReason,
    Refusal,
    UnknownOrder,
    unexplained,
)
from trainer.orders.sourcing import shelves
from trainer.orders.status import Label
from trainer.orders.values import Moment, day_of
from trainer.orders.world import (
    Allocation,
    Fact,
    Order,
    OrderLine,
    ProductionOrder,
    StockLevel,
    StockReason,
    World,
)

WAITING: Final[tuple[Label, ...]] = ("pending_payment", "awaiting_shipment", "partly_shipped")
"""Where orders stand that may have goods on the shelf."""


class AllocationRow(Fact, frozen=True, gc=False):
    """Units of a line from one warehouse."""

    line_number: int
    warehouse: str
    quantity: int
    lot_number: str = ""


class ReleaseRow(Fact, frozen=True, gc=False):
    """Units of somebody's line that are given up."""

    order_number: str
    line_number: int
    quantity: int


class ReceiveStock(Command, frozen=True):
    """Goods arrive from a supplier."""

    roles: ClassVar[frozenset[Role]] = frozenset({"system"})
    sku: str
    warehouse: str
    quantity: int
    lot_number: str = ""
    expires: date | None = None


class AdjustStock(Command, frozen=True):
    """The book is wrong by so many; below what is set aside it is said whose units are gone."""

    sku: str
    warehouse: str
    difference: int
    reason: str = ""
    rows: tuple[ReleaseRow, ...] = ()
    lot_number: str = ""
    reason_code: StockReason = "other"


class CycleCount(Command, frozen=True):
    """Somebody has counted the shelf, or one lot on it; the book follows."""

    sku: str
    warehouse: str
    counted: int
    reason: str = ""
    rows: tuple[ReleaseRow, ...] = ()
    lot_number: str = ""
    reason_code: StockReason = "other"


class TransferStock(Command, frozen=True):
    """Move free stock to another warehouse."""

    sku: str
    warehouse: str
    to_warehouse: str
    quantity: int


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
    lot_number: str = ""
    expires: date | None = None


class StockAdjusted(Event, frozen=True):
    """The book says what the shelf says."""

    says = "{sku} in {warehouse} corrected by {difference}: {reason}"
    sku: str
    warehouse: str
    difference: int
    reason: str
    lot_number: str = ""
    reason_code: StockReason = "other"


class StockCounted(Event, frozen=True):
    """The book says what was counted."""

    says = "{counted} × {sku} counted in {warehouse} ({difference}): {reason}"
    sku: str
    warehouse: str
    counted: int
    difference: int
    reason: str
    lot_number: str = ""
    reason_code: StockReason = "other"


class StockTransferred(Event, frozen=True):
    """From one shelf to another."""

    says = "{quantity} × {sku} moved from {warehouse} to {to_warehouse}"
    sku: str
    warehouse: str
    to_warehouse: str
    quantity: int


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
    rests_on = ("rows",)
    line_number: int
    warehouse: str
    unpacked: int
    allocated: int
    packed: int
    requested: int


MOST_UNITS: Final = 1_000_000
"""No shelf of this company holds more of one product."""


class ImplausibleQuantity(Refusal, frozen=True):
    """Where a digit has slipped in, the book is not made to follow."""

    says = "{requested} units of {sku} cannot be meant."
    sums = "at most {most} units at a time; you entered {requested}"
    cure = "Count again, and look for a digit too many."
    sku: str
    requested: int
    most: int = MOST_UNITS


def implausible(sku: str, units: int) -> Refusal | None:
    """Whether nobody can mean so many units of a product, or so many too few."""
    return ImplausibleQuantity(sku=sku, requested=units) if abs(units) > MOST_UNITS else None


class BelowAllocated(Refusal, frozen=True):
    """A count below what is promised would break promises silently."""

    says = "That would leave less of {sku} in {warehouse} than is set aside for orders."
    sums = "on hand {on_hand} + ({difference}) ≥ allocated {allocated} − given up {given_up}"
    cure = (
        "Say whose units are missing: their lines wait again, as backorders. "
        "Unpack their parcels first."
    )
    sku: str
    warehouse: str
    on_hand: int
    difference: int
    allocated: int
    given_up: int = 0


# --- promising --------------------------------------------------------------------------------


class Supply(Fact, frozen=True, gc=False):
    """Units that will be there on a day; `own` ones are made for the order that asks."""

    day: date
    quantity: int
    own: bool = False


def earliest_delivery_date(world: World, order: Order) -> date:
    """The first day the goods can be with the customer.

    The stock first; then what is on its way, units made for this order and those nobody has been
    promised; for the rest production, with its lead time and as many days as the capacity needs.
    """
    ready = day_of(world.now) + timedelta(days=world.policies.handling_days)
    wanted: dict[str, int] = {}
    for line in order.lines:  # an amendment may bring the same SKU again
        wanted[line.sku] = wanted.get(line.sku, 0) + line.open
    for sku, quantity in wanted.items():
        if quantity:
            day = ready_on(world, order, sku, quantity)
            if day > ready:
                ready = day
    return ready + timedelta(days=world.carriers[order.carrier_code].transit_days)


def ready_on(world: World, order: Order, sku: str, wanted: int) -> date:
    """The day on which so many units are there for an order."""
    free = world.available(sku)
    day = day_of(world.now)
    careful = world.policies.production == "manual"
    # where the factory makes by itself what was promised, the shelf serves whoever comes first
    if not careful and wanted <= free:
        return day
    supplies = tuple(supplies_for(world, order, sku))
    others = _others_wait(world, order, sku) if careful or supplies else 0
    wanted -= max(free - others, 0) if careful else free
    others = max(others - free, 0)
    for supply in sorted(supplies, key=lambda supply: (supply.day, not supply.own)):
        if wanted <= 0:
            return day
        theirs = 0 if supply.own else min(others, supply.quantity)
        others -= theirs
        if supply.quantity > theirs:
            wanted -= supply.quantity - theirs
            day = supply.day
    # what others wait for has to be made before it, if nobody makes it by itself
    return day if wanted <= 0 else made_on(world, sku, wanted + others * careful)


def supplies_for(world: World, order: Order | None, sku: str) -> Iterable[Supply]:
    """What is on its way of a SKU and is not made for somebody else's order."""
    tomorrow = day_of(world.now) + timedelta(days=1)
    needed: dict[tuple[str, int], int] = {}
    for made in world.in_production(sku):
        key = (made.order_number, made.line_number)
        if key not in needed:
            needed[key] = open_on(world, made)
        kept = min(made.left, needed[key])
        needed[key] -= kept
        day = max(made.due, tomorrow)
        if kept and order is not None and made.order_number == order.order_number:
            yield Supply(day, kept, own=True)
        if made.left > kept:
            yield Supply(day, made.left - kept)
    for bought in world.on_order(sku):
        yield Supply(max(bought.expected, tomorrow), bought.left)


def open_on(world: World, made: ProductionOrder) -> int:
    """Units that the line a production order is for still waits for."""
    order = world.orders.get(made.order_number)
    if order is None or order.status != "confirmed":
        return 0
    line = order.line(made.line_number)
    return line.open if line else 0


def _others_wait(world: World, order: Order, sku: str) -> int:
    """Units other confirmed orders wait for and that nobody makes for them."""
    waiting = 0
    for other in world.waiting(sku):
        if other.order_number != order.order_number:
            for line in other.lines:
                if line.sku == sku:
                    making = world.made_for(other.order_number, line.line_number)
                    waiting += max(line.open - sum(made.left for made in making), 0)
    return waiting


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


def in_packages(
    order: Order, line_number: int, warehouse: str, lot_number: str | None = None
) -> int:
    """Units of a line in parcels that are in this warehouse, of every lot or of one."""
    units = 0
    for package in order.packages:
        if package.warehouse == warehouse and package.stage in ("picked", "packed", "labelled"):
            for row in package.rows:
                if row.line_number == line_number and lot_number in (None, row.lot_number):
                    units += row.quantity
    return units


def allocated_in(line: OrderLine, warehouse: str, lot_number: str | None = None) -> int:
    """Units of a line set aside in a warehouse, of every lot or of one."""
    units = 0
    for row in line.allocations:
        if row.warehouse == warehouse and lot_number in (None, row.lot_number):
            units += row.quantity
    return units


def unpacked(
    order: Order, line: OrderLine, warehouse: str, quantity: int, lot_number: str = ""
) -> Iterable[tuple[str, int]]:
    """So many units set aside there and in no parcel, by lot; of one lot if it is named."""
    for row in line.allocations:
        if row.warehouse == warehouse and lot_number in ("", row.lot_number):
            packed = in_packages(order, line.line_number, warehouse, row.lot_number)
            take = min(quantity, row.quantity - packed)
            if take > 0:
                yield row.lot_number, take
                quantity -= take


def by_promise(order: Order) -> list[OrderLine]:
    """Its lines, those first that are promised first; else as they stand."""
    return sorted(order.lines, key=lambda line: order.promise_of(line) or date.max)


def suggested_rows(world: World, order: Order) -> tuple[AllocationRow, ...]:
    """What a careful clerk would set aside: every open unit, from where the policy wants it."""
    rows = []
    taken: dict[tuple[str, str, str], int] = defaultdict(int)
    for line in by_promise(order):
        wanted = line.open
        free = world.free(line.sku)
        there = shelves(world, order, line.sku, free) if wanted else ()
        for warehouse, lot_number, units in there:
            take = min(wanted, units - taken[line.sku, warehouse, lot_number])
            if take > 0:
                taken[line.sku, warehouse, lot_number] += take
                rows.append(AllocationRow(line.line_number, warehouse, take, lot_number))
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
    return (
        StockReceived(
            sku=command.sku,
            warehouse=command.warehouse,
            quantity=command.quantity,
            lot_number=command.lot_number,
            expires=command.expires,
        ),
    )


@decides(AdjustStock)
def adjust_stock(world: World, command: AdjustStock, by: Envelope) -> Answer:
    """With a reason, and never below what is set aside."""
    if (command.sku, command.warehouse) not in world.stock or not command.difference:
        return MissingField(field="sku" if command.difference else "difference")
    if refusal := implausible(command.sku, command.difference):
        return refusal
    if unexplained(command.reason_code, command.reason):
        return MissingReason()
    level = world.level(command.sku, command.warehouse)
    given_up = _given_up(world, level, command.difference, command.rows, command.lot_number)
    if isinstance(given_up, Refusal):
        return given_up
    return (
        *given_up,
        StockAdjusted(
            sku=command.sku,
            warehouse=command.warehouse,
            difference=command.difference,
            reason=command.reason,
            lot_number=command.lot_number,
            reason_code=command.reason_code,
        ),
    )


@decides(CycleCount)
def cycle_count(world: World, command: CycleCount, by: Envelope) -> Answer:
    """What was counted, with a reason for a difference; never below what stays set aside."""
    if (command.sku, command.warehouse) not in world.stock:
        return MissingField(field="sku")
    if command.counted < 0:
        return MissingField(field="quantity")
    if refusal := implausible(command.sku, command.counted):
        return refusal
    level = world.level(command.sku, command.warehouse)
    lot = level.lot(command.lot_number)
    difference = command.counted - (lot.on_hand if lot else level.on_hand)
    if difference and unexplained(command.reason_code, command.reason):
        return MissingReason()
    given_up = _given_up(world, level, difference, command.rows, command.lot_number)
    if isinstance(given_up, Refusal):
        return given_up
    counted = StockCounted(
        sku=command.sku,
        warehouse=command.warehouse,
        counted=command.counted,
        difference=difference,
        reason=command.reason,
        lot_number=command.lot_number,
        reason_code=command.reason_code,
    )
    return (*given_up, counted)


def _given_up(
    world: World,
    level: StockLevel,
    difference: int,
    rows: tuple[ReleaseRow, ...],
    lot_number: str,
) -> tuple[Event, ...] | Refusal:
    """Whose units are gone if the stock is less than what is set aside: at least the shortfall.

    Released in the same command, so that no moment has more promised than there is.
    """
    lot = level.lot(lot_number)
    if lot_number and lot is None:
        return lots.UnknownLot(sku=level.sku, warehouse=level.warehouse, lot_number=lot_number)
    by_order: dict[str, list[AllocationRow]] = defaultdict(list)
    for row in rows:
        if row.quantity:
            wanted = AllocationRow(row.line_number, level.warehouse, row.quantity, lot_number)
            by_order[row.order_number].append(wanted)
    released: list[Event] = []
    given_up = 0
    for number, wanted_rows in by_order.items():
        answer = _released(world, level, number, tuple(wanted_rows))
        if isinstance(answer, Refusal):
            return answer
        released.append(answer)
        given_up += sum(row.quantity for row in answer.rows)
    if lot and lot.on_hand + difference < lot.allocated - given_up:
        return lots.LotBelowAllocated(
            sku=level.sku,
            warehouse=level.warehouse,
            lot_number=lot_number,
            on_hand=lot.on_hand,
            difference=difference,
            allocated=lot.allocated,
            given_up=given_up,
        )
    if level.on_hand + difference < level.allocated - given_up:
        return BelowAllocated(
            sku=level.sku,
            warehouse=level.warehouse,
            on_hand=level.on_hand,
            difference=difference,
            allocated=level.allocated,
            given_up=given_up,
        )
    return tuple(released)


def _released(
    world: World, level: StockLevel, number: str, rows: tuple[AllocationRow, ...]
) -> "AllocationReleased | Refusal":
    order = world.orders.get(number)
    if order is None:
        return UnknownOrder(order_number=number)
    refusal = not_confirmed(order)
    if refusal:
        return refusal
    refusal, wanted = bad_rows(order, rows)
    if refusal:
        return refusal
    if any(line.sku != level.sku for row in wanted if (line := order.line(row.line_number))):
        return MissingField(field="line")
    refusal = exceeds_unpacked(order, wanted)
    return refusal or AllocationReleased(order_number=number, rows=by_lot(order, wanted))


def set_aside(
    world: World, sku: str, warehouse: str, lot_number: str = ""
) -> Iterable[tuple[Order, OrderLine, int]]:
    """Whose units lie unpacked on a shelf, or of one lot on it, the newest order first."""
    lot = lot_number or None
    for label in WAITING:
        for order in world.newest(label):
            for line in order.lines:
                if line.sku == sku:
                    packed = in_packages(order, line.line_number, warehouse, lot)
                    if (there := allocated_in(line, warehouse, lot) - packed) > 0:
                        yield order, line, there


@decides(TransferStock)
def transfer_stock(world: World, command: TransferStock, by: Envelope) -> Answer:
    """Only what is free, and to another place."""
    if (command.sku, command.warehouse) not in world.stock:
        return MissingField(field="sku")
    if command.to_warehouse not in world.warehouses or command.to_warehouse == command.warehouse:
        return MissingField(field="to_warehouse")
    if command.quantity <= 0:
        return MissingField(field="quantity")
    level = world.level(command.sku, command.warehouse)
    if command.quantity > level.available:
        return insufficient(level, command.quantity)
    return (
        StockTransferred(
            sku=command.sku,
            warehouse=command.warehouse,
            to_warehouse=command.to_warehouse,
            quantity=command.quantity,
        ),
    )


def insufficient(level: StockLevel, requested: int) -> InsufficientStock:
    """Not there, with the sum."""
    return InsufficientStock(
        sku=level.sku,
        warehouse=level.warehouse,
        available=level.available,
        on_hand=level.on_hand,
        allocated=level.allocated,
        requested=requested,
    )


def added_up(rows: Iterable[AllocationRow]) -> tuple[AllocationRow, ...]:
    """The same line and warehouse twice in one command counts once, with the sum."""
    sums: dict[tuple[int, str, str], int] = {}
    for row in rows:
        key = row.line_number, row.warehouse, row.lot_number
        sums[key] = sums.get(key, 0) + row.quantity
    return tuple(
        AllocationRow(line_number, warehouse, quantity, lot_number)
        for (line_number, warehouse, lot_number), quantity in sums.items()
        if quantity
    )


def bad_rows(
    order: Order, rows: tuple[AllocationRow, ...]
) -> tuple[Refusal | None, tuple[AllocationRow, ...]]:
    """Rows with something in them, on lines that exist; or the refusal."""
    for row in rows:
        if row.quantity < 0:
            return MissingField(field="quantity"), ()
    wanted = added_up(rows)
    if not wanted:
        return MissingField(field="quantity"), ()
    for row in wanted:
        if order.line(row.line_number) is None:
            return MissingField(field="line"), ()
    return None, wanted


def not_confirmed(order: Order) -> Refusal | None:
    """Goods move only for orders that were promised and are not finished."""
    if order.status == "confirmed":
        return None
    return IllegalState(order_number=order.order_number, status=order.status, wanted="confirmed")


CARRIED_OUT: Final = ("confirmed", "completed", "settled")
"""Where something of an order can still come back, be claimed or be taken back by a bank."""


def not_carried_out(order: Order) -> Refusal | None:
    """Something may be wrong with what was delivered, also after the books on it were closed."""
    if order.status in CARRIED_OUT:
        return None
    wanted = " / ".join(CARRIED_OUT)
    return IllegalState(order_number=order.order_number, status=order.status, wanted=wanted)


@decides(Allocate)
def allocate(world: World, order: Order, command: Allocate, by: Envelope) -> Answer:
    """At most what is open on the line, at most what is free in the warehouse: checked together."""
    refusal = not_confirmed(order)
    if refusal:
        return refusal
    refusal, rows = bad_rows(order, command.rows)
    if refusal:
        return refusal
    by_line: dict[int, int] = {}
    by_stock: dict[tuple[str, str], int] = {}
    for row in rows:
        line = order.line(row.line_number)
        assert line is not None
        shelf = line.sku, row.warehouse
        by_stock[shelf] = by_stock.get(shelf, 0) + row.quantity
        asked = by_line[row.line_number] = by_line.get(row.line_number, 0) + row.quantity
        if asked > line.open:
            return AllocateExceedsOpen(
                line_number=line.line_number,
                open=line.open,
                ordered=line.live,
                allocated=line.allocated,
                shipped=line.shipped,
                requested=asked,
            )
    for (sku, warehouse), quantity in by_stock.items():
        level = world.level(sku, warehouse)
        if quantity > level.available:
            return insufficient(level, quantity)
    named = with_lots(world, order, rows)
    if isinstance(named, Refusal):
        return named
    return (StockAllocated(order_number=order.order_number, rows=named),)


def with_lots(
    world: World, order: Order, rows: tuple[AllocationRow, ...]
) -> tuple[AllocationRow, ...] | Refusal:
    """The rows with the lots they come from, where goods are kept in lots; or what is in the way.

    Rows that name a lot have the first choice.
    """
    if not any(world.products[line.sku].shelf_life for line in order.lines):
        return rows
    out: list[AllocationRow] = []
    taken: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    today = day_of(world.now)
    for row in sorted(rows, key=lambda row: not row.lot_number):
        line = order.line(row.line_number)
        assert line is not None
        if not world.products[line.sku].shelf_life:
            out.append(row)
            continue
        level = world.level(line.sku, row.warehouse)
        used = taken[line.sku, row.warehouse]
        if row.lot_number:
            used[row.lot_number] += row.quantity
            refusal = lots.not_free(level, row.lot_number, used[row.lot_number], today)
            if refusal:
                return refusal
            out.append(row)
            continue
        parts = tuple(lots.shared(world, order, level, row.quantity, used))
        if sum(quantity for _, quantity in parts) < row.quantity:
            bad = [lot.lot_number for lot in level.lots if lot.available and lot.expires < today]
            refusal = lots.expired(level, bad[0], today) if bad else None
            return refusal or insufficient(level, row.quantity)
        for lot_number, quantity in parts:
            used[lot_number] += quantity
            out.append(AllocationRow(row.line_number, row.warehouse, quantity, lot_number))
    return added_up(out)


def by_lot(order: Order, rows: tuple[AllocationRow, ...]) -> tuple[AllocationRow, ...]:
    """Rows that are given up, with the lots the units are of; those named come first."""
    out: dict[tuple[int, str, str], int] = defaultdict(int)
    for row in sorted(rows, key=lambda row: not row.lot_number):
        line = order.line(row.line_number)
        assert line is not None
        left = row.quantity
        everything = unpacked(order, line, row.warehouse, line.ordered, row.lot_number)
        for lot_number, there in everything:
            key = (row.line_number, row.warehouse, lot_number)
            take = min(left, there - out[key])
            out[key] += take
            left -= take
    return tuple(
        AllocationRow(line_number, warehouse, quantity, lot_number)
        for (line_number, warehouse, lot_number), quantity in out.items()
        if quantity
    )


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
    return exceeds_unpacked(order, rows) or (
        AllocationReleased(order_number=order.order_number, rows=by_lot(order, rows)),
    )


def exceeds_unpacked(order: Order, rows: tuple[AllocationRow, ...]) -> Refusal | None:
    """Whether some of these units are not set aside there, or stand in a parcel."""
    together = added_up(AllocationRow(r.line_number, r.warehouse, r.quantity) for r in rows)
    for row in (*together, *(row for row in rows if row.lot_number)):
        line = order.line(row.line_number)
        assert line is not None
        lot_number = row.lot_number or None
        allocated = allocated_in(line, row.warehouse, lot_number)
        packed = in_packages(order, row.line_number, row.warehouse, lot_number)
        if row.quantity > allocated - packed:
            return ReleaseExceedsUnpacked(
                line_number=row.line_number,
                warehouse=row.warehouse,
                unpacked=allocated - packed,
                allocated=allocated,
                packed=packed,
                requested=row.quantity,
            )
    return None


# --- evolving ---------------------------------------------------------------------------------


@evolves(StockReceived)
def stock_received(world: World, event: StockReceived, at: Moment) -> World:
    """More on hand."""
    level = world.level(event.sku, event.warehouse)
    level = msgspec.structs.replace(
        level,
        on_hand=level.on_hand + event.quantity,
        received=level.received + event.quantity,
    )
    day = day_of(at)
    return world.with_level(
        lots.arrived(world, level, event.quantity, day, event.lot_number, event.expires)
    )


@evolves(StockAdjusted)
def stock_adjusted(world: World, event: StockAdjusted, at: Moment) -> World:
    """As counted."""
    return _corrected(world, event, at)


@evolves(StockCounted)
def stock_counted(world: World, event: StockCounted, at: Moment) -> World:
    """As counted."""
    return _corrected(world, event, at)


def _corrected(world: World, event: StockAdjusted | StockCounted, at: Moment) -> World:
    level = world.level(event.sku, event.warehouse)
    level = msgspec.structs.replace(
        level,
        on_hand=level.on_hand + event.difference,
        adjusted=level.adjusted + event.difference,
    )
    return world.with_level(
        lots.corrected(world, level, event.difference, day_of(at), event.lot_number)
    )


@evolves(StockTransferred)
def stock_transferred(world: World, event: StockTransferred, at: Moment) -> World:
    """Less here, more there; the lots go along."""
    here = world.level(event.sku, event.warehouse)
    there = world.level(event.sku, event.to_warehouse)
    for lot, units in lots.moved(here, event.quantity):
        here = lots.shifted(here, lot.lot_number, on_hand=-units)
        there = lots.shifted(there, lot.lot_number, on_hand=units, expires=lot.expires)
    for level, change in ((here, -event.quantity), (there, event.quantity)):
        world = world.with_level(
            msgspec.structs.replace(
                level, on_hand=level.on_hand + change, transferred=level.transferred + change
            )
        )
    return world


@evolves(StockAllocated)
def stock_allocated(world: World, order: Order, event: StockAllocated, at: Moment) -> World:
    """More set aside on the line and in the warehouse."""
    order = msgspec.structs.replace(order, allocated_at=at)
    return moved(world, order, event.rows, +1)


@evolves(AllocationReleased)
def allocation_released(world: World, order: Order, event: AllocationReleased, at: Moment) -> World:
    """Less set aside on the line and in the warehouse."""
    return moved(world, order, event.rows, -1)


def moved(world: World, order: Order, rows: tuple[AllocationRow, ...], sign: int) -> World:
    """The world with these rows of an order set aside, or no longer."""
    lines = {line.line_number: line for line in order.lines}
    for row in rows:
        line = lines[row.line_number]
        change = sign * row.quantity
        lines[row.line_number] = with_allocation(line, row.warehouse, change, row.lot_number)
        world = with_allocated(world, line.sku, row.warehouse, change, row.lot_number)
    return world.with_order(changed(order, lines=tuple(lines.values())))


def with_allocation(
    line: OrderLine, warehouse: str, change: int, lot_number: str = ""
) -> OrderLine:
    """The line with more or less set aside in a warehouse, of a lot where there are lots."""
    quantity, rows = change, []
    for row in line.allocations:
        if row.warehouse == warehouse and row.lot_number == lot_number:
            quantity += row.quantity
        else:
            rows.append(row)
    if quantity:
        rows.append(Allocation(warehouse, quantity, lot_number))
    return msgspec.structs.replace(line, allocations=tuple(rows))


def with_allocated(
    world: World, sku: str, warehouse: str, change: int, lot_number: str = ""
) -> World:
    """The world with more or less of a stock level set aside, of a lot where there are lots."""
    level = world.level(sku, warehouse)
    if lot_number:
        level = lots.shifted(level, lot_number, allocated=change)
    return world.with_level(msgspec.structs.replace(level, allocated=level.allocated + change))
