"""What people write to each other beside the work: letters of those who teach, questions, answers.

A letter is not part of a run: it changes no world and costs no points, whoever sends a hint in it.
"""

from collections.abc import Collection
from typing import Final, Protocol

import msgspec

from trainer.play.grades import People

ANSWERED: Final = 100
"""Answered questions that are listed: older ones stand beside their exercise."""
LONGEST: Final = 2_000
"""Characters of a letter, a question or an answer."""


class Letter(msgspec.Struct, frozen=True):
    """Something that who teaches wrote to one trainee."""

    letter_id: int
    sender: str
    text: str
    sent_at: float
    """Seconds since 1970 of the real clock."""
    sandbox_key: str = ""
    """The attempt it is about; none if it is about nothing in particular."""
    read_at: float | None = None
    """When its reader put it away."""


class Sent(msgspec.Struct, frozen=True):
    """A letter as who wrote it sees it: to whom it went, and who has read it since when."""

    text: str
    sent_at: float
    to: tuple[tuple[str, float | None], ...]

    @property
    def unread(self) -> list[str]:
        """Who has not read it yet."""
        return [name for name, read_at in self.to if read_at is None]


class AskedQuestion(msgspec.Struct, frozen=True):
    """A trainee's question beside an exercise, and its answer."""

    key: str
    person_id: int
    name: str
    """Of who asked; shown to those who teach alone."""
    scenario_id: str
    sandbox_key: str
    at: int | None
    """The event after which it was asked, if the moment was attached."""
    text: str
    asked_at: float
    answer: str
    answered_at: float | None
    published: bool
    """Whether everybody at this exercise may read it, without the name."""


class Mail(Protocol):
    """Letters and questions. Each writing call is one transaction."""

    def send(self, sender: int, people: Collection[int], text: str, keys: dict[int, str]) -> None:
        """A letter to each of these people; `keys` says about which attempt, by person."""
        ...

    def unread(self, person_id: int) -> list[Letter]:
        """A person's letters that were not put away, oldest first."""
        ...

    def letters(self, person_id: int, page: int, size: int) -> list[Letter]:
        """A page of a person's letters, the newest first, also those they put away."""
        ...

    def sent(self, sender: int, page: int, size: int) -> list[Sent]:
        """A page of the letters somebody wrote, the newest first; one to many is one."""
        ...

    def read(self, person_id: int, letter_id: int) -> None:
        """A person puts a letter of theirs away."""
        ...

    def ask(
        self, person_id: int, scenario_id: str, sandbox_key: str, at: int | None, text: str
    ) -> str:
        """A new question; its key."""
        ...

    def answer(self, key: str, teacher: int, text: str, *, published: bool) -> None:
        """Answer a question, or answer it better. Raises NotFound."""
        ...

    def question(self, key: str) -> AskedQuestion:
        """The question of that key. Raises NotFound."""
        ...

    def questions(self, people: People, *, open_only: bool) -> list[AskedQuestion]:
        """Open questions of these people, the oldest first; or the last hundred that have an
        answer, the newest first."""
        ...

    def of_person(self, person_id: int, page: int, size: int) -> list[AskedQuestion]:
        """A page of what a person asked, the newest first."""
        ...

    def beside(self, scenario_id: str, person_id: int) -> list[AskedQuestion]:
        """What a person may read beside an exercise: their own questions and published ones."""
        ...

    def count_open(self, people: People) -> int:
        """How many questions of these people have no answer."""
        ...
