"""What a scenario plants into the past is what the reports find there, in every locale and seed."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from tests.catalog.test_worlds import asks, scenario
from trainer.catalog.worlds import TODAY, make_opening, make_world
from trainer.orders import codec, reports
from trainer.orders.invariants import violations
from trainer.orders.reports import Ask
from trainer.orders.satisfaction import satisfaction
from trainer.orders.world import World
from trainer.play.run import Course
from trainer.training.figures import FigureAsk, FigureName
from trainer.training.scenario import Locale, Planted, Variant, WorldSpec

EVERYWHERE = [(locale, seed) for locale in ("en_US", "zh_CN", "zh_TW") for seed in range(1, 13)]
SMALL = {"orders": 120, "days": 90, "products": 16, "customers": 14}


def world(locale: Locale, seed: int, size: dict[str, int] = SMALL, **planted: Any) -> World:
    return make_world(WorldSpec(**size, planted=Planted(**planted)), locale, seed)


def figure(found: World, name: FigureName) -> Any:
    return FigureAsk(name=name).value(found)


@pytest.mark.parametrize(("locale", "seed"), EVERYWHERE)
def test_the_anomaly_is_the_week_of_the_spike(locale: Locale, seed: int) -> None:
    found = world(locale, seed, spike={"weeks_ago": 3, "times": 3})
    week = TODAY - timedelta(weeks=3)
    assert figure(found, "anomaly") == week
    row = next(r for r in reports.volume(found, Ask(by="week")).rows if r.key == week)
    assert row.verdict == "high"
    assert row.orders * row.compared >= 2 * row.usual


@pytest.mark.parametrize(("locale", "seed"), EVERYWHERE)
def test_a_dip_stands_out_beside_a_spike(locale: Locale, seed: int) -> None:
    swings = {"spike": {"weeks_ago": 2}, "dip": {"weeks_ago": 4, "times": 5}}
    found = world(locale, seed, **swings)
    rows = {row.key: row.verdict for row in reports.volume(found, Ask(by="week")).rows}
    assert rows[TODAY - timedelta(weeks=4)] == "low"
    assert rows[TODAY - timedelta(weeks=2)] == "high"
    assert figure(found, "anomaly") == TODAY - timedelta(weeks=2)


@pytest.mark.parametrize("stage", ["promise", "payment", "stock", "packing", "handover", "transit"])
@pytest.mark.parametrize(("locale", "seed"), EVERYWHERE)
def test_the_bottleneck_is_the_stage_that_was_planted(
    locale: Locale, seed: int, stage: str
) -> None:
    found = world(locale, seed, {**SMALL, "orders": 60}, bottleneck=stage)
    assert figure(found, "bottleneck") == stage


@pytest.mark.parametrize(("locale", "seed"), EVERYWHERE)
def test_one_carrier_is_the_least_punctual_by_far(locale: Locale, seed: int) -> None:
    found = world(locale, seed, slow_carrier=True)
    slow = figure(found, "least_punctual_carrier")
    rows = [r for r in reports.on_time_in_full(found, Ask(by="carrier")).rows if r.due]
    for row in rows:
        if row.key == slow:
            assert (row.on_time, row.due > 5) == (0, True)
        else:
            assert 4 * row.on_time >= 3 * row.due, row


@pytest.mark.parametrize(("locale", "seed"), EVERYWHERE)
def test_one_product_comes_back_and_it_is_defective(locale: Locale, seed: int) -> None:
    found = world(locale, seed, returns_of_one_product=True)
    assert figure(found, "most_returned_reason") == "defective"
    rows = [r for r in reports.returns(found, Ask(by="product")).rows if r.returned]
    assert figure(found, "most_returned_product") == rows[0].key
    assert rows[0].returned >= 3
    assert all(rows[0].returned > 2 * row.returned for row in rows[1:])
    assert violations(found) == []


@pytest.mark.parametrize(("locale", "seed"), EVERYWHERE)
def test_customers_have_said_how_content_they_were(locale: Locale, seed: int) -> None:
    found = world(locale, seed, {**SMALL, "orders": 60}, survey=True)
    total = satisfaction(found, Ask(by="month")).total
    assert total.rated >= 15
    scores = {order.satisfaction for order in found.orders.values()} - {0}
    assert len(scores) > 1


@pytest.mark.parametrize("locale", ["en_US", "zh_CN", "zh_TW"])
def test_all_of_it_together_is_found_and_sound(locale: Locale) -> None:
    found = world(
        locale,
        5,
        spike={"weeks_ago": 3},
        dip={"weeks_ago": 5, "times": 6},
        bottleneck="packing",
        slow_carrier=True,
        returns_of_one_product=True,
        survey=True,
    )
    assert violations(found) == []
    assert figure(found, "anomaly") == TODAY - timedelta(weeks=3)
    assert figure(found, "bottleneck") == "packing"
    assert figure(found, "most_returned_reason") == "defective"
    late = reports.on_time_in_full(found, Ask(by="carrier")).rows
    slow = figure(found, "least_punctual_carrier")
    assert next(row.on_time for row in late if row.key == slow) == 0


BEFORE = {
    "en_US": "f2e7b41b8b550956",
    "zh_CN": "0d73c1cac906894e",
    "zh_TW": "6d6a149ae52e2a5b",
}
"""The digests of worlds in which nothing is planted, since firms order what fits their trade."""


@pytest.mark.parametrize("locale", ["en_US", "zh_CN", "zh_TW"])
def test_without_it_a_world_is_what_it_was(locale: Locale) -> None:
    plain = codec.encode_world(make_world(WorldSpec(**SMALL), locale, 4))
    assert sha256(plain).hexdigest()[:16] == BEFORE[locale]


def test_the_same_is_planted_each_time() -> None:
    first, second = (world("zh_TW", 3, spike={"weeks_ago": 3}, survey=True) for _ in range(2))
    assert codec.encode_world(first) == codec.encode_world(second)


@pytest.mark.parametrize(
    ("planted", "says"),
    [
        ({"spike": {"weeks_ago": 3}, "dip": {"weeks_ago": 3}}, "a spike and a dip"),
        ({"spike": {"weeks_ago": 20}}, "too little before it"),
    ],
)
def test_what_cannot_stand_out_is_told_to_the_author(planted: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        WorldSpec(planted=planted)  # type: ignore[arg-type]


def test_too_few_orders_for_a_dip_are_told_to_the_author() -> None:
    with pytest.raises(ValueError, match="too few orders"):
        world("en_US", 1, {**SMALL, "orders": 12}, dip={"weeks_ago": 3, "times": 10})


@pytest.mark.parametrize("locale", ["en_US", "zh_CN", "zh_TW"])
def test_a_living_world_with_a_cast_finds_the_same(locale: Locale) -> None:
    planted = {
        "spike": {"weeks_ago": 3}, "bottleneck": "stock", "returns_of_one_product": True,
        "survey": True,
    }  # fmt: skip
    whole = scenario({"first": asks(defect="odd_quantity")}, **SMALL, living=True, planted=planted)
    opening = make_opening(whole, Variant(locale=locale, seed=2))
    assert violations(opening.world) == []
    assert figure(opening.world, "anomaly") == TODAY - timedelta(weeks=3)
    assert figure(opening.world, "bottleneck") == "stock"
    run = Course(opening=opening, judge=opening.judge()).start()
    assert figure(run.world, "most_returned_reason") == "defective"
