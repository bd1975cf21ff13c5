"""The world and its history as JSON: events are their own JSON, a world is a list of its parts.

Indexes are not stored; they follow from the orders. What was stored once must stay readable, so
new fields of facts and events come with defaults.
"""

from typing import Any, Final

import msgspec
from immutables import Map

from trainer.orders.engine import Command, Event, commands, events, refusals, union
from trainer.orders.refusals import Refusal
from trainer.orders.rulebook import Rule, Trace, by_trigger
from trainer.orders.serials import out_with
from trainer.orders.status import Label, exposure_of, label_of
from trainer.orders.world import (
    BankTransfer,
    Batch,
    Carrier,
    Company,
    Customer,
    Desk,
    Hunt,
    Message,
    Order,
    Payout,
    Product,
    ProductionOrder,
    Promotion,
    ReplenishmentOrder,
    StockLevel,
    Supplier,
    Warehouse,
    World,
    listed,
    wanting,
)


class _Parts(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    company: Company
    now: int
    number: int
    products: tuple[Product, ...]
    customers: tuple[Customer, ...]
    carriers: tuple[Carrier, ...]
    warehouses: tuple[Warehouse, ...]
    stock: tuple[StockLevel, ...]
    orders: tuple[Order, ...]
    messages: tuple[Message, ...]
    transfers: tuple[BankTransfer, ...]
    batches: tuple[Batch, ...]
    counters: dict[str, int]
    suppliers: tuple[Supplier, ...] = ()
    production: tuple[ProductionOrder, ...] = ()
    replenishments: tuple[ReplenishmentOrder, ...] = ()
    rules: tuple[Rule, ...] = ()
    rule_traces: tuple[Trace, ...] = ()
    payouts: tuple[Payout, ...] = ()
    hunt: Hunt | None = None
    promotions: tuple[Promotion, ...] = ()
    desk: Desk | None = None


_ENCODER: Final = msgspec.json.Encoder(order="deterministic")
_PARTS: Final = msgspec.json.Decoder(_Parts)
_EVENT: Final = msgspec.json.Decoder(union(events()))
_COMMAND: Final = msgspec.json.Decoder(union(commands()))
_REFUSAL: Final = msgspec.json.Decoder(union(refusals()))


def encode(part: Event | Command | Refusal) -> bytes:
    """An event, a command or a refusal as JSON, the same bytes for the same value."""
    return _ENCODER.encode(part)


def decode_event(data: bytes | str) -> Event:
    """The event that was stored."""
    event: Event = _EVENT.decode(data)
    return event


def decode_command(data: bytes | str) -> Command:
    """The command that was stored. Raises msgspec.ValidationError if it is none."""
    command: Command = _COMMAND.decode(data)
    return command


def decode_refusal(data: bytes | str) -> Refusal:
    """The refusal that was stored."""
    refusal: Refusal = _REFUSAL.decode(data)
    return refusal


def encode_world(world: World) -> bytes:
    """The world as JSON; the same bytes for the same world, whatever order it was made in."""
    return _ENCODER.encode(
        _Parts(
            company=world.company,
            now=world.now,
            number=world.number,
            products=_sorted(world.products),
            customers=_sorted(world.customers),
            carriers=_sorted(world.carriers),
            warehouses=_sorted(world.warehouses),
            stock=_sorted(world.stock),
            orders=tuple(
                world.orders[world.sequence[place]] for place in range(1, len(world.sequence) + 1)
            ),
            messages=_sorted(world.messages),
            transfers=_sorted(world.transfers),
            batches=_sorted(world.batches),
            counters=dict(sorted(world.counters.items())),
            suppliers=_sorted(world.suppliers),
            production=_sorted(world.production),
            replenishments=_sorted(world.replenishments),
            rules=_sorted(world.rules),
            rule_traces=_sorted(world.rule_traces),
            payouts=_sorted(world.payouts),
            hunt=world.hunt,
            promotions=world.promotions,
            desk=world.desk,
        )
    )


def decode_world(data: bytes) -> World:
    """The world that was stored, its indexes made anew."""
    parts = _PARTS.decode(data)
    labels = {order.order_number: label_of(order) for order in parts.orders}
    by_label: dict[Label, int] = {}
    exposure: dict[str, int] = {}
    by_message: dict[str, tuple[str, ...]] = {}
    by_po: dict[tuple[str, str], Order] = {}
    backorders: dict[str, int] = {}
    tasked = held = after_sales = 0
    making: Map[str, tuple[str, ...]] = Map()
    pegged: Map[str, tuple[str, ...]] = Map()
    incoming: Map[str, tuple[str, ...]] = Map()
    for made in parts.production:
        making = listed(making, made.sku, made.production_number, made.open)
        if made.order_number:
            pegged = listed(pegged, made.order_number, made.production_number, made.open)
    for bought in parts.replenishments:
        incoming = listed(incoming, bought.sku, bought.replenishment_number, bought.open)
    for order in parts.orders:
        label = labels[order.order_number]
        by_label[label] = by_label.get(label, 0) | 1 << order.sequence
        exposure[order.customer_id] = exposure.get(order.customer_id, 0) + exposure_of(order)
        for sku in wanting(order):
            backorders[sku] = backorders.get(sku, 0) | 1 << order.sequence
        if any(task.open for task in order.tasks):
            tasked |= 1 << order.sequence
        if order.on_hold:
            held |= 1 << order.sequence
        if order.after_sales_open:
            after_sales |= 1 << order.sequence
        if order.message_id:
            earlier = by_message.get(order.message_id, ())
            by_message[order.message_id] = (*earlier, order.order_number)
        po = (order.customer_id, order.customer_po_number)
        # one that was called off gives its purchase order number to one that was not
        if order.customer_po_number and (po not in by_po or not order.called_off):
            by_po[po] = order
    out = (
        (serial, order.order_number)
        for order in parts.orders
        if order.packages
        for serial in out_with(order)
    )
    rules = Map((part.rule_number, part) for part in parts.rules)
    return World(
        company=parts.company,
        now=parts.now,
        number=parts.number,
        products=Map((part.sku, part) for part in parts.products),
        customers=Map((part.customer_id, part) for part in parts.customers),
        carriers=Map((part.carrier_code, part) for part in parts.carriers),
        warehouses=Map((part.warehouse, part) for part in parts.warehouses),
        stock=Map(((part.sku, part.warehouse), part) for part in parts.stock),
        orders=Map((part.order_number, part) for part in parts.orders),
        messages=Map((part.message_id, part) for part in parts.messages),
        transfers=Map((part.reference, part) for part in parts.transfers),
        batches=Map((part.batch_number, part) for part in parts.batches),
        counters=Map(parts.counters),
        sequence=Map((part.sequence, part.order_number) for part in parts.orders),
        labels=Map(labels),
        by_label=Map(by_label),
        exposure=Map(exposure),
        by_po=Map((po, order.order_number) for po, order in by_po.items()),
        by_message=Map(by_message),
        suppliers=Map((part.supplier_id, part) for part in parts.suppliers),
        production=Map((part.production_number, part) for part in parts.production),
        replenishments=Map((part.replenishment_number, part) for part in parts.replenishments),
        rules=rules,
        rules_on=by_trigger(rules),
        rule_traces=Map(((it.rule_number, it.order_number), it) for it in parts.rule_traces),
        tasked=tasked,
        held=held,
        after_sales=after_sales,
        backorders=Map(backorders),
        making=making,
        pegged=pegged,
        incoming=incoming,
        serials=Map(out),
        payouts=Map((part.payout_number, part) for part in parts.payouts),
        promotions=parts.promotions,
        cash_out=_with_carriers(parts),
        hunt=parts.hunt,
        desk=parts.desk,
    )


def _with_carriers(parts: _Parts) -> Map[tuple[str, str], tuple[tuple[str, int], ...]]:
    """What was collected and is on no carrier's list yet."""
    paid = {(row.order_number, row.package_number) for out in parts.payouts for row in out.rows}
    held: dict[tuple[str, str], tuple[tuple[str, int], ...]] = {}
    for order in parts.orders:
        for package in order.packages:
            parcel = (order.order_number, package.package_number)
            if package.collected and parcel not in paid:
                holder = package.carrier_code, order.currency
                held[holder] = tuple(sorted((*held.get(holder, ()), parcel)))
    return Map(held)


def _sorted(parts: Map[Any, Any]) -> tuple[Any, ...]:
    return tuple(part for _, part in sorted(parts.items()))
