"""Badges: each status as a shape and a word on a tint, so that no colour has to speak alone."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from flask import Flask, current_app, request
from markupsafe import Markup

from trainer.training.glossary import TONGUES
from trainer.web.glossary import glossary
from trainer.web.look import look
from trainer.web.words import label

MARKS: Final[dict[str, tuple[str, str]]] = {
    # the labels of the course's flow
    "draft": ("grey", "pencil"),
    "awaiting_confirmation": ("blue", "eye"),
    "pending_payment": ("amber", "credit-card"),
    "awaiting_shipment": ("violet", "package"),
    "partly_shipped": ("pink", "package"),
    "shipped": ("indigo", "truck-delivery"),
    "in_transit": ("cyan", "route"),
    "signed": ("teal", "writing"),
    "completed": ("green", "circle-check"),
    "settled": ("lime", "receipt"),
    "archived": ("slate", "archive"),
    "closed": ("red", "circle-x"),
    # the money of an order, apart from its goods
    "not_required": ("grey", "circle-check"),
    "on_account": ("slate", "receipt"),
    "cash_on_delivery": ("slate", "truck-delivery"),
    "unpaid": ("amber", "credit-card"),
    "authorized": ("blue", "credit-card"),
    "partially_paid": ("amber", "credit-card"),
    "paid": ("green", "credit-card"),
    "overpaid": ("orange", "credit-card"),
    "partially_refunded": ("pink", "arrow-back-up"),
    "refunded": ("pink", "arrow-back-up"),
    "voided": ("grey", "circle-x"),
    "failed": ("red", "circle-x"),
    "reversed": ("red", "circle-x"),
    # its goods, apart from its money
    "open": ("grey", "package"),
    "backordered": ("orange", "package"),
    "in_production": ("violet", "package"),
    "allocated": ("blue", "package"),
    "picked": ("violet", "package"),
    "packed": ("indigo", "package"),
    "partially_shipped": ("pink", "truck-delivery"),
    "partially_delivered": ("cyan", "truck-delivery"),
    "delivered": ("teal", "truck-delivery"),
    # a production order
    "planned": ("grey", "pencil"),
    "released": ("blue", "flag"),
    "in_progress": ("violet", "player-play"),
    "done": ("green", "circle-check"),
    "cancelled": ("red", "circle-x"),
    # a rule
    "on": ("green", "circle-check"),
    "off": ("grey", "player-pause"),
    # what can stand beside them
    "on_hold": ("red", "lock"),
    "late": ("orange", "clock"),
    "exception": ("orange", "alert-triangle"),
    "refund_pending": ("lime", "credit-card"),
    "disputed_payment": ("red", "credit-card"),
    "complaint_open": ("amber", "flag"),
    "complaint_late": ("red", "flag"),
    "task_open": ("slate", "list-details"),
    "task_due": ("orange", "list-details"),
    "review_due": ("amber", "eye"),
    "likely_duplicate": ("pink", "users"),
    "merged": ("slate", "archive"),
    "after_sales_open": ("pink", "arrow-back-up"),
}
"""Tint (static/css/parts.css) and icon of each status."""


def init(app: Flask) -> None:
    """Offer badges and the way to the icons to the templates."""
    app.jinja_env.globals["badges"] = Badges()
    app.add_template_global(sprite)


def sprite() -> str:
    """Where the icons are; a page asks fifty times, and `url_for` is slow."""
    return f"{request.script_root}{current_app.static_url_path}/vendor/icons.svg"


class Badges(Mapping[str, Markup]):
    """Badges by status, made once per language: a list shows dozens."""

    def __getitem__(self, status: str) -> Markup:
        seen = look()
        word = glossary().word(seen.dialect, status) if seen.dialect != "ours" else ""
        return _badge(status, seen.language, sprite(), word, TONGUES.get(seen.dialect, ""))

    def __iter__(self) -> Iterator[str]:
        return iter(MARKS)

    def __len__(self) -> int:
        return len(MARKS)


@lru_cache(512)
def _badge(status: str, locale: str, icons: str, word: str, tongue: str) -> Markup:
    """In our words, or in another system's with ours behind it."""
    tint, icon = MARKS.get(status, ("grey", "circle"))
    ours = label(status)
    words: str | Markup = ours
    if word:
        words = Markup(
            '<span lang="{tongue}" title="{ours}">{word}</span>'
            '<span class="visually-hidden"> ({ours})</span>'
        ).format(tongue=tongue, ours=ours, word=word)
    return Markup(
        '<span class="mark tint-{tint}" data-status="{status}"><svg class="icon" '
        'aria-hidden="true"><use href="{icons}#{icon}"/></svg>{words}</span>'
    ).format(tint=tint, status=status, icons=icons, icon=icon, words=words)
