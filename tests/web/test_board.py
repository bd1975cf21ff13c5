"""The board, letters, questions: what each sees, what arrives, and who may."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.web.conftest import Browser, add_person, number
from trainer.play import board
from trainer.play.classroom import Classroom
from trainer.play.talk import LONGEST, Mail

Login = Callable[[str], Browser]


@pytest.fixture
def mail(app: Flask) -> Mail:
    found: Mail = app.extensions["mail"]
    return found


@pytest.fixture
def ines(login_as: Login) -> Browser:
    return login_as("ines")


@pytest.fixture
def trainee(login_as: Login, newcomer: str) -> Browser:
    return login_as(newcomer)


def begin(trainee: Browser) -> str:
    return trainee.send("/exercises/first-order/attempts").location.rstrip("/")


def statuses(browser: Browser, room: Classroom) -> list[str]:
    return re.findall(r'data-status="(\w+)"', browser.get(f"/class/?class={room.key}").text)


def test_the_board_follows_a_trainee_from_not_started_to_stuck(
    ines: Browser, trainee: Browser, room: Classroom
) -> None:
    assert statuses(ines, room) == ["not_started"]
    desk = begin(trainee)
    assert statuses(ines, room) == ["working"]
    for place in range(3):
        trainee.send(f"{desk}/commands", command="add_note", order_number="SO-10201", text="",
                     command_id=f"n{place}", version="0")  # fmt: skip
    hints = [trainee.send(f"{desk}/hints", command_id=f"h{place}") for place in range(2)]
    assert all(answer.status_code == 303 for answer in hints)
    assert statuses(ines, room) == ["stuck"]


def test_the_home_of_who_teaches_begins_with_their_classes(
    ines: Browser, trainee: Browser, room: Classroom
) -> None:
    def said() -> str:
        page = " ".join(ines.get("/").text.split())
        assert page.index("Your classes") < page.index("The course, as trainees see it")
        return page[page.index(f"class={room.key}") :].split("</li>")[0]

    assert "1 not started" in said()
    begin(trainee)
    assert "1 working" in said()
    assert "Your classes" not in trainee.get("/").text


def test_a_board_that_reads_the_same_is_not_sent_again(
    ines: Browser, trainee: Browser, room: Classroom
) -> None:
    page = ines.get(f"/class/?class={room.key}").text
    found = re.search(r'hx-get="([^"]+)"', page)
    assert found
    again = found[1].replace("&amp;", "&")
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    assert ines.get(again, headers=headers).status_code == 204
    begin(trainee)
    answer = ines.get(again, headers=headers)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith("{#") is False
    assert 'id="board"' in answer.text


def test_everybody_and_one_exercise(ines: Browser, trainee: Browser, room: Classroom) -> None:
    begin(trainee)
    assert "data-status" in ines.get("/class/?class=everybody").text
    page = ines.get(f"/class/?class={room.key}&exercise=duplicate-order").text
    assert 'data-status="not_started"' in page
    assert ines.get(f"/class/?class={room.key}&exercise=no-such").status_code == 200
    for gone in ("/class/?class=no-such", "/class/letters"):
        fields = {"class": "no-such", "to": "all", "text": "x"}
        reply = ines.get(gone) if "?" in gone else ines.send(gone, **fields)
        assert reply.status_code == 404  # a class that is put away is not everybody


def test_a_letter_arrives_and_is_put_away(
    ines: Browser, trainee: Browser, mail: Mail, room: Classroom, app: Flask, newcomer: str
) -> None:
    begin(trainee)
    sent = ines.send("/class/letters", **{"class": room.key}, to="all", text="Mind the <shelf>.")
    assert sent.status_code == 303
    home = trainee.get("/").text
    assert "Mind the &lt;shelf&gt;." in home
    [letter] = mail.unread(number(app, newcomer))
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    polled = trainee.get("/letters?seen=", headers=headers)
    assert "Mind the" in polled.text
    same = trainee.get(f"/letters?seen={letter.letter_id}", headers=headers)
    assert same.status_code == 204
    trainee.send(f"/letters/{letter.letter_id}", back="/")
    assert "Mind the" not in trainee.get("/").text


@pytest.mark.parametrize("text", ["", "   ", "x" * (LONGEST + 1)], ids=["none", "blank", "long"])
def test_a_letter_of_nothing_or_too_much_is_not_sent(
    ines: Browser, trainee: Browser, room: Classroom, text: str
) -> None:
    ines.send("/class/letters", **{"class": room.key}, to="all", text=text)
    assert 'class="notice notice-info letter"' not in trainee.get("/").text


def test_a_letter_goes_to_nobody_who_is_not_on_the_board(
    app: Flask, ines: Browser, room: Classroom
) -> None:
    other = str(number(app, "ada"))
    answer = ines.send("/class/letters", **{"class": room.key}, to=other, text="Hello")
    assert answer.status_code == 400


def test_a_question_is_asked_answered_and_shown_to_others_without_a_name(
    app: Flask, ines: Browser, trainee: Browser, login_as: Login, newcomer: str
) -> None:
    desk = begin(trainee)
    asked = f"Why does {newcomer} wait?"
    assert trainee.send(f"{desk}/questions", text=asked, moment="0").status_code == 303
    assert asked in trainee.get(f"{desk}/questions").text
    listed = ines.get("/questions").text
    assert asked in listed
    key = re.findall(r'id="asked-([\w-]+)"', listed.split(asked)[0])[-1]
    assert f"{desk}/debrief?at=0" in listed
    ines.send(f"/questions/{key}", text="Because of the money.", published="1")
    assert "Because of the money." in trainee.get("/").text  # as a letter, too
    other = f"other{newcomer}"[:60]
    with app.app_context():
        add_person(app, other)
    reader = login_as(other)
    page = reader.get(f"{begin(reader)}/questions").text
    assert "Because of the money." in page
    assert "Somebody asked" in page
    assert newcomer.title() not in page.replace(asked, "")


@pytest.mark.parametrize("text", ["", "x" * (LONGEST + 1)], ids=["none", "long"])
def test_a_question_of_nothing_or_too_much_is_shown_again(trainee: Browser, text: str) -> None:
    desk = begin(trainee)
    answer = trainee.send(f"{desk}/questions", text=text)
    assert answer.status_code == 422
    assert "field-error" in answer.text


def test_who_may(trainee: Browser, login_as: Login, ines: Browser, mail: Mail, app: Flask) -> None:
    desk = begin(trainee)
    stranger = login_as("ben")
    assert stranger.get(f"{desk}/questions").status_code == 404
    assert stranger.send(f"{desk}/questions", text="x").status_code == 404
    assert ines.get(f"{desk}/questions").status_code == 200
    assert ines.send(f"{desk}/questions", text="x").status_code == 403
    for address in ("/class/", "/class/attempts", "/questions"):
        assert trainee.get(address).status_code == 403
        assert ines.get(address).status_code == 200
    for address in ("/class/letters", "/questions/some-key"):
        assert trainee.send(address, text="x", to="all").status_code == 403
    assert ines.send("/questions/no-such-key", text="x").status_code == 404
    mail.send(number(app, "ines"), [number(app, "ben")], "For Ben alone", {})
    [letter] = mail.unread(number(app, "ben"))
    trainee.send(f"/letters/{letter.letter_id}")
    assert mail.unread(number(app, "ben")) == [letter]
    mail.read(number(app, "ben"), letter.letter_id)


@pytest.mark.parametrize("text", ["", "x" * (LONGEST + 1)], ids=["none", "long"])
def test_a_letter_that_cannot_be_sent_comes_back_with_its_words(
    ines: Browser, trainee: Browser, room: Classroom, app: Flask, newcomer: str, text: str
) -> None:
    to = str(number(app, newcomer))
    answer = ines.send("/class/letters", **{"class": room.key}, to=to, text=text)
    assert answer.status_code == 422
    assert 'id="field-text-error"' in answer.text
    assert f">{text}</textarea>" in answer.text
    assert f'<option value="{to}" selected' in answer.text
    assert f'<option value="{room.key}" selected' in answer.text


def test_an_answer_that_cannot_be_sent_comes_back_with_its_words_and_its_box(
    ines: Browser, trainee: Browser, mail: Mail, newcomer: str, app: Flask
) -> None:
    key = mail.ask(number(app, newcomer), "first-order", "none", None, "Why?")
    long = "y" * (LONGEST + 1)
    page = ines.send(f"/questions/{key}", text=long, published="1")
    assert page.status_code == 422
    mine = page.text.split(f'id="asked-{key}"')[1].split("</article>")[0]
    assert f">{long}</textarea>" in mine
    assert 'name="published" value="1" checked' in mine
    assert "field-error" in mine
    assert mail.question(key).answered_at is None


def test_an_older_page_does_not_take_anothers_answer_back(
    ines: Browser, login_as: Login, mail: Mail, newcomer: str, app: Flask
) -> None:
    key = mail.ask(number(app, newcomer), "first-order", "none", None, "Why?")
    listed = ines.get("/questions").text.split(f'id="asked-{key}"')[1]
    seen = re.search(r'name="seen" value="(\w+)"', listed)
    assert seen
    ines.send(f"/questions/{key}", seen=seen[1], text="Ines' answer", published="1")
    late = login_as("omar").send(f"/questions/{key}", seen=seen[1], text="Omar's answer")
    assert late.status_code == 409
    assert "Meanwhile somebody has changed it: Ines&#39; answer" in late.text
    assert ">Omar&#39;s answer</textarea>" in late.text
    assert mail.question(key).answer == "Ines' answer"
    assert mail.question(key).published


def test_letters_and_answers_can_be_read_again_the_newest_first(
    ines: Browser, trainee: Browser, room: Classroom, app: Flask, newcomer: str, mail: Mail
) -> None:
    desk = begin(trainee)
    for text in ("First <letter>", "Second letter"):
        ines.send("/class/letters", **{"class": room.key}, to="all", text=text)
    for letter in mail.unread(number(app, newcomer)):
        trainee.send(f"/letters/{letter.letter_id}", back="/")
    trainee.send(f"{desk}/questions", text="Is it late?")
    page = trainee.get("/letters").text
    assert page.index("Second letter") < page.index("First &lt;letter&gt;")
    assert "Is it late?" in page
    assert "No answer yet." in page
    assert 'href="/letters"' in trainee.get("/").text


def test_who_wrote_a_letter_sees_who_has_read_it(
    ines: Browser, trainee: Browser, room: Classroom, app: Flask, newcomer: str, mail: Mail
) -> None:
    text = f"To {newcomer}"
    ines.send("/class/letters", **{"class": room.key}, to="all", text=text)
    sent = ines.get("/class/letters").text
    assert text in sent
    assert f"{newcomer.title()} has not read it yet." in sent
    [letter] = mail.unread(number(app, newcomer))
    trainee.send(f"/letters/{letter.letter_id}", back="/")
    assert f"{newcomer.title()} has read it:" in ines.get("/class/letters").text


def test_questions_can_be_narrowed_to_a_class(
    ines: Browser, trainee: Browser, room: Classroom, app: Flask, newcomer: str, mail: Mail
) -> None:
    other = f"o{newcomer}"[:60]
    with app.app_context():
        alone = add_person(app, other)
    mail.ask(number(app, newcomer), "first-order", "none", None, f"Of {newcomer}?")
    lonely = mail.ask(alone, "first-order", "none", None, f"Alone of {other}?")
    both = ines.get("/questions").text
    assert f"Of {newcomer}?" in both
    assert f"Alone of {other}?" in both  # who is in no class is anybody's to answer
    narrowed = ines.get(f"/questions?group={room.key}").text
    assert f"Of {newcomer}?" in narrowed
    assert f"Alone of {other}?" not in narrowed
    sent = ines.send(f"/questions/{lonely}?group={room.key}", text="")
    assert sent.status_code == 422
    assert f"Alone of {other}?" in sent.text  # what is being answered is there in any case


def test_a_board_of_too_many_says_how_many_are_not_on_it(
    ines: Browser, trainee: Browser, login_as: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(trainee)
    begin(login_as("ben"))
    monkeypatch.setattr(board, "MOST", 1)
    page = ines.get("/class/?class=everybody").text
    assert page.count("data-status") == 1
    assert "more p" in page.split('class="board-sum"')[1]
    assert "choose a class or an exercise" in page


PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_who_looks_over_a_shoulder_is_told_when_the_trainee_goes_on(
    ines: Browser, trainee: Browser
) -> None:
    desk = begin(trainee)

    def asks(page: str) -> str:
        found = re.search(r'id="following"[^>]*hx-get="([^"]+)"', page)
        assert found
        return found[1].replace("&amp;", "&")

    page = ines.get(f"{desk}/inbox").text
    again = asks(page)
    assert ines.get(again, headers=PART).status_code == 204
    trainee.send(f"{desk}/hints", command_id="h1")
    told = ines.get(again, headers=PART).text
    assert "The trainee has gone on." in told
    assert f'href="{desk}/inbox"' in told
    assert ines.get(asks(told), headers=PART).status_code == 204  # said once
    key = desk.rsplit("/", 1)[1]
    other = trainee.send(f"/attempts/{key}/restarts").location.rstrip("/")
    anew = ines.get(asks(told), headers=PART).text
    assert "in another run" in anew
    assert f'href="{other}' in anew
    earlier = ines.get(f"{desk}/orders?at=0").text
    assert "Go to the newest moment" in earlier
    assert f'href="{desk}/orders"' in earlier
    assert trainee.get(f"{desk}/news").status_code == 403
    assert 'id="following"' not in trainee.get(f"{desk}/inbox").text
