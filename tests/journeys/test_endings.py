"""What ends something asks first: a dialog over the page, or without JavaScript a fold."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import Served
from tests.journeys.test_every_page import fits
from tests.journeys.test_first_order import sign_in
from tests.support.browser import assert_accessible


@pytest.fixture
def seen(served: Served, new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """The page of a new class, on a phone."""

    def look(**options: bool) -> Page:
        phone = {"width": 390, "height": 900}
        page = new_context(locale="en-US", viewport=phone, **options).new_page()
        sign_in(page, served.url, "ines")
        page.goto(f"{served.url}/classes")
        page.locator("form[action='/classes'] [name=name]").fill("Evening class")
        page.locator("form[action='/classes'] button").click()
        expect(page.locator("#class-title")).to_contain_text("Evening class")
        return page

    return look


def code(page: Page) -> str:
    return page.locator(".join-code").inner_text()


def test_escape_leaves_it_as_it_is_and_the_button_does_it(seen: Callable[..., Page]) -> None:
    page = seen()
    before, opener = code(page), page.locator(".ending > summary", has_text="New code")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog:modal")
    expect(dialog).to_contain_text(before)
    expect(dialog.locator("[data-close]")).to_be_focused()  # the safe one
    fits(page)
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
    assert code(page) == before
    opener.click()
    dialog.locator("[data-close]").click()
    expect(dialog).to_have_count(0)
    page.reload()
    assert code(page) == before
    opener.click()
    dialog.locator(".btn-danger").click()
    expect(page.locator(".join-code")).not_to_have_text(before)


def test_without_a_script_the_same_is_a_fold(seen: Callable[..., Page]) -> None:
    page = seen(java_script_enabled=False)
    before, fold = code(page), page.locator(".ending", has_text="New code")
    expect(fold.locator(".btn-danger")).to_be_hidden()
    fold.locator("summary").click()
    expect(fold.locator("dialog")).to_contain_text(before)
    expect(fold.locator("[data-close]")).to_be_hidden()
    fold.locator(".btn-danger").click()
    expect(page.locator(".join-code")).not_to_have_text(before)
    assert urlsplit(page.url).path.startswith("/classes/")
