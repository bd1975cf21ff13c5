"""The schema for editors agrees with what is read: on every scenario, and on what is wrong."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from trainer import paths
from trainer.catalog.marked import read
from trainer.catalog.schema import scenario_schema
from trainer.training.checks import CHECKS

NOT_SCENARIOS = {"questions", "lessons", "cases"}
FILES = [
    path for path in sorted(paths.SCENARIOS.glob("*/*.yaml")) if path.stem not in NOT_SCENARIOS
]


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    found = scenario_schema()
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_scenario_is_as_the_schema_says(schema: Draft202012Validator, path: Any) -> None:
    tree, _ = read(path.read_text("utf-8"))
    assert [error.message for error in schema.iter_errors(tree.value)] == []


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
    schema: Draft202012Validator, change: dict[str, Any]
) -> None:
    tree, _ = read(FILES[0].read_text("utf-8"))
    assert not schema.is_valid({**tree.value, **change})


def test_a_scenario_may_be_like_another(schema: Draft202012Validator) -> None:
    tree, _ = read(FILES[0].read_text("utf-8"))
    short = {key: tree.value[key] for key in ("id", "title", "brief")}
    assert not schema.is_valid(short)
    assert schema.is_valid({**short, "like": "first-order", "mode": "exam"})


def test_an_editor_offers_every_check() -> None:
    assert set(scenario_schema()["$defs"]["Check"]["properties"]) == set(CHECKS)
