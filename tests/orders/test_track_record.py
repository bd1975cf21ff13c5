"""A carrier's record: what became of the parcels it took over, once that is known."""

from datetime import timedelta

import pytest

from tests.builders import (
    FIRST,
    QUICK,
    SLOW,
    TODAY,
    company,
    order_delivered,
    order_shipped,
)
from tests.story import given
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Command
from trainer.orders.mishaps import OpenClaim, RequestIntercept
from trainer.orders.shipping import ScanPackage
from trainer.orders.track_record import TrackRecord, track_records
from trainer.orders.values import DAY, moment_of
from trainer.orders.world import ClaimRow, Tracking, World


def record(world: World) -> TrackRecord:
    """Of the carrier that the stories' parcels go with."""
    order = world.orders[FIRST]
    return track_records(world)[order.packages[0].carrier_code]


def test_who_has_carried_nothing_has_no_record() -> None:
    assert track_records(company()) == {code: TrackRecord(code) for code in (QUICK, SLOW)}
    assert record(given(order_shipped()).world).parcels == 0


def test_signed_for_within_its_days_is_on_time_and_later_is_late() -> None:
    shipped = given(order_shipped())
    days = shipped.world.carriers[record(shipped.world).carrier_code].transit_days
    for over, name in ((0, "on_time"), (1, "late")):
        story = given(
            AdvanceClock(moment_of(TODAY, hour=20) + (days + over) * DAY),
            ScanPackage(FIRST, 1, "delivered"),
            world=shipped.world,
        )
        found = record(story.world)
        assert (getattr(found, name), found.parcels) == (1, 1)


def test_what_is_due_at_a_weekend_is_on_time_on_monday() -> None:
    friday = AdvanceClock(moment_of(TODAY + timedelta(days=4), hour=9))
    shipped = given(order_shipped()).world.orders[FIRST].packages[0]
    # due on Saturday or Sunday
    assert company().carriers[shipped.carrier_code].transit_days in (1, 2)
    for over, name in ((3, "on_time"), (4, "late")):
        at = moment_of(TODAY + timedelta(days=4 + over), hour=12)
        steps = (friday, *order_shipped(), AdvanceClock(at), ScanPackage(FIRST, 1, "delivered"))
        found = record(given(steps).world)
        assert (getattr(found, name), found.parcels) == (1, 1)


@pytest.mark.parametrize(("seen", "name"), [("lost", "lost"), ("returned_to_sender", "returned")])
def test_what_does_not_arrive_counts_against_it(seen: Tracking, name: str) -> None:
    found = record(
        given(
            order_shipped(), ScanPackage(FIRST, 1, "exception"), ScanPackage(FIRST, 1, seen)
        ).world
    )
    assert (getattr(found, name), found.parcels) == (1, 1)


def test_what_we_called_back_is_not_its_fault() -> None:
    steps: tuple[Command, ...] = (
        *order_shipped(),
        RequestIntercept(FIRST, 1, "wrong address"),
        ScanPackage(FIRST, 1, "returned_to_sender"),
    )
    assert record(given(steps).world).parcels == 0


def test_what_customers_say_was_damaged_on_the_way_is_told_of_its_parcel() -> None:
    broken = OpenClaim(FIRST, (ClaimRow(1, 1),), "damaged_in_transit", "crushed, with a photo")
    found = record(given(order_delivered(), broken).world)
    assert (found.damaged, found.parcels) == (1, 1)
    other = OpenClaim(FIRST, (ClaimRow(1, 1),), "wrong_item", "another colour")
    assert record(given(order_delivered(), other).world).damaged == 0
