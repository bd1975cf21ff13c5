"""Classes: who is in them, how one joins, and a roster read with a look before it is taken."""

from datetime import date
from time import time
from typing import Any, Final, Literal, cast

from flask import (
    Blueprint,
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
from flask_babel import lazy_gettext as _l
from flask_security import current_user, roles_accepted

from trainer.play.classroom import (
    Classroom,
    ClassStore,
)
from trainer.play.ports import NotFound
from trainer.web import accounts, first_passwords, rosters, stale, zones
from trainer.web.accounts import datastore
from trainer.web.forms import calendar_day
from trainer.web.sight import may_see

bp = Blueprint("classes", __name__)

LONGEST_NAME: Final = 120
BAD_DAY: Final = _l("Write a day such as 2026-12-01.")

SWITCHES: Final[dict[str, tuple[dict[str, bool], str, Any]]] = {
    "open": ({"joinable": True}, "class_opened", _l("People can join with the code.")),
    "close": ({"joinable": False}, "class_closed", _l("Nobody can join with the code any more.")),
    "register": (
        {"registers": True}, "class_registers", _l("Who has the link and no account can make one."),
    ),
    "invite": ({"registers": False}, "class_invites", _l("Only people with an account can join.")),
    "archive": (
        {"archived": True}, "class_archived", _l("The class is put away; what people did stays."),
    ),
    "restore": ({"archived": False}, "class_restored", _l("The class is back.")),
}  # fmt: skip
"""What a button turns on or off, the line it leaves in the trail, and what is said of it."""


def classes() -> ClassStore:
    """The classes of this app."""
    return cast(ClassStore, current_app.extensions["classes"])


def taught(key: str) -> Classroom:
    """The class of that key, for its teachers and for admins; nobody else knows it."""
    try:
        found = classes().find(key)
    except NotFound:
        abort(404)
    if not current_user.has_role("admin") and not classes().teaches(
        found.class_id, current_user.id
    ):
        abort(404)
    return found


# --- the list, a class --------------------------------------------------------------------------


@bp.get("/classes")
@roles_accepted("instructor", "admin")
def index() -> ResponseReturnValue:
    """One's classes; an admin's are all."""
    return _list()


def _list(typed: str = "", error: Any = "") -> str:
    every = (
        classes().all()
        if current_user.has_role("admin")
        else classes().of_person(current_user.id, teaches=True)
    )
    return render_template(
        "pages/classes.html",
        classes=every,
        sizes=classes().sizes([it.class_id for it in every]),
        typed=typed,
        error=error,
        place="classes",
    )


@bp.post("/classes")
@roles_accepted("instructor", "admin")
def create() -> ResponseReturnValue:
    """A new class, taught by who makes it."""
    name = _name()
    if error := _name_problem(name):
        return _list(name, error), 422
    zone = request.form.get("zone", "")
    made = classes().create(name, current_user.id, zone if zones.zone(zone) else "")
    accounts.told("class_created", name)
    flash(
        _("The class “%(name)s” is there. Let people join, or import a list.", name=name), "success"
    )
    return redirect(url_for("assignments.show", key=made.key), 303)


@bp.post("/classes/<key>/settings")
@roles_accepted("instructor", "admin")
def change(key: str) -> ResponseReturnValue:
    """Another name; the door open or closed; another code; put away or taken out again."""
    found, act = taught(key), request.form.get("act", "")
    match act:
        case "keep":
            if errors := _keep(found):
                page = render_template(
                    "pages/class-settings.html", room=found, typed=request.form, errors=errors,
                    place="classes",
                )  # fmt: skip
                return page, 422
        case "renew":
            classes().renew_code(found.class_id)
            accounts.told("class_code_renewed", found.name)
            flash(_("There is a new join code; the old one leads nowhere."), "success")
        case _ if act in SWITCHES:
            values, told, words = SWITCHES[act]
            classes().change(found.class_id, **values)
            accounts.told(told, found.name)
            flash(words, "success")
        case _:
            abort(400)
    return redirect(url_for("assignments.show", key=key), 303)


def _keep(found: Classroom) -> dict[str, Any]:
    """Another name, other days; or what is wrong with them, by field."""
    name, first, last = _name(), _day("starts_on"), _day("ends_on")
    errors = {
        "name": _name_problem(name),
        "starts_on": BAD_DAY if first is False else "",
        "ends_on": BAD_DAY if last is False else "",
    }
    if first and last and last < first:
        errors["ends_on"] = _("The last day is before the first one: choose a later day.")
    if any(errors.values()):
        return errors
    chosen = request.form.get("zone", found.zone)
    zone = chosen if zones.zone(chosen) else ""
    if stale.is_stale(found.name, found.starts_on, found.ends_on, found.zone):
        said = zones.called(found.zone, time())
        now = (found.name, _written(found.starts_on, found.ends_on), said)
        return {"stale": stale.changed(" · ".join(filter(None, now)))}
    days = first or None, last or None
    classes().change(found.class_id, name=name, starts_on=days[0], ends_on=days[1], zone=zone)
    if name != found.name:
        accounts.told("class_renamed", name, old=found.name, new=name)
    if days != (found.starts_on, found.ends_on):
        was = _written(found.starts_on, found.ends_on)
        accounts.told("class_days_changed", name, old=was, new=_written(*days))
    if zone != found.zone:
        accounts.told("class_zone_changed", name, old=found.zone, new=zone)
    flash(_("What you changed of “%(name)s” is kept.", name=name), "success")
    return {}


def _name() -> str:
    return accounts.one_line(request.form.get("name", ""))


def _day(name: str) -> date | Literal[False] | None:
    """A day of the form, if it was given; False if it is none."""
    typed = request.form.get(name, "").strip()
    return (calendar_day(typed) or False) if typed else None


def _written(first: date | None, last: date | None) -> str:
    """How the trail writes a class's days."""
    return f"{first or '…'} – {last or '…'}" if first or last else ""


def _name_problem(name: str) -> Any:
    if not name:
        return accounts.NEEDED
    return accounts.LONG_NAME if len(name) > LONGEST_NAME else ""


# --- members ------------------------------------------------------------------------------------


@bp.post("/classes/<key>/members")
@roles_accepted("instructor", "admin")
def add_member(key: str) -> ResponseReturnValue:
    """Somebody with an account joins, or teaches as well."""
    found, who = taught(key), request.form.get("who", "").strip()[:255]
    teaches = request.form.get("as") == "teacher"
    person = datastore().find_user(case_insensitive=True, username=who) or datastore().find_user(
        case_insensitive=True, email=who
    )
    if person is None or not who:
        flash(_("Nobody has the user name or e-mail address “%(who)s”.", who=who), "error")
    elif teaches and not (person.has_role("instructor") or person.has_role("admin")):
        flash(_("%(name)s is no instructor; an admin can change that.", name=person.name), "error")
    elif not teaches and not may_see(person.id):  # to join would show all they have ever done
        flash(str(rosters.FAULTS["out_of_sight"]) % {"found": person.name}, "error")
    elif classes().add(found.class_id, [person.id], teaches=teaches):
        accounts.told(
            "class_joined", f"{person.name} · {found.name}", person_id=person.id,
            new="teacher" if teaches else "trainee",
        )  # fmt: skip
        flash(_("%(name)s is in the class.", name=person.name), "success")
    else:
        flash(_("%(name)s was in the class already.", name=person.name), "info")
    return redirect(url_for("assignments.show", key=key, _anchor="members"), 303)


@bp.post("/classes/<key>/members/<int(max=2147483647):person_id>/removal")
@roles_accepted("instructor", "admin")
def remove_member(key: str, person_id: int) -> ResponseReturnValue:
    """Somebody leaves; what they did stays theirs. A class keeps a teacher."""
    found = taught(key)
    members = {it.person_id: it for it in classes().members(found.class_id)}
    if person_id not in members:
        abort(404)
    teachers = [it for it in members.values() if it.teaches]
    if members[person_id].teaches and len(teachers) == 1:
        flash(_("A class has at least one teacher: add another one first."), "error")
    else:
        classes().remove(found.class_id, person_id)
        accounts.told(
            "class_left", f"{members[person_id].name} · {found.name}", person_id=person_id
        )
        flash(_("%(name)s has left the class.", name=members[person_id].name), "success")
    return redirect(url_for("assignments.show", key=key, _anchor="members"), 303)


# --- a roster -----------------------------------------------------------------------------------


@bp.get("/classes/<key>/roster")
@roles_accepted("instructor", "admin")
def roster(key: str) -> ResponseReturnValue:
    """Where a list of people goes in."""
    return rosters.page(taught(key))


@bp.post("/classes/<key>/roster")
@roles_accepted("instructor", "admin")
def import_roster(key: str) -> ResponseReturnValue:
    """A look at what would come of a list; or, once it is sound, all of it."""
    room = taught(key)
    return rosters.answer(
        room,
        again=url_for(".roster", key=key),
        then=url_for("assignments.show", key=key, _anchor="members"),
    )


@bp.post("/classes/<key>/passwords")
@roles_accepted("instructor", "admin")
def passwords_again(key: str) -> ResponseReturnValue:
    """Other first passwords for those who never chose one: the list was lost, or never printed."""
    room = taught(key)
    people = [it.person_id for it in classes().members(room.class_id) if not it.teaches]
    made = first_passwords.again(people)
    if not made:
        flash(_("Everybody in this class has chosen a password of their own."), "info")
        return redirect(url_for("assignments.show", key=key, _anchor="members"), 303)
    return rosters.passwords(room, made)
