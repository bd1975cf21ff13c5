"""Carriers pass on the cash they collected: some days later, with a list, and not always all of it.
Whoever pays out card money tells what is kept of it once an order is over.

What we say is missing they look up, and send on the next morning.
"""

from collections.abc import Iterator

from trainer.orders.acquirer import fee_for, fees_to_settle
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
from trainer.orders.settlement import OrderCompleted
from trainer.orders.values import DAY, MINUTE, Moment, day_of, moment_of
from trainer.orders.world import Order, World
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
        case OrderCompleted(order_number=number):
            if fees_to_settle(world, world.orders[number]):
                yield _statement(entry, world, world.orders[number])


def _morning(entry: Recorded, days: int) -> Moment:
    return moment_of(day_of(entry.at), hour=10) + days * DAY


def _statement(entry: Recorded, world: World, order: Order) -> Envelope:
    """What was captured and paid back since the last batch, what is kept of it, what is paid."""
    said = words(world.company.locale)
    currency = named(world, order.currency)
    batch = world.batches.get(order.batch_number)
    since, gross, fees, rows = batch.closed_at if batch else 0, 0, 0, []
    for paid in order.payments:
        if paid.tender == "card" and paid.at > since:
            fee = fee_for(world.policies, order.currency, paid.amount)
            gross, fees = gross + paid.amount, fees + fee
            amount, kept = (amount_in_words(it, currency) for it in (paid.amount, fee))
            rows.append(said["card_row"].format(what=paid.reference, amount=amount, fee=kept))
    for back in order.refunds:
        if back.tender == "card" and back.status == "succeeded" and back.requested_at > since:
            gross -= back.amount
            amount = amount_in_words(back.amount, currency)
            rows.append(said["card_back"].format(what=back.refund_number, amount=amount))
    about = {
        "order_number": order.order_number,
        "rows": "\n".join(rows),
        "gross": amount_in_words(gross, currency),
        "fees": amount_in_words(fees, currency),
        "amount": amount_in_words(gross - fees, currency),
        "acquirer": said["acquirer"],
    }
    letter = ReceiveMessage(
        message_id=f"cards-{entry.number}",
        channel="bank",
        sender=said["acquirer"],
        subject=said["card_subject"].format(**about),
        body=said["card_body"].format(**about),
        order_number=order.order_number,
    )
    at = _morning(entry, 1)
    return Envelope(f"{entry.number}:cards", said["acquirer"], "bank", at, letter)


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
