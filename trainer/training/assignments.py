"""What a class was asked to do, and what of somebody's work counts for it.

Nothing is bound to an assignment while it is done: whatever a person began between its opening and
its cut-off counts, in the order in which they began it, up to the number of tries. So nobody can
lose work by having pressed the wrong button, and changed terms are simply applied anew.

All moments are seconds since 1970 of the real clock.
"""

from collections.abc import Collection, Sequence
from typing import Final, Literal

import msgspec

Kind = Literal["exercise", "quiz", "chapter"]
Counts = Literal["best", "last", "first"]
Mode = Literal["", "practice", "exam"]
Gate = Literal["before", "open", "late", "closed"]
State = Literal["before", "to_do", "under_way", "done", "done_late", "unfinished", "missed"]

STATES: Final[tuple[State, ...]] = (
    "before", "to_do", "under_way", "done", "done_late", "unfinished", "missed",
)  # fmt: skip


class Terms(msgspec.Struct, frozen=True):
    """When something may be done, how often, and which try counts."""

    opens_at: float
    due_at: float | None = None
    """Later is late, and says so; None for never."""
    closes_at: float | None = None
    """What is begun or finished later does not count; None for never."""
    tries: int = 0
    """How many tries may count; 0 for any number."""
    counts: Counts = "best"
    mode: Mode = ""
    """How a quiz is to be taken; empty for either way."""

    def gate(self, now: float) -> Gate:
        """Whether a try may be begun now."""
        if now < self.opens_at:
            return "before"
        if self.closes_at is not None and now >= self.closes_at:
            return "closed"
        return "late" if self.is_late(now) else "open"

    def is_late(self, at: float) -> bool:
        """Whether a moment is after the due time."""
        return self.due_at is not None and at > self.due_at

    def extended(self, until: float) -> "Terms":
        """The terms of somebody who has until then: no date of theirs is earlier than before."""
        return msgspec.structs.replace(
            self,
            due_at=None if self.due_at is None else max(self.due_at, until),
            closes_at=None if self.closes_at is None else max(self.closes_at, until),
        )


class Mark(msgspec.Struct, frozen=True):
    """A moment from which a try stood otherwise: other points, finished, open again."""

    at: float
    points: float
    finished: bool


class Try(msgspec.Struct, frozen=True):
    """Something a person did: an attempt at an exercise, or a quiz."""

    key: str
    begun_at: float
    points: float
    """0 to 100, as it stands today."""
    finished: bool
    marks: tuple[Mark, ...] = ()
    """How it came to stand there, in order: at least where it was finished or opened again."""
    mode: Mode = ""
    """How a quiz was taken; an exercise has one way only."""

    def by(self, end: float | None) -> "Try":
        """As it stood then: whoever goes on after a cut-off neither gains nor loses by it."""
        if end is None or not self.marks or self.marks[-1].at <= end:
            return self
        marks = tuple(mark for mark in self.marks if mark.at <= end)
        last = marks[-1] if marks else Mark(self.begun_at, 0, finished=False)
        return msgspec.structs.replace(
            self, points=last.points, finished=last.finished, marks=marks
        )

    @property
    def finished_at(self) -> float:
        """Since when it is finished; what is done in it afterwards does not make it later."""
        since = self.begun_at
        for mark in reversed(self.marks):
            if not mark.finished:
                break
            since = mark.at
        return since


class Standing(msgspec.Struct, frozen=True):
    """How somebody stands with an assignment."""

    state: State
    counted: Try | None = None
    """The try whose points count: finished, or else as far as it has come."""
    begun: int = 0
    """Tries that were begun and count as such."""
    left: int | None = None
    """Tries that can still be begun; None for any number."""
    early: bool = False
    """Whether something was begun before it opened, and nothing since: that was practice."""

    @property
    def points(self) -> float:
        """What counts: 0 to 100."""
        return self.counted.points if self.counted else 0


def standing(terms: Terms, tries: Collection[Try], now: float) -> Standing:
    """How somebody stands: what they began in time and not too often, and what of it counts.

    A finished try goes before an unfinished one; where none was finished in time, what was reached
    by then counts.
    """
    begun = [it.by(terms.closes_at) for it in _begun(terms, tries)]
    left = None if not terms.tries else terms.tries - len(begun)
    over = [it for it in begun if it.finished]
    counted = _counted(terms, over or begun)
    early = not begun and any(it.begun_at < terms.opens_at for it in tries)
    return Standing(_state(terms, counted, now), counted, len(begun), left, early)


def _state(terms: Terms, counted: Try | None, now: float) -> State:
    if counted is not None and counted.finished:
        return "done_late" if terms.is_late(counted.finished_at) else "done"
    gate = terms.gate(now)
    if gate == "before":
        return "before"
    if counted is not None:
        return "unfinished" if gate == "closed" else "under_way"
    return "missed" if gate == "closed" else "to_do"


def _begun(terms: Terms, tries: Collection[Try]) -> list[Try]:
    """The tries that are tries at it: begun while it was open, as asked, the first so many."""
    in_time = [
        it
        for it in tries
        if terms.gate(it.begun_at) in ("open", "late")
        and (not terms.mode or it.mode in ("", terms.mode))
    ]
    in_time.sort(key=lambda it: (it.begun_at, it.key))
    return in_time[: terms.tries or None]


def _counted(terms: Terms, tries: Sequence[Try]) -> Try | None:
    """The one of several that counts."""
    if not tries:
        return None
    match terms.counts:
        case "first":
            return tries[0]
        case "last":
            return tries[-1]
        case "best":
            return max(tries, key=lambda it: (it.points, -it.finished_at))


class Whole(msgspec.Struct, frozen=True):
    """How somebody stands with an assignment of several parts: a chapter's exercises and quiz."""

    state: State
    done: int
    parts: int
    points: float
    """The mean of the parts: 0 to 100."""


def together(parts: Sequence[Standing]) -> Whole:
    """The parts as one: done when all are, late if one is; closed for one is closed for all."""
    states = {part.state for part in parts}
    done = sum(1 for part in parts if part.state in ("done", "done_late"))
    points = sum(part.points for part in parts) / len(parts) if parts else 0.0
    state: State
    if not parts or states == {"before"}:
        state = "before"
    elif done == len(parts):
        state = "done_late" if "done_late" in states else "done"
    elif states == {"missed"}:
        state = "missed"
    elif states & {"missed", "unfinished"}:
        state = "unfinished"
    elif states & {"under_way", "done", "done_late"}:
        state = "under_way"
    else:
        state = "to_do"
    return Whole(state, done, len(parts), points)
