"""Why an order is labelled as it is: for every label there is, with the order's own figures."""

import re
from typing import get_args

from flask import Flask

from tests.web.deskhand import Deskhand
from trainer.orders.status import (
    LABELS,
    FulfilmentStatus,
    Overlay,
    PaymentStatus,
    label_of,
    overlays,
)
from trainer.play.solution import play
from trainer.web.labels import _why_badge, why
from trainer.web.marks import MARKS


def test_each_label_that_an_order_goes_through_has_a_reason_of_its_own(demo: Flask) -> None:
    hand = Deskhand(demo, "ada").begin()
    course = hand.desk.course(hand.sandbox)
    told: dict[str, set[str]] = {}
    with demo.test_request_context():
        for done in play(course):
            world = done.run.world
            for order in world.orders.values():
                said = why(order, world)
                assert len(said) == 1 + len(overlays(order, world.now))
                told.setdefault(label_of(order), set()).add(re.sub(r"[\d.,$]+", "#", said[0]))
    assert set(LABELS) - {"closed"} <= set(told)
    assert all(len(sentences) == 1 for sentences in told.values())
    assert len({next(iter(it)) for it in told.values()}) == len(told)


def test_every_badge_has_a_reason_of_its_own(demo: Flask) -> None:
    order = next(iter(Deskhand(demo, "ada").begin().world.orders.values()))
    with demo.test_request_context():
        said = [_why_badge(badge, order) for badge in get_args(Overlay)]
    assert len(set(said)) == len(said) - 2  # late or not, a complaint and a task are the same


def test_the_order_page_tells_it(demo: Flask) -> None:
    hand = Deskhand(demo, "ada").begin()
    number = next(n for n, it in hand.world.orders.items() if label_of(it) == "in_transit")
    page = hand.get(f"orders/{number}").text
    assert "Why “In transit”?" in page
    live = sum(line.live for line in hand.world.orders[number].lines)
    assert re.search(rf"why-label.*\b{live} ", page, re.DOTALL)


def test_money_and_goods_have_a_badge_each_beside_the_label(demo: Flask) -> None:
    hand = Deskhand(demo, "ada").begin()
    assert set(get_args(PaymentStatus)) | set(get_args(FulfilmentStatus)) - {"none"} <= set(MARKS)
    number = next(n for n, it in hand.world.orders.items() if label_of(it) == "pending_payment")
    head = hand.get(f"orders/{number}").text.split('id="order-title"')[1].split("</h1>")[0]
    assert re.findall(r'data-status="(\w+)"', head)[:3] == ["pending_payment", "unpaid", "open"]
    row = hand.get("orders", q=number).text.split("<tbody")[1].split("</tbody>")[0]
    assert {"pending_payment", "unpaid"} <= set(re.findall(r'data-status="(\w+)"', row))
