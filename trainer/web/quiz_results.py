"""Results of quizzes: how hard each question is, and which wrong answers it gets."""

from typing import Any, Final

import msgspec
from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import roles_accepted

from trainer.play import grades as counting
from trainer.play.grades import Attempt, Basis, Given
from trainer.play.ports import NotFound
from trainer.training.items import Item, Spread
from trainer.training.questions import FALSE, FIELD, TRUE, Question
from trainer.web.quiz import banks, chapter_title, store
from trainer.web.results import (
    FIGURES,
    TIMES,
    Ending,
    around,
    file_of,
    item_cells,
    seconds_cells,
)
from trainer.web.scores import basis_wanted, grades, rounded
from trainer.web.sheets import Column
from trainer.web.sight import sight
from trainer.web.words import text

bp = Blueprint("quiz_results", __name__, url_prefix="/class/results/quizzes")

MOST_ANSWERS: Final = 20
"""Different answers that a page shows; the file has all of them."""


@bp.get("/<chapter>")
@roles_accepted("instructor", "admin")
def quiz(chapter: str) -> ResponseReturnValue:
    """Its questions with their figures."""
    seen, basis = sight(), basis_wanted()
    attempts, lines = _questions(chapter, basis)
    return render_template(
        "pages/results-quiz.html",
        **around(seen, basis),
        chapter=chapter,
        summary=counting.summary(attempts, basis),
        lines=lines,
    )


@bp.get("/<chapter>.<any(csv, xlsx):ending>")
@roles_accepted("instructor", "admin")
def export_quiz(chapter: str, ending: Ending) -> ResponseReturnValue:
    """The same as a file."""
    basis = basis_wanted()
    _attempts, lines = _questions(chapter, basis)
    heads = [
        Column(_("Code"), "text"),
        Column(_("Question"), "text"),
        *FIGURES,
        *TIMES,
    ]
    rows = [
        (name, says, *item_cells(item), *seconds_cells(took)) for name, says, item, took in lines
    ]
    return file_of(chapter_title(chapter), heads, rows, basis, ending, f"quiz-{chapter}")


@bp.get("/<chapter>/<question_id>")
@roles_accepted("instructor", "admin")
def question(chapter: str, question_id: str) -> ResponseReturnValue:
    """One question: which answers it got, and the quizzes behind each."""
    seen, basis = sight(), basis_wanted()
    attempts, answers, over = _quiz(chapter, basis)
    if not any(given.question == question_id for given in answers):
        abort(404)
    choices = counting.distribution(answers, question_id, over, _said)
    items, took = counting.questions(answers, over)
    by_id = {attempt.row_id: attempt for attempt in attempts}
    return render_template(
        "pages/results-question.html",
        **around(seen, basis),
        chapter=chapter,
        says=_asks(chapter).get(question_id, question_id),
        question_id=question_id,
        item=items.items.get(question_id, Item(0, 0)),
        took=took.get(question_id),
        choices=choices[:MOST_ANSWERS],
        more=len(choices) - MOST_ANSWERS,
        total=sum(len(choice.quizzes) for choice in choices),
        quizzes=by_id,
        names=grades().names([attempt.person_id for attempt in attempts]),
    )


@bp.get("/<chapter>/<question_id>.<any(csv, xlsx):ending>")
@roles_accepted("instructor", "admin")
def export_question(chapter: str, question_id: str, ending: Ending) -> ResponseReturnValue:
    """The answers as a file."""
    basis = basis_wanted()
    _attempts, answers, over = _quiz(chapter, basis)
    heads = [
        Column(_("Answer"), "text"),
        Column(_("right"), "share"),
        Column(_("given"), "count"),
        Column(_("rest of their quiz"), "share"),
    ]
    rows = [
        (it.says, it.share, len(it.quizzes), rounded(it.rest))
        for it in counting.distribution(answers, question_id, over, _said)
    ]
    says = _asks(chapter).get(question_id, question_id)
    return file_of(says, heads, rows, basis, ending, f"answers-{question_id}")


def _quiz(chapter: str, basis: Basis) -> tuple[list[Attempt], list[Given], set[int]]:
    people = sight().people
    attempts = grades().quizzes(people, chapter)
    if not attempts and chapter not in banks():
        abort(404)
    over = {attempt.row_id for attempt in counting.chosen(attempts, basis)}
    return attempts, grades().answers(chapter, people), over


def _questions(
    chapter: str, basis: Basis
) -> tuple[list[Attempt], list[tuple[str, str, Item, Spread | None]]]:
    attempts, answers, over = _quiz(chapter, basis)
    found, took = counting.questions(answers, over)
    asks = _asks(chapter)
    for name in found.items:
        asks.setdefault(name, _("%(goal)s (an older version)", goal=name))
    lines = [
        (name, says, found.items.get(name, Item(0, 0)), took.get(name))
        for name, says in asks.items()
    ]
    return attempts, lines


def _asks(chapter: str) -> dict[str, str]:
    if chapter not in banks():
        return {}
    # each draw has numbers of its own
    return {it.id: FIELD.sub("…", text(it.ask)) for it in banks()[chapter].bank.questions}


def _said(given: Given) -> str:
    """An answer in words, as its own bank has them."""
    answer = msgspec.json.decode(given.answer)
    if answer is None:
        return _("I do not know")
    try:
        asked: Question = store().bank(given.bank).question(given.question)
    except (NotFound, KeyError):
        return given.answer
    kind: Any = asked
    match kind.kind:
        case "choice" | "choices":
            return " + ".join(text(kind.options[place].says) for place in answer)
        case "true_false":
            return text(TRUE if answer == "yes" else FALSE)
        case "ordering":
            return " → ".join(text(kind.items[place]) for place in answer)
        case "matching":
            rights = [*(pair.right for pair in kind.pairs), *kind.extra]
            pairs = zip(kind.pairs, answer, strict=True)
            return "; ".join(f"{text(pair.left)} = {text(rights[at])}" for pair, at in pairs)
    return str(answer)
