"""What was published: frozen versions, what changed between them, withdrawing and putting back."""

from collections.abc import Sequence
from difflib import unified_diff
from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_security import current_user, roles_accepted

from trainer.play.authoring import Version
from trainer.web.accounts import who
from trainer.web.author import (
    HOMES,
    SHELVES,
    TEACHERS,
    around,
    desk,
    drafts,
    kept,
    on_the_shelf,
    own,
    published,
)
from trainer.web.classes import classes

bp = Blueprint("versions", __name__, url_prefix="/author")

LONGEST_DIFF: Final = 2_000
"""Lines: what is longer is another scenario."""
LONGEST_WHY: Final = 500


@bp.post("/drafts/<key>/versions")
@roles_accepted(*TEACHERS)
def publish(key: str) -> ResponseReturnValue:
    """Freeze the draft as a version; only what has been proven, as it stands."""
    draft, why = kept(own(key)), _why()
    sound, _findings = desk(draft.kind).look(draft.text)
    back = redirect(url_for("author.edit", key=key, _anchor="proof"), 303)
    if sound is None or not drafts().proven(sound.digest):
        flash(_("Not published: this text has no green proof. Prove it first."), "error")
        return back
    if on_the_shelf(draft.kind, sound)["foreign"] and not why:
        flash(_("Not published: it would follow what somebody else published. Say why."), "error")
        return back
    made = drafts().publish(draft.kind, sound.pieces, who(), why)
    published(draft.kind)
    if not made:
        flash(_("Nothing was published: exactly this stands on the shelf already."), "info")
        return back
    if draft.kind == "scenario":
        said = _("Version %(number)s is published: trainees find it among the exercises.",
                 number=made[0].number)  # fmt: skip
    else:
        said = ngettext(
            "%(num)s question is published: quizzes that begin from now on draw from it, too.",
            "%(num)s questions are published: quizzes that begin from now on draw from them, too.",
            len(made),
        )
    flash(said, "success")
    if len(made) > 1:
        return redirect(url_for(HOMES[draft.kind][1], _anchor="published-title"), 303)
    return redirect(_address(made[0]), 303)


def _mine(version: Version) -> bool:
    return version.author_id == current_user.id


def _why() -> str:
    return request.form.get("why", "").strip()[:LONGEST_WHY]


def _address(version: Version) -> str:
    return url_for(".history", shelf=around(version.kind)["shelf"], name=version.name)


@bp.get("/<any(scenarios, questions):shelf>/<name>")
@roles_accepted(*TEACHERS)
def history(shelf: str, name: str) -> ResponseReturnValue:
    """All versions of something, and what changed from one to another."""
    return _history(drafts().versions(SHELVES[shelf], name) or abort(404))


def _history(versions: Sequence[Version], error: str = "") -> str:
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
        foreign=not _mine(versions[0]), error=error,
        asking=_asking(right.name) if right.kind == "scenario" else 0, **around(right.kind),
    )  # fmt: skip


@bp.post("/<any(scenarios, questions):shelf>/<name>/withdrawal")
@roles_accepted(*TEACHERS)
def withdraw(shelf: str, name: str) -> ResponseReturnValue:
    """Take it from the shelf, or put it back; what was begun on it stays on its version.

    It may be somebody else's, who then reads in the trail why.
    """
    kind, why = SHELVES[shelf], _why()
    versions = drafts().versions(kind, name) or abort(404)
    if not why and not _mine(versions[0]):
        return _history(versions, _("Somebody else published this. Say why you do it.")), 422
    gone = request.form.get("act") != "restore"
    drafts().withdraw(kind, name, who(), why, withdrawn=gone)
    published(kind)
    flash(str(_SAID[kind, gone]), "success")
    if gone and kind == "scenario" and (asking := _asking(name)):
        said = ngettext(
            "%(num)s class asks for it: who has not begun it is not asked any more.",
            "%(num)s classes ask for it: who has not begun it is not asked any more.",
            asking,
        )
        flash(said, "info")
    return redirect(_address(versions[0]), 303)


def _asking(name: str) -> int:
    """How many classes are asked to do an exercise."""
    rooms = classes().all()
    given = classes().assignments([it.class_id for it in rooms if not it.archived])
    return len({it.class_id for it in given if (it.kind, it.what) == ("exercise", name)})


_SAID: Final = {
    ("scenario", True): _l("Trainees do not see it any more; attempts at it stay."),
    ("scenario", False): _l("Trainees find it among the exercises again."),
    ("question", True): _l("It is not drawn any more; quizzes that have begun keep it."),
    ("question", False): _l("It is drawn again, in quizzes that begin from now on."),
}
