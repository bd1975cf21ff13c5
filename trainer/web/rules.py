"""The company's rules of supply in words, where somebody works by them."""

from typing import Any, Final, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from trainer.orders.sourcing import one_delivery
from trainer.orders.stock import AllocationRow, suggested_rows
from trainer.orders.world import AllocationOrder, Order, Policies, Sourcing, World
from trainer.web.words import money, warehouse_name

ORDER: Final[dict[AllocationOrder, LazyString]] = {
    "priority": _l("by priority, then by promised date, then by time of order"),
    "promised_date": _l("by promised date, then by priority, then by time of order"),
    "first_come": _l("by time of order alone"),
}
SOURCING: Final[dict[Sourcing, LazyString]] = {
    "highest_stock": _l("the fullest shelf first"),
    "one_parcel": _l("the warehouse that can send most of the order in one parcel"),
    "nearest": _l("the warehouse nearest to the customer"),
    "by_expiry": _l("the lot that expires first, wherever it lies"),
}


class Rule(NamedTuple):
    """One thing the company has decided."""

    of: str
    """Its name in `Policies`; empty for what holds in every company."""
    name: Any
    says: Any


def rules(policies: Policies) -> list[Rule]:
    """Name and content of each rule on who gets what and from where."""
    return [
        Rule("allocation_order", _l("Who is served first"), ORDER[policies.allocation_order]),
        Rule("sourcing", _l("From where"), SOURCING[policies.sourcing]),
        Rule(
            "partial_shipment",
            _l("Part of an order"),
            _l("may leave before the rest")
            if policies.partial_shipment
            else _l("does not leave before the rest"),
        ),
        Rule(
            "backorder",
            _l("Promises"),
            _l("also for goods that are still to come")
            if policies.backorder
            else _l("only for goods that lie free on the shelf"),
        ),
        Rule(
            "over_delivery_tolerance",
            _l("Over-delivery by suppliers"),
            _l("up to %(percent)s %% is taken in", percent=policies.over_delivery_tolerance)
            if policies.over_delivery_tolerance
            else _l("is not taken in"),
        ),
        Rule(
            "goods_receipt",
            _l("What suppliers bring"),
            _l("is taken in by itself")
            if policies.goods_receipt == "automatic"
            else _l("stands at the dock until somebody has counted it in"),
        ),
    ]


def on_returns(policies: Policies) -> Any:
    """What the company does not take back and what it keeps, in a sentence each; or nothing."""
    said = []
    if policies.return_excluded:
        goods = ", ".join(policies.return_excluded)
        said.append(
            _l("Not taken back for a reason of the customer's own: %(goods)s.", goods=goods)
        )
    if policies.restocking_fee_percent:
        said.append(
            _l("Kept of the credit for what comes back at the customer's cost: %(percent)s %%.",
               percent=policies.restocking_fee_percent)
        )  # fmt: skip
    return Markup(" ").join(said)


def on_goodwill(policies: Policies, currency: str) -> Any:
    """What may be given for which nobody but the customer is liable."""
    if not policies.goodwill_limit:
        return ""
    return _l("Goodwill, and claims at the customer's liability: at most %(limit)s on one order.",
              limit=money(policies.goodwill_limit, currency))  # fmt: skip


def proposal(world: World, order: Order) -> Any:
    """What the rules propose to set aside for an order, and why from there."""
    skus = {line.line_number: line.sku for line in order.lines}
    rows = suggested_rows(world, order)
    if not rows:
        return ""
    told = ", ".join(
        " · ".join((f"{row.quantity} × {skus[row.line_number]}", *_shelf(world, row)))
        for row in rows
    )
    return _l(
        "Proposed by the rule “%(rule)s”: %(rows)s",
        rule=SOURCING[world.policies.sourcing],
        rows=told,
    )


def _shelf(world: World, row: AllocationRow) -> tuple[str, ...]:
    lot = (row.lot_number,) if row.lot_number else ()
    return warehouse_name(row.warehouse, world), *lot


def delivery_wish(world: World, order: Order) -> Any:
    """Said where all of an order has to leave together."""
    return _l("all in one delivery") if one_delivery(world, order) else ""
