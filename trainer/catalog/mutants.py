"""Mutants of a solution: the same commands with one mistake, the way a trainee makes one."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final, Literal, NamedTuple, get_args

import msgspec

from trainer.catalog.playing import Move
from trainer.orders.values import DAY
from trainer.orders.world import World
from trainer.play.reading import SolutionError, StepCommand, converted
from trainer.play.run import Run
from trainer.play.solution import Played
from trainer.training.deeds import Deed
from trainer.training.sentences import Sentence

LATE: Final = 30
"""Days a late mutant lets pass."""

Family = Literal[
    "drop", "duplicate", "wrong amount", "wrong customer", "wrong value", "swap", "other actor",
    "delay",
]  # fmt: skip
FAMILIES: Final[tuple[Family, ...]] = get_args(Family)
"""Those first that are soon played and fail most: a delay lives through a month."""

WITHOUT: Final = Sentence("without {name}")
LATER: Final = Sentence("{days} days before {name}")
TWICE: Final = Sentence("{name} twice")
BY_ANOTHER: Final = Sentence("{name} by a supervisor")
WITH_ANOTHER: Final = Sentence("{name} with another {field}")
BEFORE: Final = Sentence("{name} before {other}")
AGAIN: Final = Sentence("{how}, and again")


class Mutant(NamedTuple):
    """The solution with one thing wrong: as it is up to a place, and from there these moves."""

    family: Family
    how: Sentence
    place: int
    moves: tuple[Move, ...]


def mutants(
    every: tuple[StepCommand, ...], solution: list[Played], runs: list[Run]
) -> Iterator[Mutant]:
    """Left out, too late, twice, with a wrong value, by somebody else, out of order, too early.

    `runs[place]` is the run before the solution's command at that place.
    """
    moves = tuple(map(Move, every))
    for place, played in enumerate(solution):
        name, this, rest = played.name, moves[place], moves[place + 1 :]
        wait = Move({"advance_clock": {"to": runs[place].world.now + LATE * DAY}})
        yield Mutant("drop", WITHOUT.about(name=name), place, rest)
        yield Mutant("delay", LATER.about(days=LATE, name=name), place, (wait, this, *rest))
        yield Mutant("duplicate", TWICE.about(name=name), place, (this, this, *rest))
        if not isinstance(played.command, Deed):
            other = Move(this.command, role="supervisor")
            yield Mutant("other actor", BY_ANOTHER.about(name=name), place, (other, *rest))
        for family, field, wrong in _wrong_commands(runs[place].world, played):
            how = WITH_ANOTHER.about(name=name, field=field)
            yield Mutant(family, how, place, (Move(wrong), *rest))
    for place, (this, after) in enumerate(pairwise(moves)):
        rest = moves[place + 2 :]
        how = BEFORE.about(name=solution[place + 1].name, other=solution[place].name)
        yield Mutant("swap", how, place, (after, this, *rest))
        yield Mutant("swap", AGAIN.about(how=how), place, (after, this, after, *rest))


def _wrong_commands(world: World, played: Played) -> Iterator[tuple[Family, str, StepCommand]]:
    """The command as it was played, with one value of it wrong in turn."""
    fields = msgspec.to_builtins(played.command)
    name = fields.pop("type")
    for field, value in fields.items():
        for family, wrong in _wrong_values(world, field, value):
            wrong_fields = {**fields, field: wrong}
            try:
                converted(name, wrong_fields)
            except SolutionError:
                continue  # nothing a form would let anybody enter
            yield family, field, {name: wrong_fields}


def _wrong_values(world: World, field: str, value: Any) -> Iterator[tuple[Family, Any]]:
    """Twice as much and one less; a week later; another one of the same kind."""
    if isinstance(value, dict):
        for key, part in value.items():
            for family, wrong in _wrong_values(world, key, part):
                yield family, {**value, key: wrong}
    elif isinstance(value, list | tuple):
        for place, part in enumerate(value):
            for family, wrong in _wrong_values(world, field, part):
                yield family, [*value[:place], wrong, *value[place + 1 :]]
    elif isinstance(value, int):
        amount: Family = "wrong value" if field.endswith("_number") else "wrong amount"
        yield from ((amount, value * 2), (amount, value - 1))
    elif field.endswith("_date"):
        yield "wrong value", (date.fromisoformat(value) + timedelta(days=7)).isoformat()
    else:
        whose: Family = "wrong customer" if field in _WHOSE else "wrong value"
        yield whose, another(world, field, value)


_WHOSE: Final = ("customer_id", "into", "message_id", "order_number", "order_numbers")
"""Fields by which a command reaches somebody else's file, message or order."""


def another(world: World, field: str, value: str) -> str:
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
