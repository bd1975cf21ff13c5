"""The row of stages at the top of an order: those that this very order passes."""

import re

import pytest
from flask import Flask

from tests.builders import FIRST, HERON, Steps, order_confirmed
from tests.orders.test_status import HALF
from tests.story import given
from tests.web.deskhand import Deskhand
from trainer.orders.remedies import CancelOrder
from trainer.orders.status import label_of
from trainer.web.screens import path_of


@pytest.mark.parametrize(
    ("steps", "now", "missing"),
    [
        (order_confirmed(), "pending_payment", "partly_shipped"),
        (order_confirmed(customer=HERON), "awaiting_shipment", "pending_payment"),
        ((*order_confirmed(), CancelOrder(FIRST, "typo")), "closed", "archived"),
        (HALF, "partly_shipped", "shipped"),
    ],
    ids=["prepaid", "on account", "called off", "in parts"],
)
def test_an_order_has_the_stages_that_it_passes(steps: Steps, now: str, missing: str) -> None:
    order = given(*steps).world.orders[FIRST]
    path = path_of(order, label_of(order))
    assert label_of(order) == now
    assert path.count(now) == 1
    assert missing not in path


def test_a_stage_that_is_over_leads_to_the_event_it_began_with(demo: Flask) -> None:
    hand = Deskhand(demo, "ada").begin()
    number = hand.confirmed()
    page = hand.get(f"orders/{number}").text
    events = hand.desk.store.events(hand.sandbox.sandbox_id)
    begun = {type(it.event).__name__: it.number for it in events}
    leads = re.findall(r'debrief\?at=(\d+)">([^<]+)</a></span></li>', page)
    assert leads == [
        (str(begun["DraftCreated"]), "Draft"),
        (str(begun["OrderSubmitted"]), "Awaiting confirmation"),
    ]
