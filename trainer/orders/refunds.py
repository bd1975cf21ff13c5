"""What the payment gateway makes of a refund: it pays, it cannot, or it does not answer at all.

A refund is a record with its own state. What was asked for is pending until the gateway has
answered; a second try is the same record under the same key, so that money moves once however
often somebody asks or the gateway answers.
"""

from collections.abc import Callable
from typing import ClassVar, Literal

import msgspec

from trainer.orders import payment, tenders
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
from trainer.orders.payment import GatewayTimeout, TenderMismatch
from trainer.orders.refusals import Refusal
from trainer.orders.values import Minor, Moment
from trainer.orders.world import Message, Order, Refund, ReversalReason, World

Outcome = Literal["succeeded", "failed", "unanswered"]


class AnswerRefund(OrderCommand, frozen=True):
    """The gateway says what became of a refund, or leaves us without an answer."""

    roles: ClassVar[frozenset[Role]] = frozenset({"bank", "system"})
    refund_number: str
    outcome: Outcome
    moved: bool = False
    """Whether the money went although no answer came."""
    tries: int = 0
    """Which try it answers; 0 where answers did not say so yet."""


class RetryRefund(OrderCommand, frozen=True):
    """Try a failed refund again, under the same key."""

    refund_number: str


class QueryRefund(OrderCommand, frozen=True):
    """Ask the gateway what became of a refund it never answered."""

    refund_number: str


class ReverseRefund(OrderCommand, frozen=True):
    """The customer's bank sends back what we had paid: their account is gone."""

    roles: ClassVar[frozenset[Role]] = frozenset({"bank", "system"})
    refund_number: str
    reversal: ReversalReason | None = None
    sender: str = ""
    subject: str = ""
    body: str = ""
    """Their letter; none where only the account's statement tells it."""


class RefundSucceeded(OrderEvent, frozen=True):
    """The money is back with the customer."""

    says = "{refund_number}: the gateway paid {amount} back on {order_number}"
    refund_number: str
    amount: Minor


class RefundFailed(OrderEvent, frozen=True):
    """The gateway could not pay; nothing moved."""

    says = "{refund_number}: the gateway could not pay {amount} back on {order_number}"
    refund_number: str
    amount: Minor


class RefundUnanswered(OrderEvent, frozen=True):
    """The connection broke; whether money moved only the gateway knows."""

    says = "{refund_number}: no answer from the gateway about {amount} on {order_number}"
    refund_number: str
    amount: Minor
    moved: bool = False


class RefundReversed(OrderEvent, frozen=True):
    """The money is here again, and owed as before; an order that was over is worked on again."""

    says = "{refund_number}: {amount} came back, the customer's bank could not take it in"
    refund_number: str
    amount: Minor
    reversal: ReversalReason | None = None
    reply_id: str = ""
    sender: str = ""
    subject: str = ""
    body: str = ""


class RefundRetried(OrderEvent, frozen=True):
    """The gateway has been asked once more for the same refund."""

    says = "{refund_number}: the gateway was asked again to pay back {amount} on {order_number}"
    refund_number: str
    amount: Minor


class UnknownRefund(Refusal, frozen=True):
    """There is no such refund on this order."""

    says = "Order {order_number} has no refund {refund_number}."
    cure = "Read the number among the order's facts."
    order_number: str
    refund_number: str


class RefundElsewhere(Refusal, frozen=True):
    """The refund is at another stage, or the same answer has come before."""

    says = "Refund {refund_number} is {status}; this is possible only while it is {wanted}."
    cure = "Nothing moves twice under one number: look at the refund's state on the order first."
    refund_number: str
    status: str
    wanted: str


class AnswerToEarlierTry(Refusal, frozen=True):
    """The same word twice: what was said of the first try says nothing of the second."""

    says = "This is the gateway's answer to try {answered} of {refund_number}, and it came before."
    sums = "answered try {answered}; pending try {tries}"
    cure = "Wait for the answer to the try that is pending."
    refund_number: str
    answered: int
    tries: int


class NoLongerOwed(Refusal, frozen=True):
    """While a refund failed, the money went another way or is owed no more."""

    says = "{requested} of refund {refund_number} is more than is owed back by now."
    sums = "refundable {limit}; the refund is {requested}"
    cure = "Pay back what is still owed with a new refund."
    refund_number: str
    limit: Minor
    requested: Minor
    currency: str = ""


def stands(refund: Refund, wanted: str) -> bool:
    """Whether a refund is at the stage that a step needs."""
    return refund.status == wanted


@decides(AnswerRefund)
def answer_refund(world: World, order: Order, command: AnswerRefund, by: Envelope) -> Answer:
    """Only the first answer to each try counts."""
    refund = order.refund(command.refund_number)
    if refund is None:
        return UnknownRefund(order.order_number, command.refund_number)
    if not stands(refund, "pending"):
        return RefundElsewhere(refund.refund_number, refund.status, "pending")
    if command.tries and command.tries != refund.tries:
        return AnswerToEarlierTry(refund.refund_number, command.tries, refund.tries)
    if command.outcome == "unanswered":
        return (
            RefundUnanswered(
                order.order_number, refund.refund_number, refund.amount, command.moved
            ),
        )
    return (_ended(order, refund, paid=command.outcome == "succeeded"),)


@decides(RetryRefund)
def retry_refund(world: World, order: Order, command: RetryRefund, by: Envelope) -> Answer:
    """Only what is known to have failed, or to have come back, and is still owed."""
    refund = order.refund(command.refund_number)
    if refund is None:
        return UnknownRefund(order.order_number, command.refund_number)
    if refund.status == "unanswered":
        return GatewayTimeout(refund_number=refund.refund_number)
    if not (stands(refund, "failed") or stands(refund, "reversed")):
        return RefundElsewhere(refund.refund_number, refund.status, "failed / reversed")
    limit = payment.refundable(order)
    if refund.amount > limit:
        return NoLongerOwed(refund.refund_number, limit, refund.amount, order.currency)
    left = tenders.left(order, refund)
    if refund.amount > left:
        return TenderMismatch(order.order_number, refund.tender, left, refund.amount)
    refusal: Refusal | None = payment.approval_required(world, order, refund.amount, by)
    refusal = refusal or payment.own_approval(world, order, refund.amount, by)
    if refusal:
        return refusal
    return (RefundRetried(order.order_number, refund.refund_number, refund.amount),)


@decides(ReverseRefund)
def reverse_refund(world: World, order: Order, command: ReverseRefund, by: Envelope) -> Answer:
    """Only money that has left by the bank; store credit stays what it is."""
    refund = order.refund(command.refund_number)
    if refund is None:
        return UnknownRefund(order.order_number, command.refund_number)
    if not stands(refund, "succeeded"):
        return RefundElsewhere(refund.refund_number, refund.status, "succeeded")
    if refund.credit_number or refund.tender == "store_credit":
        return RefundElsewhere(refund.refund_number, "store_credit", "transfer / card")
    told = RefundReversed(order.order_number, refund.refund_number, refund.amount, command.reversal)
    if not command.body:
        return (told,)
    return (
        msgspec.structs.replace(
            told,
            reply_id=f"reversed-{world.number + 1}-{order.order_number}",
            sender=command.sender,
            subject=command.subject,
            body=command.body,
        ),
    )


@decides(QueryRefund)
def query_refund(world: World, order: Order, command: QueryRefund, by: Envelope) -> Answer:
    """What the gateway's own book says."""
    refund = order.refund(command.refund_number)
    if refund is None:
        return UnknownRefund(order.order_number, command.refund_number)
    if not stands(refund, "unanswered"):
        return RefundElsewhere(refund.refund_number, refund.status, "unanswered")
    return (_ended(order, refund, paid=refund.moved),)


def _ended(order: Order, refund: Refund, *, paid: bool) -> RefundSucceeded | RefundFailed:
    event = RefundSucceeded if paid else RefundFailed
    return event(order.order_number, refund.refund_number, refund.amount)


def _with(order: Order, number: str, change: Callable[[Refund], Refund]) -> tuple[Refund, ...]:
    return tuple(change(r) if r.refund_number == number else r for r in order.refunds)


@evolves(RefundSucceeded)
def refund_succeeded(world: World, order: Order, event: RefundSucceeded, at: Moment) -> World:
    """No longer pending, but gone."""
    refunds = _with(
        order, event.refund_number, lambda r: msgspec.structs.replace(r, status="succeeded")
    )
    return world.with_order(changed(order, refunds=refunds, refunded=order.refunded + event.amount))


@evolves(RefundFailed)
def refund_failed(world: World, order: Order, event: RefundFailed, at: Moment) -> World:
    """Still here, and free to be paid back."""
    refunds = _with(
        order, event.refund_number, lambda r: msgspec.structs.replace(r, status="failed")
    )
    return world.with_order(changed(order, refunds=refunds))


@evolves(RefundReversed)
def refund_reversed(world: World, order: Order, event: RefundReversed, at: Moment) -> World:
    """Here again: what was called off stays so, and owes it; anything else is not over any more.

    The bank's letter about it is in the inbox.
    """
    refunds = _with(
        order,
        event.refund_number,
        lambda r: msgspec.structs.replace(
            r,
            status="reversed",
            came_back=r.came_back + 1,
            reversal=event.reversal,
            letter_id=event.reply_id,
        ),
    )
    if event.reply_id:
        letter = Message.about(order, event.reply_id, event.sender, event.subject, event.body, at)
        world = world.with_message(
            msgspec.structs.replace(letter, channel="bank", refund_number=event.refund_number)
        )
    status = "confirmed" if order.status in ("completed", "settled") else order.status
    return world.with_order(
        changed(order, status=status, refunds=refunds, refunded=order.refunded - event.amount)
    )


@evolves(RefundUnanswered)
def refund_unanswered(world: World, order: Order, event: RefundUnanswered, at: Moment) -> World:
    """Perhaps gone: it goes on counting as pending."""
    refunds = _with(
        order,
        event.refund_number,
        lambda r: msgspec.structs.replace(r, status="unanswered", moved=event.moved),
    )
    return world.with_order(changed(order, refunds=refunds))


@evolves(RefundRetried)
def refund_retried(world: World, order: Order, event: RefundRetried, at: Moment) -> World:
    """The same record once more, not a new one."""
    refunds = _with(
        order,
        event.refund_number,
        lambda r: msgspec.structs.replace(r, status="pending", tries=r.tries + 1),
    )
    return world.with_order(changed(order, refunds=refunds))
