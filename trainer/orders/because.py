"""Because: the facts that a refusal stands on, each the very thing that is in the way.

A guard answers with what it looked at: numbers of things, and the terms of its inequality. So
nothing is told twice here. The name of a refusal's field says where its thing is found (`NAMED`),
the name of a term says what it adds up (`ADDED_UP`), and what no field of it names (a rule of the
company, a part of the customer's file, what the command was about) the refusal says itself
(`rests_on`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, Final, Literal, get_args, get_type_hints

import msgspec

from trainer.orders.cards import stage
from trainer.orders.refusals import Refusal
from trainer.orders.status import label_of
from trainer.orders.stock import set_aside
from trainer.orders.values import Minor, Moment
from trainer.orders.world import Order, OrderLine, Package, Policies, Refund, Return, World

Kind = Literal[
    "order", "line", "product", "hold", "parcel", "return", "claim", "complaint", "task",
    "payment", "refund", "authorisation", "chargeback", "invoice", "credit_note", "allocation",
    "stock", "lot", "customer", "transfer", "payout", "carrier", "supplier", "production_order",
    "replenishment_order", "message", "rule", "store_credit", "policy", "event",
]  # fmt: skip


class Because(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One thing that made it so, by its number and where it is found, and what of it counts."""

    kind: Kind
    number: str
    order_number: str = ""
    """The order whose page it is on."""
    status: str = ""
    quantity: int | None = None
    amount: Minor | None = None
    day: date | Moment | None = None
    about: str = ""
    """The SKU of a line or a shelf, the name in a file, the reason of a hold."""
    warehouse: str = ""


class Case(msgspec.Struct, frozen=True):
    """A refusal in its world; of which order it is, and which line if it is of one."""

    world: World
    refusal: Refusal
    about: Any
    order: Order | None
    line: OrderLine | None

    def has(self, *names: str) -> bool:
        """Whether the refusal speaks of these."""
        return set(names) <= set(self.refusal.__struct_fields__)

    def told(self, name: str) -> Any:
        """What it says of it; empty where it says nothing."""
        return getattr(self.refusal, name, "")


Found = Iterable[Because]
MOST: Final = 8
"""More facts than that nobody reads; the first ones are the nearest."""


def because(world: World, refusal: Refusal, about: Any = None) -> tuple[Because, ...]:
    """The facts of a refusal in the world it was made in; `about`: its command, or its order."""
    number = getattr(refusal, "order_number", "") or getattr(about, "order_number", "")
    order = world.orders.get(number)
    line = order.line(getattr(refusal, "line_number", 0)) if order else None
    case = Case(world, refusal, about, order, line)
    found: dict[tuple[str, ...], Because] = {}
    for fact in _facts(case):
        found.setdefault((fact.kind, fact.order_number, fact.number, fact.warehouse), fact)
    return tuple(found.values())[:MOST]


def _facts(case: Case) -> Iterator[Because]:
    refusal = case.refusal
    amounts = _amounts(type(refusal))
    values = [(name, getattr(refusal, name)) for name in refusal.__struct_fields__]
    # what it names first, then what its numbers are made of
    for name, value in values:
        if name in NAMED and value:
            yield from NAMED[name](case, value)
    for name, value in values:
        adds = ADDED_UP.get((name, "money" if name in amounts else "units"))
        if adds and value and isinstance(value, int | date):
            yield from adds(case)
    for name in type(refusal).rests_on:
        if name in Policies.__struct_fields__:
            yield Because("policy", name)
        elif name in NAMED:
            yield from NAMED[name](case, getattr(case.about, name, None))
        elif case.order:
            yield from _customer(case, case.order.customer_id)


@cache
def _amounts(kind: type) -> frozenset[str]:
    hints = get_type_hints(kind, include_extras=True)
    return frozenset(name for name, hint in hints.items() if "money" in get_args(hint))


# --- what is named ------------------------------------------------------------------------------


def _order(case: Case, number: Any) -> Found:
    order = case.world.orders.get(number) if isinstance(number, str) else None
    if order:
        yield Because("order", order.order_number, order.order_number, label_of(order))


def _orders(case: Case, numbers: Iterable[str]) -> Found:
    for number in numbers or ():
        yield from _order(case, number)


def _rows(case: Case, rows: Iterable[Any]) -> Found:
    """Lines of other orders that a count of the shelf would take something from."""
    for row in rows or ():
        order = case.world.orders.get(getattr(row, "order_number", ""))
        line = order.line(row.line_number) if order else None
        if order and line:
            yield _of_line(order, line)


def _whatever(case: Case, number: str) -> Found:
    """What an amount belongs to: an order, a transfer, a product, a customer."""
    for find in (_order, _transfer, _goods, _customer):
        yield from find(case, number)


def _line(case: Case, number: int) -> Found:
    if case.line and case.order:
        yield _of_line(case.order, case.line)


def _of_line(order: Order, line: OrderLine) -> Because:
    return Because(
        "line", str(line.line_number), order.order_number, quantity=line.live, about=line.sku
    )


def _giving_line(case: Case, number: int) -> Found:
    order = case.world.orders.get(case.told("from_order"))
    line = order.line(number) if order else None
    if order and line:
        yield _of_line(order, line)


def _goods(case: Case, sku: str) -> Found:
    """The line of an order that is about them, and the shelf they lie on; else what they are."""
    order, warehouse = case.order, case.told("warehouse")
    found = [_of_line(order, line) for line in order.lines if line.sku == sku] if order else []
    if warehouse or not order:
        found += _shelves(case, sku, warehouse)
    yield from found
    product = case.world.products.get(sku)
    if product and not found:
        yield Because("product", sku, quantity=case.world.available(sku), about=product.name)


def _shelves(case: Case, sku: str, warehouse: str = "") -> Found:
    if sku not in case.world.products:
        return
    for level in case.world.levels(sku):
        if level.warehouse == warehouse or (not warehouse and level.on_hand):
            yield Because(
                "stock", sku, quantity=level.on_hand, about=sku, warehouse=level.warehouse
            )


def _shelf_of_line(case: Case, warehouse: str) -> Found:
    if case.line:
        yield from _shelves(case, case.line.sku, warehouse)


def _lot(case: Case, lot_number: str) -> Found:
    skus = (case.told("sku"), case.line.sku if case.line else "")
    for (sku, warehouse), level in case.world.stock.items():
        lot = level.lot(lot_number) if level.lots else None
        mine = not any(skus) or sku in skus
        if lot and mine and case.told("warehouse") in ("", warehouse):
            yield Because(
                "lot", lot_number, quantity=lot.on_hand, day=lot.expires, about=sku,
                warehouse=warehouse,
            )  # fmt: skip


def _hold(case: Case, kind: str) -> Found:
    for hold in case.order.holds if case.order else ():
        if case.order and hold.kind == kind:
            status = "open" if hold.open else "released"
            at = hold.placed_at if hold.open else hold.released_at
            yield Because("hold", kind, case.order.order_number, status, day=at, about=hold.reason)


def _return(case: Case, number: str) -> Found:
    order = case.order
    back = order.returned(number) if order else None
    if order and back:
        yield _of_return(order, back)


def _of_return(order: Order, back: Return, units: int | None = None) -> Because:
    announced = sum(row.quantity for row in back.rows) if units is None else units
    return Because("return", back.rma_number, order.order_number, back.stage, announced)


def _parcel(case: Case, number: int) -> Found:
    order = case.order
    for package in order.packages if order else ():
        if order and package.package_number == number:
            yield _of_parcel(order, package)


def _of_parcel(order: Order, package: Package) -> Because:
    return Because(
        "parcel",
        str(package.package_number),
        order.order_number,
        package.tracking if package.tracking and package.left else package.stage,
        sum(row.quantity for row in package.rows),
        day=package.last_scan_at or package.shipped_at or package.packed_at or None,
        warehouse=package.warehouse,
    )


def _customer(case: Case, customer_id: Any) -> Found:
    file = case.world.customers.get(customer_id)
    if file:
        limit = file.credit_limit if file.payment_terms == "on_account" else None
        yield Because("customer", file.customer_id, amount=limit, about=file.company)


def _transfer(case: Case, reference: str) -> Found:
    transfer = case.world.transfers.get(reference)
    if transfer:
        yield Because(
            "transfer", reference, amount=transfer.amount, day=transfer.received_at,
            about=transfer.remark,
        )  # fmt: skip


def _refund_or_authorisation(case: Case, number: str) -> Found:
    """Of an order, or of a transfer that went back to its sender."""
    order = case.order
    refund = order.refund(number) if order else None
    if order and refund:
        yield _of_refund(refund, order.order_number)
    yield from _authorisation(case, number)
    for transfer in case.world.transfers.values() if not refund else ():
        if transfer.refund and transfer.refund.refund_number == number:
            yield from _transfer(case, transfer.reference)


def _of_refund(refund: Refund, order_number: str) -> Because:
    return Because(
        "refund", refund.refund_number, order_number, refund.status,
        amount=refund.amount, day=refund.requested_at,
    )  # fmt: skip


def _authorisation(case: Case, number: str) -> Found:
    held = case.order.authorisation(number) if case.order else None
    if held and case.order:
        yield Because(
            "authorisation", number, case.order.order_number, stage(held),
            amount=held.amount, day=held.requested_at,
        )  # fmt: skip


def _chargeback(case: Case, number: str) -> Found:
    found = case.order.chargeback(number) if case.order else None
    if found and case.order:
        yield Because(
            "chargeback", number, case.order.order_number, f"dispute_{found.status}",
            amount=found.amount, day=found.raised_at,
        )  # fmt: skip


def _complaint(case: Case, number: str) -> Found:
    found = case.order.complaint(number) if case.order else None
    if found and case.order:
        status = found.remedy or "open"
        yield Because(
            "complaint", number, case.order.order_number, status, day=found.received_at,
            about=found.answer,
        )  # fmt: skip


def _claim(case: Case, number: str) -> Found:
    found = case.order.claim(number) if case.order else None
    if found and case.order:
        units = sum(row.quantity for row in found.rows)
        yield Because("claim", number, case.order.order_number, found.status, units)


def _recourse(case: Case, number: str) -> Found:
    found = case.order.recourse(number) if case.order else None
    if found:
        yield from _case_of(case, found.case_number)


def _case_of(case: Case, number: str) -> Found:
    yield from _return(case, number)
    yield from _claim(case, number)
    if number.isdigit():
        yield from _parcel(case, int(number))


def _task(case: Case, number: str) -> Found:
    found = case.order.task(number) if case.order else None
    if found and case.order:
        yield Because(
            "task", number, case.order.order_number, found.status, day=found.due, about=found.text
        )


def _store_credit(case: Case, number: str) -> Found:
    for file in case.world.customers.values():
        for credit in file.store_credits:
            if credit.credit_number == number:
                yield Because(
                    "store_credit", number, credit.order_number, amount=credit.left,
                    day=credit.expires_at, about=file.customer_id,
                )  # fmt: skip


def _payout(case: Case, number: str) -> Found:
    found = case.world.payouts.get(number)
    if found:
        yield Because(
            "payout", number, amount=found.received, day=found.received_at,
            about=found.carrier_code,
        )  # fmt: skip


def _carrier(case: Case, code: str) -> Found:
    found = case.world.carriers.get(code)
    if found:
        order = case.order.order_number if case.order else ""
        yield Because("carrier", code, order, about=found.name)


def _supplier(case: Case, number: str) -> Found:
    found = case.world.suppliers.get(number)
    if found:
        yield Because("supplier", number, about=found.company)


def _production(case: Case, number: str) -> Found:
    found = case.world.production.get(number)
    if found:
        yield Because(
            "production_order", number, found.order_number, found.status, found.quantity,
            day=found.due, about=found.sku,
        )  # fmt: skip


def _replenishment(case: Case, number: str) -> Found:
    found = case.world.replenishments.get(number)
    if found:
        yield Because(
            "replenishment_order", number, "", found.stage, found.quantity,
            day=found.expected, about=found.sku,
        )  # fmt: skip


def _message(case: Case, number: str) -> Found:
    found = case.world.messages.get(number)
    if found:
        yield Because(
            "message", number, found.order_number, day=found.received_at, about=found.subject
        )


def _rule(case: Case, number: str) -> Found:
    found = case.world.rules.get(number)
    if found:
        yield Because("rule", number, status="on" if found.on else "off", about=found.name)


def _rules(case: Case, count: Any) -> Found:
    for number in case.world.rules:
        yield from _rule(case, number)


def _rule_called(case: Case, name: str) -> Found:
    for number, rule in case.world.rules.items():
        if rule.name == name and case.has("name"):
            yield from _rule(case, number)


def _out_with(case: Case, serial: str) -> Found:
    yield from _order(case, case.world.serials.get(serial))


def _event(case: Case, number: int) -> Found:
    yield Because("event", str(number))


def _papers(case: Case, number: str) -> Found:
    yield from _invoices(case)


def _letter(case: Case, template: str) -> Found:
    if case.order and template in case.order.notices:
        yield Because("message", template, case.order.order_number, status=template)


Finder = Callable[[Case, Any], Found]
NAMED: Final[Mapping[str, Finder]] = {
    "order_number": _order,
    "from_order": _order,
    "first": _order,
    "second": _order,
    "what": _whatever,
    "about": _whatever,
    "rows": _rows,
    "order_numbers": _orders,
    "line_number": _line,
    "from_line": _giving_line,
    "sku": _goods,
    "warehouse": _shelf_of_line,
    "lot_number": _lot,
    "kind": _hold,
    "rma_number": _return,
    "package_number": _parcel,
    "customer_id": _customer,
    "existing": _customer,
    "into": _customer,
    "payer": _customer,
    "reference": _transfer,
    "refund_number": _refund_or_authorisation,
    "authorisation_number": _authorisation,
    "chargeback_number": _chargeback,
    "complaint_number": _complaint,
    "claim_number": _claim,
    "case_number": _case_of,
    "recourse_number": _recourse,
    "task_number": _task,
    "credit_number": _store_credit,
    "number": _store_credit,
    "payout_number": _payout,
    "carrier_code": _carrier,
    "supplier_id": _supplier,
    "production_number": _production,
    "replenishment_number": _replenishment,
    "message_id": _message,
    "rule_number": _rule,
    "rules": _rules,
    "name": _rule_called,
    "serial_number": _out_with,
    "cause": _event,
    "papers": _papers,
    "template": _letter,
}
"""Where the thing is found that a refusal names, by the name of its field."""


# --- what is added up ---------------------------------------------------------------------------


def _about_line(case: Case, rows: Iterable[Any]) -> int:
    """Units of the refusal's line among these rows; of all lines where it is about none."""
    mine = case.line.line_number if case.line else 0
    return sum(row.quantity for row in rows if mine in (0, row.line_number))


def _parcels(case: Case, fits: Callable[[Package], bool]) -> Found:
    for package in case.order.packages if case.order else ():
        if case.order and fits(package) and (units := _about_line(case, package.rows)):
            fact = _of_parcel(case.order, package)
            yield msgspec.structs.replace(fact, quantity=units)


def _in_parcels(case: Case) -> Found:
    return _parcels(case, lambda it: it.stage in ("picked", "packed", "labelled"))


def _gone(case: Case) -> Found:
    return _parcels(case, lambda it: it.left)


def _arrived(case: Case) -> Found:
    return _parcels(case, lambda it: it.stage == "delivered")


def _collected(case: Case) -> Found:
    for fact in _parcels(case, lambda it: bool(it.to_collect)):
        parcel = case.order.package(int(fact.number)) if case.order else None
        yield msgspec.structs.replace(fact, amount=parcel.to_collect if parcel else None)


def _allocations(case: Case) -> Found:
    """Of a line, where its units lie; of a shelf, whose they are."""
    order, line = case.order, case.line
    if order and line:
        for row in line.allocations:
            yield Because(
                "allocation", str(line.line_number), order.order_number, "", row.quantity,
                about=line.sku, warehouse=row.warehouse,
            )  # fmt: skip
        return
    sku, warehouse = case.told("sku"), case.told("warehouse")
    if not sku and order:  # of a lot of the shelf that the order's goods lie on
        return
    for other, theirs, units in set_aside(case.world, sku, warehouse, case.told("lot_number")):
        yield Because(
            "allocation", str(theirs.line_number), other.order_number, "", units,
            about=theirs.sku, warehouse=warehouse,
        )  # fmt: skip


def _returns(case: Case) -> Found:
    """Goods of the line that come back, or came."""
    for back in case.order.returns if case.order else ():
        counts = back.status not in ("rejected", "expired", "cancelled")
        if case.order and counts and (units := _about_line(case, back.rows)):
            yield _of_return(case.order, back, units)


def _open(case: Case) -> Found:
    """What a return leaves of a delivery; what a customer owes on other orders."""
    if case.has("delivered", "received"):
        yield from _returns(case)
    elif case.has("customer_id"):
        mine = case.told("customer_id")
        for order in case.world.newest():
            if order.customer_id == mine and order.payment_terms == "on_account":
                counted = order.status not in ("draft", "submitted", "cancelled")
                if counted and order.balance_due > 0 and order is not case.order:
                    yield Because(
                        "order", order.order_number, order.order_number, label_of(order),
                        amount=order.balance_due,
                    )  # fmt: skip


def _claims(case: Case) -> Found:
    for claim in case.order.claims if case.order else ():
        if claim.status != "denied" and _about_line(case, claim.rows):
            yield from _claim(case, claim.claim_number)


def _payments(case: Case) -> Found:
    for paid in case.order.payments if case.order else ():
        if case.order:
            yield Because(
                "payment", paid.reference, case.order.order_number, paid.tender,
                amount=paid.amount, day=paid.at,
            )  # fmt: skip


def _refunds(case: Case) -> Found:
    for refund in case.order.refunds if case.order else ():
        if case.order and (refund.under_way or refund.status == "succeeded"):
            yield _of_refund(refund, case.order.order_number)


def _pending(case: Case) -> Found:
    for refund in case.order.refunds if case.order else ():
        if case.order and refund.under_way:
            yield _of_refund(refund, case.order.order_number)


def _authorised(case: Case) -> Found:
    for held in case.order.authorisations if case.order else ():
        if held.open or held.under_way:
            yield from _authorisation(case, held.authorisation_number)


def _credits(case: Case) -> Found:
    """Papers that took something off, and returns and claims that did without one yet."""
    yield from _documents(case, "credit_note")
    for back in case.order.returns if case.order else ():
        if case.order and (credit := sum(row.credit for row in back.rows)):
            yield msgspec.structs.replace(_of_return(case.order, back), amount=credit)
    for claim in case.order.claims if case.order else ():
        if claim.credit:
            yield from _claim(case, claim.claim_number)


def _invoices(case: Case) -> Found:
    return _documents(case, "invoice")


def _documents(case: Case, kind: Literal["invoice", "credit_note"]) -> Found:
    for paper in case.order.documents if case.order else ():
        if case.order and paper.kind == kind:
            yield Because(
                kind, paper.document_number, case.order.order_number,
                amount=paper.amount, day=paper.issued_at,
            )  # fmt: skip


def _lost(case: Case) -> Found:
    for dispute in case.order.chargebacks if case.order else ():
        yield from _chargeback(case, dispute.chargeback_number)


def _exchanged(case: Case) -> Found:
    for line in case.order.lines if case.order else ():
        if case.order and line.exchange_for == case.told("rma_number"):
            yield _of_line(case.order, line)


def _pegged(case: Case) -> Found:
    if case.order and case.line:
        for made in case.world.made_for(case.order.order_number, case.line.line_number):
            yield from _production(case, made.production_number)


def _booked(case: Case) -> Found:
    """What the factory's days are full of, or what of the collected cash was passed on."""
    for made in case.world.in_production(case.told("sku")):
        yield from _production(case, made.production_number)


def _waiting(case: Case) -> Found:
    for order in case.world.waiting(case.told("sku")):
        yield from _order(case, order.order_number)


def _shipped_lines(case: Case) -> Found:
    """The lines of an order that have not all left, or are not all there."""
    for line in case.order.lines if case.order else ():
        if case.order and line.delivered < line.live:
            yield _of_line(case.order, line)


ADDED_UP: Final[Mapping[tuple[str, str], Callable[[Case], Found]]] = {
    ("allocated", "units"): _allocations,
    ("packed", "units"): _in_parcels,
    ("shipped", "units"): _gone,
    ("delivered", "units"): _arrived,
    ("open", "units"): _open,
    ("open", "money"): _open,
    ("received", "units"): _returns,
    ("given_back", "units"): _returns,
    ("claimed", "units"): _claims,
    ("inspected", "units"): _returns,
    ("credited", "units"): _credits,
    ("units", "units"): _credits,
    ("invoiced", "units"): _invoices,
    ("exchanged", "units"): _exchanged,
    ("pegged", "units"): _pegged,
    ("booked", "units"): _booked,
    ("wanted", "units"): _shipped_lines,
    ("live", "units"): _shipped_lines,
    ("waiting", "units"): _waiting,
    ("received", "money"): _payments,
    ("credit", "money"): _credits,
    ("credited", "money"): _credits,
    ("refunded", "money"): _refunds,
    ("pending", "money"): _pending,
    ("authorised", "money"): _authorised,
    ("collected", "money"): _collected,
    ("lost", "money"): _lost,
}
"""What a term of an inequality adds up, by its name and by what it counts."""
