"""Holds: reasons to stop, each open until somebody releases it."""

from typing import Final, Self

import msgspec

from trainer.orders.engine import (
    Answer,
    Envelope,
    OrderCommand,
    OrderEvent,
    changed,
    decides,
    evolves,
)
from trainer.orders.refusals import IllegalState, MissingReason, Refusal
from trainer.orders.values import Minor, Moment
from trainer.orders.world import Hold, HoldKind, Order, World


class PlaceHold(OrderCommand, frozen=True):
    """Stop an order until something is clear."""

    kind: HoldKind
    reason: str


class ReleaseHold(OrderCommand, frozen=True):
    """Let it go on; the reason for stopping is looked at again first."""

    kind: HoldKind
    reason: str


class HoldPlaced(OrderEvent, frozen=True):
    """The order stands still."""

    says = "{order_number} put on hold ({kind}): {reason}"
    kind: HoldKind
    reason: str


class HoldReleased(OrderEvent, frozen=True):
    """It may go on."""

    says = "Hold ({kind}) on {order_number} released: {reason}"
    kind: HoldKind
    reason: str


class OrderOnHold(Refusal, frozen=True):
    """Nothing is promised, picked, packed or shipped while a hold is open."""

    says = "Order {order_number} is on hold ({kind}): {reason}."
    cure = "Clear the cause, then release the hold."
    order_number: str
    kind: HoldKind
    reason: str

    @classmethod
    def of(cls, order: Order) -> Self:
        """The refusal for the first open hold."""
        hold = next(hold for hold in order.holds if hold.open)
        return cls(order_number=order.order_number, kind=hold.kind, reason=hold.reason)


class AlreadyOnHold(Refusal, frozen=True):
    """One hold of a kind is enough."""

    says = "Order {order_number} is already on hold ({kind})."
    cure = "Release it once its cause is gone."
    order_number: str
    kind: HoldKind


class NoSuchHold(Refusal, frozen=True):
    """What is not held need not be released."""

    says = "Order {order_number} has no open hold of the kind {kind}."
    cure = "Look at the open holds of the order."
    order_number: str
    kind: HoldKind


class CreditLimitExceeded(Refusal, frozen=True):
    """Together with what they owe already this would be more than we lend them."""

    says = "{customer_id} would owe {exposure} with a limit of {limit}."
    sums = "open {open} + this order {requested} = {exposure} ≤ limit {limit}"
    cure = "Wait for a payment, or ask for the limit to be raised."
    customer_id: str
    open: Minor
    requested: Minor
    exposure: Minor
    limit: Minor


_STOPPABLE: Final = ("submitted", "confirmed")


def credit_short(world: World, order: Order) -> CreditLimitExceeded | None:
    """The refusal if this order would break its customer's credit limit, None if it would not."""
    # an order that asks for nothing more needs no credit, whatever else they owe
    if order.payment_terms == "prepay" or order.balance_due <= 0:
        return None
    customer = world.customers[order.customer_id]
    counted = order.status not in ("draft", "submitted", "cancelled")
    owed = world.exposure.get(order.customer_id, 0) - (order.balance_due if counted else 0)
    wanted = order.balance_due
    if owed + wanted <= customer.credit_limit:
        return None
    return CreditLimitExceeded(
        customer_id=customer.customer_id,
        open=owed,
        requested=wanted,
        exposure=owed + wanted,
        limit=customer.credit_limit,
    )


@decides(PlaceHold)
def place_hold(world: World, order: Order, command: PlaceHold, by: Envelope) -> Answer:
    """Between submission and the end of delivery, once per kind, with a reason."""
    if order.status not in _STOPPABLE:
        return IllegalState(
            order_number=order.order_number, status=order.status, wanted="submitted / confirmed"
        )
    if not command.reason.strip():
        return MissingReason()
    if any(hold.open and hold.kind == command.kind for hold in order.holds):
        return AlreadyOnHold(order_number=order.order_number, kind=command.kind)
    return (HoldPlaced(order_number=order.order_number, kind=command.kind, reason=command.reason),)


@decides(ReleaseHold)
def release_hold(world: World, order: Order, command: ReleaseHold, by: Envelope) -> Answer:
    """With a reason, and only if the cause is gone."""
    if not any(hold.open and hold.kind == command.kind for hold in order.holds):
        return NoSuchHold(order_number=order.order_number, kind=command.kind)
    if not command.reason.strip():
        return MissingReason()
    if command.kind == "credit":
        short = credit_short(world, order)
        if short:
            return short
    return (
        HoldReleased(order_number=order.order_number, kind=command.kind, reason=command.reason),
    )


@evolves(HoldPlaced)
def hold_placed(world: World, order: Order, event: HoldPlaced, at: Moment) -> World:
    """One more reason to stop."""
    hold = Hold(kind=event.kind, reason=event.reason, placed_at=at)
    return world.with_order(changed(order, holds=(*order.holds, hold)))


@evolves(HoldReleased)
def hold_released(world: World, order: Order, event: HoldReleased, at: Moment) -> World:
    """One reason less."""
    holds = tuple(
        msgspec.structs.replace(hold, released_at=at)
        if hold.open and hold.kind == event.kind
        else hold
        for hold in order.holds
    )
    return world.with_order(changed(order, holds=holds))
