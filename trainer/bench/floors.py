"""The floors: the least anybody could do, written as plainly as it goes."""

import random
from collections.abc import Callable
from typing import Final

import msgspec
from faker import Faker
from immutables import Map

from trainer.orders.world import World


class Record(msgspec.Struct, frozen=True):
    """Something with nine fields, as large as an order's head."""

    name: str
    one: int = 1
    two: int = 2
    three: int = 3
    four: int = 4
    five: int = 5
    six: str = "six"
    seven: str = "seven"
    eight: str = "eight"


Records = Map[str, Record]

UPDATES: Final = 8
_encode: Final = msgspec.json.Encoder().encode


def records(count: int) -> Records:
    """So many records in a map."""
    names = (f"SO-{10_001 + place}" for place in range(count))
    return Map((name, Record(name=name)) for name in names)


def updates(world: Records, times: int) -> Callable[[], None]:
    """Change one record eight times over and encode it each time; that `times` times."""

    def update() -> None:
        for _ in range(times):
            mine = world
            for place in range(UPDATES):
                record = msgspec.structs.replace(mine["SO-10001"], one=place)
                mine = mine.set(record.name, record)
                _encode(record)

    return update


def added_up(world: World) -> int:
    """Every line of every order looked at once, for one number."""
    units = 0
    for order in world.orders.values():
        for line in order.lines:
            units += line.ordered
    return units


def drawn(customers: int, orders: int) -> tuple[list[object], list[object]]:
    """Customers by Faker and orders by chance: only drawn, nothing has happened to them."""
    people, chance = Faker("en_US", use_weighting=False), random.Random(1)
    people.seed_instance(1)
    files: list[object] = [
        (
            *(people.company(), people.name(), people.email(), people.phone_number()),
            *(people.street_address(), people.city(), people.postcode()),
        )
        for _ in range(customers)
    ]
    drawn_orders: list[object] = [
        (
            chance.randrange(customers),
            [(chance.randrange(40), chance.randint(1, 60)) for _ in range(chance.randint(1, 5))],
        )
        for _ in range(orders)
    ]
    return files, drawn_orders
