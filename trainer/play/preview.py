"""What if: what a command would do to orders, stock, money, papers and customers' files.

The engine decides and evolves on the world as it is; nothing is written, and a refusal is not
noted as a try. What falls due meanwhile belongs to the outside world and is left out.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Final, Literal

import msgspec

from trainer.orders.cards import stage
from trainer.orders.differences import AMOUNTS, STATUSES
from trainer.orders.engine import Envelope, Recorded, handle
from trainer.orders.refusals import Refusal
from trainer.orders.settlement import BatchClosed
from trainer.orders.status import fulfilment_status
from trainer.orders.store_credit import balance
from trainer.orders.world import Order, StockLevel, World

Kind = Literal["status", "money", "stock", "document", "message"]


class Change(msgspec.Struct, frozen=True):
    """One thing that would be different: what, of what, before and after."""

    kind: Kind
    what: str
    before: str | int
    after: str | int
    about: str = ""
    """The SKU of a stock figure, the number of a paper, who gets a message."""
    warehouse: str = ""
    """Where the stock of that figure lies."""


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
        old, new = before.orders.get(number, nothing), after.orders[number]
        told = (*_statuses(before, after, old, new), *_order(old, new))
        if len(numbers) > 1:  # whose is what has to be said
            changes += _named(number, (*told, *_set_aside(old, new)))
        else:
            changes += told
        # two orders may well be about the same shelf
        skus = dict.fromkeys(line.sku for line in new.lines)
        changes += [change for change in _stock(before, after, skus) if change not in changes]
        changes += _store_credit(before, after, new.customer_id)
    if not numbers:
        events = [entry.event for entry in entries]
        skus = dict.fromkeys(it.sku for it in events if hasattr(it, "sku"))
        changes += _stock(before, after, skus)
        for who in dict.fromkeys(it.customer_id for it in events if hasattr(it, "customer_id")):
            changes += _file(before, after, who)
    for entry in entries:
        if isinstance(entry.event, BatchClosed):
            batch = entry.event.batch_number
            changes.append(Change("document", "settlement_batch", 0, entry.event.total, batch))
    return Effects(entries=tuple(entries), changes=tuple(changes))


_LEVELS: Final[tuple[tuple[str, Callable[[StockLevel], int]], ...]] = (
    ("on_hand", lambda level: level.on_hand),
    ("allocated", lambda level: level.allocated),
    ("available", lambda level: level.available),
    ("quarantine", lambda level: level.quarantine),
    ("apart", lambda level: level.apart),
    ("in_rework", lambda level: level.in_rework),
    ("b_grade", lambda level: level.b_grade),
)


def _statuses(before: World, after: World, old: Order, new: Order) -> Iterator[Change]:
    for what, read in STATUSES:
        if read(old) != read(new):
            yield Change("status", what, read(old), read(new))
    stood, stands = fulfilment_status(old, before), fulfilment_status(new, after)
    if stood != stands:
        yield Change("status", "fulfilment", stood, stands)


def _order(before: Order, after: Order) -> Iterator[Change]:
    if before.discount != after.discount:
        yield Change("money", "discount", before.discount, after.discount)
    for what, count in AMOUNTS:
        if count(before) != count(after):
            yield Change("money", what, count(before), count(after))
    for old, new in zip_longest(before.authorisations, after.authorisations):
        if new is not None and (old is None or stage(old) != stage(new)):
            before_it = stage(old) if old else "none"
            yield Change("status", "authorisation", before_it, stage(new), new.authorisation_number)
    for paper in after.documents[len(before.documents) :]:
        yield Change("document", paper.kind, 0, paper.amount, paper.document_number)
    for template in after.notices[len(before.notices) :]:
        yield Change("message", template, "", template, after.customer_id)


def _set_aside(before: Order, after: Order) -> Iterator[Change]:
    for old, new in zip(before.lines, after.lines, strict=False):
        if old.allocated != new.allocated:
            yield Change("stock", "allocated", old.allocated, new.allocated, new.sku)


def _named(number: str, changes: Iterable[Change]) -> Iterator[Change]:
    for change in changes:
        about = f"{number} · {change.about}" if change.about else number
        yield msgspec.structs.replace(change, about=about)


def _store_credit(before: World, after: World, customer_id: str) -> Iterator[Change]:
    old, new = before.customers[customer_id], after.customers[customer_id]
    if old.store_credits is not new.store_credits:
        has = balance(old, before.now), balance(new, after.now)
        yield Change("money", "store_credit", *has, new.company)


def _file(before: World, after: World, customer_id: str) -> Iterator[Change]:
    """What is different about somebody beside their orders; a new file has nothing to compare."""
    old, new = before.customers.get(customer_id), after.customers.get(customer_id)
    if old is None or new is None:
        return
    owed = before.exposure.get(customer_id, 0), after.exposure.get(customer_id, 0)
    for what, was, is_ in (("credit_limit", old.credit_limit, new.credit_limit), ("owed", *owed)):
        if was != is_:
            yield Change("money", what, was, is_, new.company)
    yield from _store_credit(before, after, customer_id)


def _stock(before: World, after: World, skus: Iterable[str]) -> Iterator[Change]:
    if before.stock is after.stock:
        return
    for sku in skus:
        for old, new in zip(before.levels(sku), after.levels(sku), strict=True):
            for what, count in _LEVELS:
                if count(old) != count(new):
                    yield Change("stock", what, count(old), count(new), sku, new.warehouse)
