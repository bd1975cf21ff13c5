"""Language, theme and size of letters: where they come from, and where they are kept."""

from collections.abc import Callable

import pytest

from tests.web.conftest import Browser
from trainer.web.look import wished

Login = Callable[..., Browser]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de,en;q=0.5", "en"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("zh-HK,zh;q=0.9", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-Hant-CN", "zh-Hant"),
        ("zh-Hans-TW", "zh-Hans"),
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("fr-CH, fr;q=0.9, zh-TW;q=0.8, en;q=0.7", "zh-Hant"),
    ],
)
def test_the_browser_is_heard(client: Browser, header: str, language: str) -> None:
    page = client.get("/login", headers={"Accept-Language": header}).text
    assert f'<html lang="{language}"' in page


def test_underscores_are_forgiven() -> None:
    assert wished(["zh_TW"]) == "zh_Hant"


def test_a_choice_is_kept_before_signing_in(client: Browser) -> None:
    answer = client.send("/settings", language="zh_Hant", theme="dark", font_size="20")
    assert (answer.status_code, answer.location) == (303, "/settings")
    page = client.get("/login", headers={"Accept-Language": "en"}).text
    assert '<html lang="zh-Hant" data-theme="dark" data-font-size="20"' in page
    assert 'media="screen" data-sheet="theme"' in page
    assert "登入" in page


def test_the_account_remembers_on_every_computer(login_as: Login, newcomer: str) -> None:
    login_as(newcomer).send("/settings", language="zh_Hans", theme="light", font_size="24")
    page = login_as(newcomer).get("/").text
    assert '<html lang="zh-Hans" data-theme="light" data-font-size="24"' in page


def test_a_menu_changes_one_thing_and_leads_back(login_as: Login, newcomer: str) -> None:
    person = login_as(newcomer)
    person.send("/settings", theme="dark", font_size="18")
    answer = person.send("/settings", language="zh_Hans", back="/people?q=a")
    assert (answer.status_code, answer.location) == (303, "/people?q=a")
    page = person.get("/").text
    assert '<html lang="zh-Hans" data-theme="dark" data-font-size="18"' in page


@pytest.mark.parametrize(
    "elsewhere",
    [
        *("https://evil.example/", "//evil.example", "/\\evil.example", "/\\[evil", "evil"),
        *("/people\r\nSet-Cookie: a=b", "/\t/evil.example", "?"),
    ],
)
def test_a_menu_leads_nowhere_else(client: Browser, elsewhere: str) -> None:
    answer = client.send("/settings", theme="dark", back=elsewhere)
    assert answer.location == "/settings"


def test_htmx_gets_no_page_for_colours_but_a_new_one_for_words(client: Browser) -> None:
    colours = client.send("/settings", htmx=True, theme="dark")
    assert (colours.status_code, colours.headers.get("HX-Refresh")) == (204, None)
    words = client.send("/settings", htmx=True, language="zh_Hant")
    assert (words.status_code, words.headers["HX-Refresh"]) == (204, "true")


def test_nonsense_changes_nothing(client: Browser) -> None:
    client.send("/settings", language="tlh", theme="plaid", font_size="999")
    page = client.get("/login").text
    assert '<html lang="en" data-theme="system" data-font-size="16"' in page


@pytest.mark.parametrize(
    "cookie", ["", "tlh.plaid.999", "....", "zh_Hans", "en.dark.１６", "en.dark." + "9" * 3000]
)
def test_a_broken_cookie_breaks_nothing(client: Browser, cookie: str) -> None:
    client.set_cookie("look", cookie)
    assert client.get("/login").status_code == 200


def test_who_chose_no_language_is_heard_by_the_browser(login_as: Login, newcomer: str) -> None:
    person = login_as(newcomer)
    shown = {"language": "en", "theme": "system", "font_size": "16", "contrast": "more"}
    person.send("/settings", htmx=True, **shown)  # what the page sends when one of them changes
    elsewhere = login_as(newcomer)
    page = elsewhere.get("/", headers={"Accept-Language": "zh-TW"}).text
    assert '<html lang="zh-Hant"' in page
    assert 'data-contrast="more"' in page
