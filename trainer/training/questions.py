"""Questions, a class for each kind, and on each the five verbs in time order.

draw (what this person is asked) → read (what was sent) → judge → explain; and samples, a right, a
wrong and an invalid answer of its own, which the tests send for every question of every bank.
Chance is the seed's: the same seed asks the same, and no part's order tells that of another.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from hashlib import sha256
from itertools import combinations, product
from typing import Annotated, Any, ClassVar, Final, Literal, NamedTuple, Self
from unicodedata import normalize

from pydantic import Field, StringConstraints, field_validator, model_validator

from trainer.training import arithmetic
from trainer.training.scenario import Language, Name, Part, Text

Form = Mapping[str, Sequence[str]]
"""What was sent, by field; a field may come several times."""
Answer = Any
"""What was chosen or typed, in the question's own numbering: plain JSON. None: I do not know."""
Complaint = Literal[
    "needed", "not_a_number", "not_a_date", "twice", "too_long", "not_a_choice", "not_found"
]
"""Why an answer cannot be read; the screen has the words."""
Row = Annotated[str, StringConstraints(pattern=r"^[1-7]\.\d[a-d]?$")]
Given = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$", max_length=30)]

LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh_Hans", "zh_Hant")
TRUE: Final = Text(en="True", zh_Hans="正确", zh_Hant="正確")
FALSE: Final = Text(en="False", zh_Hans="错误", zh_Hant="錯誤")
_LONGEST: Final = 200
_GAP: Final = "___"
_GROUPED: Final = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{0,15})?|-?\.\d{1,15}", re.ASCII)


class Asked(NamedTuple):
    """A question as one person meets it."""

    ask: Text
    rows: tuple[Text, ...] = ()
    """What is to be put in order or matched, as it is shown."""
    options: tuple[Text, ...] = ()
    """What can be chosen, as it is shown."""
    row_order: tuple[int, ...] = ()
    option_order: tuple[int, ...] = ()
    """The places these have in the file."""
    given: Mapping[str, int] = {}
    figure: str = ""
    """The figure of the trainee's own sandbox, for a question about one."""


class Read(NamedTuple):
    """An answer, or what is wrong with it by field."""

    answer: Answer
    errors: dict[str, Complaint]


class Verdict(NamedTuple):
    """How much of an answer is right."""

    share: Fraction

    @property
    def word(self) -> Literal["right", "partly", "wrong"]:
        """The verdict in a word."""
        if self.share == 1:
            return "right"
        return "partly" if self.share > 0 else "wrong"


class Line(NamedTuple):
    """One thing there was to know, beside what was answered."""

    says: Text
    mark: Literal["right", "wrong", "missed"]
    """Missed: right, and not in the answer."""
    why: Text | None = None
    yours: Text | None = None


class Samples(NamedTuple):
    """Three forms as a browser would send them."""

    right: Form
    wrong: Form
    invalid: Form


def drawn(seed: int, *what: object) -> int:
    """A large number, always the same for the same seed and purpose."""
    # no CRC: over names of one length its draws would depend on each other
    return int.from_bytes(sha256(f"{seed}/{'/'.join(map(str, what))}".encode()).digest()[:8])


def shuffled(count: int, seed: int, *what: object) -> tuple[int, ...]:
    """The numbers from 0 in an order of the seed's."""
    return tuple(sorted(range(count), key=lambda number: drawn(seed, *what, number)))


def each(write: Callable[[Language], str]) -> Text:
    """A text, written in each language."""
    return Text(en=write("en"), zh_Hans=write("zh_Hans"), zh_Hant=write("zh_Hant"))


def plain(words: str) -> Text:
    """The same words in each language: what somebody typed, a number."""
    return each(lambda _: words)


def folded(words: str) -> str:
    """Words as they are compared: wide or narrow, large or small letters and blanks are one."""
    return " ".join(normalize("NFKC", words).casefold().split()).rstrip(".。")


def number_in(words: str) -> Fraction | None:
    """The number somebody typed; full-width digits, blanks and thousands' commas are forgiven."""
    typed = "".join(normalize("NFKC", words).replace("−", "-").split()).removesuffix("%")
    if _GROUPED.fullmatch(typed):
        typed = typed.replace(",", "")
    return Fraction(typed) if _NUMBER.fullmatch(typed) else None


class Question(Part):
    """What all kinds have in common."""

    shape: ClassVar[Literal["one", "many", "text", "places"]]
    """How it is answered: one chosen, any number chosen, something typed, each in its place."""

    id: Name
    topic: Row
    skill: Name
    ask: Text
    why: Text

    def draw(self, seed: int, figure: str = "") -> Asked:
        """What is asked; in which order, and with which numbers."""
        return Asked(self.ask)

    def read(self, asked: Asked, form: Form) -> Read:
        """The answer that was sent, or what is wrong with it."""
        raise NotImplementedError

    def judge(self, asked: Asked, answer: Answer) -> Verdict:
        """How much of it is right."""
        raise NotImplementedError

    def explain(self, asked: Asked, answer: Answer) -> tuple[Line, ...]:
        """What was right, what was answered, and why the two differ."""
        raise NotImplementedError

    def because(self, asked: Asked) -> Text:
        """The explanation that everybody gets, whatever they answered."""
        return self.why

    def samples(self, asked: Asked) -> Samples:
        """Its own right, wrong and invalid answer."""
        raise NotImplementedError


# --- to choose --------------------------------------------------------------------------------


class Option(Part):
    """Something to choose."""

    says: Text
    right: bool = False
    why: Text | None = None

    @model_validator(mode="after")
    def _explained(self) -> Self:
        if not self.right and self.why is None:
            raise ValueError("this option is wrong and does not say why; add why: to it")
        return self


class _Choosing(Question):
    """One of several options, or any number of them."""

    options: tuple[Option, ...] = Field(min_length=2, max_length=8)

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        _distinct("two options", (option.says for option in self.options))
        return self

    def draw(self, seed: int, figure: str = "") -> Asked:
        """The options in an order of the seed's."""
        order = shuffled(len(self.options), seed, self.id, "options")
        says = tuple(self.options[place].says for place in order)
        return Asked(self.ask, options=says, option_order=order)

    def read(self, asked: Asked, form: Form) -> Read:
        """The places in the file of what was chosen."""
        chosen = [_place(key, asked.option_order) for key in form.get("answer", ())]
        if not chosen:
            return Read(None, {"answer": "needed"})
        if None in chosen or (self.shape == "one" and len(chosen) > 1):
            return Read(None, {"answer": "not_a_choice"})
        return Read(sorted(set(chosen)), {})  # type: ignore[type-var]

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
                f"{right} options are right; of a choice exactly one is, or write kind: choices"
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
                f"{right} of {len(self.options)} options are right; "
                "at least one must be right and one wrong"
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

    def draw(self, seed: int, figure: str = "") -> Asked:
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


# --- to type ----------------------------------------------------------------------------------


class _Typing(Question):
    """Something is typed into one field."""

    shape = "text"

    def read(self, asked: Asked, form: Form) -> Read:
        """What was typed, if it can be understood."""
        typed = " ".join("".join(form.get("answer", ())[:1]).split())
        if not typed:
            return Read(None, {"answer": "needed"})
        if len(typed) > _LONGEST:
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


class Numeric(_Typing):
    """A sum over numbers that are drawn."""

    kind: Literal["numeric"]
    answer: str
    tolerance: str = "0"
    unit: Text | None = None
    given: dict[Given, tuple[int, int] | tuple[int, int, int]] = Field(default_factory=dict)
    mistakes: tuple[WrongSum, ...] = ()

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
                    f"{name}: from {low} to {high} there is nothing to draw; "
                    "write from, to and a step above 0"
                )
        return given

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if arithmetic.worth(self.tolerance, {}) < 0:
            raise ValueError("the tolerance is below 0; write it without a minus")
        _fields_of(self.ask, self.given, "ask")
        for says in (self.why, *(mistake.why for mistake in self.mistakes)):
            _fields_of(says, {*self.given, "answer"}, "why")
        corners = product(*((low, high) for low, high, *_ in self.given.values()))
        draws = [dict(zip(self.given, corner, strict=True)) for corner in corners]
        draws += [self._numbers(seed) for seed in range(1, 21)]
        for given in draws:
            for answer in (self.answer, *(mistake.answer for mistake in self.mistakes)):
                arithmetic.worth(answer, given)
        unused = sorted(set(self.given) - self._used())
        if unused:
            raise ValueError(f"{unused[0]} is given, and nothing asks for it; delete it")
        return self

    def _used(self) -> set[str]:
        return {*arithmetic.names(self.answer), *_FIELD.findall(self.ask.en)}

    def _numbers(self, seed: int) -> dict[str, int]:
        numbers = {}
        for name, (low, high, *step) in self.given.items():
            by = step[0] if step else 1
            numbers[name] = low + by * (drawn(seed, self.id, name) % ((high - low) // by + 1))
        return numbers

    def draw(self, seed: int, figure: str = "") -> Asked:
        """The numbers are drawn and put into the words."""
        given = self._numbers(seed)
        return Asked(_filled(self.ask, given), given=given)

    def because(self, asked: Asked) -> Text:
        """The explanation with the numbers in it."""
        return self._told(self.why, asked)

    def judge(self, asked: Asked, answer: Answer) -> Verdict:
        """Within the tolerance or not."""
        right = arithmetic.worth(self.answer, asked.given)
        return Verdict(Fraction(answer is not None and self._close(answer, right)))

    def _close(self, answer: str, wanted: Fraction) -> bool:
        number = number_in(answer)
        return number is not None and (
            abs(number - wanted) <= arithmetic.worth(self.tolerance, {})
        )

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
        return _filled(says, {**asked.given, "answer": right})

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

    en: tuple[str, ...] = Field(min_length=1)
    zh_Hans: tuple[str, ...] = Field(min_length=1)
    zh_Hant: tuple[str, ...] = Field(min_length=1)

    def every(self) -> frozenset[str]:
        """All of them, as they are compared: who reads Traditional may type Simplified."""
        return frozenset(map(folded, (*self.en, *self.zh_Hans, *self.zh_Hant)))


class WrongWords(Part):
    """What people type by mistake, and what is wrong with it."""

    answer: WordsIn
    why: Text


class FillIn(_Typing):
    """A sentence with a gap."""

    kind: Literal["fill_in"]
    accepts: WordsIn
    mistakes: tuple[WrongWords, ...] = ()

    @field_validator("ask")
    @classmethod
    def _one_gap(cls, ask: Text) -> Text:
        for language in LANGUAGES:
            if ask.in_(language).count(_GAP) != 1:
                raise ValueError(f"{language}: there must be one gap; write ___ where a word goes")
        return ask

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        for mistake in self.mistakes:
            both = mistake.answer.every() & self.accepts.every()
            if both:
                raise ValueError(
                    f"{min(both)} is accepted and a mistake; delete it in one of the two"
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
        return Samples(
            {"answer": [f" {self.accepts.zh_Hant[0].upper()} "]}, {"answer": ["?"]}, {}
        )


# --- to put in place --------------------------------------------------------------------------


class Ordering(Question):
    """Steps to be put in order; each gets its number."""

    shape = "places"
    kind: Literal["ordering"]
    items: tuple[Text, ...] = Field(min_length=3, max_length=8)

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        _distinct("two items", self.items)
        return self

    def draw(self, seed: int, figure: str = "") -> Asked:
        """The items in any order but the right one."""
        count = len(self.items)
        order = shuffled(count, seed, self.id, "items")
        if order == tuple(range(count)):
            order = (*order[1:], order[0])
        numbers = tuple(plain(str(number + 1)) for number in range(count))
        return Asked(
            self.ask,
            rows=tuple(self.items[place] for place in order),
            options=numbers,
            row_order=order,
            option_order=tuple(range(count)),
        )

    def read(self, asked: Asked, form: Form) -> Read:
        """The items in the order they were given."""
        numbers, errors = _placed(asked, form)
        for one, other in combinations(numbers, 2):
            if numbers[one] == numbers[other]:
                errors[one] = errors[other] = "twice"
        if errors:
            return Read(None, errors)
        ranked = sorted(zip(numbers.values(), asked.row_order, strict=True))
        return Read([item for _, item in ranked], {})

    def judge(self, asked: Asked, answer: Answer) -> Verdict:
        """How many steps are followed by the one that follows: a shifted row is not all wrong."""
        follow = zip(answer or (), (answer or ())[1:], strict=False)
        return Verdict(Fraction(sum(b == a + 1 for a, b in follow), len(self.items) - 1))

    def explain(self, asked: Asked, answer: Answer) -> tuple[Line, ...]:
        """The right order, with the number each item was given."""
        lines = []
        for place, item in enumerate(self.items):
            if answer is None:
                lines.append(Line(item, "missed"))
                continue
            given = answer.index(place)
            mark: Literal["right", "wrong"] = "right" if given == place else "wrong"
            lines.append(Line(item, mark, yours=plain(str(given + 1))))
        return tuple(lines)

    def samples(self, asked: Asked) -> Samples:
        """The right order, the reverse, and all of them first."""
        last = len(self.items) - 1
        fields = [(f"answer-{shown}", item) for shown, item in enumerate(asked.row_order)]
        return Samples(
            {field: [letter(item)] for field, item in fields},
            {field: [letter(last - item)] for field, item in fields},
            {field: ["a"] for field, _ in fields},
        )


class Pair(Part):
    """Two things that belong together."""

    left: Text
    right: Text


class Matching(Question):
    """For each thing on the left, what belongs to it."""

    shape = "places"
    kind: Literal["matching"]
    pairs: tuple[Pair, ...] = Field(min_length=2, max_length=8)
    extra: tuple[Text, ...] = Field((), max_length=4)

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        _distinct("two on the left", (pair.left for pair in self.pairs))
        _distinct("two on the right", self._rights())
        return self

    def _rights(self) -> tuple[Text, ...]:
        return (*(pair.right for pair in self.pairs), *self.extra)

    def draw(self, seed: int, figure: str = "") -> Asked:
        """Both sides, each in an order of its own."""
        rights = self._rights()
        rows = shuffled(len(self.pairs), seed, self.id, "left")
        options = shuffled(len(rights), seed, self.id, "right")
        return Asked(
            self.ask,
            rows=tuple(self.pairs[place].left for place in rows),
            options=tuple(rights[place] for place in options),
            row_order=rows,
            option_order=options,
        )

    def read(self, asked: Asked, form: Form) -> Read:
        """For each pair in the file's order, the place of what was chosen."""
        chosen, errors = _placed(asked, form)
        if errors:
            return Read(None, errors)
        of_pair = dict(zip(asked.row_order, chosen.values(), strict=True))
        return Read([of_pair[place] for place in range(len(self.pairs))], {})

    def judge(self, asked: Asked, answer: Answer) -> Verdict:
        """How many pairs are right."""
        right = sum(place == chosen for place, chosen in enumerate(answer or ()))
        return Verdict(Fraction(right, len(self.pairs)))

    def explain(self, asked: Asked, answer: Answer) -> tuple[Line, ...]:
        """Every pair, with what was chosen instead."""
        lines = []
        for place in asked.row_order:
            pair, chosen = self.pairs[place], answer[place] if answer else None
            says = each(
                lambda tongue, pair=pair: f"{pair.left.in_(tongue)} – {pair.right.in_(tongue)}"  # type: ignore[misc]
            )
            if chosen is None:
                lines.append(Line(says, "missed"))
            else:
                mark: Literal["right", "wrong"] = "right" if chosen == place else "wrong"
                lines.append(Line(says, mark, yours=self._rights()[chosen]))
        return tuple(lines)

    def samples(self, asked: Asked) -> Samples:
        """Each its own, each its neighbour's, and one left open."""
        count = len(self.pairs)
        fields = [(f"answer-{shown}", place) for shown, place in enumerate(asked.row_order)]
        key = {place: letter(shown) for shown, place in enumerate(asked.option_order)}
        right = {field: [key[place]] for field, place in fields}
        wrong = {field: [key[(place + 1) % count]] for field, place in fields}
        return Samples(right, wrong, {**right, "answer-0": [""]})


# --- shared -----------------------------------------------------------------------------------

_FIELD: Final = re.compile(r"\{([a-z_]*)\}")


def letter(place: int) -> str:
    """What an option is called in a form: a, b, c."""
    return "abcdefghijklmnopqrstuvwxyz"[place]


def _place(key: str, order: tuple[int, ...]) -> int | None:
    """The place in the file of the option that has this letter."""
    shown = "abcdefghijklmnopqrstuvwxyz".find(key) if len(key) == 1 else -1
    return order[shown] if 0 <= shown < len(order) else None


def _placed(asked: Asked, form: Form) -> tuple[dict[str, int], dict[str, Complaint]]:
    """What was chosen for each row, by field, and which fields have no choice."""
    chosen: dict[str, int] = {}
    errors: dict[str, Complaint] = {}
    for shown in range(len(asked.rows)):
        field = f"answer-{shown}"
        key = "".join(form.get(field, ())[:1])
        place = _place(key, asked.option_order)
        if place is None:
            errors[field] = "not_a_choice" if key else "needed"
        else:
            chosen[field] = place
    return chosen, errors


def _distinct(what: str, texts: Any) -> None:
    """Raises ValueError where two texts read the same in some language."""
    seen = list(texts)
    for language in LANGUAGES:
        words = [folded(text.in_(language)) for text in seen]
        for word in words:
            if words.count(word) > 1:
                raise ValueError(f"{language}: {what} read {word}; word one of them otherwise")


def _fields_of(says: Text, known: Any, where: str) -> None:
    for language in LANGUAGES:
        for name in _FIELD.findall(says.in_(language)):
            if name not in known:
                names = ", ".join(sorted(known)) or "none"
                raise ValueError(f"{where}, {language}: nothing is called {name}; known are {names}")


def _filled(says: Text, given: Mapping[str, object]) -> Text:
    """A text with its numbers put in."""
    return each(
        lambda language: _FIELD.sub(
            lambda found: str(given.get(found[1], found[0])), says.in_(language)
        )
    )
