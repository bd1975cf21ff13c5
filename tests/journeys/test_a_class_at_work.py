"""A teacher's whole story in a browser: an exercise is written, proven, published and assigned, a
class of thirty works at it over real HTTP, the board is watched meanwhile, one of them is helped,
and then there are results.

Each line of the board says of which run it tells and up to which event and aside. What is true of
that moment is told here from the entries of the run, one by one; no column that is kept for the
board is looked at, and none of its code is used.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from shutil import copytree
from typing import NamedTuple
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import Engine, func, select

from tests.journeys.test_every_page import look_at
from tests.journeys.test_first_order import sign_in
from tests.journeys.test_real_server import Tab, free_port, running
from tests.journeys.walker import walk
from tests.support.browser import assert_accessible
from tests.web.conftest import first_start
from trainer.config import Settings
from trainer.play.run import Course
from trainer.play.sandbox import Desk
from trainer.store import tables
from trainer.store.database import connect
from trainer.store.events import SqlStore
from trainer.training.checks import Refused
from trainer.training.judge import HintTaken
from trainer.training.scoring import ledger, total

__all__ = ["first_start"]  # a fixture

PEOPLE = 30
TITLE, EXERCISE = "An order of our own", "first-order-new"
CLASS, PASSWORD = "Thirty at once", "thirty-at-once"
LETTER = "Look at the money first."
HELPED = 10

Moment = tuple[str, int, int]
"""A run and how many events and asides of it."""


class Line(NamedTuple):
    """What the board says of somebody, or should."""

    status: str
    step: int = 0
    """As people count; 0 where none is told."""
    refused: int = 0
    hints: int = 0
    score: int = 0


class Pupil(Tab):
    """Somebody who makes an account with the link of the class, and works by plain forms."""

    def __init__(self, port: int, link: str, number: int, store: SqlStore) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.number, self.name = number, f"Pupil {number:02}"
        self.username = f"pupil{number:02}"
        token = self.token(self.get(link))
        self.post(link, csrf_token=token, name=self.name, username=self.username,
                  email=f"{self.username}@example.com", password=PASSWORD)  # fmt: skip
        self.desk, self.key, self.sent = Desk(store), "", 0
        self.form_token = ""
        self.steps: Iterator[str] = iter(())

    def attend(self) -> None:
        """What this one does in the lesson; five of them do not come at all."""
        n = self.number
        if n < 5:
            return
        if n != HELPED:  # begins in a browser
            self.sit_down()
        self.work(1 + n % 4)
        if n == 5:  # over again, and slowly
            self.sit_down()
            for act in (1, 3, -3, 2, 1, -1, 2):
                self.work(act) if act > 0 else self.slip(-act)
        elif n < 10:
            return
        elif n < 15:
            self.slip(3)
        elif n < 18:
            self.slip(2)  # that happens to everybody
        elif n < 22:
            self.take_hints(2 if n < 20 else 1)
        elif n >= 26:
            self.slip(n == 26)
            self.take_hints(n == 27)
            self.work(99)

    def sit_down(self) -> None:
        """Begin the exercise that was assigned."""
        token = self.token(self.get(f"/exercises/{EXERCISE}"))
        url, _ = self.post(f"/exercises/{EXERCISE}/attempts", csrf_token=token)
        self.go_on_at(url)

    def go_on_at(self, url: str) -> None:
        """Work at the attempt of an address."""
        self.key = url.split("/attempts/")[1].split("/")[0]
        self.form_token = self.token(self.get(f"/attempts/{self.key}/inbox"))
        self.steps = walk(self, self.desk, self.key)

    def work(self, commands: int) -> None:
        """So many commands of the solution; no more than there are."""
        for _step in zip(range(commands), self.steps, strict=False):
            pass

    def slip(self, times: int) -> None:
        """Try what cannot be done yet."""
        for _ in range(times):
            self.do("archive_order", {"order_number": self.order, "retention_years": "10"})

    def take_hints(self, times: int) -> None:
        for _ in range(times):
            self._send("hints", {})

    # --- what the walk asks for

    def enter(self, message_id: str, fields: dict[str, str]) -> None:
        self.do("create_draft", {"message_id": message_id, **fields})
        run = self.desk.run(self.desk.store.find(self.key))
        course: Course = self.desk.course(self.desk.store.find(self.key))
        (self.order,) = set(run.world.orders) - set(course.opening.world.orders)

    def wait(self) -> None:
        self._send("clock", {"until": "next"})

    def do(self, name: str, fields: dict[str, str]) -> None:
        self._send("commands", {"command": name, **fields})

    def hand_in(self) -> None:
        self._send("hand-ins", {})

    def _send(self, where: str, fields: dict[str, str]) -> None:
        self.sent += 1
        self.post(f"/attempts/{self.key}/{where}", csrf_token=self.form_token,
                  command_id=f"c{self.sent}", **fields)  # fmt: skip


class Truth:
    """What the entries of the runs say, told from their openings on."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.store = engine, SqlStore(engine)
        self.desk = Desk(self.store)

    def reached(self) -> dict[str, tuple[int, int]]:
        """How many events and asides every run has now."""
        many: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        with self.engine.connect() as connection:
            for at, kept in enumerate((tables.event, tables.aside)):
                counted = (
                    select(tables.sandbox.c.key, func.count())
                    .join_from(tables.sandbox, kept, kept.c.sandbox_id == tables.sandbox.c.id)
                    .group_by(tables.sandbox.c.key)
                )
                for key, n in connection.execute(counted):
                    many[key][at] = n
        return {key: (events, asides) for key, (events, asides) in many.items()}

    def lines(self, key: str) -> dict[Moment, Line]:
        """What a board had to say at each moment of a run: what was tried and asked since somebody
        last got further, where they were, and their points."""
        sandbox = self.store.find(key)
        course: Course = self.desk.course(sandbox)
        judge, run = course.judge, course.start()
        waiting = [aside for _, aside in self.store.asides(sandbox.sandbox_id)]
        events = self.store.events(sandbox.sandbox_id)
        every, best, since, aided = len(waiting), (False, 0, 0), Counter[str](), False
        told: dict[Moment, Line] = {}

        def tell(at: int) -> None:
            nonlocal best
            score, step = total(ledger(judge, run.progress)), judge.current_step(run.progress)
            now = judge.finished(run.progress), step, score
            if now > best:
                since.clear()
            best = now
            status = "stuck" if since["refused"] >= 3 or since["hints"] >= 2 else "working"
            if now[0]:
                status = "mastered" if score == 100 and not aided else "done"
            shown = 0 if now[0] else step + 1
            told[key, at, every - len(waiting)] = Line(
                status, shown, since["refused"], since["hints"], score
            )

        def ask(at: int) -> None:
            nonlocal run, aided
            while waiting and waiting[0].after <= at:
                aside = waiting.pop(0)
                run = course.after_aside(run, aside)
                since["refused"] += isinstance(aside, Refused)
                since["hints"] += isinstance(aside, HintTaken)
                aided |= isinstance(aside, HintTaken)
                tell(at)

        tell(0)
        ask(0)
        for event in events:
            run = course.after(run, event)
            tell(event.number)
            ask(event.number)
        return told


class Board(NamedTuple):
    """A board as it was read."""

    lines: dict[str, Line]
    moments: dict[str, Moment]

    def counts(self) -> Counter[str]:
        return Counter(line.status for line in self.lines.values())


def board_of(page: str) -> Board:
    """What stands in the table, by name; its sum above says the same."""
    lines, moments = {}, {}
    for row in re.findall(r"<tr data-status=.*?</tr>", page, re.S):
        ((status, key, events, asides, name),) = re.findall(
            r'data-status="(\w+)" id="person-\d+" data-run="([^"]*)" '
            r'data-moment="(\d+) (\d+)"><th scope="row">([^<]+)<',
            row,
        )
        step = re.search(r"<br><small[^>]*>(\d+) / \d+ ", row)
        refused, hints, score = map(int, re.findall(r'<td class="num">(\d+)</td>', row))
        lines[name] = Line(status, int(step[1]) if step else 0, refused, hints, score)
        moments[name] = key, int(events), int(asides)
    board = Board(lines, moments)
    summed = re.findall(r"</svg>(\d+) ([a-z ]+)</span>", page.split("<table")[0])
    said = {word.replace(" ", "_").replace("finished", "done"): int(n) for n, word in summed}
    assert said == board.counts()
    return board


class Watch:
    """The board on the teacher's screen, and as it is asked for meanwhile."""

    def __init__(self, page: Page, truth: Truth) -> None:
        self.page, self.truth = page, truth
        self.shown: list[Board] = []
        self.asked: list[Board] = []

    def look(self) -> None:
        """Read the screen, which asks by itself every few seconds; then ask, and get what was
        there when one asked, or more."""
        self.shown.append(board_of(self.page.locator("#board").inner_html()))
        least = self.truth.reached()
        asked = board_of(self.page.request.get(self.page.url).text())
        assert len(asked.lines) == PEOPLE
        for key, events, asides in asked.moments.values():
            assert not key or (events, asides) >= least.get(key, (0, 0))
        self.asked.append(asked)

    def every_board_was_right(self) -> None:
        """Each line that was read, against what the run says of that moment."""
        boards = self.shown + self.asked
        runs = {key for board in boards for key, _, _ in board.moments.values() if key}
        told = {("", 0, 0): Line("not_started")}
        for key in runs:
            told |= self.truth.lines(key)
        for board in boards:
            assert board.lines == {name: told[at] for name, at in board.moments.items()}

    def settle(self) -> Counter[str]:
        """Wait until the screen shows what is; how many stand how."""
        reached = self.truth.reached()
        for _ in range(100):
            now = board_of(self.page.locator("#board").inner_html())
            if all(reached.get(key, (e, a)) == (e, a) for key, e, a in now.moments.values()):
                self.shown.append(now)
                return now.counts()
            self.page.wait_for_timeout(100)
        raise AssertionError("the board on the screen stays behind")


def write_and_publish(page: Page, url: str) -> None:
    """From an exercise of the course, with a fault at first, to a proven version of it."""
    page.goto(f"{url}/author/")
    page.locator("#draft-of").select_option("file:first-order")
    page.get_by_role("button", name="Begin").click()

    # the fault is told while one writes, and its link leads to its line
    text = page.locator("#source")
    written = re.sub(r"^  en: .*$", f"  en: {TITLE}", text.input_value(), count=1, flags=re.M)
    written = written.replace("  variants: 20\n", "  variants: 1\n")
    text.fill(written.replace("minutes: 25\n", "minutes: soon\n"))
    expect(page.locator("#findings .findings a")).to_have_count(1)
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_role("button", name="Prove")).to_have_count(0)  # kept, and not yet sound
    assert_accessible(page)
    page.locator("#findings .findings a").click()
    chosen = "area => area.value.slice(area.selectionStart, area.selectionEnd)"
    assert text.evaluate(chosen) == "minutes: soon"
    page.keyboard.type("minutes: 20")
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


def make_a_class(page: Page, url: str) -> str:
    """A class with the exercise to do; the link with which people make an account in it."""
    page.goto(f"{url}/classes")
    page.get_by_label("Name of a new class").fill(CLASS)
    page.get_by_role("button", name="Create class").click()
    page.get_by_role("button", name="Let people make an account").click()
    page.locator("#field-what").select_option(f"exercise:{EXERCISE}")
    page.locator("[name=opens_at]").fill(datetime.now().strftime("%Y-%m-%dT00:00"))
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.locator(".due-list")).to_contain_text(TITLE)
    return page.locator(".join-link").get_attribute("href") or ""


def begin_on_a_phone(page: Page, url: str, pupil: Pupil) -> None:
    """One of the class finds what was assigned, in their own language, and begins it."""
    page.goto(f"{url}/login")
    page.locator("#email").fill(pupil.username)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.locator(f".due a[href$='/exercises/{EXERCISE}']").click()
    expect(page.locator(".assigned")).to_be_visible()
    page.locator("form[action$='/attempts'] button").click()
    page.wait_for_url(re.compile(r"/attempts/[^/]+/"))
    expect(page.locator("#coach .step-now")).to_be_visible()
    assert_accessible(page)
    pupil.go_on_at(page.url)


@pytest.fixture
def port(first_start: Path, tmp_path: Path) -> Iterator[int]:
    copytree(first_start, tmp_path, dirs_exist_ok=True)
    port = free_port()
    with running(tmp_path, port):
        yield port


@pytest.mark.long
def test_from_the_first_word_of_an_exercise_to_the_results_of_a_class(
    port: int, tmp_path: Path, new_context: Callable[..., BrowserContext]
) -> None:
    engine = connect(Settings.from_env({"TRAINER_DATA": str(tmp_path)}).database_url)
    store, url = SqlStore(engine), f"http://127.0.0.1:{port}"
    page = new_context(locale="en-US").new_page()
    sign_in(page, url, "ines")
    write_and_publish(page, url)
    link = make_a_class(page, url)
    with ThreadPoolExecutor(6) as room:
        pupils = list(room.map(lambda n: Pupil(port, link, n, store), range(PEOPLE)))
        page.goto(f"{url}/class/")
        page.locator("#board-class").select_option(label=CLASS)
        page.get_by_role("button", name="Show").click()
        watch = Watch(page, Truth(engine))
        assert watch.settle() == {"not_started": PEOPLE}

        # the lesson, watched as long as it lasts
        trainee = new_context(locale="zh-TW", viewport={"width": 390, "height": 900}).new_page()
        trainee.clock.install()
        begin_on_a_phone(trainee, url, pupils[HELPED])
        at_work = [room.submit(pupil.attend) for pupil in pupils]
        while wait(at_work, timeout=0.1).not_done:
            watch.look()
        for done in at_work:
            done.result()
        assert watch.settle() == {
            "not_started": 5, "working": 14, "stuck": 7, "done": 2, "mastered": 2,
        }  # fmt: skip
        watch.every_board_was_right()
        half_way = [board for board in watch.asked if board.counts()["working"]]
        assert len({tuple(board.moments.values()) for board in half_way}) >= 5
        assert len({tuple(board.moments.values()) for board in watch.shown}) >= 3

        # help: a letter to one who is stuck stands on their screen; it is no progress itself
        name = pupils[HELPED].name
        page.get_by_role("link", name=f"Write {name}").click()
        page.get_by_label("Message or hint").fill(LETTER)
        page.get_by_role("button", name="Send").click()
        trainee.clock.fast_forward(20_000)
        expect(trainee.locator("#letters .letter-text")).to_have_text(LETTER)
        assert all(LETTER not in pupil.get("/") for pupil in pupils[11:13])
        trainee.locator("#letters form button").click()
        expect(trainee.locator("#letters .letter")).to_have_count(0)
        assert watch.settle()["stuck"] == 7
        pupils[HELPED].work(6)
        assert watch.settle()["stuck"] == 6
        watch.every_board_was_right()
    engine.dispose()

    # results
    page.goto(f"{url}/classes")
    page.locator("main tbody th a", has_text=CLASS).click()
    states = Counter(re.findall(r'data-state="(\w+)"', page.content()))
    assert states == {"to_do": 5, "under_way": 21, "done": 4}
    group = page.url.rsplit("/", 1)[1]
    page.goto(f"{url}/class/results/exercises/{EXERCISE}?group={group}")
    figures = re.findall(
        r"<dt>([^<]+)</dt><dd>(?:<a [^>]*>)?(\d+)<", page.locator("dl.figures").inner_html()
    )
    assert {unescape(word): int(figure) for word, figure in figures} == {
        "people": 25, "finished (n)": 4, "not finished": 21, "All attempts": 26,
        "Hints": 1, "Refusals": 1,
    }  # fmt: skip
