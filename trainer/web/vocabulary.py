"""What the parts of a scenario are called, for who writes one by forms."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainer.play.writing import Choice, Group
from trainer.training.checks import CHECKS
from trainer.web import words
from trainer.web.look import look

PARTS: Final[dict[str, Any]] = {
    "about": _l("About"),
    "world": _l("World"),
    "month": _l("Month"),
    "cast": _l("Cast"),
    "steps": _l("Steps"),
    "standing": _l("Over the whole run"),
    "goals": _l("Goals"),
    "hints": _l("Hints"),
    "solution": _l("Solution"),
    "checks": _l("Checks"),
    "judged": _l("What a person judges"),
    "criteria": _l("Criteria"),
}
"""Sections, and lists of things."""

THINGS: Final[dict[str, Any]] = {
    "step": _l("Step"),
    "goal": _l("Goal"),
    "hint": _l("Hint"),
    "command": _l("Command"),
    "check": _l("Check"),
    "member": _l("Order"),
    "judged": _l("Piece"),
    "criterion": _l("Criterion"),
    "question": _l("Question"),
}
"""One of them."""

ADDING: Final[dict[str, Any]] = {
    "step": _l("Add a step"),
    "goal": _l("Add a goal"),
    "hint": _l("Add a hint"),
    "command": _l("Add a command"),
    "check": _l("Add a check"),
    "member": _l("Add an order"),
    "judged": _l("Add a piece"),
    "criterion": _l("Add a criterion"),
}

KINDS: Final[dict[str, Any]] = {
    "empty": _l("an empty one"),
    "email": _l("by e-mail"),
    "phone": _l("by telephone"),
    "defect": _l("written wrong: something is missing or cannot be"),
    "delivered": _l("of the past: delivered and paid by today"),
    "entered_exactly": _l("the order says what the message says"),
    "order_is": _l("the order has come as far as a status"),
    "order_has": _l("facts of the order are so"),
    "stock_has": _l("the goods lie so"),
    "happened": _l("an event has happened"),
    "happened_before": _l("one event before another"),
    "happened_within": _l("an event within so many hours"),
    "promised_as_asked": _l("the promised day is the one asked for"),
    "promise_kept": _l("delivered no later than promised"),
    "rule_stands": _l("a rule was written"),
    "acted_by_rule": _l("a rule has done it"),
    "refused_with": _l("a try was refused for this reason"),
    "answer_is": _l("the goal's question is answered with the figure"),
    "month_reaches": _l("the month run again reaches a figure"),
    "figure_is": _l("a figure lies so at the end"),
    "all_of": _l("all of several checks"),
    "any_of": _l("one of several checks"),
    "some_of": _l("so many of several checks"),
    "at_end": _l("facts are so at the end"),
    "never_refused": _l("no try was refused"),
    "never_happened": _l("an event never happened"),
    "always": _l("facts of the order are always so"),
    "none_of": _l("none of several checks"),
    "follows": _l("events follow a process"),
    "efficient": _l("no more acts than needed"),
}
"""What a kind of check or order means; a command is its own word."""


def kinds(choices: Iterable[Choice]) -> list[tuple[str, str]]:
    """Kinds of things to be added, in words."""
    return [(it.value, _said(it)) for it in choices]


def _said(choice: Choice) -> str:
    if choice.says:
        return words.text(choice.says)
    meant = KINDS.get(choice.value)
    if meant is None:
        return choice.value
    return f"{choice.value}: {meant}" if choice.value in CHECKS else str(meant)


_LONGEST: Final = 60


def title(group: Group) -> str:
    """What a part is called: a section, or the how manieth of its kind."""
    if not group.number:
        return str(PARTS.get(group.kind, group.kind))
    thing = THINGS[group.kind]
    name = group.names.get(look().language) or group.names.get("en", "")
    if not name:
        return _("%(thing)s %(number)s", thing=thing, number=group.number)
    short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    return _("%(thing)s %(number)s: %(name)s", thing=thing, number=group.number, name=short)


def pairs(names: Iterable[str]) -> list[tuple[str, str]]:
    """Words of the text, which stand for themselves."""
    return [(it, it) for it in names]


def key(path: str) -> str:
    """What a value is called, whichever of a list it is."""
    return next((it for it in reversed(path.split(".")) if not it.isdecimal()), "")


def wrong(group: Group, errors: Mapping[str, str]) -> int:
    """In how many of a group's values, and of those in it, something is wrong."""
    inside = (wrong(it, errors) for rows in group.lists for it in rows.groups)
    return sum(it.path in errors for it in group.fields) + sum(inside)
