"""What became of the parcels each carrier took over: by that one can tell which to trust.

A read model, like the reports: it is told from the parcels of the newest orders, so that it costs
the same in a world of a hundred orders and of ten thousand.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

import msgspec

from trainer.orders.values import DAY
from trainer.orders.world import Order, Package, World

NEWEST: Final = 500
"""So many orders are looked at, the newest first."""
SATURDAY: Final = 5
BROKEN: Final = "damaged_in_transit"
ENOUGH: Final = 5
"""Of fewer parcels no share is told."""


class TrackRecord(msgspec.Struct, frozen=True):
    """Parcels of which is known what became of them; damaged ones were delivered, too."""

    carrier_code: str
    on_time: int = 0
    late: int = 0
    lost: int = 0
    returned: int = 0
    damaged: int = 0

    @property
    def parcels(self) -> int:
        """All of them."""
        return self.on_time + self.late + self.lost + self.returned


def track_records(world: World) -> dict[str, TrackRecord]:
    """The record of every carrier, whether it ever had a parcel or not."""
    counts = {code: dict.fromkeys(_COUNTED, 0) for code in sorted(world.carriers)}
    for order in islice(world.newest(), NEWEST):
        told = order.packages and (order.claims or order.returns)
        broken = _broken_lines(order) if told else frozenset()
        for package in order.packages:
            for name in _became(world, package, broken):
                counts[package.carrier_code][name] += 1
    return {code: TrackRecord(code, **numbers) for code, numbers in counts.items()}


_COUNTED: Final = ("on_time", "late", "lost", "returned", "damaged")


def _became(world: World, package: Package, broken: frozenset[int]) -> Iterator[str]:
    """What became of a parcel; nothing while it is under way, or where we called it back."""
    carrier = world.carriers.get(package.carrier_code)
    if carrier is None or package.intercepted:
        return
    match package.stage:
        case "delivered":
            # whole days are counted: of many parcels no calendar has to be asked
            due = _workday(package.shipped_at // DAY + carrier.transit_days)
            yield "on_time" if package.last_scan_at // DAY <= due else "late"
            if broken and any(row.line_number in broken for row in package.rows):
                yield "damaged"
        case "lost":
            yield "lost"
        case "came_back":
            yield "returned"
        case "shipped" if package.tracking == "lost":
            yield "lost"
        case "shipped" if package.tracking == "returned_to_sender":
            yield "returned"


def _workday(day: int) -> int:
    """That day, counted from 1 January 1970, a Thursday; of a weekend the Monday after it."""
    weekday = (day + 3) % 7
    return day + 7 - weekday if weekday >= SATURDAY else day


def _broken_lines(order: Order) -> frozenset[int]:
    """The lines of which a customer said that something was damaged on the way."""
    claims = (row for it in order.claims if it.reason == BROKEN for row in it.rows)
    returns = (row for it in order.returns if it.reason == BROKEN for row in it.rows)
    return frozenset(row.line_number for rows in (claims, returns) for row in rows)
