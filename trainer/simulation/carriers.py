"""Carriers: a parcel that was handed over is scanned on its way and signed for at the door.

Or it is late, lost, or sent back: as often as the carrier is unreliable, or because nobody pays at
the door, and always in the same way for the same parcel of the same variant.
"""

from collections.abc import Iterator
from typing import Literal

from trainer.orders.engine import Envelope, Recorded
from trainer.orders.mishaps import InterceptRequested
from trainer.orders.shipping import PackageShipped, ScanPackage
from trainer.orders.values import DAY, HOUR, MINUTE, Moment, day_of, moment_of
from trainer.orders.world import Carrier, Tracking, World
from trainer.simulation.chance import between

Fate = Literal["on_time", "late", "lost", "returned"]
Way = tuple[tuple[Tracking, Moment], ...]
"""What a carrier tells of a parcel, and when."""


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """What becomes of a parcel that was handed over, or that we asked to have back."""
    event = entry.event
    if isinstance(event, PackageShipped):
        carrier = world.carriers[event.carrier_code]
        refused = event.to_collect and (
            between(1, 100, seed, entry.number, "refused") <= world.policies.refused_percent
        )
        fated: Fate = "returned" if refused else fate(carrier, entry.number, seed)
        way = way_of(carrier, entry.at, entry.number, seed, fated)
        if way[-1][0] == "delivered" and silent(event, entry.number, world, seed):
            way = way[:-1]
        again = between(1, 100, seed, entry.number, "again")
        if again <= world.policies.scans_repeated_percent:
            way = told_again(way, entry.number, seed)
    elif isinstance(event, InterceptRequested):
        package = world.orders[event.order_number].package(event.package_number)
        assert package is not None
        carrier = world.carriers[package.carrier_code]
        days = between(1, 3, seed, entry.number, "turn")
        way = (("returned_to_sender", moment_of(day_of(entry.at), hour=9) + days * DAY),)
    else:
        return
    earlier = entry.at
    for place, (tracking, at) in enumerate(way):
        earlier = max(at, earlier + MINUTE)
        told = place > 2 or any(tracking == before for before, _ in way[:place])
        yield Envelope(
            command_id=f"{entry.number}:{tracking}" + (f"-{place}" if told else ""),
            actor=carrier.name,
            role="carrier",
            at=earlier,
            command=ScanPackage(
                order_number=event.order_number,
                package_number=event.package_number,
                tracking=tracking,
            ),
        )


def silent(event: PackageShipped, number: int, world: World, seed: int) -> bool:
    """Whether nobody scans the delivery of the parcel that was handed over in event `number`."""
    percent = world.policies.scans_missing_percent
    if not percent or event.to_collect:
        return False
    return between(1, 100, seed, number, "silent") <= percent


def told_again(way: Way, number: int, seed: int) -> Way:
    """The same scans, one of those on the way told twice: right behind itself, or out of order,
    once the parcel is at the door. What is told of one that is astray would bring it back.
    """
    place = between(0, len(way) - 2, seed, number, "which")
    tracking, at = way[place]
    if way[-1][0] == "delivered" and between(0, 1, seed, number, "behind"):
        place, at = len(way) - 1, way[-1][1]
    later = at + between(5, 50, seed, number, "later") * MINUTE
    return (*way[: place + 1], (tracking, later), *way[place + 1 :])


def brings(envelope: Envelope, turned: InterceptRequested) -> bool:
    """Whether this is a scan of a parcel that has been turned round meanwhile."""
    scan = envelope.command
    return isinstance(scan, ScanPackage) and (scan.order_number, scan.package_number) == (
        turned.order_number,
        turned.package_number,
    )


def fate(carrier: Carrier, number: int, seed: int) -> Fate:
    """How the parcel that was handed over in event `number` will fare."""
    drawn = between(1, 100, seed, number, "fate")
    for name, percent in (
        ("lost", carrier.lost_percent),
        ("returned", carrier.returned_percent),
        ("late", carrier.late_percent),
    ):
        if drawn <= percent:
            return name  # type: ignore[return-value]
        drawn -= percent
    return "on_time"


def way_of(
    carrier: Carrier, shipped_at: Moment, number: int, seed: int, fated: Fate | None = None
) -> Way:
    """The scans of a parcel that was handed over then, in event `number`."""
    depot = shipped_at + between(2, 5, seed, number, "depot") * HOUR
    door = moment_of(day_of(shipped_at), hour=9) + carrier.transit_days * DAY
    door += between(0, 7 * 60, seed, number, "door") * MINUTE
    match fated or fate(carrier, number, seed):
        case "on_time":
            return (
                ("in_transit", depot),
                ("out_for_delivery", moment_of(day_of(door), hour=8)),
                ("delivered", door),
            )
        case "late":
            wait = between(carrier.late_from, carrier.late_from + 2, seed, number, "late") * DAY
            return (
                ("in_transit", depot),
                ("exception", door),
                ("out_for_delivery", moment_of(day_of(door + wait), hour=8)),
                ("delivered", door + wait),
            )
        case "lost":
            return (("in_transit", depot), ("exception", door), ("lost", door + 4 * DAY))
        case "returned":
            back = door + carrier.transit_days * DAY
            return (("in_transit", depot), ("exception", door), ("returned_to_sender", back))
