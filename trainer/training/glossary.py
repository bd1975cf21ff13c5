"""The trade's words with their meaning, and which refusals each helps to understand."""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from trainer.orders.engine import refusals
from trainer.training.texts import Language, Part, Text

System = Literal["SAP", "Odoo", "Shopify", "Tryton"]
"""Other order systems that a trainee may meet at work."""


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


class Glossary:
    """All words, in the order of an order's life."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        self._named = {term.id: term for term in self.terms}
        self._about = {code: term for term in self.terms for code in term.refusals}
        unknown = self._about.keys() - refusals().keys()
        if unknown:
            raise ValueError(f"no refusal of the engine: {', '.join(sorted(unknown))}")

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
