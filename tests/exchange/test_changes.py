"""Change documents of customers: written as theirs, read whole, matched with their order."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    ASKED,
    DESK,
    FIRST,
    HERON,
    HOTEL,
    LAMP,
    NOW,
    OTTER,
    SECOND,
    STOOL,
    order_confirmed,
)
from tests.exchange.test_documents import kinds
from tests.exchange.test_papers import CBC, sent, text, valid
from tests.story import given
from trainer.exchange.documents import attachment, read_document
from trainer.exchange.issuing import outgoing
from trainer.exchange.papers import write_change
from trainer.orders import documents as d
from trainer.orders.changes import AnswerChange
from trainer.orders.intake import ReceiveMessage
from trainer.orders.remedies import CancelledRow, CancelLineQuantity
from trainer.orders.world import ChangedLine, ChangeRequest, World

UBL = Path(__file__).parents[3] / "shared" / "data" / "ubl"
LINES = {ARMCHAIR: 3, LAMP: 6}
CHANGE = ChangeRequest(
    customer_id=OTTER,
    customer_po_number=f"PO-{FIRST}",
    document_number="OC-7",
    sequence=2,
    lines=(
        ChangedLine(ARMCHAIR, 1),
        ChangedLine(LAMP, 0, "cancelled"),
        ChangedLine(DESK, 2, "added"),
    ),
    requested_delivery_date=ASKED + timedelta(days=5),
    ship_to=HOTEL,
    note="The lounge has become smaller.",
)
OFF = ChangeRequest(
    OTTER, f"PO-{FIRST}", "CC-7", cancellation=True, note="The hotel has been closed."
)


def shop() -> World:
    """The small company with an order of Otter & Sons, and one of Heron Hotels."""
    return given(order_confirmed(lines=LINES), order_confirmed(SECOND, customer=HERON)).world


def read(data: bytes | str, world: World | None = None) -> d.Reading:
    reading = read_document(data.encode() if isinstance(data, str) else data, world or shop())
    assert reading.order is None
    assert (reading.change is None) == bool(reading.faults), "a change or faults, never both"
    for finding in (*reading.faults, *reading.warnings):
        fields = {name: getattr(finding, name) for name in finding.__struct_fields__}
        assert finding.line >= 1
        assert finding.says.format(**fields)
        assert finding.cure.format(**fields)
        assert not isinstance(finding, d.Fault) or finding.wants.format(**fields)
    return reading


def written(change: ChangeRequest = CHANGE) -> str:
    return write_change(shop(), change, NOW).decode()


@pytest.mark.parametrize("change", [CHANGE, OFF])
def test_what_a_customers_system_writes_is_valid_and_read_back_the_same(
    change: ChangeRequest,
) -> None:
    data = written(change).encode()
    root = valid(data)
    assert text(root, f"{CBC}ID") == change.document_number
    reading = read(data)
    assert reading.change
    assert reading.change.order_number == FIRST
    assert reading.change.change == change
    assert set(kinds(reading)) <= {"OtherAddress"}


FLAWS: tuple[tuple[str, str, str], ...] = (
    (f"<cbc:ID>PO-{FIRST}</cbc:ID>", "<cbc:ID>PO-0</cbc:ID>", "NoSuchOrder"),
    (f"<cbc:ID>PO-{FIRST}</cbc:ID>", f"<cbc:ID>PO-{SECOND}</cbc:ID>", "OrderOfAnother"),
    (f"<cbc:ID>PO-{FIRST}</cbc:ID>", "", "FieldMissing"),
    (f"<cbc:ID>PO-{FIRST}</cbc:ID>",
     f"<cbc:ID>PO-{FIRST}</cbc:ID><cbc:SalesOrderID>{SECOND}</cbc:SalesOrderID>",
     "NumbersDisagree"),
    ("<cbc:ID>OC-7</cbc:ID>", "", "FieldMissing"),
    ("SequenceNumberID>2", "SequenceNumberID>two", "NotASequence"),
    ("SequenceNumberID>2", "SequenceNumberID>0", "NotASequence"),
    ("SequenceNumberID>2", f"SequenceNumberID>{'1' * 5000}", "NotASequence"),
    ("<cbc:SequenceNumberID>2</cbc:SequenceNumberID>", "", "FieldMissing"),
    (">Revised<", ">Improved<", "UnknownCode"),
    (">Added<", ">Revised<", "LineNotThere"),
    ("<cbc:LineStatusCode>Added</cbc:LineStatusCode>", "", "LineNotThere"),
    (f"<cbc:ID>{DESK}</cbc:ID>", f"<cbc:ID>{ARMCHAIR}</cbc:ID>", "LineTwice"),
    (f"<cbc:ID>{DESK}</cbc:ID>", f"<cbc:ID>{STOOL}</cbc:ID>", "ItemNotSold"),
    (f"<cbc:ID>{DESK}</cbc:ID>", "<cbc:ID>NO-SUCH</cbc:ID>", "UnknownItem"),
    (">1</cbc:Quantity>", ">1.5</cbc:Quantity>", "NotAQuantity"),
    (">1</cbc:Quantity>", ">-1</cbc:Quantity>", "NotAQuantity"),
    ('unitCode="C62">1<', 'unitCode="KG">1<', "UnknownCode"),
    ("EndDate>2026-03-17", "EndDate>17.3.2026", "NotADay"),
    ("EndDate>2026-03-17", "EndDate>2025-03-17", "DatePassed"),
    ("DocumentCurrencyCode>USD", "DocumentCurrencyCode>EUR", "OtherCurrency"),
    ("</OrderChange>", "", "NotWellFormed"),
    ("<OrderChange ", "<OrderPlan ", "OtherDocument"),
)  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "kind"), FLAWS)
def test_each_flaw_has_its_name_and_place(right: str, wrong: str, kind: str) -> None:
    data = written()
    assert right in data
    reading = read(data.replace(right, wrong, 1))
    assert kind in kinds(reading)
    found = next(f for f in (*reading.faults, *reading.warnings) if type(f).__name__ == kind)
    near = data[: data.index(right)].count("\n") + 1
    whole = "NotWellFormed", "FieldMissing", "LineNotThere", "LineTwice", "OtherDocument"
    assert kind in whole or abs(found.line - near) <= 3


def test_a_cancellation_says_why() -> None:
    bare = written(OFF).replace(
        "<cbc:CancellationNote>The hotel has been closed.</cbc:CancellationNote>", ""
    )
    assert [fault.where for fault in read(bare).faults] == ["cbc:CancellationNote"]


def test_what_is_not_named_stays_and_is_pointed_at() -> None:
    only = msgspec.structs.replace(CHANGE, lines=CHANGE.lines[:1], ship_to=None)
    reading = read(written(only))
    assert kinds(reading) == ["LineNotNamed"]
    assert reading.warnings[0].found == LAMP


def test_lines_count_by_the_numbers_of_edifact_too() -> None:
    data = (
        written()
        .replace(">Revised<", ">3<")
        .replace(">Cancelled<", ">2<")
        .replace(">Added<", ">1<")
    )
    reading = read(data)
    assert reading.change
    assert reading.change.change.lines == CHANGE.lines


def test_a_line_without_a_status_is_what_its_quantity_says() -> None:
    data = written().replace("<cbc:LineStatusCode>Revised</cbc:LineStatusCode>\n", "")
    reading = read(data)
    assert reading.change
    assert reading.change.change.lines[0] == ChangedLine(ARMCHAIR, 1, "revised")


def test_half_an_address_is_completed_from_the_order() -> None:
    data = written().replace("<cbc:PostalZone>05401</cbc:PostalZone>", "")
    reading = read(data)
    assert "AddressCompleted" in kinds(reading)
    assert reading.change
    assert reading.change.change.ship_to
    assert reading.change.change.ship_to.postal_code == "03801"


def test_added_and_there_already_is_asked_about() -> None:
    again = msgspec.structs.replace(CHANGE, lines=(ChangedLine(ARMCHAIR, 2, "added"),))
    assert "AddedAlready" in kinds(read(written(again)))


@pytest.mark.skipif(not UBL.exists(), reason="the examples of others lie beside the project")
@pytest.mark.parametrize(
    "name", ["UBL-OrderChange-2.1-Example.xml", "OrderCancellation_Example.xml"]
)
def test_the_examples_of_others_are_understood(name: str) -> None:
    reading = read((UBL / name).read_bytes())
    assert "UnknownBuyer" in kinds(reading)
    assert not {"NotWellFormed", "OtherDocument"} & set(kinds(reading))


def test_the_document_comes_with_its_message() -> None:
    story = given(
        order_confirmed(lines=LINES),
        order_confirmed(SECOND, customer=HERON),
        ReceiveMessage(
            "M-OC", "email", "Olive", "A change", "…", OTTER, change=CHANGE, attached="UBL"
        ),
    )
    reading = read(attachment(story.world, story.world.messages["M-OC"]), story.world)
    assert reading.change
    assert reading.change.change == CHANGE


@pytest.mark.parametrize(
    ("done", "said", "code", "lines"),
    [(2, "accepted", "AP", ["5", "5"]), (1, "conditional", "CA", ["3", "5"]),
     (0, "not_accepted", "RE", ["7", "5"])],
)  # fmt: skip
def test_our_answer_is_an_order_response(done: int, said: str, code: str, lines: list[str]) -> None:
    less = ChangeRequest(
        OTTER, f"PO-{FIRST}", "OC-8",
        lines=(ChangedLine(ARMCHAIR, 1), ChangedLine(LAMP, 6, "unchanged")),
    )  # fmt: skip
    story = given(order_confirmed(lines=LINES))
    if done:
        story.and_(CancelLineQuantity(FIRST, (CancelledRow(1, done),), "less"))
    why = "" if said == "accepted" else "It is packed."
    story.and_(AnswerChange(FIRST, said, why, change=less))  # type: ignore[arg-type]
    sent(story.world)  # each of them is valid
    papers = {paper.number: paper for paper in outgoing(story.world.orders[FIRST])}
    root = valid(papers[f"OR-{FIRST}-1"].write(story.world))
    assert text(root, f"{CBC}OrderResponseCode") == code
    assert [found.text for found in root.iter(f"{CBC}LineStatusCode")] == lines
    assert [found.text for found in root.iter(f"{CBC}Quantity")] == [str(3 - done), "6"]
    assert (root.findtext(f"{CBC}Note") or "") == why
    assert "OC-8" in {found.text for found in root.iter(f"{CBC}ID")}
