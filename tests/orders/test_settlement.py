"""The end of an order: invoice, completion, settlement, archive."""

from datetime import date
from functools import partial

import pytest

from tests.builders import (
    ARMCHAIR,
    FIRST,
    HERON,
    LAMP,
    SECOND,
    SLOW,
    allocation,
    arriving,
    labelling,
    leaving,
    order_archived,
    order_completed,
    order_confirmed,
    order_delivered,
    order_invoiced,
    order_paid,
    order_settled,
    order_shipped,
    packing,
    papers,
    picking,
)  # fmt: skip
from tests.story import given
from trainer.orders.clock import AdvanceClock
from trainer.orders.holds import OrderOnHold, PlaceHold
from trainer.orders.payment import IssueRefund
from trainer.orders.refusals import ArchivedReadOnly, IllegalState, MissingField, UnknownOrder
from trainer.orders.remedies import CancelOrder
from trainer.orders.service import AddNote
from trainer.orders.settlement import (
    ArchiveOrder,
    BalanceDue,
    BatchClosed,
    CompleteOrder,
    InvoiceExceedsBillable,
    InvoiceIssued,
    IssueInvoice,
    NotCompleted,
    NotInvoiced,
    NotSettled,
    OpenQuantity,
    OrderArchived,
    OrderCompleted,
    OrderSettled,
    ReconciliationDifference,
    RetentionTooShort,
    SettleBatch,
)
from trainer.orders.stock import Allocate, AllocationRow
from trainer.orders.values import MINUTE, moment_of

DUE = 41_198
PARCEL = tuple(partial(step, FIRST) for step in (picking, packing, labelling, leaving))


# --- invoices -----------------------------------------------------------------------------------


def test_what_has_left_is_invoiced_with_the_shipping() -> None:
    after = given(order_shipped()).when(IssueInvoice(FIRST))
    assert after.events == (InvoiceIssued(FIRST, "INV-2026-00001", DUE),)
    assert after.order.lines[0].invoiced == 2


def test_nothing_is_invoiced_before_it_leaves_nor_twice() -> None:
    assert given(order_paid()).when(IssueInvoice(FIRST)).refusal == InvoiceExceedsBillable(
        order_number=FIRST, billable=0, shipped=0, invoiced=0
    )
    again = given(order_shipped(), IssueInvoice(FIRST)).when(IssueInvoice(FIRST))
    assert again.refusal == InvoiceExceedsBillable(
        order_number=FIRST, billable=0, shipped=2, invoiced=2
    )


def test_invoices_of_one_order_add_up_to_the_cent() -> None:
    story = given(order_paid(lines={ARMCHAIR: 3}, discount=1_000, carrier=SLOW))
    for _ in range(3):
        one = Allocate(FIRST, (AllocationRow(1, "EAST", 1),))
        story.and_(one, *PARCEL, IssueInvoice(FIRST))
    order = story.world.orders[FIRST]
    # shipping stands on the first; 58,997 does not divide by three
    assert [document.amount for document in order.documents] == [20_066, 19_665, 19_666]
    assert papers(order) == order.total


def test_invoice_numbers_have_no_gaps_and_begin_anew_each_year() -> None:
    story = given(order_shipped(), IssueInvoice(FIRST), order_shipped(SECOND))
    second = story.when(IssueInvoice(SECOND))
    assert second.order.documents[0].document_number == "INV-2026-00002"
    next_year = story.when(IssueInvoice(SECOND), at=moment_of(date(2027, 1, 1)))
    assert next_year.order.documents[0].document_number == "INV-2027-00001"


def test_an_invoice_belongs_to_the_year_it_is_issued_in() -> None:
    midnight = moment_of(date(2027, 1, 1))
    eve = given(order_shipped(), AdvanceClock(moment_of(date(2026, 6, 1))))
    eve.and_(AdvanceClock(moment_of(date(2026, 9, 1))), AdvanceClock(moment_of(date(2026, 12, 1))))
    eve.and_(AdvanceClock(midnight - MINUTE))
    document = eve.when(IssueInvoice(FIRST), at=midnight + MINUTE).order.documents[0]
    assert (document.document_number, document.issued_at) == ("INV-2027-00001", midnight + MINUTE)


def test_only_promised_orders_are_invoiced_and_completed() -> None:
    story = given(order_completed())
    for command in (IssueInvoice(FIRST), CompleteOrder(FIRST)):
        assert story.when(command).refusal == IllegalState(
            order_number=FIRST, status="completed", wanted="confirmed"
        )


# --- completing ---------------------------------------------------------------------------------


def test_an_order_is_complete_when_nothing_is_left_to_do() -> None:
    after = given(order_invoiced()).when(CompleteOrder(FIRST))
    assert after.events == (OrderCompleted(FIRST),)


def test_an_order_on_hold_is_not_complete() -> None:
    stop = PlaceHold(FIRST, "manual", "ask Olive first")
    after = given(order_invoiced(), stop).when(CompleteOrder(FIRST))
    assert after.refusal == OrderOnHold(FIRST, "manual", "ask Olive first")


def test_an_order_on_its_way_is_not_complete() -> None:
    after = given(order_shipped(), IssueInvoice(FIRST)).when(CompleteOrder(FIRST))
    assert after.refusal == OpenQuantity(order_number=FIRST, wanted=2, delivered=0)


def test_half_an_order_is_not_complete() -> None:
    one = Allocate(FIRST, (AllocationRow(1, "EAST", 1),))
    story = given(order_paid(), one, *PARCEL, partial(arriving, FIRST), IssueInvoice(FIRST))
    assert story.when(CompleteOrder(FIRST)).refusal == OpenQuantity(
        order_number=FIRST, wanted=2, delivered=1
    )


def test_a_delivery_without_an_invoice_is_a_gift() -> None:
    after = given(order_delivered()).when(CompleteOrder(FIRST))
    assert after.refusal == NotInvoiced(order_number=FIRST, shipped=2, invoiced=0)


def test_an_unpaid_order_is_not_complete() -> None:
    story = given(order_delivered(customer=HERON), IssueInvoice(FIRST))
    assert story.when(CompleteOrder(FIRST)).refusal == BalanceDue(
        order_number=FIRST, due=DUE, total=DUE, credit=0, received=0
    )


# --- settling -----------------------------------------------------------------------------------


def test_a_batch_closes_when_papers_and_money_agree() -> None:
    story = given(order_completed(), order_completed(SECOND, lines={LAMP: 6}))
    after = story.when(SettleBatch((FIRST, SECOND), DUE + 13_170))
    assert after.events == (
        BatchClosed("SET-00001", ("INV-2026-00001", "INV-2026-00002"), 54_368),
        OrderSettled(FIRST, "SET-00001"),
        OrderSettled(SECOND, "SET-00001"),
    )
    assert after.world.orders[SECOND].status == "settled"


def test_an_order_named_twice_is_settled_once() -> None:
    after = given(order_completed()).when(SettleBatch((FIRST, FIRST), DUE))
    assert [type(event) for event in after.events] == [BatchClosed, OrderSettled]


@pytest.mark.parametrize("difference", [-1, 1])
def test_a_cent_is_a_difference(difference: int) -> None:
    after = given(order_completed()).when(SettleBatch((FIRST,), DUE - difference))
    assert after.refusal == ReconciliationDifference(
        documents=DUE, received=DUE - difference, difference=difference
    )


def test_a_batch_is_not_empty() -> None:
    assert given().when(SettleBatch((), 0)).refusal == MissingField(field="order")


def test_a_batch_holds_only_orders_that_are_there_and_completed_and_in_no_other() -> None:
    assert given().when(SettleBatch(("SO-0",), 0)).refusal == UnknownOrder(order_number="SO-0")
    for until, status in ((order_invoiced(), "confirmed"), (order_settled(), "settled")):
        after = given(until).when(SettleBatch((FIRST,), DUE))
        assert after.refusal == NotCompleted(order_number=FIRST, status=status)


# --- the archive --------------------------------------------------------------------------------


def test_a_settled_order_is_put_away_to_the_end_of_a_year() -> None:
    after = given(order_settled()).when(ArchiveOrder(FIRST, 10))
    assert after.events == (OrderArchived(FIRST, date(2036, 12, 31)),)
    assert after.order.status == "archived"


@pytest.mark.parametrize(
    ("until", "status"),
    [(order_confirmed(), "confirmed"), (order_completed(), "completed")],
    ids=["confirmed", "completed"],
)
def test_what_is_not_settled_is_still_needed(until: tuple[AddNote, ...], status: str) -> None:
    after = given(until).when(ArchiveOrder(FIRST, 10))
    assert after.refusal == NotSettled(order_number=FIRST, status=status)


@pytest.mark.parametrize("years", [0, 9, 101])
def test_the_law_says_how_long(years: int) -> None:
    after = given(order_settled()).when(ArchiveOrder(FIRST, years))
    assert after.refusal == RetentionTooShort(requested=years, limit=10)


def test_a_cancelled_order_is_put_away_when_the_money_is_back() -> None:
    story = given(order_paid(), CancelOrder(FIRST, "changed mind"))
    assert story.when(ArchiveOrder(FIRST, 10)).refusal == BalanceDue(
        order_number=FIRST, due=-DUE, total=DUE, credit=DUE, received=DUE
    )
    story.and_(IssueRefund(FIRST, DUE, "cancelled"))
    assert story.when(ArchiveOrder(FIRST, 10)).order.called_off


def test_the_archive_is_read_only() -> None:
    story = given(order_archived())
    for command in (AddNote(FIRST, "psst"), ArchiveOrder(FIRST, 10), partial(allocation, FIRST)):
        assert story.when(command).refusal == ArchivedReadOnly(order_number=FIRST)
