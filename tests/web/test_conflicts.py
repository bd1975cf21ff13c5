"""Who decided on an old picture is told what has changed since, in their language."""

import re

import pytest
from flask import Flask

from tests.web.deskhand import HTMX, Deskhand


@pytest.fixture(scope="module")
def app(demo: Flask) -> Flask:
    """The demo over a database of its own."""
    return demo


@pytest.fixture(scope="module")
def stale(app: Flask) -> tuple[Deskhand, str, int]:
    """Ada, her order, and the version that a tab of hers still shows."""
    ada = Deskhand(app, "ada").begin()
    number = ada.confirmed()
    seen = ada.world.orders[number].version
    ada.send("place_hold", order_number=number, kind="address", reason="no house number")
    ada.send("add_note", order_number=number, text="I ask them for it")
    return ada, number, seen


def rows(page: str) -> list[list[str]]:
    """The cells of the table of differences."""
    table = page.split('class="table rows differences"')[1].split("</table>")[0]
    body = table.split("<tbody>")[1]
    return [
        [
            " ".join(re.sub("<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
        ]
        for row in body.split("</tr>")[:-1]
    ]


def test_a_stale_tab_sees_what_changed_behind_it(stale: tuple[Deskhand, str, int]) -> None:
    ada, number, seen = stale
    reply = ada.send("cancel_order", order_number=number, reason="oops", version=seen)
    page = ada.client.get(reply.location).text
    assert 'data-code="VERSION_CONFLICT"' in page
    assert rows(page) == [["On hold", "–", "address"], ["Note", "–", "I ask them for it"]]
    assert ada.world.orders[number].status == "confirmed"


def test_a_preview_on_an_old_picture_tells_it_too(stale: tuple[Deskhand, str, int]) -> None:
    ada, number, seen = stale
    fields = {"order_number": number, "reason": "oops", "version": seen, "preview": "1"}
    page = ada.send("cancel_order", headers=HTMX, **fields).text
    assert rows(page)[0] == ["On hold", "–", "address"]


def test_a_version_that_never_was_tells_nothing(stale: tuple[Deskhand, str, int]) -> None:
    ada, number, _ = stale
    reply = ada.send("cancel_order", order_number=number, reason="oops", version=99)
    page = ada.client.get(reply.location).text
    assert 'data-code="VERSION_CONFLICT"' in page
    assert "differences" not in page


@pytest.mark.parametrize(
    ("language", "head"),
    [("zh-Hans", ["有变化的项目", "您看到的"]), ("zh-Hant", ["有變動的項目", "您看到的"])],
)
def test_it_is_told_in_every_language(
    stale: tuple[Deskhand, str, int], language: str, head: list[str]
) -> None:
    ada, number, seen = stale
    reply = ada.send("cancel_order", order_number=number, reason="oops", version=seen)
    page = ada.client.get(reply.location, headers={"Accept-Language": language}).text
    assert all(f">{word}</th>" in page for word in head)
