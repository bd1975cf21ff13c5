"""Customers from abroad: firms that buy in their own currency, and the price lists for them.

They come with today's world and have no past, so that the past is the same with and without them.
A list is drawn up once, at rates of the day it was made; from then on its prices are facts, and
nothing is ever converted.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any, Final, NamedTuple

import msgspec
from immutables import Map

from trainer.catalog.places import COUNTRIES, digits
from trainer.orders.tax_ids import completed
from trainer.orders.values import Address, Minor, day_of
from trainer.orders.world import Carrier, Customer, Limit, Price, Product, World


class _Market(NamedTuple):
    """Where a currency is at home: what a US cent is there, and who may buy from us."""

    country: str
    rate: Fraction
    step: int
    """Prices are multiples of this."""
    city: str
    postal_code: str
    phone: str
    streets: tuple[str, ...]
    firms: tuple[tuple[str, str], ...]
    """Firms with somebody to talk to."""


_MARKETS: Final[dict[str, _Market]] = {
    "JPY": _Market(
        "JP", Fraction(3, 2), 10, "Kyoto", "600-8###", "075-555-####",
        ("Karasuma-dori", "Shijo-dori", "Kawaramachi-dori"),
        (("Aoba Interior K.K.", "Haruka Mori"), ("Minato Living K.K.", "Kenji Sato"),
         ("Tsubame Shoji K.K.", "Yui Tanaka")),
    ),
    "KRW": _Market(
        "KR", Fraction(27, 2), 100, "Busan", "48###", "051-555-####",
        ("Haeundae-ro", "Gwangan-ro", "Jungang-daero"),
        (("Haedeun Living Co., Ltd.", "Minji Park"), ("Pureun Trade Co., Ltd.", "Jisoo Lee"),
         ("Namu Interior Co., Ltd.", "Hyun Choi")),
    ),
    "EUR": _Market(
        "DE", Fraction(23, 25), 5, "Bremen", "282##", "0421 555 ####",
        ("Am Deich", "Hafenweg", "Lindenallee"),
        (("Nordlicht Einrichtung GmbH", "Anna Petersen"), ("Weserhof Handel GmbH", "Jan Brandt"),
         ("Linde & Söhne KG", "Mira Linde")),
    ),
    "KWD": _Market(
        "KW", Fraction(31, 10), 5, "Kuwait City", "13###", "2555-####",
        ("Palm Street", "Gulf Road", "Pearl Street"),
        (("Dhow Furnishings W.L.L.", "Noura Salem"), ("Palm Coast Trading W.L.L.", "Yousef Adel"),
         ("Blue Dune Hotels W.L.L.", "Dana Faris")),
    ),
    "BHD": _Market(
        "BH", Fraction(377, 100), 5, "Manama", "3##", "1755-####",
        ("Pearl Avenue", "Harbour Road", "Date Palm Street"),
        (("Two Seas Trading W.L.L.", "Layla Hasan"), ("Pearl Bay Hotels W.L.L.", "Omar Khalil"),
         ("Falcon Interiors W.L.L.", "Sara Majid")),
    ),
    "USD": _Market(
        "US", Fraction(1), 5, "Austin, TX", "787##", "(512) 555-01##",
        ("Harbor Street", "Juniper Lane", "Mill Road"),
        (("Bluebonnet Home Inc.", "Emily Carter"), ("Lone Oak Supply LLC", "James Reed"),
         ("Prairie Hotels Inc.", "Grace Hill")),
    ),
    "CNY": _Market(
        "CN", Fraction(7), 10, "Shenzhen", "518###", "138########",
        ("Keji Road", "Renmin Road", "Xueyuan Avenue"),
        (("Hengsheng Home Co., Ltd.", "Wang Lei"), ("Ruixin Trading Co., Ltd.", "Li Na"),
         ("Mingyuan Hotels Co., Ltd.", "Zhao Min")),
    ),
    "TWD": _Market(
        "TW", Fraction(32), 100, "Taichung", "407", "04-2###-####",
        ("Zhongzheng Road", "Minsheng Road", "Wenhua Road"),
        (("Hesheng Living Co., Ltd.", "Lin Chia-ying"), ("Jiaan Trading Co., Ltd.", "Chen Yi-chun"),
         ("Yuanfeng Hotels Co., Ltd.", "Huang Wei-ting")),
    ),
}  # fmt: skip

_HIGHEST: Final = 1_000_000
"""What a customer from abroad may owe, in US cents."""


def with_foreign(world: World, wanted: Mapping[Any, int], seed: int) -> World:
    """The world with so many customers in each currency, and all that is needed to serve them."""
    others = {code: count for code, count in wanted.items() if code != world.company.currency}
    if not others:
        return world
    chance = Random(f"abroad/{world.company.locale}/{seed}")
    taxed = Random(f"abroad/tax ids/{world.company.locale}/{seed}")
    customers = world.customers.update(
        {who.customer_id: _registered(taxed, who) for who in _customers(chance, others)}
    )
    return msgspec.structs.replace(
        world,
        customers=customers,
        products=Map((sku, _listed(world, other, others)) for sku, other in world.products.items()),
        carriers=Map((code, _tariffed(world, c, others)) for code, c in world.carriers.items()),
        company=msgspec.structs.replace(world.company, policies=_limits(world, others)),
    )


def _customers(chance: Random, wanted: Mapping[str, int]) -> Iterator[Customer]:
    number = 2000
    for code, count in sorted(wanted.items()):
        market = _MARKETS[code]
        for place in range(count):
            number += 1
            firm, contact = market.firms[place % len(market.firms)]
            if place >= len(market.firms):
                firm = f"{firm} {place // len(market.firms) + 1}"
            domain = "-".join("".join(c if c.isalnum() else " " for c in firm).lower().split())
            phone = digits(chance, market.phone)
            on_account = place % 2 == 1
            yield Customer(
                customer_id=f"C-{number}",
                company=firm,
                contact=contact,
                email=f"purchasing@{domain}.example".encode("ascii", "ignore").decode(),
                phone=phone,
                address=Address(
                    recipient=firm,
                    street=f"{chance.randint(1, 180)} {chance.choice(market.streets)}",
                    city=market.city,
                    postal_code=digits(chance, market.postal_code),
                    country=market.country,
                    phone=phone,
                ),
                payment_terms="on_account" if on_account else "prepay",
                credit_limit=_rounded(_HIGHEST * market.rate, 1000) if on_account else 0,
                currency=code,
            )


def _registered(chance: Random, customer: Customer) -> Customer:
    """With a tax id, if it is one of a country whose tax ids we know."""
    match customer.address.country:
        case "CN":
            tax_id = completed("CN", digits(chance, "91440305MA5######"))
        case "TW":
            tax_id = completed("TW", digits(chance, "#######"))
        case "US":
            tax_id = digits(chance, "##-#######")
        case _:
            return customer
    return msgspec.structs.replace(customer, tax_id=tax_id)


def _rounded(amount: Fraction, step: int) -> Minor:
    return max(round(amount / step), 1) * step


def _abroad(world: World, amount: Minor, code: str, step: int = 0) -> Minor:
    """An amount of ours as it is written on a list in another currency."""
    market = _MARKETS[code]
    cents = Fraction(amount, COUNTRIES[world.company.locale].rate)
    return _rounded(cents * market.rate, step or market.step)


def _prices(world: World, ours: Minor, codes: Mapping[str, int]) -> tuple[Price, ...]:
    """One price in each currency, for this year."""
    year = day_of(world.now).year
    return tuple(
        Price(code, _abroad(world, ours, code), date(year, 1, 1), date(year, 12, 31))
        for code in sorted(codes)
    )


def _listed(world: World, product: Product, codes: Mapping[str, int]) -> Product:
    return msgspec.structs.replace(product, prices=_prices(world, product.unit_price, codes))


def _tariffed(world: World, carrier: Carrier, codes: Mapping[str, int]) -> Carrier:
    return msgspec.structs.replace(carrier, prices=_prices(world, carrier.price, codes))


def _limits(world: World, codes: Mapping[str, int]) -> object:
    """The company's limits in each currency, about as high as at home."""
    policies = world.policies

    def named(amount: Minor, told: tuple[Limit, ...]) -> tuple[Limit, ...]:
        """What the scenario has named, and about as much as at home for the rest."""
        known = {limit.currency for limit in told}
        rest = sorted(codes.keys() - known) if amount else ()
        return (*told, *(Limit(code, _abroad(world, amount, code, 1)) for code in rest))

    return msgspec.structs.replace(
        policies,
        large_orders=named(policies.large_order, policies.large_orders),
        refund_limits=named(policies.refund_limit, policies.refund_limits),
    )
