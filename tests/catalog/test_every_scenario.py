"""Every scenario of the course is proven, two variants of each locale; `trainer prove` does all."""

from pathlib import Path

import pytest

from trainer import paths
from trainer.catalog.loader import load_scenario
from trainer.catalog.proof import prove

FILES = sorted(paths.SCENARIOS.glob("*/*.yaml"))


def test_there_are_scenarios() -> None:
    assert "first-order" in [file.stem for file in FILES]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_scenario_is_proven(file: Path) -> None:
    proof = prove(load_scenario(file).scenario, variants=2)
    assert proof.ok, "\n".join(proof.lines())
