"""The grade book: which attempt of a person counts, what it is worth, and what is counted of it.

An override stands in place of the score that was earned, and leaves it where it is. A retry never
loses: of a person's finished attempts the best counts, of equals the earliest.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from fractions import Fraction
from typing import Final, Literal, NamedTuple, Protocol

import msgspec

from trainer.play.ports import Sandbox
from trainer.play.tally import Tally
from trainer.training.items import Analysis, Mark, Spread, analysed, spread

Basis = Literal["first", "counted"]
"""Of each person the first attempt at an exercise, or the one that counts."""
People = Collection[int] | None
"""Whose attempts are looked at; None for everybody's."""
WHOLE: Final = 100
"""Points of an exercise, and of a quiz as the grade book writes it."""


class Person(msgspec.Struct, frozen=True):
    """A line of the grade book."""

    person_id: int
    name: str


class Group(NamedTuple):
    """Some people who are looked at together: a class."""

    key: str
    name: str
    people: frozenset[int]


class Attempt(msgspec.Struct, frozen=True):
    """An attempt at an exercise or at a quiz, as the grade book knows it."""

    kind: Literal["exercise", "quiz"]
    row_id: int
    key: str
    person_id: int
    subject: str
    """The exercise's id, or the folder of the quiz's chapter."""
    earned: Fraction
    """Points of 100."""
    finished: bool
    begun_at: float
    touched_at: float
    override: int | None = None
    hints: int | None = None
    refused: int | None = None
    """None while it is not counted yet."""

    @property
    def score(self) -> Fraction:
        """What it is worth: what was earned, unless somebody has said otherwise."""
        return self.earned if self.override is None else Fraction(self.override)

    @property
    def graded(self) -> bool:
        """Whether it can count: it is over, or somebody has given it a score."""
        return self.finished or self.override is not None

    @property
    def seconds(self) -> float:
        """From its beginning to the last thing that was done in it."""
        return max(self.touched_at - self.begun_at, 0.0)


Of = tuple[int, str, str]
"""A person, and the kind and name of what they did."""


def of(attempt: Attempt) -> Of:
    """Whose attempt at what it is."""
    return attempt.person_id, attempt.kind, attempt.subject


def firsts(attempts: Iterable[Attempt]) -> dict[Of, Attempt]:
    """Of each person the first attempt at each thing, finished or not."""
    found: dict[Of, Attempt] = {}
    for attempt in sorted(attempts, key=lambda it: it.row_id):
        found.setdefault(of(attempt), attempt)
    return found


def counted(attempts: Iterable[Attempt]) -> dict[Of, Attempt]:
    """Of each person the attempt that counts."""
    found: dict[Of, Attempt] = {}
    for attempt in sorted(attempts, key=lambda it: it.row_id):
        best = found.get(of(attempt))
        if attempt.graded and (best is None or attempt.score > best.score):
            found[of(attempt)] = attempt
    return found


def chosen(attempts: Collection[Attempt], basis: Basis) -> list[Attempt]:
    """Those that are counted, one of each person; only of what is over anything can be said."""
    every = firsts(attempts) if basis == "first" else counted(attempts)
    return [attempt for attempt in every.values() if attempt.finished]


# --- one exercise ---------------------------------------------------------------------------------


class Summary(NamedTuple):
    """An exercise or a quiz in a line."""

    people: int
    attempts: int
    unfinished: int
    """People whose chosen attempt is not over, or who never finished one."""
    n: int
    share: "Spread | None"
    """Median and quartiles of the points."""
    seconds: "Spread | None"
    hints: int
    refused: int
    uncounted: int
    """Attempts of which hints and refusals are not counted yet."""


def summary(attempts: Collection[Attempt], basis: Basis) -> Summary:
    """The line of one exercise."""
    people = {attempt.person_id for attempt in attempts}
    over = chosen(attempts, basis)
    return Summary(
        people=len(people),
        attempts=len(attempts),
        unfinished=len(people) - len(over),
        n=len(over),
        # item statistics are about what was earned; an override says nothing about the exercise
        share=spread(float(attempt.earned) for attempt in over),
        seconds=spread(attempt.seconds for attempt in over),
        hints=sum(attempt.hints or 0 for attempt in over),
        refused=sum(attempt.refused or 0 for attempt in over),
        uncounted=sum(attempt.refused is None for attempt in over),
    )


class Refusals(NamedTuple):
    """How often something was refused, and in how many attempts."""

    code: str
    times: int
    attempts: int


class Lost(NamedTuple):
    """How many attempts lost points at a goal."""

    goal: str
    attempts: int


class Exercise(NamedTuple):
    """All that is told about an exercise."""

    goals: Analysis[str]
    refusals: tuple[Refusals, ...]
    lost: tuple[Lost, ...]


def exercise(tallies: Collection[Tally]) -> Exercise:
    """Goals, refusals and lost checks over some finished attempts."""
    goals = analysed(
        {name: Mark(mark.points, mark.possible) for name, mark in it.goals.items()}
        for it in tallies
    )
    times: dict[str, list[int]] = {}
    missed: dict[str, int] = {}
    for it in tallies:
        for code, count in it.refusals.items():
            times.setdefault(code, []).append(count)
        for name, mark in it.goals.items():
            if mark.points < mark.possible:
                missed[name] = missed.get(name, 0) + 1
    refused = [Refusals(code, sum(counts), len(counts)) for code, counts in times.items()]
    lost = [Lost(name, count) for name, count in missed.items()]
    return Exercise(
        goals,
        tuple(sorted(refused, key=lambda it: (-it.times, it.code))),
        tuple(sorted(lost, key=lambda it: (-it.attempts, it.goal))),
    )


# --- one quiz -------------------------------------------------------------------------------------


class Given(msgspec.Struct, frozen=True):
    """An answer of somebody to a question of a quiz."""

    quiz_id: int
    number: int
    question: str
    answer: str
    """JSON, in the question's own numbering."""
    share: Fraction
    seconds: float
    bank: str
    """The digest of the bank as the quiz keeps it: its options have other places in another."""


def questions(
    answers: Iterable[Given], chosen_quizzes: Collection[int]
) -> tuple[Analysis[str], dict[str, Spread | None]]:
    """Each question over the quizzes that are looked at: its figures, and how long it took."""
    marks: dict[int, dict[str, Mark]] = {}
    seconds: dict[str, list[float]] = {}
    for given in answers:
        if given.quiz_id in chosen_quizzes:
            marks.setdefault(given.quiz_id, {})[given.question] = Mark(float(given.share), 1)
            seconds.setdefault(given.question, []).append(given.seconds)
    return analysed(marks.values()), {name: spread(took) for name, took in seconds.items()}


class Choice(NamedTuple):
    """An answer that was given by some."""

    says: str
    share: Fraction
    quizzes: tuple[int, ...]
    rest: float | None
    """What those who gave it earned on average in the rest of their quiz."""


def distribution(
    answers: Collection[Given],
    question: str,
    chosen_quizzes: Collection[int],
    said: Callable[[Given], str],
) -> tuple[Choice, ...]:
    """Which answers a question got, the most frequent first; `said` puts one into words.

    The same words may be right with one draw's numbers and wrong with another's.
    """
    others: dict[int, list[Fraction]] = {}
    groups: dict[tuple[str, Fraction], list[int]] = {}
    for given in answers:
        if given.quiz_id not in chosen_quizzes:
            continue
        if given.question == question:
            groups.setdefault((said(given), given.share), []).append(given.quiz_id)
        else:
            others.setdefault(given.quiz_id, []).append(given.share)
    found = []
    for (says, share), quizzes in groups.items():
        rests = [sum(rest) / len(rest) for it in quizzes if (rest := others.get(it))]
        mean = float(sum(rests) / len(rests)) if rests else None
        found.append(Choice(says, share, tuple(quizzes), mean))
    return tuple(sorted(found, key=lambda it: (-len(it.quizzes), it.says)))


# --- the book -------------------------------------------------------------------------------------


class SkillShare(NamedTuple):
    """How many of the points of a skill's goals somebody has."""

    earned: int
    possible: int


def skills(tallies: Iterable[Tally]) -> dict[str, SkillShare]:
    """The points of each skill over one person's counted attempts."""
    found: dict[str, SkillShare] = {}
    for it in tallies:
        for mark in it.goals.values():
            for skill in mark.skills:
                before = found.get(skill, SkillShare(0, 0))
                found[skill] = SkillShare(
                    before.earned + mark.points, before.possible + mark.possible
                )
    return found


class ChapterGrade(NamedTuple):
    """A person's standing in a chapter: the mean of what is graded, and how much of it is."""

    mean: Fraction | None
    graded: int
    of: int


def chapter_grade(
    person_id: int, things: Collection[tuple[str, str]], best: Mapping[Of, Attempt]
) -> ChapterGrade:
    """The mean over the exercises and the quiz of a chapter that this person has a score in."""
    scores = [best[key].score for kind, name in things if (key := (person_id, kind, name)) in best]
    mean = sum(scores, Fraction(0)) / len(scores) if scores else None
    return ChapterGrade(mean, len(scores), len(things))


# --- what it is read from -------------------------------------------------------------------------


class Grades(Protocol):
    """Reading scores; each call is one statement or a fixed number of them."""

    def people(
        self, within: People, words: str = "", page: int = 1, size: int = 50
    ) -> tuple[list[Person], int]:
        """A page of the trainees, by name, and how many there are."""
        ...

    def person(self, person_id: int) -> Person | None:
        """Somebody with an account."""
        ...

    def names(self, people: Collection[int]) -> dict[int, str]:
        """What these people are called."""
        ...

    def attempts(
        self, people: People = None, subject: str | None = None, key: str | None = None
    ) -> list[Attempt]:
        """Attempts at exercises, oldest first. Untouched ones are none yet."""
        ...

    def quizzes(
        self, people: People = None, subject: str | None = None, key: str | None = None
    ) -> list[Attempt]:
        """Attempts at quizzes, oldest first."""
        ...

    def answers(self, chapter: str, people: People = None) -> list[Given]:
        """Every answer in the quizzes of a chapter, quiz by quiz."""
        ...

    def tallies(self, sandboxes: Collection[int]) -> dict[int, Tally]:
        """What these attempts came to, as far as it is counted and current."""
        ...

    def uncounted(
        self, limit: int, people: People = None, subject: str | None = None, *, again: bool = False
    ) -> list[Sandbox]:
        """Attempts whose tally is missing or old, the newest first; with `again` all of them."""
        ...

    def keep(self, counted: Collection[tuple[Sandbox, Tally]]) -> None:
        """Write tallies down; what was there of the same attempts is replaced."""
        ...
