"""The store: what lasts, what it costs to last, and what it costs to come back."""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

import msgspec
from sqlalchemy import Engine, insert

from trainer.bench import fresh
from trainer.bench.course import commands_of, course_of, exercise, long_life
from trainer.bench.table import Row, Size, in_turns
from trainer.orders import codec
from trainer.orders.engine import Command
from trainer.play.exercise import restart
from trainer.play.ports import Sandbox
from trainer.play.run import Course
from trainer.play.sandbox import Desk
from trainer.store.database import connect, migrate
from trainer.store.events import SqlStore
from trainer.store.records import User

_CLERK: Final = "bench"


def measure(size: Size) -> Iterator[Row]:
    """The rows of the store."""
    course = course_of()
    with tempfile.TemporaryDirectory() as folder:
        for synchronous, goal in (("NORMAL", 1.5), ("FULL", 3.0)):
            with database(Path(folder) / f"{synchronous}.db", synchronous) as engine:
                yield from _durable(course, engine, synchronous, goal, size)
        with database(Path(folder) / "attempts.db") as engine:
            yield from _attempts(course, engine, size)
            yield from _weighed(course, engine, size)
            yield from _rebuilt(course, engine, size)
    yield from _alive(size)


@contextmanager
def database(path: Path, synchronous: str = "NORMAL") -> Iterator[Engine]:
    """A database of its own with one person in it."""
    engine = connect(f"sqlite:///{path}", synchronous)
    migrate(engine)
    person = {"email": "b@example.org", "username": _CLERK, "active": True, "fs_uniquifier": "b"}
    with engine.begin() as connection:
        connection.execute(insert(User), [person])
    yield engine
    engine.dispose()


def put(store: SqlStore, course: Course) -> int:
    """Store the course's opening."""
    loaded = exercise()
    return store.put_opening(course.opening, loaded.content, loaded.digest)


def perform(desk: Desk, sandbox: Sandbox, commands: Iterable[Command]) -> Sandbox:
    """Do all these, each in a transaction of its own; none may be refused."""
    for command in commands:
        command_id = f"{sandbox.sandbox_id:08}-{sandbox.events:023}"  # as long as a browser's
        done = desk.perform(sandbox, command, actor=_CLERK, command_id=command_id)
        assert done.refused is None, done.refused
        sandbox = done.sandbox
    return sandbox


# --- one order's life, durable ----------------------------------------------------------------


def _durable(
    course: Course, engine: Engine, synchronous: str, goal: float, size: Size
) -> Iterator[Row]:
    store, commands = SqlStore(engine), commands_of(course)
    opening_id, desk = put(store, course), Desk(store)
    waiting = [store.open(1, opening_id) for _ in range(size.rounds)]

    def life() -> None:
        perform(desk, waiting.pop(), commands)

    with bare(engine, synchronous) as connection:
        took, floor = in_turns(size.rounds, life, lambda: _commits(connection, len(commands)))
    what = f"an order's life, durable, {synchronous}: {len(commands)} commits"
    yield Row(what, took * 1e3, "ms", floor * 1e3, goal=goal)


@contextmanager
def bare(engine: Engine, synchronous: str = "NORMAL") -> Iterator[sqlite3.Connection]:
    """A plain connection beside the store's, with two plain tables to write to."""
    connection = sqlite3.connect(f"{engine.url.database}.floor", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY, events INTEGER)")
    connection.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, body TEXT)")
    connection.execute("INSERT INTO thing VALUES (1, 0)")
    yield connection
    connection.close()


def _commits(connection: sqlite3.Connection, times: int) -> None:
    """The least a durable action can be: one row moved on, one row added, committed."""
    body = "x" * 150
    for _ in range(times):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE thing SET events = events + 1 WHERE id = 1")
        connection.execute("INSERT INTO event (body) VALUES (?)", (body,))
        connection.execute("COMMIT")


# --- attempts ---------------------------------------------------------------------------------


def _attempts(course: Course, engine: Engine, size: Size) -> Iterator[Row]:
    """Starting, starting over, and what an attempt weighs before anything has happened in it."""
    store = SqlStore(engine)
    opening_id = put(store, course)
    first, before = store.open(1, opening_id), _bytes(engine)
    with bare(engine) as connection:
        opened, reset, floor = in_turns(
            size.attempts,
            lambda: store.open(1, opening_id),
            lambda: restart(store, first),
            lambda: _commits(connection, 1),
        )
    yield Row("start of an attempt", opened * 1e3, "ms", floor * 1e3, goal=1)
    weight = (_bytes(engine) - before) / (2 * size.attempts)
    yield Row("  its row with its indexes, pages counted", weight, "bytes", goal=1_024)
    yield Row("reset: a new attempt, the old run is kept", reset * 1e3, "ms", floor * 1e3)


def _weighed(course: Course, engine: Engine, size: Size) -> Iterator[Row]:
    """What finished attempts weigh."""
    store, commands = SqlStore(engine), commands_of(course)
    opening_id, desk = put(store, course), Desk(store)
    waiting = [store.open(1, opening_id) for _ in range(size.attempts)]
    before = _bytes(engine)
    done = [perform(desk, sandbox, commands) for sandbox in waiting]
    weight = (_bytes(engine) - before) / size.attempts
    bare_events = sum(len(codec.encode(e.event)) for e in store.events(done[0].sandbox_id))
    yield Row(f"a finished attempt of {done[0].events} events, pages counted", weight, "bytes",
              bare_events, goal=4_096)  # fmt: skip
    yield Row("  one of its events", weight / done[0].events, "bytes",
              bare_events / done[0].events, goal=200)  # fmt: skip


def _bytes(engine: Engine) -> int:
    """Bytes of the pages in use."""
    with engine.connect() as connection:
        used = [
            connection.exec_driver_sql(f"PRAGMA {what}").scalar_one()
            for what in ("page_count", "freelist_count", "page_size")
        ]
    return (used[0] - used[1]) * used[2]


# --- coming back ------------------------------------------------------------------------------


def _rebuilt(course: Course, engine: Engine, size: Size) -> Iterator[Row]:
    """An attempt in processes that have never seen it."""
    store = SqlStore(engine)
    sandbox = store.open(1, put(store, course))
    sandbox = perform(Desk(store), sandbox, long_life(course, size.events))
    found = [fresh.ask("rebuild", str(engine.url.database), sandbox.key) for _ in range(size.fresh)]
    took = {name: median(one[name] for one in found) * 1e3 for name in found[0]}
    yield Row(f"rebuild of {sandbox.events} events in a fresh process", took["first"], "ms",
              took["first_floor"], goal=0.8)  # fmt: skip
    yield Row("  again, in the same process", took["again"], "ms", took["again_floor"])
    yield Row("  once before it: its opening read and decoded", took["opening"], "ms")


def _alive(size: Size) -> Iterator[Row]:
    """What live attempts weigh in memory, each with its own edits of one world they share."""
    live = fresh.ask("live", msgspec.json.encode(size).decode())
    yield Row(f"memory of {size.sandboxes:,} live attempts, {size.edits} edits each",
              live["bytes"] / 1e6, "MB", live["floor_bytes"] / 1e6, goal=50)  # fmt: skip
    yield Row("  a full garbage collection with them alive", live["pause"] * 1e3, "ms")
    yield Row("  the same after gc.freeze()", live["frozen"] * 1e3, "ms")
