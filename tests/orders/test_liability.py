"""At whose cost goods come back: said when it is agreed to, or once somebody has seen them."""

import pytest

from tests.builders import EAST, FIRST, order_delivered
from tests.orders.test_return_rules import ruled
from tests.orders.test_returns import LINES, RMA, asks, counts, judged
from tests.story import Story, given
from trainer.orders.costs import cost_of_service
from trainer.orders.invariants import violations
from trainer.orders.reports import Ask
from trainer.orders.returns import (
    AuthoriseReturn,
    CloseReturn,
    DeliverReturn,
    DetermineLiability,
    FinishRepair,
    InspectReturn,
    LiabilityDetermined,
    LiabilityKnown,
    LiabilityUndetermined,
    RestockingFeeCharged,
    ReturnStage,
)
from trainer.orders.world import Disposition, World

ASKED = LiabilityUndetermined(rma_number=RMA)
MUCH_KEPT = ruled(restocking_fee_percent=15)


def undetermined(world: World | None = None) -> Story:
    """Two armchairs in quarantine, and nobody has said at whose cost."""
    return given(
        order_delivered(lines=LINES),
        asks((1, 2)),
        AuthoriseReturn(FIRST, RMA, "undetermined"),
        DeliverReturn(FIRST, RMA),
        counts((1, 2)),
        world=world or MUCH_KEPT,
    )


@pytest.mark.parametrize("disposition", ["scrap", "return_to_vendor", "rework"])
def test_nothing_is_credited_before_it_is_known_at_whose_cost(disposition: Disposition) -> None:
    assert undetermined().when(judged(1, disposition)).refusal == ASKED


def test_the_inspection_settles_it_and_the_fee_follows() -> None:
    seen = InspectReturn(FIRST, RMA, 1, 1, "scrap", liability="customer")
    after = undetermined().when(seen)
    known, _, fee = after.events
    assert known == LiabilityDetermined(FIRST, RMA, "customer")
    assert isinstance(fee, RestockingFeeCharged)
    assert violations(after.world) == []


def test_no_fee_where_the_goods_tell_that_it_was_the_carrier() -> None:
    after = undetermined().when(InspectReturn(FIRST, RMA, 1, 1, "scrap", liability="carrier"))
    assert not any(isinstance(event, RestockingFeeCharged) for event in after.events)
    assert after.world.orders[FIRST].returns[0].liability == "carrier"


def test_goods_can_wait_be_repaired_or_go_back_while_nobody_knows() -> None:
    story = undetermined()
    for disposition in ("repair", "return_to_customer"):
        assert story.when(judged(1, disposition)).refusal is None  # type: ignore[arg-type]
    waits = InspectReturn(FIRST, RMA, 1, 1, "quarantine", reason="the maker is asked")
    assert story.when(waits).refusal is None


def test_nobody_closes_a_return_without_saying_at_whose_cost_it_was() -> None:
    story = undetermined().and_(judged(2, "return_to_customer"))
    assert story.when(CloseReturn(FIRST, RMA)).refusal == ASKED
    story.and_(DetermineLiability(FIRST, RMA, "customer"))
    assert story.when(CloseReturn(FIRST, RMA)).refusal is None


def test_what_cannot_be_repaired_is_credited_once_it_is_known() -> None:
    story = undetermined().and_(judged(2, "repair"))
    over = FinishRepair(FIRST, RMA, 1, 2, "beyond_repair")
    assert story.when(over).refusal == ASKED
    story.and_(DetermineLiability(FIRST, RMA, "supplier"), over)
    assert violations(story.world) == []


def test_what_never_came_is_closed_whoever_might_have_paid() -> None:
    story = given(
        order_delivered(lines=LINES), asks((1, 2)), AuthoriseReturn(FIRST, RMA, "undetermined")
    )
    assert story.when(CloseReturn(FIRST, RMA)).refusal is None
    too_early = DetermineLiability(FIRST, RMA, "carrier")
    assert isinstance(story.when(too_early).refusal, ReturnStage)


def test_it_is_determined_once() -> None:
    story = undetermined().and_(DetermineLiability(FIRST, RMA, "carrier"))
    known = LiabilityKnown(rma_number=RMA, liability="carrier")
    assert story.when(DetermineLiability(FIRST, RMA, "seller")).refusal == known
    again = InspectReturn(FIRST, RMA, 1, 1, "scrap", liability="customer")
    assert story.when(again).refusal == known
    assert story.when(judged(1)).refusal is None


def test_its_way_back_is_ours_until_somebody_else_is_liable() -> None:
    story = undetermined()
    ask = Ask(by="order")
    before = cost_of_service(story.world, ask).total
    assert before.back > 0
    after = cost_of_service(story.and_(DetermineLiability(FIRST, RMA, "carrier")).world, ask).total
    assert (after.back, after.charged_on) == (0, before.back)
    assert story.world.level(story.world.orders[FIRST].lines[0].sku, EAST).quarantine == 2
