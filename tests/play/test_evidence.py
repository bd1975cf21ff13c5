"""A run saved as a file leads there again, and a changed one says that it does not."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.play.test_forking import EXERCISES, begun, does, solved
from trainer.cli import main
from trainer.orders.intake import CheckOrder
from trainer.play.evidence import NotARun, replayed, report, written
from trainer.play.run import fingerprint
from trainer.training.scoring import ledger, total


def saved(name: str) -> tuple[str, str, int]:
    """The solved exercise as a file, with a refused try in it; what it led to, and its score."""
    desk, sandbox, course = begun(name)
    first, *rest = solved(course)
    sandbox = does(desk, sandbox, [first, ("no-such", CheckOrder("SO-0")), *rest])
    entries, asides = desk.store.events(sandbox.sandbox_id), desk.store.asides(sandbox.sandbox_id)
    assert asides
    run = desk.run(sandbox)
    text = "".join(written(course, entries, asides, {"person": "Ada"}))
    return text, fingerprint(run), total(ledger(course.judge, run.progress))


@pytest.mark.parametrize("name", EXERCISES)
def test_a_saved_run_leads_where_it_led(name: str) -> None:
    text, ended, score = saved(name)
    found = replayed(text)
    assert (fingerprint(found.run), total(found.lines)) == (ended, score)
    assert found.same
    assert found.head["person"] == "Ada"
    assert f"{score:5} points" in list(report(found))


def test_a_better_score_written_into_the_file_is_noticed(tmp_path: Path) -> None:
    text, _, score = saved(EXERCISES[0])
    *lines, end = text.splitlines()
    told = json.loads(end)
    told["ledger"][0]["points"] += 50
    file = tmp_path / "run.jsonl"
    file.write_text("\n".join([*lines, json.dumps(told)]), "utf-8")
    answer = CliRunner().invoke(main, ["replay", str(file)])
    assert answer.exit_code == 1
    assert "its score came out differently" in answer.output
    assert f"{score:5} points" in answer.output


def test_an_event_that_did_not_happen_so_is_noticed() -> None:
    text, _, _ = saved(EXERCISES[0])
    lines = text.splitlines()
    place = next(n for n, line in enumerate(lines) if '"line_added"' in line)
    part = json.loads(lines[place])
    part["event"][5]["quantity"] += 6
    lines[place] = json.dumps(part)
    assert not replayed("\n".join(lines)).same


def test_the_terminal_tells_each_line_with_its_event(tmp_path: Path) -> None:
    text, _, _ = saved(EXERCISES[0])
    file = tmp_path / "run.jsonl"
    file.write_text(text, "utf-8")
    answer = CliRunner().invoke(main, ["replay", str(file)])
    assert answer.exit_code == 0, answer.output
    assert "first-order (en_US, variant 1) by Ada" in answer.output
    assert "(event " in answer.output
    assert "The run leads where the file says." in answer.output


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda lines: [], "line 1: the file was cut off"),
        (lambda lines: ["{}", *lines[1:]], 'line 1: wanted {"run": 1, …}'),
        (lambda lines: ["not JSON", *lines[1:]], "line 1: Expecting value"),
        (lambda lines: lines[:1], "line 2: the file was cut off"),
        (lambda lines: [lines[0], "{}", *lines[2:]], "line 2: Object missing required field"),
        (lambda lines: lines[:-1], "the end is missing"),
        (lambda lines: lines[:-5], "the end is missing"),
        (lambda lines: [*lines[:2], *lines[4:]], "line 3: event 2, wanted 1"),
        (lambda lines: [*lines, lines[-1]], "there is something after the end"),
        (lambda lines: [*lines[:2], '{"event": 7}', *lines[3:]], "line 3: Expected `array"),
        (
            lambda lines: [*lines[:2], '{"event": [1, 0, "", "clerk", "", {"type": "no"}]}'],
            "line 3: Invalid value 'no'",
        ),
    ],
)
def test_a_file_that_is_no_run_says_where(damage: object, says: str) -> None:
    text, _, _ = saved(EXERCISES[0])
    lines = text.splitlines()
    with pytest.raises(NotARun) as wrong:
        replayed("\n".join(damage(lines)))  # type: ignore[operator]
    assert says in str(wrong.value)
