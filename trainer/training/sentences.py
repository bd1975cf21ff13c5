"""Sentences about an author's text: in English for a terminal, and to be said in the reader's
language on a screen.
"""

from collections.abc import Callable
from typing import Self


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


def _filled(template: str, values: dict[str, object]) -> str:
    return template.format_map(values) if values else template
