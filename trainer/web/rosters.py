"""Lists of people as CSV: looked at first, then taken as a whole or not at all.

For a class, whose people join it; or for nobody but the house, where they only get an account.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

from flask import current_app, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from trainer.play.classroom import (
    Classroom,
    ClassStore,
    Known,
    Newcomer,
    Roster,
    decoded,
    read_roster,
)
from trainer.web import accounts, first_passwords
from trainer.web.accounts import ROLES, datastore
from trainer.web.sight import seen_of

PROBLEMS: Final = {
    "empty": _l("There is nobody on this list: name the columns, then a line for each person."),
    "no_columns": _l("No column is called “email”. Name the columns first, such as: name, email."),
    "too_many": _l("More than 300 rows: divide the list."),
    "too_long": _l("More than 200,000 characters: that is no list of people. Divide it."),
    "unreadable": _l("This cannot be read as CSV: a quotation mark is not closed."),
}
FAULTS: Final = {
    "no_name": _l("The name is missing."),
    "no_email": _l("The e-mail address is missing."),
    "bad_email": _l("“%(found)s” is no e-mail address; write one such as name@example.com."),
    "bad_username": _l("“%(found)s” cannot be a user name: it must not have an @ or be empty."),
    "long": _l("“%(found)s” is longer than 120 characters."),
    "twice": _l("The same person stands in row %(found)s already; leave one of them out."),
    "other_person": _l("The user name “%(found)s” is somebody else's; give another one."),
    "out_of_sight": _l(
        "“%(found)s” is in a class of somebody else: give them the join code, or ask an admin."
    ),
    "bad_time": _l("“%(found)s” is no extra time; write 0, 25, 50, 100, or -1 for no limit."),
    "bad_language": _l("“%(found)s” is not known; write en, zh-Hans or zh-Hant."),
    "bad_role": _l("“%(found)s” is no role; write trainee, instructor or admin, or nothing."),
    "no_right": _l("Only an admin gives the role “%(found)s”; leave it empty, or ask one."),
    "other_role": _l(
        "“%(found)s” has an account in another role; no list changes that, but the page of the"
        " people does."
    ),
}


def page(room: Classroom | None, **shown: Any) -> str:
    """Where a list goes in, and what would come of it."""
    blank: dict[str, Any] = {"text": "", "roster": None, "problems": PROBLEMS, "faults": FAULTS}
    return render_template(
        "pages/roster.html",
        **blank | shown,
        room=room,
        roles=ROLES,
        place="classes" if room else "people",
    )


def answer(room: Classroom | None, *, again: str, then: str) -> ResponseReturnValue:
    """A look at what would come of a list; or, once it is sound, all of it.

    `again` is where the list goes in, `then` where one is led if nobody is new.
    """
    text, encoding = _sent()
    read = _read(room, text)
    if request.form.get("act") != "take" or not read.sound:
        shown = page(room, text=text, roster=read, encoding=encoding)
        return shown, 200 if read.sound else 422
    try:
        made = _take(room, read)
    except IntegrityError:  # somebody made one of these accounts meanwhile: look again
        current_app.extensions["sessions"].rollback()
        flash(
            _("Meanwhile somebody else added one of these people. Look at the list again."), "error"
        )
        return redirect(again, 303)
    if made:
        return passwords(room, made)
    done = (
        _("Everybody on the list is in the class.")
        if room
        else _("Everybody on the list has an account already.")
    )
    flash(done, "success")
    return redirect(then, 303)


def passwords(room: Classroom | None, made: Sequence[tuple[Any, str]]) -> ResponseReturnValue:
    """The first passwords of new people, to be printed."""
    # shown once and kept nowhere: not even the browser may remember it
    reply = make_response(
        render_template(
            "pages/roster-passwords.html",
            room=room,
            made=made,
            place="classes" if room else "people",
        )
    )
    reply.headers["Cache-Control"] = "no-store"
    return reply


def _sent() -> tuple[str, str]:
    """The list as text, of a file or as it was typed; and the encoding, if it was not UTF-8."""
    file = request.files.get("file")
    if file and file.filename:
        return decoded(file.read(), str(get_locale()))
    return request.form.get("text", ""), ""


def _read(room: Classroom | None, text: str) -> Roster:
    members = {it.person_id for it in _classes().members(room.class_id)} if room else set()

    def known(emails: Iterable[str], names: Iterable[str]) -> list[Known]:
        user: Any = datastore().user_model
        wanted = (
            select(user)
            .where(
                or_(
                    func.lower(user.email).in_([it.lower() for it in emails]),
                    func.lower(user.username).in_(list(names)),
                )
            )
            .options(selectinload(user.roles))
        )
        rows = current_app.extensions["sessions"].scalars(wanted).all()
        mine = seen_of([it.id for it in rows])
        return [
            Known(
                it.id,
                it.email,
                it.username or "",
                member=room is None or it.id in members,
                in_sight=it.id in mine,
                roles=tuple(role.name for role in it.roles),
            )
            for it in rows
        ]

    return read_roster(
        accounts.printable(text),
        known,
        accounts.normal_email,
        accounts.normal_username,
        gives_roles=current_user.has_role("admin"),
    )


def _take(room: Classroom | None, read: Roster) -> list[tuple[Newcomer, str]]:
    """Everybody is taken, or nobody is; the first passwords of new people."""
    session = current_app.extensions["sessions"]
    joins = [(row.person_id, row) for row in read.rows if row.outcome == "joins"]
    new = [(row, first_passwords.drawn()) for row in read.rows if row.outcome == "new"]
    hashes = [first_passwords.hashed(password) for _row, password in new]  # before anything waits
    for (row, _password), hashed in zip(new, hashes, strict=True):
        role = row.role or "trainee"
        person = datastore().create_user(
            name=row.name, username=row.username, email=row.email,
            password=hashed, first_password=True, roles=[role],
            language=row.language or None, extra_time=row.extra_time,
        )  # fmt: skip
        session.flush()
        accounts.noted("person_created", person, new=role)
        joins.append((person.id, row))
    if room:
        _join(room, joins)
    datastore().commit()
    accounts.told("roster_imported", room.name if room else "–", new=f"{len(read.rows)}")
    return new


def _join(room: Classroom, people: Sequence[tuple[int, Newcomer]]) -> None:
    """In the transaction that makes their accounts; who teaches joins as one who does."""
    session = current_app.extensions["sessions"]
    for teaches in (False, True):
        some = [person_id for person_id, row in people if row.teaches == teaches]
        _classes().add(room.class_id, some, teaches=teaches, within=session.connection())
    for person_id, row in people:
        current_app.extensions["changes"].note(
            session, accounts.who(), "class_joined", f"{row.name} · {room.name}",
            person_id=person_id, new="teacher" if row.teaches else "trainee",
        )  # fmt: skip


def _classes() -> ClassStore:
    return cast(ClassStore, current_app.extensions["classes"])
