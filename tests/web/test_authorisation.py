"""Every door of the app, for everybody: who gets in, and whose things they find there.

The list of doors is the app's own: a new one without an entry here fails the test.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.web.conftest import Browser, add_person, number
from tests.web.pupils import answer, work, write
from trainer import paths
from trainer.play.experiences import Told
from trainer.training.assignments import Terms

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
    "mastery.answers", "mastery.explained", "mastery.skills", "mastery.drill",
    "examples.watch", "examples.show",
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


# --- what has a name in its address -------------------------------------------------------------

THINGS = {
    "/classes/<key>": "class", "/marking/<room>": "pieces", "/author/drafts/<key>": "draft",
    "/questions/<key>": "question", "/experiences/<key>": "experience",
    "/class/grades/<any(exercise, quiz):kind>/<key>": "grade",
    "/class/grades/people/": "person", "/people/<int(max=2147483647):person_id>/record": "person",
}  # fmt: skip
"""What an address that begins so is about."""
NO_ONES = {
    "/static", "/fs-static", "/attempts/<key>", "/quizzes", "/exercises", "/course", "/survey",
    "/review/answers", "/class/results", "/class/survey", "/class/grades/grades.",
    "/class/grades/regrade", "/audit", "/author/<any", "/author/questions", "/author/versions",
    # a secret in the address; one's own alone is changed; for admins
    "/join", "/invitations", "/letters", "/people/<int(max=2147483647):person_id>/",
}  # fmt: skip
"""Beginnings of addresses whose names are everybody's, or whose doors other tests go through."""
LOOKING = {"author.look", "author.opening", "author.try_it", "author.proof", "languages.review"}
"""Doors of a draft through which any colleague goes: they leave its text as it is."""


def about(rule: Rule) -> str | None:
    """What a door is about whose address names something; nothing if it is everybody's."""
    if "<" not in rule.rule:
        return None
    for start, thing in THINGS.items():
        if rule.rule.startswith(start):
            return thing
    if not any(rule.rule.startswith(start) for start in NO_ONES):
        pytest.fail(f"{rule.rule} names something: say here whose it is")
    return None


@pytest.fixture
def theirs(
    app: Flask, mine: dict[str, str], newcomer: str, login_as: Callable[[str], Browser]
) -> dict[str, dict[str, str]]:
    """The names of what the newcomer did and what their own teacher made, by what it is."""
    person = number(app, newcomer)
    with app.app_context():
        teacher = add_person(app, f"t{newcomer}", "instructor")
    classes = app.extensions["classes"]
    room = classes.create(f"Class of {newcomer}", teacher)
    classes.add(room.class_id, [person])
    given = classes.assign(room.class_id, "exercise", "first-order", Terms(opens_at=1.0))
    back = classes.assign(room.class_id, "exercise", "one-minute", Terms(opens_at=1.0))
    classes.change_assignment(back.assignment_id, back.terms, withdrawn=True)
    write(app, person, "We are sorry.")
    # a look at what is to be marked hands over what was written
    assert "/marking/" in login_as(f"t{newcomer}").get("/marking").text
    (line,) = app.extensions["pieces"].lines(frozenset({person}))
    text = (paths.SCENARIOS / "01-overview" / "first-order.yaml").read_text()
    draft = app.extensions["drafts"].create("scenario", teacher, text, "A draft", "first-order")
    asked = app.extensions["mail"].ask(person, "first-order", mine["attempts"], None, "Why?")
    told = app.extensions["experiences"].tell(person, Told("As it was.", "It was so"))
    return {
        "class": {"key": room.key, "assignment": given.key, "person_id": str(person)},
        "pieces": {"room": room.key, "subject": "keep-them-posted", "number": str(line.number)},
        "draft": {"key": draft.key, "name": "first-order"},
        "question": {"key": asked},
        "experience": {"key": told},
        "grade": {"kind": "exercise", "key": mine["attempts"]},
        "person": {"person_id": str(person)},
    }


def named(
    app: Flask, theirs: dict[str, dict[str, str]], *but: str
) -> Iterator[tuple[Rule, str, str]]:
    """Every door to what somebody has, with its method and address; whatever ends it, last."""
    found = [
        (rule, method, address(rule, **theirs[thing]))
        for rule, method in doors(app)
        if (thing := about(rule)) and thing not in but
    ]
    ends = ("removal", "withdrawal", "hiding")
    yield from sorted(found, key=lambda it: (it[1], it[2].endswith(ends), it[2]))


@pytest.mark.parametrize(("who", "told"), [("ben", {403, 404}), ("ines", {404})])
def test_no_door_leads_to_what_belongs_to_a_class_of_others(
    app: Flask, login_as: Callable[[str], Browser], theirs: dict[str, dict[str, str]],
    who: str, told: set[int],
) -> None:  # fmt: skip
    browser = login_as(who)
    token, wrong = browser.token(), []
    for rule, method, path in named(app, theirs, "draft"):
        status = ask(browser, method, path, token).status_code
        if status not in told or (status == 403) != (who == "ben" and kind(rule) == "teaching"):
            wrong.append((method, rule.rule, status))
    assert wrong == []


def test_a_colleague_reads_a_draft_and_changes_nothing_of_it(
    app: Flask, login_as: Callable[[str], Browser], theirs: dict[str, dict[str, str]]
) -> None:
    drafts = app.extensions["drafts"]
    before = drafts.draft(theirs["draft"]["key"])
    wrong = []
    for who in ("ben", "ines", "omar"):
        browser = login_as(who)
        token = browser.token()
        for rule, method, path in named(app, theirs):
            if about(rule) != "draft":
                continue
            status = ask(browser, method, path, token).status_code
            looks = method == "GET" or rule.endpoint in LOOKING
            if (status == 403) != (who == "ben" or not looks) or status >= 500:
                wrong.append((who, method, rule.rule, status))
    assert wrong == []
    assert drafts.draft(theirs["draft"]["key"]) == before


def test_who_learns_there_reads_an_experience_and_its_author_alone_changes_it(
    app: Flask, login_as: Callable[[str], Browser], newcomer: str, theirs: dict[str, dict[str, str]]
) -> None:
    with app.app_context():
        mate = add_person(app, f"m{newcomer}")
    room = app.extensions["classes"].find(theirs["class"]["key"])
    app.extensions["classes"].add(room.class_id, [mate])
    browser = login_as(f"m{newcomer}")
    way = f"/experiences/{theirs['experience']['key']}"
    assert browser.get(way).status_code == 200
    assert browser.send(f"{way}/comments", text="So was mine.").status_code == 303
    assert browser.get(f"{way}/edit").status_code == 403
    for act in ("", "/withdrawal", "/hiding", "/showing"):
        assert browser.send(way + act, title="x", text="x", why="x").status_code == 403
    assert login_as(newcomer).get(f"{way}/edit").status_code == 200


def test_whose_it_is_finds_all_of_it(
    app: Flask, login_as: Callable[[str], Browser], newcomer: str, theirs: dict[str, dict[str, str]]
) -> None:
    """So what the others are told is about whose it is, not about what is not there."""
    browser = login_as(f"t{newcomer}")
    token, wrong = browser.token(), []
    for rule, method, path in named(app, theirs, "experience"):
        if rule.endpoint in ("assignments.give_again", "bank.preview_draft", "author.prove"):
            continue  # of one that was withdrawn; of a question's draft; a process of its own
        status = ask(browser, method, path, token).status_code
        if status in (403, 404) or status >= 500:
            wrong.append((method, rule.rule, status))
    assert wrong == []


def test_nobody_puts_away_a_letter_of_others(
    app: Flask, login_as: Callable[[str], Browser], newcomer: str
) -> None:
    mail, person = app.extensions["mail"], number(app, newcomer)
    mail.send(number(app, "ines"), [person], "Look at the address.", {})
    (letter,) = mail.unread(person)
    for who in ("ben", "ines", "omar"):
        login_as(who).send(f"/letters/{letter.letter_id}")
    assert mail.unread(person) == [letter]
    login_as(newcomer).send(f"/letters/{letter.letter_id}")
    assert mail.unread(person) == []


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
