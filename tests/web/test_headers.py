"""What every answer tells the browser, and how errors are told."""

import re
from collections.abc import Callable

import pytest
from flask import Flask, url_for

from tests.web.conftest import Browser
from trainer import paths

Login = Callable[..., Browser]
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.mark.parametrize("path", ["/login", "/nowhere", "/"])
def test_every_answer_has_its_guards(client: Browser, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-store"


def test_the_nonce_is_new_each_time(client: Browser) -> None:
    nonces = {
        re.search("nonce-([^']+)'", client.get("/login").headers["Content-Security-Policy"])[1]  # type: ignore[index]
        for _ in range(3)
    }
    assert len(nonces) == 3


def test_no_template_holds_a_style_or_a_script_of_its_own() -> None:
    banned = re.compile(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\shx-on|\son\w+=|javascript:")
    wrong = [
        f"{path.relative_to(paths.TEMPLATES)}: {found[0]}"
        for path in paths.TEMPLATES.rglob("*.html")
        for found in banned.finditer(path.read_text("utf-8"))
    ]
    assert wrong == []


def test_every_icon_asked_for_is_in_the_sprite() -> None:
    names = (paths.ROOT / "trainer/assets/icons.txt").read_text("utf-8")
    known = set(re.findall(r"^([a-z][a-z0-9-]*)", names, re.M))
    text = "".join(path.read_text("utf-8") for path in paths.TEMPLATES.rglob("*.html"))
    asked = set(re.findall(r"""icon\(["']([a-z0-9-]+)["']""", text))
    assert asked - known == set()


def test_static_files_may_be_kept_for_good(app: Flask, client: Browser) -> None:
    with app.test_request_context():
        ours = client.get(url_for("static", filename="css/tokens.css"))
        theirs = client.get(
            url_for("static", filename="vendor/bootstrap.min.css"),
            headers={"Accept-Encoding": "br"},
            buffered=True,
        )
    assert "max-age=31536000" in ours.headers["Cache-Control"]
    assert "immutable" in theirs.headers["Cache-Control"]
    assert theirs.headers["Content-Encoding"] == "br"


def test_the_first_page_weighs_at_most_80_kilobytes(app: Flask, client: Browser) -> None:
    page = client.get("/login").text
    urls = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
    assert len(urls) > 6
    gzip = {"Accept-Encoding": "gzip"}
    sizes = {url: len(client.get(url, headers=gzip, buffered=True).data) for url in urls}
    assert sum(sizes.values()) < 80 * 1024, sizes


def test_dark_names_only_tokens_that_light_names() -> None:
    def tokens(name: str) -> set[str]:
        return set(re.findall(r"^\s*(--[\w-]+):|;\s+(--[\w-]+):", (css / name).read_text(), re.M))

    css = paths.STATIC / "css"
    flat = {a or b for a, b in tokens("dark.css")} - {"--bs-form-select-bg-img",
            "--bs-form-check-bg-image"}  # fmt: skip
    assert len(flat) > 30
    assert flat - {a or b for a, b in tokens("tokens.css")} == set()


def test_colours_are_named_in_the_tokens_only() -> None:
    colour = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)\(", re.I)
    wrong = []
    for name in ("base.css", "layout.css", "parts.css"):
        text = re.sub(r"/\*.*?\*/", "", (paths.STATIC / "css" / name).read_text(), flags=re.S)
        wrong += [f"{name}: {found[0]}" for found in colour.finditer(text)]
    assert wrong == []


# --- errors -------------------------------------------------------------------------------------


def test_an_error_is_a_page_with_a_way_on(login_as: Login) -> None:
    answer = login_as("ada").get("/nowhere")
    assert answer.status_code == 404
    assert "Nothing here" in answer.text
    assert 'href="/"' in answer.text


def test_for_htmx_an_error_is_a_notice_that_leaves_the_page_alone(client: Browser) -> None:
    answer = client.get("/nowhere", headers=PART)
    assert answer.status_code == 404
    assert answer.headers["HX-Retarget"] == "#toasts"
    assert answer.text.lstrip().startswith('<div class="notice')


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "The page was open too long"),
        ("zh_Hans", "页面打开太久了"),
        ("zh_Hant", "頁面開啟太久了"),
    ],
)
def test_a_form_without_its_token_is_told_so(client: Browser, language: str, words: str) -> None:
    client.set_cookie("look", f"{language}.light.16")
    answer = client.post("/settings", data={"theme": "dark"})
    assert answer.status_code == 400
    assert words in answer.text


def test_a_wrong_method_names_the_right_ones(login_as: Login) -> None:
    answer = login_as("ada").get("/logout")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_what_breaks_is_told_without_its_trace(
    app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise RuntimeError("the secret reason")

    monkeypatch.setitem(app.view_functions, "settings.show", broken)
    answer = client.get("/settings")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "secret" not in answer.text
