"""A rule is tried before it is switched on: on the orders it waits for, one after the other."""

from typing import Any

import pytest

from tests.builders import (
    ARMCHAIR,
    FIRST,
    SECOND,
    Steps,
    order_allocated,
    order_archived,
    order_checked,
    order_confirmed,
    order_delivered,
    order_packed,
    order_paid,
    order_shipped,
    order_submitted,
)
from tests.orders.test_rulebook import rule
from tests.story import given
from trainer.orders import codec
from trainer.orders.feedback import ReceiveComplaint
from trainer.orders.holds import PlaceHold, ReleaseHold
from trainer.orders.refusals import Refusal
from trainer.orders.remedies import CancelOrder
from trainer.orders.returns import RequestReturn
from trainer.orders.rulebook import TRIGGERS, Action, Trigger
from trainer.orders.stock import InsufficientStock, StockAllocated
from trainer.orders.world import ReturnRow
from trainer.play import rehearsal
from trainer.play.preview import Effects
from trainer.play.rehearsal import Rehearsal, rehearsed

NOTE = Action("add_note", words="seen")
STOP = PlaceHold(FIRST, "manual", "wait")


def tried(*happened: Any, **wanted: Any) -> Rehearsal:
    """What a rule would do in the world after these."""
    story = given(*happened, rule(**wanted))
    before = codec.encode_world(story.world)
    found = rehearsed(story.world, story.world.rules["R-1"])
    assert codec.encode_world(story.world) == before
    return found


STAGES: dict[Trigger, tuple[Steps, Steps]] = {
    "order_submitted": (order_submitted(), order_confirmed()),
    "order_checked": (order_checked(), order_submitted()),
    "order_confirmed": (order_confirmed(), order_checked()),
    "hold_placed": ((order_confirmed(), STOP), order_confirmed()),
    "hold_released": ((order_confirmed(), STOP, ReleaseHold(FIRST, "manual", "ok")),
                      (order_confirmed(), STOP)),
    "payment_booked": (order_paid(), order_confirmed()),
    "stock_allocated": (order_allocated(), order_paid()),
    "backorder_fillable": (order_paid(), order_allocated()),
    "package_packed": (order_packed(), order_allocated()),
    "package_shipped": (order_shipped(), order_packed()),
    "package_delivered": (order_delivered(), order_shipped()),
    "return_requested": (
        (order_delivered(), RequestReturn(FIRST, (ReturnRow(1, 1),), "changed_mind")),
        order_delivered(),
    ),
    "complaint_received": (
        (order_shipped(), ReceiveComplaint(FIRST, "late_delivery", "Where?", "Where is it?")),
        order_shipped(),
    ),
    "order_cancelled": ((order_confirmed(), CancelOrder(FIRST, "typo")), order_confirmed()),
}  # fmt: skip


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_it_is_tried_on_orders_at_the_stage_it_waits_for(trigger: Trigger) -> None:
    at_stage, before_it = STAGES[trigger]
    # a note can be left at any time; only the stage decides
    assert [r.order.order_number for r in tried(at_stage, trigger=trigger, action=NOTE).rows] == [
        FIRST
    ]
    assert tried(before_it, trigger=trigger, action=NOTE).rows == ()


def test_what_is_in_the_archive_is_left_out() -> None:
    assert tried(order_archived(), trigger="payment_booked", action=NOTE).rows == ()


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_what_is_delivered_is_behind_most_events(trigger: Trigger) -> None:
    after = {"package_delivered", "return_requested", "complaint_received"}
    rows = tried(
        order_delivered(),
        RequestReturn(FIRST, (ReturnRow(1, 1),), "changed_mind"),
        ReceiveComplaint(FIRST, "late_delivery", "Late", "It came late."),
        trigger=trigger,
        action=NOTE,
    ).rows
    assert bool(rows) == (trigger in after)


def test_conditions_are_looked_at() -> None:
    assert tried(order_submitted(), total_at_least=10_000_000).rows == ()
    assert tried(order_submitted(), payment_terms="prepay").acts == 1


def test_what_it_takes_for_one_the_next_cannot_have() -> None:
    found = tried(
        order_paid(lines={ARMCHAIR: 9}),
        order_paid(SECOND, lines={ARMCHAIR: 9}),
        trigger="payment_booked",
        action=Action("allocate"),
    )
    (first, second) = found.rows
    assert isinstance(first.result, Effects)
    assert isinstance(second.result, Effects)
    taken = [
        sum(row.quantity for row in entry.event.rows)
        for row in (first, second)
        if isinstance(row.result, Effects)
        for entry in row.result.entries
        if isinstance(entry.event, StockAllocated)
    ]
    assert taken == [9, 5]  # there are fourteen
    assert not isinstance(first.result, InsufficientStock)


def test_refusals_come_last_and_all_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    action = Action("confirm_order")
    found = tried(order_checked(), order_submitted(SECOND), action=action)
    # the newest is not checked: it is refused, and stands below
    assert [row.order.order_number for row in found.rows] == [FIRST, SECOND]
    assert isinstance(found.rows[1].result, Refusal)
    assert (found.acts, found.tried, found.more) == (1, 2, 0)
    monkeypatch.setattr(rehearsal, "SHOWN", 1)
    found = tried(order_checked(), order_submitted(SECOND), action=action)
    assert [row.order.order_number for row in found.rows] == [FIRST]
    assert (found.acts, found.tried, found.more) == (1, 2, 1)
