"""Paying by card: asked for, answered once, captured in steps, voided, lapsed."""

from functools import partial
from itertools import pairwise

import msgspec
import pytest

from tests import builders as b
from tests.builders import FIRST, OTTER, company, order_confirmed, order_paid
from tests.story import Story, given
from trainer.orders.cards import (
    AnswerAuthorisation,
    AuthorisationElsewhere,
    AuthorisationExpired,
    AuthorisationRequested,
    AuthorisationVoided,
    AuthorisePayment,
    CaptureExceedsAuthorisation,
    CapturePayment,
    ExpireAuthorisation,
    NoCard,
    PaymentAuthorised,
    QueryAuthorisation,
    StillValid,
    UnknownAuthorisation,
    VoidAuthorisation,
    authorised,
)
from trainer.orders.clock import AdvanceClock
from trainer.orders.holds import OrderOnHold, PlaceHold
from trainer.orders.invariants import violations
from trainer.orders.ledgers import money_ledger
from trainer.orders.payment import (
    AmountExceedsDue,
    GatewayTimeout,
    IssueRefund,
    ReceiveTransfer,
    RecordPayment,
    RefundRequested,
    refundable,
)
from trainer.orders.refunds import AnswerRefund
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.shipping import PaymentRequired, ShipPackage
from trainer.orders.status import label_of, payment_status
from trainer.orders.values import DAY
from trainer.orders.world import Customer, Order, World

DUE = 41_198
NUMBER = "AU-1-1"
ASKED = AuthorisePayment(FIRST, DUE)
YES = AnswerAuthorisation(FIRST, NUMBER, "authorised")
NO = AnswerAuthorisation(FIRST, NUMBER, "declined")
SHIP = ShipPackage(FIRST, 1)


def by_card(**rules: object) -> World:
    """The small company, whose first customer pays by card."""
    world = company()
    policies = msgspec.structs.replace(world.policies, **rules)
    customers = world.customers
    for customer_id in (OTTER,):
        file: Customer = msgspec.structs.replace(customers[customer_id], tender="card")
        customers = customers.set(customer_id, file)
    return msgspec.structs.replace(
        world,
        company=msgspec.structs.replace(world.company, policies=policies),
        customers=customers,
    )


def ready_to_leave() -> tuple[object, ...]:
    """Confirmed, packed and labelled, and nothing paid."""
    steps = (b.allocation, b.picking, b.packing, b.labelling)
    return (*order_confirmed(), *(partial(step, FIRST) for step in steps))


def authorised_story(**rules: object) -> Story:
    """A confirmed order for which a card is good."""
    return given(order_confirmed(), ASKED, YES, world=by_card(**rules))


def captured(amount: int, number: str = NUMBER) -> CapturePayment:
    """So much is taken."""
    return CapturePayment(FIRST, number, amount)


def order_in(story: Story) -> Order:
    """The one order of the story, sound by all rules."""
    assert violations(story.world) == []
    return story.world.orders[FIRST]


def test_a_promise_moves_no_money() -> None:
    story = given(order_confirmed(), world=by_card())
    assert story.when(ASKED).events == (AuthorisationRequested(FIRST, NUMBER, DUE),)
    order = order_in(story.and_(ASKED))
    assert (payment_status(order), label_of(order)) == ("unpaid", "pending_payment")
    asked_at = order.authorisations[0].requested_at
    assert story.when(YES).events == (PaymentAuthorised(FIRST, NUMBER, DUE, asked_at + 7 * DAY),)
    order = order_in(story.and_(YES))
    assert (order.captured, order.authorised_open, order.balance_due) == (0, DUE, DUE)
    assert (payment_status(order), label_of(order)) == ("authorized", "awaiting_shipment")
    assert {part.name: part.size for part in money_ledger(order)} == {"on_card": DUE}


def test_only_a_card_is_asked_and_only_for_what_is_due_and_not_promised() -> None:
    assert given(order_confirmed()).when(ASKED).refusal == NoCard(FIRST)
    story = given(order_confirmed(), AuthorisePayment(FIRST, 40_000), world=by_card())
    after = story.when(AuthorisePayment(FIRST, 1_199))
    assert after.refusal == AmountExceedsDue(
        FIRST, due=1_198, total=DUE, credit=0, received=0, requested=1_199, authorised=40_000
    )
    assert story.when(AuthorisePayment(FIRST, 1_198)).refusal is None
    declined = story.and_(NO)
    assert authorised(order_in(declined)) == 0
    assert payment_status(order_in(declined)) == "failed"


def test_the_first_answer_counts_however_often_and_late_it_comes() -> None:
    story = authorised_story()
    elsewhere = AuthorisationElsewhere(NUMBER, "card_authorised", "card_pending")
    assert story.when(NO).refusal == elsewhere
    silent = given(
        order_confirmed(),
        ASKED,
        AnswerAuthorisation(FIRST, NUMBER, "unanswered", granted=True),
        world=by_card(),
    )
    assert silent.when(YES).refusal is None, "a late answer is an answer"
    late = silent.and_(QueryAuthorisation(FIRST, NUMBER)).when(NO)
    assert late.refusal == elsewhere


@pytest.mark.parametrize(("granted", "state"), [(True, "authorised"), (False, "declined")])
def test_no_answer_is_asked_about_before_anybody_tries_again(granted: bool, state: str) -> None:
    silence = AnswerAuthorisation(FIRST, NUMBER, "unanswered", granted)
    story = given(order_confirmed(), ASKED, silence, world=by_card())
    for command in (ASKED, captured(1), VoidAuthorisation(FIRST, NUMBER)):
        assert story.when(command).refusal == GatewayTimeout(NUMBER)
    order = order_in(story.and_(QueryAuthorisation(FIRST, NUMBER)))
    assert order.authorisations[0].status == state


def test_parcel_by_parcel_no_more_than_was_promised() -> None:
    story = authorised_story().and_(captured(30_000))
    order = order_in(story)
    assert (payment_status(order), order.authorised_open) == ("partially_paid", 11_198)
    assert story.when(captured(11_199)).refusal == CaptureExceedsAuthorisation(
        NUMBER, limit=11_198, amount=DUE, captured=30_000, released=0, requested=11_199
    )
    order = order_in(story.and_(captured(11_198)))
    assert payment_status(order) == "paid"
    after = story.when(VoidAuthorisation(FIRST, NUMBER))
    assert after.refusal == AuthorisationElsewhere(NUMBER, "card_captured", "card_authorised")


@pytest.mark.parametrize("steps", [(DUE,), (1, DUE - 1), (10_000, 10_000, 21_198)])
def test_in_whatever_steps_it_is_captured_and_paid_back_it_is_the_same_money(
    steps: tuple[int, ...],
) -> None:
    story = authorised_story().and_(*(captured(step) for step in steps))
    story.and_(CancelOrder(FIRST, "changed mind"))
    for step in reversed(steps):
        story.and_(IssueRefund(FIRST, step, "cancelled"))
        number = story.world.orders[FIRST].refunds[-1].refund_number
        story.and_(AnswerRefund(FIRST, number, "succeeded"))
    order = order_in(story)
    assert (order.captured, order.refunded, order.balance_due, refundable(order)) == (
        DUE, DUE, 0, 0,
    )  # fmt: skip
    held = order.authorisations[0]
    assert (held.captured, held.released, held.open) == (DUE, 0, 0)


def test_not_more_than_is_due_is_captured() -> None:
    story = authorised_story()
    row = CancelledRow(1, 1)
    story.and_(CancelLineQuantity(FIRST, (row,), "one less"))
    order = order_in(story)
    assert order.authorised_open == DUE > order.balance_due
    assert isinstance(story.when(captured(DUE)).refusal, AmountExceedsDue)
    story.and_(captured(order.balance_due), VoidAuthorisation(FIRST, NUMBER))
    order = order_in(story)
    assert (order.authorised_open, order.authorisations[0].status) == (0, "voided")


def test_nothing_is_captured_while_a_payment_hold_stands() -> None:
    held = authorised_story().and_(PlaceHold(FIRST, "payment", "chargeback"))
    assert held.when(captured(1)).refusal == OrderOnHold(FIRST, "payment", "chargeback")
    other = authorised_story().and_(PlaceHold(FIRST, "stock", "count first"))
    assert other.when(captured(1)).refusal is None


def test_a_promise_lapses_noticed_or_not() -> None:
    story = authorised_story(authorisation_days=2)
    lapse = ExpireAuthorisation(FIRST, NUMBER)
    assert story.when(lapse, role="system").refusal == StillValid(NUMBER)
    story.and_(AdvanceClock(story.world.now + 2 * DAY))
    assert story.when(captured(1)).refusal == AuthorisationExpired(NUMBER, 2)
    order = order_in(story.and_(lapse))
    assert (order.authorised_open, order.authorisations[0].released) == (0, DUE)
    assert (payment_status(order), label_of(order)) == ("voided", "pending_payment")
    assert story.when(captured(1)).refusal == AuthorisationExpired(NUMBER, 2)
    assert story.when(ASKED).refusal is None


@pytest.mark.parametrize("asked", [(ASKED,), (ASKED, YES)], ids=["asked", "authorised"])
def test_a_cancelled_order_leaves_nothing_on_the_card(asked: tuple[object, ...]) -> None:
    story = given(order_confirmed(), *asked, world=by_card())  # type: ignore[arg-type]
    events = story.when(CancelOrder(FIRST, "changed mind")).events
    assert events[0] == AuthorisationVoided(FIRST, NUMBER, DUE)
    order = order_in(story.and_(CancelOrder(FIRST, "changed mind")))
    assert order.authorised_open == 0
    assert payment_status(order) == "voided"
    late = story.when(YES).refusal
    assert late == AuthorisationElsewhere(NUMBER, "card_voided", "card_pending")


@pytest.mark.parametrize("timing", ["captured", "authorised"])
def test_the_company_says_whether_goods_leave_on_a_promise(timing: str) -> None:
    story = given(ready_to_leave(), world=by_card(payment_timing=timing))
    assert isinstance(story.when(SHIP).refusal, PaymentRequired)
    story.and_(ASKED, YES)
    refusal = story.when(SHIP).refusal
    if timing == "authorised":
        assert refusal is None
    else:
        assert isinstance(refusal, PaymentRequired)
        assert story.and_(captured(DUE)).when(SHIP).refusal is None


def test_money_goes_back_the_way_it_came_oldest_first() -> None:
    """Of what was paid by card and by transfer, each goes back as it came."""
    paid = (
        AuthorisePayment(FIRST, 30_000),
        YES,
        captured(30_000),
        ReceiveTransfer(OTTER, 11_198, FIRST),
        RecordPayment(FIRST, "TR-70001", 11_198),
        CancelOrder(FIRST, "changed mind"),
    )
    story = given(order_confirmed(), *paid, world=by_card())
    first, second = story.when(IssueRefund(FIRST, DUE, "cancelled")).events
    assert first == RefundRequested(FIRST, "RF-1-1", 30_000, "cancelled", "card", NUMBER)
    assert (second.amount, second.refund_number) == (11_198, "RF-1-2")  # type: ignore[attr-defined]
    order = order_in(story.and_(IssueRefund(FIRST, DUE, "cancelled")))
    assert (order.refunded, order.refund_pending) == (11_198, 30_000)


def test_transfers_go_back_as_before() -> None:
    story = given(order_paid(), CancelOrder(FIRST, "changed mind"))
    (event,) = story.when(IssueRefund(FIRST, DUE, "cancelled")).events
    assert type(event).__name__ == "RefundIssued"


@pytest.mark.parametrize(
    "kind", [QueryAuthorisation, VoidAuthorisation, ExpireAuthorisation], ids=lambda k: k.__name__
)
def test_only_authorisations_of_the_order_are_known(kind: type) -> None:
    after = given(order_confirmed()).when(kind(FIRST, "AU-9-9"))
    assert after.refusal == UnknownAuthorisation(FIRST, "AU-9-9")


def test_each_authorisation_has_its_own_number() -> None:
    halves = AuthorisePayment(FIRST, 20_000), AuthorisePayment(FIRST, 20_000)
    order = order_in(given(order_confirmed(), *halves, world=by_card()))
    numbers = [held.authorisation_number for held in order.authorisations]
    assert all(one < other for one, other in pairwise(numbers))
