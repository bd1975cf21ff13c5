"""The survey on the course: a short form for trainees; what those who teach may know of it."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal, cast

import msgspec
from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import auth_required, current_user, roles_accepted

from trainer.play.survey import (
    ENOUGH,
    QUESTIONS,
    STEPS,
    WHOLE_COURSE,
    Opinion,
    Reply,
    Surveys,
    asked,
    opinion,
)
from trainer.play.talk import LONGEST
from trainer.training.items import FEW
from trainer.web import scores, sheets
from trainer.web.course import Path, course
from trainer.web.forms import whole
from trainer.web.scores import rounded
from trainer.web.sheets import Cell, Column, Sheet
from trainer.web.sight import Sight, sight
from trainer.web.talk import written
from trainer.web.words import text

bp = Blueprint("survey", __name__)

_HOW_MUCH: Final = (
    _l("not at all"), _l("a little"), _l("partly"), _l("mostly"), _l("fully"),
)  # fmt: skip
SCALES: Final[dict[str, tuple[Any, tuple[Any, ...]]]] = {
    "clear": (_l("It was clear to me."), _HOW_MUCH),
    "useful": (_l("It is useful for my work."), _HOW_MUCH),
    "pace": (
        _l("The pace was …"),
        (
            *(_l("far too slow"), _l("rather slow"), _l("just right"), _l("rather fast")),
            _l("far too fast"),
        ),
    ),
    "difficulty": (
        _l("The difficulty was …"),
        (
            *(_l("far too easy"), _l("rather easy"), _l("just right"), _l("rather hard")),
            _l("far too hard"),
        ),
    ),
}
"""What is asked, and the words of each step from the lowest."""
WORDS: Final = {"helped": _l("What helped you?"), "change": _l("What should change?")}


def surveys() -> Surveys:
    """The answers of this app."""
    return cast(Surveys, current_app.extensions["surveys"])


def about_title(about: str) -> str:
    """What an answer is about, in words."""
    for chapter in course().chapters:
        if chapter.id == about:
            return _("Chapter %(number)s: %(title)s", number=about, title=text(chapter.title))
    return _("The course as a whole")


def _abouts() -> list[str]:
    return [*(it.id for it in course().chapters), WHOLE_COURSE]


# --- answering ------------------------------------------------------------------------------------


@bp.get("/survey/<about>")
@auth_required()
def show(about: str) -> ResponseReturnValue:
    """The form, with what one said before."""
    if about not in _abouts():
        abort(404)
    said = surveys().of_person(current_user.id).get(about)
    typed = {it: str(getattr(said, it)) for it in (*QUESTIONS, *WORDS)} if said else {}
    return _show(about, typed, {}, said=said is not None)


def _show(about: str, typed: dict[str, str], errors: dict[str, Any], *, said: bool) -> str:
    return render_template(
        "pages/survey.html",
        about=about,
        typed=typed,
        errors=errors,
        said=said,
        scales=SCALES,
        words=WORDS,
        enough=ENOUGH,
        place="course",
    )


@bp.post("/survey/<about>")
@auth_required()
def reply(about: str) -> ResponseReturnValue:
    """One's answer, or another one in its place."""
    if about not in _abouts():
        abort(404)
    if not current_user.has_role("trainee"):
        abort(403)  # it is about what those who learn think
    steps = {it: whole(request.form.get(it, "")) or 0 for it in QUESTIONS}
    words = {it: written(it) for it in WORDS}
    errors: dict[str, Any] = {
        it: _("Choose one of the five.") for it, step in steps.items() if not 1 <= step <= STEPS
    } | {
        it: _("At most %(most)s characters; these are %(found)s.", most=LONGEST, found=len(said))
        for it, said in words.items()
        if len(said) > LONGEST
    }
    if errors:
        typed = {it: str(step) for it, step in steps.items()} | words
        return _show(about, typed, errors, said=about in _said()), 422
    surveys().reply(current_user.id, about, msgspec.convert(steps | words, Reply))
    flash(_("Thank you. You can change your answer here at any time."), "success")
    return redirect(url_for("course.index", _anchor=f"survey-{about}"), 303)


def _said() -> frozenset[str]:
    return frozenset(surveys().of_person(current_user.id))


def survey_asked(path: Path) -> list[str]:
    """About what to ask who is signed in: the chapters that are done; then the course."""
    if not current_user.has_role("trainee"):
        return []
    done = [way.chapter.id for way in path.stretches if way.tasks and way.done == len(way.tasks)]
    return asked(done, [it.id for it in course().chapters], _said())


# --- those who teach ------------------------------------------------------------------------------


@bp.get("/class/survey")
@roles_accepted("instructor", "admin")
def results() -> ResponseReturnValue:
    """What the answers come to, without names."""
    seen = sight()
    return render_template(
        "pages/survey-results.html",
        sight=seen,
        asked={"group": seen.group or None},
        opinions=_opinions(seen),
        scales=SCALES,
        words=WORDS,
        enough=ENOUGH,
        few=FEW,
        place="survey",
    )


@bp.get("/class/survey/survey.<any(csv, xlsx):ending>")
@roles_accepted("instructor", "admin")
def export(ending: Literal["csv", "xlsx"]) -> ResponseReturnValue:
    """The same as a file: a line for each question, then one for each text."""
    seen = sight()
    heads = [
        *(Column(_("Chapter"), "text"), Column(_("Question"), "text"), Column("n", "count")),
        *(Column(str(step), "count") for step in range(1, STEPS + 1)),
        *(Column(_("mean step"), "hundredths"), Column(_("mean from"), "hundredths")),
        *(Column(_("mean to"), "hundredths"), Column(_("note"), "text")),
        Column(_("Free words"), "text"),
    ]
    about = [*scores.scope(seen), *(_legend(name) for name in QUESTIONS)]
    rows = _rows(_opinions(seen))
    sheet = Sheet(_("Course survey"), _("About this file"), about, heads, rows)
    return sheets.sent(sheet, scores.file_name("survey", seen.group), ending)


def _legend(question: str) -> str:
    ask, steps = SCALES[question]
    return f"{ask} {' · '.join(f'{number} {step}' for number, step in enumerate(steps, 1))}"


def _rows(opinions: dict[str, Opinion]) -> Iterator[Sequence[Cell]]:
    for about, found in opinions.items():
        if not found.n:
            continue
        title = about_title(about)
        for name, figure in found.figures.items():
            mean, within = rounded(figure.mean), figure.interval
            ends = (rounded(within and within.low), rounded(within and within.high))
            note = "" if within else _("too few")
            yield (title, str(SCALES[name][0]), found.n, *figure.counts, mean, *ends, note, "")
        for name, ask in WORDS.items():
            for said in getattr(found, name):
                yield (title, str(ask), *(None,) * (STEPS + 4), "", said)


def _opinions(seen: Sight) -> dict[str, Opinion]:
    """What may be told about each chapter, over the classes one sees.

    People without a class are told of to admins alone.
    """
    keys = [group.key for group in seen.groups if seen.group in ("", group.key)]
    every, classes, others = surveys().replies(), surveys().classes(), seen.people is None
    return {
        about: opinion(
            every.get(about, {}),
            [classes.get(about, {}).get(key, ()) for key in keys],
            others=others,
        )
        for about in _abouts()
    }


def init(app: Flask) -> None:
    """Offer what is to be asked to the templates of other doors."""
    for ask in (survey_asked, about_title):
        app.add_template_global(ask)
    app.add_template_global(_said, "survey_said")
