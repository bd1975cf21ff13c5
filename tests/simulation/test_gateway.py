"""The payment gateway: it answers later, fails, is silent or says it twice, as often as ruled."""

import pytest

from tests.builders import FIRST, order_paid
from tests.orders.test_refunds import ASKED, CANCEL, NUMBER, ruled
from tests.story import Story, given
from trainer.orders.letters import amount_in_words
from trainer.orders.refunds import AnswerRefund, RetryRefund, ReverseRefund
from trainer.orders.world import Policies
from trainer.simulation import gateway
from trainer.simulation.agenda import Agenda, follow


def asked(**rules: int) -> Story:
    """A refund that has just been asked for."""
    return given(order_paid(), CANCEL, ASKED, world=ruled(**rules))


def answers(story: Story) -> list[AnswerRefund]:
    """What the gateway will say to the last event, by the agenda, in its order."""
    agenda, said = follow(Agenda(), story.entries[-1], story.world, 7), []
    while first := agenda.next():
        assert first.at > story.world.now
        assert first.role == "bank"
        said.append(first.command)
        agenda = agenda.without(first)
    return said


def test_it_pays_within_the_hour() -> None:
    assert answers(asked()) == [AnswerRefund(FIRST, NUMBER, "succeeded", tries=1)]


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [("refund_failed_percent", "failed"), ("refund_unanswered_percent", "unanswered")],
)
def test_it_fails_or_says_nothing_as_often_as_ruled(rule: str, outcome: str) -> None:
    (answer,) = answers(asked(**{rule: 100}))
    assert answer.outcome == outcome
    policies = Policies(**{rule: 20})
    met = sum(gateway.fate(policies, number, 7) == outcome for number in range(2_000))
    assert 340 <= met <= 460


def test_an_answer_that_comes_twice_pays_once() -> None:
    story = asked(refund_repeated_percent=100)
    first, second = answers(story)
    assert first == second
    story.and_(first)
    assert story.when(second).refusal is not None
    assert story.world.orders[FIRST].refunded == ASKED.amount


def test_each_try_is_answered() -> None:
    story = asked().and_(AnswerRefund(FIRST, NUMBER, "failed"), RetryRefund(FIRST, NUMBER))
    assert answers(story) == [AnswerRefund(FIRST, NUMBER, "succeeded", tries=2)]


def test_silence_hides_either_truth() -> None:
    story = asked(refund_unanswered_percent=100)
    hidden = {
        envelope.command.moved
        for seed in range(20)
        for envelope in gateway.react(story.entries[-1], story.world, seed)
    }
    assert hidden == {True, False}


def test_the_banks_letter_says_what_came_back_and_why() -> None:
    paid = AnswerRefund(FIRST, NUMBER, "succeeded")
    story = asked(refund_reversed_percent=100).and_(paid)
    met = set()
    for seed in range(12):
        due = follow(Agenda(), story.entries[-1], story.world, seed).due.values()
        (back,) = (e.command for e in due if isinstance(e.command, ReverseRefund))
        met.add(back.reversal)
        assert NUMBER in back.subject
        assert FIRST in back.body
        assert amount_in_words(ASKED.amount, "USD") in back.body
        assert back.body.count("Reason: ") == 1
    # of an account there are three things that can be wrong; of cards, none of these
    assert met == {"account_closed", "account_unknown", "name_mismatch"}


def test_where_a_scenario_asks_for_it_their_bank_sends_the_first_try_back() -> None:
    def sent_back(story: Story) -> list[str]:
        due = follow(Agenda(), story.entries[-1], story.world, 7).due.values()
        return [e.command.refund_number for e in due if isinstance(e.command, ReverseRefund)]

    paid = AnswerRefund(FIRST, NUMBER, "succeeded")
    assert sent_back(asked().and_(paid)) == []
    story = asked(refund_reversed_percent=100).and_(paid)
    assert sent_back(story) == [NUMBER]
    story.and_(ReverseRefund(FIRST, NUMBER), RetryRefund(FIRST, NUMBER))
    story.and_(AnswerRefund(FIRST, NUMBER, "succeeded", tries=2))
    assert sent_back(story) == []
