"""Every sentence that can stand on a screen is there in all three languages.

A missing entry is written by hand into a file of trainer/translations/<language>/LC_MESSAGES
(a room may have its own); the failure lists what is missing, ready to be pasted.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir

from trainer import paths
from trainer.catalog.glossary import load_glossary
from trainer.orders.documents import findings
from trainer.orders.engine import events, refusals
from trainer.orders.flaws import FLAWS
from trainer.orders.laws import LAWS
from trainer.training.texts import Language
from trainer.web.i18n import CATALOGUES, written

PACKAGE = Path(CATALOGUES).parent
KEYWORDS = {
    "_": None, "gettext": None, "_l": None, "lazy_gettext": None, "ngettext": (1, 2), "_ln": (1, 2),
}  # fmt: skip
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
ids = str | tuple[str, ...]


def of_templates() -> Iterator[ids]:
    """What stands between _( and ) in a template."""
    kinds = ("**.html", "**.svg")
    method = [(kind, "jinja2") for kind in kinds]
    options = {kind: {"trimmed": "true", "silent": "false"} for kind in kinds}
    for found in extract_from_dir(paths.TEMPLATES, method, options, KEYWORDS):
        yield found[2]


def of_code() -> Iterator[ids]:
    """What stands between _l( and ) in a module."""
    for found in extract_from_dir(PACKAGE, [("web/**.py", "python")], keywords=KEYWORDS):
        yield found[2]


def of_authors_texts() -> Iterator[ids]:
    """What can be wrong with an author's text. What a shape says of itself is told in two parts."""
    for room in ("catalog", "training", "play", "prover"):
        files = [("prover.py" if room == "prover" else f"{room}/**.py", "python")]
        for found in extract_from_dir(PACKAGE, files, keywords={"Sentence": None}):
            yield from found[2].split("; ") if room == "training" else (found[2],)


def of_engine() -> Iterator[ids]:
    """Sentences of events, refusals and findings, their sums and their cures."""
    for kind in (*events().values(), *refusals().values(), *findings()):
        for name in ("says", "sums", "wants", "cure"):
            if sentence := getattr(kind, name, ""):
                yield sentence
    for law in LAWS.values():
        yield from (law.says, law.sums)
    for flaw in FLAWS.values():
        yield from (flaw.says, flaw.instead)


def of_security() -> Iterator[ids]:
    """What Flask-Security says in the features that are on."""
    yield from (
        "Password not provided",
        "Invalid password",
        "Password must be at least %(length)s characters",
        "Passwords do not match",
        "Your new password must be different than your previous password.",
        "You successfully changed your password.",
        "Reauthentication successful",
    )


@cache
def said() -> tuple[ids, ...]:
    every = (*of_templates(), *of_code(), *of_authors_texts(), *of_engine(), *of_security())
    return tuple(sorted(set(every), key=str))


@cache
def catalogue(language: str) -> Catalog:
    return written(language)


def pasteable(missing: list[ids]) -> str:
    lines = []
    for sentence in missing:
        one, *more = (sentence,) if isinstance(sentence, str) else sentence
        lines.append(f"\nmsgid {quoted(one)}")
        lines += [f"msgid_plural {quoted(plural)}" for plural in more]
        lines.append('msgstr[0] ""' if more else 'msgstr ""')
    return "\n".join(lines)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def strings(message: Message) -> tuple[str, ...]:
    text = message.string
    return (text,) if isinstance(text, str) else tuple(text)


@pytest.mark.parametrize("language", ["zh_Hans", "zh_Hant"])
def test_every_sentence_is_translated(language: str) -> None:
    entries = catalogue(language)
    missing = [
        sentence
        for sentence in said()
        if (found := entries.get(sentence)) is None or not all(strings(found))
    ]
    assert not missing, f"{len(missing)} sentences miss {language}:\n{pasteable(missing)}"


@pytest.mark.parametrize("language", ["zh_Hans", "zh_Hant"])
def test_nothing_is_lost_between_the_languages(language: str) -> None:
    wrong = []
    for message in catalogue(language):
        if not message.id:
            continue
        one, *more = (message.id,) if isinstance(message.id, str) else message.id
        wanted = set(PLACEHOLDER.findall(more[0] if more else one))
        wrong += [
            f"{one} → {text}"
            for text in strings(message)
            if set(PLACEHOLDER.findall(text)) != wanted
        ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["zh_Hans", "zh_Hant"])
def test_no_entry_is_left_over(language: str) -> None:
    known = {sentence if isinstance(sentence, str) else sentence[0] for sentence in said()}
    entries = [m.id if isinstance(m.id, str) else m.id[0] for m in catalogue(language) if m.id]
    assert sorted(set(entries) - known) == []


HALF_WIDTH = re.compile(r"[\u4e00-\u9fff”」』）}][:;,?!]|[:;,?!][\u4e00-\u9fff“「『]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def in_chinese() -> Iterator[tuple[str, str]]:
    """Every Chinese text of catalogues, exercises and glossary, and where it stands."""
    for language in ("zh_Hans", "zh_Hant"):
        for message in catalogue(language):
            yield from ((language, text) for text in strings(message) if message.id)
    for file in sorted(paths.SCENARIOS.rglob("*.yaml")):
        yield from ((file.name, text) for text in _texts(yaml.safe_load(file.read_text("utf-8"))))
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield file.name, node.value


def _texts(thing: object) -> Iterator[str]:
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, dict | list):
        for each in thing.values() if isinstance(thing, dict) else thing:
            yield from _texts(each)


def test_chinese_is_polite_and_has_its_own_marks() -> None:
    every = [(where, text) for where, text in in_chinese() if CHINESE.search(text)]
    assert len({where for where, _ in every}) > 5
    wrong = [f"{where}: {text}" for where, text in every if "你" in text or HALF_WIDTH.search(text)]
    assert not wrong, "\n".join(wrong)


def test_no_template_sets_its_own_colon() -> None:
    """A mark after what is looked up has the width of English letters in every language."""
    outside = re.compile(r"(\}\}|</\w+>|%\})\)?[:;,] (\{|<|$)", re.MULTILINE)
    wrong = [
        f"{file.name}: {found[0]}"
        for file in sorted(Path(paths.TEMPLATES).rglob("*.html"))
        for found in outside.finditer(file.read_text("utf-8"))
    ]
    assert not wrong, "\n".join(wrong)


def test_taiwan_speaks_for_itself() -> None:
    """Words that give a converted text away."""
    mainland = re.compile("發貨|訂單號|郵箱|用戶|默認|信息|賬|質量|視頻|軟件|網絡|菜單|屏幕")
    wrong = [
        f"{message.id} → {text}"
        for message in catalogue("zh_Hant")
        for text in strings(message)
        if mainland.search(text)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["zh_Hans", "zh_Hant"])
def test_screens_keep_to_the_words_of_the_glossary(language: Language) -> None:
    """As texts of the course do, which its own proof reads: one word per idea."""
    glossary = load_glossary(paths.SCENARIOS / "glossary.yaml")
    wrong = [
        f"{text}: write {term.term.in_(language)}, and not {word}"
        for term in glossary.terms
        for word in term.unlike.get(language, ())
        for message in catalogue(language)
        for text in strings(message)
        if word in text
    ]
    assert not wrong, "\n".join(wrong)
