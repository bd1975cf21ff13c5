"""Recourse: what a carrier or a supplier is liable for is claimed from them, and they answer.

A claim that was granted, a return that was credited, a parcel that was lost: as much as it has cost
us. The customer's money has nothing to do with it.
"""

from typing import ClassVar

import msgspec

from trainer.orders.currencies import known_tariff
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
from trainer.orders.evidence import shown
from trainer.orders.refusals import Refusal
from trainer.orders.returns import ReturnStage
from trainer.orders.values import Minor, Moment, telescoped
from trainer.orders.world import (
    Message,
    Order,
    Package,
    Recourse,
    RecourseAnswer,
    RecourseParty,
    Return,
    World,
)

# --- commands ---------------------------------------------------------------------------------


class RaiseRecourse(OrderCommand, frozen=True):
    """Claim from the carrier or the supplier what a return, a claim or a lost parcel has cost us.

    A parcel goes by its number on the order.
    """

    case_number: str


class AnswerRecourse(OrderCommand, frozen=True):
    """The other side says how much of it they make good."""

    roles: ClassVar[frozenset[Role]] = frozenset({"carrier", "system"})
    recourse_number: str
    granted: Minor
    sender: str
    subject: str
    body: str


# --- events -----------------------------------------------------------------------------------


class RecourseRaised(OrderEvent, frozen=True):
    """Our claim is with them."""

    says = "{amount} claimed from {party} for {case_number} ({recourse_number})"
    recourse_number: str
    case_number: str
    party: RecourseParty
    amount: Minor
    shown: bool = False
    """Whether there is evidence that goes with it."""


class RecourseAnswered(OrderEvent, frozen=True):
    """Their answer lies in the inbox."""

    says = "{sender} answered {recourse_number}: {outcome}, {granted} of {amount}"
    recourse_number: str
    outcome: RecourseAnswer
    amount: Minor
    granted: Minor
    reply_id: str
    sender: str
    subject: str
    body: str


# --- refusals ---------------------------------------------------------------------------------


class NothingToRecover(Refusal, frozen=True):
    """Who is not liable owes nothing, and nobody owes for what has cost nothing."""

    says = "Nothing of {case_number} can be claimed from others; liable: {liability}."
    sums = "cost {amount} > 0, and liable the carrier or the supplier"
    cure = "Decide the return or the claim first, or give the parcel up for lost."
    case_number: str
    liability: str
    amount: Minor
    currency: str = ""


class RecourseThere(Refusal, frozen=True):
    """The same damage is claimed once."""

    says = "{case_number} is claimed already with {recourse_number}: {outcome}."
    cure = "Wait for the answer, it comes into the inbox; what they have decided stands."
    case_number: str
    recourse_number: str
    outcome: str


class NoRecourseOpen(Refusal, frozen=True):
    """An answer to what nobody asked."""

    says = "Order {order_number} has no claim {recourse_number} that waits for an answer."
    cure = "Claim it first."
    order_number: str
    recourse_number: str


class GrantExceedsRecourse(Refusal, frozen=True):
    """Nobody makes good more than was lost."""

    says = "{granted} is not an answer to a claim of {amount} ({recourse_number})."
    sums = "0 ≤ granted {granted} ≤ claimed {amount}"
    cure = "Grant at most what is claimed."
    recourse_number: str
    granted: Minor
    amount: Minor
    currency: str = ""


class RecourseOpen(Refusal, frozen=True):
    """What others still owe us is not put away."""

    says = "{recourse_number} of order {order_number} waits for an answer of {party}."
    cure = "Wait for the answer, it comes into the inbox."
    order_number: str
    recourse_number: str
    party: str


# --- helpers for guards and screens -------------------------------------------------------------


def lost_parcels(order: Order) -> tuple[Package, ...]:
    """Parcels that were given up."""
    return tuple(package for package in order.packages if package.stage == "lost")


def cost_of(world: World, order: Order, case_number: str) -> tuple[str, Minor]:
    """Who is liable for a case, as far as it is known, and what it has cost us by now."""
    back, claim = order.returned(case_number), order.claim(case_number)
    if back:
        freight = known_tariff(world.carriers[order.carrier_code], order.currency)
        credit = sum(row.credit for row in back.rows)
        return back.liability or "", credit + freight if credit else 0
    if claim:
        return claim.liability or "", claim.worth
    for package in lost_parcels(order):
        if str(package.package_number) == case_number:
            freight = known_tariff(world.carriers[package.carrier_code], order.currency)
            return "carrier", freight + sum(
                telescoped(line.gross, row.quantity, line.ordered)
                for row in package.rows
                if (line := order.line(row.line_number))
            )
    return "", 0


def _still_coming(back: Return) -> bool:
    """Whether more of a return may be counted than is here."""
    return back.open and sum(row.received for row in back.rows) < sum(
        row.quantity for row in back.rows
    )


def open_recourse(order: Order) -> RecourseOpen | None:
    """What the other side has not answered yet."""
    for it in order.recourses:
        if it.open:
            return RecourseOpen(order.order_number, it.recourse_number, it.party)
    return None


# --- deciding ---------------------------------------------------------------------------------


@decides(RaiseRecourse)
def raise_recourse(world: World, order: Order, command: RaiseRecourse, by: Envelope) -> Answer:
    """Once, of what is decided, where somebody else is liable and it has cost something."""
    number = command.case_number
    there = next((it for it in order.recourses if it.case_number == number), None)
    if there:
        return RecourseThere(number, there.recourse_number, there.answer)
    back = order.returned(number)
    if back and (back.stage not in ("inspected", "closed") or _still_coming(back)):
        # what is claimed once is claimed whole: of the rest nobody could claim anything later
        stage = "partially_received" if back.stage == "inspected" else back.stage
        wanted = "inspected / closed"
        return ReturnStage(rma_number=number, status=stage, wanted=wanted)
    liability, amount = cost_of(world, order, number)
    if liability not in ("carrier", "supplier") or amount <= 0:
        return NothingToRecover(number, liability or "undetermined", amount, order.currency)
    party: RecourseParty = "carrier" if liability == "carrier" else "supplier"
    return (
        RecourseRaised(
            order_number=order.order_number,
            recourse_number=f"REC-{world.next_number('recourse'):05d}",
            case_number=number,
            party=party,
            amount=amount,
            shown=bool(shown(order, number)),
        ),
    )


@decides(AnswerRecourse)
def answer_recourse(world: World, order: Order, command: AnswerRecourse, by: Envelope) -> Answer:
    """What waits, once, and at most what was claimed."""
    found = order.recourse(command.recourse_number)
    if found is None or not found.open:
        return NoRecourseOpen(order.order_number, command.recourse_number)
    granted = command.granted
    if not 0 <= granted <= found.amount:
        return GrantExceedsRecourse(found.recourse_number, granted, found.amount, order.currency)
    outcome: RecourseAnswer = "partly" if granted else "denied"
    return (
        RecourseAnswered(
            order_number=order.order_number,
            recourse_number=found.recourse_number,
            outcome="accepted" if granted == found.amount else outcome,
            amount=found.amount,
            granted=granted,
            reply_id=f"recourse-{world.number + 1}-{order.order_number}",
            sender=command.sender,
            subject=command.subject,
            body=command.body,
        ),
    )


# --- evolving ---------------------------------------------------------------------------------


@evolves(RecourseRaised)
def recourse_raised(world: World, order: Order, event: RecourseRaised, at: Moment) -> World:
    """One more claim of ours; the order stands as it did."""
    world = msgspec.structs.replace(
        world, counters=world.counters.set("recourse", world.next_number("recourse"))
    )
    raised = Recourse(event.recourse_number, event.case_number, event.party, event.amount, at)
    return world.with_order(changed(order, recourses=(*order.recourses, raised)))


@evolves(RecourseAnswered)
def recourse_answered(world: World, order: Order, event: RecourseAnswered, at: Moment) -> World:
    """Decided, and one more message in the inbox."""
    recourses = tuple(
        msgspec.structs.replace(it, answer=event.outcome, granted=event.granted)
        if it.recourse_number == event.recourse_number
        else it
        for it in order.recourses
    )
    message = Message.about(order, event.reply_id, event.sender, event.subject, event.body, at)
    return world.with_message(message).with_order(changed(order, recourses=recourses))
