"""Slips in an order as it is written: what stands in the message is not what the customer means.

What they mean stays the request; the slip is a fact beside it, and shows in their words alone.
"""

from datetime import date, timedelta
from random import Random
from typing import Final

import msgspec

from trainer.catalog.office import Office
from trainer.catalog.places import COUNTRIES, make_customers
from trainer.orders.currencies import buys_in, stored, unit_price
from trainer.orders.refusals import Refusal
from trainer.orders.values import Address, Minor
from trainer.orders.world import Defect, Product, Request, Slip, World

_OLD: Final = {"en_US": "{} (old model)", "zh_CN": "{}（旧款）", "zh_TW": "{}（舊款）"}


def slipped(
    office: Office, slips: tuple[Slip, ...], firm: bool | None, meant: Request, today: date
) -> tuple[Request, tuple[Defect, ...]]:
    """What they mean, and where their message says something else; nothing is drawn for no slip.

    Who stands by an impossible day means it; who left out an address means one that we have not.
    """
    defects: list[Defect] = []
    free = list(range(len(meant.lines)))
    # whose product must come in packs chooses its line first
    for slip in sorted(slips, key=lambda slip: slip != "odd_quantity"):
        match slip:
            case "missing_address":
                meant = msgspec.structs.replace(meant, ship_to=_elsewhere(office, meant))
                defects.append(Defect(slip))
            case "impossible_date":
                stands = _stands(office, firm)
                day = _impossible(office, today, past=not stands and office.chance.random() < 0.5)
                if stands:
                    meant = msgspec.structs.replace(meant, requested_delivery_date=day)
                defects.append(Defect(slip, day=day, firm=stands))
            case _:
                fits = [n for n in free if slip != "odd_quantity" or _pack(office, meant, n) > 1]
                place = office.chance.choice(fits)
                free.remove(place)
                defects.append(_in_line(office, slip, firm, meant, place))
    return meant, tuple(defects)


def _stands(office: Office, firm: bool | None) -> bool:
    return office.chance.random() < 0.5 if firm is None else firm


def _elsewhere(office: Office, meant: Request) -> Address:
    """A branch of theirs in another town, of which we have no address."""
    country = COUNTRIES[office.world.company.locale]
    while True:
        (other,) = make_customers(office.chance, country, 1)
        if other.address.city != meant.ship_to.city:
            return msgspec.structs.replace(
                meant.ship_to,
                street=other.address.street,
                city=other.address.city,
                postal_code=other.address.postal_code,
            )


def _impossible(office: Office, today: date, *, past: bool) -> date:
    """A day that is over, or one on which even the fastest carrier is still under way."""
    if past:
        return today - timedelta(days=office.chance.randint(3, 20))
    fastest = min(carrier.transit_days for carrier in office.world.carriers.values())
    days = office.world.policies.handling_days + fastest
    return today + timedelta(days=office.chance.randrange(days))


def _pack(office: Office, meant: Request, place: int) -> int:
    return office.world.products[meant.lines[place].sku].pack_size


def _in_line(office: Office, slip: Slip, firm: bool | None, meant: Request, place: int) -> Defect:
    world, line = office.world, meant.lines[place]
    match slip:
        case "odd_quantity":
            more = office.chance.randrange(1, _pack(office, meant, place))
            return Defect(slip, place, quantity=line.quantity + more)
        case "unknown_sku":
            return Defect(slip, place, sku=_no_longer_sold(office, line.sku))
        case "wrong_price":
            price = _other_price(world, meant, world.products[line.sku], office.chance)
            return Defect(slip, place, price=price, firm=_stands(office, firm))
    return Defect(slip, place)


def _other_price(world: World, meant: Request, product: Product, chance: Random) -> Minor:
    """Somewhat less than the list says, and as round."""
    listed = unit_price(world, product, stored(world, buys_in(world, meant.customer_id)))
    assert not isinstance(listed, Refusal)
    step = next(step for step in (100, 10, 5, 1) if listed % step == 0 and listed >= 4 * step)
    return max(listed * chance.randint(70, 92) // 100 // step, 1) * step


def _no_longer_sold(office: Office, sku: str) -> str:
    """Two figures of it changed places, or what another product was before it was given up."""
    products = office.world.products
    swapped = [
        sku[:n] + sku[n + 1] + sku[n] + sku[n + 2 :]
        for n in range(len(sku) - 1)
        if sku[n : n + 2].isdigit() and sku[n] != sku[n + 1]
    ]
    unknown = [other for other in swapped if other not in products]
    if unknown and office.chance.random() < 0.5:
        return office.chance.choice(unknown)
    others = [other for other in sorted(products) if other != sku]
    same_trade = [other for other in others if other[:-4] == sku[:-4]]
    model = products[office.chance.choice(same_trade or others)]
    prefix, number = model.sku[:-4], int(model.sku[-4:])
    while f"{prefix}{number:04d}" in products:
        number = (number - 1) % 10_000
    old = msgspec.structs.replace(
        model,
        sku=f"{prefix}{number:04d}",
        name=_OLD[office.world.company.locale].format(model.name),
        gtin="",
        sellable=False,
    )
    products = products.set(old.sku, old)
    office.world = msgspec.structs.replace(office.world, products=products)
    return old.sku
