"""Purchasing: what we do not make is bought, and can be promised from the day it is expected."""

from datetime import date, timedelta
from typing import ClassVar

import msgspec

from trainer.orders import lots
from trainer.orders.engine import (
    Answer,
    Command,
    Envelope,
    Event,
    Role,
    decides,
    evolves,
)
from trainer.orders.refusals import MissingField, MissingReason, Refusal, unexplained
from trainer.orders.stock import implausible
from trainer.orders.values import Moment, day_of
from trainer.orders.world import PurchaseReason, ReplenishmentOrder, World


class PlaceReplenishment(Command, frozen=True):
    """Buy from a supplier."""

    supplier_id: str
    sku: str
    quantity: int
    warehouse: str


class CancelReplenishment(Command, frozen=True):
    """Call off what has not come yet."""

    replenishment_number: str
    reason: str = ""
    """What there is to say beside the code; needed where none of the list fits."""
    reason_code: PurchaseReason = "other"


class ReceiveReplenishment(Command, frozen=True):
    """The supplier delivers, all of it or some."""

    roles: ClassVar[frozenset[Role]] = frozenset({"system"})
    replenishment_number: str
    quantity: int


class ReplenishmentPlaced(Event, frozen=True):
    """Bought, and expected on a day."""

    says = "{replenishment_number}: {quantity} × {sku} ordered, expected {expected}"
    replenishment_number: str
    supplier_id: str
    sku: str
    quantity: int
    warehouse: str
    expected: date


class ReplenishmentCancelled(Event, frozen=True):
    """It will not come."""

    says = "{replenishment_number} cancelled: {reason}"
    replenishment_number: str
    reason: str
    reason_code: PurchaseReason = "other"


class ReplenishmentReceived(Event, frozen=True):
    """More on the shelf."""

    says = "{replenishment_number}: {quantity} × {sku} arrived in {warehouse}"
    replenishment_number: str
    sku: str
    warehouse: str
    quantity: int


class UnknownSupplier(Refusal, frozen=True):
    """Nobody sells to us under that number."""

    says = "There is no supplier {supplier_id}."
    cure = "Choose one from the list."
    supplier_id: str


class NotSupplied(Refusal, frozen=True):
    """They do not sell that."""

    says = "{supplier_id} does not sell {sku}."
    cure = "Choose another supplier, or have it made."
    supplier_id: str
    sku: str


class PartialPack(Refusal, frozen=True):
    """A supplier opens no packs."""

    says = "{sku} is bought in whole packs of {pack_size}."
    sums = "{requested} = {packs} × {pack_size} + {over}; what is over must be 0"
    cure = "Order whole packs: {more} would be the next number."
    sku: str
    pack_size: int
    requested: int
    packs: int
    over: int
    more: int


class UnknownReplenishment(Refusal, frozen=True):
    """There is no such order with a supplier."""

    says = "There is no replenishment order {replenishment_number}."
    cure = "Look at the inventory page for its number."
    replenishment_number: str


class ReplenishmentClosed(Refusal, frozen=True):
    """What has come, or was called off, is over."""

    says = "{replenishment_number} is {status} already."
    cure = "Order again if more is needed."
    replenishment_number: str
    status: str


class GoodsAtTheDock(Refusal, frozen=True):
    """Nobody calls off what stands in front of them."""

    says = "Delivery {delivery_number} of {replenishment_number} stands at the dock."
    cure = "Count it in first; what is missing then can be called off."
    replenishment_number: str
    delivery_number: int


class DeliveryExceedsOrder(Refusal, frozen=True):
    """More came than was bought: it is not ours."""

    says = "{replenishment_number} was not for that many."
    sums = "still to come {left} = ordered {quantity} − received {received}; delivered {requested}"
    cure = "Take in at most {left}; what is more goes back to the supplier."
    replenishment_number: str
    left: int
    quantity: int
    received: int
    requested: int


class OverDelivery(Refusal, frozen=True):
    """A little more than was bought is taken; this is too much more."""

    says = "{replenishment_number} was for fewer, even with what we take beyond it."
    sums = (
        "at most {most} = ordered {quantity} + {tolerance} % of it − received {received}; "
        "delivered {requested}"
    )
    cure = "Take in what is within the tolerance; the rest goes back to the supplier."
    rests_on = ("over_delivery_tolerance",)
    replenishment_number: str
    most: int
    quantity: int
    tolerance: int
    received: int
    requested: int


# --- deciding ---------------------------------------------------------------------------------


@decides(PlaceReplenishment)
def place_replenishment(world: World, command: PlaceReplenishment, by: Envelope) -> Answer:
    """From somebody who sells it, into a known place."""
    supplier = world.suppliers.get(command.supplier_id)
    if supplier is None:
        return UnknownSupplier(supplier_id=command.supplier_id)
    if command.sku not in world.products:
        return MissingField(field="sku")
    if supplier.skus and command.sku not in supplier.skus:
        return NotSupplied(supplier_id=command.supplier_id, sku=command.sku)
    if command.warehouse not in world.warehouses:
        return MissingField(field="warehouse")
    if command.quantity <= 0:
        return MissingField(field="quantity")
    if refusal := implausible(command.sku, command.quantity):
        return refusal
    pack_size = world.products[command.sku].pack_size
    packs, over = divmod(command.quantity, pack_size)
    if over:
        return PartialPack(
            sku=command.sku,
            pack_size=pack_size,
            requested=command.quantity,
            packs=packs,
            over=over,
            more=(packs + 1) * pack_size,
        )
    return (
        ReplenishmentPlaced(
            replenishment_number=f"PUR-{world.next_number('replenishment'):05d}",
            supplier_id=command.supplier_id,
            sku=command.sku,
            quantity=command.quantity,
            warehouse=command.warehouse,
            expected=day_of(world.now) + timedelta(days=supplier.lead_time),
        ),
    )


def still_to_come(world: World, number: str) -> ReplenishmentOrder | Refusal:
    """The replenishment order that is still to come; or the refusal."""
    bought = world.replenishments.get(number)
    if bought is None:
        return UnknownReplenishment(replenishment_number=number)
    if not bought.open:
        return ReplenishmentClosed(replenishment_number=number, status=bought.status)
    return bought


def most_of(world: World, bought: ReplenishmentOrder) -> int:
    """How many more may come in: what was bought, and as much more as the company takes."""
    tolerance = world.policies.over_delivery_tolerance
    return bought.quantity * (100 + tolerance) // 100 - bought.received


def too_many(world: World, bought: ReplenishmentOrder, quantity: int) -> Refusal | None:
    """Why so many are not taken in, if they are not."""
    most, tolerance = most_of(world, bought), world.policies.over_delivery_tolerance
    if quantity <= most:
        return None
    if tolerance:
        return OverDelivery(
            replenishment_number=bought.replenishment_number,
            most=most,
            quantity=bought.quantity,
            tolerance=tolerance,
            received=bought.received,
            requested=quantity,
        )
    return DeliveryExceedsOrder(
        replenishment_number=bought.replenishment_number,
        left=most,
        quantity=bought.quantity,
        received=bought.received,
        requested=quantity,
    )


@decides(CancelReplenishment)
def cancel_replenishment(world: World, command: CancelReplenishment, by: Envelope) -> Answer:
    """Something is still to come, and there is a reason not to want it."""
    bought = still_to_come(world, command.replenishment_number)
    if isinstance(bought, Refusal):
        return bought
    if unexplained(command.reason_code, command.reason):
        return MissingReason()
    if waiting := [brought.delivery_number for brought in bought.deliveries if brought.open]:
        return GoodsAtTheDock(bought.replenishment_number, waiting[0])
    number = bought.replenishment_number
    return (ReplenishmentCancelled(number, command.reason, command.reason_code),)


@decides(ReceiveReplenishment)
def receive_replenishment(world: World, command: ReceiveReplenishment, by: Envelope) -> Answer:
    """At most what was bought, and as much more as the company takes."""
    bought = still_to_come(world, command.replenishment_number)
    if isinstance(bought, Refusal):
        return bought
    if command.quantity <= 0:
        return MissingField(field="quantity")
    if refusal := too_many(world, bought, command.quantity):
        return refusal
    return (
        ReplenishmentReceived(
            replenishment_number=bought.replenishment_number,
            sku=bought.sku,
            warehouse=bought.warehouse,
            quantity=command.quantity,
        ),
    )


# --- evolving ---------------------------------------------------------------------------------


@evolves(ReplenishmentPlaced)
def replenishment_placed(world: World, event: ReplenishmentPlaced, at: Moment) -> World:
    """One more order with a supplier, and its number used."""
    counters = world.counters.set("replenishment", world.next_number("replenishment"))
    return msgspec.structs.replace(world, counters=counters).with_replenishment(
        ReplenishmentOrder(
            replenishment_number=event.replenishment_number,
            supplier_id=event.supplier_id,
            sku=event.sku,
            quantity=event.quantity,
            warehouse=event.warehouse,
            expected=event.expected,
        )
    )


@evolves(ReplenishmentCancelled)
def replenishment_cancelled(world: World, event: ReplenishmentCancelled, at: Moment) -> World:
    """Nothing more comes of it."""
    bought = world.replenishments[event.replenishment_number]
    over = msgspec.structs.replace(bought, status="cancelled", called_off_for=event.reason_code)
    return world.with_replenishment(over)


@evolves(ReplenishmentReceived)
def replenishment_received(world: World, event: ReplenishmentReceived, at: Moment) -> World:
    """More on hand; the last of it closes the order."""
    bought = world.replenishments[event.replenishment_number]
    received = bought.received + event.quantity
    level = world.level(event.sku, event.warehouse)
    level = msgspec.structs.replace(
        level,
        on_hand=level.on_hand + event.quantity,
        received=level.received + event.quantity,
    )
    return world.with_replenishment(
        msgspec.structs.replace(
            bought,
            received=received,
            status="delivered" if received >= bought.quantity else "ordered",
        )
    ).with_level(lots.arrived(world, level, event.quantity, day_of(at)))
