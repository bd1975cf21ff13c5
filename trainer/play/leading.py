"""Where a step goes on: the first command of its solution that can be done now and is not done yet.

It is what "show me where" points at. The engine itself says what can be done, so it never leads to
an order whose turn it is not, or to a form that would be refused.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from trainer.orders.clock import AdvanceClock
from trainer.orders.desks import own
from trainer.orders.engine import Command, Envelope, Recorded, handle
from trainer.orders.refusals import Refusal, snake_case
from trainer.orders.world import Order, World
from trainer.play.reading import SolutionError, StepCommand, name_of
from trainer.play.run import Course, Run
from trainer.play.solution import command
from trainer.training.deeds import DEEDS, WAIT

_CLOCK: Final = ("advance_clock", WAIT)
_ABOUT: Final = (
    "order_number", "message_id", "template", "rma_number", "claim_number", "complaint_number",
    "package_number", "line_number", "production_number", "customer_id", "kind", "sku",
)  # fmt: skip
"""What tells two commands of a kind apart: whom and what they are about."""


def next_act(course: Course, run: Run, entries: Sequence[Recorded], place: int) -> Command | None:
    """That command of the step in this place, with today's values, after these events of the run;
    time to pass where only that is left; else nothing.

    Answers and the hand-in belong to the coach and are none.
    """
    steps, waits = course.opening.scenario.steps, False
    before: list[StepCommand] = [act for step in steps[:place] for act in step.solution]
    for act in steps[place].solution:
        name = name_of(act)
        if name in _CLOCK:
            waits = True
            if _to_come(act, before, entries):
                return AdvanceClock(to=run.world.now)
        elif name not in DEEDS:
            wanted = _possible(course, run, act)
            if wanted and not _done(run.world, wanted, entries, sum(map(_like(act), before))):
                return wanted
        before.append(act)
    return AdvanceClock(to=run.world.now) if waits else None


def _to_come(act: StepCommand, before: Sequence[StepCommand], entries: Sequence[Recorded]) -> bool:
    """Whether an event that is waited for has not happened yet, or not once more."""
    event = (act.get(WAIT) or {}).get("event")
    if not event:
        return False
    earlier: int = sum((it.get(WAIT) or {}).get("event") == event for it in before)
    happened: int = sum(snake_case(type(entry.event).__name__) == event for entry in entries)
    return happened <= earlier


def _possible(course: Course, run: Run, act: StepCommand) -> Command | None:
    try:
        wanted = command(run, course, act)
    except SolutionError:  # what it is about is not there yet, or no more
        return None
    return wanted if isinstance(wanted, Command) else None


def _like(act: StepCommand) -> Any:
    """Whether another command of a solution is of the same kind and about the same."""

    def says(one: StepCommand) -> tuple[Any, ...]:
        fields = one[name_of(one)] or {}
        return (name_of(one), *(fields.get(field) for field in _ABOUT))

    return lambda other: says(other) == says(act)


def _done(world: World, wanted: Command, entries: Sequence[Recorded], times: int) -> bool:
    """Whether it is refused now, changes nothing, or has happened more often than `times`."""
    who = next((entry.actor for entry in reversed(entries) if own(entry.command_id)), "")
    envelope = Envelope(command_id="", actor=who, role="clerk", at=world.now, command=wanted)
    answer = handle(world, envelope)
    if isinstance(answer, Refusal):
        return True
    after, (first, *_) = answer
    if nothing_new(world, after, wanted):
        return True
    about = {
        field: value
        for field in _ABOUT
        if (value := getattr(wanted, field, None)) and hasattr(first.event, field)
    }
    happened = sum(
        type(entry.event) is type(first.event)
        and all(getattr(entry.event, field) == value for field, value in about.items())
        for entry in entries
    )
    return happened > times


def nothing_new(world: World, after: World, wanted: Command) -> bool:
    """Whether a command leaves all as it is: what it writes stands there already."""
    kept = ("stock", "production", "messages", "transfers", "payouts", "batches", "replenishments")
    old = world.orders.get(getattr(wanted, "order_number", ""))
    if old is None or any(getattr(after, part) is not getattr(world, part) for part in kept):
        return False
    return _as_before(after.orders[old.order_number], old) == old


def _as_before(new: Order, old: Order) -> Order:
    """An order without what every command changes, and what a second check says again."""
    return msgspec.structs.replace(
        new, version=old.version, checked_at=old.checked_at or new.checked_at
    )
