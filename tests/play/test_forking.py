"""A fork goes on as the run itself did: the same acts from there lead to the same events."""

from random import Random

import pytest

from trainer import paths
from trainer.catalog.loader import load_scenario
from trainer.catalog.worlds import make_opening
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Command, Recorded
from trainer.play.forking import drill, fork, own, undo, whole
from trainer.play.memory import MemoryStore
from trainer.play.ports import Sandbox
from trainer.play.run import Course, fingerprint
from trainer.play.sandbox import Desk
from trainer.play.solution import play
from trainer.training.scenario import Variant

EXERCISES = (
    "01-overview/first-order.yaml",
    "03-supply/paid-but-gone.yaml",
    "04-after-sales/three-announced.yaml",
)
Acts = list[tuple[str, object]]


def begun(name: str) -> tuple[Desk, Sandbox, Course]:
    scenario = load_scenario(paths.SCENARIOS / name).scenario
    store = MemoryStore()
    variant = Variant(locale=scenario.world.locales[0], seed=1)
    opening_id = store.put_opening(make_opening(scenario, variant), b"", name)
    desk = Desk(store)
    sandbox = store.open(1, opening_id)
    return desk, sandbox, desk.course(sandbox)


def does(desk: Desk, sandbox: Sandbox, acts: Acts) -> Sandbox:
    """Acts by their ids; a refused one leaves its try."""
    for command_id, command in acts:
        assert isinstance(command, Command)
        sandbox = desk.perform(sandbox, command, actor="Ada", command_id=command_id).sandbox
    return sandbox


def solved(course: Course) -> Acts:
    """The acts of the reference solution."""
    return [
        (f"act-{place}", done.command)
        for place, done in enumerate(play(course))
        if isinstance(done.command, Command)
    ]


def test_who_goes_on_in_a_drill_is_who_asked_before_it() -> None:
    desk, sandbox, course = begun("07-practice/five-desks.yaml")
    every = list(play(course))
    made = drill(desk, sandbox.opening_id, every, "supervision", 1, "Ada")
    over = [done.command for done in every if done.step.id == "supervision"]
    for place, command in enumerate(over[:3]):
        assert isinstance(command, Command)
        done = desk.perform(made, command, actor="Ada", command_id=f"mine-{place}")
    assert done.refused
    assert done.refused.refusal.code == "OWN_REQUEST"


def told(entries: list[Recorded]) -> list[tuple[object, ...]]:
    return [(it.number, it.at, it.actor, it.role, it.command_id, it.event) for it in entries]


@pytest.mark.parametrize("name", EXERCISES)
def test_the_same_acts_from_any_moment_lead_to_the_same_events(name: str) -> None:
    desk, sandbox, course = begun(name)
    acts = solved(course)
    run = does(desk, sandbox, acts)
    every = desk.store.events(run.sandbox_id)
    assert not all(own(it) for it in every), "nobody but the clerk does anything: a weak test"
    moments = Random(name).sample(range(run.events), 8)
    for at in (0, *moments):
        at = whole(every, at)
        made = fork(desk, run, at, 1)
        done = {it.command_id for it in every[:at]}
        again = does(desk, made, [act for act in acts if act[0] not in done])
        assert told(desk.store.events(again.sandbox_id)) == told(every), at
        fresh = Desk(desk.store)
        assert fingerprint(fresh.run(again)) == fingerprint(fresh.run(run)), at


@pytest.mark.parametrize("name", EXERCISES[:2])
def test_what_is_taken_back_and_done_again_comes_to_the_same(name: str) -> None:
    desk, sandbox, course = begun(name)
    acts = solved(course)
    sandbox = does(desk, sandbox, acts[:6])
    every = told(desk.store.events(sandbox.sandbox_id))
    back = undo(desk, sandbox)
    assert back.events < sandbox.events
    again = does(desk, back, acts[5:6])
    assert told(desk.store.events(again.sandbox_id)) == every
    assert again.standing == sandbox.standing


@pytest.mark.parametrize("name", EXERCISES)
def test_a_wait_is_taken_back_with_what_it_brought(name: str) -> None:
    desk, sandbox, course = begun(name)
    waited = 0
    for act in solved(course):
        before = desk.run(sandbox)
        sandbox = does(desk, sandbox, [act])
        entries = desk.store.events(sandbox.sandbox_id, after=before.world.number)
        brought = any(not own(entry) for entry in entries)
        if isinstance(act[1], AdvanceClock) and brought and not sandbox.standing.finished:
            back = undo(desk, sandbox)
            assert desk.run(back).world.number == before.world.number
            assert desk.run(back).world.now == before.world.now
            sandbox = does(desk, back, [act])
            waited += 1
    assert waited, "nothing was waited for: a weak test"
