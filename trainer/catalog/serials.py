"""Goods with serial numbers: from today on the dearest products are told apart unit by unit.

What has left already has its numbers, too: somebody may send it back.
"""

from collections.abc import Iterator
from itertools import count

import msgspec
from immutables import Map

from trainer.orders.serials import OUT, out_with, serial_number
from trainer.orders.world import Order, Package, PackageRow, World


def with_serials(world: World, products: int) -> World:
    """The same company with so many of its products kept by serial number."""
    if not products:
        return world
    dearest = sorted(world.products.values(), key=lambda p: (-p.unit_price, p.sku))[:products]
    skus = {product.sku for product in dearest}
    told = {p.sku: msgspec.structs.replace(p, serials=True) for p in dearest}
    numbers = (serial_number(number) for number in count(1))
    orders = world.orders
    for place in range(1, len(world.sequence) + 1):
        order = orders[world.sequence[place]]
        if any(line.sku in skus for line in order.lines) and order.packages:
            orders = orders.set(order.order_number, _numbered(order, skus, numbers))
    out = {serial: order.order_number for order in orders.values() for serial in out_with(order)}
    return msgspec.structs.replace(
        world,
        products=world.products.update(told),
        orders=orders,
        serials=Map(out),
        counters=world.counters.set("serial", len(out)) if out else world.counters,
    )


def _numbered(order: Order, skus: set[str], numbers: Iterator[str]) -> Order:
    theirs = {line.line_number for line in order.lines if line.sku in skus}

    def row(row: PackageRow) -> PackageRow:
        if row.line_number not in theirs:
            return row
        serials = tuple(next(numbers) for _ in range(row.quantity))
        return msgspec.structs.replace(row, serial_numbers=serials)

    def parcel(package: Package) -> Package:
        if package.stage not in OUT:
            return package
        return msgspec.structs.replace(package, rows=tuple(map(row, package.rows)))

    return msgspec.structs.replace(order, packages=tuple(map(parcel, order.packages)))
