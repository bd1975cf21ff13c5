"""What a company gives on orders of so much, measured by an order of the cast."""

from datetime import date, timedelta
from typing import Final

import msgspec

from trainer.orders.currencies import stored, unit_price
from trainer.orders.refusals import Refusal
from trainer.orders.values import Minor
from trainer.orders.world import Promotion, Request, World
from trainer.training.checks import Cast
from trainer.training.scenario import LANGUAGE_OF, Offer

_FIGURES: Final = 3
"""As many of an amount people remember; the rest are noughts."""


def with_promotions(world: World, offers: tuple[Offer, ...], cast: Cast, today: date) -> World:
    """The world with its promotions; the past had none."""
    given = tuple(_given(world, offer, cast[offer.order].request, today) for offer in offers)
    return msgspec.structs.replace(world, promotions=given)


def _given(world: World, offer: Offer, asked: Request, today: date) -> Promotion:
    currency = stored(world, world.customers[asked.customer_id].currency)
    goods = 0
    for wanted in asked.lines:
        price = unit_price(world, world.products[wanted.sku], currency)
        goods += 0 if isinstance(price, Refusal) else price * wanted.quantity
    since = today + timedelta(days=offer.starts_in_days)
    return Promotion(
        code=offer.promotion_code,
        name=offer.name.in_(LANGUAGE_OF[world.company.locale]),
        threshold=_round(goods * offer.threshold // 100),
        percent=offer.percent if offer.gives == "percent" else 0,
        amount=_round(goods * offer.percent // 100) if offer.gives == "amount" else 0,
        free_shipping=offer.gives == "free_shipping",
        currency=currency,
        since=since,
        until=since + timedelta(days=offer.runs_days),
    )


def _round(amount: Minor) -> Minor:
    step: int = 10 ** max(len(str(amount)) - _FIGURES, 0)
    return max(amount // step, 1) * step
