"""Many orders at once, by clicks: chosen, looked at, done, and each told what came of it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import Served
from tests.journeys.test_first_order import TAGS, begin, fresh_desk, sign_in
from tests.support.browser import assert_accessible
from trainer.orders.world import World

SKIPPED = {"en": "Skipped:", "zh-Hans": "跳过：", "zh-Hant": "略過："}


def rows(page: Page) -> dict[str, str]:
    """What stands beside each order on the page about many."""
    cells = [row.locator("td").all_inner_texts() for row in page.locator("tbody tr").all()]
    return {number: told for number, _company, told in cells}


def choose(page: Page, numbers: list[str], act: str) -> None:
    """Tick them, say what with them, and look before."""
    for number in numbers:
        page.locator(f"input[name=orders][value='{number}']").check()
    page.locator("#act").select_option(act)
    page.locator(".bulk-bar button").click()
    expect(page.locator("#bulk-title")).to_be_visible()


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("zh-Hans", 390)])
def test_many_are_checked_and_one_is_skipped(
    served: Served, new_context: Callable[..., BrowserContext], language: str, width: int
) -> None:
    page = new_context(locale=TAGS[language], viewport={"width": width, "height": 900}).new_page()
    sign_in(page, served.url, "ada")
    key = begin(page)

    def world() -> World:
        desk = fresh_desk(served)
        return desk.run(desk.store.find(key)).world

    page.goto(f"{served.url}/attempts/{key}/orders")
    listed = [box.get_attribute("value") or "" for box in page.locator("[name=orders]").all()]
    statuses = {number: world().orders[number].status for number in listed}
    checked = [number for number in listed if statuses[number] == "submitted"][:2]
    late = next(number for number in listed if statuses[number] == "confirmed")
    assert len(checked) == 2

    choose(page, [*checked, late], "check_order")
    expect(page.locator("#bulk-title .count")).to_have_text("2 / 3")
    foreseen = rows(page)
    assert set(foreseen) == {*checked, late}
    assert foreseen[late].startswith(SKIPPED[language])
    assert not any(foreseen[number].startswith(SKIPPED[language]) for number in checked)
    assert world().number == 0  # nothing has happened
    assert_accessible(page)

    page.locator("form[action$='/bulk/do'] button").click()
    page.wait_for_url(re.compile(r"/bulk/do$"))
    expect(page.locator("#bulk-title .count")).to_have_text("2 / 2")
    came = rows(page)
    assert set(came) == set(checked)
    assert all(world().orders[number].checked_at for number in checked)
    assert all(number in told for number, told in came.items())
    assert_accessible(page)

    page.locator(f"tbody a[href$='{checked[0]}']").click()
    expect(page.locator("#order-title")).to_contain_text(checked[0])


def test_nothing_chosen_says_so(served: Served, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(locale="en-US").new_page()
    sign_in(page, served.url, "ada")
    page.goto(f"{served.url}/attempts/{begin(page)}/orders")
    choose(page, [], "check_order")
    expect(page.locator("main")).to_contain_text("No order was chosen.")
    expect(page.locator("form[action$='/bulk/do']")).to_have_count(0)
