"""Tallies are the fold, overrides leave what was earned, the trail cannot be changed."""

from fractions import Fraction

import pytest
from sqlalchemy import Engine, delete, event, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.store.conftest import ADA, BEN
from tests.store.shop import CHECK, DRAFT, LAMPS, SUBMIT, as_json, content, opening
from trainer.play.changes import TERMINAL, Wanted
from trainer.play.grades import Attempt
from trainer.play.ports import Conflict, NotFound, Sandbox
from trainer.play.regrading import Who, apply, trial
from trainer.play.sandbox import Desk
from trainer.play.tally import tally
from trainer.store.changes import SqlChanges
from trainer.store.events import SqlStore
from trainer.store.grades import SqlGrades
from trainer.store.invitations import SqlInvitations
from trainer.store.marking import audit
from trainer.training.scenario import Scenario

INES = Who(7, "Ines")


def run(desk: Desk, person_id: int = ADA, commands: int = 4) -> Sandbox:
    scenario = content()
    opening_id = desk.store.put_opening(opening(scenario), as_json(scenario), "v1")
    sandbox = desk.store.open(person_id, opening_id)
    for number, command in enumerate((DRAFT, SUBMIT, LAMPS, SUBMIT)[:commands]):
        done = desk.perform(sandbox, command, actor="ada", command_id=f"c{number}")
        sandbox = done.sandbox
    return sandbox


def count(desk: Desk, grades: SqlGrades) -> int:
    waiting = grades.uncounted(100)
    grades.keep([(it, tally(desk.store, desk.course(it), it)) for it in waiting])
    return len(waiting)


def attempt(grades: SqlGrades, sandbox: Sandbox) -> Attempt:
    (found,) = grades.attempts(key=sandbox.key)
    return found


def test_an_attempt_is_counted_once_and_again_when_it_moved(engine: Engine) -> None:
    desk, grades = Desk(SqlStore(engine)), SqlGrades(engine)
    sandbox = run(desk)
    assert attempt(grades, sandbox).refused is None
    assert (count(desk, grades), count(desk, grades)) == (1, 0)
    assert (attempt(grades, sandbox).refused, attempt(grades, sandbox).hints) == (1, 0)
    moved = desk.perform(sandbox, CHECK, actor="ada", command_id="more").sandbox
    assert attempt(grades, moved).refused is None
    assert grades.tallies([sandbox.sandbox_id]) == {}
    count(desk, grades)
    kept = grades.tallies([sandbox.sandbox_id])[sandbox.sandbox_id]
    assert kept == tally(desk.store, desk.course(moved), moved)


def test_what_nobody_has_touched_is_no_attempt(engine: Engine) -> None:
    desk, grades = Desk(SqlStore(engine)), SqlGrades(engine)
    untouched = run(desk, commands=0)
    assert grades.attempts() == []
    assert attempt(grades, untouched).earned == 0
    assert grades.uncounted(9, again=True) == []


def test_people_outside_the_set_are_not_read(engine: Engine) -> None:
    desk, grades = Desk(SqlStore(engine)), SqlGrades(engine)
    run(desk, ADA)
    ben = run(desk, BEN)
    assert [it.key for it in grades.attempts([BEN])] == [ben.key]
    assert grades.attempts([]) == []
    assert [it.key for it in grades.uncounted(9, [BEN])] == [ben.key]
    assert grades.quizzes([BEN]) == []


def test_an_override_stands_until_it_is_taken_back(engine: Engine) -> None:
    desk, grades, changes = Desk(SqlStore(engine)), SqlGrades(engine), SqlChanges(engine)
    sandbox = run(desk)
    earned = Fraction(sandbox.standing.score)
    changes.override(attempt(grades, sandbox), "Ada", 40, "agreed by telephone", INES)
    changes.override(attempt(grades, sandbox), "Ada", 45, "a slip of mine", INES)
    found = attempt(grades, sandbox)
    assert (found.score, found.earned) == (45, earned)
    now, before = changes.overrides_of("exercise", sandbox.sandbox_id)
    assert (now.score, now.reason, now.by_name, now.ended_at) == (
        45, "a slip of mine", "Ines", None,
    )  # fmt: skip
    assert (before.score, before.ended_by) == (40, "Ines")
    assert before.ended_at is not None
    changes.withdraw(found, "Ada", "it was right after all", INES)
    assert attempt(grades, sandbox).score == earned
    with pytest.raises(NotFound):
        changes.withdraw(found, "Ada", "again", INES)
    lines = changes.page(Wanted(), 1, 10)
    assert [(it.action, it.old, it.new, it.reason) for it in lines] == [
        ("override_withdrawn", "45", str(earned), "it was right after all"),
        ("score_overridden", "40", "45", "a slip of mine"),
        ("score_overridden", str(earned), "40", "agreed by telephone"),
    ]
    assert {(it.by_id, it.by_name, it.person_id) for it in lines} == {(7, "Ines", ADA)}


def test_the_trail_can_only_be_written_on(engine: Engine) -> None:
    SqlChanges(engine).add(TERMINAL, "role_changed", "Ada", old="trainee", new="admin")
    for statement in (update(audit).values(new="trainee"), delete(audit)):
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(statement)
    with engine.connect() as connection:
        assert connection.scalar(select(audit.c.new)) == "admin"


def test_the_trail_is_filtered_and_streamed(engine: Engine) -> None:
    changes = SqlChanges(engine)
    for number in range(3):
        changes.add(INES, "role_changed", f"Person {number}", reason="100%")
    changes.add(TERMINAL, "regraded", "Ada")
    assert len(list(changes.stream(Wanted()))) == 4
    assert [it.about for it in changes.stream(Wanted(action="regraded"))] == ["Ada"]
    assert len(list(changes.stream(Wanted(words="ines")))) == 3
    assert len(list(changes.stream(Wanted(words="100%")))) == 3
    assert list(changes.stream(Wanted(words="10_%"))) == []
    newest = changes.page(Wanted(), 1, 1)[0]
    assert list(changes.stream(Wanted(until=newest.at - 9999))) == []
    assert len(list(changes.stream(Wanted(since=newest.at)))) >= 1
    assert [it.about for it in changes.page(Wanted(), 2, 3)] == ["Person 0"]
    # every line stands on one page; the one more says that there is another page
    every = list(changes.stream(Wanted()))
    assert [changes.page(Wanted(), at, 1)[0] for at in range(1, 5)] == every
    assert [len(changes.page(Wanted(), at, 2)) for at in (1, 2, 3)] == [3, 2, 0]


# --- regrading ------------------------------------------------------------------------------------


def stricter() -> Scenario:
    changed = content()
    changed["standing"][0]["check"] = {"never_refused": {"each": 5}}
    return Scenario.model_validate(changed)


def test_a_regraded_run_is_judged_anew_from_then_on(engine: Engine) -> None:
    desk, grades, changes = Desk(SqlStore(engine)), SqlGrades(engine), SqlChanges(engine)
    sandbox = run(desk)
    count(desk, grades)
    elsewhere = Desk(SqlStore(engine))  # another process, which has the run in its memory
    elsewhere.run(sandbox)
    found = trial(desk, [sandbox], stricter())
    done = apply(desk, changes, found, stricter(), lambda it: "Ada", who=INES, reason="fairer")
    assert done == (1, 0)
    now = desk.store.find(sandbox.key)
    assert now.standing.score == found.moved[0].standing.score != sandbox.standing.score
    assert elsewhere.course(now).judge.goals == stricter().goals()
    (mended,) = changes.regrades(sandbox.sandbox_id)
    assert (mended.was_score, mended.score) == (sandbox.standing.score, now.standing.score)
    (line,) = changes.page(Wanted(action="regraded"), 1, 9)
    assert (line.old, line.new) == (str(mended.was_score), str(mended.score))
    # whoever acts on the old picture is told, looks again, and goes on under the new goals
    after = elsewhere.perform(sandbox, CHECK, actor="ada", command_id="on").sandbox
    assert after.opening_id == now.opening_id
    assert count(desk, grades) == 1
    again = trial(desk, [desk.store.find(sandbox.key)], stricter())
    assert (again.same, again.moved) == (1, ())


def test_a_run_that_went_on_is_not_regraded(engine: Engine) -> None:
    desk, changes = Desk(SqlStore(engine)), SqlChanges(engine)
    sandbox = run(desk)
    found = trial(desk, [sandbox], stricter())
    later = desk.perform(sandbox, CHECK, actor="ada", command_id="on").sandbox
    assert apply(desk, changes, found, stricter(), lambda it: "Ada", who=INES, reason="fairer") == (
        0,
        1,
    )
    assert desk.store.find(sandbox.key) == later
    assert changes.page(Wanted(), 1, 9) == []
    with pytest.raises(Conflict):
        changes.regrade(found.moved[0], sandbox.opening_id, "Ada", INES)


# --- invitations ----------------------------------------------------------------------------------


def test_an_invitation_is_used_once(engine: Engine) -> None:
    invitations = SqlInvitations(engine)
    old = invitations.make(ADA, 60)
    word = invitations.make(ADA, 60)
    assert invitations.person_of(old) is None
    assert invitations.person_of(word) == ADA
    assert (invitations.use(word), invitations.use(word)) == (ADA, None)
    assert invitations.person_of(word) is None
    late = invitations.make(BEN, -1)
    assert invitations.use(late) is None
    assert invitations.person_of("nothing") is None
    with engine.connect() as connection:
        kept = connection.scalars(text("SELECT digest FROM invitation")).all()
    assert word not in kept


def test_a_page_of_the_book_takes_few_statements(engine: Engine) -> None:
    desk, grades = Desk(SqlStore(engine)), SqlGrades(engine)
    for person in (ADA, BEN):
        for _ in range(3):
            run(desk, person)
    count(desk, grades)
    statements: list[str] = []
    event.listen(
        engine, "before_cursor_execute", lambda c, cur, said, *rest: statements.append(said)
    )
    grades.attempts([ADA, BEN])
    grades.quizzes([ADA, BEN])
    grades.people({ADA, BEN})
    assert len([it for it in statements if it.startswith("SELECT")]) == 4
