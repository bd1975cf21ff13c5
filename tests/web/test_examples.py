"""Worked examples by plain requests: watched on other numbers, noted, and ending with one's own."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.web.deskhand import Deskhand
from trainer.play.example import next_seed, to_watch

WATCH = "/exercises/first-order/example"


@pytest.fixture(params=["ben"])
def ben(demo: Flask, request: pytest.FixtureRequest) -> Iterator[Deskhand]:
    return Deskhand(demo, request.param)


def watch(hand: Deskhand, address: str = WATCH, **fields: str):  # type: ignore[no-untyped-def]
    return hand.client.post(address, data={"csrf_token": hand.token, **fields})


def test_it_is_noted_before_anything_is_shown(demo: Flask) -> None:
    ada, debriefs = Deskhand(demo, "ada"), demo.extensions["debriefs"]
    me = ada.begin().sandbox.person_id
    assert ada.client.get(WATCH).location.endswith("/exercises/first-order")
    assert debriefs.watched(me, "first-order") is None
    assert watch(ada).status_code == 303
    assert debriefs.watched(me, "first-order") is not None
    assert "Worked example" in ada.client.get(WATCH).text


def test_it_goes_act_by_act_and_ends_with_now_you(ben: Deskhand) -> None:
    page = ben.client.get(watch(ben).location).text
    assert "Nothing can be pressed here" in page
    last = int(page.split('max="')[1].split('"')[0])
    assert last > 3
    for at in range(1, last + 1):
        page = ben.client.get(f"{WATCH}?at={at}").text
        assert "What comes of it" in page, at
        assert ("Now you" in page) == (at == last), at
    assert f'data-example="{last}"' in ben.client.get(f"{WATCH}?at=9999").text
    assert 'data-example="0"' in ben.client.get(f"{WATCH}?at=x").text


def test_from_the_desk_it_opens_at_the_step_one_stands_at(ben: Deskhand) -> None:
    ben.begin()
    assert "Solution (counts as aided)" in ben.get("inbox").text
    steps = ben.desk.course(ben.sandbox).opening.scenario.steps
    page = ben.client.get(watch(ben, step=steps[1].id).location).text
    assert f"2. {steps[1].title.en}" in page
    assert "Back to your attempt" in page
    assert ben.sandbox.events == 0  # one's own run is not touched


def test_other_numbers_than_ones_own(demo: Flask) -> None:
    store, library = demo.extensions["desk"].store, demo.extensions["library"]
    for scenario in library.scenarios():
        seeds = {it.seed for it in scenario.variants() if it.locale == "en_US"}
        if "en_US" in scenario.world.locales and len(seeds) > 2:
            mine = min(seeds)
            shown = to_watch(store, scenario, 7, "en", (mine,))
            assert shown.seed in seeds - {mine, next_seed(scenario, "en_US", 7, 0)}


def test_an_exam_and_free_practice_have_none(demo: Flask, ben: Deskhand) -> None:
    every = demo.extensions["library"].scenarios()
    shut = [it for it in every if it.mode == "exam" or not it.steps]
    assert shut
    for scenario in shut:
        address = f"/exercises/{scenario.id}/example"
        assert watch(ben, address).status_code == 404
        assert ben.client.get(address).status_code == 404
        assert "Watch it being done" not in ben.client.get(f"/exercises/{scenario.id}").text


def test_it_asks_who_is_there(demo: Flask) -> None:
    assert demo.test_client().get(WATCH).status_code in (302, 401)
    assert Deskhand(demo, "ben").client.get("/exercises/none/example").status_code == 404
