"""The words of a draft in its languages: what is missing, and what somebody has read and approved.

A mark says that certain words stand for certain English words. It is about the two sentences and
not about a place, so it goes along when a step is moved or a draft is copied; and it is lost,
visibly, once either of the two is changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final, Literal, NamedTuple, Protocol

import msgspec

from trainer.training.texts import Language

SOURCE: Final[Language] = "en"
TRANSLATED: Final[tuple[Language, ...]] = ("zh_Hans", "zh_Hant")
State = Literal["missing", "unread", "source_changed", "words_changed", "reviewed"]
"""Of the words in a language: reviewed, or what is to be done about them.

    unread          nobody has reviewed them
    source_changed  they were reviewed, and the English has been changed since
    words_changed   others were reviewed for the same English
"""


class Wording(msgspec.Struct, frozen=True):
    """The same words in the languages in which they are there."""

    path: str
    words: Mapping[str, str]

    def pair(self, language: Language) -> "Pair | None":
        """The words of a language and the English ones; None where they are missing."""
        said = self.words.get(language, "").strip()
        return Pair(language, _digest(self.words.get(SOURCE, "")), _digest(said)) if said else None


class Pair(NamedTuple):
    """Words, and the English words they stand for, by their digests."""

    language: Language
    source: str
    words: str

    @property
    def sign(self) -> str:
        """As a button says which words it was printed for."""
        return f"{self.source}{self.words}"


class Mark(msgspec.Struct, frozen=True):
    """Somebody has reviewed a pair."""

    pair: Pair
    reviewer: str
    at: float


class Reviews(Protocol):
    """What has been reviewed. Each writing call is one transaction."""

    def about(self, pairs: Iterable[Pair]) -> Sequence[Mark]:
        """Marks of these pairs, and of pairs that share their English or their other words."""
        ...

    def review(self, pairs: Iterable[Pair], person_id: int) -> None:
        """Mark them; who was first stays."""
        ...

    def withdraw(self, pair: Pair) -> None:
        """Nobody has reviewed it any more."""
        ...


class Reviewed:
    """What is known of a draft's words: marks, and the words of the course, which were read."""

    def __init__(self, marks: Iterable[Mark], course: Iterable[Pair]) -> None:
        self.marks = {it.pair: it for it in marks}
        known = {*self.marks, *course}
        self._known = known
        self._words = {(it.language, it.words) for it in known}
        self._sources = {(it.language, it.source) for it in known}

    def state(self, wording: Wording, language: Language) -> State:
        """How words in a language stand."""
        pair = wording.pair(language)
        if pair is None:
            return "missing"
        if pair in self._known:
            return "reviewed"
        if (language, pair.words) in self._words:
            return "source_changed"
        return "words_changed" if (language, pair.source) in self._sources else "unread"


def reviewed(wordings: Iterable[Wording], reviews: Reviews, course: Iterable[Pair]) -> Reviewed:
    """What is known of these words."""
    found = (it.pair(language) for it in wordings for language in TRANSLATED)
    return Reviewed(reviews.about(pair for pair in found if pair), course)


def _digest(words: str) -> str:
    return sha256(words.strip().encode()).hexdigest()[:16]
