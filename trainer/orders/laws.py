"""The rules of the books in the trade's plain words, each with its inequality and its numbers.

`invariants` looks whether they hold, everywhere and all of them; here somebody reads what one of
them says about one order or one shelf, which needs words and the numbers to put into them.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, Literal, NamedTuple

from trainer.orders.engine import Event
from trainer.orders.invariants import (
    explained_credit,
    left_on_hold,
    ordered_first,
    worth_when_ordered,
)
from trainer.orders.returns import announced, disputed
from trainer.orders.values import split
from trainer.orders.world import Order, OrderLine, StockLevel, World

Numbers = dict[str, int]


class Law(NamedTuple):
    """A rule that holds of every shelf, every line or every order, whatever has happened."""

    says: str
    sums: str
    """The inequality, with the names of its numbers in braces."""
    about: Literal["shelf", "line", "order"]
    numbers: Callable[..., Numbers]
    """Read off the world and the thing it is about."""
    holds: Callable[[Numbers], bool]
    money: bool = False
    """Whether its numbers are amounts."""


class Reading(NamedTuple):
    """What a rule says about one thing at one moment."""

    rule: str
    thing: tuple[str, ...]
    """The order, the order and its line, or the shelf."""
    numbers: Numbers
    holds: bool
    currency: str = ""


# --- what the numbers are ------------------------------------------------------------------------


def _shelf(world: World, level: StockLevel) -> Numbers:
    key = (level.sku, level.warehouse)
    held = sum(
        row.quantity
        for order in world.orders.values()
        for line in order.lines
        for row in line.allocations
        if (line.sku, row.warehouse) == key
    )
    came_in = level.received + level.adjusted + level.restocked + level.produced
    kept = level.quarantine + level.in_repair + level.in_rework + level.b_grade
    return {
        "on_hand": level.on_hand,
        "allocated": level.allocated,
        "held": held,
        "came_in": came_in + level.transferred,
        "went_out": level.shipped + level.consumed,
        "returned": level.returned,
        "kept": kept,
        "decided": level.restocked + level.written_off + level.given_back + level.cleared,
    }


def _line(world: World, order: Order, line: OrderLine) -> Numbers:
    rows = [row for back in order.returns if (row := back.row(line.line_number))]
    return {
        "ordered": line.ordered,
        "cancelled": line.cancelled,
        "open": line.open,
        "allocated": line.allocated,
        "packed": line.packed,
        "shipped": line.shipped,
        "delivered": line.delivered,
        "announced": announced(order, line),
        "returned": line.returned - line.given_back,
        "claimed": line.claimed + line.replaced + disputed(order, line),
        "asked_for": sum(row.quantity for row in rows),
        "received": sum(row.received for row in rows),
        "inspected": sum(row.inspected for row in rows),
        "credited": line.credited_back,
        "invoiced": line.invoiced,
        "left": line.shipped + line.lost + line.recovered,
    }


def _order(world: World, order: Order) -> Numbers:
    shares = [line.discount_share - line.promotion_share for line in ordered_first(order)]
    frozen = split(order.discount, worth_when_ordered(order))
    moved = sum(abs(now - then) for now, then in zip(shares, frozen, strict=True))
    return {
        "received": order.captured - order.charged_back,
        "refunded": order.refunded,
        "pending": order.refund_pending,
        "credit": order.credit,
        "supply_credit": order.supply_credit,
        "explained": explained_credit(order),
        "discount": order.discount,
        "shares": sum(shares),
        "moved": moved if order.status != "draft" else 0,
        "total": order.total,
        "due": order.balance_due,
        "lowered": int(
            bool(order.amendments or order.promotion or any(it.quotes for it in order.returns))
        ),
    }


def _units(world: World, order: Order) -> Numbers:
    return {
        "on_hold": left_on_hold(order),
        "called_off": int(order.called_off),
        "over": int(order.status in ("completed", "settled")),
        "left": sum(line.open + line.allocated + line.packed for line in order.lines),
        "gone": sum(line.shipped for line in order.lines),
        "waiting": sum(line.live - line.delivered for line in order.lines),
        "announced": sum(back.open for back in order.returns),
    }


LAWS: Final[dict[str, Law]] = {
    "I1": Law(
        "No shelf holds less than nothing.",
        "on hand {on_hand} ≥ 0",
        "shelf", _shelf, lambda it: it["on_hand"] >= 0,
    ),
    "I2": Law(
        "What is set aside lies on the shelf.",
        "0 ≤ allocated {allocated} ≤ on hand {on_hand}",
        "shelf", _shelf, lambda it: 0 <= it["allocated"] <= it["on_hand"],
    ),
    "I3": Law(
        "What a shelf calls set aside is set aside for orders that stand.",
        "allocated {allocated} = allocated for orders {held}",
        "shelf", _shelf, lambda it: it["allocated"] == it["held"],
    ),
    "I4": Law(
        "What lies there is what came in less what went out.",
        "on hand {on_hand} = came in {came_in} − went out {went_out}",
        "shelf", _shelf, lambda it: it["on_hand"] == it["came_in"] - it["went_out"],
    ),
    "I5": Law(
        "All that came back is accounted for.",
        "came back {returned} = not decided or not sold {kept} + decided {decided}",
        "shelf", _shelf, lambda it: it["returned"] == it["kept"] + it["decided"],
    ),
    "I7": Law(
        "Each unit ordered is cancelled, open, set aside or shipped; none of these is below 0.",
        "ordered {ordered} = cancelled {cancelled} + open {open} + allocated {allocated} + shipped "
        "{shipped}, each ≥ 0",
        "line", _line,
        lambda it: min(it["cancelled"], it["open"], it["allocated"], it["shipped"]) >= 0,
    ),
    "I8": Law(
        "In parcels is no more than is set aside, and signed for no more than was shipped.",
        "in parcels {packed} ≤ allocated {allocated}; signed for {delivered} ≤ shipped {shipped}",
        "line", _line,
        lambda it: 0 <= it["packed"] <= it["allocated"] and it["delivered"] <= it["shipped"],
    ),
    "I9": Law(
        "A delivered unit comes back or is claimed once.",
        "announced {announced} + come back {returned} + claimed {claimed} ≤ delivered {delivered}",
        "line", _line,
        lambda it: it["announced"] + it["returned"] + it["claimed"] <= it["delivered"],
    ),
    "I10": Law(
        "No more comes back than was announced, and no more is inspected than came.",
        "inspected {inspected} ≤ received {received} ≤ announced {asked_for}",
        "line", _line, lambda it: it["inspected"] <= it["received"] <= it["asked_for"],
    ),
    "I11": Law(
        "No more units are credited than were ordered.",
        "cancelled {cancelled} + credited after delivery {credited} ≤ ordered {ordered}",
        "line", _line, lambda it: it["cancelled"] + it["credited"] <= it["ordered"],
    ),
    "I12": Law(
        "Only what has left is invoiced.",
        "invoiced {invoiced} ≤ left {left}",
        "line", _line, lambda it: it["invoiced"] <= it["left"],
    ),
    "I13": Law(
        "No more goes back than came in.",
        "refunded {refunded} + pending {pending} ≤ received {received}",
        "order", _order, lambda it: 0 <= it["refunded"] + it["pending"] <= it["received"],
        money=True,
    ),
    "I14": Law(
        "The shares of a discount add up to it, and stay with their lines.",
        "shares {shares} = discount {discount}; moved between lines {moved} = 0",
        "order", _order, lambda it: it["moved"] == 0,
        money=True,
    ),
    "I16": Law(
        "Credit is what cancelled, returned and claimed units come to.",
        "credit {supply_credit} = what they come to {explained}",
        "order", _order, lambda it: it["supply_credit"] == it["explained"],
        money=True,
    ),
    "I17": Law(
        "Only what was credited goes back.",
        "refunded {refunded} + pending {pending} ≤ credit {credit}",
        "order", _order,
        lambda it: bool(it["lowered"]) or it["refunded"] + it["pending"] <= it["credit"],
        money=True,
    ),
    "I18": Law(
        "What is due is the total less credit and less what came and stayed.",
        "due {due} = total {total} − credit {credit} − received {received} + refunded {refunded}",
        "order", _order,
        lambda it: it["due"] == it["total"] - it["credit"] - it["received"] + it["refunded"],
        money=True,
    ),
    "I23": Law(
        "While an order is on hold, nothing of it leaves.",
        "parcels that left on hold {on_hold} = 0",
        "order", _units, lambda it: not it["on_hold"],
    ),
    "I24": Law(
        "Of a cancelled order nothing is left to do, and nothing has gone.",
        "if cancelled: open and allocated {left} = 0, shipped {gone} = 0, returns open {announced} "
        "= 0",
        "order", _units,
        lambda it: not it["called_off"] or not (it["left"] or it["gone"] or it["announced"]),
    ),
    "I25": Law(
        "An order is completed only once all of it is with the customer.",
        "if completed: open and allocated {left} = 0, not signed for {waiting} = 0, returns open "
        "{announced} = 0",
        "order", _units,
        lambda it: not it["over"] or not (it["left"] or it["waiting"] or it["announced"]),
    ),
}  # fmt: skip
"""The rules somebody can name, by their numbers in the engine's reference."""


def readings(world: World, rule: str, event: Event) -> Iterator[Reading]:
    """What a rule says right now about each thing that an event was about."""
    law = LAWS[rule]
    order = world.orders.get(getattr(event, "order_number", ""))
    if law.about == "shelf":
        for level in _shelves(world, order, event):
            numbers = law.numbers(world, level)
            yield Reading(rule, (level.sku, level.warehouse), numbers, law.holds(numbers))
    elif order and law.about == "line":
        for line in order.lines:
            numbers = law.numbers(world, order, line)
            name = (order.order_number, str(line.line_number))
            yield Reading(rule, name, numbers, law.holds(numbers))
    elif order:
        numbers = law.numbers(world, order)
        yield Reading(rule, (order.order_number,), numbers, law.holds(numbers), order.currency)


def _shelves(world: World, order: Order | None, event: Any) -> Iterator[StockLevel]:
    """The shelf an event names, or those that its order's goods lie on or were taken from."""
    sku = getattr(event, "sku", "")
    if sku and not order:
        named = {getattr(event, "warehouse", ""), getattr(event, "to_warehouse", "")}
        yield from (level for level in world.levels(sku) if level.warehouse in named)
    for sku in dict.fromkeys(line.sku for line in order.lines) if order else ():
        yield from (level for level in world.levels(sku) if level.on_hand or level.allocated)
