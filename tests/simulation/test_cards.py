"""The gateway about cards: later, no, silent, late, or twice; timers and customers follow."""

import pytest

from tests.builders import FIRST, OTTER, SECOND, order_confirmed
from tests.orders.test_cards import ASKED, DUE, NO, NUMBER, YES, by_card
from tests.orders.test_store_credit import FIRST_CREDIT, KEEP, agreed
from tests.story import Story, given
from trainer.orders.cards import (
    AnswerAuthorisation,
    AuthorisePayment,
    CapturePayment,
    ExpireAuthorisation,
)
from trainer.orders.engine import Envelope
from trainer.orders.expiry import ExpireOrder
from trainer.orders.payment import ReceiveTransfer
from trainer.orders.store_credit import ExpireStoreCredit, RedeemStoreCredit
from trainer.orders.values import DAY, HOUR
from trainer.orders.world import Policies
from trainer.simulation import cards
from trainer.simulation.agenda import Agenda, follow


def asked(**rules: object) -> Story:
    """A card that has just been asked about."""
    return given(order_confirmed(), ASKED, world=by_card(**rules))


def due(story: Story, kind: type) -> list[Envelope]:
    """What somebody will do after the story's last event, of one kind."""
    agenda = follow(Agenda(), story.entries[-1], story.world, 7)
    return sorted((e for e in agenda.due.values() if isinstance(e.command, kind)),
                  key=lambda e: e.at)  # fmt: skip


def answers(story: Story) -> list[AnswerAuthorisation]:
    """What the gateway will say, in its order."""
    found = due(story, AnswerAuthorisation)
    assert all(e.role == "bank" and e.at > story.world.now for e in found)
    return [e.command for e in found]


def test_it_answers_within_the_hour() -> None:
    assert answers(asked()) == [YES]
    (answer,) = due(asked(), AnswerAuthorisation)
    assert answer.at - asked().world.now <= HOUR


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [("card_declined_percent", "declined"), ("card_unanswered_percent", "unanswered")],
)
def test_it_declines_or_is_silent_as_often_as_ruled(rule: str, outcome: str) -> None:
    assert answers(asked(**{rule: 100}))[0].outcome == outcome
    policies = Policies(**{rule: 20})
    met = sum(cards.fate(policies, number, 7) == outcome for number in range(2_000))
    assert 340 <= met <= 460


def test_after_silence_the_truth_comes_late() -> None:
    story = asked(card_unanswered_percent=100)
    silence, late = answers(story)
    assert silence.outcome == "unanswered"
    assert late.outcome == ("authorised" if silence.granted else "declined")
    assert story.and_(silence).when(late).refusal is None


def test_an_answer_that_comes_twice_counts_once() -> None:
    story = asked(card_repeated_percent=100)
    first, second = answers(story)
    assert first == second
    assert story.and_(first).when(second).refusal is not None


def test_who_is_declined_sends_the_money() -> None:
    (transfer,) = due(asked().and_(NO), ReceiveTransfer)
    assert transfer.command.amount == DUE


def test_who_pays_by_card_sends_no_money_by_themselves() -> None:
    assert due(given(order_confirmed(), world=by_card()), ReceiveTransfer) == []


def test_what_a_card_promises_need_not_be_sent() -> None:
    story = asked().and_(NO)
    agenda = follow(Agenda(), story.entries[-1], story.world, 7)
    story.and_(AuthorisePayment(FIRST, DUE))
    agenda = follow(agenda, story.entries[-1], story.world, 7)
    story.and_(AnswerAuthorisation(FIRST, "AU-1-2", "authorised"))
    agenda = follow(agenda, story.entries[-1], story.world, 7)
    assert not any(isinstance(e.command, ReceiveTransfer) for e in agenda.due.values())


def test_a_promise_has_its_timer() -> None:
    story = asked().and_(YES)
    (lapse,) = due(story, ExpireAuthorisation)
    held = story.world.orders[FIRST].authorisations[0]
    assert (lapse.at, lapse.role) == (held.requested_at + 7 * DAY, "system")
    assert story.and_(CapturePayment(FIRST, NUMBER, DUE)).when(lapse.command).refusal is not None


def test_store_credit_has_its_timer() -> None:
    story = agreed().and_(KEEP)
    (lapse,) = due(story, ExpireStoreCredit)
    assert lapse.command == ExpireStoreCredit(OTTER, FIRST_CREDIT)
    story.and_(order_confirmed(SECOND), RedeemStoreCredit(SECOND, DUE))
    assert story.when(lapse.command, role="system").refusal is not None


def test_an_order_that_a_card_covers_is_not_called_off() -> None:
    story = given(order_confirmed(), world=by_card(unpaid_expiry_hours=72))
    agenda = follow(Agenda(), story.entries[-1], story.world, 7)
    assert any(isinstance(e.command, ExpireOrder) for e in agenda.due.values())
    for step in (ASKED, YES):
        story.and_(step)
        agenda = follow(agenda, story.entries[-1], story.world, 7)
    assert not any(isinstance(e.command, ExpireOrder) for e in agenda.due.values())
