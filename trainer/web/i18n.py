"""Which language a page is in, and the catalogues: .po files, compiled in memory when first read.

No compiled catalogue lies in git or has to be made at install: reading a .po takes less than the
first page of a process does anyway, and works in a read-only installation.
"""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel import Babel, Domain, get_locale

from trainer.web import words
from trainer.web.look import look

CATALOGUES: Final = Path(__file__).parent.parent / "translations"


def init(app: Flask) -> None:
    """Give the app its languages, its filters, and `lang` for the page."""
    babel = Babel()
    babel.init_app(app, locale_selector=lambda: look().language)
    babel.domain_instance = Catalogues()
    # a page asks for a hundred words: the templates ask the catalogue itself
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: catalogue(look().language).gettext(text),
        lambda one, many, count: catalogue(look().language).ngettext(one, many, count),
        newstyle=True,
    )
    words.init(app)
    app.jinja_env.globals["language"] = language


def language() -> str:
    """The page's language for <html lang>: zh-Hans, not zh_Hans."""
    return str(get_locale()).replace("_", "-")


class Catalogues(Domain):
    """Flask-Babel's door to our catalogues, in place of its search for compiled files."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of this request's language; outside a request, none."""
        return catalogue(look().language) if request else NullTranslations()


@cache
def catalogue(language: str) -> NullTranslations:
    """The words of a language; English stands in the source and needs no catalogue."""
    entries = written(language)
    if not len(entries):
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, entries)
    compiled.seek(0)
    translations: Any = Translations(compiled)
    return translations


def written(language: str) -> Catalog:
    """All .po files of a language as one catalogue: a room may keep its words in a file of its own.

    Raises ValueError for a sentence that stands in two of them.
    """
    whole = Catalog(locale=language)
    for path in sorted((CATALOGUES / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            part = read_po(file, locale=language, abort_invalid=True)
        for message in part:
            if message.id and message.id in whole:
                raise ValueError(f"{path}: {message.id!r} stands in another file, too")
            whole[message.id] = message
    return whole
