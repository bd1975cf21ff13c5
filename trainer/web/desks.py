"""The desk at which one sits: what awaits it, handing over, and the same order from each desk."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from flask_security import auth_required, current_user

from trainer.orders.desk_work import What
from trainer.orders.desks import EVERY
from trainer.orders.hand_over_notes import Lack
from trainer.orders.refusals import Refusal
from trainer.play.desks import counts, looked_through, queue, views
from trainer.play.preview import Effects
from trainer.training.handing_over import HandedOverWell, Loss, losses
from trainer.web import actions, screens
from trainer.web.forms import FormErrors, read
from trainer.web.screens import Screen, acting, desk, intent, screen, surroundings

bp = Blueprint("desks", __name__, url_prefix="/attempts/<key>")

MOST: Final = 40
"""Orders of a queue that are shown: those handed over first, then those due first."""

WHATS: Final[dict[What, LazyString]] = {
    "to_submit": _l("to be submitted"),
    "to_confirm": _l("to be checked and confirmed"),
    "to_release": _l("hold to be cleared"),
    "to_set_aside": _l("stock to be allocated"),
    "wish_open": _l("the customer wants a change"),
    "change_open": _l("change document to be answered"),
    "to_complete": _l("to be completed"),
    "to_archive": _l("to be archived"),
    "to_make": _l("short, to be made or bought"),
    "to_pick": _l("to be picked"),
    "to_pack": _l("to be packed"),
    "to_hand_to_carrier": _l("to be handed over to the carrier"),
    "to_count_in": _l("return to be counted in"),
    "to_look_at": _l("returned goods to be inspected"),
    "to_mend": _l("repair to be finished"),
    "parcel_back": _l("parcel has come back"),
    "money_due": _l("money due"),
    "to_invoice": _l("to be invoiced"),
    "to_credit": _l("credit note to be issued"),
    "to_pay_back": _l("to be paid back"),
    "money_disputed": _l("chargeback to be answered"),
    "to_settle": _l("to be settled"),
    "complaint": _l("complaint to be answered"),
    "return_wished": _l("the customer wants to return something"),
    "return_asked": _l("return to be decided"),
    "claim": _l("claim to be decided"),
    "parcel_astray": _l("parcel in trouble"),
    "came_too_late": _l("late return parcel to be decided"),
    "return_to_close": _l("return to be closed"),
    "release_asked": _l("release of a hold was asked for"),
    "refund_asked": _l("approval of a refund was asked for"),
    "goodwill_asked": _l("goodwill was asked for"),
    "exception_asked": _l("an exception was asked for"),
}
"""What awaits a desk."""
LACKS: Final[dict[Lack | str, LazyString]] = {
    "which_order": _l("The note does not say which of the orders it means."),
    "how_many": _l("The note does not say how many pieces."),
    "how_much": _l("The note does not say how much money."),
    "by_when": _l("The note does not say by when."),
    "which_case": _l("The note does not give the number of the case."),
    "which_hold": _l("The note does not say which hold."),
    "nothing_there": _l("That desk had nothing to do on it."),
    "left_behind": _l("The order stayed at a desk that was done with it; others waited for it."),
    "not_handed_over": _l("Work went on at another desk, and nobody had handed the order over."),
}
"""What a hand-over lacked."""


def init(app: Flask) -> None:
    """Templates name what awaits a desk, and what a hand-over lacked."""
    app.jinja_env.globals["MATTERS"] = WHATS
    app.add_template_global(lacking)


def lacking(check: Any, seen: Any) -> list[tuple[int, str]]:
    """Event by event, what a check of hand-overs found lacking; nothing where it is another."""
    if not isinstance(check, HandedOverWell):
        return []
    return [(it.event, _lacked(it)) for it in losses(seen)]


def _lacked(loss: Loss) -> str:
    """In words, with the matter where it is of one."""
    said, what = LACKS[loss.lack], WHATS.get(loss.what)  # type: ignore[call-overload]
    return gettext("%(lack)s (%(what)s)", lack=said, what=what) if what else str(said)


@bp.get("/desk")
@auth_required()
def show(key: str) -> ResponseReturnValue:
    """What awaits the desk at which one sits, and how much awaits the others."""
    return _page(_divided(screen(key)))


@bp.post("/desk")
@auth_required()
def sit_down(key: str) -> ResponseReturnValue:
    """Sit down at another desk; one goes on where one was."""
    seen = _divided(acting(key))
    command = read("take_desk", {"desk": request.form.get("desk", "")}, "")
    if isinstance(command, FormErrors):
        abort(400)
    if request.form.get("preview"):
        return _page(seen, moving=(_asked(seen, command), request.form["desk"]))
    outcome = desk().perform(
        seen.sandbox,
        command,
        actor=current_user.name,
        command_id=intent(request.form.get("command_id", "")),
    )
    page = request.form.get("back", "")
    page = screens.back(key) if page else url_for(".show", key=key)
    return redirect(f"{page}?{screens.said(outcome)}", 303)


@bp.post("/hand-overs")
@auth_required()
def hand_over(key: str) -> ResponseReturnValue:
    """Several orders with one note, ticked in the queue."""
    seen = _divided(acting(key))
    chosen = list(dict.fromkeys(request.form.getlist("orders")))
    typed = {f"order_numbers.{at}": number for at, number in enumerate(chosen)}
    typed |= {name: request.form.get(name, "") for name in ("desk", "note")}
    command = read("hand_over", typed, "")
    if isinstance(command, FormErrors):
        return _page(seen, chosen, typed, command.errors), 422
    if request.form.get("preview"):
        return _page(seen, chosen, typed, preview=_asked(seen, command))
    outcome = desk().perform(
        seen.sandbox,
        command,
        actor=current_user.name,
        command_id=intent(request.form.get("command_id", "")),
    )
    return redirect(f"{url_for('.show', key=key)}?{screens.said(outcome)}", 303)


@bp.get("/orders/<number>/desks")
@auth_required()
def views_of(key: str, number: str) -> ResponseReturnValue:
    """The same order seen from each desk."""
    seen = _divided(screen(key))
    order = seen.world.orders.get(number) or abort(404)
    return render_template(
        "pages/order-desks.html",
        **surroundings(seen, "orders"),
        order=order,
        views=views(seen.world, order),
        titles=actions.TITLES,
    )


def _divided(seen: Screen) -> Screen:
    """Where one desk does everything there is nothing of this."""
    if not seen.world.policies.desks:
        abort(404)
    return seen


def _asked(seen: Screen, command: Any) -> Effects | Refusal:
    return desk().preview(seen.sandbox, command, actor=current_user.name)


def _page(
    seen: Screen,
    chosen: Collection[str] = (),
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    preview: Effects | Refusal | None = None,
    moving: tuple[Effects | Refusal, str] | None = None,
) -> str:
    found = looked_through(seen.world)
    waiting = queue(found, seen.world.seat)
    others = [it for it in EVERY if it != seen.world.seat]
    fields = actions.hand_over_fields(seen.world, others[0])
    typed, errors = typed or {}, errors or {}
    return render_template(
        "pages/desk.html",
        **surroundings(seen, "desk"),
        waiting=waiting[:MOST],
        held=len(waiting),
        counts=counts(found),
        chosen=chosen,
        fields=[
            it._replace(value=typed.get(it.name, it.value), error=errors.get(it.name, ""))
            for it in fields
        ],
        errors=errors,
        preview=preview,
        moving=moving,
    )
