"""Assignments: given, changed, extended and withdrawn by who teaches; and who stands where.

Times are typed and shown as the clocks of the class have them; every field says which those are.
"""

from collections.abc import Sequence
from datetime import datetime
from time import time
from typing import Any, Final, get_args

import msgspec
from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import roles_accepted

from trainer.play.classroom import Assignment, Classroom, Member, standings
from trainer.play.ports import NotFound
from trainer.training.assignments import Counts, Kind, Mode, Terms
from trainer.web import accounts, stale, zones
from trainer.web.classes import classes, taught
from trainer.web.course import course
from trainer.web.dues import chapter_title, moment, parts, sentence, title, typed_moment
from trainer.web.forms import whole
from trainer.web.learn import library

bp = Blueprint("assignments", __name__)

MOST_TRIES: Final = 20
BAD_MOMENT: Final = _l("Write day and time, such as 2026-12-01 09:00.")
NO_LONGER: Final = _l("Everybody has at least as long: choose a later time.")


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
        longer=_longer(trainees, given),
        withdrawn=classes().assignments([room.class_id], withdrawn=True),
        offers=offers(),
        typed=typed or {"opens_at": typed_moment(time() // 60 * 60, room.zone)},
        errors=errors or {},
        place="classes",
    )


def _grid(trainees: Sequence[Member], given: Sequence[Assignment]) -> Any:
    people = [it.person_id for it in trainees]
    return standings(classes(), people, given, {it.key: parts(it) for it in given}, time())


def _longer(
    trainees: Sequence[Member], given: Sequence[Assignment]
) -> dict[int, list[tuple[str, float]]]:
    """Who has until when, by assignment; those who left the class are not told of."""
    more = classes().extensions([it.assignment_id for it in given])
    return {
        it.assignment_id: [
            (person.name, more[it.assignment_id, person.person_id])
            for person in trainees if (it.assignment_id, person.person_id) in more
        ]
        for it in given
    }  # fmt: skip


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
    terms, errors = _terms(room.zone)
    what = request.form.get("what", "")
    if what not in {value for _group, choices in offers() for value, _words in choices}:
        errors["what"] = _("Choose what the class is to do.")
    if errors:
        return _page(room, request.form, errors), 422
    kind, _colon, name = what.partition(":")
    terms = _fitting(_kind(kind), terms)
    made = classes().assign(room.class_id, _kind(kind), name, terms)
    accounts.told("assigned", f"{room.name} · {title(made)}", new=sentence(terms, room.zone))
    flash(
        _("Assigned: “%(title)s”. %(terms)s", title=title(made), terms=sentence(terms, room.zone)),
        "success",
    )
    return redirect(url_for(".show", key=key), 303)


def _kind(name: str) -> Kind:
    return next(kind for kind in get_args(Kind) if kind == name)


def _terms(zone: str) -> tuple[Terms, dict[str, Any]]:
    """The terms of the form, by the clocks of a zone; or what is wrong with them, by field."""
    errors: dict[str, Any] = {}
    moments: dict[str, float | None] = {}
    for name in ("opens_at", "due_at", "closes_at"):
        typed = request.form.get(name, "").strip()
        try:
            moments[name] = _moment(typed, zone)
        except ValueError:
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
    mode: Mode = next((it for it in get_args(Mode) if it == request.form.get("mode")), "")
    return Terms(opens, due, closes, tries, counts, mode), errors


def _moment(typed: str, zone: str) -> float | None:
    """A moment of the form, if one was given. Raises ValueError for what is none of this age:
    it could be written, but in no zone's clock be shown again."""
    if not typed:
        return None
    found = datetime.fromisoformat(typed)
    if found.tzinfo is not None or not 2000 <= found.year < 3000:
        raise ValueError(typed)
    return zones.moment_at(found, zone)


def _fitting(kind: Kind, terms: Terms) -> Terms:
    """An exercise has one mode, and its terms say none."""
    return msgspec.structs.replace(terms, mode="") if kind == "exercise" else terms


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
        "opens_at": typed_moment(terms.opens_at, room.zone),
        "due_at": typed_moment(terms.due_at, room.zone),
        "closes_at": typed_moment(terms.closes_at, room.zone),
        "tries": terms.tries or "",
        "counts": terms.counts,
        "mode": terms.mode,
    }
    trainees = [it for it in classes().members(room.class_id) if not it.teaches]
    states = [whole.state for whole, _each in _grid(trainees, [found]).values()]
    return render_template(
        "pages/assignment.html",
        begun=states.count("under_way"),
        done=states.count("done") + states.count("done_late"),
        room=room,
        given=found,
        trainees=trainees,
        people=[(it.person_id, it.name) for it in trainees],
        longer=_longer(trainees, [found])[found.assignment_id],
        typed=known | (typed.to_dict() if typed else {}),
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
    terms, errors = _terms(room.zone)
    if errors:
        return _edit_page(room, found, request.form, errors), 422
    if stale.is_stale(found.terms):
        told = {"stale": stale.changed(sentence(found.terms, room.zone))}
        return _edit_page(room, found, request.form, told), 409
    terms = _fitting(found.kind, terms)
    classes().change_assignment(found.assignment_id, terms, withdrawn=False)
    accounts.told(
        "assignment_changed", f"{room.name} · {title(found)}",
        old=sentence(found.terms, room.zone), new=sentence(terms, room.zone),
    )  # fmt: skip
    flash(
        _("%(title)s: %(terms)s", title=title(found), terms=sentence(terms, room.zone)), "success"
    )
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
        until = _moment(typed, room.zone)
    except ValueError:
        return _edit_page(room, found, request.form, {"until": BAD_MOMENT}), 422
    if until is not None and found.terms.extended(until) == found.terms:
        return _edit_page(room, found, request.form, {"until": NO_LONGER}), 422
    before = (
        classes().extensions([found.assignment_id]).get((found.assignment_id, person.person_id))
    )
    classes().extend(found.assignment_id, person.person_id, until)
    end = "" if until is None else moment(until, room.zone)
    accounts.told(
        "extension_changed", f"{person.name} · {room.name} · {title(found)}",
        person_id=person.person_id, old="" if before is None else moment(before, room.zone),
        new=end,
    )  # fmt: skip
    flash(
        _("%(name)s has until %(at)s.", name=person.name, at=end) if end
        else _("%(name)s has the same time as the others.", name=person.name),
        "success",
    )  # fmt: skip
    return redirect(url_for(".edit", key=key, assignment=assignment), 303)


@bp.post("/classes/<key>/assignments/<assignment>/again")
@roles_accepted("instructor", "admin")
def give_again(key: str, assignment: str) -> ResponseReturnValue:
    """What was withdrawn is asked for again, on the terms it had."""
    room = taught(key)
    known = {it.key: it for it in classes().assignments([room.class_id], withdrawn=True)}
    found = known.get(assignment) or abort(404)
    classes().change_assignment(found.assignment_id, found.terms, withdrawn=False)
    accounts.told("assignment_given_again", f"{room.name} · {title(found)}")
    flash(
        _("%(title)s: %(terms)s", title=title(found), terms=sentence(found.terms, room.zone)),
        "success",
    )
    return redirect(url_for(".show", key=key), 303)


@bp.get("/classes/<key>/assignments/<assignment>/people/<int(max=2147483647):person_id>")
@roles_accepted("instructor", "admin")
def person(key: str, assignment: str, person_id: int) -> ResponseReturnValue:
    """One person's work for an assignment of several parts, part by part."""
    room, found = _given(key, assignment)
    trainees = [
        it for it in classes().members(room.class_id)
        if it.person_id == person_id and not it.teaches
    ]  # fmt: skip
    if not trainees:
        abort(404)
    whole, each = _grid(trainees, [found])[found.assignment_id, person_id]
    names = parts(found)
    known = {it.id: it.title for it in library().scenarios()}
    say: Any = current_app.jinja_env.globals["text"]
    titles = [
        *(str(say(known[it])) if it in known else it for it in names.scenarios),
        *(str(_("Quiz: %(title)s", title=chapter_title(say, folder=it))) for it in names.chapters),
    ]
    return render_template(
        "pages/assignment-person.html",
        room=room,
        given=found,
        who=trainees[0],
        whole=whole,
        rows=list(zip(titles, each, strict=True)),
        quizzes_from=len(names.scenarios),
        longer=_longer(trainees, [found])[found.assignment_id],
        place="classes",
    )
