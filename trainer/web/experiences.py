"""Shared experiences: read by those who learn together, commented, hidden by those who teach."""

from collections.abc import Mapping
from typing import Any, Final, cast

import msgspec
from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import auth_required, current_user, roles_accepted

from trainer.play.experiences import (
    LONGEST,
    LONGEST_TITLE,
    Experience,
    Experiences,
    Reader,
    Told,
)
from trainer.play.ports import NotFound
from trainer.play.talk import LONGEST as LONGEST_COMMENT
from trainer.web import scores
from trainer.web.course import course
from trainer.web.grades import LONG_REASON, LONGEST_REASON, NO_REASON
from trainer.web.learn import library, titles
from trainer.web.paging import page_wanted
from trainer.web.screens import desk
from trainer.web.sight import may_see, sight, teaching
from trainer.web.talk import moment_of, written
from trainer.web.teach import mail
from trainer.web.words import says, text

bp = Blueprint("experiences", __name__, url_prefix="/experiences")

PAGE: Final = 20
Errors = Mapping[str, Any]


def experiences() -> Experiences:
    """The experiences of this app."""
    return cast(Experiences, current_app.extensions["experiences"])


def _reader() -> Reader:
    return Reader(current_user.id, teaching(), bool(current_user.has_role("admin")))


def _found(key: str) -> Experience:
    try:
        return experiences().find(key, _reader())
    except NotFound:
        abort(404)


def _own(key: str) -> Experience:
    found = _found(key)
    if found.person_id != current_user.id:
        abort(403)
    return found


# --- reading --------------------------------------------------------------------------------------


@bp.get("")
@auth_required()
def index() -> ResponseReturnValue:
    """The experiences one may read, the newest first."""
    page, about = page_wanted(), request.args.get("about", "")
    seen = sight() if teaching() else None
    shown = experiences().page(
        _reader(), page, PAGE, about=_exercises(about),
        people=seen.people if seen and seen.group else None,
    )  # fmt: skip
    return render_template(
        "pages/experiences.html",
        shown=shown[:PAGE],
        more=len(shown) > PAGE,
        page=page,
        sight=seen,
        about=about,
        asked={"about": about or None, "group": (seen.group if seen else "") or None},
        choices=_choices(about),
        titles=titles(),
        place="experiences",
    )


def _exercises(about: str) -> set[str] | None:
    """The exercises that the filter lets through; None for everything."""
    kind, _colon, name = about.partition(":")
    if kind == "chapter":
        return {it.id for it in library().scenarios() if it.chapter.startswith(f"{name}.")}
    return {name} if kind == "exercise" else None


def _choices(about: str) -> list[tuple[str, str]]:
    """All, the chapters, and the exercises that somebody tells of."""
    told, called = experiences().subjects(_reader()), titles()
    kind, _colon, name = about.partition(":")
    if kind == "exercise":
        told.add(name)  # what is asked for stands in the field, though nobody has told of it yet
    return [
        ("", _("Everything")),
        *(
            (
                f"chapter:{it.id}",
                _("Chapter %(number)s: %(title)s", number=it.id, title=text(it.title)),
            )
            for it in course().chapters
        ),
        *((f"exercise:{it}", title) for it, title in called.items() if it in told),
    ]


@bp.get("/<key>")
@auth_required()
def show(key: str) -> ResponseReturnValue:
    """One experience with its comments; a comment is read beneath what it is about."""
    found = _found(key)
    if found.on:
        return redirect(url_for(".show", key=found.on, _anchor=found.key))
    return _show(found)


def _show(found: Experience, wrong: str = "", typed: str = "", error: Any = "") -> str:
    """`wrong` is the key of what a form was sent about that has to be corrected."""
    return render_template(
        "pages/experience.html",
        it=found,
        comments=experiences().comments(found.key, _reader()),
        title=titles().get(found.told.scenario_id, found.told.scenario_id),
        run_open=bool(found.told.sandbox_key) and may_see(found.person_id),
        teaching=teaching(),
        wrong=wrong,
        typed=typed,
        error=error,
        place="experiences",
    )


# --- writing --------------------------------------------------------------------------------------


@bp.get("/new")
@auth_required()
def new() -> ResponseReturnValue:
    """The form; an address may say about which exercise, or which moment of a run of one's own."""
    offered = _moment(request.args.get("attempt", ""), request.args.get("at", ""))
    return _form(offered or Told("", scenario_id=request.args.get("exercise", "")))


def _moment(key: str, wanted: str) -> Told | None:
    """A moment of one's own run; what happened then is kept as it is told now."""
    if not key:
        return None
    try:
        sandbox = desk().store.find(key)
    except NotFound:
        abort(404)
    if sandbox.person_id != current_user.id:
        abort(404)
    at = moment_of(sandbox, wanted)
    at = sandbox.events if at is None else at
    happened = _("The beginning: nothing has been done yet.")
    if at:
        entry = desk().store.events(sandbox.sandbox_id, after=at - 1)[0]
        happened = says(entry.event, desk().at(sandbox, at).world)
    scenario = desk().course(sandbox).opening.scenario
    return Told("", "", scenario.id, key, at, happened)


def _form(
    told: Told,
    errors: Errors | None = None,
    *,
    offered: Told | None = None,
    key: str = "",
    on: str = "",
) -> str:
    """`offered` is what it may be about, whether or not that was chosen."""
    return render_template(
        "pages/experience-form.html",
        told=told,
        offered=offered or told,
        errors=errors or {},
        key=key,
        on=on,
        titles=titles(),
        most=LONGEST_COMMENT if on else LONGEST,
        place="experiences",
    )


@bp.post("")
@auth_required()
def share() -> ResponseReturnValue:
    """A new experience."""
    offered = _moment(request.form.get("attempt", ""), request.form.get("at", "")) or Told("")
    told = _written(offered)
    if errors := _problems(told):
        return _form(told, errors, offered=offered), 422
    key = experiences().tell(current_user.id, told)
    flash(_("Shared. Those you learn with can read it and comment on it."), "success")
    return redirect(url_for(".show", key=key), 303)


def _written(offered: Told) -> Told:
    """What the form says: about the moment it was offered, or about an exercise, or neither."""
    words, title = written("text"), written("title")
    if "moment" in request.form:
        return msgspec.structs.replace(offered, text=words, title=title)
    exercise = offered.scenario_id if offered.sandbox_key else request.form.get("exercise", "")
    return Told(words, title, exercise if exercise in titles() else "")


def _problems(told: Told, *, comment: bool = False) -> dict[str, Any]:
    """What is wrong with it, by field."""
    errors: dict[str, Any] = {}
    if not comment and not 0 < len(told.title) <= LONGEST_TITLE:
        errors["title"] = _(
            "A title has 1 to %(most)s characters; this one has %(found)s.",
            most=LONGEST_TITLE, found=len(told.title),
        )  # fmt: skip
    most = LONGEST_COMMENT if comment else LONGEST
    if not 0 < len(told.text) <= most:
        errors["text"] = _(
            "Write 1 to %(most)s characters; these are %(found)s.", most=most, found=len(told.text)
        )
    return errors


@bp.get("/<key>/edit")
@auth_required()
def edit(key: str) -> ResponseReturnValue:
    """One's own words, to be changed."""
    found = _own(key)
    return _form(found.told, key=key, on=found.on)


@bp.post("/<key>")
@auth_required()
def change(key: str) -> ResponseReturnValue:
    """Other words; a moment stays what it was, or is let go."""
    found = _own(key)
    told = Told(written("text")) if found.on else _written(found.told)
    if errors := _problems(told, comment=bool(found.on)):
        return _form(told, errors, offered=found.told, key=key, on=found.on), 422
    experiences().change(key, told)
    flash(_("What you changed is kept."), "success")
    return redirect(url_for(".show", key=key), 303)


@bp.post("/<key>/comments")
@auth_required()
def comment(key: str) -> ResponseReturnValue:
    """A comment on an experience that is open to all."""
    found = _found(key)
    if found.on or not found.open:
        abort(403)
    told = Told(written("text"))
    if errors := _problems(told, comment=True):
        return _show(found, "comment", told.text, errors["text"]), 422
    made = experiences().tell(current_user.id, told, found.key)
    return redirect(url_for(".show", key=key, _anchor=made), 303)


@bp.post("/<key>/withdrawal")
@auth_required()
def withdraw(key: str) -> ResponseReturnValue:
    """Take one's own from others' sight, or give it back."""
    _own(key)
    withdrawn = request.form.get("act") != "share"
    experiences().withdraw(key, withdrawn=withdrawn)
    if withdrawn:
        flash(_("Withdrawn: nobody else sees it now. You can share it again."), "success")
    else:
        flash(_("It is shared again."), "success")
    return redirect(url_for(".show", key=key), 303)


# --- those who teach ------------------------------------------------------------------------------


@bp.post("/<key>/hiding")
@roles_accepted("instructor", "admin")
def hide(key: str) -> ResponseReturnValue:
    """Hide what somebody wrote, for a reason that they read; it is kept."""
    found, why = _found(key), written("reason")
    if not why or len(why) > LONGEST_REASON:
        whole = _found(found.on) if found.on else found
        return _show(whole, key, why, LONG_REASON if why else NO_REASON), 422
    experiences().hide(key, scores.who(), _about(found), why)
    # no words of ours: the reader's language may be another than the writer's
    mail().send(current_user.id, [found.person_id], f"“{_name(found)}”\n\n{why}", {})
    flash(_("Hidden. %(name)s is told why; the audit trail keeps it.", name=found.name), "success")
    return redirect(url_for(".show", key=key), 303)


@bp.post("/<key>/showing")
@roles_accepted("instructor", "admin")
def show_again(key: str) -> ResponseReturnValue:
    """What was hidden is read again."""
    found = _found(key)
    experiences().hide(key, scores.who(), _about(found), "")
    flash(_("Everybody it is meant for can read it again."), "success")
    return redirect(url_for(".show", key=key), 303)


def _name(found: Experience) -> str:
    return found.told.title or found.told.text[:80]


def _about(found: Experience) -> str:
    return f"{found.name} · {_name(found)} · {found.key}"
