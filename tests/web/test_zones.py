"""Dates of a class go by its clocks: typed and shown there, kept as moments, summer and winter."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.web.conftest import Browser
from tests.web.test_words import spoken
from trainer.web import zones

Login = Callable[..., Browser]


@pytest.fixture
def server_in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The server's own clock, whatever machine this is."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def utc(*parts: int) -> float:
    return datetime(*parts, tzinfo=UTC).timestamp()  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("zone", "typed", "at"),
    [
        ("Asia/Taipei", (2026, 12, 1, 9, 0), (2026, 12, 1, 1, 0)),
        ("Europe/Berlin", (2026, 1, 15, 9, 0), (2026, 1, 15, 8, 0)),
        ("Europe/Berlin", (2026, 7, 15, 9, 0), (2026, 7, 15, 7, 0)),
        ("Asia/Kolkata", (2026, 7, 15, 9, 0), (2026, 7, 15, 3, 30)),
        # shown twice as summer ends: the first of the two
        ("Europe/Berlin", (2026, 10, 25, 2, 30), (2026, 10, 25, 0, 30)),
        ("America/New_York", (2026, 11, 1, 1, 30), (2026, 11, 1, 5, 30)),
    ],
)
def test_what_is_typed_is_the_moment_at_which_clocks_there_show_it(
    zone: str, typed: tuple[int, ...], at: tuple[int, ...]
) -> None:
    shown = datetime(*typed)  # type: ignore[arg-type]
    assert zones.moment_at(shown, zone) == utc(*at)
    assert zones.clock_at(utc(*at), zone) == shown


def test_a_time_that_is_left_out_as_summer_begins_is_an_hour_later() -> None:
    at = zones.moment_at(datetime(2026, 3, 29, 2, 30), "Europe/Berlin")
    assert at == utc(2026, 3, 29, 1, 30)
    assert zones.clock_at(at, "Europe/Berlin") == datetime(2026, 3, 29, 3, 30)


@pytest.mark.usefixtures("server_in_utc")
@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../../etc/passwd", "localtime", "Asia/", "x"]
)
def test_what_is_no_zone_is_the_servers_clock(name: str) -> None:
    assert zones.zone(name) is None
    assert zones.moment_at(datetime(2026, 7, 1, 12), name) == utc(2026, 7, 1, 12)


@pytest.mark.parametrize(
    ("tongue", "said"),
    [
        ("en", "Germany (Berlin) Time, UTC+02:00"),
        ("zh_Hans", "德国（柏林）时间，UTC+02:00"),
        ("zh_Hant", "德國（柏林）時間，UTC+02:00"),
    ],
)
def test_a_zone_is_called_by_its_place_and_how_far_it_is_that_day(
    app: Flask, tongue: str, said: str
) -> None:
    with spoken(app, tongue):
        assert zones.called("Europe/Berlin", utc(2026, 7, 1)) == said
        winter = zones.called("Europe/Berlin", utc(2026, 1, 1))
        assert winter == said.replace("02:00", "01:00")


def test_every_zone_on_offer_is_known(app: Flask) -> None:
    with spoken(app, "en"):
        offered = zones.offered(utc(2026, 1, 1), "Africa/Accra")
    assert len(offered) == len(zones.OFFERED) + 2  # the server's, and the one that is chosen
    assert offered[0][0] == ""
    assert offered[1] == ("Africa/Accra", "Ghana Time, UTC+00:00")


@pytest.mark.usefixtures("server_in_utc")
def test_a_class_types_and_reads_its_dates_by_its_own_clocks(
    app: Flask, login_as: Login, newcomer: str
) -> None:
    ines, mei = login_as("ines"), login_as(newcomer)
    room = ines.send("/classes", name="Taipei", zone="Asia/Taipei").location
    assert app.extensions["classes"].find(room.rsplit("/", 1)[1]).zone == "Asia/Taipei"
    page = ines.get(room).text
    assert page.count("Taiwan Time, UTC+08:00</p>") >= 3  # beside each field for a moment
    terms = {
        "opens_at": "2026-01-01T09:00",
        "due_at": "2030-06-01T18:00",
        "what": "quiz:01-overview",
    }
    ines.send(f"{room}/assignments", **terms)
    (given,) = app.extensions["classes"].assignments(
        [app.extensions["classes"].find(room.rsplit("/", 1)[1]).class_id]
    )
    assert given.terms.opens_at == utc(2026, 1, 1, 1)
    assert given.terms.due_at == utc(2030, 6, 1, 10)
    code = app.extensions["classes"].find(room.rsplit("/", 1)[1]).code
    mei.send(f"/join/{code}")
    said = "due Sat, Jun 1, 2030 18:00"
    for reader, address in ((ines, room), (mei, "/"), (mei, "/quizzes")):
        shown = reader.get(address).text
        assert said in shown, address
        assert "(Taiwan Time, UTC+08:00)." in shown
    edit = f"{room}/assignments/{given.key}"
    assert 'value="2030-06-01T18:00"' in ines.get(edit).text
    # another zone: the moment stays, the clock is another
    ines.send(f"{room}/settings", act="keep", name="Taipei", zone="Europe/Berlin")
    assert 'value="2030-06-01T12:00"' in ines.get(edit).text
    assert "due Sat, Jun 1, 2030 12:00" in mei.get("/").text
    ines.send(f"{room}/settings", act="keep", name="Taipei", zone="Mars/Olympus")
    assert "server time, UTC+00:00" in mei.get("/").text
