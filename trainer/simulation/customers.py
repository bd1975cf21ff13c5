"""Customers and their bank: they pay what was confirmed or invoiced, and say thank you."""

from collections.abc import Iterator

from trainer.orders.amendments import OrderAmended
from trainer.orders.engine import Command, Envelope, Recorded, Role
from trainer.orders.intake import OrderConfirmed, ReceiveMessage
from trainer.orders.payment import ReceiveTransfer, TransferReceived
from trainer.orders.returns import DeliverReturn, ReturnAuthorised
from trainer.orders.settlement import InvoiceIssued
from trainer.orders.shipping import PackageDelivered
from trainer.orders.values import DAY, HOUR, MINUTE, exponent
from trainer.orders.world import World
from trainer.simulation.chance import between
from trainer.simulation.words import words


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """What a customer or the bank does about an event."""
    match entry.event:
        case OrderConfirmed(order_number=number):
            if world.orders[number].payment_terms == "prepay":
                hours = world.policies.payment_after_hours
                wait = hours * HOUR + between(0, 50, seed, entry.number, "pay") * MINUTE
                yield from _pay(entry, world, number, world.orders[number].balance_due, wait)
        case OrderAmended(order_number=number, delta=delta):
            # what is due may be less: something was paid too much before
            due = min(delta, world.orders[number].balance_due)
            if world.orders[number].payment_terms == "prepay":
                wait = world.policies.payment_after_hours * HOUR
                yield from _pay(entry, world, number, due, wait)
        case InvoiceIssued(order_number=number, amount=amount):
            # each invoice is paid by itself; what is owed already bounds it
            due = min(amount, world.orders[number].balance_due)
            yield from _pay(entry, world, number, due, world.policies.account_days * DAY)
        case ReturnAuthorised(order_number=number, rma_number=rma_number):
            days = between(2, 4, seed, entry.number, "return")
            company = world.customers[world.orders[number].customer_id].company
            yield _later(
                entry, "back", "customer", company, days * DAY, DeliverReturn(number, rma_number)
            )
        case TransferReceived():
            yield _bank_notice(entry, world)
        case PackageDelivered(order_number=number):
            order = world.orders[number]
            if all(line.delivered == line.live for line in order.lines):
                yield _thanks(entry, world, number)


def _pay(entry: Recorded, world: World, number: str, due: int, wait: int) -> Iterator[Envelope]:
    order = world.orders[number]
    if due > 0:
        remark = f"{number} / {order.customer_po_number}"
        yield _later(
            entry,
            "transfer",
            "bank",
            world.customers[order.customer_id].company,
            wait,
            ReceiveTransfer(customer_id=order.customer_id, amount=due, remark=remark),
        )


def pays_for(envelope: Envelope, order_number: str) -> bool:
    """Whether this is the customer's money for an order: nobody pays for what was called off."""
    command = envelope.command
    return isinstance(command, ReceiveTransfer) and command.remark.split()[0] == order_number


def _bank_notice(entry: Recorded, world: World) -> Envelope:
    event = entry.event
    said = words(world.company.locale)
    company = world.customers[event.customer_id].company
    money = amount_in_words(event.amount, world.company.currency)
    return _later(
        entry,
        "notice",
        "bank",
        said["bank"],
        MINUTE,
        ReceiveMessage(
            message_id=f"bank-{event.reference}",
            channel="bank",
            sender=said["bank"],
            subject=said["transfer_subject"].format(reference=event.reference, amount=money),
            body=said["transfer_body"].format(
                reference=event.reference, amount=money, company=company, remark=event.remark
            ),
            customer_id=event.customer_id,
        ),
    )


def _thanks(entry: Recorded, world: World, number: str) -> Envelope:
    order = world.orders[number]
    customer = world.customers[order.customer_id]
    said = words(world.company.locale)
    return _later(
        entry,
        "thanks",
        "customer",
        customer.contact,
        between(20, 90, 0, entry.number, "thanks") * MINUTE,
        ReceiveMessage(
            message_id=f"thanks-{number}",
            channel="email",
            sender=customer.contact,
            subject=said["thanks_subject"].format(order_number=number),
            body=said["thanks_body"].format(
                order_number=number, contact=customer.contact, po_number=order.customer_po_number
            ),
            customer_id=order.customer_id,
            order_number=number,
        ),
    )


def _later(
    entry: Recorded, what: str, role: Role, actor: str, wait: int, command: Command
) -> Envelope:
    return Envelope(
        command_id=f"{entry.number}:{what}",
        actor=actor,
        role=role,
        at=entry.at + wait,
        command=command,
    )


def amount_in_words(amount: int, currency: str) -> str:
    """`123456` in CNY → `CNY 1,234.56`, the way banks write it in every language."""
    decimals = exponent(currency)
    return f"{currency} {amount / 10**decimals:,.{decimals}f}"
