"""Lots: what came together expires together; nothing leaves after its day."""

from datetime import timedelta
from functools import partial

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    DESK,
    EAST,
    FIRST,
    HERON,
    LAMP,
    SECOND,
    TODAY,
    WEST,
    arriving,
    booking,
    company,
    labelling,
    leaving,
    order_allocated,
    order_confirmed,
    order_delivered,
    order_labelled,
    order_shipped,
    packing,
    picking,
    transfer,
)
from tests.orders.walk import perishable
from tests.story import Story, given
from trainer.catalog.perishables import in_lots
from trainer.orders import codec
from trainer.orders.backorders import FillBackorders
from trainer.orders.clock import AdvanceClock
from trainer.orders.invariants import violations
from trainer.orders.lots import (
    LotBelowAllocated,
    LotExpired,
    LotInsufficient,
    UnknownLot,
    of_day,
)
from trainer.orders.mishaps import ReceiveBack
from trainer.orders.purchasing import PlaceReplenishment, ReceiveReplenishment
from trainer.orders.reallocation import Reallocate, TakenRow
from trainer.orders.refusals import MissingField
from trainer.orders.remedies import CancelledRow, CancelLineQuantity
from trainer.orders.returned_lots import LotNotShipped
from trainer.orders.returns import (
    AuthoriseReturn,
    CloseReturn,
    DeliverReturn,
    ExpiredNotRestocked,
    InspectExceedsReceived,
    InspectReturn,
    ReceiveReturn,
)
from trainer.orders.returns import RequestReturn as Ask
from trainer.orders.shipping import ScanPackage, ShipPackage, VoidPackage
from trainer.orders.stock import (
    AdjustStock,
    Allocate,
    AllocationRow,
    CycleCount,
    ReceiveStock,
    ReleaseAllocation,
    ReleaseExceedsUnpacked,
    ReleaseRow,
    TransferStock,
    suggested_rows,
)
from trainer.orders.values import DAY
from trainer.orders.world import Lot, PackageRow, ReturnRow, World

RMA = "RMA-00001"
OLD = TODAY + timedelta(days=1)
NEW = TODAY + timedelta(days=12)


def lots(world: World, sku: str = ARMCHAIR, warehouse: str = EAST) -> list[tuple[str, int, int]]:
    """Number, on hand and allocated of every lot on a shelf."""
    level = world.level(sku, warehouse)
    assert violations(world) == []
    return [(lot.lot_number, lot.on_hand, lot.allocated) for lot in level.lots]


def stocked() -> World:
    """Ten armchairs in the east: five expire tomorrow, five in twelve days."""
    return perishable(company(), ARMCHAIR)


def promised(quantity: int = 4) -> Story:
    return given(order_confirmed(lines={ARMCHAIR: quantity}), world=stocked())


def later(story: Story, days: int) -> Story:
    return story.and_(AdvanceClock(story.world.now + days * DAY))


def row(quantity: int, lot_number: str = "") -> AllocationRow:
    return AllocationRow(1, EAST, quantity, lot_number)


# --- what comes in ------------------------------------------------------------------------------


def test_what_comes_in_is_a_lot_of_its_day_or_of_the_number_it_has() -> None:
    world = stocked()
    number, lasts = of_day(world.products[ARMCHAIR], TODAY)
    after = given(ReceiveStock(ARMCHAIR, EAST, 2), world=world).world
    assert after.level(ARMCHAIR, EAST).lot(number) == Lot(number, lasts, 2)
    named = ReceiveStock(ARMCHAIR, EAST, 2, "L-7", TODAY + timedelta(days=3))
    after = given(named, world=world).world
    assert lots(after) == [("L-OLD", 5, 0), ("L-7", 2, 0), ("L-NEW", 5, 0)]


def test_what_is_bought_comes_as_a_lot() -> None:
    story = given(PlaceReplenishment("V-BADGER", ARMCHAIR, 3, WEST), world=stocked())
    story.and_(ReceiveReplenishment("PUR-00001", 3))
    assert sum(on_hand for _, on_hand, _ in lots(story.world, ARMCHAIR, WEST)) == 7


def test_goods_without_a_shelf_life_know_no_lots() -> None:
    assert given(ReceiveStock(LAMP, EAST, 6), world=stocked()).world.level(LAMP, EAST).lots == ()


# --- setting aside ------------------------------------------------------------------------------


def test_the_earliest_that_lasts_until_the_promised_day_comes_first() -> None:
    after = promised().when(Allocate(FIRST, (row(4),)))
    assert lots(after.world) == [("L-OLD", 5, 0), ("L-NEW", 5, 4)]
    assert after.order.lines[0].allocations[0].lot_number == "L-NEW"


def test_what_does_not_last_so_long_comes_last() -> None:
    after = promised(7).when(Allocate(FIRST, (row(7),)))
    assert lots(after.world) == [("L-OLD", 5, 2), ("L-NEW", 5, 5)]


def test_a_clerk_may_name_the_lot() -> None:
    after = promised().when(Allocate(FIRST, (row(3, "L-OLD"), row(1))))
    assert lots(after.world) == [("L-OLD", 5, 3), ("L-NEW", 5, 1)]


def test_no_more_than_the_lot_has() -> None:
    refusal = promised(7).when(Allocate(FIRST, (row(6, "L-NEW"),))).refusal
    assert refusal == LotInsufficient(
        warehouse=EAST, lot_number="L-NEW", available=5, on_hand=5, allocated=0, requested=6
    )


@pytest.mark.parametrize("asked", [row(1, "L-OLD"), row(6)])
def test_what_has_expired_is_not_set_aside(asked: AllocationRow) -> None:
    story = later(promised(6), 2)
    assert story.when(Allocate(FIRST, (asked,))).refusal == LotExpired(
        sku=ARMCHAIR, lot_number="L-OLD", expires=OLD, today=TODAY + timedelta(days=2)
    )


def test_what_has_expired_is_not_available() -> None:
    assert promised().world.available(ARMCHAIR) == 14
    story = later(promised(), 2)
    assert story.world.available(ARMCHAIR) == 7
    assert story.world.free(ARMCHAIR) == {EAST: 5, WEST: 2}


def test_backorders_are_filled_from_what_lasts() -> None:
    story = later(given(order_confirmed(lines={ARMCHAIR: 3}), world=stocked()), 2)
    story.and_(order_confirmed(SECOND, customer=HERON, lines={ARMCHAIR: 3}))
    after = story.when(FillBackorders(ARMCHAIR)).world
    assert lots(after)[1] == ("L-NEW", 5, 5)
    assert [order.lines[0].open for order in after.orders.values()] == [0, 0]


def test_what_is_given_back_goes_into_its_lot() -> None:
    story = promised().and_(Allocate(FIRST, (row(2, "L-OLD"), row(2, "L-NEW"))))
    after = story.when(ReleaseAllocation(FIRST, (row(2, "L-NEW"),)))
    assert lots(after.world) == [("L-OLD", 5, 2), ("L-NEW", 5, 0)]
    assert story.when(ReleaseAllocation(FIRST, (row(3, "L-NEW"),))).refusal == (
        ReleaseExceedsUnpacked(
            line_number=1, warehouse=EAST, unpacked=2, allocated=2, packed=0, requested=3
        )
    )
    assert lots(story.when(ReleaseAllocation(FIRST, (row(4),))).world) == [
        ("L-OLD", 5, 0),
        ("L-NEW", 5, 0),
    ]


def test_what_is_called_off_goes_into_its_lot() -> None:
    story = promised().and_(Allocate(FIRST, (row(2, "L-OLD"), row(2, "L-NEW"))))
    after = story.when(CancelLineQuantity(FIRST, (CancelledRow(1, 3),), "asked by phone"))
    assert sum(allocated for _, _, allocated in lots(after.world)) == 1


def test_a_lot_goes_along_to_the_order_that_takes_it() -> None:
    story = given(
        order_allocated(lines={ARMCHAIR: 10}),
        order_confirmed(SECOND, customer=HERON, lines={ARMCHAIR: 4}),
        world=stocked(),
    )
    before = lots(story.world)
    after = story.when(Reallocate(SECOND, (TakenRow(FIRST, 1, 1, EAST, 3),), "urgent"))
    assert after.refusal is None
    assert lots(after.world) == before
    assert all(kept.lot_number for kept in after.order.lines[0].allocations)


def test_an_expired_lot_helps_nobody_else() -> None:
    story = promised(5).and_(
        Allocate(FIRST, (row(5, "L-OLD"),)),
        order_confirmed(SECOND, customer=HERON, lines={ARMCHAIR: 4}),
    )
    later(story, 2)
    asked = Reallocate(SECOND, (TakenRow(FIRST, 1, 1, EAST, 1),), "urgent")
    assert isinstance(story.when(asked).refusal, LotExpired)


# --- on the shelf -------------------------------------------------------------------------------


def test_a_count_takes_the_earliest_first_and_finds_more_of_the_newest() -> None:
    assert lots(given(AdjustStock(ARMCHAIR, EAST, -6, "broken"), world=stocked()).world) == [
        ("L-NEW", 4, 0)
    ]
    assert lots(given(AdjustStock(ARMCHAIR, EAST, 2, "found"), world=stocked()).world)[1] == (
        "L-NEW",
        7,
        0,
    )


def test_a_transfer_takes_the_lots_along() -> None:
    after = given(TransferStock(ARMCHAIR, EAST, WEST, 6), world=stocked()).world
    assert lots(after) == [("L-NEW", 4, 0)]
    assert lots(after, ARMCHAIR, WEST) == [("L-OLD", 7, 0), ("L-NEW", 3, 0)]
    assert after.level(ARMCHAIR, WEST).lot("L-OLD") == Lot("L-OLD", OLD, 7)


# --- parcels ------------------------------------------------------------------------------------


def test_a_parcel_knows_its_lots() -> None:
    story = given(order_labelled(lines={ARMCHAIR: 2}), world=stocked())
    (package,) = story.world.orders[FIRST].packages
    assert package.rows == (PackageRow(1, 2, "L-NEW", NEW),)


def test_what_expired_in_its_parcel_does_not_leave() -> None:
    story = later(given(order_labelled(lines={ARMCHAIR: 2}), world=stocked()), 13)
    assert story.when(ShipPackage(FIRST, 1)).refusal == LotExpired(
        sku=ARMCHAIR, lot_number="L-NEW", expires=NEW, today=TODAY + timedelta(days=13)
    )
    # the cure: unpack it, and give it back
    story.and_(VoidPackage(FIRST, 1), ReleaseAllocation(FIRST, (row(2),)))
    assert story.world.orders[FIRST].lines[0].open == 2


def test_what_leaves_is_gone_from_its_lot_and_comes_back_into_it() -> None:
    story = given(order_shipped(lines={ARMCHAIR: 2}), world=stocked())
    assert lots(story.world) == [("L-OLD", 5, 0), ("L-NEW", 3, 0)]
    story.and_(ScanPackage(FIRST, 1, "returned_to_sender"), ReceiveBack(FIRST, 1))
    assert lots(story.world) == [("L-OLD", 5, 0), ("L-NEW", 5, 0)]


def test_what_a_customer_returns_is_of_the_lot_they_got() -> None:
    story = given(order_delivered(lines={ARMCHAIR: 2}), world=stocked())
    story.and_(
        Ask(FIRST, (ReturnRow(1, 1),), "changed_mind"),
    )
    (back,) = story.world.orders[FIRST].returns
    story.and_(
        AuthoriseReturn(FIRST, back.rma_number, "customer"),
        DeliverReturn(FIRST, back.rma_number),
        ReceiveReturn(FIRST, back.rma_number, (ReturnRow(1, 1),)),
        InspectReturn(FIRST, back.rma_number, 1, 1, "restock"),
    )
    back = story.world.orders[FIRST].returns[0]
    lot = story.world.level(ARMCHAIR, back.warehouse).lot("L-NEW")
    assert lot is not None
    assert sum(on_hand for _, on_hand, _ in lots(story.world)) == 9


def came_back(*rows: ReturnRow, left: int = 4) -> Story:
    """Two of each lot were delivered, and so many come back in a parcel."""
    story = promised(left).and_(
        Allocate(FIRST, (row(2, "L-OLD"), row(left - 2, "L-NEW"))),
        partial(transfer, FIRST),
        partial(booking, FIRST),
        *(partial(step, FIRST) for step in (picking, packing, labelling, leaving, arriving)),
        Ask(FIRST, (ReturnRow(1, left),), "changed_mind"),
        AuthoriseReturn(FIRST, RMA, "customer"),
        DeliverReturn(FIRST, RMA),
    )
    return story.and_(ReceiveReturn(FIRST, RMA, rows)) if rows else story


def of(lot_number: str, quantity: int = 1) -> ReturnRow:
    return ReturnRow(1, quantity, lot_number=lot_number)


def returned_lots(story: Story) -> list[tuple[str, int, int]]:
    assert violations(story.world) == []
    (back,) = story.world.orders[FIRST].returns[0].rows
    return [(lot.lot_number, lot.received, lot.inspected) for lot in back.lots]


def test_a_return_may_name_the_lot_and_goes_back_into_it() -> None:
    story = came_back(of("L-NEW", 2), of("L-OLD"))
    assert returned_lots(story) == [("L-OLD", 1, 0), ("L-NEW", 2, 0)]
    story.and_(InspectReturn(FIRST, RMA, 1, 1, "restock", "L-NEW"))
    assert returned_lots(story) == [("L-OLD", 1, 0), ("L-NEW", 2, 1)]
    assert lots(story.world) == [("L-OLD", 3, 0), ("L-NEW", 4, 0)]


def test_without_a_lot_the_earliest_to_expire_came_back() -> None:
    story = came_back(ReturnRow(1, 3))
    assert returned_lots(story) == [("L-OLD", 2, 0), ("L-NEW", 1, 0)]
    story.and_(InspectReturn(FIRST, RMA, 1, 3, "restock"))
    assert lots(story.world) == [("L-OLD", 5, 0), ("L-NEW", 4, 0)]


def test_only_a_lot_they_got_comes_back_and_only_once() -> None:
    story = came_back()
    asked = ReceiveReturn(FIRST, RMA, (of("L-7"),))
    assert story.when(asked).refusal == LotNotShipped(
        line_number=1, lot_number="L-7", limit=0, delivered=0, given_back=0, received=0, requested=1
    )
    story.and_(ReceiveReturn(FIRST, RMA, (of("L-OLD"),)))
    assert story.when(ReceiveReturn(FIRST, RMA, (of("L-OLD", 2),))).refusal == LotNotShipped(
        line_number=1, lot_number="L-OLD", limit=1, delivered=2, given_back=0, received=1,
        requested=2,
    )  # fmt: skip


def test_one_lot_does_not_make_up_for_another() -> None:
    asked = ReceiveReturn(FIRST, RMA, (of("L-OLD", -1), of("L-NEW", 2)))
    assert came_back().when(asked).refusal == MissingField(field="quantity")


def test_what_was_not_counted_of_a_lot_is_not_inspected() -> None:
    story = came_back(of("L-NEW"))
    asked = InspectReturn(FIRST, RMA, 1, 1, "scrap", "L-OLD")
    assert isinstance(story.when(asked).refusal, InspectExceedsReceived)


def test_what_has_gone_bad_with_the_customer_is_not_sold_again() -> None:
    story = later(came_back(of("L-OLD"), of("L-NEW")), 2)
    refusal = ExpiredNotRestocked(ARMCHAIR, "L-OLD", OLD, TODAY + timedelta(days=2))
    assert story.when(InspectReturn(FIRST, RMA, 1, 2, "restock")).refusal == refusal
    story.and_(InspectReturn(FIRST, RMA, 1, 1, "restock", "L-NEW"))
    story.and_(InspectReturn(FIRST, RMA, 1, 1, "scrap"))
    assert returned_lots(story) == [("L-OLD", 1, 1), ("L-NEW", 1, 1)]


def test_what_was_given_back_can_come_back_again() -> None:
    story = came_back(ReturnRow(1, 4))
    story.and_(
        InspectReturn(FIRST, RMA, 1, 4, "return_to_customer"),
        CloseReturn(FIRST, RMA),
        Ask(FIRST, (ReturnRow(1, 2),), "changed_mind"),
        AuthoriseReturn(FIRST, "RMA-00002", "customer"),
        DeliverReturn(FIRST, "RMA-00002"),
        ReceiveReturn(FIRST, "RMA-00002", (of("L-NEW"), ReturnRow(1, 1))),
    )
    assert violations(story.world) == []
    (again,) = story.world.orders[FIRST].returns[1].rows
    assert [(lot.lot_number, lot.received) for lot in again.lots] == [("L-OLD", 1), ("L-NEW", 1)]


def test_what_left_before_lots_were_told_apart_comes_back_without_one() -> None:
    story = given(order_delivered(lines={ARMCHAIR: 2}))
    kept = in_lots(story.world, 30)
    story = given(
        Ask(FIRST, (ReturnRow(1, 2),), "changed_mind"),
        AuthoriseReturn(FIRST, RMA, "customer"),
        DeliverReturn(FIRST, RMA),
        ReceiveReturn(FIRST, RMA, (ReturnRow(1, 2),)),
        InspectReturn(FIRST, RMA, 1, 2, "restock"),
        world=kept,
    )
    assert returned_lots(story) == []
    assert sum(on_hand for _, on_hand, _ in lots(story.world)) == 10


def test_a_count_may_name_the_lot() -> None:
    after = given(AdjustStock(ARMCHAIR, EAST, -2, "broken", lot_number="L-NEW"), world=stocked())
    assert lots(after.world) == [("L-OLD", 5, 0), ("L-NEW", 3, 0)]
    after.and_(CycleCount(ARMCHAIR, EAST, 6, "one was behind", lot_number="L-OLD"))
    assert lots(after.world) == [("L-OLD", 6, 0), ("L-NEW", 3, 0)]
    unknown = CycleCount(ARMCHAIR, EAST, 6, "found", lot_number="L-7")
    assert after.when(unknown).refusal == UnknownLot(ARMCHAIR, EAST, "L-7")
    # lamps are kept without lots
    unknown = AdjustStock(LAMP, EAST, 1, "found", lot_number="L-OLD")
    assert after.when(unknown).refusal == UnknownLot(LAMP, EAST, "L-OLD")


def test_a_lot_is_not_counted_below_what_is_set_aside_of_it() -> None:
    story = promised().and_(Allocate(FIRST, (row(1, "L-OLD"), row(3, "L-NEW"))))
    counted = CycleCount(ARMCHAIR, EAST, 1, "mould", lot_number="L-NEW")
    assert story.when(counted).refusal == LotBelowAllocated(
        sku=ARMCHAIR, warehouse=EAST, lot_number="L-NEW", on_hand=5, difference=-4, allocated=3
    )
    theirs = (ReleaseRow(FIRST, 1, 2),)
    story.and_(msgspec.structs.replace(counted, rows=theirs))
    assert lots(story.world) == [("L-OLD", 5, 1), ("L-NEW", 1, 1)]
    assert story.world.orders[FIRST].lines[0].open == 2


# --- first expired first out, wherever it lies --------------------------------------------------


def fefo() -> World:
    """Two lots in the east; in the west a third that goes bad between them."""
    world = stocked()
    policies = msgspec.structs.replace(world.policies, sourcing="by_expiry")
    company = msgspec.structs.replace(world.company, policies=policies)
    west = msgspec.structs.replace(
        world.level(ARMCHAIR, WEST), lots=(Lot("L-MID", TODAY + timedelta(days=11), 4),)
    )
    return msgspec.structs.replace(world, company=company).with_level(west)


def test_the_lot_that_expires_first_serves_wherever_it_lies() -> None:
    story = given(order_confirmed(lines={ARMCHAIR: 8}), world=fefo())
    rows = suggested_rows(story.world, story.world.orders[FIRST])
    # the old one does not last until the promised day: it comes last
    assert rows == (AllocationRow(1, WEST, 4, "L-MID"), AllocationRow(1, EAST, 4, "L-NEW"))
    assert story.when(Allocate(FIRST, rows)).refusal is None


def test_the_queue_is_served_by_expiry_too() -> None:
    story = given(
        order_confirmed(lines={ARMCHAIR: 3}),
        order_confirmed(SECOND, customer=HERON, lines={ARMCHAIR: 3}),
        world=fefo(),
    )
    story.and_(FillBackorders(ARMCHAIR))
    assert lots(story.world, ARMCHAIR, WEST) == [("L-MID", 4, 4)]
    assert lots(story.world) == [("L-OLD", 5, 0), ("L-NEW", 5, 2)]


def test_what_knows_no_lots_comes_from_the_fullest_shelf() -> None:
    story = given(order_confirmed(lines={DESK: 2}), world=fefo())
    assert suggested_rows(story.world, story.world.orders[FIRST]) == (AllocationRow(1, EAST, 2),)


def test_a_world_with_lots_is_stored_and_read() -> None:
    world = promised().and_(Allocate(FIRST, (row(4),))).world
    assert codec.decode_world(codec.encode_world(world)).stock == world.stock
