"""Purchasing: bought from who sells it, promised from the day it is expected, come once."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.builders import BADGER, DESK, EAST, LAMP, MAGPIE, TODAY, WEST
from tests.story import given
from trainer.orders import codec
from trainer.orders.invariants import violations
from trainer.orders.purchasing import (
    CancelReplenishment,
    DeliveryExceedsOrder,
    NotSupplied,
    PartialPack,
    PlaceReplenishment,
    ReceiveReplenishment,
    ReplenishmentCancelled,
    ReplenishmentClosed,
    UnknownReplenishment,
    UnknownSupplier,
)
from trainer.orders.refusals import MissingField, MissingReason
from trainer.orders.stock import ImplausibleQuantity

PUR = "PUR-00001"
LAMPS = PlaceReplenishment(BADGER, LAMP, 12, WEST)


def test_what_is_bought_is_expected_on_the_suppliers_day() -> None:
    bought = given().when(LAMPS).world.replenishments[PUR]
    assert (bought.expected, bought.left) == (TODAY + timedelta(days=5), 12)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"supplier_id": "V-0"}, UnknownSupplier(supplier_id="V-0")),
        ({"sku": DESK}, NotSupplied(supplier_id=BADGER, sku=DESK)),
        ({"sku": "NO-SUCH-THING"}, MissingField(field="sku")),
        ({"warehouse": "NORTH"}, MissingField(field="warehouse")),
        ({"quantity": 0}, MissingField(field="quantity")),
        ({"quantity": 6_000_000}, ImplausibleQuantity(LAMP, 6_000_000)),
        ({"quantity": 14}, PartialPack(LAMP, 6, requested=14, packs=2, over=2, more=18)),
        ({"quantity": 5}, PartialPack(LAMP, 6, requested=5, packs=0, over=5, more=6)),
    ],
)
def test_only_what_somebody_sells_is_bought(changes: Any, refusal: Any) -> None:
    assert given().when(msgspec.structs.replace(LAMPS, **changes)).refusal == refusal


def test_some_sell_everything() -> None:
    assert given().when(PlaceReplenishment(MAGPIE, DESK, 1, EAST)).refusal is None


def test_a_delivery_in_two_parts_closes_with_the_second() -> None:
    story = given(LAMPS, ReceiveReplenishment(PUR, 5))
    assert story.world.replenishments[PUR].left == 7
    assert story.when(ReceiveReplenishment(PUR, 8)).refusal == DeliveryExceedsOrder(
        replenishment_number=PUR, left=7, quantity=12, received=5, requested=8
    )
    after = story.when(ReceiveReplenishment(PUR, 7))
    assert after.world.level(LAMP, WEST).on_hand == 12
    assert after.world.incoming.get(LAMP, ()) == ()
    assert violations(after.world) == []


def test_what_was_called_off_does_not_come() -> None:
    assert given(LAMPS).when(CancelReplenishment(PUR, " ")).refusal == MissingReason()
    story = given(LAMPS, CancelReplenishment(PUR, "made instead"))
    closed = ReplenishmentClosed(replenishment_number=PUR, status="cancelled")
    assert story.when(ReceiveReplenishment(PUR, 1)).refusal == closed
    assert story.when(CancelReplenishment(PUR, "again")).refusal == closed


def test_a_purchase_is_called_off_for_a_reason_of_the_list() -> None:
    why = CancelReplenishment(PUR, reason_code="comes_too_late")
    after = given(LAMPS).when(why)
    assert after.events == (ReplenishmentCancelled(PUR, "", "comes_too_late"),)
    assert after.world.replenishments[PUR].called_off_for == "comes_too_late"
    # what is on no list is said in words, and so was all of before the list
    assert given(LAMPS).when(CancelReplenishment(PUR)).refusal == MissingReason()
    old = codec.decode_event(
        '{"type":"replenishment_cancelled","replenishment_number":"PUR-00001","reason":"no"}'
    )
    assert old == ReplenishmentCancelled(PUR, "no")
    assert given(LAMPS, old).world.replenishments[PUR].called_off_for == "other"


def test_what_was_never_bought_is_not_found() -> None:
    refusal = UnknownReplenishment(replenishment_number=PUR)
    assert given().when(ReceiveReplenishment(PUR, 1)).refusal == refusal
    assert given().when(CancelReplenishment(PUR, "why")).refusal == refusal
