"""Damage is granted once it is shown, where the company goes by evidence."""

import msgspec
import pytest

from tests.builders import FIRST, order_delivered
from tests.orders.test_return_rules import ruled
from tests.orders.test_returns import LINES, RMA
from tests.simulation.test_agenda import agenda_of
from tests.story import Story, given
from trainer.orders.customers import UpdateCustomer
from trainer.orders.evidence import (
    AskEvidence,
    EvidenceAsked,
    EvidenceReceived,
    EvidenceRequired,
    EvidenceThere,
    NoEvidenceNeeded,
    SendEvidence,
    UnknownCase,
)
from trainer.orders.invariants import violations
from trainer.orders.mishaps import OpenClaim, ResolveClaim
from trainer.orders.refusals import MissingField, RoleRequired
from trainer.orders.returns import AuthoriseReturn, RejectReturn, RequestReturn
from trainer.orders.world import ClaimRow, ReturnReason, ReturnRow

CLAIM = "CLM-00001"
YES = AuthoriseReturn(FIRST, RMA, "carrier")
GRANTED = ResolveClaim(FIRST, CLAIM, "approved", "carrier", "as shown")


def asked(reason: ReturnReason = "damaged_in_transit", shown: str = "", rule: bool = True) -> Story:
    """A customer asks to send one armchair back, and complains about a lamp."""
    return given(
        order_delivered(lines=LINES),
        RequestReturn(FIRST, (ReturnRow(1, 1),), reason, shown),
        OpenClaim(FIRST, (ClaimRow(2, 1),), reason, shown or ("" if rule else "a dent")),
        world=ruled(damage_evidence=rule),
    )


def sends(number: str, shown: str = "a dent") -> SendEvidence:
    """The customer's answer."""
    return SendEvidence(FIRST, number, shown, "Re: photos", "Here they are.")


@pytest.mark.parametrize(("number", "granting"), [(RMA, YES), (CLAIM, GRANTED)])
@pytest.mark.parametrize("reason", ["damaged_in_transit", "defective"])
def test_what_nobody_has_seen_is_not_granted(
    number: str, granting: AuthoriseReturn | ResolveClaim, reason: ReturnReason
) -> None:
    story = asked(reason)
    assert story.when(granting).refusal == EvidenceRequired(reason=reason)
    (question,) = story.when(AskEvidence(FIRST, number)).events
    assert isinstance(question, EvidenceAsked)
    assert "photos" in question.text
    assert number in question.text
    story.and_(AskEvidence(FIRST, number))
    assert story.when(granting).refusal == EvidenceRequired(reason=reason)
    (answer,) = story.when(sends(number), role="customer").events
    assert isinstance(answer, EvidenceReceived)
    story.and_(sends(number))
    assert story.when(granting).refusal is None
    message = story.world.messages[answer.reply_id]
    assert (message.order_number, message.body) == (FIRST, "Here they are.")
    assert violations(story.world) == []


def test_what_their_message_shows_need_not_be_asked_for() -> None:
    story = asked(shown="a photo of the broken leg")
    assert story.when(YES).refusal is None
    assert story.when(GRANTED).refusal is None
    assert story.when(AskEvidence(FIRST, RMA)).refusal == EvidenceThere(RMA, "evidence_there")


def test_who_sends_it_unasked_is_not_asked_any_more() -> None:
    story = asked().and_(sends(RMA))
    assert story.when(YES).refusal is None
    assert story.when(AskEvidence(FIRST, RMA)).refusal == EvidenceThere(RMA, "evidence_there")
    assert story.when(sends(RMA)).refusal == EvidenceThere(RMA, "evidence_there")


def test_who_has_nothing_to_show_is_asked_once_and_can_only_be_told_no() -> None:
    story = asked().and_(AskEvidence(FIRST, RMA))
    assert story.when(AskEvidence(FIRST, RMA)).refusal == EvidenceThere(RMA, "awaited")
    story.and_(sends(RMA, ""))
    assert story.when(AskEvidence(FIRST, RMA)).refusal == EvidenceThere(RMA, "nothing_to_show")
    assert isinstance(story.when(YES).refusal, EvidenceRequired)
    assert story.when(RejectReturn(FIRST, RMA, "nothing to be seen")).refusal is None


def test_a_claim_can_be_denied_without() -> None:
    denied = ResolveClaim(FIRST, CLAIM, "denied", "customer", "no photos")
    assert asked().when(denied).refusal is None


@pytest.mark.parametrize(("reason", "rule"), [("changed_mind", True), ("defective", False)])
def test_nobody_is_asked_for_what_is_not_needed(reason: ReturnReason, rule: bool) -> None:
    story = asked(reason, rule=rule)
    for number in (RMA, CLAIM):
        refusal = story.when(AskEvidence(FIRST, number)).refusal
        assert refusal == NoEvidenceNeeded(case_number=number, reason=reason)
    assert story.when(YES).refusal is None


def test_who_can_be_reached_nowhere_is_asked_nothing() -> None:
    story = asked()
    customer = story.world.customers[story.world.orders[FIRST].customer_id]
    nowhere = msgspec.structs.replace(customer, email="", phone="")
    customers = story.world.customers.set(customer.customer_id, nowhere)
    story.world = msgspec.structs.replace(story.world, customers=customers)
    assert story.when(AskEvidence(FIRST, RMA)).refusal == MissingField(field="email_or_phone")
    known = (customer.customer_id, customer.company, customer.contact)
    story.and_(UpdateCustomer(*known, "a@example.org", "", customer.address))
    (question,) = story.when(AskEvidence(FIRST, RMA)).events
    assert isinstance(question, EvidenceAsked)
    assert question.recipient == "a@example.org"


def test_of_what_is_decided_or_not_there_nobody_asks() -> None:
    story = asked(shown="a photo").and_(YES, GRANTED)
    for number in (RMA, CLAIM):
        assert isinstance(story.when(AskEvidence(FIRST, number)).refusal, NoEvidenceNeeded)
    unknown = UnknownCase(order_number=FIRST, case_number="RMA-9")
    assert story.when(AskEvidence(FIRST, "RMA-9")).refusal == unknown
    assert story.when(sends("RMA-9"), role="customer").refusal == unknown


def test_the_customer_answers_within_hours_and_mostly_has_photos() -> None:
    story = asked().and_(AskEvidence(FIRST, RMA))
    found = []
    for seed in range(200):
        due = agenda_of(story.entries, story, seed).due.values()
        (sent,) = [e for e in due if isinstance(e.command, SendEvidence)]
        assert sent.role == "customer"
        assert story.when(sent.command, role="customer").refusal is None
        found.append(bool(sent.command.evidence))
    assert 150 < sum(found) < 190


def test_only_the_customer_can_show_it() -> None:
    assert isinstance(asked().when(sends(RMA), role="clerk").refusal, RoleRequired)
