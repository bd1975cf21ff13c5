"""Goods that come back: announced, received and inspected are three different numbers."""

from datetime import date

import pytest

from tests.builders import (
    ARMCHAIR,
    DESK,
    EAST,
    FIRST,
    LAMP,
    order_completed,
    order_delivered,
    order_settled,
    order_shipped,
    papers,
)
from tests.story import Story, given
from trainer.orders.amendments import CreateExchange, ExchangeExceedsReturn
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import ArchivedReadOnly
from trainer.orders.invariants import violations
from trainer.orders.ledgers import line_ledger
from trainer.orders.mishaps import OpenClaim
from trainer.orders.payment import IssueRefund, refundable
from trainer.orders.refusals import MissingReason
from trainer.orders.returns import (
    AuthoriseReturn,
    CloseReturn,
    DeliverReturn,
    DispositionNotAllowed,
    FinishRepair,
    InspectExceedsReceived,
    InspectReturn,
    LostNotReturned,
    NotInspected,
    ReceiveExceedsAuthorised,
    ReceiveReturn,
    RejectReturn,
    RepairExceedsInRepair,
    RequestReturn,
    ReturnExceedsReturnable,
    ReturnStage,
    ReturnWindowClosed,
    StillInRepair,
    allowed,
)
from trainer.orders.settlement import (
    ArchiveOrder,
    CompleteOrder,
    IssueCreditNote,
    IssueInvoice,
    NotCredited,
    OpenReturn,
    ReconciliationDifference,
    SettleBatch,
)
from trainer.orders.status import overlays, return_status
from trainer.orders.values import DAY
from trainer.orders.world import (
    ClaimRow,
    Disposition,
    RepairOutcome,
    Return,
    ReturnReason,
    ReturnRow,
)

RMA = "RMA-00001"
LINES = {ARMCHAIR: 3, LAMP: 6}


def asks(*rows: tuple[int, int], reason: ReturnReason = "defective") -> RequestReturn:
    """The customer's wish on paper."""
    return RequestReturn(FIRST, tuple(ReturnRow(*row) for row in rows), reason)


def not_for(reason: ReturnReason, disposition: Disposition) -> DispositionNotAllowed:
    """Refused by what the customer said of the goods, before anybody has graded them."""
    back = Return(RMA, (), reason)
    return DispositionNotAllowed(
        reason=reason, disposition=disposition, allowed=" / ".join(allowed(back, None))
    )


def counts(*rows: tuple[int, int]) -> ReceiveReturn:
    """What is in the parcel."""
    return ReceiveReturn(FIRST, RMA, tuple(ReturnRow(*row) for row in rows))


def judged(quantity: int, disposition: Disposition = "scrap", line: int = 1) -> InspectReturn:
    """What becomes of it."""
    return InspectReturn(FIRST, RMA, line, quantity, disposition)


def at_the_dock(*rows: tuple[int, int], reason: ReturnReason = "defective") -> Story:
    """A delivered order with a return whose parcel has arrived."""
    return given(
        order_delivered(lines=LINES),
        asks(*rows, reason=reason),
        AuthoriseReturn(FIRST, RMA, "seller"),
        DeliverReturn(FIRST, RMA),
    )


def test_three_announced_two_arrived_two_credited() -> None:
    story = at_the_dock((1, 3)).and_(counts((1, 2)), judged(2))
    order = story.world.orders[FIRST]
    line = order.lines[0]
    assert (line.returned, line.inspected) == (2, 2)
    assert order.credit == 2 * line.gross // 3
    assert story.and_(CloseReturn(FIRST, RMA)).when(asks((1, 1))).refusal is None


def test_goods_wait_in_quarantine_until_somebody_has_looked() -> None:
    story = at_the_dock((1, 2), reason="changed_mind").and_(counts((1, 2)))
    level = story.world.level(ARMCHAIR, EAST)
    assert (level.quarantine, level.on_hand) == (2, 7)
    after = story.when(judged(1, "restock"))
    level = after.world.level(ARMCHAIR, EAST)
    assert (level.quarantine, level.on_hand, level.restocked) == (1, 8, 1)
    assert violations(after.world) == []


def test_what_came_back_is_credited_in_the_picture_once_it_was_looked_at() -> None:
    story = at_the_dock((1, 2)).and_(counts((1, 2)), judged(1))
    order = story.world.orders[FIRST]
    sizes = {part.name: part.size for part in line_ledger(order, order.lines[0])}
    assert sizes == {"delivered": 1, "returned": 1, "credited": 1}


def test_spoilt_goods_do_not_go_back_on_the_shelf() -> None:
    story = at_the_dock((1, 2)).and_(counts((1, 2)))
    assert story.when(judged(1, "restock")).refusal == not_for("defective", "restock")


def test_nobody_sends_the_same_unit_back_twice() -> None:
    story = given(order_delivered(lines=LINES), asks((1, 2)))
    refused = story.when(asks((1, 1), (1, 1))).refusal
    assert refused == ReturnExceedsReturnable(
        line_number=1, returnable=1, delivered=3, open=2, received=0, requested=2
    )
    assert story.when(asks((1, 1))).refusal is None


def test_what_is_on_its_way_cannot_come_back_yet() -> None:
    refused = given(order_shipped(lines=LINES)).when(asks((1, 1))).refusal
    assert isinstance(refused, ReturnExceedsReturnable)


def test_a_changed_mind_has_its_time_and_our_fault_has_none() -> None:
    late = given(
        order_delivered(lines=LINES),
        lambda world: AdvanceClock(world.now + 16 * DAY),
        asks((1, 1), reason="changed_mind"),
        asks((2, 1), reason="damaged_in_transit"),
    )
    refused = late.when(AuthoriseReturn(FIRST, RMA, "customer")).refusal
    assert isinstance(refused, ReturnWindowClosed)
    assert late.when(AuthoriseReturn(FIRST, "RMA-00002", "carrier")).refusal is None
    assert late.when(RejectReturn(FIRST, RMA, " ")).refusal == MissingReason()
    late.and_(RejectReturn(FIRST, RMA, "after 16 days"))
    assert not late.world.orders[FIRST].returns[0].open


@pytest.mark.parametrize("steps", [(6,), (1, 5), (2, 2, 2), (1, 1, 1, 1, 1, 1)])
def test_any_number_of_steps_credits_the_whole_line(steps: tuple[int, ...]) -> None:
    story = at_the_dock((2, 6))
    for quantity in steps:
        story.and_(counts((2, quantity)), judged(quantity, line=2))
    order = story.world.orders[FIRST]
    assert order.credit == order.lines[1].gross


def test_more_than_was_agreed_is_not_counted_in() -> None:
    refused = at_the_dock((1, 2)).when(counts((1, 1), (1, 2))).refusal
    assert refused == ReceiveExceedsAuthorised(
        rma_number=RMA, line_number=1, limit=2, authorised=2, received=0, requested=3
    )


def test_credit_follows_what_was_inspected() -> None:
    story = at_the_dock((1, 2)).and_(counts((1, 1)))
    assert story.when(judged(2)).refusal == InspectExceedsReceived(
        line_number=1, limit=1, received=1, inspected=0, requested=2
    )
    assert story.when(CloseReturn(FIRST, RMA)).refusal == NotInspected(
        rma_number=RMA, received=1, inspected=0
    )


def test_nothing_is_counted_before_it_has_arrived() -> None:
    story = given(order_delivered(lines=LINES), asks((1, 1)), AuthoriseReturn(FIRST, RMA, "seller"))
    assert isinstance(story.when(counts((1, 1))).refusal, ReturnStage)


def test_a_return_is_paid_back_put_on_paper_and_settled() -> None:
    story = given(
        order_completed(lines=LINES),
        asks((1, 1)),
        AuthoriseReturn(FIRST, RMA, "carrier"),
        DeliverReturn(FIRST, RMA),
    )
    order = story.world.orders[FIRST]
    assert (order.status, return_status(order)) == ("confirmed", "arrived")
    assert "after_sales_open" in overlays(order, story.world.now)
    assert isinstance(story.when(CompleteOrder(FIRST)).refusal, OpenReturn)
    story.and_(counts((1, 1)), judged(1), CloseReturn(FIRST, RMA))
    back = refundable(story.world.orders[FIRST])
    assert back == order.lines[0].gross // 3
    story.and_(IssueRefund(FIRST, back, "defective"))
    assert isinstance(story.when(CompleteOrder(FIRST)).refusal, NotCredited)
    story.and_(IssueCreditNote(FIRST), CompleteOrder(FIRST))
    order = story.world.orders[FIRST]
    assert [paper.document_number[:3] for paper in order.documents] == ["INV", "CRN"]
    after = story.when(SettleBatch((FIRST,), order.captured - order.refunded))
    assert after.refusal is None
    assert violations(after.world) == []


def test_the_credit_note_waits_for_the_invoice() -> None:
    story = at_the_dock((1, 1)).and_(counts((1, 1)), judged(1))
    assert story.when(IssueCreditNote(FIRST)).refusal is not None
    assert story.and_(IssueInvoice(FIRST)).when(IssueCreditNote(FIRST)).refusal is None


def test_something_comes_back_after_the_books_were_closed() -> None:
    story = given(
        order_settled(lines=LINES),
        asks((1, 1)),
        AuthoriseReturn(FIRST, RMA, "seller"),
        DeliverReturn(FIRST, RMA),
        counts((1, 1)),
        judged(1),
        CloseReturn(FIRST, RMA),
    )
    order = story.world.orders[FIRST]
    assert (order.status, order.batch_number) == ("confirmed", "SET-00001")
    back = refundable(order)
    story.and_(IssueRefund(FIRST, back, "defective"), IssueCreditNote(FIRST), CompleteOrder(FIRST))
    # the invoice is in the first batch already: the second is about the credit note alone
    assert isinstance(
        story.when(SettleBatch((FIRST,), papers(order))).refusal, ReconciliationDifference
    )
    after = story.when(SettleBatch((FIRST,), -back))
    assert after.refusal is None
    order = after.world.orders[FIRST]
    assert (order.status, order.batch_number) == ("settled", "SET-00002")
    assert violations(after.world) == []


def test_a_return_that_comes_to_nothing_closes_the_books_with_nothing() -> None:
    story = given(
        order_settled(lines=LINES),
        asks((1, 1)),
        RejectReturn(FIRST, RMA, "worn"),
        CompleteOrder(FIRST),
    )
    after = story.when(SettleBatch((FIRST,), 0))
    assert after.world.orders[FIRST].status == "settled"
    assert violations(after.world) == []


def test_the_archive_takes_nothing_back() -> None:
    refused = given(order_settled(lines=LINES), ArchiveOrder(FIRST, 10)).when(asks((1, 1))).refusal
    assert refused == ArchivedReadOnly(order_number=FIRST)


# --- repair and exchange ------------------------------------------------------------------------


def in_repair(units: int = 2) -> Story:
    """Goods that came back and are in the workshop."""
    return at_the_dock((1, units)).and_(counts((1, units)), judged(units, "repair"))


def ended(quantity: int, outcome: RepairOutcome) -> FinishRepair:
    """What the workshop says."""
    return FinishRepair(FIRST, RMA, 1, quantity, outcome)


def test_a_repair_costs_the_customer_nothing_and_credits_nothing() -> None:
    story = in_repair(2)
    order = story.world.orders[FIRST]
    assert (order.credit, order.returns[0].stage) == (0, "in_repair")
    assert story.when(CloseReturn(FIRST, RMA)).refusal == StillInRepair(rma_number=RMA, units=2)
    story.and_(ended(1, "repaired"), ended(1, "beyond_repair"), CloseReturn(FIRST, RMA))
    order = story.world.orders[FIRST]
    line, level = order.lines[0], story.world.level(ARMCHAIR, EAST)
    assert order.credit == line.gross // 3
    assert (line.given_back, line.inspected) == (1, 1)
    assert (level.given_back, level.written_off, level.in_repair) == (1, 1, 0)
    assert violations(story.world) == []


def test_only_what_is_in_the_workshop_comes_out_of_it() -> None:
    assert in_repair(1).when(ended(2, "repaired")).refusal == RepairExceedsInRepair(
        line_number=1, limit=1, requested=2
    )


def test_what_the_customer_has_again_can_come_back_again() -> None:
    story = in_repair(3).and_(ended(3, "repaired"), CloseReturn(FIRST, RMA))
    assert story.when(asks((1, 3))).refusal is None
    assert isinstance(story.when(asks((1, 4))).refusal, ReturnExceedsReturnable)


def test_what_is_not_accepted_goes_back_without_credit() -> None:
    story = at_the_dock((1, 1)).and_(counts((1, 1)), judged(1, "return_to_customer"))
    order = story.world.orders[FIRST]
    assert (order.credit, order.lines[0].given_back) == (0, 1)
    assert violations(story.world) == []


def exchanged(quantity: int, sku: str = ARMCHAIR) -> CreateExchange:
    """Something else for what comes back."""
    return CreateExchange(FIRST, RMA, sku, quantity, date(2999, 1, 1))


def test_an_exchange_is_a_line_of_its_own_and_its_difference_is_due() -> None:
    story = at_the_dock((1, 1)).and_(exchanged(1, DESK))
    order = story.world.orders[FIRST]
    assert order.lines[-1].exchange_for == RMA
    assert order.balance_due == order.lines[-1].gross
    story.and_(counts((1, 1)), judged(1))
    order = story.world.orders[FIRST]
    assert order.balance_due == order.lines[-1].gross - order.lines[0].gross // 3
    assert violations(story.world) == []


def test_no_more_is_exchanged_than_comes_back() -> None:
    story = at_the_dock((1, 2)).and_(exchanged(1))
    assert story.when(exchanged(2)).refusal == ExchangeExceedsReturn(
        rma_number=RMA, limit=1, announced=2, exchanged=1, requested=2
    )


def test_an_exchange_needs_an_agreed_return() -> None:
    story = given(order_delivered(lines=LINES), asks((1, 1)))
    assert isinstance(story.when(exchanged(1)).refusal, ReturnStage)


@pytest.mark.parametrize(
    "reason", ["changed_mind", "wrong_size", "duplicate_order", "found_cheaper"]
)
def test_the_customers_own_reasons_have_a_window(reason: ReturnReason) -> None:
    story = given(order_delivered(lines=LINES), asks((1, 1), reason=reason))
    late = story.and_(AdvanceClock(story.world.now + 90 * DAY))
    authorise = AuthoriseReturn(FIRST, RMA, "customer")
    assert isinstance(late.when(authorise).refusal, ReturnWindowClosed)


@pytest.mark.parametrize(
    "reason",
    ["damaged_in_transit", "defective", "wrong_item", "missing_parts", "late_delivery",
     "not_as_described"],
)  # fmt: skip
def test_the_faults_of_others_have_none(reason: ReturnReason) -> None:
    story = given(order_delivered(lines=LINES), asks((1, 1), reason=reason))
    late = story.and_(AdvanceClock(story.world.now + 90 * DAY))
    assert late.when(AuthoriseReturn(FIRST, RMA, "seller")).refusal is None


@pytest.mark.parametrize(
    ("reason", "sold_again"),
    [("missing_parts", False), ("not_as_described", True), ("found_cheaper", True)],
)
def test_what_lacks_a_part_is_not_sold_as_new(reason: ReturnReason, sold_again: bool) -> None:
    story = at_the_dock((1, 1), reason=reason).and_(counts((1, 1)))
    refusal = story.when(judged(1, "restock")).refusal
    assert refusal == (None if sold_again else not_for(reason, "restock"))


def test_nobody_sends_back_what_is_lost() -> None:
    story = given(order_delivered(lines=LINES))
    assert story.when(asks((1, 1), reason="lost")).refusal == LostNotReturned(FIRST)
    assert story.when(OpenClaim(FIRST, (ClaimRow(1, 1),), "lost")).refusal is None
