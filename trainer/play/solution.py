"""Plays a scenario's reference solution: what its steps say, done in whatever world it is given.

A solution names values by where a clerk would read them, `$rush.order_number` or `$clock.next`,
so one solution fits every variant. Proofs, guides and the browser's journeys all read it here.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

import msgspec

from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Command, Envelope, Recorded, commands
from trainer.orders.intake import default_promise
from trainer.orders.payment import refundable
from trainer.orders.reallocation import suggested_taking
from trainer.orders.refusals import Refusal, snake_case
from trainer.orders.shipping import to_pick, weight_of
from trainer.orders.stock import suggested_rows
from trainer.orders.store_credit import balance
from trainer.orders.world import Order, World
from trainer.play.run import Course, Run, aside_of
from trainer.play.sandbox import overtaken, played
from trainer.play.stops import next_morning
from trainer.training.checks import Cast, Check, Refused, order_of
from trainer.training.combined import Several
from trainer.training.deeds import DEEDS, WAIT, Deed, GiveAnswer, WaitUntil
from trainer.training.figures import typed
from trainer.training.scenario import Step
from trainer.training.state import AnswerIs, OrderHas

StepCommand = dict[str, Any]
Facts = dict[str, Any]


class SolutionError(Exception):
    """A solution asks for a value that is not there; says which, where, and what there is."""


class Played(msgspec.Struct, frozen=True):
    """One command of a solution, and what came of it."""

    step: Step
    name: str
    command: Command | Deed
    answer: tuple[Recorded, ...] | Refusal
    run: Run
    """The run after it."""


def play(course: Course) -> Iterator[Played]:
    """The reference solution from the opening to the end. Raises SolutionError."""
    run = course.start()
    for step in course.opening.scenario.steps:
        for step_command in step.solution:
            try:
                wanted = command(run, course, step_command)
            except SolutionError as problem:
                raise SolutionError(f"step {step.id}: {problem}") from None
            run, answer = tried(run, course, wanted)
            yield Played(
                step=step, name=_name(step_command), command=wanted, answer=answer, run=run
            )


def tried(
    run: Run, course: Course, wanted: Command | Deed
) -> tuple[Run, tuple[Recorded, ...] | Refusal]:
    """A clerk's command on a run in memory; a refused one leaves its mark as a try."""
    if isinstance(wanted, Deed):
        return course.after_aside(run, aside_of(run, wanted)), ()
    envelope = Envelope(
        command_id=f"{run.world.number}-{run.asides}-clerk",
        actor="clerk",
        role="clerk",
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


def command(run: Run, course: Course, step_command: StepCommand) -> Command | Deed:
    """A command of a solution as the engine's own. Raises SolutionError.

    An answer without a text is the right one at this moment.
    """
    if _name(step_command) == WAIT:
        return _waited(run, course, step_command[WAIT])
    wanted = converted(*resolved(run, course, step_command))
    if isinstance(wanted, GiveAnswer) and not wanted.text:
        return GiveAnswer(wanted.goal, _right_answer(run, course, wanted.goal))
    return wanted


_PATIENCE: Final = 400
"""Happenings after which something that is waited for is not going to come."""


def _waited(run: Run, course: Course, fields: Facts) -> AdvanceClock:
    """The clock moved on, happening by happening, until it is as it is waited for."""
    try:
        wait = msgspec.convert(fields, WaitUntil)
        wanted = OrderHas(order=wait.order, where=wait.where) if wait.order else None
    except (msgspec.ValidationError, ValueError) as problem:
        raise SolutionError(f"{WAIT}: {problem}") from None
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
        raise SolutionError(f"{WAIT}: it does not come to {fields} by waiting")
    return AdvanceClock(to=max(run.world.now, now))


def _right_answer(run: Run, course: Course, goal_id: str) -> str:
    for goal in course.judge.goals:
        if goal.id == goal_id and (asked := question_of(goal.check)):
            value = asked.value(run.world, course.opening.cast)
            return typed(asked.figure.kind, value, run.world.company.currency)
    raise SolutionError(f"give_answer: no goal {goal_id} asks a question")


def question_of(check: Check) -> AnswerIs | None:
    """The question that a check asks, alone or as one of several."""
    if isinstance(check, AnswerIs):
        return check
    parts = check.checks if isinstance(check, Several) else ()
    return next((found for part in parts if (found := question_of(part))), None)


def converted(name: str, fields: Facts) -> Command | Deed:
    """Plain fields as a command of the engine. Raises SolutionError."""
    kinds: dict[str, Any] = {**commands(), **DEEDS}
    try:
        wanted: Command | Deed = msgspec.convert({"type": name, **fields}, kinds[name])
    except msgspec.ValidationError as problem:
        raise SolutionError(f"{name}: {problem}") from None
    unknown = [field for field in fields if field not in wanted.__struct_fields__]
    if unknown:
        known = ", ".join(wanted.__struct_fields__)
        raise SolutionError(f"{name}: there is no field {unknown[0]}; known are {known}")
    return wanted


def resolved(run: Run, course: Course, step_command: StepCommand) -> tuple[str, Facts]:
    """The name of a step's command, and its fields as plain values with every $path looked up.

    Raises SolutionError.
    """
    name = _name(step_command)
    fields = step_command[name] or {}
    known = {
        **facts(run.world, course.opening.cast),
        "clock": _clock(run),
        "world": run.world,
    }
    try:
        return name, {field: _looked_up(value, known) for field, value in fields.items()}
    except SolutionError as problem:
        raise SolutionError(f"{name}: {problem}") from None


def _name(step_command: StepCommand) -> str:
    return next(iter(step_command))


def _looked_up(value: Any, known: Facts) -> Any:
    if isinstance(value, list | tuple):
        return [_looked_up(part, known) for part in value]
    if isinstance(value, dict):
        return {key: _looked_up(part, known) for key, part in value.items()}
    if isinstance(value, str) and value.startswith("$"):
        return _calculated(value, known)
    return value


_SUM: Final = re.compile(r"(\$\S+) ([-+*/]) (\d+)")


def _calculated(text: str, known: Facts) -> Any:
    """A path, or a path and a whole number: units more or less, a part, days or seconds later."""
    found = _SUM.fullmatch(text)
    if not found:
        return _followed(text, known)
    value, number = _followed(found[1], known), int(found[3])
    if isinstance(value, str):
        if found[2] not in "+-":
            raise SolutionError(f"{text}: days can only be added or taken off")
        days = timedelta(days=number if found[2] == "+" else -number)
        return (date.fromisoformat(value) + days).isoformat()
    match found[2]:
        case "+":
            return value + number
        case "-":
            return value - number
        case "*":
            return value * number
    return value // number


def _followed(path: str, known: Facts) -> Any:
    """Down a path: key by key, row by row, fact by fact; `first` and `last` of many by their key.

    What is in the end is plain: a date is text, an address is its fields.
    """
    here: Any = known
    gone = "$"
    for part in path[1:].split("."):
        found = _under(here, part)
        if found is _NOTHING:
            raise SolutionError(f"{path}: there is no {part} in {gone}; {_there(here)}")
        here = found
        gone = f"{gone}.{part}" if gone != "$" else f"${part}"
    return msgspec.to_builtins(here)


_NOTHING: Final = object()


def _under(here: Any, part: str) -> Any:
    if isinstance(here, list | tuple):
        ends = {"first": 0, "last": len(here) - 1}
        place = ends.get(part, int(part) if part.isdecimal() else -1)
        return here[place] if 0 <= place < len(here) else _NOTHING
    if isinstance(here, Mapping):
        if here and part in ("first", "last") and part not in here:
            return here[min(here) if part == "first" else max(here)]
        return here.get(part, _NOTHING)
    return getattr(here, part, _NOTHING) if isinstance(here, msgspec.Struct) else _NOTHING


def _there(here: Any) -> str:
    """What there is instead, for the author."""
    if not here:
        return "it is empty at this moment"
    if isinstance(here, Mapping):
        return f"there is {', '.join(sorted(map(str, here)))}"
    if isinstance(here, msgspec.Struct):
        return f"there is {', '.join(here.__struct_fields__)}"
    if isinstance(here, list | tuple):
        return f"it has {len(here)} rows, counted from 0"
    return f"it is {here!r}, and has no parts"


def facts(world: World, cast: Cast) -> dict[str, Facts]:
    """What can be read about each of the cast at this moment, by the words of the trade.

    First what their message says; once their order is entered, what the order says and what a
    careful clerk would enter next.
    """
    return {name: _asked(member) | _ordered(world, cast, name) for name, member in cast.items()}


def _asked(member: Any) -> Facts:
    asked: Facts = msgspec.to_builtins(member.request)
    return {**asked, "message_id": member.message_id}


def _ordered(world: World, cast: Cast, name: str) -> Facts:
    order = order_of(world, cast, name)
    if order is None:
        return {}
    found: Facts = {
        "order": order,
        "order_number": order.order_number,
        "total": order.total,
        "due": order.balance_due,
        "retention_years": world.policies.retention_years,
    }
    if order.lines and order.status in ("draft", "submitted"):
        found["promise"] = default_promise(world, order).isoformat()
    return found | _money(world, order) | _goods(world, order)


def _money(world: World, order: Order) -> Facts:
    """What a card has promised, what goes back, what can be redeemed; and the first transfer that
    names this order, while something is due and not yet booked.
    """
    found: Facts = {}
    for held in order.authorisations:
        if held.open:
            found["authorisation"] = {"number": held.authorisation_number, "amount": held.open}
    has = balance(world.customers[order.customer_id], world.now)
    if has and order.balance_due > 0:
        found["store_credit"] = min(has, order.balance_due)
    if refundable(order):
        found["refundable"] = refundable(order)
    transfers = sorted(world.transfers.items()) if order.balance_due > 0 else ()
    for _, transfer in transfers:
        if transfer.unmatched > 0 and order.order_number in transfer.remark.split():
            booked = {"reference": transfer.reference, "amount": transfer.unmatched}
            return {**found, "transfer": booked}
    return found


def _goods(world: World, order: Order) -> Facts:
    """What to set aside, what to pick where, what each parcel weighs."""
    found: Facts = {}
    if rows := suggested_rows(world, order):
        found["allocation"] = msgspec.to_builtins(rows)
    if taking := suggested_taking(world, order):
        found["taking"] = msgspec.to_builtins(taking)
    warehouses = sorted({row.warehouse for line in order.lines for row in line.allocations})
    picks = [(warehouse, to_pick(order, warehouse)) for warehouse in warehouses]
    found["picks"] = [
        {"warehouse": warehouse, "rows": msgspec.to_builtins(rows_there)}
        for warehouse, rows_there in picks
        if rows_there
    ]
    found["parcels"] = [
        {"package_number": parcel.package_number, "weight": weight_of(world, order, parcel)}
        for parcel in order.packages
    ]
    return found


def _clock(run: Run) -> Facts:
    """This moment, the next morning, and the moment of what is due next, if anything is."""
    due, now = run.agenda.next(), run.world.now
    later: Facts = {"now": now, "tomorrow": next_morning(now)}
    return later | ({"next": due.at} if due else {})
