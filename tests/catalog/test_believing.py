"""Goals that could be had by work that is wrong: each run here goes wrong, and one goal sees it."""

from collections.abc import Callable
from typing import Any

import pytest

from trainer import paths
from trainer.catalog.loader import load_scenario
from trainer.catalog.worlds import make_opening
from trainer.play.reading import StepCommand, name_of
from trainer.play.run import Course
from trainer.play.solution import command, tried
from trainer.training.scenario import Variant

Way = list[StepCommand]
"""A solution's commands, to be changed."""


def missed(
    path: str, change: Callable[[Way], Way], meets: frozenset[str] = frozenset()
) -> set[str]:
    """The goals that a changed solution does not reach; nothing of it is refused but what it
    meets.
    """
    scenario = load_scenario(paths.SCENARIOS / f"{path}.yaml").scenario
    opening = make_opening(scenario, Variant(locale="en_US", seed=2))
    course = Course(opening=opening, judge=opening.judge())
    run = course.start()
    for wanted in change([it for step in scenario.steps for it in step.solution]):
        run, answer = tried(run, course, command(run, course, wanted))
        assert isinstance(answer, tuple) or answer.code in meets, (wanted, answer)
    return {it.id for it in scenario.goals() if not course.judge.reached(run.progress, it.id)}


def at(way: Way, name: str, nth: int = 0) -> int:
    """Where the solution does something, or does it again."""
    return [place for place, it in enumerate(way) if name_of(it) == name][nth]


def moved(way: Way, place: int, to: int) -> Way:
    rest = [*way[:place], *way[place + 1 :]]
    return [*rest[:to], way[place], *rest[to:]]


def to_the_old_door(way: Way) -> Way:
    """The delivery is changed, to where it was going anyway."""
    place = at(way, "change_delivery")
    given: dict[str, Any] = way[place]["change_delivery"]
    street = {"street": "$first.order.ship_to.street"}
    same = {"change_delivery": {**given, "ship_to": {**given["ship_to"], **street}}}
    return [*way[:place], same, *way[place + 1 :]]


def readdressed_too_late(way: Way) -> Way:
    """The parcel has left again when the new street is written down."""
    return moved(way, at(way, "change_delivery"), at(way, "ship_package", -1))


def told_of_the_first_alone(way: Way) -> Way:
    """They hear of the parcel that comes back, and not of the one that comes."""
    return moved(way, at(way, "notify_customer"), at(way, "ship_package") + 1)


def given(way: Way, name: str, nth: int = 0, **values: Any) -> Way:
    """The solution with other values in one of its commands."""
    place = at(way, name, nth)
    return [*way[:place], {name: {**way[place][name], **values}}, *way[place + 1 :]]


def made_for_the_shelf(way: Way) -> Way:
    """The hotel's plan stays in the drawer; something else is begun, and the goods are bought."""
    place, buy = at(way, "release_production"), at(way, "place_replenishment")
    plan = way[place - 1]["create_production"]
    shelf = {key: it for key, it in plan.items() if key not in ("order_number", "line_number")}
    bought = {**way[buy]["place_replenishment"], "quantity": "$hotel.lines.0.quantity + 0"}
    rest = [*way[:place], {"create_production": shelf}, *way[place:]]
    after = at(rest, "ship_package") + 1
    return [*rest[:after], {"place_replenishment": bought}, *rest[after:]]


def made_too_late(way: Way) -> Way:
    """The factory is ready when the hotel should have had it for days."""
    return given(way, "create_production", due="$hotel.order.promised_delivery_date + 3")


def twice(name: str) -> Callable[[Way], Way]:
    """Something is done once more, as if the first time did not count."""

    def change(way: Way) -> Way:
        place = at(way, name)
        return [*way[:place], way[place], *way[place:]]

    return change


LAST = {
    "$first.parcels.0.package_number": "$first.parcels.last.package_number",
    "$first.parcels.0.weight": "$first.parcels.last.weight",
}


def bought_from_two(pack: int) -> Callable[[Way], Way]:
    """As much as the office needs, in two purchases."""

    def change(way: Way) -> Way:
        place = at(way, "place_replenishment")
        some = given(way, "place_replenishment", quantity=pack)
        rest = given(way, "place_replenishment", quantity=f"$office.lines.0.quantity - {pack}")
        return [*some[: place + 1], *rest[place:]]

    return change


def in_two_parcels(way: Way) -> Way:
    """The goods leave in two parcels at first, of which one comes back."""
    first = way[at(way, "pick_package") : at(way, "ship_package") + 1]
    pick = dict(first[0]["pick_package"])
    row = {"line_number": "$first.picks.0.rows.0.line_number", "quantity": 1}
    some: Way = [{"pick_package": {**pick, "rows": [row]}}, *first[1:]]
    last: Way = [
        {name: {key: LAST.get(it, it) if isinstance(it, str) else it for key, it in part.items()}}
        for step in first
        for name, part in step.items()
    ]
    place = at(way, "pick_package")
    return [*way[:place], *some, *last, *way[place + len(first) :]]


def promised_before_bought(way: Way) -> Way:
    """The office gets its day against the numbers, and the goods are thought of afterwards."""
    reason = {"en": "they insist", "zh_Hans": "客户坚持", "zh_Hant": "客戶堅持"}
    changed = given(way, "confirm_order", 2, override_reason=reason,
                    promised_delivery_date="$office.requested_delivery_date")  # fmt: skip
    return moved(changed, at(way, "place_replenishment"), at(way, "confirm_order", 2))


@pytest.mark.parametrize(
    ("path", "wrong", "goals"),
    [
        ("03-supply/came-back", to_the_old_door, "readdressed"),
        ("03-supply/came-back", readdressed_too_late, "readdressed"),
        ("03-supply/came-back", told_of_the_first_alone, "told"),
        ("03-supply/make-or-buy", made_for_the_shelf, "started-hotel bought"),
        ("03-supply/make-or-buy", made_too_late, "kept-hotel"),
        ("03-supply/make-or-buy", promised_before_bought, "promised-office"),
        ("03-supply/make-or-buy-larger", made_for_the_shelf, "started-hotel bought"),
        *(
            (f"03-supply/{path}", twice("place_replenishment"), "bought")
            for path in ("make-or-buy", "make-or-buy-larger", "make-or-buy-exam")
        ),
    ],
)
def test_work_that_is_wrong_misses_its_goal(
    path: str, wrong: Callable[[Way], Way], goals: str
) -> None:
    assert missed(path, list) == set()
    assert missed(path, wrong) == set(goals.split())


@pytest.mark.parametrize(
    ("path", "another"),
    [
        ("03-supply/make-or-buy", bought_from_two(4)),
        ("03-supply/make-or-buy-larger", bought_from_two(50)),
        ("03-supply/came-back", in_two_parcels),
        ("03-supply/part-now-part-later", in_two_parcels),
    ],
)
def test_another_good_way_misses_nothing(path: str, another: Callable[[Way], Way]) -> None:
    assert missed(path, another) == set()
