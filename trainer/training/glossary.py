"""The trade's words with their meaning, and which refusals each helps to understand."""

from collections.abc import Iterable
from typing import Final, Literal, get_args

from pydantic import Field, field_validator

from trainer.orders.engine import refusals
from trainer.orders.status import (
    FulfilmentStatus,
    InvoiceStatus,
    Label,
    Overlay,
    PaymentStatus,
    TrackingStatus,
)
from trainer.training.sentences import Sentence
from trainer.training.texts import Language, Part, Text

System = Literal["SAP", "Odoo", "Shopify", "Tryton", "Youzan"]
"""Other order systems that a trainee may meet at work."""
NAMES: Final[dict[str, str]] = {name: name for name in get_args(System)} | {"Youzan": "有赞"}
"""As they call themselves on their own screens."""
TONGUES: Final[dict[str, str]] = {name: "en" for name in NAMES} | {"Youzan": "zh-Hans"}
"""The language of their words, as a page says it."""
STATES: Final = frozenset(
    state
    for dimension in (
        Label, PaymentStatus, FulfilmentStatus, TrackingStatus, InvoiceStatus, Overlay,
    )
    for state in get_args(dimension)
) | {"requested", "authorised", "received", "inspected", "partially_returned", "returned",
     "rejected"}  # fmt: skip
"""What an order can be, in any of its dimensions; the last are those of what comes back."""


class Term(Part):
    """One word of the trade."""

    id: str
    term: Text
    meaning: Text
    refusals: tuple[str, ...] = Field(())
    """Tags of the engine's refusals that are about it."""
    unlike: dict[Language, tuple[str, ...]] = Field(default_factory=dict, alias="not")
    """Words that mean the same and are not ours: one word per idea."""
    elsewhere: dict[System, str] = Field(default_factory=dict)
    """What other systems call it on their English screens."""


class Dialect(Part):
    """How another system tells where an order stands."""

    id: System
    says: Text
    words: dict[str, str]
    """The word on its screens, by our state; states that it does not tell apart have none."""

    @field_validator("words")
    @classmethod
    def _known(cls, words: dict[str, str]) -> dict[str, str]:
        for state in words:
            if state not in STATES:
                raise ValueError(Sentence("there is no state {state}", state=state))
        return words


class Glossary:
    """All words, in the order of an order's life, and how other systems tell it."""

    def __init__(self, terms: Iterable[Term], dialects: Iterable[Dialect] = ()) -> None:
        self.dialects = tuple(dialects)
        self.terms = tuple(map(self._with_states, terms))
        self._named = {term.id: term for term in self.terms}
        self._about = {code: term for term in self.terms for code in term.refusals}
        unknown = self._about.keys() - refusals().keys()
        if unknown:
            raise ValueError(f"no refusal of the engine: {', '.join(sorted(unknown))}")

    def _with_states(self, term: Term) -> Term:
        """The term with what other systems call it, where it is a state of an order."""
        words = {it.id: it.words[term.id] for it in self.dialects if term.id in it.words}
        return term.model_copy(update={"elsewhere": words | term.elsewhere}) if words else term

    def word(self, system: str, state: str) -> str:
        """What a system calls a state; empty where it has no word for it."""
        return next((it.words.get(state, "") for it in self.dialects if it.id == system), "")

    def about(self, code: str) -> Term | None:
        """The word that a refusal's code (`PAYMENT_REQUIRED`) is about."""
        return self._about.get(code.lower())

    def term(self, term_id: str) -> Term | None:
        """The term of an id."""
        return self._named.get(term_id)

    def find(self, words: str, language: str) -> tuple[Term, ...]:
        """The terms that contain these words, in their name, meaning, or what other systems call
        them; all of them for none."""
        wanted = words.casefold().split()
        return tuple(
            term for term in self.terms if all(word in _said(term, language) for word in wanted)
        )


def _said(term: Term, language: str) -> str:
    said = (
        *(term.term.in_(language), term.term.en, term.meaning.in_(language)),
        *term.elsewhere.values(),
    )
    return " ".join(said).casefold()
