"""Change documents at the desk: what one asks beside what stands, and all of it done at once.

Looking changes nothing. Carrying out is one command after the other, each with its result, and the
answer to the customer's system comes last; what would be refused is not tried, but named.
"""

import base64
import binascii
from typing import Any, Final, NamedTuple

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_security import auth_required, current_user

from trainer.orders.changes import AnswerChange, Point, answered, points
from trainer.orders.documents import DocumentChange, Reading
from trainer.orders.engine import Command, Recorded
from trainer.orders.refusals import Refusal, snake_case
from trainer.orders.world import ChangeRequest
from trainer.play.carrying_out import Why, acts, answer, foreseen, tried
from trainer.web import screens
from trainer.web.actions import TITLES, Field
from trainer.web.forms import NEEDED
from trainer.web.screens import Screen, acting, desk, intent

bp = Blueprint("changes", __name__, url_prefix="/attempts/<key>/changes")

BY_HAND: Final = {
    "less": "cancel_line_quantity cancel_order change_line",
    "more": "add_to_order add_line change_line",
    "day": "change_delivery change_header",
    "address": "change_delivery correct_delivery change_header",
    "cancel": "cancel_order",
}
"""The forms of the order page that do what a document or a message asks for."""


class Row(NamedTuple):
    """One command of it, and what came or would come of it."""

    title: Any
    entries: tuple[Recorded, ...] = ()
    refusal: Refusal | None = None


class Typed(NamedTuple):
    """What the form holds, and what is wrong with it."""

    reason: str
    not_possible: str = ""
    errors: dict[str, str] = {}  # noqa: RUF012 - nobody writes to it


def looked_at(seen: Screen, reading: Reading, data: bytes, message_id: str) -> tuple[str, int]:
    """What the document asks for beside what stands, and what could be done about it now."""
    document = reading.change
    assert document
    reason = gettext("Customer's document %(number)s", number=document.change.document_number)
    return _looked(seen, reading, data, message_id, Typed(reason))


@bp.post("")
@auth_required()
def carry_out(key: str) -> ResponseReturnValue:
    """All that can be done, one command after the other, and the answer at the end."""
    seen = acting(key)
    wish = intent(request.form.get("command_id", ""))
    data, message_id = _brought(seen)
    reading = current_app.extensions["documents"].read_document(data, seen.world)
    document = reading.change
    if document is None:
        abort(400)
    typed = _typed(seen, document, message_id)
    if typed.errors:
        page, _status = _looked(seen, reading, data, message_id, typed)
        return page, 422
    rows: list[Row] = []
    number, change = document.order_number, document.change
    why = _why(seen, change, typed, message_id)
    for place, act in enumerate(acts(seen.world.orders[number], change, why), 1):
        command = act(seen.world, seen.world.orders[number])
        if command:
            seen, row = _done(seen, command, f"{wish}/{place}")
            rows.append(row)
    done = any(row.entries for row in rows)
    last = answer(seen.world, seen.world.orders[number], change, why, done)
    if last:
        seen, row = _done(seen, last, f"{wish}/answer")
        rows.append(row)
    return _page(seen, document, data, message_id, rows=rows, over=True)


def _brought(seen: Screen) -> tuple[bytes, str]:
    """The document's bytes: the message's own, or those that were looked at."""
    message_id = request.form.get("message_id", "")
    message = seen.world.messages.get(message_id)
    if message and message.change and message.attached:
        return current_app.extensions["documents"].attachment(seen.world, message), message_id
    try:
        return base64.b64decode(request.form.get("document", ""), validate=True), message_id
    except (binascii.Error, ValueError):
        abort(400)


def _typed(seen: Screen, document: DocumentChange, message_id: str) -> Typed:
    """The two reasons; the second one is needed where not all of it can be done."""
    reason = request.form.get("reason", "").strip()[:200]
    not_possible = request.form.get("not_possible", "").strip()[:2000]
    typed = Typed(reason, not_possible)
    errors = {} if reason else {"reason": str(NEEDED)}
    last = _foreseen(seen, document, typed, message_id)[1]
    if last and last.answer != "accepted" and not not_possible:
        errors["not_possible"] = str(NEEDED)
    return typed._replace(errors=errors)


def _why(seen: Screen, change: ChangeRequest, typed: Typed, message_id: str) -> Why:
    """What is said along; the message only if it is the one that brought this document."""
    message = seen.world.messages.get(message_id)
    brought = bool(message and message.change and message.change.key == change.key)
    return Why(typed.reason, typed.not_possible, message_id if brought else "")


def _done(seen: Screen, command: Command, command_id: str) -> tuple[Screen, Row]:
    """A command that would be accepted is given; one that would be refused is only named."""
    title = TITLES[snake_case(type(command).__name__)][0]
    result = tried(seen.world, command, current_user.name).result
    if isinstance(result, Refusal):
        return seen, Row(title, refusal=result)
    outcome = desk().perform(seen.sandbox, command, actor=current_user.name, command_id=command_id)
    seen = seen._replace(sandbox=outcome.sandbox, run=outcome.run)
    if outcome.refused:  # somebody else was faster
        return seen, Row(title, refusal=outcome.refused.refusal)
    own = tuple(entry for entry in outcome.entries if entry.command_id == command_id)
    return seen, Row(title, own)


def _foreseen(
    seen: Screen, document: DocumentChange, typed: Typed, message_id: str
) -> tuple[list[Row], AnswerChange | None]:
    """Each command with what it would do, and the answer that would be true then."""
    order = seen.world.orders[document.order_number]
    why = _why(seen, document.change, typed, message_id)
    found, after = foreseen(seen.world, order, document.change, why, current_user.name)
    rows = []
    for it in found:
        title = TITLES[snake_case(type(it.command).__name__)][0]
        if isinstance(it.result, Refusal):
            rows.append(Row(title, refusal=it.result))
        else:
            rows.append(Row(title, it.result.entries))
    done = any(row.entries for row in rows)
    return rows, answer(after, after.orders[order.order_number], document.change, why, done)


def _looked(
    seen: Screen, reading: Reading, data: bytes, message_id: str, typed: Typed
) -> tuple[str, int]:
    document = reading.change
    assert document
    rows, last = _foreseen(seen, document, typed, message_id)
    fields = [
        Field("reason", _l("Reason, for the order's history"), value=typed.reason,
              error=typed.errors.get("reason", "")),
    ]  # fmt: skip
    if last and last.answer != "accepted":
        fields.append(
            Field("not_possible", _l("What is not possible, and why"), "textarea",
                  value=typed.not_possible, error=typed.errors.get("not_possible", ""),
                  help=_l("The customer's system gets it with our answer."))
        )  # fmt: skip
    page = _page(
        seen, document, data, message_id, rows=rows, over=False, last=last, fields=fields,
        cautions=reading.warnings,
    )  # fmt: skip
    return page, 200


def _page(seen: Screen, document: DocumentChange, data: bytes, message_id: str, **more: Any) -> str:
    world = seen.world
    order, change = world.orders[document.order_number], document.change
    return render_template(
        "pages/change.html",
        **screens.surroundings(seen, "orders")
        | {
            "order": order,
            "change": change,
            "customer": world.customers[order.customer_id],
            "compared": [(it, _place(document, it)) for it in points(world, order, change)],
            "told": answered(order, change),
            "by_hand": BY_HAND,
            "document": base64.b64encode(data).decode(),
            "message_id": message_id,
            "message": world.messages.get(message_id),
            "answer_number": current_app.extensions["documents"].answer_number,
            "last": None,
            "fields": (),
            "cautions": (),
        }
        | more,
    )


def _place(document: DocumentChange, point: Point) -> int:
    """The document's line that a product stands on; 0 where it has none."""
    skus = [line.sku for line in document.change.lines]
    return document.places[skus.index(point.sku)] if point.sku in skus else 0
