"""A discount at the desk: granted on a draft, with what it comes to before it is sent."""

import re

import pytest
from flask import Flask

from tests.web.deskhand import HTMX, Deskhand
from trainer.orders.search import amount_of


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture
def ada(app: Flask) -> Deskhand:
    """Ada at a fresh attempt."""
    return Deskhand(app, "ada").begin()


def drafted(ada: Deskhand) -> str:
    """The order of the message with its first product; its number."""
    number = ada.draft()
    line = ada.request.lines[0]
    ada.send("add_line", order_number=number, sku=line.sku, quantity=line.quantity)
    return number


def test_it_is_offered_on_a_draft_that_has_lines_and_nowhere_else(ada: Deskhand) -> None:
    empty = ada.get(f"orders/{ada.draft()}").text
    assert "Grant discount" not in empty
    ada.begin()
    assert "Grant discount" in ada.get(f"orders/{drafted(ada)}").text
    ada.begin()
    assert "Grant discount" not in ada.get(f"orders/{ada.submitted()}").text


def test_it_is_previewed_in_money_then_granted_and_shared_out(ada: Deskhand) -> None:
    number = drafted(ada)
    before = ada.world.orders[number]
    fields = {"order_number": number, "amount": "10.00"}
    preview = ada.send("grant_discount", headers=HTMX, preview="1", **fields).text
    assert "Nothing has happened yet" in preview
    # as typed, as it happens, as the discount afterwards; no part of a larger amount
    assert len(re.findall(r"(?<![\d,])10\.00", preview)) == 3
    assert ada.world.orders[number] == before
    assert ada.send("grant_discount", **fields).status_code == 303
    granted = ada.world.orders[number]
    assert (granted.discount, granted.agreed) == (1_000, before.agreed - 1_000)
    assert amount_of(granted) == granted.agreed
    page = ada.get(f"orders/{number}").text
    assert "Total without shipping" in page
    ada.send("submit_order", order_number=number)
    order = ada.world.orders[number]
    assert order.total - order.shipping_gross == granted.agreed


def test_more_than_there_is_to_pay_is_refused_and_stays_typed(ada: Deskhand) -> None:
    number = drafted(ada)
    page = ada.send("grant_discount", headers=HTMX, order_number=number, amount="999999.00").text
    assert "more than there is to pay" in page
    assert 'value="999999.00"' in page
    assert ada.world.orders[number].discount == 0


def test_a_discount_that_has_become_too_large_can_still_be_changed(ada: Deskhand) -> None:
    number = drafted(ada)
    line = ada.world.orders[number].lines[0]
    ada.send("grant_discount", order_number=number, amount=f"{line.gross / 100:.2f}")
    fields = {"order_number": number, "line_number": "1", "quantity": "1"}
    if line.ordered > 1:
        assert ada.send("change_line", **fields).status_code == 303
    assert "Grant discount" in ada.get(f"orders/{number}").text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Grant discount"), ("zh_Hans", "给予折扣"), ("zh_Hant", "給予折扣")],
)
def test_it_is_read_in_three_languages(ada: Deskhand, language: str, words: str) -> None:
    number = drafted(ada)
    ada.client.set_cookie("look", f"{language}.light.16")
    assert words in ada.get(f"orders/{number}").text
