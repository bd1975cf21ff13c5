"""What is kept of mastery: evidence replaced as a whole, cards that move on once."""

from fractions import Fraction

import msgspec
from sqlalchemy import Engine

from tests.store.conftest import ADA, BEN
from trainer.play.mastery import Card
from trainer.store.mastery import SqlMastery
from trainer.training.mastery import Evidence
from trainer.training.review import reviewed


def evidence(what: str = "goal", right: bool = True) -> Evidence:
    return Evidence("order-entry", "exercise", "ways-in", "key", what, 7, True, right, 1e9)


def card(at: float = 1e9, reviews: int = 1) -> Card:
    memory = reviewed(None, "good", at)
    return Card("gone", "01-overview", memory, reviews, 5, {"answer": [1]}, Fraction(1, 3))


def test_evidence_of_an_attempt_is_replaced_and_is_ones_own(engine: Engine) -> None:
    store = SqlMastery(engine)
    store.keep(ADA, "key", 3, [evidence(), evidence("other")], [])
    store.keep(ADA, "key", 5, [evidence(right=False)], [])
    store.keep(BEN, "key", 2, [], [])
    assert store.evidence(ADA) == [evidence(right=False)]
    assert store.evidence(BEN) == []
    assert (store.read_so_far(ADA), store.read_so_far(BEN)) == ({"key": 5}, {"key": 2})


def test_a_card_comes_back_as_it_was_kept(engine: Engine) -> None:
    store = SqlMastery(engine)
    store.keep(ADA, "key", 1, [], [card()])
    assert store.cards(ADA) == {"gone": card()}
    assert store.cards(BEN) == {}


def test_an_older_answer_does_not_undo_a_later_review(engine: Engine) -> None:
    store = SqlMastery(engine)
    store.keep(ADA, "key", 1, [], [card(2e9, 4)])
    store.keep(ADA, "key", 2, [], [card(1e9, 1)])
    assert store.cards(ADA)["gone"].reviews == 4


def test_of_two_pages_one_moves_the_card(engine: Engine) -> None:
    store = SqlMastery(engine)
    store.keep(ADA, "key", 1, [], [card()])
    second = msgspec.structs.replace(card(2e9), reviews=2)
    assert store.answered(ADA, second)
    assert not store.answered(ADA, second)
    assert store.cards(ADA)["gone"] == second
