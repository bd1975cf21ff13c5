"""An address reads as its own country writes it, whoever looks at it."""

import msgspec
import pytest
from flask import Flask

from tests.builders import company
from trainer.orders.values import Address
from trainer.orders.world import World
from trainer.web.addresses import place

AUSTIN = Address("Otter", "12 Elm St", "Austin, TX", "78701", "US")
SHENZHEN = Address("林佳颖", "人民路1号", "广东省深圳市南山区", "518052", "CN")
BERLIN = Address("Otter", "Obere Str. 57", "Berlin", "12209", "Germany")
LONDON = Address("Otter", "Brook Farm", "London", "WX1 6LT", "UK")


def at(locale: str) -> World:
    """The same company, somewhere else."""
    world = company()
    home = msgspec.structs.replace(world.company, locale=locale)
    return msgspec.structs.replace(world, company=home)


@pytest.mark.parametrize(
    ("address", "locale", "language", "lines"),
    [
        (AUSTIN, "en_US", "en", ("12 Elm St", "Austin, TX 78701")),
        (AUSTIN, "zh_CN", "zh-Hans", ("12 Elm St", "Austin, TX 78701", "美国")),
        (AUSTIN, "zh_TW", "zh-Hant", ("12 Elm St", "Austin, TX 78701", "美國")),
        (SHENZHEN, "zh_CN", "zh-Hans", ("518052 广东省深圳市南山区人民路1号",)),
        (SHENZHEN, "en_US", "en", ("518052 广东省深圳市南山区人民路1号", "China")),
        (BERLIN, "en_US", "en", ("Obere Str. 57", "12209 Berlin", "Germany")),
        (LONDON, "en_US", "en", ("Brook Farm", "London", "WX1 6LT", "United Kingdom")),
        (Address("Otter", "12 Elm St", "Austin, TX"), "en_US", "en", ("12 Elm St", "Austin, TX")),
    ],
)
def test_an_address_in_its_own_form(
    app: Flask, address: Address, locale: str, language: str, lines: tuple[str, ...]
) -> None:
    with app.test_request_context("/", headers={"Accept-Language": language}):
        assert place(address, at(locale)) == lines
