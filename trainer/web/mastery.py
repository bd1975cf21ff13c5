"""Skills and what is still missing of them, spaced review, the record of progress."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final, NamedTuple, cast

import msgspec
from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_security import auth_required, current_user, roles_accepted

from trainer.play import forking
from trainer.play import mastery as playing
from trainer.play.mastery import Card, MasteryStore
from trainer.play.ports import Sandbox, was_aided
from trainer.play.quiz import Quiz, Reviewed
from trainer.play.reading import SolutionError
from trainer.training.course import Chapter, Row
from trainer.training.mastery import Drill, Evidence, Mastery, drills, mastery
from trainer.training.questions import Complaint, Form, Question, Verdict
from trainer.training.review import grade, minutes, reviewed
from trainer.training.scenario import Goal, Scenario, Step
from trainer.web import examples
from trainer.web.course import course
from trainer.web.learn import library
from trainer.web.pieces import recorded
from trainer.web.quiz import COMPLAINTS, as_counted, banks
from trainer.web.quiz import store as quizzes
from trainer.web.screens import desk
from trainer.web.sight import in_sight
from trainer.web.words import text

bp = Blueprint("mastery", __name__)

STATES: Final[Mapping[str, tuple[Any, str, str]]] = {
    "not_met": (_l("not met yet"), "circle", "tint-grey"),
    "learning": (_l("learning"), "route", "tint-blue"),
    "nearly": (_l("nearly there"), "target", "tint-blue"),
    "mastered": (_l("mastered"), "award", "tint-green"),
    "fading": (_l("fading"), "clock", "tint-amber"),
}
"""What a state is called, with its icon and tint."""
_DAY: Final = 86_400


def store() -> MasteryStore:
    """Evidence and cards of this app."""
    return cast(MasteryStore, current_app.extensions["mastery"])


def now() -> float:
    """Seconds since 1970; a test may set the clock."""
    return float(current_app.extensions["clock"]())


class Shown(NamedTuple):
    """A skill with what a page says of it."""

    mastery: Mastery
    missing: str
    evidence: tuple[Evidence, ...]
    rows: tuple[Row, ...]
    """Whose lessons teach it."""
    exercises: tuple[Scenario, ...]
    """In which it could be shown next."""

    @property
    def only_helped(self) -> bool:
        """Whether all there is counts neither for nor against: it was guided, or with help."""
        return bool(self.evidence) and all(it.right and not it.unaided for it in self.evidence)


class Standing(NamedTuple):
    """All that is known of what a person can."""

    evidence: tuple[Evidence, ...]
    skills: Mapping[str, Shown]
    due: tuple[Card, ...]
    next_due: float
    """When the next card comes up; 0 if there is none."""

    def count(self, state: str) -> int:
        return sum(1 for it in self.skills.values() if it.mastery.state == state)

    @property
    def minutes(self) -> int:
        return minutes(len(self.due))

    def of_chapter(self, chapter: Chapter) -> tuple[Shown, ...]:
        names = dict.fromkeys(name for row in chapter.rows for name in row.skills)
        return tuple(self.skills[name] for name in names if name in self.skills)


def standing() -> Standing:
    """Of the person who is signed in; asked for several times on a page, read once."""
    if "mastery" not in g:
        g.mastery = _standing(current_user.id)
    return cast(Standing, g.mastery)


def _helped(sandbox: Sandbox, scenario: Scenario) -> bool:
    """Whether the exercise was watched before it was done."""
    watched = current_app.extensions["debriefs"].watched(sandbox.person_id, scenario.id)
    return was_aided(sandbox, watched)


def _standing(person_id: int) -> Standing:
    playing.settle(store(), desk(), quizzes(), person_id, _helped)
    evidence, cards, at = tuple(store().evidence(person_id)), store().cards(person_id), now()
    checked = _checked()
    skills = {}
    for skill in course().skills:
        mine = tuple(it for it in evidence if it.skill == skill)
        found = mastery(skill, mine, now=at, practised=skill in checked)
        fresh = [it for it in checked.get(skill, ()) if f"exercise/{it.id}" not in found.places]
        skills[skill] = Shown(
            found,
            missing(found, at),
            tuple(reversed(mine)),
            tuple(row for row in course().rows.values() if skill in row.skills),
            tuple((fresh or checked.get(skill, []))[:2]),
        )
    asked = {name: card for name, card in cards.items() if _question(card)}
    ahead = min((card.memory.due for card in asked.values()), default=0.0)
    return Standing(evidence, skills, tuple(playing.due(asked, at)), ahead)


def _checked() -> dict[str, list[Scenario]]:
    """The exercises in which each skill can be shown without help."""
    found: dict[str, list[Scenario]] = {}
    for scenario in library().scenarios():
        if scenario.mode != "guided":
            goals = (goal for step in scenario.steps for goal in step.goals)
            for skill in dict.fromkeys(name for goal in goals for name in goal.skills):
                found.setdefault(skill, []).append(scenario)
    return found


def missing(found: Mastery, at: float) -> str:
    """What it still takes, in a sentence."""
    if found.state == "mastered":
        return ""
    if found.state == "fading":
        days = int((at - found.last) // _DAY)
        return ngettext(
            "Shown, but %(num)s day ago: one success without help makes it fresh again.",
            "Shown, but %(num)s days ago: one success without help makes it fresh again.",
            days,
        )
    if found.exercise:
        return ngettext(
            "Still missing: %(num)s success without help, in an exercise.",
            "Still missing: %(num)s successes without help, at least one of them in an exercise.",
            found.more,
        )
    if found.elsewhere:
        return ngettext(
            "Still missing: %(num)s success without help, in another exercise or quiz than so far.",
            "Still missing: %(num)s successes without help, at least one of them in another "
            "exercise or quiz than so far.",
            found.more,
        )
    return ngettext(
        "Still missing: %(num)s success without help.",
        "Still missing: %(num)s successes without help.",
        found.more,
    )


def evidence_link(it: Evidence) -> str:
    """The moment an evidence is about: the event of the run, or the answer."""
    if it.source == "exercise":
        return url_for("desk.debrief", key=it.key, at=it.event)
    return url_for("quiz.explained", key=it.key, number=it.event)


class Practice(NamedTuple):
    """An exercise worth doing again, with the goals that were lost in it."""

    scenario: Scenario
    lost: tuple[tuple[Goal, Evidence], ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps in which they were lost, and at which one can begin: before the first there is
        nothing to leave out, and the way through an exam is not shown."""
        lost = {goal.id for goal, _evidence in self.lost}
        later = self.scenario.steps[1:] if examples.watchable(self.scenario) else ()
        return tuple(step for step in later if any(goal.id in lost for goal in step.goals))


def practice(now_standing: Standing) -> tuple[Practice, ...]:
    """Drills from one's own lost checks, the weakest skills first."""
    weakest = sorted(now_standing.skills, key=lambda name: now_standing.skills[name].mastery.value)
    known = {it.id: it for it in library().scenarios()}
    return tuple(
        Practice(known[drill.place], lost)
        for drill in drills(now_standing.evidence, weakest)
        if drill.place in known and (lost := _lost(known[drill.place], drill))
    )


def _lost(scenario: Scenario, drill: Drill) -> tuple[tuple[Goal, Evidence], ...]:
    goals = {goal.id: goal for goal in scenario.goals()}
    return tuple((goals[it.what], it) for it in drill.lost if it.what in goals)


@bp.get("/skills")
@auth_required()
def skills() -> ResponseReturnValue:
    """Every skill by chapter, what is missing, and what is worth practising again."""
    found = standing()
    return render_template(
        "pages/skills.html",
        standing=found,
        chapters=course().chapters,
        practice=practice(found),
        place="skills",
    )


@bp.post("/skills/drills")
@auth_required()
def drill() -> ResponseReturnValue:
    """Begin at a step in which one lost something, in a copy of the reference run on other numbers;
    it counts for nothing."""
    name, step_id = request.form.get("exercise", ""), request.form.get("step", "")
    found = next((it for it in practice(standing()) if it.scenario.id == name), None)
    step = next((it for it in found.steps if it.id == step_id), None) if found else None
    if found is None or step is None:
        flash(_("This is not to be practised any more."), "info")
        return redirect(url_for(".skills"), 303)
    try:
        opening_id, solution = examples.on_other_numbers(found.scenario)
    except SolutionError:  # an imported file that nobody has proven
        return redirect(url_for("learn.exercise", scenario_id=name), 303)
    examples.helped_from_here(name)
    me = current_user
    made = forking.drill(desk(), opening_id, solution, step.id, me.id, me.name)
    flash(
        _("The reference has done what comes before; you begin at “%(step)s”.",
          step=text(step.title)),
        "success",
    )  # fmt: skip
    return redirect(url_for("desk.home", key=made.key), 303)


# --- review ---------------------------------------------------------------------------------------


def _question(card: Card) -> Question | None:
    """What the card asks, if it is still asked in the course, and of everybody alike."""
    try:
        found = banks()[card.chapter].bank.question(card.question)
    except KeyError:
        return None
    return None if found.own_figure else found


def _version(card: Card) -> str:
    """Changes when its bank does: an answer says nothing of another question."""
    return banks()[card.chapter].digest[:12]


def _seed(card: Card) -> int:
    """Each review draws anew: other numbers, another order."""
    return int(current_user.id) * 1_000 + 500 + card.reviews


@bp.get("/review")
@auth_required()
def review() -> ResponseReturnValue:
    """The next question that is due, or when there will be one."""
    return _asked()


def _asked(
    typed: Form | None = None, errors: Mapping[str, Complaint] | None = None, shown: str = ""
) -> str:
    found = standing()
    card = found.due[0] if found.due else None
    question = _question(card) if card else None
    return render_template(
        "pages/review.html",
        standing=found,
        card=card,
        question=question,
        asked=question.draw(_seed(card)) if card and question else None,
        shown=shown or str(int(now())),
        typed=typed or {},
        errors={field: COMPLAINTS[it] for field, it in (errors or {}).items()},
        place="skills",
    )


@bp.post("/review/answers")
@auth_required()
def answer() -> ResponseReturnValue:
    """Answer the question that is due; an old page only looks on."""
    due = standing().due
    form = request.form.to_dict(flat=False)
    reviews = request.form.get("reviews", "")
    if not due or (due[0].question, str(due[0].reviews)) != (request.form.get("card"), reviews):
        return redirect(url_for(".review"), 303)
    card, question = due[0], _question(due[0])
    assert question is not None
    asked, given, share = question.draw(_seed(card)), None, Fraction(0)
    shown = request.form.get("shown", "")
    if "skip" not in form:
        read = question.read(asked, form)
        if read.errors:
            return _asked(form, read.errors, shown), 422
        given, share = read.answer, question.judge(asked, read.answer).share
    at = now()
    took = at - int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 12 else None
    after = msgspec.structs.replace(
        card,
        memory=reviewed(card.memory, grade(share, took), at),
        reviews=card.reviews + 1,
        seed=_seed(card),
        answer=given,
        share=share,
    )
    store().answered(current_user.id, after)
    return redirect(url_for(".explained", question=card.question, of=_version(card)), 303)


@bp.get("/review/answers")
@auth_required()
def answers() -> ResponseReturnValue:
    """A marked form keeps this address: who opens it again is back at the question."""
    return redirect(url_for(".review"), 303)


@bp.get("/review/answers/<question>")
@auth_required()
def explained(question: str) -> ResponseReturnValue:
    """One's last answer to a card, why, and when it comes back."""
    card = store().cards(current_user.id).get(question)
    known = _question(card) if card else None
    # the first answer was given in a quiz, and is explained there
    if card is None or known is None or card.seed != _seed(card) - 1:
        abort(404)
    if request.args.get("of") != _version(card):  # published anew since: there is the next one
        return redirect(url_for(".review"), 303)
    seen = Reviewed(1, known, known.draw(card.seed), card.answer, Verdict(card.share))
    return render_template(
        "pages/review-answer.html", seen=seen, card=card, standing=standing(), place="skills"
    )


# --- the record -----------------------------------------------------------------------------------


class Best(NamedTuple):
    """An exercise as a person did it best."""

    scenario: Scenario
    sandbox: Sandbox
    score: int
    """What it counts: what was earned, unless somebody has said otherwise."""
    tries: int
    unaided: bool


@bp.get("/record")
@auth_required()
def record() -> ResponseReturnValue:
    """One's own record of progress, to print."""
    return _record(current_user.id, url_for(".skills"))


@bp.get("/people/<int(max=2147483647):person_id>/record")
@roles_accepted("instructor", "admin")
def record_of(person_id: int) -> ResponseReturnValue:
    """A person's record, for those who teach."""
    return _record(person_id, url_for("teach.board"))


def _record(person_id: int, back: str) -> str:
    in_sight(person_id)
    name = current_app.extensions["name_of"](person_id)
    if not name:
        abort(404)
    found = standing() if person_id == current_user.id else _standing(person_id)
    return render_template(
        "pages/record.html",
        name=name,
        back=back,
        at=now(),
        standing=found,
        chapters=course().chapters,
        read=current_app.extensions["lessons_read"].of(person_id),
        best=_best(person_id, found.evidence),
        quizzes=_best_quizzes(person_id),
        judged=recorded(person_id),
    )


def _best(person_id: int, evidence: tuple[Evidence, ...]) -> tuple[Best, ...]:
    """The best finished attempt at each exercise of the course, in its order."""
    attempts: dict[str, list[Sandbox]] = {}
    for sandbox in desk().store.of_person(person_id):
        if sandbox.kind != "attempt":
            continue
        name = desk().course(sandbox).opening.scenario.id
        attempts.setdefault(name, []).append(sandbox)
    counts = {
        it.row_id: round(it.score) for it in current_app.extensions["grades"].attempts([person_id])
    }
    alone = {it.key for it in evidence} - {it.key for it in evidence if not it.unaided}
    found = []
    for scenario in library().scenarios():
        over = [it for it in attempts.get(scenario.id, ()) if it.standing.finished]
        if over:
            worth = {it.key: counts.get(it.sandbox_id, it.standing.score) for it in over}
            best = max(over, key=lambda it: (worth[it.key], it.key in alone, -it.sandbox_id))
            tries = len(attempts[scenario.id])
            found.append(Best(scenario, best, worth[best.key], tries, best.key in alone))
    return tuple(found)


def _best_quizzes(person_id: int) -> dict[str, Quiz]:
    best: dict[str, Quiz] = {}
    for quiz in as_counted(quizzes().of_person(person_id), person_id):
        if quiz.finished and (quiz.chapter not in best or quiz.share > best[quiz.chapter].share):
            best[quiz.chapter] = quiz
    return best


def init(app: Flask) -> None:
    """Offer standings to the templates of other doors."""
    app.add_template_global(standing, "own_standing")
    app.add_template_global(evidence_link)
    app.jinja_env.globals.update(SKILL_STATES=STATES)
