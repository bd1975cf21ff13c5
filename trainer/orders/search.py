"""Finding orders: a view, narrowed by words, label, dates, customer and amount; sorted, in pages.

A view is counted by the world's indexes; what is late depends on the day, so there the orders
that somebody still waits for are looked at, and no others.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final, Literal
from unicodedata import normalize

import msgspec

from trainer.orders.currencies import currency_of
from trainer.orders.status import ARRIVED, LABELS, Label, due_day, label_of, late, task_due
from trainer.orders.values import Minor, day_of, exponent
from trainer.orders.world import Customer, Order, World

View = Literal[
    "all", "to_review", "awaiting_shipment", "on_hold", "late", "returns_open", "tasks_due"
]
VIEWS: Final[tuple[View, ...]] = (
    "all", "to_review", "awaiting_shipment", "on_hold", "late", "returns_open", "tasks_due"
)  # fmt: skip
Sort = Literal["order", "customer", "status", "total", "due"]
SORTS: Final[tuple[Sort, ...]] = ("order", "customer", "status", "total", "due")


class Query(msgspec.Struct, frozen=True):
    """What somebody is looking for; empty fields do not narrow."""

    words: str = ""
    label: Label | None = None
    since: date | None = None
    until: date | None = None
    view: View = "all"
    customer_id: str = ""
    least: int | None = None
    """In whole units of each order's own currency: nothing is converted."""
    most: int | None = None
    sort: Sort = "order"
    rising: bool = False
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether more is asked for than a view."""
        return bool(
            folded(self.words) or self.label or self.since or self.until or self.customer_id
        ) or (self.least is not None or self.most is not None)


class Found(msgspec.Struct, frozen=True):
    """One page of what was found."""

    orders: tuple[Order, ...]
    total: int
    page: int
    pages: int


def find_orders(world: World, query: Query) -> Found:
    """A page of orders; where an index knows the answer, only that page is looked at."""
    places = _places(world, query)
    if places is None:
        matches = every(world, query)
        total = len(matches)
        pages, page, start = _paged(total, query.page, world.page)
        return Found(tuple(matches[start : start + world.page]), total, page, pages)
    total = places.bit_count()
    pages, page, start = _paged(total, query.page, world.page)
    shown = tuple(_slice(world.at_places(places), start, world.page))
    return Found(orders=shown, total=total, page=page, pages=pages)


def every(world: World, query: Query) -> list[Order]:
    """All that a query finds, in its order."""
    fits = _fitting(world, query)
    found = [order for order in in_view(world, query.view, query.label) if fits(order)]
    if query.sort != "order":
        found.sort(key=lambda order: order.sequence)
        found.sort(key=_KEYS[query.sort](world), reverse=not query.rising)
        if (
            query.sort == "due"
        ):  # what is over waits for nobody: it never stands before what is late
            found.sort(key=lambda order: label_of(order) in ARRIVED)
    elif query.rising:
        found.reverse()
    return found


def beside(world: World, query: Query, order: Order) -> tuple[Order | None, Order | None]:
    """The orders before and after one in a query's list, also when it has just left that list."""
    places = _places(world, query)
    if places is not None:
        newer, older = places >> order.sequence + 1, places & (1 << order.sequence) - 1
        return (
            _at(world, order.sequence + (newer & -newer).bit_length()) if newer else None,
            _at(world, older.bit_length() - 1) if older else None,
        )
    found = every(world, query)
    numbers = [each.order_number for each in found]
    if order.order_number not in numbers:
        return None, found[0] if found else None
    place = numbers.index(order.order_number)
    older_one = found[place + 1] if place + 1 < len(found) else None
    return found[place - 1] if place else None, older_one


def _at(world: World, place: int) -> Order:
    return world.orders[world.sequence[place]]


def in_view(world: World, view: View, label: Label | None = None) -> Iterator[Order]:
    """The orders of a view, newest first."""
    places = _view_places(world, view)
    if places is None:  # what the day decides, no index knows
        return (
            order
            for order in world.at_places(_waiting(world))
            if late(order, world.now) and (not label or label_of(order) == label)
        )
    if label:
        places &= world.by_label.get(label, 0)
    among = world.at_places(places)
    if view == "tasks_due":
        return (order for order in among if task_due(order, world.now))
    return among


def counts(world: World) -> dict[View, int]:
    """How many orders each view holds."""
    return {view: count(world, view) for view in VIEWS}


def count(world: World, view: View) -> int:
    """How many orders a view holds."""
    places = _view_places(world, view)
    if places is None or view == "tasks_due":
        return sum(1 for _ in in_view(world, view))
    return places.bit_count()


def _view_places(world: World, view: View) -> int | None:
    match view:
        case "all":
            return (1 << len(world.sequence) + 1) - 2  # sequences begin with one
        case "to_review":
            return world.by_label.get("awaiting_confirmation", 0)
        case "awaiting_shipment":
            return world.by_label.get("awaiting_shipment", 0)
        case "on_hold":
            return world.held
        case "returns_open":
            return world.after_sales
        case "tasks_due":
            return world.tasked
    return None


def _waiting(world: World) -> int:
    places = 0
    for label, those in world.by_label.items():
        if label not in ARRIVED:
            places |= those
    return places


def _places(world: World, query: Query) -> int | None:
    """What the indexes alone answer; none where orders have to be looked at."""
    plain = Query(view=query.view, label=query.label, page=query.page)
    places = _view_places(world, query.view)
    if plain != query or places is None or query.view == "tasks_due":
        return None
    return places & world.by_label.get(query.label, 0) if query.label else places


def _paged(total: int, asked: int, size: int) -> tuple[int, int, int]:
    """How many pages, which one, and where it begins."""
    pages = max(-(-total // size), 1)
    page = min(max(asked, 1), pages)
    return pages, page, (page - 1) * size


def _slice(orders: Iterator[Order], start: int, size: int) -> Iterator[Order]:
    for place, order in enumerate(orders):
        if place >= start + size:
            return
        if place >= start:
            yield order


def folded(text: str) -> str:
    """Text the way it is compared: full-width as half-width, no case, no spaces."""
    return "".join(normalize("NFKC", text).casefold().split())


def amount_of(order: Order) -> Minor:
    """What a list shows as its total: what is left of it, unless it was called off whole."""
    return order.total if order.called_off else order.agreed - order.credit


def _company(world: World) -> Callable[[Order], Any]:
    return lambda order: folded(world.customers[order.customer_id].company)


def _units(world: World) -> Callable[[Order], Any]:
    return lambda order: amount_of(order) / 10 ** exponent(currency_of(world, order))


def due_of(order: Order) -> date | None:
    """The day promised for what comes next, or as long as none is the one asked for."""
    return due_day(order) or order.requested_delivery_date


def _due(_world: World) -> Callable[[Order], Any]:
    return lambda order: due_of(order) or date.max


def _rank(_world: World) -> Callable[[Order], Any]:
    return lambda order: LABELS.index(label_of(order))


_KEYS: Final[dict[Sort, Callable[[World], Callable[[Order], Any]]]] = {
    "customer": _company, "status": _rank, "total": _units, "due": _due,
}  # fmt: skip


def names_of(customer: Customer) -> tuple[str, ...]:
    """What one may know a customer by: their number, their name, those of their people."""
    people = (it.name for it in customer.contacts)
    return (customer.customer_id, customer.company, customer.contact, *people)


def _fitting(world: World, query: Query) -> Callable[[Order], bool]:
    """Whether an order is among what was asked for; customers and goods are read once."""
    words = folded(query.words)
    people = {
        c.customer_id
        for c in world.customers.values()
        if words and any(words in folded(text) for text in names_of(c))
    }
    goods = {
        p.sku
        for p in world.products.values()
        if words and (words in folded(p.sku) or words in folded(p.name))
    }

    def told(order: Order) -> bool:
        return (
            order.customer_id in people
            or words in folded(order.order_number)
            or words in folded(order.customer_po_number)
            or any(line.sku in goods for line in order.lines)
            or any(words in folded(package.tracking_number) for package in order.packages)
        )

    units = _units(world)

    def fits(order: Order) -> bool:
        if query.customer_id and order.customer_id != query.customer_id:
            return False
        day = day_of(order.created_at)
        if (query.since and day < query.since) or (query.until and day > query.until):
            return False
        if query.least is not None and units(order) < query.least:
            return False
        if query.most is not None and units(order) > query.most:
            return False
        return not words or told(order)

    return fits
