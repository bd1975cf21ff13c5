"""The Reports page: one report at a time, as chart, table and file; the address says which."""

from collections.abc import Mapping
from typing import Any, Literal

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import auth_required
from msgspec.structs import replace

from trainer.orders.currencies import buys_in, in_use
from trainer.orders.reports import Ask
from trainer.orders.values import day_of
from trainer.orders.world import World
from trainer.web import screens, sheets
from trainer.web.findings import KINDS, Kind
from trainer.web.fragments import is_fragment
from trainer.web.reporting import BYS
from trainer.web.screens import Screen, screen
from trainer.web.sheets import Sheet
from trainer.web.words import day, warehouse_name

MOST_ROWS = 200
"""More of them are only in the files."""

bp = Blueprint("reports", __name__, url_prefix="/attempts/<key>/reports")

# --- pages --------------------------------------------------------------------------------------


@bp.get("/")
@auth_required()
def index(key: str) -> ResponseReturnValue:
    """The first report."""
    at = request.args.get("at")
    return redirect(url_for(".report", key=key, name="sales", at=at))


@bp.get("/<name>")
@auth_required()
def report(key: str, name: str) -> ResponseReturnValue:
    """One report over the period and what it is narrowed to."""
    seen, kind, ask = _asked(key, name)
    shown = {
        "screen": seen,
        "world": seen.world,
        "name": name,
        "kind": kind,
        "kinds": KINDS,
        "ask": ask,
        "view": kind.show(seen.world, ask),
        "several": kind.adds_money and len(in_use(seen.world)) > 1,
        "most_rows": MOST_ROWS,
        "address": _address(seen, ask),
    }
    if is_fragment():
        return render_template("parts/report.html", **shown)
    return render_template(
        "pages/reports.html",
        **screens.surroundings(seen, "reports") | shown,
        choices=_choices(seen.world, kind),
    )


@bp.get("/<name>.<any(csv, xlsx):ending>")
@auth_required()
def export(key: str, name: str, ending: Literal["csv", "xlsx"]) -> ResponseReturnValue:
    """What is on the screen as a file."""
    seen, kind, ask = _asked(key, name)
    view = kind.show(seen.world, ask)
    sheet = Sheet(
        title=str(kind.title),
        about_title=gettext("About this report"),
        about=(*_about(seen.world, kind, ask), view.finding, str(kind.counts)),
        columns=view.columns,
        rows=view.rows + ([view.total] if view.total else []),
        currency=ask.currency or seen.world.company.currency,
    )
    return sheets.sent(sheet, f"{name.replace('_', '-')}-{day_of(seen.world.now)}", ending)


def _asked(key: str, name: str) -> tuple[Screen, Kind, Ask]:
    seen = screen(key)
    kind = KINDS.get(name) or abort(404)
    world = seen.world

    def known(field: str, among: Mapping[str, Any]) -> str:
        value = request.args.get(field, "")
        return value if value in among else ""

    by = request.args.get("by", "")
    ask = Ask(
        by=next((way for way in kind.bys if way == by), kind.bys[0]),
        since=screens.day_wanted("since"),
        until=screens.day_wanted("until"),
        customer_id=known("customer", world.customers),
        sku=known("sku", world.products),
        carrier_code=known("carrier", world.carriers),
        warehouse=known("warehouse", world.warehouses),
        currency=known("currency", dict.fromkeys(in_use(world))),
    )
    return seen, kind, _in_one_currency(world, kind, ask)


def _in_one_currency(world: World, kind: Kind, ask: Ask) -> Ask:
    """Where amounts are added it is one currency: the customer's, the chosen one, or ours."""
    if not kind.adds_money or len(in_use(world)) == 1:
        return ask
    theirs = buys_in(world, ask.customer_id) if ask.customer_id else ""
    return replace(ask, currency=theirs or ask.currency or world.company.currency)


def _address(seen: Screen, ask: Ask) -> dict[str, Any]:
    """The fields of the address that say this; what does not narrow is left out."""
    return {
        "key": seen.sandbox.key,
        "at": seen.at,
        "by": ask.by,
        "since": ask.since,
        "until": ask.until,
        "customer": ask.customer_id or None,
        "sku": ask.sku or None,
        "carrier": ask.carrier_code or None,
        "warehouse": ask.warehouse or None,
        "currency": ask.currency or None,
    }


def _choices(world: World, kind: Kind) -> dict[str, list[tuple[str, str]]]:
    every = [("", gettext("All"))]
    codes = [(code, code) for code in in_use(world)]
    return {
        "by": [(way, str(BYS[way])) for way in kind.bys],
        "customer": every
        + sorted(
            ((c.customer_id, c.company) for c in world.customers.values()), key=lambda c: c[1]
        ),
        "sku": every + sorted((p.sku, f"{p.sku} {p.name}") for p in world.products.values()),
        "carrier": every + sorted((c.carrier_code, c.name) for c in world.carriers.values()),
        "currency": (codes if kind.adds_money else every + codes) if codes[1:] else [],
        "warehouse": every + [(it, warehouse_name(it, world)) for it in sorted(world.warehouses)],
    }


def _about(world: World, kind: Kind, ask: Ask) -> list[str]:
    """The question in words, for a file that travels without its address."""
    asked = [world.company.name]
    if ask.since or ask.until:
        asked.append(f"{day(ask.since)} … {day(ask.until)}")
    if len(kind.bys) > 1:
        asked.append(str(BYS[ask.by]))
    if ask.customer_id:
        asked.append(world.customers[ask.customer_id].company)
    asked += [code for code in (ask.currency, ask.sku, ask.carrier_code) if code]
    return asked + ([warehouse_name(ask.warehouse, world)] if ask.warehouse else [])
