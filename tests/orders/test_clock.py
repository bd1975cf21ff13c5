"""The simulated clock."""

import pytest

from tests.builders import FIRST, NOW, order_drafted
from tests.story import given
from trainer.orders.clock import AdvanceClock, ClockAdvanced, ClockRunsForward
from trainer.orders.refusals import RoleRequired
from trainer.orders.service import AddNote
from trainer.orders.values import DAY


@pytest.mark.parametrize("span", [0, 1, DAY, 92 * DAY])
def test_time_passes_when_somebody_says_so(span: int) -> None:
    after = given().when(AdvanceClock(NOW + span))
    assert after.events == (ClockAdvanced(NOW + span),)
    assert after.world.now == NOW + span


def test_the_moment_waited_for_comes_however_early_it_was_asked() -> None:
    after = given().when(AdvanceClock(NOW + DAY), at=NOW)
    assert after.world.now == NOW + DAY


@pytest.mark.parametrize("span", [-1, 92 * DAY + 1])
def test_time_runs_forward_a_quarter_at_most(span: int) -> None:
    assert given().when(AdvanceClock(NOW + span)).refusal == ClockRunsForward(limit_days=92)


def test_the_carrier_does_not_move_our_clock() -> None:
    after = given().when(AdvanceClock(NOW + DAY), role="carrier")
    assert after.refusal == RoleRequired(role="carrier", wanted="clerk / system")


def test_a_clock_that_lags_behind_does_not_turn_time_back() -> None:
    story = given(order_drafted(), AdvanceClock(NOW + DAY))
    after = story.when(AddNote(FIRST, "from yesterday"), at=NOW)
    assert after.entries[0].at == after.world.now == NOW + DAY
