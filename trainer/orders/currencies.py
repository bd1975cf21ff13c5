"""One order, one currency: which one it is, what things cost in it, and what may not mix with it.

A company has a home currency, and a customer buys in theirs or in ours, always in the same one. An
order takes it from the customer's file when it is opened and keeps it. Stored names of currencies
are empty where it is the home currency, so that a world with one reads as it always did. Nothing is
ever converted: what has no price, no limit or no sum in a currency has none.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from trainer.orders.refusals import Refusal
from trainer.orders.values import Minor, day_of
from trainer.orders.world import Carrier, Limit, Order, Price, Product, World


class CurrencyMismatch(Refusal, frozen=True):
    """A hundred of one currency are not a hundred of another."""

    says = "{what} is in {found}, and {about} is in {wanted}."
    sums = "{found} ≠ {wanted}; amounts of two currencies are neither added nor compared"
    cure = "Use an amount in {wanted}; clear up the other one with the customer."
    what: str
    found: str
    about: str
    wanted: str


class PriceExpired(Refusal, frozen=True):
    """A price list holds for some time; yesterday's price is nobody's promise today."""

    says = "The {currency} price of {sku} does not hold on {today}."
    sums = "valid from {since} ≤ {today} ≤ valid until {until}"
    cure = "Set the price that holds now on the price list, then go on."
    sku: str
    currency: str
    today: date
    since: date | None = None
    until: date | None = None


def stored(world: World, currency: str) -> str:
    """A currency as it is written down: empty for the home currency."""
    return "" if currency == world.company.currency else currency


def named(world: World, currency: str) -> str:
    """A stored currency by its code."""
    return currency or world.company.currency


def buys_in(world: World, customer_id: str) -> str:
    """The code of the currency a customer buys in."""
    customer = world.customers.get(customer_id)
    return named(world, customer.currency if customer else "")


def in_use(world: World) -> tuple[str, ...]:
    """The codes of all currencies somebody buys in, or bought in, the home currency first."""
    home = world.company.currency
    bought = {named(world, customer.currency) for customer in world.customers.values()}
    settled = {named(world, batch.currency) for batch in world.batches.values()}
    return (home, *sorted((bought | settled) - {home}))


def priced_in(world: World) -> tuple[str, ...]:
    """The codes of all currencies in which something has a price, the home currency first."""
    home = world.company.currency
    listed = {price.currency for thing in world.products.values() for price in thing.prices}
    return (home, *sorted(listed - {home}))


def currency_of(world: World, thing: Any) -> str:
    """The code of the currency in which a command, an event, a refusal or an order has amounts."""
    if isinstance(thing, Order):
        return named(world, thing.currency)
    own = getattr(thing, "currency", "")
    if own:
        return str(own)
    numbers = getattr(thing, "order_numbers", ())
    number = getattr(thing, "order_number", "") or (numbers[0] if numbers else "")
    reference = getattr(thing, "reference", "") or getattr(thing, "payout_number", "")
    return asked_in(world, number, getattr(thing, "customer_id", ""), reference)


def asked_in(world: World, order_number: str, customer_id: str = "", reference: str = "") -> str:
    """The currency of an order, else of a customer, else of a transfer or payout, else ours."""
    order = world.orders.get(order_number)
    came = world.transfers.get(reference) or world.payouts.get(reference)
    if order:
        return named(world, order.currency)
    if customer_id in world.customers:
        return buys_in(world, customer_id)
    return named(world, came.currency if came else "")


def mismatch(world: World, what: str, found: str, order: Order) -> CurrencyMismatch | None:
    """The refusal if something in a stored currency is to enter an order in another."""
    if found == order.currency:
        return None
    return CurrencyMismatch(
        what=what,
        found=named(world, found),
        about=order.order_number,
        wanted=named(world, order.currency),
    )


# --- price lists ------------------------------------------------------------------------------


def unit_price(world: World, product: Product, currency: str) -> Minor | Refusal:
    """What a product costs today in a stored currency, or why it has no price."""
    return _price(world, product.sku, product.unit_price, product.prices, currency)


def tariff(world: World, carrier: Carrier, currency: str) -> Minor | Refusal:
    """What a parcel costs today in a stored currency, or why it has no price."""
    return _price(world, carrier.carrier_code, carrier.price, carrier.prices, currency)


def _price(
    world: World, what: str, ours: Minor, prices: tuple[Price, ...], currency: str
) -> Minor | Refusal:
    if not currency:
        return ours
    listed = [price for price in prices if price.currency == currency]
    today = day_of(world.now)
    # the newest entry of the list stands
    for price in reversed(listed):
        if price.holds(today):
            return price.amount
    if listed:
        last = listed[-1]
        return PriceExpired(
            sku=what, currency=currency, today=today, since=last.since, until=last.until
        )
    home = world.company.currency
    return CurrencyMismatch(what=what, found=home, about=what, wanted=currency)


def known_tariff(carrier: Carrier, currency: str) -> Minor:
    """What a carrier last asked for a parcel in a stored currency; nothing if it never did."""
    if not currency:
        return carrier.price
    return next((p.amount for p in reversed(carrier.prices) if p.currency == currency), 0)


# --- limits -----------------------------------------------------------------------------------


def limit_in(ours: Minor, others: Iterable[Limit], currency: str) -> Minor | None:
    """A limit of the company in a stored currency; none where nobody has named one in it."""
    if not currency:
        return ours
    return next((limit.amount for limit in others if limit.currency == currency), None)
