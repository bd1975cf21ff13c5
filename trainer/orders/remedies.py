"""When it does not go as promised: cancelling what has not left."""

from trainer.orders.engine import Answer, Envelope, OrderCommand, OrderEvent, decides, evolves
from trainer.orders.intake import cancelled
from trainer.orders.refusals import IllegalState, MissingReason, Refusal
from trainer.orders.stock import with_allocated
from trainer.orders.values import Moment
from trainer.orders.world import Order, World


class CancelOrder(OrderCommand, frozen=True):
    """Call the whole order off, as long as nothing has left."""

    reason: str


class OrderCancelled(OrderEvent, frozen=True):
    """Nothing more will be delivered; what was paid is owed back."""

    says = "{order_number} cancelled: {reason}"
    reason: str


class UseReturn(Refusal, frozen=True):
    """What has left can only come back as a return."""

    says = "Goods of order {order_number} have already left."
    sums = "shipped {shipped}; must be 0 to cancel"
    cure = "Let the delivery arrive; the customer can then send it back."
    order_number: str
    shipped: int


class StillPacked(Refusal, frozen=True):
    """A packed parcel of a cancelled order is shipped by mistake."""

    says = "Parcels of order {order_number} stand packed in the warehouse."
    sums = "packed {packed}; must be 0 to cancel"
    cure = "Unpack them first."
    order_number: str
    packed: int


@decides(CancelOrder)
def cancel_order(world: World, order: Order, command: CancelOrder, by: Envelope) -> Answer:
    """Nothing shipped, nothing in a parcel, and a reason."""
    if order.status not in ("draft", "submitted", "confirmed"):
        return IllegalState(
            order_number=order.order_number,
            status=order.status,
            wanted="draft / submitted / confirmed",
        )
    shipped = sum(line.shipped for line in order.lines)
    if shipped:
        return UseReturn(order_number=order.order_number, shipped=shipped)
    packed = sum(line.packed for line in order.lines)
    if packed:
        return StillPacked(order_number=order.order_number, packed=packed)
    if not command.reason.strip():
        return MissingReason()
    return (OrderCancelled(order_number=order.order_number, reason=command.reason),)


@evolves(OrderCancelled)
def order_cancelled(world: World, order: Order, event: OrderCancelled, at: Moment) -> World:
    """The stock that was set aside is free again; the whole order is credited."""
    for line in order.lines:
        for row in line.allocations:
            world = with_allocated(world, line.sku, row.warehouse, -row.quantity)
    return world.with_order(cancelled(order))
