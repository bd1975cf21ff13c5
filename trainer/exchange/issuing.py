"""Papers as they were issued: what a paper said when it went out, it says for good.

Nothing is stored of them but invoices' and credit notes' numbers and amounts: a paper is drawn
from the world as it was right after the event that issued it. What changes an order afterwards
has a paper of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from trainer.exchange.papers import (
    answer_number,
    write_answer,
    write_credit_note,
    write_despatch,
    write_invoice,
    write_response,
)
from trainer.orders.amendments import DeliveryChanged, DeliveryCorrected, OrderAmended
from trainer.orders.changes import ChangeAnswered
from trainer.orders.engine import Event, Recorded
from trainer.orders.intake import OrderConfirmed
from trainer.orders.price_changes import PriceChanged
from trainer.orders.promises import LinePromised
from trainer.orders.remedies import LineQuantityCancelled, OrderCancelled
from trainer.orders.settlement import CreditNoteIssued, InvoiceIssued
from trainer.orders.shipping import PackageLabelled, PackagePacked, PackageShipped
from trainer.orders.terms import TermsChanged
from trainer.orders.world import Order, World

OPENING: Final = 0
"""The event number of what was there before the run began."""

_GIVES_OUR_WORD: Final = (
    OrderConfirmed, OrderAmended, DeliveryChanged, DeliveryCorrected, LinePromised, PriceChanged,
    LineQuantityCancelled, TermsChanged,
)  # fmt: skip
"""What a customer is told of by an order response, first or anew."""


class Outgoing(NamedTuple):
    """A document that was issued: its kind, its number, and how it is written."""

    kind: str
    number: str
    after: int
    """The number of the event that issued it: the world right after it is what it tells of."""
    write: Callable[[World], bytes]


def outgoing(order: Order, history: Sequence[Recorded] = ()) -> tuple[Outgoing, ...]:
    """The documents that were issued for an order, whose history in this run is given."""
    return (
        *_responses(order, history),
        *_answers(order, history),
        *_despatches(order, history),
        *_invoices(order, history),
    )


def packed_after(package_number: int, history: Iterable[Recorded]) -> int:
    """The event that closed a parcel, and with it the packing list."""
    return _last(history, PackagePacked, "package_number", package_number)


def labelled_after(package_number: int, history: Iterable[Recorded]) -> int:
    """The event that made a parcel's waybill."""
    return _last(history, PackageLabelled, "package_number", package_number)


def issued_after(document_number: str, history: Iterable[Recorded]) -> int:
    """The event that issued an invoice or a credit note."""
    issued = InvoiceIssued, CreditNoteIssued
    return _last(history, issued, "document_number", document_number)


def _last(
    history: Iterable[Recorded],
    kind: type[Event] | tuple[type[Event], ...],
    field: str,
    value: int | str,
) -> int:
    found = (
        entry.number
        for entry in history
        if isinstance(entry.event, kind) and getattr(entry.event, field) == value
    )
    return max(found, default=OPENING)


def _responses(order: Order, history: Iterable[Recorded]) -> Iterator[Outgoing]:
    """One when it was confirmed, and one for each act that changed what it said."""
    if not order.confirmed_at or order.promised_delivery_date is None:
        return
    given = _given(order, history)
    for place, entry in enumerate(given, 1):
        number = f"OR-{order.order_number}" + (f"-R{place}" if place > 1 else "")

        def write(world: World, number: str = number, entry: Recorded | None = entry) -> bytes:
            then = world.orders[order.order_number]
            return write_response(world, then, number, entry.at if entry else None)

        yield Outgoing("order_response", number, entry.number if entry else OPENING, write)


def _given(order: Order, history: Iterable[Recorded]) -> list[Recorded | None]:
    """The last event of each act that gave our word; None for what was given before the run."""
    words = [
        entry for entry in history if isinstance(entry.event, (*_GIVES_OUR_WORD, OrderCancelled))
    ]
    first = [isinstance(entry.event, OrderConfirmed) for entry in words]
    if True in first:  # what a draft said was no word of ours
        words, before = words[first.index(True) :], []
    else:
        before = [None] if words or any(line.live for line in order.lines) else []
    acts = {entry.command_id: entry for entry in words if isinstance(entry.event, _GIVES_OUR_WORD)}
    return [*before, *acts.values()]


def _answers(order: Order, history: Sequence[Recorded]) -> Iterator[Outgoing]:
    """Our answers to documents that asked for a change."""
    given = [it.number for it in history if isinstance(it.event, ChangeAnswered)]
    early = len(order.changes) - len(given)
    for place, told in enumerate(order.changes):
        after = given[place - early] if place >= early else OPENING
        number = answer_number(order, told)
        yield Outgoing(
            "order_response",
            number,
            after,
            lambda world, told=told: write_answer(world, world.orders[order.order_number], told),  # type: ignore[misc]
        )


def _despatches(order: Order, history: Sequence[Recorded]) -> Iterator[Outgoing]:
    for package in order.packages:
        if not package.shipped_at:
            continue
        number = package.package_number

        def write(world: World, number: int = number) -> bytes:
            then = world.orders[order.order_number]
            package = then.package(number)
            assert package is not None
            return write_despatch(world, then, package)

        after = _last(history, PackageShipped, "package_number", number)
        yield Outgoing("despatch_advice", f"DA-{order.order_number}-{number}", after, write)


def _invoices(order: Order, history: Sequence[Recorded]) -> Iterator[Outgoing]:
    writers = {"invoice": write_invoice, "credit_note": write_credit_note}
    for paper in order.documents:
        if not paper.itemised:
            continue
        number = paper.document_number
        yield Outgoing(
            paper.kind,
            number,
            issued_after(number, history),
            lambda world, paper=paper: writers[paper.kind](  # type: ignore[misc]
                world, world.orders[order.order_number], paper
            ),
        )
