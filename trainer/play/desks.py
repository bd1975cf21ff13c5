"""The same order seen from each desk: what awaits it there, and what may be done about it."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import msgspec

from trainer.orders.desk_work import Matter, awaiting, awaiting_at
from trainer.orders.desks import EVERY, WrongDesk, desks_of
from trainer.orders.engine import Envelope, decide
from trainer.orders.refusals import Refusal
from trainer.orders.search import due_of
from trainer.orders.status import LABELS
from trainer.orders.world import Desk, HandOn, Order, World
from trainer.play.offers import Offer, offers


class View(msgspec.Struct, frozen=True):
    """An order as one desk sees it."""

    desk: Desk
    matters: tuple[Matter, ...]
    acts: tuple[Offer, ...]
    handed: HandOn | None
    """The last time that it was handed over to this desk."""


class Waiting(msgspec.Struct, frozen=True):
    """An order that awaits a desk."""

    order: Order
    matters: tuple[Matter, ...]
    others: tuple[Desk, ...]
    """The other desks that have something to do on it."""
    handed: HandOn | None


def views(world: World, order: Order) -> tuple[View, ...]:
    """The five desks side by side."""
    return tuple(
        View(desk, awaiting_at(world, order, desk), acts(world, order, desk), handed(order, desk))
        for desk in EVERY
    )


def acts(world: World, order: Order, desk: Desk) -> tuple[Offer, ...]:
    """What that desk, and not just anybody, may do next."""
    there = msgspec.structs.replace(world, desk=desk)
    return tuple(
        offer
        for offer in offers(there, order)
        if not (offer.aside or offer.refusal) and desks_of(type(offer.command)) != EVERY
    )


def elsewhere(
    world: World, order: Order, found: Sequence[Offer]
) -> dict[Desk, tuple[tuple[Matter, ...], list[Offer]]]:
    """What awaits the other desks, and what they may do next of all that is offered."""
    if not world.policies.desks:
        return {}
    whose: dict[Desk, list[Offer]] = {}
    for offer in found:
        if isinstance(offer.refusal, WrongDesk):
            desk = desks_of(type(offer.command))[0]
            there = msgspec.structs.replace(world, desk=desk)
            given = Envelope("", "", "clerk", world.now, offer.command)
            if not isinstance(decide(there, given), Refusal):
                whose.setdefault(desk, []).append(offer)
    awaited = {desk: awaiting_at(world, order, desk) for desk in EVERY if desk != world.seat}
    return {
        desk: (matters, whose.get(desk, []))
        for desk, matters in awaited.items()
        if matters or desk in whose
    }


def handed(order: Order, desk: Desk) -> HandOn | None:
    """The last time an order was handed over to a desk."""
    return next((on for on in reversed(order.hand_overs) if on.desk == desk), None)


_LIVE: Final = tuple(label for label in LABELS if label != "archived")
Looked = list[tuple[Order, tuple[Matter, ...]]]
"""Orders, and what awaits the desks on each."""


def looked_through(world: World) -> Looked:
    """Every order that awaits some desk; each is looked at once, for all of them."""
    every = (order for label in _LIVE for order in world.newest(label))
    found = ((order, awaiting(world, order)) for order in every)
    return [(order, matters) for order, matters in found if matters]


def counts(found: Looked) -> dict[Desk, int]:
    """How many orders await each desk."""
    desks = [{matter.desk for matter in matters} for _, matters in found]
    return {desk: sum(desk in one for one in desks) for desk in EVERY}


def queue(found: Looked, desk: Desk) -> list[Waiting]:
    """What awaits a desk: what was handed over to it first, then by the promised day; what is to be
    put away, and hurts nobody while it lies there, comes last.
    """

    def rank(it: Waiting) -> tuple[bool, bool, date, int]:
        over = all(matter.what == "to_archive" for matter in it.matters)
        return over, it.handed is None, due_of(it.order) or date.max, it.order.sequence

    return sorted(_waiting(found, desk), key=rank)


def _waiting(found: Looked, desk: Desk) -> Iterator[Waiting]:
    for order, matters in found:
        mine = tuple(matter for matter in matters if matter.desk == desk)
        others = {matter.desk for matter in matters} - {desk}
        if mine:
            also = tuple(it for it in EVERY if it in others)
            yield Waiting(order, mine, also, handed(order, desk))
