"""The author's guide and the glossary say what is so."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from trainer import paths
from trainer.catalog.bots import BOTS
from trainer.catalog.certificate import lines
from trainer.catalog.glossary import load_glossary
from trainer.catalog.loader import load_scenario
from trainer.catalog.proof import prove
from trainer.catalog.worlds import make_opening
from trainer.orders.engine import refusals
from trainer.orders.status import LABELS
from trainer.play.reading import facts
from trainer.play.run import Course
from trainer.play.solution import play
from trainer.training.checks import CHECKS
from trainer.training.glossary import Glossary, Term
from trainer.training.month import MonthSpec
from trainer.training.scenario import (
    Goal,
    Happening,
    Hint,
    OrderRequest,
    Planted,
    Rules,
    Scenario,
    Step,
    WorldSpec,
)
from trainer.training.texts import Text
from trainer.web.i18n import written

PAGE = (paths.SCENARIOS / "README.md").read_text("utf-8")
GUIDE = (paths.SCENARIOS / "REFERENCE.md").read_text("utf-8")
GLOSSARY = yaml.safe_load((paths.SCENARIOS / "glossary.yaml").read_text("utf-8"))


QUOTED = {"en": "“([^”]+)”", "zh_Hans": "“([^”]+)”", "zh_Hant": "「([^」]+)」"}
STORIES = ("cases.yaml", "lessons.yaml", "questions.yaml")
"""What stands in quotes there is what people say."""
SCENARIOS = sorted(it for it in paths.SCENARIOS.rglob("*.yaml") if it.name not in STORIES)
LESSONS = sorted(paths.SCENARIOS.glob("*/lessons.yaml"))
KEYS = {"Ctrl K", "⌘ K", "Tab", "Enter", "Escape", "Esc", "/", "H", "CSV", "XLSX"}
"""Of a keyboard, and marks that are the same in every language."""


def on_screen(language: str) -> set[str]:
    """Every word of the screens in a language, small and with a capital."""
    of = "zh_Hans" if language == "en" else language
    words = set()
    for message in written(of):
        said = message.id if language == "en" else message.string
        words.add(said if isinstance(said, str) else said[0])
    return words | {word[:1].upper() + word[1:] for word in words}


def texts(node: Any) -> Iterator[Mapping[str, str]]:
    """Every text in three languages of a file."""
    if isinstance(node, Mapping):
        if node.keys() >= QUOTED.keys() and all(isinstance(it, str) for it in node.values()):
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from texts(part)


@pytest.mark.parametrize("language", QUOTED)
def test_what_a_text_puts_in_quotes_stands_so_on_the_screen(language: str) -> None:
    """A hint that names a button by another word leaves its reader searching."""
    words = on_screen(language)
    lost = [
        f"{path.name}: {quoted}"
        for path in SCENARIOS
        for text in texts(yaml.safe_load(path.read_text("utf-8")))
        for quoted in re.findall(QUOTED[language], text[language])
        if quoted not in words
    ]
    assert lost == []


@pytest.mark.parametrize("language", QUOTED)
def test_what_a_lesson_tells_to_press_stands_so_on_the_screen(language: str) -> None:
    """Under `here`, **strong** words are those of the screen."""
    words = on_screen(language) | KEYS
    lost = [
        f"{path.parent.name} {lesson['row']}: {strong}"
        for path in LESSONS
        for lesson in yaml.safe_load(path.read_text("utf-8"))["lessons"]
        for strong in re.findall(r"\*\*(.+?)\*\*", lesson["here"][language])
        if strong not in words
    ]
    assert lost == []


@pytest.fixture
def example(tmp_path: Path) -> Scenario:
    """The guide's own scenario, copied out of it."""
    found = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert found
    path = tmp_path / "say-it-is-there.yaml"
    path.write_text(found[1], "utf-8")
    return load_scenario(path).scenario


def test_example_of_the_guide_is_proven(example: Scenario) -> None:
    proof = prove(example, variants=1)
    assert proof.ok, "\n".join(lines(proof))


def test_the_format_stands_on_one_page() -> None:
    assert PAGE.count("\n") <= 100


def test_where_the_page_sends_its_reader_there_is_a_heading() -> None:
    headings = re.findall(r"^#+ (.+)$", GUIDE, re.MULTILINE)
    anchors = {re.sub(r"[^\w-]", "", it.lower().replace(" ", "-")) for it in headings}
    sent = re.findall(r"\(REFERENCE\.md#([\w-]+)\)", PAGE) + re.findall(r"\(#([\w-]+)\)", GUIDE)
    assert len(sent) > 20
    assert [it for it in sent if it not in anchors] == []


def keys_of(model: type[BaseModel]) -> set[str]:
    """What an author can write there."""
    return {field.alias or name for name, field in model.model_fields.items()}


@pytest.mark.parametrize(
    ("model", "chapter", "until"),
    [
        (Scenario, "## The file", "## The world"),
        (WorldSpec, "## The world", "## The cast"),
        (Rules, "## The world", "### Customers from abroad"),
        (Planted, "### A past with something in it", "### A month"),
        (MonthSpec, "### A month", "## The cast"),
        (OrderRequest, "## The cast", "## What others do"),
        (Happening, "## What others do", "## Steps"),
        (Step, "## Steps", "## Checks"),
        (Goal, "## Steps", "## Checks"),
        (Hint, "## Steps", "## Checks"),
    ],
)
def test_the_reference_names_every_key(model: type[BaseModel], chapter: str, until: str) -> None:
    told = GUIDE[GUIDE.index(chapter) : GUIDE.index(until)]
    words = set(re.findall(r"\w+", told))
    assert keys_of(model) - words == set()


def test_the_reference_names_every_part_of_a_check() -> None:
    table = GUIDE[GUIDE.index("## Checks") : GUIDE.index("## Values")]
    rows = re.findall(r"^\| `.*", table, re.MULTILINE)
    lost = [
        f"{name}: {field}"
        for name, kind in CHECKS.items()
        for row in rows
        if re.search(rf"`{name}: \{{", row.partition(" |")[0])
        for field in kind.model_fields
        if not re.search(rf"\b{field}\b", row)
    ]
    assert lost == []


def test_guide_names_every_check_and_label() -> None:
    table = GUIDE[GUIDE.index("## Checks") : GUIDE.index("## Values")]
    rows = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    told = [name for row in rows for name in re.findall(r"`(\w+)(?:: \{|`)", row) if name in CHECKS]
    assert sorted(set(told)) == sorted(CHECKS)
    standing = table[table.index("may only stand under `standing`") :]
    assert [name for name in CHECKS if CHECKS[name].standing] == [
        name for name in CHECKS if f"\n| `{name}: " in standing
    ]
    assert [label for label in LABELS if f"`{label}`" not in GUIDE] == ["closed"]


def test_guide_names_every_bot() -> None:
    told = re.findall(r"`([a-z-]+)`", GUIDE[GUIDE.index("| bot | believes |") :])
    assert [name for name in told if name in {bot.name for bot in BOTS}] == [it.name for it in BOTS]


def test_guide_names_every_value_a_solution_can_read() -> None:
    seen = set()
    for place in (
        "01-overview/first-order.yaml",
        "01-overview/cash-on-delivery.yaml",
        "04-after-sales/card-and-credit.yaml",
    ):
        scenario = load_scenario(paths.SCENARIOS / place).scenario
        opening = make_opening(scenario, scenario.variants()[0])
        course = Course(opening=opening, judge=opening.judge())
        for played in play(course):
            for known in facts(played.run.world, opening.cast).values():
                seen |= set(known)
    table = GUIDE[GUIDE.index("## Values") : GUIDE.index("## What is proven")]
    table = table[: table.index("Beside commands")]
    told = re.findall(r"`(?:\$first\.)?([a-z_]+)[a-z0-9_.]*`", table)
    assert seen <= set(told)
    # nothing has to be taken from anybody in a first order
    assert set(told) <= seen | {"clock", "taking", "world"}


def test_glossary_settles_each_word_once() -> None:
    ids = [term["id"] for term in GLOSSARY["terms"]]
    assert len(ids) == len(set(ids)) >= 60
    for language in ("en", "zh_Hans", "zh_Hant"):
        words = [term["term"][language] for term in GLOSSARY["terms"]]
        twice = {word for word in words if words.count(word) > 1}
        assert not twice, f"{language}: {twice}"


def test_glossary_explains_in_one_sentence_in_each_language() -> None:
    for term in GLOSSARY["terms"]:
        assert set(term) - {"refusals", "not", "elsewhere"} == {"id", "term", "meaning"}
        Text.model_validate(term["term"])
        meaning = Text.model_validate(term["meaning"])
        assert meaning.en.endswith(".")
        assert meaning.en.count(". ") == 0
        assert meaning.zh_Hans.count("。") == 1 == meaning.zh_Hant.count("。")


def test_every_refusal_has_one_card_in_the_glossary() -> None:
    codes = [code for term in GLOSSARY["terms"] for code in term.get("refusals", ())]
    assert sorted(codes) == sorted(refusals())
    glossary = load_glossary(paths.SCENARIOS / "glossary.yaml")
    card = glossary.about("PAYMENT_REQUIRED")
    assert card is not None
    assert card.id == "prepay"


def test_a_card_for_a_refusal_that_does_not_exist_is_an_error() -> None:
    text = {"en": "x", "zh_Hans": "x", "zh_Hant": "x"}
    term = Term.model_validate({"id": "x", "term": text, "meaning": text, "refusals": ["no_such"]})
    with pytest.raises(ValueError, match="no_such"):
        Glossary([term])


def test_the_glossary_is_searched_in_ones_own_language_and_in_english() -> None:
    glossary = load_glossary(paths.SCENARIOS / "glossary.yaml")
    assert [term.id for term in glossary.find("隔离区", "zh_Hans")] == ["quarantine"]
    assert "quarantine" in {term.id for term in glossary.find("QUARANTINE", "zh_Hans")}
    assert glossary.find("", "en") == glossary.terms


def test_glossary_knows_every_label_of_an_order() -> None:
    assert set(LABELS) <= {term["id"] for term in GLOSSARY["terms"]}
