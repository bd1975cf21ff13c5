"""Serial numbers: named when a parcel is closed, and again when something comes back."""

from functools import partial
from typing import Any

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    EAST,
    FIRST,
    HERON,
    LAMP,
    SECOND,
    company,
    order_delivered,
    order_packed,
    order_picked,
    order_shipped,
    packing,
)
from tests.story import Story, given
from trainer.catalog.serials import with_serials
from trainer.orders import codec
from trainer.orders.invariants import violations
from trainer.orders.mishaps import ReceiveBack
from trainer.orders.refusals import Refusal
from trainer.orders.returns import (
    AuthoriseReturn,
    CloseReturn,
    DeliverReturn,
    FinishRepair,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
)
from trainer.orders.serials import (
    SerialBack,
    SerialNotShipped,
    SerialOut,
    SerialRow,
    SerialsMissing,
    SerialTwice,
    proposed,
    with_customer,
)
from trainer.orders.shipping import PackPackage, ScanPackage, VoidPackage
from trainer.orders.unexpected import ReportUnexpectedItem, ResolveUnexpectedItem
from trainer.orders.world import ReturnRow, World

RMA = "RMA-00001"
ONE, TWO, THREE = "SN-000001", "SN-000002", "SN-000003"


def told_apart() -> World:
    """The company knows each of its armchairs."""
    world = company()
    chair = msgspec.structs.replace(world.products[ARMCHAIR], serials=True)
    return msgspec.structs.replace(world, products=world.products.set(ARMCHAIR, chair))


def story(*happened: Any) -> Story:
    return given(*happened, world=told_apart())


def packs(*serials: str, line_number: int = 1) -> PackPackage:
    return PackPackage(FIRST, 1, 9_000, (SerialRow(line_number, serials),))


def inside(tale: Story, number: str = FIRST) -> list[tuple[str, ...]]:
    assert violations(tale.world) == []
    return [row.serial_numbers for p in tale.world.orders[number].packages for row in p.rows]


# --- leaving ------------------------------------------------------------------------------------


def test_what_nobody_names_gets_the_next_numbers() -> None:
    tale = story(order_packed(lines={ARMCHAIR: 2, LAMP: 6}))
    assert inside(tale) == [(ONE, TWO), ()]
    assert dict(tale.world.serials) == {ONE: FIRST, TWO: FIRST}
    tale.and_(order_packed(SECOND, customer=HERON, lines={ARMCHAIR: 1}))
    assert inside(tale, SECOND) == [(THREE,)]


def test_a_clerk_may_read_other_numbers_off_the_goods() -> None:
    tale = story(order_picked(lines={ARMCHAIR: 2}))
    (parcel,) = tale.world.orders[FIRST].packages
    assert proposed(tale.world, tale.world.orders[FIRST], parcel) == (SerialRow(1, (ONE, TWO)),)
    tale.and_(packs(ONE, "X-7"))
    assert inside(tale) == [(ONE, "X-7")]


@pytest.mark.parametrize(
    ("named", "refusal"),
    [
        (packs(ONE), SerialsMissing(1, named=1, units=2)),
        (packs(ONE, TWO, THREE), SerialsMissing(1, named=3, units=2)),
        (packs(ONE, TWO, line_number=2), SerialsMissing(2, named=2, units=0)),
        (packs(ONE, ONE), SerialTwice(ONE)),
    ],
    ids=["too few", "too many", "lamps have none", "twice"],
)
def test_each_unit_has_one_number(named: PackPackage, refusal: Refusal) -> None:
    assert story(order_picked(lines={ARMCHAIR: 2, LAMP: 6})).when(named).refusal == refusal


def test_nothing_is_in_two_parcels() -> None:
    tale = story(
        order_packed(customer=HERON, lines={ARMCHAIR: 1}),
        order_picked(SECOND, lines={ARMCHAIR: 1}),
    )
    asked = PackPackage(SECOND, 1, 9_000, (SerialRow(1, (ONE,)),))
    assert tale.when(asked).refusal == SerialOut(ONE, FIRST)
    # once the other parcel is unpacked it is here again
    tale.and_(VoidPackage(FIRST, 1), asked)
    assert dict(tale.world.serials) == {ONE: SECOND}
    assert violations(tale.world) == []


def test_a_parcel_that_comes_back_unopened_brings_its_units_home() -> None:
    tale = story(order_shipped(lines={ARMCHAIR: 2}))
    tale.and_(ScanPackage(FIRST, 1, "returned_to_sender"), ReceiveBack(FIRST, 1))
    assert dict(tale.world.serials) == {}
    assert violations(tale.world) == []


def test_where_nobody_tells_units_apart_nothing_is_asked() -> None:
    tale = given(order_packed(lines={ARMCHAIR: 2}))
    assert inside(tale) == [()]
    assert "serial" not in tale.world.counters


# --- coming back --------------------------------------------------------------------------------


def here(units: int = 2) -> Story:
    """Three armchairs were delivered, and so many are at the dock again."""
    return story(
        order_delivered(lines={ARMCHAIR: 3, LAMP: 6}),
        RequestReturn(FIRST, (ReturnRow(1, units),), "changed_mind"),
        AuthoriseReturn(FIRST, RMA, "customer"),
        DeliverReturn(FIRST, RMA),
    )


def counts(*serials: str, quantity: int = 0, line_number: int = 1) -> ReceiveReturn:
    row = ReturnRow(line_number, quantity or len(serials), serial_numbers=serials)
    return ReceiveReturn(FIRST, RMA, (row,))


def states(tale: Story) -> list[tuple[str, str]]:
    assert violations(tale.world) == []
    (back,) = tale.world.orders[FIRST].returns[0].rows
    return [(kept.serial_number, kept.state) for kept in back.serials]


def test_what_comes_back_is_named_and_is_here_again() -> None:
    tale = here().and_(counts(THREE, ONE))
    assert states(tale) == [(THREE, "received"), (ONE, "received")]
    assert dict(tale.world.serials) == {TWO: FIRST}
    assert with_customer(tale.world.orders[FIRST], 1) == (TWO,)


@pytest.mark.parametrize(
    ("counted", "refusal"),
    [
        (counts("SN-9"), SerialNotShipped("SN-9", 1, FIRST)),
        (counts(ONE, ONE), SerialTwice(ONE)),
        (counts(ONE, quantity=2), SerialsMissing(1, named=1, units=2)),
        (counts(quantity=2), SerialsMissing(1, named=0, units=2)),
    ],
    ids=["never shipped", "twice", "too few", "none"],
)
def test_only_what_went_out_on_the_order(counted: ReceiveReturn, refusal: Refusal) -> None:
    assert here().when(counted).refusal == refusal


def test_the_unit_of_another_order_is_not_taken() -> None:
    tale = here().and_(order_delivered(SECOND, customer=HERON, lines={ARMCHAIR: 1}))
    theirs = "SN-000004"
    assert tale.world.serials[theirs] == SECOND
    assert tale.when(counts(theirs)).refusal == SerialNotShipped(theirs, 1, FIRST)


def test_the_same_unit_does_not_come_back_twice() -> None:
    tale = here().and_(counts(ONE))
    assert tale.when(counts(ONE)).refusal == SerialBack(ONE)


def test_goods_that_nobody_tells_apart_have_no_numbers() -> None:
    tale = story(
        order_delivered(lines={ARMCHAIR: 1, LAMP: 6}),
        RequestReturn(FIRST, (ReturnRow(2, 1),), "changed_mind"),
        AuthoriseReturn(FIRST, RMA, "customer"),
        DeliverReturn(FIRST, RMA),
    )
    refused = tale.when(counts(ONE, line_number=2)).refusal
    assert refused == SerialsMissing(2, named=1, units=0)


def test_a_repaired_unit_is_with_the_customer_and_can_come_back_again() -> None:
    tale = here().and_(counts(TWO, ONE), InspectReturn(FIRST, RMA, 1, 2, "repair"))
    assert states(tale) == [(TWO, "in_repair"), (ONE, "in_repair")]
    tale.and_(
        FinishRepair(FIRST, RMA, 1, 1, "repaired"), FinishRepair(FIRST, RMA, 1, 1, "beyond_repair")
    )
    assert states(tale) == [(TWO, "given_back"), (ONE, "inspected")]
    assert dict(tale.world.serials) == {TWO: FIRST, THREE: FIRST}
    tale.and_(
        CloseReturn(FIRST, RMA),
        RequestReturn(FIRST, (ReturnRow(1, 1),), "defective"),
        AuthoriseReturn(FIRST, "RMA-00002", "seller"),
        DeliverReturn(FIRST, "RMA-00002"),
    )
    again = ReceiveReturn(FIRST, "RMA-00002", (ReturnRow(1, 1, serial_numbers=(TWO,)),))
    assert tale.when(msgspec.structs.replace(again, rows=counts(ONE).rows)).refusal == SerialBack(
        ONE
    )
    tale.and_(again)
    assert violations(tale.world) == []


def test_what_is_accepted_unexpectedly_is_one_of_theirs() -> None:
    tale = story(
        order_delivered(lines={ARMCHAIR: 3, LAMP: 6}),
        RequestReturn(FIRST, (ReturnRow(2, 1),), "changed_mind"),
        AuthoriseReturn(FIRST, RMA, "customer"),
        DeliverReturn(FIRST, RMA),
        ReportUnexpectedItem(FIRST, RMA, ARMCHAIR, 1, "a chair"),
        ResolveUnexpectedItem(FIRST, RMA, ARMCHAIR, 1, "accept"),
    )
    assert with_customer(tale.world.orders[FIRST], 1) == (TWO, THREE)
    assert violations(tale.world) == []


# --- kept ---------------------------------------------------------------------------------------


def test_a_world_with_serial_numbers_is_stored_and_read() -> None:
    world = here().and_(counts(ONE)).world
    again = codec.decode_world(codec.encode_world(world))
    assert dict(again.serials) == dict(world.serials) == {TWO: FIRST, THREE: FIRST}
    assert codec.encode_world(again) == codec.encode_world(world)


def test_a_company_may_begin_to_tell_its_dearest_goods_apart() -> None:
    before = given(
        order_delivered(lines={ARMCHAIR: 2, LAMP: 6}),
        order_picked(SECOND, customer=HERON, lines={ARMCHAIR: 1}),
    ).world
    assert with_serials(before, 0) is before
    world = with_serials(before, 2)
    assert [sku for sku, product in sorted(world.products.items()) if product.serials] == [
        ARMCHAIR, "WOBBLY-DESK",
    ]  # fmt: skip
    assert violations(world) == []
    assert dict(world.serials) == {ONE: FIRST, TWO: FIRST}
    # what is packed from now on gets the numbers after those
    tale = given(partial(packing, SECOND), world=world)
    assert inside(tale, SECOND) == [(THREE,)]


def test_one_parcel_in_each_warehouse_has_numbers_of_its_own() -> None:
    tale = story(order_picked(lines={ARMCHAIR: 12}))
    assert {p.warehouse for p in tale.world.orders[FIRST].packages} > {EAST}
    tale.and_(partial(packing, FIRST))
    every = [serial for row in inside(tale) for serial in row]
    assert len(every) == len(set(every)) == 12
