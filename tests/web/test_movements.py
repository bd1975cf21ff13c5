"""The list of stock movements: from the inventory to each event and order, and exact."""

import re
from functools import partial
from html import unescape

import pytest
from flask import Flask

from tests.builders import allocation, booking, labelling, leaving, packing, picking, transfer
from tests.web.deskhand import Deskhand
from tests.web.test_letters_to_customers import done
from trainer.orders.movements import MOVE_KINDS
from trainer.orders.stock import CycleCount
from trainer.web import movements


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture(scope="module")
def shipped(app: Flask) -> tuple[Deskhand, str]:
    """Ada, and an order of hers that has left."""
    ada = Deskhand(app, "ada").begin()
    number = ada.confirmed()
    steps = (transfer, booking, allocation, picking, packing, labelling, leaving)
    done(ada, *(partial(step, number) for step in steps))
    return ada, number


def rows(page: str) -> list[list[str]]:
    """The cells of the list, as they are read."""
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    return [
        [
            " ".join(unescape(re.sub(r"<[^>]*>", " ", cell)).split())
            for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]


def test_a_shelf_s_way_is_read_from_the_inventory(shipped: tuple[Deskhand, str]) -> None:
    ada, number = shipped
    package = ada.world.orders[number].packages[0]
    sku, warehouse = ada.world.orders[number].lines[0].sku, package.warehouse
    way = f"/attempts/{ada.key}/inventory/movements?q={sku}&amp;warehouse={warehouse}"
    assert way in ada.get("inventory").text
    page = ada.get("inventory/movements", q=sku, warehouse=warehouse).text
    found = rows(page)
    units = sum(row.quantity for row in package.rows if row.line_number == 1)
    left = str(ada.world.level(sku, warehouse).on_hand)
    done_with = ("Shipped", "Put into a parcel", "Allocated")
    for row, name in zip(found, done_with, strict=True):
        assert row[1].startswith(f"{name} · {number}")
    assert found[0][3:] == [f"−{units} → {left}", f"−{units}", f"−{units}", ""]
    assert [row[4:6] for row in found[1:]] == [["", f"+{units}"], [f"+{units}", ""]]
    assert f"on hand now {left}" in page
    (event, *_) = re.findall(r'href="(/attempts/[^"]*/debrief\?at=\d+)"', page.split("<tbody>")[1])
    assert ada.client.get(event).status_code == 200


def test_a_count_moves_the_book_and_is_nobody_s_order(shipped: tuple[Deskhand, str]) -> None:
    ada, _ = shipped
    level = next(it for it in ada.world.stock.values() if it.available > 3)
    done(ada, CycleCount(level.sku, level.warehouse, level.on_hand - 2, "broken"))
    page = ada.get("inventory/movements", q=level.sku, warehouse=level.warehouse).text
    newest = rows(page)[0]
    assert newest[1].startswith("Counted or corrected ")
    assert "SO-" not in newest[1]
    assert newest[3] == f"−2 → {level.on_hand - 2}"
    assert f"on hand now {level.on_hand - 2}" in page
    before = ada.get("inventory/movements", at=1).text
    assert "Nothing has moved here since the run began." in before


def test_the_list_has_pages(shipped: tuple[Deskhand, str], monkeypatch: pytest.MonkeyPatch) -> None:
    ada, _ = shipped
    every = rows(ada.get("inventory/movements").text)
    monkeypatch.setattr(movements, "PAGE", 2)
    first, second = (ada.get("inventory/movements", page=page).text for page in (1, 2))
    assert rows(first) + rows(second) == every[:4]
    assert 'rel="next"' in first
    assert 'rel="prev"' in second


def test_each_kind_of_movement_has_a_name() -> None:
    assert set(movements.NAMES) == set(MOVE_KINDS)
