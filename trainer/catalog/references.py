"""What the parts of a scenario say of each other: names that lead nowhere, ids that stand twice,
values that no command takes.

A model tells of such things once it is whole, one at a time, and without a place. Here each has its
line and column, and all are told at once, with whatever else is wrong.
"""

import difflib
import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final, get_args, get_origin

import msgspec

from trainer.catalog.marked import Fault, Mark, Tree
from trainer.orders.engine import commands, events
from trainer.training.deeds import DEEDS

_PATH: Final = re.compile(r"\$([A-Za-z0-9_-]+)")
_ANYWHERE: Final = ("clock", "world")
"""What paths begin with, beside the names of the cast."""


def loose(tree: Tree) -> Iterator[Fault]:
    """All that is wrong between the parts of a scenario's tree."""
    goals = [*(it for step in _rows(tree, "steps") for it in _rows(step, "goals"))]
    goals += _rows(tree, "standing")
    yield from _twice("goals", goals)
    yield from _twice("steps", _rows(tree, "steps"))
    cast = [str(name) for name in _part(tree, "cast").parts]
    done = [it for step in _rows(tree, "steps") for it in _rows(step, "solution")]
    script = _rows(tree, "script")
    for goal in goals:
        check, named = _part(goal, "check"), _part(goal, "id").value
        yield from _strangers(check, cast, f"goal {named}")
        yield from _fieldless(check)
    for part in script:
        yield from _strangers(part, cast, "the script")
        yield from _fieldless(part)
    for command in done:
        yield from _strangers(command, cast, "the solution")
    for command in (*done, *(_part(part, "do") for part in script)):
        yield from _unusable(command)


_NONE: Final = Tree(None, Mark(1, 1), 0)


def _part(tree: Tree, key: str) -> Tree:
    return tree.parts.get(key, _NONE)


def _rows(tree: Tree, key: str) -> list[Tree]:
    return list(_part(tree, key).parts.values())


def _twice(what: str, rows: list[Tree]) -> Iterator[Fault]:
    seen: dict[Any, Mark] = {}
    for row in rows:
        named = _part(row, "id")
        if isinstance(named.value, str):
            first = seen.setdefault(named.value, named.mark)
            if first is not named.mark:
                cure = f"give each its own id; the other stands in line {first.line}"
                yield Fault(named.mark, f"two {what} are called {named.value}", cure)


def _strangers(tree: Tree, cast: list[str], what: str) -> Iterator[Fault]:
    """Orders and paths of somebody who is not in the cast."""
    known = ", ".join(cast)
    for key, part in tree.parts.items():
        if key == "order" and isinstance(part.value, str) and part.value not in cast:
            says = f"{what} is about {part.value}, who is not in the cast: {known}"
            yield Fault(part.mark, says, _near(part.value, cast))
        elif isinstance(part.value, str):
            for name in _PATH.findall(part.value) if _looked_up(part.value) else ():
                if name not in (*cast, *_ANYWHERE):
                    says = f"${name} is not in the cast: {known}"
                    yield Fault(part.mark, says, _near(name, [*cast, *_ANYWHERE], "$"))
        else:
            yield from _strangers(part, cast, what)


def _looked_up(text: str) -> bool:
    return text.startswith("$") or "{$" in text


def _fieldless(tree: Tree) -> Iterator[Fault]:
    """Fields that are asked of an event which has none of that name."""
    kind, where = events().get(str(_part(tree, "event").value)), _part(tree, "where")
    for field, mark in where.keys.items() if kind else ():
        first = field.split(".")[0]
        if not hasattr(kind, first):
            says = f"{_part(tree, 'event').value} has no {first}"
            yield Fault(mark, says, _near(first, list(kind.__struct_fields__)))  # type: ignore[union-attr]
    for part in tree.parts.values():
        yield from _fieldless(part)


def _unusable(command: Tree) -> Iterator[Fault]:
    """Fields that a command has not, or needs; and values that it cannot take."""
    for name, given in command.parts.items():
        kind = {**commands(), **DEEDS}.get(str(name))
        if kind is None or not isinstance(given.value, dict):
            continue  # the model knows which commands there are, and what else can be done
        fields = {field.name: field for field in msgspec.structs.fields(kind)}
        for key, mark in given.keys.items():
            if key not in fields:
                yield Fault(mark, f"{name} has no field {key}", _near(key, list(fields)))
            elif not _later(value := given.parts[key].value):
                try:
                    msgspec.convert(value, fields[key].type)
                except msgspec.ValidationError as problem:
                    says = f"{_shown(value)} cannot be the {key} of {name}"
                    yield Fault(given.parts[key].mark, says, _cure(fields[key].type, problem))
        for field in fields.values():
            if field.required and field.name not in given.keys:
                mark = command.keys[str(name)]
                yield Fault(mark, f"{name} needs {field.name}", f"add {field.name}: here")


def _later(value: Any) -> bool:
    """Whether any of it is only known when it is done: a path, or words by language."""
    if isinstance(value, dict):
        return "en" in value or any(map(_later, value.values()))
    if isinstance(value, list):
        return any(map(_later, value))
    return isinstance(value, str) and _looked_up(value)


def _cure(kind: Any, problem: msgspec.ValidationError) -> str:
    kind = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    few = [it for it in get_args(kind) if isinstance(it, str)]
    if few:
        return f"write one of {', '.join(few)}"
    if kind is date:
        return "write a day of the calendar, as in 2026-03-31, or $clock.tomorrow"
    if kind is int:
        return "write digits only, money in its smallest unit: 5980 for 59.80"
    if kind is str:
        return "put it in quotes"
    return str(problem).replace("`", "").lower()


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _near(name: str, known: list[str], before: str = "") -> str:
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"did you mean {before}{close[0]}?"
    return f"known are {', '.join(before + it for it in known)}" if known else "add it to the cast"
