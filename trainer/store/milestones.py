"""When a run's score changed, and when it was finished, by the real clock.

A sandbox says where it stands today. What counted when something was cut off stands here: a line
for each change, written with the entry that made it.
"""

from typing import Any, Final

from sqlalchemy import Boolean, Column, Double, ForeignKey, Integer, SmallInteger, Table

from trainer.play.ports import Sandbox
from trainer.store import tables

milestone: Final = Table(
    "milestone",
    tables.metadata,
    Column("id", Integer, primary_key=True),
    Column("sandbox_id", ForeignKey("sandbox.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Double, nullable=False),
    Column("score", SmallInteger, nullable=False),
    Column("finished", Boolean, nullable=False),
    Column("turned", Boolean, nullable=False),  # finished just now, or open again
)


def milestone_row(seen: Sandbox, moved: Sandbox) -> dict[str, Any] | None:
    """The line for a sandbox that moved; None if it stands as it did."""
    was, now = seen.standing, moved.standing
    if (was.score, was.finished) == (now.score, now.finished):
        return None
    return {
        "sandbox_id": moved.sandbox_id,
        "at": moved.touched_at,
        "score": now.score,
        "finished": now.finished,
        "turned": was.finished != now.finished,
    }
