"""A form that was filled in beside what somebody else has changed since: both are shown, none lost.

A page says in its form what it has shown (`seen`); drafts and orders count their versions instead.
"""

from hashlib import sha256
from typing import Any

from flask import Flask, request
from flask_babel import gettext as _


def sign_of(*values: Any) -> str:
    """Changes when any of the values does."""
    return sha256(repr(values).encode()).hexdigest()[:12]


def is_stale(*now: Any) -> bool:
    """Whether the form was filled in beside other values; one that does not say is believed."""
    seen = request.form.get("seen", "")
    return bool(seen) and seen != sign_of(*now)


def changed(now: str) -> str:
    """What is said then, above what was typed."""
    return _(
        "Meanwhile somebody has changed it: %(now)s – Below stands what you typed; "
        "sent again, it takes the place of theirs.",
        now=now,
    )


def init(app: Flask) -> None:
    """Offer the sign to the templates."""
    app.add_template_global(sign_of)
