"""Drafts, proofs and versions in SQL."""

from collections.abc import Iterable, Sequence
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
    Kind,
    Piece,
    ProofRun,
    ProofState,
    Stale,
    Version,
)
from trainer.play.ports import NotFound
from trainer.play.regrading import Who
from trainer.store import tables
from trainer.store.changes import note
from trainer.store.records import User

draft: Final = Table(
    "draft",
    tables.metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("kind", String(10), nullable=False, server_default="scenario"),
    Column("author_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("title", String(200), nullable=False),
    Column("name", String(60), nullable=False),
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
    Column("kind", String(10), nullable=False, server_default="scenario"),
    Column("name", String(60), nullable=False),
    Column("number", Integer, nullable=False),
    Column("title", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("content", Text, nullable=False),  # what was proven: the text may be like another one
    Column("digest", String(80), nullable=False),
    Column("author_id", Integer, ForeignKey("person.id"), nullable=False),
    Column("published_at", Double, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    UniqueConstraint("kind", "name", "number"),
)

_D: Final = draft.c
_P: Final = proof_run.c
_V: Final = version.c
PROVING: Final = 7_251_035
PUBLISHING: Final = 7_251_036
"""Any numbers, but the same in every process: PostgreSQL's locks for those who begin a proof, and
for those who publish."""
_GOING: Final = ("running", "stopping")
_shown: Final = func.coalesce(func.nullif(User.name, ""), User.username, User.email)


class SqlDrafts:
    """Keeps the promises of `trainer.play.authoring.Drafts`, and of `catalog.library.Published`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # --- drafts

    def create(self, kind: Kind, author: int, text: str, title: str, name: str) -> Draft:
        """A new draft."""
        key = token_urlsafe(12)
        values = {
            "key": key, "kind": kind, "author_id": author, "text": text, "title": title[:200],
            "name": name[:60], "saves": 1, "saved_at": time(),
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

    def drafts(self, kind: Kind) -> list[Draft]:
        """All of a kind."""
        every = _drafts(literal("")).where(_D.kind == kind)
        return self._drafts(every.order_by(_D.saved_at.desc()))

    def _drafts(self, statement: Select[Any]) -> list[Draft]:
        with self._engine.connect() as connection:
            return [Draft(*row) for row in connection.execute(statement)]

    def save(self, draft_: Draft, text: str, title: str, name: str) -> Draft:
        """Another text, if nobody saved since."""
        statement = (
            update(draft)
            .where(_D.id == draft_.draft_id, _D.saves == draft_.saves)
            .values(
                text=text, title=title[:200], name=name[:60], saves=draft_.saves + 1,
                saved_at=time(),
            )
        )  # fmt: skip
        with self._engine.begin() as connection:
            if connection.execute(statement).rowcount != 1:
                raise Stale
        return self.draft(draft_.key)

    def source(self, draft_id: int) -> tuple[Kind, str]:
        """What a draft is of, and its text as it stands now. Raises NotFound."""
        with self._engine.connect() as connection:
            found = connection.execute(select(_D.kind, _D.text).where(_D.id == draft_id)).first()
        if found is None:
            raise NotFound
        return found.kind, found.text

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
            _alone(connection, PROVING)
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

    def publish(self, kind: Kind, pieces: Sequence[Piece], who: Who, why: str) -> list[Version]:
        """New versions, all or none; the number of each follows its last one."""
        keys = []
        with self._engine.begin() as connection:
            _alone(connection, PUBLISHING)
            for piece in pieces:
                last = _newest(connection, kind, piece.name)
                if last and last.digest == piece.digest and not last.withdrawn:
                    continue
                keys.append(token_urlsafe(12))
                number = last.number + 1 if last else 1
                back = update(version).where(_V.kind == kind, _V.name == piece.name)
                connection.execute(back.values(withdrawn=False))
                connection.execute(
                    insert(version).values(
                        piece._asdict() | {
                            "title": piece.title[:200], "key": keys[-1], "kind": kind,
                            "number": number, "author_id": who.person_id, "published_at": time(),
                            "withdrawn": False,
                        }
                    )
                )  # fmt: skip
                note(
                    connection, who, f"{kind}_published", f"{piece.name}: {piece.title}",
                    old=f"{last.number} ({last.author})" if last else "", new=str(number),
                    reason=why,
                )  # fmt: skip
        return [self.version(key) for key in keys]

    def versions(self, kind: Kind, name: str | None = None) -> list[Version]:
        """Of one thing, or the newest of each."""
        statement = _versions().where(_V.kind == kind)
        if name is not None:
            statement = statement.where(_V.name == name).order_by(_V.number.desc())
            return [] if "\0" in name else self._versions(statement)
        newest = select(func.max(_V.id)).where(_V.kind == kind).group_by(_V.name)
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

    def withdraw(self, kind: Kind, name: str, who: Who, why: str, *, withdrawn: bool) -> None:
        """From the shelf, or back."""
        every = update(version).where(
            _V.kind == kind, _V.name == name, _V.withdrawn.is_(not withdrawn)
        )
        with self._engine.begin() as connection:
            if not connection.execute(every.values(withdrawn=withdrawn)).rowcount:
                return
            last = _newest(connection, kind, name)
            assert last
            done = "withdrawn" if withdrawn else "restored"
            number = f"{last.number} ({last.author})"
            note(
                connection, who, f"{kind}_{done}", f"{name}: {last.title}", reason=why,
                old=number if withdrawn else "", new="" if withdrawn else number,
            )  # fmt: skip

    # --- for the library and the banks

    def stamp(self) -> object:
        """Another one once something was published or withdrawn."""
        gone = select(func.count(), func.sum(_V.id)).where(_V.withdrawn)
        with self._engine.connect() as connection:
            newest = connection.scalar(select(func.max(_V.id)))
            return newest, *connection.execute(gone).one()

    def contents(self, kind: Kind) -> Iterable[tuple[bytes, str]]:
        """The newest of each that is not withdrawn, in the order of their ids."""
        newest = select(func.max(_V.id)).where(_V.kind == kind).group_by(_V.name)
        wanted = select(_V.content, _V.digest).where(_V.id.in_(newest), ~_V.withdrawn)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted.order_by(_V.name))
            return [(content.encode(), digest) for content, digest in rows]


def _alone(connection: Connection, lock: int) -> None:
    """Until the transaction's end, nobody else does what this lock is for."""
    if connection.dialect.name == "sqlite":  # only one may write there anyway: be the one
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(select(func.pg_advisory_xact_lock(lock)))


def _newest(connection: Connection, kind: Kind, name: str) -> Version | None:
    of_it = _versions().where(_V.kind == kind, _V.name == name)
    row = connection.execute(of_it.order_by(_V.number.desc()).limit(1)).one_or_none()
    return Version(*row) if row else None


def _drafts(text: Any) -> Select[Any]:
    return select(
        *(_D.id, _D.key, _D.kind, _D.author_id, _shown, _D.title, _D.name, text, _D.saves),
        _D.saved_at,
    ).join_from(draft, User, _D.author_id == User.id)


def _versions() -> Select[Any]:
    return select(
        *(_V.id, _V.key, _V.kind, _V.name, _V.number, _V.title, _V.text, _V.digest),
        *(_V.author_id, _shown, _V.published_at, _V.withdrawn),
    ).join_from(version, User, _V.author_id == User.id)
