"""Sourcing: which shelf serves an order, in how many deliveries, and what is promised at all."""

from typing import Any

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    BADGER,
    DESK,
    EAST,
    FIRST,
    LAMP,
    OTTER,
    SECOND,
    WEST,
    company,
    order_allocated,
    order_checked,
    order_confirmed,
    order_delivered,
    order_labelled,
    order_paid,
)
from tests.story import Story, given
from trainer.orders.amendments import AddToOrder
from trainer.orders.backorders import FillBackorders, PrioritiseOrder, queue
from trainer.orders.intake import ConfirmOrder, default_promise
from trainer.orders.invariants import violations
from trainer.orders.purchasing import OverDelivery, PlaceReplenishment, ReceiveReplenishment
from trainer.orders.remedies import CancelledRow, CancelLineQuantity
from trainer.orders.shipping import LabelPackage, PackPackage, PickPackage, ShipPackage
from trainer.orders.sourcing import BackorderNotAllowed, PartialShipmentNotAllowed
from trainer.orders.stock import Allocate, AllocationRow, StockAllocated, suggested_rows
from trainer.orders.world import PackageRow, World
from trainer.simulation import suppliers

THIRD = "SO-10003"


def ruled(**policies: Any) -> World:
    """The company under other rules."""
    world = company()
    changed = msgspec.structs.replace(world.policies, **policies)
    return msgspec.structs.replace(
        world, company=msgspec.structs.replace(world.company, policies=changed)
    )


def coded(world: World, **codes: str) -> World:
    """Its warehouses at these postal codes."""
    places = world.warehouses
    for warehouse, code in codes.items():
        place = msgspec.structs.replace(places[warehouse], postal_code=code)
        places = places.set(warehouse, place)
    return msgspec.structs.replace(world, warehouses=places)


def proposed(world: World, lines: dict[str, int]) -> list[tuple[int, str, int]]:
    story = given(order_confirmed(lines=lines), world=world)
    rows = suggested_rows(story.world, story.world.orders[FIRST])
    return [(row.line_number, row.warehouse, row.quantity) for row in rows]


# --- from where ---------------------------------------------------------------------------------


def test_the_fullest_shelf_serves_first_unless_somebody_says_otherwise() -> None:
    assert proposed(company(), {ARMCHAIR: 3}) == [(1, EAST, 3)]


def test_the_nearest_warehouse_serves_first() -> None:
    world = coded(ruled(sourcing="nearest"), EAST="90058", WEST="05401")
    # Otter & Sons sit at 03801
    assert proposed(world, {ARMCHAIR: 3}) == [(1, WEST, 3)]
    assert proposed(world, {ARMCHAIR: 6}) == [(1, WEST, 4), (1, EAST, 2)]


def test_without_postal_codes_the_fullest_is_near_enough() -> None:
    assert proposed(ruled(sourcing="nearest"), {ARMCHAIR: 3}) == [(1, EAST, 3)]


def test_one_parcel_is_better_than_two() -> None:
    world = ruled(sourcing="one_parcel")
    level = msgspec.structs.replace(world.level(DESK, EAST), on_hand=5, received=5)
    world = world.with_level(level)
    # lamps are only in the east, but armchairs and desks are in both: all of it from there
    assert proposed(world, {DESK: 2, LAMP: 6}) == [(1, EAST, 2), (2, EAST, 6)]
    # the west holds enough of both, the east is fuller of one and has none of the other
    lamps = msgspec.structs.replace(world.level(LAMP, WEST), on_hand=6, received=6)
    none = msgspec.structs.replace(world.level(LAMP, EAST), on_hand=0, received=0)
    world = world.with_level(lamps).with_level(none)
    assert proposed(world, {DESK: 2, LAMP: 6}) == [(1, WEST, 2), (2, WEST, 6)]
    fullest = msgspec.structs.replace(
        world, company=msgspec.structs.replace(world.company, policies=company().policies)
    )
    assert proposed(fullest, {DESK: 2, LAMP: 6}) == [(1, EAST, 2), (2, WEST, 6)]


def test_what_is_set_aside_already_draws_the_rest_to_it() -> None:
    world = ruled(sourcing="one_parcel")
    story = given(order_confirmed(lines={DESK: 3}), world=world)
    story.and_(Allocate(FIRST, (AllocationRow(1, WEST, 1),)))
    (row,) = suggested_rows(story.world, story.world.orders[FIRST])
    assert (row.warehouse, row.quantity) == (WEST, 2)


def test_backorders_are_filled_from_where_the_rule_wants_it() -> None:
    world = coded(ruled(sourcing="nearest"), EAST="90058", WEST="05401")
    after = given(order_confirmed(lines={ARMCHAIR: 2}), world=world).when(FillBackorders(ARMCHAIR))
    assert after.events == (StockAllocated(FIRST, (AllocationRow(1, WEST, 2),)),)


# --- for whom -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "served"),
    [
        ("priority", [SECOND, THIRD, FIRST]),
        ("promised_date", [THIRD, SECOND, FIRST]),
        ("first_come", [FIRST, SECOND, THIRD]),
    ],
)
def test_who_is_served_first_is_a_rule(rule: str, served: list[str]) -> None:
    def promised(number: str, later: int) -> Any:
        *before, _ = order_confirmed(number, lines={ARMCHAIR: 10})

        def promise(world: World) -> ConfirmOrder:
            day = default_promise(world, world.orders[number])
            return ConfirmOrder(number, day.replace(month=6, day=later))

        return (*before, promise)

    story = given(
        promised(FIRST, 9),
        promised(SECOND, 5),
        promised(THIRD, 1),
        PrioritiseOrder(SECOND, "high"),
        world=ruled(allocation_order=rule),
    )
    assert [order.order_number for order in queue(story.world, ARMCHAIR)] == served


# --- in one delivery ----------------------------------------------------------------------------


def half_ready(world: World | None = None) -> Story:
    """Two of six armchairs stand labelled at the door."""
    story = given(order_paid(lines={ARMCHAIR: 6}), world=world)
    return story.and_(
        Allocate(FIRST, (AllocationRow(1, EAST, 4),)),
        PickPackage(FIRST, EAST, (PackageRow(1, 2),)),
        PackPackage(FIRST, 1, 24_250),
        LabelPackage(FIRST, 1, "QX"),
    )


def test_a_part_may_leave_unless_somebody_says_otherwise() -> None:
    assert half_ready().when(ShipPackage(FIRST, 1)).refusal is None


def wishing(world: World, customer_id: str) -> World:
    """One of its customers wants all of an order at once."""
    file = msgspec.structs.replace(world.customers[customer_id], one_delivery=True)
    return msgspec.structs.replace(world, customers=world.customers.set(customer_id, file))


@pytest.mark.parametrize(
    "world", [ruled(partial_shipment=False), wishing(company(), OTTER)], ids=["rule", "wish"]
)
def test_one_delivery_leaves_nothing_behind(world: World) -> None:
    story = half_ready(world)
    assert story.when(ShipPackage(FIRST, 1)).refusal == PartialShipmentNotAllowed(
        order_number=FIRST, left=4, wanted=6, shipped=0, ready=2
    )
    # four are called off, and nothing is left behind
    story.and_(CancelLineQuantity(FIRST, (CancelledRow(1, 4),), "asked by phone"))
    assert story.when(ShipPackage(FIRST, 1)).refusal is None


def test_two_parcels_can_be_one_delivery() -> None:
    world = ruled(partial_shipment=False)
    story = given(order_labelled(lines={DESK: 4}), world=world)
    assert len(story.world.orders[FIRST].packages) > 1
    for package in story.world.orders[FIRST].packages:
        story.and_(ShipPackage(FIRST, package.package_number))
    assert violations(story.world) == []


def test_what_was_delivered_does_not_wait_for_itself() -> None:
    assert given(order_delivered(), world=ruled(partial_shipment=False)).world.labels[FIRST]


# --- what is promised ---------------------------------------------------------------------------


def test_only_what_lies_free_is_promised() -> None:
    world = ruled(backorder=False)
    assert given(order_confirmed(lines={ARMCHAIR: 14}), world=world).world.orders[FIRST].lines
    story = given(
        order_confirmed(lines={ARMCHAIR: 10}),
        order_checked(SECOND, lines={ARMCHAIR: 5}),
        world=world,
    )
    day = default_promise(story.world, story.world.orders[SECOND])
    assert story.when(ConfirmOrder(SECOND, day)).refusal == BackorderNotAllowed(
        order_number=SECOND, sku=ARMCHAIR, short=1, wanted=5, available=14, promised=10
    )


def test_an_addition_is_promised_from_the_shelf_too() -> None:
    story = given(order_allocated(lines={ARMCHAIR: 10}), world=ruled(backorder=False))
    late = default_promise(story.world, story.world.orders[FIRST]).replace(year=2027)
    refusal = story.when(AddToOrder(FIRST, ARMCHAIR, 5, late, "asked by phone")).refusal
    assert refusal == BackorderNotAllowed(
        order_number=FIRST, sku=ARMCHAIR, short=1, wanted=5, available=4, promised=0
    )
    assert story.when(AddToOrder(FIRST, ARMCHAIR, 4, late, "asked")).refusal is None


# --- what suppliers bring -----------------------------------------------------------------------


def test_a_little_more_than_was_bought_is_taken_in() -> None:
    world = ruled(over_delivery_tolerance=25)
    story = given(PlaceReplenishment(BADGER, LAMP, 12, WEST), world=world)
    assert story.when(ReceiveReplenishment("PUR-00001", 16)).refusal == OverDelivery(
        replenishment_number="PUR-00001",
        most=15,
        quantity=12,
        tolerance=25,
        received=0,
        requested=16,
    )
    after = story.when(ReceiveReplenishment("PUR-00001", 15)).world
    assert after.level(LAMP, WEST).on_hand == 15
    bought = after.replenishments["PUR-00001"]
    assert (bought.status, bought.left) == ("delivered", 0)
    assert violations(after) == []


def test_every_fourth_delivery_brings_more_where_more_is_taken() -> None:
    def brought(world: World) -> set[int]:
        found = set()
        for seed in range(40):
            after = given(world=world).when(PlaceReplenishment(BADGER, LAMP, 12, WEST))
            (delivery,) = suppliers.react(after.entries[0], after.world, seed)
            found.add(delivery.command.quantity)
        return found

    assert brought(company()) == {12}
    assert brought(ruled(over_delivery_tolerance=25)) == {12, 15}
