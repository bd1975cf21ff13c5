"""Money in and money back."""

from functools import partial

import pytest

from tests.builders import (
    FIRST,
    HERON,
    OTTER,
    SECOND,
    booking,
    order_checked,
    order_confirmed,
    order_paid,
    transfer,
)  # fmt: skip
from tests.story import given
from trainer.orders.payment import (
    AmountExceedsDue,
    InvalidAmount,
    IssueRefund,
    PaymentReceived,
    ReceiveTransfer,
    RecordPayment,
    RefundExceedsCredit,
    RefundIssued,
    TransferOfAnother,
    TransferReceived,
    UnmatchedPayment,
    refundable,
)
from trainer.orders.refusals import IllegalState, MissingReason, RoleRequired
from trainer.orders.remedies import CancelOrder
from trainer.orders.status import payment_status

DUE = 41_198
REFERENCE = "TR-70001"
MONEY = ReceiveTransfer(OTTER, DUE, FIRST)
CANCEL = CancelOrder(FIRST, "changed mind")


def test_money_stands_on_the_bank_statement_until_it_is_booked() -> None:
    after = given(order_confirmed()).when(MONEY)
    assert after.events == (TransferReceived(REFERENCE, OTTER, DUE, FIRST),)
    assert after.world.transfers[REFERENCE].unmatched == DUE
    assert after.world.orders[FIRST].captured == 0


def test_the_bank_numbers_its_transfers_without_gaps() -> None:
    story = given(MONEY, MONEY)
    assert sorted(story.world.transfers) == ["TR-70001", "TR-70002"]


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_no_transfer(amount: int) -> None:
    after = given().when(ReceiveTransfer(OTTER, amount, ""))
    assert after.refusal == InvalidAmount(requested=amount)


def test_somebody_elses_money_does_not_pay_this_order() -> None:
    theirs = ReceiveTransfer(HERON, DUE, "for something else")
    after = given(order_confirmed(), theirs).when(RecordPayment(FIRST, REFERENCE, DUE))
    assert after.refusal == TransferOfAnother(REFERENCE, HERON, FIRST, OTTER)


def test_a_clerk_cannot_make_money() -> None:
    after = given().when(MONEY, role="clerk")
    assert after.refusal == RoleRequired(role="clerk", wanted="bank / customer / system")


def test_a_booked_transfer_pays_the_order() -> None:
    after = given(order_confirmed(), MONEY).when(RecordPayment(FIRST, REFERENCE, DUE))
    assert after.events == (PaymentReceived(FIRST, REFERENCE, DUE),)
    assert after.order.balance_due == 0
    assert after.world.transfers[REFERENCE].unmatched == 0


def test_an_order_can_be_paid_in_parts() -> None:
    story = given(order_confirmed(), MONEY, RecordPayment(FIRST, REFERENCE, 1_198))
    assert payment_status(story.world.orders[FIRST]) == "partially_paid"
    after = story.when(RecordPayment(FIRST, REFERENCE, 40_000))
    assert [payment.amount for payment in after.order.payments] == [1_198, 40_000]
    assert payment_status(after.order) == "paid"


def test_only_promised_orders_are_paid() -> None:
    after = given(order_checked(), MONEY).when(RecordPayment(FIRST, REFERENCE, DUE))
    assert after.refusal == IllegalState(order_number=FIRST, status="submitted", wanted="confirmed")


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_cannot_be_booked(amount: int) -> None:
    after = given(order_confirmed(), MONEY).when(RecordPayment(FIRST, REFERENCE, amount))
    assert after.refusal == InvalidAmount(requested=amount)


def test_only_money_that_came_in_is_booked() -> None:
    after = given(order_confirmed()).when(RecordPayment(FIRST, "TR-1", 100))
    assert after.refusal == UnmatchedPayment(reference="TR-1", unmatched=0, requested=100)


def test_the_same_money_is_not_booked_twice() -> None:
    both = (order_confirmed(), order_confirmed(SECOND))
    story = given(*both, MONEY, RecordPayment(FIRST, REFERENCE, DUE))
    assert story.when(RecordPayment(SECOND, REFERENCE, 1)).refusal == UnmatchedPayment(
        reference=REFERENCE, unmatched=0, requested=1
    )


def test_no_more_is_booked_than_is_due() -> None:
    story = given(order_confirmed(), ReceiveTransfer(OTTER, DUE + 1, FIRST))
    assert story.when(RecordPayment(FIRST, REFERENCE, DUE + 1)).refusal == AmountExceedsDue(
        order_number=FIRST, due=DUE, total=DUE, credit=0, received=0, requested=DUE + 1
    )


def test_one_transfer_can_pay_two_orders() -> None:
    both = (order_confirmed(), order_confirmed(SECOND))
    story = given(*both, ReceiveTransfer(OTTER, 2 * DUE, "both"))
    after = story.and_(RecordPayment(FIRST, REFERENCE, DUE)).when(
        RecordPayment(SECOND, REFERENCE, DUE)
    )
    assert after.world.transfers[REFERENCE].unmatched == 0


def test_payment_frees_credit() -> None:
    story = given(order_confirmed(customer=HERON))
    assert story.world.exposure[HERON] == DUE
    story.and_(partial(transfer, FIRST), partial(booking, FIRST))
    assert story.world.exposure[HERON] == 0


def test_what_was_paid_for_a_cancelled_order_goes_back_once() -> None:
    story = given(order_paid(), CANCEL)
    after = story.when(IssueRefund(FIRST, DUE, "cancelled"))
    assert after.events == (RefundIssued(FIRST, DUE, "cancelled", "RF-1-1"),)
    assert (after.order.balance_due, payment_status(after.order)) == (0, "refunded")


def test_refunds_are_capped_together_not_one_by_one() -> None:
    story = given(order_paid(), CANCEL, IssueRefund(FIRST, 40_000, "first part"))
    assert refundable(story.world.orders[FIRST]) == 1_198
    assert story.when(IssueRefund(FIRST, 1_199, "second")).refusal == RefundExceedsCredit(
        order_number=FIRST, limit=1_198, received=DUE, refunded=40_000, credit=DUE, requested=1_199
    )


def test_nothing_goes_back_that_was_not_received() -> None:
    after = given(order_confirmed(), CANCEL).when(IssueRefund(FIRST, 1, "please"))
    assert after.refusal == RefundExceedsCredit(
        order_number=FIRST, limit=0, received=0, refunded=0, credit=DUE, requested=1
    )


def test_nothing_goes_back_that_is_not_owed() -> None:
    after = given(order_paid()).when(IssueRefund(FIRST, 1, "please"))
    assert after.refusal == RefundExceedsCredit(
        order_number=FIRST, limit=0, received=DUE, refunded=0, credit=0, requested=1, stays=DUE
    )


def test_a_refund_is_more_than_nothing_and_has_a_reason() -> None:
    story = given(order_paid(), CANCEL)
    assert story.when(IssueRefund(FIRST, 0, "x")).refusal == InvalidAmount(requested=0)
    assert story.when(IssueRefund(FIRST, 1, " ")).refusal == MissingReason()
