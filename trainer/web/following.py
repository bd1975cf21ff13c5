"""Who teaches looks over somebody's shoulder: whether the trainee has gone on since."""

from flask import Blueprint, Flask, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import auth_required, current_user

from trainer.play.ports import NotFound, Sandbox
from trainer.web.fragments import hx_reply
from trainer.web.screens import desk
from trainer.web.sight import in_sight

bp = Blueprint("following", __name__, url_prefix="/attempts/<key>")


@bp.get("/news")
@auth_required()
def news(key: str) -> ResponseReturnValue:
    """What happened in a run since a page of it was made; nothing if that was told already."""
    try:
        sandbox = desk().store.find(key)
    except NotFound:
        abort(404)
    in_sight(sandbox.person_id)
    if sandbox.person_id == current_user.id:
        abort(403)  # one's own page is always the newest
    anew = _anew(sandbox) if sandbox.replaced else None
    now = f"{state(sandbox)}.{anew.key}" if anew else state(sandbox)
    seen, told = request.args.get("seen", ""), request.args.get("told", "")
    if now in (seen, told):
        return hx_reply(status=204)
    home, page = url_for("desk.home", key=key), request.args.get("page", "")
    if anew:
        page = url_for("desk.home", key=anew.key)
    elif not page.startswith(home) or not page.isprintable():
        page = home
    return render_template(
        "parts/following.html", key=key, seen=seen, told=now, page=page, gone_on=True, anew=anew
    )


def state(sandbox: Sandbox) -> str:
    """How far a run is, as a page remembers it."""
    return f"{sandbox.events}-{sandbox.asides}"


def _anew(sandbox: Sandbox) -> Sandbox | None:
    """The attempt that goes on in the place of one that was taken back or begun again."""

    def exercise(of: Sandbox) -> str:
        return desk().course(of).opening.scenario.id

    live = (it for it in desk().store.of_person(sandbox.person_id) if not it.replaced)
    same = (it for it in live if it.kind == "attempt" and exercise(it) == exercise(sandbox))
    return next(same, None)


def init(app: Flask) -> None:
    """Offer a run's state, and the attempt in its place, to the pages of the desk."""
    app.jinja_env.globals.update(run_state=state, goes_on=_anew)
