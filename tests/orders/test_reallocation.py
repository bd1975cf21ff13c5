"""Reallocation: what is set aside for one goes to another, in one command that says whose it is."""

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
    WEST,
    order_allocated,
    order_confirmed,
    order_picked,
    order_shipped,
    order_submitted,
)
from tests.story import Story, given
from trainer.orders.backorders import PrioritiseOrder
from trainer.orders.engine import Command
from trainer.orders.invariants import violations
from trainer.orders.reallocation import (
    AllocationGivenUp,
    AllocationPacked,
    OtherGoods,
    Reallocate,
    StockReallocated,
    TakenFromItself,
    TakenRow,
    holders,
    suggested_taking,
)
from trainer.orders.refusals import IllegalState, MissingField, MissingReason, UnknownOrder
from trainer.orders.stock import AllocateExceedsOpen, AllocationRow, ReceiveStock
from trainer.simulation.backlog import react

WHY = "they open on Monday"
FOUR = TakenRow(FIRST, 1, 1, EAST, 4)


def short() -> Story:
    """All armchairs are set aside for the first; the second waits for four."""
    return given(
        order_allocated(lines={ARMCHAIR: 14}),
        order_confirmed(SECOND, customer=HERON, lines={ARMCHAIR: 4}),
    )


def taking(*rows: TakenRow, reason: str = WHY) -> Command:
    return Reallocate(SECOND, rows, reason)


def test_units_go_from_one_order_to_another_in_one_command() -> None:
    story = short()
    after = story.when(taking(FOUR))
    rows = (AllocationRow(1, EAST, 4),)
    assert after.events == (
        AllocationGivenUp(FIRST, SECOND, rows, 4, WHY),
        StockReallocated(SECOND, FIRST, rows, 4),
    )
    loser, winner = after.world.orders[FIRST], after.world.orders[SECOND]
    assert (loser.lines[0].open, loser.lines[0].allocated) == (4, 10)
    assert (winner.lines[0].open, winner.lines[0].allocated) == (0, 4)
    assert after.world.level(ARMCHAIR, EAST) == story.world.level(ARMCHAIR, EAST)
    assert violations(after.world) == []


def test_both_orders_have_a_new_version_and_who_loses_waits_in_the_queue() -> None:
    story = short()
    before = story.world.orders[FIRST].version, story.world.orders[SECOND].version
    after = story.when(taking(FOUR)).world
    assert (after.orders[FIRST].version, after.orders[SECOND].version) == (
        before[0] + 1,
        before[1] + 1,
    )
    assert [order.order_number for order in after.waiting(ARMCHAIR)] == [FIRST]


def test_several_can_give_up_a_little_each() -> None:
    story = given(
        order_allocated(lines={ARMCHAIR: 10}),
        order_allocated("SO-10002", customer=HERON, lines={ARMCHAIR: 4}),
        order_confirmed("SO-10003", lines={ARMCHAIR: 3}),
    )
    rows = (TakenRow(FIRST, 1, 1, EAST, 2), TakenRow(SECOND, 1, 1, WEST, 1))
    after = story.when(Reallocate("SO-10003", rows, WHY))
    assert [type(event).__name__ for event in after.events] == [
        "AllocationGivenUp",
        "AllocationGivenUp",
        "StockReallocated",
    ]
    assert [row.warehouse for row in after.order.lines[0].allocations] == [EAST, WEST]
    assert violations(after.world) == []


def test_the_same_units_named_twice_count_with_their_sum() -> None:
    three = TakenRow(FIRST, 1, 1, EAST, 3)
    assert short().when(taking(three, three)).refusal == AllocateExceedsOpen(
        line_number=1, open=4, ordered=4, allocated=0, shipped=0, requested=6
    )


def test_what_stands_in_a_parcel_is_not_taken() -> None:
    story = given(
        order_picked(lines={ARMCHAIR: 10}),
        order_confirmed(SECOND, lines={ARMCHAIR: 5}),
    )
    assert story.when(taking(TakenRow(FIRST, 1, 1, EAST, 1))).refusal == AllocationPacked(
        from_order=FIRST,
        from_line=1,
        warehouse=EAST,
        to_take=0,
        allocated=10,
        packed=10,
        requested=1,
    )


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (taking(), MissingField(field="quantity")),
        (taking(TakenRow(FIRST, 1, 1, EAST, 0)), MissingField(field="quantity")),
        (taking(FOUR, TakenRow(FIRST, 1, 1, EAST, -1)), MissingField(field="quantity")),
        (taking(TakenRow(FIRST, 9, 1, EAST, 1)), MissingField(field="line")),
        (taking(TakenRow(FIRST, 1, 9, EAST, 1)), MissingField(field="line")),
        (taking(FOUR, reason=" "), MissingReason()),
        (taking(TakenRow("SO-0", 1, 1, EAST, 1)), UnknownOrder(order_number="SO-0")),
        (taking(TakenRow(SECOND, 1, 1, EAST, 1)), TakenFromItself(order_number=SECOND)),
    ],
)
def test_rows_say_whose_units_they_are(command: Command, refusal: object) -> None:
    assert short().when(command).refusal == refusal


def test_other_goods_help_nobody() -> None:
    story = given(
        order_allocated(lines={DESK: 3, LAMP: 6}),
        order_confirmed(SECOND, customer=HERON, lines={ARMCHAIR: 2}),
    )
    assert story.when(taking(TakenRow(FIRST, 2, 1, EAST, 2))).refusal == OtherGoods(
        from_order=FIRST, from_line=2, from_sku=LAMP, sku=ARMCHAIR
    )


def test_nothing_is_taken_from_or_for_an_order_that_was_not_promised_or_is_over() -> None:
    story = given(order_allocated(), order_submitted(SECOND))
    assert story.when(taking(TakenRow(FIRST, 1, 1, EAST, 1))).refusal == IllegalState(
        order_number=SECOND, status="submitted", wanted="confirmed"
    )
    story = given(order_confirmed(), order_submitted(SECOND))
    command = Reallocate(FIRST, (TakenRow(SECOND, 1, 1, EAST, 1),), WHY)
    assert story.when(command).refusal == IllegalState(
        order_number=SECOND, status="submitted", wanted="confirmed"
    )


def test_the_least_urgent_is_asked_first() -> None:
    story = given(
        order_allocated(lines={ARMCHAIR: 10}),
        order_allocated("SO-10002", customer=HERON, lines={ARMCHAIR: 4}),
        order_confirmed("SO-10003", lines={ARMCHAIR: 12}),
    )
    third = "SO-10003"

    def asked(told: Story) -> list[str]:
        found = holders(told.world, told.world.orders[third])
        return [other.order_number for other, _, _ in found]

    assert asked(story) == [SECOND, FIRST]
    story.and_(PrioritiseOrder(SECOND, "high"))
    assert asked(story) == [FIRST, SECOND]
    assert suggested_taking(story.world, story.world.orders[third]) == (
        TakenRow(FIRST, 1, 1, EAST, 10),
        TakenRow(SECOND, 1, 1, WEST, 2),
    )


def test_nobody_is_asked_where_the_shelf_has_enough() -> None:
    story = short().and_(ReceiveStock(ARMCHAIR, WEST, 4))
    assert holders(story.world, story.world.orders[SECOND]) == []


def test_goods_that_left_are_nobodys_to_take() -> None:
    story = given(
        order_shipped(lines={ARMCHAIR: 2}),
        order_confirmed(SECOND, lines={ARMCHAIR: 5}),
    )
    after = story.when(taking(TakenRow(FIRST, 1, 1, EAST, 1)))
    assert isinstance(after.refusal, AllocationPacked)
    assert (after.refusal.to_take, after.refusal.allocated) == (0, 0)


def test_who_lost_units_is_served_at_once_if_the_policy_fills_the_queue() -> None:
    story = short().and_(ReceiveStock(ARMCHAIR, WEST, 3))
    company = story.world.company
    policies = msgspec.structs.replace(company.policies, backorder_fill="automatic")
    company = msgspec.structs.replace(company, policies=policies)
    after = Story(msgspec.structs.replace(story.world, company=company)).when(taking(FOUR))
    fills = [wish for entry in after.entries for wish in react(entry, after.world, 1)]
    assert [wish.command.sku for wish in fills] == [ARMCHAIR]
