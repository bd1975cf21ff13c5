"""What people change about people and scores, and the trail of it: who, when, what, old and new."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final, Protocol

import msgspec

from trainer.play.grades import Attempt
from trainer.play.regrading import Regrades, Who

TERMINAL: Final = Who(None, "terminal")


class Change(msgspec.Struct, frozen=True):
    """A line of the trail."""

    number: int
    at: float
    by_id: int | None
    by_name: str
    action: str
    person_id: int | None
    """Whom it is about, if it is about a person."""
    about: str
    old: str
    new: str
    reason: str


class Wanted(msgspec.Struct, frozen=True):
    """Which part of the trail."""

    action: str = ""
    words: str = ""
    since: float = 0
    until: float = 0


class Override(msgspec.Struct, frozen=True):
    """A score that somebody gave in place of the one that was earned."""

    number: int
    score: int
    reason: str
    by_name: str
    at: float
    ended_at: float | None
    ended_by: str | None


class Mended(msgspec.Struct, frozen=True):
    """A regrade of one run."""

    at: float
    by_name: str
    was_score: int
    score: int


class Changes(Regrades, Protocol):
    """Overrides, regrades and the trail. Each writing call is one transaction, trail included."""

    def overrides_of(self, kind: str, row_id: int) -> list[Override]:
        """The overrides of an attempt, newest first; at most one of them has not ended."""
        ...

    def override(self, attempt: Attempt, about: str, score: int, reason: str, who: Who) -> None:
        """Give an attempt a score; one that it had ends. Raises Conflict."""
        ...

    def withdraw(self, attempt: Attempt, about: str, reason: str, who: Who) -> None:
        """Take an override back. Raises NotFound if there is none."""
        ...

    def regrades(self, sandbox_id: int) -> list[Mended]:
        """The regrades of a run, newest first."""
        ...

    def page(self, wanted: Wanted, page: int, size: int) -> list[Change]:
        """A page of the trail, newest first, and one line more if there is another page."""
        ...

    def stream(self, wanted: Wanted) -> Iterator[Change]:
        """All of it, newest first, some rows at a time."""
        ...

    def add(self, who: Who, action: str, about: str, **more: Any) -> None:
        """A line on its own, for a change that is made elsewhere."""
        ...

    def note(self, session: Any, who: Who, action: str, about: str, **more: Any) -> None:
        """A line in the transaction of an ORM session."""
        ...


def points(score: Fraction) -> str:
    """Points as the trail writes them: whole, or with one decimal."""
    return str(int(score)) if score.denominator == 1 else f"{float(score):.1f}"
