"""Keys are declared once: what is printed, what is listed and what is heard are the same."""

import re
from collections import Counter
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from tests.web.conftest import Browser
from trainer import paths
from trainer.web import auth
from trainer.web.shortcuts import MAP, SHORTCUTS, TEACHING

Login = Callable[..., Browser]
PLAIN = ("/", "/course", "/quizzes", "/skills", "/glossary", "/settings", "/review", "/patterns")
DESK = (
    "inbox", "inbox/msg-first", "orders", "orders/SO-10150", "orders/SO-10150?view=all", "process",
    "orders/new?message=msg-first", "customers/", "inventory", "production", "automation/",
    "reports/sales", "questions", "score", "debrief?at=0", "orders?at=0",
)  # fmt: skip


def templates() -> str:
    return "".join(path.read_text() for path in paths.TEMPLATES.rglob("*.html"))


def elements(page: str) -> list[tuple[str, str, str]]:
    """Key, tag and words of what a key presses, in the page's order."""
    found = re.findall(r'<(\w+)[^>]* data-key="([^"]+)"[^>]*>(?:(.*?)</\1>)?', page, re.DOTALL)
    return [(unescape(key), tag, inside) for tag, key, inside in found]


def words(inside: str) -> str:
    """What is read of it: no key, no count."""
    bare = re.sub(r'<span class="(kbd|count)".*', "", inside, flags=re.DOTALL)
    return unescape(re.sub("<[^>]+>", "", bare)).strip()


def printed(inside: str) -> str:
    """The key that stands on it."""
    keys = re.findall("<kbd>([^<]+)</kbd>", inside)
    return " ".join(keys).replace("Ctrl/⌘ ", "Control+")


def test_a_key_means_one_thing() -> None:
    groups = (*MAP.values(), *TEACHING.values())
    assert len(SHORTCUTS) == sum(map(len, groups)), "two shortcuts have one name"
    pressed = [shortcut.pressed for shortcut in SHORTCUTS.values()]
    assert len(set(pressed)) == len(pressed)
    # a key that begins another one's pair would never be waited for
    assert not {keys.split()[0] for keys in pressed if " " in keys} & set(pressed)


def test_templates_print_what_is_declared_and_nothing_else() -> None:
    text = templates()
    assert not re.search(r"data-key=|<kbd|aria-keyshortcuts=", text)
    by_name = set(re.findall(r"shortcuts\.(\w+)\.(?:attributes|pressed)", text))
    by_name |= set(re.findall(r'shortcut="(\w+)"', text))
    by_name |= set(re.findall(r'shortcut = "(\w+)"', text))
    assert by_name <= set(SHORTCUTS)
    places = set(re.findall(r'\("(\w+)", "[\w-]+", _\(', text))
    code = Path(auth.__file__).read_text()
    places |= set(re.findall(r'\("(\w+)", "[\w-]+", _l\(', code))
    assert set(SHORTCUTS) == by_name | places, "declared for nothing, or a place without a key"


@pytest.mark.parametrize(
    ("who", "language"), [("newcomer", "en"), ("ines", "zh_Hant"), ("omar", "en")]
)
def test_every_key_of_a_page_is_on_its_map_once(
    app: Flask, login_as: Login, newcomer: str, who: str, language: str
) -> None:
    browser = login_as(newcomer if who == "newcomer" else who)
    browser.set_cookie("look", language)
    desk = browser.send("/exercises/first-order/attempts").location.rpartition("/")[0]
    met = set()
    for path in (*PLAIN, *(f"{desk}/{it}" for it in DESK)):
        page = browser.get(path).text
        if "Not yours to see" in page or "data-key" not in page:
            continue
        listed = re.findall(r'data-listed="([^"]+)"', page)
        pressed = elements(page)
        assert len(set(listed)) == len(listed), path
        assert [
            key for key, times in Counter(key for key, *_ in pressed).items() if times > 1
        ] == []
        assert {key for key, *_ in pressed} <= set(listed), path
        said = {
            key: words(does)
            for does, key in re.findall(r'<dt>([^<]+)</dt><dd data-listed="([^"]+)"', page)
        }
        for key, tag, inside in pressed:
            if tag not in ("input", "summary") and printed(inside):
                assert printed(inside).casefold() == key.casefold(), path
            if " " in key:  # a place is called the same in the sidebar and on the map
                assert said[key] == words(inside), path
        met |= {key for key, *_ in pressed}
    assert {"Control+k", "?", "/", "g o", "g i", "g s", "n", "h", "j", "k", "u", "w"} <= met
    assert ("t b" in met) == (who != "newcomer")


def test_slash_leads_into_the_search_of_every_list_that_has_one(login_as: Login) -> None:
    browser = login_as("omar")
    desk = browser.send("/exercises/first-order/attempts").location.rpartition("/")[0]
    lists = ("inbox", "orders", "customers/", "inventory")
    searched = set()
    for path in ("/people", "/audit", "/glossary", *(f"{desk}/{it}" for it in lists)):
        fields = re.findall(r'<input[^>]*type="search"[^>]*>', browser.get(path).text)
        searched |= {path for field in fields if 'data-key="/"' in field}
    assert len(searched) == 7
    bare = re.findall(r'<input[^>]*type="search"(?![^>]*shortcuts\.search)[^>]*>', templates())
    assert bare == []


def test_the_map_is_a_page_for_those_without_a_script(login_as: Login, newcomer: str) -> None:
    page = login_as(newcomer).get("/keys").text
    assert page.count('data-listed="g o"') == 1
    assert 'data-listed="t b"' not in page
    assert 'data-listed="t b"' in login_as("ines").get("/keys").text


def test_who_reads_chinese_gets_the_map_in_chinese(login_as: Login, newcomer: str) -> None:
    browser = login_as(newcomer)
    browser.send("/settings", language="zh_Hant")
    assert "<dt>流程圖</dt>" in browser.get("/keys").text
    assert "<dt>Process map</dt>" in login_as("ines").get("/keys").text


def test_who_listens_is_not_told_of_keys_that_are_off(login_as: Login, newcomer: str) -> None:
    browser = login_as(newcomer)
    assert 'data-key="/" aria-keyshortcuts="/"' in browser.get("/glossary").text
    browser.send("/settings", shortcuts="off")
    page = browser.get("/glossary").text
    assert 'data-key="/">' in page
    assert re.findall('aria-keyshortcuts="([^"]+)"', page) == ["Control+K Meta+K"]
