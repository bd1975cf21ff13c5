"""The boards: each parcel and each return stands once, where its next step is."""

import pytest

from tests.builders import (
    ARMCHAIR,
    EAST,
    FIRST,
    SECOND,
    Steps,
    order_allocated,
    order_delivered,
    order_labelled,
    order_packed,
    order_paid,
    order_picked,
    order_shipped,
)
from tests.orders.test_promises import CHAIRS, DESKS, paid_in_parts
from tests.story import given
from trainer.orders.holds import PlaceHold
from trainer.orders.refusals import snake_case
from trainer.orders.returns import RequestReturn
from trainer.orders.shipping import PickPackage, ScanPackage
from trainer.orders.status import AfterSale
from trainer.orders.stock import Allocate, AllocationRow
from trainer.orders.world import PackageRow, ReturnRow
from trainer.play.queues import Stage, on_the_way_back, on_the_way_out
from trainer.play.queues import steps as steps_of


@pytest.mark.parametrize(
    ("steps", "stage", "does"),
    [
        (order_paid(), "to_allocate", "allocate"),
        (order_allocated(), "to_pick", "pick_package"),
        (order_picked(), "to_pack", "pack_package"),
        (order_packed(), "to_label", "label_package"),
        (order_labelled(), "to_hand_over", "ship_package"),
        (order_shipped(), "on_the_way", ""),
        (order_delivered(), None, ""),
    ],
    ids=["paid", "allocated", "picked", "packed", "labelled", "shipped", "delivered"],
)
def test_a_parcel_stands_where_its_next_step_is(steps: Steps, stage: str | None, does: str) -> None:
    world = given(*steps).world
    found = on_the_way_out(world)
    cards = [(name, it) for name, parcels in found.items() for it in parcels]
    assert [name for name, _ in cards] == ([stage] if stage else [])
    for _, it in cards:
        [offer] = steps_of(world, it) or [None]
        assert it.order.order_number == FIRST
        assert (offer.name if offer else "") == does
        assert offer is None or offer.refusal is None


@pytest.mark.parametrize(
    ("steps", "stage", "code"),
    [
        ((*order_allocated(), PlaceHold(FIRST, "manual", "ask first")), "to_pick", "ORDER_ON_HOLD"),
        (order_allocated(lines={ARMCHAIR: 50}), "to_allocate", "INSUFFICIENT_STOCK"),
    ],
    ids=["on hold", "out of stock"],
)
def test_what_is_in_its_way_is_told(steps: Steps, stage: Stage, code: str) -> None:
    world = given(*steps).world
    [card] = on_the_way_out(world)[stage]
    [offer] = steps_of(world, card)
    assert offer.refusal
    assert offer.refusal.code == code


def test_trouble_has_a_column_of_its_own_and_the_earlier_promise_stands_first() -> None:
    world = (
        given(*order_shipped(FIRST), *order_shipped(SECOND))
        .and_(ScanPackage(SECOND, 1, "exception"))
        .world
    )
    found = on_the_way_out(world)
    assert [it.order.order_number for it in found["on_the_way"]] == [FIRST]
    assert [it.order.order_number for it in found["in_trouble"]] == [SECOND]
    both = on_the_way_out(given(*order_picked(FIRST), *order_picked(SECOND)).world)["to_pack"]
    assert [it.order.order_number for it in both] == [FIRST, SECOND]


def test_a_return_stands_where_it_has_come_to() -> None:
    wanted = RequestReturn(FIRST, (ReturnRow(1, 1),), "changed_mind")
    world = given(*order_delivered(FIRST)).and_(wanted).world
    found = on_the_way_back(world)
    stages: dict[AfterSale, int] = {stage: len(cards) for stage, cards in found.items() if cards}
    assert stages == {"requested": 1}
    [card] = found["requested"]
    assert {snake_case(type(it.command).__name__) for it in steps_of(world, card)} == {
        "authorise_return", "reject_return",
    }  # fmt: skip


def test_a_parcel_is_due_when_what_is_in_it_is() -> None:
    story = paid_in_parts()
    [waiting] = on_the_way_out(story.world)["to_allocate"]
    assert waiting.due == CHAIRS
    story.and_(Allocate(FIRST, (AllocationRow(2, EAST, 6),)))
    board = on_the_way_out(story.world)
    assert [it.due for it in board["to_allocate"]] == [CHAIRS]
    assert [it.due for it in board["to_pick"]] == [DESKS]
    story.and_(PickPackage(FIRST, EAST, (PackageRow(2, 6),)))
    assert [it.due for it in on_the_way_out(story.world)["to_pack"]] == [DESKS]
