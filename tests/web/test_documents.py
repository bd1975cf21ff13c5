"""Documents at the desk: looked at, entered whole, sent, printed; by plain forms."""

import base64
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from flask import Flask
from lxml import etree

from tests.web.deskhand import Deskhand
from trainer.exchange.documents import LARGEST, attachment
from trainer.exchange.papers import write_order
from trainer.exchange.spreadsheets import write_csv, write_xlsx
from trainer.orders.world import Message


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture(scope="module")
def _ada(app: Flask) -> Deskhand:
    return Deskhand(app, "ada")


@pytest.fixture
def ada(_ada: Deskhand) -> Deskhand:
    """Ada at a fresh attempt."""
    return _ada.begin()


def document(hand: Deskhand, form: str = "UBL") -> bytes:
    """The order of the exercise's customer, as their system would send it."""
    if form == "UBL":
        return write_order(hand.world, hand.request, hand.world.now)
    return {"CSV": write_csv, "XLSX": write_xlsx}[form](hand.world, hand.request)


def look(hand: Deskhand, data: bytes = b"", text: str = "") -> Any:
    fields: dict[str, Any] = {"csrf_token": hand.token, "message_id": "msg-first", "text": text}
    if data:
        fields["file"] = (io.BytesIO(data), "order.bin")
    return hand.client.post(f"/attempts/{hand.key}/documents", data=fields)


def enter(hand: Deskhand, page: str = "", **changes: str) -> Any:
    found = re.search(r'name="document" value="([^"]+)"', page)
    fields = {
        "csrf_token": hand.token,
        "command_id": "import-1",
        "message_id": "msg-first",
        "document": found[1] if found else "",
        "carrier_code": hand.request.carrier_code,
        "requested_delivery_date": hand.request.requested_delivery_date.isoformat(),
    }
    return hand.client.post(f"/attempts/{hand.key}/documents/entries", data=fields | changes)


@pytest.mark.parametrize("form", ["UBL", "CSV", "XLSX"])
def test_a_document_is_looked_at_and_entered_whole(ada: Deskhand, form: str) -> None:
    before = ada.sandbox.events
    page = look(ada, document(ada, form))
    assert page.status_code == 200, page.text
    assert ada.sandbox.events == before, "looking changes nothing"
    for line in ada.request.lines:
        assert line.sku in page.text
    assert f'value="{ada.request.requested_delivery_date.isoformat()}"' in page.text
    reply = enter(ada, page.text)
    assert reply.status_code == 303, reply.text
    number = reply.location.split("/orders/")[1].split("?")[0]
    order = ada.world.orders[number]
    assert tuple((x.sku, x.ordered) for x in order.lines) == tuple(
        (x.sku, x.quantity) for x in ada.request.lines
    )
    assert (order.document_format, order.message_id) == (form, "msg-first")
    assert order.ship_to == ada.request.ship_to
    told = ada.client.get(reply.location).text
    assert f"document {ada.request.customer_po_number} ({form})" in told
    assert ada.sandbox.asides == 0


@pytest.mark.parametrize("form", ["UBL", "CSV", "XLSX"])
def test_what_is_attached_is_looked_at_and_entered_by_one_click(ada: Deskhand, form: str) -> None:
    assert ada.get("documents/attachments/msg-first").status_code == 404, "nothing came with it"
    assert "attachments" not in ada.get("inbox/msg-first").text
    message = msgspec.structs.replace(ada.world.messages["msg-first"], attached=form)
    with receives(ada, message):
        there = ada.get("inbox/msg-first").text
        assert f"/attempts/{ada.key}/documents/attachments/msg-first" in there
        assert "The attached order" in there
        file = ada.get("documents/attachments/msg-first/file")
        assert (file.status_code, file.data) == (200, attachment(ada.world, message))
        page = ada.get("documents/attachments/msg-first")
    assert page.status_code == 200, page.text
    assert 'name="message_id" value="msg-first"' in page.text
    reply = enter(ada, page.text)
    number = reply.location.split("/orders/")[1].split("?")[0]
    assert ada.world.orders[number].message_id == "msg-first"
    assert ada.world.orders[number].document_format == form


@contextmanager
def receives(hand: Deskhand, message: Message) -> Iterator[None]:
    """The run in memory, with another message in its inbox."""
    run = hand.desk.run(hand.sandbox)
    world = run.world
    messages = world.messages.set(message.message_id, message)
    changed = msgspec.structs.replace(run, world=msgspec.structs.replace(world, messages=messages))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hand.desk, "run", lambda sandbox: changed)
        yield


def test_what_is_pasted_is_read_too(ada: Deskhand) -> None:
    page = look(ada, text=document(ada).decode())
    assert page.status_code == 200
    assert 'data-command="import_order"' in page.text
    again = look(ada)
    assert again.status_code == 422
    assert "Choose a file, or paste" in again.text


def test_a_wrong_document_is_shown_with_every_error_and_cannot_be_entered(ada: Deskhand) -> None:
    sku = ada.request.lines[0].sku
    wrong = document(ada).decode().replace(f">{sku}<", ">NO-&lt;b&gt;SUCH<").replace("C62", "KG")
    wrong = re.sub("<cbc:ID schemeID=.*", "", wrong)
    page = look(ada, wrong.encode())
    assert page.status_code == 422
    assert 'data-code="UNKNOWN_ITEM"' in page.text
    assert page.text.count('data-code="UNKNOWN_CODE"') == len(ada.request.lines)
    assert "NO-&lt;b&gt;SUCH" in page.text
    assert 'data-command="import_order"' not in page.text
    events = ada.sandbox.events
    assert ada.sandbox.asides == 0, "looking is no try"
    forged = enter(ada, document=base64.b64encode(wrong.encode()).decode())
    assert 'data-code="INVALID_DOCUMENT"' in forged.text
    assert ada.sandbox.asides == 1
    assert ada.sandbox.events == events


def test_the_same_document_twice_is_foreseen_and_refused(ada: Deskhand) -> None:
    page = look(ada, document(ada)).text
    number = enter(ada, page).location.split("/orders/")[1].split("?")[0]
    again = look(ada, document(ada))
    assert f"is already order {number}" in again.text
    refused = enter(ada, again.text, command_id="import-2")
    assert 'data-code="DUPLICATE_ORDER"' in refused.text
    orders = len(ada.world.orders)
    assert enter(ada, page).status_code == 303, "the same intent again"
    assert len(ada.world.orders) == orders


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"carrier_code": ""}, "This is needed."),
        ({"requested_delivery_date": ""}, "This is needed."),
        ({"requested_delivery_date": "soon"}, "Enter a date"),
    ],
)
def test_open_choices_are_asked_beside_their_fields(
    ada: Deskhand, changes: dict[str, str], message: str
) -> None:
    reply = enter(ada, look(ada, document(ada)).text, **changes)
    assert reply.status_code == 422
    assert message in reply.text
    assert 'aria-invalid="true"' in reply.text
    assert 'name="document" value="' in reply.text
    assert ada.sandbox.asides == 0


@pytest.mark.parametrize("who", ["ada", "ines", "omar"])
def test_more_than_can_be_sent_is_told_to_everybody(app: Flask, who: str) -> None:
    """The page that says so counts what waits to be marked, and asks for the form to do so."""
    hand = Deskhand(app, who)
    sent = {"csrf_token": hand.token, "language": "en", "back": "/", "text": "x" * 5_000_000}
    answer = hand.client.post("/settings", data=sent)
    assert answer.status_code == 413
    assert "At most 4 MB" in answer.text


def test_a_large_file_is_refused_in_words(ada: Deskhand) -> None:
    page = look(ada, document(ada) + b" " * LARGEST)
    assert page.status_code == 422
    assert 'data-code="TOO_MUCH"' in page.text


@pytest.mark.parametrize("changes", [{"document": "%%%"}, {"document": ""}, {"command_id": "a b"}])
def test_what_no_form_of_ours_sends_is_not_read(ada: Deskhand, changes: dict[str, str]) -> None:
    assert enter(ada, look(ada, document(ada)).text, **changes).status_code == 400


@pytest.mark.parametrize("name", ["ubl", "csv", "xlsx"])
def test_the_examples_can_be_entered(ada: Deskhand, name: str) -> None:
    reply = ada.get(f"documents/examples/{name}")
    assert reply.status_code == 200
    assert "attachment" in reply.headers["Content-Disposition"]
    page = look(ada, reply.data)
    assert page.status_code == 200, page.text
    assert enter(ada, page.text).status_code == 303
    assert ada.get("documents/examples/pdf").status_code == 404


def test_each_stage_offers_its_papers(ada: Deskhand) -> None:
    number = ada.submitted()
    assert "papers" not in ada.get(f"orders/{number}").text
    order = next(o for o in ada.world.newest() if o.documents)
    page = ada.get(f"orders/{order.order_number}").text
    links = re.findall(r'href="(/attempts/[^"]+/(?:documents/[^"]+\.xml|[a-z-]+s/[^"/?]+))"', page)
    xml = [link for link in links if link.endswith(".xml")]
    assert {link.split("/")[-1][:3] for link in xml} == {"OR-", "DA-", "INV"}
    for link in xml:
        reply = ada.client.get(link)
        assert reply.mimetype == "application/xml"
        etree.fromstring(reply.data)
    package, paper = order.packages[0], order.documents[0]
    printed = {
        f"packing-lists/{package.package_number}": "Packing list",
        f"waybills/{package.package_number}": package.tracking_number,
        f"papers/{paper.document_number}": paper.document_number,
    }
    for path, words in printed.items():
        assert f"/orders/{order.order_number}/{path}" in page
        shown = ada.get(f"orders/{order.order_number}/{path}")
        assert shown.status_code == 200
        assert words in shown.text
        assert "<script" not in shown.text
        assert numbered(ada, shown.text) == 1
    assert numbered(ada, page) == 1  # as any page that is printed
    waybill = f"{order.order_number}/waybills/{package.package_number}"
    for path, words in ((order.order_number, "装箱单"), (waybill, "运单号")):
        address = f"/attempts/{ada.key}/orders/{path}"
        assert words in ada.client.get(address, headers={"Accept-Language": "zh-CN"}).text


def numbered(hand: Deskhand, page: str) -> int:
    """How many of a page's styles number what is printed."""
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    return sum("counter(pages)" in hand.client.get(it).text for it in styles)


def test_papers_that_are_not_there_and_strangers(ada: Deskhand, app: Flask) -> None:
    number = ada.submitted()
    for path in ("documents/OR-0.xml", "packing-lists/1", "waybills/1", "papers/INV-2026-00001"):
        assert ada.get(f"orders/{number}/{path}").status_code == 404, path
        assert ada.get(f"orders/SO-0/{path}").status_code == 404, path
    data = document(ada)
    ben = Deskhand(app, "ben")
    ben.key = ada.key
    assert ben.get("documents").status_code == 404
    assert look(ben, data).status_code == 404
    assert ben.get("documents/examples/ubl").status_code == 404


def test_a_paper_says_for_good_what_it_said(ada: Deskhand) -> None:
    number = ada.confirmed()
    response = f"orders/{number}/documents/OR-{number}.xml"
    issued = ada.get(response).data
    line = ada.world.orders[number].lines[0]
    ada.send(
        "cancel_line_quantity",
        order_number=number,
        rows__0__line_number=line.line_number,
        rows__0__quantity=1,
        reason="less",
    )
    assert ada.world.orders[number].lines[0].cancelled == 1
    assert ada.get(response).data == issued
    page = ada.get(f"orders/{number}").text
    assert f"OR-{number}-R2.xml" in page
    anew = ada.get(f"orders/{number}/documents/OR-{number}-R2.xml").data
    assert f"OR-{number}-R2".encode() in anew
    quantity = f">{line.ordered - 1}</cbc:Quantity>".encode()
    assert quantity in anew
    assert quantity not in issued
