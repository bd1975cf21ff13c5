"""Marks on words that somebody reviewed: about two sentences, wherever they stand."""

import pytest
from sqlalchemy import Engine, delete

from tests.store.conftest import ADA, BEN
from trainer.play.reviewing import Pair, Wording
from trainer.store.records import User
from trainer.store.reviews import SqlReviews


@pytest.fixture
def reviews(engine: Engine) -> SqlReviews:
    return SqlReviews(engine)


def pair(english: str, chinese: str) -> Pair:
    found = Wording("", {"en": english, "zh_Hans": chinese}).pair("zh_Hans")
    assert found
    return found


def test_a_mark_is_found_by_its_pair_and_by_either_side(reviews: SqlReviews) -> None:
    mine = pair("Hello", "您好")
    reviews.review([mine], ADA)
    for asked in (mine, pair("Hello", "喂"), pair("Good day", "您好")):
        [mark] = reviews.about([asked])
        assert (mark.pair, mark.reviewer) == (mine, "Ada")
    assert reviews.about([pair("Bye", "再见")]) == []
    assert reviews.about([]) == []


def test_who_was_first_stays_until_it_is_taken_back(reviews: SqlReviews) -> None:
    mine, other = pair("Hello", "您好"), pair("Bye", "再见")
    reviews.review([mine], ADA)
    reviews.review([mine, other, other], BEN)
    assert {it.pair: it.reviewer for it in reviews.about([mine, other])} == {
        mine: "Ada", other: "ben",
    }  # fmt: skip
    reviews.withdraw(mine)
    assert [it.pair for it in reviews.about([mine, other])] == [other]
    reviews.review([mine], BEN)
    assert {it.reviewer for it in reviews.about([mine])} == {"ben"}


def test_a_mark_outlives_who_made_it(reviews: SqlReviews, engine: Engine) -> None:
    mine = pair("Hello", "您好")
    reviews.review([mine], ADA)
    with engine.begin() as connection:
        connection.execute(delete(User).where(User.id == ADA))
    [mark] = reviews.about([mine])
    assert mark.reviewer == ""


def test_as_many_as_a_draft_can_have_are_asked_for(reviews: SqlReviews) -> None:
    every = [pair(f"Word {number}", f"词 {number}") for number in range(1_200)]
    reviews.review(every, ADA)
    assert {it.pair for it in reviews.about(every)} == set(every)
