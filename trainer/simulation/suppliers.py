"""Suppliers: what was bought arrives on the day, or as early or late as they are known for.

Who brings exactly what was bought brings it into the warehouse. Where somebody counts at the dock,
and of whoever is known for parts, shortages or breakage, it stands at the dock first, with a note;
what a note says and nobody could take in is brought again, whole.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from trainer.orders.engine import Command, Envelope, Recorded
from trainer.orders.goods_receipt import (
    DeliverReplenishment,
    GoodsReceiptPosted,
    PostGoodsReceipt,
    ReplenishmentArrived,
)
from trainer.orders.purchasing import ReceiveReplenishment, ReplenishmentPlaced, most_of
from trainer.orders.values import moment_of
from trainer.orders.world import Supplier, World
from trainer.simulation.chance import between

APART = 3
"""Days between the deliveries in which one purchase comes."""


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """An order with a supplier brings the goods; what was missing of it comes again."""
    match entry.event:
        case ReplenishmentPlaced() as placed:
            yield from _bring(entry, placed, world, seed)
        case ReplenishmentArrived() as here if world.policies.goods_receipt == "automatic":
            bought = world.replenishments[here.replenishment_number]
            # what came in the same moment is counted first
            others = sum(brought.to_count for brought in bought.deliveries[:-1])
            units = min(here.sound, max(most_of(world, bought) - others, 0))
            if not units + here.damaged:
                return  # the others are all that is wanted, and this goes back with them
            yield Envelope(
                command_id=f"{entry.number}:count",
                actor="warehouse",
                role="system",
                at=entry.at,
                command=PostGoodsReceipt(
                    here.replenishment_number,
                    here.delivery_number,
                    units,
                    here.damaged,
                ),
            )
        case GoodsReceiptPosted(expected=date() as day) as counted:
            bought = world.replenishments[counted.replenishment_number]
            brought = bought.delivery(counted.delivery_number)
            assert brought is not None
            units = min(brought.missing, bought.left)
            supplier = world.suppliers[bought.supplier_id]
            again = DeliverReplenishment(bought.replenishment_number, units, units)
            yield _on_its_way(entry, "again", supplier, day, again, seed)


def _bring(
    entry: Recorded, placed: ReplenishmentPlaced, world: World, seed: int
) -> Iterator[Envelope]:
    supplier, number = world.suppliers[placed.supplier_id], placed.replenishment_number
    more = _more(world, placed, seed, entry.number)
    if supplier.exact and world.policies.goods_receipt == "automatic":
        whole = ReceiveReplenishment(replenishment_number=number, quantity=placed.quantity + more)
        yield _on_its_way(entry, "delivery", supplier, placed.expected, whole, seed)
        return
    pack = world.products[placed.sku].pack_size
    shares = in_parts(placed.quantity, pack, supplier.parts)
    for place, announced in enumerate(shares):
        day = placed.expected - timedelta(days=APART * (len(shares) - 1 - place))
        last = place == len(shares) - 1
        sound, damaged = loaded(supplier, announced, pack, seed, entry.number, place)
        brought = DeliverReplenishment(number, announced, sound + (more if last else 0), damaged)
        name = f"delivery-{place + 1}"
        yield _on_its_way(entry, name, supplier, day, brought, seed)


def _on_its_way(
    entry: Recorded, name: str, supplier: Supplier, day: date, command: Command, seed: int
) -> Envelope:
    day += timedelta(days=off_by(supplier, seed, entry.number))
    return Envelope(
        command_id=f"{entry.number}:{name}",
        actor=supplier.company,
        role="system",
        at=max(moment_of(day, hour=8), entry.at),
        command=command,
    )


def in_parts(quantity: int, pack: int, parts: int) -> list[int]:
    """A quantity in whole packs, in at most so many parts, the first ones the larger."""
    packs = quantity // pack
    parts = min(parts, packs)
    each, over = divmod(packs, parts)
    return [(each + (place < over)) * pack for place in range(parts)]


def loaded(
    supplier: Supplier, announced: int, pack: int, seed: int, number: int, place: int
) -> tuple[int, int]:
    """What a lorry has on it of what its note says: sound units, and damaged ones."""

    def happens(percent: int, what: str) -> bool:
        return between(1, 100, seed, number, f"{what} {place}") <= percent

    there = announced
    if announced > 1 and happens(supplier.short_percent, "short"):
        there -= between(1, max(announced // 3, 1), seed, number, f"how short {place}")
    elif happens(supplier.over_percent, "over"):
        there += pack
    damaged = 0
    if there > 1 and happens(supplier.damaged_percent, "damaged"):
        damaged = between(1, max(there // 6, 1), seed, number, f"how damaged {place}")
    return there - damaged, damaged


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
