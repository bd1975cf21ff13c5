"""What if: the month run again with measures that are chosen within a budget, runs side by side."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final, NamedTuple

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from flask_security import auth_required

from trainer.orders.values import half_up
from trainer.play import month
from trainer.play.month import NoSuchMonth
from trainer.simulation.month import CARRIERS, STAGES, Measure, Mix, most, on_the_shelf
from trainer.training.checks import MonthLived
from trainer.training.figures import told
from trainer.training.month import MONTH_FIGURES, MonthSpec, kind_of
from trainer.web import findings, screens
from trainer.web.forms import whole
from trainer.web.screens import Screen, acting, desk, intent, screen
from trainer.web.words import money, share

bp = Blueprint("months", __name__, url_prefix="/attempts/<key>/month")

MEASURES: Final[dict[Measure, tuple[LazyString, LazyString]]] = {
    "entry": (_l("More people at order entry"), _l("Orders that came in are looked at sooner.")),
    "checking": (_l("More people at checking"), _l("Orders are checked and promised sooner.")),
    "booking": (_l("More people in accounts"), _l("Money that came in is booked sooner.")),
    "packing": (_l("More people at packing"), _l("Goods leave sooner once they are there.")),
    "enter_by_rule": (_l("Enter orders by rule"), _l("No order waits for a person at entry.")),
    "check_by_rule": (_l("Check orders by rule"), _l("No order waits for a person at checking.")),
    "book_by_rule": (_l("Book payments by rule"), _l("No transfer waits for a person.")),
    "tell_by_rule": (
        _l("Tell customers by rule"),
        _l("They hear when goods leave, and when they are late."),
    ),
    "more_of_fast": (
        _l("More of the fast movers on the shelf"),
        _l("Twice as many of the products that most order lines are about."),
    ),
    "more_of_slow": (
        _l("More of the slow movers on the shelf"),
        _l("Twice as many of all the other products."),
    ),
    "quick_supplier": (
        _l("The quicker supplier"),
        _l("What is missing on the shelf comes days earlier."),
    ),
    "fast_carrier": (_l("The fastest carrier"), _l("For each parcel, at its price.")),
    "cheap_carrier": (_l("The cheapest carrier"), _l("For each parcel, in its time.")),
    "careful_carrier": (
        _l("A contract for punctuality"),
        _l("The customer's carrier; a quarter as many parcels late or damaged."),
    ),
}
"""Each measure by its name, and what it does."""

FIGURES: Final[dict[str, LazyString]] = {
    "on_time_in_full": _l("On time and in full"),
    "lead_time": _l("Median lead time, days"),
    "backorder_rate": _l("Units promised without stock"),
    "return_rate": _l("Units sent back"),
    "complaints": _l("Complaints"),
    "satisfaction_score": _l("Mean score, of 5"),
    "cost_per_parcel": _l("Freight and faults per parcel"),
}
_BETTER_HIGH: Final = ("on_time_in_full", "satisfaction_score")
LEAD: Final = ("entry", "promise", "payment", "stock", "packing", "handover", "transit")


class Cell(NamedTuple):
    """A figure of one month: as it is written, how it differs, and how long its bar is."""

    shown: str
    change: str = ""
    good: bool | None = None
    """Whether the change is for the better; none where nothing changed or nobody can say."""
    bar: float = 0.0


class Row(NamedTuple):
    """One figure over all months, the month as it was first."""

    title: str
    cells: tuple[Cell, ...]


class Offer(NamedTuple):
    """A measure on offer, as a field."""

    name: Measure
    title: str
    does: str
    price: str
    most: int
    chosen: int


# --- pages --------------------------------------------------------------------------------------


@bp.get("/")
@auth_required()
def index(key: str) -> ResponseReturnValue:
    """Measures, budget, and every month that was run."""
    return _page(screen(key), _last(screen(key)))


@bp.get("/budget")
@auth_required()
def budget(key: str) -> ResponseReturnValue:
    """What is left of the budget with what is chosen; asked at every change of the form."""
    seen = screen(key)
    mix = _chosen(_spec(seen), request.args)
    return render_template("parts/month-budget.html", **_money(seen, mix))


@bp.post("/runs")
@auth_required()
def run(key: str) -> ResponseReturnValue:
    """Run the month with what is chosen, and look at what it came to."""
    seen = acting(key)
    mix = _chosen(_spec(seen), request.form)
    if not mix:
        return _page(seen, mix, gettext("Choose at least one measure.")), 422
    command_id = intent(request.form.get("command_id", ""))
    try:
        desk().live_month(seen.sandbox, mix, command_id)
    except NoSuchMonth:
        says = gettext("A parcel goes with one carrier: choose one of the three.")
        return _page(seen, mix, says), 422
    return redirect(url_for(".index", key=key, _anchor="months"), 303)


def _page(seen: Screen, mix: Mix, error: str = "") -> str:
    spec = _spec(seen)
    runs = desk().months(seen.sandbox) if seen.at is None else []
    currency = seen.world.company.currency
    offers = [
        Offer(
            name,
            str(MEASURES[name][0]),
            str(MEASURES[name][1]),
            money(spec.money(price, currency), currency),
            most(name),
            mix.get(name, 0),
        )
        for name, price in spec.measures.items()
    ]
    return render_template(
        "pages/month.html",
        **screens.surroundings(seen, "month"),
        **_money(seen, mix),
        offers=[offer for offer in offers if offer.name not in CARRIERS],
        carriers=[offer for offer in offers if offer.name in CARRIERS],
        staff=" · ".join(f"{_stage(_LEAD_OF[stage])} {spec.staff[stage]}" for stage in STAGES),
        error=error,
        heads=_heads(seen, runs),
        rows=_rows(seen, runs),
    )


def _stage(name: str) -> str:
    words = {str(stage): str(said) for stage, said in findings.STAGES.items()}
    return words.get(name, "–")


_LEAD_OF: Final = {
    "entry": "entry", "checking": "promise", "booking": "payment", "packing": "packing",
}  # fmt: skip


def _spec(seen: Screen) -> MonthSpec:
    return seen.course.opening.scenario.month or abort(404)


def _last(seen: Screen) -> Mix:
    """What was chosen last, so that one thing can be changed at a time."""
    runs = desk().months(seen.sandbox)
    return runs[-1].measures if runs else {}


def _chosen(spec: MonthSpec, form: Mapping[str, str]) -> Mix:
    """What a form says, of what is on offer; a number beyond what there is is the most there is."""
    found: Mix = {}
    for name in spec.measures:
        times = min(whole(form.get(name, "")) or 0, most(name))
        if times > 0:
            found[name] = times
    return found


def _money(seen: Screen, mix: Mix) -> dict[str, Any]:
    spec, currency = _spec(seen), seen.world.company.currency
    spent = spec.spent(mix)
    return {
        "key": seen.sandbox.key,
        "budget": money(spec.money(spec.budget, currency), currency),
        "spent": money(spec.money(spent, currency), currency),
        "rest": money(spec.money(abs(spec.budget - spent), currency), currency),
        "over": spent > spec.budget,
        "used": min(spent, spec.budget),
        "whole": spec.budget,
    }


# --- months side by side ------------------------------------------------------------------------


def _heads(seen: Screen, runs: list[MonthLived]) -> list[tuple[str, list[str], bool]]:
    """Over each column: which month, with which measures, and whether beyond the budget."""
    heads: list[tuple[str, list[str], bool]] = [(gettext("As it was"), [], False)]
    for place, lived in reversed(list(enumerate(runs, 1))):
        words = [
            f"{MEASURES[name][0]}{f' +{times}' if name in STAGES else ''}"
            for name, times in lived.measures.items()
        ]
        heads.append((gettext("Run %(n)s", n=place), words, not lived.within_budget))
    return heads


def _rows(seen: Screen, runs: list[MonthLived]) -> list[Row]:
    opening, currency = seen.course.opening, seen.world.company.currency
    newest = runs[::-1]
    every = [month.before(seen.course), *(lived.figures for lived in newest)]
    rows = []
    for name in MONTH_FIGURES:
        values = [_number(told(kind_of(name), figures.get(name, ""))) for figures in every]
        better = 1 if name in _BETTER_HIGH else -1
        rows.append(_row(str(FIGURES[name]), values, kind_of(name), currency, better))
    spec = _spec(seen)
    mixes: list[Mix] = [{}, *(lived.measures for lived in newest)]
    shelf = [Fraction(on_the_shelf(opening.world, spec.house(), mix)) for mix in mixes]
    rows.append(_row(gettext("Capital on the full shelf"), list(shelf), "money", currency, 0))
    spent = [Fraction(0), *(Fraction(lived.spent) for lived in newest)]
    rows.append(_row(gettext("Cost of the measures"), list(spent), "money", currency, 0))
    worst = tuple(Cell(_stage(figures["bottleneck"])) for figures in every)
    rows.append(Row(gettext("Bottleneck"), worst))
    for stage in LEAD:
        days = [_number(told("days", figures.get(stage, ""))) for figures in every]
        title = gettext("Days in: %(stage)s", stage=_stage(stage))
        rows.append(_row(title, days, "days", currency, -1))
    return rows


def _number(value: Any) -> Fraction | None:
    return value if isinstance(value, Fraction) else None


def _row(title: str, values: list[Fraction | None], kind: str, currency: str, better: int) -> Row:
    known = [abs(value) for value in values if value is not None]
    longest = max(known, default=Fraction(0)) or Fraction(1)
    first = values[0]
    cells = []
    for place, value in enumerate(values):
        shown = _written(value, kind, currency)
        bar = float(100 * abs(value) / longest) if value is not None else 0.0
        if not place or value is None or first is None:
            cells.append(Cell(shown, bar=bar))
            continue
        change = _rounded(value, kind) - _rounded(first, kind)
        nothing = _written(Fraction(0), kind, currency)
        same = nothing == _written(abs(change), kind, currency)
        sign = "+" if change > 0 else ""
        said = _written(change, kind, currency)
        if kind == "percent":  # from 20 % to 30 % is no ten percent more
            said = gettext("%(n)s points", n=said.removesuffix(" %"))
        words = "=" if same else sign + said
        good = None if same or not better else (change > 0) == (better > 0)
        cells.append(Cell(shown, words, good, bar))
    return Row(title, tuple(cells))


def _rounded(value: Fraction, kind: str) -> Fraction:
    """As it is shown, so that what is shown adds up."""
    if kind in ("money", "count"):
        return value
    return Fraction(half_up(10 * value.numerator, value.denominator), 10)


def _written(value: Fraction | None, kind: str, currency: str) -> str:
    if value is None:
        return "–"
    if kind == "percent":
        return share(value / 100)
    if kind == "money":
        return money(round(value), currency)
    if kind == "count":
        return f"{int(value):,}".replace("-", "−")
    return f"{float(value):,.1f}".replace("-", "−")
