"""What if: what a command would do to an order, its stock, its money and its papers.

The engine decides and evolves on the world as it is; nothing is written, and a refusal is not
noted as a try. What falls due meanwhile belongs to the outside world and is left out.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal

import msgspec

from trainer.orders.engine import Envelope, Recorded, handle
from trainer.orders.refusals import Refusal
from trainer.orders.settlement import BatchClosed
from trainer.orders.status import (
    fulfilment_status,
    invoice_status,
    label_of,
    payment_status,
    return_status,
    tracking_status,
)
from trainer.orders.values import Minor
from trainer.orders.world import Order, StockLevel, World

Kind = Literal["status", "money", "stock", "document", "message"]


class Change(msgspec.Struct, frozen=True):
    """One thing that would be different: what, of what, before and after."""

    kind: Kind
    what: str
    before: str | int
    after: str | int
    about: str = ""
    """The SKU and warehouse of a stock figure, the number of a paper, who gets a message."""


class Effects(msgspec.Struct, frozen=True):
    """What a command does: what happens, and what is different afterwards."""

    entries: tuple[Recorded, ...]
    changes: tuple[Change, ...]


def preview(world: World, envelope: Envelope) -> Effects | Refusal:
    """What the command would do, or why it would be refused; the world stays as it is."""
    answer = handle(world, envelope)
    if isinstance(answer, Refusal):
        return answer
    after, entries = answer
    return effects(world, after, entries)


def effects(before: World, after: World, entries: Sequence[Recorded]) -> Effects:
    """What lies between two worlds that these entries lead from one to the other."""
    numbers = dict.fromkeys(
        entry.event.order_number
        for entry in entries
        if hasattr(entry.event, "order_number") and entry.event.order_number in after.orders
    )
    changes: list[Change] = []
    for number in numbers:
        nothing = Order(order_number=number, sequence=0, customer_id="", created_at=0)
        changes += _statuses(before, after, before.orders.get(number, nothing), number)
        changes += _order(before.orders.get(number, nothing), after.orders[number])
        changes += _stock(before, after, after.orders[number])
    for entry in entries:
        if isinstance(entry.event, BatchClosed):
            batch = entry.event.batch_number
            changes.append(Change("document", "settlement_batch", 0, entry.event.total, batch))
    return Effects(entries=tuple(entries), changes=tuple(changes))


_STATUSES: Final[tuple[tuple[str, Callable[[Order], str]], ...]] = (
    ("label", label_of),
    ("payment", payment_status),
    ("tracking", tracking_status),
    ("invoice", invoice_status),
    ("return", return_status),
)


def _received(order: Order) -> Minor:
    return order.captured - order.refunded


_AMOUNTS: Final[tuple[tuple[str, Callable[[Order], Minor]], ...]] = (
    ("total", lambda order: order.total),
    ("credited", lambda order: order.credit),
    ("received", _received),
    ("due", lambda order: order.balance_due),
)

_LEVELS: Final[tuple[tuple[str, Callable[[StockLevel], int]], ...]] = (
    ("on_hand", lambda level: level.on_hand),
    ("allocated", lambda level: level.allocated),
    ("available", lambda level: level.available),
    ("quarantine", lambda level: level.quarantine),
)


def _statuses(before: World, after: World, old: Order, number: str) -> Iterator[Change]:
    new = after.orders[number]
    for what, read in _STATUSES:
        if read(old) != read(new):
            yield Change("status", what, read(old), read(new))
    stood, stands = fulfilment_status(old, before), fulfilment_status(new, after)
    if stood != stands:
        yield Change("status", "fulfilment", stood, stands)


def _order(before: Order, after: Order) -> Iterator[Change]:
    for what, count in _AMOUNTS:
        if count(before) != count(after):
            yield Change("money", what, count(before), count(after))
    for paper in after.documents[len(before.documents) :]:
        yield Change("document", paper.kind, 0, paper.amount, paper.document_number)
    for template in after.notices[len(before.notices) :]:
        yield Change("message", template, "", template, after.customer_id)


def _stock(before: World, after: World, order: Order) -> Iterator[Change]:
    if before.stock is after.stock:
        return
    for sku in dict.fromkeys(line.sku for line in order.lines):
        for old, new in zip(before.levels(sku), after.levels(sku), strict=True):
            for what, count in _LEVELS:
                if count(old) != count(new):
                    place = f"{sku} · {new.warehouse}"
                    yield Change("stock", what, count(old), count(new), place)
