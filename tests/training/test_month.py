"""The what-if month in the rubric: what counts as reached, and what an author may offer."""

import pytest
from pydantic import ValidationError

from tests.builders import company
from trainer.play import asides
from trainer.store.rows import aside_row
from trainer.training.checks import OPEN, Answered, MonthLived, Seen
from trainer.training.figures import FigureAsk
from trainer.training.month import MonthReaches, MonthSpec
from trainer.training.state import AnswerIs

DESKS = ("entry", "checking", "booking", "packing")
SPEC = {
    "staff": dict.fromkeys(DESKS, 1),
    "minutes": dict.fromkeys(DESKS, 20),
    "budget": 1000,
    "measures": {"packing": 400, "fast_carrier": 300, "cheap_carrier": 100},
}


def lived(within_budget: bool = True, **figures: str) -> MonthLived:
    """A month that came to these figures."""
    return MonthLived(3, 0, 0, {"packing": 1}, 40_000, within_budget, figures)


@pytest.mark.parametrize(
    ("bounds", "figure", "state"),
    [
        ({"at_least": "80"}, "80", "reached"),
        ({"at_least": "80"}, "799/10", "open"),
        ({"at_most": "80"}, "801/10", "open"),
        ({"at_least": "70", "at_most": "80"}, "75", "reached"),
        ({"at_least": "80"}, "", "open"),
    ],
)
def test_a_figure_within_its_bounds_is_reached(bounds: dict, figure: str, state: str) -> None:
    """One that is not, or that is not there, leaves it open: a run is there to be tried."""
    check = MonthReaches(figure="on_time_in_full", **bounds)
    assert check.see_month(OPEN, lived(on_time_in_full=figure)).state == state


def test_what_is_beyond_the_budget_does_not_count() -> None:
    """Unless the author says so."""
    good = lived(within_budget=False, on_time_in_full="99")
    check = MonthReaches(figure="on_time_in_full", at_least="80")
    assert check.see_month(OPEN, good) == OPEN
    anyhow = check.model_copy(update={"within_budget": False})
    assert anyhow.see_month(OPEN, good) == Seen(state="reached", tries=(3,))


def test_a_month_is_a_choice() -> None:
    """Whoever can afford everything has nothing to choose, and a parcel goes with one carrier."""
    spec = MonthSpec.model_validate(SPEC)
    assert spec.allows({"packing": 3, "fast_carrier": 1})
    assert not spec.allows({"packing": 4})
    assert not spec.allows({"entry": 1})
    assert not spec.allows({"fast_carrier": 1, "cheap_carrier": 1})
    assert spec.spent({"packing": 2, "cheap_carrier": 1}) == 900
    with pytest.raises(ValidationError, match="all measures together cost 1600"):
        MonthSpec.model_validate(SPEC | {"budget": 1600})
    with pytest.raises(ValidationError, match="staff of packing is missing"):
        MonthSpec.model_validate(SPEC | {"staff": dict.fromkeys(DESKS[:3], 1)})


def test_a_budget_has_about_the_same_height_everywhere() -> None:
    """In minor units of each currency."""
    spec = MonthSpec.model_validate(SPEC)
    assert [spec.money(10, code) for code in ("USD", "CNY", "TWD")] == [1000, 7000, 32_000]


def test_an_answer_may_be_about_the_month_that_was_run_last() -> None:
    """Before any run nothing is right; afterwards the figure of the latest one."""
    check = AnswerIs(figure=FigureAsk(name="bottleneck"), in_month=True)
    world = company()

    def answered(seen: Seen, text: str) -> Seen:
        return check.see_answer(seen, Answered(4, 0, 0, "it", text), world, {})

    assert answered(OPEN, "packing").state == "open"
    first = check.see_month(OPEN, lived(bottleneck="packing"))
    later = check.see_month(first, lived(bottleneck="transit"))
    assert answered(first, "packing").state == "reached"
    assert answered(later, "packing").state == "open"
    assert answered(answered(later, "packing"), "transit").state == "reached"


def test_a_month_is_read_back_as_it_was_stored() -> None:
    """So a run that is folded anywhere comes to the same score."""
    month = lived(on_time_in_full="881/10", bottleneck="transit")
    row = aside_row(1, "id", month)
    stored = (row[name] for name in ("number", "after", "at", "kind", "body"))
    assert asides.read(*stored) == month
