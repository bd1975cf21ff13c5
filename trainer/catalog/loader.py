"""Scenario files, read and checked as a whole: each mistake with its place and its cure."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Final, NamedTuple, TypeVar, Union, get_args, get_origin

import msgspec
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from trainer.catalog.marked import LARGEST, Fault, Mark, Tree, Unreadable, over, read
from trainer.catalog.mending import mended
from trainer.catalog.references import loose
from trainer.training.checks import CHECKS, Check
from trainer.training.scenario import Scenario
from trainer.training.sentences import Sentence

_NOT_SCENARIOS: Final = (
    "course.yaml",
    "glossary.yaml",
    "dialects.yaml",
    "questions.yaml",
    "question-templates.yaml",
    "lessons.yaml",
    "cases.yaml",
)

Loc = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


class Problem(NamedTuple):
    """A mistake in a scenario file."""

    file: str
    line: int
    column: int
    what: Sentence
    cure: Sentence

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column} – {self.what} – {self.cure}"


class ScenarioErrors(Exception):
    """Everything that is wrong with a scenario file."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Loaded(msgspec.Struct, frozen=True):
    """A scenario with the text that is pinned to attempts, and that text's fingerprint."""

    scenario: Scenario
    content: bytes
    digest: str
    places: tuple[str, ...] = ()
    """Where each command of the solution stands."""


def load_all(folder: Path) -> tuple[list[Loaded], list[Problem]]:
    """Every sound scenario of a folder, or of its chapters, and what is wrong with the others.

    Files that are as they were the last time are not read again.
    """
    found = sorted((*folder.glob("*.yaml"), *folder.glob("*/*.yaml")))
    loaded, problems = _load_all(
        tuple((path, _stamp(path)) for path in found if path.name not in _NOT_SCENARIOS)
    )
    return list(loaded), list(problems)


def _stamp(path: Path) -> tuple[int, ...]:
    """Something that is another thing once the file is."""
    try:
        told = path.stat()
    except OSError:  # reading it will say why
        return ()
    return told.st_ino, told.st_mtime_ns, told.st_size


@lru_cache(maxsize=1)
def _load_all(
    files: tuple[tuple[Path, tuple[int, ...]], ...],
) -> tuple[tuple[Loaded, ...], tuple[Problem, ...]]:
    loaded: list[Loaded] = []
    problems: list[Problem] = []
    places: dict[str, Path] = {}
    for path, _ in files:
        earlier = places.setdefault(path.stem, path)
        if earlier is not path:
            what = Sentence(
                "{name} is the name of {earlier} already",
                name=path.stem,
                earlier=f"{earlier.parent.name}/{earlier.name}",
            )
            problems.append(
                Problem(str(path), 1, 1, what, Sentence("give one of the files another name"))
            )
            continue
        try:
            loaded.append(load_scenario(path))
        except ScenarioErrors as errors:
            problems.extend(errors.problems)
    _read.cache_clear()
    return tuple(loaded), tuple(problems)


# one file may be like another and wait for a third: while a folder is loaded, each is read once
_read = lru_cache(maxsize=128)(read)


def load_scenario(path: Path) -> Loaded:
    """One scenario file. Raises ScenarioErrors with all that is wrong with it."""
    tree, found = _tree(path)
    tree, scenario, wrong = _scenario(path, tree)
    found += wrong
    named = tree.value.get("id") if isinstance(tree.value, dict) else None
    if isinstance(named, str) and named != path.stem and not tree.parts["id"].torn:
        what = Sentence(
            "the id is {named}, and the file is called {file}", named=named, file=path.name
        )
        found.append(
            Fault(tree.parts["id"].mark, what, Sentence("write id: {stem}", stem=path.stem))
        )
    found += _first(path, tree)
    return _loaded(path, tree, scenario, found, f"{path}:")


def load_text(text: str, folder: Path) -> Loaded:
    """A scenario that is no file yet; `like:` names those of the chapters in `folder`. Raises
    ScenarioErrors with all that is wrong with it."""
    path = folder / "drafts" / "draft.yaml"
    tree, faults = _tree(path, text)
    tree, scenario, wrong = _scenario(path, tree)
    return _loaded(path, tree, scenario, [*faults, *wrong])


def _scenario(path: Path, tree: Tree) -> tuple[Tree, Scenario | None, list[Fault]]:
    """What a tree says, with what it takes from the scenario it is like."""
    found: list[Fault] = []
    if isinstance(tree.value, dict) and "like" in tree.parts:
        tree, found = _like(path, tree)
    scenario, wrong = _shaped(Scenario, tree)
    return tree, scenario, [*found, *loose(tree), *wrong]


def _loaded(
    path: Path, tree: Tree, scenario: Scenario | None, found: list[Fault], file: str = ""
) -> Loaded:
    if found or scenario is None:
        raise errors_of(path, found)
    content = msgspec.json.encode(tree.value)
    steps = tree.parts["steps"].parts.values() if scenario.steps else ()
    done = (it.mark for step in steps for it in step.parts["solution"].parts.values())
    places = tuple(f"{file}{mark.line}:{mark.column}" for mark in done)
    return Loaded(scenario, content, sha256(content).hexdigest(), places)


def read_as(
    model: type[Model], path: Path, text: str | None = None
) -> tuple[Model | None, Tree, list[Fault]]:
    """A file, or a text in its place, as something of ours, with its places and all that is wrong
    with it; None if that is too much. Raises ScenarioErrors if it makes no sense at all."""
    tree, found = _tree(path, text)
    made, wrong = _shaped(model, tree)
    return made, tree, found + wrong


def _tree(path: Path, text: str | None = None) -> tuple[Tree, list[Fault]]:
    """What a file says, or a text in its place, with what is wrong in it, as far as it can be read.
    Raises ScenarioErrors if that is not at all."""
    faults: tuple[Fault, ...]
    try:
        if text is None:
            text = _text(path)
            tree, faults = _read(text)
        else:
            tree, faults = read(text)
    except Unreadable as unreadable:
        rest, faults = (None, ()) if text is None else mended(text)
        found = [unreadable.fault, *faults]
        if rest is None:
            raise errors_of(path, found) from None
        return rest, found
    return tree, list(faults)


def _shaped(model: type[Model], tree: Tree) -> tuple[Model | None, list[Fault]]:
    try:
        return model.model_validate(tree.value), []
    except ValidationError as error:
        return None, list(islice(_faults(error, tree, model), _MOST_FAULTS))


_MOST_FAULTS: Final = 1_000
"""Nobody mends more at once; a draft that is nothing but faults keeps nobody waiting."""
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_OWN: Final = ("id", "title", "brief")
_LIKE_DEPTH: Final = {"world": 1, "cast": 2}
"""How far these are mixed with those of the other scenario; anything else is taken whole."""


def _like(path: Path, tree: Tree) -> tuple[Tree, list[Fault]]:
    """A scenario that is like another one but for what it says itself."""
    mark, name = tree.parts["like"].mark, tree.value["like"]
    place = _beside(path, name)
    rest = _without(tree, "like")
    if place is None or place == path:
        cure = Sentence("write the id of a scenario in a chapter's folder")
        return rest, [
            Fault(mark, Sentence("there is no scenario {name} to be like", name=name), cure)
        ]
    try:
        base, faults = _read(_text(place))
    except Unreadable as unreadable:
        faults = (unreadable.fault,)
    if faults or not isinstance(base.value, dict) or "like" in base.value:
        cure = Sentence("prove {name} first; it must stand by itself", name=name)
        return rest, [Fault(mark, Sentence("{name} cannot be taken as it is", name=name), cure)]
    for key in _OWN:
        base = _without(base, key)
    parts = {
        key: over(part, base.parts[key], mark, _LIKE_DEPTH.get(str(key), -1))
        if key in base.parts
        else part
        for key, part in rest.parts.items()
    }
    mixed = Tree(
        {str(k): p.value for k, p in parts.items()}, rest.mark, rest.size, rest.keys, parts
    )
    return over(mixed, base, mark, 0), []


def _beside(path: Path, name: object) -> Path | None:
    """The file of another scenario, in the same folder or in another chapter's."""
    # an id and nothing else: a path would lead out of the course's folder
    if not (isinstance(name, str) and _ID.fullmatch(name)) or f"{name}.yaml" in _NOT_SCENARIOS:
        return None
    beside = path.parent / f"{name}.yaml"
    if beside.is_file():
        return beside
    return min(path.parent.parent.glob(f"*/{name}.yaml"), default=None)


def _first(path: Path, tree: Tree) -> Iterator[Fault]:
    """Of what should be finished first: exercises that are not there, or that wait for this one."""
    for part in _after(tree):
        place = _beside(path, part.value)
        if place is None:
            cure = Sentence("write the id of a scenario in a chapter's folder")
            yield Fault(part.mark, Sentence("there is no exercise {name}", name=part.value), cure)
        elif path in before(place, _awaited):
            yield Fault(part.mark, *circle(path.stem))


def circle(name: str) -> tuple[Sentence, Sentence]:
    """What is wrong with an exercise that waits for itself, over whatever others; and its cure."""
    what = Sentence("{name} should be finished before it can begin", name=name)
    return what, Sentence("take one of the exercises out of the circle")


Node = TypeVar("Node", Path, str)


def before(it: Node, awaited: Callable[[Node], Iterable[Node]]) -> set[Node]:
    """An exercise, and all that should be finished before it."""
    found: set[Node] = set()
    waiting = [it]
    while waiting:
        first = waiting.pop()
        if first not in found:
            found.add(first)
            waiting += awaited(first)
    return found


def _awaited(path: Path) -> Iterator[Path]:
    """The files of what should be finished before one of them; of a broken one, as far as read."""
    try:
        tree, _ = _tree(path)
    except ScenarioErrors:
        return
    if isinstance(tree.value, dict) and "like" in tree.parts:
        tree, _ = _like(path, tree)
    for part in _after(tree):
        if place := _beside(path, part.value):
            yield place


def _after(tree: Tree) -> list[Tree]:
    after = tree.parts.get("after")
    return [it for it in after.parts.values() if isinstance(it.value, str)] if after else []


def _without(tree: Tree, key: str) -> Tree:
    return Tree(
        {name: value for name, value in tree.value.items() if name != key},
        tree.mark,
        tree.size,
        {name: mark for name, mark in tree.keys.items() if name != key},
        {name: part for name, part in tree.parts.items() if name != key},
    )


def parse_content(content: bytes) -> Scenario:
    """The scenario an attempt was pinned to."""
    return Scenario.model_validate(msgspec.json.decode(content))


def _text(path: Path) -> str:
    """What stands in the file, if it is text of a reasonable size. Raises Unreadable."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        what = Sentence("the file cannot be read: {why}", why=error.strerror)
        raise Unreadable(
            Fault(Mark(1, 1), what, Sentence("check that it is there, and yours"))
        ) from None
    if len(data) > LARGEST:
        what = Sentence("the file is larger than {most} KB", most=LARGEST // 1024)
        raise Unreadable(Fault(Mark(1, 1), what, Sentence("divide the scenario")))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        mark = Mark(before.count(b"\n") + 1, column)
        raise Unreadable(
            Fault(mark, Sentence("this is not UTF-8"), Sentence("save the file as UTF-8"))
        ) from None


def errors_of(path: Path, faults: list[Fault]) -> ScenarioErrors:
    """Everything that is wrong with a file, in the order of its lines."""
    return ScenarioErrors(
        tuple(
            Problem(str(path), fault.mark.line, fault.mark.column, fault.what, fault.cure)
            for fault in sorted(set(faults))
        )
    )


# --- from pydantic's errors to places and cures -----------------------------------------------


def _faults(error: ValidationError, tree: Tree, model: type[BaseModel]) -> Iterator[Fault]:
    """One fault for each thing pydantic found in a tree that should be a model's."""
    details = error.errors(include_url=False)
    for detail in details:
        if detail["type"] == "too_short" and any(_below(detail, other) for other in details):
            continue  # what is wrong inside does not count as being there
        named = _named(tree, detail["loc"])
        detail["loc"] = _written(named)
        if _excused(_at(tree, detail["loc"]), detail["type"]):
            continue
        known = _known(model, named[:-1]) if detail["type"] == "extra_forbidden" else []
        yield Fault(_mark(tree, detail), *_said(detail, known))


def _excused(part: Tree, kind: str) -> bool:
    """Whether it may be wrong only because something there could not be read."""
    match kind:
        case "extra_forbidden":
            return False
        case "missing" | "union_tag_not_found":
            return part.open
    return part.torn


def _below(outer: ErrorDetails, inner: ErrorDetails) -> bool:
    size = len(outer["loc"])
    return len(inner["loc"]) > size and inner["loc"][:size] == outer["loc"]


def _named(tree: Tree, loc: Loc) -> Loc:
    """The location with the name that a check stands under, which pydantic leaves out."""
    written: list[str | int] = []
    for place, part in enumerate(loc):
        written.append(part)
        named = part == "check" or (place > 0 and loc[place - 1] == "checks")
        if named and place > 1 and loc[place + 1 :]:
            names = _at(tree, tuple(written)).keys
            if len(names) == 1:
                written.extend(names)
    return tuple(written)


def _written(loc: Loc) -> Loc:
    """The location as it is written: pydantic puts in the kind of a question, and which of two
    shapes a value might have had."""
    if loc[:1] != ("questions",):
        return loc
    return (*loc[:2], *(part for part in loc[3:] if not str(part).startswith("tuple[")))


def _at(tree: Tree, loc: Loc) -> Tree:
    """The part of the tree a location leads to, as far as it is there."""
    for part in loc:
        if part not in tree.parts:
            break
        tree = tree.parts[part]
    return tree


def _mark(tree: Tree, detail: ErrorDetails) -> Mark:
    """An unwanted key is marked itself; everything else where its value stands."""
    *path, last = detail["loc"] or ("",)
    if last == "[key]":
        *path, last = path
        return _at(tree, tuple(path)).keys[str(last)]
    if detail["type"] == "extra_forbidden":
        return _at(tree, tuple(path)).keys[str(last)]
    return _at(tree, detail["loc"]).mark


def _said(detail: ErrorDetails, known: list[str]) -> tuple[Sentence, Sentence]:
    """What is wrong, and what to do, in an author's words."""
    context, given = detail.get("ctx", {}), detail["input"]
    key, found = detail["loc"][-1] if detail["loc"] else "", _shown(given)
    match detail["type"]:
        case "missing":
            return _missing(key)
        case "union_tag_not_found":
            return _missing("kind")
        case "extra_forbidden":
            return Sentence("there is no key {key} here", key=key), _meant(str(key), known)
        case "string_type" if isinstance(given, int):
            cure = Sentence('put it in quotes: "{found}"', found=found)
            return Sentence("{found} is not text here", found=found), cure
        case "string_too_short" | "string_pattern_mismatch" if not str(given).strip():
            return Sentence("there is no text here"), Sentence("write it")
        case "string_type" if given is None:
            return Sentence("there is no text here"), Sentence("write it after the colon")
        case "string_type" | "int_type":
            cure = Sentence("write a single value here")
            return Sentence("{found} is in the wrong place", found=found), cure
        case "bool_parsing" | "bool_type":
            cure = Sentence("write true or false")
            return Sentence("{found} is neither yes nor no", found=found), cure
        case "int_parsing" | "int_from_float":
            cure = Sentence("write digits only")
            return Sentence("{found} is not a whole number", found=found), cure
        case "union_tag_invalid":
            cure = Sentence("write one of {known}", known=context["expected_tags"])
            return Sentence("there is no kind {kind}", kind=context["tag"]), cure
        case "literal_error" if isinstance(given, str) and given == context["expected"]:
            cure = Sentence("write {found}, without quotes", found=given)
            return Sentence('"{found}" is text here', found=given), cure
        case "literal_error":
            cure = Sentence("write {wanted}", wanted=_either(context["expected"]))
            return Sentence("{found} is not possible here", found=found), cure
        case "string_pattern_mismatch":
            cure = Sentence("it must match {pattern}", pattern=context["pattern"])
            return Sentence("{found} has the wrong form", found=found), cure
        case "model_type" | "dict_type" | "mapping_type" | "model_attributes_type":
            cure = Sentence("write keys with values here")
            return Sentence("{found} stands where keys are wanted", found=found), cure
        case "tuple_type" | "list_type":
            cure = Sentence("begin each item with - ")
            return Sentence("{found} stands where a list is wanted", found=found), cure
        case "too_short" | "string_too_short":
            cure = Sentence("write at least {least}", least=context["min_length"])
            return Sentence("there is not enough here"), cure
        case "value_error":
            what, cure = _parted(context["error"])
            return what, cure or Sentence("look it up in scenarios/REFERENCE.md")
    message = detail["msg"][:1].lower() + detail["msg"][1:]
    cure = _bounds(detail["type"], context) or Sentence(message)
    return Sentence("{found} cannot be used", found=found), cure


def _missing(key: str | int) -> tuple[Sentence, Sentence]:
    return Sentence("{key} is missing", key=key), Sentence("add {key}: here", key=key)


def _bounds(kind: str, context: dict[str, Any]) -> Sentence | None:
    """How much something may be, where that is what is wrong."""
    match kind:
        case "greater_than_equal":
            return Sentence("write {least} or more", least=context["ge"])
        case "less_than_equal":
            return Sentence("write {most} or less", most=context["le"])
        case "too_long" | "string_too_long":
            return Sentence("write at most {most}", most=context["max_length"])
    return None


def _either(expected: str) -> str:
    """Words of which one is wanted, as pydantic lists them."""
    these, _or, last = expected.rpartition(" or ")
    return Sentence("{these} or {last}", these=these, last=last) if these else expected


def _parted(error: ValueError) -> tuple[Sentence, Sentence]:
    """What one of our own shapes has to say, and what to do about it."""
    said = error.args[0] if error.args else ""
    return (said if isinstance(said, Sentence) else Sentence(str(said))).parted()


def _shown(found: object) -> str:
    """A value as an author would recognise it, not longer than a few words."""
    if isinstance(found, bool) or found is None:
        return {True: "true", False: "false", None: Sentence("nothing")}[found]
    if isinstance(found, dict | list | tuple):
        return (
            Sentence("a list") if isinstance(found, list | tuple) else Sentence("a group of keys")
        )
    text = str(found)
    return text if len(text) <= 40 else text[:39] + "…"


def _meant(key: str, known: list[str]) -> Sentence:
    close = difflib.get_close_matches(key, known, n=1)
    if close:
        return Sentence("did you mean {name}?", name=close[0])
    return (
        Sentence("known keys are {known}", known=", ".join(known))
        if known
        else Sentence("delete it")
    )


def _known(model: type[BaseModel], loc: Loc) -> list[str]:
    """The keys that may stand at a location of a model, as pydantic names it."""
    shape: Any = model
    for part in loc:
        shape = _inside(shape, part)
    return sorted(shape.model_fields)


def _inside(shape: Any, part: str | int) -> Any:
    """What stands at a part of a model, a tuple, a dict, a check, or a choice between kinds."""
    if get_origin(shape) is Annotated:
        shape = get_args(shape)[0]
    if shape is Check:
        return CHECKS[str(part)]
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        shape = shape.model_fields[str(part)].annotation
        few = [one for one in get_args(shape) if one is not type(None)]
        optional = get_origin(shape) in (Union, UnionType) and len(few) == 1
        return few[0] if optional else shape
    if get_origin(shape) in (Union, UnionType):
        return next(kind for kind in get_args(shape) if part in _kinds(kind))
    # tuple[Part, ...] and dict[Name, Part]
    return get_args(shape)[1 if get_origin(shape) is dict else 0]


def _kinds(model: type[BaseModel]) -> tuple[Any, ...]:
    """The words that a kind of question is named by."""
    return get_args(model.model_fields["kind"].annotation)
