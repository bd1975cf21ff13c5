"""In what two pictures of one order differ, as facts: what was seen, and what is there now.

Shown to whoever decided on an old picture, and part of what a preview tells.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from trainer.orders.status import (
    invoice_status,
    label_of,
    payment_status,
    return_status,
    tracking_status,
)
from trainer.orders.values import Minor, moment_of

if TYPE_CHECKING:
    from datetime import date

    from trainer.orders.world import Order, OrderLine

Kind = Literal["status", "money", "count", "day", "text"]


class Difference(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One thing that is not as it was; nothing there reads "" or 0."""

    kind: Kind
    what: str
    before: str | int
    after: str | int
    about: str = ""
    """The SKU of a line, the number of a parcel."""


STATUSES: Final[tuple[tuple[str, "Callable[[Order], str]"], ...]] = (
    ("label", label_of),
    ("payment", payment_status),
    ("tracking", tracking_status),
    ("invoice", invoice_status),
    ("return", return_status),
)


def _received(order: "Order") -> Minor:
    return order.received


AMOUNTS: Final[tuple[tuple[str, "Callable[[Order], Minor]"], ...]] = (
    ("total", lambda order: order.agreed),
    ("credited", lambda order: order.credit),
    ("money_in", _received),
    ("on_card", lambda order: order.authorised_open),
    ("due", lambda order: order.balance_due),
)
_HEADER: Final[tuple[tuple[str, "Callable[[Order], str]"], ...]] = (
    ("customer", lambda order: order.customer_id),
    ("customer_po_number", lambda order: order.customer_po_number),
    ("carrier_code", lambda order: order.carrier_code),
    ("ship_to", lambda order: ", ".join(filter(None, msgspec.structs.astuple(order.ship_to)))),
    ("note", lambda order: order.notes[-1] if order.notes else ""),
)
_DAYS: Final[tuple[tuple[str, "Callable[[Order], date | None]"], ...]] = (
    ("requested_delivery_date", lambda order: order.requested_delivery_date),
    ("promised_delivery_date", lambda order: order.promised_delivery_date),
)
_COUNTS: Final[tuple[tuple[str, "Callable[[OrderLine], int]"], ...]] = (
    ("ordered", lambda line: line.ordered),
    ("cancelled", lambda line: line.cancelled),
    ("allocated", lambda line: line.allocated),
    ("packed", lambda line: line.packed),
    ("shipped", lambda line: line.shipped),
    ("delivered", lambda line: line.delivered),
    ("returned", lambda line: line.returned),
    ("invoiced", lambda line: line.invoiced),
)


def differences(before: "Order", after: "Order") -> tuple[Difference, ...]:
    """Everything about an order that somebody would decide by, where it is not as it was."""
    told = (
        *_statuses(before, after),
        *_header(before, after),
        *_lines(before, after),
        *_amounts(before, after),
        *_parcels(before, after),
        *_papers(before, after),
        *_tasks(before, after),
    )
    return tuple(each for each in told if each.before != each.after)


def _statuses(before: "Order", after: "Order") -> Iterator[Difference]:
    for what, read in STATUSES:
        yield Difference("status", what, read(before), read(after))
    for kind in sorted({hold.kind for hold in (*before.holds, *after.holds)}):
        held = [any(h.open and h.kind == kind for h in order.holds) for order in (before, after)]
        yield Difference("status", "on_hold", *(kind if open_ else "" for open_ in held))
    yield Difference("status", "priority", before.priority, after.priority)


def _header(before: "Order", after: "Order") -> Iterator[Difference]:
    for what, told in _HEADER:
        yield Difference("text", what, told(before), told(after))
    for what, day_of in _DAYS:
        was, now = (moment_of(day) if (day := day_of(order)) else 0 for order in (before, after))
        yield Difference("day", what, was, now)


def _lines(before: "Order", after: "Order") -> Iterator[Difference]:
    old = {line.line_number: line for line in before.lines}
    new = {line.line_number: line for line in after.lines}
    for number in sorted(old | new):
        was, now = old.get(number), new.get(number)
        sku = (was or new[number]).sku
        for what, count in _COUNTS:
            yield Difference("count", what, count(was) if was else 0, count(now) if now else 0, sku)
        if was and now:
            yield Difference("money", "unit_price", was.unit_price, now.unit_price, sku)
        first, then = _own_day(was), _own_day(now)
        yield Difference("day", "promised_delivery_date", first, then, sku)


def _own_day(line: "OrderLine | None") -> int:
    day = line.promised_delivery_date if line else None
    return moment_of(day) if day else 0


def _amounts(before: "Order", after: "Order") -> Iterator[Difference]:
    yield Difference("money", "discount", before.discount, after.discount)
    for what, amount in AMOUNTS:
        yield Difference("money", what, amount(before), amount(after))


def _parcels(before: "Order", after: "Order") -> Iterator[Difference]:
    old = {package.package_number: package.stage for package in before.packages}
    for package in after.packages:
        was = old.get(package.package_number, "")
        yield Difference("status", "parcel", was, package.stage, str(package.package_number))


def _papers(before: "Order", after: "Order") -> Iterator[Difference]:
    for paper in after.documents[len(before.documents) :]:
        yield Difference("text", paper.kind, "", paper.document_number)
    for template in after.notices[len(before.notices) :]:
        yield Difference("status", "customer_told", "", template)


def _tasks(before: "Order", after: "Order") -> Iterator[Difference]:
    old = {task.task_number: task for task in before.tasks}
    for task in after.tasks:
        was = old.get(task.task_number)
        yield Difference("status", "task", was.status if was else "", task.status, task.task_number)
        whose = was.owner if was else task.owner
        yield Difference("status", "task_owner", whose, task.owner, task.task_number)
