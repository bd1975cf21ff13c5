"""What a repair costs whoever broke it: quoted first, and begun once the customer has said yes.

Only where the fault is the customer's, and the company works so; every other repair is free. The
price is charged when they agree, and is dropped again for what turns out to be beyond repair. Who
says no gets the goods back as they are.
"""

from typing import ClassVar

import msgspec

from trainer.orders.engine import (
    Answer,
    Envelope,
    OrderCommand,
    OrderEvent,
    Role,
    decides,
    evolves,
)
from trainer.orders.letters import quoting_repair
from trainer.orders.payment import InvalidAmount
from trainer.orders.refusals import MissingField, Refusal, UnknownLine
from trainer.orders.returns import (
    LiabilityUndetermined,
    RepairExceedsInRepair,
    at_stage,
    needs_quote,
    with_return,
)
from trainer.orders.stand_ins import value_of
from trainer.orders.values import Minor, Moment
from trainer.orders.world import (
    Message,
    Order,
    OrderLine,
    QuoteAnswer,
    RepairQuote,
    Return,
    ReturnRow,
    World,
)

# --- commands ---------------------------------------------------------------------------------


class QuoteRepair(OrderCommand, frozen=True):
    """Tell the customer what the repair of a line's goods in the workshop would cost them."""

    rma_number: str
    line_number: int
    price: Minor


class AnswerRepairQuote(OrderCommand, frozen=True):
    """The customer says whether they have it repaired at that price."""

    roles: ClassVar[frozenset[Role]] = frozenset({"customer", "system"})
    rma_number: str
    line_number: int
    agreed: bool
    subject: str
    body: str


# --- events -----------------------------------------------------------------------------------


class RepairQuoted(OrderEvent, frozen=True):
    """Our letter is on its way; the workshop waits."""

    says = "Quoted {price} for the repair of {quantity} of line {line_number} ({rma_number})"
    rma_number: str
    line_number: int
    quantity: int
    price: Minor
    value: Minor
    """What the customer paid for these units."""
    recipient: str = ""
    text: str = ""


class RepairQuoteAnswered(OrderEvent, frozen=True):
    """Their answer lies in the inbox."""

    says = "{sender} answered about the repair of {rma_number} for {price}: {outcome}"
    rma_number: str
    line_number: int
    price: Minor
    outcome: QuoteAnswer
    reply_id: str
    sender: str
    subject: str
    body: str


class RepairCharged(OrderEvent, frozen=True):
    """The customer has agreed, and owes the price of it."""

    says = "{amount} charged for the repair of {rma_number}"
    rma_number: str
    line_number: int
    amount: Minor


# --- refusals ---------------------------------------------------------------------------------


class RepairIsFree(Refusal, frozen=True):
    """Who did not break it does not pay for it."""

    says = "The repair of return {rma_number} costs the customer nothing; liable: {liability}."
    cure = "Finish the repair; only what the customer is liable for is quoted, where we quote."
    rests_on = ("repair_quotes",)
    rma_number: str
    liability: str


class AlreadyQuoted(Refusal, frozen=True):
    """Who has a quote is not pressed with another one."""

    says = (
        "Nothing of line {line_number} waits for a quote of {requested}; the last one: {outcome}."
    )
    sums = "in repair {in_repair} − agreed to {agreed}; quoted {price} already"
    cure = (
        "Wait for the answer, it comes into the inbox. What they agree to is repaired; after a no "
        "ask for less, or give the goods back."
    )
    rests_on = ("rma_number",)
    line_number: int
    requested: Minor
    outcome: str
    in_repair: int
    agreed: int
    price: Minor
    currency: str = ""


class QuoteExceedsValue(Refusal, frozen=True):
    """Nobody has something repaired for more than a new one costs."""

    says = "A repair of {quantity} of line {line_number} is not worth {requested}."
    sums = "quote ≤ paid for them {limit}; you asked {requested}"
    cure = "Quote at most {limit}; what costs more to repair is better scrapped and credited."
    rests_on = ("rma_number",)
    line_number: int
    quantity: int
    limit: Minor
    requested: Minor
    currency: str = ""


class NoQuoteOpen(Refusal, frozen=True):
    """An answer to what nobody asked."""

    says = "No quote for line {line_number} of return {rma_number} waits for an answer."
    cure = "Quote the repair first."
    rma_number: str
    line_number: int


# --- deciding ---------------------------------------------------------------------------------


def unquoted(back: Return, row: ReturnRow) -> int:
    """Units of a row in the workshop that the customer has not agreed to have repaired."""
    return row.in_repair - back.quoted(row.line_number, "said_yes")


def most(line: OrderLine, units: int) -> Minor:
    """What the repair of so many units may cost: what was paid for them, rounded to no less than
    the smallest amount there is.
    """
    return max(value_of(line, units), 1)


@decides(QuoteRepair)
def quote_repair(world: World, order: Order, command: QuoteRepair, by: Envelope) -> Answer:
    """Where the customer is liable, for all that waits in the workshop, up to what it is worth."""
    back = at_stage(order, command.rma_number, "in_repair")
    if isinstance(back, Refusal):
        return back
    row, line = back.row(command.line_number), order.line(command.line_number)
    if row is None or line is None:
        return UnknownLine(order_number=order.order_number, line_number=command.line_number)
    if world.policies.repair_quotes and back.undetermined:
        return LiabilityUndetermined(back.rma_number)
    if not needs_quote(world, back, line):
        return RepairIsFree(back.rma_number, back.liability or "")
    if not row.in_repair:
        return RepairExceedsInRepair(line_number=row.line_number, limit=0, requested=1)
    if command.price <= 0:
        return InvalidAmount(requested=command.price, currency=order.currency)
    units = unquoted(back, row)
    last = next((q for q in reversed(back.quotes) if q.line_number == row.line_number), None)
    waits = last is not None and last.answer == "awaited"
    # per unit: more may have come into the workshop since
    pressed = (
        last is not None
        and last.answer == "said_no"
        and last.left > 0
        and command.price * last.quantity >= last.price * units
    )
    if not units or waits or pressed:
        return AlreadyQuoted(
            line_number=row.line_number,
            requested=command.price,
            outcome=last.answer if last else "said_yes",
            in_repair=row.in_repair,
            agreed=row.in_repair - units,
            price=last.price if last else 0,
            currency=order.currency,
        )
    limit = most(line, units)
    if command.price > limit:
        return QuoteExceedsValue(
            row.line_number, units, limit, requested=command.price, currency=order.currency
        )
    customer = world.customers[order.customer_id].addressed("after_sales")
    if not customer.reached_at:
        return MissingField(field="email_or_phone")
    return (
        RepairQuoted(
            order_number=order.order_number,
            rma_number=back.rma_number,
            line_number=row.line_number,
            quantity=units,
            price=command.price,
            value=limit,
            recipient=customer.reached_at,
            text=quoting_repair(world, order, line, units, command.price, back.rma_number),
        ),
    )


@decides(AnswerRepairQuote)
def answer_repair_quote(
    world: World, order: Order, command: AnswerRepairQuote, by: Envelope
) -> Answer:
    """Only what was quoted, once; a yes is charged in the same breath."""
    back = order.returned(command.rma_number)
    number = command.line_number
    open_ = back.open_quote(number) if back else None
    if back is None or open_ is None:
        return NoQuoteOpen(command.rma_number, number)
    answered = RepairQuoteAnswered(
        order_number=order.order_number,
        rma_number=back.rma_number,
        line_number=number,
        price=open_.price,
        outcome="said_yes" if command.agreed else "said_no",
        reply_id=f"quote-{world.number + 1}-{order.order_number}",
        sender=world.customers[order.customer_id].addressed("after_sales").contact,
        subject=command.subject,
        body=command.body,
    )
    if not command.agreed:
        return (answered,)
    return (answered, RepairCharged(order.order_number, back.rma_number, number, open_.price))


# --- evolving ---------------------------------------------------------------------------------


@evolves(RepairQuoted)
def repair_quoted(world: World, order: Order, event: RepairQuoted, at: Moment) -> World:
    """One more quote; of one that was declined only what went back stays on it."""
    back = order.returned(event.rma_number)
    assert back is not None
    kept = []
    for quote in back.quotes:
        declined = quote.line_number == event.line_number and quote.answer == "said_no"
        if declined and quote.left:
            quote = msgspec.structs.replace(quote, quantity=quote.quantity - quote.left)
        if quote.quantity:
            kept.append(quote)
    new = RepairQuote(event.line_number, event.quantity, event.price, at)
    return world.with_order(with_return(order, event.rma_number, quotes=(*kept, new)))


@evolves(RepairQuoteAnswered)
def repair_quote_answered(
    world: World, order: Order, event: RepairQuoteAnswered, at: Moment
) -> World:
    """One more message in the inbox, and the quote knows it; a yes counts once it is charged."""
    answer: QuoteAnswer = "said_no" if event.outcome == "said_no" else "awaited"
    about = event.rma_number, event.line_number
    quotes = _answered(order, *about, answer=answer, reply_id=event.reply_id)
    world = world.with_message(
        Message.about(order, event.reply_id, event.sender, event.subject, event.body, at)
    )
    return world.with_order(with_return(order, event.rma_number, quotes=quotes))


@evolves(RepairCharged)
def repair_charged(world: World, order: Order, event: RepairCharged, at: Moment) -> World:
    """They have agreed, and there is more to pay."""
    quotes = _answered(order, event.rma_number, event.line_number, answer="said_yes")
    order = msgspec.structs.replace(order, repair_fees=order.repair_fees + event.amount)
    return world.with_order(with_return(order, event.rma_number, quotes=quotes))


def _answered(
    order: Order, rma_number: str, line_number: int, **changes: object
) -> tuple[RepairQuote, ...]:
    """The quotes of a return, the open one for a line with what has become of it."""
    back = order.returned(rma_number)
    assert back is not None
    open_ = back.open_quote(line_number)
    return tuple(
        msgspec.structs.replace(quote, **changes) if quote is open_ else quote
        for quote in back.quotes
    )
