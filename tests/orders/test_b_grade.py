"""Goods that are ours again and not as new: they wait, go to the bench, or are sold off."""

import pytest

from tests.builders import ARMCHAIR, EAST, FIRST, LAMP, WEST, order_confirmed, order_delivered
from tests.orders.test_returns import LINES, RMA, asks, at_the_dock, counts, judged, not_for
from tests.orders.walk import perishable
from tests.story import Story, given
from trainer.orders.b_grade import ClearBGrade, FinishRework, NotMarkedDown, NotThatManyThere
from trainer.orders.invariants import violations
from trainer.orders.refusals import MissingField, MissingReason
from trainer.orders.returns import (
    AuthoriseReturn,
    CloseReturn,
    DeliverReturn,
    InspectReturn,
    OpenedNotKept,
    StillWaiting,
    WaitExceedsUnseen,
)
from trainer.orders.settlement import CompleteOrder, OpenReturn
from trainer.orders.stock import Allocate, AllocationRow, InsufficientStock
from trainer.orders.world import ReturnReason, ReworkOutcome, StockLevel


def counted(reason: ReturnReason = "changed_mind", units: int = 3) -> Story:
    """So many armchairs in quarantine."""
    return at_the_dock((1, units), reason=reason).and_(counts((1, units)))


def shelf(story: Story) -> StockLevel:
    """Where they lie."""
    return story.world.level(ARMCHAIR, EAST)


def waits(quantity: int, reason: str = "the supplier is asked") -> InspectReturn:
    """Looked at, and nobody can say yet."""
    return InspectReturn(FIRST, RMA, 1, quantity, "quarantine", reason=reason)


# --- B-grade --------------------------------------------------------------------------------------


def test_b_grade_goods_are_ours_again_and_nobody_is_given_one_for_new() -> None:
    story = counted()
    before = shelf(story)
    story.and_(judged(2, "restock_b_grade"))
    level = shelf(story)
    assert (level.b_grade, level.quarantine, level.on_hand) == (2, 1, before.on_hand)
    assert (
        story.world.available(ARMCHAIR)
        == level.available + story.world.level(ARMCHAIR, WEST).available
    )
    line = story.world.orders[FIRST].lines[0]
    assert story.world.orders[FIRST].credit == 2 * line.gross // 3
    assert violations(story.world) == []


def test_an_order_cannot_be_given_b_grade_goods() -> None:
    story = counted().and_(judged(3, "restock_b_grade"))
    free = shelf(story).available
    story.and_(order_confirmed("SO-10002", lines={ARMCHAIR: free + 1}))
    more = Allocate("SO-10002", (AllocationRow(1, EAST, free + 1),))
    assert isinstance(story.when(more).refusal, InsufficientStock)


@pytest.mark.parametrize(
    ("reason", "b_grade"),
    [("changed_mind", True), ("damaged_in_transit", True), ("missing_parts", True),
     ("defective", False)],
)  # fmt: skip
def test_what_does_not_work_is_not_sold_off_before_it_is_mended(
    reason: ReturnReason, b_grade: bool
) -> None:
    story = counted(reason)
    refusal = story.when(judged(1, "restock_b_grade")).refusal
    assert refusal == (None if b_grade else not_for(reason, "restock_b_grade"))
    assert story.when(judged(1, "rework")).refusal is None


@pytest.mark.parametrize("disposition", ["restock_b_grade", "rework"])
def test_what_keeps_for_a_time_only_is_neither_mended_nor_sold_off(disposition: str) -> None:
    story = given(world=perishable(given().world, ARMCHAIR)).and_(
        order_delivered(lines=LINES),
        asks((1, 2), reason="changed_mind"),
        AuthoriseReturn(FIRST, RMA, "seller"),
        DeliverReturn(FIRST, RMA),
        counts((1, 2)),
    )
    refusal = story.when(InspectReturn(FIRST, RMA, 1, 1, disposition)).refusal  # type: ignore[arg-type]
    assert refusal == OpenedNotKept(sku=ARMCHAIR)


def test_b_grade_goods_are_sold_off_for_less_and_leave_the_book() -> None:
    story = counted().and_(judged(3, "restock_b_grade"))
    full = story.world.products[ARMCHAIR].unit_price
    dear = ClearBGrade(ARMCHAIR, EAST, 2, full, "to a second-hand dealer")
    assert story.when(dear).refusal == NotMarkedDown(sku=ARMCHAIR, price=full, limit=full)
    assert story.when(ClearBGrade(ARMCHAIR, EAST, 2, 500, " ")).refusal == MissingReason()
    gone = ClearBGrade(ARMCHAIR, EAST, 4, 500, "to a second-hand dealer")
    assert story.when(gone).refusal == NotThatManyThere(
        sku=ARMCHAIR, warehouse=EAST, place="b_grade", limit=3, requested=4
    )
    story.and_(ClearBGrade(ARMCHAIR, EAST, 2, 500, "to a second-hand dealer"))
    story.and_(ClearBGrade(ARMCHAIR, EAST, 1, 0, "given to a school"))
    level = shelf(story)
    assert (level.b_grade, level.cleared, level.proceeds) == (0, 3, 1_000)
    assert violations(story.world) == []


@pytest.mark.parametrize(
    ("sku", "quantity", "field"), [("NO-SUCH-THING", 1, "sku"), (ARMCHAIR, 0, "quantity")]
)
def test_a_shelf_and_a_number_are_needed(sku: str, quantity: int, field: str) -> None:
    story = counted().and_(judged(1, "rework"), judged(1, "restock_b_grade"))
    for command in (
        ClearBGrade(sku, EAST, quantity, 1, "sale"),
        FinishRework(sku, EAST, quantity, "restock"),
    ):
        assert story.when(command).refusal == MissingField(field=field)


# --- rework ---------------------------------------------------------------------------------------


def test_the_customer_does_not_wait_for_the_bench() -> None:
    story = counted("defective").and_(judged(3, "rework"))
    order, level = story.world.orders[FIRST], shelf(story)
    assert order.credit == order.lines[0].gross
    assert (level.in_rework, level.quarantine) == (3, 0)
    assert story.when(CloseReturn(FIRST, RMA)).refusal is None


@pytest.mark.parametrize(
    ("outcome", "on_hand", "b_grade", "written_off"),
    [("restock", 2, 0, 0), ("restock_b_grade", 0, 2, 0), ("scrap", 0, 0, 2)],
)
def test_off_the_bench_it_is_as_good_as_new_good_enough_or_good_for_nothing(
    outcome: ReworkOutcome, on_hand: int, b_grade: int, written_off: int
) -> None:
    story = counted("defective").and_(judged(3, "rework"))
    before = shelf(story)
    story.and_(FinishRework(ARMCHAIR, EAST, 2, outcome))
    level = shelf(story)
    assert level.in_rework == 1
    assert (level.on_hand - before.on_hand, level.b_grade, level.written_off) == (
        on_hand, b_grade, written_off,
    )  # fmt: skip
    assert violations(story.world) == []


def test_only_what_is_on_the_bench_comes_off_it() -> None:
    story = counted("defective").and_(judged(1, "rework"))
    assert story.when(FinishRework(ARMCHAIR, EAST, 2, "restock")).refusal == NotThatManyThere(
        sku=ARMCHAIR, warehouse=EAST, place="in_rework", limit=1, requested=2
    )
    assert isinstance(story.when(FinishRework(LAMP, EAST, 1, "restock")).refusal, NotThatManyThere)


# --- quarantine -----------------------------------------------------------------------------------


def test_what_nobody_can_decide_about_stays_and_so_does_the_money() -> None:
    story = counted().and_(waits(2))
    row, level = story.world.orders[FIRST].returns[0].rows[0], shelf(story)
    assert (row.waiting, row.unseen, row.inspected) == (2, 1, 0)
    assert (level.quarantine, story.world.orders[FIRST].credit) == (3, 0)
    assert violations(story.world) == []


def test_a_decision_that_waits_says_for_what_and_waits_once() -> None:
    story = counted()
    assert story.when(waits(1, " ")).refusal == MissingReason()
    story.and_(waits(2))
    assert story.when(waits(2)).refusal == WaitExceedsUnseen(
        line_number=1, limit=1, received=3, inspected=0, waiting=2, requested=2
    )


def test_nothing_is_closed_or_completed_while_goods_wait() -> None:
    story = counted().and_(judged(1, "scrap"), waits(2))
    assert story.when(CloseReturn(FIRST, RMA)).refusal == StillWaiting(rma_number=RMA, units=2)
    assert isinstance(story.when(CompleteOrder(FIRST)).refusal, OpenReturn)


def test_what_waits_is_inspected_again_and_what_nobody_has_seen_goes_first() -> None:
    story = counted().and_(waits(2), judged(2, "restock"))
    row = story.world.orders[FIRST].returns[0].rows[0]
    assert (row.inspected, row.waiting, row.unseen) == (2, 1, 0)
    story.and_(judged(1, "restock_b_grade"))
    assert story.world.orders[FIRST].returns[0].rows[0].waiting == 0
    assert story.when(CloseReturn(FIRST, RMA)).refusal is None
    assert story.world.orders[FIRST].credit == story.world.orders[FIRST].lines[0].gross
    assert violations(story.world) == []
