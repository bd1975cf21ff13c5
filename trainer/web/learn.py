"""The trainee's way in: the exercises, what each asks, and one's own attempts."""

from collections.abc import Sequence
from time import time
from typing import Final, cast

from flask import Blueprint, Response, abort, current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_security import auth_required, current_user

from trainer.play.exercise import Shelf, restart, start
from trainer.play.ports import NotFound, Sandbox
from trainer.training.scenario import Scenario
from trainer.web import timed
from trainer.web.errors import answer
from trainer.web.screens import desk
from trainer.web.words import text

bp = Blueprint("learn", __name__)

FIRST_MINUTE: Final = "one-minute"
"""The exercise that shows somebody who has done nothing yet how the desk feels."""


def library() -> Shelf:
    """The library of this app."""
    return cast(Shelf, current_app.extensions["library"])


def titles() -> dict[str, str]:
    """What the exercises on the shelf are called by whoever reads, by their ids."""
    return {it.id: text(it.title) for it in library().scenarios()}


def called() -> dict[str, str]:
    """The same, with those that have been withdrawn; looked up once for a page."""
    if "called" not in g:
        published = current_app.extensions["drafts"].versions("scenario")
        g.called = {it.name: it.title for it in published} | titles()
    found: dict[str, str] = g.called
    return found


@bp.get("/")
@auth_required()
def home() -> ResponseReturnValue:
    """What there is to do, and where one stopped."""
    attempts = desk().store.of_person(current_user.id)
    scenario_of = {
        sandbox.sandbox_id: desk().course(sandbox).opening.scenario for sandbox in attempts
    }
    current = {
        scenario_of[sandbox.sandbox_id].id: sandbox
        for sandbox in reversed(attempts)
        if not sandbox.replaced and sandbox.kind == "attempt"
    }
    return render_template(
        "pages/home.html",
        scenarios=library().scenarios(),
        first_minute=_first_minute() if current_user.has_role("trainee") and not attempts else None,
        current=current,
        attempts=attempts,
        scenario_of=scenario_of,
        said_otherwise={
            it.row_id: it.override
            for it in current_app.extensions["grades"].attempts([current_user.id])
            if it.override is not None
        },
        problems=library().problems if not current_user.has_role("trainee") else (),
    )


def _first_minute() -> Scenario | None:
    return next((it for it in library().scenarios() if it.id == FIRST_MINUTE), None)


@bp.get("/exercises/<scenario_id>")
@auth_required()
def exercise(scenario_id: str) -> ResponseReturnValue:
    """What an exercise is about, before it begins."""
    try:
        scenario = library().scenario(scenario_id)
    except NotFound:
        return _gone(scenario_id)
    mine = desk().store.of_person(current_user.id)
    here = (
        it for it in mine if not it.replaced and it.kind == "attempt" and not it.standing.finished
    )
    waits = next((it for it in here if desk().course(it).opening.scenario.id == scenario_id), None)
    end = timed.until(scenario, waits, current_user.extra_time) if waits else None
    until = end if end and end > time() else None
    return render_template(
        "pages/exercise.html",
        scenario=scenario,
        waits=waits,
        until=until,
        before=_before(scenario, mine),
    )


def _before(scenario: Scenario, mine: Sequence[Sandbox]) -> list[tuple[Scenario, bool]]:
    """What should be finished first, as far as it is on the shelf, and whether it is."""
    shelf = {it.id: it for it in library().scenarios()}
    first = [shelf[name] for name in scenario.after if name in shelf]
    finished = {
        desk().course(it).opening.scenario.id
        for it in (mine if first else ())
        if it.kind == "attempt" and it.standing.finished
    }
    return [(it, it.id in finished) for it in first]


@bp.post("/exercises/<scenario_id>/attempts")
@auth_required()
def begin(scenario_id: str) -> ResponseReturnValue:
    """Begin an attempt on the next variant."""
    try:
        sandbox = start(
            desk().store,
            library(),
            person_id=current_user.id,
            scenario_id=scenario_id,
            language=str(get_locale()),
        )
    except NotFound:
        return _gone(scenario_id)
    return redirect(url_for("desk.home", key=sandbox.key), 303)


def _gone(scenario_id: str) -> Response:
    """An exercise that was withdrawn, by its name; one that never was is nowhere."""
    title = called().get(scenario_id)
    if title is None:
        abort(404)
    return answer(
        410,
        (
            _("“%(title)s” can no longer be begun", title=title),
            _("It has been taken from the shelf since. What you did in it stays readable among "
              "your attempts; choose another exercise."),
        ),
    )  # fmt: skip


@bp.post("/attempts/<key>/restarts")
@auth_required()
def begin_again(key: str) -> ResponseReturnValue:
    """Begin the same opening again; an exam or a hunt on other numbers, or its answers would be
    known.

    The old run stays readable.
    """
    try:
        sandbox = desk().store.find(key)
    except NotFound:
        abort(404)
    if sandbox.person_id != current_user.id:
        abort(404)
    course = desk().course(sandbox)
    scenario = course.judge.scenario
    tells = scenario.mode == "exam" or course.opening.world.hunt is not None
    if sandbox.kind == "attempt" and tells:
        return begin(scenario.id)
    return redirect(url_for("desk.home", key=restart(desk().store, sandbox).key), 303)
