"""Judging old runs by a new rubric: what would change, line by line, before anything does.

World, cast and what others do stay as they were when the run was begun; so do hints, whose prices
were shown. New are the goals: what is demanded, and for how many points.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Final, NamedTuple, Protocol

import msgspec

from trainer.play.ports import Conflict, Sandbox, Standing, Store
from trainer.play.run import Course, Opening
from trainer.play.sandbox import Desk, standing
from trainer.training.scenario import Scenario
from trainer.training.scoring import Line, ledger

REGRADED: Final = "regraded-"
"""How the digest of an opening begins that a regrade has made."""


class Who(NamedTuple):
    """Who changes something; without a number it was done at the terminal."""

    person_id: int | None
    name: str


class NoWay(Exception):
    """The new goals cannot be judged in an old run; the text says why."""


def rejudged(old: Scenario, new: Scenario) -> Scenario:
    """The old scenario with the new one's goals. Raises NoWay."""
    strangers = {who for goal in new.goals() for who in goal.check.members()} - old.cast.keys()
    if strangers:
        raise NoWay(f"the goals are about {', '.join(sorted(strangers))}, who was not there")
    if new.month and not old.month:
        raise NoWay("the goals ask for a month, and there was none")
    hints = {step.id: step.hints for step in old.steps}
    steps = tuple(
        step.model_copy(update={"hints": hints.get(step.id, step.hints)}) for step in new.steps
    )
    text = old.model_copy(update={"steps": steps, "standing": new.standing}).model_dump_json(
        exclude_defaults=True
    )
    return Scenario.model_validate_json(text)


def same_rubric(old: Scenario, new: Scenario) -> bool:
    """Whether nobody's score can differ: the goals ask for the same."""

    def asked(scenario: Scenario) -> list[tuple[str, dict[str, object]]]:
        steps = [(step.id, goal) for step in scenario.steps for goal in step.goals]
        return [
            (step, goal.model_dump(include={"id", "points", "check"}))
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


class Refused(NamedTuple):
    """A run that cannot be judged by the new goals, and why."""

    sandbox: Sandbox
    why: str


class Trial(NamedTuple):
    """What a regrade would do."""

    looked_at: int
    same: int
    """Runs whose rubric asks for the same already; they were not folded."""
    moved: tuple[Regraded, ...]
    """The others, whether or not their score differs."""
    refused: tuple[Refused, ...]


def trial(desk: Desk, sandboxes: Sequence[Sandbox], new: Scenario) -> Trial:
    """Fold every run whose rubric is another than the new one; nothing is written."""
    courses: dict[int, Course | str | None] = {}
    moved, refused = [], []
    for sandbox in sandboxes:
        if sandbox.opening_id not in courses:
            courses[sandbox.opening_id] = _judged_anew(desk.course(sandbox).opening, new)
        course = courses[sandbox.opening_id]
        if isinstance(course, str):
            refused.append(Refused(sandbox, course))
        elif course is not None:
            moved.append(regraded(desk.store, sandbox, desk.course(sandbox), course))
    same = len(sandboxes) - len(moved) - len(refused)
    return Trial(len(sandboxes), same, tuple(moved), tuple(refused))


def _judged_anew(opening: Opening, new: Scenario) -> Course | str | None:
    """The same opening with the new goals; why not; or None if they ask for the same."""
    if same_rubric(opening.scenario, new):
        return None
    try:
        scenario = rejudged(opening.scenario, new)
    except NoWay as why:
        return str(why)
    changed = msgspec.structs.replace(opening, scenario=scenario)
    return Course(opening=changed, judge=changed.judge())


def shelved(store: Store, old: Sandbox, new: Scenario) -> int:
    """Keep the opening of a regraded run: the old world, the new goals."""
    opening = store.opening(old.opening_id)
    scenario = rejudged(opening.scenario, new)
    content = scenario.model_dump_json(exclude_defaults=True).encode()
    digest = sha256(content + str(old.opening_id).encode()).hexdigest()
    changed = msgspec.structs.replace(opening, scenario=scenario)
    return store.put_opening(changed, content, f"{REGRADED}{digest}")


def apply(
    desk: Desk,
    changes: "Regrades",
    found: Trial,
    new: Scenario,
    about: Callable[[Sandbox], str],
    *,
    who: Who,
    reason: str,
) -> tuple[int, int]:
    """Judge these runs by the new goals from now on: how many were, and how many somebody has gone
    on in meanwhile; those are left for another time."""
    openings: dict[int, int] = {}
    done = left = 0
    for moved in found.moved:
        old = moved.sandbox
        if old.opening_id not in openings:
            openings[old.opening_id] = shelved(desk.store, old, new)
        try:
            changes.regrade(moved, openings[old.opening_id], about(old), who, reason)
            done += 1
        except Conflict:
            left += 1
    return done, left


class Regrades(Protocol):
    """Where regrades are written."""

    def regrade(
        self, moved: Regraded, opening_id: int, about: str, who: Who, reason: str = ""
    ) -> None:
        """Judge a run by another opening's rubric from now on. Raises Conflict if somebody has
        gone on in it since it was folded."""
        ...
