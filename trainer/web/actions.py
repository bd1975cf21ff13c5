"""How each command looks as a form: its words, its fields, what is filled in and what is asked.

What a trainee is to find out (a date, an amount, a quantity) is asked; what the system knows
anyway (which order, which parcel, what the rules propose to set aside; outside exams what is due)
is filled in. Values that were typed and refused come back.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from secrets import token_urlsafe
from typing import Any, Final, Literal, NamedTuple, get_args

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _ln
from markupsafe import Markup

from trainer.orders import promises, serials, tenders
from trainer.orders.acquirer import keeps_fees
from trainer.orders.allowances import GiveGoodwill, alone, room, shipping_left
from trainer.orders.amendments import AddToOrder, ChangeDelivery, CreateExchange
from trainer.orders.approvals import ApproveRefund
from trainer.orders.arrivals import ConfirmDelivery
from trainer.orders.cards import CapturePayment, QueryAuthorisation, VoidAuthorisation
from trainer.orders.cash import BookPayout, ClaimShortfall
from trainer.orders.chargebacks import AcceptChargeback, ContestChargeback
from trainer.orders.currencies import currency_of, named
from trainer.orders.desks import EVERY
from trainer.orders.engine import Command
from trainer.orders.evidence import AskEvidence
from trainer.orders.feedback import AnswerComplaint
from trainer.orders.holds import AnswerRelease, AskRelease, ReleaseHold
from trainer.orders.intake import ConfirmOrder
from trainer.orders.late_parcels import DecideLateParcel
from trainer.orders.late_returns import AnswerException, AskException
from trainer.orders.mishaps import (
    OpenClaim,
    ReceiveBack,
    RequestIntercept,
    ResolveClaim,
    WriteOffPackage,
)
from trainer.orders.payment import IssueRefund, refundable
from trainer.orders.price_changes import ChangePrice, consented, settled
from trainer.orders.production import CreateProduction
from trainer.orders.reallocation import holders
from trainer.orders.recourse import RaiseRecourse, cost_of
from trainer.orders.refunds import QueryRefund, RetryRefund
from trainer.orders.refusals import Refusal
from trainer.orders.repair_quotes import QuoteRepair, most, unquoted
from trainer.orders.return_way import CancelReturn
from trainer.orders.returned_lots import lots_delivered
from trainer.orders.returns import (
    OPENED,
    AuthoriseReturn,
    CloseReturn,
    DetermineLiability,
    FinishRepair,
    InspectReturn,
    ReceiveReturn,
    RejectReturn,
    RequestReturn,
    announced_in,
    listed,
    window_ends,
)
from trainer.orders.serials import SerialRow
from trainer.orders.service import NotifyCustomer, Template, addressee, happenings, untold
from trainer.orders.shipping import (
    LabelPackage,
    PackPackage,
    PickPackage,
    ShipPackage,
    VoidPackage,
    weight_of,
)
from trainer.orders.sourcing import one_delivery
from trainer.orders.stock import (
    Allocate,
    allocated_in,
    booked,
    in_packages,
    suggested_rows,
    with_lots,
)
from trainer.orders.store_credit import balance, usable
from trainer.orders.tasks import FinishTask, owners
from trainer.orders.track_record import ENOUGH, TrackRecord, track_records
from trainer.orders.unexpected import ReportUnexpectedItem, ResolveUnexpectedItem
from trainer.orders.values import Address
from trainer.orders.world import (
    ArrivalReason,
    BankTransfer,
    CancelReason,
    Carrier,
    ChangeAnswer,
    Content,
    Customer,
    Desk,
    Disposition,
    Grade,
    HoldKind,
    Incoterm,
    LateDecision,
    Liability,
    LiabilitySoFar,
    Message,
    Order,
    OrderLine,
    Package,
    Priority,
    Product,
    Remedy,
    RepairOutcome,
    ReturnCanceller,
    ReturnReason,
    ReturnRow,
    TaskOutcome,
    TaskOwner,
    Topic,
    UnexpectedDecision,
    World,
)
from trainer.play.offers import Offer
from trainer.play.preview import Effects
from trainer.simulation.words import words
from trainer.web.forms import written
from trainer.web.rules import on_goodwill, on_returns, proposal
from trainer.web.words import (
    DESK_NAMES,
    WORDS,
    day,
    moment,
    money,
    share,
    units,
    warehouse_name,
)


class Field(NamedTuple):
    """One thing to enter, with what is in it and what is wrong with it."""

    name: str
    label: Any = ""
    kind: str = "text"
    value: str = ""
    choices: tuple[tuple[str, Any], ...] = ()
    help: Any = ""
    error: str = ""


PIECES: Final = Field(
    "quantity", _l("Quantity"), "number",
    help=_l("In pieces; whole packs only, as the inventory lists them."),
)  # fmt: skip


class Row(NamedTuple):
    """One row of a form's table: what it is about, and its one field."""

    cells: tuple[Any, ...]
    hidden: tuple[tuple[str, str], ...]
    field: Field


class Fold(NamedTuple):
    """A part of a form that most do not need: it opens once what was typed was not enough."""

    title: Any
    help: Any = ""
    fields: tuple[Field, ...] = ()
    heads: tuple[Any, ...] = ()
    rows: tuple[Row, ...] = ()
    open: bool = False

    @property
    def every(self) -> tuple[Field, ...]:
        """All its fields, those of its rows too."""
        return (*self.fields, *(row.field for row in self.rows))


TELLING: Final = (
    "template", "rma_number", "claim_number", "case_number", "complaint_number",
    "package_number", "message_id",
)  # fmt: skip
"""What tells forms of one command apart, where an order's page has several."""


def shown_as(command: str, told: Iterable[tuple[str, Any]]) -> str:
    """The way a page finds the very form of a command, for `data-show`."""
    return "~".join((command, *(f"{name}={value}" for name, value in told if name in TELLING)))


class Form(NamedTuple):
    """A command as a form."""

    command: str
    command_id: str
    title: Any
    verb: Any
    version: int
    fields: tuple[Field, ...] = ()
    heads: tuple[Any, ...] = ()
    rows: tuple[Row, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    refusal: Refusal | None = None
    says: Any = ""
    note: Any = ""
    """What is to be seen beside it: what the company's rules propose, what lies in the parcel."""
    folds: tuple[Fold, ...] = ()
    aside: bool = False
    errors: int = 0
    preview: Effects | Refusal | None = None
    """What it would do, if somebody asked."""
    tried: bool = False
    """It was sent and not accepted: it stays open, with what was typed."""

    @property
    def shown_as(self) -> str:
        """The way a page finds this very form."""
        return shown_as(self.command, self.hidden)

    def sent(self, command: str, typed: Mapping[str, str]) -> bool:
        """Whether it was this very form that was sent."""
        mine = command == self.command
        return mine and all(typed.get(name) == value for name, value in self.hidden)


TITLES: Final[dict[str, tuple[LazyString, LazyString]]] = {
    "create_draft": (_l("Enter an order"), _l("Open draft")),
    "change_header": (_l("Delivery details"), _l("Save details")),
    "add_line": (_l("Add a product"), _l("Add line")),
    "change_line": (_l("Quantity"), _l("Change")),
    "remove_line": (_l("Remove line"), _l("Remove")),
    "grant_discount": (_l("Discount on the order"), _l("Grant discount")),
    "submit_order": (_l("Submit the order"), _l("Submit order")),
    "check_order": (_l("Check the order"), _l("Check order")),
    "confirm_order": (_l("Confirm a delivery date"), _l("Confirm order")),
    "reject_order": (_l("Decline the order"), _l("Decline")),
    "notify_customer": (_l("Tell the customer"), _l("Send message")),
    "ask_customer": (_l("Ask the customer"), _l("Send the question")),
    "decline_request": (_l("Decline the request"), _l("Send letter")),
    "decline_wish": (_l("Decline the change"), _l("Send letter")),
    "answer_change": (_l("Answer the change document"), _l("Send order response")),
    "answer_complaint": (_l("Answer the complaint"), _l("Send answer")),
    "record_payment": (_l("Book a payment"), _l("Book payment")),
    "authorise_payment": (_l("Authorise on the card"), _l("Ask the bank")),
    "query_authorisation": (_l("Ask the gateway about the card"), _l("Ask the gateway")),
    "capture_payment": (_l("Take the money from the card"), _l("Capture")),
    "void_authorisation": (_l("Give up the authorisation"), _l("Void")),
    "redeem_store_credit": (_l("Pay with store credit"), _l("Redeem")),
    "issue_refund": (_l("Pay back"), _l("Pay back")),
    "ask_approval": (_l("Ask a supervisor"), _l("Ask for approval")),
    "retry_refund": (_l("Try the refund again"), _l("Try again")),
    "query_refund": (_l("Ask the gateway about the refund"), _l("Ask the gateway")),
    "allocate": (_l("Allocate stock"), _l("Allocate")),
    "reallocate": (_l("Take from another order"), _l("Take over")),
    "release_allocation": (_l("Release allocated stock"), _l("Release")),
    "pick_package": (_l("Pick into a parcel"), _l("Pick")),
    "pack_package": (_l("Pack and weigh"), _l("Pack")),
    "label_package": (_l("Label the parcel"), _l("Label")),
    "ship_package": (_l("Hand over to the carrier"), _l("Ship")),
    "void_package": (_l("Unpack the parcel"), _l("Unpack")),
    "request_return": (_l("Record a return request"), _l("Record return")),
    "authorise_return": (_l("Authorise the return"), _l("Authorise")),
    "ask_exception": (_l("Ask the supervisor for an exception"), _l("Ask for an exception")),
    "reject_return": (_l("Reject the return"), _l("Reject")),
    "decide_late_parcel": (_l("Decide about a late parcel"), _l("Decide")),
    "receive_return": (_l("Count what came back"), _l("Into quarantine")),
    "report_unexpected_item": (_l("Report an unexpected item"), _l("Keep apart")),
    "resolve_unexpected_item": (_l("Decide about an unexpected item"), _l("Decide")),
    "determine_liability": (_l("Determine at whose cost"), _l("Determine")),
    "inspect_return": (_l("Inspect what came back"), _l("Decide and credit")),
    "cancel_return": (_l("Cancel the agreed return"), _l("Cancel return")),
    "ask_evidence": (_l("Ask for evidence of the damage"), _l("Send the question")),
    "raise_recourse": (_l("Claim it from whoever is liable"), _l("Send our claim")),
    "close_return": (_l("Close the return"), _l("Close return")),
    "request_intercept": (_l("Stop the parcel"), _l("Ask the carrier")),
    "confirm_delivery": (_l("Confirm the delivery for the customer"), _l("Confirm delivery")),
    "receive_back": (_l("Take the parcel back in"), _l("Take in")),
    "write_off_package": (_l("Give the parcel up for lost"), _l("Write off")),
    "open_claim": (_l("Record a claim"), _l("Record claim")),
    "resolve_claim": (_l("Decide the claim"), _l("Decide")),
    "credit_shipping": (_l("Credit the shipping"), _l("Credit")),
    "give_goodwill": (_l("Give goodwill"), _l("Give")),
    "ask_goodwill": (_l("Ask the supervisor for goodwill"), _l("Ask for goodwill")),
    "contest_chargeback": (_l("Contest the chargeback"), _l("Send the proof")),
    "accept_chargeback": (_l("Accept the chargeback"), _l("Accept")),
    "write_off_chargeback": (_l("Write off what the chargeback took"), _l("Write off")),
    "quote_repair": (_l("Quote the repair"), _l("Send the quote")),
    "finish_repair": (_l("Finish the repair"), _l("Finish repair")),
    "create_exchange": (_l("Send something in exchange"), _l("Exchange")),
    "add_to_order": (_l("Add to the promised order"), _l("Amend")),
    "correct_delivery": (_l("Correct where it goes"), _l("Save correction")),
    "reopen_order": (_l("Correct what was entered"), _l("Back to draft")),
    "change_delivery": (_l("Change the delivery"), _l("Amend")),
    "change_price": (_l("Change the price of a line"), _l("Change price")),
    "ask_price_rise": (_l("Ask for consent to a higher price"), _l("Send the question")),
    "change_terms": (_l("Delivery terms and invoice address"), _l("Save terms")),
    "issue_credit_note": (_l("Issue the credit note"), _l("Issue credit note")),
    "issue_invoice": (_l("Issue the invoice"), _l("Issue invoice")),
    "complete_order": (_l("Complete the order"), _l("Complete order")),
    "claim_shortfall": (_l("Claim what a payout lacks"), _l("Claim from the carrier")),
    "book_payout": (_l("Book the carrier's payout"), _l("Book payout")),
    "settle_batch": (_l("Settle with the bank statement"), _l("Settle")),
    "archive_order": (_l("Put into the archive"), _l("Archive")),
    "cancel_line_quantity": (_l("Cancel part of the order"), _l("Cancel these units")),
    "cancel_order": (_l("Cancel the order"), _l("Cancel order")),
    "place_hold": (_l("Put on hold"), _l("Put on hold")),
    "ask_release": (_l("Ask the supervisor to release the hold"), _l("Ask for release")),
    "release_hold": (_l("Release the hold"), _l("Release hold")),
    "hand_over": (_l("Hand over to another desk"), _l("Hand over")),
    "take_desk": (_l("Sit down at another desk"), _l("Sit down")),
    "approve_refund": (_l("Approve what was asked"), _l("Approve")),
    "decline_refund": (_l("Decline what was asked"), _l("Decline")),
    "answer_release": (_l("Decide about the hold"), _l("Decide")),
    "answer_goodwill": (_l("Decide about goodwill"), _l("Decide")),
    "answer_exception": (_l("Decide about the exception"), _l("Decide")),
    "add_note": (_l("Leave a note"), _l("Save note")),
    "assign_task": (_l("Give a task"), _l("Give task")),
    "finish_task": (_l("Finish a task"), _l("Finish task")),
    "prioritise_order": (_l("Place in the queue"), _l("Set priority")),
    "create_production": (_l("Schedule production"), _l("Schedule production")),
    "release_production": (_l("Release to the factory"), _l("Release to the factory")),
    "start_production": (_l("Start production"), _l("Start")),
    "finish_production": (_l("Finish with what is made"), _l("Finish")),
    "cancel_production": (_l("Cancel production"), _l("Cancel production")),
    "cycle_count": (_l("Count a shelf"), _l("Book the count")),
    "adjust_stock": (_l("Correct the stock"), _l("Correct")),
    "set_list_price": (_l("Set a price in another currency"), _l("Set price")),
    "transfer_stock": (_l("Transfer between warehouses"), _l("Transfer")),
    "finish_rework": (_l("Finish the rework of our own goods"), _l("Finish rework")),
    "clear_b_grade": (_l("Sell off B-grade goods"), _l("Sell off")),
    "place_replenishment": (_l("Buy from a supplier"), _l("Buy")),
    "cancel_replenishment": (_l("Cancel the purchase"), _l("Cancel the purchase")),
    "post_goods_receipt": (_l("Count at the dock"), _l("Count in")),
    "send_surplus_back": (_l("Send back what is too many"), _l("Send back")),
}

Typed = Mapping[str, str]
Errors = Mapping[str, str]
Fields = tuple[Field, ...]


_OF_WHAT_IS_DUE: Final = frozenset(
    {
        "record_payment", "issue_refund", "ask_approval", "authorise_payment", "capture_payment",
        "redeem_store_credit",
    }
)  # fmt: skip
"""Commands whose offer names the amount that is due: how much that is, the engine knows."""


def form_for(
    world: World,
    order: Order,
    offer: Offer,
    typed: Typed | None = None,
    errors: Errors | None = None,
    preview: Effects | Refusal | None = None,
    *,
    telling: bool = False,
) -> Form:
    """The form of an offered command: what was typed before, what was wrong, what it would do.

    Where it may be said what is right (`telling`), an amount that is due stands in it already.
    """
    command = offer.command
    fill = _due(world, order, offer) if telling else {}
    fill |= typed or {}
    wrong = errors or {}
    fields = tuple(_filled(f, fill, wrong) for f in _fields(world, order, command))
    heads, rows = _table(world, order, command)
    title, verb = TITLES[offer.name]
    return Form(
        command=offer.name,
        command_id=token_urlsafe(12),
        title=title,
        verb=verb,
        version=order.version,
        fields=fields,
        heads=heads,
        rows=tuple(row._replace(field=_filled(row.field, fill, wrong)) for row in rows),
        hidden=_hidden(world, order, command),
        refusal=offer.refusal,
        says=_about(world, order, command),
        note=_note_on(world, order, command),
        folds=tuple(_folded(fold, fill, wrong) for fold in _folds(world, order, command)),
        aside=offer.aside,
        errors=len(wrong),
        preview=preview,
        tried=bool(typed),
    )


def _due(world: World, order: Order, offer: Offer) -> dict[str, str]:
    """What is to be paid, or paid back, as it is typed; of what cannot be done now, nothing."""
    command = offer.command
    if offer.name not in _OF_WHAT_IS_DUE or offer.refusal:
        return {}
    if isinstance(command, IssueRefund) and command.amount < refundable(order):
        return {}  # the rest is the supervisor's to allow: how much goes back is to be decided
    return {"amount": written(offer.command, currency_of(world, order))["amount"]}


def _filled(field: Field, typed: Typed, errors: Errors) -> Field:
    return field._replace(
        value=typed.get(field.name, field.value), error=errors.get(field.name, "")
    )


def _folded(fold: Fold, typed: Typed, errors: Errors) -> Fold:
    """With what was typed; open where something is in it, or what was typed was not enough."""
    filled = fold._replace(
        fields=tuple(_filled(f, typed, errors) for f in fold.fields),
        rows=tuple(row._replace(field=_filled(row.field, typed, errors)) for row in fold.rows),
    )
    told = any(field.value or field.error for field in filled.every)
    return filled._replace(open=told or bool(typed))


def _about(world: World, order: Order, command: Command) -> Any:
    match command:
        case ShipPackage(package_number=number) if order.package(number) is None:
            return ""
        case (
            PackPackage(package_number=number)
            | LabelPackage(package_number=number)
            | ShipPackage(package_number=number)
            | VoidPackage(package_number=number)
            | RequestIntercept(package_number=number)
            | ReceiveBack(package_number=number)
            | WriteOffPackage(package_number=number)
            | ConfirmDelivery(package_number=number)
        ):
            return _l("Parcel %(number)s", number=number)
        case CreateProduction(sku=sku, warehouse=warehouse):
            return f"{sku} · {warehouse_name(warehouse, world)}"
        case PickPackage(warehouse=warehouse):
            return _l("From: %(warehouse)s", warehouse=warehouse_name(warehouse, world))
        case ReleaseHold(kind=kind) | AskRelease(kind=kind) | AnswerRelease(kind=kind):
            return WORDS[kind]
        case ClaimShortfall(payout_number=number) | BookPayout(payout_number=number):
            return number
        case AnswerComplaint(complaint_number=complaint):
            return complaint
        case FinishTask(task_number=number):
            task = order.task(number)
            return f"{number} · {task.text}" if task else number
        case InspectReturn(rma_number=rma, line_number=number, lot_number=lot) if lot:
            return _l("%(rma)s, line %(number)s, lot %(lot)s", rma=rma, number=number, lot=lot)
        case (
            InspectReturn(rma_number=rma, line_number=number)
            | FinishRepair(rma_number=rma, line_number=number)
            | QuoteRepair(rma_number=rma, line_number=number)
        ):
            return _l("%(rma)s, line %(number)s", rma=rma, number=number)
        case ResolveUnexpectedItem(rma_number=rma, sku=sku):
            return f"{rma} · {sku}"
        case (
            AuthoriseReturn(rma_number=rma)
            | ReportUnexpectedItem(rma_number=rma)
            | AskException(rma_number=rma)
            | AnswerException(rma_number=rma)
            | RejectReturn(rma_number=rma)
            | DecideLateParcel(rma_number=rma)
            | ReceiveReturn(rma_number=rma)
            | CloseReturn(rma_number=rma)
            | CancelReturn(rma_number=rma)
            | DetermineLiability(rma_number=rma)
            | CreateExchange(rma_number=rma)
        ):
            return rma
        case RaiseRecourse(case_number=number) if number.isdigit():
            return _l("Parcel %(number)s", number=number)
        case (
            ResolveClaim(claim_number=claim)
            | AskEvidence(case_number=claim)
            | RaiseRecourse(case_number=claim)
        ):
            return claim
        case (
            CapturePayment(authorisation_number=held)
            | VoidAuthorisation(authorisation_number=held)
            | QueryAuthorisation(authorisation_number=held)
        ):
            return held
        case (
            ContestChargeback(chargeback_number=dispute)
            | AcceptChargeback(chargeback_number=dispute)
        ):
            return dispute
        case ApproveRefund(amount=amount):
            return money(amount, currency_of(world, order))
        case RetryRefund(refund_number=refund) | QueryRefund(refund_number=refund):
            return refund
        case NotifyCustomer(template=template):
            return _told_about(world, order, template)
        case _:
            return ""


def _told_about(world: World, order: Order, template: Template) -> Any:
    """What a message says and, where it has gone out before, of which parcel or day it is."""
    about = next(iter(untold(world, order, template)), "")
    more = len(happenings(world, order, template)) > 1 or template in order.notices
    if not (about and more):
        return WORDS[template]
    match template:
        case "order_shipped" | "order_delivered" | "order_lost" | "order_came_back":
            return _l("%(message)s: parcel %(number)s", message=WORDS[template], number=about)
        case "order_delayed":
            late = day(date.fromisoformat(about))
            return _l("%(message)s: promised for %(day)s", message=WORDS[template], day=late)
    return _l("%(message)s: %(n)s pieces in all", message=WORDS[template], n=about)


def _note_on(world: World, order: Order, command: Command) -> Any:
    """What somebody should see before they fill in the form: a proposal, a weight, an open box."""
    match command:
        case Allocate():
            return proposal(world, order)
        case RequestReturn():
            return _l("The goods come back; what is counted and inspected is credited.")
        case OpenClaim():
            return _l("Nothing comes back: what is lost or broken is made good on evidence.")
        case AuthoriseReturn():
            return on_returns(world.policies)
        case ResolveClaim() | GiveGoodwill():
            return on_goodwill(world.policies, world.company.currency)
        case RaiseRecourse(case_number=number):
            liable, cost = cost_of(world, order, number)
            return _l(
                "%(amount)s: what it has cost us; liable: %(party)s.",
                amount=money(cost, currency_of(world, order)), party=WORDS[liable],
            )  # fmt: skip
        case ChangePrice():
            return _agreed(world, order)
        case PickPackage(warehouse=warehouse, rows=rows):
            grams = weight_of(world, order, Package(0, warehouse, rows))
            return _l("All of it in one box weighs %(grams)s g.", grams=units(grams))
        case ReceiveReturn(rma_number=rma) | ReportUnexpectedItem(rma_number=rma):
            back = order.returned(rma)
            if back and back.contents and back.stage in OPENED:
                goods = ", ".join(map(_content, back.contents))
                return _l("In the parcel lies: %(goods)s", goods=goods)
    return ""


def _agreed(world: World, order: Order) -> Any:
    """What the customer has agreed to pay and nobody has entered."""
    currency = currency_of(world, order)
    prices = [
        f"{line.sku} {money(price, currency)}"
        for line in order.lines
        for price in consented(order, line)
    ]
    return _l("The customer has agreed to: %(prices)s", prices=", ".join(prices)) if prices else ""


def _content(part: Content) -> str:
    serials = f" ({', '.join(part.serial_numbers)})" if part.serial_numbers else ""
    return listed({part.sku: part.quantity}) + serials


def _hidden(world: World, order: Order, command: Command) -> tuple[tuple[str, str], ...]:
    """What the form knows without asking."""
    known: tuple[str, ...]
    known = ("order_number", "order_numbers.0", "package_number", "warehouse", "template", "kind",
             "rma_number", "line_number", "claim_number", "case_number", "complaint_number",
             "message_id",
             "refund_number", "authorisation_number", "task_number", "payout_number",
             "chargeback_number", "ship_to.country", "bill_to.country", "sku",
             "lot_number")  # fmt: skip
    values = written(command, "XXX")
    asked = {field.name for field in _fields(world, order, command)}
    if isinstance(command, PackPackage):  # the lines whose serial numbers are asked
        known += tuple(f"rows.{place}.line_number" for place in range(len(command.rows)))
    if isinstance(command, ApproveRefund):  # as it was asked
        values, known = written(command, currency_of(world, order)), (*known, "amount")
    if isinstance(command, ClaimShortfall | BookPayout):  # of several orders: back to this one
        values["beside"], known = order.order_number, (*known, "beside")
    return tuple((n, values[n]) for n in known if values.get(n) and n not in asked)


def _fields(world: World, order: Order, command: Command) -> Fields:
    maker = _FIELDS.get(type(command).__name__)
    return maker(world, order, command) if maker else ()


def _reason(world: World, order: Order, command: Command) -> Fields:
    return (Field("reason", _l("Reason")),)


def _told_reason(world: World, order: Order, command: Command) -> Fields:
    """A no that somebody reads takes more than a line."""
    return (Field("reason", _l("Reason, as the customer will read it"), "textarea"),)


NOTE: Final = Field("reason", _l("In words"), help=_l("Needed where nothing on the list fits."))
"""What there is to say beside a reason of the list."""


def _cancel(world: World, order: Order, command: Command) -> Fields:
    return (one_of("reason_code", _l("Reason"), CancelReason), NOTE)


def _confirm_delivery(world: World, order: Order, command: Command) -> Fields:
    return (
        Field("signed_by", _l("Signed for by")),
        Field("delivered_on", _l("Delivered on"), "date", help=_l("As the customer says it.")),
        one_of("reason_code", _l("How we know"), ArrivalReason),
        NOTE,
    )


def _place_hold(world: World, order: Order, command: Command) -> Fields:
    return (one_of("kind", _l("Why it stops"), HoldKind), NOTE)


def _confirm(world: World, order: Order, command: Command) -> Fields:
    return (
        Field(
            "promised_delivery_date",
            _l("Promised delivery date"),
            "date",
            help=_l("Not before the date that the check found."),
        ),
    )


_DATE_HEADS: Final = (_l("SKU"), _l("Earliest"), _l("Promised"))


def _folds(world: World, order: Order, command: Command) -> tuple[Fold, ...]:
    """Dates for single lines where parts may come on their own, and a date against the numbers."""
    match command:
        case ConfirmOrder():
            why = Field(
                "override_reason",
                _l("Reason for a date before the earliest one"),
                help=_l(
                    "With a reason the date is promised although stock and capacity cannot hold "
                    "it. The reason stays in the timeline."
                ),
            )
            early = Fold(_l("A date before the earliest one"), fields=(why,))
            return (*_line_dates(world, order, least=2), early)
        case ChangeDelivery():
            return _line_dates(world, order, least=2)
        case AddToOrder() | CreateExchange():
            return _line_dates(world, order, least=1)
    return ()


def _line_dates(world: World, order: Order, least: int) -> tuple[Fold, ...]:
    """A date for each line that is still to come; nothing where all of it comes together."""
    lines = promises.to_come(order)
    if len(lines) < least or one_delivery(world, order):
        return ()
    earliest = promises.earliest_of_lines(world, order)
    rows = tuple(
        Row(
            cells=(line.sku, day(earliest[line.line_number])),
            hidden=((f"line_dates.{place}.line_number", str(line.line_number)),),
            field=Field(
                f"line_dates.{place}.promised_delivery_date",
                _l("Promised date of %(sku)s", sku=line.sku),
                "date",
                str(line.promised_delivery_date or ""),
            ),
        )
        for place, line in enumerate(lines)
    )
    says = _l("A line that is left empty has the date above.")
    return (Fold(_l("Different dates for lines"), says, heads=_DATE_HEADS, rows=rows),)


def _discount(world: World, order: Order, command: Command) -> Fields:
    currency = currency_of(world, order)
    return (
        Field("amount", _l("Amount"), "money", help=_l(
            "Now %(now)s, at most %(most)s. It stands in place of what was granted before, and is "
            "shared out over the lines when the order is submitted.",
            now=money(order.discount, currency), most=money(order.total, currency),
        )),
    )  # fmt: skip


def _payment(world: World, order: Order, command: Command) -> Fields:
    free = sorted(
        (t for t in world.transfers.values() if t.unmatched > 0), key=lambda t: t.reference
    )
    choices = tuple((t.reference, _transfer(world, t)) for t in free)
    return (
        Field(
            "reference",
            _l("Transfer on the bank statement"),
            "choice",
            choices=(("", _l("choose …")), *choices),
            help="" if free else _l("No transfer is waiting to be booked."),
        ),
        Field("amount", _l("Amount"), "money"),
    )


def _transfer(world: World, transfer: BankTransfer) -> str:
    """A transfer as one chooses it: its number, what is written on it, what of it is not booked."""
    left = money(transfer.unmatched, named(world, transfer.currency))
    return " · ".join((transfer.reference, transfer.remark, left))


def _refund(world: World, order: Order, command: Command) -> Fields:
    return (Field("amount", _l("Amount"), "money"), Field("reason", _l("Reason")))


def _contest(world: World, order: Order, command: Any) -> Fields:
    found = order.chargeback(command.chargeback_number)
    until = moment(found.respond_by) if found else ""
    says = _l("What you send the bank: the signature, your letters. By %(until)s.", until=until)
    return (Field("evidence", _l("Evidence"), "textarea", help=says),)


def _credit_shipping(world: World, order: Order, command: Command) -> Fields:
    left = money(shipping_left(order), currency_of(world, order))
    return (
        Field("amount", _l("Amount"), "money",
              help=_l("At most %(most)s; the goods stay as they are.", most=left)),
        Field("reason", _l("Reason")),
    )  # fmt: skip


def _give_goodwill(world: World, order: Order, command: Command) -> Fields:
    currency = currency_of(world, order)
    mine, every = (money(most, currency) for most in (alone(world, order), room(order)))
    says = (
        _l("Yours to give: %(mine)s; beyond that ask the supervisor.", mine=mine)
        if alone(world, order) < room(order)
        else _l("At most what the order costs by now: %(every)s.", every=every)
    )
    return (Field("amount", _l("Amount"), "money", help=says), Field("reason", _l("Reason")))


def _issue_refund(world: World, order: Order, command: Command) -> Fields:
    fields = _refund(world, order, command)
    if world.policies.store_credit == "never":
        return fields
    agreed = tenders.takes_credit(world, order)
    choices = tuple((way, WORDS[way]) for way in ("original", "store_credit"))
    return (
        *fields,
        Field(
            "way",
            _l("Which way it goes back"),
            "choice",
            "original",
            choices=choices,
            help=_l("They take store credit; it is written in their file.")
            if agreed
            else _l("Store credit only once their file says that they take it."),
        ),
    )


def _authorise(world: World, order: Order, command: Command) -> Fields:
    days = world.policies.authorisation_days
    held = (
        _l("It holds for %(days)s days. Goods may leave on it; capture then.", days=days)
        if world.policies.payment_timing == "authorised"
        else _l("It holds for %(days)s days. Goods leave once it is captured.", days=days)
    )
    return (Field("amount", _l("Amount"), "money", help=held),)


def _capture(world: World, order: Order, command: Any) -> Fields:
    held = order.authorisation(command.authorisation_number)
    until = moment(held.expires_at) if held else ""
    return (Field("amount", _l("Amount"), "money",
                  help=_l("What is not captured by %(until)s lapses.", until=until)),)  # fmt: skip


def _redeem(world: World, order: Order, command: Command) -> Fields:
    customer, currency = world.customers[order.customer_id], world.company.currency
    has = money(balance(customer, world.now), currency)
    soonest = usable(customer, world.now)[0].expires_at
    says = _l("They have %(has)s; the first of it lapses on %(day)s.", has=has, day=day(soonest))
    return (Field("amount", _l("Amount"), "money", help=says),)


def _pack(world: World, order: Order, command: Any) -> Fields:
    package = order.package(command.package_number)
    grams = weight_of(world, order, package) if package else 0
    return (
        Field(
            "weight",
            _l("Weight in grams"),
            "number",
            help=_l("The scale reads %(grams)s g.", grams=units(grams)),
        ),
        *(_read_off(order, place, row) for place, row in enumerate(command.rows)),
    )


def _read_off(order: Order, place: int, row: SerialRow) -> Field:
    """The numbers on the units of a line, as the next ones of the shelf would have them."""
    line, several = order.line(row.line_number), len(row.serial_numbers)
    return Field(
        f"rows.{place}.serial_numbers",
        _l("Serial numbers of %(sku)s", sku=line.sku if line else ""),
        "textarea",
        " ".join(row.serial_numbers),
        help=_ln("%(num)s unit in this parcel", "%(num)s units in this parcel", several),
    )


def carrier_choices(world: World) -> tuple[tuple[str, Any], ...]:
    """The carriers one can choose from, with what decides: mode, days, price, limit, record."""
    carriers = sorted(world.carriers.values(), key=lambda c: (c.transit_days, c.carrier_code))
    records = track_records(world)
    return tuple((c.carrier_code, _told_of(world, c, records[c.carrier_code])) for c in carriers)


def _told_of(world: World, carrier: Carrier, record: TrackRecord) -> Any:
    offer = _ln(
        "%(name)s (%(mode)s, %(num)s day, %(price)s a parcel of up to %(limit)s kg)",
        "%(name)s (%(mode)s, %(num)s days, %(price)s a parcel of up to %(limit)s kg)",
        carrier.transit_days,
        name=carrier.name,
        mode=WORDS[carrier.mode],
        price=money(carrier.price, world.company.currency),
        limit=units(carrier.max_weight // 1000),
    )
    if record.parcels < ENOUGH:
        return offer
    kept = share(Fraction(record.on_time, record.parcels))
    return _l("%(offer)s · on time %(share)s of %(parcels)s", offer=offer, share=kept,
              parcels=record.parcels)  # fmt: skip


def _label(world: World, order: Order, command: Command) -> Fields:
    choices = carrier_choices(world)
    help_: Any = ""
    if order.payment_terms == "cash_on_delivery":
        able = sorted(carrier.name for carrier in world.carriers.values() if carrier.collects)
        help_ = _l("Cash on delivery is collected by: %(names)s", names=", ".join(able) or "–")
    field = Field("carrier_code", _l("Carrier"), "choice", order.carrier_code, choices=choices)
    return (field._replace(help=help_),)


def _settle(world: World, order: Order, command: Command) -> Fields:
    received = Field(
        "received",
        _l("Money received for it, by the bank statement"),
        "money",
        help=_l(
            "It must equal the invoices minus the credit notes that were not settled before; "
            "what was paid back has a minus."
        ),
    )
    if not keeps_fees(world.policies):
        return (received,)
    fee = Field(
        "fee",
        _l("Kept of the card payments, by the acquirer’s statement"),
        "money",
        value="0",
        help=_l("What is kept of each capture is missing from the money; 0 without card payments."),
    )
    return (received, fee)


def _claim_shortfall(world: World, order: Order, command: Command) -> Fields:
    return (
        Field(
            "amount",
            _l("Missing amount"),
            "money",
            help=_l("Collected, less the fees, less what the carrier has sent."),
        ),
    )


def _archive(world: World, order: Order, command: Command) -> Fields:
    return (
        Field(
            "retention_years",
            _l("Keep for how many years"),
            "number",
            help=_l("The company keeps papers for at least %(n)s years.",
                    n=world.policies.retention_years),
        ),
    )  # fmt: skip


def _note(world: World, order: Order, command: Command) -> Fields:
    return (Field("text", _l("Note for colleagues"), "textarea"),)


def hand_over_fields(world: World, desk: Desk) -> Fields:
    """To which desk, and what is open there."""
    others = tuple((it, DESK_NAMES[it]) for it in EVERY if it != world.seat)
    return (
        Field("desk", _l("To which desk"), "choice", desk, choices=others),
        Field(
            "note", _l("What is open there"), "textarea",
            help=_l(
                "Whoever takes over knows what you write: how many or how much, by when, and the "
                "number it goes by."
            ),
        ),
    )  # fmt: skip


def _hand_over(world: World, order: Order, command: Any) -> Fields:
    return hand_over_fields(world, command.desk)


def _decision(world: World, order: Order, command: Command) -> Fields:
    """The words for either answer; which it is, the facts decide."""
    return (
        Field("granting", _l("In your words, if it is granted")),
        Field(
            "declining",
            _l("In your words, if it is not"),
            help=_l(
                "The company's rules and the facts decide which of the two is said; write both."
            ),
        ),
    )


def who(world: World, owner: TaskOwner) -> Any:
    """Who has a task: the trainee, or a colleague by name and function."""
    said = words(world.company.locale)
    match owner:
        case "trainee":
            return WORDS["trainee"]
        case "supervisor":
            return _l("%(name)s (supervisor)", name=said["supervisor"])
        case _:
            return said[f"name_{owner}"]


def _assign_task(world: World, order: Order, command: Command) -> Fields:
    mine = (("trainee", _l("I myself")),)
    others = tuple((owner, who(world, owner)) for owner in owners(world) if owner != "trainee")
    return (
        Field("text", _l("What is to be done"), "textarea"),
        Field("owner", _l("Who does it"), "choice", "trainee", choices=mine + others),
        Field("due", _l("Due on"), "date", help=_l("Today or later.")),
    )


def _finish_task(world: World, order: Order, command: Command) -> Fields:
    return (
        one_of("outcome", _l("Outcome of the task"), TaskOutcome),
        Field("note", _l("Note"), "textarea", help=_l("How it went, or why it was dropped.")),
    )


def one_of(name: str, label: LazyString, kind: Any, but: str = "") -> Field:
    """A choice among the engine's own words, none of them chosen beforehand."""
    choices = tuple((value, WORDS[value]) for value in get_args(kind) if value != but)
    return Field(name, label, "choice", choices=(("", _l("choose …")), *choices))


def _request_return(world: World, order: Order, command: Command) -> Fields:
    reason = one_of("reason", _l("Reason"), ReturnReason, but="lost")
    return (reason, *_evidence(world)) if world.policies.damage_evidence else (reason,)


def _evidence(world: World) -> Fields:
    """What can be seen of a damage; where it can be asked for, nobody need make it up."""
    says = (
        _l("What the customer's photos show, if they sent any; else ask for them.")
        if world.policies.damage_evidence
        else _l("What photos or reports show.")
    )
    return (Field("evidence", _l("Evidence"), "textarea", help=says),)


def _promise_field(order: Order) -> Field:
    return Field(
        "promised_delivery_date",
        _l("Promised delivery date"),
        "date",
        str(order.promised_delivery_date or ""),
    )


def product_field(world: World) -> Field:
    """Any product on sale, none of them chosen beforehand."""
    products = sorted((p for p in world.products.values() if p.sellable), key=lambda p: p.sku)
    choices = (("", _l("choose …")), *((p.sku, in_packs(p)) for p in products))
    return Field("sku", _l("Product"), "choice", choices=choices)


def in_packs(product: Product) -> Any:
    """A product as an option, with the packs it goes in where a piece alone does not go."""
    named = f"{product.sku} · {product.name}"
    if product.pack_size == 1:
        return named
    return _l("%(product)s (in packs of %(n)s)", product=named, n=product.pack_size)


def _add_to_order(world: World, order: Order, command: Command) -> Fields:
    return (
        product_field(world),
        PIECES,
        _promise_field(order),
        Field("reason", _l("Reason")),
    )


def _create_exchange(world: World, order: Order, command: Command) -> Fields:
    return (
        product_field(world),
        PIECES,
        _promise_field(order),
    )


def _quote_repair(world: World, order: Order, command: Any) -> Fields:
    """For how many units, and at most how much: what was paid for them."""
    back, line = order.returned(command.rma_number), order.line(command.line_number)
    row = back.row(command.line_number) if back else None
    assert back is not None
    assert row is not None
    assert line is not None
    units = unquoted(back, row)
    limit = money(most(line, units), currency_of(world, order))
    says = _ln(
        "For %(num)s unit in the workshop; at most what was paid for it: %(limit)s.",
        "For %(num)s units in the workshop; at most what was paid for them: %(limit)s.",
        units,
        limit=limit,
    )
    return (Field("price", _l("Price of the repair"), "money", help=says),)


def _finish_repair(world: World, order: Order, command: Any) -> Fields:
    but = "" if world.policies.repair_quotes else "unrepaired"
    return (
        Field("quantity", _l("Quantity"), "number",
              help=_l("In repair: %(n)s", n=command.quantity)),
        one_of("outcome", _l("How it ended"), RepairOutcome, but=but),
    )  # fmt: skip


def address_fields(address: Address) -> Fields:
    """Where it goes, field by field, as it stands."""
    return (
        Field("ship_to.recipient", _l("Recipient"), value=address.recipient),
        Field("ship_to.street", _l("Street"), value=address.street),
        Field("ship_to.city", _l("City"), value=address.city),
        Field("ship_to.postal_code", _l("Postal code"), value=address.postal_code),
        Field("ship_to.phone", _l("Phone"), value=address.phone),
    )


def terms_fields(of: Customer | Order) -> Fields:
    """The form's fields: the term with its place, and the address of the invoices."""
    choices = (("", _l("none agreed")), *((code, code) for code in get_args(Incoterm) if code))
    bill_to = of.bill_to
    return (
        Field("incoterm", _l("Incoterm"), "choice", of.incoterm, choices=choices),
        Field("incoterm_place", _l("Named place"), value=of.incoterm_place,
              help=_l("Where freight and risk go over: a town, a port.")),
        Field("bill_to.recipient", _l("Invoices to"), value=bill_to.recipient,
              help=_l("Leave all of this empty where invoices go to the customer's own address.")),
        Field("bill_to.street", _l("Street"), value=bill_to.street),
        Field("bill_to.city", _l("City"), value=bill_to.city),
        Field("bill_to.postal_code", _l("Postal code"), value=bill_to.postal_code),
    )  # fmt: skip


def _change_terms(world: World, order: Order, command: Command) -> Fields:
    return terms_fields(order)


def _change_delivery(world: World, order: Order, command: Command) -> Fields:
    choices = carrier_choices(world)
    return (
        Field("carrier_code", _l("Carrier"), "choice", order.carrier_code, choices=choices),
        *address_fields(order.ship_to),
        _promise_field(order),
        Field("reason", _l("Reason")),
    )


def _priced_line(world: World, order: Order) -> Field:
    """A line of which nothing is settled, with what it costs; chosen already if it is the one."""
    currency = currency_of(world, order)
    choices = tuple(
        (
            str(line.line_number),
            f"{line.sku} · {line.ordered} × {money(line.unit_price, currency)}",
        )
        for line in order.lines
        if not settled(line)
    )
    some = (("", _l("choose …")), *choices) if choices[1:] else choices
    chosen = choices[0][0] if len(choices) == 1 else ""
    return Field("line_number", _l("Line"), "choice", chosen, choices=some)


def _change_price(world: World, order: Order, command: Command) -> Fields:
    says = _l("A lower price holds at once; a higher one needs the customer's consent.")
    return (
        _priced_line(world, order),
        Field("unit_price", _l("New price a unit"), "money", help=says),
        Field("reason", _l("Reason")),
    )


def _ask_price_rise(world: World, order: Order, command: Command) -> Fields:
    says = _l("We write the letter; the answer comes into the inbox within hours.")
    return (
        _priced_line(world, order),
        Field("unit_price", _l("New price a unit"), "money", help=says),
        *_told_reason(world, order, command),
    )


def _correct_delivery(world: World, order: Order, command: Command) -> Fields:
    says = _l("The order is checked anew afterwards.")
    return (
        Field("carrier_code", _l("Carrier"), "choice", order.carrier_code,
              choices=carrier_choices(world)),
        *address_fields(order.ship_to),
        Field("reason", _l("Reason"), help=says),
    )  # fmt: skip


def _reopen(world: World, order: Order, command: Command) -> Fields:
    says = _l("It can be changed and is submitted and checked anew; its holds stay.")
    return (Field("reason", _l("Reason"), help=says),)


def _open_claim(world: World, order: Order, command: Command) -> Fields:
    return (
        one_of("reason", _l("Reason"), ReturnReason),
        *_evidence(world),
    )


def _resolve_claim(world: World, order: Order, command: Command) -> Fields:
    return (
        one_of("resolution", _l("Decision"), Literal["approved", "denied"]),
        one_of("liability", _l("At whose cost"), Liability),
        Field("reason", _l("Reason")),
        Field(
            "promised_delivery_date",
            _l("Promised delivery date of what is sent once more"),
            "date",
            help=_l("Only if something is replaced; what is not is credited."),
        ),
    )


def _authorise_return(world: World, order: Order, command: Command) -> Fields:
    last = day(window_ends(world, order))
    help_ = _l("Last day for a reason of the customer's own: %(day)s", day=last)
    return (one_of("liability", _l("At whose cost"), LiabilitySoFar)._replace(help=help_),)


def _inspect_return(world: World, order: Order, command: Any) -> Fields:
    return (
        Field("quantity", _l("Quantity"), "number",
              help=_l("In quarantine: %(n)s", n=command.quantity)),
        _grade(world),
        one_of("disposition", _l("What becomes of it"), Disposition),
        Field("reason", _l("What the decision waits for"),
              help=_l("Only if it stays in quarantine.")),
        *(_liable() if command.liability else ()),
    )  # fmt: skip


def _grade(world: World) -> Field:
    """How good it is; where the company does not ask, it may be left open."""
    field = one_of("grade", _l("Grade of the goods"), Grade)
    if world.policies.graded_inspection:
        return field
    says = _l("If you give one, it decides what may become of the goods.")
    return field._replace(choices=(("", WORDS["ungraded"]), *field.choices[1:]), help=says)


def _liable() -> Fields:
    says = _l("Whoever has seen the goods knows: freight and fee follow from it.")
    return (one_of("liability", _l("At whose cost"), Liability)._replace(help=says),)


def any_product(world: World) -> Field:
    """Any product, on sale or not, none of them chosen beforehand."""
    names = ((sku, f"{sku} · {world.products[sku].name}") for sku in sorted(world.products))
    return Field("sku", _l("Product"), "choice", choices=(("", _l("choose …")), *names))


def _report_unexpected(world: World, order: Order, command: Command) -> Fields:
    return (
        any_product(world),
        Field("quantity", _l("Quantity"), "number"),
        Field("note", _l("What it looks like"), "textarea"),
    )


def _resolve_unexpected(world: World, order: Order, command: Any) -> Fields:
    return (
        Field(
            "quantity", _l("Quantity"), "number", help=_l("Kept apart: %(n)s", n=command.quantity)
        ),
        one_of("decision", _l("What becomes of it"), UnexpectedDecision),
    )


def _decide_late(world: World, order: Order, command: Command) -> Fields:
    decision = one_of("decision", _l("What becomes of it"), LateDecision)
    return (decision, *_told_reason(world, order, command))


def _cancel_return(world: World, order: Order, command: Command) -> Fields:
    says = _l("If we take it back, the customer can read it in our letter.")
    return (
        one_of("called_off_by", _l("Who does not want it any more"), ReturnCanceller),
        Field("reason", _l("Reason"), "textarea", help=says),
    )


def _notify(world: World, order: Order, command: Any) -> Fields:
    file = world.customers[order.customer_id]
    by_mail = addressee(file, command.template, "email").email
    by_phone = addressee(file, command.template, "sms").phone
    choices = tuple(
        (channel, _l("%(channel)s to %(recipient)s", channel=WORDS[channel], recipient=recipient))
        for channel, recipient in (("email", by_mail or "–"), ("sms", by_phone or "–"))
    )
    return (Field("channel", _l("How"), "choice", command.channel, choices=choices),)


def _answer_complaint(world: World, order: Order, command: Command) -> Fields:
    return (
        one_of("remedy", _l("What we do about it"), Remedy),
        Field("text", _l("Answer to the customer"), "textarea"),
    )


def _decline_wish(world: World, order: Order, command: Any) -> Fields:
    return (
        Field("reason", _l("Reason, as the customer will read it"), "textarea",
              help=world.messages[command.message_id].subject),
    )  # fmt: skip


def _answer_change(world: World, order: Order, command: Any) -> Fields:
    change = world.messages[command.message_id].change
    assert change
    return (
        one_of("answer", _l("Our answer"), ChangeAnswer)._replace(help=change.document_number),
        Field("reason", _l("What is not possible, and why"), "textarea",
              help=_l("Needed where not all of it stands as asked.")),
    )  # fmt: skip


def _schedule(world: World, order: Order, command: Any) -> Fields:
    product = world.products[command.sku]
    return (
        Field("quantity", _l("Quantity"), "number"),
        Field("due", _l("Ready on"), "date",
              help=_l("Lead time %(days)s days, then %(n)s a day after what is booked: %(booked)s.",
                      days=product.lead_time, n=product.daily_capacity,
                      booked=booked(world, command.sku))),
    )  # fmt: skip


def _priority(world: World, order: Order, command: Command) -> Fields:
    choices = tuple((value, WORDS[value]) for value in get_args(Priority))
    return (Field("priority", _l("Priority"), "choice", order.priority, choices=choices),)


_FIELDS: Final[dict[str, Callable[[World, Order, Any], Fields]]] = {
    "GrantDiscount": _discount,
    "ConfirmOrder": _confirm,
    "RecordPayment": _payment,
    "IssueRefund": _issue_refund,
    "ContestChargeback": _contest,
    "AcceptChargeback": _reason,
    "WriteOffChargeback": _reason,
    "CreditShipping": _credit_shipping,
    "GiveGoodwill": _give_goodwill,
    "AskGoodwill": _give_goodwill,
    "AuthorisePayment": _authorise,
    "CapturePayment": _capture,
    "RedeemStoreCredit": _redeem,
    "AskApproval": _refund,
    "PackPackage": _pack,
    "LabelPackage": _label,
    "SettleBatch": _settle,
    "ClaimShortfall": _claim_shortfall,
    "ArchiveOrder": _archive,
    "AddToOrder": _add_to_order,
    "CreateExchange": _create_exchange,
    "FinishRepair": _finish_repair,
    "QuoteRepair": _quote_repair,
    "ChangeTerms": _change_terms,
    "ChangeDelivery": _change_delivery,
    "ChangePrice": _change_price,
    "AskPriceRise": _ask_price_rise,
    "CorrectDelivery": _correct_delivery,
    "ReopenOrder": _reopen,
    "OpenClaim": _open_claim,
    "ResolveClaim": _resolve_claim,
    "RequestIntercept": _reason,
    "WriteOffPackage": _reason,
    "ConfirmDelivery": _confirm_delivery,
    "Reallocate": _reason,
    "RequestReturn": _request_return,
    "AuthoriseReturn": _authorise_return,
    "ReceiveReturn": lambda *about: _receive(*about),
    "InspectReturn": _inspect_return,
    "DetermineLiability": lambda *about: _liable(),
    "ReportUnexpectedItem": _report_unexpected,
    "ResolveUnexpectedItem": _resolve_unexpected,
    "RejectReturn": _told_reason,
    "DecideLateParcel": _decide_late,
    "CancelReturn": _cancel_return,
    "CancelOrder": _cancel,
    "CancelLineQuantity": _cancel,
    "RejectOrder": _told_reason,
    "DeclineWish": _decline_wish,
    "AnswerChange": _answer_change,
    "PlaceHold": _place_hold,
    "ReleaseHold": _reason,
    "AskRelease": _reason,
    "AskException": _reason,
    "AddNote": _note,
    "HandOver": _hand_over,
    "DeclineRefund": _reason,
    "AnswerRelease": _decision,
    "AnswerGoodwill": _decision,
    "AnswerException": _decision,
    "AssignTask": _assign_task,
    "FinishTask": _finish_task,
    "NotifyCustomer": _notify,
    "AnswerComplaint": _answer_complaint,
    "CreateProduction": _schedule,
    "PrioritiseOrder": _priority,
}


MOST_HOLDERS: Final = 12
"""So many orders to take from are enough to choose from."""
_ALLOCATION_HEADS: Final = (
    _l("SKU"), _l("Warehouse"), _l("Needed"), _l("Available"), _l("Quantity"),
)  # fmt: skip
_TAKING_HEADS: Final = (_l("Order"), _l("Promised"), _l("Unpacked"), _l("Quantity"))
_CANCEL_HEADS: Final = (_l("SKU"), _l("Ordered"), _l("Can be cancelled"), _l("Quantity"))
_RETURN_HEADS: Final = (_l("SKU"), _l("Delivered"), _l("Not back or claimed yet"), _l("Quantity"))
_REPLACE_HEADS: Final = (_l("SKU"), _l("Claimed units"), _l("Sent once more"))
_RECEIVE_HEADS: Final = (_l("SKU"), _l("Delivered"), _l("Still to come"), _l("Quantity"))
_SHELF_HEADS: Final = (_l("SKU"), _l("Warehouse"), _l("Allocated"), _l("Quantity"))


def _table(world: World, order: Order, command: Command) -> tuple[tuple[Any, ...], tuple[Row, ...]]:
    """The rows of a command that is given row by row."""
    match type(command).__name__:
        case "Allocate":
            return _ALLOCATION_HEADS, _allocation_rows(world, order)
        case "Reallocate":
            return _TAKING_HEADS, _taking_rows(world, order)
        case "CancelLineQuantity":
            return _CANCEL_HEADS, _line_rows(order, command, lambda line: line.live)
        case "RequestReturn" | "OpenClaim":
            return _RETURN_HEADS, _line_rows(order, command, lambda line: line.delivered)
        case "ResolveClaim":
            return _REPLACE_HEADS, _replacement_rows(order, command)
        case "ReceiveReturn":
            return _RECEIVE_HEADS, _receive_rows(order, _with_others(order, command))
        case "PickPackage" | "ReleaseAllocation":
            return _SHELF_HEADS, _shelf_rows(world, order, command)
    return (), ()


def _allocation_rows(world: World, order: Order) -> tuple[Row, ...]:
    """A row per shelf and lot, with what the company's rules propose to take from it."""
    named = with_lots(world, order, suggested_rows(world, order))
    take = (
        {}
        if isinstance(named, Refusal)
        else {(row.line_number, row.warehouse, row.lot_number): str(row.quantity) for row in named}
    )
    rows: list[Row] = []
    for line in order.lines:
        for warehouse, lot_number, where, free in _shelves(world, line.sku) if line.open else ():
            place, called = len(rows), warehouse_name(warehouse, world)
            lot = ((f"rows.{place}.lot_number", lot_number),) if lot_number else ()
            rows.append(
                Row(
                    cells=(line.sku, _two_lines(called, where), line.open, free),
                    hidden=(
                        (f"rows.{place}.line_number", str(line.line_number)),
                        (f"rows.{place}.warehouse", warehouse),
                        *lot,
                    ),
                    field=Field(
                        f"rows.{place}.quantity",
                        _l("Quantity of %(sku)s from %(warehouse)s",
                           sku=line.sku, warehouse=" ".join((called, where)).strip()),
                        "number",
                        take.get((line.line_number, warehouse, lot_number), ""),
                    ),
                )
            )  # fmt: skip
    return tuple(rows)


def _shelves(world: World, sku: str) -> Iterator[tuple[str, str, Any, int]]:
    """Each shelf, and on it each free lot where goods are kept in lots: code, lot, words, units."""
    for level in world.levels(sku):
        free = [lot for lot in level.lots if lot.available]
        if not free:
            yield level.warehouse, "", "", level.available
        for lot in free:
            words = f"{lot.lot_number} · {day(lot.expires)}"
            yield level.warehouse, lot.lot_number, words, lot.available


def _two_lines(first: Any, second: Any) -> Any:
    """What matters, and below it in small what it is about."""
    return Markup("{}<br><small>{}</small>").format(first, second) if second else first


def _taking_rows(world: World, order: Order) -> tuple[Row, ...]:
    """Who holds what this order lacks, the least urgent first; whom to ask is for the trainee."""
    rows = []
    for place, (other, theirs, row) in enumerate(holders(world, order)[:MOST_HOLDERS]):
        there = allocated_in(theirs, row.warehouse)
        there -= in_packages(other, theirs.line_number, row.warehouse)
        values = (
            ("from_order", row.from_order), ("from_line", row.from_line),
            ("line_number", row.line_number), ("warehouse", row.warehouse),
        )  # fmt: skip
        rows.append(
            Row(
                cells=(
                    _two_lines(row.from_order, theirs.sku),
                    _two_lines(day(other.promise_of(theirs)), WORDS[other.priority]),
                    _two_lines(there, warehouse_name(row.warehouse, world)),
                ),
                hidden=tuple((f"rows.{place}.{name}", str(value)) for name, value in values),
                field=Field(
                    f"rows.{place}.quantity",
                    _l("Units to take from %(number)s", number=row.from_order),
                    "number",
                ),
            )
        )  # fmt: skip
    return tuple(rows)


def _replacement_rows(order: Order, command: Any) -> tuple[Row, ...]:
    """A row per line of the claim: how many of it are sent once more instead of credited."""
    claim, rows = order.claim(command.claim_number), []
    for place, about in enumerate(claim.rows if claim else ()):
        line = order.line(about.line_number)
        assert line is not None
        rows.append(
            Row(
                cells=(line.sku, about.quantity),
                hidden=((f"replacements.{place}.line_number", str(line.line_number)),),
                field=Field(
                    f"replacements.{place}.quantity",
                    _l("Units of %(sku)s to send once more", sku=line.sku),
                    "number",
                ),
            )
        )
    return tuple(rows)


def _with_others(order: Order, command: Any) -> ReceiveReturn:
    """A count with room for what else the customer had got: it may lie in the parcel, too."""
    back = order.returned(command.rma_number)
    announced = announced_in(order, back) if back else {}
    named = {row.line_number for row in command.rows}
    others = (
        ReturnRow(line.line_number, 0)
        for line in order.lines
        if line.delivered and line.sku not in announced and line.line_number not in named
    )
    return ReceiveReturn(order.order_number, command.rma_number, (*command.rows, *others))


def _receive_rows(order: Order, command: ReceiveReturn) -> tuple[Row, ...]:
    """A row per line, or per lot of it that they got; it can be read off the goods."""
    rows: list[Row] = []
    for wanted in command.rows:
        line = order.line(wanted.line_number)
        assert line is not None
        lots = {lot: units for lot, (units, _) in lots_delivered(order, line.line_number).items()}
        for lot_number, delivered in (lots or {"": line.delivered}).items():
            name = f"rows.{len(rows)}"
            lot = ((f"{name}.lot_number", lot_number),) if lot_number else ()
            rows.append(
                Row(
                    cells=(_two_lines(line.sku, lot_number), delivered, wanted.quantity),
                    hidden=((f"{name}.line_number", str(line.line_number)), *lot),
                    field=Field(
                        f"{name}.quantity",
                        _l("Quantity of %(sku)s", sku=f"{line.sku} {lot_number}".strip()),
                        "number",
                    ),
                )
            )
    return tuple(rows)


def _receive(world: World, order: Order, command: ReceiveReturn) -> Fields:
    """The serial numbers on what came back, where units are told apart."""
    fields: list[Field] = []
    asked: set[str] = set()
    for place, row in enumerate(_receive_rows(order, _with_others(order, command))):
        number = row.hidden[0][1]
        line = order.line(int(number))
        if line is None or not world.products[line.sku].serials or number in asked:
            continue
        asked.add(number)
        theirs = ", ".join(serials.with_customer(order, line.line_number))
        fields.append(
            Field(
                f"rows.{place}.serial_numbers",
                _l("Serial numbers of %(sku)s", sku=line.sku),
                "textarea",
                help=_l("With the customer: %(serials)s", serials=theirs),
            )
        )
    return tuple(fields)


def _line_rows(order: Order, command: Any, count: Callable[[OrderLine], int]) -> tuple[Row, ...]:
    """A row per line of the order: how many there are, how many are meant, how many it shall be."""
    rows = []
    for place, wanted in enumerate(command.rows):
        line = order.line(wanted.line_number)
        assert line is not None
        rows.append(
            Row(
                cells=(line.sku, count(line), wanted.quantity),
                hidden=((f"rows.{place}.line_number", str(line.line_number)),),
                field=Field(
                    f"rows.{place}.quantity", _l("Quantity of %(sku)s", sku=line.sku), "number"
                ),
            )
        )
    return tuple(rows)


def _shelf_rows(world: World, order: Order, command: Any) -> tuple[Row, ...]:
    rows = []
    picking = isinstance(command, PickPackage)
    for place, wanted in enumerate(command.rows):
        line = order.line(wanted.line_number)
        assert line is not None
        warehouse = command.warehouse if picking else wanted.warehouse
        hidden = [(f"rows.{place}.line_number", str(wanted.line_number))]
        if not picking:
            hidden.append((f"rows.{place}.warehouse", warehouse))
        rows.append(
            Row(
                cells=(line.sku, warehouse_name(warehouse, world), allocated_in(line, warehouse)),
                hidden=tuple(hidden),
                field=Field(
                    f"rows.{place}.quantity",
                    _l("Quantity of %(sku)s", sku=line.sku),
                    "number",
                    str(wanted.quantity) if picking else "",
                ),
            )
        )
    return tuple(rows)


def draft_form(
    world: World, message_id: str, typed: Typed | None = None, errors: Errors | None = None
) -> Form:
    """The form that opens an order; everything in it is read from the customer's message."""
    standing = (customer for customer in world.customers.values() if not customer.merged_into)
    customers = sorted(standing, key=lambda c: (c.company, c.customer_id))
    fields = (
        Field(
            "customer_id",
            _l("Customer"),
            "choice",
            choices=(
                ("", _l("choose …")),
                *((c.customer_id, f"{c.company} · {c.contact}") for c in customers),
            ),
        ),
        Field("customer_po_number", _l("Customer's order number (PO)")),
        Field("requested_delivery_date", _l("Requested delivery date"), "date"),
        Field(
            "carrier_code",
            _l("Delivery method"),
            "choice",
            choices=(("", _l("choose …")), *carrier_choices(world)),
        ),
    )
    return Form(
        command="create_draft",
        command_id=token_urlsafe(12),
        title=TITLES["create_draft"][0],
        verb=TITLES["create_draft"][1],
        version=0,
        fields=tuple(_filled(f, typed or {}, errors or {}) for f in fields),
        hidden=(("message_id", message_id),) if message_id else (),
        errors=len(errors or {}),
    )


def message_forms(
    world: World,
    message: Message,
    command: str,
    typed: Typed,
    errors: Errors,
    preview: Effects | Refusal | None = None,
) -> tuple[Form, ...]:
    """What can be written back to somebody who ordered, before their order is entered."""
    if message.request is None or message.declined:
        return ()
    wanted: dict[str, Fields] = {
        "ask_customer": (
            one_of("about", _l("About what"), Topic)._replace(
                help=_l("We write the question; the answer comes into the inbox within hours.")
            ),
        )
    }
    entered = world.by_message.get(message.message_id, ())
    if all(world.orders[number].called_off for number in entered):
        wanted["decline_request"] = (
            Field("reason", _l("Reason, as the customer will read it"), "textarea"),
        )
    forms = []
    for name, fields in wanted.items():
        mine = name == command
        forms.append(
            Form(
                command=name,
                command_id=token_urlsafe(12),
                title=TITLES[name][0],
                verb=TITLES[name][1],
                version=0,
                fields=tuple(
                    _filled(f, typed if mine else {}, errors if mine else {}) for f in fields
                ),
                hidden=(("message_id", message.message_id),),
                errors=len(errors) if mine else 0,
                preview=preview if mine else None,
                tried=mine,
            )
        )
    return tuple(forms)


def entry_forms(
    world: World,
    order: Order,
    typed: Mapping[str, Typed] | None = None,
    errors: Mapping[str, Errors] | None = None,
    previews: Mapping[str, Effects | Refusal | None] | None = None,
) -> tuple[Form, ...]:
    """What a draft can be given: products, and corrected delivery details."""
    line = (
        product_field(world),
        PIECES,
    )
    address = order.ship_to
    header = (
        Field("customer_po_number", _l("Customer's order number (PO)"),
              value=order.customer_po_number),
        Field("requested_delivery_date", _l("Requested delivery date"), "date",
              str(order.requested_delivery_date or "")),
        Field("carrier_code", _l("Delivery method"), "choice", order.carrier_code,
              choices=carrier_choices(world)),
        *address_fields(address),
    )  # fmt: skip
    forms = []
    for name, fields in (("add_line", line), ("change_header", header)):
        fill = (typed or {}).get(name, {})
        wrong = (errors or {}).get(name, {})
        hidden = [("order_number", order.order_number)]
        if name == "change_header":
            hidden.append(("ship_to.country", address.country))
        forms.append(
            Form(
                command=name,
                command_id=token_urlsafe(12),
                title=TITLES[name][0],
                verb=TITLES[name][1],
                version=order.version,
                fields=tuple(_filled(f, fill, wrong) for f in fields),
                hidden=tuple(hidden),
                errors=len(wrong),
                preview=(previews or {}).get(name),
                tried=bool(fill),
            )
        )
    return tuple(forms)
