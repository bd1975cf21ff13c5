"""Things of play as rows and back: sandboxes, events, refused tries, hints."""

from typing import Any

import msgspec

from trainer.orders import codec
from trainer.orders.engine import Recorded
from trainer.play import asides
from trainer.play.ports import Kind, Sandbox, Standing
from trainer.play.run import Aside

Row = dict[str, Any]


def sandbox_from(
    sandbox_id: int,
    key: str,
    person_id: int,
    opening_id: int,
    events: int,
    asides: int,
    opened_at: float,
    touched_at: float,
    progressed_at: float,
    progressed_asides: int,
    score: int,
    step: int,
    finished: bool,
    now: int,
    replaced: bool,
    kind: Kind,
) -> Sandbox:
    """The sandbox in a row; SQLite has no booleans, only 0 and 1."""
    standing = Standing(score=score, step=step, finished=bool(finished), now=now)
    return Sandbox(
        sandbox_id=sandbox_id,
        key=key,
        person_id=person_id,
        opening_id=opening_id,
        events=events,
        asides=asides,
        opened_at=opened_at,
        touched_at=touched_at,
        standing=standing,
        progressed_at=progressed_at,
        progressed_asides=progressed_asides,
        replaced=bool(replaced),
        kind=kind,
    )


def sandbox_row(sandbox: Sandbox, scenario_id: str) -> Row:
    """A new sandbox as a row; the database gives it its id."""
    facts = msgspec.structs.asdict(sandbox)
    standing: Standing = facts.pop("standing")
    del facts["sandbox_id"]
    return facts | msgspec.structs.asdict(standing) | {"scenario_id": scenario_id}


def moved_row(seen: Sandbox, moved: Sandbox) -> Row:
    """Where a sandbox must stand still, and where it goes."""
    return {
        "of_sandbox": seen.sandbox_id,
        "seen_opening": seen.opening_id,
        "seen_events": seen.events,
        "seen_asides": seen.asides,
        "new_events": moved.events,
        "new_asides": moved.asides,
        "new_touched_at": moved.touched_at,
        "new_progressed_at": moved.progressed_at,
        "new_progressed_asides": moved.progressed_asides,
        "new_score": moved.standing.score,
        "new_step": moved.standing.step,
        "new_finished": moved.standing.finished,
        "new_now": moved.standing.now,
    }


def event_row(sandbox_id: int, entry: Recorded) -> Row:
    """An event as a row."""
    return {
        "sandbox_id": sandbox_id,
        "number": entry.number,
        "at": entry.at,
        "actor": entry.actor,
        "role": entry.role,
        "command_id": entry.command_id,
        "event": codec.encode(entry.event).decode(),
    }


def aside_row(sandbox_id: int, command_id: str, aside: Aside) -> Row:
    """A refused try, a hint, an answer, a month or the hand-in as a row."""
    kind, body = asides.told(aside)
    return {
        "sandbox_id": sandbox_id,
        "number": aside.number,
        "after": aside.after,
        "at": aside.at,
        "kind": kind,
        "command_id": command_id,
        "body": body.decode(),
    }
