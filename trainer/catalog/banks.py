"""The banks of questions: one questions.yaml in each chapter's folder, read and checked whole, and
what was written and published here besides."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec
import yaml
from pydantic import ValidationError

from trainer.catalog.library import LOOK_AGAIN, Published
from trainer.catalog.loader import Problem, ScenarioErrors, errors_of, read_as
from trainer.catalog.marked import Fault, Mark, Tree, Unreadable, read
from trainer.training.quiz import Bank
from trainer.training.sentences import Sentence


class Shelved(msgspec.Struct, frozen=True):
    """A bank with the text that is pinned to quizzes, and that text's fingerprint."""

    bank: Bank
    content: bytes
    digest: str


def load_banks(folder: Path) -> tuple[dict[str, Shelved], list[Problem]]:
    """Every sound bank by its chapter's folder, and all that is wrong with the others."""
    banks: dict[str, Shelved] = {}
    problems: list[Problem] = []
    places: dict[str, str] = {}
    for path in sorted(folder.glob("*/questions.yaml")):
        try:
            banks[path.parent.name] = load_bank(path, places)
        except ScenarioErrors as errors:
            problems.extend(errors.problems)
    return banks, problems


def load_bank(path: Path, places: dict[str, str] | None = None) -> Shelved:
    """One bank. Raises ScenarioErrors with all that is wrong with it.

    `places` are the ids of the course so far, and where they stand; the bank's own are added.
    """
    bank, tree, found = read_as(Bank, path)
    found += ids_twice(tree, path, {} if places is None else places)
    found += of_other_chapters(tree, chapter_in(path.parent.name))
    if found or bank is None:
        raise errors_of(path, found)
    return _shelved(tree.value, bank)


def _shelved(value: Any, bank: Bank | None = None) -> Shelved:
    content = msgspec.json.encode(value)
    digest = sha256(content).hexdigest()
    return Shelved(bank=bank or Bank.model_validate(value), content=content, digest=digest)


def chapter_in(folder: str) -> str:
    """The chapter whose folder this is."""
    return folder[:2].lstrip("0")


def ids_twice(tree: Tree, path: Path, places: dict[str, str]) -> list[Fault]:
    """Ids that another question has: answers are kept under them, and results compared."""
    found = []
    for name, mark in values(tree, "id"):
        here = f"{path.parent.name}/{path.name}, line {mark.line}"
        earlier = places.setdefault(name, here)
        if earlier != here:
            what = Sentence(
                "{name} is the id of another question, {earlier}", name=name, earlier=earlier
            )
            found.append(Fault(mark, what, Sentence("give one of the two another id")))
    return found


def of_other_chapters(tree: Tree, chapter: str) -> list[Fault]:
    """Rows of another chapter: the question would be asked in the wrong quiz."""
    return [
        Fault(
            mark,
            Sentence("row {row} is not of chapter {chapter}", row=row, chapter=chapter),
            Sentence("move the question to its chapter"),
        )
        for row, mark in values(tree, "topic")
        if chapter.isdecimal() and not row.startswith(f"{chapter}.")
    ]


def values(tree: Tree, key: str) -> list[tuple[str, Mark]]:
    """What stands under a key in each question, as far as it is text."""
    questions: Any = tree.parts.get("questions")
    found = (part.parts.get(key) for part in questions.parts.values()) if questions else ()
    return [(part.value, part.mark) for part in found if part and type(part.value) is str]


def apart(text: str, tree: Tree) -> dict[str, str]:
    """Each question of a sound text as a file of its own, by its id: its lines as they stand."""
    parts = list(tree.parts["questions"].parts.values())
    if len(parts) == 1:
        return {parts[0].value["id"]: text}
    lines = text.split("\n")
    starts = [part.mark.line - 1 for part in parts]
    ends = [*starts[1:], len(lines)]
    return {
        part.value["id"]: _cut(lines[start:end], part.value)
        for part, start, end in zip(parts, starts, ends, strict=True)
    }


def _cut(lines: list[str], value: Any) -> str:
    while lines and lines[-1].lstrip()[:1] in ("", "#"):  # those are about the next one
        lines.pop()
    cut = "\n".join(("format: 1", "questions:", *lines, ""))
    whole = {"format": 1, "questions": [value]}
    try:
        tree, faults = read(cut)
    except Unreadable:  # it stood in one line with others, or leant on them
        tree, faults = None, ()
    if tree and not faults and tree.value == whole:
        return cut
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=100)


class Banks(Mapping[str, Shelved]):
    """The banks by their chapter's folder: the files, and what was published here.

    A published question with the id of one in the files stands in its place.
    """

    def __init__(self, folder: Path, published: Published) -> None:
        self._files, found = load_banks(folder)
        self.problems = tuple(found)
        self._folders = sorted(path.name for path in folder.iterdir() if path.is_dir())
        self._published = published
        self._all: Mapping[str, Shelved] = self._files
        self._stamp: object = None
        self._looked = -LOOK_AGAIN

    def __getitem__(self, chapter: str) -> Shelved:
        return self._every()[chapter]

    def __iter__(self) -> Iterator[str]:
        return iter(self._every())

    def __len__(self) -> int:
        return len(self._every())

    def of_the_course(self, name: str) -> str | None:
        """The folder in whose file a question has that id."""
        return next(
            (
                folder
                for folder, shelved in self._files.items()
                if any(question.id == name for question in shelved.bank.questions)
            ),
            None,
        )

    def says(self, name: str, content: bytes) -> bool:
        """Whether the question of that id that is drawn today says just this."""
        return any(
            question["id"] == name and msgspec.json.encode(question) == content
            for shelved in self.values()
            for question in msgspec.json.decode(shelved.content)["questions"]
        )

    def look_again(self) -> None:
        """Something was published here: who did it sees it at once."""
        self._looked = -LOOK_AGAIN

    def _every(self) -> Mapping[str, Shelved]:
        """As in the library: other processes publish, too."""
        if monotonic() - self._looked >= LOOK_AGAIN:
            self._looked = monotonic()
            stamp = self._published.stamp()
            if stamp != self._stamp:
                self._all = dict(self._with_published())
                self._stamp = stamp
        return self._all

    def _with_published(self) -> Iterator[tuple[str, Shelved]]:
        written = list(_sound(self._published.contents("question")))
        for folder in self._folders:
            kept = self._files.get(folder)
            here = {it["id"]: it for it in written if it["topic"][:1] == chapter_in(folder)}
            if here:
                own = msgspec.json.decode(kept.content)["questions"] if kept else ()
                every = {it["id"]: it for it in own} | here
                kept = _shelved({"format": 1, "questions": list(every.values())})
            if kept:
                yield folder, kept


def _sound(contents: Iterable[tuple[bytes, str]]) -> Iterator[Any]:
    for content, _ in contents:
        question = msgspec.json.decode(content)
        try:
            Bank.model_validate({"format": 1, "questions": [question]})
        except ValidationError:  # of an older day; quizzes that asked it go on
            continue
        yield question
