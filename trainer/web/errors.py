"""What went wrong, said once for all doors: as a page, or as a notice for htmx."""

from http import HTTPStatus
from typing import Any, Final

from flask import Flask, Response, current_app, render_template, request
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException

from trainer.web.fragments import hx_reply, is_fragment

Words = tuple[Any, Any]

WORDS: Final[dict[int, Words]] = {
    400: (_l("That could not be read"), _l("Go back, reload the page and try again.")),
    403: (_l("Not yours to see"), _l("Your account has no access here. Ask your instructor.")),
    404: (_l("Nothing here"), _l("The address is wrong, or what was here is gone.")),
    405: (_l("Not like this"), _l("Open the page from the menu and use its buttons.")),
    413: (
        _l("Too much at once"),
        _l("At most 4 MB can be sent at once: send a smaller file, or less text."),
    ),
    422: (_l("Something is not right yet"), _l("Look at the marked fields.")),
    429: (_l("Too many tries"), _l("Wait a minute, then try again.")),
    500: (_l("Something broke on our side"), _l("What you did before is safe. Try again; if it "
          "happens again, tell your instructor the time.")),
}  # fmt: skip
OUT_OF_DATE: Final[Words] = (
    _l("The page was open too long"),
    _l("Nothing has been done. Go back, reload the page and send it again."),
)


def init(app: Flask) -> None:
    """Answer every error in our own words."""
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, broken)


def http_error(error: HTTPException) -> Any:
    """A page that is not there, a wrong method, a refused role."""
    if error.code is None or error.code < 400:
        return error  # a redirect that was raised
    if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        _forget_what_was_sent()
    response = answer(error.code)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _forget_what_was_sent() -> None:
    """Let the error page ask for a form: it would be read once more, and be too large again."""
    vars(request)["form"] = vars(request)["files"] = ImmutableMultiDict[str, Any]()


def broken(error: Exception) -> Response:
    """A mistake of ours: logged with its trace, told without it."""
    if current_app.testing:
        raise error
    current_app.logger.exception("broken: %s", type(error).__name__)
    return answer(500)


def answer(code: int, words: Words | None = None) -> Response:
    """The error as a page; for htmx as a notice that leaves the page as it is."""
    title, advice = words or WORDS.get(code) or WORDS[400 if code < 500 else 500]
    shown = {"code": code, "title": title, "advice": advice}
    if is_fragment():
        part = render_template("parts/error.html", **shown)
        return hx_reply(part, code, retarget="#toasts", reswap="innerHTML")
    return Response(render_template("pages/error.html", **shown), HTTPStatus(code))
