"""What customers think: complaints, each with a deadline for the answer, and how content they were.

A complaint that nobody answers is a customer on the way out, so an order is neither completed nor
put away while one is open.
"""

from typing import ClassVar

import msgspec

from trainer.orders.engine import (
    Answer,
    Envelope,
    OrderCommand,
    OrderEvent,
    Role,
    changed,
    decides,
    evolves,
    moment,
)
from trainer.orders.refusals import IllegalState, MissingField, Refusal
from trainer.orders.values import HOUR, Minor, Moment
from trainer.orders.world import Complaint, ComplaintReason, Message, Order, Remedy, World

# --- commands ---------------------------------------------------------------------------------


class ReceiveComplaint(OrderCommand, frozen=True):
    """A customer says what went wrong."""

    roles: ClassVar[frozenset[Role]] = frozenset({"customer", "system"})
    reason: ComplaintReason
    subject: str
    text: str


class AnswerComplaint(OrderCommand, frozen=True):
    """Say what we do about it."""

    complaint_number: str
    remedy: Remedy
    text: str


class AnswerSurvey(OrderCommand, frozen=True):
    """A customer says how content they were, from 1 to 5."""

    roles: ClassVar[frozenset[Role]] = frozenset({"customer", "system"})
    score: int
    text: str = ""


# --- events -----------------------------------------------------------------------------------


class ComplaintReceived(OrderEvent, frozen=True):
    """Somebody is unhappy, and the clock runs."""

    says = "Complaint {complaint_number} about {order_number} ({reason}): {subject}"
    complaint_number: str
    reason: ComplaintReason
    subject: str
    text: str
    respond_by: Moment


class ComplaintAnswered(OrderEvent, frozen=True):
    """They know what we do about it."""

    says = "Complaint {complaint_number} answered ({remedy}): {text}"
    complaint_number: str
    remedy: Remedy
    text: str


class SurveyAnswered(OrderEvent, frozen=True):
    """One more opinion of us."""

    says = "The customer of {order_number} gives {score} of 5: {text}"
    score: int
    text: str = ""


# --- refusals ---------------------------------------------------------------------------------


class UnknownComplaint(Refusal, frozen=True):
    """There is no such complaint on this order."""

    says = "Order {order_number} has no complaint {complaint_number}."
    cure = "Look at the complaints of the order."
    order_number: str
    complaint_number: str


class ComplaintOpen(Refusal, frozen=True):
    """Whoever complained waits for an answer."""

    says = "Complaint {complaint_number} about order {order_number} is open."
    cure = "Answer it first."
    order_number: str
    complaint_number: str


class AlreadyAnswered(Refusal, frozen=True):
    """A second answer makes a customer doubt the first."""

    says = "Complaint {complaint_number} was answered already ({remedy})."
    cure = "Keep to what was said; leave a note if there is more to do."
    complaint_number: str
    remedy: Remedy


class NothingToPayBack(Refusal, frozen=True):
    """A refund that nobody can book is a broken promise on top of the complaint."""

    says = "Nothing of order {order_number} has been paid, so nothing can be paid back."
    sums = "received {received} − refunded {refunded} = 0"
    cure = "Choose another remedy, such as a discount on what is due."
    order_number: str
    received: Minor
    refunded: Minor


class NotDeliveredYet(Refusal, frozen=True):
    """Nobody can say how content they are with what they do not have."""

    says = "Not all of order {order_number} has arrived."
    sums = "delivered {delivered} of {live}"
    cure = "Wait until everything is signed for."
    order_number: str
    delivered: int
    live: int


class InvalidScore(Refusal, frozen=True):
    """A score lies on the scale."""

    says = "{requested} is not a score."
    sums = "1 ≤ score ≤ 5; the customer gave {requested}"
    cure = "Ask for a number from 1 to 5."
    requested: int


class AlreadyRated(Refusal, frozen=True):
    """One order, one opinion."""

    says = "The customer of order {order_number} has given their score: {score} of 5."
    cure = "Nothing more to do here."
    order_number: str
    score: int


# --- deciding ---------------------------------------------------------------------------------


def complaint_open(order: Order) -> ComplaintOpen | None:
    """The refusal while a complaint waits for its answer."""
    waiting = next((complaint for complaint in order.complaints if complaint.open), None)
    if waiting is None:
        return None
    return ComplaintOpen(order_number=order.order_number, complaint_number=waiting.complaint_number)


@decides(ReceiveComplaint)
def receive_complaint(
    world: World, order: Order, command: ReceiveComplaint, by: Envelope
) -> Answer:
    """About an order they have sent us, one at a time; the deadline is the company's rule."""
    if order.status == "draft":
        return IllegalState(
            order_number=order.order_number, status=order.status, wanted="submitted / confirmed"
        )
    if not command.text.strip():
        return MissingField(field="complaint")
    waiting = complaint_open(order)
    if waiting:
        return waiting
    return (
        ComplaintReceived(
            order_number=order.order_number,
            complaint_number=f"CMP-{world.next_number('complaint'):05d}",
            reason=command.reason,
            subject=command.subject,
            text=command.text,
            respond_by=moment(world, by) + world.policies.complaint_answer_hours * HOUR,
        ),
    )


@decides(AnswerComplaint)
def answer_complaint(world: World, order: Order, command: AnswerComplaint, by: Envelope) -> Answer:
    """Once, with words, and with a remedy that can be given."""
    complaint = order.complaint(command.complaint_number)
    if complaint is None:
        return UnknownComplaint(
            order_number=order.order_number, complaint_number=command.complaint_number
        )
    if complaint.remedy:
        return AlreadyAnswered(complaint_number=complaint.complaint_number, remedy=complaint.remedy)
    if not command.text.strip():
        return MissingField(field="answer")
    if command.remedy == "refund" and order.received <= 0:
        return NothingToPayBack(
            order_number=order.order_number,
            received=order.captured - order.charged_back,
            refunded=order.refunded,
        )
    return (
        ComplaintAnswered(
            order_number=order.order_number,
            complaint_number=complaint.complaint_number,
            remedy=command.remedy,
            text=command.text.strip(),
        ),
    )


@decides(AnswerSurvey)
def answer_survey(world: World, order: Order, command: AnswerSurvey, by: Envelope) -> Answer:
    """Once everything has arrived, once, and on the scale."""
    live = sum(line.live for line in order.lines)
    delivered = sum(line.delivered for line in order.lines)
    if not live or delivered < live:
        return NotDeliveredYet(order_number=order.order_number, delivered=delivered, live=live)
    if order.satisfaction:
        return AlreadyRated(order_number=order.order_number, score=order.satisfaction)
    if not 1 <= command.score <= 5:
        return InvalidScore(requested=command.score)
    return (
        SurveyAnswered(
            order_number=order.order_number, score=command.score, text=command.text.strip()
        ),
    )


# --- evolving ---------------------------------------------------------------------------------


@evolves(ComplaintReceived)
def complaint_received(world: World, order: Order, event: ComplaintReceived, at: Moment) -> World:
    """It stands on the order and lies in the inbox."""
    complaint = Complaint(
        complaint_number=event.complaint_number,
        reason=event.reason,
        received_at=at,
        respond_by=event.respond_by,
    )
    customer = world.customers[order.customer_id]
    message_id, sender = f"complaint-{event.complaint_number}", customer.contact or customer.company
    message = Message.about(order, message_id, sender, event.subject, event.text, at)
    world = msgspec.structs.replace(
        world.with_message(message),
        counters=world.counters.set("complaint", world.next_number("complaint")),
    )
    return world.with_order(changed(order, complaints=(*order.complaints, complaint)))


@evolves(ComplaintAnswered)
def complaint_answered(world: World, order: Order, event: ComplaintAnswered, at: Moment) -> World:
    """Answered, in time or late."""
    complaints = tuple(
        msgspec.structs.replace(complaint, answered_at=at, remedy=event.remedy, answer=event.text)
        if complaint.complaint_number == event.complaint_number
        else complaint
        for complaint in order.complaints
    )
    return world.with_order(changed(order, complaints=complaints))


@evolves(SurveyAnswered)
def survey_answered(world: World, order: Order, event: SurveyAnswered, at: Moment) -> World:
    """Their score stands on the order."""
    return world.with_order(changed(order, satisfaction=event.score))
