"""Letters on the trainee's pages; questions beside an exercise, and their answers."""

from typing import Any, Final

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import auth_required, current_user, roles_accepted

from trainer.play.ports import NotFound, Sandbox
from trainer.play.talk import ANSWERED, LONGEST, AskedQuestion, Letter
from trainer.web import accounts, screens, stale
from trainer.web.forms import whole
from trainer.web.fragments import hx_reply, is_fragment
from trainer.web.learn import called
from trainer.web.paging import page_wanted, way_back
from trainer.web.screens import screen
from trainer.web.sight import everybody, in_sight, sight
from trainer.web.teach import mail

bp = Blueprint("talk", __name__)

PAGE: Final = 30


def written(name: str) -> str:
    """What was written into a field, as it is kept; nothing, where nothing can be seen."""
    typed = accounts.printable(request.form.get(name, "").replace("\r\n", "\n")).strip()
    return typed if any(sign.isprintable() and not sign.isspace() for sign in typed) else ""


def moment_of(sandbox: Sandbox, wanted: str) -> int | None:
    """The event of a run that a form or an address means, if it means one."""
    at = whole(wanted)
    return None if at is None else min(at, sandbox.events)


# --- letters ------------------------------------------------------------------------------------


def letters() -> list[Letter]:
    """What waits for who is signed in."""
    return mail().unread(current_user.id) if current_user.is_authenticated else []


@bp.get("/letters")
@auth_required()
def waiting() -> ResponseReturnValue:
    """One's letters and questions, to read again; to a page that asks from time to time, what
    waits, and nothing if it has all of it."""
    if not is_fragment():
        return _kept()
    if request.args.get("seen", "") == seen(letters()):
        return hx_reply(status=204)
    return render_template("parts/letters.html", asking=True)


def _kept() -> str:
    page, asked_page = page_wanted(), page_wanted("asked")
    found = mail().letters(current_user.id, page, PAGE + 1)
    asked = mail().of_person(current_user.id, asked_page, PAGE + 1)
    return render_template(
        "pages/letters.html",
        found=found[:PAGE],
        page=page,
        more=len(found) > PAGE,
        asked=asked[:PAGE],
        asked_page=asked_page,
        more_asked=len(asked) > PAGE,
        titles=called(),
        place="letters",
    )


def seen(found: list[Letter]) -> str:
    """Which letters a page shows."""
    return ".".join(str(it.letter_id) for it in found)


@bp.post("/letters/<int(max=2147483647):letter_id>")
@auth_required()
def put_away(letter_id: int) -> ResponseReturnValue:
    """A letter was read."""
    mail().read(current_user.id, letter_id)
    if is_fragment():
        return render_template("parts/letters.html", asking="asking" in request.form)
    return redirect(way_back("learn.home"), 303)


# --- questions ----------------------------------------------------------------------------------


@bp.get("/attempts/<key>/questions")
@auth_required()
def beside(key: str) -> ResponseReturnValue:
    """Questions and answers beside an exercise, and the way to ask one."""
    return _beside(key)


def _beside(key: str, typed: str = "", error: Any = "") -> str:
    seen_ = screen(key)
    scenario = seen_.course.opening.scenario
    return render_template(
        "pages/questions.html",
        **screens.surroundings(seen_, "questions"),
        asked=mail().beside(scenario.id, seen_.sandbox.person_id),
        everybody=everybody() if seen_.owner else (),
        moment=seen_.sandbox.events if seen_.at is None else seen_.at,
        typed=typed,
        error=error,
    )


@bp.post("/attempts/<key>/questions")
@auth_required()
def ask(key: str) -> ResponseReturnValue:
    """Ask a question, with the moment of the run if one likes."""
    seen_ = screen(key)
    if seen_.sandbox.person_id != current_user.id:
        abort(403)
    text = written("text")
    if not text or len(text) > LONGEST:
        error = _("A question has 1 to %(most)s characters.", most=LONGEST)
        return _beside(key, text, error), 422
    at = moment_of(seen_.sandbox, request.form.get("moment", ""))
    mail().ask(current_user.id, seen_.course.opening.scenario.id, key, at, text)
    flash(_("Your question is with those who teach. The answer will be shown here."), "success")
    return redirect(url_for(".beside", key=key), 303)


@bp.get("/questions")
@roles_accepted("instructor", "admin")
def index() -> ResponseReturnValue:
    """Questions that wait for an answer, and the last ones that have one."""
    return _index()


def _index(wrong: AskedQuestion | None = None, error: Any = "", typed: str = "") -> str:
    people = sight().people
    waiting, answered = (mail().questions(people, open_only=it) for it in (True, False))
    if wrong and wrong not in (*waiting, *answered):  # what was typed is not lost with it
        answered.append(wrong)
    return render_template(
        "pages/asked.html",
        waiting=waiting,
        answered=answered,
        sight=sight(),
        most=ANSWERED,
        titles=called(),
        wrong=wrong.key if wrong else "",
        error=error,
        typed=typed,
        published="published" in request.form,
        place="asked",
    )


@bp.post("/questions/<key>")
@roles_accepted("instructor", "admin")
def answer(key: str) -> ResponseReturnValue:
    """Answer a question: who asked is told; everybody at the exercise may be allowed to read it."""
    text = written("text")
    try:
        question = mail().question(key)
    except NotFound:
        abort(404)
    in_sight(question.person_id)
    if not text or len(text) > LONGEST:
        return _index(
            question, _("An answer has 1 to %(most)s characters.", most=LONGEST), text
        ), 422
    if stale.is_stale(question.answer, question.published):
        return _index(question, stale.changed(question.answer), text), 409
    mail().answer(key, current_user.id, text, published="published" in request.form)
    # no words of ours: the reader's language may be another than the writer's
    told = f"“{question.text[:80]}”\n\n{text}"
    mail().send(
        current_user.id, [question.person_id], told, {question.person_id: question.sandbox_key}
    )
    flash(_("%(name)s has the answer.", name=question.name), "success")
    return redirect(url_for(".index", group=sight().group or None), 303)


def init(app: Flask) -> None:
    """Offer letters and the number of open questions to the templates of other doors."""
    app.jinja_env.globals["letters"] = letters
    app.jinja_env.globals["letters_seen"] = seen
