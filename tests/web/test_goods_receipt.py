"""The dock on the inventory page: what the note says, what stands there, and what is counted."""

from html import unescape
from typing import Any

import pytest
from flask import Flask, render_template

from tests.orders.test_goods_receipt import PUR, here
from tests.orders.test_surplus import MUCH, stuck
from tests.orders.test_surplus import back as surplus_back
from tests.web.deskhand import Deskhand
from trainer.web.forms import read
from trainer.web.supply import Told, _at_the_dock


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


class Dock(Deskhand):
    """Ada at the exercise in which not all of it comes; the lorry stands at the dock."""

    def begin(self) -> "Dock":
        reply = self.client.post(
            "/exercises/not-all-of-it-came/attempts", data={"csrf_token": self.token}
        )
        self.key = reply.location.split("/attempts/")[1].split("/")[0]
        (order,) = self.world.orders.values()
        self.line = order.lines[0]
        self.send(
            "place_replenishment",
            supplier_id="V-001",
            sku=self.line.sku,
            quantity=self.line.ordered,
            warehouse=next(iter(self.world.warehouses)),
        )
        for _ in range(12):
            if self.bought.deliveries:
                break
            till = {"csrf_token": self.token, "until": "morning", "command_id": f"{self.world.now}"}
            self.client.post(f"/attempts/{self.key}/clock", data=till)
        return self

    @property
    def bought(self) -> Any:
        """The purchase as it is now."""
        return self.world.replenishments["PUR-00001"]

    def count(self, quantity: int, damaged: int = 0, **more: Any) -> Any:
        """What stands at the dock of the first delivery is counted."""
        about = {"replenishment_number": "PUR-00001", "delivery_number": "1"}
        return self.send("post_goods_receipt", **about, quantity=quantity, damaged=damaged, **more)

    @property
    def page(self) -> str:
        """The inventory, as one reads it."""
        return unescape(self.get("inventory").text)


@pytest.fixture
def dock(app: Flask) -> Dock:
    """A fresh attempt."""
    return Dock(app, "ada").begin()


def test_the_page_tells_the_note_and_what_stands_there(dock: Dock) -> None:
    (brought,) = dock.bought.deliveries
    assert 'data-command="post_goods_receipt"' in dock.page
    assert f"The delivery note says {brought.announced} pieces." in dock.page
    assert f"Damaged among them: {brought.damaged}." in dock.page
    # nobody calls off what stands in front of them
    assert 'data-command="cancel_replenishment"' not in dock.page


def test_the_note_is_refused_and_the_count_is_taken_in(dock: Dock) -> None:
    (brought,) = dock.bought.deliveries
    refused = dock.client.get(dock.count(brought.announced).location).text
    assert "COUNT_EXCEEDS_ARRIVED" in refused
    asked = dock.count(brought.sound, brought.damaged, preview="1")
    assert "Nothing has happened yet" in asked.text
    assert dock.bought.received == 0
    reply = dock.count(brought.sound, brought.damaged)
    assert "/inventory?done=" in reply.location
    assert dock.bought.received == brought.sound
    assert "partly received" in dock.page
    assert f"delivery 1: {brought.sound} of {brought.announced} announced" in dock.page
    assert "Close it short" in dock.page


def test_half_of_it_may_be_counted_first(dock: Dock) -> None:
    dock.count(1)
    assert (dock.bought.received, dock.bought.deliveries[0].rejected) == (1, 0)
    assert dock.bought.stage == "at_the_dock"


def test_a_purchase_is_closed_short_with_a_reason(dock: Dock) -> None:
    (brought,) = dock.bought.deliveries
    dock.count(brought.sound, brought.damaged)
    dock.send(
        "cancel_replenishment",
        replenishment_number="PUR-00001",
        reason_code="other",
        reason="found elsewhere",
    )
    assert dock.bought.stage == "closed_short"
    assert "closed short" in dock.page


def test_who_waits_for_it_sees_that_it_is_here(dock: Dock) -> None:
    (brought,) = dock.bought.deliveries
    there = f"{brought.to_count + brought.to_reject} at the dock, not counted yet"
    (number,) = dock.world.orders
    order = unescape(dock.get(f"orders/{number}").text)
    assert there in order[order.index('id="order-lines"') :]
    assert there in dock.page[dock.page.index("<h2>Purchases</h2>") :]
    dock.count(brought.sound, brought.damaged)
    assert "not counted yet" not in dock.get(f"orders/{number}").text
    assert "not counted yet" not in dock.page


def test_what_is_too_many_can_be_sent_back_once_the_rest_is_in(app: Flask) -> None:
    story = stuck()
    bought = story.world.replenishments[PUR]
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        count, back = _at_the_dock(story.world, bought, bought.deliveries[0], Told())
        assert (count.command, back.command) == ("post_goods_receipt", "send_surplus_back")
        typed = dict(back.hidden) | {
            "quantity": "6", "reason_code": "more_than_ordered", "reason": "",
        }  # fmt: skip
        assert read("send_surplus_back", typed, "USD") == surplus_back(6)
        # before that, nobody knows what is too many
        fresh = here(brought=MUCH).world
        bought = fresh.replenishments[PUR]
        assert len(list(_at_the_dock(fresh, bought, bought.deliveries[0], Told()))) == 1


def test_what_went_back_is_told_with_its_letter(app: Flask) -> None:
    world = stuck().and_(surplus_back(6)).world
    bought = world.replenishments[PUR]
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        shown = render_template(
            "parts/purchases.html", world=world, dock=[],
            purchases=[(bought, world.suppliers[bought.supplier_id], None)],
        )  # fmt: skip
    assert "6 sent back: more than we ordered" in shown
    assert "We have not ordered so many." in shown
    assert "1 at the dock, not counted yet" in shown
