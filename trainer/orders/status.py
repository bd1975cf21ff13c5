"""Derived statuses: the only place that says what an order *is*, from quantities, money and papers.

Several dimensions side by side, because one status field cannot tell that an order is paid, half
shipped and fully invoiced; and the one label of the course's flow, which is what lists show.
"""

from typing import TYPE_CHECKING, Final, Literal

from trainer.orders.values import Minor, day_of

if TYPE_CHECKING:
    from datetime import date

    from trainer.orders.world import Order, OrderLine, Package, Return, World

Label = Literal[
    "draft",
    "awaiting_confirmation",
    "pending_payment",
    "awaiting_shipment",
    "partly_shipped",
    "shipped",
    "in_transit",
    "signed",
    "completed",
    "settled",
    "archived",
    "closed",
]
LABELS: Final[tuple[Label, ...]] = (
    "draft",
    "awaiting_confirmation",
    "pending_payment",
    "awaiting_shipment",
    "partly_shipped",
    "shipped",
    "in_transit",
    "signed",
    "completed",
    "settled",
    "archived",
    "closed",
)

PaymentStatus = Literal[
    "not_required", "on_account", "cash_on_delivery", "unpaid", "partially_paid", "paid",
    "overpaid",
    "partially_refunded", "refunded", "refund_pending", "authorized", "voided", "failed",
]  # fmt: skip
FulfilmentStatus = Literal[
    "none", "open", "backordered", "in_production", "allocated", "picked", "packed",
    "partially_shipped", "shipped", "partially_delivered", "delivered", "cancelled",
]  # fmt: skip
TrackingStatus = Literal[
    "none", "label_created", "in_transit", "out_for_delivery", "delivered", "exception",
    "returned_to_sender", "lost",
]  # fmt: skip
InvoiceStatus = Literal[
    "none", "partially_invoiced", "invoiced", "partially_credited", "credited"
]  # fmt: skip
Overlay = Literal[
    "on_hold", "late", "exception", "after_sales_open", "refund_pending", "complaint_open",
    "complaint_late", "task_open", "task_due", "disputed_payment",
]  # fmt: skip
SubLabel = Literal["out_of_stock", "being_made", "being_prepared", "packed"]
AfterSale = Literal[
    "requested", "to_send_back", "to_inspect", "to_repair", "to_refund", "after_sale_over",
    "rejected", "receipt_refused", "return_over", "came_late", "return_called_off",
]  # fmt: skip

_FINAL: Final[dict[str, Label]] = {
    "cancelled": "closed",
    "archived": "archived",
    "settled": "settled",
    "completed": "completed",
    "draft": "draft",
    "submitted": "awaiting_confirmation",
}


def label_of(order: "Order") -> Label:
    """The one label of the course's flow, first match.

    An unconfirmed order reads *awaiting confirmation* even on prepaid terms: this company asks for
    money only for what it has promised. What a card has promised in turn need not be waited for.
    """
    final = _FINAL.get(order.status)
    if final is not None:
        return final
    live = shipped = delivered = 0
    for line in order.lines:
        live += line.ordered - line.cancelled
        shipped += line.shipped
        delivered += line.delivered
    if shipped:
        if delivered >= live:
            return "signed"
        if shipped >= live:
            return "in_transit" if _moving(order.packages) else "shipped"
        return "partly_shipped"
    if order.payment_terms == "prepay" and order.balance_due > order.authorised_open:
        return "pending_payment"
    return "awaiting_shipment"


def _moving(packages: "tuple[Package, ...]") -> bool:
    return any(package.tracking in ("in_transit", "out_for_delivery") for package in packages)


def exposure_of(order: "Order") -> Minor:
    """What the company would lose if this customer never paid: confirmed and not yet covered."""
    # who pays at the door owes nothing that they have
    if order.payment_terms != "on_account" or order.status in ("draft", "submitted", "cancelled"):
        return 0
    return max(order.balance_due, 0)


_OVER: Final[dict[str, PaymentStatus]] = {
    "voided": "voided", "expired": "voided", "declined": "failed"
}  # fmt: skip
"""What is left of an authorisation of which nothing was captured."""


def payment_status(order: "Order") -> PaymentStatus:
    """Where the money is, from the amounts alone."""
    if order.refund_pending:
        return "refund_pending"
    if order.refunded:
        return "refunded" if order.refunded >= order.captured else "partially_refunded"
    if order.balance_due < 0:
        return "overpaid"
    if order.authorisations and not order.captured:
        if order.authorised_open:
            return "authorized"
        over = _OVER.get(order.authorisations[-1].status)
        if over:
            return over
    if order.total - order.credit == 0:
        return "not_required"
    if order.balance_due == 0:
        return "paid"
    if order.captured:
        return "partially_paid"
    return "unpaid" if order.payment_terms == "prepay" else order.payment_terms


def fulfilment_status(order: "Order", world: "World") -> FulfilmentStatus:
    """Where the goods are: the lines' counters, and whether the stock has what nobody set aside."""
    if order.called_off:
        return "cancelled"
    if order.status in ("draft", "submitted"):
        return "none"
    live = sum(line.live for line in order.lines)
    shipped = sum(line.shipped for line in order.lines)
    delivered = sum(line.delivered for line in order.lines)
    if delivered:
        return "delivered" if delivered >= live else "partially_delivered"
    if shipped:
        return "shipped" if shipped >= live else "partially_shipped"
    stages = {package.stage for package in order.packages} - {"voided", "lost", "came_back"}
    if sum(line.packed for line in order.lines) >= live and stages:
        return "picked" if "picked" in stages else "packed"
    if all(not line.open for line in order.lines):
        return "allocated"
    short = [line for line in order.lines if line.open > world.available(line.sku)]
    if not short:
        return "open"
    made = all(_made(order, line, world) for line in short)
    return "in_production" if made else "backordered"


def _made(order: "Order", line: "OrderLine", world: "World") -> bool:
    """Whether what the stock lacks for a line is being made for it."""
    coming = sum(made.left for made in world.made_for(order.order_number, line.line_number))
    return coming > 0 and line.open <= world.available(line.sku) + coming


_WAITS_FOR: Final[dict[FulfilmentStatus, SubLabel]] = {
    "backordered": "out_of_stock",
    "in_production": "being_made",
    "open": "being_prepared",
    "allocated": "being_prepared",
    "picked": "being_prepared",
    "packed": "packed",
}


def sub_label(order: "Order", world: "World") -> SubLabel | None:
    """What an order that awaits shipment waits for; asked for by who shows it, never stored."""
    if label_of(order) != "awaiting_shipment":
        return None
    return _WAITS_FOR[fulfilment_status(order, world)]


def shipped_of(order: "Order") -> tuple[int, int] | None:
    """How many units of how many have left, where that is the question."""
    if label_of(order) != "partly_shipped":
        return None
    return sum(line.shipped for line in order.lines), sum(line.live for line in order.lines)


_PROGRESS: Final[tuple[TrackingStatus, ...]] = (
    "lost", "returned_to_sender", "exception", "label_created", "in_transit",
    "out_for_delivery", "delivered",
)  # fmt: skip


ASTRAY: Final[tuple[TrackingStatus, ...]] = ("exception", "returned_to_sender", "lost")
"""Trouble with a parcel, as carriers tell it."""


def tracking_status(order: "Order") -> TrackingStatus:
    """What the carriers say: the package that is furthest behind, trouble first."""
    gone = ("voided", "lost", "came_back")  # what is over tells nothing of what is on its way
    seen = {p.tracking for p in order.packages if p.tracking and p.stage not in gone}
    return next((status for status in _PROGRESS if status in seen), "none")


def invoice_status(order: "Order") -> InvoiceStatus:
    """What has been invoiced, and what of it credit notes took back: by units, not by amounts.

    What a credit note keeps (shipping, a fee for taking goods back) leaves nothing to credit.
    """
    invoiced = sum(line.invoiced for line in order.lines)
    if any(paper.kind == "credit_note" for paper in order.documents):
        noted = sum(line.credit_noted for line in order.lines)
        return "partially_credited" if noted < invoiced else "credited"
    if not invoiced:
        return "none"
    live = sum(line.live for line in order.lines)
    return "invoiced" if invoiced >= live else "partially_invoiced"


def return_status(order: "Order") -> str:
    """What is coming back: the first return that is open, else what has come back already."""
    for back in order.returns:
        if back.open:
            return back.stage
    # what is with the customer again is not back with us
    returned = sum(line.returned - line.given_back for line in order.lines)
    if returned:
        delivered = sum(line.delivered for line in order.lines)
        return "returned" if returned >= delivered else "partially_returned"
    ended = {back.status for back in order.returns}
    if "rejected" in ended:
        return "rejected"
    if "expired" in ended:
        return "return_over"
    return "return_called_off" if "cancelled" in ended else "none"


_AFTER_SALES: Final[dict[str, AfterSale]] = {
    "requested": "requested",
    "authorised": "to_send_back",
    "in_transit": "to_inspect",
    "arrived": "to_inspect",
    "partially_received": "to_inspect",
    "received": "to_inspect",
    "in_repair": "to_repair",
    "inspected": "to_refund",
    "rejected": "rejected",
    "expired": "return_over",
    "came_late": "came_late",
    "cancelled": "return_called_off",
}


def after_sale_label(back: "Return") -> AfterSale:
    """What the course calls a return: what comes next, or how it ended."""
    received = sum(row.received for row in back.rows)
    refused = sum(row.given_back - row.repaired for row in back.rows)
    sent_back = back.status == "closed" and any(item.sent_back for item in back.unexpected)
    if back.late_parcel == "sent_back":
        return "receipt_refused"
    if refused == received and (received or sent_back):  # not one unit was taken
        return "receipt_refused"
    return _AFTER_SALES.get(back.stage, "after_sale_over")


def task_due(order: "Order", now: int) -> bool:
    """Whether somebody's day for something they have to do has come."""
    return any(task.due_by(now) for task in order.tasks)


ARRIVED: Final[frozenset[Label]] = frozenset(
    ("signed", "completed", "settled", "archived", "closed")
)
"""Labels of orders that nobody waits for any more."""


def due_day(order: "Order") -> "date | None":
    """The day that was promised for what comes next; the order's once nothing is to come."""
    if not order.split_dates:
        return order.promised_delivery_date
    days = (order.promise_of(line) for line in order.lines if line.delivered < line.live)
    return min(filter(None, days), default=order.promised_delivery_date)


def late(order: "Order", now: int) -> bool:
    """Whether a promised day is over and its goods are not there."""
    promised = due_day(order)
    return promised is not None and day_of(now) > promised and label_of(order) not in ARRIVED


def overlays(order: "Order", now: int) -> tuple[Overlay, ...]:
    """Badges beside the label; they are never a state of their own."""
    found: list[Overlay] = []
    if order.on_hold:
        found.append("on_hold")
    if late(order, now):
        found.append("late")
    if tracking_status(order) in ASTRAY:
        found.append("exception")
    if order.after_sales_open:
        found.append("after_sales_open")
    if order.refund_pending:
        found.append("refund_pending")
    if order.disputed:
        found.append("disputed_payment")
    if any(complaint.open for complaint in order.complaints):
        overdue = any(complaint.open and complaint.late(now) for complaint in order.complaints)
        found.append("complaint_late" if overdue else "complaint_open")
    if any(task.open for task in order.tasks):
        found.append("task_due" if task_due(order, now) else "task_open")
    return tuple(found)
