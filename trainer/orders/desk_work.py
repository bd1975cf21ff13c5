"""What awaits which desk on an order: derived, as statuses are, from quantities, money and papers.

Queues, the five views of an order and the reading of hand-over notes all ask here.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Final, Literal

import msgspec

from trainer.orders.changes import open_change, order_of
from trainer.orders.desks import AFTER, EVERY, GOODS, MONEY, ORDERS, OVER
from trainer.orders.payment import refundable
from trainer.orders.returns import to_inspect
from trainer.orders.settlement import allowed, billable, creditable, repairs_to_invoice, unsettled
from trainer.orders.shipping import to_pick
from trainer.orders.status import ASTRAY, due_day, label_of
from trainer.orders.values import Minor
from trainer.orders.wishes import open_wish
from trainer.orders.world import Desk, Order, Return, World

What = Literal[
    "to_submit", "to_confirm", "to_release", "to_set_aside", "wish_open", "change_open",
    "to_complete", "to_archive",
    "to_make", "to_pick", "to_pack", "to_hand_to_carrier", "to_count_in", "to_look_at", "to_mend",
    "parcel_back",
    "money_due", "to_invoice", "to_credit", "to_pay_back", "money_disputed", "to_settle",
    "complaint", "return_wished", "return_asked", "claim", "parcel_astray", "came_too_late",
    "return_to_close",
    "release_asked", "refund_asked", "goodwill_asked", "exception_asked",
]  # fmt: skip


class Matter(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One thing that a desk has to do next on an order, with what one has to know for it."""

    desk: Desk
    what: What
    units: tuple[int, ...] = ()
    """Of each line that it is about."""
    amount: Minor = 0
    day: date | None = None
    code: str = ""
    """A number it goes by, or the kind of a hold."""


def awaiting(world: World, order: Order) -> tuple[Matter, ...]:
    """What the desks have to do on an order by now, each as far as it can do it."""
    if order.status == "archived":
        return ()
    found = (
        *_orders(world, order), *_goods(world, order), *_money(world, order),
        *_after(world, order), *_over(order),
    )  # fmt: skip
    over = order.status in ("settled", "cancelled") and not found
    return (Matter(ORDERS, "to_archive"),) if over else found


def awaiting_at(world: World, order: Order, desk: Desk) -> tuple[Matter, ...]:
    """The same for one desk."""
    return tuple(matter for matter in awaiting(world, order) if matter.desk == desk)


def desks_awaited(world: World, order: Order) -> tuple[Desk, ...]:
    """The desks that have something to do on an order, in the order of the table."""
    found = {matter.desk for matter in awaiting(world, order)}
    return tuple(desk for desk in EVERY if desk in found)


# --- each desk --------------------------------------------------------------------------------


def _orders(world: World, order: Order) -> Iterator[Matter]:
    for hold in order.holds:
        if hold.open and not hold.asked_at:
            yield Matter(ORDERS, "to_release", code=hold.kind)
    if order.status == "draft":
        yield Matter(ORDERS, "to_submit", day=order.requested_delivery_date)
    if order.status == "submitted" and not order.on_hold:
        yield Matter(ORDERS, "to_confirm", day=order.requested_delivery_date)
    if order.status == "confirmed":
        if not order.on_hold and (units := _units(line.open for line in order.lines)):
            yield Matter(ORDERS, "to_set_aside", units, day=due_day(order))
        if _done_with(order):
            yield Matter(ORDERS, "to_complete")
    for message in world.messages.values():
        wish, change = message.wish, message.change
        mine = bool(wish) and message.order_number == order.order_number
        if wish and mine and wish.kind != "return" and open_wish(message, world):
            yield Matter(ORDERS, "wish_open", day=wish.day)
        if change and open_change(message, world) and order_of(world, change) is order:
            yield Matter(ORDERS, "change_open", code=change.document_number)


def _done_with(order: Order) -> bool:
    """Whether nothing is left to do for the customer; then somebody says so."""
    invoiced = not any(line.invoiced < line.live for line in order.lines)
    paid = order.balance_due == 0 and not order.refund_pending and not order.disputed
    paid = paid and not (order.goodwill_asked or order.approval_asked)
    noted = not (creditable(order) or allowed(order) or repairs_to_invoice(order))
    return label_of(order) == "signed" and invoiced and paid and noted and not _unhappy(order)


def _unhappy(order: Order) -> bool:
    return order.after_sales_open or any(complaint.open for complaint in order.complaints)


def _goods(world: World, order: Order) -> Iterator[Matter]:
    if order.status == "confirmed" and not order.on_hold:
        if world.policies.production == "manual":
            lacks = (max(line.open - max(world.available(line.sku), 0), 0) for line in order.lines)
            if units := _units(lacks):
                yield Matter(GOODS, "to_make", units, day=due_day(order))
        if units := _to_pick(order):
            yield Matter(GOODS, "to_pick", units, day=due_day(order))
        for package in order.packages:
            units = tuple(row.quantity for row in package.rows)
            if package.stage == "picked":
                yield Matter(GOODS, "to_pack", units, day=due_day(order))
            if package.stage in ("packed", "labelled"):
                yield Matter(GOODS, "to_hand_to_carrier", units, day=due_day(order))
    for package in order.packages:
        if package.stage == "shipped" and package.tracking == "returned_to_sender":
            yield Matter(GOODS, "parcel_back", tuple(row.quantity for row in package.rows))
    for back in order.returns:
        yield from _coming_back(back)


def _to_pick(order: Order) -> tuple[int, ...]:
    """Of each line, from whatever shelf."""
    picked = Counter[int]()
    for warehouse in {row.warehouse for line in order.lines for row in line.allocations}:
        for row in to_pick(order, warehouse):
            picked[row.line_number] += row.quantity
    return tuple(units for _, units in sorted(picked.items()))


def _coming_back(back: Return) -> Iterator[Matter]:
    number = back.rma_number
    awaited = back.status in ("authorised", "arrived")
    to_come = _units(row.quantity - row.received for row in back.rows)
    if awaited and to_come:
        yield Matter(GOODS, "to_count_in", to_come, code=number)
    looked = (sum(units for _, units in to_inspect(row)) for row in back.rows)
    if to_look := _units(looked):
        yield Matter(GOODS, "to_look_at", to_look, code=number)
    if to_mend := _units(row.in_repair for row in back.rows):
        yield Matter(GOODS, "to_mend", to_mend, code=number)


def _money(world: World, order: Order) -> Iterator[Matter]:
    if order.status == "confirmed":
        first = order.payment_terms == "prepay"
        if order.balance_due > order.authorised_open and (first or order.documents):
            yield Matter(MONEY, "money_due", amount=order.balance_due)
        if any(line.shipped > line.invoiced for line in order.lines) or repairs_to_invoice(order):
            yield Matter(MONEY, "to_invoice", amount=billable(order))
    if order.status in ("confirmed", "cancelled") and (creditable(order) or allowed(order)):
        yield Matter(MONEY, "to_credit")
    if (owed := refundable(order)) and not order.approval_asked:
        yield Matter(MONEY, "to_pay_back", amount=owed)
    for dispute in order.chargebacks:
        if dispute.status == "open":
            yield Matter(MONEY, "money_disputed", amount=dispute.amount)
    if order.status == "completed" or (order.status == "cancelled" and unsettled(world, order)):
        yield Matter(MONEY, "to_settle", amount=sum(x.claim for x in unsettled(world, order)))


def _after(world: World, order: Order) -> Iterator[Matter]:
    for message in world.messages.values():
        wish = message.wish if message.order_number == order.order_number else None
        if wish and wish.kind == "return" and open_wish(message, world):
            yield Matter(AFTER, "return_wished", _units(iter((wish.quantity,))))
    for complaint in order.complaints:
        if complaint.open:
            yield Matter(AFTER, "complaint", code=complaint.complaint_number)
    for back in order.returns:
        units = tuple(row.quantity for row in back.rows)
        if back.status == "requested" and back.exception != "asked":
            yield Matter(AFTER, "return_asked", units, code=back.rma_number)
        if back.stage == "came_late":
            yield Matter(AFTER, "came_too_late", units, code=back.rma_number)
        if back.stage in ("inspected", "partially_received") and not back.apart:
            yield Matter(AFTER, "return_to_close", code=back.rma_number)
    for claim in order.claims:
        if claim.open:
            units = tuple(row.quantity for row in claim.rows)
            yield Matter(AFTER, "claim", units, code=claim.claim_number)
    for package in order.packages:
        astray = package.stage == "shipped" and package.tracking in ASTRAY
        if astray and package.tracking != "returned_to_sender":
            yield Matter(AFTER, "parcel_astray", code=package.tracking_number)


def _over(order: Order) -> Iterator[Matter]:
    for hold in order.holds:
        if hold.open and hold.asked_at:
            yield Matter(OVER, "release_asked", code=hold.kind)
    if order.approval_asked:
        yield Matter(OVER, "refund_asked", amount=order.approval_asked)
    if order.goodwill_asked:
        yield Matter(OVER, "goodwill_asked", amount=order.goodwill_asked)
    for back in order.returns:
        if back.status == "requested" and back.exception == "asked":
            yield Matter(OVER, "exception_asked", code=back.rma_number)


def _units(quantities: Iterator[int]) -> tuple[int, ...]:
    """Those lines of which there are any."""
    return tuple(units for units in quantities if units > 0)


WHATS: Final[tuple[What, ...]] = What.__args__  # type: ignore[attr-defined]
"""Every kind of matter, desk after desk."""
