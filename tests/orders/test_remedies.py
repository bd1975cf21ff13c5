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
    order_picked,
    order_settled,
    order_shipped,
    order_submitted,
)  # fmt: skip
from tests.story import given
from trainer.orders.engine import Command
from trainer.orders.invariants import violations
from trainer.orders.refusals import ArchivedReadOnly, IllegalState, MissingReason
from trainer.orders.remedies import CancelOrder, OrderCancelled, StillPacked, UseReturn
from trainer.orders.shipping import VoidPackage

CANCEL = CancelOrder(FIRST, "changed mind")
Steps = tuple[Command, ...]


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
