"""What somebody said before the reference was shown, and when they first watched an exercise."""

from time import time
from typing import Final

from sqlalchemy import Column, Double, Engine, ForeignKey, Integer, String, Table, Text, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from trainer.store.tables import metadata

_REFLECTION: Final = Table(
    "reflection",
    metadata,
    Column(
        "sandbox_id",
        Integer,
        ForeignKey("sandbox.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("text", Text, nullable=False),  # empty where it was skipped
    Column("said_at", Double, nullable=False),
)
_WATCHED: Final = Table(
    "watched",
    metadata,
    Column("person_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("scenario_id", String(60), primary_key=True),
    Column("watched_at", Double, nullable=False),  # for the first time
)


class SqlDebriefs:
    """Both tables. What was said or watched first stands: later it is known what came of it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = sqlite_insert if engine.dialect.name == "sqlite" else postgres_insert

    def said(self, sandbox_id: int) -> str | None:
        """What was said about a run; empty if that was skipped, None if it was not asked yet."""
        statement = select(_REFLECTION.c.text).where(_REFLECTION.c.sandbox_id == sandbox_id)
        with self._engine.connect() as connection:
            return connection.scalar(statement)

    def say(self, sandbox_id: int, text: str) -> None:
        """Keep it, once for a run."""
        values = {"sandbox_id": sandbox_id, "text": text, "said_at": time()}
        self._add(_REFLECTION, values)

    def watched(self, person_id: int, scenario_id: str) -> float | None:
        """When a person first watched an exercise being done: they are aided from then on."""
        statement = select(_WATCHED.c.watched_at).where(
            _WATCHED.c.person_id == person_id, _WATCHED.c.scenario_id == scenario_id
        )
        with self._engine.connect() as connection:
            return connection.scalar(statement)

    def watch(self, person_id: int, scenario_id: str) -> None:
        """Keep it; watching again changes nothing."""
        values = {"person_id": person_id, "scenario_id": scenario_id, "watched_at": time()}
        self._add(_WATCHED, values)

    def _add(self, table: Table, values: dict[str, object]) -> None:
        with self._engine.begin() as connection:
            connection.execute(self._insert(table).values(values).on_conflict_do_nothing())
