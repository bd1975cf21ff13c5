"""What customers want of an order they have: to send something back, to have less, another day.

Only where a policy says of how many of a hundred; the chance comes from seed and event number.
Whoever ordered by document asks for a change by document.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import msgspec

from trainer.orders.engine import Command, Envelope, Recorded
from trainer.orders.feedback import ReceiveComplaint
from trainer.orders.intake import OrderConfirmed, ReceiveMessage
from trainer.orders.letters import day_in_words
from trainer.orders.returns import ReturnRejected
from trainer.orders.shipping import PackageDelivered
from trainer.orders.values import DAY, HOUR, MINUTE
from trainer.orders.wishes import fulfilled
from trainer.orders.world import (
    ChangedLine,
    ChangeRequest,
    LineStatus,
    Order,
    OrderLine,
    ReturnReason,
    Wish,
    World,
)
from trainer.simulation.chance import between
from trainer.simulation.words import words

_REASONS: Final[tuple[ReturnReason, ...]] = (
    "changed_mind", "changed_mind", "wrong_size", "damaged_in_transit", "defective",
)  # fmt: skip


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """What an event makes a customer ask for."""
    event, policies = entry.event, world.policies
    match event:
        case PackageDelivered(order_number=number, package_number=place):
            order = world.orders[number]
            if _broken(world, order, place, entry, seed):
                yield _asks(entry, world, order, _damaged(entry, order, place, seed), seed)
                return
            there = all(line.delivered == line.live for line in order.lines)
            if there and _chosen(policies.returns_percent, entry, seed, "return"):
                yield _asks(entry, world, order, _return(entry, order, seed), seed)
        case OrderConfirmed(order_number=number):
            if _chosen(policies.changes_percent, entry, seed, "change"):
                order = world.orders[number]
                yield _asks(entry, world, order, _change(entry, order, seed), seed)
        case ReturnRejected() if policies.returns_percent:
            yield _answer(entry, world, seed)


def moot(envelope: Envelope, order: Order) -> bool:
    """Whether nobody will ask this any more: it has left, or was called off, before they wrote."""
    command = envelope.command
    if not isinstance(command, ReceiveMessage) or command.order_number != order.order_number:
        return False
    if command.change:
        return order.called_off or not any(line.cancellable for line in order.lines)
    return command.wish is not None and fulfilled(command.wish, order)


def _chosen(percent: int, entry: Recorded, seed: int, what: str) -> bool:
    return percent > 0 and between(1, 100, seed, entry.number, f"wants {what}") <= percent


def _broken(world: World, order: Order, place: int, entry: Recorded, seed: int) -> bool:
    """Whether something in this parcel has not survived its way."""
    parcel = order.package(place)
    carrier = world.carriers.get(parcel.carrier_code) if parcel else None
    return carrier is not None and _chosen(carrier.damaged_percent, entry, seed, "unbroken goods")


def _damaged(entry: Recorded, order: Order, place: int, seed: int) -> Wish:
    """Some of one line that was in the parcel, and they can show it."""
    parcel = order.package(place)
    assert parcel is not None
    row = parcel.rows[between(0, len(parcel.rows) - 1, seed, entry.number, "broken line")]
    some = between(1, row.quantity, seed, entry.number, "broken units")
    return Wish("return", row.line_number, some, "damaged_in_transit")


def _line(entry: Recorded, order: Order, seed: int) -> OrderLine:
    lines = [line for line in order.lines if line.live]
    return lines[between(0, len(lines) - 1, seed, entry.number, "line")]


def _return(entry: Recorded, order: Order, seed: int) -> Wish:
    line = _line(entry, order, seed)
    some = between(1, max(line.delivered // 2, 1), seed, entry.number, "units")
    reason = _REASONS[between(0, len(_REASONS) - 1, seed, entry.number, "reason")]
    return Wish("return", line.line_number, some, reason)


def _change(entry: Recorded, order: Order, seed: int) -> Wish:
    promised = order.promised_delivery_date
    line = _line(entry, order, seed)
    if promised and (line.live == 1 or between(0, 1, seed, entry.number, "which change")):
        later = between(2, 7, seed, entry.number, "later")
        return Wish("day", day=promised + timedelta(days=later))
    some = between(1, max(line.live // 2, 1), seed, entry.number, "units")
    return Wish("less", line.line_number, some)


def _asks(entry: Recorded, world: World, order: Order, wish: Wish, seed: int) -> Envelope:
    """The message: a day or two after the delivery, or some hours after the promise."""
    customer = world.customers[order.customer_id]
    said = words(world.company.locale)
    line = order.line(wish.line_number)
    facts: dict[str, Any] = {
        "order_number": order.order_number,
        "po_number": order.customer_po_number,
        "contact": customer.contact,
        "quantity": wish.quantity,
        "product": world.products[line.sku].name if line else "",
        "why": said[wish.reason] if wish.reason else "",
        "day": day_in_words(wish.day, world.company.locale) if wish.day else "",
    }
    wait = between(60, 300, seed, entry.number, "wish") * MINUTE
    if wish.kind == "return":
        wait += between(1, 2, seed, entry.number, "wish days") * DAY
    letter = ReceiveMessage(
        message_id=f"wish-{wish.kind}-{entry.number}",
        channel="email",
        sender=customer.contact or customer.company,
        subject=said[f"wish_{wish.kind}_subject"].format(**facts),
        body=said[f"wish_{wish.kind}_body"].format(**facts),
        customer_id=order.customer_id,
        order_number=order.order_number,
        wish=wish,
    )
    if order.document_format == "UBL" and order.customer_po_number and wish.kind != "return":
        letter = msgspec.structs.replace(
            letter,
            body=said["change_attached"].format(body=letter.body),
            wish=None,
            change=_document(entry, order, wish),
            attached="UBL",
        )
    return _said(entry, customer.contact, wait, letter)


def _document(entry: Recorded, order: Order, wish: Wish) -> ChangeRequest:
    """The same as their system writes it: whoever orders by document changes by document."""
    less = {wish.line_number: wish.quantity} if wish.kind == "less" else {}
    wanted: dict[str, int] = {}
    for line in order.lines:
        units = max(line.live - less.get(line.line_number, 0), 0)
        wanted[line.sku] = wanted.get(line.sku, 0) + units
    touched = {line.sku for line in order.lines if line.line_number in less}
    return ChangeRequest(
        customer_id=order.customer_id,
        customer_po_number=order.customer_po_number,
        document_number=f"OC-{entry.number}",
        sequence=len(order.changes) + 1,
        cancellation=wish.kind == "cancel",
        lines=tuple(
            ChangedLine(sku, units, _status(units) if sku in touched else "unchanged")
            for sku, units in wanted.items()
        ),
        requested_delivery_date=wish.day,
    )


def _status(units: int) -> LineStatus:
    return "revised" if units else "cancelled"


def _answer(entry: Recorded, world: World, seed: int) -> Envelope:
    """They see our point, or they do not."""
    order = world.orders[entry.event.order_number]
    customer = world.customers[order.customer_id]
    said = words(world.company.locale)
    facts = {
        "order_number": order.order_number,
        "rma_number": entry.event.rma_number,
        "contact": customer.contact,
    }
    wait = between(2, 20, seed, entry.number, "rejected") * HOUR
    if between(0, 1, seed, entry.number, "sees our point"):
        return _said(
            entry,
            customer.contact,
            wait,
            ReceiveMessage(
                message_id=f"accepted-{entry.event.rma_number}",
                channel="email",
                sender=customer.contact or customer.company,
                subject=said["accepted_subject"].format(**facts),
                body=said["accepted_body"].format(**facts),
                customer_id=order.customer_id,
                order_number=order.order_number,
            ),
        )
    objection = ReceiveComplaint(
        order_number=order.order_number,
        reason="poor_service",
        subject=said["objection_subject"].format(**facts),
        text=said["objection_body"].format(**facts),
    )
    return _said(entry, customer.contact, wait, objection)


def _said(entry: Recorded, actor: str, wait: int, command: Command) -> Envelope:
    return Envelope(
        command_id=f"{entry.number}:wish",
        actor=actor,
        role="customer",
        at=entry.at + wait,
        command=command,
    )
