"""What the authoring pages need of the catalog, so that they need not know it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal, Protocol

import msgspec

from trainer.play.authoring import Piece
from trainer.play.reviewing import Pair, Wording
from trainer.play.run import Opening
from trainer.training.questions import Fact, Question
from trainer.training.quiz import Bank
from trainer.training.scenario import Scenario, Variant
from trainer.training.sentences import Sentence
from trainer.training.texts import Text


class Finding(msgspec.Struct, frozen=True):
    """Something that is wrong with a text, and where."""

    line: int
    column: int
    what: Sentence
    cure: Sentence


class FormField(msgspec.Struct, frozen=True):
    """A single value of a text, as a form shows it."""

    path: str
    """Where it stands: steps.0.title.en."""
    value: str
    line: int
    column: int
    """0 for words that are missing in a language."""
    long: bool
    """Whether it is, or will be, more than a few words."""
    words: tuple[str, ...] = ()
    """What it may be, where that is one of a few."""
    optional: bool = False
    """Whether it is taken out of the text when it is emptied."""


class Choice(msgspec.Struct, frozen=True):
    """One of the kinds in which a thing can be added."""

    value: str
    says: Text | None = None


class Rows(msgspec.Struct, frozen=True):
    """Things of a kind, below each other; more can be added."""

    path: str
    kind: str
    """Of each: step, goal, hint, command, check, member …"""
    sign: str
    groups: "tuple[Group, ...]"
    kinds: tuple[Choice, ...]


class Group(msgspec.Struct, frozen=True):
    """A part of a text as a form: its single values, what else it could say, the things in it."""

    path: str
    kind: str
    number: int
    """Its place among those like it, from 1; 0 where it is no item of a list."""
    names: Mapping[str, str]
    """What an author would know it by, by language."""
    sign: str
    fields: Sequence[FormField]
    more: tuple[str, ...] = ()
    """What can still be said: keys, as they stand below it."""
    lists: tuple[Rows, ...] = ()
    last: bool = True
    """Whether none like it follows."""
    checks: tuple[Choice, ...] = ()
    """Of a goal: what could judge it instead."""
    check: str = ""
    """Of a goal: what judges it."""


class Act(msgspec.Struct, frozen=True):
    """What a form does to a text: one thing more, or less, or in another place."""

    verb: Literal["add", "say", "check", "rename", "up", "down", "remove"]
    path: str
    """Of the list or group it is added to; else of the thing itself. A goal gets another check."""
    kind: str = ""
    """Of what is added; or the new name."""


class Misfit(Exception):
    """The text does not take this change as it is written."""


class Sound(msgspec.Struct, frozen=True):
    """A text without a fault: what it is, and the fingerprint a proof is of."""

    made: Scenario | Bank
    digest: str
    proofs: int
    """In how many parts it is proven: variants, or questions."""
    pieces: tuple[Piece, ...]
    """What is published of it: what does not stand on the shelf already."""


class Desk(Protocol):
    """An author's desk, whatever is written there."""

    def look(self, text: str) -> tuple[Sound | None, Sequence[Finding]]:
        """A text as what it is; or everything that is wrong with it."""
        ...

    def named(self, text: str) -> tuple[str, str]:
        """Title and id as far as they can be read, for lists; empty where they cannot."""
        ...

    def copied(self, text: str) -> str:
        """The text under other ids."""
        ...

    def fields(self, text: str) -> Sequence[FormField]:
        """Its single values, for forms."""
        ...

    def changed(self, text: str, values: Mapping[str, str]) -> str:
        """The text with other values in their places."""
        ...

    def outline(self, text: str) -> Sequence[Group]:
        """Its sections as forms."""
        ...

    def sign(self, text: str, path: str) -> str:
        """What stands at a place, and around it: another sign if it is something else."""
        ...

    def altered(self, text: str, act: Act) -> tuple[str, str]:
        """The text after that, and the place to look at. Raises Misfit."""
        ...

    def wordings(self, text: str) -> Sequence[Wording]:
        """Everything it says in the languages of the course."""
        ...

    def read(self) -> Collection[Pair]:
        """What was read and approved before: the words of the course."""
        ...

    def files(self) -> Iterable[tuple[str, str]]:
        """What one can begin a draft with: id and text of what lies as a file."""
        ...

    def taken(self, name: str) -> bool:
        """Whether a file of the course has that id."""
        ...

    def published(self) -> None:
        """Something was published: look again at once."""
        ...


class ScenarioDesk(Desk, Protocol):
    """Where scenarios are written."""

    def begun(self, taken: Collection[str], language: str) -> str:
        """One with nothing in it yet but first words in a language, under an id that is none of
        these."""
        ...

    def opening(self, text: str, variant: Variant) -> Opening:
        """The world a variant of it begins with. Raises ValueError."""
        ...

    def opening_id(self, text: str, variant: Variant) -> int:
        """The same, kept, so that it can be tried."""
        ...


class QuestionDesk(Desk, Protocol):
    """Where questions are written."""

    def templates(self) -> Mapping[str, str]:
        """A text to begin with, by the kind of its question."""
        ...

    def fact(self, question: Question) -> Fact | None:
        """What a question about one's own sandbox finds in one; None if it is about none."""
        ...
