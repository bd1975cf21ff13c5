"""An admin reviews a score: from the grade book down to the event, another score, the file."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys.conftest import Served
from tests.journeys.test_first_order import sign_in
from tests.support.browser import assert_accessible
from tests.web.pupils import work
from trainer.web import accounts

PERSON = {"name": "Radia", "username": "radia", "email": "radia@example.com", "role": "trainee"}


@pytest.mark.console("422")
def test_a_score_is_reviewed_down_to_the_event_and_overridden(
    served: Served, new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    with served.app.app_context():
        assert accounts.add(PERSON | {"password": "spanning-tree"}) == {}
        person = served.app.extensions["security"].datastore.find_user(username="radia")
        sandbox = work(served.app, person.id, skill=0.5, seed=3)
    page = new_context(locale="en-US").new_page()
    sign_in(page, served.url, "omar")

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
    trainee.locator("#password").fill("spanning-tree")
    trainee.locator("#password").press("Enter")
    trainee.wait_for_url(f"{served.url}/")
    trainee.goto(f"{served.url}/attempts/{sandbox.key}/score")
    expect(trainee.locator("#score-changes")).to_contain_text("no fault of hers")
    assert_accessible(trainee)
