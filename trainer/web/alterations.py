"""What an event of an order changed: the value before it and the one after it, side by side."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, NamedTuple

from trainer.orders.engine import Recorded
from trainer.orders.promises import LinePromised, PromiseOverridden
from trainer.orders.values import Address
from trainer.orders.world import Order, World
from trainer.web.addresses import place
from trainer.web.words import day, word

_OF_THE_HEAD: Final = (
    "customer_po_number", "requested_delivery_date", "promised_delivery_date", "carrier_code",
    "ship_to", "priority",
)  # fmt: skip


class Alteration(NamedTuple):
    """A field, and how it read before and after."""

    field: str
    before: str
    after: str


def alterations(
    events: Iterable[Recorded], opened: Order | None, world: World
) -> dict[int, list[Alteration]]:
    """By the event's number; `events` are one order's, oldest first, `opened` is the order as the
    run found it. What is said for the first time is no change.
    """
    known: dict[tuple[str, int], Any] = {}
    if opened:
        known = {(name, 0): getattr(opened, name) for name in _OF_THE_HEAD}
        for line in opened.lines:
            known["quantity", line.line_number] = line.ordered
            known["promised_delivery_date", line.line_number] = line.promised_delivery_date
    found: dict[int, list[Alteration]] = {}
    for entry in events:
        for key, value in _says(entry):
            before = known.get(key)
            known[key] = value
            if before and before != value:
                shown = (_shown(key[0], it, world) for it in (before, value))
                found.setdefault(entry.number, []).append(Alteration(key[0], *shown))
    return found


def _says(entry: Recorded) -> Iterable[tuple[tuple[str, int], Any]]:
    event = entry.event
    if isinstance(event, PromiseOverridden):
        return  # the order's own date follows
    if isinstance(event, LinePromised):
        yield ("promised_delivery_date", event.line_number), event.promised_delivery_date
        return
    for name in _OF_THE_HEAD:
        value = getattr(event, name, None)
        if value:
            yield (name, 0), value
    kind = type(event).__name__
    if kind in ("LineAdded", "LineChanged"):
        yield ("quantity", event.line_number), event.quantity


def _shown(field: str, value: Any, world: World) -> str:
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Address):
        return ", ".join((value.recipient, *place(value, world)))
    if field == "carrier_code":
        return world.carriers[value].name if value in world.carriers else str(value)
    return word(value) if field == "priority" else str(value)
