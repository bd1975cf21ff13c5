"""What an assignment is about, its terms as a sentence, and what is due on a trainee's home page.

Times are shown as the clocks of the class have them, and say which those are.
"""

from collections.abc import Collection, Sequence
from datetime import date
from functools import reduce
from time import time
from typing import Any, Final, NamedTuple

from babel import dates
from flask import Flask, current_app, g, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from trainer.play.classroom import Assignment, Classroom, Parts, standings
from trainer.training.assignments import Standing, Terms, Whole
from trainer.training.texts import Text
from trainer.web import zones
from trainer.web.classes import classes
from trainer.web.course import course
from trainer.web.learn import called, library

COUNTS: Final = {
    "best": _l("the best try counts"),
    "last": _l("the last try counts"),
    "first": _l("the first try counts"),
}
MODES: Final = {
    "": _l("quizzes count either way"),
    "practice": _l("quizzes count only as practice"),
    "exam": _l("quizzes count only as an exam"),
}
STATES: Final = {
    "before": _l("not open yet"),
    "to_do": _l("to do"),
    "under_way": _l("under way"),
    "done": _l("finished"),
    "done_late": _l("done late"),
    "unfinished": _l("not finished in time"),
    "missed": _l("missed"),
}


class Due(NamedTuple):
    """An assignment as a trainee sees it."""

    assignment: Assignment
    room: Classroom
    title: str
    terms: Terms
    """With their extension, if they have one."""
    whole: Whole
    each: tuple[Standing, ...]
    href: str


# --- what an assignment is about ----------------------------------------------------------------


def parts(assignment: Assignment) -> Parts:
    """What it consists of, as the course is today."""
    match assignment.kind:
        case "exercise":
            return Parts(scenarios=(assignment.what,))
        case "quiz":
            return Parts(chapters=(assignment.what,))
        case "chapter":
            chapter = next((it for it in course().chapters if it.id == assignment.what), None)
            if chapter is None:
                return Parts()
            rows = {row.id for row in chapter.rows}
            return Parts(
                tuple(it.id for it in library().scenarios() if it.chapter in rows and it.steps),
                (chapter.folder,) if chapter.folder in current_app.extensions["banks"] else (),
            )


def title(assignment: Assignment) -> str:
    """What it is called, in the reader's language."""
    say: Any = current_app.jinja_env.globals["text"]
    match assignment.kind:
        case "exercise":
            return called().get(assignment.what, assignment.what)
        case "quiz":
            return str(_("Quiz: %(title)s", title=chapter_title(say, folder=assignment.what)))
        case "chapter":
            chapter = chapter_title(say, number=assignment.what)
            return str(_("Chapter %(number)s: %(title)s", number=assignment.what, title=chapter))


def chapter_title(say: Any, folder: str = "", number: str = "") -> str:
    found: Text | None = next(
        (it.title for it in course().chapters if folder == it.folder or number == it.id), None
    )
    return str(say(found)) if found else folder or number


def way(assignment: Assignment) -> str:
    """Where it is done."""
    match assignment.kind:
        case "exercise":
            return url_for("learn.exercise", scenario_id=assignment.what)
        case "quiz":
            return url_for("quiz.index", _anchor=f"quiz-{assignment.what}")
        case "chapter":
            return url_for("course.index", _anchor=f"chapter-{assignment.what}")


def sentence(terms: Terms, zone: str, longer: Sequence[tuple[str, float]] = ()) -> str:
    """The terms in plain words, by the clocks of a zone, with who has longer."""
    said = [_("Open from %(at)s", at=moment(terms.opens_at, zone))]
    if terms.due_at is not None:
        said.append(_("due %(at)s", at=moment(terms.due_at, zone)))
    if terms.closes_at is not None:
        said.append(_("closed from %(at)s", at=moment(terms.closes_at, zone)))
    if terms.tries:
        said.append(ngettext("at most %(num)s try", "at most %(num)s tries", terms.tries))
    if terms.tries != 1:
        said.append(str(COUNTS[terms.counts]))
    if terms.mode:
        said.append(str(MODES[terms.mode]))
    said += [_("%(name)s has until %(at)s", name=name, at=moment(at, zone)) for name, at in longer]
    together = reduce(lambda first, then: _("%(first)s, %(then)s", first=first, then=then), said)
    return _("%(all)s (%(zone)s).", all=together, zone=zones.called(zone, terms.opens_at))


def moment(seconds: float, zone: str = "") -> str:
    """Day, date and time as the clocks of a zone show them."""
    at = zones.clock_at(seconds, zone)
    return f"{dates.format_skeleton('yMMMEd', at, locale=get_locale())} {at:%H:%M}"


def plain_day(day: date) -> str:
    """A day as one writes it."""
    return str(dates.format_date(day, "medium", locale=get_locale()))


def typed_moment(seconds: float | None, zone: str = "") -> str:
    """As the field for a moment takes it."""
    return "" if seconds is None else zones.clock_at(seconds, zone).strftime("%Y-%m-%dT%H:%M")


def zone_called(zone: str) -> str:
    """The zone of a class, as it is today, for what says times of it."""
    return zones.called(zone, time())


def zones_offered(chosen: str) -> list[tuple[str, str]]:
    """The zones that a class may have."""
    return zones.offered(time(), chosen)


# --- for trainees -------------------------------------------------------------------------------


def dues() -> list[Due]:
    """What the classes of who is signed in ask of them: what is to do first, by due date."""
    if "dues" not in g:  # a page of quizzes asks for each of them
        g.dues = _dues()
    found: list[Due] = g.dues
    return found


def _dues() -> list[Due]:
    rooms = {
        it.class_id: it
        for it in classes().of_person(current_user.id, teaches=False)
        if not it.archived
    }
    given = classes().assignments(rooms) if rooms else []
    if not given:
        return []
    me = current_user.id
    found = standings(classes(), [me], given, {it.key: parts(it) for it in given}, time())
    more = classes().extensions([it.assignment_id for it in given])
    every = [
        Due(
            it, rooms[it.class_id], title(it), _extended(it, more, me),
            *found[it.assignment_id, me], way(it),
        )
        for it in given
    ]  # fmt: skip
    shelved = {it.id for it in library().scenarios()}
    every = [due for due in every if due.whole.state not in _AHEAD or _can_begin(due, shelved)]
    return sorted(every, key=lambda due: (_rank(due.whole), due.terms.due_at or float("inf")))


_AHEAD: Final = ("before", "to_do")
"""Nothing has been begun yet."""


def _can_begin(due: Due, shelved: Collection[str]) -> bool:
    """Whether it is still there: what was withdrawn is asked of nobody who has not begun it."""
    return due.assignment.kind != "exercise" or due.assignment.what in shelved


def _extended(it: Assignment, more: dict[tuple[int, int], float], person: int) -> Terms:
    until = more.get((it.assignment_id, person))
    return it.terms if until is None else it.terms.extended(until)


def _rank(whole: Whole) -> int:
    if whole.state in ("to_do", "under_way"):
        return 0
    return ("before", "unfinished", "missed", "done_late", "done").index(whole.state) + 1


def assigned(what: str) -> list[Due]:
    """What of it is about one exercise or quiz, itself or as part of its chapter."""
    return [due for due in dues() if what in _names(due)]


def time_left(until: float) -> str:
    """How long it is until then, in the two largest units; empty once it is over."""
    minutes = int((until - time()) // 60)
    if minutes < 0:
        return ""
    days, hours = divmod(minutes // 60, 24)
    if days and not hours:
        return ngettext("%(num)s day left", "%(num)s days left", days)
    if days:
        return _("%(d)s d %(h)s h left", d=days, h=hours)
    if hours:
        return _("%(h)s h %(m)s min left", h=hours, m=minutes % 60)
    return _("%(m)s min left", m=minutes)


def part_standing(due: Due, what: str) -> Standing:
    """How one stands with one exercise or quiz of it."""
    return due.each[_names(due).index(what)]


def _names(due: Due) -> tuple[str, ...]:
    known = parts(due.assignment)
    return (*known.scenarios, *known.chapters)


def init(app: Flask) -> None:
    """Offer what is due to the templates of other doors."""
    for name, thing in {
        "dues": dues, "assigned": assigned, "terms_sentence": sentence, "time_left": time_left,
        "assignment_title": title, "part_standing": part_standing, "zone_called": zone_called,
        "zones_offered": zones_offered,
        "typed_moment": typed_moment, "real_now": time, "due_moment": moment, "COUNTS": COUNTS,
        "ASSIGNMENT_MODES": MODES,
        "ASSIGNMENT_STATES": STATES,
    }.items():  # fmt: skip
        app.jinja_env.globals[name] = thing
    app.add_template_filter(plain_day)
