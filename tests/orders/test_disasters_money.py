"""Disasters of real order systems that were about money, and why they cannot happen here.

The number before each thread is its row in the engine's reference, §3; `test_disasters` knows
where each row is told.
"""

from itertools import permutations

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    DESK,
    FIRST,
    LAMP,
    OTTER,
    company,
    order_confirmed,
    order_delivered,
    order_invoiced,
    order_paid,
    order_shipped,
    order_submitted,
)  # fmt: skip
from tests.story import Story, envelope_of, given
from trainer.exchange.papers import document_sums
from trainer.orders.amendments import AddToOrder
from trainer.orders.invariants import violations
from trainer.orders.mishaps import WriteOffPackage
from trainer.orders.payment import (
    IssueRefund,
    ReceiveTransfer,
    RecordPayment,
    RefundExceedsCredit,
    refundable,
)
from trainer.orders.refunds import AnswerRefund, RefundElsewhere, RetryRefund
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.returns import (
    AuthoriseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
)
from trainer.orders.settlement import IssueCreditNote, IssueInvoice
from trainer.orders.shipping import ScanPackage
from trainer.orders.status import payment_status
from trainer.orders.values import exponent
from trainer.orders.world import Order, ReturnRow, World
from trainer.play.preview import Effects, preview
from trainer.web import forms

RMA = "RMA-00001"


def gateway() -> World:
    """The small company, where money goes back through the gateway."""
    world = company()
    policies = msgspec.structs.replace(world.policies, refunds="gateway")
    return msgspec.structs.replace(
        world, company=msgspec.structs.replace(world.company, policies=policies)
    )


def order_in(story: Story) -> Order:
    """The one order of the story, in a world that is sound by all rules."""
    assert violations(story.world) == []
    return story.world.orders[FIRST]


def fewer(line: int, units: int) -> CancelLineQuantity:
    return CancelLineQuantity(FIRST, (CancelledRow(line, units),), "fewer wanted")


def comes_back(line: int, units: int, rma: str = RMA) -> tuple[object, ...]:
    """So many units are sent back, counted and thrown away."""
    return (
        RequestReturn(FIRST, (ReturnRow(line, units),), "defective"),
        AuthoriseReturn(FIRST, rma, "seller"),
        DeliverReturn(FIRST, rma),
        ReceiveReturn(FIRST, rma, (ReturnRow(line, units),)),
        InspectReturn(FIRST, rma, line, units, "scrap"),
    )


def test_after_a_return_only_what_was_never_billed_is_billed() -> None:
    """25, frappe/erpnext#10726: after a return the invoice still proposes the full quantity."""
    story = given(order_invoiced(lines={ARMCHAIR: 3}), *comes_back(1, 1))
    assert story.when(IssueInvoice(FIRST)).refusal is not None
    order = order_in(story.and_(IssueCreditNote(FIRST)))
    assert [(p.kind, sum(r.quantity for r in p.rows)) for p in order.documents] == [
        ("invoice", 3), ("credit_note", 1),
    ]  # fmt: skip
    # what the papers ask for is the price of what the customer keeps, and the freight
    assert sum(paper.claim for paper in order.documents) == 2 * 19_999 + 1_200


def test_the_amount_on_the_screen_is_the_amount_of_the_command() -> None:
    """27, spree/spree#10099: screen promises shipping refund, gateway gets less."""
    story = given(order_paid(), CancelOrder(FIRST, "changed mind"), world=gateway())
    shown = refundable(story.world.orders[FIRST])
    assert shown == 2 * 19_999 + 1_200
    (asked,) = story.when(IssueRefund(FIRST, shown, "cancelled")).events
    assert asked.amount == shown  # type: ignore[attr-defined]
    over = story.when(IssueRefund(FIRST, shown + 1, "cancelled")).refusal
    assert isinstance(over, RefundExceedsCredit)
    assert over.limit == shown


def test_what_is_owed_asked_for_and_moved_are_three_numbers() -> None:
    """31, saleor/saleor#14278: payment status wrong when refund promise and refund differ."""
    story = given(order_paid(lines={ARMCHAIR: 3}), fewer(1, 2), world=gateway())
    story.and_(IssueRefund(FIRST, 19_999, "one of the two"))
    order = order_in(story)
    assert (order.credit, order.refund_pending, order.refunded) == (39_998, 19_999, 0)
    assert payment_status(order) == "refund_pending"
    order = order_in(story.and_(AnswerRefund(FIRST, "RF-1-1", "succeeded")))
    assert (order.credit, order.refund_pending, order.refunded) == (39_998, 0, 19_999)
    # one of the two is still owed
    assert (payment_status(order), order.balance_due) == ("partially_refunded", -19_999)


def test_a_word_of_the_gateway_that_comes_twice_does_not_end_the_next_try() -> None:
    """33, saleor/saleor#14358 and others: webhooks arrive twice, retries mint new keys."""
    story = given(order_paid(), CancelOrder(FIRST, "changed mind"), world=gateway())
    failed = AnswerRefund(FIRST, "RF-1-1", "failed", tries=1)
    story.and_(IssueRefund(FIRST, 41_198, "cancelled"), failed)
    assert isinstance(story.when(failed).refusal, RefundElsewhere)
    story.and_(RetryRefund(FIRST, "RF-1-1"))
    again = story.when(failed)
    assert again.refusal is not None
    assert again.refusal.code == "ANSWER_TO_EARLIER_TRY"
    order = order_in(story.and_(AnswerRefund(FIRST, "RF-1-1", "succeeded", tries=2)))
    (refund,) = order.refunds
    assert (refund.refund_number, refund.tries, refund.status) == ("RF-1-1", 2, "succeeded")
    assert order.refunded == 41_198


def test_the_discount_on_the_whole_order_is_in_the_refund_of_a_line() -> None:
    """34, solidusio/solidus#512 and others: order-level discount forgotten in item refund."""
    story = given(order_delivered(lines={ARMCHAIR: 2, LAMP: 6}, discount=5_000))
    shares = [line.discount_share for line in story.world.orders[FIRST].lines]
    assert shares == [3_848, 1_152]
    order = order_in(story.and_(*comes_back(2, 6)))
    # six lamps at 19.95, less their share of the discount
    assert order.credit == 11_970 - 1_152
    assert refundable(order) == 10_818


def test_a_cancelled_line_takes_its_share_of_the_discount_and_no_other() -> None:
    """35, vendurehq/vendure#4811, #1795: the share moves to the surviving lines."""
    story = given(order_paid(lines={ARMCHAIR: 2, LAMP: 6}, discount=5_000), fewer(2, 6))
    order = order_in(story)
    assert [line.discount_share for line in order.lines] == [3_848, 1_152]
    assert order.total - order.credit == 2 * 19_999 - 3_848 + 1_200
    assert refundable(order) == 11_970 - 1_152


def test_after_several_edits_exactly_the_difference_is_paid_back_over_all_payments() -> None:
    """36, vendurehq/vendure#3535, #1753: several edits: refund missing or of the wrong payment."""
    story = given(order_confirmed(lines={ARMCHAIR: 2}))
    for amount in (30_000, 11_198):
        story.and_(ReceiveTransfer(OTTER, amount, FIRST))
        story.and_(RecordPayment(FIRST, max(story.world.transfers), amount))
    late = story.world.orders[FIRST].promised_delivery_date
    assert late is not None
    story.and_(AddToOrder(FIRST, LAMP, 6, late.replace(year=2999), "lamps too"))
    assert order_in(story).balance_due == 11_970
    story.and_(fewer(1, 1), fewer(2, 6))
    order = order_in(story)
    assert (order.captured, order.balance_due, refundable(order)) == (41_198, -19_999, 19_999)
    story.and_(IssueRefund(FIRST, 10_000, "first part"), IssueRefund(FIRST, 9_999, "the rest"))
    assert order_in(story).balance_due == 0
    assert isinstance(story.when(IssueRefund(FIRST, 1, "more")).refusal, RefundExceedsCredit)


@pytest.mark.parametrize("steps", sorted(set(permutations((1, 1, 1, 2, 2)))), ids=str)
def test_in_whatever_steps_all_is_paid_back_it_is_what_was_paid(steps: tuple[int, ...]) -> None:
    """37, woocommerce/woocommerce#64668; PrestaShop/PrestaShop#40271: one cent above paid."""
    story = given(order_delivered(lines={ARMCHAIR: 7}, discount=3))
    gross = story.world.orders[FIRST].lines[0].gross
    assert gross % 7  # so that a price by the unit would not add up
    for place, units in enumerate(steps):
        story.and_(*comes_back(1, units, f"RMA-{place + 1:05d}"))
    order = order_in(story)
    assert order.credit == gross == refundable(order)
    after = story.and_(IssueRefund(FIRST, gross, "all of it")).world.orders[FIRST]
    assert after.balance_due == 0


def test_a_price_is_taxed_and_cut_up_in_whole_cents() -> None:
    """38, medusajs/medusa#13091, PR #15303: captured 87.957975 versus paid 87.96."""
    story = given(order_delivered(lines={LAMP: 6}, discount=1), IssueInvoice(FIRST))
    order = order_in(story.and_(*comes_back(1, 1)))
    # 119.69 cut by six is 19.948333…
    assert (order.credit, type(order.credit)) == (1_995, int)
    paper = document_sums(order, order.documents[0])
    assert [(tax.rate, tax.tax) for tax in paper.taxes] == [(1_900, 2_103)]
    assert sum(tax.net + tax.tax for tax in paper.taxes) == paper.amount == 13_169
    assert story.when(IssueRefund(FIRST, 1_995, "one")).refusal is None


@pytest.mark.parametrize(
    ("currency", "typed", "amount"),
    [("JPY", "1280", 1_280), ("USD", "12.80", 1_280), ("KWD", "1.280", 1_280)],
)
def test_an_amount_has_the_decimals_of_its_currency(currency: str, typed: str, amount: int) -> None:
    """39, antiwork/gumroad PR #3749; stripe-sfcc PR #31: hard-coded ×100 breaks JPY."""
    form = {"order_number": FIRST, "reference": "TR-70001", "amount": typed}
    assert forms.read("record_payment", form, currency) == RecordPayment(FIRST, "TR-70001", amount)
    finer = forms.read("record_payment", form | {"amount": f"{typed}.5"}, currency)
    assert isinstance(finer, forms.FormErrors)
    assert exponent(currency) == len(typed.partition(".")[2])


def test_freight_is_paid_back_as_what_was_charged_for_it() -> None:
    """40, Sylius/RefundPlugin#252, #110: discounted-to-zero shipping is still refundable."""
    free = company()
    carriers = free.carriers.set("QX", msgspec.structs.replace(free.carriers["QX"], price=0))
    free = msgspec.structs.replace(free, carriers=carriers)
    for world, freight in ((company(), 1_200), (free, 0)):
        story = given(order_paid(discount=998), CancelOrder(FIRST, "changed mind"), world=world)
        assert order_in(story).credit == 39_998 - 998 + freight
        assert refundable(order_in(story)) == 39_000 + freight


@pytest.mark.parametrize("first", [1, 2])
def test_the_tax_of_freight_is_credited_as_it_was_charged(first: int) -> None:
    """40, its tax ignored: whichever line is credited first, and comes without freight."""
    both = {DESK: 1, LAMP: 6}  # no tax on the desk, and with it on most of the order
    story = given(order_shipped(lines=both), IssueInvoice(FIRST))
    story.and_(ScanPackage(FIRST, 1, "lost"), WriteOffPackage(FIRST, 1, "lost"))
    second = 3 - first
    story.and_(fewer(first, {1: 1, 2: 6}[first]), IssueCreditNote(FIRST))
    story.and_(fewer(second, {1: 1, 2: 6}[second]), IssueCreditNote(FIRST))
    order = order_in(story)
    assert sum(paper.claim for paper in order.documents) == 0
    freight = [document_sums(order, paper) for paper in (order.documents[0], order.documents[2])]
    assert [(told.freight_rate, told.freight_net) for told in freight] == [(0, 1_200)] * 2
    assert _taxes(order) == {"invoice": 1_911, "credit_note": 1_911}


def _taxes(order: Order) -> dict[str, int]:
    """The tax on all invoices, and on all credit notes."""
    told = {"invoice": 0, "credit_note": 0}
    for paper in order.documents:
        told[paper.kind] += sum(tax.tax for tax in document_sums(order, paper).taxes)
    return told


def test_credit_notes_take_back_no_more_tax_than_the_invoice_charged() -> None:
    """40 and I20: one lamp at a time, each rounded by itself, would be three cents too much."""
    story = given(order_invoiced(lines={LAMP: 6}))
    for place in range(6):
        story.and_(*comes_back(1, 1, f"RMA-{place + 1:05d}"), IssueCreditNote(FIRST))
    order = order_in(story)
    assert _taxes(order) == {"invoice": 2_103, "credit_note": 1_911}


def test_the_lines_add_up_to_the_total_whatever_was_taken_off() -> None:
    """41, vendurehq/vendure#3091; saleor/saleor PR #17024: subtotal drifts from sum of lines."""
    for discount in (1, 2, 499, 997, 5_000, 51_968):
        story = given(order_submitted(lines={ARMCHAIR: 2, LAMP: 6}, discount=discount))
        order = order_in(story)
        assert sum(line.discount_share for line in order.lines) == discount
        assert sum(line.gross for line in order.lines) + 1_200 == order.total
        assert order.total == 2 * 19_999 + 6 * 1_995 - discount + 1_200


def test_what_a_preview_says_of_money_is_what_the_command_moves() -> None:
    """27, before the click: the preview of a refund names the amount that will be gone."""
    story = given(order_paid(), fewer(1, 1))
    command = IssueRefund(FIRST, refundable(story.world.orders[FIRST]), "one less")
    asked = preview(story.world, envelope_of(story.world, command))
    assert isinstance(asked, Effects)
    shown = {change.what: (change.before, change.after) for change in asked.changes}
    assert shown["money_in"] == (41_198, 21_199)
    order = order_in(story.and_(command))
    assert order.captured - order.refunded == 21_199
