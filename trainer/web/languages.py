"""A draft's words in its languages, side by side: what is missing, what was changed since somebody
reviewed it; and the marks of those who do."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple, cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_security import current_user, roles_accepted

from trainer.play.authoring import Draft
from trainer.play.reviewing import TRANSLATED, Mark, Pair, Reviewed, State, Wording, reviewed
from trainer.training.texts import Language
from trainer.web import vocabulary
from trainer.web.author import TEACHERS, anchor, around, desk, draft_of, kept, reviews

bp = Blueprint("languages", __name__, url_prefix="/author")
MOST: Final = 400
"""Texts on a page."""
STATES: Final[dict[State, Any]] = {
    "missing": _l("missing"),
    "source_changed": _l("reviewed beside other English words"),
    "words_changed": _l("others were reviewed beside this English"),
    "unread": _l("not reviewed"),
    "reviewed": _l("reviewed"),
}
_OPEN: Final = ("missing", "source_changed", "words_changed", "unread")
VIEWS: Final[dict[str, tuple[Any, tuple[str, ...]]]] = {
    "open": (_l("To do"), _OPEN),
    "missing": (_l("Missing"), ("missing",)),
    "changed": (_l("Changed since a review"), ("source_changed", "words_changed")),
    "all": (_l("All"), (*_OPEN, "reviewed")),
}
"""What the page shows, by the states of it."""


class Cell(NamedTuple):
    """The words in one language, and how they stand."""

    language: Language
    words: str
    state: State
    pair: Pair | None
    mark: Mark | None


class Row(NamedTuple):
    """The same words in all languages."""

    path: str
    english: str
    cells: tuple[Cell, ...]


@bp.get("/drafts/<key>/languages")
@roles_accepted(*TEACHERS)
def show(key: str) -> ResponseReturnValue:
    """Text beside text; where one's own draft is shown, they can be written here."""
    draft = draft_of(key)
    view = request.args.get("view", "")
    rows = list(_rows(draft))
    counts = {name: _count(rows, states) for name, (_says, states) in VIEWS.items()}
    if view not in VIEWS:
        view = "open" if counts["open"] else "all"
    found = _seen(rows, view)
    return render_template(
        "pages/draft-languages.html",
        draft=draft,
        mine=draft.author_id == current_user.id,
        view=view,
        chips=[
            (says, counts[name], url_for(".show", key=key, view=name), name == view)
            for name, (says, _states) in VIEWS.items()
        ],
        rows=found[:MOST],
        said=vocabulary,
        more=len(found) - MOST,
        states=STATES,
        tallies=[(it, Counter(_states(rows, it))) for it in TRANSLATED],
        **around(draft.kind),
    )


def _rows(draft: Draft) -> Iterator[Row]:
    """Everything the draft says."""
    at_desk = desk(draft.kind)
    wordings = at_desk.wordings(draft.text)
    known = reviewed(wordings, reviews(), at_desk.read())
    for it in wordings:
        cells = tuple(_cell(it, language, known) for language in TRANSLATED)
        yield Row(it.path, it.words["en"], cells)


def _cell(wording: Wording, language: Language, known: Reviewed) -> Cell:
    pair = wording.pair(language)
    mark = known.marks.get(pair) if pair else None
    return Cell(
        language, wording.words.get(language, ""), known.state(wording, language), pair, mark
    )


def _states(rows: Sequence[Row], language: Language) -> Iterator[State]:
    return (it.state for row in rows for it in row.cells if it.language == language)


def _count(rows: Sequence[Row], states: tuple[str, ...]) -> int:
    return sum(cell.state in states for row in rows for cell in row.cells)


def _seen(rows: Sequence[Row], view: str) -> list[Row]:
    states = VIEWS[view][1]
    return [row for row in rows if any(cell.state in states for cell in row.cells)]


@bp.post("/drafts/<key>/languages")
@roles_accepted(*TEACHERS)
def review(key: str) -> ResponseReturnValue:
    """Keep what its author typed here; mark words as reviewed, or take a mark back.

    Who is not the author marks what was printed on the page: words that were changed since are not
    what they have read.
    """
    draft = draft_of(key)
    mine = draft.author_id == current_user.id
    verb, _colon, place = request.form.get("act", "save").partition(":")
    before = list(_rows(draft))
    if mine:
        if "saves" not in request.form:
            abort(400)
        draft = kept(draft)
    now = {
        (row.path, cell.language): cell.pair
        for row in _rows(draft)
        for cell in row.cells
        if cell.pair
    }
    match verb:
        case "reviewed":
            _mark(now, [place], mine)
        case "all":
            _mark(now, request.form.getlist("shown"), mine)
        case "withdraw":
            _withdraw(now, place)
        case "save" if mine:
            flash(_("Saved."), "success")
        case _:
            abort(400)
    view = request.form.get("view", "")
    there = _next(before, list(_rows(draft)), view, place.partition(":")[0])
    return redirect(url_for(".show", key=key, view=view or None, _anchor=there), 303)


Pairs = dict[tuple[str, Language], Pair]


def _asked(now: Pairs, places: Sequence[str], meant: Callable[[Pair, str], bool]) -> list[Pair]:
    """The pairs that buttons were printed for, where they still are what was meant."""
    found = []
    for place in places:
        path, language, sign = (*place.split(":"), "", "")[:3]
        pair = now.get((path, cast(Language, language)))
        if pair and meant(pair, sign):
            found.append(pair)
    return found


def _mark(now: Pairs, places: Sequence[str], mine: bool) -> None:
    # who writes it has just sent the words along, so they are what was read
    pairs = _asked(now, places, lambda pair, sign: mine or pair.sign == sign)
    reviews().review(pairs, current_user.id)
    if len(pairs) < len(places):
        flash(_("Some words are missing or were changed meanwhile: they are not marked."), "info")
    if pairs:
        said = ngettext(
            "%(num)s text is marked as reviewed.",
            "%(num)s texts are marked as reviewed.",
            len(pairs),
        )
        flash(said, "success")


def _withdraw(now: Pairs, place: str) -> None:
    for pair in _asked(now, [place], lambda pair, sign: pair.sign == sign):
        reviews().withdraw(pair)
        flash(_("It counts as not reviewed again."), "success")


def _next(before: Sequence[Row], after: Sequence[Row], view: str, path: str) -> str | None:
    """Where to go on: at the same text, or at the next one if that is not shown any more."""
    if view not in VIEWS or not path:
        return None
    shown = {row.path for row in _seen(after, view)}
    places = [row.path for row in before]
    later = places[places.index(path) :] if path in places else []
    return next((anchor(it) for it in later if it in shown), None)
