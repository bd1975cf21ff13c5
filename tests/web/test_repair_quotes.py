"""A repair at the customer's cost on the order's page: quoted, answered, paid, done."""

from typing import Any

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


class Workshop(Deskhand):
    """Ada at the exercise about what a customer broke; two units are in the workshop."""

    def begin(self) -> "Workshop":
        reply = self.client.post(
            "/exercises/repair-at-a-price/attempts", data={"csrf_token": self.token}
        )
        self.key = reply.location.split("/attempts/")[1].split("/")[0]
        self.number = next(
            m.order_number for m in self.world.messages.values() if m.message_id == "ask-first"
        )
        self.about("request_return", rows__0__line_number=1, rows__0__quantity=2,
                   reason="defective")  # fmt: skip
        self.rma = self.order.returns[-1].rma_number
        self.about("authorise_return", rma_number=self.rma, liability="customer")
        for _ in range(12):
            if self.order.returns[-1].stage == "arrived":
                break
            self.wait()
        self.about("receive_return", rma_number=self.rma, rows__0__line_number=1,
                   rows__0__quantity=2)  # fmt: skip
        self.about("inspect_return", rma_number=self.rma, line_number=1, quantity=2,
                   disposition="repair", reason="")  # fmt: skip
        assert self.order.returns[-1].stage == "in_repair"
        return self

    @property
    def order(self) -> Any:
        """The order as it is now."""
        return self.world.orders[self.number]

    @property
    def page(self) -> str:
        """Its page."""
        return str(self.get(f"orders/{self.number}").text)

    def about(self, command: str, **fields: Any) -> Any:
        """A command about the order."""
        return self.send(command, order_number=self.number, **fields)

    def wait(self) -> None:
        """Until the next morning."""
        till = {"csrf_token": self.token, "until": "morning", "command_id": f"at-{self.world.now}"}
        assert self.client.post(f"/attempts/{self.key}/clock", data=till).status_code == 303


@pytest.fixture
def ada(app: Flask) -> Workshop:
    """Ada with two units in the workshop."""
    return Workshop(app, "ada").begin()


def test_it_is_quoted_and_nothing_else_can_be_done(ada: Workshop) -> None:
    assert "Quote the repair" in ada.page
    assert "The customer has not agreed to have that many of line 1 repaired." in ada.page
    line = ada.order.line(1)
    small = f"{line.unit_price / 800:.2f}"
    asked = {"rma_number": ada.rma, "line_number": 1}
    tried = ada.about("quote_repair", price=small, preview="1", **asked).text
    assert "It would do this." in tried
    assert not ada.order.returns[-1].quotes
    assert ada.about("quote_repair", price=small, **asked).status_code == 303
    assert "no answer yet" in ada.page
    assert "What was sent to" in ada.page
    for _ in range(4):  # a weekend may lie between
        ada.wait()
    assert ada.order.repair_fees == ada.order.returns[-1].quotes[0].price
    assert "they agree" in ada.page
    assert "Repairs</th>" in ada.page
    assert ada.order.balance_due == ada.order.repair_fees
    (paid,) = (  # other customers' money comes in as well
        transfer
        for transfer in ada.world.transfers.values()
        if transfer.customer_id == ada.order.customer_id
        and transfer.unmatched == ada.order.repair_fees
    )
    ada.about("record_payment", reference=paid.reference, amount=small)
    ada.about("finish_repair", quantity=2, outcome="repaired", **asked)
    assert ada.order.returns[-1].rows[0].repaired == 2
    ada.about("issue_invoice")
    paper = ada.order.documents[-1]
    assert paper.repairs == ada.order.repair_fees
    assert "Repairs</td>" in ada.get(f"orders/{ada.number}/papers/{paper.document_number}").text


@pytest.mark.parametrize(("price", "says"), [("", "This is needed."), ("much", "Enter an amount")])
def test_what_is_wrong_with_a_quote_is_said_beside_its_field(
    ada: Workshop, price: str, says: str
) -> None:
    reply = ada.about("quote_repair", rma_number=ada.rma, line_number=1, price=price)
    assert reply.status_code == 422
    assert says in reply.text


def test_more_than_was_paid_is_refused_with_its_sum(ada: Workshop) -> None:
    price = f"{ada.order.line(1).gross / 100 + 1:.2f}"
    refused = ada.about("quote_repair", rma_number=ada.rma, line_number=1, price=price)
    told = ada.client.get(refused.location).text
    assert "is not worth" in told
    assert not ada.order.returns[-1].quotes


def test_where_nobody_quotes_nothing_goes_back_unrepaired(app: Flask) -> None:
    ada = Deskhand(app, "ada").begin()
    assert "A repair for which the customer is liable" in ada.get("rules").text
    assert "back as it is, not repaired" not in ada.get(f"orders/{ada.confirmed()}").text
