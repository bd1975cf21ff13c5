"""Plays a scenario's reference solution: what its steps say, done in whatever world it is given.

A solution names values by where a clerk would read them, `$rush.order_number` or `$clock.next`,
so one solution fits every variant. Proofs, guides and the browser's journeys all read it here.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Command, Envelope, Recorded, Role
from trainer.orders.refusals import Refusal, snake_case
from trainer.play.month import live_month
from trainer.play.reading import (
    Facts,
    SolutionError,
    StepCommand,
    about,
    converted,
    name_of,
    read_at,
)
from trainer.play.run import Aside, Course, Run, aside_of
from trainer.play.sandbox import overtaken, played
from trainer.training.checks import Check, Refused
from trainer.training.deeds import WAIT, Deed, GiveAnswer, LiveMonth, WaitUntil
from trainer.training.figures import typed
from trainer.training.scenario import Step
from trainer.training.sentences import Sentence
from trainer.training.state import AnswerIs, OrderHas, RefusedWith

Answer = tuple[Recorded, ...] | Refusal


class Played(msgspec.Struct, frozen=True):
    """One command of a solution, and what came of it."""

    step: Step
    name: str
    command: Command | Deed
    answer: Answer
    run: Run
    """The run after it."""


def play(course: Course, run: Run | None = None) -> Iterator[Played]:
    """The reference solution from the opening to the end. Raises SolutionError.

    `run` is the run before anything was done, for those who have it already.
    """
    run = run or course.start()
    for step in course.opening.scenario.steps:
        for step_command in step.solution:
            try:
                wanted = command(run, course, step_command)
            except SolutionError as problem:
                says = Sentence("step {step}: {problem}", step=step.id, problem=problem.says())
                raise SolutionError(says) from None
            run, answer = tried(run, course, wanted)
            yield Played(
                step=step, name=name_of(step_command), command=wanted, answer=answer, run=run
            )


def tried(
    run: Run, course: Course, wanted: Command | Deed, role: Role = "clerk"
) -> tuple[Run, Answer]:
    """A command on a run in memory, a clerk's unless it is said whose; a refused one leaves its
    mark as a try.
    """
    if isinstance(wanted, Deed):
        return course.after_aside(run, done(run, course, wanted)), ()
    envelope = Envelope(
        command_id=f"{run.world.number}-{run.asides}-{role}",
        actor=role,
        role=role,
        at=run.world.now + run.world.policies.seconds_per_action,
        command=wanted,
    )
    run, first = overtaken(course, run, envelope)
    answer = played(course, run, envelope)
    if not isinstance(answer, Refusal):
        return answer[0], (*first, *answer[1])
    refused = Refused(
        number=run.asides + 1,
        after=run.world.number,
        at=run.world.now,
        command=wanted,
        refusal=answer,
    )
    return course.after_aside(run, refused, envelope.command_id), answer


def done(run: Run, course: Course, deed: Deed) -> Aside:
    """A deed in its place in a run."""
    if isinstance(deed, LiveMonth):
        return live_month(course, run, deed.measures)
    return aside_of(run, deed)


def command(run: Run, course: Course, step_command: StepCommand) -> Command | Deed:
    """A command of a solution as the engine's own. Raises SolutionError.

    An answer without a text is the right one at this moment.
    """
    if name_of(step_command) == WAIT:
        return _waited(run, course, step_command[WAIT])
    wanted = converted(*resolved(run, course, step_command))
    if isinstance(wanted, GiveAnswer) and not wanted.text:
        return GiveAnswer(wanted.goal, _right_answer(run, course, wanted.goal))
    if isinstance(wanted, LiveMonth):
        month = course.opening.scenario.month
        if month is None or not month.allows(wanted.measures):
            says = Sentence("the scenario does not offer these measures")
            raise SolutionError(about("live_month", says))
    return wanted


_PATIENCE: Final = 400
"""Happenings after which something that is waited for is not going to come."""


def _waited(run: Run, course: Course, fields: Facts) -> AdvanceClock:
    """The clock moved on, happening by happening, until it is as it is waited for."""
    try:
        wait = msgspec.convert(fields, WaitUntil)
        wanted = OrderHas(order=wait.order, where=wait.where) if wait.order else None
    except (msgspec.ValidationError, ValueError) as problem:
        raise SolutionError(about(WAIT, problem)) from None
    now, cast = run.world.now, course.opening.cast
    met = bool(wanted and wanted.holds(run.world, cast))
    for _ in range(_PATIENCE):
        due = run.agenda.next()
        if met or due is None:
            break
        run, answer = tried(run, course, AdvanceClock(to=max(due.at, run.world.now)))
        assert not isinstance(answer, Refusal), answer
        happened = (snake_case(type(entry.event).__name__) for entry in answer)
        met = bool(wanted.holds(run.world, cast)) if wanted else wait.event in happened
    if not met:
        facts = ", ".join(f"{name}: {value}" for name, value in fields.items())
        says = Sentence("it does not come to {facts} by waiting", facts=facts)
        raise SolutionError(about(WAIT, says))
    return AdvanceClock(to=max(run.world.now, now))


def _right_answer(run: Run, course: Course, goal_id: str) -> str:
    for goal, seen in zip(course.judge.goals, run.progress.seen, strict=True):
        if goal.id == goal_id and (asked := question_of(goal.check)):
            value = asked.value(seen, run.world, course.opening.cast)
            return typed(asked.figure.kind, value, run.world.company.currency)
    says = Sentence("no goal {goal} asks a question", goal=goal_id)
    raise SolutionError(about("give_answer", says))


def question_of(check: Check) -> AnswerIs | None:
    """The question that a check asks, alone or as one of several."""
    return next((part for part in parts_of(check) if isinstance(part, AnswerIs)), None)


def parts_of(check: Check) -> Iterator[Check]:
    """A check, and those it is made of."""
    yield check
    for field in type(check).model_fields:
        value = getattr(check, field)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Check):
                yield from parts_of(part)


def in_vain(course: Course, played: Played) -> bool:
    """Whether a command was refused that was not meant to be: no goal asks to meet that refusal."""
    return isinstance(played.answer, Refusal) and not any(
        isinstance(part, RefusedWith) and part.code == played.answer.code
        for goal in course.judge.goals
        for part in parts_of(goal.check)
    )


def resolved(run: Run, course: Course, step_command: StepCommand) -> tuple[str, Facts]:
    """The name of a step's command, and its fields as plain values with every $path looked up.

    Raises SolutionError.
    """
    return read_at(run.world, run.agenda, course.opening.cast, step_command)
