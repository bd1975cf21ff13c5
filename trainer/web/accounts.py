"""Accounts: what one has to have, and how a new one is made, from a page or from the terminal."""

from collections.abc import Mapping
from typing import Any, Final
from unicodedata import category, normalize

from flask import current_app, has_request_context
from flask_babel import lazy_gettext as _l
from flask_security import current_user, hash_password
from sqlalchemy.exc import IntegrityError

from trainer.play.changes import TERMINAL
from trainer.play.regrading import Who

ROLES: Final = {"trainee": _l("Trainee"), "instructor": _l("Instructor"), "admin": _l("Admin")}
SHORTEST_PASSWORD: Final = 8
LONGEST_PASSWORD: Final = 1024
LONGEST_NAME: Final = 120

TURNS: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks of direction: a name that is written from the right needs none of them."""

NEEDED: Final = _l("This is needed.")
TAKEN: Final = _l("Somebody has this already.")
NO_EMAIL: Final = _l("Write an e-mail address, such as name@example.com.")
NO_USERNAME: Final = _l("A user name has no @.")
LONG_NAME: Final = _l("At most 120 characters.")
SHORT_PASSWORD: Final = _l("At least 8 characters.")
LONG_PASSWORD: Final = _l("At most 1024 characters.")


def add(typed: Mapping[str, str]) -> dict[str, Any]:
    """Make an account; empty, or what stands in the way, by field."""
    account = dict(typed) | {
        "name": one_line(typed["name"]),
        "username": normal_username(typed["username"]),
        "email": normal_email(typed["email"].strip()),
    }
    problems = _problems(account)
    if problems:
        return problems
    role, password = account.pop("role"), hashed(account.pop("password"))
    try:
        person = datastore().create_user(**account, password=password, roles=[role])
        current_app.extensions["sessions"].flush()
        noted("person_created", person, new=role)
        datastore().commit()
    except IntegrityError:  # somebody else was faster, perhaps another process
        current_app.extensions["sessions"].rollback()
        return _problems(account | {"role": role, "password": typed["password"]})
    return {}


def who() -> Who:
    """Who does what is done now; at the terminal nobody is signed in."""
    if not (has_request_context() and current_user.is_authenticated):
        return TERMINAL
    return Who(current_user.id, current_user.name or current_user.username or current_user.email)


def noted(action: str, person: Any, old: str = "", new: str = "", by: Any = None) -> None:
    """A line of the audit trail about a person, kept when the change is."""
    name = person.name or person.username or person.email
    current_app.extensions["changes"].note(
        current_app.extensions["sessions"],
        Who(by.id, name) if by else who(),
        action,
        name,
        person_id=person.id,
        old=old,
        new=new,
    )


def told(action: str, about: str, **more: Any) -> None:
    """A line of the audit trail about something that a store of its own has just changed."""
    current_app.extensions["changes"].add(who(), action, about, **more)


def datastore() -> Any:
    """Where people are kept."""
    return current_app.extensions["security"].datastore


def one_line(typed: str) -> str:
    """A name as it is stored: in one line, with nothing in it that turns what follows around."""
    return " ".join(printable(typed).split())


def printable(typed: str) -> str:
    """Without control characters, and without marks that turn the direction of the whole line."""
    return "".join(
        it for it in typed if it in "\t\n\r" or not (category(it) == "Cc" or it in TURNS)
    )


def normal_username(typed: str) -> str:
    """The user name as it is stored and looked for, however it was typed."""
    seen = "".join(sign for sign in normalize("NFKC", typed) if sign.isprintable())
    return seen.strip().casefold()


def normal_email(typed: str) -> str:
    """The address as it is stored; empty if it is none."""
    try:
        return str(current_app.extensions["security"].mail_util.normalize(typed))
    except ValueError:
        return ""


def normal_password(typed: str) -> str:
    """The password as it is hashed: one keyboard's ü is another's u with two dots."""
    return normalize("NFKD", typed)


def hashed(password: str) -> str:
    """The password as it is stored."""
    return hash_password(normal_password(password))


def _problems(account: Mapping[str, str]) -> dict[str, Any]:
    problems = {
        "name": _name_problem(account["name"]),
        "username": _username_problem(account["username"]),
        "email": _email_problem(account["email"]),
        "role": None if account["role"] in ROLES else NEEDED,
        "password": password_problem(account["password"]),
    }
    return {field: words for field, words in problems.items() if words}


def _name_problem(name: str) -> Any:
    if not name:
        return NEEDED
    return LONG_NAME if len(name) > LONGEST_NAME else None


def _username_problem(username: str) -> Any:
    if "@" in username:  # at the door it would be taken for an e-mail address
        return NO_USERNAME
    taken = datastore().find_user(case_insensitive=True, username=username)
    return TAKEN if taken else _name_problem(username)


def _email_problem(email: str) -> Any:
    if not email:
        return NO_EMAIL
    return TAKEN if datastore().find_user(case_insensitive=True, email=email) else None


def password_problem(password: str) -> Any:
    """What is wrong with a new password, if anything is."""
    length = len(normal_password(password))
    if length < SHORTEST_PASSWORD:
        return SHORT_PASSWORD
    return LONG_PASSWORD if length > LONGEST_PASSWORD else None
