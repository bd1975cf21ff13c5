"""Evidence of damage: where the company asks for it, nothing is granted that nobody has seen.

What the customer's message shows is written down with the return or the claim; where it shows
nothing, we ask once, and they answer.
"""

from typing import ClassVar, Final

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
)
from trainer.orders.letters import asking_evidence
from trainer.orders.refusals import MissingField, Refusal
from trainer.orders.values import Moment
from trainer.orders.world import Evidence, Message, Order, ReturnReason, World

DAMAGED: Final[frozenset[ReturnReason]] = frozenset({"damaged_in_transit", "defective"})
"""Reasons of which there is something to see."""


# --- commands ---------------------------------------------------------------------------------


class AskEvidence(OrderCommand, frozen=True):
    """Ask the customer for photos of what is damaged."""

    case_number: str


class SendEvidence(OrderCommand, frozen=True):
    """The customer sends what they have, or writes that they have nothing."""

    roles: ClassVar[frozenset[Role]] = frozenset({"customer", "system"})
    case_number: str
    evidence: str
    subject: str
    body: str


# --- events -----------------------------------------------------------------------------------


class EvidenceAsked(OrderEvent, frozen=True):
    """Our question is on its way."""

    says = "Asked for evidence of the damage: {case_number}"
    case_number: str
    recipient: str = ""
    text: str = ""


class EvidenceReceived(OrderEvent, frozen=True):
    """Their answer lies in the inbox."""

    says = "{sender} answered about the damage ({case_number}): {subject}"
    case_number: str
    evidence: str
    """What can be seen in it; empty where they have nothing to show."""
    reply_id: str
    sender: str
    subject: str
    body: str


# --- refusals ---------------------------------------------------------------------------------


class EvidenceRequired(Refusal, frozen=True):
    """A damage nobody has seen is paid by nobody."""

    says = "What is said to be “{reason}” needs evidence."
    cure = "Ask the customer for photos or the carrier's report, and describe what they show."
    reason: str


class NoEvidenceNeeded(Refusal, frozen=True):
    """Who is asked for proof of a changed mind is offended for nothing."""

    says = "Nobody asks for evidence of {case_number}: {reason}."
    sums = "asked for where the company's rule says so, of an open case of damage"
    cure = "Decide about it without."
    rests_on = ("damage_evidence",)
    case_number: str
    reason: str


class EvidenceThere(Refusal, frozen=True):
    """A customer is asked once."""

    says = "The customer was asked for evidence of {case_number}, or has sent it: {outcome}."
    cure = "Wait for an answer that is on its way; by one that is here it can be decided."
    case_number: str
    outcome: str


class UnknownCase(Refusal, frozen=True):
    """There is no such return or claim on this order."""

    says = "Order {order_number} has no return or claim {case_number}."
    cure = "Look at the returns and claims of the order."
    order_number: str
    case_number: str


# --- helpers for guards and screens -------------------------------------------------------------


def shown(order: Order, case_number: str) -> str:
    """What is known to be seen of a damage; empty where nothing is."""
    back, claim = order.returned(case_number), order.claim(case_number)
    written = back.evidence if back else claim.evidence if claim else ""
    asked = order.evidence_of(case_number)
    return written.strip() or (asked.text if asked else "")


def unproven(world: World, order: Order, case_number: str) -> EvidenceRequired | None:
    """Whether a damage may not be granted yet, because nobody has shown it."""
    reason = _open_reason(order, case_number)
    if not world.policies.damage_evidence or reason not in DAMAGED or shown(order, case_number):
        return None
    return EvidenceRequired(reason=reason)


def _open_reason(order: Order, case_number: str) -> ReturnReason | None:
    """Why there is a return or claim that nobody has decided about; None where there is none."""
    back, claim = order.returned(case_number), order.claim(case_number)
    if back and back.stage == "requested":
        return back.reason
    return claim.reason if claim and claim.open else None


# --- deciding ---------------------------------------------------------------------------------


@decides(AskEvidence)
def ask_evidence(world: World, order: Order, command: AskEvidence, by: Envelope) -> Answer:
    """Once, of a damage that waits for a decision, where the company goes by evidence."""
    refusal = _not_open(world, order, command.case_number)
    if refusal:
        return refusal
    asked = order.evidence_of(command.case_number)
    if asked or shown(order, command.case_number):
        return EvidenceThere(command.case_number, asked.answer if asked else "evidence_there")
    customer = world.customers[order.customer_id].addressed("after_sales")
    if not customer.reached_at:
        return MissingField(field="email_or_phone")
    return (
        EvidenceAsked(
            order_number=order.order_number,
            case_number=command.case_number,
            recipient=customer.reached_at,
            text=asking_evidence(world, order, command.case_number),
        ),
    )


@decides(SendEvidence)
def send_evidence(world: World, order: Order, command: SendEvidence, by: Envelope) -> Answer:
    """Of what is open, asked for or not, and once; who has nothing says so when asked."""
    refusal = _not_open(world, order, command.case_number)
    if refusal:
        return refusal
    asked = order.evidence_of(command.case_number)
    if shown(order, command.case_number) or (asked and asked.reply_id):
        return EvidenceThere(command.case_number, asked.answer if asked else "evidence_there")
    return (
        EvidenceReceived(
            order_number=order.order_number,
            case_number=command.case_number,
            evidence=command.evidence.strip(),
            reply_id=f"evidence-{world.number + 1}-{order.order_number}",
            sender=world.customers[order.customer_id].addressed("after_sales").contact,
            subject=command.subject,
            body=command.body,
        ),
    )


def _not_open(world: World, order: Order, case_number: str) -> Refusal | None:
    back, claim = order.returned(case_number), order.claim(case_number)
    if back is None and claim is None:
        return UnknownCase(order_number=order.order_number, case_number=case_number)
    reason = _open_reason(order, case_number)
    if not world.policies.damage_evidence or reason not in DAMAGED:
        known = back.reason if back else claim.reason if claim else ""
        return NoEvidenceNeeded(case_number=case_number, reason=known)
    return None


# --- evolving ---------------------------------------------------------------------------------


@evolves(EvidenceAsked)
def evidence_asked(world: World, order: Order, event: EvidenceAsked, at: Moment) -> World:
    """Waiting for their answer."""
    asked = Evidence(case_number=event.case_number, asked_at=at)
    return world.with_order(changed(order, evidence=(*order.evidence, asked)))


@evolves(EvidenceReceived)
def evidence_received(world: World, order: Order, event: EvidenceReceived, at: Moment) -> World:
    """One more message in the inbox, and the case knows it."""
    asked = order.evidence_of(event.case_number) or Evidence(event.case_number)
    answered = msgspec.structs.replace(asked, text=event.evidence, reply_id=event.reply_id)
    others = (it for it in order.evidence if it.case_number != event.case_number)
    world = world.with_message(
        Message.about(order, event.reply_id, event.sender, event.subject, event.body, at)
    )
    return world.with_order(changed(order, evidence=(*others, answered)))
