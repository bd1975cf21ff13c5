"""What customers wish of an order they have, and how we say no: once, with a reason, in a letter.

A return is declined as a return; this is about changes, before the goods have left.
"""

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
from trainer.orders.letters import declining
from trainer.orders.refusals import MissingReason, Refusal
from trainer.orders.values import Moment
from trainer.orders.world import Message, Order, Wish, World


class DeclineWish(OrderCommand, frozen=True):
    """Tell the customer that what they wrote for cannot be done, and why."""

    message_id: str
    reason: str


class WishDeclined(OrderEvent, frozen=True):
    """They know that the order stays as it is."""

    says = "Told the customer of {order_number} that the change is not possible: {reason}"
    message_id: str
    reason: str
    text: str = ""


class UnknownWish(Refusal, frozen=True):
    """Nobody has asked for such a change."""

    says = "No message {message_id} asks for a change of order {order_number}."
    cure = "Look for the customer's message in the inbox; a return is declined at the return."
    order_number: str
    message_id: str


class AlreadyDeclined(Refusal, frozen=True):
    """They have had their answer."""

    says = "What message {message_id} asks for was declined already."
    cure = "Keep to what was said; leave a note if there is more to do."
    message_id: str


class WishFulfilled(Refusal, frozen=True):
    """What they asked for is done, or its time is over: there is nothing to say no to."""

    says = "What message {message_id} asks for is settled on order {order_number}."
    cure = "Nothing more to do here."
    order_number: str
    message_id: str


def fulfilled(wish: Wish, order: Order) -> bool:
    """Whether what was asked for stands on the order, or cannot be done any more."""
    line = order.line(wish.line_number)
    match wish.kind:
        case "return":
            lines = {row.line_number for back in order.returns for row in back.rows}
            lines |= {row.line_number for claim in order.claims for row in claim.rows}
            return wish.line_number in lines
        case "less":
            gone = line is None or line.cancelled >= wish.quantity or not line.cancellable
            return order.called_off or gone
        case "day":
            days = {order.promise_of(line) for line in order.lines if line.cancellable}
            return order.called_off or days <= {wish.day}
        case "cancel":
            return order.called_off or not any(line.cancellable for line in order.lines)


def open_wish(message: Message, world: World) -> bool:
    """Whether a message asks for something that is neither done nor declined."""
    order = world.orders.get(message.order_number)
    if message.wish is None or order is None or message.declined:
        return False
    return not fulfilled(message.wish, order)


@decides(DeclineWish)
def decline_wish(world: World, order: Order, command: DeclineWish, by: Envelope) -> Answer:
    """Only what was asked of this order, and only once."""
    number, message = order.order_number, world.messages.get(command.message_id)
    wish = message.wish if message and message.order_number == number else None
    if message is None or wish is None or wish.kind == "return":
        return UnknownWish(order_number=number, message_id=command.message_id)
    if message.declined:
        return AlreadyDeclined(message_id=message.message_id)
    if fulfilled(wish, order):
        return WishFulfilled(order_number=number, message_id=message.message_id)
    if not command.reason.strip():
        return MissingReason()
    customer = world.customers[order.customer_id]
    text = declining(world, order, customer, command.reason.strip())
    return (
        WishDeclined(
            order_number=number,
            message_id=message.message_id,
            reason=command.reason.strip(),
            text=text,
        ),
    )


@evolves(WishDeclined)
def wish_declined(world: World, order: Order, event: WishDeclined, at: Moment) -> World:
    """The answer lies beside the message."""
    told = msgspec.structs.replace(world.messages[event.message_id], declined=event.text)
    return world.with_message(told).with_order(changed(order))
