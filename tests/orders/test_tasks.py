"""What somebody is to do about an order: given, done or dropped, handed back."""

from datetime import timedelta

import msgspec
import pytest

from tests.builders import (
    FIRST,
    SECOND,
    TODAY,
    company,
    order_confirmed,
    order_drafted,
)
from tests.story import Story, given
from trainer.orders.clock import AdvanceClock
from trainer.orders.codec import decode_world, encode_world
from trainer.orders.differences import Difference, differences
from trainer.orders.invariants import violations
from trainer.orders.refusals import MissingField, MissingReason
from trainer.orders.remedies import CancelOrder
from trainer.orders.search import Query, find_orders
from trainer.orders.settlement import ArchiveOrder
from trainer.orders.status import overlays
from trainer.orders.tasks import (
    AssignTask,
    DueInThePast,
    FinishTask,
    HandBackTask,
    TaskAssigned,
    TaskFinished,
    TaskHandedBack,
    TaskNotGivenAway,
    TaskOpen,
    TaskOver,
    UnknownOwner,
    UnknownTask,
    owners,
)
from trainer.orders.values import DAY, moment_of
from trainer.orders.world import Colleague, Task, TaskOwner, World

TOMORROW = TODAY + timedelta(days=1)
CALL = AssignTask(FIRST, "call them about the gate", "trainee", TOMORROW)
NUMBER = "T-00001"


def with_colleagues(*there: Colleague) -> World:
    """The small company, where these colleagues are at work too."""
    world = company()
    policies = msgspec.structs.replace(world.policies, colleagues=there)
    firm = msgspec.structs.replace(world.company, policies=policies)
    return msgspec.structs.replace(world, company=firm)


def given_away() -> Story:
    """The warehouse has something to do."""
    look = AssignTask(FIRST, "look at the box", "warehouse", TOMORROW)
    return given(order_confirmed(), look, world=with_colleagues("warehouse"))


def test_a_task_says_who_does_what_by_when() -> None:
    after = given(order_drafted()).when(CALL)
    assert after.events == (
        TaskAssigned(FIRST, NUMBER, "call them about the gate", "trainee", TOMORROW),
    )
    assert after.order.tasks == (Task(NUMBER, "call them about the gate", "trainee", TOMORROW),)
    assert violations(after.world) == []


def test_tasks_are_numbered_through() -> None:
    story = given(order_confirmed(), order_confirmed(SECOND), CALL)
    on_another = story.when(AssignTask(SECOND, "weigh it", "trainee", TODAY))
    assert on_another.order.tasks[0].task_number == "T-00002"


def test_a_task_without_words_says_nothing() -> None:
    empty = AssignTask(FIRST, "  ", "trainee", TOMORROW)
    assert given(order_drafted()).when(empty).refusal == MissingField(field="task")


@pytest.mark.parametrize("owner", ["warehouse", "clerk", "finance"])
def test_nobody_is_asked_who_is_not_there(owner: TaskOwner) -> None:
    ask = AssignTask(FIRST, "look", owner, TOMORROW)
    assert given(order_drafted()).when(ask).refusal == UnknownOwner(owner=owner)
    there = given(order_drafted(), world=with_colleagues(owner))  # type: ignore[arg-type]
    assert there.when(ask).refusal is None


def test_the_supervisor_is_always_there() -> None:
    assert owners(company()) == ("trainee", "supervisor")
    assert owners(with_colleagues("finance")) == ("trainee", "finance", "supervisor")


def test_today_is_not_too_late_and_yesterday_is() -> None:
    story = given(order_drafted())
    today, yesterday = (
        AssignTask(FIRST, "call", "trainee", TODAY - timedelta(days=days)) for days in (0, 1)
    )
    assert story.when(today).refusal is None
    assert story.when(yesterday).refusal == DueInThePast(requested=yesterday.due, today=TODAY)


@pytest.mark.parametrize("outcome", ["finished", "dropped"])
def test_it_is_over_once_and_with_a_note(outcome: str) -> None:
    story = given(order_confirmed(), CALL)
    finish = FinishTask(FIRST, NUMBER, outcome, "they open at nine")  # type: ignore[arg-type]
    mute = msgspec.structs.replace(finish, note=" ")
    assert story.when(mute).refusal == MissingField(field="note")
    over = story.when(finish)
    assert over.events == (TaskFinished(FIRST, NUMBER, outcome, "they open at nine"),)  # type: ignore[arg-type]
    (task,) = over.order.tasks
    assert (task.open, task.status, task.note) == (False, outcome, "they open at nine")
    story.and_(finish)
    assert story.when(finish).refusal == TaskOver(task_number=NUMBER, status=outcome)  # type: ignore[arg-type]


def test_only_what_was_asked_of_this_order_is_finished() -> None:
    story = given(order_confirmed(), order_confirmed(SECOND), CALL)
    elsewhere = FinishTask(SECOND, NUMBER, "finished", "so")
    assert story.when(elsewhere).refusal == UnknownTask(order_number=SECOND, task_number=NUMBER)


def test_what_is_handed_back_is_the_trainees_and_open() -> None:
    back = HandBackTask(FIRST, NUMBER, "no scale here")
    after = given_away().when(back)
    assert after.events == (TaskHandedBack(FIRST, NUMBER, "no scale here"),)
    (task,) = after.order.tasks
    assert (task.open, task.owner, task.note) == (True, "trainee", "no scale here")
    assert violations(after.world) == []


def test_it_is_handed_back_with_a_reason_and_by_whoever_has_it() -> None:
    story = given_away()
    assert story.when(HandBackTask(FIRST, NUMBER, " ")).refusal == MissingReason()
    back = HandBackTask(FIRST, NUMBER, "no scale here")
    story.and_(back)
    assert story.when(back).refusal == TaskNotGivenAway(task_number=NUMBER)
    story.and_(FinishTask(FIRST, NUMBER, "dropped", "it went without"))
    assert story.when(back).refusal == TaskOver(task_number=NUMBER, status="dropped")


def test_an_order_with_something_to_do_is_not_put_away() -> None:
    story = given(order_confirmed(), CancelOrder(FIRST, "they asked"), CALL)
    away = ArchiveOrder(FIRST, 10)
    assert story.when(away).refusal == TaskOpen(order_number=FIRST, task_number=NUMBER)
    story.and_(FinishTask(FIRST, NUMBER, "dropped", "no need any more"))
    assert story.when(away).refusal is None


def test_lists_find_what_is_due_and_badges_say_it() -> None:
    story = given(order_confirmed(), order_confirmed(SECOND), CALL)
    due = Query(view="tasks_due")
    assert overlays(story.world.orders[FIRST], story.world.now) == ("task_open",)
    assert find_orders(story.world, due).total == 0
    story.and_(AdvanceClock(moment_of(TOMORROW)))
    assert overlays(story.world.orders[FIRST], story.world.now) == ("task_due",)
    found = find_orders(story.world, due)
    assert [order.order_number for order in found.orders] == [FIRST]
    assert find_orders(story.world, Query(view="tasks_due", label="draft")).total == 0
    story.and_(FinishTask(FIRST, NUMBER, "finished", "called"))
    assert find_orders(story.world, due).total == 0
    assert overlays(story.world.orders[FIRST], story.world.now) == ()


def test_a_stored_world_knows_what_is_to_do() -> None:
    world = given(order_confirmed(), CALL).world
    stored = decode_world(encode_world(world))
    assert stored.tasked == world.tasked
    assert [order.order_number for order in stored.with_tasks()] == [FIRST]


def test_who_decided_on_an_older_picture_is_told_of_tasks() -> None:
    story = given_away()
    seen = story.world.orders[FIRST]
    after = story.when(HandBackTask(FIRST, NUMBER, "no scale here")).order
    assert differences(seen, after) == (
        Difference("status", "task_owner", "warehouse", "trainee", NUMBER),
    )


def test_a_day_passes_and_nothing_is_done_by_itself() -> None:
    story = given(order_confirmed(), CALL)
    story.and_(AdvanceClock(story.world.now + 5 * DAY))
    assert story.world.orders[FIRST].tasks[0].open
