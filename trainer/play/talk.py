"""What people write to each other beside the work: letters of those who teach, questions, answers.

A letter is not part of a run: it changes no world and costs no points, whoever sends a hint in it.
"""

from collections.abc import Collection
from typing import Final, Protocol

import msgspec

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

    def questions(self, *, open_only: bool) -> list[AskedQuestion]:
        """Open questions, the oldest first; or the last hundred, the newest first."""
        ...

    def beside(self, scenario_id: str, person_id: int) -> list[AskedQuestion]:
        """What a person may read beside an exercise: their own questions and published ones."""
        ...

    def count_open(self) -> int:
        """How many questions have no answer."""
        ...
