"""Each parcel's own number: eighteen digits, reckoned from the order, right for any scanner."""

import msgspec
import pytest

from tests.builders import (
    ARMCHAIR,
    FIRST,
    SECOND,
    company,
    order_packed,
    order_picked,
    order_shipped,
)
from tests.story import given
from trainer.orders.invariants import violations
from trainer.orders.shipping import VoidPackage
from trainer.orders.sscc import check_digit, sscc
from trainer.orders.world import World


def codes(world: World, number: str = FIRST) -> list[str]:
    order = world.orders[number]
    return [sscc(world, order, package) for package in order.packages]


@pytest.mark.parametrize(("digits", "check"), [("00614141123456789", "0"), ("629104150021", "3")])
def test_the_check_digit_is_the_one_of_the_standard(digits: str, check: str) -> None:
    assert check_digit(digits) == check


def test_a_parcel_has_its_number_once_it_is_closed() -> None:
    assert codes(given(order_picked()).world) == [""]
    [code] = codes(given(order_packed()).world)
    assert len(code) == 18
    assert code.isdecimal()
    assert code[1:8] == company().company.gs1_prefix
    assert codes(given(order_shipped()).world) == [code], "and keeps it"


def test_a_number_is_never_given_twice() -> None:
    story = given(order_packed(), VoidPackage(FIRST, 1), order_packed(SECOND, lines={ARMCHAIR: 1}))
    found = [*codes(story.world), *codes(story.world, SECOND)]
    assert len(set(found)) == len(found) == 2
    assert violations(story.world) == []


def test_a_company_of_its_own_prefix_has_numbers_of_its_own() -> None:
    world = company()
    ours = msgspec.structs.replace(world.company, gs1_prefix="4012345")
    world = msgspec.structs.replace(world, company=ours)
    [code] = codes(given(order_packed(), world=world).world)
    assert code[1:8] == "4012345"
    assert violations(given(order_packed(), world=world).world) == []
    late = msgspec.structs.replace(given(order_packed()).world.orders[FIRST], sequence=1_234_567)
    assert sscc(world, late, late.packages[0]).startswith("1" + "4012345" + "234567001")
