"""The way out: from any state of an order one more step towards the archive.

Walks take it to get far; and that it never ends is the rule P13, no dead ends.
"""

from typing import Final, cast

from tests import builders as b
from trainer.orders import cards, cash, chargebacks, lots, store_credit
from trainer.orders.approvals import ApproveRefund, AskApproval
from trainer.orders.currencies import PriceExpired, unit_price
from trainer.orders.customers import SetTaxProfile
from trainer.orders.engine import Command
from trainer.orders.evidence import AskEvidence, SendEvidence, unproven
from trainer.orders.feedback import AnswerComplaint
from trainer.orders.holds import ReleaseHold, credit_short
from trainer.orders.intake import AddLine, ChangeHeader, CheckOrder, GrantDiscount, SubmitOrder
from trainer.orders.late_parcels import DecideLateParcel
from trainer.orders.mishaps import ReceiveBack, ResolveClaim, WriteOffPackage
from trainer.orders.payment import (
    IssueRefund,
    RecordPayment,
    approval_required,
    refundable,
)
from trainer.orders.pricelist import SetListPrice
from trainer.orders.recourse import AnswerRecourse
from trainer.orders.refunds import AnswerRefund, QueryRefund
from trainer.orders.remedies import CancelOrder
from trainer.orders.repair_quotes import AnswerRepairQuote, QuoteRepair, most
from trainer.orders.returns import (
    AWAITED,
    COUNTED,
    OWN_CHOICE,
    AuthoriseReturn,
    CloseReturn,
    DeliverReturn,
    DetermineLiability,
    FinishRepair,
    InspectReturn,
    ReceiveReturn,
    RejectReturn,
    needs_quote,
)
from trainer.orders.serials import with_customer
from trainer.orders.settlement import (
    ArchiveOrder,
    CompleteOrder,
    IssueCreditNote,
    IssueInvoice,
    clawback_to_note,
    repairs_to_invoice,
    to_note,
)
from trainer.orders.shipping import LabelPackage, PickPackage, ShipPackage, VoidPackage, weight_of
from trainer.orders.sourcing import BackorderNotAllowed, beyond_stock, wanted_of
from trainer.orders.stock import AllocationRow, ReceiveStock, ReleaseAllocation, suggested_rows
from trainer.orders.tasks import FinishTask
from trainer.orders.tax_ids import wrong_profile
from trainer.orders.unexpected import ResolveUnexpectedItem
from trainer.orders.values import HOUR, day_of
from trainer.orders.world import (
    Disposition,
    Grade,
    Order,
    OrderLine,
    Package,
    PackageRow,
    Return,
    ReturnRow,
    World,
)


def _invoice(world: World, order: Order) -> Command:
    """Where invoices ask for a tax profile, it is filled in first."""
    buyer = world.customers[order.customer_id]
    if world.policies.tax_profiles == "required" and wrong_profile(world, buyer):
        return SetTaxProfile(buyer.customer_id, buyer.company, "12-3456789")
    return IssueInvoice(order.order_number)


def next_step(world: World, order: Order) -> Command | None:
    """What brings an order on; nothing once it is in the archive."""
    number = order.order_number
    waiting = next((complaint for complaint in order.complaints if complaint.open), None)
    if waiting and order.status != "archived":
        return AnswerComplaint(number, waiting.complaint_number, "apology", "Sorry!")
    if disputed := next((x for x in order.chargebacks if x.open), None):
        number_of = disputed.chargeback_number
        if disputed.status == "contested":
            return chargebacks.AnswerChargeback(number, number_of, "won")
        return chargebacks.AcceptChargeback(number, number_of, "they are right")
    if order.status == "confirmed" and chargebacks.to_write_off(order):
        return chargebacks.WriteOffChargeback(number, "nobody will pay it")
    match order.status:
        case "draft":
            return _drafting(world, order)
        case "submitted":
            return _released(world, order) or _promising(world, order)
        case "confirmed":
            return _released(world, order) or _moving(world, order)
        case "completed":
            return _banked(world, order) or b.settling(number, world)
        case "cancelled" if money := _paid_back(world, order):
            return money
        case "cancelled" if refundable(order):
            return IssueRefund(number, refundable(order), "called off")
        case "cancelled" if to_note(order):
            return IssueCreditNote(number)
        case "archived":
            return None
        case _:
            return _finishing(order) or ArchiveOrder(number, 10)


def _banked(world: World, order: Order) -> Command | None:
    """The carrier pays out, what is missing is claimed and comes, and the payout is booked."""
    for package in order.packages:
        if not package.collected or package.payout_number:
            continue
        holder = package.carrier_code, order.currency
        if (order.order_number, package.package_number) in world.cash_out.get(holder, ()):
            return cash.PayOutCash(*holder)
        for number, payout in sorted(world.payouts.items()):
            if any(row.order_number == order.order_number for row in payout.rows):
                if not payout.booked and not cash.short(payout):
                    return cash.BookPayout(number)
                if payout.claimed and not payout.booked:
                    return cash.PayShortfall(number)
                if not payout.booked:
                    return cash.ClaimShortfall(number, cash.short(payout))
    return None


def _finishing(order: Order) -> Command | None:
    """What is still to do is dropped, and others have answered, before the order is put away."""
    for claimed in order.recourses:
        if claimed.open:
            about = order.order_number, claimed.recourse_number
            return AnswerRecourse(*about, 0, "Quick", "Re", "…")
    for task in order.tasks:
        if task.open:
            return FinishTask(order.order_number, task.task_number, "dropped", "no need any more")
    return None


def _paid_back(world: World, order: Order) -> Command | None:
    """What the gateway has left open is asked for, and then it answers."""
    for refund in order.refunds:
        if refund.status == "unanswered":
            return QueryRefund(order.order_number, refund.refund_number)
        if refund.status == "pending":
            return AnswerRefund(order.order_number, refund.refund_number, "succeeded")
    most = refundable(order)
    if most and approval_required(world, order, most):
        if order.approval_asked == most:
            return ApproveRefund(order.order_number, most)
        return AskApproval(order.order_number, most, "it is much")
    return None


def _drafting(world: World, order: Order) -> Command:
    number = order.order_number
    if not order.lines:
        return AddLine(number, b.ARMCHAIR, 1)
    if order.discount > sum(line.gross for line in order.lines):
        return GrantDiscount(number, 0)
    if order.ship_to.missing():
        return ChangeHeader(number, f"PO-{number}", b.ASKED.replace(year=2999), b.SLOW, b.HOME)
    for line in order.lines:
        # a price list that has run out is written anew
        price = unit_price(world, world.products[line.sku], order.currency)
        if isinstance(price, PriceExpired):
            today = day_of(world.now)
            return SetListPrice(line.sku, order.currency, line.unit_price, today, today)
    return SubmitOrder(number)


def _released(world: World, order: Order) -> Command | None:
    kinds = [hold.kind for hold in order.holds if hold.open]
    if not kinds:
        return None
    if kinds[0] == "credit" and credit_short(world, order):
        return _paying(world, order) or CancelOrder(order.order_number, "no credit")
    return ReleaseHold(order.order_number, kinds[0], "cleared")


def _promising(world: World, order: Order) -> Command:
    if not order.checked_at:
        return CheckOrder(order.order_number)
    if credit_short(world, order):
        return CancelOrder(order.order_number, "no credit")
    if short := beyond_stock(world, order, wanted_of(order)):
        assert isinstance(short, BackorderNotAllowed)
        return ReceiveStock(short.sku, b.EAST, short.short)
    return b.promise(order.order_number, world)


def _paying(world: World, order: Order) -> Command | None:
    """The customer's own transfer if it is there, else the customer pays now."""
    if order.status != "confirmed" or order.balance_due <= 0:
        return None
    if order.tender == "card" and order.sequence % 3:
        return _by_card(world, order)
    has = store_credit.balance(world.customers[order.customer_id], world.now + HOUR)
    if has and order.sequence % 2:
        return store_credit.RedeemStoreCredit(order.order_number, min(has, order.balance_due))
    # by number: a Map's own order differs from process to process
    for _, transfer in sorted(world.transfers.items()):
        fits = transfer.remark == order.order_number and transfer.currency == order.currency
        if fits and transfer.unmatched:
            amount = min(transfer.unmatched, order.balance_due)
            return RecordPayment(order.order_number, transfer.reference, amount)
    return b.transfer(order.order_number, world)


def _by_card(world: World, order: Order) -> Command:
    """Asked for, answered, captured; what lapsed is asked for again."""
    number = order.order_number
    for held in order.authorisations:
        key = held.authorisation_number
        if held.status == "pending":
            return cards.AnswerAuthorisation(number, key, "authorised")
        if held.status == "unanswered":
            return cards.QueryAuthorisation(number, key)
        if held.open and cards.lapsed(held, world.now + HOUR):
            return cards.VoidAuthorisation(number, key)
        if held.open:
            return cards.CapturePayment(number, key, min(held.open, order.balance_due))
    return cards.AuthorisePayment(number, cards.to_authorise(order))


HEAVIEST: Final = 1_000_000
"""Grams that the strongest carrier takes."""


def _liftable(world: World, order: Order, command: Command) -> Command:
    """The command; or a pick of as many units as a carrier can lift."""
    if not isinstance(command, PickPackage):
        return command
    rows = command.rows
    while weight_of(world, order, Package(1, command.warehouse, rows)) > HEAVIEST:
        rows = tuple(PackageRow(row.line_number, -(-row.quantity // 2)) for row in rows)
    return PickPackage(command.order_number, command.warehouse, rows)


def _labelled(world: World, order: Order, command: Command) -> Command:
    """The command; or a carrier that takes money, or the money now if none lifts the parcel."""
    if not isinstance(command, LabelPackage | ShipPackage):
        return command
    package = order.package(command.package_number)
    assert package is not None
    carrier = command.carrier_code if isinstance(command, LabelPackage) else package.carrier_code
    if not cash.not_collecting(order, package, world.carriers[carrier]):
        return command
    if package.weight > world.carriers[b.QUICK].max_weight:
        return _paying(world, order) or command
    return LabelPackage(order.order_number, package.package_number, b.QUICK)


def _gone_bad(world: World, order: Order) -> Command | None:
    """What has expired is unpacked and given up; then what lasts can be set aside."""
    today = day_of(world.now)
    for package in order.packages:
        bad = any(row.expires and row.expires < today for row in package.rows)
        if bad and package.stage in ("picked", "packed", "labelled"):
            return VoidPackage(order.order_number, package.package_number)
    for line in order.lines:
        for row in line.allocations:
            level = world.level(line.sku, row.warehouse)
            if row.lot_number and lots.expired(level, row.lot_number, today):
                gone = AllocationRow(line.line_number, row.warehouse, row.quantity, row.lot_number)
                return ReleaseAllocation(order.order_number, (gone,))
    return None


def _at_a_price(order: Order, back: Return, line: OrderLine, paying: Command | None) -> Command:
    """Quoted, answered, paid if payment comes first, and done: one way or the other."""
    about = order.order_number, back.rma_number, line.line_number
    if back.open_quote(line.line_number):
        return AnswerRepairQuote(*about, agreed=order.sequence % 3 > 0, subject="Re", body="…")
    if agreed := back.quoted(line.line_number, "said_yes"):
        return paying or FinishRepair(*about, agreed, "repaired")
    if declined := back.quoted(line.line_number, "said_no"):
        return FinishRepair(*about, declined, "unrepaired")
    units = next(row.in_repair for row in back.rows if row.line_number == line.line_number)
    return QuoteRepair(*about, most(line, units))


def _shown(order: Order, case_number: str) -> Command | None:
    """Asked for evidence, the customer has some; who has none is not asked again."""
    asked = order.evidence_of(case_number)
    if asked is None:
        return AskEvidence(order.order_number, case_number)
    if asked.reply_id:
        return None
    return SendEvidence(order.order_number, case_number, "a dent", "Re", "…")


def _moving(world: World, order: Order) -> Command:
    """Goods as far as they go without money, then the money, then the rest.

    Every second customer pays before anything moves.
    """
    number = order.order_number
    paying = _paying(world, order)
    prepaid = order.payment_terms == "prepay"
    if paying and prepaid and order.sequence % 2:
        return paying
    for package in order.packages:
        if package.stage == "shipped" and package.tracking == "returned_to_sender":
            return ReceiveBack(number, package.package_number)
        if package.stage == "shipped" and package.tracking == "lost":
            return WriteOffPackage(number, package.package_number, "nobody has it")
    if gone := _gone_bad(world, order):
        return gone
    for package in order.packages:
        if package.stage == "packed" and package.weight > HEAVIEST:
            return VoidPackage(number, package.package_number)
    for parcels in (b.arriving, b.labelling, b.packing, b.picking):
        for first in parcels(number, world):
            return _labelled(world, order, _liftable(world, order, cast(Command, first)))
    for line in order.lines:
        if line.open and not world.available(line.sku):
            return ReceiveStock(line.sku, b.EAST, line.open)
    if suggested_rows(world, order):
        return b.allocation(number, world)
    if paying and prepaid:
        return paying
    for first in b.leaving(number, world):
        return _labelled(world, order, cast(Command, first))
    for back in order.returns:
        for item in back.unexpected:
            if item.left:
                return ResolveUnexpectedItem(
                    number, back.rma_number, item.sku, item.left, "send_back"
                )
        if back.stage == "requested" and back.reason in OWN_CHOICE:
            return RejectReturn(number, back.rma_number, "not today")
        if back.stage == "requested" and unproven(world, order, back.rma_number):
            return _shown(order, back.rma_number) or RejectReturn(number, back.rma_number, "no")
        if back.stage == "requested":
            theirs = world.policies.restocking_fee_percent
            return AuthoriseReturn(number, back.rma_number, "customer" if theirs else "seller")
        if back.stage in AWAITED:
            return DeliverReturn(number, back.rma_number)
        if back.stage == "came_late":
            return DecideLateParcel(number, back.rma_number, "take", "it is here")
        if back.stage == "arrived":
            if back.contents:  # what is not what was announced is nobody's business here
                return CloseReturn(number, back.rma_number)
            rows = tuple(
                ReturnRow(
                    row.line_number,
                    row.quantity,
                    serial_numbers=with_customer(order, row.line_number)[: row.quantity],
                )
                for row in back.rows
            )
            return ReceiveReturn(number, back.rma_number, rows)
        if back.undetermined and back.stage in COUNTED:
            fee = world.policies.restocking_fee_percent
            return DetermineLiability(number, back.rma_number, "customer" if fee else "carrier")
        if back.stage == "in_repair":
            broken = next(row for row in back.rows if row.in_repair)
            units = broken.in_repair
            line = order.line(broken.line_number)
            if line and needs_quote(world, back, line):
                return _at_a_price(order, back, line, paying if prepaid else None)
            return FinishRepair(number, back.rma_number, broken.line_number, units, "beyond_repair")
        if back.stage in ("partially_received", "received"):
            row = next(row for row in back.rows if row.received > row.inspected)
            rest = row.received - row.inspected
            what: Disposition = "repair" if order.sequence % 2 else "scrap"
            grade: Grade | None = "grade_c" if world.policies.graded_inspection else None
            return InspectReturn(number, back.rma_number, row.line_number, rest, what, grade=grade)
        if back.open:
            return CloseReturn(number, back.rma_number)
    for claimed in order.recourses:
        if claimed.open:
            return AnswerRecourse(number, claimed.recourse_number, 0, "Quick", "Re", "…")
    for claim in order.claims:
        if claim.open and unproven(world, order, claim.claim_number):
            return _shown(order, claim.claim_number) or ResolveClaim(
                number, claim.claim_number, "denied", "customer", "nothing to be seen"
            )
        if claim.open:
            return ResolveClaim(number, claim.claim_number, "approved", "carrier", "as shown")
    if money := _paid_back(world, order):
        return money
    if refundable(order):
        return IssueRefund(number, refundable(order), "less was wanted")
    if any(line.shipped > line.invoiced for line in order.lines) or repairs_to_invoice(order):
        return _invoice(world, order)
    if to_note(order):
        return IssueCreditNote(number)
    if clawback_to_note(order):
        return _invoice(world, order)
    return paying or CompleteOrder(number)
