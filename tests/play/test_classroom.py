"""A roster as people paste it: what comes of each row, and what is wrong with it."""

import pytest

from trainer.play.classroom import (
    MOST_ROWS,
    MOST_SIGNS,
    Known,
    Newcomer,
    Roster,
    decoded,
    read_roster,
)

ADA = Known(1, "ada@example.com", "ada", member=False, in_sight=True)
BEN = Known(2, "ben@example.com", "ben", member=True, in_sight=True)
CAI = Known(3, "cai@example.com", "cai", member=False, in_sight=False)


def read(text: str, *people: Known) -> Roster:
    return read_roster(
        text,
        lambda _emails, _names: people,
        lambda typed: typed.lower() if typed.count("@") == 1 else "",
        str.lower,
    )


@pytest.mark.parametrize(
    "text",
    [
        "name,email,username\nMei Lin,mei@example.com,mei",
        "\ufeffName;E-mail;User name\r\nMei Lin;mei@example.com;mei\r\n",
        "email\tname\tuser\nmei@example.com\tMei Lin\tmei",
        "Name,Email,user_name\nMei  Lin,mei@example.com,mei",
        '姓名,邮箱,用户名\n"Mei Lin",mei@example.com,mei',
        "Name, E-MAIL ,login\n\n Mei Lin , MEI@example.com , Mei \n,,\n",
    ],
)
def test_it_is_read_however_it_was_saved(text: str) -> None:
    [row] = read(text).rows
    assert (row.name, row.email, row.username) == ("Mei Lin", "mei@example.com", "mei")
    assert row.outcome == "new"


def test_a_list_of_addresses_is_enough() -> None:
    roster = read("mei@example.com\nlin@example.com")
    assert [(row.line, row.name, row.username) for row in roster.rows] == [
        (1, "mei", "mei"),
        (2, "lin", "lin"),
    ]
    assert roster.sound


def test_who_is_out_of_sight_is_brought_in_by_no_list() -> None:
    roster = read("cai@example.com", CAI)
    assert [(row.outcome, row.fault, row.found) for row in roster.rows] == [
        ("wrong", "out_of_sight", "cai@example.com")
    ]
    assert not roster.sound


@pytest.mark.parametrize(
    ("row", "fault", "found"),
    [
        (",mei@example.com", None, ""),
        ("Mei,", "no_email", ""),
        ("Mei,mei", "bad_email", "mei"),
        ("Mei,ada@example.com", None, ""),
        (f"{'M' * 121},mei@example.com", "long", "M" * 40 + "…"),
        ("Mei,mei@example.com,a@b", "bad_username", "a@b"),
        ("Mei,mei@example.com,,fast", "bad_time", "fast"),
        ("Mei,mei@example.com,,33", "bad_time", "33"),
        ("Mei,mei@example.com,,50%", None, ""),
        ("Mei,mei@example.com,,,Klingon", "bad_language", "Klingon"),
        ("Mei,mei@example.com,ADA", "other_person", "ada"),
    ],
)
def test_each_row_says_what_is_wrong_with_it(row: str, fault: str | None, found: str) -> None:
    [read_row] = read(f"name,email,username,extra time,language\n{row}", ADA).rows
    assert (read_row.fault, read_row.found) == (fault, found)
    assert (read_row.outcome == "wrong") == (fault is not None)


def test_who_has_an_account_joins_and_who_is_there_stays() -> None:
    text = "name,email\nSomebody,ADA@example.com\nBen,ben@example.com\nMei,mei@example.com"
    assert [(row.outcome, row.person_id) for row in read(text, ADA, BEN).rows] == [
        ("joins", 1),
        ("member", 2),
        ("new", 0),
    ]


def test_nobody_is_there_twice() -> None:
    roster = read("name,email,username\nMei,mei@example.com,mei\nMei,Mei@example.com,mei2")
    assert [row.outcome for row in roster.rows] == ["new", "wrong"]
    assert (roster.rows[1].fault, roster.rows[1].found) == ("twice", "2")
    assert not roster.sound


def test_columns_nobody_knows_are_named() -> None:
    assert read("name,email,shoe size\nMei,mei@example.com,38").unknown == ("shoe size",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        (" \n\ufeff", "empty"),
        ("name,email", "empty"),
        (",,,\n,", "empty"),
        ("name,phone\nMei,123", "no_columns"),
        ('name,email\n"Mei,mei@example.com', "unreadable"),
        ("\n".join(f"p{n}@example.com" for n in range(MOST_ROWS + 1)), "too_many"),
        ("email\n" + "x" * MOST_SIGNS, "too_long"),
    ],
)
def test_what_is_no_roster_is_none(text: str, problem: str) -> None:
    assert read(text) == Roster((), problem=problem)  # type: ignore[arg-type]


def test_extra_time_and_language_are_read() -> None:
    [row] = read("email,extra time,language\nmei@example.com,50 %,繁體中文").rows
    assert row == Newcomer(2, "mei", "mei@example.com", "mei", "zh_Hant", 50)


def test_rows_are_counted_as_they_stand_in_the_text() -> None:
    assert [it.line for it in read("\n\nname;email\n\nMei;mei@example.com").rows] == [5]


@pytest.mark.parametrize(
    ("encoding", "language", "told"),
    [
        ("utf-8", "en", ""),
        ("utf-8-sig", "zh_Hant", ""),
        ("utf-16", "en", ""),
        ("gb18030", "zh_Hans", "GB18030"),
        ("gb2312", "en", "GB18030"),
        ("cp950", "zh_Hant", "Big5"),
    ],
)
def test_a_file_is_read_in_its_encoding_and_a_guess_is_told(
    encoding: str, language: str, told: str
) -> None:
    assert decoded("姓名\n林".encode(encoding), language) == ("姓名\n林", told)


def test_a_file_that_is_no_text_is_still_looked_at() -> None:
    text, told = decoded(b"name,email\nJ\xe9r\xf4me,j@example.com\x81", "en")
    assert told == "Windows-1252"
    assert "Jérôme" in text
