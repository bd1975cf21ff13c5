"""Small charts as plain numbers for a template: bars beside their words, columns over time."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final, Literal, NamedTuple

WIDE: Final = 100
HIGH: Final = 100
SLOT: Final = 10
"""The width of a column with the gap beside it."""


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
    line: str = ""
    """The points of what is usual."""
    top: str = ""
    """The largest value in words."""
    left_out: int = 0

    @property
    def width(self) -> int:
        """Of the drawing of columns."""
        return max(len(self.shapes), 1) * SLOT


def bars(title: str, marks: list[Mark], left_out: int = 0) -> Chart:
    """A bar for each, from zero to the right, what is below zero to the left."""
    zero, shapes = _scaled(marks, WIDE)
    return Chart("bars", title, shapes, zero, left_out=left_out)


def columns(title: str, marks: list[Mark], legend: Sequence[tuple[str, str]] = ()) -> Chart:
    """A column for each, side by side; what is usual is a line over them."""
    zero, shapes = _scaled(marks, HIGH)
    most = max((mark.value for mark in marks), default=0)
    scale = _scale(marks)
    points = [
        f"{place * SLOT + SLOT // 2},{_round(HIGH - zero - HIGH * mark.usual / scale)}"
        for place, mark in enumerate(marks)
        if mark.usual is not None
    ]
    top = next((mark.shown for mark in marks if mark.value == most), "")
    return Chart("columns", title, shapes, zero, legend, " ".join(points), top)


def _scale(marks: list[Mark]) -> Any:
    """From the least value, or zero, to the largest."""
    values = [mark.value for mark in marks] + [m.usual for m in marks if m.usual is not None]
    return max(0, *values, 0) - min(0, *values, 0) or 1


def _scaled(marks: list[Mark], whole: int) -> tuple[float, list[Shape]]:
    """Where zero is, and each mark's start and size, on a scale from nothing to the whole."""
    scale = _scale(marks)
    below = min(0, *(mark.value for mark in marks), 0)
    zero = whole * -Fraction(below) / scale
    shapes = []
    for mark in marks:
        size = whole * Fraction(mark.value) / scale
        shapes.append(Shape(mark, _round(zero + min(size, 0)), _round(abs(size))))
    return _round(zero), shapes


def _round(number: Any) -> float:
    return round(float(number), 3)
