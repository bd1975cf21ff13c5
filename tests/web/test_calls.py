"""An order that comes by telephone: read turn by turn, entered by the form, and known as a call."""

import re

import pytest
from flask import Flask
from markupsafe import escape

from tests.web.deskhand import Deskhand
from trainer.training.checks import differences


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture(scope="module")
def _ada(app: Flask) -> Deskhand:
    return Deskhand(app, "ada")


@pytest.fixture
def ada(_ada: Deskhand) -> Deskhand:
    """Ada at a fresh attempt of the exercise in which somebody has rung."""
    reply = _ada.client.post("/exercises/not-alone/attempts", data={"csrf_token": _ada.token})
    _ada.key = reply.location.split("/attempts/")[1].split("/")[0]
    return _ada


def test_the_call_stands_in_the_inbox_turn_by_turn(ada: Deskhand) -> None:
    message = ada.world.messages["msg-caller"]
    page = ada.get("inbox/msg-caller").text
    assert "data-turns" in page
    said = re.findall(r'<span class="call-said"[^>]*>(.*?)</span>', page)
    assert said == [str(escape(turn.text)) for turn in message.turns]  # all of it without a script
    assert '<p class="call-more" hidden>' in page
    assert "Enter this order" in page


def test_beside_the_form_the_whole_call_is_there(ada: Deskhand) -> None:
    page = ada.get("orders/new", message="msg-caller").text
    assert page.count('class="call-said"') == len(ada.world.messages["msg-caller"].turns)
    assert "data-turns" not in page


def test_it_is_entered_by_the_normal_form_and_is_known_as_a_call(ada: Deskhand) -> None:
    asked = ada.world.messages["msg-caller"].request
    reply = ada.send(
        "create_draft",
        customer_id=asked.customer_id,
        customer_po_number=asked.customer_po_number,
        requested_delivery_date=asked.requested_delivery_date.isoformat(),
        carrier_code=asked.carrier_code,
        message_id="msg-caller",
    )
    number = reply.location.split("/orders/")[1].split("?")[0]
    draft = ada.get(f"orders/{number}").text
    assert 'class="call-said"' in draft
    for line in asked.lines:
        ada.send("add_line", order_number=number, sku=line.sku, quantity=line.quantity)
    ada.send("submit_order", order_number=number)
    assert differences(ada.world.orders[number], asked) == ()
    page = ada.get(f"orders/{number}").text
    assert "by phone, " in page
    assert f"/attempts/{ada.key}/inbox/msg-caller" in page
    read = ada.get("inbox/msg-caller").text
    assert number in read
    assert "data-turns" not in read  # heard already
    assert 'class="call-said"' in read


def test_what_was_written_is_no_call(ada: Deskhand) -> None:
    assert 'class="call' not in ada.get("inbox/letter-1").text
