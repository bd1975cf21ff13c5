"""HTTP, to come last."""

from collections.abc import Iterator
from trainer.bench.table import Row, Size


def measure(size: Size) -> Iterator[Row]:
    """Nothing yet."""
    yield from ()
