"""Signed out in the middle of a form: what was typed is given back, to who typed it alone.

A page's token against forged forms says whose page it is, so that this is still known when the
session is gone. The server keeps nothing: its answer carries what was typed, sealed, until the
same person has signed in again; then it is shown, and sent by a button, never by itself.
"""

from secrets import token_hex
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import user_loaded_from_cookie, user_logged_in
from flask_security import current_user, login_user
from flask_wtf.csrf import CSRFError, generate_csrf
from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer

from trainer.web import accounts, errors
from trainer.web.auth import SignInForm
from trainer.web.forms import by_hand
from trainer.web.fragments import hx_reply, is_fragment

TOKEN: Final = "csrf_token"


class Kept(NamedTuple):
    """A form that could not be let in; one that still stands in its page needs no address."""

    by: int
    to: str = ""
    back: str = "/"
    typed: tuple[tuple[str, str], ...] = ()
    with_file: bool = False

    @property
    def seen(self) -> list[str]:
        """What somebody typed or chose."""
        return [value for name, value in self.typed if by_hand(name, value)]


def init(app: Flask) -> None:
    """Who is not signed in is asked to; tokens say whose they are."""
    security = app.extensions["security"]
    security.unauthn_handler(sign_in_first)
    security.unauthz_handler(refuse)
    app.register_error_handler(CSRFError, out_of_date)
    user_logged_in.connect(_sign_the_token, app)
    user_loaded_from_cookie.connect(_sign_the_token, app)
    brake = app.extensions["brake"](deduct_when=lambda answer: answer.status_code == 422)
    app.add_url_rule("/signed-out", "signed_out", brake(come_back), methods=["POST"])


# --- whose page it is ---------------------------------------------------------------------------


def _sign_the_token(app: Flask, user: Any, **_more: Any) -> None:
    if not str(session.get(TOKEN)).startswith(f"{user.id}."):  # or a new password signed them in
        session[TOKEN] = f"{user.id}.{token_hex(20)}"
        g.pop(TOKEN, None)  # where Flask-WTF remembers the one before


def _whose() -> int | None:
    """Who was signed in on the page that asks, if its token is one of ours and says so."""
    tokens: Any = URLSafeTimedSerializer(current_app.secret_key or "", salt="wtf-csrf-token")
    try:
        token = tokens.loads(request.form.get(TOKEN) or request.headers.get("X-CSRFToken", ""))
    except BadData:
        return None
    person, named, _rest = str(token).partition(".")
    return int(person) if named and person.isdecimal() else None


# --- who is not let in --------------------------------------------------------------------------


def sign_in_first(mechanisms: Any = None, headers: Any = None) -> ResponseReturnValue:
    """To the door, and back to where one was; who would lose what was typed stays there."""
    part, sent = is_fragment(), request.method == "POST"
    if (part or sent) and (kept := _keep()):
        return _give_back(kept)
    if part:
        return hx_reply(status=401, redirect=_door(_ours(request.headers.get("HX-Current-URL"))))
    # only the form's own page can be opened again
    return redirect(_door(_ours(request.referrer) if sent else request.full_path.rstrip("?")))


def refuse(door: str, roles: list[str] | None = None) -> ResponseReturnValue:
    """A room for others; who has not said who they are is asked first."""
    if current_user.is_authenticated:
        abort(403)
    return sign_in_first()


def out_of_date(error: CSRFError) -> ResponseReturnValue:
    """A form with the token of another session: somebody has signed out, or in, since."""
    if request.endpoint in ("security.login", "security.logout"):
        return redirect(_door(_ours(request.form.get("next"))), 303)
    kept = _unsealed() if request.endpoint == "signed_out" else _keep()
    return _give_back(kept) if kept else errors.answer(400, errors.OUT_OF_DATE)


def _ours(address: str | None) -> str:
    """The path of a page of ours; the first page if it is somebody else's."""
    path = (address or "").removeprefix(request.host_url.rstrip("/"))
    return path if path.startswith("/") and path[1:2] not in ("/", "\\") else "/"


def _door(wanted: str) -> str:
    return f"{url_for('security.login')}?next={quote(wanted)}"


# --- what was typed -----------------------------------------------------------------------------


def _keep() -> Kept | None:
    """The form that was sent, for who typed it; none if it does not say who that is."""
    by = _whose()
    if by is None or is_fragment():
        return None if by is None else Kept(by)
    typed = tuple(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != TOKEN and "password" not in name
    )
    with_file = any(file.filename for file in request.files.values())
    to, back = request.full_path.rstrip("?"), _ours(request.referrer)
    return Kept(by, to, back, typed, with_file)


def _seal() -> Any:
    return URLSafeSerializer(current_app.secret_key or "", salt="signed out")


def _unsealed() -> Kept:
    try:
        return Kept(*_seal().loads(request.form.get("kept", "")))
    except BadData:
        abort(400)


def come_back() -> ResponseReturnValue:
    """Sign in again where one was; then what was typed can be sent."""
    kept = _unsealed()
    if current_user.is_authenticated:  # in another tab
        return _give_back(kept)
    form = SignInForm(request.form)
    if not form.validate() or form.user is None or form.user.id != kept.by:
        return _give_back(kept, wrong=True)
    login_user(form.user, authn_via=["password"])
    accounts.datastore().commit()
    return _give_back(kept)


def _give_back(kept: Kept, *, wrong: bool = False) -> ResponseReturnValue:
    """Ask for the password; or show what was typed, to be sent again."""
    here, back = current_user.is_authenticated, request.endpoint == "signed_out"
    person = accounts.datastore().find_user(id=kept.by)
    if person is None or (here and current_user.id != kept.by):
        flash(_("Nothing was sent: it was typed by somebody else who was signed in here."), "error")
        home = url_for("learn.home")
        return hx_reply(status=401, redirect=home) if is_fragment() else redirect(home, 303)
    shown = {"kept": kept, "seal": _seal().dumps(kept), "person": person, "wrong": wrong}
    status = 422 if wrong else 401 if not here else 200 if back else 400
    if not is_fragment():
        return Response(render_template("pages/signed-out.html", **shown), status)
    where = {} if back else {"retarget": "#toasts", "reswap": "innerHTML"}
    told = {"token": generate_csrf()} if here else None
    return hx_reply(
        render_template("parts/signed-out.html", **shown), status, trigger=told, **where
    )
