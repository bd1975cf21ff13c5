"""Money, addresses, moments."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import HOME
from trainer.orders.values import (
    DAY,
    Address,
    day_of,
    exponent,
    half_up,
    moment_of,
    split,
    tax_included,
    telescoped,
)

AMOUNT = st.integers(0, 10**9)
# the same examples on every machine and day
steady = settings(derandomize=True, database=None, deadline=None)


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [
        *(("JPY", 0), ("KRW", 0), ("CLP", 0)),
        *(("CNY", 2), ("USD", 2), ("EUR", 2), ("TWD", 2)),
        *(("KWD", 3), ("BHD", 3), ("OMR", 3)),
    ],
)
def test_a_currency_has_as_many_decimals_as_iso_4217_says(currency: str, decimals: int) -> None:
    assert exponent(currency) == decimals


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"), [(5, 2, 3), (4, 3, 1), (5, 3, 2), (0, 7, 0), (7, 7, 1)]
)
def test_halves_are_rounded_up(numerator: int, denominator: int, rounded: int) -> None:
    assert half_up(numerator, denominator) == rounded


def test_the_largest_remainder_gets_the_odd_cent() -> None:
    assert split(100, (1, 1, 1)) == (34, 33, 33)
    assert split(1, (10, 30)) == (0, 1)
    assert split(5, (0, 0)) == (0, 0)


@steady
@given(st.lists(AMOUNT, min_size=1, max_size=8).filter(any), st.data())
def test_shares_add_up_and_never_exceed_what_they_are_shares_of(
    weights: list[int], data: st.DataObject
) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    shares = split(total, weights)
    assert sum(shares) == total
    assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))


@steady
@given(AMOUNT, st.lists(st.integers(1, 50), min_size=1, max_size=10))
def test_however_a_line_is_cut_up_its_parts_end_at_its_gross(gross: int, cuts: list[int]) -> None:
    ordered = sum(cuts)
    done = value = 0
    for units in cuts:
        part = telescoped(gross, done + units, ordered) - telescoped(gross, done, ordered)
        assert part >= 0
        done, value = done + units, value + part
    assert value == gross


@steady
@given(AMOUNT, st.integers(0, 5_000))
def test_the_tax_inside_a_price_is_less_than_the_price(gross: int, rate: int) -> None:
    assert 0 <= tax_included(gross, rate) <= gross


def test_the_tax_inside_a_price() -> None:
    assert tax_included(11_300, 1300) == 1_300
    assert tax_included(11_900, 1900) == 1_900


@pytest.mark.parametrize(
    ("address", "missing"),
    [
        (HOME, ()),
        (Address(), ("recipient", "street", "city", "postal_code", "phone")),
        (Address("A", "B", "C", " ", "US", "1"), ("postal_code",)),
        (Address("A", "B", "C", "", "香港", "1"), ()),
    ],
)
def test_what_a_carrier_misses_in_an_address(address: Address, missing: tuple[str, ...]) -> None:
    assert address.missing() == missing


def test_a_day_begins_at_midnight() -> None:
    day = date(2026, 3, 2)
    assert day_of(moment_of(day)) == day_of(moment_of(day) + DAY - 1) == day
    assert day_of(moment_of(day) - 1) == date(2026, 3, 1)
    assert moment_of(day, 9, 30) - moment_of(day) == 9 * 3600 + 30 * 60
