"""Spaced review: deterministic, later after each success, soon after a failure."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from trainer.training.review import QUICK, SLOW, grade, minutes, reviewed

DAY = 86_400
grades = st.lists(st.sampled_from(("again", "hard", "good", "easy")), min_size=1, max_size=8)


def test_grades_follow_from_right_and_effort() -> None:
    assert grade(Fraction(0), 5) == "again"
    assert grade(Fraction(2, 3), 5) == "hard"
    assert grade(Fraction(1), QUICK) == "easy"
    assert grade(Fraction(1), QUICK + 1) == "good"
    assert grade(Fraction(1), SLOW + 1) == "hard"
    assert grade(Fraction(1), None) == "good"


@given(grades)
def test_the_same_answers_give_the_same_dates(given_: list[str]) -> None:
    def dates() -> list[float]:
        memory, found = None, []
        for each in given_:
            memory = reviewed(memory, each, memory.due if memory else 1e9)  # type: ignore[arg-type]
            found.append(memory.due)
        return found

    assert dates() == dates()


def test_what_is_known_comes_back_later_each_time_and_what_is_not_tomorrow() -> None:
    memory = reviewed(None, "good", 1e9)
    gaps = []
    for _ in range(4):
        after = reviewed(memory, "good", memory.due)
        gaps.append(after.due - memory.due)
        memory = after
    assert gaps == sorted(gaps)
    assert gaps[0] >= DAY
    assert gaps[-1] > 10 * DAY
    failed = reviewed(memory, "again", memory.due)
    assert failed.due - memory.due == DAY


def test_a_session_is_never_shorter_than_a_minute() -> None:
    assert (minutes(1), minutes(7)) == (1, 4)
