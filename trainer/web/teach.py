"""The instructor's view of a class: every attempt with where it stands; each opens read only."""

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import roles_accepted

from trainer.store.records import standings
from trainer.web.learn import library

bp = Blueprint("teach", __name__, url_prefix="/class")


@bp.get("/")
@roles_accepted("instructor", "admin")
def board() -> ResponseReturnValue:
    """All attempts, newest first."""
    limit = 50
    attempts = standings(
        current_app.extensions["sessions"](),
        before=request.args.get("before", type=int),
        limit=limit,
    )
    scenarios = library().scenarios()
    return render_template(
        "pages/board.html",
        attempts=attempts,
        more=attempts[-1].sandbox_id if len(attempts) == limit else None,
        titles={scenario.id: scenario.title for scenario in scenarios},
        steps={scenario.id: len(scenario.steps) for scenario in scenarios},
    )
