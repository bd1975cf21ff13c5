"""Stock and production at the desk: each form does what it says, and says why when it cannot."""

import re
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from flask import Flask, render_template

from tests.builders import ARMCHAIR, EAST, FIRST, order_confirmed
from tests.orders.test_b_grade import counted
from tests.orders.test_backorders import careful
from tests.orders.test_returns import judged
from tests.story import given
from tests.web.deskhand import Deskhand
from trainer.orders.b_grade import ClearBGrade
from trainer.orders.stock import set_aside
from trainer.orders.values import day_of
from trainer.orders.world import World
from trainer.play.offers import offers
from trainer.web.actions import Form, form_for
from trainer.web.forms import FormErrors, read, written
from trainer.web.screens import Screen
from trainer.web.supply import Told, coming, inventory_forms


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture
def desk(app: Flask) -> Deskhand:
    """A fresh attempt at the first order."""
    return Deskhand(app, "ada").begin()


def stocked(desk: Deskhand) -> str:
    """A product that lies in the east."""
    return min(
        sku
        for (sku, place), level in desk.world.stock.items()
        if place == "EAST" and level.available
    )


def test_a_transfer_moves_stock_and_says_so(desk: Deskhand) -> None:
    sku = stocked(desk)
    before = [level.on_hand for level in desk.world.levels(sku)]
    fields = {"sku": sku, "warehouse": "EAST", "to_warehouse": "WEST", "quantity": 1}
    reply = desk.send("transfer_stock", **fields)
    assert reply.status_code == 303
    assert "/inventory?done=" in reply.location
    assert [level.on_hand for level in desk.world.levels(sku)] == [before[0] - 1, before[1] + 1]
    assert "notice-done" in desk.client.get(reply.location).text


def test_what_if_shows_the_shelves_and_moves_nothing(desk: Deskhand) -> None:
    sku, before = stocked(desk), desk.world
    fields = {"sku": sku, "warehouse": "EAST", "to_warehouse": "WEST", "quantity": 1}
    asked = desk.send("transfer_stock", preview="1", **fields)
    assert asked.status_code == 200
    assert "Nothing has happened yet" in asked.text
    for place in ("East warehouse", "West warehouse"):
        assert f"<small>{place}</small>" in asked.text
    typed = re.findall(r'<input[^>]*name="quantity"[^>]*>', asked.text)
    assert any('value="1"' in field for field in typed)
    assert desk.world.number == before.number
    refused = desk.send("transfer_stock", preview="1", **fields | {"to_warehouse": "EAST"})
    assert "It would be refused." in refused.text
    assert desk.sandbox.asides == 0


def test_what_if_stands_beside_the_very_step_of_production(desk: Deskhand) -> None:
    sku = stocked(desk)
    due = day_of(desk.world.now) + timedelta(days=60)
    for _ in range(2):
        desk.send("create_production", sku=sku, quantity=12, warehouse="EAST", due=due.isoformat())
    first, second = sorted(desk.world.production)
    asked = desk.send("release_production", preview="1", production_number=second)
    assert asked.text.count('id="preview"') == 1
    before, after = asked.text.split('id="preview"')
    # the newest one stands first
    assert f'class="sku">{second}' in before
    assert f'class="sku">{first}' in after
    assert desk.world.production[second].status == "planned"


def test_a_production_order_is_found_and_stays_found_after_its_step(desk: Deskhand) -> None:
    sku = stocked(desk)
    due = day_of(desk.world.now) + timedelta(days=60)
    for _ in range(2):
        desk.send("create_production", sku=sku, quantity=12, warehouse="EAST", due=due.isoformat())
    first, second = sorted(desk.world.production)
    page = desk.get("production", q=first.lower()).text
    assert f'class="sku">{first}' in page
    assert f'class="sku">{second}' not in page
    assert f'name="looked_for" value="{first.lower()}"' in page
    done = desk.send("release_production", production_number=first, looked_for=first.lower())
    assert f"/production?q={first.lower()}&done=" in done.location
    assert f'class="sku">{second}' in desk.get("production", q=sku).text
    assert "No production order matches" in desk.get("production", q="no such").text


def test_what_is_looked_for_is_no_longer_in_the_address_than_its_field_allows(
    desk: Deskhand,
) -> None:
    sku = stocked(desk)
    fields = {"sku": sku, "warehouse": "EAST", "counted": 1, "reason": "x"}
    reply = desk.send("cycle_count", **fields, looked_for="y" * 9_000, in_full="z" * 9_000)
    assert reply.status_code == 303
    assert len(reply.location) < 500


def test_a_refused_form_stays_open_with_its_values(desk: Deskhand) -> None:
    sku = stocked(desk)
    fields = {"sku": sku, "warehouse": "EAST", "to_warehouse": "EAST", "quantity": 77}
    reply = desk.send("transfer_stock", **fields)
    page = desk.client.get(reply.location).text
    assert "MISSING_FIELD" in page
    assert 'value="77"' in page


def test_the_notice_of_an_act_is_gone_once_more_was_done(desk: Deskhand) -> None:
    sku = stocked(desk)
    asked = {"sku": sku, "quantity": 12, "warehouse": "EAST"}
    due = (day_of(desk.world.now) + timedelta(days=60)).isoformat()
    first = desk.send("create_production", **asked, due=due).location
    assert "notice-done" in desk.client.get(first).text
    second = desk.send("create_production", **asked, due=due).location
    assert "notice-done" not in desk.client.get(first).text
    assert "notice-done" in desk.client.get(second).text


def test_a_malformed_form_says_what_is_wrong(desk: Deskhand) -> None:
    reply = desk.send("adjust_stock", sku=stocked(desk), warehouse="EAST", difference="few")
    assert reply.status_code == 422
    assert "field-error" in reply.text
    assert 'value="few"' in reply.text
    assert desk.send("create_production", sku="", quantity=1).status_code == 422


def test_a_count_below_what_is_set_aside_asks_whose(desk: Deskhand) -> None:
    number = desk.confirmed()
    order = desk.world.orders[number]
    line, level = (
        order.lines[0],
        max(desk.world.levels(order.lines[0].sku), key=lambda level: level.available),
    )
    quantity = min(line.open, level.available)
    row = {
        "rows__0__line_number": 1,
        "rows__0__warehouse": level.warehouse,
        "rows__0__quantity": quantity,
    }
    assert desk.send("allocate", order_number=number, **row).status_code == 303
    count = {"sku": line.sku, "warehouse": level.warehouse, "reason": "flood", "counted": 0}
    page = desk.client.get(desk.send("cycle_count", **count).location).text
    assert "BELOW_ALLOCATED" in page
    assert f'value="{number}"' in page
    # whatever lies there for whichever order is gone
    rows = {}
    for place, (whose, gone, there) in enumerate(set_aside(desk.world, line.sku, level.warehouse)):
        rows |= {
            f"rows__{place}__order_number": whose.order_number,
            f"rows__{place}__line_number": gone.line_number,
            f"rows__{place}__quantity": there,
        }
    packed = desk.world.level(line.sku, level.warehouse).allocated - sum(
        there for _, _, there in set_aside(desk.world, line.sku, level.warehouse)
    )
    desk.send("cycle_count", **(count | rows | {"counted": packed}))
    assert desk.world.level(line.sku, level.warehouse).on_hand == packed
    assert desk.world.orders[number].lines[0].allocated == 0


def test_something_is_bought_and_called_off(desk: Deskhand) -> None:
    sku = stocked(desk)
    pack = desk.world.products[sku].pack_size
    bought = {"supplier_id": "V-001", "sku": sku, "warehouse": "EAST"}
    desk.send("place_replenishment", **bought, quantity=2 * pack)
    page = desk.get("inventory").text
    assert "PUR-00001" in page
    assert "those in parcels too" in page
    many = desk.send("place_replenishment", **bought, quantity=10**7)
    assert "IMPLAUSIBLE_QUANTITY" in desk.client.get(many.location).text
    called_off = {"replenishment_number": "PUR-00001", "reason": ""}
    without = desk.send("cancel_replenishment", **called_off, reason_code="other")
    assert "MISSING_REASON" in desk.client.get(without.location).text
    desk.send("cancel_replenishment", **called_off, reason_code="comes_too_late")
    assert desk.world.replenishments["PUR-00001"].status == "cancelled"
    desk.send("place_replenishment", **bought, quantity=2 * pack)
    page = desk.get("inventory").text
    over = page.index("1 purchase that is over")  # folded below those that go on
    first, last = page.rindex("PUR-00002"), page.rindex("PUR-00001")
    assert first < over < last < page.rindex("comes too late")
    report = desk.get("reports/purchases_called_off").text
    assert "1 of 2 purchases were cancelled or closed short (50.0 %)" in report
    assert "Comes too late" in report


def test_something_is_made_step_by_step(desk: Deskhand) -> None:
    sku = stocked(desk)
    plan = {"sku": sku, "warehouse": "EAST", "quantity": 3, "due": "2026-06-01"}
    assert "/production?done=" in desk.send("create_production", **plan).location
    for command, status in (
        ("release_production", "released"),
        ("start_production", "in_progress"),
    ):
        assert f'value="{command}"' in desk.get("production").text
        desk.send(command, production_number="MO-00001")
        assert desk.world.production["MO-00001"].status == status
    assert "MO-00001" in desk.get("production").text
    early = desk.send("create_production", **(plan | {"due": "2026-03-02"}))
    assert "CAPACITY_EXCEEDED" in desk.client.get(early.location).text


def shown(world: World) -> dict[str, Form]:
    """The forms about goods that are not as new, on a screen of this world."""
    seen = cast(Screen, SimpleNamespace(world=world, acting=True, outcome=None, done=None))
    names = ("finish_rework", "clear_b_grade")
    forms = inventory_forms(seen, Told())
    return {form.command: form for form in forms if form.command in names}


def test_what_is_not_as_new_has_a_way_on_only_while_there_is_some(english: None) -> None:
    story = counted()
    assert shown(story.world) == {}
    story.and_(judged(1, "rework"), judged(2, "restock_b_grade"))
    forms = shown(story.world)
    asked = {name: {field.name for field in form.fields} for name, form in forms.items()}
    assert asked == {
        "finish_rework": {"sku", "warehouse", "quantity", "outcome"},
        "clear_b_grade": {"sku", "warehouse", "quantity", "price", "reason"},
    }
    (_, (sku, words)) = forms["clear_b_grade"].fields[0].choices
    assert (sku, words) == (ARMCHAIR, f"{ARMCHAIR} · East warehouse: 2")


def test_the_inventory_tells_what_is_in_rework_and_what_was_sold_off(english: None) -> None:
    story = counted().and_(
        judged(1, "rework"),
        judged(2, "restock_b_grade"),
        ClearBGrade(ARMCHAIR, EAST, 1, 1_250, "to a second-hand dealer"),
    )
    world = story.world
    part = render_template(
        "parts/inventory-list.html",
        screen=SimpleNamespace(sandbox=SimpleNamespace(key="k"), at=None),
        products=[world.products[ARMCHAIR]],
        world=world,
        coming=coming,
        today=day_of(world.now),
    )
    for told in ("1 in rework", "1 B-grade", "1 sold off as B-grade for $12.50"):
        assert told in part


def test_a_line_that_is_short_can_be_scheduled_on_its_order(english: None) -> None:
    world = given(order_confirmed(lines={ARMCHAIR: 26}), world=careful()).world
    order = world.orders[FIRST]
    (offer,) = [o for o in offers(world, order) if o.name == "create_production"]
    assert offer.refusal is None
    form = form_for(world, order, offer)
    assert [field.name for field in form.fields] == ["quantity", "due"]
    assert {"sku", "order_number", "line_number", "warehouse"} <= {name for name, _ in form.hidden}
    command = read(offer.name, written(offer.command, "USD"), "USD")
    assert not isinstance(command, FormErrors)
    assert command == offer.command
    assert given(command, world=world).world.production["MO-00001"].order_number == FIRST


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    """A request of somebody who reads English."""
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        yield
