"""The gateway answers about a card: yes or no within the hour, twice, or so late that we give up.

Always the same way for the same authorisation of the same variant.
"""

from collections.abc import Iterator

from trainer.orders.cards import AnswerAuthorisation, AuthorisationRequested, CardAnswer
from trainer.orders.engine import Envelope, Recorded
from trainer.orders.values import HOUR, MINUTE
from trainer.orders.world import Policies, World
from trainer.simulation.chance import between


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """What the card's bank makes of a question."""
    event = entry.event
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


def _answer(entry: Recorded, name: str, at: int, command: AnswerAuthorisation) -> Envelope:
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
