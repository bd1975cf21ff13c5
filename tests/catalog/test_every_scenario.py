"""Every scenario of the course is proven, one variant of each locale; `trainer prove` does more.

What was found is kept as a report for each scenario, in pytest's cache: `.pytest_cache/d/proof`.
"""

from pathlib import Path

import pytest

from trainer import paths
from trainer.catalog.certificate import lines, written
from trainer.catalog.loader import load_scenario
from trainer.catalog.proof import prove

BESIDE = ("lessons", "questions")
FILES = sorted(it for it in paths.SCENARIOS.glob("*/*.yaml") if it.stem not in BESIDE)


def test_there_are_scenarios() -> None:
    assert "first-order" in [file.stem for file in FILES]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_scenario_is_proven(file: Path, request: pytest.FixtureRequest) -> None:
    proof = prove(load_scenario(file), variants=3)
    reports = request.config.cache.mkdir("proof")
    (reports / f"{file.stem}.md").write_text(written([proof], ".md"), "utf-8")
    assert proof.ok, "\n".join(lines(proof))
