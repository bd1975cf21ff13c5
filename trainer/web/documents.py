"""Documents at the desk: orders that come as files, papers that leave or are printed.

A change of an order comes by the same door; what is done with it stands in `changes.py`.

Looking at a document changes nothing, so it is no try; entering it is one command. What is looked
at goes along in the form and is read again when it is entered: only what was read is entered.
"""

import base64
import binascii
import re
from datetime import date
from secrets import token_urlsafe
from typing import Any, Final, NamedTuple, get_args

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_security import auth_required, current_user

from trainer.orders.cash import to_collect
from trainer.orders.currencies import currency_of
from trainer.orders.documents import Caution, Reading
from trainer.orders.engine import Envelope, Recorded, decide
from trainer.orders.intake import DraftCreated, ImportOrder
from trainer.orders.refusals import Refusal
from trainer.orders.world import Document, Format, Order
from trainer.training.checks import Refused
from trainer.web import actions, changes, screens
from trainer.web.forms import NEEDED, NOT_A_DATE, calendar_day
from trainer.web.screens import Screen, desk, screen

bp = Blueprint("documents", __name__, url_prefix="/attempts/<key>")

NOTHING: Final = _l("Choose a file, or paste the document's text.")
MIME: Final = {
    "UBL": ("application/xml", "xml"),
    "CSV": ("text/csv", "csv"),
    "XLSX": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
}


class Given(NamedTuple):
    """What somebody brings: the document's bytes, and the choices it leaves open."""

    data: bytes
    message_id: str
    carrier_code: str = ""
    day: str = ""


def exchange() -> Any:
    """The readers and writers of this app's documents."""
    return current_app.extensions["documents"]


# --- in -----------------------------------------------------------------------------------------


@bp.get("/documents")
@auth_required()
def bring(key: str) -> ResponseReturnValue:
    """The form that takes a document."""
    return _asking(screens.acting(key))


@bp.post("/documents")
@auth_required()
def look(key: str) -> ResponseReturnValue:
    """What would be entered, with everything the reader has to say; nothing is entered yet."""
    seen = screens.acting(key)
    file = request.files.get("file")
    # one byte more than allowed, so that the reader says what is wrong with it
    data = file.read(exchange().LARGEST + 1) if file else b""
    data = data or request.form.get("text", "").strip().encode()
    if not data:
        return _asking(seen, NOTHING), 422
    return _shown(seen, Given(data, request.form.get("message_id", "")))


@bp.get("/documents/attachments/<message_id>")
@auth_required()
def attached(key: str, message_id: str) -> ResponseReturnValue:
    """The document that came with a message, looked at."""
    seen = screens.acting(key)
    return _shown(seen, Given(_attachment(seen, message_id)[1], message_id))


@bp.get("/documents/attachments/<message_id>/file")
@auth_required()
def attachment(key: str, message_id: str) -> ResponseReturnValue:
    """The same as a file."""
    form, data = _attachment(screen(key), message_id)
    mime, ending = MIME[form]
    return _file(data, mime, f"order.{ending}")


def _attachment(seen: Screen, message_id: str) -> tuple[str, bytes]:
    message = seen.world.messages.get(message_id)
    if message is None or message.attached is None or not (message.request or message.change):
        abort(404)
    return message.attached, exchange().attachment(seen.world, message)


@bp.post("/documents/entries")
@auth_required()
def enter(key: str) -> ResponseReturnValue:
    """Enter all of the document as one draft."""
    seen = screens.acting(key)
    try:
        data = base64.b64decode(request.form.get("document", ""), validate=True)
    except (binascii.Error, ValueError):
        abort(400)
    command_id = request.form.get("command_id", "")
    if not data or not re.fullmatch(r"[\w-]{1,40}", command_id, re.ASCII):
        abort(400)
    typed = request.form
    given = Given(
        data,
        typed.get("message_id", ""),
        typed.get("carrier_code", ""),
        typed.get("requested_delivery_date", "").strip(),
    )
    errors = {}
    if not given.carrier_code:
        errors["carrier_code"] = str(NEEDED)
    day = calendar_day(given.day)
    if day is None:
        errors["requested_delivery_date"] = str(NOT_A_DATE if given.day else NEEDED)
    if errors or day is None:
        return _shown(seen, given, errors=errors)
    reading = exchange().read_document(data, seen.world)
    command = _command(reading, given.carrier_code, day, given.message_id)
    outcome = desk().perform(seen.sandbox, command, actor=current_user.name, command_id=command_id)
    after = seen._replace(sandbox=outcome.sandbox, run=outcome.run)
    if outcome.refused:
        return _shown(after, given, refused=outcome.refused)
    opened = [e.event.order_number for e in outcome.entries if isinstance(e.event, DraftCreated)]
    number = opened[0] if opened else next(after.world.newest()).order_number
    said = f"done={outcome.run.world.number}&waited={outcome.before.world.number}"
    return redirect(f"{url_for('desk.order', key=key, number=number)}?{said}", 303)


@bp.get("/documents/examples/<name>")
@auth_required()
def example(key: str, name: str) -> ResponseReturnValue:
    """An order as a customer of this company would send it."""
    seen, form = screen(key), name.upper()
    if form not in get_args(Format):
        abort(404)
    mime, ending = MIME[form]
    return _file(exchange().example(seen.world, form), mime, f"order-example.{ending}")


def _command(reading: Reading, carrier_code: str, day: date, message_id: str) -> ImportOrder:
    order = reading.order
    if order is None:
        return ImportOrder(reading.format, faults=tuple(fault.told() for fault in reading.faults))
    return ImportOrder(
        format=reading.format,
        customer_id=order.customer_id,
        customer_po_number=order.document_number,
        requested_delivery_date=day,
        carrier_code=carrier_code,
        ship_to=order.ship_to,
        lines=order.wanted,
        message_id=message_id,
        currency=order.currency,
        incoterm=order.incoterm,
        incoterm_place=order.incoterm_place,
        bill_to=order.bill_to,
    )


def _asking(seen: Screen, error: Any = "") -> str:
    message_id = request.values.get("message_id", "") or request.args.get("message", "")
    return render_template(
        "pages/document.html",
        **screens.surroundings(seen, "orders"),
        reading=None,
        message_id=message_id,
        error=error,
        largest=exchange().LARGEST // 1024,
    )


def _shown(
    seen: Screen,
    given: Given,
    errors: dict[str, str] | None = None,
    refused: Refused | None = None,
) -> tuple[str, int]:
    """The document as it was read; with the engine's answer to a careful clerk, if that is no."""
    world = seen.world
    reading = exchange().read_document(given.data, world)
    if reading.change:
        return changes.looked_at(seen, reading, given.data, given.message_id)
    around = screens.surroundings(seen, "orders")
    if refused:
        around["refused"] = refused
    order = reading.order
    day = given.day or (order.requested_delivery_date.isoformat() if order else "")
    page = render_template(
        "pages/document.html",
        **around,
        reading=reading,
        lines=_lines(reading),
        general=_general(reading),
        customer=world.customers[order.customer_id] if order else None,
        currency=currency_of(world, order),
        refusal=None if refused or reading.changes else _foreseen(seen, reading),
        fields=_fields(seen, given.carrier_code, day, errors or {}),
        document=base64.b64encode(given.data).decode() if order else "",
        message_id=given.message_id,
        message=world.messages.get(given.message_id),
        command_id=token_urlsafe(12),
        error="",
        largest=exchange().LARGEST // 1024,
    )
    wrong = bool(errors) or not order
    return page, 422 if wrong and not refused else 200


def _foreseen(seen: Screen, reading: Reading) -> Refusal | None:
    """What the engine would say, whichever carrier is chosen."""
    world = seen.world
    carrier = min(world.carriers, default="")
    day = reading.order.requested_delivery_date if reading.order else date.max
    command = _command(reading, carrier, day, "")
    answer = decide(world, Envelope("foreseen", "", "clerk", world.now, command))
    return answer if isinstance(answer, Refusal) else None


def _fields(
    seen: Screen, carrier: str, day: str, errors: dict[str, str]
) -> tuple[actions.Field, ...]:
    return (
        actions.Field(
            "requested_delivery_date",
            _l("Requested delivery date"),
            "date",
            day,
            error=errors.get("requested_delivery_date", ""),
        ),
        actions.Field(
            "carrier_code",
            _l("Delivery method"),
            "choice",
            carrier,
            choices=(("", _l("choose …")), *actions.carrier_choices(seen.world)),
            error=errors.get("carrier_code", ""),
        ),
    )


def _lines(reading: Reading) -> list[tuple[Any, list[Caution]]]:
    """Each line with the warnings that stand on it or before the next one."""
    if reading.order is None:
        return []
    lines = reading.order.lines
    ends = [line.line for line in lines[1:]] + [10**9]
    return [
        (line, [w for w in reading.warnings if line.line <= w.line < end])
        for line, end in zip(lines, ends, strict=True)
    ]


def _general(reading: Reading) -> list[Caution]:
    """Warnings about the order as a whole."""
    first = reading.order.lines[0].line if reading.order else 0
    return [w for w in reading.warnings if w.line < first]


# --- out ----------------------------------------------------------------------------------------


@bp.get("/orders/<number>/documents/<name>.xml")
@auth_required()
def send(key: str, number: str, name: str) -> ResponseReturnValue:
    """A document of the order as UBL, as it was issued."""
    seen, order, history = _order(key, number)
    for paper in exchange().outgoing(order, history):
        if paper.number == name:
            written = paper.write(_then(seen, paper.after).world)
            return _file(written, "application/xml", f"{name}.xml")
    abort(404)


@bp.get("/orders/<number>/packing-lists/<int:package>")
@auth_required()
def packing_list(key: str, number: str, package: int) -> ResponseReturnValue:
    """What the packer puts into the parcel, and the customer finds in it; closed, it stays so."""
    seen, order, history = _order(key, number)
    found = order.package(package) or abort(404)
    if found.packed_at:
        seen = _then(seen, exchange().packed_after(package, history))
    return _paper(seen, number, "packing_list", package=package)


@bp.get("/orders/<number>/waybills/<int:package>")
@auth_required()
def waybill(key: str, number: str, package: int) -> ResponseReturnValue:
    """What goes on the parcel, for the carrier."""
    seen, order, history = _order(key, number)
    found = order.package(package) or abort(404)
    if not found.tracking_number:
        abort(404)
    seen = _then(seen, exchange().labelled_after(package, history))
    return _paper(seen, number, "waybill", package=package)


@bp.get("/orders/<number>/papers/<name>")
@auth_required()
def paper(key: str, number: str, name: str) -> ResponseReturnValue:
    """An invoice or a credit note, to be printed."""
    seen, order, history = _order(key, number)
    for document in order.documents:
        if document.document_number == name and document.itemised:
            seen = _then(seen, exchange().issued_after(name, history))
            return _paper(seen, number, document.kind, document=document)
    abort(404)


def _order(key: str, number: str) -> tuple[Screen, Order, list[Recorded]]:
    seen = screen(key)
    order = seen.world.orders.get(number) or abort(404)
    return seen, order, screens.history_of(seen, order)


def _then(seen: Screen, after: int) -> Screen:
    """The desk as it was right after an event: a paper goes on saying what it said then."""
    if after >= seen.world.number:
        return seen
    return seen._replace(run=desk().at(seen.sandbox, after))


def _paper(
    seen: Screen,
    number: str,
    kind: str,
    package: int | None = None,
    document: Document | None = None,
) -> str:
    world, order = seen.world, seen.world.orders[number]
    parcel = order.package(package) if package else None
    customer = world.customers[order.customer_id]
    return render_template(
        "pages/paper.html",
        screen=seen,
        world=world,
        order=order,
        kind=kind,
        package=parcel,
        parcels=[p for p in order.packages if p.stage != "voided"],
        document=document,
        sums=exchange().document_sums(order, document) if document else None,
        customer=customer.addressed("accounts_payable") if document else customer,
        currency=currency_of(world, order),
        collect=(parcel.to_collect or to_collect(order, parcel)) if parcel else 0,
    )


def _file(data: bytes, mime: str, name: str) -> Response:
    response = Response(data, mimetype=mime)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
