"""What the exercises cover together: each kind of check judges somewhere."""

from trainer import paths
from trainer.catalog.loader import load_all
from trainer.play.solution import parts_of
from trainer.training.checks import CHECKS


def test_each_kind_of_check_judges_somewhere() -> None:
    """A kind that nobody needs is one that nobody has tried."""
    goals = [goal for it in load_all(paths.SCENARIOS)[0] for goal in it.scenario.goals()]
    used = {type(part) for goal in goals for part in parts_of(goal.check)}
    assert sorted(name for name, kind in CHECKS.items() if kind not in used) == []
