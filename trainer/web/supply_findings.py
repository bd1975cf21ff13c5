"""How the report on purchasing is shown: what was called off with suppliers, and why."""

from typing import Any

from flask_babel import gettext, ngettext

from trainer.orders.purchase_reports import PurchasesRow
from trainer.orders.purchase_reports import purchases_called_off as called_off
from trainer.orders.reports import Ask, Key
from trainer.orders.world import World
from trainer.web.reporting import NOTHING, View, drawn, head, named, rate
from trainer.web.sheets import Cell, Column
from trainer.web.words import share


def purchases_called_off(world: World, ask: Ask) -> View:
    """Of how many purchases something never came, and for what reason most of it."""
    found = called_off(world, ask)
    total = found.total
    gone = total.cancelled + total.short
    if not total.placed:
        return View(str(NOTHING), None, (), [])

    def cells(row: PurchasesRow, name: str) -> tuple[Cell, ...]:
        over = rate(row.cancelled + row.short, row.placed)
        return (name, row.placed, row.cancelled, row.short, over, row.units)

    worst = max(found.rows, key=lambda row: row.units) if gone else None
    finding = gettext("No purchase was cancelled or closed short.")
    if worst:
        finding = ngettext(
            "%(gone)s of %(num)s purchase was cancelled or closed short (%(rate)s); the most: "
            "%(key)s.",
            "%(gone)s of %(num)s purchases were cancelled or closed short (%(rate)s); the most: "
            "%(key)s.",
            total.placed,
            gone=f"{gone:,}",
            rate=share(rate(gone, total.placed)),
            key=named(world, ask.by, worst.key),
        )
    values: list[tuple[Key, Any]] = [(row.key, row.units) for row in found.rows]
    title = gettext("Units that never came")
    return View(
        finding,
        drawn(world, ask, title, values, worst.key if worst else None),
        (
            head(ask.by),
            Column(gettext("Purchases"), "count"),
            Column(gettext("Cancelled whole"), "count"),
            Column(gettext("Closed short"), "count"),
            Column(gettext("Rate"), "share"),
            Column(title, "count"),
        ),
        [cells(row, named(world, ask.by, row.key)) for row in found.rows],
        cells(total, gettext("All together")),
    )
