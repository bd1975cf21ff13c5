"""Production: what the stock cannot serve is made, for a line or for the shelf.

A production order is planned for a day that lead time and daily capacity allow, released once its
material is there, started (its material leaves the shelf), reported piece by piece, and finished.
What is made for a line is set aside for it first; the rest is free stock.
"""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar

import msgspec

from trainer.orders import lots
from trainer.orders.engine import (
    Answer,
    Command,
    Envelope,
    Event,
    Role,
    decides,
    evolves,
    moment,
)
from trainer.orders.refusals import (
    MissingField,
    MissingReason,
    Refusal,
    UnknownLine,
    UnknownOrder,
)
from trainer.orders.stock import (
    AllocationRow,
    StockAllocated,
    booked,
    implausible,
    made_on,
    not_confirmed,
    open_on,
)
from trainer.orders.values import Moment, day_of
from trainer.orders.world import OrderLine, ProductionOrder, World


class ProductionCommand(Command, frozen=True):
    """A command about one production order."""

    production_number: str


class CreateProduction(Command, frozen=True):
    """Plan the making of something, for an order line or for the shelf."""

    sku: str
    quantity: int
    warehouse: str
    due: date
    order_number: str = ""
    line_number: int = 0


class ReleaseProduction(ProductionCommand, frozen=True):
    """Give the plan to the factory: its material is there."""


class StartProduction(ProductionCommand, frozen=True):
    """Take the material off the shelf and begin."""


class ReportProduction(ProductionCommand, frozen=True):
    """Some units are ready."""

    roles: ClassVar[frozenset[Role]] = frozenset({"system"})
    quantity: int


class FinishProduction(ProductionCommand, frozen=True):
    """Stop with what has been made; the rest is not made."""


class CancelProduction(ProductionCommand, frozen=True):
    """Call it off before anything has been made."""

    reason: str


class ProductionEvent(Event, frozen=True):
    """Something that happened to one production order."""

    production_number: str


class ProductionCreated(ProductionEvent, frozen=True):
    """Planned, and its capacity booked."""

    says = "{production_number}: {quantity} × {sku} planned for {due}"
    sku: str
    quantity: int
    warehouse: str
    due: date
    order_number: str = ""
    line_number: int = 0


class ProductionReleased(ProductionEvent, frozen=True):
    """The factory has the plan."""

    says = "{production_number} released to the factory"


class ProductionStarted(ProductionEvent, frozen=True):
    """The material is off the shelf."""

    says = "Work on {production_number} has begun"


class ProductionReported(ProductionEvent, frozen=True):
    """More on the shelf, some of it for the line it was made for."""

    says = "{production_number}: {quantity} × {sku} made in {warehouse}"
    sku: str
    warehouse: str
    quantity: int
    for_line: int = 0


class ProductionFinished(ProductionEvent, frozen=True):
    """Nothing more is made; the material that is left is back on the shelf."""

    says = "{production_number} finished with {made} of {quantity}"
    made: int
    quantity: int


class ProductionCancelled(ProductionEvent, frozen=True):
    """It is not made; its capacity is free again."""

    says = "{production_number} cancelled: {reason}"
    reason: str


class UnknownProduction(Refusal, frozen=True):
    """There is no such production order in this sandbox."""

    says = "There is no production order {production_number}."
    cure = "Look at the production page for its number."
    production_number: str


class ProductionState(Refusal, frozen=True):
    """The production order is at another stage."""

    says = "{production_number} is {status}; this is possible only while it is {wanted}."
    cure = "Look at the production page to see which step comes next."
    production_number: str
    status: str
    wanted: str


class ProductionExceedsDemand(Refusal, frozen=True):
    """More would be made for a line than it still needs."""

    says = "Line {line_number} of {order_number} does not need that many made."
    sums = "needed {needed} = open {open} − already being made {pegged}; you asked {requested}"
    cure = "Plan at most {needed} for this line; plan the rest for the shelf."
    order_number: str
    line_number: int
    needed: int
    open: int
    pegged: int
    requested: int


class CapacityExceeded(Refusal, frozen=True):
    """The factory cannot be that fast."""

    says = "The factory cannot have {requested} × {sku} ready by then."
    sums = (
        "lead time {lead_time} days + (booked {booked} + {requested}) ÷ {daily_capacity} a day "
        "= {earliest}; you asked {due}"
    )
    cure = "Plan it for {earliest} or later, or plan fewer."
    sku: str
    requested: int
    lead_time: int
    booked: int
    daily_capacity: int
    earliest: date
    due: date


class MaterialShortage(Refusal, frozen=True):
    """Nothing can be made of what is not there."""

    says = "There is not enough {sku} in {warehouse} to make this."
    sums = "available {available}; needed {needed}"
    cure = "Buy or transfer the material first, or plan fewer."
    sku: str
    warehouse: str
    available: int
    needed: int


class OutputExceedsOrder(Refusal, frozen=True):
    """More than was to be made."""

    says = "{production_number} is not for that many."
    sums = "left {left} = planned {quantity} − made {made}; reported {requested}"
    cure = "Report at most {left}; what is more is made under an order of its own."
    production_number: str
    left: int
    quantity: int
    made: int
    requested: int


class NothingMade(Refusal, frozen=True):
    """What has made nothing is not finished but called off."""

    says = "Nothing has been made under {production_number} yet."
    cure = "Wait for the first units, or cancel it."
    production_number: str


class AlreadyMade(Refusal, frozen=True):
    """What has been made is there."""

    says = "Under {production_number} something has been made already."
    sums = "made {made}; must be 0 to cancel"
    cure = "Finish it instead: what is made stays in stock, the rest is not made."
    production_number: str
    made: int


# --- deciding ---------------------------------------------------------------------------------


@decides(CreateProduction)
def create_production(world: World, command: CreateProduction, by: Envelope) -> Answer:
    """Known goods, no more than the line needs, not before the factory can."""
    product = world.products.get(command.sku)
    if product is None:
        return MissingField(field="sku")
    if command.warehouse not in world.warehouses:
        return MissingField(field="warehouse")
    if command.quantity <= 0:
        return MissingField(field="quantity")
    refusal = implausible(command.sku, command.quantity)
    if command.order_number:
        refusal = refusal or _not_needed(world, command)
    if refusal:
        return refusal
    earliest = made_on(world, command.sku, command.quantity)
    if command.due < earliest:
        return CapacityExceeded(
            sku=command.sku,
            requested=command.quantity,
            lead_time=product.lead_time,
            booked=booked(world, command.sku),
            daily_capacity=product.daily_capacity,
            earliest=earliest,
            due=command.due,
        )
    return (
        ProductionCreated(
            production_number=f"MO-{world.next_number('production'):05d}",
            sku=command.sku,
            quantity=command.quantity,
            warehouse=command.warehouse,
            due=command.due,
            order_number=command.order_number,
            line_number=command.line_number if command.order_number else 0,
        ),
    )


def to_make(world: World, order_number: str, line: OrderLine) -> int:
    """Units that a line needs and that nobody makes for it yet."""
    return line.open - sum(made.left for made in world.made_for(order_number, line.line_number))


def _not_needed(world: World, command: CreateProduction) -> Refusal | None:
    order = world.orders.get(command.order_number)
    if order is None:
        return UnknownOrder(order_number=command.order_number)
    if refusal := not_confirmed(order):
        return refusal
    line = order.line(command.line_number)
    if line is None or line.sku != command.sku:
        return UnknownLine(order_number=order.order_number, line_number=command.line_number)
    needed = max(to_make(world, order.order_number, line), 0)
    if command.quantity > needed:
        return ProductionExceedsDemand(
            order_number=order.order_number,
            line_number=line.line_number,
            needed=needed,
            open=line.open,
            pegged=sum(made.left for made in world.made_for(order.order_number, line.line_number)),
            requested=command.quantity,
        )
    return None


def _found(
    world: World, command: ProductionCommand, *wanted: str
) -> tuple[ProductionOrder, Refusal | None]:
    """The production order at one of these stages; or the refusal."""
    made = world.production.get(command.production_number)
    if made is None:
        return _NONE, UnknownProduction(production_number=command.production_number)
    if made.status not in wanted:
        return made, ProductionState(
            production_number=made.production_number,
            status=made.status,
            wanted=" / ".join(wanted),
        )
    return made, None


_NONE = ProductionOrder("", "", 0, "", date.min)


def material(world: World, sku: str, units: int) -> Iterator[tuple[str, int]]:
    """What so many units of a product are made of: each SKU once, with its quantity."""
    for part in world.products[sku].materials:
        yield part.sku, part.quantity * units


def _short(world: World, made: ProductionOrder) -> Refusal | None:
    for sku, needed in material(world, made.sku, made.quantity):
        available = world.level(sku, made.warehouse).available
        if available < needed:
            return MaterialShortage(
                sku=sku, warehouse=made.warehouse, available=available, needed=needed
            )
    return None


@decides(ReleaseProduction)
def release_production(world: World, command: ReleaseProduction, by: Envelope) -> Answer:
    """Only with the material there."""
    made, refusal = _found(world, command, "planned")
    refusal = refusal or _short(world, made)
    return refusal or (ProductionReleased(made.production_number),)


@decides(StartProduction)
def start_production(world: World, command: StartProduction, by: Envelope) -> Answer:
    """Only with the material still there: nobody keeps it for us until we begin."""
    made, refusal = _found(world, command, "released")
    refusal = refusal or _short(world, made)
    return refusal or (ProductionStarted(made.production_number),)


@decides(ReportProduction)
def report_production(world: World, command: ReportProduction, by: Envelope) -> Answer:
    """No more than planned. The line it is for comes first; the last unit finishes it."""
    made, refusal = _found(world, command, "in_progress")
    if refusal:
        return refusal
    if command.quantity <= 0:
        return MissingField(field="quantity")
    if command.quantity > made.left:
        return OutputExceedsOrder(
            production_number=made.production_number,
            left=made.left,
            quantity=made.quantity,
            made=made.made,
            requested=command.quantity,
        )
    for_line = min(command.quantity, open_on(world, made))
    events: list[Event] = [
        ProductionReported(
            production_number=made.production_number,
            sku=made.sku,
            warehouse=made.warehouse,
            quantity=command.quantity,
            for_line=for_line,
        )
    ]
    if for_line:
        product, lot = world.products[made.sku], ""
        if product.shelf_life:
            lot, _ = lots.of_day(product, day_of(moment(world, by)))
        row = AllocationRow(made.line_number, made.warehouse, for_line, lot)
        events.append(StockAllocated(order_number=made.order_number, rows=(row,)))
    if command.quantity == made.left:
        events.append(ProductionFinished(made.production_number, made.quantity, made.quantity))
    return tuple(events)


@decides(FinishProduction)
def finish_production(world: World, command: FinishProduction, by: Envelope) -> Answer:
    """Something has been made, and it is enough."""
    made, refusal = _found(world, command, "in_progress")
    if refusal:
        return refusal
    if not made.made:
        return NothingMade(production_number=made.production_number)
    return (ProductionFinished(made.production_number, made.made, made.quantity),)


@decides(CancelProduction)
def cancel_production(world: World, command: CancelProduction, by: Envelope) -> Answer:
    """Nothing has been made, and there is a reason."""
    made, refusal = _found(world, command, "planned", "released", "in_progress")
    if refusal:
        return refusal
    if made.made:
        return AlreadyMade(production_number=made.production_number, made=made.made)
    if not command.reason.strip():
        return MissingReason()
    return (ProductionCancelled(made.production_number, command.reason),)


# --- evolving ---------------------------------------------------------------------------------


@evolves(ProductionCreated)
def production_created(world: World, event: ProductionCreated, at: Moment) -> World:
    """One more production order, and its number used."""
    counters = world.counters.set("production", world.next_number("production"))
    return msgspec.structs.replace(world, counters=counters).with_production(
        ProductionOrder(
            production_number=event.production_number,
            sku=event.sku,
            quantity=event.quantity,
            warehouse=event.warehouse,
            due=event.due,
            order_number=event.order_number,
            line_number=event.line_number,
        )
    )


@evolves(ProductionReleased)
def production_released(world: World, event: ProductionReleased, at: Moment) -> World:
    """Released."""
    return _at(world, event, status="released")


@evolves(ProductionStarted)
def production_started(world: World, event: ProductionStarted, at: Moment) -> World:
    """All its material is used from now on."""
    made = world.production[event.production_number]
    return _used(_at(world, event, status="in_progress"), made, made.quantity)


@evolves(ProductionReported)
def production_reported(world: World, event: ProductionReported, at: Moment) -> World:
    """More made, and on the shelf."""
    made = world.production[event.production_number]
    level = world.level(made.sku, made.warehouse)
    level = msgspec.structs.replace(
        level,
        on_hand=level.on_hand + event.quantity,
        produced=level.produced + event.quantity,
    )
    level = lots.arrived(world, level, event.quantity, day_of(at))
    return _at(world, event, made=made.made + event.quantity).with_level(level)


@evolves(ProductionFinished)
def production_finished(world: World, event: ProductionFinished, at: Moment) -> World:
    """The material of what was not made is back."""
    made = world.production[event.production_number]
    return _used(_at(world, event, status="done"), made, made.made - made.quantity)


@evolves(ProductionCancelled)
def production_cancelled(world: World, event: ProductionCancelled, at: Moment) -> World:
    """Material that was taken is back."""
    made = world.production[event.production_number]
    back = made.quantity if made.status == "in_progress" else 0
    return _used(_at(world, event, status="cancelled"), made, -back)


def _at(world: World, event: ProductionEvent, **changes: object) -> World:
    made = world.production[event.production_number]
    return world.with_production(msgspec.structs.replace(made, **changes))


def _used(world: World, made: ProductionOrder, units: int) -> World:
    """The material of so many units off the shelf; of fewer than none, back on it."""
    for sku, quantity in material(world, made.sku, units) if units else ():
        level = world.level(sku, made.warehouse)
        level = msgspec.structs.replace(
            level, on_hand=level.on_hand - quantity, consumed=level.consumed + quantity
        )
        world = world.with_level(lots.corrected(world, level, -quantity, day_of(world.now)))
    return world
