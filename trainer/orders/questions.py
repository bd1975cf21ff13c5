"""Before an order is entered: what is vague is asked, what cannot be taken is declined.

Question, answer and the letter of a no belong to the message; an order need not exist yet.
"""

from typing import ClassVar

import msgspec

from trainer.orders.engine import Answer, Command, Envelope, Event, Role, decides, evolves
from trainer.orders.letters import asking, not_taking
from trainer.orders.refusals import MissingReason, Refusal
from trainer.orders.values import Moment
from trainer.orders.wishes import AlreadyDeclined
from trainer.orders.world import Message, Question, Topic, World


class AskCustomer(Command, frozen=True):
    """Ask whoever wrote in an order what they mean."""

    message_id: str
    about: Topic


class AnswerQuestion(Command, frozen=True):
    """The customer says what they mean."""

    roles: ClassVar[frozenset[Role]] = frozenset({"customer", "system"})
    message_id: str
    about: Topic
    subject: str
    body: str


class DeclineRequest(Command, frozen=True):
    """Tell whoever wrote in an order that we do not take it, and why."""

    message_id: str
    reason: str


class CustomerAsked(Event, frozen=True):
    """Our question is on its way."""

    says = "Asked the customer about {about}"
    message_id: str
    about: Topic
    text: str


class CustomerAnswered(Event, frozen=True):
    """Their answer lies in the inbox."""

    says = "{sender} answered: {subject}"
    message_id: str
    about: Topic
    reply_id: str
    sender: str
    subject: str
    body: str


class RequestDeclined(Event, frozen=True):
    """They know that we do not take their order."""

    says = "Declined an order before it was entered: {reason}"
    message_id: str
    reason: str
    text: str = ""


class NothingToAsk(Refusal, frozen=True):
    """Only an order that somebody wrote in can be asked about, or declined."""

    says = "Message {message_id} asks for no order."
    cure = "Open the message in which the customer orders."
    message_id: str


class AnswerAwaited(Refusal, frozen=True):
    """Who is asked twice wonders whether anybody reads."""

    says = "The customer was asked about {about} in message {message_id}; no answer has come yet."
    cure = "Wait for the answer; it comes into the inbox within hours."
    message_id: str
    about: Topic


class UnknownQuestion(Refusal, frozen=True):
    """An answer to what nobody asked."""

    says = "No question about message {message_id} waits for an answer."
    cure = "Ask the customer first."
    message_id: str


class RequestEntered(Refusal, frozen=True):
    """What is entered is declined as an order."""

    says = "What message {message_id} asks for is order {order_number} by now."
    cure = "Open that order, and decline or cancel it there."
    message_id: str
    order_number: str


def _wanted(world: World, message_id: str) -> Message | Refusal:
    """The message in which somebody orders."""
    message = world.messages.get(message_id)
    if message is None or message.request is None:
        return NothingToAsk(message_id=message_id)
    return message


@decides(AskCustomer)
def ask_customer(world: World, command: AskCustomer, by: Envelope) -> Answer:
    """About anything in their order, but not twice before they have answered."""
    message = _wanted(world, command.message_id)
    if isinstance(message, Refusal):
        return message
    assert message.request is not None
    if message.declined:
        return AlreadyDeclined(message_id=message.message_id)
    if message.waits(command.about):
        return AnswerAwaited(message_id=message.message_id, about=command.about)
    return (
        CustomerAsked(
            message_id=message.message_id,
            about=command.about,
            text=asking(world, message.request, command.about),
        ),
    )


@decides(AnswerQuestion)
def answer_question(world: World, command: AnswerQuestion, by: Envelope) -> Answer:
    """Only what was asked."""
    message = world.messages.get(command.message_id)
    if message is None or not message.waits(command.about):
        return UnknownQuestion(message_id=command.message_id)
    answered = sum(1 for asked in message.questions if asked.reply_id)
    return (
        CustomerAnswered(
            message_id=message.message_id,
            about=command.about,
            reply_id=f"re-{answered + 1}-{message.message_id}",
            sender=message.sender,
            subject=command.subject,
            body=command.body,
        ),
    )


@decides(DeclineRequest)
def decline_request(world: World, command: DeclineRequest, by: Envelope) -> Answer:
    """Once, with a reason, and only while no order stands for it."""
    message = _wanted(world, command.message_id)
    if isinstance(message, Refusal):
        return message
    assert message.request is not None
    if message.declined:
        return AlreadyDeclined(message_id=message.message_id)
    for number in world.by_message.get(message.message_id, ()):
        if not world.orders[number].called_off:
            return RequestEntered(message_id=message.message_id, order_number=number)
    reason = command.reason.strip()
    if not reason:
        return MissingReason()
    return (
        RequestDeclined(
            message_id=message.message_id,
            reason=reason,
            text=not_taking(world, message.request, reason),
        ),
    )


@evolves(CustomerAsked)
def customer_asked(world: World, event: CustomerAsked, at: Moment) -> World:
    """The question stands beside the message."""
    message = world.messages[event.message_id]
    asked = Question(about=event.about, text=event.text, asked_at=at)
    return world.with_message(
        msgspec.structs.replace(message, questions=(*message.questions, asked))
    )


@evolves(CustomerAnswered)
def customer_answered(world: World, event: CustomerAnswered, at: Moment) -> World:
    """One more message in the inbox, and the question knows it."""
    message = world.messages[event.message_id]
    questions = tuple(
        msgspec.structs.replace(asked, reply_id=event.reply_id)
        if asked.about == event.about and not asked.reply_id
        else asked
        for asked in message.questions
    )
    reply = Message(
        message_id=event.reply_id,
        channel="email",
        sender=event.sender,
        subject=event.subject,
        body=event.body,
        received_at=at,
        customer_id=message.customer_id,
        reply_to=message.message_id,
    )
    asked_about = msgspec.structs.replace(message, questions=questions)
    return world.with_message(asked_about).with_message(reply)


@evolves(RequestDeclined)
def request_declined(world: World, event: RequestDeclined, at: Moment) -> World:
    """The letter lies beside the message."""
    message = world.messages[event.message_id]
    return world.with_message(msgspec.structs.replace(message, declined=event.text))
