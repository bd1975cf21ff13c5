"""Many orders at once, by clicks: chosen, looked at, done, and each told what came of it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import Served
from tests.journeys.test_first_order import TAGS, begin, fresh_desk, sign_in
from tests.journeys.walker import BrowserWalker, walk
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


def test_a_row_opens_its_order_and_the_list_is_found_again_as_it_was_left(
    served: Served, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en-US", viewport={"width": 1440, "height": 600}).new_page()
    sign_in(page, served.url, "ben")
    key = begin(page)
    page.goto(f"{served.url}/attempts/{key}/orders?sort=due&dir=up")
    row = page.locator("[data-rows] > tr")
    row.nth(3).locator("[data-row]").focus()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    chosen = page.locator("[data-rows] :checked")
    expect(chosen).to_have_count(3)
    page.evaluate("scrollTo(0, 300)")
    row.nth(8).hover()
    top = page.evaluate("scrollY")
    number = row.nth(8).locator("[data-row]").inner_text()
    row.nth(8).locator("td").nth(2).click()  # the customer's cell
    expect(page.locator("#order-title")).to_contain_text(number)
    page.keyboard.press("u")
    expect(chosen).to_have_count(3)
    page.wait_for_function("top => Math.abs(scrollY - top) < 5", arg=top)
    # the box of a row chooses it and opens nothing
    row.nth(4).locator("[type=checkbox]").click()
    expect(chosen).to_have_count(2)
    page.go_back()
    page.go_forward()
    expect(chosen).to_have_count(2)


def test_a_number_is_copied_and_a_stage_leads_to_its_moment(
    served: Served, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(locale="en-US", viewport={"width": 1440, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    sign_in(page, served.url, "ada")
    key = begin(page)
    desk = fresh_desk(served)
    for done in walk(BrowserWalker(page, page.url), desk, key):
        if done == "allocate":
            break
    orders = desk.run(desk.store.find(key)).world.orders
    number = max(orders, key=lambda it: orders[it].sequence)
    page.goto(f"{served.url}/attempts/{key}/orders/{number}")
    page.locator("#order-title .copy").click()
    expect(page.locator("#toasts")).to_have_text(f"Copied: {number}")
    assert page.evaluate("navigator.clipboard.readText()") == number

    # the timeline shows what one side did
    everything = page.locator("#timeline > li:visible").count()
    page.get_by_label("the customer", exact=True).check()
    assert 0 < page.locator("#timeline > li:visible").count() + 1 < everything
    assert_accessible(page)

    page.locator(".path a").last.click()
    expect(page).to_have_url(re.compile(r"/debrief\?at=\d+"))


def test_what_is_ticked_for_the_bank_statement_is_added_up(
    served: Served, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en-US").new_page()
    sign_in(page, served.url, "ben")
    key = begin(page)
    page.goto(f"{served.url}/attempts/{key}/invoices")
    lines = page.locator(".settle-order")
    owed = [
        float(lines.nth(at).locator(".num").inner_text().strip("$").replace(",", ""))
        for at in (0, 2)
    ]
    lines.nth(0).locator("input").check()
    lines.nth(2).locator("input").check()
    expect(page.locator("[data-sum-of=orders]")).to_have_text(f"${sum(owed):,.2f}")
    page.locator("#settle-received").fill(f"{sum(owed):.2f}")
    page.get_by_role("button", name="Settle", exact=True).click()
    expect(page.locator(".notice-done")).to_contain_text("SET-")
    assert_accessible(page)
