"""Rules over what happens, where `invariants` are rules over what is: one event, before and after.

The numbers are those of the engine's reference, I for a state and P for a process; what has none
there goes by the refusal that should have prevented it.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import msgspec

from trainer.orders.allowances import GoodwillGiven
from trainer.orders.amendments import DeliveryChanged, OrderAmended
from trainer.orders.approvals import RefundApproved, RefundDeclined
from trainer.orders.arrivals import DeliveryConfirmed
from trainer.orders.automation import DEPTH, RuleActed, RuleRefused
from trainer.orders.b_grade import BGradeCleared
from trainer.orders.cards import PaymentCaptured
from trainer.orders.changes import ChangeAnswered
from trainer.orders.customers import CustomerOpened
from trainer.orders.engine import Event, OrderEvent, Recorded
from trainer.orders.goods_receipt import GoodsReceiptPosted
from trainer.orders.grades import GoodsGraded
from trainer.orders.hand_overs import DeskTaken, HandedOver
from trainer.orders.holds import HoldPlaced, HoldReleased
from trainer.orders.intake import (
    DraftCreated,
    LineAdded,
    LineChanged,
    LineRemoved,
    OrderConfirmed,
)
from trainer.orders.late_returns import ExceptionAllowed
from trainer.orders.mishaps import ClaimApproved
from trainer.orders.payment import PaymentReceived, RefundIssued, RefundRequested, StoreCreditIssued
from trainer.orders.price_changes import PriceChanged
from trainer.orders.production import ProductionCreated, ProductionReported
from trainer.orders.promises import LinePromised, earliest_of_lines
from trainer.orders.questions import RequestDeclined
from trainer.orders.reallocation import StockReallocated
from trainer.orders.recourse import RecourseAnswered, RecourseRaised
from trainer.orders.refunds import RefundRetried, RefundReversed
from trainer.orders.refusals import Refusal
from trainer.orders.return_expiry import ReturnExpired
from trainer.orders.return_way import ReturnCancelled
from trainer.orders.returns import (
    RepairChargeDropped,
    RepairFinished,
    RestockingFeeCharged,
    ReturnAuthorised,
    ReturnInspected,
    returnable,
)
from trainer.orders.sent_back import TransferReturned
from trainer.orders.service import AlreadyNotified, CustomerNotified
from trainer.orders.settlement import InvoiceIssued
from trainer.orders.shipping import PackagePacked, PackagePicked, PackageShipped
from trainer.orders.stock import StockAllocated, StockCounted, earliest_delivery_date
from trainer.orders.surplus import SurplusSentBack
from trainer.orders.values import day_of
from trainer.orders.wishes import WishDeclined, open_wish
from trainer.orders.world import Order, Package, Return, World

_STAYS = {"cancelled": {"cancelled", "archived"}, "archived": {"archived"}}

_HAPPENED: dict[str, Callable[[Order], int]] = {
    "order_amended": lambda order: order.amendments,
    "return_authorised": lambda order: sum(bool(back.liability) for back in order.returns),
    "parcel_sent_back": lambda order: [back.late_parcel for back in order.returns].count(
        "sent_back"
    ),
    "return_expired": lambda order: sum(
        back.status == "expired" or back.late_parcel != "none" for back in order.returns
    ),
    "return_cancelled": lambda order: sum(
        back.status == "cancelled" and bool(back.why_not) for back in order.returns
    ),
    "return_rejected": lambda order: [back.status for back in order.returns].count("rejected"),
    "credit_given": lambda order: order.allowances,
    "refund_sent": lambda order: sum(refund.arrived for refund in order.refunds),
}
"""What can happen to an order more than once, and be told each time."""


def broken_by(before: World, entry: Recorded, after: World) -> Iterator[str]:
    """What an event broke, each rule with its numbers; nothing if it is sound."""
    if after.number != before.number + 1 or entry.number != after.number:
        yield f"P6 event {entry.number} follows event {before.number}"
    if entry.at < before.now or after.now < before.now:
        yield f"P6 time runs back from {before.now} to {after.now}"
    if not (entry.actor and entry.role and entry.command_id):
        yield f"P6 event {entry.number} has no cause"
    # a count that agrees with the book needs no reason
    agrees = isinstance(entry.event, StockCounted) and not entry.event.difference
    coded = getattr(entry.event, "reason_code", "other") != "other"
    kind = getattr(entry.event, "kind", "manual") if isinstance(entry.event, HoldPlaced) else ""
    coded = coded or kind not in ("", "manual")
    if not getattr(entry.event, "reason", "said").strip() and not agrees and not coded:
        yield f"P6 event {entry.number} has no reason"
    if isinstance(entry.event, HoldReleased):
        for hold in before.orders[entry.event.order_number].holds:
            theirs = hold.open and hold.kind == entry.event.kind and hold.owner == "supervisor"
            alone = entry.actor in (hold.placed_by, hold.asked_by)
            if theirs and (alone or entry.role != "supervisor"):
                yield f"P12 {entry.event.order_number}: released by {entry.actor} alone"
    if isinstance(entry.event, RuleActed | RuleRefused):
        yield from _rule(before, entry.event)
    if isinstance(entry.event, RefundApproved | RefundDeclined):
        asked_by = before.orders[entry.event.order_number].approval_asked_by
        if entry.actor == asked_by:
            yield f"P12 {entry.event.order_number}: {entry.actor} asked and approved"
    if before.policies.desks:
        yield from _at_desks(before, entry, after)
    if isinstance(entry.event, GoodwillGiven) and before.policies.goodwill_limit:
        yield from _kind(before, entry, entry.event)
    if isinstance(entry.event, RepairFinished | RepairChargeDropped):
        yield from _repaired(before, entry.event)
    if isinstance(entry.event, PriceChanged):
        yield from _dearer(before, after, entry.event)
    if isinstance(entry.event, RefundIssued | RefundRequested | RefundRetried | StoreCreditIssued):
        order = after.orders[entry.event.order_number]
        stays = order.total - order.credit
        gone = sum(r.amount for r in order.refunds if r.status in ("pending", "unanswered"))
        if order.received - gone < stays:
            yield f"I17 {order.order_number}: {order.received} − {gone} left of {stays}"
    if isinstance(entry.event, ReturnExpired):
        yield from _expired(before, entry.at, after, entry.event)
    if isinstance(entry.event, ReturnAuthorised | ClaimApproved):
        yield from _unseen(before, entry.event)
    if isinstance(entry.event, RefundReversed) and entry.event.body:
        letter = after.messages.get(entry.event.reply_id)
        if letter is None or letter.refund_number != entry.event.refund_number:
            yield f"P10 {entry.event.refund_number}: came back, and nobody reads why"
    if isinstance(entry.event, DeliveryConfirmed):
        yield from _signed(before, entry.event)
    if isinstance(entry.event, RecourseRaised | RecourseAnswered):
        yield from _recourse(before, entry.event)
    if isinstance(entry.event, ClaimApproved):
        yield from _replaced(before, after, entry.event)
    if isinstance(entry.event, ReturnCancelled):
        yield from _called_off(before, after, entry.event)
    if isinstance(entry.event, ExceptionAllowed):
        back = before.orders[entry.event.order_number].returned(entry.event.rma_number)
        if back is None or entry.actor == back.exception_asked_by:
            yield f"P12 {entry.event.rma_number}: {entry.actor} asked and allowed"
    if isinstance(entry.event, OrderEvent):
        number = entry.event.order_number
        yield from _order(before.orders[number], after.orders[number], entry.event, before)
    if isinstance(entry.event, DraftCreated):
        draft = entry.event
        same = before.by_po.get((draft.customer_id, draft.customer_po_number))
        if same and not before.orders[same].called_off:
            yield f"DUPLICATE_ORDER {draft.order_number}: {draft.customer_po_number} is {same}"
    if isinstance(entry.event, TransferReturned):
        before_it = before.transfers[entry.event.reference].refund
        if before_it and before_it.status == "succeeded":
            yield f"I13 {entry.event.reference}: sent back twice"
    if isinstance(entry.event, InvoiceIssued) and before.policies.tax_profiles == "required":
        buyer = before.customers[before.orders[entry.event.order_number].customer_id]
        home = buyer.address.country == "US"
        if not buyer.title or (home and not re.fullmatch(r"\d\d-\d{7}", buyer.tax_id)):
            yield f"INVALID_TAX_PROFILE {entry.event.document_number}: {buyer.tax_id}"
        if (entry.event.title, entry.event.tax_id) != (buyer.title, buyer.tax_id):
            yield f"I26 {entry.event.document_number}: made out to {entry.event.title}"
    if isinstance(entry.event, CustomerOpened) and entry.event.customer_id in before.customers:
        yield f"I29 {entry.event.customer_id}: opened over a file that was there"
    if isinstance(entry.event, GoodsReceiptPosted):
        yield from _counted(before, after, entry.event)
    if isinstance(entry.event, SurplusSentBack):
        yield from _too_many(before, after, entry.event)
    if isinstance(entry.event, ProductionCreated | ProductionReported):
        yield from _pegged(before, entry.event)
    if isinstance(entry.event, RefundRequested | RefundRetried) and entry.role != "supervisor":
        order = after.orders[entry.event.order_number]
        limits = {limit.currency: limit.amount for limit in before.policies.refund_limits}
        limits[""] = before.policies.refund_limit
        most = max(limits.get(order.currency, 0), order.refund_approved)
        gone = sum(r.amount for r in order.refunds if r.status not in ("failed", "reversed"))
        if before.policies.refund_limit and gone > most:
            yield f"APPROVAL_REQUIRED {order.order_number}: {gone} go back, limit {most}"
    if isinstance(entry.event, StockAllocated | StockReallocated):
        yield from _bad_lots(before, entry.event)
    if isinstance(entry.event, PackageShipped):
        yield from _bad_parcel(before, entry.event)
        yield from _unasked(before, after, entry.event)
        yield from _left_behind(before, after, entry.event.order_number)
    if isinstance(entry.event, BGradeCleared):
        full = before.products[entry.event.sku].unit_price
        if not 0 <= entry.event.price < full:
            yield f"NOT_MARKED_DOWN {entry.event.sku}: {entry.event.price} of {full}"
    graded = entry.event
    if isinstance(graded, GoodsGraded) and graded.disposition in _NOT_FOR[graded.grade]:
        yield f"DISPOSITION_NOT_ALLOWED {graded.rma_number}: {graded.grade} {graded.disposition}"
    if isinstance(entry.event, ReturnInspected):
        yield from _bad_return(before, entry.event)
    yield from _on_returns(before, after, entry.event)
    if isinstance(entry.event, OrderConfirmed | OrderAmended) and not before.policies.backorder:
        yield from _on_backorder(before, after, entry.event)
    if isinstance(entry.event, PaymentCaptured):
        order = before.orders[entry.event.order_number]
        promise = order.authorisation(entry.event.authorisation_number)
        if promise is None or entry.at >= promise.expires_at:
            yield f"AUTHORISATION_EXPIRED {order.order_number}: captured after its last day"
    if isinstance(entry.event, StoreCreditIssued):
        order = before.orders[entry.event.order_number]
        agreed = before.customers[order.customer_id].takes_store_credit
        if entry.event.tender != "store_credit" and not agreed:
            yield f"TENDER_MISMATCH {order.order_number}: credit that nobody agreed to"
    if isinstance(entry.event, LineAdded | OrderAmended):
        line = after.orders[entry.event.order_number].lines[-1]
        rate = before.products[line.sku].tax_rate
        if line.tax_rate != rate:
            yield f"I20 {line.sku}: sold at a tax of {line.tax_rate}, its rate is {rate}"
    if isinstance(entry.event, ChangeAnswered):
        yield from _said(before, entry.event)
    if isinstance(entry.event, WishDeclined):
        yield from _no(before, entry.event)
    if isinstance(entry.event, RequestDeclined):
        for number in before.by_message.get(entry.event.message_id, ()):
            if not before.orders[number].called_off:
                yield f"I34 {entry.event.message_id}: declined, and {number} stands for it"
        if before.messages[entry.event.message_id].declined:
            yield f"I34 {entry.event.message_id}: declined already"
    if isinstance(entry.event, OrderConfirmed | DeliveryChanged):
        yield from _promise(before, after, entry.event)
    if isinstance(entry.event, LinePromised):
        yield from _line_promise(before, after, entry.event)
    if isinstance(entry.event, StockAllocated) and "fill_backorders" in entry.command_id:
        yield from _out_of_turn(before, after, entry.event)
    if isinstance(entry.event, OrderConfirmed | OrderAmended | DeliveryChanged | PriceChanged):
        order = after.orders[entry.event.order_number]
        who = order.customer_id
        # a limit that was lowered meanwhile stops nothing that owes no more than before
        if after.exposure.get(who, 0) > before.exposure.get(who, 0):
            yield from _credit(after, order)


def _order(before: Order, after: Order, event: Event, whole: World | None = None) -> Iterator[str]:
    name = after.order_number
    if after.version != before.version + 1:
        yield f"P4 {name}: version {before.version} became {after.version}"
    if after.status not in _STAYS.get(before.status, {after.status}):
        yield f"P5 {name}: {before.status} became {after.status}"
    if sum(line.delivered for line in after.lines) < sum(line.delivered for line in before.lines):
        yield f"P5 {name}: what was delivered is not"
    if isinstance(event, PackagePicked | PackagePacked | PackageShipped) and before.on_hold:
        yield f"I23 {name}: {type(event).__name__} while on hold"
    held = [hold.kind for hold in before.holds if hold.open]
    if isinstance(event, PaymentCaptured) and "payment" in held:
        yield f"I23 {name}: captured while a payment hold stands"
    unpaid = before.balance_due if before.payment_terms == "prepay" else 0
    if isinstance(event, PackageShipped) and unpaid > 0:
        yield f"PAYMENT_REQUIRED {name}: goods left with {unpaid} unpaid"
    if after.documents[: len(before.documents)] != before.documents:
        yield f"I26 {name}: an issued paper changed"
    answered = [complaint for complaint in before.complaints if not complaint.open]
    if any(after.complaint(complaint.complaint_number) != complaint for complaint in answered):
        yield f"I30 {name}: an answer that was given reads differently"
    over = [task for task in before.tasks if not task.open]
    if any(after.task(task.task_number) != task for task in over):
        yield f"I33 {name}: a task that was over reads differently"
    if before.satisfaction and after.satisfaction != before.satisfaction:
        yield f"I30 {name}: the customer's score changed"
    if isinstance(event, CustomerNotified) and whole:
        yield from _addressed(whole, before, event)
    if isinstance(event, CustomerNotified):
        happened = _HAPPENED.get(event.template, lambda order: 1)(before)
        if event.template in _BY_PARCEL or event.about:
            yield from _told_of(before, event)
        elif before.notices.count(event.template) >= happened:
            yield f"P10 {name}: told {event.template} once more than it has happened"
    rates = {line.line_number: line.tax_rate for line in before.lines}
    drafting = isinstance(event, LineAdded | LineChanged | LineRemoved)
    for line in () if drafting else after.lines:
        if line.tax_rate != rates.get(line.line_number, line.tax_rate):
            yield f"I20 {name}/{line.line_number}: taxed at {line.tax_rate} after the supply"
    kept = [x.ordered for x in after.lines][: len(before.lines)]
    grown = len(after.lines) > len(before.lines) and not isinstance(event, OrderAmended)
    if not drafting and (grown or kept != [x.ordered for x in before.lines]):
        yield f"I7 {name}: what was ordered was rewritten"


_NOT_FOR = {
    "grade_a": ("scrap", "repair", "rework"),
    "grade_b": ("restock",),
    "grade_c": ("restock", "restock_b_grade"),
    "grade_d": ("restock", "restock_b_grade", "repair", "rework"),
}
_BY_PARCEL: dict[str, Callable[[Package], bool]] = {
    # what came back is no news
    "order_shipped": lambda it: it.stage in ("shipped", "delivered", "lost"),
    "order_delivered": lambda it: it.stage == "delivered",
    "order_lost": lambda it: (
        it.stage == "lost" or (it.stage == "shipped" and it.tracking == "lost")
    ),
    "order_came_back": lambda it: (
        not it.intercepted
        and (it.stage == "came_back" or it.stage == "shipped")
        and it.tracking == "returned_to_sender"
    ),
}
"""Of which parcels a letter may tell that says which one it is about."""


def kept_from(world: World, refusal: Refusal) -> Iterator[str]:
    """Whether a customer is refused news of a parcel that no letter has told of."""
    if isinstance(refusal, AlreadyNotified) and refusal.template in _BY_PARCEL:
        order = world.orders[refusal.order_number]
        there = sum(map(_BY_PARCEL[refusal.template], order.packages))
        if order.notices.count(refusal.template) < there:
            yield f"P10 {order.order_number}: {refusal.template} of a parcel is not told"


_WHO_READS = {
    "credit_given": "accounts_payable", "refund_sent": "accounts_payable",
    "order_shipped": "goods_in", "order_delayed": "goods_in", "order_delivered": "goods_in",
    "order_lost": "goods_in", "order_came_back": "goods_in",
    "return_authorised": "after_sales", "return_rejected": "after_sales",
    "return_expired": "after_sales", "return_cancelled": "after_sales",
    "parcel_sent_back": "after_sales",
}  # fmt: skip


def _addressed(world: World, order: Order, event: CustomerNotified) -> Iterator[str]:
    """A letter reaches whom it concerns, if the file names somebody who can be reached so."""
    file = world.customers[order.customer_id]
    people = [(it.name, it.email, it.phone) for it in file.contacts
              if it.role == _WHO_READS.get(event.template)]  # fmt: skip
    way = 1 if event.channel == "email" else 2
    meant = [it for it in people if it[way]] or [(file.contact, file.email, file.phone)]
    if event.recipient != meant[0][way] or (way == 1 and meant[0][0] not in event.text):
        yield f"P10 {order.order_number}: {event.template} to {event.recipient}, not {meant[0]}"


def _told_of(order: Order, event: CustomerNotified) -> Iterator[str]:
    """A letter about one parcel, day or change: of each one, and only of what has happened."""
    if (event.template, event.about) in order.told:
        yield f"P10 {order.order_number}: told {event.template} of {event.about} again"
    if event.template in _BY_PARCEL:
        fits = _BY_PARCEL[event.template]
        there = {str(p.package_number) for p in order.packages if fits(p)}
        if event.about not in there:
            yield f"P10 {order.order_number}: told {event.template} of parcel {event.about}"


_DONE_AT = {
    OrderConfirmed: "order_desk", PackageShipped: "warehouse", InvoiceIssued: "finance",
    PaymentReceived: "finance",
}  # fmt: skip


def _at_desks(before: World, entry: Recorded, after: World) -> Iterator[str]:
    """Each desk does its own part, and nobody lets go of money and sends it as well."""
    event = entry.event
    desk = _DONE_AT.get(type(event), before.seat)
    if entry.role == "clerk" and desk != before.seat:
        yield f"WRONG_DESK {type(event).__name__} at {before.seat}"
    if isinstance(event, DeskTaken) and after.seat != event.desk:
        yield f"WRONG_DESK {after.seat} after moving to {event.desk}"
    if isinstance(event, HandedOver):
        last = after.orders[event.order_number].hand_overs[-1]
        if (last.came_from, last.desk, last.note) != (before.seat, event.desk, event.note):
            yield f"WRONG_DESK {event.order_number}: handed over to {last.desk}"
    if isinstance(event, RefundRequested | RefundRetried):
        order = after.orders[event.order_number]
        limits = {limit.currency: limit.amount for limit in before.policies.refund_limits}
        limits[""] = before.policies.refund_limit
        gone = sum(r.amount for r in order.refunds if r.status not in ("failed", "reversed"))
        if entry.actor == order.refund_approved_by and gone > limits.get(order.currency, 0):
            yield f"P12 {order.order_number}: {entry.actor} approved {gone} and paid it"


def _repaired(before: World, event: RepairFinished | RepairChargeDropped) -> Iterator[str]:
    """What the customer pays for is repaired once they have said yes, and back once it is paid.

    What is beyond repair is struck off its quote first.
    """
    order = before.orders[event.order_number]
    back, line = order.returned(event.rma_number), order.line(event.line_number)
    assert back is not None
    assert line is not None
    outcome = event.outcome if isinstance(event, RepairFinished) else "struck off"
    word = "said_no" if outcome == "unrepaired" else "said_yes"
    given = sum(
        quote.given_up
        if outcome == "beyond_repair"
        else quote.quantity - quote.repaired - quote.given_up
        for quote in back.quotes
        if (quote.line_number, quote.answer) == (event.line_number, word)
    )
    theirs = before.policies.repair_quotes and back.liability == "customer" and line.gross
    if (theirs or word == "said_no") and event.quantity > given:
        yield f"REPAIR_NOT_AGREED {event.rma_number}: {event.quantity} {outcome} of {given}"
    unpaid = order.total - order.credit - order.received
    if theirs and outcome == "repaired" and order.payment_terms == "prepay" and unpaid > 0:
        yield f"REPAIR_UNPAID {event.rma_number}: goes back with {unpaid} to pay"


def _dearer(before: World, after: World, event: PriceChanged) -> Iterator[str]:
    """A line costs more only by a word that was given for just that, and is used up by it."""
    order, name = before.orders[event.order_number], f"{event.order_number}/{event.line_number}"
    line, now = order.line(event.line_number), after.orders[event.order_number]
    assert line is not None
    if line.cancelled or line.shipped or line.lost or line.recovered or line.invoiced:
        yield f"P9 {name}: some of it is settled at {line.unit_price}"
    if event.delta != now.total - order.total:
        yield f"I14 {name}: {event.delta} told, {now.total - order.total} more"
    if event.unit_price <= line.unit_price:
        return
    word = (line.sku, line.ordered, line.unit_price, event.unit_price)

    def given(orders: Order) -> int:
        return sum(
            (x.sku, x.quantity, x.before, x.unit_price) == word and x.answer == "said_yes"
            for x in orders.price_rises
            if x.line_number == line.line_number
        )

    if not given(order):
        yield f"PRICE_RISE_NEEDS_CONSENT {name}: {line.unit_price} became {event.unit_price}"
    elif given(now) != given(order) - 1:
        yield f"PRICE_RISE_NEEDS_CONSENT {name}: a word that was acted on still stands"


def _rule(before: World, event: RuleActed | RuleRefused) -> Iterator[str]:
    """A rule acts once for an event, while it is on, on what fits it, and never in a circle."""
    name, number = event.rule_number, event.order_number
    if (trace := before.rule_traces.get((name, number))) and event.cause <= trace.cause:
        yield f"P14 {name}: event {event.cause} once more on {number}"
    if not before.rules[name].on:
        yield f"P14 {name}: switched off"
    if not isinstance(event, RuleActed):
        return
    if name in event.chain or len(event.chain) >= DEPTH:
        yield f"P15 {name}: follows {' > '.join(event.chain)}"
    asked, order = before.rules[name].conditions, before.orders[number]
    amount = sum(x.gross for x in order.lines) + order.shipping_gross
    least, most = asked.total_at_least or 0, asked.total_at_most
    if amount < least or (most is not None and amount > most):
        yield f"P14 {name}: {number} is {amount}, asked for {least} to {most}"
    held = {hold.kind for hold in order.holds if not hold.released_at}
    if (asked.hold and asked.hold not in held) or (asked.on_hold == "no" and held):
        yield f"P14 {name}: {number} is held for {held}"
    if asked.sku and asked.sku not in {x.sku for x in order.lines if x.live}:
        yield f"P14 {name}: {number} has no {asked.sku}"


def _no(before: World, event: WishDeclined) -> Iterator[str]:
    """No is said once, and to whoever asked."""
    asked = before.messages.get(event.message_id)
    change = asked is not None and asked.wish is not None and asked.wish.kind != "return"
    if asked is None or not change or asked.order_number != event.order_number:
        yield f"I32 {event.order_number}: nobody asked what {event.message_id} is declined for"
    elif not open_wish(asked, before):
        yield f"I32 {event.order_number}: {event.message_id} was settled already"


def _said(before: World, event: ChangeAnswered) -> Iterator[str]:
    """What a customer's system is told of their order is what the order says."""
    number, order = event.order_number, before.orders[event.order_number]
    theirs = order.customer_id, order.customer_po_number
    if (before.standing(event.change.customer_id), event.change.customer_po_number) != theirs:
        yield f"I39 {number}: {event.document_number} is about another order"
    stands = {line.sku: 0 for line in order.lines}
    for line in order.lines:
        stands[line.sku] += line.live
    if any(row.stands != stands.get(row.sku, 0) for row in event.lines):
        yield f"I39 {number}: {event.document_number} is told of units that are not there"
    day = event.change.requested_delivery_date
    asked = all(row.stands == row.asked for row in event.lines)
    asked = asked and day in (None, order.promised_delivery_date or order.requested_delivery_date)
    if (event.change_answer == "accepted") != asked:
        yield f"I39 {number}: {event.document_number} answered {event.change_answer}"


def _counted(before: World, after: World, event: GoodsReceiptPosted) -> Iterator[str]:
    """The shelf has as many more as were counted, whatever the note says, and none that broke."""
    number, sku = event.replenishment_number, event.sku
    more = after.level(sku, event.warehouse).on_hand - before.level(sku, event.warehouse).on_hand
    if more != event.quantity:
        yield f"I4 {number}: {event.quantity} counted, {more} more on the shelf"
    was, is_ = before.replenishments[number], after.replenishments[number]
    brought = was.delivery(event.delivery_number)
    assert brought is not None
    if brought.taken_in + event.quantity > brought.sound:
        yield f"COUNT_EXCEEDS_ARRIVED {number}: {event.quantity} counted of {brought}"
    if is_.received - was.received != event.quantity:
        yield f"I4 {number}: {event.quantity} counted, {is_.received} − {was.received} received"


def _too_many(before: World, after: World, event: SurplusSentBack) -> Iterator[str]:
    """Only what nobody bought goes back, and it was on no shelf."""
    number = event.replenishment_number
    if after.stock != before.stock:
        yield f"I4 {number}: {event.quantity} went back from the dock, and off a shelf"
    bought = before.replenishments[number]
    wanted = max(bought.quantity - bought.received, 0)
    there = sum(it.sound - it.taken_in - it.surplus for it in bought.deliveries)
    if there - event.quantity < wanted and bought.status != "delivered":
        yield f"SURPLUS_EXCEEDED {number}: {event.quantity} of {there}, {wanted} still wanted"


def _pegged(before: World, event: ProductionCreated | ProductionReported) -> Iterator[str]:
    """No more is made for a line than it waits for, and what is made is its own first."""
    if isinstance(event, ProductionCreated):
        number, place = event.order_number, event.line_number
    else:
        made = before.production[event.production_number]
        number, place = made.order_number, made.line_number
    order = before.orders.get(number)
    line = order.line(place) if order and order.status == "confirmed" else None
    wanted = line.open if line else 0
    if isinstance(event, ProductionReported):
        if event.for_line != min(event.quantity, wanted):
            yield f"I27 {event.production_number}: {event.for_line} of {wanted} for its line"
        return
    if number:
        wanted -= sum(made.left for made in before.made_for(number, place))
        if event.quantity > wanted:
            yield f"I27 {event.production_number}: {event.quantity} for a line that needs {wanted}"
    booked = sum(made.left for made in before.production.values() if made.sku == event.sku)
    product = before.products[event.sku]
    days = (event.due - day_of(before.now)).days - product.lead_time
    if booked + event.quantity > days * product.daily_capacity:
        yield f"CAPACITY_EXCEEDED {event.production_number}: {booked} + {event.quantity}"


def _bad_lots(before: World, event: StockAllocated | StockReallocated) -> Iterator[str]:
    order, today = before.orders[event.order_number], day_of(before.now)
    for row in event.rows:
        line = order.line(row.line_number)
        assert line is not None
        lot = before.level(line.sku, row.warehouse).lot(row.lot_number)
        if lot and lot.expires < today:
            yield f"LOT_EXPIRED {event.order_number}: set aside from {lot.lot_number}"


def _bad_parcel(before: World, event: PackageShipped) -> Iterator[str]:
    package = before.orders[event.order_number].package(event.package_number)
    assert package is not None
    for row in package.rows:
        if row.expires and row.expires < day_of(before.now):
            yield f"LOT_EXPIRED {event.order_number}: {row.lot_number} left after {row.expires}"


def _unasked(before: World, after: World, event: PackageShipped) -> Iterator[str]:
    """Who pays at the door is asked there for all that is due, by somebody who takes money."""
    order = after.orders[event.order_number]
    if event.to_collect and not before.carriers[event.carrier_code].collects:
        yield f"CARRIER_DOES_NOT_COLLECT {event.order_number}: {event.carrier_code}"
    if event.to_collect and order.payment_terms != "cash_on_delivery":
        yield f"I35 {event.order_number}: {event.to_collect} asked of somebody who does not owe it"
    asked = sum(p.to_collect for p in order.packages if p.stage == "shipped")
    stays = sum(line.live - line.shipped for line in order.lines)
    at_door = order.payment_terms == "cash_on_delivery" and order.balance_due > 0
    if at_door and (asked > order.balance_due or (not stays and asked != order.balance_due)):
        yield f"I35 {event.order_number}: {asked} asked for at the door of {order.balance_due}"


def _expired(before: World, at: int, after: World, event: ReturnExpired) -> Iterator[str]:
    """Not before its last day is over, and what it was for can be asked for again."""
    old, new = before.orders[event.order_number], after.orders[event.order_number]
    back = old.returned(event.rma_number)
    assert back is not None
    if not back.send_by or day_of(max(at, before.now)) <= back.send_by:
        yield f"STILL_AWAITED {event.rma_number}: over before the end of {back.send_by}"
    yield from _free_again(old, new, back)


def _unseen(before: World, event: ReturnAuthorised | ClaimApproved) -> Iterator[str]:
    """Where the company goes by evidence, damage is granted to nobody who has shown nothing."""
    order = before.orders[event.order_number]
    number = event.rma_number if isinstance(event, ReturnAuthorised) else event.claim_number
    case = order.returned(number) or order.claim(number)
    assert case is not None
    damaged = case.reason in ("damaged_in_transit", "defective")
    sent = [it.text for it in order.evidence if it.case_number == number and it.text]
    if before.policies.damage_evidence and damaged and not (case.evidence or sent):
        yield f"EVIDENCE_REQUIRED {number}: {case.reason}, and nothing was shown"


def _replaced(before: World, after: World, event: ClaimApproved) -> Iterator[str]:
    """What is sent once more is not credited, too, and is not asked for a second time."""
    old, new = before.orders[event.order_number], after.orders[event.order_number]
    claim = old.claim(event.claim_number)
    assert claim is not None
    for row in claim.rows:
        was, is_ = old.line(row.line_number), new.line(row.line_number)
        assert was is not None
        assert is_ is not None
        if returnable(new, is_) != returnable(old, was):
            yield f"I9 {event.claim_number}: what was made good can be asked for again"
        again = sum(it.quantity for it in event.replaced if it.line_number == row.line_number)
        if is_.claimed - was.claimed > row.quantity - again:
            yield f"I11 {event.claim_number}: {again} of {row.quantity} replaced and credited"


def _signed(before: World, event: DeliveryConfirmed) -> Iterator[str]:
    """The customer has said so of a parcel that a carrier had, and on which day it came."""
    name = f"{event.order_number}/{event.package_number}"
    for it in before.orders[event.order_number].packages:
        lost = it.tracking in ("lost", "returned_to_sender")
        if it.package_number == event.package_number and (it.stage != "shipped" or lost):
            yield f"NOT_SHIPPED {name}: {it.stage} {it.tracking}, and somebody signed for it"
    heard = [
        message.arrival.day
        for message in before.messages.values()
        if message.arrival
        and message.order_number == event.order_number
        and message.arrival.package_number == event.package_number
    ]
    if event.delivered_on not in heard:
        yield f"NOBODY_SAYS_SO {name}: signed for on {event.delivered_on}, heard of {heard}"


def _recourse(before: World, event: RecourseRaised | RecourseAnswered) -> Iterator[str]:
    """Once for a case, from who is liable for it, and never more than it has cost us."""
    order, number = before.orders[event.order_number], event.recourse_number
    if isinstance(event, RecourseAnswered):
        waits = [it.amount for it in order.recourses if it.recourse_number == number]
        if not waits or not 0 <= event.granted <= waits[0]:
            yield f"I41 {number}: {event.granted} granted of {waits}"
        return
    if any(it.case_number == event.case_number for it in order.recourses):
        yield f"I41 {number}: {event.case_number} is claimed a second time"
    back, claim = order.returned(event.case_number), order.claim(event.case_number)
    lost = {str(it.package_number) for it in order.packages if it.stage == "lost"}
    liable = back.liability if back else claim.liability if claim else "carrier"
    if liable != event.party or not (back or claim or event.case_number in lost):
        yield f"I41 {number}: {event.party} is not liable for {event.case_number}"
    if claim and event.amount != claim.credit + claim.replaced_value:
        yield f"I41 {number}: {event.amount} claimed of {claim.credit}"


def _called_off(before: World, after: World, event: ReturnCancelled) -> Iterator[str]:
    """As long as all of it is with the customer, and it can be asked for again."""
    old, new = before.orders[event.order_number], after.orders[event.order_number]
    back = old.returned(event.rma_number)
    assert back is not None
    if back.status != "authorised" or back.handed_over or any(row.received for row in back.rows):
        yield f"GOODS_COMING {event.rma_number}: called off while it is {back.stage}"
    yield from _free_again(old, new, back)


def _free_again(old: Order, new: Order, back: Return) -> Iterator[str]:
    for row in back.rows:
        was, is_ = old.line(row.line_number), new.line(row.line_number)
        assert was is not None
        assert is_ is not None
        if returnable(new, is_) != returnable(old, was) + row.quantity - row.received:
            yield f"I9 {back.rma_number}: what is over is still kept free"


def _bad_return(before: World, event: ReturnInspected) -> Iterator[str]:
    """What has gone bad is not sold again, whoever it went bad with; nor is what was opened."""
    order = before.orders[event.order_number]
    back, line = order.returned(event.rma_number), order.line(event.line_number)
    assert back is not None
    assert line is not None
    if back.reason == "defective" and event.disposition in ("restock", "restock_b_grade"):
        yield f"DISPOSITION_NOT_ALLOWED {order.order_number}: {event.disposition}"
    if event.disposition in ("rework", "restock_b_grade") and before.products[line.sku].shelf_life:
        yield f"OPENED_NOT_KEPT {order.order_number}: {event.disposition} of {line.sku}"
    for row in event.rows if event.disposition == "restock" else ():
        if row.expires and row.expires < day_of(before.now):
            yield f"LOT_EXPIRED {event.order_number}: {row.lot_number} is back on the shelf"


def _on_returns(before: World, after: World, event: Event) -> Iterator[str]:
    """What the company does not take back, what it keeps of a credit, what kindness may cost."""
    policies = before.policies
    if isinstance(event, ReturnAuthorised):
        order = before.orders[event.order_number]
        back = order.returned(event.rma_number)
        assert back is not None
        sold = {line.line_number: before.products[line.sku].category for line in order.lines}
        ends = day_of(order.delivered_at) + timedelta(days=policies.return_window_days)
        late = day_of(after.now) > ends and back.exception != "allowed"
        if late and back.reason in ("changed_mind", "wrong_size"):
            yield f"RETURN_WINDOW_CLOSED {order.order_number}: authorised after {ends}"
        bad = [c for row in back.rows if (c := sold[row.line_number]) in policies.return_excluded]
        if bad and back.reason in ("changed_mind", "wrong_size"):
            yield f"RETURN_EXCLUDED {order.order_number}: {bad} for {back.reason}"
    if isinstance(event, RestockingFeeCharged):
        order = after.orders[event.order_number]
        credit = sum(
            row.credit
            for back in order.returns
            if back.liability == "customer"
            for row in back.rows
        )
        if order.fees != (credit * policies.restocking_fee_percent + 50) // 100:
            yield f"I16 {order.order_number}: a fee of {order.fees} on {credit}"
    if isinstance(event, ClaimApproved) and policies.goodwill_limit:
        kind = _kindness(after.orders[event.order_number])
        if event.liability == "customer" and kind > policies.goodwill_limit:
            yield f"GOODWILL_LIMIT {event.order_number}: {kind} granted"


def _kindness(order: Order) -> int:
    return order.goodwill + sum(x.credit for x in order.claims if x.liability == "customer")


def _kind(before: World, entry: Recorded, event: GoodwillGiven) -> Iterator[str]:
    """Beyond the limit goodwill is a supervisor's, who did not ask for it."""
    order = before.orders[event.order_number]
    if _kindness(order) + event.amount <= before.policies.goodwill_limit:
        return
    if entry.role != "supervisor":
        yield f"GOODWILL_NEEDS_APPROVAL {event.order_number}: {event.amount} by a {entry.role}"
    if order.goodwill_asked and entry.actor == order.goodwill_asked_by:
        yield f"P12 {event.order_number}: {entry.actor} asked for goodwill and gave it"


def _left_behind(before: World, after: World, number: str) -> Iterator[str]:
    """Where one delivery is wanted, nothing is on the shelf or open once a parcel has left."""
    order = after.orders[number]
    if before.policies.partial_shipment and not before.customers[order.customer_id].one_delivery:
        return
    boxed = sum(
        row.quantity
        for package in order.packages
        if package.stage in ("packed", "labelled")
        for row in package.rows
    )
    stays = sum(line.open + line.allocated for line in order.lines) - boxed
    if stays:
        yield f"PARTIAL_SHIPMENT {number}: {stays} units stay behind"


def _on_backorder(
    before: World, after: World, event: OrderConfirmed | OrderAmended
) -> Iterator[str]:
    """What was promised just now, with all that was promised before, lies free on the shelf."""
    order = after.orders[event.order_number]
    known = len(before.orders[event.order_number].lines) * isinstance(event, OrderAmended)
    for sku in {line.sku for line in order.lines[known:] if line.open}:
        promised = sum(x.open for o in after.waiting(sku) for x in o.lines if x.sku == sku)
        if promised > after.available(sku):
            yield f"BACKORDER {order.order_number}: {promised} × {sku} of {after.available(sku)}"


def _promise(before: World, after: World, event: OrderConfirmed | DeliveryChanged) -> Iterator[str]:
    order, promised = before.orders[event.order_number], after.orders[event.order_number]
    days = [before.carriers[each.carrier_code].transit_days for each in (order, promised)]
    if promised.promised_delivery_date == order.promised_delivery_date and days[1] <= days[0]:
        return  # the promise of before, which stands whatever has become of it
    carried = msgspec.structs.replace(order, carrier_code=promised.carrier_code)
    earliest = earliest_delivery_date(before, carried)
    overridden = bool(order.override_reason.strip()) and isinstance(event, OrderConfirmed)
    if event.promised_delivery_date < earliest and not overridden:
        promised = event.promised_delivery_date
        yield f"PROMISE_BEFORE_ATP {order.order_number}: {promised}, and {earliest} can be held"


def _line_promise(before: World, after: World, event: LinePromised) -> Iterator[str]:
    """A first day of its own can be held, and stands only where parts may come on their own."""
    number, order = event.line_number, after.orders[event.order_number]
    line = order.line(number)
    assert line is not None
    last = order.promised_delivery_date
    whole = before.customers[order.customer_id].one_delivery
    if (whole or not before.policies.partial_shipment) and event.promised_delivery_date != last:
        yield f"ONE_DATE_FOR_ALL {order.order_number}/{number}: {event.promised_delivery_date}"
    earliest = earliest_of_lines(before, before.orders[event.order_number])[number]
    first = line.amendment == order.amendments
    # the line is told after the order, and midnight may have struck in between
    earliest -= timedelta(days=1)
    if first and not order.override_reason and event.promised_delivery_date < earliest:
        yield f"PROMISE_BEFORE_ATP {order.order_number}/{number}: {earliest} can be held"


def _out_of_turn(before: World, after: World, event: StockAllocated) -> Iterator[str]:
    """Down the queue: nobody of the same rank who was promised it sooner still waits for it."""
    order = before.orders[event.order_number]
    for row in event.rows if before.policies.allocation_order != "first_come" else ():
        line = order.line(row.line_number)
        assert line is not None
        mine = _sooner(order, line.sku)
        for other in after.waiting(line.sku):
            sooner = _sooner(other, line.sku) < mine and other.priority == order.priority
            if sooner and other.order_number != order.order_number:
                yield f"QUEUE {order.order_number}: {other.order_number} was promised it sooner"


def _sooner(order: Order, sku: str) -> date:
    """The first day on which somebody was promised what they still wait for of a SKU."""
    days = [
        line.promised_delivery_date or order.promised_delivery_date or date.max
        for line in order.lines
        if line.sku == sku and line.open
    ]
    return min(days, default=date.max)


def _credit(after: World, order: Order) -> Iterator[str]:
    if after.policies.credit_check == "warn":
        return
    owes = after.exposure.get(order.customer_id, 0)
    limit = after.customers[order.customer_id].credit_limit
    if order.payment_terms == "on_account" and owes > limit:
        yield f"CREDIT_LIMIT_EXCEEDED {order.customer_id}: owes {owes} with a limit of {limit}"
