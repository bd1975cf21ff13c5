"""A card's payout at the desk: the statement comes, the fee is entered, the batch is closed."""

from typing import Any

import pytest
from flask import Flask

from tests.web.deskhand import HTMX, Deskhand
from trainer.orders.acquirer import fees_of


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


class Accountant(Deskhand):
    """Ada at the exercise about what is kept of card payments."""

    def begin(self) -> "Accountant":
        reply = self.client.post(
            "/exercises/less-the-fee/attempts", data={"csrf_token": self.token}
        )
        self.key = reply.location.split("/attempts/")[1].split("/")[0]
        message = self.desk.course(self.sandbox).opening.cast["first"].message_id
        (self.number,) = self.world.by_message[message]
        self.send("complete_order", order_number=self.number)
        for _ in range(2):
            till = {"until": "morning", "command_id": f"at-{self.world.now}"}
            self.client.post(f"/attempts/{self.key}/clock", data={"csrf_token": self.token, **till})
        return self

    @property
    def order(self) -> Any:
        """The order as it is now."""
        return self.world.orders[self.number]

    def settle(self, received: int, fee: int, **more: str) -> Any:
        """The batch on the page of papers."""
        typed = {"orders": self.number, "received": f"{received / 100:.2f}",
                 "fee": f"{fee / 100:.2f}", "csrf_token": self.token,
                 "command_id": f"settle-{received}-{fee}", **more}  # fmt: skip
        return self.client.post(f"/attempts/{self.key}/invoices", data=typed)


@pytest.fixture
def ada(app: Flask) -> Accountant:
    """Ada, once the order is completed."""
    return Accountant(app, "ada").begin()


def test_the_batch_closes_at_papers_less_fee(ada: Accountant) -> None:
    total, fee = ada.order.total, fees_of(ada.world, ada.order)
    assert "Kept of the card payments" in ada.get("invoices").text
    assert "Kept of the card payments" in ada.get(f"orders/{ada.number}").text
    told = ada.settle(total - fee - 1, fee, preview="1").text
    assert "must be 0" in told
    refused = ada.client.get(ada.settle(total, 0).location).text
    assert "is not what may be kept" in refused
    assert ada.order.status == "completed"
    ada.settle(total - fee, fee)
    assert ada.order.status == "settled"
    assert "kept," in ada.get("invoices").text


def test_the_statement_is_in_the_inbox_and_the_rule_on_its_page(ada: Accountant) -> None:
    assert any(it.startswith("cards-") for it in ada.world.messages)
    assert "14 ‰" in ada.get("rules").text


def test_where_nothing_is_kept_nobody_is_asked(app: Flask) -> None:
    assert "Kept of the card payments" not in Deskhand(app, "ada").begin().get("invoices").text


def test_the_form_of_the_order_settles_too(ada: Accountant) -> None:
    total, fee = ada.order.total, fees_of(ada.world, ada.order)
    sums = {"received": f"{(total - fee) / 100:.2f}", "fee": f"{fee / 100:.2f}"}
    fields = {"order_numbers__0": ada.number, "order_number": ada.number, **sums}
    assert "It would do this." in ada.send("settle_batch", headers=HTMX, preview="1", **fields).text
    ada.send("settle_batch", **fields)
    assert ada.order.status == "settled"
