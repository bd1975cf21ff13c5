"""What was reported in a hunt: a rule, an event, and what is not so."""

import pytest

from tests.builders import CAST, company
from trainer.orders.engine import Recorded
from trainer.orders.hunting import FindingReported
from trainer.orders.values import HOUR
from trainer.orders.world import Verdict
from trainer.training.checks import OPEN, Check, Seen
from trainer.training.hunting import FindingNames, NeverFalselyReported

WORLD = company()


def reported(check: Check, *verdicts: Verdict) -> Seen:
    """What a check knows after findings of which this is true."""
    seen = OPEN
    for number, verdict in enumerate(verdicts, start=1):
        event = FindingReported(number, "I2", "so", verdict)
        entry = Recorded(10 + number, HOUR, "Ada", "clerk", f"c{number}", event)
        if seen.state == "open" or check.standing:
            seen = check.see(seen, entry, WORLD, CAST)
    return seen


@pytest.mark.parametrize(
    ("what", "verdict", "state"),
    [
        ("rule", "right", "reached"),
        ("rule", "not_there", "reached"),
        ("rule", "another_rule", "open"),
        ("rule", "holds", "open"),
        ("event", "right", "reached"),
        ("event", "another_rule", "reached"),
        ("event", "not_there", "open"),
        ("event", "holds", "open"),
    ],
)
def test_half_of_a_finding_may_be_right(what: str, verdict: Verdict, state: str) -> None:
    check = FindingNames.model_validate({"what": what})
    assert reported(check, verdict).state == state


def test_who_tries_everything_has_found_nothing() -> None:
    check = FindingNames(what="rule")
    assert reported(check, "holds", "another_rule", "right").state == "reached"
    lost = reported(check, "holds", "another_rule", "holds", "right")
    assert lost.state == "broken"
    assert lost.events == (11, 12, 13)
    assert reported(FindingNames(what="rule", tries=1), "holds", "right").state == "broken"


def test_each_finding_that_is_not_so_costs() -> None:
    check = NeverFalselyReported(each=5)
    assert check.lost(reported(check, "right"), over=True) == 0
    seen = reported(check, "holds", "right", "not_there", "another_rule")
    assert check.lost(seen, over=True) == 15
    assert seen.events == (11, 13, 14)
