"""The store of play in SQL: openings and sandboxes, their events and asides.

What an action needs (find, read what is new, append) does not run through SQLAlchemy's execution:
SQLAlchemy writes these statements once, its pool lends the connections, and the driver runs the
text. That is a quarter of the time, and the tables are still described in one place.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_urlsafe
from time import time
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ClauseElement,
    Engine,
    Integer,
    Table,
    bindparam,
    cast,
    column,
    insert,
    literal_column,
    select,
    table,
    true,
    update,
)
from sqlalchemy.exc import IntegrityError

from trainer.orders import codec
from trainer.orders.engine import Recorded
from trainer.play import asides
from trainer.play.ports import (
    IMPORTED,
    Conflict,
    Kind,
    NotFound,
    Sandbox,
    Standing,
    branched,
    moved,
)
from trainer.play.run import Aside, Opening
from trainer.store import tables
from trainer.store.milestones import milestone, milestone_row
from trainer.store.rows import (
    Row,
    aside_row,
    event_row,
    moved_row,
    sandbox_from,
    sandbox_row,
)
from trainer.training.checks import Cast
from trainer.training.scenario import Scenario, Variant

_S: Final = tables.sandbox.c
_E: Final = tables.event.c
_A: Final = tables.aside.c
_O: Final = tables.opening.c
_PERSON: Final = table("person", column("id"))

_SANDBOXES: Final = select(
    *(_S.id, _S.key, _S.person_id, _S.opening_id, _S.events, _S.asides, _S.opened_at),
    *(_S.touched_at, _S.progressed_at, _S.progressed_asides),
    *(_S.score, _S.step, _S.finished, _S.now, _S.replaced, _S.kind),
)
_FIND: Final = _SANDBOXES.where(_S.key == bindparam("key"))
_OF_PERSON: Final = _SANDBOXES.where(_S.person_id == bindparam("person_id")).order_by(_S.id.desc())
_EVENTS: Final = (
    select(_E.number, _E.at, _E.actor, _E.role, _E.command_id, _E.event)
    .where(_E.sandbox_id == bindparam("sandbox_id"), _E.number > bindparam("above"))
    .order_by(_E.number)
)
_ASIDES: Final = (
    select(_A.number, _A.after, _A.at, _A.kind, _A.command_id, _A.body)
    .where(_A.sandbox_id == bindparam("sandbox_id"), _A.number > bindparam("above"))
    .order_by(_A.number)
)
_MOVING: Final = ("events", "asides", "touched_at", "progressed_at", "progressed_asides")
_MOVE: Final = (
    update(tables.sandbox)
    .where(
        _S.id == bindparam("of_sandbox"),
        _S.opening_id == bindparam("seen_opening"),  # else it was regraded meanwhile
        _S.events == bindparam("seen_events"),
        _S.asides == bindparam("seen_asides"),
    )
    .values({name: bindparam(f"new_{name}") for name in _MOVING})
    .values({name: bindparam(f"new_{name}") for name in Standing.__struct_fields__})
)

_SCENARIO_OF: Final = select(_O.scenario_id).where(_O.id == bindparam("opening_id"))
_LOCK_PERSON: Final = (
    select(_PERSON).where(_PERSON.c.id == bindparam("by_person")).with_for_update(key_share=True)
)
_REPLACE: Final = (
    update(tables.sandbox)
    .where(
        _S.person_id == bindparam("by_person"),
        _S.scenario_id == bindparam("on_scenario"),
        _S.kind == bindparam("of_kind"),
        ~_S.replaced,
    )
    .values(replaced=true())
)
_ADD_SANDBOX: Final = (
    insert(tables.sandbox)
    .values({c.name: bindparam(c.name) for c in _S if not c.primary_key})
    .returning(_S.id)
)
_ADD_MILESTONE: Final = (
    insert(milestone)
    .values({c.name: bindparam(c.name) for c in milestone.c if not c.primary_key})
    .inline()
)

_TAKE_BACK: Final = (
    update(tables.sandbox)
    .where(
        _S.id == bindparam("of_sandbox"),
        _S.events == bindparam("seen_events"),
        _S.asides == bindparam("seen_asides"),
        ~_S.replaced,
    )
    .values(replaced=true(), kind=literal_column("'undone'"))
)


def _copy(of: Table) -> ClauseElement:
    """The first so many rows of one sandbox, as those of another."""
    rest = [column for column in of.c if column.name != "sandbox_id"]
    first = select(cast(bindparam("new_sandbox"), Integer), *rest).where(
        of.c.sandbox_id == bindparam("of_sandbox"), of.c.number <= bindparam("most")
    )
    return insert(of).from_select(["sandbox_id", *(it.name for it in rest)], first)


_LINES: Final = [column for column in milestone.c if column.name not in ("id", "sandbox_id")]
_COPY_MILESTONES: Final = insert(milestone).from_select(
    ["sandbox_id", *(it.name for it in _LINES)],
    select(cast(bindparam("new_sandbox"), Integer), *_LINES)
    .where(milestone.c.sandbox_id == bindparam("of_sandbox"))
    .order_by(milestone.c.id),
)

_CAST: Final = msgspec.json.Decoder(Cast)


class SqlStore:
    """Keeps the promises of `trainer.play.ports.Store` over an engine of `database.connect`.

    Holds no state of its own, so any number of threads and processes may each have one.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sqlite = sqlite = engine.dialect.name == "sqlite"
        kind: Any = type(engine.dialect)
        dialect = kind(paramstyle="named" if sqlite else "pyformat")  # values go in by name

        def text(statement: ClauseElement) -> str:
            return str(statement.compile(dialect=dialect))

        self._find = text(_FIND)
        self._of_person = text(_OF_PERSON)
        self._events = text(_EVENTS)
        self._asides = text(_ASIDES)
        self._move = text(_MOVE)
        self._scenario_of = text(_SCENARIO_OF)
        self._lock_person = text(_LOCK_PERSON)
        self._replace = text(_REPLACE)
        self._add_sandbox = text(_ADD_SANDBOX)
        self._take_back = text(_TAKE_BACK)
        self._copy_events = text(_copy(tables.event))
        self._copy_asides = text(_copy(tables.aside))
        self._copy_milestones = text(_COPY_MILESTONES)
        self._add_event = text(insert(tables.event))
        self._add_aside = text(insert(tables.aside))
        self._add_milestone = text(_ADD_MILESTONE)

    # --- openings

    def opening(self, opening_id: int) -> Opening:
        """A stored opening, read whole: keep it, it never changes."""
        statement = select(_O.content, _O.locale, _O.seed, _O.world, _O.cast)
        with self._engine.connect() as connection:
            row = connection.execute(statement.where(_O.id == opening_id)).one_or_none()
        if row is None:
            raise NotFound
        content, locale, seed, world, cast = row
        return Opening(
            scenario=_scenario(content),
            variant=Variant(locale=locale, seed=seed),
            world=codec.decode_world(zlib.decompress(world)),
            cast=_CAST.decode(cast),
        )

    def put_opening(self, opening: Opening, content: bytes, digest: str) -> int:
        """Keep an opening; `content` is its scenario as JSON."""
        locale, seed = opening.variant.locale, opening.variant.seed
        statement = insert(tables.opening).values(
            digest=digest,
            scenario_id=opening.scenario.id,
            locale=locale,
            seed=seed,
            content=zlib.compress(content, 9),
            world=zlib.compress(codec.encode_world(opening.world), 9),
            cast=msgspec.json.encode(opening.cast).decode(),
            created_at=time(),
        )
        found = self.find_opening(digest, locale, seed)
        if found is None:
            try:
                with self._engine.begin() as connection:
                    found = connection.scalar(statement.returning(_O.id))
            except IntegrityError:  # somebody else put the same one meanwhile
                found = self.find_opening(digest, locale, seed)
                if found is None:
                    raise
        assert found is not None
        return found

    def find_opening(self, digest: str, locale: str, seed: int) -> int | None:
        """The id of a stored opening."""
        statement = select(_O.id).where(_O.digest == digest, _O.locale == locale, _O.seed == seed)
        with self._engine.connect() as connection:
            return connection.scalar(statement)

    def imported(self) -> dict[int, Scenario]:
        """The scenarios that were brought in from outside, by the id of their opening."""
        statement = select(_O.id, _O.content).where(_O.digest.startswith(IMPORTED)).order_by(_O.id)
        with self._engine.connect() as connection:
            rows = connection.execute(statement).all()
        return {opening_id: _scenario(content) for opening_id, content in rows}

    # --- sandboxes

    def open(self, person_id: int, opening_id: int, kind: Kind = "attempt") -> Sandbox:
        """A new sandbox; the person's earlier one on the same scenario is replaced."""
        key, now = token_urlsafe(12), time()
        sandbox = Sandbox(0, key, person_id, opening_id, 0, 0, now, now, Standing(), now, kind=kind)
        with self._writing() as cursor:
            cursor.execute(self._scenario_of, {"opening_id": opening_id})
            found = cursor.fetchone()
            if found is None:
                raise NotFound
            whose = {"by_person": person_id, "on_scenario": found[0], "of_kind": kind}
            # two tabs of one person open one after the other; SQLite lets only one write anyway
            cursor.execute(self._lock_person, whose)
            cursor.execute(self._replace, whose)
            cursor.execute(self._add_sandbox, sandbox_row(sandbox, found[0]))
            ((sandbox_id,),) = cursor.fetchall()
            cursor.connection.commit()
        return msgspec.structs.replace(sandbox, sandbox_id=sandbox_id)

    def branch(
        self,
        sandbox: Sandbox,
        person_id: int,
        *,
        events: int,
        asides: int,
        standing: Standing,
        undo: bool = False,
    ) -> Sandbox:
        """A copy of a run's beginning, in its place or beside it."""
        made = msgspec.structs.replace(
            branched(sandbox, person_id, token_urlsafe(12), time(), undo=undo),
            events=events,
            asides=asides,
            standing=standing,
            progressed_asides=asides,
        )
        with self._writing() as cursor:
            cursor.execute(self._scenario_of, {"opening_id": sandbox.opening_id})
            ((scenario_id,),) = cursor.fetchall()
            whose = {"by_person": person_id, "on_scenario": scenario_id, "of_kind": "fork"}
            cursor.execute(self._lock_person, whose)
            if undo:
                stood = {"of_sandbox": sandbox.sandbox_id, "seen_events": sandbox.events,
                         "seen_asides": sandbox.asides}  # fmt: skip
                cursor.execute(self._take_back, stood)
                if cursor.rowcount != 1:
                    raise Conflict
            else:
                cursor.execute(self._replace, whose)
            cursor.execute(self._add_sandbox, sandbox_row(made, scenario_id))
            ((sandbox_id,),) = cursor.fetchall()
            parts = {"new_sandbox": sandbox_id, "of_sandbox": sandbox.sandbox_id}
            cursor.execute(self._copy_events, parts | {"most": events})
            cursor.execute(self._copy_asides, parts | {"most": asides})
            made = msgspec.structs.replace(made, sandbox_id=sandbox_id)
            if undo:  # how it stood at a cut-off is not taken back
                cursor.execute(self._copy_milestones, parts)
                if line := milestone_row(sandbox, made):
                    cursor.execute(self._add_milestone, line)
            cursor.connection.commit()
        return made

    def find(self, key: str) -> Sandbox:
        """The sandbox of that key."""
        # an address can hold a NUL; PostgreSQL will not even be asked about one
        rows = [] if "\0" in key else self._rows(self._find, key=key)
        if not rows:
            raise NotFound
        return sandbox_from(*rows[0])

    def of_person(self, person_id: int) -> list[Sandbox]:
        """A person's sandboxes, newest first."""
        return [sandbox_from(*row) for row in self._rows(self._of_person, person_id=person_id)]

    # --- what happened in them

    def events(self, sandbox_id: int, after: int = 0) -> list[Recorded]:
        """Events above a number."""
        return [
            Recorded(number, at, actor, role, command_id, codec.decode_event(event))
            for number, at, actor, role, command_id, event in self._rows(
                self._events, sandbox_id=sandbox_id, above=after
            )
        ]

    def asides(self, sandbox_id: int, after: int = 0) -> list[tuple[str, Aside]]:
        """Asides above a number."""
        return [
            (command_id, asides.read(number, followed, at, kind, body))
            for number, followed, at, kind, command_id, body in self._rows(
                self._asides, sandbox_id=sandbox_id, above=after
            )
        ]

    def append(self, sandbox: Sandbox, entries: list[Recorded], standing: Standing) -> Sandbox:
        """Add events."""
        rows = [event_row(sandbox.sandbox_id, entry) for entry in entries]
        after = moved(sandbox, sandbox.events + len(rows), sandbox.asides, standing, time())
        return self._written(sandbox, after, self._add_event, rows)

    def note(self, sandbox: Sandbox, command_id: str, aside: Aside, standing: Standing) -> Sandbox:
        """Add an aside."""
        row = aside_row(sandbox.sandbox_id, command_id, aside)
        after = moved(sandbox, sandbox.events, sandbox.asides + 1, standing, time())
        return self._written(sandbox, after, self._add_aside, [row])

    def _written(self, seen: Sandbox, after: Sandbox, statement: str, rows: list[Row]) -> Sandbox:
        with self._writing() as cursor:
            cursor.execute(self._move, moved_row(seen, after))
            if cursor.rowcount != 1:
                raise Conflict
            cursor.executemany(statement, rows)
            if line := milestone_row(seen, after):
                cursor.execute(self._add_milestone, line)
            cursor.connection.commit()
        return after

    def _rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with self._reading() as cursor:
            cursor.execute(statement, values)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    @contextmanager
    def _reading(self) -> Iterator[Any]:
        """A cursor for one question; psycopg would begin and end a transaction around it."""
        with self._cursor() as cursor:
            if self._sqlite:
                yield cursor
                return
            cursor.connection.autocommit = True
            try:
                yield cursor
            finally:
                cursor.connection.autocommit = False

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        """A cursor in a transaction that has its turn to write."""
        with self._cursor() as cursor:
            if self._sqlite:  # psycopg begins by itself
                cursor.execute("BEGIN IMMEDIATE")
            yield cursor

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        """The driver's own cursor; what is not committed when it is given back is undone."""
        connection = self._engine.raw_connection()
        try:
            yield connection.cursor()
        finally:
            connection.close()


def _scenario(content: bytes) -> Scenario:
    return Scenario.model_validate_json(zlib.decompress(content))
