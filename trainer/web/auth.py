"""Who is who: signing in by e-mail or user name, the three roles, and what each sees first."""

from functools import partial
from typing import Any, Final

from flask import Flask, Response, abort, current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_security import (
    LoginForm,
    PasswordUtil,
    Security,
    current_user,
    lookup_identity,
    uia_email_mapper,
)
from flask_wtf.csrf import CSRFProtect
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from trainer.web import pieces
from trainer.web.accounts import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    normal_password,
    normal_username,
)
from trainer.web.i18n import Catalogues
from trainer.web.sight import everybody, teaching

TRIES: Final = 10
"""Wrong tries a minute, over all the processes of a server: each counts its own."""

CONFIG: Final[dict[str, Any]] = {
    "SESSION_COOKIE_SAMESITE": "Lax",
    "REMEMBER_COOKIE_SAMESITE": "Lax",
    "WTF_CSRF_TIME_LIMIT": None,  # a page may stay open as long as its session
    "SECURITY_PASSWORD_HASH": "argon2",
    # no pepper: a new secret key signs people out, it must not make their passwords worthless
    "SECURITY_PASSWORD_SINGLE_HASH": True,
    "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
    "SECURITY_USER_IDENTITY_ATTRIBUTES": [
        {"email": {"mapper": uia_email_mapper, "case_insensitive": True}},
        {"username": {"mapper": normal_username, "case_insensitive": True}},
    ],
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": (
        _l("This name and this password do not belong together."),
        "error",
    ),
    "SECURITY_TRACKABLE": True,
    "SECURITY_CHANGEABLE": True,
    "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,  # there is no mail; admins set new passwords
    "SECURITY_POST_LOGOUT_VIEW": "/login",
    "SECURITY_POST_CHANGE_VIEW": "/settings",
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_CACHE_CONTROL": None,  # every page has one from headers.py
    "SECURITY_CLI_USERS_NAME": None,  # our own command makes accounts
    "SECURITY_CLI_ROLES_NAME": None,
}


class Passwords(PasswordUtil):
    """One form and one limit at every door: hashing gives up on endless passwords."""

    def normalize(self, password: str) -> str:
        """The password as it is hashed."""
        return _bounded(password)


def _bounded(password: str) -> str:
    normal = normal_password(password)
    if len(normal) > LONGEST_PASSWORD:
        abort(400)
    return normal


class SignInForm(LoginForm):
    """One field for e-mail or user name: nobody has to know which of the two we asked for."""

    email = StringField(validators=[DataRequired(), Length(max=255)])

    def validate(self, **kwargs: Any) -> bool:
        """Find the person by either; the rest is Flask-Security's."""
        self.ifield = self.email
        self.user = lookup_identity((self.email.data or "").strip())
        # for a name nobody has, Flask-Security would hash the password as it was typed
        self.password.data = _bounded(self.password.data or "")
        return bool(super().validate(**kwargs))


def init(app: Flask, people: Any, processes: int = 1) -> None:
    """Accounts (Flask-Security's datastore), tokens against forged forms, a brake on guessing."""
    CSRFProtect(app)
    security = Security(app, people, login_form=SignInForm, password_util_cls=Passwords)
    security.i18n_domain = Catalogues()
    app.jinja_env.globals["common_places"] = common_places
    _brake(app, processes)


def _brake(app: Flask, processes: int) -> None:
    """Ten wrong tries a minute per name and address: a class behind one address is many people."""
    tries = f"{max(2, TRIES // processes)} per minute"
    limiter = Limiter(key_func=_who_tries, app=app, storage_uri="memory://")
    # one count for all doors at which a password is asked for
    brake: Any = partial(limiter.shared_limit, tries, scope="passwords", methods=["POST"])
    app.extensions["brake"] = brake
    for door in ("security.login", "security.change_password"):
        app.view_functions[door] = brake(deduct_when=_wrong)(app.view_functions[door])


def _who_tries() -> str:
    if current_user.is_authenticated:
        return f"person {current_user.id}"
    return f"{get_remote_address()} {normal_username(request.form.get('email', ''))}"


def _wrong(response: Response) -> bool:
    """Whether the try did not open the door."""
    return response.status_code != 302


def common_places() -> list[tuple[Any, ...]]:
    """What stands in the sidebar of this person, whatever page they are on."""
    places: list[tuple[Any, ...]] = [("home", "school", _l("Exercises"), url_for("learn.home"))]
    places.append(("course", "route", _l("Course"), url_for("course.index")))
    places.append(("quizzes", "target", _l("Quizzes"), url_for("quiz.index")))
    places.append(("skills", "award", _l("Skills"), url_for("mastery.skills")))
    places.append(("letters", "mail", _l("Letters"), url_for("talk.waiting")))
    places.append(("glossary", "language", _l("Glossary"), url_for("glossary.index")))
    places.append(("experiences", "message", _l("Experiences"), url_for("experiences.index")))
    if teaching():
        places.append(("classes", "school-bell", _l("Classes"), url_for("classes.index")))
        places.append(("class", "chart-bar", _l("Board"), url_for("teach.board")))
        places.append(
            ("asked", "message-circle", _l("Questions"), url_for("talk.index"), _waiting())
        )
        places.append(
            ("marking", "writing", _l("To mark"), url_for("pieces.index"), pieces.to_mark())
        )
        places.append(("results", "chart-dots", _l("Results"), url_for("results.index")))
        places.append(("survey", "star", _l("Course survey"), url_for("survey.results")))
        places.append(("grades", "table", _l("Grade book"), url_for("grades.index")))
        places.append(("author", "pencil", _l("Scenarios"), url_for("author.index")))
        places.append(("bank", "help-circle", _l("Question bank"), url_for("bank.index")))
    if current_user.has_role("admin"):
        places.append(("people", "users", _l("People"), url_for("people.index")))
        places.append(("audit", "list-details", _l("Audit trail"), url_for("audit.index")))
    return places


def _waiting() -> int:
    """How many questions of those one may see nobody has answered."""
    return int(current_app.extensions["mail"].count_open(everybody()))
