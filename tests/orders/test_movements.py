"""The stock's book: what moved by which event, exact to the unit."""

from collections import Counter

import pytest

from tests.builders import ARMCHAIR, FIRST, order_delivered
from tests.orders.test_properties import walks
from tests.orders.walk import opening
from tests.story import given
from trainer.orders.movements import MOVE_KINDS, movements
from trainer.orders.stock import in_packages


@pytest.mark.xdist_group("walks")
@pytest.mark.long
def test_what_moved_and_what_lay_there_is_what_lies_there() -> None:
    met: Counter[str] = Counter()
    for walk in walks():
        begun = opening(walk.seed)
        there: Counter[tuple[str, str, str]] = Counter()
        for level in begun.stock.values():
            for part in ("on_hand", "allocated", "quarantine"):
                there[level.sku, level.warehouse, part] += getattr(level, part)
        for it in movements(begun, walk.entries):
            met[it.kind] += 1
            for part in ("on_hand", "allocated", "in_parcels", "quarantine"):
                there[it.sku, it.warehouse, part] += getattr(it, part)
            assert it.left == there[it.sku, it.warehouse, "on_hand"]
        parcels: Counter[tuple[str, str]] = Counter()
        for order in walk.world.orders.values():
            for line in order.lines:
                for warehouse in walk.world.warehouses:
                    units = in_packages(order, line.line_number, warehouse)
                    parcels[line.sku, warehouse] += units
        for (sku, warehouse), level in walk.world.stock.items():
            for part in ("on_hand", "allocated", "quarantine"):
                assert there[sku, warehouse, part] == getattr(level, part)
            assert there[sku, warehouse, "in_parcels"] == parcels[sku, warehouse]
    assert set(met) == set(MOVE_KINDS)


def test_a_unit_s_way_from_the_shelf_to_the_road() -> None:
    story = given(order_delivered(lines={ARMCHAIR: 2}))
    begun = given().world
    found = [it for it in movements(begun, story.entries) if it.sku == ARMCHAIR]
    assert [
        (it.kind, it.on_hand, it.allocated, it.in_parcels, it.left - found[0].left) for it in found
    ] == [("allocated", 0, 2, 0, 0), ("picked", 0, 0, 2, 0), ("shipped", -2, -2, -2, -2)]
    assert {it.order_number for it in found} == {FIRST}
