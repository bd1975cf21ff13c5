"""Regrading: who would move by which line under an exercise's new goals; then doing it."""

from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import roles_accepted

from trainer.play import regrading
from trainer.play.ports import NotFound, Sandbox
from trainer.training.scenario import Scenario
from trainer.web.grades import reason_problem
from trainer.web.learn import library
from trainer.web.scores import changes, grades, who
from trainer.web.screens import desk
from trainer.web.sight import sight
from trainer.web.words import text

bp = Blueprint("regrade", __name__, url_prefix="/class/grades/regrade")

MOST_REGRADED: Final = 200
"""Runs that one press of a button judges anew; `trainer regrade` takes any number."""


@bp.get("/<scenario_id>")
@roles_accepted("instructor", "admin")
def show(scenario_id: str) -> ResponseReturnValue:
    """Who would move by which line if old runs were judged by today's goals."""
    return _page(scenario_id)


@bp.post("/<scenario_id>")
@roles_accepted("instructor", "admin")
def apply(scenario_id: str) -> ResponseReturnValue:
    """Do it, for those one may look at."""
    reason = request.form.get("reason", "").strip()
    problem = reason_problem(reason)
    if problem:
        return _page(scenario_id, reason, problem), 422
    scenario = _scenario(scenario_id)
    found = regrading.trial(desk(), _runs(scenario_id), scenario)
    names = grades().names({it.sandbox.person_id for it in found.moved})
    done, left = regrading.apply(
        desk(),
        changes(),
        found,
        scenario,
        lambda it: f"{names.get(it.person_id, '')} · {scenario_id} · {it.key}",
        who=who(),
        reason=reason,
    )
    flash(_("%(done)s runs are judged by today's goals now.", done=done), "success")
    if left:
        flash(_("%(left)s runs went on meanwhile; do it again for them.", left=left), "error")
    return redirect(url_for(".show", scenario_id=scenario_id), 303)


def _page(scenario_id: str, reason: str = "", problem: Any = None) -> str:
    scenario, runs = _scenario(scenario_id), _runs(scenario_id)
    found = regrading.trial(desk(), runs, scenario)
    return render_template(
        "pages/regrade.html",
        scenario=scenario,
        found=found,
        names=grades().names(
            {it.sandbox.person_id for it in found.moved}
            | {it.sandbox.person_id for it in found.refused}
        ),
        says={goal.id: text(goal.says) for goal in scenario.goals()},
        most=MOST_REGRADED if len(runs) == MOST_REGRADED else 0,
        reason=reason,
        problem=problem,
        place="grades",
    )


def _scenario(scenario_id: str) -> Scenario:
    try:
        return library().scenario(scenario_id)
    except NotFound:
        abort(404)


def _runs(scenario_id: str) -> list[Sandbox]:
    return grades().uncounted(MOST_REGRADED, sight().people, scenario_id, again=True)
