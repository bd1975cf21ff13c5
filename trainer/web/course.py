"""The course as a path: what it has, what one has done of it, the lessons, the cases."""

from collections.abc import Mapping
from typing import NamedTuple, cast

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import auth_required, current_user

from trainer.play.ports import Sandbox
from trainer.training.course import (
    Chapter,
    Course,
    Done,
    Lesson,
    Row,
    Task,
    quiz,
    tasks,
    whats_next,
)
from trainer.training.figures import FigureAsk
from trainer.training.quiz import KNOWN, PASSED
from trainer.training.scenario import Scenario
from trainer.training.texts import Text
from trainer.web import prose
from trainer.web.figures import figure_name, figure_value
from trainer.web.glossary import glossary
from trainer.web.learn import library
from trainer.web.screens import desk

bp = Blueprint("course", __name__)


def course() -> Course:
    """The course of this app."""
    return cast(Course, current_app.extensions["course"])


class Shown(NamedTuple):
    """Figures of a sandbox, as a lesson shows them: what each is called, and its value."""

    figures: list[tuple[str, str]]
    scenario: Scenario
    key: str


class Place(NamedTuple):
    """A row on the path: what there is to do for it, and to try freely."""

    row: Row
    tasks: tuple[Task, ...]
    free: tuple[Scenario, ...]


class Stretch(NamedTuple):
    """A chapter on the path."""

    chapter: Chapter
    places: tuple[Place, ...]
    quiz: Task | None

    @property
    def tasks(self) -> tuple[Task, ...]:
        every = tuple(task for place in self.places for task in place.tasks)
        return (*every, self.quiz) if self.quiz else every

    @property
    def done(self) -> int:
        return sum(1 for task in self.tasks if task.done)


class Path(NamedTuple):
    """The whole path of the person who is signed in."""

    stretches: tuple[Stretch, ...]
    next: Task | None
    waiting: Mapping[str, Sandbox]
    """Exercises in the middle of which they stopped."""

    def place(self, row: str) -> Place:
        return next(it for way in self.stretches for it in way.places if it.row.id == row)


def path() -> Path:
    """What the person has before them and behind them."""
    exercises = library().scenarios()
    quizzed, passed, known = _quizzes()
    waiting, done = _done(passed, known)
    stretches = tuple(
        Stretch(
            chapter,
            tuple(_place(row, exercises, done) for row in chapter.rows),
            quiz(chapter, quizzed, done),
        )
        for chapter in course().chapters
    )
    every = (task for way in stretches for task in way.tasks)
    return Path(stretches, whats_next(every, done), waiting)


def _place(row: Row, exercises: tuple[Scenario, ...], done: Done) -> Place:
    return Place(
        row,
        tuple(tasks(course(), row.id, exercises, done)),
        tuple(it for it in exercises if it.chapter == row.id and not it.steps),
    )


def _quizzes() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The folders of the chapters that have a quiz, of those whose quiz was passed, and of those
    who knew it all: their exam stands for the lessons."""
    if "quiz.index" not in current_app.view_functions:
        return frozenset(), frozenset(), frozenset()
    mine = current_app.extensions["quizzes"].of_person(current_user.id)
    over = [it for it in mine if it.finished]
    return (
        frozenset(current_app.extensions["banks"]),
        frozenset(it.chapter for it in over if it.share >= PASSED),
        frozenset(it.chapter for it in over if it.mode == "exam" and it.share >= KNOWN),
    )


def _done(passed: frozenset[str], known: frozenset[str]) -> tuple[dict[str, Sandbox], Done]:
    """What this person has done, and the sandboxes that wait for them."""
    attempts = desk().store.of_person(current_user.id)
    named = [(desk().course(it).opening.scenario.id, it) for it in attempts]
    waiting = {
        name: sandbox
        for name, sandbox in sorted(named, key=lambda pair: -pair[1].touched_at)
        if sandbox.kind == "attempt" and not (sandbox.replaced or sandbox.standing.finished)
    }
    return waiting, Done(
        read=current_app.extensions["lessons_read"].of(current_user.id)
        | {row.id for it in course().chapters if it.folder in known for row in it.rows},
        finished=frozenset(
            name
            for name, sandbox in named
            if sandbox.standing.finished and sandbox.kind == "attempt"
        ),
        begun=tuple(waiting),
        passed=passed,
    )


@bp.get("/course")
@auth_required()
def index() -> ResponseReturnValue:
    """The path, chapter by chapter."""
    return render_template(
        "pages/course.html",
        path=path(),
        has_cases=bool(course().cases),
        problems=()
        if current_user.has_role("trainee")
        else current_app.extensions["course_problems"],
        place="course",
    )


@bp.get("/course/<row>")
@auth_required()
def lesson(row: str) -> ResponseReturnValue:
    """The lesson of a row."""
    if row not in course().lessons:
        abort(404)
    found, now = course().lessons[row], path()
    before, after = course().around(row)
    here = now.place(row)
    return render_template(
        "pages/lesson.html",
        lesson=found,
        row=course().rows[row],
        chapter=course().chapter_of(row),
        terms=[term for name in found.terms if (term := glossary().term(name))],
        cases=course().cases_of(row),
        path=now,
        here=here,
        seen=any(task.kind == "lesson" and task.done for task in here.tasks),
        figures=_figures(found.figures),
        before=course().rows[before] if before else None,
        after=course().rows[after] if after else None,
        place="course",
    )


def _figures(asked: tuple[FigureAsk, ...]) -> Shown | None:
    """Figures of the sandbox in which this person was last."""
    attempts = desk().store.of_person(current_user.id)
    if not asked or not attempts:
        return None
    sandbox = max(attempts, key=lambda attempt: attempt.touched_at)
    run = desk().run(sandbox)
    return Shown(
        figures=[(figure_name(ask), figure_value(ask, run.world)) for ask in asked],
        scenario=desk().course(sandbox).opening.scenario,
        key=sandbox.key,
    )


@bp.post("/course/<row>/readings")
@auth_required()
def read(row: str) -> ResponseReturnValue:
    """The lesson has been read: on to what this row asks next, else to the next lesson."""
    if row not in course().lessons:
        abort(404)
    current_app.extensions["lessons_read"].add(current_user.id, row)
    now = path()
    left = whats_next(now.place(row).tasks, Done(begun=tuple(now.waiting)))
    return redirect(_way_to(left, now) if left else _next_lesson(row), 303)


def _next_lesson(row: str) -> str:
    after = course().around(row)[1]
    return url_for("course.lesson", row=after) if after else url_for("course.index")


def _way_to(task: Task, now: Path) -> str:
    """Where a task is done."""
    if task.kind == "quiz":
        folder = next(it.folder for it in course().chapters if it.id == task.place)
        return url_for("quiz.index", _anchor=f"quiz-{folder}")
    if task.scenario is None:
        return url_for("course.lesson", row=task.place)
    if task.again:
        return url_for("desk.home", key=now.waiting[task.scenario.id].key)
    return url_for("learn.exercise", scenario_id=task.scenario.id)


@bp.get("/cases")
@auth_required()
def cases() -> ResponseReturnValue:
    """What went well and what went wrong elsewhere."""
    return render_template("pages/cases.html", cases=course().cases, place="course")


def init(app: Flask) -> None:
    """Offer the course to the templates of other doors."""
    prose.init(app)

    def course_row(row: str) -> Row | None:
        return course().rows.get(row)

    def lesson_of(row: str) -> Lesson | None:
        return course().lessons.get(row)

    def exercise_title(name: str) -> Text | None:
        return next((it.title for it in library().scenarios() if it.id == name), None)

    app.add_template_global(course_row)
    app.add_template_global(exercise_title)
    app.add_template_global(lesson_of)
    app.add_template_global(_way_to, "way_to")
    app.add_template_global(path, "course_path")
