"""Chargebacks: money of a card that its bank takes back; contested, accepted, lost, written off."""

from functools import partial

import msgspec
import pytest

from tests import builders as b
from tests.builders import FIRST, order_confirmed
from tests.orders.test_cards import by_card
from tests.story import Story, given
from trainer.exchange.papers import document_sums
from trainer.orders.allowances import GiveGoodwill
from trainer.orders.cards import (
    AnswerAuthorisation,
    AuthorisePayment,
    CapturePayment,
    PaymentCaptured,
    UnknownAuthorisation,
)
from trainer.orders.chargebacks import (
    AcceptChargeback,
    AnswerChargeback,
    ChargebackAccepted,
    ChargebackContested,
    ChargebackElsewhere,
    ChargebackExceedsCaptured,
    ChargebackLost,
    ChargebackOpen,
    ChargebackRaised,
    ChargebackWon,
    ChargebackWrittenOff,
    ContestChargeback,
    ContestTooLate,
    NoProofOfDelivery,
    NothingToWriteOff,
    RaiseChargeback,
    UnknownChargeback,
    WriteOffChargeback,
)
from trainer.orders.clock import AdvanceClock
from trainer.orders.feedback import ReceiveComplaint
from trainer.orders.invariants import violations
from trainer.orders.ledgers import money_ledger
from trainer.orders.payment import IssueRefund, refundable
from trainer.orders.refusals import MissingField, MissingReason, RoleRequired
from trainer.orders.settlement import (
    AllowanceNotCredited,
    ArchiveOrder,
    CompleteOrder,
    IssueCreditNote,
    IssueInvoice,
    SettleBatch,
)
from trainer.orders.status import overlays
from trainer.orders.values import DAY, MINUTE
from trainer.orders.world import Order
from trainer.play.offers import offers
from trainer.simulation import cards as bank

DUE = 41_198
CARD, NUMBER = "AU-1-1", "CB-1-1"
TAKEN = RaiseChargeback(FIRST, CARD, DUE, "not_received")
CONTEST = ContestChargeback(FIRST, NUMBER, "signed for by Mr Otter himself")
ACCEPT = AcceptChargeback(FIRST, NUMBER, "they are right")
WON = AnswerChargeback(FIRST, NUMBER, "won")
LOST = AnswerChargeback(FIRST, NUMBER, "lost")
WRITE_OFF = WriteOffChargeback(FIRST, "nobody will pay it")
PAID = (
    *order_confirmed(), AuthorisePayment(FIRST, DUE),
    AnswerAuthorisation(FIRST, CARD, "authorised"), CapturePayment(FIRST, CARD, DUE),
)  # fmt: skip
"""Two armchairs, paid by card."""


def shipped(**rules: object) -> Story:
    """They have left."""
    steps = (b.allocation, b.picking, b.packing, b.labelling, b.leaving)
    return given(*PAID, *(partial(step, FIRST) for step in steps), world=by_card(**rules))


def delivered(**rules: object) -> Story:
    """They are with the customer and invoiced."""
    return shipped(**rules).and_(partial(b.arriving, FIRST), IssueInvoice(FIRST))


def order_in(story: Story) -> Order:
    """The one order of the story, sound by all rules."""
    assert violations(story.world) == []
    return story.world.orders[FIRST]


def archived(story: Story) -> None:
    """The rest of its life, with papers and money even."""
    story.and_(CompleteOrder(FIRST), SettleBatch((FIRST,), order_in(story).received))
    assert order_in(story.and_(ArchiveOrder(FIRST, 10))).status == "archived"


def test_the_money_is_gone_and_the_order_shows_it() -> None:
    story = delivered()
    (raised,) = story.when(TAKEN).events
    assert isinstance(raised, ChargebackRaised)
    assert (raised.chargeback_number, raised.amount) == (NUMBER, DUE)
    assert 7 * DAY <= raised.respond_by - story.world.now < 8 * DAY
    order = order_in(story.and_(TAKEN))
    assert (order.balance_due, order.payable, order.received) == (DUE, 0, 0)
    assert "disputed_payment" in overlays(order, story.world.now)
    assert {part.name: part.size for part in money_ledger(order)} == {"charged_back": DUE}


def test_a_bank_takes_what_came_from_the_card_and_is_still_here() -> None:
    story = delivered()
    many = msgspec.structs.replace(TAKEN, amount=DUE + 1)
    assert story.when(many).refusal == ChargebackExceedsCaptured(CARD, DUE, DUE + 1)
    story.and_(msgspec.structs.replace(TAKEN, amount=DUE - 100))
    again = msgspec.structs.replace(TAKEN, amount=101)
    assert story.when(again).refusal == ChargebackExceedsCaptured(CARD, 100, 101)
    stranger = msgspec.structs.replace(TAKEN, authorisation_number="AU-9-9")
    assert story.when(stranger).refusal == UnknownAuthorisation(FIRST, "AU-9-9")
    assert isinstance(story.when(TAKEN, role="clerk").refusal, RoleRequired)


def test_what_is_going_back_cannot_be_taken_back_too() -> None:
    story = delivered().and_(GiveGoodwill(FIRST, 5_000, "kind"), IssueRefund(FIRST, 5_000, "kind"))
    assert story.when(TAKEN).refusal == ChargebackExceedsCaptured(CARD, DUE - 5_000, DUE)
    taken = msgspec.structs.replace(TAKEN, amount=DUE - 5_000)
    assert refundable(order_in(story.and_(taken))) == 0


def test_with_proof_it_is_contested_and_the_money_returns() -> None:
    story = delivered().and_(TAKEN)
    assert story.when(CONTEST).events == (ChargebackContested(FIRST, NUMBER, CONTEST.evidence),)
    story.and_(CONTEST)
    assert story.when(CompleteOrder(FIRST)).refusal == ChargebackOpen(FIRST, NUMBER)
    assert story.when(WON).events == (ChargebackWon(FIRST, NUMBER, DUE),)
    order = order_in(story.and_(WON))
    assert (order.balance_due, order.received) == (0, DUE)
    assert story.when(WON).refusal == ChargebackElsewhere(
        NUMBER, "dispute_won", "dispute_contested"
    )
    archived(story)


def test_contesting_takes_proof_and_a_signature_where_nothing_is_said_to_have_come() -> None:
    story = delivered().and_(TAKEN)
    silent = msgspec.structs.replace(CONTEST, evidence=" ")
    assert story.when(silent).refusal == MissingField(field="evidence")
    on_its_way = shipped().and_(TAKEN)
    assert on_its_way.when(CONTEST).refusal == NoProofOfDelivery(NUMBER, delivered=0, shipped=2)
    other = msgspec.structs.replace(TAKEN, dispute="not_recognised")
    assert shipped().and_(other).when(CONTEST).refusal is None
    nobodys = msgspec.structs.replace(CONTEST, chargeback_number="CB-9-9")
    assert story.when(nobodys).refusal == UnknownChargeback(FIRST, "CB-9-9")


def test_who_lets_the_last_day_go_by_has_lost() -> None:
    story = delivered(chargeback_days=3).and_(TAKEN)
    early = story.when(LOST).refusal
    assert early == ChargebackElsewhere(NUMBER, "dispute_open", "dispute_contested")
    story.and_(AdvanceClock(story.world.now + 3 * DAY + 1))
    assert isinstance(story.when(CONTEST).refusal, ContestTooLate)
    assert isinstance(story.when(WON).refusal, ChargebackElsewhere)
    assert story.when(LOST).events == (ChargebackLost(FIRST, NUMBER, DUE),)


def test_what_is_accepted_is_owed_and_can_be_paid_another_way() -> None:
    story = delivered().and_(TAKEN)
    assert story.when(msgspec.structs.replace(ACCEPT, reason="")).refusal == MissingReason()
    assert story.when(ACCEPT).events == (ChargebackAccepted(FIRST, NUMBER, ACCEPT.reason),)
    order = order_in(story.and_(ACCEPT))
    assert (order.payable, overlays(order, story.world.now)) == (DUE, ())
    story.and_(partial(b.transfer, FIRST), partial(b.booking, FIRST))
    assert order_in(story).balance_due == 0
    archived(story)


@pytest.mark.parametrize("amount", [1, 10_000, DUE])
def test_what_is_lost_is_written_off_and_the_order_reaches_the_archive(amount: int) -> None:
    story = delivered().and_(msgspec.structs.replace(TAKEN, amount=amount), CONTEST, LOST)
    assert story.when(WRITE_OFF).events == (ChargebackWrittenOff(FIRST, amount, WRITE_OFF.reason),)
    story.and_(WRITE_OFF)
    order = order_in(story)
    assert (order.balance_due, order.credit, refundable(order)) == (0, amount, 0)
    assert isinstance(story.when(CompleteOrder(FIRST)).refusal, AllowanceNotCredited)
    story.and_(IssueCreditNote(FIRST))
    note = order_in(story).documents[-1]
    assert (note.amount, note.written_off, note.goodwill) == (amount, amount, 0)
    archived(story)


def test_nothing_is_written_off_before_it_is_lost_nor_twice() -> None:
    story = delivered().and_(TAKEN)
    assert story.when(WRITE_OFF).refusal == NothingToWriteOff(FIRST, 0, 0, DUE)
    story.and_(ACCEPT)
    assert story.when(msgspec.structs.replace(WRITE_OFF, reason="")).refusal == MissingReason()
    assert story.and_(WRITE_OFF).when(WRITE_OFF).refusal == NothingToWriteOff(FIRST, DUE, DUE, 0)


def test_goodwill_and_what_was_lost_stand_apart_on_one_credit_note() -> None:
    story = delivered().and_(GiveGoodwill(FIRST, 1_000, "kind"))
    story.and_(msgspec.structs.replace(TAKEN, amount=5_000), ACCEPT, WRITE_OFF)
    story.and_(IssueCreditNote(FIRST))
    order = order_in(story)
    note = order.documents[-1]
    # goodwill that is not paid back yet pays a part of what was lost
    assert (note.goodwill, note.written_off, note.amount) == (1_000, 4_000, 5_000)
    assert document_sums(order, note).amount == 5_000
    archived(story)


def test_the_desk_offers_each_step_where_it_fits() -> None:
    def offered(story: Story) -> set[str]:
        found = offers(story.world, order_in(story))
        steps = {"contest_chargeback", "accept_chargeback", "write_off_chargeback"}
        return {x.name for x in found if x.refusal is None} & steps

    story = delivered()
    assert offered(story) == set()
    assert offered(story.and_(TAKEN)) == {"contest_chargeback", "accept_chargeback"}
    assert offered(delivered().and_(TAKEN, CONTEST)) == set()
    assert offered(story.and_(ACCEPT)) == {"write_off_chargeback"}
    assert offered(story.and_(WRITE_OFF)) == set()


def test_a_customer_calls_their_bank_only_where_a_company_has_such_customers() -> None:
    def heard(percent: int) -> int:
        story = delivered(chargeback_percent=percent)
        captured = next(x for x in story.entries if isinstance(x.event, PaymentCaptured))
        return sum(len(list(bank.react(captured, story.world, seed))) for seed in range(200))

    assert (heard(0), heard(100)) == (0, 200)
    assert 20 < heard(20) < 60


def test_silence_loses_and_proof_convinces_where_nobody_complains() -> None:
    story = delivered().and_(TAKEN)
    (silence,) = bank.react(story.entries[-1], story.world, 7)
    assert (silence.command, silence.at) == (LOST, story.world.now + 7 * DAY + MINUTE)
    story.and_(CONTEST)
    (answer,) = bank.react(story.entries[-1], story.world, 7)
    assert answer.command == WON
    unhappy = delivered().and_(ReceiveComplaint(FIRST, "poor_service", "Oh", "No."), TAKEN, CONTEST)
    (answer,) = bank.react(unhappy.entries[-1], unhappy.world, 7)
    assert answer.command == LOST
