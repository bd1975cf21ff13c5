"""The bench: how fast and how large, each number beside a floor measured in the same run."""

import os
import platform
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Final

from trainer.bench.table import HEADER, Row, Size

PARTS: Final = ("engine", "store", "world", "http")


def run_bench(parts: Sequence[str] = (), size: Size | None = None) -> Iterator[str]:
    """The table, line by line as it is measured; without parts, all of it."""
    size = size or Size()
    python = f"Python {platform.python_version()}"
    yield f"{python}, {os.cpu_count()} cores; medians of {size.rounds} rounds, turn about"
    yield HEADER
    for name in parts or PARTS:
        yield f"— {name} —"
        for row in measure(name, size):
            yield row.line()


def measure(part: str, size: Size) -> Iterator[Row]:
    """The rows of a part; its module is loaded now, for the processes it starts need but one."""
    rows: Iterator[Row] = import_module(f"{__name__}.{part}").measure(size)
    yield from rows
