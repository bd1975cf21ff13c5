"""The author's desk for questions: a file of them looked at, each published by itself."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from trainer.catalog.banks import Banks, apart, chapter_in, ids_twice, of_other_chapters, values
from trainer.catalog.loader import errors_of, read_as
from trainer.catalog.marked import Fault, Tree
from trainer.catalog.worlds import make_world
from trainer.catalog.writing import WritingDesk
from trainer.orders.world import World
from trainer.play.authoring import MOST_QUESTIONS, Piece
from trainer.play.writing import Finding, Sound
from trainer.training.course import Course
from trainer.training.measuring import Figure
from trainer.training.questions import Fact, Question
from trainer.training.quiz import Bank
from trainer.training.scenario import WorldSpec
from trainer.training.sentences import Sentence

TEMPLATES: Final = "question-templates.yaml"


class Asked(NamedTuple):
    """A sound file of questions, and where everything in it stands."""

    bank: Bank
    tree: Tree

    @property
    def digest(self) -> str:
        """The fingerprint of what it says; not of its comments."""
        return sha256(msgspec.json.encode(self.tree.value)).hexdigest()


def load_questions(text: str, folder: Path, course: Course | None = None) -> Asked:
    """Questions that are no file yet. Raises ScenarioErrors with all that is wrong with them."""
    path = folder / "drafts" / "questions.yaml"
    bank, tree, found = read_as(Bank, path, text)
    found += ids_twice(tree, path, {})
    found += of_other_chapters(tree, next((row[:1] for row, _ in values(tree, "topic")), ""))
    found += _unknown(tree, course) if course else ()
    if found or bank is None:
        raise errors_of(path, found)
    return Asked(bank, tree)


def _unknown(tree: Tree, course: Course) -> Iterator[Fault]:
    for key, what, known in (
        ("topic", Sentence("row"), course.rows),
        ("skill", Sentence("skill"), course.skills),
    ):
        for value, mark in values(tree, key):
            if value not in known:
                names = ", ".join(known)
                yield Fault(
                    mark,
                    Sentence("the course has no {what} {value}", what=what, value=value),
                    Sentence("write one of {known}", known=names),
                )


class QuestionDesk(WritingDesk):
    """Keeps the promises of `trainer.play.writing.QuestionDesk` over the banks of a folder."""

    _id = re.compile(r"^( *(?:- +)?\{?id: *[\"']?)([\w-]+)", re.MULTILINE)

    def __init__(self, folder: Path, banks: Banks, course: Course) -> None:
        self._folder = folder
        self._banks = banks
        self._course = course

    def look(self, text: str) -> tuple[Sound | None, Sequence[Finding]]:
        """A text as questions, or everything that is wrong with it."""
        asked, found = self._within(text, lambda it: load_questions(it, self._folder, self._course))
        if asked is None:
            return None, found
        if found := list(self._misplaced(asked)):
            return None, found
        pieces = tuple(self._pieces(text, asked))
        return Sound(asked.bank, asked.digest, len(asked.bank.questions), pieces), ()

    def _pieces(self, text: str, asked: Asked) -> Iterator[Piece]:
        """What is not drawn already as it stands here."""
        texts = apart(text, asked.tree)
        parts = asked.tree.parts["questions"].parts.values()
        for question, part in zip(asked.bank.questions, parts, strict=True):
            name, content = question.id, msgspec.json.encode(part.value)
            if not self._banks.says(name, content):
                digest = sha256(content).hexdigest()
                yield Piece(name, question.ask.en, texts[name], content.decode(), digest)

    def _misplaced(self, asked: Asked) -> Iterator[Finding]:
        """What a question that stands by itself may be, and not as one of these."""
        if len(asked.bank.questions) > MOST_QUESTIONS:
            what = Sentence("there are {count} questions", count=len(asked.bank.questions))
            yield Finding(1, 1, what, Sentence("at most {most} are read here", most=MOST_QUESTIONS))
        chapter = asked.bank.questions[0].topic[:1]
        for name, mark in values(asked.tree, "id"):
            home = self._banks.of_the_course(name)
            if home and chapter_in(home) != chapter:
                what = Sentence(
                    "the course has a question {name} in chapter {chapter}",
                    name=name,
                    chapter=chapter_in(home),
                )
                yield Finding(mark.line, mark.column, what, Sentence("give this one another id"))

    def named(self, text: str) -> tuple[str, str]:
        """What the first one asks, with how many follow; its id."""
        found = {it.path: it.value for it in self.fields(text)}
        more = sum(re.fullmatch(r"questions\.\d+\.id", path) is not None for path in found) - 1
        title = found.get("questions.0.ask.en", "")
        return f"{title} (+{more})" if more > 0 else title, found.get("questions.0.id", "")

    def files(self) -> Iterable[tuple[str, str]]:
        """Each question of the course as it stands in its file, by its id; and each file whole, by
        its folder."""
        for path in sorted(self._folder.glob("*/questions.yaml")):
            if path.parent.name in self._banks:
                text = path.read_text("utf-8")
                yield path.parent.name, text
                yield from apart(text, load_questions(text, self._folder).tree).items()

    def _of_the_course(self) -> Iterable[object]:
        return (shelved.bank for shelved in self._banks.values())

    def templates(self) -> Mapping[str, str]:
        """One question of each kind, to be changed."""
        text = (self._folder / TEMPLATES).read_text("utf-8")
        bank, tree = load_questions(text, self._folder)
        return {
            kind: cut
            for question, cut in zip(bank.questions, apart(text, tree).values(), strict=True)
            for kind in (question.model_dump()["kind"],)
        }

    def taken(self, name: str) -> bool:
        """Whether a file has that id."""
        return self._banks.of_the_course(name) is not None

    def fact(self, question: Question) -> Fact | None:
        """The figure of a world like any other."""
        return question.fact(self._world) if isinstance(question, Figure) else None

    @cached_property
    def _world(self) -> World:
        return make_world(WorldSpec(), "en_US", 1)

    def published(self) -> None:
        """Look again at once."""
        self._banks.look_again()
