"""Marking words: what waits, one piece after the other without its name, and what is told of it."""

from collections.abc import Iterable, Mapping
from datetime import date
from time import monotonic
from typing import Any, Final, NamedTuple, cast

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
from flask_security import current_user, roles_accepted

from trainer.play.grades import People
from trainer.play.pieces import (
    LONGEST,
    Choice,
    Context,
    Given,
    Line,
    Marks,
    Piece,
    PieceStore,
    context,
    covered,
    written,
)
from trainer.play.ports import Conflict, Debriefs, NotFound, Sandbox
from trainer.training.judged import Judged
from trainer.training.scenario import Scenario
from trainer.training.scoring import Line as LedgerLine
from trainer.training.scoring import ledger
from trainer.web.accounts import datastore, who
from trainer.web.learn import called, library
from trainer.web.scores import grades
from trainer.web.screens import desk
from trainer.web.sight import everybody, sight
from trainer.web.words import text

bp = Blueprint("pieces", __name__, url_prefix="/marking")

AT_ONCE: Final = 200
"""Runs that a page looks through for words at most."""
PATIENCE: Final = 0.8
"""Seconds it takes for that."""
NO_CLASS: Final = "-"
"""In addresses: the people who are in no class."""

NO_LEVEL: Final = _l("Choose one of the levels.")
LONG_COMMENT: Final = _l("A comment has at most 1000 characters.")


def store() -> PieceStore:
    """The pieces of this app."""
    return cast(PieceStore, current_app.extensions["pieces"])


# --- handing over ---------------------------------------------------------------------------------


def gather() -> None:
    """Hand over what was written in runs that were finished since somebody last looked."""
    judged = [it.id for it in library().scenarios() if it.judged]
    until = monotonic() + PATIENCE
    for sandbox in store().unread(judged, AT_ONCE) if judged else ():
        hand_over(sandbox)
        if monotonic() > until:
            break


def hand_over(sandbox: Sandbox) -> None:
    """Hand over what was written in one run."""
    subject = desk().course(sandbox).opening.scenario.id
    store().hand_over(sandbox, subject, list(written(desk(), _debriefs(), sandbox)))


def _debriefs() -> Debriefs:
    return cast(Debriefs, current_app.extensions["debriefs"])


# --- what waits -----------------------------------------------------------------------------------


class Room(NamedTuple):
    """A class, or with `others` those who are in none."""

    key: str
    name: str
    people: frozenset[int]
    others: bool = False

    def has(self, person_id: int) -> bool:
        return (person_id in self.people) != self.others


class Stack(NamedTuple):
    """What the people of one class wrote in one exercise."""

    room: Room
    subject: str
    lines: tuple[Line, ...]
    shown_at: float
    """When who looks asked to see the names; 0 if never."""

    @property
    def waiting(self) -> int:
        return sum(not it.marked for it in self.lines)

    @property
    def since(self) -> date:
        """The day since which the first of them waits, or would if it did."""
        waiting = [it.made_at for it in self.lines if not it.marked]
        return date.fromtimestamp(min(waiting or [it.made_at for it in self.lines]))

    def named(self, line: Line) -> bool:
        """Whether it may be told whose it is: all are marked, or somebody asked on purpose."""
        return not self.waiting or line.made_at <= self.shown_at


def rooms() -> list[Room]:
    """The classes of who looks, and those who are in none."""
    found = [Room(it.key, it.name, it.people) for it in sight().groups]
    inside = frozenset[int]().union(*(it.people for it in found))
    return [*found, Room(NO_CLASS, _("In no class"), inside, others=True)]


def stacks() -> list[Stack]:
    """All there is to mark and was marked, by class and exercise; read once for a page."""
    if "stacks" not in g:
        gather()
        lines, shown = store().lines(everybody()), store().names_shown(current_user.id)
        found: dict[tuple[str, str], tuple[Room, list[Line]]] = {}
        for room in rooms():
            for line in lines:
                if room.has(line.person_id):
                    found.setdefault((room.key, line.subject), (room, []))[1].append(line)
        g.stacks = [
            Stack(room, key[1], tuple(mine), shown.get(key, 0.0))
            for key, (room, mine) in found.items()
        ]
    return cast(list[Stack], g.stacks)


def to_mark() -> int:
    """How many pieces wait for who is signed in; who is in two classes is counted once."""
    every = {(it.subject, line.number) for it in stacks() for line in it.lines if not line.marked}
    return len(every)


def _stack(room: str, subject: str) -> Stack:
    found = (it for it in stacks() if (it.room.key, it.subject) == (room, subject))
    return next(found, None) or abort(404)


def _told_of(piece: Piece) -> bool:
    """Whether who looks may see the marks of a piece beside the name of who wrote it."""
    if piece.person_id == current_user.id:
        return True
    if "named" not in g:
        g.named = {
            (it.subject, line.number) for it in stacks() for line in it.lines if it.named(line)
        }
    return (piece.subject, piece.number) in g.named


# --- pages ----------------------------------------------------------------------------------------


@bp.get("")
@roles_accepted("instructor", "admin")
def index() -> ResponseReturnValue:
    """What waits, by class and exercise."""
    return render_template("pages/to-mark.html", stacks=stacks(), titles=called(), place="marking")


@bp.get("/<room>/<subject>")
@roles_accepted("instructor", "admin")
def stack(room: str, subject: str) -> ResponseReturnValue:
    """The pieces of a class at an exercise; whose they are, once that can do no harm."""
    found = _stack(room, subject)
    pieces = [it for it in store().pieces(_people(found), subject) if found.room.has(it.person_id)]
    named = {line.number: line.person_id for line in found.lines if found.named(line)}
    return render_template(
        "pages/stack.html",
        stack=found,
        title=called().get(subject, subject),
        pieces=pieces,
        judged=_judged_names(subject),
        names={number: name for number, name in _names(named)},
        place="marking",
    )


def _people(of: Stack) -> People:
    return None if of.room.others else of.room.people


def _names(named: Mapping[int, int]) -> Iterable[tuple[int, str]]:
    known = grades().names(named.values())
    return ((number, known.get(person, "")) for number, person in named.items())


def _judged_names(subject: str) -> dict[str, str]:
    """What is judged in an exercise as it is today, by its id."""
    try:
        scenario = library().scenario(subject)
    except NotFound:
        return {}
    return {it.id: text(it.says) for it in scenario.judged}


@bp.post("/<room>/<subject>/names")
@roles_accepted("instructor", "admin")
def show_names(room: str, subject: str) -> ResponseReturnValue:
    """Look at the names before all is marked: a deliberate act, and written down."""
    found = _stack(room, subject)
    about = f"{found.room.name} · {subject}"
    store().show_names(current_user.id, room, subject, about, who())
    flash(_("The names are shown; the audit trail says that you asked for them."), "info")
    return redirect(url_for(".stack", room=room, subject=subject), 303)


@bp.get("/<room>/<subject>/<int(max=2147483647):number>")
@roles_accepted("instructor", "admin")
def piece(room: str, subject: str, number: int) -> ResponseReturnValue:
    """One piece: the words, what they answer, and the criteria."""
    found = _stack(room, subject)
    return _page(found, _piece(found, number))


def _piece(of: Stack, number: int) -> Piece:
    found = store().pieces(_people(of), of.subject, number=number)
    return next((it for it in found if of.room.has(it.person_id)), None) or abort(404)


@bp.post("/<room>/<subject>/<int(max=2147483647):number>")
@roles_accepted("instructor", "admin")
def mark(room: str, subject: str, number: int) -> ResponseReturnValue:
    """Give marks, or others; then on to the next piece that waits."""
    found = _stack(room, subject)
    of = _piece(found, number)
    judged = _judged(_scenario(of), of.judged)
    if judged is None:
        abort(404)
    typed, seen = _typed(judged), request.form.get("seen", "0")
    errors = _problems(judged, typed)
    if errors:
        return _page(found, of, typed, errors, seen=seen), 422
    marks = _marks(judged, typed)
    if of.given is None or of.given.marks != marks:
        try:
            store().mark(of, marks, int(seen) if seen.isdecimal() and len(seen) < 10 else 0, who())
        except Conflict:
            return _page(found, _piece(found, number), typed, other=True), 409
    flash(
        _(
            "Piece %(number)s: %(points)s of %(possible)s.",
            number=number, points=marks.points, possible=marks.possible,
        ),
        "success",
    )  # fmt: skip
    waiting = [it.number for it in found.lines if not it.marked and it.number != number]
    if not waiting:
        return redirect(url_for(".stack", room=room, subject=subject), 303)
    after = min((it for it in waiting if it > number), default=min(waiting))
    return redirect(url_for(".piece", room=room, subject=subject, number=after), 303)


class Around(NamedTuple):
    """What the page shows beside the words of a piece."""

    context: Context | None
    at: int
    """When it was written, by the clock of the run."""
    lost: tuple[LedgerLine, ...]
    """Of a reflection: what the run had lost."""


def _page(
    of: Stack,
    found: Piece,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, Any] | None = None,
    *,
    seen: str = "",
    other: bool = False,
) -> str:
    scenario = _scenario(found)
    judged = _judged(scenario, found.judged)
    if judged is None:  # regraded by a scenario that asks for other words
        abort(404)
    names = _own_names(found.person_id)
    return render_template(
        "pages/piece.html",
        stack=of,
        piece=found,
        words=covered(found.text, names),
        hide=lambda said: covered(said, names),
        around=_around(found),
        judged=judged,
        goal={goal.id: goal for goal in scenario.goals()},
        title=text(scenario.title),
        typed=_as_typed(found.given) if typed is None else typed,
        errors=errors or {},
        seen=seen or (found.given.number if found.given else 0),
        other=other,
        history=store().history(found.piece_id),
        place="marking",
    )


def _around(found: Piece) -> Around:
    sandbox = desk().store.find(found.key)
    if found.at is None:
        lines = ledger(desk().course(sandbox).judge, desk().run(sandbox).progress)
        return Around(None, 0, tuple(it for it in lines if it.goal and it.points < it.possible))
    (entry,) = desk().store.events(sandbox.sandbox_id, after=found.at - 1)[:1]
    return Around(context(desk().at(sandbox, found.at).world, entry), entry.at, ())


def _own_names(person_id: int) -> list[str]:
    """By what somebody might sign."""
    person = datastore().find_user(id=person_id)
    if person is None:
        return []
    names = (person.name, person.username, person.email.partition("@")[0])
    return [it for it in names if it]


# --- the form -------------------------------------------------------------------------------------


def _scenario(of: Piece) -> Scenario:
    """The exercise as it was when the piece was written."""
    return desk().course(desk().store.find(of.key)).opening.scenario


def _judged(scenario: Scenario, name: str) -> Judged | None:
    return next((it for it in scenario.judged if it.id == name), None)


def _typed(judged: Judged) -> dict[str, str]:
    names = ["comment", *(f"{kind}.{it.id}" for it in judged.criteria for kind in _FIELDS)]
    return {name: request.form.get(name, "").strip() for name in names}


_FIELDS: Final = ("level", "comment")


def _as_typed(given: Given | None) -> dict[str, str]:
    """The form as it was sent when these marks were given."""
    if given is None:
        return {}
    typed = {"comment": given.marks.comment}
    for it in given.marks.choices:
        typed |= {f"level.{it.criterion}": str(it.level), f"comment.{it.criterion}": it.comment}
    return typed


def _problems(judged: Judged, typed: Mapping[str, str]) -> dict[str, Any]:
    errors: dict[str, Any] = {
        f"level.{it.id}": NO_LEVEL
        for it in judged.criteria
        if typed[f"level.{it.id}"] not in {str(place) for place in range(len(it.levels))}
    }
    for name, said in typed.items():
        if not name.startswith("level.") and len(said) > LONGEST:
            errors[name] = LONG_COMMENT
    return errors


def _marks(judged: Judged, typed: Mapping[str, str]) -> Marks:
    choices = []
    for it in judged.criteria:
        level = int(typed[f"level.{it.id}"])
        points, comment = it.levels[level].points, typed[f"comment.{it.id}"]
        choices.append(Choice(it.id, level, points, it.points, comment))
    return Marks(tuple(choices), typed["comment"])


# --- what is told ---------------------------------------------------------------------------------


class Told(NamedTuple):
    """How something that a person judges stands, for the pages of who wrote it."""

    judged: Judged
    state: str
    """later, reflect, nothing, waits, withheld, marked"""
    text: str = ""
    given: Given | None = None

    def choice(self, criterion: str) -> Choice | None:
        """What was chosen for a criterion."""
        chosen = self.given.marks.choices if self.given else ()
        return next((it for it in chosen if it.criterion == criterion), None)


def told(key: str) -> list[Told]:
    """Of an attempt; copies and trials are judged by nobody."""
    sandbox = desk().store.find(key)
    scenario = desk().course(sandbox).opening.scenario
    if not scenario.judged or sandbox.kind != "attempt":
        return []
    if not sandbox.standing.finished:
        return [Told(it, "later") for it in scenario.judged]
    found = _of_run(sandbox)
    if not found:
        hand_over(sandbox)
        found = _of_run(sandbox)
    return [_told(it, found.get(it.id), sandbox) for it in scenario.judged]


def _of_run(sandbox: Sandbox) -> dict[str, Piece]:
    return {it.judged: it for it in store().pieces(sandbox_id=sandbox.sandbox_id)}


def _told(judged: Judged, of: Piece | None, sandbox: Sandbox) -> Told:
    if of is None:
        unsaid = judged.about.event is None and _debriefs().said(sandbox.sandbox_id) is None
        return Told(judged, "reflect" if unsaid else "nothing")
    if of.given is None:
        return Told(judged, "waits", of.text)
    if not _told_of(of):
        return Told(judged, "withheld", of.text)
    return Told(judged, "marked", of.text, of.given)


class Recorded(NamedTuple):
    """A line of the record of progress."""

    subject: str
    says: str
    key: str
    given: Given | None


def recorded(person_id: int) -> list[Recorded]:
    """What a person wrote in the exercises, with the marks as far as they are told."""
    known = called()
    return [
        Recorded(
            known.get(it.subject, it.subject),
            _judged_names(it.subject).get(it.judged, it.judged),
            it.key,
            it.given if it.given and _told_of(it) else None,
        )
        for it in store().pieces({person_id})
    ]


class Sum(NamedTuple):
    """What the marks of an attempt come to."""

    points: int
    possible: int


def sums(people: People) -> dict[int, Sum]:
    """By sandbox, as far as marks are given and may be told beside a name."""
    found: dict[int, Sum] = {}
    for it in store().pieces(people):
        if it.given and _told_of(it):
            before, marks = found.get(it.sandbox_id, Sum(0, 0)), it.given.marks
            found[it.sandbox_id] = Sum(
                before.points + marks.points, before.possible + marks.possible
            )
    return found


def init(app: Flask) -> None:
    """Offer what is told, and how many wait, to the templates of other doors."""
    app.add_template_global(to_mark)
    app.add_template_global(stacks, "marking_stacks")
    app.add_template_global(told, "judged_told")
