"""Suppliers: what was bought arrives on the day, or as early or late as they are known for."""

from collections.abc import Iterator
from datetime import timedelta

from trainer.orders.engine import Envelope, Recorded
from trainer.orders.purchasing import ReceiveReplenishment, ReplenishmentPlaced
from trainer.orders.values import moment_of
from trainer.orders.world import Supplier, World
from trainer.simulation.chance import between


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """An order with a supplier brings the goods."""
    event = entry.event
    if not isinstance(event, ReplenishmentPlaced):
        return
    supplier = world.suppliers[event.supplier_id]
    day = event.expected + timedelta(days=off_by(supplier, seed, entry.number))
    yield Envelope(
        command_id=f"{entry.number}:delivery",
        actor=supplier.company,
        role="system",
        at=max(moment_of(day, hour=8), entry.at),
        command=ReceiveReplenishment(
            replenishment_number=event.replenishment_number,
            quantity=event.quantity + _more(world, event, seed, entry.number),
        ),
    )


def _more(world: World, event: ReplenishmentPlaced, seed: int, number: int) -> int:
    """Where a little more is taken in, every fourth delivery brings as much more."""
    often = between(1, 4, seed, number, "more") == 1
    return event.quantity * world.policies.over_delivery_tolerance // 100 if often else 0


def off_by(supplier: Supplier, seed: int, number: int) -> int:
    """Days that a delivery comes early (below 0) or late."""
    spread = supplier.spread_days
    if not spread or between(1, 100, seed, number, "reliable") <= supplier.reliability:
        return 0
    drawn = between(1, 2 * spread, seed, number, "off by")
    return drawn - spread if drawn > spread else -drawn
