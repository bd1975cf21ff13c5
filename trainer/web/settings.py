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
from trainer.web.look import FONT_SIZES, LANGUAGES, THEMES, Look, keep, look
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
    chosen = _read(before)
    _remember(chosen)
    if is_fragment():
        # letters and colours are changed by app.js; other words need another page
        words = before.language != chosen.language
        reply = hx_reply(status=204, refresh="true") if words else hx_reply(status=204)
        return keep(chosen, reply)
    reply = keep(chosen, current_app.make_response(redirect(way_back("settings.show"), 303)))
    if not request.form.get("back"):
        refresh()
        flash(_("Your settings are kept."), "success")
    return reply


def _read(now: Look) -> Look:
    """The choices of the form; what is absent or unknown stays as it is."""
    size = request.form.get("font_size", type=int)
    language, theme = request.form.get("language", ""), request.form.get("theme", "")
    return Look(
        language=language if language in LANGUAGES else now.language,
        theme=theme if theme in THEMES else now.theme,
        font_size=size if size in FONT_SIZES else now.font_size,
    )


def _remember(chosen: Look) -> None:
    if not current_user.is_authenticated:
        return
    if "language" in request.form:
        current_user.language = chosen.language
    current_user.theme, current_user.font_size = chosen.theme, chosen.font_size
    current_app.extensions["sessions"].commit()
