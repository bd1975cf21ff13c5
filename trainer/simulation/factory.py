"""The factory: what was promised beyond the stock is made in time for it."""

from collections.abc import Iterator
from typing import Final

from trainer.orders.engine import Envelope, Recorded
from trainer.orders.intake import OrderConfirmed
from trainer.orders.status import Label
from trainer.orders.stock import ReceiveStock, made_on
from trainer.orders.values import moment_of
from trainer.orders.world import World

WAITING: Final[tuple[Label, ...]] = ("pending_payment", "awaiting_shipment", "partly_shipped")


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """A confirmed order that the stock cannot serve brings what is missing, on the day promised."""
    if not isinstance(entry.event, OrderConfirmed):
        return
    for line in world.orders[entry.event.order_number].lines:
        missing = min(line.open, _wanted(world, line.sku) - world.available(line.sku))
        if missing > 0:
            yield Envelope(
                command_id=f"{entry.number}:made-{line.line_number}",
                actor="factory",
                role="system",
                at=max(moment_of(made_on(world, line.sku, missing), hour=7), entry.at),
                command=ReceiveStock(
                    sku=line.sku, warehouse=min(world.warehouses), quantity=missing
                ),
            )


def _wanted(world: World, sku: str) -> int:
    """What confirmed orders still wait for."""
    return sum(
        line.open
        for label in WAITING
        for order in world.newest(label)
        for line in order.lines
        if line.sku == sku
    )
