"""Credit for shipping and goodwill on the order's page: what can be given, and where it stands."""

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand


@pytest.fixture
def ada(demo: Flask) -> Deskhand:
    """Ada at a fresh attempt at the first order."""
    return Deskhand(demo, "ada").begin()


def test_shipping_is_credited_from_its_form_and_stands_below_the_lines(ada: Deskhand) -> None:
    number = ada.confirmed()
    order = ada.world.orders[number]
    assert 'value="credit_shipping"' in ada.get(f"orders/{number}").text
    ada.send("credit_shipping", order_number=number, amount="1.00", reason="a day late")
    assert ada.world.orders[number].shipping_credit == 100
    page = ada.get(f"orders/{number}").text
    assert "Shipping, credited" in page
    assert "shipping credited on" in page
    too_much = f"{order.shipping_gross / 100:.2f}"
    refused = ada.send("credit_shipping", order_number=number, amount=too_much, reason="again")
    assert "can be credited" in ada.client.get(refused.location).text


def test_goodwill_is_previewed_given_and_seen_in_the_picture(ada: Deskhand) -> None:
    number = ada.confirmed()
    before = ada.world.orders[number]
    fields = {"order_number": number, "amount": "2.00", "reason": "they waited"}
    ada.send("give_goodwill", preview="1", **fields)
    assert ada.world.orders[number] == before
    ada.send("give_goodwill", **fields)
    order = ada.world.orders[number]
    assert (order.goodwill, order.balance_due) == (200, before.balance_due - 200)
    page = ada.get(f"orders/{number}").text
    assert 'class="part-goodwill"' in page
    assert "Goodwill of $2.00" in page


def test_a_missing_reason_stands_beside_its_field(ada: Deskhand) -> None:
    number = ada.confirmed()
    reply = ada.send("give_goodwill", order_number=number, amount="2.00", reason="")
    assert ada.world.orders[number].goodwill == 0
    assert "A reason is needed" in reply.text or "field-error" in reply.text
