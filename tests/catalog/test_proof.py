"""A proof that cannot go red proves nothing: each fault planted here must be found and named."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec
import pytest
import yaml

from trainer import paths
from trainer.catalog import proof as proofs
from trainer.catalog.proof import Proof, prove
from trainer.catalog.worlds import make_opening
from trainer.orders.clock import ClockAdvanced
from trainer.orders.engine import Event, Recorded
from trainer.orders.service import NoteAdded
from trainer.orders.settlement import OrderArchived
from trainer.orders.world import World
from trainer.play.run import Opening
from trainer.training.checks import Cast, Check, Seen
from trainer.training.scenario import Scenario, Variant

Tree = dict[str, Any]
FIRST_ORDER = (paths.SCENARIOS / "01-overview" / "first-order.yaml").read_text("utf-8")


@pytest.fixture
def tree() -> Tree:
    """The first order in a small world, as a tree to plant faults in."""
    found: Tree = yaml.safe_load(FIRST_ORDER)
    found["world"] = {"orders": 12, "products": 10, "customers": 6, "variants": 1}
    found["world"]["locales"] = ["en_US"]
    return found


def proven(tree: Tree) -> Proof:
    return prove(Scenario.model_validate(tree))


def step(tree: Tree, step_id: str) -> Tree:
    return next(found for found in tree["steps"] if found["id"] == step_id)


def goal(tree: Tree, goal_id: str) -> Tree:
    goals = [found for one in tree["steps"] for found in one["goals"]] + tree["standing"]
    return next(found for found in goals if found["id"] == goal_id)


def test_sound_scenario_is_proven(tree: Tree) -> None:
    proof = proven(tree)
    assert proof.ok, "\n".join(proof.lines())
    (found,) = proof.variants
    assert (found.score, found.idle) == (100, 0)
    assert found.chance < 100
    assert found.mutants > 150
    assert {kill.goal for kill in found.kills} == {it.id for it in proof.scenario.goals()}
    assert all(kill.own_step for kill in found.kills)


def test_as_many_variants_as_wanted(tree: Tree) -> None:
    tree["world"] |= {"locales": ["en_US", "zh_CN"], "variants": 3}
    scenario = Scenario.model_validate(tree)
    wanted = [(it.variant.locale, it.variant.seed) for it in prove(scenario, variants=1).variants]
    assert wanted == [("en_US", 1), ("zh_CN", 1)]


def test_table_has_a_line_for_each_variant_and_goal(tree: Tree) -> None:
    lines = proven(tree).lines()
    assert lines[0].startswith("first-order: 1 variants in ")
    assert any(line.split()[:3] == ["en_US", "1", "100"] for line in lines)
    for found in Scenario.model_validate(tree).goals():
        assert any(line.split()[:2] == [found.id, str(found.points)] for line in lines)
    assert lines[-1] == "proven"


def test_refused_solution_is_named_with_its_refusal(tree: Tree) -> None:
    payment = step(tree, "payment")
    payment["solution"] = payment["solution"][:-1]
    proof = proven(tree)
    assert not proof.ok
    assert (
        "step ship: ship_package was refused with PAYMENT_REQUIRED: Order SO-"
        in (proof.failures[0])
    )
    assert proof.variants[0].kills == ()


def test_solution_that_reads_what_is_not_there_is_named(tree: Tree) -> None:
    step(tree, "check")["solution"] = [{"check_order": {"order_number": "$first.order_no"}}]
    (failure,) = proven(tree).failures
    assert failure.startswith(
        "the solution stops: step check: check_order: $first.order_no: there is no order_no in "
        "$first; there is allocation, "
    )
    assert failure.endswith("(en_US/1)")


def test_lost_points_are_named(tree: Tree) -> None:
    confirm, acknowledge = step(tree, "confirm"), step(tree, "acknowledge")
    confirm["solution"] += acknowledge["solution"]
    acknowledge["solution"] = [{"add_note": {"order_number": "$first.order_number", "text": "!"}}]
    (failure,) = proven(tree).failures
    assert failure == "the solution ends with 95 of 100 points; not reached: acknowledged (en_US/1)"


def test_unfinished_solution_is_named(tree: Tree) -> None:
    step(tree, "archive")["solution"] = [
        {"add_note": {"order_number": "$first.order_number", "text": "later"}}
    ]
    failures = proven(tree).failures
    assert "the solution ends with 91 of 100 points; not reached: archived (en_US/1)" in failures
    assert "the solution does not finish the run (en_US/1)" in failures


def test_check_that_cannot_fail_is_named(tree: Tree) -> None:
    goal(tree, "no-refusals")["check"] = {"never_refused": {"codes": ["MISSING_REASON"]}}
    (failure,) = proven(tree).failures
    assert failure.startswith("goal no-refusals cannot fail: none of ")


def test_check_that_does_not_measure_its_step_is_named(tree: Tree) -> None:
    goal(tree, "archived")["check"] = {"order_is": {"order": "first", "label": "draft"}}
    (failure,) = proven(tree).failures
    assert failure == (
        "goal archived measures nothing of its step archive: no mistake there fails it (en_US/1)"
    )


def test_reward_for_luck_is_named(tree: Tree) -> None:
    enter = step(tree, "enter")
    enter["solution"] = enter["solution"][:1]
    happened = {"happened": {"order": "first", "what": {"event": "draft_created"}}}
    enter["goals"] = [enter["goals"][0] | {"check": happened, "points": 100}]
    tree |= {"steps": [enter], "standing": []}
    assert "acting at random reaches full marks (en_US/1)" in proven(tree).failures


def test_world_that_cannot_be_made_is_named(tree: Tree) -> None:
    tree["cast"]["first"]["packs"] = [5000, 5000]
    (failure,) = proven(tree).failures
    assert failure.startswith("the opening world cannot be made: ")


def test_unsound_opening_is_named(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "make_opening", broken(lambda world: stolen(world)))
    failures = proven(tree).failures
    assert any(it.startswith("the opening world is not sound: I4") for it in failures)
    assert any(it.startswith("the world is not sound after step enter: I4") for it in failures)


def test_free_practice_is_judged_by_its_opening_alone(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree |= {"steps": [], "standing": [], "cast": {}}
    assert proven(tree).ok
    monkeypatch.setattr(proofs, "make_opening", broken(lambda world: stolen(world)))
    assert [it[:31] for it in proven(tree).failures] == ["the opening world is not sound:"]


def broken(change: Callable[[World], World]) -> Callable[[Scenario, Variant], Opening]:
    """Openings whose world is not what the engine made."""

    def made(scenario: Scenario, variant: Variant) -> Opening:
        opening = make_opening(scenario, variant)
        return msgspec.structs.replace(opening, world=change(opening.world))

    return made


def stolen(world: World) -> World:
    """One unit of something is on the shelf that never came in."""
    level = world.stock[min(world.stock)]
    return world.with_level(msgspec.structs.replace(level, on_hand=level.on_hand + 1))


class TimePassed(Check):
    """Holds as soon as anybody waits: no merit at all."""

    def watches(self) -> tuple[type[Event], ...]:
        return (ClockAdvanced,)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        return Seen(state="reached", events=(entry.number,))


class NeverNoted(Check):
    """Holds when the order came into the archive without a note on it: petty."""

    def watches(self) -> tuple[type[Event], ...]:
        return (NoteAdded, OrderArchived)

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        noted = isinstance(entry.event, NoteAdded)
        state: Literal["broken", "reached"] = "broken" if noted else "reached"
        return seen if seen.state == "broken" else Seen(state=state, events=(entry.number,))


def test_reward_for_waiting_is_named(tree: Tree) -> None:
    goal(tree, "paid")["check"] = TimePassed()
    assert "waiting alone reaches paid (en_US/1)" in proven(tree).failures


def test_punished_harmless_work_is_named(tree: Tree) -> None:
    goal(tree, "archived")["check"] = NeverNoted()
    (failure,) = proven(tree).failures
    assert failure == "harmless extra work costs archived (en_US/1)"


def test_same_fault_is_told_once_with_its_variants(tree: Tree) -> None:
    tree["world"] |= {"locales": ["en_US", "zh_TW"]}
    goal(tree, "no-refusals")["check"] = {"never_refused": {"codes": ["MISSING_REASON"]}}
    (failure,) = proven(tree).failures
    assert failure.endswith("(every variant)")
