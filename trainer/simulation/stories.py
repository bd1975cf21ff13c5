"""What colleagues do on the days of a hunt: one order or shelf each, act after act, to an edge."""

from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Final, NamedTuple

from trainer.orders.engine import Command
from trainer.orders.holds import PlaceHold, ReleaseHold
from trainer.orders.intake import (
    AddLine,
    CheckOrder,
    ConfirmOrder,
    CreateDraft,
    GrantDiscount,
    SubmitOrder,
    default_promise,
)
from trainer.orders.mishaps import OpenClaim
from trainer.orders.payment import IssueRefund, refundable
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.returns import (
    AuthoriseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
)
from trainer.orders.service import AddNote
from trainer.orders.shipping import (
    LabelPackage,
    PackPackage,
    PickPackage,
    ShipPackage,
    to_pick,
    weight_of,
)
from trainer.orders.stock import (
    AdjustStock,
    Allocate,
    AllocationRow,
    CycleCount,
    TransferStock,
    suggested_rows,
)
from trainer.orders.values import DAY, credited, day_of, half_up
from trainer.orders.world import ClaimRow, Colleague, Order, ReturnRow, World
from trainer.simulation.words import words


class Act(NamedTuple):
    """What somebody does next, some minutes later, by what they see by then."""

    minutes: int
    who: Colleague | None
    """Nobody of ours where it is the customer."""
    command: Callable[[World], Command | None]
    beyond: bool = False
    """One step too many: a sound system refuses it, and the story goes on as if it never was."""


Story = Iterator[Act]
"""What happens to one order or shelf, act after act; one that cannot be done ends it."""

_OVERNIGHT: Final = 22 * 60
_ORDINARY: Final = 3
"""How often each kind of work is done besides, with nobody leaning on anything."""


# --- who and what it is about --------------------------------------------------------------------


class _Subjects:
    """Orders and customers for stories, each once."""

    def __init__(self, world: World, chance: Random) -> None:
        self.world, self.chance = world, chance
        delivered = [order for order in world.newest() if _can_come_back(order)]
        self._paid = [it for it in delivered if it.received > 0 and not it.credit]
        chance.shuffle(self._paid)
        self._away = [it for it in world.newest() if _has_left(it)]
        chance.shuffle(self._away)
        self._buyers = sorted(
            (who for who in world.customers.values() if who.payment_terms == "on_account"),
            key=lambda who: world.exposure.get(who.customer_id, 0) - who.credit_limit,
        )
        self._goods = [
            level
            for _, level in sorted(world.stock.items())
            if level.available >= 4 * world.products[level.sku].pack_size
            and world.products[level.sku].sellable
            and not world.products[level.sku].shelf_life
        ]
        chance.shuffle(self._goods)
        self.drafts = 0

    def delivered(self) -> Iterator[Order]:
        """One that was paid and signed for, if there is another."""
        if self._paid:
            yield self._paid.pop()

    def on_its_way(self) -> Iterator[Order]:
        """One whose goods have left and have not arrived."""
        if self._away:
            yield self._away.pop()

    def new_order(self, packs: int, lines: int = 1, discount: int = 0) -> Iterator["_New"]:
        """What somebody who buys on account orders today, of goods no other story is about."""
        if not self._buyers or len(self._goods) < lines:
            return
        self.drafts += 1
        levels = [self._goods.pop() for _ in range(lines)]
        rest = {level.sku for level in levels}
        self._goods = [level for level in self._goods if level.sku not in rest]
        buyer = self._buyers[self.drafts % min(len(self._buyers), 4)]
        yield _New(
            buyer.customer_id,
            f"{buyer.customer_id}/{self.world.number}-{self.drafts:02}",
            tuple((it.sku, packs * self.world.products[it.sku].pack_size) for it in levels),
            discount,
        )


class _New(NamedTuple):
    """An order that is entered today."""

    customer_id: str
    po_number: str
    lines: tuple[tuple[str, int], ...]
    discount: int


def _can_come_back(order: Order) -> bool:
    return (
        order.status in ("confirmed", "completed")
        and not order.returns
        and not order.claims
        and not order.amendments
        and not order.on_hold
        and any(line.delivered >= 3 for line in order.lines)
    )


def _has_left(order: Order) -> bool:
    # nothing of it has arrived, and nothing stands packed
    shipped = sum(line.shipped for line in order.lines)
    here = sum(line.packed + line.delivered for line in order.lines)
    return order.status == "confirmed" and shipped > 0 and not here and not order.on_hold


def _number_of(world: World, new: _New) -> str:
    return world.by_po.get((new.customer_id, new.po_number), "")


# --- what is done --------------------------------------------------------------------------------


def stories(world: World, chance: Random) -> Iterator[Story]:
    """Each edge once, and ordinary work of the same kinds beside it."""
    draw = _Subjects(world, chance)
    for edge in ("again", "claim", "refund", "short", "", ""):
        for order in draw.delivered():
            yield _goods_come_back(order, edge, chance)
    for edge in ("refund", ""):
        for order in draw.delivered():
            yield _asks_for_money(order, edge)
    for edge in ("twice", "held", "", ""):
        for new in draw.new_order(2):
            yield _is_shipped(new, edge)
    for order in draw.on_its_way():
        yield _wants_to_cancel(order)
    for _ in range(2):
        for new in draw.new_order(3):
            yield _less_is_wanted(new)
    for discount in (_odd(chance), _odd(chance)):
        for new in draw.new_order(3, lines=2, discount=discount):
            yield _less_is_wanted(new)
    for new in draw.new_order(2):
        for other in draw.new_order(1):
            yield _both_want_it(new, other._replace(lines=new.lines))
    for new in draw.new_order(2):
        yield _is_counted(new)
    for _ in range(_ORDINARY):
        for new in draw.new_order(1):
            yield _counted_and_right(new)


def _odd(chance: Random) -> int:
    return 1 + 2 * chance.randint(150, 450)


def _entered(new: _New) -> Story:
    """From the telephone to the promise."""

    def draft(world: World) -> Command:
        carrier = min(world.carriers.values(), key=lambda it: (-it.max_weight, it.carrier_code))
        day = day_of(world.now + 12 * DAY)
        return CreateDraft(new.customer_id, new.po_number, day, carrier.carrier_code)

    yield Act(10, "clerk", draft)
    for sku, quantity in new.lines:
        yield Act(2, "clerk", partial(_line, new, sku, quantity))
    if new.discount:
        yield Act(3, "clerk", lambda world: GrantDiscount(_number_of(world, new), new.discount))
    yield Act(4, "clerk", lambda world: SubmitOrder(_number_of(world, new)))
    yield Act(6, "clerk", lambda world: CheckOrder(_number_of(world, new)))
    yield Act(8, "clerk", lambda world: _promised(world, _number_of(world, new)))


def _line(new: _New, sku: str, quantity: int, world: World) -> Command:
    return AddLine(_number_of(world, new), sku, quantity)


def _promised(world: World, number: str) -> Command:
    return ConfirmOrder(number, default_promise(world, world.orders[number]))


def _goods_come_back(order: Order, edge: str, chance: Random) -> Story:
    """Announced, agreed to, counted, inspected and paid back; and then somebody wants more."""
    name = order.order_number
    line = max(order.lines, key=lambda line: line.delivered)
    units = chance.randint(2, min(line.delivered, 6))
    came = units - 1 if edge == "short" else units
    row = ReturnRow(line.line_number, units)

    def rma(world: World) -> str:
        return world.orders[name].returns[-1].rma_number

    yield Act(0, "clerk", lambda world: _asks_back(world, name, row))
    yield Act(15, "clerk", lambda world: AuthoriseReturn(name, rma(world), "seller"))
    yield Act(_OVERNIGHT, None, lambda world: DeliverReturn(name, rma(world)))
    yield Act(
        20, "warehouse",
        lambda world: ReceiveReturn(name, rma(world), (ReturnRow(line.line_number, came),)),
    )  # fmt: skip
    yield Act(
        25, "warehouse",
        lambda world: InspectReturn(name, rma(world), line.line_number, came, "scrap"),
    )  # fmt: skip
    if edge == "again":
        every = ReturnRow(line.line_number, line.delivered)
        yield Act(40, "clerk", lambda world: _asks_back(world, name, every), beyond=True)
    if edge == "claim":
        rows = (ClaimRow(line.line_number, line.delivered),)
        yield Act(
            40,
            "clerk",
            lambda world: OpenClaim(name, rows, "defective", _shown(world)),
            beyond=True,
        )
    yield Act(30, "finance", lambda world: _paid_back(world, name))
    if edge == "refund":
        yield Act(50, "finance", lambda world: _paid_again(world, name), beyond=True)


def _asks_back(world: World, name: str, row: ReturnRow) -> Command:
    return RequestReturn(name, (row,), "defective", _shown(world))


def _shown(world: World) -> str:
    return words(world.company.locale)["shown_on_return"]


def _paid_back(world: World, name: str) -> Command | None:
    amount = refundable(world.orders[name])
    return _refund(world, name, amount, "refund_returned") if amount else None


def _paid_again(world: World, name: str) -> Command | None:
    amount = sum(refund.amount for refund in world.orders[name].refunds)
    return _refund(world, name, amount, "refund_returned") if amount else None


def _refund(world: World, name: str, amount: int, why: str) -> Command:
    return IssueRefund(name, amount, words(world.company.locale)[why])


def _asks_for_money(order: Order, edge: str) -> Story:
    """The customer rings up; nothing is owed to them."""
    name = order.order_number
    yield Act(0, "clerk", lambda world: _noted(world, name, 2))
    if edge == "refund":
        part = order.received // 10
        yield Act(
            25, "finance", lambda world: _refund(world, name, part, "refund_asked"), beyond=True
        )
    yield Act(30, "clerk", lambda world: _noted(world, name, 3))


def _noted(world: World, name: str, which: int) -> Command:
    contact = world.customers[world.orders[name].customer_id].contact
    said = words(world.company.locale)[f"colleague_note_{which}"]
    return AddNote(name, said.format(contact=contact))


def _is_shipped(new: _New, edge: str) -> Story:
    """Set aside, picked, packed, labelled, and out; on the way somebody has a question."""
    yield from _set_aside(new)
    if edge == "twice":
        yield Act(30, "warehouse", lambda world: _picked(world, new, twice=True), beyond=True)
    yield Act(20, "warehouse", lambda world: _picked(world, new))
    yield Act(15, "warehouse", lambda world: _packed(world, new))
    yield Act(10, "warehouse", lambda world: _labelled(world, new))
    if edge == "held":
        said = "colleague_stops"
        yield Act(12, "clerk", lambda world: _held(world, new, said))
        yield Act(
            18, "warehouse", lambda world: ShipPackage(_number_of(world, new), 1), beyond=True
        )
        yield Act(30, "clerk", lambda world: _let_go(world, new))
    yield Act(15, "warehouse", lambda world: ShipPackage(_number_of(world, new), 1))


def _set_aside(new: _New) -> Story:
    yield from _entered(new)
    yield Act(20, "clerk", lambda world: _aside(world, new))


def _aside(world: World, new: _New) -> Command | None:
    order = world.orders[_number_of(world, new)]
    rows = suggested_rows(world, order)
    return Allocate(order.order_number, rows) if rows else None


def _picked(world: World, new: _New, *, twice: bool = False) -> Command | None:
    order = world.orders[_number_of(world, new)]
    for warehouse in sorted(world.warehouses):
        if rows := to_pick(order, warehouse):
            return PickPackage(order.order_number, warehouse, (*rows, *rows) if twice else rows)
    return None


def _packed(world: World, new: _New) -> Command:
    order = world.orders[_number_of(world, new)]
    return PackPackage(order.order_number, 1, weight_of(world, order, order.packages[0]))


def _labelled(world: World, new: _New) -> Command:
    order = world.orders[_number_of(world, new)]
    return LabelPackage(order.order_number, 1, order.carrier_code)


def _held(world: World, new: _New, said: str) -> Command:
    return PlaceHold(_number_of(world, new), "manual", words(world.company.locale)[said])


def _let_go(world: World, new: _New) -> Command:
    said = words(world.company.locale)["colleague_cleared"]
    return ReleaseHold(_number_of(world, new), "manual", said)


def _wants_to_cancel(order: Order) -> Story:
    """The customer wants to call off what is on the road."""
    name = order.order_number
    yield Act(0, "clerk", lambda world: _noted(world, name, 2))
    off = CancelOrder(name, reason_code="changed_mind")
    yield Act(10, "clerk", lambda world: off, beyond=True)
    yield Act(15, "clerk", lambda world: _noted(world, name, 1))


def _less_is_wanted(new: _New) -> Story:
    """Set aside, and then some units of the first line are called off."""
    yield from _set_aside(new)
    yield Act(45, "clerk", lambda world: _taken_off(world, new))


def _taken_off(world: World, new: _New) -> Command | None:
    """So many that a cent shows where credit is rounded unit by unit, if there is such a number."""
    order = world.orders[_number_of(world, new)]
    line = order.lines[0]
    told = [
        units
        for units in range(1, line.ordered)
        if half_up(line.gross, line.ordered) * units != credited(line.gross, units, line.ordered)
    ]
    units = next((it for it in told if it >= line.ordered // 3), line.ordered // 3)
    rows = (CancelledRow(line.line_number, units),)
    return CancelLineQuantity(order.order_number, rows, reason_code="changed_mind")


def _both_want_it(new: _New, other: _New) -> Story:
    """What is free of some goods goes to the other warehouse, and a second order comes too late."""
    yield from _set_aside(new)
    yield from _entered(other)
    yield Act(20, "warehouse", lambda world: _moved_away(world, new))
    yield Act(25, "clerk", lambda world: _all_of_it(world, new, other), beyond=True)
    yield Act(30, "clerk", lambda world: _aside(world, other))


def _where(world: World, new: _New) -> tuple[str, str]:
    line = world.orders[_number_of(world, new)].lines[0]
    return line.sku, line.allocations[0].warehouse


def _moved_away(world: World, new: _New) -> Command | None:
    sku, here = _where(world, new)
    there = next((code for code in sorted(world.warehouses) if code != here), "")
    left = world.level(sku, here).available
    return TransferStock(sku, here, there, left) if there and left else None


def _all_of_it(world: World, new: _New, other: _New) -> Command:
    _, here = _where(world, new)
    order = world.orders[_number_of(world, other)]
    return Allocate(order.order_number, (AllocationRow(1, here, order.lines[0].open),))


def _is_counted(new: _New) -> Story:
    """Somebody counts a shelf on which something is set aside, and finds too little."""
    yield from _set_aside(new)
    yield Act(60, "warehouse", lambda world: _counted(world, new, below=True), beyond=True)
    yield Act(30, "warehouse", lambda world: _counted(world, new, below=False))


def _counted_and_right(new: _New) -> Story:
    """Somebody counts a shelf, and finds what stands in the book or one unit less."""
    sku = new.lines[0][0]

    def count(world: World) -> Command | None:
        levels = [level for level in world.levels(sku) if level.available > 1]
        if not levels:
            return None
        level = levels[0]
        return CycleCount(sku, level.warehouse, level.on_hand - 1, reason_code="count_difference")

    yield Act(0, "warehouse", count)


def _counted(world: World, new: _New, *, below: bool) -> Command | None:
    sku, here = _where(world, new)
    level = world.level(sku, here)
    to = level.allocated - 1 if below else level.allocated
    if to == level.on_hand:
        return None
    return AdjustStock(sku, here, to - level.on_hand, reason_code="count_difference")
