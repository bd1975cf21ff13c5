"""Signed out in the middle of a form: what was typed comes back to who typed it, nobody else."""

import json
import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.web.conftest import PASSWORD, Browser, add_person, number
from trainer.web import accounts

Login = Callable[..., Browser]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
TYPED = "Why does <this> wait?\nIt is paid."


class Signed(Browser):
    """Somebody at an exercise, with a page open that has a form."""

    desk: str
    page_token: str

    def begin(self) -> "Signed":
        self.desk = self.send("/exercises/first-order/attempts").location.rstrip("/")
        self.page_token = self.token()
        return self

    def ask(self, htmx: bool = False, token: str = "", text: str = TYPED) -> TestResponse:
        data = {"csrf_token": token or self.page_token, "text": text, "moment": "0"}
        back = {"Referer": f"http://localhost{self.desk}/questions"}
        path = f"{self.desk}/questions"
        return self.post(path, data=data, headers=HTMX if htmx else back)

    def sign_in_again(
        self, page: TestResponse, name: str, password: str = PASSWORD, htmx: bool = False
    ) -> TestResponse:
        form = hidden(page.text) | {"email": name, "password": password}
        return self.post("/signed-out", data=form, headers=HTMX if htmx else {})

    def lose_the_session(self) -> None:
        self.delete_cookie("session")

    def sign_out_elsewhere(self) -> None:
        assert self.send("/logout").status_code == 302


@pytest.fixture
def trainee(app: Flask, login_as: Login, newcomer: str) -> Signed:
    browser = Signed(app)
    browser.send("/login", email=newcomer, password=PASSWORD)
    return browser.begin()


@pytest.fixture
def asked(app: Flask) -> Callable[[], list[str]]:
    """The questions that have arrived with the typed text."""

    def found() -> list[str]:
        return [it.text for it in app.extensions["mail"].questions(None, open_only=True)
                if it.text.startswith("Why does <this>")]  # fmt: skip

    return found


def hidden(page: str) -> dict[str, str]:
    """What the last form of a page carries by itself."""
    form = page[page.rindex("<form") :]
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}


@pytest.mark.parametrize("lost", [Signed.lose_the_session, Signed.sign_out_elsewhere])
def test_a_plain_form_comes_back_after_signing_in_and_is_sent_by_a_button(
    trainee: Signed, newcomer: str, asked: Callable[[], list[str]], lost: Callable[[Signed], None]
) -> None:
    before = len(asked())
    lost(trainee)
    answer = trainee.ask()
    assert answer.status_code == 401
    assert "Why does" not in answer.text  # nobody has said yet who they are
    wrong = trainee.sign_in_again(answer, newcomer, "not this one")
    assert wrong.status_code == 422
    assert "Why does" not in wrong.text
    back = trainee.sign_in_again(wrong, newcomer)
    assert back.status_code == 200
    assert '<li class="letter-text">Why does &lt;this&gt; wait?\nIt is paid.</li>' in back.text
    assert f'href="{trainee.desk}/questions"' in back.text
    assert len(asked()) == before  # not by itself
    form = hidden(back.text)
    assert f'action="{trainee.desk}/questions"' in back.text
    sent = trainee.post(f"{trainee.desk}/questions", data=form)
    assert sent.status_code == 303
    assert asked()[-1].replace("\r\n", "\n") == TYPED


def test_a_part_leaves_its_page_alone_and_gets_a_new_token(
    trainee: Signed, newcomer: str, asked: Callable[[], list[str]]
) -> None:
    trainee.lose_the_session()
    answer = trainee.ask(htmx=True)
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer.headers
    assert answer.headers["HX-Retarget"] == "#toasts"
    assert "Why does" not in answer.text  # it stands in its page
    wrong = trainee.sign_in_again(answer, newcomer, "not this one", htmx=True)
    assert wrong.status_code == 422
    assert "HX-Retarget" not in wrong.headers
    back = trainee.sign_in_again(wrong, newcomer, htmx=True)
    assert back.status_code == 200
    token = json.loads(back.headers["HX-Trigger"])["token"]
    before = len(asked())
    assert trainee.ask(token=token).status_code == 303
    assert len(asked()) == before + 1


def test_what_asks_from_time_to_time_takes_nobody_away(trainee: Signed, client: Browser) -> None:
    trainee.lose_the_session()
    answer = trainee.get("/letters", headers=HTMX | {"X-CSRFToken": trainee.page_token})
    assert answer.status_code == 401
    assert 'id="signed-out"' in answer.text
    assert "HX-Redirect" not in answer.headers
    assert "/login" in client.get("/letters", headers=HTMX).headers["HX-Redirect"]


@pytest.mark.parametrize("htmx", [False, True])
def test_who_has_signed_in_again_beside_it_sends_at_once(
    trainee: Signed, newcomer: str, htmx: bool, asked: Callable[[], list[str]]
) -> None:
    trainee.sign_out_elsewhere()
    trainee.send("/login", email=newcomer, password=PASSWORD)
    before = len(asked())
    answer = trainee.ask(htmx)
    assert answer.status_code == 400
    assert len(asked()) == before
    assert "signed in again" in answer.text
    token = json.loads(answer.headers["HX-Trigger"])["token"] if htmx else ""
    assert trainee.ask(token=token or hidden(answer.text)["csrf_token"]).status_code == 303


@pytest.mark.parametrize("htmx", [False, True])
def test_somebody_else_never_sees_it(
    app: Flask, trainee: Signed, newcomer: str, htmx: bool, asked: Callable[[], list[str]]
) -> None:
    before = len(asked())
    trainee.lose_the_session()
    page = trainee.ask(htmx)
    answer = trainee.sign_in_again(page, "ben", htmx=htmx)  # Ben's own password, in another's place
    assert answer.status_code == 422
    assert trainee.get("/").status_code == 302  # nobody is signed in
    assert "Why does" not in answer.text

    trainee.send("/login", email="ben", password=PASSWORD)
    for there in (trainee.ask(htmx), trainee.sign_in_again(page, newcomer, htmx=htmx)):
        where = there.headers.get("HX-Redirect") if htmx else there.location
        assert where == "/"
        assert "Why does" not in there.text
    assert "somebody else" in trainee.get("/").text
    assert len(asked()) == before


def test_who_is_signed_out_by_an_admin_loses_nothing(
    app: Flask, trainee: Signed, newcomer: str
) -> None:
    with app.app_context():
        people = accounts.datastore()
        people.set_uniquifier(people.find_user(username=newcomer))
        people.commit()
    answer = trainee.ask()
    assert answer.status_code == 401
    assert "Why does" in trainee.sign_in_again(answer, newcomer).text


def test_who_is_kept_signed_in_is_not_asked(app: Flask, newcomer: str) -> None:
    browser = Signed(app)
    browser.send("/login", email=newcomer, password=PASSWORD, remember="y")
    browser.begin().lose_the_session()
    answer = browser.ask()  # as after the browser was closed and opened again
    assert answer.status_code == 400
    assert "Why does" in answer.text
    assert hidden(answer.text)["text"] == TYPED


def test_what_comes_from_elsewhere_is_not_kept(trainee: Signed, app: Flask, newcomer: str) -> None:
    """Another site could fill in a form and let who is fooled by it sign in and send it."""
    trainee.lose_the_session()
    stranger = Signed(app)
    anonymous = stranger.token()
    for token in ("", "made-up", anonymous):
        answer = trainee.post(f"{trainee.desk}/questions", data={"csrf_token": token, "text": "x"})
        assert answer.status_code == 400
        assert "kept" not in hidden(answer.text)
    stranger.send("/login", email="ben", password=PASSWORD)
    page = trainee.ask(token=stranger.token())
    assert 'value="ben"' in page.text  # a form of Ben's page is for Ben alone
    assert trainee.sign_in_again(page, newcomer).status_code == 422


def test_a_changed_seal_is_not_read(trainee: Signed, newcomer: str) -> None:
    trainee.lose_the_session()
    form = hidden(trainee.ask().text)
    for seal in ("", form["kept"][:-2], f"x{form['kept']}"):
        form |= {"kept": seal, "email": newcomer, "password": PASSWORD}
        assert trainee.post("/signed-out", data=form).status_code == 400


def test_the_asking_page_may_be_out_of_date_itself(trainee: Signed, newcomer: str) -> None:
    trainee.lose_the_session()
    old = trainee.ask()
    trainee.lose_the_session()
    again = trainee.sign_in_again(old, newcomer)
    assert again.status_code == 401
    assert "Why does" in trainee.sign_in_again(again, newcomer).text


def test_passwords_are_not_given_back_and_files_are_asked_for_again(
    app: Flask, newcomer: str
) -> None:
    instructor = f"i{newcomer}"
    with app.app_context():
        add_person(app, instructor, "instructor")
    browser = Signed(app)
    browser.send("/login", email=instructor, password=PASSWORD)
    token = browser.token()
    browser.lose_the_session()
    page = browser.post("/change", data={"csrf_token": token, "new_password": "battery-staple"})
    assert "battery-staple" not in browser.sign_in_again(page, instructor).text
    browser.lose_the_session()
    file = {"csrf_token": token, "title": "Mine", "file": (BytesIO(b"format: 1"), "mine.yaml")}
    page = browser.post("/author/drafts", data=file)
    back = browser.sign_in_again(page, instructor).text
    assert "choose it again" in back
    assert "Send it now" not in back


def test_guessing_is_braked_here_as_at_the_door(app: Flask, trainee: Signed, newcomer: str) -> None:
    trainee.lose_the_session()
    page = trainee.ask()
    tries = [trainee.sign_in_again(page, newcomer, "x").status_code for _ in range(5)]
    door = [Browser(app).send("/login", email=newcomer, password="x").status_code for _ in range(6)]
    assert tries == [422] * 5
    assert door == [200] * 5 + [429]


@pytest.mark.parametrize("door", ["/login", "/logout"])
def test_at_the_door_itself_one_just_begins_anew(trainee: Signed, newcomer: str, door: str) -> None:
    trainee.sign_out_elsewhere()
    typed = {"csrf_token": trainee.page_token, "email": newcomer, "password": PASSWORD}
    answer = trainee.post(door, data=typed | {"next": "/course"})
    assert answer.status_code == 303
    assert answer.location == "/login?next=/course"


def test_a_first_password_is_changed_beside_it(app: Flask, trainee: Signed, newcomer: str) -> None:
    with app.app_context():
        people = accounts.datastore()
        people.find_user(id=number(app, newcomer)).first_password = True
        people.commit()
    trainee.lose_the_session()
    back = trainee.sign_in_again(trainee.ask(), newcomer).text
    assert 'href="/change" target="_blank"' in back
    typed = {"new_password": "battery-staple", "new_password_confirm": "battery-staple"}
    assert trainee.send("/change", password=PASSWORD, **typed).status_code == 302
    assert trainee.post(f"{trainee.desk}/questions", data=hidden(back)).status_code == 303
