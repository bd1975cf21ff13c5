"""Repairs at the customer's cost: quoted, agreed to, paid for, and invoiced; or not done at all."""

from functools import partial
from typing import Any

import pytest

from tests.builders import ARMCHAIR, FIRST, HERON, booking, order_delivered, settling, transfer
from tests.orders.test_return_rules import RMA, counted, ruled
from tests.story import Story, given
from trainer.orders.engine import Command
from trainer.orders.invariants import violations
from trainer.orders.payment import InvalidAmount, IssueRefund, refundable
from trainer.orders.repair_quotes import (
    AlreadyQuoted,
    AnswerRepairQuote,
    NoQuoteOpen,
    QuoteExceedsValue,
    QuoteRepair,
    RepairCharged,
    RepairIsFree,
    RepairQuoted,
)
from trainer.orders.returns import (
    AuthoriseReturn,
    CloseReturn,
    DeliverReturn,
    DetermineLiability,
    FinishRepair,
    InspectReturn,
    LiabilityUndetermined,
    ReceiveReturn,
    RepairChargeDropped,
    RepairNotAgreed,
    RepairNotDeclined,
    RepairUnpaid,
    RequestReturn,
    ReturnStage,
    StillInRepair,
)
from trainer.orders.settlement import (
    CompleteOrder,
    IssueCreditNote,
    IssueInvoice,
    RepairNotInvoiced,
)
from trainer.orders.world import Liability, LiabilitySoFar, RepairOutcome, ReturnRow

QUOTING = ruled(repair_quotes=True)
PAID = 39_998
"""What two armchairs cost."""


def quote(price: int = 5_000) -> QuoteRepair:
    """What the repair would cost."""
    return QuoteRepair(FIRST, RMA, 1, price)


def says(agreed: bool = True) -> AnswerRepairQuote:
    """The customer's word."""
    return AnswerRepairQuote(FIRST, RMA, 1, agreed, "Re: the repair", "…")


def done(outcome: RepairOutcome = "repaired", units: int = 2) -> FinishRepair:
    """Out of the workshop."""
    return FinishRepair(FIRST, RMA, 1, units, outcome)


def in_workshop(liability: Liability = "customer", **policies: Any) -> Story:
    """Two armchairs that the customer has broken."""
    world = ruled(repair_quotes=True, **policies)
    return counted(world, liability).and_(InspectReturn(FIRST, RMA, 1, 2, "repair"))


PAYING: tuple[Any, ...] = (partial(transfer, FIRST), partial(booking, FIRST))


def test_it_is_quoted_in_a_letter_and_the_workshop_waits() -> None:
    after = in_workshop().when(quote())
    (event,) = after.events
    assert isinstance(event, RepairQuoted)
    assert (event.quantity, event.price, event.value) == (2, 5_000, PAID)
    for part in ("Olive Otter", RMA, "USD 50.00", ARMCHAIR):
        assert part in event.text
    assert after.order.total == in_workshop().world.orders[FIRST].total
    assert violations(after.world) == []


def test_what_they_agree_to_is_charged_and_due() -> None:
    after = in_workshop().and_(quote()).when(says())
    assert after.events[1:] == (RepairCharged(FIRST, RMA, 1, 5_000),)
    assert (after.order.repair_fees, after.order.balance_due) == (5_000, 5_000)
    reply = after.order.returns[0].quotes[0].reply_id
    assert after.world.messages[reply].order_number == FIRST
    assert violations(after.world) == []


def test_repaired_goods_go_back_once_they_are_paid_for() -> None:
    story = in_workshop().and_(quote(), says())
    refused = story.when(done()).refusal
    assert isinstance(refused, RepairUnpaid)
    assert refused.due == 5_000
    after = story.and_(*PAYING).when(done())
    row = after.order.returns[0].rows[0]
    assert (row.in_repair, row.given_back, row.repaired) == (0, 2, 2)
    assert violations(after.world) == []


def test_the_price_stands_on_an_invoice_before_the_order_is_over() -> None:
    story = in_workshop().and_(quote(), says(), *PAYING, done(), CloseReturn(FIRST, RMA))
    assert story.when(CompleteOrder(FIRST)).refusal == RepairNotInvoiced(FIRST, 5_000)
    story = story.and_(IssueInvoice(FIRST))
    paper = story.world.orders[FIRST].documents[-1]
    assert (paper.amount, paper.repairs, paper.rows) == (5_000, 5_000, ())
    assert story.when(IssueInvoice(FIRST)).refusal is not None
    after = story.and_(CompleteOrder(FIRST)).when(partial(settling, FIRST))
    assert after.refusal is None
    assert violations(after.world) == []


def on_account() -> Story:
    """The same two of somebody who pays on invoice."""
    return given(
        order_delivered(customer=HERON), IssueInvoice(FIRST), *PAYING,
        RequestReturn(FIRST, (ReturnRow(1, 2),), "wrong_size"),
        AuthoriseReturn(FIRST, RMA, "customer"), DeliverReturn(FIRST, RMA),
        ReceiveReturn(FIRST, RMA, (ReturnRow(1, 2),)), InspectReturn(FIRST, RMA, 1, 2, "repair"),
        world=QUOTING,
    )  # fmt: skip


def test_on_account_it_goes_back_and_is_paid_later() -> None:
    story = on_account().and_(quote(), says(), done(), IssueInvoice(FIRST))
    order = story.world.orders[FIRST]
    assert (order.documents[-1].amount, order.balance_due) == (5_000, 5_000)


def test_no_repair_begins_without_their_word() -> None:
    story = in_workshop()
    for happened, numbers in (
        ((), {"unquoted": 2, "awaited": 0, "declined": 0}),
        ((quote(),), {"unquoted": 0, "awaited": 2, "declined": 0}),
        ((quote(), says(False)), {"unquoted": 0, "awaited": 0, "declined": 2}),
    ):
        told = in_workshop().and_(*happened)
        for outcome in ("repaired", "beyond_repair"):
            refused = told.when(done(outcome)).refusal  # type: ignore[arg-type]
            assert refused == RepairNotAgreed(1, limit=0, in_repair=2, requested=2, **numbers)
    assert isinstance(story.when(CloseReturn(FIRST, RMA)).refusal, StillInRepair)


def test_who_says_no_gets_it_back_as_it_is_and_pays_nothing() -> None:
    story = in_workshop().and_(quote())
    assert story.when(done("unrepaired")).refusal == RepairNotDeclined(1, limit=0, requested=2)
    after = story.and_(says(False)).when(done("unrepaired"))
    row, order = after.order.returns[0].rows[0], after.order
    assert (row.in_repair, row.given_back, row.repaired) == (0, 2, 0)
    assert (order.repair_fees, order.credit, order.balance_due) == (0, 0, 0)
    assert order.lines[0].given_back == 2
    assert violations(after.world) == []


def test_after_a_no_one_may_ask_for_less() -> None:
    story = in_workshop().and_(quote(), says(False))
    refused = story.when(quote(5_000)).refusal
    assert isinstance(refused, AlreadyQuoted)
    assert (refused.outcome, refused.price) == ("said_no", 5_000)
    after = story.and_(quote(4_999)).when(says())
    assert after.order.repair_fees == 4_999
    assert violations(after.world) == []


def test_one_quote_at_a_time() -> None:
    story = in_workshop().and_(quote())
    refused = story.when(quote(100)).refusal
    assert isinstance(refused, AlreadyQuoted)
    assert refused.outcome == "awaited"
    assert isinstance(story.and_(says()).when(quote(100)).refusal, AlreadyQuoted)


def test_nobody_answers_what_was_not_quoted() -> None:
    story = in_workshop()
    assert story.when(says()).refusal == NoQuoteOpen(RMA, 1)
    again = story.and_(quote(), says())
    assert again.when(says()).refusal == NoQuoteOpen(RMA, 1)
    assert again.world.orders[FIRST].repair_fees == 5_000


@pytest.mark.parametrize(("price", "wrong"), [(0, InvalidAmount), (-5, InvalidAmount)])
def test_a_quote_is_an_amount(price: int, wrong: type) -> None:
    assert isinstance(in_workshop().when(quote(price)).refusal, wrong)


def test_no_repair_costs_more_than_was_paid() -> None:
    story = in_workshop()
    assert story.when(quote(PAID + 1)).refusal == QuoteExceedsValue(
        1, quantity=2, limit=PAID, requested=PAID + 1
    )
    assert story.when(quote(PAID)).refusal is None


def test_what_is_beyond_repair_costs_them_nothing_and_is_credited() -> None:
    story = in_workshop().and_(quote(), says(), *PAYING)
    after = story.when(done("beyond_repair", 1))
    assert after.events[:1] == (RepairChargeDropped(FIRST, RMA, 1, 1, 2_500),)
    order = after.order
    assert (order.repair_fees, order.credit) == (2_500, 19_999)
    assert refundable(order) == 2_500 + 19_999
    rest = story.and_(done("beyond_repair", 1), done("repaired", 1)).world
    assert rest.orders[FIRST].repair_fees == 2_500
    assert violations(rest) == []


@pytest.mark.parametrize("price", [5_001, 1, 7])
@pytest.mark.parametrize(
    "steps",
    [("repaired", "beyond_repair"), ("beyond_repair", "repaired"), ("beyond_repair",) * 2,
     ("repaired",) * 2],
)  # fmt: skip
def test_a_price_that_does_not_divide_adds_up(price: int, steps: tuple[RepairOutcome, ...]) -> None:
    story = in_workshop().and_(quote(price), says(), *PAYING)
    for outcome in steps:
        story = story.and_(done(outcome, 1))
        assert violations(story.world) == []
    order = story.world.orders[FIRST]
    assert order.repair_fees == order.repairs_earned
    if steps == ("repaired", "repaired"):
        assert order.repair_fees == price
    if "repaired" not in steps:
        assert order.repair_fees == 0
    back: tuple[Command, ...] = (
        (IssueRefund(FIRST, refundable(order), "beyond repair"),) if refundable(order) else ()
    )
    paper = (IssueInvoice(FIRST),) if order.repairs_earned else ()
    note = (IssueCreditNote(FIRST),) if order.credit else ()
    over = story.and_(*back, *paper, *note, CloseReturn(FIRST, RMA)).when(CompleteOrder(FIRST))
    assert over.refusal is None
    assert violations(over.world) == []


@pytest.mark.parametrize("liability", ["seller", "carrier", "supplier"])
def test_a_fault_that_is_not_theirs_is_repaired_for_nothing(liability: Liability) -> None:
    story = in_workshop(liability)
    assert story.when(quote()).refusal == RepairIsFree(RMA, liability)
    after = story.when(done())
    assert after.order.balance_due == 0
    assert after.refusal is None


def test_where_the_company_does_not_quote_repairs_are_free() -> None:
    story = counted(ruled()).and_(InspectReturn(FIRST, RMA, 1, 2, "repair"))
    assert story.when(quote()).refusal == RepairIsFree(RMA, "customer")
    assert story.when(done()).refusal is None


def test_whose_fault_it_was_is_known_before_it_is_repaired() -> None:
    undetermined: LiabilitySoFar = "undetermined"
    story = counted(QUOTING, undetermined).and_(  # type: ignore[arg-type]
        InspectReturn(FIRST, RMA, 1, 2, "repair")
    )
    for command in (quote(), done()):
        assert story.when(command).refusal == LiabilityUndetermined(RMA)
    known = story.and_(DetermineLiability(FIRST, RMA, "customer"))
    assert known.when(quote()).refusal is None


def test_only_what_is_in_the_workshop_is_quoted() -> None:
    assert isinstance(counted(QUOTING).when(quote()).refusal, ReturnStage)


def test_more_that_comes_into_the_workshop_is_quoted_by_itself() -> None:
    story = counted(QUOTING).and_(
        InspectReturn(FIRST, RMA, 1, 1, "repair"), quote(), says(),
        InspectReturn(FIRST, RMA, 1, 1, "repair"),
    )  # fmt: skip
    more = story.when(quote(3_000)).events[0]
    assert isinstance(more, RepairQuoted)
    assert (more.quantity, more.value) == (1, 19_999)
    both = story.and_(quote(3_000), says(), *PAYING)
    assert both.world.orders[FIRST].repair_fees == 8_000
    assert both.when(done()).refusal is None


def test_what_cost_nothing_is_repaired_for_nothing() -> None:
    lines = {ARMCHAIR: 1}
    story = given(
        order_delivered(lines=lines, discount=19_999), IssueInvoice(FIRST),
        RequestReturn(FIRST, (ReturnRow(1, 1),), "wrong_size"),
        AuthoriseReturn(FIRST, RMA, "customer"), DeliverReturn(FIRST, RMA),
        ReceiveReturn(FIRST, RMA, (ReturnRow(1, 1),)), InspectReturn(FIRST, RMA, 1, 1, "repair"),
        world=QUOTING,
    )  # fmt: skip
    assert story.when(quote(1)).refusal == RepairIsFree(RMA, "customer")
    assert story.when(done(units=1)).refusal is None
