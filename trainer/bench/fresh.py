"""What has to be measured in a process of its own: coming back after a start, and memory."""

import gc
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Final

import msgspec

from trainer.bench import floors
from trainer.bench.course import course_of
from trainer.bench.table import Size
from trainer.orders import codec
from trainer.orders.engine import Envelope
from trainer.orders.refusals import Refusal
from trainer.orders.service import AddNote
from trainer.play.run import Course, Run
from trainer.play.sandbox import Desk, played
from trainer.store.database import connect
from trainer.store.events import SqlStore

Found = dict[str, float]


def ask(question: str, *about: str) -> Found:
    """The answer of a new process."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, question, *about], stdout=subprocess.PIPE, check=True
    )
    return msgspec.json.decode(done.stdout, type=Found)


def rebuild(path: str, key: str) -> Found:
    """Seconds to read and fold an attempt that this process has not seen, then once more."""
    store = SqlStore(connect(f"sqlite:///{path}"))
    bare = sqlite3.connect(path)
    began = perf_counter()
    sandbox = store.find(key)
    course = Desk(store).course(sandbox)
    found = {"opening": perf_counter() - began}
    for when in ("first", "again"):
        began = perf_counter()
        sandbox = store.find(key)
        course.replay(store.events(sandbox.sandbox_id), store.asides(sandbox.sandbox_id))
        halfway = perf_counter()
        _read_and_applied(bare, sandbox.sandbox_id)
        found |= {when: halfway - began, f"{when}_floor": perf_counter() - halfway}
    return found


def _read_and_applied(bare: sqlite3.Connection, sandbox_id: int) -> None:
    """The least a rebuild can be: one select, each event decoded, one bare record changed."""
    world = floors.records(1)
    rows = bare.execute(
        "SELECT event FROM event WHERE sandbox_id = ? ORDER BY number", (sandbox_id,)
    )
    for (body,) in rows:
        codec.decode_event(body)
        record = msgspec.structs.replace(world["SO-10001"], version=len(body))
        world = world.set(record.name, record)


def live(size_as_json: str) -> Found:
    """Bytes of live attempts, and how long they let the garbage collector stop us."""
    size = msgspec.json.decode(size_as_json, type=Size)
    course = course_of(size.orders)
    before = _resident()
    plain = [_changed(floors.records(1), size.edits) for _ in range(size.sandboxes)]
    floor = _resident() - before
    before = _resident()
    runs = [_edited(course, size.edits) for _ in range(size.sandboxes)]
    taken = _resident() - before
    assert len(plain) == len(runs)
    pause = _collected()
    gc.freeze()
    return {"bytes": taken, "floor_bytes": floor, "pause": pause, "frozen": _collected()}


def _edited(course: Course, edits: int) -> Run:
    """A run in which the clerk has left a word on so many orders."""
    run = course.start()
    open_orders = [order for order in run.world.newest() if order.status != "archived"]
    for place in range(edits):
        order = open_orders[place % len(open_orders)]
        envelope = Envelope(
            command_id=f"{place:032}",
            actor="bench",
            role="clerk",
            at=run.world.now,
            command=AddNote(order_number=order.order_number, text="Call before noon"),
        )
        answer = played(course, run, envelope)
        assert not isinstance(answer, Refusal), answer
        run, _ = answer
    return run


def _changed(world: floors.Records, edits: int) -> floors.Records:
    """A bare map with so many records of its own."""
    for place in range(edits):
        world = world.set(f"SO-{place}", floors.Record(name=f"SO-{place}", version=place))
    return world


def _resident() -> int:
    """Bytes of memory this process takes up."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _collected() -> float:
    began = perf_counter()
    gc.collect()
    return perf_counter() - began


QUESTIONS: Final[dict[str, Callable[..., Found]]] = {"rebuild": rebuild, "live": live}

if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(QUESTIONS[sys.argv[1]](*sys.argv[2:])))
