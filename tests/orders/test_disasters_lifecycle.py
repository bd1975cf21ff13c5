"""Disasters of real order systems along an order's life, and why they cannot happen here.

The number before each thread is its row in the engine's reference, §3; `test_disasters` knows
where each row is told.
"""

import pytest

from tests.builders import (
    ARMCHAIR,
    EAST,
    FIRST,
    HERON,
    SECOND,
    order_allocated,
    order_checked,
    order_completed,
    order_confirmed,
    order_delivered,
    order_labelled,
    order_packed,
    order_picked,
    order_shipped,
    order_submitted,
    packing,
)  # fmt: skip
from tests.story import Story, envelope_of, given
from trainer.orders import codec
from trainer.orders.amendments import AddToOrder
from trainer.orders.customers import SetCreditLimit
from trainer.orders.holds import CreditLimitExceeded, OrderOnHold, PlaceHold, ReleaseHold
from trainer.orders.intake import ConfirmOrder, default_promise
from trainer.orders.invariants import violations
from trainer.orders.mishaps import OpenClaim, ReceiveBack, RequestIntercept
from trainer.orders.remedies import (
    CancelledRow,
    CancelLineQuantity,
    CancelOrder,
    StillPacked,
    UseReturn,
)
from trainer.orders.returns import (
    AuthoriseReturn,
    CloseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
    ReturnExceedsReturnable,
    ReturnRequested,
    returnable,
)
from trainer.orders.service import NotifyCustomer, TemplateFieldMissing
from trainer.orders.shipping import PickPackage, ScanPackage, ShipPackage, VoidPackage
from trainer.orders.status import fulfilment_status, label_of, return_status
from trainer.orders.world import ClaimRow, Disposition, Order, PackageRow, ReturnRow
from trainer.play.preview import Effects, preview


def order_in(story: Story, number: str = FIRST) -> Order:
    """An order of the story, in a world that is sound by all rules."""
    assert violations(story.world) == []
    return story.world.orders[number]


def asks(*rows: tuple[int, int]) -> RequestReturn:
    return RequestReturn(FIRST, tuple(ReturnRow(*row) for row in rows), "changed_mind")


def comes_back(
    line: int, units: int, rma: str = "RMA-00001", what: Disposition = "restock"
) -> tuple[object, ...]:
    """So many units come back and are looked at."""
    return (
        asks((line, units)),
        AuthoriseReturn(FIRST, rma, "customer"),
        DeliverReturn(FIRST, rma),
        ReceiveReturn(FIRST, rma, (ReturnRow(line, units),)),
        InspectReturn(FIRST, rma, line, units, what),
    )


@pytest.mark.parametrize("until", [order_shipped(), order_delivered()], ids=["gone", "there"])
def test_a_sale_is_not_cancelled_after_its_goods_left(until: tuple[object, ...]) -> None:
    """15, odoo/odoo#114682, #281926: sale can be cancelled after goods left."""
    story = given(until)
    assert story.when(CancelOrder(FIRST, "changed mind")).refusal == UseReturn(FIRST, shipped=2)
    one = CancelLineQuantity(FIRST, (CancelledRow(1, 1),), "changed mind")
    refused = story.when(one).refusal
    assert refused is not None
    assert refused.code == "CANCEL_EXCEEDS_OPEN"
    order = order_in(story)
    assert (order.status, order.lines[0].shipped) == ("confirmed", 2)


def test_looking_at_a_cancellation_cancels_nothing() -> None:
    """16, odoo/odoo#75949: the wizard cancelled the deliveries before the user confirmed."""
    story = given(order_allocated())
    before = codec.encode_world(story.world)
    cancel = CancelOrder(FIRST, "perhaps")
    asked = preview(story.world, envelope_of(story.world, cancel))
    assert isinstance(asked, Effects)
    assert ("label", "awaiting_shipment", "closed") in {
        (change.what, change.before, change.after) for change in asked.changes
    }
    assert codec.encode_world(story.world) == before
    assert order_in(story).lines[0].allocated == 2
    assert order_in(story.and_(cancel)).lines[0].allocated == 0


def test_what_came_back_and_was_given_back_is_counted_once() -> None:
    """17, odoo/odoo#8621, #24858; PR #27704: return of a return miscounted."""
    story = given(order_delivered(), *comes_back(1, 2, what="return_to_customer"))
    story.and_(CloseReturn(FIRST, "RMA-00001"))
    order = order_in(story)
    assert (returnable(order, order.lines[0]), order.credit) == (2, 0)
    # both are with the customer again: nothing is back
    assert return_status(order) == "none"
    order = order_in(story.and_(*comes_back(1, 1, "RMA-00002"), CloseReturn(FIRST, "RMA-00002")))
    assert (returnable(order, order.lines[0]), order.credit) == (1, 19_999)
    assert return_status(order) == "partially_returned"


def test_who_cancels_while_the_warehouse_packs_is_told_so() -> None:
    """19, spree/spree PR #5203: order cancelled while the warehouse was shipping."""
    story = given(order_labelled())
    cancel = CancelOrder(FIRST, "changed mind")
    assert story.when(cancel).refusal == StillPacked(FIRST, packed=2)
    # the van was faster: it is a fact, and what follows is an intercept or a return
    story.and_(ShipPackage(FIRST, 1))
    assert story.when(cancel).refusal == UseReturn(FIRST, shipped=2)
    story.and_(RequestIntercept(FIRST, 1, "changed mind"))
    story.and_(ScanPackage(FIRST, 1, "returned_to_sender"), ReceiveBack(FIRST, 1), cancel)
    assert (order_in(story).status, story.world.level(ARMCHAIR, EAST).on_hand) == ("cancelled", 10)


def test_who_cancelled_first_leaves_nothing_to_ship() -> None:
    """19, the other way round: the parcel is unpacked, and cannot leave any more."""
    story = given(order_labelled(), VoidPackage(FIRST, 1), CancelOrder(FIRST, "changed mind"))
    refused = story.when(ShipPackage(FIRST, 1)).refusal
    assert refused is not None
    assert refused.code == "ILLEGAL_STATE"
    assert [package.stage for package in order_in(story).packages] == ["voided"]


def test_one_sale_comes_back_once_by_whatever_door() -> None:
    """20, episerver/Foundation#130, frappe/erpnext#24259: returned more often than sold."""
    story = given(order_delivered(lines={ARMCHAIR: 3}), *comes_back(1, 1))
    story.and_(CloseReturn(FIRST, "RMA-00001"))
    story.and_(OpenClaim(FIRST, (ClaimRow(1, 1),), "defective", "photo"), asks((1, 1)))
    refused = ReturnExceedsReturnable(
        line_number=1, returnable=0, delivered=3, open=1, received=1, claimed=1, requested=1
    )
    assert story.when(asks((1, 1))).refusal == refused
    assert story.when(OpenClaim(FIRST, (ClaimRow(1, 1),), "late_delivery")).refusal == refused


def test_the_same_line_twice_in_one_return_is_one_row() -> None:
    """21, medusajs/medusa#14936: same item twice in one return makes duplicate rows."""
    story = given(order_delivered(lines={ARMCHAIR: 3}))
    (event,) = story.when(asks((1, 1), (1, 1))).events
    assert event == ReturnRequested(FIRST, "RMA-00001", (ReturnRow(1, 2),), "changed_mind")
    refused = story.when(asks((1, 2), (1, 2))).refusal
    assert isinstance(refused, ReturnExceedsReturnable)
    assert (refused.returnable, refused.requested) == (3, 4)


def test_the_summary_of_several_returns_is_their_sum() -> None:
    """22, medusajs/medusa#13433: several returns make a wrong order summary."""
    story = given(order_delivered(lines={ARMCHAIR: 4}))
    for place, units in enumerate((1, 2, 1), start=1):
        story.and_(*comes_back(1, units, f"RMA-{place:05d}"))
        order = order_in(story)
        rows = [row for back in order.returns for row in back.rows]
        assert order.lines[0].returned == sum(row.received for row in rows)
        assert order.credit == sum(row.credit for row in rows)
        assert order.balance_due == order.total - order.credit - order.captured
    assert order_in(story).credit == 4 * 19_999


def test_a_parcel_that_never_arrived_cannot_be_sent_back() -> None:
    """23, open-mercato/open-mercato#3530: cancelled shipment still counts as returnable."""
    story = given(order_shipped(), ScanPackage(FIRST, 1, "returned_to_sender"))
    none = ReturnExceedsReturnable(
        line_number=1, returnable=0, delivered=0, open=0, received=0, requested=1
    )
    assert story.when(asks((1, 1))).refusal == none
    assert order_in(story.and_(ReceiveBack(FIRST, 1))).lines[0].open == 2
    assert story.when(asks((1, 1))).refusal == none


def test_a_return_takes_from_the_line_it_names() -> None:
    """24, frappe/erpnext#20100: return reduces another line's quantity."""
    story = given(order_confirmed())
    late = story.world.orders[FIRST].promised_delivery_date
    assert late is not None
    story.and_(AddToOrder(FIRST, ARMCHAIR, 1, late.replace(year=2999), "one more"))
    delivered = order_delivered()[len(order_confirmed()) :]
    order = order_in(story.and_(*delivered, *comes_back(2, 1)))
    assert [line.sku for line in order.lines] == [ARMCHAIR, ARMCHAIR]
    assert [line.returned for line in order.lines] == [0, 1]
    assert [returnable(order, line) for line in order.lines] == [2, 0]


def test_what_is_owed_is_looked_at_at_every_door() -> None:
    """42, frappe/erpnext#33967, #37888: close and reopen dodges the credit limit."""
    chairs = {ARMCHAIR: 4}  # 811.96 of a limit of 1,000.00
    story = given(
        order_checked(customer=HERON, lines=chairs),
        order_checked(SECOND, customer=HERON, lines=chairs),
    )
    # each passed its check while the other was not promised yet
    assert not order_in(story).on_hold
    assert not order_in(story, SECOND).on_hold
    story.and_(lambda world: ConfirmOrder(FIRST, default_promise(world, world.orders[FIRST])))
    too_much = CreditLimitExceeded(
        HERON, open=81_196, requested=81_196, exposure=162_392, limit=100_000
    )
    second = story.world.orders[SECOND]
    at_confirm = story.when(ConfirmOrder(SECOND, default_promise(story.world, second)))
    assert at_confirm.refusal == too_much
    story.and_(PlaceHold(SECOND, "credit", "they owe enough"))
    assert story.when(ReleaseHold(SECOND, "credit", "please")).refusal == too_much
    far = default_promise(story.world, second).replace(year=2999)
    more = story.when(AddToOrder(FIRST, ARMCHAIR, 1, far, "one more")).refusal
    assert isinstance(more, CreditLimitExceeded)
    assert more.exposure == 81_196 + 19_999


def test_an_order_that_is_open_again_is_held_to_the_limit_of_today() -> None:
    """42, reopened: what a return has opened again takes nothing beyond a lowered limit."""
    story = given(order_completed(customer=HERON), SetCreditLimit(HERON, 10_000, "they pay late"))
    story.and_(asks((1, 1)))
    assert order_in(story).status == "confirmed"
    far = story.world.orders[FIRST].promised_delivery_date
    assert far is not None
    more = AddToOrder(FIRST, ARMCHAIR, 1, far.replace(year=2999), "one more")
    refused = story.when(more).refusal
    assert isinstance(refused, CreditLimitExceeded)
    assert (refused.exposure, refused.limit) == (19_999, 10_000)


def test_a_block_stops_the_goods_before_they_are_picked() -> None:
    """42, the block arrives at the invoice, after shipping."""
    hold = PlaceHold(FIRST, "credit", "they owe enough")
    pick = PickPackage(FIRST, EAST, (PackageRow(1, 2),))
    stages = (
        (order_allocated(), pick),
        (order_picked(), lambda world: packing(FIRST, world)[0]),
        (order_labelled(), ShipPackage(FIRST, 1)),
    )
    for until, command in stages:
        refused = given(until, hold).when(command).refusal
        assert isinstance(refused, OrderOnHold)


@pytest.mark.parametrize("until", [order_submitted(), order_packed()], ids=["unpaid", "paid"])
def test_nobody_is_told_what_has_not_happened(until: tuple[object, ...]) -> None:
    """45, Sylius/Sylius#1055; woocommerce-gateway-stripe#1229: mail though payment failed."""
    refused = given(until).when(NotifyCustomer(FIRST, "order_shipped")).refusal
    assert refused == TemplateFieldMissing(
        order_number=FIRST, template="order_shipped", field="tracking_number"
    )


def test_one_of_two_is_back_and_the_badge_says_so() -> None:
    """47, SalesforceCommerceCloud/pwa-kit#3905: 1 of 2 returned, badge still in progress."""
    story = given(order_delivered(), *comes_back(1, 1))
    assert return_status(order_in(story)) == "inspected"
    assert return_status(order_in(story.and_(CloseReturn(FIRST, "RMA-00001")))) == (
        "partially_returned"
    )


def test_all_is_back_and_the_order_says_so_beside_its_label() -> None:
    """48, medusajs/medusa#13882: fully returned order still reads delivered."""
    story = given(order_delivered(), *comes_back(1, 2), CloseReturn(FIRST, "RMA-00001"))
    order = order_in(story)
    assert (label_of(order), fulfilment_status(order, story.world)) == ("signed", "delivered")
    assert return_status(order) == "returned"
