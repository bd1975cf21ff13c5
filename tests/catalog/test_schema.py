"""The schemas for editors agree with what is read: on every file, and on what is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from trainer import paths
from trainer.catalog.marked import read
from trainer.catalog.schema import SCHEMAS, scenario_schema
from trainer.cli import main
from trainer.training.checks import CHECKS
from trainer.training.quiz import KINDS

OTHERS = {"glossary", "dialects"}  # no editor has to help with them: plain lists of words
FILES = [
    path
    for path in sorted((*paths.SCENARIOS.glob("*.yaml"), *paths.SCENARIOS.glob("*/*.yaml")))
    if path.stem not in OTHERS
]
SCENARIOS = [path for path in FILES if path.parent != paths.SCENARIOS and path.stem not in SCHEMAS]


def kind(path: Path) -> str:
    """What a file is of."""
    if path.stem == "question-templates":
        return "questions"
    return path.stem if path.stem in SCHEMAS else "scenario"


@pytest.fixture(scope="module")
def schemas() -> dict[str, Draft202012Validator]:
    """Each as the terminal prints it."""
    found = {}
    for name in SCHEMAS:
        printed = json.loads(CliRunner().invoke(main, ["schema", name]).output)
        Draft202012Validator.check_schema(printed)
        found[name] = Draft202012Validator(printed)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_file_is_as_its_schema_says(
    schemas: dict[str, Draft202012Validator], path: Path
) -> None:
    tree, _ = read(path.read_text("utf-8"))
    assert [error.message for error in schemas[kind(path)].iter_errors(tree.value)] == []


def test_no_kind_of_file_is_left_out() -> None:
    assert {kind(path) for path in FILES} == set(SCHEMAS)


def test_without_a_name_it_is_that_of_scenarios() -> None:
    assert json.loads(CliRunner().invoke(main, ["schema"]).output) == scenario_schema()


@pytest.mark.parametrize(
    "change",
    [
        {"titel": "a typo"},
        {"mode": "hard"},
        {"chapter": "8.1"},
        {"steps": [{"id": "x"}]},
        {"judged": [{"id": "x"}]},
    ],
)
def test_what_the_reader_refuses_the_editor_marks(
    schemas: dict[str, Draft202012Validator], change: dict[str, Any]
) -> None:
    tree, _ = read(SCENARIOS[0].read_text("utf-8"))
    assert not schemas["scenario"].is_valid({**tree.value, **change})


@pytest.mark.parametrize(
    ("name", "part", "change"),
    [
        ("questions", "questions", {"kind": "chioce"}),
        ("questions", "questions", {"options": []}),
        ("questions", "questions", {"topic": "8.1"}),
        ("questions", "questions", {"aks": {"en": "a typo"}}),
        ("lessons", "lessons", {"row": "8.1"}),
        ("lessons", "lessons", {"minutes": 31}),
        ("lessons", "lessons", {"here": None}),
    ],
)
def test_what_is_wrong_in_questions_and_lessons_is_marked(
    schemas: dict[str, Draft202012Validator], name: str, part: str, change: dict[str, Any]
) -> None:
    tree, _ = read((paths.SCENARIOS / "01-overview" / f"{name}.yaml").read_text("utf-8"))
    first, *rest = tree.value[part]
    assert schemas[name].is_valid({**tree.value, part: [first, *rest]})
    assert not schemas[name].is_valid({**tree.value, part: [{**first, **change}, *rest]})


def test_a_scenario_may_be_like_another(schemas: dict[str, Draft202012Validator]) -> None:
    tree, _ = read(SCENARIOS[0].read_text("utf-8"))
    short = {key: tree.value[key] for key in ("id", "title", "brief")}
    assert not schemas["scenario"].is_valid(short)
    assert schemas["scenario"].is_valid({**short, "like": "first-order", "mode": "exam"})


def test_an_editor_offers_every_check_and_every_kind_of_question() -> None:
    assert set(scenario_schema()["$defs"]["Check"]["properties"]) == set(CHECKS)
    offered = SCHEMAS["questions"]()["properties"]["questions"]["items"]["discriminator"]["mapping"]
    assert set(offered) == set(KINDS)
