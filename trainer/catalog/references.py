"""What the parts of a scenario say of each other: names that lead nowhere, ids that stand twice,
values that no command takes.

A model could tell of such things only once it is whole, and without a place. Here each has its
line and column, and all are told at once, with whatever else is wrong. What is no value at all is
the model's to tell, and passed over.
"""

import re
from collections.abc import Iterator
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import msgspec

from trainer.catalog.bots import BOTS
from trainer.catalog.marked import Fault, Mark, Tree, near
from trainer.catalog.miscast import miscast
from trainer.orders.engine import commands, events
from trainer.training.checks import CHECKS
from trainer.training.deeds import DEEDS
from trainer.training.sentences import Sentence

_PATH: Final = re.compile(r"\$([A-Za-z0-9_-]+)")
_ANYWHERE: Final = ("clock", "world")
"""What paths begin with, beside the names of the cast."""


def loose(tree: Tree) -> Iterator[Fault]:
    """All that is wrong between the parts of a scenario's tree; where some of it could not be
    read, what is wrong whatever stands there."""
    steps, script, judged = (tree.rows(key) for key in ("steps", "script", "judged"))
    goals = [*(it for step in steps for it in step.rows("goals")), *tree.rows("standing")]
    done = [it for step in steps for it in step.rows("solution")]
    cast = [str(name) for name in tree.part("cast").parts]
    known = not (tree.open or tree.part("cast").torn)
    yield from _twice(Sentence("goals"), goals)
    yield from _twice(Sentence("steps"), steps)
    yield from _twice(Sentence("things to judge"), judged)
    if known and not tree.part("world").torn:
        yield from miscast(tree.part("cast"), tree.part("world"))
        yield from _strangers(tree.part("world").part("promotions"), cast, Sentence("a promotion"))
    if not (tree.open or tree.part("steps").torn or tree.part("standing").torn):
        yield from _unequal(tree, goals)
    yield from _misplaced([it for step in steps for it in step.rows("goals")])
    for goal in goals:
        yield from _nobodys(goal)
        check, named = goal.part("check"), goal.part("id").value
        if known:
            yield from _strangers(check, cast, Sentence("goal {name}", name=named))
        yield from _fieldless(check)
        if tree.part("month").value is None and not (tree.open or tree.part("month").torn):
            yield from _monthless(check)
    for part in script:
        if known:
            yield from _strangers(part, cast, Sentence("the script"))
        yield from _fieldless(part)
    for part in judged:
        if known:
            yield from _strangers(
                part.part("about"), cast, Sentence("judged {name}", name=part.part("id").value)
            )
        yield from _twice(Sentence("criteria"), part.rows("criteria"))
    for command in done if known else ():
        yield from _strangers(command, cast, Sentence("the solution"))
    for command in (*done, *(part.part("do") for part in script)):
        if not command.torn:
            yield from _unusable(command)


def _twice(what: str, rows: list[Tree]) -> Iterator[Fault]:
    seen: dict[Any, Mark] = {}
    for row in rows:
        named = row.part("id")
        if isinstance(named.value, str):
            first = seen.setdefault(named.value, named.mark)
            if first is not named.mark:
                cure = Sentence(
                    "give each its own id; the other stands in line {line}", line=first.line
                )
                yield Fault(
                    named.mark,
                    Sentence("two {what} are called {named}", what=what, named=named.value),
                    cure,
                )


def _unequal(tree: Tree, goals: list[Tree]) -> Iterator[Fault]:
    """Points that do not make a hundred; where one of them is no number, nobody knows yet."""
    points = [goal.part("points").value for goal in goals]
    if not tree.rows("steps") or not all(type(it) is int for it in points):
        return
    together = sum(points)
    if together != 100:
        change = (
            Sentence("add {points}", points=100 - together)
            if together < 100
            else Sentence("take away {points}", points=together - 100)
        )
        says = Sentence("the goals' points add up to {points}", points=together)
        yield Fault(
            tree.keys["steps"], says, Sentence("they must make 100: {change}", change=change)
        )


def _misplaced(goals: list[Tree]) -> Iterator[Fault]:
    """What only counts over the whole run, under a step: there it would hold from the beginning."""
    for check in (goal.part("check") for goal in goals):
        for name, mark in check.keys.items():
            if name in CHECKS and CHECKS[name].standing:
                cure = Sentence("move this goal to standing:, at the end of the file")
                yield Fault(mark, Sentence("{name} is about the whole run", name=name), cure)


def _nobodys(goal: Tree) -> Iterator[Fault]:
    """Misconceptions that no bot has."""
    known = [bot.name for bot in BOTS]
    for part in goal.rows("catches"):
        if isinstance(part.value, str) and part.value not in known:
            says = Sentence("no bot is called {name}", name=part.value)
            yield Fault(part.mark, says, near(part.value, known))


def _monthless(check: Tree) -> Iterator[Fault]:
    """What is asked of a month, where there is none to be run again."""
    for key, part in check.parts.items():
        if key == "month_reaches" or (key == "in_month" and part.value is True):
            says = Sentence("a goal asks for a month, and there is none")
            yield Fault(check.keys[str(key)], says, Sentence("add month: to the scenario"))
        yield from _monthless(part)


def _strangers(tree: Tree, cast: list[str], what: str) -> Iterator[Fault]:
    """Orders and paths of somebody who is not in the cast."""
    known = ", ".join(cast)
    for key, part in tree.parts.items():
        if key == "order" and isinstance(part.value, str) and part.value not in cast:
            says = Sentence(
                "{what} is about {name}, who is not in the cast: {known}",
                what=what,
                name=part.value,
                known=known,
            )
            yield Fault(part.mark, says, near(part.value, cast))
        elif isinstance(part.value, str):
            for name in _PATH.findall(part.value) if _looked_up(part.value) else ():
                if name not in (*cast, *_ANYWHERE):
                    says = Sentence("${name} is not in the cast: {known}", name=name, known=known)
                    yield Fault(part.mark, says, near(name, [*cast, *_ANYWHERE], "$"))
        else:
            yield from _strangers(part, cast, what)


def _looked_up(text: str) -> bool:
    return text.startswith("$") or "{$" in text


def _fieldless(tree: Tree) -> Iterator[Fault]:
    """Fields that are asked of an event which has none of that name, and words it never says."""
    named, where = str(tree.part("event").value), tree.part("where")
    kind = events().get(named)
    fields = {it.name: it.type for it in msgspec.structs.fields(kind)} if kind else {}
    for field, mark in where.keys.items() if kind else ():
        first, *further = field.split(".")
        value = where.parts[field].value
        few = () if further else _few(fields.get(first))
        if not hasattr(kind, first):
            says = Sentence("{event} has no {field}", event=named, field=first)
            yield Fault(mark, says, near(first, list(fields)))
        elif few and isinstance(value, str) and not _looked_up(value) and value not in few:
            says = Sentence(
                "{field} of {event} is never {value}", field=first, event=named, value=value
            )
            cure = Sentence("write one of {known}", known=", ".join(few))
            yield Fault(where.parts[field].mark, says, cure)
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
                yield Fault(
                    mark,
                    Sentence("{name} has no field {key}", name=name, key=key),
                    near(key, list(fields)),
                )
            elif not _later(value := given.parts[key].value):
                try:
                    msgspec.convert(value, fields[key].type)
                except msgspec.ValidationError as problem:
                    says = Sentence(
                        "{value} cannot be the {key} of {name}",
                        value=_shown(value),
                        key=key,
                        name=name,
                    )
                    yield Fault(given.parts[key].mark, says, _cure(fields[key].type, problem))
        for field in fields.values():
            if field.required and field.name not in given.keys:
                mark = command.keys[str(name)]
                yield Fault(
                    mark,
                    Sentence("{name} needs {key}", name=name, key=field.name),
                    Sentence("add {key}: here", key=field.name),
                )


def _later(value: Any) -> bool:
    """Whether any of it is only known when it is done: a path, or words by language."""
    if isinstance(value, dict):
        return "en" in value or any(map(_later, value.values()))
    if isinstance(value, list):
        return any(map(_later, value))
    return isinstance(value, str) and _looked_up(value)


def _cure(kind: Any, problem: msgspec.ValidationError) -> Sentence:
    kind = _plain(kind)
    if few := _few(kind):
        return Sentence("write one of {known}", known=", ".join(few))
    if kind is date:
        return Sentence("write a day of the calendar, as in 2026-03-31, or $clock.tomorrow")
    if kind is int:
        return Sentence("write digits only, money in its smallest unit: 5980 for 59.80")
    if kind is str:
        return Sentence("put it in quotes")
    return Sentence(str(problem).replace("`", "").lower())


def _plain(kind: Any) -> Any:
    """A field's type, without what is said about it, and without nothing."""
    if get_origin(kind) is Annotated:
        return _plain(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        some = [it for it in get_args(kind) if it is not NoneType]
        return _plain(some[0]) if len(some) == 1 else kind
    return kind


def _few(kind: Any) -> tuple[str, ...]:
    """The words there are for a field, if they are few."""
    plain = _plain(kind)
    return tuple(map(str, get_args(plain))) if get_origin(plain) is Literal else ()


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
