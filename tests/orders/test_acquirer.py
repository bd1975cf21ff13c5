"""Fees of card payments: a batch is closed when its papers less the fees are what was paid out."""

from functools import partial
from typing import Any

import pytest

from tests import builders as b
from tests.builders import FIRST, SECOND, order_completed, order_confirmed
from tests.orders.test_cards import ASKED, DUE, YES, by_card, captured
from tests.orders.test_promotions import back
from tests.story import Story, given
from trainer.orders.acquirer import AcquirerFeeDiffers, fee_for, fees_of
from trainer.orders.costs import cost_of_service
from trainer.orders.invariants import violations
from trainer.orders.payment import IssueRefund, refundable
from trainer.orders.refunds import AnswerRefund
from trainer.orders.reports import Ask
from trainer.orders.settlement import (
    CompleteOrder,
    IssueCreditNote,
    IssueInvoice,
    ReconciliationDifference,
    SettleBatch,
    unsettled,
)
from trainer.orders.world import Limit, Policies
from trainer.simulation import payouts

KEPT: dict[str, Any] = {"card_fee_permille": 14, "card_fee": 25}


def completed(**rules: Any) -> Story:
    """An order that a card has paid in two captures, delivered, invoiced and completed."""
    ways = (b.allocation, b.picking, b.packing, b.labelling, b.leaving, b.arriving)
    return given(
        order_confirmed(), ASKED, YES, captured(40_000), captured(1_198),
        *(partial(way, FIRST) for way in ways), IssueInvoice(FIRST), CompleteOrder(FIRST),
        world=by_card(**rules),
    )  # fmt: skip


def test_the_fee_is_of_each_capture() -> None:
    rules = Policies(**KEPT, card_fees=(Limit("JPY", 30),))
    assert (fee_for(rules, "", 40_000), fee_for(rules, "", 1_198)) == (585, 42)
    assert (fee_for(rules, "JPY", 1_000), fee_for(rules, "KWD", 1_000)) == (44, 14)
    assert fee_for(rules, "", 10) == 10, "nobody keeps more than there is"


def test_papers_less_fees_are_the_payout() -> None:
    story = completed(**KEPT)
    fee = fees_of(story.world, story.world.orders[FIRST])
    assert fee == 585 + 42
    after = story.when(SettleBatch((FIRST,), DUE - fee, fee))
    assert after.refusal is None
    (batch,) = after.world.batches.values()
    assert (batch.total, batch.fee, batch.payout) == (DUE, fee, DUE - fee)
    assert after.world.orders[FIRST].card_fees == fee
    assert violations(after.world) == []


def test_a_difference_is_told_with_papers_fee_and_payout() -> None:
    story = completed(**KEPT)
    refused = story.when(SettleBatch((FIRST,), DUE, 627)).refusal
    assert refused == ReconciliationDifference(
        documents=DUE, received=DUE, difference=-627, currency="", fee=627
    )


@pytest.mark.parametrize("fee", [0, 626, 1_254])
def test_no_other_fee_explains_what_is_missing(fee: int) -> None:
    story = completed(**KEPT)
    refused = story.when(SettleBatch((FIRST,), DUE - fee, fee)).refusal
    assert refused == AcquirerFeeDiffers(requested=fee, limit=627)


def test_without_the_rule_nothing_is_kept() -> None:
    story = completed()
    assert story.when(SettleBatch((FIRST,), DUE - 627, 627)).refusal == AcquirerFeeDiffers(627, 0)
    after = story.when(SettleBatch((FIRST,), DUE))
    assert [batch.fee for batch in after.world.batches.values()] == [0]
    assert list(payouts.react(story.entries[-1], story.world, 7)) == []


def test_a_transfer_costs_nothing_beside_a_card() -> None:
    story = completed(**KEPT)
    other = b.HERON
    story = story.and_(order_completed(SECOND, customer=other))
    found = story.world.orders
    total = sum(it.claim for n in (FIRST, SECOND) for it in unsettled(story.world, found[n]))
    after = story.when(SettleBatch((FIRST, SECOND), total - 627, 627))
    assert after.refusal is None
    assert (after.world.orders[FIRST].card_fees, after.world.orders[SECOND].card_fees) == (627, 0)
    assert violations(after.world) == []


def test_what_goes_back_later_brings_no_fee_back_and_costs_none() -> None:
    story = completed(**KEPT).and_(partial(b.settling, FIRST), back(1, 1))
    order = story.world.orders[FIRST]
    number = f"RF-1-{len(order.refunds) + 1}"
    story = story.and_(
        IssueRefund(FIRST, refundable(order), "sent back"),
        AnswerRefund(FIRST, number, "succeeded"),
        IssueCreditNote(FIRST), CompleteOrder(FIRST),
    )  # fmt: skip
    after = story.when(SettleBatch((FIRST,), -19_999))
    assert after.refusal is None
    assert violations(after.world) == []


def test_fees_are_a_cost_of_service() -> None:
    kept = cost_of_service(completed(**KEPT).world, Ask(by="order")).total
    free = cost_of_service(completed().world, Ask(by="order")).total
    assert (kept.card_fees, free.card_fees) == (627, 0)
    assert kept.cost == free.cost + 627


def test_the_statement_tells_rows_fees_and_payout() -> None:
    story = completed(**KEPT)
    (sent,) = payouts.react(story.entries[-1], story.world, 7)
    body = sent.command.body
    for part in ("captured USD 400.00, our fee USD 5.85", "captured USD 11.98, our fee USD 0.42",
                 "Together USD 411.98", "fees USD 6.27", "transferred USD 405.71"):  # fmt: skip
        assert part in body, body
    assert story.when(sent.command, role="bank").refusal is None
