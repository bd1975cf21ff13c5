"""The end of an order: invoice, completion, settlement, archive."""

from datetime import date

import msgspec

from trainer.orders import cards
from trainer.orders.acquirer import AcquirerFeeDiffers, fees_to_settle
from trainer.orders.cash import with_carriers
from trainer.orders.chargebacks import undecided
from trainer.orders.currencies import mismatch
from trainer.orders.engine import (
    Answer,
    Command,
    Envelope,
    Event,
    OrderCommand,
    OrderEvent,
    changed,
    decides,
    evolves,
    moment,
)
from trainer.orders.feedback import complaint_open
from trainer.orders.holds import OrderOnHold
from trainer.orders.recourse import open_recourse
from trainer.orders.refusals import IllegalState, MissingField, Refusal, UnknownOrder
from trainer.orders.stock import not_confirmed
from trainer.orders.tasks import task_open
from trainer.orders.tax_ids import wrong_profile
from trainer.orders.values import Minor, Moment, day_of, telescoped
from trainer.orders.world import Batch, Document, Order, OrderLine, PackageRow, World


class IssueInvoice(OrderCommand, frozen=True):
    """Invoice everything that has left or was repaired and is on no invoice yet."""


class IssueCreditNote(OrderCommand, frozen=True):
    """Put on paper what was credited: goods that came back, claims, and what never arrived;
    shipping and goodwill too.
    """


class CompleteOrder(OrderCommand, frozen=True):
    """Say that nothing is left to do for the customer."""


class SettleBatch(Command, frozen=True):
    """Reconcile completed orders with the money on the bank statement, and close the batch."""

    order_numbers: tuple[str, ...]
    received: Minor
    fee: Minor = 0
    """What was kept of their card payments."""


class ArchiveOrder(OrderCommand, frozen=True):
    """Put the order away for as long as the law asks."""

    retention_years: int


class InvoiceIssued(OrderEvent, frozen=True):
    """A paper that never changes."""

    says = "Invoice {document_number} over {amount} issued for {order_number}"
    document_number: str
    amount: Minor
    title: str = ""
    tax_id: str = ""
    """The buyer's, as they were when it was issued; empty where nobody looks at them."""
    repairs: Minor = 0
    """What of it is the price of repairs."""
    clawback: Minor = 0
    """What of it is charged because a promotion was lost."""


class CreditNoteIssued(OrderEvent, frozen=True):
    """A paper that takes back part of an invoice, and never changes."""

    says = "Credit note {document_number} over {amount} issued for {order_number}"
    document_number: str
    amount: Minor
    amounts: tuple[Minor, ...] = ()
    """What each of its rows comes to; empty where it was issued before rows had amounts."""
    fee: Minor = 0
    """What is kept of it for taking goods back."""
    shipping: Minor = 0
    goodwill: Minor = 0
    """What of it is credit for shipping although the goods stay, and what is goodwill."""
    written_off: Minor = 0
    """What of it is a chargeback that was lost."""
    clawback: Minor = 0
    """What is kept of it because a promotion was lost; below 0 where that was dropped again."""


class OrderCompleted(OrderEvent, frozen=True):
    """Nothing is left to do."""

    says = "{order_number} completed"


class OrderSettled(OrderEvent, frozen=True):
    """Its papers and its money agree."""

    says = "{order_number} settled in batch {batch_number}"
    batch_number: str
    fee: Minor = 0
    """What was kept of its card payments."""


class BatchClosed(Event, frozen=True):
    """The sum of the papers is the sum of the money."""

    says = "Settlement batch {batch_number} closed at {total}"
    batch_number: str
    document_numbers: tuple[str, ...]
    total: Minor
    currency: str = ""
    fee: Minor = 0
    """What of it never came: the acquirer kept it."""


class OrderArchived(OrderEvent, frozen=True):
    """Read only from here."""

    says = "{order_number} archived until {retain_until}"
    retain_until: date


class InvoiceExceedsBillable(Refusal, frozen=True):
    """Only what has left is invoiced, and only once."""

    says = "There is nothing to invoice on order {order_number}."
    sums = "billable {billable} = shipped {shipped} − invoiced {invoiced}; must be above 0"
    cure = "Ship first."
    order_number: str
    billable: int
    shipped: int
    invoiced: int


class CreditNoteExceedsInvoiced(Refusal, frozen=True):
    """Only what was invoiced and came back is credited on paper, and only once."""

    says = "There is nothing to issue a credit note for on order {order_number}."
    sums = "creditable {creditable} = credited and invoiced {inspected} − credited {credited}"
    cure = "Inspect what came back, or decide the claim; and issue the invoice first."
    order_number: str
    creditable: int
    inspected: int
    credited: int


class OpenReturn(Refusal, frozen=True):
    """Something is still coming back."""

    says = "Return {rma_number} of order {order_number} is {status}."
    cure = "Finish the return: reject it, or receive, inspect and close it."
    order_number: str
    rma_number: str
    status: str


class OpenClaimLeft(Refusal, frozen=True):
    """A customer is waiting for a decision."""

    says = "Claim {claim_number} of order {order_number} is open."
    cure = "Decide the claim."
    order_number: str
    claim_number: str


class OpenQuantity(Refusal, frozen=True):
    """Something is still on its way, or has not left."""

    says = "Order {order_number} is not all with the customer yet."
    sums = "wanted {wanted} = delivered {delivered}"
    cure = "Ship what is missing, and wait until it is signed for."
    order_number: str
    wanted: int
    delivered: int


class NotInvoiced(Refusal, frozen=True):
    """A delivery without an invoice is a gift."""

    says = "Order {order_number} is not wholly invoiced."
    sums = "shipped {shipped} = invoiced {invoiced}"
    cure = "Issue the invoice."
    order_number: str
    shipped: int
    invoiced: int


class RepairNotInvoiced(Refusal, frozen=True):
    """Who pays for a repair has a right to the paper."""

    says = "{amount} for repairs of order {order_number} stands on no invoice."
    cure = "Issue the invoice."
    order_number: str
    amount: Minor


class NotCredited(Refusal, frozen=True):
    """A customer who was credited has a right to the paper."""

    says = "Order {order_number} has {units} credited units without a credit note."
    cure = "Issue the credit note."
    order_number: str
    units: int


class AllowanceNotCredited(Refusal, frozen=True):
    """What was promised beside the goods is owed a paper, too."""

    says = "Order {order_number} has {amount} of shipping or goodwill credited without a paper."
    cure = "Issue the credit note."
    order_number: str
    amount: Minor


class ClawbackNotOnPaper(Refusal, frozen=True):
    """Who is charged for a promotion they have lost has a right to read it."""

    says = "What is charged on order {order_number} for its promotion is not what its papers say."
    sums = "on papers {noted} = charged {charged}"
    cure = "Issue the credit note if goods were credited, else the invoice: the next paper has it."
    rests_on = ("promotion_clawback",)
    order_number: str
    charged: Minor
    noted: Minor


class BalanceDue(Refusal, frozen=True):
    """Somebody still owes somebody."""

    says = "The money of order {order_number} is not even: {due} is open."
    sums = "due {due} = total {total} − credit {credit} − received {received}; must be 0"
    cure = "Book the customer's payment, or pay back what is owed."
    order_number: str
    due: Minor
    total: Minor
    credit: Minor
    received: Minor

    @classmethod
    def of(cls, order: Order) -> "BalanceDue":
        """The refusal with this order's amounts."""
        return cls(
            order_number=order.order_number,
            due=order.balance_due,
            total=order.total,
            credit=order.credit,
            received=order.received,
        )


class RefundUnderWay(Refusal, frozen=True):
    """While money may be moving, nobody knows whether an order is even."""

    says = "{pending} of order {order_number} are on their way back to the customer."
    sums = "pending {pending}; must be 0"
    cure = "Wait for the gateway's answer, or ask it what became of the refund."
    order_number: str
    pending: Minor


class ReconciliationDifference(Refusal, frozen=True):
    """The papers say one thing and the bank another."""

    says = "Papers and bank do not agree."
    sums = (
        "difference {difference} = invoices {documents} − fees {fee} − received {received}; "
        "must be 0"
    )
    cure = (
        "Add up the invoices and credit notes that were not settled before, and compare with the "
        "bank's transfers."
    )
    rests_on = ("order_numbers",)
    documents: Minor
    received: Minor
    difference: Minor
    currency: str = ""
    fee: Minor = 0


class NotCompleted(Refusal, frozen=True):
    """Only finished orders are settled."""

    says = "Order {order_number} is {status}, not completed."
    cure = "Complete the order first."
    order_number: str
    status: str


class NotSettled(Refusal, frozen=True):
    """What is not settled is still needed on the desk."""

    says = "Order {order_number} is {status}; only settled or cancelled orders go into the archive."
    cure = "Complete and settle the order first."
    order_number: str
    status: str


class RetentionTooShort(Refusal, frozen=True):
    """The law says how long papers are kept."""

    says = "{requested} years is not a time that papers are kept."
    sums = "{limit} ≤ retention ≤ 100 years; you asked {requested}"
    cure = "Keep it for {limit} to 100 years."
    rests_on = ("retention_years",)
    requested: int
    limit: int


@decides(IssueInvoice)
def issue_invoice(world: World, order: Order, command: IssueInvoice, by: Envelope) -> Answer:
    """What has left and is on no invoice; shipping goes on the first one.

    Repairs and what is charged for a promotion go on the next.
    """
    refusal = not_confirmed(order)
    if refusal:
        return refusal
    repairs = repairs_to_invoice(order)
    # a line that lost a parcel may be invoiced beyond what has arrived; it is not billed less
    billed = any(paper.kind == "invoice" for paper in order.documents)
    clawback = max(clawback_to_note(order), 0)
    beside = repairs or (billed and clawback)
    if not beside and not any(line.shipped > line.invoiced for line in order.lines):
        return InvoiceExceedsBillable(
            order_number=order.order_number,
            billable=0,
            shipped=sum(line.shipped for line in order.lines),
            invoiced=sum(line.invoiced for line in order.lines),
        )
    year = day_of(moment(world, by)).year
    issued = InvoiceIssued(
        order_number=order.order_number,
        document_number=f"INV-{year}-{world.next_number(f'invoice-{year}'):05d}",
        amount=billable(order),
        repairs=repairs,
        clawback=clawback,
    )
    if world.policies.tax_profiles == "unchecked":
        return (issued,)
    buyer = world.customers[order.customer_id]
    return wrong_profile(world, buyer) or (
        msgspec.structs.replace(issued, title=buyer.title, tax_id=buyer.tax_id),
    )


def billable(order: Order) -> Minor:
    """What the next invoice comes to: shipping goes on the first one."""
    billed = any(paper.kind == "invoice" for paper in order.documents)
    amount = repairs_to_invoice(order) + max(clawback_to_note(order), 0)
    amount += 0 if billed else order.shipping_gross
    for line in order.lines:
        amount += telescoped(line.gross, max(line.shipped, line.invoiced), line.ordered)
        amount -= telescoped(line.gross, line.invoiced, line.ordered)
    return amount


def repairs_to_invoice(order: Order) -> Minor:
    """The price of repairs that are done and stand on no invoice."""
    if not order.repair_fees:
        return 0
    return order.repairs_earned - sum(paper.repairs for paper in order.documents)


def clawback_to_note(order: Order) -> Minor:
    """What is charged for a promotion and stands on no paper; below 0 where papers ask too much."""
    if order.promotion is None:
        return 0
    return order.clawback - sum(paper.clawback for paper in order.documents)


def noted_down(line: OrderLine) -> OrderLine:
    """The line once everything that is credited stands on paper.

    Units that were cancelled after they had been invoiced (a lost parcel) come off the invoice.
    """
    invoiced = min(line.invoiced, line.live)
    return msgspec.structs.replace(
        line, invoiced=invoiced, credit_noted=min(line.credited_back, invoiced)
    )


def _billed(line: OrderLine) -> Minor:
    """What the papers ask for on this line."""
    return telescoped(line.gross, line.invoiced, line.ordered) - telescoped(
        line.gross, line.credit_noted, line.ordered
    )


def creditable(order: Order) -> int:
    """Invoiced units that were credited and are on no credit note."""
    units = 0
    for line in order.lines:
        units += _creditable(line)
    return units


def _creditable(line: OrderLine) -> int:
    if not line.invoiced:
        return 0
    after = noted_down(line)
    return line.invoiced - after.invoiced + after.credit_noted - line.credit_noted


def _asked_for(order: Order) -> Minor:
    """What its papers ask for by now."""
    return sum(paper.claim for paper in order.documents)


def _shipping_to_note(order: Order) -> Minor:
    """Credit for shipping that stands on no paper; what is not invoiced is not taken back."""
    noted = sum(paper.shipping for paper in order.documents)
    return order.shipping_credit - noted if order.documents else 0


def _goodwill_to_note(order: Order, asked_for: Minor) -> Minor:
    """Goodwill and what was given up, as far as they stand on no paper and papers ask for more.

    Below nothing where credit for goods has taken the place of goodwill that stood there.
    """
    if not (order.goodwill or order.written_off):
        return 0
    noted = sum(paper.goodwill + paper.written_off for paper in order.documents)
    return min(order.goodwill_standing + order.written_off_standing - noted, asked_for)


def _gift_of(order: Order, amount: Minor) -> Minor:
    """What of that is goodwill, which comes first; the rest was lost by chargebacks."""
    noted = sum(paper.goodwill for paper in order.documents)
    both = noted + amount + sum(paper.written_off for paper in order.documents)
    return min(order.goodwill_standing, both) - noted


def allowed(order: Order) -> Minor:
    """Shipping and goodwill that were credited and could stand on a credit note by now.

    Of an order that was called off no paper asks for anything.
    """
    if order.called_off:
        return _asked_for(order)
    shipping = _shipping_to_note(order)
    return shipping + max(_goodwill_to_note(order, _asked_for(order) - shipping), 0)


def to_note(order: Order) -> bool:
    """Whether a credit note is due."""
    return bool(creditable(order) or allowed(order) or clawback_to_note(order) < 0)


def not_on_paper(order: Order) -> Refusal | None:
    """What was credited and stands on no paper yet."""
    if creditable(order):
        return NotCredited(order_number=order.order_number, units=creditable(order))
    if allowed(order):
        return AllowanceNotCredited(order.order_number, allowed(order))
    return None


@decides(IssueCreditNote)
def issue_credit_note(world: World, order: Order, command: IssueCreditNote, by: Envelope) -> Answer:
    """What was credited and stands on an invoice; all of the shipping if all is called off."""
    if order.status not in ("confirmed", "cancelled"):
        return IllegalState(
            order_number=order.order_number, status=order.status, wanted="confirmed / cancelled"
        )
    if not to_note(order):
        return CreditNoteExceedsInvoiced(
            order_number=order.order_number,
            creditable=0,
            inspected=sum(min(line.credited_back, line.invoiced) for line in order.lines),
            credited=sum(line.credit_noted for line in order.lines),
        )
    amounts = tuple(
        _billed(line) - _billed(noted_down(line)) for line in order.lines if _creditable(line)
    )
    shipping = _shipping_to_note(order)
    amount = sum(amounts) + shipping
    if order.called_off:
        amount += order.shipping_gross - order.shipping_credit
    # a fee for units that are on no invoice yet stays for their own credit note
    fee = min(order.fees - sum(paper.fee for paper in order.documents), amount)
    kept = _clawback_kept(order, amount - fee)
    given = _goodwill_to_note(order, _asked_for(order) - amount + fee + kept)
    goodwill = _gift_of(order, given)
    year = day_of(moment(world, by)).year
    return (
        CreditNoteIssued(
            order_number=order.order_number,
            document_number=f"CRN-{year}-{world.next_number(f'credit_note-{year}'):05d}",
            amount=amount - fee - kept + given,
            amounts=amounts,
            fee=fee,
            shipping=shipping,
            goodwill=goodwill,
            written_off=given - goodwill,
            clawback=kept,
        ),
    )


def _clawback_kept(order: Order, credit: Minor) -> Minor:
    """What of so much credit for goods is kept for a promotion; the rest is invoiced by itself."""
    less = min(_goodwill_to_note(order, _asked_for(order) - credit), 0)
    return min(clawback_to_note(order), max(credit + less, 0))


@decides(CompleteOrder)
def complete_order(world: World, order: Order, command: CompleteOrder, by: Envelope) -> Answer:
    """Everything delivered, everything invoiced, nothing owed, nothing on hold."""
    refusal = not_confirmed(order)
    if refusal:
        return refusal
    if order.on_hold:
        return OrderOnHold.of(order)
    for back in order.returns:
        if back.open:
            return OpenReturn(
                order_number=order.order_number, rma_number=back.rma_number, status=back.stage
            )
    for claim in order.claims:
        if claim.open:
            return OpenClaimLeft(order_number=order.order_number, claim_number=claim.claim_number)
    waiting = complaint_open(order) or undecided(order)
    if waiting:
        return waiting
    wanted = delivered = shipped = invoiced = 0
    for line in order.lines:
        wanted += line.live
        delivered += line.delivered
        shipped += line.shipped
        invoiced += min(line.invoiced, line.shipped)
    if delivered < wanted:
        return OpenQuantity(order_number=order.order_number, wanted=wanted, delivered=delivered)
    if invoiced < shipped:
        return NotInvoiced(order_number=order.order_number, shipped=shipped, invoiced=invoiced)
    if repairs_to_invoice(order):
        return RepairNotInvoiced(order.order_number, repairs_to_invoice(order))
    if clawback_to_note(order):
        noted = order.clawback - clawback_to_note(order)
        return ClawbackNotOnPaper(order.order_number, order.clawback, noted)
    if order.refund_pending:
        return RefundUnderWay(order_number=order.order_number, pending=order.refund_pending)
    if order.balance_due:
        return BalanceDue.of(order)
    unnoted = not_on_paper(order)
    if unnoted:
        return unnoted
    return (*cards.voided(order), OrderCompleted(order_number=order.order_number))


def unsettled(world: World, order: Order) -> tuple[Document, ...]:
    """Its papers that no batch has closed: all, unless it was settled once and opened again."""
    if not order.batch_number:
        return order.documents
    closed = {number for batch in world.batches.values() for number in batch.document_numbers}
    return tuple(it for it in order.documents if it.document_number not in closed)


@decides(SettleBatch)
def settle_batch(world: World, command: SettleBatch, by: Envelope) -> Answer:
    """Completed orders of one currency whose papers add up to the money that was received.

    The papers of an order that was settled before are those issued since; they may well come to
    less than nothing.
    """
    numbers = tuple(dict.fromkeys(command.order_numbers))
    if not numbers:
        return MissingField(field="order")
    orders: list[Order] = []
    for number in numbers:
        order = world.orders.get(number)
        if order is None:
            return UnknownOrder(order_number=number)
        if order.status != "completed":
            return NotCompleted(order_number=number, status=order.status)
        foreign = mismatch(world, number, order.currency, orders[0]) if orders else None
        refusal = foreign or with_carriers(order)
        if refusal:
            return refusal
        orders.append(order)
    documents = [document for order in orders for document in unsettled(world, order)]
    total = sum(document.claim for document in documents)
    fees = {order.order_number: fees_to_settle(world, order) for order in orders}
    fee, currency = sum(fees.values()), orders[0].currency
    if command.fee != fee:
        return AcquirerFeeDiffers(requested=command.fee, limit=fee, currency=currency)
    if command.received != total - fee:
        return ReconciliationDifference(
            documents=total,
            received=command.received,
            difference=total - fee - command.received,
            currency=currency,
            fee=fee,
        )
    batch_number = f"SET-{world.next_number('batch'):05d}"
    return (
        BatchClosed(
            batch_number=batch_number,
            document_numbers=tuple(document.document_number for document in documents),
            total=total,
            currency=currency,
            fee=fee,
        ),
        *(OrderSettled(number, batch_number, fees[number]) for number in numbers),
    )


@decides(ArchiveOrder)
def archive_order(world: World, order: Order, command: ArchiveOrder, by: Envelope) -> Answer:
    """Settled or cancelled, nothing owed, kept long enough."""
    if order.status not in ("settled", "cancelled"):
        return NotSettled(order_number=order.order_number, status=order.status)
    if order.refund_pending:
        return RefundUnderWay(order_number=order.order_number, pending=order.refund_pending)
    if order.balance_due:
        return BalanceDue.of(order)
    waiting = not_on_paper(order) or complaint_open(order) or undecided(order) or task_open(order)
    waiting = waiting or open_recourse(order)
    if waiting:
        return waiting
    limit = world.policies.retention_years
    if not limit <= command.retention_years <= 100:
        return RetentionTooShort(requested=command.retention_years, limit=limit)
    year = day_of(moment(world, by)).year
    return (
        OrderArchived(
            order_number=order.order_number,
            retain_until=date(year + command.retention_years, 12, 31),
        ),
    )


@evolves(InvoiceIssued)
def invoice_issued(world: World, order: Order, event: InvoiceIssued, at: Moment) -> World:
    """The number is taken from its series; everything shipped is invoiced."""
    series = f"invoice-{event.document_number[4:8]}"
    world = msgspec.structs.replace(
        world, counters=world.counters.set(series, world.next_number(series))
    )
    document = Document(
        document_number=event.document_number,
        kind="invoice",
        amount=event.amount,
        issued_at=at,
        rows=tuple(
            PackageRow(line.line_number, line.shipped - line.invoiced)
            for line in order.lines
            if line.shipped > line.invoiced
        ),
        title=event.title,
        tax_id=event.tax_id,
        repairs=event.repairs,
        clawback=event.clawback,
    )
    lines = tuple(
        msgspec.structs.replace(line, invoiced=max(line.shipped, line.invoiced))
        for line in order.lines
    )
    return world.with_order(changed(order, lines=lines, documents=(*order.documents, document)))


@evolves(CreditNoteIssued)
def credit_note_issued(world: World, order: Order, event: CreditNoteIssued, at: Moment) -> World:
    """The number is taken from its series; everything that came back stands on paper."""
    series = f"credit_note-{event.document_number[4:8]}"
    world = msgspec.structs.replace(
        world, counters=world.counters.set(series, world.next_number(series))
    )
    invoice = next(paper for paper in reversed(order.documents) if paper.kind == "invoice")
    document = Document(
        document_number=event.document_number,
        kind="credit_note",
        amount=event.amount,
        issued_at=at,
        rows=tuple(
            PackageRow(line.line_number, units)
            for line in order.lines
            if (units := _creditable(line))
        ),
        amounts=event.amounts,
        fee=event.fee,
        shipping=event.shipping,
        goodwill=event.goodwill,
        written_off=event.written_off,
        clawback=event.clawback,
        title=invoice.title,
        tax_id=invoice.tax_id,
    )
    lines = tuple(noted_down(line) for line in order.lines)
    return world.with_order(changed(order, lines=lines, documents=(*order.documents, document)))


@evolves(OrderCompleted)
def order_completed(world: World, order: Order, event: OrderCompleted, at: Moment) -> World:
    """Done."""
    return world.with_order(changed(order, status="completed"))


@evolves(BatchClosed)
def batch_closed(world: World, event: BatchClosed, at: Moment) -> World:
    """Closed for good."""
    batch = Batch(
        batch_number=event.batch_number,
        document_numbers=event.document_numbers,
        total=event.total,
        closed_at=at,
        currency=event.currency,
        fee=event.fee,
    )
    return msgspec.structs.replace(
        world,
        batches=world.batches.set(event.batch_number, batch),
        counters=world.counters.set("batch", world.next_number("batch")),
    )


@evolves(OrderSettled)
def order_settled(world: World, order: Order, event: OrderSettled, at: Moment) -> World:
    """Its papers are in a batch."""
    fees = order.card_fees + event.fee
    return world.with_order(
        changed(order, status="settled", batch_number=event.batch_number, card_fees=fees)
    )


@evolves(OrderArchived)
def order_archived(world: World, order: Order, event: OrderArchived, at: Moment) -> World:
    """Read only."""
    return world.with_order(changed(order, status="archived", retain_until=event.retain_until))
