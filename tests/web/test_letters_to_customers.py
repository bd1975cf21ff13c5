"""The letters an order page offers: of which parcel or day each is, once one has gone out."""

import re
from functools import partial
from html import unescape
from itertools import count
from typing import Any

import pytest
from flask import Flask

from tests.builders import booking, labelling, leaving, packing, picking, transfer
from tests.story import envelope_of
from tests.web.deskhand import Deskhand
from trainer.orders.engine import Command
from trainer.orders.service import NotifyCustomer
from trainer.orders.stock import Allocate, suggested_rows

_ids = count(1)


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


def done(ada: Deskhand, *steps: Any) -> None:
    """Each step by whoever may do it, read off the world when its turn comes."""
    for step in steps:
        found = step if isinstance(step, Command) else step(ada.world)
        for command in found if isinstance(found, tuple) else (found,):
            by = envelope_of(ada.world, command)
            outcome = ada.desk.perform(
                ada.sandbox, command, actor=by.actor, command_id=f"l-{next(_ids)}", role=by.role
            )
            assert outcome.refused is None


def letters(ada: Deskhand, number: str) -> list[str]:
    """What the letters are about that the order's page offers."""
    page = ada.get(f"orders/{number}").text
    return [
        unescape(words).split(" · ", 1)[1].strip()
        for words in re.findall(r"<summary[^>]*>([^<]*)", page)
        if unescape(words).startswith("Tell the customer ·")
    ]


def test_the_second_parcel_s_letter_says_which_parcel_it_is_about(app: Flask) -> None:
    ada = Deskhand(app, "ada").begin()
    number = ada.confirmed()
    away = tuple(partial(step, number) for step in (picking, packing, labelling, leaving))
    done(ada, partial(transfer, number), partial(booking, number))
    first, *rest = suggested_rows(ada.world, ada.world.orders[number])
    done(ada, Allocate(number, (first,)), *away)
    assert "Your order is on its way" in letters(ada, number)
    done(ada, NotifyCustomer(number, "order_shipped"))
    assert not any("on its way" in it for it in letters(ada, number))
    done(ada, Allocate(number, tuple(rest)), *away)
    second = ada.world.orders[number].packages[-1].package_number
    assert f"Your order is on its way: parcel {second}" in letters(ada, number)
