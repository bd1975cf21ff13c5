"""What holds on every walk through the engine, however odd: thousands of commands, fixed seeds."""

from collections import Counter
from functools import cache

import msgspec
import pytest

from tests.orders.proposals import PROPOSALS
from tests.orders.walk import Walk, opening, shrunk, walked
from tests.orders.way import next_step
from tests.story import Story
from trainer.orders import codec
from trainer.orders.desks import desks_of
from trainer.orders.engine import Command, Envelope, commands, decide, evolve, refusals
from trainer.orders.hand_overs import TakeDesk
from trainer.orders.invariants import violations
from trainer.orders.ledgers import line_ledger, money_ledger
from trainer.orders.refusals import Refusal
from trainer.orders.status import LABELS
from trainer.orders.world import World

# the walks are made once, in one process
pytestmark = [pytest.mark.xdist_group("walks"), pytest.mark.long]

WALKS, STEPS, OFTEN_ENOUGH = 960, 300, 50


@cache
def walks() -> tuple[Walk, ...]:
    """Over several orders and customers, prepaid and on account, and two warehouses."""
    return tuple(walked(seed, STEPS) for seed in range(WALKS))


def told(tried: list[Envelope]) -> str:
    """A story of commands, one line each."""
    return "\n".join(f"  {envelope.role}: {envelope.command}" for envelope in tried)


def indexes(world: World) -> tuple[object, ...]:
    """What follows from the orders and is not stored."""
    labels = {label: places for label, places in world.by_label.items() if places}
    owing = {customer: amount for customer, amount in world.exposure.items() if amount}
    live = {po: n for po, n in world.by_po.items() if not world.orders[n].called_off}
    waiting = {sku: orders for sku, orders in world.backorders.items() if orders}
    coming = dict(world.making), dict(world.pegged), dict(world.incoming), waiting
    lists = dict(world.by_message), dict(world.sequence)
    rules = dict(world.rules), dict(world.rules_on), dict(world.rule_traces)
    held = dict(world.cash_out)
    flags = held, world.tasked, world.held, world.after_sales
    return dict(world.labels), labels, owing, live, lists, coming, rules, flags


def test_no_walk_breaks_a_rule() -> None:
    for walk in walks():
        if walk.broken:
            story = told(shrunk(walk.tried, walk.seed))
            pytest.fail(f"walk {walk.seed}: {'; '.join(walk.broken)}\n{story}")


def test_every_command_is_accepted_and_refused_often_enough() -> None:
    accepted = sum((walk.accepted for walk in walks()), Counter[str]())
    refused = sum((walk.refused for walk in walks()), Counter[str]())
    table = "\n".join(
        f"{name:20}{accepted[name]:7}{refused[name]:7}" for name in sorted(commands())
    )
    print(f"{'command':20}accepted refused\n{table}")
    rare = [n for n in commands() if min(accepted[n], refused[n]) < OFTEN_ENOUGH]
    assert not rare, f"met too rarely: {', '.join(rare)}\n{table}"


def test_answers_from_outside_that_come_again_are_noted_often_enough() -> None:
    noted = sum((walk.noted for walk in walks()), Counter[str]())
    assert set(noted) == {
        "AnswerRepeated", "ScanIgnored", "ParcelTurnedAway", "DeliveryContradicted",
    }  # fmt: skip
    assert min(noted.values()) >= OFTEN_ENOUGH


def test_every_command_has_its_way_into_the_walks() -> None:
    assert set(PROPOSALS) == set(commands())


def test_every_refusal_is_met() -> None:
    met = sum((walk.codes for walk in walks()), Counter[str]())
    assert {name.upper() for name in refusals()} == set(met)


def test_ledgers_leave_nothing_out_and_count_nothing_twice() -> None:
    for walk in walks():
        for order in walk.world.orders.values():
            for line in order.lines:
                parts = line_ledger(order, line)
                assert sum(part.size for part in parts) == line.ordered
                assert all(part.size > 0 for part in parts)
            money = {part.name: part.size for part in money_ledger(order)}
            beyond = sum(money.get(part, 0) for part in ("to_pay_back", "pending", "paid_back"))
            assert sum(money.values()) - beyond == order.total
            kept = money.get("money_in", 0) + money.get("redeemed", 0)
            taken = order.charged_back if order.chargebacks else 0
            assert kept + beyond + taken == order.captured
            assert all(size > 0 for size in money.values())


def test_every_label_is_reached() -> None:
    # a label stays in the index when its last order has left it
    reached = {label for walk in walks() for label in walk.world.by_label}
    assert reached == set(LABELS)


def test_events_replay_from_json_to_the_same_world() -> None:
    for walk in walks():
        world = opening(walk.seed)
        for entry in walk.entries:
            stored = codec.decode_event(codec.encode(entry.event))
            assert stored == entry.event
            world = evolve(world, msgspec.structs.replace(entry, event=stored))
        assert codec.encode_world(world) == codec.encode_world(walk.world)


def test_a_stored_world_goes_on_as_if_it_had_never_been_put_away() -> None:
    for walk in walks():
        half = len(walk.entries) // 2
        ids = [entry.command_id for entry in walk.entries]
        while half < len(ids) and ids[half] == ids[half - 1]:  # a command is stored whole
            half += 1
        world = opening(walk.seed)
        for entry in walk.entries[:half]:
            world = evolve(world, entry)
        stored = codec.decode_world(codec.encode_world(world))
        assert violations(stored) == []
        for entry in walk.entries[half:]:
            stored = evolve(stored, entry)
        assert codec.encode_world(stored) == codec.encode_world(walk.world)
        assert indexes(stored) == indexes(walk.world)


def test_a_stored_world_gives_the_same_answers() -> None:
    for walk in walks():
        stored = codec.decode_world(codec.encode_world(walk.world))
        for envelope in walk.tried:
            assert decide(stored, envelope) == decide(walk.world, envelope)


def test_commands_and_refusals_survive_their_json() -> None:
    for walk in walks():
        for envelope in walk.tried:
            command = envelope.command
            assert codec.decode_command(codec.encode(command)) == command
            answer = decide(walk.world, envelope)
            if isinstance(answer, Refusal):
                assert codec.decode_refusal(codec.encode(answer)) == answer


def at_its_desk(world: World, command: Command) -> bool:
    """Whether it can be done where somebody sits by now."""
    whose = desks_of(type(command))
    return not world.policies.desks or not whose or world.seat in whose


def test_no_order_is_ever_in_a_dead_end() -> None:
    for walk in walks():
        story = Story(walk.world)
        for number in sorted(walk.world.orders):
            # an order of fourteen lines in as many parcels needs eighty-five
            for _ in range(160):
                command = next_step(story.world, story.world.orders[number])
                if command is None:
                    break
                if not at_its_desk(story.world, command):
                    story.and_(TakeDesk(desks_of(type(command))[0]))
                story.and_(command)
            assert story.world.orders[number].status == "archived", f"walk {walk.seed}: {number}"
        assert violations(story.world) == []
