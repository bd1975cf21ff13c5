"""An author's text as forms: the single values of its sections, and one put in another's place.

Only the value changes: comments, order and everything around it stay as they were written.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
import yaml

from trainer.catalog.marked import Unreadable, read

Path = tuple[str | int, ...]
_LEFT_TO_YAML: Final = ("solution", "script", "like", "format")
_SECTIONS: Final = ("world", "cast", "policies", "standing", "month")
_PLAIN: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})|true|false")


class Field(msgspec.Struct, frozen=True):
    """A single value of the text."""

    path: str
    """Where it stands: steps.0.title.en."""
    section: str
    """Of the form: the first part, a step, or a question."""
    value: str
    line: int
    long: bool
    """Whether it is more than a few words."""


def fields(text: str) -> tuple[Field, ...]:
    """The values that a form can change, in their order; none of a text that is no YAML."""
    node = _composed(text)
    if node is None:
        return ()
    return tuple(
        Field(
            ".".join(map(str, path)),
            _section(path),
            leaf.value,
            leaf.start_mark.line + 1,
            # in bytes: a Chinese sign is wider than a letter
            len(leaf.value.encode()) > 60 or "\n" in leaf.value,
        )
        for path, leaf in _leaves(node, (), set())
    )


def changed(text: str, values: Mapping[str, str]) -> str:
    """The text with other values at these paths; paths that are not there are left alone."""
    node = _composed(text)
    if node is None:
        return text
    wanted = []
    for path, leaf in _leaves(node, (), set()):
        value = values.get(".".join(map(str, path)))
        if value is not None and value.replace("\r\n", "\n").strip() != leaf.value.strip():
            wanted.append((leaf, value.replace("\r\n", "\n").strip()))
    for leaf, value in reversed(wanted):  # from the end on, so that places before it stay true
        start, end = leaf.start_mark.index, leaf.end_mark.index
        tail = "\n" if text[start:end].endswith("\n") else ""
        text = text[:start] + _written(leaf, value) + tail + text[end:]
    return text


def _composed(text: str) -> yaml.Node | None:
    try:
        read(text)  # it knows how deep and how large a text may be; the other one would try
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except (Unreadable, yaml.YAMLError, ValueError):
        return None


def _leaves(node: yaml.Node, path: Path, seen: set[int]) -> Iterator[tuple[Path, yaml.ScalarNode]]:
    """Single values; what stands behind an alias is changed where it is written."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value not in _LEFT_TO_YAML:
                yield from _leaves(value, (*path, key.value), seen)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _leaves(value, (*path, place), seen)
    elif isinstance(node, yaml.ScalarNode) and path:
        yield path, node


def _section(path: Path) -> str:
    if path[0] in ("steps", "questions") and len(path) > 1:
        return f"{path[0]}.{path[1]}"
    return str(path[0]) if path[0] in _SECTIONS else "about"


def _written(leaf: yaml.ScalarNode, value: str) -> str:
    """A value as it is written in the place of another: numbers stay numbers, text is quoted."""
    plain = leaf.style is None and _PLAIN.fullmatch(leaf.value)
    if plain and _PLAIN.fullmatch(value):
        return value
    word = leaf.style is None and re.fullmatch(r"[A-Za-z_][\w-]*", value)
    return value if word else json.dumps(value, ensure_ascii=False)
