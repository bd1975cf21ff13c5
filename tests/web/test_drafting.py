"""Steps, goals, hints, commands and orders put into a draft, moved and taken out, by its forms."""

import re
from collections.abc import Callable
from html import unescape
from time import process_time

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.web.conftest import Browser
from tests.web.test_author import begin, drafts, ines, key_of, saved
from trainer.play.authoring import LARGEST_DRAFT, Drafts

__all__ = ["drafts", "ines"]
Login = Callable[[str], Browser]


@pytest.fixture
def page(ines: Browser) -> str:
    """An empty draft."""
    return begin(ines, "empty:")


def button(shown: str, verb: str, path: str) -> str:
    """What the button that does it says, as it is printed."""
    found = re.search(rf'name="act" value="({verb}:{re.escape(path)}:\w+)"', shown)
    assert found, f"no button for {verb} {path}"
    return found[1]


def press(
    browser: Browser, page: str, verb: str, path: str, kind: str = "", **typed: str
) -> TestResponse:
    """A form as it is sent without a script: with everything that stands on the page."""
    shown = browser.get(page).text
    form = {
        "text": unescape(re.search(r'id="source".*?>\n?(.*?)</textarea>', shown, re.S)[1]),  # type: ignore[index]
        "saves": re.search(r'name="saves" value="(\d+)"', shown)[1],  # type: ignore[index]
        "act": button(shown, verb, path),
        f"{verb}.{path}": kind,
    }
    return browser.send(f"{page}/parts", **(form | typed))


def test_an_empty_draft_has_room_for_everything(ines: Browser, page: str, drafts: Drafts) -> None:
    shown = ines.get(page).text
    for path in ("cast", "steps", "standing"):
        button(shown, "add", path)
    assert drafts.draft(key_of(page)).title == "New scenario"
    assert drafts.draft(key_of(begin(ines, "empty:"))).name != drafts.draft(key_of(page)).name


@pytest.mark.parametrize(
    ("tongue", "language", "title"),
    [("zh_Hans", "zh_Hans", "新场景"), ("zh_Hant", "zh_Hant", "新情境")],
)
def test_who_writes_chinese_begins_in_chinese_and_english_is_marked_missing(
    ines: Browser, drafts: Drafts, tongue: str, language: str, title: str
) -> None:
    ines.set_cookie("look", f"{tongue}.light.16")
    page = begin(ines, "empty:")
    draft = drafts.draft(key_of(page))
    assert draft.title == title
    assert f'title:\n  {language}: {title}\n  en: ""\n' in draft.text
    shown = ines.get(page).text
    assert shown.count('class="field-error" id="form-') == 5  # but for the title in Chinese
    assert 'id="form-title-en" name="field.title.en" aria-invalid="true"' in shown


def test_the_forms_stand_first_and_enter_saves(ines: Browser, page: str, drafts: Drafts) -> None:
    shown = ines.get(page).text
    assert shown.index('id="forms-title"') < shown.index('id="source"')
    form = shown[shown.index('id="writing"') :]
    first = re.search(r"<button[^>]*>", form)
    assert first
    assert "name=" not in first[0]  # Enter in a field presses the first: it only saves
    saved(ines, drafts, page, "no: [yaml")
    shown = ines.get(page).text
    assert 'id="forms-title"' not in shown
    assert "There are no forms for a text that cannot be read" in shown


def test_a_step_with_all_that_belongs_to_it_is_built_by_forms_alone(
    ines: Browser, page: str, drafts: Drafts
) -> None:
    def text() -> str:
        return drafts.draft(key_of(page)).text

    answer = press(ines, page, "add", "cast", "email")
    assert answer.status_code == 303
    assert answer.location.endswith("?at=cast.first#part-cast-first")
    press(ines, page, "add", "steps", "empty")
    press(ines, page, "add", "steps.0.goals", "happened")
    press(ines, page, "add", "steps.0.goals", "order_is")
    press(ines, page, "add", "steps.0.hints")
    press(ines, page, "add", "steps.0.solution", "check_order")
    press(ines, page, "add", "steps.0.solution", "create_draft")
    shown = ines.get(f"{page}?at=steps.0.goals.1").text
    assert 'name="field.steps.0.goals.1.check.order_is.label"' in shown
    assert re.search(r'<details class="draft-section" open id="part-steps-0">', shown)
    press(ines, page, "check", "steps.0.goals.1", "promise_kept")
    press(ines, page, "check", "steps.0.goals.1", "order_is")
    press(ines, page, "up", "steps.0.solution.1")
    assert re.search(r"- create_draft:(\n.*){5}\n +- check_order:", text())
    press(ines, page, "say", "steps.0.goals.0", "check.happened.times")
    assert re.search(r"event: \w+\n +times: 1", text())
    answer = press(ines, page, "say", "", "time_limit")
    assert answer.location.endswith("?at=about#part-about")
    shown = ines.get(answer.location).text
    assert '<details class="draft-section" open id="part-about">' in shown
    assert "Added." in shown
    press(ines, page, "remove", "steps.0.goals.0")
    assert "happened:" not in text()
    assert "order_is:" in text()
    press(ines, page, "remove", "steps.0")
    assert "steps: []" in text()


def test_what_others_do_is_written_by_forms(ines: Browser, page: str, drafts: Drafts) -> None:
    press(ines, page, "add", "cast", "email")
    press(ines, page, "add", "script", "receive_complaint")
    press(ines, page, "add", "script", "change_delivery")
    press(ines, page, "say", "script.1", "actor")
    press(ines, page, "up", "script.1")
    shown = ines.get(page).text
    assert "Done by others 1: Change the delivery (change_delivery)" in shown
    assert "Done by others 2: A complaint comes in (receive_complaint)" in shown
    press(ines, page, "rename", "cast.first", "acme")
    text = drafts.draft(key_of(page)).text
    script = text[text.index("script:") : text.index("standing:")]
    assert re.search(r"change_delivery:(.|\n)*receive_complaint:", script)
    assert "order_number: $acme.order_number" in script
    assert "$first" not in script
    press(ines, page, "remove", "script.0")
    assert "change_delivery" not in drafts.draft(key_of(page)).text


def test_a_name_that_cannot_be_is_said_to_be_none(ines: Browser, page: str, drafts: Drafts) -> None:
    press(ines, page, "add", "cast", "email")
    answer = press(ines, page, "rename", "cast.first", "Acme & Co")
    assert answer.status_code == 422
    assert "small letters, digits and hyphens" in answer.text
    assert press(ines, page, "rename", "cast.first", "acme").location.endswith("#part-cast-acme")
    assert "cast:\n  acme:\n" in drafts.draft(key_of(page)).text


def test_what_is_incomplete_is_explained_beside_its_field(ines: Browser, page: str) -> None:
    press(ines, page, "add", "steps", "empty")
    press(ines, page, "add", "steps.0.hints")
    shown = ines.get(page).text
    field = re.search(r'<textarea[^>]*name="field\.steps\.0\.hints\.0\.says\.en"[^>]*>', shown)
    assert field
    assert 'aria-invalid="true"' in field[0]
    assert "there is no text here: write it" in shown


def test_what_is_wrong_is_told_in_the_readers_language(ines: Browser, page: str) -> None:
    press(ines, page, "add", "steps", "empty")
    press(ines, page, "add", "steps.0.hints")
    ines.set_cookie("look", "zh_Hans.light.16")
    shown = ines.get(page).text
    assert "这里还没有文字：请填写" in shown  # beside its field
    assert "这里还没有文字<br>" in shown  # in the list
    assert "there is no text here" not in shown


def test_what_was_typed_meanwhile_goes_along(ines: Browser, page: str, drafts: Drafts) -> None:
    text = drafts.draft(key_of(page)).text
    press(
        ines, page, "add", "steps", "empty",
        **{"field.title.en": "In the form", "field.title.zh_Hans": "表单"}, text="# typed\n" + text,
    )  # fmt: skip
    kept = drafts.draft(key_of(page)).text
    assert kept.startswith("# typed\nformat: 1\n")
    assert 'en: "In the form"\n  zh_Hans: 表单\n' in kept
    assert "id: step-1" in kept


def test_a_button_of_an_older_text_touches_nothing_else(
    ines: Browser, page: str, drafts: Drafts
) -> None:
    press(ines, page, "add", "steps", "empty")
    press(ines, page, "add", "steps", "empty")
    typed = drafts.draft(key_of(page)).text.replace("id: step-1", "id: another")
    answer = press(ines, page, "remove", "steps.0", text=typed)
    assert answer.status_code == 409
    assert "the text says something else there by now" in answer.text
    assert drafts.draft(key_of(page)).text == typed  # saved, and both steps are there
    assert press(ines, page, "remove", "steps.0").status_code == 303
    assert "another" not in drafts.draft(key_of(page)).text


def test_a_text_that_cannot_be_read_stays_as_it_is_typed(
    ines: Browser, page: str, drafts: Drafts
) -> None:
    typed = "steps: [\n# half a thought"
    answer = press(ines, page, "add", "steps", "empty", text=typed)
    assert answer.status_code in (409, 422)
    assert typed in unescape(answer.text)
    assert drafts.draft(key_of(page)).text == typed


def test_a_text_that_is_written_otherwise_is_left_to_its_author(
    ines: Browser, page: str, drafts: Drafts
) -> None:
    text = drafts.draft(key_of(page)).text + "judged: &same []\nskills: *same\n"
    saved(ines, drafts, page, text.replace("steps: []", "steps: &all\n  - id: a\nscript: *all"))
    before = drafts.draft(key_of(page)).text
    answer = press(ines, page, "remove", "steps.0")
    assert answer.status_code == 422
    assert "a form cannot make this change" in answer.text
    assert drafts.draft(key_of(page)).text == before


def test_two_tabs_add_nothing_to_a_text_they_have_not_seen(
    ines: Browser, page: str, drafts: Drafts
) -> None:
    answer = press(ines, page, "add", "steps", "empty", saves="0", text="typed: here")
    assert answer.status_code == 409
    assert "typed: here" in answer.text
    assert "step-1" not in drafts.draft(key_of(page)).text


def test_nothing_is_added_beyond_the_bounds(ines: Browser, page: str, drafts: Drafts) -> None:
    text = drafts.draft(key_of(page)).text
    full = text + "# " + "x" * (LARGEST_DRAFT - len(text) - 3) + "\n"
    saved(ines, drafts, page, full)
    answer = press(ines, page, "add", "cast", "email")
    assert answer.status_code == 422
    assert "would become too long" in answer.text
    assert drafts.draft(key_of(page)).text == full


@pytest.mark.parametrize(
    "text",
    [
        "steps: [" + "{}," * 60_000 + "{}]",
        "steps:\n" + "- {goals: [" + "{}," * 60_000 + "{}]}",
        "cast: {" + ",".join(f"a{it}: {{}}" for it in range(20_000)) + "}",
        "after: [" + "a, " * 60_000 + "b]",
        "steps: [{goals: [" + "{check: {all_of: {checks: [" * 9 + "]}}}" * 9 + "]}]",
    ],
    ids=["steps", "goals", "cast", "words", "deep"],
)
def test_no_text_makes_forms_without_end(
    ines: Browser, page: str, drafts: Drafts, text: str
) -> None:
    saved(ines, drafts, page, text)
    began = process_time()  # a busy machine is not the text's fault
    shown = ines.get(page)
    assert shown.status_code == 200
    assert len(shown.data) < 4_000_000
    ines.send(f"{page}/parts", act="add:steps:0", **{"add.steps": "empty"})
    assert process_time() - began < 30


@pytest.mark.parametrize("act", ["", "add", "drop:steps:x", "add:steps", "add:x.y.z:0"])
def test_a_button_that_was_never_printed_does_nothing(
    ines: Browser, page: str, drafts: Drafts, act: str
) -> None:
    before = drafts.draft(key_of(page)).text
    assert ines.send(f"{page}/parts", act=act, **{"add.steps": "empty"}).status_code in (400, 409)
    assert drafts.draft(key_of(page)).text == before


def test_only_who_writes_it_changes_it(
    app: Flask, login_as: Login, ines: Browser, page: str, drafts: Drafts
) -> None:
    act = button(ines.get(page).text, "add", "steps")
    before = drafts.draft(key_of(page)).text
    for who in ("omar", "ada"):
        answer = login_as(who).send(f"{page}/parts", act=act, **{"add.steps": "empty"})
        assert answer.status_code == 403
    assert drafts.draft(key_of(page)).text == before
    assert 'name="act"' not in login_as("omar").get(page).text


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW"])
def test_the_forms_speak_the_authors_language(ines: Browser, page: str, language: str) -> None:
    shown = ines.get(page, headers={"Accept-Language": language}).text
    assert {"zh-CN": "新增步骤", "zh-TW": "新增步驟"}[language] in shown


def test_a_long_chinese_text_goes_along_with_its_forms(
    ines: Browser, page: str, drafts: Drafts
) -> None:
    text = drafts.draft(key_of(page)).text.replace(
        '\nbrief:\n  en: ""', "\nbrief:\n  en: " + "字" * 60_000
    )
    press(ines, page, "add", "steps", "empty", text=text, **{"field.title.zh_Hans": "字" * 60_000})
    kept = drafts.draft(key_of(page)).text
    assert kept.count("字") == 120_000
    assert "id: step-1" in kept
