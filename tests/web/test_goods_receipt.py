"""The dock on the inventory page: what the note says, what stands there, and what is counted."""

from html import unescape
from typing import Any

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand


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
    dock.send("cancel_replenishment", replenishment_number="PUR-00001", reason="found elsewhere")
    assert dock.bought.stage == "closed_short"
    assert "closed short" in dock.page
