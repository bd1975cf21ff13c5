"""The live board: who is at what, who needs help first; a letter to one of them or to all."""

from collections import Counter
from hashlib import blake2b
from time import time
from typing import Any, Final, NamedTuple, cast

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_security import current_user, roles_accepted

from trainer.play.board import Boards, Line, lines, lines_of_all
from trainer.play.classroom import Classroom
from trainer.play.talk import LONGEST, Mail
from trainer.training import standing
from trainer.web.classes import classes
from trainer.web.forms import whole
from trainer.web.fragments import hx_reply, is_fragment
from trainer.web.learn import called, library, titles
from trainer.web.paging import page_wanted
from trainer.web.sight import everybody, sight

bp = Blueprint("teach", __name__, url_prefix="/class")

STATUSES: Final = {
    "stuck": _l("stuck"),
    "working": _l("working"),
    "away": _l("away"),
    "not_started": _l("not started"),
    "done": _l("finished"),
    "mastered": _l("mastered"),
}


def mail() -> Mail:
    """Letters and questions of this app."""
    return cast(Mail, current_app.extensions["mail"])


@bp.get("/")
@roles_accepted("instructor", "admin")
def board() -> ResponseReturnValue:
    """The board of a class, or of everybody; who asks again gets nothing if nothing is new."""
    shown = _shown()
    if not is_fragment():
        return _page(shown)
    marked = _marked(shown)
    if request.args.get("seen") == marked["mark"]:
        return hx_reply(status=204)
    return render_template("parts/board.html", **shown, **marked)


def _shown() -> dict[str, Any]:
    """What stands on the board that the address or the form is about."""
    room, rooms = _room()
    exercise = request.values.get("exercise", "") or None
    found, left_out = _lines(room, exercise)
    return {
        "lines": found,
        "left_out": left_out,
        "room": room,
        "rooms": rooms,
        "exercise": exercise,
        "where": {"class": room.key if room else "everybody", "exercise": exercise},
        "titles": titles(),
        "called": called(),
        "steps": {it.id: it.steps for it in library().scenarios()},
        "statuses": {status: str(says) for status, says in STATUSES.items()},
        "limits": {
            "refused": standing.REFUSED,
            "hints": standing.HINTS,
            "wrong": standing.WRONG,
            "minutes": standing.WITHOUT_PROGRESS // 60,
            "away": standing.AWAY // 60,
        },
        "to": whole(request.values.get("to", "")),
        "place": "class",
    }


def _page(shown: dict[str, Any], typed: str = "", error: Any = "") -> str:
    return render_template("pages/board.html", **shown, **_marked(shown), typed=typed, error=error)


def _marked(shown: dict[str, Any]) -> dict[str, Any]:
    """The table as it reads, and a mark that changes when it reads differently."""
    rows = render_template("parts/board-rows.html", **shown)
    return {"rows": rows, "mark": blake2b(rows.encode(), digest_size=8).hexdigest()}


def _room() -> tuple[Classroom | None, list[Classroom]]:
    """The class of the address, else one's newest; “everybody” is no class."""
    admin = current_user.has_role("admin")
    mine = classes().all() if admin else classes().of_person(current_user.id, teaches=True)
    rooms = [it for it in mine if not it.archived]
    wanted = request.args.get("class", "") or request.form.get("class", "")
    if wanted:
        found = next((it for it in rooms if it.key == wanted), None)
        if found is None and wanted != "everybody":
            abort(404)  # a class that was put away is not everybody
        return found, rooms
    return (None if admin or not rooms else rooms[0]), rooms


def _lines(room: Classroom | None, exercise: str | None) -> tuple[list[Line], int]:
    """The lines, and how many people have none because there are too many."""
    boards = cast(Boards, current_app.extensions["boards"])
    if room is None:
        return lines_of_all(boards, everybody(), exercise, time())
    people = {it.person_id: it.name for it in classes().members(room.class_id) if not it.teaches}
    return lines(boards, people, exercise, time()), 0


class AtWork(NamedTuple):
    """A class as its teacher meets it on the home page: how many people stand how."""

    room: Classroom
    counts: dict[str, int]


SHOWN: Final = 4
"""Classes on the home page, the newest ones; the page of classes has them all."""


def at_work() -> list[AtWork]:
    """One's own classes of now, an admin's are all, with the statuses of their boards."""
    admin = current_user.has_role("admin")
    mine = classes().all() if admin else classes().of_person(current_user.id, teaches=True)
    found = []
    for room in [it for it in mine if not it.archived][:SHOWN]:
        seen = Counter[str](line.status for line in _lines(room, None)[0])
        found.append(AtWork(room, {status: seen[status] for status in STATUSES if seen[status]}))
    return found


def init(app: Flask) -> None:
    """Offer one's classes to the home page, which is another door's."""
    app.jinja_env.globals.update(at_work=at_work, STATUSES=STATUSES)


@bp.get("/attempts")
@roles_accepted("instructor", "admin")
def attempts() -> ResponseReturnValue:
    """Attempts of those one may look at, newest first, earlier ones as well."""
    page, size = page_wanted(), 50
    found = current_app.extensions["standings"](people=sight().people, page=page, size=size)
    scenarios = library().scenarios()
    return render_template(
        "pages/attempts.html",
        attempts=found,
        page=page,
        more=len(found) == size,
        sight=sight(),
        titles=called(),
        steps={scenario.id: len(scenario.steps) for scenario in scenarios},
        place="class",
    )


# --- letters ------------------------------------------------------------------------------------


@bp.get("/letters")
@roles_accepted("instructor", "admin")
def letters() -> ResponseReturnValue:
    """The letters one wrote, and who has read them."""
    page, size = page_wanted(), 30
    found = mail().sent(current_user.id, page, size + 1)
    return render_template(
        "pages/letters-sent.html",
        sent=found[:size],
        page=page,
        more=len(found) > size,
        place="class",
    )


@bp.post("/letters")
@roles_accepted("instructor", "admin")
def write() -> ResponseReturnValue:
    """A letter to one person on the board, or to all of them."""
    shown = _shown()
    every = {line.who.person_id: line.who for line in shown["lines"]}
    to, text = request.form.get("to", ""), request.form.get("text", "").strip()
    people = list(every) if to == "all" else [it for it in every if str(it) == to]
    if not people:
        abort(400)
    if not text or len(text) > LONGEST:
        error = _("A letter has 1 to %(most)s characters; this one was not sent.", most=LONGEST)
        return _page(shown, text, error), 422
    mail().send(current_user.id, people, text, {it: every[it].key for it in people})
    flash(ngettext("Sent to %(num)s person.", "Sent to %(num)s people.", len(people)), "success")
    return redirect(url_for(".board", **shown["where"]), 303)
