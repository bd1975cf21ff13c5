"""Customer satisfaction: the scores they gave, what they complained about, how soon we answered.

A score is counted on the day of the order's last delivery, for it says what that was like; a
complaint on the day it came. By cause, a score stands under each thing its customer complained of,
or under none.
"""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Final

import msgspec

from trainer.orders.reports import Ask, Key, Report, Tally, asked_about, key_of, reported
from trainer.orders.values import day_of
from trainer.orders.world import Complaint, Order, World

BEST: Final = 5
CONTENT: Final = 4
"""From this score on a customer is content."""
UNHAPPY: Final = 2
"""Up to this score a customer is lost, or nearly so."""
NO_COMPLAINT: Final = "no_complaint"


class SatisfactionRow(msgspec.Struct, frozen=True):
    """Orders that were delivered, scores for them, and complaints with what became of them."""

    key: Key
    delivered: int = 0
    rated: int = 0
    points: int = 0
    content: int = 0
    unhappy: int = 0
    complaints: int = 0
    answered: int = 0
    late: int = 0
    """Answered after the deadline, or not answered although it is over."""
    waited: int = 0
    """Seconds that the answered ones waited for it, all together."""

    @property
    def score(self) -> Fraction | None:
        """The mean score; none where nobody gave one."""
        return Fraction(self.points, self.rated) if self.rated else None

    @property
    def answer_time(self) -> int | None:
        """Seconds until an answer, on average; none where none was given."""
        return self.waited // self.answered if self.answered else None


def satisfaction(world: World, ask: Ask) -> Report[SatisfactionRow]:
    """Scores and complaints by period, customer, carrier or cause."""
    rows, total = Tally(9), Tally(9)
    for order in asked_about(world, ask):
        for keys, numbers in _told(world, ask, order):
            total.add("", *numbers)
            for key in keys:
                rows.add(key, *numbers)
    return reported(SatisfactionRow, ask, rows, total, largest=_weight)


def _weight(row: SatisfactionRow) -> tuple[int, int, int]:
    """What needs a look comes first: complaints, then unhappy customers, then many scores."""
    return row.complaints, row.unhappy, row.rated


def _told(
    world: World, ask: Ask, order: Order
) -> Iterator[tuple[tuple[Key, ...], tuple[int, ...]]]:
    """What an order says, each with the rows it belongs to."""
    wanted = sum(line.live for line in order.lines)
    there = sum(line.delivered for line in order.lines)
    day = day_of(order.delivered_at)
    if 0 < wanted <= there and ask.covers(day):
        causes = dict.fromkeys(complaint.reason for complaint in order.complaints)
        yield _keys(ask, day, order, *causes), _scored(order.satisfaction)
    for complaint in order.complaints:
        day = day_of(complaint.received_at)
        if ask.covers(day):
            yield _keys(ask, day, order, complaint.reason), _complained(world, complaint)


def _keys(ask: Ask, day: date, order: Order, *causes: str) -> tuple[Key, ...]:
    if ask.by == "reason":
        return causes or (NO_COMPLAINT,)
    return (key_of(ask, day, order),)


def _scored(score: int) -> tuple[int, ...]:
    rated = score > 0
    return (1, rated, score, score >= CONTENT, rated and score <= UNHAPPY, 0, 0, 0, 0)


def _complained(world: World, complaint: Complaint) -> tuple[int, ...]:
    answered = not complaint.open
    waited = complaint.answered_at - complaint.received_at if answered else 0
    return (0, 0, 0, 0, 0, 1, answered, complaint.late(world.now), waited)
