"""What whoever pays out card money keeps of it: so much of a thousand, and an amount for each
capture.

A batch with card payments is paid out less these fees; what went back to a card brings none of them
back.
"""

from trainer.orders.currencies import limit_in
from trainer.orders.refusals import Refusal
from trainer.orders.values import Minor, half_up
from trainer.orders.world import Order, Policies, World


class AcquirerFeeDiffers(Refusal, frozen=True):
    """A fee that nobody has agreed to is no reason why money is missing."""

    says = "{requested} is not what may be kept of the card payments of these orders."
    sums = "fees {limit} = kept of each capture by the company's rule; you asked {requested}"
    cure = "Add up the fees on the acquirer's statement; without card payments there are none."
    rests_on = ("card_fee_permille", "order_numbers")
    requested: Minor
    limit: Minor
    currency: str = ""


def keeps_fees(policies: Policies) -> bool:
    """Whether anything is kept of card payments."""
    return bool(policies.card_fee_permille or policies.card_fee or policies.card_fees)


def fee_for(policies: Policies, currency: str, amount: Minor) -> Minor:
    """What is kept of one capture, rounded half up, and never more than it."""
    apiece = limit_in(policies.card_fee, policies.card_fees, currency) or 0
    return min(half_up(amount * policies.card_fee_permille, 1000) + apiece, amount)


def fees_of(world: World, order: Order) -> Minor:
    """What is kept of all that was captured for an order."""
    return sum(
        fee_for(world.policies, order.currency, paid.amount)
        for paid in order.payments
        if paid.tender == "card"
    )


def fees_to_settle(world: World, order: Order) -> Minor:
    """What of that stands in no batch yet."""
    return fees_of(world, order) - order.card_fees
