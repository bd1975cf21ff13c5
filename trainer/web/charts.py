"""Charts as plain numbers: bars beside their words for a template, columns for a script."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final, Literal, NamedTuple

WIDE: Final = 100
HIGH: Final = 100
INTERVALS: Final = 5
"""At most so many between the lines of a scale."""


class Mark(NamedTuple):
    """One value with its words; its kind says how it stands out, its shape shows it."""

    label: str
    value: Any
    shown: str
    kind: str = ""
    usual: Fraction | None = None


class Shape(NamedTuple):
    """A mark with its place in the drawing."""

    mark: Mark
    start: float
    size: float


class Chart(NamedTuple):
    """A drawing of one series."""

    form: Literal["bars", "columns"]
    title: str
    shapes: list[Shape]
    zero: float
    legend: Sequence[tuple[str, str]] = ()
    ends: tuple[float, float] = (0, 1)
    """Where its scale begins and ends."""
    ticks: Sequence[tuple[float, str]] = ()
    """Heights, the highest first and evenly spaced, with what they stand for."""
    left_out: int = 0

    def data(self) -> dict[str, Any]:
        """What static/js/charts.js draws; all words are written here, in the page's language."""
        marks = [shape.mark for shape in self.shapes]
        return {
            "labels": [mark.label for mark in marks],
            "values": [float(mark.value) for mark in marks],
            "shown": [mark.shown for mark in marks],
            "kinds": [mark.kind for mark in marks],
            "usual": [None if mark.usual is None else float(mark.usual) for mark in marks],
            "ends": self.ends,
            "ticks": [words for _, words in reversed(self.ticks)],
            "legend": {kind: str(words) for kind, words in self.legend},
        }


def bars(title: str, marks: list[Mark], left_out: int = 0, most: int = 0) -> Chart:
    """A bar for each, from zero to the right, what is below zero to the left."""
    low, high = _ends(marks, most)
    shapes = _shapes(marks, low, high, WIDE)
    return Chart("bars", title, shapes, _height(0, low, high, WIDE), left_out=left_out)


def columns(
    title: str,
    marks: list[Mark],
    legend: Sequence[tuple[str, str]] = (),
    write: Callable[[Any], str] = "{:,}".format,
    most: int = 0,
) -> Chart:
    """A column for each, side by side on a scale; what is usual is a line over them."""
    low, high = _ends(marks, most)
    step = _step(high - low, Fraction(1, 100) if most == 1 else Fraction(1))
    first, last = low // step, -(-high // step)
    low, high = first * step, last * step
    ticks = [
        (_round(HIGH - _height(step * n, low, high, HIGH)), write(_exact(step * n)))
        for n in range(last, first - 1, -1)
    ]
    shapes = _shapes(marks, low, high, HIGH)
    zero = _height(0, low, high, HIGH)
    ends = (float(low), float(high))
    return Chart("columns", title, shapes, zero, legend, ends, ticks)


def _ends(marks: list[Mark], most: int) -> tuple[Fraction, Fraction]:
    """The least value, or zero, and the largest, or where the scale ends by itself."""
    values = [mark.value for mark in marks] + [m.usual for m in marks if m.usual is not None]
    low, high = Fraction(min(0, *values, 0)), Fraction(max(most, *values, 0))
    return low, high if high > low else low + 1


def _step(span: Fraction, unit: Fraction) -> Fraction:
    """A round number of units, of which at most five make the span."""
    size = unit
    while True:
        for factor in (1, 2, Fraction(5, 2), 5):
            step = size * factor
            if step * INTERVALS >= span and not step % unit:
                return step
        size *= 10


def _exact(value: Fraction) -> Fraction | int:
    return value.numerator if value.denominator == 1 else value


def _height(value: Any, low: Fraction, high: Fraction, whole: int) -> float:
    return _round(whole * (Fraction(value) - low) / (high - low))


def _shapes(marks: list[Mark], low: Fraction, high: Fraction, whole: int) -> list[Shape]:
    """Each mark's start and size, on a scale from nothing to the whole."""
    shapes = []
    for mark in marks:
        size = whole * Fraction(mark.value) / (high - low)
        start = whole * -low / (high - low) + min(size, Fraction(0))
        shapes.append(Shape(mark, _round(start), _round(abs(size))))
    return shapes


def _round(number: Any) -> float:
    return round(float(number), 3)
