"""What every answer tells the browser: run and load only what is ours, keep pages to yourself."""

from secrets import token_urlsafe

from flask import Flask, Response, g


def init(app: Flask) -> None:
    """Put the headers on every answer, and `nonce()` into the templates."""
    app.after_request(guarded)
    app.add_template_global(nonce)


def nonce() -> str:
    """This request's word for a script of ours that stands in the page itself."""
    if "nonce" not in g:
        g.nonce = token_urlsafe(16)
    word: str = g.nonce
    return word


def guarded(response: Response) -> Response:
    """The answer with its guards."""
    response.headers.setdefault("Content-Security-Policy", policy(nonce()))
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if response.mimetype == "text/html":
        # class rooms share computers: after signing out, Back shows nothing
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.vary.update(("Cookie", "HX-Request"))
    return response


def policy(nonce: str) -> str:
    """The content security policy: no eval, no inline script, no inline style, no frames."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self' data:",  # Bootstrap's arrows and ticks are data: pictures
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        )
    )
