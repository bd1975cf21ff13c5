"""Less help, none, and an exam: each played to the end through the screens, and what it shows.

The first of them without JavaScript.
"""

from collections.abc import Callable
from time import time

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import Served
from tests.journeys.test_first_order import TAGS, begin, fresh_desk, sign_in
from tests.journeys.walker import BrowserWalker, walk
from tests.support.browser import assert_accessible

Seats = Callable[..., tuple[Page, str]]


@pytest.fixture
def seat(served: Served, new_context: Callable[..., BrowserContext]) -> Seats:
    """A fresh attempt at an exercise, on a phone; and its key."""

    def seated(exercise: str, language: str, **options: bool) -> tuple[Page, str]:
        size = {"width": 390, "height": 900}
        page = new_context(locale=TAGS[language], viewport=size, **options).new_page()
        sign_in(page, served.url, "ben")
        return page, begin(page, exercise)

    return seated


def reached(page: Page) -> int:
    return page.locator("#coach [data-state=reached]").count()


def test_with_less_help_the_steps_are_named_and_nothing_more(served: Served, seat: Seats) -> None:
    page, key = seat("return-by-phone", "en", java_script_enabled=False)
    expect(page.locator(".step-now")).to_have_count(1)
    expect(page.locator(".step-say, .where")).to_have_count(0)
    desk = fresh_desk(served)
    for _done in walk(BrowserWalker(page, page.url), desk, key):
        pass
    expect(page.locator(".coach-done")).to_be_visible()
    assert desk.store.find(key).standing.score == 100


def test_on_ones_own_all_goals_are_there_and_tick_themselves(served: Served, seat: Seats) -> None:
    page, key = seat("return-last-day", "zh-Hant")
    expect(page.locator(".step-now")).to_have_count(0)
    expect(page.locator("#coach button[data-key=h]")).to_have_count(1)  # a hint, for who wants one
    goals, desk = page.locator("#coach .goals > .goal[data-state=open]").count(), fresh_desk(served)
    told = [reached(page) for _done in walk(BrowserWalker(page, page.url), desk, key)]
    assert told == sorted(told)
    assert 0 < told[0] < told[-1] <= goals
    expect(page.locator(".coach-done")).to_be_visible()
    assert desk.store.find(key).standing.score == 100


def test_an_exam_says_nothing_before_it_is_handed_in(served: Served, seat: Seats) -> None:
    page, key = seat("return-exam", "zh-Hans")
    desk = fresh_desk(served)
    for done in walk(BrowserWalker(page, page.url), desk, key):
        if done != "hand_in":
            assert reached(page) == 0
            expect(page.locator("#coach button[data-key=h]")).to_have_count(0)
            expect(page.locator(".bar-score strong, .bar-progress progress")).to_have_count(0)
            standing = desk.store.find(key).standing
            assert not standing.finished
        if done == "notify_customer":  # all is done, and still
            page.goto(f"{served.url}/attempts/{key}/score")
            expect(page.locator("[data-state=reached], .ledger")).to_have_count(0)
            assert_accessible(page)
    assert desk.store.find(key).standing.score == 100
    page.goto(f"{served.url}/attempts/{key}/score")
    expect(page.locator(".ledger tbody tr")).not_to_have_count(0)
    assert_accessible(page)


def test_when_the_time_of_an_exam_is_over_its_page_says_so_by_itself(
    served: Served,
    new_context: Callable[..., BrowserContext],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = new_context(locale=TAGS["en"]).new_page()
    sign_in(page, served.url, "ben")
    page.clock.install()
    page.goto(f"{served.url}/exercises/read-the-figures-exam")
    page.locator("form[action$='/attempts'] button").first.click()
    page.wait_for_url("**/reports/sales")
    key = page.url.split("/attempts/")[1].split("/")[0]
    page.clock.run_for(1_000)
    left, said = page.locator("[data-left] strong"), page.locator("#toasts[aria-live=polite]")
    expect(left).to_have_text("25 minutes left")

    def later(milliseconds: int) -> None:  # a request on its way would be too long on its way
        expect(page.locator(".htmx-request")).to_have_count(0)
        page.clock.fast_forward(milliseconds)

    later(20 * 60_000)
    expect(left).to_have_text("5 minutes left")
    expect(said).to_have_text("5 minutes left")
    later(30_000)
    expect(said).to_have_text("")  # and not again
    later(4 * 60_000 - 30_000)
    expect(said).to_have_text("1 minute left")
    expect(page.locator("[data-left]")).to_be_visible()
    begun = time()
    monkeypatch.setattr("trainer.web.timed.time", lambda: begun + 25 * 60)
    later(2 * 60_000)
    expect(page.get_by_text("Your time was over at")).to_be_visible()
    assert fresh_desk(served).store.find(key).standing.finished
