"""Customers answer what they are asked about their order, within hours and in their words."""

from datetime import date

import msgspec
import pytest

from tests.builders import ARMCHAIR, LAMP, WANTED, company
from tests.story import given
from trainer.orders.engine import Envelope
from trainer.orders.intake import ReceiveMessage
from trainer.orders.questions import AskCustomer
from trainer.orders.values import DAY, HOUR, day_of
from trainer.orders.world import Defect, RequestLine, Topic, World
from trainer.simulation import replies

ORDERED = msgspec.structs.replace(WANTED, lines=(RequestLine(ARMCHAIR, 2), RequestLine(LAMP, 12)))
LOCALES = ("en_US", "zh_CN", "zh_TW")


def asked(about: Topic, *defects: Defect, locale: str = "en_US", seed: int = 7) -> Envelope:
    """What the customer does about a question."""
    world = company()
    at_home = msgspec.structs.replace(world.company, locale=locale)
    story = given(
        ReceiveMessage(
            "M-1", "email", "Olive Otter", "Order", "…", request=ORDERED, defects=defects
        ),
        AskCustomer("M-1", about),
        world=msgspec.structs.replace(world, company=at_home),
    )
    (answer,) = replies.react(story.entries[-1], story.world, seed)
    return answer


def test_the_answer_comes_within_working_hours_and_is_always_the_same() -> None:
    asked_at = company().now
    found = {asked("address", seed=seed).at for seed in range(40)}
    assert len(found) > 10
    for at in found:
        assert asked_at + HOUR <= at <= asked_at + 3 * DAY
        assert 8 * HOUR <= at % DAY < 18 * HOUR
        assert day_of(at).weekday() < 5
    assert asked("address", seed=3) == asked("address", seed=3)
    assert asked("address").role == "customer"


def test_two_answers_never_come_in_one_moment() -> None:
    story = given(
        ReceiveMessage("M-1", "email", "Olive Otter", "Order", "…", request=ORDERED),
        AskCustomer("M-1", "address"),
        AskCustomer("M-1", "quantity"),
    )
    world: World = story.world
    for seed in range(300):
        (first,) = replies.react(story.entries[-2], world, seed)
        (second,) = replies.react(story.entries[-1], world, seed)
        assert first.at != second.at


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    ("defect", "says"),
    [
        (Defect("missing_address"), ORDERED.ship_to.street),
        (Defect("missing_address"), ORDERED.ship_to.postal_code),
        (Defect("unknown_sku", 1, sku="LMP-0"), LAMP),
        (Defect("odd_quantity", 1, quantity=13), "12"),
        (Defect("vague_quantity", 0), "2"),
        (Defect("impossible_date", day=date(2026, 2, 1)), "12"),
    ],
)
def test_they_say_what_they_mean(defect: Defect, says: str, locale: str) -> None:
    slipped = asked(defect.topic, defect, locale=locale).command
    clear = asked(defect.topic, locale=locale).command
    assert says in slipped.body
    assert slipped.body != clear.body
    assert slipped.body.endswith("Olive Otter")
    # what is clear is not said again
    assert says not in clear.body


@pytest.mark.parametrize("locale", LOCALES)
def test_who_wrote_no_price_buys_by_the_list(locale: str) -> None:
    clear = asked("price", locale=locale).command.body
    wrong = asked("price", Defect("wrong_price", price=5), locale=locale).command.body
    assert clear != wrong
    assert clear.endswith("Olive Otter")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("slip", ["impossible_date", "wrong_price"])
def test_who_stands_by_it_says_so(slip: str, locale: str) -> None:
    day, about = date(2026, 3, 3), Defect(slip).topic  # type: ignore[arg-type]
    ways = {
        asked(about, Defect(slip, day=day, firm=firm), locale=locale).command.body  # type: ignore[arg-type]
        for firm in (True, False)
    }
    assert len(ways) == 2


def test_both_slips_of_one_kind_are_put_right_in_one_answer() -> None:
    slips = (Defect("odd_quantity", 1, quantity=13), Defect("vague_quantity", 0))
    body = asked("quantity", *slips).command.body
    assert ARMCHAIR in body
    assert LAMP in body


def test_nothing_else_makes_them_write() -> None:
    story = given(ReceiveMessage("M-1", "email", "Olive Otter", "Order", "…", request=ORDERED))
    assert list(replies.react(story.entries[-1], story.world, 7)) == []
