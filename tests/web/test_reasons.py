"""Reasons from a list: chosen in a form, told by their name, in words where nothing fits."""

from html import unescape

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from tests.web.test_supply import stocked


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture
def desk(app: Flask) -> Deskhand:
    """A fresh attempt at the first order."""
    return Deskhand(app, "ada").begin()


def test_why_an_order_is_called_off_stands_wherever_it_is_listed(desk: Deskhand) -> None:
    number = desk.submitted()
    form = desk.get(f"orders/{number}").text
    assert 'value="duplicate_order"' in form
    assert 'value="no_stock_in_time"' in form
    desk.send("cancel_order", order_number=number, reason_code="duplicate_order", reason="")
    page = unescape(desk.get(f"orders/{number}").text)
    assert f"{number} cancelled: ordered twice" in page
    assert "It was called off: ordered twice." in page
    assert '<small class="label-more">ordered twice</small>' in desk.get("orders").text
    report = unescape(desk.get("reports/called_off").text)
    assert "Ordered twice" in report


def test_words_stand_beside_the_name(desk: Deskhand) -> None:
    number = desk.submitted()
    words = {"reason_code": "price_error", "reason": "the flyer was wrong"}
    desk.send("cancel_order", order_number=number, **words)
    page = unescape(desk.get(f"orders/{number}").text)
    assert f"{number} cancelled: price error · the flyer was wrong" in page


def test_something_else_is_said_in_words(desk: Deskhand) -> None:
    number = desk.submitted()
    silent = desk.send("cancel_order", order_number=number, reason_code="other", reason=" ")
    assert "MISSING_REASON" in desk.client.get(silent.location).text
    assert desk.world.orders[number].status == "submitted"
    desk.send("cancel_order", order_number=number, reason_code="other", reason="moved abroad")
    assert f"{number} cancelled: moved abroad" in unescape(desk.get(f"orders/{number}").text)


def test_nothing_is_chosen_beforehand(desk: Deskhand) -> None:
    number = desk.submitted()
    reply = desk.send("cancel_order", order_number=number, reason_code="", reason="moved abroad")
    assert reply.status_code == 422
    assert "1 field needs another look." in unescape(reply.text)
    assert desk.world.orders[number].status == "submitted"


def test_a_hold_of_a_kind_needs_no_words(desk: Deskhand) -> None:
    number = desk.submitted()
    desk.send("check_order", order_number=number)
    desk.send("place_hold", order_number=number, kind="stock", reason="")
    page = unescape(desk.get(f"orders/{number}").text)
    assert "On hold (stock)</p>" in page
    assert f"{number} put on hold (stock)" in page
    assert "put on hold (stock):" not in page
    refused = desk.send("confirm_order", order_number=number,
                        promised_delivery_date="2026-06-01")  # fmt: skip
    said = unescape(desk.client.get(refused.location).text)
    assert f"Order {number} is on hold (stock)." in said


def test_a_correction_is_told_by_its_reason(desk: Deskhand) -> None:
    sku = stocked(desk)
    about = {"sku": sku, "warehouse": "EAST", "difference": -1, "reason": ""}
    assert 'value="damaged_goods"' in desk.get("inventory").text
    desk.send("adjust_stock", **about, reason_code="damaged_goods")
    moved = unescape(desk.get("inventory/movements", q=sku).text)
    assert f"{sku} in East warehouse corrected by −1: damaged in the warehouse" in moved
