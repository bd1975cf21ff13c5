"""What of somebody's work counts for an assignment: by hand, and for any work at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.training.assignments import (
    STATES,
    Counts,
    Mark,
    Standing,
    State,
    Terms,
    Try,
    standing,
    together,
)

OPENS, DUE, CLOSES = 100.0, 200.0, 300.0
TERMS = Terms(OPENS, DUE, CLOSES, tries=2)


def attempt(
    begun: float, touched: float, points: float = 80, finished: bool = True, key: str = ""
) -> Try:
    return Try(key or f"t{begun}", begun, points, finished, (Mark(touched, points, finished),))


@pytest.mark.parametrize(
    ("tries", "now", "state"),
    [
        ([], 99, "before"),
        ([], 100, "to_do"),
        ([], 250, "to_do"),
        ([], 300, "missed"),
        ([attempt(120, 130, finished=False)], 150, "under_way"),
        ([attempt(120, 130, finished=False)], 300, "unfinished"),
        ([attempt(120, 200)], 250, "done"),
        ([attempt(120, 201)], 250, "done_late"),
        ([attempt(120, 301)], 400, "unfinished"),
        # practice before it opened is practice
        ([attempt(50, 60)], 150, "to_do"),
        # nor does practice after it closed
        ([attempt(310, 320)], 400, "missed"),
    ],
)
def test_where_somebody_stands(tries: list[Try], now: float, state: State) -> None:
    assert standing(TERMS, tries, now).state == state


@pytest.mark.parametrize(("counts", "points"), [("best", 90), ("first", 40), ("last", 70)])
def test_which_try_counts(counts: Counts, points: float) -> None:
    terms = Terms(OPENS, DUE, CLOSES, counts=counts)
    tries = [attempt(110, 120, 40), attempt(121, 130, 90), attempt(131, 140, 70)]
    assert standing(terms, tries, 150).points == points


def test_what_goes_on_afterwards_makes_it_neither_late_nor_lost() -> None:
    marks = (Mark(130, 40, False), Mark(150, 90, True), Mark(250, 95, True), Mark(350, 20, False))
    played_on = Try("t", 120, 20, False, marks)
    found = standing(TERMS, [played_on], 400)
    assert (found.state, found.points) == ("done", 95)


def test_what_was_reached_by_the_cut_off_counts_and_no_more() -> None:
    marks = (Mark(130, 40, False), Mark(350, 100, True))
    found = standing(TERMS, [Try("t", 120, 100, True, marks)], 400)
    assert (found.state, found.points) == ("unfinished", 40)


def test_what_was_begun_before_it_opened_is_said_to_be_practice() -> None:
    before, within = attempt(50, 150), attempt(120, 130)
    assert standing(TERMS, [before], 150).early
    assert not standing(TERMS, [before, within], 150).early
    assert not standing(TERMS, [], 150).early


def test_finished_again_after_the_due_time_is_late() -> None:
    marks = (Mark(130, 90, True), Mark(150, 0, False), Mark(250, 90, True))
    assert standing(TERMS, [Try("t", 120, 90, True, marks)], 260).state == "done_late"


def test_a_finished_try_goes_before_a_better_one_that_is_not() -> None:
    tries = [attempt(110, 120, 40), attempt(121, 130, 90, finished=False)]
    assert standing(TERMS, tries, 150).points == 40


def test_a_quiz_taken_the_other_way_is_practice() -> None:
    terms = Terms(OPENS, mode="exam")
    marks = (Mark(130, 50, True),)
    practice = Try("p", 120, 50, True, marks, "practice")
    exam = Try("e", 120, 50, True, marks, "exam")
    exercise = Try("x", 120, 50, True, marks)
    assert standing(terms, [practice], 150).state == "to_do"
    assert standing(terms, [practice, exam], 150).counted == exam
    assert standing(terms, [exercise], 150).state == "done"  # of a chapter's exercises


def test_a_try_too_many_is_practice() -> None:
    tries = [attempt(110, 120, 10), attempt(121, 130, 20), attempt(131, 140, 100)]
    found = standing(TERMS, tries, 150)
    assert (found.points, found.begun, found.left) == (20, 2, 0)


def test_an_extension_moves_both_dates_and_never_back() -> None:
    assert TERMS.extended(400) == Terms(OPENS, 400, 400, tries=2)
    assert TERMS.extended(250) == Terms(OPENS, 250, CLOSES, tries=2)
    assert TERMS.extended(10) == TERMS
    assert Terms(OPENS).extended(400) == Terms(OPENS)


def test_parts_make_a_whole() -> None:
    done, late, left = (
        Standing("done", attempt(1, 2, 100)),
        Standing("done_late"),
        Standing("to_do"),
    )
    assert together([done, done]).state == "done"
    assert together([done, late]).state == "done_late"
    assert together([done, left]) == together([left, done])
    assert (together([done, left]).state, together([done, left]).points) == ("under_way", 50)
    assert together([Standing("missed"), Standing("missed")]).state == "missed"
    assert together([done, Standing("missed")]).state == "unfinished"
    assert together([]).state == "before"


moments = st.floats(0, 500)
marks = st.lists(
    st.builds(Mark, st.floats(0, 200), st.integers(0, 100), st.booleans()), min_size=1, max_size=4
)


def a_try(begun: float, marks: list[Mark], key: int) -> Try:
    """With marks in order, after its beginning; it stands as the last one says."""
    moved = sorted(
        (Mark(begun + it.at, it.points, it.finished) for it in marks), key=lambda it: it.at
    )
    return Try(str(key), begun, moved[-1].points, moved[-1].finished, tuple(moved))


tries = st.lists(
    st.builds(a_try, moments, marks, st.integers(0, 10**6)),
    max_size=6,
    unique_by=lambda it: it.key,
)
terms = st.builds(
    lambda opens, due, close, tries, counts: Terms(
        opens,
        None if due is None else opens + due,
        None if close is None else opens + (due or 0) + close,
        tries,
        counts,
    ),
    moments,
    st.none() | st.floats(0, 200),
    st.none() | st.floats(0, 200),
    st.integers(0, 3),
    st.sampled_from(["best", "last", "first"]),
)


@settings(max_examples=300, deadline=None)
@given(terms, tries, moments, st.randoms())
def test_of_any_work(terms: Terms, done: list[Try], now: float, chance: object) -> None:
    found = standing(terms, done, now)
    assert found.state in STATES
    assert 0 <= found.points <= 100
    if terms.tries:
        assert 0 <= (found.left or 0) <= terms.tries
        assert found.begun + (found.left or 0) == terms.tries
    if found.counted:
        assert found.counted.key in {it.key for it in done}
        assert found.counted.begun_at >= terms.opens_at
        assert terms.closes_at is None or found.counted.begun_at < terms.closes_at
    # the order in which they are read from the database does not matter
    mixed = list(done)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert standing(terms, mixed, now).points == found.points


@settings(max_examples=200, deadline=None)
@given(terms, tries, moments, st.floats(0, 500))
def test_more_time_takes_nothing_away(
    terms: Terms, done: list[Try], now: float, until: float
) -> None:
    best = any_number(terms)
    going_up = [it for it in done if it.marks == tuple(sorted(it.marks, key=further))]
    before, after = standing(best, going_up, now), standing(best.extended(until), going_up, now)
    if before.state in ("done", "done_late"):
        assert after.state in ("done", "done_late")
        assert after.points >= before.points


@settings(max_examples=200, deadline=None)
@given(terms, tries, st.integers(0, 100), st.booleans())
def test_whoever_goes_on_after_the_cut_off_changes_nothing(
    terms: Terms, done: list[Try], points: int, finished: bool
) -> None:
    if terms.closes_at is None:
        return
    later = Mark(terms.closes_at + 1000, points, finished)
    went_on = [Try(it.key, it.begun_at, points, finished, (*it.marks, later)) for it in done]
    now = terms.closes_at + 2000
    before, after = standing(terms, done, now), standing(terms, went_on, now)
    assert (before.state, before.points) == (after.state, after.points)


def further(mark: Mark) -> tuple[bool, float]:
    """How far a try has come; one whose order was called off meanwhile goes back."""
    return mark.finished, mark.points


def any_number(terms: Terms) -> Terms:
    """The same, counting the best of any number: with a limit, time brings in other tries."""
    return Terms(terms.opens_at, terms.due_at, terms.closes_at)
