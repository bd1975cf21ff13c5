"""What runs out by itself stands on the order's page, and beside the message about the order."""

import re
from datetime import datetime

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from trainer.orders.values import day_of


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture
def ada(app: Flask) -> Deskhand:
    """Ada at the busy desk, where unpaid orders expire."""
    ada = Deskhand(app, "ada").begin()
    reply = ada.client.post("/exercises/busy-desk/attempts", data={"csrf_token": ada.token})
    ada.key = reply.location.split("/attempts/")[1].split("/")[0]
    return ada


def test_an_unpaid_order_says_when_it_will_be_cancelled(ada: Deskhand) -> None:
    order = next(ada.world.newest("pending_payment"))
    page = ada.get(f"orders/{order.order_number}").text
    assert 'data-deadline="pay"' in page
    assert "Cancelled unless the money is here by" in page
    assert 'data-deadline="pay"' not in ada.get(_first(ada, "awaiting_shipment")).text


def test_a_delivered_order_says_until_when_it_may_come_back(ada: Deskhand) -> None:
    page = ada.get(_first(ada, "signed")).text
    line = page.split('data-deadline="send_back"')[1].split("</li>")[0]
    day, days = re.search(r"until (\w+ \d+, \d+)", line), re.search(r"in (\d+) days", line)
    assert day
    assert days
    last = datetime.strptime(day[1], "%b %d, %Y").date()
    # a day is told by days, though the clock says nine
    assert (last - day_of(ada.world.now)).days == int(days[1])


def test_the_list_says_what_orders_wait_for(ada: Deskhand) -> None:
    page = ada.get("orders", label="awaiting_shipment").text
    assert 'class="label-more">being prepared' in page
    assert 'class="label-more">' in ada.get(_first(ada, "awaiting_shipment")).text


def _first(ada: Deskhand, label: str) -> str:
    return f"orders/{next(ada.world.newest(label)).order_number}"
