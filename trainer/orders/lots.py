"""Lots: goods that came or were made together, and go bad together.

Only a product with a shelf life is kept in lots. What does not name one goes by a rule: what comes
in without a number is a lot of its day, and what leaves the free stock is the earliest to expire.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

import msgspec

from trainer.orders.refusals import Refusal
from trainer.orders.values import day_of
from trainer.orders.world import Lot, Order, Product, StockLevel, World


class LotExpired(Refusal, frozen=True):
    """Nobody gets what has gone bad."""

    says = "Lot {lot_number} of {sku} expired on {expires}."
    sums = "expires {expires} ≥ today {today}"
    cure = "Take a lot that lasts, and unpack or release what has expired."
    sku: str
    lot_number: str
    expires: date
    today: date


class LotInsufficient(Refusal, frozen=True):
    """There is more of the product, and not of this lot."""

    says = "{warehouse} does not have that many of lot {lot_number} free."
    sums = (
        "available {available} = on hand {on_hand} − allocated {allocated}; you asked {requested}"
    )
    cure = "Take less of this lot, or another one."
    warehouse: str
    lot_number: str
    available: int
    on_hand: int
    allocated: int
    requested: int


class LotBelowAllocated(Refusal, frozen=True):
    """Other lots may lie there; of this one less than was promised."""

    says = "That would leave less of lot {lot_number} of {sku} in {warehouse} than is set aside."
    sums = "on hand {on_hand} + ({difference}) ≥ allocated {allocated} − given up {given_up}"
    cure = (
        "Say whose units are missing: their lines wait again, as backorders. "
        "Unpack their parcels first."
    )
    sku: str
    warehouse: str
    lot_number: str
    on_hand: int
    difference: int
    allocated: int
    given_up: int = 0


class UnknownLot(Refusal, frozen=True):
    """A count corrects what is in the book; it makes no lots of its own."""

    says = "{warehouse} has no lot {lot_number} of {sku} in the book."
    cure = "Read the number again, or leave it out: then the shelf's rule says which lot it is."
    sku: str
    warehouse: str
    lot_number: str


# --- reading ------------------------------------------------------------------------------------


def of_day(product: Product, day: date) -> tuple[str, date]:
    """The lot of what comes in on a day without a number: its name, and how long it lasts."""
    return f"L{day:%y%m%d}", day + timedelta(days=product.shelf_life)


def in_turn(world: World, order: Order, level: StockLevel) -> list[Lot]:
    """The lots that still last today: by expiry those first that last until the promised day."""
    today = day_of(world.now)
    lasting = [lot for lot in level.lots if lot.expires >= today]
    return sorted(lasting, key=lambda lot: turn(world, order, level.sku, lot))


def turn(world: World, order: Order, sku: str, lot: Lot) -> tuple[bool, date, str]:
    """When it is a lot's turn to serve an order."""
    days = (order.promise_of(line) for line in order.lines if line.sku == sku)
    until = max(filter(None, days), default=day_of(world.now))
    return lot.expires < until, lot.expires, lot.lot_number


def expired(level: StockLevel, lot_number: str, today: date) -> Refusal | None:
    """Whether a lot has gone bad."""
    lot = level.lot(lot_number)
    if lot is None or lot.expires >= today:
        return None
    return LotExpired(sku=level.sku, lot_number=lot_number, expires=lot.expires, today=today)


def shared(
    world: World, order: Order, level: StockLevel, quantity: int, taken: Mapping[str, int]
) -> Iterator[tuple[str, int]]:
    """So many units out of the free lots, in turn; less if there are not as many."""
    for lot in in_turn(world, order, level):
        take = min(quantity, lot.available - taken.get(lot.lot_number, 0))
        if take > 0:
            yield lot.lot_number, take
            quantity -= take


def not_free(level: StockLevel, lot_number: str, quantity: int, today: date) -> Refusal | None:
    """What is in the way of so many units of one lot."""
    refusal = expired(level, lot_number, today)
    if refusal:
        return refusal
    lot = level.lot(lot_number) or Lot(lot_number, today)
    if quantity <= lot.available:
        return None
    return LotInsufficient(
        warehouse=level.warehouse,
        lot_number=lot_number,
        available=lot.available,
        on_hand=lot.on_hand,
        allocated=lot.allocated,
        requested=quantity,
    )


# --- writing ------------------------------------------------------------------------------------


def shifted(
    level: StockLevel,
    lot_number: str,
    on_hand: int = 0,
    allocated: int = 0,
    expires: date | None = None,
) -> StockLevel:
    """The level with more or less of one lot; a lot of which nothing is left is forgotten."""
    lot = level.lot(lot_number) or Lot(lot_number, expires or date.max)
    lot = msgspec.structs.replace(
        lot, on_hand=lot.on_hand + on_hand, allocated=lot.allocated + allocated
    )
    others = [other for other in level.lots if other.lot_number != lot_number]
    if lot.on_hand or lot.allocated:
        others.append(lot)
    others.sort(key=lambda lot: (lot.expires, lot.lot_number))
    return msgspec.structs.replace(level, lots=tuple(others))


def arrived(
    world: World,
    level: StockLevel,
    quantity: int,
    day: date,
    lot_number: str = "",
    expires: date | None = None,
) -> StockLevel:
    """A level that has so many units more, in their lot if the product is kept in lots."""
    product = world.products[level.sku]
    if not product.shelf_life or not quantity:
        return level
    number, lasts = of_day(product, day)
    return shifted(level, lot_number or number, on_hand=quantity, expires=expires or lasts)


def went(level: StockLevel, quantity: int) -> StockLevel:
    """A level that has so many free units less: the earliest to expire are gone."""
    for lot in level.lots:
        take = min(quantity, lot.available)
        if take > 0:
            level = shifted(level, lot.lot_number, on_hand=-take)
            quantity -= take
    return level


def corrected(
    world: World, level: StockLevel, difference: int, day: date, lot_number: str = ""
) -> StockLevel:
    """A level whose count was wrong: of the lot that was named, else found ones are the newest."""
    if lot_number:
        return shifted(level, lot_number, on_hand=difference)
    if difference < 0:
        return went(level, -difference)
    newest = level.lots[-1] if level.lots else None
    if newest:
        return shifted(level, newest.lot_number, on_hand=difference)
    return arrived(world, level, difference, day)


def moved(level: StockLevel, quantity: int) -> Iterable[tuple[Lot, int]]:
    """What goes along when so many free units go to another warehouse."""
    for lot in level.lots:
        take = min(quantity, lot.available)
        if take > 0:
            yield lot, take
            quantity -= take
