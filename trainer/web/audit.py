"""The audit trail: every change to people, scores and what is on the shelf; who made it, when, and
what was before."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal, NamedTuple

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import roles_required

from trainer.play.changes import Change, Wanted
from trainer.web import scores, sheets
from trainer.web.forms import calendar_day
from trainer.web.learn import called
from trainer.web.paging import page_wanted
from trainer.web.quiz import chapter_title
from trainer.web.scores import changes
from trainer.web.sheets import Column, Sheet
from trainer.web.words import day

bp = Blueprint("audit", __name__, url_prefix="/audit")

PAGE: Final = 50
ACTIONS: Final[dict[str, Any]] = {
    "person_created": _l("Account made"),
    "person_invited": _l("Invitation made"),
    "role_changed": _l("Role changed"),
    "time_changed": _l("Time limits changed"),
    "access_closed": _l("Locked out"),
    "access_opened": _l("Let in again"),
    "password_set": _l("Password set"),
    "password_set_by_link": _l("Password set by invitation"),
    "roster_imported": _l("List of people imported"),
    "class_created": _l("Class made"),
    "class_renamed": _l("Class renamed"),
    "class_code_renewed": _l("Join code renewed"),
    "class_opened": _l("Class opened for joining"),
    "class_closed": _l("Class closed for joining"),
    "class_registers": _l("Accounts by join link allowed"),
    "class_invites": _l("Accounts by join link no longer allowed"),
    "class_days_changed": _l("Days of a class changed"),
    "class_zone_changed": _l("Time zone of a class changed"),
    "class_archived": _l("Class put away"),
    "class_restored": _l("Class taken out again"),
    "class_joined": _l("Added to a class"),
    "class_left": _l("Taken out of a class"),
    "assigned": _l("Assignment made"),
    "assignment_changed": _l("Assignment changed"),
    "assignment_withdrawn": _l("Assignment withdrawn"),
    "assignment_given_again": _l("Assignment asked for again"),
    "first_passwords_drawn": _l("Other first passwords drawn"),
    "extension_changed": _l("Extension changed"),
    "score_overridden": _l("Score overridden"),
    "override_withdrawn": _l("Override taken back"),
    "regraded": _l("Regraded"),
    "marked": _l("Words marked"),
    "marks_changed": _l("Marks changed"),
    "names_shown": _l("Names looked at before all was marked"),
    "scenario_published": _l("Scenario published"),
    "scenario_withdrawn": _l("Scenario taken from the shelf"),
    "scenario_restored": _l("Scenario put back on the shelf"),
    "question_published": _l("Quiz question published"),
    "question_withdrawn": _l("Quiz question withdrawn"),
    "question_restored": _l("Quiz question put back on the shelf"),
    "experience_hidden": _l("Experience or comment hidden"),
    "experience_shown": _l("Experience or comment shown again"),
}


@bp.get("")
@roles_required("admin")
def index() -> ResponseReturnValue:
    """The trail, newest first, as far as the filter lets it through."""
    page, wanted = page_wanted(), _wanted()
    lines = changes().page(wanted, page, PAGE)
    asked = {name: request.args.get(name) or None for name in ("action", "q", "since", "until")}
    return render_template(
        "pages/audit.html",
        lines=lines[:PAGE],
        more=len(lines) > PAGE,
        page=page,
        asked=asked,
        actions=ACTIONS,
        action_name=action_name,
        bits=bits,
        in_days=in_days,
        place="audit",
    )


@bp.get("/audit.<any(csv, xlsx):ending>")
@roles_required("admin")
def export(ending: Literal["csv", "xlsx"]) -> ResponseReturnValue:
    """All that the filter lets through, row by row from the database."""
    wanted = _wanted()
    heads = [
        Column(_("Time of the change"), "moment"),
        Column(_("Who"), "text"),
        Column(_("What"), "text"),
        Column(_("Who or what"), "text"),
        Column(_("Before"), "text"),
        Column(_("After"), "text"),
        Column(_("Reason"), "text"),
    ]
    rows = (_cells(line) for line in changes().stream(wanted))
    about = [str(action_name(wanted.action))] if wanted.action else []
    about += [wanted.words] if wanted.words else []
    sheet = Sheet(_("Audit trail"), _("About this file"), about, heads, rows)
    return sheets.sent(sheet, scores.file_name("audit", wanted.action.replace("_", "-")), ending)


def _cells(line: Change) -> tuple[Any, ...]:
    return (
        *(datetime.fromtimestamp(line.at), line.by_name, str(action_name(line.action))),
        *(line.about, line.old, line.new, line.reason),
    )


def action_name(action: str) -> Any:
    """What was done, in words; other doors may write actions of their own."""
    return ACTIONS.get(action, action.replace("_", " "))


# --- what a line is about ------------------------------------------------------------------------


class Bit(NamedTuple):
    """A part of what a line is about, as people call it; its id stands small beside it."""

    words: str
    href: str = ""
    small: str = ""


SCORED: Final = frozenset({"score_overridden", "override_withdrawn", "regraded"})
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def bits(line: Change) -> list[Bit]:
    """What a line is about, part by part. The trail keeps ids, for titles change."""
    parts = line.about.split(" · ")
    if line.action in SCORED and len(parts) >= 3:
        *who, subject, key = parts
        kind = "quiz" if subject.startswith("quiz ") else "exercise"
        link = url_for("grades.attempt", kind=kind, key=key)
        return [_person(line, " · ".join(who)), _work(subject, link)._replace(small=key)]
    shelf, _underscore, _done = line.action.partition("_")
    if shelf in ("scenario", "question") and ": " in line.about:
        name, _colon, title = line.about.partition(": ")
        return [Bit(title, url_for("versions.history", shelf=f"{shelf}s", name=name), name)]
    if line.action in ("marked", "marks_changed"):
        return [_work(parts[0], ""), *map(Bit, parts[1:])]
    if line.action == "names_shown" and len(parts) > 1:
        return [Bit(" · ".join(parts[:-1])), _work(parts[-1], "")]
    if line.action.startswith("experience_") and len(parts) >= 3:
        link = url_for("experiences.show", key=parts[-1])
        return [_person(line, parts[0]), Bit(" · ".join(parts[1:-1]), link)]
    return [_person(line, line.about)]


def _person(line: Change, words: str) -> Bit:
    known = line.person_id
    return Bit(words, url_for("grades.person", person_id=known) if known else "")


def _work(subject: str, link: str) -> Bit:
    """An exercise or a quiz by its title; its id where it has none any more."""
    kind, _space, folder = subject.partition(" ")
    if kind == "quiz" and folder:
        return Bit(_("Quiz: %(title)s", title=chapter_title(folder)), link)
    title = called().get(subject)
    return Bit(title, link, subject) if title else Bit(subject, link)


def in_days(told: str) -> str:
    """What was there before or after, its days as people write them."""

    def written(found: re.Match[str]) -> str:
        known = calendar_day(found[0])
        return day(known) if known else found[0]

    return _DAY.sub(written, told)


def _wanted() -> Wanted:
    until = _day("until")
    return Wanted(
        action=request.args.get("action", ""),
        words=request.args.get("q", "").strip(),
        since=_stamp(_day("since")),
        until=_stamp(until + timedelta(days=1) if until else None),
    )


def _day(name: str) -> date | None:
    return calendar_day(request.args.get(name, ""))


def _stamp(day: date | None) -> float:
    if day is None or not 1971 <= day.year <= 9000:
        return 0
    return datetime.combine(day, time()).timestamp()
