"""One function says how somebody is getting on; the table is the specification."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.training.standing import (
    AWAY,
    HINTS,
    ORDER,
    REFUSED,
    WITHOUT_PROGRESS,
    WRONG,
    Facts,
    Status,
    need,
    status,
)

AT_IT = Facts(since_action=10, since_progress=60)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (None, "not_started"),
        (AT_IT, "working"),
        (msgspec.structs.replace(AT_IT, refused=REFUSED - 1), "working"),
        (msgspec.structs.replace(AT_IT, refused=REFUSED), "stuck"),
        (msgspec.structs.replace(AT_IT, hints=HINTS - 1), "working"),
        (msgspec.structs.replace(AT_IT, hints=HINTS), "stuck"),
        (msgspec.structs.replace(AT_IT, answers=WRONG), "stuck"),
        (msgspec.structs.replace(AT_IT, since_progress=WITHOUT_PROGRESS), "stuck"),
        # at lunch, not stuck: nobody is called back from there
        (msgspec.structs.replace(AT_IT, since_action=AWAY, refused=9), "away"),
        (msgspec.structs.replace(AT_IT, finished=True), "done"),
        (msgspec.structs.replace(AT_IT, finished=True, since_action=1e9), "done"),
        (msgspec.structs.replace(AT_IT, finished=True, full=True), "mastered"),
        (msgspec.structs.replace(AT_IT, finished=True, full=True, aided=True), "done"),
    ],
)
def test_how_somebody_is_getting_on(facts: Facts | None, expected: Status) -> None:
    assert status(facts) == expected


facts = st.builds(
    Facts,
    since_action=st.floats(0, 5000),
    since_progress=st.floats(0, 5000),
    refused=st.integers(0, 9),
    hints=st.integers(0, 5),
    answers=st.integers(0, 5),
    finished=st.booleans(),
    full=st.booleans(),
    aided=st.booleans(),
)


@given(facts)
def test_more_trouble_never_looks_like_less(found: Facts) -> None:
    more = msgspec.structs.replace(found, refused=found.refused + 1, hints=found.hints + 1)
    assert status(found) in ORDER
    assert need(more) <= need(found)


@given(facts)
def test_progress_is_never_stuck(found: Facts) -> None:
    fresh = msgspec.structs.replace(found, since_progress=0.0, refused=0, hints=0, answers=0)
    assert status(fresh) != "stuck"
