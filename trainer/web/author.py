"""Scenarios written in the browser: drafts, their proof, frozen versions."""

import re
from difflib import unified_diff
from time import time
from typing import Any, Final, cast

from flask import (
    Blueprint,
    Response,
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
from flask_security import current_user, roles_accepted

from trainer.play.authoring import LARGEST_DRAFT, Busy, Draft, Drafts, Stale
from trainer.play.ports import NotFound
from trainer.play.writing import Desk, Sound
from trainer.training.scenario import LANGUAGE_OF, Variant
from trainer.web import accounts
from trainer.web.fragments import hx_reply, is_fragment
from trainer.web.screens import desk as play_desk

bp = Blueprint("author", __name__, url_prefix="/author")
TEACHERS: Final = ("instructor", "admin")
LONGEST_DIFF: Final = 2_000
"""Lines: what is longer is another scenario."""


def drafts() -> Drafts:
    """Drafts of this app."""
    return cast(Drafts, current_app.extensions["drafts"])


def desk() -> Desk:
    """The author's desk of this app."""
    return cast(Desk, current_app.extensions["writing"])


def _draft(key: str) -> Draft:
    try:
        return drafts().draft(key)
    except NotFound:
        abort(404)


def _own(key: str) -> Draft:
    """A draft for who writes it; others read it, and may copy it."""
    found = _draft(key)
    if found.author_id != current_user.id:
        abort(403)
    return found


# --- the list, new drafts -----------------------------------------------------------------------


@bp.get("/")
@roles_accepted(*TEACHERS)
def index() -> ResponseReturnValue:
    """Drafts and what was published; the way to a new draft."""
    return render_template(
        "pages/author.html",
        drafts=drafts().drafts(),
        versions=drafts().versions(),
        files=[name for name, _text in desk().files()],
        place="author",
    )


@bp.post("/drafts")
@roles_accepted(*TEACHERS)
def create() -> ResponseReturnValue:
    """A new draft: of a scenario of the course, of a version, of another draft, or of a file."""
    text = _begun_with()
    if text is None:
        flash(_("This is no text in UTF-8, or it is larger than %(most)s characters.",
                most=f"{LARGEST_DRAFT:,}"), "error")  # fmt: skip
        return redirect(url_for(".index"), 303)
    made = drafts().create(current_user.id, text, *_named(text))
    return redirect(url_for(".edit", key=made.key), 303)


def _begun_with() -> str | None:
    file = request.files.get("file")
    if file and file.filename:
        try:
            text = file.read(4 * LARGEST_DRAFT + 1).decode("utf-8-sig")
        except UnicodeDecodeError:
            return None
        return text.replace("\r\n", "\n") if len(text) <= LARGEST_DRAFT else None
    source, _colon, name = request.form.get("of", "").partition(":")
    match source:
        case "draft":
            text = _draft(name).text
        case "version":
            text = _version(name).text
            return text  # a version goes on under its own id
        case _:
            known = dict(desk().files())
            text = known.get(name) or abort(400)
    return re.sub(
        r"^id:.*$", lambda line: f"{line[0][:50].rstrip()}-new", text, count=1, flags=re.M
    )


def _named(text: str) -> tuple[str, str]:
    """Title and id as far as they can be read, for lists."""
    values = {it.path: it.value for it in desk().fields(text)}
    return values.get("title.en", "") or _("without a title"), values.get("id", "")


# --- writing ------------------------------------------------------------------------------------


@bp.get("/drafts/<key>")
@roles_accepted(*TEACHERS)
def edit(key: str) -> ResponseReturnValue:
    """The text beside its forms, what is wrong with it, its proof."""
    return _page(_draft(key))


def _page(draft: Draft, text: str | None = None, theirs: str | None = None) -> str:
    text = draft.text if text is None else text
    sound, findings = desk().look(text)
    groups: dict[str, list[Any]] = {}
    for field in desk().fields(text):
        groups.setdefault(field.section, []).append(field)
    return render_template(
        "pages/draft.html",
        draft=draft,
        text=text,
        theirs=theirs,
        mine=draft.author_id == current_user.id,
        groups=groups,
        place="author",
        **_state(draft, sound, findings, text),
    )


def _state(draft: Draft, sound: Sound | None, findings: Any, text: str) -> dict[str, Any]:
    run = drafts().last_proof(draft.draft_id)
    now = time()
    saved = text == draft.text
    return {
        "sound": sound,
        "findings": findings,
        "saved": saved,
        "run": run,
        "going": bool(run and run.going(now)),
        "interrupted": bool(run and run.interrupted(now)),
        "fresh": bool(run and sound and run.digest == sound.digest),
        "may_publish": bool(saved and sound and drafts().proven(sound.digest)),
        "missing": missing(sound) if sound else [],
    }


def missing(sound: Sound) -> list[tuple[str, str]]:
    """Texts that a language lacks, and falls back from: where, and which language."""
    found: list[tuple[str, str]] = []

    def look(node: Any, path: str) -> None:
        if isinstance(node, dict):
            if "en" in node and isinstance(node["en"], str):
                found.extend((path, it) for it in ("zh_Hans", "zh_Hant") if not node.get(it))
                return
            for key, value in node.items():
                look(value, f"{path}.{key}" if path else str(key))
        elif isinstance(node, list | tuple):
            for place, value in enumerate(node):
                look(value, f"{path}.{place}")

    look(sound.scenario.model_dump(), "")
    return found


@bp.post("/drafts/<key>")
@roles_accepted(*TEACHERS)
def save(key: str) -> ResponseReturnValue:
    """Keep the text, whatever is wrong with it; both texts stay if somebody was faster."""
    draft, text = _own(key), request.form.get("text", "").replace("\r\n", "\n")
    return _kept(draft, text)


@bp.post("/drafts/<key>/fields")
@roles_accepted(*TEACHERS)
def save_fields(key: str) -> ResponseReturnValue:
    """Keep what was changed in a form of a section."""
    draft = _own(key)
    values = {
        name.removeprefix("field."): value
        for name, value in request.form.items()
        if name.startswith("field.")
    }
    return _kept(draft, desk().changed(draft.text, values))


def _kept(draft: Draft, text: str) -> ResponseReturnValue:
    if len(text) > LARGEST_DRAFT:
        flash(_("Not saved: the text has more than %(most)s characters.",
                most=f"{LARGEST_DRAFT:,}"), "error")  # fmt: skip
        return _page(draft, text[:LARGEST_DRAFT]), 422
    based = request.form.get("saves", "")
    if based != str(draft.saves):
        return _page(draft, text, theirs=draft.text), 409
    try:
        drafts().save(draft, text, *_named(text))
    except Stale:
        newer = _draft(draft.key)
        return _page(newer, text, theirs=newer.text), 409
    flash(_("Saved."), "success")
    return redirect(
        url_for(".edit", key=draft.key, _anchor=request.form.get("anchor") or None), 303
    )


@bp.post("/drafts/<key>/look")
@roles_accepted(*TEACHERS)
def look(key: str) -> ResponseReturnValue:
    """What is wrong with the text as it is being written; nothing is kept."""
    draft, text = _draft(key), request.form.get("text", "").replace("\r\n", "\n")
    sound, findings = desk().look(text)
    return render_template(
        "parts/draft-findings.html", draft=draft, **_state(draft, sound, findings, text)
    )


@bp.post("/drafts/<key>/removal")
@roles_accepted(*TEACHERS)
def drop(key: str) -> ResponseReturnValue:
    """Throw a draft away; what was published of it stays."""
    draft = _own(key)
    drafts().drop(draft.draft_id)
    flash(_("The draft “%(title)s” is gone.", title=draft.title), "success")
    return redirect(url_for(".index"), 303)


# --- looking at it ------------------------------------------------------------------------------


@bp.get("/drafts/<key>/opening")
@roles_accepted(*TEACHERS)
def opening(key: str) -> ResponseReturnValue:
    """The opening world of a variant, and the texts as a trainee reads them."""
    draft = _draft(key)
    sound, _findings = desk().look(draft.text)
    if sound is None:
        flash(_("Mend what is wrong first: then it can be opened."), "info")
        return redirect(url_for(".edit", key=key), 303)
    variants = sound.scenario.variants()
    wanted = _variant(variants)
    try:
        found = desk().opening(draft.text, wanted)
    except ValueError as problem:
        flash(_("The opening world cannot be made: %(why)s", why=str(problem)), "error")
        return redirect(url_for(".edit", key=key), 303)
    return render_template(
        "pages/draft-opening.html",
        draft=draft,
        scenario=sound.scenario,
        variants=variants,
        variant=wanted,
        world=found.world,
        cast=found.cast,
        languages=LANGUAGE_OF.values(),
        place="author",
    )


def _variant(variants: tuple[Variant, ...]) -> Variant:
    sent = request.values.get("variant", "")
    return next((it for it in variants if f"{it.locale}-{it.seed}" == sent), variants[0])


@bp.post("/drafts/<key>/trials")
@roles_accepted(*TEACHERS)
def try_it(key: str) -> ResponseReturnValue:
    """Try it as a trainee, in a sandbox that counts for nothing."""
    draft = _draft(key)
    sound, _findings = desk().look(draft.text)
    if sound is None:
        abort(409)
    try:
        opening_id = desk().opening_id(draft.text, _variant(sound.scenario.variants()))
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
    text = _draft(key).text if key else _version(version).text
    headers = {"Content-Disposition": "attachment"}
    return Response(text.encode(), content_type="application/yaml; charset=utf-8", headers=headers)


# --- proving ------------------------------------------------------------------------------------


@bp.post("/drafts/<key>/proofs")
@roles_accepted(*TEACHERS)
def prove(key: str) -> ResponseReturnValue:
    """Begin the proof, in a process of its own; or stop the one that is going."""
    draft = _own(key)
    run = drafts().last_proof(draft.draft_id)
    if request.form.get("act") == "stop":
        if run and run.going(time()):
            drafts().end_proof(run.proof_id, "stopping")
        return redirect(url_for(".edit", key=key, _anchor="proof"), 303)
    sound, _findings = desk().look(draft.text)
    if sound is None:
        flash(_("Mend what is wrong first: then it can be proven."), "info")
        return redirect(url_for(".edit", key=key), 303)
    try:
        begun = drafts().begin_proof(draft, sound.digest, len(sound.scenario.variants()))
    except Busy:
        flash(_("As many proofs are running as may. Try again in a minute."), "info")
        return redirect(url_for(".edit", key=key, _anchor="proof"), 303)
    current_app.extensions["prover"](begun.proof_id)
    return redirect(url_for(".edit", key=key, _anchor="proof"), 303)


@bp.get("/drafts/<key>/proof")
@roles_accepted(*TEACHERS)
def proof(key: str) -> ResponseReturnValue:
    """How far the proof is, for a page that asks."""
    draft = _draft(key)
    if not is_fragment():
        return redirect(url_for(".edit", key=key, _anchor="proof"), 303)
    sound, findings = desk().look(draft.text)
    state = _state(draft, sound, findings, draft.text)
    if not state["going"]:  # the whole page has news: publishing may be possible
        return hx_reply(refresh="true", status=204)
    return render_template(
        "parts/draft-proof.html", draft=draft, mine=draft.author_id == current_user.id, **state
    )


# --- publishing ---------------------------------------------------------------------------------


@bp.post("/drafts/<key>/versions")
@roles_accepted(*TEACHERS)
def publish(key: str) -> ResponseReturnValue:
    """Freeze the draft as a version; only what has been proven, as it stands."""
    draft = _own(key)
    sound, _findings = desk().look(draft.text)
    if sound is None or not drafts().proven(sound.digest):
        flash(_("Not published: this text has no green proof. Prove it first."), "error")
        return redirect(url_for(".edit", key=key, _anchor="proof"), 303)
    made = drafts().publish(
        current_user.id,
        sound.scenario.id,
        sound.scenario.title.en,
        draft.text,
        sound.content,
        sound.digest,
    )
    desk().published()
    accounts.told("scenario_published", f"{made.title} · {made.scenario_id}", new=f"{made.number}")
    flash(_("Version %(number)s is published: trainees find it among the exercises.",
            number=made.number), "success")  # fmt: skip
    return redirect(url_for(".history", scenario_id=sound.scenario.id), 303)


def _version(key: str) -> Any:
    try:
        return drafts().version(key)
    except NotFound:
        abort(404)


@bp.get("/scenarios/<scenario_id>")
@roles_accepted(*TEACHERS)
def history(scenario_id: str) -> ResponseReturnValue:
    """All versions of a scenario, and what changed from one to another."""
    versions = drafts().versions(scenario_id) or abort(404)
    left = next((it for it in versions if it.key == request.args.get("from")), None)
    right = next((it for it in versions if it.key == request.args.get("to")), versions[0])
    if left is None and len(versions) > 1:
        left = versions[min(versions.index(right) + 1, len(versions) - 1)]
    lines = (
        list(
            unified_diff(
                left.text.splitlines(), right.text.splitlines(),
                f"version {left.number}", f"version {right.number}", lineterm="",
            )
        )[:LONGEST_DIFF]
        if left and left is not right
        else []
    )  # fmt: skip
    return render_template(
        "pages/versions.html", versions=versions, left=left, right=right, lines=lines,
        place="author",
    )  # fmt: skip


@bp.post("/scenarios/<scenario_id>/withdrawal")
@roles_accepted(*TEACHERS)
def withdraw(scenario_id: str) -> ResponseReturnValue:
    """Take it from the shelf, or put it back; attempts at it stay on their version."""
    versions = drafts().versions(scenario_id) or abort(404)
    gone = request.form.get("act") != "restore"
    drafts().withdraw(scenario_id, withdrawn=gone)
    desk().published()
    accounts.told(
        "scenario_withdrawn" if gone else "scenario_restored",
        f"{versions[0].title} · {scenario_id}",
    )
    flash(
        _("Trainees do not see it any more; attempts at it stay.") if gone
        else _("Trainees find it among the exercises again."),
        "success",
    )  # fmt: skip
    return redirect(url_for(".history", scenario_id=scenario_id), 303)
