"""One order, one currency: taken from the customer's file, and nothing of another enters it."""

from datetime import date, timedelta

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    ASKED,
    DESK,
    DUNE,
    FIRST,
    HERON,
    HOTEL,
    KOI,
    LAMP,
    OTTER,
    QUICK,
    SECOND,
    TODAY,
    abroad,
    company,
    order_checked,
    order_completed,
    order_confirmed,
    order_delivered,
    order_drafted,
    order_paid,
    order_submitted,
    papers,
    transfer,
)
from tests.story import given
from trainer.orders import codec
from trainer.orders.amendments import AddToOrder
from trainer.orders.clock import AdvanceClock
from trainer.orders.costs import cost_of_service
from trainer.orders.currencies import CurrencyMismatch, PriceExpired, currency_of, in_use
from trainer.orders.customers import MergeCustomers
from trainer.orders.holds import looks_odd
from trainer.orders.intake import AddLine, ChangeHeader, CreateDraft, ImportOrder, SubmitOrder
from trainer.orders.invariants import violations
from trainer.orders.payment import ApprovalRequired, IssueRefund, ReceiveTransfer, RecordPayment
from trainer.orders.pricelist import InvalidPrice, SetListPrice, UnknownProduct
from trainer.orders.remedies import CancelOrder
from trainer.orders.reports import Ask, customers, sales, volume
from trainer.orders.settlement import IssueInvoice, SettleBatch
from trainer.orders.values import moment_of
from trainer.orders.world import Limit, RequestLine, World
from trainer.play.offers import offers

YEN = 2 * 29_801 + 1_790
"""Two armchairs and their parcel."""


def test_an_order_is_in_its_customers_currency_and_priced_by_their_list() -> None:
    world = given(order_confirmed(customer=KOI), world=abroad()).world
    order = world.orders[FIRST]
    assert (order.currency, order.total) == ("JPY", YEN)
    assert currency_of(world, order) == "JPY"
    fils = given(order_confirmed(customer=DUNE), world=abroad()).world.orders[FIRST]
    assert (fils.currency, fils.total) == ("KWD", 2 * 61_505 + 3_695)
    ours = given(order_confirmed(), world=abroad()).world.orders[FIRST]
    assert (ours.currency, ours.total) == ("", 2 * 19_999 + 1_200)


def test_a_world_with_one_currency_reads_as_it_always_did() -> None:
    world = given(order_completed()).world
    assert b"currency" not in codec.encode_world(world).replace(b'"currency":"USD"', b"")
    assert in_use(world) == ("USD",)
    assert in_use(abroad()) == ("USD", "JPY", "KWD")


def test_a_transfer_in_another_currency_pays_nothing() -> None:
    story = given(
        order_confirmed(customer=KOI), ReceiveTransfer(KOI, YEN, FIRST, "USD"), world=abroad()
    )
    refused = story.when(RecordPayment(FIRST, "TR-70001", YEN)).refusal
    assert refused == CurrencyMismatch("TR-70001", "USD", FIRST, "JPY")
    assert refused.code == "CURRENCY_MISMATCH"
    paid = story.and_(lambda world: transfer(FIRST, world)).and_(
        RecordPayment(FIRST, "TR-70002", YEN)
    )
    assert paid.world.orders[FIRST].balance_due == 0
    assert violations(paid.world) == []


def test_a_careful_clerk_is_offered_money_in_the_orders_own_currency() -> None:
    story = given(
        order_confirmed(customer=KOI),
        ReceiveTransfer(KOI, YEN, FIRST, "USD"),
        ReceiveTransfer(KOI, YEN, "the chairs", "JPY"),
        world=abroad(),
    )
    [offer] = [
        o for o in offers(story.world, story.world.orders[FIRST]) if o.name == "record_payment"
    ]
    assert offer.command == RecordPayment(FIRST, "TR-70002", YEN)
    assert offer.refusal is None


def test_a_document_in_another_currency_is_not_entered() -> None:
    def brought(currency: str) -> ImportOrder:
        return ImportOrder(
            "UBL", KOI, "PO-9", ASKED, QUICK, lines=(RequestLine(LAMP, 6),), currency=currency
        )

    story = given(world=abroad())
    refused = story.when(brought("USD")).refusal
    assert refused == CurrencyMismatch("PO-9", "USD", KOI, "JPY")
    for currency in ("", "JPY"):
        world = given(brought(currency), world=abroad()).world
        assert world.orders[FIRST].lines[0].unit_price == 2_973


def test_what_has_no_price_in_their_currency_is_not_sold_in_it() -> None:
    story = given(order_drafted(customer=DUNE), world=abroad())
    refused = story.when(AddLine(FIRST, DESK, 1)).refusal
    assert refused == CurrencyMismatch(DESK, "USD", DESK, "KWD")
    later = given(order_confirmed(customer=DUNE), world=abroad())
    more = AddToOrder(FIRST, DESK, 1, ASKED + timedelta(days=60), "one more")
    assert later.when(more).refusal == refused


def test_a_price_list_that_has_run_out_is_set_anew() -> None:
    may = date(2026, 5, 1)
    story = given(
        order_drafted(customer=KOI, lines={LAMP: 6}),
        AdvanceClock(moment_of(may, 9)),
        world=abroad(),
    )
    expired = PriceExpired(LAMP, "JPY", may, None, date(2026, 4, 30))
    assert story.when(SubmitOrder(FIRST)).refusal == expired
    other = CreateDraft(KOI, "PO-2", may, QUICK)
    assert given(other, world=story.world).when(AddLine(SECOND, LAMP, 6)).refusal == expired
    story.and_(SetListPrice(LAMP, "JPY", 3_100, may, may + timedelta(days=30)))
    kept = given(SubmitOrder(FIRST), world=story.world).world.orders[FIRST]
    assert kept.lines[0].unit_price == 2_973, "what was quoted on the draft stands"
    new = given(other, AddLine(SECOND, LAMP, 6), world=story.world).world.orders[SECOND]
    assert new.lines[0].unit_price == 3_100
    # our own price does not run out
    assert given(order_submitted(lines={LAMP: 6}), world=story.world.orders and abroad()).world


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        (SetListPrice("HAT", "JPY", 100, TODAY, TODAY), UnknownProduct("HAT")),
        (
            SetListPrice(LAMP, "USD", 100, TODAY, TODAY),
            CurrencyMismatch(LAMP, "USD", LAMP, "JPY / KWD"),
        ),
        (SetListPrice(LAMP, "JPY", 0, TODAY, TODAY), InvalidPrice(0, "JPY", TODAY, TODAY, TODAY)),
        (
            SetListPrice(LAMP, "KWD", 9, TODAY, TODAY - timedelta(days=1)),
            InvalidPrice(9, "KWD", TODAY, TODAY - timedelta(days=1), TODAY),
        ),
    ],
)
def test_a_list_price_is_of_something_in_a_currency_for_some_days(
    command: SetListPrice, refused: object
) -> None:
    assert given(world=abroad()).when(command).refusal == refused


def test_a_batch_is_of_one_currency() -> None:
    story = given(order_completed(), order_completed(SECOND, customer=KOI), world=abroad())
    first, second = (story.world.orders[number] for number in (FIRST, SECOND))
    both = SettleBatch((FIRST, SECOND), papers(first) + papers(second))
    assert story.when(both).refusal == CurrencyMismatch(SECOND, "JPY", FIRST, "USD")
    story.and_(SettleBatch((SECOND,), papers(second)))
    assert story.world.batches["SET-00001"].currency == "JPY"
    assert violations(story.world) == []


def test_files_in_two_currencies_are_not_merged() -> None:
    refused = given(world=abroad()).when(MergeCustomers(DUNE, HERON)).refusal
    assert refused == CurrencyMismatch(DUNE, "KWD", HERON, "USD")


def test_a_refund_is_asked_for_in_the_orders_currency() -> None:
    story = given(order_paid(customer=KOI), CancelOrder(FIRST, "no"), world=abroad())
    assert story.when(IssueRefund(FIRST, 100, "no", currency="USD")).refusal == CurrencyMismatch(
        "refund", "USD", FIRST, "JPY"
    )
    assert (
        story.and_(IssueRefund(FIRST, YEN, "no", currency="JPY")).world.orders[FIRST].refunded
        == YEN
    )


def limited(**policies: object) -> World:
    """Abroad, with these rules."""
    world = abroad()
    rules = msgspec.structs.replace(world.policies, **policies)
    firm = msgspec.structs.replace(world.company, policies=rules)
    return msgspec.structs.replace(world, company=firm)


def test_limits_name_their_currency() -> None:
    steps = (order_paid(customer=KOI), CancelOrder(FIRST, "no"))
    refund = IssueRefund(FIRST, YEN, "no")
    # forty thousand cents say nothing about yen, so somebody looks
    unnamed = given(*steps, world=limited(refund_limit=40_000)).when(refund).refusal
    assert isinstance(unnamed, ApprovalRequired)
    named = limited(refund_limit=1, refund_limits=(Limit("JPY", YEN),))
    assert given(*steps, world=named).when(refund).refusal is None
    assert given(*steps, world=limited()).when(refund).refusal is None


def test_a_large_order_is_large_in_its_own_currency() -> None:
    away = ChangeHeader(FIRST, f"PO-{FIRST}", ASKED, QUICK, HOTEL)
    for limits, odd in (
        ((), True), ((Limit("JPY", YEN),), True), ((Limit("JPY", YEN + 1),), False),
    ):  # fmt: skip
        world = limited(large_orders=limits)
        story = given(order_drafted(customer=KOI), away, SubmitOrder(FIRST), world=world)
        assert looks_odd(story.world, story.world.orders[FIRST]) == odd


def test_credit_is_lent_in_the_customers_currency() -> None:
    story = given(order_checked(customer=DUNE, lines={ARMCHAIR: 8}), world=abroad())
    assert not story.world.orders[FIRST].on_hold, "495.735 of 1,000.000 dinars"
    story.and_(order_checked(SECOND, customer=DUNE, lines={ARMCHAIR: 17}))
    assert [hold.kind for hold in story.world.orders[SECOND].holds] == ["credit"]


def test_reports_add_one_currency_at_a_time() -> None:
    world = given(
        order_confirmed(),
        order_confirmed(SECOND, customer=KOI),
        order_delivered("SO-10003", customer=DUNE),
        IssueInvoice("SO-10003"),
        world=abroad(),
    ).world
    assert sales(world, Ask()).total.net == 2 * 19_999
    assert sales(world, Ask(currency="JPY")).total.net == 2 * 29_801
    assert [row.customer_id for row in customers(world, Ask(currency="KWD")).rows] == [DUNE]
    assert [row.customer_id for row in customers(world, Ask()).rows] == [OTTER]
    cost = cost_of_service(world, Ask(currency="KWD")).total
    assert (cost.parcels, cost.paid, cost.charged) == (1, 3_695, 3_695)
    assert volume(world, Ask()).total.orders == 3, "orders are counted, not added"
    assert volume(world, Ask(currency="JPY")).total.orders == 1


def test_what_an_older_engine_wrote_is_in_our_own_currency() -> None:
    stored = codec.encode_world(given(order_paid()).world)
    world = codec.decode_world(stored)
    assert world.orders[FIRST].currency == ""
    assert currency_of(world, world.orders[FIRST]) == "USD"
    event = codec.decode_event(
        b'{"type":"transfer_received","reference":"TR-1","customer_id":"C-OTTER",'
        b'"amount":5,"remark":"x"}'
    )
    assert event.currency == ""  # type: ignore[attr-defined]
    assert company().company.currency == "USD"
