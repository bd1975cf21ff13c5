"""A parcel that comes when its return is over: it is taken all the same, or it goes back unopened.

The goods in it are the customer's until somebody has decided, and nothing of it is counted before.
"""

from trainer.orders.engine import Answer, Envelope, OrderCommand, OrderEvent, decides, evolves
from trainer.orders.refusals import MissingReason, Refusal
from trainer.orders.returns import at_stage, with_return
from trainer.orders.values import Moment
from trainer.orders.world import LateDecision, Order, World


class DecideLateParcel(OrderCommand, frozen=True):
    """Take in what came after its return was over, or send it back unopened, and say why."""

    rma_number: str
    decision: LateDecision
    reason: str


class LateParcelTaken(OrderEvent, frozen=True):
    """The return goes on as if the parcel had come in time."""

    says = "The parcel of return {rma_number} is taken although it came too late: {reason}"
    rma_number: str
    reason: str


class LateParcelSentBack(OrderEvent, frozen=True):
    """On its way to the customer again, unopened."""

    says = "The parcel of return {rma_number} came too late and goes back unopened: {reason}"
    rma_number: str
    reason: str


@decides(DecideLateParcel)
def decide_late_parcel(
    world: World, order: Order, command: DecideLateParcel, by: Envelope
) -> Answer:
    """Only what waits at the dock, and with a reason: it is an exception, or a no."""
    back = at_stage(order, command.rma_number, "came_late")
    if isinstance(back, Refusal):
        return back
    if not command.reason.strip():
        return MissingReason()
    decided = LateParcelTaken if command.decision == "take" else LateParcelSentBack
    return (decided(order.order_number, back.rma_number, command.reason),)


@evolves(LateParcelTaken)
def late_parcel_taken(world: World, order: Order, event: LateParcelTaken, at: Moment) -> World:
    """At the dock, like any other parcel; what is missing of it has no last day any more."""
    return world.with_order(
        with_return(order, event.rma_number, status="arrived", late_parcel="taken", send_by=None)
    )


@evolves(LateParcelSentBack)
def late_parcel_sent_back(
    world: World, order: Order, event: LateParcelSentBack, at: Moment
) -> World:
    """Over, and the customer can be told why."""
    return world.with_order(
        with_return(
            order, event.rma_number, late_parcel="sent_back", why_not=event.reason, contents=()
        )
    )
