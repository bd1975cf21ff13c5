"""Store credit: taken in place of money with consent, issued once, redeemed once, lapsing."""

from functools import partial

import pytest

from tests import builders as b
from tests.builders import FIRST, HERON, OTTER, SECOND, company, order_confirmed, order_paid
from tests.orders.test_refunds import ruled
from tests.story import Story, given
from trainer.orders import codec
from trainer.orders.cards import StillValid
from trainer.orders.clock import AdvanceClock
from trainer.orders.customers import CustomersMerged, MergeCustomers, NothingChanged
from trainer.orders.invariants import violations
from trainer.orders.ledgers import money_ledger
from trainer.orders.payment import (
    AmountExceedsDue,
    IssueRefund,
    RecordPayment,
    RefundExceedsCredit,
    StoreCreditIssued,
    TenderMismatch,
)
from trainer.orders.refusals import MissingField
from trainer.orders.remedies import CancelOrder
from trainer.orders.status import payment_status
from trainer.orders.store_credit import (
    AgreeStoreCredit,
    ExpireStoreCredit,
    RedeemedRow,
    RedeemStoreCredit,
    StoreCreditExceeded,
    StoreCreditLapsed,
    StoreCreditRedeemed,
    UnknownCredit,
    balance,
)
from trainer.orders.values import DAY
from trainer.orders.world import World

DUE = 41_198
CANCEL = CancelOrder(FIRST, "changed mind")
AGREE = AgreeStoreCredit(OTTER, "their letter of today")
KEEP = IssueRefund(FIRST, DUE, "cancelled", "store_credit")
FIRST_CREDIT = "SC-00001"


def agreed(**rules: object) -> Story:
    """A paid order that was called off, and a customer who takes credit."""
    return given(order_paid(), CANCEL, AGREE, world=ruled(**rules))


def has(story: Story, customer: str = OTTER) -> int:
    """What a customer can pay with, in a world that is sound by all rules."""
    assert violations(story.world) == []
    return balance(story.world.customers[customer], story.world.now)


def test_credit_needs_consent_in_the_file() -> None:
    story = given(order_paid(), CANCEL)
    mismatch = TenderMismatch(FIRST, "store_credit", 0, DUE)
    assert story.when(KEEP).refusal == mismatch
    assert story.when(AgreeStoreCredit(OTTER, " ")).refusal == MissingField("evidence")
    story.and_(AGREE)
    assert story.when(AGREE).refusal == NothingChanged(OTTER)
    assert story.when(KEEP).refusal is None
    never = agreed(store_credit="never")
    assert never.when(KEEP).refusal == mismatch


def test_a_refund_becomes_credit_or_money_and_never_both() -> None:
    story = agreed()
    (event,) = story.when(KEEP).events
    assert isinstance(event, StoreCreditIssued)
    assert (event.credit_number, event.amount) == (FIRST_CREDIT, DUE)
    story.and_(KEEP)
    order = story.world.orders[FIRST]
    assert (has(story), order.refunded, order.balance_due) == (DUE, DUE, 0)
    assert payment_status(order) == "refunded"
    # the second click finds nothing that is still owed
    assert isinstance(story.when(KEEP).refusal, RefundExceedsCredit)
    assert isinstance(story.when(IssueRefund(FIRST, 1, "again")).refusal, RefundExceedsCredit)


@pytest.mark.parametrize("steps", [(DUE,), (1, 20_000, 21_197)])
def test_in_whatever_steps_credit_is_given_it_is_the_same(steps: tuple[int, ...]) -> None:
    story = agreed().and_(*(IssueRefund(FIRST, part, "…", "store_credit") for part in steps))
    assert (has(story), story.world.orders[FIRST].refunded) == (DUE, DUE)
    numbers = [x.credit_number for x in story.world.customers[OTTER].store_credits]
    assert numbers == [f"SC-{n:05d}" for n in range(1, len(steps) + 1)]


def test_it_pays_another_order_of_the_same_customer_once() -> None:
    story = agreed().and_(IssueRefund(FIRST, 20_000, "…", "store_credit"))
    story.and_(order_confirmed(SECOND))
    pay = RedeemStoreCredit(SECOND, 20_000)
    assert story.when(pay).events == (
        StoreCreditRedeemed(SECOND, 20_000, (RedeemedRow(FIRST_CREDIT, 20_000),)),
    )
    story.and_(pay)
    order = story.world.orders[SECOND]
    assert (order.balance_due, has(story)) == (DUE - 20_000, 0)
    assert {p.name: p.size for p in money_ledger(order)} == {"redeemed": 20_000, "due": 21_198}
    assert story.when(RedeemStoreCredit(SECOND, 1)).refusal == StoreCreditExceeded(
        SECOND, balance=0, issued=20_000, redeemed=20_000, expired=0, requested=1
    )


def test_nobody_pays_with_what_another_has() -> None:
    story = agreed().and_(KEEP, order_confirmed(SECOND, customer=HERON))
    assert isinstance(story.when(RedeemStoreCredit(SECOND, 1)).refusal, StoreCreditExceeded)


def test_not_more_than_is_due_is_redeemed() -> None:
    money = (partial(b.transfer, SECOND), lambda world: RecordPayment(SECOND, "TR-70002", 41_000))
    story = agreed().and_(KEEP, order_confirmed(SECOND), *money)
    assert story.when(RedeemStoreCredit(SECOND, 198)).refusal is None
    assert isinstance(story.when(RedeemStoreCredit(SECOND, 199)).refusal, AmountExceedsDue)


def test_what_was_paid_with_credit_goes_back_as_credit() -> None:
    story = agreed().and_(KEEP, order_confirmed(SECOND), RedeemStoreCredit(SECOND, DUE))
    story.and_(CancelOrder(SECOND, "changed mind"), IssueRefund(SECOND, DUE, "cancelled"))
    assert has(story) == DUE
    first, second = story.world.customers[OTTER].store_credits
    assert (first.left, second.left) == (0, DUE)
    assert story.world.orders[SECOND].refunds[0].tender == "store_credit"


def test_it_lapses_on_its_day_noticed_or_not() -> None:
    story = agreed(store_credit_days=10).and_(KEEP, order_confirmed(SECOND))
    lapse = ExpireStoreCredit(OTTER, FIRST_CREDIT)
    assert story.when(lapse, role="system").refusal == StillValid(FIRST_CREDIT)
    story.and_(AdvanceClock(story.world.now + 10 * DAY))
    assert has(story) == 0
    assert isinstance(story.when(RedeemStoreCredit(SECOND, 1)).refusal, StoreCreditExceeded)
    assert story.when(lapse).events == (StoreCreditLapsed(OTTER, FIRST_CREDIT, DUE),)
    story.and_(lapse)
    assert has(story) == 0
    assert story.when(lapse).refusal == UnknownCredit(OTTER, FIRST_CREDIT)


def test_what_lapses_first_is_redeemed_first() -> None:
    story = agreed().and_(IssueRefund(FIRST, 10_000, "…", "store_credit"))
    story.and_(AdvanceClock(story.world.now + 3 * DAY))
    story.and_(IssueRefund(FIRST, 20_000, "…", "store_credit"), order_confirmed(SECOND))
    (event,) = story.when(RedeemStoreCredit(SECOND, 15_000)).events
    assert event.rows == (  # type: ignore[attr-defined]
        RedeemedRow(FIRST_CREDIT, 10_000),
        RedeemedRow("SC-00002", 5_000),
    )


def test_it_follows_the_customer_into_the_file_that_stands() -> None:
    story = agreed(store_credit_days=10).and_(KEEP)
    merged = story.when(MergeCustomers(OTTER, HERON)).events
    assert isinstance(merged[0], CustomersMerged)
    story.and_(MergeCustomers(OTTER, HERON))
    assert has(story, HERON) == DUE
    assert story.world.customers[OTTER].store_credits == ()
    # the timer of before the merge still finds it
    story.and_(AdvanceClock(story.world.now + 10 * DAY), ExpireStoreCredit(OTTER, FIRST_CREDIT))
    assert has(story, HERON) == 0


def test_a_stored_world_knows_it() -> None:
    world: World = agreed().and_(KEEP).world
    stored = codec.decode_world(codec.encode_world(world))
    assert stored.customers[OTTER] == world.customers[OTTER]
    assert stored.orders[FIRST] == world.orders[FIRST]
    assert company().customers[OTTER].store_credits == ()
