"""What was pressed says so at once, however long the answer takes."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Route, expect

from tests.journeys.conftest import Served
from tests.journeys.test_first_order import begin, sign_in


def test_a_button_whose_answer_is_slow_is_seen_to_be_busy(
    served: Served, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en-US").new_page()
    sign_in(page, served.url, "ada")
    begin(page)
    waiting: list[Route] = []
    page.route("**/hints", lambda route: waiting.append(route))
    button = page.locator("#coach form[action$='/hints'] button")
    expect(button).to_have_css("opacity", "1")
    button.click()
    expect(button).to_have_css("opacity", "0.7")
    expect(button).to_have_css("cursor", "progress")
    waiting[0].continue_()
    expect(page.locator("#coach .hint").first).to_be_visible()
    expect(button).to_have_css("opacity", "1")
