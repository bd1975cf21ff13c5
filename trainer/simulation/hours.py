"""When people act: colleagues in working hours, customers and couriers while they are awake."""

from typing import Final

import msgspec

from trainer.orders.engine import Envelope
from trainer.orders.shipping import ScanPackage
from trainer.orders.values import DAY, HOUR, MINUTE, Moment, day_of, moment_of

_OPENS: Final = 8
_CLOSES: Final = 18
_WAKES: Final = 6
_SLEEPS: Final = 22


def in_hours(at: Moment) -> Moment:
    """That moment, or early on the next workday if nobody is in by then."""
    if day_of(at).weekday() < 5 and _OPENS * HOUR <= at % DAY < _CLOSES * HOUR:
        return at
    day = at if at % DAY < _OPENS * HOUR else at + DAY
    while day_of(day).weekday() >= 5:
        day += DAY
    return moment_of(day_of(day), hour=_OPENS) + at % (40 * MINUTE)


def by_day(at: Moment) -> Moment:
    """That moment, or early in the morning if everybody sleeps by then."""
    if _WAKES * HOUR <= at % DAY < _SLEEPS * HOUR:
        return at
    day = at if at % DAY < _WAKES * HOUR else at + DAY
    return moment_of(day_of(day), hour=_WAKES) + at % (90 * MINUTE)


def not_at_night(envelope: Envelope) -> Envelope:
    """What a customer does and a parcel that is handed over wait for the morning."""
    command = envelope.command
    arrives = isinstance(command, ScanPackage) and command.tracking == "delivered"
    if envelope.role != "customer" and not (envelope.role == "carrier" and arrives):
        return envelope
    at = by_day(envelope.at)
    return envelope if at == envelope.at else msgspec.structs.replace(envelope, at=at)
