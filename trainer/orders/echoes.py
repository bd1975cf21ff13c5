"""What gateways and carriers say a second time, or too late: noted on the order, and nothing more.

So is a parcel that comes for a return for which nothing is taken in any more.

The engine refuses such an answer, and nobody stands behind it who could be told. So the refusal
leaves a line in the order's time line: a repeated answer books nothing twice, and one can see it.
"""

from datetime import date
from typing import Final

from trainer.orders.cards import AnswerAuthorisation, AuthorisationElsewhere, stage
from trainer.orders.engine import Envelope, OrderEvent, evolves
from trainer.orders.refunds import AnswerRefund, AnswerToEarlierTry, RefundElsewhere
from trainer.orders.refusals import Refusal
from trainer.orders.returns import DeliverReturn, ReturnStage
from trainer.orders.shipping import WAY, EventOutOfOrder, NotShipped, ScanPackage
from trainer.orders.values import Moment
from trainer.orders.world import Order, Package, Tracking, World


class AnswerRepeated(OrderEvent, frozen=True):
    """The gateway has said it before, or what it says is over by now."""

    says = (
        "{number}: the gateway answered again ({outcome}); it is {status} as before, "
        "and nothing was booked twice"
    )
    number: str
    """Of the refund or the authorisation."""
    outcome: str
    status: str


class ParcelTurnedAway(OrderEvent, frozen=True):
    """A parcel came for a return that is over, and for which nothing is awaited any more."""

    says = "A parcel for return {rma_number} ({status}) was refused at the dock and went back"
    rma_number: str
    status: str


class ScanIgnored(OrderEvent, frozen=True):
    """The carrier reports what is known, or what is over by now."""

    says = (
        "Carrier: parcel {package_number} of {order_number} was reported {tracking} again or too "
        "late; it is {status} as before"
    )
    package_number: int
    tracking: Tracking
    status: str


class DeliveryContradicted(OrderEvent, frozen=True):
    """The carrier reports of a parcel what cannot be, if the customer is right."""

    says = (
        "Carrier: parcel {package_number} of {order_number} is {tracking}, but {signed_by} signed "
        "for it on {delivered_on}, as the customer says; it stays delivered"
    )
    package_number: int
    tracking: Tracking
    signed_by: str
    delivered_on: date


_REPEATED: Final = (
    RefundElsewhere, AnswerToEarlierTry, AuthorisationElsewhere, EventOutOfOrder, NotShipped,
)  # fmt: skip
"""Refusals that say: this is known, or over."""


def echo(world: World, envelope: Envelope, refusal: Refusal) -> OrderEvent | None:
    """What to note of an answer from outside that was refused; nothing of our own system's."""
    if isinstance(envelope.command, DeliverReturn) and isinstance(refusal, ReturnStage):
        return _turned_away(world.orders[envelope.command.order_number], refusal.rma_number)
    if envelope.role not in ("bank", "carrier") or not isinstance(refusal, _REPEATED):
        return None
    match envelope.command:
        case AnswerRefund(order_number=order, refund_number=number, outcome=outcome):
            refund = world.orders[order].refund(number)
            if refund and outcome != "unanswered":  # silence says nothing twice
                return AnswerRepeated(order, number, outcome, refund.status)
        case AnswerAuthorisation(order_number=order, authorisation_number=number, outcome=outcome):
            held = world.orders[order].authorisation(number)
            if held and outcome != "unanswered":
                return AnswerRepeated(order, number, f"card_{outcome}", stage(held))
        case ScanPackage(order_number=order, package_number=number, tracking=tracking):
            package = world.orders[order].package(number)
            if package and package.left:
                if contradicted := _contradicted(order, package, tracking):
                    return contradicted
                over = package.stage != "shipped"
                status = package.stage if over else package.tracking or package.stage
                return ScanIgnored(order, number, tracking, status)
    return None


def _contradicted(order: str, package: Package, tracking: Tracking) -> DeliveryContradicted | None:
    """Anything but the delivery, and beyond what the carrier had said before the customer did."""
    proof = package.proof
    if proof is None or tracking in ("delivered", proof.seen):
        return None
    if tracking in WAY and proof.seen in WAY and WAY.index(tracking) < WAY.index(proof.seen):
        return None
    return DeliveryContradicted(
        order, package.package_number, tracking, proof.signed_by, proof.delivered_on
    )


def _turned_away(order: Order, rma_number: str) -> ParcelTurnedAway | None:
    """A parcel of which nothing has come before, and for which nobody waits any more."""
    back = order.returned(rma_number)
    if back is None or any(row.received for row in back.rows):
        return None
    if back.status not in ("closed", "expired", "cancelled"):
        return None
    return ParcelTurnedAway(order.order_number, rma_number, back.status)


@evolves(AnswerRepeated)
def answer_repeated(world: World, order: Order, event: AnswerRepeated, at: Moment) -> World:
    """Nothing is booked; nobody's picture of the order is out of date by it."""
    return world


@evolves(ParcelTurnedAway)
def parcel_turned_away(world: World, order: Order, event: ParcelTurnedAway, at: Moment) -> World:
    """It was never here."""
    return world


@evolves(DeliveryContradicted)
def delivery_contradicted(
    world: World, order: Order, event: DeliveryContradicted, at: Moment
) -> World:
    """Who is right a person has to find out; what was delivered stays so."""
    return world


@evolves(ScanIgnored)
def scan_ignored(world: World, order: Order, event: ScanIgnored, at: Moment) -> World:
    """The parcel is where it was."""
    return world
