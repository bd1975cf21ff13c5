"""A claim is made good with money, with the same goods again, or with some of each."""

from datetime import date, timedelta

import msgspec
import pytest

from tests.builders import FIRST, order_delivered
from tests.orders.test_return_rules import ruled
from tests.orders.test_returns import LINES, asks
from tests.orders.way import next_step
from tests.story import Story, given
from trainer.orders.amendments import OrderAmended
from trainer.orders.costs import cost_of_service
from trainer.orders.holds import PlaceHold
from trainer.orders.invariants import violations
from trainer.orders.ledgers import line_ledger
from trainer.orders.mishaps import ClaimApproved, GoodwillLimit, OpenClaim, ResolveClaim
from trainer.orders.promises import PromiseBeforeAtp
from trainer.orders.refusals import MissingField, UnknownLine
from trainer.orders.remedies import CancelledRow, CancelLineQuantity
from trainer.orders.replacements import ReplacementExceedsClaim
from trainer.orders.reports import Ask
from trainer.orders.returns import (
    AuthoriseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
    ReturnExceedsReturnable,
    returnable,
)
from trainer.orders.stand_ins import value_of, worth
from trainer.orders.values import day_of, half_up
from trainer.orders.world import ClaimRow, Liability, ReturnReason, ReturnRow
from trainer.play.offers import offers

CLAIM = "CLM-00001"


def claimed(units: int = 3, **rules: object) -> Story:
    """So many armchairs arrived with a dent."""
    return given(
        order_delivered(lines=LINES),
        OpenClaim(FIRST, (ClaimRow(1, units),), "damaged_in_transit", "a dent"),
        world=ruled(**rules),
    )


def decides(
    story: Story, *rows: tuple[int, int], liable: Liability = "carrier", late: int = 9
) -> ResolveClaim:
    """Approved, and so many of each line once more."""
    day = day_of(story.world.now) + timedelta(days=late)
    again = tuple(ClaimRow(*row) for row in rows)
    return ResolveClaim(FIRST, CLAIM, "approved", liable, "as shown", again, day)


@pytest.mark.parametrize(("again", "credited"), [(0, 3), (1, 2), (3, 0)])
def test_what_is_not_sent_again_is_credited(again: int, credited: int) -> None:
    story = claimed()
    line = story.world.orders[FIRST].lines[0]
    approved, *more = story.when(decides(story, (1, again))).events
    assert isinstance(approved, ClaimApproved)
    assert approved.credit == line.unit_price * credited
    assert approved.replaced_value == line.unit_price * again
    assert [type(event) for event in more] == [OrderAmended] * bool(again)
    story.and_(decides(story, (1, again)))
    order = story.world.orders[FIRST]
    assert (order.lines[0].claimed, order.lines[0].replaced) == (credited, again)
    assert returnable(order, order.lines[0]) == 0
    assert isinstance(story.when(asks((1, 1))).refusal, ReturnExceedsReturnable)
    parts = {part.name: part.size for part in line_ledger(order, order.lines[0])}
    assert parts == {"claimed": 3}
    assert violations(story.world) == []


def test_what_is_sent_again_costs_nothing_and_the_order_goes_on_to_its_end() -> None:
    story = claimed()
    due = story.world.orders[FIRST].balance_due
    story.and_(decides(story, (1, 3)))
    order = story.world.orders[FIRST]
    new = order.lines[-1]
    assert (new.sku, new.ordered, new.gross, new.open) == (order.lines[0].sku, 3, 0, 3)
    assert new.exchange_for == CLAIM
    assert order.balance_due == due
    for _ in range(40):
        step = next_step(story.world, story.world.orders[FIRST])
        if step is None:
            break
        story.and_(step)
    order = story.world.orders[FIRST]
    assert order.status == "archived"
    assert order.lines[-1].delivered == 3
    assert violations(story.world) == []


def test_what_is_called_off_replaces_nothing_and_can_be_claimed_anew() -> None:
    story = claimed()
    story.and_(decides(story, (1, 3)))
    old, *_, new = story.world.orders[FIRST].lines
    story.and_(CancelLineQuantity(FIRST, (CancelledRow(new.line_number, 2),), "sold out"))
    order = story.world.orders[FIRST]
    assert (order.lines[0].replaced, returnable(order, order.lines[0])) == (1, 2)
    assert (order.claims[0].replaced, order.claims[0].replaced_value) == (
        (ClaimRow(1, 1),), old.unit_price,
    )  # fmt: skip
    assert violations(story.world) == []
    story.and_(
        OpenClaim(FIRST, (ClaimRow(1, 2),), "damaged_in_transit", "a dent"),
        ResolveClaim(FIRST, "CLM-00002", "approved", "carrier", "no more of them"),
    )
    assert story.world.orders[FIRST].credit == 2 * old.unit_price
    assert violations(story.world) == []


@pytest.mark.parametrize(
    ("row", "limit"), [((1, 4), 3), ((2, 1), 0), ((1, -1), 3)], ids=["more", "other", "less"]
)
def test_nobody_gets_more_than_was_wrong(row: tuple[int, int], limit: int) -> None:
    story = claimed()
    assert story.when(decides(story, row)).refusal == ReplacementExceedsClaim(
        claim_number=CLAIM, line_number=row[0], limit=limit, requested=row[1]
    )


def test_the_same_line_twice_counts_with_the_sum_and_unknown_lines_do_not() -> None:
    story = claimed()
    assert isinstance(story.when(decides(story, (1, 2), (1, 2))).refusal, ReplacementExceedsClaim)
    assert isinstance(story.when(decides(story, (9, 1))).refusal, UnknownLine)


def test_who_is_told_no_gets_nothing_again() -> None:
    story = claimed()
    no = ResolveClaim(FIRST, CLAIM, "denied", "customer", "dropped", (ClaimRow(1, 1),), date.max)
    assert isinstance(story.when(no).refusal, ReplacementExceedsClaim)


def test_it_is_promised_like_anything_else() -> None:
    story = claimed()
    whenever = ResolveClaim(FIRST, CLAIM, "approved", "carrier", "seen", (ClaimRow(1, 1),))
    assert story.when(whenever).refusal == MissingField(field="promised_delivery_date")
    assert isinstance(story.when(decides(story, (1, 1), late=0)).refusal, PromiseBeforeAtp)
    story.and_(PlaceHold(FIRST, "manual", "wait"))
    assert story.when(decides(story, (1, 1))).refusal is not None
    # money moves all the same
    assert story.when(decides(story)).refusal is None


def test_goods_given_for_nothing_count_as_goodwill_like_money() -> None:
    story = claimed(1)
    price = story.world.orders[FIRST].lines[0].unit_price
    mean = claimed(1, goodwill_limit=price - 1)
    refusal = mean.when(decides(mean, (1, 1), liable="customer")).refusal
    assert refusal == GoodwillLimit(FIRST, 0, price, price - 1)
    story.and_(decides(story, (1, 1), liable="customer"))
    assert cost_of_service(story.world, Ask(by="customer")).total.goodwill == price


def test_the_offered_day_is_one_that_can_be_held() -> None:
    story = claimed()
    (offer,) = (it for it in offers(story.world, story.world.orders[FIRST])
                if it.name == "resolve_claim")  # fmt: skip
    offered = offer.command
    assert isinstance(offered, ResolveClaim)
    assert offered.replacements == (ClaimRow(1, 0),)
    again = msgspec.structs.replace(offered, replacements=(ClaimRow(1, 3),))
    assert story.when(again).refusal is None


def there_again(units: int = 3) -> Story:
    """All that arrived with a dent was sent once more, and is with the customer."""
    story = claimed(units)
    story.and_(decides(story, (1, units)))
    while story.world.orders[FIRST].lines[-1].delivered < units:
        step = next_step(story.world, story.world.orders[FIRST])
        assert step is not None
        story.and_(step)
    return story


def comes_back(story: Story, line: int, *steps: int, reason: ReturnReason = "defective") -> Story:
    """So many of a line are sent back, counted, and looked at in these steps."""
    units = sum(steps)
    rma = f"RMA-{len(story.world.orders[FIRST].returns) + 1:05d}"
    return story.and_(
        RequestReturn(FIRST, (ReturnRow(line, units),), reason),
        AuthoriseReturn(FIRST, rma, "customer" if reason == "changed_mind" else "supplier"),
        DeliverReturn(FIRST, rma),
        ReceiveReturn(FIRST, rma, (ReturnRow(line, units),)),
        *(InspectReturn(FIRST, rma, line, step, "scrap") for step in steps),
    )


@pytest.mark.parametrize("steps", [(1,), (2,), (3,), (1, 1), (1, 1, 1), (2, 1), (1, 2)])
def test_a_replacement_that_comes_back_is_worth_what_it_came_for(steps: tuple[int, ...]) -> None:
    story = there_again()
    first, *_, again = story.world.orders[FIRST].lines
    comes_back(story, again.line_number, *steps)
    order, units = story.world.orders[FIRST], sum(steps)
    assert order.credit == value_of(first, units)
    assert (order.lines[0].claimed, order.lines[0].replaced) == (units, 3 - units)
    assert order.claims[0].replaced_value == worth(order, {1: 3 - units})
    assert violations(story.world) == []
    for _ in range(40):
        step = next_step(story.world, story.world.orders[FIRST])
        if step is None:
            break
        story.and_(step)
    assert story.world.orders[FIRST].status == "archived"
    assert violations(story.world) == []


def test_a_replacement_that_is_claimed_in_turn_is_credited_as_the_first() -> None:
    story = there_again()
    first, *_, again = story.world.orders[FIRST].lines
    story.and_(
        OpenClaim(FIRST, (ClaimRow(again.line_number, 2),), "defective", "it wobbles"),
        ResolveClaim(FIRST, "CLM-00002", "approved", "supplier", "as shown"),
    )
    order = story.world.orders[FIRST]
    assert order.credit == order.claims[-1].credit == value_of(first, 2)
    assert violations(story.world) == []


def test_the_replacement_of_a_replacement_goes_back_to_what_was_ordered() -> None:
    story = there_again(1)
    first, *_, again = story.world.orders[FIRST].lines
    second = ClaimRow(again.line_number, 1)
    day = day_of(story.world.now) + timedelta(days=9)
    story.and_(
        OpenClaim(FIRST, (second,), "defective", "it wobbles"),
        ResolveClaim(FIRST, "CLM-00002", "approved", "supplier", "as shown", (second,), day),
    )
    while not story.world.orders[FIRST].lines[-1].delivered:
        step = next_step(story.world, story.world.orders[FIRST])
        assert step is not None
        story.and_(step)
    comes_back(story, again.line_number + 1, 1)
    order = story.world.orders[FIRST]
    assert order.credit == value_of(first, 1)
    assert [line.claimed for line in (order.lines[0], *order.lines[-2:])] == [1, 1, 0]
    assert not any(line.replaced for line in order.lines)
    assert violations(story.world) == []


def test_who_changes_their_mind_about_a_replacement_pays_for_that_as_for_anything() -> None:
    story = there_again()
    policies = msgspec.structs.replace(story.world.policies, restocking_fee_percent=10)
    company = msgspec.structs.replace(story.world.company, policies=policies)
    story.world = msgspec.structs.replace(story.world, company=company)
    comes_back(story, story.world.orders[FIRST].lines[-1].line_number, 2, reason="changed_mind")
    order = story.world.orders[FIRST]
    assert order.fees == half_up(order.credit, 10) > 0
    assert violations(story.world) == []
