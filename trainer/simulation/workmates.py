"""Colleagues who work in the same orders: the warehouse, a second clerk, the accounts.

They work where a scenario names them (`policies.colleagues`), under their own names, in working
hours, and by what they saw when they set out: what somebody else has done meanwhile is refused and
left alone. The warehouse picks and packs what is set aside, the accounts book what comes in, and
the clerk answers the phone about orders the trainee has just worked on.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from trainer.orders.backorders import PrioritiseOrder
from trainer.orders.desks import own
from trainer.orders.engine import Command, Envelope, Recorded
from trainer.orders.hand_overs import HandedOver
from trainer.orders.holds import HoldPlaced, HoldReleased, PlaceHold, ReleaseHold
from trainer.orders.intake import OrderConfirmed, OrderSubmitted
from trainer.orders.payment import RecordPayment, TransferReceived
from trainer.orders.remedies import CancelledRow, CancelLineQuantity
from trainer.orders.service import AddNote
from trainer.orders.shipping import PackagePicked, PackPackage, PickPackage, to_pick, weight_of
from trainer.orders.stock import Allocate, AllocationReleased, StockAllocated, suggested_rows
from trainer.orders.values import DAY, MINUTE, Moment
from trainer.orders.world import BankTransfer, Colleague, Order, Package, World
from trainer.simulation.chance import between
from trainer.simulation.hours import in_hours
from trainer.simulation.words import words

_OVERNIGHT: Final = 2 * DAY // MINUTE
"""What lay there on the first morning is done within two days."""
_RIVALS: Final = 20
"""So many of the orders that wait for the same goods are looked at."""


class _Cue(NamedTuple):
    """What makes a colleague set out: its name in command ids, its number for chance, when."""

    name: str
    number: int
    at: Moment
    seed: int

    def drawn(self, low: int, high: int, what: str) -> int:
        """A number that is the same each time for this cue."""
        return between(low, high, self.seed, self.number, what)

    def act(
        self, world: World, who: Colleague, what: str, minutes: tuple[int, int], command: Command
    ) -> Envelope:
        """A command of theirs, some minutes later, in working hours."""
        low, high = minutes
        at = self.at + paced(self.drawn(low * MINUTE, high * MINUTE, what), world, who)
        return Envelope(
            command_id=f"{self.name}:{what}",
            actor=words(world.company.locale)[f"name_{who}"],
            role="clerk",
            at=in_hours(at),
            command=command,
        )

    def moves(self, world: World, who: Colleague, what: str, usually: tuple[int, int]) -> bool:
        """Whether they act this time: so many times of so many, or as often as is their habit."""
        return acts(world, who, self.seed, self.number, what, usually)


def acts(
    world: World, who: str, seed: int, number: int, what: str, usually: tuple[int, int]
) -> bool:
    """Whether somebody acts this time: so many times of so many, or as is their habit."""
    habit = world.policies.habit(who)
    if habit is None or habit.often is None:
        times, of = usually
        return between(1, of, seed, number, what) > of - times
    return between(1, 100, seed, number, what) <= habit.often


def paced(wait: int, world: World, who: str) -> int:
    """How long somebody needs for what usually takes so long."""
    habit = world.policies.habit(who)
    return wait * 100 // habit.pace if habit else wait


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """What an event makes the colleagues do who are there."""
    for who in world.policies.colleagues:
        cue = _Cue(str(entry.number), entry.number, entry.at, seed)
        yield from _DESKS[who](cue, entry, world)


def resume(world: World, seed: int) -> Iterator[Envelope]:
    """What lies on their desks on the first morning."""
    for order in world.newest("awaiting_shipment"):
        cue = _Cue(f"0:{order.order_number}", -100 * order.sequence, world.now, seed)
        if "warehouse" in world.policies.colleagues:
            yield from _picks(cue, world, order, (5, _OVERNIGHT))
            for package in order.packages:
                if package.stage == "picked":
                    yield _packs(cue, world, order, package, (5, _OVERNIGHT))
        if "clerk" in world.policies.colleagues and cue.moves(world, "clerk", "theirs", (2, 3)):
            yield from _sets_aside(cue, world, order)
    if "finance" in world.policies.colleagues:
        for place, (reference, transfer) in enumerate(sorted(world.transfers.items())):
            cue = _Cue(f"0:{reference}", -place - 1, world.now, seed)
            yield from _books(cue, world, transfer, (5, _OVERNIGHT))


# --- the warehouse ----------------------------------------------------------------------------


def _warehouse(cue: _Cue, entry: Recorded, world: World) -> Iterator[Envelope]:
    """What is set aside is picked; what they have picked is packed.

    Where work is divided among desks, they begin with what was handed over to them.
    """
    match entry.event:
        case (
            StockAllocated(order_number=number)
            | AllocationReleased(order_number=number)
            | HoldReleased(order_number=number)
            | HandedOver(order_number=number, desk="warehouse")
        ):
            if world.policies.desks and not _theirs(world.orders[number]):
                return
            if cue.moves(world, "warehouse", "picks at all", (1, 1)):
                yield from _picks(cue, world, world.orders[number], (10, 90))
        case PackagePicked(order_number=number, package_number=place):
            order = world.orders[number]
            package = order.package(place)
            if package and _named(entry, world, "warehouse"):
                yield _packs(cue, world, order, package, (5, 25))


def _theirs(order: Order) -> bool:
    return any(on.desk == "warehouse" for on in order.hand_overs)


def _picks(cue: _Cue, world: World, order: Order, minutes: tuple[int, int]) -> Iterator[Envelope]:
    if order.on_hold:
        return
    for warehouse in sorted({row.warehouse for line in order.lines for row in line.allocations}):
        if rows := to_pick(order, warehouse):
            pick = PickPackage(order.order_number, warehouse, rows)
            yield cue.act(world, "warehouse", f"pick-{warehouse}", minutes, pick)


def _packs(
    cue: _Cue, world: World, order: Order, package: Package, minutes: tuple[int, int]
) -> Envelope:
    place = package.package_number
    pack = PackPackage(order.order_number, place, weight_of(world, order, package))
    return cue.act(world, "warehouse", f"pack-{place}", minutes, pack)


# --- the accounts -----------------------------------------------------------------------------


def _finance(cue: _Cue, entry: Recorded, world: World) -> Iterator[Envelope]:
    """Most transfers that name an order are booked within hours."""
    if not isinstance(entry.event, TransferReceived):
        return
    if cue.moves(world, "finance", "books at all", (2, 3)):
        transfer = world.transfers[entry.event.reference]
        yield from _books(cue, world, transfer, (20, 180))


def _books(
    cue: _Cue, world: World, transfer: BankTransfer, minutes: tuple[int, int]
) -> Iterator[Envelope]:
    order = world.orders.get((transfer.remark.split() or [""])[0])
    amount = min(transfer.unmatched, order.balance_due) if order else 0
    if order and amount > 0:
        booking = RecordPayment(order.order_number, transfer.reference, amount)
        yield cue.act(world, "finance", "books", minutes, booking)


# --- the other clerk --------------------------------------------------------------------------


def _clerk(cue: _Cue, entry: Recorded, world: World) -> Iterator[Envelope]:
    """Every other time an order has just been worked on, somebody rings the colleague about it."""
    event = entry.event
    if isinstance(event, HoldPlaced) and _named(entry, world, "clerk"):
        said = words(world.company.locale)["colleague_cleared"]
        release = ReleaseHold(event.order_number, event.kind, said)
        yield cue.act(world, "clerk", "lets-go", (60, 180), release)
    # nobody rings about what a colleague has done
    if not isinstance(event, _RUNG_ABOUT) or not own(entry.command_id):
        return
    if cue.moves(world, "clerk", "rings", (1, 2)):
        order = world.orders[event.order_number]
        does = _calls_for(cue, world, order, _DOES[type(event)])
        yield cue.act(world, "clerk", "rung", (0, 12), does)


def _sets_aside(cue: _Cue, world: World, order: Order) -> Iterator[Envelope]:
    if rows := suggested_rows(world, order):
        aside = Allocate(order.order_number, rows)
        yield cue.act(world, "clerk", "aside", (5, _OVERNIGHT), aside)


def _calls_for(cue: _Cue, world: World, order: Order, choices: tuple["_Deed", ...]) -> Command:
    """What the call is about; a note if there is nothing else to be done."""
    deed = choices[cue.drawn(0, len(choices) - 1, "about")]
    return deed(cue, world, order) or _notes(cue, world, order)


def _notes(cue: _Cue, world: World, order: Order) -> Command:
    said = words(world.company.locale)
    text = said[f"colleague_note_{cue.drawn(1, 4, 'note')}"]
    contact = world.customers[order.customer_id].contact
    return AddNote(order.order_number, text.format(contact=contact))


def _hurries(cue: _Cue, world: World, order: Order) -> Command | None:
    return None if order.priority == "high" else PrioritiseOrder(order.order_number, "high")


def _stops(cue: _Cue, world: World, order: Order) -> Command | None:
    reason = words(world.company.locale)["colleague_stops"]
    return None if order.on_hold else PlaceHold(order.order_number, "manual", reason)


def _takes_off(cue: _Cue, world: World, order: Order) -> Command | None:
    """One pack less of the first line that has two."""
    for line in order.lines:
        pack = world.products[line.sku].pack_size
        if line.cancellable > pack:
            reason = words(world.company.locale)["colleague_less"]
            rows = (CancelledRow(line.line_number, pack),)
            return CancelLineQuantity(order.order_number, rows, reason)
    return None


def _takes(cue: _Cue, world: World, order: Order) -> Command | None:
    """Goods of this order for another one that waits; if none does, the first line of this one."""
    rows = suggested_rows(world, order)
    if not rows:
        return None
    waiting = islice(world.waiting(order.line(rows[0].line_number).sku), _RIVALS)  # type: ignore[union-attr]
    for other in waiting:
        if other.order_number != order.order_number and not other.on_hold:
            return Allocate(other.order_number, suggested_rows(world, other))
    return Allocate(order.order_number, rows[:1])


_Deed = Callable[[_Cue, World, Order], Command | None]
_DOES: Final[dict[type, tuple[_Deed, ...]]] = {
    OrderSubmitted: (_notes, _hurries, _stops),
    OrderConfirmed: (_takes, _takes, _takes_off, _hurries, _notes),
    StockAllocated: (_notes, _hurries, _takes_off),
}
_RUNG_ABOUT: Final = (OrderSubmitted, OrderConfirmed, StockAllocated)


def _named(entry: Recorded, world: World, who: Colleague) -> bool:
    return not own(entry.command_id) and entry.actor == words(world.company.locale)[f"name_{who}"]


_DESKS: Final[dict[Colleague, Callable[[_Cue, Recorded, World], Iterator[Envelope]]]] = {
    "warehouse": _warehouse,
    "clerk": _clerk,
    "finance": _finance,
}
