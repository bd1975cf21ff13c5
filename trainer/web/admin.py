"""People: who has an account and in which role; for admins."""

from typing import Any, Final

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user, hash_password, roles_required
from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from trainer.web.auth import ROLES, SHORTEST_PASSWORD

bp = Blueprint("people", __name__, url_prefix="/people")

PAGE: Final = 50
TAKEN: Final = _l("Somebody has this already.")
TOO_SHORT: Final = _l("At least 8 characters.")
NEEDED: Final = _l("This is needed.")
NO_EMAIL: Final = _l("Write an e-mail address, such as name@example.com.")


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
    errors = _errors(typed, password)
    if errors:
        return _page(typed, errors), 422
    datastore = _datastore()
    datastore.create_user(
        email=_normal(typed["email"]),
        username=typed["username"],
        name=typed["name"],
        password=hash_password(password),
        roles=[typed["role"]],
    )
    datastore.commit()
    flash(_("%(name)s can sign in now.", name=typed["name"]), "success")
    return redirect(url_for(".index"), 303)


@bp.post("/<int:person_id>/role")
@roles_required("admin")
def change_role(person_id: int) -> ResponseReturnValue:
    """Another role; the one before is gone."""
    person, role = _other(person_id), request.form.get("role", "")
    if role not in ROLES:
        abort(400)
    person.roles = [_datastore().find_role(role)]
    return _kept(_("%(name)s is now %(role)s.", name=person.name, role=ROLES[role]))


@bp.post("/<int:person_id>/access")
@roles_required("admin")
def change_access(person_id: int) -> ResponseReturnValue:
    """Lock somebody out, at once and everywhere, or let them in again."""
    person, datastore = _other(person_id), _datastore()
    if request.form.get("access") == "open":
        datastore.activate_user(person)
        return _kept(_("%(name)s can sign in again.", name=person.name))
    datastore.deactivate_user(person)
    datastore.set_uniquifier(person)
    return _kept(_("%(name)s can no longer sign in.", name=person.name))


@bp.post("/<int:person_id>/password")
@roles_required("admin")
def set_password(person_id: int) -> ResponseReturnValue:
    """A new password for somebody who forgot theirs; whoever used the old one is signed out."""
    person, password = _other(person_id), request.form.get("password", "")
    if len(password) < SHORTEST_PASSWORD:
        return _page(errors={f"password-{person.id}": TOO_SHORT}), 422
    person.password = hash_password(password)
    _datastore().set_uniquifier(person)
    return _kept(_("%(name)s has a new password.", name=person.name))


def _datastore() -> Any:
    return current_app.extensions["security"].datastore


def _other(person_id: int) -> Any:
    """Somebody else: nobody takes their own keys away by a slip."""
    person = _datastore().find_user(id=person_id) or abort(404)
    if person.id == current_user.id:
        abort(403)
    return person


def _kept(words: str) -> ResponseReturnValue:
    _datastore().commit()
    flash(words, "success")
    return redirect(url_for(".index"), 303)


def _normal(email: str) -> str:
    """The address as it is stored; empty if it is none."""
    try:
        return str(current_app.extensions["security"].mail_util.normalize(email))
    except ValueError:
        return ""


def _errors(typed: dict[str, str], password: str) -> dict[str, Any]:
    """What is wrong with a new account, by field."""
    errors = {name: NEEDED for name, value in typed.items() if not value}
    datastore = _datastore()
    if typed["email"] and not _normal(typed["email"]):
        errors["email"] = NO_EMAIL
    elif datastore.find_user(case_insensitive=True, email=_normal(typed["email"]) or "-"):
        errors["email"] = TAKEN
    if typed["username"] and datastore.find_user(case_insensitive=True, username=typed["username"]):
        errors["username"] = TAKEN
    if typed["role"] not in ROLES:
        errors["role"] = NEEDED
    if len(password) < SHORTEST_PASSWORD:
        errors["password"] = TOO_SHORT
    return errors


def _page(typed: dict[str, str] | None = None, errors: dict[str, Any] | None = None) -> str:
    words = request.args.get("q", "").strip()
    page = max(request.args.get("page", 1, type=int), 1)
    session, person = current_app.extensions["sessions"], _datastore().user_model
    wanted = select(person).options(selectinload(person.roles)).order_by(person.name, person.id)
    if words:
        fields = (person.name, person.username, person.email)
        wanted = wanted.where(or_(*(f.icontains(words, autoescape=True) for f in fields)))
    total = session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery()))
    people = session.scalars(wanted.limit(PAGE).offset((page - 1) * PAGE)).all()
    return render_template(
        "pages/people.html",
        people=people,
        total=total,
        page=page,
        pages=-(-total // PAGE),
        q=words,
        roles=ROLES,
        typed=typed or {},
        errors=errors or {},
    )
