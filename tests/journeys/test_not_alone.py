"""A call heard to its end, and a form that a colleague was faster than, in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import Served
from tests.journeys.test_first_order import fresh_desk, sign_in
from tests.support.browser import assert_accessible
from trainer.orders.clock import AdvanceClock
from trainer.orders.values import MINUTE

THEO = "Theo Lindgren (order desk)"


def begin(page: Page, served: Served) -> str:
    """Into a fresh attempt; its key."""
    sign_in(page, served.url, "ada")
    return begin_again(page, served)


def begin_again(page: Page, served: Served) -> str:
    """Into another one, signed in already."""
    page.goto(f"{served.url}/exercises/not-alone")
    page.locator("form[action$='/attempts'] button").click()
    page.wait_for_url(re.compile(r"/attempts/[^/]+/inbox"))
    return page.url.split("/attempts/")[1].split("/")[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_call_is_heard_turn_by_turn(
    served: Served, new_context: Callable[..., BrowserContext], scheme: str
) -> None:
    page = new_context(locale="en-US", color_scheme=scheme).new_page()
    key = begin(page, served)
    page.goto(f"{served.url}/attempts/{key}/inbox/msg-caller")
    turns = page.locator(".call-turns > li")
    expect(page.locator(".call-turns > li:visible")).to_have_count(2)
    page.locator("[data-turns-next]").click()
    expect(page.locator(".call-turns > li:visible")).to_have_count(4)
    assert_accessible(page)
    page.reload()
    expect(page.locator(".call-turns > li:visible")).to_have_count(4)  # what was heard is heard
    page.locator("[data-turns-all]").click()
    expect(page.locator(".call-turns > li:visible")).to_have_count(turns.count())
    expect(page.locator("[data-turns-next]")).to_be_hidden()
    whole = turns.count()
    page.locator("[data-action=enter]").click()
    expect(page.locator(".call-turns > li:visible")).to_have_count(whole)
    assert_accessible(page)
    page.goto(f"{served.url}/attempts/{key}/inbox/msg-caller")
    expect(page.locator(".call-turns > li:visible")).to_have_count(whole)
    page.goto(f"{served.url}/attempts/{begin_again(page, served)}/inbox/msg-caller")
    expect(page.locator(".call-turns > li:visible")).to_have_count(2)  # another attempt, a new call


def test_a_call_entered_unheard_was_read_to_its_end(
    served: Served, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en-US").new_page()
    key = begin(page, served)
    page.goto(f"{served.url}/attempts/{key}/inbox/msg-caller")
    expect(page.locator(".call-turns > li:visible")).to_have_count(2)
    page.locator("[data-action=enter]").click()
    page.wait_for_url("**/orders/new?*")
    page.goto(f"{served.url}/attempts/{key}/inbox/msg-caller")
    expect(page.locator("[data-turns-next]")).to_be_hidden()


def test_without_a_script_the_whole_call_is_there(
    served: Served, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en-US", java_script_enabled=False).new_page()
    key = begin(page, served)
    page.goto(f"{served.url}/attempts/{key}/inbox/msg-caller")
    assert page.locator(".call-turns > li:visible").count() >= 14
    expect(page.locator("[data-turns-next]")).to_be_hidden()


def test_a_form_that_somebody_was_faster_than_says_so(
    served: Served, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en-US").new_page()
    key = begin(page, served)
    desk = fresh_desk(served)
    sandbox = desk.store.find(key)
    due = desk.run(sandbox).agenda.due.values()
    theirs = min((e for e in due if e.actor == THEO), key=lambda envelope: envelope.at)
    number = theirs.command.order_number
    wait = AdvanceClock(theirs.at - MINUTE)
    desk.perform(sandbox, wait, actor="Ada", command_id="waits")
    page.goto(f"{served.url}/attempts/{key}/orders/{number}")
    page.locator(".order-do details summary", has_text="More").click()
    form = page.locator("form[data-command=place_hold]")
    page.locator("details:has(> form[data-command=place_hold]) > summary").click()
    form.locator("[name=kind]").select_option("address")
    form.locator("[name=reason]").fill("no house number")
    form.locator("button").first.click()
    expect(page.locator("[data-code=VERSION_CONFLICT]")).to_be_in_viewport()
    expect(page.locator(".notice-meanwhile")).to_contain_text(THEO)
    expect(form.locator("[name=reason]")).to_have_value("no house number")
    assert_accessible(page)
    form.locator("button").first.click()
    expect(page.locator(".timeline")).to_contain_text("no house number")
    expect(page.locator(".timeline")).to_contain_text(THEO)
