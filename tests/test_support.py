"""The tests' own tools: an alarm that cannot ring guards nothing."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response
from playwright.sync_api import Page
from sqlalchemy import create_engine, inspect, text

from tests.support.browser import NOT_RUN, assert_accessible, serve

POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:"
GOOD = """<!doctype html><html lang="en">
<head><title>Fine</title><link rel="icon" href="data:,"></head>
<body><main><h1>Fine</h1></main></body></html>"""
UNNAMED = GOOD.replace("</h1>", "</h1><img src='/good'>")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    app = Flask("pages")
    app.add_url_rule("/good", "good", lambda: GOOD)
    app.add_url_rule("/unnamed", "unnamed", lambda: UNNAMED)

    @app.after_request
    def strict(reply: Response) -> Response:
        reply.headers["Content-Security-Policy"] = POLICY
        return reply

    with serve(app) as address:
        yield address


def test_a_good_page_is_accessible(page: Page, url: str) -> None:
    page.goto(f"{url}/good")
    assert_accessible(page)


def test_a_picture_without_words_is_not(page: Page, url: str) -> None:
    page.goto(f"{url}/unnamed")
    with pytest.raises(AssertionError, match=r'image-alt[\s\S]*<img src="/good">[\s\S]*alt'):
        assert_accessible(page)


NOISY = """
import pytest

def visit(page, body):
    page.set_content(body)

def test_quiet(page):
    visit(page, "<script>console.log('all is well')</script>")

def test_complaint(page):
    visit(page, "<script>console.error('the kettle boils')</script>")

def test_broken_script(page):
    visit(page, "<script>no_such_thing()</script>")

def test_broken_policy(page):
    visit(page, "<meta http-equiv='Content-Security-Policy' content=\\"style-src 'self'\\">"
                "<p style='color: red'>red</p>")

@pytest.mark.console("kettle")
def test_expected_complaint(page):
    visit(page, "<script>console.error('the kettle boils')</script>")
"""


def run_of(tests: str, folder: Path, **variables: str) -> str:
    """What another pytest prints that runs these tests with our browser plugin."""
    (folder / "test_inner.py").write_text(tests)
    (folder / "conftest.py").write_text('pytest_plugins = ["tests.support.browser"]')
    command = [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider"]
    command += [f"--output={folder}/out"]
    return subprocess.run(
        [*command, "--rootdir", folder, folder],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def test_what_the_browser_complains_of_fails_the_test(tmp_path: Path) -> None:
    words = run_of(NOISY, tmp_path)
    broken = set(re.findall(r"ERROR \S*::test_(\w+)", words))
    assert broken == {"complaint", "broken_script", "broken_policy"}, words
    assert "the kettle boils" in words
    assert "no_such_thing is not defined" in words
    assert "Content Security Policy" in words


def test_a_missing_browser_fails_with_the_cures(tmp_path: Path) -> None:
    words = run_of("def test_it(page): pass", tmp_path, TRAINER_CHROMIUM="/no/such/browser")
    assert "1 error" in words
    assert "apt-get install chromium" in words
    assert "/no/such/browser" in words


def test_going_without_a_browser_is_said_loudly(tmp_path: Path) -> None:
    words = run_of("def test_it(page): pass", tmp_path, TRAINER_SKIP_BROWSER="1")
    assert f"{NOT_RUN}: 1 skipped" in words


@pytest.mark.parametrize("name", ["Ada", "Ben"])
def test_every_test_has_a_database_of_its_own(postgres_url: str, name: str) -> None:
    engine = create_engine(postgres_url)
    assert inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {name} (id int)"))
    assert inspect(engine).get_table_names() == [name.lower()]
    engine.dispose()
