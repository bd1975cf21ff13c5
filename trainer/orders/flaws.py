"""The fourteen flaws of real order systems (`order-engine.md` §2.3), one at a time.

A flaw is what a decider is made blind to, or what it does to its own events. What happened stays
what happened: `evolve` knows of no flaw, so a run is replayed without one. While a flaw is not met,
everything is decided as ever.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec

from trainer.orders import mishaps, payment, remedies, returns, shipping, stand_ins, stock
from trainer.orders.engine import Answer, Command, Envelope, Event, flawed
from trainer.orders.values import half_up
from trainer.orders.world import Order, StockKey, StockLevel, World

_replace = msgspec.structs.replace


class Flaw(NamedTuple):
    """What a system gets wrong, for the debrief: nobody reads it before the hunt is over."""

    says: str
    """What the system did."""
    instead: str
    """What ours does instead, and why."""
    seen_in: str
    """Real systems that had it."""
    breaks: tuple[str, ...]
    """The rules it breaks, by their numbers; the first is the one to name."""


FLAWS: Final[dict[str, Flaw]] = {
    "returned_again": Flaw(
        "What a customer can send back was counted without what had come back already.",
        "One quota for each line: announced, received and claimed units together are at most what "
        "was delivered.",
        "Medusa",
        ("I9",),
    ),
    "claims_apart": Flaw(
        "Claims had a quota of their own, beside that of returns: one unit was made good twice.",
        "Returns and claims draw on the same delivered units, so each is made good once.",
        "Spree",
        ("I9",),
    ),
    "announced_credited": Flaw(
        "Credit was given for the units that had been announced, not for those that came.",
        "Announced, received and inspected are three numbers, and credit follows the third.",
        "Spree",
        ("I16",),
    ),
    "refunds_each_alone": Flaw(
        "Each refund was compared with the credit by itself, whatever had been paid back before.",
        "The limit is what is left: credit less what was refunded and what is on its way.",
        "Saleor",
        ("I17", "I13"),
    ),
    "refund_uncredited": Flaw(
        "Whatever had been received could be paid back, whether it was owed or not.",
        "Money goes back only against credit: first we say what we owe, then we pay it.",
        "Oscar",
        ("I17",),
    ),
    "refund_twice": Flaw(
        "A refund had no key of its own, so one click was booked twice.",
        "What a person means to do has one key, and the second time it gets the first answer.",
        "Open Food Network",
        ("I17", "I13"),
    ),
    "rows_not_added_up": Flaw(
        "A line that stood twice in one pick list was checked row by row, never with its sum.",
        "Rows of the same line are added up before anything is compared.",
        "Vendure, Spree",
        ("I8",),
    ),
    "shipped_cancelled": Flaw(
        "An order could be cancelled after its goods had left.",
        "Only what has not left is called off; what has left can only come back.",
        "Odoo, Vendure",
        ("I24", "I7"),
    ),
    "cancel_keeps_allocation": Flaw(
        "Units were called off, and stayed set aside in the warehouse.",
        "Calling off and giving back to the shelf are one step.",
        "Solidus, Sylius",
        ("I7",),
    ),
    "allocated_again": Flaw(
        "Goods were set aside by what lies on the shelf, without what others had set aside there.",
        "Only what is available is set aside: on hand less allocated.",
        "Saleor",
        ("I2",),
    ),
    "count_below_allocated": Flaw(
        "A correction of stock took the shelf below what was set aside on it.",
        "Who counts less than is set aside says in the same step whose units are gone.",
        "Sylius",
        ("I2",),
    ),
    "discount_moves": Flaw(
        "Units were credited at their full price: their share of the discount had moved to the "
        "lines that stayed.",
        "Each line's share of a discount is fixed when the order is submitted, and goes with it.",
        "Vendure",
        ("I16",),
    ),
    "rounded_per_unit": Flaw(
        "Credit was rounded unit by unit, and a cent was gained or lost on the way.",
        "Credit is the difference of two rounded sums, so all the parts add up to the line.",
        "WooCommerce",
        ("I16",),
    ),
    "ships_on_hold": Flaw(
        "Goods left while the order was on hold: the hold stopped the invoice alone.",
        "A hold stops picking, packing and shipping, from the moment it is placed.",
        "ERPNext",
        ("I23",),
    ),
}  # fmt: skip


# --- what a decider is made blind to -------------------------------------------------------------


def _sees(
    flaw: str,
    command: type[Command],
    decider: Callable[..., Answer],
    picture: Callable[[Order], Order],
) -> None:
    """The guard looks at a picture of the order in which something is missing."""

    @flawed(flaw, command)
    def decided(world: World, order: Order, command: Any, by: Envelope) -> Answer:
        return decider(world, picture(order), command, by)


def _lines(**facts: int) -> Callable[[Order], Order]:
    """The order as if these facts were so on each line."""
    return lambda order: _replace(
        order, lines=tuple(_replace(line, **facts) for line in order.lines)
    )


def _nothing_came_back(order: Order) -> Order:
    return _replace(_lines(returned=0, given_back=0)(order), returns=())


def _all_is_owed(order: Order) -> Order:
    return _replace(order, supply_credit=max(order.total, order.supply_credit))


_sees(
    "returned_again", returns.RequestReturn, returns.request_return,
    _lines(returned=0, given_back=0),
)  # fmt: skip
_sees("claims_apart", mishaps.OpenClaim, mishaps.open_claim, _nothing_came_back)
_sees(
    "refunds_each_alone", payment.IssueRefund, payment.issue_refund,
    lambda order: _replace(order, refunded=0),
)  # fmt: skip
_sees("refund_uncredited", payment.IssueRefund, payment.issue_refund, _all_is_owed)
_sees("shipped_cancelled", remedies.CancelOrder, remedies.cancel_order, _lines(shipped=0))
_sees(
    "discount_moves", remedies.CancelLineQuantity, remedies.cancel_line_quantity,
    _lines(discount_share=0),
)  # fmt: skip
_sees(
    "ships_on_hold", shipping.ShipPackage, shipping.ship_package,
    lambda order: _replace(order, holds=()),
)  # fmt: skip


def _unclaimed(world: World, *keys: StockKey) -> World:
    """The world as if nothing were set aside on these shelves."""
    shelves = world.stock
    for key in keys:
        if key in shelves:
            level: StockLevel = shelves[key]
            lots = tuple(_replace(lot, allocated=0) for lot in level.lots)
            shelves = shelves.set(key, _replace(level, allocated=0, lots=lots))
    return _replace(world, stock=shelves)


@flawed("allocated_again", stock.Allocate)
def _allocated_again(world: World, order: Order, command: stock.Allocate, by: Envelope) -> Answer:
    keys = [
        (line.sku, row.warehouse) for row in command.rows if (line := order.line(row.line_number))
    ]
    return stock.allocate(_unclaimed(world, *keys), order, command, by)


@flawed("count_below_allocated", stock.AdjustStock)
def _adjusted_below(world: World, command: stock.AdjustStock, by: Envelope) -> Answer:
    return stock.adjust_stock(_unclaimed(world, (command.sku, command.warehouse)), command, by)


@flawed("count_below_allocated", stock.CycleCount)
def _counted_below(world: World, command: stock.CycleCount, by: Envelope) -> Answer:
    return stock.cycle_count(_unclaimed(world, (command.sku, command.warehouse)), command, by)


# --- what it does to its own events --------------------------------------------------------------


@flawed("announced_credited", returns.InspectReturn)
def _announced_credited(
    world: World, order: Order, command: returns.InspectReturn, by: Envelope
) -> Answer:
    answer = returns.inspect_return(world, order, command, by)
    back, line = order.returned(command.rma_number), order.line(command.line_number)
    row = back.row(command.line_number) if back else None
    if not isinstance(answer, tuple) or line is None or row is None:
        return answer
    trusted = stand_ins.value_of(line, command.quantity + row.quantity - row.received)
    return tuple(
        _replace(event, credit=trusted)
        if isinstance(event, returns.ReturnInspected) and event.credit
        else event
        for event in answer
    )


@flawed("refund_twice", payment.IssueRefund)
def _refund_twice(world: World, order: Order, command: payment.IssueRefund, by: Envelope) -> Answer:
    answer = payment.issue_refund(world, order, command, by)
    if not isinstance(answer, tuple):
        return answer
    money = [event for event in answer if isinstance(event, _MOVES_MONEY)]
    again: list[Event] = [
        _replace(event, refund_number=payment.next_refund(order, len(answer) + place))
        for place, event in enumerate(money)
    ]
    return (*answer, *again)


_MOVES_MONEY: Final = (payment.RefundIssued, payment.RefundRequested)


@flawed("rows_not_added_up", shipping.PickPackage)
def _row_by_row(world: World, order: Order, command: shipping.PickPackage, by: Envelope) -> Answer:
    whole = shipping.pick_package(world, order, command, by)
    if not isinstance(whole, shipping.PickExceedsAllocated):
        return whole
    rows: list[Any] = []
    for row in command.rows:
        answer = shipping.pick_package(world, order, _replace(command, rows=(row,)), by)
        if not isinstance(answer, tuple):
            return answer
        (picked,) = answer
        assert isinstance(picked, shipping.PackagePicked)
        rows += picked.rows
    return (_replace(picked, rows=tuple(rows)),)


@flawed("cancel_keeps_allocation", remedies.CancelLineQuantity)
def _kept(world: World, order: Order, command: remedies.CancelLineQuantity, by: Envelope) -> Answer:
    answer = remedies.cancel_line_quantity(world, order, command, by)
    if not isinstance(answer, tuple):
        return answer
    return tuple(
        _replace(event, released=()) if isinstance(event, remedies.LineQuantityCancelled) else event
        for event in answer
    )


@flawed("rounded_per_unit", remedies.CancelLineQuantity)
def _rounded(
    world: World, order: Order, command: remedies.CancelLineQuantity, by: Envelope
) -> Answer:
    answer = remedies.cancel_line_quantity(world, order, command, by)
    if not isinstance(answer, tuple):
        return answer
    return tuple(
        _unit_by_unit(order, event) if isinstance(event, remedies.LineQuantityCancelled) else event
        for event in answer
    )


def _unit_by_unit(order: Order, event: remedies.LineQuantityCancelled) -> Event:
    lines = {line.line_number: line for line in order.lines}
    credits = tuple(
        half_up(lines[row.line_number].gross, lines[row.line_number].ordered) * row.quantity
        for row in event.rows
    )
    return _replace(event, credit=sum(credits), credits=credits)
