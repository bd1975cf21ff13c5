"""When it does not go as promised."""

import pytest

from tests.builders import (
    ARMCHAIR,
    EAST,
    FIRST,
    HERON,
    LAMP,
    order_allocated,
    order_archived,
    order_completed,
    order_confirmed,
    order_delivered,
    order_drafted,
    order_packed,
    order_paid,
    order_picked,
    order_settled,
    order_shipped,
    order_submitted,
)  # fmt: skip
from tests.story import given
from trainer.orders import codec
from trainer.orders.engine import Command
from trainer.orders.invariants import violations
from trainer.orders.payment import IssueRefund, refundable
from trainer.orders.refusals import (
    ArchivedReadOnly,
    IllegalState,
    MissingField,
    MissingReason,
    UnknownLine,
)
from trainer.orders.remedies import (
    CancelExceedsOpen,
    CancelledRow,
    CancelLineQuantity,
    CancelOrder,
    LineQuantityCancelled,
    OrderCancelled,
    StillPacked,
    UseReturn,
)
from trainer.orders.shipping import VoidPackage

CANCEL = CancelOrder(FIRST, "changed mind")
Steps = tuple[Command, ...]


def test_a_reason_of_the_list_needs_no_words_and_any_other_does() -> None:
    story = given(order_confirmed(lines={LAMP: 12}))
    coded = story.when(CancelOrder(FIRST, reason_code="duplicate_order"))
    assert coded.events == (OrderCancelled(FIRST, "", "duplicate_order"),)
    assert coded.order.called_off_for == "duplicate_order"
    some = CancelLineQuantity(FIRST, (CancelledRow(1, 6),), reason_code="no_stock_in_time")
    (event,) = story.when(some).events
    assert (event.reason, event.reason_code) == ("", "no_stock_in_time")
    last = CancelLineQuantity(FIRST, (CancelledRow(1, 12),), reason_code="no_credit")
    assert story.when(last).order.called_off_for == "no_credit"
    for silent in (CancelOrder(FIRST, " "), CancelOrder(FIRST, reason_code="other")):
        assert story.when(silent).refusal == MissingReason()
    said = story.when(CancelOrder(FIRST, "see PO-2", "duplicate_order"))
    assert said.events == (OrderCancelled(FIRST, "see PO-2", "duplicate_order"),)


def test_an_order_of_before_the_list_was_called_off_for_something_else() -> None:
    stored = b'{"type":"order_cancelled","order_number":"SO-1","reason":"changed mind"}'
    event = codec.decode_event(stored)
    assert event == OrderCancelled("SO-1", "changed mind", "other")
    assert codec.encode(event) == stored


@pytest.mark.parametrize(
    "until",
    [order_drafted(), order_submitted(), order_confirmed(), order_allocated()],
    ids=["draft", "submitted", "confirmed", "allocated"],
)
def test_an_order_can_be_called_off_until_it_is_in_a_parcel(until: Steps) -> None:
    after = given(until).when(CANCEL)
    assert after.events == (OrderCancelled(FIRST, "changed mind"),)
    line = after.order.lines[0]
    assert (after.order.status, line.open, line.allocated) == ("cancelled", 0, 0)
    assert after.world.level(ARMCHAIR, EAST).available == 10


def test_the_whole_order_is_credited() -> None:
    after = given(order_allocated(lines={ARMCHAIR: 1, LAMP: 6}, discount=500)).when(CANCEL)
    assert after.order.credit == after.order.total == 32_669
    assert after.order.balance_due == -32_669


def test_a_cancelled_customer_on_account_owes_nothing() -> None:
    after = given(order_confirmed(customer=HERON)).when(CANCEL)
    assert after.world.exposure[HERON] == 0


def test_a_draft_takes_its_discount_with_it() -> None:
    after = given(order_drafted(discount=500)).when(CANCEL)
    assert (after.order.discount, after.order.balance_due) == (0, 0)
    assert violations(after.world) == []


def test_a_submitted_order_keeps_its_shares_of_the_discount() -> None:
    after = given(order_submitted(lines={ARMCHAIR: 1, LAMP: 6}, discount=500)).when(CANCEL)
    assert [line.discount_share for line in after.order.lines] == [313, 187]
    assert violations(after.world) == []


@pytest.mark.parametrize("until", [order_shipped(), order_delivered()], ids=["way", "door"])
def test_what_has_left_can_only_come_back(until: Steps) -> None:
    assert given(until).when(CANCEL).refusal == UseReturn(order_number=FIRST, shipped=2)


@pytest.mark.parametrize("until", [order_picked(), order_packed()], ids=["picked", "packed"])
def test_a_parcel_is_unpacked_first(until: Steps) -> None:
    story = given(until)
    assert story.when(CANCEL).refusal == StillPacked(order_number=FIRST, packed=2)
    assert story.and_(VoidPackage(FIRST, 1)).when(CANCEL).refusal is None


def test_calling_off_needs_a_reason() -> None:
    assert given(order_confirmed()).when(CancelOrder(FIRST, " ")).refusal == MissingReason()


@pytest.mark.parametrize(
    ("until", "status"),
    [
        ((*order_drafted(), CANCEL), "cancelled"),
        (order_completed(), "completed"),
        (order_settled(), "settled"),
    ],
    ids=["cancelled", "completed", "settled"],
)
def test_what_is_over_cannot_be_called_off(until: Steps, status: str) -> None:
    assert given(until).when(CANCEL).refusal == IllegalState(
        order_number=FIRST, status=status, wanted="draft / submitted / confirmed"
    )


def test_nothing_is_called_off_in_the_archive() -> None:
    assert given(order_archived()).when(CANCEL).refusal == ArchivedReadOnly(order_number=FIRST)


# --- some units only ----------------------------------------------------------------------------

BOTH = {ARMCHAIR: 2, LAMP: 6}


def some(*rows: tuple[int, int], reason: str = "fewer wanted") -> CancelLineQuantity:
    """So many units of these lines."""
    return CancelLineQuantity(FIRST, tuple(CancelledRow(*row) for row in rows), reason)


def test_units_that_were_set_aside_are_free_again() -> None:
    after = given(order_allocated(lines=BOTH)).when(some((1, 1)))
    (event,) = after.events
    assert isinstance(event, LineQuantityCancelled)
    line = after.order.lines[0]
    assert (line.live, line.cancelled, line.allocated, line.open) == (1, 1, 1, 0)
    assert after.world.level(ARMCHAIR, EAST).available == 9
    assert event.credit == after.order.credit == line.gross // 2
    assert after.order.status == "confirmed"
    assert violations(after.world) == []


def test_units_nobody_set_aside_are_called_off_first() -> None:
    after = given(order_confirmed(lines=BOTH)).when(some((2, 6)))
    assert after.events[0].released == ()  # type: ignore[attr-defined]
    assert [line.open for line in after.order.lines] == [2, 0]


@pytest.mark.parametrize("discount", [0, 1, 499, 500])
def test_any_number_of_steps_credits_the_same(discount: int) -> None:
    story = given(order_confirmed(lines=BOTH, discount=discount))
    at_once = story.when(some((1, 1), (2, 4))).order.credit
    in_steps = story.and_(some((2, 1)), some((1, 1)), some((2, 1)), some((2, 2)))
    assert in_steps.world.orders[FIRST].credit == at_once


def test_the_last_unit_takes_the_whole_order_with_it() -> None:
    after = given(order_confirmed(lines=BOTH), some((2, 6))).when(some((1, 2)))
    assert after.events == (OrderCancelled(FIRST, "fewer wanted"),)
    assert (after.order.status, after.order.credit) == ("cancelled", after.order.total)


def test_the_same_line_twice_counts_with_its_sum() -> None:
    after = given(order_confirmed(lines=BOTH)).when(some((1, 1), (1, 1), (2, 3)))
    assert [line.cancelled for line in after.order.lines] == [2, 3]
    refused = given(order_confirmed(lines=BOTH)).when(some((1, 1), (1, 2)))
    assert isinstance(refused.refusal, CancelExceedsOpen)


def test_what_is_in_a_parcel_is_not_called_off_at_the_desk() -> None:
    assert given(order_packed(lines=BOTH)).when(some((1, 1))).refusal == CancelExceedsOpen(
        line_number=1, cancellable=0, open=0, allocated=2, packed=2, requested=1
    )


def test_a_customer_who_paid_gets_the_difference_back() -> None:
    story = given(order_paid(lines=BOTH), some((1, 1)))
    order = story.world.orders[FIRST]
    assert refundable(order) == order.credit == -order.balance_due > 0
    after = story.when(IssueRefund(FIRST, order.credit, "fewer wanted"))
    assert after.order.balance_due == 0


def test_a_customer_who_did_not_pay_gets_nothing_back_but_owes_less() -> None:
    story = given(order_confirmed(lines=BOTH), some((1, 1)))
    order = story.world.orders[FIRST]
    assert (refundable(order), order.balance_due) == (0, order.total - order.credit)


def test_bad_rows_are_refused() -> None:
    story = given(order_confirmed(lines=BOTH))
    assert story.when(some()).refusal == MissingField(field="quantity")
    assert story.when(some((1, 0))).refusal == MissingField(field="quantity")
    assert story.when(some((1, -1))).refusal == MissingField(field="quantity")
    assert story.when(some((9, 1))).refusal == UnknownLine(order_number=FIRST, line_number=9)
    assert story.when(some((1, 1), reason=" ")).refusal == MissingReason()
    assert isinstance(given(order_submitted()).when(some((1, 1))).refusal, IllegalState)
