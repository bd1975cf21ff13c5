"""The life of an order of the past, from the customer's wish to the archive, step by step."""

from collections.abc import Callable
from datetime import date
from typing import Final, Literal, NamedTuple

from trainer.catalog.office import Life, Office
from trainer.orders.engine import Role
from trainer.orders.intake import (
    AddLine,
    CheckOrder,
    ConfirmOrder,
    CreateDraft,
    GrantDiscount,
    ReceiveMessage,
    RejectOrder,
    SubmitOrder,
    default_promise,
)
from trainer.orders.payment import IssueRefund, ReceiveTransfer, RecordPayment, refundable
from trainer.orders.remedies import CancelOrder
from trainer.orders.returns import (
    OWN_CHOICE,
    AuthoriseReturn,
    CloseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
)
from trainer.orders.service import NotifyCustomer, channel_for
from trainer.orders.settlement import (
    ArchiveOrder,
    CompleteOrder,
    IssueCreditNote,
    IssueInvoice,
    SettleBatch,
)
from trainer.orders.shipping import (
    LabelPackage,
    PackPackage,
    PickPackage,
    ScanPackage,
    ShipPackage,
    to_pick,
    weight_of,
)
from trainer.orders.stock import Allocate, AllocationRow
from trainer.orders.values import DAY, MINUTE, Minor, Moment, day_of, moment_of
from trainer.orders.world import (
    Carrier,
    Customer,
    Disposition,
    Liability,
    Order,
    RequestLine,
    ReturnReason,
    ReturnRow,
    Tracking,
)
from trainer.simulation.customers import survey_answer

Stage = Literal[
    "draft", "submitted", "confirmed", "transferred", "paid", "allocated", "picked", "packed",
    "partly_shipped", "shipped", "in_transit", "signed", "completed", "settled", "archived",
    "rejected", "cancelled", "refunded", "told", "rated", "return_asked", "sent_back", "credited",
]  # fmt: skip


class Plan(NamedTuple):
    """What an order of the past is to be, drawn before anything happens."""

    at: Moment
    until: Stage
    """Where its life stops, if today does not stop it earlier."""
    lately: Moment
    """Its last two steps are not taken before this, so that early stages look fresh."""
    customer: Customer
    customer_po_number: str
    lines: tuple[RequestLine, ...]
    discount: Minor
    carrier: Carrier
    warehouse: str
    parcels: int
    slack: int
    """Days between the earliest delivery and the day the customer asks for."""
    reason: str
    """Why it is called off, if it is."""
    message: ReceiveMessage | None = None
    """The letter it came with, where somebody will read it again."""
    held_at: Stage | None = None
    """A step before which it lies so many days longer than others."""
    held_days: int = 0
    days_late: int = 0
    """It is at the door so many days after the promised one."""
    told: bool = False
    """Whether the customer hears that it is on its way."""
    rated: bool = False
    """Whether the customer says how content they were."""
    returned: str = ""
    """The product of which something comes back, and why."""
    returned_for: ReturnReason = "defective"


Wait = Callable[[Office, Plan], Moment]
Act = Callable[[Office, Order, Plan], None]
Story = tuple[tuple[Stage, Wait, Act], ...]


def life(office: Office, plan: Plan) -> Life:
    """One order, up to where its plan stops; today may stop it earlier."""
    yield plan.at
    number = _entered(office, plan)
    steps = _story(plan)
    for place, (stage, wait, act) in enumerate(steps):
        at = wait(office, plan)
        if stage == plan.held_at:
            at = office.at_work(at + plan.held_days * DAY)
        if stage == "signed" and plan.days_late:
            at = max(at, _too_late(office, office.world.orders[number], plan))
        yield at if place < len(steps) - 2 else max(at, plan.lately)
        act(office, office.world.orders[number], plan)


def delivered(office: Office, plan: Plan, arrived: Moment) -> Life:
    """One prepaid order that was signed for at that moment, with all that led there before it."""
    sent = _workday(arrived - plan.carrier.transit_days * DAY, hour=15)
    paid = _workday(sent - DAY, hour=14)
    entered = _workday(paid - DAY, hour=9)
    yield entered
    number = _entered(office, plan)
    for at, act in (
        (entered + 20 * MINUTE, _submit),
        (entered + 50 * MINUTE, _confirm),
        (paid, _transfer),
        (paid + 30 * MINUTE, _book),
        (sent - 300 * MINUTE, _allocate),
        (sent - 240 * MINUTE, _pick),
        (sent - 90 * MINUTE, _pack),
        (sent, _ship_rest),
        (sent + 5 * MINUTE, _tell_shipped),
        (sent + 150 * MINUTE, _on_the_road),
        (arrived, _delivered),
    ):
        yield at
        act(office, office.world.orders[number], plan)


def _workday(at: Moment, hour: int) -> Moment:
    """That hour of the day, or of the last workday before it."""
    while day_of(at).weekday() >= 5:
        at -= DAY
    return moment_of(day_of(at), hour=hour)


def fridays(office: Office, until: Moment) -> Life:
    """Every Friday afternoon all that was completed is settled in one batch."""
    at = _friday(office.now)
    while at <= until:
        yield at + 30 * MINUTE
        numbers, office.completed = tuple(office.completed), []
        if numbers:
            papers = (paper for n in numbers for paper in office.world.orders[n].documents)
            received = sum(paper.claim for paper in papers)
            office.do(SettleBatch(order_numbers=numbers, received=received))
        at += 7 * DAY


def _friday(now: Moment) -> Moment:
    """The next Friday at four."""
    at = moment_of(day_of(now), hour=16)
    while at < now or day_of(at).weekday() != 4:
        at += DAY
    return at


# --- when -------------------------------------------------------------------------------------


def _soon(low: int, high: int) -> Wait:
    """Some minutes later, when somebody is in."""
    return lambda office, plan: office.at_work(
        office.now + office.chance.randint(low, high) * MINUTE
    )


def _by_itself(low: int, high: int) -> Wait:
    """Some minutes later, whether anybody is in or not."""
    return lambda office, plan: office.now + office.chance.randint(low, high) * MINUTE


def _at_the_door(office: Office, plan: Plan) -> Moment:
    return office.at_work(
        moment_of(day_of(office.now), hour=9)
        + plan.carrier.transit_days * DAY
        + office.chance.randint(0, 420) * MINUTE
    )


def _too_late(office: Office, order: Order, plan: Plan) -> Moment:
    """So many days after the promised one."""
    promised = order.first_promise or day_of(office.now)
    at = moment_of(promised, hour=9) + plan.days_late * DAY
    return office.at_work(at + office.chance.randint(0, 420) * MINUTE)


def _when_due(office: Office, plan: Plan) -> Moment:
    """The invoice is as old as the parcel was on its way."""
    terms = office.world.policies.account_days + office.chance.randint(-4, 1)
    days = max(terms - plan.carrier.transit_days, 1)
    return office.now + days * DAY + office.chance.randint(0, 6 * 60) * MINUTE


def _on_friday(office: Office, plan: Plan) -> Moment:
    return _friday(office.now)


# --- what -------------------------------------------------------------------------------------


def _entered(office: Office, plan: Plan) -> str:
    days = office.world.policies.handling_days + plan.carrier.transit_days + plan.slack
    if plan.message:
        office.do(plan.message, "customer", plan.message.sender)
    # at the weekend nobody is in; those orders come through the shop
    role: Role = "clerk" if day_of(office.now).weekday() < 5 else "system"
    created = office.do(
        CreateDraft(
            customer_id=plan.customer.customer_id,
            customer_po_number=plan.customer_po_number,
            requested_delivery_date=_asked_for(plan) or day_of(office.now + days * DAY),
            carrier_code=plan.carrier.carrier_code,
            message_id=plan.message.message_id if plan.message else "",
        ),
        role,
    )
    number: str = created[0].event.order_number
    for line in plan.lines:
        office.do(AddLine(order_number=number, sku=line.sku, quantity=line.quantity), role)
    if plan.discount:
        office.do(GrantDiscount(order_number=number, amount=plan.discount), role)
    return number


def _asked_for(plan: Plan) -> date | None:
    asked = plan.message.request if plan.message else None
    return asked.requested_delivery_date if asked else None


def _submit(office: Office, order: Order, plan: Plan) -> None:
    office.do(SubmitOrder(order_number=order.order_number))


def _confirm(office: Office, order: Order, plan: Plan) -> None:
    office.do(CheckOrder(order_number=order.order_number))
    promise = default_promise(office.world, order)
    office.do(ConfirmOrder(order_number=order.order_number, promised_delivery_date=promise))


def _transfer(office: Office, order: Order, plan: Plan) -> None:
    remark = f"{order.order_number} / {order.customer_po_number}"
    received = office.do(
        ReceiveTransfer(customer_id=order.customer_id, amount=order.balance_due, remark=remark),
        "bank",
        plan.customer.company,
    )
    office.references[order.order_number] = received[0].event.reference


def _book(office: Office, order: Order, plan: Plan) -> None:
    number = order.order_number
    reference = office.references.pop(number)
    office.do(RecordPayment(order_number=number, reference=reference, amount=order.balance_due))


def _allocate(office: Office, order: Order, plan: Plan) -> None:
    for line in order.lines:
        office.stocked(line.sku, plan.warehouse, line.open)
    rows = tuple(
        AllocationRow(line_number=line.line_number, warehouse=plan.warehouse, quantity=line.open)
        for line in order.lines
    )
    office.do(Allocate(order_number=order.order_number, rows=rows))


def _pick(office: Office, order: Order, plan: Plan) -> None:
    number = order.order_number
    rows = to_pick(order, plan.warehouse)
    first = len(rows) // plan.parcels
    for part in (rows[:first], rows[first:]):
        if part:
            office.do(PickPackage(order_number=number, warehouse=plan.warehouse, rows=part))


def _pack(office: Office, order: Order, plan: Plan) -> None:
    number, carrier = order.order_number, plan.carrier.carrier_code
    for package in order.packages:
        place = package.package_number
        weight = weight_of(office.world, order, package)
        office.do(PackPackage(order_number=number, package_number=place, weight=weight))
        office.do(LabelPackage(order_number=number, package_number=place, carrier_code=carrier))


def _ship_first(office: Office, order: Order, plan: Plan) -> None:
    office.do(ShipPackage(order_number=order.order_number, package_number=1))


def _ship_rest(office: Office, order: Order, plan: Plan) -> None:
    last = order.packages[-1].package_number
    office.do(ShipPackage(order_number=order.order_number, package_number=last))
    office.do(IssueInvoice(order_number=order.order_number))


def _scan(office: Office, order: Order, plan: Plan, *trackings: Tracking) -> None:
    for package in order.packages:
        for tracking in trackings:
            office.do(
                ScanPackage(
                    order_number=order.order_number,
                    package_number=package.package_number,
                    tracking=tracking,
                ),
                "carrier",
                plan.carrier.name,
            )


def _on_the_road(office: Office, order: Order, plan: Plan) -> None:
    _scan(office, order, plan, "in_transit")


def _delivered(office: Office, order: Order, plan: Plan) -> None:
    _scan(office, order, plan, "out_for_delivery", "delivered")


def _tell_shipped(office: Office, order: Order, plan: Plan) -> None:
    channel = channel_for(office.world.customers[order.customer_id], "order_shipped")
    office.do(NotifyCustomer(order.order_number, "order_shipped", channel))


def _complete(office: Office, order: Order, plan: Plan) -> None:
    office.do(CompleteOrder(order_number=order.order_number))


def _to_settle(office: Office, order: Order, plan: Plan) -> None:
    office.completed.append(order.order_number)


def _archive(office: Office, order: Order, plan: Plan) -> None:
    years = office.world.policies.retention_years
    office.do(ArchiveOrder(order_number=order.order_number, retention_years=years))


def _reject(office: Office, order: Order, plan: Plan) -> None:
    office.do(RejectOrder(order_number=order.order_number, reason=plan.reason))


def _cancel(office: Office, order: Order, plan: Plan) -> None:
    office.do(CancelOrder(order_number=order.order_number, reason=plan.reason))


def _refund(office: Office, order: Order, plan: Plan) -> None:
    _cancel(office, order, plan)
    paid = order.captured
    office.do(IssueRefund(order_number=order.order_number, amount=paid, reason=plan.reason))


def _tell(office: Office, order: Order, plan: Plan) -> None:
    office.do(NotifyCustomer(order_number=order.order_number, template="order_shipped"))


def _rate(office: Office, order: Order, plan: Plan) -> None:
    answer = survey_answer(office.world, order, office.now)
    office.do(answer, "customer", plan.customer.contact)


def _ask_return(office: Office, order: Order, plan: Plan) -> None:
    number = order.order_number
    line = next(line for line in order.lines if line.sku == plan.returned)
    some = max(line.delivered // 2, 1) if plan.returned_for == "defective" else 1
    rows = (ReturnRow(line.line_number, some),)
    office.do(RequestReturn(order_number=number, rows=rows, reason=plan.returned_for))
    liable: Liability = "customer" if plan.returned_for in OWN_CHOICE else "supplier"
    rma = office.world.orders[number].returns[-1].rma_number
    office.do(AuthoriseReturn(order_number=number, rma_number=rma, liability=liable))


def _send_back(office: Office, order: Order, plan: Plan) -> None:
    back = order.returns[-1]
    number, rma = order.order_number, back.rma_number
    office.do(DeliverReturn(number, rma), "customer", plan.customer.company)
    office.do(ReceiveReturn(order_number=number, rma_number=rma, rows=back.rows))


def _credit(office: Office, order: Order, plan: Plan) -> None:
    number, back = order.order_number, order.returns[-1]
    disposition: Disposition = "scrap" if plan.returned_for == "defective" else "restock"
    for row in back.rows:
        office.do(
            InspectReturn(number, back.rma_number, row.line_number, row.received, disposition)
        )
    office.do(IssueCreditNote(number))
    owed = refundable(office.world.orders[number])
    if owed:
        office.do(IssueRefund(order_number=number, amount=owed, reason=plan.returned_for))
    if office.world.orders[number].returns[-1].open:
        office.do(CloseReturn(number, back.rma_number))


# --- the story --------------------------------------------------------------------------------

_ENTERED: Final[Story] = (("submitted", _soon(10, 60), _submit),)
_PROMISED: Final[Story] = (("confirmed", _soon(20, 240), _confirm),)
_PREPAID: Final[Story] = (
    ("transferred", _by_itself(60, 1500), _transfer),
    ("paid", _soon(10, 120), _book),
)
_READY: Final[Story] = (
    ("allocated", _soon(10, 180), _allocate),
    ("picked", _soon(20, 180), _pick),
    ("packed", _soon(10, 90), _pack),
)
_SENT: Final[Story] = (
    ("shipped", _soon(10, 120), _ship_rest),
    ("in_transit", _by_itself(120, 300), _on_the_road),
    ("signed", _at_the_door, _delivered),
)
_SENT_IN_TWO: Final[Story] = (("partly_shipped", _soon(10, 120), _ship_first), *_SENT)
_ON_ACCOUNT: Final[Story] = (
    ("transferred", _when_due, _transfer),
    ("paid", _soon(10, 240), _book),
)
_FINISHED: Final[Story] = (
    ("completed", _soon(60, 960), _complete),
    ("settled", _on_friday, _to_settle),
    ("archived", _soon(14 * 24 * 60, 24 * 24 * 60), _archive),
)
_TOLD: Final[Story] = (("told", _soon(10, 60), _tell),)
_RATED: Final[Story] = (("rated", _soon(20 * 60, 30 * 60), _rate),)
_SENT_BACK: Final[Story] = (
    ("return_asked", _soon(24 * 60, 4 * 24 * 60), _ask_return),
    ("sent_back", _soon(2 * 24 * 60, 4 * 24 * 60), _send_back),
    ("credited", _soon(30, 300), _credit),
)
_CALLED_OFF: Final[dict[Stage, Story]] = {
    "rejected": (*_ENTERED, ("rejected", _soon(30, 300), _reject)),
    "cancelled": (*_ENTERED, *_PROMISED, ("cancelled", _soon(30, 900), _cancel)),
    "refunded": (*_ENTERED, *_PROMISED, *_PREPAID, ("refunded", _soon(30, 300), _refund)),
}


def _story(plan: Plan) -> Story:
    """The steps after entering, with when they are taken, up to where the plan stops."""
    sent = _SENT if plan.parcels == 1 else _SENT_IN_TWO
    if plan.told:
        place = [stage for stage, _, _ in sent].index("shipped") + 1
        sent = (*sent[:place], *_TOLD, *sent[place:])
    sent = (*sent, *(_SENT_BACK if plan.returned else ()), *(_RATED if plan.rated else ()))
    prepaid = plan.customer.payment_terms == "prepay"
    before, after = (_PREPAID, ()) if prepaid else ((), _ON_ACCOUNT)
    whole = (*_ENTERED, *_PROMISED, *before, *_READY, *sent, *after, *_FINISHED)
    story = _CALLED_OFF.get(plan.until, whole)
    reached: tuple[Stage, ...] = ("draft", *(stage for stage, _, _ in story))
    return story[: reached.index(plan.until)]
