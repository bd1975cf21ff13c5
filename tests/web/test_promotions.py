"""A promotion on the screens: what runs, what an order has of it, and what losing it would cost."""

from typing import Any

import msgspec
import pytest
from flask import Flask

from tests.builders import order_drafted, order_submitted
from tests.orders.test_promotions import FREE, GOODS, TEN, less, paid, running
from tests.story import given
from tests.web.deskhand import HTMX, Deskhand
from trainer.orders.world import Promotion
from trainer.web import promotions
from trainer.web.words import money


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


class Clerk(Deskhand):
    """Ada at the exercise about an order that is to fall below the threshold."""

    def begin(self) -> "Clerk":
        reply = self.client.post(
            "/exercises/below-the-threshold/attempts", data={"csrf_token": self.token}
        )
        self.key = reply.location.split("/attempts/")[1].split("/")[0]
        self.number = self.world.messages["less"].order_number
        return self

    @property
    def order(self) -> Any:
        """The order as it is now."""
        return self.world.orders[self.number]

    @property
    def page(self) -> str:
        """Its page."""
        return str(self.get(f"orders/{self.number}").text)

    def told(self, amount: int) -> str:
        """An amount as its page writes it."""
        with self.app.test_request_context():
            return money(amount, self.order.currency or self.world.company.currency)

    def one_less(self, **more: str) -> Any:
        """The first product is called off."""
        units = self.order.lines[0].ordered
        rows = {"rows__0__line_number": 1, "rows__0__quantity": units}
        return self.send("cancel_line_quantity", order_number=self.number,
                         reason_code="changed_mind", **rows, **more)  # fmt: skip


@pytest.fixture
def ada(app: Flask) -> Clerk:
    """Ada at it."""
    return Clerk(app, "ada").begin()


def test_what_it_would_cost_is_seen_before_it_is_done(ada: Clerk) -> None:
    terms = ada.order.promotion
    assert f"{ada.told(terms.given)} off" in ada.page
    margin = ada.told(terms.worth - terms.threshold)
    assert f"{margin} above the {ada.told(terms.threshold)} it asks for" in ada.page
    preview = ada.one_less(preview="1", headers=HTMX).text
    assert "Nothing has happened yet" in preview
    assert "Claw-back of a promotion" in preview
    assert ada.order.clawback == 0
    assert ada.one_less().status_code == 303
    assert "Claw-back of a promotion" in ada.page
    assert f"{ada.told(ada.order.clawback)} charged again" in ada.page
    assert "below the" in ada.page
    letter = {"order_number": ada.number, "template": "order_changed"}
    assert ada.send("notify_customer", **letter).status_code == 303
    assert "we have to charge" in ada.page
    # the form offers what is owed, and that is less than what was credited
    owed = -ada.order.balance_due
    assert 0 < owed == ada.order.credit - ada.order.clawback
    assert ada.told(owed) in ada.page


def test_what_runs_stands_among_the_rules(ada: Clerk) -> None:
    page = ada.get("rules").text
    assert "Promotions</h2>" in page
    assert "10 % off from" in page
    assert 'id="rule-promotion_clawback"' in page


def told(app: Flask, story: Any) -> list[str]:
    with app.test_request_context():
        return promotions.told(story.world, story.world.orders["SO-10001"])


def test_a_draft_says_what_it_lacks_and_what_it_would_have(app: Flask) -> None:
    world = running(TEN, msgspec.structs.replace(FREE, threshold=80_000),
                    Promotion("YEN", "Yen", 1, percent=5, currency="JPY"))  # fmt: skip
    said = told(app, given(order_drafted(lines=GOODS), world=world))
    assert said == [
        "Ten percent from 600.00: $71.97 off",
        "Free shipping from 600.00: $80.33 more of goods for it",
    ]
    assert told(app, given(order_drafted(lines=GOODS))) == []


def test_an_order_says_how_it_stands(app: Flask) -> None:
    assert told(app, given(order_submitted(lines=GOODS), world=running(FREE))) == [
        "Free shipping from 600.00: $12.00 of freight not charged",
        "$719.67 of goods kept, $119.67 above the $600.00 it asks for",
    ]
    assert told(app, paid().and_(less((1, 1))))[1:] == [
        "$519.68 of goods kept, $80.32 below the $600.00 it asks for",
        "$51.97 charged again",
    ]
    assert told(app, paid(running(clawback="keep")).and_(less((1, 1))))[1:] == [
        "stays given, whatever becomes of the order"
    ]
    assert told(app, given(order_submitted(lines=GOODS))) == []
