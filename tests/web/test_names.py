"""What the keys of an author's text are called in forms: each has a name, in every language."""

import re
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
import pytest
from flask import Flask
from pydantic import BaseModel

from tests.web.conftest import Browser
from tests.web.test_author import begin, ines
from tests.web.test_drafting import press
from tests.web.test_words import spoken
from trainer.catalog.shapes import COMMANDS, STOCK
from trainer.orders.engine import events
from trainer.orders.rulebook import Action, Conditions
from trainer.play.writing import FormField, Group
from trainer.training.checks import CHECKS, Check
from trainer.training.filling import WordsIn
from trainer.training.quiz import Bank
from trainer.training.scenario import Scenario
from trainer.training.state import FACTS
from trainer.training.texts import Text
from trainer.web import vocabulary
from trainer.web.key_names import NAMES, key_name
from trainer.web.value_names import EVENTS, meaning

__all__ = ["ines"]
Path = tuple[str, ...]
THEMSELVES = re.compile(r"[A-Z]{3,4}|1|[A-Z_]+")
"""Currencies, formats and codes are called so in every language."""


def shown(shape: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every key that a form can show, with those above it; and every word that can be chosen."""
    while get_origin(shape) is Annotated:
        shape = get_args(shape)[0]
    if shape is Text or shape is Check or shape is WordsIn:
        return  # languages have their own names
    if get_origin(shape) is Literal:
        yield from ((path, str(word)) for word in get_args(shape))
    elif get_origin(shape) in (Union, UnionType, tuple, dict):
        for part in get_args(shape):
            yield from shown(part, path)
    elif isinstance(shape, type) and issubclass(shape, BaseModel):
        for name, field in shape.model_fields.items():
            yield (*path, name), ""
            yield from shown(field.annotation, (*path, name))
    elif isinstance(shape, type) and issubclass(shape, msgspec.Struct):
        for part in msgspec.structs.fields(shape):
            yield (*path, part.name), ""
            yield from shown(part.type, (*path, part.name))


def every() -> Iterator[tuple[Path, str]]:
    yield from shown(Scenario)
    yield from shown(Bank)
    for name, kind in (*CHECKS.items(), *COMMANDS.items()):
        yield from shown(kind, (name,))
    for kind in (Conditions, Action):
        yield from shown(kind, ("rule_stands", "where"))
    for event in events().values():
        yield from ((("where", part.name), "") for part in msgspec.structs.fields(event))
    yield from ((("where", fact), "") for fact in (*FACTS, *STOCK))


def test_every_key_has_a_name() -> None:
    keys = {path for path, word in every() if not word}
    assert len(keys) > 500
    assert sorted({path for path in keys if key_name(path) is None}) == []


def test_no_name_is_of_a_key_that_is_not_there() -> None:
    known = {part for path, word in every() for part in path}
    assert {part for name in NAMES for part in name.split(".") if not part.isdecimal()} <= known | {
        "like"
    }


def test_every_check_command_and_event_has_a_name() -> None:
    assert sorted(name for name in (*CHECKS, *COMMANDS) if not vocabulary.kind_name(name)) == []
    assert set(EVENTS) == set(events())


def test_every_word_that_can_be_chosen_has_a_name() -> None:
    words = {(path, word) for path, word in every() if word and not THEMSELVES.fullmatch(word)}
    assert len(words) > 200
    assert [
        (path, word)
        for path, word in sorted(words)
        if meaning(path, word) is None and vocabulary.kind_name(word) is None
    ] == []


def test_one_idea_has_one_name_on_the_desk_and_in_the_forms(app: Flask) -> None:
    group = Group("steps.0.solution.0", "command", 1, {"en": "confirm_order"}, "", ())
    path = "steps.0.solution.0.confirm_order.promised_delivery_date"
    with spoken(app, "zh_Hans"):  # type: ignore[attr-defined]
        assert vocabulary.label(path, group) == "承诺交货日期"
        assert vocabulary.title(group) == "指令 1：确认交货日期 (confirm_order)"


@pytest.mark.parametrize(
    ("path", "group", "called"),
    [
        ("title.zh_Hant", ("", "about"), "Title · 繁體中文"),
        ("world.mishaps.days", ("world", "world"), "Mishaps, of 100 parcels · Days late"),
        ("cast.first.packs.1", ("cast.first", "member"), "Packs of each product · At most"),
        ("standing.0.check.order_is.label", ("standing.0", "goal"), "Status of the order"),
    ],
)
def test_a_field_is_named_with_the_keys_it_is_under(
    app: Flask, path: str, group: tuple[str, str], called: str
) -> None:
    with spoken(app, "en"):  # type: ignore[attr-defined]
        assert vocabulary.label(path, Group(*group, 0, {}, "", ())) == called


def test_what_stands_for_itself_is_not_said_twice(app: Flask) -> None:
    field = FormField("mode", "faded", 1, 1, False, ("guided", "faded"))
    with spoken(app, "en"):  # type: ignore[attr-defined]
        assert vocabulary.options(field) == [("guided", "guided"), ("faded", "less help (faded)")]


def test_refusals_are_chosen_by_what_they_say(app: Flask) -> None:
    codes = ("UNKNOWN_ORDER", "NOT_PACKED")
    path = "steps.0.goals.0.check.refused_with.code"
    with spoken(app, "zh_Hans"):  # type: ignore[attr-defined]
        said = dict(vocabulary.options(FormField(path, "NOT_PACKED", 1, 1, False, codes)))
    assert said["NOT_PACKED"] == "订单 … 没有已打包的 … 号包裹。 (NOT_PACKED)"
    assert set(said) == set(codes)


def test_a_chinese_instructor_reads_names_with_the_keys_beside_them(ines: Browser) -> None:
    page = begin(ines, "empty:")
    press(ines, page, "add", "steps", "empty")
    press(ines, page, "add", "steps.0.goals", "order_is")
    ines.set_cookie("look", "zh_Hans.light.16")
    text = ines.get(page).text
    assert ">限时（分钟） (time_limit)</option>" in text
    assert '检查 <strong>订单到达某个状态</strong> <code class="draft-key">order_is</code>' in text
    assert re.search(r'>课程小节 <code class="draft-key">chapter</code>', text)
    assert ">待付款 (pending_payment)</option>" in text


def test_words_side_by_side_say_where_they_stand(ines: Browser) -> None:
    page = begin(ines, "empty:")
    press(ines, page, "add", "steps", "empty")
    shown = ines.get(f"{page}/languages?view=all").text
    assert 'Steps · 1 · The task in words <code class="draft-key">steps.0.say</code>' in shown
