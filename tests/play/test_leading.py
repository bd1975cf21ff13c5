"""Who follows “Show me where” does what the solution does, from the first to the last."""

import pytest

from trainer import paths
from trainer.catalog.loader import load_all
from trainer.catalog.worlds import make_opening
from trainer.orders.engine import Command, Recorded
from trainer.orders.refusals import Refusal
from trainer.play.leading import next_act, nothing_new
from trainer.play.run import Course
from trainer.play.solution import play
from trainer.training.deeds import WAIT
from trainer.training.scenario import Scenario, Variant

EVERY = [it.scenario for it in load_all(paths.SCENARIOS)[0]]
GUIDED = [it for it in EVERY if it.mode == "guided" and it.steps]


def told(act: object) -> tuple[object, ...]:
    """What a command does, and to what."""
    return (type(act), *(getattr(act, field, "") for field in ("order_number", "message_id")))


@pytest.mark.parametrize("scenario", GUIDED, ids=[it.id for it in GUIDED])
def test_the_lead_of_each_moment_is_what_the_solution_does_next(scenario: Scenario) -> None:
    opening = make_opening(scenario, Variant(locale=scenario.world.locales[0], seed=1))
    course = Course(opening=opening, judge=opening.judge())
    run, entries, led, astray = course.start(), list[Recorded](), 0, []
    for done in play(course):
        place = course.judge.current_step(run.progress)
        meant = isinstance(done.command, Command) and not isinstance(done.answer, Refusal)
        if meant and done.name not in (WAIT, "advance_clock") and place < len(scenario.steps):
            lead = next_act(course, run, entries, place)
            same = nothing_new(run.world, done.run.world, done.command)
            if done.step.id == scenario.steps[place].id and not same:
                led += 1
                if told(lead) != told(done.command):
                    astray.append((done.step.id, lead, done.command))
        if isinstance(done.answer, tuple):
            entries += done.answer
        run = done.run
    assert astray == []
    assert led
