"""Customers from abroad in an opening world: priced and limited in their own currency."""

from typing import get_args

import pytest

from tests.catalog.test_worlds import CAST, LOCALES, asks, scenario
from trainer.catalog.abroad import _MARKETS
from trainer.catalog.worlds import make_opening, make_world
from trainer.orders import codec
from trainer.orders.currencies import in_use, stored, tariff, unit_price
from trainer.orders.invariants import violations
from trainer.training.scenario import Currency, Locale, Rules, Variant, WorldSpec

EVERY = {code: 2 for code in get_args(Currency)}
SMALL = {"orders": 20, "days": 30, "products": 20, "customers": 8}


@pytest.mark.parametrize("locale", LOCALES)
def test_everything_has_a_price_in_every_currency_somebody_buys_in(locale: Locale) -> None:
    world = make_world(WorldSpec(**SMALL, foreign=EVERY), locale, 1)
    assert violations(world) == []
    assert set(in_use(world)) == set(EVERY)
    for code in in_use(world):
        currency = stored(world, code)
        for product in world.products.values():
            price = unit_price(world, product, currency)
            assert isinstance(price, int)
            assert price > 0
        for carrier in world.carriers.values():
            assert isinstance(tariff(world, carrier, currency), int)
    for who in world.customers.values():
        assert who.address.missing() == ()
        assert (who.credit_limit > 0) == (who.payment_terms == "on_account")
    rules = world.policies.large_orders
    assert {limit.currency for limit in rules} == set(EVERY) - {world.company.currency}


def test_a_price_list_is_about_as_dear_as_ours() -> None:
    world = make_world(WorldSpec(**SMALL, foreign=EVERY), "en_US", 1)
    for product in world.products.values():
        for price in product.prices:
            expected = product.unit_price * _MARKETS[price.currency].rate
            step = _MARKETS[price.currency].step
            assert abs(price.amount - expected) <= step
            assert price.since
            assert price.until


def test_without_them_a_world_is_the_same_byte_for_byte() -> None:
    plain = make_world(WorldSpec(**SMALL), "zh_TW", 2)
    home = make_world(WorldSpec(**SMALL, foreign={"TWD": 3}), "zh_TW", 2)
    assert codec.encode_world(plain) == codec.encode_world(home)
    with_some = make_world(WorldSpec(**SMALL, foreign={"JPY": 1}), "zh_TW", 2)
    assert with_some.orders == plain.orders
    limited = WorldSpec(**SMALL, foreign={"JPY": 1}, policies=Rules(refund_limit=32_000))
    [limit] = make_world(limited, "zh_TW", 2).policies.refund_limits
    assert (limit.currency, limit.amount) == ("JPY", 1_500)
    told = Rules(refund_limit=32_000, refund_limits={"JPY": 9_000})
    both = WorldSpec(**SMALL, foreign={"JPY": 1, "KWD": 1}, policies=told)
    limits = {x.currency: x.amount for x in make_world(both, "zh_TW", 2).policies.refund_limits}
    assert limits == {"JPY": 9_000, "KWD": 3_100}


def test_a_named_customer_may_come_from_abroad() -> None:
    cast = {
        **CAST,
        "koi": asks(currency="JPY"),
        "dune": asks(currency="KWD", payment_terms="on_account"),
    }
    opening = make_opening(
        scenario(cast, foreign={"JPY": 2, "KWD": 1}), Variant(locale="en_US", seed=1)
    )
    buys = {
        name: opening.world.customers[member.request.customer_id].currency
        for name, member in opening.cast.items()
    }
    assert buys == {"ada": "", "ben": "", "kim": "", "mei": "", "koi": "JPY", "dune": "KWD"}
    assert violations(opening.world) == []
