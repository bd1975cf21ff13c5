"""Goods receipt: stock rises by what was counted at the dock, never by what the note says."""

from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from tests.builders import BADGER, LAMP, TODAY, WEST, company
from tests.orders.walk import perishable
from tests.story import Story, given
from trainer.orders.goods_receipt import (
    CountExceedsArrived,
    DeliverReplenishment,
    NothingAtTheDock,
    PostGoodsReceipt,
)
from trainer.orders.invariants import violations
from trainer.orders.purchasing import (
    CancelReplenishment,
    DeliveryExceedsOrder,
    GoodsAtTheDock,
    OverDelivery,
    PlaceReplenishment,
    ReplenishmentClosed,
    UnknownReplenishment,
)
from trainer.orders.refusals import MissingField, RoleRequired
from trainer.orders.values import day_of
from trainer.orders.world import ReplenishmentOrder, World

PUR = "PUR-00001"
LAMPS = PlaceReplenishment(BADGER, LAMP, 12, WEST)
SHORT = DeliverReplenishment(PUR, 12, 8, 1)


def here(*more: object, tolerance: int = 0, brought: object = SHORT) -> Story:
    """Twelve lamps were bought, and what was brought of them stands at the dock."""
    world = company()
    policies = msgspec.structs.replace(world.policies, over_delivery_tolerance=tolerance)
    world = msgspec.structs.replace(
        world, company=msgspec.structs.replace(world.company, policies=policies)
    )
    return given(LAMPS, brought, *more, world=world)  # type: ignore[arg-type]


def bought(world: World) -> ReplenishmentOrder:
    return world.replenishments[PUR]


def test_what_stands_at_the_dock_is_none_of_our_stock() -> None:
    world = here().world
    assert world.level(LAMP, WEST).on_hand == 0
    assert (bought(world).left, bought(world).stage) == (12, "at_the_dock")


def test_stock_rises_by_what_was_counted_and_the_rest_stays_on_order() -> None:
    story = here(PostGoodsReceipt(PUR, 1, 8, 1))
    assert story.world.level(LAMP, WEST).on_hand == 8
    event = story.entries[-1].event
    assert (event.short, event.damaged, event.sent_back) == (3, 1, 0)
    assert (bought(story.world).left, bought(story.world).stage) == (4, "partly_received")
    assert violations(story.world) == []


def test_what_is_missing_has_a_new_day() -> None:
    world = here(PostGoodsReceipt(PUR, 1, 8, 1)).world
    assert bought(world).expected == TODAY + timedelta(days=world.suppliers[BADGER].lead_time)
    later = given(world=world)
    later.world = msgspec.structs.replace(world, now=world.now + 9 * 86_400)
    later.and_(DeliverReplenishment(PUR, 4, 3), PostGoodsReceipt(PUR, 2, 3))
    assert bought(later.world).expected == day_of(later.world.now) + timedelta(days=5)


def test_who_counts_half_says_nothing_of_what_is_missing() -> None:
    event = here(PostGoodsReceipt(PUR, 1, 5)).entries[-1].event
    assert (event.short, event.expected) == (0, None)


def test_the_note_is_not_taken_in() -> None:
    assert here().when(PostGoodsReceipt(PUR, 1, 12)).refusal == CountExceedsArrived(
        PUR, 1, sound=8, damaged=1, requested=12, requested_damaged=0
    )
    # what is broken is not sound, and what is sound not broken
    for quantity, damaged in ((9, 0), (8, 2), (0, 2)):
        refusal = here().when(PostGoodsReceipt(PUR, 1, quantity, damaged)).refusal
        assert isinstance(refusal, CountExceedsArrived)


def test_what_has_not_come_or_is_counted_already_is_not_counted() -> None:
    story = given(LAMPS)
    expected = bought(story.world).expected
    assert story.when(PostGoodsReceipt(PUR, 1, 1)).refusal == NothingAtTheDock(
        PUR, 1, left=0, arrived=0, counted=0, expected=expected
    )
    again = here(PostGoodsReceipt(PUR, 1, 8, 1)).when(PostGoodsReceipt(PUR, 1, 1)).refusal
    assert again == NothingAtTheDock(PUR, 1, left=0, arrived=9, counted=9, expected=expected)
    unknown = UnknownReplenishment(replenishment_number="PUR-0")
    assert here().when(PostGoodsReceipt("PUR-0", 1, 1)).refusal == unknown


@pytest.mark.parametrize(("quantity", "damaged"), [(0, 0), (-1, 0), (3, -1)])
def test_nothing_is_no_count(quantity: int, damaged: int) -> None:
    refusal = here().when(PostGoodsReceipt(PUR, 1, quantity, damaged)).refusal
    assert refusal == MissingField(field="quantity")


def test_what_nobody_bought_goes_back_with_the_driver() -> None:
    story = here(brought=DeliverReplenishment(PUR, 12, 18, 1))
    assert story.when(PostGoodsReceipt(PUR, 1, 18)).refusal == DeliveryExceedsOrder(
        PUR, left=12, quantity=12, received=0, requested=18
    )
    story.and_(PostGoodsReceipt(PUR, 1, 12))
    assert story.entries[-1].event.sent_back == 7
    assert (bought(story.world).stage, story.world.level(LAMP, WEST).on_hand) == ("delivered", 12)
    assert violations(story.world) == []


def test_a_little_more_is_taken_in_where_the_company_takes_it() -> None:
    story = here(tolerance=10, brought=DeliverReplenishment(PUR, 12, 18))
    assert story.when(PostGoodsReceipt(PUR, 1, 14)).refusal == OverDelivery(
        PUR, most=13, quantity=12, tolerance=10, received=0, requested=14
    )
    # twelve close the purchase; the thirteenth may still be taken off the dock
    story.and_(PostGoodsReceipt(PUR, 1, 12), PostGoodsReceipt(PUR, 1, 1))
    assert story.world.level(LAMP, WEST).on_hand == 13
    assert story.entries[-1].event.sent_back == 5


def test_what_stands_at_the_dock_is_counted_before_the_rest_is_called_off() -> None:
    asked = CancelReplenishment(PUR, "enough")
    assert here().when(asked).refusal == GoodsAtTheDock(PUR, 1)
    story = here(PostGoodsReceipt(PUR, 1, 8, 1), asked)
    assert (bought(story.world).stage, bought(story.world).left) == ("closed_short", 0)
    closed = ReplenishmentClosed(replenishment_number=PUR, status="cancelled")
    assert story.when(DeliverReplenishment(PUR, 4, 4)).refusal == closed


def test_only_suppliers_bring_and_nobody_announces_more_than_was_bought() -> None:
    assert isinstance(given(LAMPS).when(SHORT, role="clerk").refusal, RoleRequired)
    many = given(LAMPS).when(DeliverReplenishment(PUR, 13, 13)).refusal
    assert many == DeliveryExceedsOrder(PUR, left=12, quantity=12, received=0, requested=13)
    for sound, damaged in ((0, 0), (-1, 2), (2, -1)):
        refusal = given(LAMPS).when(DeliverReplenishment(PUR, 12, sound, damaged)).refusal
        assert refusal == MissingField(field="quantity")


def test_who_brought_too_much_at_first_brings_the_rest_and_takes_home_what_is_too_much() -> None:
    story = here(PostGoodsReceipt(PUR, 1, 8), brought=DeliverReplenishment(PUR, 6, 8))
    story.and_(DeliverReplenishment(PUR, 6, 6), PostGoodsReceipt(PUR, 2, 4))
    assert story.entries[-1].event.sent_back == 2
    assert (bought(story.world).stage, bought(story.world).left) == ("delivered", 0)
    assert violations(story.world) == []


def test_what_goes_bad_is_a_lot_of_the_day_it_was_counted() -> None:
    story = given(LAMPS, SHORT, PostGoodsReceipt(PUR, 1, 8, 1), world=perishable(company(), LAMP))
    assert sum(lot.on_hand for lot in story.world.level(LAMP, WEST).lots) == 8
    assert violations(story.world) == []


@whatever(
    cuts=st.sets(st.integers(1, 17), max_size=5),
    sound=st.integers(1, 18),
    damaged=st.integers(0, 3),
)
def test_in_whatever_steps_it_is_counted_the_end_is_the_same(
    cuts: set[int], sound: int, damaged: int
) -> None:
    brought = DeliverReplenishment(PUR, 12, sound, damaged)
    counted = min(sound, 12)
    whole = here(PostGoodsReceipt(PUR, 1, counted, damaged), brought=brought)
    inner = sorted(cut for cut in cuts if cut < counted)
    steps = [PostGoodsReceipt(PUR, 1, to - at) for at, to in pairwise([0, *inner, counted])]
    # what is broken is counted first, or the full order sends it back by itself
    first = [PostGoodsReceipt(PUR, 1, 0, damaged)] if damaged else []
    parts = here(*first, *steps, brought=brought)
    assert parts.world.replenishments == whole.world.replenishments
    assert parts.world.stock == whole.world.stock
