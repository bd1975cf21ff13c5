"""Goods receipt: what a supplier brings stands at the dock until somebody has counted it in.

The delivery note says what was announced; what stands there may be less, more, or damaged. Stock
rises by what was counted alone: what is damaged goes back with the driver, and so does what nobody
bought; what is missing stays on order, or is called off with a reason.
"""

from datetime import date, timedelta
from typing import ClassVar

import msgspec

from trainer.orders import lots
from trainer.orders.engine import Answer, Command, Envelope, Event, Role, decides, evolves, moment
from trainer.orders.purchasing import UnknownReplenishment, most_of, still_to_come, too_many
from trainer.orders.refusals import MissingField, Refusal
from trainer.orders.values import Moment, day_of
from trainer.orders.world import ReplenishmentOrder, SupplierDelivery, World


class DeliverReplenishment(Command, frozen=True):
    """The supplier's lorry stands at the dock, with a note of what it brings."""

    roles: ClassVar[frozenset[Role]] = frozenset({"system"})
    replenishment_number: str
    announced: int
    sound: int
    damaged: int = 0


class PostGoodsReceipt(Command, frozen=True):
    """Count what stands at the dock: what is sound comes in, what is damaged goes back."""

    replenishment_number: str
    delivery_number: int
    quantity: int
    damaged: int = 0


class ReplenishmentArrived(Event, frozen=True):
    """It stands at the dock, and is none of our stock."""

    says = (
        "{replenishment_number}: a delivery stands at the dock in {warehouse}; "
        "its note says {announced} × {sku}"
    )
    replenishment_number: str
    delivery_number: int
    sku: str
    warehouse: str
    announced: int
    sound: int
    damaged: int = 0


class GoodsReceiptPosted(Event, frozen=True):
    """So many more on the shelf; the last count of a delivery says what is missing of it."""

    says = (
        "{replenishment_number}: {quantity} × {sku} taken in, {damaged} damaged, {short} short, "
        "{sent_back} too many"
    )
    replenishment_number: str
    delivery_number: int
    sku: str
    warehouse: str
    quantity: int
    damaged: int = 0
    short: int = 0
    """Units that the note says and that nobody brought, once all of it is counted."""
    sent_back: int = 0
    """Units that went back uncounted, because all that was bought is here."""
    expected: date | None = None
    """The day on which the supplier brings what was missing."""


class NothingAtTheDock(Refusal, frozen=True):
    """What has not come, or is counted already, cannot be counted."""

    says = "Nothing of delivery {delivery_number} of {replenishment_number} stands at the dock."
    sums = "at the dock {left} = arrived {arrived} − counted {counted}; must be above 0"
    cure = "What is counted is in the stock already; what has not come is expected on {expected}."
    replenishment_number: str
    delivery_number: int
    left: int
    arrived: int
    counted: int
    expected: date


class CountExceedsArrived(Refusal, frozen=True):
    """More was counted than stands there: that is the note, and not the goods."""

    says = "Not so many of delivery {delivery_number} of {replenishment_number} stand at the dock."
    sums = "sound {sound}, damaged {damaged}; you counted {requested} and {requested_damaged}"
    cure = "Count the goods, not the note: what it says beyond them stays on order."
    replenishment_number: str
    delivery_number: int
    sound: int
    damaged: int
    requested: int
    requested_damaged: int


# --- deciding ---------------------------------------------------------------------------------


@decides(DeliverReplenishment)
def deliver_replenishment(world: World, command: DeliverReplenishment, by: Envelope) -> Answer:
    """At most what was bought is announced; what stands there may be anything but nothing.

    An earlier lorry may have had too much on it, all of which was taken in: the note of the next
    one knows nothing of that, and what is too much goes back from the dock.
    """
    bought = still_to_come(world, command.replenishment_number)
    if isinstance(bought, Refusal):
        return bought
    if min(command.sound, command.damaged) < 0 or command.announced <= 0:
        return MissingField(field="quantity")
    if not command.sound + command.damaged:
        return MissingField(field="quantity")
    if refusal := too_many(world, msgspec.structs.replace(bought, received=0), command.announced):
        return refusal
    return (
        ReplenishmentArrived(
            replenishment_number=bought.replenishment_number,
            delivery_number=len(bought.deliveries) + 1,
            sku=bought.sku,
            warehouse=bought.warehouse,
            announced=command.announced,
            sound=command.sound,
            damaged=command.damaged,
        ),
    )


def at_the_dock(
    world: World, replenishment_number: str, delivery_number: int
) -> tuple[ReplenishmentOrder, SupplierDelivery] | Refusal:
    """A delivery of which something stands at the dock, and what it belongs to."""
    bought = world.replenishments.get(replenishment_number)
    if bought is None:
        return UnknownReplenishment(replenishment_number=replenishment_number)
    brought = bought.delivery(delivery_number)
    if brought is None or not brought.open:
        arrived = brought.sound + brought.damaged if brought else 0
        return NothingAtTheDock(
            replenishment_number=replenishment_number,
            delivery_number=delivery_number,
            left=0,
            arrived=arrived,
            counted=arrived,
            expected=bought.expected,
        )
    return bought, brought


def uncounted(world: World, sku: str) -> int:
    """Units of a SKU that stand at the dock, sound or not, and that nobody has counted."""
    return sum(
        brought.to_count + brought.to_reject
        for bought in world.replenishments.values()
        if bought.sku == sku
        for brought in bought.deliveries
    )


@decides(PostGoodsReceipt)
def post_goods_receipt(world: World, command: PostGoodsReceipt, by: Envelope) -> Answer:
    """No more than stands there, and no more than was bought and what is taken beyond it."""
    found = at_the_dock(world, command.replenishment_number, command.delivery_number)
    if isinstance(found, Refusal):
        return found
    bought, brought = found
    if min(command.quantity, command.damaged) < 0 or not command.quantity + command.damaged:
        return MissingField(field="quantity")
    if refusal := too_many(world, bought, command.quantity):
        return refusal
    if command.quantity > brought.to_count or command.damaged > brought.to_reject:
        return CountExceedsArrived(
            replenishment_number=bought.replenishment_number,
            delivery_number=brought.delivery_number,
            sound=brought.to_count,
            damaged=brought.to_reject,
            requested=command.quantity,
            requested_damaged=command.damaged,
        )
    return (_posted(world, bought, brought, command, day_of(moment(world, by))),)


def _posted(
    world: World,
    bought: ReplenishmentOrder,
    brought: SupplierDelivery,
    command: PostGoodsReceipt,
    today: date,
) -> GoodsReceiptPosted:
    event = GoodsReceiptPosted(
        replenishment_number=bought.replenishment_number,
        delivery_number=brought.delivery_number,
        sku=bought.sku,
        warehouse=bought.warehouse,
        quantity=command.quantity,
        damaged=command.damaged,
    )
    full = most_of(world, bought) == command.quantity
    after = _counted(bought, event, full)
    counted = after.delivery(brought.delivery_number)
    assert counted is not None
    if counted.open:
        return event
    before = {it.delivery_number: it.surplus + it.rejected for it in bought.deliveries}
    gone = sum(it.surplus + it.rejected - before[it.delivery_number] for it in after.deliveries)
    missing = min(counted.missing, after.left)
    again = today + timedelta(days=max(world.suppliers[bought.supplier_id].lead_time, 1))
    return msgspec.structs.replace(
        event,
        short=counted.short,
        sent_back=gone - command.damaged,
        expected=max(bought.expected, again) if missing else None,
    )


def _counted(
    bought: ReplenishmentOrder, event: GoodsReceiptPosted, full: bool
) -> ReplenishmentOrder:
    """The order with a supplier after a count; once it is full, all that is left goes back."""
    deliveries = []
    for brought in bought.deliveries:
        if brought.delivery_number == event.delivery_number:
            brought = msgspec.structs.replace(
                brought,
                taken_in=brought.taken_in + event.quantity,
                rejected=brought.rejected + event.damaged,
            )
        if full:
            brought = msgspec.structs.replace(
                brought, surplus=brought.surplus + brought.to_count, rejected=brought.damaged
            )
        deliveries.append(brought)
    received = bought.received + event.quantity
    return msgspec.structs.replace(
        bought,
        deliveries=tuple(deliveries),
        received=received,
        status="delivered" if received >= bought.quantity else bought.status,
    )


# --- evolving ---------------------------------------------------------------------------------


@evolves(ReplenishmentArrived)
def replenishment_arrived(world: World, event: ReplenishmentArrived, at: Moment) -> World:
    """One more delivery of it, uncounted."""
    bought = world.replenishments[event.replenishment_number]
    brought = SupplierDelivery(event.delivery_number, event.announced, event.sound, event.damaged)
    return world.with_replenishment(
        msgspec.structs.replace(bought, deliveries=(*bought.deliveries, brought))
    )


@evolves(GoodsReceiptPosted)
def goods_receipt_posted(world: World, event: GoodsReceiptPosted, at: Moment) -> World:
    """More on hand by what was counted; what is missing has a new day."""
    bought = world.replenishments[event.replenishment_number]
    full = most_of(world, bought) == event.quantity
    bought = _counted(bought, event, full)
    if event.expected:
        bought = msgspec.structs.replace(bought, expected=event.expected)
    world = world.with_replenishment(bought)
    if not event.quantity:
        return world
    level = world.level(event.sku, event.warehouse)
    level = msgspec.structs.replace(
        level,
        on_hand=level.on_hand + event.quantity,
        received=level.received + event.quantity,
    )
    return world.with_level(lots.arrived(world, level, event.quantity, day_of(at)))
