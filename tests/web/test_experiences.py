"""Shared experiences by plain requests: written, read, commented, withdrawn, hidden."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.web.conftest import Browser, add_person, number
from tests.web.pupils import work
from trainer.play.classroom import Classroom, ClassStore
from trainer.play.experiences import LONGEST, LONGEST_TITLE
from trainer.play.talk import LONGEST as LONGEST_COMMENT

Login = Callable[[str], Browser]


@pytest.fixture
def trainee(login_as: Login, newcomer: str, room: Classroom) -> Browser:
    """The newcomer, in a class of Ines."""
    return login_as(newcomer)


@pytest.fixture
def mate(app: Flask, login_as: Login, newcomer: str, room: Classroom) -> Browser:
    """Somebody else of the same class."""
    name = f"mate{newcomer}"[:60]
    with app.app_context():
        person = add_person(app, name)
    store: ClassStore = app.extensions["classes"]
    store.add(room.class_id, [person])
    return login_as(name)


def share(browser: Browser, **fields: str) -> str:
    """Its address."""
    reply = browser.send("/experiences", **{"title": "Two pages", "text": "Read both."} | fields)
    assert reply.status_code == 303, reply.text
    return str(reply.location)


def key_of(address: str) -> str:
    return address.rsplit("/", 1)[1]


def test_what_one_shares_the_class_reads_and_nobody_else(
    trainee: Browser, mate: Browser, login_as: Login
) -> None:
    address = share(trainee, title="Fax <b>two</b> pages", text="One & two\nthree")
    for reader in (trainee, mate, login_as("ines"), login_as("omar")):
        page = reader.get(address).text
        assert "Fax &lt;b&gt;two&lt;/b&gt; pages" in page
        assert "One &amp; two\nthree" in page
        assert address in reader.get("/experiences").text
    stranger = login_as("ben")
    assert stranger.get(address).status_code == 404
    assert address not in stranger.get("/experiences").text
    for act in ("", "/comments", "/withdrawal"):
        assert stranger.send(f"{address}{act}", title="x", text="x").status_code == 404
    assert stranger.get(f"{address}/edit").status_code == 404


def test_the_newest_stands_first_and_the_filter_narrows(trainee: Browser, mate: Browser) -> None:
    first = share(trainee, title="About the first", exercise="first-order")
    share(trainee, title="About nothing")
    page = mate.get("/experiences").text
    assert page.index("About nothing") < page.index("About the first")
    for about in ("exercise:first-order", "chapter:1"):
        page = mate.get(f"/experiences?about={about}").text
        assert "About the first" in page
        assert "About nothing" not in page
    for about in ("chapter:2", "exercise:nothing", "chapter:"):
        page = mate.get(f"/experiences?about={about}").text
        assert "Nobody has told of this yet" in page
    assert "/exercises/first-order" in mate.get(first).text
    assert "about=exercise:first-order" in mate.get("/exercises/first-order").text


def test_twenty_on_a_page(trainee: Browser) -> None:
    for at in range(21):
        share(trainee, title=f"Number {at} of many")
    page = trainee.get("/experiences").text
    assert "Number 20 of many" in page
    assert "Number 0 of many" not in page
    assert "Number 0 of many" in trainee.get("/experiences?page=2").text


def test_a_moment_of_ones_run_is_told_in_a_line_and_opens_for_its_owner(
    app: Flask, trainee: Browser, mate: Browser, newcomer: str, login_as: Login
) -> None:
    with app.test_request_context():
        run = work(app, number(app, newcomer), steps=2)
    debrief = trainee.get(f"/attempts/{run.key}/debrief?at=1").text
    happened = re.search(r'data-moment="1">\s*<strong>(.*?)</strong>', debrief)
    assert happened
    form = f"/experiences/new?attempt={run.key}&amp;at=1"
    assert form in debrief
    assert happened[1] in trainee.get(form.replace("&amp;", "&")).text
    address = share(trainee, attempt=run.key, at="1", moment="1")
    way = f"/attempts/{run.key}/debrief?at=1"
    for reader, opens in ((trainee, True), (login_as("ines"), True), (mate, False)):
        page = reader.get(address).text
        assert happened[1] in page
        assert (way in page) == opens
        assert reader.get(way).status_code == (200 if opens else 404)
    assert "Share an experience" not in login_as("ines").get(way).text


def test_a_moment_can_be_left_out_and_let_go(app: Flask, trainee: Browser, newcomer: str) -> None:
    with app.test_request_context():
        run = work(app, number(app, newcomer), steps=1)
    without = share(trainee, attempt=run.key, at="1")
    assert "The moment this is about" not in trainee.get(without).text
    assert "/exercises/first-order" in trainee.get(without).text
    address = share(trainee, attempt=run.key, at="1", moment="1")
    fields = {"title": "Later", "text": "Better words"}
    trainee.send(address, **fields, moment="1")
    assert "The moment this is about" in trainee.get(address).text
    trainee.send(address, **fields)
    page = trainee.get(address).text
    assert "The moment this is about" not in page
    assert "/exercises/first-order" in page


def test_nobody_attaches_the_run_of_another(
    app: Flask, mate: Browser, newcomer: str, login_as: Login
) -> None:
    with app.test_request_context():
        run = work(app, number(app, newcomer), steps=1)
    for browser in (mate, login_as("ines")):
        for key in (run.key, "nothing", "a%00b"):
            assert browser.get(f"/experiences/new?attempt={key}").status_code == 404
        fields = {"title": "x", "text": "x", "attempt": run.key, "at": "1", "moment": "1"}
        assert browser.send("/experiences", **fields).status_code == 404


@pytest.mark.parametrize(
    ("title", "text", "says"),
    [
        ("", "kept words", "A title has 1 to 120 characters; this one has 0."),
        ("\u200b", "kept words", "A title has 1 to 120 characters; this one has 0."),
        ("t" * (LONGEST_TITLE + 1), "kept words", "this one has 121."),
        ("kept words", "  ", "Write 1 to 5000 characters; these are 0."),
        ("kept words", "x" * (LONGEST + 1), "these are 5001."),
    ],
    ids=["no title", "unseen title", "long title", "no text", "long text"],
)
def test_too_little_and_too_much_is_said_and_what_was_typed_is_kept(
    trainee: Browser, title: str, text: str, says: str
) -> None:
    address = share(trainee)
    for path in ("/experiences", address):
        reply = trainee.send(path, title=title, text=text)
        assert reply.status_code == 422
        assert says in reply.text
        assert "kept words" in reply.text
        assert 'aria-invalid="true"' in reply.text
    assert "kept words" not in trainee.get("/experiences").text


def test_what_was_wrong_keeps_the_moment_on_offer(
    app: Flask, trainee: Browser, newcomer: str
) -> None:
    with app.test_request_context():
        run = work(app, number(app, newcomer), steps=1)
    reply = trainee.send("/experiences", title="", text="x", attempt=run.key, at="1")
    assert reply.status_code == 422
    assert f'name="attempt" value="{run.key}"' in reply.text
    box = re.search(r'<input[^>]*name="moment"[^>]*>', reply.text)
    assert box
    assert "checked" not in box[0]


def test_comments_are_read_changed_and_withdrawn(trainee: Browser, mate: Browser) -> None:
    address = share(trainee)
    reply = mate.send(f"{address}/comments", text="Mine had <three>.")
    assert reply.status_code == 303
    key = reply.location.split("#")[1]
    page = trainee.get(address).text
    assert "Mine had &lt;three&gt;." in page
    assert "1 comment<" in trainee.get("/experiences").text
    assert trainee.get(f"/experiences/{key}").location == f"{address}#{key}"
    assert trainee.send(f"/experiences/{key}", text="not mine").status_code == 403
    assert mate.send(f"/experiences/{key}", text="Mine had four.").status_code == 303
    assert "Mine had four." in trainee.get(address).text
    assert trainee.send(f"/experiences/{key}/comments", text="on a comment").status_code == 403
    mate.send(f"/experiences/{key}/withdrawal", act="withdraw")
    assert "Mine had four." not in trainee.get(address).text
    mate.send(f"/experiences/{key}/withdrawal", act="share")
    assert "Mine had four." in trainee.get(address).text


@pytest.mark.parametrize("text", ["", "x" * (LONGEST_COMMENT + 1)], ids=["none", "long"])
def test_a_comment_of_nothing_or_too_much_comes_back(trainee: Browser, text: str) -> None:
    address = share(trainee)
    reply = trainee.send(f"{address}/comments", text=text)
    assert reply.status_code == 422
    assert "field-error" in reply.text
    assert text in reply.text
    assert "Nobody has commented yet." in trainee.get(address).text


def test_who_wrote_it_withdraws_it_and_shares_it_again(trainee: Browser, mate: Browser) -> None:
    address = share(trainee)
    for act in ("", "/withdrawal"):
        assert mate.send(f"{address}{act}", title="x", text="x").status_code == 403
    assert mate.get(f"{address}/edit").status_code == 403
    trainee.send(f"{address}/withdrawal", act="withdraw")
    assert mate.get(address).status_code == 404
    assert "withdrawn by you" in trainee.get(address).text
    assert trainee.send(f"{address}/comments", text="x").status_code == 403
    trainee.send(f"{address}/withdrawal", act="share")
    assert mate.get(address).status_code == 200


def test_those_who_teach_hide_it_for_a_reason_that_is_kept(
    trainee: Browser, mate: Browser, login_as: Login, newcomer: str
) -> None:
    address, ines = share(trainee, title="Names a customer"), login_as("ines")
    assert mate.send(f"{address}/hiding", reason="x").status_code == 403
    for reason, says in (("", "Say why"), ("r" * 1001, "At most 1000")):
        reply = ines.send(f"{address}/hiding", reason=reason)
        assert reply.status_code == 422
        assert says in reply.text
        assert reason in reply.text
    assert mate.get(address).status_code == 200
    assert ines.send(f"{address}/hiding", reason="No names, <please>").status_code == 303
    assert mate.get(address).status_code == 404
    for reader in (trainee, ines):
        assert "No names, &lt;please&gt;" in reader.get(address).text
    assert "No names, &lt;please&gt;" in trainee.get("/").text  # as a letter, too
    trail = login_as("omar").get("/audit?action=experience_hidden").text
    assert f'>{newcomer.title()}</a> · <a href="/experiences/{key_of(address)}">Names' in trail
    assert "No names, &lt;please&gt;" in trail
    assert mate.send(f"{address}/showing").status_code == 403
    assert ines.send(f"{address}/showing").status_code == 303
    assert mate.get(address).status_code == 200
    trail = login_as("omar").get("/audit?action=experience_shown").text
    assert key_of(address) in trail


def test_a_comment_is_hidden_where_it_stands(
    trainee: Browser, mate: Browser, login_as: Login
) -> None:
    address, ines = share(trainee), login_as("ines")
    key = mate.send(f"{address}/comments", text="Unkind words").location.split("#")[1]
    assert ines.send(f"/experiences/{key}/hiding", reason="").status_code == 422
    ines.send(f"/experiences/{key}/hiding", reason="unkind")
    assert "Unkind words" not in trainee.get(address).text
    assert "Unkind words" in ines.get(address).text


def test_another_classs_teacher_neither_reads_nor_hides(
    app: Flask, trainee: Browser, login_as: Login, newcomer: str
) -> None:
    name = f"teacher{newcomer}"[:60]
    with app.app_context():
        add_person(app, name, "instructor")
    address, teacher = share(trainee), login_as(name)
    assert teacher.get(address).status_code == 404
    assert teacher.send(f"{address}/hiding", reason="x").status_code == 404
    assert teacher.send(f"{address}/showing").status_code == 404


def test_those_who_teach_look_at_one_class(
    trainee: Browser, login_as: Login, room: Classroom
) -> None:
    address, ines = share(trainee), login_as("ines")
    assert address in ines.get(f"/experiences?group={room.key}").text
    assert f"/experiences?group={room.key}" in ines.get(f"/classes/{room.key}").text
    other = ines.send("/classes", name="Another class").location.rsplit("/", 1)[1]
    assert address not in ines.get(f"/experiences?group={other}").text


def test_no_line_of_the_trail_falls_between_two_pages(trainee: Browser, login_as: Login) -> None:
    address, ines, omar = share(trainee, title="Hidden often"), login_as("ines"), login_as("omar")
    for at in range(51):
        ines.send(f"{address}/hiding", reason=f"reason {at} of many")
    trail = f"/audit?action=experience_hidden&q={key_of(address)}"
    pages = omar.get(trail).text + omar.get(f"{trail}&page=2").text
    for at in range(51):
        assert pages.count(f"reason {at} of many") == 1


def test_there_are_ways_to_it(trainee: Browser) -> None:
    for path in ("/", "/course", "/cases", "/glossary"):
        assert 'href="/experiences"' in trainee.get(path).text
