"""Going on from another moment: the last act taken back, copies of a run; the reference beside."""

from datetime import UTC, datetime
from typing import Final, NamedTuple, cast

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import auth_required, current_user

from trainer.orders.status import label_of
from trainer.play import forking
from trainer.play.comparing import Comparison, compared, moment
from trainer.play.evidence import written
from trainer.play.ports import Conflict, Debriefs, Sandbox
from trainer.play.reading import SolutionError
from trainer.training.scoring import ledger
from trainer.web import examples, pieces, screens
from trainer.web.forms import whole
from trainer.web.fragments import hx_reply, is_fragment
from trainer.web.screens import Screen, acting, desk, screen

bp = Blueprint("forks", __name__, url_prefix="/attempts/<key>")

LONGEST: Final = 2_000
"""Signs: what somebody would do differently is a few sentences."""
MOMENTS: Final = 3
"""Moments that cost most: more than three are not looked at."""


@bp.post("/undo")
@auth_required()
def undo(key: str) -> ResponseReturnValue:
    """Take one's last act back; the run as it was is kept."""
    seen = acting(key)
    try:
        made = forking.undo(desk(), seen.sandbox)
    except (forking.NothingThere, Conflict):
        flash(_("There is nothing to take back, or somebody was faster."), "info")
        return redirect(url_for("desk.home", key=key), 303)
    flash(
        _("Your last action is taken back; what you had is kept."),
        "success",
    )
    return redirect(_same_place(key, made), 303)


def _same_place(key: str, made: Sandbox) -> str:
    """The order or message somebody was looking at, if it is still there; else the step's place."""
    home = url_for("desk.home", key=key)
    place, _slash, one = screens.back(key).removeprefix(home).partition("/")
    world = desk().run(made).world
    if place == "orders" and one in world.orders:
        return url_for("desk.order", key=made.key, number=one)
    if place == "inbox" and one in world.messages:
        return url_for("desk.inbox", key=made.key, message_id=one)
    return url_for("desk.home", key=made.key)


@bp.post("/forks")
@auth_required()
def fork(key: str) -> ResponseReturnValue:
    """Go on from a moment of a run, in a copy that counts for nothing."""
    seen = screen(key)
    at = whole(request.form.get("at", ""))
    try:
        made = forking.fork(
            desk(), seen.sandbox, seen.sandbox.events if at is None else at, current_user.id
        )
    except forking.NothingThere:
        abort(403)
    return redirect(url_for("desk.home", key=made.key), 303)


@bp.get("/reference")
@auth_required()
def reference(key: str) -> ResponseReturnValue:
    """The run beside the reference run; told once the run is finished, to others at any time."""
    seen = screen(key)
    if not seen.course.opening.scenario.steps:
        abort(404)
    told = open_to(seen)
    said = debriefs().said(seen.sandbox.sandbox_id)
    # who foresees what they would change learns more from the comparison: so that is asked first
    ask = told and said is None and not seen.owner
    found: Comparison | None = None
    if told and not ask:
        store, sandbox_id = desk().store, seen.sandbox.sandbox_id
        try:
            found = compared(
                seen.course,
                store.events(sandbox_id),
                store.asides(sandbox_id),
                examples.solution(seen.sandbox.opening_id),
            )
        except SolutionError:  # the file changed since: this variant has no reference any more
            found = None
    wanted = whole(request.args.get("moment", ""))
    every = found.mine if found else 0
    number = every if wanted is None else min(wanted, every)
    page = render_template(
        "pages/reference.html",
        **screens.surroundings(seen, "debrief"),
        told=told,
        ask=ask,
        said=said,
        comparison=found,
        number=number,
        moment=moment(found, number) if found else None,
        label_of=label_of,
    )
    if not is_fragment():
        return page
    return hx_reply(page, push_url=url_for(".reference", key=key, moment=number))


@bp.get("/reflections")
@bp.get("/undo")
@bp.get("/forks")
@auth_required()
def nothing_sent(key: str) -> ResponseReturnValue:
    """The address of a form, opened anew: back to the debrief, with nothing done."""
    return redirect(url_for("desk.debrief", key=key))


@bp.post("/reflections")
@auth_required()
def reflect(key: str) -> ResponseReturnValue:
    """What the owner would do differently, said before the reference is seen; or skipped."""
    seen = screen(key)
    if seen.owner or not open_to(seen):
        abort(403)
    text = "" if "skip" in request.form else request.form.get("text", "").strip()
    debriefs().say(seen.sandbox.sandbox_id, text[:LONGEST])
    if seen.sandbox.standing.finished and seen.sandbox.kind == "attempt":
        pieces.hand_over(seen.sandbox)  # where somebody judges what was said
    if _under_way(seen):
        debriefs().watch(current_user.id, seen.course.opening.scenario.id)
    return redirect(url_for(".reference", key=key), 303)


def told_by_the_end(seen: Screen) -> bool:
    """Whether what was wrong may be said: the run is over, and none like it goes on."""
    return open_to(seen) and bool(seen.owner or not _under_way(seen))


def _under_way(seen: Screen) -> bool:
    """Whether an attempt on the very numbers of this run goes on: it is aided from here on."""
    return any(
        it.kind == "attempt" and not it.replaced and not it.standing.finished
        for it in desk().store.of_person(current_user.id)
        if it.opening_id == seen.sandbox.opening_id
    )


@bp.get("/run.jsonl")
@auth_required()
def evidence(key: str) -> ResponseReturnValue:
    """The whole run as a file; it tells the opening, so it is open where the reference is."""
    seen = screen(key)
    if not open_to(seen):
        abort(403)
    if not seen.owner and _under_way(seen):  # the solution stands in it, too
        debriefs().watch(current_user.id, seen.course.opening.scenario.id)
    store, sandbox = desk().store, seen.sandbox
    lines = written(
        seen.course,
        store.events(sandbox.sandbox_id)[: sandbox.events],
        store.asides(sandbox.sandbox_id)[: sandbox.asides],
        {
            "person": seen.owner or current_user.name,
            "kind": sandbox.kind,
            "opened": datetime.fromtimestamp(sandbox.opened_at, UTC).isoformat(timespec="seconds"),
        },
    )
    answer = Response(lines, mimetype="application/jsonl")
    name = f"{seen.course.opening.scenario.id}-{key[:8]}.jsonl"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.cache_control.no_store = True
    return answer


def debriefs() -> Debriefs:
    """What was said about runs."""
    return cast(Debriefs, current_app.extensions["debriefs"])


def open_to(seen: Screen) -> bool:
    """Whether the reference may be shown: it would give the rest of a run away.

    An exam's is shown once it is handed in: nobody gives one up to read how the next is done.
    """
    given_up = seen.sandbox.replaced and seen.course.judge.scenario.mode != "exam"
    return bool(seen.owner) or seen.sandbox.standing.finished or given_up


class Moment(NamedTuple):
    """A line of the ledger that cost something, and where it happened."""

    goal: str
    step: str
    lost: int
    at: int | None
    """The event after which one looks at it; None for the whole run."""


def moments(seen: Screen) -> list[Moment]:
    """The moments that cost most, the dearest first."""
    asides = {aside.number: aside for _id, aside in desk().store.asides(seen.sandbox.sandbox_id)}
    found = []
    for line in ledger(seen.course.judge, desk().run(seen.sandbox).progress):
        lost = line.possible - line.points
        if lost <= 0:
            continue
        tried = next((asides[number].after for number in line.tries if number in asides), None)
        found.append(Moment(line.goal, line.step, lost, line.events[0] if line.events else tried))
    return sorted(found, key=lambda it: -it.lost)[:MOMENTS]


def init(app: Flask) -> None:
    """Offer what can be taken back, and what cost most, to the templates of other doors."""
    app.jinja_env.globals["can_undo"] = lambda seen: (
        seen.acting and forking.can_undo(desk(), seen.sandbox)
    )
    app.jinja_env.globals["can_fork"] = lambda seen: forking.can_fork(desk(), seen.sandbox)
    app.jinja_env.globals["costly_moments"] = moments
    app.jinja_env.globals["reference_open"] = open_to
