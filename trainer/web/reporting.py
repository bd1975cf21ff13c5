"""What every report on a screen is made of: a finding, a chart, a table, and names for its rows."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any, Final, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from trainer.orders.reports import Ask, By, Key
from trainer.orders.world import World
from trainer.web.charts import Chart, Mark, bars, columns
from trainer.web.sheets import Cell, Column
from trainer.web.words import day, label, month

MOST_BARS: Final = 12
"""More bars than that are only in the table."""


class View(NamedTuple):
    """A report as it is shown: what it found, its chart, its table."""

    finding: str
    chart: Chart | None
    columns: tuple[Column, ...]
    rows: list[tuple[Cell, ...]]
    total: tuple[Cell, ...] = ()


BYS: Final[dict[By, LazyString]] = {
    "month": _l("by month"),
    "week": _l("by week"),
    "day": _l("by day"),
    "product": _l("by product"),
    "customer": _l("by customer"),
    "carrier": _l("by carrier"),
    "reason": _l("by reason"),
    "order": _l("by order"),
}
HEADS: Final[dict[By, LazyString]] = {
    "month": _l("Month"),
    "week": _l("Week from"),
    "day": _l("Day"),
    "product": _l("Product"),
    "customer": _l("Customer"),
    "carrier": _l("Carrier"),
    "reason": _l("Reason"),
    "order": _l("Order"),
}
NOTHING: Final = _l("There is nothing to report on this period.")


def named(world: World, by: By, key: Key) -> str:
    """A row's key as people call it."""
    if isinstance(key, date):
        return month(key) if by == "month" else day(key)
    match by:
        case "customer":
            return world.customers[key].company
        case "product":
            return f"{key} {world.products[key].name}"
        case "carrier":
            return world.carriers[key].name
        case "order":
            return key
    return label(key)


def rate(part: int, whole: int) -> Fraction | None:
    """A part of the whole; none where there is no whole."""
    return Fraction(part, whole) if whole else None


def head(by: By) -> Column:
    """The head of the first column."""
    return Column(str(HEADS[by]), "text")


def drawn(
    world: World,
    ask: Ask,
    title: str,
    values: list[tuple[Key, Any]],
    told: Key | None,
    write: Callable[[Any], str] = "{:,}".format,
    most: int = 0,
) -> Chart | None:
    """Periods as columns, anything else as bars; the one the finding names stands out.

    A scale that ends somewhere by itself, as shares and scores do, is drawn to its end; where
    every value is nothing there is nothing to draw.
    """
    if not any(value for _, value in values):
        return None
    made = [
        Mark(
            named(world, ask.by, key),
            value or 0,
            "–" if value is None else write(value),
            "told" if key == told else "",
        )
        for key, value in values
    ]
    if ask.by in ("day", "week", "month"):
        return columns(title, made, write=write, most=most)
    largest = [mark for mark in made if mark.value][:MOST_BARS]
    return bars(title, largest, left_out=len(made) - len(largest), most=most)
