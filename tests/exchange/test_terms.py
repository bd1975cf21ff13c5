"""Trade terms in documents: read from orders, written on every paper that says who pays what."""

import msgspec
import pytest
from lxml import etree

from tests.builders import (
    ARMCHAIR,
    FIRST,
    HERON,
    HOME,
    HOTEL,
    LAMP,
    NOW,
    order_confirmed,
    order_invoiced,
    order_shipped,
)
from tests.exchange.test_documents import REQUEST, kinds, line_of, read, shop
from tests.exchange.test_papers import CAC, CBC, CREDITED, sent, text, valid
from tests.story import given
from trainer.exchange.papers import write_order
from trainer.exchange.spreadsheets import write_csv, write_xlsx
from trainer.orders.sscc import sscc
from trainer.orders.terms import ChangeTerms, SetTradeTerms
from trainer.orders.values import Address
from trainer.orders.world import World

ACCOUNTS = Address("Heron Accounts", "7 Bank Street", "Concord", "03301", "US")
ASKED = msgspec.structs.replace(
    REQUEST, incoterm="FCA", incoterm_place="Portsmouth", bill_to=ACCOUNTS
)
ELSEWHERE = ["OtherInvoiceAddress"]


def agreed() -> World:
    """The shop after the hotel's terms were written down."""
    return given(SetTradeTerms(HERON, "FCA", "Portsmouth", ACCOUNTS), world=shop()).world


@pytest.mark.parametrize("write", ["UBL", "CSV", "XLSX"])
def test_terms_are_written_and_read_back_the_same(write: str) -> None:
    writers = {"CSV": write_csv, "XLSX": write_xlsx}
    data = write_order(shop(), ASKED, NOW) if write == "UBL" else writers[write](shop(), ASKED)
    if write == "UBL":
        valid(data)
    reading = read(data)
    assert kinds(reading) == ELSEWHERE
    order = reading.order
    assert order
    assert (order.incoterm, order.incoterm_place, order.bill_to) == (
        "FCA", "Portsmouth", ACCOUNTS,
    )  # fmt: skip
    assert kinds(read(data, agreed())) == [], "as agreed"


def test_a_customers_system_writes_what_was_agreed() -> None:
    root = valid(write_order(agreed(), REQUEST, NOW))
    assert text(root, f"{CAC}DeliveryTerms", f"{CBC}ID") == "FCA"
    assert text(root, f"{CAC}AccountingCustomerParty", f"{CAC}Party", f"{CAC}PostalAddress",
                f"{CBC}CityName") == "Concord"  # fmt: skip


def test_other_terms_than_agreed_are_pointed_at() -> None:
    data = write_order(agreed(), REQUEST, NOW).decode()
    other = data.replace('<cbc:ID schemeID="INCOTERMS 2020">FCA', "<cbc:ID>DDP")
    reading = read(other, agreed())
    assert kinds(reading) == ["OtherTerms"]
    assert (reading.warnings[0].found, reading.warnings[0].wanted) == (
        "DDP Portsmouth", "FCA Portsmouth",
    )  # fmt: skip
    assert reading.warnings[0].line == line_of(other, "<cbc:ID>DDP")
    assert reading.order
    assert reading.order.incoterm == "DDP"


def test_words_that_are_no_term_are_left_out_and_told() -> None:
    data = write_order(shop(), ASKED, NOW).decode()
    reading = read(data.replace(">FCA<", ">FOT<"))
    assert kinds(reading) == ["OtherInvoiceAddress", "NoIncoterm"]
    assert reading.order
    assert reading.order.incoterm == ""
    bare = data.replace("<cbc:Name>Portsmouth</cbc:Name>", "<cbc:ID/>")
    reading = read(bare)
    assert "PlaceTaken" in kinds(reading)
    assert reading.order
    assert reading.order.incoterm_place == HOTEL.city


def test_an_invoice_address_is_whole_or_refused() -> None:
    data = write_order(shop(), ASKED, NOW).decode()
    reading = read(data.replace("<cbc:PostalZone>03301</cbc:PostalZone>", ""))
    assert kinds(reading)[0] == "FieldMissing"
    assert reading.faults[0].where == "bill_to postal_code"
    at_home = msgspec.structs.replace(ASKED, bill_to=HOTEL)
    assert kinds(read(write_order(shop(), at_home, NOW))) == []
    said = read(write_order(agreed(), at_home, NOW), agreed()).order
    assert said
    assert said.bill_to == HOTEL, "said so, whatever the file says"


TERMS = ChangeTerms(FIRST, "DAP", "Boston", ACCOUNTS)


def test_every_paper_names_the_terms() -> None:
    shipped = given(order_confirmed(lines={ARMCHAIR: 3, LAMP: 6}), TERMS).world
    root = sent(shipped)["order_response"]
    assert text(root, f"{CAC}DeliveryTerms", f"{CBC}ID") == "DAP"
    assert _billed(root) == "Concord"
    assert text(root, f"{CAC}BuyerCustomerParty", f"{CAC}Party", f"{CAC}PostalAddress",
                f"{CBC}CityName") == HOME.city  # fmt: skip


@pytest.mark.parametrize("kind", ["invoice", "credit_note"])
def test_invoices_and_credit_notes_go_where_they_are_to_go(kind: str) -> None:
    steps = order_confirmed(lines={ARMCHAIR: 3, LAMP: 6})
    rest = order_invoiced(lines={ARMCHAIR: 3, LAMP: 6})[len(steps) :]
    papers = sent(given(steps, TERMS, rest, CREDITED[1:]).world)
    root = papers[kind]
    assert _billed(root) == "Concord"
    assert text(root, f"{CAC}DeliveryTerms", f"{CAC}DeliveryLocation", f"{CBC}Name") == "Boston"
    assert root.find(f"{CAC}BuyerCustomerParty") is not None
    name = (f"{CAC}AccountingCustomerParty", f"{CAC}Party", f"{CAC}PartyName", f"{CBC}Name")
    assert text(root, *name) == "Otter & Sons", "the name the tax office knows"


def test_without_terms_the_papers_are_as_they_were() -> None:
    for root in sent(given(CREDITED).world).values():
        assert root.find(f".//{CAC}DeliveryTerms") is None
        assert root.find(f"{CAC}BuyerCustomerParty") is None or "Response" in root.tag


def test_the_despatch_advice_carries_the_parcels_number() -> None:
    world = given(order_shipped(lines={ARMCHAIR: 3, LAMP: 6})).world
    order = world.orders[FIRST]
    root = sent(world)["despatch_advice"]
    unit = root.find(f"{CAC}Shipment/{CAC}TransportHandlingUnit/{CBC}ID")
    assert unit is not None
    assert unit.text == sscc(world, order, order.packages[0])
    assert unit.get("schemeID") == "SSCC"


def _billed(root: etree._Element) -> str:
    return text(
        root, f"{CAC}AccountingCustomerParty", f"{CAC}Party", f"{CAC}PostalAddress",
        f"{CBC}CityName",
    )  # fmt: skip
