"""What moved in the warehouses, when and by which event: the stock's book, read off its shelves.

Nothing is written down for it. A shelf before an event and the same shelf after it differ by what
moved, so the movements of a shelf and what lay there at the beginning are what lies there now.
"""

from collections.abc import Iterable, Iterator
from typing import Final, Literal, get_args

import msgspec

from trainer.orders.engine import Recorded, evolve
from trainer.orders.shipping import PackagePicked, PackageVoided
from trainer.orders.world import Order, PackageRow, StockLevel, World

MoveKind = Literal[
    "shipped", "received", "produced", "consumed", "transferred", "adjusted", "cleared",
    "restocked", "written_off", "given_back", "b_grade", "in_repair", "in_rework", "returned",
    "apart", "allocated", "picked",
]  # fmt: skip
"""What moved goods is named by the first of these numbers of a shelf that it changed."""
MOVE_KINDS: Final[tuple[MoveKind, ...]] = get_args(MoveKind)


class Movement(msgspec.Struct, frozen=True):
    """What one event did to one shelf."""

    entry: Recorded
    sku: str
    warehouse: str
    kind: MoveKind
    on_hand: int = 0
    allocated: int = 0
    in_parcels: int = 0
    quarantine: int = 0
    left: int = 0
    """What is on hand after it."""

    @property
    def order_number(self) -> str:
        """Whose goods they are; nothing where they are nobody's."""
        return getattr(self.entry.event, "order_number", "")


def movements(world: World, entries: Iterable[Recorded]) -> Iterator[Movement]:
    """Everything that moved from an opening world on, the oldest first."""
    for entry in entries:
        after = evolve(world, entry)
        yield from moved_by(world, after, entry)
        world = after


def moved_by(before: World, after: World, entry: Recorded) -> Iterator[Movement]:
    """What one event did to the shelves, and to the parcels that stand beside them."""
    if after.stock is not before.stock:
        for (sku, warehouse), level in sorted(after.stock.items()):
            was = before.level(sku, warehouse)
            if level is not was and level != was:
                yield _movement(entry, was, level)
    event = entry.event
    if isinstance(event, PackagePicked):
        order = after.orders[event.order_number]
        yield from _parcelled(after, entry, order, event.warehouse, event.rows, 1)
    elif isinstance(event, PackageVoided):
        order = before.orders[event.order_number]
        package = order.package(event.package_number)
        assert package is not None
        yield from _parcelled(after, entry, order, package.warehouse, package.rows, -1)


def _movement(entry: Recorded, was: StockLevel, level: StockLevel) -> Movement:
    kind = next(
        name
        for name in MOVE_KINDS
        if name != "picked" and getattr(level, name) != getattr(was, name)
    )
    return Movement(
        entry=entry,
        sku=level.sku,
        warehouse=level.warehouse,
        kind=kind,
        on_hand=level.on_hand - was.on_hand,
        allocated=level.allocated - was.allocated,
        # goods leave in parcels
        in_parcels=was.shipped - level.shipped,
        quarantine=level.quarantine - was.quarantine,
        left=level.on_hand,
    )


def _parcelled(
    world: World,
    entry: Recorded,
    order: Order,
    warehouse: str,
    rows: Iterable[PackageRow],
    sign: int,
) -> Iterator[Movement]:
    """Into a parcel, or out of it again: on hand and set aside all the while."""
    units: dict[str, int] = {}
    for row in rows:
        line = order.line(row.line_number)
        assert line is not None
        units[line.sku] = units.get(line.sku, 0) + row.quantity
    for sku, quantity in units.items():
        left = world.level(sku, warehouse).on_hand
        yield Movement(entry, sku, warehouse, "picked", in_parcels=sign * quantity, left=left)
