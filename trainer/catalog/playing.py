"""Plays many runs of one course that differ in little; what two have in common is done once.

What a command does depends on the world and on the agenda alone, not on what was judged before.
So from the same moment the same command has the same answer, and only the judge folds it anew.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from trainer.orders.engine import Command, Recorded, Role, evolve
from trainer.orders.refusals import Refusal
from trainer.orders.world import World
from trainer.play.reading import SolutionError, StepCommand
from trainer.play.run import Course, Run
from trainer.play.solution import Answer, Played, command, done, play, tried
from trainer.training.checks import Refused
from trainer.training.deeds import Deed
from trainer.training.scoring import ledger, left_of, total

Reply = Answer | None
"""None where the screen offers nothing to do it with."""


class Judged(NamedTuple):
    """Where a run has come to."""

    run: Run
    score: int
    failed: frozenset[str]
    """Goals that are not reached, and standing ones that cost something if this is the end."""
    undone: int = 0
    """Commands that were refused, or that there was nothing to do with."""


ANEW: Final = -1
"""The place of what the solution does not do, or not a second time."""


class Move(NamedTuple):
    """One command of a run that is not the solution's."""

    command: StepCommand
    place: int = ANEW
    """The place in the solution of what it does; done once, it is not done again."""
    role: Role = "clerk"


class _Known(NamedTuple):
    before: Run
    asked: StepCommand
    """Both are kept so that no other object can get their identity."""
    wanted: Command | Deed | None
    after: Run
    answer: Reply


class Player:
    """Plays runs of one course."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.start = course.start()
        self._known: dict[tuple[int, int, int, Role], _Known] = {}
        self._worlds: dict[int, list[World]] = {}

    def solution(self, every: tuple[StepCommand, ...]) -> Iterator[Played]:
        """The reference solution, command by command. Raises SolutionError."""
        before = self.start
        for asked, played in zip(every, play(self.course, before), strict=False):
            known = _Known(before, asked, played.command, played.run, played.answer)
            self._known[_key(before, asked, "clerk")] = known
            before = played.run
            yield played

    def after(self, run: Run, asked: StepCommand, role: Role = "clerk") -> tuple[Run, Reply]:
        """The run after a command, and the answer."""
        key = _key(run, asked, role)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._tried(run, asked, role)
        elif known.before.progress is not run.progress or known.before.asides != run.asides:
            return self._again(run, known, role), known.answer
        return known.after, known.answer

    def on(self, run: Run, commands: Iterable[StepCommand]) -> Judged:
        """How it ends if these are done from here, whatever comes of each."""
        return self.moved(run, map(Move, commands))

    def moved(self, run: Run, moves: Iterable[Move]) -> Judged:
        """How it ends after these moves; what an earlier one has done already is left out."""
        past: set[int] = set()
        undone = 0
        for move in moves:
            if move.place in past:
                continue
            run, answer = self.after(run, move.command, move.role)
            if not isinstance(answer, tuple):
                undone += 1
            elif move.place != ANEW:
                past.add(move.place)
        return self.judged(run)._replace(undone=undone)

    def judged(self, run: Run) -> Judged:
        """Where a run stands."""
        judge, progress = self.course.judge, run.progress
        failed = (
            goal.id
            for goal, seen in zip(judge.goals, progress.seen, strict=True)
            if not judge.reached(progress, goal.id)
            or (goal.check.standing and left_of(goal, seen, over=True) < goal.points)
        )
        return Judged(run, total(ledger(judge, progress)), frozenset(failed))

    def _tried(self, run: Run, asked: StepCommand, role: Role) -> _Known:
        try:
            wanted = command(run, self.course, asked)
        except SolutionError:
            return _Known(run, asked, None, run, None)
        return _Known(run, asked, wanted, *tried(run, self.course, wanted, role))

    def _again(self, run: Run, known: _Known, role: Role) -> Run:
        """What is known to follow, on a run with another past: only judged anew."""
        answer, after = known.answer, known.after
        if answer is None:
            return run
        if isinstance(known.wanted, Deed):
            return self.course.after_aside(run, done(run, self.course, known.wanted))
        if not isinstance(answer, Refusal):
            progress = run.progress
            for entry, world in zip(answer, self._folded(known), strict=True):
                progress = self.course.judge.after(progress, entry, world)
            return Run(after.world, after.agenda, progress, run.asides, scripted=after.scripted)
        if after.world is not known.before.world:  # what colleagues did first is not in the answer
            return self._tried(run, known.asked, role).after
        refused = Refused(
            number=run.asides + 1,
            after=run.world.number,
            at=run.world.now,
            command=known.wanted,
            refusal=answer,
        )
        return self.course.after_aside(run, refused)

    def _folded(self, known: _Known) -> list[World]:
        """The world after each event of an answer."""
        worlds = self._worlds.get(id(known.after))
        if worlds is None:
            entries: tuple[Recorded, ...] = known.answer  # type: ignore[assignment]
            world, worlds = known.before.world, []
            for entry in entries:
                world = evolve(world, entry)
                worlds.append(world)
            if worlds:
                worlds[-1] = known.after.world
            self._worlds[id(known.after)] = worlds
        return worlds


def _key(run: Run, asked: StepCommand, role: Role) -> tuple[int, int, int, Role]:
    return id(run.world), id(run.agenda), id(asked), role
