"""A change document carried out: each thing it asks for by the command there is, one by one.

What can be done is done, what cannot is named with the engine's own answer, and at the end the
customer's system hears how much of it stands.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from trainer.orders.amendments import AddToOrder, ChangeDelivery, ReopenOrder, with_line
from trainer.orders.changes import AnswerChange, Point, answered, fitting, points
from trainer.orders.engine import Command, Envelope, decide, evolve
from trainer.orders.intake import AddLine, ChangeHeader, ChangeLine, RemoveLine, SubmitOrder
from trainer.orders.refusals import Refusal
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.stock import earliest_delivery_date
from trainer.orders.world import ChangeRequest, Order, World
from trainer.play.preview import Effects, preview


class Why(NamedTuple):
    """What is said along with it: in the order's history, and to the customer."""

    reason: str
    """Why the order is changed."""
    not_possible: str = ""
    """Why it is not changed in everything, where it is not."""
    message_id: str = ""
    """The message that brought the document, if one did."""


class Foreseen(NamedTuple):
    """One command of it: what it would do, or why it would be refused."""

    command: Command
    result: Effects | Refusal


Act = Callable[[World, Order], Command | None]
"""What one part of a document asks for, as the order stands; nothing where it stands already."""


def acts(order: Order, change: ChangeRequest, why: Why) -> Iterator[Act]:
    """One after the other, each after what those before it have done; the answer comes apart."""
    if change.cancellation:
        yield partial(_called_off, why=why)
        return
    if order.status in ("draft", "submitted"):
        yield from _drafted(order, change, why)
        return
    yield partial(_less, change=change, why=why)
    yield partial(_delivery, change=change, why=why)
    for line in change.lines:
        yield partial(_more, change=change, sku=line.sku, why=why)


def foreseen(
    world: World, order: Order, change: ChangeRequest, why: Why, actor: str
) -> tuple[tuple[Foreseen, ...], World]:
    """What would be done and what not, and the world as it would be; nothing has happened."""
    rows = []
    for act in acts(order, change, why):
        command = act(world, world.orders[order.order_number])
        if command is None:
            continue
        found = tried(world, command, actor)
        rows.append(found)
        if isinstance(found.result, Effects):
            for entry in found.result.entries:
                world = evolve(world, entry)
    return tuple(rows), world


def tried(world: World, command: Command, actor: str) -> Foreseen:
    """What a command would do, or why not."""
    at = world.now + world.policies.seconds_per_action
    return Foreseen(command, preview(world, Envelope("what-if", actor, "clerk", at, command)))


def answer(
    world: World, order: Order, change: ChangeRequest, why: Why, done: bool
) -> AnswerChange | None:
    """The answer that is true once it is carried out; none where they have had it."""
    if answered(order, change):
        return None
    said = fitting(world, order, change, done)
    return AnswerChange(
        order_number=order.order_number,
        answer=said,
        reason="" if said == "accepted" else why.not_possible,
        message_id=why.message_id,
        change=None if why.message_id else change,
    )


# --- each part --------------------------------------------------------------------------------


def _point(world: World, order: Order, change: ChangeRequest, what: str, sku: str = "") -> Point:
    found = points(world, order, change)
    return next(point for point in found if (point.what, point.sku) == (what, sku))


def _called_off(world: World, order: Order, why: Why) -> Command | None:
    """The whole order; of one that has begun to leave, what has not."""
    if order.called_off or not any(line.live for line in order.lines):
        return None
    whole = CancelOrder(order.order_number, why.reason)
    rows = tuple(
        CancelledRow(line.line_number, line.cancellable) for line in order.lines if line.cancellable
    )
    stuck = isinstance(decide(world, Envelope("", "", "clerk", world.now, whole)), Refusal)
    if stuck and rows and order.status == "confirmed":
        return CancelLineQuantity(order.order_number, rows, why.reason)
    return whole


def _less(world: World, order: Order, change: ChangeRequest, why: Why) -> Command | None:
    """Every line that is to be smaller, the last of a product first, as far as it still can."""
    rows = []
    for line in change.lines:
        left = sum(x.live for x in order.lines if x.sku == line.sku) - line.quantity
        for ordered in reversed(order.lines):
            if ordered.sku == line.sku and left > 0:
                units = min(left, ordered.cancellable)
                left -= units
                rows.append(CancelledRow(ordered.line_number, units))
    rows = [row for row in rows if row.quantity]
    return CancelLineQuantity(order.order_number, tuple(rows), why.reason) if rows else None


def _more(world: World, order: Order, change: ChangeRequest, sku: str, why: Why) -> Command | None:
    """So many units more, on a line of their own, on the promised day or as soon as can be."""
    found = _point(world, order, change, "quantity", sku)
    assert isinstance(found.asked, int)
    assert isinstance(found.stands, int)
    more = found.asked - found.stands
    if more <= 0:
        return None
    earliest = earliest_delivery_date(world, with_line(world, order, sku, more))
    day = max(order.promised_delivery_date or earliest, earliest)
    return AddToOrder(order.order_number, sku, more, day, why.reason)


def _delivery(world: World, order: Order, change: ChangeRequest, why: Why) -> Command | None:
    """Another day, another address, or both; the nearest day where the one asked for is none."""
    day, ship_to = order.promised_delivery_date, order.ship_to
    for point in points(world, order, change):
        if point.what == "day":
            day = point.nearest  # type: ignore[assignment]
        elif point.what == "address":
            ship_to = point.asked  # type: ignore[assignment]
    if (day, ship_to) == (order.promised_delivery_date, order.ship_to) or day is None:
        return None
    return ChangeDelivery(order.order_number, order.carrier_code, ship_to, day, why.reason)


def _drafted(order: Order, change: ChangeRequest, why: Why) -> Iterator[Act]:
    """Before anybody has promised anything, the draft is put right and handed over again."""
    number, submitted = order.order_number, order.status == "submitted"

    def open_again(world: World, order: Order) -> Command | None:
        met = all(point.met for point in points(world, order, change))
        return None if met else ReopenOrder(number, why.reason)

    def hand_over(world: World, order: Order) -> Command | None:
        return SubmitOrder(number) if order.status == "draft" else None

    if submitted:
        yield open_again
    for line in change.lines:
        yield partial(_draft_line, sku=line.sku, quantity=line.quantity)
    yield partial(_draft_head, change=change)
    if submitted:
        yield hand_over


def _draft_line(world: World, order: Order, sku: str, quantity: int) -> Command | None:
    line = next((line for line in order.lines if line.sku == sku), None)
    if line is None:
        return AddLine(order.order_number, sku, quantity) if quantity else None
    if not quantity:
        return RemoveLine(order.order_number, line.line_number)
    if quantity == line.ordered:
        return None
    return ChangeLine(order.order_number, line.line_number, quantity)


def _draft_head(world: World, order: Order, change: ChangeRequest) -> Command | None:
    day = change.requested_delivery_date or order.requested_delivery_date
    ship_to = change.ship_to or order.ship_to
    if day is None or (day, ship_to) == (order.requested_delivery_date, order.ship_to):
        return None
    number, po_number = order.order_number, order.customer_po_number
    return ChangeHeader(number, po_number, day, order.carrier_code, ship_to)
