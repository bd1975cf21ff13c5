"""What awaits which desk, and what a hand-over note leaves out of it, in three languages."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    FIRST,
    LAMP,
    SECOND,
    TODAY,
    company,
    order_allocated,
    order_archived,
    order_completed,
    order_confirmed,
    order_delivered,
    order_drafted,
    order_invoiced,
    order_packed,
    order_paid,
    order_picked,
    order_settled,
    order_shipped,
    order_submitted,
)
from tests.orders.test_desks import at_desks
from tests.orders.test_refunds import CANCEL
from tests.story import Happening, Story, given
from trainer.orders.approvals import AskApproval
from trainer.orders.desk_work import Matter, awaiting, awaiting_at, desks_awaited
from trainer.orders.desks import EVERY
from trainer.orders.hand_over_notes import missing, to_tell
from trainer.orders.holds import AskRelease, HoldPlaced
from trainer.orders.returns import AuthoriseReturn, DeliverReturn, ReceiveReturn, RequestReturn
from trainer.orders.world import Desk, Order, ReturnRow

RMA = "RMA-00001"
TWO = {ARMCHAIR: 2, LAMP: 6}


def of(story: Story) -> Order:
    """The order as it stands."""
    return story.world.orders[FIRST]


def awaited(*happened: Happening) -> list[tuple[str, str]]:
    """Which desks have what to do."""
    story = given(*happened)
    return [(it.desk, it.what) for it in awaiting(story.world, of(story))]


# --- what awaits which desk -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "waits"),
    [
        (order_drafted, [("order_desk", "to_submit")]),
        (order_submitted, [("order_desk", "to_confirm")]),
        (order_confirmed, [("order_desk", "to_set_aside"), ("finance", "money_due")]),
        (order_paid, [("order_desk", "to_set_aside")]),
        (order_allocated, [("warehouse", "to_pick")]),
        (order_picked, [("warehouse", "to_pack")]),
        (order_packed, [("warehouse", "to_hand_to_carrier")]),
        (order_shipped, [("finance", "to_invoice")]),
        (order_delivered, [("finance", "to_invoice")]),
        (order_invoiced, [("order_desk", "to_complete")]),
        (order_completed, [("finance", "to_settle")]),
        (order_settled, [("order_desk", "to_archive")]),
        (order_archived, []),
    ],
)
def test_an_order_goes_from_desk_to_desk(stage: object, waits: list[tuple[str, str]]) -> None:
    assert awaited(stage()) == waits  # type: ignore[operator]


def test_a_return_goes_its_own_way_through_the_desks() -> None:
    row = (ReturnRow(1, 1),)
    asked = (order_invoiced(), RequestReturn(FIRST, row, "defective"))
    agreed = (*asked, AuthoriseReturn(FIRST, RMA, "seller"))
    here = (*agreed, DeliverReturn(FIRST, RMA), ReceiveReturn(FIRST, RMA, row))
    assert awaited(*asked) == [("after_sales", "return_asked")]
    assert awaited(*agreed) == [("warehouse", "to_count_in")]
    assert awaited(*here) == [("warehouse", "to_look_at")]


def test_a_question_awaits_the_supervisor_and_a_hold_whoever_clears_it() -> None:
    held = HoldPlaced(FIRST, "credit", "too much", placed_by="Bob", owner="supervisor")
    assert awaited(order_submitted(), held) == [("order_desk", "to_release")]
    asked = AskRelease(FIRST, "credit", "they paid")
    assert awaited(order_submitted(), held, asked) == [("supervision", "release_asked")]


def test_money_that_is_owed_awaits_finance_and_then_whoever_was_asked() -> None:
    world = company()
    policies = msgspec.structs.replace(world.policies, refund_limit=10_000, refunds="gateway")
    firm = msgspec.structs.replace(world.company, policies=policies)
    story = given(order_paid(), CANCEL, world=msgspec.structs.replace(world, company=firm))
    owed = -of(story).balance_due
    assert awaiting(story.world, of(story)) == (Matter("finance", "to_pay_back", amount=owed),)
    story.and_(AskApproval(FIRST, owed, "all was cancelled"))
    assert awaiting(story.world, of(story)) == (Matter("supervision", "refund_asked", amount=owed),)
    assert desks_awaited(story.world, of(story)) == ("supervision",)


def test_goods_of_several_shelves_are_one_matter() -> None:
    story = given(order_allocated(lines=TWO))
    (matter,) = awaiting_at(story.world, of(story), "warehouse")
    assert matter == Matter("warehouse", "to_pick", (2, 6), day=of(story).promised_delivery_date)


# --- what a note leaves out -------------------------------------------------------------------


def lacks(story: Story, desk: Desk, note: str, among: int = 1) -> list[str]:
    """What is missing, in one word each."""
    return [one.lack for one in missing(story.world, of(story), desk, note, among)]


def packed_off() -> Story:
    """Two armchairs and four lamps are set aside for a promised day."""
    return at_desks(order_allocated(lines=TWO))


def test_an_empty_note_leaves_out_all_of_it() -> None:
    assert lacks(packed_off(), "warehouse", "") == ["how_many", "by_when"]


@pytest.mark.parametrize(
    "how_many",
    ["8 pieces", "2 armchairs and 6 lamps", "eight pieces", "共八件", "２把椅子、６盏灯"],
)
def test_how_many_is_said_as_a_total_or_line_by_line(how_many: str) -> None:
    assert lacks(packed_off(), "warehouse", how_many) == ["by_when"]


@pytest.mark.parametrize("how_many", ["all of it", "2 armchairs", "SO-8 as usual", "7", "by 8/8"])
def test_another_number_does_not_say_how_many(how_many: str) -> None:
    assert "how_many" in lacks(packed_off(), "warehouse", how_many)


def test_a_day_is_read_as_one_writes_it_in_three_languages() -> None:
    story = packed_off()
    day = of(story).promised_delivery_date
    assert day is not None
    for said in (
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.month}/{day.day}",
        f"{day:%B} {day.day}",
        f"{day:%b} {day.day}, {day.year}",
        f"{day.day} {day:%B}",
        f"{day.month}月{day.day}日",
        f"{day.year} 年 {day.month} 月 {day.day} 號",
        f"請在{day.month}/{day.day}前送到",
    ):
        assert lacks(story, "warehouse", f"8, {said}") == [], said
    other = day + timedelta(days=1)
    assert lacks(story, "warehouse", f"8, {other.isoformat()}") == ["by_when"]


def test_tomorrow_is_a_day() -> None:
    story = packed_off()
    order = msgspec.structs.replace(of(story), promised_delivery_date=TODAY + timedelta(days=1))
    story.world = story.world.with_order(order)
    for said in ("tomorrow", "明天", "明日"):
        assert lacks(story, "warehouse", f"8 {said}") == []
    assert lacks(story, "warehouse", "8 today") == ["by_when"]


@pytest.mark.parametrize("said", ["{}", "${}", "USD {}", "还差 {} 元", "{}．"])
def test_an_amount_is_that_amount(said: str) -> None:
    story = at_desks(order_confirmed(lines=TWO))
    due = of(story).balance_due
    assert lacks(story, "finance", said.format(f"{due / 100:,.2f}")) == []
    assert lacks(story, "finance", said.format(f"{due / 100:.2f}")) == []
    assert lacks(story, "finance", f"{due / 100 + 1:.2f}") == ["how_much"]
    assert lacks(story, "finance", "they owe us") == ["how_much"]


@pytest.mark.parametrize("said", ["credit hold", "信用掛帳", "额度不够"])
def test_a_hold_is_named(said: str) -> None:
    held = HoldPlaced(FIRST, "credit", "too much", placed_by="Bob", owner="supervisor")
    story = at_desks(order_submitted(), held)
    story.world = given(AskRelease(FIRST, "credit", "paid"), world=story.world).world
    assert lacks(story, "supervision", said) == []
    assert lacks(story, "supervision", "please look at it") == ["which_hold"]


def test_a_case_goes_by_its_number() -> None:
    row = (ReturnRow(1, 1),)
    story = at_desks(order_invoiced(), RequestReturn(FIRST, row, "defective"))
    assert lacks(story, "after_sales", f"{RMA}, 1 piece") == []
    assert lacks(story, "after_sales", "a return, 1 piece") == ["which_case"]


def test_of_several_orders_each_is_named_and_what_follows_is_about_it() -> None:
    story = at_desks(order_allocated(lines=TWO), order_allocated(SECOND))
    day = of(story).promised_delivery_date
    assert day is not None
    whole = f"{SECOND}: 2 by {day}. {FIRST}: 8 by {day}."
    crossed = f"{FIRST}: 2 by {day}. {SECOND}: 8 by {day}."
    assert lacks(story, "warehouse", whole, among=2) == []
    assert lacks(story, "warehouse", crossed, among=2) == ["how_many"]
    assert lacks(story, "warehouse", f"8 by {day}, and {SECOND}", among=2) == ["which_order"]


@pytest.mark.parametrize(
    "stage",
    [
        order_drafted, order_submitted, order_confirmed, order_paid, order_allocated, order_picked,
        order_packed, order_shipped, order_delivered, order_invoiced, order_completed,
    ],
)  # fmt: skip
def test_who_tells_what_there_is_to_tell_leaves_nothing_out(stage: Any) -> None:
    story = at_desks(stage(lines=TWO))
    for desk in EVERY:
        assert lacks(story, desk, to_tell(story.world, of(story), desk)) == []
        wanted = any(
            it.units or it.amount or it.day for it in awaiting_at(story.world, of(story), desk)
        )
        assert bool(lacks(story, desk, "")) == wanted


@pytest.mark.parametrize(
    ("said", "units"),
    [("十二件", 12), ("共二十件", 20), ("九十九件", 99), ("一百件", 100), ("兩百一十件", 210),
     ("三百零五件", 305), ("三百二十一件", 321)],
)  # fmt: skip
def test_how_many_is_read_in_chinese_words(said: str, units: int) -> None:
    story = at_desks(order_confirmed())
    lines = (msgspec.structs.replace(of(story).lines[0], ordered=units),)
    story.world = story.world.with_order(msgspec.structs.replace(of(story), lines=lines))
    assert lacks(story, "order_desk", said) == ["by_when"]
    assert "how_many" in lacks(story, "order_desk", "全部")


@pytest.mark.parametrize("said", ["十十", "三十十", "百", "十百十", "百百二"])
def test_a_number_that_is_none_is_read_past(said: str) -> None:
    assert "by_when" in lacks(packed_off(), "warehouse", said)


def test_what_awaits_another_desk_is_not_asked_for() -> None:
    story = packed_off()
    assert lacks(story, "finance", "") == []


def test_a_day_that_is_none_is_no_day() -> None:
    assert lacks(packed_off(), "warehouse", "8 by 2026-02-31 or 13/45") == ["by_when"]
