"""Spaced review: when a question that was met is asked again, by FSRS.

For facts spacing is well established; procedures are practised in exercises instead. Fuzzing is
off: the same answers at the same times give the same dates.
"""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Final, Literal

import msgspec
from fsrs import Card as Fsrs
from fsrs import Rating, Scheduler, State

RETENTION: Final = 0.9
"""The share of cards that should still be known when they come up."""
QUICK: Final = 10
"""Seconds: whoever is right that fast did not have to think."""
SLOW: Final = 90
"""Seconds: right, but with effort."""
SECONDS_EACH: Final = 35
"""What a card is reckoned to take, with reading its explanation."""
# no steps of minutes: a card that was forgotten comes back on another day
_SCHEDULER: Final = Scheduler(
    desired_retention=RETENTION,
    learning_steps=(timedelta(days=1),),
    relearning_steps=(timedelta(days=1),),
    enable_fuzzing=False,
)

Grade = Literal["again", "hard", "good", "easy"]
_RATING: Final[dict[Grade, Rating]] = {
    "again": Rating.Again,
    "hard": Rating.Hard,
    "good": Rating.Good,
    "easy": Rating.Easy,
}


class Memory(msgspec.Struct, frozen=True, gc=False):
    """What FSRS keeps of a card; moments are seconds since 1970."""

    state: int
    step: int | None
    stability: float
    difficulty: float
    due: float
    reviewed_at: float


def grade(share: Fraction, seconds: float | None) -> Grade:
    """How well a question was remembered, from how much was right and how long it took."""
    if share < Fraction(1, 2):
        return "again"
    if share < 1 or (seconds is not None and seconds > SLOW):
        return "hard"
    return "easy" if seconds is not None and seconds <= QUICK else "good"


def reviewed(memory: Memory | None, given: Grade, at: float) -> Memory:
    """A card after it was answered; the first time it becomes one."""
    moment = datetime.fromtimestamp(at, UTC)
    if memory is None:
        card = Fsrs(card_id=0, due=moment)
    else:
        card = Fsrs(
            card_id=0,
            state=State(memory.state),
            step=memory.step,
            stability=memory.stability,
            difficulty=memory.difficulty,
            due=datetime.fromtimestamp(memory.due, UTC),
            last_review=datetime.fromtimestamp(memory.reviewed_at, UTC),
        )
    after, _ = _SCHEDULER.review_card(card, _RATING[given], moment)
    return Memory(
        state=int(after.state),
        step=after.step,
        stability=after.stability or 0.0,
        difficulty=after.difficulty or 0.0,
        due=after.due.timestamp(),
        reviewed_at=at,
    )


def minutes(cards: int) -> int:
    """What so many cards take, at least one minute."""
    return max(1, round(cards * SECONDS_EACH / 60))
