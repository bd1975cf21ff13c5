"""Views of the order list that people saved for themselves: a name, and what the list then asks."""

from time import time
from typing import Final

from sqlalchemy import (
    Column,
    Double,
    Engine,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    delete,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from trainer.play.ports import MOST_VIEWS, SavedView
from trainer.store.tables import metadata

_VIEW: Final = Table(
    "saved_view",
    metadata,
    Column("person_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("asks", Text, nullable=False),
    Column("saved_at", Double, nullable=False),
)


class SqlViews:
    """The table. A view of the same name takes the place of the one before."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = sqlite_insert if engine.dialect.name == "sqlite" else postgres_insert

    def of(self, person_id: int) -> tuple[SavedView, ...]:
        """Somebody's views, the oldest first."""
        statement = (
            select(_VIEW.c.name, _VIEW.c.asks)
            .where(_VIEW.c.person_id == person_id)
            .order_by(_VIEW.c.saved_at, _VIEW.c.name)
        )
        with self._engine.connect() as connection:
            return tuple(SavedView(name, asks) for name, asks in connection.execute(statement))

    def save(self, person_id: int, view: SavedView) -> bool:
        """Keep it; whether there was room for one more."""
        values = {
            "person_id": person_id, "name": view.name, "asks": view.asks, "saved_at": time(),
        }  # fmt: skip
        others = (
            select(func.count())
            .select_from(_VIEW)
            .where(_VIEW.c.person_id == person_id, _VIEW.c.name != view.name)
        )
        statement = self._insert(_VIEW).values(values)
        changed = statement.on_conflict_do_update(
            index_elements=["person_id", "name"], set_={"asks": view.asks}
        )
        with self._engine.begin() as connection:
            if (connection.scalar(others) or 0) >= MOST_VIEWS:
                return False
            connection.execute(changed)
        return True

    def drop(self, person_id: int, name: str) -> None:
        """Let go of it."""
        statement = delete(_VIEW).where(_VIEW.c.person_id == person_id, _VIEW.c.name == name)
        with self._engine.begin() as connection:
            connection.execute(statement)
