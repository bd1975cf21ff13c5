"""The price list in currencies that are not ours: what a product costs, from one day to another.

What is entered is added to the list, not written over it: an order keeps the price it was given,
and the newest entry that holds is today's price.
"""

from datetime import date
from typing import ClassVar

import msgspec

from trainer.orders.currencies import CurrencyMismatch, in_use
from trainer.orders.engine import Answer, Command, Envelope, Event, Role, decides, evolves
from trainer.orders.refusals import Refusal
from trainer.orders.values import Minor, Moment, day_of
from trainer.orders.world import Price, World


class SetListPrice(Command, frozen=True):
    """Say what a product costs in a customer's currency, and for how long."""

    roles: ClassVar[frozenset[Role]] = frozenset({"clerk", "supervisor", "system"})
    sku: str
    currency: str
    amount: Minor
    since: date
    until: date


class ListPriceSet(Event, frozen=True):
    """The price list says something new."""

    says = "{sku} costs {amount} from {since} until {until}"
    sku: str
    currency: str
    amount: Minor
    since: date
    until: date


class UnknownProduct(Refusal, frozen=True):
    """No price without a product."""

    says = "There is no product {sku}."
    cure = "Choose the product from the inventory."
    sku: str


class InvalidPrice(Refusal, frozen=True):
    """A price is above nothing, and holds today or later."""

    says = "{amount} from {since} until {until} is not a price."
    sums = "price > 0; {since} ≤ {until}; today {today} ≤ {until}"
    cure = "Enter an amount above zero and days that are not over yet."
    amount: Minor
    currency: str
    since: date
    until: date
    today: date


@decides(SetListPrice)
def set_list_price(world: World, command: SetListPrice, by: Envelope) -> Answer:
    """Of a product we have, in a currency somebody buys in, for some days to come."""
    if command.sku not in world.products:
        return UnknownProduct(sku=command.sku)
    ours, *others = in_use(world)
    if command.currency not in others:
        return CurrencyMismatch(
            what=command.sku,
            found=command.currency,
            about=command.sku,
            wanted=" / ".join(others) or ours,
        )
    today = day_of(world.now)
    if command.amount <= 0 or not max(command.since, today) <= command.until:
        return InvalidPrice(
            amount=command.amount,
            currency=command.currency,
            since=command.since,
            until=command.until,
            today=today,
        )
    return (
        ListPriceSet(
            sku=command.sku,
            currency=command.currency,
            amount=command.amount,
            since=command.since,
            until=command.until,
        ),
    )


@evolves(ListPriceSet)
def list_price_set(world: World, event: ListPriceSet, at: Moment) -> World:
    """The newest entry stands at the end of the list."""
    product = world.products[event.sku]
    price = Price(event.currency, event.amount, event.since, event.until)
    priced = msgspec.structs.replace(product, prices=(*product.prices, price))
    return msgspec.structs.replace(world, products=world.products.set(event.sku, priced))
