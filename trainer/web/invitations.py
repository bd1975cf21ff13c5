"""Invitation links: an admin makes one, its person sets their own password with it, once."""

from typing import Any, Final

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainer.web import accounts
from trainer.web.accounts import datastore

bp = Blueprint("invitations", __name__, url_prefix="/invitations")

DAYS: Final = 7
NOT_TWICE_THE_SAME: Final = _l("The two are not the same.")


def invite(person_id: int) -> str:
    """The address of a new link; those the person had end."""
    word = current_app.extensions["invitations"].make(person_id, DAYS * 86_400)
    return url_for("invitations.show", word=word, _external=True)


@bp.get("/<word>")
def show(word: str) -> ResponseReturnValue:
    """Whom it is for, and the fields for a password; or that it holds no more."""
    return _page(word)


@bp.post("/<word>")
def accept(word: str) -> ResponseReturnValue:
    """Set the password; the link ends, and whoever used the old password is signed out."""
    password, again = request.form.get("password", ""), request.form.get("again", "")
    errors = {
        "password": accounts.password_problem(password),
        "again": None if password == again else NOT_TWICE_THE_SAME,
    }
    if any(errors.values()):
        return _page(word, errors, 422)
    person_id = current_app.extensions["invitations"].use(word)
    if person_id is None:
        return _page(word)
    person = datastore().find_user(id=person_id)
    person.password = accounts.hashed(password)
    datastore().set_uniquifier(person)
    accounts.noted("password_set_by_link", person, by=person)
    datastore().commit()
    flash(_("Your password is set. Sign in with it."), "success")
    return redirect(url_for("security.login"), 303)


def _page(word: str, errors: dict[str, Any] | None = None, status: int = 200) -> Any:
    person_id = current_app.extensions["invitations"].person_of(word)
    person = datastore().find_user(id=person_id) if person_id is not None else None
    if person is None or not person.active:
        return render_template("pages/invitation.html", person=None), 404
    page = render_template("pages/invitation.html", person=person, word=word, errors=errors or {})
    return page, status
