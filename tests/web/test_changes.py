"""Change documents at the desk: compared with the order, carried out, answered; by plain forms."""

import base64
import io
import re
from typing import Any

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from trainer.exchange.papers import write_change
from trainer.orders.intake import ReceiveMessage
from trainer.orders.world import ChangedLine, ChangeRequest


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


def change(hand: Deskhand, number: str, **asked: Any) -> ChangeRequest:
    order = hand.world.orders[number]
    return ChangeRequest(order.customer_id, order.customer_po_number, "OC-1", **asked)


def receive(hand: Deskhand, asked: ChangeRequest) -> None:
    said = ReceiveMessage(
        "M-OC", "email", "Olive", "A change of our order", "The document is attached.",
        asked.customer_id, change=asked, attached="UBL",
    )  # fmt: skip
    hand.desk.perform(hand.sandbox, said, actor="Olive", command_id="oc", role="customer")


def carry_out(hand: Deskhand, page: str, **typed: str) -> Any:
    hidden = {
        name: found[1]
        for name in ("command_id", "message_id", "document")
        if (found := re.search(rf'name="{name}" value="([^"]*)"', page))
    }
    fields = {"csrf_token": hand.token, "reason": "as they write"} | hidden
    return hand.client.post(f"/attempts/{hand.key}/changes", data=fields | typed)


def less(hand: Deskhand, number: str) -> ChangeRequest:
    """None of the first product, and all of the rest as it is."""
    first, *rest = hand.world.orders[number].lines
    lines = (
        ChangedLine(first.sku, 0, "cancelled"),
        *(ChangedLine(line.sku, line.ordered, "unchanged") for line in rest),
    )
    return change(hand, number, lines=lines)


def test_it_lies_beside_its_message_until_it_is_answered(ada: Deskhand) -> None:
    number = ada.confirmed()
    receive(ada, less(ada, number))
    page = ada.get("inbox/M-OC").text
    assert ">to do</span>" in page
    assert "The attached order change" in page
    assert "Compare it with the order" in page
    events = ada.sandbox.events
    there = ada.get("documents/attachments/M-OC").text
    assert "The document is attached." in there
    assert ada.sandbox.events == events, "looking changes nothing"
    first = ada.world.orders[number].lines[0]
    assert f'data-sku="{first.sku}"' in there
    assert "Our answer will be: accepted." in there
    assert "Answer the change document" in ada.get(f"orders/{number}").text
    reply = carry_out(ada, there)
    assert reply.status_code == 200, reply.text
    order = ada.world.orders[number]
    assert [line.live for line in order.lines] == [0, *(x.ordered for x in order.lines[1:])]
    assert [told.answer for told in order.changes] == ["accepted"]
    assert order.changes[0].message_id == "M-OC"
    assert f"OR-{number}-1" in reply.text
    assert ">to do</span>" not in ada.get("inbox").text
    assert ada.get(f"orders/{number}/documents/OR-{number}-1.xml").status_code == 200
    again = ada.get("documents/attachments/M-OC").text
    assert "Answered" in again
    assert 'data-command="answer_change"' not in again
    assert ada.sandbox.asides == 0


def test_it_is_taken_back_as_one_act(ada: Deskhand) -> None:
    number = ada.confirmed()
    receive(ada, less(ada, number))
    reply = carry_out(ada, ada.get("documents/attachments/M-OC").text)
    assert "Take all of it back" in reply.text
    undone = ada.client.post(
        f"/attempts/{ada.key}/undo", data={"csrf_token": ada.token}, follow_redirects=True
    )
    assert undone.status_code == 200
    key = undone.request.path.split("/attempts/")[1].split("/")[0]
    order = ada.desk.run(ada.desk.store.find(key)).world.orders[number]
    assert not order.changes
    assert not any(line.cancelled for line in order.lines)


def test_what_cannot_be_done_is_named_and_needs_a_reason(ada: Deskhand) -> None:
    number = ada.confirmed()
    order = ada.world.orders[number]
    ada.send("place_hold", order_number=number, kind="manual", reason="the boss wants to see it")
    asked = change(ada, number, ship_to=ada.request.ship_to.__class__(
        "Olive", "1 Other Road", "Elsewhere", "12345", order.ship_to.country, "555"
    ))  # fmt: skip
    receive(ada, asked)
    page = ada.get("documents/attachments/M-OC").text
    assert 'data-code="ORDER_ON_HOLD"' in page
    assert "Our answer will be: not accepted." in page
    bare = carry_out(ada, page)
    assert bare.status_code == 422
    assert not ada.world.orders[number].changes, "never half"
    reply = carry_out(ada, page, not_possible="The order is on hold.")
    assert reply.status_code == 200
    [told] = ada.world.orders[number].changes
    assert (told.answer, told.why_not) == ("not_accepted", "The order is on hold.")
    assert ada.sandbox.asides == 0, "what would be refused is not tried"


def test_a_document_that_came_another_way_is_compared_too(ada: Deskhand) -> None:
    number = ada.confirmed()
    asked = change(ada, number, cancellation=True, note="Closed.")
    data = write_change(ada.world, asked, ada.world.now)
    fields = {"csrf_token": ada.token, "file": (io.BytesIO(data), "cancellation.xml")}
    page = ada.client.post(f"/attempts/{ada.key}/documents", data=fields).text
    assert "Order cancellation" in page
    reply = carry_out(ada, page)
    order = ada.world.orders[number]
    assert order.called_off, reply.text
    assert [told.answer for told in order.changes] == ["accepted"]


def test_one_number_for_two_documents_is_pointed_at(ada: Deskhand) -> None:
    number = ada.confirmed()
    data = write_change(ada.world, less(ada, number), ada.world.now).decode()
    fields = {"csrf_token": ada.token, "text": data}
    look = f"/attempts/{ada.key}/documents"
    carry_out(ada, ada.client.post(look, data=fields).text)
    again = ada.client.post(look, data=fields).text
    assert "Answered" in again
    assert "NUMBER_USED_AGAIN" not in again
    twice = 2 * ada.world.orders[number].lines[0].ordered  # whole packs, whatever the variant
    other = data.replace(">Cancelled<", ">Revised<").replace(
        ">0</cbc:Quantity>", f">{twice}</cbc:Quantity>"
    )
    assert other != data
    assert "NUMBER_USED_AGAIN" in ada.client.post(look, data=fields | {"text": other}).text


def test_a_broken_document_is_refused_whole(ada: Deskhand) -> None:
    number = ada.confirmed()
    data = write_change(ada.world, less(ada, number), ada.world.now).decode()
    wrong = data.replace(">Cancelled<", ">Perhaps<").replace(
        "SequenceNumberID>1", "SequenceNumberID>x"
    )
    fields = {"csrf_token": ada.token, "text": wrong}
    page = ada.client.post(f"/attempts/{ada.key}/documents", data=fields)
    assert page.status_code == 422
    assert 'data-code="UNKNOWN_CODE"' in page.text
    assert 'data-code="NOT_A_SEQUENCE"' in page.text
    assert 'data-command="answer_change"' not in page.text
    forged = base64.b64encode(wrong.encode()).decode()
    assert carry_out(ada, "", command_id="forged-1", document=forged).status_code == 400
    assert not ada.world.orders[number].changes


def test_a_submitted_order_goes_back_to_draft_and_is_handed_over_again(ada: Deskhand) -> None:
    number = ada.submitted()
    receive(ada, less(ada, number))
    reply = carry_out(ada, ada.get("documents/attachments/M-OC").text)
    assert reply.status_code == 200
    order = ada.world.orders[number]
    assert order.status == "submitted"
    assert ada.request.lines[0].sku not in {line.sku for line in order.lines}
    assert [told.answer for told in order.changes] == ["accepted"]


def test_more_less_another_day_and_something_new_at_once(ada: Deskhand) -> None:
    number = ada.confirmed()
    order = ada.world.orders[number]
    there = {line.sku for line in order.lines}
    new = next(
        p for _, p in sorted(ada.world.products.items()) if p.sellable and p.sku not in there
    )
    first, *rest = order.lines
    pack = ada.world.products[first.sku].pack_size
    lines = (
        ChangedLine(first.sku, first.ordered + pack),
        *(ChangedLine(line.sku, line.ordered, "unchanged") for line in rest),
        ChangedLine(new.sku, new.pack_size, "added"),
    )
    receive(ada, change(ada, number, lines=lines))
    there = ada.get("documents/attachments/M-OC").text
    assert there.count('data-show="add_to_order') == 2, "each leads to its own form"
    reply = carry_out(
        ada, ada.get("documents/attachments/M-OC").text, not_possible="not enough there"
    )
    after = ada.world.orders[number]
    live = {line.sku: 0 for line in after.lines}
    for line in after.lines:
        live[line.sku] += line.live
    assert live[first.sku] == first.ordered + pack, reply.text
    assert live[new.sku] == new.pack_size
    assert after.amendments == 2
    assert len(after.changes) == 1
