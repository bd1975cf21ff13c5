"""Another price on the order's page: less at once, more once the customer has said yes."""

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from trainer.orders.world import OrderLine


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture
def ada(app: Flask) -> Deskhand:
    """Ada at a fresh attempt."""
    return Deskhand(app, "ada").begin()


def typed(amount: int) -> str:
    """Minor units as somebody types them."""
    return f"{amount / 100:.2f}"


def first(ada: Deskhand, number: str) -> OrderLine:
    """The first line as it is now."""
    line: OrderLine = ada.world.orders[number].lines[0]
    return line


def test_a_lower_price_holds_at_once_and_says_what_it_was(ada: Deskhand) -> None:
    number = ada.confirmed()
    line = first(ada, number)
    assert "Change the price of a line" in ada.get(f"orders/{number}").text
    reply = ada.send(
        "change_price", order_number=number, line_number=line.line_number,
        unit_price=typed(line.unit_price - 100), reason="as agreed",
    )  # fmt: skip
    assert reply.status_code == 303
    now = first(ada, number)
    assert (now.unit_price, now.first_price) == (line.unit_price - 100, line.unit_price)
    assert f"was ${typed(line.unit_price)}" in ada.get(f"orders/{number}").text


def test_what_if_tells_how_much_more_there_is_to_pay(ada: Deskhand) -> None:
    number = ada.confirmed()
    line = first(ada, number)
    page = ada.send(
        "change_price", order_number=number, line_number=line.line_number, preview="1",
        unit_price=typed(line.unit_price - 100), reason="as agreed",
    ).text  # fmt: skip
    assert "It would do this." in page
    assert first(ada, number) == line


def test_a_higher_one_is_refused_beside_the_form_until_they_agree(ada: Deskhand) -> None:
    number = ada.confirmed()
    line = first(ada, number)
    more = line.unit_price + line.unit_price // 50  # two percent, to which everybody agrees
    asked = {"order_number": number, "line_number": line.line_number, "unit_price": typed(more)}
    refused = ada.send("change_price", reason="dearer", **asked)
    assert "has not agreed to pay" in ada.client.get(refused.location).text
    assert first(ada, number) == line
    assert ada.send("ask_price_rise", reason="Dearer", **asked).status_code == 303
    page = ada.get(f"orders/{number}").text
    assert "no answer yet" in page
    assert "What was sent to" in page
    for day in range(4):  # a weekend may lie between
        till = {"csrf_token": ada.token, "until": "morning", "command_id": f"wait-{number}-{day}"}
        assert ada.client.post(f"/attempts/{ada.key}/clock", data=till).status_code == 303
    page = ada.get(f"orders/{number}").text
    assert "they agree" in page
    assert "The customer has agreed to:" in page
    ada.send("change_price", reason="as agreed", **asked)
    assert first(ada, number).unit_price == more
    assert "they agreed, and it is entered" in ada.get(f"orders/{number}").text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("unit_price", "", "This is needed."),
        ("unit_price", "cheap", "Enter an amount"),
        ("line_number", "", "This is needed."),
        ("reason", "", "This is needed."),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    ada: Deskhand, field: str, value: str, says: str
) -> None:
    number = ada.confirmed()
    whole = {"line_number": "1", "unit_price": "1.00", "reason": "asked", "order_number": number}
    for command in ("change_price", "ask_price_rise"):
        reply = ada.send(command, **(whole | {field: value}))
        assert reply.status_code == 422
        assert says in reply.text


def test_a_draft_has_no_price_to_change(ada: Deskhand) -> None:
    page = ada.get(f"orders/{ada.draft()}").text
    assert "Change the price of a line" not in page
    assert "Ask for consent" not in page
