"""A run in step with the reference run: where the reference stands when one has come so far."""

from typing import Any

import pytest

from trainer.play.comparing import Act, Beside, Comparison, moment


class Entered:
    """What an act led to; only its kind counts."""


class Checked(Entered):
    """Another kind."""


class Told(Entered):
    """A third."""


class Refusal(Entered):
    """What only one's own run has."""


def acts(step: int, first: int, *kinds: type[Entered]) -> tuple[Act, ...]:
    nowhere: Any = None
    found: Any = [kind() for kind in kinds]
    return tuple(Act(step, what, nowhere, first + n) for n, what in enumerate(found))


STEP: Any = None
MINE = (acts(0, 1, Entered, Refusal), acts(1, 4, Told, Checked))
THEIRS = (acts(0, 1, Entered, Told), acts(1, 3, Checked, Told))
BOTH = Comparison(
    tuple(Beside(STEP, mine, theirs) for mine, theirs in zip(MINE, THEIRS, strict=True)),
    acts(2, 9, Told),
)


@pytest.mark.parametrize(
    ("done", "mine", "theirs"),
    [
        (0, None, None),
        (1, MINE[0][0], THEIRS[0][0]),
        # a try of one's own that led nowhere: the reference waits
        (2, MINE[0][1], THEIRS[0][0]),
        # in the next step: the step before is done, and of this one what was done alike
        (3, MINE[1][0], THEIRS[1][1]),
        (4, MINE[1][1], THEIRS[1][1]),
        # what comes after the last step meets a reference that is over
        (5, BOTH.after[0], THEIRS[1][1]),
        (99, BOTH.after[0], THEIRS[1][1]),
    ],
)
def test_the_reference_has_come_as_far(done: int, mine: Act | None, theirs: Act | None) -> None:
    found = moment(BOTH, done)
    assert found.mine is mine
    assert found.theirs is theirs


def test_a_step_begun_alone_leaves_the_reference_at_the_end_of_the_one_before() -> None:
    alone = Comparison((*BOTH.steps[:1], Beside(STEP, acts(1, 4, Refusal), THEIRS[1])), ())
    assert moment(alone, 3).theirs is THEIRS[0][1]
