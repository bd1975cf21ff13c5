"""What authors write is made of: strict parts, names, and words in three languages."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Language = Literal["en", "zh_Hans", "zh_Hant"]

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class Part(BaseModel):
    """Base of everything in an author's file: known keys only, never changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Part):
    """The same words in the three languages of the course."""

    en: Words
    zh_Hans: Words
    zh_Hant: Words

    def in_(self, language: str) -> str:
        """The words in a language; English for a language the course is not held in."""
        words: str = getattr(self, language, self.en)
        return words
