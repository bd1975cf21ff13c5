"""A real browser for the tests: found or fetched, listened to, and asked about accessibility."""

import fcntl
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING, Any

import brotli
import platformdirs
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page
from werkzeug.serving import make_server

from trainer.assets.build import AssetError, npm

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PACKED = "147.0.0"  # of @sparticuz/chromium: a whole browser inside an npm package
FLAGS = [
    "--no-sandbox",  # as root Chromium refuses its sandbox, and here it sees only our own pages
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # a test talks to nobody but the server under test
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NOT_RUN = "BROWSER TESTS DID NOT RUN"
CURE = (
    "There is no Chromium, and none could be fetched. Install one (apt-get install chromium, or "
    "python -m playwright install --with-deps chromium), or say where it is "
    "(TRAINER_CHROMIUM=/path/to/chromium), or go without, knowingly (TRAINER_SKIP_BROWSER=1)."
)
LOOKS = [
    "color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable", "region",
    "aria-hidden-focus",
]  # fmt: skip
"""Axe's rules whose answer depends on theme and width; all others judge the same tree again."""
AXE = Axe().axe_script
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


# --- which browser ----------------------------------------------------------------------------


def chromium() -> str:
    """The browser to drive: the one named, else one of the machine's, else a fetched one."""
    if named := os.environ.get("TRAINER_CHROMIUM"):
        if not shutil.which(named):
            raise LookupError(f"TRAINER_CHROMIUM: found {named!r}; wanted a browser's program.")
        return named
    if found := next(filter(None, map(shutil.which, NAMES)), None):
        return found
    cache = platformdirs.user_cache_path("order-trainer-tests", ensure_exists=True)
    with (cache / "lock").open("w") as lock:  # the workers of a run share one download
        fcntl.flock(lock, fcntl.LOCK_EX)
        return playwrights_own() or packed(cache)


def playwrights_own() -> str | None:
    """Playwright's browser, downloaded if need be and if its host can be reached."""
    ask = "from playwright.sync_api import sync_playwright as start\n"
    ask += "with start() as playwright: print(playwright.chromium.executable_path)"
    # in a process of its own: pytest's may have a Playwright running, and a second is refused
    path = subprocess.check_output([sys.executable, "-c", ask], text=True).strip()
    if not Path(path).exists():
        command = [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]
        subprocess.run(command, capture_output=True, check=False)
    return path if Path(path).exists() else None


def packed(cache: Path) -> str:
    """The browser from npm: for x86-64 Linux, brings its libraries and a font, needs no root."""
    home = cache / f"chromium-{PACKED}"
    if not home.exists():
        with TemporaryDirectory(dir=cache) as tmp:
            command = [*npm(), "install", "--ignore-scripts", "--no-save"]
            subprocess.run(
                [*command, f"@sparticuz/chromium@{PACKED}"],
                cwd=tmp,
                check=True,
                capture_output=True,
                text=True,
            )
            unpack(Path(tmp, "node_modules/@sparticuz/chromium/bin"), Path(tmp, "home"))
            Path(tmp, "home").rename(home)
    return str(home / "chromium")


def unpack(parts: Path, home: Path) -> None:
    for name in ("al2023", "fonts"):
        archive = io.BytesIO(brotli.decompress((parts / f"{name}.tar.br").read_bytes()))
        with tarfile.open(fileobj=archive) as tar:
            # Debian's 3.11.2 has no filters yet, and newer Pythons warn without one
            tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, path: member)
            tar.extractall(home)
    (home / "chrome").write_bytes(brotli.decompress((parts / "chromium.br").read_bytes()))
    (home / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        '<fontconfig><dir prefix="relative">fonts</dir></fontconfig>'
    )
    # what the machine has is better: its libraries get security fixes, its fonts know Chinese
    (home / "chromium").write_text(
        "#!/bin/sh\n"
        'here=$(dirname "$0")\n'
        '"$here/chrome" --version >/dev/null 2>&1 || export LD_LIBRARY_PATH="$here/lib"\n'
        '[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE="$here/fonts.conf"\n'
        'exec "$here/chrome" "$@"\n'
    )
    for program in ("chrome", "chromium"):
        (home / program).chmod(0o755)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """How pytest-playwright starts the browser; without one, the test fails rather than hides."""
    if os.environ.get("TRAINER_SKIP_BROWSER") == "1":
        pytest.skip(NOT_RUN)
    try:
        return browser_type_launch_args | {"executable_path": chromium(), "args": FLAGS}
    except (AssetError, LookupError, OSError) as error:
        pytest.fail(f"{CURE}\n{error}", pytrace=False)
    except subprocess.CalledProcessError as error:
        pytest.fail(f"{CURE}\n{error}\n{error.stderr}", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if missing := sum(NOT_RUN in str(report.longrepr) for report in skipped):
        words = f"{NOT_RUN}: {missing} skipped, because TRAINER_SKIP_BROWSER=1"
        terminalreporter.section(words, red=True, bold=True)


# --- what the browser says --------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "console(pattern, …): what the browser's console may complain of in this test"
    )


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], request: pytest.FixtureRequest
) -> Iterator[Callable[..., BrowserContext]]:
    """Each context is listened to: an error, a warning or a broken policy fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def listened(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.on(
            "console",
            lambda message: (
                complaints.append(f"{message.location['url']}: {message.text}")
                if message.type in ("error", "warning")
                else None
            ),
        )
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        contexts.append(context)
        return context

    yield listened
    for page in [page for context in contexts for page in context.pages]:
        page.evaluate("0")  # what was said just before the end arrives with the answer
    mark = request.node.get_closest_marker("console")
    allowed = mark.args if mark else ()
    unexpected = [
        words for words in complaints if not any(re.search(pattern, words) for pattern in allowed)
    ]
    if unexpected:
        pytest.fail("\n".join(["The browser complained:", *unexpected]), pytrace=False)


def assert_accessible(
    page: Page, rules: list[str] | None = None, without: tuple[str, ...] = ()
) -> None:
    """Axe finds nothing on the page as it stands; each finding is shown with its reasons."""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": STANDARDS}
    # preloading would put our style sheets inline, which our own policy forbids; how each element
    # could be selected is a fifth of the work, and nobody reads it
    options = {
        "runOnly": only, "resultTypes": ["violations"], "preload": False, "selectors": False,
    }  # fmt: skip
    options["rules"] = {rule: {"enabled": False} for rule in without}
    if not page.evaluate("'axe' in window"):  # half a megabyte: once a page is enough
        page.evaluate(AXE)
    violations = page.evaluate("(options) => axe.run(options).then((r) => r.violations)", options)
    findings = [
        f"{rule['id']} ({rule['impact']}): {rule['help']}\n  {node['html']}\n  "
        + node["failureSummary"].replace("\n", "\n  ")
        for rule in violations
        for node in rule["nodes"]
    ]
    assert not findings, "\n\n".join([f"{page.url} is not accessible:", *findings])


# --- what the browser visits ------------------------------------------------------------------


@contextmanager
def serve(app: "WSGIApplication") -> Iterator[str]:
    """The app on a port of the system's choice, as a URL, until the block ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
