"""Whom an instructor may look at can be more people than a database takes as parameters."""

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.store.conftest import ADA, BEN
from tests.store.test_records import put
from trainer.play.board import lines_of_all
from trainer.store.among import among
from trainer.store.boards import SqlBoards
from trainer.store.events import SqlStore
from trainer.store.grades import SqlGrades
from trainer.store.records import User, quiz_standings, standings
from trainer.store.talk import SqlMail

MANY = range(1, 70_000)


def test_of_very_many_people(engine: Engine, sql: SqlStore) -> None:
    sandbox = sql.open(ADA, put(sql, "three-lamps"))
    mail, boards, grades = SqlMail(engine), SqlBoards(engine), SqlGrades(engine)
    mail.ask(ADA, "three-lamps", sandbox.key, None, "Why?")
    assert mail.count_open(MANY) == 1
    assert [it.person_id for it in mail.questions(MANY, open_only=True)] == [ADA]
    assert len(lines_of_all(boards, MANY, None, sandbox.touched_at)[0]) == 1
    assert grades.attempts(MANY) == []  # nothing was done in it
    assert grades.quizzes(MANY) == []
    assert grades.people(MANY)[1] == grades.people(None)[1]
    with Session(engine) as session:
        assert [it.key for it in standings(session, people=MANY)] == [sandbox.key]
        assert quiz_standings(session, people=MANY) == []


def test_of_nobody_and_of_one(engine: Engine) -> None:
    def found(people: set[int]) -> list[int]:
        with engine.connect() as connection:
            wanted = select(User.id).where(among(User.id, people)).order_by(User.id)
            return list(connection.scalars(wanted))

    assert (found(set()), found({BEN}), found({BEN, ADA, 999_999})) == ([], [BEN], [ADA, BEN])
