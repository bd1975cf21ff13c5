"""Holds: what stops an order, and what lets it go on."""

import pytest

from tests.builders import (
    ARMCHAIR,
    ASKED,
    FIRST,
    HERON,
    OTTER,
    SECOND,
    company,
    order_allocated,
    order_checked,
    order_confirmed,
    order_drafted,
    order_labelled,
    order_picked,
    order_submitted,
)  # fmt: skip
from tests.story import given
from trainer.orders.engine import OrderCommand
from trainer.orders.holds import (
    AlreadyOnHold,
    CreditLimitExceeded,
    HoldPlaced,
    HoldReleased,
    NoSuchHold,
    OrderOnHold,
    PlaceHold,
    ReleaseHold,
    credit_short,
)
from trainer.orders.intake import ConfirmOrder
from trainer.orders.payment import ReceiveTransfer, RecordPayment
from trainer.orders.refusals import IllegalState, MissingReason
from trainer.orders.shipping import LabelPackage, PackPackage, PickPackage, ShipPackage, VoidPackage
from trainer.orders.world import Order, PackageRow

STOP = PlaceHold(FIRST, "manual", "the customer called")
GO = ReleaseHold(FIRST, "manual", "all clear")


def test_a_hold_stands_until_it_is_released() -> None:
    story = given(order_submitted())
    held = story.when(STOP)
    assert held.events == (HoldPlaced(FIRST, "manual", "the customer called"),)
    assert held.order.on_hold
    free = story.and_(STOP).when(GO)
    assert free.events == (HoldReleased(FIRST, "manual", "all clear"),)
    assert not free.order.on_hold
    assert free.order.holds[0].released_at == free.world.now


def test_a_draft_needs_no_hold() -> None:
    assert given(order_drafted()).when(STOP).refusal == IllegalState(
        order_number=FIRST, status="draft", wanted="submitted / confirmed"
    )


@pytest.mark.parametrize(
    "command", [PlaceHold(FIRST, "stock", " "), ReleaseHold(FIRST, "manual", "")]
)
def test_neither_stopping_nor_going_on_without_a_reason(command: OrderCommand) -> None:
    assert given(order_submitted(), STOP).when(command).refusal == MissingReason()


def test_one_hold_of_a_kind_is_enough() -> None:
    story = given(order_submitted(), STOP)
    assert story.when(STOP).refusal == AlreadyOnHold(order_number=FIRST, kind="manual")
    assert story.when(PlaceHold(FIRST, "fraud", "odd")).refusal is None


def test_a_released_hold_can_be_placed_again() -> None:
    assert given(order_submitted(), STOP, GO).when(STOP).refusal is None


def test_only_an_open_hold_is_released() -> None:
    nothing = NoSuchHold(order_number=FIRST, kind="manual")
    assert given(order_submitted()).when(GO).refusal == nothing
    assert given(order_submitted(), STOP, GO).when(GO).refusal == nothing


def test_one_released_hold_leaves_the_other() -> None:
    after = given(order_submitted(), STOP, PlaceHold(FIRST, "fraud", "odd")).when(GO)
    assert [hold.kind for hold in after.order.holds if hold.open] == ["fraud"]


def test_a_credit_hold_stays_while_its_cause_does() -> None:
    story = given(order_checked(customer=HERON, lines={ARMCHAIR: 5}))
    assert story.when(ReleaseHold(FIRST, "credit", "please")).refusal == CreditLimitExceeded(
        customer_id=HERON, open=0, requested=101_195, exposure=101_195, limit=100_000
    )


def test_a_credit_hold_counts_what_the_customer_owes_already() -> None:
    story = given(
        order_confirmed(customer=HERON), order_checked(SECOND, customer=HERON, lines={ARMCHAIR: 3})
    )
    assert story.when(ReleaseHold(SECOND, "credit", "please")).refusal == CreditLimitExceeded(
        customer_id=HERON, open=41_198, requested=61_197, exposure=102_395, limit=100_000
    )


def test_a_payment_lets_the_credit_hold_go() -> None:
    story = given(
        order_confirmed(customer=HERON),
        order_checked(SECOND, customer=HERON, lines={ARMCHAIR: 3}),
        ReceiveTransfer(HERON, 41_198, FIRST),
        RecordPayment(FIRST, "TR-70001", 41_198),
    )
    assert story.when(ReleaseHold(SECOND, "credit", "paid")).refusal is None


def test_a_promised_order_is_not_counted_against_itself() -> None:
    story = given(order_confirmed(customer=HERON, lines={ARMCHAIR: 4}))
    assert credit_short(story.world, story.world.orders[FIRST]) is None


def test_prepaid_orders_need_no_credit() -> None:
    prepaid = Order(order_number="A", sequence=1, customer_id=OTTER, created_at=0)
    assert credit_short(company(), prepaid) is None


def test_nothing_is_promised_picked_packed_or_shipped_on_hold() -> None:
    refusal = OrderOnHold(order_number=FIRST, kind="manual", reason="the customer called")
    for until, command in (
        (order_checked(), ConfirmOrder(FIRST, ASKED)),
        (order_allocated(), PickPackage(FIRST, "EAST", (PackageRow(1, 1),))),
        (order_picked(), PackPackage(FIRST, 1, 500)),
        (order_labelled(), ShipPackage(FIRST, 1)),
    ):
        assert given(until, STOP).when(command).refusal == refusal


def test_on_hold_a_parcel_can_be_labelled_and_unpacked() -> None:
    story = given(order_labelled(), STOP)
    assert story.when(LabelPackage(FIRST, 1, "QX")).refusal is None
    assert story.when(VoidPackage(FIRST, 1)).refusal is None
