"""What a customer asks for by themselves is marked in the inbox until it stands on the order."""

import re

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from trainer.orders.intake import ReceiveMessage
from trainer.orders.world import Wish


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture
def ada(app: Flask) -> Deskhand:
    """Ada at a fresh attempt."""
    return Deskhand(app, "ada").begin()


def test_a_wish_is_to_do_until_the_order_says_it(ada: Deskhand) -> None:
    number = ada.confirmed()
    wish = Wish("less", 1, 1)
    asks = ReceiveMessage("wish-1", "email", "Olive", "Less", "One less.", "", number, wish=wish)
    ada.desk.perform(ada.sandbox, asks, actor="Olive", command_id="less", role="customer")
    assert ">to do</span>" in ada.get("inbox").text
    assert number in ada.get("inbox/wish-1").text
    ada.send("cancel_order", order_number=number, reason="they asked")
    assert ada.world.orders[number].called_off
    assert ">to do</span>" not in ada.get("inbox").text


def test_a_wish_is_declined_at_the_order_and_the_letter_lies_beside_it(ada: Deskhand) -> None:
    number = ada.confirmed()
    asks = ReceiveMessage(
        "wish-2", "email", "Olive", "Less", "One less.", "", number, wish=Wish("less", 1, 1)
    )
    ada.desk.perform(ada.sandbox, asks, actor="Olive", command_id="less-2", role="customer")
    page = ada.get("inbox/wish-2").text
    # leads to the form that does it, which stands among the rarer ones
    assert re.search(r'data-show="[a-z_ ]+">Do it, or decline it, at the order\.', page)
    assert "Decline the change" in ada.get(f"orders/{number}").text
    ada.send("decline_wish", order_number=number, message_id="wish-2", reason="It is on the van.")
    assert "It is on the van." in ada.world.messages["wish-2"].declined
    page = ada.get("inbox/wish-2").text
    assert "Our answer" in page
    assert ">to do</span>" not in page
    assert "Decline the change" not in ada.get(f"orders/{number}").text


def test_the_customer_answers_our_no_in_the_inbox(ada: Deskhand) -> None:
    number = ada.confirmed()
    asks = ReceiveMessage(
        "wish-3", "email", "Olive", "Less", "One less.", "", number, wish=Wish("less", 1, 1)
    )
    ada.desk.perform(ada.sandbox, asks, actor="Olive", command_id="less-3", role="customer")
    ada.send("decline_wish", order_number=number, message_id="wish-3", reason="It is on the van.")
    before = set(ada.world.messages)
    ada.client.post(
        f"/attempts/{ada.key}/clock",
        data={"csrf_token": ada.token, "command_id": "wait-3", "until": "morning"},
    )
    came = {key.rsplit("-", 1)[0] for key in set(ada.world.messages) - before}
    answers = came & {"no-accepted", "insist", "wish-cancel", "complaint-CMP"}
    assert len(answers) == 1
