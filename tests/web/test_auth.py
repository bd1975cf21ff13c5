"""Signing in and out, and what is closed to whom."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.web.conftest import PASSWORD, Browser, add_person

Login = Callable[..., Browser]


@pytest.mark.parametrize(
    "identity", ["ada", "Ada", " Ａｄａ ", "ada@example.com", " ADA@Example.com "]
)
def test_people_sign_in_by_user_name_or_by_email(client: Browser, identity: str) -> None:
    answer = client.send("/login", email=identity, password=PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/")
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("identity", ["ada", "nobody"])
def test_a_wrong_password_says_no_more_than_that(client: Browser, identity: str) -> None:
    answer = client.send("/login", email=identity, password="not this one")
    assert "do not belong together" in answer.text
    assert "data-focus" in answer.text
    assert f'value="{identity}"' in answer.text
    assert client.get("/").status_code == 302


def test_who_is_not_signed_in_is_led_to_the_door_and_back(client: Browser) -> None:
    answer = client.get("/people?q=ada")
    assert answer.location == "/login?next=/people%3Fq%3Dada"
    form = client.get(answer.location).text
    assert '<input type="hidden" name="next" value="/people?q=ada">' in form
    back = client.send("/login", email="omar", password=PASSWORD, next="/people?q=ada")
    assert back.location == "/people?q=ada"


@pytest.mark.parametrize(
    ("referrer", "wanted"),
    [
        ("http://localhost/people?q=ada", "/people%3Fq%3Dada"),
        ("http://evil.example/people", "/"),
        ("http://localhost.evil.example/people", "/"),
        ("", "/"),
    ],
)
def test_who_sent_a_form_is_led_back_to_its_page(
    client: Browser, referrer: str, wanted: str
) -> None:
    form = {"csrf_token": client.token(), "role": "admin"}
    answer = client.post("/people/1/role", data=form, headers={"Referer": referrer})
    assert answer.location == f"/login?next={wanted}"


def test_a_part_of_a_page_takes_the_whole_page_to_the_door(client: Browser) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/attempts/k/orders/SO-1"}
    answer = client.get("/people", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=/attempts/k/orders/SO-1"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "\\\\evil"])
def test_nobody_is_led_elsewhere_after_signing_in(client: Browser, elsewhere: str) -> None:
    answer = client.send("/login", email="ada", password=PASSWORD, next=elsewhere)
    assert not urlsplit(answer.headers.get("Location", "/")).netloc


def test_a_class_behind_one_address_is_not_one_person(app: Flask) -> None:
    tries = [Browser(app).send("/login", email="guess-me", password="x").status_code
             for _ in range(11)]  # fmt: skip
    assert tries == [200] * 10 + [429]
    assert Browser(app).send("/login", email="ben", password=PASSWORD).status_code == 302


def test_a_name_written_in_another_way_gives_no_more_tries(app: Flask) -> None:
    ways = ["write-me", "WRITE-ME", " write-me  ", "ｗｒｉｔｅ-me", "write-me\t"]
    for way in ways * 2:
        Browser(app).send("/login", email=way, password="x")
    tries = [Browser(app).send("/login", email=way, password="x").status_code for way in ways]
    assert tries == [429] * len(ways)


def test_an_old_password_is_not_guessed(login_as: Login, newcomer: str) -> None:
    typed = {"new_password": "battery-staple", "new_password_confirm": "battery-staple"}
    person = login_as(newcomer)
    tries = [person.send("/change", password="x", email=str(n), **typed).status_code
             for n in range(11)]  # fmt: skip
    assert tries == [200] * 10 + [429]
    assert login_as("ben").send("/change", password="x", **typed).status_code == 200


def test_too_many_tries_are_told_in_words(app: Flask) -> None:
    for _ in range(10):
        Browser(app).send("/login", email="guess-me-too", password="x")
    answer = Browser(app).send("/login", email="guess-me-too", password="x")
    assert answer.status_code == 429
    assert "Wait a minute" in answer.text


def test_signing_out_needs_a_button_not_a_link(login_as: Login) -> None:
    ada = login_as("ada")
    assert ada.get("/logout").status_code == 405
    assert ada.send("/logout").location == "/login"
    assert ada.get("/").status_code == 302


def test_a_password_is_changed_with_the_old_one(login_as: Login, newcomer: str) -> None:
    ada = login_as(newcomer)
    typed = {"new_password": "battery-staple", "new_password_confirm": "battery-staple"}
    assert "Invalid password" in ada.send("/change", password="wrong", **typed).text
    assert ada.send("/change", password=PASSWORD, **typed).location == "/settings"
    login_as(newcomer, "battery-staple")


def test_a_short_password_is_refused_beside_its_field(login_as: Login, newcomer: str) -> None:
    typed = {"password": PASSWORD, "new_password": "short", "new_password_confirm": "short"}
    page = login_as(newcomer).send("/change", **typed).text
    assert re.search(r'id="new_password"[^>]* aria-invalid="true"', page)
    assert "Password must be at least 8 characters" in page


@pytest.mark.parametrize("endless", ["x" * 1025, "ﷺ" * 1024, "x" * 10_000])
def test_an_endless_password_is_refused(client: Browser, login_as: Login, endless: str) -> None:
    assert client.send("/login", email="nobody", password=endless).status_code == 400
    assert client.send("/login", email="ada", password=endless).status_code == 400
    ben, typed = login_as("ben"), {"new_password": endless, "new_password_confirm": endless}
    assert ben.send("/change", password=PASSWORD, **typed).status_code == 400
    assert ben.send("/change", **typed | {"password": endless}).status_code == 400


def test_a_disabled_account_stays_outside(app: Flask, client: Browser) -> None:
    with app.app_context():
        add_person(app, "lockedout")
        people = app.extensions["security"].datastore
        people.deactivate_user(people.find_user(username="lockedout"))
        people.commit()
    assert client.send("/login", email="lockedout", password=PASSWORD).status_code == 200
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    ("path", "open_to"),
    [("/people", {"omar"}), ("/patterns", {"ines", "omar"}), ("/class/", {"ines", "omar"})],
)
@pytest.mark.parametrize("who", ["ada", "ines", "omar"])
def test_rooms_open_by_role(login_as: Login, path: str, open_to: set[str], who: str) -> None:
    assert login_as(who).get(path).status_code == (200 if who in open_to else 403)


def test_without_mail_nobody_is_promised_mail(client: Browser) -> None:
    assert "Ask your instructor" in client.get("/login").text
    assert client.get("/reset").status_code == 404


def test_demo_accounts_are_offered_only_by_a_demo(
    app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trainer.demo import DEMO

    assert "Or try it as" not in client.get("/login").text
    monkeypatch.setitem(app.config, "DEMO_ACCOUNTS", DEMO)
    page = client.get("/login").text
    assert all(account.name in page for account in DEMO)
