"""The board: who is at what, how it goes, and since when; one line for each person."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final, Protocol

import msgspec

from trainer.training.standing import AWAY, Facts, Status, need, status


class Attending(msgspec.Struct, frozen=True):
    """Somebody at an exercise: what is kept beside the run, so that no board has to replay it."""

    person_id: int
    name: str
    key: str
    """Of the attempt; empty for who has not begun."""
    scenario_id: str
    step: int
    score: int
    finished: bool
    touched_at: float
    progressed_at: float
    refused: int
    """Tries refused since the last progress; hints and answers likewise."""
    hints: int
    answers: int
    aided: bool
    events: int = 0
    """The last entry of the run that all of this counts; asides likewise."""
    asides: int = 0

    def facts(self, now: float) -> Facts | None:
        """What the status is read off; None for who has not begun."""
        if not self.key:
            return None
        return Facts(
            since_action=max(0.0, now - self.touched_at),
            since_progress=max(0.0, self._at_it_until(now) - self.progressed_at),
            refused=self.refused,
            hints=self.hints,
            answers=self.answers,
            finished=self.finished,
            full=self.score >= FULL,
            aided=self.aided,
        )

    def _at_it_until(self, now: float) -> float:
        """Who reads and thinks is at it; who has gone, or is done, was until their last action."""
        there = not self.finished and now - self.touched_at < AWAY
        return max(now, self.touched_at) if there else self.touched_at


MOST: Final = 500
"""People on a board of everybody: who was there last."""
FULL = 100
"""The points of every exercise, in all."""


class Boards(Protocol):
    """Where lines of boards come from."""

    def attending(
        self, people: Collection[int] | None, scenario_id: str | None, most: int | None = None
    ) -> Sequence[Attending]:
        """Each person's attempt that was worked on last, or their attempt at one exercise; of
        these people, or of everybody who has begun something; of so many at most. One statement:
        all of a line is of one moment."""
        ...

    def begun(self, people: Collection[int] | None, scenario_id: str | None) -> int:
        """How many of them there are in all."""
        ...


class Line(msgspec.Struct, frozen=True):
    """A line of the board."""

    who: Attending
    status: Status
    facts: Facts | None


def lines(
    boards: Boards, people: dict[int, str], scenario_id: str | None, now: float
) -> list[Line]:
    """The board of a class, who needs help first on top; `people` (their names by id) are all on
    it, those as well who have not begun."""
    found = {it.person_id: it for it in boards.attending(people, scenario_id)}
    for person, name in people.items():
        if person not in found:
            found[person] = Attending(
                person, name, "", scenario_id or "", 0, 0, False, 0, 0, 0, 0, 0, False
            )
    return _sorted(found.values(), now)


def lines_of_all(
    boards: Boards, people: Collection[int] | None, scenario_id: str | None, now: float
) -> tuple[list[Line], int]:
    """The board of all of these who have begun something, and how many had no room on it."""
    found = boards.attending(people, scenario_id, MOST)
    left = boards.begun(people, scenario_id) - MOST if len(found) == MOST else 0
    return _sorted(found, now), max(left, 0)


def _sorted(found: Iterable[Attending], now: float) -> list[Line]:
    every = [Line(it, status(it.facts(now)), it.facts(now)) for it in found]
    return sorted(every, key=lambda line: (need(line.facts), line.who.name, line.who.person_id))
