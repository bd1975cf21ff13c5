"""Tax ids: the check digits of the offices that give them out."""

import msgspec
import pytest

from tests.builders import KOI, OTTER, abroad
from trainer.orders.tax_ids import InvalidTaxProfile, completed, valid, wrong_profile

RIGHT = {
    # the codes and numbers that the offices explain their rule with, and made-up ones
    "CN": ("91350100M000100Y43", completed("CN", "91440305MA5ABCDE0")),
    "TW": ("04595257", "10458575", "10458574", completed("TW", "2468135")),
    "US": ("12-3456789",),
}
WRONG = {
    "CN": (
        "", "91350100M000100Y44", "91350100M000100Y4", "91350100M0001OOY43",
        "19350100M000100Y43", "91350100m000100y43",
    ),
    "TW": ("", "04595258", "0459525", "0459525A", "０４５９５２５７"),
    "US": ("", "123456789", "12-345678", "1-23456789", "12-345678X"),
}  # fmt: skip


@pytest.mark.parametrize("country", RIGHT)
def test_what_the_check_digit_fits(country: str) -> None:
    for tax_id in RIGHT[country]:
        assert valid(country, tax_id), tax_id
    for tax_id in WRONG[country]:
        assert not valid(country, tax_id), tax_id


@pytest.mark.parametrize("tax_id", ["91350100M000100Y43"])
def test_a_mistyped_sign_is_found(tax_id: str) -> None:
    # every single mistake, and every two neighbours in each other's place
    for place, sign in enumerate(tax_id[:-1]):
        other = "1" if sign != "1" else "2"
        assert not valid("CN", tax_id[:place] + other + tax_id[place + 1 :])
    for place in range(len(tax_id) - 2):
        pair = tax_id[place : place + 2]
        if pair[0] != pair[1]:
            assert not valid("CN", tax_id[:place] + pair[::-1] + tax_id[place + 2 :])


def test_a_country_that_is_not_named_has_no_shape() -> None:
    world = abroad()
    assert wrong_profile(world, world.customers[KOI]) is None
    nowhere = msgspec.structs.replace(
        world.customers[OTTER], address=msgspec.structs.replace(
            world.customers[OTTER].address, country=""
        ),
    )  # fmt: skip
    # who names no country sits where the company does
    assert wrong_profile(world, nowhere) == InvalidTaxProfile(
        "Otter & Sons", "tax_id", "", "tax_id_us"
    )
