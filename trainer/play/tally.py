"""What an attempt came to, for statistics: points by goal, hints, refusals by their code.

It is a fold like the standing, over an attempt as it was stored at one moment; what is kept of it
can be made again from the entries, and says from how many of them it was made.
"""

from collections import Counter

import msgspec

from trainer.orders.refusals import code_of
from trainer.play.ports import Sandbox, Store
from trainer.play.run import Course, Run
from trainer.training.checks import Refused
from trainer.training.judge import HintTaken
from trainer.training.scoring import ledger


class GoalMark(msgspec.Struct, frozen=True, array_like=True):
    """What a goal was worth in an attempt; undecided ones are not in it."""

    points: int
    possible: int
    skills: tuple[str, ...] = ()


class Tally(msgspec.Struct, frozen=True):
    """One attempt as it is counted."""

    goals: dict[str, GoalMark] = {}
    hints: int = 0
    refusals: dict[str, int] = {}

    @property
    def refused(self) -> int:
        """How often somebody was refused something."""
        return sum(self.refusals.values())


def tally(store: Store, course: Course, sandbox: Sandbox) -> Tally:
    """An attempt as far as `sandbox` says, folded; what came after it is left for later."""
    entries = store.events(sandbox.sandbox_id)[: sandbox.events]
    asides = store.asides(sandbox.sandbox_id)[: sandbox.asides]
    run = course.replay(entries, asides)
    codes = Counter(
        code_of(type(aside.refusal)) for _, aside in asides if isinstance(aside, Refused)
    )
    hints = sum(isinstance(aside, HintTaken) for _, aside in asides)
    return Tally(_goals(course, run), hints, dict(sorted(codes.items())))


def _goals(course: Course, run: Run) -> dict[str, GoalMark]:
    """Each decided goal by its id; what hints cost belongs to no goal."""
    scenario = course.judge.scenario
    skills = {goal.id: goal.skills or scenario.skills for goal in scenario.goals()}
    return {
        line.goal: GoalMark(line.points, line.possible, skills[line.goal])
        for line in ledger(course.judge, run.progress)
        if line.goal
    }
