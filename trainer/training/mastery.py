"""Mastery of a skill: what a person has shown of it without help, and what is still missing.

An attempt at a variant one has not met before, or a quiz, is one opportunity for each skill it
asks for, however many goals or questions that skill has in it. What is known of the skill is an
exponential moving average over the opportunities. Which model one takes matters less than which
data and which threshold (Pelánek & Řihák 2017), so it is the simplest one that can be explained.
Everything is in fractions: the same evidence gives the same answer everywhere.
"""

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from typing import Final, Literal

import msgspec

WEIGHT: Final = Fraction(3, 5)
"""Of the latest opportunity. Four in a row without help lead from nothing to mastery; after that,
one that fails wholly takes two or three to make good."""
THRESHOLD: Final = Fraction(19, 20)
"""0.95: still sensible where the next lesson builds on it (Zhang et al., EDM 2025)."""
PLACES: Final = 2
"""Different exercises or quizzes in which it was shown: once could be that one's way of asking."""
NEARLY: Final = 2
"""So few more successes, and it is nearly there."""
FADES_AFTER: Final = 28 * 86_400
"""Seconds without evidence. What a stricter threshold gains is mostly gone after weeks
(Matayoshi et al., EDM 2022), so a mastered skill is asked for again."""
STUCK_AFTER: Final = 10
"""Opportunities without mastery: more of the same does not help (Beck & Gong 2013)."""

Source = Literal["exercise", "quiz"]
State = Literal["not_met", "learning", "nearly", "mastered", "fading"]


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """A goal reached or lost, or a question answered, for one of the skills it is about."""

    skill: str
    source: Source
    place: str
    """The exercise, or the folder of the quiz's chapter."""
    key: str
    """Of the attempt or of the quiz, as it stands in addresses."""
    what: str
    """The goal or the question."""
    event: int
    """The entry of the run that decided it, or the number of the question."""
    unaided: bool
    right: bool
    at: float
    """Seconds since 1970 of the real clock."""


class Mastery(msgspec.Struct, frozen=True, gc=False):
    """How a person stands with a skill."""

    skill: str
    state: State
    value: Fraction
    opportunities: int
    successes: int
    """Opportunities in which all was right and nothing was helped with."""
    places: frozenset[str]
    """Where it was shown."""
    more: int
    """Successes that are still missing, at least."""
    elsewhere: bool
    """Whether one of them has to be in another place than so far."""
    exercise: bool
    """Whether one of them has to be in an exercise."""
    last: float
    """When there was evidence for the last time; 0 if never."""

    @property
    def stuck(self) -> bool:
        """Whether to offer another way instead of more of the same."""
        return self.opportunities >= STUCK_AFTER and self.state in ("learning", "nearly")


def mastery(
    skill: str, evidence: Iterable[Evidence], *, now: float, practised: bool = True
) -> Mastery:
    """How somebody stands with a skill; `practised` says whether exercises check it at all."""
    tries = _opportunities(it for it in evidence if it.skill == skill)
    shares = [share for parts in tries if (share := _share(parts)) is not None]
    shown = [parts for parts in tries if _share(parts) == 1]
    value = Fraction(0)
    for share in shares:
        value += WEIGHT * (share - value)
    places = frozenset(f"{parts[0].source}/{parts[0].place}" for parts in shown)
    elsewhere = 0 < len(places) < PLACES
    exercise = practised and not any(place.startswith("exercise/") for place in places)
    more = max(_more(value), PLACES - len(places), int(exercise))
    last = max((it.at for parts in tries for it in parts), default=0.0)
    return Mastery(
        skill=skill,
        state=_state(len(tries), more, now - last),
        value=value,
        opportunities=len(tries),
        successes=len(shown),
        places=places,
        more=more,
        elsewhere=elsewhere,
        exercise=exercise,
        last=last,
    )


def _opportunities(evidence: Iterable[Evidence]) -> list[list[Evidence]]:
    """By attempt or quiz, in the order in which these were first decided on."""
    found: dict[str, list[Evidence]] = {}
    for it in sorted(evidence, key=lambda it: (it.at, it.key, it.event, it.what)):
        found.setdefault(it.key, []).append(it)
    return list(found.values())


def _share(parts: Sequence[Evidence]) -> Fraction | None:
    """How much was right. What was right with help shows nothing, for or against; what was wrong
    with help was wrong."""
    counted = [it for it in parts if it.unaided or not it.right]
    return Fraction(sum(it.right for it in counted), len(counted)) if counted else None


def _more(value: Fraction) -> int:
    """Whole successes until the threshold."""
    count = 0
    while value < THRESHOLD:
        value += WEIGHT * (1 - value)
        count += 1
    return count


def _state(opportunities: int, more: int, since: float) -> State:
    if not opportunities:
        return "not_met"
    if more:
        return "nearly" if more <= NEARLY else "learning"
    return "fading" if since > FADES_AFTER else "mastered"


class Drill(msgspec.Struct, frozen=True, gc=False):
    """An exercise worth doing again, for what was lost in it."""

    place: str
    lost: tuple[Evidence, ...]


def drills(
    evidence: Collection[Evidence], weakest: Sequence[str], at_most: int = 5
) -> tuple[Drill, ...]:
    """Exercises in which something was lost that was not reached since, the weakest skill first.

    A goal lost is one loss, however many skills it names.
    """
    rank = {skill: place for place, skill in enumerate(weakest)}
    latest: dict[tuple[str, str], Evidence] = {}
    for it in sorted(evidence, key=lambda it: (it.at, it.event, -rank.get(it.skill, len(rank)))):
        if it.source == "exercise":
            latest[it.place, it.what] = it
    lost: dict[str, list[Evidence]] = {}
    order = sorted(latest.values(), key=lambda it: (rank.get(it.skill, len(rank)), -it.at, it.what))
    for it in order:
        if not it.right:
            lost.setdefault(it.place, []).append(it)
    return tuple(Drill(place, tuple(parts)) for place, parts in list(lost.items())[:at_most])
