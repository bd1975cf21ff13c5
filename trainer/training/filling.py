"""Questions that are answered by typing: a number, a word in a gap."""

from fractions import Fraction
from itertools import product
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from trainer.training import arithmetic
from trainer.training.questions import (
    FIELD,
    LANGUAGES,
    LONGEST,
    Answer,
    Asked,
    Complaint,
    Fact,
    Form,
    Line,
    Question,
    Read,
    Samples,
    Verdict,
    drawn,
    each,
    fields_of,
    filled,
    folded,
    number_in,
    plain,
)
from trainer.training.sentences import Sentence
from trainer.training.texts import Part, Text

Given = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$", max_length=30)]
GAP: Final = "___"


class Typing(Question):
    """Something is typed into one field."""

    shape = "text"

    def read(self, asked: Asked, form: Form) -> Read:
        """What was typed, if it can be understood."""
        typed = " ".join("".join(form.get("answer", ())[:1]).split())
        if not typed:
            return Read(None, {"answer": "needed"})
        if len(typed) > LONGEST:
            return Read(None, {"answer": "too_long"})
        complaint = self._complaint(asked, typed)
        return Read(None, {"answer": complaint}) if complaint else Read(typed, {})

    def _complaint(self, asked: Asked, typed: str) -> Complaint | None:
        return None if number_in(typed) is not None else "not_a_number"

    def explain(self, asked: Asked, answer: Answer) -> tuple[Line, ...]:
        """What would have been right, beside what was typed."""
        right = self.right_words(asked)
        if answer is not None and self.judge(asked, answer).share == 1:
            return (Line(right, "right", yours=self._typed(answer)),)
        missed = Line(right, "missed")
        if answer is None:
            return (missed,)
        return (Line(self._typed(answer), "wrong", self._mistake(asked, answer)), missed)

    def right_words(self, asked: Asked) -> Text:
        """The right answer in words."""
        raise NotImplementedError

    def _typed(self, answer: str) -> Text:
        return plain(answer)

    def _mistake(self, asked: Asked, answer: str) -> Text | None:
        """Why somebody may have typed this."""
        return None


class WrongSum(Part):
    """A sum that people do by mistake, and what is wrong with it."""

    answer: str
    why: Text


class Numeric(Typing):
    """A sum over numbers that are drawn."""

    kind: Literal["numeric"]
    answer: str
    tolerance: str = "0"
    unit: Text | None = None
    given: dict[Given, tuple[int, int] | tuple[int, int, int]] = Field(
        default_factory=dict, max_length=6
    )
    mistakes: tuple[WrongSum, ...] = Field((), max_length=12)

    @field_validator("answer", "tolerance")
    @classmethod
    def _a_sum(cls, text: str) -> str:
        arithmetic.parse(text)
        return text

    @field_validator("given")
    @classmethod
    def _from_low_to_high(cls, given: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
        for name, (low, high, *step) in given.items():
            if low > high or (step and step[0] < 1):
                raise ValueError(
                    Sentence(
                        "{name}: from {low} to {high} there is nothing to draw; "
                        "write from, to and a step above 0",
                        name=name,
                        low=low,
                        high=high,
                    )
                )
        return given

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if arithmetic.worth(self.tolerance, {}) < 0:
            raise ValueError(Sentence("the tolerance is below 0; write it without a minus"))
        fields_of(self.ask, self.given, "ask")
        for says in (self.why, *(mistake.why for mistake in self.mistakes)):
            fields_of(says, {*self.given, "answer"}, "why")
        corners = product(*((low, high) for low, high, *_ in self.given.values()))
        draws = [dict(zip(self.given, corner, strict=True)) for corner in corners]
        draws += [self._numbers(seed) for seed in range(1, 21)]
        for given in draws:
            for answer in (self.answer, *(mistake.answer for mistake in self.mistakes)):
                arithmetic.worth(answer, given)
        unused = sorted(set(self.given) - self._used())
        if unused:
            raise ValueError(
                Sentence("{name} is given, and nothing asks for it; delete it", name=unused[0])
            )
        return self

    def _used(self) -> set[str]:
        return {*arithmetic.names(self.answer), *FIELD.findall(self.ask.en)}

    def _numbers(self, seed: int) -> dict[str, int]:
        numbers = {}
        for name, (low, high, *step) in self.given.items():
            by = step[0] if step else 1
            numbers[name] = low + by * (drawn(seed, self.id, name) % ((high - low) // by + 1))
        return numbers

    def draw(self, seed: int, fact: Fact | None = None) -> Asked:
        """The numbers are drawn and put into the words."""
        given = self._numbers(seed)
        return Asked(filled(self.ask, given), given=given)

    def because(self, asked: Asked) -> Text:
        """The explanation with the numbers in it."""
        return self._told(self.why, asked)

    def judge(self, asked: Asked, answer: Answer) -> Verdict:
        """Within the tolerance or not."""
        right = arithmetic.worth(self.answer, asked.given)
        return Verdict(Fraction(answer is not None and self._close(answer, right)))

    def _close(self, answer: str, wanted: Fraction) -> bool:
        number = number_in(answer)
        return number is not None and (abs(number - wanted) <= arithmetic.worth(self.tolerance, {}))

    def right_words(self, asked: Asked) -> Text:
        """The number with its unit."""
        return self._measured(arithmetic.written(arithmetic.worth(self.answer, asked.given)))

    def _measured(self, number: str) -> Text:
        return each(lambda tongue: f"{number} {self.unit.in_(tongue)}" if self.unit else number)

    def _mistake(self, asked: Asked, answer: str) -> Text | None:
        for mistake in self.mistakes:
            if self._close(answer, arithmetic.worth(mistake.answer, asked.given)):
                return self._told(mistake.why, asked)
        return None

    def _told(self, says: Text, asked: Asked) -> Text:
        right = arithmetic.written(arithmetic.worth(self.answer, asked.given))
        return filled(says, {**asked.given, "answer": right})

    def samples(self, asked: Asked) -> Samples:
        """The number, one far from it, and no number."""
        right = arithmetic.worth(self.answer, asked.given)
        far = right + 2 * arithmetic.worth(self.tolerance, {}) + 1
        exact = arithmetic.written(right)
        return Samples(
            {"answer": [exact]},
            {"answer": [arithmetic.written(far)]},
            {"answer": ["many"]},
        )


class WordsIn(Part):
    """Words that are accepted, in each language."""

    en: tuple[str, ...] = Field(min_length=1, max_length=30)
    zh_Hans: tuple[str, ...] = Field(min_length=1, max_length=30)
    zh_Hant: tuple[str, ...] = Field(min_length=1, max_length=30)

    def every(self) -> frozenset[str]:
        """All of them, as they are compared: who reads Traditional may type Simplified."""
        return frozenset(map(folded, (*self.en, *self.zh_Hans, *self.zh_Hant)))


class WrongWords(Part):
    """What people type by mistake, and what is wrong with it."""

    answer: WordsIn
    why: Text


class FillIn(Typing):
    """A sentence with a gap."""

    kind: Literal["fill_in"]
    accepts: WordsIn
    mistakes: tuple[WrongWords, ...] = Field((), max_length=12)

    @field_validator("ask")
    @classmethod
    def _one_gap(cls, ask: Text) -> Text:
        for language in LANGUAGES:
            if ask.in_(language).count(GAP) != 1:
                raise ValueError(
                    Sentence(
                        "{language}: there must be one gap; write ___ where a word goes",
                        language=language,
                    )
                )
        return ask

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        for mistake in self.mistakes:
            both = mistake.answer.every() & self.accepts.every()
            if both:
                raise ValueError(
                    Sentence(
                        "{word} is accepted and a mistake; delete it in one of the two",
                        word=min(both),
                    )
                )
        return self

    def _complaint(self, asked: Asked, typed: str) -> Complaint | None:
        return None

    def judge(self, asked: Asked, answer: Answer) -> Verdict:
        """One of the words, or not."""
        return Verdict(Fraction(answer is not None and folded(answer) in self.accepts.every()))

    def right_words(self, asked: Asked) -> Text:
        """The first of the accepted words."""
        return each(lambda language: str(getattr(self.accepts, language)[0]))

    def _mistake(self, asked: Asked, answer: str) -> Text | None:
        for mistake in self.mistakes:
            if folded(answer) in mistake.answer.every():
                return mistake.why
        return None

    def samples(self, asked: Asked) -> Samples:
        """An accepted word in large letters, a question mark, and nothing."""
        return Samples({"answer": [f" {self.accepts.zh_Hant[0].upper()} "]}, {"answer": ["?"]}, {})
