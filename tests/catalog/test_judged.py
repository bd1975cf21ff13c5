"""What a person is to judge: read with a place for each mistake, and no part of what is proven."""

import re
from pathlib import Path

import pytest

from trainer import paths
from trainer.catalog.loader import ScenarioErrors, load_scenario, load_text
from trainer.catalog.proof import prove
from trainer.play.regrading import rejudged
from trainer.training.judged import DEEDS
from trainer.training.scenario import Scenario

PLACE = paths.SCENARIOS / "04-after-sales" / "goodwill.yaml"
WRITTEN = PLACE.read_text("utf-8")
GUIDE = (paths.SCENARIOS / "REFERENCE.md").read_text("utf-8")


def problems(text: str) -> list[str]:
    with pytest.raises(ScenarioErrors) as errors:
        load_text(text, paths.SCENARIOS)
    return [f"{it.line}: {it.what} – {it.cure}" for it in errors.value.problems]


def line_of(words: str) -> int:
    return WRITTEN[: WRITTEN.index(words)].count("\n") + 1


@pytest.mark.parametrize(
    ("was", "written", "said"),
    [
        ("deed: return_rejected, order: first", "deed: return_rejected, order: second",
         "judged refusal is about second, who is not in the cast: first – known are first"),
        ("deed: return_rejected, order: first", "deed: return_rejected",
         "return_rejected is about an order – add order: with a name of the cast"),
        ("deed: return_rejected, order: first", "deed: reflection, order: first",
         "a reflection is about the whole run – delete order"),
        ("deed: return_rejected, order: first", "deed: customer_notified, order: first",
         "customer_notified is not possible here – write 'complaint_answered'"),
    ],
)  # fmt: skip
def test_words_that_cannot_be_found_are_named_with_their_line(
    was: str, written: str, said: str
) -> None:
    (problem,) = problems(WRITTEN.replace(was, written))
    assert problem.startswith(f"{line_of(was)}: ")
    assert said.replace("; ", " – ") in problem


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ((2, 2, 1, 0), "the levels are worth 2, 2, 1, 0 – write the best first"),
        ((0, 1, 2, 3), "the levels are worth 0, 1, 2, 3 – write the best first"),
        ((4, 3, 2, 1), "the last level is worth 1 – give it 0 points"),
    ],
)
def test_levels_fall_and_end_at_nothing(points: tuple[int, ...], said: str) -> None:
    head, _, judged = WRITTEN.partition("judged:")
    for was, given in zip((3, 2, 1, 0), points, strict=True):
        judged = judged.replace(f"points: {was}\n", f"points: <{given}>\n", 1)
    (problem,) = problems(f"{head}judged:{judged.replace('<', '').replace('>', '')}")
    assert said in problem
    assert (
        int(problem.partition(":")[0])
        == head.count("\n") + judged[: judged.index("- points")].count("\n") + 1
    )


def test_a_name_stands_once() -> None:
    twice = WRITTEN + WRITTEN.partition("judged:")[2].partition("\n")[2]
    (problem,) = problems(twice)
    assert "two things to judge are called refusal – give each its own id" in problem
    (problem,) = problems(WRITTEN.replace("- id: kind", "- id: reason"))
    assert "two criteria are called reason" in problem


def test_what_a_person_judges_is_no_part_of_the_points() -> None:
    scenario = load_scenario(PLACE).scenario
    assert [it.points for it in scenario.judged] == [5]
    assert sum(goal.points for goal in scenario.goals()) == 100
    without = scenario.model_copy(update={"judged": ()})
    with_it, alone = prove(scenario, variants=1), prove(without, variants=1)
    assert with_it.ok
    assert [it.fingerprint for it in with_it.variants] == [it.fingerprint for it in alone.variants]


def test_words_that_the_solution_never_says_are_no_task() -> None:
    scenario = load_scenario(PLACE).scenario
    content = scenario.model_dump(mode="json")
    content["judged"][0]["about"]["deed"] = "complaint_answered"
    proof = prove(Scenario.model_validate(content), variants=1)
    assert any("judged refusal: nobody says anything of it" in it for it in proof.failures)


def test_the_guide_shows_one_that_can_be_read_and_names_every_deed(tmp_path: Path) -> None:
    chapter = GUIDE[GUIDE.index("## What a person judges") : GUIDE.index("## Texts")]
    example = re.search(r"```yaml\n(.*?)```", chapter, re.DOTALL)
    assert example
    assert load_text(WRITTEN[: WRITTEN.index("judged:")] + example[1], paths.SCENARIOS)
    assert [deed for deed in DEEDS if f"`{deed}`" not in chapter] == []


def test_a_regrade_leaves_what_a_person_judged_by() -> None:
    scenario = load_scenario(PLACE).scenario
    other = scenario.model_copy(update={"judged": ()})
    assert rejudged(scenario, other).judged == scenario.judged
