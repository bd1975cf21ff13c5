"""What is under way on the first morning goes on: the agenda of a living opening world.

A pure function of world and seed, like all that follows from it. What should have happened long ago
comes one after the other over the next two days, so that nobody is flooded on arrival. Command ids
begin with `0:`, for no event has the number 0; chance is drawn by numbers below 0.
"""

from collections.abc import Iterator
from typing import Final

from immutables import Map

from trainer.orders.engine import Command, Envelope, Role
from trainer.orders.payment import ReceiveTransfer
from trainer.orders.service import knows_of_delay
from trainer.orders.shipping import ScanPackage
from trainer.orders.status import Label, label_of
from trainer.orders.stock import ReceiveStock, made_on
from trainer.orders.values import DAY, HOUR, MINUTE, Minor, Moment, day_of, moment_of
from trainer.orders.world import Order, Package, World
from trainer.simulation import calls, carriers, customers, factory, timers, workmates
from trainer.simulation.agenda import Agenda
from trainer.simulation.chance import between
from trainer.simulation.hours import not_at_night

UNDER_WAY: Final[tuple[Label, ...]] = (
    "pending_payment", "awaiting_shipment", "partly_shipped", "shipped", "in_transit", "signed",
    "completed", "settled",
)  # fmt: skip
"""Orders that somebody outside may still do something for."""
_CATCHING_UP: Final = 2 * DAY // MINUTE


def under_way(world: World, seed: int) -> Agenda:
    """What carriers, customers and the factory will do about the orders of the opening world."""
    comes = [*_made(world, seed), *workmates.resume(world, seed), *calls.coming(world, seed)]
    on_the_bank = _on_the_bank(world)
    for label in UNDER_WAY:
        for order in world.newest(label):
            comes += _on_the_road(world, order, seed)
            comes += _paid(world, order, on_the_bank.get(order.order_number, 0), seed)
            comes += _impatient(world, order, seed)
            comes += _timed(world, order)
    due = ((envelope.command_id, not_at_night(envelope)) for envelope in comes)
    return Agenda(due=Map(due))


def _on_the_road(world: World, order: Order, seed: int) -> Iterator[Envelope]:
    """The scans that a parcel under way has not had yet, in their order."""
    for package in order.packages:
        if package.stage != "shipped" or package.tracking in ("lost", "returned_to_sender"):
            continue
        carrier = world.carriers[package.carrier_code]
        cause = _cause(order, package.package_number)
        earlier = world.now
        way = carriers.way_of(carrier, package.shipped_at, cause, seed)
        for place, (tracking, at) in enumerate(way):
            if _behind(package, place, [scan for scan, _ in way]):
                continue
            at = max(_from_now(world, at, seed, cause), earlier + HOUR)
            scan = ScanPackage(order.order_number, package.package_number, tracking)
            what = f"{tracking}-{package.package_number}"
            yield _begun(order.order_number, what, "carrier", carrier.name, at, scan)
            earlier = at


def _behind(package: Package, place: int, way: list[str]) -> bool:
    """Whether a parcel has had this scan, or a later one, before today."""
    return package.tracking in way and place <= way.index(package.tracking)


def _paid(world: World, order: Order, arrived: Minor, seed: int) -> Iterator[Envelope]:
    """What was promised on prepaid terms, or invoiced on account, and has not been paid."""
    policies = world.policies
    if order.payment_terms == "prepay":
        asked, at = order.balance_due, order.confirmed_at + policies.payment_after
    else:
        papers = [paper for paper in order.documents if paper.kind == "invoice"]
        invoiced = sum(paper.claim for paper in order.documents)
        asked = min(invoiced - order.received, order.balance_due)
        at = max((paper.issued_at for paper in papers), default=0) + policies.account_days * DAY
    owed = asked - arrived
    if order.status != "confirmed" and order.payment_terms == "prepay":
        return
    if owed > 0 and order.confirmed_at:
        cause = _cause(order, 0)
        if order.payment_terms == "prepay" and timers.forgetful(cause, world, seed):
            return
        company = world.customers[order.customer_id].company
        remark = f"{order.order_number} / {order.customer_po_number}"
        yield _begun(
            order.order_number, "transfer", "bank", company, _from_now(world, at, seed, cause),
            ReceiveTransfer(order.customer_id, owed, remark, order.currency),
        )  # fmt: skip


def _timed(world: World, order: Order) -> Iterator[Envelope]:
    """The timers of the company's own system; its rules are of today, so they count from today."""
    number, policies = order.order_number, world.policies
    if policies.unpaid_expiry and label_of(order) == "pending_payment":
        since = max(order.confirmed_at, world.now)
        yield timers.expiry(f"0:expiry-{number}", number, world, since)
    for back in order.returns:
        if back.stage == "authorised" and back.send_by:
            last = max(back.send_by, day_of(world.now))
            yield timers.waited(f"0:waited-{back.rma_number}", number, back.rma_number, last)
    if policies.auto_signoff_days:
        for package in order.packages:
            if package.stage == "shipped" and package.tracking == "out_for_delivery":
                since = max(package.last_scan_at, world.now)
                place = package.package_number
                yield timers.sign_off(f"0:signoff-{place}-{number}", number, place, world, since)


def _on_the_bank(world: World) -> dict[str, Minor]:
    """Money that has come in for an order and that nobody has booked yet."""
    arrived: dict[str, Minor] = {}
    for transfer in world.transfers.values():
        named = transfer.remark.split()
        if transfer.unmatched and named:
            arrived[named[0]] = arrived.get(named[0], 0) + transfer.unmatched
    return arrived


def _impatient(world: World, order: Order, seed: int) -> Iterator[Envelope]:
    """Who is promised a day that has not come yet; who has waited in vain has said so before."""
    if not world.policies.customers_complain or order.promised_delivery_date is None:
        return
    if all(line.delivered >= line.live for line in order.lines) or order.status != "confirmed":
        return
    contact, number = world.customers[order.customer_id].contact, order.order_number
    days = {order.promise_of(line) for line in order.lines if line.delivered < line.live}
    for day in sorted(filter(None, days), reverse=True):
        at, complaint = customers.complaint_about(world, number, _cause(order, 0), seed, day)
        what = "complaint" if day == order.promised_delivery_date else f"complaint-{day}"
        if at > world.now and not knows_of_delay(order, day):
            yield _begun(number, what, "customer", contact, at, complaint)


def _made(world: World, seed: int) -> Iterator[Envelope]:
    """What was promised beyond the stock, where the factory works by itself."""
    if world.policies.production != "automatic":
        return
    for place, sku in enumerate(sorted(world.backorders)):
        short = factory.missing(world, sku)
        if short > 0:
            day = made_on(world, sku, short) + factory.off_by(world, seed, -place)
            at = moment_of(day, hour=7) + place * MINUTE
            arrival = ReceiveStock(sku=sku, warehouse=min(world.warehouses), quantity=short)
            at = _from_now(world, at, seed, -place)
            yield _begun(sku, "made", "system", "factory", at, arrival)


def _cause(order: Order, package_number: int) -> int:
    """A number to draw chance by that no event of the run has."""
    return -(order.sequence * 100 + package_number)


def _from_now(world: World, at: Moment, seed: int, cause: int) -> Moment:
    """That moment, or some time in the next two days if it has passed."""
    if at > world.now:
        return at
    return world.now + between(1, _CATCHING_UP, seed, cause, "catching up") * MINUTE


def _begun(about: str, what: str, role: Role, actor: str, at: Moment, command: Command) -> Envelope:
    return Envelope(command_id=f"0:{what}-{about}", actor=actor, role=role, at=at, command=command)
