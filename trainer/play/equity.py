"""Variant equity: whether the variants of a scenario ask about the same of whoever meets them.

What a variant asks is read off its reference solution: how many commands it takes, and how much
went against it on the way. Who meets one far from the others would be judged by luck.
"""

from collections.abc import Iterable, Mapping
from statistics import median
from typing import Final, NamedTuple, TypeVar

from trainer.orders.cards import (
    AuthorisationLapsed,
    AuthorisationUnanswered,
    PaymentDeclined,
)
from trainer.orders.engine import Event, Recorded
from trainer.orders.feedback import ComplaintReceived
from trainer.orders.holds import HoldPlaced
from trainer.orders.intake import OrderConfirmed
from trainer.orders.mishaps import PackageCameBack
from trainer.orders.reallocation import AllocationGivenUp
from trainer.orders.refunds import RefundFailed, RefundReversed, RefundUnanswered
from trainer.orders.refusals import Refusal
from trainer.orders.returns import ReturnInspected, ReturnRequested
from trainer.orders.shipping import PackageScanned
from trainer.orders.status import ASTRAY
from trainer.orders.stock import StockCounted
from trainer.orders.world import World
from trainer.play.reading import SolutionError
from trainer.play.run import Course
from trainer.play.solution import Played, in_vain, play
from trainer.training.checks import orders_of
from trainer.training.sentences import Sentence

WIDTH: Final = 25
"""Percent of the median that a variant may lie away from it."""
LEAST: Final = 2
"""As far as that it may always lie: of few commands or exceptions one is a large part."""

EXCEPTIONS: Final[tuple[type[Event], ...]] = (
    HoldPlaced, PaymentDeclined, AuthorisationUnanswered, AuthorisationLapsed, RefundFailed,
    RefundReversed,
    RefundUnanswered, PackageCameBack, AllocationGivenUp, ComplaintReceived, ReturnRequested,
)  # fmt: skip
"""What goes against an order by itself; other events do only with what they say."""

K = TypeVar("K")


class Measure(NamedTuple):
    """What a variant asks: commands of its solution, and exceptions met on the way."""

    par: int
    exceptions: int


def measured(course: Course, solution: Iterable[Played] | None = None) -> Measure:
    """What a variant asks; its solution is played unless it was already. Raises SolutionError."""
    par, met = 0, 0
    mine: set[str] = set()
    for played in play(course) if solution is None else solution:
        par += 1
        if isinstance(played.answer, Refusal):
            if in_vain(course, played):
                says = Sentence("{name} was refused with {code}")
                raise SolutionError(says.about(name=played.name, code=played.answer.code))
            continue
        world, cast = played.run.world, course.opening.cast
        mine.update(number for name in cast for number in orders_of(world, cast, name))
        met += sum(_against(entry, world, mine) for entry in played.answer)
    return Measure(par, met)


def comparable(measures: Mapping[K, Measure]) -> tuple[K, ...]:
    """Those that lie within the band in both figures, in the order in which they were given."""
    bands = tuple(band(column) for column in zip(*measures.values(), strict=True))
    return tuple(
        key
        for key, measure in measures.items()
        if all(low <= figure <= high for figure, (low, high) in zip(measure, bands, strict=True))
    )


def band(figures: Iterable[int]) -> tuple[float, float]:
    """From and to: the median and a quarter of it, two at least, to both sides."""
    middle = median(figures)
    width = max(middle * WIDTH / 100, LEAST)
    return middle - width, middle + width


def _against(entry: Recorded, world: World, mine: set[str]) -> int:
    """How many exceptions an event is for somebody who works on these orders.

    A shelf that holds less than the books say is one for everybody.
    """
    event = entry.event
    if isinstance(event, StockCounted):
        return 1
    if getattr(event, "order_number", None) not in mine:
        return 0
    if isinstance(event, OrderConfirmed):
        lines = world.orders[event.order_number].lines
        return sum(line.open > world.available(line.sku) for line in lines)
    if isinstance(event, PackageScanned):
        return event.tracking in ASTRAY
    if isinstance(event, ReturnInspected):
        return event.disposition != "restock"
    return isinstance(event, EXCEPTIONS)
