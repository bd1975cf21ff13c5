"""Every page, in each language and theme, wide and narrow: accessible, nothing sticking out."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import Served
from tests.journeys.test_first_order import TAGS, begin, fresh_desk, sign_in
from tests.journeys.walker import BrowserWalker, walk
from tests.support.browser import LOOKS, assert_accessible

DESK = (
    "inbox",
    "inbox/msg-first",
    "orders",
    "orders?q=nothing-like-it",
    "orders/new?message=msg-first",
    "documents?message=msg-first",
    "orders/SO-10201",
    "orders/SO-10150",
    "customers/",
    "customers/?view=review_due",
    "customers/C-1002",
    "inventory",
    "automation/",
    "automation/R-1",
    "reports/sales?by=product",
    "reports/volume",
    "reports/lead_time",
    "reports/satisfaction",
    "reports/cost_of_service?by=order",
    "reports/returns?since=2031-01-01",
    "score",
    "questions",
    "reference",
    "debrief?at=3",
    "orders/SO-10201?at=2",
)
COURSE = ("/", "/course", "/course/1.2", "/course/1.3", "/course/1.4", "/course/6.2b", "/cases")
TEACHING = (
    "/",
    "/class/",
    "/class/attempts",
    "/class/quizzes",
    "/class/letters",
    "/questions",
    "/author/",
    "/classes",
    "/people",
    "/patterns",
)
WIDE, PHONE, NARROW = ({"width": width, "height": 900} for width in (1440, 390, 320))


MUTE_SCROLLERS = """() => [...document.querySelectorAll("main *, .paper *")]
  .filter((e) => e.scrollWidth > e.clientWidth + 1
    && ["auto", "scroll"].includes(getComputedStyle(e).overflowX))
  .filter((e) => e.tabIndex < 0 || !e.ariaLabel
    || !getComputedStyle(e).backgroundImage.includes("gradient"))
  .map((e) => e.outerHTML.slice(0, 120))"""
"""What scrolls sideways without a name, a stop for the keyboard or a shadow that shows it."""


def fits(page: Page) -> None:
    """Nothing sticks out sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide at {page.viewport_size}"
    assert page.evaluate(MUTE_SCROLLERS) == [], page.url


def look_at(page: Page, url: str) -> None:
    """A page by day and wide, then by night and narrow: nothing sticks out, axe finds nothing."""
    # colours that are on their way from day to night are neither
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size(WIDE)
    page.goto(url)
    fits(page)
    assert_accessible(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    for size in (PHONE, NARROW):
        page.set_viewport_size(size)
        fits(page)
    assert_accessible(page, LOOKS)


def write_a_rule(page: Page, url: str) -> None:
    """By clicks; then there is a rule to look at, and what it would do."""
    page.goto(url)
    form = page.locator("form[data-command=write_rule]")
    form.locator("[name=name]").fill("Tell them")
    form.locator("[name=trigger]").select_option("package_shipped")
    form.locator("[name='action.act']").select_option("notify_customer")
    form.locator("[name='action.template']").select_option("order_shipped")
    form.locator("button").click()
    expect(page.locator("#rule-title")).to_contain_text("R-1")


@pytest.mark.parametrize("language", TAGS)
def test_a_trainees_pages(
    served: Served, new_context: Callable[..., BrowserContext], language: str
) -> None:
    page = new_context(locale=TAGS[language], viewport=WIDE).new_page()
    look_at(page, f"{served.url}/login")
    sign_in(page, served.url, "ben")
    for path in (
        *COURSE,
        "/exercises/first-order",
        "/quizzes",
        "/letters",
        "/skills",
        "/review",
        "/record",
        "/join",
        "/settings",
        "/glossary",
    ):
        look_at(page, served.url + path)
        expect(page.locator("html")).to_have_attribute("lang", language)
    page.goto(served.url)
    key = begin(page)
    steps = walk(BrowserWalker(page, page.url), fresh_desk(served), key)
    for _ in range(6):
        next(steps)
    write_a_rule(page, f"{served.url}/attempts/{key}/automation/")
    for path in DESK:
        look_at(page, f"{served.url}/attempts/{key}/{path}")


@pytest.mark.parametrize("language", TAGS)
def test_pages_of_those_who_teach_and_manage(
    served: Served, new_context: Callable[..., BrowserContext], language: str
) -> None:
    page = new_context(locale=TAGS[language], viewport=WIDE).new_page()
    sign_in(page, served.url, "omar")
    for path in (
        "/",
        "/class/",
        "/class/attempts",
        "/class/quizzes",
        "/class/letters",
        "/questions",
        "/classes",
        "/class/results",
        "/class/results/exercises/first-order",
        "/class/results/exercises/first-order/runs?all=1",
        "/class/results/quizzes/01-overview",
        "/class/grades",
        "/class/grades?view=01-overview",
        "/class/grades?view=skills",
        "/class/grades/people/1",
        "/class/grades/regrade/first-order",
        "/audit",
        "/people",
        "/patterns",
    ):
        look_at(page, served.url + path)
    page.goto(f"{served.url}/classes")
    room = page.locator("main tbody a").first.get_attribute("href")
    assert room
    look_at(page, served.url + room)
    page.locator("main .due-list a").first.click()
    look_at(page, page.url)
    look_at(page, f"{served.url}{room}/roster")
    page.goto(f"{served.url}{room}")
    code = page.locator(".join-link").get_attribute("href")
    page.locator(".class-grid a[href*='/people/']").first.click()
    look_at(page, page.url)
    stranger = new_context(locale=TAGS[language], viewport=WIDE).new_page()
    look_at(stranger, f"{served.url}{code}")


def test_a_name_of_120_signs_without_a_gap_pushes_nothing_out_of_sight(
    served: Served, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en-US", viewport=WIDE).new_page()
    sign_in(page, served.url, "omar")
    page.goto(f"{served.url}/classes")
    page.locator("main [name=name]").fill("W" * 120)
    page.get_by_role("button", name="Create class").click()
    expect(page.locator("h1")).to_have_text("W" * 120)
    for url in (page.url, f"{served.url}/classes", f"{served.url}/class/"):
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)
            page.goto(url)
            fits(page)
    page.set_viewport_size(WIDE)
    page.goto(f"{served.url}/classes")
    expect(page.get_by_role("columnheader", name="Join code")).to_be_in_viewport()


def test_letters_can_be_twice_as_large(
    served: Served, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en-US").new_page()
    sign_in(page, served.url, "ben")
    key = begin(page)
    desk = f"attempts/{key}"
    for path in (
        *(f"{desk}/{it}" for it in ("inbox/msg-first", "orders", "inventory")),
        *(it.removeprefix("/") for it in COURSE),
    ):
        page.goto(f"{served.url}/{path}")
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        fits(page)


@pytest.mark.console("404")
def test_a_missing_page_says_so_in_full(
    served: Served, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="zh-CN").new_page()
    sign_in(page, served.url, "ben")
    reply = page.goto(f"{served.url}/no-such-page")
    assert reply
    assert reply.status == 404
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert_accessible(page)
