"""Returns: what the customer sends back, from the request to the credit.

Announced, received and inspected are three different numbers. Credit follows what was inspected.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import ClassVar, Final, get_args

import msgspec

from trainer.orders import lots, serials
from trainer.orders.engine import (
    Answer,
    Envelope,
    OrderCommand,
    OrderEvent,
    Role,
    changed,
    decides,
    evolves,
    moment,
)
from trainer.orders.evidence import DAMAGED, unproven
from trainer.orders.grades import ALLOWED, GoodsGraded, MissingDisposition
from trainer.orders.promotions import clawing_back
from trainer.orders.refusals import MissingField, MissingReason, Refusal, UnknownLine
from trainer.orders.returned_lots import by_lot, lots_delivered, named_lots
from trainer.orders.stand_ins import not_kept
from trainer.orders.stock import CARRIED_OUT, not_carried_out
from trainer.orders.values import Minor, Moment, day_of
from trainer.orders.world import (
    Content,
    Disposition,
    Grade,
    Liability,
    LiabilitySoFar,
    Order,
    OrderLine,
    PackageRow,
    RepairOutcome,
    RepairQuote,
    Return,
    ReturnedLot,
    ReturnedSerial,
    ReturnReason,
    ReturnRow,
    World,
)

OWN_CHOICE: Final[frozenset[ReturnReason]] = frozenset(
    {"changed_mind", "wrong_size", "duplicate_order", "found_cheaper"}
)
"""Reasons that are the customer's own: the return window counts for them alone."""
SPOILT: Final[frozenset[ReturnReason]] = DAMAGED | {"missing_parts"}
"""Reasons after which nobody sells the goods as new."""
BROKEN: Final[frozenset[ReturnReason]] = frozenset({"defective"})
"""Reasons after which nobody sells the goods at all, unless somebody mends them first."""


# --- commands ---------------------------------------------------------------------------------


class RequestReturn(OrderCommand, frozen=True):
    """Record what a customer wants to send back, how many, and why."""

    rows: tuple[ReturnRow, ...]
    reason: ReturnReason
    evidence: str = ""
    """What their message shows of a damage."""


class AuthoriseReturn(OrderCommand, frozen=True):
    """Agree to a return, and say whose fault it was, or that it has to be seen first."""

    rma_number: str
    liability: LiabilitySoFar


class RejectReturn(OrderCommand, frozen=True):
    """Decline a return, with a reason the customer will be told."""

    rma_number: str
    reason: str


class DeliverReturn(OrderCommand, frozen=True):
    """The customer's parcel reaches our dock."""

    roles: ClassVar[frozenset[Role]] = frozenset({"customer", "carrier", "system"})
    rma_number: str
    contents: tuple[Content, ...] = ()


class ReceiveReturn(OrderCommand, frozen=True):
    """Count what is in the parcel; the goods go into quarantine."""

    rma_number: str
    rows: tuple[ReturnRow, ...]


class InspectReturn(OrderCommand, frozen=True):
    """Look at returned goods and decide what becomes of them; credit follows."""

    rma_number: str
    line_number: int
    quantity: int
    disposition: Disposition
    lot_number: str = ""
    reason: str = ""
    """What the decision waits for, where the goods stay in quarantine."""
    liability: Liability | None = None
    """At whose cost, where the goods themselves had to tell."""
    grade: Grade | None = None
    """How good they are, where somebody says so."""


class DetermineLiability(OrderCommand, frozen=True):
    """Say at whose cost goods came back, now that somebody has them in hand."""

    rma_number: str
    liability: Liability


class FinishRepair(OrderCommand, frozen=True):
    """Say how a repair ended: the customer gets it back, or the credit."""

    rma_number: str
    line_number: int
    quantity: int
    outcome: RepairOutcome


class CloseReturn(OrderCommand, frozen=True):
    """Nothing more will come back under this number."""

    rma_number: str


# --- events -----------------------------------------------------------------------------------


class ReturnRequested(OrderEvent, frozen=True):
    """The customer wants to send something back; an order that was over is open again."""

    says = "Return {rma_number} asked for on {order_number}: {reason}"
    rma_number: str
    rows: tuple[ReturnRow, ...]
    reason: ReturnReason
    evidence: str = ""


class ReturnAuthorised(OrderEvent, frozen=True):
    """The customer may send it."""

    says = "Return {rma_number} authorised; at whose cost: {liability}"
    rma_number: str
    liability: LiabilitySoFar
    warehouse: str
    send_by: date | None = None
    """The last day on which it may come, where there is one."""


class ReturnRejected(OrderEvent, frozen=True):
    """The customer keeps it."""

    says = "Return {rma_number} rejected: {reason}"
    rma_number: str
    reason: str
    told: str = ""
    """The reason as the customer will read it; events of before had none to tell."""


class ReturnArrived(OrderEvent, frozen=True):
    """A parcel is at the dock, not opened yet."""

    says = "The parcel of return {rma_number} has arrived"
    rma_number: str
    contents: tuple[Content, ...] = ()
    """What lies in it, if it is not simply what was announced."""


class ReturnCameLate(OrderEvent, frozen=True):
    """A parcel is at the dock whose return is over; the goods are still the customer's."""

    says = "The parcel of return {rma_number} came after its last day, {send_by}"
    rma_number: str
    send_by: date
    contents: tuple[Content, ...] = ()


class ReturnReceived(OrderEvent, frozen=True):
    """Counted, and in quarantine."""

    says = "Return {rma_number} counted into quarantine"
    rma_number: str
    rows: tuple[ReturnRow, ...]


class ReturnInspected(OrderEvent, frozen=True):
    """It is known what it is worth."""

    says = "{quantity} of line {line_number} inspected ({disposition}), {credit} credited"
    rma_number: str
    line_number: int
    quantity: int
    disposition: Disposition
    credit: Minor
    rows: tuple[PackageRow, ...] = ()
    """The units by lot, where goods are kept in lots."""


class LiabilityDetermined(OrderEvent, frozen=True):
    """Whoever has seen the goods knows who has to pay."""

    says = "Return {rma_number}: at whose cost is known now: {liability}"
    rma_number: str
    liability: Liability


class KeptInQuarantine(OrderEvent, frozen=True):
    """Looked at, and nobody can decide yet: it stays where it is, and so does the money."""

    says = "{quantity} of line {line_number} stay in quarantine: {reason}"
    rma_number: str
    line_number: int
    quantity: int
    reason: str


class RepairFinished(OrderEvent, frozen=True):
    """Repaired and on its way back, or given up and credited."""

    says = "Repair of {quantity} of line {line_number} ended ({outcome}), {credit} credited"
    rma_number: str
    line_number: int
    quantity: int
    outcome: RepairOutcome
    credit: Minor


class RepairChargeDropped(OrderEvent, frozen=True):
    """What was beyond repair costs the customer nothing."""

    says = "{amount} for a repair of {rma_number} need not be paid: it was not possible"
    rma_number: str
    line_number: int
    quantity: int
    amount: Minor


class RestockingFeeCharged(OrderEvent, frozen=True):
    """What comes back at the customer's own cost costs them a part of its credit."""

    says = "{amount} charged for taking back {rma_number}"
    rma_number: str
    amount: Minor


class ReturnClosed(OrderEvent, frozen=True):
    """Done with."""

    says = "Return {rma_number} closed"
    rma_number: str


# --- refusals ---------------------------------------------------------------------------------


class ReturnExceedsReturnable(Refusal, frozen=True):
    """Nobody sends back more than they have, nor the same unit twice."""

    says = "Not that many of line {line_number} can come back."
    sums = (
        "returnable {returnable} = delivered {delivered} − open RMA {open} − received {received} "
        "− claimed {claimed}; you asked {requested}"
    )
    cure = "Ask the customer how many they really have in hand."
    line_number: int
    returnable: int
    delivered: int
    open: int
    received: int
    requested: int
    claimed: int = 0


class LostNotReturned(Refusal, frozen=True):
    """Nobody sends back what they cannot find."""

    says = "What is lost from order {order_number} cannot come back."
    cure = "Record a claim for it, or give the parcel up for lost if it never arrived."
    order_number: str


class ReturnWindowClosed(Refusal, frozen=True):
    """A changed mind has its time; a fault of ours has none."""

    says = "The return window of order {order_number} has closed."
    sums = "delivered {delivered} + {window} days = {last}; today is {today}"
    cure = (
        "Reject the return and say why, or ask the supervisor for an exception; for a fault of "
        "ours or the carrier's there is no window."
    )
    rests_on = ("rma_number", "return_window_days")
    order_number: str
    delivered: str
    window: int
    last: str
    today: str


class ReturnExcluded(Refusal, frozen=True):
    """Some goods cannot be sold again, whatever the customer thinks of them by now."""

    says = "Goods of the category “{category}” are not taken back for this reason: {reason}."
    cure = "Reject the return and say why; for a fault of ours or the carrier's they are."
    rests_on = ("rma_number", "return_excluded")
    category: str
    reason: str


class UnknownReturn(Refusal, frozen=True):
    """There is no such return on this order."""

    says = "Order {order_number} has no return {rma_number}."
    cure = "Look at the returns of the order."
    order_number: str
    rma_number: str


class ReturnStage(Refusal, frozen=True):
    """The return is at another point of its way."""

    says = "Return {rma_number} is {status}; this is possible only while it is {wanted}."
    cure = (
        "A return is asked for, authorised, handed over to a carrier, arrives, is counted, "
        "inspected, and closed."
    )
    rma_number: str
    status: str
    wanted: str


class ReceiveExceedsAuthorised(Refusal, frozen=True):
    """More in the parcel than was agreed is a case of its own."""

    says = "Return {rma_number} is not for that many of line {line_number}."
    sums = (
        "to come {limit} = authorised {authorised} − received {received}; you counted {requested}"
    )
    cure = "Count again. What was not agreed goes back to the customer."
    rma_number: str
    line_number: int
    limit: int
    authorised: int
    received: int
    requested: int


class UnexpectedItem(Refusal, frozen=True):
    """Something else than was announced cannot be counted as if it were that."""

    says = "In the parcel of return {rma_number} is not what was announced."
    sums = "announced {announced}; found {found}"
    cure = (
        "Report what came instead: it is kept apart from the stock until you send it back or "
        "accept it."
    )
    rma_number: str
    announced: str
    found: str


class StillApart(Refusal, frozen=True):
    """What is the customer's is not forgotten in a corner."""

    says = "{units} units that came with return {rma_number} unexpectedly are kept apart."
    cure = "Send them back, or accept them in place of what was announced."
    rma_number: str
    units: int


class InspectExceedsReceived(Refusal, frozen=True):
    """Only what lies in quarantine can be inspected."""

    says = "Not that many of line {line_number} lie in quarantine."
    sums = (
        "in quarantine {limit} = received {received} − inspected {inspected}; you asked {requested}"
    )
    cure = "Count the parcel in first; credit follows what was inspected."
    rests_on = ("rma_number",)
    line_number: int
    limit: int
    received: int
    inspected: int
    requested: int


class ExpiredNotRestocked(Refusal, frozen=True):
    """Nobody sells what has gone bad while it was with the customer."""

    says = "Lot {lot_number} of {sku} expired on {expires}, and is not put back on the shelf."
    sums = "expires {expires} ≥ today {today}"
    cure = "Scrap it, or send it back to the supplier."
    rests_on = ("rma_number",)
    sku: str
    lot_number: str
    expires: date
    today: date


class RepairExceedsInRepair(Refusal, frozen=True):
    """Only what is in the workshop can come out of it."""

    says = "Not that many of line {line_number} are in repair."
    sums = "in repair {limit}; you asked {requested}"
    cure = "Look at the return to see how many are in the workshop."
    rests_on = ("rma_number",)
    line_number: int
    limit: int
    requested: int


class RepairNotAgreed(Refusal, frozen=True):
    """Nobody repairs at the customer's cost what the customer has not agreed to."""

    says = "The customer has not agreed to have that many of line {line_number} repaired."
    sums = (
        "agreed to {limit} = in repair {in_repair} − not quoted {unquoted} − no answer {awaited} "
        "− declined {declined}; you asked {requested}"
    )
    cure = "Quote the repair, and wait for the answer; what they decline goes back unrepaired."
    rests_on = ("rma_number", "repair_quotes")
    line_number: int
    limit: int
    in_repair: int
    unquoted: int
    awaited: int
    declined: int
    requested: int


class RepairNotDeclined(Refusal, frozen=True):
    """Goods go back unrepaired to who did not want them repaired."""

    says = "The customer has not declined the repair of that many of line {line_number}."
    sums = "declined {limit}; you asked {requested}"
    cure = "Finish the repair; where the customer has to pay for it, quote it first."
    rests_on = ("rma_number",)
    line_number: int
    limit: int
    requested: int


class RepairUnpaid(Refusal, frozen=True):
    """Who pays first pays for the repair, too, before the goods go back."""

    says = "Of order {order_number} {due} is still to come; repaired goods go back once it is in."
    sums = "due {due} = total {total} − credit {credit} − received {received}; must be 0"
    cure = "Wait for the customer's payment and book it to the order."
    rests_on = ("rma_number", "payment_timing")
    order_number: str
    due: Minor
    total: Minor
    credit: Minor
    received: Minor


class StillInRepair(Refusal, frozen=True):
    """A customer waits for what is in the workshop."""

    says = "{units} units of return {rma_number} are in repair."
    cure = "Finish the repair first."
    rma_number: str
    units: int


class DispositionNotAllowed(Refusal, frozen=True):
    """Broken goods do not go back on the shelf, nor does what was found to be used."""

    says = "“{disposition}” is not for what came back as “{reason}” (grade: {grade})."
    sums = "allowed: {allowed}"
    cure = "Choose what is allowed; if the goods are better or worse than that, grade them anew."
    rests_on = ("rma_number",)
    reason: str
    grade: str = "ungraded"
    disposition: str = "restock"
    allowed: str = "scrap / rework / repair / return_to_vendor"


class OpenedNotKept(Refusal, frozen=True):
    """Nobody eats from a jar that somebody else has opened."""

    says = "{sku} keeps for a time only: once opened it is neither reworked nor sold as B-grade."
    cure = "Put what is still sealed back on the shelf, and scrap the rest."
    rests_on = ("rma_number",)
    sku: str


class WaitExceedsUnseen(Refusal, frozen=True):
    """What waits for a decision already is decided about, and not made to wait again."""

    says = "Not that many of line {line_number} are still to be looked at."
    sums = (
        "to be looked at {limit} = received {received} − inspected {inspected} "
        "− waiting {waiting}; you asked {requested}"
    )
    cure = "Inspect what waits again, and say what becomes of it in the end."
    rests_on = ("rma_number",)
    line_number: int
    limit: int
    received: int
    inspected: int
    waiting: int
    requested: int


class StillWaiting(Refusal, frozen=True):
    """Goods that wait for a decision are still the customer's money."""

    says = "{units} units of return {rma_number} wait in quarantine for a decision."
    cure = "Inspect them again, and say what becomes of them in the end."
    rma_number: str
    units: int


class LiabilityUndetermined(Refusal, frozen=True):
    """Fee, freight and what the carrier owes us all hang on whose fault it was."""

    says = "At whose cost return {rma_number} comes back is still undetermined."
    cure = (
        "Look at the goods and say who is liable: the customer's fee, the freight and a claim "
        "against the carrier or the supplier follow from it."
    )
    rma_number: str


class LiabilityKnown(Refusal, frozen=True):
    """Who has paid once is not asked to pay by somebody else's second thoughts."""

    says = "At whose cost return {rma_number} comes back is known already: {liability}."
    cure = "Nothing more to determine here."
    rma_number: str
    liability: str


class NotInspected(Refusal, frozen=True):
    """What lies in quarantine belongs to nobody yet."""

    says = "Return {rma_number} has goods that nobody has looked at."
    sums = "received {received} = inspected {inspected}"
    cure = "Inspect what lies in quarantine."
    rma_number: str
    received: int
    inspected: int


# --- helpers for screens ------------------------------------------------------------------------


def returnable(order: Order, line: OrderLine) -> int:
    """Units of a line that may still be announced: shown on the screen and asked by the guard."""
    away = announced(order, line) + line.returned - line.given_back
    return line.delivered - away - disputed(order, line) - line.claimed - line.replaced


def to_inspect(row: ReturnRow) -> Iterator[tuple[str, int]]:
    """Units of a row that nobody has looked at yet, by lot where they have one."""
    rest = row.received - row.inspected
    for lot in row.lots:
        if lot.received > lot.inspected:
            yield lot.lot_number, lot.received - lot.inspected
            rest -= lot.received - lot.inspected
    if rest:
        yield "", rest


def disputed(order: Order, line: OrderLine) -> int:
    """Units of a line that an open claim is about."""
    return sum(
        row.quantity
        for claim in order.claims
        if claim.open
        for row in claim.rows
        if row.line_number == line.line_number
    )


def window_ends(world: World, order: Order) -> date:
    """The last day on which a customer may change their mind."""
    return day_of(order.delivered_at) + timedelta(days=world.policies.return_window_days)


def too_late(world: World, order: Order, back: Return, today: date) -> bool:
    """Whether a return was asked for, for a reason of the customer's own, after the window."""
    return back.reason in OWN_CHOICE and today > window_ends(world, order)


def announced(order: Order, line: OrderLine) -> int:
    """Units of a line that somebody has asked to send back and that have not come yet."""
    return sum(
        row.quantity - row.received
        for back in order.returns
        if back.open
        for row in back.rows
        if row.line_number == line.line_number
    )


def announced_in(order: Order, back: Return) -> dict[str, int]:
    """What a return is for, by SKU."""
    units: dict[str, int] = defaultdict(int)
    for row in back.rows:
        line = order.line(row.line_number)
        if line:
            units[line.sku] += row.quantity
    return units


def counted_of(order: Order, back: Return, sku: str) -> int:
    """Units of a SKU that were counted in with a return."""
    rows = ((order.line(row.line_number), row.received) for row in back.rows)
    return sum(units for line, units in rows if line and line.sku == sku)


def lying_in(back: Return, sku: str) -> int:
    """Units of a SKU in a parcel that holds something else than was announced."""
    return sum(there.quantity for there in back.contents if there.sku == sku)


def listed(units: Mapping[str, int]) -> str:
    """How many of what, as one writes it on a note: 2 × LAMP, 1 × DESK."""
    return ", ".join(f"{quantity} × {sku}" for sku, quantity in units.items())


# --- deciding ---------------------------------------------------------------------------------


def _added_up(rows: Iterable[ReturnRow]) -> dict[int, int]:
    """The same line twice in one command counts once, with the sum; rows of nothing not at all."""
    wanted: dict[int, int] = defaultdict(int)
    for row in rows:
        if row.quantity:
            wanted[row.line_number] += row.quantity
    return wanted


@decides(RequestReturn)
def request_return(world: World, order: Order, command: RequestReturn, by: Envelope) -> Answer:
    """Delivered, not announced already, not back already: one quota for every kind of return."""
    refusal = not_carried_out(order)
    if refusal:
        return refusal
    if command.reason == "lost":
        return LostNotReturned(order_number=order.order_number)
    wanted = _added_up(command.rows)
    if not wanted or min(wanted.values()) < 0:
        return MissingField(field="quantity")
    for line_number, quantity in wanted.items():
        line = order.line(line_number)
        if line is None:
            return UnknownLine(order_number=order.order_number, line_number=line_number)
        if quantity > returnable(order, line):
            return ReturnExceedsReturnable(
                line_number=line_number,
                returnable=returnable(order, line),
                delivered=line.delivered,
                open=announced(order, line),
                received=line.returned,
                claimed=line.claimed + line.replaced + disputed(order, line),
                requested=quantity,
            )
    return (
        ReturnRequested(
            order_number=order.order_number,
            rma_number=f"RMA-{world.next_number('return'):05d}",
            rows=tuple(ReturnRow(number, quantity) for number, quantity in wanted.items()),
            reason=command.reason,
            evidence=command.evidence.strip(),
        ),
    )


COUNTED: Final = ("partially_received", "received", "inspected", "in_repair")
"""Where a return stands once some of it is counted."""
OPENED: Final = ("arrived", *COUNTED)
"""Where a return stands once its parcel is here."""
AWAITED: Final = ("authorised", "in_transit")
"""Where a return stands that was agreed to, and of which nothing is here."""


def at_stage(order: Order, rma_number: str, *stages: str) -> Return | Refusal:
    """The return, if it stands at one of these stages."""
    back = order.returned(rma_number)
    if back is None:
        return UnknownReturn(order_number=order.order_number, rma_number=rma_number)
    if back.stage not in stages:
        return ReturnStage(rma_number=rma_number, status=back.stage, wanted=" / ".join(stages))
    return back


@decides(AuthoriseReturn)
def authorise_return(world: World, order: Order, command: AuthoriseReturn, by: Envelope) -> Answer:
    """A changed mind within the window, or by way of exception; our own fault at any time."""
    back = at_stage(order, command.rma_number, "requested")
    if isinstance(back, Refusal):
        return back
    today = day_of(moment(world, by))
    if back.exception != "allowed" and too_late(world, order, back, today):
        return ReturnWindowClosed(
            order_number=order.order_number,
            delivered=day_of(order.delivered_at).isoformat(),
            window=world.policies.return_window_days,
            last=window_ends(world, order).isoformat(),
            today=today.isoformat(),
        )
    lines = [line for row in back.rows if (line := order.line(row.line_number))]
    for category in (world.products[line.sku].category for line in lines):
        if back.reason in OWN_CHOICE and category in world.policies.return_excluded:
            return ReturnExcluded(category=category, reason=back.reason)
    if refusal := unproven(world, order, back.rma_number):
        return refusal
    number, days = back.rows[0].line_number, world.policies.return_expiry_days
    return (
        ReturnAuthorised(
            order_number=order.order_number,
            rma_number=back.rma_number,
            liability=command.liability,
            # goods come back to where they left from
            warehouse=next(
                package.warehouse
                for package in order.packages
                if package.stage == "delivered"
                and any(row.line_number == number for row in package.rows)
            ),
            send_by=today + timedelta(days=days) if days else None,
        ),
    )


@decides(RejectReturn)
def reject_return(world: World, order: Order, command: RejectReturn, by: Envelope) -> Answer:
    """Before it was agreed to, and with a reason."""
    back = at_stage(order, command.rma_number, "requested")
    if isinstance(back, Refusal):
        return back
    if not command.reason.strip():
        return MissingReason()
    why = command.reason
    return (ReturnRejected(order.order_number, back.rma_number, why, told=why),)


@decides(DeliverReturn)
def deliver_return(world: World, order: Order, command: DeliverReturn, by: Envelope) -> Answer:
    """What was agreed may arrive; what comes when that is over waits for somebody to decide."""
    late = order.returned(command.rma_number)
    if late and _may_wait(order, late):
        assert late.send_by is not None
        return (
            ReturnCameLate(order.order_number, late.rma_number, late.send_by, command.contents),
        )
    back = at_stage(order, command.rma_number, *AWAITED)
    if isinstance(back, Refusal):
        return back
    return (ReturnArrived(order.order_number, back.rma_number, command.contents),)


def _may_wait(order: Order, back: Return) -> bool:
    """Whether a parcel may wait here: its return is over, and nobody has asked for it anew."""
    if back.status != "expired" or back.late_parcel != "none":
        return False
    free = all(
        (line := order.line(row.line_number)) and row.quantity <= returnable(order, line)
        for row in back.rows
    )
    return free and order.status in CARRIED_OUT


@decides(ReceiveReturn)
def receive_return(world: World, order: Order, command: ReceiveReturn, by: Envelope) -> Answer:
    """What is counted, at most what was agreed; fewer is no mistake, something else is."""
    back = at_stage(order, command.rma_number, *OPENED)
    if isinstance(back, Refusal):
        return back
    wanted = _added_up(command.rows)
    if not wanted or any(row.quantity < 0 for row in command.rows):
        return MissingField(field="quantity")
    for line_number, quantity in wanted.items():
        line, row = order.line(line_number), back.row(line_number)
        if line is None:
            return UnknownLine(order_number=order.order_number, line_number=line_number)
        if row is None and line.sku not in announced_in(order, back):
            return _unexpected(order, back, {line.sku: quantity})
        row = row or ReturnRow(line_number, 0)  # the same product, of a line nobody announced
        if quantity > row.quantity - row.received:
            return ReceiveExceedsAuthorised(
                rma_number=back.rma_number,
                line_number=line_number,
                limit=row.quantity - row.received,
                authorised=row.quantity,
                received=row.received,
                requested=quantity,
            )
        left = lying_in(back, line.sku) - counted_of(order, back, line.sku)
        if back.contents and quantity > left:
            found = {there.sku: there.quantity for there in back.contents}
            return _unexpected(order, back, found)
    rows: list[ReturnRow] = []
    for line_number, quantity in wanted.items():
        named = [row for row in command.rows if row.line_number == line_number]
        of_lots = by_lot(order, line_number, quantity, named_lots(named))
        if isinstance(of_lots, Refusal):
            return of_lots
        line = order.line(line_number)
        assert line is not None
        one_by_one = [serial for row in named for serial in row.serial_numbers]
        if refusal := serials.coming_back(world, order, line, quantity, one_by_one):
            return refusal
        rows += serials.told_apart(of_lots, one_by_one)
    return (ReturnReceived(order.order_number, back.rma_number, tuple(rows)),)


def _unexpected(order: Order, back: Return, found: Mapping[str, int]) -> UnexpectedItem:
    return UnexpectedItem(
        rma_number=back.rma_number,
        announced=listed(announced_in(order, back)),
        found=listed(found),
    )


@decides(InspectReturn)
@clawing_back
def inspect_return(world: World, order: Order, command: InspectReturn, by: Envelope) -> Answer:
    """At most what lies in quarantine; spoilt goods not onto the shelf; credit follows."""
    back = at_stage(order, command.rma_number, *COUNTED)
    if isinstance(back, Refusal):
        return back
    row, line = back.row(command.line_number), order.line(command.line_number)
    if row is None or line is None:
        return UnknownLine(order_number=order.order_number, line_number=command.line_number)
    if command.quantity <= 0:
        return MissingField(field="quantity")
    if command.quantity > row.received - row.inspected:
        return InspectExceedsReceived(
            line_number=line.line_number,
            limit=row.received - row.inspected,
            received=row.received,
            inspected=row.inspected,
            requested=command.quantity,
        )
    determined = _determined(order, back, command.liability)
    if isinstance(determined, Refusal):
        return determined
    graded = _graded(command)
    if command.disposition == "quarantine":
        kept = _kept(back, row, command)
        return kept if isinstance(kept, Refusal) else (*determined, *graded, *kept)
    if world.policies.graded_inspection and command.grade is None:
        return MissingDisposition(back.rma_number)
    if back.undetermined and not determined and command.disposition in _CREDITED:
        return LiabilityUndetermined(back.rma_number)
    if refusal := _not_allowed(world, back, line, command):
        return refusal
    of_lots = _of_lots(row, command.quantity, command.lot_number)
    if isinstance(of_lots, Refusal):
        return of_lots
    today = day_of(moment(world, by))
    for part in of_lots if command.disposition == "restock" else ():
        if part.expires and part.expires < today:
            return ExpiredNotRestocked(
                sku=line.sku, lot_number=part.lot_number, expires=part.expires, today=today
            )
    credited = command.quantity if command.disposition in _CREDITED else 0
    given = not_kept(order, line.line_number, credited)
    return (
        *determined,
        *graded,
        ReturnInspected(
            order_number=order.order_number,
            rma_number=back.rma_number,
            line_number=line.line_number,
            quantity=command.quantity,
            disposition=command.disposition,
            credit=given.credit,
            rows=of_lots,
        ),
        *given.events,
        *_fee(world, order, back, given.credit, command.liability or back.liability),
    )


def _determined(
    order: Order, back: Return, liability: Liability | None
) -> tuple[LiabilityDetermined, ...] | Refusal:
    """What is said about whose cost it is, if anything is: once, and by who has seen the goods."""
    if liability is None:
        return ()
    if not back.undetermined:
        return LiabilityKnown(rma_number=back.rma_number, liability=back.liability or "")
    return (LiabilityDetermined(order.order_number, back.rma_number, liability),)


@decides(DetermineLiability)
def determine_liability(
    world: World, order: Order, command: DetermineLiability, by: Envelope
) -> Answer:
    """Once, and only with the goods in hand."""
    back = at_stage(order, command.rma_number, *COUNTED)
    if isinstance(back, Refusal):
        return back
    return _determined(order, back, command.liability)


def _kept(back: Return, row: ReturnRow, command: InspectReturn) -> Answer:
    """Where the decision waits, it is said for what; nothing is counted twice."""
    if command.quantity > row.unseen:
        return WaitExceedsUnseen(
            line_number=row.line_number,
            limit=row.unseen,
            received=row.received,
            inspected=row.inspected,
            waiting=row.waiting,
            requested=command.quantity,
        )
    if not command.reason.strip():
        return MissingReason()
    return (
        KeptInQuarantine(
            order_number=command.order_number,
            rma_number=back.rma_number,
            line_number=row.line_number,
            quantity=command.quantity,
            reason=command.reason,
        ),
    )


def _graded(command: InspectReturn) -> tuple[GoodsGraded, ...]:
    """What is said about how good the goods are, if anything is."""
    if command.grade is None:
        return ()
    return (
        GoodsGraded(
            order_number=command.order_number,
            rma_number=command.rma_number,
            line_number=command.line_number,
            quantity=command.quantity,
            grade=command.grade,
            disposition=command.disposition,
        ),
    )


def allowed(back: Return, grade: Grade | None) -> tuple[Disposition, ...]:
    """What may become of goods by what the customer said of them, and by what was found.

    Spoilt goods are not sold as new, and broken ones not at all.
    """
    never = {"restock": SPOILT, "restock_b_grade": BROKEN}
    return tuple(
        disposition
        for disposition in get_args(Disposition)
        if back.reason not in never.get(disposition, frozenset())
        and (grade is None or disposition in ALLOWED[grade])
    )


def _not_allowed(
    world: World, back: Return, line: OrderLine, command: InspectReturn
) -> Refusal | None:
    """Neither what was said of the goods nor what was found, and opened food is for nobody."""
    disposition = command.disposition
    if disposition not in allowed(back, command.grade):
        return DispositionNotAllowed(
            reason=back.reason,
            grade=command.grade or "ungraded",
            disposition=disposition,
            allowed=" / ".join(allowed(back, command.grade)),
        )
    if disposition in ("rework", "restock_b_grade") and world.products[line.sku].shelf_life:
        return OpenedNotKept(sku=line.sku)
    return None


def _fee(
    world: World, order: Order, back: Return, credit: Minor, liability: str | None
) -> tuple[RestockingFeeCharged, ...]:
    """What is kept of more credit; many small steps come to the same as one."""
    percent = world.policies.restocking_fee_percent
    if liability != "customer" or not percent:
        return ()
    theirs = credit + sum(
        row.credit for r in order.returns if r.liability == "customer" for row in r.rows
    )
    more = (theirs * percent + 50) // 100 - order.fees
    if more <= 0:
        return ()
    return (RestockingFeeCharged(order.order_number, back.rma_number, more),)


def _of_lots(row: ReturnRow, quantity: int, lot_number: str) -> tuple[PackageRow, ...] | Refusal:
    """The units that are looked at by lot: of the named one, else of the earliest to expire."""
    there = [lot for lot in row.lots if lot_number in ("", lot.lot_number)]
    if lot_number:
        received = sum(lot.received for lot in there)
        inspected = sum(lot.inspected for lot in there)
        if quantity > received - inspected:
            return InspectExceedsReceived(
                line_number=row.line_number,
                limit=received - inspected,
                received=received,
                inspected=inspected,
                requested=quantity,
            )
    found = []
    for lot in there:
        take = min(quantity, lot.received - lot.inspected)
        if take > 0:
            found.append(PackageRow(row.line_number, take, lot.lot_number, lot.expires))
            quantity -= take
    return tuple(found)


_CREDITED: Final[frozenset[Disposition]] = frozenset(
    {"restock", "restock_b_grade", "scrap", "return_to_vendor", "rework"}
)
"""What the customer does not get again: they need not wait for what we make of it."""


@decides(FinishRepair)
@clawing_back
def finish_repair(world: World, order: Order, command: FinishRepair, by: Envelope) -> Answer:
    """At most what is in the workshop; what cannot be repaired is credited."""
    back = at_stage(order, command.rma_number, "in_repair")
    if isinstance(back, Refusal):
        return back
    row, line = back.row(command.line_number), order.line(command.line_number)
    if row is None or line is None:
        return UnknownLine(order_number=order.order_number, line_number=command.line_number)
    if command.quantity <= 0:
        return MissingField(field="quantity")
    if command.quantity > row.in_repair:
        return RepairExceedsInRepair(
            line_number=line.line_number, limit=row.in_repair, requested=command.quantity
        )
    beyond = command.outcome == "beyond_repair"
    if (beyond or world.policies.repair_quotes) and back.undetermined:
        return LiabilityUndetermined(back.rma_number)
    refusal = _not_agreed(world, order, back, line, command)
    if refusal:
        return refusal
    given = not_kept(order, line.line_number, command.quantity if beyond else 0)
    return (
        *_dropped(order, back, line, command),
        RepairFinished(
            order_number=order.order_number,
            rma_number=back.rma_number,
            line_number=line.line_number,
            quantity=command.quantity,
            outcome=command.outcome,
            credit=given.credit,
        ),
        *given.events,
        *_fee(world, order, back, given.credit, back.liability),
    )


def needs_quote(world: World, back: Return, line: OrderLine) -> bool:
    """Whether a repair costs the customer something, and so needs their word.

    What cost nothing is not worth any price.
    """
    return world.policies.repair_quotes and back.liability == "customer" and line.gross > 0


def _not_agreed(
    world: World, order: Order, back: Return, line: OrderLine, command: FinishRepair
) -> Refusal | None:
    """What the customer's word is missing for: the repair, its end, or leaving it."""
    number, units = line.line_number, command.quantity
    declined = back.quoted(number, "said_no")
    if command.outcome == "unrepaired":
        if units <= declined:
            return None
        return RepairNotDeclined(line_number=number, limit=declined, requested=units)
    if not needs_quote(world, back, line):
        return None
    in_repair = sum(row.in_repair for row in back.rows if row.line_number == number)
    agreed, awaited = back.quoted(number, "said_yes"), back.quoted(number, "awaited")
    if units > agreed:
        return RepairNotAgreed(
            line_number=number,
            limit=agreed,
            in_repair=in_repair,
            unquoted=in_repair - agreed - awaited - declined,
            awaited=awaited,
            declined=declined,
            requested=units,
        )
    promised = order.authorised_open if world.policies.payment_timing == "authorised" else 0
    first = order.payment_terms == "prepay" and order.balance_due > promised
    if command.outcome == "repaired" and first:
        return RepairUnpaid(
            order.order_number, order.balance_due, order.total, order.credit, order.received
        )
    return None


def _dropped(
    order: Order, back: Return, line: OrderLine, command: FinishRepair
) -> tuple[RepairChargeDropped, ...]:
    """What need not be paid of a repair that was agreed to, now that some is beyond repair."""
    number, units = line.line_number, command.quantity
    if command.outcome != "beyond_repair" or not back.quoted(number, "said_yes"):
        return ()
    after = _worked_off(back, number, units, "beyond_repair")
    less = sum(q.charged for q in back.quotes) - sum(q.charged for q in after)
    return (RepairChargeDropped(order.order_number, back.rma_number, number, units, less),)


def _worked_off(
    back: Return, line_number: int, units: int, outcome: RepairOutcome
) -> tuple[RepairQuote, ...]:
    """The quotes of a return once so many units of a line have left the workshop, oldest first."""
    word = "said_no" if outcome == "unrepaired" else "said_yes"
    quotes = []
    for quote in back.quotes:
        if (quote.line_number, quote.answer) == (line_number, word):
            taken = min(quote.left, units)
            units -= taken
            quote = (
                msgspec.structs.replace(quote, repaired=quote.repaired + taken)
                if outcome == "repaired"
                else msgspec.structs.replace(quote, given_up=quote.given_up + taken)
            )
        quotes.append(quote)
    return tuple(quotes)


@decides(CloseReturn)
def close_return(world: World, order: Order, command: CloseReturn, by: Envelope) -> Answer:
    """Whatever came has been inspected; what never came is not waited for any longer."""
    back = at_stage(order, command.rma_number, *AWAITED, *OPENED)
    if isinstance(back, Refusal):
        return back
    units = sum(row.in_repair for row in back.rows)
    if units:
        return StillInRepair(rma_number=back.rma_number, units=units)
    received = sum(row.received for row in back.rows)
    inspected = sum(row.inspected for row in back.rows)
    if waiting := sum(row.waiting for row in back.rows):
        return StillWaiting(rma_number=back.rma_number, units=waiting)
    if inspected < received:
        return NotInspected(rma_number=back.rma_number, received=received, inspected=inspected)
    if back.apart:
        return StillApart(rma_number=back.rma_number, units=back.apart)
    if received and back.undetermined:
        return LiabilityUndetermined(back.rma_number)
    return (ReturnClosed(order.order_number, back.rma_number),)


# --- evolving ---------------------------------------------------------------------------------


@evolves(ReturnRequested)
def return_requested(world: World, order: Order, event: ReturnRequested, at: Moment) -> World:
    """One more return; the order is worked on again."""
    world = msgspec.structs.replace(
        world, counters=world.counters.set("return", world.next_number("return"))
    )
    back = Return(
        rma_number=event.rma_number,
        rows=event.rows,
        reason=event.reason,
        evidence=event.evidence,
    )
    return world.with_order(changed(order, status="confirmed", returns=(*order.returns, back)))


@evolves(ReturnAuthorised)
def return_authorised(world: World, order: Order, event: ReturnAuthorised, at: Moment) -> World:
    """Agreed."""
    return world.with_order(
        with_return(
            order,
            event.rma_number,
            status="authorised",
            liability=event.liability,
            warehouse=event.warehouse,
            send_by=event.send_by,
        )
    )


@evolves(ReturnRejected)
def return_rejected(world: World, order: Order, event: ReturnRejected, at: Moment) -> World:
    """Not agreed."""
    return world.with_order(
        with_return(order, event.rma_number, status="rejected", why_not=event.told)
    )


@evolves(ReturnArrived)
def return_arrived(world: World, order: Order, event: ReturnArrived, at: Moment) -> World:
    """At the dock."""
    return world.with_order(
        with_return(order, event.rma_number, status="arrived", contents=event.contents)
    )


@evolves(ReturnCameLate)
def return_came_late(world: World, order: Order, event: ReturnCameLate, at: Moment) -> World:
    """At the dock, and a question; an order that was over is worked on again."""
    order = with_return(order, event.rma_number, late_parcel="here", contents=event.contents)
    return world.with_order(msgspec.structs.replace(order, status="confirmed"))


@evolves(ReturnClosed)
def return_closed(world: World, order: Order, event: ReturnClosed, at: Moment) -> World:
    """Over."""
    return world.with_order(with_return(order, event.rma_number, status="closed"))


@evolves(ReturnReceived)
def return_received(world: World, order: Order, event: ReturnReceived, at: Moment) -> World:
    """On the RMA, on the line, and in quarantine."""
    return counted_in(world, order, event.rma_number, event.rows)


def counted_in(world: World, order: Order, rma_number: str, rows: Iterable[ReturnRow]) -> World:
    """The world with these units of a return counted, and in quarantine."""
    back = order.returned(rma_number)
    assert back is not None
    for row in rows:
        order = _counted(order, rma_number, row.line_number, received=row.quantity)
        if row.lot_number:
            order = _lot_counted(order, rma_number, row, received=row.quantity)
        if row.serial_numbers:
            came = tuple(ReturnedSerial(serial) for serial in row.serial_numbers)
            kept = _row_of(order, rma_number, row.line_number).serials
            order = _with_row(order, rma_number, row.line_number, serials=(*kept, *came))
            world = serials.home(world, row.serial_numbers)
        line = order.line(row.line_number)
        assert line is not None
        level = world.level(line.sku, back.warehouse)
        world = world.with_level(
            msgspec.structs.replace(
                level,
                returned=level.returned + row.quantity,
                quarantine=level.quarantine + row.quantity,
            )
        )
    return world.with_order(with_return(order, rma_number))


@evolves(ReturnInspected)
def return_inspected(world: World, order: Order, event: ReturnInspected, at: Moment) -> World:
    """Out of quarantine: to wherever they are worth most."""
    units = event.quantity
    restocked = units if event.disposition == "restock" else 0
    in_repair = units if event.disposition == "repair" else 0
    given_back = units if event.disposition == "return_to_customer" else 0
    in_rework = units if event.disposition == "rework" else 0
    b_grade = units if event.disposition == "restock_b_grade" else 0
    world = _shelved(
        world,
        order,
        event,
        quarantine=-units,
        on_hand=restocked,
        restocked=restocked,
        in_repair=in_repair,
        given_back=given_back,
        in_rework=in_rework,
        b_grade=b_grade,
        written_off=units - restocked - in_repair - given_back - in_rework - b_grade,
    )
    order = _counted(
        order,
        event.rma_number,
        event.line_number,
        inspected=units,
        in_repair=in_repair,
        given_back=given_back,
        credit=event.credit,
    )
    for part in event.rows:
        order = _lot_counted(order, event.rma_number, part, inspected=part.quantity)
    state = "in_repair" if in_repair else "given_back" if given_back else "inspected"
    world, order = _told_apart(world, order, event, "received", state)
    order = msgspec.structs.replace(order, supply_credit=order.supply_credit + event.credit)
    return world.with_order(with_return(order, event.rma_number))


@evolves(LiabilityDetermined)
def liability_determined(
    world: World, order: Order, event: LiabilityDetermined, at: Moment
) -> World:
    """Known."""
    return world.with_order(with_return(order, event.rma_number, liability=event.liability))


@evolves(KeptInQuarantine)
def kept_in_quarantine(world: World, order: Order, event: KeptInQuarantine, at: Moment) -> World:
    """Nothing moves; it is known that somebody has looked."""
    row = _row_of(order, event.rma_number, event.line_number)
    order = _with_row(
        order, event.rma_number, event.line_number, waiting=row.waiting + event.quantity
    )
    return world.with_order(with_return(order, event.rma_number))


@evolves(RestockingFeeCharged)
def restocking_fee_charged(
    world: World, order: Order, event: RestockingFeeCharged, at: Moment
) -> World:
    """A part of the credit stays here."""
    return world.with_order(changed(order, fees=order.fees + event.amount))


@evolves(RepairFinished)
def repair_finished(world: World, order: Order, event: RepairFinished, at: Moment) -> World:
    """Out of the workshop: to the customer again, or written off and credited."""
    units = event.quantity
    given_back = units if event.outcome != "beyond_repair" else 0
    world = _shelved(
        world,
        order,
        event,
        in_repair=-units,
        given_back=given_back,
        written_off=units - given_back,
    )
    order = _counted(
        order,
        event.rma_number,
        event.line_number,
        in_repair=-units,
        given_back=given_back,
        repaired=given_back if event.outcome == "repaired" else 0,
        credit=event.credit,
    )
    back = order.returned(event.rma_number)
    assert back is not None
    quotes = back.quotes  # of what is beyond repair they know already
    if given_back:
        quotes = _worked_off(back, event.line_number, units, event.outcome)
    state = "given_back" if given_back else "inspected"
    world, order = _told_apart(world, order, event, "in_repair", state)
    order = msgspec.structs.replace(order, supply_credit=order.supply_credit + event.credit)
    return world.with_order(with_return(order, event.rma_number, quotes=quotes))


@evolves(RepairChargeDropped)
def repair_charge_dropped(
    world: World, order: Order, event: RepairChargeDropped, at: Moment
) -> World:
    """Less to pay, and the quotes know it."""
    back = order.returned(event.rma_number)
    assert back is not None
    quotes = _worked_off(back, event.line_number, event.quantity, "beyond_repair")
    order = msgspec.structs.replace(order, repair_fees=order.repair_fees - event.amount)
    return world.with_order(with_return(order, event.rma_number, quotes=quotes))


def _told_apart(
    world: World, order: Order, event: ReturnInspected | RepairFinished, state: str, then: str
) -> tuple[World, Order]:
    """World and order with units that are told apart one stage further."""
    before = _row_of(order, event.rma_number, event.line_number).serials
    if not before:
        return world, order
    after = serials.moved_on(before, state, then, event.quantity)
    if then == "given_back":
        theirs = (new.serial_number for old, new in zip(before, after, strict=True) if new != old)
        world = serials.gone(world, theirs, order.order_number)
    return world, _with_row(order, event.rma_number, event.line_number, serials=after)


def _shelved(
    world: World, order: Order, event: ReturnInspected | RepairFinished, **more: int
) -> World:
    """The stock where the goods came back to, with so many more of each kind."""
    back, line = order.returned(event.rma_number), order.line(event.line_number)
    assert back is not None
    assert line is not None
    level = world.level(line.sku, back.warehouse)
    counts = {name: getattr(level, name) + units for name, units in more.items()}
    level = msgspec.structs.replace(level, **counts)
    units = more.get("on_hand", 0)
    if not units:
        return world.with_level(level)
    today = day_of(world.now)
    parts = event.rows if isinstance(event, ReturnInspected) else ()
    for part in parts:
        level = lots.arrived(world, level, part.quantity, today, part.lot_number, part.expires)
    units -= sum(part.quantity for part in parts)
    if not units:
        return world.with_level(level)
    # what was counted without its lot is of the earliest to expire of those they got
    sent = [
        row
        for package in order.packages
        if package.stage in ("shipped", "delivered")
        for row in package.rows
        if row.line_number == event.line_number and row.lot_number
    ]
    first = min(sent, key=lambda row: row.expires or date.max, default=PackageRow(0, 0))
    return world.with_level(
        lots.arrived(world, level, units, today, first.lot_number, first.expires)
    )


def with_return(order: Order, rma_number: str, **changes: object) -> Order:
    returns = tuple(
        msgspec.structs.replace(back, **changes) if back.rma_number == rma_number else back
        for back in order.returns
    )
    return changed(order, returns=returns)


def _row_of(order: Order, rma_number: str, line_number: int) -> ReturnRow:
    back = order.returned(rma_number)
    assert back is not None
    row = back.row(line_number)
    assert row is not None
    return row


def _with_row(order: Order, rma_number: str, line_number: int, **changes: object) -> Order:
    """The order with a row of a return changed."""
    row = _row_of(order, rma_number, line_number)
    told = msgspec.structs.replace(row, **changes)
    returns = tuple(
        msgspec.structs.replace(
            back, rows=tuple(told if each is row else each for each in back.rows)
        )
        if back.rma_number == rma_number
        else back
        for back in order.returns
    )
    return msgspec.structs.replace(order, returns=returns)


def _lot_counted(
    order: Order,
    rma_number: str,
    units: ReturnRow | PackageRow,
    received: int = 0,
    inspected: int = 0,
) -> Order:
    """More of one lot on a row of a return."""
    row = _row_of(order, rma_number, units.line_number)
    kept = {lot.lot_number: lot for lot in row.lots}
    lot = kept.get(units.lot_number)
    if lot is None:
        _, expires = lots_delivered(order, units.line_number)[units.lot_number]
        lot = ReturnedLot(units.lot_number, expires)
    kept[lot.lot_number] = msgspec.structs.replace(
        lot, received=lot.received + received, inspected=lot.inspected + inspected
    )
    by_expiry = sorted(kept.values(), key=lambda lot: (lot.expires, lot.lot_number))
    return _with_row(order, rma_number, units.line_number, lots=tuple(by_expiry))


def _counted(
    order: Order,
    rma_number: str,
    line_number: int,
    received: int = 0,
    inspected: int = 0,
    in_repair: int = 0,
    given_back: int = 0,
    repaired: int = 0,
    credit: Minor = 0,
) -> Order:
    """More of each on the line and on the return; a line counts as inspected what is credited."""
    line, back = order.line(line_number), order.returned(rma_number)
    assert line is not None
    assert back is not None
    row = back.row(line_number)
    assert row is not None
    counted = msgspec.structs.replace(
        line,
        returned=line.returned + received,
        inspected=line.inspected + inspected - in_repair - given_back,
        in_repair=line.in_repair + in_repair,
        given_back=line.given_back + given_back,
    )
    told = msgspec.structs.replace(
        row,
        received=row.received + received,
        inspected=row.inspected + inspected,
        # what nobody has looked at goes first, then what waits
        waiting=row.waiting - max(inspected - row.unseen, 0) if inspected else row.waiting,
        in_repair=row.in_repair + in_repair,
        given_back=row.given_back + given_back,
        repaired=row.repaired + repaired,
        credit=row.credit + credit,
    )
    rows = tuple(told if each is row else each for each in back.rows)
    returns = tuple(
        msgspec.structs.replace(back, rows=rows) if each is back else each for each in order.returns
    )
    lines = tuple(counted if each is line else each for each in order.lines)
    return msgspec.structs.replace(order, lines=lines, returns=returns)
