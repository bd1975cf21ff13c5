"""Two days of colleagues who lean on every rule: right in a sound system, whatever the flaw."""

from functools import cache

import msgspec
import pytest

from trainer.catalog.worlds import make_world
from trainer.orders.engine import Envelope, handle
from trainer.orders.flaws import FLAWS
from trainer.orders.invariants import violations
from trainer.orders.refusals import Refusal
from trainer.orders.values import DAY, day_of
from trainer.orders.world import Hunt, World
from trainer.simulation.workday import planned
from trainer.training.scenario import Locale, WorldSpec

SPEC = WorldSpec(orders=120, days=40, products=24, customers=20)
VARIANTS: tuple[tuple[Locale, int], ...] = (("en_US", 1), ("zh_CN", 2), ("zh_TW", 3))


@cache
def opening(locale: Locale, seed: int) -> World:
    """A company in which there is enough to work with."""
    return make_world(SPEC, locale, seed)


def worked(world: World, seed: int) -> tuple[World, list[Refusal]]:
    """The company after these two days, and what was refused on them."""
    refused = []
    for envelope in in_order(planned(world, seed)):
        answer = handle(world, envelope)
        if isinstance(answer, Refusal):
            refused.append(answer)
        else:
            world, _ = answer
    return world, refused


def in_order(plan: dict[str, Envelope]) -> list[Envelope]:
    """As the clock has it."""
    return sorted(plan.values(), key=lambda it: it.at)


@pytest.mark.parametrize(("locale", "seed"), VARIANTS)
def test_in_a_sound_system_all_of_it_is_right(locale: Locale, seed: int) -> None:
    world, refused = worked(opening(locale, seed), seed)
    assert world.number > 100
    assert not violations(world)
    # somebody has leant on each edge, and nothing else was refused
    assert {refusal.code for refusal in refused} == {
        "RETURN_EXCEEDS_RETURNABLE", "REFUND_EXCEEDS_CREDIT", "PICK_EXCEEDS_ALLOCATED",
        "ORDER_ON_HOLD", "USE_RETURN", "INSUFFICIENT_STOCK", "BELOW_ALLOCATED",
    }  # fmt: skip
    assert len(refused) <= 10


@pytest.mark.parametrize("flaw", FLAWS)
@pytest.mark.parametrize(("locale", "seed"), VARIANTS)
def test_whichever_flaw_there_is_is_met(locale: Locale, seed: int, flaw: str) -> None:
    begun = msgspec.structs.replace(opening(locale, seed), hunt=Hunt(flaw))
    world, _ = worked(begun, seed)
    assert world.hunt
    broken = {breach.number for breach in world.hunt.breaches}
    assert FLAWS[flaw].breaks[0] in {breach.rule for breach in world.hunt.breaches}
    assert len(broken) <= 10


def test_the_plan_is_the_same_whatever_the_flaw() -> None:
    world = opening("en_US", 1)
    for flaw in FLAWS:
        assert planned(msgspec.structs.replace(world, hunt=Hunt(flaw)), 1) == planned(world, 1)
    assert planned(world, 1) != planned(world, 2)


def test_no_two_things_happen_at_once_and_all_of_them_in_two_days() -> None:
    world = opening("en_US", 1)
    moments = [envelope.at for envelope in in_order(planned(world, 1))]
    assert len(set(moments)) == len(moments)
    assert {(day_of(at) - day_of(world.now)).days for at in moments} == {0, 1}
    assert max(moments) < world.now + 2 * DAY
