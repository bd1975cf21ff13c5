"""The gateway answers about a card: yes or no within the hour, twice, or so late that we give up.
Days later a customer may have their bank take the money back.

Always the same way for the same authorisation of the same variant.
"""

from collections.abc import Iterator
from typing import Final, Literal, get_args

from trainer.orders.cards import (
    AnswerAuthorisation,
    AuthorisationRequested,
    CardAnswer,
    PaymentCaptured,
)
from trainer.orders.chargebacks import (
    AnswerChargeback,
    ChargebackContested,
    ChargebackRaised,
    RaiseChargeback,
)
from trainer.orders.engine import Command, Envelope, Recorded
from trainer.orders.values import DAY, HOUR, MINUTE
from trainer.orders.world import ChargebackReason, Order, Policies, World
from trainer.simulation.chance import between

DISPUTES: Final[tuple[ChargebackReason, ...]] = get_args(ChargebackReason)


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """What the card's bank makes of a question."""
    event = entry.event
    yield from _disputes(entry, world, seed)
    if not isinstance(event, AuthorisationRequested):
        return
    order, held, policies = event.order_number, event.authorisation_number, world.policies
    at = entry.at + between(10, 40, seed, entry.number, "card") * MINUTE
    outcome = fate(policies, entry.number, seed)
    if outcome == "unanswered":
        granted = between(0, 1, seed, entry.number, "granted") == 1
        silence = AnswerAuthorisation(order, held, outcome, granted)
        yield _answer(entry, "card", at, silence)
        truth: CardAnswer = "authorised" if granted else "declined"
        late = at + between(3, 8, seed, entry.number, "late") * HOUR
        yield _answer(entry, "card-late", late, AnswerAuthorisation(order, held, truth))
        return
    answer = AnswerAuthorisation(order, held, outcome)
    yield _answer(entry, "card", at, answer)
    if between(1, 100, seed, entry.number, "twice") <= policies.card_repeated_percent:
        yield _answer(entry, "card-again", at + MINUTE, answer)


def _disputes(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """Now and then a customer calls their bank; it decides by what it is shown, or by silence."""
    event = entry.event
    if isinstance(event, PaymentCaptured):
        drawn = between(1, 100, seed, entry.number, "chargeback")
        if drawn > world.policies.chargeback_percent:
            return
        why = DISPUTES[between(0, len(DISPUTES) - 1, seed, entry.number, "dispute")]
        at = entry.at + between(3, 10, seed, entry.number, "calls the bank") * DAY
        raised = RaiseChargeback(event.order_number, event.authorisation_number, event.amount, why)
        yield _answer(entry, "chargeback", at, raised)
    if isinstance(event, ChargebackRaised):
        silence = AnswerChargeback(event.order_number, event.chargeback_number, "lost")
        yield _answer(entry, "too-late", event.respond_by + MINUTE, silence)
    if isinstance(event, ChargebackContested):
        order = world.orders[event.order_number]
        outcome: Literal["won", "lost"] = "won" if _convincing(order) else "lost"
        at = entry.at + between(2, 6, seed, entry.number, "decides") * DAY
        decided = AnswerChargeback(event.order_number, event.chargeback_number, outcome)
        yield _answer(entry, "decided", at, decided)


def _convincing(order: Order) -> bool:
    """All that left is signed for, and the customer has nothing to complain about."""
    there = all(line.delivered == line.shipped for line in order.lines)
    sent = any(line.delivered for line in order.lines)
    return sent and there and not (order.complaints or order.claims or order.returns)


def _answer(entry: Recorded, name: str, at: int, command: Command) -> Envelope:
    return Envelope(
        command_id=f"{entry.number}:{name}", actor="gateway", role="bank", at=at, command=command
    )


def fate(policies: Policies, number: int, seed: int) -> CardAnswer:
    """What the gateway says to the authorisation that was asked for in event `number`."""
    drawn = between(1, 100, seed, number, "authorisation")
    if drawn <= policies.card_unanswered_percent:
        return "unanswered"
    drawn -= policies.card_unanswered_percent
    return "declined" if drawn <= policies.card_declined_percent else "authorised"
