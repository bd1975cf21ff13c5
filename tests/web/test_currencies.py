"""Disaster 39, a hard-coded ×100 breaks JPY: yen and dinars from the form to the UBL invoice.

antiwork/gumroad PR #3749 and stripe/stripe-sfcc-b2c-connector PR #31: an amount is multiplied by a
hundred wherever it is read or written, and a yen becomes a hundred, a dinar a tenth of itself.
"""

import csv
import io
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask

from tests.builders import (
    ARMCHAIR,
    DUNE,
    FIRST,
    KOI,
    LAMP,
    OTTER,
    abroad,
    order_drafted,
    order_invoiced,
)
from tests.story import given
from tests.web.deskhand import Deskhand
from trainer.app import create_app
from trainer.config import Settings
from trainer.demo import DEMO, prepare
from trainer.exchange import asked as matching
from trainer.exchange.documents import read_document
from trainer.exchange.issuing import outgoing
from trainer.exchange.papers import write_order
from trainer.orders import values
from trainer.orders.intake import GrantDiscount, default_promise
from trainer.orders.invariants import violations
from trainer.orders.letters import amount_in_words
from trainer.orders.pricelist import SetListPrice
from trainer.orders.reports import Ask
from trainer.orders.values import day_of
from trainer.orders.world import Request, RequestLine, World
from trainer.web import forms, reports, screens, sheets, words
from trainer.web.findings import KINDS
from trainer.web.forms import FormErrors, read, written
from trainer.web.sheets import Sheet, csv_stream

MONEY = {"JPY": (KOI, "500", 500), "KWD": (DUNE, "5.005", 5_005), "USD": (OTTER, "5.05", 505)}
"""Who pays in it, a discount as somebody types it, and the same in its smallest unit."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The pages' words and forms."""
    return create_app(Settings.from_env({"TRAINER_DATA": str(tmp_path_factory.mktemp("money"))}))


def discount(world: World, typed: str) -> GrantDiscount | FormErrors:
    """A discount on the first order, as the desk reads its form."""
    fields = {"order_number": FIRST, "amount": typed}
    found = read("grant_discount", fields, screens.currency_typed(world, fields))
    assert isinstance(found, GrantDiscount | FormErrors)
    return found


@pytest.mark.parametrize("currency", MONEY)
def test_an_amount_means_the_same_from_the_form_to_the_invoice(app: Flask, currency: str) -> None:
    customer, typed, minor = MONEY[currency]
    story = given(order_drafted(customer=customer), world=abroad())
    with app.test_request_context():
        granted = discount(story.world, typed)
        assert granted == GrantDiscount(FIRST, minor), "the form"
        assert written(granted, currency)["amount"] == typed, "the form again"
        before = story.world.orders[FIRST].total
        whole = given(order_invoiced(customer=customer, discount=minor), world=abroad())
        order = whole.world.orders[FIRST]
        assert violations(whole.world) == []
        [paper] = order.documents
        assert paper.amount == order.total == before - minor + order.shipping_gross, "the engine"
        assert order.balance_due == 0, "the bank"
        [xml] = [o.write(whole.world).decode() for o in outgoing(order) if o.kind == "invoice"]
    decimals = values.exponent(currency)
    payable = f"{Decimal(order.total).scaleb(-decimals):.{decimals}f}"
    assert f'<cbc:PayableAmount currencyID="{currency}">{payable}</cbc:PayableAmount>' in xml
    assert f"<cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode>" in xml
    amounts = re.findall(r'currencyID="(\w+)">([\d.]+)<', xml)
    assert {code for code, _ in amounts} == {currency}
    assert all(len(text.partition(".")[2]) == decimals for _, text in amounts)


def test_decimals_that_a_currency_does_not_have_are_not_read(app: Flask) -> None:
    with app.test_request_context():
        for currency, typed, told in (
            ("JPY", "5.5", "This currency has no decimals."),
            ("USD", "5.055", "This currency has 2 decimals, no more."),
            ("KWD", "5.0055", "This currency has 3 decimals, no more."),
        ):
            story = given(order_drafted(customer=MONEY[currency][0]), world=abroad())
            wrong = discount(story.world, typed)
            assert isinstance(wrong, FormErrors)
            assert wrong.errors == {"amount": told}


def test_amounts_are_shown_with_the_decimals_of_their_currency(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert words.money(1_234_567, "JPY") == "JP¥1,234,567"
        assert words.money(-1_234_567, "KRW") == "−₩1,234,567"
        assert words.money(1_234_567, "KWD") == "KWD 1,234.567"
        assert words.money(1_234_567, "BHD") == "BHD 1,234.567"
        assert words.money(1_234_567, "EUR") == "€12,345.67"
        assert amount_in_words(1_234_567, "JPY") == "JPY 1,234,567"
        assert amount_in_words(10**17 + 1, "KWD") == "KWD 100,000,000,000,000.001"
        story = given(order_drafted(customer=KOI, discount=500), world=abroad())
        [granted] = [e.event for e in story.entries if type(e.event).__name__ == "DiscountGranted"]
        assert words.says(granted, story.world) == "Discount of JP¥500 granted on SO-10001"
        refused = story.when(GrantDiscount(FIRST, 70_000)).refusal
        assert refused
        assert words.sums(refused, story.world) == "discount ≤ JP¥59,602; you asked JP¥70,000"


def test_a_price_is_typed_in_the_currency_that_is_chosen(app: Flask) -> None:
    world = abroad()
    typed = {"sku": LAMP, "currency": "KWD", "amount": "6.135", "since": "2026-03-02",
             "until": "2026-12-31"}  # fmt: skip
    with app.test_request_context():
        priced = read("set_list_price", typed, screens.currency_typed(world, typed))
    assert isinstance(priced, SetListPrice)
    assert priced.amount == 6_135


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_a_report_and_its_file_are_in_one_currency(app: Flask, currency: str) -> None:
    customer = MONEY[currency][0]
    world = given(
        order_invoiced(customer=customer), order_invoiced("SO-10002"), world=abroad()
    ).world
    with app.test_request_context(headers={"Accept-Language": "en"}):
        view = KINDS["sales"].show(world, Ask(currency=currency))
        sheet = Sheet("Sales", "About", (), view.columns, view.rows, currency)
        rows = list(
            csv.reader(io.StringIO(b"".join(csv_stream(sheet)).decode("utf-8-sig"), newline=""))
        )
    net = world.orders[FIRST].lines[0].gross
    decimals = values.exponent(currency)
    assert rows[0][3] == f"Value ({currency})"
    assert rows[1][3] == f"{Decimal(net).scaleb(-decimals):.{decimals}f}"
    assert len(rows) == 2
    for asked, name, wanted in (
        (Ask(), "sales", "USD"), (Ask(), "volume", ""),
        (Ask(customer_id=customer), "sales", currency),
        (Ask(customer_id=OTTER, currency=currency), "returns", "USD"),
    ):  # fmt: skip
        assert reports._in_one_currency(world, KINDS[name], asked).currency == wanted


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_a_customers_document_is_read_by_their_price_list(currency: str) -> None:
    world = abroad()
    customer = world.customers[MONEY[currency][0]]
    wanted = Request(
        customer.customer_id, "PO-77", (RequestLine(ARMCHAIR, 2), RequestLine(LAMP, 6)),
        day_of(world.now), "", customer.address,
    )  # fmt: skip
    data = write_order(world, wanted, world.now)
    reading = read_document(data, world)
    assert reading.faults == ()
    assert {type(caution).__name__ for caution in reading.warnings} == set()
    assert reading.order
    assert reading.order.currency == currency
    other = read_document(data.replace(currency.encode(), b"USD"), world)
    assert {fault.code for fault in other.faults} == {"OTHER_CURRENCY"}
    assert {fault.wanted for fault in other.faults} == {currency}


# --- at the desk --------------------------------------------------------------------------------


@pytest.fixture
def ada(tmp_path: Path) -> Deskhand:
    """Ada at the order from Kyoto, in a database of its own."""
    settings = Settings.from_env({"TRAINER_DATA": str(tmp_path)})
    prepare(settings)
    hand = Deskhand(create_app(settings, accounts=DEMO), "ada")
    reply = hand.client.post("/exercises/yen-order/attempts", data={"csrf_token": hand.token})
    hand.key = reply.location.split("/attempts/")[1].split("/")[0]
    return hand


def test_a_yen_order_at_the_desk_from_the_draft_to_the_credit_of_the_bank(ada: Deskhand) -> None:
    wanted = ada.desk.course(ada.sandbox).opening.cast["kyoto"].request
    reply = ada.send(
        "create_draft",
        customer_id=wanted.customer_id,
        customer_po_number=wanted.customer_po_number,
        requested_delivery_date=wanted.requested_delivery_date.isoformat(),
        carrier_code=wanted.carrier_code,
        message_id="msg-kyoto",
    )
    number = reply.location.split("/orders/")[1].split("?")[0]
    for line in wanted.lines:
        ada.send("add_line", order_number=number, sku=line.sku, quantity=line.quantity)
    ada.send("submit_order", order_number=number)
    ada.send("check_order", order_number=number)
    day = default_promise(ada.world, ada.world.orders[number]).isoformat()
    ada.send("confirm_order", order_number=number, promised_delivery_date=day)
    order = ada.world.orders[number]
    total = f"{order.total:,}"
    page = ada.get(f"orders/{number}").text
    assert f"JP¥{total}" in page
    part = page.split('id="order"')[1].split("</section>")[0]
    # other customers' transfers stand there to choose from, in their own currency
    assert "$" not in re.sub(r"<option.*?</option>", "", part)
    assert "Amount (JPY)" in page
    for place in range(2):
        waited = {"until": "next", "csrf_token": ada.token, "command_id": f"waiting-{place}"}
        ada.client.post(f"/attempts/{ada.key}/clock", data=waited)
    assert f"JPY {total}" in ada.get("inbox").text
    [transfer] = [t for t in ada.world.transfers.values() if t.currency]
    came = f"{number} / {wanted.customer_po_number} · JP¥{total}</option>"
    assert came in ada.get(f"orders/{number}").text
    broken = ada.send(
        "record_payment", order_number=number, reference=transfer.reference, amount="10.5"
    )
    assert broken.status_code == 422
    assert "This currency has no decimals." in broken.text
    ada.send("record_payment", order_number=number, reference=transfer.reference, amount=total)
    assert ada.world.orders[number].balance_due == 0
    assert "<dt>Currency</dt><dd>JPY</dd>" in ada.get(f"customers/{wanted.customer_id}").text
    said = "Only orders in JPY: amounts of two currencies are not added up."
    assert said in ada.get("reports/sales", customer=wanted.customer_id).text
    assert "Only orders in USD" in ada.get("reports/sales").text
    priced = ada.send("set_list_price", sku=wanted.lines[0].sku, currency="KWD", amount="1.2345",
                      since="2026-03-02", until="2026-06-30")  # fmt: skip
    assert priced.status_code == 422
    price = {"sku": wanted.lines[0].sku, "currency": "KWD", "amount": "1.235",
             "since": "2026-03-02", "until": "2026-06-30"}  # fmt: skip
    asked = ada.send("set_list_price", **price, preview="1").text
    assert '<td class="num">KWD 0.000</td><td class="num">KWD 1.235</td>' in asked
    ada.send("set_list_price", **price)
    assert ada.world.products[wanted.lines[0].sku].prices[-1].amount == 1_235
    assert "KWD 1.235" in ada.get("inventory").text


# --- the disaster itself ------------------------------------------------------------------------


def always_hundredths(patch: pytest.MonkeyPatch) -> None:
    """Whatever the currency, an amount has two decimals."""
    for room in (values, forms, words, sheets, matching):
        patch.setattr(room, "exponent", lambda currency: 2)


def the_form_reads_hundredths(patch: pytest.MonkeyPatch) -> None:
    """What is typed is multiplied by a hundred."""
    patch.setattr(forms, "exponent", lambda currency: 2)


def the_paper_writes_hundredths(patch: pytest.MonkeyPatch) -> None:
    """What is owed is divided by a hundred."""
    patch.setattr("trainer.exchange.papers.exponent", lambda currency: 2)


def everything_is_at_home(patch: pytest.MonkeyPatch) -> None:
    """A form is read in the company's own currency, whoever buys."""
    patch.setattr(screens, "currency_typed", lambda world, typed: world.company.currency)


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
@pytest.mark.parametrize(
    "flaw",
    [always_hundredths, the_form_reads_hundredths, the_paper_writes_hundredths,
     everything_is_at_home],
    ids=lambda flaw: flaw.__name__,
)  # fmt: skip
def test_a_hard_coded_hundred_is_found(
    app: Flask,
    flaw: Callable[[pytest.MonkeyPatch], None],
    currency: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flaw(monkeypatch)
    with pytest.raises(AssertionError):
        test_an_amount_means_the_same_from_the_form_to_the_invoice(app, currency)
