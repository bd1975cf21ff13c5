"""Reading an order from a table: CSV in UTF-8, or the first sheet of an XLSX workbook.

One row is one line of the order; what holds for the whole order stands in its first row, or in
each. Columns are found by their heading, in any order, in English or Chinese.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from openpyxl import Workbook, load_workbook

from trainer.exchange.asked import MOST_LINES, Asked, AskedLine, Spot
from trainer.exchange.ubl import Refused
from trainer.orders import documents as d
from trainer.orders.world import Format, Request, World

COLUMNS: Final = {
    "order_number": (
        "po",
        "po_number",
        "order",
        "订单号",
        "訂單號",
        "訂單編號",
        "采购单号",
        "採購單號",
    ),
    "customer": ("customer_id", "customer_number", "客户", "客戶", "客户编号", "客戶編號"),
    "requested_date": ("delivery_date", "date", "交货日期", "要求交货日期", "交貨日期", "希望交期"),
    "sku": ("item", "article", "商品编号", "商品編號", "货号", "貨號"),
    "gtin": ("ean", "barcode", "条码", "條碼"),
    "buyer_code": ("buyers_item", "客户货号", "客戶貨號"),
    "quantity": ("qty", "数量", "數量"),
    "unit": ("uom", "单位", "單位"),
    "price": ("unit_price", "单价", "單價"),
    "currency": ("币种", "幣別"),
    "recipient": ("ship_to", "收货人", "收件人"),
    "street": ("address", "地址", "街道"),
    "city": ("城市",),
    "postal_code": ("zip", "postcode", "邮编", "郵遞區號"),
    "country": ("国家", "國家"),
    "phone": ("telephone", "电话", "電話"),
    "incoterm": ("delivery_terms", "贸易术语", "貿易條件"),
    "incoterm_place": ("named_place", "指定地点", "指定地點"),
    "bill_to_recipient": ("bill_to", "账单抬头", "帳單收件人"),
    "bill_to_street": ("账单地址", "帳單地址"),
    "bill_to_city": ("账单城市", "帳單城市"),
    "bill_to_postal_code": ("账单邮编", "帳單郵遞區號"),
    "bill_to_country": ("账单国家", "帳單國家"),
    "note": ("remark", "备注", "備註"),
}
"""The columns of an order table, each with other headings it is known under."""

ADDRESS: Final = ("recipient", "street", "city", "postal_code", "country", "phone")
BILL_TO: Final = tuple(f"bill_to_{name}" for name in ADDRESS if name != "phone")
TERMS: Final = ("incoterm", "incoterm_place", *BILL_TO)
LARGEST_UNPACKED: Final = 8 * 1024 * 1024
_NAMES: Final = {other: name for name, others in COLUMNS.items() for other in (name, *others)}

Table = Iterable[tuple[int, Sequence[Any]]]


def read_csv(data: bytes) -> Asked:
    """What a CSV order asks for, in its own words. Raises Refused."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        broken = f"byte {data[error.start]:#04x} is not UTF-8"
        raise Refused(d.NotWellFormed(line=line, column=column, found=broken)) from error
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return _read("CSV", _numbered(rows))


def _numbered(rows: Any) -> Table:
    """Rows with the line each begins on; a cell may hold line breaks."""
    start = 1
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            fault = d.NotWellFormed(line=rows.line_num, column=1, found=str(error))
            raise Refused(fault) from error
        yield start, row
        start = rows.line_num + 1


def read_xlsx(data: bytes) -> Asked:
    """What an XLSX order asks for, in its own words. Raises Refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > LARGEST_UNPACKED:  # a small file that unpacks without end
                found, most = f"{unpacked:,} bytes", f"{LARGEST_UNPACKED:,} bytes"
                raise Refused(d.TooMuch(line=1, found=found, wanted=most))
            for entry in archive.infolist():
                if b"<!DOCTYPE" in archive.read(entry).replace(b"\x00", b""):
                    fault = d.DeclarationNotAllowed(line=1, where=entry.filename, found="<!DOCTYPE")
                    raise Refused(fault)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = list(
            zip(
                range(1, MOST_LINES + 3),
                sheet.iter_rows(max_row=MOST_LINES + 2, max_col=40, values_only=True),
                strict=False,
            )
        )
        book.close()
    except Refused:
        raise
    except Exception as error:
        # a damaged workbook raises whatever openpyxl happens to trip over, in its own English
        raise Refused(d.NotAWorkbook(line=1)) from error
    return _read("XLSX", rows)


def _read(form: Format, table: Table) -> Asked:
    rows = iter(table)
    number, heads = next(rows, (1, ()))
    places: dict[str, int] = {}
    for place, head in enumerate(heads):
        name = _NAMES.get(_text(head).casefold().replace(" ", "_"))
        if name:
            places.setdefault(name, place)
    asked = Asked(format=form, spot=Spot("", number, 1, "order_number"))
    if not places:
        start = " ".join(_text(head) for head in heads)[:40]
        raise Refused(d.NotADocument(line=number, column=1, found=start))
    missing = [name for name in ("order_number", "customer", "quantity") if name not in places]
    if not {"sku", "gtin", "buyer_code"} & places.keys():
        missing.append("sku")
    if missing:
        # without its columns the rest of the table would only repeat it
        raise Refused(*(d.FieldMissing(line=number, column=1, where=name) for name in missing))
    first: dict[str, Spot] = {}
    for line, cells in rows:
        row = {
            name: Spot(_text(cells[place]), line, place + 1, name)
            for name, place in places.items()
            if place < len(cells) and _text(cells[place])
        }
        if row:
            _row(asked, first, row, line)
    asked.number, asked.day = first.get("order_number"), first.get("requested_date")
    asked.currency = first.get("currency")
    if "customer" in first:
        asked.buyers, asked.buyer_name = [first["customer"]], first["customer"]
    asked.address = {name: first[name] for name in ADDRESS if name in first}
    asked.bill_to = {
        name.removeprefix("bill_to_"): first[name] for name in BILL_TO if name in first
    }
    asked.incoterm, asked.incoterm_place = first.get("incoterm"), first.get("incoterm_place")
    for name in ("country", "bill_to_country"):
        if name in first:
            asked.codes.append((first[name], "country"))
    return asked


def _row(asked: Asked, first: dict[str, Spot], row: dict[str, Spot], line: int) -> None:
    """One line of the order; what the whole order says may be repeated, and must be the same."""
    for name in ("order_number", "customer", "requested_date", "currency", *ADDRESS, *TERMS):
        spot = row.get(name)
        if spot and spot.text != first.setdefault(name, spot).text:
            asked.faults.append(d.SeveralOrders(**spot.at(wanted=first[name].text)))  # type: ignore[arg-type]
    if "note" in row:
        asked.words.append(row["note"])
    asked.lines.append(
        AskedLine(
            spot=Spot("", line, 1, "sku"),
            quantity=row.get("quantity"),
            unit=row.get("unit"),
            sku=row.get("sku"),
            gtin=row.get("gtin"),
            buyers=row.get("buyer_code"),
            price=row.get("price"),
        )
    )


HEADINGS: Final = (
    "order_number", "customer", "requested_date", "sku", "gtin", "quantity", "unit", *ADDRESS,
)  # fmt: skip
"""The columns in which an order is written."""


def _table(world: World, asked: Request) -> Iterable[tuple[Any, ...]]:
    to, bill_to = asked.ship_to, asked.bill_to
    terms = [asked.incoterm, asked.incoterm_place]
    terms += [getattr(bill_to, name.removeprefix("bill_to_")) for name in BILL_TO]
    more = TERMS if any(terms) else ()
    yield (*HEADINGS, *more)
    for line in asked.lines:
        yield (
            asked.customer_po_number,
            asked.customer_id,
            asked.requested_delivery_date,
            line.sku,
            world.products[line.sku].gtin,
            line.quantity,
            "C62",
            *(getattr(to, name) for name in ADDRESS),
            *(terms if more else ()),
        )


def write_csv(world: World, asked: Request) -> bytes:
    """An order as a CSV table that a spreadsheet program opens with every letter right."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows(_table(world, asked))
    return file.getvalue().encode("utf-8-sig")


def write_xlsx(world: World, asked: Request) -> bytes:
    """An order as a workbook of one sheet."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in _table(world, asked):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _text(cell: Any) -> str:
    """A cell as a person reads it: 12 for 12.0, a day without its midnight."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
