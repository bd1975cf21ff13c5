"""What if: what a command would do to all that a person can see; nothing has happened yet.

The engine decides and evolves on the world as it is; nothing is written, and a refusal is not
noted as a try. What falls due meanwhile belongs to the outside world and is left out. What is
different is no list of what commands do: the picture of each thing that was touched is taken
before and after (`trainer.play.pictures`), and where the two are not the same it is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import msgspec

from trainer.orders.engine import Envelope, Recorded, handle
from trainer.orders.refusals import Refusal
from trainer.orders.world import World
from trainer.play.pictures import PICTURES, Kind, Picture, stock


class Change(msgspec.Struct, frozen=True):
    """One thing that would be different: what, of what, before and after."""

    kind: Kind
    what: str
    before: str | int
    after: str | int
    about: str = ""
    """The SKU of a line or a stock figure, the number of a paper, who gets a message."""
    warehouse: str = ""
    """Where the stock of that figure lies."""
    currency: str = ""
    """Of an amount; the company's own where there is none."""


class Effects(msgspec.Struct, frozen=True):
    """What a command does: what happens, and what is different afterwards."""

    entries: tuple[Recorded, ...]
    changes: tuple[Change, ...]

    @property
    def by_thing(self) -> list[tuple[str, list[Change]]]:
        """What is different, together of what: each thing once, in the order in which it is met."""
        things: dict[str, list[Change]] = {}
        for change in self.changes:
            things.setdefault(change.about, []).append(change)
        return list(things.items())


def preview(world: World, envelope: Envelope) -> Effects | Refusal:
    """What the command would do, or why it would be refused; the world stays as it is."""
    answer = handle(world, envelope)
    if isinstance(answer, Refusal):
        return answer
    after, entries = answer
    return effects(world, after, entries)


def effects(before: World, after: World, entries: Sequence[Recorded]) -> Effects:
    """What lies between two worlds that these entries lead from one to the other."""
    names = set(chain.from_iterable(_names(entry.event) for entry in entries))
    orders = [name for name in names if name in after.orders]
    changes: list[Change] = []
    file = PICTURES["customers"]
    for place, picture in PICTURES.items():
        there = getattr(after, place)
        for name in sorted(names):
            if name in there or name in getattr(before, place):
                whose = name if place == "orders" and len(orders) > 1 else ""
                changes += _between(picture(before, name), picture(after, name), whose)
    for customer_id in sorted(_customers(after, orders) - names):  # what an order does to its file
        changes += _between(file(before, customer_id), file(after, customer_id))
    if before.stock is not after.stock:
        for key in sorted({*before.stock, *after.stock}):
            if before.stock.get(key) is not after.stock.get(key):
                changes += _between(stock(before, key), stock(after, key))
    return Effects(entries=tuple(entries), changes=tuple(changes))


def _customers(world: World, orders: Sequence[str]) -> set[str]:
    return {world.orders[number].customer_id for number in orders}


def _between(before: Picture, after: Picture, whose: str = "") -> Iterator[Change]:
    """Where two pictures are not the same; what is not on one of them is nothing there."""
    for key in {**before, **after}:
        was, is_ = before.get(key), after.get(key)
        if was != is_:
            nothing: str | int = "" if isinstance(was if is_ is None else is_, str) else 0
            about = " · ".join(filter(None, (whose, key.about)))
            yield Change(
                key.kind,
                key.what,
                nothing if was is None else was,
                nothing if is_ is None else is_,
                about,
                key.warehouse,
                key.currency,
            )


def _names(thing: Any) -> Iterator[str]:
    """Every name that an event speaks of, however deep."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, msgspec.Struct):
        for field in thing.__struct_fields__:
            yield from _names(getattr(thing, field))
    elif isinstance(thing, tuple):
        for each in thing:
            yield from _names(each)
    elif isinstance(thing, Mapping):
        yield from chain.from_iterable(_names(each) for each in thing.items())
