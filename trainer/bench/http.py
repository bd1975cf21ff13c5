"""Over HTTP: what one action and one page cost the server, beside a bare Flask app's.

Both are served by granian with one worker and one thread, and asked by as many connections that
are kept alive, each asking again when it has its answer. What counts is the processor time of the
server's processes, read from /proc: neither the asking nor what else goes on disturbs it much.
"""

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

from trainer.bench.classroom import Classroom
from trainer.bench.load import Ask, Plan, asked
from trainer.bench.servers import Server, bare, ours
from trainer.bench.table import Row, Size

Asks = list[list[Ask]]


def measure(size: Size) -> Iterator[Row]:
    """The rows of the server."""
    count = max(size.requests // size.connections, 1)
    with tempfile.TemporaryDirectory() as folder:
        room = Classroom(Path(folder), size.connections)
        with ours(Path(folder)) as server, bare(Path(folder)) as floor:
            room.sign_in(server)
            cookie, _ = floor.ask("GET", "/enter")

            def action(answer: int) -> Asks:
                form = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
                return _everybody(Ask("POST", f"/action/{answer}", form, "text=x"), size, count)

            def table(rows: int) -> Callable[[int], Asks]:
                return lambda answer: _everybody(Ask("GET", f"/page/{rows}/{answer}"), size, count)

            for what, asks, least, goal in (
                ("an action over HTTP: leave a note", room.notes, action, 1.5),
                ("an action over HTTP: allocate, release", room.moves, action, 1.5),
                ("a full page of 30 orders", room.pages, table(30), 1.3),
            ):
                bytes_of_answer, cpu, floor_cpu = _side_by_side(
                    size.turns, (server, partial(asks, count)), (floor, least)
                )
                yield Row(f"{what}, {bytes_of_answer / 1e3:.0f} KB", cpu * 1e3, "ms CPU",
                          floor_cpu * 1e3, goal=goal, of="ratio")  # fmt: skip
            few = max(count // 10, 1)
            listed = f"a page of the list in a world of {size.listed:,} orders"
            for what, wanted, rows, most in (
                (f"the board of a class of {size.members}", room.board(size.members, few),
                 size.members, 50),
                (listed, room.long_list(size.listed, "", few), 30, 100),
                (f"{listed}, searched", room.long_list(size.listed, "?q=a&sort=total", few), 30,
                 100),
            ):  # fmt: skip
                bytes_of_answer, cpu, floor_cpu = _side_by_side(
                    size.turns, (server, partial(list, wanted)), (floor, table(rows))
                )
                yield Row(f"{what}, {bytes_of_answer / 1e3:.0f} KB", cpu * 1e3, "ms CPU",
                          floor_cpu * 1e3, goal=most)  # fmt: skip
            yield Row("memory of the server, one worker", server.memory() / 1e6, "MB",
                      floor.memory() / 1e6)  # fmt: skip
        room.close()


def _everybody(ask: Ask, size: Size, count: int) -> Asks:
    return [[ask] * count for _ in range(size.connections)]


def _side_by_side(
    turns: int,
    ours: tuple[Server, Callable[[], Asks]],
    floor: tuple[Server, Callable[[int], Asks]],
) -> tuple[int, float, float]:
    """Bytes of one of our answers; processor seconds of it, and of one as large from the floor."""
    (server, asks), (bare_server, least) = ours, floor
    first = asked(
        Plan(server.port, asks())
    )  # both are warm after the first turn, which is not counted
    size = first.size // first.count
    asked(Plan(bare_server.port, least(size)))
    taken = [(_seconds(server, asks()), _seconds(bare_server, least(size))) for _ in range(turns)]
    mine, its = zip(*taken, strict=True)
    return size, median(mine), median(its)


def _seconds(server: Server, asks: Asks) -> float:
    """Processor seconds for one request of all these."""
    before = server.seconds()
    answers = asked(Plan(server.port, asks))
    return (server.seconds() - before) / answers.count
