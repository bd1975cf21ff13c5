"""Passwords somebody else has seen: random, read from paper, and changed at the first sign-in."""

from collections.abc import Iterable
from secrets import choice
from typing import Any, Final

from flask import Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user, password_changed
from passlib.hash import argon2  # type: ignore[import-untyped]

from trainer.web import accounts
from trainer.web.fragments import hx_reply, is_fragment

LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""What looks alike is left out, as it is read from paper."""
QUICK: Final = argon2.using(rounds=1, memory_cost=1024, parallelism=1)
"""Nobody guesses 59 random bits, however quick the guessing: 300 take a second, not forty."""
OPEN: Final = frozenset(
    ("security.change_password", "security.logout", "settings.show", "settings.save", "static")
)


def init(app: Flask) -> None:
    """Who signs in with a first password chooses another before anything else."""
    app.before_request(_ask_for_another)
    password_changed.connect(_changed, app)


def drawn() -> str:
    """A password that can be read from paper and typed: about 59 bits."""
    return "-".join("".join(choice(LETTERS) for _ in range(4)) for _ in range(3))


def hashed(password: str) -> str:
    """A drawn password as it is stored; at the first sign-in it is hashed as slowly as any."""
    return str(QUICK.hash(accounts.normal_password(password)))


def again(people: Iterable[int]) -> list[tuple[Any, str]]:
    """Other first passwords for those who have never chosen one."""
    made = []
    for person_id in people:
        person = accounts.datastore().find_user(id=person_id)
        if person is None or not person.first_password or not person.has_role("trainee"):
            continue
        password = drawn()
        person.password = hashed(password)
        accounts.datastore().set_uniquifier(person)
        accounts.noted("first_passwords_drawn", person)
        made.append((person, password))
    accounts.datastore().commit()
    return made


def _ask_for_another() -> ResponseReturnValue | None:
    if request.endpoint in OPEN or not current_user.is_authenticated:
        return None
    if not current_user.first_password:
        return None
    to = url_for("security.change_password")
    if is_fragment():
        return hx_reply(status=401, redirect=to)
    flash(_("Choose a password of your own first: somebody else has seen this one."), "info")
    return redirect(to, 303)


def _changed(app: Flask, user: Any, **_more: Any) -> None:
    if user.first_password:
        user.first_password = False
        accounts.datastore().put(user)
        accounts.datastore().commit()
