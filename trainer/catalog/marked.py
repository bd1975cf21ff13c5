"""YAML with its places: plain values, and for each of them the line and column it stands at.

Only whole numbers, `true`, `false` and `null` are more than text. So 59.80, NO, 12:30 and
2026-03-02 are what they look like, and not a float, a boolean, 750 minutes and a date.
"""

import difflib
import re
from collections.abc import Iterator, Set
from typing import Any, Final, NamedTuple

import msgspec
import yaml

from trainer.training.sentences import Sentence

LARGEST: Final = 256 * 1024
"""Characters a file may have, and with its aliases written out may have a few times over."""
_GROWTH: Final = 4
_DEEPEST: Final = 30

_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_WORDS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None, "~": None, "": None}


_OF_THE_PARSER: Final = (
    Sentence("this is not YAML"),
    Sentence("mapping values are not allowed in this context"),
    Sentence("did not find expected key"),
    Sentence("did not find expected '-' indicator"),
    Sentence("did not find expected ',' or ']'"),
    Sentence("did not find expected ',' or '}'"),
    Sentence("did not find expected node content"),
    Sentence("could not find expected ':'"),
    Sentence("block sequence entries are not allowed in this context"),
    Sentence("found character that cannot start any token"),
    Sentence("found a tab character that violates indentation"),
    Sentence("found unexpected end of stream"),
    Sentence("found unknown escape character"),
)
"""What it finds wrong most often: they stand here so that they are translated, too."""


class Mark(NamedTuple):
    """A place in a file, counted from one as editors do."""

    line: int
    column: int


class Fault(NamedTuple):
    """What is wrong at a place, and what to do about it."""

    mark: Mark
    what: Sentence
    cure: Sentence


class Unreadable(Exception):
    """The file makes no sense from some place on."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.what)
        self.fault = fault


class Tree(msgspec.Struct, frozen=True):
    """A value with its place, and those of everything in it."""

    value: Any
    mark: Mark
    size: int
    keys: dict[str, Mark] = {}
    parts: dict[str | int, "Tree"] = {}
    torn: bool = False
    """Something of it could not be read, so it may be wrong for that reason alone."""
    open: bool = False
    """What could not be read may have been one of its own keys."""

    def part(self, key: str) -> "Tree":
        """What stands under a key; nothing, at the beginning of the file, where there is none."""
        return self.parts.get(key, _NOTHING)

    def rows(self, key: str) -> list["Tree"]:
        """The items of a list under a key."""
        return list(self.part(key).parts.values())


_NOTHING: Final = Tree(None, Mark(1, 1), 0)


def near(name: str, known: list[str], before: str = "") -> Sentence:
    """The cure for a name that nobody knows: the one that is meant, or those there are."""
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return Sentence("did you mean {name}?", name=before + close[0])
    return (
        Sentence("known are {known}", known=", ".join(before + it for it in known))
        if known
        else Sentence("add it to the cast")
    )


def over(own: Tree, base: Tree, mark: Mark, depth: int) -> Tree:
    """A group of keys laid over another one: what it does not say itself is the base's.

    So many levels deep; what comes from the base stands at the mark, where it was asked for.
    """
    if depth < 0 or not isinstance(own.value, dict) or not isinstance(base.value, dict):
        return own
    parts = {key: _moved(part, mark) for key, part in base.parts.items()}
    keys = dict.fromkeys(base.keys, mark) | own.keys
    for key, part in own.parts.items():
        beneath = base.parts.get(key)
        parts[key] = over(part, beneath, mark, depth - 1) if beneath else part
    values = {str(key): part.value for key, part in parts.items()}
    return Tree(values, own.mark, own.size + base.size, keys, parts)


def _moved(tree: Tree, mark: Mark) -> Tree:
    parts = {key: _moved(part, mark) for key, part in tree.parts.items()}
    return Tree(tree.value, mark, tree.size, dict.fromkeys(tree.keys, mark), parts)


def read(text: str, gaps: frozenset[int] = frozenset()) -> tuple[Tree, tuple[Fault, ...]]:
    """The one document of a text, with what is wrong in it. Raises Unreadable.

    `gaps` are lines, counted from nought, of which something was blanked.
    """
    if control := control_character(text):
        raise Unreadable(control)
    reader = _Reader(text, gaps)
    try:
        return reader.document()
    except yaml.MarkedYAMLError as error:
        raise Unreadable(unparsed(error, reader.latest)) from None


def control_character(text: str) -> Fault | None:
    """The first character that no text has."""
    control = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if not control:
        return None
    before = text[: control.start()]
    place = Mark(before.count("\n") + 1, len(before) - before.rfind("\n"))
    what = Sentence("a control character cannot be read")
    return Fault(place, what, Sentence("delete this character"))


def unparsed(error: yaml.MarkedYAMLError, latest: Any) -> Fault:
    """What the parser says, at its place; `latest` is the event before it."""
    if opens := _unclosed(error, latest):
        return Fault(
            Mark(opens.line + 1, opens.column + 1),
            Sentence("the quote that opens here is not closed"),
            Sentence('close it at the end of what it says, and write \\" for a quote inside it'),
        )
    mark = error.problem_mark or error.context_mark
    place = Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)
    what = Sentence(error.problem or "this is not YAML")
    return Fault(place, what, Sentence("check indentation, quotes and the colon after each key"))


def _unclosed(error: yaml.MarkedYAMLError, latest: Any) -> Any:
    """Where a quote opens that swallows what comes after it: up to the end of the text, or to the
    next quote, behind which the parser stumbles. None if that is not what is wrong.
    """
    if error.context and "quoted scalar" in error.context:
        return error.context_mark
    if isinstance(latest, yaml.ScalarEvent) and latest.style in ("'", '"') and error.problem_mark:
        start: Any = latest.start_mark
        end: Any = latest.end_mark
        return start if start.line < end.line == error.problem_mark.line else None
    return None


def parser() -> Any:
    """libyaml's, where it is there."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Reader:
    """Builds the tree from the parser's events; what can be skipped over is only noted."""

    def __init__(self, text: str, gaps: frozenset[int]) -> None:
        self.latest: Any = None
        """The event that was read last."""
        self._events = self._kept(yaml.parse(text, Loader=parser()))
        self._gaps = gaps
        self._near = gaps | _above(text, gaps)
        self._end = -1
        self._anchors: dict[str, Tree] = {}
        self._faults: list[Fault] = []

    def _kept(self, events: Iterator[Any]) -> Iterator[Any]:
        for event in events:
            self.latest = event
            yield event

    def document(self) -> tuple[Tree, tuple[Fault, ...]]:
        """The first document; there must not be a second one."""
        next(self._events)
        start = next(self._events)
        if not isinstance(start, yaml.DocumentStartEvent):
            raise Unreadable(
                Fault(
                    Mark(1, 1), Sentence("the file is empty"), Sentence("write a scenario into it")
                )
            )
        tree = self._tree(next(self._events), 0)
        next(self._events)
        after = next(self._events)
        if isinstance(after, yaml.DocumentStartEvent):
            self._note(
                after,
                Sentence("a second document begins here"),
                Sentence("give it a file of its own"),
            )
        return tree, tuple(self._faults)

    def _note(self, event: Any, what: Sentence, cure: Sentence) -> None:
        self._faults.append(Fault(_mark(event), what, cure))

    def _tree(self, event: Any, depth: int) -> Tree:
        if depth > _DEEPEST:
            cure = Sentence("nest at most {most} levels", most=_DEEPEST)
            raise Unreadable(Fault(_mark(event), Sentence("this is nested too deeply"), cure))
        if isinstance(event, yaml.AliasEvent):
            tree = self._alias(event)
        else:
            if event.tag is not None and event.tag != "!":
                self._note(
                    event,
                    Sentence("the tag {tag} is not read", tag=event.tag),
                    Sentence("write the value without it"),
                )
            tree = self._built(event, depth)
            if event.anchor:
                self._anchors[event.anchor] = tree
        if tree.size > _GROWTH * LARGEST:
            what = Sentence("with its aliases written out this is too large")
            raise Unreadable(Fault(_mark(event), what, Sentence("write it without aliases")))
        return tree

    def _alias(self, event: Any) -> Tree:
        found = self._anchors.get(event.anchor)
        self._end = event.end_mark.line
        if found is None and self._gaps:  # it may have stood there
            return Tree(None, _mark(event), 1, torn=True, open=True)
        if found is None:
            cure = Sentence(
                "write &{anchor} before the value that is meant, above this line",
                anchor=event.anchor,
            )
            raise Unreadable(
                Fault(
                    _mark(event),
                    Sentence("*{anchor} stands for nothing", anchor=event.anchor),
                    cure,
                )
            )
        return found

    def _built(self, event: Any, depth: int) -> Tree:
        if isinstance(event, yaml.ScalarEvent):
            value = event.value if event.style else _plain(event.value)
            mark, self._end = _mark(event), _last_line(event)
            torn = any(mark.line - 1 <= it <= self._end for it in self._near)
            return Tree(value=value, mark=mark, size=len(event.value) + 1, torn=torn)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._mapping(event, depth)

    def _sequence(self, start: Any, depth: int) -> Tree:
        parts: dict[str | int, Tree] = {}
        size, since = 1, self._end - 1
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            parts[len(parts)] = part = self._tree(event, depth + 1)
            size += part.size
        values = [part.value for part in parts.values()]
        torn = self._torn(since, _mark(event).line - 1)
        return Tree(value=values, mark=_mark(start), size=size, parts=parts, torn=torn)

    def _mapping(self, start: Any, depth: int) -> Tree:
        parts: dict[str | int, Tree] = {}
        keys: dict[str, Mark] = {}
        size, since = 1, self._end - 1
        known: set[int] = set()
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = event.value if isinstance(event, yaml.ScalarEvent) else ""
            if not key:
                self._tree(event, depth + 1)
                self._note(
                    event,
                    Sentence("this cannot be a key"),
                    Sentence("write one word before the colon"),
                )
            elif key in keys:
                cure = Sentence(
                    "delete one of them; the other stands in line {line}", line=keys[key].line
                )
                self._note(event, Sentence("{key} stands here twice", key=key), cure)
            line = self._end = event.start_mark.line
            part = self._tree(next(self._events), depth + 1)
            begun = line if not part.parts else line + 1  # what follows may be no part of it
            known.update(it for it in self._gaps if begun <= it <= self._end)
            size += part.size + len(key) + 1
            if key and key not in keys:
                keys[key] = _mark(event)
                parts[key] = part
        values = {key: parts[key].value for key in keys}
        end = _mark(event).line - 1  # where the next thing begins
        return Tree(
            value=values,
            mark=_mark(start),
            size=size,
            keys=keys,
            parts=parts,
            torn=self._torn(since, end),
            open=self._torn(since, end, known),
        )

    def _torn(self, after: int, before: int, known: Set[int] = frozenset()) -> bool:
        """Whether there is a gap between two lines that is not known already."""
        return any(after < it < before for it in self._gaps - known)


def _above(text: str, gaps: Set[int]) -> set[int]:
    """The lines that something once stood beneath which is blank now."""
    found, last = set(), 0
    for at, line in enumerate(text.split("\n") if gaps else ()):
        if at in gaps and not line.strip():
            found.add(last)
        elif line.strip() and not line.lstrip().startswith("#"):
            last = at
    return found


def _mark(event: Any) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _last_line(scalar: Any) -> int:
    """Of a text, counted from nought; what stands in a block ends where the next line begins."""
    return int(scalar.end_mark.line) - (scalar.style in ("|", ">"))


def _plain(text: str) -> Any:
    """What an unquoted word means."""
    if _INTEGER.fullmatch(text):
        return int(text)
    return _WORDS.get(text, text)
