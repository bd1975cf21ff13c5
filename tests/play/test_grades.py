"""Which attempt counts, what is counted of it, and what a regrade would do."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.shop import DRAFT, LAMPS, SUBMIT, as_json, content, opening
from trainer import paths
from trainer.catalog.loader import load_all
from trainer.play.grades import (
    Attempt,
    Given,
    chapter_grade,
    chosen,
    counted,
    distribution,
    exercise,
    firsts,
    questions,
    skills,
    summary,
)
from trainer.play.memory import MemoryStore
from trainer.play.ports import Sandbox
from trainer.play.regrading import NoWay, rejudged, same_rubric, trial
from trainer.play.sandbox import Desk
from trainer.play.tally import GoalMark, Tally, tally
from trainer.training.scenario import Scenario


def attempt(
    row_id: int, earned: int, *, person: int = 1, finished: bool = True, override: int | None = None
) -> Attempt:
    return Attempt(
        "exercise", row_id, f"k{row_id}", person, "first", Fraction(earned), finished,
        100.0, 160.0, override, 0, 0,
    )  # fmt: skip


def test_the_best_finished_attempt_counts_and_of_equals_the_earliest() -> None:
    best = counted([attempt(1, 40), attempt(2, 80), attempt(3, 80), attempt(4, 90, finished=False)])
    assert [it.row_id for it in best.values()] == [2]
    assert [it.row_id for it in firsts([attempt(2, 80), attempt(1, 40)]).values()] == [1]


def test_an_override_takes_the_place_of_what_was_earned_and_leaves_it() -> None:
    low = attempt(1, 90, override=0)
    best = counted([low, attempt(2, 50)])
    assert [it.row_id for it in best.values()] == [2]
    assert (low.score, low.earned) == (0, 90)
    unfinished = attempt(3, 10, finished=False, override=60)
    assert [it.row_id for it in counted([unfinished]).values()] == [3]
    # item statistics are about the exercise, not about what somebody decided
    assert chosen([unfinished], "counted") == []


@given(st.lists(st.tuples(st.integers(0, 100), st.booleans()), min_size=1, max_size=8))
def test_a_retry_never_loses(tries: list[tuple[int, bool]]) -> None:
    attempts = [attempt(n, points, finished=over) for n, (points, over) in enumerate(tries)]
    before = 0
    for count in range(1, len(attempts) + 1):
        best = list(counted(attempts[:count]).values())
        now = int(best[0].score) if best else 0
        assert now >= before
        before = now


def test_a_line_tells_how_many_never_finished() -> None:
    attempts = [attempt(n, 50, person=n) for n in range(1, 7)]
    attempts.append(attempt(9, 10, person=9, finished=False))
    line = summary(attempts, "first")
    assert (line.people, line.attempts, line.n, line.unfinished) == (7, 7, 6, 1)
    assert line.share is not None
    assert (line.share.median, line.seconds and line.seconds.median) == (50, 60)
    assert summary(attempts[:4], "first").share is None


def test_refusals_and_lost_goals_are_counted_by_attempt() -> None:
    runs = [
        Tally({"a": GoalMark(10, 10), "b": GoalMark(0, 5)}, 1, {"NOT_PAID": 3}),
        Tally({"a": GoalMark(4, 10), "b": GoalMark(0, 5)}, 0, {"NOT_PAID": 1, "NO_STOCK": 4}),
    ]
    found = exercise(runs)
    assert found.refusals == (("NOT_PAID", 4, 2), ("NO_STOCK", 4, 1))
    assert found.lost == (("b", 2), ("a", 1))
    assert found.goals.items["a"].n == 2


def said(given: Given) -> str:
    return given.answer


def test_wrong_answers_are_told_with_what_their_givers_know_otherwise() -> None:
    answers = [
        Given(1, 1, "q", "[0]", Fraction(1), 10, "d"),
        Given(1, 2, "r", "[1]", Fraction(1), 20, "d"),
        Given(2, 1, "q", "[2]", Fraction(0), 10, "d"),
        Given(2, 2, "r", "[1]", Fraction(0), 20, "d"),
        Given(3, 1, "q", "[2]", Fraction(0), 10, "d"),
        Given(4, 1, "q", "[3]", Fraction(0), 10, "d"),
    ]
    found = distribution(answers, "q", {1, 2, 3}, said)
    assert [(it.says, it.share, it.quizzes, it.rest) for it in found] == [
        ("[2]", 0, (2, 3), 0.0),
        ("[0]", 1, (1,), 1.0),
    ]
    items, took = questions(answers, {1, 2, 3})
    assert (items.n, items.items["q"].n, items.items["r"].n) == (3, 3, 2)
    assert took["q"] is None


def test_a_chapter_is_the_mean_of_what_is_graded() -> None:
    best = counted([attempt(1, 40)])
    found = chapter_grade(1, [("exercise", "first"), ("quiz", "01")], best)
    assert found == (40, 1, 2)
    assert chapter_grade(2, [("exercise", "first")], best) == (None, 0, 1)
    marks = {"a": GoalMark(4, 10, ("s", "t")), "b": GoalMark(5, 5, ("s",))}
    assert skills([Tally(marks)]) == {"s": (9, 15), "t": (4, 10)}


# --- tally and regrade ----------------------------------------------------------------------------


def played(desk: Desk) -> Sandbox:
    """A run of the shop: entered, once refused, once helped."""
    scenario = content()
    opening_id = desk.store.put_opening(opening(scenario), as_json(scenario), "v1")
    sandbox = desk.store.open(1, opening_id)
    sandbox = desk.take_hint(sandbox, "h").sandbox
    for number, command in enumerate((DRAFT, SUBMIT, LAMPS, SUBMIT)):
        done = desk.perform(sandbox, command, actor="ada", command_id=f"c{number}")
        sandbox = done.sandbox
    return sandbox


def test_a_tally_is_what_the_run_says() -> None:
    desk = Desk(MemoryStore())
    sandbox = played(desk)
    found = tally(desk.store, desk.course(sandbox), sandbox)
    assert found.hints == 1
    assert found.refused == sandbox.asides - 1 == 1
    earned = sum(mark.points for mark in found.goals.values()) - 1  # the hint
    assert earned == sandbox.standing.score


def test_the_same_rubric_gives_no_difference() -> None:
    desk = Desk(MemoryStore())
    sandbox = played(desk)
    same = Scenario.model_validate(content("Another title"))
    found = trial(desk, [sandbox], same)
    assert (found.looked_at, found.same, found.moved) == (1, 1, ())
    assert same_rubric(desk.course(sandbox).opening.scenario, same)


def other_points() -> Scenario:
    changed = content()
    changed["steps"][0]["goals"][0]["points"] = 60
    changed["standing"][0]["points"] = 40
    return Scenario.model_validate(changed)


def test_other_points_move_the_lines_they_belong_to() -> None:
    desk = Desk(MemoryStore())
    sandbox = played(desk)
    (moved,) = trial(desk, [sandbox], other_points()).moved
    assert moved.sandbox.standing.score == sandbox.standing.score
    assert {line.goal: (line.was, line.now) for line in moved.lines}["entered"] == (90, 60)
    difference = sum((it.now or 0) - (it.was or 0) for it in moved.lines)
    assert moved.standing.score == sandbox.standing.score + difference


def test_a_price_that_was_shown_stays() -> None:
    dear = content()
    dear["steps"][0]["hints"] = [{"says": dear["title"], "price": 9}] * 2
    old = Scenario.model_validate(content())
    assert rejudged(old, Scenario.model_validate(dear)).steps[0].hints == old.steps[0].hints


def test_goals_about_somebody_new_cannot_be_judged() -> None:
    changed = content()
    changed["cast"]["wu"] = changed["cast"]["xu"]
    changed["steps"][0]["goals"][0]["check"] = {"entered_exactly": {"order": "wu"}}
    desk = Desk(MemoryStore())
    found = trial(desk, [played(desk)], Scenario.model_validate(changed))
    assert [bool(it.why) for it in found.refused] == [True]
    assert "wu" in found.refused[0].why
    with pytest.raises(NoWay, match="wu"):
        rejudged(Scenario.model_validate(content()), Scenario.model_validate(changed))


def test_every_exercise_of_the_course_judged_by_itself_is_itself() -> None:
    loaded, _problems = load_all(paths.SCENARIOS)
    assert loaded
    for found in loaded:
        same = rejudged(found.scenario, found.scenario)
        assert same == found.scenario
        assert same_rubric(same, found.scenario)
