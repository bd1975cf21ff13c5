"""What was found is told: as tables, as one line, as files for people and for programs."""

import json
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from tests.catalog.test_proof import FIRST_ORDER
from trainer.catalog.certificate import as_json, as_markdown, lines, summary, written
from trainer.catalog.proof import Proof, prove
from trainer.cli import main
from trainer.training.scenario import Scenario

SMALL = {"orders": 12, "products": 10, "customers": 6, "variants": 1, "locales": ["en_US"]}


@pytest.fixture(scope="module")
def proof() -> Proof:
    return prove(Scenario.model_validate({**yaml.safe_load(FIRST_ORDER), "world": SMALL}))


@pytest.fixture(scope="module")
def not_proven() -> Proof:
    tree = {**yaml.safe_load(FIRST_ORDER), "world": SMALL}
    note = {"add_note": {"order_number": "$first.order_number", "text": "nothing set aside"}}
    tree["steps"][5]["solution"] = [note]
    return prove(Scenario.model_validate(tree))


def test_table_has_a_line_for_each_variant_goal_and_bot(proof: Proof) -> None:
    told = [line.split() for line in lines(proof)]
    assert told[0][:3] == ["first-order:", "1", "variant"]
    chance = str(proof.variants[0].chance)
    assert ["en_US/1", "100", "0", chance, "22", "0"] in [words[:6] for words in told]
    for goal in proof.scenario.goals():
        assert any(words[:2] == [goal.id, str(goal.points)] for words in told)
    for run in proof.variants[0].bots:
        assert [run.bot, "1", str(run.score)] in [words[:3] for words in told]
    assert told[-1] == ["proven"]


def test_rate_is_the_part_of_the_mistakes_in_a_goals_own_step(proof: Proof) -> None:
    (kill,) = (it for it in proof.variants[0].kills if it.goal == "checked")
    (told,) = (line for line in lines(proof) if line.split()[:1] == ["checked"])
    rate = f"{kill.own_step} of {kill.of_own_step}  {100 * kill.own_step / kill.of_own_step:.0f} %"
    assert " ".join(rate.split()) in " ".join(told.split())


def test_how_many_of_those_handed_out_were_proven_is_told() -> None:
    """Also where more are proven than are handed out, or fewer."""
    world = {**SMALL, "variants": 3, "locales": ["en_US", "zh_CN"]}
    scenario = Scenario.model_validate({**yaml.safe_load(FIRST_ORDER), "world": world})
    for variants, told in ((1, 1), (5, 5), (None, 6), (8, 6)):
        found = prove(scenario, variants)
        assert found.covered == told
        assert lines(found)[0].endswith(f"; {told} of the 6 handed out proven")
        assert f" {told} of the 6 handed out proven, " in summary([found])
        assert json.loads(as_json([found]))["scenarios"][0]["handed_out"] == {
            "proven": told, "of": 6,
        }  # fmt: skip


def test_a_bot_that_nobody_claims_is_noted_and_no_failure() -> None:
    tree = {**yaml.safe_load(FIRST_ORDER), "world": SMALL}
    for goal in (*(it for step in tree["steps"] for it in step["goals"]), *tree["standing"]):
        goal["catches"] = [it for it in goal.get("catches", ()) if it != "enters-the-defaults"]
    found = prove(Scenario.model_validate(tree))
    assert found.ok
    note = "note: no goal claims bot enters-the-defaults, who loses entered"
    assert lines(found)[-2:] == ("proven", f"  - {note}")
    assert as_markdown([found]).endswith(f"\n**proven**\n- {note}\n")
    assert ", 1 bot claimed by no goal, " in summary([found])
    assert json.loads(as_json([found]))["scenarios"][0]["unclaimed"] == {
        "enters-the-defaults": ["entered"]
    }


def test_course_in_one_line(proof: Proof, not_proven: Proof) -> None:
    (found,) = proof.variants
    assert summary([proof, not_proven]).split(", ")[:-2] == [
        "2 scenarios",
        "2 variants",
        "0 of them not comparable",
        "1 of the 2 handed out proven",
        f"{found.mutants} mutants",
        f"{found.killed} kills",
        "5 equivalent runs",
        "9 bot runs of 9 bots",
        "0 bots claimed by no goal",
    ]
    assert summary([proof]).endswith(" s of work, 0 failures")
    assert summary([not_proven]).endswith(" s of work, 1 failure")


def test_markdown_has_every_table_and_failure(proof: Proof, not_proven: Proof) -> None:
    text = as_markdown([proof, not_proven])
    assert text.startswith("# Proof of the scenarios\n\n2 scenarios, ")
    assert "| first-order | yes | 1 |" in text
    assert "| first-order | no | 1 |" in text
    assert f"| en_US/1 | 100 | 0 | {proof.variants[0].chance} | 22 | 0 |" in text
    assert "| tells-nobody | 1 | 86 | acknowledged, " in text
    assert "**proven**" in text
    (failure,) = not_proven.failures
    assert f"**not proven, 1 failure:**\n- {failure}\n" in text


def test_json_has_all_that_was_found(proof: Proof, not_proven: Proof) -> None:
    found = json.loads(as_json([proof, not_proven]))
    assert found["ok"] is False
    good, bad = found["scenarios"]
    assert (good["ok"], good["failures"], bad["ok"]) == (True, [], False)
    assert good["bands"] == {"par": [16.5, 27.5], "exceptions": [-2, 2]}
    (variant,) = good["variants"]
    assert variant["variant"] == "en_US/1"
    assert variant["measure"] == {"par": 22, "exceptions": 0}
    assert len(variant["fingerprint"]) == 64
    assert [kill["goal"] for kill in variant["kills"]] == [it.id for it in proof.scenario.goals()]
    assert variant["bots"][-1]["bot"] == "enters-it-twice"
    assert bad["variants"][0]["measure"] is None
    assert bad["failures"] == list(not_proven.failures)


def test_suffix_says_what_is_written(proof: Proof) -> None:
    assert written([proof], ".json") == as_json([proof])
    assert written([proof], ".md") == as_markdown([proof])


# --- the command ------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A scenario in a folder of its own, small enough to be proven at once."""
    path = tmp_path / "first-order.yaml"
    tree = {**yaml.safe_load(FIRST_ORDER), "world": SMALL}
    path.write_text(yaml.safe_dump(tree, allow_unicode=True), "utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["prove", "--jobs", "1", *map(str, arguments)])


def test_command_proves_a_file_and_writes_the_report(file: Path, tmp_path: Path) -> None:
    report = tmp_path / "proof.json"
    result = run(file, "--variants", 2, "--report", report)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0].startswith("first-order: 2 variants in ")
    assert result.stdout.splitlines()[-1].startswith("1 scenario, 2 variants, 0 of them not ")
    variants = json.loads(report.read_text("utf-8"))["scenarios"][0]["variants"]
    assert [it["variant"] for it in variants] == ["en_US/1", "en_US/2"]


def test_command_fails_on_what_is_not_proven(file: Path, tmp_path: Path) -> None:
    tree = yaml.safe_load(file.read_text("utf-8"))
    tree["standing"][0]["check"] = {"never_refused": {"codes": ["MISSING_REASON"]}}
    file.write_text(yaml.safe_dump(tree, allow_unicode=True), "utf-8")
    report = tmp_path / "proof.md"
    result = run(tmp_path, "--report", report)
    assert result.exit_code == 1
    assert "goal no-refusals cannot fail" in result.stdout
    assert "goal no-refusals cannot fail" in report.read_text("utf-8")


def test_command_fails_on_a_broken_file_and_proves_the_others(file: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("format: 2\n", "utf-8")
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "broken.yaml:1:" in result.stderr
    assert "proven" in result.stdout.splitlines()


def test_report_of_an_unknown_kind_is_refused_at_once(file: Path, tmp_path: Path) -> None:
    result = run(file, "--report", tmp_path / "proof.pdf")
    assert result.exit_code == 2
    assert "proof.pdf: call it something.md or something.json" in result.stderr
    assert not result.stdout


def test_folder_without_scenarios_is_named(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert (result.exit_code, result.stderr) == (1, f"Error: there is no scenario in {tmp_path}\n")


def test_progress_is_shown_to_who_watches_alone(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from trainer.cli import _progress

    assert run(file).stderr == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    for done in (1, 2, 3):
        _progress(done, 3, "first-order")
    assert capsys.readouterr().err == "".join(
        f"\r\033[K{said}" for said in (" 33 % first-order", " 66 % first-order", "")
    )
