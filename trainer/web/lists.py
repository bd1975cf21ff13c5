"""The order list: what its address asks for, its views and filters, what is on screen as a file.

The address holds all of it, so that Back, a reload and a shared link show the same list.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final, Literal, NamedTuple, cast
from unicodedata import normalize
from urllib.parse import parse_qsl, urlencode

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_security import auth_required, current_user

from trainer.orders.currencies import currency_of
from trainer.orders.search import (
    SORTS,
    VIEWS,
    Query,
    Sort,
    View,
    amount_of,
    beside,
    counts,
    due_of,
    every,
    find_orders,
)
from trainer.orders.status import ARRIVED, LABELS, Label, label_of, overlays, payment_status
from trainer.orders.values import day_of, exponent
from trainer.orders.world import Order, World
from trainer.play.ports import MOST_VIEWS, SavedView, SavedViews
from trainer.web import sheets
from trainer.web.forms import calendar_day
from trainer.web.screens import Screen, acting, more_of, screen, surroundings
from trainer.web.sheets import Cell, Column, Sheet
from trainer.web.words import day, label

bp = Blueprint("lists", __name__, url_prefix="/attempts/<key>")

VIEW_NAMES: Final[dict[View, Any]] = {
    "all": _l("All"),
    "to_review": _l("To review"),
    "awaiting_shipment": _l("Awaiting shipment"),
    "on_hold": _l("On hold"),
    "late": _l("Late"),
    "returns_open": _l("Returns open"),
    "tasks_due": _l("Tasks due"),
}
HEADS: Final[dict[Sort, Any]] = {
    "order": _l("Order"),
    "customer": _l("Customer"),
    "status": _l("Status"),
    "total": _l("Total"),
    "due": _l("Deliver by"),
}
FIELDS: Final = (
    "view", "label", "q", "since", "until", "customer", "least", "most", "sort", "dir", "page",
)  # fmt: skip
"""What an address of the list may say."""
_WHOLE: Final = re.compile(r"[0-9]{1,12}|[0-9]{1,3}(,[0-9]{3}){1,3}")
LONGEST_NAME: Final = 40
"""Signs, of a view of one's own."""


class Chip(NamedTuple):
    """A filter that is on, and the list's address without it."""

    words: str
    href: str


# --- what is asked ------------------------------------------------------------------------------


def query(world: World, asked: Mapping[str, str]) -> Query:
    """The question of an address or form; what cannot be read does not narrow."""
    view = "tasks_due" if asked.get("tasks") == "due" else asked.get("view", "")
    name = asked.get("label", "")
    customer = asked.get("customer", "")
    sort: Sort = next((known for known in SORTS if known == asked.get("sort")), "order")
    return Query(
        words=asked.get("q", "")[:200],
        label=next((known for known in LABELS if known == name), None),
        since=calendar_day(asked.get("since", "")),
        until=calendar_day(asked.get("until", "")),
        view=next((known for known in VIEWS if known == view), "all"),
        customer_id=customer if customer in world.customers else "",
        least=_units(asked.get("least", "")),
        most=_units(asked.get("most", "")),
        sort=sort,
        rising=asked.get("dir") == "up",
        page=_units(asked.get("page", "")) or 1,
    )


def _units(typed: str) -> int | None:
    """A whole number, also in full-width digits and with commas between thousands."""
    digits = _half(typed)
    return int(digits.replace(",", "")) if _WHOLE.fullmatch(digits) else None


def _half(typed: str) -> str:
    return "".join(normalize("NFKC", typed).split())


def _unread(asked: Mapping[str, str], wanted: Query) -> list[str]:
    """What was typed into the filters and is no day or amount."""
    read: dict[str, Any] = {
        "since": wanted.since,
        "until": wanted.until,
        "least": wanted.least,
        "most": wanted.most,
    }
    return [asked[name] for name, value in read.items() if asked.get(name) and value is None]


def _address(seen: Screen, wanted: Query) -> dict[str, Any]:
    """The fields that say a query; what is as always is left out. Of the page it says nothing."""
    return {"key": seen.sandbox.key, "at": seen.at, **_said(wanted)}


def _said(wanted: Query) -> dict[str, Any]:
    return {
        "view": wanted.view if wanted.view != "all" else None,
        "label": wanted.label,
        "q": wanted.words.strip() or None,
        "since": wanted.since,
        "until": wanted.until,
        "customer": wanted.customer_id or None,
        "least": wanted.least,
        "most": wanted.most,
        "sort": wanted.sort if wanted.sort != "order" else None,
        "dir": "up" if wanted.rising else None,
    }


# --- what is shown ------------------------------------------------------------------------------


def listed(seen: Screen) -> dict[str, Any]:
    """Everything the list shows."""
    world = seen.world
    wanted = query(world, request.args)
    found = find_orders(world, wanted)
    address = _address(seen, wanted)
    tail = {name: value for name, value in address.items() if name not in ("key",)}
    return {
        "query": wanted,
        "found": found,
        "rows": [_row(world, order) for order in found.orders],
        "views": [(view, VIEW_NAMES[view], held) for view, held in _tabs(world, wanted).items()],
        "own_views": _own_views(world, wanted),
        "asks": _asks(wanted),
        "labels": [(name, world.count(name)) for name in LABELS if world.count(name)],
        "customers": sorted(
            (c.company, c.customer_id) for c in world.customers.values() if not c.merged_into
        ),
        "chips": _chips(world, wanted, address),
        "left_out": _unread(request.args, wanted),
        "heads": HEADS,
        "address": address,
        "tail": {name: value for name, value in tail.items() if value is not None},
        "every_currency": world.company.currency,
        "screen": seen,
        "world": world,
    }


def _tabs(world: World, wanted: Query) -> dict[View, int]:
    """The views with their counts; tasks are a view only where somebody was given one."""
    found = counts(world)
    if not found["tasks_due"] and wanted.view != "tasks_due":
        del found["tasks_due"]
    return found


def _row(world: World, order: Order) -> dict[str, Any]:
    due = due_of(order)
    return {
        "order": order,
        "company": world.customers[order.customer_id].company,
        "label": label_of(order),
        "more": more_of(order, world),
        "overlays": overlays(order, world.now),
        "payment": payment_status(order),
        "due": due,
        "left": (due - day_of(world.now)).days if due and label_of(order) not in ARRIVED else None,
    }


def _chips(world: World, wanted: Query, address: Mapping[str, Any]) -> list[Chip]:
    """A chip for each filter, in the order of the form."""
    said = {
        "q": gettext("“%(words)s”", words=wanted.words.strip()) if wanted.words.strip() else "",
        "label": label(wanted.label) if wanted.label else "",
        "customer": world.customers[wanted.customer_id].company if wanted.customer_id else "",
        "since": gettext("from %(day)s", day=day(wanted.since)) if wanted.since else "",
        "until": gettext("until %(day)s", day=day(wanted.until)) if wanted.until else "",
        "least": (
            gettext("at least %(n)s", n=f"{wanted.least:,}") if wanted.least is not None else ""
        ),
        "most": gettext("at most %(n)s", n=f"{wanted.most:,}") if wanted.most is not None else "",
    }
    return [
        Chip(words, url_for("desk.orders", **{**address, name: None}))
        for name, words in said.items()
        if words
    ]


def beside_of(seen: Screen, order: Order) -> dict[str, Any]:
    """The way back to the list an order was opened from, and its neighbours there."""
    wanted = query(seen.world, request.args)
    address = _address(seen, wanted)
    before, after = beside(seen.world, wanted, order)

    def href(other: Order | None) -> str:
        return url_for("desk.order", number=other.order_number, **address) if other else ""

    return {
        "list_name": VIEW_NAMES[wanted.view],
        "list_href": url_for("desk.orders", **address),
        "newer": (before.order_number if before else "", href(before)),
        "older": (after.order_number if after else "", href(after)),
    }


# --- views of one's own -------------------------------------------------------------------------


class OwnView(NamedTuple):
    """A view that somebody saved: its tab."""

    name: str
    asks: dict[str, str]
    held: int
    shown: bool


def saved_views() -> SavedViews:
    """What people saved."""
    return cast(SavedViews, current_app.extensions["saved_views"])


def _asks(wanted: Query) -> str:
    """A query as a saved view keeps it."""
    return urlencode({name: value for name, value in _said(wanted).items() if value is not None})


def _own_views(world: World, wanted: Query) -> list[OwnView]:
    found = []
    for view in saved_views().of(current_user.id):
        asked = query(world, asks := dict(parse_qsl(view.asks)))
        held = find_orders(world, asked).total
        found.append(OwnView(view.name, asks, held, _asks(asked) == _asks(wanted)))
    return found


@bp.post("/views")
@auth_required()
def save_view(key: str) -> ResponseReturnValue:
    """Keep what the list asks under a name, or let go of one; both hold for every sandbox."""
    seen = acting(key)
    name = " ".join(request.form.get("name", "").split())[:LONGEST_NAME]
    wanted = query(seen.world, request.form)
    back = redirect(url_for("desk.orders", **_address(seen, wanted)), 303)
    if request.form.get("act") == "drop":
        saved_views().drop(current_user.id, name)
        flash(gettext("The view “%(name)s” is gone.", name=name), "success")
    elif not name:
        flash(gettext("Not saved: a view needs a name."), "error")
    elif saved_views().save(current_user.id, SavedView(name, _asks(wanted))):
        flash(gettext("Saved as the view “%(name)s”.", name=name), "success")
    else:
        most = ngettext(
            "Not saved: there is room for %(num)s view. Remove one first.",
            "Not saved: there is room for %(num)s views. Remove one first.",
            MOST_VIEWS,
        )
        flash(most, "error")
    return back


@bp.get("/views")
@auth_required()
def nothing_saved(key: str) -> ResponseReturnValue:
    """The address of a form, opened anew: back to the list."""
    return redirect(url_for("desk.orders", key=key))


# --- the process map ----------------------------------------------------------------------------

MAP: Final[dict[Label, tuple[int, int]]] = {
    "draft": (20, 30), "awaiting_confirmation": (260, 30), "pending_payment": (500, 30),
    "awaiting_shipment": (740, 30), "partly_shipped": (740, 170), "shipped": (500, 170),
    "in_transit": (260, 170), "signed": (20, 170), "completed": (20, 310),
    "settled": (260, 310), "archived": (500, 310), "closed": (740, 310),
}  # fmt: skip
"""Where each label stands: the flow goes right, comes back, and goes right again."""
WAYS: Final = (
    "M220 65H254", "M460 65H494", "M700 65H734", "M840 100V164", "M740 205H706", "M500 205H466",
    "M260 205H226", "M120 240V304", "M220 345H254", "M460 345H494",
    # on account nobody waits for money; and goods may leave all at once
    "M360 30C380 2 800 2 820 24", "M760 100L690 166",
)  # fmt: skip


@bp.get("/process")
@auth_required()
def process(key: str) -> str:
    """The flow of an order as a map: how many are where, each place a way to its list."""
    seen = screen(key)
    found = counts(seen.world)
    return render_template(
        "pages/process.html",
        **surroundings(seen, "process"),
        map=MAP,
        ways=WAYS,
        counts={name: seen.world.count(name) for name in LABELS},
        views=[(view, VIEW_NAMES[view], found[view]) for view in VIEWS if view != "all"],
    )


# --- as a file ----------------------------------------------------------------------------------


@bp.get("/orders.<any(csv, xlsx):ending>")
@auth_required()
def export(key: str, ending: Literal["csv", "xlsx"]) -> Response:
    """What the list holds, filters and order included, all its pages."""
    seen = screen(key)
    world = seen.world
    wanted = query(world, request.args)
    text = [Column(gettext("Order"), "text"), Column(gettext("Customer"), "text")]
    columns = (
        *text,
        Column(gettext("PO number"), "text"),
        Column(gettext("Date"), "day"),
        Column(gettext("Status"), "text"),
        Column(gettext("Marks"), "text"),
        Column(gettext("Currency"), "text"),
        Column(gettext("Total"), "amount"),
        Column(gettext("Deliver by"), "day"),
    )
    narrowed = [chip.words for chip in _chips(world, wanted, _address(seen, wanted))]
    sheet = Sheet(
        title=gettext("Orders"),
        about_title=gettext("About this list"),
        about=(world.company.name, str(VIEW_NAMES[wanted.view]), *narrowed),
        columns=columns,
        rows=[_cells(world, order) for order in every(world, wanted)],
        currency=world.company.currency,
    )
    write, mimetype = sheets.WRITERS[ending]
    answer = Response(write(sheet), mimetype=mimetype)
    view = wanted.view.replace("_", "-") + ("-filtered" if narrowed else "")
    file_name = f"orders-{view}-{day_of(world.now)}.{ending}"
    answer.headers.set("Content-Disposition", "attachment", filename=file_name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _cells(world: World, order: Order) -> tuple[Cell, ...]:
    code = currency_of(world, order)
    return (
        order.order_number,
        world.customers[order.customer_id].company,
        order.customer_po_number,
        day_of(order.created_at),
        label(label_of(order)),
        ", ".join(label(mark) for mark in overlays(order, world.now)),
        code,
        Fraction(amount_of(order), 10 ** exponent(code)),
        due_of(order),
    )
