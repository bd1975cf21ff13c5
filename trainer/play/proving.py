"""What a proof of a draft found: kept beside it, and told to each reader in their language."""

from collections.abc import Iterable, Sequence

import msgspec

from trainer.training.sentences import Kept, Sentence, kept

Cell = int | str | tuple[str, ...]
"""A number, an id or a sentence, or several of them."""
Row = tuple[Cell, ...]
Told = tuple[Sequence[Sentence], Iterable[Row]]
"""A table: what its columns are called, and its rows."""

KeptCell = int | str | Kept | tuple[str | Kept, ...]


class Table(msgspec.Struct, frozen=True):
    """A table of a report."""

    head: tuple[Kept, ...]
    rows: tuple[tuple[KeptCell, ...], ...]


class Report(msgspec.Struct, frozen=True):
    """What a proof found."""

    failures: tuple[Kept, ...] = ()
    """What is wrong; nothing, where it is proven."""
    notes: tuple[Kept, ...] = ()
    """What is no fault, and good to know."""
    tables: tuple[Table, ...] = ()


def report(
    failures: Iterable[Sentence], notes: Iterable[Sentence] = (), tables: Iterable[Told] = ()
) -> str:
    """A report as text, to be kept."""
    found = Report(
        tuple(map(kept, failures)),
        tuple(map(kept, notes)),
        tuple(
            Table(tuple(map(kept, head)), tuple(tuple(map(_cell, row)) for row in rows))
            for head, rows in tables
        ),
    )
    return msgspec.json.encode(found).decode()


def read_report(text: str) -> Report | None:
    """A report that was kept; None for one of before, which is plain text."""
    try:
        return msgspec.json.decode(text, type=Report)
    except msgspec.DecodeError:
        return None


def _cell(cell: Cell) -> KeptCell:
    if isinstance(cell, tuple):
        return tuple(kept(part) if isinstance(part, Sentence) else part for part in cell)
    return kept(cell) if isinstance(cell, Sentence) else cell
