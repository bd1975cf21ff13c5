"""From the shelf to the customer's door."""

import pytest

from tests.builders import (
    ARMCHAIR,
    DESK,
    EAST,
    FIRST,
    HERON,
    LAMP,
    QUICK,
    SLOW,
    WEST,
    order_allocated,
    order_checked,
    order_confirmed,
    order_delivered,
    order_invoiced,
    order_labelled,
    order_packed,
    order_picked,
    order_shipped,
)  # fmt: skip
from tests.story import given
from trainer.orders.engine import OrderCommand
from trainer.orders.intake import UnknownCarrier
from trainer.orders.payment import ReceiveTransfer, RecordPayment
from trainer.orders.refusals import IllegalState, MissingField, RoleRequired
from trainer.orders.shipping import (
    AlreadyShipped,
    EventOutOfOrder,
    ExceedsCarrierLimit,
    InvalidWeight,
    LabelPackage,
    NotLabelled,
    NotPacked,
    NotPicked,
    NotShipped,
    PackageDelivered,
    PackageLabelled,
    PackagePacked,
    PackagePicked,
    PackageScanned,
    PackageShipped,
    PackageVoided,
    PackPackage,
    PaymentRequired,
    PickExceedsAllocated,
    PickPackage,
    ScanPackage,
    ShipPackage,
    VoidPackage,
    to_pick,
    weight_of,
)
from trainer.orders.stock import Allocate, AllocationRow
from trainer.orders.world import PackageRow, Tracking

ONE, TWO = PackageRow(1, 1), PackageRow(1, 2)
GONE = AlreadyShipped(order_number=FIRST, package_number=1)


# --- picking and packing ------------------------------------------------------------------------


def test_picked_goods_are_in_a_parcel_and_still_set_aside() -> None:
    after = given(order_allocated()).when(PickPackage(FIRST, EAST, (TWO,)))
    assert after.events == (PackagePicked(FIRST, 1, EAST, (TWO,)),)
    line = after.order.lines[0]
    assert (line.packed, line.allocated) == (2, 2)


def test_the_same_line_twice_counts_with_its_sum() -> None:
    story = given(order_allocated())
    assert story.when(PickPackage(FIRST, EAST, (ONE, ONE))).events == (
        PackagePicked(FIRST, 1, EAST, (TWO,)),
    )
    assert story.when(PickPackage(FIRST, EAST, (TWO, ONE))).refusal == PickExceedsAllocated(
        line_number=1, warehouse=EAST, to_pick=2, allocated=2, packed=0, requested=3
    )


def test_only_what_is_set_aside_in_this_warehouse_is_picked() -> None:
    after = given(order_allocated()).when(PickPackage(FIRST, WEST, (ONE,)))
    assert after.refusal == PickExceedsAllocated(
        line_number=1, warehouse=WEST, to_pick=0, allocated=0, packed=0, requested=1
    )


def test_what_is_in_a_parcel_is_not_picked_again() -> None:
    after = given(order_picked()).when(PickPackage(FIRST, EAST, (ONE,)))
    assert after.refusal == PickExceedsAllocated(
        line_number=1, warehouse=EAST, to_pick=0, allocated=2, packed=2, requested=1
    )


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ((), "quantity"),
        ((PackageRow(1, 0),), "quantity"),
        ((PackageRow(1, 3), PackageRow(1, -1)), "quantity"),
        ((PackageRow(9, 1),), "line"),
    ],
)
def test_a_pick_says_how_many_of_what(rows: tuple[PackageRow, ...], field: str) -> None:
    after = given(order_allocated()).when(PickPackage(FIRST, EAST, rows))
    assert after.refusal == MissingField(field=field)


def test_parcels_are_numbered_through_voided_ones_too() -> None:
    story = given(order_picked(), VoidPackage(FIRST, 1))
    after = story.when(PickPackage(FIRST, EAST, (TWO,)))
    assert [parcel.package_number for parcel in after.order.packages] == [1, 2]


def test_a_packed_parcel_has_its_weight() -> None:
    after = given(order_picked()).when(PackPackage(FIRST, 1, 24_250))
    assert after.events == (PackagePacked(FIRST, 1, 24_250),)
    assert (after.order.packages[0].stage, after.order.packages[0].weight) == ("packed", 24_250)


@pytest.mark.parametrize("weight", [0, -1])
def test_every_parcel_weighs_something(weight: int) -> None:
    after = given(order_picked()).when(PackPackage(FIRST, 1, weight))
    assert after.refusal == InvalidWeight(requested=weight)


def test_only_a_picked_parcel_is_packed() -> None:
    assert given(order_picked()).when(PackPackage(FIRST, 2, 500)).refusal == NotPicked(
        order_number=FIRST, package_number=2
    )
    assert given(order_packed()).when(PackPackage(FIRST, 1, 500)).refusal == NotPicked(
        order_number=FIRST, package_number=1
    )


def test_the_scales_know_goods_and_box() -> None:
    story = given(order_picked(lines={ARMCHAIR: 1, LAMP: 6}))
    order = story.world.orders[FIRST]
    assert weight_of(story.world, order, order.packages[0]) == 12_000 + 6 * 800 + 250


def test_what_is_left_to_pick_is_what_is_set_aside_and_unpacked() -> None:
    story = given(order_allocated(), PickPackage(FIRST, EAST, (ONE,)))
    assert to_pick(story.world.orders[FIRST], EAST) == (ONE,)
    assert to_pick(story.world.orders[FIRST], WEST) == ()


# --- labels -------------------------------------------------------------------------------------


def test_a_label_carries_the_next_tracking_number() -> None:
    after = given(order_packed()).when(LabelPackage(FIRST, 1, QUICK))
    assert after.events == (PackageLabelled(FIRST, 1, QUICK, "QX00000001"),)
    assert after.order.packages[0].tracking == "label_created"


def test_a_parcel_can_change_carriers_before_it_leaves() -> None:
    after = given(order_labelled()).when(LabelPackage(FIRST, 1, SLOW))
    assert after.order.packages[0].tracking_number == "SB00000002"


@pytest.mark.parametrize("number", [1, 2])
def test_only_a_packed_parcel_is_labelled(number: int) -> None:
    after = given(order_picked()).when(LabelPackage(FIRST, number, QUICK))
    assert after.refusal == NotPacked(order_number=FIRST, package_number=number)


def test_a_label_needs_a_carrier_we_know() -> None:
    after = given(order_packed()).when(LabelPackage(FIRST, 1, "PIGEON"))
    assert after.refusal == UnknownCarrier(carrier_code="PIGEON")


def test_a_courier_takes_thirty_kilos_and_no_gram_more() -> None:
    just = given(order_picked(), PackPackage(FIRST, 1, 30_000))
    assert just.when(LabelPackage(FIRST, 1, QUICK)).refusal is None
    over = given(order_picked(), PackPackage(FIRST, 1, 30_001))
    assert over.when(LabelPackage(FIRST, 1, QUICK)).refusal == ExceedsCarrierLimit(
        carrier_code=QUICK, weight=30_001, limit=30_000
    )
    assert over.when(LabelPackage(FIRST, 1, SLOW)).refusal is None


# --- leaving ------------------------------------------------------------------------------------


def test_shipped_goods_are_out_of_the_stock() -> None:
    after = given(order_labelled()).when(ShipPackage(FIRST, 1))
    assert after.events == (PackageShipped(FIRST, 1, QUICK),)
    line, level = after.order.lines[0], after.world.level(ARMCHAIR, EAST)
    assert (line.shipped, line.packed, line.allocated) == (2, 0, 0)
    assert (level.on_hand, level.allocated, level.shipped) == (8, 0, 2)
    assert after.order.packages[0].shipped_at == after.world.now


@pytest.mark.parametrize(("until", "number"), [(order_picked(), 1), (order_labelled(), 2)])
def test_an_open_box_does_not_travel(until: tuple[OrderCommand, ...], number: int) -> None:
    after = given(until).when(ShipPackage(FIRST, number))
    assert after.refusal == NotPacked(order_number=FIRST, package_number=number)


def test_a_parcel_without_a_label_stays() -> None:
    after = given(order_packed()).when(ShipPackage(FIRST, 1))
    assert after.refusal == NotLabelled(order_number=FIRST, package_number=1)


def test_unpaid_goods_do_not_leave() -> None:
    aside = Allocate(FIRST, (AllocationRow(1, EAST, 2),))
    story = given(
        order_confirmed(),
        ReceiveTransfer("C-OTTER", 41_197, FIRST),
        RecordPayment(FIRST, "TR-70001", 41_197),
        aside,
        PickPackage(FIRST, EAST, (TWO,)),
        PackPackage(FIRST, 1, 24_000),
        LabelPackage(FIRST, 1, QUICK),
    )
    assert story.when(ShipPackage(FIRST, 1)).refusal == PaymentRequired(
        order_number=FIRST, due=1, total=41_198, credit=0, received=41_197
    )


def test_on_account_goods_leave_before_the_money_comes() -> None:
    after = given(order_labelled(customer=HERON)).when(ShipPackage(FIRST, 1))
    assert after.refusal is None
    assert after.order.balance_due == 41_198


@pytest.mark.parametrize(
    "command", [ShipPackage(FIRST, 1), LabelPackage(FIRST, 1, QUICK), VoidPackage(FIRST, 1)]
)
@pytest.mark.parametrize("until", [order_shipped(), order_delivered()], ids=["way", "door"])
def test_what_has_left_is_out_of_our_hands(
    until: tuple[OrderCommand, ...], command: OrderCommand
) -> None:
    assert given(until).when(command).refusal == GONE


def test_an_unpacked_parcel_leaves_its_goods_set_aside() -> None:
    after = given(order_labelled()).when(VoidPackage(FIRST, 1))
    assert after.events == (PackageVoided(FIRST, 1),)
    line = after.order.lines[0]
    assert (line.packed, line.allocated) == (0, 2)
    assert (after.order.packages[0].stage, after.order.package(1)) == ("voided", None)


def test_a_parcel_is_unpacked_once() -> None:
    after = given(order_picked(), VoidPackage(FIRST, 1)).when(VoidPackage(FIRST, 1))
    assert after.refusal == NotPicked(order_number=FIRST, package_number=1)


@pytest.mark.parametrize(
    "command",
    [
        PickPackage(FIRST, EAST, (ONE,)),
        PackPackage(FIRST, 1, 500),
        LabelPackage(FIRST, 1, QUICK),
        ShipPackage(FIRST, 1),
        VoidPackage(FIRST, 1),
    ],
    ids=lambda command: type(command).__name__,
)
def test_goods_move_only_for_promised_orders(command: OrderCommand) -> None:
    assert given(order_checked()).when(command).refusal == IllegalState(
        order_number=FIRST, status="submitted", wanted="confirmed"
    )


def test_one_order_can_leave_in_two_parcels() -> None:
    story = given(order_shipped(lines={ARMCHAIR: 12}, carrier=SLOW))
    order = story.world.orders[FIRST]
    assert [(p.warehouse, p.rows[0].quantity) for p in order.packages] == [(EAST, 10), (WEST, 2)]
    assert order.lines[0].shipped == 12


# --- on the way ---------------------------------------------------------------------------------


def test_the_carrier_sees_the_parcel_on_its_way() -> None:
    after = given(order_shipped()).when(ScanPackage(FIRST, 1, "in_transit", "Depot"))
    assert after.events == (PackageScanned(FIRST, 1, "in_transit", "Depot"),)
    assert after.order.packages[0].last_scan_at == after.world.now


def test_a_signature_delivers_every_unit_of_the_parcel() -> None:
    after = given(order_shipped()).when(ScanPackage(FIRST, 1, "delivered"))
    assert after.events == (PackageDelivered(FIRST, 1),)
    assert after.order.lines[0].delivered == 2
    assert after.order.delivered_at == after.world.now


def test_only_carriers_scan() -> None:
    after = given(order_shipped()).when(ScanPackage(FIRST, 1, "delivered"), role="clerk")
    assert after.refusal == RoleRequired(role="clerk", wanted="carrier / system")


@pytest.mark.parametrize("number", [1, 2])
def test_what_has_not_left_is_not_seen(number: int) -> None:
    after = given(order_labelled()).when(ScanPackage(FIRST, number, "in_transit"))
    assert after.refusal == NotShipped(FIRST, number, shipped=0, live=2)


@pytest.mark.parametrize(
    ("seen", "then"),
    [
        ((), "label_created"),
        (("in_transit",), "in_transit"),
        (("in_transit", "out_for_delivery"), "in_transit"),
        (("exception",), "exception"),
        (("exception",), "label_created"),
        (("delivered",), "exception"),
        (("delivered",), "delivered"),
    ],
)
def test_a_parcel_does_not_travel_backwards(seen: tuple[Tracking, ...], then: Tracking) -> None:
    way = tuple(ScanPackage(FIRST, 1, tracking) for tracking in seen)
    after = given(order_shipped(), way).when(ScanPackage(FIRST, 1, then))
    last = seen[-1] if seen else "label_created"
    assert after.refusal == EventOutOfOrder(package_number=1, tracking=last, requested=then)


@pytest.mark.parametrize("then", ["in_transit", "out_for_delivery", "delivered"])
def test_after_trouble_a_parcel_may_turn_up_anywhere(then: Tracking) -> None:
    way = (ScanPackage(FIRST, 1, "out_for_delivery"), ScanPackage(FIRST, 1, "exception"))
    after = given(order_shipped(), way).when(ScanPackage(FIRST, 1, then))
    assert after.refusal is None


def test_a_heavy_parcel_goes_by_sea() -> None:
    story = given(order_invoiced(lines={DESK: 2}))
    assert story.world.orders[FIRST].packages[0].carrier_code == SLOW
