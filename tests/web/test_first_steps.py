"""What somebody needs who knows nothing yet: where to go on, what weighs how much, who acted."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.web.conftest import Browser
from tests.web.deskhand import Deskhand
from tests.web.test_words import spoken
from trainer.orders.engine import Recorded
from trainer.orders.search import Query, find_orders
from trainer.orders.service import NoteAdded
from trainer.web import automation, words


@pytest.fixture
def ada(demo: Flask) -> Deskhand:
    return Deskhand(demo, "ada").begin()


def test_what_was_begun_is_gone_on_with_from_the_exercise(demo: Flask) -> None:
    ben = Deskhand(demo, "ben")
    page = ben.client.get("/exercises/first-order").text
    assert "not finished it" not in page
    ben.begin()
    page = ben.client.get("/exercises/first-order").text
    assert "You have begun this exercise and not finished it." in page
    assert f'href="/attempts/{ben.key}/"' in page


def test_the_coach_is_one_press_away_on_every_page(ada: Deskhand) -> None:
    for place in ("inbox", "orders", "reports/sales"):
        page = ada.get(place).text
        assert 'class="btn btn-sm btn-quiet bar-coach" href="#coach"' in page
        assert 'id="coach"' in page


def test_an_empty_draft_offers_nothing_and_goods_have_a_weight(ada: Deskhand) -> None:
    number = ada.draft()
    page = ada.get(f"orders/{number}").text
    assert "<h2>What can be done now</h2>" not in page
    assert "Weight of the goods" not in page
    line = ada.request.lines[0]
    ada.send("add_line", order_number=number, sku=line.sku, quantity=line.quantity)
    page = ada.get(f"orders/{number}").text
    assert "<h2>What can be done now</h2>" in page
    grams = ada.world.products[line.sku].weight * line.quantity
    assert f"<dd>{grams / 1000:,.1f} kg</dd>" in page


def test_orders_are_found_by_the_number_of_their_customer(ada: Deskhand) -> None:
    number = ada.draft()
    asked = ada.request.customer_id
    theirs = find_orders(ada.world, Query(words=asked.lower()))
    assert number in {order.order_number for order in theirs.orders}
    assert {order.customer_id for order in theirs.orders} == {asked}
    assert f" · {asked}</option>" in ada.get("orders").text


@pytest.mark.parametrize(
    ("tongue", "actor", "name"),
    [
        ("en", "carrier", "Carrier"),
        ("zh_Hans", "customer", "客户"),
        ("zh_Hant", "factory", "工廠"),
        ("en", "Theo", "Theo"),
    ],
)
def test_who_has_no_name_is_called_by_what_they_are(
    app: Flask, tongue: str, actor: str, name: str
) -> None:
    entry = Recorded(
        number=1, at=0, actor=actor, role="carrier", command_id="1:x", event=NoteAdded("SO-1", "…")
    )
    with spoken(app, tongue):
        assert automation.who(entry) == name


@pytest.mark.parametrize(
    ("days", "said"),
    [(3, "in 3 days"), (10, "in 10 days"), (34, "in 34 days"), (-12, "12 days ago")],
)
def test_ten_days_are_no_two_weeks(app: Flask, days: int, said: str) -> None:
    with spoken(app, "en"):
        assert words.since(86_400 * (100 + days), 86_400 * 100) == said


def test_an_answer_stands_in_the_ledger_by_its_name(demo: Flask) -> None:
    ben = Deskhand(demo, "ben")
    typed = {"csrf_token": ben.token}
    begun = ben.client.post("/exercises/where-to-spend/attempts", data=typed)
    ben.key = begun.location.split("/attempts/")[1].split("/")[0]
    typed |= {"goal": "bottleneck", "text": "packing", "command_id": "told"}
    ben.client.post(f"/attempts/{ben.key}/answers", data=typed)
    assert "answered: picking and packing" in ben.get("score").text


def test_who_is_new_is_offered_one_order_until_something_was_done(
    login_as: Callable[[str], Browser], newcomer: str
) -> None:
    new = login_as(newcomer)
    assert "New here?" in new.get("/").text
    desk = new.send("/exercises/one-minute/attempts").location
    assert "/attempts/" in desk
    assert "New here?" not in new.get("/").text
    assert 'data-exercise="one-minute"' in new.get("/").text
