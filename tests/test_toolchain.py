"""The tools that read the code: linter, types, floors. The test command passes only if they do."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROGRAMS = Path(sys.executable).parent


@pytest.mark.parametrize("command", ["ruff check .", "mypy", "lint-imports"])
def test_the_tool_has_no_objection(command: str) -> None:
    program, *words = command.split()
    done = subprocess.run(
        [PROGRAMS / program, *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}"


@pytest.mark.xdist_group("one")
def test_tests_of_a_group_share_a_worker(request: pytest.FixtureRequest) -> None:
    """Or what is dear to set up, the walks above all, is set up by every worker."""
    if hasattr(request.config, "workerinput"):
        assert request.node.nodeid.endswith("@one")
