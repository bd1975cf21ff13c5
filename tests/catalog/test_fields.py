"""Single values of a text, changed in their places; a language that is missing is filled in."""

import pytest

from trainer.catalog.fields import changed, fields
from trainer.catalog.parts import said

TEXT = """\
title: {en: A title}   # short
say:
  en: |
    Dear you,

    bye
  zh_Hans: 您好
minutes: 5
after: [one, two]
body:
  en: >-
    folded
"""


def test_a_language_that_is_missing_is_a_field_and_filled_in_beside_the_others() -> None:
    found = {it.path: it.value for it in fields(TEXT)}
    assert found["title.zh_Hans"] == found["say.zh_Hant"] == ""
    text = changed(
        TEXT, {"title.zh_Hant": "標題", "say.zh_Hant": "您好：\n再見", "body.zh_Hans": "正文"}
    )
    assert 'title: {en: A title, zh_Hant: "標題"}   # short' in text
    assert said(text)["say"]["zh_Hant"] == "您好：\n再見"
    assert list(said(text)["body"]) == ["en", "zh_Hans"]
    assert changed(TEXT, {"title.zh_Hans": "  "}) == TEXT


def test_a_language_that_is_emptied_is_taken_out() -> None:
    text = changed(TEXT, {"say.zh_Hans": "", "say.en": "Dear them,\n\nbye bye"})
    assert text == TEXT.replace("  zh_Hans: 您好\n", "").replace("you,", "them,").replace(
        "bye", "bye bye"
    )


def test_what_may_be_missing_is_taken_out_when_it_is_emptied_and_nothing_else_is() -> None:
    optional = {("minutes",), ("after", 0), ("after", 1)}
    assert "minutes" not in changed(TEXT, {"minutes": ""}, optional)
    assert 'minutes: ""' in changed(TEXT, {"minutes": ""})
    assert "after: [two]" in changed(TEXT, {"after.0": ""}, optional)
    assert "after: []" in changed(TEXT, {"after.0": "", "after.1": ""}, optional)


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ("$first.sku", "$second.sku", "$second.sku"),
        ("$first.quantity", "3", "3"),
        ("3", "$first.quantity", "$first.quantity"),
        ("word", "null", '"null"'),
        ("3", "4", "4"),
        ('"3"', "4", '"4"'),
        ("word", "two words", '"two words"'),
    ],
)
def test_a_value_is_written_as_its_neighbours(old: str, new: str, written: str) -> None:
    assert changed(f"a: {old}  # why\n", {"a": new}) == f"a: {written}  # why\n"


@pytest.mark.parametrize("begins", ["", "\ufeff", "# 中文 😀\n"])
def test_a_value_stands_where_it_is_seen_whatever_the_text_begins_with(begins: str) -> None:
    text = f"{begins}title:\n  en: aa\n  zh_Hans: 一二\nid: x\n"
    assert changed(text, {"title.zh_Hans": "三", "id": "y"}) == (
        f'{begins}title:\n  en: aa\n  zh_Hans: "三"\nid: y\n'
    )
