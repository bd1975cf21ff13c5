"""Words found in a run: the trainee's own and last ones; covered where they would name somebody."""

import pytest

from tests.store.shop import DRAFT, LAMPS, ORDER, SUBMIT, as_json, content, opening, words
from trainer.orders.engine import Recorded
from trainer.orders.hand_overs import HandedOver
from trainer.orders.intake import RejectOrder
from trainer.orders.service import AddNote
from trainer.play.memory import MemoryStore
from trainer.play.pieces import COVER, Words, context, covered, drawn, said, written
from trainer.play.ports import Sandbox
from trainer.play.sandbox import Desk


class Silent:
    """Debriefs in which one thing was said about every run, or nothing."""

    def __init__(self, text: str | None = None) -> None:
        self._text = text

    def said(self, sandbox_id: int) -> str | None:
        return self._text

    def say(self, sandbox_id: int, text: str) -> None:
        raise NotImplementedError

    def watched(self, person_id: int, scenario_id: str) -> float | None:
        raise NotImplementedError

    def watch(self, person_id: int, scenario_id: str) -> None:
        raise NotImplementedError


def judged(name: str, deed: str) -> dict[str, object]:
    level = [{"points": points, "says": words("so")} for points in (1, 0)]
    about = {"deed": deed} if deed == "reflection" else {"deed": deed, "order": "xu"}
    return {"id": name, "says": words(name), "about": about} | {
        "criteria": [{"id": "clear", "says": words("clear"), "levels": level}]
    }


@pytest.fixture
def desk() -> Desk:
    return Desk(MemoryStore())


def begun(desk: Desk, *deeds: str) -> Sandbox:
    """An order that is entered, in an exercise in which a person judges these."""
    scenario = content() | {"judged": [judged(it.replace("_", "-"), it) for it in deeds]}
    sandbox = desk.store.open(
        1, desk.store.put_opening(opening(scenario), as_json(scenario), "judged")
    )
    for number, command in enumerate((DRAFT, LAMPS, SUBMIT)):
        done = desk.perform(sandbox, command, actor="ada", command_id=f"c{number}")
        sandbox = done.sandbox
    return sandbox


def test_the_last_word_counts(desk: Desk) -> None:
    sandbox = begun(desk, "note_added", "order_rejected")
    for text in ("call them", "called: they take it on Friday"):
        sandbox = desk.perform(
            sandbox, AddNote(ORDER, text), actor="ada", command_id=text[:6]
        ).sandbox
    assert list(written(desk, Silent(), sandbox)) == [
        Words("note-added", "called: they take it on Friday", sandbox.events)
    ]


def test_what_others_say_is_not_the_trainees(desk: Desk) -> None:
    sandbox = begun(desk, "note_added")
    for role, command_id in (("system", "n1"), ("clerk", "rule:7")):
        sandbox = desk.perform(
            sandbox, AddNote(ORDER, "automatic"), actor="x", command_id=command_id, role=role
        ).sandbox
    assert list(written(desk, Silent(), sandbox)) == []


def test_of_hand_overs_every_note_counts(desk: Desk) -> None:
    sandbox = begun(desk, "handed_over")
    course = desk.course(sandbox)
    entries = [
        Recorded(
            place, 0, "ada", "clerk", f"n{place}", HandedOver(ORDER, "order_desk", "finance", note)
        )
        for place, note in enumerate(("12.00 to come", ""), start=sandbox.events + 1)
    ]
    (about,) = course.opening.scenario.judged
    found = said(course, desk.run(sandbox).world, entries, about)
    assert found == Words("handed-over", "12.00 to come\n–", sandbox.events + 2)


def test_the_reason_of_a_no_comes_with_the_letter_it_answers(desk: Desk) -> None:
    sandbox = begun(desk, "order_rejected")
    sandbox = desk.perform(
        sandbox, RejectOrder(ORDER, "we sell to shops alone"), actor="ada", command_id="no"
    ).sandbox
    ((name, text, at),) = written(desk, Silent(), sandbox)
    assert (name, text) == ("order-rejected", "we sell to shops alone")
    assert at is not None
    (entry,) = desk.store.events(sandbox.sandbox_id, after=at - 1)[:1]
    around = context(desk.at(sandbox, at).world, entry)
    assert around.message is not None
    assert around.message.body == "三盏灯"
    assert around.order is not None


def test_a_reflection_is_said_about_the_run(desk: Desk) -> None:
    sandbox = begun(desk, "reflection")
    assert list(written(desk, Silent(), sandbox)) == []
    assert list(written(desk, Silent(""), sandbox)) == []
    assert list(written(desk, Silent("look twice"), sandbox)) == [Words("reflection", "look twice")]


def test_an_exercise_without_anything_to_judge_has_no_words(desk: Desk) -> None:
    assert list(written(desk, Silent("words"), begun(desk))) == []


@pytest.mark.parametrize(
    ("text", "names", "shown"),
    [
        ("Kind regards, Ada Lovelace", ["Ada Lovelace"], f"Kind regards, {COVER}"),
        ("Yours, ada.", ["Ada Lovelace", "alove"], f"Yours, {COVER}."),
        ("Adam is Canadian", ["Ada"], "Adam is Canadian"),
        ("alove@example.com", ["Ada", "alove"], f"{COVER}@example.com"),
        ("此致，王小明", ["王小明"], f"此致，{COVER}"),
        ("小明敬上", ["王小明"], f"{COVER}敬上"),
        ("an answer", ["An Li"], "an answer"),
    ],
)
def test_the_name_of_who_wrote_is_covered(text: str, names: list[str], shown: str) -> None:
    assert covered(text, names) == shown


def test_numbers_are_drawn_and_each_is_free() -> None:
    taken: set[int] = set()
    for _ in range(300):
        number = drawn(taken)
        assert number not in taken
        taken.add(number)
    assert min(taken) >= 1
    assert max(taken) <= 900
    assert len({drawn(()) for _ in range(200)}) > 1
