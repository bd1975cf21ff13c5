"""The proof of questions fails for what it is there to find, and says which answer showed it."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from trainer import paths
from trainer.catalog.asking import TEMPLATES, load_questions
from trainer.catalog.question_proof import SEEDS, as_markdown, prove_question
from trainer.catalog.worlds import make_world
from trainer.cli import main
from trainer.training.choosing import Choice, Choices
from trainer.training.filling import FillIn, Numeric
from trainer.training.measuring import Figure
from trainer.training.placing import Matching, Ordering
from trainer.training.questions import Asked, Line, Question, Read, Verdict
from trainer.training.quiz import KINDS
from trainer.training.scenario import WorldSpec

ASKED = load_questions((paths.SCENARIOS / TEMPLATES).read_text("utf-8"), paths.SCENARIOS)
BY_KIND: dict[str, Any] = dict(zip(KINDS, ASKED.bank.questions, strict=True))


@pytest.fixture(scope="module")
def world() -> Any:
    return make_world(WorldSpec(), "en_US", 1)


def test_the_terminal_proves_a_file_and_says_what_fails(tmp_path: Path) -> None:
    text = (paths.SCENARIOS / TEMPLATES).read_text("utf-8")

    def prove(content: str) -> Any:
        path = tmp_path / "as-it-was-downloaded.yaml"
        path.write_text(content, "utf-8")
        return CliRunner().invoke(main, ["prove", str(path)])

    done = prove(text)
    assert (done.exit_code, done.output.count("– proven")) == (0, len(KINDS))
    text = text.replace("size: [4, 12, 2]", "size: [2, 2]")
    flawed = prove(text.replace("packs + size", "packs * 2"))
    assert flawed.exit_code == 1
    assert "a wrong answer is right: answer=" in flawed.output
    broken = prove(text.replace("kind: choices", "kind: chioces"))
    assert broken.exit_code == 1
    assert "there is no kind chioces" in broken.output


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_template_that_is_proven(kind: str, world: Any) -> None:
    question = BY_KIND[kind]
    assert question.kind == kind
    proof = prove_question(question, world)
    assert (proof.ok, proof.holes) == (True, ())
    assert f"{len(SEEDS)} draws, {proof.wrong} wrong answers – proven" in as_markdown([proof])


def changed(kind: str, **values: Any) -> Any:
    """A template with other values, checked as a file is."""
    whole = BY_KIND[kind].model_dump(exclude_none=True)
    return KINDS[kind].model_validate({**whole, **values})


def test_every_wrong_choice_is_tried_once_in_each_draw(world: Any) -> None:
    says = {"en": "x", "zh_Hans": "x", "zh_Hant": "x"}
    options = [
        {"says": {"en": word}, "right": word == "a", **({} if word == "a" else {"why": says})}
        for word in "abcd"
    ]
    one = prove_question(changed("choice", options=options), world)
    assert one.wrong == len(SEEDS) * (1 + 3)  # its own sample, and the three
    many = prove_question(changed("choices", options=options), world)
    assert many.wrong == len(SEEDS) * (1 + 2**4 - 2)  # any of the four but none, and but the right


def test_a_mistake_that_is_right_in_some_draw_is_found(world: Any) -> None:
    why = {"en": "No", "zh_Hans": "不", "zh_Hant": "不"}
    flawed = changed(
        "numeric",
        given={"packs": [3, 12], "size": [1, 2]},
        mistakes=[{"answer": "packs", "why": why}],
    )
    [*failures] = prove_question(flawed, world).failures
    assert failures
    assert all("a wrong answer is right: answer=" in failure for failure in failures)
    wide = changed("numeric", tolerance="100", mistakes=[{"answer": "packs + size", "why": why}])
    assert not prove_question(wide, world).ok


def test_a_figure_that_no_sandbox_has_is_found(world: Any) -> None:
    flawed = changed("figure", figure={"name": "on_time_in_full", "carrier_code": "NOBODY"})
    assert prove_question(flawed, world).failures == ("no sandbox has this figure",)


def test_languages_that_are_missing_are_named_and_no_failure(world: Any) -> None:
    proof = prove_question(changed("true_false", why={"en": "So", "zh_Hans": "所以"}), world)
    assert (proof.ok, proof.holes) == (True, ("why.zh_Hant",))
    assert "English stands in for why.zh_Hant" in as_markdown([proof])


def broken(kind: type[Question], **verbs: Any) -> Any:
    """A kind of question of which one verb has gone wrong."""
    template: Any = next(it for it in BY_KIND.values() if type(it) is kind)
    return type(kind.__name__, (kind,), verbs).model_validate(template.model_dump())


RIGHT, NOTHING, HALF = Verdict(Fraction(1)), Verdict(Fraction(0)), Verdict(Fraction(1, 2))


@pytest.mark.parametrize(
    ("kind", "verb", "does", "told"),
    [
        (Choice, "judge", lambda *_: NOTHING, "its right answer answer="),
        (Choice, "judge", lambda *_: RIGHT, "a wrong answer is right: answer="),
        (Choices, "judge", lambda *_: HALF, "earns 1/2"),
        (Ordering, "judge", lambda *_: RIGHT, "a wrong answer is right: answer-0="),
        (Matching, "judge", lambda *_: RIGHT, "a wrong answer is right: answer-0="),
        (FillIn, "judge", lambda *_: RIGHT, "a wrong answer is right: answer="),
        (Figure, "judge", lambda *_: RIGHT, "a wrong answer is right: answer="),
        (Numeric, "read", lambda *_: Read("1", {}), "nonsense is taken for an answer"),
        (FillIn, "read", lambda *_: Read(None, {"answer": "needed"}), "is refused"),
        (Numeric, "because", lambda self, _: self.why, "a name was not filled in"),
        (Choice, "explain", lambda self, *_: (Line(self.ask, "wrong"),), "does not say why"),
    ],
)
def test_a_verb_that_goes_wrong_is_found(
    world: Any, kind: type[Question], verb: str, does: Any, told: str
) -> None:
    proof = prove_question(broken(kind, **{verb: does}), world)
    assert any(told in failure for failure in proof.failures), proof.failures


def test_a_draw_that_goes_wrong_is_named(world: Any) -> None:
    def draw(self: Any, seed: int, fact: Any = None) -> Asked:
        asked = Numeric.draw(self, seed, fact)
        return asked._replace(ask=self.ask) if seed == 7 else asked

    [failure, *_] = prove_question(broken(Numeric, draw=draw), world).failures
    assert failure.endswith("(draw 7)")
