"""How each kind of command is proposed on a walk: nearly right, at the edge of its guards.

A new command of the engine needs a row in `PROPOSALS`; a test says so.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, get_args

import msgspec

from tests import builders as b
from trainer.orders import (
    acquirer,
    allowances,
    amendments,
    approvals,
    arrivals,
    automation,
    b_grade,
    backorders,
    cards,
    cash,
    changes,
    chargebacks,
    contacts,
    customers,
    evidence,
    expiry,
    feedback,
    goods_receipt,
    hand_overs,
    holds,
    hunting,
    intake,
    late_parcels,
    late_returns,
    mishaps,
    payment,
    price_changes,
    pricelist,
    production,
    promises,
    purchasing,
    questions,
    reallocation,
    recourse,
    refunds,
    remedies,
    repair_quotes,
    return_expiry,
    return_way,
    returned_lots,
    returns,
    rulebook,
    sent_back,
    serials,
    service,
    settlement,
    shipping,
    sourcing,
    stock,
    store_credit,
    surplus,
    tasks,
    tenders,
    terms,
    unexpected,
    wishes,
)
from trainer.orders.clock import AdvanceClock
from trainer.orders.desk_work import desks_awaited
from trainer.orders.desks import EVERY
from trainer.orders.engine import Command, Envelope, decide
from trainer.orders.values import DAY, Address, day_of
from trainer.orders.world import (
    Arrival,
    ArrivalReason,
    Authorisation,
    CancelReason,
    ChangeAnswer,
    ChangedLine,
    ChangeRequest,
    ChargebackReason,
    ClaimRow,
    ComplaintReason,
    ContactRole,
    Content,
    Defect,
    Disposition,
    Format,
    Grade,
    HoldKind,
    LateDecision,
    Liability,
    NoticeChannel,
    Order,
    OrderLine,
    PackageRow,
    Payout,
    Priority,
    PurchaseReason,
    Remedy,
    RepairOutcome,
    Request,
    RequestLine,
    Return,
    ReturnCanceller,
    ReturnReason,
    ReturnRow,
    ReversalReason,
    ReworkOutcome,
    StockLevel,
    StockReason,
    SurplusReason,
    Task,
    TaskOutcome,
    TaskOwner,
    Topic,
    Tracking,
    UnexpectedRow,
    Wish,
    World,
)

if TYPE_CHECKING:
    from tests.orders.walk import Walker

SKUS: Final = (b.ARMCHAIR, b.ARMCHAIR, b.LAMP, b.LAMP, b.DESK, b.STOOL)
NOWHERE: Final = Address("Nobody", "", "Nowhere", "0", "US", "0")


def is_(*statuses: str) -> Callable[[Order], bool]:
    """Orders at one of these stages of their life."""
    return lambda order: order.status in statuses


def _open_lines(order: Order) -> bool:
    return order.status == "confirmed" and any(line.open for line in order.lines)


def _has(*stages: str) -> Callable[[Order], bool]:
    return lambda order: (
        order.status == "confirmed" and any(parcel.stage in stages for parcel in order.packages)
    )


def _coded(codes: tuple[Any, ...], words: str, world: World) -> Any:
    """Every other time a reason of the list, beside its words: no chance here, it would stir up
    every walk.
    """
    return codes[world.number // 2 % len(codes)] if words.strip() and world.number % 2 else "other"


def _some_line(walk: "Walker", order: Order) -> OrderLine:
    return walk.one(order.lines, OrderLine(line_number=1, sku=b.LAMP, ordered=6, unit_price=1))


# --- intake -------------------------------------------------------------------------------------


def receive_message(walk: "Walker", world: World) -> Command:
    hello = ("email", "Olive", "Hello", "…", b.OTTER)
    if walk.arrivals and walk.chance.randrange(3) and (there := _at_their_door(walk, world)):
        number, parcel = there
        return intake.ReceiveMessage(f"M-{world.number}", *hello, number, arrival=parcel)
    order = next((order for order in world.newest() if order.status == "confirmed"), None)
    if order is None or not world.number % 4:
        ordered = Request(
            b.OTTER, f"PO-M{world.number}", (RequestLine(b.ARMCHAIR, 1),), b.ASKED, b.QUICK, b.HOTEL
        )
        bare = (Defect("missing_address"),)
        if not walk.files:
            return intake.ReceiveMessage(f"M-{world.number}", *hello)
        return intake.ReceiveMessage(f"M-{world.number}", *hello, request=ordered, defects=bare)
    if walk.files and world.number // 4 % 2:
        change = _changed(world, order)
        return intake.ReceiveMessage(
            f"M-{world.number}", *hello, change=change, attached=get_args(Format)[0]
        )
    wishes_of = (
        Wish("less", 1, 1),
        Wish("day", day=b.ASKED),
        Wish("day", day=order.promised_delivery_date),
        Wish("return", 1, 1, "defective"),
        Wish("cancel"),
    )
    # no chance here: it would stir up every walk for the sake of a letter
    wish = wishes_of[world.number // 4 % 5]
    return intake.ReceiveMessage(f"M-{world.number}", *hello, order.order_number, wish=wish)


def _at_their_door(walk: "Walker", world: World) -> tuple[str, Arrival] | None:
    """An order, and what its customer says of a parcel of it that a carrier has."""
    out = [
        (order.order_number, parcel)
        for order in world.newest()
        for parcel in order.packages
        if parcel.stage == "shipped" and (not parcel.said or walk.chance.randrange(8) == 0)
    ]
    if not out:
        return None
    number, parcel = walk.chance.choice(out)
    day = walk.chance.choice((day_of(parcel.shipped_at), day_of(world.now)))
    return number, Arrival(parcel.package_number, "Olive", day)


def _changed(world: World, order: Order) -> ChangeRequest:
    """A document about an order: less of it, nothing of it, another day, or all as it is."""
    kind = world.number // 8 % 4
    less = {0: 1, 1: 0, 2: 0, 3: 0}[kind]
    return ChangeRequest(
        order.customer_id,
        order.customer_po_number,
        f"OC-{world.number // 16}",
        cancellation=kind == 1,
        lines=tuple(ChangedLine(x.sku, max(x.live - less, 0)) for x in order.lines[:1]),
        requested_delivery_date=b.ASKED if kind == 2 else None,
    )


def answer_change(walk: "Walker", world: World) -> Command:
    asked = [message for message in world.messages.values() if message.change]
    still = [message for message in asked if changes.open_change(message, world)]
    if not asked or (not still and walk.chance.randrange(8)):
        raise walk.nothing_fits
    message = walk.one(still, asked[0])
    assert message.change
    order = changes.order_of(world, message.change) or next(world.newest())
    true = changes.fitting(world, order, message.change, done=bool(walk.chance.randrange(2)))
    answer = true if walk.chance.randrange(4) else walk.chance.choice(get_args(ChangeAnswer))
    number = walk.rare(next(world.newest()).order_number, order.order_number)
    return changes.AnswerChange(number, answer, walk.reason(), message.message_id)


def create_draft(walk: "Walker", world: World) -> Command:
    files = (*3 * (b.OTTER,), *4 * (b.HERON,), *2 * (b.TWIN,), b.KOI, b.DUNE)
    customer = walk.chance.choice(files)
    if walk.cards and walk.chance.randrange(4):
        customer = b.LYNX
    opened = [who for who in sorted(world.customers) if who.startswith("C-5")]
    if walk.files and not walk.chance.randrange(4):
        customer = walk.one(opened, customer)
    herons = [o.customer_po_number for o in world.newest() if o.customer_id == b.HERON]
    new = f"PO-{walk.chance.randrange(40)}"
    return intake.CreateDraft(
        customer_id=walk.rare("C-NOBODY", customer),
        # one customer under two names may well send the same order to both
        customer_po_number=walk.one(herons, new) if customer == b.TWIN else new,
        requested_delivery_date=walk.day(world),
        carrier_code=walk.rare("NONE", walk.chance.choice((b.QUICK, b.SLOW))),
        message_id=walk.chance.choice(
            ("", _newest_request(world) if walk.after_sales or walk.files else "M-1")
        ),
    )


def _newest_request(world: World) -> str:
    asked = [m for m in world.messages.values() if m.request]
    newest = max(asked, key=lambda m: (m.received_at, m.message_id), default=None)
    return newest.message_id if newest else "M-1"


def import_order(walk: "Walker", world: World) -> Command:
    count = walk.chance.choice((1, 1, 2, 3))
    skus = walk.chance.sample((b.ARMCHAIR, b.LAMP, b.DESK), count)
    lines = tuple(
        RequestLine(walk.rare(b.STOOL, sku), walk.chance.choice((6, 6, 12, walk.rare(7, 6))))
        for sku in skus
    )
    return intake.ImportOrder(
        format=walk.chance.choice(get_args(Format)),
        customer_id=walk.rare(
            "C-NOBODY", walk.chance.choice((b.OTTER, b.OTTER, b.HERON, b.HERON, b.KOI))
        ),
        customer_po_number=walk.rare("", f"PO-{walk.chance.randrange(400)}"),
        requested_delivery_date=walk.rare(None, walk.day(world)),
        carrier_code=walk.chance.choice((b.QUICK, b.SLOW)),
        ship_to=walk.chance.choice((Address(), b.HOTEL)),
        lines=walk.rare((), walk.twice(lines)),
        faults=walk.rare(("12:5 UNKNOWN_UNIT KG",), ()),
        currency=walk.chance.choice(("", "", "", "JPY", "USD")),
    )


def change_header(walk: "Walker", world: World) -> Command:
    return intake.ChangeHeader(
        order_number=walk.order(world, is_("draft")).order_number,
        customer_po_number=f"PO-{walk.chance.randrange(40)}",
        requested_delivery_date=walk.day(world),
        carrier_code=walk.rare("NONE", b.SLOW),
        ship_to=walk.rare(NOWHERE, b.HOTEL),
    )


def grant_discount(walk: "Walker", world: World) -> Command:
    order = walk.order(world, lambda order: order.status == "draft" and bool(order.lines))
    most = sum(line.gross for line in order.lines)
    return intake.GrantDiscount(order.order_number, walk.amount(walk.chance.choice((most, 997))))


def add_line(walk: "Walker", world: World) -> Command:
    sku = walk.rare("NO-SUCH-THING", walk.chance.choice(SKUS))
    packs = walk.chance.choice((0, 1, 2, 4, 6)) * (6 if sku == b.LAMP else 1)
    return intake.AddLine(
        order_number=walk.order(world, is_("draft")).order_number,
        sku=sku,
        quantity=walk.rare(packs + 1, packs),
        discount=walk.rare(walk.amount(1_995 * packs), 0),
        unit_price=walk.rare(walk.near(999), None),
    )


def change_line(walk: "Walker", world: World) -> Command:
    order = walk.order(world, lambda order: order.status == "draft" and bool(order.lines))
    line = _some_line(walk, order)
    return intake.ChangeLine(
        order.order_number, walk.rare(9, line.line_number), walk.amount(line.ordered)
    )


def remove_line(walk: "Walker", world: World) -> Command:
    order = walk.order(world, lambda order: order.status == "draft" and len(order.lines) > 1)
    return intake.RemoveLine(order.order_number, walk.rare(9, _some_line(walk, order).line_number))


def submit_order(walk: "Walker", world: World) -> Command:
    order = walk.order(world, lambda order: order.status == "draft" and bool(order.lines))
    return intake.SubmitOrder(order.order_number, walk.rare(walk.near(500), None))


def check_order(walk: "Walker", world: World) -> Command:
    return intake.CheckOrder(walk.order(world, is_("submitted")).order_number)


def confirm_order(walk: "Walker", world: World) -> Command:
    unchecked = walk.rare(True, False)
    # once in a while one that passed its check when there was still credit
    keen = not walk.chance.randrange(3)
    order = walk.order(
        world,
        lambda o: (
            o.status == "submitted"
            and (unchecked or o.checked_at > 0)
            and (not keen or (not o.on_hold and holds.credit_short(world, o) is not None))
        ),
    )
    earliest = day = walk.day(world)
    if order.lines:
        earliest = stock.earliest_delivery_date(world, order)
    promised = walk.chance.choice((earliest, earliest, day))
    return promising(walk, world, order, intake.ConfirmOrder(order.order_number, promised))


def promising(
    walk: "Walker", world: World, order: Order, command: intake.ConfirmOrder
) -> intake.ConfirmOrder:
    """The same promise line by line, or a day too early with a reason, or the lack of one."""
    day, why = command.promised_delivery_date, ""
    if walk.because and not walk.aside.randrange(3):
        day -= timedelta(days=1)
        why = walk.aside.choice((walk.because, walk.because, " "))
    return intake.ConfirmOrder(order.order_number, day, _line_dates(walk, world, order, day), why)


def _line_dates(
    walk: "Walker", world: World, order: Order, last: date
) -> tuple[promises.LineDate, ...]:
    """Now and then what can come sooner than the last of it has a day of its own."""
    whole = sourcing.one_delivery(world, order)
    if not order.lines or walk.aside.randrange(4 if whole else 2):
        return ()
    earliest = promises.earliest_of_lines(world, order)
    sooner = (promises.LineDate(number, day) for number, day in earliest.items() if day < last)
    return tuple(sooner)


def reject_order(walk: "Walker", world: World) -> Command:
    order = walk.order(world, is_("submitted"))
    return intake.RejectOrder(order.order_number, walk.reason())


# --- holds --------------------------------------------------------------------------------------


def place_hold(walk: "Walker", world: World) -> Command:
    order = walk.order(world, is_("submitted", "confirmed"))
    kind, words = walk.chance.choice(get_args(HoldKind)), walk.reason()
    # a kind is a reason: without words only a hold of no kind is refused
    return holds.PlaceHold(order.order_number, kind if words.strip() else "manual", words)


def release_hold(walk: "Walker", world: World) -> Command:
    order = walk.order(world, lambda order: order.on_hold)
    kinds = [hold.kind for hold in order.holds if hold.open]
    return holds.ReleaseHold(order.order_number, walk.one(kinds, "manual"), walk.reason())


def _awaits(asked: bool) -> Callable[[Order], bool]:
    return lambda order: any(
        hold.open and hold.owner == "supervisor" and bool(hold.asked_at) == asked
        for hold in order.holds
    )


def ask_release(walk: "Walker", world: World) -> Command:
    order = walk.order(world, walk.rare(lambda order: order.on_hold, _awaits(False)))
    kinds = [hold.kind for hold in order.holds if hold.open]
    return holds.AskRelease(order.order_number, walk.one(kinds, "fraud"), walk.reason())


def answer_release(walk: "Walker", world: World) -> Command:
    order = walk.order(world, walk.rare(lambda order: order.on_hold, _awaits(True)))
    kinds = [hold.kind for hold in order.holds if hold.open]
    return holds.AnswerRelease(
        order.order_number, walk.one(kinds, "fraud"), "fine", "not yet", "It stays", "Not yet."
    )


# --- money --------------------------------------------------------------------------------------


def _due(order: Order) -> bool:
    return order.status == "confirmed" and order.balance_due > 0


def receive_transfer(walk: "Walker", world: World) -> Command:
    order = walk.order(world, _due)
    # some customers do not say what they pay for
    unclear = walk.after_sales or walk.files
    remark = walk.chance.choice((order.order_number, "?")) if unclear else ""
    return payment.ReceiveTransfer(
        order.customer_id,
        walk.amount(order.balance_due),
        remark or order.order_number,
        walk.rare("EUR", order.currency),
    )


def record_payment(walk: "Walker", world: World) -> Command:
    order = walk.order(world, _due)
    free = sorted(t.reference for t in world.transfers.values() if t.unmatched)
    reference = walk.rare("TR-0", walk.one(free, "TR-1"))
    unmatched = world.transfers[reference].unmatched if reference in world.transfers else 100
    # what is free may be more than what is due: both edges
    most = walk.chance.choice((min(order.balance_due, unmatched), unmatched))
    return payment.RecordPayment(order.order_number, reference, walk.amount(most))


def return_transfer(walk: "Walker", world: World) -> Command:
    free = sorted(t.reference for t in world.transfers.values() if t.unmatched)
    if not free and walk.chance.randrange(12):
        raise walk.nothing_fits
    return sent_back.ReturnTransfer(
        walk.one(free, walk.one(sorted(world.transfers), "TR-0")), walk.reason()
    )


def _sent_back(walk: "Walker", world: World, *statuses: str) -> str:
    fitting = [
        transfer.reference
        for _, transfer in sorted(world.transfers.items())
        if transfer.refund and transfer.refund.status in statuses
    ]
    if not fitting and walk.chance.randrange(20):
        raise walk.nothing_fits
    return walk.rare("TR-0", walk.one(fitting, walk.one(sorted(world.transfers), "TR-0")))


def answer_transfer_return(walk: "Walker", world: World) -> Command:
    stages = walk.chance.choice((("pending",), ("pending",), ("succeeded", "failed")))
    reference = _sent_back(walk, world, *stages)
    found = world.transfers.get(reference)
    # answers come twice, and the second may be late
    late = walk.chance.choice((0, 0, 0, 1))
    tries = max(found.refund.tries - late, 1) if found and found.refund else 1
    outcome = walk.chance.choice(get_args(refunds.Outcome))
    moved = walk.chance.random() < 0.5
    return sent_back.AnswerTransferReturn(reference, outcome, moved, tries)


def query_transfer_return(walk: "Walker", world: World) -> Command:
    stages = walk.chance.choice((("unanswered",), ("unanswered",), ("failed", "pending")))
    return sent_back.QueryTransferReturn(_sent_back(walk, world, *stages))


def pay_out_cash(walk: "Walker", world: World) -> Command:
    held = sorted(world.cash_out)
    if not held and walk.chance.randrange(20):
        raise walk.nothing_fits
    carrier, currency = walk.one(held, (b.QUICK, ""))
    return cash.PayOutCash(carrier, currency, fees_twice=bool(walk.chance.randrange(5)))


def _payout(walk: "Walker", world: World, fits: Callable[[Payout], bool]) -> str:
    fitting = [number for number, payout in sorted(world.payouts.items()) if fits(payout)]
    if not fitting and walk.chance.randrange(20):
        raise walk.nothing_fits
    return walk.rare("CP-0", walk.one(fitting, walk.one(sorted(world.payouts), "CP-0")))


def claim_shortfall(walk: "Walker", world: World) -> Command:
    number = _payout(walk, world, lambda payout: cash.short(payout) > 0)
    missing = cash.short(world.payouts[number]) if number in world.payouts else 1
    return cash.ClaimShortfall(number, walk.amount(missing))


def pay_shortfall(walk: "Walker", world: World) -> Command:
    claimed = walk.chance.randrange(4) > 0
    return cash.PayShortfall(
        _payout(walk, world, lambda it: cash.short(it) > 0 and (it.claimed > 0 or not claimed))
    )


def book_payout(walk: "Walker", world: World) -> Command:
    return cash.BookPayout(_payout(walk, world, lambda payout: not payout.booked))


def issue_refund(walk: "Walker", world: World) -> Command:
    order = walk.order(world, lambda order: payment.refundable(order) > 0)
    most = payment.refundable(order) or 10
    # one way may take less than all of them together
    ways = [most, *(source.left for source in tenders.sources(order) if source.left > 0)]
    agreed = order.customer_id in world.customers and tenders.takes_credit(world, order)
    asked = agreed or (walk.cards and not walk.chance.randrange(4))
    way = walk.chance.choice(("original", *4 * ("store_credit",))) if asked else "original"
    return payment.IssueRefund(
        order.order_number,
        walk.amount(walk.chance.choice(ways)),
        walk.reason(),
        walk.rare("store_credit", way),
        walk.chance.choice(("", "", "", "", "JPY", "USD")),
    )


def ask_approval(walk: "Walker", world: World) -> Command:
    def much(order: Order) -> bool:
        most = payment.refundable(order)
        return most > 0 and payment.approval_required(world, order, most) is not None

    order = walk.order(world, much)
    most = payment.refundable(order) or 10
    return approvals.AskApproval(
        order.order_number, walk.chance.choice((most, most, walk.amount(most))), walk.reason()
    )


def approve_refund(walk: "Walker", world: World) -> Command:
    order = walk.order(world, lambda o: o.approval_asked > 0 and o.status != "archived")
    asked = order.approval_asked
    return approvals.ApproveRefund(order.order_number, walk.rare(asked + 1, asked))


def decline_refund(walk: "Walker", world: World) -> Command:
    order = walk.order(world, lambda o: o.approval_asked > 0 and o.status != "archived")
    return approvals.DeclineRefund(order.order_number, walk.reason())


def _refund_that(*statuses: str) -> Callable[[Order], bool]:
    return lambda order: (
        order.status != "archived" and any(r.status in statuses for r in order.refunds)
    )


def _refund_number(walk: "Walker", order: Order, *statuses: str) -> str:
    fitting = [r.refund_number for r in order.refunds if r.status in statuses]
    every = [r.refund_number for r in order.refunds]
    number = walk.one(fitting, walk.one(every, "RF-0"))
    return walk.rare("RF-0", walk.rare(walk.one(every, "RF-0"), number))


def answer_refund(walk: "Walker", world: World) -> Command:
    order = walk.order(world, _refund_that("pending", "succeeded"))
    stages = walk.chance.choice((("pending",), ("pending",), ("succeeded", "failed")))
    outcome = walk.chance.choice(get_args(refunds.Outcome))
    number = _refund_number(walk, order, *stages)
    found = order.refund(number)
    # answers come twice, and the second may be late
    late = walk.chance.choice((0, 0, 0, 1))
    tries = max(found.tries - late, 1) if found else 1
    moved = walk.chance.random() < 0.5
    return refunds.AnswerRefund(order.order_number, number, outcome, moved, tries)


def retry_refund(walk: "Walker", world: World) -> Command:
    order = walk.order(world, _refund_that("failed", "reversed", "unanswered"))
    number = _refund_number(walk, order, "failed", "reversed", "unanswered")
    return refunds.RetryRefund(order.order_number, number)


def reverse_refund(walk: "Walker", world: World) -> Command:
    order = walk.order(world, _refund_that("succeeded"))
    other = walk.chance.randrange(3) == 0
    stages = ("pending", "failed", "reversed") if other else ("succeeded",)
    number = _refund_number(walk, order, *stages)
    if world.number % 2:  # no chance here: it would stir up every walk
        return refunds.ReverseRefund(order.order_number, number)
    whys = get_args(ReversalReason)
    why = whys[world.number // 2 % len(whys)]
    return refunds.ReverseRefund(order.order_number, number, why, "The bank", "Re", "…")


def query_refund(walk: "Walker", world: World) -> Command:
    order = walk.order(world, _refund_that("unanswered"))
    stages = walk.chance.choice((("unanswered",), ("unanswered",), ("failed", "pending")))
    return refunds.QueryRefund(order.order_number, _refund_number(walk, order, *stages))


def set_list_price(walk: "Walker", world: World) -> Command:
    sku = walk.rare("NO-SUCH-THING", walk.chance.choice(SKUS))
    currency = walk.chance.choice(("JPY", "JPY", "KWD", walk.rare("USD", "JPY")))
    since = walk.day(world)
    until = since + timedelta(days=walk.chance.choice((-1, 0, 9, 40)))
    return pricelist.SetListPrice(sku, currency, walk.amount(3_000), since, until)


def _paid_by_card(order: Order) -> bool:
    return order.status == "confirmed" and order.tender == "card"


def _held(walk: "Walker", order: Order, *statuses: str) -> Authorisation:
    """One of an order's authorisations, mostly at one of these stages."""
    fitting = [x for x in order.authorisations if x.status in statuses]
    none = Authorisation("AU-0", 100, 0)
    found = walk.one(fitting, walk.one(order.authorisations, none))
    return walk.rare(none, walk.rare(walk.one(order.authorisations, none), found))


def _with_held(*statuses: str) -> Callable[[Order], bool]:
    return lambda order: (
        order.status != "archived" and any(x.status in statuses for x in order.authorisations)
    )


def authorise_payment(walk: "Walker", world: World) -> Command:
    fits = walk.rare(_due, lambda o: _paid_by_card(o) and o.balance_due > 0)
    order = walk.order(world, fits)
    most = walk.chance.choice((cards.to_authorise(order), cards.to_authorise(order) // 2))
    return cards.AuthorisePayment(order.order_number, walk.amount(most or 10))


def answer_authorisation(walk: "Walker", world: World) -> Command:
    order = walk.order(world, _with_held("pending", walk.rare("unanswered", "pending")))
    stages = walk.chance.choice((("pending", "unanswered"), ("pending",), ("authorised",)))
    held = _held(walk, order, *stages)
    outcome = walk.chance.choice((*get_args(cards.CardAnswer), "unanswered"))
    granted = walk.chance.random() < 0.5
    number = held.authorisation_number
    return cards.AnswerAuthorisation(order.order_number, number, outcome, granted)


def query_authorisation(walk: "Walker", world: World) -> Command:
    order = walk.order(world, _with_held("unanswered"))
    stages = walk.chance.choice((("unanswered",), ("unanswered",), ("authorised", "declined")))
    held = _held(walk, order, *stages)
    return cards.QueryAuthorisation(order.order_number, held.authorisation_number)


def capture_payment(walk: "Walker", world: World) -> Command:
    fits = _with_held("authorised", "expired", "unanswered")
    order = walk.order(world, lambda o: o.status == "confirmed" and fits(o))
    held = _held(walk, order, walk.rare("unanswered", walk.rare("expired", "authorised")))
    most = walk.chance.choice((held.open, min(held.open, max(order.balance_due, 0))))
    return cards.CapturePayment(order.order_number, held.authorisation_number, walk.amount(most))


def void_authorisation(walk: "Walker", world: World) -> Command:
    order = walk.order(world, _with_held("authorised", "unanswered"))
    held = _held(walk, order, walk.rare("unanswered", "authorised"))
    return cards.VoidAuthorisation(order.order_number, held.authorisation_number)


def expire_authorisation(walk: "Walker", world: World) -> Command:
    def over(order: Order) -> bool:
        return any(x.open and x.expires_at <= world.now for x in order.authorisations)

    order = walk.order(world, walk.rare(_with_held("authorised"), over))
    held = _held(walk, order, "authorised")
    return cards.ExpireAuthorisation(order.order_number, held.authorisation_number)


def agree_store_credit(walk: "Walker", world: World) -> Command:
    return store_credit.AgreeStoreCredit(
        walk.rare(_file(walk), walk.chance.choice((*4 * (b.LYNX,), b.OTTER))), walk.reason()
    )


def redeem_store_credit(walk: "Walker", world: World) -> Command:
    def has(order: Order) -> int:
        if order.customer_id not in world.customers:
            return 0
        return store_credit.balance(world.customers[order.customer_id], world.now)

    order = walk.order(world, lambda order: _due(order) and has(order) > 0)
    if not has(order) and walk.chance.randrange(12):
        raise walk.nothing_fits
    most = walk.chance.choice((has(order), min(has(order), max(order.balance_due, 0))))
    return store_credit.RedeemStoreCredit(order.order_number, walk.amount(most))


def expire_store_credit(walk: "Walker", world: World) -> Command:
    held = [
        (who.customer_id, credit.credit_number)
        for _, who in sorted(world.customers.items())
        for credit in who.store_credits
        if credit.left and (credit.expires_at <= world.now or not walk.chance.randrange(4))
    ]
    if not held and walk.chance.randrange(40):
        raise walk.nothing_fits
    customer_id, number = walk.one(held, (b.OTTER, "SC-0"))
    return store_credit.ExpireStoreCredit(customer_id, walk.rare("SC-0", number))


# --- stock --------------------------------------------------------------------------------------


def receive_stock(walk: "Walker", world: World) -> Command:
    return stock.ReceiveStock(
        sku=walk.rare("NO-SUCH-THING", walk.chance.choice(SKUS)),
        warehouse=walk.rare("NORTH", walk.chance.choice((b.EAST, b.WEST))),
        quantity=walk.amount(6),
    )


def _said(
    walk: "Walker", rows: tuple[stock.ReleaseRow, ...], lot_number: str, world: World
) -> tuple[Any, ...]:
    """What stands behind the number of a correction: why, whose units, which lot."""
    why = walk.reason()
    return why, rows, lot_number, _coded(get_args(StockReason), why, world)


def adjust_stock(walk: "Walker", world: World) -> Command:
    taken = sorted(key for key, level in world.stock.items() if level.allocated)
    sku, warehouse = walk.one(taken, (b.LAMP, b.EAST))
    level = world.level(sku, warehouse)
    missing = -walk.amount(level.available)
    rows: tuple[stock.ReleaseRow, ...] = ()
    if not walk.chance.randrange(3):
        rows = _gone(walk, world, sku, warehouse)
        missing = -level.available - walk.amount(sum(row.quantity for row in rows))
    lot_number = _some_lot(walk, level)
    if lot := level.lot(lot_number):
        missing = -walk.amount(lot.available)
    return stock.AdjustStock(
        walk.rare("NO-SUCH-THING", sku),
        warehouse,
        walk.rare(3, missing),
        *_said(walk, rows, lot_number, world),
    )


def _some_lot(walk: "Walker", level: StockLevel) -> str:
    """A lot of the shelf, every other time; no draw where nobody tells lots apart."""
    if not level.lots or walk.chance.randrange(2):
        return ""
    return walk.rare("L-NONE", walk.chance.choice(level.lots).lot_number)


def _gone(walk: "Walker", world: World, sku: str, warehouse: str) -> tuple[stock.ReleaseRow, ...]:
    """Some of whose units lie there; rarely too many."""
    return tuple(
        stock.ReleaseRow(
            walk.rare("SO-0", order.order_number),
            walk.rare(9, line.line_number),
            walk.rare(there + 1, walk.chance.choice((there, 1))),
        )
        for order, line, there in stock.set_aside(world, sku, warehouse)
        if walk.chance.randrange(2)
    )


def cycle_count(walk: "Walker", world: World) -> Command:
    sku, warehouse = walk.one(
        sorted(key for key, level in world.stock.items() if level.allocated), (b.LAMP, b.EAST)
    )
    level = world.level(sku, warehouse)
    rows = _gone(walk, world, sku, warehouse)
    stays = level.allocated - sum(row.quantity for row in rows)
    counted = walk.chance.choice((level.on_hand, level.on_hand + 1, stays - 1, stays))
    lot_number = _some_lot(walk, level)
    if lot := level.lot(lot_number):
        counted = walk.chance.choice((lot.on_hand, lot.on_hand + 1, lot.allocated))
    return stock.CycleCount(
        walk.rare("NO-SUCH-THING", sku),
        warehouse,
        walk.rare(-1 if world.number % 2 else stock.MOST_UNITS + 1, counted),
        *_said(walk, rows, lot_number, world),
    )


def transfer_stock(walk: "Walker", world: World) -> Command:
    sku, here = walk.chance.choice(SKUS), walk.chance.choice((b.EAST, b.WEST))
    there = walk.rare(here, walk.rare("NORTH", b.WEST if here == b.EAST else b.EAST))
    return stock.TransferStock(sku, here, there, walk.amount(world.level(sku, here).available))


# --- purchasing and backorders ------------------------------------------------------------------


def place_replenishment(walk: "Walker", world: World) -> Command:
    return purchasing.PlaceReplenishment(
        walk.rare("V-NOBODY", walk.chance.choice((b.BADGER, b.MAGPIE))),
        walk.rare("NO-SUCH-THING", walk.chance.choice(SKUS)),
        walk.amount(6),
        walk.rare("NORTH", walk.chance.choice((b.EAST, b.WEST))),
    )


def _bought(walk: "Walker", world: World) -> str:
    """The number of a replenishment order that is still to come, mostly."""
    if not walk.chance.randrange(6):
        return walk.rare("PUR-0", walk.one(sorted(world.replenishments), "PUR-0"))
    fitting = sorted(n for n, bought in world.replenishments.items() if bought.open)
    if not fitting:
        raise walk.nothing_fits
    return walk.chance.choice(fitting)


def cancel_replenishment(walk: "Walker", world: World) -> Command:
    words = walk.reason()
    code = _coded(get_args(PurchaseReason), words, world)
    return purchasing.CancelReplenishment(_bought(walk, world), words, code)


def receive_replenishment(walk: "Walker", world: World) -> Command:
    number = _bought(walk, world)
    left = most = 1
    if number in world.replenishments:
        bought = world.replenishments[number]
        left = bought.left
        most = left + bought.quantity * world.policies.over_delivery_tolerance // 100
    return purchasing.ReceiveReplenishment(number, walk.amount(walk.chance.choice((left, most))))


def deliver_replenishment(walk: "Walker", world: World) -> Command:
    number = _bought(walk, world)
    bought = world.replenishments.get(number)
    announced = walk.amount(bought.left if bought else 1)
    # short, all of it, or a pack too many; a quarter of it broken, now and then
    there = walk.chance.choice((announced // 2, announced, announced, announced + 6))
    broken = walk.chance.choice((0, 0, there // 4, walk.rare(-1, 1)))
    return goods_receipt.DeliverReplenishment(number, announced, there - max(broken, 0), broken)


def post_goods_receipt(walk: "Walker", world: World) -> Command:
    here = [
        (number, brought)
        for number, bought in sorted(world.replenishments.items())
        for brought in bought.deliveries
        if brought.open
    ]
    if not here:
        if walk.chance.randrange(6):
            raise walk.nothing_fits
        return goods_receipt.PostGoodsReceipt(_bought(walk, world), 1, 1)
    number, brought = walk.chance.choice(here)
    return goods_receipt.PostGoodsReceipt(
        walk.rare("PUR-0", number),
        walk.rare(9, brought.delivery_number),
        walk.amount(walk.chance.choice((brought.to_count, brought.announced))),
        walk.chance.choice((0, brought.to_reject, brought.to_reject + walk.rare(1, 0))),
    )


def send_surplus_back(walk: "Walker", world: World) -> Command:
    here = [
        (number, brought, surplus.beyond(bought))
        for number, bought in sorted(world.replenishments.items())
        for brought in bought.deliveries
        if brought.to_count
    ]
    much = [it for it in here if it[2]]
    if not here or (not much and walk.chance.randrange(8)):
        raise walk.nothing_fits
    number, brought, most = walk.chance.choice(much or here)
    words = walk.reason()
    return surplus.SendSurplusBack(
        walk.rare("PUR-0", number),
        walk.rare(9, brought.delivery_number),
        walk.amount(min(most, brought.to_count)),
        walk.chance.choice((*get_args(SurplusReason), "other")),
        words,
    )


def fill_backorders(walk: "Walker", world: World) -> Command:
    waiting = sorted(sku for sku, orders in world.backorders.items() if orders)
    return backorders.FillBackorders(walk.rare(b.STOOL, walk.one(waiting, b.LAMP)))


def prioritise_order(walk: "Walker", world: World) -> Command:
    order = walk.order(world, is_("draft", "submitted", "confirmed"))
    return backorders.PrioritiseOrder(order.order_number, walk.chance.choice(get_args(Priority)))


def allocate(walk: "Walker", world: World) -> Command:
    order = walk.order(world, _open_lines)
    line = _some_line(walk, order)
    warehouse = walk.rare("NORTH", walk.chance.choice((b.EAST, b.WEST)))
    there = world.level(line.sku, warehouse).available
    # what is there may be more than what is open: both edges
    most = walk.chance.choice((min(line.open, there), line.open, there))
    lot_number = ""
    lots = world.level(line.sku, warehouse).lots
    if lots and walk.chance.randrange(3):
        # now and then a lot that has less than is wanted
        lot = walk.one([x for x in lots if x.available < line.open], walk.chance.choice(lots))
        lot_number, most = lot.lot_number, walk.chance.choice((lot.available, line.open))
    line_number, quantity = walk.rare(9, line.line_number), walk.amount(most)
    row = stock.AllocationRow(line_number, warehouse, quantity, lot_number)
    return stock.Allocate(order.order_number, walk.twice((row,)))


def reallocate(walk: "Walker", world: World) -> Command:
    order = walk.order(world, _open_lines)
    waiting = [line for line in order.lines if line.open]
    line = walk.one(waiting, _some_line(walk, order))
    # now and then other goods
    skus = [line.sku] if walk.chance.randrange(8) else [b.ARMCHAIR, b.LAMP, b.DESK]
    warehouse = walk.chance.choice((b.EAST, b.WEST))
    found = [
        (other, theirs)
        for other in world.newest()
        if other.status == "confirmed" and other is not order
        for theirs in other.lines
        if theirs.sku in skus and stock.allocated_in(theirs, warehouse)
    ]
    if not found:
        raise walk.nothing_fits
    other, theirs = walk.chance.choice(found)
    there = stock.allocated_in(theirs, warehouse)
    there -= stock.in_packages(other, theirs.line_number, warehouse)
    both = min(there, line.open)
    quantity = walk.amount(walk.chance.choice((both, both, both, there, line.open)))
    row = reallocation.TakenRow(
        walk.rare("SO-0", walk.rare(order.order_number, other.order_number)),
        walk.rare(9, theirs.line_number),
        walk.rare(9, line.line_number),
        warehouse,
        quantity,
    )
    return reallocation.Reallocate(order.order_number, walk.twice((row,)), walk.reason())


def release_allocation(walk: "Walker", world: World) -> Command:
    order = walk.order(
        world, lambda o: o.status == "confirmed" and any(x.allocated > x.packed for x in o.lines)
    )
    line = _some_line(walk, order)
    places = [row.warehouse for row in line.allocations]
    warehouse = walk.rare(b.WEST, walk.one(places, b.EAST))
    packed = stock.in_packages(order, line.line_number, warehouse)
    most = stock.allocated_in(line, warehouse) - packed
    rows = (stock.AllocationRow(line.line_number, warehouse, walk.amount(most)),)
    return stock.ReleaseAllocation(order.order_number, walk.twice(rows))


# --- production ---------------------------------------------------------------------------------


def create_production(walk: "Walker", world: World) -> Command:
    if walk.chance.randrange(3):
        again = walk.chance.randrange(2) and any(n in world.pegged for n in world.orders)
        order = walk.order(
            world, lambda o: _open_lines(o) and (not again or o.order_number in world.pegged)
        )
        line = _some_line(walk, order)
        sku, most = line.sku, production.to_make(world, order.order_number, line)
        number, place = order.order_number, walk.rare(9, line.line_number)
    else:
        sku, most, number, place = walk.chance.choice((b.DESK, b.LAMP)), 4, "", 0
    quantity = walk.amount(max(most, 0))
    sku = walk.rare("NO-SUCH-THING", sku)
    due = walk.day(world)
    if sku in world.products:
        earliest = stock.made_on(world, sku, quantity)
        due = earliest + timedelta(days=walk.chance.choice((-1, 0, 0, 0, 3)))
    warehouse = walk.rare("NORTH", walk.chance.choice((b.EAST, b.WEST)))
    return production.CreateProduction(sku, quantity, warehouse, due, number, place)


def _produced(walk: "Walker", world: World, *stages: str) -> str:
    """The number of a production order at one of these stages, mostly."""
    if not walk.chance.randrange(6):
        return walk.rare("MO-0", walk.one(sorted(world.production), "MO-0"))
    fitting = sorted(n for n, made in world.production.items() if made.status in stages)
    if not fitting:
        raise walk.nothing_fits
    return walk.chance.choice(fitting)


def release_production(walk: "Walker", world: World) -> Command:
    return production.ReleaseProduction(_produced(walk, world, "planned"))


def start_production(walk: "Walker", world: World) -> Command:
    return production.StartProduction(_produced(walk, world, "released"))


def report_production(walk: "Walker", world: World) -> Command:
    number = _produced(walk, world, "in_progress")
    left = world.production[number].left if number in world.production else 1
    some = walk.chance.choice((1, 1, max(left - 1, 1), walk.amount(left)))
    return production.ReportProduction(number, some)


def finish_production(walk: "Walker", world: World) -> Command:
    begun = sorted(n for n, made in world.production.items() if made.made and made.left)
    return production.FinishProduction(walk.one(begun, _produced(walk, world, "in_progress")))


def cancel_production(walk: "Walker", world: World) -> Command:
    stages = walk.chance.choice((("planned", "released"), ("in_progress",)))
    return production.CancelProduction(_produced(walk, world, *stages), walk.reason())


# --- parcels ------------------------------------------------------------------------------------


def pick_package(walk: "Walker", world: World) -> Command:
    order = walk.order(
        world, lambda o: o.status == "confirmed" and any(x.allocated > x.packed for x in o.lines)
    )
    warehouse = walk.chance.choice((b.EAST, b.WEST))
    rows = shipping.to_pick(order, warehouse) or (PackageRow(1, 1),)
    wanted = tuple(PackageRow(row.line_number, walk.amount(row.quantity)) for row in rows)
    return shipping.PickPackage(order.order_number, warehouse, walk.twice(wanted))


def pack_package(walk: "Walker", world: World) -> Command:
    order = walk.order(world, _has("picked"))
    weight = walk.chance.choice((0, 1, 9_000, 30_000, 30_001))
    number = walk.package(order, "picked")
    parcel = order.package(number)
    rows = serials.proposed(world, order, parcel) if parcel else ()
    if rows and walk.chance.randrange(3):
        read = list(rows[0].serial_numbers)
        odd = (read[-1], *3 * read[:1], f"SN-{world.number}", *3 * _met(world))
        read[-1] = walk.chance.choice(odd)
        del read[walk.chance.choice((0, *3 * (len(read),))) :]
        rows = (serials.SerialRow(rows[0].line_number, tuple(read)), *rows[1:])
    return shipping.PackPackage(order.order_number, number, weight, rows)


def _met(world: World) -> list[str]:
    """A serial number that is out somewhere."""
    return sorted(world.serials)[:1]


def label_package(walk: "Walker", world: World) -> Command:
    order = walk.order(world, _has("packed"))
    carrier = walk.rare("NONE", walk.chance.choice((b.QUICK, b.SLOW)))
    return shipping.LabelPackage(order.order_number, walk.package(order, "packed"), carrier)


def ship_package(walk: "Walker", world: World) -> Command:
    order = walk.order(world, _has("packed", "labelled"))
    return shipping.ShipPackage(order.order_number, walk.package(order, "packed", "labelled"))


def void_package(walk: "Walker", world: World) -> Command:
    order = walk.order(world, _has("picked", "packed", "labelled", "shipped"))
    stages = ("picked", "packed", "labelled", "shipped")
    return shipping.VoidPackage(order.order_number, walk.package(order, *stages))


def confirm_delivery(walk: "Walker", world: World) -> Command:
    gone = walk.chance.randrange(12) == 0

    def told(order: Order) -> bool:
        return any(parcel.said and parcel.stage == "shipped" for parcel in order.packages)

    order = walk.order(world, _has("delivered", "lost", "packed", "shipped") if gone else told)
    stages = ("delivered", "lost", "packed", "labelled", "shipped") if gone else ("shipped",)
    number, words = walk.package(order, *stages), walk.reason()
    there = order.package(number)
    said = there.said.day if there and there.said else day_of(world.now)
    day = said + timedelta(walk.chance.choice((0, 0, 0, 0, walk.chance.choice((-1, 1)))))
    who, codes = walk.rare(" ", "Olive"), get_args(ArrivalReason)
    why = walk.chance.choice((*codes, "other"))
    return arrivals.ConfirmDelivery(order.order_number, number, who, day, why, words)


def scan_package(walk: "Walker", world: World) -> Command:
    proven = [o for o in world.newest() if any(x.proof for x in o.packages)]
    if walk.arrivals and proven and walk.chance.randrange(2):  # their carrier tells more of it
        found = walk.chance.choice(proven)
        numbers = [x.package_number for x in found.packages if x.proof]
        said: Tracking = walk.chance.choice(get_args(Tracking))
        return shipping.ScanPackage(found.order_number, walk.chance.choice(numbers), said)
    order = walk.order(world, _has("shipped"))
    tracking: Tracking = walk.chance.choice(
        (*get_args(Tracking), "delivered", "delivered", "delivered")
    )
    return shipping.ScanPackage(order.order_number, walk.package(order, "shipped"), tracking)


# --- the end ------------------------------------------------------------------------------------


def issue_invoice(walk: "Walker", world: World) -> Command:
    charged = [order for order in world.newest() if order.repair_fees or order.clawback]
    if charged and walk.chance.randrange(2):  # once more, too
        return settlement.IssueInvoice(walk.chance.choice(charged).order_number)
    order = walk.order(
        world, lambda o: o.status == "confirmed" and any(x.shipped > x.invoiced for x in o.lines)
    )
    return settlement.IssueInvoice(order.order_number)


def complete_order(walk: "Walker", world: World) -> Command:
    def billed_but_for_repairs(order: Order) -> bool:
        there = all(x.live == x.delivered and x.invoiced >= x.shipped for x in order.lines)
        open_ = order.status != "confirmed" or order.after_sales_open or order.on_hold
        return there and not open_ and settlement.repairs_to_invoice(order) > 0

    def billed_but_for_promotion(order: Order) -> bool:
        there = all(x.live == x.delivered and x.invoiced >= x.shipped for x in order.lines)
        due = settlement.clawback_to_note(order) != 0 and order.status == "confirmed"
        return there and due and not order.after_sales_open and not order.on_hold

    if world.promotions and any(map(billed_but_for_promotion, world.newest())):
        return settlement.CompleteOrder(walk.order(world, billed_but_for_promotion).order_number)
    if world.policies.repair_quotes and any(map(billed_but_for_repairs, world.newest())):
        return settlement.CompleteOrder(walk.order(world, billed_but_for_repairs).order_number)
    order = walk.order(
        world,
        lambda o: (
            o.status == "confirmed" and (any(line.delivered for line in o.lines) or o.disputed > 0)
        ),
    )
    return settlement.CompleteOrder(order.order_number)


def settle_batch(walk: "Walker", world: World) -> Command:
    done = [order.order_number for order in world.newest("completed")]
    if not done:
        walk.order(world, is_("completed"))
    numbers = walk.chance.sample(done, min(len(done), walk.chance.randint(1, 3)))
    if walk.chance.randrange(5) == 0:
        numbers.append(walk.order(world, is_("confirmed", "settled")).order_number)
    total = sum(
        paper.claim
        for number in numbers
        if number in world.orders
        for paper in settlement.unsettled(world, world.orders[number])
    )
    fee = sum(
        acquirer.fees_to_settle(world, world.orders[it]) for it in numbers if it in world.orders
    )
    asked = fee + walk.aside.choice((0, 0, 0, 1)) if acquirer.keeps_fees(world.policies) else 0
    numbers = walk.twice(tuple(numbers))
    return settlement.SettleBatch(tuple(numbers), total - asked + walk.rare(1, 0), asked)


def archive_order(walk: "Walker", world: World) -> Command:
    def complained(order: Order) -> bool:
        """Nearly put away while somebody waits for an answer."""
        finished = order.status in ("settled", "cancelled")
        return finished and any(complaint.open for complaint in order.complaints)

    def unanswered(order: Order) -> bool:
        """Nearly put away while a carrier still owes an answer."""
        return order.status in ("settled", "cancelled") and any(it.open for it in order.recourses)

    finished = is_("settled", "cancelled")
    kinds = (unanswered, finished) if walk.remedies else (finished, finished, complained)
    order = walk.order(world, walk.chance.choice(kinds))
    return settlement.ArchiveOrder(order.order_number, walk.chance.choice((9, 10, 10, 100, 101)))


def cancel_order(walk: "Walker", world: World) -> Command:
    def odd(order: Order) -> bool:
        """Paid or set aside, but not in a parcel yet: where a cancellation has much to undo."""
        packed = any(line.packed or line.shipped for line in order.lines)
        return order.status == "confirmed" and order.captured > 0 and not packed

    fits = walk.chance.choice((odd, odd, odd, is_("draft"), _has("picked", "shipped")))
    number, why = walk.order(world, fits).order_number, walk.reason()
    return remedies.CancelOrder(number, why, _coded(get_args(CancelReason), why, world))


def cancel_line_quantity(walk: "Walker", world: World) -> Command:
    def billed_in_part(order: Order) -> bool:
        left = any(line.cancellable for line in order.lines)
        return order.promotion is not None and bool(order.documents) and left

    late = any(map(billed_in_part, world.newest())) if world.promotions else False
    order = walk.order(
        world,
        billed_in_part
        if late
        else lambda o: o.status == "confirmed" and any(line.cancellable for line in o.lines),
    )
    line = walk.rare(
        _some_line(walk, order),
        walk.one([line for line in order.lines if line.cancellable], _some_line(walk, order)),
    )
    row = remedies.CancelledRow(
        walk.rare(9, line.line_number), walk.chance.choice((1, 1, walk.amount(line.cancellable)))
    )
    rows, why = walk.twice((row,)), walk.reason()
    code = _coded(get_args(CancelReason), why, world)
    return remedies.CancelLineQuantity(order.order_number, rows, why, code)


# --- returns ------------------------------------------------------------------------------------


def _coming_back(walk: "Walker", world: World, *stages: str) -> tuple[str, Return]:
    """An order with a return at one of these stages, mostly, and that return."""

    def fits(order: Order) -> bool:
        return any(back.stage in stages for back in order.returns)

    order = walk.order(world, fits)
    fitting = [back for back in order.returns if back.stage in stages]
    nothing = Return("RMA-0", (ReturnRow(1, 1),), "defective")
    return order.order_number, walk.one(fitting, walk.one(order.returns, nothing))


def request_return(walk: "Walker", world: World) -> Command:
    order = walk.order(world, lambda o: any(returns.returnable(o, line) > 0 for line in o.lines))
    line = walk.one([line for line in order.lines if line.delivered], _some_line(walk, order))
    quantity = walk.amount(returns.returnable(order, line))
    row = ReturnRow(walk.rare(9, line.line_number), quantity)
    reasons = get_args(ReturnReason)
    if walk.returns and not walk.remedies:
        reasons += 2 * tuple(sorted(returns.OWN_CHOICE))
    if walk.remedies and walk.chance.randrange(5):  # one by one, and not too late
        row = ReturnRow(line.line_number, 1)
        reasons = tuple(it for it in reasons if it not in (*returns.OWN_CHOICE, "lost"))
        return returns.RequestReturn(order.order_number, (row,), walk.chance.choice(reasons))
    return returns.RequestReturn(
        order.order_number, walk.twice((row,)), walk.chance.choice(reasons)
    )


def authorise_return(walk: "Walker", world: World) -> Command:
    number, back = _coming_back(walk, world, "requested")
    there = world.orders.get(number)
    if there and evidence.unproven(world, there, back.rma_number) and walk.chance.randrange(8):
        raise walk.nothing_fits
    liability = walk.chance.choice((*get_args(Liability), *6 * ("undetermined",)))
    if world.policies.restocking_fee_percent and world.number % 3 == 1:
        liability = "customer"
    if (world.policies.repair_quotes or world.promotions) and world.number % 3:
        liability = "customer"
    return returns.AuthoriseReturn(number, back.rma_number, liability)


def expire_return(walk: "Walker", world: World) -> Command:
    too_early = not walk.chance.randrange(4)

    def over(back: Return) -> bool:
        late = back.send_by is not None and back.send_by < day_of(world.now)
        return back.stage == "authorised" and (late or too_early)

    order = walk.order(world, lambda order: any(map(over, order.returns)))
    nothing = Return("RMA-0", (ReturnRow(1, 1),), "defective")
    some = [back for back in order.returns if over(back)]
    back = walk.one(some, walk.one(order.returns, nothing))
    return return_expiry.ExpireReturn(order.order_number, back.rma_number)


def decide_late_parcel(walk: "Walker", world: World) -> Command:
    number, back = _coming_back(walk, world, "came_late")
    decision = walk.chance.choice(get_args(LateDecision))
    return late_parcels.DecideLateParcel(number, back.rma_number, decision, walk.reason())


def hand_over_return(walk: "Walker", world: World) -> Command:
    over = walk.chance.randrange(8) == 0
    stages = ("in_transit", "cancelled") if over else ("authorised",)
    number, back = _coming_back(walk, world, *stages)
    return return_way.HandOverReturn(number, back.rma_number)


def cancel_return(walk: "Walker", world: World) -> Command:
    under_way = ("in_transit", "arrived", *returns.COUNTED)
    stages = under_way if walk.chance.randrange(9) == 0 else ("authorised",)
    number, back = _coming_back(walk, world, *stages)
    who = walk.chance.choice(get_args(ReturnCanceller))
    return return_way.CancelReturn(number, back.rma_number, who, walk.reason())


def _unproven(walk: "Walker", world: World, asked: bool) -> tuple[str, str]:
    """An order with a damage that nobody has shown, asked for or not, mostly, and its number."""
    anything = not walk.chance.randrange(14)

    def fits(order: Order, number: str) -> bool:
        waits = evidence.unproven(world, order, number) is not None
        there = order.evidence_of(number)
        return anything or (waits and (not there or (asked and not there.reply_id)))

    def cases(order: Order) -> list[str]:
        numbers = [back.rma_number for back in order.returns]
        numbers += [claim.claim_number for claim in order.claims]
        return [number for number in numbers if fits(order, number)]

    order = walk.order(world, lambda order: bool(cases(order)))
    return order.order_number, walk.rare("CLM-0", walk.one(cases(order), "RMA-0"))


def ask_evidence(walk: "Walker", world: World) -> Command:
    return evidence.AskEvidence(*_unproven(walk, world, asked=False))


def send_evidence(walk: "Walker", world: World) -> Command:
    shown = walk.chance.choice(("", "a dent", "a dent"))
    return evidence.SendEvidence(*_unproven(walk, world, asked=True), shown, "Re", "…")


def report_finding(walk: "Walker", world: World) -> Command:
    number = walk.chance.choice((0, 1, world.number // 2, world.number, world.number, 5_000))
    return hunting.ReportFinding(number, walk.rare("I99", "I2"), walk.reason())


def raise_recourse(walk: "Walker", world: World) -> Command:
    def cases(order: Order) -> list[str]:
        numbers = [it.rma_number for it in order.returns]
        numbers += [it.claim_number for it in order.claims]
        numbers += [str(it.package_number) for it in order.packages]
        some = walk.chance.randrange(12) == 0
        known = {it: recourse.cost_of(world, order, it) for it in numbers}
        return [
            number
            for number, (liable, cost) in known.items()
            if some or (liable in ("carrier", "supplier") and cost)
        ]

    def fits(order: Order) -> bool:
        done = {it.case_number for it in order.recourses}
        return any(it not in done or walk.chance.randrange(12) == 0 for it in cases(order))

    late = any(o.status in ("settled", "completed") and fits(o) for o in world.newest())
    order = walk.order(world, lambda o: fits(o) and (not late or o.status != "confirmed"))
    if not late and walk.chance.randrange(3) == 0:
        raise walk.nothing_fits  # it can wait until the order is done
    done = {it.case_number for it in order.recourses}
    fresh = [it for it in cases(order) if it not in done]
    case = walk.one(fresh, walk.one(cases(order), "CLM-0"))
    return recourse.RaiseRecourse(order.order_number, walk.rare("RMA-0", case))


def answer_recourse(walk: "Walker", world: World) -> Command:
    order = walk.order(world, lambda o: any(it.open for it in o.recourses))
    if order.status != "confirmed" and walk.chance.randrange(6):
        raise walk.nothing_fits  # they take their time
    some = [it for it in order.recourses if it.open]
    number = some[0].recourse_number if some else "REC-0"
    amount = some[0].amount if some else 1
    granted = walk.chance.choice((0, amount // 2, amount, amount + 1, amount + 1, -1))
    return recourse.AnswerRecourse(
        order.order_number, walk.rare("REC-0", number), granted, "Quick", "Re", "…"
    )


def ask_exception(walk: "Walker", world: World) -> Command:
    number, back = _late(walk, world, "not_asked")
    return late_returns.AskException(number, back.rma_number, walk.reason())


def answer_exception(walk: "Walker", world: World) -> Command:
    number, back = _late(walk, world, "asked")
    return late_returns.AnswerException(number, back.rma_number, "fine", "too late")


def _late(walk: "Walker", world: World, exception: str) -> tuple[str, Return]:
    """An order with a return that was asked for late, mostly, and that return."""
    any_other = not walk.chance.randrange(4)

    def late(order: Order, back: Return) -> bool:
        if back.stage != "requested" or any_other:
            return back.stage == "requested"
        too_late = returns.too_late(world, order, back, day_of(world.now))
        return too_late and back.exception == exception

    order = walk.order(world, lambda order: any(late(order, back) for back in order.returns))
    nothing = Return("RMA-0", (ReturnRow(1, 1),), "defective")
    some = [back for back in order.returns if late(order, back)]
    return order.order_number, walk.one(some, walk.one(order.returns, nothing))


def reject_return(walk: "Walker", world: World) -> Command:
    number, back = _coming_back(walk, world, "requested")
    return returns.RejectReturn(number, back.rma_number, walk.reason())


def deliver_return(walk: "Walker", world: World) -> Command:
    # now and then a parcel comes when nobody waits for it any more
    number, back = _coming_back(walk, world, "authorised", "in_transit", "expired")
    awaited = back.status == "authorised" and back.send_by
    if awaited and walk.chance.randrange(12 if awaited < day_of(world.now) else 2):
        raise walk.nothing_fits  # some dither, and then it is mostly over
    units = sum(row.quantity for row in back.rows)
    sku = walk.chance.choice((b.ARMCHAIR, b.LAMP, b.LAMP, b.STOOL))
    packed = walk.chance.choice(((), (), (Content(sku, units),), (Content(sku, units + 1),)))
    packed = packed if not walk.returns or walk.chance.randrange(4) == 0 else ()
    return returns.DeliverReturn(number, back.rma_number, packed)


def receive_return(walk: "Walker", world: World) -> Command:
    stages = ("arrived", "partially_received", "received", "inspected")
    stages = ("arrived",) if walk.returns else stages
    number, back = _coming_back(walk, world, *stages)
    row = walk.one(back.rows, ReturnRow(1, 1))
    counted = ReturnRow(walk.rare(9, row.line_number), walk.amount(row.quantity - row.received))
    order = world.orders.get(number)
    got = returned_lots.lots_delivered(order, row.line_number) if order else {}
    if got and walk.chance.randrange(2):
        lot_number = walk.chance.choice(("L-NONE", *got, *got))
        counted = msgspec.structs.replace(counted, lot_number=lot_number)
    went = sorted(serials.delivered(order, row.line_number)) if order else []
    if went:
        theirs = serials.with_customer(order, row.line_number) if order else ()
        here = [serial for serial in went if serial not in theirs]
        odd = ("SN-0", *went, *theirs[:1], *6 * here)
        if here and row.quantity > row.received:  # one that is back lies there once more
            counted = msgspec.structs.replace(counted, quantity=row.quantity - row.received)
        read = list((*theirs, *went)[: counted.quantity])
        if read and (here or walk.chance.randrange(2)):
            read[-1] = walk.chance.choice(odd)
        counted = msgspec.structs.replace(counted, serial_numbers=tuple(read))
    return returns.ReceiveReturn(number, back.rma_number, walk.twice((counted,)))


def _wrong(order: Order | None, back: Return) -> list[str]:
    """The SKUs that a return is not for, and that are in it or at least on the order."""
    if order is None:
        return []
    named = returns.announced_in(order, back)
    seen = [part.sku for part in back.contents] or [line.sku for line in order.lines]
    return [sku for sku in seen if sku not in named]


def report_unexpected_item(walk: "Walker", world: World) -> Command:
    stages = walk.chance.choice((("arrived",), returns.OPENED[:4]))
    number, back = _coming_back(walk, world, *stages)
    sku = walk.one(_wrong(world.orders.get(number), back), walk.chance.choice(SKUS))
    there = returns.lying_in(back, sku) or back.rows[0].quantity
    return unexpected.ReportUnexpectedItem(
        number,
        back.rma_number,
        walk.rare("NO-SUCH-THING", walk.rare(b.ARMCHAIR, sku)),
        walk.amount(there),
        walk.reason(),
    )


def resolve_unexpected_item(walk: "Walker", world: World) -> Command:
    def fits(order: Order) -> bool:
        return any(back.apart and back.open for back in order.returns)

    order = walk.order(world, fits)
    nothing = Return("RMA-0", (ReturnRow(1, 1),), "defective")
    back = walk.one([x for x in order.returns if x.apart], walk.one(order.returns, nothing))
    item = walk.one([x for x in back.unexpected if x.left], UnexpectedRow(b.LAMP, 1, ""))
    return unexpected.ResolveUnexpectedItem(
        order.order_number,
        back.rma_number,
        item.sku,
        walk.amount(item.left),
        walk.chance.choice(("accept", "accept", "send_back")),
    )


AGAIN: Final[tuple[Disposition, ...]] = ("rework", "repair", "quarantine")
"""Dispositions after which there is more to do."""


def inspect_return(walk: "Walker", world: World) -> Command:
    number, back = _coming_back(walk, world, "partially_received", "received", "in_repair")
    some = [row for row in back.rows if row.received > row.inspected]
    row = walk.one(some if walk.returns else back.rows, ReturnRow(1, 1))
    lot_number = walk.chance.choice(("", *(lot.lot_number for lot in row.lots))) if row.lots else ""
    disposition: Disposition = walk.chance.choice(
        (*get_args(Disposition), *3 * AGAIN, *2 * AGAIN[:2])
    )
    if any(lot.received > lot.inspected and lot.expires < day_of(world.now) for lot in row.lots):
        disposition = walk.rare(disposition, "restock")
    elif row.lots and not walk.chance.randrange(3):
        disposition = "rework"
    if world.policies.repair_quotes and world.number % 3:
        disposition = "repair"
    return returns.InspectReturn(
        number,
        back.rma_number,
        walk.rare(9, row.line_number),
        walk.amount(row.received - row.inspected),
        disposition,
        lot_number,
        walk.reason() if disposition == "quarantine" else "",
        walk.chance.choice((None, None, _liable(walk)))
        if back.undetermined
        else walk.rare("seller", None),
        walk.chance.choice((None, *get_args(Grade))) if walk.remedies else None,
    )


def determine_liability(walk: "Walker", world: World) -> Command:
    def fits(order: Order) -> bool:
        return any(back.undetermined and back.rows[0].received for back in order.returns)

    order = walk.order(world, fits)
    nothing = Return("RMA-0", (ReturnRow(1, 1),), "defective")
    some = [back for back in order.returns if back.undetermined]
    back = walk.rare(walk.one(order.returns, nothing), walk.one(some, nothing))
    return returns.DetermineLiability(order.order_number, back.rma_number, _liable(walk))


def _liable(walk: "Walker") -> Liability:
    return walk.chance.choice(get_args(Liability))


def finish_repair(walk: "Walker", world: World) -> Command:
    number, back = _coming_back(walk, world, "in_repair")
    row = walk.one([row for row in back.rows if row.in_repair], ReturnRow(1, 1))
    most, outcomes = row.in_repair, ("repaired", "beyond_repair")
    if world.policies.repair_quotes:
        outcomes = get_args(RepairOutcome)
        words = [back.quoted(row.line_number, word) for word in ("said_yes", "said_no")]
        most = walk.chance.choice((*(units for units in words if units), most))
    return returns.FinishRepair(
        number,
        back.rma_number,
        walk.rare(9, row.line_number),
        walk.amount(most),
        walk.chance.choice(outcomes),
    )


def quote_repair(walk: "Walker", world: World) -> Command:
    number, back = _coming_back(walk, world, "in_repair")
    theirs = [
        (order.order_number, back)
        for order in world.newest()
        for back in order.returns
        if back.stage == "in_repair" and back.liability == "customer"
    ]
    number, back = walk.rare((number, back), walk.one(theirs, (number, back)))
    row = walk.one(
        [row for row in back.rows if row.in_repair], walk.one(back.rows, ReturnRow(1, 1))
    )
    order = world.orders.get(number)
    line = order.line(row.line_number) if order else None
    most = repair_quotes.most(line, max(row.in_repair, 1)) if line else 10
    last = [quote.price for quote in back.quotes]
    return repair_quotes.QuoteRepair(
        number,
        back.rma_number,
        walk.rare(9, row.line_number),
        walk.chance.choice((1, most // 3, most // 3, most // 2, most, most + 1, 0, *last)),
    )


def answer_repair_quote(walk: "Walker", world: World) -> Command:
    def waits(order: Order) -> bool:
        return any(q.answer == "awaited" for back in order.returns for q in back.quotes)

    def quoted(order: Order) -> bool:
        return any(back.quotes for back in order.returns) and order.status != "archived"

    order = walk.order(world, walk.chance.choice((waits, waits, waits, quoted)))
    found = [
        (back.rma_number, quote.line_number)
        for back in order.returns
        for quote in back.quotes
        if quote.answer == "awaited" or not waits(order)
    ]
    rma_number, line_number = walk.one(found, ("RMA-0", 1))
    return repair_quotes.AnswerRepairQuote(
        order.order_number,
        rma_number,
        walk.rare(9, line_number),
        walk.chance.randrange(3) > 0,
        "Re: the repair",
        "…",
    )


def finish_rework(walk: "Walker", world: World) -> Command:
    (sku, warehouse), level = _not_as_new(walk, world, lambda level: level.in_rework)
    outcome = walk.chance.choice((*get_args(ReworkOutcome), *5 * ("restock_b_grade",)))
    return b_grade.FinishRework(
        walk.rare("NO-SUCH-THING", sku),
        warehouse,
        walk.chance.choice((0, 1, level.in_rework, level.in_rework + 1)),
        outcome,
    )


def clear_b_grade(walk: "Walker", world: World) -> Command:
    (sku, warehouse), level = _not_as_new(walk, world, lambda level: level.b_grade)
    full = world.products[sku].unit_price
    return b_grade.ClearBGrade(
        walk.rare("NO-SUCH-THING", sku),
        warehouse,
        walk.chance.choice((1, 1, 1, level.b_grade, level.b_grade + 1)),
        walk.chance.choice((0, full // 2, full // 2, full - 1, full)),
        walk.reason(),
    )


def _not_as_new(
    walk: "Walker", world: World, count: Callable[[StockLevel], int]
) -> tuple[tuple[str, str], StockLevel]:
    """A shelf on which some stand. Raises NothingFits."""
    there = sorted(key for key, level in world.stock.items() if count(level))
    if not there:
        raise walk.nothing_fits
    key = walk.chance.choice(there)
    return key, world.stock[key]


def create_exchange(walk: "Walker", world: World) -> Command:
    stages = walk.chance.choice((("authorised",), ("arrived", "received", "inspected")))
    number, back = _coming_back(walk, world, *stages)
    order = world.orders.get(number)
    quantity = walk.chance.choice((1, 1, sum(row.quantity for row in back.rows) + 1))
    wanted = amendments.with_line(world, order, b.ARMCHAIR, 1) if order and order.lines else None
    day = stock.earliest_delivery_date(world, wanted) if wanted else walk.day(world)
    return amendments.CreateExchange(number, back.rma_number, b.ARMCHAIR, quantity, day)


def close_return(walk: "Walker", world: World) -> Command:
    stages = walk.chance.choice(
        (("received",), ("inspected",), ("authorised", "requested"), ("in_repair",), ("arrived",))
    )
    number, back = _coming_back(walk, world, *stages)
    if number in world.orders and not walk.chance.randrange(3):
        apart = [x for x in world.orders[number].returns if x.apart and x.open]
        back = walk.one(apart, back)
    return returns.CloseReturn(number, back.rma_number)


def issue_credit_note(walk: "Walker", world: World) -> Command:
    def fits(order: Order) -> bool:
        return settlement.to_note(order)

    order = walk.order(world, walk.chance.choice((fits, fits, fits, is_("confirmed"))))
    return settlement.IssueCreditNote(order.order_number)


# --- credit beside the goods --------------------------------------------------------------------


def _kept(order: Order) -> bool:
    return order.status in ("confirmed", "completed") and order.balance_due <= 0


def credit_shipping(walk: "Walker", world: World) -> Command:
    fits = walk.chance.choice((_kept, _kept, is_("confirmed", "completed"), is_("cancelled")))
    order = walk.order(world, fits)
    most = allowances.shipping_left(order)
    return allowances.CreditShipping(order.order_number, walk.amount(most), walk.reason())


def _gift(walk: "Walker", world: World, order: Order) -> int:
    most = allowances.alone(world, order) if order.lines else 1
    more = 2 * world.policies.goodwill_limit - allowances.given(order)
    every = allowances.room(order) if order.lines else 1
    return walk.chance.choice((walk.amount(most), most + 1, more, more, more + 1, every, every + 1))


def give_goodwill(walk: "Walker", world: World) -> Command:
    fits = walk.chance.choice((_kept, is_("confirmed", "completed"), is_("cancelled")))
    order = walk.order(world, fits)
    return allowances.GiveGoodwill(order.order_number, _gift(walk, world, order), walk.reason())


def ask_goodwill(walk: "Walker", world: World) -> Command:
    order = walk.order(world, walk.chance.choice((_kept, is_("confirmed", "completed"))))
    return allowances.AskGoodwill(order.order_number, _gift(walk, world, order), walk.reason())


def answer_goodwill(walk: "Walker", world: World) -> Command:
    asked = walk.chance.randrange(4)
    order = walk.order(
        world, lambda o: o.goodwill_asked > 0 or (not asked and o.status == "confirmed")
    )
    return allowances.AnswerGoodwill(order.order_number, "for the wait", "no more than usual")


# --- chargebacks --------------------------------------------------------------------------------


def raise_chargeback(walk: "Walker", world: World) -> Command:
    def paid(order: Order) -> bool:
        cards = (held.authorisation_number for held in order.authorisations)
        over = order.status not in ("confirmed", "completed")
        return not over and any(chargebacks.reversible(order, card) > 0 for card in cards)

    order = walk.order(world, paid)
    some = [held for held in order.authorisations if held.captured]
    held = walk.rare("AU-0", walk.one([x.authorisation_number for x in some], "AU-0"))
    # by halves, so that there are several
    most = chargebacks.reversible(order, held)
    amount = walk.chance.choice((most // 2, most // 2, walk.amount(most)))
    why = walk.chance.choice(get_args(ChargebackReason))
    return chargebacks.RaiseChargeback(order.order_number, held, amount, why)


def _disputed(walk: "Walker", world: World, *statuses: str) -> tuple[str, str]:
    order = walk.order(
        world,
        lambda o: o.status != "archived" and any(x.status in statuses for x in o.chargebacks),
    )
    found = [x.chargeback_number for x in order.chargebacks if x.status in statuses]
    return order.order_number, walk.rare("CB-0", walk.one(found, "CB-0"))


def contest_chargeback(walk: "Walker", world: World) -> Command:
    number, dispute = _disputed(walk, world, "open")
    return chargebacks.ContestChargeback(number, dispute, walk.reason())


def accept_chargeback(walk: "Walker", world: World) -> Command:
    number, dispute = _disputed(walk, world, *walk.rare(("contested", "won"), ("open", "open")))
    return chargebacks.AcceptChargeback(number, dispute, walk.reason())


def answer_chargeback(walk: "Walker", world: World) -> Command:
    number, dispute = _disputed(
        walk, world, *walk.chance.choice((("contested",), ("contested",), ("open",)))
    )
    outcome = walk.chance.choice(("won", "lost", "lost"))
    return chargebacks.AnswerChargeback(number, dispute, outcome)


def write_off_chargeback(walk: "Walker", world: World) -> Command:
    def fits(order: Order) -> bool:
        return chargebacks.to_write_off(order) > 0

    order = walk.order(world, walk.chance.choice((fits, fits, lambda o: bool(o.chargebacks))))
    return chargebacks.WriteOffChargeback(order.order_number, walk.reason())


# --- amendments ---------------------------------------------------------------------------------


def _promised(walk: "Walker", world: World, order: Order) -> date:
    earliest = walk.day(world)
    if order.lines:
        earliest = stock.earliest_delivery_date(world, order)
    return walk.chance.choice((earliest, earliest, walk.day(world)))


def add_to_order(walk: "Walker", world: World) -> Command:
    order = walk.order(world, is_("confirmed"))
    sku = walk.rare("NO-SUCH-THING", walk.chance.choice(SKUS))
    packs = walk.chance.choice((0, 1, 1, 2)) * (6 if sku == b.LAMP else 1)
    known = sku in world.products and order.lines and packs
    wanted = amendments.with_line(world, order, sku, packs) if known else order
    day = _promised(walk, world, wanted)
    return amendments.AddToOrder(
        order.order_number, sku, walk.rare(packs + 1, packs), day, walk.reason(),
        _line_dates(walk, world, order, day),
    )  # fmt: skip


def change_delivery(walk: "Walker", world: World) -> Command:
    order = walk.order(world, walk.chance.choice((is_("confirmed"), _has("labelled"))))
    carrier = walk.rare("NONE", walk.chance.choice((b.QUICK, b.SLOW)))
    day = _promised(walk, world, order)
    return amendments.ChangeDelivery(
        order.order_number, carrier, walk.rare(NOWHERE, b.HOTEL), day, walk.reason(),
        _line_dates(walk, world, order, day),
    )  # fmt: skip


def correct_delivery(walk: "Walker", world: World) -> Command:
    order = walk.order(world, is_("submitted"))
    carrier = walk.rare("NONE", walk.chance.choice((b.QUICK, b.SLOW)))
    there = world.customers.get(order.customer_id)
    address = walk.chance.choice((b.HOTEL, b.HOME, there.address if there else b.HOME))
    return amendments.CorrectDelivery(
        order.order_number, carrier, walk.rare(NOWHERE, address), walk.reason()
    )


def reopen_order(walk: "Walker", world: World) -> Command:
    order = walk.order(world, is_("submitted"))
    return amendments.ReopenOrder(order.order_number, walk.reason())


# --- prices that change -------------------------------------------------------------------------


def _priced(order: Order) -> bool:
    """Where something can still cost another price."""
    whole = any(not price_changes.settled(line) for line in order.lines)
    return order.status in ("submitted", "confirmed") and whole


def _priced_line(walk: "Walker", order: Order) -> OrderLine:
    whole = [line for line in order.lines if not price_changes.settled(line)]
    return walk.rare(_some_line(walk, order), walk.one(whole, _some_line(walk, order)))


def change_price(walk: "Walker", world: World) -> Command:
    def agreed(order: Order) -> bool:
        lines = (x for x in order.lines if not price_changes.settled(x))
        return _priced(order) and any(price_changes.consented(order, x) for x in lines)

    def used(order: Order) -> bool:
        return _priced(order) and any(rise.answer == "used" for rise in order.price_rises)

    gone = walk.chance.choice((*4 * (False,), True))
    fits = walk.chance.choice((agreed, agreed, used, is_("confirmed") if gone else _priced))
    order = walk.order(world, fits)
    line = walk.one(order.lines, _some_line(walk, order)) if gone else _priced_line(walk, order)
    now = line.unit_price
    prices = [now - 1, now // 2, now, now + 1, -(-line.discount_share // line.ordered) - 1]
    for rise in order.price_rises:
        if rise.line_number == line.line_number:
            prices += 3 * [rise.unit_price] + [rise.unit_price + 1, rise.before]
    return price_changes.ChangePrice(
        order.order_number,
        walk.rare(9, line.line_number),
        walk.rare(0, walk.chance.choice(prices)),
        walk.reason(),
    )


def ask_price_rise(walk: "Walker", world: World) -> Command:
    order = walk.order(world, _priced)
    line = _priced_line(walk, order)
    now = line.unit_price
    more = walk.chance.choice((1, 1, 1, now // 10, now // 10, now))
    return price_changes.AskPriceRise(
        order.order_number,
        walk.rare(9, line.line_number),
        walk.rare(now, now + more),
        walk.reason(),
    )


def answer_price_rise(walk: "Walker", world: World) -> Command:
    def waits(order: Order) -> bool:
        return any(rise.answer == "awaited" for rise in order.price_rises)

    def asked(order: Order) -> bool:
        return bool(order.price_rises) and order.status != "archived"

    order = walk.order(world, walk.chance.choice((waits, waits, waits, asked)))
    some = [x.line_number for x in order.price_rises if x.answer == "awaited"]
    number = walk.rare(9, walk.one(some, 1))
    agreed = walk.chance.randrange(4) > 0
    return price_changes.AnswerPriceRise(order.order_number, number, agreed, "Re: the price", "…")


# --- mishaps ------------------------------------------------------------------------------------


def _parcel_seen(walk: "Walker", world: World, *seen: str) -> tuple[str, int]:
    """An order with a parcel on its way that was last seen so, mostly, and that parcel."""

    def fitting(order: Order) -> list[int]:
        return [
            p.package_number for p in order.packages if p.stage == "shipped" and p.tracking in seen
        ]

    order = walk.order(world, lambda order: order.status == "confirmed" and bool(fitting(order)))
    return order.order_number, walk.rare(9, walk.one(fitting(order), 1))


def request_intercept(walk: "Walker", world: World) -> Command:
    seen = walk.chance.choice((("label_created", "in_transit"), ("out_for_delivery", "lost")))
    return mishaps.RequestIntercept(*_parcel_seen(walk, world, *seen), walk.reason())


def receive_back(walk: "Walker", world: World) -> Command:
    seen = walk.chance.choice(("returned_to_sender", "returned_to_sender", "in_transit"))
    return mishaps.ReceiveBack(*_parcel_seen(walk, world, seen))


def write_off_package(walk: "Walker", world: World) -> Command:
    seen = walk.chance.choice(("lost", "lost", "lost", "exception"))
    return mishaps.WriteOffPackage(*_parcel_seen(walk, world, seen), walk.reason())


def open_claim(walk: "Walker", world: World) -> Command:
    order = walk.order(world, lambda o: any(returns.returnable(o, line) > 0 for line in o.lines))
    line = walk.one([line for line in order.lines if line.delivered], _some_line(walk, order))
    row = ClaimRow(walk.rare(9, line.line_number), walk.amount(returns.returnable(order, line)))
    if walk.remedies and walk.chance.randrange(4):
        row = ClaimRow(line.line_number, 1)
    return mishaps.OpenClaim(
        order.order_number,
        walk.twice((row,)),
        walk.chance.choice(get_args(ReturnReason)),
        walk.chance.choice(("", "a photo of a dented box")),
    )


def resolve_claim(walk: "Walker", world: World) -> Command:
    order = walk.order(world, lambda o: any(claim.open for claim in o.claims))
    numbers = [claim.claim_number for claim in order.claims if claim.open]
    return mishaps.ResolveClaim(
        order.order_number,
        walk.rare("CLM-0", walk.one(numbers, "CLM-1")),
        walk.chance.choice(("approved", "approved", "denied")),
        walk.chance.choice(get_args(Liability)),
        walk.reason(),
        *(_instead(walk, world, order) if walk.remedies else ()),
    )


def _instead(
    walk: "Walker", world: World, order: Order
) -> tuple[tuple[ClaimRow, ...], date | None]:
    """Some units of an open claim that are sent once more, and by when."""
    rows = [row for claim in order.claims if claim.open for row in claim.rows]
    row = walk.one(rows, ClaimRow(1, 1))
    again = ClaimRow(walk.rare(9, row.line_number), walk.amount(row.quantity))
    day = day_of(world.now) + timedelta(walk.chance.choice((0, 20, 20)))
    return walk.twice((again,)), walk.rare(None, day)


# --- customer files -----------------------------------------------------------------------------


def _file(walk: "Walker") -> str:
    return walk.rare("C-NOBODY", walk.chance.choice((b.OTTER, b.HERON, b.TWIN)))


def open_customer(walk: "Walker", world: World) -> Command:
    number = walk.chance.randrange(4)
    company = walk.rare("Heron Hotels", f"Mole Motels {number}")
    known = [who for who, file in sorted(world.customers.items()) if file.company == company]
    return customers.OpenCustomer(
        company,
        walk.rare("", "Moira Mole"),
        email=walk.rare("at home", f"moira{number}@mole.example"),
        address=walk.rare(NOWHERE, b.HOME),
        payment_terms=walk.chance.choice(("prepay", "on_account")),
        credit_limit=walk.rare(-1, 100_000),
        currency=walk.chance.choice(("", "USD", "JPY", walk.rare("EUR", ""))),
        despite=walk.chance.choice(("", walk.one(known, "C-0"))),
    )


def change_currency(walk: "Walker", world: World) -> Command:
    free = [
        who
        for who, file in sorted(world.customers.items())
        if not file.merged_into and customers.open_business(world, file) is None
    ]
    customer_id = walk.chance.choice((_file(walk), walk.one(free, b.OTTER)))
    currencies = ("USD", "", "JPY", walk.rare("EUR", "KWD"))
    return customers.ChangeCurrency(customer_id, walk.chance.choice(currencies))


def update_customer(walk: "Walker", world: World) -> Command:
    return customers.UpdateCustomer(
        _file(walk),
        company=walk.rare(" ", "Heron & Otter"),
        contact=walk.chance.choice(("Hugo", "Olive", "Hugo")),
        email=walk.chance.choice(("", "desk@otter.example", "hugo@heron.example", "at home")),
        phone=walk.chance.choice(("", "802-555-0199", "802-555-0199", "none")),
        address=walk.rare(NOWHERE, b.HOME),
    )


def _somebody(walk: "Walker", world: World) -> tuple[str, str]:
    """A file, and the number of one of its people, mostly."""
    files = [who for who, file in sorted(world.customers.items()) if file.contacts]
    if not files and walk.chance.randrange(12):
        raise walk.nothing_fits
    who = walk.one(files, _file(walk))
    file = world.customers.get(who)
    numbers = [it.contact_number for it in file.contacts] if file else []
    odd = walk.chance.randrange(3) == 0
    return who, "CT-0" if odd else walk.one(numbers, "CT-0")


def keep_contact(walk: "Walker", world: World) -> Command:
    who, number = _file(walk), ""
    if walk.chance.randrange(3) == 0:
        who, number = _somebody(walk, world)
    name = walk.chance.choice(("Pia Pound", "Gus Gate", walk.rare(" ", "Pia Pound")))
    email = walk.chance.choice(("", f"{name[:3].lower()}@otter.example", "at home"))
    phone = walk.chance.choice(("", "802-555-0177", "none"))
    return contacts.KeepContact(
        who, name, walk.chance.choice(get_args(ContactRole)), email.strip(), phone, number
    )


def remove_contact(walk: "Walker", world: World) -> Command:
    return contacts.RemoveContact(*_somebody(walk, world))


def make_main_contact(walk: "Walker", world: World) -> Command:
    return contacts.MakeMainContact(*_somebody(walk, world))


def set_tax_profile(walk: "Walker", world: World) -> Command:
    title = walk.rare(" ", f"Heron & Otter {walk.chance.randrange(9)}")
    tax_id = walk.chance.choice(("12-3456789", "98-7654321", "12-34567"))
    return customers.SetTaxProfile(_file(walk), title, tax_id)


def _terms(walk: "Walker") -> tuple[Any, str, Address]:
    term = walk.chance.choice(("", "FCA", "DAP", "DAP"))
    place = "Lyon" if bool(term) == bool(walk.chance.randrange(8)) else " "
    return term, place, walk.chance.choice((Address(), b.HOTEL, walk.rare(NOWHERE, b.HOME)))


def set_trade_terms(walk: "Walker", world: World) -> Command:
    return terms.SetTradeTerms(_file(walk), *_terms(walk))


def change_terms(walk: "Walker", world: World) -> Command:
    order = walk.order(world, is_("draft", "submitted", "confirmed", "completed"))
    return terms.ChangeTerms(order.order_number, *_terms(walk))


def add_customer_note(walk: "Walker", world: World) -> Command:
    return customers.AddCustomerNote(_file(walk), walk.reason())


def review_customer(walk: "Walker", world: World) -> Command:
    return customers.ReviewCustomer(_file(walk))


def set_credit_limit(walk: "Walker", world: World) -> Command:
    customer_id = _file(walk)
    limit = walk.chance.choice((60_000, 100_000, world.exposure.get(customer_id, 0), -1))
    return customers.SetCreditLimit(customer_id, limit, walk.reason())


def merge_customers(walk: "Walker", world: World) -> Command:
    twins = {o.customer_po_number for o in world.newest("draft") if o.customer_id == b.TWIN}
    both = any((b.HERON, number) in world.by_po for number in twins)
    owes = world.exposure.get(b.TWIN) or any(
        transfer.customer_id == b.TWIN for transfer in world.transfers.values()
    )
    # once merged, there is nothing more to merge: rather when something moves with it
    if not (both or owes) and walk.chance.randrange(12):
        raise walk.nothing_fits
    gone = walk.rare(_file(walk), b.TWIN)
    into = walk.chance.choice((b.HERON, b.HERON, b.OTTER, gone))
    return customers.MergeCustomers(gone, walk.rare(b.DUNE, into))


# --- feedback -----------------------------------------------------------------------------------


def receive_complaint(walk: "Walker", world: World) -> Command:
    order = walk.order(world, walk.chance.choice((is_("draft"), is_("confirmed"), is_("settled"))))
    reason = walk.chance.choice(get_args(ComplaintReason))
    return feedback.ReceiveComplaint(order.order_number, reason, "Hello", walk.reason())


def answer_complaint(walk: "Walker", world: World) -> Command:
    order = walk.order(world, lambda order: bool(order.complaints))
    number = walk.rare("CMP-0", order.complaints[-1].complaint_number if order.complaints else "")
    return feedback.AnswerComplaint(
        order.order_number, number, walk.chance.choice(get_args(Remedy)), walk.reason()
    )


def decline_wish(walk: "Walker", world: World) -> Command:
    asked = [message for _, message in sorted(world.messages.items()) if message.wish]
    if not asked:
        raise walk.nothing_fits
    still = [message for message in asked if wishes.open_wish(message, world)]
    if not still and walk.chance.randrange(8):
        raise walk.nothing_fits
    message = walk.rare(walk.chance.choice(asked), walk.one(still, asked[0]))
    number = walk.rare(next(world.newest()).order_number, message.order_number)
    return wishes.DeclineWish(number, walk.rare("M-0", message.message_id), walk.reason())


def assign_task(walk: "Walker", world: World) -> Command:
    order = walk.order(world, lambda order: order.status != "archived")
    owner = walk.chance.choice(get_args(TaskOwner))
    return tasks.AssignTask(order.order_number, walk.reason(), owner, walk.day(world))


def _task(walk: "Walker", world: World) -> tuple[str, Task]:
    """An order with a task, and the task; now and then one that is over, or none."""
    order = walk.order(world, lambda order: bool(order.tasks))
    still = [task for task in order.tasks if task.open]
    nothing = Task("T-0", "", "trainee", day_of(world.now))
    return order.order_number, walk.rare(nothing, walk.one(still or order.tasks, nothing))


def finish_task(walk: "Walker", world: World) -> Command:
    number, task = _task(walk, world)
    outcome = walk.chance.choice(get_args(TaskOutcome))
    return tasks.FinishTask(number, task.task_number, outcome, walk.reason())


def hand_back_task(walk: "Walker", world: World) -> Command:
    number, task = _task(walk, world)
    return tasks.HandBackTask(number, task.task_number, walk.reason())


def ask_customer(walk: "Walker", world: World) -> Command:
    return questions.AskCustomer(_some_request(walk, world), walk.chance.choice(get_args(Topic)))


def answer_question(walk: "Walker", world: World) -> Command:
    open_ = [
        (message.message_id, asked.about)
        for message in world.messages.values()
        for asked in message.questions
        if not asked.reply_id
    ]
    if not open_ and walk.chance.randrange(8):
        raise walk.nothing_fits
    message_id, about = walk.one(sorted(open_), (_some_request(walk, world), "address"))
    about = walk.rare("price", about)
    return questions.AnswerQuestion(walk.rare("M-0", message_id), about, "Re", "12 of them.")


def decline_request(walk: "Walker", world: World) -> Command:
    return questions.DeclineRequest(_some_request(walk, world), walk.reason())


def _some_request(walk: "Walker", world: World) -> str:
    """A message in which somebody ordered, one of the last, so that the same is met again."""
    asked = sorted(
        (m for m in world.messages.values() if m.request),
        key=lambda m: (m.received_at, m.message_id),
    )
    if not asked and walk.chance.randrange(12):
        raise walk.nothing_fits
    some = walk.one([message.message_id for message in asked[-3:]], "M-0")
    return walk.rare(walk.one(sorted(world.messages), "M-0"), some)


def answer_survey(walk: "Walker", world: World) -> Command:
    order = walk.order(
        world,
        walk.chance.choice(
            (is_("confirmed"), lambda o: bool(o.delivered_at), lambda o: o.satisfaction > 0)
        ),
    )
    return feedback.AnswerSurvey(order.order_number, walk.chance.choice((0, 1, 3, 5, 6)))


# --- rules of the house ------------------------------------------------------------------------


def _conditions(walk: "Walker", world: World) -> rulebook.Conditions:
    asked: tuple[dict[str, Any], ...] = (
        {}, {}, {}, {},
        {"total_at_least": walk.chance.choice((0, 20_000, 20_000, -1)), "total_at_most": 60_000},
        {"total_at_least": 60_001, "total_at_most": 60_000},
        {"customer": "new"}, {"customer": "known"}, {"paid": "yes"}, {"in_stock": "no"},
        {"customer_id": walk.rare("C-NOBODY", b.OTTER)},
        {"carrier_code": walk.rare("NONE", b.QUICK)},
        {"payment_terms": "prepay"}, {"country": "US", "in_stock": "yes"},
        {"sku": walk.rare("NO-SUCH-THING", b.LAMP)},
        {"on_hold": "no", "hold": walk.rare("fraud", None)},
        {"hold": walk.chance.choice(get_args(HoldKind))}, {"priority": "normal"},
    )  # fmt: skip
    return rulebook.Conditions(**walk.chance.choice(asked))


def _rule(walk: "Walker", world: World) -> dict[str, Any]:
    names = sorted(rule.name for rule in world.rules.values())
    new = f"Rule of event {world.number}"
    act = walk.chance.choice((*rulebook.ACTS, "notify_customer", "release_hold", "add_note"))
    return {
        "name": walk.rare(walk.chance.choice((" ", new * 9, *names)), new),
        "trigger": walk.chance.choice(rulebook.TRIGGERS),
        "action": rulebook.Action(
            act,
            walk.rare(None, walk.chance.choice(_letters(walk))),
            walk.rare(None, walk.chance.choice(get_args(Priority))),
            walk.rare(" ", "asked by a rule"),
        ),
        "conditions": _conditions(walk, world),
        "place": walk.rare(walk.chance.choice((0, 100)), walk.chance.choice((1, 50, 99))),
    }


def _known_rule(walk: "Walker", world: World, on: bool | None = None) -> str:
    """The number of a rule, mostly one that is on or off as wanted. Raises NothingFits."""
    rules = sorted(world.rules.values(), key=rulebook.order_of_acting)
    fitting = [r.rule_number for r in rules if on is None or r.on == on]
    if not fitting and walk.chance.randrange(12):
        raise walk.nothing_fits
    every = [rule.rule_number for rule in rules]
    return walk.rare(walk.one(every, "R-0"), walk.one(fitting, "R-0"))


def write_rule(walk: "Walker", world: World) -> Command:
    return rulebook.WriteRule(**_rule(walk, world))


def change_rule(walk: "Walker", world: World) -> Command:
    return rulebook.ChangeRule(walk.rare("R-0", _known_rule(walk, world)), **_rule(walk, world))


def switch_rule(walk: "Walker", world: World) -> Command:
    on = bool(walk.chance.randrange(4))
    return rulebook.SwitchRule(
        walk.rare("R-0", _known_rule(walk, world, not on)), "on" if on else "off"
    )


def remove_rule(walk: "Walker", world: World) -> Command:
    if len(world.rules) < walk.chance.randrange(16):  # a full book is to be met, too
        raise walk.nothing_fits
    return rulebook.RemoveRule(walk.chance.choice(("R-0", _known_rule(walk, world))))


def run_rule(walk: "Walker", world: World) -> Command:
    number = _known_rule(walk, world, on=True)
    rule = world.rules.get(number)
    keen = walk.chance.randrange(3)  # mostly where it has something to do

    def fits(order: Order) -> bool:
        if rule is None or not keen:
            return order.status in ("submitted", "confirmed", "cancelled")
        given = Envelope("", "Ada", "clerk", world.now, automation.work(world, order, rule))
        todo = isinstance(decide(world, given), tuple)
        return todo and not automation.unmet(world, order, rule.conditions)

    order = walk.order(world, fits)
    trace = world.rule_traces.get((number, order.order_number))
    last = trace.cause if trace else 0
    chain: tuple[str, ...] = walk.chance.choice(
        ((), (), (), ("R-98",), ("R-95", "R-96", "R-97"), ("R-95", "R-96", "R-97", "R-98"),
         ("R-98", number))
    )  # fmt: skip
    return automation.RunRule(
        number,
        order.order_number,
        rule.trigger if rule else "order_submitted",
        walk.chance.choice((world.number, world.number, world.number, last)),
        chain,
    )


def expire_order(walk: "Walker", world: World) -> Command:
    def late(order: Order) -> bool:
        return order.status == "confirmed" and not expiry.covered(world, order)

    def ready(order: Order) -> bool:
        return late(order) and any(line.packed for line in order.lines)

    order = walk.order(world, walk.chance.choice((late, ready)))
    return expiry.ExpireOrder(order.order_number, "not paid", "unpack it", "unpacked")


# --- talking and waiting ------------------------------------------------------------------------


def _letters(walk: "Walker") -> tuple[service.Template, ...]:
    """Those of remedies only where it is about them: the other walks draw as they did."""
    of_remedies = () if walk.remedies else ("return_cancelled", "order_lost", "order_came_back")
    return tuple(it for it in service.TEMPLATES if it not in of_remedies)


def _for_others(world: World) -> list[tuple[str, service.Template]]:
    """What is true and not told, of orders of customers who have somebody to read it."""
    return [
        (order.order_number, template)
        for order in world.newest()
        if world.customers[order.customer_id].contacts
        for template in service.TEMPLATES
        if template in service.CONCERNS
        and not service.missing_for(world, order, template)
        and not service.told_already(world, order, template)
    ]


def notify_customer(walk: "Walker", world: World) -> Command:
    if walk.people and walk.chance.randrange(4) and (fresh := _for_others(world)):
        number, told = walk.chance.choice(fresh)
        return service.NotifyCustomer(number, told, walk.chance.choice(get_args(NoticeChannel)))
    order = walk.order(world, is_("submitted", "confirmed"))
    channel = walk.chance.choice(get_args(NoticeChannel))
    template = walk.chance.choice(_letters(walk))
    return service.NotifyCustomer(order.order_number, template, channel)


def add_note(walk: "Walker", world: World) -> Command:
    return service.AddNote(walk.order(world, lambda order: True).order_number, walk.reason())


def hand_over(walk: "Walker", world: World) -> Command:
    """To a desk that waits for it, mostly; now and then nothing, an order twice, to oneself."""
    live = walk.order(world, lambda order: order.status != "archived")
    others = [desk for desk in EVERY if desk != world.seat]
    waiting = [desk for desk in desks_awaited(world, live) if desk in others] or others
    numbers = walk.chance.choice(((), *3 * ((live.order_number,),), 2 * (live.order_number,)))
    desk = walk.rare(world.seat, walk.chance.choice(waiting))
    return hand_overs.HandOver(desk, numbers, walk.reason())


def take_desk(walk: "Walker", world: World) -> Command:
    return hand_overs.TakeDesk(walk.chance.choice((world.seat, *3 * EVERY)))


def advance_clock(walk: "Walker", world: World) -> Command:
    steps = [-1, 0, DAY, 92 * DAY, 92 * DAY + 1]
    # what cards promise lapses in days
    steps += [DAY + 1] * 4 if walk.cards else []
    # and nobody takes goods back after two weeks
    steps += [16 * DAY] if walk.after_sales else []
    return AdvanceClock(world.now + walk.chance.choice(steps))


PROPOSALS: Final[dict[str, Callable[[Any, World], Command]]] = {
    proposal.__name__: proposal
    for proposal in (
        receive_message, create_draft, import_order,
        change_header, grant_discount, add_line, change_line,
        remove_line, submit_order, check_order, confirm_order, reject_order, place_hold,
        release_hold, ask_release, answer_release, receive_transfer, record_payment, issue_refund,
        return_transfer, answer_transfer_return, query_transfer_return,
        pay_out_cash, claim_shortfall, pay_shortfall, book_payout,
        answer_refund, retry_refund, reverse_refund, query_refund, ask_approval, approve_refund,
        decline_refund,
        authorise_payment, answer_authorisation, query_authorisation, capture_payment,
        void_authorisation, expire_authorisation, agree_store_credit, redeem_store_credit,
        expire_store_credit,
        receive_stock, adjust_stock,
        allocate, reallocate, release_allocation, pick_package, pack_package, label_package,
        ship_package, void_package, scan_package, confirm_delivery, issue_invoice,
        complete_order, settle_batch, archive_order,
        add_to_order, change_delivery, correct_delivery, reopen_order, set_list_price,
        cancel_order, cancel_line_quantity, expire_order,
        request_return, authorise_return, reject_return, ask_exception, answer_exception,
        expire_return, decide_late_parcel, hand_over_return, cancel_return,
        ask_evidence, send_evidence, raise_recourse, answer_recourse, report_finding,
        deliver_return, receive_return, report_unexpected_item, resolve_unexpected_item,
        inspect_return, determine_liability, close_return, finish_repair,
        finish_rework, clear_b_grade,
        create_exchange, issue_credit_note,
        raise_chargeback, contest_chargeback, accept_chargeback, answer_chargeback,
        write_off_chargeback,
        change_price, ask_price_rise, answer_price_rise, quote_repair, answer_repair_quote,
        credit_shipping, give_goodwill, ask_goodwill, answer_goodwill,
        request_intercept, receive_back, write_off_package, open_claim, resolve_claim,
        open_customer, change_currency, set_tax_profile, update_customer, add_customer_note,
        set_trade_terms, change_terms,
        keep_contact, remove_contact, make_main_contact,
        review_customer, set_credit_limit, merge_customers,
        receive_complaint, answer_complaint, answer_survey, decline_wish, answer_change,
        assign_task, finish_task, hand_back_task,
        ask_customer, answer_question, decline_request,
        write_rule, change_rule, switch_rule, remove_rule, run_rule,
        notify_customer, add_note, hand_over, take_desk, advance_clock,
        create_production, release_production,
        start_production, report_production, finish_production, cancel_production, cycle_count,
        transfer_stock, place_replenishment, cancel_replenishment, receive_replenishment,
        deliver_replenishment, post_goods_receipt, send_surplus_back,
        fill_backorders, prioritise_order,
    )
}  # fmt: skip
