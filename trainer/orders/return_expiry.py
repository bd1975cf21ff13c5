"""A return that was agreed to and never sent: over after the company's own time, and told so.

What was kept free for it can be asked for again. A parcel that comes after all waits at the dock
until somebody decides about it (`late_parcels`).
"""

from datetime import date
from typing import ClassVar

from trainer.orders.engine import (
    Answer,
    Envelope,
    OrderCommand,
    OrderEvent,
    Role,
    decides,
    evolves,
    moment,
)
from trainer.orders.letters import letter
from trainer.orders.refusals import Refusal
from trainer.orders.returns import at_stage, with_return
from trainer.orders.service import CustomerNotified, addressee
from trainer.orders.values import Moment, day_of
from trainer.orders.world import NoticeChannel, Order, World


class ExpireReturn(OrderCommand, frozen=True):
    """Wait no longer for goods that were to come back."""

    roles: ClassVar[frozenset[Role]] = frozenset({"system"})
    rma_number: str


class ReturnExpired(OrderEvent, frozen=True):
    """Nothing came in time; the customer keeps what they have."""

    says = "Return {rma_number} expired: nothing had come by {send_by}"
    rma_number: str
    send_by: date


class StillAwaited(Refusal, frozen=True):
    """A promise to take goods back holds until its last day is over."""

    says = "The goods of return {rma_number} may still come."
    sums = "today {today} ≤ last day {last}"
    cure = "Wait for the parcel, or close the return if the customer keeps the goods."
    rests_on = ("return_expiry_days",)
    rma_number: str
    today: str
    last: str


@decides(ExpireReturn)
def expire_return(world: World, order: Order, command: ExpireReturn, by: Envelope) -> Answer:
    """Agreed, with a last day, and that day is over; the customer hears of it at once."""
    back = at_stage(order, command.rma_number, "authorised")
    if isinstance(back, Refusal):
        return back
    today = day_of(moment(world, by))
    if back.send_by is None or today <= back.send_by:
        last = back.send_by.isoformat() if back.send_by else "–"
        return StillAwaited(back.rma_number, today.isoformat(), last)
    expired = ReturnExpired(order.order_number, back.rma_number, back.send_by)
    return (expired, *_told(world, order, expired, by))


def _told(
    world: World, order: Order, expired: ReturnExpired, by: Envelope
) -> tuple[CustomerNotified, ...]:
    """The letter about it, by mail where there is an address, else as a text message."""
    customer = addressee(world.customers[order.customer_id], "return_expired")
    recipient = customer.reached_at
    if not recipient:
        return ()
    channel: NoticeChannel = "email" if customer.email else "sms"
    over = with_return(order, expired.rma_number, status="expired")
    text = letter(world, over, customer, "return_expired", channel)
    return (CustomerNotified(order.order_number, "return_expired", recipient, channel, text),)


@evolves(ReturnExpired)
def return_expired(world: World, order: Order, event: ReturnExpired, at: Moment) -> World:
    """Over."""
    return world.with_order(with_return(order, event.rma_number, status="expired"))
