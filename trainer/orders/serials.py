"""Serial numbers: units of some products are told apart one by one from the parcel on.

They are read off the goods when a parcel is closed, and again when something comes back. What is
still on the shelf has none in the book; what nobody names when packing gets the next free ones.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from trainer.orders.refusals import Refusal
from trainer.orders.world import (
    Fact,
    Order,
    OrderLine,
    Package,
    PackageRow,
    ReturnedSerial,
    ReturnRow,
    Stage,
    World,
)

OUT: Final[tuple[Stage, ...]] = ("packed", "labelled", "shipped", "delivered", "lost")
"""Where a parcel stands whose units are not on the shelf any more."""


class SerialRow(Fact, frozen=True, gc=False):
    """The units of a line, one by one."""

    line_number: int
    serial_numbers: tuple[str, ...] = ()


class SerialsMissing(Refusal, frozen=True):
    """Each unit has its own number, and no number is of no unit."""

    says = "Each unit of line {line_number} has a serial number of its own."
    sums = "named {named} = units {units}"
    cure = "Read the numbers off the goods: as many as there are units."
    line_number: int
    named: int
    units: int


class SerialTwice(Refusal, frozen=True):
    """One number, one unit."""

    says = "Serial number {serial_number} is named twice."
    cure = "Read the numbers off the goods again."
    serial_number: str


class SerialOut(Refusal, frozen=True):
    """What has left is not here to be packed."""

    says = "Serial number {serial_number} is already out, with order {order_number}."
    cure = "Read the number off the goods again."
    serial_number: str
    order_number: str


class SerialNotShipped(Refusal, frozen=True):
    """What comes back on an order went out on it."""

    says = "Serial number {serial_number} did not go out on line {line_number} of {order_number}."
    cure = "Read the number again. What is not from this order goes back to the customer."
    serial_number: str
    line_number: int
    order_number: str


class SerialBack(Refusal, frozen=True):
    """The same unit does not come back twice."""

    says = "Serial number {serial_number} has come back already."
    cure = "Read the number off the goods again."
    rests_on = ("rma_number",)
    serial_number: str


# --- packing ------------------------------------------------------------------------------------


def tracked(world: World, order: Order, package: Package) -> dict[int, int]:
    """Units in a parcel that are told apart, by line."""
    units: Counter[int] = Counter()
    for row in package.rows:
        line = order.line(row.line_number)
        if line and world.products[line.sku].serials:
            units[row.line_number] += row.quantity
    return units


def proposed(world: World, order: Order, package: Package) -> tuple[SerialRow, ...]:
    """The next free numbers for a parcel's units."""
    numbers = _free(world)
    return tuple(
        SerialRow(line_number, tuple(next(numbers) for _ in range(units)))
        for line_number, units in tracked(world, order, package).items()
    )


def _free(world: World) -> Iterator[str]:
    number = world.counters.get("serial", 0)
    while True:
        number += 1
        if (serial := serial_number(number)) not in world.serials:
            yield serial


def serial_number(number: int) -> str:
    """How the makers of these goods number them."""
    return f"SN-{number:06d}"


def to_pack(
    world: World, order: Order, package: Package, rows: Sequence[SerialRow]
) -> tuple[SerialRow, ...] | Refusal:
    """The numbers of a parcel's units: those that were read, or the next free ones."""
    if not rows:
        return proposed(world, order, package)
    named: dict[int, tuple[str, ...]] = {}
    for row in rows:
        named[row.line_number] = (*named.get(row.line_number, ()), *row.serial_numbers)
    units = tracked(world, order, package)
    for line_number in {**named, **units}:
        told = len(named.get(line_number, ()))
        if told != units.get(line_number, 0):
            return SerialsMissing(line_number, named=told, units=units.get(line_number, 0))
    every = [serial for serials in named.values() for serial in serials]
    for serial in every:
        if serial in world.serials:
            return SerialOut(serial, world.serials[serial])
    return _twice(every) or tuple(SerialRow(*row) for row in named.items())


def _twice(serials: Iterable[str]) -> Refusal | None:
    return next((SerialTwice(serial) for serial, n in Counter(serials).items() if n > 1), None)


def put_in(rows: Sequence[PackageRow], named: Sequence[SerialRow]) -> tuple[PackageRow, ...]:
    """A parcel's rows with the numbers of their units."""
    left = {row.line_number: list(row.serial_numbers) for row in named}
    out = []
    for row in rows:
        theirs = left.get(row.line_number, [])
        mine, left[row.line_number] = theirs[: row.quantity], theirs[row.quantity :]
        out.append(msgspec.structs.replace(row, serial_numbers=tuple(mine)) if mine else row)
    return tuple(out)


# --- coming back --------------------------------------------------------------------------------


def with_customer(order: Order, line_number: int) -> tuple[str, ...]:
    """The numbers of a line's units that the customer has."""
    return tuple((delivered(order, line_number) - returned(order, line_number)).elements())


def delivered(order: Order, line_number: int) -> Counter[str]:
    """The numbers of a line's units that were signed for."""
    return Counter(
        serial
        for package in order.packages
        if package.stage == "delivered"
        for row in package.rows
        if row.line_number == line_number
        for serial in row.serial_numbers
    )


def returned(order: Order, line_number: int) -> Counter[str]:
    """The numbers of a line's units that came back and are not with the customer again."""
    return Counter(
        kept.serial_number
        for back in order.returns
        for row in back.rows
        if row.line_number == line_number
        for kept in row.serials
        if kept.state != "given_back"
    )


def coming_back(
    world: World, order: Order, line: OrderLine, quantity: int, named: Sequence[str]
) -> Refusal | None:
    """What is in the way of these units of a line coming back."""
    if not world.products[line.sku].serials:
        return SerialsMissing(line.line_number, len(named), 0) if named else None
    if len(named) != quantity:
        return SerialsMissing(line.line_number, named=len(named), units=quantity)
    went, came = delivered(order, line.line_number), returned(order, line.line_number)
    for serial in named:
        if not went[serial]:
            return SerialNotShipped(serial, line.line_number, order.order_number)
        if came[serial] >= went[serial]:
            return SerialBack(serial)
    return _twice(named)


def told_apart(rows: Iterable[ReturnRow], one_by_one: list[str]) -> Iterator[ReturnRow]:
    """Rows of a line that come back, with the serial numbers of their units."""
    for row in rows:
        mine, one_by_one = one_by_one[: row.quantity], one_by_one[row.quantity :]
        yield msgspec.structs.replace(row, serial_numbers=tuple(mine))


def moved_on(
    serials: Sequence[ReturnedSerial], state: str, then: str, quantity: int
) -> tuple[ReturnedSerial, ...]:
    """So many units that are at one stage at the next one; who came first, goes first."""
    out = []
    for kept in serials:
        if kept.state == state and quantity:
            kept = msgspec.structs.replace(kept, state=then)
            quantity -= 1
        out.append(kept)
    return tuple(out)


# --- who has what -------------------------------------------------------------------------------


def gone(world: World, serials: Iterable[str], order_number: str) -> World:
    """The world in which these are out with an order."""
    index = world.serials
    for serial in serials:
        index = index.set(serial, order_number)
    return world if index is world.serials else msgspec.structs.replace(world, serials=index)


def home(world: World, serials: Iterable[str]) -> World:
    """The world in which these are here again."""
    index = world.serials
    for serial in serials:
        if serial in index:
            index = index.delete(serial)
    return world if index is world.serials else msgspec.structs.replace(world, serials=index)


def inside(package: Package) -> Iterator[str]:
    """The numbers of a parcel's units."""
    for row in package.rows:
        yield from row.serial_numbers


def out_with(order: Order) -> Counter[str]:
    """The numbers that are out with an order: packed or gone, and not back."""
    there: Counter[str] = Counter()
    for package in order.packages:
        if package.stage in OUT:
            there.update(inside(package))
    for line_number in {row.line_number for back in order.returns for row in back.rows}:
        there -= returned(order, line_number)
    return there
