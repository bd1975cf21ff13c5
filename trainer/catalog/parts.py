"""Parts of an author's text put in, taken out and moved: comments and order of the rest stay.

Every change is tried on the values first. A text that would say anything else than that, for it is
written in a way that the cuts do not know (aliases, say), is left as it is, and Misfit is raised.
"""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import yaml

from trainer.catalog.cuts import (
    Edit,
    Path,
    applied,
    composed,
    cut,
    end_of,
    key_at,
    node_at,
    put,
    swapped,
)
from trainer.catalog.fields import places, written
from trainer.catalog.marked import Unreadable, read
from trainer.play.writing import Misfit


def said(text: str) -> Any:
    """What a text says, as plain values of its own; None where it is no YAML."""
    try:
        return msgspec.json.decode(msgspec.json.encode(read(text)[0].value))
    except (Unreadable, RecursionError):
        return None


def at(value: Any, path: Path) -> Any:
    """What stands at a place. Raises Misfit."""
    for part in path:
        try:
            value = value[part]
        except (LookupError, TypeError):
            raise Misfit from None
    return value


def located(value: Any, dotted: str) -> Path:
    """A place as it is written in addresses and forms: steps.0.goals. Raises Misfit."""
    path: Path = ()
    for part in dotted.split(".") if dotted else ():
        here = at(value, path)
        path = (*path, int(part) if isinstance(here, list) and part.isdecimal() else part)
    return path


def added(text: str, path: Path, item: Any, key: str | None = None) -> str:
    """One more at the end of a list; or under a key, of a group of keys. What does not stand there
    yet is begun. Raises Misfit.
    """

    def add(value: Any) -> None:
        found = value
        for place, part in enumerate(path, 1):
            inner = found.get(part) if isinstance(found, dict) else at(found, (part,))
            if not inner:
                inner = found[part] = [] if place == len(path) and key is None else {}
            found = inner
        if key is None:
            found.append(item)
        elif key in found:
            raise Misfit
        else:
            found[key] = item

    return _changed(text, lambda root: put(text, root, path, item, key), add)


def removed(text: str, path: Path) -> str:
    """Without what stands at a place: an item of a list, or a key with its value. Raises Misfit."""

    def drop(value: Any) -> None:
        del at(value, path[:-1])[path[-1]]

    return _changed(text, lambda root: cut(text, root, path[:-1], {path[-1]}), drop)


def moved(text: str, path: Path, by: int) -> str:
    """An item of a list, or a key of a group, one place up (-1) or down (1). Raises Misfit."""
    above, part = path[:-1], path[-1]
    there = at(said(text), above)
    if not isinstance(there, dict | list):
        raise Misfit
    parts = list(there if isinstance(there, dict) else range(len(there)))
    first = min(parts.index(part), parts.index(part) + by) if part in parts else -1
    if not 0 <= first < len(parts) - 1:
        raise Misfit

    def swap(value: Any) -> None:
        rows = at(value, above)
        order = list(rows)
        order[first : first + 2] = reversed(order[first : first + 2])
        if isinstance(rows, list):
            rows[:] = order
        else:
            for name in order:
                rows[name] = rows.pop(name)

    return _changed(text, lambda root: swapped(text, node_at(root, above), first), swap)


def _changed(
    text: str, edits: Callable[[yaml.Node], Iterable[Edit]], wanted: Callable[[Any], None]
) -> str:
    root, value = composed(text), said(text)
    if root is None or not isinstance(value, dict):
        raise Misfit
    try:
        wanted(value)
        new = applied(text, edits(root))
    except (LookupError, TypeError, ValueError, AttributeError):
        raise Misfit from None
    # as JSON, for the order of keys counts, too
    if msgspec.json.encode(said(new)) != msgspec.json.encode(value):
        raise Misfit
    return new


def renamed(text: str, path: Path, new: str, refers: Callable[[str, Any], Any]) -> str:
    """The text with another name for a key, and for what `refers` to it: a value under its key, as
    it is to be. Raises Misfit.
    """
    *above, old = path

    def name(value: Any) -> None:
        group = at(value, tuple(above))
        for key in list(group):
            group[new if key == old else key] = group.pop(key)
        _refer(value, "", refers)

    def edits(root: yaml.Node) -> Iterable[Edit]:
        key = key_at(root, path)
        yield key.start_mark.index, key.end_mark.index, new
        for it in places(text, apart=()):
            last = next((part for part in reversed(it.path) if isinstance(part, str)), "")
            if it.leaf and (value := refers(last, it.leaf.value)) != it.leaf.value:
                yield it.leaf.start_mark.index, end_of(text, it.leaf), written(text, it.leaf, value)

    return _changed(text, edits, name)


def _refer(value: Any, key: str, refers: Callable[[str, Any], Any]) -> Any:
    if isinstance(value, dict):
        for name, inner in value.items():
            value[name] = _refer(inner, name, refers)
    elif isinstance(value, list):
        value[:] = [_refer(inner, key, refers) for inner in value]
    else:
        return refers(key, value)
    return value
