"""The Reports page: the address says what is asked, chart and table say the same, files too."""

import csv
import io
import re
import zipfile
from datetime import date, timedelta
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from flask import Flask

from tests.builders import (
    ARMCHAIR,
    DESK,
    FIRST,
    LAMP,
    SECOND,
    TODAY,
    company,
    order_confirmed,
    order_delivered,
    order_shipped,
)
from tests.story import given
from tests.web.deskhand import HTMX, Deskhand
from trainer.orders import reports
from trainer.orders.clock import AdvanceClock
from trainer.orders.remedies import CancelledRow, CancelLineQuantity
from trainer.orders.reports import Ask
from trainer.orders.returns import (
    AuthoriseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
)
from trainer.orders.shipping import ScanPackage
from trainer.orders.values import moment_of
from trainer.orders.world import ReturnRow, World
from trainer.web.charts import Mark, bars, columns
from trainer.web.findings import KINDS
from trainer.web.sheets import Column, Sheet, csv_stream, harmless, xlsx_stream

XLSX = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LANGUAGES = {"en": "en", "zh_Hans": "zh-CN", "zh_Hant": "zh-TW"}


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture(scope="module")
def ada(app: Flask) -> Deskhand:
    """Ada at an attempt in which nothing is done: reports only look."""
    return Deskhand(app, "ada").begin()


class Table(HTMLParser):
    """The one table of a page as its caption and rows of text, heads with their scope."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.caption = ""
        self.rows: list[list[str]] = []
        self.scopes: list[list[str]] = []
        self.headings: list[str] = []
        self._in = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
            self.scopes.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")
            self.scopes[-1].append(dict(attrs).get("scope") or "")
        elif tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        if tag in ("th", "td", "caption"):
            self._in = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._in:
            self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in == "caption":
            self.caption += data
        elif self._in:
            self.rows[-1][-1] += data


def cells_of(workbook: bytes) -> list[list[Any]]:
    """The first sheet, read as the format says and not by what wrote it: texts and numbers."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        shared = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    # _x000D_ is how the format itself writes a carriage return
    texts = [
        "".join(t.text or "" for t in si.iter(f"{XLSX}t")).replace("_x000D_", "\r") for si in shared
    ]
    assert not list(sheet.iter(f"{XLSX}f")), "there is a formula in it"
    rows: list[list[Any]] = []
    for row in sheet.iter(f"{XLSX}row"):
        rows.append([])
        for cell in row:
            value = cell.findtext(f"{XLSX}v")
            if value is not None:
                text = cell.get("t") == "s"
                rows[-1].append(texts[int(value)] if text else float(value))
    return rows


def read(raw: bytes) -> list[list[str]]:
    """A CSV file as a spreadsheet opens it."""
    assert raw.startswith(b"\xef\xbb\xbf"), "without its mark Excel takes it for Latin-1"
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


# --- the page -----------------------------------------------------------------------------------


def test_the_desk_leads_there(ada: Deskhand) -> None:
    page = ada.get("orders").text
    assert f'href="/attempts/{ada.key}/reports/sales"' in page
    assert ada.get("reports/").location == f"/attempts/{ada.key}/reports/sales"
    assert ada.get("reports/nonsense").status_code == 404


def test_what_was_called_off_in_part_is_told_with_its_value(app: Flask) -> None:
    part = CancelLineQuantity(FIRST, (CancelledRow(1, 1),), reason_code="price_error")
    world = given(order_confirmed(lines={ARMCHAIR: 3}), part).world
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        view = KINDS["called_off"].show(world, Ask(by="reason"))
    said = "Reduced: 1 others. In all 1 units for $199.99 are not wanted any more."
    assert view.finding.endswith(said)
    assert [str(column.label) for column in view.columns][3:] == [
        "Rate", "Orders reduced", "Lines", "Units", "Value"
    ]  # fmt: skip
    (row,) = view.rows
    assert row[1:3] == (1, 0)
    assert row[4:] == (1, 1, 1, 19_999)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_report_is_a_finding_a_chart_and_a_table(
    ada: Deskhand, name: str, language: str
) -> None:
    for by in KINDS[name].bys:
        reply = ada.client.get(
            f"/attempts/{ada.key}/reports/{name}?by={by}",
            headers={"Accept-Language": LANGUAGES[language]},
        )
        assert reply.status_code == 200
        assert 'style="' not in reply.text
        assert "<style" not in reply.text
        table = Table(reply.text)
        assert table.headings[:2] == ["h1", "h2"]
        if not table.rows:
            assert 'class="empty"' in reply.text
            continue
        assert table.caption.strip()
        assert set(table.scopes[0]) == {"col"}
        assert all(scopes[0] == "row" and not any(scopes[1:]) for scopes in table.scopes[1:])
        assert len({len(row) for row in table.rows}) == 1
        with ada.app.test_request_context():
            chart = KINDS[name].show(ada.world, Ask(by=by)).chart
        if chart is None:
            assert "<figure" not in reply.text
            continue
        assert 'role="img" aria-label="' in reply.text
        drawn = re.search(r'<figure class="chart">.*?</figure>', reply.text, re.S)
        assert drawn
        assert ("<rect" if chart.form == "bars" else "data-chart=") in drawn[0]


def test_the_table_says_what_the_report_says(ada: Deskhand) -> None:
    table = Table(ada.get("reports/sales", by="customer").text)
    found = reports.sales(ada.world, Ask(by="customer"))
    assert [row[1] for row in table.rows[1:-1]] == [str(row.orders) for row in found.rows]
    assert table.rows[-1][:3] == [
        "All together",
        f"{found.total.orders:,}",
        f"{found.total.units:,}",
    ]
    assert f"${found.total.net / 100:,.2f}" == table.rows[-1][-1]
    assert table.rows[-1][-1] in table.caption


def test_where_everything_is_nothing_there_is_nothing_to_draw(ada: Deskhand) -> None:
    page = ada.get("reports/returns").text
    assert "Nothing that was delivered has come back." in page
    assert "<figure" not in page
    assert "<figure" in ada.get("reports/sales").text


def test_names_of_the_world_stand_in_its_language(ada: Deskhand) -> None:
    chinese = {"Accept-Language": "zh-TW"}
    page = f"/attempts/{ada.key}/reports/sales?by="
    assert '<th scope="row" lang="en">' in ada.client.get(page + "customer", headers=chinese).text
    assert '<th scope="row">' in ada.client.get(page + "month", headers=chinese).text


def test_the_address_holds_the_whole_question(ada: Deskhand) -> None:
    customer = sorted(ada.world.customers)[0]
    asked = {"by": "week", "since": "2026-01-05", "until": "2026-02-08", "customer": customer}
    page = ada.get("reports/sales", **asked).text
    form = page.split('class="filters"')[1].split("</form>")[0]
    assert '<option value="week" selected>' in form
    assert f'<option value="{customer}" selected>' in form
    assert 'name="since" class="form-control" value="2026-01-05"' in form
    links = re.findall(r'href="([^"]+)" download', page)
    assert len(links) == 2
    for link in links:
        assert all(f"{name}={value}" in link for name, value in asked.items())
    narrowed = Ask(by="week", since=date(2026, 1, 5), until=date(2026, 2, 8), customer_id=customer)
    found = reports.sales(ada.world, narrowed).total.orders
    shown = Table(page).rows
    assert (int(shown[-1][1]) if shown else 0) == found
    other = re.search(r'href="([^"]+/reports/returns[^"]*)"', page)
    assert other
    assert "since=2026-01-05" in other[1]
    assert "by=" not in other[1], "another report has rows of its own"


def test_what_an_address_cannot_mean_does_not_narrow(ada: Deskhand) -> None:
    odd = {"by": "moon", "since": "yesterday", "customer": "<b>", "sku": "x", "carrier": "'"}
    reply = ada.get("reports/sales", **odd)
    assert reply.status_code == 200
    assert Table(reply.text).rows == Table(ada.get("reports/sales").text).rows


def test_a_period_without_orders_says_so(ada: Deskhand) -> None:
    page = ada.get("reports/sales", since="2031-01-01").text
    assert "There is nothing to report on this period." in page
    assert "<table" not in page
    assert " download>" not in page
    assert read(ada.get("reports/sales.csv", since="2031-01-01").data) == [[]]
    assert ada.get("reports/sales.xlsx", since="2031-01-01").status_code == 200


def test_a_long_table_ends_on_the_screen_and_not_in_the_file(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.web.reports.MOST_ROWS", 5)
    ada = Deskhand(app, "ada").begin()
    page = ada.get("reports/cost_of_service", by="order").text
    orders = reports.sales(ada.world, Ask(by="order")).total.orders
    assert len(Table(page).rows) == 1 + 5 + 1
    assert f"{orders - 5} more rows are in the files." in page
    assert len(read(ada.get("reports/cost_of_service.csv", by="order").data)) == 1 + orders + 1


def test_htmx_gets_the_report_alone(ada: Deskhand) -> None:
    path = f"/attempts/{ada.key}/reports/volume?by=day"
    part = ada.client.get(path, headers=HTMX).text
    assert part.lstrip().startswith('<div id="report"')
    assert "<html" not in part
    assert part.strip() in ada.client.get(path).text


def test_reports_of_an_earlier_moment_stay_there(app: Flask) -> None:
    ada = Deskhand(app, "ada").begin()
    before = reports.sales(ada.world, Ask()).total.orders
    ada.confirmed()
    assert Table(ada.get("reports/sales").text).rows[-1][1] == str(before + 1)
    page = ada.get("reports/sales", at=0).text
    assert Table(page).rows[-1][1] == str(before)
    chips = page.split('id="report"')[1].split("</nav>")[0]
    assert chips.count("at=0") == len(KINDS)


def test_nobody_reads_anothers_reports(app: Flask, ada: Deskhand) -> None:
    ben = Deskhand(app, "ben")
    ines = Deskhand(app, "ines")
    for path in ("reports/sales", "reports/sales.csv", "reports/sales.xlsx"):
        address = f"/attempts/{ada.key}/{path}"
        assert ben.client.get(address).status_code == 404
        assert ines.client.get(address).status_code == 200
        assert app.test_client().get(address).status_code in (302, 401)


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
def test_files_hold_what_the_screen_shows(ada: Deskhand, name: str) -> None:
    for by in KINDS[name].bys:
        table = Table(ada.get(f"reports/{name}", by=by).text)
        if not table.rows:
            continue
        reply = ada.get(f"reports/{name}.csv", by=by)
        assert reply.mimetype == "text/csv"
        day = "2026-03-02"
        said = f"attachment; filename={name.replace('_', '-')}-{day}.csv"
        assert reply.headers["Content-Disposition"] == said
        plain = read(reply.data)
        assert [row[0] for row in plain] == [row[0] for row in table.rows]
        workbook = ada.get(f"reports/{name}.xlsx", by=by)
        assert workbook.headers["Content-Disposition"].endswith(f"-{day}.xlsx")
        cells = cells_of(workbook.data)
        assert cells[0] == table.rows[0]
        assert [row[0] for row in cells] == [row[0] for row in table.rows]
        assert [len([c for c in row if c != ""]) for row in plain] == [
            len([c for c in row if c != ""]) for row in cells
        ]


def test_numbers_in_files_are_exact(ada: Deskhand) -> None:
    found = reports.sales(ada.world, Ask(by="product"))
    plain = read(ada.get("reports/sales.csv", by="product").data)
    assert plain[0][3] == "Value (USD)"
    assert [row[6] for row in plain[1:]] == [
        f"{row.net // 100}.{row.net % 100:02}" for row in (*found.rows, found.total)
    ]
    cells = cells_of(ada.get("reports/sales.xlsx", by="product").data)
    assert [row[6] for row in cells[1:]] == [row.net / 100 for row in (*found.rows, found.total)]


@pytest.mark.parametrize(
    "name", ["=1+1", "+49 30", "-2", "@SUM(A1)", " =1", "\t=1", "\r=1", "\n=1"]
)
def test_a_name_is_never_a_formula(name: str) -> None:
    sheet = Sheet("Sales", "About", (), (Column("Customer", "text"),), [(name,)], "USD")
    (_, (cell,)) = read(b"".join(csv_stream(sheet)))
    assert cell == f"'{name}"
    assert harmless("Otter & Sons - Co") == "Otter & Sons - Co"
    (_, (text,)) = cells_of(b"".join(xlsx_stream(sheet)))
    assert text.strip() == name.strip()


def test_each_kind_of_cell_keeps_its_meaning() -> None:
    heads = [Column(kind, kind) for kind in ("money", "share", "tenths", "duration", "day")]  # type: ignore[arg-type]
    row = (-1_205, Fraction(1, 8), Fraction(5, 2), 5_400, date(2026, 3, 2))
    gaps = (None,) * 5
    sheet = Sheet("Sales: [1/2]*?", "About", ("why",), heads, [row, gaps], "USD")
    assert read(b"".join(csv_stream(sheet))) == [
        ["money (USD)", "share (%)", "tenths", "duration (h)", "day"],
        ["-12.05", "12.50", "2.50", "1.50", "2026-03-02"],
        ["", "", "", "", ""],
    ]
    numbers = cells_of(b"".join(xlsx_stream(sheet)))[1]
    assert numbers == [-12.05, 0.125, 2.5, 1.5 / 24, 46_083.0]
    assert read(b"".join(csv_stream(sheet._replace(currency="JPY"))))[1][0] == "-1205"
    assert read(b"".join(csv_stream(sheet._replace(currency="KWD"))))[1][0] == "-1.205"


# --- findings -----------------------------------------------------------------------------------


def found(app: Flask, name: str, world: World, **asked: Any) -> str:
    """What a report finds in a world, in English."""
    ask = Ask(**({"by": KINDS[name].bys[0]} | asked))
    with app.test_request_context(headers={"Accept-Language": "en"}):
        return KINDS[name].show(world, ask).finding


def test_a_finding_says_what_matters(app: Flask) -> None:
    delivered = given(
        order_delivered(lines={ARMCHAIR: 3, LAMP: 6}),
        RequestReturn(FIRST, (ReturnRow(1, 2),), "defective"),
        AuthoriseReturn(FIRST, "RMA-00001", "seller"),
        DeliverReturn(FIRST, "RMA-00001"),
        ReceiveReturn(FIRST, "RMA-00001", (ReturnRow(1, 2),)),
        InspectReturn(FIRST, "RMA-00001", 1, 2, "scrap"),
    ).world
    assert found(app, "returns", delivered) == (
        "2 of 9 delivered units came back (22.2 %); the most: CRUNCHY-ARMCHAIR Crunchy armchair."
    )
    assert found(app, "returns", delivered, by="reason").endswith("the most: Defective.")
    level = delivered.levels(ARMCHAIR)[0]
    sold = delivered.with_level(msgspec.structs.replace(level, cleared=2, proceeds=12_050))
    assert found(app, "returns", sold).endswith(
        "Sold off as B-grade so far, whenever it came back: 2 units for $120.50."
    )
    # three armchairs are too heavy for the courier: 4.00 by sea, and 12.00 were charged
    assert found(app, "cost_of_service", delivered) == (
        "Serving cost $415.98 beyond the goods and customers paid $12.00 for freight: $403.98 is "
        "left for us; the most: Mar 2026."
    )
    assert found(app, "on_time_in_full", delivered) == "Every promise was kept on time and in full."
    fewer = CancelLineQuantity(SECOND, (CancelledRow(1, 1),), "fewer")
    less = given(order_confirmed(SECOND), fewer, world=delivered).and_(
        AdvanceClock(moment_of(TODAY + timedelta(days=30)))
    )
    assert found(app, "on_time_in_full", less.world) == (
        "1 of 2 promises were kept on time and in full (50.0 %); late 1, not in full 1; "
        "the fewest: Mar 2026, 50.0 %."
    )
    assert found(app, "backorders", delivered) == "Every unit was on a shelf when it was promised."
    short = given(order_confirmed(lines={DESK: 8})).world
    assert found(app, "backorders", short).startswith("2 of 8 units (25.0 %) were promised")
    assert found(app, "volume", short) == "There is too little history to say what is usual."
    waited = given(order_shipped(), AdvanceClock(moment_of(TODAY + timedelta(days=3)))).world
    late = given(ScanPackage(FIRST, 1, "delivered"), world=waited).world
    assert found(app, "lead_time", late).startswith("The bottleneck is “transport” with 9")


def test_a_report_without_answers_is_empty_everywhere(app: Flask) -> None:
    for name in KINDS:
        assert found(app, name, company()) == "There is nothing to report on this period."


# --- charts -------------------------------------------------------------------------------------


def test_bars_begin_at_zero_on_either_side() -> None:
    chart = bars("Left", [Mark("a", 30, "30"), Mark("b", -10, "−10"), Mark("c", 0, "0")])
    assert chart.zero == 25
    assert [(shape.start, shape.size) for shape in chart.shapes] == [(25, 75), (0, 25), (25, 0)]


def test_what_is_usual_is_on_the_scale_of_the_columns() -> None:
    chart = columns("Orders", [Mark("a", 2, "2"), Mark("b", 1, "1", "low", Fraction(4))])
    assert [shape.size for shape in chart.shapes] == [50, 25]
    assert chart.data()["usual"] == [None, 4.0]
    assert chart.data()["ticks"] == ["0", "1", "2", "3", "4"]
    assert chart.ends == (0, 4)
    assert [words for _, words in chart.ticks] == ["4", "3", "2", "1", "0"]


def test_a_scale_has_round_lines_and_ends_where_it_must() -> None:
    chart = columns("Cost", [Mark("a", 29_650, ""), Mark("b", -59_900, "")])
    assert [words for _, words in chart.ticks] == [
        "40,000", "20,000", "0", "-20,000", "-40,000", "-60,000",
    ]  # fmt: skip
    assert [height for height, _ in chart.ticks] == [0, 20, 40, 60, 80, 100]
    assert chart.zero == 60
    rates = columns("Rate", [Mark("a", Fraction(1, 2), "50 %")], write=str, most=1)
    assert rates.shapes[0].size == 50
    assert [words for _, words in rates.ticks] == ["1", "4/5", "3/5", "2/5", "1/5", "0"]
    assert bars("Score", [Mark("a", Fraction(4), "4.0")], most=5).shapes[0].size == 80


def test_nothing_is_a_chart_too() -> None:
    assert columns("Orders", [Mark("a", 0, "0")]).shapes[0].size == 0
    assert bars("Orders", []).shapes == []


def test_every_row_fills_every_column(ada: Deskhand) -> None:
    for kind in KINDS.values():
        for by in kind.bys:
            with ada.app.test_request_context():
                view = kind.show(ada.world, Ask(by=by))
            rows = [*view.rows, view.total] if view.total else view.rows
            assert {len(row) for row in rows} <= {len(view.columns)}
