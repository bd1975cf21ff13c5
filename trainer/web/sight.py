"""Whom one may look at: the trainees of one's own classes and who is in no class; an admin, all.

Who learns alone is in sight of everybody who teaches, so that no question of theirs is lost.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from flask import abort, current_app, g, request
from flask_babel import gettext as _
from flask_security import current_user

from trainer.play.grades import Group, People


class Sight(NamedTuple):
    """The people a page is about, and the classes one may choose from."""

    people: People
    group: str
    groups: Sequence[Group]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The classes, for a field."""
        return [("", _("Everybody I may see")), *((it.key, it.name) for it in self.groups)]


def teaching() -> bool:
    """Whether who is signed in teaches, or manages."""
    return bool(current_user.has_role("instructor") or current_user.has_role("admin"))


def sight() -> Sight:
    """The class that was asked for, or everybody one may look at. Asked once for a page."""
    if "sight" not in g:
        g.sight = _sight()
    found: Sight = g.sight
    return found


def _sight() -> Sight:
    admin, wanted = current_user.has_role("admin"), request.values.get("group", "")
    groups = current_app.extensions["groups"](None if admin else current_user.id)
    for group in groups:
        if group.key == wanted:
            return Sight(group.people, wanted, groups)
    return Sight(None if admin else _reach(), "", groups)


def everybody() -> People:
    """Everybody one may look at, whatever class was asked for."""
    if current_user.has_role("admin"):
        return None
    if "reach" not in g:
        g.reach = _reach()
    found: frozenset[int] = g.reach
    return found


def _reach() -> frozenset[int]:
    found: frozenset[int] = current_app.extensions["classes"].reach(current_user.id)
    return found


def may_see(person_id: int) -> bool:
    """Whether this person's work is one's own, or one may look at it."""
    return person_id in seen_of([person_id])


def seen_of(people: Collection[int]) -> frozenset[int]:
    """Those of some people whose work one may look at; one's own is among it."""
    if current_user.has_role("admin"):
        return frozenset(people)
    seen = frozenset({current_user.id}.intersection(people))
    if current_user.has_role("instructor") and seen != frozenset(people):
        seen |= current_app.extensions["classes"].reach(current_user.id, people)
    return seen


def in_sight(person_id: int) -> None:
    """Not found, unless this person is among those one may look at."""
    if not may_see(person_id):
        abort(404)
