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
    version: int = 1
    quantity: int = 2
    total: int = 3
    created: int = 4
    due: int = 5
    state: str = "draft"
    sku: str = "OFC-9197"
    carrier: str = "SWP"


class Step(msgspec.Struct, frozen=True):
    """An event of eight fields."""

    number: int
    at: int
    actor: str
    role: str
    command_id: str
    order: str
    state: str
    quantity: int


Records = Map[str, Record]

UPDATES: Final = 8

_WAY: Final = (
    "draft", "submitted", "checked", "confirmed", "paid", "allocated", "picked", "shipped",
    "delivered",
)  # fmt: skip
GUARDS: Final = dict(zip(_WAY[1:], _WAY, strict=False))
"""Each of the eight steps of a life, and the state it needs."""
_RULES: Final = (*_WAY, "closed")
"""The states that ten rules ask for."""
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
                record = msgspec.structs.replace(mine["SO-10001"], version=place)
                mine = mine.set(record.name, record)
                _encode(record)

    return update


def lives(world: Records, times: int) -> Callable[[], None]:
    """An order's life in eight commands, each as short as it can be written; that `times` times.

    A command finds the order, asks the table of guards and the shelf, makes an event, applies and
    encodes it, and asks ten rules again.
    """
    shelves = Map({Record("").sku: 1_000})

    def live() -> None:
        for _ in range(times):
            mine, stock, reached = world, shelves, 0
            for number, (state, needed) in enumerate(GUARDS.items(), 1):
                record = mine["SO-10001"]
                assert record.state == needed
                if state == "allocated":
                    assert stock[record.sku] >= record.quantity
                    stock = stock.set(record.sku, stock[record.sku] - record.quantity)
                step = Step(
                    number, number, "bench", "clerk", "1", record.name, state, record.quantity
                )
                record = msgspec.structs.replace(record, state=step.state)
                mine = mine.set(record.name, record)
                for rule in _RULES:
                    if rule == record.state:
                        reached += 1
                _encode(step)
            assert reached == len(GUARDS)

    return live


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
