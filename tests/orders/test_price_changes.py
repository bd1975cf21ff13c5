"""Another price for what was ordered: less at once, more only with the customer's word."""

from functools import partial

import pytest

from tests.builders import (
    ARMCHAIR,
    FIRST,
    HERON,
    LAMP,
    OTTER,
    SLOW,
    allocation,
    arriving,
    booking,
    labelling,
    leaving,
    order_confirmed,
    order_delivered,
    order_invoiced,
    order_paid,
    order_submitted,
    packing,
    picking,
    promise,
    transfer,
)
from tests.story import given
from trainer.orders.amendments import ChangeDelivery, ReopenOrder
from trainer.orders.engine import Command
from trainer.orders.holds import CreditLimitExceeded, OrderOnHold, PlaceHold
from trainer.orders.intake import (
    ChangeLine,
    CheckOrder,
    DiscountExceedsTotal,
    GrantDiscount,
    SubmitOrder,
    UnknownLine,
)
from trainer.orders.invariants import violations
from trainer.orders.payment import InvalidAmount, IssueRefund, RefundExceedsCredit, refundable
from trainer.orders.price_changes import (
    AnswerPriceRise,
    AskPriceRise,
    ChangePrice,
    NoRiseAsked,
    PriceChanged,
    PriceRiseAnswered,
    PriceRiseAsked,
    PriceRiseNeedsConsent,
    PriceSettled,
    PriceUnchanged,
    RiseAsked,
)
from trainer.orders.refusals import IllegalState, MissingReason
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.returns import (
    AuthoriseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
)
from trainer.orders.service import NotifyCustomer
from trainer.orders.settlement import CompleteOrder, IssueCreditNote, IssueInvoice
from trainer.orders.world import ReturnRow

PRICE = 19_999
"""What an armchair costs."""


def at(price: int, line: int = 1, why: str = "as agreed") -> ChangePrice:
    """The line at another price."""
    return ChangePrice(FIRST, line, price, why)


def ask(price: int, line: int = 1, why: str = "Wood has become dearer.") -> AskPriceRise:
    """The question whether they pay it."""
    return AskPriceRise(FIRST, line, price, why)


def says(agreed: bool = True, line: int = 1) -> AnswerPriceRise:
    """The customer's word."""
    return AnswerPriceRise(FIRST, line, agreed, "Re: the price", "…")


def consented(price: int, line: int = 1) -> tuple[Command, ...]:
    """Asked and agreed to."""
    return ask(price, line), says(True, line)


def test_less_is_taken_at_once_and_owed_back() -> None:
    after = given(order_paid()).when(at(PRICE - 500))
    assert after.events == (
        PriceChanged(FIRST, 1, ARMCHAIR, PRICE, PRICE - 500, -1_000, "as agreed", amendment=1),
    )
    assert (after.order.balance_due, refundable(after.order)) == (-1_000, 1_000)
    assert after.order.lines[0].first_price == PRICE
    assert violations(after.world) == []


def test_what_was_paid_too_much_goes_back_and_no_cent_more() -> None:
    story = given(order_paid(), at(PRICE - 500))
    refused = story.when(IssueRefund(FIRST, 1_001, "it costs less"))
    assert isinstance(refused.refusal, RefundExceedsCredit)
    assert (refused.refusal.limit, refused.refusal.overpaid) == (1_000, 1_000)
    after = story.when(IssueRefund(FIRST, 1_000, "it costs less"))
    assert after.order.balance_due == 0
    assert violations(after.world) == []


def test_money_that_a_cheaper_carrier_leaves_over_goes_back_too() -> None:
    story = given(order_paid())
    order = story.world.orders[FIRST]
    far = order.ship_to, order.promised_delivery_date.replace(year=2999)
    after = story.when(ChangeDelivery(FIRST, SLOW, *far, "no hurry"))
    assert refundable(after.order) == -after.order.balance_due == 800


def test_more_needs_the_customers_word() -> None:
    after = given(order_confirmed()).when(at(PRICE + 100))
    assert after.refusal == PriceRiseNeedsConsent(FIRST, ARMCHAIR, PRICE + 100, PRICE, PRICE)


def test_the_customer_is_asked_in_a_letter_and_answers_in_one() -> None:
    story = given(order_confirmed())
    asked = story.when(ask(PRICE + 100)).events[0]
    assert isinstance(asked, PriceRiseAsked)
    assert asked.recipient == "olive@otter.example"
    for part in ("Olive Otter", "200.99", "199.99", "2.00", "Wood has become dearer."):
        assert part in asked.text
    after = story.and_(asked).when(says())
    (answered,) = after.events
    assert isinstance(answered, PriceRiseAnswered)
    assert answered.outcome == "said_yes"
    message = after.world.messages[answered.reply_id]
    assert (message.order_number, message.customer_id) == (FIRST, OTTER)
    assert violations(after.world) == []


def test_what_was_agreed_to_is_due_as_any_amendment() -> None:
    after = given(order_paid(), consented(PRICE + 100)).when(at(PRICE + 100))
    assert after.events[0].delta == after.order.balance_due == 200
    assert after.order.amendments == 1
    assert after.order.price_rises[0].answer == "used"
    assert violations(after.world) == []


@pytest.mark.parametrize("price", [PRICE + 99, PRICE + 101])
def test_a_word_is_for_one_price(price: int) -> None:
    refused = given(order_confirmed(), consented(PRICE + 100)).when(at(price)).refusal
    assert refused == PriceRiseNeedsConsent(FIRST, ARMCHAIR, price, PRICE, PRICE + 100)


def test_a_word_is_used_once() -> None:
    story = given(order_confirmed(), consented(PRICE + 100), at(PRICE + 100), at(PRICE))
    assert isinstance(story.when(at(PRICE + 100)).refusal, PriceRiseNeedsConsent)


def test_a_word_is_for_the_line_as_it_stood() -> None:
    story = given(order_confirmed(), consented(PRICE + 100), at(PRICE - 1))
    assert isinstance(story.when(at(PRICE + 100)).refusal, PriceRiseNeedsConsent)


def test_a_draft_of_another_quantity_has_another_line() -> None:
    story = given(
        order_submitted(), consented(PRICE + 100), ReopenOrder(FIRST, "three, they say"),
        ChangeLine(FIRST, 1, 3), SubmitOrder(FIRST),
    )  # fmt: skip
    assert isinstance(story.when(at(PRICE + 100)).refusal, PriceRiseNeedsConsent)


def test_a_no_leaves_the_price_and_stays() -> None:
    story = given(order_confirmed(), ask(PRICE + 100), says(False))
    assert isinstance(story.when(at(PRICE + 100)).refusal, PriceRiseNeedsConsent)
    for price in (PRICE + 100, PRICE + 200):
        refused = story.when(ask(price)).refusal
        assert refused == RiseAsked(ARMCHAIR, PRICE + 100, "said_no", price)
    assert story.when(ask(PRICE + 50)).refusal is None


def test_one_question_at_a_time() -> None:
    story = given(order_confirmed(), ask(PRICE + 100))
    assert story.when(ask(PRICE + 50)).refusal == RiseAsked(
        ARMCHAIR, PRICE + 100, "awaited", PRICE + 50
    )
    agreed = story.and_(says()).when(ask(PRICE + 100)).refusal
    assert agreed == RiseAsked(ARMCHAIR, PRICE + 100, "said_yes", PRICE + 100)


def test_nobody_answers_what_nobody_asked() -> None:
    assert given(order_confirmed()).when(says()).refusal == NoRiseAsked(FIRST, 1)
    over = given(order_confirmed(), ask(PRICE + 100), CancelOrder(FIRST, "called off"))
    assert over.when(says()).refusal == NoRiseAsked(FIRST, 1)


@pytest.mark.parametrize("command", [at(PRICE), ask(PRICE), ask(PRICE - 1)])
def test_nothing_is_asked_or_changed_where_nothing_is_more(command: Command) -> None:
    refused = given(order_confirmed()).when(command).refusal
    assert refused == PriceUnchanged(ARMCHAIR, PRICE, command.unit_price)


@pytest.mark.parametrize("make", [at, ask])
def test_an_amount_a_line_and_a_reason(make: type) -> None:
    story = given(order_confirmed())
    assert story.when(make(0)).refusal == InvalidAmount(0)
    assert story.when(make(PRICE + 1, 9)).refusal == UnknownLine(FIRST, 9)
    assert story.when(make(PRICE + 1, 1, " ")).refusal == MissingReason()


def test_what_has_left_keeps_its_price() -> None:
    after = given(order_delivered()).when(at(PRICE - 500))
    assert after.refusal == PriceSettled(line_number=1, cancelled=0, left=2)


def test_what_is_called_off_in_part_keeps_its_price() -> None:
    story = given(
        order_confirmed(), CancelLineQuantity(FIRST, (CancelledRow(1, 1),), "one is enough")
    )
    assert story.when(at(PRICE - 500)).refusal == PriceSettled(1, cancelled=1, left=0)


def test_not_before_it_is_submitted_nor_when_it_is_over() -> None:
    story = given(order_submitted(), ReopenOrder(FIRST, "typed wrongly"))
    assert isinstance(story.when(at(PRICE - 1)).refusal, IllegalState)
    over = given(order_invoiced(), CompleteOrder(FIRST))
    assert isinstance(over.when(at(PRICE - 1)).refusal, IllegalState)


def test_not_while_a_promised_order_is_on_hold() -> None:
    held = given(order_confirmed(), PlaceHold(FIRST, "manual", "wait"))
    assert isinstance(held.when(at(PRICE - 1)).refusal, OrderOnHold)


def test_before_the_promise_it_is_no_amendment_and_is_checked_anew() -> None:
    story = given(order_submitted(), CheckOrder(FIRST), at(PRICE - 500))
    order = story.world.orders[FIRST]
    assert (order.amendments, order.checked_at) == (0, 0)
    paid = story.and_(
        CheckOrder(FIRST),
        partial(promise, FIRST),
        partial(transfer, FIRST),
        partial(booking, FIRST),
    )
    assert paid.world.orders[FIRST].balance_due == 0


def test_the_price_stays_above_what_was_taken_off() -> None:
    story = given(order_confirmed(discount=30_000))
    refused = story.when(at(14_999)).refusal
    assert refused == DiscountExceedsTotal(requested=30_000, limit=29_998)
    after = story.when(at(15_000))
    assert after.order.lines[0].gross == 0
    assert violations(after.world) == []


def test_shares_of_a_discount_stay_where_they_were_frozen() -> None:
    story = given(order_confirmed(lines={ARMCHAIR: 1, LAMP: 6}, discount=500))
    shares = [line.discount_share for line in story.world.orders[FIRST].lines]
    after = story.when(at(PRICE - 5_000))
    assert [line.discount_share for line in after.order.lines] == shares
    assert violations(after.world) == []


def test_a_draft_once_more_shares_its_discount_out_anew() -> None:
    story = given(
        order_submitted(lines={ARMCHAIR: 1, LAMP: 6}, discount=500), at(PRICE - 5_000),
        ReopenOrder(FIRST, "a larger discount"), GrantDiscount(FIRST, 700), SubmitOrder(FIRST),
    )  # fmt: skip
    assert story.world.orders[FIRST].lines[0].first_price is None
    assert violations(story.world) == []


def test_no_rise_beyond_the_credit_limit() -> None:
    story = given(order_confirmed(customer=HERON))
    refused = story.when(ask(60_000))
    assert isinstance(refused.refusal, CreditLimitExceeded)


DELIVERED = tuple(
    partial(step, FIRST)
    for step in (transfer, booking, allocation, picking, packing, labelling, leaving, arriving)
)
"""From a promised order to the customer's door."""


def test_the_parts_of_a_line_add_up_at_its_new_price() -> None:
    """Three units, a price that does not divide: sent back one by one, to the last cent."""
    story = given(
        order_confirmed(lines={ARMCHAIR: 3}, discount=100), consented(PRICE + 1), at(PRICE + 1),
        *DELIVERED, IssueInvoice(FIRST),
    )  # fmt: skip
    gross = 3 * (PRICE + 1) - 100
    order = story.world.orders[FIRST]
    assert order.lines[0].gross == gross
    assert order.documents[0].amount == gross + order.shipping_gross
    for back in ("RMA-00001", "RMA-00002", "RMA-00003"):
        story = story.and_(
            RequestReturn(FIRST, (ReturnRow(1, 1),), "defective"),
            AuthoriseReturn(FIRST, back, "seller"),
            DeliverReturn(FIRST, back),
            ReceiveReturn(FIRST, back, (ReturnRow(1, 1),)),
            InspectReturn(FIRST, back, 1, 1, "scrap"),
            IssueCreditNote(FIRST),
        )
        assert violations(story.world) == []
    assert story.world.orders[FIRST].credit == gross


def test_back_and_forth_ends_where_it_began() -> None:
    story = given(order_paid(), at(PRICE - 500), IssueRefund(FIRST, 1_000, "it costs less"))
    story = story.and_(consented(PRICE), at(PRICE))
    assert story.world.orders[FIRST].balance_due == 1_000
    assert violations(story.world) == []


def test_the_customer_is_told_of_each_amendment() -> None:
    story = given(order_confirmed(), at(PRICE - 1))
    assert story.when(NotifyCustomer(FIRST, "order_amended")).refusal is None
