"""The glossary: every word of the trade in the person's language, and in English beside it."""

from typing import cast

from flask import Blueprint, Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import auth_required

from trainer.training.glossary import TONGUES, Dialect, Glossary, Term
from trainer.web.look import look

bp = Blueprint("glossary", __name__)


def glossary() -> Glossary:
    """The glossary of this app."""
    return cast(Glossary, current_app.extensions["glossary"])


@bp.get("/glossary")
@auth_required()
def index() -> ResponseReturnValue:
    """All terms, or those that contain what was searched."""
    words = request.args.get("q", "")
    return render_template(
        "pages/glossary.html",
        terms=glossary().find(words, look().language),
        q=words,
        place="glossary",
    )


def init(app: Flask) -> None:
    """Offer the card of a refusal, and the words of other systems, to the templates."""

    def term_about(code: str) -> Term | None:
        return glossary().about(code)

    def dialects() -> tuple[Dialect, ...]:
        return glossary().dialects

    app.add_template_global(term_about)
    app.add_template_global(dialects)
    app.jinja_env.globals["TONGUES"] = TONGUES
