"""An author's text as a tree of forms, and what is done with its parts there."""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, Final

import msgspec
from pydantic import BaseModel

from trainer.catalog import fields as forms
from trainer.catalog.beginnings import Beginnings, referring
from trainer.catalog.cuts import Path
from trainer.catalog.parts import added, at, located, moved, removed, renamed, said
from trainer.catalog.shapes import Known, begun
from trainer.play.writing import Act, Choice, FormField, Group, Misfit, Rows

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,59}")
HEAVIEST: Final = 20_000
"""Of what is shown as forms: a page with more would be no help to anybody."""
_THING: Final = 8
"""A group of keys, with all that can be added to it, weighs as much as so many single values."""
_BEGUN: Final = ("judged", "criterion", "option", "mistake", "pair", "item")
"""Things that begin with what their shape needs."""
_WHOLE: Final = ("world", "month")
"""Sections of their own."""
_SECTIONS: Final = ("cast", "steps", "script", "standing")
"""Sections that are a list of things, and nothing else."""


def dotted(path: Path) -> str:
    """A place as forms and addresses write it."""
    return ".".join(map(str, path))


def sign(value: Any, path: Path) -> str:
    """Says what the things are that a place is in, by their ids where they have one: so a button
    knows whether the text is still the one that it was printed for."""
    there = [at(value, path[: end + 1]) for end, part in enumerate(path) if isinstance(part, int)]
    names = [it.get("id", it) if isinstance(it, dict) else it for it in there]
    return sha256(msgspec.json.encode([names, path])).hexdigest()[:12]


class Outline:
    """The tree of one text."""

    def __init__(self, text: str, model: type[BaseModel], beginnings: Beginnings) -> None:
        self._value = said(text)
        if _weight(self._value) > HEAVIEST:
            self._value, text = None, ""
        self._beginnings = beginnings
        self.known = Known(model, self._value)
        self._lists = self.known.lists
        self._fields: dict[Path, list[FormField]] = {}
        for place in forms.places(text):
            field = msgspec.structs.replace(
                place.field,
                words=self.known.words.get(place.path, ()),
                optional=place.path in self.known.optional,
            )
            self._fields.setdefault(self._home(place.path), []).append(field)
        self._more: dict[Path, list[Path]] = {}
        for group, slots in self.known.slots.items():
            for key in slots:
                self._more.setdefault(self._home((*group, key)), []).append((*group, key))
        self._inside: dict[Path, list[Path]] = {}
        for path in self._lists:
            self._inside.setdefault(self._home(path), []).append(path)

    def _home(self, path: Path) -> Path:
        """The innermost thing that a place belongs to; else its section."""
        for end in range(len(path) - 1, 0, -1):
            if path[:end] in self._lists:
                return path[: end + 1]
        return path[:1] if path[0] in _WHOLE and len(path) > 1 else ()

    def groups(self) -> Iterator[Group]:
        """Section after section."""
        if not isinstance(self._value, dict):
            return
        if ("questions",) in self._lists:
            yield self._section("questions")
            return
        yield self._group((), "about")
        yield self._group(("world",), "world")
        yield from map(self._section, _SECTIONS)
        if ("month",) in self._fields:
            yield self._group(("month",), "month")

    def _section(self, name: str) -> Group:
        return Group(name, name, 0, {}, "", (), lists=(self._rows((name,)),))

    def _group(self, path: Path, kind: str, number: int = 0, last: bool = True) -> Group:
        value = _found(self._value, path)
        return Group(
            dotted(path),
            kind,
            number,
            _names(value, path, kind),
            sign(self._value, path),
            tuple(self._fields.get(path, [])),
            tuple(dotted(it[len(path) :]) for it in self._more.get(path, ())),
            tuple(
                self._rows(it)
                for it in self._inside.get(path, ())
                if path or it[0] not in _SECTIONS
            ),
            last,
            self._checks(path) if kind == "goal" else (),
            _only_key(_found(value, ("check",))) if kind == "goal" else "",
        )

    def _checks(self, path: Path) -> tuple[Choice, ...]:
        return self._beginnings.kinds("goal", str(path[0]))

    def _rows(self, path: Path) -> Rows:
        kind, value = self._lists[path], _found(self._value, path)
        if isinstance(value, dict):
            keys: Iterable[str | int] = value
        else:
            keys = range(len(value)) if isinstance(value, list) else ()
        paths = [(*path, key) for key in keys]
        return Rows(
            dotted(path),
            kind,
            sign(self._value, path),
            tuple(
                self._group(it, kind, number, it == paths[-1]) for number, it in enumerate(paths, 1)
            ),
            self._beginnings.kinds(kind, str(path[0])),
        )


def _weight(value: Any) -> int:
    if isinstance(value, dict):
        return _THING + sum(map(_weight, value.values()))
    return sum(map(_weight, value)) if isinstance(value, list) else 1


def _found(value: Any, path: Path) -> Any:
    try:
        return at(value, path)
    except Misfit:
        return None


def _names(value: Any, path: Path, kind: str) -> dict[str, str]:
    """What an author would know it by."""
    if kind == "member":
        return {"en": str(path[-1])}
    if not isinstance(value, dict):
        return {}
    if kind in ("command", "check"):
        return {"en": _only_key(value)}
    if kind == "happening":
        return {"en": _only_key(value.get("do"))}
    words = value.get("name") if kind == "promotion" else None
    words = words or value.get("title") or value.get("says") or value.get("ask")
    named = {"en": str(value.get("id", ""))}
    if isinstance(words, dict):
        named |= {key: it for key, it in words.items() if it and isinstance(it, str)}
    return named


def _only_key(value: Any) -> str:
    """The name that a check or a command stands under."""
    return str(next(iter(value), "")) if isinstance(value, dict) else ""


# --- acts -----------------------------------------------------------------------------------------


def altered(text: str, act: Act, model: type[BaseModel], beginnings: Beginnings) -> tuple[str, str]:
    """The text after an act, and the place to look at then. Raises Misfit."""
    value = said(text)
    if not isinstance(value, dict):
        raise Misfit
    known, path = Known(model, value), located(value, act.path)
    who = next(iter(known.cast), "first")
    match act.verb:
        case "add":
            return _added(text, value, known, path, act.kind, beginnings, who)
        case "say":
            return _said(text, value, known, path, act.kind, who)
        case "check" if known.lists.get(path[:-1]) == "goal":
            if act.kind not in [it.value for it in beginnings.kinds("goal", str(path[0]))]:
                raise Misfit
            goal = _found(value, path)
            if isinstance(goal, dict) and "check" in goal:
                text = removed(text, (*path, "check"))
            return added(text, path, beginnings.check(act.kind, who), "check"), dotted(path)
        case "rename" if known.lists.get(path[:-1]) == "member":
            if not _NAME.fullmatch(act.kind) or act.kind in known.cast:
                raise Misfit
            refers = referring(str(path[-1]), act.kind)
            return renamed(text, path, act.kind, refers), dotted((*path[:-1], act.kind))
        case "remove" if path[:-1] in known.lists:
            return removed(text, path), dotted(path[:-1])
        case "up" | "down" if path[:-1] in known.lists:
            by = -1 if act.verb == "up" else 1
            last = path[-1] + by if isinstance(path[-1], int) else path[-1]
            return moved(text, path, by), dotted((*path[:-1], last))
        case _:
            raise Misfit


def _added(
    text: str, value: Any, known: Known, path: Path, kind: str, beginnings: Beginnings, who: str
) -> tuple[str, str]:
    of, there = known.lists.get(path), _found(value, path)
    kinds = beginnings.kinds(of or "", str(path[0]) if path else "")
    if of is None or (kinds and kind not in [it.value for it in kinds]):
        raise Misfit
    if of in _BEGUN:
        slot = known.items[path]
        return added(text, path, begun(slot, of, who)), dotted((*path, len(there or ())))
    item = beginnings.one(of, kind, value, there, who)
    if of == "member":
        name = beginnings.name(there or ())
        return added(text, path, item, name), dotted((*path, name))
    return added(text, path, item), dotted((*path, len(there or ())))


def _said(text: str, value: Any, known: Known, path: Path, key: str, who: str) -> tuple[str, str]:
    """A key that was not there, with something to begin with; of a list, one more."""
    wanted = f"{dotted(path)}.{key}" if path else key
    for group, slots in known.slots.items():
        for name, slot in slots.items():
            if dotted((*group, name)) == wanted:
                new = begun(slot, name, who)
                if isinstance(_found(value, (*group, name)), list):
                    return added(text, (*group, name), new[0]), dotted(path)
                return added(text, group, new, name), dotted(path)
    raise Misfit
