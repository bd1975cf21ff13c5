"""An author's paragraphs, lists and **strong** words as HTML; anything else is shown as written."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from flask import Flask
from markupsafe import Markup, escape

from trainer.training.texts import Text
from trainer.web.look import look

_STRONG: Final = re.compile(r"\*\*(.+?)\*\*")
_ITEM: Final = "- "
_FIRST_OF_CHINA: Final = "\u2e80"
"""Chinese characters and their punctuation begin here; “quotes” and – dashes do not."""


def init(app: Flask) -> None:
    """Offer it to the templates."""
    app.add_template_global(prose)


def prose(words: Text) -> Markup:
    """The words in the page's language, block by block."""
    return Markup("\n").join(_blocks(words.in_(look().language)))


def _blocks(text: str) -> Iterator[Markup]:
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        for listed, lines in groupby(_items(paragraph), key=lambda line: line.startswith(_ITEM)):
            if listed:
                items = (_inline(line.removeprefix(_ITEM)) for line in lines)
                yield Markup("<ul>{}</ul>").format(
                    Markup("").join(Markup("<li>{}</li>").format(item) for item in items)
                )
            else:
                for line in lines:
                    yield Markup("<p>{}</p>").format(_inline(line))


def _items(paragraph: str) -> Iterator[str]:
    """Its list items, and what stands before or between them; a line that goes on is joined."""
    written = ""
    for line in map(str.strip, paragraph.splitlines()):
        if line.startswith(_ITEM) and written:
            yield written
            written = ""
        written = _joined(written, line) if written else line
    yield written


def _joined(first: str, then: str) -> str:
    """Two lines as one; between Chinese characters there is no space."""
    chinese = any(letter >= _FIRST_OF_CHINA for letter in first[-1:] + then[:1])
    return first + then if chinese else f"{first} {then}"


def _inline(line: str) -> Markup:
    return Markup(_STRONG.sub(r"<strong>\1</strong>", str(escape(line))))
