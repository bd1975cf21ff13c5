"""The files of the course, read together: the plan, the lessons of each chapter, the cases."""

from pathlib import Path
from typing import NamedTuple

from trainer.catalog.loader import Problem, ScenarioErrors, Shape, Sheet, load_sheet
from trainer.training.course import Cases, Course, Lessons, Plan


class CourseFiles(NamedTuple):
    """The course, the files it was read from, and what is wrong with the others."""

    course: Course
    plan: Sheet[Plan] | None
    lessons: tuple[Sheet[Lessons], ...]
    cases: Sheet[Cases] | None
    problems: tuple[Problem, ...]


def load_course(folder: Path) -> CourseFiles:
    """The course of a folder; a broken file is a problem, and the rest is still there."""
    problems: list[Problem] = []

    def sheet(path: Path, shape: type[Shape]) -> Sheet[Shape] | None:
        try:
            return load_sheet(path, shape) if path.is_file() else None
        except ScenarioErrors as errors:
            problems.extend(errors.problems)
            return None

    plan = sheet(folder / "course.yaml", Plan)
    found = [sheet(path, Lessons) for path in sorted(folder.glob("*/lessons.yaml"))]
    lessons = tuple(it for it in found if it)
    cases = sheet(folder / "cases.yaml", Cases)
    course = Course(
        plan.part if plan else None,
        (lesson for it in lessons for lesson in it.part.lessons),
        cases.part.cases if cases else (),
    )
    return CourseFiles(course, plan, lessons, cases, tuple(problems))
