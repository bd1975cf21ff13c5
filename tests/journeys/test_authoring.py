"""An instructor writes an exercise, proves, publishes and assigns it; a trainee finds it."""

import re
from collections.abc import Callable
from datetime import datetime

from playwright.sync_api import BrowserContext, expect

from tests.journeys.conftest import Served
from tests.journeys.test_every_page import look_at
from tests.journeys.test_first_order import sign_in
from tests.support.browser import assert_accessible

TITLE = "Four figures of our own"


def test_from_a_draft_with_a_fault_to_an_attempt_of_the_class(
    served: Served, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en-US").new_page()
    sign_in(page, served.url, "ines")
    page.goto(f"{served.url}/author/")
    page.locator("#draft-of").select_option("file:find-it")
    page.get_by_role("button", name="Begin").click()

    # written, with a fault; it is told while one writes, and its link leads to its line
    text = page.locator("#source")
    written = re.sub(r"^  en: .*$", f"  en: {TITLE}", text.input_value(), count=1, flags=re.M)
    written = written.replace("  variants: 20\n", "  variants: 1\n")
    text.fill(written.replace("mode: faded\n", "mode: halfway\n"))
    finding = page.locator("#findings .findings a")
    expect(finding).to_have_count(1)
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_role("button", name="Prove")).to_have_count(0)  # kept, and not yet sound
    assert_accessible(page)
    page.locator("#findings .findings a").click()
    chosen = "area => area.value.slice(area.selectionStart, area.selectionEnd)"
    assert text.evaluate(chosen) == "mode: halfway"
    page.keyboard.type("mode: faded")
    expect(page.locator("#findings")).to_contain_text("Nothing is wrong with it")
    page.get_by_role("button", name="Save", exact=True).first.click()

    # what is typed goes along with any button, and outlives the end of the proof
    text.fill(text.input_value() + "# before the proof\n")
    page.get_by_role("button", name="Prove").click()
    expect(page.locator("#proof-state progress")).to_be_visible()
    expect(text).to_have_value(re.compile("# before the proof\n$"))
    text.press_sequentially("# while it went on")
    publish = page.get_by_role("button", name="Publish")
    expect(publish).to_be_visible(timeout=120_000)
    expect(text).to_have_value(re.compile("^# while it went on"))
    expect(page.locator("#proof-state")).to_contain_text("Proven: solvable in every variant")
    look_at(page, page.url)
    publish.click()
    expect(page.locator("#main")).to_contain_text("Version 1 is published")
    assert_accessible(page)

    page.goto(f"{served.url}/classes")
    page.locator("main tbody th a", has_text="group A").first.click()
    fold = page.locator("details:has(#field-what)")
    if fold.get_attribute("open") is None:  # a class that has nothing to do yet shows it at once
        fold.locator("> summary").click()
    page.locator("#field-what").select_option("exercise:find-it-new")
    page.locator("[name=opens_at]").fill(datetime.now().strftime("%Y-%m-%dT00:00"))
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.locator(".due-list")).to_contain_text(TITLE)

    trainee = new_context(locale="zh-TW", viewport={"width": 390, "height": 900}).new_page()
    sign_in(trainee, served.url, "ada")
    trainee.locator(".due a[href$='/exercises/find-it-new']").click()
    expect(trainee.locator(".assigned")).to_be_visible()
    trainee.locator("form[action$='/attempts'] button").click()
    trainee.wait_for_url(re.compile(r"/attempts/[^/]+/"))
    expect(trainee.locator("#coach .step-now form.question")).to_be_visible()
    assert_accessible(trainee)

    page.reload()
    expect(page.locator(".class-grid [data-state=under_way]").last).to_be_visible()
