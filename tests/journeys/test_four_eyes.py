"""A hold that only a supervisor releases: asked for by clicks, answered while the clock goes on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.catalog.test_worlds import CAST, content
from tests.journeys.conftest import Served
from tests.journeys.test_first_order import TAGS, begin, fresh_desk, sign_in
from tests.journeys.walker import BrowserWalker
from tests.support.browser import assert_accessible
from trainer.catalog.loader import parse_content
from trainer.catalog.worlds import make_opening
from trainer.orders.world import Hold
from trainer.simulation.words import words
from trainer.training.scenario import Locale, Variant

LOCALES: dict[str, Locale] = {"en": "en_US", "zh-Hans": "zh_CN", "zh-Hant": "zh_TW"}


def open_desk(page: Page, served: Served, locale: Locale) -> str:
    """Ada at a desk of her own where suspicion is looked at by two; its key."""
    sign_in(page, served.url, "ada")
    store = fresh_desk(served).store
    ada = store.find(begin(page)).person_id
    written = content(CAST, policies={"four_eyes": ["fraud"]})
    opening = make_opening(parse_content(written), Variant(locale=locale, seed=1))
    kept = store.put_opening(opening, written, f"four-eyes-{locale}")
    return store.open(ada, kept).key


def unfold(page: Page, command: str) -> None:
    """The form of a command, in its fold."""
    folds = page.locator(f"form[data-command={command}]").locator("xpath=ancestor::details")
    for fold in folds.all():
        if not fold.evaluate("fold => fold.open"):
            fold.locator("xpath=summary").click()


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_the_supervisor_is_asked_and_lets_it_go(
    served: Served, new_context: Callable[..., BrowserContext], language: str
) -> None:
    page = new_context(locale=TAGS[language]).new_page()
    key = open_desk(page, served, LOCALES[language])
    desk = fresh_desk(served)
    number = next(desk.run(desk.store.find(key)).world.newest("awaiting_confirmation")).order_number

    def holds() -> tuple[Hold, ...]:
        fresh = fresh_desk(served)
        return fresh.run(fresh.store.find(key)).world.orders[number].holds

    page.goto(f"{served.url}/attempts/{key}/orders/{number}")
    unfold(page, "place_hold")
    form = page.locator("form[data-command=place_hold]")
    form.locator("[name=kind]").select_option("fraud")
    form.locator("[name=reason]").fill("?")
    form.locator("button").first.click()
    expect(page.locator(".banner-warn")).to_be_visible()
    expect(page.locator("form[data-command=release_hold]")).to_have_count(0)

    unfold(page, "ask_release")
    form = page.locator("form[data-command=ask_release]")
    form.locator("[name=reason]").fill("!")
    form.locator("button").first.click()
    expect(page.locator("form[data-command=ask_release]")).to_have_count(0)
    assert holds()[-1].asked_at
    assert holds()[-1].open
    assert_accessible(page)

    walker = BrowserWalker(page, page.url)
    for _ in range(10):
        if not holds()[-1].open:
            break
        walker.wait()
    assert not holds()[-1].open
    page.goto(f"{served.url}/attempts/{key}/orders/{number}")
    expect(page.locator(".banner-warn")).to_have_count(0)
    expect(page.locator(".timeline")).to_contain_text(words(LOCALES[language])["supervisor"])
    expect(page.locator("form[data-command=check_order] button").first).to_be_enabled()
    assert_accessible(page)
