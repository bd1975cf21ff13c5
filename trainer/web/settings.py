"""How it looks and reads: a page for all choices, and menus that change one of them."""

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh
from flask_security import current_user

from trainer.web.fragments import hx_reply, is_fragment
from trainer.web.look import CHOICES, Look, keep, look
from trainer.web.paging import way_back

bp = Blueprint("settings", __name__)


@bp.get("/settings")
def show() -> ResponseReturnValue:
    """All choices on one page; also for those who have not signed in."""
    return render_template("pages/settings.html")


@bp.post("/settings")
def save() -> ResponseReturnValue:
    """Keep what was chosen, in the account and in this browser."""
    before = look()
    chosen = before.choose(request.form)
    _remember(before, chosen)
    if is_fragment():
        # all but words is changed by app.js; other words need another page
        words = (before.language, before.dialect) != (chosen.language, chosen.dialect)
        reply = hx_reply(status=204, refresh="true") if words else hx_reply(status=204)
        return keep(chosen, reply)
    reply = keep(chosen, current_app.make_response(redirect(way_back("settings.show"), 303)))
    if not request.form.get("back"):
        refresh()
        flash(_("Your settings are kept."), "success")
    return reply


def _remember(before: Look, chosen: Look) -> None:
    if not current_user.is_authenticated:
        return
    # until somebody chooses a language, the browser's wish counts: each choice of the settings
    # is sent with all the others
    spoken = chosen.language != before.language or not is_fragment()
    for name in CHOICES:
        if name != "language" or (spoken and name in request.form):
            setattr(current_user, name, getattr(chosen, name))
    current_app.extensions["sessions"].commit()
