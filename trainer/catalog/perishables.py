"""Goods that keep for a while: from today on the company tells its stock apart by lots.

What is set aside already is of a lot of its own; of the free stock a part is old and the rest new.
"""

from datetime import date, timedelta
from typing import Final

import msgspec
from immutables import Map

from trainer.orders.values import day_of
from trainer.orders.world import Lot, Order, StockLevel, World

KEPT: Final = "L-KEPT"
OLD: Final = "L-OLD"
NEW: Final = "L-NEW"
"""Lots are told apart by number; that these tell more is a kindness to trainees."""
SOON: Final = 3
"""Days that the old lot still keeps: too few for most deliveries."""


def in_lots(world: World, shelf_life: int) -> World:
    """The same company with every product kept in lots that last so many days."""
    if not shelf_life:
        return world
    today = day_of(world.now)
    last = today + timedelta(days=shelf_life)
    return msgspec.structs.replace(
        world,
        products=Map(
            (sku, msgspec.structs.replace(product, shelf_life=shelf_life))
            for sku, product in world.products.items()
        ),
        stock=Map((key, _level(level, today, last)) for key, level in world.stock.items()),
        orders=Map((number, _order(order, last)) for number, order in world.orders.items()),
    )


def _level(level: StockLevel, today: date, last: date) -> StockLevel:
    old = level.available // 3
    lots = (
        Lot(OLD, today + timedelta(days=SOON), old),
        Lot(KEPT, last, level.allocated, level.allocated),
        Lot(NEW, last, level.available - old),
    )
    return msgspec.structs.replace(level, lots=tuple(lot for lot in lots if lot.on_hand))


def _order(order: Order, last: date) -> Order:
    if not any(line.allocations for line in order.lines):
        return order
    lines = tuple(
        msgspec.structs.replace(
            line,
            allocations=tuple(
                msgspec.structs.replace(row, lot_number=KEPT) for row in line.allocations
            ),
        )
        for line in order.lines
    )
    packages = tuple(
        msgspec.structs.replace(
            package,
            rows=tuple(
                msgspec.structs.replace(row, lot_number=KEPT, expires=last) for row in package.rows
            ),
        )
        if package.stage in ("picked", "packed", "labelled")
        else package
        for package in order.packages
    )
    return msgspec.structs.replace(order, lines=lines, packages=packages)
