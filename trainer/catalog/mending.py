"""A text that is no YAML, read past its faults: all of them are told at once.

What the parser stumbles over is blanked, the least that lets it go on furthest: what follows a key
or a dash, with what is indented beneath it or without, or the whole line with that. What is blanked
keeps its lines, so every place stays right; and what leans on it is not judged (`Tree.torn`,
`Tree.open`), so nothing is told that is wrong only because of it.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import yaml

from trainer.catalog.marked import (
    Fault,
    Tree,
    Unreadable,
    control_character,
    parser,
    read,
    unparsed,
)

_MOST_FAULTS: Final = 20
_MOST_READ: Final = 4 * 1024 * 1024
"""Characters that are read over and over again for one text."""
_OTHER_BREAKS: Final = re.compile("\\r(?!\\n)|[\x85\u2028\u2029]")
_KEPT: Final = re.compile(r" *(?:- +)*(?:[A-Za-z_][\w-]*:(?= |$)|-(?= |$))")


class _Stop(NamedTuple):
    """Where the parser does not get on."""

    fault: Fault
    line: int
    begun: int
    """The line of what it was reading then."""
    since: int
    """The line up to which all is understood."""


class _Try(NamedTuple):
    """A text with one thing blanked, and how far the parser gets then."""

    lines: list[str]
    gone: range
    whole: bool
    """Whether not even the key was kept."""
    stop: _Stop | None

    def worth(self, at: int) -> tuple[float, bool, int, bool]:
        """Further is better; then rather the line it stopped at than another one with its key,
        for what stands beneath that would be somebody else's; then less, then with its key."""
        far = self.stop.since if self.stop else float("inf")
        return far, not self.whole or at in self.gone, -len(self.gone), not self.whole


def mended(text: str) -> tuple[Tree | None, tuple[Fault, ...]]:
    """All faults of a text that is unreadable, and what can be understood in spite of them."""
    if _OTHER_BREAKS.search(text):  # the parser would count other lines
        return None, ()
    lines, gaps, faults = text.split("\n"), set[int](), list[Fault]()
    while found := control_character("\n".join(lines)):
        place = found.mark
        line = lines[place.line - 1]
        lines[place.line - 1] = f"{line[: place.column - 1]} {line[place.column :]}"
        gaps.add(place.line - 1)
        faults.append(found)
        if len(faults) == _MOST_FAULTS:
            return None, tuple(faults)
    budget, stop, last = _MOST_READ, _stop(lines), None
    while stop:
        if not (last and _goes_on(last, stop)):
            faults.append(stop.fault)
        best = None
        for lines_then, gone, whole in _blanked(lines, stop):
            budget -= len(text)
            if budget < 0:
                return None, tuple(faults)
            one = _Try(lines_then, gone, whole, _stop(lines_then))
            best = one if best is None or one.worth(stop.line) > best.worth(stop.line) else best
        if best is None or len(faults) == _MOST_FAULTS:
            return None, tuple(faults)
        if best.stop and best.stop.since <= stop.since:
            return None, tuple(faults)
        gaps.update(best.gone)
        lines, stop, last = best.lines, best.stop, best
    try:
        tree, others = read("\n".join(lines), frozenset(gaps))
    except Unreadable:  # nothing is left, or what is left is not to be read for itself
        return None, tuple(faults)
    return tree, (*faults, *others)


def _goes_on(last: _Try, stop: _Stop) -> bool:
    """Whether the very next line is wrong in the same way: all of them are indented wrongly."""
    between = last.lines[last.gone.stop : stop.line]
    return last.whole and stop.line >= last.gone.stop and not any(it.strip() for it in between)


def _stop(lines: list[str]) -> _Stop | None:
    begun = since = 0
    last = len(lines) - 1
    event: Any = None
    try:
        for event in yaml.parse("\n".join(lines), Loader=parser()):
            begun = event.start_mark.line
            since = begun if isinstance(event, yaml.ScalarEvent) else since
    except yaml.MarkedYAMLError as error:
        fault = unparsed(error, event)
        if error.context_mark:
            begun = error.context_mark.line
        # where it is nested too deeply for the parser, it does not say where that is
        mark = error.problem_mark or error.context_mark
        at = min(mark.line if mark else 0, last)
        return _Stop(fault, at, min(begun, last), min(since, last))
    return None


def _blanked(lines: list[str], stop: _Stop) -> Iterator[tuple[list[str], range, bool]]:
    """The text without what may be to blame: the line itself, what was begun and not ended, and
    what stands before."""
    tried = set[int]()
    before = next((at for at in range(stop.line - 1, -1, -1) if lines[at].strip()), stop.line)
    for first in (stop.line, before, stop.begun, stop.since):
        if first in tried or not lines[first].strip():
            continue
        tried.add(first)
        gone = _block(lines, first)
        kept = _KEPT.match(lines[first])
        if kept:
            yield _without(lines, gone[:1], kept.group()), gone[:1], False
            yield _without(lines, gone, kept.group()), gone, False
        yield _without(lines, gone, ""), gone, True


def _without(lines: list[str], gone: range, head: str) -> list[str]:
    return [*lines[: gone.start], head, *("" for _ in gone[1:]), *lines[gone.stop :]]


def _block(lines: list[str], first: int) -> range:
    """A line, and what is indented beneath it."""
    deep = _indent(lines[first])
    end = first + 1
    said = lines[first].strip()
    if not deep and lines[first][0] == "\t":  # nobody knows how deep it stands
        if not (said.startswith("- ") or said.endswith(":")):
            return range(first, end)
        beneath = next((it for it in lines[end:] if it.strip()), "")
        deep = _indent(beneath) - 1
    for at in range(end, len(lines)):
        if lines[at].strip() and _indent(lines[at]) <= deep:
            break
        if lines[at].strip():
            end = at + 1
    return range(first, end)


def _indent(line: str) -> int:
    return line[: len(line) - len(line.lstrip())].count(" ")
