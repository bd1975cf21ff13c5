"""Unexpected items: what comes in a return in place of what was announced.

It is the customer's and none of our stock: it lies apart until somebody sends it back, or accepts
it as a return of its own line, which then is one unit less to wait for.
"""

from collections.abc import Iterator

import msgspec

from trainer.orders import serials
from trainer.orders.engine import Answer, Envelope, OrderCommand, OrderEvent, decides, evolves
from trainer.orders.refusals import MissingField, Refusal
from trainer.orders.returned_lots import by_lot
from trainer.orders.returns import (
    OPENED,
    announced_in,
    at_stage,
    counted_in,
    lying_in,
    returnable,
    with_return,
)
from trainer.orders.stock import implausible
from trainer.orders.values import Moment
from trainer.orders.world import (
    Order,
    Return,
    ReturnRow,
    UnexpectedDecision,
    UnexpectedRow,
    World,
)


class ReportUnexpectedItem(OrderCommand, frozen=True):
    """Record what came in a return and was not announced; it is kept apart from the stock."""

    rma_number: str
    sku: str
    quantity: int
    note: str


class ResolveUnexpectedItem(OrderCommand, frozen=True):
    """Send back what was not announced, or accept it in place of what was."""

    rma_number: str
    sku: str
    quantity: int
    decision: UnexpectedDecision


class UnexpectedItemReported(OrderEvent, frozen=True):
    """Kept apart, with a note."""

    says = "Return {rma_number}: {quantity} × {sku} came instead, and is kept apart: {note}"
    rma_number: str
    sku: str
    quantity: int
    note: str


class UnexpectedItemSentBack(OrderEvent, frozen=True):
    """On its way to the customer again."""

    says = "Return {rma_number}: {quantity} × {sku} sent back to the customer"
    rma_number: str
    sku: str
    quantity: int


class UnexpectedItemAccepted(OrderEvent, frozen=True):
    """A return of its own lines now, in quarantine like any other."""

    says = "Return {rma_number}: {sku} accepted in place of what was announced"
    rma_number: str
    sku: str
    rows: tuple[ReturnRow, ...]
    """The lines on which it had been delivered."""
    instead_of: tuple[ReturnRow, ...]
    """The lines of which so many are not waited for any longer."""


class AnnouncedItem(Refusal, frozen=True):
    """What was announced is not unexpected."""

    says = "{sku} was announced for return {rma_number}."
    cure = "Count it in like the rest."
    rma_number: str
    sku: str


class NotInParcel(Refusal, frozen=True):
    """A report says what is there."""

    says = "The parcel of return {rma_number} does not hold that many of {sku}."
    sums = (
        "not reported yet {limit} = in the parcel {there} − reported {reported}; "
        "you asked {requested}"
    )
    cure = "Look into the parcel again."
    rma_number: str
    sku: str
    limit: int
    there: int
    reported: int
    requested: int


class ResolveExceedsApart(Refusal, frozen=True):
    """Only what lies there can be sent or accepted."""

    says = "Not that many of {sku} are kept apart for return {rma_number}."
    sums = (
        "kept apart {limit} = reported {reported} − sent back {sent_back} − accepted {accepted}; "
        "you asked {requested}"
    )
    cure = "Report first what came; each unit is decided once."
    rma_number: str
    sku: str
    limit: int
    reported: int
    sent_back: int
    accepted: int
    requested: int


class AcceptExceedsReturn(Refusal, frozen=True):
    """Nobody is credited for what they did not get from us, nor for more than they announced."""

    says = "Not that many of {sku} can be accepted in place of what was announced."
    sums = "delivered and not back {returnable}; still to come {to_come}; you asked {requested}"
    cure = "Send back what they did not get on this order, and what goes beyond the return."
    rests_on = ("rma_number",)
    sku: str
    returnable: int
    to_come: int
    requested: int


# --- deciding -----------------------------------------------------------------------------------


@decides(ReportUnexpectedItem)
def report_unexpected_item(
    world: World, order: Order, command: ReportUnexpectedItem, by: Envelope
) -> Answer:
    """Something we know, that was not announced, and that is there."""
    back = at_stage(order, command.rma_number, *OPENED)
    if isinstance(back, Refusal):
        return back
    if command.sku not in world.products:
        return MissingField(field="sku")
    if command.quantity <= 0:
        return MissingField(field="quantity")
    if refusal := implausible(command.sku, command.quantity):
        return refusal
    if not command.note.strip():
        return MissingField(field="note")
    came = back.item(command.sku)
    if came is None and command.sku in announced_in(order, back):
        return AnnouncedItem(rma_number=back.rma_number, sku=command.sku)
    there, reported = lying_in(back, command.sku), came.quantity if came else 0
    if back.contents and command.quantity > there - reported:
        return NotInParcel(
            rma_number=back.rma_number,
            sku=command.sku,
            limit=there - reported,
            there=there,
            reported=reported,
            requested=command.quantity,
        )
    return (
        UnexpectedItemReported(
            order_number=order.order_number,
            rma_number=back.rma_number,
            sku=command.sku,
            quantity=command.quantity,
            note=command.note,
        ),
    )


@decides(ResolveUnexpectedItem)
def resolve_unexpected_item(
    world: World, order: Order, command: ResolveUnexpectedItem, by: Envelope
) -> Answer:
    """At most what lies apart; accepted only as far as it could be returned by itself."""
    back = at_stage(order, command.rma_number, *OPENED)
    if isinstance(back, Refusal):
        return back
    if command.quantity <= 0:
        return MissingField(field="quantity")
    came = back.item(command.sku) or UnexpectedRow(command.sku, 0, "")
    if command.quantity > came.left:
        return ResolveExceedsApart(
            rma_number=back.rma_number,
            sku=command.sku,
            limit=came.left,
            reported=came.quantity,
            sent_back=came.sent_back,
            accepted=came.accepted,
            requested=command.quantity,
        )
    if command.decision == "send_back":
        sent = UnexpectedItemSentBack(
            order.order_number, back.rma_number, command.sku, command.quantity
        )
        return (sent,)
    delivered = {
        line.line_number: returnable(order, line) for line in order.lines if line.sku == command.sku
    }
    to_come = {row.line_number: row.quantity - row.received for row in back.rows}
    if command.quantity > min(sum(delivered.values()), sum(to_come.values())):
        return AcceptExceedsReturn(
            sku=command.sku,
            returnable=sum(delivered.values()),
            to_come=sum(to_come.values()),
            requested=command.quantity,
        )
    rows: list[ReturnRow] = []
    for row in _spread(delivered, command.quantity):
        of_lots = by_lot(order, row.line_number, row.quantity, {})
        assert not isinstance(of_lots, Refusal)  # no lot was named
        theirs = serials.with_customer(order, row.line_number)
        rows += serials.told_apart(of_lots, list(theirs[: row.quantity]))
    return (
        UnexpectedItemAccepted(
            order_number=order.order_number,
            rma_number=back.rma_number,
            sku=command.sku,
            rows=tuple(rows),
            instead_of=tuple(_spread(to_come, command.quantity)),
        ),
    )


def _spread(room: dict[int, int], quantity: int) -> Iterator[ReturnRow]:
    """So many units over lines, the first line first."""
    for line_number, most in room.items():
        take = min(quantity, most)
        if take > 0:
            yield ReturnRow(line_number, take)
            quantity -= take


# --- evolving -----------------------------------------------------------------------------------


@evolves(UnexpectedItemReported)
def unexpected_item_reported(
    world: World, order: Order, event: UnexpectedItemReported, at: Moment
) -> World:
    """On the return, and apart in the warehouse."""
    back = _return_of(order, event.rma_number)
    came = back.item(event.sku) or UnexpectedRow(event.sku, 0, "")
    came = msgspec.structs.replace(came, quantity=came.quantity + event.quantity, note=event.note)
    world = _apart(world, back, event.sku, event.quantity)
    return world.with_order(with_return(order, back.rma_number, unexpected=_with_item(back, came)))


@evolves(UnexpectedItemSentBack)
def unexpected_item_sent_back(
    world: World, order: Order, event: UnexpectedItemSentBack, at: Moment
) -> World:
    """Gone again; a return of which nothing else came waits for its parcel again."""
    back = _return_of(order, event.rma_number)
    came = back.item(event.sku)
    assert came is not None
    came = msgspec.structs.replace(came, sent_back=came.sent_back + event.quantity)
    world = _apart(world, back, event.sku, -event.quantity)
    back = msgspec.structs.replace(back, unexpected=_with_item(back, came))
    nothing_else = not back.apart and not any(row.received for row in back.rows)
    return world.with_order(
        with_return(
            order,
            back.rma_number,
            unexpected=back.unexpected,
            status="authorised" if nothing_else else back.status,
            handed_over=back.handed_over and not nothing_else,
        )
    )


@evolves(UnexpectedItemAccepted)
def unexpected_item_accepted(
    world: World, order: Order, event: UnexpectedItemAccepted, at: Moment
) -> World:
    """No longer apart but in quarantine, as a return of its own lines and not of the announced."""
    back = _return_of(order, event.rma_number)
    came = back.item(event.sku)
    assert came is not None
    units = sum(row.quantity for row in event.rows)
    came = msgspec.structs.replace(came, accepted=came.accepted + units)
    rows = {row.line_number: row for row in back.rows}
    for sign, changes in ((-1, event.instead_of), (+1, event.rows)):
        for change in changes:
            row = rows.get(change.line_number) or ReturnRow(change.line_number, 0)
            quantity = row.quantity + sign * change.quantity
            rows[row.line_number] = msgspec.structs.replace(row, quantity=quantity)
    returns = tuple(
        msgspec.structs.replace(each, rows=tuple(rows.values()), unexpected=_with_item(back, came))
        if each is back
        else each
        for each in order.returns
    )
    order = msgspec.structs.replace(order, returns=returns)
    world = _apart(world, back, event.sku, -units)
    return counted_in(world, order, back.rma_number, event.rows)


def _return_of(order: Order, rma_number: str) -> Return:
    back = order.returned(rma_number)
    assert back is not None
    return back


def _with_item(back: Return, came: UnexpectedRow) -> tuple[UnexpectedRow, ...]:
    items = {item.sku: item for item in back.unexpected} | {came.sku: came}
    return tuple(items.values())


def _apart(world: World, back: Return, sku: str, change: int) -> World:
    """The world with more or fewer units kept apart where the return came to."""
    level = world.level(sku, back.warehouse)
    return world.with_level(msgspec.structs.replace(level, apart=level.apart + change))
