"""The survey on the course: what is asked, and what may be told of the answers.

Whoever answers is promised that nobody learns who said what. So answers are told only where there
are enough of them; and those of several classes together are only of classes that have enough
each, or a difference between two sums would tell what one class said. And an answer stays with the
classes somebody was in when they gave it: to take them out and look again would tell theirs.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple, Protocol

import msgspec

from trainer.training.items import FEW, Interval, wilson

QUESTIONS: Final = ("clear", "useful", "pace", "difficulty")
STEPS: Final = 5
"""Of each scale, the lowest is 1."""
ENOUGH: Final = 3
"""With fewer answers it could be told whose they are."""
WHOLE_COURSE: Final = "course"
"""What an answer is about that is about no single chapter."""


class Reply(msgspec.Struct, frozen=True):
    """What somebody thinks of a chapter, or of the course."""

    clear: int
    useful: int
    pace: int
    difficulty: int
    helped: str = ""
    change: str = ""


class Surveys(Protocol):
    """Answers, one of each person about each chapter."""

    def reply(self, person_id: int, about: str, reply: Reply) -> None:
        """Keep an answer in place of an earlier one; it stays with the classes of the first."""
        ...

    def classes(self) -> Mapping[str, Mapping[str, Collection[int]]]:
        """Who answered as somebody of a class, by what it is about and by the class's key."""
        ...

    def of_person(self, person_id: int) -> dict[str, Reply]:
        """A person's own answers, by what they are about."""
        ...

    def replies(self) -> dict[str, dict[int, Reply]]:
        """Every answer, by what it is about and by person."""
        ...


class Figure(NamedTuple):
    """A question over some answers."""

    counts: tuple[int, ...]
    """How many chose each step, from the lowest."""
    mean: float | None
    """None from few."""
    interval: Interval | None


class Opinion(NamedTuple):
    """What may be told of the answers about one chapter."""

    n: int
    """How many are told."""
    kept_back: int
    """How many are not, because there are too few of them."""
    figures: Mapping[str, Figure]
    helped: tuple[str, ...]
    change: tuple[str, ...]


def opinion(
    replies: Mapping[int, Reply], classes: Iterable[Collection[int]], *, others: bool
) -> Opinion:
    """The answers of some classes, and of those `others` who are in none of them."""
    groups = [replies.keys() & set(people) for people in classes]
    if others:
        groups.append(replies.keys() - set[int]().union(*groups))
    everybody = set[int]().union(*groups)
    told = set[int]().union(*(group for group in groups if len(group) >= ENOUGH))
    return _told([replies[person] for person in told], len(everybody - told))


def _told(replies: Sequence[Reply], kept_back: int) -> Opinion:
    return Opinion(
        n=len(replies),
        kept_back=kept_back,
        figures={it: _figure([getattr(reply, it) for reply in replies]) for it in QUESTIONS},
        # in the order of the alphabet: that of the answers would tell who
        helped=tuple(sorted(reply.helped for reply in replies if reply.helped)),
        change=tuple(sorted(reply.change for reply in replies if reply.change)),
    )


def _figure(steps: Sequence[int]) -> Figure:
    counts = tuple(steps.count(step) for step in range(1, STEPS + 1))
    n = len(steps)
    if n < FEW:
        return Figure(counts, None, None)
    share = wilson((sum(steps) / n - 1) / (STEPS - 1), n)
    low, high = (1 + end * (STEPS - 1) for end in share)
    return Figure(counts, sum(steps) / n, Interval(low, high))


def asked(done: Iterable[str], chapters: Collection[str], said: AbstractSet[str]) -> list[str]:
    """About what to ask somebody who has done these chapters: each once; at the end the course."""
    over = set(done)
    every = [it for it in chapters if it in over]
    if chapters and len(every) == len(chapters):
        every.append(WHOLE_COURSE)
    return [it for it in every if it not in said]
