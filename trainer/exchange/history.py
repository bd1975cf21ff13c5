"""A real order history becomes a playable opening world, with a report of all that was done."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import msgspec

from trainer.exchange.northwind import CURRENCY, DECIMALS, History, read_files
from trainer.exchange.playing import play
from trainer.exchange.rows import HistoryError, Problem
from trainer.orders.status import LABELS, Label
from trainer.orders.values import Minor, Moment
from trainer.orders.world import World

__all__ = ["HistoryError", "Imported", "Problem", "Report", "read_history"]


class Rows(msgspec.Struct, frozen=True):
    """How many rows a file has, and how many of them are in the world."""

    file: str
    read: int
    used: int

    @property
    def skipped(self) -> int:
        """Rows that could not be used; each stands among the problems."""
        return self.read - self.used


class Report(msgspec.Struct, frozen=True):
    """What was imported, what it adds up to, and what could not be used."""

    opening: Moment
    rows: tuple[Rows, ...]
    labels: dict[Label, int]
    exact: Decimal
    goods: Minor
    freight: Minor
    in_stock: int
    on_hand: int
    awaited: int
    problems: tuple[Problem, ...]

    @property
    def rounding(self) -> Decimal:
        """What rounding each line's discount half up to whole minor units has added."""
        return _major(self.goods) - self.exact

    def lines(self) -> list[str]:
        """The report for people, line by line."""
        opens = datetime.fromtimestamp(self.opening, UTC)
        return [
            f"The world opens on {opens:%Y-%m-%d %H:%M}.",
            "",
            f"{'rows of':<20}{'read':>8}{'used':>8}{'skipped':>9}",
            *(f"{r.file:<20}{r.read:>8,}{r.used:>8,}{r.skipped:>9,}" for r in self.rows),
            "",
            f"orders    {sum(self.labels.values()):,}: "
            + ", ".join(f"{number:,} {label}" for label, number in self.labels.items()),
            f"goods     {self.exact:,f} {CURRENCY} = Σ price · quantity · (1 − discount), exact",
            f"          {_major(self.goods):,} {CURRENCY} imported; each line rounded half up: "
            f"{self.rounding:+,f}",
            f"freight   {_major(self.freight):,} {CURRENCY} imported",
            f"stock     {self.on_hand:,} on hand = {self.in_stock:,} UnitsInStock + "
            f"{self.awaited:,} that open orders wait for",
            "",
            f"rows not used as they stand: {len(self.problems)}",
            *(f"  {problem}" for problem in self.problems),
        ]


class Imported(msgspec.Struct, frozen=True):
    """An opening world, and how it came about."""

    world: World
    report: Report


def read_history(folder: Path) -> Imported:
    """Build the opening world from a folder of Northwind CSV files.

    Raises HistoryError if a file is missing, is no CSV file with the wanted columns, or if not one
    order can be used; anything less is a problem in the report.
    """
    history = read_files(folder)
    world, refused = play(history)
    return Imported(world=world, report=_report(history, world, refused))


def _report(history: History, world: World, refused: list[Problem]) -> Report:
    lines = [line for order in world.orders.values() for line in order.lines]
    return Report(
        opening=world.now,
        rows=tuple(Rows(file, read, history.used[file]) for file, read in history.read.items()),
        labels={label: world.count(label) for label in LABELS if world.count(label)},
        exact=sum((line.exact for line in history.lines), Decimal(0)).normalize(),
        goods=sum(line.gross for line in lines),
        freight=sum(order.shipping_gross for order in world.orders.values()),
        in_stock=sum(ware.in_stock for ware in history.wares.values()),
        on_hand=sum(level.on_hand for level in world.stock.values()),
        awaited=sum(line.open + line.allocated for line in lines),
        problems=(*history.problems, *refused),
    )


def _major(amount: Minor) -> Decimal:
    return Decimal(amount).scaleb(-DECIMALS)
