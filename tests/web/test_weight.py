"""What a first visit has to load before anything can be seen or pressed."""

import gzip
import re
from collections.abc import Callable

import pytest

from tests.web.conftest import Browser
from trainer import paths

MOST = 80_000
"""Bytes of all style sheets and scripts of a desk page, compressed as gzip -9 does."""


@pytest.mark.parametrize("path", ["inbox/msg-first", "orders", "orders/SO-10150", "debrief?at=0"])
def test_the_first_page_of_a_desk_is_light(
    login_as: Callable[[str], Browser], newcomer: str, path: str
) -> None:
    browser = login_as(newcomer)
    desk = browser.send("/exercises/first-order/attempts").location.rpartition("/")[0]
    page = browser.get(f"{desk}/{path}").text
    asked = re.findall(r'(?:<link rel="(?:stylesheet|preload)" href|<script src)="([^"]+)"', page)
    files = {address.split("/", 3)[3] for address in asked}  # /static/<fingerprint>/css/…
    for sheet in [name for name in files if name.endswith(".css")]:
        imported = re.findall(r'@import url\("\.\./([^"]+)"\)', (paths.STATIC / sheet).read_text())
        files |= set(imported)
    assert {"vendor/bootstrap.min.css", "vendor/htmx.min.js", "js/app.js"} <= files
    sizes = {name: len(gzip.compress((paths.STATIC / name).read_bytes(), 9)) for name in files}
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])
    assert sum(sizes.values()) <= MOST, heaviest
