"""The table: one measured thing to a row, and how large the things are that are measured."""

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Final, Literal

import msgspec


class Size(msgspec.Struct, frozen=True):
    """How much is measured; the tests measure little."""

    rounds: int = 15
    lives: int = 20
    """Lives of an order in one round."""
    worlds: tuple[int, ...] = (100, 1_000, 10_000)
    """Orders in the worlds that are compared."""
    reported: int = 5_000
    """Orders in the world that the reports are about."""
    past: int = 600
    """Orders of the last forty days in the living world; about a third of them are open."""
    events: int = 200
    """Events of the attempt that is rebuilt."""
    attempts: int = 100
    """Attempts that are stored, to weigh one."""
    fresh: int = 5
    """Processes that rebuild an attempt."""
    sandboxes: int = 1_000
    edits: int = 100
    customers: int = 100
    orders: int = 500
    connections: int = 16
    requests: int = 480
    """Requests of one round over HTTP: thirty each, as many actions as an attempt has."""
    members: int = 300
    """Trainees of the class whose board is looked at."""
    listed: int = 5_000
    """Orders in the world whose list is looked at."""
    turns: int = 3
    """Rounds over HTTP."""


class Row(msgspec.Struct, frozen=True):
    """One thing that was measured, and what it is measured by."""

    what: str
    value: float
    unit: str
    floor: float | None = None
    """What the least that could be done costs, in the same run and unit."""
    goal: float | None = None
    """The most that is allowed of the value, or of the ratio."""
    of: Literal["value", "ratio"] = "value"

    @property
    def ratio(self) -> float | None:
        """How many floors high the value is."""
        return self.value / self.floor if self.floor else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        if self.goal is None:
            return None
        measured = self.value if self.of == "value" else self.ratio
        return measured is not None and measured <= self.goal

    def line(self) -> str:
        """The row as text, under `HEADER`."""
        unit = self.unit if self.of == "value" else "×"
        cells = (
            f"{_number(self.value)} {self.unit}",
            "" if self.floor is None else _number(self.floor),
            "" if self.ratio is None else f"{_number(self.ratio)}×",
            "" if self.goal is None else f"≤ {_number(self.goal)} {unit}",
        )
        met = {True: "yes", False: "NO", None: ""}[self.met]
        return f"{self.what:<66}" + "".join(f"{cell:>15}" for cell in cells) + f"  {met}".rstrip()


HEADER: Final = (
    f"{'what':<66}" + "".join(f"{c:>15}" for c in ("value", "floor", "ratio", "goal")) + "  met"
)


def _number(value: float) -> str:
    if value == int(value) or abs(value) >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def in_turns(
    rounds: int, *subjects: Callable[[], object], clock: Callable[[], float] = perf_counter
) -> list[float]:
    """Median seconds of each, taken turn about: what disturbs the machine meets all alike."""
    taken: list[list[float]] = [[] for _ in subjects]
    for _ in range(rounds):
        for subject, seconds in zip(subjects, taken, strict=True):
            began = clock()
            subject()
            seconds.append(clock() - began)
    return [median(seconds) for seconds in taken]
