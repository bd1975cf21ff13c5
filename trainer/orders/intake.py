"""Receiving and entering: messages come in, drafts are written, submitted, checked, confirmed."""

from datetime import date, timedelta
from typing import ClassVar, Final

import msgspec

from trainer.orders import promotions
from trainer.orders.currencies import (
    CurrencyMismatch,
    PriceExpired,
    buys_in,
    stored,
    tariff,
    unit_price,
)
from trainer.orders.customers import not_standing
from trainer.orders.engine import (
    Answer,
    Command,
    Envelope,
    Event,
    OrderCommand,
    OrderEvent,
    Role,
    changed,
    decides,
    evolves,
    moment,
)
from trainer.orders.holds import OrderOnHold, credit_short, credit_stops, found_by_check, placed
from trainer.orders.promises import LineDate, agreed, overridden, told_by_line, too_early
from trainer.orders.refusals import (
    DateInThePast,
    IllegalState,
    MissingField,
    MissingReason,
    Refusal,
    RoleRequired,
    UnknownLine,
)
from trainer.orders.sourcing import beyond_stock, wanted_of
from trainer.orders.stock import earliest_delivery_date
from trainer.orders.terms import TermsChanged, billed, wrong_terms
from trainer.orders.values import NO_ADDRESS, Address, Minor, Moment, day_of, split
from trainer.orders.world import (
    Arrival,
    ChangeRequest,
    Channel,
    Defect,
    Format,
    Incoterm,
    Message,
    Order,
    OrderLine,
    Request,
    RequestLine,
    Turn,
    Wish,
    World,
)

# --- commands ---------------------------------------------------------------------------------


class ReceiveMessage(Command, frozen=True):
    """Somebody writes to the company."""

    roles: ClassVar[frozenset[Role]] = frozenset({"customer", "bank", "system"})
    message_id: str
    channel: Channel
    sender: str
    subject: str
    body: str
    customer_id: str = ""
    order_number: str = ""
    request: Request | None = None
    wish: Wish | None = None
    turns: tuple[Turn, ...] = ()
    attached: Format | None = None
    defects: tuple[Defect, ...] = ()
    change: ChangeRequest | None = None
    arrival: Arrival | None = None


class CreateDraft(Command, frozen=True):
    """Open an order for a customer."""

    customer_id: str
    customer_po_number: str
    requested_delivery_date: date
    carrier_code: str
    message_id: str = ""


class ImportOrder(Command, frozen=True):
    """Enter the whole of an order that came as a document, or nothing of it.

    What the document's reader found wrong comes along: the try is on record with its reason.
    """

    format: Format
    customer_id: str = ""
    customer_po_number: str = ""
    requested_delivery_date: date | None = None
    carrier_code: str = ""
    ship_to: Address = Address()
    lines: tuple[RequestLine, ...] = ()
    message_id: str = ""
    faults: tuple[str, ...] = ()
    currency: str = ""
    """What the document's amounts are in, ISO 4217; empty where it names none."""
    incoterm: Incoterm = ""
    incoterm_place: str = ""
    bill_to: Address = NO_ADDRESS
    """Terms that the document names; those of the customer's file where it names none."""


class ChangeHeader(OrderCommand, frozen=True):
    """Correct what stands at the head of a draft: dates, delivery, address."""

    customer_po_number: str
    requested_delivery_date: date
    carrier_code: str
    ship_to: Address


class GrantDiscount(OrderCommand, frozen=True):
    """Take an agreed amount off the whole order."""

    amount: Minor


class AddLine(OrderCommand, frozen=True):
    """Add a product to a draft; a history that is played in brings its own price along."""

    sku: str
    quantity: int
    discount: Minor = 0
    unit_price: Minor | None = None


class ChangeLine(OrderCommand, frozen=True):
    """Change how many of a product are wanted."""

    line_number: int
    quantity: int


class RemoveLine(OrderCommand, frozen=True):
    """Take a product off a draft."""

    line_number: int


class SubmitOrder(OrderCommand, frozen=True):
    """Hand the draft over for checking; from here prices stand.

    A history that is played in brings its own freight along.
    """

    shipping_gross: Minor | None = None


class CheckOrder(OrderCommand, frozen=True):
    """Check credit, address, and when stock and capacity allow delivery."""


class ConfirmOrder(OrderCommand, frozen=True):
    """Promise the customer a delivery date, or one for each line where parts may come.

    A line that is not named, or named without a day, has the order's. A day before the earliest
    one takes a reason.
    """

    promised_delivery_date: date
    line_dates: tuple[LineDate, ...] = ()
    override_reason: str = ""


class RejectOrder(OrderCommand, frozen=True):
    """Decline an order that cannot be taken."""

    reason: str


# --- events -----------------------------------------------------------------------------------


class MessageReceived(Event, frozen=True):
    """Words came in."""

    says = "{sender} wrote: {subject}"
    message_id: str
    channel: Channel
    sender: str
    subject: str
    body: str
    customer_id: str = ""
    order_number: str = ""
    request: Request | None = None
    wish: Wish | None = None
    turns: tuple[Turn, ...] = ()
    attached: Format | None = None
    defects: tuple[Defect, ...] = ()
    change: ChangeRequest | None = None
    arrival: Arrival | None = None


class DraftCreated(Event, frozen=True):
    """An order exists, with nothing in it yet."""

    says = "Draft {order_number} opened for {customer_id}"
    order_number: str
    customer_id: str
    customer_po_number: str
    requested_delivery_date: date
    carrier_code: str
    message_id: str = ""
    currency: str = ""
    """Of the whole order, ISO 4217; empty for the company's own."""


class DocumentImported(OrderEvent, frozen=True):
    """The order was not typed: it came as a document."""

    says = "{order_number} is taken from the customer's document {document_number} ({format})"
    document_number: str
    format: Format


class HeaderChanged(OrderEvent, frozen=True):
    """The head of the draft reads differently."""

    says = "Delivery details of {order_number} corrected"
    customer_po_number: str
    requested_delivery_date: date
    carrier_code: str
    ship_to: Address


class DiscountGranted(OrderEvent, frozen=True):
    """The whole order costs less."""

    says = "Discount of {amount} granted on {order_number}"
    amount: Minor


class LineAdded(OrderEvent, frozen=True):
    """One more product on the draft, at the price of today's list or the one brought along."""

    says = "{quantity} × {sku} added to {order_number}"
    line_number: int
    sku: str
    quantity: int
    unit_price: Minor
    tax_rate: int = 0
    discount: Minor = 0


class LineChanged(OrderEvent, frozen=True):
    """Another quantity."""

    says = "Line {line_number} of {order_number} is now {quantity}"
    line_number: int
    quantity: int


class LineRemoved(OrderEvent, frozen=True):
    """One product less."""

    says = "Line {line_number} taken off {order_number}"
    line_number: int


class OrderSubmitted(OrderEvent, frozen=True):
    """Prices, discount shares and shipping are frozen."""

    says = "{order_number} submitted at {total}"
    total: Minor
    discount_shares: tuple[Minor, ...]
    shipping_gross: Minor


class OrderChecked(OrderEvent, frozen=True):
    """Somebody looked before promising."""

    says = "{order_number} checked: deliverable from {earliest_delivery_date}"
    earliest_delivery_date: date
    findings: tuple[str, ...] = ()


class OrderConfirmed(OrderEvent, frozen=True):
    """The customer has our word."""

    says = "{order_number} confirmed for {promised_delivery_date}"
    promised_delivery_date: date


class OrderRejected(OrderEvent, frozen=True):
    """We declined, with a reason."""

    says = "{order_number} declined: {reason}"
    reason: str
    kept: bool = False
    """Whether the order keeps the reason, for a letter; what was declined before did not."""


# --- refusals ---------------------------------------------------------------------------------


class UnknownCarrier(Refusal, frozen=True):
    """We have no contract with this carrier."""

    says = "There is no carrier {carrier_code}."
    cure = "Choose the delivery method from the list."
    carrier_code: str


class DuplicateOrder(Refusal, frozen=True):
    """The same purchase order entered twice is shipped twice."""

    says = "Purchase order {customer_po_number} of this customer is already order {order_number}."
    cure = "Open that order. If the customer really wants it twice, ask for a new order number."
    customer_po_number: str
    order_number: str


class InvalidDocument(Refusal, frozen=True):
    """A document with an error in it is not entered by half."""

    says = "This document cannot be entered as an order."
    sums = "errors = 0; there are {faults}, the first one: {first}"
    cure = "Read each error with its place, and ask the sender for a corrected document."
    faults: int
    first: str


class SkuNotSellable(Refusal, frozen=True):
    """Not in the range, or no longer."""

    says = "{sku} is not on sale."
    cure = "Check the SKU against the customer's message and the inventory."
    sku: str


class LineExists(Refusal, frozen=True):
    """One product, one line."""

    says = "{sku} already stands on line {line_number}."
    cure = "Change the quantity of that line."
    sku: str
    line_number: int


LARGEST: Final = 99_999
"""More of one product than this on one line is a slip of the finger."""


class InvalidQuantity(Refusal, frozen=True):
    """Goods are sold in whole packs, at least one."""

    says = "{requested} is not a quantity that {sku} is sold in."
    sums = "1 to 99,999, a multiple of the pack size {pack_size}; you asked {requested}"
    cure = "Ask the customer which full number of packs they want."
    sku: str
    requested: int
    pack_size: int


class DiscountExceedsTotal(Refusal, frozen=True):
    """A discount cannot be larger than what it is taken from."""

    says = "A discount of {requested} is more than there is to pay."
    sums = "discount ≤ {limit}; you asked {requested}"
    cure = "Check the agreed discount."
    rests_on = ("order_number",)
    requested: Minor
    limit: Minor
    currency: str = ""


class NotChecked(Refusal, frozen=True):
    """A promise made without looking is a guess."""

    says = "Order {order_number} has not been checked since it was submitted."
    cure = "Check the order first: credit, address, stock and capacity."
    order_number: str


# --- deciding ---------------------------------------------------------------------------------


@decides(ReceiveMessage)
def receive_message(world: World, command: ReceiveMessage, by: Envelope) -> Answer:
    """Words can always come in."""
    return (
        MessageReceived(
            message_id=command.message_id,
            channel=command.channel,
            sender=command.sender,
            subject=command.subject,
            body=command.body,
            customer_id=command.customer_id,
            order_number=command.order_number,
            request=command.request,
            wish=command.wish,
            turns=command.turns,
            attached=command.attached,
            defects=command.defects,
            change=command.change,
            arrival=command.arrival,
        ),
    )


@decides(CreateDraft)
def create_draft(world: World, command: CreateDraft, by: Envelope) -> Answer:
    """Known customer, known carrier, a date to come, and not the same purchase order again."""
    refusal = not_standing(world, command.customer_id) or _bad_header(
        world, command.carrier_code, command.requested_delivery_date
    )
    if refusal:
        return refusal
    same = world.by_po.get((command.customer_id, command.customer_po_number))
    if same and not world.orders[same].called_off:
        return DuplicateOrder(customer_po_number=command.customer_po_number, order_number=same)
    return (
        DraftCreated(
            order_number=f"SO-{world.next_number('order') + 10_000}",
            customer_id=command.customer_id,
            customer_po_number=command.customer_po_number,
            requested_delivery_date=command.requested_delivery_date,
            carrier_code=command.carrier_code,
            message_id=command.message_id or _message_about(world, command),
            currency=stored(world, buys_in(world, command.customer_id)),
        ),
    )


@decides(ImportOrder)
def import_order(world: World, command: ImportOrder, by: Envelope) -> Answer:
    """A draft, its address and all its lines, each as if it were entered by hand; or nothing."""
    if command.faults:
        return InvalidDocument(faults=len(command.faults), first=command.faults[0])
    wanted = command.requested_delivery_date
    if not command.customer_po_number or wanted is None or not command.lines:
        empty = "customer_po_number" if not command.customer_po_number else "line"
        return MissingField(field="requested_delivery_date" if wanted is None else empty)
    draft = CreateDraft(
        customer_id=command.customer_id,
        customer_po_number=command.customer_po_number,
        requested_delivery_date=wanted,
        carrier_code=command.carrier_code,
        message_id=command.message_id,
    )
    opened = create_draft(world, draft, by)
    if isinstance(opened, Refusal):
        return opened
    [created] = opened
    assert isinstance(created, DraftCreated)
    if command.currency and stored(world, command.currency) != created.currency:
        return CurrencyMismatch(
            what=command.customer_po_number,
            found=command.currency,
            about=command.customer_id,
            wanted=buys_in(world, command.customer_id),
        )
    number, events = created.order_number, list[Event]()
    if command.ship_to not in (Address(), world.customers[command.customer_id].address):
        events.append(
            HeaderChanged(
                order_number=number,
                customer_po_number=command.customer_po_number,
                requested_delivery_date=wanted,
                carrier_code=command.carrier_code,
                ship_to=command.ship_to,
            )
        )
    if command.incoterm or command.incoterm_place or command.bill_to != NO_ADDRESS:
        terms = _terms(world, command)
        if isinstance(terms, Refusal):
            return terms
        events.append(TermsChanged(number, *terms))
    places: dict[str, int] = {}
    for place, line in enumerate(command.lines, 1):
        refusal = _not_sold(world, line.sku, line.quantity)
        if refusal:
            return refusal
        if line.sku in places:
            return LineExists(sku=line.sku, line_number=places[line.sku])
        places[line.sku] = place
        product = world.products[line.sku]
        price = unit_price(world, product, created.currency)
        if isinstance(price, Refusal):
            return price
        events.append(
            LineAdded(
                order_number=number,
                line_number=place,
                sku=line.sku,
                quantity=line.quantity,
                unit_price=price,
                tax_rate=product.tax_rate,
            )
        )
    imported = DocumentImported(number, command.customer_po_number, command.format)
    return (created, imported, *events)


def _terms(world: World, command: ImportOrder) -> tuple[Incoterm, str, Address] | Refusal:
    """The document's terms, and for what it does not say those of the customer's file."""
    customer = world.customers[command.customer_id]
    term, place = command.incoterm, command.incoterm_place.strip()
    if not (term or place):
        term, place = customer.incoterm, customer.incoterm_place
    bill_to = billed(command.bill_to, customer.address)
    if command.bill_to == NO_ADDRESS:
        bill_to = customer.bill_to
    return wrong_terms(term, place, bill_to) or (term, place, bill_to)


def _message_about(world: World, command: CreateDraft) -> str:
    """The message that asked for this purchase order, though nobody pointed at it."""
    for message in world.messages.values():
        asked = message.request
        if asked and (world.standing(asked.customer_id), asked.customer_po_number) == (
            command.customer_id,
            command.customer_po_number,
        ):
            return message.message_id
    return ""


def _bad_header(world: World, carrier_code: str, requested: date) -> Refusal | None:
    if carrier_code not in world.carriers:
        return UnknownCarrier(carrier_code=carrier_code)
    today = day_of(world.now)
    if requested < today:
        return DateInThePast(requested=requested, today=today)
    return None


def _not_a_draft(order: Order) -> Refusal | None:
    if order.status == "draft":
        return None
    return IllegalState(order_number=order.order_number, status=order.status, wanted="draft")


@decides(ChangeHeader)
def change_header(world: World, order: Order, command: ChangeHeader, by: Envelope) -> Answer:
    """A draft may be corrected as often as needed."""
    refusal = _not_a_draft(order) or _bad_header(
        world, command.carrier_code, command.requested_delivery_date
    )
    if refusal:
        return refusal
    same = world.by_po.get((order.customer_id, command.customer_po_number))
    if same and same != order.order_number and not world.orders[same].called_off:
        return DuplicateOrder(customer_po_number=command.customer_po_number, order_number=same)
    return (
        HeaderChanged(
            order_number=order.order_number,
            customer_po_number=command.customer_po_number,
            requested_delivery_date=command.requested_delivery_date,
            carrier_code=command.carrier_code,
            ship_to=command.ship_to,
        ),
    )


@decides(GrantDiscount)
def grant_discount(world: World, order: Order, command: GrantDiscount, by: Envelope) -> Answer:
    """At most what the lines cost."""
    limit = sum(line.gross for line in order.lines)
    if command.amount < 0 or command.amount > limit:
        return _not_a_draft(order) or DiscountExceedsTotal(
            requested=command.amount, limit=limit, currency=order.currency
        )
    return _not_a_draft(order) or (
        DiscountGranted(order_number=order.order_number, amount=command.amount),
    )


@decides(AddLine)
def add_line(world: World, order: Order, command: AddLine, by: Envelope) -> Answer:
    """Sellable, in whole packs, once per product."""
    refusal = _not_a_draft(order) or _own_price(command.unit_price, "unit_price", by)
    if refusal:
        return refusal
    refusal = _not_sold(world, command.sku, command.quantity)
    for line in order.lines:
        if line.sku == command.sku:
            return LineExists(sku=command.sku, line_number=line.line_number)
    if refusal:
        return refusal
    product = world.products[command.sku]
    listed = unit_price(world, product, order.currency)
    price = listed if command.unit_price is None else command.unit_price
    if isinstance(price, Refusal):
        return price
    gross = price * command.quantity
    if not 0 <= command.discount <= gross:
        return DiscountExceedsTotal(
            requested=command.discount, limit=gross, currency=order.currency
        )
    return (
        LineAdded(
            order_number=order.order_number,
            line_number=max((line.line_number for line in order.lines), default=0) + 1,
            sku=command.sku,
            quantity=command.quantity,
            unit_price=price,
            tax_rate=product.tax_rate,
            discount=command.discount,
        ),
    )


def _not_sold(world: World, sku: str, quantity: int) -> Refusal | None:
    product = world.products.get(sku)
    if product is None or not product.sellable:
        return SkuNotSellable(sku=sku)
    if not 0 < quantity <= LARGEST or quantity % product.pack_size:
        return InvalidQuantity(sku=sku, requested=quantity, pack_size=product.pack_size)
    return None


def _own_price(amount: Minor | None, field: str, by: Envelope) -> Refusal | None:
    if amount is None:
        return None
    if by.role != "system":
        # a clerk sells at the list's price; what is agreed beside it is a discount
        return RoleRequired(role=by.role, wanted="system")
    return MissingField(field=field) if amount < 0 else None


@decides(ChangeLine)
def change_line(world: World, order: Order, command: ChangeLine, by: Envelope) -> Answer:
    """As many whole packs as the customer wants."""
    refusal = _not_a_draft(order)
    if refusal:
        return refusal
    line = order.line(command.line_number)
    if line is None:
        return UnknownLine(order_number=order.order_number, line_number=command.line_number)
    pack_size = world.products[line.sku].pack_size
    if not 0 < command.quantity <= LARGEST or command.quantity % pack_size:
        return InvalidQuantity(sku=line.sku, requested=command.quantity, pack_size=pack_size)
    if line.discount > line.unit_price * command.quantity:
        return DiscountExceedsTotal(
            requested=line.discount,
            limit=line.unit_price * command.quantity,
            currency=order.currency,
        )
    return (
        LineChanged(
            order_number=order.order_number,
            line_number=line.line_number,
            quantity=command.quantity,
        ),
    )


@decides(RemoveLine)
def remove_line(world: World, order: Order, command: RemoveLine, by: Envelope) -> Answer:
    """Only what is there can be taken off."""
    refusal = _not_a_draft(order)
    if refusal:
        return refusal
    if order.line(command.line_number) is None:
        return UnknownLine(order_number=order.order_number, line_number=command.line_number)
    return (LineRemoved(order_number=order.order_number, line_number=command.line_number),)


@decides(SubmitOrder)
def submit_order(world: World, order: Order, command: SubmitOrder, by: Envelope) -> Answer:
    """Complete or not at all; discount shares and shipping are frozen here."""
    refusal = _not_a_draft(order) or _own_price(command.shipping_gross, "shipping_gross", by)
    if refusal:
        return refusal
    if not order.lines:
        return MissingField(field="line")
    missing = order.ship_to.missing()
    if missing:
        return MissingField(field=missing[0])
    before = [line.unit_price * line.ordered - line.discount for line in order.lines]
    if order.discount > sum(before):
        return DiscountExceedsTotal(
            requested=order.discount, limit=sum(before), currency=order.currency
        )
    unpriced = _no_longer_priced(world, order)
    if unpriced:
        return unpriced
    shares = split(order.discount, before)
    freight = tariff(world, world.carriers[order.carrier_code], order.currency)
    shipping = freight if command.shipping_gross is None else command.shipping_gross
    if isinstance(shipping, Refusal):
        return shipping
    given = None
    if world.promotions:
        left = [amount - share for amount, share in zip(before, shares, strict=True)]
        day = day_of(moment(world, by))
        given = promotions.granted(world, order, left, shipping, day)
    if given:
        shares = tuple(map(sum, zip(shares, given.shares, strict=True)))
        shipping -= given.freight
    submitted = OrderSubmitted(
        order_number=order.order_number,
        total=sum(before) - sum(shares) + shipping,
        discount_shares=shares,
        shipping_gross=shipping,
    )
    return (given, submitted) if given else (submitted,)


def _no_longer_priced(world: World, order: Order) -> Refusal | None:
    """The first line whose price list has run out since it was entered."""
    for line in order.lines:
        price = unit_price(world, world.products[line.sku], order.currency)
        if isinstance(price, PriceExpired):
            return price
    return None


def _not_submitted(order: Order) -> Refusal | None:
    if order.status == "submitted":
        return None
    return IllegalState(order_number=order.order_number, status=order.status, wanted="submitted")


@decides(CheckOrder)
def check_order(world: World, order: Order, command: CheckOrder, by: Envelope) -> Answer:
    """Look at credit, stock and capacity; a credit limit that would break becomes a hold."""
    refusal = _not_submitted(order)
    if refusal:
        return refusal
    findings = []
    earliest = earliest_delivery_date(world, order)
    wanted = order.requested_delivery_date
    if wanted is not None and wanted < earliest:
        findings.append("late")
    short = credit_short(world, order)
    found = found_by_check(world, order)
    checked = OrderChecked(
        order_number=order.order_number,
        earliest_delivery_date=earliest,
        findings=(*findings, *(("credit",) if short else ()), *(kind for kind, _ in found)),
    )
    already = any(hold.kind == "credit" and hold.open for hold in order.holds)
    if credit_stops(world, order) and not already:
        found = (("credit", "credit limit"), *found)
    return (checked, *(placed(world, order, kind, reason, by) for kind, reason in found))


@decides(ConfirmOrder)
def confirm_order(world: World, order: Order, command: ConfirmOrder, by: Envelope) -> Answer:
    """A promise needs a check, no hold, credit, and a date that stock and capacity can keep.

    A day that they cannot keep needs a reason.
    """
    refusal = _not_submitted(order)
    if refusal:
        return refusal
    if not order.checked_at:
        return NotChecked(order_number=order.order_number)
    if order.on_hold:
        return OrderOnHold.of(order)
    # two orders may each have passed the check while neither was promised yet
    short = credit_stops(world, order)
    if short:
        return short
    refusal = beyond_stock(world, order, wanted_of(order))
    if refusal:
        return refusal
    promise = agreed(world, order, command.promised_delivery_date, command.line_dates)
    if isinstance(promise, Refusal):
        return promise
    confirmed = OrderConfirmed(order_number=order.order_number, promised_delivery_date=promise.day)
    lines = told_by_line(order, promise)
    early = too_early(world, order, promise)
    if not early:
        return (confirmed, *lines)
    override = overridden(world, order, promise, early, command.override_reason)
    return override if isinstance(override, Refusal) else (override, confirmed, *lines)


@decides(RejectOrder)
def reject_order(world: World, order: Order, command: RejectOrder, by: Envelope) -> Answer:
    """Declining is allowed before a promise, with a reason."""
    if not command.reason.strip():
        return _not_submitted(order) or MissingReason()
    return _not_submitted(order) or (
        OrderRejected(order_number=order.order_number, reason=command.reason, kept=True),
    )


# --- evolving ---------------------------------------------------------------------------------


@evolves(MessageReceived)
def message_received(world: World, event: MessageReceived, at: Moment) -> World:
    """It lies in the inbox."""
    message = Message(
        message_id=event.message_id,
        channel=event.channel,
        sender=event.sender,
        subject=event.subject,
        body=event.body,
        received_at=at,
        customer_id=event.customer_id,
        order_number=event.order_number,
        request=event.request,
        wish=event.wish,
        turns=event.turns,
        attached=event.attached,
        defects=event.defects,
        change=event.change,
        arrival=event.arrival,
    )
    world = world.with_message(message)
    order, arrival = world.orders.get(event.order_number), event.arrival
    if order is None or arrival is None:
        return world
    # nobody's picture of the order is out of date by it
    packages = order.packages_with(arrival.package_number, said=arrival)
    return world.with_order(msgspec.structs.replace(order, packages=packages))


@evolves(DraftCreated)
def draft_created(world: World, event: DraftCreated, at: Moment) -> World:
    """The order stands, with the customer's address and terms from their file."""
    customer = world.customers[event.customer_id]
    sequence = world.next_number("order")
    order = Order(
        order_number=event.order_number,
        sequence=sequence,
        customer_id=event.customer_id,
        created_at=at,
        message_id=event.message_id,
        customer_po_number=event.customer_po_number,
        payment_terms=customer.payment_terms,
        tender=customer.tender,
        carrier_code=event.carrier_code,
        ship_to=customer.address,
        requested_delivery_date=event.requested_delivery_date,
        currency=event.currency,
        incoterm=customer.incoterm,
        incoterm_place=customer.incoterm_place,
        bill_to=customer.bill_to,
    )
    world = msgspec.structs.replace(world, counters=world.counters.set("order", sequence))
    return world.with_order(order)


@evolves(DocumentImported)
def document_imported(world: World, order: Order, event: DocumentImported, at: Moment) -> World:
    """The order knows where it comes from."""
    return world.with_order(
        changed(order, document_format=event.format, document_number=event.document_number)
    )


@evolves(HeaderChanged)
def header_changed(world: World, order: Order, event: HeaderChanged, at: Moment) -> World:
    """The new head."""
    by_po = world.by_po
    if event.customer_po_number != order.customer_po_number:
        old = (order.customer_id, order.customer_po_number)
        if by_po.get(old) == order.order_number:
            by_po = by_po.delete(old)
        if event.customer_po_number:
            by_po = by_po.set((order.customer_id, event.customer_po_number), order.order_number)
        world = msgspec.structs.replace(world, by_po=by_po)
    return world.with_order(
        changed(
            order,
            customer_po_number=event.customer_po_number,
            requested_delivery_date=event.requested_delivery_date,
            carrier_code=event.carrier_code,
            ship_to=event.ship_to,
        )
    )


@evolves(DiscountGranted)
def discount_granted(world: World, order: Order, event: DiscountGranted, at: Moment) -> World:
    """It becomes each line's share when the order is submitted."""
    return world.with_order(changed(order, discount=event.amount))


@evolves(LineAdded)
def line_added(world: World, order: Order, event: LineAdded, at: Moment) -> World:
    """One more line."""
    line = OrderLine(
        line_number=event.line_number,
        sku=event.sku,
        ordered=event.quantity,
        unit_price=event.unit_price,
        discount=event.discount,
        tax_rate=event.tax_rate,
    )
    return world.with_order(changed(order, lines=(*order.lines, line)))


@evolves(LineChanged)
def line_changed(world: World, order: Order, event: LineChanged, at: Moment) -> World:
    """The same line with another quantity."""
    lines = tuple(
        msgspec.structs.replace(line, ordered=event.quantity)
        if line.line_number == event.line_number
        else line
        for line in order.lines
    )
    return world.with_order(changed(order, lines=lines))


@evolves(LineRemoved)
def line_removed(world: World, order: Order, event: LineRemoved, at: Moment) -> World:
    """The other lines."""
    lines = tuple(line for line in order.lines if line.line_number != event.line_number)
    return world.with_order(changed(order, lines=lines))


@evolves(OrderSubmitted)
def order_submitted(world: World, order: Order, event: OrderSubmitted, at: Moment) -> World:
    """Frozen prices."""
    lines = tuple(
        msgspec.structs.replace(line, discount_share=share)
        for line, share in zip(order.lines, event.discount_shares, strict=True)
    )
    return world.with_order(
        changed(
            order,
            status="submitted",
            lines=lines,
            shipping_gross=event.shipping_gross,
            submitted_at=at,
        )
    )


@evolves(OrderChecked)
def order_checked(world: World, order: Order, event: OrderChecked, at: Moment) -> World:
    """It has been looked at."""
    return world.with_order(changed(order, checked_at=at))


@evolves(OrderConfirmed)
def order_confirmed(world: World, order: Order, event: OrderConfirmed, at: Moment) -> World:
    """Promised; what no shelf has free now is remembered as short."""
    return world.with_order(
        changed(
            order,
            status="confirmed",
            promised_delivery_date=event.promised_delivery_date,
            first_promise=event.promised_delivery_date,
            confirmed_at=at,
            lines=_with_short(world, order),
        )
    )


def _with_short(world: World, order: Order) -> tuple[OrderLine, ...]:
    """Two lines of one product share what is free, the first one first."""
    free: dict[str, int] = {}
    lines = []
    for line in order.lines:
        left = free.get(line.sku, world.available(line.sku))
        free[line.sku] = max(left - line.open, 0)
        short = max(line.open - left, 0)
        lines.append(msgspec.structs.replace(line, short=short) if short else line)
    return tuple(lines)


@evolves(OrderRejected)
def order_rejected(world: World, order: Order, event: OrderRejected, at: Moment) -> World:
    """Closed before it began: nothing is owed either way."""
    why_not = event.reason if event.kept else ""
    return world.with_order(msgspec.structs.replace(cancelled(order), why_not=why_not))


def cancelled(order: Order) -> Order:
    """The order with nothing left to deliver and everything credited."""
    lines = tuple(
        msgspec.structs.replace(line, cancelled=line.ordered, allocations=())
        for line in order.lines
    )
    # a draft's discount was granted but never shared out: with the draft it is gone
    discount = sum(line.discount_share - line.promotion_share for line in order.lines)
    # of what is called off as a whole nothing is kept that a promotion could be charged on
    order = msgspec.structs.replace(order, clawback=0)
    return changed(
        order, status="cancelled", lines=lines, discount=discount, supply_credit=order.total
    )


def default_promise(world: World, order: Order) -> date:
    """The date a careful clerk promises: what was asked for, or the earliest that can be held."""
    earliest = earliest_delivery_date(world, order)
    return max(earliest, order.requested_delivery_date or earliest + timedelta(days=1))
