"""Handing an order over to the next desk, with a note, and sitting down at another desk.

An order that is handed over stays anybody's to read. What a note has to say is no rule of the
engine: an empty one is taken, and whoever gets it has to ask (`hand_over_notes`).
"""

import msgspec

from trainer.orders.engine import (
    Answer,
    Command,
    Envelope,
    Event,
    OrderEvent,
    changed,
    decides,
    evolves,
)
from trainer.orders.refusals import ArchivedReadOnly, MissingField, Refusal, UnknownOrder
from trainer.orders.values import Moment
from trainer.orders.world import Desk, HandOn, Order, World

# --- commands ---------------------------------------------------------------------------------


class HandOver(Command, frozen=True):
    """Hand orders over to another desk, with a note on what is open there."""

    desk: Desk
    order_numbers: tuple[str, ...]
    note: str = ""


class TakeDesk(Command, frozen=True):
    """Sit down at another desk; one stays the person one is."""

    desk: Desk


# --- events -----------------------------------------------------------------------------------


class HandedOver(OrderEvent, frozen=True):
    """The next desk has it, and knows what the note says."""

    says = "{order_number} handed over ({came_from} → {desk}): {note}"
    came_from: Desk
    desk: Desk
    note: str = ""
    among: int = 1
    """How many orders share the note."""
    by: str = ""


class DeskTaken(Event, frozen=True):
    """Somebody works at another desk from now on."""

    says = "Work goes on at another desk: {desk}"
    desk: Desk


# --- refusals ---------------------------------------------------------------------------------


class NoDesks(Refusal, frozen=True):
    """Where everybody does everything there is nobody to hand over to."""

    says = "In this company one desk does everything."
    cure = "Do it yourself."
    rests_on = ("desks",)


class DeskIsYours(Refusal, frozen=True):
    """Nobody hands over to themselves, or sits down where they sit."""

    says = "You sit there already: {desk}."
    cure = "Do it here, or choose another desk."
    rests_on = ("desks",)
    desk: Desk


# --- deciding ---------------------------------------------------------------------------------


def _elsewhere(world: World, desk: Desk) -> Refusal | None:
    if not world.policies.desks:
        return NoDesks()
    return DeskIsYours(desk) if desk == world.seat else None


@decides(HandOver)
def hand_over(world: World, command: HandOver, by: Envelope) -> Answer:
    """To another desk, orders that are there, each once."""
    refusal = _elsewhere(world, command.desk)
    if refusal:
        return refusal
    numbers = tuple(dict.fromkeys(command.order_numbers))
    if not numbers:
        return MissingField(field="order")
    for number in numbers:
        order = world.orders.get(number)
        if order is None:
            return UnknownOrder(order_number=number)
        if order.status == "archived":
            return ArchivedReadOnly(order_number=number)
    note = command.note.strip()
    return tuple(
        HandedOver(number, world.seat, command.desk, note, len(numbers), by.actor)
        for number in numbers
    )


@decides(TakeDesk)
def take_desk(world: World, command: TakeDesk, by: Envelope) -> Answer:
    """Another one than where one sits."""
    return _elsewhere(world, command.desk) or (DeskTaken(command.desk),)


# --- evolving ---------------------------------------------------------------------------------


@evolves(HandedOver)
def handed_over(world: World, order: Order, event: HandedOver, at: Moment) -> World:
    """One more line of who had it when."""
    on = HandOn(event.came_from, event.desk, event.note, at, event.by)
    return world.with_order(changed(order, hand_overs=(*order.hand_overs, on)))


@evolves(DeskTaken)
def desk_taken(world: World, event: DeskTaken, at: Moment) -> World:
    """Other acts are one's own now."""
    return msgspec.structs.replace(world, desk=event.desk)
