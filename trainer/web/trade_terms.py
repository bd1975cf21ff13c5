"""Delivery terms as a person reads them: what each one says of freight and risk."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from trainer.orders.sscc import sscc
from trainer.orders.values import NO_ADDRESS
from trainer.orders.world import Customer, Order

MEANS: Final[Mapping[str, LazyString]] = {
    "EXW": _l("The buyer fetches the goods at the named place and pays the carrier all the way."),
    "FCA": _l("We hand over to the buyer's carrier at the named place; the buyer pays from there."),
    "CPT": _l("We pay the carrier to the named place; the risk is the buyer's once it has left."),
    "CIP": _l(
        "We pay carrier and insurance to the named place; the risk is the buyer's once it has left."
    ),
    "DAP": _l("We pay the carrier and bear the risk to the named place; the buyer pays duty."),
    "DPU": _l("We pay the carrier and bear the risk until it is unloaded at the named place."),
    "DDP": _l("We pay the carrier and duty and bear the risk to the named place."),
    "FAS": _l("We bring it alongside the ship in the named port; the buyer pays the sea freight."),
    "FOB": _l("We bring it on board in the named port; the buyer pays the sea freight."),
    "CFR": _l("We pay the sea freight to the named port; the risk ends for us on board."),
    "CIF": _l("We pay sea freight and insurance to the named port; the risk ends for us on board."),
}
"""By code; of the eleven of Incoterms 2020."""


def term(of: Customer | Order) -> str:
    """A term with its place, in one word after the other; empty where none was agreed on."""
    return f"{of.incoterm} {of.incoterm_place}".strip()


def billed_elsewhere(of: Customer | Order) -> bool:
    """Whether invoices go to an address of their own."""
    return of.bill_to != NO_ADDRESS


def init(app: Flask) -> None:
    """Offer it to the templates."""
    given: dict[str, Any] = {
        "term": term, "term_means": MEANS, "billed_elsewhere": billed_elsewhere, "sscc": sscc,
    }  # fmt: skip
    app.jinja_env.globals.update(given)
