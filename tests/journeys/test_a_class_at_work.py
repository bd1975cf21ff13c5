"""A class of thirty over real HTTP: its board and its results are what the runs say, all along.

What is true is told here from the entries of each run, one by one; no column that is kept for the
board is looked at, and none of its code is used.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from time import sleep
from typing import NamedTuple
from urllib.parse import urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from tests.journeys.test_real_server import Tab, free_port, running
from tests.journeys.walker import walk
from trainer.config import Settings
from trainer.play.run import Course
from trainer.play.sandbox import Desk
from trainer.store.database import connect
from trainer.store.events import SqlStore
from trainer.training.checks import Refused
from trainer.training.judge import HintTaken
from trainer.training.scoring import ledger, total

PEOPLE = 30
EXERCISE = "first-order-new"
"""What the teacher writes, proves and publishes before they come: a copy of the first order."""
STEP_BY_STEP, FINISHERS = 5, range(26, 30)


class Line(NamedTuple):
    """What the board says of somebody, or should."""

    status: str
    refused: int = 0
    hints: int = 0
    score: int = 0


class Pupil(Tab):
    """Somebody who makes an account with the link of the class, and works by plain forms."""

    def __init__(self, port: int, link: str, number: int, store: SqlStore) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.name = f"Pupil {number:02}"
        username = f"pupil{number:02}"
        token = self.token(self.get(link))
        self.post(link, csrf_token=token, name=self.name, username=username,
                  email=f"{username}@example.com", password="thirty-at-once")  # fmt: skip
        self.desk, self.key, self.sent = Desk(store), "", 0
        self.steps: Iterator[str] = iter(())

    def sit_down(self) -> None:
        """Begin the exercise that was assigned."""
        page = self.get(f"/exercises/{EXERCISE}")
        self.form_token = self.token(page)
        url, _ = self.post(f"/exercises/{EXERCISE}/attempts", csrf_token=self.form_token)
        self.key = url.split("/attempts/")[1].split("/")[0]
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
        (self.order,) = set(self.desk.run(self.desk.store.find(self.key)).world.orders) - set(
            self.course.opening.world.orders
        )

    def wait(self) -> None:
        self._send("clock", {"until": "next"})

    def do(self, name: str, fields: dict[str, str]) -> None:
        self._send("commands", {"command": name, **fields})

    def _send(self, where: str, fields: dict[str, str]) -> None:
        self.sent += 1
        self.post(f"/attempts/{self.key}/{where}", csrf_token=self.form_token,
                  command_id=f"c{self.sent}", **fields)  # fmt: skip

    # --- the truth

    @property
    def course(self) -> Course:
        return self.desk.course(self.desk.store.find(self.key))

    def truth(self) -> Line:
        """Folded from the opening on: what was tried and asked since somebody last got further."""
        if not self.key:
            return Line("not_started")
        store, sandbox, judge = self.desk.store, self.desk.store.find(self.key), self.course.judge
        waiting = [aside for _, aside in store.asides(sandbox.sandbox_id)]
        run, best, since, aided = self.course.start(), (False, 0, 0), Counter[str](), False
        for entry in [*store.events(sandbox.sandbox_id), None]:
            while waiting and (entry is None or waiting[0].after < entry.number):
                aside = waiting.pop(0)
                run = self.course.after_aside(run, aside)
                since["refused"] += isinstance(aside, Refused)
                since["hints"] += isinstance(aside, HintTaken)
                aided |= isinstance(aside, HintTaken)
            if entry is not None:
                run = self.course.after(run, entry)
            score = total(ledger(judge, run.progress))
            now = judge.finished(run.progress), judge.current_step(run.progress), score
            if now > best:
                since.clear()
            best = now
        status = "stuck" if since["refused"] >= 3 or since["hints"] >= 2 else "working"
        if best[0]:
            status = "mastered" if score == 100 and not aided else "done"
        return Line(status, since["refused"], since["hints"], score)


class Teacher(Tab):
    """Ines, her class and its board."""

    def __init__(self, port: int) -> None:
        super().__init__(port, "ines")
        self.form_token = self.token(self.get("/classes"))
        url, _ = self.send("/classes", name="Thirty at once")
        self.room = url.rsplit("/", 1)[1]
        _, page = self.send(f"/classes/{self.room}/settings", act="register")
        link = re.search(r'class="join-link" href="([^"]+)"', page)
        assert link
        self.link = link[1]
        self.write_and_publish()
        opens = datetime.now().strftime("%Y-%m-%dT00:00")
        self.send(f"/classes/{self.room}/assignments", what=f"exercise:{EXERCISE}",
                  opens_at=opens, counts="best")  # fmt: skip

    def write_and_publish(self) -> None:
        """A draft, its proof in a process of the server's, and a version of it."""
        url, _ = self.send("/author/drafts", of="file:first-order", kind="scenario")
        draft = urlsplit(url).path
        self.send(f"{draft}/proofs")
        for _ in range(300):
            page = self.get(draft)
            if f'formaction="{draft}/versions"' in page:
                break
            assert "The proof failed" not in page
            sleep(0.2)
        url, _ = self.send(f"{draft}/versions")
        assert url.endswith(f"/author/scenarios/{EXERCISE}")

    def send(self, path: str, **fields: str) -> tuple[str, str]:
        return self.post(path, csrf_token=self.form_token, **fields)

    def board(self) -> tuple[dict[str, Line], dict[str, int]]:
        """What stands on it, by name, and everybody's number."""
        page = self.get(f"/class/?class={self.room}")
        lines, numbers = {}, {}
        for row in re.findall(r"<tr data-status=.*?</tr>", page, re.S):
            status, number, name = re.findall(
                r'data-status="(\w+)" id="person-(\d+)"><th scope="row">([^<]+)<', row
            )[0]
            refused, hints, score = re.findall(r'<td class="num">(\d+)</td>', row)
            lines[name] = Line(status, int(refused), int(hints), int(score))
            numbers[name] = int(number)
        summed = re.findall(r"</svg>(\d+) ([a-z ]+)</span>", page.split("<table")[0])
        said = {word.replace(" ", "_").replace("finished", "done"): int(n) for n, word in summed}
        assert said == Counter(line.status for line in lines.values())
        return lines, numbers

    def states(self) -> Counter[str]:
        """How many stand where with what was assigned."""
        return Counter(re.findall(r'data-state="(\w+)"', self.get(f"/classes/{self.room}")))

    def results(self) -> dict[str, int]:
        """The figures on top of the exercise's results."""
        page = self.get(f"/class/results/exercises/{EXERCISE}?group={self.room}")
        figures = page[page.index('class="figures"') : page.index("</dl>")]
        found = re.findall(r"<dt>([^<]+)</dt><dd>(?:<a [^>]*>)?(\d+)<", figures)
        return {unescape(name): int(figure) for name, figure in found}


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    port = free_port()
    with running(tmp_path, port):
        yield port


def test_board_letters_and_results_are_what_thirty_people_did(port: int, tmp_path: Path) -> None:
    engine = connect(Settings.from_env({"TRAINER_DATA": str(tmp_path)}).database_url)
    store, ines = SqlStore(engine), Teacher(port)
    with ThreadPoolExecutor(4) as class_room:

        def all_of(work: Callable[[int], object], people: range) -> None:
            list(class_room.map(work, people))  # raises what went wrong

        def board_is_right() -> Counter[str]:
            lines, _ = ines.board()
            assert lines == {pupil.name: pupil.truth() for pupil in class_}
            return Counter(line.status for line in lines.values())

        class_ = list(class_room.map(lambda n: Pupil(port, ines.link, n, store), range(PEOPLE)))
        assert board_is_right() == {"not_started": PEOPLE}

        all_of(lambda n: class_[n].sit_down(), range(5, PEOPLE))
        all_of(lambda n: class_[n].work(1 + n % 4), range(5, PEOPLE))
        assert board_is_right() == {"not_started": 5, "working": 25}

        all_of(lambda n: class_[n].slip(3), range(10, 15))
        all_of(lambda n: class_[n].slip(2), range(15, 18))  # that happens to everybody
        all_of(lambda n: class_[n].take_hints(2), range(18, 20))
        all_of(lambda n: class_[n].take_hints(1), range(20, 22))
        assert board_is_right() == {"not_started": 5, "working": 18, "stuck": 7}

        # help: a letter to one who is stuck; it is read, and they go on
        helped, numbers = class_[10], ines.board()[1]
        ines.send("/class/letters", to=str(numbers[helped.name]), text="Look at the money first.",
                  **{"class": ines.room, "exercise": ""})  # fmt: skip
        home = helped.get("/")
        assert "Look at the money first." in home
        assert all("money first" not in pupil.get("/") for pupil in class_[11:13])
        letter = re.search(r'action="(/letters/\d+)"', home)
        assert letter
        helped.post(letter[1], csrf_token=helped.form_token)
        assert "Look at the money first." not in helped.get("/")
        assert board_is_right()["stuck"] == 7  # a letter is no progress
        helped.work(6)
        assert board_is_right()["stuck"] == 6

        # one of them act by act
        pupil = class_[STEP_BY_STEP]
        pupil.sit_down()  # over again
        for act in (1, 3, -3, 2, 1, -1, 2):
            pupil.work(act) if act > 0 else pupil.slip(-act)
            assert ines.board()[0][pupil.name] == pupil.truth()

        class_[26].slip(1)
        class_[27].take_hints(1)
        all_of(lambda n: class_[n].work(99), FINISHERS)
        counts = board_is_right()
        assert (counts["done"], counts["mastered"]) == (2, 2)

        assert ines.states() == {"to_do": 5, "under_way": 21, "done": 4}
        assert ines.results() == {
            "people": 25, "finished (n)": 4, "not finished": 21, "All attempts": 26,
            "Hints": 1, "Refusals": 1,
        }  # fmt: skip
    engine.dispose()
