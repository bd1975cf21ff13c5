"""Plays a scenario's reference solution: what its steps say, done in whatever world it is given.

A solution names values by where a clerk would read them, `$rush.order_number` or `$clock.next`,
so one solution fits every variant. Proofs, guides and the browser's journeys all read it here.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from trainer.orders.engine import Command, Envelope, Recorded, Role, commands
from trainer.orders.intake import default_promise
from trainer.orders.payment import refundable
from trainer.orders.reallocation import suggested_taking
from trainer.orders.refusals import Refusal
from trainer.orders.shipping import to_pick, weight_of
from trainer.orders.stock import suggested_rows
from trainer.orders.store_credit import balance
from trainer.orders.world import Order, World
from trainer.play.run import Course, Run
from trainer.play.sandbox import overtaken, played
from trainer.training.checks import Cast, Refused, order_of
from trainer.training.scenario import Step

StepCommand = dict[str, Any]
Facts = dict[str, Any]


class SolutionError(Exception):
    """A solution asks for a value that is not there; says which, where, and what there is."""


class Played(msgspec.Struct, frozen=True):
    """One command of a solution, and what came of it."""

    step: Step
    name: str
    command: Command
    answer: tuple[Recorded, ...] | Refusal
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
                raise SolutionError(f"step {step.id}: {problem}") from None
            run, answer = tried(run, course, wanted)
            yield Played(
                step=step, name=_name(step_command), command=wanted, answer=answer, run=run
            )


Answer = tuple[Recorded, ...] | Refusal


def tried(run: Run, course: Course, wanted: Command, role: Role = "clerk") -> tuple[Run, Answer]:
    """A command on a run in memory, a clerk's unless it is said whose; a refused one leaves its
    mark as a try.
    """
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


def command(run: Run, course: Course, step_command: StepCommand) -> Command:
    """A command of a solution as the engine's own. Raises SolutionError."""
    return converted(*resolved(run, course, step_command))


def converted(name: str, fields: Facts) -> Command:
    """Plain fields as a command of the engine. Raises SolutionError."""
    try:
        wanted: Command = msgspec.convert({"type": name, **fields}, _known_commands()[name])
    except msgspec.ValidationError as problem:
        raise SolutionError(f"{name}: {problem}") from None
    unknown = [field for field in fields if field not in wanted.__struct_fields__]
    if unknown:
        known = ", ".join(wanted.__struct_fields__)
        raise SolutionError(f"{name}: there is no field {unknown[0]}; known are {known}")
    return wanted


@cache
def _known_commands() -> dict[str, type[Command]]:
    return commands()


def resolved(run: Run, course: Course, step_command: StepCommand) -> tuple[str, Facts]:
    """The name of a step's command, and its fields as plain values with every $path looked up.

    Raises SolutionError.
    """
    name = _name(step_command)
    fields = step_command[name] or {}
    try:
        return name, _read(run, course, fields, set(_paths(fields)))
    except SolutionError:
        pass  # once more, with all there is to say what there is instead
    try:
        return name, _read(run, course, fields, None)
    except SolutionError as problem:
        raise SolutionError(f"{name}: {problem}") from None


def _read(run: Run, course: Course, fields: Facts, paths: set[str] | None) -> Facts:
    """Plain values, looked up in what there is, or in no more than the paths begin with."""
    cast = course.opening.cast
    known = {
        name: _asked(member) | _ordered(run.world, cast, name, paths)
        for name, member in cast.items()
        if paths is None or any(path.startswith(f"${name}.") for path in paths)
    } | {"clock": _clock(run)}
    return {field: _looked_up(value, known) for field, value in fields.items()}


def _paths(value: Any) -> Iterator[str]:
    """The paths that stand in a value."""
    if isinstance(value, list | tuple):
        for part in value:
            yield from _paths(part)
    elif isinstance(value, dict):
        yield from _paths(list(value.values()))
    elif isinstance(value, str) and value.startswith("$"):
        yield value


def _name(step_command: StepCommand) -> str:
    return next(iter(step_command))


def _looked_up(value: Any, known: Facts) -> Any:
    if isinstance(value, list | tuple):
        return [_looked_up(part, known) for part in value]
    if isinstance(value, dict):
        return {key: _looked_up(part, known) for key, part in value.items()}
    if isinstance(value, str) and value.startswith("$"):
        return _followed(value, known)
    return value


def _followed(path: str, known: Facts) -> Any:
    """Down a path, key by key and row by row."""
    here: Any = known
    gone = "$"
    for part in path[1:].split("."):
        if isinstance(here, list | tuple) and part.isdecimal() and int(part) < len(here):
            here = here[int(part)]
        elif isinstance(here, dict) and part in here:
            here = here[part]
        else:
            raise SolutionError(f"{path}: there is no {part} in {gone}; {_there(here)}")
        gone = f"{gone}.{part}" if gone != "$" else f"${part}"
    return here


def _there(here: Any) -> str:
    """What there is instead, for the author."""
    if not here:
        return "it is empty at this moment"
    if isinstance(here, dict):
        return f"there is {', '.join(sorted(here))}"
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


def _ordered(world: World, cast: Cast, name: str, paths: set[str] | None = None) -> Facts:
    order = order_of(world, cast, name)
    if order is None:
        return {}
    found: Facts = {
        "order_number": order.order_number,
        "total": order.total,
        "due": order.balance_due,
        "retention_years": world.policies.retention_years,
    }

    def asked(*parts: str) -> bool:
        return paths is None or any(path.split(".")[1] in parts for path in paths if "." in path)

    if asked("promise") and order.lines and order.status in ("draft", "submitted"):
        found["promise"] = default_promise(world, order).isoformat()
    if asked("authorisation", "store_credit", "refundable", "transfer"):
        found |= _money(world, order)
    if asked("allocation", "taking", "picks", "parcels"):
        found |= _goods(world, order)
    return found


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
    """The moment of what is due next, if anything is."""
    due = run.agenda.next()
    return {"next": due.at} if due else {}
