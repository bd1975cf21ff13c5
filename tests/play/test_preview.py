"""What if: the preview of a command is what it then does (P11), and does nothing itself."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.builders import (
    ARMCHAIR,
    EAST,
    FIRST,
    HERON,
    LAMP,
    allocation,
    order_allocated,
    order_confirmed,
    order_delivered,
    order_paid,
)  # fmt: skip
from tests.orders.walk import walked
from tests.story import Story, envelope_of, given
from trainer.orders import codec
from trainer.orders.customers import SetCreditLimit
from trainer.orders.engine import evolve, handle
from trainer.orders.payment import IssueRefund
from trainer.orders.refusals import MissingReason, Refusal
from trainer.orders.remedies import CancelledRow, CancelLineQuantity, CancelOrder
from trainer.orders.settlement import IssueInvoice
from trainer.orders.stock import CycleCount
from trainer.play.preview import Change, Effects, effects, preview


def changes(story: Story, command: object) -> dict[tuple[str, str], tuple[object, object]]:
    """What a command would change, by what and whose."""
    asked = preview(story.world, envelope_of(story.world, command))  # type: ignore[arg-type]
    assert isinstance(asked, Effects)
    return {
        (c.what, " · ".join(filter(None, (c.about, c.warehouse)))): (c.before, c.after)
        for c in asked.changes
    }


def test_allocating_moves_stock_and_nothing_else() -> None:
    story = given(order_confirmed(lines={ARMCHAIR: 2}))
    assert changes(story, allocation(FIRST, story.world)) == {
        ("fulfilment", ""): ("open", "allocated"),
        ("allocated", f"{ARMCHAIR} · {EAST}"): (0, 2),
        ("available", f"{ARMCHAIR} · {EAST}"): (10, 8),
    }


def test_cancelling_some_shows_the_money_and_the_stock() -> None:
    story = given(order_allocated(lines={ARMCHAIR: 2, LAMP: 6}))
    order = story.world.orders[FIRST]
    half = order.lines[0].gross // 2
    found = changes(story, CancelLineQuantity(FIRST, (CancelledRow(1, 1),), "fewer"))
    assert found["credited", ""] == (0, half)
    assert found["due", ""] == (order.balance_due, order.balance_due - half)
    assert found["available", f"{ARMCHAIR} · {EAST}"] == (8, 9)


def test_an_invoice_is_named_before_it_is_issued() -> None:
    story = given(order_delivered())
    asked = preview(story.world, envelope_of(story.world, IssueInvoice(FIRST)))
    assert isinstance(asked, Effects)
    total = story.world.orders[FIRST].total
    year = date(1970, 1, 1).year + story.world.now // (365 * 86_400 + 21_600)
    paper = Change("document", "invoice", 0, total, f"INV-{year}-00001")
    assert paper in asked.changes


def test_a_count_shows_its_shelf_though_no_order_is_asked() -> None:
    story = given()
    level = story.world.stock[ARMCHAIR, EAST]
    count = CycleCount(ARMCHAIR, EAST, level.on_hand - 2, "two fell down")
    assert changes(story, count) == {
        ("on_hand", f"{ARMCHAIR} · {EAST}"): (level.on_hand, level.on_hand - 2),
        ("available", f"{ARMCHAIR} · {EAST}"): (level.available, level.available - 2),
    }


def test_a_customers_file_shows_what_money_it_changes() -> None:
    story = given()
    before = story.world.customers[HERON]
    assert changes(story, SetCreditLimit(HERON, 70_000, "pays late")) == {
        ("credit_limit", before.company): (before.credit_limit, 70_000)
    }


def test_a_refusal_is_the_one_that_would_come() -> None:
    story = given(order_paid())
    refused = preview(story.world, envelope_of(story.world, CancelOrder(FIRST, " ")))
    assert refused == MissingReason()
    over = IssueRefund(FIRST, 1, "please")
    assert preview(story.world, envelope_of(story.world, over)) == story.when(over).refusal


def tried(seeds: range) -> Iterator[tuple[object, object, object]]:
    """Each command of some walks: the world it met, its preview there, and what it then did."""
    for seed in seeds:
        walk = walked(seed, 200)
        world = given().world
        for envelope in walk.tried:
            before = codec.encode_world(world)
            asked = preview(world, envelope)
            assert codec.encode_world(world) == before, "a preview changed the world"
            answer = handle(world, envelope)
            if isinstance(answer, Refusal):
                yield envelope, asked, answer
                continue
            after = world
            for entry in answer[1]:
                after = evolve(after, entry)
            yield envelope, asked, effects(world, after, answer[1])
            world = after


@pytest.mark.parametrize("seeds", [range(5), range(5, 11)], ids=["some", "others"])
def test_on_every_walk_a_preview_is_what_the_command_then_does(seeds: range) -> None:
    seen = 0
    for envelope, asked, done in tried(seeds):
        assert asked == done, envelope
        seen += isinstance(asked, Effects) and bool(asked.changes)
    assert seen > 60
