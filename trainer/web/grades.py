"""The grade book: who has what in which chapter, exercise, quiz and skill; overrides."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, Literal, NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import roles_accepted

from trainer.play.changes import points
from trainer.play.grades import (
    WHOLE,
    Attempt,
    Of,
    Person,
    chapter_grade,
    counted,
    skills,
)
from trainer.play.ports import Conflict, NotFound
from trainer.play.tally import Tally
from trainer.training.course import Chapter
from trainer.web import pieces, scores, sheets
from trainer.web.course import course
from trainer.web.learn import called, library
from trainer.web.paging import page_wanted
from trainer.web.quiz import banks, chapter_title, skill_name
from trainer.web.scores import changes, counted_up, grades, who
from trainer.web.sheets import Column, Sheet
from trainer.web.sight import in_sight, sight
from trainer.web.words import text

bp = Blueprint("grades", __name__, url_prefix="/class/grades")

PAGE: Final = 50
AT_A_TIME: Final = 200
"""People whose rows a file holds in memory."""
LONGEST_REASON: Final = 1_000
Ending = Literal["csv", "xlsx"]
Kind = Literal["exercise", "quiz"]

NO_REASON: Final = _l("Say why: the person will read it.")
LONG_REASON: Final = _l("At most 1000 characters.")
NO_SCORE: Final = _l("Enter a whole number from 0 to 100.")


class Cell(NamedTuple):
    """A figure of the book."""

    value: Fraction | None
    note: str = ""
    address: str = ""
    """Where the attempts behind it are listed."""
    overridden: bool = False


class Book(NamedTuple):
    """Which columns, and how a person's cells come to be."""

    view: str
    heads: Sequence[tuple[str, str]]
    """What a column is called, and where its figures are told."""
    share: bool
    cells: Callable[[Person, dict[Of, Attempt], dict[int, Tally]], list[Cell]]
    tallied: bool = False
    judged: Sequence[tuple[str, Sequence[str]]] = ()
    """In a file also: what a person judged in these exercises, in columns of its own."""


# --- the book -------------------------------------------------------------------------------------


@bp.get("")
@roles_accepted("instructor", "admin")
def index() -> ResponseReturnValue:
    """A page of people with their grades."""
    seen, book, words = sight(), _book(), request.args.get("q", "").strip()
    page = page_wanted()
    people, total = grades().people(seen.people, words, page, PAGE)
    whole = counted_up({it.person_id for it in people}) if book.tallied else True
    asked = {"group": seen.group or None, "q": words or None, "view": book.view or None}
    return render_template(
        "pages/grades.html",
        sight=seen,
        book=book,
        views=_views(),
        rows=[(person, cells) for person, cells, _best in _rows(book, people)],
        total=total,
        page=page,
        pages=-(-total // PAGE),
        q=words,
        asked=asked,
        whole=whole,
        place="grades",
    )


@bp.get("/grades.<any(csv, xlsx):ending>")
@roles_accepted("instructor", "admin")
def export(ending: Ending) -> ResponseReturnValue:
    """Everybody the filter lets through, not the page alone; some people at a time."""
    seen, book, words = sight(), _book(), request.args.get("q", "").strip()

    def lines() -> Iterator[list[Any]]:
        page = 1
        while True:
            people, _total = grades().people(seen.people, words, page, AT_A_TIME)
            marks = pieces.sums({it.person_id for it in people}) if book.judged else {}
            for person, cells, best in _rows(book, people):
                figures = [cell.value for cell in cells]
                yield [person.name, *figures, *_judged_cells(book, person, best, marks)]
            if len(people) < AT_A_TIME:
                return
            page += 1

    heads = [Column(_("Person"), "text")]
    heads += [Column(title, "share" if book.share else "tenths") for title, _address in book.heads]
    for title, _exercises in book.judged:
        heads.append(Column(_("%(title)s – judged by a person", title=title), "count"))
        heads.append(Column(_("%(title)s – judged, points possible", title=title), "count"))
    about = scores.scope(seen) + ([_("Search: %(words)s", words=words)] if words else [])
    view = dict(_views())[book.view]
    title = f"{_('Grade book')} – {view}"
    sheet = Sheet(title, _("About this file"), about, heads, lines())
    return sheets.sent(sheet, scores.file_name("grades", book.view, seen.group), ending)


def _judged_cells(
    book: Book, person: Person, best: Mapping[Of, Attempt], marks: Mapping[int, pieces.Sum]
) -> Iterator[int | None]:
    """Of the attempts that count: marks, and of how many; nothing while there are none to tell."""
    for _title, exercises in book.judged:
        counting = (best.get((person.person_id, "exercise", name)) for name in exercises)
        found = [marks[it.row_id] for it in counting if it and it.row_id in marks]
        yield sum(it.points for it in found) if found else None
        yield sum(it.possible for it in found) if found else None


def _views() -> list[tuple[str, str]]:
    chapters = [(it.folder, f"{it.id} {text(it.title)}") for it in course().chapters]
    return [("", _("All chapters")), *chapters, ("skills", _("Skills"))]


def _book() -> Book:
    view = request.args.get("view", "")
    if view == "skills":
        return _skill_book()
    for chapter in course().chapters:
        if chapter.folder == view:
            return _chapter_book(chapter)
    return _course_book()


def _things(chapter: Chapter) -> list[tuple[Kind, str, str]]:
    """The exercises of a chapter and its quiz: kind, name, title."""
    found: list[tuple[Kind, str, str]] = [
        ("exercise", it.id, text(it.title))
        for it in library().scenarios()
        if it.steps and it.chapter.partition(".")[0] == chapter.id
    ]
    if chapter.folder in banks():
        found.append(("quiz", chapter.folder, _("Quiz")))
    return found


def _chapter_book(chapter: Chapter) -> Book:
    things = _things(chapter)

    def cells(person: Person, best: dict[Of, Attempt], _tallies: dict[int, Tally]) -> list[Cell]:
        row = []
        for kind, name, _title in things:
            found = best.get((person.person_id, kind, name))
            overridden = found is not None and found.override is not None
            value = found.score if found else None
            link = _behind(person, kind=kind, subject=name)
            row.append(Cell(value, "", link, overridden))
        return row

    heads = [
        (
            title,
            url_for("results.exercise", scenario_id=name)
            if kind == "exercise"
            else url_for("quiz_results.quiz", chapter=name),
        )
        for kind, name, title in things
    ]
    judged = [(title, [name]) for kind, name, title in things if name in _judged()]
    return Book(chapter.folder, heads, False, cells, judged=judged)


def _judged() -> set[str]:
    """The exercises in which a person judges something."""
    return {it.id for it in library().scenarios() if it.judged}


def _course_book() -> Book:
    by_chapter = [
        (it, [(kind, name) for kind, name, _title in _things(it)]) for it in course().chapters
    ]

    def cells(person: Person, best: dict[Of, Attempt], _tallies: dict[int, Tally]) -> list[Cell]:
        row = []
        for chapter, things in by_chapter:
            found = chapter_grade(person.person_id, things, best)
            link = _behind(person, chapter=chapter.folder)
            row.append(Cell(found.mean, f"{found.graded}/{found.of}", link))
        return row

    heads = [
        (f"{it.id} {text(it.title)}", url_for(".index", view=it.folder))
        for it, _things in by_chapter
    ]
    judged = [
        (f"{it.id} {text(it.title)}", sorted(name for _kind, name in things if name in _judged()))
        for it, things in by_chapter
    ]
    return Book("", heads, False, cells, judged=[it for it in judged if it[1]])


def _skill_book() -> Book:
    names = list(course().skills)

    def cells(person: Person, best: dict[Of, Attempt], tallies: dict[int, Tally]) -> list[Cell]:
        mine = [
            tallies[it.row_id]
            for key, it in best.items()
            if key[0] == person.person_id and it.kind == "exercise" and it.row_id in tallies
        ]
        found = skills(mine)
        return [
            Cell(
                Fraction(at.earned, at.possible),
                f"{at.earned}/{at.possible}",
                _behind(person, skill=name),
            )
            if (at := found.get(name)) and at.possible
            else Cell(None)
            for name in names
        ]

    return Book("skills", [(skill_name(it), "") for it in names], True, cells, tallied=True)


def _behind(person: Person, **narrowed: Any) -> str:
    return url_for(".person", person_id=person.person_id, **narrowed)


def _rows(
    book: Book, people: Sequence[Person]
) -> Iterator[tuple[Person, list[Cell], dict[Of, Attempt]]]:
    """The lines of some people: a fixed number of statements, however many they are."""
    if not people:
        return
    these = {it.person_id for it in people}
    best = counted([*grades().attempts(these), *grades().quizzes(these)])
    tallies: dict[int, Tally] = {}
    if book.tallied:
        tallies = grades().tallies([it.row_id for it in best.values() if it.kind == "exercise"])
    for person in people:
        yield person, book.cells(person, best, tallies), best


# --- one person, one attempt ----------------------------------------------------------------------


@bp.get("/people/<int(max=2147483647):person_id>")
@roles_accepted("instructor", "admin")
def person(person_id: int) -> ResponseReturnValue:
    """A person's attempts, at one thing or at all, with the one that counts."""
    in_sight(person_id)
    known = grades().person(person_id) or abort(404)
    kind, subject = request.args.get("kind", ""), request.args.get("subject") or None
    attempts = []
    if kind != "quiz":
        attempts += grades().attempts([person_id], subject)
    if kind != "exercise":
        attempts += grades().quizzes([person_id], subject)
    attempts, about = _narrowed(attempts)
    attempts.sort(key=lambda it: -it.begun_at)
    return render_template(
        "pages/grade-person.html",
        person=known,
        attempts=attempts,
        counts={(it.kind, it.row_id) for it in counted(attempts).values()},
        titles=called(),
        subject=subject or about,
        about=about,
        place="grades",
    )


def _narrowed(attempts: list[Attempt]) -> tuple[list[Attempt], str]:
    """Those of a chapter or about a skill, if the address names one, and what that is called."""
    folder, skill = request.args.get("chapter", ""), request.args.get("skill", "")
    for chapter in course().chapters:
        if chapter.folder == folder:
            things = {(kind, name) for kind, name, _title in _things(chapter)}
            return [it for it in attempts if (it.kind, it.subject) in things], text(chapter.title)
    if skill not in course().skills:
        return attempts, ""
    tallies = grades().tallies([it.row_id for it in attempts if it.kind == "exercise"])
    about = {
        number
        for number, tally in tallies.items()
        if any(skill in mark.skills for mark in tally.goals.values())
    }
    return [it for it in attempts if it.kind == "exercise" and it.row_id in about], skill_name(
        skill
    )


@bp.get("/<any(exercise, quiz):kind>/<key>")
@roles_accepted("instructor", "admin")
def attempt(kind: Kind, key: str) -> ResponseReturnValue:
    """One attempt: what was earned, what it is worth and why; the way to its ledger and replay."""
    return _attempt(scores.attempt_of(kind, key))


def _attempt(
    found: Attempt, typed: dict[str, str] | None = None, errors: dict[str, Any] | None = None
) -> str:
    return render_template(
        "pages/grade.html",
        attempt=found,
        person=grades().person(found.person_id),
        title=called().get(found.subject, found.subject)
        if found.kind == "exercise"
        else f"{_('Quiz')} · {chapter_title(found.subject)}",
        typed=typed or {},
        errors=errors or {},
        place="grades",
    )


@bp.post("/<any(exercise, quiz):kind>/<key>/override")
@roles_accepted("instructor", "admin")
def override(kind: Kind, key: str) -> ResponseReturnValue:
    """Give an attempt a score, with the reason that its person will read."""
    found = scores.attempt_of(kind, key)
    typed = {name: request.form.get(name, "").strip() for name in ("score", "reason")}
    errors = {"score": _score_problem(typed["score"]), "reason": reason_problem(typed["reason"])}
    if any(errors.values()):
        return _attempt(found, typed, errors), 422
    try:
        changes().override(found, scores.about(found), int(typed["score"]), typed["reason"], who())
    except Conflict:
        flash(_("Somebody else has just given this attempt a score. Look at it first."), "error")
        return redirect(url_for(".attempt", kind=kind, key=key), 303)
    flash(
        _(
            "It counts %(score)s points now, instead of %(earned)s.",
            score=typed["score"],
            earned=points(found.earned),
        ),
        "success",
    )
    return redirect(url_for(".attempt", kind=kind, key=key), 303)


@bp.post("/<any(exercise, quiz):kind>/<key>/withdrawal")
@roles_accepted("instructor", "admin")
def withdraw(kind: Kind, key: str) -> ResponseReturnValue:
    """Take an override back."""
    found = scores.attempt_of(kind, key)
    reason = request.form.get("reason", "").strip()
    problem = reason_problem(reason)
    if problem:
        return _attempt(found, {"withdrawal": reason}, {"withdrawal": problem}), 422
    try:
        changes().withdraw(found, scores.about(found), reason, who())
        flash(
            _("What was earned counts again: %(points)s.", points=points(found.earned)), "success"
        )
    except NotFound:
        flash(_("There is nothing to take back any more."), "error")
    return redirect(url_for(".attempt", kind=kind, key=key), 303)


def reason_problem(reason: str) -> Any:
    if not reason:
        return NO_REASON
    return LONG_REASON if len(reason) > LONGEST_REASON else None


def _score_problem(score: str) -> Any:
    whole = score.isascii() and score.isdecimal() and len(score) < 4 and int(score) <= WHOLE
    return None if whole else NO_SCORE
