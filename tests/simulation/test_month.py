"""The month lived again: the demand stays, the measures tell; and every mix is a sound world."""

from collections import Counter
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.catalog.worlds import make_opening
from trainer.orders import codec
from trainer.orders.invariants import violations
from trainer.orders.reports import Ask, LeadStage, backorders, lead_time
from trainer.orders.values import DAY, HOUR, MINUTE
from trainer.orders.world import Order, World
from trainer.play.run import Opening
from trainer.simulation.month import (
    CARRIERS,
    MOST,
    STAGES,
    Measure,
    Mix,
    Stage,
    clash,
    demand,
    levels,
    lived_again,
    most,
)
from trainer.simulation.queues import Desk, at_work, worked
from trainer.training.scenario import Scenario, Variant
from trainer.training.texts import Text

SAID = Text(en="…", zh_Hans="…", zh_Hant="…")
MEASURES: tuple[Measure, ...] = (
    *STAGES, "enter_by_rule", "check_by_rule", "book_by_rule", "tell_by_rule", "more_of_fast",
    "more_of_slow", "quick_supplier", *CARRIERS,
)  # fmt: skip


@cache
def opened(seed: int = 1) -> Opening:
    """A world that looks back on a busy month with too few people everywhere."""
    scenario = Scenario.model_validate(
        {
            "format": 1, "id": "month", "title": SAID, "chapter": "5.2", "brief": SAID,
            "debrief": SAID,
            "world": {
                "orders": 60, "days": 28, "products": 12, "customers": 12, "warehouses": 1,
                "mishaps": {"late": 15, "damaged": 8},
                "policies": {"account_days": 30, "returns_percent": 10},
            },
            "month": {
                "staff": dict.fromkeys(STAGES, 1),
                "minutes": {"entry": 160, "checking": 170, "booking": 250, "packing": 300},
                "budget": 10,
                "measures": dict.fromkeys(MEASURES, 1),
            },
        }
    )  # fmt: skip
    return make_opening(scenario, Variant(locale="en_US", seed=seed))


def again(mix: Mix, seed: int = 1) -> World:
    """Its month with these measures."""
    opening = opened(seed)
    assert opening.scenario.month
    return lived_again(opening.world, opening.scenario.month.house(), mix, seed)


mixes = st.dictionaries(st.sampled_from(MEASURES), st.integers(1, MOST), max_size=6).map(
    lambda mix: {name: min(times, most(name)) for name, times in mix.items()}
).filter(lambda mix: not clash(mix))  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(mixes, st.integers(1, 3))
def test_any_mix_makes_a_sound_world_of_the_same_orders(mix: Mix, seed: int) -> None:
    """Real commands, the engine's own rules, and nobody orders more or less."""
    world = again(mix, seed)
    assert violations(world) == []
    assert demand(world) == demand(opened(seed).world)


@settings(max_examples=10, deadline=None)
@given(mixes)
def test_the_same_measures_make_the_same_bytes(mix: Mix) -> None:
    """Whenever it is run."""
    assert codec.encode_world(again(mix)) == codec.encode_world(again(mix))


@pytest.mark.parametrize("seed", [1, 2])
def test_without_measures_it_is_the_month_that_was(seed: int) -> None:
    """So what the reports of the desk say is what measures are compared with."""
    assert codec.encode_world(again({}, seed)) == codec.encode_world(opened(seed).world)


def waited(order: Order, stage: Stage) -> int | None:
    """From when an order came to a desk until it had passed it; none if it has not."""
    ready = max(order.allocated_at, max((p.at for p in order.payments), default=0))
    first = order.packages[0] if order.packages else None
    spans = {
        "entry": (order.created_at, order.submitted_at),
        "checking": (order.submitted_at, order.confirmed_at),
        "packing": (ready, first.packed_at if first else 0),
    }
    began, over = spans[stage]
    return over - began if began and over else None


@settings(max_examples=20, deadline=None)
@given(mixes, st.sampled_from(["entry", "checking", "packing"]), st.integers(1, 2))
def test_one_more_person_makes_nobody_wait_longer_at_their_desk(
    mix: Mix, stage: Stage, seed: int
) -> None:
    """With the same work coming in; whoever had passed it has passed it no later."""
    mix = {name: times for name, times in mix.items() if name != stage}
    before, after = again(mix, seed), again({**mix, stage: 1}, seed)
    for number, order in before.orders.items():
        was = waited(order, stage)
        now = waited(after.orders[number], stage)
        assert was is None or (now is not None and now <= was), number


@settings(max_examples=10, deadline=None)
@given(mixes, st.sampled_from(["more_of_fast", "more_of_slow"]))
def test_more_on_the_shelf_makes_no_goods_come_later(mix: Mix, measure: Measure) -> None:
    """Each order has its goods no later, and fewer units are promised without stock."""
    mix = {name: times for name, times in mix.items() if name != measure}
    before, after = again(mix), again({**mix, measure: 1})
    assert backorders(after, Ask()).total.short <= backorders(before, Ask()).total.short
    for number, order in before.orders.items():
        if order.allocated_at and not any(line.open for line in order.lines):
            assert 0 < after.orders[number].allocated_at <= order.allocated_at


def test_the_bottleneck_moves() -> None:
    """People where the queue is shorten it, and another stage is the longest then."""
    slow = opened().world

    def mean(world: World, stage: LeadStage) -> Fraction:
        row = next(row for row in lead_time(world, Ask()).rows if row.stage == stage)
        return Fraction(row.seconds, row.orders * DAY)

    assert lead_time(slow, Ask()).bottleneck == "packing"
    quick = again({"packing": 3})
    assert lead_time(quick, Ask()).bottleneck != "packing"
    assert mean(quick, "packing") < mean(slow, "packing") / 2


def test_the_fast_movers_are_the_products_of_most_lines() -> None:
    """Their level is doubled, and nothing else's."""
    world = opened().world
    assert opened().scenario.month
    house = opened().scenario.month.house()  # type: ignore[union-attr]
    full, more = (levels(world, demand(world), house, mix) for mix in ({}, {"more_of_fast": 1}))
    lines = Counter(line.sku for wish in demand(world) for line in wish.lines)
    doubled = {sku for sku in full if more[sku] == 2 * full[sku]}
    rest = set(full) - doubled
    assert all(more[sku] == full[sku] for sku in rest)
    assert min(lines[sku] for sku in doubled) >= max(lines[sku] for sku in rest)
    assert sum(lines[sku] for sku in doubled) >= 0.6 * lines.total()


# --- desks --------------------------------------------------------------------------------------

MONDAY = 1772409600  # 2026-03-02
FRIDAY = MONDAY + 4 * DAY


def test_work_is_done_in_working_hours() -> None:
    """What is begun late on Friday is done on Monday; what comes in at night waits for nine."""
    assert worked(FRIDAY + 16 * HOUR, 90) == FRIDAY + 3 * DAY + 9 * HOUR + 30 * MINUTE
    assert worked(MONDAY + 2 * HOUR, 30) == MONDAY + 9 * HOUR + 30 * MINUTE
    assert at_work(FRIDAY + 17 * HOUR) == FRIDAY + 3 * DAY + 9 * HOUR


def test_who_comes_first_is_served_first() -> None:
    """One person does three pieces one after the other; two do two at once."""
    nine = MONDAY + 9 * HOUR
    alone, pair = Desk(1), Desk(2)
    assert [alone.done(nine, 60) - nine for _ in range(3)] == [HOUR, 2 * HOUR, 3 * HOUR]
    assert [pair.done(nine, 60) - nine for _ in range(3)] == [HOUR, HOUR, 2 * HOUR]
