"""How somebody is getting on with an exercise: one function, for the board and for whoever asks.

Thresholds are rules of thumb for a class of adults at exercises of 10 to 30 minutes; they are
named here, shown on the board's legend, and meant to be argued with.
"""

from typing import Final, Literal

import msgspec

Status = Literal["stuck", "working", "away", "not_started", "done", "mastered"]

ORDER: Final[tuple[Status, ...]] = (
    "stuck", "working", "away", "not_started", "done", "mastered",
)  # fmt: skip
"""Who needs help first comes first."""

REFUSED: Final = 3
"""Refused tries since the last progress from which somebody is stuck: one teaches, two happen."""
HINTS: Final = 2
"""Hints since the last progress from which somebody is stuck: nudge and pointer did not help."""
WRONG: Final = 2
"""Wrong answers to a goal's question since the last progress, likewise."""
WITHOUT_PROGRESS: Final = 8 * 60
"""Seconds of work without progress from which somebody is stuck: twice a step's usual time."""
AWAY: Final = 10 * 60
"""Seconds without any action from which somebody is not at it: nobody reads that long."""


class Facts(msgspec.Struct, frozen=True):
    """What is known of an attempt; times in seconds of the real clock."""

    since_action: float
    """Since anything was done in it."""
    since_progress: float
    """From the last progress until now, or until the last action of who has gone: time spent at
    it, not time at lunch."""
    refused: int = 0
    """Tries refused since the last progress."""
    hints: int = 0
    """Hints taken since the last progress."""
    answers: int = 0
    """Answers given since the last progress: wrong ones, as a right one is progress."""
    finished: bool = False
    full: bool = False
    """Full marks."""
    aided: bool = False
    """Whether any hint was taken."""


def status(facts: Facts | None) -> Status:
    """How it is going; None for who has not begun."""
    if facts is None:
        return "not_started"
    if facts.finished:
        return "mastered" if facts.full and not facts.aided else "done"
    if facts.since_action >= AWAY:
        return "away"
    stuck = (
        facts.refused >= REFUSED
        or facts.hints >= HINTS
        or facts.answers >= WRONG
        or facts.since_progress >= WITHOUT_PROGRESS
    )
    return "stuck" if stuck else "working"


def need(facts: Facts | None) -> tuple[int, float]:
    """Sorts who needs help first to the top; among the stuck, who has been so for longest."""
    since = 0.0 if facts is None else facts.since_progress
    return ORDER.index(status(facts)), -since
