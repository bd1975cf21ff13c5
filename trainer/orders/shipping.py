"""Shipping: from the shelf into a parcel, onto the carrier's van, to the customer's door."""

from collections import defaultdict
from collections.abc import Iterator
from typing import ClassVar, Final

import msgspec

from trainer.orders import lots
from trainer.orders.cash import CashCollected, not_collecting, to_collect
from trainer.orders.engine import (
    Answer,
    Envelope,
    OrderCommand,
    OrderEvent,
    Role,
    changed,
    decides,
    evolves,
)
from trainer.orders.holds import OrderOnHold
from trainer.orders.intake import UnknownCarrier
from trainer.orders.lots import LotExpired
from trainer.orders.refusals import MissingField, Refusal
from trainer.orders.serials import SerialRow, gone, home, inside, put_in, to_pack
from trainer.orders.sourcing import left_behind
from trainer.orders.stock import (
    allocated_in,
    in_packages,
    not_confirmed,
    unpacked,
    with_allocation,
)
from trainer.orders.values import Minor, Moment, day_of
from trainer.orders.world import Order, OrderLine, Package, PackageRow, Tracking, World

# --- commands ---------------------------------------------------------------------------------


class PickPackage(OrderCommand, frozen=True):
    """Take allocated units off the shelf, into a new parcel."""

    warehouse: str
    rows: tuple[PackageRow, ...]


class PackPackage(OrderCommand, frozen=True):
    """Close the parcel and weigh it, in grams; name the units that are told apart."""

    package_number: int
    weight: int
    rows: tuple[SerialRow, ...] = ()


class LabelPackage(OrderCommand, frozen=True):
    """Ask a carrier for a tracking number and stick it on."""

    package_number: int
    carrier_code: str


class ShipPackage(OrderCommand, frozen=True):
    """Hand the parcel over to the carrier."""

    package_number: int


class VoidPackage(OrderCommand, frozen=True):
    """Unpack: the units go back to the shelf, still set aside for the order."""

    package_number: int


class ScanPackage(OrderCommand, frozen=True):
    """The carrier reports where a parcel is."""

    roles: ClassVar[frozenset[Role]] = frozenset({"carrier", "system"})
    package_number: int
    tracking: Tracking
    place: str = ""


# --- events -----------------------------------------------------------------------------------


class PackagePicked(OrderEvent, frozen=True):
    """The goods are in a box."""

    says = "Parcel {package_number} of {order_number} picked in {warehouse}"
    package_number: int
    warehouse: str
    rows: tuple[PackageRow, ...]


class PackagePacked(OrderEvent, frozen=True):
    """Closed and weighed."""

    says = "Parcel {package_number} of {order_number} packed, {weight} g"
    package_number: int
    weight: int
    rows: tuple[SerialRow, ...] = ()


class PackageLabelled(OrderEvent, frozen=True):
    """The carrier knows it."""

    says = "Parcel {package_number} of {order_number} labelled {tracking_number} ({carrier_code})"
    package_number: int
    carrier_code: str
    tracking_number: str


class PackageShipped(OrderEvent, frozen=True):
    """It has left; from here it can only arrive or come back."""

    says = "Parcel {package_number} of {order_number} handed over to {carrier_code}"
    package_number: int
    carrier_code: str
    to_collect: Minor = 0
    """What the carrier asks for at the door."""


class PackageVoided(OrderEvent, frozen=True):
    """Unpacked again."""

    says = "Parcel {package_number} of {order_number} unpacked"
    package_number: int


class PackageScanned(OrderEvent, frozen=True):
    """The carrier saw it."""

    says = "Carrier: parcel {package_number} of {order_number} is {tracking}"
    package_number: int
    tracking: Tracking
    place: str = ""


class PackageDelivered(OrderEvent, frozen=True):
    """Signed for at the door."""

    says = "Parcel {package_number} of {order_number} signed for"
    package_number: int
    delivered_at: Moment = 0
    """When, if that was before it became known."""


# --- refusals ---------------------------------------------------------------------------------


class PickExceedsAllocated(Refusal, frozen=True):
    """What is not set aside here belongs to somebody else."""

    says = "Not that many of line {line_number} are set aside in {warehouse}."
    sums = "to pick {to_pick} = allocated {allocated} − in parcels {packed}; you asked {requested}"
    cure = "Allocate stock first, or pick at most {to_pick}."
    line_number: int
    warehouse: str
    to_pick: int
    allocated: int
    packed: int
    requested: int


class NotPacked(Refusal, frozen=True):
    """An open box does not travel."""

    says = "There is no packed parcel {package_number} on order {order_number}."
    cure = "Pick the goods into a parcel and pack it first."
    order_number: str
    package_number: int


class NotPicked(Refusal, frozen=True):
    """Nothing to pack."""

    says = "There is no picked parcel {package_number} on order {order_number}."
    cure = "Pick the goods first."
    order_number: str
    package_number: int


class NotLabelled(Refusal, frozen=True):
    """A parcel without a label cannot be followed, nor found again."""

    says = "Parcel {package_number} of order {order_number} has no label."
    cure = "Label it with a carrier's tracking number first."
    order_number: str
    package_number: int


class AlreadyShipped(Refusal, frozen=True):
    """It is out of our hands."""

    says = "Parcel {package_number} of order {order_number} has already left."
    cure = "Follow it by its tracking number."
    order_number: str
    package_number: int


class NotShipped(Refusal, frozen=True):
    """What has not left cannot be seen on the way."""

    says = "Parcel {package_number} of order {order_number} has not left yet."
    sums = "{shipped} of {live} pieces of the order have left"
    cure = "Hand the parcel over to the carrier first; scans follow."
    order_number: str
    package_number: int
    shipped: int = 0
    live: int = 0

    @classmethod
    def of(cls, order: Order, package_number: int) -> "NotShipped":
        """About a parcel, with how much of its order has left."""
        shipped, live = sum(x.shipped for x in order.lines), sum(x.live for x in order.lines)
        return cls(order.order_number, package_number, shipped, live)


class NotUnderWay(Refusal, frozen=True):
    """What is there needs no second word; what was lost or came back is with nobody."""

    says = "Parcel {package_number} of order {order_number} is {tracking}, not on its way."
    cure = "What is delivered stays so; what was lost or came back is sent anew or cancelled."
    order_number: str
    package_number: int
    tracking: str


class PaymentRequired(Refusal, frozen=True):
    """Prepaid goods do not leave before the money is in."""

    says = "Order {order_number} is prepaid, and {due} is still to come."
    sums = "due {due} = total {total} − credit {credit} − received {received}; must be 0 to ship"
    cure = "Wait for the customer's transfer and book it to the order."
    rests_on = ("payment_timing",)
    order_number: str
    due: Minor
    total: Minor
    credit: Minor
    received: Minor


class ExceedsCarrierLimit(Refusal, frozen=True):
    """The carrier refuses heavier parcels."""

    says = "{carrier_code} does not take parcels that heavy."
    sums = "weight {weight} g ≤ limit {limit} g"
    cure = "Choose another carrier, or split the goods over two parcels."
    rests_on = ("package_number",)
    carrier_code: str
    weight: int
    limit: int


class InvalidWeight(Refusal, frozen=True):
    """Every parcel weighs something."""

    says = "{requested} g is not a weight."
    cure = "Weigh the parcel and enter grams."
    requested: int


class EventOutOfOrder(Refusal, frozen=True):
    """A parcel does not travel backwards."""

    says = "Parcel {package_number} is already {tracking}; the report {requested} comes too late."
    cure = "Nothing to do: the later report stands."
    package_number: int
    tracking: str
    requested: str


WAY: Final[tuple[Tracking, ...]] = (
    "label_created", "in_transit", "out_for_delivery", "delivered",
)  # fmt: skip
"""A parcel's scans in their order."""

# --- helpers for screens ------------------------------------------------------------------------


def to_pick(order: Order, warehouse: str) -> tuple[PackageRow, ...]:
    """Everything set aside in a warehouse that is in no parcel yet."""
    rows = []
    for line in order.lines:
        left = allocated_in(line, warehouse) - in_packages(order, line.line_number, warehouse)
        if left > 0:
            rows.append(PackageRow(line_number=line.line_number, quantity=left))
    return tuple(rows)


def weight_of(world: World, order: Order, package: Package) -> int:
    """Grams the goods weigh, with the box."""
    grams = 250
    for row in package.rows:
        line = order.line(row.line_number)
        if line:
            grams += world.products[line.sku].weight * row.quantity
    return grams


# --- deciding ---------------------------------------------------------------------------------


def under_way(order: Order, package_number: int) -> Package | Refusal:
    """A parcel that a carrier has, or why it is none."""
    package = order.package(package_number)
    if package is None or not package.left:
        return NotShipped.of(order, package_number)
    if package.stage != "shipped":
        return NotUnderWay(order.order_number, package_number, package.stage)
    return package


def _stopped(order: Order) -> Refusal | None:
    refusal = not_confirmed(order)
    if refusal:
        return refusal
    return OrderOnHold.of(order) if order.on_hold else None


@decides(PickPackage)
def pick_package(world: World, order: Order, command: PickPackage, by: Envelope) -> Answer:
    """At most what is set aside here and in no parcel; the same line twice counts with its sum."""
    refusal = _stopped(order)
    if refusal:
        return refusal
    wanted: dict[int, int] = defaultdict(int)
    for row in command.rows:
        if row.quantity < 0:
            return MissingField(field="quantity")
        if row.quantity:
            wanted[row.line_number] += row.quantity
    if not wanted:
        return MissingField(field="quantity")
    for line_number, quantity in wanted.items():
        line = order.line(line_number)
        if line is None:
            return MissingField(field="line")
        allocated = allocated_in(line, command.warehouse)
        packed = in_packages(order, line_number, command.warehouse)
        if quantity > allocated - packed:
            return PickExceedsAllocated(
                line_number=line_number,
                warehouse=command.warehouse,
                to_pick=allocated - packed,
                allocated=allocated,
                packed=packed,
                requested=quantity,
            )
    return (
        PackagePicked(
            order_number=order.order_number,
            package_number=len(order.packages) + 1,
            warehouse=command.warehouse,
            rows=tuple(_rows(world, order, command.warehouse, wanted)),
        ),
    )


def _rows(
    world: World, order: Order, warehouse: str, wanted: dict[int, int]
) -> Iterator[PackageRow]:
    """The units by line, and by lot as they were set aside."""
    for line_number, quantity in wanted.items():
        line = order.line(line_number)
        assert line is not None
        level = world.level(line.sku, warehouse)
        for lot_number, units in unpacked(order, line, warehouse, quantity):
            lot = level.lot(lot_number)
            yield PackageRow(line_number, units, lot_number, lot.expires if lot else None)


@decides(PackPackage)
def pack_package(world: World, order: Order, command: PackPackage, by: Envelope) -> Answer:
    """A picked parcel, weighed."""
    refusal = _stopped(order)
    if refusal:
        return refusal
    package = order.package(command.package_number)
    if package is None or package.stage != "picked":
        return NotPicked(order_number=order.order_number, package_number=command.package_number)
    if command.weight <= 0:
        return InvalidWeight(requested=command.weight)
    rows = to_pack(world, order, package, command.rows)
    if isinstance(rows, Refusal):
        return rows
    return (
        PackagePacked(
            order_number=order.order_number,
            package_number=package.package_number,
            weight=command.weight,
            rows=rows,
        ),
    )


@decides(LabelPackage)
def label_package(world: World, order: Order, command: LabelPackage, by: Envelope) -> Answer:
    """A packed parcel that the carrier takes."""
    refusal = not_confirmed(order)
    if refusal:
        return refusal
    package = order.package(command.package_number)
    if package is None or package.stage == "picked":
        return NotPacked(order_number=order.order_number, package_number=command.package_number)
    if package.left:
        return AlreadyShipped(
            order_number=order.order_number, package_number=package.package_number
        )
    carrier = world.carriers.get(command.carrier_code)
    if carrier is None:
        return UnknownCarrier(carrier_code=command.carrier_code)
    if package.weight > carrier.max_weight:
        return ExceedsCarrierLimit(
            carrier_code=carrier.carrier_code, weight=package.weight, limit=carrier.max_weight
        )
    refusal = not_collecting(order, package, carrier)
    if refusal:
        return refusal
    return (
        PackageLabelled(
            order_number=order.order_number,
            package_number=package.package_number,
            carrier_code=carrier.carrier_code,
            tracking_number=f"{carrier.carrier_code}{world.next_number('tracking'):08d}",
        ),
    )


@decides(ShipPackage)
def ship_package(world: World, order: Order, command: ShipPackage, by: Envelope) -> Answer:
    """Packed, labelled, not held, and paid where payment comes first."""
    refusal = not_confirmed(order)
    if refusal:
        return refusal
    package = order.package(command.package_number)
    if package is None or package.stage == "picked":
        return NotPacked(order_number=order.order_number, package_number=command.package_number)
    if package.left:
        return AlreadyShipped(
            order_number=order.order_number, package_number=package.package_number
        )
    if package.stage == "packed":
        return NotLabelled(order_number=order.order_number, package_number=package.package_number)
    if order.on_hold:
        return OrderOnHold.of(order)
    promised = order.authorised_open if world.policies.payment_timing == "authorised" else 0
    if order.payment_terms == "prepay" and order.balance_due > promised:
        return PaymentRequired(
            order_number=order.order_number,
            due=order.balance_due,
            total=order.total,
            credit=order.credit,
            received=order.received,
        )
    refusal = (
        not_collecting(order, package, world.carriers[package.carrier_code])
        or _expired(world, order, package)
        or left_behind(world, order)
    )
    if refusal:
        return refusal
    return (
        PackageShipped(
            order_number=order.order_number,
            package_number=package.package_number,
            carrier_code=package.carrier_code,
            to_collect=to_collect(order, package),
        ),
    )


def _expired(world: World, order: Order, package: Package) -> Refusal | None:
    today = day_of(world.now)
    for row in package.rows:
        line = order.line(row.line_number)
        if line and row.expires and row.expires < today:
            return LotExpired(
                sku=line.sku, lot_number=row.lot_number, expires=row.expires, today=today
            )
    return None


@decides(VoidPackage)
def void_package(world: World, order: Order, command: VoidPackage, by: Envelope) -> Answer:
    """Only what is still here."""
    refusal = not_confirmed(order)
    if refusal:
        return refusal
    package = order.package(command.package_number)
    if package is None:
        return NotPicked(order_number=order.order_number, package_number=command.package_number)
    if package.left:
        return AlreadyShipped(
            order_number=order.order_number, package_number=package.package_number
        )
    return (PackageVoided(order_number=order.order_number, package_number=package.package_number),)


@decides(ScanPackage)
def scan_package(world: World, order: Order, command: ScanPackage, by: Envelope) -> Answer:
    """Forward on its way, trouble at any time before the door."""
    package = order.package(command.package_number)
    if package is None or package.stage not in ("shipped", "delivered"):
        return NotShipped.of(order, command.package_number)
    seen = package.tracking or "label_created"
    # after trouble a parcel may turn up anywhere on its way, but not at our own desk
    reached = WAY.index(seen) if seen in WAY else 0
    behind = command.tracking in WAY and WAY.index(command.tracking) <= reached
    over = package.stage == "delivered" or seen == "returned_to_sender"
    if over or behind or command.tracking == seen:
        return EventOutOfOrder(
            package_number=package.package_number, tracking=seen, requested=command.tracking
        )
    if command.tracking == "delivered":
        delivered = PackageDelivered(order.order_number, package.package_number)
        if not package.to_collect:
            return (delivered,)
        paid = CashCollected(order.order_number, package.package_number, package.to_collect)
        return (delivered, paid)
    return (
        PackageScanned(
            order_number=order.order_number,
            package_number=package.package_number,
            tracking=command.tracking,
            place=command.place,
        ),
    )


# --- evolving ---------------------------------------------------------------------------------


@evolves(PackagePicked)
def package_picked(world: World, order: Order, event: PackagePicked, at: Moment) -> World:
    """One more parcel; the units are still allocated, and now in a box."""
    package = Package(
        package_number=event.package_number, warehouse=event.warehouse, rows=event.rows
    )
    return world.with_order(
        changed(
            order,
            packages=(*order.packages, package),
            lines=_counted(order, event.rows, packed=+1),
        )
    )


@evolves(PackagePacked)
def package_packed(world: World, order: Order, event: PackagePacked, at: Moment) -> World:
    """Closed; the numbers of its units are taken from their series."""
    changes: dict[str, object] = {"stage": "packed", "weight": event.weight, "packed_at": at}
    if event.rows:
        package = order.package(event.package_number)
        assert package is not None
        changes["rows"] = put_in(package.rows, event.rows)
        named = [serial for row in event.rows for serial in row.serial_numbers]
        used = world.counters.get("serial", 0) + len(named)
        counters = world.counters.set("serial", used)
        world = msgspec.structs.replace(gone(world, named, order.order_number), counters=counters)
    return world.with_order(_with_package(order, event.package_number, **changes))


@evolves(PackageLabelled)
def package_labelled(world: World, order: Order, event: PackageLabelled, at: Moment) -> World:
    """The tracking number is taken from its series."""
    world = msgspec.structs.replace(
        world, counters=world.counters.set("tracking", world.next_number("tracking"))
    )
    return world.with_order(
        _with_package(
            order,
            event.package_number,
            stage="labelled",
            tracking="label_created",
            carrier_code=event.carrier_code,
            tracking_number=event.tracking_number,
        )
    )


@evolves(PackageShipped)
def package_shipped(world: World, order: Order, event: PackageShipped, at: Moment) -> World:
    """Out of the stock, off the allocation, on its way."""
    package = order.package(event.package_number)
    assert package is not None
    lines = {line.line_number: line for line in order.lines}
    for row in package.rows:
        change, lot = -row.quantity, row.lot_number
        line = with_allocation(lines[row.line_number], package.warehouse, change, lot)
        lines[row.line_number] = msgspec.structs.replace(
            line, packed=line.packed - row.quantity, shipped=line.shipped + row.quantity
        )
        level = world.level(line.sku, package.warehouse)
        if lot:
            level = lots.shifted(level, lot, on_hand=change, allocated=change)
        world = world.with_level(
            msgspec.structs.replace(
                level,
                on_hand=level.on_hand - row.quantity,
                allocated=level.allocated - row.quantity,
                shipped=level.shipped + row.quantity,
            )
        )
    return world.with_order(
        _with_package(
            msgspec.structs.replace(order, lines=tuple(lines.values())),
            event.package_number,
            stage="shipped",
            shipped_at=at,
            to_collect=event.to_collect,
        )
    )


@evolves(PackageVoided)
def package_voided(world: World, order: Order, event: PackageVoided, at: Moment) -> World:
    """The units are on the shelf again, still allocated."""
    package = order.package(event.package_number)
    assert package is not None
    lines = _counted(order, package.rows, packed=-1)
    world = home(world, inside(package))
    return world.with_order(
        _with_package(
            msgspec.structs.replace(order, lines=lines),
            event.package_number,
            stage="voided",
            tracking=None,
        )
    )


@evolves(PackageScanned)
def package_scanned(world: World, order: Order, event: PackageScanned, at: Moment) -> World:
    """Further on its way."""
    return world.with_order(
        _with_package(order, event.package_number, tracking=event.tracking, last_scan_at=at)
    )


@evolves(PackageDelivered)
def package_delivered(world: World, order: Order, event: PackageDelivered, at: Moment) -> World:
    """The customer has it."""
    package = order.package(event.package_number)
    assert package is not None
    lines = _counted(order, package.rows, delivered=+1)
    there = event.delivered_at or at
    last = max(there, order.delivered_at)
    return world.with_order(
        _with_package(
            msgspec.structs.replace(order, lines=lines, delivered_at=last),
            event.package_number,
            stage="delivered",
            tracking="delivered",
            last_scan_at=there,
        )
    )


def _counted(
    order: Order, rows: tuple[PackageRow, ...], packed: int = 0, delivered: int = 0
) -> tuple[OrderLine, ...]:
    lines = {line.line_number: line for line in order.lines}
    for row in rows:
        line = lines[row.line_number]
        lines[row.line_number] = msgspec.structs.replace(
            line,
            packed=line.packed + packed * row.quantity,
            delivered=line.delivered + delivered * row.quantity,
        )
    return tuple(lines.values())


def _with_package(order: Order, package_number: int, **changes: object) -> Order:
    return changed(order, packages=order.packages_with(package_number, **changes))
