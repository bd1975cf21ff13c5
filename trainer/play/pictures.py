"""Pictures: all that a person can see of an order, a shelf, a file, as one flat list of values.

What if compares two of them. What is on no screen (indexes, versions, when a figure was last
counted) is on no picture either.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, Literal, NamedTuple, get_args

import msgspec

from trainer.orders.cards import stage
from trainer.orders.differences import AMOUNTS, STATUSES
from trainer.orders.status import fulfilment_status, overlays, sub_label
from trainer.orders.store_credit import balance
from trainer.orders.values import Address, moment_of
from trainer.orders.world import Grade, Order, OrderLine, World

Kind = Literal["status", "words", "money", "count", "day", "text", "document", "message"]


class Key(NamedTuple):
    """What a value is, and of what."""

    kind: Kind
    what: str
    about: str = ""
    warehouse: str = ""
    currency: str = ""
    """Of an amount; the company's own where there is none."""


Picture = dict[Key, str | int]
Told = Iterator[tuple[Key, str | int]]


def _picture(told: Iterable[tuple[Key, str | int]], currency: str = "") -> Picture:
    """As a table, without what is nothing: it reads the same as what is not there."""
    return {
        key._replace(currency=key.currency or currency) if key.kind in _AMOUNTS else key: value
        for key, value in told
        if value not in ("", 0)
    }


_AMOUNTS: Final = ("money", "document")


def order(world: World, number: str) -> Picture:
    """All that an order's page shows of it."""
    found = world.orders.get(number)
    return _picture(_order(world, found), found.currency) if found else {}


def _order(world: World, found: Order) -> Told:
    for what, read in STATUSES:
        yield Key("status", what), read(found)
    yield Key("status", "fulfilment"), fulfilment_status(found, world)
    yield Key("status", "waits_for"), sub_label(found, world) or ""
    yield Key("words", "badges"), ",".join(overlays(found, world.now))
    yield Key("status", "priority"), "" if found.priority == "normal" else found.priority
    for hold in found.holds:
        if hold.open:
            yield Key("text", "on_hold", hold.kind), hold.reason
            yield Key("day", "release_asked", hold.kind), hold.asked_at
    yield from _header(found)
    yield Key("text", "promotion"), found.promotion.code if found.promotion else ""
    for line in found.lines:
        yield from _line(found, line)
    for what, amount in AMOUNTS:
        yield Key("money", what), amount(found)
    for what in _MONEY:
        yield Key("money", what), getattr(found, what)
    yield from _things(found)


_MONEY: Final = (
    "discount", "shipping_gross", "fees", "repair_fees", "clawback", "goodwill", "goodwill_asked",
    "shipping_credit", "written_off", "approval_asked", "refund_approved", "charged_back",
    "refunded",
)  # fmt: skip
_TEXTS: Final = (
    "customer_id", "customer_po_number", "carrier_code", "incoterm", "incoterm_place",
    "override_reason", "batch_number", "why_not",
)  # fmt: skip
_WORDED: Final = ("payment_terms", "tender")
_DAYS: Final = ("requested_delivery_date", "promised_delivery_date", "retain_until")


def _header(found: Order) -> Told:
    for what in _TEXTS:
        yield Key("text", what), getattr(found, what)
    for what in _WORDED:
        yield Key("status", what), getattr(found, what)
    for what in _DAYS:
        yield Key("day", what), _moment(getattr(found, what))
    yield Key("day", "checked"), found.checked_at
    yield Key("text", "ship_to"), _written(found.ship_to)
    yield Key("text", "bill_to"), _written(found.bill_to)
    yield Key("count", "satisfaction"), found.satisfaction
    for place, note in enumerate(found.notes, 1):
        yield Key("text", "note", f"({place})"), note


def _written(address: Address) -> str:
    return ", ".join(filter(None, msgspec.structs.astuple(address)))


def _moment(day: date | None) -> int:
    return moment_of(day) if day else 0


_COUNTS: Final = (
    "ordered", "cancelled", "open", "allocated", "packed", "shipped", "delivered", "returned",
    "inspected", "in_repair", "given_back", "claimed", "replaced", "lost", "recovered", "short",
    "invoiced", "credit_noted",
)  # fmt: skip


def _line(found: Order, line: OrderLine) -> Told:
    about = f"{line.line_number} · {line.sku}"
    for what in _COUNTS:
        yield Key("count", what, about), getattr(line, what)
    yield Key("money", "unit_price", about), line.unit_price
    yield Key("money", "line_discount", about), line.discount + line.discount_share
    if line.promised_delivery_date:
        yield Key("day", "promised_delivery_date", about), _moment(line.promised_delivery_date)
    yield Key("text", "exchange_for", about), line.exchange_for
    for row in line.allocations:
        where = " · ".join(filter(None, (about, row.lot_number)))
        yield Key("count", "set_aside", where, row.warehouse), row.quantity


def _things(found: Order) -> Told:
    """What hangs on it: parcels, papers, letters, what comes back, money on its way, tasks."""
    for parcel in found.packages:
        about = str(parcel.package_number)
        yield Key("status", "parcel", about), parcel.stage
        yield Key("status", "parcel_tracking", about), parcel.tracking or ""
        yield Key("text", "tracking_number", about), parcel.tracking_number
        yield Key("count", "weight", about), parcel.weight
        yield Key("status", "intercepted", about), "asked" if parcel.intercepted else ""
        yield Key("money", "to_collect", about), parcel.to_collect
        yield Key("money", "collected", about), parcel.collected
        yield Key("text", "payout", about), parcel.payout_number
        if parcel.proof:
            yield Key("text", "signed_by", about), parcel.proof.signed_by
            yield Key("day", "delivered_on", about), moment_of(parcel.proof.delivered_on)
        for row in parcel.rows:
            of_line = " · ".join(filter(None, (about, str(row.line_number), row.lot_number)))
            yield Key("count", "in_parcel", of_line), row.quantity
            yield Key("text", "serial_numbers", of_line), ", ".join(row.serial_numbers)
    for paper in found.documents:
        yield Key("document", paper.kind, paper.document_number), paper.amount
    for place, template in enumerate(found.notices):
        again = found.notices[:place].count(template)
        about = f"{found.customer_id} · {again + 1}" if again else found.customer_id
        yield Key("message", template, about), template
    yield from _coming_back(found)
    yield from _moving_money(found)
    for task in found.tasks:
        yield Key("status", "task", task.task_number), task.status
        yield Key("status", "task_owner", task.task_number), task.owner
        yield Key("text", "task_note", task.task_number), task.note
    for complaint in found.complaints:
        about = complaint.complaint_number
        yield Key("status", "complaint", about), complaint.remedy or "open"
        yield Key("text", "answer", about), complaint.answer
    for place, rise in enumerate(found.price_rises, 1):
        yield Key("status", "price_rise", f"{place} · {rise.sku}"), rise.answer
        yield Key("money", "price", f"{place} · {rise.sku}"), rise.unit_price
    for answered in found.changes:
        about = answered.change.document_number
        yield (
            Key("status", "order_change", f"{about} · {answered.change.sequence}"),
            answered.answer,
        )


def _coming_back(found: Order) -> Told:
    for back in found.returns:
        about = back.rma_number
        yield Key("status", "rma", about), back.stage
        yield Key("status", "liability", about), back.liability or ""
        yield (
            Key("status", "window_exception", about),
            ("" if back.exception == "not_asked" else back.exception),
        )
        yield (
            Key("status", "late_parcel", about),
            ("" if back.late_parcel == "none" else back.late_parcel),
        )
        yield Key("day", "send_by", about), _moment(back.send_by)
        yield Key("text", "why_not", about), back.why_not
        yield Key("text", "return_warehouse", about), back.warehouse
        for row in back.rows:
            of_line = f"{about} · {row.line_number}"
            for what in ("quantity", "received", "inspected", "in_repair", "given_back", "waiting"):
                yield Key("count", what, of_line), getattr(row, what)
            yield Key("money", "credited", of_line), row.credit
            for grade in get_args(Grade):
                graded = sum(it.quantity for it in row.graded if it.grade == grade)
                yield Key("count", grade, of_line), graded
            for lot in row.lots:
                yield Key("count", "received", f"{of_line} · {lot.lot_number}"), lot.received
            for kept in row.serials:
                yield Key("status", "serial_number", f"{about} · {kept.serial_number}"), kept.state
        for item in back.unexpected:
            of_item = f"{about} · {item.sku}"
            yield Key("count", "apart", of_item), item.left
            yield Key("count", "to_send_back", of_item), item.sent_back
            yield Key("count", "accepted", of_item), item.accepted
        for place, quote in enumerate(back.quotes, 1):
            yield Key("status", "repair_quote", f"{about} · {place}"), quote.answer
            yield Key("money", "repair_price", f"{about} · {place}"), quote.price
            yield Key("count", "repaired", f"{about} · {place}"), quote.repaired
            yield Key("count", "beyond_repair", f"{about} · {place}"), quote.given_up
    for asked in found.evidence:
        yield Key("status", "evidence", asked.case_number), asked.answer
    for raised in found.recourses:
        yield Key("status", "recourse", raised.recourse_number), raised.answer
        yield Key("money", "claimed_on", raised.recourse_number), raised.amount
        yield Key("money", "made_good", raised.recourse_number), raised.granted
    for claim in found.claims:
        yield Key("status", "claim", claim.claim_number), claim.status
        yield Key("money", "credited", claim.claim_number), claim.credit
        again = sum(row.quantity for row in claim.replaced)
        yield Key("count", "replaced", claim.claim_number), again
        yield Key("status", "liability", claim.claim_number), claim.liability or ""


def _moving_money(found: Order) -> Told:
    for paid in found.payments:
        yield Key("money", "payment", f"{paid.reference} · {paid.at}"), paid.amount
    for held in found.authorisations:
        yield Key("status", "authorisation", held.authorisation_number), stage(held)
        yield Key("money", "captured", held.authorisation_number), held.captured
        yield Key("money", "voided", held.authorisation_number), held.released
    for refund in found.refunds:
        yield Key("status", "refund", refund.refund_number), refund.status
        yield Key("money", "refunded", refund.refund_number), refund.amount
        yield Key("count", "tries", refund.refund_number), refund.tries
        yield Key("text", "store_credit", refund.refund_number), refund.credit_number
    for dispute in found.chargebacks:
        about = dispute.chargeback_number
        yield Key("status", "chargeback", about), f"dispute_{dispute.status}"
        yield Key("money", "charged_back", about), dispute.amount
        yield Key("text", "evidence", about), dispute.evidence


# --- beside the orders --------------------------------------------------------------------------


_LEVELS: Final = (
    "on_hand", "allocated", "available", "quarantine", "apart", "in_repair", "in_rework", "b_grade",
    "written_off",
)  # fmt: skip


def stock(world: World, key: tuple[str, str]) -> Picture:
    """A shelf of the inventory page."""
    level = world.stock.get(key)
    if level is None:
        return {}
    told = [(Key("count", what, *key), getattr(level, what)) for what in _LEVELS]
    told.append((Key("money", "proceeds", *key), level.proceeds))
    for lot in level.lots:
        about = f"{level.sku} · {lot.lot_number}"
        told.append((Key("count", "on_hand", about, level.warehouse), lot.on_hand))
        told.append((Key("count", "allocated", about, level.warehouse), lot.allocated))
    return _picture(told)


_CONTACT: Final[tuple[tuple[Kind, str, str], ...]] = (
    ("text", "contact", "name"), ("status", "contact_role", "role"),
    ("text", "email", "email"), ("text", "phone", "phone"),
)  # fmt: skip
"""What is told of each of a customer's people: as what, and where it stands."""


def customer(world: World, customer_id: str) -> Picture:
    """The customer's file with its people, and what they owe."""
    file = world.customers.get(customer_id)
    if file is None:
        return {}
    about = file.company
    told: list[tuple[Key, str | int]] = [
        (Key("text", what, about), getattr(file, what))
        for what in ("company", "contact", "email", "phone", "tax_id", "merged_into", "currency",
                     "incoterm", "incoterm_place")
    ]  # fmt: skip
    told += [
        (Key("text", "invoice_title", about), file.invoice_title or ""),
        (Key("text", "address", about), _written(file.address)),
        (Key("text", "bill_to", about), _written(file.bill_to)),
        (Key("status", "payment_terms", about), file.payment_terms),
        (Key("status", "tender", about), file.tender),
        (Key("status", "one_delivery", about), "asked" if file.one_delivery else ""),
        (Key("status", "takes_store_credit", about), "said_yes" if file.takes_store_credit else ""),
        (Key("day", "last_reviewed", about), _moment(file.last_reviewed)),
        (Key("money", "credit_limit", about), file.credit_limit),
        (Key("money", "owed", about), world.exposure.get(customer_id, 0)),
        (Key("money", "store_credit", about), balance(file, world.now)),
        *((Key("text", "note", f"{about} · {n}"), it) for n, it in enumerate(file.notes, 1)),
        *(
            (Key(kind, what, f"{about} · {it.contact_number}"), getattr(it, of))
            for it in file.contacts
            for kind, what, of in _CONTACT
        ),
    ]
    return _picture(told, file.currency)


def _production(world: World, number: str) -> Picture:
    made = world.production.get(number)
    if made is None:
        return {}
    return _picture(
        [
            (Key("status", "production_order", number), made.status),
            (Key("count", "quantity", number), made.quantity),
            (Key("count", "made", number), made.made),
            (Key("day", "due_day", number), moment_of(made.due)),
        ]
    )


def _replenishment(world: World, number: str) -> Picture:
    bought = world.replenishments.get(number)
    if bought is None:
        return {}
    return _picture(
        [
            (Key("status", "replenishment_order", number), bought.stage),
            (Key("count", "quantity", number), bought.quantity),
            (Key("count", "received", number), bought.received),
            (
                Key("count", "at_the_dock", number),
                sum(it.to_count + it.to_reject for it in bought.deliveries),
            ),
            (Key("count", "too_many", number), sum(it.surplus for it in bought.deliveries)),
            (Key("day", "expected", number), moment_of(bought.expected)),
        ]
    )


def _transfer(world: World, reference: str) -> Picture:
    found = world.transfers.get(reference)
    if found is None:
        return {}
    return _picture(
        [
            (Key("money", "transfer", reference), found.amount),
            (Key("money", "not_booked", reference), found.unmatched),
            (Key("status", "refund", reference), found.refund.status if found.refund else ""),
            (Key("count", "tries", reference), found.refund.tries if found.refund else 0),
        ],
        found.currency,
    )


def _payout(world: World, number: str) -> Picture:
    found = world.payouts.get(number)
    if found is None:
        return {}
    return _picture(
        [
            (Key("money", "payout", number), found.received),
            (Key("money", "claimed", number), found.claimed),
            (Key("status", "payout_booked", number), "done" if found.booked else ""),
        ],
        found.currency,
    )


def _batch(world: World, number: str) -> Picture:
    found = world.batches.get(number)
    if found is None:
        return {}
    return _picture([(Key("document", "settlement_batch", number), found.total)], found.currency)


def _rule(world: World, number: str) -> Picture:
    found = world.rules.get(number)
    if found is None:
        return {}
    return _picture(
        [
            (Key("text", "rule", number), found.name),
            (Key("status", "rule_state", number), "switched_on" if found.on else "switched_off"),
            (Key("count", "rule_acted", number), found.acted),
            (Key("count", "rule_refused", number), found.refused),
        ]
    )


def _product(world: World, sku: str) -> Picture:
    found = world.products.get(sku)
    prices = found.prices if found else ()
    return _picture(
        (
            Key("money", "price", f"{sku} · {it.since}" if it.since else sku, "", it.currency),
            it.amount,
        )
        for it in prices
    )


def _message(world: World, number: str) -> Picture:
    found = world.messages.get(number)
    if found is None:
        return {}
    told: list[tuple[Key, str | int]] = [
        (Key("text", "letter", number), found.subject),
        (Key("text", "declined_request", number), found.declined),
    ]
    told += [(Key("text", "question", f"{number} · {it.about}"), it.text) for it in found.questions]
    return _picture(told)


PICTURES: Final[Mapping[str, Callable[[World, Any], Picture]]] = {
    "orders": order,
    "customers": customer,
    "production": _production,
    "replenishments": _replenishment,
    "transfers": _transfer,
    "payouts": _payout,
    "batches": _batch,
    "rules": _rule,
    "products": _product,
    "messages": _message,
}
"""By the part of the world that things stand in under their names."""
