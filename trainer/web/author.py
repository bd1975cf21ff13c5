"""Scenarios and questions written in the browser: drafts, their proof, frozen versions."""

from collections.abc import Mapping, Sequence
from time import time
from typing import Any, Final, NoReturn, cast

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user, roles_accepted

from trainer.play.authoring import LARGEST_DRAFT, Busy, Draft, Drafts, Kind, Stale, Version
from trainer.play.ports import NotFound
from trainer.play.proving import read_report
from trainer.play.reviewing import TRANSLATED, Reviews, reviewed
from trainer.play.writing import Desk, Finding, QuestionDesk, ScenarioDesk, Sound
from trainer.training.scenario import LANGUAGE_OF, Scenario, Variant
from trainer.training.texts import untranslated
from trainer.web import vocabulary, words
from trainer.web.course import course
from trainer.web.fragments import is_fragment
from trainer.web.learn import library
from trainer.web.screens import desk as play_desk

bp = Blueprint("author", __name__, url_prefix="/author")
TEACHERS: Final = ("instructor", "admin")
SHELVES: Final[Mapping[str, Kind]] = {"scenarios": "scenario", "questions": "question"}
"""Where the versions of a kind stand, in addresses."""
HOMES: Final[Mapping[Kind, tuple[str, str, Any]]] = {
    "scenario": ("author", "author.index", _l("Scenarios")),
    "question": ("bank", "bank.index", _l("Question bank")),
}
"""The pages that drafts of a kind belong to: place in the menu, door, name."""


def drafts() -> Drafts:
    """Drafts of this app."""
    return cast(Drafts, current_app.extensions["drafts"])


def desk(kind: Kind) -> Desk:
    """The desk at which such things are written."""
    return cast(Desk, current_app.extensions["writing"][kind])


def question_desk() -> QuestionDesk:
    """The one for questions."""
    return cast(QuestionDesk, desk("question"))


def reviews() -> Reviews:
    """Which words were reviewed."""
    return cast(Reviews, current_app.extensions["reviews"])


def _scenario_desk() -> ScenarioDesk:
    return cast(ScenarioDesk, desk("scenario"))


def around(kind: Kind) -> dict[str, Any]:
    """What the pages about a kind have in common."""
    place, door, title = HOMES[kind]
    shelf = next(it for it, of in SHELVES.items() if of == kind)
    return {"kind": kind, "place": place, "home": (url_for(door), title), "shelf": shelf}


def draft_of(key: str) -> Draft:
    """A draft, whoever writes it."""
    try:
        return drafts().draft(key)
    except NotFound:
        text = request.form.get("text", "")
        abort(make_response(_thrown_away(text), 409) if text.strip() else 404)


def _thrown_away(text: str) -> str:
    """What was typed for a draft that is gone: it can be copied from here."""
    return render_template(
        "pages/not-done.html",
        why=_("This draft has been thrown away. Copy what you typed before you go on."),
        go_on=url_for(".index"),
        typed=[text],
    )


def own(key: str) -> Draft:
    """A draft for who writes it; others read it, and may copy it."""
    found = draft_of(key)
    if found.author_id != current_user.id:
        abort(403)
    return found


MOST_FINDINGS: Final = 100
"""Shown at once: who has mended so many sees the others."""
SEEN_BY_ALL: Final = 10
"""Seconds after which every process of the server has looked again at what is published."""


def published(kind: Kind) -> None:
    """Something was published or withdrawn: who did it sees it at once, whoever answers them."""
    desk(kind).published()
    session["published"] = time()


@bp.before_app_request
def _look_again() -> None:
    if time() - session.get("published", 0) < SEEN_BY_ALL:
        for kind in HOMES:
            desk(kind).published()


# --- the list, new drafts -----------------------------------------------------------------------


@bp.get("/")
@roles_accepted(*TEACHERS)
def index() -> ResponseReturnValue:
    """Drafts and what was published; the way to a new draft."""
    return render_template(
        "pages/author.html",
        drafts=drafts().drafts("scenario"),
        versions=drafts().versions("scenario"),
        files=[it for it in library().scenarios() if desk("scenario").taken(it.id)],
        **around("scenario"),
    )


@bp.post("/drafts")
@roles_accepted(*TEACHERS)
def create() -> ResponseReturnValue:
    """A new draft: of something of the course, a version, another draft, a template, or a file."""
    kind: Kind = "question" if request.form.get("kind") == "question" else "scenario"
    file = request.files.get("file")
    kind, text = (kind, _uploaded(file)) if file and file.filename else _begun_with(kind)
    if not text:
        flash(_("This is no text in UTF-8, or it is empty or larger than %(most)s characters.",
                most=f"{LARGEST_DRAFT:,}"), "error")  # fmt: skip
        return redirect(url_for(HOMES[kind][1]), 303)
    made = drafts().create(kind, current_user.id, text, *_named(kind, text))
    return redirect(url_for(".edit", key=made.key), 303)


def _uploaded(file: Any) -> str | None:
    try:
        text = file.read(4 * LARGEST_DRAFT + 1).decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return text.replace("\r\n", "\n") if len(text) <= LARGEST_DRAFT else None


def _begun_with(kind: Kind) -> tuple[Kind, str]:
    source, _colon, name = request.form.get("of", "").partition(":")
    match source:
        case "draft":
            draft = draft_of(name)
            return draft.kind, desk(draft.kind).copied(draft.text)
        case "version":  # it goes on under its own id
            version = _version(name)
            return version.kind, version.text
        case "empty":
            return "scenario", _scenario_desk().begun(_taken("scenario"), str(get_locale()))
        case "template":
            return "question", _unused(name, question_desk().templates().get(name) or abort(400))
    text = dict(desk(kind).files()).get(name) or abort(400)
    # a question of the course is mended under its own id
    return kind, text if kind == "question" else desk(kind).copied(text)


def _unused(kind: str, text: str) -> str:
    """A template with an id that nobody else has begun with."""
    known = _taken("question")
    stem = kind.replace("_", "-")
    number = next(it for it in range(1, len(known) + 2) if f"{stem}-{it}" not in known)
    return question_desk().changed(text, {"questions.0.id": f"{stem}-{number}"})


def _taken(kind: Kind) -> set[str]:
    """Ids that somebody has begun with."""
    known = {it.name for it in drafts().drafts(kind)}
    return known | {it.name for it in drafts().versions(kind)}


def _named(kind: Kind, text: str) -> tuple[str, str]:
    """Title and id, for lists."""
    title, name = desk(kind).named(text)
    return title or _("without a title"), name


# --- writing ------------------------------------------------------------------------------------


@bp.get("/drafts/<key>")
@roles_accepted(*TEACHERS)
def edit(key: str) -> ResponseReturnValue:
    """The text beside its forms, what is wrong with it, its proof."""
    return _page(draft_of(key))


def _page(draft: Draft, text: str | None = None, **told: Any) -> str:
    text = draft.text if text is None else text
    sound, findings = desk(draft.kind).look(text)
    return render_template(
        "pages/draft.html",
        draft=draft,
        text=text,
        mine=draft.author_id == current_user.id,
        outline=desk(draft.kind).outline(text),
        choices=_choices(draft.kind),
        said=vocabulary,
        errors=_errors(draft.kind, text, findings),
        at=told.pop("at", request.args.get("at", "")),
        **told,
        **around(draft.kind),
        **_state(draft, sound, findings, text),
    )


def _errors(kind: Kind, text: str, findings: Sequence[Finding]) -> dict[str, str]:
    """What is wrong with single values, for the forms that show them."""
    found = {(it.line, it.column): _told(it) for it in reversed(findings)}
    fields = desk(kind).fields(text) if found else ()
    wrong = ((it.path, found.get((it.line, it.column))) for it in fields)
    return {path: says for path, says in wrong if says}


def _told(finding: Finding) -> str:
    return _("%(what)s: %(of)s", what=words.sentence(finding.what), of=words.sentence(finding.cure))


def _choices(kind: Kind) -> dict[str, list[tuple[str, str]]]:
    """What fields may say, by the last part of their place, where that is one of a few."""
    known = course()
    rows = [(it.id, f"{it.id} {words.text(it.title)}") for it in known.rows.values()]
    skills = [(it.id, words.text(it.name)) for it in known.skills.values()]
    if kind == "scenario":
        return {"chapter": rows, "skills": skills}
    return {"topic": rows, "skill": skills}


def _state(draft: Draft, sound: Sound | None, findings: Any, text: str) -> dict[str, Any]:
    run = drafts().last_proof(draft.draft_id)
    now = time()
    saved = text == draft.text
    proven = bool(saved and sound and drafts().proven(sound.digest))
    return {
        "sound": sound,
        "findings": findings[:MOST_FINDINGS],
        "wrong": len(findings),
        "saved": saved,
        "run": run,
        "report": read_report(run.report) if run else None,
        "going": bool(run and run.going(now)),
        "interrupted": bool(run and run.interrupted(now)),
        "fresh": bool(run and sound and run.digest == sound.digest),
        "proven": proven,
        "unread": _unread(draft) if proven else 0,
        "missing": list(untranslated(sound.made)) if sound else [],
        **on_the_shelf(draft.kind, sound),
    }


def _unread(draft: Draft) -> int:
    """How many words nobody has reviewed beside the English ones, as they stand."""
    at_desk = desk(draft.kind)
    wordings = at_desk.wordings(draft.text)
    known = reviewed(wordings, reviews(), at_desk.read())
    return sum(
        known.state(it, language) != "reviewed" for it in wordings for language in TRANSLATED
    )


def on_the_shelf(kind: Kind, sound: Sound | None) -> dict[str, Any]:
    """What would give way if it were published: versions, others' among them, and the course's."""
    pieces = sound.pieces if sound else ()
    newest = {it.name: it for it in drafts().versions(kind)} if pieces else {}
    before = [newest[it.name] for it in pieces if it.name in newest]
    return {
        "before": before,
        "foreign": [it for it in before if it.author_id != current_user.id],
        "replaced": [it.name for it in pieces if desk(kind).taken(it.name)],
    }


@bp.post("/drafts/<key>")
@roles_accepted(*TEACHERS)
def save(key: str) -> ResponseReturnValue:
    """Keep the text, whatever is wrong with it; both texts stay if somebody was faster."""
    draft = kept(own(key))
    flash(_("Saved."), "success")
    at = request.form.get("at") or None
    return redirect(url_for(".edit", key=draft.key, at=at, _anchor=at and anchor(at)), 303)


def anchor(path: str) -> str:
    """Where on the page a part of the text stands."""
    return f"part-{path.replace('.', '-')}"


def kept(draft: Draft) -> Draft:
    """The draft as it stands on the page: every button there brings its text and its forms along.

    Where they cannot be kept, the page comes back with all that was typed.
    """
    if "saves" not in request.form:  # nothing can have been typed
        return draft
    typed = request.form.get("text", draft.text).replace("\r\n", "\n")
    text, homeless = _with_forms(draft, typed)
    if len(text) > LARGEST_DRAFT:
        flash(_("Not saved: the text has more than %(most)s characters.",
                most=f"{LARGEST_DRAFT:,}"), "error")  # fmt: skip
        goes_back(draft, 422, text[:LARGEST_DRAFT])
    if request.form["saves"] != str(draft.saves):
        goes_back(draft, 409, text, theirs=draft.text, homeless=homeless)
    if homeless:
        goes_back(draft, 422, text, homeless=homeless)
    return draft if text == draft.text else saved(draft, text)


def saved(draft: Draft, text: str) -> Draft:
    """The draft with another text; where somebody was faster, the page with both."""
    try:
        return drafts().save(draft, text, *_named(draft.kind, text))
    except Stale:
        newer = draft_of(draft.key)
        goes_back(newer, 409, text, theirs=newer.text)


def goes_back(draft: Draft, status: int, text: str, **told: Any) -> NoReturn:
    """The page again, with all that was typed and why it was not done."""
    abort(make_response(_page(draft, text, **told), status))


def _with_forms(draft: Draft, typed: str) -> tuple[str, list[tuple[str, str]]]:
    """The typed text with what was changed in forms; and what of that has no place in it any more:
    the text cannot be read, or says something else there than what the form began with.
    """
    at_desk = desk(draft.kind)
    began = {it.path: _plain(it.value) for it in at_desk.fields(draft.text)}
    sent = {path: _plain(request.form.get(f"field.{path}", value)) for path, value in began.items()}
    changed = {path: value for path, value in sent.items() if value != began[path]}
    if not changed:
        return typed, []
    stands = {it.path: _plain(it.value) for it in at_desk.fields(typed)}
    fits = {path: value for path, value in changed.items() if stands.get(path) == began[path]}
    homeless = [
        (path, value)
        for path, value in changed.items()
        if path not in fits and stands.get(path) != value
    ]
    after = at_desk.changed(typed, fits)
    now = {it.path: _plain(it.value) for it in at_desk.fields(after)}
    lost = [(path, value) for path, value in fits.items() if value and now.get(path) != value]
    return (typed if lost else after), homeless + lost


def _plain(value: str) -> str:
    return value.replace("\r\n", "\n").strip()


@bp.post("/drafts/<key>/look")
@roles_accepted(*TEACHERS)
def look(key: str) -> ResponseReturnValue:
    """What is wrong with the text as it is being written; nothing is kept."""
    draft, text = draft_of(key), request.form.get("text", "").replace("\r\n", "\n")
    sound, findings = desk(draft.kind).look(text)
    return render_template(
        "parts/draft-findings.html", draft=draft, **_state(draft, sound, findings, text)
    )


@bp.post("/drafts/<key>/removal")
@roles_accepted(*TEACHERS)
def drop(key: str) -> ResponseReturnValue:
    """Throw a draft away; what was published of it stays."""
    draft = own(key)
    drafts().drop(draft.draft_id)
    flash(_("The draft “%(title)s” is gone.", title=draft.title), "success")
    return redirect(url_for(HOMES[draft.kind][1]), 303)


# --- looking at it ------------------------------------------------------------------------------


@bp.route("/drafts/<key>/opening", methods=["GET", "POST"])
@roles_accepted(*TEACHERS)
def opening(key: str) -> ResponseReturnValue:
    """The opening world of a variant, and the texts as a trainee reads them."""
    draft = _scenario_draft(key)
    if request.method == "POST":
        _at_hand(draft)
        sent = request.form.get("variant")
        return redirect(url_for(".opening", key=key, variant=sent), 303)
    sound, _findings = desk("scenario").look(draft.text)
    if sound is None:
        flash(_("Mend what is wrong first: then it can be opened."), "info")
        return redirect(url_for(".edit", key=key), 303)
    scenario = cast(Scenario, sound.made)
    variants = scenario.variants()
    wanted = _variant(variants)
    try:
        found = _scenario_desk().opening(draft.text, wanted)
    except ValueError as problem:
        flash(_("The opening world cannot be made: %(why)s", why=str(problem)), "error")
        return redirect(url_for(".edit", key=key), 303)
    return render_template(
        "pages/draft-opening.html",
        draft=draft,
        scenario=scenario,
        variants=variants,
        variant=wanted,
        world=found.world,
        cast=found.cast,
        languages=LANGUAGE_OF.values(),
        place="author",
    )


def _scenario_draft(key: str) -> Draft:
    draft = draft_of(key)
    return draft if draft.kind == "scenario" else abort(404)


def _at_hand(draft: Draft) -> Draft:
    """As its author has it on the page; as it was saved, for others."""
    return kept(draft) if draft.author_id == current_user.id else draft


def _variant(variants: tuple[Variant, ...]) -> Variant:
    sent = request.values.get("variant", "")
    return next((it for it in variants if f"{it.locale}-{it.seed}" == sent), variants[0])


@bp.post("/drafts/<key>/trials")
@roles_accepted(*TEACHERS)
def try_it(key: str) -> ResponseReturnValue:
    """Try it as a trainee, in a sandbox that counts for nothing."""
    draft = _at_hand(_scenario_draft(key))
    sound, _findings = desk("scenario").look(draft.text)
    if sound is None:
        flash(_("Mend what is wrong first: then it can be opened."), "info")
        return redirect(url_for(".edit", key=key), 303)
    variant = _variant(cast(Scenario, sound.made).variants())
    try:
        opening_id = _scenario_desk().opening_id(draft.text, variant)
    except ValueError as problem:
        flash(_("The opening world cannot be made: %(why)s", why=str(problem)), "error")
        return redirect(url_for(".edit", key=key), 303)
    sandbox = play_desk().store.open(current_user.id, opening_id, "trial")
    return redirect(url_for("desk.home", key=sandbox.key), 303)


@bp.get("/drafts/<key>/<name>.yaml")
@bp.get("/versions/<version>/<name>.yaml")
@roles_accepted(*TEACHERS)
def export(name: str, key: str = "", version: str = "") -> ResponseReturnValue:
    """The file that scenarios/ takes, byte for byte."""
    text = draft_of(key).text if key else _version(version).text
    headers = {"Content-Disposition": "attachment"}
    return Response(text.encode(), content_type="application/yaml; charset=utf-8", headers=headers)


# --- proving ------------------------------------------------------------------------------------


@bp.post("/drafts/<key>/proofs")
@roles_accepted(*TEACHERS)
def prove(key: str) -> ResponseReturnValue:
    """Begin the proof, in a process of its own; or stop the one that is going."""
    draft = kept(own(key))
    run = drafts().last_proof(draft.draft_id)
    if request.form.get("act") == "stop":
        if run and run.going(time()):
            drafts().end_proof(run.proof_id, "stopping")
        return redirect(url_for(".edit", key=key, _anchor="proof"), 303)
    sound, _findings = desk(draft.kind).look(draft.text)
    if sound is None:
        flash(_("Mend what is wrong first: then it can be proven."), "info")
        return redirect(url_for(".edit", key=key), 303)
    try:
        begun = drafts().begin_proof(draft, sound.digest, sound.proofs)
    except Busy:
        flash(_("As many proofs are running as may. Try again in a minute."), "info")
        return redirect(url_for(".edit", key=key, _anchor="proof"), 303)
    current_app.extensions["prover"](begun.proof_id)
    return redirect(url_for(".edit", key=key, _anchor="proof"), 303)


@bp.get("/drafts/<key>/proof")
@roles_accepted(*TEACHERS)
def proof(key: str) -> ResponseReturnValue:
    """How far the proof is, for a page that asks."""
    draft = draft_of(key)
    if not is_fragment():
        return redirect(url_for(".edit", key=key, _anchor="proof"), 303)
    sound, findings = desk(draft.kind).look(draft.text)
    state = _state(draft, sound, findings, draft.text)
    return render_template(
        "parts/draft-proof.html", draft=draft, mine=draft.author_id == current_user.id, **state
    )


def _version(key: str) -> Version:
    try:
        return drafts().version(key)
    except NotFound:
        abort(404)
