"""Worked examples: the reference run on other numbers, watched act by act before one's own."""

from functools import lru_cache
from typing import Any, Final, cast

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_security import auth_required, current_user

from trainer.orders.currencies import currency_of
from trainer.orders.engine import Command
from trainer.orders.refusals import Refusal
from trainer.orders.status import label_of
from trainer.play.example import to_watch, worked
from trainer.play.ports import Debriefs, NotFound, Sandbox, was_aided
from trainer.play.reading import SolutionError
from trainer.play.run import Course
from trainer.play.solution import Played
from trainer.training.scenario import Scenario
from trainer.web import actions
from trainer.web.forms import whole, written
from trainer.web.fragments import hx_reply, is_fragment
from trainer.web.screens import desk
from trainer.web.words import WORDS

bp = Blueprint("examples", __name__, url_prefix="/exercises/<scenario_id>/example")

KEPT: Final = 64
"""Reference runs that a process keeps: those of a class's exercises, with some variants."""

_NOTHING: Final = ("", "0", "0.00")
"""What a form is sent with where nobody typed anything."""


@bp.post("")
@auth_required()
def watch(scenario_id: str) -> ResponseReturnValue:
    """Watch it: that is noted, so that what follows is not taken for unaided."""
    scenario = _scenario(scenario_id)
    debriefs().watch(current_user.id, scenario.id)
    at = _first_of(scenario, request.form.get("step", ""))
    return redirect(url_for(".show", scenario_id=scenario_id, at=at), 303)


@bp.get("")
@auth_required()
def show(scenario_id: str) -> ResponseReturnValue:
    """One act of it: what the coach says, what is done, and what comes of it."""
    scenario = _scenario(scenario_id)
    if debriefs().watched(current_user.id, scenario.id) is None:
        return redirect(url_for("learn.exercise", scenario_id=scenario_id))
    course, acts = _watched(scenario)
    at = min(max(whole(request.args.get("at", "")) or 0, 0), len(acts))
    page = render_template(
        "pages/example.html",
        scenario=scenario,
        acts=acts,
        at=at,
        live=_live(scenario.id),
        **_act(course, acts, at),
    )
    if not is_fragment():
        return page
    return hx_reply(page, push_url=url_for(".show", scenario_id=scenario_id, at=at))


def _scenario(scenario_id: str) -> Scenario:
    """An exercise that can be watched: an exam cannot, and free practice has nothing to show."""
    try:
        scenario = current_app.extensions["library"].scenario(scenario_id)
    except NotFound:
        abort(404)
    if not watchable(scenario):
        abort(404)
    return cast(Scenario, scenario)


def watchable(scenario: Scenario) -> bool:
    """Whether the way through it may be shown before it is gone."""
    return bool(scenario.steps) and scenario.mode != "exam"


def _watched(scenario: Scenario) -> tuple[Course, tuple[Played, ...]]:
    try:
        opening_id, acts = on_other_numbers(scenario)
    except SolutionError:  # an imported file that nobody has proven
        abort(404)
    return desk().course_of(opening_id), acts


def on_other_numbers(scenario: Scenario) -> tuple[int, tuple[Played, ...]]:
    """The reference run on numbers that are not one's own, and their opening. Raises
    SolutionError."""
    live = _live(scenario.id)
    met = (desk().course(live).opening.variant.seed,) if live else ()
    variant = to_watch(desk().store, scenario, current_user.id, str(get_locale()), met)
    opening_id = current_app.extensions["library"].opening_id(
        scenario.id, variant.locale, variant.seed
    )
    return opening_id, solution(opening_id)


def _live(scenario_id: str) -> Sandbox | None:
    """The person's attempt that is under way."""
    mine = desk().store.of_person(current_user.id)
    open_ = (it for it in mine if it.kind == "attempt" and not it.replaced)
    return next((it for it in open_ if desk().course(it).opening.scenario.id == scenario_id), None)


def helped_from_here(scenario_id: str) -> None:
    """The reference's way was seen while one's own attempt is under way: it is aided from now."""
    live = _live(scenario_id)
    if live and not live.standing.finished:
        debriefs().watch(current_user.id, scenario_id)


def _first_of(scenario: Scenario, step_id: str) -> int:
    """Where a step begins; the very beginning if none is named."""
    if not step_id:
        return 0
    _course, acts = _watched(scenario)
    return next((place for place, act in enumerate(acts, 1) if act.step.id == step_id), 0)


def _act(course: Course, acts: tuple[Played, ...], at: int) -> dict[str, Any]:
    """What the page shows of an act; before the first one there is nothing yet."""
    if not at:
        return {"act": None, "world": course.opening.world}
    act, world = acts[at - 1], acts[at - 1].run.world
    before = acts[at - 2].run.world if at > 1 else course.opening.world
    number = getattr(act.command, "order_number", "")
    refusal, entries = (act.answer, ()) if isinstance(act.answer, Refusal) else (None, act.answer)
    number = number or next((getattr(it.event, "order_number", "") for it in entries), "")
    order = world.orders.get(number)
    done = act.command if isinstance(act.command, Command) and act.name in actions.TITLES else None
    typed = written(done, currency_of(before, done)) if done else {}
    title = actions.TITLES.get(act.name)
    return {
        "act": act,
        "world": world,
        "step_place": course.opening.scenario.steps.index(act.step),
        "begins": at == 1 or acts[at - 2].step is not act.step,
        "title": title[0] if title else None,
        "typed": _spoken(typed),
        "entries": entries,
        "refusal": refusal,
        "order": order,
        "label": label_of(order) if order else None,
    }


def _spoken(typed: dict[str, str]) -> list[tuple[str, str]]:
    """The fields that somebody fills in and that have a name in the trade's words."""
    named = [
        (name.rsplit(".", 1)[-1], value) for name, value in typed.items() if value not in _NOTHING
    ]
    return [(name, value) for name, value in named if name in WORDS]


def solution(opening_id: int) -> tuple[Played, ...]:
    """The reference run on a variant, played once per process while it is looked at. Raises
    SolutionError.
    """
    return cast(tuple[Played, ...], current_app.extensions["solutions"](opening_id))


def debriefs() -> Debriefs:
    """What was watched."""
    return cast(Debriefs, current_app.extensions["debriefs"])


def init(app: Flask) -> None:
    """Keep reference runs, and tell the templates of other doors what can be watched."""
    app.extensions["solutions"] = lru_cache(KEPT)(
        lambda opening_id: worked(app.extensions["desk"].course_of(opening_id))
    )
    app.jinja_env.globals["watchable"] = watchable
    app.jinja_env.globals["aided"] = lambda seen: was_aided(
        seen.sandbox,
        debriefs().watched(seen.sandbox.person_id, seen.course.opening.scenario.id),
    )
