"""The course as a path: chapters with their rows, the lesson and the skills of each, the cases.

What a person has done of it is given as facts; what comes next, and why, follows from them here.
"""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from typing import Annotated, Final, Literal, NamedTuple, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from trainer.training.figures import FIGURES, FigureAsk
from trainer.training.scenario import LANGUAGE_OF, Scenario
from trainer.training.texts import Name, Part, Text

RowId = Annotated[str, StringConstraints(pattern=r"^[1-7]\.\d[a-d]?$")]
TermId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Folder = Annotated[str, StringConstraints(pattern=r"^0[1-7]-[a-z-]+$")]

# what looks like markup that a lesson does not have
_OTHER_MARKUP: Final = re.compile(r"^(#+ |[*+] |\d+\. |> |```)|<[a-z/]|\]\(|`", re.MULTILINE)


class Prose(Text):
    """Paragraphs divided by an empty line, lists of “- ”, and **strong** words; nothing else."""

    @model_validator(mode="after")
    def _plain(self) -> Self:
        for language in LANGUAGE_OF.values():
            words = self.in_(language)
            if words.count("**") % 2:
                raise ValueError(f"{language}: a ** stands alone; write **strong** with both")
            if found := _OTHER_MARKUP.search(words):
                raise ValueError(
                    f"{language}: {found.group().strip()} would be shown as it stands; "
                    "write paragraphs, “- ” lists and **strong** only"
                )
        return self


class Skill(Part):
    """Something one can do after the course; goals and questions name it."""

    id: Name
    name: Text


class Row(Part):
    """A topic of the course."""

    id: RowId
    title: Text
    practised: bool = False
    """Whether a person does it, in an exercise, besides reading and answering."""
    skills: tuple[Name, ...] = Field(min_length=1)


class Chapter(Part):
    """A day's worth of topics."""

    id: Annotated[str, StringConstraints(pattern=r"^[1-7]$")]
    folder: Folder
    title: Text
    rows: tuple[Row, ...] = Field(min_length=1)


class Plan(Part):
    """course.yaml: what the course consists of, in its order."""

    format: Literal[1]
    skills: tuple[Skill, ...] = Field(min_length=1)
    chapters: tuple[Chapter, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        _once("skill", (skill.id for skill in self.skills))
        _once("chapter", (chapter.id for chapter in self.chapters))
        _once("row", (row.id for chapter in self.chapters for row in chapter.rows))
        for chapter in self.chapters:
            for row in chapter.rows:
                if not row.id.startswith(f"{chapter.id}."):
                    raise ValueError(f"row {row.id} stands in chapter {chapter.id}; move it")
        return self


class Question(Part):
    """Something to think about before one reads the answer."""

    ask: Text
    answer: Prose


class Lesson(Part):
    """A short page about one row."""

    row: RowId
    minutes: int = Field(ge=1, le=30)
    what: Prose
    matters: Prose
    here: Prose
    mistake: Prose
    picture: Name | None = None
    figures: tuple[FigureAsk, ...] = ()
    """Of the trainee's own latest sandbox, whichever that is."""
    terms: tuple[TermId, ...] = ()
    question: Question | None = None

    @field_validator("figures")
    @classmethod
    def _of_any_sandbox(cls, figures: tuple[FigureAsk, ...]) -> tuple[FigureAsk, ...]:
        for figure in figures:
            if (wants := FIGURES[figure.name].wants) in ("sku", "customer_id", "order"):
                raise ValueError(
                    f"{figure.name} is about one {wants}, which other sandboxes do not have; "
                    "choose a figure of the whole sandbox"
                )
        return figures


class Lessons(Part):
    """lessons.yaml of a chapter's folder."""

    format: Literal[1]
    lessons: tuple[Lesson, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        _once("lesson of row", (lesson.row for lesson in self.lessons))
        return self


class Case(Part):
    """A story of a company that did well or badly, and what it learned."""

    id: Name
    kind: Literal["success", "failure"]
    rows: tuple[RowId, ...] = Field(min_length=1)
    title: Text
    story: Prose
    turning_point: Prose
    lesson_learned: Prose
    measure: Prose


class Cases(Part):
    """cases.yaml."""

    format: Literal[1]
    cases: tuple[Case, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        _once("case", (case.id for case in self.cases))
        return self


def _once(what: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise ValueError(f"{what} {name} stands here twice; delete or rename one of them")
        seen.add(name)


class Course:
    """The whole course, ready to be asked."""

    def __init__(
        self,
        plan: Plan | None = None,
        lessons: Iterable[Lesson] = (),
        cases: Iterable[Case] = (),
    ) -> None:
        self.chapters = plan.chapters if plan else ()
        self.skills: Mapping[str, Skill] = {it.id: it for it in plan.skills} if plan else {}
        self.rows: Mapping[str, Row] = {row.id: row for it in self.chapters for row in it.rows}
        self.lessons: Mapping[str, Lesson] = {lesson.row: lesson for lesson in lessons}
        self.cases = tuple(cases)

    def read_in_order(self) -> tuple[str, ...]:
        """The rows that have a lesson, in the order of the course."""
        return tuple(row for row in self.rows if row in self.lessons)

    def around(self, row: str) -> tuple[str | None, str | None]:
        """The rows of the lessons before and after a lesson's."""
        rows = self.read_in_order()
        place = rows.index(row)
        return (
            rows[place - 1] if place else None,
            rows[place + 1] if place + 1 < len(rows) else None,
        )

    def chapter_of(self, row: str) -> Chapter:
        """The chapter a row stands in."""
        return next(it for it in self.chapters if any(row == known.id for known in it.rows))

    def cases_of(self, row: str) -> tuple[Case, ...]:
        """The cases that tell of a row."""
        return tuple(case for case in self.cases if row in case.rows)


# --- what a person has done, and what comes next ------------------------------------------------


class Done(NamedTuple):
    """What a person has done of the course."""

    read: frozenset[str] = frozenset()
    """Rows whose lesson was read."""
    finished: frozenset[str] = frozenset()
    """Exercises finished at least once."""
    begun: tuple[str, ...] = ()
    """Exercises in the middle of which they stopped, the latest first."""
    passed: frozenset[str] = frozenset()
    """Folders of the chapters whose quiz was passed."""


class Task(NamedTuple):
    """One thing to do."""

    kind: Literal["lesson", "exercise", "quiz"]
    place: str
    """The row it belongs to; a quiz belongs to a chapter."""
    title: Text
    done: bool
    scenario: Scenario | None = None
    again: bool = False
    """Whether it is an exercise that waits in the middle."""
    after: tuple[str, ...] = ()
    """Exercises that should be finished first, and are not."""


def tasks(course: Course, row: str, exercises: Collection[Scenario], done: Done) -> Iterator[Task]:
    """What there is to do for a row: read, then practise. Free practice is never done with, so it
    is nothing that has to be done; an exercise that was withdrawn holds nobody up."""
    if row in course.lessons:
        yield Task("lesson", row, course.rows[row].title, row in done.read)
    offered = {scenario.id for scenario in exercises}
    for scenario in exercises:
        if scenario.chapter == row and scenario.steps:
            over = scenario.id in done.finished
            waits = scenario.id in done.begun and not over
            first = tuple(it for it in scenario.after if it in offered and it not in done.finished)
            yield Task("exercise", row, scenario.title, over, scenario, waits, first)


def quiz(chapter: Chapter, quizzed: Container[str], done: Done) -> Task | None:
    """The quiz of a chapter, if it has one."""
    if chapter.folder not in quizzed:
        return None
    return Task("quiz", chapter.id, chapter.title, chapter.folder in done.passed)


def whats_next(every: Iterable[Task], done: Done) -> Task | None:
    """What to do next: what one stopped in the middle of, else the first thing not done for which
    one has done what should come before."""
    left = [task for task in every if not task.done]
    waiting = {task.scenario.id: task for task in left if task.again and task.scenario}
    stopped = next((waiting[name] for name in done.begun if name in waiting), None)
    return stopped or next((task for task in left if not task.after), None)
