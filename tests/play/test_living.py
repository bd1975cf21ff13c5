"""A desk in a living world: things happen by themselves, the same wherever the run is folded."""

from collections import Counter
from functools import cache
from itertools import count

from tests.catalog.test_worlds import scenario
from trainer.catalog.worlds import make_opening
from trainer.orders.clock import AdvanceClock, ClockAdvanced
from trainer.orders.engine import Command
from trainer.orders.invariants import violations
from trainer.orders.values import DAY
from trainer.play import sandbox
from trainer.play.memory import MemoryStore
from trainer.play.run import Opening, Run, fingerprint
from trainer.play.sandbox import Desk, Outcome
from trainer.training.scenario import Variant


@cache
def lived_in(*, living: bool) -> Opening:
    """A company with a hundred orders under way."""
    world = {"orders": 200, "days": 30, "living": living, "mishaps": {"late": 10, "lost": 5}}
    rules = {"customers_complain": True, "customers_rate": True}
    return make_opening(scenario({}, policies=rules, **world), Variant(locale="en_US", seed=1))


class Onlooker:
    """Somebody who only waits."""

    def __init__(self, opening: Opening) -> None:
        self.store = MemoryStore()
        self.desk = Desk(self.store)
        self.sandbox = self.store.open(1, self.store.put_opening(opening, b"", "digest"))
        self.ids = count()

    @property
    def run(self) -> Run:
        return self.desk.run(self.sandbox)

    def does(self, command: Command) -> Outcome:
        done = self.desk.perform(
            self.sandbox, command, actor="Ada", command_id=f"c-{next(self.ids)}"
        )
        self.sandbox = done.sandbox
        return done

    def waits(self, days: int) -> Outcome:
        return self.does(AdvanceClock(self.run.world.now + days * DAY))


def test_a_world_that_does_not_live_stands_still() -> None:
    onlooker = Onlooker(lived_in(living=False))
    assert onlooker.run.agenda.next() is None
    assert [type(entry.event) for entry in onlooker.waits(5).entries] == [ClockAdvanced]


def test_parcels_arrive_and_money_comes_in_a_living_one() -> None:
    onlooker = Onlooker(lived_in(living=True))
    before = onlooker.run.world
    for _ in range(7):
        done = onlooker.waits(1)
        assert len(done.entries) < sandbox.AT_ONCE
    after = onlooker.run.world
    assert after.count("in_transit") < before.count("in_transit")
    assert len(after.transfers) > len(before.transfers)
    assert any(order.complaints for order in after.orders.values())
    assert violations(after) == []


def test_it_goes_the_same_way_wherever_the_run_is_folded() -> None:
    onlooker, other = Onlooker(lived_in(living=True)), Onlooker(lived_in(living=True))
    for days in (1, 3, 2):
        onlooker.waits(days)
    again = Desk(onlooker.store).run(onlooker.sandbox)
    assert fingerprint(again) == fingerprint(onlooker.run)
    assert again.agenda == onlooker.run.agenda
    other.waits(6)  # in one step or in three: the same things happen
    assert happened(other) == happened(onlooker)


def happened(onlooker: Onlooker) -> list[tuple[str, int]]:
    """What others did, and when."""
    entries = onlooker.store.events(onlooker.sandbox.sandbox_id)
    kinds = [entry for entry in entries if not isinstance(entry.event, ClockAdvanced)]
    return [(type(entry.event).__name__, entry.at) for entry in kinds if entry.number and
            entry.command_id.startswith("0:")]  # fmt: skip


def test_no_command_id_stands_for_two_causes() -> None:
    onlooker = Onlooker(lived_in(living=True))
    onlooker.waits(10)
    entries = onlooker.store.events(onlooker.sandbox.sandbox_id)
    assert max(Counter(entry.command_id for entry in entries).values()) == 1


def test_waiting_stops_where_too_much_has_happened_and_nothing_gets_lost(monkeypatch) -> None:
    whole = Onlooker(lived_in(living=True))
    whole.waits(3)
    monkeypatch.setattr(sandbox, "AT_ONCE", 10)
    onlooker = Onlooker(lived_in(living=True))
    until = onlooker.run.world.now + 3 * DAY
    first = onlooker.does(AdvanceClock(until))
    assert 10 <= len(first.entries) < 20
    assert first.run.world.now == first.entries[-1].event.to < until
    while onlooker.run.world.now < until:
        onlooker.does(AdvanceClock(until))
    assert happened(onlooker) == happened(whole)
