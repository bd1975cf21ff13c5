"""Whatever a form adds to a scenario begins so that little more than its words is missing."""

import re
from collections.abc import Iterator

import pytest

from trainer import paths
from trainer.catalog.beginnings import TITLES
from trainer.catalog.library import Library
from trainer.catalog.shapes import COMMANDS
from trainer.catalog.writing import ScenarioDesk
from trainer.orders.engine import commands
from trainer.play.memory import MemoryStore
from trainer.play.writing import Act, Group, Misfit
from trainer.training.checks import CHECKS

STILL_TO_SAY = ("there is no text here", "there is not enough here")
"""What is said of empty words, and of a list with nothing in it."""


@pytest.fixture(scope="module")
def desk() -> ScenarioDesk:
    return ScenarioDesk(paths.SCENARIOS, Library(paths.SCENARIOS, MemoryStore()))


def done(desk: ScenarioDesk, text: str, verb: str, path: str, kind: str = "") -> str:
    return desk.altered(text, Act(verb, path, kind))[0]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def small(desk: ScenarioDesk) -> str:
    """One order, entered."""
    text = desk.begun((), "en").replace('en: ""', "en: Words")
    text = done(desk, done(desk, text, "add", "cast", "email"), "add", "steps", "enter")
    text = text.replace("points: 12", "points: 100")
    assert desk.look(text)[1] == ()
    return text


def faults(desk: ScenarioDesk, text: str) -> list[str]:
    return [it.what for it in desk.look(text)[1] if it.what not in STILL_TO_SAY]


def test_nothing_says_what_it_misses(desk: ScenarioDesk) -> None:
    for language, missing in (("en", 2), ("zh_Hans", 5), ("zh_Hant", 5)):
        text = desk.begun(["new-scenario-1"], language)
        assert "id: new-scenario-2\n" in text
        assert f"title:\n  {language}: {TITLES[language]}\n" in text
        assert [it.what for it in desk.look(text)[1]] == [STILL_TO_SAY[0]] * missing


@pytest.mark.parametrize("kind", sorted(CHECKS))
def test_a_goal_of_each_kind_has_the_fields_its_check_needs(
    desk: ScenarioDesk, small: str, kind: str
) -> None:
    where = "standing" if CHECKS[kind].standing else "steps.0.goals"
    text = done(desk, small, "add", where, kind)
    explained = {"month_reaches": ["a goal asks for a month, and there is none"]}
    assert faults(desk, text) == explained.get(kind, [])


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_begins_as_the_course_says_it(
    desk: ScenarioDesk, small: str, name: str
) -> None:
    assert faults(desk, done(desk, small, "add", "steps.0.solution", name)) == []


@pytest.mark.parametrize("name", sorted(commands()))
def test_others_can_do_each_command_in_a_role_that_may(
    desk: ScenarioDesk, small: str, name: str
) -> None:
    text = done(desk, small, "add", "script", name)
    assert faults(desk, text) == []
    assert re.search(r"role: (\w+)", text)[1] in commands()[name].roles  # type: ignore[index]


def test_what_others_do_in_the_course_stands_first(desk: ScenarioDesk, small: str) -> None:
    [script] = [it for it in desk.outline(small) if it.kind == "script"]
    kinds = [it.value for it in script.lists[0].kinds]
    assert kinds.index("receive_complaint") < kinds.index("archive_order")
    assert set(kinds) == set(commands())  # nobody else hands in the run


@pytest.mark.parametrize("kind", ["email", "phone", "defect", "delivered"])
def test_an_order_of_each_kind_is_whole(desk: ScenarioDesk, small: str, kind: str) -> None:
    text, where = desk.altered(small, Act("add", "cast", kind))
    assert where == "cast.second"
    assert desk.look(text)[1] == ()


def test_a_step_of_the_course_comes_under_an_id_of_its_own(desk: ScenarioDesk, small: str) -> None:
    text = done(desk, small, "add", "steps", "enter").replace("points: 12", "points: 0")
    assert desk.look(text)[1] == ()
    assert "id: enter-1" in text
    assert "id: entered-1" in text


def test_a_goal_gets_the_points_that_are_left(desk: ScenarioDesk, small: str) -> None:
    text = small.replace("points: 100", "points: 70")
    assert "points: 30" in done(desk, text, "add", "steps.0.goals", "promise_kept")
    assert "points: 0" in done(desk, small, "add", "steps.0.goals", "promise_kept")


def test_a_goal_gets_another_check_and_keeps_its_words(desk: ScenarioDesk, small: str) -> None:
    text = done(desk, small, "check", "steps.0.goals.0", "order_is")
    assert desk.look(text)[1] == ()
    assert "entered_exactly" not in text
    gone = ("          entered_exactly:", "            order: first", "        check:")
    kept = [it for it in small.splitlines() if it not in gone]
    assert [it for it in kept if it not in text.splitlines()] == []


def test_a_member_of_the_cast_is_renamed_wherever_it_is_meant(
    desk: ScenarioDesk, small: str
) -> None:
    text = done(desk, small, "add", "steps.0.goals", "happened_before")  # it has a key `first`
    text = text.replace("cast:\n", "cast:  # who writes\n") + (
        "script:\n  - order: first\n    after_hours: 2\n"
        "    do: {add_note: {order_number: $first.order_number, text: first of all}}\n"
    )
    named = done(desk, text, "rename", "cast.first", "acme")
    meant = ("$first.", "order: first", "  first:\n    channel")
    wanted = text
    for old in meant:
        wanted = wanted.replace(old, old.replace("first", "acme"))
    assert named == wanted
    assert faults(desk, named) == faults(desk, text)


def everything(group: Group) -> Iterator[tuple[str, str]]:
    yield from ((group.path, key) for key in group.more)
    for rows in group.lists:
        for inner in rows.groups:
            yield from everything(inner)


def test_whatever_else_can_be_said_is_known_where_it_is_said(
    desk: ScenarioDesk, small: str
) -> None:
    offered = [it for group in desk.outline(small) for it in everything(group)]
    assert ("world", "planted.spike") in offered
    assert ("cast.first", "defect") in offered
    assert ("steps.0.goals.0", "catches") in offered
    for path, key in offered:
        text = done(desk, small, "say", path, key)
        assert not [it for it in faults(desk, text) if "no key" in it], (path, key)


@pytest.mark.parametrize(
    ("verb", "path", "kind"),
    [
        ("add", "steps.0.goals", "no_such_check"),
        ("add", "steps.0.goals", "never_refused"),  # over the whole run only
        ("add", "steps.7.goals", "happened"),
        ("add", "world", "happened"),
        ("say", "world", "orders"),  # it does already
        ("say", "", "script"),
        ("remove", "world", ""),
        ("remove", "steps.0.id", ""),
        ("up", "steps.0", ""),
        ("down", "steps.0", ""),
        ("remove", "steps.x", ""),
        ("remove", "", ""),
        ("rename", "cast.first", "first"),
        ("rename", "cast.first", "No Name"),
        ("rename", "cast.nobody", "acme"),
        ("rename", "steps.0", "acme"),
        ("check", "steps.0.goals.0", "never_refused"),
        ("check", "steps.0.goals.7", "order_is"),
        ("check", "steps.0.hints.0", "order_is"),
    ],
)
def test_what_no_form_offers_is_not_done(
    desk: ScenarioDesk, small: str, verb: str, path: str, kind: str
) -> None:
    with pytest.raises(Misfit):
        done(desk, small, verb, path, kind)


@pytest.mark.parametrize("name", ["whose-fault", "tidy-files"])
def test_the_courses_words_count_as_reviewed_also_in_commands(
    desk: ScenarioDesk, name: str
) -> None:
    words = desk.wordings(dict(desk.files())[name])
    assert any(".do." in it.path or ".solution." in it.path for it in words)
    assert [it.path for it in words if it.pair("zh_Hans") not in desk.read()] == []
