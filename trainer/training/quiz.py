"""A quiz: the bank it is drawn from, which questions are drawn, and what the answers come to."""

from collections.abc import Container, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import Field

from trainer.training.choosing import Choice, Choices, TrueFalse
from trainer.training.filling import FillIn, Numeric
from trainer.training.measuring import Figure
from trainer.training.placing import Matching, Ordering
from trainer.training.questions import Question, drawn
from trainer.training.texts import Part

Mode = Literal["practice", "exam"]
"""Practice tells after each answer, an exam at the end."""
SIZE: Final = 8
"""Questions of a quiz, where each skill can be asked with so many."""
PASSED: Final = Fraction(4, 5)
KNOWN: Final = Fraction(9, 10)
"""So much of an exam, and the chapter's lessons need not be read any more."""

AnyQuestion = Annotated[
    Choice | Choices | TrueFalse | Numeric | FillIn | Ordering | Matching | Figure,
    Field(discriminator="kind"),
]
KINDS: Final[Mapping[str, type[Question]]] = {
    "choice": Choice,
    "choices": Choices,
    "true_false": TrueFalse,
    "numeric": Numeric,
    "fill_in": FillIn,
    "ordering": Ordering,
    "matching": Matching,
    "figure": Figure,
}


class Bank(Part):
    """The questions of a chapter."""

    format: Literal[1]
    questions: tuple[AnyQuestion, ...] = Field(min_length=1)

    def question(self, question_id: str) -> Question:
        """One of them. Raises KeyError."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise KeyError(question_id)


def pick(
    questions: Sequence[Question], seed: int, avoid: Container[str] = (), size: int = SIZE
) -> tuple[str, ...]:
    """Which questions a quiz asks, in its order: each skill once, then the rest until it is full.

    Those to avoid, the ones of the time before, come in only where there are no others.
    """
    by_chance = sorted(
        questions, key=lambda question: (question.id in avoid, drawn(seed, "pick", question.id))
    )
    firsts = {question.skill: question for question in reversed(by_chance)}
    chosen = [question.id for question in firsts.values()]
    rest = (question.id for question in by_chance if question.id not in chosen)
    chosen += list(rest)[: max(size - len(chosen), 0)]
    return tuple(sorted(chosen, key=lambda name: drawn(seed, "order", name)))


class SkillScore(NamedTuple):
    """How somebody did in a skill, and which rows of the course it was about."""

    skill: str
    earned: Fraction
    asked: int
    topics: tuple[str, ...]


def by_skill(asked: Iterable[tuple[Question, Fraction]]) -> tuple[SkillScore, ...]:
    """The shares of a quiz added up by skill, in the order of the course's rows."""
    scores: dict[str, SkillScore] = {}
    for question, share in sorted(asked, key=lambda pair: pair[0].topic):
        before = scores.get(question.skill, SkillScore(question.skill, Fraction(0), 0, ()))
        scores[question.skill] = SkillScore(
            question.skill,
            before.earned + share,
            before.asked + 1,
            tuple(dict.fromkeys((*before.topics, question.topic))),
        )
    return tuple(scores.values())
