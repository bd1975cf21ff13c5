"""A return that was agreed to, until its parcel is here: handed over to a carrier, or called off.

What the customer gives to a carrier in time is in time, however long that takes. What nobody wants
to send, or to have, any more can be asked for again.
"""

from typing import ClassVar

from trainer.orders.engine import Answer, Envelope, OrderCommand, OrderEvent, Role, decides, evolves
from trainer.orders.refusals import MissingReason, Refusal
from trainer.orders.returns import COUNTED, at_stage, with_return
from trainer.orders.values import Moment
from trainer.orders.world import Order, ReturnCanceller, World


class HandOverReturn(OrderCommand, frozen=True):
    """The customer gives the goods to a carrier, who brings them to us."""

    roles: ClassVar[frozenset[Role]] = frozenset({"customer", "carrier", "system"})
    rma_number: str


class CancelReturn(OrderCommand, frozen=True):
    """Call a return off that was agreed to: the customer withdraws it, or we do, and say why."""

    rma_number: str
    called_off_by: ReturnCanceller
    reason: str


class ReturnHandedOver(OrderEvent, frozen=True):
    """On its way to us."""

    says = "The goods of return {rma_number} are on their way to us"
    rma_number: str


class ReturnCancelled(OrderEvent, frozen=True):
    """Nothing will come, and the customer keeps what they have."""

    says = "Return {rma_number} called off by {called_off_by}: {reason}"
    rma_number: str
    called_off_by: ReturnCanceller
    reason: str


class GoodsComing(Refusal, frozen=True):
    """What is on its way, or here, is not wished away."""

    says = "Goods of return {rma_number} are on their way to us, or here."
    sums = "on the way {under_way} + at the dock {at_dock} + counted {received}; must be 0"
    cure = "Wait for the parcel and count it in; what you do not take goes back when inspected."
    rma_number: str
    under_way: int
    at_dock: int
    received: int


@decides(HandOverReturn)
def hand_over_return(world: World, order: Order, command: HandOverReturn, by: Envelope) -> Answer:
    """What was agreed to, once."""
    back = at_stage(order, command.rma_number, "authorised")
    if isinstance(back, Refusal):
        return back
    return (ReturnHandedOver(order.order_number, back.rma_number),)


@decides(CancelReturn)
def cancel_return(world: World, order: Order, command: CancelReturn, by: Envelope) -> Answer:
    """As long as the customer still has all of it, and with a reason."""
    back = at_stage(order, command.rma_number, "authorised", "in_transit", "arrived", *COUNTED)
    if isinstance(back, Refusal):
        return back
    if back.stage != "authorised":
        received = sum(row.received for row in back.rows)
        rest = sum(row.quantity for row in back.rows) - received
        return GoodsComing(
            rma_number=back.rma_number,
            under_way=rest if back.stage == "in_transit" else 0,
            at_dock=rest if back.stage == "arrived" else 0,
            received=received,
        )
    if not command.reason.strip():
        return MissingReason()
    return (
        ReturnCancelled(order.order_number, back.rma_number, command.called_off_by, command.reason),
    )


@evolves(ReturnHandedOver)
def return_handed_over(world: World, order: Order, event: ReturnHandedOver, at: Moment) -> World:
    """With the carrier."""
    return world.with_order(with_return(order, event.rma_number, handed_over=True))


@evolves(ReturnCancelled)
def return_cancelled(world: World, order: Order, event: ReturnCancelled, at: Moment) -> World:
    """Over; where we took our word back, the customer can be told why."""
    why = event.reason if event.called_off_by == "seller" else ""
    return world.with_order(with_return(order, event.rma_number, status="cancelled", why_not=why))
