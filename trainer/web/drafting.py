"""What a draft's forms add, take out and move: a step, a goal, a hint, a command, an order."""

from typing import Any, Final, cast

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_security import roles_accepted

from trainer.play.authoring import LARGEST_DRAFT
from trainer.play.writing import Act, Misfit
from trainer.web.author import TEACHERS, anchor, desk, goes_back, kept, own, saved

bp = Blueprint("drafting", __name__, url_prefix="/author")
DONE: Final[dict[str, Any]] = {
    "add": _l("Added."),
    "say": _l("Added."),
    "check": _l("Another check stands there now."),
    "rename": _l("Renamed everywhere."),
    "up": _l("Moved up."),
    "down": _l("Moved down."),
    "remove": _l("Taken out."),
}
"""By what was done."""


@bp.post("/drafts/<key>/parts")
@roles_accepted(*TEACHERS)
def change(key: str) -> ResponseReturnValue:
    """One thing more, or less, or in another place; what is typed is kept first, as ever."""
    before = own(key)
    verb, _colon, place = request.form.get("act", "").partition(":")
    path, _colon, sign = place.partition(":")
    if verb not in DONE:
        abort(400)
    typed = request.form.get("text", before.text).replace("\r\n", "\n")
    draft = kept(before)
    at_desk = desk(draft.kind)
    if at_desk.sign(typed, path) != sign:
        goes_back(draft, 409, draft.text, elsewhere=True)
    act = Act(cast(Any, verb), path, request.form.get(f"{verb}.{path}", "").strip())
    try:
        text, there = at_desk.altered(draft.text, act)
    except Misfit:
        goes_back(draft, 422, draft.text, **{"unnamed" if verb == "rename" else "unfit": True})
    if len(text) > LARGEST_DRAFT:
        goes_back(draft, 422, draft.text, full=True)
    saved(draft, text)
    flash(str(DONE[verb]), "success")
    there = there or "about"
    return redirect(url_for("author.edit", key=key, at=there, _anchor=anchor(there)), 303)
