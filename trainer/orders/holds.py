"""Holds: reasons to stop, each open until somebody releases it.

A hold knows who placed it and who owns it. Where the company wants four eyes, a supervisor owns
it: whoever placed it cannot release it, and a clerk asks.
"""

from typing import ClassVar, Final, Self

import msgspec

from trainer.orders.currencies import limit_in
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
from trainer.orders.refusals import IllegalState, MissingReason, Refusal, RoleRequired
from trainer.orders.values import Minor, Moment, day_of
from trainer.orders.world import Hold, HoldKind, HoldOwner, Message, Order, World


class PlaceHold(OrderCommand, frozen=True):
    """Stop an order until something is clear."""

    roles: ClassVar[frozenset[Role]] = frozenset({"clerk", "supervisor", "system"})
    kind: HoldKind
    reason: str = ""
    """What there is to say beside the kind; needed where it is of no kind."""


class ReleaseHold(OrderCommand, frozen=True):
    """Let it go on; the reason for stopping is looked at again first."""

    roles: ClassVar[frozenset[Role]] = frozenset({"clerk", "supervisor", "system"})
    kind: HoldKind
    reason: str


class AskRelease(OrderCommand, frozen=True):
    """Ask the supervisor to let it go on, and say why it may."""

    kind: HoldKind
    reason: str


class AnswerRelease(OrderCommand, frozen=True):
    """Answer somebody who asked: the hold goes if its cause is gone, else a message says why not.

    The words for either answer come with the command; which it is, the facts decide.
    """

    roles: ClassVar[frozenset[Role]] = frozenset({"supervisor"})
    kind: HoldKind
    granting: str
    declining: str
    subject: str = ""
    text: str = ""
    """Of the message; without, it says why and no more."""


class HoldPlaced(OrderEvent, frozen=True):
    """The order stands still."""

    says = "{order_number} put on hold ({kind}): {reason}"
    kind: HoldKind
    reason: str
    placed_by: str = ""
    owner: HoldOwner = "clerk"


class ReleaseAsked(OrderEvent, frozen=True):
    """The supervisor has a question to answer."""

    says = "The supervisor was asked to release the hold ({kind}) on {order_number}: {reason}"
    kind: HoldKind
    reason: str
    asked_by: str = ""


class ReleaseDeclined(OrderEvent, frozen=True):
    """The hold stays, and a message says why."""

    says = "The hold ({kind}) on {order_number} stays: {reason}"
    kind: HoldKind
    reason: str
    sender: str
    subject: str
    text: str


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


class SamePerson(Refusal, frozen=True):
    """Four eyes are two people."""

    says = "{actor} placed the hold ({kind}) on {order_number} and cannot release it as well."
    cure = "Ask the supervisor to release it."
    rests_on = ("four_eyes",)
    order_number: str
    kind: HoldKind
    actor: str


class OwnRequest(Refusal, frozen=True):
    """A question is answered by somebody else, whatever role one has been given meanwhile."""

    says = "{actor} asked for this on order {order_number} and cannot approve it as well."
    cure = "Let somebody else answer who may."
    order_number: str
    actor: str


class YoursToRelease(Refusal, frozen=True):
    """Nobody need be asked for what one may do."""

    says = "The hold ({kind}) on {order_number} needs no supervisor."
    cure = "Release it yourself once its cause is gone."
    rests_on = ("four_eyes",)
    order_number: str
    kind: HoldKind


class AlreadyAsked(Refusal, frozen=True):
    """Asking twice makes no answer come faster."""

    says = "The supervisor has been asked about the hold ({kind}) on {order_number}."
    cure = "Advance the clock: the answer comes within two hours."
    order_number: str
    kind: HoldKind


class NothingAsked(Refusal, frozen=True):
    """There is no question to answer."""

    says = "Nobody has asked to release a hold ({kind}) on {order_number}."
    cure = "Wait until somebody asks."
    order_number: str
    kind: HoldKind


class CreditLimitExceeded(Refusal, frozen=True):
    """Together with what they owe already this would be more than we lend them."""

    says = "{customer_id} would owe {exposure} with a limit of {limit}."
    sums = "open {open} + this order {requested} = {exposure} ≤ limit {limit}"
    cure = "Wait for a payment, or ask for the limit to be raised."
    rests_on = ("credit_check",)
    customer_id: str
    open: Minor
    requested: Minor
    exposure: Minor
    limit: Minor


_STOPPABLE: Final = ("submitted", "confirmed")


def credit_short(world: World, order: Order) -> CreditLimitExceeded | None:
    """The refusal if this order would break its customer's credit limit, None if it would not."""
    # an order that asks for nothing more needs no credit, whatever else they owe
    if order.payment_terms != "on_account" or order.balance_due <= 0:
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


def credit_stops(world: World, order: Order) -> CreditLimitExceeded | None:
    """The same, where the company lets a credit limit stop anything."""
    return credit_short(world, order) if world.policies.credit_check == "block" else None


def address_in_doubt(world: World, order: Order) -> str:
    """What is wrong with where it goes: missing, or against the message or the customer's file."""
    if order.ship_to.missing():
        return "the address is incomplete"
    message = world.messages.get(order.message_id)
    asked = message.known if message else None
    if asked and asked.ship_to != order.ship_to:
        return "the message names another address"
    file, goes = world.customers[order.customer_id].address, order.ship_to
    if goes.country == file.country and (goes.city == file.city) != (
        goes.postal_code == file.postal_code
    ):
        return "city and postal code contradict the customer's file"
    return ""


def looks_odd(world: World, order: Order) -> bool:
    """A new customer's large order that is to go elsewhere and that no credit limit bounds."""
    customer = world.customers[order.customer_id]
    policies = world.policies
    large = limit_in(policies.large_order, policies.large_orders, order.currency)
    if order.payment_terms == "on_account" or order.total < (large or 0):
        return False
    if order.ship_to == customer.address:
        return False
    # the few orders that come this far may look for an older one
    return not any(
        other.customer_id == order.customer_id and other.confirmed_at for other in world.newest()
    )


def found_by_check(world: World, order: Order) -> tuple[tuple[HoldKind, str], ...]:
    """What a check stops an order for, each kind once in its life, where the company wants it."""
    if not world.policies.check_holds:
        return ()
    found: list[tuple[HoldKind, str]] = []
    doubt = address_in_doubt(world, order)
    if doubt:
        found.append(("address", doubt))
    if looks_odd(world, order):
        found.append(("fraud", "large first order to somewhere else"))
    known = {hold.kind for hold in order.holds}
    return tuple(x for x in found if x[0] in world.policies.check_holds and x[0] not in known)


def placed(world: World, order: Order, kind: HoldKind, reason: str, by: Envelope) -> HoldPlaced:
    """The event of a hold, with who placed it and who may release it."""
    owner: HoldOwner = "supervisor" if kind in world.policies.four_eyes else "clerk"
    return HoldPlaced(order.order_number, kind, reason, placed_by=by.actor, owner=owner)


def cause_gone(world: World, order: Order, hold: Hold) -> bool:
    """Whether a careful supervisor lets the order go on.

    Money and goods speak for themselves. An address or a person in doubt is cleared by somebody
    who has looked: the customer's file was reviewed since the hold was placed.
    """
    match hold.kind:
        case "credit":
            return credit_short(world, order) is None
        case "payment":
            return order.balance_due <= 0
        case "stock":
            return all(world.available(line.sku) >= line.open for line in order.lines)
        case "address" | "fraud":
            looked = world.customers[order.customer_id].last_reviewed
            reviewed = looked is not None and looked >= day_of(hold.placed_at)
            doubt = address_in_doubt if hold.kind == "address" else looks_odd
            return reviewed or not doubt(world, order)
    return True


@decides(PlaceHold)
def place_hold(world: World, order: Order, command: PlaceHold, by: Envelope) -> Answer:
    """Between submission and the end of delivery, once per kind, with a reason."""
    if order.status not in _STOPPABLE:
        return IllegalState(
            order_number=order.order_number, status=order.status, wanted="submitted / confirmed"
        )
    # the kind of a hold is its reason; one of no kind is explained in words
    if command.kind == "manual" and not command.reason.strip():
        return MissingReason()
    if any(hold.open and hold.kind == command.kind for hold in order.holds):
        return AlreadyOnHold(order_number=order.order_number, kind=command.kind)
    return (placed(world, order, command.kind, command.reason, by),)


@decides(ReleaseHold)
def release_hold(world: World, order: Order, command: ReleaseHold, by: Envelope) -> Answer:
    """With a reason, only if the cause is gone, and by somebody else where four eyes are asked."""
    hold = _open(order, command.kind)
    if isinstance(hold, Refusal):
        return hold
    if hold.owner == "supervisor":
        if by.actor == hold.placed_by:
            return SamePerson(order.order_number, hold.kind, by.actor)
        if by.actor == hold.asked_by:
            return OwnRequest(order.order_number, by.actor)
        if by.role != "supervisor":
            return RoleRequired(role=by.role, wanted="supervisor")
    if not command.reason.strip():
        return MissingReason()
    if command.kind == "credit":
        short = credit_stops(world, order)
        if short:
            return short
    return (
        HoldReleased(order_number=order.order_number, kind=command.kind, reason=command.reason),
    )


def _open(order: Order, kind: HoldKind) -> Hold | NoSuchHold:
    for hold in order.holds:
        if hold.open and hold.kind == kind:
            return hold
    return NoSuchHold(order_number=order.order_number, kind=kind)


@decides(AskRelease)
def ask_release(world: World, order: Order, command: AskRelease, by: Envelope) -> Answer:
    """About a hold that one may not release oneself, with a reason, one question at a time."""
    hold = _open(order, command.kind)
    if isinstance(hold, Refusal):
        return hold
    if hold.owner == "clerk":
        return YoursToRelease(order_number=order.order_number, kind=hold.kind)
    if hold.asked_at:
        return AlreadyAsked(order_number=order.order_number, kind=hold.kind)
    if not command.reason.strip():
        return MissingReason()
    return (ReleaseAsked(order.order_number, hold.kind, command.reason, asked_by=by.actor),)


@decides(AnswerRelease)
def answer_release(world: World, order: Order, command: AnswerRelease, by: Envelope) -> Answer:
    """To a question that is open; never by whoever placed the hold or asked."""
    hold = _open(order, command.kind)
    if isinstance(hold, Refusal):
        return hold
    if not hold.asked_at:
        return NothingAsked(order_number=order.order_number, kind=hold.kind)
    if by.actor == hold.placed_by:
        return SamePerson(order.order_number, hold.kind, by.actor)
    if by.actor == hold.asked_by:
        return OwnRequest(order.order_number, by.actor)
    if cause_gone(world, order, hold):
        return (HoldReleased(order.order_number, hold.kind, command.granting),)
    return (
        ReleaseDeclined(
            order.order_number,
            hold.kind,
            command.declining,
            sender=by.actor,
            subject=command.subject or order.order_number,
            text=command.text or command.declining,
        ),
    )


@evolves(HoldPlaced)
def hold_placed(world: World, order: Order, event: HoldPlaced, at: Moment) -> World:
    """One more reason to stop."""
    hold = Hold(
        kind=event.kind,
        reason=event.reason,
        placed_at=at,
        placed_by=event.placed_by,
        owner=event.owner,
    )
    return world.with_order(changed(order, holds=(*order.holds, hold)))


@evolves(HoldReleased)
def hold_released(world: World, order: Order, event: HoldReleased, at: Moment) -> World:
    """One reason less."""
    return world.with_order(_with_hold(order, event.kind, released_at=at, asked_at=0))


@evolves(ReleaseAsked)
def release_asked(world: World, order: Order, event: ReleaseAsked, at: Moment) -> World:
    """The question is open."""
    return world.with_order(_with_hold(order, event.kind, asked_at=at, asked_by=event.asked_by))


@evolves(ReleaseDeclined)
def release_declined(world: World, order: Order, event: ReleaseDeclined, at: Moment) -> World:
    """Answered; the answer lies in the inbox, and one may ask again."""
    number = world.next_number("colleague")
    message = Message(
        message_id=f"colleague-{number}",
        channel="email",
        sender=event.sender,
        subject=event.subject,
        body=event.text,
        received_at=at,
        order_number=order.order_number,
    )
    world = msgspec.structs.replace(
        world.with_message(message),
        counters=world.counters.set("colleague", number),
    )
    return world.with_order(_with_hold(order, event.kind, asked_at=0))


def _with_hold(order: Order, kind: HoldKind, **changes: object) -> Order:
    holds = tuple(
        msgspec.structs.replace(hold, **changes) if hold.open and hold.kind == kind else hold
        for hold in order.holds
    )
    return changed(order, holds=holds)
