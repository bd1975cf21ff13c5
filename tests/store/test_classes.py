"""Classes, members, assignments and extensions, over each database."""

from fractions import Fraction

import pytest
from sqlalchemy import Engine

from tests.store.conftest import ADA, BEN
from tests.store.test_records import play, put
from trainer.play.changes import TERMINAL
from trainer.play.grades import Group
from trainer.play.ports import NotFound, Standing
from trainer.play.quiz import Moment, NewQuiz
from trainer.store.changes import SqlChanges
from trainer.store.classes import Classes
from trainer.store.events import SqlStore
from trainer.store.grades import SqlGrades
from trainer.store.quizzes import SqlQuizzes
from trainer.training.assignments import Mark, Terms
from trainer.training.judge import HintTaken

TERMS = Terms(opens_at=100.0, due_at=200.0, closes_at=None, tries=2, counts="last", mode="exam")


@pytest.fixture
def classes(engine: Engine) -> Classes:
    return Classes(engine)


def test_a_class_is_found_by_key_and_by_its_code_however_it_is_typed(classes: Classes) -> None:
    made = classes.create("Spring", teacher=BEN)
    assert classes.find(made.key) == made
    assert classes.by_code(f" {made.code[:4].lower()}-{made.code[4:]} ") == made
    assert classes.of_person(BEN, teaches=True) == [made]
    assert classes.of_person(BEN, teaches=False) == []
    assert classes.all() == [made]


@pytest.mark.parametrize("change", [{"joinable": False}, {"archived": True}])
def test_a_closed_door_opens_for_nobody(classes: Classes, change: dict[str, bool]) -> None:
    made = classes.create("Spring", teacher=BEN)
    classes.change(made.class_id, **change)
    with pytest.raises(NotFound):
        classes.by_code(made.code)


def test_a_renewed_code_makes_the_old_one_useless(classes: Classes) -> None:
    made = classes.create("Spring", teacher=BEN)
    classes.renew_code(made.class_id)
    with pytest.raises(NotFound):
        classes.by_code(made.code)
    assert classes.by_code(classes.find(made.key).code).class_id == made.class_id


@pytest.mark.parametrize("key", ["", "no-such", "a\0b"])
def test_what_is_not_there_is_not_found(classes: Classes, key: str) -> None:
    for find in (classes.find, classes.by_code, classes.assignment):
        with pytest.raises(NotFound):
            find(key)


def taught_by(classes: Classes, teacher: int) -> frozenset[int]:
    return frozenset().union(*(it.people for it in classes.groups(teacher)))


def test_members_come_once_and_go(classes: Classes) -> None:
    made = classes.create("Spring", teacher=BEN)
    assert classes.add(made.class_id, [ADA, BEN, ADA]) == 1
    assert [(it.person_id, it.teaches) for it in classes.members(made.class_id)] == [
        (ADA, False),
        (BEN, True),
    ]
    assert taught_by(classes, BEN) == {ADA}
    assert taught_by(classes, ADA) == frozenset()
    assert classes.sizes([made.class_id]) == {made.class_id: 1}
    assert (classes.teaches(made.class_id, BEN), classes.teaches(made.class_id, ADA)) == (
        True,
        False,
    )
    classes.remove(made.class_id, ADA)
    assert taught_by(classes, BEN) == frozenset()


def test_classes_are_looked_at_as_groups_of_trainees(classes: Classes) -> None:
    spring, autumn = classes.create("Spring", teacher=BEN), classes.create("Autumn", teacher=ADA)
    classes.add(spring.class_id, [ADA])
    assert classes.groups(BEN) == [Group(spring.key, "Spring", frozenset({ADA}))]
    assert classes.groups(None) == [
        Group(autumn.key, "Autumn", frozenset()),
        Group(spring.key, "Spring", frozenset({ADA})),
    ]
    assert classes.groups(99) == []


def test_assignments_change_and_are_withdrawn(classes: Classes) -> None:
    made = classes.create("Spring", teacher=BEN)
    first = classes.assign(made.class_id, "exercise", "first-order", TERMS)
    later = classes.assign(made.class_id, "quiz", "01-overview", Terms(1.0))
    assert classes.assignments([made.class_id]) == [first, later]
    assert classes.assignment(first.key).terms == TERMS
    classes.change_assignment(first.assignment_id, Terms(5.0), withdrawn=True)
    assert classes.assignments([made.class_id]) == [later]
    assert classes.assignment(first.key).terms == Terms(5.0)


def test_an_extension_is_given_moved_and_taken_back(classes: Classes) -> None:
    made = classes.create("Spring", teacher=BEN)
    given = classes.assign(made.class_id, "exercise", "first-order", TERMS)
    for until in (300.0, 400.0):
        classes.extend(given.assignment_id, ADA, until)
        assert classes.extensions([given.assignment_id]) == {(given.assignment_id, ADA): until}
    classes.extend(given.assignment_id, ADA, None)
    assert classes.extensions([given.assignment_id]) == {}


def test_what_was_done_is_read_for_many_people_at_once(
    engine: Engine, classes: Classes, sql: SqlStore
) -> None:
    ada = play(sql, sql.open(ADA, put(sql, "three-lamps")))
    sql.open(BEN, put(sql, "one-chair"))
    quizzes = SqlQuizzes(engine)
    quizzes.put_bank("d", b"{}")
    quiz = quizzes.begin(NewQuiz(BEN, "01-overview", "d", 1, "practice", ("a", "b"), Moment()))
    quizzes.answer(quiz, "x", Fraction(1, 2))

    found = classes.tries([ADA, BEN], ["three-lamps"], ["01-overview"])

    assert set(found) == {(ADA, "three-lamps"), (BEN, "01-overview")}
    [attempt], [taken] = found[ADA, "three-lamps"], found[BEN, "01-overview"]
    assert (attempt.key, attempt.finished) == (ada.key, ada.standing.finished)
    assert (taken.key, taken.points, taken.finished) == (quiz.key, 25.0, False)
    assert classes.tries([BEN], ["three-lamps"], []) == {}


def test_a_score_that_was_overridden_is_the_one_that_is_told(
    engine: Engine, classes: Classes, sql: SqlStore
) -> None:
    ada = play(sql, sql.open(ADA, put(sql, "three-lamps")))
    quizzes, grades, changes = SqlQuizzes(engine), SqlGrades(engine), SqlChanges(engine)
    quizzes.put_bank("d", b"{}")
    quiz = quizzes.begin(NewQuiz(ADA, "01-overview", "d", 1, "practice", ("a", "b"), Moment()))
    (run,), (taken,) = grades.attempts(key=ada.key), grades.quizzes(key=quiz.key)
    changes.override(run, "Ada", 30, "a first thought", TERMINAL)
    changes.override(run, "Ada", 40, "agreed", TERMINAL)
    changes.override(taken, "Ada", 50, "agreed", TERMINAL)

    found = classes.tries([ADA], ["three-lamps"], ["01-overview"])
    assert [it.points for it in found[ADA, "three-lamps"]] == [40]
    assert [it.points for it in found[ADA, "01-overview"]] == [50]

    changes.withdraw(grades.attempts(key=ada.key)[0], "Ada", "as it was", TERMINAL)
    found = classes.tries([ADA], ["three-lamps"], [])
    assert [it.points for it in found[ADA, "three-lamps"]] == [ada.standing.score]


def test_a_run_keeps_when_its_score_changed(classes: Classes, sql: SqlStore) -> None:
    fresh = sql.open(ADA, put(sql, "three-lamps"))
    half = sql.note(fresh, "c1", HintTaken(1, 0, 0, "entry", 0), Standing(score=40))
    same = sql.note(half, "c2", HintTaken(2, 0, 0, "entry", 0), Standing(score=40))
    over = sql.note(same, "c3", HintTaken(3, 0, 0, "entry", 0), Standing(score=70, finished=True))

    [done] = classes.tries([ADA], ["three-lamps"], [])[ADA, "three-lamps"]
    assert done.marks == (Mark(over.touched_at, 70, finished=True),)
    [whole] = classes.tries([ADA], ["three-lamps"], [], fresh.opened_at)[ADA, "three-lamps"]
    assert whole.marks == (Mark(half.touched_at, 40, finished=False), *done.marks)
    assert whole.by(half.touched_at).points == 40


def test_a_quiz_stands_at_the_cut_off_as_it_stood_then(engine: Engine, classes: Classes) -> None:
    quizzes = SqlQuizzes(engine)
    quizzes.put_bank("d", b"{}")
    quiz = quizzes.begin(NewQuiz(BEN, "01-overview", "d", 1, "practice", ("a", "b"), Moment()))
    first = quizzes.answer(quiz, "x", Fraction(1, 2))
    quizzes.answer(first, "y", Fraction(1))

    [taken] = classes.tries([BEN], [], ["01-overview"], quiz.touched_at - 1)[BEN, "01-overview"]
    assert [(it.points, it.finished) for it in taken.marks] == [(25.0, False), (75.0, True)]
    assert (taken.points, taken.finished) == (75.0, True)
    assert not taken.by(first.touched_at).finished


def test_who_teaches_reaches_their_trainees_and_who_is_in_no_class(classes: Classes) -> None:
    assert {ADA, BEN} <= classes.reach(BEN)
    room = classes.create("Autumn", BEN)
    other = classes.create("Spring", ADA)
    classes.add(room.class_id, [ADA])
    assert ADA in classes.reach(BEN)
    assert ADA not in classes.reach(ADA + BEN + 999)
    assert classes.reach(BEN, [ADA]) == {ADA}
    classes.add(other.class_id, [BEN])
    assert classes.reach(ADA, [BEN]) == {BEN}
    assert classes.reach(BEN, [BEN]) == frozenset()  # of others now, though a teacher elsewhere
    classes.remove(other.class_id, BEN)
    assert classes.reach(ADA, [BEN]) == {BEN}
