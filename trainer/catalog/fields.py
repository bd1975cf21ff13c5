"""An author's text as forms: the single values of its sections, and one put in another's place.

Only the value changes: comments, order and everything around it stay as they were written. A
language that is missing is a field, too; one that is emptied, and any value that may be left out,
is taken out of the text.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

import msgspec
import yaml

from trainer.catalog.cuts import Edit, Path, applied, composed, cut, end_of, put_in
from trainer.play.reviewing import Wording
from trainer.play.writing import FormField, Misfit

_LEFT_TO_YAML: Final = ("like", "format")
_PROSE: Final = (("brief",), ("debrief",), ("say",), ("says",), ("why",), ("body",), ("explain",))
_PLAIN: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})|true|false")
_WORD: Final = re.compile(r"[A-Za-z_$][\w.-]*")
_MEANT: Final = ("true", "false", "null")
"""Words that mean something else when nobody quotes them."""
LANGUAGES: Final = ("en", "zh_Hans", "zh_Hant")


class Place(msgspec.Struct, frozen=True):
    """Where a single value stands in the text, or the words in a language would."""

    path: Path
    leaf: yaml.ScalarNode | None
    holder: yaml.Node

    @property
    def field(self) -> FormField:
        """As a form shows it."""
        value = self.leaf.value if self.leaf else self.beside.value
        # in bytes: a Chinese sign is wider than a letter
        long = len(value.encode()) > 60 or "\n" in value or self.path[-2:-1] in _PROSE
        mark = (self.leaf or self.holder).start_mark
        said = value if self.leaf else ""
        return FormField(
            ".".join(map(str, self.path)),
            said,
            mark.line + 1,
            mark.column + 1 if self.leaf else 0,
            long,
        )

    @property
    def beside(self) -> yaml.ScalarNode:
        """The English words."""
        english: yaml.ScalarNode
        [english] = [it for key, it in self.holder.value if key.value == "en"]
        return english


def fields(text: str) -> tuple[FormField, ...]:
    """The values that a form can change, in their order; none of a text that is no YAML."""
    return tuple(it.field for it in places(text))


def places(text: str, apart: Collection[str] = _LEFT_TO_YAML) -> list[Place]:
    """Where they stand; what is apart is passed over."""
    root = composed(text)
    return list(_leaves(root, (), set(), apart)) if root else []


def wordings(text: str) -> list[Wording]:
    """What the text says in the languages of the course, in their order."""
    said: dict[Path, dict[str, str]] = {}
    missing = set()
    for it in places(text):
        if it.path[-1] in LANGUAGES:
            said.setdefault(it.path[:-1], {})[str(it.path[-1])] = it.leaf.value if it.leaf else ""
        else:
            missing.add(it.path[:-1])
    return [
        Wording(".".join(map(str, path)), words)
        for path, words in said.items()
        if len(words) == len(LANGUAGES) and path not in missing
    ]


def changed(text: str, values: Mapping[str, str], optional: Collection[Path] = ()) -> str:
    """The text with other values at these paths; paths that are not there are left alone. What is
    optional, and emptied, is taken out.
    """
    root = composed(text)
    if root is None:
        return text
    edits: list[Edit] = []
    gone: dict[Path, set[str | int]] = {}
    for it in places(text):
        sent = values.get(".".join(map(str, it.path)))
        if sent is None:
            continue
        value = sent.replace("\r\n", "\n").strip()
        if it.leaf is None:
            edits += put_in(text, it.holder, value, str(it.path[-1])) if value else ()
        elif value != it.leaf.value.strip():
            if not value and (it.path in optional or it.path[-1] in LANGUAGES[1:]):
                gone.setdefault(it.path[:-1], set()).add(it.path[-1])
            else:
                new = written(text, it.leaf, value)
                edits.append((it.leaf.start_mark.index, end_of(text, it.leaf), new))
    edits += (edit for path, names in gone.items() for edit in _out(text, root, path, names))
    return applied(text, edits)


def _out(text: str, root: yaml.Node, path: Path, names: set[str | int]) -> list[Edit]:
    try:
        return cut(text, root, path, names)
    except (Misfit, ValueError):
        return []


def _leaves(node: yaml.Node, path: Path, seen: set[int], apart: Collection[str]) -> Iterator[Place]:
    """Single values; what stands behind an alias is changed where it is written."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in apart:
                continue
            if isinstance(value, yaml.ScalarNode):
                if id(value) not in seen:
                    yield Place((*path, key.value), value, node)
                seen.add(id(value))
            else:
                yield from _leaves(value, (*path, key.value), seen, apart)
        yield from (Place((*path, it), None, node) for it in _missing(node))
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            if isinstance(value, yaml.ScalarNode):
                yield Place((*path, place), value, node)
            else:
                yield from _leaves(value, (*path, place), seen, apart)


def _missing(node: yaml.MappingNode) -> list[str]:
    """Languages in which words are missing."""
    there = [key.value for key, value in node.value if isinstance(value, yaml.ScalarNode)]
    words = "en" in there and len(there) == len(node.value) and set(there) <= set(LANGUAGES)
    return [it for it in LANGUAGES if it not in there] if words else []


def written(text: str, leaf: yaml.ScalarNode, value: str) -> str:
    """A value as it is written in the place of another: numbers stay numbers, text is quoted."""
    looked_up = not leaf.style and leaf.value.startswith("$")
    plain = not leaf.style and _PLAIN.fullmatch(leaf.value)
    if (plain or looked_up) and _PLAIN.fullmatch(value):
        return value
    if leaf.style == "|" and "\n" in value and not re.search(r"(?m)^\s|\s$", value.split("\n")[0]):
        head, _newline, old = text[leaf.start_mark.index : leaf.end_mark.index].partition("\n")
        margin = " " * (len(old) - len(old.lstrip(" ")))
        if margin and old.strip():
            return "\n".join(
                [head, *(margin + it if it.strip() else "" for it in value.split("\n"))]
            )
    word = not leaf.style and _WORD.fullmatch(value) and value not in _MEANT
    return value if word else json.dumps(value, ensure_ascii=False)
