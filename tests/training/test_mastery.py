"""Mastery: exact, never lowered by a success, never raised by a hint, and says what is missing."""

from fractions import Fraction

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from trainer.training.mastery import (
    FADES_AFTER,
    STUCK_AFTER,
    THRESHOLD,
    Evidence,
    Mastery,
    drills,
    mastery,
)

SKILL = "order-entry"


def seen(
    number: int,
    right: bool = True,
    unaided: bool = True,
    place: str = "first",
    source: str = "exercise",
) -> Evidence:
    return Evidence(
        skill=SKILL,
        source=source,  # type: ignore[arg-type]
        place=place,
        key=f"key-{number:03}",
        what="goal",
        event=1,
        unaided=unaided,
        right=right,
        at=float(number),
    )


def of(*rows: Evidence, now: float = 100.0, practised: bool = True) -> Mastery:
    return mastery(SKILL, rows, now=now, practised=practised)


rows = st.lists(
    st.builds(
        Evidence,
        skill=st.just(SKILL),
        source=st.sampled_from(("exercise", "quiz")),
        place=st.sampled_from(("a", "b", "c")),
        key=st.sampled_from([f"key-{number}" for number in range(6)]),
        what=st.sampled_from(("one", "two", "three")),
        event=st.integers(0, 9),
        unaided=st.booleans(),
        right=st.booleans(),
        at=st.integers(1, 20).map(float),
    ),
    max_size=14,
)


@given(rows, st.data())
def test_a_success_more_never_lowers_it(before: list[Evidence], data: st.DataObject) -> None:
    at = data.draw(st.integers(1, 20).map(float))
    more = msgspec.structs.replace(seen(999), at=at)
    assert of(*before, more).value >= of(*before).value
    assert of(*before, more).more <= of(*before).more


@given(rows, st.data())
def test_a_loss_that_had_been_a_success_never_raises_it(
    before: list[Evidence], data: st.DataObject
) -> None:
    if not before:
        return
    place = data.draw(st.integers(0, len(before) - 1))
    unaided = msgspec.structs.replace(before[place], unaided=True)
    won, lost = (
        [*before[:place], msgspec.structs.replace(unaided, right=right), *before[place + 1 :]]
        for right in (True, False)
    )
    assert of(*lost).value <= of(*won).value


@given(rows, st.data())
def test_a_hint_never_raises_it(before: list[Evidence], data: st.DataObject) -> None:
    if not before:
        return
    place = data.draw(st.integers(0, len(before) - 1))
    alone, helped = (
        [
            *before[:place],
            msgspec.structs.replace(before[place], unaided=unaided),
            *before[place + 1 :],
        ]
        for unaided in (True, False)
    )
    assert of(*helped).value <= of(*alone).value
    assert of(*helped).more >= of(*alone).more


@given(rows, st.randoms())
def test_the_order_in_which_rows_come_does_not_matter(
    before: list[Evidence], chance: object
) -> None:
    other = sorted(before, key=lambda _: chance.random())  # type: ignore[attr-defined]
    assert of(*other).value == of(*before).value


def test_four_in_a_row_in_two_places_are_mastery() -> None:
    tries = [seen(number, place="ab"[number % 2]) for number in range(4)]
    assert of(*tries[:3]).value < THRESHOLD <= of(*tries).value
    assert [of(*tries[:many]).state for many in range(5)] == [
        "not_met", "learning", "nearly", "nearly", "mastered",
    ]  # fmt: skip
    assert of(*tries).value == Fraction(609, 625)


def test_one_place_alone_is_not_enough() -> None:
    found = of(*(seen(number) for number in range(8)))
    assert (found.state, found.more, found.elsewhere) == ("nearly", 1, True)


def test_quizzes_alone_are_not_enough_for_what_is_practised() -> None:
    tries = [seen(number, place="ab"[number % 2], source="quiz") for number in range(8)]
    assert (of(*tries).exercise, of(*tries).more) == (True, 1)
    assert of(*tries, practised=False).state == "mastered"


def test_many_goals_of_one_attempt_are_one_opportunity() -> None:
    tries = [msgspec.structs.replace(seen(1), what=f"goal-{number}") for number in range(9)]
    assert (of(*tries).opportunities, of(*tries).successes) == (1, 1)


def test_what_was_helped_with_is_met_but_shows_nothing() -> None:
    found = of(seen(1, unaided=False))
    assert (found.state, found.value, found.successes) == ("learning", 0, 0)


def test_it_fades_without_evidence() -> None:
    tries = [seen(number, place="ab"[number % 2]) for number in range(4)]
    assert of(*tries, now=3 + FADES_AFTER).state == "mastered"
    assert of(*tries, now=4 + FADES_AFTER).state == "fading"


def test_who_does_not_get_there_is_offered_another_way() -> None:
    tries = [seen(number, right=False) for number in range(STUCK_AFTER)]
    assert not of(*tries[1:]).stuck
    assert of(*tries).stuck


def test_drills_ask_for_what_was_lost_and_not_reached_since_weakest_first() -> None:
    other = msgspec.structs.replace(seen(1, right=False, place="b"), skill="dispatch")
    made_good = [seen(1, right=False, place="c"), seen(2, place="c")]
    found = drills([seen(1, right=False, place="a"), other, *made_good], ["dispatch", SKILL])
    assert [drill.place for drill in found] == ["b", "a"]
