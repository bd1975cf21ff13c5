"""Which page is wanted: of a long list, or after a form."""

from typing import Final

from flask import request, url_for

LAST: Final = 1_000_000
"""No list is longer; what a database counts rows with is not endless."""


def page_wanted(name: str = "page") -> int:
    """The number in the address; the first page if it is none."""
    return min(max(request.args.get(name, 1, type=int), 1), LAST)


def way_back(otherwise: str) -> str:
    """The page a form was sent from, if it is one of ours; else that of an endpoint."""
    back = request.form.get("back", "").rstrip("?")
    # a second slash would begin the name of another host, and browsers drop control characters
    ours = back.startswith("/") and back[1:2] not in ("/", "\\") and back.isprintable()
    return back if ours else url_for(otherwise)
