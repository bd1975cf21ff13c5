"""What is drawn from a bank, and what the answers add up to."""

from fractions import Fraction

from tests.training.test_questions import GIVEN, question
from trainer.training.quiz import by_skill, pick

BANK = [
    question("true_false", id=f"q{number}", skill=f"skill-{number % 3}", topic=f"1.{number % 4}")
    for number in range(12)
]


def test_each_skill_is_asked_and_no_question_twice() -> None:
    for seed in range(100):
        chosen = pick(BANK, seed, size=5)
        assert len(chosen) == len(set(chosen)) == 5
        assert {q.skill for q in BANK if q.id in chosen} == {"skill-0", "skill-1", "skill-2"}


def test_a_small_quiz_still_asks_every_skill() -> None:
    assert len(pick(BANK, 1, size=1)) == 3


def test_a_small_bank_is_asked_whole() -> None:
    assert sorted(pick(BANK[:4], 1, size=8)) == ["q0", "q1", "q2", "q3"]


def test_the_seed_decides_and_every_question_has_its_day() -> None:
    assert pick(BANK, 5) == pick(BANK, 5)
    seen = {name for seed in range(40) for name in pick(BANK, seed, size=4)}
    assert seen == {q.id for q in BANK}
    firsts = {pick(BANK, seed, size=4)[0] for seed in range(40)}
    assert len(firsts) > 6


def test_what_was_asked_before_comes_last() -> None:
    first = pick(BANK, 1, size=6)
    assert set(pick(BANK, 2, avoid=first, size=6)).isdisjoint(first)
    assert len(set(pick(BANK, 2, avoid=first, size=8)) & set(first)) == 2


def test_a_skill_adds_up_with_the_rows_it_was_about() -> None:
    shares = [(BANK[0], Fraction(1)), (BANK[3], Fraction(1, 2)), (BANK[1], Fraction(0))]
    scores = {score.skill: score for score in by_skill(shares)}
    assert scores["skill-0"] == ("skill-0", Fraction(3, 2), 2, ("1.0", "1.3"))
    assert scores["skill-1"].earned == 0


def test_examples_of_every_kind_make_a_quiz() -> None:
    every = [question(kind) for kind in GIVEN]
    assert len(pick(every, 1, size=8)) == 8
