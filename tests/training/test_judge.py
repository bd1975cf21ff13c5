"""The judge: how far a run has come, at any moment of it."""

import pytest

from tests.builders import FIRST, MESSAGE, exercise, goal, order_delivered, order_submitted, step
from tests.story import given
from tests.training.judging import course_of, hint, refused, run_of
from trainer.orders.service import NotifyCustomer
from trainer.training.scenario import Scenario

RUSH = {"order": "rush"}
TELL = NotifyCustomer(FIRST, "order_received")


def rush() -> Scenario:
    """Enter it, deliver it, and have nothing refused."""
    return exercise(
        step("enter", goal("entered", 30, entered_exactly=RUSH)),
        step(
            "deliver",
            goal("told", 20, happened={**RUSH, "what": {"event": "customer_notified"}}),
            goal("signed", 40, order_is={**RUSH, "label": "signed"}),
        ),
        standing=(goal("calm", 10, never_refused={}),),
    )


def test_goals_are_judged_in_the_order_of_the_rubric() -> None:
    judge = course_of(rush()).judge
    assert [found.id for found in judge.goals] == ["entered", "told", "signed", "calm"]


def test_the_current_step_is_the_first_with_an_open_goal() -> None:
    judge = course_of(rush()).judge
    assert judge.current_step(judge.start()) == 0
    entered = run_of(rush(), order_submitted(message_id=MESSAGE)).progress
    assert judge.current_step(entered) == 1
    half = run_of(rush(), order_delivered(message_id=MESSAGE)).progress
    assert judge.current_step(half) == 1
    done = run_of(rush(), order_delivered(message_id=MESSAGE), TELL).progress
    assert judge.current_step(done) == 2


def test_a_run_is_finished_when_nothing_is_left_to_reach() -> None:
    judge = course_of(rush()).judge
    assert not judge.finished(judge.start())
    done = run_of(rush(), order_delivered(message_id=MESSAGE), TELL).progress
    assert judge.finished(done)
    assert judge.finished(judge.after_try(done, refused(1, 0)))


def test_free_practice_is_never_finished() -> None:
    course = course_of(exercise())
    assert not course.judge.finished(course.start().progress)
    assert course.judge.current_step(course.start().progress) == 0


def test_a_standing_goal_is_reached_while_it_is_unbroken() -> None:
    judge = course_of(rush()).judge
    start = judge.start()
    assert judge.reached(start, "calm")
    assert not judge.reached(start, "entered")
    assert not judge.reached(judge.after_try(start, refused(1, 0)), "calm")
    with pytest.raises(KeyError):
        judge.reached(start, "no-such-goal")


def test_help_is_remembered() -> None:
    judge = course_of(rush()).judge
    taken = hint(1, "enter", 0)
    assert judge.after_hint(judge.start(), taken).hints == (taken,)


def test_judging_entry_by_entry_is_judging_the_whole() -> None:
    course = course_of(rush())
    story = given(order_delivered(message_id=MESSAGE), TELL, world=course.opening.world)
    run = course.start()
    for place, entry in enumerate(story.entries):
        run = course.after(run, entry)
        assert run.progress == course.replay(story.entries[: place + 1]).progress


def test_tries_fall_in_after_the_event_they_followed() -> None:
    course = course_of(rush())
    entries = given(order_delivered(message_id=MESSAGE), world=course.opening.world).entries
    pairs = [("a", refused(1, after=0)), ("b", refused(2, after=3)), ("c", refused(3, after=99))]
    run = course.replay(entries, pairs)
    assert run.progress.seen[3].tries == (1, 2, 3)
    assert (run.answered["a"], run.answered["c"], run.asides) == (-1, -3, 3)


def test_a_try_after_the_finish_costs_nothing() -> None:
    judge = course_of(rush()).judge
    done = run_of(rush(), order_delivered(message_id=MESSAGE), TELL).progress
    assert judge.finished(done)
    assert judge.after_try(done, refused(1, 99)) == done
