"""A run beside the reference run: what each did for each step, and where they differ."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Event, Recorded
from trainer.orders.refusals import Refusal
from trainer.orders.world import World
from trainer.play.forking import own
from trainer.play.run import Aside, Course
from trainer.play.solution import Played
from trainer.training.checks import Refused
from trainer.training.scenario import Step


class Act(msgspec.Struct, frozen=True):
    """One thing that was done, or tried."""

    step: int
    """The place of the step that was current then."""
    what: Event | Refusal
    """The first event it led to, or why it was refused."""
    world: World
    """After it: names in its sentence are looked up here."""
    at: int = 0
    """The event after which the run stands then."""
    alone: bool = False
    """Whether the other run has no such act in this step."""


class Beside(msgspec.Struct, frozen=True):
    """A step, as it was done and as the reference does it."""

    step: Step
    mine: tuple[Act, ...]
    theirs: tuple[Act, ...]

    @property
    def differs(self) -> bool:
        """Whether either has something the other has not."""
        return any(act.alone for act in (*self.mine, *self.theirs))


class Comparison(msgspec.Struct, frozen=True):
    """Both runs, step by step."""

    steps: tuple[Beside, ...]
    after: tuple[Act, ...]
    """What was done when all steps were over."""

    def own(self) -> list[Act]:
        """All of the run, in order."""
        every = [*(act for it in self.steps for act in it.mine), *self.after]
        return sorted(every, key=lambda act: act.at)

    @property
    def mine(self) -> int:
        """How many acts the run has; waiting is none."""
        return sum(len(it.mine) for it in self.steps) + len(self.after)

    @property
    def theirs(self) -> int:
        """How many the reference has."""
        return sum(len(it.theirs) for it in self.steps)


class Moment(msgspec.Struct, frozen=True):
    """Where both runs stand, in step."""

    mine: Act | None
    """What was done last; None at the beginning."""
    theirs: Act | None
    """What the reference had done last when it had come as far."""


def moment(comparison: Comparison, acts_done: int) -> Moment:
    """Both runs after so many acts of one's own: the reference has done the steps before, and of
    the step one is in no more than what one has done alike."""
    done = comparison.own()[:acts_done]
    place = max((act.step for act in done), default=0)
    theirs = [act for it in comparison.steps[:place] for act in it.theirs]
    if place < len(comparison.steps):
        alike = Counter(type(act.what) for act in done if act.step == place)
        so_far = 0
        for number, act in enumerate(comparison.steps[place].theirs, 1):
            if alike[type(act.what)]:
                alike[type(act.what)] -= 1
                so_far = number
        theirs += comparison.steps[place].theirs[:so_far]
    return Moment(done[-1] if done else None, theirs[-1] if theirs else None)


def compared(
    course: Course,
    entries: Sequence[Recorded],
    asides: Iterable[tuple[str, Aside]],
    solution: Iterable[Played],
) -> Comparison:
    """A run beside the reference run on the same variant."""
    return beside(course, acts(course, entries, asides), reference(course, solution))


def beside(course: Course, mine: Iterable[Act], theirs: Iterable[Act]) -> Comparison:
    """Acts of two runs, step by step; an act is alike if it led to the same kind of event."""
    left, right = _by_step(mine), _by_step(theirs)
    steps = course.opening.scenario.steps
    return Comparison(
        steps=tuple(
            Beside(
                step,
                _marked(left.get(place, ()), right.get(place, ())),
                _marked(right.get(place, ()), left.get(place, ())),
            )
            for place, step in enumerate(steps)
        ),
        after=left.get(len(steps), ()),
    )


def _by_step(acts: Iterable[Act]) -> dict[int, tuple[Act, ...]]:
    ordered = sorted(acts, key=lambda act: act.step)
    return {step: tuple(group) for step, group in groupby(ordered, key=lambda act: act.step)}


def _marked(these: Sequence[Act], others: Sequence[Act]) -> tuple[Act, ...]:
    left = Counter(type(act.what) for act in others)
    marked = []
    for act in these:
        kind = type(act.what)
        alone = left[kind] == 0
        left[kind] -= not alone
        marked.append(msgspec.structs.replace(act, alone=alone))
    return tuple(marked)


def acts(
    course: Course, entries: Sequence[Recorded], asides: Iterable[tuple[str, Aside]]
) -> list[Act]:
    """What the person did and tried, in order; waiting is left out, and so is what others did."""
    found: list[Act] = []
    run, seen = course.start(), set[str]()
    tries = list(asides)
    for entry in (*entries, None):
        while tries and (entry is None or tries[0][1].after < entry.number):
            command_id, aside = tries.pop(0)
            if isinstance(aside, Refused):
                step = course.judge.current_step(run.progress)
                found.append(Act(step, aside.refusal, run.world, aside.after))
            run = course.after_aside(run, aside, command_id)
        if entry is None:
            break
        step = course.judge.current_step(run.progress)
        run = course.after(run, entry)
        new = own(entry) and entry.command_id not in seen
        seen.add(entry.command_id)
        if new and not _waited(entry.event):
            found.append(Act(step, entry.event, run.world, entry.number))
    return found


def reference(course: Course, solution: Iterable[Played]) -> list[Act]:
    """What the reference solution does."""
    found: list[Act] = []
    places = {step.id: place for place, step in enumerate(course.opening.scenario.steps)}
    for done in solution:
        if isinstance(done.command, AdvanceClock):
            continue
        place, world = places[done.step.id], done.run.world
        if isinstance(done.answer, Refusal):
            found.append(Act(place, done.answer, world))
        elif done.answer:
            entry = next((it for it in done.answer if own(it)), done.answer[0])
            found.append(Act(place, entry.event, world, entry.number))
    return found


def _waited(event: Event) -> bool:
    return type(event).__name__ == "ClockAdvanced"
