"""Banks of questions: every shipped one can be asked and answered; a broken one says where."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.catalog.test_loader import written
from trainer import paths
from trainer.catalog.banks import load_bank, load_banks
from trainer.catalog.loader import ScenarioErrors
from trainer.catalog.question_proof import SEEDS, prove_question
from trainer.catalog.worlds import make_world
from trainer.training.quiz import SIZE, pick
from trainer.training.scenario import WorldSpec
from trainer.training.texts import untranslated

BANKS, PROBLEMS = load_banks(paths.SCENARIOS)
TEMPLATES = load_bank(paths.SCENARIOS / "question-templates.yaml").bank
"""One of each kind."""
QUESTIONS = [question for shelved in BANKS.values() for question in shelved.bank.questions]


@pytest.fixture(scope="module")
def world() -> Any:
    return make_world(WorldSpec(), "en_US", 1)


def test_every_bank_is_sound() -> None:
    assert PROBLEMS == []
    assert [hole for shelved in BANKS.values() for hole in untranslated(shelved.bank)] == []
    assert "01-overview" in BANKS


@pytest.mark.parametrize("chapter", BANKS)
def test_a_bank_has_enough_for_another_quiz(chapter: str) -> None:
    questions = BANKS[chapter].bank.questions
    assert len(questions) >= 20
    assert {it.kind for it in questions} == {it.kind for it in TEMPLATES.questions}
    assert min(Counter(it.topic for it in questions).values()) >= 2
    first = pick(questions, 1)
    assert len(first) == SIZE
    assert set(pick(questions, 2, avoid=first)) != set(first)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_every_question_takes_its_right_answer_and_no_other(question: Any, world: Any) -> None:
    proof = prove_question(question, world)
    assert proof.failures == ()
    assert proof.wrong >= len(SEEDS)


# --- broken ones ------------------------------------------------------------------------------

GOOD = """\
format: 1
questions:
  - id: first
    topic: "1.1"
    skill: order-flow
    kind: choice
    ask: {en: Which, zh_Hans: 哪个, zh_Hant: 哪個}
    options:
      - says: {en: This, zh_Hans: 这个, zh_Hant: 這個}
        right: true
      - says: {en: That, zh_Hans: 那个, zh_Hant: 那個}
        why: {en: No, zh_Hans: 不, zh_Hant: 不}
    why: {en: So, zh_Hans: 所以, zh_Hant: 所以}
  - id: second
    topic: "1.2"
    skill: reading-figures
    kind: numeric
    ask: {en: "{units}", zh_Hans: "{units}", zh_Hant: "{units}"}
    given: {units: [3, 12]}
    answer: "2 * units"
    why: {en: So, zh_Hans: 所以, zh_Hant: 所以}
"""


def problems(folder: Path, text: str) -> list[str]:
    path = written(folder, text, "01-overview/questions.yaml")
    with pytest.raises(ScenarioErrors) as caught:
        load_bank(path)
    return [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("kind: choice", "kind: chioce",
         "3:5 – there is no kind chioce – write one of 'choice', "),
        ("    kind: choice\n", "", "3:5 – kind is missing – add kind: here"),
        ("    ask: {en: Which", "    aks: {en: Which",
         "7:5 – there is no key aks here – did you mean ask?"),
        ("        right: true", "        rihgt: true",
         "10:9 – there is no key rihgt here – did you mean right?"),
        ("zh_Hant: 這個}", "zh_Hnat: 這個}",
         "9:39 – there is no key zh_Hnat here – did you mean zh_Hant?"),
        ("right: true", "right: 59.80",
         "10:16 – 59.80 is neither yes nor no – write true or false"),
        ("        why: {en: No, zh_Hans: 不, zh_Hant: 不}\n", "",
         "11:9 – this option is wrong and does not say why – add why: to it"),
        ('topic: "1.2"', 'topic: "2.2"',
         "15:12 – row 2.2 is not of chapter 1 – move the question to its chapter"),
        ('topic: "1.2"', "topic: 12", '15:12 – 12 is not text here – put it in quotes: "12"'),
        ("id: second", "id: first",
         "14:9 – first is the id of another question, 01-overview/questions.yaml, line 3"),
        ("[3, 12]", "[3, x]", "19:24 – x is not a whole number – write digits only"),
        ("[3, 12]", "[3, 12, 0]", "19:12 – units: from 3 to 12 there is nothing to draw"),
        ('"2 * units"', '"2 ** units"',
         "20:13 – 2 ** units has no place in a sum – use numbers, names"),
        ('"2 * units"', "6", '20:13 – 6 is not text here – put it in quotes: "6"'),
        ("questions:\n", "questions: [\n", "3:3 – "),
    ],
)  # fmt: skip
def test_a_broken_bank_says_where_what_and_what_to_do(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert GOOD.count(old) >= 1
    found = problems(tmp_path, GOOD.replace(old, new, 1))
    assert [line for line in found if line.startswith(told)], found


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("kind: choice", "kind: chioce").replace("[3, 12]", "[12, 3]")
    text = text.replace('topic: "1.2"', 'topic: "3.2"')
    assert [line.split(" ")[0] for line in problems(tmp_path, text)] == ["3:5", "15:12", "19:12"]


def test_an_id_belongs_to_one_question_of_the_course(tmp_path: Path) -> None:
    written(tmp_path, GOOD, "01-overview/questions.yaml")
    later = GOOD.replace("id: second", "id: third").replace('"1.', '"2.')
    path = written(tmp_path, later, "02-orders/questions.yaml")
    banks, found = load_banks(tmp_path)
    assert list(banks) == ["01-overview"]
    assert [str(problem) for problem in found] == [
        f"{path}:3:9 – first is the id of another question, 01-overview/questions.yaml, line 3 – "
        "give one of the two another id"
    ]
