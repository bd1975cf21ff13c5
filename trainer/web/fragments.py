"""Answering htmx: whether it asks, what asked, and how to steer the reply.

Flask's part comes from htmx-flask; what htmx 4 calls differently is read and written here.
"""

import json
from typing import Any

from flask import Response, make_response
from htmx_flask import request


def is_fragment() -> bool:
    """Whether only a part is wanted; a boosted page and one restored by Back want all of it."""
    asked = request.htmx
    whole = asked.boosted or asked.history_restore_request
    # htmx 4 says itself whether the whole body is to be replaced
    return bool(asked) and not whole and request.headers.get("HX-Request-Type") != "full"


def hx_reply(
    html: str = "",
    status: int = 200,
    *,
    trigger: dict[str, Any] | None = None,
    **steering: str,
) -> Response:
    """A part, with events for the page and where it goes: push_url, redirect, retarget, reswap …"""
    response = make_response(html, status)
    if trigger:
        response.headers["HX-Trigger"] = json.dumps(trigger)
    for name, value in steering.items():
        response.headers[f"HX-{name.replace('_', '-').title()}"] = value
    return response
