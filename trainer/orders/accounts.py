"""What must be true of cards' promises and of customers' credit, added up again from the records.

A part of `invariants`: it looks, and shares no sum with the guards.
"""

from collections import Counter
from collections.abc import Iterator

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
