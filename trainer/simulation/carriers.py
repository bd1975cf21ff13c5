"""Carriers: a parcel that was handed over is scanned on its way and signed for at the door."""

from collections.abc import Iterator

from trainer.orders.engine import Envelope, Recorded
from trainer.orders.shipping import PackageShipped, ScanPackage
from trainer.orders.values import DAY, HOUR, MINUTE, day_of, moment_of
from trainer.orders.world import Tracking, World
from trainer.simulation.chance import between


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """A shipped parcel is in transit the same evening and at the door after the transit days."""
    event = entry.event
    if not isinstance(event, PackageShipped):
        return
    carrier = world.carriers[event.carrier_code]
    door = moment_of(day_of(entry.at), hour=9) + carrier.transit_days * DAY
    door += between(0, 7 * 60, seed, entry.number, "door") * MINUTE
    way: tuple[tuple[Tracking, int], ...] = (
        ("in_transit", entry.at + between(2, 5, seed, entry.number, "depot") * HOUR),
        ("out_for_delivery", moment_of(day_of(door), hour=8)),
        ("delivered", door),
    )
    earlier = entry.at
    for tracking, at in way:
        earlier = max(at, earlier + MINUTE)
        yield Envelope(
            command_id=f"{entry.number}:{tracking}",
            actor=carrier.name,
            role="carrier",
            at=earlier,
            command=ScanPackage(
                order_number=event.order_number,
                package_number=event.package_number,
                tracking=tracking,
            ),
        )
