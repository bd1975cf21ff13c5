"""Sentences about an author's text: in English for a terminal, and to be said in the reader's
language on a screen.
"""

from collections.abc import Callable
from typing import Self, Union

import msgspec


class Sentence(str):
    """An English sentence that remembers what it was made of: a template, and what was put in."""

    __slots__ = ("template", "values")
    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Names stand in braces in the template; one without values is taken as it stands."""
        made = super().__new__(cls, _filled(template, values))
        made.template, made.values = template, values
        return made

    def about(self, **values: object) -> "Sentence":
        """The same with these put in."""
        return Sentence(self.template, **values)

    def parted(self) -> "tuple[Sentence, Sentence]":
        """What is wrong, and behind a semicolon what to do about it."""
        what, _semicolon, cure = self.template.partition("; ")
        return Sentence(what, **self.values), Sentence(cure, **self.values)

    def said(self, translated: Callable[[str], str]) -> str:
        """The same in another language, with any sentence that was put in."""
        values = {
            name: it.said(translated) if isinstance(it, Sentence) else it
            for name, it in self.values.items()
        }
        return _filled(translated(self.template) if self.template else "", values)


class Kept(msgspec.Struct, frozen=True):
    """A sentence as it is kept, until somebody reads it in their language."""

    template: str
    values: dict[str, Union["Kept", int, float, str]] = {}

    def sentence(self) -> Sentence:
        """The sentence it was."""
        values = {
            name: it.sentence() if isinstance(it, Kept) else it for name, it in self.values.items()
        }
        return Sentence(self.template, **values)


def kept(said: Sentence) -> Kept:
    """A sentence to keep; of what was put in, numbers stay numbers."""
    values: dict[str, Kept | int | float | str] = {}
    for name, value in said.values.items():
        if isinstance(value, Sentence):
            values[name] = kept(value)
        else:
            values[name] = value if isinstance(value, int | float | str) else str(value)
    return Kept(said.template, values)


def _filled(template: str, values: dict[str, object]) -> str:
    return template.format_map(values) if values else template
