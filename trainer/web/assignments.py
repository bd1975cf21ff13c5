"""Assignments: given, changed and extended by who teaches; due on a trainee's home page.

Times are typed and shown as the server's clock has them; the pages say which zone that is.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from time import time
from typing import Any, Final, NamedTuple, get_args

from babel import dates
from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user, roles_accepted

from trainer.play.classroom import Assignment, Classroom, Member, Parts, standings
from trainer.play.ports import NotFound
from trainer.training.assignments import Counts, Kind, Standing, Terms, Whole
from trainer.training.texts import Text
from trainer.web import accounts
from trainer.web.classes import classes, taught
from trainer.web.course import course
from trainer.web.forms import whole
from trainer.web.learn import library

bp = Blueprint("assignments", __name__)

COUNTS: Final = {
    "best": _l("the best try counts"),
    "last": _l("the last try counts"),
    "first": _l("the first try counts"),
}
STATES: Final = {
    "before": _l("not open yet"),
    "to_do": _l("to do"),
    "under_way": _l("under way"),
    "done": _l("done"),
    "done_late": _l("done late"),
    "missed": _l("missed"),
}
MOST_TRIES: Final = 20
BAD_MOMENT: Final = _l("Write day and time, such as 2026-12-01 09:00.")


class Due(NamedTuple):
    """An assignment as a trainee sees it."""

    assignment: Assignment
    room: Classroom
    title: str
    terms: Terms
    """With their extension, if they have one."""
    whole: Whole
    each: tuple[Standing, ...]
    href: str


# --- what an assignment is about ----------------------------------------------------------------


def parts(assignment: Assignment) -> Parts:
    """What it consists of, as the course is today."""
    match assignment.kind:
        case "exercise":
            return Parts(scenarios=(assignment.what,))
        case "quiz":
            return Parts(chapters=(assignment.what,))
        case "chapter":
            chapter = next((it for it in course().chapters if it.id == assignment.what), None)
            if chapter is None:
                return Parts()
            rows = {row.id for row in chapter.rows}
            return Parts(
                tuple(it.id for it in library().scenarios() if it.chapter in rows and it.steps),
                (chapter.folder,) if chapter.folder in current_app.extensions["banks"] else (),
            )


def title(assignment: Assignment) -> str:
    """What it is called, in the reader's language."""
    say: Any = current_app.jinja_env.globals["text"]
    match assignment.kind:
        case "exercise":
            known = {it.id: it.title for it in library().scenarios()}
            name = known.get(assignment.what)
            return str(say(name)) if name else assignment.what
        case "quiz":
            return str(_("Quiz: %(title)s", title=_chapter_title(say, folder=assignment.what)))
        case "chapter":
            chapter = _chapter_title(say, number=assignment.what)
            return str(_("Chapter %(number)s: %(title)s", number=assignment.what, title=chapter))


def _chapter_title(say: Any, folder: str = "", number: str = "") -> str:
    found: Text | None = next(
        (it.title for it in course().chapters if folder == it.folder or number == it.id), None
    )
    return str(say(found)) if found else folder or number


def way(assignment: Assignment) -> str:
    """Where it is done."""
    match assignment.kind:
        case "exercise":
            return url_for("learn.exercise", scenario_id=assignment.what)
        case "quiz":
            return url_for("quiz.index", _anchor=f"quiz-{assignment.what}")
        case "chapter":
            return url_for("course.index", _anchor=f"chapter-{assignment.what}")


def sentence(terms: Terms) -> str:
    """The terms in one plain sentence."""
    said = [_("Open from %(at)s", at=moment(terms.opens_at))]
    if terms.due_at is not None:
        said.append(_("due %(at)s", at=moment(terms.due_at)))
    if terms.closes_at is not None:
        said.append(_("closed from %(at)s", at=moment(terms.closes_at)))
    if terms.tries:
        said.append(ngettext("at most %(num)s try", "at most %(num)s tries", terms.tries))
    if terms.tries != 1:
        said.append(str(COUNTS[terms.counts]))
    together = reduce(lambda first, then: _("%(first)s, %(then)s", first=first, then=then), said)
    return _("%(all)s.", all=together)


def moment(seconds: float) -> str:
    """Day, date and time on the server's clock."""
    at = datetime.fromtimestamp(seconds)
    return f"{dates.format_skeleton('yMMMEd', at, locale=get_locale())} {at:%H:%M}"


def typed_moment(seconds: float | None) -> str:
    """As the field for a moment takes it."""
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%dT%H:%M")


def zone() -> str:
    """The name of the server's time zone."""
    return datetime.now().astimezone().strftime("%Z (UTC%z)")


# --- for who teaches ----------------------------------------------------------------------------


@bp.get("/classes/<key>")
@roles_accepted("instructor", "admin")
def show(key: str) -> ResponseReturnValue:
    """A class: who stands where with what it was asked to do."""
    return _page(taught(key))


def _page(room: Classroom, typed: Any = None, errors: Any = None) -> str:
    given = classes().assignments([room.class_id])
    members = classes().members(room.class_id)
    trainees = [it for it in members if not it.teaches]
    return render_template(
        "pages/class.html",
        room=room,
        members=members,
        trainees=trainees,
        given=given,
        grid=_grid(trainees, given),
        offers=offers(),
        typed=typed or {"opens_at": typed_moment(time() // 60 * 60)},
        errors=errors or {},
        place="classes",
    )


def _grid(trainees: Sequence[Member], given: Sequence[Assignment]) -> Any:
    people = [it.person_id for it in trainees]
    return standings(classes(), people, given, {it.key: parts(it) for it in given}, time())


def offers() -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be assigned, grouped: chapters, quizzes, exercises."""
    say: Any = current_app.jinja_env.globals["text"]
    chapters = course().chapters
    banks = current_app.extensions["banks"]
    quizzed = [it for it in chapters if it.folder in banks]
    exercises = [it for it in library().scenarios() if it.steps]
    return [
        (
            _("Whole chapters"),
            [(f"chapter:{it.id}", f"{it.id} · {say(it.title)}") for it in chapters],
        ),
        (_("Quizzes"), [(f"quiz:{it.folder}", f"{it.id} · {say(it.title)}") for it in quizzed]),
        (
            _("Exercises"),
            [(f"exercise:{it.id}", f"{it.chapter} · {say(it.title)}") for it in exercises],
        ),
    ]


@bp.post("/classes/<key>/assignments")
@roles_accepted("instructor", "admin")
def assign(key: str) -> ResponseReturnValue:
    """Ask the class to do something."""
    room = taught(key)
    terms, errors = _terms()
    what = request.form.get("what", "")
    if what not in {value for _group, choices in offers() for value, _words in choices}:
        errors["what"] = _("Choose what the class is to do.")
    if errors:
        return _page(room, request.form, errors), 422
    kind, _colon, name = what.partition(":")
    made = classes().assign(room.class_id, _kind(kind), name, terms)
    accounts.told("assigned", f"{room.name} · {title(made)}", new=sentence(terms))
    flash(_("Assigned: %(title)s. %(terms)s", title=title(made), terms=sentence(terms)), "success")
    return redirect(url_for(".show", key=key), 303)


def _kind(name: str) -> Kind:
    return next(kind for kind in get_args(Kind) if kind == name)


def _terms() -> tuple[Terms, dict[str, Any]]:
    """The terms of the form; or what is wrong with them, by field."""
    errors: dict[str, Any] = {}
    moments: dict[str, float | None] = {}
    for name in ("opens_at", "due_at", "closes_at"):
        typed = request.form.get(name, "").strip()
        try:
            moments[name] = datetime.fromisoformat(typed).timestamp() if typed else None
        except (ValueError, OverflowError, OSError):
            errors[name], moments[name] = BAD_MOMENT, None
    opens = moments["opens_at"]
    if opens is None:
        errors.setdefault("opens_at", _("Say when it opens."))
        opens = 0.0
    due, closes = moments["due_at"], moments["closes_at"]
    if due is not None and due <= opens:
        errors["due_at"] = _("It is due before it opens: choose a later time.")
    if closes is not None and closes < (due if due is not None else opens + 60):
        errors["closes_at"] = _("It closes before it is due: choose a later time.")
    tries = whole(request.form.get("tries", "").strip() or "0")
    if tries is None or not 0 <= tries <= MOST_TRIES:
        errors["tries"] = _("Write a number from 1 to 20, or nothing for any number.")
        tries = 0
    counts: Counts = next(
        (it for it in get_args(Counts) if it == request.form.get("counts")), "best"
    )
    return Terms(opens, due, closes, tries, counts), errors


def _given(key: str, assignment_key: str) -> tuple[Classroom, Assignment]:
    room = taught(key)
    try:
        found = classes().assignment(assignment_key)
    except NotFound:
        abort(404)
    if found.class_id != room.class_id or found.withdrawn:
        abort(404)
    return room, found


@bp.get("/classes/<key>/assignments/<assignment>")
@roles_accepted("instructor", "admin")
def edit(key: str, assignment: str) -> ResponseReturnValue:
    """The terms of an assignment, and who has more time."""
    room, found = _given(key, assignment)
    return _edit_page(room, found)


def _edit_page(room: Classroom, found: Assignment, typed: Any = None, errors: Any = None) -> str:
    terms = found.terms
    known = {
        "opens_at": typed_moment(terms.opens_at),
        "due_at": typed_moment(terms.due_at),
        "closes_at": typed_moment(terms.closes_at),
        "tries": terms.tries or "",
        "counts": terms.counts,
    }
    more = classes().extensions([found.assignment_id])
    trainees = [it for it in classes().members(room.class_id) if not it.teaches]
    return render_template(
        "pages/assignment.html",
        room=room,
        given=found,
        trainees=trainees,
        people=[(it.person_id, it.name) for it in trainees],
        more={person: until for (_a, person), until in more.items()},
        typed=typed or known,
        errors=errors or {},
        place="classes",
    )


@bp.post("/classes/<key>/assignments/<assignment>")
@roles_accepted("instructor", "admin")
def change(key: str, assignment: str) -> ResponseReturnValue:
    """Other terms, applied to what was done already; or withdrawn."""
    room, found = _given(key, assignment)
    if request.form.get("act") == "withdraw":
        classes().change_assignment(found.assignment_id, found.terms, withdrawn=True)
        accounts.told("assignment_withdrawn", f"{room.name} · {title(found)}")
        flash(
            _("%(title)s is withdrawn; what people did stays theirs.", title=title(found)),
            "success",
        )
        return redirect(url_for(".show", key=key), 303)
    terms, errors = _terms()
    if errors:
        return _edit_page(room, found, request.form, errors), 422
    classes().change_assignment(found.assignment_id, terms, withdrawn=False)
    accounts.told(
        "assignment_changed", f"{room.name} · {title(found)}",
        old=sentence(found.terms), new=sentence(terms),
    )  # fmt: skip
    flash(_("%(title)s: %(terms)s", title=title(found), terms=sentence(terms)), "success")
    return redirect(url_for(".show", key=key), 303)


@bp.post("/classes/<key>/assignments/<assignment>/extensions")
@roles_accepted("instructor", "admin")
def extend(key: str, assignment: str) -> ResponseReturnValue:
    """One person has longer; an empty time takes that back."""
    room, found = _given(key, assignment)
    trainees = {it.person_id: it for it in classes().members(room.class_id) if not it.teaches}
    person = trainees.get(whole(request.form.get("person", "")) or 0) or abort(400)
    typed = request.form.get("until", "").strip()
    try:
        until = datetime.fromisoformat(typed).timestamp() if typed else None
    except (ValueError, OverflowError, OSError):
        return _edit_page(room, found, errors={"until": BAD_MOMENT}), 422
    before = (
        classes().extensions([found.assignment_id]).get((found.assignment_id, person.person_id))
    )
    classes().extend(found.assignment_id, person.person_id, until)
    accounts.told(
        "extension_changed", f"{person.name} · {room.name} · {title(found)}",
        person_id=person.person_id, old="" if before is None else typed_moment(before), new=typed,
    )  # fmt: skip
    flash(
        _("%(name)s has until %(at)s.", name=person.name, at=moment(until)) if until is not None
        else _("%(name)s has the same time as the others.", name=person.name),
        "success",
    )  # fmt: skip
    return redirect(url_for(".edit", key=key, assignment=assignment), 303)


# --- for trainees -------------------------------------------------------------------------------


def dues() -> list[Due]:
    """What the classes of who is signed in ask of them: what is to do first, by due date."""
    rooms = {
        it.class_id: it
        for it in classes().of_person(current_user.id, teaches=False)
        if not it.archived
    }
    given = classes().assignments(rooms) if rooms else []
    if not given:
        return []
    me = current_user.id
    found = standings(classes(), [me], given, {it.key: parts(it) for it in given}, time())
    more = classes().extensions([it.assignment_id for it in given])
    every = [
        Due(
            it, rooms[it.class_id], title(it), _extended(it, more, me),
            *found[it.assignment_id, me], way(it),
        )
        for it in given
    ]  # fmt: skip
    return sorted(every, key=lambda due: (_rank(due.whole), due.terms.due_at or float("inf")))


def _extended(it: Assignment, more: dict[tuple[int, int], float], person: int) -> Terms:
    until = more.get((it.assignment_id, person))
    return it.terms if until is None else it.terms.extended(until)


def _rank(whole: Whole) -> int:
    return ("under_way", "to_do", "before", "missed", "done_late", "done").index(whole.state)


def assigned(scenario_id: str) -> list[Due]:
    """What of it is about one exercise, itself or as part of its chapter."""
    return [due for due in dues() if scenario_id in parts(due.assignment).scenarios]


def time_left(until: float) -> str:
    """How long it is until then, in the two largest units; empty once it is over."""
    minutes = int((until - time()) // 60)
    if minutes < 0:
        return ""
    days, hours = divmod(minutes // 60, 24)
    if days:
        return _("%(d)s d %(h)s h left", d=days, h=hours)
    if hours:
        return _("%(h)s h %(m)s min left", h=hours, m=minutes % 60)
    return _("%(m)s min left", m=minutes)


def part_standing(due: Due, scenario_id: str) -> Standing:
    """How one stands with one exercise of it."""
    return due.each[parts(due.assignment).scenarios.index(scenario_id)]


def init(app: Flask) -> None:
    """Offer what is due to the templates of other doors."""
    for name, thing in {
        "dues": dues, "assigned": assigned, "terms_sentence": sentence, "time_left": time_left,
        "assignment_title": title, "part_standing": part_standing, "server_zone": zone,
        "typed_moment": typed_moment, "real_now": time, "due_moment": moment, "COUNTS": COUNTS,
        "ASSIGNMENT_STATES": STATES,
    }.items():  # fmt: skip
        app.jinja_env.globals[name] = thing
