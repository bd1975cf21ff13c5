"""The company's rules as a scenario writes them."""

import pytest
from pydantic import ValidationError

from trainer.orders.world import Policies
from trainer.training.scenario import Rules


def test_a_scenario_asks_for_four_eyes_and_what_a_check_stops() -> None:
    rules = Rules.model_validate(
        {"four_eyes": ["credit", "fraud"], "check_holds": ["address"], "large_order": 5}
    )
    after = rules.over(Policies())
    assert after.four_eyes == ("credit", "fraud")
    assert after.check_holds == ("address",)
    assert after.large_order == 5


def test_what_is_not_named_stays_as_it_is() -> None:
    assert Rules().over(Policies()) == Policies()


def test_a_check_stops_only_for_what_it_can_see() -> None:
    with pytest.raises(ValidationError):
        Rules.model_validate({"check_holds": ["manual"]})
