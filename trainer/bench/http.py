"""Over HTTP: what one action and one page cost the server, beside a bare Flask app's.

Both are served by granian with one worker and one thread, and asked by as many connections that
are kept alive, each asking again when it has its answer. Their processor time is read from /proc,
so what else goes on in the machine, the asking included, does not count.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from trainer.bench import class_of, load
from trainer.bench.class_of import Trainee
from trainer.bench.load import Ask
from trainer.bench.servers import Server, bare, ours
from trainer.bench.table import Row, Size

Asks = Callable[[int], list[list[Ask]]]
"""Requests for every connection, in a round."""


def measure(size: Size) -> Iterator[Row]:
    """The rows of the server."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        class_of.prepare(data, size.connections)
        with ours(data) as server:
            trainees = class_of.signed_in(server.port, data, size.connections)
            yield from _compared("an action: add a note, fragments back", server, size, 1.5,
                                 lambda place: _notes(trainees, size, place))  # fmt: skip
            yield from _compared("an action: allocate stock, or release it", server, size, None,
                                 lambda place: _moves(trainees, size, place))  # fmt: skip
            yield from _compared("a full page of 30 orders", server, size, 1.3,
                                 lambda place: _pages(trainees, size))  # fmt: skip
            yield Row("memory of the server, one worker", server.memory() / 1e6, "MB")
