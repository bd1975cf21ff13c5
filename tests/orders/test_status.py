"""What an order is, derived from what happened to it."""

from functools import partial

import pytest

from tests.builders import (
    FIRST,
    HERON,
    allocation,
    arriving,
    labelling,
    leaving,
    order_allocated,
    order_archived,
    order_checked,
    order_completed,
    order_confirmed,
    order_delivered,
    order_drafted,
    order_invoiced,
    order_labelled,
    order_packed,
    order_paid,
    order_picked,
    order_settled,
    order_shipped,
    order_submitted,
    packing,
    picking,
)  # fmt: skip
from tests.story import given
from trainer.orders.engine import Command
from trainer.orders.holds import PlaceHold
from trainer.orders.intake import SubmitOrder
from trainer.orders.mishaps import WriteOffPackage
from trainer.orders.payment import IssueRefund
from trainer.orders.remedies import CancelOrder
from trainer.orders.returns import (
    AuthoriseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
)
from trainer.orders.settlement import ArchiveOrder, IssueCreditNote, IssueInvoice
from trainer.orders.shipping import ScanPackage, VoidPackage
from trainer.orders.status import (
    FulfilmentStatus,
    InvoiceStatus,
    Label,
    PaymentStatus,
    TrackingStatus,
    exposure_of,
    fulfilment_status,
    invoice_status,
    label_of,
    overlays,
    payment_status,
    tracking_status,
)
from trainer.orders.stock import Allocate, AllocationRow
from trainer.orders.values import DAY
from trainer.orders.world import Order, ReturnRow

Steps = tuple[Command, ...]
RMA = "RMA-00001"
CANCEL = CancelOrder(FIRST, "changed mind")
HALF = (
    *order_paid(),
    Allocate(FIRST, (AllocationRow(1, "EAST", 1),)),
    *(partial(step, FIRST) for step in (picking, packing, labelling, leaving)),
)
REST = tuple(partial(step, FIRST) for step in (allocation, picking, packing, labelling, leaving))


def back(units: int) -> Steps:
    """So many units of the first line came back, and were looked at."""
    rows = (ReturnRow(1, units),)
    return (
        RequestReturn(FIRST, rows, "defective"),
        AuthoriseReturn(FIRST, RMA, "seller"),
        DeliverReturn(FIRST, RMA),
        ReceiveReturn(FIRST, RMA, rows),
        InspectReturn(FIRST, RMA, 1, units, "scrap"),
    )


def order_after(*steps: Command | Steps) -> Order:
    """The first order, with this behind it."""
    return given(*steps).world.orders[FIRST]


@pytest.mark.parametrize(
    ("steps", "label"),
    [
        (order_drafted(), "draft"),
        (order_submitted(), "awaiting_confirmation"),
        (order_checked(), "awaiting_confirmation"),
        (order_confirmed(), "pending_payment"),
        (order_confirmed(customer=HERON), "awaiting_shipment"),
        (order_paid(), "awaiting_shipment"),
        (order_labelled(), "awaiting_shipment"),
        (HALF, "partly_shipped"),
        ((*HALF, partial(arriving, FIRST)), "partly_shipped"),
        ((*HALF, *REST), "shipped"),
        (order_shipped(), "shipped"),
        ((*order_shipped(), ScanPackage(FIRST, 1, "in_transit")), "in_transit"),
        ((*order_shipped(), ScanPackage(FIRST, 1, "out_for_delivery")), "in_transit"),
        ((*order_shipped(), ScanPackage(FIRST, 1, "exception")), "shipped"),
        (order_delivered(), "signed"),
        (order_invoiced(), "signed"),
        (order_completed(), "completed"),
        (order_settled(), "settled"),
        (order_archived(), "archived"),
        ((*order_paid(), CANCEL), "closed"),
    ],
)
def test_the_label_is_what_the_course_calls_it(steps: Steps, label: Label) -> None:
    assert label_of(order_after(*steps)) == label


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (order_confirmed(), "unpaid"),
        (order_confirmed(customer=HERON), "on_account"),
        (order_paid(), "paid"),
        ((*order_paid(), CANCEL), "overpaid"),
        ((*order_paid(), CANCEL, IssueRefund(FIRST, 1, "x")), "partially_refunded"),
        ((*order_paid(), CANCEL, IssueRefund(FIRST, 41_198, "x")), "refunded"),
        ((*order_confirmed(), CANCEL), "not_required"),
    ],
)
def test_where_the_money_is(steps: Steps, status: PaymentStatus) -> None:
    assert payment_status(order_after(*steps)) == status


def test_a_gift_needs_no_payment() -> None:
    story = given(order_drafted(discount=39_998))
    free = story.when(SubmitOrder(FIRST, shipping_gross=0), role="system")
    assert payment_status(free.order) == "not_required"


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (order_submitted(), "none"),
        (order_paid(), "open"),
        (order_allocated(), "allocated"),
        (order_picked(), "picked"),
        (order_packed(), "packed"),
        (order_labelled(), "packed"),
        ((*order_labelled(), VoidPackage(FIRST, 1)), "allocated"),
        (HALF, "partially_shipped"),
        ((*HALF, partial(arriving, FIRST)), "partially_delivered"),
        (order_shipped(), "shipped"),
        (order_delivered(), "delivered"),
        ((*order_allocated(), CANCEL), "cancelled"),
        ((*order_confirmed(), CANCEL, ArchiveOrder(FIRST, 10)), "cancelled"),
        (order_archived(), "delivered"),
    ],
)
def test_where_the_goods_are(steps: Steps, status: FulfilmentStatus) -> None:
    world = given(*steps).world
    assert fulfilment_status(world.orders[FIRST], world) == status


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (order_packed(), "none"),
        (order_labelled(), "label_created"),
        ((*order_labelled(), VoidPackage(FIRST, 1)), "none"),
        ((*order_shipped(), ScanPackage(FIRST, 1, "in_transit")), "in_transit"),
        ((*HALF, partial(arriving, FIRST)), "delivered"),
        ((*HALF, partial(arriving, FIRST), *REST), "label_created"),
        ((*HALF, *REST, ScanPackage(FIRST, 2, "exception")), "exception"),
    ],
)
def test_what_the_carriers_say(steps: Steps, status: TrackingStatus) -> None:
    assert tracking_status(order_after(*steps)) == status


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (order_shipped(), "none"),
        ((*HALF, IssueInvoice(FIRST)), "partially_invoiced"),
        (order_invoiced(), "invoiced"),
        ((*order_invoiced(), *back(1)), "invoiced"),
        ((*order_invoiced(), *back(1), IssueCreditNote(FIRST)), "partially_credited"),
        ((*order_invoiced(), *back(2), IssueCreditNote(FIRST)), "credited"),
    ],
)
def test_what_is_invoiced_and_credited(steps: Steps, status: InvoiceStatus) -> None:
    assert invoice_status(order_after(*steps)) == status


def test_what_was_invoiced_and_never_arrived_is_credited_whole() -> None:
    lost = given(*HALF, IssueInvoice(FIRST), ScanPackage(FIRST, 1, "lost"))
    story = lost.and_(WriteOffPackage(FIRST, 1, "lost"), CANCEL, IssueCreditNote(FIRST))
    order = story.world.orders[FIRST]
    assert (invoice_status(order), order.lines[0].invoiced) == ("credited", 0)


def test_badges_stand_beside_the_label() -> None:
    story = given(order_shipped(), PlaceHold(FIRST, "manual", "wait"))
    order, now = story.world.orders[FIRST], story.world.now
    assert overlays(order, now) == ("on_hold",)
    assert overlays(order, now + 30 * DAY) == ("on_hold", "late")
    troubled = story.and_(ScanPackage(FIRST, 1, "exception")).world.orders[FIRST]
    assert overlays(troubled, now) == ("on_hold", "exception")


def test_what_has_arrived_is_late_no_more() -> None:
    assert overlays(order_after(order_delivered()), 10**10) == ()


def test_only_promised_unpaid_orders_on_account_are_a_risk() -> None:
    assert exposure_of(order_after(order_confirmed(customer=HERON))) == 41_198
    assert exposure_of(order_after(order_checked(customer=HERON))) == 0
    assert exposure_of(order_after(order_confirmed())) == 0
