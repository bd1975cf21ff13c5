"""Receiving and entering: what a draft takes, and what may be promised."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    ASKED,
    DESK,
    FIRST,
    HERON,
    HOME,
    HOTEL,
    LAMP,
    OTTER,
    QUICK,
    SECOND,
    SLOW,
    STOOL,
    TODAY,
    WANTED,
    company,
    order_checked,
    order_confirmed,
    order_drafted,
    order_settled,
    order_submitted,
)  # fmt: skip
from tests.story import given
from trainer.orders.customers import UnknownCustomer
from trainer.orders.holds import (
    CreditLimitExceeded,
    HoldPlaced,
    OrderOnHold,
    PlaceHold,
    ReleaseHold,
)
from trainer.orders.intake import (
    AddLine,
    ChangeHeader,
    ChangeLine,
    CheckOrder,
    ConfirmOrder,
    CreateDraft,
    DiscountExceedsTotal,
    DiscountGranted,
    DuplicateOrder,
    GrantDiscount,
    ImportOrder,
    InvalidDocument,
    InvalidQuantity,
    LineExists,
    NotChecked,
    OrderChecked,
    OrderConfirmed,
    OrderRejected,
    OrderSubmitted,
    ReceiveMessage,
    RejectOrder,
    RemoveLine,
    SkuNotSellable,
    SubmitOrder,
    UnknownCarrier,
    default_promise,
)
from trainer.orders.promises import PromiseBeforeAtp
from trainer.orders.refusals import (
    DateInThePast,
    IllegalState,
    MissingField,
    MissingReason,
    Refusal,
    RoleRequired,
    UnknownLine,
)
from trainer.orders.remedies import CancelOrder
from trainer.orders.settlement import ArchiveOrder
from trainer.orders.values import Address
from trainer.orders.world import RequestLine

AGAIN = CreateDraft(OTTER, f"PO-{FIRST}", ASKED, QUICK)


# --- documents ----------------------------------------------------------------------------------

DOCUMENT = ImportOrder(
    format="UBL",
    customer_id=HERON,
    customer_po_number="PO-77",
    requested_delivery_date=ASKED,
    carrier_code=SLOW,
    ship_to=HOME,
    lines=(RequestLine(ARMCHAIR, 2), RequestLine(LAMP, 12)),
)


def but(**changes: Any) -> ImportOrder:
    return msgspec.structs.replace(DOCUMENT, **changes)


def test_a_document_becomes_a_draft_with_all_its_lines() -> None:
    after = given().when(DOCUMENT)
    order = after.world.orders[FIRST]
    assert [(line.line_number, line.sku, line.ordered) for line in order.lines] == [
        (1, ARMCHAIR, 2),
        (2, LAMP, 12),
    ]
    assert (order.status, order.ship_to, order.carrier_code) == ("draft", HOME, SLOW)
    assert (order.document_format, order.document_number) == ("UBL", "PO-77")
    by_hand = given(
        CreateDraft(HERON, "PO-77", ASKED, SLOW),
        AddLine(FIRST, ARMCHAIR, 2),
        AddLine(FIRST, LAMP, 12),
    ).world.orders[FIRST]
    assert order.lines == by_hand.lines


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (but(faults=("12:5 BAD_NUMBER x",)), InvalidDocument(1, "12:5 BAD_NUMBER x")),
        (but(lines=()), MissingField("line")),
        (but(customer_po_number=""), MissingField("customer_po_number")),
        (but(requested_delivery_date=None), MissingField("requested_delivery_date")),
        (but(customer_id="C-NOBODY"), UnknownCustomer("C-NOBODY")),
        (but(carrier_code="PIGEON"), UnknownCarrier("PIGEON")),
        (but(lines=(*DOCUMENT.lines, RequestLine(STOOL, 1))), SkuNotSellable(STOOL)),
        (but(lines=(*DOCUMENT.lines, RequestLine(ARMCHAIR, 1))), LineExists(ARMCHAIR, 1)),
        (but(lines=(RequestLine(LAMP, 7),)), InvalidQuantity(LAMP, 7, 6)),
    ],
)
def test_a_wrong_document_enters_nothing(command: ImportOrder, refusal: Refusal) -> None:
    after = given().when(command)
    assert after.refusal == refusal
    assert not after.world.orders


def test_the_same_document_twice_is_refused() -> None:
    assert given(DOCUMENT).when(DOCUMENT).refusal == DuplicateOrder("PO-77", FIRST)
    assert given(DOCUMENT, CancelOrder(FIRST, "typo")).when(DOCUMENT).refusal is None


# --- messages -----------------------------------------------------------------------------------


def test_words_lie_in_the_inbox_with_what_they_mean() -> None:
    said = ReceiveMessage("M-1", "email", "Olive", "Order", "Two, please.", OTTER, request=WANTED)
    after = given().when(said)
    assert after.world.messages["M-1"].request == WANTED
    assert after.world.messages["M-1"].received_at == after.world.now


def test_a_clerk_cannot_write_in_a_customers_name() -> None:
    after = given().when(ReceiveMessage("M-1", "email", "O", "Hi", "…"), role="clerk")
    assert after.refusal == RoleRequired(role="clerk", wanted="bank / customer / system")


# --- drafts -------------------------------------------------------------------------------------


def test_a_draft_takes_address_and_terms_from_the_customers_file() -> None:
    after = given().when(CreateDraft(HERON, "PO-7", ASKED, SLOW, "M-1"))
    order = after.world.orders[FIRST]
    assert (order.status, order.version, order.sequence) == ("draft", 1, 1)
    assert (order.ship_to, order.payment_terms) == (HOTEL, "on_account")
    assert after.world.by_message["M-1"] == (FIRST,)


def test_order_numbers_follow_each_other() -> None:
    story = given(order_drafted(), order_drafted(SECOND))
    assert list(story.world.orders[number].sequence for number in (FIRST, SECOND)) == [1, 2]


def test_no_draft_for_a_stranger() -> None:
    after = given().when(CreateDraft("C-NOBODY", "PO-1", ASKED, QUICK))
    assert after.refusal == UnknownCustomer(customer_id="C-NOBODY")


def test_no_draft_for_a_carrier_we_do_not_know() -> None:
    after = given().when(CreateDraft(OTTER, "PO-1", ASKED, "PIGEON"))
    assert after.refusal == UnknownCarrier(carrier_code="PIGEON")


def test_nobody_delivers_yesterday() -> None:
    yesterday = TODAY - timedelta(days=1)
    after = given().when(CreateDraft(OTTER, "PO-1", yesterday, QUICK))
    assert after.refusal == DateInThePast(requested=yesterday, today=TODAY)


def test_today_is_not_the_past() -> None:
    assert given().when(CreateDraft(OTTER, "PO-1", TODAY, QUICK)).refusal is None


def test_the_same_purchase_order_is_not_entered_twice() -> None:
    after = given(order_drafted()).when(AGAIN)
    assert after.refusal == DuplicateOrder(customer_po_number=f"PO-{FIRST}", order_number=FIRST)


def test_another_customer_may_use_the_same_number() -> None:
    after = given(order_drafted()).when(CreateDraft(HERON, f"PO-{FIRST}", ASKED, QUICK))
    assert after.refusal is None


def test_a_carried_out_order_keeps_its_number_in_the_archive() -> None:
    after = given(order_settled(), ArchiveOrder(FIRST, 10)).when(AGAIN)
    assert isinstance(after.refusal, DuplicateOrder)


@pytest.mark.parametrize("archived", [(), (ArchiveOrder(FIRST, 10),)], ids=["desk", "archive"])
def test_a_cancelled_order_gives_its_number_free(archived: tuple[ArchiveOrder, ...]) -> None:
    after = given(order_drafted(), CancelOrder(FIRST, "typo"), *archived).when(AGAIN)
    assert after.refusal is None
    assert after.world.by_po[OTTER, f"PO-{FIRST}"] == SECOND


def test_the_head_of_a_draft_can_be_corrected() -> None:
    after = given(order_drafted()).when(ChangeHeader(FIRST, "PO-9", ASKED, SLOW, HOTEL))
    order = after.order
    assert (order.customer_po_number, order.carrier_code, order.ship_to) == ("PO-9", SLOW, HOTEL)
    assert dict(after.world.by_po) == {(OTTER, "PO-9"): FIRST}


def test_the_head_cannot_take_another_orders_number() -> None:
    story = given(order_drafted(), order_drafted(SECOND))
    after = story.when(ChangeHeader(SECOND, f"PO-{FIRST}", ASKED, QUICK, HOME))
    assert after.refusal == DuplicateOrder(customer_po_number=f"PO-{FIRST}", order_number=FIRST)


def test_the_head_keeps_its_own_number() -> None:
    after = given(order_drafted()).when(ChangeHeader(FIRST, f"PO-{FIRST}", ASKED, SLOW, HOME))
    assert after.refusal is None


def test_the_head_is_held_to_the_rules_of_a_new_one() -> None:
    story = given(order_drafted())
    yesterday = TODAY - timedelta(days=1)
    assert story.when(ChangeHeader(FIRST, "PO-9", ASKED, "PIGEON", HOME)).refusal == (
        UnknownCarrier(carrier_code="PIGEON")
    )
    assert story.when(ChangeHeader(FIRST, "PO-9", yesterday, SLOW, HOME)).refusal == (
        DateInThePast(requested=yesterday, today=TODAY)
    )


@pytest.mark.parametrize(
    "command",
    [
        ChangeHeader(FIRST, "PO-9", ASKED, QUICK, HOME),
        GrantDiscount(FIRST, 1),
        GrantDiscount(FIRST, -1),
        AddLine(FIRST, LAMP, 6),
        ChangeLine(FIRST, 1, 3),
        RemoveLine(FIRST, 1),
        SubmitOrder(FIRST),
    ],
    ids=lambda command: type(command).__name__,
)
def test_only_a_draft_can_be_written_in(command: AddLine) -> None:
    after = given(order_submitted()).when(command)
    assert after.refusal == IllegalState(order_number=FIRST, status="submitted", wanted="draft")


# --- lines --------------------------------------------------------------------------------------


def test_a_line_takes_price_and_tax_from_the_list() -> None:
    after = given(order_drafted()).when(AddLine(FIRST, LAMP, 12))
    line = after.order.lines[1]
    assert (line.line_number, line.ordered, line.unit_price, line.tax_rate) == (2, 12, 1_995, 1900)


@pytest.mark.parametrize("sku", [STOOL, "NO-SUCH-THING"])
def test_only_what_is_on_sale_is_sold(sku: str) -> None:
    assert given(order_drafted()).when(AddLine(FIRST, sku, 6)).refusal == SkuNotSellable(sku=sku)


def test_one_product_has_one_line() -> None:
    after = given(order_drafted()).when(AddLine(FIRST, ARMCHAIR, 1))
    assert after.refusal == LineExists(sku=ARMCHAIR, line_number=1)


@pytest.mark.parametrize("quantity", [-6, 0, 1, 7])
def test_lamps_are_sold_by_the_half_dozen(quantity: int) -> None:
    after = given(order_drafted()).when(AddLine(FIRST, LAMP, quantity))
    assert after.refusal == InvalidQuantity(sku=LAMP, requested=quantity, pack_size=6)


def test_a_lines_discount_is_at_most_its_price() -> None:
    story = given(order_drafted())
    assert story.when(AddLine(FIRST, LAMP, 6, discount=11_970)).order.lines[1].gross == 0
    assert story.when(AddLine(FIRST, LAMP, 6, discount=11_971)).refusal == DiscountExceedsTotal(
        requested=11_971, limit=11_970
    )


def test_a_clerk_sells_at_the_price_of_the_list() -> None:
    story = given(order_drafted())
    own = AddLine(FIRST, LAMP, 6, unit_price=5)
    assert story.when(own).refusal == RoleRequired(role="clerk", wanted="system")
    assert story.when(own, role="system").order.lines[1].unit_price == 5


def test_a_history_does_not_bring_a_price_below_nothing() -> None:
    after = given(order_drafted()).when(AddLine(FIRST, LAMP, 6, unit_price=-1), role="system")
    assert after.refusal == MissingField(field="unit_price")


def test_a_quantity_can_be_changed() -> None:
    after = given(order_drafted()).when(ChangeLine(FIRST, 1, 5))
    assert after.order.lines[0].ordered == 5


def test_a_changed_quantity_is_whole_packs_too() -> None:
    after = given(order_drafted(lines={LAMP: 6})).when(ChangeLine(FIRST, 1, 8))
    assert after.refusal == InvalidQuantity(sku=LAMP, requested=8, pack_size=6)


def test_a_line_that_is_not_there_is_neither_changed_nor_removed() -> None:
    story = given(order_drafted())
    unknown = UnknownLine(order_number=FIRST, line_number=2)
    assert story.when(ChangeLine(FIRST, 2, 1)).refusal == unknown
    assert story.when(RemoveLine(FIRST, 2)).refusal == unknown


def test_a_line_does_not_shrink_below_its_discount() -> None:
    story = given(order_drafted(), AddLine(FIRST, LAMP, 12, discount=12_000))
    assert story.when(ChangeLine(FIRST, 2, 6)).refusal == DiscountExceedsTotal(
        requested=12_000, limit=11_970
    )


def test_a_line_can_be_taken_off() -> None:
    after = given(order_drafted(lines={ARMCHAIR: 2, LAMP: 6})).when(RemoveLine(FIRST, 1))
    assert [line.sku for line in after.order.lines] == [LAMP]


# --- submitting ---------------------------------------------------------------------------------


def test_submitting_freezes_shipping_and_shares_of_the_discount() -> None:
    draft = order_drafted(lines={ARMCHAIR: 1, LAMP: 6}, discount=1_000)
    after = given(draft).when(SubmitOrder(FIRST))
    assert after.events == (OrderSubmitted(FIRST, 32_169, (626, 374), 1_200),)
    assert after.order.total == 32_169
    assert sum(line.discount_share for line in after.order.lines) == 1_000


def test_the_whole_discount_is_at_most_what_there_is_to_pay() -> None:
    story = given(order_drafted())
    assert story.when(GrantDiscount(FIRST, 39_998)).events == (DiscountGranted(FIRST, 39_998),)
    for amount in (39_999, -1):
        assert story.when(GrantDiscount(FIRST, amount)).refusal == DiscountExceedsTotal(
            requested=amount, limit=39_998
        )


def test_a_discount_does_not_outlive_the_line_it_was_meant_for() -> None:
    draft = order_drafted(lines={ARMCHAIR: 1, LAMP: 6}, discount=20_000)
    after = given(draft, RemoveLine(FIRST, 1)).when(SubmitOrder(FIRST))
    assert after.refusal == DiscountExceedsTotal(requested=20_000, limit=11_970)


def test_nothing_is_not_an_order() -> None:
    after = given(order_drafted(), RemoveLine(FIRST, 1)).when(SubmitOrder(FIRST))
    assert after.refusal == MissingField(field="line")


def test_an_order_without_a_street_goes_nowhere() -> None:
    nowhere = msgspec.structs.replace(HOME, street=" ")
    story = given(order_drafted(), ChangeHeader(FIRST, "PO-9", ASKED, QUICK, nowhere))
    assert story.when(SubmitOrder(FIRST)).refusal == MissingField(field="street")


def test_hong_kong_needs_no_postal_code() -> None:
    harbour = Address("Kit", "1 Queen's Road", "Central", "", "Hong Kong", "852-1")
    story = given(order_drafted(), ChangeHeader(FIRST, "PO-9", ASKED, QUICK, harbour))
    assert story.when(SubmitOrder(FIRST)).refusal is None


def test_a_clerk_does_not_set_the_freight() -> None:
    story = given(order_drafted())
    free = SubmitOrder(FIRST, shipping_gross=0)
    assert story.when(free).refusal == RoleRequired(role="clerk", wanted="system")
    assert story.when(free, role="system").order.shipping_gross == 0
    assert story.when(SubmitOrder(FIRST, -1), role="system").refusal == (
        MissingField(field="shipping_gross")
    )


# --- checking and promising ---------------------------------------------------------------------


def test_a_check_says_when_goods_can_be_there() -> None:
    after = given(order_submitted()).when(CheckOrder(FIRST))
    assert after.events == (OrderChecked(FIRST, TODAY + timedelta(days=3)),)
    assert after.order.checked_at == after.world.now


def test_a_check_finds_what_cannot_be_there_in_time() -> None:
    after = given(order_submitted(carrier=SLOW)).when(CheckOrder(FIRST))
    assert after.events == (OrderChecked(FIRST, TODAY + timedelta(days=21), ("late",)),)


def test_a_check_holds_what_would_break_the_credit_limit_once() -> None:
    story = given(order_submitted(customer=HERON, lines={ARMCHAIR: 5}))
    after = story.when(CheckOrder(FIRST))
    assert after.events == (
        OrderChecked(FIRST, TODAY + timedelta(days=3), ("credit",)),
        HoldPlaced(FIRST, "credit", "credit limit", placed_by="Ada"),
    )
    again = story.and_(CheckOrder(FIRST)).when(CheckOrder(FIRST))
    assert [type(event) for event in again.events] == [OrderChecked]


def test_only_what_is_submitted_is_checked_promised_or_declined() -> None:
    story = given(order_drafted())
    for command in (CheckOrder(FIRST), ConfirmOrder(FIRST, ASKED), RejectOrder(FIRST, "no")):
        assert story.when(command).refusal == IllegalState(
            order_number=FIRST, status="draft", wanted="submitted"
        )


def test_a_promise_is_kept_on_the_order() -> None:
    after = given(order_checked()).when(ConfirmOrder(FIRST, ASKED))
    assert after.events == (OrderConfirmed(FIRST, ASKED),)
    assert (after.order.status, after.order.promised_delivery_date) == ("confirmed", ASKED)


def test_a_promise_without_looking_is_a_guess() -> None:
    after = given(order_submitted()).when(ConfirmOrder(FIRST, ASKED))
    assert after.refusal == NotChecked(order_number=FIRST)


def test_a_held_order_is_not_promised() -> None:
    story = given(order_checked(), PlaceHold(FIRST, "fraud", "odd address"))
    assert story.when(ConfirmOrder(FIRST, ASKED)).refusal == OrderOnHold(
        order_number=FIRST, kind="fraud", reason="odd address"
    )


def test_no_promise_before_stock_and_carrier_can_hold_it() -> None:
    story = given(order_checked())
    earliest = TODAY + timedelta(days=3)
    assert story.when(ConfirmOrder(FIRST, earliest)).refusal is None
    day_before = earliest - timedelta(days=1)
    assert story.when(ConfirmOrder(FIRST, day_before)).refusal == PromiseBeforeAtp(
        requested=day_before, earliest=earliest
    )


def test_what_is_short_waits_for_lead_time_and_capacity() -> None:
    # 6 desks are there, 2 are short: 14 days lead time, one desk a day, 20 days at sea
    story = given(order_checked(lines={DESK: 8}, carrier=SLOW))
    assert story.when(ConfirmOrder(FIRST, ASKED)).refusal == PromiseBeforeAtp(
        requested=ASKED, earliest=TODAY + timedelta(days=14 + 2 + 20)
    )


def test_two_checked_orders_do_not_slip_past_the_credit_limit_together() -> None:
    both = [order_checked(n, customer=HERON, lines={ARMCHAIR: 3}) for n in (FIRST, SECOND)]
    story = given(*both, ConfirmOrder(FIRST, ASKED))
    assert story.when(ConfirmOrder(SECOND, ASKED)).refusal == CreditLimitExceeded(
        customer_id=HERON, open=61_197, requested=61_197, exposure=122_394, limit=100_000
    )


def test_a_careful_clerk_promises_what_was_asked_or_the_first_possible_day() -> None:
    near = given(order_checked()).world
    assert default_promise(near, near.orders[FIRST]) == ASKED
    far = given(order_checked(carrier=SLOW)).world
    assert default_promise(far, far.orders[FIRST]) == TODAY + timedelta(days=21)


def test_an_order_can_be_declined_with_a_reason() -> None:
    after = given(order_checked()).when(RejectOrder(FIRST, "too small"))
    assert after.events == (OrderRejected(FIRST, "too small", kept=True),)
    assert (after.order.status, after.order.balance_due) == ("cancelled", 0)


def test_declining_without_a_reason_explains_nothing() -> None:
    assert given(order_submitted()).when(RejectOrder(FIRST, " ")).refusal == MissingReason()


def test_a_promised_order_is_cancelled_not_declined() -> None:
    after = given(order_confirmed()).when(RejectOrder(FIRST, "no"))
    assert after.refusal == IllegalState(order_number=FIRST, status="confirmed", wanted="submitted")


def test_a_released_credit_hold_lets_the_order_be_promised() -> None:
    world = company()
    rich = msgspec.structs.replace(world.customers[HERON], credit_limit=1_000_000)
    story = given(order_checked(customer=HERON, lines={ARMCHAIR: 5}), world=world)
    world = msgspec.structs.replace(story.world, customers=story.world.customers.set(HERON, rich))
    after = given(ReleaseHold(FIRST, "credit", "limit raised"), world=world).when(
        ConfirmOrder(FIRST, ASKED)
    )
    assert after.refusal is None
