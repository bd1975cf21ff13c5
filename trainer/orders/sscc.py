"""The serial shipping container code: one number for one parcel, the world over.

It is reckoned, not kept: from the company's own prefix, the order's place among all orders and the
parcel's place in its order. So no two parcels share one, and parcels of before have theirs too.
"""

from typing import Final

from trainer.orders.world import Order, Package, World

PER_ORDER: Final = 1_000
"""More parcels no order has; the serial reference keeps so many places for each."""


def sscc(world: World, order: Order, package: Package) -> str:
    """The eighteen digits of a parcel that was closed; none while it is open or never was."""
    if package.stage == "picked" or (package.stage == "voided" and not package.packed_at):
        return ""
    prefix = world.company.gs1_prefix
    serial = order.sequence * PER_ORDER + package.package_number
    # the first digit has no meaning of its own: it makes room for longer serial numbers
    digits = f"{serial:0{17 - len(prefix)}}"
    body = digits[0] + prefix + digits[1:]
    return body + check_digit(body)


def check_digit(digits: str) -> str:
    """What a scanner reckons after the others: thrice every second digit, up to the next ten."""
    thrice, once = sum(map(int, digits[-1::-2])), sum(map(int, digits[-2::-2]))
    return str(-(3 * thrice + once) % 10)
