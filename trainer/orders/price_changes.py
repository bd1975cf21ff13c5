"""Another price for what was ordered: less at once, more only with the customer's consent.

A price was agreed on; nobody raises it alone. The customer is asked about one price of one line as
it stands, and their word holds for that and nothing else, once. What has left, is invoiced or was
called off keeps its price: its parts would no longer add up to what the line costs.
"""

from typing import ClassVar

import msgspec

from trainer.orders.amendments import too_much
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
from trainer.orders.holds import OrderOnHold
from trainer.orders.intake import DiscountExceedsTotal
from trainer.orders.letters import asking_more
from trainer.orders.payment import InvalidAmount
from trainer.orders.refusals import IllegalState, MissingField, MissingReason, Refusal, UnknownLine
from trainer.orders.values import Minor, Moment
from trainer.orders.world import Message, Order, OrderLine, PriceRise, RiseAnswer, World

# --- commands ---------------------------------------------------------------------------------


class ChangePrice(OrderCommand, frozen=True):
    """Let a line cost another price a unit from now on."""

    line_number: int
    unit_price: Minor
    reason: str


class AskPriceRise(OrderCommand, frozen=True):
    """Ask the customer whether they agree to pay more for a line."""

    line_number: int
    unit_price: Minor
    reason: str


class AnswerPriceRise(OrderCommand, frozen=True):
    """The customer says whether they pay what they were asked to."""

    roles: ClassVar[frozenset[Role]] = frozenset({"customer", "system"})
    line_number: int
    agreed: bool
    subject: str
    body: str


# --- events -----------------------------------------------------------------------------------


class PriceChanged(OrderEvent, frozen=True):
    """It costs less, or as much more as the customer has agreed to."""

    says = (
        "{sku} on {order_number} costs {unit_price} a unit instead of {before}, "
        "which changes the total by {delta}: {reason}"
    )
    line_number: int
    sku: str
    before: Minor
    unit_price: Minor
    delta: Minor
    reason: str
    amendment: int = 0
    """Its number, where the order was promised already."""


class PriceRiseAsked(OrderEvent, frozen=True):
    """Our letter is on its way."""

    says = (
        "Asked the customer of {order_number} for {unit_price} a unit of {sku} instead of "
        "{before}: {reason}"
    )
    line_number: int
    sku: str
    quantity: int
    before: Minor
    unit_price: Minor
    reason: str
    recipient: str = ""
    text: str = ""


class PriceRiseAnswered(OrderEvent, frozen=True):
    """Their answer lies in the inbox."""

    says = "{sender} answered about {unit_price} a unit of {sku}: {outcome}"
    line_number: int
    sku: str
    unit_price: Minor
    outcome: RiseAnswer
    reply_id: str
    sender: str
    subject: str
    body: str


# --- refusals ---------------------------------------------------------------------------------


class PriceRiseNeedsConsent(Refusal, frozen=True):
    """What was agreed on is not raised by one side."""

    says = "The customer has not agreed to pay {requested} a unit of {sku} on {order_number}."
    sums = "asked {requested} > price {price}; agreed to: {agreed}"
    cure = (
        "Ask the customer, and wait for the answer. Only the very price they agree to can be "
        "entered, once."
    )
    order_number: str
    sku: str
    requested: Minor
    price: Minor
    agreed: Minor
    """What they have agreed to for the line as it stands; the price of now if nothing."""


class PriceSettled(Refusal, frozen=True):
    """Parts of a line that are settled at one price do not add up with others at another."""

    says = "Not all of line {line_number} is as it was ordered; its price stays."
    sums = "cancelled {cancelled} + left {left}; must be 0"
    cure = "Leave the price. What they shall pay less can be given as goodwill."
    line_number: int
    cancelled: int
    left: int


class PriceUnchanged(Refusal, frozen=True):
    """Nobody is written to about nothing."""

    says = "{requested} a unit of {sku} is nothing that the customer has to be asked about."
    sums = "price {price}; you asked {requested}"
    cure = "Enter another price. What costs less is changed without asking."
    sku: str
    price: Minor
    requested: Minor
    currency: str = ""


class RiseAsked(Refusal, frozen=True):
    """Who has been asked is not pressed."""

    says = "The customer was asked about {asked} a unit of {sku} already: {outcome}."
    sums = "asked already {asked}; you asked {requested}"
    cure = (
        "Wait for the answer, it comes into the inbox. What was agreed to can be entered; what was "
        "declined stays so, unless you ask for less."
    )
    sku: str
    asked: Minor
    outcome: str
    requested: Minor
    currency: str = ""


class NoRiseAsked(Refusal, frozen=True):
    """An answer to what nobody asked, or of an order that is over."""

    says = "Nobody waits for an answer about the price of line {line_number} of {order_number}."
    cure = "Ask the customer first."
    order_number: str
    line_number: int


# --- deciding ---------------------------------------------------------------------------------


def settled(line: OrderLine) -> bool:
    """Whether some of a line is over, one way or the other: then its price is too."""
    return bool(line.cancelled or line.shipped or line.lost or line.recovered or line.invoiced)


def asked_for(order: Order, line: OrderLine) -> tuple[PriceRise, ...]:
    """What the customer was asked about a line as it stands now, the oldest first."""
    stands = (line.line_number, line.sku, line.ordered, line.unit_price)
    return tuple(
        rise
        for rise in order.price_rises
        if (rise.line_number, rise.sku, rise.quantity, rise.before) == stands
    )


def consented(order: Order, line: OrderLine) -> tuple[Minor, ...]:
    """The prices that the customer has agreed to for a line as it stands, the newest last."""
    return tuple(rise.unit_price for rise in asked_for(order, line) if rise.answer == "said_yes")


def _changeable(
    world: World, order: Order, command: ChangePrice | AskPriceRise
) -> OrderLine | Refusal:
    """The line, if it can cost that; who has agreed to it is another matter."""
    if order.status not in ("submitted", "confirmed"):
        return IllegalState(
            order_number=order.order_number, status=order.status, wanted="submitted / confirmed"
        )
    if order.status == "confirmed" and order.on_hold:
        return OrderOnHold.of(order)
    if not command.reason.strip():
        return MissingReason()
    line = order.line(command.line_number)
    if line is None:
        return UnknownLine(order_number=order.order_number, line_number=command.line_number)
    if settled(line):
        left = line.shipped + line.lost + line.recovered
        return PriceSettled(line_number=line.line_number, cancelled=line.cancelled, left=left)
    if command.unit_price <= 0:
        return InvalidAmount(requested=command.unit_price, currency=order.currency)
    off = line.discount + line.discount_share
    if off > command.unit_price * line.ordered:
        limit = command.unit_price * line.ordered
        return DiscountExceedsTotal(requested=off, limit=limit, currency=order.currency)
    delta = _delta(line, command.unit_price)
    short = too_much(world, order, delta) if delta > 0 and order.status == "confirmed" else None
    return short or line


def _delta(line: OrderLine, unit_price: Minor) -> Minor:
    """How much more the line comes to at another price; below 0 where it is less."""
    return (unit_price - line.unit_price) * line.ordered


def _unchanged(order: Order, line: OrderLine, requested: Minor) -> PriceUnchanged:
    return PriceUnchanged(line.sku, line.unit_price, requested, order.currency)


@decides(ChangePrice)
def change_price(world: World, order: Order, command: ChangePrice, by: Envelope) -> Answer:
    """Less at once; more if the customer has agreed to just that, for the line as it stands."""
    line = _changeable(world, order, command)
    if isinstance(line, Refusal):
        return line
    if command.unit_price == line.unit_price:
        return _unchanged(order, line, command.unit_price)
    agreed = consented(order, line)
    if command.unit_price > line.unit_price and command.unit_price not in agreed:
        return PriceRiseNeedsConsent(
            order_number=order.order_number,
            sku=line.sku,
            requested=command.unit_price,
            price=line.unit_price,
            agreed=agreed[-1] if agreed else line.unit_price,
        )
    return (
        PriceChanged(
            order_number=order.order_number,
            line_number=line.line_number,
            sku=line.sku,
            before=line.unit_price,
            unit_price=command.unit_price,
            delta=_delta(line, command.unit_price),
            reason=command.reason,
            amendment=order.amendments + 1 if order.status == "confirmed" else 0,
        ),
    )


@decides(AskPriceRise)
def ask_price_rise(world: World, order: Order, command: AskPriceRise, by: Envelope) -> Answer:
    """For more than it costs, one question at a time, and never for what was declined."""
    line = _changeable(world, order, command)
    if isinstance(line, Refusal):
        return line
    if command.unit_price <= line.unit_price:
        return _unchanged(order, line, command.unit_price)
    asked = asked_for(order, line)
    for rise in order.price_rises:
        waits = rise.line_number == line.line_number and rise.answer == "awaited"
        pressed = rise.answer == "said_no" and rise.unit_price <= command.unit_price
        known = rise.answer == "said_yes" and rise.unit_price == command.unit_price
        if waits or (rise in asked and (pressed or known)):
            return RiseAsked(
                sku=line.sku,
                asked=rise.unit_price,
                outcome=rise.answer,
                requested=command.unit_price,
                currency=order.currency,
            )
    customer = world.customers[order.customer_id]
    if not customer.reached_at:
        return MissingField(field="email_or_phone")
    return (
        PriceRiseAsked(
            order_number=order.order_number,
            line_number=line.line_number,
            sku=line.sku,
            quantity=line.ordered,
            before=line.unit_price,
            unit_price=command.unit_price,
            reason=command.reason,
            recipient=customer.reached_at,
            text=asking_more(world, order, line, command.unit_price, command.reason),
        ),
    )


@decides(AnswerPriceRise)
def answer_price_rise(world: World, order: Order, command: AnswerPriceRise, by: Envelope) -> Answer:
    """Only what was asked, once, and of an order that stands."""
    number = command.line_number
    waits = [r for r in order.price_rises if r.line_number == number and r.answer == "awaited"]
    if not waits or order.called_off:
        return NoRiseAsked(order_number=order.order_number, line_number=number)
    answered = sum(1 for rise in order.price_rises if rise.reply_id)
    return (
        PriceRiseAnswered(
            order_number=order.order_number,
            line_number=number,
            sku=waits[0].sku,
            unit_price=waits[0].unit_price,
            outcome="said_yes" if command.agreed else "said_no",
            reply_id=f"price-{answered + 1}-{order.order_number}",
            sender=world.customers[order.customer_id].contact,
            subject=command.subject,
            body=command.body,
        ),
    )


# --- evolving ---------------------------------------------------------------------------------


@evolves(PriceChanged)
def price_changed(world: World, order: Order, event: PriceChanged, at: Moment) -> World:
    """The line costs that; the customer's word is used up, and what was not promised is checked
    anew.
    """
    line = order.line(event.line_number)
    assert line is not None
    used = asked_for(order, line) if event.unit_price > event.before else ()
    rises = tuple(
        msgspec.structs.replace(rise, answer="used")
        if rise in used and (rise.unit_price, rise.answer) == (event.unit_price, "said_yes")
        else rise
        for rise in order.price_rises
    )
    first = event.before if line.first_price is None else line.first_price
    costs = msgspec.structs.replace(line, unit_price=event.unit_price, first_price=first)
    return world.with_order(
        changed(
            order,
            lines=tuple(costs if each is line else each for each in order.lines),
            price_rises=rises,
            amendments=event.amendment or order.amendments,
            checked_at=0 if order.status == "submitted" else order.checked_at,
        )
    )


@evolves(PriceRiseAsked)
def price_rise_asked(world: World, order: Order, event: PriceRiseAsked, at: Moment) -> World:
    """One more question."""
    rise = PriceRise(
        line_number=event.line_number,
        sku=event.sku,
        quantity=event.quantity,
        before=event.before,
        unit_price=event.unit_price,
        asked_at=at,
    )
    return world.with_order(changed(order, price_rises=(*order.price_rises, rise)))


@evolves(PriceRiseAnswered)
def price_rise_answered(world: World, order: Order, event: PriceRiseAnswered, at: Moment) -> World:
    """One more message in the inbox, and the question knows it."""
    rises = tuple(
        msgspec.structs.replace(rise, answer=event.outcome, reply_id=event.reply_id)
        if (rise.line_number, rise.answer) == (event.line_number, "awaited")
        else rise
        for rise in order.price_rises
    )
    world = world.with_message(
        Message.about(order, event.reply_id, event.sender, event.subject, event.body, at)
    )
    return world.with_order(changed(order, price_rises=rises))
