"""Drafts, proofs and versions in SQL."""

from collections.abc import Iterable
from secrets import token_urlsafe
from time import time
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Double,
    Engine,
    ForeignKey,
    Integer,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from trainer.play.authoring import (
    ALIVE,
    PROOFS_AT_ONCE,
    Busy,
    Draft,
    ProofRun,
    ProofState,
    Stale,
    Version,
)
from trainer.play.ports import NotFound
from trainer.store import tables
from trainer.store.records import User

draft: Final = Table(
    "draft",
    tables.metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("author_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("title", String(200), nullable=False),
    Column("scenario_id", String(60), nullable=False),
    Column("text", Text, nullable=False),
    Column("saves", Integer, nullable=False),
    Column("saved_at", Double, nullable=False),
)

proof_run: Final = Table(
    "proof_run",
    tables.metadata,
    Column("id", Integer, primary_key=True),
    Column("draft_id", ForeignKey("draft.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("digest", String(80), nullable=False, index=True),
    Column("state", String(10), nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("report", Text, nullable=False),
    Column("beat_at", Double, nullable=False),
)

version: Final = Table(
    "version",
    tables.metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("scenario_id", String(60), nullable=False),
    Column("number", Integer, nullable=False),
    Column("title", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("content", Text, nullable=False),  # what was proven: the text may be like another one
    Column("digest", String(80), nullable=False),
    Column("author_id", Integer, ForeignKey("person.id"), nullable=False),
    Column("published_at", Double, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    UniqueConstraint("scenario_id", "number"),
)

_D: Final = draft.c
_P: Final = proof_run.c
_V: Final = version.c
PROVING: Final = 7_251_035
"""Any number, but the same in every process: PostgreSQL's lock for those who begin a proof."""
PUBLISHING: Final = PROVING + 1
"""Likewise for those who publish."""
_GOING: Final = ("running", "stopping")
_shown: Final = func.coalesce(func.nullif(User.name, ""), User.username, User.email)


class SqlDrafts:
    """Keeps the promises of `trainer.play.authoring.Drafts`, and of `catalog.library.Published`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # --- drafts

    def create(self, author: int, text: str, title: str, scenario_id: str) -> Draft:
        """A new draft."""
        key = token_urlsafe(12)
        values = {
            "key": key, "author_id": author, "text": text, "title": title[:200],
            "scenario_id": scenario_id[:60], "saves": 1, "saved_at": time(),
        }  # fmt: skip
        with self._engine.begin() as connection:
            connection.execute(insert(draft).values(values))
        return self.draft(key)

    def draft(self, key: str) -> Draft:
        """The draft of that key."""
        found = [] if "\0" in key else self._drafts(_drafts(_D.text).where(_D.key == key))
        if not found:
            raise NotFound
        return found[0]

    def drafts(self) -> list[Draft]:
        """All of them."""
        return self._drafts(_drafts(literal("")).order_by(_D.saved_at.desc()))

    def _drafts(self, statement: Select[Any]) -> list[Draft]:
        with self._engine.connect() as connection:
            return [Draft(*row) for row in connection.execute(statement)]

    def save(self, draft_: Draft, text: str, title: str, scenario_id: str) -> Draft:
        """Another text, if nobody saved since."""
        statement = (
            update(draft)
            .where(_D.id == draft_.draft_id, _D.saves == draft_.saves)
            .values(
                text=text, title=title[:200], scenario_id=scenario_id[:60], saves=draft_.saves + 1,
                saved_at=time(),
            )
        )  # fmt: skip
        with self._engine.begin() as connection:
            if connection.execute(statement).rowcount != 1:
                raise Stale
        return self.draft(draft_.key)

    def text(self, draft_id: int) -> str:
        """A draft's text as it stands now. Raises NotFound."""
        with self._engine.connect() as connection:
            found = connection.scalar(select(_D.text).where(_D.id == draft_id))
        if found is None:
            raise NotFound
        return found

    def drop(self, draft_id: int) -> None:
        """Thrown away."""
        with self._engine.begin() as connection:
            connection.execute(delete(draft).where(_D.id == draft_id))

    # --- proofs

    def begin_proof(self, draft_: Draft, digest: str, total: int) -> ProofRun:
        """A new proof, if there is room for one."""
        values = {"draft_id": draft_.draft_id, "digest": digest, "state": "running", "done": 0,
                  "total": total, "report": "", "beat_at": time()}  # fmt: skip
        going = (
            select(_D.author_id)
            .join_from(proof_run, draft)
            .where(_P.state.in_(_GOING), _P.beat_at > time() - ALIVE)
        )
        with self._engine.begin() as connection:
            if connection.dialect.name != "sqlite":  # there, only one may write anyway
                connection.execute(select(func.pg_advisory_xact_lock(PROVING)))
            proof_id = connection.scalar(insert(proof_run).values(values).returning(_P.id))
            authors = list(connection.scalars(going))
            # one's own is among them by now
            if len(authors) > PROOFS_AT_ONCE or authors.count(draft_.author_id) > 1:
                raise Busy
        assert proof_id is not None
        return self.proof(proof_id)

    def proof(self, proof_id: int) -> ProofRun:
        """A proof."""
        with self._engine.connect() as connection:
            row = connection.execute(select(proof_run).where(_P.id == proof_id)).one_or_none()
        if row is None:
            raise NotFound
        return ProofRun(*row)

    def last_proof(self, draft_id: int) -> ProofRun | None:
        """The newest."""
        statement = select(proof_run).where(_P.draft_id == draft_id).order_by(_P.id.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(statement).one_or_none()
        return ProofRun(*row) if row else None

    def proven(self, digest: str) -> bool:
        """Whether there is a green one."""
        statement = select(_P.id).where(_P.digest == digest, _P.state == "green").limit(1)
        with self._engine.connect() as connection:
            return connection.scalar(statement) is not None

    def beat(self, proof_id: int, done: int | None = None) -> ProofState:
        """It goes on; and how far it is."""
        values = {"beat_at": time()} | ({} if done is None else {"done": done})
        moved = update(proof_run).where(_P.id == proof_id).values(values)
        with self._engine.begin() as connection:
            state = connection.scalar(moved.returning(_P.state))
        return "stopping" if state is None else state

    def end_proof(self, proof_id: int, state: ProofState, report: str = "") -> None:
        """What came of it."""
        values = {"state": state, "beat_at": time()} | ({"report": report} if report else {})
        with self._engine.begin() as connection:
            connection.execute(update(proof_run).where(_P.id == proof_id).values(values))

    # --- versions

    def publish(
        self, author: int, scenario_id: str, title: str, text: str, content: str, digest: str
    ) -> Version:
        """A new version; the number follows the last one. Twice the same text is one version."""
        key = token_urlsafe(12)
        last = (
            select(_V.key, _V.number, _V.digest)
            .where(_V.scenario_id == scenario_id)
            .order_by(_V.number.desc())
            .limit(1)
        )
        with self._engine.begin() as connection:
            if connection.dialect.name != "sqlite":  # there, only one may write anyway
                connection.execute(select(func.pg_advisory_xact_lock(PUBLISHING)))
            back = update(version).where(_V.scenario_id == scenario_id)
            connection.execute(back.values(withdrawn=False))
            before = connection.execute(last).one_or_none()
            if before and before.digest == digest:
                return self._version(connection, before.key)
            number = (before.number if before else 0) + 1
            values = {
                "key": key, "scenario_id": scenario_id, "number": number, "title": title[:200],
                "text": text, "content": content, "digest": digest, "author_id": author,
                "published_at": time(), "withdrawn": False,
            }  # fmt: skip
            connection.execute(insert(version).values(values))
            return self._version(connection, key)

    def _version(self, connection: Connection, key: str) -> Version:
        return Version(*connection.execute(_versions().where(_V.key == key)).one())

    def versions(self, scenario_id: str | None = None) -> list[Version]:
        """Of one scenario, or the newest of each."""
        statement = _versions()
        if scenario_id is not None:
            return self._versions(
                statement.where(_V.scenario_id == scenario_id).order_by(_V.number.desc())
            )
        newest = select(func.max(_V.id)).group_by(_V.scenario_id)
        return self._versions(statement.where(_V.id.in_(newest)).order_by(_V.title))

    def version(self, key: str) -> Version:
        """The version of that key."""
        found = [] if "\0" in key else self._versions(_versions().where(_V.key == key))
        if not found:
            raise NotFound
        return found[0]

    def _versions(self, statement: Select[Any]) -> list[Version]:
        with self._engine.connect() as connection:
            return [Version(*row) for row in connection.execute(statement)]

    def withdraw(self, scenario_id: str, *, withdrawn: bool) -> None:
        """From the shelf, or back."""
        statement = update(version).where(_V.scenario_id == scenario_id)
        with self._engine.begin() as connection:
            connection.execute(statement.values(withdrawn=withdrawn))

    # --- for the library

    def stamp(self) -> object:
        """Another one once something was published or withdrawn."""
        withdrawn = select(func.count()).select_from(version).where(_V.withdrawn)
        statement = select(func.max(_V.id), withdrawn.scalar_subquery())
        with self._engine.connect() as connection:
            return tuple(connection.execute(statement).one())

    def contents(self) -> Iterable[tuple[bytes, str]]:
        """The newest of each that is not withdrawn."""
        newest = select(func.max(_V.id)).group_by(_V.scenario_id)
        wanted = select(_V.content, _V.digest).where(_V.id.in_(newest), ~_V.withdrawn)
        with self._engine.connect() as connection:
            return [(content.encode(), digest) for content, digest in connection.execute(wanted)]


def _drafts(text: Any) -> Select[Any]:
    return select(
        *(_D.id, _D.key, _D.author_id, _shown, _D.title, _D.scenario_id, text, _D.saves),
        _D.saved_at,
    ).join_from(draft, User, _D.author_id == User.id)


def _versions() -> Select[Any]:
    return select(
        *(_V.id, _V.key, _V.scenario_id, _V.number, _V.title, _V.text, _V.digest, _shown),
        *(_V.published_at, _V.withdrawn),
    ).join_from(version, User, _V.author_id == User.id)
