"""The agenda: what is due when, as a fold over the events."""

import pytest

from tests.builders import FIRST, order_confirmed, order_paid, order_shipped
from tests.story import Story, given
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Event, Recorded, evolve, record
from trainer.orders.payment import ReceiveTransfer
from trainer.orders.service import AddNote
from trainer.orders.values import DAY
from trainer.simulation.agenda import Agenda, follow
from trainer.simulation.chance import between


def agenda_of(entries: list[Recorded], story: Story, seed: int = 7) -> Agenda:
    """The agenda after all of a story."""
    world, agenda = given().world, Agenda()
    for entry in entries:
        world = evolve(world, entry)
        agenda = follow(agenda, entry, world, seed)
    assert world.number == story.world.number
    return agenda


def test_an_empty_agenda_waits_for_nothing() -> None:
    agenda = Agenda()
    assert agenda.next() is None
    assert agenda.ripe(10**12) is None


def test_what_is_due_first_comes_first() -> None:
    story = given(order_shipped())
    agenda = agenda_of(story.entries, story)
    order = []
    while due := agenda.ripe(10**12):
        order.append(due.at)
        agenda = agenda.without(due)
    assert order == sorted(order)
    assert len(order) == 5  # the story's own bank: transfer and notice; and three scans


def test_nothing_is_ripe_before_its_moment() -> None:
    story = given(order_confirmed())
    agenda = agenda_of(story.entries, story)
    first = agenda.next()
    assert first is not None
    assert agenda.ripe(first.at - 1) is None
    assert agenda.ripe(first.at) == first


def test_what_is_done_is_done_once() -> None:
    story = given(order_confirmed())
    agenda = agenda_of(story.entries, story)
    pays = agenda.next()
    assert pays is not None
    assert isinstance(pays.command, ReceiveTransfer)
    world, (entry,) = record(story.world, pays, (transfer_event(story, pays.command),))
    after = follow(agenda, entry, world, 7)
    assert pays.command_id not in after.due
    assert [type(e.command).__name__ for e in after.due.values()] == ["ReceiveMessage"]


def transfer_event(story: Story, command: ReceiveTransfer) -> Event:
    """What the bank's command leads to."""
    return story.when(command).events[0]


def test_waiting_lets_what_was_refused_on_the_way_go() -> None:
    story = given(order_shipped())
    agenda = agenda_of(story.entries, story)
    story.and_(AdvanceClock(story.world.now + 30 * DAY))
    after = follow(agenda, story.entries[-1], story.world, 7)
    assert after.next() is None


def test_what_is_no_news_to_anybody_changes_nothing() -> None:
    story = given(order_paid())
    agenda = agenda_of(story.entries, story)
    story.and_(AddNote(FIRST, "psst"))
    assert follow(agenda, story.entries[-1], story.world, 7) is agenda


@pytest.mark.parametrize(("low", "high"), [(0, 0), (3, 5), (0, 420)])
def test_chance_stays_within_its_span_and_uses_all_of_it(low: int, high: int) -> None:
    drawn = {between(low, high, seed, 1, "door") for seed in range(5_000)}
    assert drawn == set(range(low, high + 1))
    assert between(low, high, 7, 9, "x") == between(low, high, 7, 9, "x")
