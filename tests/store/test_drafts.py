"""Drafts and versions of both kinds, and a line of the trail for what comes on or off the shelf."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from tests.store.conftest import ADA, BEN
from trainer.play.authoring import Piece, Stale
from trainer.play.changes import Change, Wanted
from trainer.play.ports import NotFound
from trainer.play.regrading import Who
from trainer.store.changes import SqlChanges
from trainer.store.database import migrate, migrations
from trainer.store.drafts import SqlDrafts

ADA_DOES, BEN_DOES = Who(ADA, "Ada"), Who(BEN, "ben")


@pytest.fixture
def drafts(engine: Engine) -> SqlDrafts:
    return SqlDrafts(engine)


def piece(name: str, says: str = "one") -> Piece:
    return Piece(name, f"Title of {name}", f"id: {name}\n{says}", f'{{"says":"{says}"}}', says)


def trail(engine: Engine) -> list[Change]:
    return SqlChanges(engine).page(Wanted(), 1, 50)[::-1]


def test_drafts_of_a_kind_are_by_themselves(drafts: SqlDrafts) -> None:
    scenario = drafts.create("scenario", ADA, "s", "A scenario", "same")
    question = drafts.create("question", BEN, "q", "A question", "same")
    assert [it.key for it in drafts.drafts("question")] == [question.key]
    assert [it.key for it in drafts.drafts("scenario")] == [scenario.key]
    assert (question.kind, question.name, question.author) == ("question", "same", "ben")
    assert drafts.source(question.draft_id) == ("question", "q")
    later = drafts.save(question, "more", "Another title", "other")
    assert (later.kind, later.text, later.name, later.saves) == ("question", "more", "other", 2)
    with pytest.raises(Stale):
        drafts.save(question, "older", "", "")
    drafts.drop(question.draft_id)
    with pytest.raises(NotFound):
        drafts.source(question.draft_id)


def test_versions_are_counted_by_kind_and_name(drafts: SqlDrafts) -> None:
    drafts.publish("scenario", [piece("same")], ADA_DOES, "")
    made = drafts.publish("question", [piece("same"), piece("other")], BEN_DOES, "")
    assert [(it.name, it.number, it.author_id, it.kind) for it in made] == [
        ("same", 1, BEN, "question"),
        ("other", 1, BEN, "question"),
    ]
    [second] = drafts.publish("question", [piece("same", "two"), piece("other")], ADA_DOES, "Typo")
    assert (second.name, second.number, second.author) == ("same", 2, "Ada")
    assert [it.number for it in drafts.versions("question", "same")] == [2, 1]
    assert [it.number for it in drafts.versions("scenario", "same")] == [1]
    assert [it.name for it in drafts.versions("question")] == ["other", "same"]
    assert list(drafts.contents("question")) == [
        (b'{"says":"one"}', "one"),
        (b'{"says":"two"}', "two"),
    ]
    assert drafts.version(second.key).text == "id: same\ntwo"
    assert drafts.versions("question", "no\0thing") == []


def test_who_publishes_and_withdraws_stands_in_the_trail(drafts: SqlDrafts, engine: Engine) -> None:
    drafts.publish("question", [piece("first")], BEN_DOES, "")
    drafts.publish("question", [piece("first", "two")], ADA_DOES, "A typo")
    drafts.withdraw("question", "first", ADA_DOES, "Wrong after all", withdrawn=True)
    drafts.withdraw("question", "first", ADA_DOES, "", withdrawn=True)  # it is so already
    drafts.withdraw("question", "first", BEN_DOES, "", withdrawn=False)
    drafts.withdraw("question", "nobody", BEN_DOES, "", withdrawn=True)
    assert [(it.by_id, it.action, it.old, it.new, it.reason) for it in trail(engine)] == [
        (BEN, "question_published", "", "1", ""),
        (ADA, "question_published", "1 (ben)", "2", "A typo"),
        (ADA, "question_withdrawn", "2 (Ada)", "", "Wrong after all"),
        (BEN, "question_restored", "", "2 (Ada)", ""),
    ]
    assert {it.about for it in trail(engine)} == {"first: Title of first"}


def test_what_stands_there_already_gets_no_version_and_no_line(
    drafts: SqlDrafts, engine: Engine
) -> None:
    drafts.publish("scenario", [piece("first")], ADA_DOES, "")
    assert drafts.publish("scenario", [piece("first")], BEN_DOES, "") == []
    assert len(trail(engine)) == 1
    drafts.withdraw("scenario", "first", ADA_DOES, "", withdrawn=True)
    assert list(drafts.contents("scenario")) == []
    [again] = drafts.publish("scenario", [piece("first")], ADA_DOES, "")
    assert (again.number, again.withdrawn) == (2, False)
    assert len(list(drafts.contents("scenario"))) == 1


def test_of_several_all_are_published_or_none(drafts: SqlDrafts, engine: Engine) -> None:
    broken = piece("second")._replace(digest=None)  # type: ignore[arg-type]
    with pytest.raises(DBAPIError):
        drafts.publish("question", [piece("first"), broken], ADA_DOES, "")
    assert drafts.versions("question") == []
    assert trail(engine) == []


def test_the_stamp_tells_one_withdrawal_from_another(drafts: SqlDrafts) -> None:
    stamps = [drafts.stamp()]
    drafts.publish("question", [piece("first"), piece("second")], ADA_DOES, "")
    stamps.append(drafts.stamp())
    drafts.withdraw("question", "first", ADA_DOES, "", withdrawn=True)
    stamps.append(drafts.stamp())
    drafts.withdraw("question", "first", ADA_DOES, "", withdrawn=False)
    drafts.withdraw("question", "second", ADA_DOES, "", withdrawn=True)  # as many as before
    stamps.append(drafts.stamp())
    assert len(set(stamps)) == len(stamps)


def test_who_publishes_at_once_gets_a_number_each(drafts: SqlDrafts) -> None:
    def publish(number: int) -> None:
        drafts.publish("question", [piece("first", f"text {number}")], ADA_DOES, "")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(publish, range(8)))
    numbers = [it.number for it in drafts.versions("question", "first")]
    assert numbers == list(range(8, 0, -1))


def test_what_was_written_before_is_a_scenario(engine: Engine) -> None:
    with migrations(engine) as config:
        command.downgrade(config, "0012")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO draft (key, author_id, title, scenario_id, text, saves, saved_at) "
                "VALUES ('k', 1, 'Old', 'old', 'id: old', 1, 1)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO version (key, scenario_id, number, title, text, content, digest, "
                "author_id, published_at, withdrawn) "
                "VALUES ('v', 'old', 3, 'Old', 'id: old', '{}', 'd', 1, 1, :no)"
            ),
            {"no": False},
        )
    migrate(engine)
    drafts = SqlDrafts(engine)
    [draft] = drafts.drafts("scenario")
    [version] = drafts.versions("scenario", "old")
    assert (draft.name, version.name, version.number) == ("old", "old", 3)
    # and back: a question has no place there
    drafts.create("question", BEN, "q", "A question", "mine")
    drafts.publish("question", [piece("old")], BEN_DOES, "")
    with migrations(engine) as config:
        command.downgrade(config, "0012")
    with engine.connect() as connection:
        assert list(connection.scalars(text("SELECT scenario_id FROM version"))) == ["old"]
        assert list(connection.scalars(text("SELECT scenario_id FROM draft"))) == ["old"]
