"""Promotions in words: what runs, what an order would have, and how far it is from losing it."""

from flask_babel import gettext

from trainer.orders.currencies import tariff
from trainer.orders.promotions import offered, worth_kept, worth_of
from trainer.orders.refusals import Refusal
from trainer.orders.values import day_of
from trainer.orders.world import Order, Promotion, World
from trainer.web.rules import Rule
from trainer.web.words import day, money


def running(world: World) -> list[Rule]:
    """What the company gives, each with its conditions."""
    return [Rule("", f"{it.name} ({it.code})", _conditions(world, it)) for it in world.promotions]


def _conditions(world: World, offer: Promotion) -> str:
    currency = offer.currency or world.company.currency
    what, threshold = _gives(offer, currency), money(offer.threshold, currency)
    if not (offer.since and offer.until):
        return gettext("%(what)s from %(threshold)s of goods on", what=what, threshold=threshold)
    return gettext(
        "%(what)s from %(threshold)s of goods on, from %(first)s to %(last)s",
        what=what,
        threshold=threshold,
        first=day(offer.since),
        last=day(offer.until),
    )


def _gives(offer: Promotion, currency: str) -> str:
    if offer.free_shipping:
        return gettext("free shipping")
    if offer.amount:
        return gettext("%(amount)s off", amount=money(offer.amount, currency))
    return gettext("%(percent)s %% off", percent=offer.percent)


def told(world: World, order: Order) -> list[str]:
    """What is to be known about an order's promotion; of a draft, of those it could have."""
    currency = order.currency or world.company.currency
    if order.status == "draft":
        return [*_to_have(world, order, currency)]
    terms = order.promotion
    if terms is None:
        return []
    given = gettext("%(amount)s off", amount=money(terms.given, currency))
    if terms.freight:
        given = gettext("%(amount)s of freight not charged", amount=money(terms.given, currency))
    lines = [gettext("%(name)s: %(what)s", name=terms.name, what=given)]
    if order.called_off:
        return lines
    if terms.kept:
        return [*lines, gettext("stays given, whatever becomes of the order")]
    kept = worth_kept(order)
    over = kept - terms.threshold
    says = (
        gettext("%(kept)s of goods kept, %(over)s above the %(threshold)s it asks for")
        if over >= 0
        else gettext("%(kept)s of goods kept, %(over)s below the %(threshold)s it asks for")
    )
    figures = {
        "kept": money(kept, currency),
        "over": money(abs(over), currency),
        "threshold": money(terms.threshold, currency),
    }
    lines.append(says % figures)
    if order.clawback:
        charged = money(order.clawback, currency)
        lines.append(gettext("%(amount)s charged again", amount=charged))
    return lines


def _to_have(world: World, order: Order, currency: str) -> list[str]:
    """Of a draft: what it would have, or what it lacks for it."""
    today, found = day_of(world.now), []
    freight = (
        tariff(world, world.carriers[order.carrier_code], order.currency)
        if order.carrier_code in world.carriers
        else 0
    )
    if not order.lines or isinstance(freight, Refusal):
        return []
    worth = sum(line.unit_price * line.ordered - line.discount for line in order.lines)
    worth -= order.discount
    for offer in offered(world, order.currency):
        if not offer.runs(today):
            continue
        lacks = offer.threshold - worth
        amount = money(worth_of(offer, worth, freight), currency)
        what = (
            gettext("%(amount)s more of goods for it", amount=money(lacks, currency))
            if lacks > 0
            else gettext("%(amount)s off", amount=amount)
        )
        found.append(gettext("%(name)s: %(what)s", name=offer.name, what=what))
    return found
