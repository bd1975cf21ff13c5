"""The People page: accounts made, changed and closed by an admin."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from tests.web.conftest import PASSWORD, Browser
from trainer.config import Settings
from trainer.demo import add_account
from trainer.store.records import User
from trainer.web import accounts

Login = Callable[..., Browser]
GRACE = {
    "name": "Grace", "username": "grace", "email": "grace@example.com", "role": "trainee",
    "password": "cobol-cobol",
}  # fmt: skip


def find(app: Flask, username: str) -> User:
    with app.app_context():
        person: User = app.extensions["security"].datastore.find_user(username=username)
        assert [role.name for role in person.roles]  # read while the session lasts
        return person


def test_an_admin_finds_people(login_as: Login) -> None:
    omar = login_as("omar")
    assert "ines@example.com" in omar.get("/people?q=INES").text
    assert "ada@example.com" not in omar.get("/people?q=ines").text
    assert "Nobody found" in omar.get("/people?q=100%25").text


def test_a_list_of_people_without_a_class_is_looked_at_then_taken_as_a_whole(
    app: Flask, login_as: Login, client: Browser
) -> None:
    omar = login_as("omar")
    assert 'href="/people/import"' in omar.get("/people").text
    text = (
        "name,email,language,extra time\nGrete,grete@example.com,zh-Hant,25\n"
        "Hedy,hedy@example.com,,\nAda,ada@example.com,,"
    )
    look = omar.send("/people/import", text=text)
    assert look.status_code == 200
    assert look.text.count('data-outcome="new"') == 2
    assert "has an account already" in look.text
    assert "grete@example.com" not in omar.get("/people?q=grete").text  # nothing yet
    taken = omar.send("/people/import", text=text, act="take")
    assert taken.headers["Cache-Control"] == "no-store"
    password = re.search(r"<td>grete</td><td><code>([^<]+)</code>", taken.text)
    assert password
    grete = find(app, "grete")
    assert ([it.name for it in grete.roles], grete.extra_time) == (["trainee"], 25)
    assert app.extensions["classes"].belonging([grete.id]) == {}
    # somebody has seen this password: first another one
    client.send("/login", email="grete", password=password[1])
    assert client.get("/").location == "/change"
    again = omar.send("/people/import", text=text, act="take")
    assert (again.status_code, again.location) == (303, "/people")


def test_a_list_of_people_with_one_wrong_row_is_taken_by_nobody(login_as: Login) -> None:
    omar = login_as("omar")
    text = "name,email\nRosalind,rosalind@example.com\nLin,nonsense"
    answer = omar.send("/people/import", text=text, act="take")
    assert answer.status_code == 422
    assert "“nonsense” is no e-mail address" in answer.text
    assert "Lin,nonsense" in answer.text  # what was typed is still there
    assert "rosalind@example.com" not in omar.get("/people?q=rosalind").text
    assert login_as("ines").get("/people/import").status_code == 403


def test_a_list_gives_roles_where_an_admin_says_so(
    app: Flask, login_as: Login, client: Browser
) -> None:
    text = (
        "name,email,role\nMarga,marga@example.com,instructor\nGinny,ginny@example.com,Admin\n"
        "Joan,joan@example.com,"
    )
    omar = login_as("omar")
    look = omar.send("/people/import", text=text)
    assert look.status_code == 200
    for role in ("Instructor", "Admin", "Trainee"):
        assert f"gets an account as {role}" in look.text
    assert omar.send("/people/import", text=text, act="take").status_code == 200
    roles = {name: [it.name for it in find(app, name).roles] for name in ("marga", "ginny", "joan")}
    assert roles == {"marga": ["instructor"], "ginny": ["admin"], "joan": ["trainee"]}
    trail = omar.get("/audit?about=people").text
    assert trail.count("Marga") >= 1
    # nobody's role is changed by a list, and no other word is a role
    wrong = "email,role\nmarga@example.com,admin\nnew@example.com,boss"
    told = omar.send("/people/import", text=wrong, act="take")
    assert told.status_code == 422
    assert "“marga@example.com” has an account in another role" in told.text
    assert "“boss” is no role" in told.text
    assert [it.name for it in find(app, "marga").roles] == ["instructor"]


def test_an_admin_makes_an_account(login_as: Login) -> None:
    answer = login_as("omar").send("/people", **GRACE)
    assert (answer.status_code, answer.location) == (303, "/people")
    login_as("grace", "cobol-cobol")


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", " ", "This is needed."),
        ("username", "ADA", "Somebody has this already."),
        ("email", "Ada@example.com", "Somebody has this already."),
        ("email", "not an address", "Write an e-mail address"),
        ("email", " ", "Write an e-mail address"),
        ("name", "x" * 121, "At most 120 characters."),
        ("username", " \0", "This is needed."),
        ("username", "Ａｄａ", "Somebody has this already."),
        ("username", "alan@home", "A user name has no @."),
        ("username", "x" * 121, "At most 120 characters."),
        ("password", "short", "At least 8 characters."),
        ("password", "x" * 1025, "At most 1024 characters."),
        ("role", "emperor", "This is needed."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    login_as: Login, field: str, typed: str, says: str
) -> None:
    typed_in = GRACE | {"username": "alan", "email": "alan@example.com"} | {field: typed}
    answer = login_as("omar").send("/people", **typed_in)
    assert answer.status_code == 422
    error = answer.text.split(f'id="field-{field}-error"')[1].split("</p>")[0]
    assert says in error
    assert 'value="Grace"' in answer.text or field == "name"


@pytest.mark.parametrize(
    ("username", "typed_later"),
    [
        ("li.wei", "Li.Wei"),
        ("s-001", " S-001 "),
        ("o'neil", "O'Neil"),
        ("Ｅｄａ", "eda"),
        ("Özgür", "ÖZGÜR"),
        ("李伟", "李伟"),
    ],
)
def test_whoever_gets_a_user_name_signs_in_with_it(
    login_as: Login, username: str, typed_later: str
) -> None:
    email = f"{len(username)}{ord(username[0])}@example.com"
    typed = GRACE | {"username": username, "email": email, "password": "Ｚürich-ﬁx"}
    assert login_as("omar").send("/people", **typed).status_code == 303
    login_as(username, "Ｚürich-ﬁx")
    login_as(typed_later, "Ｚürich-ﬁx")


def test_of_four_who_make_the_same_account_at_once_one_does(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = GRACE | {"username": "twice", "email": "twice@example.com"}
    nobody_yet, hashed = Barrier(4, timeout=30), accounts.hashed

    def hashed_together(password: str) -> str:
        nobody_yet.wait()  # all have looked, none has written
        return hashed(password)

    monkeypatch.setattr(accounts, "hashed", hashed_together)

    def add(_: int) -> dict[str, Any]:
        with app.app_context():
            return {field: str(words) for field, words in accounts.add(typed).items()}

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(add, range(4)), key=len)
    taken = "Somebody has this already."
    assert answers == [{}] + [{"username": taken, "email": taken}] * 3


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"email": "not an address"}, "email: Write an e-mail address"),
        ({"email": "ADA@example.com"}, "email: Somebody has this already."),
        ({"name": " "}, "name: This is needed."),
        ({"username": ""}, "username: This is needed."),
        ({"username": "ADA"}, "username: Somebody has this already."),
        ({"password": "short"}, "password: At least 8 characters."),
        ({"password": "x" * 5000}, "password: At most 1024 characters."),
    ],
)
def test_the_terminal_refuses_what_the_page_refuses(
    tmp_path: Path, wrong: dict[str, str], says: str
) -> None:
    settings = Settings.from_env({"TRAINER_DATA": str(tmp_path)})
    ada = GRACE | {"username": "Ada", "email": "ada@example.com"}
    assert add_account(settings, **ada) == ""
    assert add_account(settings, **GRACE | wrong).startswith(says)


@pytest.mark.parametrize("path", ["/people", "/class/"])
@pytest.mark.parametrize("page", ["9" * 19, "9" * 5000, "-1", "x"])
def test_a_page_that_is_not_there_is_empty(login_as: Login, path: str, page: str) -> None:
    assert login_as("omar").get(f"{path}?page={page}").status_code == 200


def test_a_role_is_changed(app: Flask, login_as: Login, newcomer: str) -> None:
    number = find(app, newcomer).id
    answer = login_as("omar").send(f"/people/{number}/role", role="instructor")
    assert answer.status_code == 303
    assert [role.name for role in find(app, newcomer).roles] == ["instructor"]
    assert login_as(newcomer).get("/patterns").status_code == 200


def test_who_is_locked_out_is_out_at_once(app: Flask, login_as: Login, newcomer: str) -> None:
    number, inside, omar = find(app, newcomer).id, login_as(newcomer), login_as("omar")
    assert inside.get("/").status_code == 200
    omar.send(f"/people/{number}/access", access="closed")
    assert inside.get("/").status_code == 302
    omar.send(f"/people/{number}/access", access="open")
    assert login_as(newcomer).get("/").status_code == 200


def test_a_forgotten_password_is_replaced(app: Flask, login_as: Login, newcomer: str) -> None:
    number, before, omar = find(app, newcomer).id, login_as(newcomer), login_as("omar")
    assert omar.send(f"/people/{number}/password", password="short").status_code == 422
    assert omar.send(f"/people/{number}/password", password="x" * 5000).status_code == 422
    assert before.get("/").status_code == 200
    assert omar.send(f"/people/{number}/password", password="brand-new-one").status_code == 303
    assert before.get("/").status_code == 302
    login_as(newcomer, "brand-new-one")
    assert Browser(app).send("/login", email=newcomer, password=PASSWORD).status_code == 200


@pytest.mark.parametrize("what", ["role", "access", "password"])
def test_nobody_takes_their_own_keys_away(app: Flask, login_as: Login, what: str) -> None:
    number = find(app, "omar").id
    fields = {"role": "trainee", "access": "closed", "password": "another-one"}
    assert login_as("omar").send(f"/people/{number}/{what}", **fields).status_code == 403


@pytest.mark.parametrize("number", ["99999", "9" * 19, "9" * 5000])
def test_nobody_is_not_somebody(login_as: Login, number: str) -> None:
    assert login_as("omar").send(f"/people/{number}/role", role="admin").status_code == 404


@pytest.mark.parametrize("who", ["ada", "ines"])
@pytest.mark.parametrize("what", ["role", "access", "password", ""])
def test_others_change_nobody(app: Flask, login_as: Login, who: str, what: str) -> None:
    path = f"/people/{find(app, 'ben').id}/{what}" if what else "/people"
    answer = login_as(who).send(path, role="admin", access="closed", password="another-one")
    assert answer.status_code == 403
