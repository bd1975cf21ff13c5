"""Disasters of real order systems that were about goods, and why they cannot happen here.

The number before each thread is its row in the engine's reference, §3; `test_disasters` knows
where each row is told.
"""

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    DESK,
    EAST,
    FIRST,
    LAMP,
    SECOND,
    WEST,
    allocation,
    arriving,
    labelling,
    leaving,
    order_allocated,
    order_confirmed,
    order_labelled,
    order_packed,
    order_paid,
    order_shipped,
    packing,
)  # fmt: skip
from tests.orders.way import next_step
from tests.story import Story, given
from trainer.orders.amendments import AddToOrder
from trainer.orders.backorders import FillBackorders, PrioritiseOrder
from trainer.orders.intake import ConfirmOrder
from trainer.orders.invariants import violations
from trainer.orders.mishaps import ReceiveBack
from trainer.orders.payment import IssueRefund, refundable
from trainer.orders.promises import PromiseBeforeAtp
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder, UseReturn
from trainer.orders.returns import (
    AuthoriseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
    ReturnExceedsReturnable,
)
from trainer.orders.settlement import InvoiceExceedsBillable, IssueInvoice
from trainer.orders.shipping import PickPackage, ScanPackage, VoidPackage, to_pick
from trainer.orders.status import fulfilment_status, label_of
from trainer.orders.stock import (
    AdjustStock,
    Allocate,
    AllocationReleased,
    AllocationRow,
    BelowAllocated,
    CycleCount,
    InsufficientStock,
    ReceiveStock,
    ReleaseAllocation,
    ReleaseExceedsUnpacked,
    ReleaseRow,
    StockAdjusted,
)
from trainer.orders.values import day_of
from trainer.orders.world import PackageRow, ReturnRow

THIRD = "SO-10003"
BURNT = (AdjustStock(ARMCHAIR, EAST, -10, "fire"), AdjustStock(ARMCHAIR, WEST, -4, "fire"))


def in_east(story: Story, sku: str = ARMCHAIR) -> tuple[int, int]:
    """On hand and set aside in the east, in a world that is sound by all rules."""
    assert violations(story.world) == []
    level = story.world.level(sku, EAST)
    return level.on_hand, level.allocated


def fewer(units: int, order: str = FIRST) -> CancelLineQuantity:
    return CancelLineQuantity(order, (CancelledRow(1, units),), "fewer wanted")


@pytest.fixture
def paid() -> Story:
    """Two armchairs are paid for, and then every armchair burns."""
    return given(order_paid(), *BURNT)


def test_paid_and_then_out_of_stock_is_a_state_one_can_work_in(paid: Story) -> None:
    """4, vendurehq/vendure#3065: customer charged, then stock gone; order stuck."""
    refused = paid.when(Allocate(FIRST, (AllocationRow(1, EAST, 2),))).refusal
    assert refused == InsufficientStock(
        sku=ARMCHAIR, warehouse=EAST, available=0, on_hand=0, allocated=0, requested=2
    )
    order = paid.world.orders[FIRST]
    assert (label_of(order), order.balance_due) == ("awaiting_shipment", 0)
    assert [waits.order_number for waits in paid.world.waiting(ARMCHAIR)] == [FIRST]
    paid.and_(ReceiveStock(ARMCHAIR, EAST, 2), FillBackorders(ARMCHAIR))
    assert fulfilment_status(paid.world.orders[FIRST], paid.world) == "allocated"


def test_paid_and_then_out_of_stock_can_be_paid_back(paid: Story) -> None:
    """4, the other way out: nothing is left of it but an archived order."""
    paid.and_(CancelOrder(FIRST, "burnt"), IssueRefund(FIRST, 41_198, "burnt"))
    for _ in range(20):
        if command := next_step(paid.world, paid.world.orders[FIRST]):
            paid.and_(command)
    order = paid.world.orders[FIRST]
    assert (order.status, order.refunded, order.balance_due) == ("archived", 41_198, 0)


def test_an_allocation_that_went_missing_is_found_by_the_nightly_check() -> None:
    """5, saleor/saleor#5334: now and then an order has no allocation."""
    world = given(order_allocated()).world
    assert violations(world) == []
    order = world.orders[FIRST]
    bare = tuple(msgspec.structs.replace(line, allocations=()) for line in order.lines)
    lost = world.with_order(msgspec.structs.replace(order, lines=bare))
    assert violations(lost)[0] == f"I3 {(ARMCHAIR, EAST)}: allocated 2, rows 0"


def test_what_is_set_aside_never_falls_below_nothing_and_the_book_can_be_mended() -> None:
    """6, medusajs/medusa#11131, #12401: reserved quantity goes negative, no way to fix."""
    story = given(order_allocated())
    twice = ReleaseAllocation(FIRST, (AllocationRow(1, EAST, 2), AllocationRow(1, EAST, 1)))
    assert story.when(twice).refusal == ReleaseExceedsUnpacked(
        line_number=1, warehouse=EAST, unpacked=2, allocated=2, packed=0, requested=3
    )
    assert in_east(story) == (10, 2)
    mended = story.when(AdjustStock(ARMCHAIR, EAST, -1, "one was counted twice"))
    assert mended.events == (StockAdjusted(ARMCHAIR, EAST, -1, "one was counted twice"),)
    level = mended.world.level(ARMCHAIR, EAST)
    assert (level.on_hand, level.received + level.adjusted - level.shipped) == (9, 9)


def test_an_edit_reserves_what_it_adds_and_nothing_that_has_left() -> None:
    """7, medusajs/medusa#16406: an edit re-reserves fulfilled units; a refused one others."""
    story = given(order_shipped())
    before = [line.allocations for line in story.world.orders[FIRST].lines]
    assert in_east(story) == (8, 0)
    too_soon = AddToOrder(FIRST, LAMP, 6, day_of(story.world.now), "asked by phone")
    refused = story.when(too_soon)
    assert isinstance(refused.refusal, PromiseBeforeAtp)
    assert refused.world is story.world
    story.and_(
        msgspec.structs.replace(
            too_soon, promised_delivery_date=too_soon.promised_delivery_date.replace(year=2999)
        )
    )
    order = story.world.orders[FIRST]
    assert [line.allocations for line in order.lines] == [*before, ()]
    assert [line.open for line in order.lines] == [0, 6]
    assert (in_east(story), in_east(story, LAMP)) == ((8, 0), (60, 0))


def test_a_parcel_is_unpacked_though_nothing_is_free() -> None:
    """8, medusajs/medusa#12796: cannot cancel a fulfilment because stock is negative."""
    story = given(order_labelled(lines={DESK: 3}), order_allocated(SECOND, lines={DESK: 3}))
    assert story.world.available(DESK) == 0
    for package in story.world.orders[FIRST].packages:
        story.and_(VoidPackage(FIRST, package.package_number))
    line = story.world.orders[FIRST].lines[0]
    assert (line.packed, line.allocated) == (0, 3)
    rows = tuple(AllocationRow(1, row.warehouse, row.quantity) for row in line.allocations)
    story.and_(ReleaseAllocation(FIRST, rows))
    assert story.world.available(DESK) == 3
    assert violations(story.world) == []


def test_a_count_below_what_is_held_says_whose_and_a_later_cancel_works() -> None:
    """9, Sylius/Sylius#9435: stock count set below held quantity, later cancel crashes."""
    story = given(order_allocated())
    count = CycleCount(ARMCHAIR, EAST, 1, "nine are gone")
    assert story.when(count).refusal == BelowAllocated(
        sku=ARMCHAIR, warehouse=EAST, on_hand=10, difference=-9, allocated=2
    )
    known = msgspec.structs.replace(count, rows=(ReleaseRow(FIRST, 1, 1),))
    assert isinstance(story.when(known).events[0], AllocationReleased)
    story.and_(known)
    assert (in_east(story), story.world.orders[FIRST].lines[0].open) == ((1, 1), 1)
    assert in_east(story.and_(CancelOrder(FIRST, "waited too long"))) == (1, 0)


def test_goods_come_back_to_the_shelf_whatever_was_paid_back_before() -> None:
    """10, Sylius/Sylius#12869, #7144: cancel after partial refund restocks wrongly."""
    story = given(order_allocated(), fewer(1), IssueRefund(FIRST, 19_999, "one less"))
    assert in_east(story) == (10, 1)
    story.and_(CancelOrder(FIRST, "none at all"))
    assert in_east(story) == (10, 0)
    assert refundable(story.world.orders[FIRST]) == 41_198 - 19_999


def test_each_cancelled_unit_is_free_again() -> None:
    """11, Sylius/Sylius#14620: partial cancel never restores stock."""
    story = given(order_allocated(lines={ARMCHAIR: 5, LAMP: 6}))
    free = []
    for _ in range(4):
        story.and_(fewer(1))
        free.append(story.world.level(ARMCHAIR, EAST).available)
    assert free == [6, 7, 8, 9]
    assert in_east(story) == (10, 1)


def test_a_cancelled_line_ships_nothing_and_a_cancelled_order_holds_nothing() -> None:
    """12, solidusio/solidus#3719, #2947: units stay on hand; item cancel marks it shipped."""
    story = given(order_allocated(lines={ARMCHAIR: 2, LAMP: 6}), fewer(2))
    order = story.world.orders[FIRST]
    assert (label_of(order), fulfilment_status(order, story.world)) == (
        "awaiting_shipment",
        "allocated",
    )
    assert (in_east(story), in_east(story, LAMP)) == ((10, 0), (60, 6))
    story.and_(CancelOrder(FIRST, "the lamps too"))
    order = story.world.orders[FIRST]
    assert (label_of(order), fulfilment_status(order, story.world)) == ("closed", "cancelled")
    assert [(line.open, line.allocated, line.packed) for line in order.lines] == [(0, 0, 0)] * 2
    assert in_east(story, LAMP) == (60, 0)


def test_no_more_comes_back_than_has_left_and_the_shelf_never_holds_more_than_it_had() -> None:
    """13, magento/inventory#1883: invoice 7, ship 3, cancel, credit 5 ⇒ 102 of 100."""
    story = given(order_allocated(lines={ARMCHAIR: 7}))
    nothing = story.when(IssueInvoice(FIRST)).refusal
    assert nothing == InvoiceExceedsBillable(FIRST, billable=0, shipped=0, invoiced=0)
    story.and_(PickPackage(FIRST, EAST, (PackageRow(1, 3),)))
    for step in (packing, labelling, leaving, arriving):
        story.and_(step(FIRST, story.world))
    story.and_(IssueInvoice(FIRST), fewer(4))
    (paper,) = story.world.orders[FIRST].documents
    assert paper.rows == (PackageRow(1, 3),)
    back = RequestReturn(FIRST, (ReturnRow(1, 5),), "changed_mind")
    assert story.when(back).refusal == ReturnExceedsReturnable(
        line_number=1, returnable=3, delivered=3, open=0, received=0, requested=5
    )
    story.and_(
        RequestReturn(FIRST, (ReturnRow(1, 3),), "changed_mind"),
        AuthoriseReturn(FIRST, "RMA-00001", "customer"),
        DeliverReturn(FIRST, "RMA-00001"),
        ReceiveReturn(FIRST, "RMA-00001", (ReturnRow(1, 3),)),
        InspectReturn(FIRST, "RMA-00001", 1, 3, "restock"),
    )
    assert in_east(story) == (10, 0)
    assert sum(level.on_hand for level in story.world.levels(ARMCHAIR)) == 14


def test_a_release_names_whose_units_it_releases() -> None:
    """14, bagisto/bagisto#6290: cancelling a shipped order releases another order's stock."""
    story = given(order_shipped(), order_allocated(SECOND, lines={ARMCHAIR: 3}))
    assert in_east(story) == (8, 3)
    assert story.when(CancelOrder(FIRST, "too late")).refusal == UseReturn(FIRST, shipped=2)
    theirs = ReleaseAllocation(FIRST, (AllocationRow(1, EAST, 1),))
    assert story.when(theirs).refusal == ReleaseExceedsUnpacked(
        line_number=1, warehouse=EAST, unpacked=0, allocated=0, packed=0, requested=1
    )
    story.and_(order_allocated(THIRD), CancelOrder(THIRD, "this one is still here"))
    assert in_east(story) == (8, 3)
    assert story.world.orders[SECOND].lines[0].allocated == 3


def test_a_parcel_that_was_unpacked_counts_for_nothing() -> None:
    """18, odoo/odoo#20156: a reconfirmed order ships less, the cancelled delivery counted."""
    story = given(order_packed(), VoidPackage(FIRST, 1))
    assert to_pick(story.world.orders[FIRST], EAST) == (PackageRow(1, 2),)
    assert fulfilment_status(story.world.orders[FIRST], story.world) == "allocated"
    story.and_(PickPackage(FIRST, EAST, (PackageRow(1, 2),)))
    for step in (packing, labelling, leaving):
        story.and_(step(FIRST, story.world))
    assert story.world.orders[FIRST].lines[0].shipped == 2
    assert in_east(story) == (8, 0)


def test_a_parcel_that_came_back_counts_for_nothing() -> None:
    """18, the same with a parcel that had left: all of it is to be sent anew."""
    story = given(order_shipped(), ScanPackage(FIRST, 1, "returned_to_sender"))
    story.and_(ReceiveBack(FIRST, 1))
    line = story.world.orders[FIRST].lines[0]
    assert (line.open, line.shipped, line.recovered) == (2, 0, 2)
    story.and_(allocation(FIRST, story.world))
    assert to_pick(story.world.orders[FIRST], EAST) == (PackageRow(1, 2),)
    assert in_east(story) == (10, 2)


def test_new_stock_goes_by_priority_then_promise_then_order_time() -> None:
    """46, Sylius/Sylius#3857; odoo/odoo PR #78164: by priority, promised day, order time."""

    def promised(order: str, days: int) -> tuple[object, ...]:
        *before, _ = order_confirmed(order, lines={ARMCHAIR: 4})
        return (*before, lambda world: ConfirmOrder(order, _day(world, days)))

    def _day(world: object, days: int) -> object:
        return day_of(world.now).replace(month=6, day=days)  # type: ignore[attr-defined]

    story = given(*BURNT, promised(FIRST, 20), promised(SECOND, 10), promised(THIRD, 10))
    story.and_(order_confirmed("SO-10004", lines={ARMCHAIR: 4}))
    story.and_(PrioritiseOrder("SO-10004", "low"), ReceiveStock(ARMCHAIR, EAST, 9))
    story.and_(FillBackorders(ARMCHAIR))
    filled = {number: order.lines[0].allocated for number, order in story.world.orders.items()}
    # the earlier promise first, of two the earlier order; the low one last, whatever its promise
    assert filled == {FIRST: 1, SECOND: 4, THIRD: 4, "SO-10004": 0}
    story.and_(ReceiveStock(ARMCHAIR, EAST, 9), FillBackorders(ARMCHAIR))
    filled = {number: order.lines[0].allocated for number, order in story.world.orders.items()}
    assert filled == {FIRST: 4, SECOND: 4, THIRD: 4, "SO-10004": 4}
    assert in_east(story) == (18, 16)
