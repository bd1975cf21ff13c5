"""What the parts of a scenario are called, for who writes one by forms."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainer.play.writing import Choice, FormField, Group
from trainer.training.checks import CHECKS
from trainer.web import words
from trainer.web.key_names import key_name
from trainer.web.look import LANGUAGES, look
from trainer.web.quiz import QUESTION_KINDS
from trainer.web.value_names import COMMANDS, meaning

PARTS: Final[dict[str, Any]] = {
    "about": _l("About"),
    "world": _l("World"),
    "month": _l("Month"),
    "cast": _l("Cast"),
    "steps": _l("Steps"),
    "script": _l("What others do"),
    "standing": _l("Over the whole run"),
    "goals": _l("Goals"),
    "hints": _l("Hints"),
    "solution": _l("Solution"),
    "checks": _l("Checks"),
    "judged": _l("What a person judges"),
    "criteria": _l("Criteria"),
    "questions": _l("Questions asked"),
    "options": _l("Options"),
    "mistakes": _l("Common mistakes"),
    "pairs": _l("Pairs"),
    "items": _l("Items in the right order"),
    "extra": _l("Right sides that belong to none"),
}
"""Sections, and lists of things."""

THINGS: Final[dict[str, Any]] = {
    "step": _l("Step"),
    "goal": _l("Goal"),
    "hint": _l("Hint"),
    "command": _l("Command"),
    "check": _l("Check"),
    "member": _l("Order"),
    "happening": _l("Done by others"),
    "promotion": _l("Promotion"),
    "judged": _l("Piece"),
    "criterion": _l("Criterion"),
    "question": _l("Question"),
    "option": _l("Option"),
    "mistake": _l("Mistake"),
    "pair": _l("Pair"),
    "item": _l("Item"),
}
"""One of them."""

ADDING: Final[dict[str, Any]] = {
    "step": _l("Add a step"),
    "goal": _l("Add a goal"),
    "hint": _l("Add a hint"),
    "command": _l("Add a command"),
    "check": _l("Add a check"),
    "member": _l("Add an order"),
    "happening": _l("Add what somebody else does"),
    "promotion": _l("Add a promotion"),
    "judged": _l("Add a piece"),
    "criterion": _l("Add a criterion"),
    "question": _l("Add a question"),
    "option": _l("Add an option"),
    "mistake": _l("Add a mistake"),
    "pair": _l("Add a pair"),
    "item": _l("Add an item"),
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
    "line_promised": _l("a line is promised in time"),
    "promise_kept": _l("delivered no later than promised"),
    "rule_stands": _l("a rule was written"),
    "acted_by_rule": _l("a rule has done it"),
    "refused_with": _l("a try was refused for this reason"),
    "answer_is": _l("the goal's question is answered with the figure"),
    "month_reaches": _l("the month run again reaches a figure"),
    "figure_is": _l("a figure lies so at the end"),
    "finding_names": _l("what was reported names the rule or the event"),
    "never_falsely_reported": _l("nothing was reported that is not so"),
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
    "handed_over_well": _l("the order is handed over with what the next desk needs"),
}
"""What a kind of check or order means."""


def kinds(choices: Iterable[Choice]) -> list[tuple[str, str]]:
    """Kinds of things to be added, in words."""
    return [(it.value, words.text(it.says) if it.says else kind(it.value)) for it in choices]


def kind(name: str) -> str:
    """What one of those is: a check or a command with the name that the text has for it."""
    meant = kind_name(name)
    return f"{meant} ({name})" if name in CHECKS or name in COMMANDS else str(meant or name)


def kind_name(name: str) -> Any:
    """The same without that; nothing where it has no other name."""
    return KINDS.get(name) or COMMANDS.get(name) or QUESTION_KINDS.get(name)


_LONGEST: Final = 60


def title(group: Group) -> str:
    """What a part is called: a section, or the how manieth of its kind."""
    if not group.number:
        return str(PARTS.get(group.kind, group.kind))
    thing = THINGS[group.kind]
    name = group.names.get(look().language) or group.names.get("en", "")
    if group.kind in ("check", "command", "happening"):
        name = kind(name)
    if not name:
        return _("%(thing)s %(number)s", thing=thing, number=group.number)
    short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    return _("%(thing)s %(number)s: %(name)s", thing=thing, number=group.number, name=short)


def label(path: str, group: Group) -> str:
    """What a value of a group is called, with the keys it is under there."""
    parts = path.split(".")
    begin = len(group.path.split(".")) if group.path else 0
    shown = range(begin, len(parts))
    if group.kind in ("check", "command"):
        shown = shown[1:] or shown  # what it is stands above it
    elif (group.kind, parts[begin]) in (("goal", "check"), ("happening", "do")):
        shown = shown[2:] or shown
    return " · ".join(_called(parts[: end + 1]) for end in shown)


def place(path: str) -> str:
    """Where in the whole text something stands."""
    parts = path.split(".")
    return " · ".join(_called(parts[:end]) for end in range(1, len(parts) + 1))


def _called(path: list[str]) -> str:
    key = path[-1]
    known = key_name(path) or LANGUAGES.get(key)
    if known is None and key.isdecimal():
        return str(int(key) + 1)
    known = known or (len(path) > 1 and meaning(path[:-1], key))
    spoken = str(known) if known else key
    return spoken[:1].upper() + spoken[1:] if known else key


def more(group: Group) -> list[tuple[str, str]]:
    """What else a group can say, each with the keys of the text."""
    begin = f"{group.path}." if group.path else ""
    return [(it, f"{label(begin + it, group)} ({it})") for it in group.more]


def options(field: FormField) -> list[tuple[str, str]]:
    """The few words that a value may be, each with what it means."""
    path = [it for it in field.path.split(".") if not it.isdecimal()]
    if path[-1] in ("code", "codes"):  # of refusals, read by what they say
        said = ((it, f"{words.refusal_sentence(it)} ({it})") for it in field.words)
        return sorted(said, key=lambda it: it[1].casefold())
    return [(it, _meant(path, it)) for it in field.words]


def _meant(path: list[str], word: str) -> str:
    said = str(meaning(path, word) or kind_name(word) or word)
    return word if said.casefold() == word else f"{said} ({word})"


def key(path: str) -> str:
    """What a value is called in the text, whichever of a list it is."""
    return next((it for it in reversed(path.split(".")) if not it.isdecimal()), "")


def wrong(group: Group, errors: Mapping[str, str]) -> int:
    """In how many of a group's values, and of those in it, something is wrong."""
    inside = (wrong(it, errors) for rows in group.lists for it in rows.groups)
    return sum(it.path in errors for it in group.fields) + sum(inside)
