"""One act on many orders: for each its own command, as a careful clerk would give it."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from trainer.orders.engine import Command, Envelope, evolve
from trainer.orders.holds import PlaceHold, ReleaseHold
from trainer.orders.intake import CheckOrder, ConfirmOrder, default_promise
from trainer.orders.refusals import Refusal
from trainer.orders.service import TEMPLATES, NotifyCustomer, channel_for
from trainer.orders.settlement import ArchiveOrder, CompleteOrder, IssueInvoice
from trainer.orders.stock import Allocate, suggested_rows
from trainer.orders.values import day_of
from trainer.orders.world import Order, World
from trainer.play.preview import Effects, preview

ACTS: Final = (
    "check_order", "confirm_order", "allocate", *TEMPLATES, "place_hold", "release_hold",
    "issue_invoice", "complete_order", "archive_order",
)  # fmt: skip
"""What can be done with many orders at once; a template's name means to send it."""


class Foreseen(NamedTuple):
    """What an act would do to one order, or why it would be refused."""

    order: Order
    command: Command
    result: Effects | Refusal


def command_for(world: World, order: Order, act: str, reason: str) -> Command:
    """The command of an act on one order. Raises KeyError for an act that is none."""
    number = order.order_number
    for template in TEMPLATES:
        if act == template:
            channel = channel_for(world.customers[order.customer_id], template)
            return NotifyCustomer(number, template, channel)
    match act:
        case "check_order":
            return CheckOrder(number)
        case "confirm_order":
            # an order without lines is none that can be promised; the engine says so
            day = default_promise(world, order) if order.lines else day_of(world.now)
            return ConfirmOrder(number, day)
        case "allocate":
            return Allocate(number, suggested_rows(world, order))
        case "place_hold":
            return PlaceHold(number, "manual", reason)
        case "release_hold":
            kinds = [hold.kind for hold in order.holds if hold.open]
            return ReleaseHold(number, kinds[0] if kinds else "manual", reason)
        case "issue_invoice":
            return IssueInvoice(number)
        case "complete_order":
            return CompleteOrder(number)
        case "archive_order":
            return ArchiveOrder(number, world.policies.retention_years)
    raise KeyError(act)


def foreseen(
    world: World, numbers: Iterable[str], act: str, reason: str, actor: str
) -> Iterator[Foreseen]:
    """Order after order, each after those before it: what one takes, the next cannot have."""
    for number in numbers:
        order = world.orders[number]
        command = command_for(world, order, act, reason)
        at = world.now + world.policies.seconds_per_action
        result = preview(world, Envelope("what-if", actor, "clerk", at, command))
        if isinstance(result, Effects):
            for entry in result.entries:
                world = evolve(world, entry)
        yield Foreseen(order, command, result)
