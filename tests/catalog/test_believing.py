"""Goals that could be had by work that is wrong: each run here goes wrong, and one goal sees it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.catalog.test_playing import course_of
from trainer import paths
from trainer.catalog.loader import load_scenario
from trainer.play.reading import StepCommand, name_of
from trainer.play.solution import command, tried

Way = list[StepCommand]
"""A solution's commands, to be changed."""


def missed(path: str, change: Callable[[Way], Way]) -> set[str]:
    """The goals that a changed solution does not reach; nothing of it is refused."""
    scenario = load_scenario(paths.SCENARIOS / f"{path}.yaml").scenario
    course = course_of(scenario)
    run = course.start()
    for wanted in change([it for step in scenario.steps for it in step.solution]):
        run, answer = tried(run, course, command(run, course, wanted))
        assert isinstance(answer, tuple), (wanted, answer)
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


@pytest.mark.parametrize(
    ("path", "wrong", "goal"),
    [
        ("03-supply/came-back", to_the_old_door, "readdressed"),
        ("03-supply/came-back", readdressed_too_late, "readdressed"),
        ("03-supply/came-back", told_of_the_first_alone, "told"),
    ],
)
def test_work_that_is_wrong_misses_its_goal(
    path: str, wrong: Callable[[Way], Way], goal: str
) -> None:
    assert missed(path, list) == set()
    assert missed(path, wrong) == {goal}
