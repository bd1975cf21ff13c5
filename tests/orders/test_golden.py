"""What was recorded by an earlier engine reads the same with this one."""

import json
from pathlib import Path

import pytest

from tests.golden import recording
from trainer.orders import codec
from trainer.orders.engine import events
from trainer.orders.invariants import violations

RUNS = sorted(recording.HERE.glob("*.jsonl"))
LATER: frozenset[str] = frozenset(
    {"answer_repeated", "scan_ignored", "parcel_turned_away", "delivery_contradicted"}
)
"""Events that are in no recording: what came again is looked at by walks, and no part of them. What
is new goes here until the next recording takes it in.
"""


@pytest.mark.parametrize("run", RUNS, ids=[run.stem for run in RUNS])
def test_a_recorded_run_leads_where_it_led(run: Path) -> None:
    world, ended = recording.replayed(run.read_text("utf-8"))
    assert recording.told(world) == ended
    assert violations(world) == []


def test_every_event_was_recorded_once() -> None:
    recorded = {
        json.loads(line)[5]["type"]
        for run in RUNS
        for line in run.read_text("utf-8").splitlines()[1:-1]
    }
    assert recorded | LATER == set(events())


def test_a_run_that_was_tampered_with_is_noticed() -> None:
    text = RUNS[0].read_text("utf-8")
    opening, first, *rest = text.splitlines()
    world, ended = recording.replayed("\n".join([opening, *rest]))
    assert recording.told(world) != ended, first
    assert codec.encode_world(world)
