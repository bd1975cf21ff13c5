"""Which language a page is in, and the catalogues: .po files, compiled in memory when first read.

No compiled catalogue lies in git or has to be made at install: reading a .po takes less than the
first page of a process does anyway, and works in a read-only installation.
"""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

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
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return NullTranslations()
    with path.open("rb") as file:
        entries = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, entries)
    compiled.seek(0)
    translations: Any = Translations(compiled)
    return translations
