"""The customers of a scenario: what comes twice, what comes as a document, and in what state their
files and their credit are.
"""

from typing import Any

import pytest

from tests.catalog.test_worlds import asks, content
from trainer.catalog.loader import parse_content
from trainer.catalog.worlds import make_opening
from trainer.exchange.documents import attachment, read_document
from trainer.orders.customers import MergeCustomers, due_for_review, likely_duplicates
from trainer.orders.engine import Envelope, Recorded, decide, evolve
from trainer.orders.invariants import violations
from trainer.orders.refusals import Refusal
from trainer.orders.world import World
from trainer.play.reading import converted, read_at
from trainer.play.run import Opening
from trainer.simulation.agenda import Agenda
from trainer.training.checks import from_cast
from trainer.training.scenario import Variant

SMALL: dict[str, Any] = {"orders": 30, "days": 30, "products": 12, "customers": 10}


def opened(cast: dict[str, dict[str, Any]], seed: int = 1) -> Opening:
    scenario = parse_content(content(cast, **SMALL))
    return make_opening(scenario, Variant(locale="en_US", seed=seed))


def worth(opening: Opening, *names: str) -> tuple[Any, ...]:
    """What each order would come to, by the engine: entered, checked and confirmed in turn."""
    world, cast, events = opening.world, opening.cast, []
    agenda = Agenda()
    for name in names:
        n = f"${name}"
        commands: list[dict[str, Any]] = [
            {"create_draft": {key: f"{n}.{key}" for key in (
                "customer_id", "customer_po_number", "requested_delivery_date", "carrier_code",
                "message_id")}},
            {"add_line": {"order_number": f"{n}.order_number", "sku": f"{n}.lines.0.sku",
                          "quantity": f"{n}.lines.0.quantity"}},
            {"submit_order": {"order_number": f"{n}.order_number"}},
            {"check_order": {"order_number": f"{n}.order_number"}},
            {"confirm_order": {"order_number": f"{n}.order_number",
                               "promised_delivery_date": f"{n}.promise"}},
        ]  # fmt: skip
        for wanted in commands:
            command = converted(*read_at(world, agenda, cast, wanted))
            world, done = _done(world, command)
            events += done
    return tuple(events)


def _done(world: World, command: Any) -> tuple[World, list[str]]:
    answer = decide(world, Envelope("x", "clerk", "clerk", world.now, command))
    if isinstance(answer, Refusal):
        return world, [answer.code]
    for event in answer:
        entry = Recorded(
            number=world.number + 1, at=world.now, actor="clerk", role="clerk",
            command_id="x", event=event,
        )  # fmt: skip
        world = evolve(world, entry)
    return world, [type(event).__name__ for event in answer]


ON_ACCOUNT = {"lines": 1, "payment_terms": "on_account"}


def test_two_orders_are_each_within_the_limit_and_together_beyond_it() -> None:
    cast = {
        "first": asks(**ON_ACCOUNT),
        "second": asks(**ON_ACCOUNT, customer_of="first", credit="together"),
    }
    for seed in range(1, 6):
        opening = opened(cast, seed)
        assert "HoldPlaced" not in worth(opening, "first")
        assert "HoldPlaced" not in worth(opening, "second")
        assert worth(opening, "first", "second").count("HoldPlaced") == 1


def test_one_order_is_more_than_its_customer_may_owe() -> None:
    assert "HoldPlaced" in worth(opened({"first": asks(**ON_ACCOUNT, credit="short")}), "first")
    assert "HoldPlaced" not in worth(opened({"first": asks(**ON_ACCOUNT)}), "first")


def test_an_order_comes_twice_and_is_one() -> None:
    opening = opened({"first": asks(), "again": asks(repeats="first", document="UBL")})
    first, again = opening.cast["first"], opening.cast["again"]
    assert first.request == again.request
    assert first.message_id != again.message_id
    assert opening.world.messages["msg-again"].attached == "UBL"
    assert not violations(opening.world)


@pytest.mark.parametrize("form", ["UBL", "CSV", "XLSX"])
def test_what_is_attached_says_what_the_customer_wants(form: str) -> None:
    opening = opened({"first": asks(document=form, elsewhere=True)})
    message = opening.world.messages["msg-first"]
    reading = read_document(attachment(opening.world, message), opening.world)
    request = opening.cast["first"].request
    assert reading.order, reading.faults
    assert reading.format == form
    assert reading.order.wanted == request.lines
    assert (reading.order.customer_id, reading.order.document_number) == (
        request.customer_id, request.customer_po_number,
    )  # fmt: skip
    assert reading.order.requested_delivery_date == request.requested_delivery_date
    assert reading.order.ship_to == request.ship_to


def test_nothing_is_attached_where_nothing_is_said() -> None:
    opening = opened({"first": asks()})
    with pytest.raises(ValueError, match="nothing came with msg-first"):
        attachment(opening.world, opening.world.messages["msg-first"])


def test_a_file_is_doubled_and_long_not_looked_through() -> None:
    opening = opened({"first": asks(second_file=True, review_overdue=True), "other": asks()})
    asked = opening.cast["first"].request.customer_id
    assert likely_duplicates(opening.world)[asked] == (f"{asked}-2",)
    assert due_for_review(opening.world, opening.world.customers[asked])
    assert not opening.cast["other"].request.customer_id.endswith("-2")
    world = opening.world
    agenda = Agenda()
    merging = {
        "merge_customers": {"customer_id": "$first.second_file", "into": "$first.customer_id"}
    }
    assert _done(world, converted(*read_at(world, agenda, opening.cast, merging)))[1] == [
        "CustomersMerged"
    ]


def test_a_goal_knows_the_other_file_before_and_after_it_went_into_theirs() -> None:
    opening = opened({"first": asks(second_file=True), "other": asks()})
    mine, world = opening.cast["first"].request.customer_id, opening.world
    twin = f"{mine}-2"
    assert from_cast("$first.second_file", world, opening.cast) == twin
    assert from_cast("$other.second_file", world, opening.cast) is None
    merged, _ = _done(world, MergeCustomers(customer_id=twin, into=mine))
    assert merged.customers[twin].merged_into == mine
    assert from_cast("$first.second_file", merged, opening.cast) == twin
    stranger = opening.cast["other"].request.customer_id
    wrong, _ = _done(world, MergeCustomers(customer_id=stranger, into=mine))
    assert from_cast("$first.second_file", wrong, opening.cast) == twin
