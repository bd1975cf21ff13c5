"""The coach's other doors: the questions of goals, and handing in the run."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import auth_required

from trainer.play.sandbox import Outcome
from trainer.web import screens
from trainer.web.fragments import hx_reply, is_fragment
from trainer.web.questions import unreadable
from trainer.web.screens import Screen, acting, desk, intent

bp = Blueprint("coaching", __name__, url_prefix="/attempts/<key>")


@bp.get("/answers")
@bp.get("/hand-ins")
@auth_required()
def nothing_sent(key: str) -> ResponseReturnValue:
    """The address of a form, opened anew: back to the desk, with nothing done."""
    return redirect(url_for("desk.home", key=key))


@bp.post("/answers")
@auth_required()
def answer(key: str) -> ResponseReturnValue:
    """An answer to the question of a goal; one that cannot be read costs no try."""
    seen = acting(key)
    goal, text = request.form.get("goal", ""), request.form.get("text", "")[:200]
    error = unreadable(seen.course.judge, seen.world, goal, text)
    if error:
        return _coach(seen, {goal: (error, text)}), 422
    command_id = intent(request.form.get("command_id", ""))
    return _noted(seen, desk().answer(seen.sandbox, goal, text, command_id))


@bp.post("/hand-ins")
@auth_required()
def hand_in(key: str) -> ResponseReturnValue:
    """The run is over; what is open by now is lost."""
    seen = acting(key)
    desk().hand_in(seen.sandbox, intent(request.form.get("command_id", "")))
    page = url_for("desk.score", key=key)
    return hx_reply(redirect=page) if is_fragment() else redirect(page, 303)


def _noted(seen: Screen, outcome: Outcome) -> ResponseReturnValue:
    after = seen._replace(sandbox=outcome.sandbox, run=outcome.run)
    return _coach(after) if is_fragment() else redirect(screens.back(seen.sandbox.key), 303)


def _coach(seen: Screen, unread: dict[str, tuple[str, str]] | None = None) -> str:
    """The coach anew, with the bar or on a page of its own; with what could not be read."""
    known = screens.surroundings(seen, "coach") | {
        "back": screens.back(seen.sandbox.key),
        "unread": unread or {},
    }
    return render_template(
        "parts/coach-reply.html" if is_fragment() else "pages/answers.html", **known
    )
