"""A supervisor is asked before much money goes back."""

import msgspec

from tests.builders import FIRST, order_paid
from tests.orders.test_refunds import CANCEL, DUE, ruled
from tests.story import Story, envelope_of, given
from trainer.orders.approvals import (
    ApprovalAsked,
    ApproveRefund,
    AskApproval,
    DeclineRefund,
    NothingToApprove,
    RefundApproved,
    RefundDeclined,
)
from trainer.orders.engine import handle
from trainer.orders.holds import OwnRequest
from trainer.orders.payment import ApprovalRequired, IssueRefund
from trainer.orders.refunds import AnswerRefund, RetryRefund
from trainer.orders.refusals import MissingReason, RoleRequired
from trainer.simulation import gateway

LIMIT = 10_000
ASK = AskApproval(FIRST, DUE, "all was cancelled")


def owing(limit: int = LIMIT) -> Story:
    """A paid order that was called off, in a company with a limit."""
    return given(order_paid(), CANCEL, world=ruled(refund_limit=limit))


def test_up_to_the_limit_nobody_is_asked() -> None:
    assert owing().when(IssueRefund(FIRST, LIMIT, "x")).refusal is None
    after = owing().when(IssueRefund(FIRST, LIMIT + 1, "x"))
    assert after.refusal == ApprovalRequired(FIRST, 0, 0, LIMIT + 1, LIMIT)


def test_small_steps_do_not_go_round_the_limit() -> None:
    story = owing().and_(IssueRefund(FIRST, LIMIT, "first"))
    after = story.when(IssueRefund(FIRST, 1, "second"))
    assert after.refusal == ApprovalRequired(FIRST, 0, LIMIT, 1, LIMIT)


def test_a_supervisor_needs_nobody_and_no_limit_needs_no_supervisor() -> None:
    everything = IssueRefund(FIRST, DUE, "x")
    assert owing().when(everything, role="supervisor").refusal is None
    assert owing(limit=0).when(everything).refusal is None


def test_what_was_approved_may_go_back_and_no_more() -> None:
    story = owing().and_(IssueRefund(FIRST, LIMIT, "x"), AskApproval(FIRST, 20_000, "x"))
    assert story.when(ApproveRefund(FIRST, 20_000)).events == (RefundApproved(FIRST, 20_000),)
    story.and_(ApproveRefund(FIRST, 20_000))
    assert story.when(IssueRefund(FIRST, 20_001, "x")).refusal is not None
    assert story.when(IssueRefund(FIRST, 20_000, "x")).refusal is None


def test_a_second_try_is_asked_for_like_the_first() -> None:
    story = owing().and_(IssueRefund(FIRST, LIMIT, "x"), AnswerRefund(FIRST, "RF-1-1", "failed"))
    story.and_(IssueRefund(FIRST, 1, "x"))
    after = story.when(RetryRefund(FIRST, "RF-1-1"))
    assert after.refusal == ApprovalRequired(FIRST, 0, 1, LIMIT, LIMIT)


def test_nobody_is_asked_for_nothing_or_twice() -> None:
    story = owing()
    within = story.when(AskApproval(FIRST, LIMIT, "x"))
    assert within.refusal == NothingToApprove(FIRST, LIMIT, refundable=DUE, asked=0)
    beyond = story.when(AskApproval(FIRST, DUE + 1, "x"))
    assert beyond.refusal == NothingToApprove(FIRST, DUE + 1, refundable=DUE, asked=0)
    again = story.and_(ASK).when(ASK)
    assert again.refusal == NothingToApprove(FIRST, DUE, refundable=DUE, asked=DUE)


def test_a_clerk_does_not_approve() -> None:
    after = owing().and_(ASK).when(ApproveRefund(FIRST, DUE), role="clerk")
    assert after.refusal is not None
    assert after.refusal.code == "ROLE_REQUIRED"


def test_the_supervisor_answers_later() -> None:
    story = owing()
    assert story.when(ASK).events == (ApprovalAsked(FIRST, DUE, "all was cancelled", "Ada"),)
    story.and_(ASK)
    (answer,) = gateway.react(story.entries[-1], story.world, 7)
    assert answer.at > story.world.now
    assert (answer.role, answer.command) == ("supervisor", ApproveRefund(FIRST, DUE))


def test_a_no_leaves_it_at_the_limit_and_one_may_ask_again() -> None:
    story = owing().and_(ASK)
    assert story.when(DeclineRefund(FIRST, "the goods are not back")).events == (
        RefundDeclined(FIRST, DUE, "the goods are not back"),
    )
    story.and_(DeclineRefund(FIRST, "the goods are not back"))
    assert story.world.orders[FIRST].approval_asked == 0
    assert story.when(IssueRefund(FIRST, DUE, "x")).refusal is not None
    assert story.when(ApproveRefund(FIRST, DUE)).refusal is not None
    assert story.when(ASK).refusal is None


def test_a_no_is_said_to_a_question_with_a_reason_and_by_somebody_else() -> None:
    no = DeclineRefund(FIRST, "not yet")
    assert isinstance(owing().when(no).refusal, NothingToApprove)
    story = owing().and_(ASK)
    assert story.when(DeclineRefund(FIRST, " ")).refusal == MissingReason()
    assert story.when(no, role="clerk").refusal == RoleRequired("clerk", "supervisor")
    own = msgspec.structs.replace(envelope_of(story.world, no), actor="Ada")
    assert handle(story.world, own) == OwnRequest(FIRST, "Ada")
