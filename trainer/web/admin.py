"""People: who has an account and in which role; for admins."""

from secrets import token_urlsafe
from typing import Any, Final

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user, roles_required
from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from trainer.web import accounts, invitations, rosters
from trainer.web.accounts import ROLES, datastore
from trainer.web.classes import classes
from trainer.web.paging import page_wanted

bp = Blueprint("people", __name__, url_prefix="/people")

PAGE: Final = 50
EXTRA_TIME: Final = {
    0: _l("the time everybody has"),
    25: _l("a quarter more time"),
    50: _l("half as much again"),
    100: _l("twice the time"),
    -1: _l("no time limit"),
}


@bp.get("")
@roles_required("admin")
def index() -> ResponseReturnValue:
    """Everybody, by name; found by a part of name, e-mail or user name."""
    return _page()


@bp.post("")
@roles_required("admin")
def create() -> ResponseReturnValue:
    """A new account."""
    typed = {name: request.form.get(name, "").strip() for name in ("name", "username", "email")}
    typed["role"], password = request.form.get("role", ""), request.form.get("password", "")
    invited = bool(request.form.get("invite"))
    # nobody knows the password of who is invited: they set their own
    errors = accounts.add(typed | {"password": token_urlsafe(32) if invited else password})
    if errors:
        return _page(typed | {"invite": "1" if invited else ""}, errors), 422
    if invited:
        username = accounts.normal_username(typed["username"])
        return _invited(datastore().find_user(username=username))
    flash(_("%(name)s can sign in now.", name=typed["name"]), "success")
    return redirect(url_for(".index"), 303)


@bp.get("/import")
@roles_required("admin")
def roster() -> ResponseReturnValue:
    """Where a list of people goes in who are to have accounts, in no class."""
    return rosters.page(None)


@bp.post("/import")
@roles_required("admin")
def import_roster() -> ResponseReturnValue:
    """A look at what would come of a list; or, once it is sound, all of it."""
    return rosters.answer(None, again=url_for(".roster"), then=url_for(".index"))


@bp.post("/<int(max=2147483647):person_id>/invitation")
@roles_required("admin")
def invite(person_id: int) -> ResponseReturnValue:
    """A link for somebody who forgot their password: they set a new one themselves."""
    return _invited(_other(person_id))


@bp.post("/<int(max=2147483647):person_id>/role")
@roles_required("admin")
def change_role(person_id: int) -> ResponseReturnValue:
    """Another role; the one before is gone."""
    person, role = _other(person_id), request.form.get("role", "")
    if role not in ROLES:
        abort(400)
    was = ", ".join(sorted(it.name for it in person.roles))
    person.roles = [datastore().find_role(role)]
    accounts.noted("role_changed", person, was, role)
    return _kept(_("%(name)s is now %(role)s.", name=person.name, role=ROLES[role]))


@bp.post("/<int(max=2147483647):person_id>/time")
@roles_required("admin")
def change_time(person_id: int) -> ResponseReturnValue:
    """More time where time is limited, for who needs it."""
    person, extra = _other(person_id), request.form.get("extra_time", "")
    if extra not in map(str, EXTRA_TIME):
        abort(400)
    was, person.extra_time = person.extra_time, int(extra)
    accounts.noted("time_changed", person, _percent(was), _percent(int(extra)))
    return _kept(_("%(name)s: %(time)s.", name=person.name, time=EXTRA_TIME[int(extra)]))


@bp.post("/<int(max=2147483647):person_id>/access")
@roles_required("admin")
def change_access(person_id: int) -> ResponseReturnValue:
    """Lock somebody out, at once and everywhere, or let them in again."""
    person = _other(person_id)
    if request.form.get("access") == "open":
        datastore().activate_user(person)
        accounts.noted("access_opened", person)
        return _kept(_("%(name)s can sign in again.", name=person.name))
    datastore().deactivate_user(person)
    accounts.noted("access_closed", person)
    datastore().set_uniquifier(person)
    return _kept(_("%(name)s can no longer sign in.", name=person.name))


@bp.post("/<int(max=2147483647):person_id>/password")
@roles_required("admin")
def set_password(person_id: int) -> ResponseReturnValue:
    """A new password for somebody who forgot theirs; whoever used the old one is signed out."""
    person, password = _other(person_id), request.form.get("password", "")
    problem = accounts.password_problem(password)
    if problem:
        return _page(errors={f"password-{person.id}": problem}), 422
    person.password = accounts.hashed(password)
    accounts.noted("password_set", person)
    datastore().set_uniquifier(person)
    return _kept(_("%(name)s has a new password.", name=person.name))


def _invited(person: Any) -> ResponseReturnValue:
    accounts.noted("person_invited", person)
    datastore().commit()
    # the page that comes next shows the link, once
    session["invited"] = [person.name, invitations.invite(person.id)]
    return redirect(url_for(".index"), 303)


def _percent(extra: int) -> str:
    """How the trail writes extra time."""
    return "no limit" if extra < 0 else f"+{extra} %"


def _other(person_id: int) -> Any:
    """Somebody else: nobody takes their own keys away by a slip."""
    person = datastore().find_user(id=person_id) or abort(404)
    if person.id == current_user.id:
        abort(403)
    return person


def _kept(words: str) -> ResponseReturnValue:
    datastore().commit()
    flash(words, "success")
    return redirect(url_for(".index"), 303)


def _page(typed: dict[str, str] | None = None, errors: dict[str, Any] | None = None) -> str:
    words = request.args.get("q", "").strip()
    page = page_wanted()
    people_of, person = current_app.extensions["sessions"], datastore().user_model
    wanted = select(person).options(selectinload(person.roles)).order_by(person.name, person.id)
    if words:
        fields = (person.name, person.username, person.email)
        wanted = wanted.where(or_(*(f.icontains(words, autoescape=True) for f in fields)))
    total = people_of.scalar(select(func.count()).select_from(wanted.order_by(None).subquery()))
    people = people_of.scalars(wanted.limit(PAGE).offset((page - 1) * PAGE)).all()
    return render_template(
        "pages/people.html",
        people=people,
        rooms=classes().belonging([it.id for it in people]),
        total=total,
        page=page,
        pages=-(-total // PAGE),
        q=words,
        roles=ROLES,
        times=EXTRA_TIME,
        typed=typed or {},
        errors=errors or {},
        invited=session.pop("invited", None),
        days=invitations.DAYS,
    )
