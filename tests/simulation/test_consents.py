"""Customers who are asked for more: within hours, by how much it is, and in their words."""

import pytest

from tests.builders import ARMCHAIR, FIRST, HERON, LAMP, company, order_confirmed, order_paid
from tests.orders.test_repair_quotes import done, in_workshop, on_account, quote
from tests.story import given
from trainer.orders.engine import Envelope
from trainer.orders.payment import ReceiveTransfer
from trainer.orders.price_changes import AnswerPriceRise, AskPriceRise, ChangePrice
from trainer.orders.repair_quotes import AnswerRepairQuote
from trainer.orders.values import DAY, HOUR, day_of
from trainer.simulation import consents, customers
from trainer.simulation.agenda import Agenda, follow
from trainer.simulation.consents import willing, worth_it

PRICE = 19_999


def asked(percent: int, seed: int = 7) -> Envelope:
    """What the customer does about a price so many percent higher."""
    price = PRICE * (100 + percent) // 100
    story = given(order_confirmed(), AskPriceRise(FIRST, 1, price, "steel"))
    (answer,) = consents.react(story.entries[-1], story.world, seed)
    return answer


def test_the_answer_comes_within_working_hours_and_is_always_the_same() -> None:
    found = {asked(5, seed).at for seed in range(40)}
    assert len(found) > 10
    for at in found:
        assert company().now + HOUR <= at <= company().now + 4 * DAY
        assert 8 * HOUR <= at % DAY < 18 * HOUR
        assert day_of(at).weekday() < 5
    assert asked(5, 3) == asked(5, 3)


@pytest.mark.parametrize(("percent", "chance"), [(1, 100), (2, 100), (10, 68), (27, 0), (90, 0)])
def test_the_more_it_is_the_less_they_like_it(percent: int, chance: int) -> None:
    assert willing(percent, 100) == chance
    said = [asked(percent, seed).command for seed in range(200)]
    assert all(isinstance(answer, AnswerPriceRise) for answer in said)
    assert abs(sum(answer.agreed for answer in said) / 2 - chance) < 10


@pytest.mark.parametrize("percent", [1, 90])
def test_they_answer_in_their_words_to_what_they_were_asked(percent: int) -> None:
    command = asked(percent).command
    assert (command.order_number, command.line_number) == (FIRST, 1)
    assert ARMCHAIR in command.body
    assert "Olive Otter" in command.body
    assert command.agreed == (percent == 1)


def test_two_answers_never_come_in_one_moment() -> None:
    story = given(
        order_confirmed(lines={ARMCHAIR: 1, LAMP: 6}),
        AskPriceRise(FIRST, 1, PRICE + 1, "steel"),
        AskPriceRise(FIRST, 2, 5_000, "steel"),
    )
    for seed in range(300):
        first, second = (
            next(consents.react(entry, story.world, seed)) for entry in story.entries[-2:]
        )
        assert first.at != second.at


def test_what_a_rise_leaves_due_is_paid_as_any_amendment() -> None:
    story = given(
        order_paid(), AskPriceRise(FIRST, 1, PRICE + 100, "steel"),
        AnswerPriceRise(FIRST, 1, True, "Re", "yes"), ChangePrice(FIRST, 1, PRICE + 100, "agreed"),
    )  # fmt: skip
    (paid,) = customers.react(story.entries[-1], story.world, 7)
    assert isinstance(paid.command, ReceiveTransfer)
    assert paid.command.amount == 200


def test_who_has_not_paid_yet_pays_what_it_costs_now() -> None:
    story = given(order_confirmed())
    agenda = follow(Agenda(), story.entries[-1], story.world, 7)
    story = story.and_(ChangePrice(FIRST, 1, PRICE - 500, "agreed"))
    agenda = follow(agenda, story.entries[-1], story.world, 7)
    (paid,) = [e.command for e in agenda.due.values() if isinstance(e.command, ReceiveTransfer)]
    assert paid.amount == story.world.orders[FIRST].balance_due


@pytest.mark.parametrize(("percent", "chance"), [(1, 100), (20, 100), (45, 50), (70, 0)])
def test_the_dearer_a_repair_the_fewer_want_it(percent: int, chance: int) -> None:
    assert worth_it(percent, 100) == chance
    story = in_workshop().and_(quote(39_998 * percent // 100))
    said = [
        next(consents.react(story.entries[-1], story.world, seed)).command for seed in range(200)
    ]
    assert all(isinstance(answer, AnswerRepairQuote) for answer in said)
    assert abs(sum(answer.agreed for answer in said) / 2 - chance) < 10


def test_the_price_of_a_repair_is_paid_before_the_goods_go_back() -> None:
    story = in_workshop().and_(quote(5_000))
    answer = next(consents.react(story.entries[-1], story.world, 7))
    story = story.and_(answer.command)
    (paid,) = customers.react(story.entries[-1], story.world, 7)
    assert isinstance(paid.command, ReceiveTransfer)
    assert paid.command.amount == 5_000


def test_what_is_beyond_repair_is_not_paid_for() -> None:
    story = in_workshop().and_(quote(5_000))
    answer = next(consents.react(story.entries[-1], story.world, 7))
    agenda = Agenda()
    for step in (answer.command, done("beyond_repair")):
        known = len(story.entries)
        story = story.and_(step)
        for entry in story.entries[known:]:
            agenda = follow(agenda, entry, story.world, 7)
    assert not [e for e in agenda.due.values() if isinstance(e.command, ReceiveTransfer)]


def test_on_account_the_invoice_is_waited_for() -> None:
    story = on_account().and_(quote(5_000))
    answer = next(consents.react(story.entries[-1], story.world, 7))
    story = story.and_(answer.command)
    assert story.world.orders[FIRST].customer_id == HERON
    assert not list(customers.react(story.entries[-1], story.world, 7))
