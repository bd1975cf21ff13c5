"""The shell in a real browser: accessible in every dress, quiet, and alive without a script."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.browser import assert_accessible, serve
from tests.web.conftest import PASSWORD

Contexts = Callable[..., BrowserContext]
PAGES = ("/login", "/settings", "/patterns", "/people")
WHITE_ON_BLACK = ("rgb(14, 17, 22)", "rgb(243, 245, 248)")


@pytest.fixture(scope="module")
def url(app: Flask) -> Iterator[str]:
    """Where the app listens."""
    with serve(app) as address:
        yield address


def dressed(contexts: Contexts, url: str, look: str, **options: object) -> Page:
    context = contexts(base_url=url, **options)
    context.add_cookies([{"name": "look", "value": look, "url": url}])
    return context.new_page()


def sign_in(page: Page, username: str = "omar") -> None:
    page.goto("/login")
    page.locator("#email").fill(username)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url("**/")


@pytest.mark.parametrize("size", ["16", "24"])
def test_the_narrowest_phone_scrolls_one_way_only(
    new_context: Contexts, url: str, size: str
) -> None:
    page = dressed(new_context, url, "en.light.16", viewport={"width": 320, "height": 600})
    sign_in(page)
    for path in PAGES:
        page.goto(path)
        page.evaluate(f"document.documentElement.dataset.fontSize = '{size}'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_the_theme_changes_at_once_and_stays(new_context: Contexts, url: str) -> None:
    page = dressed(new_context, url, "en.light.16")
    page.goto("/login")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == WHITE_ON_BLACK[1]
    page.locator("#email").fill("half typed")
    page.get_by_title("Theme").click()
    with page.expect_response("**/settings"):
        page.get_by_role("button", name="Dark").click()
    assert page.evaluate(ground) == WHITE_ON_BLACK[0]
    expect(page.locator("#email")).to_have_value("half typed")
    page.reload()
    assert page.evaluate(ground) == WHITE_ON_BLACK[0]


@pytest.mark.parametrize(("system", "ground"), [("dark", 0), ("light", 1)])
@pytest.mark.parametrize("scripted", [True, False])
def test_the_system_decides_if_nobody_else_does(
    new_context: Contexts, url: str, system: str, ground: int, scripted: bool
) -> None:
    page = dressed(
        new_context, url, "en.system.16", color_scheme=system, java_script_enabled=scripted
    )
    page.goto("/login")
    colour = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert colour == WHITE_ON_BLACK[ground]


def test_another_language_is_another_page(new_context: Contexts, url: str) -> None:
    page = dressed(new_context, url, "en.light.16")
    page.goto("/login")
    page.get_by_title("Language").click()
    page.get_by_role("button", name="繁體中文").click()
    expect(page.get_by_role("heading", name="登入")).to_be_visible()


def test_menus_close_with_escape_and_give_the_focus_back(new_context: Contexts, url: str) -> None:
    page = dressed(new_context, url, "en.light.16")
    page.goto("/login")
    theme = page.get_by_title("Theme")
    theme.click()
    expect(page.get_by_role("button", name="Dark")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Dark")).to_be_hidden()
    expect(theme).to_be_focused()
    theme.click()
    page.locator("#email").click()
    expect(page.get_by_role("button", name="Dark")).to_be_hidden()


def test_on_a_phone_the_places_come_out_of_the_side(new_context: Contexts, url: str) -> None:
    page = dressed(new_context, url, "en.light.16", viewport={"width": 390, "height": 800})
    sign_in(page)
    places = page.get_by_role("navigation", name="Places")
    expect(places).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(places).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(places).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    places.get_by_role("link", name="People").click()
    expect(page.get_by_role("heading", name="People")).to_be_visible()


def test_a_wrong_password_is_where_the_focus_goes(new_context: Contexts, url: str) -> None:
    page = dressed(new_context, url, "en.light.16")
    page.goto("/login")
    page.locator("#email").fill("nobody-at-all")
    page.locator("#password").fill("x")
    page.locator("#password").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()


def test_an_admin_works_without_a_script(new_context: Contexts, app: Flask, url: str) -> None:
    page = dressed(new_context, url, "en.light.16", java_script_enabled=False)
    sign_in(page)
    page.goto("/people")
    page.get_by_label("User name").fill("scriptless")
    page.get_by_label("Name", exact=True).fill("Scriptless")
    page.get_by_label("E-mail").fill("scriptless@example.com")
    page.get_by_label("First password").fill("no-script-here")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("Scriptless can sign in now.")).to_be_visible()


@pytest.mark.console("ERR_INTERNET_DISCONNECTED", "htmx:error")
def test_no_connection_is_told_and_nothing_is_lost(new_context: Contexts, url: str) -> None:
    page = dressed(new_context, url, "en.light.16")
    page.goto("/login")
    page.locator("#email").fill("half typed")
    page.context.set_offline(True)
    page.get_by_title("Theme").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator(".offline-bar")).to_be_visible()
    expect(page.locator("#email")).to_have_value("half typed")
    page.context.set_offline(False)


def test_paper_is_white(browser: Browser, new_context: Contexts, url: str) -> None:
    page = dressed(new_context, url, "en.dark.16")
    sign_in(page, "ines")
    page.goto("/patterns")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "light"
    expect(page.locator(".sidebar")).to_be_hidden()
