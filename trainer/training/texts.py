"""What authors write is made of: strict parts, names, and words in three languages."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Language = Literal["en", "zh_Hans", "zh_Hant"]

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class Part(BaseModel):
    """Base of everything in an author's file: known keys only, never changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Part):
    """The same words in the three languages of the course.

    Where a language is missing the English words stand in for it, visibly.
    """

    en: Words
    zh_Hans: Words | None = None
    zh_Hant: Words | None = None

    def in_(self, language: str) -> str:
        """The words in a language; English for a language the course is not held in."""
        words: str | None = getattr(self, language, self.en)
        return words if words is not None else f"[en] {self.en}"


def untranslated(part: BaseModel) -> Iterator[str]:
    """Where in an author's file a language is missing: `steps.0.say.zh_Hans`."""
    for name in type(part).model_fields:
        yield from _untranslated(name, getattr(part, name))


def _untranslated(path: str, value: object) -> Iterator[str]:
    if isinstance(value, Text):
        languages = ("zh_Hans", "zh_Hant")
        yield from (f"{path}.{it}" for it in languages if getattr(value, it) is None)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _untranslated(f"{path}.{name}", getattr(value, name))
    elif isinstance(value, tuple | list):
        for place, part in enumerate(value):
            yield from _untranslated(f"{path}.{place}", part)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _untranslated(f"{path}.{key}", part)


def texts(part: object) -> Iterator[Text]:
    """Everything that an author's file says in the languages of the course."""
    if isinstance(part, Text):
        yield part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from texts(getattr(part, name))
    elif isinstance(part, tuple | list):
        for inner in part:
            yield from texts(inner)
    elif isinstance(part, dict):
        if "en" in part and part.keys() <= Text.model_fields.keys():
            yield Text.model_validate(part)  # words in a command, of which no shape knows more
        else:
            for inner in part.values():
                yield from texts(inner)
