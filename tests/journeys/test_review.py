"""An admin imports people and reviews a score: down to the event, another score, the file."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import Served
from tests.journeys.test_first_order import sign_in
from tests.support.browser import assert_accessible
from tests.web.pupils import work

ROSTER = "name,username,email,language\nRadia,radia,radia@example.com,zh-Hant\nJoan,joan,nonsense,"


def imported(page: Page, url: str) -> str:
    """A list with a fault is looked at, mended and taken; the first password of Radia."""
    page.goto(f"{url}/classes")
    page.locator("main tbody th a", has_text="group A").first.click()
    page.get_by_role("link", name="Import a list of people").click()
    typed = page.locator("#roster-text")
    typed.fill(ROSTER)
    page.get_by_role("button", name="Look at it first").click()
    expect(page.locator("[data-outcome=wrong]")).to_contain_text("nonsense")
    expect(typed).to_have_value(ROSTER)
    assert_accessible(page)
    typed.fill(ROSTER.replace("nonsense", "joan@example.com"))
    page.get_by_role("button", name="Look at it first").click()
    expect(page.locator("[data-outcome=new]")).to_have_count(2)
    page.get_by_role("button", name="Take them all").click()
    expect(page.locator("tbody code")).to_have_count(2)
    assert_accessible(page)
    return page.locator("tbody tr", has_text="radia").locator("code").inner_text()


@pytest.mark.console("422")
def test_a_score_is_reviewed_down_to_the_event_and_overridden(
    served: Served, new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    page = new_context(locale="en-US").new_page()
    sign_in(page, served.url, "omar")
    password = imported(page, served.url)
    with served.app.app_context():
        person = served.app.extensions["security"].datastore.find_user(username="radia")
        sandbox = work(served.app, person.id, skill=0.5, seed=3)

    page.locator(".sidebar").get_by_text("Grade book").click()
    page.locator(".grade-views").get_by_text("1 Order management overview").click()
    row = page.locator(".grades tbody tr", has_text="Radia")
    earned = str(sandbox.standing.score)
    row.get_by_role("link", name=earned, exact=True).click()
    page.get_by_role("link", name=re.compile("Review")).click()
    page.get_by_role("link", name="Ledger").click()
    page.locator(".ledger-lost").get_by_role("link").first.click()
    expect(page.locator(".moment")).to_be_visible()

    page.goto(f"{served.url}/class/grades/exercise/{sandbox.key}")
    page.get_by_label("Points of 100").fill("97")
    page.get_by_role("button", name="Override the score").click()
    expect(page.locator("#field-reason-error")).to_be_visible()
    expect(page.get_by_label("Points of 100")).to_have_value("97")
    assert_accessible(page)
    page.get_by_label("Reason", exact=True).fill("The parcel was late through no fault of hers")
    page.get_by_role("button", name="Override the score").click()
    expect(page.locator("#score-changes")).to_contain_text("97 points")

    page.goto(f"{served.url}/class/grades?view=01-overview&q=radia")
    with page.expect_download() as coming:
        page.get_by_role("link", name="CSV").click()
    file = coming.value
    assert re.fullmatch(r"grades-01-overview-\d{4}-\d\d-\d\d\.csv", file.suggested_filename)
    file.save_as(tmp_path / "book.csv")
    with (tmp_path / "book.csv").open(encoding="utf-8-sig", newline="") as text:
        (line,) = csv.DictReader(text)
    assert (line["Person"], line["Your first order"]) == ("Radia", "97.00")

    page.goto(f"{served.url}/audit?action=score_overridden")
    expect(page.locator("tbody tr").first).to_contain_text(f"{earned} → 97")

    trainee = new_context(locale="zh-TW").new_page()
    trainee.goto(f"{served.url}/login")
    trainee.locator("#email").fill("radia")
    trainee.locator("#password").fill(password)
    trainee.locator("#password").press("Enter")
    trainee.wait_for_url("**/change")  # somebody else has seen that one
    trainee.locator("#password").fill(password)
    trainee.locator("#new_password").fill("spanning-tree")
    trainee.locator("#new_password_confirm").fill("spanning-tree")
    trainee.locator("#new_password_confirm").press("Enter")
    trainee.wait_for_url("**/settings")
    expect(trainee.locator("html")).to_have_attribute("lang", "zh-Hant")
    trainee.goto(f"{served.url}/attempts/{sandbox.key}/score")
    expect(trainee.locator("#score-changes")).to_contain_text("no fault of hers")
    assert_accessible(trainee)
