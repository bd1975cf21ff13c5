"""A wrong address is put right on the submitted order, where its hold is read."""

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture
def ada(app: Flask) -> Deskhand:
    """Ada at a fresh attempt."""
    return Deskhand(app, "ada").begin()


def test_the_form_is_filled_and_puts_the_order_right(ada: Deskhand) -> None:
    number = ada.submitted()
    ada.send("place_hold", order_number=number, kind="address", reason="asking")
    before = ada.world.orders[number]
    page = ada.get(f"orders/{number}").text
    assert "Correct where it goes" in page
    assert f'value="{before.ship_to.street}"' in page
    address = {
        f"ship_to__{name}": getattr(before.ship_to, name)
        for name in ("recipient", "city", "postal_code", "phone", "country")
    }
    reply = ada.send(
        "correct_delivery", order_number=number, carrier_code=before.carrier_code,
        ship_to__street="7 Mill Lane", reason="misread", **address,
    )  # fmt: skip
    assert reply.status_code == 303
    after = ada.world.orders[number]
    assert (after.ship_to.street, after.ship_to.country) == ("7 Mill Lane", before.ship_to.country)
    assert after.checked_at == 0


def test_the_coach_names_the_shorter_way_where_only_the_delivery_is_wrong(ada: Deskhand) -> None:
    number = ada.draft()
    for line in ada.request.lines:
        ada.send("add_line", order_number=number, sku=line.sku, quantity=line.quantity)
    asked = ada.request
    address = {
        f"ship_to__{name}": getattr(asked.ship_to, name)
        for name in ("recipient", "city", "postal_code", "phone", "country")
    }
    way = {"order_number": number, "carrier_code": asked.carrier_code}
    ada.send(
        "change_header", customer_po_number=asked.customer_po_number,
        requested_delivery_date=asked.requested_delivery_date.isoformat(),
        ship_to__street="7 Mill Lane", **way, **address,
    )  # fmt: skip
    ada.send("submit_order", order_number=number)
    assert "Until it is confirmed, correct what was entered" in ada.get(f"orders/{number}").text
    street = asked.ship_to.street
    ada.send("correct_delivery", ship_to__street=street, reason="misread", **way, **address)
    page = ada.get(f"orders/{number}").text
    assert "Until it is confirmed" not in page
    run = ada.desk.run(ada.sandbox)
    assert [seen.state for seen in run.progress.seen].count("reached") >= 1


def test_it_is_for_what_nobody_has_promised(ada: Deskhand) -> None:
    assert "Correct where it goes" not in ada.get(f"orders/{ada.draft()}").text
    ada.begin()
    page = ada.get(f"orders/{ada.confirmed()}").text
    assert "Correct where it goes" not in page
    assert "Change the delivery" in page


def test_a_wrong_quantity_is_put_right_on_the_draft_it_becomes(ada: Deskhand) -> None:
    number = ada.submitted()
    line = ada.world.orders[number].lines[0]
    assert "Correct what was entered" in ada.get(f"orders/{number}").text
    reply = ada.send("reopen_order", order_number=number, reason="misread")
    assert reply.status_code == 303
    more = line.ordered + ada.world.products[line.sku].pack_size
    ada.send("change_line", order_number=number, line_number=line.line_number, quantity=more)
    ada.send("submit_order", order_number=number)
    order = ada.world.orders[number]
    assert (order.status, order.lines[0].ordered) == ("submitted", more)
    assert "is a draft again: misread" in ada.get(f"orders/{number}").text


@pytest.mark.parametrize(
    ("language", "words"), [("zh_Hans", "更正收货信息"), ("zh_Hant", "更正收件資訊")]
)
def test_it_is_read_in_chinese_too(ada: Deskhand, language: str, words: str) -> None:
    number = ada.submitted()
    ada.client.set_cookie("look", f"{language}.light.16")
    assert words in ada.get(f"orders/{number}").text
