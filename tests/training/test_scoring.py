"""The score: a ledger of lines, each with what it cites."""

from random import Random

import pytest

from tests.builders import (
    ARMCHAIR,
    ASKED,
    FIRST,
    MESSAGE,
    OTTER,
    QUICK,
    SECOND,
    exercise,
    goal,
    order_delivered,
    order_drafted,
    order_invoiced,
    order_submitted,
    step,
)  # fmt: skip
from tests.story import Happening, given
from tests.training.judging import course_of, hint, refused, run_of
from trainer.orders.clock import AdvanceClock
from trainer.orders.intake import AddLine, CreateDraft, SubmitOrder
from trainer.orders.remedies import CancelOrder
from trainer.orders.service import AddNote, NotifyCustomer
from trainer.orders.values import DAY
from trainer.orders.world import World
from trainer.play.run import Aside
from trainer.training.judge import Progress
from trainer.training.scenario import Scenario
from trainer.training.scoring import Line, ledger, next_hint, total

RUSH = {"order": "rush"}
TELL = NotifyCustomer(FIRST, "order_received")
TOLD_FIRST = {
    **RUSH,
    "first": {"event": "customer_notified"},
    "then": {"event": "stock_allocated"},
}
WHOLE = order_delivered(message_id=MESSAGE)
CAREFUL = (*order_submitted(message_id=MESSAGE), TELL, *WHOLE[len(order_submitted()) :])


def rush() -> Scenario:
    """Enter it with two hints at hand, deliver it after telling the customer, stay calm."""
    return exercise(
        step("enter", goal("entered", 30, entered_exactly=RUSH), hints=(15, 20)),
        step(
            "deliver",
            goal("told", 20, happened_before=TOLD_FIRST),
            goal("signed", 40, order_is={**RUSH, "label": "signed"}),
            hints=(3,),
        ),
        standing=(goal("calm", 10, never_refused={"each": 4}),),
    )


def lines_of(progress: Progress) -> tuple[Line, ...]:
    """The ledger of the rush exercise."""
    return ledger(course_of(rush()).judge, progress)


def score(*happened: Happening, asides: tuple[Aside, ...] = ()) -> int:
    """The score of a run, refused tries and hints first."""
    course = course_of(rush())
    entries = given(*happened, world=course.opening.world).entries
    run = course.replay(entries, [(f"aside-{aside.number}", aside) for aside in asides])
    return total(lines_of(run.progress))


def test_nothing_done_is_nothing_won() -> None:
    assert lines_of(course_of(rush()).start().progress) == ()
    assert score() == 0


def test_a_goal_pays_when_it_is_reached_and_cites_its_event() -> None:
    run = run_of(rush(), order_submitted(message_id=MESSAGE))
    assert lines_of(run.progress) == (
        Line("goal", "enter", "entered", 30, 30, events=(run.world.number,)),
    )


def test_a_careful_run_has_full_marks() -> None:
    assert score(CAREFUL) == 100


def test_points_that_are_lost_stand_in_the_ledger_too() -> None:
    run = run_of(rush(), WHOLE, TELL)
    lost = lines_of(run.progress)[1]
    assert (lost.kind, lost.goal, lost.points, lost.possible) == ("lost", "told", 0, 20)
    assert lost.events == run.progress.seen[1].events != ()
    assert score(WHOLE, TELL) == 80


def test_standing_goals_pay_at_the_end() -> None:
    unfinished = order_submitted(message_id=MESSAGE)
    assert score(unfinished) == score(unfinished, asides=(refused(1, 0),)) == 30
    assert score(CAREFUL, asides=(refused(1, 0),)) == 96


def test_a_standing_goal_cites_its_tries_and_is_never_below_nothing() -> None:
    tries = tuple(refused(number, 0) for number in (1, 2, 3, 4))
    assert score(CAREFUL, asides=tries) == 90
    course = course_of(rush())
    entries = given(CAREFUL, world=course.opening.world).entries
    run = course.replay(entries, [(str(each.number), each) for each in tries])
    assert lines_of(run.progress)[-1] == Line("standing", "", "calm", 0, 10, tries=(1, 2, 3, 4))


def test_a_hint_costs_from_the_reward_of_its_own_step() -> None:
    assert score(CAREFUL, asides=(hint(1, "enter", 0),)) == 85
    assert score(order_submitted(message_id=MESSAGE), asides=(hint(1, "enter", 0),)) == 15


def test_hints_never_push_a_step_below_nothing() -> None:
    both = (hint(1, "enter", 0), hint(2, "enter", 1))
    assert score(asides=both) == 0
    assert score(order_submitted(message_id=MESSAGE), asides=both) == 0
    assert score(CAREFUL, asides=both) == 70


def test_a_hint_line_cites_the_try_it_was() -> None:
    course = course_of(rush())
    entries = given(order_submitted(message_id=MESSAGE), world=course.opening.world).entries
    progress = course.replay(entries, [("h", hint(1, "enter", 0))]).progress
    assert lines_of(progress)[1] == Line("hint", "enter", "", -15, 0, tries=(1,))


def test_hints_come_in_order_and_are_offered_only_for_the_step_at_hand() -> None:
    judge = course_of(rush()).judge
    progress = judge.start()
    offered = []
    while offer := next_hint(judge, progress):
        step_, place, help_ = offer
        offered.append((step_.id, place, help_.price))
        progress = judge.after_hint(progress, hint(place + 1, step_.id, place))
    assert offered == [("enter", 0, 15), ("enter", 1, 20)]


def test_after_success_there_is_no_hint_to_pay_for() -> None:
    entered = run_of(rush(), order_submitted(message_id=MESSAGE)).progress
    judge = course_of(rush()).judge
    offer = next_hint(judge, entered)
    assert offer is not None
    assert offer[0].id == "deliver"
    assert next_hint(judge, run_of(rush(), CAREFUL).progress) is None


def a_day_goes_by(world: World) -> AdvanceClock:
    """Nobody does anything."""
    return AdvanceClock(world.now + DAY)


@pytest.mark.parametrize(
    "extra",
    [
        AddNote(FIRST, "called back"),
        NotifyCustomer(FIRST, "order_shipped"),
        a_day_goes_by,
        order_drafted(SECOND),
        (*order_drafted(SECOND, message_id=MESSAGE), CancelOrder(SECOND, "double")),
        order_submitted(SECOND, message_id=MESSAGE, lines={ARMCHAIR: 3}),
        order_invoiced(SECOND),
    ],
    ids=["note", "notice", "waiting", "draft", "double", "second order", "another's order"],
)
def test_extra_harmless_work_never_costs(extra: Happening) -> None:
    assert score(CAREFUL, extra) == 100
    assert run_of(rush(), CAREFUL, extra).world.number > run_of(rush(), CAREFUL).world.number


def test_a_wrong_first_order_does_not_cost_the_second() -> None:
    wrong = order_submitted(message_id=MESSAGE, lines={ARMCHAIR: 3})
    assert score(wrong, CancelOrder(FIRST, "miscounted")) == 0
    right = (
        CreateDraft(OTTER, f"PO-{FIRST}", ASKED, QUICK, MESSAGE),
        AddLine(SECOND, ARMCHAIR, 2),
        SubmitOrder(SECOND),
    )
    assert score(wrong, CancelOrder(FIRST, "miscounted"), right) == 30


def test_whatever_happens_the_ledger_is_the_score_and_between_nothing_and_full() -> None:
    chance = Random(7)
    course = course_of(rush())
    entries = given(CAREFUL, world=course.opening.world).entries
    for _ in range(300):
        asides: list[tuple[str, Aside]] = []
        for number in range(1, chance.randrange(9)):
            after = max(chance.randrange(len(entries)), asides[-1][1].after if asides else 0)
            name, place = chance.choice((("enter", 0), ("enter", 1), ("deliver", 0)))
            some = (refused(number, after), hint(number, name, place, after))
            asides.append((str(number), chance.choice(some)))
        run = course.replay(entries[: chance.randrange(len(entries) + 1)], asides)
        lines = lines_of(run.progress)
        assert 0 <= total(lines) == sum(line.points for line in lines) <= 100
        assert all(line.events or line.tries for line in lines if line.kind != "standing")
        for name in ("enter", "deliver"):
            assert sum(line.points for line in lines if line.step == name) >= 0
        assert [line.step for line in lines] == sorted(
            (line.step for line in lines), key=["enter", "deliver", ""].index
        )
