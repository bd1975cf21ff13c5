"""A date for each line: what can come sooner than the rest is promised for its own day."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    ASKED,
    DESK,
    EAST,
    FIRST,
    HOTEL,
    LAMP,
    OTTER,
    QUICK,
    SECOND,
    SLOW,
    TODAY,
    allocation,
    company,
    order_allocated,
    order_checked,
    order_confirmed,
    order_paid,
)
from tests.story import Story, given
from trainer.orders import codec
from trainer.orders.amendments import AddToOrder, ChangeDelivery
from trainer.orders.backorders import FillBackorders, queue
from trainer.orders.clock import AdvanceClock
from trainer.orders.differences import differences
from trainer.orders.intake import ConfirmOrder, OrderConfirmed, default_promise
from trainer.orders.invariants import violations
from trainer.orders.promises import (
    LineAtp,
    LineDate,
    LinePromised,
    OneDateForAll,
    PromiseBeforeAtp,
    PromiseOverridden,
    earliest_of_lines,
)
from trainer.orders.reallocation import holders
from trainer.orders.refusals import DateInThePast, UnknownLine
from trainer.orders.reports import Ask, on_time_in_full
from trainer.orders.service import NotifyCustomer, behind
from trainer.orders.shipping import (
    LabelPackage,
    PackPackage,
    PickPackage,
    ScanPackage,
    ShipPackage,
    to_pick,
    weight_of,
)
from trainer.orders.status import due_day, late
from trainer.orders.stock import (
    Allocate,
    AllocationRow,
    earliest_delivery_date,
    suggested_rows,
)
from trainer.orders.values import HOUR, moment_of
from trainer.orders.wishes import fulfilled
from trainer.orders.world import Wish, World

BOTH = {ARMCHAIR: 2, DESK: 10}
"""Two armchairs are there; of ten desks four have to be made, one a day after two weeks."""
CHAIRS, DESKS = TODAY + timedelta(days=1 + 2), TODAY + timedelta(days=14 + 4 + 2)
"""The first days on which they can be with the customer."""
SPLIT = ConfirmOrder(FIRST, DESKS, (LineDate(1, CHAIRS), LineDate(2)))


def checked(**draft: Any) -> Story:
    """An order of which one line can come at once and the other later."""
    return given(order_checked(**{"lines": BOTH, **draft}))


def split(**draft: Any) -> Story:
    """The same, promised line by line."""
    return checked(**draft).and_(SPLIT)


def days(world: World, number: str = FIRST) -> list[date | None]:
    """What each line is promised for."""
    order = world.orders[number]
    return [order.promise_of(line) for line in order.lines]


# --- confirming ---------------------------------------------------------------------------------


def test_each_line_has_its_own_earliest_day_and_the_last_is_the_orders() -> None:
    world = checked().world
    order = world.orders[FIRST]
    assert earliest_of_lines(world, order) == {1: CHAIRS, 2: DESKS}
    assert earliest_delivery_date(world, order) == DESKS


def test_one_day_for_all_is_what_it_was() -> None:
    after = checked().when(ConfirmOrder(FIRST, DESKS))
    assert after.events == (OrderConfirmed(FIRST, DESKS),)
    assert days(after.world) == [DESKS, DESKS]
    assert not after.order.split_dates
    assert all(line.promised_delivery_date is None for line in after.order.lines)


def test_lines_are_promised_for_days_of_their_own() -> None:
    after = checked().when(SPLIT)
    assert after.events == (
        OrderConfirmed(FIRST, DESKS),
        LinePromised(FIRST, 1, ARMCHAIR, CHAIRS),
    )
    assert days(after.world) == [CHAIRS, DESKS]
    assert (after.order.promised_delivery_date, after.order.split_dates) == (DESKS, True)
    assert [after.order.first_promise_of(line) for line in after.order.lines] == [CHAIRS, DESKS]
    assert violations(after.world) == []


def test_the_day_of_the_order_is_the_last_of_its_lines() -> None:
    after = checked().when(ConfirmOrder(FIRST, CHAIRS, (LineDate(2, DESKS),)))
    assert after.order.promised_delivery_date == DESKS
    assert days(after.world) == [CHAIRS, DESKS]


def test_a_day_named_for_a_line_that_is_the_orders_changes_nothing() -> None:
    rows = (LineDate(1, DESKS), LineDate(2, DESKS))
    after = checked().when(ConfirmOrder(FIRST, DESKS, rows))
    assert after.events == (OrderConfirmed(FIRST, DESKS),)


def test_each_line_is_held_against_its_own_earliest_day() -> None:
    before = timedelta(days=1)
    rows = (LineDate(1, CHAIRS - before), LineDate(2, DESKS - 2 * before))
    assert checked().when(ConfirmOrder(FIRST, DESKS, rows)).refusal == PromiseBeforeAtp(
        requested=DESKS - 2 * before,
        earliest=DESKS,
        lines=(
            LineAtp(1, ARMCHAIR, CHAIRS - before, CHAIRS),
            LineAtp(2, DESK, DESKS - 2 * before, DESKS),
        ),
    )
    alone = (LineDate(1, CHAIRS - before),)
    assert checked().when(ConfirmOrder(FIRST, DESKS, alone)).refusal == PromiseBeforeAtp(
        CHAIRS - before, CHAIRS, (LineAtp(1, ARMCHAIR, CHAIRS - before, CHAIRS),)
    )


def test_one_day_that_is_too_early_names_the_lines_that_hold_it_up() -> None:
    assert checked().when(ConfirmOrder(FIRST, CHAIRS)).refusal == PromiseBeforeAtp(
        CHAIRS, DESKS, (LineAtp(2, DESK, CHAIRS, DESKS),)
    )


def test_who_wants_one_delivery_has_one_date() -> None:
    world = company()
    at_once = msgspec.structs.replace(world.customers[OTTER], one_delivery=True)
    world = msgspec.structs.replace(world, customers=world.customers.set(OTTER, at_once))
    whole = given(order_checked(lines=BOTH), world=world)
    assert whole.when(SPLIT).refusal == OneDateForAll(FIRST, first=CHAIRS, last=DESKS)
    assert whole.when(ConfirmOrder(FIRST, DESKS, (LineDate(1, DESKS),))).refusal is None


def test_a_line_that_is_not_there_has_no_day() -> None:
    command = ConfirmOrder(FIRST, DESKS, (LineDate(3, CHAIRS),))
    assert checked().when(command).refusal == UnknownLine(order_number=FIRST, line_number=3)


# --- against the numbers --------------------------------------------------------------------------


def test_with_a_reason_an_earlier_day_is_promised() -> None:
    after = checked().when(ConfirmOrder(FIRST, ASKED, override_reason=" the factory has agreed "))
    assert after.events == (
        PromiseOverridden(FIRST, ASKED, DESKS, "the factory has agreed"),
        OrderConfirmed(FIRST, ASKED),
    )
    assert after.order.override_reason == "the factory has agreed"
    assert after.order.promised_delivery_date == ASKED
    assert violations(after.world) == []


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_one_it_is_not(reason: str) -> None:
    command = ConfirmOrder(FIRST, ASKED, override_reason=reason)
    assert isinstance(checked().when(command).refusal, PromiseBeforeAtp)


def test_a_reason_is_kept_only_where_one_was_needed() -> None:
    after = checked().when(ConfirmOrder(FIRST, DESKS, override_reason="they are nice"))
    assert after.events == (OrderConfirmed(FIRST, DESKS),)
    assert after.order.override_reason == ""


def test_a_single_line_is_overridden_too() -> None:
    rows = (LineDate(2, ASKED), LineDate(1, CHAIRS))
    after = checked().when(ConfirmOrder(FIRST, DESKS, rows, "they collect them"))
    assert after.events[0] == PromiseOverridden(FIRST, ASKED, DESKS, "they collect them")
    assert days(after.world) == [CHAIRS, ASKED]


def test_nobody_promises_a_day_that_is_over() -> None:
    gone = TODAY - timedelta(days=1)
    command = ConfirmOrder(FIRST, gone, override_reason="why not")
    refusal = DateInThePast(requested=gone, today=TODAY)
    assert checked().when(command).refusal == refusal


# --- amending -------------------------------------------------------------------------------------


def test_more_goods_may_leave_the_other_lines_their_days() -> None:
    story = given(order_confirmed(lines={ARMCHAIR: 2}))
    promised = story.world.orders[FIRST].promised_delivery_date
    after = story.when(AddToOrder(FIRST, DESK, 10, DESKS, "asked", (LineDate(1, promised),)))
    assert days(after.world) == [promised, DESKS]
    first = [after.order.first_promise_of(line) for line in after.order.lines]
    assert first == [promised, DESKS]
    assert after.order.promised_delivery_date == DESKS
    assert violations(after.world) == []


def test_more_goods_are_promised_anew_with_all_the_others() -> None:
    story = given(order_confirmed(lines={ARMCHAIR: 2}))
    after = story.when(AddToOrder(FIRST, DESK, 10, DESKS, "asked"))
    assert days(after.world) == [DESKS, DESKS]
    assert [line.first_promise for line in after.order.lines] == [None, None]


def test_what_comes_sooner_than_the_rest_is_added_with_its_own_day() -> None:
    story = given(order_confirmed(lines={DESK: 10}))
    rows = (LineDate(1, DESKS),)
    after = story.when(AddToOrder(FIRST, ARMCHAIR, 2, CHAIRS, "asked", rows))
    assert days(after.world) == [DESKS, CHAIRS]
    assert after.order.promised_delivery_date == DESKS


def changed(day: date, *rows: LineDate, carrier: str = QUICK) -> ChangeDelivery:
    """Another street, and perhaps more."""
    return ChangeDelivery(FIRST, carrier, HOTEL, day, "moved", rows)


def test_another_street_leaves_each_line_its_day() -> None:
    after = split().when(changed(DESKS))
    assert len(after.events) == 1
    assert days(after.world) == [CHAIRS, DESKS]


def test_another_day_is_for_all_that_are_not_named() -> None:
    later = DESKS + timedelta(days=3)
    assert days(split().when(changed(later)).world) == [later, later]
    after = split().when(changed(later, LineDate(1, CHAIRS)))
    assert days(after.world) == [CHAIRS, later]
    assert [after.order.first_promise_of(line) for line in after.order.lines] == [CHAIRS, DESKS]
    assert violations(after.world) == []


def test_a_day_that_stays_is_not_asked_about_again() -> None:
    story = split().and_(AdvanceClock(moment_of(CHAIRS, hour=9)))
    # the armchairs are late by now, and nobody says that they will not be
    later = DESKS + timedelta(days=3)
    assert story.when(changed(later, LineDate(1, CHAIRS))).refusal is None
    sooner = CHAIRS + timedelta(days=1)
    refusal = story.when(changed(later, LineDate(1, sooner))).refusal
    assert isinstance(refusal, PromiseBeforeAtp)
    assert [line.line_number for line in refusal.lines] == [1]


def test_a_slower_carrier_moves_every_line() -> None:
    refusal = split().when(changed(DESKS, carrier=SLOW)).refusal
    assert isinstance(refusal, PromiseBeforeAtp)
    assert [line.line_number for line in refusal.lines] == [1, 2]


def test_whoever_saw_the_other_day_is_told() -> None:
    before = checked().and_(ConfirmOrder(FIRST, DESKS)).world.orders[FIRST]
    after = split().world.orders[FIRST]
    told = {(it.what, it.about): it.after for it in differences(before, after)}
    assert told["promised_delivery_date", ARMCHAIR] == moment_of(CHAIRS)


# --- what follows from it -------------------------------------------------------------------------


def test_the_queue_goes_by_the_day_of_the_line() -> None:
    more = {ARMCHAIR: 20, DESK: 10}
    first = order_checked(lines=more)
    second = order_checked(SECOND, lines={ARMCHAIR: 20})

    def whole(world: World) -> ConfirmOrder:
        return ConfirmOrder(FIRST, default_promise(world, world.orders[FIRST]))

    def parts(world: World) -> ConfirmOrder:
        order = world.orders[FIRST]
        own = earliest_of_lines(world, order)
        return ConfirmOrder(FIRST, max(own.values()), (LineDate(1, own[1]),))

    def then(world: World) -> ConfirmOrder:
        sooner = earliest_delivery_date(world, world.orders[SECOND])
        return ConfirmOrder(SECOND, sooner + timedelta(days=1))

    for confirm, served in ((whole, [SECOND, FIRST]), (parts, [FIRST, SECOND])):
        story = given(first, confirm, second, then)
        assert [order.order_number for order in queue(story.world, ARMCHAIR)] == served
        filled = story.when(FillBackorders(ARMCHAIR)).events
        assert [event.order_number for event in filled] == served[:1]


def sent(line_number: int, quantity: int) -> tuple[Any, ...]:
    """Units of one line, from the shelf in the east to the door."""

    def allocate(world: World) -> Allocate:
        return Allocate(FIRST, (AllocationRow(line_number, EAST, quantity),))

    def pick(world: World) -> PickPackage:
        return PickPackage(FIRST, EAST, to_pick(world.orders[FIRST], EAST))

    def pack(world: World) -> PackPackage:
        order = world.orders[FIRST]
        parcel = order.packages[-1]
        return PackPackage(FIRST, parcel.package_number, weight_of(world, order, parcel))

    def newest(world: World) -> int:
        return world.orders[FIRST].packages[-1].package_number

    return (
        allocate, pick, pack,
        lambda world: LabelPackage(FIRST, newest(world), SLOW),
        lambda world: ShipPackage(FIRST, newest(world)),
    )  # fmt: skip


def on(day: date) -> AdvanceClock:
    """The morning of that day."""
    return AdvanceClock(moment_of(day) + 10 * HOUR)


def arrives(world: World) -> ScanPackage:
    """The newest parcel is signed for."""
    return ScanPackage(FIRST, world.orders[FIRST].packages[-1].package_number, "delivered")


def paid_in_parts() -> Story:
    """Two lines that are both on the shelf, promised for two days, and paid."""
    lines = {ARMCHAIR: 2, LAMP: 6}
    *_, paid, booked = order_paid(lines=lines)
    confirm = ConfirmOrder(FIRST, DESKS, (LineDate(1, CHAIRS),))
    return given(order_checked(lines=lines), confirm, paid, booked)


def test_an_order_is_late_when_one_of_its_lines_is() -> None:
    story = paid_in_parts()
    order = story.world.orders[FIRST]
    assert due_day(order) == CHAIRS
    assert not late(order, moment_of(CHAIRS, hour=23))
    assert late(order, moment_of(CHAIRS + timedelta(days=1)))
    assert not behind(story.world, order)
    story.and_(on(CHAIRS - timedelta(days=1)))
    assert behind(story.world, story.world.orders[FIRST])


def test_what_has_come_makes_no_order_late() -> None:
    story = paid_in_parts().and_(sent(1, 2), on(CHAIRS), arrives)
    order = story.world.orders[FIRST]
    assert due_day(order) == DESKS
    assert not late(order, moment_of(DESKS, hour=23))
    assert late(order, moment_of(DESKS + timedelta(days=1)))


@pytest.mark.parametrize(
    ("chairs", "lamps", "kept"), [(0, 0, True), (1, 0, False), (0, 1, False), (0, -3, True)]
)
def test_a_promise_is_kept_line_by_line(chairs: int, lamps: int, kept: bool) -> None:
    story = paid_in_parts().and_(
        sent(1, 2), on(CHAIRS + timedelta(days=chairs)), arrives,
        sent(2, 6), on(DESKS + timedelta(days=lamps)), arrives,
    )  # fmt: skip
    report = on_time_in_full(story.world, Ask())
    assert (report.total.due, report.total.both) == (1, int(kept))
    assert violations(story.world) == []


def test_one_day_for_two_parcels_is_kept_with_the_last_of_them() -> None:
    lines = {ARMCHAIR: 2, LAMP: 6}
    story = given(order_paid(lines=lines)).and_(
        sent(1, 2), on(ASKED), arrives, sent(2, 6), on(ASKED + timedelta(days=1)), arrives
    )
    assert on_time_in_full(story.world, Ask()).total.both == 0


def test_what_lies_there_goes_to_the_line_that_was_promised_first() -> None:
    # one product on two lines: the second one came later, and is wanted sooner
    story = given(order_confirmed(lines={LAMP: 60}))
    later = story.world.orders[FIRST].promised_delivery_date + timedelta(days=30)
    more = AddToOrder(FIRST, LAMP, 30, later, "asked", (LineDate(1, later),))
    story.and_(more, changed(later, LineDate(2, later - timedelta(days=5))))
    rows = suggested_rows(story.world, story.world.orders[FIRST])
    assert [(row.line_number, row.quantity) for row in rows] == [(2, 30), (1, 30)]


def test_the_customer_reads_what_comes_when() -> None:
    story = split()
    (told,) = story.when(NotifyCustomer(FIRST, "order_confirmed")).events
    assert f"Crunchy armchair ({ARMCHAIR}) × 2: March 5, 2026" in told.text
    assert f"Wobbly desk ({DESK}) × 10: March 22, 2026" in told.text
    together = checked().and_(ConfirmOrder(FIRST, DESKS))
    (told,) = together.when(NotifyCustomer(FIRST, "order_confirmed")).events
    assert "in parts" not in told.text


def test_the_customer_is_told_that_a_part_will_be_late() -> None:
    story = paid_in_parts().and_(on(CHAIRS))
    (told,) = story.when(NotifyCustomer(FIRST, "order_delayed")).events
    assert (
        f"a part of your order {FIRST} that we promised for March 5, 2026 will be late" in told.text
    )


def test_who_is_promised_later_gives_first() -> None:
    """Of two who hold what a third one lacks, the day of their line says who is asked."""
    allocate = partial(allocation, FIRST)
    whole, third = {ARMCHAIR: 10, DESK: 10}, "SO-10003"

    def parts(world: World) -> ConfirmOrder:
        return ConfirmOrder(FIRST, DESKS, (LineDate(1, CHAIRS),))

    def together(world: World) -> ConfirmOrder:
        return ConfirmOrder(FIRST, DESKS)

    for confirm, asked in ((parts, [SECOND, FIRST]), (together, [FIRST, SECOND])):
        story = given(
            order_checked(lines=whole), confirm, allocate,
            order_allocated(SECOND, lines={ARMCHAIR: 4}),
            order_confirmed(third, lines={ARMCHAIR: 12}),
        )  # fmt: skip
        found = holders(story.world, story.world.orders[third])
        assert [order.order_number for order, _, _ in found] == asked


def test_a_wish_for_another_day_is_fulfilled_when_every_line_has_it() -> None:
    later = DESKS + timedelta(days=3)
    wish = Wish("day", day=later)
    assert not fulfilled(
        wish, split().and_(changed(later, LineDate(1, CHAIRS))).world.orders[FIRST]
    )
    assert fulfilled(wish, split().and_(changed(later)).world.orders[FIRST])


def test_a_world_with_dates_of_lines_is_stored_and_read() -> None:
    world = checked().and_(ConfirmOrder(FIRST, ASKED, (LineDate(1, CHAIRS),), "they insist")).world
    assert codec.decode_world(codec.encode_world(world)).orders == world.orders
