"""The questions that goals ask, as fields, and what is wrong with an answer nobody can read."""

from typing import Any, Final

from flask_babel import gettext

from trainer.orders.currencies import in_use
from trainer.orders.reports import By
from trainer.orders.world import World
from trainer.play.run import Run
from trainer.play.solution import question_of
from trainer.training.checks import Answered
from trainer.training.figures import FigureAsk, codes, read_answer
from trainer.training.judge import Judge
from trainer.web.findings import STAGES
from trainer.web.reporting import named
from trainer.web.words import label

_TYPES: Final = {"count": "number", "date": "date", "code": "choice"}
_BY: Final[dict[str, By]] = {
    "best_customer": "customer",
    "best_product": "product",
    "most_returned_product": "product",
    "least_punctual_carrier": "carrier",
}  # fmt: skip


def questions(judge: Judge, run: Run) -> dict[str, dict[str, Any]]:
    """The fields in which the open goals' questions are answered, by goal."""
    judged = zip(judge.goals, run.progress.seen, strict=True)
    found = {}
    for goal, at in judged:
        asked = question_of(goal.check)
        if asked and at.state == "open":
            found[goal.id] = {
                "type": _TYPES.get(asked.figure.kind, "money"),
                "help": _help(run.world, asked.figure),
                "choices": _choices(run.world, asked.figure),
                "left": asked.tries - len(at.tries),
                "wrong": bool(at.tries) and judge.scenario.mode != "exam",
            }
    return found


def _help(world: World, figure: FigureAsk) -> str:
    """In what the answer is written."""
    match figure.kind:
        case "percent":
            return gettext("In percent, with one decimal.")
        case "money":
            return gettext("In %(currency)s.", currency=in_use(world)[0])
        case "days":
            return gettext("In days, as 3.5, or as the report writes it, as 3 d 12 h.")
    return ""


def _choices(world: World, figure: FigureAsk) -> list[tuple[str, str]]:
    """What a code may be, as people call it."""
    if figure.name == "bottleneck":  # as the report calls them
        return [("", "–"), *((stage, str(said)) for stage, said in STAGES.items())]
    by = _BY.get(figure.name)
    known = [
        (code, named(world, by, code) if by else label(code)) for code in codes(world, figure.name)
    ]
    return [("", "–"), *sorted(known, key=lambda pair: pair[1] if by else "")] if known else []


def in_words(judge: Judge, world: World, aside: Answered) -> str:
    """An answer as it was offered: a stage or a customer by name; what was typed as it is."""
    asked = next((question_of(it.check) for it in judge.goals if it.id == aside.goal), None)
    return dict(_choices(world, asked.figure)).get(aside.text, aside.text) if asked else aside.text


def unreadable(judge: Judge, world: World, goal_id: str, text: str) -> str:
    """What is wrong with an answer that cannot be read; empty for one that can be."""
    for goal in judge.goals:
        asked = question_of(goal.check) if goal.id == goal_id else None
        if asked:
            if not text.strip():
                return gettext("Choose or write an answer first.")
            try:
                read_answer(asked.figure.kind, text, in_use(world)[0])
            except ValueError:
                if asked.figure.kind == "date":
                    return gettext("Write the day as 2026-03-02.")
                return gettext("“%(text)s” is not a number; write digits.", text=text)
    return ""
