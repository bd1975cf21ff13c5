"""The course is read: by keyboard alone, and without a script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys.conftest import Served
from tests.journeys.test_first_order import sign_in


def test_a_lesson_is_read_by_keyboard(
    served: Served, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en-US").new_page()
    sign_in(page, served.url, "ada")
    page.goto(f"{served.url}/course")
    link = page.locator(".course-row", has_text="1.1").get_by_role("link", name="Lesson")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("What order management is")
    answer = page.locator(".think-answer")
    expect(answer).to_be_hidden()
    page.locator(".think > summary").focus()
    page.keyboard.press("Enter")
    expect(answer).to_be_visible()
    page.get_by_role("button", name="Read, go on").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Why it matters")
    page.goto(f"{served.url}/course")
    expect(page.locator("#row-1\\.1 [data-done]")).to_have_count(1)


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW"])
def test_a_chapter_is_read_without_a_script(
    served: Served, new_context: Callable[..., BrowserContext], locale: str
) -> None:
    context = new_context(locale=locale, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, served.url, "ben")
    page.goto(served.url)
    expect(page.locator(".next-step")).to_be_visible()
    page.goto(f"{served.url}/course/1.1")
    page.locator(".reading-foot button").click()
    expect(page).to_have_url(f"{served.url}/course/1.2")
    page.locator(".reading-nav [rel=prev]").click()
    expect(page).to_have_url(f"{served.url}/course/1.1")
    page.locator(".reading-nav [rel=next]").click()
    page.locator(".reading-nav [rel=next]").click()
    expect(page.locator(".picture svg")).to_be_visible()
    page.get_by_role("link", name="好心的").click()
    expect(page).to_have_url(f"{served.url}/cases#the-helpful-shipment")
