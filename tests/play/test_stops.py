"""Where a running clock stops because of a task: on the morning of its day, if it is our own."""

from datetime import date, timedelta

import pytest

from tests.builders import FIRST, TODAY, order_confirmed
from tests.orders.test_promises import CHAIRS, DESKS, paid_in_parts, sent
from tests.orders.test_tasks import with_colleagues
from tests.story import given
from trainer.orders.clock import AdvanceClock
from trainer.orders.tasks import AssignTask, FinishTask
from trainer.orders.values import HOUR, moment_of
from trainer.orders.world import TaskOwner
from trainer.play.stops import promised, tasks_due

TOMORROW = TODAY + timedelta(days=1)
OPENS = moment_of(TOMORROW, hour=9)


@pytest.mark.parametrize(("owner", "stops"), [("trainee", True), ("warehouse", False)])
def test_the_clock_stops_on_the_morning_of_the_day(owner: TaskOwner, stops: bool) -> None:
    ask = AssignTask(FIRST, "ring them", owner, TOMORROW)
    story = given(order_confirmed(), ask, world=with_colleagues("warehouse"))
    assert list(tasks_due(story.world, story.world.now - HOUR)) == []
    story.and_(AdvanceClock(OPENS))
    found = [order.order_number for order in tasks_due(story.world, OPENS - HOUR)]
    assert found == ([FIRST] if stops else [])
    assert list(tasks_due(story.world, OPENS)) == []  # it has stopped for it already


def test_the_clock_stops_for_each_day_on_which_something_was_promised() -> None:
    story = paid_in_parts()

    def stops(day: date) -> bool:
        opens = moment_of(day, hour=9)
        world = story.and_(AdvanceClock(opens)).world
        return [order.order_number for order in promised(world, opens - HOUR)] == [FIRST]

    assert stops(CHAIRS)
    assert not stops(CHAIRS + timedelta(days=1))
    assert stops(DESKS)


def test_it_does_not_stop_for_a_line_that_has_left() -> None:
    story = paid_in_parts().and_(sent(1, 2))
    opens = moment_of(CHAIRS, hour=9)
    assert list(promised(story.and_(AdvanceClock(opens)).world, opens - HOUR)) == []


def test_it_does_not_stop_for_what_is_done() -> None:
    story = given(order_confirmed(), AssignTask(FIRST, "ring them", "trainee", TOMORROW))
    story.and_(FinishTask(FIRST, "T-00001", "finished", "rung"), AdvanceClock(OPENS))
    assert list(tasks_due(story.world, OPENS - HOUR)) == []
