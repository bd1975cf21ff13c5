"""Time zones: a moment is kept as one, and typed and shown as the clocks of its class have it."""

from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import dates
from flask_babel import get_locale
from flask_babel import gettext as _

LONGEST: Final = 60
OFFERED: Final = (
    "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver",
    "America/Chicago", "America/Mexico_City", "America/New_York", "America/Bogota",
    "America/Halifax", "America/Sao_Paulo", "America/Argentina/Buenos_Aires", "Atlantic/Azores",
    "UTC", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Africa/Lagos", "Europe/Madrid",
    "Europe/Paris", "Europe/Berlin", "Europe/Rome", "Europe/Vienna", "Europe/Zurich",
    "Europe/Warsaw", "Africa/Johannesburg", "Africa/Cairo", "Europe/Athens", "Europe/Helsinki",
    "Europe/Kyiv", "Europe/Istanbul", "Europe/Moscow", "Africa/Nairobi", "Asia/Dubai",
    "Asia/Karachi", "Asia/Kolkata", "Asia/Dhaka", "Asia/Bangkok", "Asia/Ho_Chi_Minh",
    "Asia/Jakarta", "Asia/Singapore", "Asia/Kuala_Lumpur", "Asia/Manila", "Asia/Hong_Kong",
    "Asia/Macau", "Asia/Shanghai", "Asia/Taipei", "Asia/Seoul", "Asia/Tokyo", "Australia/Perth",
    "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip
"""To choose from, from west to east; whatever else a browser names is taken, too."""


@lru_cache(256)
def zone(name: str) -> ZoneInfo | None:
    """The zone of that name; None for the server's own, and for what is no zone."""
    if not name or len(name) > LONGEST or (name != "UTC" and "/" not in name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def moment_at(typed: datetime, name: str) -> float:
    """The moment at which clocks there show this, in seconds since 1970.

    What they show twice, as summer ends, is the first of the two; what they leave out, as it
    begins, is as long after midnight as it says: an hour later by the new clock.
    """
    return typed.replace(tzinfo=zone(name)).timestamp()


def clock_at(seconds: float, name: str) -> datetime:
    """What clocks there show at a moment in seconds since 1970."""
    return datetime.fromtimestamp(seconds, zone(name)).replace(tzinfo=None)


def called(name: str, at: float) -> str:
    """What people call the zone, and how far it is from UTC at a moment."""
    there = zone(name)
    now = datetime.fromtimestamp(at, there).astimezone(there)
    offset = now.strftime("%z")
    known = f"UTC{offset[:3]}:{offset[3:]}"
    if there is None:
        return _("server time, %(offset)s", offset=known)
    if name == "UTC":
        return "UTC"
    place = dates.get_timezone_location(there, locale=get_locale())
    return _("%(place)s, %(offset)s", place=place, offset=known)


def offered(now: float, chosen: str) -> list[tuple[str, str]]:
    """The zones to choose from, with the one that is chosen; the server's own first."""
    names = list(OFFERED) if not zone(chosen) or chosen in OFFERED else [chosen, *OFFERED]
    return [("", called("", now)), *((it, called(it, now)) for it in names if zone(it))]
