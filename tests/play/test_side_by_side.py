"""Trainee and colleague on the same order at the same time: both their work stands."""

from functools import cache

import pytest

from tests.catalog.test_worlds import scenario
from tests.play.test_living import Onlooker
from trainer.catalog.worlds import make_opening
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Command
from trainer.orders.holds import PlaceHold
from trainer.orders.invariants import violations
from trainer.orders.refusals import VersionConflict
from trainer.orders.service import AddNote
from trainer.orders.values import MINUTE
from trainer.play.preview import Effects
from trainer.play.run import Opening, fingerprint
from trainer.play.sandbox import Desk, Outcome
from trainer.simulation.words import words
from trainer.training.scenario import Locale, Variant


@cache
def manned(locale: Locale = "en_US", *, colleagues: bool = True) -> Opening:
    """A company in which others are at work on the first morning."""
    rules = {"colleagues": ("warehouse", "clerk", "finance") if colleagues else ()}
    world = {"orders": 300, "days": 30, "living": True}
    return make_opening(scenario({}, policies=rules, **world), Variant(locale=locale, seed=1))


class Trainee(Onlooker):
    """Somebody who has an order open while a colleague is about to change it."""

    def until_somebody_comes(self, who: str = "clerk") -> tuple[str, int]:
        """The order a colleague changes within the next minute, and its version as it is seen."""
        name = words(self.run.world.company.locale)[f"name_{who}"]
        due = [e for e in self.run.agenda.due.values() if e.actor == name]
        theirs = min(due, key=lambda envelope: (envelope.at, envelope.command_id))
        self.does(AdvanceClock(theirs.at - MINUTE))
        order = self.run.world.orders[theirs.command.order_number]
        return order.order_number, order.version

    def sends(self, command: Command, seen: int = 0, command_id: str = "mine") -> Outcome:
        """A form as it was opened."""
        done = self.desk.perform(
            self.sandbox, command, actor="Ada", command_id=command_id, expected_version=seen
        )
        self.sandbox = done.sandbox
        return done


def hold(number: str) -> PlaceHold:
    """Something that is decided on what one sees."""
    return PlaceHold(number, "address", "no house number")


@pytest.mark.parametrize("who", ["warehouse", "clerk", "finance"])
def test_a_stale_form_is_refused_and_nothing_is_lost(who: str) -> None:
    ada = Trainee(manned())
    number, seen = ada.until_somebody_comes(who)
    stale = ada.sends(hold(number), seen)
    assert stale.refused is not None
    assert isinstance(stale.refused.refusal, VersionConflict)
    theirs = [e for e in stale.meanwhile if getattr(e.event, "order_number", "") == number]
    assert theirs
    assert theirs[0].actor == words("en_US")[f"name_{who}"]
    # she looks again, and sends the same once more
    order = ada.run.world.orders[number]
    assert order.version == seen + len(theirs)
    again = ada.sends(hold(number), order.version, "mine again")
    assert again.refused is None
    assert "no house number" in [h.reason for h in ada.run.world.orders[number].holds]
    history = ada.store.events(ada.sandbox.sandbox_id)
    assert {entry.actor for entry in history} >= {"Ada", theirs[0].actor}
    assert violations(ada.run.world) == []


def test_a_note_is_left_whoever_came_first() -> None:
    ada = Trainee(manned())
    number, seen = ada.until_somebody_comes()
    outcome = ada.sends(AddNote(number, "ring them"), seen)
    assert outcome.refused is None
    assert outcome.meanwhile
    assert outcome.run.world.orders[number].notes[-1] == "ring them"


def test_without_a_version_both_are_done() -> None:
    ada = Trainee(manned())
    number, seen = ada.until_somebody_comes()
    outcome = ada.sends(AddNote(number, "ring them"))
    assert outcome.refused is None
    assert outcome.before.world.orders[number].version == seen
    assert outcome.meanwhile
    assert outcome.meanwhile[-1].number < outcome.entries[0].number
    assert outcome.run.world.orders[number].version == seen + 2


def test_a_look_ahead_changes_nothing_and_waits_for_nobody() -> None:
    ada = Trainee(manned())
    number, seen = ada.until_somebody_comes()
    before = ada.sandbox
    note = AddNote(number, "ring them")
    asked = ada.desk.preview(ada.sandbox, note, actor="Ada", expected_version=seen)
    assert isinstance(asked, Effects)
    assert ada.store.find(before.key) == before


def test_the_same_click_again_gets_the_answer_it_got() -> None:
    ada = Trainee(manned())
    number, seen = ada.until_somebody_comes()
    first = ada.sends(hold(number), seen)
    assert first.refused
    events = ada.sandbox.events
    again = ada.sends(hold(number), seen)
    assert again.repeated
    assert again.refused == first.refused
    assert ada.sandbox.events == events


def test_where_nobody_else_works_nothing_comes_first() -> None:
    alone = Trainee(manned(colleagues=False))
    due = alone.run.agenda.next()
    assert due is not None
    alone.does(AdvanceClock(due.at - MINUTE))
    number = next(alone.run.world.newest()).order_number
    outcome = alone.sends(AddNote(number, "ring them"))
    assert outcome.meanwhile == ()
    assert outcome.entries[0].command_id == "mine"


@pytest.mark.parametrize("locale", ["en_US", "zh_CN", "zh_TW"])
def test_a_week_side_by_side_is_the_same_wherever_it_is_folded(locale: Locale) -> None:
    ada = Trainee(manned(locale))
    for day in range(5):
        number = next(ada.run.world.newest("awaiting_shipment")).order_number
        ada.sends(AddNote(number, f"day {day}"), command_id=f"day-{day}")
        ada.waits(1)
    run = ada.run
    assert violations(run.world) == []
    again = Desk(ada.store).run(ada.sandbox)
    assert fingerprint(again) == fingerprint(run)
    assert again.agenda == run.agenda
    said = words(locale)
    actors = {entry.actor for entry in ada.store.events(ada.sandbox.sandbox_id)}
    assert actors >= {said[f"name_{who}"] for who in ("warehouse", "clerk", "finance")}
