"""Desks with people at them: who comes first is served first, in working hours, by whoever is free.

More people at a desk never make anybody wait longer there, as long as the same work comes in.
"""

from heapq import heapify, heappop, heappush
from typing import Final

from trainer.orders.values import DAY, HOUR, MINUTE, Moment, day_of, moment_of

OPENS: Final = 9
CLOSES: Final = 17


def at_work(at: Moment) -> Moment:
    """That moment, or the next one at which somebody is in."""
    if day_of(at).weekday() < 5 and at % DAY < CLOSES * HOUR:
        return max(at, moment_of(day_of(at), hour=OPENS))
    at = moment_of(day_of(at + DAY), hour=OPENS)
    while day_of(at).weekday() >= 5:
        at += DAY
    return at


def worked(at: Moment, minutes: int) -> Moment:
    """When so much work is done that is begun then; what is not done by five goes on at nine."""
    left = minutes * MINUTE
    at = at_work(at)
    while left > (today := moment_of(day_of(at), hour=CLOSES) - at):
        left -= today
        at = at_work(at + today)
    return at + left


class Desk:
    """One stage of an order's way, and when each person there is free again."""

    def __init__(self, people: int) -> None:
        self._free: list[Moment] = [0] * people
        heapify(self._free)

    def done(self, at: Moment, minutes: int) -> Moment:
        """When a piece of work is done that comes in then, no earlier than any before it."""
        end = worked(max(at, heappop(self._free)), minutes)
        heappush(self._free, end)
        return end
