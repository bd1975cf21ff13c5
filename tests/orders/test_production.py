"""Production: planned when it can be, made of what is there, and for the line it is pegged to."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    DESK,
    EAST,
    FIRST,
    LAMP,
    TODAY,
    WEST,
    order_allocated,
    order_confirmed,
    order_submitted,
)
from tests.story import Story, given
from trainer.orders.invariants import violations
from trainer.orders.production import (
    AlreadyMade,
    CancelProduction,
    CapacityExceeded,
    CreateProduction,
    FinishProduction,
    MaterialShortage,
    NothingMade,
    OutputExceedsOrder,
    ProductionExceedsDemand,
    ProductionReported,
    ProductionState,
    ReleaseProduction,
    ReportProduction,
    StartProduction,
    UnknownProduction,
)
from trainer.orders.refusals import (
    IllegalState,
    MissingField,
    MissingReason,
    UnknownLine,
    UnknownOrder,
)
from trainer.orders.remedies import CancelOrder
from trainer.orders.stock import StockAllocated, booked, made_on

MO = "MO-00001"
READY = TODAY + timedelta(days=7 + 4)
"""Twenty armchairs: a week, and five a day."""
WANTED = CreateProduction(ARMCHAIR, 20, EAST, READY, FIRST, 1)
RELEASED, STARTED = ReleaseProduction(MO), StartProduction(MO)


def replace(command: CreateProduction, **changes: Any) -> CreateProduction:
    return msgspec.structs.replace(command, **changes)


@pytest.fixture
def big() -> Story:
    """An order for twenty armchairs that nobody has set anything aside for."""
    return given(order_confirmed(lines={ARMCHAIR: 20}))


@pytest.fixture
def at_work(big: Story) -> Story:
    """Twenty armchairs are being made for it."""
    return big.and_(WANTED, RELEASED, STARTED)


def test_a_plan_books_the_days_it_needs(big: Story) -> None:
    assert made_on(big.world, ARMCHAIR, 20) == READY
    after = big.when(WANTED)
    assert after.refusal is None
    assert booked(after.world, ARMCHAIR) == 20
    assert made_on(after.world, ARMCHAIR, 1) == READY + timedelta(days=1)
    assert [made.production_number for made in after.world.made_for(FIRST, 1)] == [MO]


def test_a_day_too_early_is_refused_with_the_sum(big: Story) -> None:
    early = READY - timedelta(days=1)
    assert big.when(replace(WANTED, due=early)).refusal == CapacityExceeded(
        sku=ARMCHAIR,
        requested=20,
        lead_time=7,
        booked=0,
        daily_capacity=5,
        earliest=READY,
        due=early,
    )


def test_a_line_gets_no_more_made_than_it_waits_for(big: Story) -> None:
    story = big.and_(replace(WANTED, quantity=15))
    assert story.when(replace(WANTED, quantity=6)).refusal == ProductionExceedsDemand(
        order_number=FIRST, line_number=1, needed=5, open=20, pegged=15, requested=6
    )
    assert story.when(replace(WANTED, quantity=5)).refusal is None
    free = CreateProduction(ARMCHAIR, 100, EAST, READY + timedelta(days=30))
    assert story.when(free).refusal is None


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"sku": "NO-SUCH-THING"}, MissingField(field="sku")),
        ({"warehouse": "NORTH"}, MissingField(field="warehouse")),
        ({"quantity": 0}, MissingField(field="quantity")),
        ({"order_number": "SO-0"}, UnknownOrder(order_number="SO-0")),
        ({"line_number": 2}, UnknownLine(order_number=FIRST, line_number=2)),
        ({"sku": LAMP}, UnknownLine(order_number=FIRST, line_number=1)),
    ],
)
def test_a_plan_is_about_what_there_is(big: Story, changes: Any, refusal: Any) -> None:
    assert big.when(replace(WANTED, **changes)).refusal == refusal


def test_nothing_is_made_for_what_was_not_promised() -> None:
    story = given(order_submitted(lines={ARMCHAIR: 20}))
    assert isinstance(story.when(WANTED).refusal, IllegalState)


def test_what_is_made_is_its_lines_first(at_work: Story) -> None:
    after = at_work.when(ReportProduction(MO, 8))
    assert [type(event) for event in after.events] == [ProductionReported, StockAllocated]
    level, line = after.world.level(ARMCHAIR, EAST), after.world.orders[FIRST].lines[0]
    assert (level.on_hand, level.allocated, line.allocated, line.open) == (18, 8, 8, 12)
    assert after.world.production[MO].left == 12
    assert violations(after.world) == []


def test_the_last_unit_finishes_it(at_work: Story) -> None:
    after = at_work.and_(ReportProduction(MO, 8)).when(ReportProduction(MO, 12))
    assert after.world.production[MO].status == "done"
    assert after.world.orders[FIRST].lines[0].open == 0
    assert after.world.pegged.get(FIRST, ()) == after.world.making.get(ARMCHAIR, ()) == ()


def test_what_its_line_no_longer_needs_is_free(at_work: Story) -> None:
    story = at_work.and_(CancelOrder(FIRST, "changed mind"))
    after = story.when(ReportProduction(MO, 20))
    assert after.world.level(ARMCHAIR, EAST).available == 30
    assert violations(after.world) == []


def test_stopping_early_frees_the_rest(at_work: Story) -> None:
    assert at_work.when(FinishProduction(MO)).refusal == NothingMade(production_number=MO)
    after = at_work.and_(ReportProduction(MO, 8)).when(FinishProduction(MO))
    assert booked(after.world, ARMCHAIR) == 0
    assert (after.world.production[MO].made, after.world.production[MO].left) == (8, 0)


def test_more_than_planned_is_not_reported(at_work: Story) -> None:
    story = at_work.and_(ReportProduction(MO, 8))
    assert story.when(ReportProduction(MO, 13)).refusal == OutputExceedsOrder(
        production_number=MO, left=12, quantity=20, made=8, requested=13
    )
    assert story.when(ReportProduction(MO, 0)).refusal == MissingField(field="quantity")


# --- material -----------------------------------------------------------------------------------

DESKS = CreateProduction(DESK, 10, EAST, TODAY + timedelta(days=24))


def test_material_leaves_the_shelf_when_work_begins() -> None:
    story = given(DESKS, RELEASED)
    assert story.world.level(LAMP, EAST).on_hand == 60
    after = story.when(STARTED)
    assert (after.world.level(LAMP, EAST).on_hand, after.world.level(LAMP, EAST).consumed) == (
        40,
        20,
    )
    assert violations(after.world) == []


def test_material_of_what_is_not_made_comes_back() -> None:
    story = given(DESKS, RELEASED, STARTED)
    called_off = story.when(CancelProduction(MO, "no demand"))
    assert called_off.world.level(LAMP, EAST).on_hand == 60
    stopped = story.and_(ReportProduction(MO, 3)).when(FinishProduction(MO))
    assert stopped.world.level(LAMP, EAST).on_hand == 54
    assert violations(stopped.world) == []


def test_nothing_is_made_of_what_is_promised_to_others() -> None:
    story = given(DESKS, RELEASED, order_allocated(lines={LAMP: 42}))
    assert story.when(STARTED).refusal == MaterialShortage(
        sku=LAMP, warehouse=EAST, available=18, needed=20
    )
    west = msgspec.structs.replace(DESKS, warehouse=WEST)
    assert given(west).when(RELEASED).refusal == MaterialShortage(
        sku=LAMP, warehouse=WEST, available=0, needed=20
    )


# --- stages -------------------------------------------------------------------------------------


def test_each_step_has_its_stage(big: Story) -> None:
    story = big.and_(WANTED)
    early = story.when(STARTED)
    assert early.refusal == ProductionState(
        production_number=MO, status="planned", wanted="released"
    )
    assert isinstance(story.when(ReportProduction(MO, 1)).refusal, ProductionState)
    assert isinstance(story.when(FinishProduction(MO)).refusal, ProductionState)
    story.and_(RELEASED)
    assert isinstance(story.when(RELEASED).refusal, ProductionState)


def test_what_has_made_something_is_not_cancelled(at_work: Story) -> None:
    assert at_work.when(CancelProduction(MO, " ")).refusal == MissingReason()
    story = at_work.and_(ReportProduction(MO, 1))
    assert story.when(CancelProduction(MO, "late")).refusal == AlreadyMade(
        production_number=MO, made=1
    )


def test_a_cancelled_plan_gives_its_days_back(big: Story) -> None:
    after = big.and_(WANTED).when(CancelProduction(MO, "bought instead"))
    assert made_on(after.world, ARMCHAIR, 20) == READY
    assert isinstance(Story(after.world).when(RELEASED).refusal, ProductionState)


def test_what_is_not_there_is_not_found() -> None:
    for command in (RELEASED, STARTED, FinishProduction(MO), CancelProduction(MO, "why")):
        assert given().when(command).refusal == UnknownProduction(production_number=MO)


def test_only_the_factory_reports(at_work: Story) -> None:
    refused = at_work.when(ReportProduction(MO, 1), role="clerk").refusal
    assert refused is not None
    assert refused.code == "ROLE_REQUIRED"
