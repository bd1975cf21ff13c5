"""Accounts as Flask-Security keeps them, and the instructor's board over their attempts."""

import pytest
from flask import Flask
from flask_security import Security, SQLAlchemySessionUserDatastore
from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError

from tests.store.conftest import ADA, BEN
from tests.store.shop import DRAFT, LAMPS, SUBMIT, as_json, content, opening
from trainer.play.ports import Sandbox
from trainer.play.sandbox import Desk
from trainer.store.events import SqlStore
from trainer.store.records import Role, User, sessions, standings


def put(store: SqlStore, name: str) -> int:
    scenario = content(name, name)
    return store.put_opening(opening(scenario), as_json(scenario), name)


def play(store: SqlStore, sandbox: Sandbox) -> Sandbox:
    desk = Desk(store)
    for command in (DRAFT, LAMPS, SUBMIT):
        sandbox = desk.perform(
            sandbox, command, actor="ada", command_id=str(sandbox.events)
        ).sandbox
    return sandbox


def test_flask_security_keeps_its_people_here(engine: Engine) -> None:
    session = sessions(engine)
    app = Flask(__name__)
    app.config |= {
        "SECRET_KEY": "only for this test",
        "SECURITY_PASSWORD_SALT": "likewise",
        "SECURITY_PASSWORD_HASH": "plaintext",
    }
    people = SQLAlchemySessionUserDatastore(session, User, Role)
    with app.app_context():
        Security(app, people)
        people.find_or_create_role("instructor")
        people.create_user(email="ines@example.org", username="ines", roles=["instructor"])
        people.commit()
        session.remove()
        ines = people.find_user(case_insensitive=True, username="INES")
        assert ines is not None
        assert people.find_user(fs_uniquifier=ines.fs_uniquifier) is ines
        assert ines.has_role("instructor")
        assert (ines.active, ines.name, ines.theme, ines.language) == (True, "", "system", None)
        session.remove()


def test_an_address_and_a_login_name_belong_to_one_person(engine: Engine) -> None:
    session = sessions(engine)
    for same in ({"email": "ada@example.org"}, {"email": "new@example.org", "username": "ada"}):
        session.add(User(**same, active=True, fs_uniquifier=str(same)))
        with pytest.raises(IntegrityError):
            session.commit()
        session.rollback()
    session.remove()


def test_who_has_attempts_is_not_deleted_by_accident(engine: Engine, sql: SqlStore) -> None:
    sql.open(ADA, put(sql, "three-lamps"))
    session = sessions(engine)
    session.delete(session.get_one(User, ADA))
    with pytest.raises(IntegrityError):
        session.commit()
    session.remove()


def test_the_board_shows_every_attempt_newest_first(engine: Engine, sql: SqlStore) -> None:
    old = sql.open(ADA, put(sql, "three-lamps"))
    ben = sql.open(BEN, put(sql, "one-chair"))
    done = play(sql, sql.open(ADA, old.opening_id))
    board = standings(sessions(engine))
    assert [(line.key, line.name, line.scenario_id) for line in board] == [
        (done.key, "Ada", "three-lamps"),
        (ben.key, "ben", "one-chair"),  # a login name stands in for a name
        (old.key, "Ada", "three-lamps"),
    ]
    assert [(line.score, line.step, line.finished) for line in board] == [
        (100, 1, True),
        (0, 0, False),
        (0, 0, False),
    ]
    assert [line.replaced for line in board] == [False, False, True]
    assert (board[0].opened_at, board[0].touched_at) == (done.opened_at, done.touched_at)


def test_the_board_can_be_narrowed_and_paged(engine: Engine, sql: SqlStore) -> None:
    lamps, chair = put(sql, "three-lamps"), put(sql, "one-chair")
    keys = [sql.open(person, exercise).key for person in (ADA, BEN) for exercise in (lamps, chair)][
        ::-1
    ]
    session = sessions(engine)
    assert [line.key for line in standings(session, scenario_id="three-lamps")] == keys[1::2]
    assert [line.key for line in standings(session, person_id=BEN)] == keys[:2]
    both = standings(session, person_id=ADA, scenario_id="one-chair")
    assert [line.key for line in both] == [keys[2]]
    pages = [standings(session, page=page, size=3) for page in (1, 2, 3)]
    assert [[line.key for line in page] for page in pages] == [keys[:3], keys[3:], []]
    session.remove()


def test_the_board_asks_once_however_many_attempts(engine: Engine, sql: SqlStore) -> None:
    lamps = put(sql, "three-lamps")
    for person in (ADA, BEN, ADA, BEN):
        play(sql, sql.open(person, lamps))
    statements: list[str] = []
    event.listen(
        engine, "before_cursor_execute", lambda *call: statements.append(call[2]), named=False
    )
    session = sessions(engine)
    assert len(standings(session)) == 4
    session.remove()
    assert len(statements) == 1
