"""Refunds through the gateway: asked for, answered, tried again, never paid twice."""

import msgspec
import pytest

from tests.builders import FIRST, company, order_completed, order_confirmed, order_paid
from tests.story import Story, given
from trainer.orders.allowances import CreditShipping
from trainer.orders.engine import Command
from trainer.orders.invariants import violations
from trainer.orders.ledgers import money_ledger
from trainer.orders.payment import (
    GatewayTimeout,
    IssueRefund,
    RefundExceedsCaptured,
    RefundRequested,
    refundable,
)
from trainer.orders.refunds import (
    AnswerRefund,
    NoLongerOwed,
    QueryRefund,
    RefundElsewhere,
    RefundFailed,
    RefundRetried,
    RefundReversed,
    RefundSucceeded,
    RetryRefund,
    ReverseRefund,
    UnknownRefund,
)
from trainer.orders.remedies import CancelOrder
from trainer.orders.service import AlreadyNotified, NotifyCustomer
from trainer.orders.settlement import ArchiveOrder, BalanceDue, CompleteOrder, RefundUnderWay
from trainer.orders.status import payment_status
from trainer.orders.world import Order, World

DUE = 41_198
CANCEL = CancelOrder(FIRST, "changed mind")
ASKED = IssueRefund(FIRST, DUE, "cancelled")
NUMBER = "RF-1-1"
PAID = AnswerRefund(FIRST, NUMBER, "succeeded")
FAILED = AnswerRefund(FIRST, NUMBER, "failed")


def ruled(**rules: object) -> World:
    """The small company with other rules; money goes back through the gateway."""
    world = company()
    policies = msgspec.structs.replace(world.policies, refunds="gateway", **rules)
    return msgspec.structs.replace(
        world, company=msgspec.structs.replace(world.company, policies=policies)
    )


def cancelled(**rules: object) -> Story:
    """A paid order that was called off, and nothing paid back yet."""
    return given(order_paid(), CANCEL, world=ruled(**rules))


def order_in(story: Story) -> Order:
    """The one order of the story, sound by all rules."""
    assert violations(story.world) == []
    return story.world.orders[FIRST]


def test_what_was_asked_for_has_not_moved_yet() -> None:
    story = cancelled()
    assert story.when(ASKED).events == (RefundRequested(FIRST, NUMBER, DUE, "cancelled"),)
    order = order_in(story.and_(ASKED))
    assert (order.refunded, order.refund_pending, order.balance_due) == (0, DUE, -DUE)
    assert payment_status(order) == "refund_pending"
    assert refundable(order) == 0
    sizes = {part.name: part.size for part in money_ledger(order)}
    assert sizes == {"credited": DUE, "pending": DUE}


def test_at_once_where_the_company_pays_by_itself() -> None:
    order = given(order_paid(), CANCEL, ASKED).world.orders[FIRST]
    assert (order.refunded, order.refund_pending) == (DUE, 0)
    assert [(r.refund_number, r.status) for r in order.refunds] == [(NUMBER, "succeeded")]
    sizes = {part.name: part.size for part in money_ledger(order)}
    assert sizes == {"credited": DUE, "paid_back": DUE}


def test_the_gateway_pays_once_however_often_it_says_so() -> None:
    story = cancelled().and_(ASKED)
    assert story.when(PAID).events == (RefundSucceeded(FIRST, NUMBER, DUE),)
    again = story.and_(PAID).when(PAID)
    assert again.refusal == RefundElsewhere(NUMBER, "succeeded", "pending")
    assert order_in(story).refunded == DUE


def test_what_is_pending_is_not_promised_a_second_time() -> None:
    story = cancelled().and_(IssueRefund(FIRST, 40_000, "first part"))
    assert refundable(order_in(story)) == 1_198
    assert story.when(IssueRefund(FIRST, 1_199, "second")).refusal == RefundExceedsCaptured(
        FIRST, limit=1_198, received=DUE, refunded=0, pending=40_000, requested=1_199
    )


def test_a_failed_refund_is_tried_again_under_its_own_number() -> None:
    story = cancelled().and_(ASKED)
    assert story.when(FAILED).events == (RefundFailed(FIRST, NUMBER, DUE),)
    assert refundable(order_in(story.and_(FAILED))) == DUE
    assert story.when(RetryRefund(FIRST, NUMBER)).events == (RefundRetried(FIRST, NUMBER, DUE),)
    order = order_in(story.and_(RetryRefund(FIRST, NUMBER), PAID))
    assert [(r.status, r.tries) for r in order.refunds] == [("succeeded", 2)]
    assert order.balance_due == 0


def test_a_failed_refund_is_not_tried_again_once_it_is_paid_otherwise() -> None:
    story = cancelled().and_(ASKED, FAILED, IssueRefund(FIRST, 1, "a part"))
    after = story.when(RetryRefund(FIRST, NUMBER))
    assert after.refusal == NoLongerOwed(NUMBER, limit=DUE - 1, requested=DUE)


@pytest.mark.parametrize(("moved", "state"), [(True, "succeeded"), (False, "failed")])
def test_no_answer_is_asked_about_before_anybody_pays_again(moved: bool, state: str) -> None:
    silence = AnswerRefund(FIRST, NUMBER, "unanswered", moved)
    story = cancelled().and_(ASKED, silence)
    order = order_in(story)
    assert (order.refunded, order.refund_pending) == (0, DUE)
    timeout = GatewayTimeout(NUMBER)
    assert story.when(RetryRefund(FIRST, NUMBER)).refusal == timeout
    assert story.when(IssueRefund(FIRST, 1, "again")).refusal == timeout
    order = order_in(story.and_(QueryRefund(FIRST, NUMBER)))
    assert order.refunds[0].status == state
    assert (order.refunded, refundable(order)) == ((DUE, 0) if moved else (0, DUE))


def test_nothing_is_asked_about_a_refund_that_was_answered() -> None:
    story = cancelled().and_(ASKED)
    after = story.when(QueryRefund(FIRST, NUMBER))
    assert after.refusal == RefundElsewhere(NUMBER, "pending", "unanswered")
    after = story.when(RetryRefund(FIRST, NUMBER))
    assert after.refusal == RefundElsewhere(NUMBER, "pending", "failed / reversed")


@pytest.mark.parametrize("kind", [RetryRefund, QueryRefund])
def test_only_refunds_of_the_order_are_known(kind: type) -> None:
    after = given(order_confirmed()).when(kind(FIRST, "RF-9-9"))
    assert after.refusal == UnknownRefund(FIRST, "RF-9-9")


def test_a_clerk_does_not_answer_for_the_gateway() -> None:
    after = cancelled().and_(ASKED).when(PAID, role="clerk")
    assert after.refusal is not None
    assert after.refusal.code == "ROLE_REQUIRED"


def test_nothing_goes_into_the_archive_while_money_may_be_moving() -> None:
    story = cancelled().and_(ASKED)
    assert story.when(ArchiveOrder(FIRST, 10)).refusal == RefundUnderWay(FIRST, DUE)


BACK = ReverseRefund(FIRST, NUMBER)


def test_what_their_bank_sends_back_is_owed_again_and_can_be_tried_again() -> None:
    story = cancelled().and_(ASKED, PAID)
    assert story.when(BACK).events == (RefundReversed(FIRST, NUMBER, DUE),)
    order = order_in(story.and_(BACK))
    assert (order.refunded, order.balance_due, refundable(order)) == (0, -DUE, DUE)
    assert (order.refunds[0].status, order.status) == ("reversed", "cancelled")
    assert isinstance(story.when(ArchiveOrder(FIRST, 10)).refusal, BalanceDue)
    story.and_(RetryRefund(FIRST, NUMBER))
    order = order_in(story)
    assert (order.refunds[0].status, order.refunds[0].tries) == ("pending", 2)
    story.and_(AnswerRefund(FIRST, NUMBER, "succeeded", tries=2))
    assert order_in(story).refunded == DUE


def test_the_bank_writes_why_it_came_back() -> None:
    story = cancelled().and_(ASKED, PAID)
    letter = ReverseRefund(
        FIRST, NUMBER, "account_closed", "Harbor Bank", "Payment returned", "The account is closed."
    )
    story.and_(letter)
    refund = order_in(story).refunds[0]
    assert refund.reversal == "account_closed"
    message = story.world.messages[refund.letter_id]
    assert (message.channel, message.sender, message.body) == (
        "bank", "Harbor Bank", "The account is closed."
    )  # fmt: skip
    assert (message.order_number, message.refund_number) == (FIRST, NUMBER)
    # a second one has a letter of its own
    story.and_(RetryRefund(FIRST, NUMBER), AnswerRefund(FIRST, NUMBER, "succeeded", tries=2))
    story.and_(letter)
    assert order_in(story).refunds[0].letter_id != refund.letter_id
    assert refund.letter_id in story.world.messages


def test_of_before_the_bank_wrote_there_is_no_letter() -> None:
    story = cancelled().and_(ASKED, PAID, RefundReversed(FIRST, NUMBER, DUE))
    refund = order_in(story).refunds[0]
    assert (refund.status, refund.reversal, refund.letter_id) == ("reversed", None, "")
    assert not story.world.messages


@pytest.mark.parametrize("again", [RetryRefund(FIRST, NUMBER), ASKED], ids=["same", "another"])
def test_who_heard_of_a_refund_that_came_back_hears_of_the_next_one_too(again: Command) -> None:
    told = NotifyCustomer(FIRST, "refund_sent")
    story = cancelled().and_(ASKED, PAID, told, BACK)
    assert story.when(told).refusal is not None
    story.and_(again)
    refund = order_in(story).refunds[-1]
    story.and_(AnswerRefund(FIRST, refund.refund_number, "succeeded", tries=refund.tries), told)
    assert isinstance(story.when(told).refusal, AlreadyNotified)


def test_or_it_goes_another_way_with_a_new_refund() -> None:
    story = cancelled().and_(ASKED, PAID, BACK, ASKED)
    assert [r.status for r in order_in(story).refunds] == ["reversed", "pending"]
    assert isinstance(story.when(RetryRefund(FIRST, NUMBER)).refusal, NoLongerOwed)


def test_only_what_has_gone_comes_back_and_once() -> None:
    story = cancelled().and_(ASKED)
    assert story.when(BACK).refusal == RefundElsewhere(NUMBER, "pending", "succeeded")
    story.and_(PAID, BACK)
    assert story.when(BACK).refusal == RefundElsewhere(NUMBER, "reversed", "succeeded")
    assert story.when(PAID).refusal == RefundElsewhere(NUMBER, "reversed", "pending")
    unknown = ReverseRefund(FIRST, "RF-9")
    assert story.when(unknown).refusal == UnknownRefund(FIRST, "RF-9")


def test_an_order_that_was_over_is_worked_on_again() -> None:
    some = IssueRefund(FIRST, 1_000, "shipping")
    story = given(order_completed(), CreditShipping(FIRST, 1_000, "late"), some)
    number = story.world.orders[FIRST].refunds[0].refund_number
    story.and_(ReverseRefund(FIRST, number))
    order = order_in(story)
    assert (order.status, order.balance_due) == ("confirmed", -1_000)
    assert isinstance(story.when(CompleteOrder(FIRST)).refusal, BalanceDue)
