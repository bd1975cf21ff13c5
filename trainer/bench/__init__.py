"""The bench: how fast and how large, each number beside a floor measured in the same run."""

import os
import platform
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from trainer.bench import engine, http, store, world
from trainer.bench.table import HEADER, Row, Size

PARTS: Final[dict[str, Callable[[Size], Iterator[Row]]]] = {
    "engine": engine.measure,
    "store": store.measure,
    "world": world.measure,
    "http": http.measure,
}


def run_bench(parts: Sequence[str] = (), size: Size | None = None) -> Iterator[str]:
    """The table, line by line as it is measured; without parts, all of it."""
    size = size or Size()
    python = f"Python {platform.python_version()}"
    yield f"{python}, {os.cpu_count()} cores; medians of {size.rounds} rounds, turn about"
    yield HEADER
    for name in parts or PARTS:
        yield f"— {name} —"
        for row in PARTS[name](size):
            yield row.line()
