"""Cash on delivery: asked for at the door, passed on by the carrier, booked, and then settled."""

from functools import partial

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    EAST,
    FIRST,
    HERON,
    LAMP,
    QUICK,
    SECOND,
    SLOW,
    allocation,
    company,
    order_allocated,
    order_delivered,
    order_labelled,
    order_packed,
    order_shipped,
    packing,
    picking,
    settling,
)
from tests.story import Story, given
from trainer.orders import codec
from trainer.orders.cash import (
    AlreadyBooked,
    AlreadyClaimed,
    BookPayout,
    CarrierDoesNotCollect,
    CashBanked,
    CashCollected,
    CashWithCarrier,
    ClaimShortfall,
    NothingClaimed,
    NothingCollected,
    PayoutBooked,
    PayOutCash,
    PayoutReceived,
    PayoutShort,
    PayShortfall,
    ShortfallClaimed,
    ShortfallDiffers,
    ShortfallPaid,
    UnknownPayout,
)
from trainer.orders.costs import cost_of_service
from trainer.orders.engine import Command
from trainer.orders.invariants import violations
from trainer.orders.mishaps import ReceiveBack
from trainer.orders.payment import AmountExceedsDue, IssueRefund, ReceiveTransfer, RecordPayment
from trainer.orders.refusals import Refusal
from trainer.orders.remedies import CancelledRow, CancelLineQuantity
from trainer.orders.reports import Ask
from trainer.orders.returns import (
    AuthoriseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
)
from trainer.orders.settlement import CompleteOrder, IssueInvoice
from trainer.orders.shipping import (
    LabelPackage,
    PackageDelivered,
    PickPackage,
    ScanPackage,
    ShipPackage,
)
from trainer.orders.status import exposure_of, label_of, payment_status
from trainer.orders.tenders import sources
from trainer.orders.world import PackageRow, PayoutRow, ReturnRow, World

DUE, FEE = 41_198, 618
"""Two armchairs and the way; fifteen thousandths of it."""
P1 = "CP-00001"


def at_the_door() -> World:
    """The company whose Heron Hotels pay the driver."""
    world = company()
    heron = msgspec.structs.replace(world.customers[HERON], payment_terms="cash_on_delivery")
    return msgspec.structs.replace(world, customers=world.customers.set(HERON, heron))


def sold(*happened: object) -> Story:
    return given(*happened, world=at_the_door())  # type: ignore[arg-type]


def delivered(order: str = FIRST) -> tuple[object, ...]:
    return order_delivered(order, customer=HERON)


def paid_out(*, fees_twice: bool = False) -> Story:
    """Delivered, invoiced and completed; the carrier has sent what it says it owes."""
    story = sold(*delivered(), IssueInvoice(FIRST), CompleteOrder(FIRST))
    return story.and_(PayOutCash(QUICK, fees_twice=fees_twice))


def test_nobody_waits_for_money_before_the_goods_leave_and_nobody_lends_any() -> None:
    order = sold(*order_allocated(customer=HERON)).world.orders[FIRST]
    assert (label_of(order), payment_status(order)) == ("awaiting_shipment", "cash_on_delivery")
    assert exposure_of(order) == 0


def test_a_carrier_that_takes_no_money_takes_no_such_parcel() -> None:
    story = sold(*order_packed(customer=HERON))
    refused = CarrierDoesNotCollect(SLOW, FIRST, DUE, DUE, 0, 0)
    assert story.when(LabelPackage(FIRST, 1, SLOW)).refusal == refused
    assert story.when(LabelPackage(FIRST, 1, QUICK)).refusal is None


def test_what_was_paid_before_is_not_asked_for_again() -> None:
    story = sold(*order_packed(customer=HERON), ReceiveTransfer(HERON, DUE, FIRST))
    story.and_(RecordPayment(FIRST, "TR-70001", DUE), LabelPackage(FIRST, 1, SLOW))
    story.and_(ShipPackage(FIRST, 1))
    assert story.world.orders[FIRST].packages[0].to_collect == 0
    after = story.when(ScanPackage(FIRST, 1, "delivered"))
    assert after.events == (PackageDelivered(FIRST, 1),)


def test_the_driver_collects_what_is_due_and_the_customer_owes_nothing() -> None:
    story = sold(*order_shipped(customer=HERON))
    assert story.world.orders[FIRST].packages[0].to_collect == DUE
    after = story.when(ScanPackage(FIRST, 1, "delivered"))
    assert after.events == (PackageDelivered(FIRST, 1), CashCollected(FIRST, 1, DUE))
    assert (payment_status(after.order), after.order.balance_due) == ("paid", 0)
    assert after.world.cash_out[QUICK, ""] == ((FIRST, 1),)
    assert violations(after.world) == []
    stored = codec.decode_world(codec.encode_world(after.world))
    assert stored.cash_out == after.world.cash_out


def test_money_on_its_way_to_the_door_cannot_be_asked_for_twice() -> None:
    story = sold(*order_shipped(customer=HERON), ReceiveTransfer(HERON, DUE, FIRST))
    refused = AmountExceedsDue(FIRST, 0, DUE, 0, DUE, 100)
    assert story.when(RecordPayment(FIRST, "TR-70001", 100)).refusal == refused


def test_two_parcels_ask_for_their_goods_and_the_last_for_the_rest() -> None:
    lines = {ARMCHAIR: 3, LAMP: 6}
    story = sold(*order_allocated(customer=HERON, lines=lines))
    story.and_(
        PickPackage(FIRST, EAST, (PackageRow(1, 1),)), partial(packing, FIRST),
        LabelPackage(FIRST, 1, QUICK), ShipPackage(FIRST, 1),
    )  # fmt: skip
    story.and_(partial(picking, FIRST), partial(packing, FIRST))
    for package in story.world.orders[FIRST].packages[1:]:
        story.and_(LabelPackage(FIRST, package.package_number, QUICK))
        story.and_(ShipPackage(FIRST, package.package_number))
    order = story.world.orders[FIRST]
    assert order.packages[0].to_collect == 19_999
    assert sum(package.to_collect for package in order.packages) == order.total


def test_who_does_not_take_it_in_pays_nothing_and_is_asked_again_with_the_next_parcel() -> None:
    story = sold(
        *order_shipped(customer=HERON), ScanPackage(FIRST, 1, "returned_to_sender"),
        ReceiveBack(FIRST, 1),
    )  # fmt: skip
    assert (story.world.orders[FIRST].captured, dict(story.world.cash_out)) == (0, {})
    story.and_(partial(allocation, FIRST), partial(picking, FIRST), partial(packing, FIRST))
    story.and_(LabelPackage(FIRST, 2, QUICK), ShipPackage(FIRST, 2))
    assert story.world.orders[FIRST].packages[1].to_collect == DUE


def test_an_order_is_not_settled_while_its_cash_is_with_the_carrier() -> None:
    story = sold(*delivered(), IssueInvoice(FIRST), CompleteOrder(FIRST))
    refused = CashWithCarrier(FIRST, DUE, 0, DUE)
    assert story.when(partial(settling, FIRST)).refusal == refused
    story.and_(PayOutCash(QUICK))
    assert story.when(partial(settling, FIRST)).refusal == refused
    story.and_(BookPayout(P1))
    assert story.when(partial(settling, FIRST)).refusal is None


def test_a_payout_lists_every_parcel_with_its_fee_and_is_made_once() -> None:
    story = sold(*delivered(), *delivered(SECOND))
    rows = (PayoutRow(FIRST, 1, DUE, FEE), PayoutRow(SECOND, 1, DUE, FEE))
    sent = PayoutReceived(P1, QUICK, rows, 2 * (DUE - FEE))
    assert story.when(PayOutCash(QUICK)).events == (sent,)
    assert story.and_(PayOutCash(QUICK)).when(PayOutCash(QUICK)).refusal == NothingCollected(QUICK)
    assert story.when(PayOutCash(QUICK), role="clerk").refusal is not None


def test_a_whole_payout_is_booked_with_all_its_parcels_once() -> None:
    story = paid_out()
    assert story.when(BookPayout(P1)).events == (PayoutBooked(P1), CashBanked(FIRST, 1, P1))
    after = story.and_(BookPayout(P1))
    assert after.world.orders[FIRST].packages[0].payout_number == P1
    assert after.when(BookPayout(P1)).refusal == AlreadyBooked(P1)
    assert violations(after.world) == []


def test_what_a_payout_lacks_is_claimed_to_the_cent_and_comes() -> None:
    story = paid_out(fees_twice=True)
    received = DUE - 2 * FEE
    assert story.when(BookPayout(P1)).refusal == PayoutShort(P1, DUE, FEE, received, FEE)
    assert story.when(ClaimShortfall(P1, 600)).refusal == ShortfallDiffers(
        P1, DUE, FEE, received, 600
    )
    assert story.when(PayShortfall(P1)).refusal == NothingClaimed(P1)
    assert story.when(ClaimShortfall(P1, FEE)).events == (ShortfallClaimed(P1, FEE),)
    story.and_(ClaimShortfall(P1, FEE))
    assert story.when(ClaimShortfall(P1, FEE)).refusal == AlreadyClaimed(P1)
    assert story.when(PayShortfall(P1)).events == (ShortfallPaid(P1, FEE),)
    assert story.and_(PayShortfall(P1)).when(BookPayout(P1)).refusal is None


@pytest.mark.parametrize(
    "command", [BookPayout("CP-9"), ClaimShortfall("CP-9", 1), PayShortfall("CP-9")]
)
def test_there_must_be_such_a_payout(command: Command) -> None:
    assert paid_out().when(command).refusal == UnknownPayout("CP-9")


def test_what_was_paid_in_cash_goes_back_by_the_bank() -> None:
    story = sold(
        *delivered(), IssueInvoice(FIRST),
        RequestReturn(FIRST, (ReturnRow(1, 1),), "defective"),
    )  # fmt: skip
    rma = story.world.orders[FIRST].returns[0].rma_number
    story.and_(
        AuthoriseReturn(FIRST, rma, "seller"), DeliverReturn(FIRST, rma),
        ReceiveReturn(FIRST, rma, (ReturnRow(1, 1),)),
        InspectReturn(FIRST, rma, 1, 1, "scrap"), IssueRefund(FIRST, 19_999, "broken"),
    )  # fmt: skip
    order = story.world.orders[FIRST]
    assert [(source.tender, source.left) for source in sources(order)] == [
        ("transfer", DUE - 19_999)
    ]
    assert violations(story.world) == []


def test_less_is_asked_for_where_less_is_wanted() -> None:
    story = sold(*order_allocated(customer=HERON))
    story.and_(CancelLineQuantity(FIRST, (CancelledRow(1, 1),), "one will do"))
    story.and_(partial(picking, FIRST), partial(packing, FIRST))
    story.and_(LabelPackage(FIRST, 1, QUICK), ShipPackage(FIRST, 1))
    assert story.world.orders[FIRST].packages[0].to_collect == DUE - 19_999


def test_the_carriers_fee_is_a_cost_of_service() -> None:
    story = sold(*delivered())
    report = cost_of_service(story.world, Ask())
    assert report.total.paid == 1_200 + FEE


def test_labelled_before_there_was_anything_to_pay() -> None:
    story = sold(*order_labelled(customer=HERON))
    order = story.world.orders[FIRST]
    slow = msgspec.structs.replace(order.packages[0], carrier_code=SLOW)
    world = story.world.with_order(msgspec.structs.replace(order, packages=(slow,)))
    refusal: Refusal | None = given(world=world).when(ShipPackage(FIRST, 1)).refusal
    assert isinstance(refusal, CarrierDoesNotCollect)
