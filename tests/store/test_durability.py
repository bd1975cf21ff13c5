"""What was answered is kept, whatever dies; who writes at once loses nothing and doubles nothing.

The server process may be killed at any moment: SQLite with synchronous=NORMAL hands each committed
transaction to the operating system before `append` returns, and a WAL that ends in half a
transaction is cut there when it is next opened. The loss of *power* is another matter: NORMAL does
not wait for the disk, so the last moments may be missing then (never damaged). Who needs that too
sets TRAINER_SQLITE_SYNCHRONOUS=FULL. PostgreSQL waits for the disk by default.
"""

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from random import Random
from subprocess import PIPE
from threading import Barrier
from time import sleep

import pytest
from sqlalchemy import Engine

from tests.store.conftest import ADA
from tests.store.shop import DRAFT, as_json, content, note, opening
from trainer.play.ports import Sandbox
from trainer.play.run import fingerprint
from trainer.play.sandbox import Desk
from trainer.store.events import SqlStore

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sandbox(sql: SqlStore) -> Sandbox:
    """Miss Xu's order, ready for notes."""
    opening_id = sql.put_opening(opening(), as_json(content()), "lamps")
    sandbox = sql.open(ADA, opening_id)
    return Desk(sql).perform(sandbox, DRAFT, actor="ada", command_id="draft").sandbox


class Clerk:
    """Somebody at work in another process; without end, if no number is given."""

    def __init__(self, url: str, sandbox: Sandbox, name: str, many: int = 0) -> None:
        program = [sys.executable, "-m", "tests.store.clerk", url, sandbox.key, name]
        self.process = subprocess.Popen(
            [*program, str(many or "")], cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True
        )
        assert self.process.stdin
        assert self.process.stdout
        self.begin, self.said = self.process.stdin, self.process.stdout
        assert self.said.readline() == "ready\n"

    def __enter__(self) -> "Clerk":
        self.begin.write("go\n")
        self.begin.flush()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def answer(self) -> tuple[int, str]:
        """Number and command id of the next answered note."""
        number, word = self.said.readline().split()
        return int(number), word

    def answers(self) -> list[tuple[int, str]]:
        """All that was answered until they ended, however they did."""
        lines = [line for line in self.said if line.endswith("\n")]
        return [(int(number), word) for number, word in map(str.split, lines)]


def assert_whole(sql: SqlStore, sandbox: Sandbox) -> None:
    """The history has no gap and no command twice, and the sandbox says how long it is."""
    events = sql.events(sandbox.sandbox_id)
    assert [entry.number for entry in events] == list(range(1, len(events) + 1))
    assert max(Counter(entry.command_id for entry in events).values()) == 1
    assert sql.find(sandbox.key).events == len(events)


def test_a_killed_server_has_kept_what_it_answered(
    url: str, engine: Engine, sql: SqlStore, sandbox: Sandbox
) -> None:
    chance = Random(7)
    answered: dict[int, str] = {}
    for life in range(4):
        with Clerk(url, sandbox, f"life{life}") as clerk:
            answered |= dict(clerk.answer() for _ in range(chance.randint(1, 150)))
            sleep(chance.random() / 500)  # somewhere in the middle of the next one
            clerk.process.kill()
            answered |= dict(clerk.answers())
        kept = {entry.number: entry.command_id for entry in sql.events(sandbox.sandbox_id)}
        assert {number: kept.get(number) for number in answered} == answered
        assert_whole(sql, sandbox)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_after_a_restart_the_trainee_goes_on_where_they_were(
    url: str, sql: SqlStore, sandbox: Sandbox
) -> None:
    with Clerk(url, sandbox, "before") as clerk:
        _, word = clerk.answer()
    found = sql.find(sandbox.key)
    desk = Desk(sql)
    again = desk.perform(found, note(word), actor="before", command_id=word)
    assert again.repeated  # the browser asks once more for what it had no answer to
    more = desk.perform(found, note("after"), actor="ada", command_id="after")
    assert [entry.number for entry in more.entries] == [found.events + 1]
    assert fingerprint(Desk(sql).run(more.sandbox)) == fingerprint(more.run)


def test_two_processes_in_one_sandbox_lose_and_double_nothing(
    url: str, sql: SqlStore, sandbox: Sandbox
) -> None:
    left, right = (Clerk(url, sandbox, name, many=100) for name in ("left", "right"))
    with left, right:
        answered = left.answers() + right.answers()
    events = sql.events(sandbox.sandbox_id)
    kept = {entry.number: entry.command_id for entry in events}
    assert len(answered) == 200
    assert dict(answered) == {number: kept[number] for number, _ in answered}
    assert_whole(sql, sandbox)
    turns = sum(one.actor != next_one.actor for one, next_one in pairwise(events[1:]))
    assert turns > 1  # they did work at the same time


def test_threads_that_share_a_store_lose_and_double_nothing(
    sql: SqlStore, sandbox: Sandbox
) -> None:
    shared, start = Desk(sql), Barrier(4)

    def work(name: int) -> None:
        # two at one desk, as threads of one server; two at desks of their own
        desk = shared if name < 2 else Desk(sql)
        start.wait()
        for number in range(15):
            word = f"{name}-{number}"
            desk.perform(sandbox, note(word), actor=str(name), command_id=word)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert sql.find(sandbox.key).events == 1 + 4 * 15
    assert_whole(sql, sandbox)
    assert fingerprint(shared.run(sql.find(sandbox.key))) == fingerprint(
        Desk(sql).run(sql.find(sandbox.key))
    )


def test_tabs_that_start_over_at_once_leave_one_live_sandbox(
    sql: SqlStore, sandbox: Sandbox
) -> None:
    start = Barrier(4)

    def begin(_: int) -> str:
        start.wait()
        return sql.open(ADA, sandbox.opening_id).key

    with ThreadPoolExecutor(4) as pool:
        keys = set(pool.map(begin, range(4)))
    mine = sql.of_person(ADA)
    assert {seen.key for seen in mine} == {sandbox.key, *keys}
    assert [seen.replaced for seen in mine] == [False, True, True, True, True]


def test_an_opening_that_is_put_by_four_at_once_is_kept_once(sql: SqlStore) -> None:
    start = Barrier(4)

    def put(_: int) -> int:
        start.wait()
        return sql.put_opening(opening(), as_json(content()), "at once")

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(put, range(4)))) == 1
