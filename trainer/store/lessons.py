"""Which lessons a person has read, and when for the first time."""

from time import time

from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from trainer.store.tables import lesson_read


class LessonsRead:
    """The table, by person; reading a lesson again changes nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = sqlite_insert if engine.dialect.name == "sqlite" else postgres_insert

    def of(self, person_id: int) -> frozenset[str]:
        """The rows whose lesson a person has read."""
        rows = select(lesson_read.c.row).where(lesson_read.c.person_id == person_id)
        with self._engine.connect() as connection:
            return frozenset(connection.scalars(rows))

    def add(self, person_id: int, row: str) -> None:
        """A person has read the lesson of a row; pressed twice, it counts once."""
        values = {"person_id": person_id, "row": row, "read_at": time()}
        with self._engine.begin() as connection:
            connection.execute(self._insert(lesson_read).values(values).on_conflict_do_nothing())
