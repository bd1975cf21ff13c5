"""A history is imported whole, through the engine, and every row that cannot be used is named."""

import time
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from trainer.exchange.history import HistoryError, Imported, read_history
from trainer.orders import shipping, stock
from trainer.orders.codec import decode_world, encode_world
from trainer.orders.engine import Command, Envelope, Role, handle
from trainer.orders.intake import AddLine, CreateDraft, SubmitOrder
from trainer.orders.invariants import violations
from trainer.orders.refusals import MissingField, Refusal, RoleRequired
from trainer.orders.status import label_of
from trainer.orders.values import Address, day_of, moment_of
from trainer.orders.world import Order, World

NORTHWIND = Path(__file__).parents[3] / "shared" / "data" / "northwind"

GOOD = {
    "categories.csv": """\
CategoryID,CategoryName,Description
1,Beverages,"Soft drinks, coffees, teas"
""",
    "products.csv": """\
ProductID,ProductName,SupplierID,CategoryID,UnitPrice,UnitsInStock,Discontinued
1,Chai,1,1,18,39,0
2,Guaraná,10,1,4.5,0,1
""",
    "customers.csv": """\
CustomerID,CompanyName,ContactName,Address,City,PostalCode,Country,Phone
ALFKI,Alfreds Futterkiste,Maria Anders,Obere Str. 57,Berlin,12209,Germany,030-0074321
HUNGO,Hungry Owl,Patricia McKenna,8 Johnstown Road,Cork,,Ireland,2967 542
""",
    "shippers.csv": """\
ShipperID,CompanyName,Phone
1,Speedy Express,(503) 555-9831
""",
    "orders.csv": """\
OrderID,CustomerID,OrderDate,RequiredDate,ShippedDate,ShipVia,Freight,ShipName,ShipAddress,\
ShipCity,ShipPostalCode,ShipCountry
10,ALFKI,2017-01-09,2017-02-06,2017-01-12,1,32.38,Futterkiste Süd,Am Markt 1,München,80331,Germany
11,HUNGO,2017-06-28,2017-07-26,2017-06-30,1,4.05,Hungry Owl,8 Johnstown Road,Cork,,Ireland
12,ALFKI,2017-06-30,2017-07-28,,1,9,Alfreds Futterkiste,Obere Str. 57,Berlin,12209,Germany
""",
    "order_details.csv": """\
OrderID,ProductID,UnitPrice,Quantity,Discount
10,1,14.4,12,0.15
10,2,3.33,5,0.05
11,1,18,3,0
12,2,4.5,20,0.0
""",
}


def folder(path: Path, **added: str) -> Path:
    """The good files, with rows added to some of them."""
    for file, text in GOOD.items():
        (path / file).write_text(text + added.get(file.removesuffix(".csv"), ""), "utf-8")
    return path


def order(imported: Imported, order_id: str) -> Order:
    """The order of the history that had this id."""
    (found,) = (
        order for order in imported.world.orders.values() if order.customer_po_number == order_id
    )
    return found


def problems(imported: Imported) -> list[str]:
    return [str(problem) for problem in imported.report.problems]


# --- a small history ----------------------------------------------------------------------------


def test_orders_keep_their_dates_prices_freight_and_address(tmp_path: Path) -> None:
    told = order(read_history(folder(tmp_path)), "10")

    assert told.status == "archived"
    assert day_of(told.created_at) == date(2017, 1, 9)
    assert told.requested_delivery_date == date(2017, 2, 6)
    assert day_of(told.packages[0].shipped_at) == date(2017, 1, 12)
    assert told.packages[0].tracking == "delivered"
    assert told.shipping_gross == 3238
    assert told.ship_to == Address(
        recipient="Futterkiste Süd",
        street="Am Markt 1",
        city="München",
        postal_code="80331",
        country="Germany",
        phone="030-0074321",
    )
    # 12 × 14.40 less 15 % is 25.92; 5 × 3.33 less 5 % is 0.8325, half up 0.83
    assert [(line.sku, line.ordered, line.unit_price, line.discount) for line in told.lines] == [
        ("NW-001", 12, 1440, 2592),
        ("NW-002", 5, 333, 83),
    ]
    assert told.balance_due == 0
    assert [paper.amount for paper in told.documents] == [told.total]


def test_the_world_opens_on_the_morning_after_the_last_date(tmp_path: Path) -> None:
    world = read_history(folder(tmp_path)).world

    assert world.now == moment_of(date(2017, 7, 1), 9)
    assert world.number == 0
    assert (world.company.name, world.company.currency) == ("Northwind Traders", "USD")
    assert violations(world) == []
    assert encode_world(decode_world(encode_world(world))) == encode_world(world)


def test_what_was_shipped_yesterday_is_on_its_way(tmp_path: Path) -> None:
    assert label_of(order(read_history(folder(tmp_path)), "11")) == "in_transit"


def test_on_hand_is_units_in_stock_and_what_open_orders_wait_for(tmp_path: Path) -> None:
    world = read_history(folder(tmp_path)).world

    assert world.level("NW-001", "MAIN").on_hand == 39
    assert world.level("NW-002", "MAIN").on_hand == 0 + 20


def test_discontinued_products_were_sold_and_are_no_longer(tmp_path: Path) -> None:
    world = read_history(folder(tmp_path)).world

    assert [world.products[sku].sellable for sku in ("NW-001", "NW-002")] == [True, False]
    assert world.products["NW-001"].category == "Beverages"
    assert world.products["NW-001"].unit_price == 1800


def test_an_order_that_was_not_shipped_can_be_shipped_by_the_trainee(tmp_path: Path) -> None:
    imported = read_history(folder(tmp_path))

    world = shipped_by_a_clerk(imported.world, order(imported, "12").order_number)

    assert violations(world) == []
    assert world.level("NW-002", "MAIN").on_hand == 0


def test_the_report_adds_up(tmp_path: Path) -> None:
    report = read_history(folder(tmp_path)).report

    assert report.exact == Decimal("306.6975")
    assert report.goods == 30670
    assert report.rounding == Decimal("0.0025")
    assert report.freight == 3238 + 405 + 900
    assert [(rows.file, rows.read, rows.used, rows.skipped) for rows in report.rows] == [
        ("categories.csv", 1, 1, 0),
        ("products.csv", 2, 2, 0),
        ("customers.csv", 2, 2, 0),
        ("shippers.csv", 1, 1, 0),
        ("orders.csv", 3, 3, 0),
        ("order_details.csv", 4, 4, 0),
    ]
    assert report.labels == {"awaiting_shipment": 1, "in_transit": 1, "archived": 1}
    assert report.lines()[-1] == "rows not used as they stand: 0"


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    plain = read_history(folder(tmp_path))
    for file, text in GOOD.items():
        (tmp_path / file).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())

    assert encode_world(read_history(tmp_path).world) == encode_world(plain.world)


def test_a_gift_is_completed_without_a_payment(tmp_path: Path) -> None:
    gift = "13,HUNGO,2017-01-10,2017-02-10,2017-01-11,1,0,Owl,8 Johnstown Road,Cork,,Ireland\n"
    imported = read_history(folder(tmp_path, orders=gift, order_details="13,1,18,1,1\n"))

    assert problems(imported) == []
    assert order(imported, "13").status == "archived"
    assert order(imported, "13").payments == ()


# --- rows that cannot be used -------------------------------------------------------------------

SHIP_TO = "1,5,Owl,8 Johnstown Road,Cork,,Ireland"

BAD_ROWS = {
    "category without a name": ("categories", "2,,x", "3", "CategoryName “”", "is empty"),
    "second category": ("categories", "1,Tea,x", "3", "1", "earlier row"),
    "product without a name": ("products", "3,,1,1,18,39,0", "4", "ProductName “”", "is empty"),
    "price that is no number": ("products", "3,Tea,1,1,$18,9,0", "4", "$18", "not a number"),
    "price finer than a cent": ("products", "3,Tea,1,1,1.005,9,0", "4", "1.005", "2 decimals"),
    "stock below zero": ("products", "3,Tea,1,1,18,-9,0", "4", "-9", "not a whole number"),
    "same product, other spelling": ("products", "01,Tea,1,1,18,9,0", "4", "NW-001", "earlier row"),
    "customer without address": ("customers", "VALON,IT,,,,,,", "4", "VALON", "street, city"),
    "second customer": ("customers", "ALFKI,A,B,C,D,1,E,2", "4", "ALFKI", "earlier row"),
    "shipper without a name": ("shippers", "2,,1", "3", "CompanyName “”", "is empty"),
    "unknown customer": (
        "orders", f"13,NOONE,2017-01-10,2017-02-10,,{SHIP_TO}", "5", "NOONE", "no customer",
    ),
    "unknown shipper": (
        "orders", f"13,HUNGO,2017-01-10,2017-02-10,,9{SHIP_TO[1:]}", "5", "“9”", "no shipper",
    ),
    "duplicate order": (
        "orders", f"10,HUNGO,2017-01-10,2017-02-10,,{SHIP_TO}", "5", "10", "earlier row",
    ),
    "date that is none": (
        "orders", f"13,HUNGO,2017-02-30,2017-03-10,,{SHIP_TO}", "5", "2017-02-30", "not a date",
    ),
    "date beyond the clock": (
        "orders", f"13,HUNGO,1066-10-14,2017-03-10,,{SHIP_TO}", "5", "1066", "not between",
    ),
    "required before ordered": (
        "orders", f"13,HUNGO,2017-01-10,2017-01-09,,{SHIP_TO}", "5", "RequiredDate", "is before",
    ),
    "shipped before ordered": (
        "orders", f"13,HUNGO,2017-01-10,2017-02-10,2017-01-09,{SHIP_TO}", "5", "Shipped", "before",
    ),
    "freight that is no number": (
        "orders", "13,HUNGO,2017-01-10,2017-02-10,,1,free,Owl,8 J Road,Cork,,Ireland", "5",
        "Freight “free”", "not a number",
    ),
    "nowhere to ship to": (
        "orders", "13,HUNGO,2017-01-10,2017-02-10,,1,5,Owl,,Cork,,France", "5", "“13”",
        "without street, postal_code",
    ),
    "columns missing": ("orders", "13,HUNGO,2017-01-10", "5", "13,HUNGO", "3 columns, wanted 12"),
    "order without lines": (
        "orders", f"13,HUNGO,2017-01-10,2017-02-10,,{SHIP_TO}", "5", "“13”", "has no line",
    ),
    "unknown order": ("order_details", "99,1,18,1,0", "6", "OrderID “99”", "no order"),
    "unknown product": ("order_details", "12,99,18,1,0", "6", "ProductID “99”", "no product"),
    "quantity 0": ("order_details", "12,1,18,0,0", "6", "Quantity “0”", "from 1 to"),
    "half a unit": ("order_details", "12,1,18,0.5,0", "6", "Quantity “0.5”", "whole number"),
    "price below zero": ("order_details", "12,1,-18,1,0", "6", "UnitPrice “-18”", "not a number"),
    "not a number at all": ("order_details", "12,1,NaN,1,0", "6", "UnitPrice “NaN”", "a number"),
    "discount above 1": ("order_details", "12,1,18,1,15", "6", "Discount “15”", "not a share"),
    "same product twice": ("order_details", "10,1,18,1,0", "6", "10 / NW-001", "earlier row"),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD_ROWS.values(), ids=BAD_ROWS.keys())
def test_a_bad_row_is_named_and_the_rest_is_imported(
    tmp_path: Path, bad: tuple[str, str, str, str, str]
) -> None:
    file, row, line, found, reason = bad
    clean = read_history(folder(tmp_path))

    imported = read_history(folder(tmp_path, **{file: row + "\n"}))

    (problem,) = imported.report.problems
    assert (problem.file, str(problem.line)) == (f"{file}.csv", line)
    assert found in problem.found
    assert reason in problem.reason
    assert encode_world(imported.world) == encode_world(clean.world)
    assert [rows.skipped for rows in imported.report.rows if rows.file == f"{file}.csv"] == [1]
    assert imported.report.lines()[-2:] == ["rows not used as they stand: 1", f"  {problem}"]


def test_an_order_keeps_its_usable_lines(tmp_path: Path) -> None:
    row = f"13,HUNGO,2017-01-10,2017-02-10,,{SHIP_TO}\n"
    imported = read_history(folder(tmp_path, orders=row, order_details="13,1,18,0,0\n13,2,4,7,0\n"))

    assert [line.sku for line in order(imported, "13").lines] == ["NW-002"]
    assert len(problems(imported)) == 1


def test_the_lines_of_an_unusable_order_are_named_too(tmp_path: Path) -> None:
    row = f"13,HUNGO,someday,2017-02-10,,{SHIP_TO}\n"
    imported = read_history(folder(tmp_path, orders=row, order_details="13,1,18,1,0\n"))

    assert problems(imported) == [
        "orders.csv:5 – OrderDate “someday” – is not a date like 2016-07-04",
        "order_details.csv:6 – OrderID “13” – is no order that can be used",
    ]


def test_an_unknown_category_costs_only_the_category(tmp_path: Path) -> None:
    imported = read_history(folder(tmp_path, products="3,Tea,1,8,18,7,0\n"))

    assert imported.world.products["NW-003"].category == ""
    assert problems(imported) == [
        "products.csv:4 – CategoryID “8” – is unknown; imported without a category"
    ]


def test_what_the_engine_refuses_stays_as_far_as_it_came(tmp_path: Path) -> None:
    row = f"13,HUNGO,2017-01-10,2017-02-10,2017-01-11,{SHIP_TO}\n"
    # three tons in one parcel
    imported = read_history(folder(tmp_path, orders=row, order_details="13,1,18,6000,0\n"))

    (problem,) = problems(imported)
    assert problem.startswith("orders.csv:5 – OrderID “13” – refused at LabelPackage, EXCEEDS_CAR")
    assert label_of(order(imported, "13")) == "awaiting_shipment"
    assert violations(imported.world) == []
    assert imported.world.level("NW-001", "MAIN").on_hand == 39 + 6000


# --- folders that cannot be used ----------------------------------------------------------------


def test_a_missing_file_says_where_and_what_was_wanted(tmp_path: Path) -> None:
    (folder(tmp_path) / "shippers.csv").unlink()

    with pytest.raises(HistoryError) as error:
        read_history(tmp_path)

    assert str(error.value) == (
        f"shippers.csv – found: no such file in {tmp_path} – wanted: "
        "a CSV file in UTF-8 with the columns ShipperID, CompanyName"
    )


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "the columns –"),
        (b"ShipperID;CompanyName\n1;Speedy\n", "the columns ShipperID;CompanyName"),
        (b"ShipperID,CompanyName\n1,Gebr\xfcder\n", "can't decode byte 0xfc"),
        (b'ShipperID,CompanyName\n1,"Speedy\n', "unexpected end of data"),
    ],
    ids=["empty", "semicolons", "latin-1", "open quote"],
)
def test_a_file_that_is_no_such_table_is_one_clear_error(
    tmp_path: Path, content: bytes, found: str
) -> None:
    (folder(tmp_path) / "shippers.csv").write_bytes(content)

    with pytest.raises(HistoryError, match=r"shippers\.csv.* – wanted: a CSV file") as error:
        read_history(tmp_path)

    assert found in str(error.value)


def test_without_one_usable_order_there_is_no_world(tmp_path: Path) -> None:
    header = GOOD["customers.csv"].splitlines()[0]
    (folder(tmp_path) / "customers.csv").write_text(header + "\n")

    with pytest.raises(HistoryError, match=r"no order that can be used; orders\.csv:2 – Cust"):
        read_history(tmp_path)


# --- what the engine allows a history -----------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "amount", "refusal"),
    [
        ("clerk", 1, RoleRequired(role="clerk", wanted="system")),
        ("system", -1, MissingField(field="unit_price")),
    ],
)
def test_only_a_history_names_its_own_prices(
    tmp_path: Path, role: Role, amount: int, refusal: Refusal
) -> None:
    world, number = with_draft(read_history(folder(tmp_path)).world)
    line = AddLine(order_number=number, sku="NW-001", quantity=1, unit_price=amount)

    assert handle(world, by(world, line, role)) == refusal


def test_only_a_history_names_its_own_freight(tmp_path: Path) -> None:
    world, number = with_draft(read_history(folder(tmp_path)).world)
    world = done(world, AddLine(order_number=number, sku="NW-001", quantity=1))
    own = SubmitOrder(order_number=number, shipping_gross=1)

    assert isinstance(handle(world, by(world, own)), RoleRequired)
    submitted = done(world, SubmitOrder(order_number=number))
    # the median of 4.05, 9.00 and 32.38
    assert submitted.orders[number].shipping_gross == 900


def test_an_irish_address_needs_no_postal_code() -> None:
    address = Address(recipient="Owl", street="8 J Road", city="Cork", country="Ireland", phone="1")

    assert address.missing() == ()
    assert msgspec.structs.replace(address, country="France").missing() == ("postal_code",)


# --- the real one -------------------------------------------------------------------------------


@pytest.mark.skipif(not NORTHWIND.is_dir(), reason=f"the Northwind files are not in {NORTHWIND}")
def test_northwind_is_imported_whole() -> None:
    started = time.perf_counter()
    imported = read_history(NORTHWIND)
    took = time.perf_counter() - started
    world, report = imported.world, imported.report

    assert violations(world) == []
    assert {rows.file: (rows.read, rows.skipped) for rows in report.rows} == {
        "categories.csv": (8, 0),
        "products.csv": (77, 0),
        "customers.csv": (93, 2),
        "shippers.csv": (3, 0),
        "orders.csv": (830, 0),
        "order_details.csv": (2155, 0),
    }
    # two rows of test data somebody left in the file
    assert [(problem.file, problem.line) for problem in report.problems] == [
        ("customers.csv", 85),
        ("customers.csv", 86),
    ]
    assert report.exact == Decimal("1265793.0395")
    assert report.goods == 126579276
    assert report.rounding == Decimal("-0.2795")
    assert report.freight == 6494269
    assert report.labels["awaiting_shipment"] == 21
    assert sum(report.labels.values()) == len(world.orders) == 830
    assert sum(len(order.lines) for order in world.orders.values()) == 2155
    assert not any(order.on_hold for order in world.orders.values())
    assert took < 5


@pytest.mark.skipif(not NORTHWIND.is_dir(), reason=f"the Northwind files are not in {NORTHWIND}")
def test_northwinds_open_orders_can_all_be_shipped_and_leave_units_in_stock() -> None:
    world = read_history(NORTHWIND).world
    in_stock: Counter[str] = Counter()
    for row in (NORTHWIND / "products.csv").read_text("utf-8-sig").splitlines()[1:]:
        cells = row.rsplit(",", 4)
        in_stock[f"NW-{int(row.split(',')[0]):03}"] = int(cells[1])

    for waiting in tuple(world.newest("awaiting_shipment")):
        world = shipped_by_a_clerk(world, waiting.order_number)

    assert world.count("awaiting_shipment") == 0
    assert violations(world) == []
    assert {sku: world.level(sku, "MAIN").on_hand for sku in world.products} == in_stock


# --- doing things -------------------------------------------------------------------------------


def by(world: World, command: Command, role: Role = "clerk") -> Envelope:
    return Envelope(command_id="1", actor="ada", role=role, at=world.now, command=command)


def done(world: World, command: Command) -> World:
    answer = handle(world, by(world, command))
    assert not isinstance(answer, Refusal), answer
    return answer[0]


def with_draft(world: World) -> tuple[World, str]:
    draft = CreateDraft(
        customer_id="ALFKI",
        customer_po_number="PO-NEW",
        requested_delivery_date=date(2017, 8, 1),
        carrier_code="SE-1",
    )
    world = done(world, draft)
    return world, world.by_po["ALFKI", "PO-NEW"]


def shipped_by_a_clerk(world: World, number: str) -> World:
    rows = stock.suggested_rows(world, world.orders[number])
    world = done(world, stock.Allocate(order_number=number, rows=rows))
    picked = shipping.to_pick(world.orders[number], "MAIN")
    carrier = world.orders[number].carrier_code
    for command in (
        shipping.PickPackage(order_number=number, warehouse="MAIN", rows=picked),
        shipping.PackPackage(order_number=number, package_number=1, weight=1_000),
        shipping.LabelPackage(order_number=number, package_number=1, carrier_code=carrier),
        shipping.ShipPackage(order_number=number, package_number=1),
    ):
        world = done(world, command)
    assert label_of(world.orders[number]) == "shipped"
    return world
