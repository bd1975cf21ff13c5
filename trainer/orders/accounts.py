"""What must be true of cards' promises, of promotions and of customers' credit, added up again.

A part of `invariants`: it looks, and shares no sum with the guards.
"""

from collections import Counter
from collections.abc import Iterator

from trainer.orders.values import split, telescoped
from trainer.orders.world import Authorisation, Order, World


def promised(order: Order) -> Iterator[str]:
    """I13: nothing is captured that was not promised, nothing goes back that did not come so."""
    name = order.order_number
    came: Counter[tuple[str, str]] = Counter()
    for payment in order.payments:
        # cash goes back by the bank, as transfers do
        way = "transfer" if payment.tender == "cash" else payment.tender
        came[way, payment.reference if way == "card" else ""] += payment.amount
    for held in order.authorisations:
        yield from _authorisation(name, held, came["card", held.authorisation_number])
    known = {held.authorisation_number for held in order.authorisations}
    for tender, reference in came:
        if tender == "card" and reference not in known:
            yield f"I13 {name}: captured from {reference}, which nobody authorised"
    for refund in order.refunds:
        if refund.stays:
            came[refund.tender, refund.reference if refund.tender == "card" else ""] -= (
                refund.amount
            )
    for disputed in order.chargebacks:
        if disputed.status != "won":
            came["card", disputed.reference] -= disputed.amount
    # refunds of before they had numbers know amounts alone
    if order.refunds or order.chargebacks:
        for (tender, reference), left in came.items():
            if left < 0:
                yield f"I13 {name}: {-left} more went back by {tender} {reference} than came"
    over = order.status in ("cancelled", "completed", "settled", "archived")
    if over and any(held.open or held.under_way for held in order.authorisations):
        yield f"I24 {name}: {order.status}, and {order.authorised_open} stand on a card"


def _authorisation(name: str, held: Authorisation, captured: int) -> Iterator[str]:
    number = held.authorisation_number
    if held.captured != captured:
        yield f"I13 {name}: {number} captured {held.captured}, its payments {captured}"
    if min(held.captured, held.released, held.amount - held.captured - held.released) < 0:
        yield f"I13 {name}: {number} {held.captured} + {held.released} of {held.amount}"
    if held.status in ("pending", "unanswered", "declined") and (held.captured or held.released):
        yield f"I13 {name}: {number} is {held.status}, and {held.captured} was captured"
    rest = held.amount - held.captured - held.released
    if held.status == "expired" and rest:
        yield f"I13 {name}: {number} is expired, and {rest} is neither taken nor given up"


def promotion(order: Order, worth: list[int]) -> Iterator[str]:
    """I41: a promotion's shares are as they were split over lines that were worth so much each, and
    no more is charged than it gave.
    """
    name, given = order.order_number, order.promotion
    shares = tuple(line.promotion_share for line in order.lines)
    if given is None:
        if order.clawback or any(shares) or any(line.let_down for line in order.lines):
            yield f"I41 {name}: {order.clawback} and {shares} of no promotion"
        return
    shared = 0 if given.freight else given.given
    if shares != (*split(shared, worth), *(0 for _ in order.lines[len(worth) :])):
        yield f"I41 {name}: shares {shares} of {given}"
    if not 0 <= given.given <= (given.freight or given.worth):
        yield f"I41 {name}: {given.given} given of {given}"
    if not 0 <= order.clawback <= given.given:
        yield f"I41 {name}: {order.clawback} charged of {given.given}"
    for line in order.lines:
        if not 0 <= line.let_down <= line.cancelled:
            yield f"I41 {name}/{line.line_number}: {line.let_down} of {line.cancelled} called off"


def clawed_back(order: Order) -> Iterator[str]:
    """I41: where less is left than a promotion asks for, what it gave on the rest is charged, and
    nothing where enough is. Between two events of one command the charge may still be to come.
    """
    given = order.promotion
    if given is None or order.status == "draft":
        return
    worth = on_rest = rest = 0
    unwanted: Counter[int] = Counter()
    for line in reversed(order.lines):
        number = line.line_number
        unwanted[number] += sum(
            row.inspected - row.in_repair - row.given_back
            for back in order.returns
            if back.liability == "customer"
            for row in back.rows
            if row.line_number == number
        )
        stood_for = [it.rows for it in order.claims if it.claim_number == line.exchange_for]
        for row in stood_for[0] if stood_for else ():
            old = order.line(row.line_number)
            if old and old.sku == line.sku:
                moved = min(unwanted[number], row.quantity)
                unwanted.update({number: -moved, row.line_number: moved})
    for line in order.lines:
        price = line.unit_price if line.first_price is None else line.first_price
        value = price * line.ordered - line.discount - line.discount_share + line.promotion_share
        sent_back = unwanted[line.line_number]
        live = line.ordered - line.cancelled
        worth += telescoped(value, live + line.let_down, line.ordered)
        worth -= telescoped(value, sent_back, line.ordered)
        on_rest += telescoped(line.promotion_share, live, line.ordered)
        on_rest -= telescoped(line.promotion_share, line.credited_back, line.ordered)
        rest += live - line.credited_back
    if given.freight:
        on_rest = given.given if rest else 0
    due = on_rest if worth < given.threshold and not given.kept else 0
    if order.clawback != due:
        yield f"I41 {order.order_number}: {order.clawback} charged, {due} for {worth} kept"


def store_credit(world: World) -> Iterator[str]:
    """I19: issued − redeemed − expired ≥ 0, each credit for one refund, each payment from one."""
    refunds: dict[str, tuple[str, int]] = {}
    paid: Counter[str] = Counter()
    for order in world.orders.values():
        for refund in order.refunds:
            if refund.credit_number in refunds:
                yield f"I19 {refund.credit_number}: stands for two refunds"
            if refund.credit_number:
                refunds[refund.credit_number] = refund.refund_number, refund.amount
                if refund.status != "succeeded":
                    yield f"I19 {refund.refund_number}: is credit, and {refund.status}"
            elif refund.tender == "store_credit":
                yield f"I19 {refund.refund_number}: store credit became money"
        for payment in order.payments:
            if payment.tender == "store_credit":
                paid[payment.reference] += payment.amount
    issued = 0
    for customer in world.customers.values():
        for credit in customer.store_credits:
            number, issued = credit.credit_number, issued + 1
            if credit.amount - credit.redeemed - credit.expired < 0 or credit.expired < 0:
                yield f"I19 {number}: {credit.redeemed} + {credit.expired} of {credit.amount}"
            if credit.redeemed != paid[number]:
                yield f"I19 {number}: redeemed {credit.redeemed}, payments {paid[number]}"
            if refunds.pop(number, None) != (credit.refund_number, credit.amount):
                yield f"I19 {number}: is not what {credit.refund_number} gave"
            if customer.merged_into:
                yield f"I29 {number}: {customer.customer_id}'s, who was merged"
    for number in refunds:
        yield f"I19 {number}: in no customer's file"
    if issued != world.counters.get("store_credit", 0):
        yield f"I19 {issued} credits, last number {world.counters.get('store_credit', 0)}"
