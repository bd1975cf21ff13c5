"""Chargebacks: a customer's bank takes a card payment back, and we say whether that is right.

The money is gone while nobody has decided. Who has proof sends it in and waits for the card's bank;
who has none, or sees that the customer is right, accepts. What is lost is owed again: it is paid
another way, or written off.
"""

from typing import ClassVar, Literal

import msgspec

from trainer.orders import tenders
from trainer.orders.cards import UnknownAuthorisation
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
from trainer.orders.payment import InvalidAmount
from trainer.orders.refusals import MissingField, MissingReason, Refusal
from trainer.orders.stock import not_carried_out, not_confirmed
from trainer.orders.values import DAY, Minor, Moment, day_of
from trainer.orders.world import Chargeback, ChargebackReason, Order, World


class RaiseChargeback(OrderCommand, frozen=True):
    """The card's bank takes back what was captured, and says why."""

    roles: ClassVar[frozenset[Role]] = frozenset({"bank", "system"})
    authorisation_number: str
    amount: Minor
    dispute: ChargebackReason


class ContestChargeback(OrderCommand, frozen=True):
    """Send the card's bank what proves that the money is ours."""

    chargeback_number: str
    evidence: str


class AcceptChargeback(OrderCommand, frozen=True):
    """Leave the customer the money, and say why."""

    chargeback_number: str
    reason: str


class AnswerChargeback(OrderCommand, frozen=True):
    """The card's bank has decided."""

    roles: ClassVar[frozenset[Role]] = frozenset({"bank", "system"})
    chargeback_number: str
    outcome: Literal["won", "lost"]


class WriteOffChargeback(OrderCommand, frozen=True):
    """Give up what a lost chargeback has left unpaid."""

    reason: str


class ChargebackRaised(OrderEvent, frozen=True):
    """The money is gone until somebody has decided."""

    says = "{chargeback_number}: the card's bank took {amount} of {order_number} back: {dispute}"
    chargeback_number: str
    authorisation_number: str
    amount: Minor
    dispute: ChargebackReason
    respond_by: Moment


class ChargebackContested(OrderEvent, frozen=True):
    """The card's bank has our proof."""

    says = "{chargeback_number} on {order_number} contested: {evidence}"
    chargeback_number: str
    evidence: str


class ChargebackAccepted(OrderEvent, frozen=True):
    """The customer keeps the money."""

    says = "{chargeback_number} on {order_number} accepted: {reason}"
    chargeback_number: str
    reason: str


class ChargebackWon(OrderEvent, frozen=True):
    """The money is ours again."""

    says = "{chargeback_number}: the card's bank gave {amount} of {order_number} back to us"
    chargeback_number: str
    amount: Minor


class ChargebackLost(OrderEvent, frozen=True):
    """The money stays with the customer."""

    says = "{chargeback_number}: the customer keeps {amount} of {order_number}"
    chargeback_number: str
    amount: Minor


class ChargebackWrittenOff(OrderEvent, frozen=True):
    """Nobody waits for the money any more."""

    says = "{amount} of {order_number} written off after a chargeback: {reason}"
    amount: Minor
    reason: str


class ChargebackExceedsCaptured(Refusal, frozen=True):
    """A bank takes back what came from the card and has not gone back already."""

    says = "From {authorisation_number} only {limit} can be taken back."
    sums = "captured and still here {limit}; asked {requested}"
    cure = "Compare the amount with what was captured and paid back."
    authorisation_number: str
    limit: Minor
    requested: Minor


class UnknownChargeback(Refusal, frozen=True):
    """There is no such chargeback on this order."""

    says = "Order {order_number} has no chargeback {chargeback_number}."
    cure = "Read the number among the order's facts."
    order_number: str
    chargeback_number: str


class ChargebackElsewhere(Refusal, frozen=True):
    """It is at another stage, or the same answer has come before."""

    says = "{chargeback_number} is {status}; this is possible only while it is {wanted}."
    cure = "Look at its state on the order first; the first answer counts."
    chargeback_number: str
    status: str
    wanted: str


class ContestTooLate(Refusal, frozen=True):
    """Banks do not wait."""

    says = "The last day to contest {chargeback_number} was {last}."
    sums = "today {today} ≤ last day {last}"
    cure = "Accept it; what is lost is paid another way, or written off."
    rests_on = ("chargeback_days",)
    chargeback_number: str
    last: str
    today: str


class NoProofOfDelivery(Refusal, frozen=True):
    """Who says that nothing came is answered with a signature."""

    says = "For {chargeback_number} the bank asks for a proof of delivery, and there is none."
    sums = "signed for {delivered} of {shipped} shipped; must be all of them, and above 0"
    cure = "Wait until all that has left is signed for, or accept the chargeback."
    chargeback_number: str
    delivered: int
    shipped: int


class NothingToWriteOff(Refusal, frozen=True):
    """Only what was lost and is owed is given up."""

    says = "There is nothing to write off on order {order_number}."
    sums = "least of lost {lost} − written off {written_off}, and due {due}; must be above 0"
    cure = "Contest or accept the chargeback first, and look at what is due."
    order_number: str
    lost: Minor
    written_off: Minor
    due: Minor


class ChargebackOpen(Refusal, frozen=True):
    """While a bank decides, nobody knows whether an order is even."""

    says = "Chargeback {chargeback_number} of order {order_number} is not decided."
    cure = "Contest or accept it; wait for the bank's decision if it is contested."
    order_number: str
    chargeback_number: str


def _at(order: Order, number: str, *statuses: str) -> Chargeback | Refusal:
    found = order.chargeback(number)
    if found is None:
        return UnknownChargeback(order.order_number, number)
    if found.status not in statuses:
        return ChargebackElsewhere(number, f"dispute_{found.status}", f"dispute_{statuses[0]}")
    return found


def undecided(order: Order) -> ChargebackOpen | None:
    """What a bank has not decided yet."""
    return next(
        (ChargebackOpen(order.order_number, x.chargeback_number)
         for x in order.chargebacks if x.open),
        None,
    )  # fmt: skip


def lost(order: Order) -> Minor:
    """What is with the customer for good."""
    return sum(x.amount for x in order.chargebacks if x.status in ("accepted", "lost"))


def to_write_off(order: Order) -> Minor:
    """What was lost, is still owed, and can be given up."""
    return max(min(lost(order) - order.written_off, order.payable), 0)


def reversible(order: Order, authorisation_number: str) -> Minor:
    """What of a card's money is here and not on its way back."""
    way = ("card", authorisation_number)
    here = sum(s.left for s in tenders.sources(order) if (s.tender, s.reference) == way)
    return max(here, 0)


@decides(RaiseChargeback)
def raise_chargeback(world: World, order: Order, command: RaiseChargeback, by: Envelope) -> Answer:
    """Captured from that card and not gone back; whether books are closed is nothing to a bank."""
    refusal = not_carried_out(order)
    if refusal:
        return refusal
    held = order.authorisation(command.authorisation_number)
    if held is None:
        return UnknownAuthorisation(order.order_number, command.authorisation_number)
    if command.amount <= 0:
        return InvalidAmount(requested=command.amount, currency=order.currency)
    limit = reversible(order, held.authorisation_number)
    if command.amount > limit:
        return ChargebackExceedsCaptured(held.authorisation_number, limit, command.amount)
    return (
        ChargebackRaised(
            order_number=order.order_number,
            chargeback_number=f"CB-{order.sequence}-{len(order.chargebacks) + 1}",
            authorisation_number=held.authorisation_number,
            amount=command.amount,
            dispute=command.dispute,
            respond_by=moment(world, by) + world.policies.chargeback_days * DAY,
        ),
    )


@decides(ContestChargeback)
def contest_chargeback(
    world: World, order: Order, command: ContestChargeback, by: Envelope
) -> Answer:
    """In time, with something to show; that goods came is shown by a signature."""
    found = _at(order, command.chargeback_number, "open")
    if isinstance(found, Refusal):
        return found
    now = moment(world, by)
    if now > found.respond_by:
        return ContestTooLate(
            found.chargeback_number, day_of(found.respond_by).isoformat(), day_of(now).isoformat()
        )
    if not command.evidence.strip():
        return MissingField(field="evidence")
    shipped = sum(line.shipped for line in order.lines)
    delivered = sum(line.delivered for line in order.lines)
    if found.dispute == "not_received" and not 0 < delivered == shipped:
        return NoProofOfDelivery(found.chargeback_number, delivered, shipped)
    return (ChargebackContested(order.order_number, found.chargeback_number, command.evidence),)


@decides(AcceptChargeback)
def accept_chargeback(
    world: World, order: Order, command: AcceptChargeback, by: Envelope
) -> Answer:
    """Before anything was sent in, and with a reason."""
    found = _at(order, command.chargeback_number, "open")
    if isinstance(found, Refusal):
        return found
    if not command.reason.strip():
        return MissingReason()
    return (ChargebackAccepted(order.order_number, found.chargeback_number, command.reason),)


@decides(AnswerChargeback)
def answer_chargeback(
    world: World, order: Order, command: AnswerChargeback, by: Envelope
) -> Answer:
    """Once something was sent in; who let the last day go by has lost."""
    found = _at(order, command.chargeback_number, "contested", "open")
    if isinstance(found, Refusal):
        return found
    over = command.outcome == "lost" and moment(world, by) > found.respond_by
    if found.status == "open" and not over:
        return ChargebackElsewhere(found.chargeback_number, "dispute_open", "dispute_contested")
    event = ChargebackWon if command.outcome == "won" else ChargebackLost
    return (event(order.order_number, found.chargeback_number, found.amount),)


@decides(WriteOffChargeback)
def write_off_chargeback(
    world: World, order: Order, command: WriteOffChargeback, by: Envelope
) -> Answer:
    """What was lost and is still owed, with a reason."""
    refusal = not_confirmed(order)
    if refusal:
        return refusal
    amount = to_write_off(order)
    if not amount:
        return NothingToWriteOff(
            order.order_number, lost(order), order.written_off, order.balance_due
        )
    if not command.reason.strip():
        return MissingReason()
    return (ChargebackWrittenOff(order.order_number, amount, command.reason),)


def _decided(order: Order, number: str, **changes: object) -> Order:
    chargebacks = tuple(
        msgspec.structs.replace(x, **changes) if x.chargeback_number == number else x
        for x in order.chargebacks
    )
    return changed(order, chargebacks=chargebacks)


@evolves(ChargebackRaised)
def chargeback_raised(world: World, order: Order, event: ChargebackRaised, at: Moment) -> World:
    """Less money here; the order is worked on again."""
    raised = Chargeback(
        event.chargeback_number, event.authorisation_number, event.amount, event.dispute,
        raised_at=at, respond_by=event.respond_by,
    )  # fmt: skip
    return world.with_order(
        changed(order, status="confirmed", chargebacks=(*order.chargebacks, raised))
    )


@evolves(ChargebackContested)
def chargeback_contested(
    world: World, order: Order, event: ChargebackContested, at: Moment
) -> World:
    """The bank's to decide."""
    number = event.chargeback_number
    return world.with_order(_decided(order, number, status="contested", evidence=event.evidence))


@evolves(ChargebackAccepted)
def chargeback_accepted(world: World, order: Order, event: ChargebackAccepted, at: Moment) -> World:
    """Gone for good."""
    return world.with_order(_decided(order, event.chargeback_number, status="accepted"))


@evolves(ChargebackWon)
def chargeback_won(world: World, order: Order, event: ChargebackWon, at: Moment) -> World:
    """Here again."""
    return world.with_order(_decided(order, event.chargeback_number, status="won"))


@evolves(ChargebackLost)
def chargeback_lost(world: World, order: Order, event: ChargebackLost, at: Moment) -> World:
    """Gone for good."""
    return world.with_order(_decided(order, event.chargeback_number, status="lost"))


@evolves(ChargebackWrittenOff)
def chargeback_written_off(
    world: World, order: Order, event: ChargebackWrittenOff, at: Moment
) -> World:
    """No longer owed; the customer's paper says so, too."""
    return world.with_order(changed(order, written_off=order.written_off + event.amount))
