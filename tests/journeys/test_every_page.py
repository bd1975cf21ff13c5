"""Every page, in each language and theme, wide and narrow: accessible, nothing sticking out."""

from collections.abc import Callable
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import Served
from tests.journeys.test_first_order import TAGS, begin, fresh_desk, sign_in
from tests.journeys.walker import BrowserWalker, walk
from tests.support.browser import LOOKS, assert_accessible
from tests.web.conftest import add_person
from tests.web.pupils import write
from trainer.orders.clock import AdvanceClock
from trainer.orders.remedies import CancelLineQuantity
from trainer.orders.values import DAY
from trainer.play.solution import play
from trainer.play.survey import Reply
from trainer.web import accounts

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
    "shipping",
    "returns",
    "invoices",
    "customers/new",
    "inventory",
    "inventory/movements",
    "carriers",
    "production",
    "process",
    "rules",
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
NO_PAGES = {
    # files, and answers to what a page asks for itself
    "static", "security.static", "lists.export", "reports.export", "audit.export",
    "author.export", "grades.export", "results.export", "results.export_exercise",
    "results.export_runs", "quiz_results.export_quiz", "quiz_results.export_question",
    "survey.export", "documents.send", "documents.attachment", "documents.example",
    "forks.evidence", "author.proof", "months.budget", "following.news",
    # ways to another page
    "coaching.nothing_sent", "desk.nothing_sent", "forks.nothing_sent", "lists.nothing_saved",
    "quiz.answered", "mastery.answers", "desk.home", "reports.index", "security.verify",
    # a card comes back a day after its quiz; tests/web/test_mastery.py turns the clock
    "mastery.explained",
}  # fmt: skip
"""What a browser can ask for that is no page to look at."""
LOOKED_AT: set[str] = set()
"""Addresses that the walks have looked at; those in one language share a worker."""
WALKS = [pytest.param(tag, marks=[pytest.mark.xdist_group(f"pages-{tag}")], id=tag) for tag in TAGS]


WIDE, HALF, PHONE, NARROW = ({"width": width, "height": 900} for width in (1440, 640, 390, 320))


STICKS_OUT = """() => {
  const told = (those) => those.map((e) => e.outerHTML.slice(0, 120));
  return {
    "px too wide": document.documentElement.scrollWidth - window.innerWidth,
    // scrolls sideways without a name, a stop for the keyboard or a shadow that shows it
    "mute scrollers": told([...document.querySelectorAll("main *, .paper *")]
      .filter((e) => e.scrollWidth > e.clientWidth + 1
        && ["auto", "scroll"].includes(getComputedStyle(e).overflowX))
      .filter((e) => e.tabIndex < 0 || !(e.ariaLabel || e.labels?.length)
        || !getComputedStyle(e).backgroundImage.includes("gradient"))),
    // has far less room than there is: its words would stand one letter to a line
    "squeezed": told([...document.querySelectorAll("main .pane")]
      .filter((e) => e.checkVisibility() && e.offsetWidth < 0.8 * e.parentElement.clientWidth
        && e.offsetWidth < 200)),
  };
}"""
"""Asked in one question, as it is asked of some thousand pages."""
UNFOLD = """() => document.querySelectorAll("main details").forEach((e) => {
  e.removeAttribute("name");
  e.open = true;
})"""
"""Everything unfolded, also where only one of a group would stay open."""


def fits(page: Page) -> None:
    """Nothing sticks out sideways, nothing is squeezed."""
    found = page.evaluate(STICKS_OUT)
    wide = found.pop("px too wide")
    assert wide <= 0, f"{page.url} is {wide} px too wide at {page.viewport_size}"
    assert not any(found.values()), f"{page.url} at {page.viewport_size}: {found}"


def look_at(page: Page, url: str) -> None:
    """A page by day and wide, then by night and narrow: nothing sticks out, axe finds nothing.

    English, whose words are the longest, is looked at in every width, also with letters twice as
    large and all unfolded; and as colours depend on no language, it alone has them judged, by day
    and by night. 简体中文 is looked at by night, 繁體中文 by day, both narrow.
    """
    language = page.evaluate("navigator.language")
    if language != TAGS["en"]:
        look_at_in_chinese(page, url, "dark" if language == TAGS["zh-Hans"] else "light")
        return
    # colours that are on their way from day to night are neither
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size(WIDE)
    page.goto(url)
    LOOKED_AT.add(urlsplit(page.url).path)
    fits(page)
    assert_accessible(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    for size in (PHONE, NARROW):
        page.set_viewport_size(size)
        fits(page)
    assert_accessible(page, LOOKS)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for size in (WIDE, HALF, NARROW):
        page.set_viewport_size(size)
        fits(page)
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.evaluate(UNFOLD)
    for size in (NARROW, PHONE):
        page.set_viewport_size(size)
        fits(page)


def look_at_in_chinese(page: Page, url: str, theme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size(NARROW)
    page.goto(url)
    fits(page)
    assert_accessible(page, without=("color-contrast",))
    page.set_viewport_size(WIDE)
    fits(page)


def write_a_rule(page: Page, url: str) -> None:
    """By clicks; then there is a rule to look at, and what it would do."""
    page.goto(url)
    form = page.locator("form[data-command=write_rule]")
    form.locator("[name=name]").fill("Tell them")
    form.locator("[name=trigger]").select_option("package_shipped")
    form.locator("[name='action.act']").select_option("notify_customer")
    form.locator("[name='action.template']").select_option("order_shipped")
    form.locator("[name=preview]").click()
    expect(page.locator("#preview")).to_contain_text("Tell them")
    form.locator("button:not([name])").click()
    expect(page.locator("#rule-title")).to_contain_text("R-1")


def look_at_marking(page: Page, served: Served) -> None:
    """What waits, a class's pieces, one of them, and what comes of it for who wrote it."""
    with served.app.app_context():
        account = {"name": "Murasaki", "email": "m@example.com", "username": "murasaki"}
        accounts.add(account | {"role": "trainee", "password": "tale-of-genji"})
        person = served.app.extensions["security"].datastore.find_user(username="murasaki")
        sandbox = write(
            served.app, person.id, "We are sorry. It is there within three days.\n\nMurasaki"
        )
    look_at(page, f"{served.url}/marking")
    page.locator("main tbody a[href='/marking/-/keep-them-posted']").click()
    look_at(page, page.url)
    page.locator("main .pane-head a").click()
    look_at(page, page.url)
    for at in range(3):
        page.locator("fieldset").nth(at).locator("[type=radio]").first.check()
    page.locator("main form button").click()
    expect(page.locator("main .notice")).to_contain_text("8")
    look_at(page, f"{served.url}/attempts/{sandbox.key}/score")
    look_at(page, f"{served.url}/class/grades/exercise/{sandbox.key}")


@pytest.mark.long
@pytest.mark.parametrize("language", WALKS)
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
        "/keys",
        "/glossary",
        "/survey/1",
        "/experiences?about=exercise:first-order",
        "/experiences/new?exercise=first-order",
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
    share(page, f"{served.url}/experiences/new?attempt={key}&at=3")
    expect(page.locator(".happened")).to_be_visible()
    look_at(page, page.url)
    edit = page.locator("a[href$='/edit']").first.get_attribute("href")
    look_at(page, f"{served.url}{edit}")
    look_at(page, f"{served.url}/experiences")


def share(page: Page, form: str) -> None:
    """An experience, and a comment of one's own."""
    look_at(page, form)
    page.locator("[name=title]").fill("Read to the end: " + "long" * 20)
    page.locator("#main [name=text]").fill("The second page\nhad another address.\n" + "long" * 99)
    page.locator("#main form button.btn-primary").click()
    page.locator("#comment").fill("Since then I read it twice.")
    page.locator("#main form button.btn-primary").click()
    expect(page.locator("#main article.asked")).to_have_count(1)


def give_opinions(served: Served) -> None:
    """Five of no class say what they think of the first chapter, if they have not."""
    surveys = served.app.extensions["surveys"]
    if surveys.replies():
        return
    with served.app.app_context():
        for at in range(1, 6):
            reply = Reply(at, 4, 3, 3, "the coach", "long" * 40)
            surveys.reply(add_person(served.app, f"voice{at}"), "1", reply)


@pytest.mark.parametrize("language", WALKS)
def test_the_pages_of_a_question_that_is_written(
    served: Served, new_context: Callable[..., BrowserContext], language: str
) -> None:
    page = new_context(locale=TAGS[language], viewport=WIDE).new_page()
    sign_in(page, served.url, "omar")
    page.goto(f"{served.url}/author/questions")
    page.locator("#draft-kind").select_option("template:fill_in")
    page.locator("form:has(#draft-kind) button").click()
    page.locator("button[formaction$='/proofs']").click()
    publish = page.locator("button[formaction$='/versions']")
    publish.wait_for(timeout=60_000)
    look_at(page, page.url.partition("#")[0])
    look_at(page, f"{page.url}/preview")
    page.go_back()
    publish.click()
    expect(page.locator("#versions-title")).to_be_visible()
    look_at(page, page.url)
    fold = page.locator(".ending:has(form[action$='/withdrawal'])")
    fold.locator("summary").click()
    fold.locator("button.btn-danger").click()
    look_at(page, page.url)


@pytest.mark.long
@pytest.mark.parametrize("language", WALKS)
def test_pages_of_those_who_teach_and_manage(
    served: Served, new_context: Callable[..., BrowserContext], language: str
) -> None:
    page = new_context(locale=TAGS[language], viewport=WIDE).new_page()
    sign_in(page, served.url, "omar")
    give_opinions(served)
    share(page, f"{served.url}/experiences/new?exercise=first-order")
    for path in (
        "/",
        "/class/survey",
        "/experiences",
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
        "/author/",
        "/author/questions",
        "/author/questions/what-it-improves/preview?try=wrong",
        "/author/questions/four-activities/preview?try=invalid",
        "/class/grades",
        "/class/grades?view=01-overview",
        "/class/grades?view=skills",
        "/class/grades/people/1",
        "/class/grades/regrade/first-order",
        "/audit",
        "/people",
        "/people/import",
        "/patterns",
    ):
        look_at(page, served.url + path)
    page.goto(f"{served.url}/classes")
    room = page.locator("main tbody th a", has_text="group A").first.get_attribute("href")
    assert room
    look_at(page, served.url + room)
    page.locator("main .due-list a").first.click()
    look_at(page, page.url)
    look_at(page, f"{served.url}{room}/roster")
    page.goto(f"{served.url}{room}")
    look_at_marking(page, served)
    page.goto(f"{served.url}{room}")
    code = page.locator(".join-link").get_attribute("href")
    page.locator(".class-grid a[href*='/people/']").first.click()
    look_at(page, page.url)
    stranger = new_context(locale=TAGS[language], viewport=WIDE).new_page()
    look_at(stranger, f"{served.url}{code}")


@pytest.mark.long
@pytest.mark.parametrize("language", WALKS)
def test_pages_that_are_rarely_met(
    served: Served, new_context: Callable[..., BrowserContext], language: str
) -> None:
    page = new_context(locale=TAGS[language], viewport=WIDE).new_page()
    sign_in(page, served.url, "ada")
    look_at(page, f"{served.url}/change")
    page.goto(f"{served.url}/exercises/keep-them-posted")
    page.locator("form[action$='/example'] button").click()
    look_at(page, f"{page.url.partition('?')[0]}?at=3")

    def begun(scenario_id: str) -> str:
        page.goto(f"{served.url}/exercises/{scenario_id}")
        page.locator("form[action$='/attempts'] button").first.click()
        page.wait_for_url("**/attempts/*/**")
        return page.url.split("/attempts/")[1].split("/")[0]

    desk = fresh_desk(served)
    key = begun("one-minute")
    look_at(page, f"{served.url}/attempts/{key}/documents/attachments/msg-first")
    for place, done in enumerate(list(play(desk.course(desk.store.find(key))))):
        desk.perform(
            desk.store.find(key),
            done.command,
            actor="Ada",
            command_id=f"quick-{place}",  # type: ignore[arg-type]
        )
    page.goto(f"{served.url}/attempts/{key}/reference")
    look_at(page, page.url)  # what one would do differently is asked first
    page.locator("form[action$='/reflections'] button").last.click()
    look_at(page, page.url)
    sent = next(
        it for it in desk.run(desk.store.find(key)).world.orders.values()
        if it.documents and any(package.tracking_number for package in it.packages)
    )  # fmt: skip
    order = f"{served.url}/attempts/{key}/orders/{sent.order_number}"
    look_at(page, f"{order}/packing-lists/1")
    look_at(page, f"{order}/waybills/1")
    look_at(page, f"{order}/papers/{sent.documents[0].document_number}")
    key = begun("change-by-document")
    for place, done in enumerate(play(desk.course(desk.store.find(key)))):
        if isinstance(done.command, CancelLineQuantity):
            break
        desk.perform(
            desk.store.find(key),
            done.command,
            actor="Ada",
            command_id=f"change-{place}",  # type: ignore[arg-type]
        )
    look_at(page, f"{served.url}/attempts/{key}/documents/attachments/msg-change")
    look_at(page, f"{served.url}/attempts/{begun('where-to-spend')}/month/")
    divided = begun("five-desks")
    look_at(page, f"{served.url}/attempts/{divided}/desk")
    waiting = min(desk.run(desk.store.find(divided)).world.orders)
    look_at(page, f"{served.url}/attempts/{divided}/orders/{waiting}/desks")
    hunted = begun("count-that-cannot-be")
    before = desk.run(desk.store.find(hunted)).world
    waits = AdvanceClock(before.now + 2 * DAY)
    desk.perform(desk.store.find(hunted), waits, actor="Ada", command_id="waits")
    worked_on = max(desk.run(desk.store.find(hunted)).world.orders)
    assert worked_on not in before.orders
    look_at(page, f"{served.url}/attempts/{hunted}/fault?about={worked_on}")
    page.goto(f"{served.url}/quizzes")
    page.locator("[data-quiz='01-overview'] form button").first.click()
    page.wait_for_url("**/quizzes/attempts/*")
    quiz = page.url
    look_at(page, quiz)
    page.locator("main [name=skip]").first.click()
    look_at(page, f"{quiz}/answers/1")
    page.goto(quiz)
    while page.locator("main [name=skip]").count():
        page.locator("main [name=skip]").first.click()
        page.goto(quiz)
    look_at(page, quiz)  # what came of it
    look_at(page, f"{quiz}/answers")

    teacher = new_context(locale=TAGS[language], viewport=WIDE).new_page()
    sign_in(teacher, served.url, "omar")
    look_at(teacher, f"{served.url}/people/2/record")
    teacher.goto(f"{served.url}/class/results/quizzes/01-overview")
    question = teacher.locator("main a[href*='/quizzes/01-overview/']").first
    look_at(teacher, served.url + (question.get_attribute("href") or ""))
    teacher.goto(f"{served.url}/author/")
    teacher.locator("#draft-of").select_option("file:one-minute")
    teacher.locator("form:has(#draft-of) button").click()
    draft = teacher.url
    look_at(teacher, f"{draft}/languages?view=all")
    teacher.goto(draft)
    teacher.locator("button[formaction$='/opening']").click()
    look_at(teacher, teacher.url)
    teacher.goto(f"{served.url}/people")
    teacher.locator(".person-more > summary").last.click()
    teacher.locator("form[action$='/invitation'] button").last.click()
    link = teacher.locator("#invitation").input_value()
    stranger = new_context(locale=TAGS[language], viewport=WIDE).new_page()
    look_at(stranger, served.url + urlsplit(link).path)


@pytest.mark.xdist_group("pages-en")
def test_no_page_was_left_out(served: Served) -> None:
    if len(LOOKED_AT) < 60:
        pytest.skip("the walks through the pages did not run in this process")
    rules = served.app.url_map.bind("localhost")
    looked_at = {rules.match(path)[0] for path in LOOKED_AT}
    doors = {it.endpoint for it in served.app.url_map.iter_rules() if "GET" in (it.methods or ())}
    assert doors - NO_PAGES - looked_at == set()
    assert looked_at & NO_PAGES == set()
    assert doors >= NO_PAGES


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
