"""Every key of the screen, declared once: what it presses, how it is printed, what the map says.

A template asks for a shortcut by its name and prints its attributes on the very link or button
that the key presses; static/js/keys.js hears what is printed, and nothing else.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from flask import Blueprint, Flask, render_template
from flask_babel import lazy_gettext as _l
from flask_security import auth_required
from markupsafe import Markup

from trainer.web.look import look
from trainer.web.sight import teaching

bp = Blueprint("shortcuts", __name__)

SIGNS: Final = {"ArrowLeft": "←", "ArrowRight": "→", "Control": "Ctrl/⌘"}


class Shortcut(NamedTuple):
    """A key, or two after each other, and what they do."""

    pressed: str
    """As the browser names them: `j`, `g o`, `Control+k` (⌘ on a Mac)."""
    does: Any

    @property
    def attributes(self) -> Markup:
        """For the element that is pressed.

        Who listens is told of it, unless it is switched off; two keys have no name in ARIA.
        """
        heard = Markup(' data-key="{}"').format(self.pressed)
        silent = look().shortcuts == "off" and "+" not in self.pressed
        if silent or " " in self.pressed:
            return heard
        either = [self.pressed.replace("+k", "+K"), self.pressed.replace("Control+k", "Meta+K")]
        return heard + Markup(' aria-keyshortcuts="{}"').format(" ".join(dict.fromkeys(either)))

    @property
    def kbd(self) -> Markup:
        """As it is printed; who listens is told by the attributes, and by the map."""
        signs = [SIGNS.get(sign, sign.upper()) for sign in self.pressed.replace("+", " ").split()]
        keys = Markup(" ").join(Markup("<kbd>{}</kbd>").format(sign) for sign in signs)
        return Markup('<span class="kbd" aria-hidden="true">{}</span>').format(keys)


MAP: Final[Mapping[Any, Mapping[str, Shortcut]]] = {
    _l("On every page"): {
        "palette": Shortcut("Control+k", _l("Go to, do or find something")),
        "map": Shortcut("?", _l("Show the map of the keys")),
        "search": Shortcut("/", _l("Into the search field")),
    },
    _l("To the places of the course"): {
        "home": Shortcut("g h", _l("Exercises")),
        "course": Shortcut("g l", _l("Course")),
        "quizzes": Shortcut("g z", _l("Quizzes")),
        "skills": Shortcut("g k", _l("Skills")),
        "letters": Shortcut("g e", _l("Letters")),
        "glossary": Shortcut("g g", _l("Glossary")),
        "experiences": Shortcut("g x", _l("Experiences")),
    },
    _l("To the places of the desk"): {
        "desk": Shortcut("g y", _l("Your desk")),
        "inbox": Shortcut("g i", _l("Inbox")),
        "orders": Shortcut("g o", _l("Orders")),
        "process": Shortcut("g m", _l("Process map")),
        "customers": Shortcut("g c", _l("Customers")),
        "shipping": Shortcut("g f", _l("Shipping board")),
        "returns": Shortcut("g u", _l("Returns board")),
        "invoices": Shortcut("g n", _l("Invoices and settlement")),
        "inventory": Shortcut("g s", _l("Inventory")),
        "production": Shortcut("g p", _l("Production")),
        "automation": Shortcut("g a", _l("Automation")),
        "rules": Shortcut("g b", _l("Company rules")),
        "reports": Shortcut("g r", _l("Reports")),
        "questions": Shortcut("g q", _l("Questions")),
        "month": Shortcut("g w", _l("What if")),
        "hunt": Shortcut("g v", _l("Find the fault")),
        "score": Shortcut("g t", _l("Score")),
        "debrief": Shortcut("g d", _l("Debrief")),
    },
    _l("In lists and orders"): {
        "next": Shortcut("j", _l("The next order: in the list, or beside the one that is open")),
        "previous": Shortcut("k", _l("The previous order")),
        "choose": Shortcut("x", _l("Choose the order for a bulk act, or leave it out")),
        "list": Shortcut("u", _l("Back to the list the order was opened from")),
        "new_order": Shortcut("n", _l("New order")),
        "split": Shortcut("s", _l("Split: pick a part of the order, to be sent by itself")),
        "act": Shortcut("a", _l("Do what comes first under “What can be done now”")),
    },
    _l("While you practise"): {
        "hint": Shortcut("h", _l("Take the hint, at the price it shows")),
        "undo": Shortcut("z", _l("Take your last action back (free)")),
        "wait": Shortcut("w", _l("Open the menu that lets time pass")),
        "pause": Shortcut("p", _l("Pause the running clock")),
        "back": Shortcut("ArrowLeft", _l("Looking back: one step back")),
        "on": Shortcut("ArrowRight", _l("Looking back: one step on")),
    },
}
TEACHING: Final[Mapping[Any, Mapping[str, Shortcut]]] = {
    _l("To the places of teaching"): {
        "classes": Shortcut("t c", _l("Classes")),
        "class": Shortcut("t b", _l("Board")),
        "asked": Shortcut("t q", _l("Questions")),
        "marking": Shortcut("t m", _l("To mark")),
        "next_piece": Shortcut("t n", _l("Mark the next one")),
        "results": Shortcut("t r", _l("Results")),
        "survey": Shortcut("t o", _l("Course survey")),
        "grades": Shortcut("t g", _l("Grade book")),
        "author": Shortcut("t s", _l("Scenarios")),
        "bank": Shortcut("t k", _l("Question bank")),
        "people": Shortcut("t p", _l("People")),
        "audit": Shortcut("t a", _l("Audit trail")),
    },
}
SHORTCUTS: Final[Mapping[str, Shortcut]] = {
    name: shortcut
    for group in (*MAP.values(), *TEACHING.values())
    for name, shortcut in group.items()
}
"""All of them by name; a place of the sidebar by the place's."""


@bp.get("/keys")
@auth_required()
def show() -> str:
    """The map as a page of its own, for those without a script."""
    return render_template("pages/keys.html")


def shortcut_map() -> Markup:
    """The map for who is signed in: every page carries it, so that it opens at once."""
    return _map(look().language, teaching())


@lru_cache(6)
def _map(language: str, teaches: bool) -> Markup:
    groups = {**MAP, **TEACHING} if teaches else MAP
    return Markup(render_template("parts/keys.html", groups=groups))


def init(app: Flask) -> None:
    """Offer the shortcuts and their map to the templates."""
    app.jinja_env.globals["shortcuts"] = SHORTCUTS
    app.add_template_global(shortcut_map)
