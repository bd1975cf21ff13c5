"""The grade of what came back, beside what becomes of it: a grade allows some of it, not all.

What the customer said is one thing, what lies on the bench another: both have to allow it.
"""

from typing import Final

import msgspec

from trainer.orders.engine import OrderEvent, changed, evolves
from trainer.orders.refusals import Refusal
from trainer.orders.values import Moment
from trainer.orders.world import Disposition, Grade, Graded, Order, World

ALLOWED: Final[dict[Grade, frozenset[Disposition]]] = {
    "grade_a": frozenset(
        {"restock", "restock_b_grade", "return_to_vendor", "return_to_customer", "quarantine"}
    ),
    "grade_b": frozenset(
        {
            "restock_b_grade", "rework", "repair", "scrap", "return_to_vendor",
            "return_to_customer", "quarantine",
        }
    ),
    "grade_c": frozenset(
        {"rework", "repair", "scrap", "return_to_vendor", "return_to_customer", "quarantine"}
    ),
    "grade_d": frozenset({"scrap", "return_to_vendor", "return_to_customer", "quarantine"}),
}  # fmt: skip
"""As new, opened or used, damaged, not ours or beyond use: what may become of each."""


class GoodsGraded(OrderEvent, frozen=True):
    """Somebody has seen how good they are."""

    says = "{quantity} of line {line_number} of {rma_number} graded: {grade}"
    rma_number: str
    line_number: int
    quantity: int
    grade: Grade
    disposition: Disposition


class MissingDisposition(Refusal, frozen=True):
    """Who decides about goods says first how good they are."""

    says = "What becomes of goods of return {rma_number} is decided with their grade."
    cure = "Look at them, and say which grade they are: as new, used, damaged, or beyond use."
    rests_on = ("graded_inspection",)
    rma_number: str


@evolves(GoodsGraded)
def goods_graded(world: World, order: Order, event: GoodsGraded, at: Moment) -> World:
    """On the row of the return; the same grade with the same end is one entry."""
    found = Graded(event.grade, event.disposition, 0)
    returns = []
    for back in order.returns:
        rows = []
        for row in back.rows if back.rma_number == event.rma_number else ():
            if row.line_number == event.line_number:
                kept = {(it.grade, it.disposition): it for it in row.graded}
                was = kept.get((event.grade, event.disposition), found)
                now = msgspec.structs.replace(was, quantity=was.quantity + event.quantity)
                kept[event.grade, event.disposition] = now
                row = msgspec.structs.replace(row, graded=tuple(kept.values()))
            rows.append(row)
        returns.append(msgspec.structs.replace(back, rows=tuple(rows)) if rows else back)
    return world.with_order(changed(order, returns=tuple(returns)))
