"""What came once more in place of something, and is not kept either.

A replacement costs nothing, so nothing could be credited for it. What it is worth to the customer
is what they paid for the unit it came for: that one is credited after all, on its own line.
"""

from typing import NamedTuple

import msgspec

from trainer.orders.engine import OrderEvent, changed, evolves
from trainer.orders.values import Minor, Moment, telescoped
from trainer.orders.world import ClaimRow, Order, OrderLine, World


class ReplacementNotKept(OrderEvent, frozen=True):
    """What was made good with goods is made good with money after all."""

    says = (
        "{quantity} × line {line_number} of {claim_number} credited after all: "
        "what came in its place is not kept"
    )
    claim_number: str
    line_number: int
    """The line that the replacement was for."""
    quantity: int


class NotKept(NamedTuple):
    """What units come to that a customer does not keep, and which of others they stood in for."""

    credit: Minor
    events: tuple[ReplacementNotKept, ...]
    order: Order
    """With these events in it."""


def value_of(line: OrderLine, units: int) -> Minor:
    """The value of so many more units that the customer does not pay for."""
    return telescoped(line.gross, line.credited_back + units, line.ordered) - telescoped(
        line.gross, line.credited_back, line.ordered
    )


def worth(order: Order, wanted: dict[int, int]) -> Minor:
    """What the customer paid for so many units of each line: what their replacement is worth."""
    value = 0
    for line_number, quantity in wanted.items():
        line = order.line(line_number)
        assert line is not None
        value += telescoped(line.gross, quantity, line.ordered)
    return value


def not_kept(order: Order, line_number: int, units: int) -> NotKept:
    """What so many more units of a line come to, and whose place they had taken.

    A replacement of a replacement goes back to what was ordered first.
    """
    line = order.line(line_number)
    assert line is not None
    credit, events = value_of(line, units), []
    claim = order.claim(line.exchange_for) if line.exchange_for else None
    for row in claim.replaced if claim else ():
        old = order.line(row.line_number)
        assert old is not None
        took_place = min(units, row.quantity) if old.sku == line.sku else 0
        if claim and took_place:
            units -= took_place
            first = not_kept(order, old.line_number, took_place)
            event = ReplacementNotKept(
                order_number=order.order_number,
                claim_number=claim.claim_number,
                line_number=old.line_number,
                quantity=took_place,
            )
            credit += first.credit
            events += [event, *first.events]
            order = _without(first.order, event)
    return NotKept(credit, tuple(events), order)


@evolves(ReplacementNotKept)
def replacement_not_kept(
    world: World, order: Order, event: ReplacementNotKept, at: Moment
) -> World:
    """The claim is for money now; the credit came with what is not kept."""
    return world.with_order(changed(_without(order, event)))


def _without(order: Order, event: ReplacementNotKept) -> Order:
    lines = tuple(
        msgspec.structs.replace(
            line, claimed=line.claimed + event.quantity, replaced=line.replaced - event.quantity
        )
        if line.line_number == event.line_number
        else line
        for line in order.lines
    )
    claim = order.claim(event.claim_number)
    assert claim is not None
    kept = {
        row.line_number: row.quantity - event.quantity * (row.line_number == event.line_number)
        for row in claim.replaced
    }
    now = msgspec.structs.replace(
        claim,
        replaced=tuple(ClaimRow(number, units) for number, units in kept.items() if units),
        replaced_value=worth(order, kept),
    )
    claims = tuple(now if each is claim else each for each in order.claims)
    return msgspec.structs.replace(order, lines=lines, claims=claims)
