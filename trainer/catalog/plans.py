"""What orders a company of this kind had: how many of each stage, of whom, when, how large."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Final, NamedTuple

from trainer.catalog.history import Plan, Stage
from trainer.catalog.places import Country, buys
from trainer.catalog.trades import wanted
from trainer.orders.values import MINUTE, Moment, day_of, moment_of
from trainer.orders.world import Carrier, Customer, PaymentTerms, Product, RequestLine, Warehouse
from trainer.simulation.month import Wish
from trainer.training.scenario import WorldSpec


class _Target(NamedTuple):
    """So many in a thousand orders stop at a stage; they came in so many days ago."""

    stage: Stage
    share: int
    youngest: int
    oldest: int
    terms: PaymentTerms | None = None


# Whatever is left over goes the whole way, as far as its age has let it come.
_TARGETS: Final = (
    _Target("draft", 20, 1, 4),
    _Target("submitted", 25, 4, 7),
    _Target("confirmed", 25, 5, 8, "prepay"),
    _Target("confirmed", 15, 5, 8, "on_account"),
    _Target("allocated", 15, 7, 10),
    _Target("picked", 15, 7, 10),
    _Target("packed", 15, 8, 11),
    _Target("partly_shipped", 15, 9, 13),
    _Target("shipped", 15, 9, 12),
    _Target("in_transit", 25, 9, 13),
    _Target("signed", 25, 14, 22, "prepay"),
    _Target("completed", 25, 18, 30, "prepay"),
    _Target("settled", 40, 30, 50, "prepay"),
    _Target("rejected", 15, 4, 80),
    _Target("cancelled", 15, 6, 80),
    _Target("refunded", 10, 8, 80, "prepay"),
)
_WHOLE: Final = _Target("archived", 0, 6, 10_000)

_RHYTHM: Final = (22, 20, 20, 19, 16, 4, 2)
"""Orders by weekday, from Monday: the first day brings what the weekend left, Sunday is quiet."""

_MODES: Final = {"courier": 60, "road": 28, "air": 8, "sea": 4}
_PO_FORMS: Final = ("PO-{year}-{n:04d}", "4500{n:06d}", "P{n:05d}/{year}", "B-{n:06d}")

_REASONS: Final = {
    "en": ("The customer no longer needs it.", "Ordered twice by mistake.", "Not in the range."),
    "zh_Hans": ("客户不再需要。", "客户重复下单。", "不在经营范围内。"),
    "zh_Hant": ("客戶不再需要。", "客戶重複下單。", "不在經營範圍內。"),
}


class Catalogue(NamedTuple):
    """Who buys what, and how it travels."""

    country: Country
    products: tuple[Product, ...]
    customers: tuple[Customer, ...]
    carriers: tuple[Carrier, ...]
    warehouses: tuple[Warehouse, ...]

    def carrier(self, code: str) -> Carrier:
        """The carrier of that code."""
        return next(carrier for carrier in self.carriers if carrier.carrier_code == code)


def draw_plans(
    chance: Random,
    spec: WorldSpec,
    catalogue: Catalogue,
    numbers: dict[str, "PoNumbers"],
    today: date,
) -> tuple[Plan, ...]:
    """The orders of all these days, the oldest first, numbered by their customers as they came."""
    days = tuple(_arrivals(chance, spec, today))
    # a purchase order's number grows with time, so plans are made in the order of arrival
    return tuple(
        _plan(chance, catalogue, numbers, at, target, today)
        for at, _, target in sorted(days, key=lambda found: found[:2])
    )


def draw_month(
    chance: Random,
    spec: WorldSpec,
    catalogue: Catalogue,
    numbers: dict[str, "PoNumbers"],
    today: date,
    days: int,
) -> tuple[Wish, ...]:
    """What customers order in so many days up to yesterday, each week in the same rhythm."""
    every = [today - timedelta(days=age) for age in range(1, days + 1)]
    drawn = chance.choices(every, [_RHYTHM[day.weekday()] for day in every], k=spec.orders)
    times = sorted(moment_of(day, hour=8) + chance.randint(0, 9 * 60) * MINUTE for day in drawn)
    return tuple(_wish(chance, catalogue, numbers, at) for at in times)


def _wish(
    chance: Random, catalogue: Catalogue, numbers: dict[str, "PoNumbers"], at: Moment
) -> Wish:
    customer = _customer(chance, catalogue.customers, None)
    lines = _lines(chance, catalogue, customer, 1)
    carrier = _carrier(chance, catalogue, lines)
    return Wish(
        at=at,
        customer_id=customer.customer_id,
        customer_po_number=numbers[customer.customer_id].next(at),
        requested=carrier.transit_days + chance.randint(2, 5),
        carrier_code=carrier.carrier_code,
        lines=lines,
    )


def _arrivals(
    chance: Random, spec: WorldSpec, today: date
) -> Iterator[tuple[Moment, int, _Target]]:
    place = 0
    for target, count in _wanted(spec.orders):
        oldest = min(target.oldest, spec.days)
        ages = range(min(target.youngest, oldest), oldest + 1)
        days = [today - timedelta(days=age) for age in ages]
        rhythm = [_RHYTHM[day.weekday()] for day in days]
        for day in chance.choices(days, rhythm, k=count):
            place += 1
            yield moment_of(day, hour=8) + chance.randint(0, 9 * 60) * MINUTE, place, target


def _wanted(orders: int) -> Iterator[tuple[_Target, int]]:
    """How many orders each target gets; even a small world has one of each, if it has room."""
    left = orders
    for target in _TARGETS:
        count = min(max(1, round(orders * target.share / 1000)), left)
        left -= count
        yield target, count
    yield _WHOLE, left


def _plan(
    chance: Random,
    catalogue: Catalogue,
    numbers: dict[str, "PoNumbers"],
    at: Moment,
    target: _Target,
    today: date,
) -> Plan:
    customer = _customer(chance, catalogue.customers, target.terms)
    lines = _lines(chance, catalogue, customer, 2 if target.stage == "partly_shipped" else 1)
    in_two = target.stage == "partly_shipped" or (len(lines) > 2 and chance.random() < 0.15)
    prices = {product.sku: product.unit_price for product in catalogue.products}
    worth = sum(prices[line.sku] * line.quantity for line in lines)
    step = catalogue.country.step
    stays = target is not _WHOLE and target.oldest < 20
    return Plan(
        at=at,
        until=target.stage,
        lately=_lately(chance, today) if stays else 0,
        customer=customer,
        customer_po_number=numbers[customer.customer_id].next(at),
        lines=lines,
        discount=worth * 3 // 100 // step * step if chance.random() < 0.1 else 0,
        carrier=_carrier(chance, catalogue, lines),
        warehouse=chance.choice((catalogue.warehouses[0], *catalogue.warehouses)).warehouse,
        parcels=2 if in_two and len(lines) > 1 else 1,
        slack=chance.randint(3, 10),
        reason=chance.choice(_REASONS[catalogue.country.language]),
    )


def _lately(chance: Random, today: date) -> Moment:
    """Some time on the last workday before today."""
    day = today - timedelta(days=1)
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    return moment_of(day, hour=8) + chance.randint(0, 5 * 60) * MINUTE


def _customer(
    chance: Random, customers: tuple[Customer, ...], terms: PaymentTerms | None
) -> Customer:
    """Few customers order often, many seldom."""
    fitting = [who for who in customers if who.payment_terms == terms] or list(customers)
    weights = [1 / (place + 3) for place in range(len(fitting))]
    return chance.choices(fitting, weights=weights)[0]


def _lines(
    chance: Random, catalogue: Catalogue, customer: Customer, fewest: int
) -> tuple[RequestLine, ...]:
    count = max(fewest, chance.choices((1, 2, 3, 4, 5), weights=(25, 32, 22, 14, 7))[0])
    trade = buys(catalogue.country, customer.company)
    return tuple(
        RequestLine(sku=product.sku, quantity=product.pack_size * chance.randint(1, 6))
        for product in wanted(chance, catalogue.products, trade, count)
    )


def _carrier(chance: Random, catalogue: Catalogue, lines: tuple[RequestLine, ...]) -> Carrier:
    """One that takes it all in one parcel."""
    weights = {product.sku: product.weight for product in catalogue.products}
    grams = 250 + sum(weights[line.sku] * line.quantity for line in lines)
    able = [carrier for carrier in catalogue.carriers if carrier.max_weight >= grams]
    return chance.choices(able, weights=[_MODES[carrier.mode] for carrier in able])[0]


class PoNumbers:
    """A customer's own numbers for what they order: never the same twice, in their own form."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._form = chance.choice(_PO_FORMS)
        self._last = chance.randint(100, 3000)

    def next(self, at: Moment) -> str:
        """The number of an order that is written now."""
        self._last += self._chance.randint(1, 9)
        return self._form.format(year=day_of(at).year, n=self._last)
