"""Opening worlds: a company with goods, customers and a past, and the customers of a scenario.

The same scenario, locale and seed make the same world, byte for byte, on any machine and day.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Final

import msgspec
from immutables import Map

from trainer.catalog.abroad import with_foreign
from trainer.catalog.casting import cast_of_the_past, make_cast, second_file
from trainer.catalog.history import delivered, fridays, life
from trainer.catalog.letters import post
from trainer.catalog.office import Life, Office
from trainer.catalog.office import live as let_live
from trainer.catalog.perishables import in_lots
from trainer.catalog.places import (
    COUNTRIES,
    make_carriers,
    make_customers,
    make_suppliers,
    make_warehouses,
)
from trainer.catalog.plans import Catalogue, PoNumbers, draw_month, draw_plans
from trainer.catalog.planting import plant
from trainer.catalog.promotions import with_promotions
from trainer.catalog.serials import with_serials
from trainer.catalog.tax_profiles import with_mistakes
from trainer.catalog.trades import make_products
from trainer.orders.clock import AdvanceClock
from trainer.orders.stock import ReceiveStock
from trainer.orders.values import MINUTE, Moment, day_of, moment_of
from trainer.orders.world import Carrier, Company, Customer, Hunt, RequestLine, Supplier, World
from trainer.play.reading import converted, read_at
from trainer.play.run import Opening
from trainer.play.scripting import actor
from trainer.simulation.agenda import Agenda
from trainer.simulation.month import House, live
from trainer.training.checks import Cast
from trainer.training.deeds import Deed
from trainer.training.scenario import (
    Happening,
    Locale,
    Mishaps,
    Planted,
    Scenario,
    Suppliers,
    Variant,
    WorldSpec,
)

TODAY: Final = date(2026, 3, 2)
"""The Monday on which scenarios begin; the simulated world does not know the real date."""

_FROM_TODAY: Final = {
    "withheld",
    "policies", "duplicates", "foreign", "one_delivery", "shelf_life", "living", "mishaps",
    "planted",
    "bad_tax_ids",
    "factory", "suppliers",
    "serials",
    "flaw",
    "promotions",
}  # fmt: skip
"""What of a world's spec is not drawn with its past: it is of today, or planted afterwards."""
_OPENS: Final = 9
_BEFORE_WORK: Final = 8


def make_opening(scenario: Scenario, variant: Variant) -> Opening:
    """The world a variant begins with, and what its named customers ask for in it."""
    if scenario.month:
        return _with_month(scenario, scenario.month.house(), variant)
    # the past depends on the world's spec alone, the cast on the scenario too
    chance = Random(f"{scenario.id}/{variant.locale}/{variant.seed}")
    cast: Cast = {}

    def had_theirs(office: Office, numbers: dict[str, PoNumbers]) -> list[Life]:
        nonlocal cast
        drawing = Office(office.world, chance)
        cast, plans = cast_of_the_past(scenario, drawing, numbers, TODAY)
        office.world = drawing.world
        return [delivered(office, plan, arrived) for plan, arrived in plans]

    past, numbers = _past(scenario.world, variant.locale, variant.seed, TODAY, had_theirs)
    office = Office(past.world, chance)
    cast = make_cast(scenario, office, numbers, TODAY, cast)
    office.world = with_promotions(office.world, scenario.world.promotions, cast, TODAY)
    for place, happening in enumerate(scenario.script):
        if happening.before_the_opening:
            office.now = moment_of(TODAY, hour=_OPENS) - (len(scenario.script) - place) * MINUTE
            _happened(office, happening, cast)
    buyers = [member.request.customer_id for member in cast.values()]
    office.world = with_mistakes(office.world, scenario.world.bad_tax_ids, variant.seed, buyers)
    world = _opened(office, TODAY)
    if scenario.world.flaw:
        world = msgspec.structs.replace(world, hunt=Hunt(flaw_of(scenario.world.flaw, variant)))
    return Opening(scenario=scenario, variant=variant, world=world, cast=cast)


def flaw_of(flaws: tuple[str, ...], variant: Variant) -> str:
    """Which of these a variant has: each in turn, in an order of the locale's own."""
    order = Random(f"flaw/{variant.locale}").sample(flaws, len(flaws))
    return order[variant.seed % len(order)]


def _with_month(scenario: Scenario, house: House, variant: Variant) -> Opening:
    """A world that looks back on a month which can be lived again, and so was lived like that."""
    spec, seed = scenario.world, variant.seed
    chance = Random(f"{spec.model_dump_json(exclude=_FROM_TODAY)}/{variant.locale}/{seed}")
    catalogue = _catalogue(chance, spec, variant.locale)
    numbers = {buyer.customer_id: PoNumbers(chance) for buyer in catalogue.customers}
    wishes = draw_month(chance, spec, catalogue, numbers, TODAY, house.days)
    began = moment_of(TODAY - timedelta(days=house.days))
    ordered = [
        (wish.customer_id, wish.lines, catalogue.carrier(wish.carrier_code)) for wish in wishes
    ]
    founded = _from_today(_founded(chance, catalogue, ordered, began), spec, seed)
    world = live(founded, wishes, house, {}, seed, moment_of(TODAY, hour=_OPENS))
    office = Office(world, Random(f"{scenario.id}/{variant.locale}/{seed}"))
    cast = make_cast(scenario, office, numbers, TODAY, {})
    world = with_promotions(office.world, spec.promotions, cast, TODAY)
    return Opening(scenario=scenario, variant=variant, world=world, cast=cast)


def make_world(spec: WorldSpec, locale: Locale, seed: int, *, today: date = TODAY) -> World:
    """A company with its past and nobody's task in it."""
    office, _ = _past(spec, locale, seed, today)
    office.world = with_mistakes(office.world, spec.bad_tax_ids, seed)
    return _opened(office, today)


def _happened(office: Office, happening: Happening, cast: Cast) -> None:
    """What the script says was so when the trainee came in."""
    command = converted(*read_at(office.world, Agenda(), cast, happening.do))
    assert not isinstance(command, Deed)
    office.do(command, happening.role, actor(happening, office.world))


def _opened(office: Office, today: date) -> World:
    """Nine o'clock; the trainee's own events are counted from one."""
    office.now = moment_of(today, hour=_OPENS)
    office.do(AdvanceClock(to=office.now), "system")
    return msgspec.structs.replace(office.world, number=0)


def _past(
    spec: WorldSpec,
    locale: Locale,
    seed: int,
    today: date,
    more: Callable[[Office, dict[str, PoNumbers]], list[Life]] = lambda office, numbers: [],
) -> tuple[Office, dict[str, PoNumbers]]:
    """The company on the morning of that day, before anybody is in; with `more` orders in it."""
    chance = Random(f"{spec.model_dump_json(exclude=_FROM_TODAY)}/{locale}/{seed}")
    catalogue = _catalogue(chance, spec, locale)
    numbers = {buyer.customer_id: PoNumbers(chance) for buyer in catalogue.customers}
    plans = draw_plans(chance, spec, catalogue, numbers, today)
    if spec.planted != Planted():
        plans = plant(spec.planted, plans, numbers, today, Random(f"planted/{locale}/{seed}"))
    began = moment_of(today - timedelta(days=spec.days), hour=6)
    ordered = [(plan.customer.customer_id, plan.lines, plan.carrier) for plan in plans]
    office = Office(_founded(chance, catalogue, ordered, began), chance)
    _stocked(office, catalogue)
    until = moment_of(today, hour=_BEFORE_WORK)
    lives = [*(life(office, plan) for plan in plans), *more(office, numbers)]
    let_live(office, [*lives, fridays(office, until), *post(office, until)], until)
    world = in_lots(_from_today(office.world, spec, seed), spec.shelf_life)
    office.world = with_serials(world, spec.serials)
    return office, numbers


def _from_today(world: World, spec: WorldSpec, seed: int) -> World:
    """What a scenario changes about the company without changing its past.

    Each file was looked through some day in the last year; some customers have two.
    """
    today, chance = day_of(world.now), Random(f"files/{world.company.locale}/{seed}")
    customers = world.customers
    for customer_id in sorted(customers):
        reviewed = today - timedelta(days=chance.randint(5, 300))
        file = msgspec.structs.replace(customers[customer_id], last_reviewed=reviewed)
        customers = customers.set(customer_id, file)
    for customer_id in chance.sample(sorted(customers), min(spec.duplicates, len(customers))):
        twin = second_file(customers[customer_id])
        customers = customers.set(twin.customer_id, twin)
    wish = Random(f"one delivery/{world.company.locale}/{seed}")
    for customer_id in wish.sample(sorted(customers), min(spec.one_delivery, len(customers))):
        file = msgspec.structs.replace(customers[customer_id], one_delivery=True)
        customers = customers.set(customer_id, file)
    required = msgspec.structs.replace(world.company.policies, tax_profiles="required")
    policies = msgspec.structs.replace(
        spec.policies.over(required),
        factory_early_percent=spec.factory.early,
        factory_late_percent=spec.factory.late,
    )
    company = msgspec.structs.replace(world.company, policies=policies)
    world = msgspec.structs.replace(
        world,
        company=company,
        customers=customers,
        carriers=_reliable(world, spec.mishaps),
        suppliers=_punctual(world, spec.suppliers),
    )
    return with_foreign(world, spec.foreign, seed)


def _reliable(world: World, mishaps: Mishaps) -> Map[str, Carrier]:
    """The carriers, as often in trouble as the scenario says."""
    return Map(
        (
            code,
            msgspec.structs.replace(
                carrier,
                late_percent=mishaps.late,
                lost_percent=mishaps.lost,
                returned_percent=mishaps.returned,
                damaged_percent=mishaps.damaged,
                late_from=mishaps.days,
            ),
        )
        for code, carrier in world.carriers.items()
    )


def _punctual(world: World, wanted: Suppliers | None) -> Map[str, Supplier]:
    """The suppliers, as punctual and exact as the scenario says, or as each is known for."""
    if wanted is None:
        return world.suppliers
    kept = {
        "reliability": wanted.on_time,
        "spread_days": wanted.days,
        "parts": wanted.parts,
        "short_percent": wanted.short,
        "over_percent": wanted.over,
        "damaged_percent": wanted.damaged,
    }
    return Map(
        (number, msgspec.structs.replace(seller, **kept))
        for number, seller in world.suppliers.items()
    )


def _catalogue(chance: Random, spec: WorldSpec, locale: Locale) -> Catalogue:
    country = COUNTRIES[locale]
    return Catalogue(
        country=country,
        products=make_products(chance, country, spec.products),
        customers=make_customers(chance, country, spec.customers),
        carriers=make_carriers(country),
        warehouses=make_warehouses(country, spec.warehouses),
    )


_Ordered = list[tuple[str, tuple[RequestLine, ...], Carrier]]
"""Who orders what, and how it travels."""


def _founded(chance: Random, catalogue: Catalogue, ordered: _Ordered, began: Moment) -> World:
    """The company on its first day, without stock and orders."""
    country = catalogue.country
    return World(
        company=Company(
            name=chance.choice(country.ours), locale=country.locale, currency=country.currency
        ),
        now=began,
        products=Map((product.sku, product) for product in catalogue.products),
        customers=Map((who.customer_id, who) for who in _with_limits(catalogue, ordered)),
        carriers=Map((carrier.carrier_code, carrier) for carrier in catalogue.carriers),
        warehouses=Map((place.warehouse, place) for place in catalogue.warehouses),
        suppliers=Map((who.supplier_id, who) for who in make_suppliers(country)),
    )


def _with_limits(catalogue: Catalogue, orders: _Ordered) -> list[Customer]:
    """Credit for those who buy on account: twice what they ordered, so the past meets no hold."""
    prices = {product.sku: product.unit_price for product in catalogue.products}
    ordered: Counter[str] = Counter()
    for customer_id, lines, carrier in orders:
        goods = sum(prices[line.sku] * line.quantity for line in lines)
        ordered[customer_id] += goods + carrier.price
    least = catalogue.country.money(1_000_000)
    return [
        who
        if who.payment_terms == "prepay"
        else msgspec.structs.replace(
            who, credit_limit=_rounded_up(2 * ordered[who.customer_id], least)
        )
        for who in catalogue.customers
    ]


def _rounded_up(amount: int, step: int) -> int:
    return max(-(-amount // step), 1) * step


def _stocked(office: Office, catalogue: Catalogue) -> None:
    """The first delivery: something of everything everywhere."""
    for product in catalogue.products:
        for place in catalogue.warehouses:
            quantity = product.pack_size * office.chance.randint(8, 60)
            office.do(
                ReceiveStock(sku=product.sku, warehouse=place.warehouse, quantity=quantity),
                "system",
            )
