"""Finding orders: by words, label and date, a page at a time, newest first."""

from collections.abc import Iterator
from datetime import date
from unicodedata import normalize

import msgspec

from trainer.orders.status import Label, label_of, task_due
from trainer.orders.values import day_of
from trainer.orders.world import Order, World


class Query(msgspec.Struct, frozen=True):
    """What somebody is looking for; empty fields do not narrow."""

    words: str = ""
    label: Label | None = None
    since: date | None = None
    until: date | None = None
    tasks_due: bool = False
    page: int = 1


class Found(msgspec.Struct, frozen=True):
    """One page of what was found."""

    orders: tuple[Order, ...]
    total: int
    page: int
    pages: int


def find_orders(world: World, query: Query) -> Found:
    """A page of orders; without words and dates only that page is looked at."""
    narrowed = bool(query.words.strip() or query.since or query.until or query.tasks_due)
    if narrowed:
        among = with_tasks_due(world) if query.tasks_due else world.newest(query.label)
        matches = [order for order in among if _fits(world, order, query)]
        total = len(matches)
    else:
        matches = []
        total = world.count(query.label) if query.label else len(world.orders)
    pages = max(-(-total // world.page), 1)
    page = min(max(query.page, 1), pages)
    start = (page - 1) * world.page
    if narrowed:
        shown = tuple(matches[start : start + world.page])
    else:
        shown = tuple(_slice(world.newest(query.label), start, world.page))
    return Found(orders=shown, total=total, page=page, pages=pages)


def with_tasks_due(world: World) -> Iterator[Order]:
    """Orders with a task whose day has come, newest first."""
    return (order for order in world.with_tasks() if task_due(order, world.now))


def _slice(orders: Iterator[Order], start: int, size: int) -> Iterator[Order]:
    for place, order in enumerate(orders):
        if place >= start + size:
            return
        if place >= start:
            yield order


def folded(text: str) -> str:
    """Text the way it is compared: full-width as half-width, no case, no spaces."""
    return "".join(normalize("NFKC", text).casefold().split())


def _fits(world: World, order: Order, query: Query) -> bool:
    if query.label and label_of(order) != query.label:
        return False
    day = day_of(order.created_at)
    if query.since and day < query.since:
        return False
    if query.until and day > query.until:
        return False
    words = folded(query.words)
    return not words or any(words in folded(text) for text in _texts(world, order))


def _texts(world: World, order: Order) -> Iterator[str]:
    customer = world.customers[order.customer_id]
    yield order.order_number
    yield order.customer_po_number
    yield customer.company
    yield customer.contact
    for line in order.lines:
        yield line.sku
        yield world.products[line.sku].name
    for package in order.packages:
        yield package.tracking_number
