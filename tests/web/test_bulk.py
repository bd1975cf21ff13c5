"""Many orders at once: looked at first, done one by one, each once."""

import re
from typing import Any

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture
def desk(app: Flask) -> Deskhand:
    """A fresh attempt at the first order."""
    return Deskhand(app, "ada").begin()


def post(desk: Deskhand, path: str, **fields: Any) -> Any:
    """A plain form about many orders."""
    data = fields | {"csrf_token": desk.token}
    return desk.client.post(f"/attempts/{desk.key}/bulk{path}", data=data)


def test_the_list_lets_orders_be_chosen(desk: Deskhand) -> None:
    page = desk.get("orders").text
    assert 'name="orders"' in page
    assert 'value="check_order"' in page
    assert 'name="orders"' not in desk.get("orders", at=0).text


def test_a_look_says_what_is_done_and_what_is_skipped_and_does_nothing(desk: Deskhand) -> None:
    number = desk.submitted()
    other = next(n for n, o in desk.world.orders.items() if o.status == "archived")
    before = desk.sandbox.events
    page = post(
        desk, "", orders=[number, other], act="check_order", label="archived", page="2"
    ).text
    assert "1 / 2" in page
    assert "can only be read" in page
    assert re.search(r"orders\?label=archived&amp;page=2", page)
    assert page.count('name="orders"') == 1
    assert desk.sandbox.events == before


def test_a_double_click_does_nothing_twice(desk: Deskhand) -> None:
    number = desk.submitted()
    wish = {"orders": [number], "act": "check_order", "command_id": "once"}
    first = post(desk, "/do", **wish)
    assert first.status_code == 200
    assert desk.world.orders[number].checked_at
    before = desk.sandbox.events
    assert "1 / 1" in post(desk, "/do", **wish).text
    assert desk.sandbox.events == before


def test_one_refusal_stops_no_other(desk: Deskhand) -> None:
    number = desk.submitted()
    other = next(n for n, o in desk.world.orders.items() if o.status == "archived")
    wish = {"orders": [other, number], "act": "place_hold", "command_id": "stop"}
    page = post(desk, "/do", **wish, reason="ask first").text
    assert "1 / 2" in page
    assert desk.world.orders[number].on_hold


def test_each_act_reaches_its_command(desk: Deskhand) -> None:
    number = desk.submitted()
    for act, status in (
        ("check_order", "submitted"), ("confirm_order", "confirmed"), ("allocate", "confirmed"),
        ("order_confirmed", "confirmed"), ("place_hold", "confirmed"),
        ("release_hold", "confirmed"),
    ):  # fmt: skip
        wish = {"orders": [number], "act": act, "command_id": f"do-{act}", "reason": "so"}
        assert "1 / 1" in post(desk, "/do", **wish).text, act
        assert desk.world.orders[number].status == status
    order = desk.world.orders[number]
    assert "order_confirmed" in order.notices
    assert sum(line.allocated for line in order.lines)
    assert order.holds
    assert not order.on_hold
    for act in ("issue_invoice", "complete_order", "archive_order"):
        wish = {"orders": [number], "act": act, "command_id": f"do-{act}"}
        assert "0 / 1" in post(desk, "/do", **wish).text, act


def test_what_is_no_act_is_not_done(desk: Deskhand) -> None:
    assert post(desk, "", orders=[], act="cancel_order").status_code == 400
    assert post(desk, "/do", orders=[], act="check_order", command_id="a b").status_code == 400
    assert "No order was chosen" in post(desk, "", act="check_order").text


def test_what_was_done_to_many_is_taken_back_at_once(desk: Deskhand) -> None:
    first = desk.submitted()
    second = next(n for n, o in desk.world.orders.items() if o.status == "confirmed")
    wish = {"orders": [first, second], "act": "place_hold", "command_id": "together"}
    page = post(desk, "/do", **wish, reason="ask first").text
    assert "Take all of it back" in page
    assert [desk.world.orders[it].on_hold for it in (first, second)] == [True, True]
    answer = desk.client.post(
        f"/attempts/{desk.key}/undo", data={"csrf_token": desk.token, "back": ""}
    )
    desk.key = answer.location.split("/attempts/")[1].split("/")[0]
    assert [desk.world.orders[it].on_hold for it in (first, second)] == [False, False]
    assert desk.world.orders[first].status == "submitted"  # what was done before it stays
