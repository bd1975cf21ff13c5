"""Carriers pass on the cash they collected: some days later, with a list, and not always all of it.

What we say is missing they look up, and send on the next morning.
"""

from collections.abc import Iterator

from trainer.orders.cash import (
    CashCollected,
    PayOutCash,
    PayoutReceived,
    PayShortfall,
    ShortfallClaimed,
)
from trainer.orders.currencies import named
from trainer.orders.engine import Envelope, Recorded
from trainer.orders.intake import ReceiveMessage
from trainer.orders.letters import amount_in_words
from trainer.orders.values import DAY, MINUTE, Moment, day_of, moment_of
from trainer.orders.world import World
from trainer.simulation.chance import between
from trainer.simulation.words import words


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """What a carrier does about cash of ours."""
    match entry.event:
        case CashCollected(order_number=number, package_number=place):
            order = world.orders[number]
            package = order.package(place)
            assert package is not None
            holder = package.carrier_code, order.currency
            # what is collected until then goes with the same payout
            if len(world.cash_out[holder]) == 1:
                twice = between(1, 100, seed, entry.number, "fees")
                short = twice <= world.policies.payout_short_percent
                carrier = world.carriers[package.carrier_code].name
                at = _morning(entry, world.policies.payout_days)
                pays = PayOutCash(*holder, fees_twice=short)
                yield Envelope(f"{entry.number}:payout", carrier, "carrier", at, pays)
        case ShortfallClaimed(payout_number=number):
            carrier = world.carriers[world.payouts[number].carrier_code].name
            rest, at = PayShortfall(number), _morning(entry, 1)
            yield Envelope(f"{entry.number}:rest", carrier, "carrier", at, rest)
        case PayoutReceived():
            yield _advice(entry, world)


def _morning(entry: Recorded, days: int) -> Moment:
    return moment_of(day_of(entry.at), hour=10) + days * DAY


def _advice(entry: Recorded, world: World) -> Envelope:
    """The carrier's list, as a letter."""
    payout = world.payouts[entry.event.payout_number]
    said = words(world.company.locale)
    currency = named(world, payout.currency)
    carrier = world.carriers[payout.carrier_code].name
    rows = "\n".join(
        said["payout_row"].format(
            order_number=row.order_number,
            amount=amount_in_words(row.amount, currency),
            fee=amount_in_words(row.fee, currency),
        )
        for row in payout.rows
    )
    amount = amount_in_words(payout.received, currency)
    number = payout.payout_number
    letter = ReceiveMessage(
        message_id=f"payout-{number}",
        channel="email",
        sender=carrier,
        subject=said["payout_subject"].format(payout_number=number, amount=amount),
        body=said["payout_body"].format(
            payout_number=number, amount=amount, rows=rows, carrier=carrier
        ),
    )
    return Envelope(f"{entry.number}:advice", carrier, "system", entry.at + MINUTE, letter)
