"""A claim that is made good with goods: the same again, of no charge, on lines of their own.

What is replaced is not credited, and neither can be sent back or claimed a second time; but
what is called off before it leaves replaces nothing, and can be claimed anew.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import msgspec

from trainer.orders.amendments import line_added, with_line
from trainer.orders.engine import Answer
from trainer.orders.holds import OrderOnHold
from trainer.orders.intake import SkuNotSellable
from trainer.orders.promises import agreed, told_by_line, too_early
from trainer.orders.refusals import MissingField, Refusal, UnknownLine
from trainer.orders.sourcing import beyond_stock
from trainer.orders.stand_ins import worth
from trainer.orders.world import Claim, ClaimRow, Order, OrderLine, World


class ReplacementExceedsClaim(Refusal, frozen=True):
    """Nobody gets more in place of something than was wrong with it."""

    says = "Claim {claim_number} is not for that many replacements of line {line_number}."
    sums = "replaceable {limit} = claimed units, 0 if denied; you asked {requested}"
    cure = "Replace at most {limit}; the rest of what is approved is credited."
    claim_number: str
    line_number: int
    limit: int
    requested: int


def added_up(rows: Iterable[ClaimRow]) -> dict[int, int]:
    """The same line twice in one command counts once, with the sum; rows of nothing not at all."""
    wanted: dict[int, int] = defaultdict(int)
    for row in rows:
        if row.quantity:
            wanted[row.line_number] += row.quantity
    return wanted


def replacing(
    world: World, order: Order, claim: Claim, wanted: dict[int, int], day: date | None
) -> Answer:
    """The events that send the same again for units of a claim, promised for that day."""
    if order.on_hold:
        return OrderOnHold.of(order)
    if day is None:
        return MissingField(field="promised_delivery_date")
    after, skus = with_lines(world, order, claim, wanted), defaultdict[str, int](int)
    for line in after.lines[len(order.lines) :]:
        if not world.products[line.sku].sellable:
            return SkuNotSellable(sku=line.sku)
        skus[line.sku] += line.ordered
    if refusal := beyond_stock(world, order, skus):
        return refusal
    promise = agreed(world, after, day, ())
    if isinstance(promise, Refusal):
        return promise
    kept = {
        line.line_number
        for line in order.lines
        if promise.days.get(line.line_number) == order.promise_of(line)
    }
    if early := too_early(world, after, promise, kept):
        return early
    return (
        *(
            line_added(after, line, promise, 0, claim.claim_number, claim.claim_number)
            for line in after.lines[len(order.lines) :]
        ),
        *told_by_line(after, promise),
    )


def with_lines(world: World, order: Order, claim: Claim, wanted: dict[int, int]) -> Order:
    """The order with a line of no charge for each that is replaced."""
    for line_number, quantity in wanted.items():
        line = order.line(line_number)
        assert line is not None
        order = with_line(world, order, line.sku, quantity)
        *lines, new = order.lines
        free = msgspec.structs.replace(new, unit_price=0, exchange_for=claim.claim_number)
        order = msgspec.structs.replace(order, lines=(*lines, free), amendments=new.amendment)
    return order


def given_up(order: Order, line: OrderLine, units: int) -> Order:
    """The order once so many units of a line will not come: a claim they were for is not met."""
    claim, left = order.claim(line.exchange_for), units
    if claim is None:
        return order
    lines = {it.line_number: it for it in order.lines}
    about, kept = added_up(claim.rows), added_up(claim.replaced)
    for line_number, quantity in tuple(kept.items()):
        old = lines[line_number]
        less = min(quantity, left) if old.sku == line.sku else 0
        lines[line_number] = msgspec.structs.replace(old, replaced=old.replaced - less)
        left -= less
        about[line_number] -= less
        kept[line_number] -= less
    now = msgspec.structs.replace(
        claim, rows=_rows(about), replaced=_rows(kept), replaced_value=worth(order, kept)
    )
    return msgspec.structs.replace(
        order,
        lines=tuple(lines.values()),
        claims=tuple(now if it is claim else it for it in order.claims),
    )


def _rows(units: dict[int, int]) -> tuple[ClaimRow, ...]:
    return tuple(ClaimRow(number, quantity) for number, quantity in units.items() if quantity)


def within(order: Order, claim: Claim, wanted: dict[int, int], granted: bool) -> Refusal | None:
    """Whether more is to be replaced than the claim is about."""
    about = {row.line_number: row.quantity if granted else 0 for row in claim.rows}
    for line_number, quantity in wanted.items():
        if order.line(line_number) is None:
            return UnknownLine(order_number=order.order_number, line_number=line_number)
        if not 0 <= quantity <= about.get(line_number, 0):
            return ReplacementExceedsClaim(
                claim_number=claim.claim_number,
                line_number=line_number,
                limit=about.get(line_number, 0),
                requested=quantity,
            )
    return None
