"""What comes back by lot: which of what the customer got, read off the goods or by the rule."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from trainer.orders.refusals import Refusal
from trainer.orders.world import Order, ReturnRow


class LotNotShipped(Refusal, frozen=True):
    """What comes back is of a lot they got."""

    says = "Not that many of lot {lot_number} can have come back on line {line_number}."
    sums = (
        "of that lot {limit} = delivered {delivered} + given back {given_back} "
        "− received {received}; you counted {requested}"
    )
    cure = "Read the lot off the goods again; if they are not ours, report an unexpected item."
    rests_on = ("rma_number",)
    line_number: int
    lot_number: str
    limit: int
    delivered: int
    given_back: int
    received: int
    requested: int


def named_lots(rows: Iterable[ReturnRow]) -> dict[str, int]:
    """How many of which lot were read off the goods."""
    units: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.lot_number and row.quantity:
            units[row.lot_number] += row.quantity
    return units


def by_lot(
    order: Order, line_number: int, quantity: int, named: Mapping[str, int]
) -> list[ReturnRow] | Refusal:
    """Units of a line that come back, by the lot they left as; or the lot that never did.

    What names no lot is of the earliest to expire of those they have, so nothing is kept too long.
    """
    line = order.line(line_number)
    assert line is not None
    delivered = lots_delivered(order, line_number)
    received = lots_received(order, line_number)
    units = dict(named)
    for lot_number, wanted in named.items():
        there, came = delivered.get(lot_number, (0, None))[0], received[lot_number]
        if wanted > there + line.given_back - came or not there:
            return LotNotShipped(
                line_number=line_number,
                lot_number=lot_number,
                limit=there + line.given_back - came if there else 0,
                delivered=there,
                given_back=line.given_back,
                received=came,
                requested=wanted,
            )
    left = quantity - sum(named.values())
    for lot_number, (there, _) in delivered.items():
        take = min(left, max(there - received[lot_number] - units.get(lot_number, 0), 0))
        if take:
            units[lot_number] = units.get(lot_number, 0) + take
            left -= take
    if left:
        # it left before anybody told lots apart; or they had given it back, and got it again
        whole = sum(there for there, _ in delivered.values()) == line.delivered
        rest = next(iter(delivered), "") if whole else ""
        units[rest] = units.get(rest, 0) + left
    return [
        ReturnRow(line_number, many, lot_number=lot_number) for lot_number, many in units.items()
    ]


def lots_delivered(order: Order, line_number: int) -> dict[str, tuple[int, date]]:
    """What the customer got of a line by lot, the earliest to expire first, with its last day."""
    units: dict[str, tuple[int, date]] = {}
    for package in order.packages:
        for row in package.rows if package.stage == "delivered" else ():
            if row.line_number == line_number and row.lot_number:
                there, expires = units.get(row.lot_number, (0, row.expires or date.max))
                units[row.lot_number] = there + row.quantity, expires
    return dict(sorted(units.items(), key=lambda part: (part[1][1], part[0])))


def lots_received(order: Order, line_number: int) -> dict[str, int]:
    """What has come back of a line by lot, on any of the order's returns."""
    units: dict[str, int] = defaultdict(int)
    for back in order.returns:
        row = back.row(line_number)
        for lot in row.lots if row else ():
            units[lot.lot_number] += lot.received
    return units
