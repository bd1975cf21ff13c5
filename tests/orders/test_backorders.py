"""Backorders: who waits is served in the order of the policy; what can be promised meanwhile."""

from datetime import date, timedelta

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    BADGER,
    EAST,
    FIRST,
    LAMP,
    QUICK,
    SECOND,
    TODAY,
    WEST,
    company,
    order_allocated,
    order_completed,
    order_confirmed,
    order_picked,
    order_submitted,
)
from tests.story import Story, given
from trainer.orders.backorders import (
    FillBackorders,
    NothingToFill,
    PrioritiseOrder,
    SamePriority,
    queue,
)
from trainer.orders.intake import ConfirmOrder
from trainer.orders.invariants import violations
from trainer.orders.production import CreateProduction
from trainer.orders.purchasing import PlaceReplenishment
from trainer.orders.refusals import IllegalState, MissingField, MissingReason, UnknownOrder
from trainer.orders.stock import (
    AdjustStock,
    AllocationReleased,
    BelowAllocated,
    CycleCount,
    InsufficientStock,
    ReceiveStock,
    ReleaseExceedsUnpacked,
    ReleaseRow,
    StockCounted,
    TransferStock,
    earliest_delivery_date,
    made_on,
)
from trainer.orders.world import Policies, World

THIRD = "SO-10003"


def careful() -> World:
    """The company, where production is scheduled by hand."""
    world = company()
    policies = Policies(production="manual")
    return msgspec.structs.replace(
        world, company=msgspec.structs.replace(world.company, policies=policies)
    )


@pytest.fixture
def short() -> Story:
    """Three orders for ten armchairs each; fourteen are there."""
    return given(
        *(order_confirmed(number, lines={ARMCHAIR: 10}) for number in (FIRST, SECOND, THIRD))
    )


def open_units(story: Story) -> list[int]:
    return [story.world.orders[number].lines[0].open for number in (FIRST, SECOND, THIRD)]


# --- the queue ----------------------------------------------------------------------------------


def test_the_earlier_order_comes_first(short: Story) -> None:
    days = {o.promised_delivery_date for o in short.world.orders.values()}
    assert len(days) == 1
    assert open_units(short.and_(FillBackorders(ARMCHAIR))) == [0, 6, 10]
    assert violations(short.world) == []


def test_priority_comes_before_the_earlier_order(short: Story) -> None:
    short.and_(PrioritiseOrder(THIRD, "high"), PrioritiseOrder(FIRST, "low"))
    assert open_units(short.and_(FillBackorders(ARMCHAIR))) == [10, 6, 0]


def test_the_earlier_promise_comes_before_the_earlier_order() -> None:
    def promised(number: str, days: int) -> tuple[object, ...]:
        *before, _ = order_confirmed(number, lines={ARMCHAIR: 10})
        return (*before, ConfirmOrder(number, date(2026, 4, 1) + timedelta(days=days)))

    story = given(promised(FIRST, 2), promised(SECOND, 0), promised(THIRD, 1))
    assert [o.order_number for o in queue(story.world, ARMCHAIR)] == [SECOND, THIRD, FIRST]


def test_nobody_waits_or_nothing_is_there(short: Story) -> None:
    none = NothingToFill(sku=LAMP, available=60, waiting=0)
    assert short.when(FillBackorders(LAMP)).refusal == none
    short.and_(FillBackorders(ARMCHAIR))
    none = NothingToFill(sku=ARMCHAIR, available=0, waiting=2)
    assert short.when(FillBackorders(ARMCHAIR)).refusal == none
    assert short.when(FillBackorders(ARMCHAIR), role="clerk").refusal != none


def test_a_place_in_the_queue_is_changed_once(short: Story) -> None:
    same = SamePriority(order_number=FIRST, priority="normal")
    assert short.when(PrioritiseOrder(FIRST, "normal")).refusal == same
    done = given(order_completed())
    assert isinstance(done.when(PrioritiseOrder(FIRST, "high")).refusal, IllegalState)


# --- what can be promised -----------------------------------------------------------------------

LATER = order_submitted(SECOND, lines={ARMCHAIR: 10})
BUY = PlaceReplenishment(BADGER, ARMCHAIR, 10, EAST)


def ready(story: Story, number: str = SECOND) -> date:
    """The day the goods are ready, before the two days of the courier."""
    transit = timedelta(days=story.world.carriers[QUICK].transit_days)
    return earliest_delivery_date(story.world, story.world.orders[number]) - transit


def test_what_is_on_its_way_can_be_promised() -> None:
    story = given(order_allocated(lines={ARMCHAIR: 14}), LATER, BUY)
    assert ready(story) == TODAY + timedelta(days=5)
    assert ready(given(order_allocated(lines={ARMCHAIR: 14}), LATER)) == TODAY + timedelta(days=9)


def test_nothing_on_its_way_is_promised_twice() -> None:
    story = given(
        order_allocated(lines={ARMCHAIR: 14}),
        BUY,
        order_confirmed(SECOND, lines={ARMCHAIR: 10}),
        order_submitted(THIRD, lines={ARMCHAIR: 10}),
    )
    assert ready(story) == TODAY + timedelta(days=5)
    assert ready(story, THIRD) == TODAY + timedelta(days=9)


def test_what_is_made_for_one_order_is_not_promised_to_another() -> None:
    day = made_on(company(), ARMCHAIR, 10)
    story = given(
        order_allocated(lines={ARMCHAIR: 14}),
        order_confirmed(SECOND, lines={ARMCHAIR: 10}),
        CreateProduction(ARMCHAIR, 10, EAST, day, SECOND, 1),
        order_submitted(THIRD, lines={ARMCHAIR: 10}),
    )
    assert ready(story) == day
    assert ready(story, THIRD) == day + timedelta(days=2), "the days after it are free"
    shelf = CreateProduction(ARMCHAIR, 10, EAST, day + timedelta(days=2))
    assert ready(story.and_(shelf), THIRD) == day + timedelta(days=2)


def test_with_production_by_hand_the_shelf_is_not_promised_twice() -> None:
    steps = order_confirmed(lines={ARMCHAIR: 14}), LATER
    assert ready(given(*steps)) == TODAY + timedelta(days=1)
    assert ready(given(*steps, world=careful())) == TODAY + timedelta(days=9)


def test_with_production_by_hand_capacity_is_not_promised_twice() -> None:
    steps = order_confirmed(lines={ARMCHAIR: 24}), LATER
    assert ready(given(*steps, world=careful())) == TODAY + timedelta(days=7 + 4)


# --- counts and transfers -----------------------------------------------------------------------

COUNT = CycleCount(ARMCHAIR, EAST, 6, "two fell down")


@pytest.fixture
def aside() -> Story:
    """Eight of the ten armchairs in the east are set aside."""
    return given(order_allocated(lines={ARMCHAIR: 8}))


def test_a_count_below_what_is_set_aside_wants_to_know_whose(aside: Story) -> None:
    assert aside.when(COUNT).refusal == BelowAllocated(
        sku=ARMCHAIR, warehouse=EAST, on_hand=10, difference=-4, allocated=8
    )
    one = msgspec.structs.replace(COUNT, rows=(ReleaseRow(FIRST, 1, 1),))
    assert aside.when(one).refusal == BelowAllocated(
        sku=ARMCHAIR, warehouse=EAST, on_hand=10, difference=-4, allocated=8, given_up=1
    )


def test_whose_units_are_gone_waits_again(aside: Story) -> None:
    two = msgspec.structs.replace(COUNT, rows=(ReleaseRow(FIRST, 1, 2),))
    after = aside.when(two)
    assert [type(event) for event in after.events] == [AllocationReleased, StockCounted]
    line, level = after.world.orders[FIRST].lines[0], after.world.level(ARMCHAIR, EAST)
    assert (line.open, level.on_hand, level.allocated) == (2, 6, 6)
    assert [order.order_number for order in after.world.waiting(ARMCHAIR)] == [FIRST]
    assert violations(after.world) == []


def test_an_adjustment_can_say_it_too(aside: Story) -> None:
    gone = AdjustStock(ARMCHAIR, EAST, -4, "stolen", (ReleaseRow(FIRST, 1, 2),))
    assert aside.when(gone).refusal is None


def test_nobody_gives_up_what_is_not_theirs(aside: Story) -> None:
    def with_row(*row: object) -> CycleCount:
        return msgspec.structs.replace(COUNT, rows=(ReleaseRow(*row),))  # type: ignore[arg-type]

    assert aside.when(with_row("SO-0", 1, 2)).refusal == UnknownOrder(order_number="SO-0")
    assert aside.when(with_row(FIRST, 9, 2)).refusal == MissingField(field="line")
    assert isinstance(aside.when(with_row(FIRST, 1, 9)).refusal, ReleaseExceedsUnpacked)
    packed = given(order_picked(lines={ARMCHAIR: 8}))
    assert isinstance(packed.when(with_row(FIRST, 1, 2)).refusal, ReleaseExceedsUnpacked)


def test_a_count_that_agrees_needs_no_reason(aside: Story) -> None:
    assert aside.when(CycleCount(ARMCHAIR, EAST, 10, "")).refusal is None
    assert aside.when(CycleCount(ARMCHAIR, EAST, 11, " ")).refusal == MissingReason()
    assert aside.when(CycleCount(ARMCHAIR, EAST, -1, "?")).refusal == MissingField(field="quantity")
    assert aside.when(CycleCount(LAMP, WEST, 1, "?")).refusal == MissingField(field="sku")


def test_free_stock_moves_to_another_warehouse(aside: Story) -> None:
    after = aside.when(TransferStock(ARMCHAIR, EAST, WEST, 2))
    assert [level.on_hand for level in after.world.levels(ARMCHAIR)] == [8, 6]
    assert violations(after.world) == []


def test_what_is_set_aside_does_not_move(aside: Story) -> None:
    assert aside.when(TransferStock(ARMCHAIR, EAST, WEST, 3)).refusal == InsufficientStock(
        sku=ARMCHAIR, warehouse=EAST, available=2, on_hand=10, allocated=8, requested=3
    )
    nowhere = MissingField(field="to_warehouse")
    assert aside.when(TransferStock(ARMCHAIR, EAST, EAST, 1)).refusal == nowhere
    assert aside.when(TransferStock(ARMCHAIR, EAST, "NORTH", 1)).refusal == nowhere
    assert aside.when(TransferStock(LAMP, WEST, EAST, 1)).refusal == MissingField(field="sku")
    zero = TransferStock(ARMCHAIR, EAST, WEST, 0)
    assert aside.when(zero).refusal == MissingField(field="quantity")


def test_what_arrives_is_free_until_somebody_sets_it_aside(short: Story) -> None:
    assert open_units(short.and_(ReceiveStock(ARMCHAIR, EAST, 16))) == [10, 10, 10]
