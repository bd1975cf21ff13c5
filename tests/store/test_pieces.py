"""Pieces and marks: what memory promises, both databases keep; the trail says who changed what."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from sqlalchemy import Engine

from tests.store.conftest import ADA, BEN, in_use
from tests.store.shop import DRAFT, LAMPS, SUBMIT, as_json, content, opening
from trainer.play.changes import Wanted
from trainer.play.memory import MemoryPieces, MemoryStore
from trainer.play.pieces import Choice, Marks, Piece, PieceStore, Words
from trainer.play.ports import Conflict, Sandbox, Store
from trainer.play.regrading import Who
from trainer.play.sandbox import Desk
from trainer.store.changes import SqlChanges
from trainer.store.events import SqlStore
from trainer.store.pieces import SqlPieces

INES, OMAR = Who(ADA, "Ines"), Who(BEN, "Omar")
GOOD = Marks((Choice("facts", 0, 4, 4, "clear"), Choice("tone", 1, 1, 2)), "well done")
FAIR = Marks((Choice("facts", 1, 2, 4), Choice("tone", 1, 1, 2)))
LAMPS_ID = "three-lamps"


class Kept(NamedTuple):
    """Runs, pieces beside them, and the lines of the trail: action, before, after."""

    store: Store
    pieces: PieceStore
    trail: Callable[[], list[tuple[str, str, str]]]


def _sql(engine: Engine) -> Kept:
    def trail() -> list[tuple[str, str, str]]:
        lines = SqlChanges(engine).page(Wanted(), 1, 100)
        return [(it.action, it.old, it.new) for it in reversed(lines)]

    return Kept(SqlStore(engine), SqlPieces(engine), trail)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    if request.param == "memory":
        store = MemoryStore()
        pieces = MemoryPieces(store)
        yield Kept(store, pieces, lambda: pieces.trail)
        return
    with in_use(request.getfixturevalue(f"{request.param}_url")) as engine:
        yield _sql(engine)


def run(store: Store, person_id: int = ADA, *, finished: bool = True) -> Sandbox:
    """An attempt at the exercise of the shop."""
    desk, scenario = Desk(store), content()
    sandbox = store.open(person_id, store.put_opening(opening(scenario), as_json(scenario), "v1"))
    for number, command in enumerate((DRAFT, LAMPS, SUBMIT)[: 3 if finished else 2]):
        done = desk.perform(sandbox, command, actor="a", command_id=f"c{number}")
        sandbox = done.sandbox
    assert sandbox.standing.finished == finished
    return sandbox


def handed_over(kept: Kept, person_id: int = ADA, *texts: str) -> Piece:
    sandbox = run(kept.store, person_id)
    said = [Words(f"it-{place}", text, 2) for place, text in enumerate(texts or ("sorry",))]
    kept.pieces.hand_over(sandbox, LAMPS_ID, said)
    return kept.pieces.pieces(sandbox_id=sandbox.sandbox_id)[0]


def test_a_finished_attempt_is_looked_through_once(kept: Kept) -> None:
    run(kept.store, BEN, finished=False)
    over = run(kept.store)
    assert [it.key for it in kept.pieces.unread([LAMPS_ID], 9)] == [over.key]
    assert kept.pieces.unread(["another"], 9) == []
    kept.pieces.hand_over(over, LAMPS_ID, [])
    assert kept.pieces.unread([LAMPS_ID], 9) == []
    assert kept.pieces.pieces() == []


def test_what_is_said_later_is_added_and_nothing_twice(kept: Kept) -> None:
    over = run(kept.store)
    answer, look_back = Words("answer", "我们很抱歉", 3), Words("look-back", "look twice")
    kept.pieces.hand_over(over, LAMPS_ID, [answer])
    kept.pieces.hand_over(over, LAMPS_ID, [answer._replace(text="other"), look_back])
    found = {it.judged: it for it in kept.pieces.pieces()}
    assert {name: (it.text, it.at) for name, it in found.items()} == {
        "answer": ("我们很抱歉", 3), "look-back": ("look twice", None),
    }  # fmt: skip
    assert len({it.number for it in found.values()}) == 2
    assert {(it.person_id, it.key, it.subject) for it in found.values()} == {
        (ADA, over.key, LAMPS_ID)
    }


def test_only_attempts_are_anybodys_writing(kept: Kept) -> None:
    scenario = content()
    trial = kept.store.put_opening(opening(scenario), as_json(scenario), "v1")
    sandbox, desk = kept.store.open(ADA, trial, "trial"), Desk(kept.store)
    for number, command in enumerate((DRAFT, LAMPS, SUBMIT)):
        sandbox = desk.perform(sandbox, command, actor="a", command_id=f"c{number}").sandbox
    assert kept.pieces.unread([LAMPS_ID], 9) == []


def test_pieces_are_found_by_person_exercise_number_and_run(kept: Kept) -> None:
    mine, other = handed_over(kept, ADA), handed_over(kept, BEN)
    pieces = kept.pieces
    assert {it.piece_id for it in pieces.pieces()} == {mine.piece_id, other.piece_id}
    assert [it.piece_id for it in pieces.pieces([BEN])] == [other.piece_id]
    assert pieces.pieces([]) == []
    assert pieces.pieces(subject="another") == []
    assert [it.piece_id for it in pieces.pieces(number=mine.number)] == [mine.piece_id]
    assert [(it.person_id, it.number, it.marked) for it in pieces.lines([ADA])] == [
        (ADA, mine.number, False)
    ]


def test_marks_stand_until_others_take_their_place(kept: Kept) -> None:
    piece = handed_over(kept)
    kept.pieces.mark(piece, GOOD, 0, INES)
    (marked,) = kept.pieces.pieces()
    assert marked.given is not None
    assert (marked.given.marks, marked.given.by_name) == (GOOD, "Ines")
    assert [it.marked for it in kept.pieces.lines()] == [True]
    kept.pieces.mark(piece, FAIR, marked.given.number, OMAR)
    now, before = kept.pieces.history(piece.piece_id)
    assert (now.marks, now.by_name, now.ended_at) == (FAIR, "Omar", None)
    assert (before.marks, before.by_name) == (GOOD, "Ines")
    assert before.ended_at is not None
    assert kept.pieces.pieces()[0].given == now
    assert kept.trail() == [
        ("marked", "", "5/6 (facts 4, tone 1)"),
        ("marks_changed", "5/6 (facts 4, tone 1)", "3/6 (facts 2, tone 1)"),
    ]


def test_of_two_who_mark_at_once_the_second_is_told(kept: Kept) -> None:
    piece = handed_over(kept)
    kept.pieces.mark(piece, GOOD, 0, INES)
    with pytest.raises(Conflict):
        kept.pieces.mark(piece, FAIR, 0, OMAR)
    (marked,) = kept.pieces.pieces()
    assert marked.given is not None
    kept.pieces.mark(piece, FAIR, marked.given.number, OMAR)
    with pytest.raises(Conflict):
        kept.pieces.mark(piece, GOOD, marked.given.number, INES)
    assert [it.by_name for it in kept.pieces.history(piece.piece_id)] == ["Omar", "Ines"]
    assert [action for action, *_rest in kept.trail()] == ["marked", "marks_changed"]


def test_who_looks_at_the_names_is_written_down(kept: Kept) -> None:
    assert kept.pieces.names_shown(ADA) == {}
    kept.pieces.show_names(ADA, "room", LAMPS_ID, "Group A · three-lamps", INES)
    first = kept.pieces.names_shown(ADA)["room", LAMPS_ID]
    kept.pieces.show_names(ADA, "room", LAMPS_ID, "Group A · three-lamps", INES)
    assert kept.pieces.names_shown(ADA)["room", LAMPS_ID] >= first > 0
    assert kept.pieces.names_shown(BEN) == {}
    assert [action for action, *_rest in kept.trail()] == ["names_shown", "names_shown"]


def test_the_trail_names_the_piece_and_not_who_wrote_it(engine: Engine) -> None:
    kept = _sql(engine)
    piece = handed_over(kept)
    kept.pieces.mark(piece, GOOD, 0, INES)
    (line,) = SqlChanges(engine).page(Wanted(action="marked"), 1, 9)
    assert line.about == f"three-lamps · it-0 · piece {piece.number}"
    assert (line.person_id, line.by_name, line.reason) == (None, "Ines", "well done")
