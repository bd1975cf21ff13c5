"""A hunt at a desk: what colleagues meet, what a trainee meets, and what a copy must not tell."""

from functools import cache
from itertools import count
from typing import get_args

import pytest

from trainer import paths
from trainer.catalog.loader import load_scenario
from trainer.catalog.worlds import flaw_of, make_opening
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Command
from trainer.orders.flaws import FLAWS
from trainer.orders.holds import PlaceHold
from trainer.orders.hunting import ReportFinding
from trainer.orders.payment import IssueRefund
from trainer.orders.returns import RequestReturn
from trainer.orders.values import DAY
from trainer.orders.world import Hunt, ReturnRow
from trainer.play import forking
from trainer.play.memory import MemoryStore
from trainer.play.ports import Sandbox
from trainer.play.run import Opening, fingerprint
from trainer.play.sandbox import Desk
from trainer.training.scenario import Locale, Variant, WorldSpec

FREE = paths.SCENARIOS / "06-system" / "which-rule-is-broken.yaml"
_ids = count(1)


@cache
def opening(flaw: str) -> Opening:
    """The free hunt in a system with this flaw."""
    scenario = load_scenario(FREE).scenario
    assert set(scenario.world.flaw) == set(FLAWS)
    every = (Variant(locale="en_US", seed=seed) for seed in range(1, 21))
    mine = next(it for it in every if flaw_of(scenario.world.flaw, it) == flaw)
    return make_opening(scenario, mine)


class Table:
    """A desk with one sandbox on it."""

    def __init__(self, flaw: str) -> None:
        self.desk = Desk(MemoryStore())
        kept = self.desk.store.put_opening(opening(flaw), b"hunt", "hunt")
        self.sandbox: Sandbox = self.desk.store.open(1, kept)

    def do(self, command: Command) -> None:
        """One act of the trainee's."""
        outcome = self.desk.perform(
            self.sandbox, command, actor="Ada", command_id=f"act-{next(_ids)}"
        )
        assert outcome.refused is None, outcome.refused
        self.sandbox = outcome.sandbox

    def wait(self, days: int = 2) -> "Table":
        """So many days go by."""
        self.do(AdvanceClock(to=self.world.now + days * DAY))
        return self

    @property
    def world(self):  # type: ignore[no-untyped-def]
        """The world as it is now."""
        return self.desk.run(self.sandbox).world

    @property
    def hunt(self) -> Hunt:
        """What is so, and what was reported."""
        hunt: Hunt = self.world.hunt
        return hunt

    def reported(self) -> "Table":
        """With what is so."""
        breach = self.hunt.breaches[0]
        self.do(ReportFinding(breach.number, breach.rule, "the numbers"))
        return self


@pytest.mark.parametrize("flaw", FLAWS)
def test_whoever_works_among_the_colleagues_first_does_not_hide_the_flaw(flaw: str) -> None:
    table = Table(flaw)
    # the number of the next return is taken, which colleagues count on
    delivered = next(it for it in table.world.newest("signed") if not it.returns)
    table.do(RequestReturn(delivered.order_number, (ReturnRow(1, 1),), "defective", "a photograph"))
    table.wait()
    assert FLAWS[flaw].breaks[0] in {breach.rule for breach in table.hunt.breaches}


def test_a_trainee_meets_the_flaw_at_the_same_edge() -> None:
    table = Table("refund_uncredited")
    paid = next(it for it in table.world.newest("signed") if it.received > 0 and not it.credit)
    table.do(IssueRefund(paid.order_number, 100, "they asked"))
    (breach,) = table.hunt.breaches
    assert (breach.rule, breach.number) == ("I17", table.world.number)


def test_nothing_begins_anew_once_the_days_are_over() -> None:
    table = Table("ships_on_hold").wait()
    before = table.world.number
    order = next(table.world.newest("signed"))
    table.do(PlaceHold(order.order_number, "manual", "a question"))
    table.wait()
    assert table.world.number < before + 60  # parcels on their way, and no third day of work


def test_a_run_is_replayed_with_all_that_it_has_noted() -> None:
    table = Table("allocated_again").wait().reported()
    again = Desk(table.desk.store).run(table.sandbox)
    assert fingerprint(again) == fingerprint(table.desk.run(table.sandbox))
    assert again.world.hunt == table.hunt


def test_a_hunt_is_not_tried_out_beside_itself_and_a_finding_not_taken_back() -> None:
    table = Table("allocated_again").wait()
    with pytest.raises(forking.NothingThere):
        forking.fork(table.desk, table.sandbox, 1, 1)
    assert forking.can_undo(table.desk, table.sandbox)
    table.do(ReportFinding(1, "I9", "perhaps"))
    assert not forking.can_undo(table.desk, table.sandbox)
    with pytest.raises(forking.NothingThere):
        forking.undo(table.desk, table.sandbox)
    table.wait(1)
    back = forking.undo(table.desk, table.sandbox)
    assert table.desk.run(back).world.hunt == table.hunt
    table.reported()
    assert table.sandbox.standing.finished
    assert forking.fork(table.desk, table.sandbox, 1, 1).kind == "fork"


def test_each_flaw_is_somebodys_in_each_language() -> None:
    flaws = load_scenario(FREE).scenario.world.flaw
    for locale in get_args(Locale):
        every = [flaw_of(flaws, Variant(locale=locale, seed=seed)) for seed in range(1, 21)]
        assert set(every) == set(FLAWS)


def test_a_flaw_nobody_knows_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="there is no flaw moonlight; known are returned_again"):
        WorldSpec(flaw=("moonlight",))
    assert WorldSpec.model_validate({"flaw": "ships_on_hold"}).flaw == ("ships_on_hold",)
