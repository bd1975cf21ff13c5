"""The small values every part of an order is made of: money, addresses, moments.

Money is an integer in the minor unit of the order's one currency (cents, fen); it is never a float.
A moment is an integer: seconds of the simulated clock since 1970-01-01, warehouse local time.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

import msgspec

Minor = Annotated[int, "money"]
"""An amount in minor units of the currency; screens format it, the engine only counts it."""

Moment = Annotated[int, "moment"]
"""Seconds of the simulated clock since 1970-01-01."""

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_FIRST_DAY: Final = date(1970, 1, 1).toordinal()

EXPONENT: Final = dict.fromkeys(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
     "VUV", "XAF", "XOF", "XPF"), 0,
) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)  # fmt: skip
"""Decimals of a currency by ISO 4217; every currency not named here has two."""

WITHOUT_POSTAL_CODE: Final = frozenset({"Ireland", "Hong Kong", "Macau", "香港", "澳门", "澳門"})
"""Countries and regions in which carriers ask for no postal code."""


class Address(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Where goods go, or where a customer sits, in that country's own order of words."""

    recipient: str = ""
    street: str = ""
    city: str = ""
    postal_code: str = ""
    country: str = ""
    phone: str = ""

    def missing(self) -> tuple[str, ...]:
        """Names of the fields without which no carrier accepts a parcel."""
        wanted = ["recipient", "street", "city", "phone"]
        if self.country not in WITHOUT_POSTAL_CODE:
            wanted.insert(3, "postal_code")
        return tuple(name for name in wanted if not getattr(self, name).strip())


NO_ADDRESS: Final = Address()
"""None of its own. One for all, so that whatever has none is stored without it."""


def exponent(currency: str) -> int:
    """How many decimals the currency has: 0, 2 or 3."""
    return EXPONENT.get(currency, 2)


def half_up(numerator: int, denominator: int) -> int:
    """Divide two non-negative integers and round half up, the mode named on every document."""
    return (2 * numerator + denominator) // (2 * denominator)


def split(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Share `total` by weight, largest remainder first, so that the shares add up exactly."""
    whole = sum(weights)
    if not (whole and total):
        return (0,) * len(weights)
    floors = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-remainders[i], i))
    for place in by_remainder[: total - sum(floors)]:
        floors[place] += 1
    return tuple(floors)


def telescoped(gross: int, units: int, ordered: int) -> int:
    """Value of the first `units` of a line worth `gross` for `ordered` units.

    The value of units 4 to 7 is `telescoped(…, 7) - telescoped(…, 3)`: however a line is cut up,
    the parts end at exactly its gross.
    """
    return half_up(gross * units, ordered)


def credited(gross: int, units: int, ordered: int) -> int:
    """Credit for `units` of a line's `ordered` units that are not wanted after all.

    They count as the line's last units: what is invoiced of the first ones and what is credited
    of the last ones add up to exactly its gross, in whatever steps either was done.
    """
    return gross - telescoped(gross, ordered - units, ordered)


def tax_included(gross: int, basis_points: int) -> int:
    """The tax inside a gross amount at a rate in basis points (1300 = 13 %)."""
    return half_up(gross * basis_points, 10_000 + basis_points)


def day_of(moment: Moment) -> date:
    """The calendar day of a simulated moment."""
    return date.fromordinal(_FIRST_DAY + moment // DAY)


def moment_of(day: date, hour: int = 0, minute: int = 0) -> Moment:
    """The simulated moment at a time of a day."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return int((start + timedelta(hours=hour, minutes=minute)).timestamp())
