"""Other systems tell where an order stands in words of their own."""

import pytest

from trainer import paths
from trainer.catalog.glossary import load_glossary
from trainer.orders.status import LABELS
from trainer.training.glossary import NAMES, STATES, Dialect, Glossary, Term
from trainer.training.texts import Text

SAYS = Text(en="It has one.", zh_Hans="有一个。", zh_Hant="有一個。")


def test_a_system_has_words_for_states_that_there_are() -> None:
    with pytest.raises(ValueError, match="there is no state flown_away"):
        Dialect(id="SAP", says=SAYS, words={"flown_away": "gone"})


def test_what_a_system_calls_a_state_stands_on_the_states_card_too() -> None:
    draft = Term(id="draft", term=SAYS, meaning=SAYS)
    order = Term(id="order", term=SAYS, meaning=SAYS, elsewhere={"SAP": "sales order"})
    known = Glossary([draft, order], [Dialect(id="Odoo", says=SAYS, words={"draft": "Quotation"})])
    assert [term.elsewhere for term in known.terms] == [
        {"Odoo": "Quotation"}, {"SAP": "sales order"},
    ]  # fmt: skip
    assert known.word("Odoo", "draft") == "Quotation"
    assert known.word("Odoo", "order") == known.word("Shopify", "draft") == ""


def test_the_course_knows_every_system_and_no_label_that_all_of_them_lack() -> None:
    glossary = load_glossary(paths.SCENARIOS / "glossary.yaml")
    assert [it.id for it in glossary.dialects] == list(NAMES)
    lacking = [label for label in LABELS if not any(label in it.words for it in glossary.dialects)]
    assert lacking == ["settled"]  # which is ours: others leave it to their bookkeeping
    assert all(len(it.words) >= 20 for it in glossary.dialects)
    assert set(LABELS) <= STATES
