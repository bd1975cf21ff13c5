"""Your first order, walked from its own solution: English, Chinese, once without JavaScript."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import PASSWORDS, Served
from tests.journeys.walker import BrowserWalker, PlainWalker, walk
from tests.support.browser import assert_accessible
from trainer.play.sandbox import Desk
from trainer.web import accounts

TAGS = {"en": "en-US", "zh-Hans": "zh-CN", "zh-Hant": "zh-TW"}


def sign_in(page: Page, url: str, name: str) -> None:
    """Through the form, as a person would."""
    page.set_default_timeout(10_000)
    page.goto(f"{url}/login")
    page.locator("#email").fill(name)
    page.locator("#password").fill(PASSWORDS[name])
    page.locator("#password").press("Enter")
    expect(page.locator("[data-exercise=first-order]")).to_be_attached()


def begin(page: Page, exercise: str = "first-order") -> str:
    """From the home page into a fresh attempt; its key."""
    card = page.locator(f"[data-exercise={exercise}]")
    if not card.is_visible():  # its chapter is folded
        card.locator("xpath=ancestor::details/summary").click()
    card.locator("a[href*='/exercises/']").click()
    page.locator("form[action$='/attempts'] button").click()
    page.wait_for_url(re.compile(r"/attempts/[^/]+/inbox"))
    return page.url.split("/attempts/")[1].split("/")[0]


def fresh_desk(served: Served) -> Desk:
    """A desk that has seen nothing, as another process would have."""
    desk: Desk = served.app.extensions["desk"]
    return Desk(desk.store)


@pytest.mark.parametrize("language", ["en"])
def test_the_first_order_reaches_full_marks_by_clicks(
    served: Served, new_context: Callable[..., BrowserContext], language: str
) -> None:
    """Every command of the solution by the screen's own forms; then score, debrief, archive."""
    page = new_context(locale=TAGS[language]).new_page()
    sign_in(page, served.url, "ada")
    expect(page.locator("html")).to_have_attribute("lang", language)
    key = begin(page)
    desk = fresh_desk(served)
    walker = BrowserWalker(page, page.url)

    done = list(walk(walker, desk, key))

    assert done[0] == "create_draft"
    assert done[-1] == "archive_order"
    expect(page.locator("#order .path-now")).to_have_count(1)
    standing = desk.store.find(key).standing
    assert (standing.score, standing.finished) == (100, True)
    expect(page.locator(".bar-score strong")).to_have_text("100")
    expect(page.locator(".goal-standing")).to_have_class(re.compile("goal-reached"))
    expect(page.locator(".goal-standing use")).to_have_attribute(
        "href", re.compile("circle-check$")
    )
    assert_accessible(page)

    page.goto(f"{served.url}/attempts/{key}/score")
    expect(page.locator(".ledger tbody tr")).not_to_have_count(0)
    points = [int(t) for t in page.locator(".ledger tbody td:first-child strong").all_inner_texts()]
    assert sum(points) == 100
    assert_accessible(page)

    page.locator(".ledger tbody a").first.click()
    expect(page.locator(".moment")).to_be_visible()
    assert_accessible(page)


def test_the_slider_shows_the_desk_as_it_was(
    served: Served, new_context: Callable[..., BrowserContext]
) -> None:
    """Back at the beginning there is no order; one event on there is a draft."""
    page = new_context(locale="en-US").new_page()
    sign_in(page, served.url, "ben")
    key = begin(page)
    steps = walk(BrowserWalker(page, page.url), fresh_desk(served), key)
    for _ in range(4):
        next(steps)
    page.goto(f"{served.url}/attempts/{key}/debrief?at=0")
    expect(page.locator("[data-moment='0']")).to_be_visible()
    expect(page.locator("#order")).to_have_count(0)
    page.locator("[rel=next]").click()
    expect(page.locator("[data-moment='1']")).to_be_visible()
    expect(page.locator("#order")).to_be_visible()
    expect(page.locator("#order form")).to_have_count(0)
    page.locator("input[type=range]").fill("3")
    expect(page.locator("[data-moment='3']")).to_be_visible()


@pytest.mark.console("status of 422")
def test_what_an_action_answers_is_seen(
    served: Served, new_context: Callable[..., BrowserContext]
) -> None:
    """A preview and a field's error stand in an open action, whatever was open before."""
    page = new_context(locale="en-US").new_page()
    sign_in(page, served.url, "ben")
    key = begin(page)
    for done in walk(BrowserWalker(page, page.url), fresh_desk(served), key):
        if done == "confirm_order":
            break
    page.locator("details.action[name][open] button[name=preview]").click()
    expect(page.locator("#preview")).to_be_visible()

    form = page.locator("form[data-command=allocate]")
    if not form.is_visible():
        form.locator("xpath=ancestor::details[1]/summary").click()
    form.locator("input:visible").first.fill("many")
    form.locator("button:not([name=preview])").first.click()
    expect(page.locator("form[data-command=allocate] [aria-invalid=true]")).to_be_visible()


@pytest.mark.parametrize("exercise", ["first-order", "cash-on-delivery"])
def test_it_reaches_full_marks_without_javascript(served: Served, exercise: str) -> None:
    """A whole solution by plain requests: links, forms, redirects."""
    client = served.app.test_client()
    page: Any = client.get("/login", headers={"Accept-Language": "zh-TW"})
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token
    typed = {"email": "ada", "password": PASSWORDS["ada"], "csrf_token": token[1]}
    home = client.post("/login", data=typed, follow_redirects=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', home.text)
    assert token
    client.post(f"/exercises/{exercise}/attempts", data={"csrf_token": token[1]})
    desk = fresh_desk(served)
    person = desk.store.of_person(_person_id(served, "ada"))[0]

    done = list(walk(PlainWalker(client, f"/attempts/{person.key}/inbox"), desk, person.key))

    assert done[-1] == "archive_order"
    standing = desk.store.find(person.key).standing
    assert (standing.score, standing.finished) == (100, True)


def _person_id(served: Served, username: str) -> int:
    with served.app.app_context():
        found = served.app.extensions["security"].datastore.find_user(username=username)
    assert found is not None
    return int(found.id)


def test_the_coach_shows_where_something_is_done(
    served: Served, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en-US").new_page()
    sign_in(page, served.url, "ben")
    key = begin(page)
    page.goto(f"{served.url}/attempts/{key}/customers")
    page.get_by_role("link", name="Show me where").click()
    enter = page.locator("[data-action=enter]")
    expect(enter).to_be_focused()
    expect(enter).to_contain_class("pointed")
    assert_accessible(page)
    walker, desk = BrowserWalker(page, page.url), fresh_desk(served)
    for done in walk(walker, desk, key):
        if done == "submit_order":
            break
    page.goto(f"{served.url}/attempts/{key}/inbox")
    page.get_by_role("link", name="Show me where").click()
    expect(page.locator("#order [data-command=notify_customer]")).to_be_visible()
    expect(page.locator("#order .pointed")).to_be_in_viewport()
    # on the page itself nothing is asked of the server: it is opened and marked again
    page.locator("#order .pointed > summary").click()
    page.get_by_role("link", name="Show me where").click()
    expect(page.locator("#order [data-command=notify_customer]")).to_be_visible()


def test_the_first_minute_is_taken_from_the_first_page(
    served: Served, new_context: Callable[..., BrowserContext]
) -> None:
    """By the coach's own lead alone: its link, the button it marks, the form that opens."""
    with served.app.app_context():
        account = {"name": "New", "email": "new@example.com", "username": "brandnew"}
        accounts.add(account | {"role": "trainee", "password": "never-been-here"})
    page = new_context(locale="en-US").new_page()
    page.goto(f"{served.url}/login")
    page.locator("#email").fill("brandnew")
    page.locator("#password").fill("never-been-here")
    page.locator("#password").press("Enter")
    page.get_by_role("button", name="Take it now").click()
    page.wait_for_url(re.compile(r"/attempts/[^/]+/"))
    key = page.url.split("/attempts/")[1].split("/")[0]
    desk = fresh_desk(served)
    course = desk.course(desk.store.find(key))
    wanted = course.opening.cast["first"].request

    page.get_by_role("link", name="Show me where").click()
    expect(page.locator(".pointed")).to_have_text("Import the attached order")
    page.keyboard.press("Enter")
    page.locator("[data-command=import_order] [name=carrier_code]").select_option(
        wanted.carrier_code
    )
    page.locator("[data-command=import_order] button").last.click()
    expect(page.locator("#order-title")).to_contain_text("Draft")
    for button in ("Submit order", "Check order", "Confirm order"):
        if button == "Confirm order":
            day = str(wanted.requested_delivery_date)
            page.locator("[name=promised_delivery_date]").first.fill(day)
        page.get_by_role("button", name=button, exact=False).first.click()
        expect(page.get_by_role("button", name=button)).to_have_count(0)
    page.get_by_role("link", name="Show me where").click()
    letter = page.locator("form[data-command=notify_customer]").first
    letter.locator("button:not([type=button], [name=preview])").last.click()
    expect(page.locator("#coach")).to_contain_text("Exercise finished")
    assert fresh_desk(served).store.find(key).standing.score == 100
