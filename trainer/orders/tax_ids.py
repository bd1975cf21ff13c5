"""What has to stand on an invoice about its buyer: a title, and a tax id that can be right.

Where a country's tax ids carry a check digit it is worked out again; of the others the shape is
all that can be looked at, and of countries that are not named here not even that.
"""

import re
from typing import Final

from trainer.orders.refusals import Refusal
from trainer.orders.world import Customer, World


class InvalidTaxProfile(Refusal, frozen=True):
    """An invoice with a wrong title or tax id is worth nothing to the buyer's tax office."""

    says = "The tax profile of {company} cannot stand on an invoice: {field} “{value}”."
    sums = "wanted: {shape}"
    cure = (
        "Look for the right one among the notes of the customer file, or ask them, and correct the "
        "tax profile in their file."
    )
    rests_on = ("tax_profiles", "tax_id")
    company: str
    field: str
    value: str
    shape: str


_HOME: Final = {"en_US": "US", "zh_CN": "CN", "zh_TW": "TW"}
_SHAPES: Final = {
    "CN": re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}"),
    "TW": re.compile(r"[0-9]{8}"),
    "US": re.compile(r"[0-9]{2}-[0-9]{7}"),
}


def wrong_profile(world: World, customer: Customer) -> InvalidTaxProfile | None:
    """The refusal if a customer's title is missing, or their tax id is missing or wrong."""
    if not customer.title.strip():
        return InvalidTaxProfile(customer.company, "invoice_title", "", "any_title")
    return wrong_tax_id(world, customer)


def wrong_tax_id(world: World, customer: Customer) -> InvalidTaxProfile | None:
    """The refusal if a customer's tax id is not one of their country."""
    country = customer.address.country.strip().upper() or _HOME.get(world.company.locale, "")
    if country not in _SHAPES or valid(country, customer.tax_id):
        return None
    return InvalidTaxProfile(
        customer.company, "tax_id", customer.tax_id, f"tax_id_{country.lower()}"
    )


def valid(country: str, tax_id: str) -> bool:
    """Whether a tax id can be one of a country that has a shape for them."""
    if not _SHAPES[country].fullmatch(tax_id):
        return False
    return country == "US" or tax_id[-1] in _endings(country, tax_id[:-1])


def completed(country: str, beginning: str) -> str:
    """A tax id of all but its last character and the check digit that belongs there."""
    return beginning + _endings(country, beginning)[0]


def _endings(country: str, beginning: str) -> str:
    """The last characters that fit the others, the first of them by any reading of the rule."""
    return _social_credit(beginning) if country == "CN" else _unified_number(beginning)


_SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""What a unified social credit code is written with: no I, O, S, V, Z."""


def _social_credit(beginning: str) -> str:
    """GB 32100: the weights are powers of three, and the whole is a multiple of 31."""
    weighed = sum(_SIGNS.index(sign) * 3**place for place, sign in enumerate(beginning))
    return _SIGNS[-weighed % 31]


def _unified_number(beginning: str) -> str:
    """Eight digits; weighed, the sum of their own digits is a multiple of five, once of ten.

    A seven in the last place but one weighs 28, whose digits make 10, which counts as 1 or as 0.
    """
    weighed = sum(
        sum(divmod(int(digit) * weight, 10))
        for digit, weight in zip(beginning, (1, 2, 1, 2, 1, 2, 4), strict=True)
    )
    fits = {-weighed % 10, (5 - weighed) % 10}
    if beginning[-1] == "7":
        fits |= {(-weighed - 1) % 10, (4 - weighed) % 10}
    first = -weighed % 10
    return f"{first}" + "".join(f"{digit}" for digit in sorted(fits - {first}))
