"""Joining a class with its code: by who has an account, and, where the class says so, by others."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import auth_required, current_user, login_user

from trainer.play.classroom import Classroom
from trainer.play.ports import NotFound
from trainer.web import accounts
from trainer.web.classes import classes
from trainer.web.signed_out import sign_in_first

bp = Blueprint("joining", __name__, url_prefix="/join")

MOST_MEMBERS = 500
"""A class that has as many makes no more accounts: a link that got about floods nothing."""


@bp.get("")
@auth_required()
def look() -> ResponseReturnValue:
    """Where a code is typed, and the class it leads to."""
    code = request.args.get("code", "")
    found = joinable(code) if code else None
    return _page(code, found), 404 if code and not found else 200


@bp.get("/<code>")
def link(code: str) -> ResponseReturnValue:
    """The class a link leads to; who has no account is told how to get one."""
    found = joinable(code)
    if found is None and not current_user.is_authenticated:
        return sign_in_first()
    return _page(code, found), 200 if found else 404


@bp.post("")
@auth_required()
def enter() -> ResponseReturnValue:
    """Join the class of a code."""
    code = request.form.get("code", "")
    found = joinable(code)
    if found is None:
        return _page(code, None), 404
    return _into(found)


@bp.post("/<code>")
def register(code: str) -> ResponseReturnValue:
    """An account for who has the link of a class that lets people make their own."""
    found = joinable(code)
    if found is None:
        return sign_in_first() if not current_user.is_authenticated else (_page(code, None), 404)
    if current_user.is_authenticated:
        return _into(found)
    if not lets_register(found):
        return _page(code, found), 403
    typed = {name: request.form.get(name, "").strip() for name in ("name", "username", "email")}
    password = request.form.get("password", "")
    errors = accounts.add(typed | {"password": password, "role": "trainee"})
    if errors:
        return _page(code, found, typed, errors), 422
    username = accounts.normal_username(typed["username"])
    login_user(accounts.datastore().find_user(username=username))
    return _into(found)


def _into(found: Classroom) -> ResponseReturnValue:
    if classes().add(found.class_id, [current_user.id]):
        about = f"{accounts.who().name} · {found.name}"
        accounts.told("class_joined", about, person_id=current_user.id, new="trainee")
    flash(_("You are in the class “%(name)s”.", name=found.name), "success")
    return redirect(url_for("learn.home"), 303)


def lets_register(room: Classroom) -> bool:
    """Whether people can make an account of their own to join this class."""
    return room.registers and classes().sizes([room.class_id]).get(room.class_id, 0) < MOST_MEMBERS


def joinable(code: str) -> Classroom | None:
    """The class one may join with that code."""
    try:
        return classes().by_code(code[:40])
    except NotFound:
        return None


def _page(code: str, found: Classroom | None, typed: Any = None, errors: Any = None) -> str:
    teachers = [it.name for it in classes().members(found.class_id) if it.teaches] if found else []
    return render_template(
        "pages/join.html",
        code=code,
        found=found,
        teachers=teachers,
        over=found is not None and found.ends_on is not None and found.ends_on < date.today(),
        registers=found is not None and lets_register(found),
        typed=typed or {},
        errors=errors or {},
        place="home",
    )
