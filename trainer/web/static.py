"""Static files: one address per state of all of them, so that browsers may keep them for good."""

from hashlib import sha256
from typing import Any, Final

from flask import Flask, Response, request
from whitenoise import WhiteNoise

from trainer import paths

YEAR: Final = 365 * 24 * 3600


def fingerprint() -> str:
    """A short hash over every static file: it stands in their address."""
    digest = sha256()
    for path in sorted(paths.STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(paths.STATIC).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def init(app: Flask) -> None:
    """Serve what was fetched at install as it lies there compressed; Flask serves our own."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR
    if paths.VENDOR.is_dir():
        app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
            app.wsgi_app,
            root=paths.VENDOR,
            prefix=f"{app.static_url_path}/vendor/".lstrip("/"),
            immutable_file_test=lambda path, url: True,
            add_headers_function=_guard,
        )
    app.after_request(_whole)
    app.jinja_env.globals["assets_note"] = _note()


def _whole(response: Response) -> Response:
    """Read our own files before they are compressed.

    A file that is compressed while it is sent stays open when the browser goes away meanwhile.
    """
    if request.endpoint == "static" and response.status_code == 200:
        response.direct_passthrough = False
        response.make_sequence()
        response.close()
    return response


def _guard(headers: Any, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"


def _note() -> str:
    """One clear line instead of a stack trace; for whoever set this up, so in English only."""
    return {
        "missing": "Styles and icons are missing. Run: python -m trainer.assets",
        "stale": "Styles and icons are out of date. Run: python -m trainer.assets",
        "current": "",
    }[paths.assets_state()]
