"""What the pages about scores share: who may look at whom, counting, words, files."""

from datetime import date
from fractions import Fraction
from time import monotonic
from typing import Any, Final, cast

from flask import Flask, abort, current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainer.play.changes import Changes
from trainer.play.grades import WHOLE, Attempt, Basis, Grades, People
from trainer.play.tally import tally
from trainer.training.items import Interval
from trainer.web.accounts import who as who
from trainer.web.learn import library
from trainer.web.quiz import chapter_title
from trainer.web.screens import desk
from trainer.web.sight import Sight, in_sight
from trainer.web.words import duration, text

AT_ONCE: Final = 200
"""Attempts that a page counts at most, if they have changed since they were last counted."""
PATIENCE: Final = 0.8
"""Seconds it takes for that."""

BASES: Final[dict[Basis, Any]] = {
    "first": _l("First attempts"),
    "counted": _l("Attempts that count"),
}
VERDICTS: Final = {
    "hard": _l("too hard"),
    "easy": _l("too easy"),
    "blunt": _l("does not tell strong from weak"),
    "reversed": _l("the strong miss it: is it right?"),
}


def grades() -> Grades:
    """The scores of this app."""
    return cast(Grades, current_app.extensions["grades"])


def changes() -> Changes:
    """What is changed about them."""
    return cast(Changes, current_app.extensions["changes"])


def basis_wanted() -> Basis:
    """Which attempt of each person is looked at."""
    return "counted" if request.args.get("basis") == "counted" else "first"


def attempt_of(kind: str, key: str) -> Attempt:
    """An attempt by its key, of somebody one may look at."""
    if "\0" in key or kind not in ("exercise", "quiz"):
        abort(404)
    read = grades().attempts if kind == "exercise" else grades().quizzes
    found = read(key=key)
    if not found:
        abort(404)
    in_sight(found[0].person_id)
    return found[0]


# --- counting -------------------------------------------------------------------------------------


def counted_up(people: People = None, subject: str | None = None) -> bool:
    """Count what has changed since it was last counted; whether that is all.

    A page never folds a whole class: what is left is counted by the next one, or by
    `trainer tally`.
    """
    until = monotonic() + PATIENCE
    waiting = grades().uncounted(AT_ONCE + 1, people, subject)
    done = []
    for sandbox in waiting[:AT_ONCE]:
        done.append((sandbox, tally(desk().store, desk().course(sandbox), sandbox)))
        if monotonic() > until:
            break
    grades().keep(done)
    return len(done) == len(waiting)


# --- words ----------------------------------------------------------------------------------------


def titles() -> dict[str, str]:
    """What each exercise is called, in the order of the course."""
    return {it.id: text(it.title) for it in library().scenarios() if it.steps}


def about(attempt: Attempt) -> str:
    """Whose attempt at what, as the trail says it."""
    name = grades().names([attempt.person_id]).get(attempt.person_id, "")
    if attempt.kind == "quiz":
        return f"{name} · quiz {attempt.subject} · {attempt.key}"
    return f"{name} · {attempt.subject} · {attempt.key}"


def percent(share: float | Fraction | None) -> str:
    """A share in whole percent: more digits would promise more than few people can tell."""
    return "–" if share is None else f"{round(float(share) * 100)} %"


def points(score: float | Fraction | None) -> str:
    """Points, without decimals where there are none."""
    if score is None:
        return "–"
    tenths = round(float(score) * 10)
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths / 10:.1f}"


def coefficient(r: float | None) -> str:
    """A correlation with two decimals and a real minus."""
    return "–" if r is None else f"{r:.2f}".replace("-", "−")


def span(interval: Interval | None, kind: str = "share") -> str:
    """An interval: 39–78 %, or −0.16 … 0.65."""
    if interval is None:
        return ""
    if kind == "share":
        return f"{round(interval.low * 100)}–{round(interval.high * 100)} %"
    return f"{coefficient(interval.low)} … {coefficient(interval.high)}"


def real_duration(seconds: float) -> str:
    """How long something took on the real clock; of less than ten minutes the seconds count."""
    whole = round(seconds)
    if whole >= 600:
        return duration(whole)
    return _("%(minutes)s:%(seconds)s min", minutes=whole // 60, seconds=f"{whole % 60:02}")


def attempt_link(attempt: Attempt) -> str:
    """Where an attempt's lines can be read."""
    if attempt.kind == "quiz":
        return url_for("quiz.show", key=attempt.key)
    return url_for("desk.score", key=attempt.key)


def rounded(number: float | None) -> Fraction | None:
    """A measured figure for a file."""
    return None if number is None else Fraction(number).limit_denominator(10_000)


def file_name(*view: str) -> str:
    """View and day: results-first-order-2026-11-25."""
    said = "-".join(part for part in view if part)
    return f"{said}-{date.today()}"


def scope(people: Sight, basis: Basis | None = None) -> list[str]:
    """What a file is narrowed to, in words, for it travels without its address."""
    group = next((it.name for it in people.groups if it.key == people.group), "")
    every = [_("Class: %(name)s", name=group) if group else _("Everybody I may see")]
    return every + ([str(BASES[basis])] if basis else [])


def init(app: Flask) -> None:
    """Offer the words to the templates."""
    for speak in (percent, points, coefficient, real_duration):
        app.add_template_filter(speak, {"points": "as_points"}.get(speak.__name__))
    for ask in (span, attempt_link, chapter_title):
        app.add_template_global(ask)
    app.jinja_env.globals.update(ITEM_VERDICTS=VERDICTS, BASES=BASES, WHOLE=WHOLE)
    app.add_template_global(overrides_of)
    app.add_template_global(regrades_of)


def overrides_of(kind: str, row_id: int) -> list[Any]:
    """The overrides of an attempt, for the page that shows its score."""
    return list(changes().overrides_of(kind, row_id))


def regrades_of(sandbox_id: int) -> list[Any]:
    """The regrades of a run, likewise."""
    return list(changes().regrades(sandbox_id))
