"""Skills, review and record: what is due, one question at a time, and who may see what."""

import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from flask import Flask

from tests.web.conftest import Browser
from tests.web.test_quizzes import begin, walk
from trainer.play import forking
from trainer.play.mastery import Card
from trainer.play.quiz import QuizStore
from trainer.play.solution import command, play
from trainer.training.quiz import KNOWN
from trainer.training.review import reviewed
from trainer.web.quiz import banks

Login = Callable[..., Browser]
DAY = 86_400


@pytest.fixture
def store(app: Flask) -> QuizStore:
    found: QuizStore = app.extensions["quizzes"]
    return found


@pytest.fixture
def somebody(login_as: Login, newcomer: str) -> Browser:
    return login_as(newcomer)


@pytest.fixture
def later(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the clock so many days on."""
    clock = app.extensions["clock"]

    def move(days: float) -> None:
        monkeypatch.setitem(app.extensions, "clock", lambda: clock() + days * DAY)

    return move


def number_of(app: Flask, username: str) -> int:
    with app.app_context():
        return int(app.extensions["security"].datastore.find_user(username=username).id)


def hidden(page: str) -> dict[str, str]:
    fields = re.findall(r'type="hidden" name="(card|reviews|shown)" value="([^"]*)"', page)
    return dict(fields)


def sample(app: Flask, person: int, which: str = "right") -> tuple[dict[str, Any], Card]:
    """The right or wrong answer to the card that is due first."""
    cards = app.extensions["mastery"].cards(person).values()
    card = min(cards, key=lambda it: (it.memory.due, it.question))
    with app.app_context():
        question = banks()[card.chapter].bank.question(card.question)
    asked = question.draw(person * 1_000 + 500 + card.reviews)
    return dict(getattr(question.samples(asked), which)), card


def test_who_has_shown_nothing_is_told_what_it_takes(somebody: Browser) -> None:
    page = somebody.get("/skills").text
    assert 'data-state="not_met"' in page
    assert "4 successes without help, at least one of them in an exercise" in page
    assert 'id="reviews"' not in somebody.get("/").text
    assert "Nothing is due." in somebody.get("/review").text


def test_a_quiz_is_evidence_and_makes_cards(
    somebody: Browser, store: QuizStore, later: Callable[[float], None]
) -> None:
    quiz = walk(somebody, store, begin(somebody, store))
    page = somebody.get("/skills").text
    assert 'data-state="learning"' in page
    assert f"/quizzes/attempts/{quiz.key}/answers/1" in page
    assert "Nothing to review now" in somebody.get("/").text
    later(40)
    home = somebody.get("/").text
    assert re.search(r"\d questions due</strong> · about \d minutes", home)


def test_no_evidence_comes_of_an_exam_under_way(
    somebody: Browser, store: QuizStore, app: Flask, newcomer: str
) -> None:
    quiz = begin(somebody, store, mode="exam")
    somebody.send(f"/quizzes/attempts/{quiz.key}/answers", number=1, skip=1)
    somebody.get("/skills")
    assert app.extensions["mastery"].evidence(number_of(app, newcomer)) == []
    walk(somebody, store, store.find(quiz.key))
    somebody.get("/skills")
    assert len(app.extensions["mastery"].evidence(number_of(app, newcomer))) == 8


def test_a_review_asks_one_at_a_time_and_says_when_it_comes_back(
    app: Flask,
    somebody: Browser,
    newcomer: str,
    store: QuizStore,
    later: Callable[[float], None],
) -> None:
    walk(somebody, store, begin(somebody, store), "wrong")
    later(40)
    fields = hidden(somebody.get("/review").text)
    right, card = sample(app, number_of(app, newcomer))
    assert fields["card"] == card.question
    assert somebody.send("/review/answers", **fields).status_code == 422
    told = somebody.send("/review/answers", **fields, **right)
    assert told.status_code == 303
    page = somebody.get(told.location).text
    assert 'data-verdict="right"' in page
    assert "It comes back" in page
    after = app.extensions["mastery"].cards(number_of(app, newcomer))[card.question]
    assert after.reviews == 2
    assert after.memory.due > after.memory.reviewed_at + DAY
    # the page of before only looks on
    assert somebody.send("/review/answers", **fields, **right).location == "/review"
    assert app.extensions["mastery"].cards(number_of(app, newcomer))[card.question] == after


def test_who_does_not_know_sees_it_again_soon(
    app: Flask,
    somebody: Browser,
    newcomer: str,
    store: QuizStore,
    later: Callable[[float], None],
) -> None:
    walk(somebody, store, begin(somebody, store))
    later(60)
    fields = hidden(somebody.get("/review").text)
    told = somebody.send("/review/answers", **fields, skip=1)
    assert 'data-verdict="wrong"' in somebody.get(told.location).text
    cards = app.extensions["mastery"].cards(number_of(app, newcomer))
    card = cards[fields["card"]]
    assert round(card.memory.due - card.memory.reviewed_at) == DAY


@pytest.mark.parametrize("figure", [False, True])
def test_a_question_that_became_another_is_asked_anew_or_left_out(
    app: Flask,
    somebody: Browser,
    newcomer: str,
    store: QuizStore,
    later: Callable[[float], None],
    monkeypatch: pytest.MonkeyPatch,
    figure: bool,
) -> None:
    walk(somebody, store, begin(somebody, store))
    later(60)
    fields = hidden(somebody.get("/review").text)
    told = somebody.send("/review/answers", **fields, skip=1)
    card = app.extensions["mastery"].cards(number_of(app, newcomer))[fields["card"]]
    shelf = app.extensions["banks"][card.chapter]
    known = shelf.bank.question(card.question)
    other = next(
        it for it in shelf.bank.questions
        if type(it) is not type(known) and it.own_figure is figure
    )  # fmt: skip
    changed = other.model_copy(update={"id": known.id})
    questions = tuple(changed if it is known else it for it in shelf.bank.questions)
    bank = shelf.bank.model_copy(update={"questions": questions})
    anew = msgspec.structs.replace(shelf, bank=bank, digest="published anew")
    shelves = {**app.extensions["banks"], card.chapter: anew}
    monkeypatch.setitem(app.extensions, "banks", shelves)
    assert somebody.get(told.location).status_code == (404 if figure else 303)
    later(70)
    asked = set()
    while fields := hidden(somebody.get("/review").text):
        asked.add(fields["card"])
        somebody.send("/review/answers", **fields, skip=1)
    assert (card.question in asked) is not figure


def test_answers_of_others_cannot_be_opened(
    somebody: Browser, login_as: Login, store: QuizStore, later: Callable[[float], None]
) -> None:
    walk(somebody, store, begin(somebody, store))
    later(60)
    fields = hidden(somebody.get("/review").text)
    told = somebody.send("/review/answers", **fields, skip=1)
    assert login_as("omar").get(told.location).status_code == 404
    assert somebody.get("/review/answers/nothing-like-it").status_code == 404


def test_a_record_is_ones_own_or_for_those_who_teach(
    app: Flask, somebody: Browser, newcomer: str, login_as: Login, client: Browser
) -> None:
    number = number_of(app, newcomer)
    assert newcomer.title() in somebody.get("/record").text
    theirs = f"/people/{number}/record"
    assert somebody.get(theirs).status_code in (302, 403)
    for staff in ("ines", "omar"):
        assert newcomer.title() in login_as(staff).get(theirs).text
    assert login_as("ines").get("/people/2147483647/record").status_code == 404
    for path in ("/skills", "/review", "/record", theirs):
        assert client.get(path).status_code == 302


def test_an_exam_that_is_nearly_all_right_stands_for_the_lessons(
    somebody: Browser, store: QuizStore
) -> None:
    quiz = walk(somebody, store, begin(somebody, store, mode="exam"))
    assert quiz.share >= KNOWN
    assert 'href="/course/1.1"' not in somebody.get("/course").text.split("</section>")[0]


def test_a_lost_goal_is_offered_to_practise(somebody: Browser) -> None:
    key = somebody.send("/exercises/ways-in/attempts").location.split("/")[2]
    assert "Worth practising again" not in somebody.get("/skills").text
    somebody.send(f"/attempts/{key}/hand-ins", command_id="end-it-all-now")
    page = somebody.get("/skills").text
    assert "Worth practising again" in page
    assert f"/attempts/{key}/debrief?at=0" in page


def test_a_drill_begins_at_the_step_in_which_a_goal_was_lost(
    app: Flask, somebody: Browser, newcomer: str
) -> None:
    desk, person = app.extensions["desk"], number_of(app, newcomer)
    key = somebody.send("/exercises/ways-in/attempts").location.split("/")[2]
    somebody.send(f"/attempts/{key}/hand-ins", command_id="end-it-all-now")
    page = somebody.get("/skills").text
    asked = r'name="exercise" value="ways-in"><input[^>]*name="step" value="([^"]+)"'
    offered = re.findall(asked, page)
    scenario = desk.course(desk.store.find(key)).opening.scenario
    assert offered
    assert scenario.steps[0].id not in offered
    before = app.extensions["mastery"].evidence(person)
    told = somebody.send("/skills/drills", exercise="ways-in", step=offered[-1])
    made = desk.store.find(told.location.split("/")[2])
    assert (made.kind, made.person_id) == ("fork", person)
    assert made.opening_id != desk.store.find(key).opening_id  # on other numbers
    assert scenario.steps[made.standing.step].id == offered[-1]
    desktop = somebody.get(f"/attempts/{made.key}/inbox").text
    assert "what you reach here counts for nothing" in desktop
    assert "The reference has done what comes before; you begin at" in desktop
    # the rest of it leads to the end, and shows no skill
    course, begun = desk.course(made), made.standing
    for step in scenario.steps[begun.step :]:
        for place, wanted in enumerate(step.solution):
            act = command(desk.run(made), course, wanted)
            made = desk.perform(made, act, actor="x", command_id=f"{step.id}-{place}").sandbox
    assert made.standing.score > begun.score
    somebody.get("/skills")
    assert app.extensions["mastery"].evidence(person) == before
    for exercise, step in (("ways-in", scenario.steps[0].id), ("first-order", "pack"), ("", "")):
        assert somebody.send("/skills/drills", exercise=exercise, step=step).location == "/skills"


def test_a_drill_while_an_attempt_is_under_way_makes_it_aided(
    app: Flask, somebody: Browser, newcomer: str
) -> None:
    debriefs, person = app.extensions["debriefs"], number_of(app, newcomer)
    key = somebody.send("/exercises/ways-in/attempts").location.split("/")[2]
    somebody.send(f"/attempts/{key}/hand-ins", command_id="end-it-all-now")
    asked = r'name="exercise" value="ways-in"><input[^>]*name="step" value="([^"]+)"'
    step = re.findall(asked, somebody.get("/skills").text)[-1]
    somebody.send("/skills/drills", exercise="ways-in", step=step)
    assert debriefs.watched(person, "ways-in") is None  # what is finished is not helped by it
    somebody.send("/exercises/ways-in/attempts")
    somebody.send("/skills/drills", exercise="ways-in", step=step)
    assert debriefs.watched(person, "ways-in") is not None


def test_what_was_guided_is_said_to_count_neither_for_nor_against(
    app: Flask, somebody: Browser
) -> None:
    desk = app.extensions["desk"]
    key = somebody.send("/exercises/first-order/attempts").location.split("/")[2]
    said = "counts neither for nor against"
    assert said not in somebody.get("/skills").text
    for place, done in enumerate(list(play(desk.course(desk.store.find(key))))[:12]):
        desk.perform(desk.store.find(key), done.command, actor="x", command_id=f"g{place}")
    page = somebody.get("/skills").text
    assert said in page
    assert "<a" in page.split(said)[1].split("</p>")[0]


def test_the_same_first_answers_give_the_same_card() -> None:
    assert reviewed(None, "good", 1e9) == reviewed(None, "good", 1e9)


def test_copies_are_no_evidence_and_what_was_taken_back_is_not_unaided(
    app: Flask, login_as: Callable[[str], Browser], newcomer: str
) -> None:
    browser, desk = login_as(newcomer), app.extensions["desk"]
    key = browser.send("/exercises/first-order/attempts").location.split("/")[2]
    for place, done in enumerate(list(play(desk.course(desk.store.find(key))))[:3]):
        desk.perform(desk.store.find(key), done.command, actor="x", command_id=f"c{place}")
    sandbox = desk.store.find(key)
    copy = forking.fork(desk, sandbox, sandbox.events, sandbox.person_id)
    browser.get("/skills")
    store = app.extensions["mastery"]
    before = store.evidence(sandbox.person_id)
    assert copy.key not in {it.key for it in before}
    again = forking.undo(desk, sandbox)
    browser.get("/skills")
    after = store.evidence(sandbox.person_id)
    assert sandbox.key not in {it.key for it in after}
    assert not any(it.unaided for it in after if it.key == again.key)
