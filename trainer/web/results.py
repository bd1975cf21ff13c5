"""Results: how hard each exercise and question is, what was refused, what was lost, by whom."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import roles_accepted

from trainer.play import grades as counting
from trainer.play.grades import Attempt, Basis, Summary
from trainer.play.ports import NotFound
from trainer.play.tally import Tally
from trainer.training.items import Item, Spread
from trainer.training.scenario import Scenario
from trainer.web import scores, sheets
from trainer.web.learn import library
from trainer.web.paging import page_wanted
from trainer.web.quiz import banks, chapter_title
from trainer.web.scores import basis_wanted, counted_up, grades, rounded
from trainer.web.sheets import Cell, Column, Sheet
from trainer.web.sight import Sight, sight
from trainer.web.words import refusal_sentence, text

bp = Blueprint("results", __name__, url_prefix="/class/results")

Ending = Literal["csv", "xlsx"]
PAGE = 50

FIGURES = (
    Column(_l("n"), "count"),
    Column(_l("with all points"), "count"),
    Column(_l("difficulty p"), "share"),
    Column(_l("p from"), "share"),
    Column(_l("p to"), "share"),
    Column(_l("discrimination r"), "hundredths"),
    Column(_l("r from"), "hundredths"),
    Column(_l("r to"), "hundredths"),
    Column(_l("note"), "text"),
)

TIMES = (
    Column(_l("time, lower quartile"), "duration"),
    Column(_l("time, median"), "duration"),
    Column(_l("time, upper quartile"), "duration"),
)

# --- all of them ----------------------------------------------------------------------------------


@bp.get("")
@roles_accepted("instructor", "admin")
def index() -> ResponseReturnValue:
    """Every exercise and quiz that somebody has met, a line each."""
    seen, basis = sight(), basis_wanted()
    whole = counted_up(seen.people)
    return render_template(
        "pages/results.html",
        **around(seen, basis),
        exercises=_lines("exercise", basis),
        quizzes=_lines("quiz", basis),
        whole=whole,
    )


@bp.get("/results.<any(csv, xlsx):ending>")
@roles_accepted("instructor", "admin")
def export(ending: Ending) -> ResponseReturnValue:
    """The same as a file."""
    seen, basis = sight(), basis_wanted()
    counted_up(seen.people)
    heads = [Column(_("Exercise or quiz"), "text"), *_SUMMARY]
    lines = [*_lines("exercise", basis).values(), *_lines("quiz", basis).values()]
    rows = [(title, *_summary_cells(line)) for title, line in lines]
    return file_of(_("Results"), heads, rows, basis, ending, "results")


_SUMMARY = (
    Column(_l("people"), "count"),
    Column(_l("Attempts"), "count"),
    Column(_l("n"), "count"),
    Column(_l("not finished"), "count"),
    Column(_l("points, lower quartile"), "tenths"),
    Column(_l("points, median"), "tenths"),
    Column(_l("points, upper quartile"), "tenths"),
    *TIMES,
    Column(_l("hints"), "count"),
    Column(_l("refusals"), "count"),
)


def _lines(kind: str, basis: Basis) -> dict[str, tuple[str, Summary]]:
    """Name and line of all that somebody has met, in the order of the course."""
    people = sight().people
    attempts = grades().attempts(people) if kind == "exercise" else grades().quizzes(people)
    by_subject: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        by_subject.setdefault(attempt.subject, []).append(attempt)
    if kind == "exercise":
        known = scores.titles()
    else:
        known = {chapter: chapter_title(chapter) for chapter in sorted({*banks(), *by_subject})}
    return {
        name: (title, counting.summary(by_subject[name], basis))
        for name, title in known.items()
        if name in by_subject
    }


def _summary_cells(line: Summary) -> tuple[Cell, ...]:
    return (
        *(line.people, line.attempts, line.n, line.unfinished),
        *_spread_cells(line.share),
        *seconds_cells(line.seconds),
        *(line.hints, line.refused),
    )


def _spread_cells(spread: Spread | None) -> tuple[Cell, ...]:
    if spread is None:
        return None, None, None
    return rounded(spread.low), rounded(spread.median), rounded(spread.high)


def seconds_cells(spread: Spread | None) -> tuple[Cell, ...]:
    if spread is None:
        return None, None, None
    return round(spread.low), round(spread.median), round(spread.high)


# --- one exercise ---------------------------------------------------------------------------------


@bp.get("/exercises/<scenario_id>")
@roles_accepted("instructor", "admin")
def exercise(scenario_id: str) -> ResponseReturnValue:
    """Its goals with their figures, what was refused, what was lost."""
    scenario, seen, basis = _scenario(scenario_id), sight(), basis_wanted()
    whole = counted_up(seen.people, scenario_id)
    attempts = grades().attempts(seen.people, scenario_id)
    found = counting.exercise(_tallies(attempts, basis))
    return render_template(
        "pages/results-exercise.html",
        **around(seen, basis),
        scenario=scenario,
        summary=counting.summary(attempts, basis),
        found=found,
        goals=_goals(scenario, found.goals.items),
        sentence=refusal_sentence,
        whole=whole,
    )


@bp.get("/exercises/<scenario_id>.<any(csv, xlsx):ending>")
@roles_accepted("instructor", "admin")
def export_exercise(scenario_id: str, ending: Ending) -> ResponseReturnValue:
    """Goals, refusals and lost checks as a file, one below the other."""
    scenario, seen, basis = _scenario(scenario_id), sight(), basis_wanted()
    counted_up(seen.people, scenario_id)
    found = counting.exercise(_tallies(grades().attempts(seen.people, scenario_id), basis))
    missed = {lost.goal: lost.attempts for lost in found.lost}
    heads = [
        Column(_("What"), "text"),
        Column(_("Code"), "text"),
        Column(_("Sentence"), "text"),
        *FIGURES,
        Column(_("attempts that lost points"), "count"),
        Column(_("times refused"), "count"),
        Column(_("attempts with this refusal"), "count"),
    ]
    rows: list[tuple[Cell, ...]] = [
        (_("Goal"), name, says, *item_cells(item), missed.get(name, 0), None, None)
        for name, says, item in _goals(scenario, found.goals.items)
    ]
    rows += [
        (
            *(_("Refusal"), it.code, refusal_sentence(it.code), *(None,) * len(FIGURES)),
            *(None, it.times, it.attempts),
        )
        for it in found.refusals
    ]
    return file_of(text(scenario.title), heads, rows, basis, ending, f"results-{scenario_id}")


@bp.get("/exercises/<scenario_id>/runs")
@roles_accepted("instructor", "admin")
def runs(scenario_id: str) -> ResponseReturnValue:
    """The runs behind a figure: all, those that lost a goal, those that met a refusal."""
    scenario, seen, basis = _scenario(scenario_id), sight(), basis_wanted()
    found, page = _runs(scenario_id, basis), page_wanted()
    shown = found[(page - 1) * PAGE : page * PAGE]
    return render_template(
        "pages/results-runs.html",
        **around(seen, basis),
        scenario=scenario,
        runs=shown,
        total=len(found),
        page=page,
        pages=-(-len(found) // PAGE),
        names=grades().names([attempt.person_id for attempt in shown]),
        why=_why(scenario),
    )


@bp.get("/exercises/<scenario_id>/runs.<any(csv, xlsx):ending>")
@roles_accepted("instructor", "admin")
def export_runs(scenario_id: str, ending: Ending) -> ResponseReturnValue:
    """The same as a file."""
    scenario, basis = _scenario(scenario_id), basis_wanted()
    found = _runs(scenario_id, basis)
    names = grades().names([attempt.person_id for attempt in found])
    heads = [
        Column(_("Person"), "text"),
        Column(_("Score"), "tenths"),
        Column(_("earned"), "tenths"),
        Column(_("finished"), "text"),
        Column(_("hints"), "count"),
        Column(_("refusals"), "count"),
        Column(_("Time"), "duration"),
        Column(_("Run"), "text"),
    ]
    rows = [
        (
            *(names.get(it.person_id, ""), it.score, it.earned),
            *(_("yes") if it.finished else _("no"), it.hints, it.refused),
            *(round(it.seconds), it.key),
        )
        for it in found
    ]
    title = f"{text(scenario.title)} {_why(scenario)}".strip()
    return file_of(title, heads, rows, basis, ending, f"runs-{scenario_id}")


def _runs(scenario_id: str, basis: Basis) -> list[Attempt]:
    people = sight().people
    counted_up(people, scenario_id)
    attempts = grades().attempts(people, scenario_id)
    goal, refusal = request.args.get("goal", ""), request.args.get("refusal", "")
    if request.args.get("all"):
        return attempts[::-1]  # the newest first
    over = counting.chosen(attempts, basis)[::-1]
    if not goal and not refusal:
        return over
    tallies = grades().tallies([attempt.row_id for attempt in over])

    def meant(attempt: Attempt) -> bool:
        found = tallies.get(attempt.row_id, Tally())
        mark = found.goals.get(goal)
        lost = mark is not None and mark.points < mark.possible
        return lost if goal else refusal in found.refusals

    return [attempt for attempt in over if meant(attempt)]


def _why(scenario: Scenario) -> str:
    """What the runs are narrowed to."""
    goal, refusal = request.args.get("goal", ""), request.args.get("refusal", "")
    for known in scenario.goals():
        if known.id == goal:
            return _("that lost points at “%(goal)s”", goal=text(known.says))
    if goal:
        return _("that lost points at “%(goal)s”", goal=goal)
    return (
        _("that were refused: %(sentence)s", sentence=refusal_sentence(refusal)) if refusal else ""
    )


def _scenario(scenario_id: str) -> Scenario:
    try:
        return library().scenario(scenario_id)
    except NotFound:
        abort(404)


def _tallies(attempts: list[Attempt], basis: Basis) -> list[Tally]:
    over = counting.chosen(attempts, basis)
    return list(grades().tallies([attempt.row_id for attempt in over]).values())


def _goals(scenario: Scenario, items: Mapping[str, Item]) -> list[tuple[str, str, Item]]:
    """Every goal in the rubric's order, then those of older versions."""
    known = {goal.id: text(goal.says) for goal in scenario.goals()}
    for name in items:
        known.setdefault(name, _("%(goal)s (an older version)", goal=name))
    return [(name, says, items.get(name, Item(0, 0))) for name, says in known.items()]


def item_cells(item: Item) -> tuple[Cell, ...]:
    p, r = item.interval, item.r_interval
    return (
        *(item.n, item.full, rounded(item.difficulty)),
        *(rounded(p and p.low), rounded(p and p.high), rounded(item.discrimination)),
        *(rounded(r and r.low), rounded(r and r.high), item_note(item)),
    )


def item_note(item: Item) -> str:
    """What is to be thought of an item, where there is enough to think anything."""
    if item.few:
        return _("too few")
    return str(scores.VERDICTS[item.verdict]) if item.verdict else ""


# --- around ---------------------------------------------------------------------------------------


def around(seen: Sight, basis: Basis) -> dict[str, Any]:
    """What each of these pages needs: the filter, and how the address says it."""
    asked = {"group": seen.group or None, "basis": None if basis == "first" else basis}
    return {
        "sight": seen,
        "basis": basis,
        "asked": asked,
        "item_note": item_note,
        "place": "results",
    }


def file_of(
    title: str,
    heads: list[Column],
    rows: Sequence[Sequence[Cell]],
    basis: Basis,
    ending: Ending,
    name: str,
) -> ResponseReturnValue:
    spoken = [Column(str(head.label), head.kind) for head in heads]
    about = scores.scope(sight(), basis)
    sheet = Sheet(title, _("About this file"), about, spoken, rows)
    return sheets.sent(sheet, scores.file_name(name, basis, sight().group), ending)
