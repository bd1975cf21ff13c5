"""At night nobody writes, and no parcel is handed over."""

from datetime import date

import pytest

from tests.builders import FIRST, OTTER, order_confirmed, order_shipped
from tests.simulation.test_wishes import under
from tests.story import given
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Command, Envelope, Role
from trainer.orders.intake import ReceiveMessage
from trainer.orders.payment import ReceiveTransfer
from trainer.orders.shipping import ScanPackage
from trainer.orders.values import DAY, HOUR, MINUTE, Moment, moment_of
from trainer.simulation.agenda import Agenda, follow
from trainer.simulation.background import under_way
from trainer.simulation.hours import by_day, not_at_night

MIDNIGHT = moment_of(date(2026, 3, 3))
LETTER = ReceiveMessage("M-9", "email", "Olive", "Hello", "…", OTTER)
HANDED_OVER = ScanPackage(FIRST, 1, "delivered")


def awake(at: Moment) -> bool:
    return 6 * HOUR <= at % DAY < 22 * HOUR


@pytest.mark.parametrize(
    ("hour", "minute", "wanted"),
    [(5, 59, 0), (6, 0, 0), (12, 0, 0), (21, 59, 0), (22, 0, 1), (23, 30, 1), (0, 0, 0)],
)
def test_the_night_is_slept_through(hour: int, minute: int, wanted: int) -> None:
    at = MIDNIGHT + hour * HOUR + minute * MINUTE
    after = by_day(at)
    assert awake(after)
    assert (after - MIDNIGHT) // DAY == wanted
    assert (after == at) is awake(at)


@pytest.mark.parametrize(
    ("command", "role", "waits"),
    [
        (LETTER, "customer", True),
        (HANDED_OVER, "carrier", True),
        (HANDED_OVER, "system", False),  # a timer signs it off
        (ScanPackage(FIRST, 1, "in_transit"), "carrier", False),
        (ReceiveTransfer(OTTER, 500, "x"), "bank", False),
    ],
)
def test_who_sleeps(command: Command, role: Role, waits: bool) -> None:
    late = Envelope("1:x", "somebody", role, MIDNIGHT + 2 * HOUR, command)
    after = not_at_night(late)
    assert awake(after.at) is waits
    assert (after is late) is not waits


def test_who_thinks_again_in_the_evening_writes_in_the_morning() -> None:
    story = given(world=under(changes_percent=100))
    story.and_(AdvanceClock(MIDNIGHT + 20 * HOUR), order_confirmed())
    letters = []
    for seed in range(40):
        agenda, world = Agenda(), story.world
        agenda = follow(agenda, story.entries[-1], world, seed)
        letters += [e.at for e in agenda.due.values() if isinstance(e.command, ReceiveMessage)]
    assert len(letters) == 40
    assert all(awake(at) for at in letters)
    assert any(at > MIDNIGHT + DAY for at in letters)


def test_what_is_overdue_on_the_first_morning_is_handed_over_by_day() -> None:
    story = given(order_shipped(), AdvanceClock(given().world.now + 30 * DAY))
    arrivals = {
        envelope.at
        for seed in range(60)
        for envelope in under_way(story.world, seed).due.values()
        if envelope.command == HANDED_OVER
    }
    assert len(arrivals) > 30
    assert all(awake(at) for at in arrivals)
