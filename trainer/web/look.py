"""How the screen looks and reads to this person: language, theme, letters, contrast, motion, keys,
and in which system's words it tells where orders stand.

What is chosen is kept in the account, and in a cookie for the page one sees before signing in.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from flask import Flask, Response, g, request
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from trainer.training.glossary import NAMES

LANGUAGES: Final = {"en": "English", "zh_Hans": "简体中文", "zh_Hant": "繁體中文"}
"""Each in its own words, so that it is found by those who need it."""
THEMES: Final = {"system": _l("As the system"), "light": _l("Light"), "dark": _l("Dark")}
FONT_SIZES: Final = {16: _l("Normal"), 18: _l("Large"), 20: _l("Larger"), 24: _l("Very large")}
CONTRASTS: Final = {"system": _l("As the system"), "more": _l("High contrast")}
MOTIONS: Final = {"system": _l("As the system"), "reduced": _l("Less motion")}
DIALECTS: Final[dict[str, Any]] = {"ours": _l("Ours"), **NAMES}
KEYS: Final = {"on": _l("Switched on"), "off": _l("Switched off")}
CHOICES: Final[dict[str, Mapping[Any, Any]]] = {
    "language": LANGUAGES,
    "theme": THEMES,
    "font_size": FONT_SIZES,
    "contrast": CONTRASTS,
    "motion": MOTIONS,
    "shortcuts": KEYS,
    "dialect": DIALECTS,
}
"""What may be chosen, by the name of the field."""
COOKIE: Final = "look"
YEAR: Final = 365 * 24 * 3600


class Look(NamedTuple):
    """A person's choices; each is always one that exists."""

    language: str
    theme: str = "system"
    font_size: int = 16
    contrast: str = "system"
    motion: str = "system"
    shortcuts: str = "on"
    dialect: str = "ours"
    """In which system's words the states of orders are shown."""

    def dark_media(self) -> str:
        """When the dark style sheet applies; paper is never dark."""
        return {
            "dark": "screen",
            "light": "not all",
            "system": "screen and (prefers-color-scheme: dark)",
        }[self.theme]

    def contrast_media(self) -> str:
        """When the style sheet of high contrast applies."""
        return {"more": "all", "system": "(prefers-contrast: more)"}[self.contrast]

    def choose(self, said: Mapping[str, Any]) -> "Look":
        """With what is said; what is absent or unknown stays as it is."""
        found = {
            name: option
            for name, options in CHOICES.items()
            for option in options
            if str(option) == str(said.get(name))
        }
        return self._replace(**found)


def look() -> Look:
    """The account's choices, else the cookie's, else what the browser asks for."""
    if "look" not in g:
        g.look = _chosen()
    found: Look = g.look
    return found


def _chosen() -> Look:
    kept = request.cookies.get(COOKIE, "").split(".")
    found = Look(wished(_wishes())).choose(dict(zip(Look._fields, kept, strict=False)))
    if current_user and current_user.is_authenticated:
        found = found.choose({name: getattr(current_user, name) for name in CHOICES})
    return found


def _wishes() -> Iterable[str]:
    return request.accept_languages.values()


def wished(tags: Iterable[str]) -> str:
    """The first language of an Accept-Language list that we speak; English if there is none.

    Hong Kong, Macau and Taiwan write Traditional; every other Chinese is Simplified.
    """
    for tag in tags:
        parts = tag.lower().replace("_", "-").split("-")
        if parts[0] == "zh":
            if "hans" in parts:
                return "zh_Hans"
            traditional = {"hant", "tw", "hk", "mo"} & set(parts)
            return "zh_Hant" if traditional else "zh_Hans"
        if parts[0] == "en":
            return "en"
    return "en"


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """What is rendered meanwhile is in this language."""
    before = look()
    g.look = before._replace(language=language)
    try:
        yield
    finally:
        g.look = before


def keep(chosen: Look, response: Response) -> Response:
    """Keep the choices in this browser."""
    g.look = chosen
    response.set_cookie(
        COOKIE,
        ".".join(map(str, chosen)),
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return response


def init(app: Flask) -> None:
    """Offer the choices, and what is chosen, to the templates."""
    app.jinja_env.globals.update(LANGUAGES=LANGUAGES, THEMES=THEMES, FONT_SIZES=FONT_SIZES)
    app.jinja_env.globals.update(CONTRASTS=CONTRASTS, MOTIONS=MOTIONS, KEYS=KEYS)
    app.jinja_env.globals.update(DIALECTS=DIALECTS)
    app.add_template_global(look, "current_look")
