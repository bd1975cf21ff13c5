"""How well an order was handed over from desk to desk: read off the run and the words of notes."""

from typing import ClassVar, Final, NamedTuple

import msgspec
from pydantic import Field

from trainer.orders import hand_overs, holds, service, tasks
from trainer.orders.desk_work import awaiting, awaiting_at
from trainer.orders.desks import own
from trainer.orders.engine import Event, OrderEvent, Recorded, events
from trainer.orders.hand_over_notes import missing
from trainer.orders.world import World
from trainer.training.checks import Cast, Check, Seen, about, vocabulary
from trainer.training.texts import Name

_EVERYBODYS: Final = (
    service.NoteAdded, holds.HoldPlaced, tasks.TaskAssigned, tasks.TaskFinished,
    tasks.TaskHandedBack,
)  # fmt: skip
"""What is done at any desk says nothing of whose the order is."""


class Loss(NamedTuple):
    """One thing that a hand-over lacked, and the event that shows it."""

    event: int
    lack: str
    """What the note left out (`hand_over_notes.Lack`); or `nothing_there`, `left_behind`,
    `not_handed_over`."""
    what: str = ""
    """Of which matter."""


class _So(NamedTuple):
    """How it stands with the order: where one sits, where it was last worked on, who has it."""

    seat: str
    worked_at: str = ""
    handed_to: str = ""


@vocabulary
class HandedOverWell(Check):
    """Holds while the order goes from desk to desk with what the next one has to know.

    Each thing that a note leaves out costs, and each time the order is taken along without a word,
    left behind where nothing is left to do, or handed to a desk that has nothing to do on it.
    """

    standing: ClassVar[bool] = True

    order: Name
    each: int = Field(2, ge=1, le=100)

    def watches(self) -> tuple[type[Event], ...]:
        """Whatever is done shows at which desk the order is."""
        return tuple(events().values())

    def see(self, seen: Seen, entry: Recorded, world: World, cast: Cast) -> Seen:
        """Only what the trainee did; colleagues know their own desk."""
        if not own(entry.command_id) or entry.role not in ("clerk", "supervisor"):
            return seen
        so = _So(*seen.trace[:3]) if seen.trace else _So(world.policies.first_desk)
        event = entry.event
        if isinstance(event, hand_overs.DeskTaken):
            return _noted(seen, so._replace(seat=event.desk), self._left(so, entry, world, cast))
        if not isinstance(event, OrderEvent) or not about(event, world, cast, self.order):
            return seen
        if isinstance(event, hand_overs.HandedOver):
            lacks = _lacks(entry, event, world)
            # who handed it to the wrong desk has paid for it; where it goes on is no second mistake
            wrong = any(loss.lack == "nothing_there" for loss in lacks)
            so = so._replace(worked_at="" if wrong else so.worked_at, handed_to=event.desk)
            return _noted(seen, so, lacks)
        if isinstance(event, _EVERYBODYS):
            return seen
        taken_along = so.worked_at not in ("", so.seat) and so.handed_to != so.seat
        losses = (Loss(entry.number, "not_handed_over"),) if taken_along else ()
        return _noted(seen, _So(so.seat, so.seat), losses)

    def _left(self, so: _So, entry: Recorded, world: World, cast: Cast) -> tuple[Loss, ...]:
        """Whether the order stays behind at a desk that is done with it, while others wait for it.

        It is as if it had been handed over then: taking it along later costs nothing more.
        """
        if so.handed_to or so.worked_at != so.seat:
            return ()
        waiting = {
            matter.desk
            for number in world.by_message.get(cast[self.order].message_id, ())
            for matter in awaiting(world, world.orders[number])
        }
        behind = waiting and so.seat not in waiting
        return (Loss(entry.number, "left_behind"),) if behind else ()

    def lost(self, seen: Seen, *, over: bool) -> int:
        """Each lack costs the same."""
        return self.each * len(losses(seen))


def losses(seen: Seen) -> tuple[Loss, ...]:
    """What was lacking, in the order in which it was seen."""
    found = (record.split("/") for record in seen.trace[3:])
    return tuple(Loss(int(number), lack, what) for number, lack, what in found)


def _lacks(entry: Recorded, event: hand_overs.HandedOver, world: World) -> tuple[Loss, ...]:
    order = world.orders[event.order_number]
    if not awaiting_at(world, order, event.desk):
        return (Loss(entry.number, "nothing_there"),)
    return tuple(
        Loss(entry.number, one.lack, one.what)
        for one in missing(world, order, event.desk, event.note, event.among)
    )


def _noted(seen: Seen, so: _So, found: tuple[Loss, ...]) -> Seen:
    if any(loss.lack == "left_behind" for loss in found):
        so = so._replace(handed_to=so.seat)
    records = tuple(f"{loss.event}/{loss.lack}/{loss.what}" for loss in found)
    return msgspec.structs.replace(
        seen,
        trace=(*so, *seen.trace[3:], *records),
        state="broken" if found else seen.state,
        events=tuple(dict.fromkeys((*seen.events, *(loss.event for loss in found)))),
    )
