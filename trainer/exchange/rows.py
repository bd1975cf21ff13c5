"""CSV files row by row: each cell read strictly, and each row that cannot be used named."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from trainer.orders.values import Minor

T = TypeVar("T")

# as long as these, every product of price, quantity and discount is exact
_NUMBER: Final = re.compile(r"\d{1,7}(\.\d{1,6})?", re.ASCII)
_WHOLE: Final = re.compile(r"\d{1,7}", re.ASCII)


class HistoryError(Exception):
    """Nothing can be imported at all: which file, what was found in it, what was wanted."""

    def __init__(self, file: str, found: str, wanted: str) -> None:
        super().__init__(f"{file} – found: {found} – wanted: {wanted}")


class Unusable(Exception):
    """A row cannot be used: what was found in it, and why that will not do."""

    def __init__(self, found: str, reason: str) -> None:
        super().__init__(found, reason)
        self.found = found
        self.reason = reason


class Problem(msgspec.Struct, frozen=True):
    """A row that could not be used as it stands, for the person who imports."""

    file: str
    line: int
    found: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} – {self.found} – {self.reason}"


class Row(msgspec.Struct, frozen=True):
    """One row of a file; asked for a cell it gives the value, or says why there is none."""

    file: str
    line: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """What stands there; something must."""
        if not self.cells[column]:
            raise self.unusable(column, "is empty")
        return self.cells[column]

    def number(self, column: str) -> Decimal:
        """An exact decimal of 0 or more."""
        if not _NUMBER.fullmatch(self.cells[column]):
            raise self.unusable(column, "is not a number from 0 to 9999999 with at most 6 decimals")
        return Decimal(self.cells[column])

    def share(self, column: str) -> Decimal:
        """An exact decimal from 0 to 1."""
        if self.number(column) > 1:
            raise self.unusable(column, "is not a share between 0 and 1")
        return self.number(column)

    def money(self, column: str, decimals: int) -> Minor:
        """An amount in minor units; one that is finer than the currency is not rounded away."""
        minor = self.number(column).scaleb(decimals)
        if minor != int(minor):
            raise self.unusable(column, f"has more than {decimals} decimals")
        return int(minor)

    def whole(self, column: str, least: int = 0) -> int:
        """A whole number, at least so many."""
        if not _WHOLE.fullmatch(self.cells[column]) or int(self.cells[column]) < least:
            raise self.unusable(column, f"is not a whole number from {least} to 9999999")
        return int(self.cells[column])

    def day(self, column: str) -> date:
        """A date as ISO 8601 writes it, within the years the simulated clock knows."""
        try:
            day = date.fromisoformat(self.cells[column])
        except ValueError:
            raise self.unusable(column, "is not a date like 2016-07-04") from None
        if not 1971 <= day.year <= 2999:
            raise self.unusable(column, "is not between 1971 and 2999")
        return day

    def unusable(self, column: str, reason: str) -> Unusable:
        """What to raise when the row fails because of this cell."""
        return Unusable(f"{column} “{self.cells[column]}”", reason)


class Folder:
    """A folder of CSV files being read: it counts the rows and collects the problems."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read: Counter[str] = Counter()
        self.problems: list[Problem] = []

    def table(
        self,
        file: str,
        columns: tuple[str, ...],
        key: Callable[[Row], str],
        parse: Callable[[Row], T],
    ) -> dict[str, T]:
        """The usable rows of a file by their key; every other row becomes a problem."""
        found: dict[str, T] = {}
        for row in self._rows(file, columns):
            try:
                name = key(row)
                if name in found:
                    raise Unusable(name, "stands in an earlier row already")
                found[name] = parse(row)
            except Unusable as why:
                self.trouble(row, why)
        return found

    def trouble(self, row: Row, why: Unusable) -> None:
        """Keep what is wrong with a row, for the report."""
        self.problems.append(Problem(row.file, row.line, why.found, why.reason))

    def _rows(self, file: str, columns: tuple[str, ...]) -> Iterator[Row]:
        wanted = f"a CSV file in UTF-8 with the columns {', '.join(columns)}"
        try:
            text = (self.path / file).read_text("utf-8-sig")
            # strict, because a quote in the wrong place would glue rows together in silence
            reader = csv.reader(io.StringIO(text), strict=True)
            header = next(reader, [])
            if not set(columns) <= set(header):
                raise HistoryError(file, f"the columns {', '.join(header) or '–'}", wanted)
            for cells in reader:
                if cells:
                    self.read[file] += 1
                    yield from self._row(file, reader.line_num, header, cells)
        except FileNotFoundError:
            raise HistoryError(file, f"no such file in {self.path}", wanted) from None
        except (OSError, UnicodeDecodeError) as error:
            raise HistoryError(file, str(error), wanted) from None
        except csv.Error as error:
            raise HistoryError(f"{file}:{reader.line_num}", str(error), wanted) from None

    def _row(self, file: str, line: int, header: list[str], cells: list[str]) -> Iterator[Row]:
        if len(cells) == len(header):
            yield Row(file, line, dict(zip(header, map(str.strip, cells), strict=True)))
        else:
            reason = f"has {len(cells)} columns, wanted {len(header)}"
            self.problems.append(Problem(file, line, f"“{','.join(cells)}”", reason))
