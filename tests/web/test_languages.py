"""A draft's words side by side: written, reviewed, and not any more once either side changes."""

import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from tests.web.conftest import Browser
from tests.web.test_author import begin, drafts, ines, key_of, saved
from trainer.catalog.beginnings import TITLES
from trainer.play.authoring import Drafts

__all__ = ["drafts", "ines"]
Login = Callable[[str], Browser]
BRIEF = "brief:\n  en: Words of nobody else."


@pytest.fixture
def page(ines: Browser, drafts: Drafts) -> str:
    """A draft with one text in English, its title in all three languages, the rest empty."""
    page = begin(ines, "empty:")
    key = key_of(page)
    text = drafts.draft(key).text.replace('\nbrief:\n  en: ""', f"\n{BRIEF} {key}")
    title = f"title:\n  en: T {key}\n  zh_Hans: 甲 {key}\n  zh_Hant: 乙 {key}"
    text = text.replace(f"title:\n  en: {TITLES['en']}", title)
    saved(ines, drafts, page, text)
    return page


def state(browser: Browser, page: str, path: str, language: str) -> str:
    """How the words stand there, as the page says it."""
    shown = browser.get(f"{page}/languages?view=all").text
    part = shown.split(f'id="part-{path}"', 1)[1].split("</section>", 1)[0]
    cell = part.split(f'lang="{language.replace("_", "-")}"', 1)[1]
    found = re.search(r'class="draft-state draft-(\w+)"', cell)
    assert found
    return found[1]


def place(browser: Browser, page: str, path: str, language: str) -> str:
    """What the button beside those words was printed for."""
    shown = browser.get(f"{page}/languages?view=all").text
    found = re.search(rf'name="act" value="\w+:({re.escape(path)}:{language}:\w*)"', shown)
    assert found
    return found[1]


def press(browser: Browser, drafts: Drafts, page: str, act: str, **typed: str) -> TestResponse:
    saves = str(drafts.draft(key_of(page)).saves)
    return browser.send(
        f"{page}/languages", **({"act": act, "saves": saves, "view": "all"} | typed)
    )


def mark(
    browser: Browser, drafts: Drafts, page: str, path: str, language: str, **typed: str
) -> TestResponse:
    act = f"reviewed:{place(browser, page, path, language)}"
    return press(browser, drafts, page, act, **typed)


def test_what_is_missing_is_written_here_and_stands_in_the_text(
    ines: Browser, drafts: Drafts, page: str
) -> None:
    assert state(ines, page, "brief", "zh_Hans") == "missing"
    answer = press(ines, drafts, page, "save", **{"field.brief.zh_Hans": "没人写过的话。"})
    assert answer.status_code == 303
    assert "  zh_Hans: 没人写过的话。\n" in drafts.draft(key_of(page)).text
    assert state(ines, page, "brief", "zh_Hans") == "unread"
    assert state(ines, page, "brief", "zh_Hant") == "missing"


def test_a_mark_lasts_until_either_side_is_changed(
    ines: Browser, drafts: Drafts, page: str
) -> None:
    mark(ines, drafts, page, "title", "zh_Hans")
    assert state(ines, page, "title", "zh_Hans") == "reviewed"
    assert state(ines, page, "title", "zh_Hant") == "unread"
    title = f"T {key_of(page)}"
    press(ines, drafts, page, "save", **{"field.title.en": title + "!"})
    assert state(ines, page, "title", "zh_Hans") == "source_changed"
    press(ines, drafts, page, "save", **{"field.title.en": title})
    assert state(ines, page, "title", "zh_Hans") == "reviewed"  # as it was read
    press(ines, drafts, page, "save", **{"field.title.zh_Hans": "丙 " + title})
    assert state(ines, page, "title", "zh_Hans") == "words_changed"


def test_a_mark_goes_along_with_a_copy_and_is_taken_back(
    ines: Browser, drafts: Drafts, page: str
) -> None:
    mark(ines, drafts, page, "title", "zh_Hans")
    copy = begin(ines, f"draft:{key_of(page)}")
    assert state(ines, copy, "title", "zh_Hans") == "reviewed"
    assert "Ines" in ines.get(f"{page}/languages?view=all").text
    press(ines, drafts, page, f"withdraw:{place(ines, page, 'title', 'zh_Hans')}")
    assert state(ines, page, "title", "zh_Hans") == "unread"


def test_who_writes_it_marks_what_they_have_just_typed(
    ines: Browser, drafts: Drafts, page: str
) -> None:
    mark(ines, drafts, page, "title", "zh_Hans", **{"field.title.zh_Hans": "刚写的"})
    assert 'zh_Hans: "刚写的"' in drafts.draft(key_of(page)).text
    assert state(ines, page, "title", "zh_Hans") == "reviewed"


def test_somebody_else_marks_what_they_have_read_and_nothing_newer(
    ines: Browser, drafts: Drafts, page: str, login_as: Login
) -> None:
    omar = login_as("omar")
    shown = omar.get(f"{page}/languages").text
    assert "<textarea" not in shown
    read = place(omar, page, "title", "zh_Hans")
    press(ines, drafts, page, "save", **{"field.title.zh_Hans": "后来改的"})
    omar.send(f"{page}/languages", act=f"reviewed:{read}")
    assert state(ines, page, "title", "zh_Hans") == "unread"
    omar.send(f"{page}/languages", act=f"reviewed:{place(omar, page, 'title', 'zh_Hans')}")
    assert state(ines, page, "title", "zh_Hans") == "reviewed"
    before = drafts.draft(key_of(page)).text
    answer = omar.send(f"{page}/languages", act="save", **{"field.title.en": "Omar's"})
    assert answer.status_code == 400
    assert drafts.draft(key_of(page)).text == before


def test_all_that_is_shown_is_marked_at_once(ines: Browser, drafts: Drafts, page: str) -> None:
    shown = re.findall(r'name="shown" value="([^"]+)"', ines.get(f"{page}/languages").text)
    assert len(shown) == 2
    saves = str(drafts.draft(key_of(page)).saves)
    ines.send(f"{page}/languages", act="all", saves=saves, shown=shown)
    assert state(ines, page, "title", "zh_Hans") == state(ines, page, "title", "zh_Hant")
    assert state(ines, page, "title", "zh_Hans") == "reviewed"


def test_the_words_of_the_course_were_read_before(ines: Browser, drafts: Drafts) -> None:
    page = begin(ines, "file:first-order")
    assert state(ines, page, "steps-0-goals-0-why", "zh_Hant") == "reviewed"
    assert "Nothing here." in ines.get(f"{page}/languages?view=open").text
    press(ines, drafts, page, "save", **{"field.steps.0.goals.0.why.en": "Another reason."})
    assert state(ines, page, "steps-0-goals-0-why", "zh_Hant") == "source_changed"
    changed = ines.get(f"{page}/languages?view=changed").text
    assert changed.count('class="draft-thing"') == 1


def test_the_words_of_questions_stand_side_by_side_too(ines: Browser) -> None:
    page = begin(ines, "template:choice")
    assert "questions.0.ask" in ines.get(f"{page}/languages?view=all").text


def test_two_tabs_lose_no_words(ines: Browser, drafts: Drafts, page: str) -> None:
    answer = press(ines, drafts, page, "save", saves="0", **{"field.brief.zh_Hans": "另一页写的"})
    assert answer.status_code == 409
    assert "另一页写的" in answer.text
    assert "另一页写的" not in drafts.draft(key_of(page)).text


def test_a_mark_leads_to_what_is_next(ines: Browser, drafts: Drafts, page: str) -> None:
    press(ines, drafts, page, "save", **{"field.title.zh_Hant": "", "field.brief.zh_Hans": "句"})
    act = f"reviewed:{place(ines, page, 'title', 'zh_Hans')}"
    answer = press(ines, drafts, page, act, view="all")
    assert answer.location.endswith("?view=all#part-title")
    act = f"reviewed:{place(ines, page, 'brief', 'zh_Hans')}"
    answer = press(ines, drafts, page, act, view="changed")
    assert answer.location.endswith("?view=changed")


@pytest.mark.parametrize("act", ["", "reviewed", "reviewed:no.such:zh_Hans:0", "other:x", "all"])
def test_a_button_that_was_never_printed_marks_nothing(
    ines: Browser, drafts: Drafts, page: str, act: str
) -> None:
    before = [state(ines, page, "title", it) for it in ("zh_Hans", "zh_Hant")]
    assert press(ines, drafts, page, act).status_code in (303, 400)
    assert [state(ines, page, "title", it) for it in ("zh_Hans", "zh_Hant")] == before


def test_trainees_have_no_business_here(login_as: Login, page: str) -> None:
    ada = login_as("ada")
    assert ada.get(f"{page}/languages").status_code == 403
    assert ada.send(f"{page}/languages", act="all").status_code == 403
