"""The instructor's view of a class: every attempt with where it stands; each opens read only."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_security import roles_accepted

from trainer.web.learn import library
from trainer.web.paging import page_wanted

bp = Blueprint("teach", __name__, url_prefix="/class")


@bp.get("/")
@roles_accepted("instructor", "admin")
def board() -> ResponseReturnValue:
    """All attempts, newest first."""
    page, size = page_wanted(), 50
    attempts = current_app.extensions["standings"](page=page, size=size)
    scenarios = library().scenarios()
    return render_template(
        "pages/board.html",
        attempts=attempts,
        page=page,
        more=len(attempts) == size,
        titles={scenario.id: scenario.title for scenario in scenarios},
        steps={scenario.id: len(scenario.steps) for scenario in scenarios},
    )
