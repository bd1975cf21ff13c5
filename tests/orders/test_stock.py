"""Stock: received, counted, set aside, given back."""

from datetime import date

import pytest

from tests.builders import (
    ARMCHAIR,
    DESK,
    EAST,
    FIRST,
    LAMP,
    SECOND,
    WEST,
    company,
    order_allocated,
    order_checked,
    order_confirmed,
    order_paid,
    order_picked,
)  # fmt: skip
from tests.story import given
from trainer.orders.engine import Command, OrderCommand
from trainer.orders.production import CreateProduction
from trainer.orders.refusals import IllegalState, MissingField, MissingReason, RoleRequired
from trainer.orders.stock import (
    AdjustStock,
    Allocate,
    AllocateExceedsOpen,
    AllocationReleased,
    AllocationRow,
    BelowAllocated,
    CycleCount,
    ImplausibleQuantity,
    InsufficientStock,
    ReceiveStock,
    ReleaseAllocation,
    ReleaseExceedsUnpacked,
    StockAdjusted,
    StockAllocated,
    StockReceived,
    suggested_rows,
)

ONE = AllocationRow(1, EAST, 1)
TWO = AllocationRow(1, EAST, 2)


def test_goods_arrive_on_the_shelf() -> None:
    after = given().when(ReceiveStock(LAMP, WEST, 6))
    assert after.events == (StockReceived(LAMP, WEST, 6),)
    level = after.world.level(LAMP, WEST)
    assert (level.on_hand, level.received, level.available) == (6, 6, 6)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (ReceiveStock("NO-SUCH-THING", EAST, 1), "sku"),
        (ReceiveStock(LAMP, "NORTH", 1), "warehouse"),
        (ReceiveStock(LAMP, EAST, 0), "quantity"),
        (ReceiveStock(LAMP, EAST, -1), "quantity"),
        (AdjustStock("NO-SUCH-THING", EAST, 1, "count"), "sku"),
        (AdjustStock(LAMP, WEST, 1, "count"), "sku"),
        (AdjustStock(LAMP, EAST, 0, "count"), "difference"),
    ],
)
def test_goods_are_known_things_in_known_places(command: Command, field: str) -> None:
    assert given().when(command, role="system").refusal == MissingField(field=field)


@pytest.mark.parametrize(
    ("command", "units"),
    [
        (AdjustStock(LAMP, EAST, 10**12, "count"), 10**12),
        (AdjustStock(LAMP, EAST, -(10**6) - 1, "count"), -(10**6) - 1),
        (CycleCount(LAMP, EAST, 10**6 + 1, "count"), 10**6 + 1),
        (CreateProduction(LAMP, 10**12, EAST, date(2999, 1, 1)), 10**12),
    ],
)
def test_a_digit_too_many_is_no_count(command: Command, units: int) -> None:
    assert given().when(command).refusal == ImplausibleQuantity(sku=LAMP, requested=units)
    assert given().when(CycleCount(LAMP, EAST, 10**6, "count")).refusal is None


def test_a_clerk_does_not_receive_goods() -> None:
    after = given().when(ReceiveStock(LAMP, EAST, 1), role="clerk")
    assert after.refusal == RoleRequired(role="clerk", wanted="system")


def test_the_book_follows_the_count() -> None:
    after = given().when(AdjustStock(LAMP, EAST, -2, "two broken"))
    assert after.events == (StockAdjusted(LAMP, EAST, -2, "two broken"),)
    level = after.world.level(LAMP, EAST)
    assert (level.on_hand, level.adjusted) == (58, -2)


def test_a_count_needs_a_reason() -> None:
    assert given().when(AdjustStock(LAMP, EAST, -2, " ")).refusal == MissingReason()


def test_a_correction_for_a_reason_of_the_list_needs_no_words() -> None:
    fell = given().when(AdjustStock(LAMP, EAST, -2, reason_code="damaged_goods"))
    assert fell.events == (StockAdjusted(LAMP, EAST, -2, "", reason_code="damaged_goods"),)
    counted = given().when(CycleCount(LAMP, EAST, 58, reason_code="count_difference"))
    (event,) = counted.events
    assert (event.difference, event.reason_code) == (-2, "count_difference")
    assert given().when(CycleCount(LAMP, EAST, 58)).refusal == MissingReason()


def test_a_count_goes_down_to_what_is_set_aside_and_not_below() -> None:
    story = given(order_allocated())
    assert story.when(AdjustStock(ARMCHAIR, EAST, -8, "count")).refusal is None
    assert story.when(AdjustStock(ARMCHAIR, EAST, -9, "count")).refusal == BelowAllocated(
        sku=ARMCHAIR, warehouse=EAST, on_hand=10, difference=-9, allocated=2
    )


def test_what_is_set_aside_is_no_longer_open_nor_available() -> None:
    after = given(order_confirmed()).when(Allocate(FIRST, (TWO,)))
    assert after.events == (StockAllocated(FIRST, (TWO,)),)
    line = after.order.lines[0]
    assert (line.open, line.allocated) == (0, 2)
    assert after.world.level(ARMCHAIR, EAST).available == 8


def test_a_line_can_be_set_aside_in_two_warehouses() -> None:
    rows = (ONE, AllocationRow(1, WEST, 1))
    after = given(order_confirmed()).when(Allocate(FIRST, rows))
    assert [row.warehouse for row in after.order.lines[0].allocations] == [EAST, WEST]


def test_the_same_row_twice_counts_with_its_sum() -> None:
    after = given(order_confirmed()).when(Allocate(FIRST, (ONE, ONE)))
    assert after.events == (StockAllocated(FIRST, (TWO,)),)


def test_no_more_is_set_aside_than_the_customer_needs() -> None:
    story = given(order_confirmed())
    exceeds = AllocateExceedsOpen(
        line_number=1, open=2, ordered=2, allocated=0, shipped=0, requested=3
    )
    assert story.when(Allocate(FIRST, (AllocationRow(1, EAST, 3),))).refusal == exceeds
    split = (TWO, AllocationRow(1, WEST, 1))
    assert story.when(Allocate(FIRST, split)).refusal == exceeds


def test_nothing_is_promised_to_two_orders() -> None:
    wants_all = order_confirmed(SECOND, lines={ARMCHAIR: 9})
    story = given(order_allocated(), wants_all)
    after = story.when(Allocate(SECOND, (AllocationRow(1, EAST, 9),)))
    assert after.refusal == InsufficientStock(
        sku=ARMCHAIR, warehouse=EAST, available=8, on_hand=10, allocated=2, requested=9
    )


def test_there_is_nothing_in_a_warehouse_that_does_not_exist() -> None:
    after = given(order_confirmed()).when(Allocate(FIRST, (AllocationRow(1, "NORTH", 1),)))
    assert after.refusal == InsufficientStock(
        sku=ARMCHAIR, warehouse="NORTH", available=0, on_hand=0, allocated=0, requested=1
    )


@pytest.mark.parametrize("kind", [Allocate, ReleaseAllocation])
@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ((), "quantity"),
        ((AllocationRow(1, EAST, 0),), "quantity"),
        ((AllocationRow(1, EAST, 3), AllocationRow(1, EAST, -1)), "quantity"),
        ((AllocationRow(9, EAST, 1),), "line"),
    ],
)
def test_rows_say_how_many_of_what(
    kind: type[Allocate | ReleaseAllocation], rows: tuple[AllocationRow, ...], field: str
) -> None:
    after = given(order_allocated()).when(kind(FIRST, rows))
    assert after.refusal == MissingField(field=field)


@pytest.mark.parametrize("command", [Allocate(FIRST, (ONE,)), ReleaseAllocation(FIRST, (ONE,))])
def test_stock_moves_only_for_promised_orders(command: OrderCommand) -> None:
    assert given(order_checked()).when(command).refusal == IllegalState(
        order_number=FIRST, status="submitted", wanted="confirmed"
    )


def test_stock_that_is_given_back_is_everybodys_again() -> None:
    after = given(order_allocated()).when(ReleaseAllocation(FIRST, (TWO,)))
    assert after.events == (AllocationReleased(FIRST, (TWO,)),)
    assert (after.order.lines[0].open, after.order.lines[0].allocations) == (2, ())
    assert after.world.level(ARMCHAIR, EAST).available == 10


def test_the_same_row_cannot_be_given_back_twice_in_one_go() -> None:
    after = given(order_allocated()).when(ReleaseAllocation(FIRST, (TWO, ONE)))
    assert after.refusal == ReleaseExceedsUnpacked(
        line_number=1, warehouse=EAST, unpacked=2, allocated=2, packed=0, requested=3
    )


def test_what_is_in_a_parcel_is_not_given_back() -> None:
    after = given(order_picked()).when(ReleaseAllocation(FIRST, (ONE,)))
    assert after.refusal == ReleaseExceedsUnpacked(
        line_number=1, warehouse=EAST, unpacked=0, allocated=2, packed=2, requested=1
    )


def test_only_the_warehouse_that_holds_it_gives_it_back() -> None:
    after = given(order_allocated()).when(ReleaseAllocation(FIRST, (AllocationRow(1, WEST, 1),)))
    assert after.refusal == ReleaseExceedsUnpacked(
        line_number=1, warehouse=WEST, unpacked=0, allocated=0, packed=0, requested=1
    )


def test_a_careful_clerk_takes_from_the_fullest_shelf_first() -> None:
    story = given(order_paid(lines={ARMCHAIR: 12, DESK: 2}))
    assert suggested_rows(story.world, story.world.orders[FIRST]) == (
        AllocationRow(1, EAST, 10),
        AllocationRow(1, WEST, 2),
        AllocationRow(2, EAST, 2),
    )


def test_available_is_counted_over_all_warehouses() -> None:
    assert company().available(ARMCHAIR) == 14
