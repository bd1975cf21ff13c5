"""Addresses as their own country writes them, with the country where it is not the company's."""

import re
from typing import Final

from flask import Flask
from flask_babel import get_locale

from trainer.orders.values import Address
from trainer.orders.world import World

_CODES: Final = {"USA": "US", "UK": "GB"}
"""Countries that an imported history calls by another name."""
_LARGE_FIRST: Final = frozenset({"CN", "TW", "JP", "KR"})
_CODE_LAST: Final = frozenset({"US", "CA", "AU"})
_CODE_ALONE: Final = frozenset({"GB", "IE"})
_IDEOGRAPH: Final = re.compile(r"[\u4e00-\u9fff\u3040-\u30ff]")


def init(app: Flask) -> None:
    """Offer it to the templates."""
    app.add_template_filter(place)


def place(address: Address, world: World) -> tuple[str, ...]:
    """The lines below the recipient: street, city with state and postal code, foreign country."""
    country = _CODES.get(address.country, address.country) or _home(world)
    code = address.postal_code
    match country:
        case _ if country in _LARGE_FIRST and _IDEOGRAPH.search(address.city):
            lines = [f"{code} {address.city}{address.street}"]
        case _ if country in _CODE_LAST:
            lines = [address.street, f"{address.city} {code}"]
        case _ if country in _CODE_ALONE:
            lines = [address.street, address.city, code]
        case _:
            lines = [address.street, f"{code} {address.city}"]
    if country != _home(world):
        lines.append(country_name(country))
    return tuple(line.strip() for line in lines if line.strip())


def _home(world: World) -> str:
    """The company's country, from how it writes."""
    return world.company.locale.partition("_")[2]


def country_name(country: str) -> str:
    """A country in the page's language; a code that nobody knows stays one."""
    country = _CODES.get(country, country)
    locale = get_locale()
    return locale.territories.get(country, country) if locale else country
