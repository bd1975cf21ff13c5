"""Variants are comparable if their solutions are about as long, and meet about as much."""

from typing import Any

import msgspec
import pytest

from trainer import paths
from trainer.catalog.loader import load_scenario
from trainer.catalog.worlds import make_opening
from trainer.play.equity import Measure, band, comparable, measured
from trainer.play.reading import SolutionError
from trainer.play.run import Course, Opening
from trainer.training.scenario import Scenario, Variant


def course_of(path: str, **changes: Any) -> Course:
    scenario: Scenario = load_scenario(paths.SCENARIOS / f"{path}.yaml").scenario
    opening = make_opening(scenario.model_copy(update=changes), Variant(locale="en_US", seed=1))
    return Course(opening=opening, judge=opening.judge())


@pytest.mark.parametrize(
    ("figures", "wanted"),
    [
        ((25, 25, 25), (18.75, 31.25)),
        ((0, 1, 0), (-2, 2)),
        ((4, 6), (3, 7)),
        ((40, 8, 9), (6.75, 11.25)),
    ],
)
def test_band_is_a_quarter_to_both_sides_and_two_at_least(
    figures: tuple[int, ...], wanted: tuple[float, float]
) -> None:
    assert band(figures) == wanted


def test_comparable_are_those_within_both_bands() -> None:
    measures = {
        "like the others": Measure(20, 2),
        "at the edge": Measure(25, 4),
        "longer": Measure(26, 2),
        "shorter": Measure(14, 2),
        "harder": Measure(20, 5),
        "one of them": Measure(20, 2),
    }
    assert comparable(measures) == ("like the others", "at the edge", "one of them")
    assert comparable({}) == ()


def test_a_smooth_order_meets_no_exception() -> None:
    assert measured(course_of("01-overview/first-order")) == Measure(par=22, exceptions=0)


def test_what_goes_against_an_order_counts() -> None:
    assert measured(course_of("03-supply/who-can-wait")) == Measure(par=16, exceptions=1)


ABOUT_IT = {"order_number": "$first.order_number"}
ONE_BACK = {"rows": [{"line_number": 1, "quantity": 1}], "reason": "defective"}


@pytest.mark.parametrize(
    ("wanted", "exceptions"),
    [
        ({"place_hold": {**ABOUT_IT, "kind": "manual", "reason": "?"}}, 1),
        ({"request_return": {**ABOUT_IT, **ONE_BACK}}, 1),
        ({"add_note": {**ABOUT_IT, "text": "?"}}, 0),
    ],
)
def test_each_exception_counts_once(wanted: dict[str, Any], exceptions: int) -> None:
    scenario = load_scenario(paths.SCENARIOS / "01-overview" / "first-order.yaml").scenario
    last = scenario.steps[8]  # the order has been delivered
    assert last.id == "follow"
    steps = (*scenario.steps[:8], last.model_copy(update={"solution": (*last.solution, wanted)}))
    assert measured(course_of("01-overview/first-order", steps=steps)).exceptions == exceptions


def test_short_goods_count_for_each_line() -> None:
    scenario = load_scenario(paths.SCENARIOS / "01-overview" / "first-order.yaml").scenario
    opening = course_of("01-overview/first-order", steps=scenario.steps[:4]).opening
    assert exceptions_of(opening) == 0
    world = opening.world
    for level in world.stock.values():
        world = world.with_level(msgspec.structs.replace(level, on_hand=level.allocated))
    assert exceptions_of(msgspec.structs.replace(opening, world=world)) == 2


def measured_of(opening: Opening) -> Measure:
    return measured(Course(opening=opening, judge=opening.judge()))


def exceptions_of(opening: Opening) -> int:
    return measured_of(opening).exceptions


def test_a_variant_without_a_solution_is_not_handed_out() -> None:
    scenario = load_scenario(paths.SCENARIOS / "01-overview" / "first-order.yaml").scenario
    works = course_of("01-overview/first-order").opening
    stops = course_of("01-overview/first-order", steps=scenario.steps[1:])
    with pytest.raises(SolutionError, match="there is no order_number"):
        measured(stops)
    refused = course_of("01-overview/first-order", steps=(*scenario.steps[:2], *scenario.steps[3:]))
    with pytest.raises(SolutionError, match="confirm_order was refused with NOT_CHECKED"):
        measured(refused)
    assert comparable({works.variant: measured_of(works)}) == (works.variant,)


def test_of_variants_that_differ_the_odd_one_is_not_handed_out() -> None:
    scenario = load_scenario(paths.SCENARIOS / "01-overview" / "first-order.yaml").scenario
    last, kinds = scenario.steps[8], ("manual", "fraud", "address")
    holds = tuple({"place_hold": {**ABOUT_IT, "kind": kind, "reason": "?"}} for kind in kinds)
    harder = last.model_copy(update={"solution": (*last.solution, *holds)})
    steps = (*scenario.steps[:8], harder)
    odd = course_of("01-overview/first-order", steps=steps)
    assert measured(odd).exceptions == 3
    easy = course_of("01-overview/first-order").opening
    openings = [seeded(easy, 1), seeded(odd.opening, 2), seeded(easy, 3)]
    measures = {opening.variant: measured_of(opening) for opening in openings}
    assert [variant.seed for variant in comparable(measures)] == [1, 3]


def seeded(opening: Opening, seed: int) -> Opening:
    return msgspec.structs.replace(opening, variant=Variant(locale="en_US", seed=seed))


def test_free_practice_is_handed_out_in_every_variant() -> None:
    opening = course_of("07-practice/busy-desk").opening
    assert comparable({opening.variant: measured_of(opening)}) == (opening.variant,)
