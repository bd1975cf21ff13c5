"""The served product over real HTTP: killed at any moment, and worked on from two tabs at once."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys.conftest import PASSWORDS
from tests.journeys.test_first_order import begin, sign_in


def free_port() -> int:
    """A port nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(data: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`trainer demo` with two processes, until the block ends; it may be dead by then."""
    server = subprocess.Popen(
        [Path(sys.executable).parent / "trainer", "demo", "--port", str(port)],
        env={**os.environ, "TRAINER_DATA": str(data), "TRAINER_WORKERS": "2"},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _ in range(600):
            try:
                build_opener().open(f"http://127.0.0.1:{port}/login", timeout=5).close()
                break
            except (URLError, ConnectionError, TimeoutError):
                assert server.poll() is None, "the server did not start"
                time.sleep(0.1)
        yield server
    finally:
        kill(server)


def kill(server: subprocess.Popen[bytes]) -> None:
    """No goodbye: the whole family at once, the way a power switch would do it."""
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


class Tab:
    """A browser tab without scripts, signed in."""

    def __init__(self, port: int, name: str = "ada") -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        token = self.token(self.get("/login"))
        self.post("/login", email=name, password=PASSWORDS[name], csrf_token=token)

    def get(self, path: str) -> str:
        """A page."""
        with self.opener.open(self.base + path, timeout=30) as reply:
            return str(reply.read().decode())

    def post(self, path: str, **fields: str) -> tuple[str, str]:
        """Send a form; where it led, and what stood there."""
        data = urlencode(fields).encode()
        with self.opener.open(self.base + path, data, timeout=30) as reply:
            return reply.url, reply.read().decode()

    @staticmethod
    def token(page: str) -> str:
        """The page's token against forged forms."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found, page
        return found[1]

    def begin(self) -> tuple[str, str]:
        """A fresh attempt, and a draft in it; its address and the order's number."""
        token = self.token(self.get("/exercises/first-order"))
        url, _ = self.post("/exercises/first-order/attempts", csrf_token=token)
        attempt = "/attempts/" + url.split("/attempts/")[1].split("/")[0]
        page = self.get(f"{attempt}/orders/new?message=msg-first")
        customer = re.search(r'<option value="(C-[^"]+)"', page)
        carrier = re.search(r'carrier_code.*?<option value="([^"]+)"', page, re.S)
        assert customer
        assert carrier
        url, _ = self.post(
            f"{attempt}/commands",
            csrf_token=self.token(page),
            command="create_draft",
            command_id="draft",
            customer_id=customer[1],
            customer_po_number="MY-PO-1",
            requested_delivery_date="2026-03-20",
            carrier_code=carrier[1],
            message_id="msg-first",
        )
        return attempt, url.split("/orders/")[1].split("?")[0]

    def note(self, attempt: str, number: str, token: str, text: str) -> None:
        """Leave a note, so that it can be counted."""
        self.post(
            f"{attempt}/commands",
            csrf_token=token,
            command="add_note",
            command_id=text,
            order_number=number,
            text=text,
        )


def notes(page: str) -> list[str]:
    """The notes on an order's page, in the facts beside it."""
    return re.findall(r"<dd>(note-\d+-\d+)</dd>", page)


def test_a_killed_server_has_lost_nothing_it_answered(tmp_path: Path) -> None:
    port, after = free_port(), 8
    with running(tmp_path, port) as server:
        tab = Tab(port)
        attempt, number = tab.begin()
        token = tab.token(tab.get(f"{attempt}/orders/{number}"))
        for n in range(after):
            tab.note(attempt, number, token, f"note-1-{n}")
        kill(server)
        with pytest.raises((URLError, ConnectionError)):
            tab.get("/")
    with running(tmp_path, port):
        page = tab.get(f"{attempt}/orders/{number}")  # the same session goes on
        assert notes(page) == [f"note-1-{n}" for n in range(after)]
        tab.note(attempt, number, tab.token(page), "note-2-0")
        assert len(notes(tab.get(f"{attempt}/orders/{number}"))) == after + 1


@pytest.mark.console("ERR_CONNECTION_(REFUSED|RESET)", "ERR_EMPTY_RESPONSE", "Failed to fetch")
def test_what_is_typed_while_the_server_dies_is_sent_when_it_is_back(
    tmp_path: Path, new_context: Callable[..., BrowserContext]
) -> None:
    port = free_port()
    page = new_context(locale="en-US").new_page()
    form = page.locator("form[data-command=add_note]")
    with running(tmp_path, port) as server:
        sign_in(page, f"http://127.0.0.1:{port}", "ada")
        key = begin(page)
        page.goto(f"http://127.0.0.1:{port}/attempts/{key}/orders/SO-10150")
        for fold in form.locator("xpath=ancestor::details").all():
            fold.locator("xpath=./summary").click()
        form.locator("textarea").fill("Call before noon")
        kill(server)
        form.locator("button:not([name])").click()
        expect(page.locator(".offline-bar")).to_be_visible()
        expect(form.locator("textarea")).to_have_value("Call before noon")
    with running(tmp_path, port):
        form.locator("button:not([name])").click()
        expect(page.locator("#order-facts")).to_contain_text("Call before noon")
        expect(page.locator(".offline-bar")).to_be_hidden()


def test_two_tabs_at_once_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port):
        tabs = [Tab(port), Tab(port)]
        attempt, number = tabs[0].begin()
        tokens = [tab.token(tab.get(f"{attempt}/orders/{number}")) for tab in tabs]

        def work(which: int) -> None:
            for n in range(15):
                for _ in range(2):  # each click is a double click
                    tabs[which].note(attempt, number, tokens[which], f"note-{which}-{n}")

        with ThreadPoolExecutor(2) as both:
            for done in [both.submit(work, 0), both.submit(work, 1)]:
                done.result()
        found = notes(tabs[0].get(f"{attempt}/orders/{number}"))
        assert sorted(found) == sorted(f"note-{w}-{n}" for w in (0, 1) for n in range(15))
        for which in (0, 1):
            mine = [note for note in found if note.startswith(f"note-{which}-")]
            assert mine == [f"note-{which}-{n}" for n in range(15)], "each tab's order is kept"
