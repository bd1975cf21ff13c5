"""When it does not go as promised: cancelling what has not left, all of it or some units."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from trainer.orders import cards
from trainer.orders.engine import (
    Answer,
    Envelope,
    OrderCommand,
    OrderEvent,
    changed,
    decides,
    evolves,
)
from trainer.orders.intake import cancelled
from trainer.orders.promotions import OURS, clawing_back
from trainer.orders.refusals import (
    IllegalState,
    MissingField,
    MissingReason,
    Refusal,
    UnknownLine,
    unexplained,
)
from trainer.orders.replacements import given_up
from trainer.orders.stock import (
    AllocationRow,
    in_packages,
    not_confirmed,
    with_allocated,
    with_allocation,
)
from trainer.orders.values import Minor, Moment, credited
from trainer.orders.world import CalledOff, CancelReason, Fact, Order, OrderLine, World


class CancelledRow(Fact, frozen=True, gc=False):
    """Units of one line that the customer no longer wants, or that cannot be had."""

    line_number: int
    quantity: int


class CancelOrder(OrderCommand, frozen=True):
    """Call the whole order off, as long as nothing has left."""

    reason: str = ""
    """What there is to say beside the code; needed where none of the list fits."""
    reason_code: CancelReason = "other"


class CancelLineQuantity(OrderCommand, frozen=True):
    """Call off some units of an order's lines, and keep the rest."""

    rows: tuple[CancelledRow, ...]
    reason: str = ""
    reason_code: CancelReason = "other"


class LineQuantityCancelled(OrderEvent, frozen=True):
    """Less will be delivered, and less has to be paid; what was set aside for it is free."""

    says = "Part of {order_number} cancelled, {credit} credited: {reason}"
    rows: tuple[CancelledRow, ...]
    released: tuple[AllocationRow, ...]
    credit: Minor
    reason: str
    reason_code: CancelReason = "other"
    credits: tuple[Minor, ...] = ()
    """What of the credit each row brings, in their order; nothing of before this was kept."""


class OrderCancelled(OrderEvent, frozen=True):
    """Nothing more will be delivered; what was paid is owed back."""

    says = "{order_number} cancelled: {reason}"
    reason: str
    reason_code: CancelReason = "other"


class UseReturn(Refusal, frozen=True):
    """What has left can only come back as a return."""

    says = "Goods of order {order_number} have already left."
    sums = "shipped {shipped}; must be 0 to cancel"
    cure = "Let the delivery arrive; the customer can then send it back."
    order_number: str
    shipped: int


class StillPacked(Refusal, frozen=True):
    """A packed parcel of a cancelled order is shipped by mistake."""

    says = "Parcels of order {order_number} stand picked or packed in the warehouse."
    sums = "in parcels {packed}; must be 0 to cancel"
    cure = "Unpack them first."
    order_number: str
    packed: int


class CancelExceedsOpen(Refusal, frozen=True):
    """What is in a parcel, or gone, is not called off at the desk."""

    says = "Not that many of line {line_number} can be cancelled."
    sums = (
        "cancellable {cancellable} = open {open} + allocated {allocated} − in parcels {packed}; "
        "you asked {requested}"
    )
    cure = "Unpack the parcel first, or wait until it has arrived; what is with the customer stays."
    line_number: int
    cancellable: int
    open: int
    allocated: int
    packed: int
    requested: int


@decides(CancelOrder)
def cancel_order(world: World, order: Order, command: CancelOrder, by: Envelope) -> Answer:
    """Nothing shipped, nothing in a parcel, and a reason."""
    if order.status not in ("draft", "submitted", "confirmed"):
        return IllegalState(
            order_number=order.order_number,
            status=order.status,
            wanted="draft / submitted / confirmed",
        )
    shipped = sum(line.shipped for line in order.lines)
    if shipped:
        return UseReturn(order_number=order.order_number, shipped=shipped)
    packed = sum(line.packed for line in order.lines)
    if packed:
        return StillPacked(order_number=order.order_number, packed=packed)
    if unexplained(command.reason_code, command.reason):
        return MissingReason()
    return (
        *cards.voided(order),
        OrderCancelled(order.order_number, command.reason, command.reason_code),
    )


@decides(CancelLineQuantity)
@clawing_back
def cancel_line_quantity(
    world: World, order: Order, command: CancelLineQuantity, by: Envelope
) -> Answer:
    """At most what is in no parcel; the last wanted unit takes the whole order with it."""
    refusal = not_confirmed(order)
    if refusal:
        return refusal
    wanted = _added_up(command.rows)
    if not wanted or min(wanted.values()) < 0:
        return MissingField(field="quantity")
    for line_number, quantity in wanted.items():
        line = order.line(line_number)
        if line is None:
            return UnknownLine(order_number=order.order_number, line_number=line_number)
        if quantity > line.cancellable:
            return CancelExceedsOpen(
                line_number=line_number,
                cancellable=line.cancellable,
                open=line.open,
                allocated=line.allocated,
                packed=line.packed,
                requested=quantity,
            )
    if unexplained(command.reason_code, command.reason):
        return MissingReason()
    if sum(wanted.values()) == sum(line.live for line in order.lines):
        return (
            *cards.voided(order),
            OrderCancelled(order.order_number, command.reason, command.reason_code),
        )
    lines = [(line, wanted[line.line_number]) for line in order.lines if line.line_number in wanted]
    credits = tuple(
        credited(line.gross, line.cancelled + quantity, line.ordered)
        - credited(line.gross, line.cancelled, line.ordered)
        for line, quantity in lines
    )
    return (
        LineQuantityCancelled(
            order_number=order.order_number,
            rows=tuple(
                CancelledRow(line_number=line.line_number, quantity=quantity)
                for line, quantity in lines
            ),
            released=tuple(row for part in lines for row in _released(order, *part)),
            credit=sum(credits),
            reason=command.reason,
            reason_code=command.reason_code,
            credits=credits,
        ),
    )


def _added_up(rows: Iterable[CancelledRow]) -> dict[int, int]:
    """The same line twice in one command counts once, with the sum; rows of nothing not at all."""
    wanted: dict[int, int] = defaultdict(int)
    for row in rows:
        if row.quantity:
            wanted[row.line_number] += row.quantity
    return wanted


def _released(order: Order, line: OrderLine, quantity: int) -> Iterable[AllocationRow]:
    """What has to be given back: units nobody set aside are called off first."""
    left = quantity - line.open
    for row in line.allocations:
        packed = in_packages(order, line.line_number, row.warehouse, row.lot_number)
        on_shelf = row.quantity - packed
        take = min(left, on_shelf)
        if take > 0:
            yield AllocationRow(line.line_number, row.warehouse, take, row.lot_number)
            left -= take


@evolves(LineQuantityCancelled)
def line_quantity_cancelled(
    world: World, order: Order, event: LineQuantityCancelled, at: Moment
) -> World:
    """More cancelled, less set aside, more credited; what it was to replace is not replaced."""
    for row in event.rows:
        called_off = order.line(row.line_number)
        assert called_off is not None
        order = given_up(order, called_off, row.quantity)
    lines = {line.line_number: line for line in order.lines}
    for row in event.rows:
        line = lines[row.line_number]
        let_down = row.quantity if order.promotion and event.reason_code in OURS else 0
        lines[row.line_number] = msgspec.structs.replace(
            line, cancelled=line.cancelled + row.quantity, let_down=line.let_down + let_down
        )
    for row, credit in zip(event.rows, event.credits, strict=False):
        lines[row.line_number] = _with_part(
            lines[row.line_number], event.reason_code, row.quantity, credit
        )
    for back in event.released:
        line = lines[back.line_number]
        change = -back.quantity
        lines[back.line_number] = with_allocation(line, back.warehouse, change, back.lot_number)
        world = with_allocated(world, line.sku, back.warehouse, change, back.lot_number)
    whole = order.supply_credit + event.credit
    return world.with_order(changed(order, lines=tuple(lines.values()), supply_credit=whole))


def _with_part(line: OrderLine, reason: CancelReason, quantity: int, credit: Minor) -> OrderLine:
    """The line with more called off for a reason: in whatever steps, it comes to the same."""
    parts = {part.reason_code: part for part in line.called_off}
    before = parts.get(reason, CalledOff(reason, 0, 0))
    parts[reason] = CalledOff(reason, before.quantity + quantity, before.credit + credit)
    return msgspec.structs.replace(line, called_off=tuple(parts.values()))


@evolves(OrderCancelled)
def order_cancelled(world: World, order: Order, event: OrderCancelled, at: Moment) -> World:
    """The stock that was set aside is free again; the whole order is credited.

    What was called off before for the same reason is no part by itself any more.
    """
    for line in order.lines:
        for row in line.allocations:
            change = -row.quantity
            world = with_allocated(world, line.sku, row.warehouse, change, row.lot_number)
    gone = cancelled(order)
    lines = tuple(
        msgspec.structs.replace(
            line,
            called_off=tuple(it for it in line.called_off if it.reason_code != event.reason_code),
        )
        if line.called_off
        else line
        for line in gone.lines
    )
    return world.with_order(
        msgspec.structs.replace(gone, lines=lines, called_off_for=event.reason_code)
    )
