"""An instructor builds an exercise out of nothing, by forms alone and without a script; it is
proven and published, and a trainee meets it."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.journeys.conftest import Served
from tests.journeys.test_every_page import look_at
from tests.journeys.test_first_order import TAGS, sign_in
from tests.support.browser import assert_accessible

PHONE = {"width": 390, "height": 844}


class Author:
    """Fills in fields and presses buttons; never touches the text."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def unfold(self, at: Locator) -> Locator:
        """By the summaries above it, as a person would."""
        for closed in at.locator("xpath=ancestor::details[not(@open)]").all():
            closed.locator("xpath=./summary").click()
        return at

    def write(self, **values: str) -> None:
        """In the fields of these places, `__` for a dot."""
        for place, value in values.items():
            field = self.page.locator(f"[name='field.{place.replace('__', '.')}']")
            self.unfold(field)
            if field.evaluate("it => it.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def say(self, place: str, *words: str) -> None:
        """The same in English, 简体中文 and 繁體中文."""
        for language, said in zip(("en", "zh_Hans", "zh_Hant"), words, strict=True):
            self.write(**{f"{place}.{language}": said})

    def press(self, verb: str, path: str, kind: str = "") -> None:
        """The button that does it there."""
        button = self.page.locator(f"button[name=act][value^='{verb}:{path}:']")
        self.unfold(button)
        if kind:
            self.page.locator(f"[name='{verb}.{path}']").select_option(kind)
        button.click()
        expect(self.page.locator("main .notice-warn")).to_have_count(0)
        assert "at=" in self.page.url


def test_from_nothing_to_an_exercise_by_forms_alone(
    served: Served, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(locale="en-US", viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, served.url, "ines")
    page.goto(f"{served.url}/author/")
    page.locator("#draft-of").select_option("empty:")
    page.get_by_role("button", name="Begin").click()
    author = Author(page)

    # what it is about, and a small world: what is emptied is taken out
    author.write(id="say-so")
    author.say("title", "Say that it came", "告知已收到", "回覆已收到")
    author.say("brief", "An order has come in.", "来了一张订单。", "來了一張訂單。")
    author.say("debrief", "What did they see?", "客户看到了什么？", "客戶看到了什麼？")
    author.write(
        world__locales__1="", world__locales__2="", world__variants="1", world__orders="20"
    )
    author.press("add", "cast", "email")
    expect(page.locator("#part-cast-first")).to_be_visible()

    # a step as the course has it; and one by hand, whose goal, hint and command come one by one
    author.press("add", "steps", "enter")
    author.write(steps__0__goals__0__points="60")
    author.press("add", "steps", "empty")
    author.say("steps.1.title", "Say so", "告知客户", "回覆客戶")
    author.say("steps.1.say", "Tell the customer.", "请告知客户。", "請回覆客戶。")
    author.press("add", "steps.1.hints")
    author.say("steps.1.hints.0.says", "It is a letter.", "用一封信。", "用一封信。")
    author.press("add", "steps.1.solution", "check_order")
    author.press("add", "steps.1.solution", "notify_customer")
    author.write(steps__1__solution__1__notify_customer__template="order_received")
    author.press("remove", "steps.1.solution.0")
    author.press("add", "steps.1.goals", "happened")
    author.say("steps.1.goals.0.says", "They know.", "客户已得知。", "客戶已得知。")
    author.say("steps.1.goals.0.why", "Silence calls.", "没回音会来催。", "沒回音會來催。")
    author.write(
        steps__1__goals__0__check__happened__what__event="customer_notified",
        steps__1__goals__0__points="30",
    )  # fmt: skip
    author.press("say", "steps.1.goals.0", "skills")
    author.write(steps__1__goals__0__skills__0="customer-messages")
    author.press("down", "steps.0")
    expect(page.locator("#part-steps-1 > summary")).to_contain_text("Enter the order")
    author.press("up", "steps.1")
    author.press("add", "standing", "never_refused")
    assert page.locator("[name='field.standing.0.points']").input_value() == "10"

    # what is still missing stands beside its field
    wrong = page.locator("#form-standing-0-says-en")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    author.say("standing.0.says", "Nothing was refused.", "没有被拒绝。", "沒有被拒絕。")
    author.say("standing.0.why", "It takes time.", "每次都费时间。", "每次都費時間。")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator("#findings")).to_contain_text("Nothing is wrong with it")
    address = page.url

    # a colleague reads the Chinese words beside the English ones
    reader = new_context(locale=TAGS["zh-Hans"]).new_page()
    sign_in(reader, served.url, "omar")
    languages = f"{address.partition('?')[0].partition('#')[0]}/languages"
    reader.goto(languages)
    expect(reader.locator(".chip[aria-current]")).to_contain_text("20")
    reader.locator("button[value^='reviewed:brief:zh_Hans:']").click()
    expect(reader.locator(".chip[aria-current]")).to_contain_text("19")
    expect(reader.locator("#part-brief .draft-reviewed")).to_contain_text("Omar")
    assert_accessible(reader)

    # proven and published, now with a script
    page = new_context(locale="en-US").new_page()
    sign_in(page, served.url, "ines")
    look_at(page, f"{languages}?view=all")
    look_at(page, address)
    page.goto(address)
    page.get_by_role("button", name="Prove").click()
    publish = page.get_by_role("button", name="Publish")
    expect(publish).to_be_visible(timeout=120_000)
    expect(page.locator("#proof-state")).to_contain_text("19 texts are not reviewed")
    publish.click()
    expect(page.locator("#main")).to_contain_text("Version 1 is published")

    trainee = new_context(locale=TAGS["zh-Hant"]).new_page()
    sign_in(trainee, served.url, "ada")
    trainee.goto(f"{served.url}/exercises/say-so")
    expect(trainee.locator("h1")).to_contain_text("回覆已收到")
    trainee.locator("form[action$='/attempts'] button").click()
    trainee.wait_for_url(re.compile(r"/attempts/[^/]+/"))
    expect(trainee.locator("#coach .step-now")).to_contain_text("輸入訂單")
    assert_accessible(trainee)
