"""Questions, a class for each kind, and on each the five verbs in time order.

draw (what this person is asked) → read (what was sent) → judge → explain; and samples, a right, a
wrong and an invalid answer of its own, which the tests send for every question of every bank.
Chance is the seed's: the same seed asks the same, and no part's order tells that of another.
"""

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from typing import Annotated, Any, ClassVar, Final, Literal, NamedTuple
from unicodedata import normalize

import msgspec
from pydantic import StringConstraints

from trainer.training.sentences import Sentence
from trainer.training.texts import Language, Name, Part, Text

Form = Mapping[str, Sequence[str]]
"""What was sent, by field; a field may come several times."""
Answer = Any
"""What was chosen or typed, in the question's own numbering: plain JSON. None: I do not know."""
Complaint = Literal[
    "needed", "not_a_number", "not_a_date", "twice", "too_long", "not_a_choice", "not_found"
]
"""Why an answer cannot be read; the screen has the words."""
Row = Annotated[str, StringConstraints(pattern=r"^[1-7]\.\d[a-d]?$")]

LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh_Hans", "zh_Hant")
TRUE: Final = Text(en="True", zh_Hans="对", zh_Hant="對")
FALSE: Final = Text(en="False", zh_Hans="错", zh_Hant="錯")
LONGEST: Final = 200
_GROUPED: Final = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
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
    fact: "Fact | None" = None


class Fact(msgspec.Struct, frozen=True):
    """A figure of the trainee's own sandbox, as it stood when the quiz began."""

    value: str
    currency: str = ""
    name: str = ""
    """What a code stands for in that sandbox: a customer, a product."""
    codes: dict[str, str] = {}
    """What it may be, where it is one of a few, with its name if that is not one of our words."""


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
    own_figure: ClassVar[bool] = False
    """Whether it asks about the trainee's own sandbox, and so needs one."""

    id: Name
    topic: Row
    skill: Name
    ask: Text
    why: Text

    def draw(self, seed: int, fact: Fact | None = None) -> Asked:
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


# --- what several kinds need ---------------------------------------------------------------------

FIELD: Final = re.compile(r"\{([a-z_]*)\}")


def letter(place: int) -> str:
    """What an option is called in a form: a, b, c."""
    return "abcdefghijklmnopqrstuvwxyz"[place]


def place_of(key: str, order: tuple[int, ...]) -> int | None:
    """The place in the file of the option that has this letter."""
    shown = "abcdefghijklmnopqrstuvwxyz".find(key) if len(key) == 1 else -1
    return order[shown] if 0 <= shown < len(order) else None


def placed(asked: Asked, form: Form) -> tuple[dict[str, int], dict[str, Complaint]]:
    """What was chosen for each row, by field, and which fields have no choice."""
    chosen: dict[str, int] = {}
    errors: dict[str, Complaint] = {}
    for shown in range(len(asked.rows)):
        field = f"answer-{shown}"
        key = "".join(form.get(field, ())[:1])
        place = place_of(key, asked.option_order)
        if place is None:
            errors[field] = "not_a_choice" if key else "needed"
        else:
            chosen[field] = place
    return chosen, errors


def distinct(what: str, texts: Iterable[Text]) -> None:
    """Raises ValueError where two texts read the same in some language."""
    seen = list(texts)
    for language in LANGUAGES:
        words = [folded(text.in_(language)) for text in seen]
        for word in words:
            if words.count(word) > 1:
                raise ValueError(
                    Sentence(
                        "{language}: {what} read {word}; word one of them otherwise",
                        language=language,
                        what=what,
                        word=word,
                    )
                )


def fields_of(says: Text, known: Container[str], where: str) -> None:
    for language in LANGUAGES:
        for name in FIELD.findall(says.in_(language)):
            if name not in known:
                raise ValueError(
                    Sentence(
                        "{where}, {language}: nothing is called {name}; name it under given",
                        where=where,
                        language=language,
                        name=name,
                    )
                )


def filled(says: Text, given: Mapping[str, object]) -> Text:
    """A text with its numbers put in."""
    return each(
        lambda language: FIELD.sub(
            lambda found: str(given.get(found[1], found[0])), says.in_(language)
        )
    )
