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
    {
        "answer_repeated", "scan_ignored", "delivery_corrected", "order_reopened",
        "kept_in_quarantine", "rework_finished", "b_grade_cleared", "liability_determined",
        "exception_asked", "exception_allowed", "exception_declined", "return_expired",
        "chargeback_raised", "chargeback_contested", "chargeback_accepted", "chargeback_won",
        "chargeback_lost", "chargeback_written_off",
        "return_came_late", "late_parcel_taken", "late_parcel_sent_back", "parcel_turned_away",
        "line_promised", "promise_overridden",
        "shipping_credited", "goodwill_given", "goodwill_asked", "goodwill_declined",
        "price_changed", "price_rise_asked", "price_rise_answered",
        "change_answered",
        "repair_quoted", "repair_quote_answered", "repair_charged", "repair_charge_dropped",
        "terms_changed", "trade_terms_set",
        "replenishment_arrived", "goods_receipt_posted",
        "return_handed_over", "return_cancelled", "goods_graded",
        "evidence_asked", "evidence_received", "recourse_raised", "recourse_answered",
        "refund_reversed", "replacement_not_kept", "delivery_confirmed", "delivery_contradicted",
        "surplus_sent_back", "contact_kept", "contact_removed", "main_contact_changed",
        "promotion_granted", "promotion_clawed_back", "clawback_dropped",
        "handed_over", "desk_taken", "refund_declined", "finding_reported",
    }
)  # fmt: skip
"""Events that came after the last recording; the next recording takes them in."""


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
