"""Which page of a long list is wanted."""

from typing import Final

from flask import request

LAST: Final = 1_000_000
"""No list is longer; what a database counts rows with is not endless."""


def page_wanted() -> int:
    """The number in the address; the first page if it is none."""
    return min(max(request.args.get("page", 1, type=int), 1), LAST)
