"""Sourcing: from which shelf an order is served, and in how many deliveries: the company's rules.

What a policy leaves open is settled the same way everywhere: the fuller shelf first, then the
earlier code.
"""

from collections import defaultdict
from collections.abc import Mapping

from trainer.orders import lots
from trainer.orders.refusals import Refusal
from trainer.orders.world import Order, World


class PartialShipmentNotAllowed(Refusal, frozen=True):
    """One delivery was agreed; a parcel that leaves the rest behind breaks it."""

    says = "Order {order_number} goes in one delivery, and part of it would stay behind."
    sums = (
        "left behind {left} = wanted {wanted} − shipped {shipped} − in packed parcels {ready}; "
        "must be 0 to ship"
    )
    cure = "Set the rest aside and pack it too, or cancel what cannot be delivered."
    rests_on = ("partial_shipment", "one_delivery")
    order_number: str
    left: int
    wanted: int
    shipped: int
    ready: int


class BackorderNotAllowed(Refusal, frozen=True):
    """This company promises only what lies on the shelf."""

    says = "There is not enough of {sku} for {order_number}, and nothing is promised on backorder."
    sums = "short {short} = wanted {wanted} − available {available} + promised to others {promised}"
    cure = "Wait for goods to come in, ask the customer for less, or decline the order."
    rests_on = ("backorder",)
    order_number: str
    sku: str
    short: int
    wanted: int
    available: int
    promised: int


# --- which shelf --------------------------------------------------------------------------------


def shelves(
    world: World, order: Order, sku: str, free: Mapping[str, int]
) -> list[tuple[str, str, int]]:
    """What serves a line, in turn: warehouse, lot and units; no lot where the shelf's rule picks.

    First expired first out looks at all warehouses together, for what is kept in lots.
    """
    if world.policies.sourcing != "by_expiry" or not world.products[sku].shelf_life:
        return [(warehouse, "", free[warehouse]) for warehouse in ranked(world, order, free)]
    found = [
        (lots.turn(world, order, sku, lot), level.warehouse, lot)
        for level in world.levels(sku)
        for lot in lots.in_turn(world, order, level)
        if lot.available > 0
    ]
    found.sort(key=lambda part: (part[0][:2], -free[part[1]], part[1], part[0]))
    return [(warehouse, lot.lot_number, lot.available) for _, warehouse, lot in found]


def ranked(world: World, order: Order, free: Mapping[str, int]) -> list[str]:
    """The warehouses in which so much of a SKU is free, in the order in which they serve."""
    match world.policies.sourcing:
        case "nearest":
            return sorted(free, key=lambda at: (_distance(world, order, at), -free[at], at))
        case "one_parcel":
            whole = {at: _served(world, order, at) for at in free}
            return sorted(free, key=lambda at: (-whole[at], -free[at], at))
        case "highest_stock" | "by_expiry":
            return sorted(free, key=lambda at: (-free[at], at))


def _distance(world: World, order: Order, warehouse: str) -> int:
    """How far apart two postal codes are: they are numbered by region, so it is near enough."""
    here, there = world.warehouses[warehouse].postal_code[:3], order.ship_to.postal_code[:3]
    known = here.isascii() and here.isdigit() and there.isascii() and there.isdigit()
    return abs(int(here) - int(there)) if known else 0


def _served(world: World, order: Order, warehouse: str) -> int:
    """Units of the whole order that could leave this warehouse together."""
    units = 0
    wanted: dict[str, int] = defaultdict(int)
    for line in order.lines:
        wanted[line.sku] += line.open
        units += sum(row.quantity for row in line.allocations if row.warehouse == warehouse)
    for sku, quantity in wanted.items():
        units += min(quantity, max(world.level(sku, warehouse).available, 0))
    return units


# --- how many deliveries ------------------------------------------------------------------------


def one_delivery(world: World, order: Order) -> bool:
    """Whether all of it has to leave together: the company's rule, or this customer's wish."""
    customer = world.customers.get(order.customer_id)
    return not world.policies.partial_shipment or bool(customer and customer.one_delivery)


def left_behind(world: World, order: Order) -> Refusal | None:
    """What a parcel that leaves now would leave behind, where one delivery is wanted."""
    if not one_delivery(world, order):
        return None
    wanted = sum(line.live for line in order.lines)
    shipped = sum(line.shipped for line in order.lines)
    ready = sum(
        row.quantity
        for package in order.packages
        if package.stage in ("packed", "labelled")
        for row in package.rows
    )
    if wanted - shipped - ready <= 0:
        return None
    return PartialShipmentNotAllowed(
        order_number=order.order_number,
        left=wanted - shipped - ready,
        wanted=wanted,
        shipped=shipped,
        ready=ready,
    )


# --- what may be promised -----------------------------------------------------------------------


def beyond_stock(world: World, order: Order, wanted: Mapping[str, int]) -> Refusal | None:
    """What of these units could not be set aside today, where nothing is promised on backorder."""
    if world.policies.backorder:
        return None
    for sku, quantity in wanted.items():
        available = world.available(sku)
        promised = sum(x.open for o in world.waiting(sku) for x in o.lines if x.sku == sku)
        if quantity > available - promised:
            return BackorderNotAllowed(
                order_number=order.order_number,
                sku=sku,
                short=quantity - available + promised,
                wanted=quantity,
                available=available,
                promised=promised,
            )
    return None


def wanted_of(order: Order) -> dict[str, int]:
    """Open units of an order by SKU; an amendment may bring the same one again."""
    wanted: dict[str, int] = defaultdict(int)
    for line in order.lines:
        wanted[line.sku] += line.open
    return wanted
