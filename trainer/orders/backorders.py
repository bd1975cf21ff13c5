"""Backorders: who waits for what, who comes first, and what is set aside when something arrives.

The order of the queue is the company's policy and stands here alone; as a rule the higher priority
first, then the earlier promise of the line that waits, then the earlier order.
"""

from datetime import date
from typing import Any, ClassVar, Final

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
from trainer.orders.refusals import IllegalState, Refusal
from trainer.orders.sourcing import shelves
from trainer.orders.stock import (
    AllocationRow,
    StockAllocated,
    by_promise,
    with_allocated,
    with_lots,
)
from trainer.orders.values import Moment
from trainer.orders.world import Order, Priority, World

_RANK: Final[dict[Priority, int]] = {"high": 0, "normal": 1, "low": 2}


class PrioritiseOrder(OrderCommand, frozen=True):
    """Let an order come before others when goods are short, or after them."""

    priority: Priority


class FillBackorders(Command, frozen=True):
    """Set what is free of a SKU aside for those who wait for it."""

    roles: ClassVar[frozenset[Role]] = frozenset({"system"})
    sku: str


class OrderPrioritised(OrderEvent, frozen=True):
    """It has another place in the queue."""

    says = "{order_number} now has {priority} priority"
    priority: Priority


class NothingToFill(Refusal, frozen=True):
    """Nobody waits, or nothing is free."""

    says = "There is nothing of {sku} to set aside for orders that wait."
    sums = "free {available}; orders that wait {waiting}"
    cure = "Nothing to do here: wait for goods if orders wait, or buy or make more."
    sku: str
    available: int
    waiting: int


class SamePriority(Refusal, frozen=True):
    """It has that place in the queue already."""

    says = "{order_number} has {priority} priority already."
    cure = "Choose another priority, or leave it as it is."
    order_number: str
    priority: str


def served(world: World, sku: str) -> list[Order]:
    """The orders that would get something of what is free, in the order in which they are."""
    free = world.free(sku)
    return [order for order in queue(world, sku) if _rows(world, order, sku, free)]


def place_in_queue(world: World, order: Order, promised: date | None) -> tuple[Any, ...]:
    """Where a line promised for that day stands when goods are short: who has less comes first."""
    promised = promised or date.max
    match world.policies.allocation_order:
        case "priority":
            return _RANK[order.priority], promised, order.sequence
        case "promised_date":
            return promised, _RANK[order.priority], order.sequence
        case "first_come":
            return (order.sequence,)


def queue(world: World, sku: str) -> list[Order]:
    """Confirmed orders that wait for a SKU, in the order in which they are served."""

    def place(order: Order) -> tuple[Any, ...]:
        days = (order.promise_of(line) for line in order.lines if line.sku == sku and line.open)
        return place_in_queue(world, order, min(filter(None, days), default=None))

    return sorted(world.waiting(sku), key=place)


# --- deciding ---------------------------------------------------------------------------------


@decides(PrioritiseOrder)
def prioritise_order(world: World, order: Order, command: PrioritiseOrder, by: Envelope) -> Answer:
    """As long as something can still be set aside for it."""
    if order.status not in ("draft", "submitted", "confirmed"):
        return IllegalState(
            order_number=order.order_number,
            status=order.status,
            wanted="draft / submitted / confirmed",
        )
    if order.priority == command.priority:
        return SamePriority(order_number=order.order_number, priority=command.priority)
    return (OrderPrioritised(order_number=order.order_number, priority=command.priority),)


@decides(FillBackorders)
def fill_backorders(world: World, command: FillBackorders, by: Envelope) -> Answer:
    """Down the queue as far as the stock goes, from where the policy wants it."""
    free = world.free(command.sku)
    waiting = queue(world, command.sku)
    events: list[Event] = []
    ahead = world  # what one gets, the next cannot have, lot by lot
    for order in waiting:
        rows = with_lots(ahead, order, _rows(ahead, order, command.sku, free))
        if isinstance(rows, Refusal):
            return rows
        if rows:
            events.append(StockAllocated(order_number=order.order_number, rows=rows))
            for row in rows if world.products[command.sku].shelf_life else ():
                ahead = with_allocated(
                    ahead, command.sku, row.warehouse, row.quantity, row.lot_number
                )
    if not events:
        available = world.available(command.sku)
        return NothingToFill(sku=command.sku, available=available, waiting=len(waiting))
    return tuple(events)


def _rows(world: World, order: Order, sku: str, free: dict[str, int]) -> tuple[AllocationRow, ...]:
    """What an order gets of what is free; less is free after it."""
    rows = []
    for line in by_promise(order):
        wanted = line.open if line.sku == sku else 0
        for warehouse, lot_number, units in shelves(world, order, sku, free) if wanted else ():
            take = min(wanted, units, free[warehouse])
            if take > 0:
                rows.append(AllocationRow(line.line_number, warehouse, take, lot_number))
                free[warehouse] -= take
                wanted -= take
    return tuple(rows)


# --- evolving ---------------------------------------------------------------------------------


@evolves(OrderPrioritised)
def order_prioritised(world: World, order: Order, event: OrderPrioritised, at: Moment) -> World:
    """Its place in the queue."""
    return world.with_order(changed(order, priority=event.priority))
