"""The question bank: every question with its figures, how one looks to a trainee, new drafts."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import roles_accepted

from trainer.play import grades as counting
from trainer.play.authoring import Version
from trainer.play.ports import NotFound
from trainer.training.items import Item
from trainer.training.questions import FIELD, Asked, Form, Question
from trainer.training.quiz import Bank
from trainer.web.author import TEACHERS, around, drafts, question_desk
from trainer.web.course import course
from trainer.web.look import LANGUAGES, look, spoken
from trainer.web.quiz import COMPLAINTS, QUESTION_KINDS, banks, chapter_title, skill_name
from trainer.web.scores import basis_wanted, grades
from trainer.web.sight import sight
from trainer.web.words import text

bp = Blueprint("bank", __name__, url_prefix="/author")

TRIES: Final[Mapping[str, Any]] = {
    "right": _l("its right answer"),
    "wrong": _l("a wrong answer"),
    "invalid": _l("an answer nobody can read"),
    "skip": _l("I do not know"),
}
"""What a preview can be answered with at a click."""


class Line(NamedTuple):
    """A question of the bank."""

    chapter: str
    question: Question
    kind: str
    says: str
    item: Item
    """How it went with those one may look at."""
    version: Version | None
    """The one that is drawn, if it was published here."""


@bp.get("/questions")
@roles_accepted(*TEACHERS)
def index() -> ResponseReturnValue:
    """Every question by chapter and skill, drafts, what was published; the ways to a new draft."""
    chapter = request.args.get("chapter", next(iter(banks()), ""))
    skill = request.args.get("skill", "")
    every = list(banks())
    versions = drafts().versions("question")
    shown = [it for it in every if chapter in (it, "")]
    return render_template(
        "pages/bank.html",
        lines=[it for name in shown for it in _lines(name, versions)
               if skill in (it.question.skill, "")],
        asked={"chapter": chapter, "skill": skill},
        chapters=[("", _("All chapters")), *((it, chapter_title(it)) for it in every)],
        skills=[("", _("All skills")), *((it, skill_name(it)) for it in course().skills)],
        drafts=drafts().drafts("question"),
        versions=versions,
        kinds=QUESTION_KINDS,
        **around("question"),
    )  # fmt: skip


def _lines(chapter: str, versions: list[Version]) -> Iterator[Line]:
    people, basis = sight().people, basis_wanted()
    over = {it.row_id for it in counting.chosen(grades().quizzes(people, chapter), basis)}
    found, _took = counting.questions(grades().answers(chapter, people), over)
    drawn = {it.name: it for it in versions if not it.withdrawn}
    for it in banks()[chapter].bank.questions:
        yield Line(
            chapter, it, it.kind, FIELD.sub("…", text(it.ask)),
            found.items.get(it.id, Item(0, 0)), drawn.get(it.id),
        )  # fmt: skip


# --- as a trainee meets it ------------------------------------------------------------------------


@bp.get("/questions/<name>/preview")
@roles_accepted(*TEACHERS)
def preview(name: str) -> ResponseReturnValue:
    """A question of the bank as a trainee meets it."""
    for chapter, shelved in banks().items():
        if any(it.id == name for it in shelved.bank.questions):
            back = url_for(".index", chapter=chapter, _anchor=f"question-{name}")
            return _preview([shelved.bank.question(name)], back, _("Question bank"))
    abort(404)


@bp.get("/drafts/<key>/preview")
@roles_accepted(*TEACHERS)
def preview_draft(key: str) -> ResponseReturnValue:
    """The questions of a draft, one by one."""
    try:
        draft = drafts().draft(key)
    except NotFound:
        abort(404)
    if draft.kind != "question":
        abort(404)
    sound, _findings = question_desk().look(draft.text)
    back = url_for("author.edit", key=key)
    if sound is None:
        flash(_("Mend what is wrong first: then it can be asked."), "info")
        return redirect(back, 303)
    return _preview(cast(Bank, sound.made).questions, back, draft.title)


def _preview(questions: Any, back: str, title: str) -> str:
    """One of the questions, in a language, on a draw, and what comes of an answer."""
    asked_for = request.args.get("question", "")
    question = next((it for it in questions if it.id == asked_for), questions[0])
    language = request.args.get("language", look().language)
    language = language if language in LANGUAGES else look().language
    seed = min(max(request.args.get("seed", 1, type=int), 1), 9_999)
    fact = question_desk().fact(question)
    with spoken(language):
        trial = None
        if fact or not question.own_figure:
            trial = _trial(question, question.draw(seed, fact), seed, language)
    return render_template(
        "pages/question-preview.html",
        questions=questions,
        question=question,
        kind_name=QUESTION_KINDS[question.kind],
        tongue=language,
        seed=seed,
        trial=trial,
        tries=TRIES,
        here={"question": question.id, "language": language, "seed": seed},
        **around("question") | {"home": (back, title)},
    )


def _trial(question: Any, asked: Asked, seed: int, language: str) -> str:
    """The question with what was answered, and how that is taken."""
    sent = request.args.get("try", "")
    form: Form = request.args.to_dict(flat=False)
    if sent in ("right", "wrong", "invalid"):
        form = getattr(question.samples(asked), sent)
    answered = bool(sent) or "sent" in request.args
    known = answered and sent != "skip" and "skip" not in request.args
    read = question.read(asked, form) if known else None
    answer = read.answer if read else None
    told = answered and not (read and read.errors)
    seen = {"question": question, "asked": asked, "answer": answer}
    return render_template(
        "parts/question-trial.html",
        question=question,
        asked=asked,
        typed=form if known else {},
        errors={at: COMPLAINTS[it] for at, it in read.errors.items()} if read else {},
        verdict=question.judge(asked, answer) if told else None,
        seen=seen,
        seed=seed,
        tongue=language,
    )
