"""Signed out in the middle of a form, in a real browser: nothing that was typed is lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.journeys.conftest import PASSWORDS, Served
from tests.journeys.test_every_page import fits
from tests.journeys.test_first_order import begin, fresh_desk, sign_in
from tests.journeys.walker import BrowserWalker, walk
from tests.support.browser import assert_accessible

LONG = "She asked for the lamps before the fair.\nCall the warehouse first; then tell her. " * 6


def sign_in_again(page: Page, password: str) -> None:
    """The password alone: the name is known."""
    page.locator("#signed-out-password").fill(password)
    page.locator("#signed-out-password").press("Enter")


@pytest.fixture
def note(served: Served, new_context: Callable[..., BrowserContext]) -> Locator:
    """A long note about an order, typed and not sent."""
    page = new_context(locale="en-US", viewport={"width": 390, "height": 900}).new_page()
    sign_in(page, served.url, "ada")
    key = begin(page)
    next(walk(BrowserWalker(page, page.url), fresh_desk(served), key))
    form = page.locator("form[data-command=add_note]")
    for fold in form.locator("xpath=ancestor::details").all():
        if fold.get_attribute("open") is None:
            fold.locator("xpath=./summary").click()
    form.locator("textarea").fill(LONG)
    return form


@pytest.mark.console("status of 401", "status of 422")
def test_a_note_waits_in_its_form_until_one_is_back(note: Locator) -> None:
    page, typed = note.page, note.locator("textarea")
    page.context.clear_cookies(name="session")
    note.locator("button:not([name])").click()
    expect(page.locator("#signed-out-password")).to_be_focused()
    expect(typed).to_have_value(LONG)
    fits(page)
    assert_accessible(page)
    sign_in_again(page, "not this one")
    expect(page.locator("#signed-out-wrong")).to_be_visible()
    page.locator("#signed-out-password").fill("half of it")
    note.locator("button:not([name])").dispatch_event("click")  # asked once is enough
    expect(page.locator("#signed-out-password")).to_have_value("half of it")
    sign_in_again(page, PASSWORDS["ada"])
    expect(page.locator("#signed-out")).to_contain_text("press your button once more")
    assert_accessible(page)
    expect(page.locator("#order-facts")).not_to_contain_text("Call the warehouse")
    page.locator("#signed-out button").click()
    note.locator("button:not([name])").click()
    expect(page.locator("#order-facts")).to_contain_text("Call the warehouse first")
    expect(page.locator("#signed-out")).to_have_count(0)


@pytest.mark.console("status of 40[01]")
def test_another_person_finds_nothing(served: Served, note: Locator) -> None:
    page = note.page
    other = page.context.new_page()
    other.goto(served.url)
    other.locator("form[action$='/logout'] button").dispatch_event("click")
    other.wait_for_url("**/login")
    sign_in(other, served.url, "ben")
    note.locator("button:not([name])").click()
    page.wait_for_url(f"{served.url}/")  # Ben's first page
    expect(page.locator("#main")).to_contain_text("typed by somebody else")
    expect(page.locator("body")).not_to_contain_text("Call the warehouse")


@pytest.mark.console("status of 401")
@pytest.mark.parametrize("script", [True, False])
def test_a_new_order_is_kept_with_and_without_a_script(
    served: Served, new_context: Callable[..., BrowserContext], script: bool
) -> None:
    page = new_context(locale="zh-TW", java_script_enabled=script).new_page()
    sign_in(page, served.url, "ada")
    key = begin(page)
    page.goto(f"{served.url}/attempts/{key}/orders/new?message=msg-first")
    form = page.locator("form[data-command=create_draft]")
    form.locator("[name=customer_id]").select_option(index=1)
    form.locator("[name=customer_po_number]").fill("PO-4711")
    form.locator("[name=requested_delivery_date]").fill("2026-03-20")
    form.locator("[name=carrier_code]").select_option(index=1)
    page.context.clear_cookies(name="session")
    form.locator("button:not([name=preview])").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    expect(page.locator("body")).not_to_contain_text("PO-4711")
    if script:
        assert_accessible(page)
    sign_in_again(page, PASSWORDS["ada"])
    expect(page.locator(".kept")).to_contain_text("PO-4711")
    if script:
        fits(page)
        assert_accessible(page)
    assert fresh_desk(served).store.find(key).events == 0  # not sent by itself
    page.locator(f"form[action='/attempts/{key}/commands'] button").click()
    expect(page.locator("#order")).to_contain_text("PO-4711")
