"""Cost of service: what it takes to serve beyond the goods, and who bears it.

Counted on the day the order was promised. A parcel costs what its carrier asks for one, lost ones
too, and the fee for cash that was collected for it. What comes back travels once at the price of
the order's carrier; whoever is liable for the return bears that. A fault of ours is what was
credited for a return or a claim at our cost, and goodwill is a claim that was granted although
nobody but the customer was liable, or credit beyond what they had a right to. Shipping that was
credited was not charged. What is kept of card payments is borne by us.
"""

import msgspec

from trainer.orders.acquirer import fees_of
from trainer.orders.cash import fee_for
from trainer.orders.currencies import known_tariff
from trainer.orders.reports import (
    Ask,
    Key,
    Report,
    Tally,
    in_one_currency,
    key_of,
    promised,
    reported,
)
from trainer.orders.values import Minor
from trainer.orders.world import Order, Package, World


class CostRow(msgspec.Struct, frozen=True):
    """Parcels and their freight, what came back, our own faults, and how much was done twice."""

    key: Key
    orders: int = 0
    parcels: int = 0
    extra: int = 0
    """Parcels beyond the first one of their order."""
    paid: Minor = 0
    back: Minor = 0
    """Freight of returns that we bear."""
    charged_on: Minor = 0
    """Freight of returns that the customer, the carrier or the supplier bears."""
    faults: Minor = 0
    goodwill: Minor = 0
    charged: Minor = 0
    rework: int = 0
    """Parcels that were unpacked again, came back unopened or were lost."""
    events: int = 0
    claimed_on: Minor = 0
    """What was claimed from carriers and suppliers who were liable."""
    recovered: Minor = 0
    """What of that they made good; beside the costs, of which theirs are no part."""
    card_fees: Minor = 0
    """What is kept of card payments."""

    @property
    def spent(self) -> Minor:
        """What serving took."""
        return self.paid + self.back + self.faults + self.goodwill + self.card_fees

    @property
    def cost(self) -> Minor:
        """What is left for us to bear once customers have paid for their freight."""
        return self.spent - self.charged


def cost_of_service(world: World, ask: Ask) -> Report[CostRow]:
    """What the orders of a period cost to serve, by any key but a product or a reason.

    In one currency, by the carriers' price lists in it; nothing is converted.
    """
    ask = in_one_currency(world, ask)
    rows, total = Tally(14), Tally(14)
    for order, day in promised(world, ask):
        numbers = _numbers(world, order)
        rows.add(key_of(ask, day, order), *numbers)
        total.add("", *numbers)
    return reported(CostRow, ask, rows, total, largest=lambda row: row.cost)


def _numbers(world: World, order: Order) -> tuple[int, ...]:
    gone = [package for package in order.packages if package.left]
    back, charged_on = _way_back(world, order)
    return (
        1,
        len(gone),
        max(len(gone) - 1, 0),
        sum(_freight(world, order, package) for package in gone),
        back,
        charged_on,
        _credited_to(order, "seller", returns=True),
        _credited_to(order, "customer", returns=False) + order.goodwill_standing,
        order.shipping_gross - order.shipping_credited,
        sum(package.stage in ("voided", "came_back", "lost") for package in order.packages),
        order.version,
        sum(it.amount for it in order.recourses),
        sum(it.granted for it in order.recourses),
        fees_of(world, order),
    )


def _freight(world: World, order: Order, package: Package) -> Minor:
    """What the carrier asks for a parcel, with what it keeps of the cash it collected."""
    carrier = world.carriers[package.carrier_code]
    return known_tariff(carrier, order.currency) + fee_for(carrier, package.collected)


def _way_back(world: World, order: Order) -> tuple[Minor, Minor]:
    """Freight of returns that were counted in, by whether we bear it."""
    apiece = known_tariff(world.carriers[order.carrier_code], order.currency)
    came = [back for back in order.returns if any(row.received for row in back.rows)]
    # what nobody has determined is with us until somebody says otherwise
    ours = sum(back.liability in ("seller", "undetermined") for back in came)
    return ours * apiece, (len(came) - ours) * apiece


def _credited_to(order: Order, liable: str, *, returns: bool) -> Minor:
    """What claims gave, and credit of returns if asked, at somebody's cost."""
    worth = sum(claim.worth for claim in order.claims if claim.liability == liable)
    if returns:
        for back in order.returns:
            if back.liability == liable:
                worth += sum(row.credit for row in back.rows)
    return worth
