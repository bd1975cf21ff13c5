"""The banks of questions: one questions.yaml in each chapter's folder, read and checked whole."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from trainer.catalog.loader import Problem, ScenarioErrors, errors_of, read_as
from trainer.catalog.marked import Fault, Mark, Tree
from trainer.training.quiz import Bank


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
    found += _ids(tree, path, {} if places is None else places)
    found += _topics(tree, path.parent.name[:2].lstrip("0"))
    if found or bank is None:
        raise errors_of(path, found)
    content = msgspec.json.encode(tree.value)
    return Shelved(bank=bank, content=content, digest=sha256(content).hexdigest())


def _ids(tree: Tree, path: Path, places: dict[str, str]) -> list[Fault]:
    """Ids that another question has: answers are kept under them, and results compared."""
    found = []
    for name, mark in _values(tree, "id"):
        here = f"{path.parent.name}/{path.name}, line {mark.line}"
        earlier = places.setdefault(name, here)
        if earlier != here:
            what = f"{name} is the id of another question, {earlier}"
            found.append(Fault(mark, what, "give one of the two another id"))
    return found


def _topics(tree: Tree, chapter: str) -> list[Fault]:
    """Rows of another chapter: the question would be asked in the wrong quiz."""
    return [
        Fault(mark, f"row {row} is not of chapter {chapter}", "move the question to its chapter")
        for row, mark in _values(tree, "topic")
        if chapter.isdecimal() and not row.startswith(f"{chapter}.")
    ]


def _values(tree: Tree, key: str) -> list[tuple[str, Mark]]:
    """What stands under a key in each question, as far as it is text."""
    questions: Any = tree.parts.get("questions")
    values = (part.parts.get(key) for part in questions.parts.values()) if questions else ()
    return [(value.value, value.mark) for value in values if value and type(value.value) is str]
