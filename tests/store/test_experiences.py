"""Who reads which experience, and what becomes of it, over each database."""

import pytest
from sqlalchemy import Engine, insert

from tests.store.conftest import ADA, BEN
from trainer.play.changes import Wanted
from trainer.play.experiences import Experience, Reader, Told
from trainer.play.ports import NotFound
from trainer.play.regrading import Who
from trainer.store.changes import SqlChanges
from trainer.store.classes import Classes
from trainer.store.experiences import SqlExperiences
from trainer.store.records import User

CLEO, INES, OMAR = 3, 4, 5
TOLD = Told("Read to the end.", "The fax had two pages", "first-order", "run", 7, "It was <late>")
TEACHER = Reader(INES, teaches=True)
ADMIN = Reader(OMAR, teaches=True, everywhere=True)


@pytest.fixture
def experiences(engine: Engine) -> SqlExperiences:
    people = [
        {"email": f"{it}@example.org", "username": it, "name": it.title(), "active": True}
        | {"fs_uniquifier": it}
        for it in ("cleo", "ines", "omar")
    ]
    with engine.begin() as connection:
        connection.execute(insert(User), people)
    return SqlExperiences(engine)


@pytest.fixture
def together(engine: Engine, experiences: SqlExperiences) -> None:
    """Ada and Ben are in the class of Ines; Cleo is in none."""
    classes = Classes(engine)
    classes.add(classes.create("Spring", teacher=INES).class_id, [ADA, BEN])


def read(experiences: SqlExperiences, reader: Reader) -> list[str]:
    return [it.told.title for it in experiences.page(reader, 1, 50)]


def test_what_is_told_is_read_as_it_was_told(experiences: SqlExperiences, together: None) -> None:
    key = experiences.tell(ADA, TOLD)
    found = experiences.find(key, Reader(BEN))
    assert (found.told, found.name, found.person_id, found.comments) == (TOLD, "Ada", ADA, 0)
    assert found.changed_at is None
    assert found.open


def test_a_class_reads_what_its_people_tell(experiences: SqlExperiences, together: None) -> None:
    for person, title in ((ADA, "Ada's"), (CLEO, "Cleo's"), (INES, "Ines's")):
        experiences.tell(person, Told("x", title))
    assert read(experiences, Reader(ADA)) == ["Ines's", "Ada's"]
    assert read(experiences, Reader(BEN)) == ["Ines's", "Ada's"]
    assert read(experiences, TEACHER) == ["Ines's", "Ada's"]
    assert read(experiences, ADMIN) == ["Ines's", "Cleo's", "Ada's"]
    assert read(experiences, Reader(CLEO)) == ["Cleo's"]
    assert read(experiences, Reader(OMAR)) == ["Cleo's"]  # in no class, and were he no admin


def test_what_a_reader_does_not_see_is_not_found(
    experiences: SqlExperiences, together: None
) -> None:
    key = experiences.tell(ADA, TOLD)
    comment = experiences.tell(BEN, Told("So had mine."), key)
    for wanted in (key, comment, "no-such-key", "", "a\0b"):
        with pytest.raises(NotFound):
            experiences.find(wanted, Reader(CLEO))
    assert experiences.find(comment, Reader(ADA)).on == key


def test_who_was_in_two_classes_tells_both(
    engine: Engine, experiences: SqlExperiences, together: None
) -> None:
    classes = Classes(engine)
    autumn = classes.create("Autumn", teacher=OMAR)
    classes.add(autumn.class_id, [CLEO, ADA])
    experiences.tell(ADA, TOLD)
    for person in (BEN, CLEO):
        assert read(experiences, Reader(person)) == [TOLD.title]
    classes.remove(autumn.class_id, CLEO)
    assert read(experiences, Reader(CLEO)) == []


def test_what_is_withdrawn_is_its_authors_alone(
    experiences: SqlExperiences, together: None
) -> None:
    key = experiences.tell(ADA, TOLD)
    experiences.withdraw(key, withdrawn=True)
    for reader in (Reader(BEN), TEACHER, ADMIN):
        assert read(experiences, reader) == []
        with pytest.raises(NotFound):
            experiences.find(key, reader)
    assert experiences.find(key, Reader(ADA)).withdrawn
    experiences.withdraw(key, withdrawn=False)
    assert read(experiences, Reader(BEN)) == [TOLD.title]


def test_what_is_hidden_stays_for_its_author_and_those_who_teach(
    engine: Engine, experiences: SqlExperiences, together: None
) -> None:
    key = experiences.tell(ADA, TOLD)
    experiences.hide(key, Who(INES, "Ines"), "Ada · The fax", "It names a customer")
    assert read(experiences, Reader(BEN)) == []
    for reader in (Reader(ADA), TEACHER, ADMIN):
        found = experiences.find(key, reader)
        assert (found.hidden_by, found.hidden_why) == ("Ines", "It names a customer")
        assert (found.told, found.open) == (TOLD, False)
    experiences.hide(key, Who(INES, "Ines"), "Ada · The fax", "")
    assert experiences.find(key, Reader(BEN)).open
    trail = SqlChanges(engine).page(Wanted(), 1, 9)
    assert [(it.action, it.by_name, it.person_id, it.reason) for it in trail] == [
        ("experience_shown", "Ines", ADA, ""),
        ("experience_hidden", "Ines", ADA, "It names a customer"),
    ]


def test_a_comment_can_be_withdrawn_and_hidden_too(
    experiences: SqlExperiences, together: None
) -> None:
    key = experiences.tell(ADA, TOLD)
    keys = [experiences.tell(BEN, Told(words), key) for words in ("one", "two", "three")]

    def seen(reader: Reader) -> tuple[list[str], int]:
        found = experiences.comments(key, reader)
        return [it.told.text for it in found], experiences.find(key, reader).comments

    assert seen(Reader(ADA)) == (["one", "two", "three"], 3)
    experiences.withdraw(keys[0], withdrawn=True)
    experiences.hide(keys[1], Who(INES, "Ines"), "Ben", "unkind")
    assert seen(Reader(ADA)) == (["three"], 1)
    assert seen(TEACHER) == (["two", "three"], 1)
    assert seen(Reader(BEN)) == (["one", "two", "three"], 1)
    assert read(experiences, Reader(ADA)) == [TOLD.title]  # comments are no experiences


def test_other_words_in_its_place(experiences: SqlExperiences, together: None) -> None:
    key = experiences.tell(ADA, TOLD)
    experiences.change(key, Told("Read it twice.", "The fax"))
    found = experiences.find(key, Reader(BEN))
    assert found.told == Told("Read it twice.", "The fax")
    assert found.changed_at is not None


def titles(found: list[Experience]) -> list[str]:
    return [it.told.title for it in found]


def test_pages_and_filters(experiences: SqlExperiences, together: None) -> None:
    for number in range(5):
        experiences.tell(ADA, Told("x", f"first {number}", "first-order"))
    experiences.tell(BEN, Told("x", "rush", "rush"))
    experiences.tell(BEN, Told("x", "nothing in particular"))
    ben = Reader(BEN)
    # and one more, by which a page knows that there is another
    assert titles(experiences.page(ben, 1, 2)) == ["nothing in particular", "rush", "first 4"]
    assert titles(experiences.page(ben, 4, 2)) == ["first 0"]
    assert titles(experiences.page(ben, 1, 9, about={"rush"})) == ["rush"]
    assert titles(experiences.page(ben, 1, 9, about=set())) == []
    assert len(experiences.page(ben, 1, 9, people={ADA})) == 5
    assert experiences.subjects(ben) == {"first-order", "rush"}
    assert experiences.subjects(Reader(CLEO)) == set()
