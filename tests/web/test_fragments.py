"""Speaking with htmx 4."""

import pytest
from flask import Flask

from trainer.web.fragments import hx_reply, is_fragment

ASKED = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({}, False),
        (ASKED, True),
        ({"HX-Request": "true"}, True),
        (ASKED | {"HX-Request-Type": "full"}, False),
        (ASKED | {"HX-Boosted": "true"}, False),
        (ASKED | {"HX-History-Restore-Request": "true"}, False),
    ],
)
def test_only_a_part_is_answered_with_a_part(
    app: Flask, headers: dict[str, str], part: bool
) -> None:
    with app.test_request_context("/", headers=headers):
        assert is_fragment() is part


def test_a_reply_is_steered_by_its_headers(app: Flask) -> None:
    with app.test_request_context("/"):
        reply = hx_reply("<p>", 422, trigger={"saved": 1}, push_url="/x", retarget="#a")
    assert (reply.status_code, reply.get_data()) == (422, b"<p>")
    wanted = {"HX-Trigger": '{"saved": 1}', "HX-Push-Url": "/x", "HX-Retarget": "#a"}
    assert wanted.items() <= dict(reply.headers).items()
