"""Mishaps on the way: parcels that are stopped, come back unopened or never arrive; and claims.

A parcel that is written off leaves its units open again: they are sent anew, or cancelled and
credited. A claim is a credit for something the customer keeps.
"""

from datetime import date, timedelta
from typing import Literal

import msgspec

from trainer.orders import lots, serials
from trainer.orders.allowances import given
from trainer.orders.engine import (
    Answer,
    Envelope,
    OrderCommand,
    OrderEvent,
    changed,
    decides,
    evolves,
    moment,
)
from trainer.orders.evidence import DAMAGED, EvidenceRequired, unproven
from trainer.orders.promotions import clawing_back
from trainer.orders.refusals import MissingField, MissingReason, Refusal, UnknownLine
from trainer.orders.replacements import added_up, replacing, within
from trainer.orders.returns import ReturnExceedsReturnable, announced, disputed, returnable
from trainer.orders.shipping import under_way
from trainer.orders.stand_ins import ReplacementNotKept, not_kept, worth
from trainer.orders.stock import not_carried_out
from trainer.orders.values import DAY, Minor, Moment, day_of
from trainer.orders.world import (
    Claim,
    ClaimRow,
    Liability,
    Order,
    Package,
    ReturnReason,
    Stage,
    World,
)

# --- commands ---------------------------------------------------------------------------------


class RequestIntercept(OrderCommand, frozen=True):
    """Ask the carrier to stop a parcel and bring it back."""

    package_number: int
    reason: str


class ReceiveBack(OrderCommand, frozen=True):
    """Take in a parcel that comes back unopened; its goods are as good as new."""

    package_number: int


class WriteOffPackage(OrderCommand, frozen=True):
    """Give a parcel up for lost; what was in it is still owed to the customer."""

    package_number: int
    reason: str


class OpenClaim(OrderCommand, frozen=True):
    """Record what a customer complains about in goods they keep, with the evidence."""

    rows: tuple[ClaimRow, ...]
    reason: ReturnReason
    evidence: str = ""


class ResolveClaim(OrderCommand, frozen=True):
    """Credit the goods that a claim is about, send some once more in their place, or deny it."""

    claim_number: str
    resolution: Literal["approved", "denied"]
    liability: Liability
    reason: str
    replacements: tuple[ClaimRow, ...] = ()
    """Of what is approved, the units that are sent once more; the rest is credited."""
    promised_delivery_date: date | None = None
    """By when these will be there."""


# --- events -----------------------------------------------------------------------------------


class InterceptRequested(OrderEvent, frozen=True):
    """The carrier has been asked to turn a parcel round."""

    says = "The carrier was asked to stop parcel {package_number} of {order_number}: {reason}"
    package_number: int
    reason: str


class PackageCameBack(OrderEvent, frozen=True):
    """Unopened and on the shelf again."""

    says = "Parcel {package_number} of {order_number} came back unopened"
    package_number: int


class PackageWrittenOff(OrderEvent, frozen=True):
    """Nobody expects it any longer."""

    says = "Parcel {package_number} of {order_number} written off: {reason}"
    package_number: int
    reason: str


class ClaimOpened(OrderEvent, frozen=True):
    """The customer is not content with what they have."""

    says = "Claim {claim_number} opened on {order_number}: {reason}"
    claim_number: str
    rows: tuple[ClaimRow, ...]
    reason: ReturnReason
    evidence: str = ""


class ClaimApproved(OrderEvent, frozen=True):
    """They keep it, and do not pay for it."""

    says = "Claim {claim_number} approved, {credit} credited; at whose cost: {liability}"
    claim_number: str
    liability: Liability
    credit: Minor
    reason: str
    replaced: tuple[ClaimRow, ...] = ()
    """What is sent once more instead of being credited."""
    replaced_value: Minor = 0


class ClaimDenied(OrderEvent, frozen=True):
    """They keep it, and pay for it."""

    says = "Claim {claim_number} denied: {reason}"
    claim_number: str
    reason: str


# --- refusals ---------------------------------------------------------------------------------


class TooLateToIntercept(Refusal, frozen=True):
    """What is on the van to the door cannot be turned round."""

    says = "Parcel {package_number} is {tracking}; the carrier cannot stop it any more."
    cure = "Wait for the delivery; the customer can refuse it or send it back."
    package_number: int
    tracking: str


class AlreadyIntercepted(Refusal, frozen=True):
    """Asking twice does not make a carrier faster."""

    says = "The carrier was asked to stop parcel {package_number} already."
    cure = "Wait for what the carrier reports."
    package_number: int


class NotReturnedToSender(Refusal, frozen=True):
    """Only what the carrier brings can be taken in."""

    says = "Parcel {package_number} is {tracking}; it is not at our dock."
    cure = "Wait until the carrier reports it returned to sender."
    package_number: int
    tracking: str


class NotLost(Refusal, frozen=True):
    """A parcel is given up once the carrier has, or has been silent for too long."""

    says = "Parcel {package_number} is {tracking}; it may still arrive."
    sums = "last scan {seen} + {days} days of trace = {until}; today is {today}"
    cure = "Wait for the carrier's trace, and tell the customer."
    rests_on = ("trace_days",)
    package_number: int
    tracking: str
    seen: str
    days: int
    until: str
    today: str


class GoodwillLimit(Refusal, frozen=True):
    """Kindness has a budget."""

    says = (
        "Goodwill, and claims that only the customer is liable for, may cost {limit} on one order."
    )
    sums = "granted {granted} + {requested} ≤ limit {limit}"
    cure = "Deny the claim, or look who is really liable for it."
    rests_on = ("goodwill_limit",)
    order_number: str
    granted: Minor
    requested: Minor
    limit: Minor


class UnknownClaim(Refusal, frozen=True):
    """There is no such open claim on this order."""

    says = "Order {order_number} has no open claim {claim_number}."
    cure = "Look at the claims of the order."
    order_number: str
    claim_number: str


# --- deciding: parcels --------------------------------------------------------------------------


@decides(RequestIntercept)
def request_intercept(
    world: World, order: Order, command: RequestIntercept, by: Envelope
) -> Answer:
    """While it is on its way and not yet before the door, once."""
    package = under_way(order, command.package_number)
    if isinstance(package, Refusal):
        return package
    number = package.package_number
    if package.tracking not in ("label_created", "in_transit", "exception"):
        return TooLateToIntercept(package_number=number, tracking=str(package.tracking))
    if package.intercepted:
        return AlreadyIntercepted(package_number=number)
    if not command.reason.strip():
        return MissingReason()
    return (InterceptRequested(order.order_number, number, command.reason),)


@decides(ReceiveBack)
def receive_back(world: World, order: Order, command: ReceiveBack, by: Envelope) -> Answer:
    """When the carrier says that it is back."""
    package = under_way(order, command.package_number)
    if isinstance(package, Refusal):
        return package
    if package.tracking != "returned_to_sender":
        return NotReturnedToSender(
            package_number=package.package_number, tracking=str(package.tracking)
        )
    return (PackageCameBack(order.order_number, package.package_number),)


@decides(WriteOffPackage)
def write_off_package(world: World, order: Order, command: WriteOffPackage, by: Envelope) -> Answer:
    """Lost by the carrier's own word, or no scan for as long as a trace takes."""
    package = under_way(order, command.package_number)
    if isinstance(package, Refusal):
        return package
    seen = max(package.last_scan_at, package.shipped_at)
    days, now = world.policies.trace_days, moment(world, by)
    silent = package.tracking == "exception" and now - seen >= days * DAY
    if package.tracking != "lost" and not silent:
        return NotLost(
            package_number=package.package_number,
            tracking=str(package.tracking),
            seen=day_of(seen).isoformat(),
            days=days,
            until=(day_of(seen) + timedelta(days=days)).isoformat(),
            today=day_of(now).isoformat(),
        )
    if not command.reason.strip():
        return MissingReason()
    return (PackageWrittenOff(order.order_number, package.package_number, command.reason),)


# --- deciding: claims ---------------------------------------------------------------------------


@decides(OpenClaim)
def open_claim(world: World, order: Order, command: OpenClaim, by: Envelope) -> Answer:
    """Out of the same quota as returns, and with evidence where something is said to be broken."""
    refusal = not_carried_out(order)
    if refusal:
        return refusal
    wanted = added_up(command.rows)
    if not wanted or min(wanted.values()) < 0:
        return MissingField(field="quantity")
    for line_number, quantity in wanted.items():
        line = order.line(line_number)
        if line is None:
            return UnknownLine(order_number=order.order_number, line_number=line_number)
        if quantity > returnable(order, line):
            return ReturnExceedsReturnable(
                line_number=line_number,
                returnable=returnable(order, line),
                delivered=line.delivered,
                open=announced(order, line),
                received=line.returned,
                claimed=line.claimed + line.replaced + disputed(order, line),
                requested=quantity,
            )
    # where the company goes by evidence, it may be asked for, and is needed to grant the claim
    silent = not command.evidence.strip() and not world.policies.damage_evidence
    if command.reason in DAMAGED and silent:
        return EvidenceRequired(reason=command.reason)
    return (
        ClaimOpened(
            order_number=order.order_number,
            claim_number=f"CLM-{world.next_number('claim'):05d}",
            rows=tuple(ClaimRow(number, quantity) for number, quantity in wanted.items()),
            reason=command.reason,
            evidence=command.evidence,
        ),
    )


@decides(ResolveClaim)
@clawing_back
def resolve_claim(world: World, order: Order, command: ResolveClaim, by: Envelope) -> Answer:
    """Once, with a reason; credit is the value of the units that the claim is about."""
    claim = order.claim(command.claim_number)
    if claim is None or not claim.open:
        return UnknownClaim(order_number=order.order_number, claim_number=command.claim_number)
    if not command.reason.strip():
        return MissingReason()
    instead = added_up(command.replacements)
    if refusal := within(order, claim, instead, command.resolution == "approved"):
        return refusal
    if command.resolution == "denied":
        return (ClaimDenied(order.order_number, claim.claim_number, command.reason),)
    if refusal := unproven(world, order, claim.claim_number):
        return refusal
    credit, unwound, so_far = 0, list[ReplacementNotKept](), order
    for row in claim.rows:
        units = row.quantity - instead.get(row.line_number, 0)
        given_back = not_kept(so_far, row.line_number, units)
        credit += given_back.credit
        unwound += given_back.events
        so_far = _claimed(given_back.order, row.line_number, units)
    limit = world.policies.goodwill_limit
    granted, value = given(order), worth(order, instead)
    if limit and command.liability == "customer" and granted + credit + value > limit:
        return GoodwillLimit(order.order_number, granted, credit + value, limit)
    again: Answer = ()
    if instead:
        again = replacing(world, order, claim, instead, command.promised_delivery_date)
    if isinstance(again, Refusal):
        return again
    return (
        ClaimApproved(
            order_number=order.order_number,
            claim_number=claim.claim_number,
            liability=command.liability,
            credit=credit,
            reason=command.reason,
            replaced=tuple(ClaimRow(number, units) for number, units in instead.items()),
            replaced_value=value,
        ),
        *unwound,
        *again,
    )


# --- evolving ---------------------------------------------------------------------------------


@evolves(InterceptRequested)
def intercept_requested(world: World, order: Order, event: InterceptRequested, at: Moment) -> World:
    """The carrier knows."""
    packages = order.packages_with(event.package_number, intercepted=True)
    return world.with_order(changed(order, packages=packages))


@evolves(PackageCameBack)
def package_came_back(world: World, order: Order, event: PackageCameBack, at: Moment) -> World:
    """Open again on the lines, on the shelf again in the warehouse."""
    package = order.package(event.package_number)
    assert package is not None
    for row in package.rows:
        line = order.line(row.line_number)
        assert line is not None
        level = world.level(line.sku, package.warehouse)
        level = msgspec.structs.replace(
            level,
            returned=level.returned + row.quantity,
            restocked=level.restocked + row.quantity,
            on_hand=level.on_hand + row.quantity,
        )
        world = world.with_level(
            lots.arrived(world, level, row.quantity, day_of(at), row.lot_number, row.expires)
        )
    world = serials.home(world, serials.inside(package))
    return world.with_order(_gone(order, package, "came_back"))


@evolves(PackageWrittenOff)
def package_written_off(world: World, order: Order, event: PackageWrittenOff, at: Moment) -> World:
    """Open again on the lines; the stock is gone for good."""
    package = order.package(event.package_number)
    assert package is not None
    return world.with_order(_gone(order, package, "lost"))


def _gone(order: Order, package: Package, stage: Stage) -> Order:
    """The order without a parcel that will not arrive: its units are to be sent anew."""
    lines = {line.line_number: line for line in order.lines}
    for row in package.rows:
        line = lines[row.line_number]
        lines[row.line_number] = msgspec.structs.replace(
            line,
            shipped=line.shipped - row.quantity,
            lost=line.lost + (row.quantity if stage == "lost" else 0),
            recovered=line.recovered + (row.quantity if stage == "came_back" else 0),
        )
    packages = tuple(
        msgspec.structs.replace(each, stage=stage) if each is package else each
        for each in order.packages
    )
    return changed(order, lines=tuple(lines.values()), packages=packages)


@evolves(ClaimOpened)
def claim_opened(world: World, order: Order, event: ClaimOpened, at: Moment) -> World:
    """One more claim; the order is worked on again."""
    world = msgspec.structs.replace(
        world, counters=world.counters.set("claim", world.next_number("claim"))
    )
    claim = Claim(
        claim_number=event.claim_number,
        rows=event.rows,
        reason=event.reason,
        evidence=event.evidence,
    )
    return world.with_order(changed(order, status="confirmed", claims=(*order.claims, claim)))


@evolves(ClaimApproved)
def claim_approved(world: World, order: Order, event: ClaimApproved, at: Moment) -> World:
    """Credited, on the lines and on the order, but for what comes once more."""
    claim = order.claim(event.claim_number)
    assert claim is not None
    instead = added_up(event.replaced)
    for row in claim.rows:
        again = instead.get(row.line_number, 0)
        order = _claimed(order, row.line_number, row.quantity - again, again)
    order = msgspec.structs.replace(order, supply_credit=order.supply_credit + event.credit)
    return world.with_order(
        _with_claim(
            order,
            event.claim_number,
            status="approved",
            liability=event.liability,
            credit=event.credit,
            replaced=event.replaced,
            replaced_value=event.replaced_value,
        )
    )


def _claimed(order: Order, line_number: int, units: int, again: int = 0) -> Order:
    """The order with so many more units of a line credited to a customer who keeps them."""
    lines = tuple(
        msgspec.structs.replace(line, claimed=line.claimed + units, replaced=line.replaced + again)
        if line.line_number == line_number
        else line
        for line in order.lines
    )
    return msgspec.structs.replace(order, lines=lines)


@evolves(ClaimDenied)
def claim_denied(world: World, order: Order, event: ClaimDenied, at: Moment) -> World:
    """Nothing changes hands."""
    return world.with_order(_with_claim(order, event.claim_number, status="denied"))


def _with_claim(order: Order, claim_number: str, **changes: object) -> Order:
    claims = tuple(
        msgspec.structs.replace(claim, **changes) if claim.claim_number == claim_number else claim
        for claim in order.claims
    )
    return changed(order, claims=claims)
