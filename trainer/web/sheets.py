"""A table as a file: CSV for any program, XLSX with real numbers, dates and percents."""

import csv
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from io import BytesIO, StringIO
from typing import Final, Literal, NamedTuple

from xlsxwriter import Workbook

from trainer.orders.values import DAY, HOUR, exponent

Cell = str | int | Fraction | date | None
CellKind = Literal["text", "count", "money", "share", "tenths", "duration", "day", "amount"]


class Column(NamedTuple):
    """The head of a column, and what its cells hold: minor units, parts of one, seconds …"""

    label: str
    kind: CellKind


class Sheet(NamedTuple):
    """A table that leaves the house, with what has to be known about it."""

    title: str
    about_title: str
    about: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    currency: str


# --- CSV ----------------------------------------------------------------------------------------


def csv_of(sheet: Sheet) -> bytes:
    """UTF-8 with a mark at its head, by which spreadsheets know it; the units stand in the heads.

    Money in units of its currency, shares in percent, durations in hours, days as ISO 8601.
    """
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(_headed(column, sheet.currency)) for column in sheet.columns])
    for row in sheet.rows:
        cells = zip(row, sheet.columns, strict=True)
        writer.writerow([_plain(cell, column.kind, sheet.currency) for cell, column in cells])
    return text.getvalue().encode("utf-8-sig")


def _headed(column: Column, currency: str) -> str:
    unit = {"money": currency, "share": "%", "duration": "h"}.get(column.kind)
    return f"{column.label} ({unit})" if unit else column.label


def _plain(cell: Cell, kind: CellKind, currency: str) -> str:
    match cell:
        case None:
            return ""
        case str():
            return harmless(cell)
        case date():
            return cell.isoformat()
        case int() if kind == "money":
            decimals = exponent(currency)
            whole, rest = divmod(abs(cell), 10**decimals)
            sign = "-" if cell < 0 else ""
            return f"{sign}{whole}.{rest:0{decimals}}" if decimals else f"{sign}{whole}"
        case int() if kind == "duration":
            return f"{cell / HOUR:.2f}"
        case int():
            return str(cell)
    return f"{float(cell * 100 if kind == 'share' else cell):.2f}"


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula, whoever wrote it into a name."""
    # a quote in front is the spreadsheets' own sign for text
    formula = text.lstrip().startswith(("=", "+", "-", "@"))
    return f"'{text}" if formula or text.startswith(("\t", "\r", "\n")) else text


# --- XLSX ---------------------------------------------------------------------------------------


def xlsx_of(sheet: Sheet) -> bytes:
    """The table on the first sheet, under a head that stays; what it is about on the second."""
    file = BytesIO()
    # text is text: nothing is read as formula, number or link
    book = Workbook(
        file,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False,
         "strings_to_urls": False},
    )  # fmt: skip
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    table = book.add_worksheet(_sheet_name(sheet.title))
    table.freeze_panes(1, 1)
    for place, column in enumerate(sheet.columns):
        number_format = book.add_format({"num_format": _format(column.kind, sheet.currency)})
        cells = [row[place] for row in sheet.rows]
        longest = max((len(cell) for cell in cells if isinstance(cell, str)), default=0)
        table.set_column(place, place, max(min(longest + 2, 48), 13))
        table.write_string(0, place, column.label, head)
        for line, cell in enumerate(cells, 1):
            if isinstance(cell, str):
                table.write_string(line, place, cell)
            elif isinstance(cell, date):
                table.write_datetime(line, place, cell, number_format)
            elif cell is not None:
                number = _number(cell, column.kind, sheet.currency)
                table.write_number(line, place, number, number_format)
    if sheet.columns:
        table.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    about = book.add_worksheet(_sheet_name(sheet.about_title))
    about.set_column(0, 0, 100, book.add_format({"text_wrap": True}))
    for line, sentence in enumerate((sheet.title, *sheet.about)):
        about.write_string(line, 0, sentence)
    book.close()
    return file.getvalue()


def _format(kind: CellKind, currency: str) -> str:
    decimals = exponent(currency)
    return {
        "text": "@",
        "count": "#,##0",
        "money": f"#,##0.{'0' * decimals}" if decimals else "#,##0",
        "share": "0.0%",
        "tenths": "#,##0.0",
        "duration": "[h]:mm",
        "day": "yyyy-mm-dd",
        "amount": "#,##0.00",
    }[kind]


def _number(cell: int | Fraction, kind: CellKind, currency: str) -> float:
    if kind == "money":
        return float(Fraction(cell, 10 ** exponent(currency)))
    return float(Fraction(cell, DAY)) if kind == "duration" else float(cell)


def _sheet_name(title: str) -> str:
    """Without the signs that Excel keeps for itself, and not longer than it takes."""
    return "".join(sign for sign in title if sign not in "[]:*?/\\'")[:31]


WRITERS: Final[dict[str, tuple[Callable[[Sheet], bytes], str]]] = {
    "csv": (csv_of, "text/csv; charset=utf-8"),
    "xlsx": (xlsx_of, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
