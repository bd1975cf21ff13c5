"""Quizzes: begun, answered question by question, explained, and looked at again."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, cast

import msgspec
from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import auth_required, current_user, roles_accepted

from trainer.play import quiz as taking
from trainer.play.grades import WHOLE
from trainer.play.ports import Conflict, NotFound
from trainer.play.quiz import Kept, Moment, Quiz, QuizStore, Reviewed
from trainer.training.questions import Asked, Complaint, Fact, Form
from trainer.training.quiz import SIZE, Mode, by_skill
from trainer.training.texts import Text
from trainer.web.course import course
from trainer.web.findings import STAGES
from trainer.web.forms import NEEDED, NOT_A_CHOICE, NOT_A_DATE
from trainer.web.paging import page_wanted
from trainer.web.screens import desk
from trainer.web.sight import in_sight, sight
from trainer.web.words import text, word

bp = Blueprint("quiz", __name__)

COMPLAINTS: Final[Mapping[Complaint, Any]] = {
    "needed": NEEDED,
    "not_a_number": _l("Enter a number, such as 12.5."),
    "not_a_date": NOT_A_DATE,
    "not_a_choice": NOT_A_CHOICE,
    "twice": _l("Two steps have this number. Give each its own."),
    "too_long": _l("Too long: at most 200 characters."),
}
VERDICTS: Final = {
    "right": (_l("That is right."), "good"),
    "partly": (_l("Partly right."), "warn"),
    "wrong": (_l("Not right."), "bad"),
}
QUESTION_KINDS: Final = {
    "choice": _l("one of several"),
    "choices": _l("any number of several"),
    "true_false": _l("true or false"),
    "numeric": _l("a sum with drawn numbers"),
    "fill_in": _l("a word in a gap"),
    "ordering": _l("steps in order"),
    "matching": _l("pairs that belong together"),
    "figure": _l("a figure of one's own sandbox"),
}
MODES: Final = {
    "practice": _l("Practice: the answer is explained after each question"),
    "exam": _l("Exam: everything is explained at the end"),
}


def store() -> QuizStore:
    """The quizzes of this app."""
    return cast(QuizStore, current_app.extensions["quizzes"])


def banks() -> Mapping[str, Kept]:
    """The banks of this app, by their chapter's folder."""
    return cast(Mapping[str, Kept], current_app.extensions["banks"])


class Offer(NamedTuple):
    """A chapter's quiz, and how this person stands with it."""

    chapter: str
    questions: int
    asked: int
    open: Quiz | None
    best: Quiz | None


def offers() -> list[Offer]:
    """The quizzes of the course, for the person who is signed in."""
    mine = as_counted(store().of_person(current_user.id), current_user.id)
    found = []
    for chapter, shelved in banks().items():
        of_chapter = [quiz for quiz in mine if quiz.chapter == chapter]
        over = [quiz for quiz in of_chapter if quiz.finished]
        latest = of_chapter[0] if of_chapter and not of_chapter[0].finished else None
        best = max(over, key=lambda quiz: quiz.share, default=None)
        count = len(shelved.bank.questions)
        found.append(Offer(chapter, count, min(count, SIZE), latest, best))
    return found


def as_counted(quizzes: list[Quiz], person_id: int) -> list[Quiz]:
    """A person's quizzes with what they count: earned, unless somebody has said otherwise."""
    said = {
        it.row_id: it.score / WHOLE
        for it in current_app.extensions["grades"].quizzes([person_id])
        if it.override is not None
    }
    return [
        msgspec.structs.replace(it, earned=said[it.quiz_id] * len(it.questions))
        if it.quiz_id in said
        else it
        for it in quizzes
    ]


# --- the list, and the beginning ----------------------------------------------------------------


@bp.get("/quizzes")
@auth_required()
def index() -> ResponseReturnValue:
    """What can be taken, and what was."""
    own = any(q.own_figure for shelved in banks().values() for q in shelved.bank.questions)
    staff = not current_user.has_role("trainee")
    return render_template(
        "pages/quizzes.html",
        offers=offers(),
        quizzes=store().of_person(current_user.id),
        sandbox_missing=own and not desk().store.of_person(current_user.id),
        problems=current_app.extensions["bank_problems"] if staff else (),
        place="quizzes",
    )


@bp.post("/quizzes/<chapter>/attempts")
@auth_required()
def begin(chapter: str) -> ResponseReturnValue:
    """A new quiz, on other questions than the last one."""
    mode: Mode = "exam" if request.form.get("mode") == "exam" else "practice"
    if chapter not in banks():
        abort(404)
    shelved = banks()[chapter]
    quiz = taking.begin(
        store(),
        shelved,
        person_id=current_user.id,
        chapter=chapter,
        mode=mode,
        moment=_moment(shelved),
    )
    return redirect(url_for(".show", key=quiz.key), 303)


def _moment(shelved: Kept) -> Moment:
    """The sandbox in which this person worked last, as it stands now."""
    attempts = desk().store.of_person(current_user.id)
    if not attempts or not any(q.own_figure for q in shelved.bank.questions):
        return Moment()
    last = max(attempts, key=lambda sandbox: sandbox.touched_at)
    world = desk().run(last).world
    return taking.moment_of(shelved.bank, last.key, last.events, world)


# --- one quiz -------------------------------------------------------------------------------------


@bp.get("/quizzes/attempts/<key>")
@auth_required()
def show(key: str) -> ResponseReturnValue:
    """The next question; when there is none left, the result."""
    quiz = _seen(key)
    if quiz.finished or quiz.person_id != current_user.id:
        return _result(quiz)
    return _question(quiz)


@bp.post("/quizzes/attempts/<key>/answers")
@auth_required()
def answer(key: str) -> ResponseReturnValue:
    """Answer a question. The second of two pages that answer the same one only looks on."""
    quiz = _seen(key)
    if quiz.person_id != current_user.id:
        abort(404)
    number = request.form.get("number", "")
    if number != str(quiz.answered + 1) or quiz.finished:
        return redirect(url_for(".show", key=key), 303)
    form = request.form.to_dict(flat=False)
    try:
        moved, read = taking.answer(store(), quiz, None if "skip" in form else form)
    except Conflict:
        return redirect(url_for(".show", key=key), 303)
    if read.errors:
        return _question(quiz, form, read.errors), 422
    if moved.mode == "exam":
        return redirect(url_for(".show", key=key), 303)
    return redirect(url_for(".explained", key=key, number=moved.answered), 303)


@bp.get("/quizzes/attempts/<key>/answers")
@auth_required()
def answered(key: str) -> ResponseReturnValue:
    """A marked form keeps this address: who opens it again is back at the question."""
    _seen(key)
    return redirect(url_for(".show", key=key), 303)


@bp.get("/quizzes/attempts/<key>/answers/<int(max=1000):number>")
@auth_required()
def explained(key: str, number: int) -> ResponseReturnValue:
    """One answer with its explanation; in an exam not before the end."""
    quiz = _seen(key)
    if quiz.mode == "exam" and not quiz.finished:
        return redirect(url_for(".show", key=key), 303)
    given = [seen for seen in _reviewed(quiz) if seen.number == number]
    if not given:
        abort(404)
    return render_template("pages/quiz-answer.html", quiz=quiz, seen=given[0], place="quizzes")


def _seen(key: str) -> Quiz:
    """The quiz of an address, for its owner and for those who teach; nobody else knows it."""
    try:
        quiz = store().find(key)
    except NotFound:
        abort(404)
    in_sight(quiz.person_id)
    return quiz


def _question(
    quiz: Quiz, typed: Form | None = None, errors: Mapping[str, Complaint] | None = None
) -> str:
    question, asked = taking.question_of(store().bank(quiz.digest), quiz, quiz.answered + 1)
    return render_template(
        "pages/quiz.html",
        quiz=quiz,
        number=quiz.answered + 1,
        question=question,
        asked=asked,
        typed=typed or {},
        errors={field: COMPLAINTS[complaint] for field, complaint in (errors or {}).items()},
        place="quizzes",
    )


def _reviewed(quiz: Quiz) -> list[Reviewed]:
    return taking.reviewed(store().bank(quiz.digest), quiz, store().answers(quiz.quiz_id))


def _result(quiz: Quiz) -> str:
    seen = _reviewed(quiz)
    mine = quiz.person_id == current_user.id
    return render_template(
        "pages/quiz-result.html",
        quiz=quiz,
        seen=seen,
        skills=by_skill((it.question, it.verdict.share) for it in seen),
        owner="" if mine else current_app.extensions["name_of"](quiz.person_id),
        offered=quiz.chapter in banks(),
        place="quizzes" if mine else "class",
    )


# --- the class ------------------------------------------------------------------------------------


@bp.get("/class/quizzes")
@roles_accepted("instructor", "admin")
def of_class() -> ResponseReturnValue:
    """Everybody's quizzes, or one person's, newest first."""
    page, size = page_wanted(), 50
    person = request.args.get("person", type=int)
    if person is not None and not 0 < person < 2**31:
        abort(404)
    if person is not None:
        in_sight(person)
    lines = current_app.extensions["quiz_standings"](
        page=page, size=size, person_id=person, people=sight().people
    )
    return render_template(
        "pages/class-quizzes.html",
        lines=lines,
        page=page,
        more=len(lines) == size,
        sight=sight(),
        person=person,
        name=current_app.extensions["name_of"](person) if person else "",
        place="class",
    )


# --- words ----------------------------------------------------------------------------------------


def chapter_title(chapter: str) -> str:
    """What a chapter is called in the course."""
    for known in course().chapters:
        if known.folder == chapter:
            return text(known.title)
    return _("Chapter %(number)s", number=chapter[:2].lstrip("0"))


def skill_name(skill: str) -> str:
    """What a skill is called in the course."""
    known = course().skills.get(skill)
    return text(known.name) if known else skill


def answer_words(says: Text, asked: Asked) -> str:
    """A line of an explanation; a code of the sandbox in the words of its reports."""
    if asked.fact and says.en in asked.fact.codes:
        return code_words(says.en, asked.fact)
    return text(says)


def code_words(code: str, fact: Fact) -> str:
    """A carrier, a stage or a reason as the reports call it."""
    stages: dict[str, Any] = {str(stage): name for stage, name in STAGES.items()}
    return fact.codes[code] or (str(stages[code]) if code in stages else word(code))


def init(app: Flask) -> None:
    """Offer the quizzes, and their words, to the templates."""
    for speak in (chapter_title, skill_name, answer_words, code_words):
        app.add_template_global(speak)
    app.add_template_global(offers, "quiz_offers")
    app.jinja_env.globals.update(VERDICTS=VERDICTS, QUIZ_MODES=MODES)
