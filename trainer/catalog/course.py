"""The files of the course, read together: the plan, the lessons of each chapter, the cases."""

from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from trainer.catalog.loader import Problem, ScenarioErrors, errors_of, read_as
from trainer.catalog.marked import Mark, Tree
from trainer.training.course import Cases, Course, Lessons, Plan
from trainer.training.sentences import Sentence
from trainer.training.texts import Part

Shape = TypeVar("Shape", bound=Part)


class Sheet(NamedTuple, Generic[Shape]):
    """A sound file of the course, and where each of its parts stands."""

    path: Path
    part: Shape
    tree: Tree

    def problem(self, loc: tuple[str | int, ...], what: str, cure: str) -> Problem:
        """What is wrong at a place of the file."""
        return problem_at(self.path, place_in(self.tree, loc), what, cure)


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


def load_sheet(path: Path, shape: type[Shape]) -> Sheet[Shape]:
    """A file of some shape. Raises ScenarioErrors with all that is wrong with it."""
    part, tree, found = read_as(shape, path)
    if found or part is None:
        raise errors_of(path, found)
    return Sheet(path, part, tree)


def place_in(tree: Tree, loc: tuple[str | int, ...]) -> Mark:
    """Where a part of a tree stands; where it is missing, what it is missing from."""
    for part in loc:
        if part not in tree.parts:
            break
        tree = tree.parts[part]
    return tree.mark


def problem_at(path: Path, mark: Mark, what: str, cure: str) -> Problem:
    """What is wrong at a place of a file."""
    return Problem(str(path), mark.line, mark.column, Sentence(what), Sentence(cure))
