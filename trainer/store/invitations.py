"""Links by which people set their own password: once, and not for ever.

Of the word in a link only a digest is kept, so that nobody can read it from a backup.
"""

from hashlib import sha256
from secrets import token_urlsafe
from time import time
from typing import Final

from sqlalchemy import Engine, insert, select, update

from trainer.store.marking import invitation

_I: Final = invitation.c


class SqlInvitations:
    """The table over an engine of `database.connect`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def make(self, person_id: int, seconds: float) -> str:
        """A new link's word; those that the person had end."""
        word, now = token_urlsafe(32), time()
        with self._engine.begin() as connection:
            connection.execute(
                update(invitation)
                .where(_I.person_id == person_id, _I.used_at.is_(None))
                .values(used_at=now)
            )
            connection.execute(
                insert(invitation).values(
                    digest=_digest(word), person_id=person_id, made_at=now,
                    expires_at=now + seconds,
                )
            )  # fmt: skip
        return word

    def person_of(self, word: str) -> int | None:
        """Whom a link is for, while it holds."""
        with self._engine.connect() as connection:
            return connection.scalar(
                select(_I.person_id).where(
                    _I.digest == _digest(word), _I.used_at.is_(None), _I.expires_at > time()
                )
            )

    def use(self, word: str) -> int | None:
        """The same, and from now on it holds no more: of two who use it, one does."""
        now = time()
        with self._engine.begin() as connection:
            return connection.scalar(
                update(invitation)
                .where(_I.digest == _digest(word), _I.used_at.is_(None), _I.expires_at > now)
                .values(used_at=now)
                .returning(_I.person_id)
            )


def _digest(word: str) -> str:
    return sha256(word.encode()).hexdigest()
