"""The script of a scenario: others do their part, once, whatever the trainee does around it."""

from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from tests.builders import (
    FIRST,
    HERON,
    MESSAGE,
    exercise,
    goal,
    opening,
    order_paid,
    order_submitted,
    step,
)
from tests.story import given
from trainer.orders.clock import AdvanceClock
from trainer.orders.values import HOUR
from trainer.play.reading import SolutionError
from trainer.play.run import Course, Run, fingerprint
from trainer.play.scripting import actor
from trainer.play.solution import tried
from trainer.training.scenario import Scenario

STEP = step("only", goal("only", 100, order_is={"order": "rush", "label": "signed"}))
CHANGES_MIND = {
    "when": {"event": "payment_received"},
    "order": "rush",
    "after_hours": 2,
    "role": "customer",
    "actor": "Olive Otter",
    "do": {"cancel_order": {"order_number": "$rush.order_number", "reason": "found it elsewhere"}},
}
CALL = {
    "after_hours": 5,
    "role": "clerk",
    "do": {"add_customer_note": {"customer_id": "$rush.customer_id", "text": "rang"}},
}


def scripted(*parts: dict[str, Any]) -> Course:
    """The rush exercise with this script."""
    raw = exercise(STEP).model_dump(exclude={"steps"})
    scenario = Scenario.model_validate({**raw, "steps": [STEP], "script": parts})
    opened = opening(scenario)
    return Course(opening=opened, judge=opened.judge())


def after(course: Course, *happened: Any) -> Run:
    return course.replay(given(*happened, world=course.opening.world).entries)


def waited(course: Course, run: Run, hours: int) -> tuple[Run, list[Any]]:
    run, answer = tried(run, course, AdvanceClock(to=run.world.now + hours * HOUR))
    assert isinstance(answer, tuple)
    return run, [entry for entry in answer if entry.command_id.startswith("script:")]


def test_somebody_does_something_so_long_after_an_event() -> None:
    course = scripted({**CHANGES_MIND, "role": "clerk"})
    run = after(course, order_paid(message_id=MESSAGE))
    run, others = waited(course, run, 1)
    assert others == []
    run, others = waited(course, run, 2)
    assert {(entry.actor, entry.role) for entry in others} == {("Olive Otter", "clerk")}
    assert run.world.orders[FIRST].status == "cancelled"


def test_it_happens_once_and_only_for_whom_it_is_about() -> None:
    note = {"add_note": {"order_number": "$rush.order_number", "text": "seen"}}
    part = {"when": {"event": "line_added"}, "order": "rush", "role": "clerk", "do": note}
    course = scripted(part)
    run = after(course, order_submitted(customer=HERON))
    assert run.scripted == 0  # somebody else's order
    run = after(course, order_submitted(message_id=MESSAGE))
    assert run.scripted == 1
    run, others = waited(course, run, 1)
    assert len(others) == 1
    assert waited(course, run, 24)[1] == []


def test_what_is_to_happen_so_long_after_the_opening_stands_on_the_agenda() -> None:
    course = scripted(CALL)
    run = course.start()
    assert [envelope.at - run.world.now for envelope in run.agenda.due.values()] == [5 * HOUR]
    run, others = waited(course, run, 6)
    assert len(others) == 1


def test_a_colleague_has_a_name_in_each_language_and_who_has_none_is_called_by_the_role() -> None:
    for wanted, english, there in (
        ("clerk", "Theo Lindgren (order desk)", "林志豪（訂單組）"),
        ("Lin", "Lin", "Lin"),
        ("", "clerk", "clerk"),
    ):
        course = scripted({**CALL, "actor": wanted})
        _, others = waited(course, course.start(), 6)
        assert others[0].actor == english
        part, world = course.judge.scenario.script[0], course.opening.world
        company = msgspec.structs.replace(world.company, locale="zh_TW")
        assert actor(part, msgspec.structs.replace(world, company=company)) == there


def test_words_are_in_the_language_of_the_world_with_values_in_them() -> None:
    text = {"en": "About {$rush.customer_po_number}", "zh_Hans": "关于", "zh_Hant": "關於"}
    course = scripted({**CALL, "do": {"add_customer_note": {
        "customer_id": "$rush.customer_id", "text": text}}})  # fmt: skip
    _, others = waited(course, course.start(), 6)
    assert others[0].event.text == "About PO-SO-10001"


def test_a_replay_finds_the_same_script() -> None:
    course = scripted({**CHANGES_MIND, "role": "clerk"})
    story = given(order_paid(message_id=MESSAGE), world=course.opening.world).entries
    run = course.replay(story)
    assert fingerprint(run) == fingerprint(course.replay(story))
    assert run.agenda == course.replay(story[3:], run=course.replay(story[:3])).agenda
    assert run.scripted == 1


def test_words_that_mean_nothing_yet_leave_it_undone_and_an_opening_says_so() -> None:
    early = {**CHANGES_MIND, "when": {"event": "clock_advanced"}, "order": None}
    course = scripted(early)
    run, _ = waited(course, course.start(), 1)
    assert (run.scripted, len(run.agenda.due)) == (0, 0)
    never = {"after_hours": 1, "do": CHANGES_MIND["do"]}
    with pytest.raises(SolutionError, match="there is no order_number in"):
        scripted(never).start()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"do": {"fly": {}}}, "do: there is no command fly"),
        ({"when": None, "after_hours": None}, "nothing sets it going; add when: or after_hours:"),
    ],
)
def test_a_script_that_cannot_be_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        scripted({**CHANGES_MIND, **change})
