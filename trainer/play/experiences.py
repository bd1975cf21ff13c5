"""What trainees tell each other of their work, and what others say about it.

Who reads it is who learns together: the people of one's classes; who is in none shares with those
in none.
"""

from collections.abc import Collection
from typing import Final, NamedTuple, Protocol

import msgspec

from trainer.play.grades import People
from trainer.play.regrading import Who

LONGEST_TITLE: Final = 120
LONGEST: Final = 5_000
"""Characters of an experience; a comment is as long as a letter."""


class Told(msgspec.Struct, frozen=True):
    """The words of an experience or a comment, and what they are about."""

    text: str
    title: str = ""
    scenario_id: str = ""
    """The exercise it is about, if it is about one."""
    sandbox_key: str = ""
    at: int | None = None
    """The event of the author's own run after which something struck them."""
    happened: str = ""
    """What that event was, as it was told then: who may not see the run reads this alone."""


class Experience(msgspec.Struct, frozen=True):
    """An experience that somebody shared, or a comment on one."""

    key: str
    on: str
    """The key of the experience it is a comment on; empty if it is one itself."""
    person_id: int
    name: str
    told: Told
    told_at: float
    changed_at: float | None
    withdrawn: bool
    """By its author: nobody else sees it."""
    hidden_by: str
    """Who of those who teach has hidden it, and why."""
    hidden_why: str
    comments: int = 0

    @property
    def open(self) -> bool:
        """Whether everybody it is meant for sees it."""
        return not (self.withdrawn or self.hidden_by)


class Reader(NamedTuple):
    """Who reads, and how much they may see."""

    person_id: int
    teaches: bool = False
    """What is hidden stays in their sight."""
    everywhere: bool = False
    """Whether all classes are theirs."""


class Experiences(Protocol):
    """Experiences and comments. Each writing call is one transaction."""

    def tell(self, person_id: int, told: Told, on: str = "") -> str:
        """A new experience, or a comment on one; its key."""
        ...

    def change(self, key: str, told: Told) -> None:
        """Other words in their place."""
        ...

    def withdraw(self, key: str, *, withdrawn: bool) -> None:
        """Take it from all others' sight, or give it back."""
        ...

    def hide(self, key: str, who: Who, about: str, why: str) -> None:
        """Hide it for a reason, or with none show it again; with its line in the audit trail."""
        ...

    def find(self, key: str, reader: Reader) -> Experience:
        """What has that key. Raises NotFound, also if it is not for this reader."""
        ...

    def page(
        self,
        reader: Reader,
        page: int,
        size: int,
        *,
        about: Collection[str] | None = None,
        people: People = None,
    ) -> list[Experience]:
        """A page of the experiences a reader sees, the newest first, and one more if there is
        another page; of some exercises or people alone, if these are named."""
        ...

    def comments(self, key: str, reader: Reader) -> list[Experience]:
        """The comments on an experience, the oldest first."""
        ...

    def subjects(self, reader: Reader) -> set[str]:
        """The exercises that the experiences a reader sees are about."""
        ...
