"""Cuts in an author's text: where its parts stand, and what takes one out, puts one in, or has two
change places, so that comments and order of everything else stay.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec
import yaml

from trainer.catalog.marked import Unreadable, parser, read
from trainer.play.writing import Misfit

Path = tuple[str | int, ...]
Edit = tuple[int, int, str]
"""From here to there, this stands instead."""
_COMMENT: Final = re.compile(r"( *)#.*(\n|$)")
_WORD: Final = re.compile(r"[A-Za-z_][\w-]*")


@lru_cache(maxsize=4)
def composed(text: str) -> yaml.Node | None:
    """The text as nodes with their places; None where it is no YAML of a reasonable size."""
    try:
        read(text)  # it knows how deep and how large a text may be; the other one would try
        # libyaml counts no mark of a byte order, and all places would be one too low
        loader = yaml.SafeLoader if text.startswith("\ufeff") else parser()
        node: yaml.Node | None = yaml.compose(text, Loader=loader)
        return node
    except (Unreadable, yaml.YAMLError, ValueError, RecursionError):
        return None


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits, none of which reaches into another."""
    for start, end, new in reversed(sorted(edits, key=lambda it: it[:2])):
        text = text[:start] + new + text[end:]
    return text


# --- places in the text ---------------------------------------------------------------------------


def node_at(root: yaml.Node, path: Path) -> yaml.Node:
    """What stands at a place. Raises Misfit."""
    for part in path:
        found = next((it for name, it in _children(root) if name == part), None)
        if found is None:
            raise Misfit
        root = found
    return root


def _children(node: yaml.Node) -> list[tuple[str | int, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        return [(key.value, value) for key, value in node.value]
    return list(enumerate(node.value)) if isinstance(node, yaml.SequenceNode) else []


def _between_brackets(node: yaml.Node) -> bool:
    return bool(getattr(node, "flow_style", False))


def end_of(text: str, node: yaml.Node) -> int:
    """Where a value really ends: a parser reads on over comments and empty lines."""
    if isinstance(node, yaml.ScalarNode):
        start, end = node.start_mark.index, node.end_mark.index
        if node.style not in ("|", ">"):
            return int(end)
        written = text[start:end]
        kept = "+" in written.split("\n", 1)[0].split("#")[0]
        return int(start + len(written.removesuffix("\n") if kept else written.rstrip()))
    if _between_brackets(node) or not node.value:
        return int(node.end_mark.index)
    return end_of(text, _children(node)[-1][1])


def _line(text: str, place: int) -> int:
    return text.rfind("\n", 0, place) + 1


def _next_line(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end + 1


def _begins(text: str, node: yaml.Node) -> list[int]:
    """Where each key, or the dash of each item, stands."""
    if isinstance(node, yaml.MappingNode):
        return [key.start_mark.index for key, _value in node.value]
    if _between_brackets(node):
        return [it.start_mark.index for it in node.value]
    found, after = [], node.start_mark.index
    for it in node.value:
        found.append(text.rindex("-", after, it.start_mark.index))
        after = end_of(text, it)
    return found


def _spans(text: str, node: yaml.Node) -> list[tuple[int, int]]:
    """From where to where each part of a list or group reaches. In block style in whole lines, with
    the comments above it, and those below that are indented deeper.
    """
    begins = _begins(text, node)
    ends = [end_of(text, it) for _name, it in _children(node)]
    if _between_brackets(node):
        return list(zip(begins, ends, strict=True))
    column = begins[0] - _line(text, begins[0])
    found: list[tuple[int, int]] = []
    floor = 0 if isinstance(node, yaml.SequenceNode) else _line(text, node.start_mark.index)
    for begin, end in zip(begins, ends, strict=True):
        start = begin if text[_line(text, begin) : begin].strip() else _line(text, begin)
        while (above := _line(text, start - 1)) >= floor and start > floor:
            if text[above:start].lstrip()[:1] != "#":
                break
            start = above
        end = _next_line(text, end)
        while (below := _COMMENT.match(text, end)) and len(below[1]) > column:
            end = below.end()
        found.append((start, end))
        floor = end
    return found


# --- cuts -----------------------------------------------------------------------------------------


def cut(text: str, root: yaml.Node, path: Path, gone: set[str | int]) -> list[Edit]:
    """What takes these parts out of a list or group."""
    node = node_at(root, path)
    rows = [name for name, _value in _children(node)]
    spans, out = _spans(text, node), [at for at, name in enumerate(rows) if name in gone]
    if len(out) == len(rows):
        return _emptied(text, root, path, spans)
    kept = next(at for at in range(len(rows)) if at not in out)
    edits = []
    for place in out:
        start, end = spans[place]
        if place < kept and (_between_brackets(node) or text[_line(text, start) : start].strip()):
            end = spans[place + 1][0]  # what comes next takes its place, behind bracket or dash
        elif _between_brackets(node):
            start = spans[place - 1][1]
        elif not place:
            while text[end : end + 1] == "\n":
                end += 1
        elif place == len(rows) - 1 or text[end : end + 1] == "\n":
            floor = spans[place - 1][1]
            while start > floor and text[_line(text, start - 1) : start].isspace():
                start = _line(text, start - 1)
        edits.append((start, end, ""))
    return edits


def _emptied(text: str, root: yaml.Node, path: Path, spans: list[tuple[int, int]]) -> list[Edit]:
    node = node_at(root, path)
    empty = "[]" if isinstance(node, yaml.SequenceNode) else "{}"
    if _between_brackets(node):
        return [(node.start_mark.index, node.end_mark.index, empty)]
    colon = _colon(text, root, path)
    return [(colon, colon, f" {empty}"), (spans[0][0], spans[-1][1], "")]


def _colon(text: str, root: yaml.Node, path: Path) -> int:
    """Behind the colon of the key that a place is under."""
    return text.index(":", key_at(root, path).end_mark.index) + 1


def key_at(root: yaml.Node, path: Path) -> yaml.Node:
    """The key that a value stands under. Raises Misfit."""
    above = node_at(root, path[:-1]) if path else None
    keys = above.value if isinstance(above, yaml.MappingNode) else ()
    found: yaml.Node | None = next((key for key, _value in keys if key.value == path[-1]), None)
    if found is None:
        raise Misfit
    return found


def swapped(text: str, node: yaml.Node, first: int) -> list[Edit]:
    """One part and the next one change places; what stands between them stays there."""
    (start, end), (then, last) = _spans(text, node)[first : first + 2]
    if not _between_brackets(node) and text[_line(text, start) : start].strip():
        raise Misfit
    one, other = text[start:end], text[then:last]
    if not _between_brackets(node) and not other.endswith("\n"):
        one, other = one.removesuffix("\n"), other + "\n"
    return [(start, end, other), (then, last, one)]


# --- what is put in -------------------------------------------------------------------------------


def put(text: str, root: yaml.Node, path: Path, item: Any, key: str | None) -> list[Edit]:
    """What puts one more at the end of a list, or under a key of a group; begun where it is not."""
    try:
        node = node_at(root, path)
    except Misfit:
        begun = [item] if key is None else {key: item}
        return put(text, root, path[:-1], begun, str(path[-1]))
    if not node.value or (isinstance(node, yaml.ScalarNode) and not node.style):
        return _begun(text, root, path, node, [item] if key is None else {key: item})
    return put_in(text, node, item, key)


def put_in(text: str, node: yaml.Node, item: Any, key: str | None = None) -> list[Edit]:
    """What puts one more into a list or group that has some."""
    spans = _spans(text, node)
    if _between_brackets(node):
        end = spans[-1][1]
        return [(end, end, ", " + (flow(item) if key is None else f"{key}: {flow(item)}"))]
    begin = _begins(text, node)[0]
    lines = _block([item] if key is None else {key: item}, begin - _line(text, begin))
    end = spans[-1][1]
    if len(spans) > 1 and "\n" in text[spans[-2][1] : spans[-1][0]]:
        lines = "\n" + lines  # the others have room between them, too
    return [(end, end, lines if text[:end].endswith("\n") else "\n" + lines)]


def _begun(text: str, root: yaml.Node, path: Path, node: yaml.Node, value: Any) -> list[Edit]:
    """The first one, where nothing or an empty list stands."""
    if isinstance(node, yaml.ScalarNode) and node.value not in ("", "~", "null"):
        raise Misfit
    key = key_at(root, path)
    start, end = node.start_mark.index, node.end_mark.index
    if _between_brackets(node_at(root, path[:-1])):
        return [(start, end, ("" if text[start - 1 : start] == " " else " ") + flow(value))]
    column = key.start_mark.index - _line(text, key.start_mark.index)
    below = _next_line(text, end if end > start else _colon(text, root, path) - 1)
    lines = _block(value, column + 2)
    start -= len(text[:start]) - len(text[:start].rstrip(" ")) if end > start else 0
    gone = [(start, end, "")] if end > start else []
    return [*gone, (below, below, lines if text[:below].endswith("\n") else "\n" + lines)]


class _Dumper(yaml.SafeDumper):
    """Writes as the course's files are written."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Items of a list stand deeper than its key."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Everything is written out."""
        return True


def _text_node(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _list_node(dumper: yaml.SafeDumper, rows: list[Any]) -> yaml.SequenceNode:
    single = not any(isinstance(it, dict | list) for it in rows)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", rows, flow_style=single)


_Dumper.add_representer(str, _text_node)
_Dumper.add_representer(list, _list_node)


def _block(value: Any, column: int) -> str:
    """A value in lines of its own, so far from the left."""
    if isinstance(value, list):  # each item in lines of its own, also of single words
        return "".join(" " * column + "- " + _block(it, column + 2).lstrip(" ") for it in value)
    lines = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=96)
    lines = lines.removesuffix("...\n")  # behind a single word
    return "".join(
        (" " * column + line if line.strip() else line) for line in lines.splitlines(keepends=True)
    )


def flow(value: Any) -> str:
    """A value between brackets."""
    if isinstance(value, Mapping):
        rows = (
            f"{key if _WORD.fullmatch(key) else flow(key)}: {flow(it)}" for key, it in value.items()
        )
        return "{" + ", ".join(rows) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    return msgspec.json.encode(value).decode()
