"""The score: a ledger of lines, each with what it cites. The sum of the lines is the score."""

from typing import Literal

import msgspec

from trainer.training.checks import Seen
from trainer.training.judge import Judge, Progress
from trainer.training.scenario import Goal, Hint, Step


class Line(msgspec.Struct, frozen=True, gc=False):
    """Points won or lost, and the entries of the run that caused it."""

    kind: Literal["goal", "lost", "standing", "hint"]
    step: str
    goal: str
    points: int
    possible: int
    events: tuple[int, ...] = ()
    tries: tuple[int, ...] = ()


def ledger(judge: Judge, progress: Progress) -> tuple[Line, ...]:
    """Every line so far.

    A goal pays when it is reached. Standing goals pay when the run is finished, less what was lost.
    A hint costs from the reward of its own step, never more than that step has paid.
    """
    seen = iter(progress.seen)  # in the order of the goals, the standing ones last
    lines: list[Line] = []
    for step in judge.scenario.steps:
        paid = 0
        for goal, at in zip(step.goals, seen, strict=False):
            if at.state != "open":
                line = _goal_line(step, goal, at)
                lines.append(line)
                paid += line.points
        if progress.hints:
            lines.extend(_hint_lines(step, progress, paid))
    if judge.finished(progress):
        lines.extend(map(_standing_line, judge.scenario.standing, seen))
    return tuple(lines)


def _goal_line(step: Step, goal: Goal, seen: Seen) -> Line:
    if seen.state == "reached":
        return Line("goal", step.id, goal.id, goal.points, goal.points, seen.events, seen.tries)
    return Line("lost", step.id, goal.id, 0, goal.points, seen.events, seen.tries)


def left_of(goal: Goal, seen: Seen, *, over: bool = False) -> int:
    """What a standing goal is still worth, after what was lost so far, or in all."""
    return max(goal.points - goal.check.lost(seen, over=over), 0)


def _standing_line(goal: Goal, seen: Seen) -> Line:
    return Line(
        kind="standing",
        step="",
        goal=goal.id,
        points=left_of(goal, seen, over=True),
        possible=goal.points,
        events=seen.events,
        tries=seen.tries,
    )


def _hint_lines(step: Step, progress: Progress, paid: int) -> list[Line]:
    """Hints cost only where something was paid, in the order they were taken."""
    lines = []
    for taken in progress.hints:
        if taken.step != step.id:
            continue
        cost = min(step.hints[taken.hint].price, paid)
        paid -= cost
        if cost:
            lines.append(
                Line(
                    kind="hint",
                    step=step.id,
                    goal="",
                    points=-cost,
                    possible=0,
                    tries=(taken.number,),
                )
            )
    return lines


def total(lines: tuple[Line, ...]) -> int:
    """The score: the sum of the ledger."""
    return sum(line.points for line in lines)


class Moved(msgspec.Struct, frozen=True, gc=False):
    """What one act has done to the points of a goal."""

    goal: Goal
    points: int
    """Earned; or below nothing what can no longer be earned."""


def moved(judge: Judge, before: Progress, after: Progress) -> tuple[Moved, ...]:
    """Which goals became worth more or less between two moments of a run, in their order."""
    over = judge.finished(after) and not judge.finished(before)
    found = []
    for goal, was, is_ in zip(judge.goals, before.seen, after.seen, strict=True):
        if goal.check.standing:  # worth all its points until it is broken, paid at the end
            kept = left_of(goal, is_, over=over)
            points = kept if over else kept - left_of(goal, was)
        else:
            points = goal.points * (_sign(is_) - _sign(was))
        if points:
            found.append(Moved(goal, points))
    return tuple(found)


def _sign(seen: Seen) -> int:
    return {"reached": 1, "broken": -1}.get(seen.state, 0)


def next_hint(judge: Judge, progress: Progress) -> tuple[Step, int, Hint] | None:
    """The hint that can be taken now: the next one of the current step, in order."""
    if judge.scenario.mode == "exam":
        return None
    place = judge.current_step(progress)
    if place == len(judge.scenario.steps):
        return None
    step = judge.scenario.steps[place]
    taken = sum(1 for hint in progress.hints if hint.step == step.id)
    if taken >= len(step.hints):
        return None
    return step, taken, step.hints[taken]
