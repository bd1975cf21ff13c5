"""Complaints with their deadline, and how content customers say they were."""

from typing import Any

import pytest

from tests.builders import (
    FIRST,
    HERON,
    order_completed,
    order_confirmed,
    order_delivered,
    order_drafted,
    order_invoiced,
    order_paid,
    order_settled,
    order_shipped,
    order_submitted,
)  # fmt: skip
from tests.story import given
from trainer.orders.clock import AdvanceClock
from trainer.orders.feedback import (
    AlreadyAnswered,
    AlreadyRated,
    AnswerComplaint,
    AnswerSurvey,
    ComplaintAnswered,
    ComplaintOpen,
    ComplaintReceived,
    InvalidScore,
    NotDeliveredYet,
    NothingToPayBack,
    ReceiveComplaint,
    SurveyAnswered,
    UnknownComplaint,
)
from trainer.orders.refusals import IllegalState, MissingField, RoleRequired
from trainer.orders.settlement import ArchiveOrder, CompleteOrder
from trainer.orders.status import overlays
from trainer.orders.values import HOUR
from trainer.orders.world import World

UNHAPPY = ReceiveComplaint(FIRST, "late_delivery", "Where is it?", "We have been waiting.")
NUMBER = "CMP-00001"
SORRY = AnswerComplaint(FIRST, NUMBER, "apology", "It left today.")


def wait(hours: int) -> Any:
    return lambda world: AdvanceClock(world.now + hours * HOUR)


def flags(world: World) -> tuple[str, ...]:
    return overlays(world.orders[FIRST], world.now)


# --- complaints ---------------------------------------------------------------------------------


def test_a_complaint_lies_in_the_inbox_with_a_deadline() -> None:
    story = given(order_confirmed())
    after = story.when(UNHAPPY)
    at = after.entries[0].at
    assert after.events == (
        ComplaintReceived(
            FIRST, NUMBER, "late_delivery", UNHAPPY.subject, UNHAPPY.text, at + 24 * HOUR
        ),
    )
    message = after.world.messages[f"complaint-{NUMBER}"]
    assert (message.subject, message.body, message.order_number) == (
        UNHAPPY.subject, UNHAPPY.text, FIRST,
    )  # fmt: skip
    assert message.sender == "Olive Otter"
    assert "complaint_open" in flags(after.world)


def test_only_customers_complain() -> None:
    refusal = given(order_confirmed()).when(UNHAPPY, role="clerk").refusal
    assert refusal == RoleRequired(role="clerk", wanted="customer / system")


def test_nobody_complains_about_a_draft_or_without_words() -> None:
    assert given(order_drafted()).when(UNHAPPY).refusal == IllegalState(
        order_number=FIRST, status="draft", wanted="submitted / confirmed"
    )
    mute = ReceiveComplaint(FIRST, "not_told", "Hm", " ")
    assert given(order_submitted()).when(mute).refusal == MissingField("complaint")


def test_one_complaint_at_a_time() -> None:
    open_ = ComplaintOpen(order_number=FIRST, complaint_number=NUMBER)
    assert given(order_confirmed(), UNHAPPY).when(UNHAPPY).refusal == open_
    again = given(order_confirmed(), UNHAPPY, SORRY).when(UNHAPPY)
    assert isinstance(again.events[0], ComplaintReceived)
    assert again.events[0].complaint_number == "CMP-00002"


def test_an_answer_in_time_and_one_too_late() -> None:
    for hours, late in ((23, False), (25, True)):
        story = given(order_confirmed(), UNHAPPY, wait(hours))
        assert flags(story.world) == (("complaint_late",) if late else ("complaint_open",))
        after = story.when(SORRY)
        assert after.events == (ComplaintAnswered(FIRST, NUMBER, "apology", "It left today."),)
        complaint = after.order.complaints[0]
        assert complaint.late(after.world.now) is late
        assert not complaint.open
        assert flags(after.world) == ()


def test_an_answer_is_given_once_with_words() -> None:
    story = given(order_confirmed(), UNHAPPY)
    assert story.when(AnswerComplaint(FIRST, NUMBER, "apology", " ")).refusal == MissingField(
        "answer"
    )
    other = AnswerComplaint(FIRST, "CMP-9", "apology", "x")
    assert story.when(other).refusal == UnknownComplaint(FIRST, "CMP-9")
    assert story.and_(SORRY).when(SORRY).refusal == AlreadyAnswered(NUMBER, "apology")


def test_what_was_not_paid_is_not_paid_back() -> None:
    refund = AnswerComplaint(FIRST, NUMBER, "refund", "Your money is on its way.")
    assert given(order_confirmed(customer=HERON), UNHAPPY).when(refund).refusal == (
        NothingToPayBack(FIRST, received=0, refunded=0)
    )
    assert given(order_paid(), UNHAPPY).when(refund).events


def test_nothing_is_finished_while_a_complaint_is_open() -> None:
    open_ = ComplaintOpen(order_number=FIRST, complaint_number=NUMBER)
    assert given(order_invoiced(), UNHAPPY).when(CompleteOrder(FIRST)).refusal == open_
    assert given(order_settled(), UNHAPPY).when(ArchiveOrder(FIRST, 10)).refusal == open_
    assert given(order_settled(), UNHAPPY, SORRY).when(ArchiveOrder(FIRST, 10)).events


# --- the survey ---------------------------------------------------------------------------------


def test_a_customer_who_has_everything_gives_a_score() -> None:
    after = given(order_completed()).when(AnswerSurvey(FIRST, 4, "Quick."))
    assert after.events == (SurveyAnswered(FIRST, 4, "Quick."),)
    assert after.order.satisfaction == 4


def test_a_score_needs_goods_and_lies_on_the_scale_and_is_given_once() -> None:
    rate = AnswerSurvey(FIRST, 5)
    assert given(order_shipped()).when(rate).refusal == NotDeliveredYet(FIRST, delivered=0, live=2)
    story = given(order_delivered())
    assert story.when(AnswerSurvey(FIRST, 0)).refusal == InvalidScore(0)
    assert story.when(AnswerSurvey(FIRST, 6)).refusal == InvalidScore(6)
    assert story.and_(rate).when(AnswerSurvey(FIRST, 1)).refusal == AlreadyRated(FIRST, 5)


@pytest.mark.parametrize("role", ["clerk", "carrier", "bank"])
def test_nobody_else_fills_the_survey_in(role: Any) -> None:
    refusal = given(order_delivered()).when(AnswerSurvey(FIRST, 5), role=role).refusal
    assert isinstance(refusal, RoleRequired)
