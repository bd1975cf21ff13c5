"""Mutants of a solution: the same commands with one mistake, the way a trainee makes one."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final, NamedTuple

import msgspec

from trainer.orders.values import DAY
from trainer.orders.world import World
from trainer.play.run import Run
from trainer.play.solution import Played, SolutionError, StepCommand, converted

_LATE: Final = 30
"""Days a late mutant lets pass."""


class Mutant(NamedTuple):
    """The solution with one thing wrong: as it is up to a place, and from there these commands."""

    how: str
    place: int
    commands: tuple[StepCommand, ...]


def mutants(
    every: tuple[StepCommand, ...], solution: list[Played], runs: list[Run]
) -> Iterator[Mutant]:
    """Left out, too late, twice, with a wrong value, out of order, too early: one mistake each.

    `runs[place]` is the run before the solution's command at that place.
    """
    for place, played in enumerate(solution):
        name, this, rest = played.name, every[place], every[place + 1 :]
        wait = {"advance_clock": {"to": runs[place].world.now + _LATE * DAY}}
        yield Mutant(f"without {name}", place, rest)
        yield Mutant(f"{_LATE} days before {name}", place, (wait, this, *rest))
        yield Mutant(f"{name} twice", place, (this, this, *rest))
        for field, wrong in _wrong_commands(runs[place].world, played):
            yield Mutant(f"{name} with another {field}", place, (wrong, *rest))
    for place, (this, after) in enumerate(pairwise(every)):
        rest = every[place + 2 :]
        how = f"{solution[place + 1].name} before {solution[place].name}"
        yield Mutant(how, place, (after, this, *rest))
        yield Mutant(f"{how}, and again", place, (after, this, after, *rest))


def _wrong_commands(world: World, played: Played) -> Iterator[tuple[str, StepCommand]]:
    """The command as it was played, with one value of it wrong in turn."""
    fields = msgspec.to_builtins(played.command)
    name = fields.pop("type")
    for field, value in fields.items():
        for wrong in _wrong_values(world, field, value):
            wrong_fields = {**fields, field: wrong}
            try:
                converted(name, wrong_fields)
            except SolutionError:
                continue  # nothing a form would let anybody enter
            yield field, {name: wrong_fields}


def _wrong_values(world: World, field: str, value: Any) -> Iterator[Any]:
    """Twice as much and one less; a week later; another one of the same kind."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from ({**value, key: wrong} for wrong in _wrong_values(world, key, part))
    elif isinstance(value, list | tuple):
        for place, part in enumerate(value):
            for wrong in _wrong_values(world, field, part):
                yield [*value[:place], wrong, *value[place + 1 :]]
    elif isinstance(value, int):
        yield from (value * 2, value - 1)
    elif field.endswith("_date"):
        yield (date.fromisoformat(value) + timedelta(days=7)).isoformat()
    else:
        yield _another(world, field, value)


def _another(world: World, field: str, value: str) -> str:
    """Another customer, product, carrier, warehouse or order; or other words."""
    kinds: dict[str, Any] = {
        "customer_id": world.customers,
        "sku": world.products,
        "carrier_code": world.carriers,
        "warehouse": world.warehouses,
        "order_number": world.orders,
        "order_numbers": world.orders,
    }
    known = sorted(kinds.get(field, ()))
    others = [key for key in known if key != value]
    return others[known.index(value) % len(others)] if others else f"{value}-X"
