"""Classes at their pages: made, joined, filled from a list, asked to do things; and who may."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import event

from tests.web.conftest import Browser, add_person, number
from trainer.play.changes import Wanted
from trainer.play.classroom import Classroom, ClassStore
from trainer.training.assignments import Terms

Login = Callable[[str], Browser]


@pytest.fixture
def store(app: Flask) -> ClassStore:
    classes: ClassStore = app.extensions["classes"]
    return classes


@pytest.fixture
def ines(login_as: Login) -> Browser:
    return login_as("ines")


def local(**later: float) -> str:
    """A moment from now, as the field takes it."""
    return (datetime.now() + timedelta(**later)).strftime("%Y-%m-%dT%H:%M")


def assign(teacher: Browser, room: Classroom, what: str = "exercise:first-order", **fields: str):  # type: ignore[no-untyped-def]
    typed = {"what": what, "opens_at": local(hours=-1), "counts": "best", **fields}
    return teacher.send(f"/classes/{room.key}/assignments", **typed)


# --- a class ------------------------------------------------------------------------------------


def test_a_class_is_made_named_closed_and_put_away(
    ines: Browser, store: ClassStore, newcomer: str
) -> None:
    made = ines.send("/classes", name=f" {newcomer} ")
    assert made.status_code == 303
    key = made.location.rsplit("/", 1)[1]
    page = ines.get(made.location).text
    found = store.find(key)
    assert found.name == newcomer
    assert f"{found.code[:4]}-{found.code[4:]}" in page
    ines.send(f"/classes/{key}/settings", act="keep", name="Autumn", starts_on="2026-12-01")
    ines.send(f"/classes/{key}/settings", act="renew")
    ines.send(f"/classes/{key}/settings", act="close")
    later = store.find(key)
    assert (later.name, later.joinable) == ("Autumn", False)
    assert (later.starts_on, later.ends_on) == (date(2026, 12, 1), None)
    assert "Dec 1, 2026 –" in ines.get(made.location).text
    assert later.code != found.code
    ines.send(f"/classes/{key}/settings", act="archive")
    assert store.find(key).archived
    assert "put away" in ines.get("/classes").text


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"starts_on": "2026-12-02", "ends_on": "2026-12-01"}, "class-ends"),
        ({"ends_on": "soon"}, "class-ends"),
        ({"starts_on": "2026-02-30"}, "class-starts"),
        ({"name": " "}, "class-name"),
        ({"name": "x" * 121}, "class-name"),
    ],
)
def test_what_a_class_cannot_be_comes_back_as_it_was_typed(
    ines: Browser, store: ClassStore, room: Classroom, typed: dict[str, str], wrong: str
) -> None:
    fields = {"name": "Other", **typed}
    page = ines.send(f"/classes/{room.key}/settings", act="keep", **fields)
    assert page.status_code == 422
    assert f'id="{wrong}-error"' in page.text
    for value in fields.values():
        assert f'value="{value}"' in page.text
    assert store.find(room.key) == room


def test_a_name_is_one_line_that_turns_nothing_around(
    app: Flask, ines: Browser, store: ClassStore
) -> None:
    made = ines.send("/classes", name=" \u202eAutumn\r\nof  2026\u2069\x07 ")
    assert store.find(made.location.rsplit("/", 1)[1]).name == "Autumn of 2026"
    roster = "name,email\n\u202eBo  Li,bo.li.turned@example.com"
    ines.send(f"{made.location}/roster", text=roster, act="take")
    with app.app_context():
        person = app.extensions["security"].datastore.find_user(email="bo.li.turned@example.com")
    assert person.name == "Bo Li"


def test_a_new_code_opens_no_door(ines: Browser, store: ClassStore, room: Classroom) -> None:
    ines.send(f"/classes/{room.key}/settings", act="close")
    ines.send(f"/classes/{room.key}/settings", act="renew")
    assert not store.find(room.key).joinable


@pytest.mark.parametrize(
    "at", ["9999-12-31T23:59", "9999-12-31T23:59-12:00", "0001-06-01T00:00", "2026-01-01T09:00Z"]
)
def test_a_moment_that_no_clock_can_show_is_none(
    ines: Browser, store: ClassStore, room: Classroom, newcomer: str, app: Flask, at: str
) -> None:
    """Or the class, and everybody's home in it, could not be shown any more."""
    for field in ("opens_at", "due_at", "closes_at"):
        reply = assign(ines, room, **{field: at})
        assert reply.status_code == 422
        assert f'id="field-{field}-error"' in reply.text
    assert store.assignments([room.class_id]) == []
    assign(ines, room)
    [given] = store.assignments([room.class_id])
    person = str(number(app, newcomer))
    address = f"/classes/{room.key}/assignments/{given.key}"
    reply = ines.send(f"{address}/extensions", person=person, until=at)
    assert reply.status_code == 422
    assert f'value="{at}"' in reply.text
    assert f'<option value="{person}" selected' in reply.text
    assert store.extensions([given.assignment_id]) == {}


@pytest.mark.parametrize("name", ["", "  ", "x" * 121])
def test_a_class_needs_a_name(ines: Browser, name: str) -> None:
    answer = ines.send("/classes", name=name)
    assert answer.status_code == 422
    assert "field-error" in answer.text


def test_one_joins_with_the_code_and_leaves_nothing_behind_when_removed(
    app: Flask, ines: Browser, store: ClassStore, room: Classroom, login_as: Login
) -> None:
    joiner = f"joiner{room.class_id}"
    with app.app_context():
        add_person(app, joiner)
    browser = login_as(joiner)
    code = f"{room.code[:4].lower()} {room.code[4:]}"
    assert room.name in browser.get(f"/join?code={code}").text
    assert browser.send("/join", code=code).location == "/"
    assert joiner in [it.username for it in store.members(room.class_id)]
    person = number(app, joiner)
    ines.send(f"/classes/{room.key}/members/{person}/removal")
    assert joiner not in [it.username for it in store.members(room.class_id)]


@pytest.mark.parametrize("code", ["ABCD2345", "a\0b", "x" * 500])
def test_a_wrong_code_is_told(login_as: Login, code: str) -> None:
    answer = login_as("ben").send("/join", code=code)
    assert answer.status_code == 404
    assert "No class has this code" in answer.text


def test_a_class_that_is_over_says_so_before_one_joins(
    login_as: Login, store: ClassStore, room: Classroom
) -> None:
    ben = login_as("ben")
    assert "This class ended" not in ben.get(f"/join/{room.code}").text
    store.change(room.class_id, ends_on=date(2020, 2, 1))
    assert "This class ended on Feb 1, 2020." in ben.get(f"/join/{room.code}").text


def test_a_class_keeps_a_teacher(
    app: Flask, ines: Browser, store: ClassStore, room: Classroom
) -> None:
    ines.send(f"/classes/{room.key}/members/{number(app, 'ines')}/removal")
    assert store.teaches(room.class_id, number(app, "ines"))
    ines.send(f"/classes/{room.key}/members", who="OMAR@example.com", **{"as": "teacher"})
    assert store.teaches(room.class_id, number(app, "omar"))
    ines.send(f"/classes/{room.key}/members", who="ada", **{"as": "teacher"})
    assert not store.teaches(room.class_id, number(app, "ada"))


def test_nobody_takes_a_person_out_of_anothers_sight(
    app: Flask, login_as: Login, store: ClassStore, room: Classroom
) -> None:
    ada = number(app, "ada")
    store.add(room.class_id, [ada])  # a class of Ines
    with app.app_context():
        add_person(app, "ivan", role="instructor")
    ivan = login_as("ivan")
    ivan.send("/classes", name="Ivan's")
    [own] = store.of_person(number(app, "ivan"), teaches=True)
    for address, fields in (
        ("members", {"who": "ada"}),
        ("roster", {"text": "ada@example.com", "act": "take"}),
    ):
        answer = ivan.send(f"/classes/{own.key}/{address}", **fields)
        page = answer.text if answer.status_code == 422 else ivan.get(answer.location).text
        assert "is in a class of somebody else: give them the join code" in page
    assert ada not in {it.person_id for it in store.members(own.class_id)}
    assert ivan.get(f"/class/grades/people/{ada}").status_code == 404
    login_as("omar").send(f"/classes/{own.key}/members", who="ada")  # an admin may
    assert ada in {it.person_id for it in store.members(own.class_id)}


# --- a roster -----------------------------------------------------------------------------------


def test_a_roster_is_looked_at_then_taken_as_a_whole(
    ines: Browser, store: ClassStore, room: Classroom, client: Browser
) -> None:
    mei, lin = f"mei{room.class_id}", f"lin{room.class_id}"
    text = (
        f"name;email;language\nMei;{mei}@example.com;zh-Hant\n"
        f"Lin;{lin}@example.com;\nAda;ada@example.com;"
    )
    address = f"/classes/{room.key}/roster"
    look = ines.send(address, text=text)
    assert look.status_code == 200
    assert look.text.count('data-outcome="new"') == 2
    assert 'data-outcome="joins"' in look.text
    assert len(store.members(room.class_id)) == 2  # nothing yet
    taken = ines.send(address, text=text, act="take")
    assert taken.headers["Cache-Control"] == "no-store"
    password = re.search(rf"<td>{mei}</td><td><code>([^<]+)</code>", taken.text)
    assert password
    assert {mei, lin, "ada"} <= {it.username for it in store.members(room.class_id)}
    door = client.post(
        "/login",
        data={"csrf_token": client.token(), "email": mei, "password": password[1]},
    )
    assert door.status_code == 302
    # somebody has seen this password: first another one
    for path in ("/", "/exercises/first-order", "/join"):
        assert client.get(path).location == "/change"
    assert client.send("/join", htmx=True).headers["HX-Redirect"] == "/change"
    assert 'lang="zh-Hant"' in client.get("/change").text
    changed = client.send(
        "/change",
        password=password[1],
        new_password="my own words",
        new_password_confirm="my own words",
    )
    assert changed.status_code == 302
    assert 'lang="zh-Hant"' in client.get("/").text
    # the same list once more changes nothing
    again = ines.send(address, text=text, act="take")
    assert again.status_code == 303
    assert len(store.members(room.class_id)) == 5
    # the trail names everybody who came in by the list, once
    trail = ines.application.extensions["changes"].page(Wanted("class_joined", room.name), 1, 50)
    assert sorted(it.about for it in trail) == [
        f"{it} · {room.name}" for it in ("Ada", "Lin", "Mei")
    ]


def test_who_lost_the_list_draws_other_passwords_for_who_has_chosen_none(
    app: Flask, ines: Browser, store: ClassStore, room: Classroom, login_as: Login
) -> None:
    mei = f"again{room.class_id}"
    text = f"email\n{mei}@example.com"
    first = ines.send(f"/classes/{room.key}/roster", text=text, act="take").text
    old = re.search(r"<code>([^<]+)</code>", first)
    assert old
    assert "1 person has not chosen a password" in ines.get(f"/classes/{room.key}").text
    page = ines.send(f"/classes/{room.key}/passwords")
    assert page.headers["Cache-Control"] == "no-store"
    [new] = re.findall(r"<code>([^<]+)</code>", page.text)  # the newcomer has their own
    assert new != old[1]
    signed_in = login_as(mei, new)
    mine = {"new_password": "my own words", "new_password_confirm": "my own words"}
    signed_in.send("/change", password=new, **mine)
    again = ines.send(f"/classes/{room.key}/passwords")
    assert again.status_code == 303
    assert login_as(mei, "my own words").get("/").status_code == 200


def test_a_file_in_another_encoding_is_read_and_said(ines: Browser, room: Classroom) -> None:
    sent = {
        "csrf_token": ines.token(),
        "file": (BytesIO("姓名,邮箱\n梅,mei@example.com".encode("gb18030")), "list.csv"),
    }
    page = ines.post(
        f"/classes/{room.key}/roster", data=sent, headers={"Accept-Language": "zh-CN"}
    ).text
    assert "GB18030" in page
    assert "<td>梅</td>" in page


def test_only_an_admin_brings_teachers_by_a_roster(
    app: Flask, login_as: Callable[..., Browser]
) -> None:
    ines, omar = login_as("ines"), login_as("omar")
    made = ines.send("/classes", name="With a second teacher")
    text = "name,email,role\nNoor,noor@example.com,instructor\nOle,ole@example.com,trainee"
    told = ines.send(f"{made.location}/roster", text=text, act="take")
    assert told.status_code == 422
    assert "Only an admin gives the role “instructor”" in told.text
    assert "gets an account and joins as a teacher" in omar.send(
        f"{made.location}/roster", text=text
    ).text  # fmt: skip
    assert omar.send(f"{made.location}/roster", text=text, act="take").status_code == 200
    store = app.extensions["classes"]
    room = store.find(made.location.rsplit("/", 1)[1])
    assert {it.name: it.teaches for it in store.members(room.class_id) if it.name != "Ines"} == {
        "Noor": True, "Ole": False,
    }  # fmt: skip
    # who teaches draws no password of a colleague's
    again = ines.send(f"{made.location}/passwords").text
    assert "<td>ole</td>" in again
    assert "<td>noor</td>" not in again


def test_a_roster_with_one_wrong_row_is_taken_by_nobody(
    ines: Browser, store: ClassStore, room: Classroom
) -> None:
    text = f"name,email\nMei,mei{room.class_id}@example.com\nLin,nonsense"
    answer = ines.send(f"/classes/{room.key}/roster", text=text, act="take")
    assert answer.status_code == 422
    assert "“nonsense” is no e-mail address" in answer.text
    assert "Lin,nonsense" in answer.text  # what was typed is still there
    assert len(store.members(room.class_id)) == 2


# --- assignments --------------------------------------------------------------------------------


@pytest.fixture
def trainee(login_as: Login, newcomer: str) -> Browser:
    return login_as(newcomer)


def test_what_is_assigned_stands_on_the_home_page_until_it_is_done(
    ines: Browser, trainee: Browser, room: Classroom
) -> None:
    answer = assign(ines, room, due_at=local(days=2), tries="2")
    assert answer.status_code == 303
    page = ines.get(answer.location).text
    assert "at most 2 tries, the best try counts" in page
    home = trainee.get("/").text
    assert 'data-state="to_do"' in home
    assert "1 d 23 h left" in home
    assert "You have 2 tries left" in trainee.get("/exercises/first-order").text
    trainee.send("/exercises/first-order/attempts")
    assert "You have 1 try left" in trainee.get("/exercises/first-order").text
    assert 'data-state="under_way"' in trainee.get("/").text
    assert 'data-state="under_way"' in ines.get(f"/classes/{room.key}").text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"opens_at": local(days=1)}, "It is not open yet"),
        (
            {"opens_at": local(days=-3), "closes_at": local(days=-1)},
            "It is closed: what you begin now is practice",
        ),
        ({"opens_at": local(days=-3), "due_at": local(days=-1)}, "It is overdue"),
    ],
)
def test_the_page_of_the_exercise_says_what_counts(
    ines: Browser, trainee: Browser, room: Classroom, fields: dict[str, str], says: str
) -> None:
    assign(ines, room, **fields)
    assert says in trainee.get("/exercises/first-order").text


def test_what_was_begun_before_does_not_count_and_the_page_says_so(
    ines: Browser, trainee: Browser, store: ClassStore, room: Classroom
) -> None:
    said = "What you have open was begun before"
    trainee.send("/exercises/first-order/attempts")
    assign(ines, room)
    assert said not in trainee.get("/exercises/first-order").text
    [given] = store.assignments([room.class_id])
    page = f"/classes/{room.key}/assignments/{given.key}"
    ines.send(page, opens_at=datetime.now().isoformat())
    assert said in trainee.get("/exercises/first-order").text
    trainee.send("/exercises/first-order/attempts")
    assert said not in trainee.get("/exercises/first-order").text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"what": "exercise:no-such"}, "what"),
        ({"opens_at": ""}, "opens_at"),
        ({"opens_at": "tomorrow"}, "opens_at"),
        ({"due_at": local(days=-9)}, "due_at"),
        ({"due_at": local(days=2), "closes_at": local(days=1)}, "closes_at"),
        ({"tries": "-1"}, "tries"),
        ({"tries": "many"}, "tries"),
        ({"tries": "21"}, "tries"),
        ({"due_at": "99999-01-01T00:00"}, "due_at"),
    ],
)
def test_terms_that_cannot_be_are_said_beside_their_field(
    ines: Browser, store: ClassStore, room: Classroom, fields: dict[str, str], field: str
) -> None:
    answer = assign(ines, room, **fields)
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.text
    assert store.assignments([room.class_id]) == []


@pytest.mark.parametrize("what", ["chapter:2", "quiz:01-overview"])
def test_a_chapter_and_a_quiz_can_be_assigned(
    ines: Browser, trainee: Browser, room: Classroom, what: str
) -> None:
    assert assign(ines, room, what=what).status_code == 303
    assert 'data-state="to_do"' in trainee.get("/").text
    assert ines.get(f"/classes/{room.key}").status_code == 200


def test_a_quiz_is_asked_for_as_an_exam_and_its_page_says_so(
    app: Flask, ines: Browser, trainee: Browser, store: ClassStore, room: Classroom
) -> None:
    assign(ines, room, what="quiz:01-overview", mode="exam", tries="2")
    page = trainee.get("/quizzes").text
    assert "at most 2 tries, the best try counts, quizzes count only as an exam (" in page
    assert "You have 2 tries left" in page
    trainee.send("/quizzes/01-overview/attempts", mode="practice")
    assert "You have 2 tries left" in trainee.get("/quizzes").text
    trainee.send("/quizzes/01-overview/attempts", mode="exam")
    assert "You have 1 try left" in trainee.get("/quizzes").text
    assign(ines, room, mode="exam")
    exercise = next(it for it in store.assignments([room.class_id]) if it.kind == "exercise")
    assert exercise.terms.mode == ""


def test_what_is_due_first_stands_first(
    ines: Browser, trainee: Browser, store: ClassStore, room: Classroom
) -> None:
    assign(ines, room, due_at=local(days=9))
    assign(ines, room, what="quiz:01-overview", due_at=local(days=1))
    trainee.send("/exercises/first-order/attempts")
    assert re.findall(r'<li data-state="(\w+)"', trainee.get("/").text) == ["to_do", "under_way"]


def test_terms_change_extensions_are_given_and_it_is_withdrawn(
    app: Flask, ines: Browser, trainee: Browser, store: ClassStore, room: Classroom, newcomer: str
) -> None:
    assign(ines, room, opens_at=local(days=-9), due_at=local(days=-3), closes_at=local(days=-2))
    assert 'data-state="missed"' in trainee.get("/").text
    [given] = store.assignments([room.class_id])
    page = f"/classes/{room.key}/assignments/{given.key}"
    person = str(number(app, newcomer))
    ines.send(f"{page}/extensions", person=person, until=local(days=1))
    assert 'data-state="to_do"' in trainee.get("/").text
    assert f"{newcomer.title()} has until" in ines.get(page).text
    ines.send(f"{page}/extensions", person=person, until="")
    assert 'data-state="missed"' in trainee.get("/").text
    assert ines.send(f"{page}/extensions", person=person, until="soon").status_code == 422
    assert ines.send(page, opens_at=local(days=-9), counts="last").status_code == 303
    assert 'data-state="to_do"' in trainee.get("/").text
    ines.send(page, act="withdraw")
    assert 'id="due"' not in trainee.get("/").text
    assert ines.get(page).status_code == 404
    assert "1 that was withdrawn" in ines.get(f"/classes/{room.key}").text
    assert ines.send(f"{page}/again").status_code == 303
    assert 'data-state="to_do"' in trainee.get("/").text
    assert ines.send(f"{page}/again").status_code == 404


def test_the_terms_name_who_has_longer(
    app: Flask, ines: Browser, store: ClassStore, room: Classroom, newcomer: str
) -> None:
    assign(ines, room, due_at=local(days=1))
    [given] = store.assignments([room.class_id])
    page = f"/classes/{room.key}/assignments/{given.key}"
    ines.send(f"{page}/extensions", person=str(number(app, newcomer)), until=local(days=3))
    sentence = re.search(r'<p class="lead">(.*?)</p>', ines.get(page).text)
    assert sentence
    assert re.fullmatch(
        rf"Open from [^.]+, due [^.]+, the best try counts, {newcomer.title()} has until [^.]+\.",
        sentence[1],
    )


def test_a_chapter_is_looked_at_part_by_part(
    app: Flask, ines: Browser, trainee: Browser, store: ClassStore, room: Classroom, newcomer: str
) -> None:
    assign(ines, room, what="chapter:1")
    trainee.send("/exercises/first-order/attempts")
    [given] = store.assignments([room.class_id])
    person = number(app, newcomer)
    address = f"/classes/{room.key}/assignments/{given.key}/people"
    assert f'href="{address}/{person}"' in ines.get(f"/classes/{room.key}").text
    page = ines.get(f"{address}/{person}").text
    assert page.count('data-state="under_way"') == 1
    assert re.search(r'<a href="/attempts/[^"]+/score">', page)
    assert ines.get(f"{address}/{number(app, 'ben')}").status_code == 404


def test_a_class_of_300_takes_as_many_statements_as_one_of_3(
    app: Flask, ines: Browser, store: ClassStore, room: Classroom
) -> None:
    assign(ines, room, due_at=local(days=2), closes_at=local(days=3))
    assign(ines, room, what="chapter:1")

    def once() -> int:
        count = []
        listen = ("before_cursor_execute", lambda *it: count.append(it[2]))
        event.listen(app.extensions["engine"], *listen)
        assert ines.get(f"/classes/{room.key}").status_code == 200
        event.remove(app.extensions["engine"], *listen)
        return len(count)

    def statements() -> int:
        # from time to time a page looks whether something was published; not each time
        return min(once() for _ in range(3))

    few = statements()
    made = [f"many{room.class_id}x{it}" for it in range(300)]
    with app.app_context():
        session = app.extensions["sessions"]
        user = app.extensions["security"].datastore.user_model
        people = [
            user(email=f"{it}@example.com", username=it, name=it, active=True, fs_uniquifier=it)
            for it in made
        ]
        session.add_all(people)
        session.commit()
        numbers = [it.id for it in people]
    store.add(room.class_id, numbers)
    assert statements() == few
    assert few < 30


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW"])
def test_the_terms_are_a_sentence_in_chinese(ines: Browser, room: Classroom, language: str) -> None:
    assign(ines, room, due_at=local(days=2), tries="3")
    page = ines.get(f"/classes/{room.key}", headers={"Accept-Language": language}).text
    said = {"zh-CN": "最多 3 次，以最好的一次计", "zh-TW": "最多 3 次，以最好的一次計"}
    assert said[language] in page


# --- who may ------------------------------------------------------------------------------------


@pytest.fixture
def people(app: Flask, store: ClassStore, room: Classroom) -> dict[str, str]:
    """Somebody for each way to stand to the class."""
    other, second = f"teacher{room.class_id}", f"second{room.class_id}"
    with app.app_context():
        add_person(app, other, "instructor")
        store.add(room.class_id, [add_person(app, second, "instructor")], teaches=True)
    return {"member": "", "stranger": "ben", "other teacher": other, "teacher": "ines",
           "second teacher": second, "admin": "omar"}  # fmt: skip


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("member", 403),
        ("stranger", 403),
        ("other teacher", 404),
        ("teacher", 200),
        ("second teacher", 200),
        ("admin", 200),
    ],
)
def test_a_class_is_its_teachers(
    app: Flask,
    ines: Browser,
    store: ClassStore,
    room: Classroom,
    people: dict[str, str],
    login_as: Login,
    newcomer: str,
    who: str,
    status: int,
) -> None:
    assign(ines, room)
    [given] = store.assignments([room.class_id])
    browser = login_as(people[who] or newcomer)
    page = f"/classes/{room.key}"
    work = f"{page}/assignments/{given.key}/people/{number(app, newcomer)}"
    for address in (page, f"{page}/roster", f"{page}/assignments/{given.key}", work):
        assert browser.get(address).status_code == status, address
    if status != 200:
        for address in (
            *(
                f"{page}/{it}"
                for it in ("settings", "members", "roster", "passwords", "assignments")
            ),
            f"{page}/members/1/removal",
            f"{page}/assignments/{given.key}",
            f"{page}/assignments/{given.key}/extensions",
            f"{page}/assignments/{given.key}/again",
        ):
            assert browser.send(address, act="withdraw").status_code == status, address
        assert store.assignments([room.class_id]) == [given]
    else:
        said = browser.send(f"{page}/assignments/{given.key}", act="withdraw")
        assert said.status_code == 303
        assert store.assignments([room.class_id]) == []
    listed = browser.get("/classes")
    assert (listed.status_code == 200 and room.name in listed.text) == (status == 200)


def test_an_assignment_is_found_in_its_own_class_only(
    app: Flask, ines: Browser, store: ClassStore, room: Classroom
) -> None:
    assign(ines, room)
    [given] = store.assignments([room.class_id])
    other = store.create("Another", number(app, "ines"))
    assert ines.get(f"/classes/{other.key}/assignments/{given.key}").status_code == 404


# --- with a link and without an account ---------------------------------------------------------


def account(name: str, **other: str) -> dict[str, str]:
    fields = {"name": name.title(), "username": name, "email": f"{name}@example.com"}
    return fields | {"password": "long enough"} | other


def test_who_has_no_account_is_told_whom_to_ask(
    client: Browser, store: ClassStore, room: Classroom
) -> None:
    page = client.get(f"/join/{room.code}").text
    assert room.name in page
    assert "Ask Ines for one" in page
    answer = client.send(f"/join/{room.code}", **account(f"sneak{room.class_id}"))
    assert answer.status_code == 403
    assert len(store.members(room.class_id)) == 2


def test_a_class_can_let_people_make_an_account(
    ines: Browser, client: Browser, store: ClassStore, room: Classroom
) -> None:
    ines.send(f"/classes/{room.key}/settings", act="register")
    me = f"walkin{room.class_id}"
    wrong = client.send(f"/join/{room.code}", **account(me, email="nonsense", password="short"))
    assert wrong.status_code == 422
    assert wrong.text.count("field-error") >= 2
    assert f'value="{me}"' in wrong.text  # what was typed is still there
    assert client.send(f"/join/{room.code}", **account(me, role="admin")).status_code == 303
    assert room.name in client.get("/").text
    assert client.get("/people").status_code == 403
    assert me in [it.username for it in store.members(room.class_id)]
    ines.send(f"/classes/{room.key}/settings", act="invite")
    assert not store.find(room.key).registers


@pytest.mark.parametrize("shut", [{"joinable": False}, {"archived": True}])
def test_behind_a_closed_door_nobody_makes_an_account(
    client: Browser, store: ClassStore, room: Classroom, shut: dict[str, bool]
) -> None:
    store.change(room.class_id, registers=True, **shut)
    answer = client.send(f"/join/{room.code}", **account(f"late{room.class_id}"))
    assert "/login" in answer.location
    assert len(store.members(room.class_id)) == 2


def test_nobody_joins_unseen(client: Browser, room: Classroom) -> None:
    assert "/login" in client.get("/join").location
    assert "/login" in client.get("/join/no-such").location
    assert "/login" in client.send("/join", code=room.code).location


# --- two at once --------------------------------------------------------------------------------


def seen_on(page: str, form: str) -> str:
    """What a page's form says it has shown."""
    found = re.search(rf'action="[^"]*{form}"[^>]*>.*?name="seen" value="(\w+)"', page, re.DOTALL)
    assert found
    return found[1]


def test_an_older_page_does_not_overwrite_what_somebody_changed_meanwhile(
    ines: Browser, login_as: Login, store: ClassStore, room: Classroom
) -> None:
    omar, address = login_as("omar"), f"/classes/{room.key}"
    given = store.assign(room.class_id, "exercise", "first-order", Terms(opens_at=1e9))
    form = f"{address}/assignments/{given.key}"
    fields = {"opens_at": "2026-01-05T09:00", "seen": seen_on(omar.get(form).text, given.key)}
    assert ines.send(form, **fields, due_at="2026-12-20T09:00").status_code == 303
    late = omar.send(form, **fields, tries="5")
    assert late.status_code == 409
    assert "Meanwhile somebody has changed it: Open from" in late.text
    assert "Dec 20, 2026" in late.text
    assert 'value="5"' in late.text  # what was typed stands there
    assert store.assignment(given.key).terms.due_at
    fields["seen"] = seen_on(late.text, given.key)
    assert omar.send(form, **fields, tries="5").status_code == 303  # having seen both
    settings = f"{address}/settings"
    named = {"act": "keep", "seen": seen_on(omar.get(address).text, "settings")}
    assert ines.send(settings, **named, name="By Ines").status_code == 303
    late = omar.send(settings, **named, name=room.name, ends_on="2027-01-01")
    assert late.status_code == 422
    assert "By Ines" in late.text
    assert store.find(room.key).name == "By Ines"


def test_an_extension_is_longer_than_what_everybody_has(
    app: Flask, ines: Browser, store: ClassStore, room: Classroom
) -> None:
    ada = number(app, "ada")
    store.add(room.class_id, [ada])
    terms = Terms(opens_at=1e9, closes_at=datetime(2026, 12, 1, 9).timestamp())
    given = store.assign(room.class_id, "exercise", "first-order", terms)
    form = f"/classes/{room.key}/assignments/{given.key}/extensions"
    early = ines.send(form, person=ada, until="2026-12-01T08:00")
    assert early.status_code == 422
    assert "Everybody has at least as long" in early.text
    assert store.extensions([given.assignment_id]) == {}
    assert ines.send(form, person=ada, until="2026-12-01T10:00").status_code == 303
