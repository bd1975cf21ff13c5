"""Many orders at once: chosen on the list, looked at on a page of its own, then done one by one."""

from typing import Any, Final

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_security import auth_required, current_user

from trainer.orders.refusals import Refusal
from trainer.orders.search import every
from trainer.orders.service import TEMPLATES
from trainer.play.bulk import ACTS, command_for, foreseen
from trainer.web import lists, screens
from trainer.web.actions import TITLES
from trainer.web.screens import Screen, acting, desk, intent
from trainer.web.words import WORDS

MOST: Final = 200
"""So many at once; the page says when a list holds more."""

bp = Blueprint("bulk", __name__, url_prefix="/attempts/<key>/bulk")


@bp.app_context_processor
def _acts() -> dict[str, Any]:
    """What the list can do with many orders, each with its name."""
    return {
        "bulk_acts": {
            act: _l("Tell: %(what)s", what=WORDS[act]) if act in TEMPLATES else TITLES[act][1]
            for act in ACTS
        }
    }


def _asked(seen: Screen) -> tuple[list[str], str, str]:
    """Which orders, what with them, and why."""
    chosen = dict.fromkeys(request.form.getlist("orders"))
    if request.form.get("every"):  # all the list holds, not only what stands on its page
        listed = every(seen.world, lists.query(seen.world, request.form))
        chosen = dict.fromkeys(order.order_number for order in listed)
    numbers = [number for number in chosen if number in seen.world.orders][:MOST]
    act = request.form.get("act", "")
    if act not in ACTS:
        abort(400)
    # a reason is asked for holds only; who gives none has it said by the list
    return numbers, act, request.form.get("reason", "").strip()[:200]


def _back() -> dict[str, str]:
    """The list's address, so that one comes back to the same page of the same filter."""
    return {name: request.form.get(name, "") for name in lists.FIELDS}


def _page(seen: Screen, **more: Any) -> str:
    return render_template(
        "pages/bulk.html",
        **screens.surroundings(seen, "orders")
        | {"list_at": {name: value for name, value in _back().items() if value}, "most": MOST}
        | more,
    )


@bp.post("")
@auth_required()
def look(key: str) -> ResponseReturnValue:
    """What would be done to each, and what would be skipped and why; nothing has happened."""
    seen = acting(key)
    numbers, act, reason = _asked(seen)
    rows = [
        (found.order, None if isinstance(found.result, Refusal) else found.result.entries,
         found.result if isinstance(found.result, Refusal) else None)
        for found in foreseen(seen.world, numbers, act, reason, current_user.name)
    ]  # fmt: skip
    return _page(seen, rows=rows, act=act, reason=reason, over=False, title=_l("Look before"))


@bp.post("/do")
@auth_required()
def do(key: str) -> ResponseReturnValue:
    """One by one, each with an id made of the one intent: done once, and undone at once."""
    seen = acting(key)
    numbers, act, reason = _asked(seen)
    wish = intent(request.form.get("command_id", ""))
    rows = []
    for number in numbers:
        order = seen.world.orders[number]
        outcome = desk().perform(
            seen.sandbox,
            command_for(seen.world, order, act, reason),
            actor=current_user.name,
            command_id=f"{wish}/{order.sequence}",
        )
        seen = seen._replace(sandbox=outcome.sandbox, run=outcome.run)
        own = [e for e in outcome.entries if e.command_id == f"{wish}/{order.sequence}"]
        refusal = outcome.refused.refusal if outcome.refused else None
        rows.append((order, None if refusal else own, refusal))
    return _page(seen, rows=rows, act=act, reason=reason, over=True, title=_l("What was done"))
