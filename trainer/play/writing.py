"""What the authoring pages need of the catalog, so that they need not know it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from trainer.play.authoring import Piece
from trainer.play.run import Opening
from trainer.training.questions import Fact, Question
from trainer.training.quiz import Bank
from trainer.training.scenario import Scenario, Variant


class Finding(msgspec.Struct, frozen=True):
    """Something that is wrong with a text, and where."""

    line: int
    column: int
    what: str
    cure: str


class FormField(Protocol):
    """A single value of a text, as a form shows it."""

    path: str
    section: str
    value: str
    line: int
    long: bool


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
