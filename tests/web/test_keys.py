"""Keys, palette and settings in a real browser: they do what they say, when they should."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.browser import assert_accessible, serve
from tests.web.conftest import PASSWORD, add_person

Contexts = Callable[..., BrowserContext]
ADA = "keysada"


@pytest.fixture(scope="module")
def url(app: Flask) -> Iterator[str]:
    """Where the app listens; somebody is there whom only this file knows."""
    with app.app_context():
        add_person(app, ADA)
    with serve(app) as address:
        yield address


@pytest.fixture
def page(new_context: Contexts, url: str) -> Page:
    """Somebody signed in, by day and in English."""
    return signed_in(new_context, url)


def signed_in(contexts: Contexts, url: str, locale: str = "en-US", **options: object) -> Page:
    page = contexts(base_url=url, locale=locale, **options).new_page()
    page.set_default_timeout(10_000)
    page.goto("/login")
    page.locator("#email").fill(ADA)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url("**/")
    return page


def at_the_desk(page: Page) -> str:
    """A fresh attempt at the first order; where its desk is."""
    page.goto("/exercises/first-order")
    page.locator("form[action$='/attempts'] button").click()
    page.wait_for_url("**/inbox**")
    return page.url.rpartition("/inbox")[0]


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def opened(page: Page) -> list[str]:
    """Which dialogs are open."""
    return page.evaluate("[...document.querySelectorAll('dialog[open]')].map(it => it.id)")


def test_two_keys_lead_to_a_place_and_one_into_its_search(page: Page) -> None:
    desk = at_the_desk(page)
    for second, place in (("o", "orders"), ("s", "inventory"), ("r", "reports"), ("i", "inbox")):
        press(page, "g", second)
        page.wait_for_url(f"{desk}/{place}**")
    press(page, "g", "o")
    page.wait_for_url("**/orders")
    press(page, "/")
    expect(page.locator("#q")).to_be_focused()
    press(page, "g", "i")
    expect(page.locator("#q")).to_have_value("gi")


def test_from_order_to_order_and_back_to_the_list(page: Page) -> None:
    desk = at_the_desk(page)
    page.goto(f"{desk}/orders")
    rows = page.locator("[data-row]")
    press(page, "j", "j", "k", "j")
    expect(rows.nth(1)).to_be_focused()
    press(page, "x")
    expect(page.locator("tbody input[type=checkbox]").nth(1)).to_be_checked()
    expect(page.locator("tbody input:checked")).to_have_count(1)
    press(page, "x")
    expect(page.locator("tbody input:checked")).to_have_count(0)
    numbers = rows.all_inner_texts()
    press(page, "Enter")
    page.wait_for_url(f"**/{numbers[1]}")
    page.goto(f"{desk}/orders?view=awaiting_shipment")
    numbers = rows.all_inner_texts()
    press(page, "j", "Enter")
    page.wait_for_url(f"**/{numbers[0]}?**")
    press(page, "j")
    page.wait_for_url(f"**/{numbers[1]}?**")
    press(page, "k")
    page.wait_for_url(f"**/{numbers[0]}?**")
    press(page, "u")
    page.wait_for_url("**/orders?view=awaiting_shipment")


def test_what_comes_first_is_done_taken_back_and_hinted_at(page: Page) -> None:
    desk = at_the_desk(page)
    page.goto(f"{desk}/orders?view=to_review")
    press(page, "j", "Enter")
    page.wait_for_url("**/orders/SO-**")  # loaded: what hears the keys is there
    first = page.locator("#order .action[open] > summary").inner_text()
    press(page, "a")
    expect(page.locator(".notice").first).to_be_visible()
    expect(page.locator("#order .action[open] > summary").first).not_to_have_text(first)
    press(page, "h")
    expect(page.locator("#coach .hint")).to_have_count(1)
    page.reload()
    with page.expect_event("load"):
        press(page, "z")
    expect(page.locator("[data-key=z]")).to_have_count(0)  # there was one act only
    press(page, "w")
    expect(page.get_by_role("button", name="One hour", exact=True)).to_be_visible()


def test_the_map_opens_with_a_key_or_a_click_and_is_accessible(page: Page) -> None:
    at_the_desk(page)
    press(page, "?")
    assert opened(page) == ["keys-map"]
    assert_accessible(page)
    press(page, "g", "o")  # what is open hears its own keys alone
    press(page, "Escape")
    assert opened(page) == []
    page.get_by_title("Keysada").click()
    page.get_by_role("link", name="Map of the keys").click()
    assert opened(page) == ["keys-map"]
    assert page.url.endswith("/inbox")


def test_no_key_is_heard_in_a_field_with_ctrl_or_while_composing(page: Page) -> None:
    desk = at_the_desk(page)
    page.goto(f"{desk}/orders")
    page.locator("#q").press("?")
    page.locator("#label").press("n")
    page.keyboard.press("Escape")
    page.locator("#main").focus()
    page.evaluate("""() => {
      const key = (more) => document.querySelector("#main").dispatchEvent(
        new KeyboardEvent("keydown", { key: "?", bubbles: true, cancelable: true, ...more }));
      key({ isComposing: true });
      key({ keyCode: 229 });
      for (const held of ["ctrlKey", "altKey", "metaKey"]) key({ [held]: true });
    }""")
    assert opened(page) == []
    assert page.url.startswith(f"{desk}/orders")
    full_width = {"key": "？", "bubbles": True}  # as a Chinese keyboard may give it
    page.locator("#main").dispatch_event("keydown", full_width)
    assert opened(page) == ["keys-map"]


def test_keys_are_switched_off_at_once_and_stay_off(page: Page) -> None:
    desk = at_the_desk(page)
    page.goto("/settings")
    with page.expect_response("**/settings"):
        page.get_by_label("Switched off").check()
    page.locator("#main").focus()
    press(page, "?")
    assert opened(page) == []
    page.goto(f"{desk}/orders")
    press(page, "?", "g", "i", "n", "/")
    assert opened(page) == []
    assert page.url == f"{desk}/orders"
    expect(page.locator("main .kbd:visible")).to_have_count(0)
    press(page, "Control+k")  # not a single key, so it still works
    assert opened(page) == ["palette"]
    page.keyboard.press("Control+k")
    assert opened(page) == []
    page.goto("/settings")
    with page.expect_response("**/settings"):
        page.get_by_label("Switched on").check()
    page.locator("#main").focus()
    press(page, "?")
    assert opened(page) == ["keys-map"]


# --- the palette --------------------------------------------------------------------------------


def test_the_palette_opens_at_once_from_what_is_on_the_page(page: Page) -> None:
    at_the_desk(page)
    asked: list[str] = []
    page.wait_for_load_state("networkidle")
    page.on("request", lambda request: asked.append(request.url))
    # in the same breath as the key: no frame, no request between
    offered = page.evaluate("""() => {
      document.body.dispatchEvent(new KeyboardEvent("keydown",
        { key: "k", ctrlKey: true, bubbles: true, cancelable: true }));
      return [document.querySelector("#palette").open,
        [...document.querySelectorAll("#palette [role=option] > span")].map(it => it.textContent)];
    }""")
    assert offered[0] is True
    assert {"Orders", "Hint (−1 point)", "Wait: One hour", "Settings", "Theme: Dark"} <= {
        *offered[1]
    }
    assert not {"English", "Dark"} & {*offered[1]}  # a setting is offered once, under its name
    assert asked == []
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    assert_accessible(page)


def test_a_place_is_gone_to_by_a_part_of_its_name(page: Page) -> None:
    desk = at_the_desk(page)
    press(page, "Control+k")
    page.keyboard.type("invent")
    option = page.locator("#palette [aria-selected=true]")
    expect(option).to_contain_text("Inventory")
    box = page.get_by_role("combobox")
    active = box.get_attribute("aria-activedescendant")
    assert option.get_attribute("id") == active
    press(page, "Enter")
    page.wait_for_url(f"{desk}/inventory")


def test_an_order_is_found_by_its_customer_and_opened(page: Page) -> None:
    desk = at_the_desk(page)
    page.goto(f"{desk}/orders")
    company = page.locator("tbody tr").nth(3).locator("td").nth(2).inner_text()
    page.goto(f"{desk}/inventory")
    press(page, "Control+k")
    page.keyboard.type(company)
    found = page.locator("#palette [role=group]").last.get_by_role("option")
    expect(found.first).to_contain_text(company)
    page.get_by_role("combobox").fill("10150")
    expect(found).to_have_count(1)
    press(page, "Enter")
    page.wait_for_url(f"{desk}/orders/SO-10150?**")


def test_an_act_of_the_order_is_opened_where_it_stands(page: Page) -> None:
    desk = at_the_desk(page)
    page.goto(f"{desk}/orders?view=awaiting_shipment")
    press(page, "j", "Enter")
    page.wait_for_url("**/orders/SO-**")
    put_away = page.locator("#order .action-more form[data-command=add_note]")
    expect(put_away).to_be_hidden()
    press(page, "Control+k")
    page.keyboard.type("leave a")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("Leave a note")
    press(page, "Enter")
    expect(put_away).to_be_visible()
    assert put_away.evaluate("form => form.contains(document.activeElement)")


def test_enter_belongs_to_whoever_composes_chinese(new_context: Contexts, url: str) -> None:
    page = signed_in(new_context, url, "zh-TW")
    desk = at_the_desk(page)
    press(page, "Control+k")
    box = page.get_by_role("combobox")
    # in whatever language this account was left by others
    place = page.locator("nav a[href$='/process']").first.inner_text().split("\n")[0].strip()
    box.fill(place)
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text(place)
    for how in ({"isComposing": True}, {"keyCode": 229}):
        box.dispatch_event("keydown", {"key": "Enter", **how})
        box.dispatch_event("keydown", {"key": "ArrowDown", **how})
    assert opened(page) == ["palette"]
    press(page, "Enter")
    page.wait_for_url(f"{desk}/process")


def test_the_arrows_go_round_and_nothing_is_said_to_be_nothing(page: Page) -> None:
    at_the_desk(page)
    press(page, "Control+k")
    options = page.get_by_role("option")
    press(page, "ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    press(page, "ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.type("no such thing anywhere")
    expect(page.get_by_text("Nothing here is called that.")).to_be_visible()
    expect(options).to_have_count(0)
    press(page, "Enter")
    assert opened(page) == ["palette"]
    press(page, "Escape")
    assert opened(page) == []


def test_on_a_phone_the_palette_is_in_the_menu(new_context: Contexts, url: str) -> None:
    page = signed_in(new_context, url, viewport={"width": 320, "height": 600})
    desk = at_the_desk(page)
    page.get_by_title("Keysada").click()
    page.get_by_role("button", name="Go to, do or find something").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("option", name="Orders").click()
    page.wait_for_url(f"{desk}/orders")


# --- contrast and motion ------------------------------------------------------------------------

BLACK, WHITE = "rgb(0, 0, 0)", "rgb(255, 255, 255)"
GROUND = "getComputedStyle(document.body).backgroundColor"
EDGES = """() => [...document.querySelectorAll(".form-control, .form-select, .btn-quiet, .choice")]
  .filter((e) => e.checkVisibility()).map((e) => getComputedStyle(e).borderTopColor)"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_high_contrast_is_seen_at_once_and_reads_at_seven_to_one(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    desk = at_the_desk(page)
    page.goto("/settings")
    with page.expect_response("**/settings"):
        page.get_by_label("High contrast").check()
    assert page.evaluate(GROUND) == (WHITE if theme == "light" else BLACK)
    for path in (
        "/settings", "/", "/course/1.2", f"{desk}/inbox/msg-first", f"{desk}/orders",
        f"{desk}/orders/SO-10150", f"{desk}/reports/volume", f"{desk}/process",
    ):  # fmt: skip
        page.goto(path)
        assert_accessible(page, ["color-contrast-enhanced"])
        edges = set(page.evaluate(EDGES))
        strong = {BLACK, "rgb(0, 51, 122)"} if theme == "light" else {WHITE, "rgb(179, 215, 255)"}
        assert edges <= strong, path
    press(page, "?")
    assert_accessible(page, ["color-contrast-enhanced"])
    page.goto("/settings")
    with page.expect_response("**/settings"):
        page.locator("[name=contrast][value=system]").check()
    assert page.evaluate(GROUND) not in (WHITE, BLACK)


def test_the_systems_wish_for_contrast_and_colours_is_heard(page: Page) -> None:
    at_the_desk(page)
    plain = page.evaluate(GROUND)
    page.emulate_media(contrast="more")
    assert page.evaluate(GROUND) == WHITE != plain
    page.emulate_media(contrast="no-preference", forced_colors="active")
    mark = page.locator(".place[aria-current]")
    assert mark.evaluate("it => getComputedStyle(it).outlineStyle") == "solid"


def test_less_motion_is_the_systems_or_ones_own(page: Page) -> None:
    moves = "getComputedStyle(document.querySelector('.btn')).transitionDuration"
    page.goto("/settings")
    assert page.evaluate(moves) != "0s"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moves) == "0s"
    page.emulate_media(reduced_motion="no-preference")
    with page.expect_response("**/settings"):
        page.get_by_label("Less motion").check()
    assert page.evaluate(moves) == "0s"
    page.reload()
    assert page.evaluate(moves) == "0s"
    with page.expect_response("**/settings"):
        page.locator("[name=motion][value=system]").check()
    assert page.evaluate(moves) != "0s"


def test_settings_without_a_script(new_context: Contexts, url: str) -> None:
    page = signed_in(new_context, url, java_script_enabled=False)
    page.goto("/settings")
    page.get_by_label("High contrast").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your settings are kept.")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-contrast", "more")
    page.get_by_title("Keysada").click()
    expect(page.get_by_role("button", name="Go to, do or find something")).to_be_hidden()
    page.get_by_role("link", name="Map of the keys").first.click()
    expect(page.get_by_role("heading", name="Map of the keys")).to_be_visible()
    page.goto("/settings")
    page.locator("[name=contrast][value=system]").check()
    page.get_by_role("button", name="Save").click()


# --- no answer, or a broken one -----------------------------------------------------------------


@pytest.mark.console("ERR_FAILED", "htmx:error", "status of 500")
@pytest.mark.parametrize("broken", [False, True])
def test_what_could_not_be_sent_stays_and_is_sent_again(page: Page, broken: bool) -> None:
    desk = at_the_desk(page)
    page.goto(f"{desk}/orders?view=to_review")
    page.locator("[data-row]").first.click()
    page.locator("#order .action-more > summary").click()
    form = page.locator("form[data-command=add_note]")
    form.locator("xpath=ancestor::details[1]/summary").click()
    form.locator("[name=text]").fill("Rings back on Monday")

    sent: list[str | None] = []

    def answer(route):  # type: ignore[no-untyped-def]
        sent.append(route.request.post_data)
        if broken:
            route.fulfill(status=500, body="<p>Oh no</p>")
        else:
            route.abort()

    page.route("**/commands", answer)
    bar = page.locator(".offline-bar")
    expect(bar).to_be_hidden()
    form.locator("button").first.click()
    expect(bar).to_be_visible()
    expect(bar).to_contain_text("Something broke" if broken else "No connection")
    expect(form.locator("[name=text]")).to_have_value("Rings back on Monday")
    assert_accessible(page)
    page.get_by_role("button", name="Send it again").click()
    page.wait_for_timeout(300)
    expect(bar).to_be_visible()  # still nothing
    assert len(sent) == 2
    assert sent[0] == sent[1]  # the same command, so that it is done once
    page.unroute("**/commands")
    page.get_by_role("button", name="Send it again").click()
    expect(bar).to_be_hidden()
    expect(page.locator("#order .timeline")).to_contain_text("Rings back on Monday")
