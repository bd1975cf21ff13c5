"""Item statistics: how hard a goal or a question is, and whether it tells strong from weak.

Each figure comes with its interval, and from few cases there is none: three runs tell nothing
about an exercise. All intervals are for 95 %.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from math import atanh, sqrt, tanh
from statistics import median, quantiles
from typing import Final, Generic, Literal, NamedTuple, TypeVar

Name = TypeVar("Name", bound=Hashable)

FEW: Final = 5
"""With fewer cases a share or a median is an anecdote."""
FEW_PAIRS: Final = 10
"""With fewer the interval of a correlation spans nearly everything."""
HARD: Final = 0.2
EASY: Final = 0.9
TELLING: Final = 0.2
"""The least item–rest correlation of an item that tells people apart."""
_Z: Final = 1.959963984540054

Verdict = Literal["", "hard", "easy", "blunt", "reversed"]
"""Too hard or too easy; blunt: it does not tell strong from weak; reversed: the strong miss it.
Said only where the whole interval lies outside what is acceptable."""


class Interval(NamedTuple):
    """Where the true figure lies, nineteen times out of twenty."""

    low: float
    high: float


def wilson(share: float, n: int) -> Interval:
    """Wilson's interval of a share.

    For a mean of points between nothing and all it is on the safe side: no such points spread
    wider than all or nothing do.
    """
    middle = share + _Z * _Z / (2 * n)
    half = _Z * sqrt(max(share * (1 - share), 0) / n + _Z * _Z / (4 * n * n))
    whole = 1 + _Z * _Z / n
    return Interval(max((middle - half) / whole, 0.0), min((middle + half) / whole, 1.0))


def fisher(r: float, n: int) -> Interval | None:
    """Fisher's interval of a correlation over n pairs; none from three pairs or fewer."""
    if n <= 3:
        return None
    if abs(r) >= 1:
        return Interval(r, r)
    z, half = atanh(r), _Z / sqrt(n - 3)
    return Interval(tanh(z - half), tanh(z + half))


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's correlation; none where one of the two never differs."""
    n = len(pairs)
    if n < 2:
        return None
    mean_x = sum(x for x, _ in pairs) / n
    mean_y = sum(y for _, y in pairs) / n
    across = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    along_x = sum((x - mean_x) ** 2 for x, _ in pairs)
    along_y = sum((y - mean_y) ** 2 for _, y in pairs)
    # sums of equal numbers may differ in their last bit
    if along_x < 1e-12 or along_y < 1e-12:
        return None
    return max(-1.0, min(1.0, across / sqrt(along_x * along_y)))


class Spread(NamedTuple):
    """The middle of some numbers, and the quarter on each side of it."""

    n: int
    low: float
    median: float
    high: float


def spread(values: Iterable[float]) -> Spread | None:
    """Median and quartiles; none from few."""
    known = sorted(values)
    if len(known) < FEW:
        return None
    low, _, high = quantiles(known, n=4, method="inclusive")
    return Spread(len(known), low, median(known), high)


class Item(NamedTuple):
    """A goal or a question over the attempts that met it."""

    n: int
    full: int
    """Attempts in which it was worth all its points."""
    difficulty: float | None = None
    """The mean share of its points, p; none from few."""
    interval: Interval | None = None
    discrimination: float | None = None
    """The correlation with the rest of the attempt, r; none from few, or where all are alike."""
    r_interval: Interval | None = None
    verdict: Verdict = ""

    @property
    def few(self) -> bool:
        """Whether there is too little to say anything."""
        return self.n < FEW


class Mark(NamedTuple):
    """What an item was worth in one attempt."""

    points: float
    possible: float


class Analysis(NamedTuple, Generic[Name]):
    """Each item, and how many attempts there were."""

    n: int
    items: Mapping[Name, Item]


def analysed(attempts: Iterable[Mapping[Name, Mark]]) -> Analysis[Name]:
    """Each item over the attempts; an attempt need not have met all of them.

    An item is held against the *rest* of its attempt, not the whole: it would be part of that.
    """
    shares: dict[Name, list[float]] = defaultdict(list)
    pairs: dict[Name, list[tuple[float, float]]] = defaultdict(list)
    count = 0
    for marks in attempts:
        count += 1
        earned = sum(mark.points for mark in marks.values())
        possible = sum(mark.possible for mark in marks.values())
        for name, mark in marks.items():
            if not mark.possible:
                continue
            share = mark.points / mark.possible
            shares[name].append(share)
            if rest := possible - mark.possible:
                pairs[name].append((share, (earned - mark.points) / rest))
    return Analysis(count, {name: _item(of, pairs[name]) for name, of in shares.items()})


def _item(shares: list[float], pairs: list[tuple[float, float]]) -> Item:
    n = len(shares)
    full = sum(share >= 1 for share in shares)
    if n < FEW:
        return Item(n, full)
    # hints and flaws may take more from an item than it gave
    p = min(max(sum(shares) / n, 0.0), 1.0)
    interval = wilson(p, n)
    r = correlation(pairs) if len(pairs) >= FEW_PAIRS else None
    r_interval = None if r is None else fisher(r, len(pairs))
    return Item(n, full, p, interval, r, r_interval, _verdict(interval, r_interval))


def _verdict(p: Interval, r: Interval | None) -> Verdict:
    if r and r.high < 0:
        return "reversed"
    if p.high < HARD:
        return "hard"
    if p.low > EASY:
        return "easy"
    return "blunt" if r and r.high < TELLING else ""
