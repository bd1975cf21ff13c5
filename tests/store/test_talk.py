"""Letters, questions and the lines of the board, over each database."""

import pytest
from sqlalchemy import Engine

from tests.store.conftest import ADA, BEN
from tests.store.shop import DRAFT, LAMPS, SUBMIT
from tests.store.test_records import put
from trainer.play.board import lines
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
