"""How each report is shown: what it found in a sentence, its chart, its table."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any, Final, NamedTuple

import msgspec
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from trainer.orders import reports
from trainer.orders.reports import Ask, By, Key
from trainer.orders.values import half_up
from trainer.orders.world import World
from trainer.web import service_findings, supply_findings
from trainer.web.charts import Mark, bars, columns
from trainer.web.reporting import NOTHING, View, drawn, head, named, rate
from trainer.web.sheets import Cell, Column
from trainer.web.words import duration, money, share


class Kind(NamedTuple):
    """A report that can be asked for."""

    title: LazyString
    counts: LazyString
    """What it counts, and on which day."""
    bys: tuple[By, ...]
    show: Callable[[World, Ask], View]
    adds_money: bool = False
    """Whether it adds amounts, so that it is about one currency."""


STAGES: Final[dict[reports.LeadStage, LazyString]] = {
    "entry": _l("entering"),
    "promise": _l("checking and confirming"),
    "payment": _l("waiting for the payment"),
    "stock": _l("setting stock aside"),
    "packing": _l("picking and packing"),
    "handover": _l("handing over"),
    "transit": _l("transport"),
}
VERDICTS: Final[dict[reports.Verdict, LazyString]] = {
    "usual": _l("usual"),
    "high": _l("unusually many"),
    "low": _l("unusually few"),
    "too_early": _l("too little history"),
    "under_way": _l("not over yet"),
}


def _sales(world: World, ask: Ask) -> View:
    found, currency = reports.sales(world, ask), ask.currency or world.company.currency
    if not found.rows:
        return View(str(NOTHING), None, (), [])

    def cells(row: reports.SalesRow, name: str) -> tuple[Cell, ...]:
        return (name, row.orders, row.units, row.gross, row.cancelled, row.returned, row.net)

    best = max(found.rows, key=lambda row: row.net)
    finding = gettext(
        "Goods worth %(gross)s were promised, %(net)s of it stands; the most: %(key)s, %(most)s.",
        gross=money(found.total.gross, currency),
        net=money(found.total.net, currency),
        key=named(world, ask.by, best.key),
        most=money(best.net, currency),
    )
    return View(
        finding,
        drawn(
            world,
            ask,
            gettext("Net value"),
            [(row.key, row.net) for row in found.rows],
            best.key,
            partial(money, currency=currency),
        ),
        (
            head(ask.by),
            Column(gettext("Orders"), "count"),
            Column(gettext("Units"), "count"),
            Column(gettext("Value"), "money"),
            Column(gettext("Called off"), "money"),
            Column(gettext("Came back"), "money"),
            Column(gettext("Net value"), "money"),
        ),
        [cells(row, named(world, ask.by, row.key)) for row in found.rows],
        cells(found.total, gettext("All together")),
    )


def _customers(world: World, ask: Ask) -> View:
    found, currency = reports.customers(world, ask), ask.currency or world.company.currency
    whole = found.total.net
    if not found.rows:
        return View(str(NOTHING), None, (), [])

    def cells(row: reports.CustomerRow, *names: str) -> tuple[Cell, ...]:
        each = half_up(max(row.net, 0), row.orders)
        last = row.last_on
        numbers = (row.orders, row.units, row.net, rate(row.net, whole))
        return (names[0], *numbers, rate(row.together, whole), names[1], each, last)

    first = found.rows[0]
    finding = gettext(
        "First comes %(who)s with %(share)s of the value; %(a)s of %(all)s customers are graded A.",
        who=world.customers[first.customer_id].company,
        share=share(rate(first.net, whole)),
        a=sum(row.grade == "A" for row in found.rows),
        all=len(found.rows),
    )
    return View(
        finding,
        drawn(
            world,
            msgspec.structs.replace(ask, by="customer"),
            gettext("Net value"),
            [(row.customer_id, row.net) for row in found.rows],
            first.customer_id,
            partial(money, currency=currency),
        ),
        (
            head("customer"),
            Column(gettext("Orders"), "count"),
            Column(gettext("Units"), "count"),
            Column(gettext("Net value"), "money"),
            Column(gettext("Share"), "share"),
            Column(gettext("With all larger ones"), "share"),
            Column(gettext("Grade"), "text"),
            Column(gettext("An order"), "money"),
            Column(gettext("Last order"), "day"),
        ),
        [cells(row, world.customers[row.customer_id].company, row.grade) for row in found.rows],
        cells(found.total, gettext("All together"), ""),
    )


def _volume(world: World, ask: Ask) -> View:
    found = reports.volume(world, ask)
    if not found.rows:
        return View(str(NOTHING), None, (), [])
    judged = [row for row in found.rows if row.verdict in ("usual", "high", "low")]
    odd = [row for row in judged if row.verdict != "usual"]
    if odd:
        most = max(odd, key=lambda row: abs(row.orders - Fraction(row.usual, row.compared)))
        finding = gettext(
            "%(odd)s of %(judged)s judged periods stand out; the most: %(key)s with %(orders)s "
            "orders where %(usual)s are usual.",
            odd=len(odd),
            judged=len(judged),
            key=named(world, ask.by, most.key),
            orders=most.orders,
            usual=_tenths(most.usual, most.compared),
        )
    elif judged:
        finding = gettext("No period stands out from those before it.")
    else:
        finding = gettext("There is too little history to say what is usual.")
    marks = [
        Mark(
            named(world, ask.by, row.key),
            row.orders,
            str(row.orders),
            row.verdict if row.verdict in ("high", "low", "under_way") else "",
            Fraction(row.usual, row.compared) if row.compared >= reports.ENOUGH else None,
        )
        for row in found.rows
    ]
    legend = [
        (kind, str(VERDICTS[kind]))
        for kind in ("high", "low", "under_way")
        if any(mark.kind == kind for mark in marks)
    ]
    if any(mark.usual is not None for mark in marks):
        legend.append(("line", gettext("mean of those before it")))
    return View(
        finding,
        columns(gettext("Orders opened"), marks, legend),
        (
            head(ask.by),
            Column(gettext("Orders"), "count"),
            Column(gettext("Usual"), "tenths"),
            Column(gettext("Judgement"), "text"),
        ),
        [
            (
                named(world, ask.by, row.key),
                row.orders,
                rate(row.usual, row.compared),
                str(VERDICTS[row.verdict]),
            )
            for row in found.rows
        ],
        (gettext("All together"), found.total.orders, None, ""),
    )


def _tenths(part: int, whole: int) -> str:
    tenths = half_up(10 * part, whole)
    return f"{tenths // 10:,}.{tenths % 10}"


def _lead_time(world: World, ask: Ask) -> View:
    found = reports.lead_time(world, ask)
    if not found.bottleneck:
        return View(str(NOTHING), None, (), [])
    slowest = next(row for row in found.rows if row.stage == found.bottleneck)
    finding = gettext(
        "The bottleneck is “%(stage)s” with %(share)s of all the time; half of the orders take at "
        "most %(median)s.",
        stage=str(STAGES[found.bottleneck]),
        share=share(rate(slowest.seconds, found.seconds)),
        median=duration(found.median),
    )
    marks = [
        Mark(
            str(STAGES[row.stage]),
            row.seconds,
            share(rate(row.seconds, found.seconds)),
            "told" if row.stage == found.bottleneck else "",
        )
        for row in found.rows
    ]
    return View(
        finding,
        bars(gettext("Share of the time"), marks),
        (
            Column(gettext("Stage"), "text"),
            Column(gettext("Orders"), "count"),
            Column(gettext("Median"), "duration"),
            Column(gettext("Longest"), "duration"),
            Column(gettext("All together"), "duration"),
            Column(gettext("Share"), "share"),
        ),
        [
            (
                str(STAGES[row.stage]),
                row.orders,
                row.median,
                row.longest,
                row.seconds,
                rate(row.seconds, found.seconds),
            )
            for row in found.rows
        ],
        (
            gettext("Opening to signature"),
            found.orders,
            found.median,
            found.longest,
            found.seconds,
            rate(found.seconds, found.seconds),
        ),
    )


def _on_time(world: World, ask: Ask) -> View:
    found = reports.on_time_in_full(world, ask)
    total = found.total
    if not total.due:
        return View(str(NOTHING), None, (), [])

    def cells(row: reports.OnTimeRow, name: str) -> tuple[Cell, ...]:
        kept = rate(row.both, row.due)
        return (name, row.due, row.on_time, row.in_full, row.both, kept)

    rates = [(row.key, rate(row.both, row.due)) for row in found.rows if row.due]
    worst, least = min(rates, key=lambda rate: rate[1] or 0)
    if total.both < total.due:
        finding = gettext(
            "%(both)s of %(due)s promises were kept on time and in full (%(rate)s); late %(late)s, "
            "not in full %(short)s; the fewest: %(key)s, %(least)s.",
            both=total.both,
            due=total.due,
            rate=share(rate(total.both, total.due)),
            late=total.due - total.on_time,
            short=total.due - total.in_full,
            key=named(world, ask.by, worst),
            least=share(least),
        )
    else:
        finding = gettext("Every promise was kept on time and in full.")
    told = worst if total.both < total.due else None
    values: list[tuple[Key, Any]] = [(row.key, rate(row.both, row.due)) for row in found.rows]
    return View(
        finding,
        drawn(world, ask, gettext("On time and in full"), values, told, share, most=1),
        (
            head(ask.by),
            Column(gettext("Promises due"), "count"),
            Column(gettext("On time"), "count"),
            Column(gettext("In full"), "count"),
            Column(gettext("Both"), "count"),
            Column(gettext("Rate"), "share"),
        ),
        [cells(row, named(world, ask.by, row.key)) for row in found.rows],
        cells(total, gettext("All together")),
    )


def _backorders(world: World, ask: Ask) -> View:
    found = reports.backorders(world, ask)
    total = found.total
    if not total.promised:
        return View(str(NOTHING), None, (), [])

    def cells(row: reports.BackorderRow, name: str) -> tuple[Cell, ...]:
        return (name, row.promised, row.short, rate(row.short, row.promised), row.waiting)

    worst = max(found.rows, key=lambda row: row.short)
    if total.short:
        finding = gettext(
            "%(short)s of %(promised)s units (%(rate)s) were promised although no shelf had them; "
            "the most: %(key)s.",
            short=f"{total.short:,}",
            promised=f"{total.promised:,}",
            rate=share(rate(total.short, total.promised)),
            key=named(world, ask.by, worst.key),
        )
    else:
        finding = gettext("Every unit was on a shelf when it was promised.")
    values: list[tuple[Key, Any]] = [(row.key, row.short) for row in found.rows]
    return View(
        finding,
        drawn(world, ask, gettext("Units short"), values, worst.key if total.short else None),
        (
            head(ask.by),
            Column(gettext("Units promised"), "count"),
            Column(gettext("Units short"), "count"),
            Column(gettext("Rate"), "share"),
            Column(gettext("Not set aside yet"), "count"),
        ),
        [cells(row, named(world, ask.by, row.key)) for row in found.rows],
        cells(total, gettext("All together")),
    )


def _returns(world: World, ask: Ask) -> View:
    found = reports.returns(world, ask)
    total = found.total
    if not total.delivered:
        return View(str(NOTHING), None, (), [])

    def cells(row: reports.ReturnsRow, name: str) -> tuple[Cell, ...]:
        return (name, row.delivered, row.returned, rate(row.returned, row.delivered), row.credited)

    worst = max(found.rows, key=lambda row: row.returned) if total.returned else None
    if worst:
        finding = gettext(
            "%(returned)s of %(delivered)s delivered units came back (%(rate)s); the most: "
            "%(key)s.",
            returned=f"{total.returned:,}",
            delivered=f"{total.delivered:,}",
            rate=share(rate(total.returned, total.delivered)),
            key=named(world, ask.by, worst.key),
        )
    else:
        finding = gettext("Nothing that was delivered has come back.")
    if (gone := reports.sold_off(world, ask)).units:
        finding = gettext(
            "%(finding)s Sold off as B-grade so far, whenever it came back: %(units)s units for "
            "%(amount)s.",
            finding=finding,
            units=f"{gone.units:,}",
            amount=money(gone.proceeds, world.company.currency),
        )
    values: list[tuple[Key, Any]] = [(row.key, row.returned) for row in found.rows]
    return View(
        finding,
        drawn(world, ask, gettext("Units back"), values, worst.key if worst else None),
        (
            head(ask.by),
            Column(gettext("Units delivered"), "count"),
            Column(gettext("Units back"), "count"),
            Column(gettext("Rate"), "share"),
            Column(gettext("Credit"), "money"),
        ),
        [cells(row, named(world, ask.by, row.key)) for row in found.rows],
        cells(total, gettext("All together")),
    )


def _called_off(world: World, ask: Ask) -> View:
    found = reports.called_off(world, ask)
    total = found.total
    if not total.entered:
        return View(str(NOTHING), None, (), [])

    def cells(row: reports.CalledOffRow, name: str) -> tuple[Cell, ...]:
        over = (row.called_off, rate(row.called_off, row.entered), row.in_part)
        return (name, row.entered, *over, row.lines, row.units, row.value)

    worst = max(found.rows, key=lambda row: row.called_off) if total.called_off else None
    if worst:
        finding = gettext(
            "%(gone)s of %(entered)s orders were called off (%(rate)s); the most: %(key)s.",
            gone=f"{total.called_off:,}",
            entered=f"{total.entered:,}",
            rate=share(rate(total.called_off, total.entered)),
            key=named(world, ask.by, worst.key),
        )
    else:
        finding = gettext("No order was called off.")
    if total.in_part:
        reduced = f"{total.in_part:,}"
        finding = gettext("%(finding)s Reduced: %(some)s others.", finding=finding, some=reduced)
    if total.units:
        finding = gettext(
            "%(finding)s In all %(units)s units for %(value)s are not wanted any more.",
            finding=finding,
            units=f"{total.units:,}",
            value=money(total.value, ask.currency or world.company.currency),
        )
    values: list[tuple[Key, Any]] = [(row.key, row.units) for row in found.rows]
    told = max(found.rows, key=lambda row: row.units).key if total.units else None
    return View(
        finding,
        drawn(world, ask, gettext("Units called off"), values, told),
        (
            head(ask.by),
            Column(gettext("Orders"), "count"),
            Column(gettext("Orders called off"), "count"),
            Column(gettext("Rate"), "share"),
            Column(gettext("Orders reduced"), "count"),
            Column(gettext("Lines"), "count"),
            Column(gettext("Units"), "count"),
            Column(gettext("Value"), "money"),
        ),
        [cells(row, named(world, ask.by, row.key)) for row in found.rows],
        cells(total, gettext("All together")),
    )


KINDS: Final[dict[str, Kind]] = {
    "sales": Kind(
        _l("Sales"),
        _l("Goods without freight, counted on the day the order was confirmed."),
        ("month", "week", "day", "product", "customer", "carrier"),
        _sales,
        adds_money=True,
    ),
    "customers": Kind(
        _l("Customers"),
        _l("Net value of goods, counted on the day the order was confirmed. A: the first 80 % of "
           "the value, B: up to 95 %."),
        ("customer",),
        _customers,
        adds_money=True,
    ),
    "volume": Kind(
        _l("Order volume"),
        _l("Counted on the day the order was opened, in whole periods. One stands out if it is "
           "more than two standard deviations off the mean of the eight before it; a day is held "
           "against the same weekday."),
        ("week", "day", "month"),
        _volume,
    ),
    "lead_time": Kind(
        _l("Lead time by stage"),
        _l("Orders delivered in full, counted on the day of the last signature. A stage is charged "
           "with the time it adds after all earlier ones were over."),
        ("month",),
        _lead_time,
    ),
    "on_time_in_full": Kind(
        _l("On time, in full"),
        _l("Counted on the promised day, once it is over or the promise is kept. Orders that were "
           "called off are not counted."),
        ("month", "week", "customer", "carrier"),
        _on_time,
    ),
    "backorders": Kind(
        _l("Backorders"),
        _l("Units that no warehouse had free when the order was confirmed, counted on that day."),
        ("product", "customer", "month"),
        _backorders,
    ),
    "returns": Kind(
        _l("Returns"),
        _l("Units that came back of those delivered, counted on the day of the order's last "
           "delivery."),
        ("product", "reason", "customer", "carrier", "month"),
        _returns,
        adds_money=True,
    ),
    "called_off": Kind(
        _l("Orders called off"),
        _l("Orders called off whole, and lines and units called off of others, with their value "
           "without freight, counted on the day the order was opened."),
        ("reason", "month", "week", "customer", "carrier"),
        _called_off,
        adds_money=True,
    ),
    "purchases_called_off": Kind(
        _l("Purchases called off"),
        _l("Purchases that were cancelled, and what was still owed of those closed short, counted "
           "on the day they were expected."),
        ("reason", "product", "month", "week"),
        supply_findings.purchases_called_off,
    ),
    "satisfaction": Kind(
        _l("Satisfaction"),
        _l("Scores from 1 to 5, counted on the day of the order's last delivery; complaints on the "
           "day they came. A complaint is late if it was not answered by its deadline."),
        ("month", "week", "reason", "customer", "carrier"),
        service_findings.satisfaction,
    ),
    "cost_of_service": Kind(
        _l("Cost of service"),
        _l("What it took to serve beyond the goods, counted on the day the order was confirmed: "
           "freight of parcels and of returns at our cost, credit for our own faults, goodwill; "
           "less the freight that customers paid."),
        ("month", "week", "carrier", "customer", "order"),
        service_findings.cost_of_service,
        adds_money=True,
    ),
}  # fmt: skip
