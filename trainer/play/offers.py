"""What can be done with an order now, and what cannot yet and why not.

Each action is tried on the order with the values a careful clerk would enter; the engine's own
guard answers. So a screen never knows a rule: it shows what the guard would say.
"""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from trainer.orders import cash, serials
from trainer.orders.acquirer import fees_to_settle
from trainer.orders.allowances import (
    AnswerGoodwill,
    AskGoodwill,
    CreditShipping,
    GiveGoodwill,
    alone,
    room,
    shipping_left,
)
from trainer.orders.amendments import (
    AddToOrder,
    ChangeDelivery,
    CorrectDelivery,
    CreateExchange,
    ReopenOrder,
    with_line,
)
from trainer.orders.approvals import ApproveRefund, AskApproval, DeclineRefund
from trainer.orders.arrivals import ConfirmDelivery
from trainer.orders.backorders import PrioritiseOrder
from trainer.orders.cards import (
    AuthorisePayment,
    CapturePayment,
    QueryAuthorisation,
    VoidAuthorisation,
    to_authorise,
)
from trainer.orders.changes import AnswerChange, fitting, open_change, order_of
from trainer.orders.chargebacks import (
    AcceptChargeback,
    ContestChargeback,
    WriteOffChargeback,
    to_write_off,
)
from trainer.orders.desk_work import desks_awaited
from trainer.orders.desks import EVERY
from trainer.orders.engine import Command, Envelope, decide
from trainer.orders.evidence import AskEvidence, unproven
from trainer.orders.feedback import AnswerComplaint
from trainer.orders.hand_overs import HandOver
from trainer.orders.holds import AnswerRelease, AskRelease, PlaceHold, ReleaseHold
from trainer.orders.intake import (
    CheckOrder,
    ConfirmOrder,
    GrantDiscount,
    RejectOrder,
    SubmitOrder,
    default_promise,
)
from trainer.orders.late_parcels import DecideLateParcel
from trainer.orders.late_returns import AnswerException, AskException
from trainer.orders.mishaps import (
    OpenClaim,
    ReceiveBack,
    RequestIntercept,
    ResolveClaim,
    WriteOffPackage,
)
from trainer.orders.payment import IssueRefund, RecordPayment, approval_required, refundable
from trainer.orders.price_changes import AskPriceRise, ChangePrice, consented, settled
from trainer.orders.production import CreateProduction, to_make
from trainer.orders.reallocation import Reallocate, suggested_taking
from trainer.orders.recourse import RaiseRecourse, cost_of, lost_parcels
from trainer.orders.refunds import QueryRefund, RetryRefund
from trainer.orders.refusals import Refusal, snake_case
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.repair_quotes import QuoteRepair, most, unquoted
from trainer.orders.replacements import added_up, with_lines
from trainer.orders.return_way import CancelReturn
from trainer.orders.returns import (
    AWAITED,
    COUNTED,
    OPENED,
    OWN_CHOICE,
    AuthoriseReturn,
    CloseReturn,
    DetermineLiability,
    FinishRepair,
    InspectReturn,
    ReceiveReturn,
    RejectReturn,
    RequestReturn,
    announced_in,
    counted_of,
    lying_in,
    needs_quote,
    returnable,
    to_inspect,
    too_late,
)
from trainer.orders.service import (
    TEMPLATES,
    AddNote,
    NotifyCustomer,
    Template,
    channel_for,
    missing_for,
    told_already,
)
from trainer.orders.settlement import (
    ArchiveOrder,
    CompleteOrder,
    IssueCreditNote,
    IssueInvoice,
    SettleBatch,
    clawback_to_note,
    repairs_to_invoice,
    to_note,
    unsettled,
)
from trainer.orders.shipping import (
    LabelPackage,
    PackPackage,
    PickPackage,
    ShipPackage,
    VoidPackage,
    to_pick,
    weight_of,
)
from trainer.orders.stock import (
    Allocate,
    AllocationRow,
    ReleaseAllocation,
    earliest_delivery_date,
    made_on,
    suggested_rows,
)
from trainer.orders.store_credit import RedeemStoreCredit, balance
from trainer.orders.tasks import AssignTask, FinishTask
from trainer.orders.terms import ChangeTerms
from trainer.orders.unexpected import ReportUnexpectedItem, ResolveUnexpectedItem
from trainer.orders.values import day_of
from trainer.orders.wishes import DeclineWish, open_wish
from trainer.orders.world import (
    ClaimRow,
    HoldKind,
    Liability,
    Order,
    PackageRow,
    Priority,
    Return,
    ReturnRow,
    World,
)


class Offer(msgspec.Struct, frozen=True):
    """One action on an order: as a careful clerk would ask for it, and what is in the way."""

    command: Command
    refusal: Refusal | None = None
    aside: bool = False
    """True for what is always at hand but not part of the way: cancelling, notes, holds."""

    @property
    def name(self) -> str:
        """The command's tag."""
        return snake_case(type(self.command).__name__)


HOLD_KINDS: Final[tuple[HoldKind, ...]] = (
    "manual", "credit", "fraud", "address", "payment", "stock",
)  # fmt: skip
_OPEN: Final = ("draft", "submitted", "confirmed")
_HOW_FAR: Final[tuple[Template, ...]] = (
    "order_received", "order_confirmed", "order_shipped", "order_delivered",
)  # fmt: skip
"""Each says more than the one before: who hears that it is shipped knows that it is confirmed."""
_OVER: Final[tuple[Template, ...]] = ("order_cancelled", "order_rejected", "refund_sent")
"""What is left to say of an order that was called off."""


def offers(world: World, order: Order) -> tuple[Offer, ...]:
    """Every action that still makes sense for this order, in the order of its life."""
    found = []
    for command in _way(world, order):
        found.append(Offer(command=command, refusal=_refusal(world, command)))
    for command in _beside(world, order):
        refusal = _refusal(world, command)
        if refusal is None:
            found.append(Offer(command=command, aside=True))
    return tuple(found)


def _refusal(world: World, command: Command) -> Refusal | None:
    envelope = Envelope(command_id="", actor="", role="clerk", at=world.now, command=command)
    answer = decide(world, envelope)
    return answer if isinstance(answer, Refusal) else None


def _way(world: World, order: Order) -> Iterator[Command]:
    for part in _PARTS:
        yield from part(world, order)


def _promise(world: World, order: Order) -> Iterator[Command]:
    number = order.order_number
    if order.status == "draft":
        yield SubmitOrder(order_number=number)
    if _address_held(order):
        yield _correction(order)
    if order.status in ("draft", "submitted"):
        if not order.checked_at:
            yield CheckOrder(order_number=number)
        if order.lines:
            yield ConfirmOrder(
                order_number=number, promised_delivery_date=default_promise(world, order)
            )


def _address_held(order: Order) -> bool:
    """Whether an order waits to be promised because of where it goes."""
    held = any(hold.open and hold.kind == "address" for hold in order.holds)
    return order.status == "submitted" and held


def _correction(order: Order) -> CorrectDelivery:
    return CorrectDelivery(order.order_number, order.carrier_code, order.ship_to, "…")


def _complaints(world: World, order: Order) -> Iterator[Command]:
    for complaint in order.complaints:
        if complaint.open:
            yield AnswerComplaint(order.order_number, complaint.complaint_number, "apology", "…")


def _tasks(world: World, order: Order) -> Iterator[Command]:
    for task in order.tasks:
        if task.open and task.owner == "trainee":
            yield FinishTask(order.order_number, task.task_number, "finished", "…")


def _others_tasks(world: World, order: Order) -> Iterator[Command]:
    for task in order.tasks:
        if task.open and task.owner != "trainee":
            yield FinishTask(order.order_number, task.task_number, "finished", "…")


def _wishes(world: World, order: Order) -> Iterator[Command]:
    for message in world.messages.values():
        if message.order_number == order.order_number and open_wish(message, world):
            yield DeclineWish(order.order_number, message.message_id, "…")


def _consents(world: World, order: Order) -> Iterator[Command]:
    """The customer has agreed to a higher price; the first of such lines."""
    if order.status in ("submitted", "confirmed"):
        for line in order.lines:
            if not settled(line) and consented(order, line):
                yield ChangePrice(
                    order.order_number, line.line_number, consented(order, line)[-1], "…"
                )
                return


def _prices(world: World, order: Order) -> Iterator[Command]:
    """The smallest change up and down, of the first line that can still cost something else."""
    whole = [line for line in order.lines if not settled(line)]
    for line in whole[:1]:
        if not any(_consents(world, order)):
            yield ChangePrice(order.order_number, line.line_number, line.unit_price - 1, "…")
    waits = {rise.line_number for rise in order.price_rises if rise.answer == "awaited"}
    for line in [line for line in whole if line.line_number not in waits][:1]:
        yield AskPriceRise(order.order_number, line.line_number, line.unit_price + 1, "…")


def _changes(world: World, order: Order) -> Iterator[Command]:
    """Change documents that wait for our answer; as it would be true now."""
    for message in world.messages.values():
        change = message.change
        if change and order_of(world, change) is order and open_change(message, world):
            answer = fitting(world, order, change)
            yield AnswerChange(order.order_number, answer, "…", message.message_id)


def _messages(world: World, order: Order) -> Iterator[Command]:
    """What the customer does not know yet: how far it is, and what is out of course."""
    true = _true_messages(world, order)
    newest = [template for template in _HOW_FAR if template in true][-1:]
    if newest[:1] and told_already(world, order, newest[0]):
        # another parcel may be behind the one that was told of
        newest = [template for template in _HOW_FAR if template in order.notices]
    for template in TEMPLATES:
        if template in newest or (template in true and template not in _HOW_FAR):
            yield from _message(world, order, template)


def _late_messages(world: World, order: Order) -> Iterator[Command]:
    """Older news: true still, but nobody waits for it."""
    offered = set(_messages(world, order))
    for template in _true_messages(world, order):
        for command in _message(world, order, template):
            if command not in offered:
                yield command


def _true_messages(world: World, order: Order) -> tuple[Template, ...]:
    if order.status not in ("submitted", "confirmed", "cancelled"):
        return ()
    meant = _OVER if order.status == "cancelled" else TEMPLATES
    return tuple(template for template in meant if not missing_for(world, order, template))


def _message(world: World, order: Order, template: Template) -> Iterator[Command]:
    if not told_already(world, order, template):
        channel = channel_for(world.customers[order.customer_id], template)
        yield NotifyCustomer(order.order_number, template, channel)


def _money(world: World, order: Order) -> Iterator[Command]:
    yield from _cards(order)
    if order.status == "confirmed" and order.balance_due > 0:
        yield from _redeemable(world, order)
        # what came in another currency pays nothing here, though a clerk may try it
        free = [
            t
            for t in world.transfers.values()
            if t.unmatched > 0
            and t.customer_id == order.customer_id
            and t.currency == order.currency
        ]
        free.sort(key=lambda t: (order.order_number not in t.remark, t.reference))
        reference = free[0].reference if free else order.order_number
        # who pays by card is not waited for at the bank
        if free or order.tender != "card":
            yield RecordPayment(
                order_number=order.order_number,
                reference=reference,
                amount=min(order.balance_due, free[0].unmatched) if free else order.balance_due,
            )
    most = refundable(order)
    if most:
        refusal = approval_required(world, order, most)
        if refusal:
            # what a clerk may still pay back alone, if there is any of it left
            alone = refusal.limit - refusal.refunded - refusal.pending
            most = alone if alone > 0 else most
        yield IssueRefund(order_number=order.order_number, amount=most, reason="cancelled")


def _cards(order: Order) -> Iterator[Command]:
    """Ask what is due of the card; ask about what was not answered; take what was promised."""
    if order.status != "confirmed":
        return
    number = order.order_number
    for held in order.authorisations:
        if held.status == "unanswered":
            yield QueryAuthorisation(number, held.authorisation_number)
        if held.open and order.balance_due > 0:
            amount = min(held.open, order.balance_due)
            yield CapturePayment(number, held.authorisation_number, amount)
    if order.tender == "card" and to_authorise(order):
        yield AuthorisePayment(number, to_authorise(order))


def _redeemable(world: World, order: Order) -> Iterator[Command]:
    has = balance(world.customers[order.customer_id], world.now)
    if has:
        yield RedeemStoreCredit(order.order_number, min(has, order.balance_due))


def _refunds(world: World, order: Order) -> Iterator[Command]:
    """What the gateway could not do, and what it left open."""
    most = refundable(order)
    if most and most != order.approval_asked and approval_required(world, order, most):
        yield AskApproval(order.order_number, most, "…")
    for refund in order.refunds:
        if refund.status == "unanswered":
            yield QueryRefund(order.order_number, refund.refund_number)
        if refund.status in ("failed", "reversed", "unanswered"):
            yield RetryRefund(order.order_number, refund.refund_number)


def _disputes(world: World, order: Order) -> Iterator[Command]:
    """What a card's bank took back: contest it with proof, accept it, give up what was lost."""
    number = order.order_number
    for dispute in order.chargebacks:
        if dispute.status == "open":
            yield ContestChargeback(number, dispute.chargeback_number, "…")
            yield AcceptChargeback(number, dispute.chargeback_number, "…")
    if to_write_off(order):
        yield WriteOffChargeback(number, "…")


def _goods(world: World, order: Order) -> Iterator[Command]:
    number = order.order_number
    if order.status not in _OPEN:
        return
    if any(line.open for line in order.lines):
        rows = suggested_rows(world, order)
        every = tuple(
            AllocationRow(line.line_number, min(world.warehouses, default=""), line.open)
            for line in order.lines
            if line.open
        )
        yield Allocate(order_number=number, rows=rows or every)
    if order.status != "confirmed":
        return
    taking = suggested_taking(world, order)
    if taking:
        yield Reallocate(order_number=number, rows=taking, reason="…")
    if world.policies.production == "manual":
        yield from _to_schedule(world, order)
    for warehouse in sorted({row.warehouse for line in order.lines for row in line.allocations}):
        rows_to_pick = to_pick(order, warehouse)
        if rows_to_pick:
            yield PickPackage(order_number=number, warehouse=warehouse, rows=rows_to_pick)
    for package in order.packages:
        if package.stage == "picked":
            yield PackPackage(
                order_number=number,
                package_number=package.package_number,
                weight=weight_of(world, order, package),
                rows=serials.proposed(world, order, package),
            )
        if package.stage in ("packed", "labelled"):
            if package.stage == "packed":
                yield LabelPackage(
                    order_number=number,
                    package_number=package.package_number,
                    carrier_code=order.carrier_code,
                )
            yield ShipPackage(order_number=number, package_number=package.package_number)
    if not any(package.stage != "voided" for package in order.packages):
        yield ShipPackage(order_number=number, package_number=1)


def _to_schedule(world: World, order: Order) -> Iterator[Command]:
    """What is short and nobody makes yet, for the first day that the factory can."""
    for line in order.lines:
        short = min(to_make(world, order.order_number, line), line.open - world.available(line.sku))
        if short > 0:
            yield CreateProduction(
                sku=line.sku,
                quantity=short,
                warehouse=min(world.warehouses),
                due=made_on(world, line.sku, short),
                order_number=order.order_number,
                line_number=line.line_number,
            )


def _returns(world: World, order: Order) -> Iterator[Command]:
    number = order.order_number
    for back in order.returns:
        if back.stage == "requested":
            fault = "customer" if back.reason in OWN_CHOICE else "seller"
            yield AuthoriseReturn(number, back.rma_number, fault)  # type: ignore[arg-type]
            if unproven(world, order, back.rma_number):
                yield AskEvidence(number, back.rma_number)
            late = too_late(world, order, back, day_of(world.now))
            if late and back.exception == "not_asked":
                yield AskException(number, back.rma_number, "…")
        if back.stage == "came_late":
            yield DecideLateParcel(number, back.rma_number, "send_back", "…")
        if back.stage in (*AWAITED, "arrived", "partially_received", "received"):
            to_come = tuple(
                _to_come(world, order, back, row)
                for row in back.rows
                if row.quantity > row.received
            )
            if to_come:
                yield ReceiveReturn(number, back.rma_number, to_come)
            yield from _instead(order, back)
        for item in back.unexpected:
            if item.left:
                yield ResolveUnexpectedItem(
                    number, back.rma_number, item.sku, item.left, "send_back"
                )
        for row in back.rows:
            for lot_number, rest in to_inspect(row):
                seen: Liability | None = "seller" if back.undetermined else None
                yield InspectReturn(
                    number, back.rma_number, row.line_number, rest, "scrap", lot_number,
                    liability=seen, grade="grade_d" if world.policies.graded_inspection else None,
                )  # fmt: skip
        for row in back.rows:
            if row.in_repair:
                yield from _repair(world, order, back, row)
        if back.undetermined and back.stage in COUNTED:
            yield DetermineLiability(number, back.rma_number, "seller")
        if back.stage in COUNTED:
            yield CloseReturn(number, back.rma_number)
    for claim in order.claims:
        if claim.open:
            if unproven(world, order, claim.claim_number):
                yield AskEvidence(number, claim.claim_number)
            instead = tuple(ClaimRow(row.line_number, 0) for row in claim.rows)
            all_anew = with_lines(world, order, claim, added_up(claim.rows))
            yield ResolveClaim(
                number, claim.claim_number, "approved", "carrier", "…", instead,
                earliest_delivery_date(world, all_anew),
            )  # fmt: skip
    if to_note(order):
        yield IssueCreditNote(order_number=number)


def _repair(world: World, order: Order, back: Return, row: ReturnRow) -> Iterator[Command]:
    """Quoted where the customer has to pay for it, and finished by their word."""
    number, line = row.line_number, order.line(row.line_number)
    about = order.order_number, back.rma_number, number
    if line is None or not needs_quote(world, back, line):
        yield FinishRepair(*about, row.in_repair, "repaired")
        return
    agreed, declined = back.quoted(number, "said_yes"), back.quoted(number, "said_no")
    if unquoted(back, row) and not back.open_quote(number):
        last = [q.price for q in back.quotes if q.line_number == number and q.answer == "said_no"]
        price = max(most(line, unquoted(back, row)) // 5, 1)
        yield QuoteRepair(*about, min(price, *(max(it - 1, 1) for it in last)) if last else price)
    if declined and not agreed:
        yield FinishRepair(*about, declined, "unrepaired")
    else:
        yield FinishRepair(*about, agreed or row.in_repair, "repaired")


def _to_come(world: World, order: Order, back: Return, row: ReturnRow) -> ReturnRow:
    """What is still to come of a line: what lies there, unit by unit where units are told apart."""
    units, line = row.quantity - row.received, order.line(row.line_number)
    if line and back.contents:  # fewer came than were announced; none at all is told so
        there = lying_in(back, line.sku) - counted_of(order, back, line.sku)
        units = min(units, there) if there > 0 else units
    if line is None or not world.products[line.sku].serials:
        return ReturnRow(row.line_number, units)
    seen = [x for part in back.contents if part.sku == line.sku for x in part.serial_numbers]
    theirs = serials.with_customer(order, row.line_number)
    named = [serial for serial in seen if serial in theirs] or theirs
    return ReturnRow(row.line_number, units, serial_numbers=tuple(named[:units]))


def _instead(order: Order, back: Return) -> Iterator[Command]:
    """What is seen in the parcel, was not announced, and is not reported yet."""
    announced = announced_in(order, back)
    for there in back.contents:
        item = back.item(there.sku)
        rest = there.quantity - (item.quantity if item else 0)
        if rest and there.sku not in announced:
            yield ReportUnexpectedItem(order.order_number, back.rma_number, there.sku, rest, "…")
            return


def _mishaps(world: World, order: Order) -> Iterator[Command]:
    """Parcels in trouble; stopping one that is well on its way stands aside."""
    number = order.order_number
    for package in order.packages:
        if package.stage != "shipped":
            continue
        if package.said:
            day = package.said.day
            yield ConfirmDelivery(number, package.package_number, "…", day, reason="…")
        if package.tracking == "returned_to_sender":
            yield ReceiveBack(number, package.package_number)
        if package.tracking in ("exception", "lost"):
            yield WriteOffPackage(number, package.package_number, "…")


def _end(world: World, order: Order) -> Iterator[Command]:
    number = order.order_number
    if order.status == "confirmed":
        beside = repairs_to_invoice(order) or clawback_to_note(order) > 0
        if beside or any(line.invoiced < line.live for line in order.lines):
            yield IssueInvoice(order_number=number)
        yield CompleteOrder(order_number=number)
    for payout in cash.payouts_of(world, order):
        missing = 0 if payout.claimed else cash.short(payout)
        if missing:
            yield cash.ClaimShortfall(payout.payout_number, missing)
        if not payout.booked:
            yield cash.BookPayout(payout.payout_number)
    if order.status in ("confirmed", "completed"):
        total = sum(paper.claim for paper in unsettled(world, order))
        fee = fees_to_settle(world, order)
        yield SettleBatch(order_numbers=(number,), received=total - fee, fee=fee)
    if order.status in ("confirmed", "completed", "settled", "cancelled"):
        yield ArchiveOrder(order_number=number, retention_years=world.policies.retention_years)


def _decisions(world: World, order: Order) -> Iterator[Command]:
    """What a supervisor is asked, where somebody here may sit at the supervisor's desk."""
    if not world.policies.desks:
        return
    number = order.order_number
    for hold in order.holds:
        if hold.open and hold.owner == "supervisor":
            if hold.asked_at:
                yield AnswerRelease(number, hold.kind, "…", "…")
            yield ReleaseHold(order_number=number, kind=hold.kind, reason="…")
    if order.approval_asked:
        yield ApproveRefund(number, order.approval_asked)
        yield DeclineRefund(number, "…")
    if order.goodwill_asked:
        yield AnswerGoodwill(number, "…", "…")
    for back in order.returns:
        if back.exception == "asked":
            yield AnswerException(number, back.rma_number, "…", "…")


_PARTS: Final[tuple[Callable[[World, Order], Iterator[Command]], ...]] = (
    _decisions,
    _complaints,
    _tasks,
    _promise,
    _messages,
    _money,
    _refunds,
    _disputes,
    _consents,
    _goods,
    _wishes,
    _changes,
    _mishaps,
    _returns,
    _end,
)


def _recoverable(world: World, order: Order) -> Iterator[str]:
    """What others are liable for, and nobody has claimed from them."""
    cases = [back.rma_number for back in order.returns]
    cases += [claim.claim_number for claim in order.claims]
    cases += [str(package.package_number) for package in lost_parcels(order)]
    done = {it.case_number for it in order.recourses}
    for number in cases:
        liable, amount = cost_of(world, order, number)
        if number not in done and liable in ("carrier", "supplier") and amount:
            yield number


def _beside(world: World, order: Order) -> Iterator[Command]:
    """At hand at any time; offered only while the engine allows it."""
    number = order.order_number
    if world.policies.desks:
        waiting = (*desks_awaited(world, order), *EVERY)
        yield HandOver(next(desk for desk in waiting if desk != world.seat), (number,))
    if order.lines:
        most = sum(line.gross for line in order.lines)
        yield GrantDiscount(number, min(order.discount, most))
    yield ChangeTerms(number, order.incoterm, order.incoterm_place, order.bill_to)
    for hold in order.holds:
        if hold.open:
            if not (world.policies.desks and hold.owner == "supervisor"):
                yield ReleaseHold(order_number=number, kind=hold.kind, reason="…")
            yield AskRelease(order_number=number, kind=hold.kind, reason="…")
    for package in order.packages:
        if package.stage in ("picked", "packed", "labelled"):
            yield VoidPackage(order_number=number, package_number=package.package_number)
    for promised in order.authorisations:
        if promised.open:
            yield VoidAuthorisation(number, promised.authorisation_number)
    rows = tuple(_unpacked(order))
    if rows:
        yield ReleaseAllocation(order_number=number, rows=rows)
    some = tuple(CancelledRow(x.line_number, x.cancellable) for x in order.lines if x.cancellable)
    if some:
        yield CancelLineQuantity(order_number=number, rows=some, reason="…")
    back = tuple(
        ReturnRow(line.line_number, returnable(order, line))
        for line in order.lines
        if returnable(order, line) > 0
    )
    if back:
        yield RequestReturn(order_number=number, rows=back, reason="changed_mind")
        kept = tuple(ClaimRow(row.line_number, row.quantity) for row in back)
        yield OpenClaim(order_number=number, rows=kept, reason="changed_mind")
    yield CreditShipping(number, shipping_left(order), "…")
    mine = alone(world, order)
    yield GiveGoodwill(number, mine, "…")
    if mine < room(order):
        yield AskGoodwill(number, room(order), "…")
    for case_number in _recoverable(world, order):
        yield RaiseRecourse(number, case_number)
    for package in order.packages:
        yield RequestIntercept(number, package.package_number, "…")
    for asked in order.returns:
        for sku in sorted(world.products) if not asked.contents and asked.stage in OPENED else ():
            if sku not in announced_in(order, asked):
                yield ReportUnexpectedItem(number, asked.rma_number, sku, 1, "…")
                break
        yield RejectReturn(number, asked.rma_number, "…")
        if asked.stage in AWAITED:
            yield CloseReturn(number, asked.rma_number)
            yield CancelReturn(number, asked.rma_number, "customer", "…")
    yield from _late_messages(world, order)
    if not _address_held(order):
        yield _correction(order)
    yield ReopenOrder(number, "…")
    yield from _prices(world, order)
    yield from _amendments(world, order)
    higher: Priority = "normal" if order.priority == "high" else "high"
    yield PrioritiseOrder(order_number=number, priority=higher)
    held = {hold.kind for hold in order.holds if hold.open}
    free = [kind for kind in HOLD_KINDS if kind not in held]
    if free:
        yield PlaceHold(order_number=number, kind=free[0], reason="…")
    yield RejectOrder(order_number=number, reason="…")
    yield CancelOrder(order_number=number, reason="…")
    yield AddNote(order_number=number, text="…")
    yield from _others_tasks(world, order)
    yield AssignTask(number, "…", "trainee", day_of(world.now))


def _amendments(world: World, order: Order) -> Iterator[Command]:
    """The smallest change of each kind: one more pack, a day later."""
    if order.status != "confirmed":
        return
    number = order.order_number
    for sku in sorted(world.products):
        if world.products[sku].sellable:
            pack = world.products[sku].pack_size
            day = earliest_delivery_date(world, with_line(world, order, sku, pack))
            yield AddToOrder(number, sku, pack, day, "…")
            break
    for back in order.returns:
        line = order.line(back.rows[0].line_number)
        if back.open and line:
            units = world.products[line.sku].pack_size
            day = earliest_delivery_date(world, with_line(world, order, line.sku, units))
            yield CreateExchange(number, back.rma_number, line.sku, units, day)
    day = earliest_delivery_date(world, order)
    yield ChangeDelivery(number, order.carrier_code, order.ship_to, day, "…")


def _unpacked(order: Order) -> Iterator[AllocationRow]:
    for warehouse in sorted({row.warehouse for line in order.lines for row in line.allocations}):
        rows: tuple[PackageRow, ...] = to_pick(order, warehouse)
        for row in rows:
            yield AllocationRow(row.line_number, warehouse, row.quantity)
