"""Letters, questions and the lines of the board, over each database."""

import pytest
from sqlalchemy import Engine

from tests.store.conftest import ADA, BEN
from tests.store.shop import DRAFT, LAMPS, SUBMIT
from tests.store.test_records import put
from trainer.play import board
from trainer.play.board import lines, lines_of_all
from trainer.play.ports import NotFound
from trainer.play.sandbox import Desk
from trainer.store.boards import SqlBoards
from trainer.store.events import SqlStore
from trainer.store.talk import SqlMail


@pytest.fixture
def mail(engine: Engine) -> SqlMail:
    return SqlMail(engine)


def test_a_letter_waits_until_its_reader_puts_it_away(mail: SqlMail) -> None:
    mail.send(BEN, [ADA], "Look at the shelf first.", {ADA: "key"})
    [letter] = mail.unread(ADA)
    assert (letter.sender, letter.text, letter.sandbox_key) == (
        "ben",
        "Look at the shelf first.",
        "key",
    )
    assert mail.unread(BEN) == []
    mail.read(BEN, letter.letter_id)  # not his
    assert mail.unread(ADA) == [letter]
    mail.read(ADA, letter.letter_id)
    assert mail.unread(ADA) == []


def test_letters_are_kept_and_one_to_many_is_one_letter(mail: SqlMail) -> None:
    mail.send(BEN, [ADA], "One", {})
    mail.send(BEN, [ADA, BEN], "Two", {})
    first, second = mail.unread(ADA)
    mail.read(ADA, second.letter_id)
    assert [it.text for it in mail.letters(ADA, 1, 10)] == ["Two", "One"]
    assert [it.text for it in mail.letters(ADA, 2, 1)] == ["One"]
    two, one = mail.sent(BEN, 1, 10)
    assert (two.text, [name for name, _ in two.to], two.unread) == ("Two", ["Ada", "ben"], ["ben"])
    assert (one.text, one.unread, first.read_at) == ("One", ["Ada"], None)
    assert [it.text for it in mail.sent(BEN, 2, 1)] == ["One"]
    assert mail.sent(ADA, 1, 10) == []


def test_questions_of_some_people(mail: SqlMail) -> None:
    key = mail.ask(ADA, "first-order", "sandbox", 7, "Why?")
    other = mail.ask(BEN, "first-order", "sandbox", 7, "When?")
    assert [it.key for it in mail.questions({ADA}, open_only=True)] == [key]
    assert (mail.count_open({BEN}), mail.count_open(()), mail.count_open(None)) == (1, 0, 2)
    mail.answer(other, ADA, "Now.", published=False)
    assert [it.key for it in mail.questions(None, open_only=False)] == [other]
    assert mail.questions({ADA}, open_only=False) == []
    assert [it.key for it in mail.of_person(ADA, 1, 5)] == [key]


def test_a_question_is_private_until_its_answer_is_published(mail: SqlMail) -> None:
    key = mail.ask(ADA, "first-order", "sandbox", 7, "Why was it refused?")
    asked = mail.question(key)
    assert (asked.name, asked.at, asked.answer, asked.answered_at) == ("Ada", 7, "", None)
    assert mail.beside("first-order", ADA) == [asked]
    assert mail.beside("first-order", BEN) == []
    assert mail.questions(None, open_only=True) == [asked]
    assert mail.count_open(None) == 1
    mail.answer(key, BEN, "It was not paid.", published=False)
    assert mail.beside("first-order", BEN) == []
    assert mail.count_open(None) == 0
    mail.answer(key, BEN, "It was not paid yet.", published=True)
    [public] = mail.beside("first-order", BEN)
    assert (public.answer, public.published) == ("It was not paid yet.", True)
    assert mail.beside("other", BEN) == []


@pytest.mark.parametrize("key", ["", "none", "a\0b"])
def test_a_question_that_is_not_there(mail: SqlMail, key: str) -> None:
    with pytest.raises(NotFound):
        mail.question(key)


def test_the_board_is_what_a_fold_over_the_run_says_at_every_moment(
    engine: Engine, sql: SqlStore
) -> None:
    """Progress, and what was tried and asked since: kept beside the run, told again from it."""
    boards, desk = SqlBoards(engine), Desk(sql)
    sandbox = sql.open(ADA, put(sql, "three-lamps"))
    sql.open(BEN, put(sql, "one-chair"))
    refused = 0
    for place, command in enumerate((LAMPS, DRAFT, LAMPS, DRAFT, SUBMIT, SUBMIT, SUBMIT)):
        before = sandbox.standing
        outcome = desk.perform(sandbox, command, actor="ada", command_id=f"c{place}")
        sandbox = outcome.sandbox
        after = sandbox.standing
        further = (after.step, after.score) > (before.step, before.score)
        refused = 0 if further else refused + (outcome.refused is not None)
        line = next(it for it in boards.attending(None, None) if it.person_id == ADA)
        assert (line.refused, line.score, line.step) == (refused, after.score, after.step)
        assert (line.key, line.hints, line.answers, line.aided) == (sandbox.key, 0, 0, False)
    assert refused  # it was of use


def test_who_is_at_it_is_without_progress_until_now_and_who_has_gone_until_they_went(
    engine: Engine, sql: SqlStore
) -> None:
    sandbox = sql.open(ADA, put(sql, "three-lamps"))
    boards, at = SqlBoards(engine), sandbox.touched_at

    def without_progress(later: float) -> tuple[str, float]:
        [line] = lines(boards, {ADA: "Ada"}, None, at + later)
        assert line.facts
        return line.status, round(line.facts.since_progress)

    assert without_progress(60) == ("working", 60)
    assert without_progress(9 * 60) == ("stuck", 540)  # reads for nine minutes: help is welcome
    assert without_progress(11 * 60) == ("away", 0)


def test_a_board_of_all_has_room_for_so_many(
    engine: Engine, sql: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql.open(ADA, put(sql, "three-lamps"))
    last = sql.open(BEN, put(sql, "one-chair"))
    boards = SqlBoards(engine)
    found, left = lines_of_all(boards, None, None, last.touched_at)
    assert (len(found), left) == (2, 0)
    monkeypatch.setattr(board, "MOST", 1)
    [line], left = lines_of_all(boards, None, None, last.touched_at)
    assert (line.who.person_id, left) == (BEN, 1)
    assert lines_of_all(boards, {ADA}, None, last.touched_at)[1] == 0
    assert len(lines(boards, {ADA: "Ada", BEN: "Ben"}, None, last.touched_at)) == 2


def test_the_board_of_some_people_shows_those_who_have_not_begun(
    engine: Engine, sql: SqlStore
) -> None:
    old = sql.open(ADA, put(sql, "three-lamps"))
    new = sql.open(ADA, put(sql, "one-chair"))
    boards = SqlBoards(engine)
    found = lines(boards, {ADA: "Ada", BEN: "Ben"}, None, new.touched_at + 5)
    assert [(it.who.name, it.status, it.who.key) for it in found] == [
        ("Ada", "working", new.key),
        ("Ben", "not_started", ""),
    ]
    [line] = lines(boards, {ADA: "Ada"}, "three-lamps", new.touched_at)
    assert line.who.key == old.key
    assert lines(boards, {BEN: "Ben"}, "three-lamps", 0.0)[0].status == "not_started"
    restarted = sql.open(ADA, old.opening_id)
    [line] = lines(boards, {ADA: "Ada"}, "three-lamps", new.touched_at)
    assert line.who.key == restarted.key
