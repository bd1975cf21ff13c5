"""What the parts of a scenario say of each other: names that lead nowhere, ids that stand twice,
values that no command takes.

A model could tell of such things only once it is whole, and without a place. Here each has its
line and column, and all are told at once, with whatever else is wrong. What is no value at all is
the model's to tell, and passed over.
"""

import difflib
import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final, get_args, get_origin

import msgspec

from trainer.catalog.marked import Fault, Mark, Tree
from trainer.orders.engine import commands, events
from trainer.orders.world import PaymentTerms
from trainer.training.deeds import DEEDS
from trainer.training.scenario import WorldSpec

_PATH: Final = re.compile(r"\$([A-Za-z0-9_-]+)")
_ANYWHERE: Final = ("clock", "world")
"""What paths begin with, beside the names of the cast."""


def loose(tree: Tree) -> Iterator[Fault]:
    """All that is wrong between the parts of a scenario's tree."""
    steps, script, judged = (_rows(tree, key) for key in ("steps", "script", "judged"))
    goals = [*(it for step in steps for it in _rows(step, "goals")), *_rows(tree, "standing")]
    done = [it for step in steps for it in _rows(step, "solution")]
    cast = [str(name) for name in _part(tree, "cast").parts]
    yield from _twice("goals", goals)
    yield from _twice("steps", steps)
    yield from _twice("things to judge", judged)
    yield from _miscast(tree)
    yield from _unequal(tree, goals)
    for goal in goals:
        check, named = _part(goal, "check"), _part(goal, "id").value
        yield from _strangers(check, cast, f"goal {named}")
        yield from _fieldless(check)
        if _part(tree, "month").value is None:
            yield from _monthless(check)
    for part in script:
        yield from _strangers(part, cast, "the script")
        yield from _fieldless(part)
    for part in judged:
        yield from _strangers(_part(part, "about"), cast, f"judged {_part(part, 'id').value}")
        yield from _twice("criteria", _rows(part, "criteria"))
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


def _miscast(tree: Tree) -> Iterator[Fault]:
    """What one customer's order says of another's, of the world, and of how it is paid."""
    cast, world = _part(tree, "cast"), _part(tree, "world")
    before: dict[str, Tree] = {}
    for name, asked in ((str(it), part) for it, part in cast.parts.items()):
        yield from _behind(name, asked, before, cast)
        yield from _of_the_past(name, asked, before, world)
        yield from _on_credit(name, asked)
        buys = _part(asked, "currency")
        if isinstance(buys.value, str) and buys.value not in _part(world, "foreign").parts:
            says = f"{name} buys in {buys.value}, and nobody in world.foreign does"
            yield Fault(buys.mark, says, f"write foreign: {{{buys.value}: 1}} under world:")
        before[name] = asked


_NAMED: Final = {
    "customer_of": "is of the customer of",
    "repeats": "repeats the order of",
    "same_as": "wants the same as",
}
"""Whom else of the cast an order may be about; they stand before it."""


def _behind(name: str, asked: Tree, before: dict[str, Tree], cast: Tree) -> Iterator[Fault]:
    for key, does in _NAMED.items():
        other = _part(asked, key)
        if other.value and isinstance(other.value, str) and other.value not in before:
            later = other.value in cast.parts and other.value != name
            cure = f"move {other.value} above {name}" if later else _near(other.value, [*before])
            yield Fault(other.mark, f"{name} {does} {other.value}, who does not stand before", cure)


_BEFORE_IT: Final = 25
"""Days that the world's past begins before the oldest order of the cast arrives."""


def _of_the_past(name: str, asked: Tree, before: dict[str, Tree], world: Tree) -> Iterator[Fault]:
    ago = _part(asked, "delivered_days_ago")
    age = _number(ago, 0)
    if not age:
        return
    days, wanted = _number(_part(world, "days"), WorldSpec().days), age + _BEFORE_IT
    if wanted > days:
        says = f"{name} was delivered {age} days ago, and the world's past is only {days} days long"
        yield Fault(ago.mark, says, f"write days: {wanted} or more under world:")
    whose = _part(asked, "customer_of")
    elder = before.get(whose.value) if isinstance(whose.value, str) else None
    if elder and not _number(_part(elder, "delivered_days_ago"), 0):
        says = f"{name} is of a customer who comes in only this morning"
        yield Fault(whose.mark, says, f"give {whose.value} delivered_days_ago too, or delete this")


def _on_credit(name: str, asked: Tree) -> Iterator[Fault]:
    credit, terms = _part(asked, "credit"), _part(asked, "payment_terms").value
    if credit.value not in ("short", "together"):
        return
    if terms is None or (terms in get_args(PaymentTerms) and terms != "on_account"):
        cure = "write payment_terms: on_account, or delete this"
        yield Fault(credit.mark, f"{name} pays in advance, and needs no credit", cure)
    if credit.value == "together" and not _part(asked, "customer_of").value:
        says = f"{name} needs customer_of: credit for both is about two orders"
        yield Fault(credit.mark, says, "add customer_of: with the name of the other one")


def _number(tree: Tree, default: int) -> int:
    """A whole number as it is written; what is none counts as it would if nothing stood there."""
    return tree.value if type(tree.value) is int else default


def _unequal(tree: Tree, goals: list[Tree]) -> Iterator[Fault]:
    """Points that do not make a hundred; where one of them is no number, nobody knows yet."""
    points = [_part(goal, "points").value for goal in goals]
    if not _rows(tree, "steps") or not all(type(it) is int for it in points):
        return
    together = sum(points)
    if together != 100:
        change = f"add {100 - together}" if together < 100 else f"take away {together - 100}"
        says = f"the goals' points add up to {together}"
        yield Fault(tree.keys["steps"], says, f"they must make 100: {change}")


def _monthless(check: Tree) -> Iterator[Fault]:
    """What is asked of a month, where there is none to be run again."""
    for key, part in check.parts.items():
        if key == "month_reaches" or (key == "in_month" and part.value is True):
            says = "a goal asks for a month, and there is none"
            yield Fault(check.keys[str(key)], says, "add month: to the scenario")
        yield from _monthless(part)


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
