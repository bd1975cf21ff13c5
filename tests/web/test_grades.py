"""The grade book, overrides, regrades, the audit trail and invitations, by plain requests."""

import csv
import io
import re
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from flask import Flask
from openpyxl import load_workbook

from tests.web.conftest import Browser, add_person
from tests.web.pupils import answer, work
from trainer.play.grades import Group
from trainer.play.ports import Sandbox
from trainer.training.scenario import Scenario
from trainer.web.sheets import Column, Sheet, csv_stream, xlsx_stream

Login = Callable[..., Browser]


@pytest.fixture(autouse=True)
def no_classes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """While there are none, those who teach see everybody."""
    monkeypatch.setitem(app.extensions, "groups", lambda _person_id: ())


@pytest.fixture(scope="module")
def pupil(app: Flask) -> tuple[int, Sandbox, str]:
    """Somebody with a finished exercise and a quiz."""
    with app.app_context():
        person_id = add_person(app, "graded")
        sandbox = work(app, person_id, skill=0.5, seed=3)
        quiz = answer(app, person_id, "01-overview", skill=0.5)
    assert sandbox.standing.finished
    return person_id, sandbox, quiz.key


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def send(client: Browser, path: str, **fields: str) -> Any:
    """A form of a page for which nobody has to be signed in."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return client.post(path, data={"csrf_token": found[1], **fields})


def row(login_as: Login, view: str = "", name: str = "Graded") -> dict[str, str]:
    reply = login_as("omar").get(f"/class/grades/grades.csv?view={view}&q={name}")
    (found,) = read(reply.data)
    return found


def trail(login_as: Login, **asked: str) -> list[dict[str, str]]:
    return read(login_as("omar").get("/audit/audit.csv", query_string=asked).data)


# --- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "teachers"),
    [
        ("/class/grades", True),
        ("/class/grades/grades.csv", True),
        ("/class/grades/grades.xlsx", True),
        ("/class/grades/people/{person}", True),
        ("/class/grades/exercise/{run}", True),
        ("/class/grades/quiz/{quiz}", True),
        ("/class/grades/regrade/first-order", True),
        ("/audit", False),
        ("/audit/audit.csv", False),
        ("/audit/audit.xlsx", False),
    ],
)
def test_who_may_look(
    login_as: Login, client: Browser, pupil: tuple[int, Sandbox, str], path: str, teachers: bool
) -> None:
    person, sandbox, quiz = pupil
    path = path.format(person=person, run=sandbox.key, quiz=quiz)
    assert client.get(path).status_code == 302
    assert login_as("graded").get(path).status_code == 403
    assert login_as("ines").get(path).status_code == (200 if teachers else 403)
    assert login_as("omar").get(path).status_code == 200


@pytest.mark.parametrize("act", ["override", "withdrawal"])
def test_who_may_change_a_score(
    app: Flask,
    login_as: Login,
    pupil: tuple[int, Sandbox, str],
    act: str,
    teach: Callable[..., None],
) -> None:
    key, changes = pupil[1].key, app.extensions["changes"]
    before_it = changes.overrides_of("exercise", pupil[1].sandbox_id)
    fields = {"score": "100", "reason": "I want it"}
    assert (
        login_as("graded").send(f"/class/grades/exercise/{key}/{act}", **fields).status_code == 403
    )
    assert (
        login_as("ines").send(f"/class/grades/exercise/nothing/{act}", **fields).status_code == 404
    )
    assert login_as("ines").send(f"/class/grades/lesson/{key}/{act}", **fields).status_code == 404
    assert (
        login_as("ines").post(f"/class/grades/exercise/{key}/{act}", data=fields).status_code == 400
    )
    teach(Group("x", "X", frozenset()))  # Ines teaches others
    reply = login_as("ines").send(f"/class/grades/exercise/{key}/{act}", **fields)
    assert reply.status_code == 404
    assert changes.overrides_of("exercise", pupil[1].sandbox_id) == before_it


def test_what_counts_is_said_at_home_and_on_the_record(
    app: Flask, login_as: Login, newcomer: str
) -> None:
    with app.app_context():
        person_id = add_person(app, f"c{newcomer}"[:40])
        sandbox = work(app, person_id, skill=0.5, seed=5)
        quiz = answer(app, person_id, "01-overview", skill=0.5, seed=5)
    ines, mine = login_as("ines"), login_as(f"c{newcomer}"[:40])
    assert f"finished with {sandbox.standing.score} points" in mine.get("/").text
    said = {"score": "97", "reason": "Solved in another way"}
    ines.send(f"/class/grades/exercise/{sandbox.key}/override", **said)
    ines.send(f"/class/grades/quiz/{quiz.key}/override", **said)
    home, record = mine.get("/").text, mine.get("/record").text
    assert "finished with 97 points" in home
    assert "Best so far: 97" in home
    assert len(re.findall(r'<td class="num">97\b', record)) == 2  # the exercise and the quiz


def test_who_may_regrade(login_as: Login) -> None:
    fields = {"reason": "fairer"}
    assert login_as("ada").send("/class/grades/regrade/first-order", **fields).status_code == 403
    assert login_as("ines").send("/class/grades/regrade/nothing", **fields).status_code == 404


# --- the book -------------------------------------------------------------------------------------


def test_the_book_by_course_chapter_and_skill(
    login_as: Login, pupil: tuple[int, Sandbox, str]
) -> None:
    earned = pupil[1].standing.score
    chapter = row(login_as, "01-overview")
    assert float(chapter["Your first order"]) == earned
    mean = (earned + float(chapter["Quiz"])) / 2
    assert float(row(login_as)["1 Order management overview"]) == pytest.approx(mean)
    assert row(login_as)["4 Returns and after-sales"] == ""
    login_as("ines").get("/class/grades?view=skills")  # counts
    shares = [float(it) for name, it in row(login_as, "skills").items() if name != "Person" and it]
    assert shares
    assert min(shares) < 100
    page = login_as("ines").get("/class/grades?view=01-overview&q=Graded").text
    behind = re.search(r'href="(/class/grades/people/\d+\?kind=exercise[^"]+)"', page)
    assert behind
    attempts = login_as("ines").get(behind[1].replace("&amp;", "&")).text
    assert f"/class/grades/exercise/{pupil[1].key}" in attempts
    review = login_as("ines").get(f"/class/grades/exercise/{pupil[1].key}").text
    assert f"/attempts/{pupil[1].key}/score" in review
    assert f"/attempts/{pupil[1].key}/debrief" in review


BOTH = {"exercise", "quiz"}


@pytest.mark.parametrize(
    ("narrowed", "kinds"),
    [
        ("", BOTH),
        ("?chapter=01-overview", BOTH),
        ("?chapter=02-orders", set()),
        ("?kind=quiz", {"quiz"}),
        ("?skill=nothing", BOTH),
        ("?skill=status-control", {"exercise"}),
    ],
)
def test_a_persons_attempts_are_narrowed(
    login_as: Login, pupil: tuple[int, Sandbox, str], narrowed: str, kinds: set[str]
) -> None:
    ines = login_as("ines")
    ines.get("/class/grades?view=skills")  # counts
    page = ines.get(f"/class/grades/people/{pupil[0]}{narrowed}").text
    assert set(re.findall(r"/class/grades/(exercise|quiz)/", page)) == kinds


# --- overrides ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("score", "", "Enter a whole number from 0 to 100."),
        ("score", "101", "Enter a whole number from 0 to 100."),
        ("score", "-1", "Enter a whole number from 0 to 100."),
        ("score", "１２", "Enter a whole number from 0 to 100."),
        ("reason", " ", "Say why: the person will read it."),
        ("reason", "x" * 1001, "At most 1000 characters."),
    ],
)
def test_an_override_wants_a_score_and_a_reason(
    login_as: Login, pupil: tuple[int, Sandbox, str], field: str, typed: str, says: str
) -> None:
    fields = {"score": "80", "reason": "agreed"} | {field: typed}
    reply = login_as("ines").send(f"/class/grades/exercise/{pupil[1].key}/override", **fields)
    assert reply.status_code == 422
    assert says in reply.text
    kept = {"score": "80", "reason": "agreed"}
    del kept[field]
    assert all(words in reply.text for words in kept.values())


def test_an_override_is_seen_everywhere_and_can_be_taken_back(
    login_as: Login, pupil: tuple[int, Sandbox, str]
) -> None:
    person, sandbox, _quiz = pupil
    earned = sandbox.standing.score
    ines, graded = login_as("ines"), login_as("graded")
    address = f"/class/grades/exercise/{sandbox.key}"
    assert "Give Graded another score for “Your first order”" in ines.get(address).text
    reply = ines.send(f"{address}/override", score="93", reason="=HYPERLINK(1) <b>agreed</b>")
    assert (reply.status_code, reply.location) == (303, address)
    assert float(row(login_as, "01-overview")["Your first order"]) == 93
    assert "overridden" in ines.get("/class/grades?view=01-overview&q=Graded").text
    mine = graded.get(f"/attempts/{sandbox.key}/score").text
    assert "This run counts 93 points" in mine
    assert "&lt;b&gt;agreed&lt;/b&gt;" in mine
    assert "Ines" in mine
    assert f"earned {earned}" in ines.get(f"/class/grades/people/{person}").text
    (line,) = [it for it in trail(login_as, action="score_overridden") if it["After"] == "93"]
    assert (line["Who"], line["Before"]) == ("Ines", str(earned))
    assert line["Reason"].startswith("'=")
    assert sandbox.key in line["Who or what"]
    shown = login_as("omar").get("/audit?action=score_overridden").text
    assert f'<a href="/class/grades/people/{person}">Graded</a> · ' in shown
    assert (
        f'<a href="{address}">Your first order</a> '
        f'<small class="text-body-secondary">{sandbox.key}</small>'
    ) in shown
    assert "first-order ·" not in shown
    assert ines.send(f"{address}/withdrawal", reason="").status_code == 422
    assert ines.send(f"{address}/withdrawal", reason="the other one").status_code == 303
    assert float(row(login_as, "01-overview")["Your first order"]) == earned
    again = graded.get(f"/attempts/{sandbox.key}/score").text
    assert "This run counts" not in again
    assert "no longer since" in again
    twice = ines.send(f"{address}/withdrawal", reason="the other one")
    assert "nothing to take back" in ines.get(twice.location).text


def test_a_quiz_can_be_given_another_score(
    login_as: Login, pupil: tuple[int, Sandbox, str]
) -> None:
    ines, graded, key = login_as("ines"), login_as("graded"), pupil[2]
    ines.send(f"/class/grades/quiz/{key}/override", score="77", reason="question 3 was unclear")
    assert row(login_as, "01-overview")["Quiz"] == "77.00"
    page = graded.get(f"/quizzes/attempts/{key}").text
    assert "This quiz counts 77 points" in page
    assert "question 3 was unclear" in page
    ines.send(f"/class/grades/quiz/{key}/withdrawal", reason="it was clear")
    assert row(login_as, "01-overview")["Quiz"] != "77.00"


# --- regrading ------------------------------------------------------------------------------------


@pytest.fixture
def demand(app: Flask) -> Iterator[Callable[[int], None]]:
    """From now on a refusal costs so much in the first order."""
    shelf = app.extensions["library"]._loaded
    before = shelf["first-order"]

    def demanded(each: int) -> None:
        written = before.scenario.model_dump(mode="json", exclude_defaults=True)
        written["standing"][0]["check"] = {"never_refused": {"each": each}}
        changed = Scenario.model_validate(written)
        shelf["first-order"] = msgspec.structs.replace(before, scenario=changed)

    yield demanded
    shelf["first-order"] = before


def test_without_new_goals_there_is_nothing_to_regrade(
    app: Flask, login_as: Login, teach: Callable[..., None]
) -> None:
    with app.app_context():
        person_id = add_person(app, "asbefore")
        work(app, person_id, seed=11)
    teach(Group("b", "B", frozenset({person_id})))  # what others did may have been regraded
    page = login_as("ines").get("/class/grades/regrade/first-order").text
    assert "There is nothing to regrade." in page


def test_a_regrade_is_tried_then_done_then_told(
    app: Flask, login_as: Login, demand: Callable[[int], None], teach: Callable[..., None]
) -> None:
    with app.app_context():
        person_id = add_person(app, "anew")
        sandbox = work(app, person_id, skill=0.6, seed=8)
    store = app.extensions["desk"].store
    teach(Group("a", "A", frozenset({person_id})))
    ines = login_as("ines")
    assert "There is nothing to regrade." in ines.get("/class/grades/regrade/first-order").text
    demand(1)
    page = ines.get("/class/grades/regrade/first-order").text
    assert "Judge these runs" in page
    assert store.find(sandbox.key).standing == sandbox.standing  # only tried
    assert ines.send("/class/grades/regrade/first-order", reason="").status_code == 422
    reply = ines.send("/class/grades/regrade/first-order", reason="a slip costs one")
    assert reply.status_code == 303
    moved = store.find(sandbox.key)
    assert moved.standing.score != sandbox.standing.score
    assert "There is nothing to regrade." in ines.get(reply.location).text
    mine_now = login_as("anew").get(f"/attempts/{sandbox.key}/score").text
    assert "Judged anew" in mine_now
    assert f"{sandbox.standing.score} points before" in mine_now
    (line,) = [it for it in trail(login_as, action="regraded") if sandbox.key in it["Who or what"]]
    assert (line["Before"], line["After"], line["Reason"]) == (
        str(sandbox.standing.score), str(moved.standing.score), "a slip costs one",
    )  # fmt: skip


# --- people: trail and invitations ----------------------------------------------------------------


def test_every_change_to_a_person_leaves_a_line(app: Flask, login_as: Login, newcomer: str) -> None:
    omar = login_as("omar")
    with app.app_context():
        person_id = app.extensions["security"].datastore.find_user(username=newcomer).id
    omar.send(f"/people/{person_id}/role", role="instructor")
    omar.send(f"/people/{person_id}/time", extra_time="50")
    omar.send(f"/people/{person_id}/password", password="another-one")
    omar.send(f"/people/{person_id}/access", access="closed")
    omar.send(f"/people/{person_id}/access", access="open")
    lines = trail(login_as, q=newcomer)
    assert [(it["Who"], it["What"], it["Before"], it["After"]) for it in lines] == [
        ("Omar", "Let in again", "", ""),
        ("Omar", "Locked out", "", ""),
        ("Omar", "Password set", "", ""),
        ("Omar", "Time limits changed", "'+0 %", "'+50 %"),
        ("Omar", "Role changed", "trainee", "instructor"),
    ]
    page = omar.get(f"/audit?q={newcomer}&action=role_changed").text
    assert "trainee → instructor" in page
    assert "Locked out</td>" not in page
    assert "Nothing here" in omar.get("/audit?until=2001-01-01").text
    assert omar.get("/audit?since=never&until=0001-01-01&page=x").status_code == 200


def test_who_is_invited_chooses_their_own_password(
    app: Flask, login_as: Login, client: Browser
) -> None:
    omar = login_as("omar")
    typed = {"name": "Hedwig", "username": "hedwig", "role": "trainee"}
    typed |= {"email": "hedwig@example.com"}
    reply = omar.send("/people", **typed, invite="1", password="")
    assert reply.status_code == 303
    page = omar.get("/people").text
    link = re.search(r'value="http://localhost(/invitations/[^"]+)"', page)
    assert link
    assert link[1] not in omar.get("/people").text  # shown once
    assert "Welcome, Hedwig" in client.get(link[1]).text
    short = send(client, link[1], password="short", again="other")
    assert short.status_code == 422
    assert "At least 8 characters." in short.text
    assert "The two are not the same." in short.text
    done = send(client, link[1], password="frequency-hopping", again="frequency-hopping")
    assert (done.status_code, done.location) == (303, "/login")
    login_as("hedwig", "frequency-hopping")
    assert client.get(link[1]).status_code == 404
    late = client.get("/invitations/nothing")
    assert late.status_code == 404
    assert "holds no more" in late.text
    assert [it["What"] for it in trail(login_as, q="Hedwig")] == [
        "Password set by invitation", "Invitation made", "Account made",
    ]  # fmt: skip


def test_only_an_admin_invites(app: Flask, login_as: Login, newcomer: str) -> None:
    with app.app_context():
        person_id = app.extensions["security"].datastore.find_user(username=newcomer).id
    for name in ("ada", "ines"):
        assert login_as(name).send(f"/people/{person_id}/invitation").status_code == 403
    omar = login_as("omar")
    assert omar.send(f"/people/{person_id}/invitation").status_code == 303
    assert "/invitations/" in omar.get("/people").text
    # who is locked out gets no new password that way
    link = re.search(r'value="http://localhost(/invitations/[^"]+)"', omar.get("/people").text)
    assert link is None
    omar.send(f"/people/{person_id}/invitation")
    found = re.search(r'value="http://localhost(/invitations/[^"]+)"', omar.get("/people").text)
    omar.send(f"/people/{person_id}/access", access="closed")
    assert found
    assert omar.get(found[1]).status_code == 404


# --- files ----------------------------------------------------------------------------------------


def test_a_worksheet_that_is_full_says_so(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainer.web.sheets.MOST_ROWS", 2)
    sheet = Sheet("Long", "About", (), [Column("n", "count")], ([n] for n in range(5)))
    with app.test_request_context():
        book = load_workbook(io.BytesIO(b"".join(xlsx_stream(sheet))))
    table, about = book.worksheets
    assert [row[0].value for row in table.rows] == ["n", 0, 1]
    assert "the rest is in the CSV file" in str(about["A2"].value)


@pytest.mark.parametrize("stream", [csv_stream, xlsx_stream])
def test_a_long_table_needs_little_memory(stream: Callable[[Sheet], Iterator[bytes]]) -> None:
    def rows(count: int) -> Iterator[list[str | int]]:
        for number in range(count):
            yield [f"=Person {number}", number]

    def peak(count: int) -> int:
        heads = [Column("Person", "text"), Column("n", "count")]
        sheet = Sheet("Long", "About", (), heads, rows(count))
        tracemalloc.start()
        size = sum(map(len, stream(sheet)))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert size > count
        return most

    short = peak(2_000)
    assert peak(20_000) < 2 * short + 200_000


# --- classes --------------------------------------------------------------------------------------


def test_what_is_changed_about_a_class_leaves_a_line(
    app: Flask, login_as: Login, newcomer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "groups", app.extensions["classes"].groups)
    ines = login_as("ines")
    address = ines.send("/classes", name=f"Class of {newcomer}").location
    ines.send(f"{address}/members", who=newcomer)
    named = {"act": "keep", "name": f"Spring of {newcomer}"}
    ines.send(f"{address}/settings", **named)
    ines.send(f"{address}/settings", **named, starts_on="2026-03-02")
    ines.send(f"{address}/settings", **named, starts_on="2026-03-02")  # nothing new
    ines.send(f"{address}/settings", act="register")
    ines.send(f"{address}/settings", act="invite")
    roster = "name,email,username\nRosa,rosa.trail@example.com,rosatrail\n"
    assert ines.send(f"{address}/roster", act="take", text=roster).status_code == 200
    assigned = ines.send(
        f"{address}/assignments", what="exercise:first-order", opens_at="2026-01-05T09:00"
    )
    assert assigned.status_code == 303
    given = re.findall(r"/assignments/([\w-]+)\"", ines.get(address).text)[0]
    ines.send(f"{address}/assignments/{given}", act="withdraw")
    ines.send(f"{address}/assignments/{given}/again")
    ines.send(f"{address}/passwords")
    lines = trail(login_as, q=newcomer)
    assert [(it["Who"], it["What"]) for it in lines] == [
        ("Ines", "Assignment asked for again"),
        ("Ines", "Assignment withdrawn"),
        ("Ines", "Assignment made"),
        ("Ines", "List of people imported"),
        ("Ines", "Added to a class"),  # who was on it
        ("Ines", "Accounts by join link no longer allowed"),
        ("Ines", "Accounts by join link allowed"),
        ("Ines", "Days of a class changed"),
        ("Ines", "Class renamed"),
        ("Ines", "Added to a class"),
        ("Ines", "Class made"),
    ]
    days = next(it for it in lines if it["What"] == "Days of a class changed")
    assert (days["Before"], days["After"]) == ("", "2026-03-02 – …")
    about_rosa = [it["What"] for it in trail(login_as, q="Rosa")]
    assert about_rosa == ["Other first passwords drawn", "Added to a class", "Account made"]
    key = address.rsplit("/", 1)[1]
    people = read(ines.get(f"/class/grades/grades.csv?group={key}").data)
    assert sorted(it["Person"] for it in people) == sorted(["Rosa", newcomer.title()])
    everybody = read(ines.get("/class/grades/grades.csv").data)
    assert {it["Person"] for it in people} <= {it["Person"] for it in everybody}
