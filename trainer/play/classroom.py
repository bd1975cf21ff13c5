"""A class as people see it: its members, what it was asked to do, and a list of newcomers read.

A roster is read as a whole: each row says what would come of it or what is wrong with it, and
nothing is written while one is wrong.
"""

import csv
import io
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, Final, Literal, NamedTuple, Protocol
from unicodedata import normalize

import msgspec

from trainer.training.assignments import (
    Kind,
    Standing,
    Terms,
    Try,
    Whole,
    standing,
    together,
)


class Classroom(msgspec.Struct, frozen=True):
    """A class: people who learn together, and who teaches them."""

    class_id: int
    key: str
    """Names the class in addresses; cannot be guessed."""
    name: str
    code: str
    """Who types it joins, while the class is joinable."""
    joinable: bool
    archived: bool
    created_at: float
    starts_on: date | None = None
    ends_on: date | None = None
    registers: bool = False
    """Whether who has the code and no account can make one."""
    zone: str = ""
    """The time zone its dates are told by, such as Asia/Taipei; empty for the server's."""


class Member(msgspec.Struct, frozen=True):
    """Somebody in a class."""

    person_id: int
    name: str
    username: str | None
    email: str
    teaches: bool
    active: bool
    first_password: bool = False
    """Whether they have not yet chosen a password of their own."""


class Assignment(msgspec.Struct, frozen=True):
    """Something a class was asked to do."""

    assignment_id: int
    key: str
    class_id: int
    kind: Kind
    what: str
    """The id of an exercise, the folder of a quiz's chapter, or that of a chapter."""
    terms: Terms
    withdrawn: bool = False


class ClassStore(Protocol):
    """Classes, their members and assignments. Each writing call is one transaction."""

    def create(self, name: str, teacher: int, zone: str = "") -> Classroom:
        """A new class, taught by one person, in a time zone; its join code is open."""
        ...

    def find(self, key: str) -> Classroom:
        """The class of that key. Raises NotFound."""
        ...

    def by_code(self, code: str) -> Classroom:
        """The class one may join with that code, however it was typed. Raises NotFound."""
        ...

    def change(self, class_id: int, **values: Any) -> None:
        """Another name, other days, another zone, joinable or not, archived or not."""
        ...

    def renew_code(self, class_id: int) -> None:
        """Another join code; the old one leads nowhere."""
        ...

    def of_person(self, person_id: int, *, teaches: bool) -> list[Classroom]:
        """The classes somebody teaches, or belongs to, newest first; archived ones as well."""
        ...

    def all(self) -> list[Classroom]:
        """Every class, newest first."""
        ...

    def sizes(self, classes: Collection[int]) -> dict[int, int]:
        """How many trainees each class has."""
        ...

    def members(self, class_id: int) -> list[Member]:
        """Trainees and teachers of a class, by name."""
        ...

    def belonging(self, people: Collection[int]) -> dict[tuple[int, bool], int]:
        """How many classes that are not put away each of them is in, by person and whether
        they teach there."""
        ...

    def teaches(self, class_id: int, person_id: int) -> bool:
        """Whether somebody is a teacher of a class."""
        ...

    def reach(self, teacher: int, among: Collection[int] | None = None) -> frozenset[int]:
        """Whom a teacher may look at, of these people or of all: the trainees of their classes,
        and who is in no class."""
        ...

    def add(
        self, class_id: int, people: Iterable[int], *, teaches: bool = False, within: Any = None
    ) -> int:
        """People join; who is there already stays as they are. How many came.

        `within` is a connection whose transaction it is to be part of.
        """
        ...

    def remove(self, class_id: int, person_id: int) -> None:
        """Somebody leaves the class; what they did stays theirs."""
        ...

    def assign(self, class_id: int, kind: Kind, what: str, terms: Terms) -> Assignment:
        """A new assignment."""
        ...

    def change_assignment(self, assignment_id: int, terms: Terms, *, withdrawn: bool) -> None:
        """Other terms, or withdrawn; they are applied to what was done already."""
        ...

    def assignment(self, key: str) -> Assignment:
        """The assignment of that key. Raises NotFound."""
        ...

    def assignments(self, classes: Collection[int], *, withdrawn: bool = False) -> list[Assignment]:
        """What these classes were asked to do, by due date; or what was withdrawn of it."""
        ...

    def extend(self, assignment_id: int, person_id: int, until: float | None) -> None:
        """Somebody has until then; None takes an extension back."""
        ...

    def extensions(self, assignments: Collection[int]) -> dict[tuple[int, int], float]:
        """Until when people have, by assignment and person."""
        ...

    def tries(
        self,
        people: Collection[int],
        scenarios: Collection[str],
        chapters: Collection[str],
        cut_off: float | None = None,
    ) -> dict[tuple[int, str], list[Try]]:
        """Attempts at these exercises and quizzes of these chapters, by person and which.

        What went on after the cut-off has all its marks, so that it can be seen as it stood then.
        """
        ...


class Parts(NamedTuple):
    """What an assignment consists of."""

    scenarios: tuple[str, ...] = ()
    chapters: tuple[str, ...] = ()
    """Folders of the chapters whose quiz belongs to it."""


def standings(
    store: ClassStore,
    people: Collection[int],
    assignments: Sequence[Assignment],
    parts: Mapping[str, Parts],
    now: float,
) -> dict[tuple[int, int], tuple[Whole, tuple[Standing, ...]]]:
    """How people stand with assignments, by assignment and person; as many statements for one
    as for all.

    `parts` says by key what each assignment consists of.
    """
    names = [parts[it.key] for it in assignments]
    done = store.tries(
        people,
        {name for it in names for name in it.scenarios},
        {name for it in names for name in it.chapters},
        min((it.terms.closes_at for it in assignments if it.terms.closes_at), default=None),
    )
    more = store.extensions([it.assignment_id for it in assignments])
    found = {}
    for it, of_it in zip(assignments, names, strict=True):
        for person in people:
            until = more.get((it.assignment_id, person))
            terms = it.terms if until is None else it.terms.extended(until)
            each = tuple(
                standing(terms, done.get((person, name), ()), now)
                for name in (*of_it.scenarios, *of_it.chapters)
            )
            found[it.assignment_id, person] = together(each), each
    return found


# --- a roster -----------------------------------------------------------------------------------

MOST_ROWS: Final = 300
MOST_SIGNS: Final = 200_000
LONGEST: Final = 120
Outcome = Literal["new", "joins", "member", "wrong"]
Fault = Literal[
    "no_name", "no_email", "bad_email", "bad_username", "long", "twice", "other_person",
    "out_of_sight", "bad_time", "bad_language", "bad_role", "no_right", "other_role",
]  # fmt: skip

_HEADS: Final[Mapping[str, str]] = {
    head.replace("_", " "): field
    for field, heads in (
        ("name", "name full_name 姓名 名字 学员 學員"),
        ("email", "email e-mail mail email_address 邮箱 电子邮箱 電子郵件 信箱"),
        ("username", "username user_name user login 用户名 账号 使用者名稱 帳號"),
        ("extra_time", "extra_time time 延时 延長時間 额外时间"),
        ("language", "language lang 语言 語言"),
        ("role", "role 角色 身份 身分"),
    )
    for head in heads.split()
}
_LANGUAGES: Final[Mapping[str, str]] = {
    "": "", "en": "en", "english": "en", "zh_hans": "zh_Hans", "zh-hans": "zh_Hans",
    "zh-cn": "zh_Hans", "简体中文": "zh_Hans", "简体": "zh_Hans", "zh_hant": "zh_Hant",
    "zh-hant": "zh_Hant", "zh-tw": "zh_Hant", "繁體中文": "zh_Hant", "繁體": "zh_Hant",
}  # fmt: skip
ROLES: Final[Mapping[str, str]] = {
    "trainee": "trainee", "学员": "trainee", "學員": "trainee",
    "instructor": "instructor", "讲师": "instructor", "講師": "instructor",
    "admin": "admin", "管理员": "admin", "管理員": "admin",
}  # fmt: skip
"""What a role is called on a list."""
EXTRA_TIMES: Final = ("0", "25", "50", "100", "-1")


class Newcomer(msgspec.Struct, frozen=True):
    """A row of a roster, and what comes of it."""

    line: int
    """In the text, counted from 1."""
    name: str
    email: str
    username: str
    language: str = ""
    extra_time: int = 0
    role: str = ""
    """As it was written; who has none becomes a trainee, or stays what they are."""
    outcome: Outcome = "new"
    person_id: int = 0
    """Of somebody who has an account."""
    fault: Fault | None = None
    found: str = ""
    """What stood there instead of what was wanted."""

    @property
    def teaches(self) -> bool:
        """Whether they join a class as one of its teachers."""
        return self.role not in ("", "trainee")


class Known(msgspec.Struct, frozen=True):
    """Somebody who has an account already."""

    person_id: int
    email: str
    username: str
    member: bool
    in_sight: bool
    """Whether the reader may look at their work already; joining would show all of it."""
    roles: tuple[str, ...] = ("trainee",)


class Roster(msgspec.Struct, frozen=True):
    """A list of newcomers as it was read."""

    rows: tuple[Newcomer, ...]
    unknown: tuple[str, ...] = ()
    """Columns that nobody here knows; they are left alone."""
    problem: Literal["", "empty", "no_columns", "too_many", "too_long", "unreadable"] = ""

    @property
    def sound(self) -> bool:
        """Whether it can be taken as it stands."""
        return not self.problem and all(row.outcome != "wrong" for row in self.rows)


def decoded(content: bytes, language: str) -> tuple[str, str]:
    """A file's text, and its encoding if it was not UTF-8: then somebody has to look at the names.

    A spreadsheet of the reader's own country is the likeliest source of anything else.
    """
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16", "replace"), ""
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        other = {"zh_Hans": "gb18030", "zh_Hant": "cp950"}.get(language, "")
        if not other:  # next to no text of a western spreadsheet can be read as Chinese
            with suppress(UnicodeDecodeError):
                return content.decode("gb2312"), "GB18030"
            other = "cp1252"
        return content.decode(other, "replace"), {"cp950": "Big5", "cp1252": "Windows-1252"}.get(
            other, "GB18030"
        )


def read_roster(
    text: str,
    known: Callable[[Iterable[str], Iterable[str]], Iterable[Known]],
    normal_email: Callable[[str], str],
    normal_username: Callable[[str], str],
    *,
    gives_roles: bool = False,
) -> Roster:
    """A roster as text of a CSV file; divided by comma, semicolon or tab.

    The first line names the columns; a list of addresses alone is one, too. `known` looks up
    accounts by e-mail and user name; `normal_email` gives an empty string for what is no address.
    Who may not give roles can bring trainees alone.
    """
    if len(text) > MOST_SIGNS:
        return Roster((), problem="too_long")
    text = text.replace("\ufeff", "").replace("\0", "").rstrip("\r\n")
    if not text.strip():
        return Roster((), problem="empty")
    try:
        lines = [(at, line) for at, line in _lines(text) if any(cell.strip() for cell in line)]
    except csv.Error:
        return Roster((), problem="unreadable")
    if not lines:  # nothing but dividers
        return Roster((), problem="empty")
    heads = [_HEADS.get(_head(cell)) for cell in lines[0][1]]
    if "email" in heads:
        unknown = [cell for cell, head in zip(lines[0][1], heads, strict=True) if not head]
        lines = lines[1:]
    elif all("@" in line[0] for _, line in lines) and all(len(line) == 1 for _, line in lines):
        heads, unknown = ["email"], []
    else:
        return Roster((), problem="no_columns")
    if not lines:
        return Roster((), problem="empty")
    if len(lines) > MOST_ROWS:
        return Roster((), problem="too_many")
    rows = [_row(at, dict(zip(heads, line, strict=False)), normal_email, normal_username,
                 gives_roles=gives_roles)
            for at, line in lines]  # fmt: skip
    people = tuple(known([row.email for row in rows], [row.username for row in rows]))
    return Roster(tuple(_placed(rows, people)), tuple(it for it in unknown if it.strip()))


def _head(cell: str) -> str:
    return normalize("NFKC", cell).replace("_", " ").strip().casefold()


def _lines(text: str) -> Iterable[tuple[int, list[str]]]:
    head = next(line for line in text.splitlines() if line.strip())
    divider = max("\t;,", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=divider, strict=True)
    for line in reader:
        yield reader.line_num, line


def _row(
    at: int,
    cells: Mapping[str | None, str],
    normal_email: Callable[[str], str],
    normal_username: Callable[[str], str],
    *,
    gives_roles: bool,
) -> Newcomer:
    typed = {field: cells.get(field, "").strip() for field in _HEADS.values()}
    email = normal_email(typed["email"])
    username = normal_username(typed["username"] or typed["email"].partition("@")[0])
    name = " ".join(typed["name"].split()) or typed["email"].partition("@")[0]
    time, language = typed["extra_time"].rstrip("% ") or "0", typed["language"].casefold()
    wanted = typed["role"].casefold()
    role = ROLES.get(wanted, "")
    faults: list[tuple[bool, Fault, str]] = [
        (not typed["email"], "no_email", ""),
        (not email, "bad_email", typed["email"]),
        (not name, "no_name", ""),
        (max(len(name), len(username)) > LONGEST, "long", max(name, username, key=len)[:40] + "…"),
        ("@" in username or not username, "bad_username", typed["username"]),
        (time not in EXTRA_TIMES, "bad_time", typed["extra_time"]),
        (language not in _LANGUAGES, "bad_language", typed["language"]),
        (bool(wanted) and not role, "bad_role", typed["role"]),
        (role not in ("", "trainee") and not gives_roles, "no_right", typed["role"]),
    ]
    fault = next(((fault, found) for wrong, fault, found in faults if wrong), None)
    return Newcomer(
        at, name[:LONGEST], email or typed["email"], username[:LONGEST],
        language=_LANGUAGES.get(language, ""),
        extra_time=int(time) if time in EXTRA_TIMES else 0,
        role=role,
        outcome="wrong" if fault else "new",
        fault=fault[0] if fault else None,
        found=fault[1] if fault else "",
    )  # fmt: skip


def _placed(rows: Iterable[Newcomer], people: Iterable[Known]) -> Iterable[Newcomer]:
    """Who has an account is that person; nobody is there twice, nobody is somebody else."""
    by_email = {it.email.casefold(): it for it in people}
    by_name = {it.username.casefold(): it for it in people}
    seen: dict[str, int] = {}
    for row in rows:
        if row.outcome == "wrong":
            yield row
            continue
        same = by_email.get(row.email.casefold())
        named = by_name.get(row.username.casefold())
        twice = next(
            (seen[it] for it in (f"e {row.email.casefold()}", f"u {row.username}") if it in seen), 0
        )
        seen[f"e {row.email.casefold()}"] = seen[f"u {row.username}"] = row.line
        if twice:
            yield msgspec.structs.replace(row, outcome="wrong", fault="twice", found=str(twice))
        elif same and not (same.member or same.in_sight):
            yield msgspec.structs.replace(
                row, outcome="wrong", fault="out_of_sight", found=row.email
            )
        elif same and row.role and row.role not in same.roles:
            yield msgspec.structs.replace(row, outcome="wrong", fault="other_role", found=row.email)
        elif same:
            outcome: Outcome = "member" if same.member else "joins"
            yield msgspec.structs.replace(row, outcome=outcome, person_id=same.person_id)
        elif named:
            yield msgspec.structs.replace(
                row, outcome="wrong", fault="other_person", found=row.username
            )
        else:
            yield row
