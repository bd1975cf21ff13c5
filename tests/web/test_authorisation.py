"""Every door of the app, for everybody: who gets in, and whose things they find there.

The list of doors is the app's own: a new one without an entry here fails the test.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.web.conftest import Browser, number
from tests.web.pupils import answer, work

OPEN = {
    "security.login", "security.logout", "security.static", "static", "settings.show",
    "settings.save", "signed_out", "joining.link", "joining.register", "invitations.show",
    "invitations.accept",
}  # fmt: skip
"""For whoever comes along; the last four have a secret in their address."""
EVERYBODY = {
    "learn.home", "learn.exercise", "learn.begin", "course.index", "course.lesson", "course.read",
    "course.cases", "glossary.index", "quiz.index", "quiz.begin", "joining.look", "joining.enter",
    "talk.waiting", "talk.put_away", "mastery.record", "mastery.review", "mastery.answer",
    "mastery.answers", "mastery.explained", "mastery.skills", "examples.watch", "examples.show",
    "experiences.index", "experiences.show", "experiences.new", "experiences.share",
    "experiences.edit", "experiences.change", "experiences.comment", "experiences.withdraw",
    "survey.show", "survey.reply", "security.change_password", "security.verify", "shortcuts.show",
}  # fmt: skip
"""For whoever has signed in; what they find there is theirs."""
TEACHING = {
    "teach", "talk.index", "talk.answer", "classes", "assignments", "author", "drafting",
    "languages", "versions", "bank", "results", "quiz_results", "grades", "pieces", "regrade",
    "quiz.of_class", "patterns", "mastery.record_of", "experiences.hide", "experiences.show_again",
    "survey.results", "survey.export",
}  # fmt: skip
"""Rooms and doors for those who teach, and for admins."""
MANAGING = {"people", "audit"}
# nobody has this number: what an admin's requests do, they do to no one the other tests need
VALUES = {
    "person_id": "999999", "package": "1", "number": "1", "ending": "csv", "kind": "exercise",
    "letter_id": "1", "shelf": "questions",
}  # fmt: skip


def room(rule: Rule) -> str:
    return rule.endpoint.partition(".")[0]


def kind(rule: Rule) -> str:
    """Whose door it is."""
    if rule.endpoint in OPEN:
        return "open"
    if rule.rule.startswith(("/attempts/<key>", "/quizzes/attempts/<key>")):
        return "one's own"
    if rule.endpoint in EVERYBODY:
        return "everybody"
    if {rule.endpoint, room(rule)} & TEACHING:
        return "teaching"
    if {rule.endpoint, room(rule)} & MANAGING:
        return "managing"
    pytest.fail(f"{rule.rule} ({rule.endpoint}) is nobody's: say here who may open it")


def address(rule: Rule, **known: str) -> str:
    """An address of the rule, with things that are there or not."""
    return re.sub(
        r"<(?:[^:<>]+:)?(\w+)>",
        lambda found: known.get(found[1], VALUES.get(found[1], "nothing-there")),
        rule.rule,
    )


def doors(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield rule, method


def ask(browser: Browser, method: str, path: str, token: str) -> TestResponse:
    if method == "GET":
        return browser.get(path)
    return browser.post(path, data={"csrf_token": token})


@pytest.fixture
def mine(app: Flask, login_as: Callable[[str], Browser], newcomer: str) -> dict[str, str]:
    """An attempt and a quiz of somebody."""
    browser = login_as(newcomer)
    attempt = browser.send("/exercises/first-order/attempts").location.split("/")[2]
    quiz = browser.send("/quizzes/01-overview/attempts", mode="practice").location.split("/")[3]
    return {"attempts": attempt, "quizzes": quiz}


def own(rule: Rule, mine: dict[str, str]) -> str:
    return address(rule, key=mine[rule.rule.split("/")[1]], scenario_id="first-order")


def test_nobody_gets_in_without_a_name(app: Flask, client: Browser, mine: dict[str, str]) -> None:
    token, wrong = client.token(), []
    for rule, method in doors(app):
        if kind(rule) == "open":
            continue
        path = own(rule, mine) if kind(rule) == "one's own" else address(rule)
        reply = ask(client, method, path, token)
        if reply.status_code != 302 or "/login" not in reply.location:
            wrong.append((method, path, reply.status_code))
    assert wrong == []


@pytest.mark.parametrize(
    ("who", "shut"),
    [("ben", {"teaching", "managing"}), ("ines", {"managing"}), ("omar", set())],
)
def test_each_role_opens_its_own_doors_alone(
    app: Flask, login_as: Callable[[str], Browser], who: str, shut: set[str]
) -> None:
    browser = login_as(who)
    token, wrong = browser.token(), []
    for rule, method in doors(app):
        if kind(rule) in ("teaching", "managing"):
            reply = ask(browser, method, address(rule), token)
            if (reply.status_code == 403) != (kind(rule) in shut):
                wrong.append((method, rule.rule, reply.status_code))
    # what is somebody else's to change is told as 403, too: nothing here is anybody's
    assert wrong == []


def test_what_is_somebody_elses_is_not_there(
    app: Flask, login_as: Callable[[str], Browser], mine: dict[str, str]
) -> None:
    browser = login_as("ben")
    token, wrong = browser.token(), []
    for rule, method in doors(app):
        if kind(rule) == "one's own":
            reply = ask(browser, method, own(rule, mine), token)
            # a form's address opened anew leads to the desk, which then is not there
            led = reply.status_code == 302 and mine["attempts"] in reply.location
            if reply.status_code != 404 and not (led and method == "GET"):
                wrong.append((method, rule.rule, reply.status_code))
    assert wrong == []


def test_those_who_teach_look_and_do_nothing(
    app: Flask, login_as: Callable[[str], Browser], mine: dict[str, str]
) -> None:
    browser = login_as("ines")
    token, wrong = browser.token(), []
    for rule, method in doors(app):
        if kind(rule) != "one's own" or rule.endpoint == "forks.fork":  # a copy is their own
            continue
        reply = ask(browser, method, own(rule, mine), token)
        done = method == "POST" and reply.status_code not in (400, 403, 404)
        if done or reply.status_code >= 500:
            wrong.append((method, rule.rule, reply.status_code))
    assert wrong == []
    store = app.extensions["desk"].store
    assert store.find(mine["attempts"]).events == 0


@pytest.fixture
def elsewhere(app: Flask, login_as: Callable[[str], Browser], newcomer: str) -> Iterator[Browser]:
    """Ines, while the newcomer is in a class that Omar teaches."""
    classes = app.extensions["classes"]
    room = classes.create(f"Class of {newcomer}", number(app, "omar"))
    classes.add(room.class_id, [number(app, newcomer)])
    yield login_as("ines")
    classes.remove(room.class_id, number(app, newcomer))


def test_who_teaches_others_finds_nothing_of_this_person(
    app: Flask, elsewhere: Browser, mine: dict[str, str], newcomer: str
) -> None:
    token, wrong = elsewhere.token(), []
    for rule, method in doors(app):
        if kind(rule) == "one's own":
            reply = ask(elsewhere, method, own(rule, mine), token)
            led = reply.status_code == 302 and mine["attempts"] in reply.location
            if reply.status_code != 404 and not (led and method == "GET"):
                wrong.append((method, rule.rule, reply.status_code))
    assert wrong == []


def test_no_list_or_file_names_who_is_in_a_class_of_others(
    app: Flask,
    elsewhere: Browser,
    mine: dict[str, str],
    newcomer: str,
    login_as: Callable[[str], Browser],
) -> None:
    person_id = number(app, newcomer)
    asked = f"What does {newcomer} ask?"
    key = app.extensions["mail"].ask(person_id, "first-order", mine["attempts"], None, asked)
    work(app, person_id, skill=0.5)
    answer(app, person_id, "01-overview", skill=0.5)
    one = {
        "person_id": str(person_id), "scenario_id": "first-order", "chapter": "01-overview",
        "question_id": "what-order-management-is",
    }  # fmt: skip
    names = (newcomer, newcomer.title(), mine["attempts"], mine["quizzes"])

    def told(browser: Browser) -> set[str]:
        found = set()
        for rule, method in doors(app):
            if kind(rule) == "teaching" and method == "GET":
                for query in ("", "?class=everybody", "?all=1"):
                    page = browser.get(address(rule, **one) + query).text
                    found |= {rule.rule for name in names if name in page}
        return found

    assert told(elsewhere) == set()
    assert len(told(login_as("omar"))) >= 8  # who may see all of it does
    for path in (f"/people/{person_id}/record", f"/class/grades/people/{person_id}"):
        assert elsewhere.get(path).status_code == 404
    assert elsewhere.get(f"/class/quizzes?person={person_id}").status_code == 404
    assert elsewhere.send(f"/questions/{key}", text="No.").status_code == 404
    app.extensions["mail"].answer(key, number(app, "omar"), "Not that.", published=True)
    # beside the run of who is in no class it stands without the name
    beside = login_as("ben").send("/exercises/first-order/attempts").location
    shown = elsewhere.get(f"{beside}questions").text
    assert "Not that." in shown
    assert newcomer.title() not in shown
    assert newcomer.title() in login_as("omar").get(f"{beside}questions").text
    for kind_, name in (("exercise", mine["attempts"]), ("quiz", mine["quizzes"])):
        for act in ("override", "withdrawal"):
            sent = elsewhere.send(f"/class/grades/{kind_}/{name}/{act}", score="0", reason="I can")
            assert sent.status_code == 404
    letter = {"class": "everybody", "to": str(person_id), "text": "Hello"}
    assert elsewhere.send("/class/letters", **letter).status_code == 400


def test_who_is_locked_out_opens_nothing(
    app: Flask, login_as: Callable[[str], Browser], newcomer: str
) -> None:
    browser = login_as(newcomer)
    with app.app_context():
        people = app.extensions["security"].datastore
        person = people.find_user(username=newcomer)
        people.deactivate_user(person)
        people.set_uniquifier(person)
        people.commit()
    assert "/login" in browser.get("/").location
