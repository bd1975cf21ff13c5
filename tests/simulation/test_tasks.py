"""Colleagues who are given a task answer: done with a note, or handed back with a reason."""

from datetime import timedelta

import msgspec
import pytest

from tests.builders import FIRST, TODAY, order_confirmed
from tests.orders.test_tasks import with_colleagues
from tests.simulation.test_agenda import agenda_of
from tests.story import Story, given
from trainer.orders.engine import Envelope, handle
from trainer.orders.holds import PlaceHold
from trainer.orders.refusals import Refusal
from trainer.orders.remedies import CancelOrder
from trainer.orders.tasks import AssignTask, FinishTask, HandBackTask
from trainer.orders.values import DAY, HOUR, MINUTE, day_of
from trainer.orders.world import Colleague, Habit, TaskOwner
from trainer.simulation.tasks import react
from trainer.simulation.words import words

EVERYBODY: tuple[Colleague, ...] = ("warehouse", "clerk", "finance")


def asked(owner: TaskOwner, *before: object, days: int = 7) -> Story:
    """A confirmed order, and somebody who is to do something about it."""
    ask = AssignTask(FIRST, "look at it", owner, TODAY + timedelta(days=days))
    return given(order_confirmed(), *before, ask, world=with_colleagues(*EVERYBODY))  # type: ignore[arg-type]


def answers(story: Story, seeds: int = 60) -> list[Envelope]:
    """What is answered to the last task, in so many variants."""
    return [each for seed in range(seeds) for each in react(story.entries[-1], story.world, seed)]


def test_what_the_trainee_does_themselves_nobody_else_does() -> None:
    assert answers(asked("trainee")) == []


@pytest.mark.parametrize("owner", [*EVERYBODY, "supervisor"])
def test_most_tasks_are_done_and_some_are_handed_back(owner: TaskOwner) -> None:
    story = asked(owner)
    done = [each for each in answers(story) if isinstance(each.command, FinishTask)]
    back = [each for each in answers(story) if isinstance(each.command, HandBackTask)]
    assert len(done) + len(back) == 60
    assert 5 < len(back) < 30
    for envelope in (done[0], back[0]):
        assert not isinstance(handle(story.world, envelope), Refusal)
        assert 8 * HOUR <= envelope.at % DAY < 18 * HOUR
        assert story.world.now + 30 * MINUTE <= envelope.at <= story.world.now + DAY
    assert len({each.command.note for each in done}) == 3


@pytest.mark.parametrize(("often", "kind"), [(0, HandBackTask), (100, FinishTask)])
def test_habits_say_how_often_a_task_is_done(often: int, kind: type) -> None:
    story = asked("supervisor")
    habits = (Habit("supervisor", often, pace=50),)
    policies = msgspec.structs.replace(story.world.policies, habits=habits)
    firm = msgspec.structs.replace(story.world.company, policies=policies)
    usual = max(each.at for each in answers(story))
    story.world = msgspec.structs.replace(story.world, company=firm)
    assert {type(each.command) for each in answers(story)} == {kind}
    assert max(each.at for each in answers(story)) > usual


def test_who_answers_says_their_name() -> None:
    said = words("en_US")
    names = {owner: answers(asked(owner), 1)[0].actor for owner in (*EVERYBODY, "supervisor")}  # type: ignore[arg-type]
    assert names == {
        "warehouse": said["name_warehouse"],
        "clerk": said["name_clerk"],
        "finance": said["name_finance"],
        "supervisor": said["supervisor"],
    }


def test_the_warehouse_does_nothing_about_what_is_on_hold() -> None:
    stop = PlaceHold(FIRST, "manual", "wait")
    reasons = {each.command.reason for each in answers(asked("warehouse", stop))}
    assert reasons == {words("en_US")["task_on_hold"]}
    assert any(isinstance(each.command, FinishTask) for each in answers(asked("finance", stop)))


def test_nobody_does_anything_for_an_order_that_is_called_off() -> None:
    off = CancelOrder(FIRST, "they asked")
    reasons = {each.command.reason for each in answers(asked("clerk", off))}
    assert reasons == {words("en_US")["task_called_off"]}


def test_who_comes_in_after_the_day_hands_it_back() -> None:
    story = given(order_confirmed(), world=with_colleagues(*EVERYBODY))
    evening = story.world.now - story.world.now % DAY + 20 * HOUR
    today = AssignTask(FIRST, "look", "finance", day_of(evening))
    result = story.when(today, at=evening)
    (answer,) = react(result.entries[-1], result.world, 7)
    assert isinstance(answer.command, HandBackTask)
    assert "March 2, 2026" in answer.command.reason


def test_what_was_done_meanwhile_is_not_done_again() -> None:
    story = asked("warehouse")
    agenda = agenda_of(story.entries, asked("warehouse"))
    answer = next(e for key, e in agenda.due.items() if key.endswith(":task"))
    story.and_(FinishTask(FIRST, "T-00001", "dropped", "no need"))
    assert isinstance(handle(story.world, answer), Refusal)


@pytest.mark.parametrize("locale", ["en_US", "zh_CN", "zh_TW"])
def test_they_speak_the_language_of_the_company(locale: str) -> None:
    said = words(locale)
    reasons = [said[f"task_back_{owner}"] for owner in (*EVERYBODY, "supervisor")]
    reasons += [said[key] for key in ("task_called_off", "task_on_hold", "task_too_late")]
    assert len(set(reasons)) == 7
    assert "{due}" in said["task_too_late"]
