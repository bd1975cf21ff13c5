"""Paying by card: the gateway is asked for a promise, and later takes what it has promised.

An authorisation moves no money. The gateway answers later, twice, or not at all; the first answer
counts. Captures take from one authorisation in as many steps as parcels leave; what is not
captured is voided, or lapses. A capture within a promise is answered at once: the card's bank has
said yes already.
"""

from typing import ClassVar, Literal

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
from trainer.orders.holds import OrderOnHold
from trainer.orders.payment import AmountExceedsDue, GatewayTimeout, InvalidAmount
from trainer.orders.refusals import Refusal
from trainer.orders.stock import not_confirmed
from trainer.orders.values import DAY, Minor, Moment
from trainer.orders.world import Authorisation, Order, Payment, World

CardAnswer = Literal["authorised", "declined", "unanswered"]


class AuthorisePayment(OrderCommand, frozen=True):
    """Ask the gateway whether the customer's card is good for an amount."""

    amount: Minor


class AnswerAuthorisation(OrderCommand, frozen=True):
    """The gateway says whether the card is good for it, or leaves us without an answer."""

    roles: ClassVar[frozenset[Role]] = frozenset({"bank", "system"})
    authorisation_number: str
    outcome: CardAnswer
    granted: bool = False
    """Whether the card's bank said yes although no answer came."""


class QueryAuthorisation(OrderCommand, frozen=True):
    """Ask the gateway what became of an authorisation it never answered."""

    authorisation_number: str


class CapturePayment(OrderCommand, frozen=True):
    """Take money that a card has promised."""

    authorisation_number: str
    amount: Minor


class VoidAuthorisation(OrderCommand, frozen=True):
    """Give up what a card has promised and nobody needs."""

    authorisation_number: str


class ExpireAuthorisation(OrderCommand, frozen=True):
    """The day has come after which a card's promise is worth nothing."""

    roles: ClassVar[frozenset[Role]] = frozenset({"system"})
    authorisation_number: str


class AuthorisationRequested(OrderEvent, frozen=True):
    """The gateway has been asked; nothing is promised yet."""

    says = (
        "{authorisation_number}: the gateway was asked for {amount} on the card for {order_number}"
    )
    authorisation_number: str
    amount: Minor


class PaymentAuthorised(OrderEvent, frozen=True):
    """The card is good for it, for some days."""

    says = "{authorisation_number}: the card is good for {amount} on {order_number}"
    authorisation_number: str
    amount: Minor
    expires_at: Moment


class PaymentDeclined(OrderEvent, frozen=True):
    """The card's bank said no."""

    says = "{authorisation_number}: the card was declined for {amount} on {order_number}"
    authorisation_number: str
    amount: Minor


class AuthorisationUnanswered(OrderEvent, frozen=True):
    """The connection broke; whether the card is good for it only the gateway knows."""

    says = "{authorisation_number}: no answer from the gateway about {amount} on {order_number}"
    authorisation_number: str
    amount: Minor
    granted: bool = False


class PaymentCaptured(OrderEvent, frozen=True):
    """The order is paid, wholly or in part, from what the card had promised."""

    says = "{authorisation_number}: {amount} captured for {order_number}"
    authorisation_number: str
    amount: Minor


class AuthorisationVoided(OrderEvent, frozen=True):
    """The customer can use their card for other things again."""

    says = "{authorisation_number}: {amount} on the card for {order_number} given up"
    authorisation_number: str
    amount: Minor


class AuthorisationLapsed(OrderEvent, frozen=True):
    """It was not captured in time."""

    says = "{authorisation_number}: the promise of {amount} for {order_number} has lapsed"
    authorisation_number: str
    amount: Minor


class NoCard(Refusal, frozen=True):
    """Nobody asks the gateway about a card that was never given."""

    says = "Order {order_number} is paid by bank transfer; there is no card for it."
    cure = "Wait for the transfer, then book it."
    rests_on = ("tender",)
    order_number: str


class UnknownAuthorisation(Refusal, frozen=True):
    """There is no such authorisation on this order."""

    says = "Order {order_number} has no authorisation {authorisation_number}."
    cure = "Read the number among the order's facts."
    order_number: str
    authorisation_number: str


class AuthorisationElsewhere(Refusal, frozen=True):
    """The authorisation is at another stage, or the same answer has come before."""

    says = "{authorisation_number} is {status}; this is possible only while it is {wanted}."
    cure = "Look at the authorisation's state on the order first; the first answer counts."
    authorisation_number: str
    status: str
    wanted: str


class CaptureExceedsAuthorisation(Refusal, frozen=True):
    """The card has promised so much and no more, in however many steps it is taken."""

    says = "{authorisation_number} has only {limit} left to capture."
    sums = (
        "open {limit} = authorised {amount} − captured {captured} − given up {released}; "
        "you asked {requested}"
    )
    cure = "Capture at most {limit}, and ask for another authorisation if more is due."
    authorisation_number: str
    limit: Minor
    amount: Minor
    captured: Minor
    released: Minor
    requested: Minor


class AuthorisationExpired(Refusal, frozen=True):
    """After its last day a promise is worth nothing."""

    says = "{authorisation_number} was good for {days} days only, and they are over."
    cure = "Ask for a new authorisation; then capture before it expires."
    rests_on = ("authorisation_days",)
    authorisation_number: str
    days: int


class StillValid(Refusal, frozen=True):
    """Before its last day nothing lapses."""

    says = "{number} is still valid."
    cure = "Wait until its last day is over."
    rests_on = ("store_credit",)
    number: str


def authorised(order: Order) -> Minor:
    """What cards have promised or were just asked for: not asked for a second time."""
    asked = sum(held.amount for held in order.authorisations if held.under_way)
    return order.authorised_open + asked


def to_authorise(order: Order) -> Minor:
    """What is due and no card has been asked for yet."""
    return max(order.payable - authorised(order), 0)


def capturable(held: Authorisation) -> Minor:
    """What an authorisation still gives: shown on the screen and asked by the guard."""
    return held.open


def lapsed(held: Authorisation, now: Moment) -> bool:
    """Whether its last day is over, noticed or not."""
    return held.status == "expired" or (held.status == "authorised" and now >= held.expires_at)


def voided(order: Order) -> tuple[AuthorisationVoided, ...]:
    """An order that is over keeps nothing on anybody's card, answered or not."""
    return tuple(
        AuthorisationVoided(order.order_number, held.authorisation_number, held.open or held.amount)
        for held in order.authorisations
        if held.open or held.under_way
    )


@decides(AuthorisePayment)
def authorise_payment(
    world: World, order: Order, command: AuthorisePayment, by: Envelope
) -> Answer:
    """A card, and not more than is due and not promised already."""
    refusal = not_confirmed(order)
    if refusal:
        return refusal
    if order.tender != "card":
        return NoCard(order.order_number)
    if command.amount <= 0:
        return InvalidAmount(requested=command.amount)
    silent = next((x for x in order.authorisations if x.status == "unanswered"), None)
    if silent:
        return GatewayTimeout(refund_number=silent.authorisation_number)
    if command.amount > to_authorise(order):
        return _exceeds(order, to_authorise(order), authorised(order), command.amount)
    number = f"AU-{order.sequence}-{len(order.authorisations) + 1}"
    return (AuthorisationRequested(order.order_number, number, command.amount),)


@decides(AnswerAuthorisation)
def answer_authorisation(
    world: World, order: Order, command: AnswerAuthorisation, by: Envelope
) -> Answer:
    """Only the first answer counts; it may come after we had given up waiting."""
    held = order.authorisation(command.authorisation_number)
    if held is None:
        return UnknownAuthorisation(order.order_number, command.authorisation_number)
    number = order.order_number
    late = held.status == "unanswered" and command.outcome != "unanswered"
    if held.status != "pending" and not late:
        return _elsewhere(held, "pending")
    if command.outcome == "unanswered":
        return (
            AuthorisationUnanswered(
                number, held.authorisation_number, held.amount, command.granted
            ),
        )
    return (_answered(world, order, held, by, granted=command.outcome == "authorised"),)


@decides(QueryAuthorisation)
def query_authorisation(
    world: World, order: Order, command: QueryAuthorisation, by: Envelope
) -> Answer:
    """What the gateway's own book says."""
    held = order.authorisation(command.authorisation_number)
    if held is None:
        return UnknownAuthorisation(order.order_number, command.authorisation_number)
    if held.status != "unanswered":
        return _elsewhere(held, "unanswered")
    return (_answered(world, order, held, by, granted=held.granted),)


@decides(CapturePayment)
def capture_payment(world: World, order: Order, command: CapturePayment, by: Envelope) -> Answer:
    """Promised and in time, due, and not held."""
    refusal = not_confirmed(order)
    if refusal:
        return refusal
    held = order.authorisation(command.authorisation_number)
    if held is None:
        return UnknownAuthorisation(order.order_number, command.authorisation_number)
    if held.status == "unanswered":
        return GatewayTimeout(refund_number=held.authorisation_number)
    if lapsed(held, moment(world, by)):
        days = world.policies.authorisation_days
        return AuthorisationExpired(held.authorisation_number, days)
    if held.status != "authorised":
        return _elsewhere(held, "authorised")
    stopped = next((hold for hold in order.holds if hold.open and hold.kind == "payment"), None)
    if stopped:
        return OrderOnHold(order.order_number, stopped.kind, stopped.reason)
    if command.amount <= 0:
        return InvalidAmount(requested=command.amount)
    if command.amount > capturable(held):
        return CaptureExceedsAuthorisation(
            authorisation_number=held.authorisation_number,
            limit=capturable(held),
            amount=held.amount,
            captured=held.captured,
            released=held.released,
            requested=command.amount,
        )
    if command.amount > order.payable:
        return _exceeds(order, order.payable, 0, command.amount)
    return (PaymentCaptured(order.order_number, held.authorisation_number, command.amount),)


@decides(VoidAuthorisation)
def void_authorisation(
    world: World, order: Order, command: VoidAuthorisation, by: Envelope
) -> Answer:
    """What a card has promised and nobody has captured."""
    held = order.authorisation(command.authorisation_number)
    if held is None:
        return UnknownAuthorisation(order.order_number, command.authorisation_number)
    if held.status == "unanswered":
        return GatewayTimeout(refund_number=held.authorisation_number)
    if not held.open:
        return _elsewhere(held, "authorised")
    return (AuthorisationVoided(order.order_number, held.authorisation_number, held.open),)


@decides(ExpireAuthorisation)
def expire_authorisation(
    world: World, order: Order, command: ExpireAuthorisation, by: Envelope
) -> Answer:
    """Only what is open, and not before its time."""
    held = order.authorisation(command.authorisation_number)
    if held is None:
        return UnknownAuthorisation(order.order_number, command.authorisation_number)
    if not held.open:
        return _elsewhere(held, "authorised")
    if not lapsed(held, moment(world, by)):
        return StillValid(held.authorisation_number)
    return (AuthorisationLapsed(order.order_number, held.authorisation_number, held.open),)


def stage(held: Authorisation) -> str:
    """How far it has come, in a word that is not mistaken for a return's or a parcel's."""
    used_up = held.status == "authorised" and not held.open
    return "card_captured" if used_up else f"card_{held.status}"


def _elsewhere(held: Authorisation, wanted: str) -> AuthorisationElsewhere:
    return AuthorisationElsewhere(held.authorisation_number, stage(held), f"card_{wanted}")


def _exceeds(order: Order, limit: Minor, promised: Minor, requested: Minor) -> AmountExceedsDue:
    return AmountExceedsDue(
        order_number=order.order_number,
        due=limit,
        total=order.total,
        credit=order.credit,
        received=order.covered,
        requested=requested,
        authorised=promised,
    )


def _answered(
    world: World, order: Order, held: Authorisation, by: Envelope, *, granted: bool
) -> PaymentAuthorised | PaymentDeclined:
    number, amount = held.authorisation_number, held.amount
    if not granted:
        return PaymentDeclined(order.order_number, number, amount)
    # the bank counts from the day it was asked
    until = held.requested_at + world.policies.authorisation_days * DAY
    return PaymentAuthorised(order.order_number, number, amount, until)


def _with(order: Order, number: str, **changes: object) -> Order:
    """The order with one authorisation changed, and its version one higher."""
    return changed(
        order,
        authorisations=tuple(
            msgspec.structs.replace(held, **changes)
            if held.authorisation_number == number
            else held
            for held in order.authorisations
        ),
    )


def _given_up(world: World, order: Order, number: str, status: str) -> World:
    held = order.authorisation(number)
    assert held is not None
    # what was only asked for was never promised
    released = held.released + held.open
    return world.with_order(_with(order, number, status=status, released=released))


@evolves(AuthorisationRequested)
def authorisation_requested(
    world: World, order: Order, event: AuthorisationRequested, at: Moment
) -> World:
    """Asked for; what is due is the same as before."""
    held = Authorisation(event.authorisation_number, event.amount, at)
    return world.with_order(changed(order, authorisations=(*order.authorisations, held)))


@evolves(PaymentAuthorised)
def payment_authorised(world: World, order: Order, event: PaymentAuthorised, at: Moment) -> World:
    """Promised, until its last day."""
    number, until = event.authorisation_number, event.expires_at
    return world.with_order(_with(order, number, status="authorised", expires_at=until))


@evolves(PaymentDeclined)
def payment_declined(world: World, order: Order, event: PaymentDeclined, at: Moment) -> World:
    """Nothing will come of it."""
    return world.with_order(_with(order, event.authorisation_number, status="declined"))


@evolves(AuthorisationUnanswered)
def authorisation_unanswered(
    world: World, order: Order, event: AuthorisationUnanswered, at: Moment
) -> World:
    """Perhaps promised: it goes on counting as asked for."""
    number = event.authorisation_number
    return world.with_order(_with(order, number, status="unanswered", granted=event.granted))


@evolves(PaymentCaptured)
def payment_captured(world: World, order: Order, event: PaymentCaptured, at: Moment) -> World:
    """Less due on the order, less open on the authorisation."""
    number = event.authorisation_number
    held = order.authorisation(number)
    assert held is not None
    payment = Payment(reference=number, amount=event.amount, at=at, tender="card")
    order = msgspec.structs.replace(
        order, captured=order.captured + event.amount, payments=(*order.payments, payment)
    )
    return world.with_order(_with(order, number, captured=held.captured + event.amount))


@evolves(AuthorisationVoided)
def authorisation_voided(
    world: World, order: Order, event: AuthorisationVoided, at: Moment
) -> World:
    """Nothing more is taken from it."""
    return _given_up(world, order, event.authorisation_number, "voided")


@evolves(AuthorisationLapsed)
def authorisation_lapsed(
    world: World, order: Order, event: AuthorisationLapsed, at: Moment
) -> World:
    """Nothing more can be taken from it."""
    return _given_up(world, order, event.authorisation_number, "expired")
