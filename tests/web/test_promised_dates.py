"""A date for each line, and one against the numbers: in the form, in the refusal, on the page."""

import re
from datetime import date, timedelta

import msgspec
import pytest
from flask import Flask

from tests.web.deskhand import HTMX, Deskhand
from trainer.orders.promises import earliest_of_lines
from trainer.orders.world import Order
from trainer.play.offers import offers
from trainer.web.actions import form_for
from trainer.web.alterations import alterations

MANY = 9_000


@pytest.fixture(scope="module")
def ada(demo: Flask) -> Deskhand:
    """Ada at her desk."""
    return Deskhand(demo, "ada")


def several(ada: Deskhand) -> Order:
    """An order of two products that was checked: one is there, the other has to be made."""
    ada.begin()
    number = ada.draft()
    sellable = sorted(
        (product for product in ada.world.products.values() if product.sellable),
        key=lambda product: -ada.world.available(product.sku),
    )
    here, made = sellable[0], sellable[-1]
    for product, packs in ((here, 1), (made, MANY // made.pack_size)):
        quantity = product.pack_size * packs
        ada.send("add_line", order_number=number, sku=product.sku, quantity=quantity)
    ada.send("submit_order", order_number=number)
    ada.send("check_order", order_number=number)
    order: Order = ada.world.orders[number]
    assert order.checked_at
    assert not order.on_hold
    return order


def sent(order: Order, day: date, *own: date | None, why: str = "") -> dict[str, str]:
    """The confirm form as a browser sends it."""
    typed = {"order_number": order.order_number, "promised_delivery_date": str(day)}
    for place, (line, date_) in enumerate(zip(order.lines, own, strict=False)):
        typed[f"line_dates.{place}.line_number"] = str(line.line_number)
        typed[f"line_dates.{place}.promised_delivery_date"] = str(date_ or "")
    return typed | {"override_reason": why}


def form(page: str, command: str = "confirm_order") -> str:
    """The form of a command on a page."""
    found = re.search(rf'<form class="command"[^>]*data-command="{command}".*?</form>', page, re.S)
    assert found
    return found[0]


def test_the_form_asks_one_date_and_folds_those_of_lines_away(ada: Deskhand) -> None:
    order = several(ada)
    asked = form(ada.get(f"orders/{order.order_number}").text)
    assert asked.count('name="promised_delivery_date"') == 1
    assert re.findall(r'<details class="fold"( open)?>', asked) == ["", ""]
    for place, line in enumerate(order.lines):
        assert f'name="line_dates.{place}.promised_delivery_date"' in asked
        assert line.sku in asked
    assert 'name="override_reason"' in asked


@pytest.mark.parametrize(("lines", "whole", "folds"), [(2, False, 2), (2, True, 1), (1, False, 1)])
def test_only_several_lines_that_may_come_in_parts_are_asked_about(
    ada: Deskhand, lines: int, whole: bool, folds: int
) -> None:
    order = several(ada)
    order = msgspec.structs.replace(order, lines=order.lines[:lines])
    who = msgspec.structs.replace(ada.world.customers[order.customer_id], one_delivery=whole)
    customers = ada.world.customers.set(order.customer_id, who)
    world = msgspec.structs.replace(ada.world, customers=customers)
    offer = next(it for it in offers(world, order) if it.name == "confirm_order")
    with ada.app.test_request_context():
        assert len(form_for(world, order, offer).folds) == folds


def test_lines_get_their_own_dates_and_the_page_says_so(ada: Deskhand) -> None:
    order = several(ada)
    first, last = earliest_of_lines(ada.world, order).values()
    reply = ada.send("confirm_order", **sent(order, last, first, None))
    assert reply.status_code == 303
    now: Order = ada.world.orders[order.order_number]
    assert [now.promise_of(line) for line in now.lines] == [first, last]
    page = ada.client.get(reply.location).text
    assert page.count('class="line-date"') == 2
    assert "each line has its own date" in page
    change = form(page, "change_delivery")
    assert f'value="{first}"' in change, "what stands is filled in"


def test_a_line_that_is_too_early_is_refused_with_its_numbers(ada: Deskhand) -> None:
    order = several(ada)
    first, last = earliest_of_lines(ada.world, order).values()
    early = first - timedelta(days=1)
    reply = ada.send("confirm_order", headers=HTMX, **sent(order, last, early, None))
    assert 'data-code="PROMISE_BEFORE_ATP"' in reply.text
    sums = re.search(r'class="notice-sums">([^<]*)<', reply.text)
    assert sums
    assert order.lines[0].sku in sums[1]
    assert order.lines[1].sku not in sums[1]
    asked = form(reply.text)
    assert f'value="{early}"' in asked, "what was typed is still there"
    assert re.findall(r'<details class="fold"( open)?>', asked) == [" open", " open"]
    assert ada.world.orders[order.order_number].status == "submitted"


def test_a_reason_lets_it_through_and_stays_on_the_page(ada: Deskhand) -> None:
    order = several(ada)
    first, _ = earliest_of_lines(ada.world, order).values()
    assert ada.send("confirm_order", **sent(order, first, why=" ")).status_code == 303
    assert ada.world.orders[order.order_number].status == "submitted"
    reply = ada.send("confirm_order", **sent(order, first, why="the factory <agrees>"))
    page = ada.client.get(reply.location).text
    assert ada.world.orders[order.order_number].promised_delivery_date == first
    told = page.count("the factory &lt;agrees&gt;")
    assert told >= 2, "in the facts and in the timeline"


def test_a_date_that_is_none_is_told_beside_its_field(ada: Deskhand) -> None:
    order = several(ada)
    typed = sent(order, date(2026, 12, 1)) | {
        "line_dates.0.line_number": "1", "line_dates.0.promised_delivery_date": "soon",
    }  # fmt: skip
    reply = ada.send("confirm_order", headers=HTMX, **typed)
    asked = form(reply.text)
    field = re.search(r'<a href="#(f-[^"]*line_dates-0-promised_delivery_date)"', asked)
    assert field, "the list of errors leads to it"
    assert f'id="{field[1]}"' in asked


def test_the_timeline_tells_no_line_as_a_change_of_the_order(ada: Deskhand) -> None:
    order = several(ada)
    first, last = earliest_of_lines(ada.world, order).values()
    ada.send("confirm_order", **sent(order, last, first, None))
    now: Order = ada.world.orders[order.order_number]
    sooner = first + timedelta(days=1)
    typed = sent(now, last, sooner, None) | {
        "carrier_code": now.carrier_code, "reason": "they asked",
        **{f"ship_to.{name}": value for name, value in msgspec.structs.asdict(now.ship_to).items()},
    }  # fmt: skip
    typed.pop("override_reason")
    ada.send("change_delivery", **typed)
    events = [
        it for it in ada.desk.store.events(ada.sandbox.sandbox_id)
        if getattr(it.event, "order_number", "") == order.order_number
    ]  # fmt: skip
    with ada.app.test_request_context():
        altered = [
            it.field for found in alterations(events, None, ada.world).values() for it in found
        ]
    assert altered == ["promised_delivery_date"]
