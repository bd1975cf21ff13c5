"""What the company's own system does when nobody does anything: unpaid orders, silent parcels,
returns that were agreed to and never sent.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from trainer.orders.cards import ExpireAuthorisation, PaymentAuthorised, PaymentCaptured
from trainer.orders.engine import Envelope, Recorded
from trainer.orders.expiry import ExpireOrder, covered, unpacking
from trainer.orders.intake import OrderConfirmed
from trainer.orders.payment import PaymentReceived, StoreCreditIssued, TransferReceived
from trainer.orders.remedies import LineQuantityCancelled
from trainer.orders.return_expiry import ExpireReturn
from trainer.orders.returns import ReturnAuthorised
from trainer.orders.shipping import PackageScanned, PackageVoided, ScanPackage
from trainer.orders.store_credit import ExpireStoreCredit, StoreCreditRedeemed
from trainer.orders.tasks import FinishTask
from trainer.orders.values import DAY, HOUR, MINUTE, Moment, moment_of
from trainer.orders.world import World
from trainer.simulation.chance import between
from trainer.simulation.words import words

SYSTEM = "system"


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """The timers that an event starts."""
    expires, days = world.policies.unpaid_expiry, world.policies.auto_signoff_days
    match entry.event:
        case OrderConfirmed(order_number=number) if expires:
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
        case ReturnAuthorised(order_number=number, rma_number=rma, send_by=last) if last:
            yield waited(f"{entry.number}:expiry", number, rma, last)
    yield from _unpacked(entry, world)
    yield from _paid_after_all(entry, world)


def _unpacked(entry: Recorded, world: World) -> Iterator[Envelope]:
    """What was to be put back is called off with its last parcel."""
    event = entry.event
    if not isinstance(event, PackageVoided):
        return
    order = world.orders[event.order_number]
    if unpacking(order) and not any(line.packed for line in order.lines):
        expired = _expired(order.order_number, world)
        yield Envelope(f"{entry.number}:expiry", SYSTEM, "system", entry.at, expired)


_MONEY: Final = (
    TransferReceived, PaymentReceived, PaymentAuthorised, PaymentCaptured, StoreCreditRedeemed,
    LineQuantityCancelled,
)  # fmt: skip
"""Events after which an order may be paid for, or nothing more may be due."""


def _paid_after_all(entry: Recorded, world: World) -> Iterator[Envelope]:
    """Nothing has to be put back that has been paid for."""
    event = entry.event
    if not isinstance(event, _MONEY):
        return
    meant = (
        event.remark.split(" ")[0] if isinstance(event, TransferReceived) else event.order_number
    )
    order = world.orders.get(meant)
    task = unpacking(order) if order else None
    if order and task and covered(world, order):
        said = words(world.company.locale)["paid_after_all"]
        kept = FinishTask(order.order_number, task.task_number, "dropped", said)
        yield Envelope(f"{entry.number}:kept", SYSTEM, "system", entry.at, kept)


def expiry(command_id: str, number: str, world: World, since: Moment) -> Envelope:
    """The end of an order that nobody has paid since then."""
    at = since + world.policies.unpaid_expiry
    return Envelope(command_id, SYSTEM, "system", at, _expired(number, world))


def waited(command_id: str, number: str, rma_number: str, last: date) -> Envelope:
    """The end of a return for which nothing has come by its last day."""
    at = moment_of(last + timedelta(days=1), hour=0)
    return Envelope(command_id, SYSTEM, "system", at, ExpireReturn(number, rma_number))


def _expired(number: str, world: World) -> ExpireOrder:
    said, policies = words(world.company.locale), world.policies
    unit = "_minutes" if policies.unpaid_expiry_minutes else ""
    time = policies.unpaid_expiry // (MINUTE if unit else HOUR)
    reason, task = (said[f"{name}{unit}"].format(time=time) for name in ("expired", "put_back"))
    return ExpireOrder(number, reason, task, said["is_back"])


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
    return bool(world.policies.unpaid_expiry) and between(1, 10, seed, cause, "forgets") == 1


def stopped(envelope: Envelope, entry: Recorded, world: World) -> bool:
    """Whether an event stops this timer: money that came, booked or not, or a newer scan."""
    if envelope.actor != SYSTEM:
        return False
    match envelope.command:
        case ExpireOrder(order_number=number):
            return covered(world, world.orders[number])
        case ScanPackage(order_number=number, package_number=place):
            match entry.event:
                case PackageScanned(order_number=scanned, package_number=parcel):
                    return (scanned, parcel) == (number, place)
    return False
