"""Parcels that do not arrive as promised, and goods that are not as they should be."""

import pytest

from tests.builders import (
    ARMCHAIR,
    EAST,
    FIRST,
    LAMP,
    allocation,
    arriving,
    labelling,
    leaving,
    order_completed,
    order_delivered,
    order_invoiced,
    order_shipped,
    packing,
    picking,
)  # fmt: skip
from tests.story import Story, given
from trainer.orders.clock import AdvanceClock
from trainer.orders.evidence import EvidenceRequired
from trainer.orders.invariants import violations
from trainer.orders.mishaps import (
    AlreadyIntercepted,
    NotLost,
    NotReturnedToSender,
    OpenClaim,
    ReceiveBack,
    RequestIntercept,
    ResolveClaim,
    TooLateToIntercept,
    UnknownClaim,
    WriteOffPackage,
)
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.returns import RequestReturn, ReturnExceedsReturnable
from trainer.orders.settlement import (
    ArchiveOrder,
    CompleteOrder,
    IssueCreditNote,
    IssueInvoice,
    NotCredited,
    OpenClaimLeft,
)
from trainer.orders.shipping import EventOutOfOrder, ScanPackage
from trainer.orders.status import label_of, overlays, tracking_status
from trainer.orders.values import DAY
from trainer.orders.world import ClaimRow, ReturnReason, ReturnRow, Tracking

LINES = {ARMCHAIR: 3, LAMP: 6}
LOST = WriteOffPackage(FIRST, 1, "the carrier gave it up")
AGAIN = tuple(
    (lambda world, step=step: step(FIRST, world))
    for step in (allocation, picking, packing, labelling, leaving, arriving)
)


def seen(tracking: Tracking) -> ScanPackage:
    """What the carrier says of the parcel."""
    return ScanPackage(FIRST, 1, tracking)


def claims(quantity: int, reason: ReturnReason = "defective", evidence: str = "photo") -> OpenClaim:
    """A complaint about so many armchairs."""
    return OpenClaim(FIRST, (ClaimRow(1, quantity),), reason, evidence)


def test_a_lost_parcel_is_sent_anew() -> None:
    story = given(order_shipped(lines=LINES), seen("lost"))
    assert tracking_status(story.world.orders[FIRST]) == "lost"
    story.and_(LOST)
    order = story.world.orders[FIRST]
    assert [(line.open, line.shipped, line.lost) for line in order.lines] == [(3, 0, 3), (6, 0, 6)]
    assert label_of(order) == "awaiting_shipment"
    story.and_(*AGAIN)
    assert label_of(story.world.orders[FIRST]) == "signed"
    assert story.world.level(ARMCHAIR, EAST).on_hand == 10 - 6
    assert violations(story.world) == []


def test_a_lost_parcel_that_was_invoiced_is_credited_on_paper() -> None:
    story = given(order_shipped(lines=LINES), IssueInvoice(FIRST), seen("lost"), LOST)
    story.and_(CancelLineQuantity(FIRST, (CancelledRow(1, 3),), "no more in time"))
    assert violations(story.world) == []
    story.and_(IssueCreditNote(FIRST))
    order = story.world.orders[FIRST]
    assert order.documents[-1].amount == order.credit == order.lines[0].gross
    assert violations(story.world) == []


def test_all_lost_and_called_off_leaves_no_claim_behind() -> None:
    story = given(order_shipped(lines=LINES), IssueInvoice(FIRST), seen("lost"), LOST)
    story.and_(CancelOrder(FIRST, "nobody wants to wait"))
    story.and_(lambda world: refund(story))
    assert isinstance(story.when(ArchiveOrder(FIRST, 10)).refusal, NotCredited)
    story.and_(IssueCreditNote(FIRST), ArchiveOrder(FIRST, 10))
    papers = story.world.orders[FIRST].documents
    assert sum(paper.claim for paper in papers) == 0
    assert violations(story.world) == []


def refund(story: Story) -> object:
    """What was paid, back."""
    from trainer.orders.payment import IssueRefund, refundable

    return IssueRefund(FIRST, refundable(story.world.orders[FIRST]), "lost")


def test_what_may_still_arrive_is_not_written_off() -> None:
    story = given(order_shipped(), seen("in_transit"))
    assert isinstance(story.when(LOST).refusal, NotLost)
    story.and_(seen("exception"))
    assert isinstance(story.when(LOST).refusal, NotLost)
    story.and_(lambda world: AdvanceClock(world.now + 5 * DAY))
    assert story.when(LOST).refusal is None


def test_a_stopped_parcel_comes_back_unopened() -> None:
    story = given(order_shipped(lines=LINES), RequestIntercept(FIRST, 1, "wrong address"))
    assert story.when(RequestIntercept(FIRST, 1, "again")).refusal == AlreadyIntercepted(
        package_number=1
    )
    assert isinstance(story.when(ReceiveBack(FIRST, 1)).refusal, NotReturnedToSender)
    story.and_(seen("returned_to_sender"))
    assert isinstance(story.when(seen("delivered")).refusal, EventOutOfOrder)
    story.and_(ReceiveBack(FIRST, 1))
    level = story.world.level(ARMCHAIR, EAST)
    assert (level.on_hand, level.restocked) == (10, 3)
    assert story.world.orders[FIRST].lines[0].open == 3
    assert violations(story.world) == []


@pytest.mark.parametrize("tracking", ["out_for_delivery", "lost"])
def test_before_the_door_it_is_too_late(tracking: Tracking) -> None:
    story = given(order_shipped(), seen(tracking))
    assert story.when(RequestIntercept(FIRST, 1, "stop")).refusal == TooLateToIntercept(
        package_number=1, tracking=tracking
    )


def test_returns_and_claims_share_one_quota() -> None:
    story = given(order_delivered(lines=LINES), claims(2))
    refused = story.when(RequestReturn(FIRST, (ReturnRow(1, 2),), "defective")).refusal
    assert isinstance(refused, ReturnExceedsReturnable)
    assert (refused.returnable, refused.claimed) == (1, 2)
    story.and_(ResolveClaim(FIRST, "CLM-00001", "approved", "carrier", "photos show it"))
    refused = story.when(claims(2)).refusal
    assert isinstance(refused, ReturnExceedsReturnable)


def test_damage_is_paid_when_somebody_has_seen_it() -> None:
    story = given(order_delivered(lines=LINES))
    assert story.when(claims(1, evidence=" ")).refusal == EvidenceRequired(reason="defective")
    assert story.when(claims(1, "wrong_item", "")).refusal is None


def test_an_approved_claim_is_credited_and_put_on_paper() -> None:
    story = given(order_completed(lines=LINES), claims(1))
    assert isinstance(story.when(CompleteOrder(FIRST)).refusal, OpenClaimLeft)
    assert "after_sales_open" in overlays(story.world.orders[FIRST], story.world.now)
    story.and_(ResolveClaim(FIRST, "CLM-00001", "approved", "supplier", "batch 7"))
    order = story.world.orders[FIRST]
    assert order.credit == order.lines[0].gross // 3
    story.and_(lambda world: refund(story), IssueCreditNote(FIRST), CompleteOrder(FIRST))
    assert violations(story.world) == []


def test_a_claim_is_decided_once() -> None:
    denied = ResolveClaim(FIRST, "CLM-00001", "denied", "customer", "dropped by the customer")
    story = given(order_invoiced(lines=LINES), claims(1), denied)
    assert story.world.orders[FIRST].credit == 0
    assert story.when(denied).refusal == UnknownClaim(order_number=FIRST, claim_number="CLM-00001")
