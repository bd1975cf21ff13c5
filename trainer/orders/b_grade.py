"""Goods that are ours again and not as new: on the bench, or sold off as B-grade.

Their customers have had their credit, so no order waits for any of this. What stands here is a
matter of the shelf: it is no part of what is on hand until it is as good as new.
"""

from typing import Final

import msgspec

from trainer.orders.engine import Answer, Command, Envelope, Event, decides, evolves
from trainer.orders.refusals import MissingField, MissingReason, Refusal
from trainer.orders.values import Minor, Moment
from trainer.orders.world import ReworkOutcome, World


class FinishRework(Command, frozen=True):
    """Take our own goods off the bench, and say how good they have become."""

    sku: str
    warehouse: str
    quantity: int
    outcome: ReworkOutcome


class ClearBGrade(Command, frozen=True):
    """Sell off B-grade goods at less than the list price, or give them away for nothing."""

    sku: str
    warehouse: str
    quantity: int
    price: Minor
    reason: str


class ReworkFinished(Event, frozen=True):
    """Off the bench: as good as new, good enough, or good for nothing."""

    says = "Rework of {quantity} × {sku} in {warehouse} ended ({outcome})"
    sku: str
    warehouse: str
    quantity: int
    outcome: ReworkOutcome


class BGradeCleared(Event, frozen=True):
    """Gone, for what it still was worth to somebody."""

    says = "{quantity} × {sku} sold off from {warehouse} as B-grade at {price} each: {reason}"
    sku: str
    warehouse: str
    quantity: int
    price: Minor
    reason: str


class NotThatManyThere(Refusal, frozen=True):
    """Only what stands on the bench comes off it, and only B-grade goods are sold off as such."""

    says = "{warehouse} does not have that many of {sku} there: {place}."
    sums = "there {limit}; you asked {requested}"
    cure = "Look at the inventory to see how many there are."
    sku: str
    warehouse: str
    place: str
    limit: int
    requested: int


class NotMarkedDown(Refusal, frozen=True):
    """Who sells used goods at the price of new ones sells them as new."""

    says = "B-grade goods are sold for less than the list price of {sku}."
    sums = "0 ≤ price {price} < list price {limit}"
    cure = "Mark it down; for nothing is a price, too, if that is what it is worth."
    sku: str
    price: Minor
    limit: Minor


def _not_there(world: World, command: FinishRework | ClearBGrade) -> Refusal | None:
    """A shelf that we know, and at most what stands on it."""
    if (command.sku, command.warehouse) not in world.stock:
        return MissingField(field="sku")
    if command.quantity <= 0:
        return MissingField(field="quantity")
    place = "in_rework" if isinstance(command, FinishRework) else "b_grade"
    there = getattr(world.level(command.sku, command.warehouse), place)
    if command.quantity > there:
        return NotThatManyThere(
            sku=command.sku,
            warehouse=command.warehouse,
            place=place,
            limit=there,
            requested=command.quantity,
        )
    return None


@decides(FinishRework)
def finish_rework(world: World, command: FinishRework, by: Envelope) -> Answer:
    """At most what stands on the bench."""
    return _not_there(world, command) or (
        ReworkFinished(command.sku, command.warehouse, command.quantity, command.outcome),
    )


@decides(ClearBGrade)
def clear_b_grade(world: World, command: ClearBGrade, by: Envelope) -> Answer:
    """At most what is there, marked down, and with a reason: it leaves the books for good."""
    if refusal := _not_there(world, command):
        return refusal
    full = world.products[command.sku].unit_price
    if not 0 <= command.price < full:
        return NotMarkedDown(sku=command.sku, price=command.price, limit=full)
    if not command.reason.strip():
        return MissingReason()
    return (
        BGradeCleared(
            command.sku, command.warehouse, command.quantity, command.price, command.reason
        ),
    )


_BECOMES: Final[dict[ReworkOutcome, tuple[str, ...]]] = {
    "restock": ("on_hand", "restocked"),
    "restock_b_grade": ("b_grade",),
    "scrap": ("written_off",),
}
"""Where on the shelf's book units stand once they are off the bench."""


@evolves(ReworkFinished)
def rework_finished(world: World, event: ReworkFinished, at: Moment) -> World:
    """Off the bench, and on the shelf, among the B-grade goods, or gone."""
    level = world.level(event.sku, event.warehouse)
    counts = {name: getattr(level, name) + event.quantity for name in _BECOMES[event.outcome]}
    return world.with_level(
        msgspec.structs.replace(level, in_rework=level.in_rework - event.quantity, **counts)
    )


@evolves(BGradeCleared)
def b_grade_cleared(world: World, event: BGradeCleared, at: Moment) -> World:
    """Less B-grade, and what it brought in."""
    level = world.level(event.sku, event.warehouse)
    return world.with_level(
        msgspec.structs.replace(
            level,
            b_grade=level.b_grade - event.quantity,
            cleared=level.cleared + event.quantity,
            proceeds=level.proceeds + event.quantity * event.price,
        )
    )
