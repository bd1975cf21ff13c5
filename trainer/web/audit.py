"""The audit trail: every change to people, scores and what is on the shelf; who made it, when, and
what was before."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import roles_required

from trainer.play.changes import Change, Wanted
from trainer.web import scores, sheets
from trainer.web.forms import calendar_day
from trainer.web.paging import page_wanted
from trainer.web.scores import changes
from trainer.web.sheets import Column, Sheet

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
