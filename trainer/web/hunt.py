"""The hunt for a fault of the system: what has happened, the rules, and what was reported."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_security import auth_required, current_user

from trainer.orders.engine import Recorded, evolve
from trainer.orders.flaws import FLAWS, Flaw
from trainer.orders.hunting import FindingReported, ReportFinding
from trainer.orders.laws import LAWS, Reading, readings
from trainer.orders.search import folded
from trainer.orders.world import Finding, Hunt, World
from trainer.web import screens
from trainer.web.forms import FormErrors, read, written
from trainer.web.screens import Screen, acting, desk, intent, screen
from trainer.web.words import money, units, warehouse_name

bp = Blueprint("hunt", __name__, url_prefix="/attempts/<key>/fault")

SCOPES: Final = {
    "shelf": _l("Rules about a shelf"),
    "line": _l("Rules about a line of an order"),
    "order": _l("Rules about an order"),
}
VERDICTS: Final = {
    "right": _l("Yes: this event breaks the rule."),
    "not_there": _l("The rule is broken, but not by this event."),
    "another_rule": _l("This event breaks a rule, but not this one. Here it holds:"),
    "holds": _l("No: the rule holds here, and the event breaks no other."),
}
_MOST: Final = 8
"""So many readings of one rule say enough."""
_NUMBER: Final = re.compile(r"\s*\{\w+\}")
_FIELD: Final = re.compile(r"\{(\w+)\}")


class Thing(NamedTuple):
    """What events are about: an order, or goods on their shelves."""

    name: str
    title: str
    events: int


class Told(NamedTuple):
    """A finding with what is true of it, and the numbers of its rule at that moment."""

    found: Finding
    entry: Recorded
    readings: tuple[tuple[Reading, str, str], ...]
    """Each with what it is about and its inequality, written out."""


# --- pages --------------------------------------------------------------------------------------


@bp.get("")
@auth_required()
def index(key: str) -> ResponseReturnValue:
    """What happened, thing by thing; the rules; what was reported so far."""
    return _page(screen(key))


@bp.post("")
@auth_required()
def report(key: str) -> ResponseReturnValue:
    """Report an event and a rule, and read what is true of it."""
    seen = acting(key)
    _hunt(seen)
    typed = {name: value for name, value in request.form.items() if name != "csrf_token"}
    command_id, about = intent(typed.pop("command_id", "")), typed.pop("about", "")
    command = read("report_finding", typed, seen.world.company.currency)
    if isinstance(command, FormErrors):
        return _page(seen, about, command), 422
    outcome = desk().perform(seen.sandbox, command, actor=current_user.name, command_id=command_id)
    page = url_for(".index", key=key, about=about or None)
    return redirect(f"{page}{'&' if about else '?'}{screens.said(outcome)}#findings", 303)


def _hunt(seen: Screen) -> Hunt:
    return seen.world.hunt or abort(404)


def _page(seen: Screen, about: str = "", wrong: FormErrors | None = None) -> str:
    hunt = _hunt(seen)
    about = about or request.args.get("about", "").strip()[:60]
    entries = [
        entry
        for entry in desk().store.events(seen.sandbox.sandbox_id)
        if entry.number <= seen.world.number
    ]
    every = _things(entries, seen.world)
    chosen = next((it for it in every if folded(it.name) == folded(about)), None)
    around = screens.surroundings(seen, "hunt")
    values = wrong.values if wrong else _refused(around["refused"])
    return render_template(
        "pages/hunt.html",
        **around,
        about=chosen.name if chosen else about,
        things=every,
        chosen=chosen,
        happened=[it for it in entries if chosen and chosen.name in _names(it, seen.world)],
        scopes=SCOPES,
        laws=LAWS,
        bare=bare,
        values=values or {"event_number": request.args.get("event", "")},
        errors=wrong.errors if wrong else {},
        findings=_told(seen, hunt, entries),
        verdicts=VERDICTS,
    )


def _refused(refused: Any) -> Mapping[str, str]:
    mine = refused and isinstance(refused.command, ReportFinding)
    return written(refused.command, "USD") if mine else {}


# --- what happened ------------------------------------------------------------------------------


def _names(entry: Recorded, world: World) -> Iterable[str]:
    """What an event is about: its order with the goods on it, or the goods it names."""
    number, sku = (getattr(entry.event, name, "") for name in ("order_number", "sku"))
    if number in world.orders:
        yield number
        if _moves_goods(entry):
            yield from (line.sku for line in world.orders[number].lines)
    elif sku in world.products:
        yield sku


def _moves_goods(entry: Recorded) -> bool:
    return any(hasattr(entry.event, name) for name in ("rows", "package_number", "released"))


def _things(entries: list[Recorded], world: World) -> list[Thing]:
    """Everything that something happened to, goods last."""
    counts = Counter(name for entry in entries for name in {*_names(entry, world)})
    orders = [
        Thing(name, world.customers[world.orders[name].customer_id].company, times)
        for name, times in sorted(counts.items())
        if name in world.orders
    ]
    goods = [
        Thing(name, world.products[name].name, times)
        for name, times in sorted(counts.items())
        if name in world.products
    ]
    return orders + goods


# --- what was reported --------------------------------------------------------------------------


def bare(sums: str) -> str:
    """An inequality without its numbers: set aside ≤ on hand."""
    return _NUMBER.sub("", gettext(sums))


def _told(seen: Screen, hunt: Hunt, entries: list[Recorded]) -> list[Told]:
    """What was reported, the newest first, each with the books as they stood at its event."""
    wanted: dict[int, list[Finding]] = {}
    for found in hunt.findings:
        wanted.setdefault(found.number, []).append(found)
    world = msgspec.structs.replace(seen.course.opening.world, hunt=None)
    told: dict[tuple[int, str], Told] = {}
    for entry in entries if wanted else ():
        if not isinstance(entry.event, FindingReported):
            world = evolve(world, entry)
        for found in wanted.get(entry.number, ()):
            read_off = sorted(readings(world, found.rule, entry.event), key=lambda it: it.holds)
            lines = tuple((it, _where(it, world), _sums(it, world)) for it in read_off[:_MOST])
            told[found.number, found.rule] = Told(found, entry, lines)
    return [told[found.number, found.rule] for found in reversed(hunt.findings)]


def _where(reading: Reading, world: World) -> str:
    """What a reading is about, in words."""
    match LAWS[reading.rule].about, reading.thing:
        case "shelf", (sku, warehouse):
            return f"{sku} · {warehouse_name(warehouse, world)}"
        case "line", (number, line):
            return gettext("%(order)s, line %(line)s", order=number, line=line)
    return reading.thing[0]


def _sums(reading: Reading, world: World) -> str:
    """The inequality with its numbers."""
    law = LAWS[reading.rule]
    currency = reading.currency or world.company.currency

    def number(found: re.Match[str]) -> str:
        value = reading.numbers[found[1]]
        return money(value, currency) if law.money else units(value)

    return _FIELD.sub(number, gettext(law.sums))


# --- when it is over ----------------------------------------------------------------------------


class Solved(NamedTuple):
    """What was wrong with the system, for the debrief."""

    flaw: Flaw
    rules: tuple[str, ...]
    broke: tuple[int, ...]
    """The events that broke them."""


def solved(seen: Screen, *, over: bool) -> Solved | None:
    """What was wrong, once nobody hunts any more; before that nothing tells it."""
    hunt = seen.world.hunt
    if hunt is None or hunt.flaw not in FLAWS or not over:
        return None
    newest = desk().run(seen.sandbox).world.hunt
    breaches = newest.breaches if newest else ()
    flaw = FLAWS[hunt.flaw]
    numbers = sorted({breach.number for breach in breaches if breach.rule in flaw.breaks})
    return Solved(flaw, flaw.breaks, tuple(numbers))
