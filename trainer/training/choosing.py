"""Questions that are answered by choosing: one option, several, true or false."""

from fractions import Fraction
from typing import Literal, Self

from pydantic import Field, model_validator

from trainer.training.questions import (
    FALSE,
    TRUE,
    Answer,
    Asked,
    Fact,
    Form,
    Line,
    Question,
    Read,
    Samples,
    Verdict,
    distinct,
    letter,
    place_of,
    shuffled,
)
from trainer.training.sentences import Sentence
from trainer.training.texts import Part, Text


class Option(Part):
    """Something to choose."""

    says: Text
    right: bool = False
    why: Text | None = None

    @model_validator(mode="after")
    def _explained(self) -> Self:
        if not self.right and self.why is None:
            raise ValueError(Sentence("this option is wrong and does not say why; add why: to it"))
        return self


class _Choosing(Question):
    """One of several options, or any number of them."""

    options: tuple[Option, ...] = Field(min_length=2, max_length=8)

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        distinct(Sentence("two options"), (option.says for option in self.options))
        return self

    def draw(self, seed: int, fact: Fact | None = None) -> Asked:
        """The options in an order of the seed's."""
        order = shuffled(len(self.options), seed, self.id, "options")
        says = tuple(self.options[place].says for place in order)
        return Asked(self.ask, options=says, option_order=order)

    def read(self, asked: Asked, form: Form) -> Read:
        """The places in the file of what was chosen."""
        chosen = [place_of(key, asked.option_order) for key in form.get("answer", ())]
        if not chosen:
            return Read(None, {"answer": "needed"})
        if None in chosen or (self.shape == "one" and len(chosen) > 1):
            return Read(None, {"answer": "not_a_choice"})
        return Read(sorted(set(chosen)), {})

    def explain(self, asked: Asked, answer: Answer) -> tuple[Line, ...]:
        """What was chosen, and what should have been."""
        chosen = answer or ()
        lines = []
        for place in asked.option_order:
            option = self.options[place]
            if option.right:
                mark: Literal["right", "missed"] = "right" if place in chosen else "missed"
                lines.append(Line(option.says, mark, option.why))
            elif place in chosen:
                lines.append(Line(option.says, "wrong", option.why))
        return tuple(lines)

    def samples(self, asked: Asked) -> Samples:
        """All that is right; one that is wrong; a letter that nothing has."""
        keys = {right: [] for right in (True, False)}  # type: dict[bool, list[str]]
        for shown, place in enumerate(asked.option_order):
            keys[self.options[place].right].append(letter(shown))
        return Samples({"answer": keys[True]}, {"answer": keys[False][:1]}, {"answer": ["z"]})


class Choice(_Choosing):
    """One of the options is right."""

    shape = "one"
    kind: Literal["choice"]

    @model_validator(mode="after")
    def _one_right(self) -> Self:
        right = sum(option.right for option in self.options)
        if right != 1:
            raise ValueError(
                Sentence(
                    "{right} options are right; of a choice exactly one is, or write kind: choices",
                    right=right,
                )
            )
        return self

    def judge(self, asked: Asked, answer: Answer) -> Verdict:
        """All or nothing."""
        return Verdict(Fraction(answer is not None and self.options[answer[0]].right))


class Choices(_Choosing):
    """Any number of the options is right."""

    shape = "many"
    kind: Literal["choices"]

    @model_validator(mode="after")
    def _some_right(self) -> Self:
        right = sum(option.right for option in self.options)
        if not 0 < right < len(self.options):
            raise ValueError(
                Sentence(
                    "{right} of {count} options are right; "
                    "at least one must be right and one wrong",
                    right=right,
                    count=len(self.options),
                )
            )
        return self

    def judge(self, asked: Asked, answer: Answer) -> Verdict:
        """Each right one counts, each wrong one takes one away: ticking all earns little."""
        rights = sum(option.right for option in self.options)
        hits = [self.options[place].right for place in answer or ()]
        return Verdict(max(Fraction(2 * sum(hits) - len(hits), rights), Fraction(0)))


class TrueFalse(Question):
    """A statement that holds, or does not."""

    shape = "one"
    kind: Literal["true_false"]
    answer: Literal["yes", "no"]

    def draw(self, seed: int, fact: Fact | None = None) -> Asked:
        """True stands first, always."""
        return Asked(self.ask, options=(TRUE, FALSE), option_order=(0, 1))

    def read(self, asked: Asked, form: Form) -> Read:
        """Whether it was called true."""
        sent = list(form.get("answer", ()))
        if not sent:
            return Read(None, {"answer": "needed"})
        if sent not in (["a"], ["b"]):
            return Read(None, {"answer": "not_a_choice"})
        return Read("yes" if sent == ["a"] else "no", {})

    def judge(self, asked: Asked, answer: Answer) -> Verdict:
        """All or nothing."""
        return Verdict(Fraction(answer == self.answer))

    def explain(self, asked: Asked, answer: Answer) -> tuple[Line, ...]:
        """Which of the two it is."""
        words = {"yes": TRUE, "no": FALSE}
        if answer == self.answer:
            return (Line(words[answer], "right"),)
        missed = Line(words[self.answer], "missed")
        return (Line(words[answer], "wrong"), missed) if answer else (missed,)

    def samples(self, asked: Asked) -> Samples:
        """One, the other, and neither."""
        right, wrong = ("a", "b") if self.answer == "yes" else ("b", "a")
        return Samples({"answer": [right]}, {"answer": [wrong]}, {})
