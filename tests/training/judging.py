"""A story and its judge: what the checks of the rush exercise have seen at its end."""

from typing import Any

from tests.builders import exercise, goal, opening, step
from tests.story import Happening, given
from trainer.orders.refusals import MissingReason, Refusal
from trainer.orders.service import AddNote
from trainer.play.run import Course, Run
from trainer.training.checks import Refused, Seen
from trainer.training.judge import HintTaken
from trainer.training.scenario import Scenario


def course_of(scenario: Scenario) -> Course:
    """The exercise at its beginning."""
    opened = opening(scenario)
    return Course(opening=opened, judge=opened.judge())


def run_of(scenario: Scenario, *happened: Happening) -> Run:
    """The run in which this happened."""
    course = course_of(scenario)
    return course.replay(given(*happened, world=course.opening.world).entries)


def seen(*happened: Happening, **check: dict[str, Any]) -> tuple[Seen, Run]:
    """What one check has seen of this, and the run it saw."""
    run = run_of(exercise(step("only", goal("only", 100, **check))), *happened)
    return run.progress.seen[0], run


def refused(number: int, after: int, refusal: Refusal | None = None) -> Refused:
    """A try that came to nothing."""
    return Refused(number, after, 0, AddNote("SO-10001", " "), refusal or MissingReason())


def hint(number: int, name: str, place: int, after: int = 0) -> HintTaken:
    """Help that was taken."""
    return HintTaken(number, after, 0, name, place)
