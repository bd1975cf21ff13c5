"""What nobody has paid in time is called off; what stands packed by then is unpacked first."""

from datetime import date
from functools import partial

import pytest

from tests.builders import (
    FIRST,
    HERON,
    LAMP,
    OTTER,
    order_confirmed,
    order_paid,
    order_shipped,
    order_submitted,
    picking,
)
from tests.story import Happening, Story, given
from trainer.orders.amendments import AddToOrder
from trainer.orders.expiry import ExpireOrder, unpacking
from trainer.orders.invariants import violations
from trainer.orders.payment import ReceiveTransfer
from trainer.orders.refusals import IllegalState, RoleRequired
from trainer.orders.remedies import OrderCancelled, StillPacked, UseReturn
from trainer.orders.shipping import VoidPackage
from trainer.orders.stock import Allocate, AllocationRow
from trainer.orders.tasks import AssignTask, TaskAssigned, TaskFinished
from trainer.orders.values import day_of

EXPIRES = ExpireOrder(FIRST, "not paid", "unpack it", "unpacked")
TASK = "T-00001"


def packed() -> Story:
    """A promised order that nobody has paid, with a parcel that is picked."""
    aside = Allocate(FIRST, (AllocationRow(1, "EAST", 2),))
    return given(order_confirmed(), aside, partial(picking, FIRST))


def test_what_lies_on_the_shelf_is_called_off() -> None:
    story = given(order_confirmed()).when(EXPIRES)
    assert story.events == (OrderCancelled(FIRST, "not paid"),)


def test_parcels_that_stand_ready_are_somebodys_task_once() -> None:
    story = packed()
    today = day_of(story.world.now)
    assert story.when(EXPIRES).events == (
        TaskAssigned(FIRST, TASK, "unpack it", "trainee", today, unpaid=True),
    )
    story.and_(EXPIRES)
    assert story.world.orders[FIRST].status == "confirmed"
    assert story.when(EXPIRES).refusal == StillPacked(FIRST, packed=2)


def test_unpacked_the_task_is_over_and_so_is_the_order() -> None:
    story = packed().and_(EXPIRES, VoidPackage(FIRST, 1))
    story = story.when(EXPIRES)
    assert story.events == (
        TaskFinished(FIRST, TASK, "finished", "unpacked"),
        OrderCancelled(FIRST, "not paid"),
    )
    order = story.world.orders[FIRST]
    assert (order.lines[0].packed, order.lines[0].allocated) == (0, 0)
    assert violations(story.world) == []


def test_a_task_of_ones_own_is_left_alone() -> None:
    mine = AssignTask(FIRST, "ring them", "trainee", day_of(packed().world.now))
    story = packed().and_(mine)
    assert unpacking(story.world.orders[FIRST]) is None
    assert story.when(EXPIRES).refusal is None
    story = given(order_confirmed(), mine).when(EXPIRES)
    assert story.events == (OrderCancelled(FIRST, "not paid"),)


@pytest.mark.parametrize(
    ("happened", "status"),
    [
        (order_paid(), "paid"),
        ((*order_confirmed(), ReceiveTransfer(OTTER, 41_198, FIRST)), "unpaid"),
        (order_confirmed(customer=HERON), "on_account"),
    ],
)
def test_who_paid_or_pays_later_is_safe(happened: Happening, status: str) -> None:
    refusal = given(happened).when(EXPIRES).refusal
    assert refusal == IllegalState(FIRST, status=status, wanted="unpaid")


def test_only_what_is_promised_and_has_not_left_expires() -> None:
    assert isinstance(given(order_submitted()).when(EXPIRES).refusal, IllegalState)
    more = AddToOrder(FIRST, LAMP, 6, date(2026, 12, 1), "they asked")
    assert given(order_shipped(), more).when(EXPIRES).refusal == UseReturn(FIRST, shipped=2)


def test_nobody_but_the_system_does_it() -> None:
    refused = given(order_confirmed()).when(EXPIRES, role="clerk").refusal
    assert isinstance(refused, RoleRequired)
