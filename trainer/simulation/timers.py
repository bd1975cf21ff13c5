"""What the company's own system does when nobody does anything: unpaid orders, silent parcels."""

from collections.abc import Iterator

from trainer.orders.cards import ExpireAuthorisation, PaymentAuthorised
from trainer.orders.engine import Envelope, Recorded
from trainer.orders.intake import OrderConfirmed
from trainer.orders.payment import StoreCreditIssued
from trainer.orders.remedies import CancelOrder
from trainer.orders.shipping import PackageScanned, ScanPackage
from trainer.orders.store_credit import ExpireStoreCredit
from trainer.orders.values import DAY, HOUR, Moment
from trainer.orders.world import Order, World
from trainer.simulation.chance import between
from trainer.simulation.words import words

SYSTEM = "system"


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """The timers that an event starts."""
    hours, days = world.policies.unpaid_expiry_hours, world.policies.auto_signoff_days
    match entry.event:
        case OrderConfirmed(order_number=number) if hours:
            if world.orders[number].payment_terms == "prepay":
                yield expiry(f"{entry.number}:expiry", number, world, entry.at)
        case PaymentAuthorised(order_number=number, authorisation_number=held, expires_at=until):
            lapse = ExpireAuthorisation(number, held)
            yield Envelope(f"{entry.number}:lapse", SYSTEM, "system", until, lapse)
        case StoreCreditIssued(order_number=number, credit_number=credit, expires_at=until):
            over = ExpireStoreCredit(world.orders[number].customer_id, credit)
            yield Envelope(f"{entry.number}:lapse", SYSTEM, "system", until, over)
        case PackageScanned(order_number=number, package_number=place, tracking=tracking) if days:
            if tracking == "out_for_delivery":  # who is in trouble is not at the door
                yield sign_off(f"{entry.number}:signoff", number, place, world, entry.at)


def expiry(command_id: str, number: str, world: World, since: Moment) -> Envelope:
    """The end of an order that nobody has paid since then."""
    hours = world.policies.unpaid_expiry_hours
    reason = words(world.company.locale)["expired"].format(hours=hours)
    cancelled = CancelOrder(order_number=number, reason=reason)
    return Envelope(command_id, SYSTEM, "system", since + hours * HOUR, cancelled)


def sign_off(command_id: str, number: str, place: int, world: World, since: Moment) -> Envelope:
    """The signature under a parcel of which nothing has been heard since then."""
    signed = ScanPackage(number, place, "delivered")
    at = since + world.policies.auto_signoff_days * DAY
    return Envelope(command_id, SYSTEM, "system", at, signed)


def forgets(entry: Recorded, world: World, seed: int) -> bool:
    """Whether a customer does not pay at all: one in ten, where unpaid orders expire."""
    return forgetful(entry.number, world, seed)


def forgetful(cause: int, world: World, seed: int) -> bool:
    """The same, for an order whose promise has that number."""
    return bool(world.policies.unpaid_expiry_hours) and (
        between(1, 10, seed, cause, "forgets") == 1
    )


def stopped(envelope: Envelope, entry: Recorded, world: World) -> bool:
    """Whether an event stops this timer: money that came, booked or not, or a newer scan."""
    if envelope.actor != SYSTEM:
        return False
    match envelope.command:
        case CancelOrder(order_number=number):
            return _has_paid(world, world.orders[number])
        case ScanPackage(order_number=number, package_number=place):
            match entry.event:
                case PackageScanned(order_number=scanned, package_number=parcel):
                    return (scanned, parcel) == (number, place)
    return False


def _has_paid(world: World, order: Order) -> bool:
    """Nobody's order is cancelled while their money lies on the statement unbooked."""
    due = order.balance_due - order.authorised_open
    if due <= 0:
        return True
    return due <= sum(
        transfer.unmatched
        for transfer in world.transfers.values()
        if transfer.unmatched and transfer.remark.split()[:1] == [order.order_number]
    )
