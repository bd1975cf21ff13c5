"""Judging old runs by a new rubric: what would change, line by line, before anything does.

World, cast and what others do stay as they were when the run was begun; so do hints, whose prices
were shown. New are the goals: what is demanded, and for how many points.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec
from pydantic import ValidationError

from trainer.play.ports import Sandbox, Standing, Store
from trainer.play.run import Course, Opening
from trainer.play.sandbox import standing
from trainer.training.scenario import Scenario
from trainer.training.scoring import Line, ledger


class NoWay(Exception):
    """The new goals cannot be judged in an old run; the text says why."""


def rejudged(old: Scenario, new: Scenario) -> Scenario:
    """The old scenario with the new one's goals. Raises NoWay."""
    hints = {step.id: step.hints for step in old.steps}
    steps = tuple(step.model_copy(update={"hints": hints.get(step.id, ())}) for step in new.steps)
    gone = [
        step.model_copy(update={"goals": ()}) for step in old.steps
        if step.id not in {it.id for it in new.steps} and step.hints
    ]  # fmt: skip
    if gone:
        names = ", ".join(step.id for step in gone)
        raise NoWay(f"hints were sold in a step that is gone: {names}; keep it")
    text = old.model_copy(update={"steps": steps, "standing": new.standing}).model_dump_json()
    try:
        return Scenario.model_validate_json(text)
    except ValidationError as wrong:
        raise NoWay("; ".join(str(error["msg"]) for error in wrong.errors())) from None


def same_rubric(old: Scenario, new: Scenario) -> bool:
    """Whether nobody's score can differ: the goals ask for the same."""

    def asked(scenario: Scenario) -> list[tuple[str, str, int, str]]:
        steps = [(step.id, goal) for step in scenario.steps for goal in step.goals]
        return [
            (step, goal.id, goal.points, goal.check.model_dump_json())
            for step, goal in [*steps, *(("", goal) for goal in scenario.standing)]
        ]

    return asked(old) == asked(new)


class Moved(NamedTuple):
    """A line that is not worth what it was."""

    goal: str
    was: int | None
    now: int | None


class Regraded(NamedTuple):
    """A run under the new rubric."""

    sandbox: Sandbox
    standing: Standing
    lines: tuple[Moved, ...]

    @property
    def moves(self) -> bool:
        """Whether the score differs."""
        return self.standing.score != self.sandbox.standing.score


def regraded(store: Store, sandbox: Sandbox, old: Course, new: Course) -> Regraded:
    """Fold a run twice, and say by which lines it differs."""
    entries = store.events(sandbox.sandbox_id)[: sandbox.events]
    asides = store.asides(sandbox.sandbox_id)[: sandbox.asides]
    was = _lines(ledger(old.judge, old.replay(entries, asides).progress))
    run = new.replay(entries, asides)
    now = _lines(ledger(new.judge, run.progress))
    moved = [
        Moved(name, was.get(name), now.get(name))
        for name in dict.fromkeys((*was, *now))
        if was.get(name) != now.get(name)
    ]
    return Regraded(sandbox, standing(new, run), tuple(moved))


def _lines(lines: tuple[Line, ...]) -> Mapping[str, int]:
    """Points by goal; what hints cost, together."""
    found: dict[str, int] = {}
    for line in lines:
        found[line.goal] = found.get(line.goal, 0) + line.points
    return found


def new_course(opening: Opening, scenario: Scenario) -> Course:
    """The same opening, judged by a new rubric."""
    changed = msgspec.structs.replace(opening, scenario=scenario)
    return Course(opening=changed, judge=changed.judge())
