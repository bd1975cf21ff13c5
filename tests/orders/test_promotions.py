"""Promotions: given from so much on, and charged beside the lines where too little stays."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from itertools import permutations
from typing import Any

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    DESK,
    FIRST,
    HERON,
    LAMP,
    SLOW,
    TODAY,
    booking,
    company,
    order_confirmed,
    order_delivered,
    order_invoiced,
    order_paid,
    order_submitted,
    papers,
    settling,
    transfer,
)
from tests.orders.way import next_step
from tests.story import Story, given
from trainer.orders import codec
from trainer.orders.amendments import (
    AddToOrder,
    ChangeDelivery,
    CorrectDelivery,
    CreditedAlready,
    ReopenOrder,
)
from trainer.orders.engine import Command
from trainer.orders.intake import GrantDiscount, SubmitOrder
from trainer.orders.invariants import violations
from trainer.orders.mishaps import OpenClaim, ResolveClaim
from trainer.orders.payment import IssueRefund, RefundExceedsCredit, refundable
from trainer.orders.promotions import (
    ClawbackDropped,
    PromotionClawedBack,
    PromotionGranted,
    worth_kept,
)
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.returns import (
    AuthoriseReturn,
    CloseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
)
from trainer.orders.service import NotifyCustomer
from trainer.orders.settlement import (
    ArchiveOrder,
    ClawbackNotOnPaper,
    CompleteOrder,
    IssueCreditNote,
    IssueInvoice,
)
from trainer.orders.values import HOUR, day_of
from trainer.orders.world import (
    CancelReason,
    ClaimRow,
    Liability,
    Promotion,
    ReturnRow,
    World,
)

TEN: Promotion = Promotion("SPRING", "Ten percent from 600.00", 60_000, percent=10)
FREE: Promotion = Promotion("FREE", "Free shipping from 600.00", 60_000, free_shipping=True)
GOODS = {ARMCHAIR: 3, LAMP: 6}
"""59,997 and 11,970: 71,967 together, of which SPRING takes 7,197."""


def running(*promotions: Promotion, clawback: str = "charge", **policies: Any) -> World:
    """The company with these promotions."""
    world = company()
    rules = msgspec.structs.replace(world.policies, promotion_clawback=clawback, **policies)
    ours = msgspec.structs.replace(world.company, policies=rules)
    return msgspec.structs.replace(world, company=ours, promotions=promotions or (TEN,))


def less(*rows: tuple[int, int], reason: CancelReason = "changed_mind") -> CancelLineQuantity:
    """So many of these lines are called off."""
    called_off = tuple(CancelledRow(*row) for row in rows)
    return CancelLineQuantity(FIRST, called_off, reason_code=reason)


def paid(world: World | None = None, **draft: Any) -> Story:
    """The order with its promotion, promised and paid."""
    return given(order_paid(lines=GOODS, **draft), world=world or running())


def back(line: int, units: int, liability: Liability = "customer", rma: int = 1) -> tuple[Any, ...]:
    """Units of a line are here again and credited."""
    number = f"RMA-{rma:05d}"
    rows = (ReturnRow(line, units),)
    return (
        RequestReturn(FIRST, rows, "wrong_size"), AuthoriseReturn(FIRST, number, liability),
        DeliverReturn(FIRST, number), ReceiveReturn(FIRST, number, rows),
        InspectReturn(FIRST, number, line, units, "restock"), CloseReturn(FIRST, number),
    )  # fmt: skip


def ended(story: Story, most: int = 60) -> World:
    """The order brought into the archive by whatever is next."""
    for _ in range(most):
        step = next_step(story.world, story.world.orders[FIRST])
        if step is None:
            return story.world
        story = story.and_(step)
        assert violations(story.world) == []
    raise AssertionError(f"no end: {story.world.orders[FIRST]}")


# --- given ------------------------------------------------------------------------------------


def test_an_order_of_so_much_has_it_and_its_lines_share_it() -> None:
    after = given(order_submitted(lines=GOODS), world=running())
    order = after.world.orders[FIRST]
    assert order.promotion is not None
    assert (order.promotion.code, order.promotion.worth, order.promotion.given) == (
        "SPRING", 71_967, 7_197,
    )  # fmt: skip
    assert [line.promotion_share for line in order.lines] == [6_000, 1_197]
    assert [line.gross for line in order.lines] == [53_997, 10_773]
    assert order.total == 71_967 - 7_197 + 1_200
    assert violations(after.world) == []


def test_an_agreed_discount_comes_first_and_may_leave_too_little() -> None:
    story = given(order_submitted(lines=GOODS, discount=11_967), world=running())
    order = story.world.orders[FIRST]
    assert order.promotion is not None
    assert (order.promotion.worth, order.promotion.given) == (60_000, 6_000)
    assert (order.discount, sum(x.discount_share for x in order.lines)) == (11_967, 17_967)
    assert violations(story.world) == []
    too_little = given(order_submitted(lines=GOODS, discount=11_968), world=running())
    assert too_little.world.orders[FIRST].promotion is None


@pytest.mark.parametrize(
    "promotion",
    [
        msgspec.structs.replace(TEN, threshold=71_968),
        msgspec.structs.replace(TEN, since=TODAY + timedelta(days=1)),
        msgspec.structs.replace(TEN, until=TODAY - timedelta(days=1)),
        msgspec.structs.replace(TEN, currency="JPY"),
    ],
    ids=["too little", "not yet", "no longer", "another currency"],
)
def test_another_order_has_none(promotion: Promotion) -> None:
    result = given(order_submitted(lines=GOODS), world=running(promotion))
    assert result.world.orders[FIRST].promotion is None
    assert result.world.orders[FIRST].total == 71_967 + 1_200


def test_of_several_the_one_that_gives_most() -> None:
    off = Promotion("OFF", "80.00 off", 50_000, amount=8_000)
    order = given(order_submitted(lines=GOODS), world=running(TEN, FREE, off)).world.orders[FIRST]
    assert order.promotion is not None
    assert (order.promotion.code, order.promotion.given) == ("OFF", 8_000)


def test_no_promotion_is_worth_more_than_the_goods() -> None:
    gift = Promotion("GIFT", "All of it", 1, amount=999_999)
    order = given(order_submitted(lines=GOODS), world=running(gift)).world.orders[FIRST]
    assert (order.total, min(line.gross for line in order.lines)) == (1_200, 0)


def test_free_shipping_is_free() -> None:
    story = given(order_submitted(lines=GOODS), world=running(FREE))
    order = story.world.orders[FIRST]
    assert (order.shipping_gross, order.total) == (0, 71_967)
    assert violations(story.world) == []


def test_an_order_that_is_a_draft_again_has_what_runs_when_it_is_handed_over() -> None:
    story = given(order_submitted(lines=GOODS), ReopenOrder(FIRST, "wrong"), world=running())
    assert story.world.orders[FIRST].promotion is None
    assert violations(story.world) == []
    story = story.and_(GrantDiscount(FIRST, 5_000), SubmitOrder(FIRST))
    order = story.world.orders[FIRST]
    assert order.promotion is not None
    assert order.promotion.worth == 66_967
    assert violations(story.world) == []


def test_it_is_stored_and_read_again() -> None:
    world = paid().and_(less((1, 1), reason="price_error")).world
    again = codec.decode_world(codec.encode_world(world))
    assert (again.orders, again.promotions) == (world.orders, world.promotions)


# --- lost -------------------------------------------------------------------------------------


def test_who_keeps_less_is_charged_what_it_gave_on_the_rest() -> None:
    """Of 71,967 one armchair goes: 51,968 is below 60,000; on it the promotion gave 5,197."""
    after = paid().when(less((1, 1)))
    _, charged = after.events
    assert charged == PromotionClawedBack(FIRST, "SPRING", 5_197, 51_968, 60_000)
    order = after.order
    assert order.credit == 17_999  # the armchair as it was sold, less its share
    assert [line.gross for line in order.lines] == [53_997, 10_773]  # no share has moved
    # what is left to pay is the list price of what stays, and its shipping
    assert order.total - order.credit == 2 * 19_999 + 11_970 + 1_200
    assert refundable(order) == 17_999 - 5_197
    assert violations(after.world) == []


def test_who_keeps_enough_is_charged_nothing() -> None:
    after = paid().when(less((2, 6)))
    assert (len(after.events), after.order.clawback) == (2, 5_999 + 1)
    low = running(msgspec.structs.replace(TEN, threshold=59_997))
    kept = paid(low).when(less((2, 6)))
    assert (len(kept.events), kept.order.clawback) == (1, 0)
    assert worth_kept(kept.order) == 59_997
    assert violations(kept.world) == []


def test_a_company_that_leaves_it_to_them_charges_nothing() -> None:
    after = paid(running(clawback="keep")).when(less((1, 2)))
    assert (len(after.events), after.order.clawback) == (1, 0)
    assert violations(after.world) == []


def test_what_we_could_not_keep_loses_nobody_a_promotion() -> None:
    after = paid().when(less((1, 2), reason="no_stock_in_time"))
    assert (len(after.events), after.order.clawback) == (1, 0)
    assert worth_kept(after.order) == 71_967
    assert violations(after.world) == []


@pytest.mark.parametrize("liability", ["seller", "carrier", "supplier"])
def test_what_comes_back_at_our_cost_loses_nobody_a_promotion(liability: Liability) -> None:
    story = given(order_invoiced(lines=GOODS), back(1, 2, liability), world=running())
    assert story.world.orders[FIRST].clawback == 0
    assert violations(story.world) == []


def test_what_comes_back_at_the_customers_cost_does() -> None:
    story = given(order_invoiced(lines=GOODS), back(1, 1), world=running())
    order = story.world.orders[FIRST]
    assert (order.clawback, refundable(order)) == (5_197, 17_999 - 5_197)
    assert violations(story.world) == []


@pytest.mark.parametrize(("liability", "charged"), [("customer", 5_197), ("supplier", 0)])
def test_who_does_not_want_a_replacement_gives_up_what_it_came_for(
    liability: Liability, charged: int
) -> None:
    story = given(order_invoiced(lines=GOODS), world=running())
    day = day_of(story.world.now) + timedelta(days=9)
    one = (ClaimRow(1, 1),)
    story = story.and_(
        OpenClaim(FIRST, one, "damaged_in_transit", "a dent"),
        ResolveClaim(FIRST, "CLM-00001", "approved", "carrier", "once more", one, day),
    )
    while not story.world.orders[FIRST].lines[-1].delivered:
        step = next_step(story.world, story.world.orders[FIRST])
        assert step is not None
        story = story.and_(step)
    assert not story.world.orders[FIRST].clawback
    story = story.and_(*back(story.world.orders[FIRST].lines[-1].line_number, 1, liability))
    assert story.world.orders[FIRST].clawback == charged
    assert violations(story.world) == []


def test_free_shipping_is_charged_again_once() -> None:
    story = paid(running(FREE)).and_(less((1, 1)))
    assert story.world.orders[FIRST].clawback == 1_200
    story = story.and_(less((1, 1)))
    order = story.world.orders[FIRST]
    assert (order.clawback, order.total - order.credit) == (1_200, 19_999 + 11_970 + 1_200)
    assert violations(story.world) == []


STEPS = ((1, 1), (1, 1), (2, 6))


@pytest.mark.parametrize("order_of", sorted(set(permutations(STEPS))))
@pytest.mark.parametrize("promotion", [TEN, FREE], ids=["percent", "shipping"])
def test_in_however_many_steps_it_is_the_same_money(
    promotion: Promotion, order_of: Iterable[tuple[int, int]]
) -> None:
    at_once = paid(running(promotion)).when(less(*STEPS)).order
    story = paid(running(promotion))
    for step in order_of:
        story = story.and_(less(step))
        assert violations(story.world) == []
    bit_by_bit = story.world.orders[FIRST]
    assert (bit_by_bit.clawback, bit_by_bit.credit, bit_by_bit.balance_due) == (
        at_once.clawback, at_once.credit, at_once.balance_due,
    )  # fmt: skip


def test_returned_or_called_off_the_rest_costs_its_list_price() -> None:
    at_once = given(order_invoiced(lines=GOODS), back(1, 2), world=running())
    story = given(order_invoiced(lines=GOODS), back(1, 1), back(1, 1, rma=2), world=running())
    once, twice = at_once.world.orders[FIRST], story.world.orders[FIRST]
    assert (once.clawback, once.balance_due) == (twice.clawback, twice.balance_due)
    assert abs(once.total - once.credit - (19_999 + 11_970 + 1_200)) <= 1


def test_who_gives_up_more_pays_it_on_less() -> None:
    after = paid().and_(less((1, 1))).when(less((1, 1)))
    dropped = after.events[1]
    assert dropped == ClawbackDropped(FIRST, "SPRING", 2_000, 31_969)
    assert after.order.clawback == 3_197
    assert violations(after.world) == []


def test_who_buys_enough_again_has_it_back() -> None:
    story = paid().and_(less((1, 1)))
    order = story.world.orders[FIRST]
    assert order.promised_delivery_date
    more = AddToOrder(FIRST, DESK, 1, order.promised_delivery_date + timedelta(days=30), "more")
    after = story.when(more)
    assert after.events[-1] == ClawbackDropped(FIRST, "SPRING", 5_197, 77_018)
    assert after.order.clawback == 0
    assert violations(after.world) == []


def test_a_claim_on_what_is_kept_gives_back_what_was_charged_on_it() -> None:
    story = given(order_invoiced(lines=GOODS), back(1, 1), world=running()).and_(
        OpenClaim(FIRST, (ClaimRow(1, 1),), "not_as_described", "it is blue")
    )
    after = story.when(ResolveClaim(FIRST, "CLM-00001", "approved", "it is", "seller"))
    assert after.events[-1] == ClawbackDropped(FIRST, "SPRING", 2_000, 51_968)
    assert violations(after.world) == []


@pytest.mark.parametrize("whole", [CancelOrder(FIRST, "all"), less((1, 2), (2, 6))])
def test_of_what_is_called_off_as_a_whole_nothing_is_charged(whole: Command) -> None:
    after = paid().and_(less((1, 1))).when(whole)
    order = after.order
    assert (order.status, order.clawback, order.credit) == ("cancelled", 0, order.total)
    assert refundable(order) == order.received
    assert violations(after.world) == []


def test_a_charge_above_the_credit_stands_as_due() -> None:
    """Six lamps at the end of a large promotion: 65.40 of credit, and 260.00 to pay."""
    off = Promotion("OFF", "300.00 off", 70_000, amount=30_000)
    after = paid(running(off)).when(less((2, 6)))
    order = after.order
    assert order.credit < order.clawback <= 30_000
    assert order.balance_due == order.clawback - order.credit > 0
    refused = given(world=after.world).when(IssueRefund(FIRST, 1, "less"))
    assert isinstance(refused.refusal, RefundExceedsCredit)
    assert violations(after.world) == []
    assert ended(given(world=after.world)).orders[FIRST].status == "archived"


# --- with freight -----------------------------------------------------------------------------


def test_free_shipping_pays_for_no_dearer_carrier() -> None:
    story = given(order_confirmed(lines=GOODS, carrier=SLOW), world=running(FREE))
    order = story.world.orders[FIRST]
    assert order.promised_delivery_date
    way = partial(ChangeDelivery, FIRST, ship_to=order.ship_to, reason="faster")
    dearer = story.and_(way("QX", promised_delivery_date=order.promised_delivery_date))
    order = dearer.world.orders[FIRST]
    assert (order.shipping_gross, order.promotion and order.promotion.given) == (800, 400)
    assert violations(dearer.world) == []
    lost = dearer.and_(less((1, 1)))
    assert lost.world.orders[FIRST].clawback == 400
    back_to = way(SLOW, promised_delivery_date=order.promised_delivery_date)
    assert isinstance(lost.when(back_to).refusal, CreditedAlready)


def test_a_delivery_that_is_put_right_keeps_its_free_shipping() -> None:
    story = given(order_submitted(lines=GOODS), world=running(FREE))
    way = CorrectDelivery(FIRST, SLOW, story.world.orders[FIRST].ship_to, "by sea")
    after = story.when(way)
    assert (after.order.shipping_gross, after.order.promotion and after.order.promotion.given) == (
        0, 400,
    )  # fmt: skip
    assert violations(after.world) == []


# --- on paper ---------------------------------------------------------------------------------


def test_what_is_charged_before_it_leaves_stands_on_the_invoice() -> None:
    story = given(order_paid(lines=GOODS), less((1, 1)), world=running())
    story = Story(ended(story))
    (invoice,) = story.world.orders[FIRST].documents
    assert (invoice.amount, invoice.clawback) == (2 * 19_999 + 11_970 + 1_200, 5_197)


def test_what_is_charged_later_is_kept_of_the_credit_note() -> None:
    story = given(order_invoiced(lines=GOODS), back(1, 1), world=running())
    story = story.and_(IssueRefund(FIRST, 12_802, "one less"))
    refused = story.when(CompleteOrder(FIRST)).refusal
    assert refused is not None
    after = story.and_(IssueCreditNote(FIRST))
    note = after.world.orders[FIRST].documents[-1]
    assert (note.amount, note.amounts, note.clawback) == (12_802, (17_999,), 5_197)
    assert after.when(IssueInvoice(FIRST)).refusal is not None
    assert violations(after.world) == []
    assert after.when(CompleteOrder(FIRST)).refusal is None


def test_what_no_credit_covers_has_an_invoice_of_its_own() -> None:
    off = Promotion("OFF", "300.00 off", 70_000, amount=30_000)
    story = given(order_invoiced(lines=GOODS), back(2, 1), world=running(off))
    story = story.and_(partial(transfer, FIRST), partial(booking, FIRST), IssueCreditNote(FIRST))
    order = story.world.orders[FIRST]
    note = order.documents[-1]
    assert (note.amount, note.clawback) == (0, sum(note.amounts))
    refused = story.when(CompleteOrder(FIRST)).refusal
    assert refused == ClawbackNotOnPaper(FIRST, order.clawback, note.clawback)
    story = story.and_(IssueInvoice(FIRST))
    paper = story.world.orders[FIRST].documents[-1]
    assert (paper.rows, paper.amount) == ((), order.clawback - note.clawback)
    assert story.when(CompleteOrder(FIRST)).refusal is None
    assert violations(story.world) == []


def test_what_is_dropped_after_it_was_invoiced_is_credited() -> None:
    story = given(order_paid(lines=GOODS), less((1, 1)), world=running())
    world = story.world
    for _ in range(30):
        if any(line.invoiced for line in story.world.orders[FIRST].lines):
            break
        step = next_step(story.world, story.world.orders[FIRST])
        assert step is not None
        story = story.and_(step)
    assert papers(story.world.orders[FIRST]) > 0, world
    story = story.and_(back(1, 1))
    order = story.world.orders[FIRST]
    assert order.clawback == 3_197
    story = Story(ended(story))
    order = story.world.orders[FIRST]
    assert sum(paper.clawback for paper in order.documents) == 3_197
    assert order.documents[-1].clawback == -2_000
    assert papers(order) == order.received == 19_999 + 11_970 + 1_200


def test_it_comes_back_after_everything_was_settled() -> None:
    story = given(order_invoiced(lines=GOODS), CompleteOrder(FIRST), partial(settling, FIRST),
                  back(1, 1), world=running())  # fmt: skip
    assert story.world.orders[FIRST].clawback == 5_197
    world = ended(story)
    assert (world.orders[FIRST].status, len(world.batches)) == ("archived", 2)


def test_who_buys_on_account_is_asked_for_less() -> None:
    lines = {ARMCHAIR: 3, LAMP: 6}
    story = given(order_confirmed(customer=HERON, lines=lines), less((1, 1)), world=running())
    order = story.world.orders[FIRST]
    assert order.balance_due == 2 * 19_999 + 11_970 + 1_200
    assert story.world.exposure[HERON] == order.balance_due
    assert ended(story).orders[FIRST].status == "archived"


def test_everything_back_leaves_nothing_to_charge() -> None:
    story = given(order_delivered(lines=GOODS), IssueInvoice(FIRST), world=running())
    story = story.and_(back(1, 3), back(2, 6, rma=2))
    order = story.world.orders[FIRST]
    assert (order.clawback, order.credit) == (0, order.total - order.shipping_gross)
    assert ended(story).orders[FIRST].status == "archived"
    assert story.when(ArchiveOrder(FIRST, 10), at=story.world.now + HOUR).refusal is not None


# --- told -------------------------------------------------------------------------------------


def test_the_letter_about_it_says_what_it_costs_them() -> None:
    story = paid().and_(less((1, 1)))
    (told,) = story.when(NotifyCustomer(FIRST, "order_changed")).events
    assert "USD 51.97" in getattr(told, "text", "")
    kept = paid(running(clawback="keep")).and_(less((1, 1)))
    (told,) = kept.when(NotifyCustomer(FIRST, "order_changed")).events
    assert "promotion" not in getattr(told, "text", "")


def test_it_is_given_before_the_order_is_handed_over() -> None:
    entries = given(order_submitted(lines=GOODS), world=running()).entries
    names = [type(entry.event).__name__ for entry in entries[-2:]]
    assert names == [PromotionGranted.__name__, "OrderSubmitted"]
