"""A grade beside what becomes of goods that came back: it allows some of it, and not all."""

from typing import get_args

import pytest

from tests.builders import FIRST, order_delivered
from tests.orders.test_return_rules import ruled
from tests.orders.test_returns import LINES, RMA, at_the_dock, counts, judged
from tests.story import Story, given
from trainer.orders.grades import ALLOWED, GoodsGraded, MissingDisposition
from trainer.orders.invariants import violations
from trainer.orders.returns import (
    AuthoriseReturn,
    CloseReturn,
    DeliverReturn,
    DispositionNotAllowed,
    InspectReturn,
    KeptInQuarantine,
    RequestReturn,
    ReturnInspected,
    allowed,
)
from trainer.orders.world import Disposition, Grade, Graded, Return, ReturnReason, ReturnRow


def here(reason: ReturnReason = "changed_mind") -> Story:
    """Three armchairs in quarantine."""
    return at_the_dock((1, 3), reason=reason).and_(counts((1, 3)))


def seen(units: int, grade: Grade | None, disposition: Disposition, why: str = "") -> InspectReturn:
    """Somebody looks and decides."""
    return InspectReturn(FIRST, RMA, 1, units, disposition, reason=why, grade=grade)


@pytest.mark.parametrize("grade", get_args(Grade))
@pytest.mark.parametrize("disposition", get_args(Disposition))
def test_a_grade_allows_some_of_it_and_names_the_rest(
    grade: Grade, disposition: Disposition
) -> None:
    answer = here().when(seen(1, grade, disposition, "we ask the supplier"))
    if disposition in ALLOWED[grade]:
        assert answer.refusal is None
        return
    assert answer.refusal == DispositionNotAllowed(
        reason="changed_mind",
        grade=grade,
        disposition=disposition,
        allowed=" / ".join(it for it in get_args(Disposition) if it in ALLOWED[grade]),
    )


@pytest.mark.parametrize(
    ("grade", "shelf", "bench"),
    [("grade_a", True, False), ("grade_b", False, True), ("grade_c", False, True),
     ("grade_d", False, False)],
)  # fmt: skip
def test_only_as_new_is_sold_as_new_and_only_what_can_be_mended_is_mended(
    grade: Grade, shelf: bool, bench: bool
) -> None:
    assert ("restock" in ALLOWED[grade], "repair" in ALLOWED[grade]) == (shelf, bench)
    assert ("restock_b_grade" in ALLOWED[grade]) == (grade in ("grade_a", "grade_b"))
    assert {"quarantine", "return_to_customer"} <= ALLOWED[grade]


def test_what_the_customer_said_counts_beside_what_is_found() -> None:
    broken = Return(RMA, (), "defective")
    assert "restock" not in allowed(broken, "grade_a")
    assert "restock_b_grade" not in allowed(broken, "grade_b")
    assert set(allowed(broken, None)) == {*get_args(Disposition)} - {"restock", "restock_b_grade"}


def test_the_grade_stands_on_the_return_and_beside_the_credit() -> None:
    graded, inspected = here().when(seen(2, "grade_c", "scrap")).events
    assert graded == GoodsGraded(FIRST, RMA, 1, 2, "grade_c", "scrap")
    assert isinstance(inspected, ReturnInspected)
    story = here().and_(seen(1, "grade_c", "scrap"), seen(1, "grade_c", "scrap"))
    story.and_(seen(1, "grade_a", "restock"), CloseReturn(FIRST, RMA))
    row = story.world.orders[FIRST].returns[0].rows[0]
    assert row.graded == (Graded("grade_c", "scrap", 2), Graded("grade_a", "restock", 1))
    assert violations(story.world) == []


def test_what_nobody_grades_is_decided_as_before() -> None:
    (inspected,) = here().when(judged(1)).events
    assert isinstance(inspected, ReturnInspected)
    story = here().and_(judged(1))
    assert story.world.orders[FIRST].returns[0].rows[0].graded == ()


def test_where_the_company_grades_nothing_is_decided_without() -> None:
    story = given(
        order_delivered(lines=LINES),
        RequestReturn(FIRST, (ReturnRow(1, 3),), "changed_mind"),
        AuthoriseReturn(FIRST, RMA, "customer"),
        DeliverReturn(FIRST, RMA),
        counts((1, 3)),
        world=ruled(graded_inspection=True),
    )
    assert story.when(seen(1, None, "scrap")).refusal == MissingDisposition(RMA)
    assert story.when(seen(1, "grade_c", "scrap")).refusal is None
    # what waits for a decision may wait for its grade, too
    (kept,) = story.when(seen(1, None, "quarantine", "the lab has it")).events
    assert isinstance(kept, KeptInQuarantine)
    graded, kept = story.when(seen(1, "grade_c", "quarantine", "the lab has it")).events
    assert (type(graded), type(kept)) == (GoodsGraded, KeptInQuarantine)
