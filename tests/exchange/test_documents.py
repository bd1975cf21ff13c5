"""Orders as UBL, CSV and XLSX: read whole, or refused with every error, its place and its cure."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.builders import (
    ARMCHAIR,
    ASKED,
    DESK,
    HERON,
    HOME,
    HOTEL,
    LAMP,
    NOW,
    OTTER,
    QUICK,
    STOOL,
    TODAY,
    company,
)
from trainer.exchange.documents import LARGEST, example, read_document
from trainer.exchange.papers import write_order
from trainer.exchange.ubl import DEEPEST, MOST_ELEMENTS
from trainer.orders import documents as d
from trainer.orders.values import moment_of
from trainer.orders.world import (
    Company,
    Customer,
    Format,
    Product,
    Request,
    RequestLine,
    World,
)

UBL = Path(__file__).parents[3] / "shared" / "data" / "ubl"
GTIN = "2000000000015"

REQUEST = Request(
    customer_id=HERON,
    customer_po_number="PO-77",
    lines=(RequestLine(ARMCHAIR, 2), RequestLine(LAMP, 12)),
    requested_delivery_date=ASKED,
    carrier_code=QUICK,
    ship_to=HOTEL,
)


def shop() -> World:
    """The small company, whose armchair carries a GTIN."""
    world = company()
    chair = msgspec.structs.replace(world.products[ARMCHAIR], gtin=GTIN)
    return msgspec.structs.replace(world, products=world.products.set(ARMCHAIR, chair))


def read(data: bytes | str, world: World | None = None) -> d.Reading:
    reading = read_document(data.encode() if isinstance(data, str) else data, world or shop())
    assert (reading.order is None) == bool(reading.faults), "an order or faults, never both"
    for finding in (*reading.faults, *reading.warnings):
        fields = {name: getattr(finding, name) for name in finding.__struct_fields__}
        assert finding.line >= 1
        assert finding.says.format(**fields)
        assert finding.cure.format(**fields)
        assert not isinstance(finding, d.Fault) or finding.wants.format(**fields)
    return reading


def kinds(reading: d.Reading) -> list[str]:
    return [type(f).__name__ for f in (*reading.faults, *reading.warnings)]


def ubl() -> str:
    return write_order(shop(), REQUEST, NOW).decode()


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


# --- UBL ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ship_to", [HOTEL, HOME])
def test_what_is_written_is_read_back_the_same(ship_to: object) -> None:
    asked = msgspec.structs.replace(REQUEST, ship_to=ship_to)
    reading = read(write_order(shop(), asked, NOW))
    order = reading.order
    assert order
    assert (order.customer_id, order.document_number) == (HERON, "PO-77")
    assert (order.requested_delivery_date, order.ship_to) == (ASKED, ship_to)
    assert order.wanted == asked.lines
    assert kinds(reading) == ([] if ship_to == HOTEL else ["OtherAddress"])


FLAWS: tuple[tuple[str, str, str], ...] = (
    (">2</cbc:Quantity>", ">two</cbc:Quantity>", "NotAQuantity"),
    (">2</cbc:Quantity>", ">2.5</cbc:Quantity>", "NotAQuantity"),
    (">2</cbc:Quantity>", ">-2</cbc:Quantity>", "NotAQuantity"),
    (">2</cbc:Quantity>", ">sNaN</cbc:Quantity>", "NotAQuantity"),
    (">12</cbc:Quantity>", ">13</cbc:Quantity>", "NotWholePacks"),
    ('unitCode="C62">2<', 'unitCode="KG">2<', "UnknownCode"),
    ('unitCode="C62">2<', 'unitCode="KGM">2<', "NotByThePiece"),
    ("DocumentCurrencyCode>USD", "DocumentCurrencyCode>SEK", "OtherCurrency"),
    ("DocumentCurrencyCode>USD", "DocumentCurrencyCode>USX", "UnknownCode"),
    ("IdentificationCode>US", "IdentificationCode>XX", "UnknownCode"),
    (f"AccountID>{HERON}", "AccountID>C-9", "BuyerByName"),
    (f"<cbc:ID>{LAMP}</cbc:ID>", "<cbc:ID>SQEAKY-LAMP</cbc:ID>", "UnknownItem"),
    (f"<cbc:ID>{LAMP}</cbc:ID>", f"<cbc:ID>{STOOL}</cbc:ID>", "ItemNotSold"),
    (f"<cbc:ID>{ARMCHAIR}</cbc:ID>", f"<cbc:ID>{DESK}</cbc:ID>", "ItemsDisagree"),
    (f"<cbc:ID>{ARMCHAIR}</cbc:ID>", "<cbc:ID>OLD-CHAIR</cbc:ID>", "ItemMapped"),
    (f"<cbc:ID>{LAMP}</cbc:ID>", f"<cbc:ID>{ARMCHAIR}</cbc:ID>", "SameItemAgain"),
    ("<cbc:ID>PO-77</cbc:ID>", "", "FieldMissing"),
    ("EndDate>2026-03-12", "EndDate>12.3.2026", "NotADay"),
    ("EndDate>2026-03-12", "EndDate>2025-03-12", "DatePassed"),
    ("UBLVersionID>2.1", "UBLVersionID>3.0", "OtherVersion"),
    ("199.9900", "dear", "NotAnAmount"),
    ("199.9900", "sNaN", "NotAnAmount"),
    ("199.9900", "149.9900", "PriceDiffers"),
    (">399.98<", ">400.98<", "SumDiffers"),
    ("<cbc:DocumentCurrencyCode>", "<cbc:Note>ring twice</cbc:Note><cbc:DocumentCurrencyCode>",
     "NotTakenOver"),
    ("</Order>", "", "NotWellFormed"),
    ("<Order ", "<Ordre ", "OtherDocument"),
)  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "kind"), FLAWS)
def test_each_flaw_has_its_name_and_place(right: str, wrong: str, kind: str) -> None:
    text = ubl()
    assert right in text
    flawed = text.replace(right, wrong, 1)
    reading = read(flawed)
    assert kind in kinds(reading)
    named = next(f for f in (*reading.faults, *reading.warnings) if type(f).__name__ == kind)
    if kind not in ("FieldMissing", "ItemsDisagree", "SameItemAgain", "NotWellFormed",
                    "BuyerByName"):  # fmt: skip
        assert named.line == line_of(flawed, wrong)
        assert named.column >= 1


def test_the_right_name_in_another_namespace_is_told_by_its_namespace() -> None:
    for space in ("", "urn:example:order"):
        (fault,) = read(f'<Order xmlns="{space}"/>').faults
        assert (type(fault).__name__, fault.found) == ("OtherDocument", f'Order xmlns="{space}"')
        assert fault.wanted.endswith(':Order-2"')


def test_all_errors_come_at_once_in_the_order_of_the_document() -> None:
    text = ubl().replace(">2</cbc:Quantity>", ">two</cbc:Quantity>")
    text = text.replace(LAMP, "NO-LAMP").replace("EndDate>2026-03-12", "EndDate>soon")
    reading = read(text)
    assert kinds(reading)[:3] == ["NotADay", "NotAQuantity", "UnknownItem"]
    assert [f.line for f in reading.faults] == sorted(f.line for f in reading.faults)


def test_a_past_or_missing_day_becomes_today_with_a_warning() -> None:
    for text in (ubl().replace("2026-03-12", "2025-03-12"),
                 ubl().replace("RequestedDeliveryPeriod", "EstimatedDeliveryPeriod")):  # fmt: skip
        reading = read(text)
        assert reading.order
        assert reading.order.requested_delivery_date == TODAY
        assert set(kinds(reading)) <= {"DatePassed", "NoDate"}


def test_half_an_address_is_completed_from_the_file() -> None:
    text = ubl().replace(f"<cbc:Telephone>{HOTEL.phone}</cbc:Telephone>", "")
    reading = read(text)
    assert reading.order
    assert reading.order.ship_to == HOTEL
    assert kinds(reading) == ["AddressCompleted"]


BOMB = """<?xml version="1.0"?>
<!DOCTYPE Order [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2">&b;</Order>"""
THIEF = BOMB.replace('"aaaaaaaaaa"', 'SYSTEM "file:///etc/passwd"').replace("&b;", "&a;")
SHELL = '<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2">{}</Order>'


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (BOMB, "DeclarationNotAllowed"),
        (THIEF, "DeclarationNotAllowed"),
        (SHELL.format("<a>" * DEEPEST + "</a>" * DEEPEST), "TooMuch"),
        (SHELL.format("<a/>" * MOST_ELEMENTS), "TooMuch"),
        (" " * LARGEST + "<Order/>", "TooMuch"),
        ("", "NotADocument"),
        ("Dear all, two chairs please", "NotADocument"),
        (b"%PDF-1.7\n\x00\x01", "NotADocument"),
        (b"\x00" * 40, "NotADocument"),
        (b"PK\x03\x04 not a workbook", "NotAWorkbook"),
        ('<?xml version="1.0" encoding="EBCDIC-X"?><Order/>', "NotWellFormed"),
        ("<a>" * 5, "OtherDocument"),
        (SHELL.format(""), "FieldMissing"),
    ],
)
def test_what_is_no_order_is_refused_safely(data: bytes | str, kind: str) -> None:
    assert kind in kinds(read(data))


real = pytest.mark.skipif(not UBL.is_dir(), reason="the real documents are not here")


@real
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("OrderCancellation_Example.xml", ["UnknownBuyer"]),
        ("OrderResponse_Example.xml", ["OtherDocument"]),
        ("UBL-DespatchAdvice-2.0-Example.xml", ["OtherDocument"]),
        ("UBL-Invoice-2.1-Example-Trivial.xml", ["OtherDocument"]),
        ("UBL-OrderChange-2.1-Example.xml", ["UnknownBuyer", "OtherCurrency"]),
        ("Order_Example.xml", ["OtherCurrency", "UnknownBuyer", "UnknownItem", "UnknownItem"]),
        ("UBL-Order-2.0-Example-International.xml",
         ["UnknownBuyer", "NotByThePiece", "UnknownItem"]),
        ("UBL-Order-2.1-Example.xml",
         ["OtherCurrency", "UnknownBuyer", "NotByThePiece", "UnknownItem", "UnknownItem"]),
    ],
)  # fmt: skip
def test_real_documents_for_somebody_else_are_refused_with_reasons(
    name: str, wanted: list[str]
) -> None:
    assert [type(f).__name__ for f in read((UBL / name).read_bytes()).faults] == wanted


@real
def test_bad_codes_of_a_real_order_are_named_with_line_and_list() -> None:
    faults = read((UBL / "order-test-bad-code.xml").read_bytes()).faults
    codes = {(f.line, f.found): f.wanted.split(" (")[0] for f in faults if f.code == "UNKNOWN_CODE"}
    assert codes == {(50, "LA"): "UN/EDIFACT 3155", (167, "KG"): "UN/ECE Rec 20"}


def supplier(currency: str, buyer: str, *products: Product) -> World:
    """The company for which a real order was meant."""
    world = company()
    customers = world.customers.set("C-1", Customer("C-1", buyer, address=HOME))
    return msgspec.structs.replace(
        world,
        now=moment_of(date(2009, 1, 1)),
        company=Company("Supplier", currency=currency),
        customers=customers,
        products=world.products.update({product.sku: product for product in products}),
    )


@real
def test_a_real_order_is_read_by_the_company_it_is_for() -> None:
    paint = Product("PAINT", "Falu Rödfärg", 5_000, gtin="7560000012345")
    brush = Product("SItemNo011", "Pensel 20 mm", 1_500)
    world = supplier("NOK", "Helseforetak", paint, brush)
    reading = read((UBL / "Order_Example.xml").read_bytes(), world)
    order = reading.order
    assert order
    assert (order.document_number, order.customer_id) == ("34", "C-1")
    assert order.wanted == (RequestLine("PAINT", 120), RequestLine("SItemNo011", 15))
    assert order.requested_delivery_date == date(2012, 10, 20)
    assert order.ship_to.city != HOME.city
    told = set(kinds(reading))
    assert {"BuyerByName", "ItemMapped", "NotTakenOver", "OtherAddress"} <= told
    assert "PriceDiffers" not in told


# --- tables -------------------------------------------------------------------------------------

TABLE = f"""\
order_number,customer,requested_date,sku,gtin,quantity,price,recipient,street,city,postal_code,phone
PO-77,{HERON},2026-03-12,{ARMCHAIR},,2,199.99,Hugo Heron,9 Lake Lane,Burlington,05401,802-555-0199
PO-77,,,{LAMP},,12,,,,,,
"""


def workbook(text: str) -> bytes:
    """The same table as a workbook, with numbers as numbers and days as days."""
    book = Workbook()
    sheet = book.active
    assert sheet
    for row in text.splitlines():
        sheet.append(
            [
                date.fromisoformat(c) if c == "2026-03-12" else int(c) if c in ("2", "12") else c
                for c in row.split(",")
            ]
        )
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def plain(text: str) -> bytes:
    return text.encode()


FORMS: tuple[Callable[[str], bytes], ...] = (plain, workbook)


@pytest.mark.parametrize("form", FORMS)
def test_a_table_says_the_same_as_ubl(form: Callable[[str], bytes]) -> None:
    reading = read(form(TABLE))
    assert reading.order, reading.faults
    assert reading.order.wanted == REQUEST.lines
    assert (reading.order.customer_id, reading.order.document_number) == (HERON, "PO-77")
    assert reading.order.requested_delivery_date == ASKED
    assert reading.order.ship_to == HOTEL
    assert not reading.warnings


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("right", "wrong", "kind", "line", "column"),
    [
        (",2,", ",a few,", "NotAQuantity", 2, 6),
        (",12,", ",13,", "NotWholePacks", 3, 6),
        (LAMP, "NO-LAMP", "UnknownItem", 3, 4),
        ("\nPO-77,,", "\nPO-78,,", "SeveralOrders", 3, 1),
        ("199.99", "1.99", "PriceDiffers", 2, 7),
        ("2026-03-12", "03/12/26", "NotADay", 2, 3),
        (",quantity,", ",how many,", "FieldMissing", 1, 1),
        (HERON, "C-9", "UnknownBuyer", 2, 2),
        (f"{LAMP},,12", f"{LAMP},,", "FieldMissing", 3, 1),
    ],
)
def test_a_flaw_in_a_table_has_its_row_and_column(
    form: Callable[[str], bytes], right: str, wrong: str, kind: str, line: int, column: int
) -> None:
    assert right in TABLE
    reading = read(form(TABLE.replace(right, wrong, 1)))
    places = [(type(f).__name__, f.line, f.column) for f in (*reading.faults, *reading.warnings)]
    assert (kind, line, column) in places


def test_tables_in_other_hands() -> None:
    chinese = f"订单号;客户;货号;数量\nPO-1;{OTTER};{LAMP};６\n"
    order = read("﻿" + chinese).order
    assert order
    assert order.wanted == (RequestLine(LAMP, 6),)
    assert kinds(read(chinese.encode("gb18030"))) == ["NotWellFormed"]
    quoted = f'po,customer,sku,quantity,note\nPO-1,{OTTER},{LAMP},6,"two\nlines"\nPO-1,,X,1,\n'
    assert [(f.line, f.found) for f in read(quoted).faults] == [(4, "X")]
    assert kinds(read(f'po,customer,sku,quantity\n"PO-1,{OTTER}\n')) == ["NotWellFormed"]


DAMAGE = st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=12)), max_size=6)


@settings(max_examples=150, deadline=None)
@given(form=st.sampled_from(["UBL", "CSV", "XLSX"]), damage=DAMAGE, cut=st.integers(0, 10**6))
def test_whatever_comes_in_is_answered(form: str, damage: list[Any], cut: int) -> None:
    data = bytearray({"UBL": ubl().encode(), "CSV": TABLE.encode(), "XLSX": workbook(TABLE)}[form])
    for place, junk in damage:
        start = place % len(data)
        data[start : start + len(junk)] = junk
    read(bytes(data[: cut % len(data)] if cut % 3 == 0 else data))


@pytest.mark.parametrize("form", ["UBL", "CSV", "XLSX"])
def test_the_example_is_an_order(form: Format) -> None:
    reading = read(example(shop(), form))
    assert reading.order
    assert len(reading.order.lines) == 2
    assert not reading.warnings


@pytest.mark.parametrize("text", ["1e-400000", "1e400000", "9" * 5000, "NaN", "-1", "Infinity"])
def test_absurd_numbers_are_named_and_not_reckoned_with(text: str) -> None:
    assert "NotAnAmount" in kinds(read(ubl().replace("199.9900", text)))
    assert "NotAQuantity" in kinds(
        read(ubl().replace(">2</cbc:Quantity", f">{text}</cbc:Quantity"))
    )


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-03-12Z", ASKED), ("2026-03-12+01:00", ASKED), ("2026/03/12", ASKED),
     ("2026-03-120", None), ("12-03-2026", None), ("2026-02-30", None)],
)  # fmt: skip
def test_days_are_read_and_never_guessed(text: str, day: date | None) -> None:
    reading = read(ubl().replace("EndDate>2026-03-12", f"EndDate>{text}"))
    assert (reading.order.requested_delivery_date if reading.order else None) == day


def test_too_many_lines_are_refused() -> None:
    rows = "".join(f"PO-1,{OTTER},{LAMP},6\n" for _ in range(501))
    for data in (plain, workbook):
        assert "TooMuch" in kinds(read(data("po,customer,sku,quantity\n" + rows)))
