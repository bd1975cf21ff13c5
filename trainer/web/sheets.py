"""A table as a file: CSV for any program, XLSX with real numbers, dates and percents.

Both are written row by row, so a table may be longer than the memory: its rows are asked for once.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from fractions import Fraction
from io import StringIO
from tempfile import TemporaryFile
from typing import IO, Any, Final, Literal, NamedTuple
from unicodedata import normalize

from flask import Response, stream_with_context
from flask_babel import gettext
from xlsxwriter import Workbook

from trainer.orders.values import DAY, HOUR, exponent

Cell = str | int | Fraction | date | datetime | None
CellKind = Literal[
    "text",
    "count",
    "money",
    "share",
    "tenths",
    "hundredths",
    "duration",
    "day",
    "moment",
    "amount",
]


_PART: Final = 32 * 1024
MOST_ROWS: Final = 1_048_575
"""Rows that a worksheet holds below its head."""
_LONGEST_CELL: Final = 32_767
"""Characters that a cell of a workbook holds."""


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
    rows: Iterable[Sequence[Cell]]
    currency: str = ""


# --- CSV ----------------------------------------------------------------------------------------


def csv_stream(sheet: Sheet) -> Iterator[bytes]:
    """UTF-8 with a mark at its head, by which spreadsheets know it; the units stand in the heads.

    Money in units of its currency, shares in percent, durations in hours, days as ISO 8601.
    """
    text = StringIO(newline="")
    writer = csv.writer(text)

    def written() -> bytes:
        part = text.getvalue().encode()
        text.seek(0)
        text.truncate()
        return part

    writer.writerow([harmless(_headed(column, sheet.currency)) for column in sheet.columns])
    yield "\ufeff".encode() + written()
    for row in sheet.rows:
        cells = zip(row, sheet.columns, strict=True)
        writer.writerow([_plain(cell, column.kind, sheet.currency) for cell, column in cells])
        if text.tell() > _PART:
            yield written()
    yield written()


def _headed(column: Column, currency: str) -> str:
    unit = {"money": currency, "share": "%", "duration": "h"}.get(column.kind)
    return f"{column.label} ({unit})" if unit else column.label


def _plain(cell: Cell, kind: CellKind, currency: str) -> str:
    match cell:
        case None:
            return ""
        case str():
            return harmless(cell)
        case datetime():
            return cell.isoformat(" ", "minutes")
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
    # a quote in front is the spreadsheets' own sign for text; some read full-width signs, too
    formula = normalize("NFKC", text.lstrip()[:1]).startswith(("=", "+", "-", "@"))
    return f"'{text}" if formula or text.startswith(("\t", "\r", "\n")) else text


# --- XLSX ---------------------------------------------------------------------------------------


def xlsx_stream(sheet: Sheet) -> Iterator[bytes]:
    """The file in parts: a workbook's table of contents is its last page, so it is made on disk."""
    with TemporaryFile() as file:
        _write_xlsx(sheet, file)
        file.seek(0)
        while part := file.read(_PART):
            yield part


def _write_xlsx(sheet: Sheet, file: IO[bytes]) -> None:
    """The table on the first sheet, under a head that stays; what it is about on the second."""
    long = not isinstance(sheet.rows, Sequence)  # then a row is forgotten once it is written
    # text is text: nothing is read as formula, number or link
    book = Workbook(
        file,
        {
            "constant_memory": long,
            "in_memory": not long,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    table = book.add_worksheet(_sheet_name(sheet.title))
    table.freeze_panes(1, 1)
    formats = []
    for place, column in enumerate(sheet.columns):
        formats.append(book.add_format({"num_format": _format(column.kind, sheet.currency)}))
        table.set_column(place, place, _width(sheet, place))
        table.write_string(0, place, column.label, head)
    last = 0
    about_it = [sheet.title, *sheet.about]
    for last, row in enumerate(sheet.rows, 1):
        if last > MOST_ROWS:
            about_it.append(gettext("A worksheet ends here: the rest is in the CSV file."))
            break
        for place, cell in enumerate(row):
            kind = sheet.columns[place].kind
            _write_cell(table, last, place, cell, kind, sheet.currency, formats[place])
    if sheet.columns:
        table.autofilter(0, 0, last, len(sheet.columns) - 1)
    about = book.add_worksheet(_sheet_name(sheet.about_title))
    about.set_column(0, 0, 100, book.add_format({"text_wrap": True}))
    for line, sentence in enumerate(about_it):
        about.write_string(line, 0, sentence)
    book.close()


def _width(sheet: Sheet, place: int) -> int:
    """Wide enough for its longest text, where the rows can be looked at twice."""
    longest = len(sheet.columns[place].label)
    if isinstance(sheet.rows, Sequence):
        texts = (row[place] for row in sheet.rows)
        longest = max((len(cell) for cell in texts if isinstance(cell, str)), default=0)
    return max(min(longest + 2, 48), 13)


def _write_cell(
    table: Any, line: int, place: int, cell: Cell, kind: CellKind, currency: str, form: Any
) -> None:
    if isinstance(cell, str):
        table.write_string(line, place, cell[:_LONGEST_CELL])
    elif isinstance(cell, date):
        table.write_datetime(line, place, cell, form)
    elif cell is not None:
        table.write_number(line, place, _number(cell, kind, currency), form)


def _format(kind: CellKind, currency: str) -> str:
    decimals = exponent(currency)
    return {
        "text": "@",
        "count": "#,##0",
        "money": f"#,##0.{'0' * decimals}" if decimals else "#,##0",
        "share": "0.0%",
        "tenths": "#,##0.0",
        "hundredths": "0.00",
        "duration": "[h]:mm",
        "day": "yyyy-mm-dd",
        "moment": "yyyy-mm-dd hh:mm",
        "amount": "#,##0.00",
    }[kind]


def _number(cell: int | Fraction, kind: CellKind, currency: str) -> float:
    if kind == "money":
        return float(Fraction(cell, 10 ** exponent(currency)))
    return float(Fraction(cell, DAY)) if kind == "duration" else float(cell)


def _sheet_name(title: str) -> str:
    """Without the signs that Excel keeps for itself, and not longer than it takes."""
    return "".join(sign for sign in title if sign not in "[]:*?/\\'")[:31]


WRITERS: Final[dict[str, tuple[Callable[[Sheet], Iterator[bytes]], str]]] = {
    "csv": (csv_stream, "text/csv; charset=utf-8"),
    "xlsx": (
        xlsx_stream,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}


def sent(sheet: Sheet, name: str, ending: str) -> Response:
    """The table as a download that nobody keeps on the way."""
    write, mimetype = WRITERS[ending]
    answer = Response(stream_with_context(write(sheet)), mimetype=mimetype)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.{ending}")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
