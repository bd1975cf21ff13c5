"""Carriers: what is scanned when."""

import msgspec
import pytest

from tests.builders import FIRST, HERON, QUICK, SLOW, order_labelled, order_shipped
from tests.story import Story, given
from trainer.orders.clock import AdvanceClock
from trainer.orders.echoes import ScanIgnored, echo
from trainer.orders.engine import Envelope, decide
from trainer.orders.mishaps import RequestIntercept
from trainer.orders.refusals import Refusal
from trainer.orders.shipping import PackageShipped, ScanPackage
from trainer.orders.values import DAY, HOUR, MINUTE, day_of, moment_of
from trainer.simulation import carriers
from trainer.simulation.agenda import Agenda, follow


def way_of(story: Story, seed: int = 7) -> list[Envelope]:
    """What the carrier does about the last event."""
    return list(carriers.react(story.entries[-1], story.world, seed))


def test_a_shipped_parcel_is_scanned_three_times() -> None:
    scans = [envelope.command for envelope in way_of(given(order_shipped()))]
    assert scans == [
        ScanPackage(FIRST, 1, "in_transit"),
        ScanPackage(FIRST, 1, "out_for_delivery"),
        ScanPackage(FIRST, 1, "delivered"),
    ]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("carrier", "days"), [(QUICK, 2), (SLOW, 20)])
def test_it_is_at_the_door_after_the_transit_days(seed: int, carrier: str, days: int) -> None:
    story = given(order_shipped(carrier=carrier))
    left = story.entries[-1].at
    depot, van, door = (envelope.at for envelope in way_of(story, seed))
    assert left + 2 * HOUR <= depot <= left + 5 * HOUR
    assert van == moment_of(day_of(door), hour=8)
    assert day_of(door) == day_of(left + days * DAY)
    assert moment_of(day_of(door), hour=9) <= door <= moment_of(day_of(door), hour=16)


def test_a_parcel_of_the_same_day_is_scanned_in_order_all_the_same() -> None:
    story = given(order_labelled(customer=HERON))
    today = msgspec.structs.replace(story.world.carriers[QUICK], transit_days=0)
    carriers_ = story.world.carriers.set(QUICK, today)
    evening = given(
        AdvanceClock(moment_of(day_of(story.world.now), hour=23)),
        PackageShipped(FIRST, 1, QUICK),
        world=msgspec.structs.replace(story.world, carriers=carriers_),
    )
    moments = [envelope.at for envelope in way_of(evening)]
    assert moments == sorted(set(moments))
    assert moments[0] > evening.world.now
    assert moments[2] - moments[1] == MINUTE


def test_chance_is_the_same_each_time_and_another_for_another_seed() -> None:
    story = given(order_shipped())
    assert way_of(story) == way_of(story)
    assert len({tuple(e.at for e in way_of(story, seed)) for seed in range(20)}) > 10


def unreliable(scans_repeated_percent: int = 0, **percents: int) -> Story:
    """A parcel in the hands of a carrier with whom this happens to so many of a hundred."""
    story = given(order_labelled())
    bad = msgspec.structs.replace(story.world.carriers[QUICK], **percents)
    firm = story.world.company
    rules = msgspec.structs.replace(firm.policies, scans_repeated_percent=scans_repeated_percent)
    world = msgspec.structs.replace(
        story.world,
        carriers=story.world.carriers.set(QUICK, bad),
        company=msgspec.structs.replace(firm, policies=rules),
    )
    return given(PackageShipped(FIRST, 1, QUICK), world=world)


@pytest.mark.parametrize(
    ("percents", "ends"),
    [
        ({"lost_percent": 100}, ["in_transit", "exception", "lost"]),
        ({"returned_percent": 100}, ["in_transit", "exception", "returned_to_sender"]),
        ({"late_percent": 100}, ["in_transit", "exception", "out_for_delivery", "delivered"]),
    ],
    ids=["lost", "returned", "late"],
)
def test_an_unreliable_carrier_loses_returns_or_is_late(
    percents: dict[str, int], ends: list[str]
) -> None:
    story = unreliable(**percents)
    way = way_of(story)
    assert [envelope.command.tracking for envelope in way] == ends
    assert len({envelope.command_id for envelope in way}) == len(way)
    for envelope in way:
        story.and_(AdvanceClock(envelope.at), envelope.command)
    assert story.world.orders[FIRST].packages[0].tracking == ends[-1]


@pytest.mark.parametrize("days", [1, 5])
def test_late_ones_are_as_late_as_the_carrier_is_slow(days: int) -> None:
    """From so many days on, and up to two more."""
    story = unreliable(late_percent=100, late_from=days)
    late = set()
    for seed in range(60):
        _, door, _, there = (envelope.at for envelope in way_of(story, seed))
        late.add((there - door) // DAY)
    assert late == {days, days + 1, days + 2}


def test_of_many_parcels_as_many_are_lost_as_the_carrier_is_unreliable() -> None:
    carrier = unreliable(lost_percent=20).world.carriers[QUICK]
    lost = sum(carriers.fate(carrier, number, 7) == "lost" for number in range(2_000))
    assert 340 <= lost <= 460


@pytest.mark.parametrize("mishap", [{}, {"late_percent": 100}, {"lost_percent": 100}], ids=str)
def test_a_scan_that_is_told_twice_changes_nothing(mishap: dict[str, int]) -> None:
    """Right behind itself or out of order; the same parcels at the same doors at the same time."""
    met = set()
    for seed in range(30):
        once = way_of(unreliable(**mishap), seed)
        story = unreliable(scans_repeated_percent=100, **mishap)
        twice = way_of(story, seed)
        assert len(twice) == len(once) + 1
        assert len({envelope.command_id for envelope in twice}) == len(twice)
        assert [it.at for it in twice] == sorted(it.at for it in twice)
        ignored = []
        for envelope in twice:
            story.and_(AdvanceClock(max(envelope.at, story.world.now)))
            answer = decide(story.world, envelope)
            if isinstance(answer, Refusal):
                echoed = echo(story.world, envelope, answer)
                assert isinstance(echoed, ScanIgnored)
                ignored.append(echoed.tracking)
            else:
                story.and_(*answer)
        assert len(ignored) == 1, (seed, ignored)
        package = story.world.orders[FIRST].package(1)
        assert package is not None
        assert package.tracking == once[-1].command.tracking
        met.add((ignored[0], package.tracking))
    assert ("in_transit", package.tracking) in met


def test_a_stopped_parcel_is_scanned_no_further_and_comes_back() -> None:
    story = given(order_shipped())
    agenda = follow(Agenda(), story.entries[-1], story.world, 7)
    story.and_(RequestIntercept(FIRST, 1, "wrong address"))
    agenda = follow(agenda, story.entries[-1], story.world, 7)
    (back,) = agenda.due.values()
    assert back.command == ScanPackage(FIRST, 1, "returned_to_sender")


def test_carriers_care_for_nothing_else() -> None:
    story = given(order_shipped())
    for entry in story.entries[:-1]:
        assert list(carriers.react(entry, story.world, 7)) == []
