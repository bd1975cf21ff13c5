"""Arrivals: the customer says that a parcel is there, and its carrier has not.

Their word counts as the carrier's scan does. What the carrier says later is an echo, or a line that
contradicts it (`echoes`): the parcel stays delivered.
"""

from datetime import date

from trainer.orders.cash import CashCollected
from trainer.orders.engine import (
    Answer,
    Envelope,
    OrderCommand,
    OrderEvent,
    changed,
    decides,
    evolves,
    moment,
)
from trainer.orders.refusals import MissingField, MissingReason, Refusal, unexplained
from trainer.orders.shipping import NotUnderWay, PackageDelivered, under_way
from trainer.orders.values import Moment, moment_of
from trainer.orders.world import ArrivalReason, DeliveryProof, Order, World

# --- commands ---------------------------------------------------------------------------------


class ConfirmDelivery(OrderCommand, frozen=True):
    """Record that a parcel is there, as the customer says, before its carrier does."""

    package_number: int
    signed_by: str
    delivered_on: date
    reason_code: ArrivalReason = "other"
    reason: str = ""


# --- events -----------------------------------------------------------------------------------


class DeliveryConfirmed(OrderEvent, frozen=True):
    """The customer has it; `PackageDelivered` follows."""

    says = (
        "Parcel {package_number} of {order_number} is there, the customer says: signed for by "
        "{signed_by} on {delivered_on}; {reason}"
    )
    package_number: int
    signed_by: str
    delivered_on: date
    reason_code: ArrivalReason = "other"
    reason: str = ""


# --- refusals ---------------------------------------------------------------------------------


class NobodySaysSo(Refusal, frozen=True):
    """A guess is no proof of delivery."""

    says = "Nobody has told us that parcel {package_number} of order {order_number} is there."
    cure = "Wait for the carrier's scan, or for a message of the customer."
    order_number: str
    package_number: int


class AnotherDaySaid(Refusal, frozen=True):
    """What is written down of a delivery is what the customer said of it."""

    says = "The customer names another day for parcel {package_number}."
    sums = "the customer says {said}; you entered {requested}"
    cure = "Read the customer's message again."
    package_number: int
    said: date
    requested: date


# --- deciding ---------------------------------------------------------------------------------


@decides(ConfirmDelivery)
def confirm_delivery(world: World, order: Order, command: ConfirmDelivery, by: Envelope) -> Answer:
    """On its way as far as the carrier has said, and there as the customer says."""
    package = under_way(order, command.package_number)
    if isinstance(package, Refusal):
        return package
    number = package.package_number
    if package.tracking in ("lost", "returned_to_sender"):
        return NotUnderWay(order.order_number, number, package.tracking)
    if package.said is None:
        return NobodySaysSo(order.order_number, number)
    day, now = command.delivered_on, moment(world, by)
    if day != package.said.day:
        return AnotherDaySaid(number, package.said.day, day)
    if not command.signed_by.strip():
        return MissingField(field="signed_by")
    if unexplained(command.reason_code, command.reason):
        return MissingReason()
    told = DeliveryConfirmed(
        order.order_number, number, command.signed_by, day, command.reason_code, command.reason
    )
    # at noon of that day, as far as nothing that is known speaks against it
    at = min(max(moment_of(day, hour=12), package.shipped_at), now)
    there = PackageDelivered(order.order_number, number, delivered_at=at)
    if not package.to_collect:
        return (told, there)
    # a carrier hands over against money alone; whether it sends it, the payout says
    return (told, there, CashCollected(order.order_number, number, package.to_collect))


# --- evolving ---------------------------------------------------------------------------------


@evolves(DeliveryConfirmed)
def delivery_confirmed(world: World, order: Order, event: DeliveryConfirmed, at: Moment) -> World:
    """Kept with the parcel, and what its carrier had said by then."""
    package = order.package(event.package_number)
    assert package is not None
    proof = DeliveryProof(
        event.signed_by, event.delivered_on, event.reason_code, event.reason, package.tracking
    )
    packages = order.packages_with(event.package_number, proof=proof)
    return world.with_order(changed(order, packages=packages))
