"""Credit for which nothing comes back: shipping that was charged, and goodwill."""

import msgspec
import pytest

from tests.builders import ARMCHAIR, FIRST, company, order_confirmed, order_delivered
from tests.orders.test_return_rules import ruled
from tests.story import Story, given
from trainer.exchange.papers import document_sums
from trainer.orders.allowances import (
    AnswerGoodwill,
    AskGoodwill,
    CreditShipping,
    GiveGoodwill,
    GoodwillAsked,
    GoodwillDeclined,
    GoodwillExceedsOrder,
    GoodwillGiven,
    GoodwillNeedsApproval,
    NoGoodwillAsked,
    ShippingCredited,
    ShippingCreditExceeded,
)
from trainer.orders.amendments import ChangeDelivery, CreditedAlready
from trainer.orders.costs import cost_of_service
from trainer.orders.engine import Envelope, handle
from trainer.orders.feedback import ReceiveComplaint
from trainer.orders.holds import OwnRequest
from trainer.orders.invariants import violations
from trainer.orders.ledgers import money_ledger
from trainer.orders.mishaps import GoodwillLimit, OpenClaim, ResolveClaim
from trainer.orders.payment import InvalidAmount, IssueRefund, refundable
from trainer.orders.refusals import IllegalState, MissingReason, RoleRequired
from trainer.orders.remedies import CancelOrder
from trainer.orders.reports import Ask
from trainer.orders.returns import (
    AuthoriseReturn,
    CloseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
)
from trainer.orders.service import (
    AlreadyNotified,
    CustomerNotified,
    NotifyCustomer,
    TemplateFieldMissing,
)
from trainer.orders.settlement import (
    AllowanceNotCredited,
    ArchiveOrder,
    CompleteOrder,
    CreditNoteExceedsInvoiced,
    CreditNoteIssued,
    IssueCreditNote,
    IssueInvoice,
    SettleBatch,
)
from trainer.orders.values import HOUR, MINUTE
from trainer.orders.world import ClaimRow, Order, ReturnRow
from trainer.play.offers import offers
from trainer.simulation import colleagues

SHIPPING = 1_200
GOODS = 3 * 19_999
FREIGHT = CreditShipping(FIRST, SHIPPING, "two days late")
GIFT = GiveGoodwill(FIRST, 2_000, "they waited so patiently")
NOTE = IssueCreditNote(FIRST)
ASK = AskGoodwill(FIRST, 3_000, "late, and it was her birthday")
ANSWER = AnswerGoodwill(FIRST, "for the wait", "too much")


def delivered(**policies: object) -> Story:
    """Three armchairs were paid, delivered and invoiced."""
    story = order_delivered(lines={ARMCHAIR: 3})
    return given(story, IssueInvoice(FIRST), world=ruled(**policies))


def order_of(story: Story) -> Order:
    return story.world.orders[FIRST]


def archived(story: Story) -> Story:
    """The rest of its life, with its money even."""
    order = order_of(story)
    story.and_(CompleteOrder(FIRST))
    story.and_(SettleBatch((FIRST,), order.captured - order.refunded), ArchiveOrder(FIRST, 10))
    assert violations(story.world) == []
    return story


def test_shipping_is_credited_though_the_goods_stay_and_is_paid_back() -> None:
    story = delivered()
    after = story.when(FREIGHT)
    assert after.events == (ShippingCredited(FIRST, SHIPPING, "two days late"),)
    assert (after.order.credit, refundable(after.order)) == (SHIPPING, SHIPPING)
    assert after.order.lines == order_of(story).lines
    story.and_(FREIGHT, IssueRefund(FIRST, SHIPPING, "late"), NOTE)
    note = order_of(story).documents[-1]
    assert (note.amount, note.shipping, note.goodwill, note.rows) == (SHIPPING, SHIPPING, 0, ())
    archived(story)


def test_never_more_than_was_charged_in_however_many_steps() -> None:
    story = delivered().and_(CreditShipping(FIRST, 700, "a day late"))
    assert story.when(CreditShipping(FIRST, 501, "another")).refusal == ShippingCreditExceeded(
        FIRST, limit=500, shipping=1_200, credited=700, requested=501
    )
    assert story.when(CreditShipping(FIRST, 500, "another")).refusal is None


def test_the_second_credit_has_a_credit_note_of_its_own() -> None:
    story = delivered().and_(CreditShipping(FIRST, 700, "late"), NOTE)
    assert isinstance(story.when(NOTE).refusal, CreditNoteExceedsInvoiced)
    story.and_(CreditShipping(FIRST, 500, "very late"), NOTE)
    assert [paper.shipping for paper in order_of(story).documents] == [0, 700, 500]
    archived(story.and_(IssueRefund(FIRST, 1_200, "late")))


def test_the_customer_hears_of_each_credit_once() -> None:
    tell = NotifyCustomer(FIRST, "credit_given")
    story = delivered()
    assert isinstance(story.when(tell).refusal, TemplateFieldMissing)
    story.and_(FREIGHT)
    (told,) = story.when(tell).events
    assert isinstance(told, CustomerNotified)
    assert "USD 12.00 off it in all" in told.text
    story.and_(tell)
    assert story.when(tell).refusal == AlreadyNotified(FIRST, "credit_given")
    (told,) = story.and_(GIFT).when(tell).events
    assert isinstance(told, CustomerNotified)
    assert "USD 32.00 off it in all" in told.text


@pytest.mark.parametrize("command", [FREIGHT, GIFT])
def test_a_credit_has_an_amount_a_reason_and_an_order_under_way(command: object) -> None:
    story = delivered()
    nothing = msgspec.structs.replace(command, amount=0)  # type: ignore[type-var]
    assert isinstance(story.when(nothing).refusal, InvalidAmount)
    silent = msgspec.structs.replace(command, reason=" ")  # type: ignore[type-var]
    assert story.when(silent).refusal == MissingReason()
    called_off = given(order_confirmed(), CancelOrder(FIRST, "not wanted"))
    assert isinstance(called_off.when(command).refusal, IllegalState)


def test_an_order_that_was_completed_is_worked_on_again() -> None:
    story = delivered().and_(CompleteOrder(FIRST))
    assert story.when(FREIGHT).order.status == "confirmed"
    assert story.when(GIFT).order.status == "confirmed"


def test_it_is_not_complete_before_the_paper_is_there() -> None:
    story = delivered().and_(GIFT, IssueRefund(FIRST, 2_000, "kind"))
    assert story.when(CompleteOrder(FIRST)).refusal == AllowanceNotCredited(FIRST, 2_000)
    archived(story.and_(NOTE))


def test_goodwill_is_labelled_on_its_credit_note_and_takes_no_tax_back() -> None:
    story = delivered().and_(FREIGHT, GIFT, NOTE)
    order = order_of(story)
    note = order.documents[-1]
    found = document_sums(order, note)
    assert (note.shipping, note.goodwill, note.amount) == (1_200, 2_000, 3_200)
    assert (found.goodwill, found.amount) == (2_000, 3_200)
    assert sum(tax.net + tax.tax for tax in found.taxes) == 3_200


def test_no_credit_note_before_the_invoice() -> None:
    story = given(order_delivered(lines={ARMCHAIR: 3}), FREIGHT, GIFT)
    assert isinstance(story.when(NOTE).refusal, CreditNoteExceedsInvoiced)
    story.and_(IssueInvoice(FIRST))
    assert order_of(story).documents[0].amount == GOODS + SHIPPING
    archived(story.and_(NOTE, IssueRefund(FIRST, 3_200, "late")))


def test_both_have_their_places_in_the_picture_of_the_money() -> None:
    order = order_of(delivered().and_(FREIGHT, GIFT))
    sizes = {part.name: part.size for part in money_ledger(order)}
    assert sizes == {
        "shipping_credited": 1_200, "goodwill": 2_000, "money_in": GOODS - 2_000,
        "to_pay_back": 3_200,
    }  # fmt: skip


def test_the_cost_of_service_knows_both() -> None:
    story = delivered().and_(FREIGHT, GIFT)
    (row,) = cost_of_service(story.world, Ask(by="order")).rows
    assert (row.charged, row.goodwill) == (0, 2_000)


def test_nobody_gives_more_than_the_order_costs() -> None:
    story = delivered().and_(FREIGHT)
    assert story.when(GiveGoodwill(FIRST, GOODS + 1, "all of it")).refusal == GoodwillExceedsOrder(
        FIRST, limit=GOODS, total=GOODS + SHIPPING, credit=SHIPPING, requested=GOODS + 1
    )
    assert story.when(GiveGoodwill(FIRST, GOODS, "all of it")).refusal is None


def returned(story: Story) -> Story:
    """All three armchairs come back and are credited."""
    rma = "RMA-00001"
    return story.and_(
        RequestReturn(FIRST, (ReturnRow(1, 3),), "changed_mind"),
        AuthoriseReturn(FIRST, rma, "customer"), DeliverReturn(FIRST, rma),
        ReceiveReturn(FIRST, rma, (ReturnRow(1, 3),)), InspectReturn(FIRST, rma, 1, 3, "restock"),
        CloseReturn(FIRST, rma),
    )  # fmt: skip


@pytest.mark.parametrize("fee", [0, 15])
@pytest.mark.parametrize("gift", [1_000, 2_000, GOODS])
def test_credit_for_goods_takes_the_place_of_goodwill(gift: int, fee: int) -> None:
    story = delivered(restocking_fee_percent=fee)
    story.and_(GiveGoodwill(FIRST, gift, "kind"), IssueRefund(FIRST, gift, "kind"), NOTE)
    order = order_of(returned(story))
    assert order.credit == min(order.total, GOODS + gift)
    assert order.captured - order.refunded >= refundable(order)
    if refundable(order):
        story.and_(IssueRefund(FIRST, refundable(order), "all back"))
    story.and_(NOTE)
    assert order_of(story).documents[-1].amount >= 0
    archived(story)


def test_a_clerk_has_a_limit_and_claims_count_in_it() -> None:
    story = delivered(goodwill_limit=21_000).and_(GIFT)
    more = GiveGoodwill(FIRST, 19_001, "more")
    assert story.when(more).refusal == GoodwillNeedsApproval(
        FIRST, given=2_000, requested=19_001, limit=21_000
    )
    assert story.when(more, role="supervisor").refusal is None
    story.and_(OpenClaim(FIRST, (ClaimRow(1, 1),), "changed_mind"))
    number = order_of(story).claims[0].claim_number
    kind = ResolveClaim(FIRST, number, "approved", "customer", "we like them")
    assert story.when(kind).refusal == GoodwillLimit(FIRST, 2_000, 19_999, 21_000)


def test_beyond_it_a_supervisor_is_asked_and_gives_where_something_went_wrong() -> None:
    story = delivered(goodwill_limit=2_000)
    assert story.when(ASK).events == (GoodwillAsked(FIRST, 3_000, ASK.reason, "Ada"),)
    story.and_(ASK)
    assert story.when(ASK).refusal == NoGoodwillAsked(FIRST, 3_000, alone=2_000, asked=3_000)
    # nothing went wrong with it
    assert story.when(ANSWER).events == (GoodwillDeclined(FIRST, 3_000, "too much"),)
    story.and_(ReceiveComplaint(FIRST, "late_delivery", "Where is it?", "It was late."))
    after = story.when(ANSWER)
    assert after.events == (GoodwillGiven(FIRST, 3_000, "for the wait"),)
    assert (after.order.credit, after.order.goodwill_asked) == (3_000, 0)
    assert violations(after.world) == []


def test_a_supervisor_gives_twice_the_limit_at_most() -> None:
    story = delivered(goodwill_limit=2_000)
    story.and_(ReceiveComplaint(FIRST, "late_delivery", "Where is it?", "It was late."))
    story.and_(AskGoodwill(FIRST, 4_001, "very late"))
    assert story.when(ANSWER).events == (GoodwillDeclined(FIRST, 4_001, "too much"),)


def test_nobody_answers_their_own_question_nor_one_that_nobody_asked() -> None:
    story = delivered(goodwill_limit=2_000)
    assert story.when(ANSWER).refusal == NoGoodwillAsked(FIRST, 0, alone=2_000, asked=0)
    story.and_(ASK)
    for command in (ANSWER, GiveGoodwill(FIRST, 3_000, "mine to give now")):
        own = Envelope("own", "Ada", "supervisor", story.world.now, command)
        assert handle(story.world, own) == OwnRequest(FIRST, "Ada")
    assert isinstance(story.when(ANSWER, role="clerk").refusal, RoleRequired)
    within = AskGoodwill(FIRST, 2_000, "kind")
    assert isinstance(delivered(goodwill_limit=2_000).when(within).refusal, NoGoodwillAsked)


def test_what_was_credited_of_the_freight_keeps_its_carrier() -> None:
    story = given(order_confirmed(lines={ARMCHAIR: 1}), CreditShipping(FIRST, 100, "slow"))
    order = order_of(story)
    assert order.promised_delivery_date
    other = next(code for code in sorted(company().carriers) if code != order.carrier_code)
    change = ChangeDelivery(FIRST, other, order.ship_to, order.promised_delivery_date, "faster")
    assert story.when(change).refusal == CreditedAlready(FIRST, 100)


def test_an_order_that_is_called_off_credits_each_thing_once() -> None:
    story = given(order_confirmed(lines={ARMCHAIR: 3}), FREIGHT, GIFT)
    order = story.when(CancelOrder(FIRST, "not wanted")).order
    assert (order.credit, order.goodwill_standing, order.balance_due) == (order.total, 0, 0)
    assert violations(story.and_(CancelOrder(FIRST, "not wanted")).world) == []


def test_the_desk_offers_what_can_be_given() -> None:
    def offered(story: Story) -> set[str]:
        found = {offer.name for offer in offers(story.world, order_of(story))}
        return found & {"credit_shipping", "give_goodwill", "ask_goodwill"}

    assert offered(delivered()) == {"credit_shipping", "give_goodwill"}
    assert offered(delivered().and_(FREIGHT)) == {"give_goodwill"}
    limited = delivered(goodwill_limit=2_000)
    assert offered(limited) == {"credit_shipping", "give_goodwill", "ask_goodwill"}
    assert offered(limited.and_(GIFT)) == {"credit_shipping", "ask_goodwill"}
    assert offered(limited.and_(ASK)) == {"credit_shipping"}


def test_the_supervisor_answers_within_two_hours() -> None:
    story = delivered(goodwill_limit=2_000).and_(ASK)
    (answer,) = colleagues.react(story.entries[-1], story.world, 7)
    assert isinstance(answer.command, AnswerGoodwill)
    assert 30 * MINUTE <= answer.at - story.world.now <= 2 * HOUR
    assert (answer.role, answer.actor != "Ada") == ("supervisor", True)


def test_both_notes_are_issued_in_one_paper_with_what_came_back() -> None:
    story = returned(delivered().and_(FREIGHT))
    (note,) = story.when(NOTE).events
    assert isinstance(note, CreditNoteIssued)
    assert (note.amount, note.amounts, note.shipping) == (GOODS + SHIPPING, (GOODS,), SHIPPING)
