"""Changing an order: more of it, or another way to the customer.

What was ordered is never rewritten: more goods are a line of their own at today's price, fewer are
a cancellation. Each amendment has its number and its reason. Before anything was promised there is
nothing to amend: where an order goes is simply corrected, or the whole order becomes a draft again,
and it is checked anew.
"""

from collections.abc import Iterable
from datetime import date

import msgspec

from trainer.orders.currencies import tariff, unit_price
from trainer.orders.engine import (
    Answer,
    Envelope,
    OrderCommand,
    OrderEvent,
    changed,
    decides,
    evolves,
)
from trainer.orders.holds import (
    CreditLimitExceeded,
    HoldReleased,
    OrderOnHold,
    address_in_doubt,
)
from trainer.orders.intake import (
    LARGEST,
    InvalidQuantity,
    SkuNotSellable,
    UnknownCarrier,
)
from trainer.orders.promises import LineDate, Promise, agreed, told_by_line, too_early
from trainer.orders.promotions import (
    clawing_back,
    freight_after,
    waived_freight,
    waiving,
    withdrawn,
)
from trainer.orders.refusals import IllegalState, MissingField, MissingReason, Refusal
from trainer.orders.returns import ReturnStage, UnknownReturn
from trainer.orders.sourcing import beyond_stock
from trainer.orders.stock import not_confirmed
from trainer.orders.values import Address, Minor, Moment
from trainer.orders.world import Order, OrderLine, World


class AddToOrder(OrderCommand, frozen=True):
    """Sell the customer more on an order that was promised; the date is promised anew.

    Lines that are named with a day of their own keep it, or get it.
    """

    sku: str
    quantity: int
    promised_delivery_date: date
    reason: str
    line_dates: tuple[LineDate, ...] = ()


class CreateExchange(OrderCommand, frozen=True):
    """Send something else for what comes back; the difference is settled like any other money."""

    rma_number: str
    sku: str
    quantity: int
    promised_delivery_date: date
    line_dates: tuple[LineDate, ...] = ()


class ChangeDelivery(OrderCommand, frozen=True):
    """Another address, carrier or date for what has not left yet."""

    carrier_code: str
    ship_to: Address
    promised_delivery_date: date
    reason: str
    line_dates: tuple[LineDate, ...] = ()


class CorrectDelivery(OrderCommand, frozen=True):
    """Put right where an order goes, or how, before anybody has promised anything."""

    carrier_code: str
    ship_to: Address
    reason: str


class ReopenOrder(OrderCommand, frozen=True):
    """Make an order that nobody has promised a draft again, to put right what was entered."""

    reason: str


class OrderAmended(OrderEvent, frozen=True):
    """One more line, at today's price."""

    says = "Amendment {amendment} of {order_number}: {quantity} × {sku} more, {delta} more to pay"
    amendment: int
    line_number: int
    sku: str
    quantity: int
    unit_price: Minor
    promised_delivery_date: date
    delta: Minor
    reason: str
    tax_rate: int = 0
    rma_number: str = ""


class DeliveryChanged(OrderEvent, frozen=True):
    """It goes another way, or on another day."""

    says = (
        "Amendment {amendment} of {order_number}: delivery changed, "
        "promised for {promised_delivery_date}"
    )
    amendment: int
    carrier_code: str
    ship_to: Address
    promised_delivery_date: date
    shipping_gross: Minor
    reason: str
    waived: Minor = 0
    """What a promotion pays of the freight."""


class DeliveryCorrected(OrderEvent, frozen=True):
    """It was entered wrongly; what the check found about it holds no more."""

    says = "Delivery of {order_number} corrected: {reason}"
    carrier_code: str
    ship_to: Address
    shipping_gross: Minor
    reason: str
    waived: Minor = 0
    """What a promotion pays of the freight."""


class OrderReopened(OrderEvent, frozen=True):
    """A draft once more; what the check found about it holds no more, its holds stay."""

    says = "{order_number} is a draft again: {reason}"
    reason: str


class LabelledAlready(Refusal, frozen=True):
    """A label says where a parcel goes, whatever the order says."""

    says = "Parcel {package_number} of order {order_number} is labelled for the old delivery."
    cure = "Unpack the parcel first, then change the delivery."
    order_number: str
    package_number: int


class ExchangeExceedsReturn(Refusal, frozen=True):
    """An exchange is for what comes back, and no more."""

    says = "Return {rma_number} is not for that many units."
    sums = (
        "to exchange {limit} = announced {announced} − exchanged {exchanged}; you asked {requested}"
    )
    cure = "Send at most {limit} in exchange; more is an addition to the order."
    rma_number: str
    limit: int
    announced: int
    exchanged: int
    requested: int


class FreightInvoiced(Refusal, frozen=True):
    """What stands on an invoice is not changed behind its back."""

    says = "The freight of order {order_number} is invoiced already."
    cure = "Keep the carrier for the rest, or cancel the rest and enter a new order."
    order_number: str


class CreditedAlready(Refusal, frozen=True):
    """What was credited was credited on this freight."""

    says = "Of order {order_number} {credit} are credited already; its freight stays as it is."
    cure = "Leave the carrier as it is; the address and the date can still be changed."
    order_number: str
    credit: Minor


def _stopped(order: Order, reason: str) -> Refusal | None:
    refusal = not_confirmed(order)
    if refusal:
        return refusal
    if order.on_hold:
        return OrderOnHold.of(order)
    return None if reason.strip() else MissingReason()


def with_line(world: World, order: Order, sku: str, quantity: int) -> Order:
    """The order with one more line, as it would be if the customer took it."""
    product = world.products[sku]
    price = unit_price(world, product, order.currency)
    line = OrderLine(
        line_number=max(line.line_number for line in order.lines) + 1,
        sku=sku,
        ordered=quantity,
        # one without a price costs nothing until the guard has said so
        unit_price=0 if isinstance(price, Refusal) else price,
        tax_rate=product.tax_rate,
        amendment=order.amendments + 1,
    )
    return msgspec.structs.replace(order, lines=(*order.lines, line))


@decides(AddToOrder)
@clawing_back
def add_to_order(world: World, order: Order, command: AddToOrder, by: Envelope) -> Answer:
    """Sellable, in whole packs, within the credit, and in time for the date."""
    return _added(world, order, command)


@decides(CreateExchange)
@clawing_back
def create_exchange(world: World, order: Order, command: CreateExchange, by: Envelope) -> Answer:
    """For an agreed return, at most as many units as come back; else as an addition."""
    back = order.returned(command.rma_number)
    if back is None:
        return UnknownReturn(order_number=order.order_number, rma_number=command.rma_number)
    if back.stage in ("requested", "rejected", "closed", "cancelled"):
        wanted = "authorised / arrived / received / inspected"
        return ReturnStage(rma_number=back.rma_number, status=back.stage, wanted=wanted)
    announced = sum(row.quantity for row in back.rows)
    exchanged = sum(x.live for x in order.lines if x.exchange_for == back.rma_number)
    if command.quantity > announced - exchanged:
        return ExchangeExceedsReturn(
            rma_number=back.rma_number,
            limit=announced - exchanged,
            announced=announced,
            exchanged=exchanged,
            requested=command.quantity,
        )
    return _added(world, order, command)


def _added(world: World, order: Order, command: AddToOrder | CreateExchange) -> Answer:
    rma_number = command.rma_number if isinstance(command, CreateExchange) else ""
    reason = command.reason if isinstance(command, AddToOrder) else rma_number
    refusal = _stopped(order, reason)
    if refusal:
        return refusal
    product = world.products.get(command.sku)
    if product is None or not product.sellable:
        return SkuNotSellable(sku=command.sku)
    if not 0 < command.quantity <= LARGEST or command.quantity % product.pack_size:
        return InvalidQuantity(
            sku=command.sku, requested=command.quantity, pack_size=product.pack_size
        )
    price = unit_price(world, product, order.currency)
    if isinstance(price, Refusal):
        return price
    wanted = with_line(world, order, command.sku, command.quantity)
    delta = wanted.total - order.total
    short = too_much(world, order, delta)
    if short:
        return short
    refusal = beyond_stock(world, order, {command.sku: command.quantity})
    if refusal:
        return refusal
    promise = agreed(world, wanted, command.promised_delivery_date, command.line_dates)
    if isinstance(promise, Refusal):
        return promise
    early = too_early(world, wanted, promise, _kept(wanted, promise, command.line_dates))
    if early:
        return early
    return (
        line_added(wanted, wanted.lines[-1], promise, delta, reason, rma_number),
        *told_by_line(wanted, promise),
    )


def line_added(
    order: Order, line: OrderLine, promise: Promise, delta: Minor, reason: str, rma_number: str
) -> OrderAmended:
    """What happened when a line came to an order; `rma_number` is the case it replaces goods of."""
    return OrderAmended(
        order_number=order.order_number,
        amendment=line.amendment,
        line_number=line.line_number,
        sku=line.sku,
        quantity=line.ordered,
        unit_price=line.unit_price,
        tax_rate=line.tax_rate,
        promised_delivery_date=promise.day,
        delta=delta,
        reason=reason,
        rma_number=rma_number,
    )


def _kept(order: Order, promise: Promise, rows: Iterable[LineDate]) -> set[int]:
    """The lines whose promise stays what it was, as somebody has said of each."""
    named = {row.line_number for row in rows if row.promised_delivery_date}
    return {
        line.line_number
        for line in order.lines
        if line.line_number in named or line.promised_delivery_date
        if promise.days.get(line.line_number) == order.promise_of(line)
    }


def too_much(world: World, order: Order, delta: Minor) -> CreditLimitExceeded | None:
    """Whether what is added would break the customer's credit limit."""
    if order.payment_terms != "on_account" or world.policies.credit_check == "warn":
        return None
    customer = world.customers[order.customer_id]
    owed = world.exposure.get(order.customer_id, 0)
    if owed + delta <= customer.credit_limit:
        return None
    return CreditLimitExceeded(
        customer_id=customer.customer_id,
        open=owed,
        requested=delta,
        exposure=owed + delta,
        limit=customer.credit_limit,
    )


def promised_anew(world: World, order: Order, carrier_code: str, promise: Promise) -> bool:
    """Whether a date is touched: by another day, or by a carrier that takes longer.

    A street is as far as the one before; the promise that was given stands, even a late one.
    """
    moved = len(_untouched(order, promise)) < len(promise.days)
    return (
        _slower(world, order, carrier_code) or moved or promise.day != order.promised_delivery_date
    )


def _slower(world: World, order: Order, carrier_code: str) -> bool:
    was, now = world.carriers.get(order.carrier_code), world.carriers[carrier_code]
    return was is None or now.transit_days > was.transit_days


def _untouched(order: Order, promise: Promise) -> set[int]:
    """The lines that have the day they had."""
    return {
        line.line_number
        for line in order.lines
        if promise.days.get(line.line_number) == order.promise_of(line)
    }


@decides(ChangeDelivery)
def change_delivery(world: World, order: Order, command: ChangeDelivery, by: Envelope) -> Answer:
    """A whole address, a carrier we have, a date that can be kept, and nothing labelled yet."""
    refusal = _stopped(order, command.reason)
    if refusal:
        return refusal
    carrier = world.carriers.get(command.carrier_code)
    if carrier is None:
        return UnknownCarrier(carrier_code=command.carrier_code)
    missing = command.ship_to.missing()
    if missing:
        return MissingField(field=missing[0])
    for package in order.packages:
        if package.stage == "labelled":
            return LabelledAlready(
                order_number=order.order_number, package_number=package.package_number
            )
    shipping, waived = order.shipping_gross, waived_freight(order)
    if command.carrier_code != order.carrier_code:
        if order.documents:
            return FreightInvoiced(order_number=order.order_number)
        if order.shipping_credit or order.goodwill or order.clawback:
            return CreditedAlready(order_number=order.order_number, credit=order.credit)
        freight = tariff(world, carrier, order.currency)
        if isinstance(freight, Refusal):
            return freight
        shipping, waived = freight_after(order, freight)
    delta = shipping - order.shipping_gross
    short = too_much(world, order, delta) if delta > 0 else None
    if short:
        return short
    promise = agreed(world, order, command.promised_delivery_date, command.line_dates)
    if isinstance(promise, Refusal):
        return promise
    if promised_anew(world, order, command.carrier_code, promise):
        wanted = msgspec.structs.replace(order, carrier_code=command.carrier_code)
        slower = _slower(world, order, command.carrier_code)
        early = too_early(world, wanted, promise, () if slower else _untouched(order, promise))
        if early:
            return early
    return (
        DeliveryChanged(
            order_number=order.order_number,
            amendment=order.amendments + 1,
            carrier_code=command.carrier_code,
            ship_to=command.ship_to,
            promised_delivery_date=promise.day,
            shipping_gross=shipping,
            reason=command.reason,
            waived=waived,
        ),
        *told_by_line(order, promise),
    )


def _promised(order: Order, reason: str) -> Refusal | None:
    """What is in the way of putting right what was entered."""
    if order.status != "submitted":
        return IllegalState(
            order_number=order.order_number, status=order.status, wanted="submitted"
        )
    return None if reason.strip() else MissingReason()


@decides(CorrectDelivery)
def correct_delivery(world: World, order: Order, command: CorrectDelivery, by: Envelope) -> Answer:
    """A whole address and a carrier we have; a hold for an address that is right now goes with it.

    One that a supervisor owns stays until they have looked.
    """
    refusal = _promised(order, command.reason)
    if refusal:
        return refusal
    carrier = world.carriers.get(command.carrier_code)
    if carrier is None:
        return UnknownCarrier(carrier_code=command.carrier_code)
    missing = command.ship_to.missing()
    if missing:
        return MissingField(field=missing[0])
    shipping, waived = order.shipping_gross, waived_freight(order)
    if command.carrier_code != order.carrier_code:
        price = tariff(world, carrier, order.currency)
        if isinstance(price, Refusal):
            return price
        shipping, waived = freight_after(order, price)
    corrected = DeliveryCorrected(
        order_number=order.order_number,
        carrier_code=command.carrier_code,
        ship_to=command.ship_to,
        shipping_gross=shipping,
        reason=command.reason,
        waived=waived,
    )
    if not _cleared(world, order, command.ship_to):
        return (corrected,)
    return (corrected, HoldReleased(order.order_number, "address", command.reason))


def _cleared(world: World, order: Order, ship_to: Address) -> bool:
    """Whether a clerk's hold for a doubtful address has lost its cause by another address."""
    held = any(x.open and x.kind == "address" and x.owner == "clerk" for x in order.holds)
    right = msgspec.structs.replace(order, ship_to=ship_to)
    return held and bool(address_in_doubt(world, order)) and not address_in_doubt(world, right)


@decides(ReopenOrder)
def reopen_order(world: World, order: Order, command: ReopenOrder, by: Envelope) -> Answer:
    """Submitted, not promised, with a reason.

    Holds stay with the order: nobody gets past one by way of a draft.
    """
    return _promised(order, command.reason) or (OrderReopened(order.order_number, command.reason),)


@evolves(OrderReopened)
def order_reopened(world: World, order: Order, event: OrderReopened, at: Moment) -> World:
    """Discount shares and freight are no longer frozen; when it was first handed over stays."""
    order = withdrawn(order)
    lines = tuple(
        msgspec.structs.replace(line, discount_share=0, first_price=None) for line in order.lines
    )
    return world.with_order(
        changed(order, status="draft", lines=lines, shipping_gross=0, checked_at=0)
    )


@evolves(DeliveryCorrected)
def delivery_corrected(world: World, order: Order, event: DeliveryCorrected, at: Moment) -> World:
    """Another way; it is to be checked anew."""
    return world.with_order(
        changed(
            waiving(order, event.waived),
            carrier_code=event.carrier_code,
            ship_to=event.ship_to,
            shipping_gross=event.shipping_gross,
            checked_at=0,
        )
    )


@evolves(OrderAmended)
def order_amended(world: World, order: Order, event: OrderAmended, at: Moment) -> World:
    """One more line, and a promise for all of it."""
    line = OrderLine(
        line_number=event.line_number,
        sku=event.sku,
        ordered=event.quantity,
        unit_price=event.unit_price,
        tax_rate=event.tax_rate,
        amendment=event.amendment,
        exchange_for=event.rma_number,
    )
    return world.with_order(
        changed(
            order,
            lines=(*order.lines, line),
            amendments=event.amendment,
            promised_delivery_date=event.promised_delivery_date,
        )
    )


@evolves(DeliveryChanged)
def delivery_changed(world: World, order: Order, event: DeliveryChanged, at: Moment) -> World:
    """Another way."""
    return world.with_order(
        changed(
            waiving(order, event.waived),
            amendments=event.amendment,
            carrier_code=event.carrier_code,
            ship_to=event.ship_to,
            promised_delivery_date=event.promised_delivery_date,
            shipping_gross=event.shipping_gross,
        )
    )
