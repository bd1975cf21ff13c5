"""How the two reports on service are shown: what it cost us, and how content customers are."""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Any

from flask_babel import gettext

from trainer.orders import costs
from trainer.orders import satisfaction as opinions
from trainer.orders.reports import Ask, Key
from trainer.orders.values import half_up
from trainer.orders.world import World
from trainer.web.reporting import NOTHING, View, drawn, head, named, rate
from trainer.web.sheets import Cell, Column
from trainer.web.words import duration, money


def cost_of_service(world: World, ask: Ask) -> View:
    """What is left for us, and where it comes from."""
    found, currency = costs.cost_of_service(world, ask), ask.currency or world.company.currency
    total = found.total
    if not total.orders:
        return View(str(NOTHING), None, (), [])

    def cells(row: costs.CostRow, name: str) -> tuple[Cell, ...]:
        left = (row.orders, row.cost, _apiece(row))
        spent = (row.paid, row.charged, row.back, row.charged_on, row.faults, row.goodwill)
        work = (row.parcels, row.extra, row.rework, rate(row.events, row.orders))
        kept = (row.card_fees,) if total.card_fees else ()
        return (name, *left, *spent, *work, row.claimed_on, row.recovered, *kept)

    worst = max(found.rows, key=lambda row: row.cost)
    spent, charged = money(total.spent, currency), money(total.charged, currency)
    if total.cost > 0:
        finding = gettext(
            "Serving cost %(spent)s beyond the goods and customers paid %(charged)s for freight: "
            "%(cost)s is left for us; the most: %(key)s.",
            spent=spent,
            charged=charged,
            cost=money(total.cost, currency),
            key=named(world, ask.by, worst.key),
        )
    else:
        finding = gettext(
            "Serving cost %(spent)s beyond the goods; customers paid %(charged)s for freight, "
            "which covers it.",
            spent=spent,
            charged=charged,
        )
    return View(
        finding,
        drawn(
            world,
            ask,
            gettext("Net cost to us"),
            [(row.key, row.cost) for row in found.rows],
            worst.key if total.cost > 0 else None,
            partial(money, currency=currency),
        ),
        (
            head(ask.by),
            Column(gettext("Orders"), "count"),
            Column(gettext("Net cost to us"), "money"),
            Column(gettext("Net cost an order"), "money"),
            Column(gettext("Freight paid"), "money"),
            Column(gettext("Freight charged"), "money"),
            Column(gettext("Returns freight, ours"), "money"),
            Column(gettext("Returns freight, others'"), "money"),
            Column(gettext("Our faults"), "money"),
            Column(gettext("Goodwill"), "money"),
            Column(gettext("Parcels"), "count"),
            Column(gettext("Extra parcels"), "count"),
            Column(gettext("Handled again"), "count"),
            Column(gettext("Events an order"), "tenths"),
            Column(gettext("Claimed from others"), "money"),
            Column(gettext("Made good by them"), "money"),
            *((Column(gettext("Card fees"), "money"),) if total.card_fees else ()),
        ),
        [cells(row, named(world, ask.by, row.key)) for row in found.rows],
        cells(total, gettext("All together")),
    )


def _apiece(row: costs.CostRow) -> int | None:
    """What an order leaves for us on average, half a cent away from zero."""
    if not row.orders:
        return None
    each = half_up(abs(row.cost), row.orders)
    return each if row.cost >= 0 else -each


def satisfaction(world: World, ask: Ask) -> View:
    """The mean score, who is unhappy, and how soon complaints are answered."""
    found = opinions.satisfaction(world, ask)
    total = found.total
    if not total.rated and not total.complaints:
        nobody = gettext("Nobody has said how content they are, and nobody has complained.")
        return View(nobody if total.delivered else str(NOTHING), None, (), [])

    def cells(row: opinions.SatisfactionRow, name: str) -> tuple[Cell, ...]:
        scores = (row.delivered, row.rated, row.score, rate(row.content, row.rated), row.unhappy)
        return (name, *scores, row.complaints, row.answered, row.late, row.answer_time)

    rated = [row for row in found.rows if row.rated]
    worst = min(rated, key=lambda row: row.score or 0) if len(rated) > 1 else None
    title = gettext("Mean score, of 5") if rated else gettext("Complaints")
    values: list[tuple[Key, Any]] = [
        (row.key, row.score if rated else row.complaints) for row in found.rows
    ]
    told = worst.key if worst else None
    write, most = (_tenths, opinions.BEST) if rated else (str, 0)
    return View(
        " ".join(_opinions(world, ask, total, worst)),
        drawn(world, ask, title, values, told, write, most),
        (
            head(ask.by),
            Column(gettext("Delivered"), "count"),
            Column(gettext("Scores"), "count"),
            Column(gettext("Mean score"), "tenths"),
            Column(gettext("Content (4–5)"), "share"),
            Column(gettext("Unhappy (1–2)"), "count"),
            Column(gettext("Complaints"), "count"),
            Column(gettext("Answered"), "count"),
            Column(gettext("Late"), "count"),
            Column(gettext("Mean time to answer"), "duration"),
        ),
        [cells(row, named(world, ask.by, row.key)) for row in found.rows],
        cells(total, gettext("All together")),
    )


def _opinions(
    world: World, ask: Ask, total: opinions.SatisfactionRow, worst: opinions.SatisfactionRow | None
) -> Iterator[str]:
    """What the scores say, and what became of the complaints."""
    if total.rated:
        yield gettext(
            "Mean score: %(score)s of 5. Answers: %(rated)s, of which 1 or 2: %(unhappy)s.",
            score=_tenths(total.score),
            rated=total.rated,
            unhappy=total.unhappy,
        )
    if worst:
        yield gettext(
            "The lowest: %(key)s, %(least)s.",
            key=named(world, ask.by, worst.key),
            least=_tenths(worst.score),
        )
    if total.complaints and total.answer_time is None:
        yield gettext(
            "Complaints: %(all)s, none of them answered, %(late)s beyond the deadline.",
            all=total.complaints,
            late=total.late,
        )
    elif total.complaints:
        yield gettext(
            "Complaints: %(all)s, answered after %(time)s on average, %(late)s beyond the "
            "deadline.",
            all=total.complaints,
            time=duration(total.answer_time or 0),
            late=total.late,
        )


def _tenths(score: Fraction | int | None) -> str:
    if score is None:
        return "–"
    tenths = half_up(10 * score.numerator, score.denominator)
    return f"{tenths // 10}.{tenths % 10}"
