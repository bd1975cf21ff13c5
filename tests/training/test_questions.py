"""Each kind of question: what is asked, read, judged and explained."""

from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from tests.builders import company
from trainer.catalog.worlds import make_world
from trainer.training.measuring import Figure
from trainer.training.questions import Fact, drawn, number_in, shuffled
from trainer.training.quiz import KINDS
from trainer.training.scenario import WorldSpec


def words(text: str) -> dict[str, str]:
    return {"en": text, "zh_Hans": text, "zh_Hant": text}


def says(text: str) -> dict[str, list[str]]:
    return {"en": [text], "zh_Hans": [f"{text}简"], "zh_Hant": [f"{text}繁"]}


def option(text: str, right: bool = False) -> dict[str, Any]:
    return {"says": words(text), "right": right} | ({} if right else {"why": words(f"not {text}")})


GIVEN: dict[str, dict[str, Any]] = {
    "choice": {"options": [option("a", True), option("b"), option("c"), option("d")]},
    "choices": {"options": [option("a", True), option("b", True), option("c"), option("d")]},
    "true_false": {"answer": "yes"},
    "numeric": {
        "ask": words("{units} at {price}?"),
        "why": words("{units} times {price} is {answer}"),
        "given": {"units": [3, 12], "price": [10, 90, 5]},
        "answer": "units * price",
        "unit": {"en": "yuan", "zh_Hans": "元", "zh_Hant": "元"},
        "mistakes": [
            {"answer": "units + price", "why": words("{units} and {price} are multiplied")}
        ],
    },
    "fill_in": {
        "ask": words("The order ___"),
        "accepts": says("confirmation"),
        "mistakes": [{"answer": says("receipt"), "why": words("that promises nothing")}],
    },
    "ordering": {"items": [words(item) for item in ("one", "two", "three", "four")]},
    "matching": {
        "pairs": [{"left": words(left), "right": words(f"to {left}")} for left in "xyz"],
        "extra": [words("to nothing")],
    },
    "figure": {"figure": {"name": "orders_open"}},
}


def question(kind: str, **more: Any) -> Any:
    common = {"id": f"some-{kind.replace('_', '-')}", "topic": "1.1", "skill": "order-flow"}
    common |= {"kind": kind, "ask": words("What?"), "why": words("Because")}
    return KINDS[kind].model_validate(common | GIVEN[kind] | more)


def met(kind: str, seed: int = 1, **more: Any) -> tuple[Any, Any]:
    """A question and what is asked."""
    found = question(kind, **more)
    return found, found.draw(seed, Fact("17", "CNY") if kind == "figure" else None)


def test_there_is_an_example_of_each_kind() -> None:
    assert list(GIVEN) == list(KINDS)


# --- all kinds --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(1, 13))
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_knows_its_right_wrong_and_invalid_answer(kind: str, seed: int) -> None:
    found, asked = met(kind, seed)
    samples = found.samples(asked)
    right, wrong = found.read(asked, samples.right), found.read(asked, samples.wrong)
    assert not right.errors
    assert found.judge(asked, right.answer).word == "right"
    assert not wrong.errors
    assert found.judge(asked, wrong.answer).word == "wrong"
    assert found.read(asked, samples.invalid).errors


@pytest.mark.parametrize("kind", KINDS)
def test_who_does_not_know_gets_nothing_and_is_told_what_is_right(kind: str) -> None:
    found, asked = met(kind)
    assert found.judge(asked, None).word == "wrong"
    lines = found.explain(asked, None)
    assert lines
    assert {line.mark for line in lines} == {"missed"}
    assert all(line.yours is None for line in lines)


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_answer_leaves_nothing_missed(kind: str) -> None:
    found, asked = met(kind)
    answer = found.read(asked, found.samples(asked).right).answer
    assert {line.mark for line in found.explain(asked, answer)} == {"right"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_asks_the_same(kind: str) -> None:
    assert met(kind, 7)[1] == met(kind, 7)[1]


@pytest.mark.parametrize("kind", ["choice", "choices", "numeric", "ordering", "matching"])
def test_other_seeds_ask_otherwise(kind: str) -> None:
    assert len({str(met(kind, seed)[1]) for seed in range(20)}) > 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sent", [{}, {"answer": ["\0"]}, {"answer": [""]}, {"answer-0": ["zz"]}])
def test_nonsense_is_never_an_answer(kind: str, sent: dict[str, list[str]]) -> None:
    found, asked = met(kind)
    if kind == "fill_in" and sent.get("answer") == ["\0"]:
        assert found.judge(asked, found.read(asked, sent).answer).word == "wrong"
    else:
        assert found.read(asked, sent).errors


def test_the_place_of_one_questions_answer_tells_nothing_of_anothers() -> None:
    """Over many seeds all sixteen pairs of places come about equally often."""
    pairs = Counter(
        (
            shuffled(4, seed, "question-a", "options")[0],
            shuffled(4, seed, "question-b", "options")[0],
        )
        for seed in range(3_200)
    )
    assert len(pairs) == 16
    assert all(140 < count < 260 for count in pairs.values()), pairs


def test_drawing_is_the_same_for_ever() -> None:
    """Old quizzes are drawn again when they are looked at: another number would change them."""
    assert drawn(1, "some-choice", "options", 0) == 14413003267107202087


# --- kind by kind -----------------------------------------------------------------------------


def test_a_choice_explains_what_was_chosen_and_what_was_right() -> None:
    found, asked = met("choice")
    lines = found.explain(asked, [1])
    assert {(line.says.en, line.mark) for line in lines} == {("a", "missed"), ("b", "wrong")}
    assert [line.why.en for line in lines if line.mark == "wrong"] == ["not b"]


def test_two_radio_buttons_cannot_be_pressed_at_once() -> None:
    found, asked = met("choice")
    assert found.read(asked, {"answer": ["a", "b"]}).errors == {"answer": "not_a_choice"}


@pytest.mark.parametrize(
    ("chosen", "share"),
    [([0, 1], 1), ([0], Fraction(1, 2)), ([0, 2], 0), ([0, 1, 2], Fraction(1, 2)), ([2, 3], 0),
     ([0, 1, 2, 3], 0)],
)  # fmt: skip
def test_of_several_each_right_one_counts_and_each_wrong_one_takes_away(
    chosen: list[int], share: Fraction
) -> None:
    found, asked = met("choices")
    assert found.judge(asked, chosen).share == share


@pytest.mark.parametrize(
    "typed", ["1,234.50", "１，２３４．５", " 1 234.5 ", "1234.5", "−1234.5", "1234.5%"]
)
def test_a_number_is_read_as_people_type_it(typed: str) -> None:
    assert abs(number_in(typed) or 0) == Fraction("1234.5")


@pytest.mark.parametrize("typed", ["12,34", "1.2.3", "a1", "1e9", "1/2", "٣", "--1", "."])
def test_what_is_no_number_is_not_taken_for_one(typed: str) -> None:
    assert number_in(typed) is None


def test_a_mistake_that_many_make_is_explained_with_its_numbers() -> None:
    found, asked = met("numeric")
    units, price = asked.given["units"], asked.given["price"]
    assert asked.ask.en == f"{units} at {price}?"
    assert price % 5 == 0
    wrong, missed = found.explain(asked, str(units + price))
    assert wrong.why.en == f"{units} and {price} are multiplied"
    assert missed.says.en == f"{units * price} yuan"
    assert found.because(asked).en == f"{units} times {price} is {units * price}"


@pytest.mark.parametrize(("typed", "word"), [("35", "right"), ("37", "right"), ("37.1", "wrong")])
def test_a_tolerance_is_a_distance(typed: str, word: str) -> None:
    found, asked = met("numeric", given={}, ask=words("?"), why=words("!"), mistakes=[],
                       answer="36", tolerance="1")  # fmt: skip
    assert found.judge(asked, typed).word == word


@pytest.mark.parametrize(
    "typed", ["CONFIRMATION", "ｃｏｎｆｉｒｍａｔｉｏｎ", "confirmation。", "confirmation简"]
)
def test_a_word_is_compared_as_it_is_meant(typed: str) -> None:
    found, asked = met("fill_in")
    assert found.judge(asked, found.read(asked, {"answer": [typed]}).answer).word == "right"


def test_a_word_that_many_mistake_is_explained() -> None:
    found, asked = met("fill_in")
    wrong, missed = found.explain(asked, "Receipt")
    assert wrong.why.en == "that promises nothing"
    assert missed.says.zh_Hant == "confirmation繁"


def test_steps_never_stand_in_order_when_they_are_shown() -> None:
    for seed in range(200):
        _, asked = met("ordering", seed)
        assert asked.row_order != tuple(range(4)), seed


@pytest.mark.parametrize(
    ("order", "share"),
    [([0, 1, 2, 3], 1), ([1, 2, 3, 0], Fraction(2, 3)), ([3, 2, 1, 0], 0),
     ([0, 1, 3, 2], Fraction(1, 3))],
)  # fmt: skip
def test_steps_that_follow_each_other_count(order: list[int], share: Fraction) -> None:
    found, asked = met("ordering")
    assert found.judge(asked, order).share == share


def test_two_steps_cannot_both_be_first() -> None:
    found, asked = met("ordering")
    sent = {f"answer-{row}": [key] for row, key in enumerate("aabc")}
    assert found.read(asked, sent).errors == {"answer-0": "twice", "answer-1": "twice"}


def test_pairs_count_one_by_one() -> None:
    found, asked = met("matching")
    assert found.judge(asked, [0, 2, 3]).share == Fraction(1, 3)
    marks = {line.says.en: (line.mark, line.yours.en) for line in found.explain(asked, [0, 2, 3])}
    assert marks == {
        "x – to x": ("right", "to x"),
        "y – to y": ("wrong", "to z"),
        "z – to z": ("wrong", "to nothing"),
    }


def test_which_row_is_left_open_is_said() -> None:
    found, asked = met("matching")
    sent = {"answer-0": ["a"], "answer-2": ["y"]}
    errors = found.read(asked, sent).errors
    assert errors == {"answer-1": "needed", "answer-2": "not_a_choice"}


# --- figures of one's own sandbox -------------------------------------------------------------


@pytest.fixture(scope="module")
def world() -> Any:
    return make_world(WorldSpec(orders=120, days=60, products=12, customers=8), "zh_CN", 1)


@pytest.mark.parametrize(
    "name",
    ["orders_open", "on_time_in_full", "sales", "lead_time", "best_customer", "bottleneck",
     "cost_per_order", "best_product", "least_punctual_carrier"],
)  # fmt: skip
def test_a_figure_is_asked_and_its_own_answer_is_right(world: Any, name: str) -> None:
    offered = name in ("bottleneck", "least_punctual_carrier")
    why = "The longest one." if offered else "It is {answer}."
    found: Figure = question("figure", figure={"name": name}, why=words(why))
    fact = found.fact(world)
    assert fact
    asked = found.draw(1, fact)
    samples = found.samples(asked)
    for sent, word in ((samples.right, "right"), (samples.wrong, "wrong")):
        read = found.read(asked, sent)
        assert not read.errors, (sent, fact)
        assert found.judge(asked, read.answer).word == word, (sent, fact)
    assert found.read(asked, samples.invalid).errors
    shown = found.right_words(asked).en
    assert found.because(asked).en == why.replace("{answer}", shown)
    if fact.name and not fact.codes:
        assert found.judge(asked, f" {fact.name.upper()} ").word == "right"
    elif not fact.codes:
        assert found.judge(asked, shown.removesuffix(" CNY")).word == "right"


def test_what_cannot_be_measured_is_not_asked(world: Any) -> None:
    assert question("figure", figure={"name": "on_time"}).fact(company()) is None
    unknown = question("figure", figure={"name": "units_available", "sku": "NO-SUCH"})
    assert unknown.fact(world) is None
    found = question("figure")
    with pytest.raises(ValueError, match="no sandbox"):
        found.draw(1)


# --- what authors may not write ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "wrong", "told"),
    [
        ("choice", {"options": [option("a"), option("b")]}, "0 options are right"),
        ("choice", {"options": [option("a", True), {"says": words("b")}]}, "does not say why"),
        ("choice", {"options": [option("a", True), option("A ")]}, "two options read a"),
        ("choices", {"options": [option("a", True), option("b", True)]}, "2 of 2 options"),
        ("numeric", {"answer": "units ** 2"}, "no place in a sum"),
        ("numeric", {"answer": "units * tax"}, "tax is not given"),
        ("numeric", {"given": {"units": [3, 12], "price": [9, 3]}}, "nothing to draw"),
        ("numeric", {"answer": "1 / (units - 3)"}, "divides by zero"),
        ("numeric", {"tolerance": "0 - 1"}, "below 0"),
        ("numeric", {"ask": words("{boxes}?")}, "nothing is called boxes"),
        ("numeric", {"answer": "units", "ask": words("{units}?")}, "price is given, and nothing"),
        ("fill_in", {"ask": words("no gap")}, "there must be one gap"),
        ("fill_in", {"accepts": says("receipt")}, "is accepted and a mistake"),
        ("ordering", {"items": [words("one"), words("two"), words("one")]}, "two items read one"),
        ("matching", {"extra": [words("to x")]}, "two on the right read to x"),
        ("figure", {"figure": {"name": "order_total", "order": "first"}}, "cannot name an order"),
        ("figure", {"tolerance": "-1"}, "below 0"),
        ("figure", {"figure": {"name": "bottleneck"}, "why": words("{answer}")}, "called answer"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(kind: str, wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        question(kind, **wrong)
