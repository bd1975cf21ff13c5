"""Two pairs of eyes: above the company's limit a supervisor lets money go back."""

from typing import ClassVar

from trainer.orders.engine import (
    Answer,
    Envelope,
    OrderCommand,
    OrderEvent,
    Role,
    changed,
    decides,
    evolves,
)
from trainer.orders.holds import OwnRequest
from trainer.orders.payment import approval_required, refundable
from trainer.orders.refusals import MissingReason, Refusal
from trainer.orders.values import Minor, Moment
from trainer.orders.world import Order, World


class AskApproval(OrderCommand, frozen=True):
    """Ask a supervisor to let money go back beyond the limit."""

    amount: Minor
    reason: str


class ApproveRefund(OrderCommand, frozen=True):
    """Let go back what was asked for."""

    roles: ClassVar[frozenset[Role]] = frozenset({"supervisor"})
    amount: Minor


class DeclineRefund(OrderCommand, frozen=True):
    """Say no to what was asked for, and why."""

    roles: ClassVar[frozenset[Role]] = frozenset({"supervisor"})
    reason: str


class ApprovalAsked(OrderEvent, frozen=True):
    """A supervisor has it on the desk."""

    says = "A supervisor was asked to let {amount} go back on {order_number}: {reason}"
    amount: Minor
    reason: str
    asked_by: str = ""


class RefundApproved(OrderEvent, frozen=True):
    """It may go back now; nothing has moved by that."""

    says = "A supervisor approved that {amount} go back on {order_number}"
    amount: Minor
    approved_by: str = ""
    """Named where work is divided among desks: that person does not pay it out as well."""


class RefundDeclined(OrderEvent, frozen=True):
    """It stays at what may go back without a supervisor; one may ask again."""

    says = "A supervisor did not approve that {amount} go back on {order_number}: {reason}"
    amount: Minor
    reason: str


class NothingToApprove(Refusal, frozen=True):
    """A supervisor is asked for what is owed, beyond the limit, once."""

    says = "There is nothing to approve about {requested} on order {order_number}."
    sums = "limit < amount ≤ refundable {refundable}; asked already: {asked}"
    cure = "Pay back what is within the limit; wait for an answer that is on its way."
    rests_on = ("refund_limit",)
    order_number: str
    requested: Minor
    refundable: Minor
    asked: Minor


def _nothing(order: Order, amount: Minor) -> NothingToApprove:
    return NothingToApprove(order.order_number, amount, refundable(order), order.approval_asked)


@decides(AskApproval)
def ask_approval(world: World, order: Order, command: AskApproval, by: Envelope) -> Answer:
    """Owed, beyond the limit, and not asked already."""
    amount = command.amount
    needed = approval_required(world, order, amount) is not None
    if not needed or amount > refundable(order) or amount == order.approval_asked:
        return _nothing(order, amount)
    if not command.reason.strip():
        return MissingReason()
    return (ApprovalAsked(order.order_number, amount, command.reason, asked_by=by.actor),)


@decides(ApproveRefund)
def approve_refund(world: World, order: Order, command: ApproveRefund, by: Envelope) -> Answer:
    """What was asked for, while it is still owed, and never by whoever asked."""
    asked = order.approval_asked
    if not asked or command.amount != asked or asked > refundable(order):
        return _nothing(order, command.amount)
    if by.actor == order.approval_asked_by:
        return OwnRequest(order.order_number, by.actor)
    return (RefundApproved(order.order_number, asked, by.actor if world.policies.desks else ""),)


@decides(DeclineRefund)
def decline_refund(world: World, order: Order, command: DeclineRefund, by: Envelope) -> Answer:
    """What was asked for, with a reason, and never by whoever asked."""
    asked = order.approval_asked
    if not asked:
        return _nothing(order, asked)
    if by.actor == order.approval_asked_by:
        return OwnRequest(order.order_number, by.actor)
    if not command.reason.strip():
        return MissingReason()
    return (RefundDeclined(order.order_number, asked, command.reason),)


@evolves(ApprovalAsked)
def approval_asked(world: World, order: Order, event: ApprovalAsked, at: Moment) -> World:
    """Waiting for an answer."""
    return world.with_order(
        changed(order, approval_asked=event.amount, approval_asked_by=event.asked_by)
    )


@evolves(RefundDeclined)
def refund_declined(world: World, order: Order, event: RefundDeclined, at: Moment) -> World:
    """Answered; nothing more may go back by it."""
    return world.with_order(changed(order, approval_asked=0))


@evolves(RefundApproved)
def refund_approved(world: World, order: Order, event: RefundApproved, at: Moment) -> World:
    """A higher limit for this order: what has gone, and what was approved on top of it."""
    most = order.refunded + order.refund_pending + event.amount
    return world.with_order(
        changed(order, approval_asked=0, refund_approved=most, refund_approved_by=event.approved_by)
    )
