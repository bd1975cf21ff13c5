"""Customers and their bank: they pay what was confirmed or invoiced, and say what they think."""

from collections.abc import Iterator
from datetime import date

import msgspec

from trainer.orders.amendments import DeliveryChanged, OrderAmended
from trainer.orders.cards import PaymentDeclined
from trainer.orders.currencies import named
from trainer.orders.engine import Command, Envelope, OrderEvent, Recorded, Role
from trainer.orders.feedback import AnswerSurvey, ReceiveComplaint
from trainer.orders.intake import OrderConfirmed, ReceiveMessage
from trainer.orders.letters import amount_in_words, day_in_words
from trainer.orders.payment import ReceiveTransfer, TransferReceived
from trainer.orders.price_changes import PriceChanged
from trainer.orders.promises import LinePromised, came_late
from trainer.orders.promotions import PromotionClawedBack
from trainer.orders.repair_quotes import RepairCharged
from trainer.orders.return_way import HandOverReturn, ReturnCancelled
from trainer.orders.returns import (
    OWN_CHOICE,
    DeliverReturn,
    ReturnAuthorised,
    announced_in,
    returnable,
)
from trainer.orders.serials import with_customer
from trainer.orders.service import knows_of_delay
from trainer.orders.settlement import InvoiceIssued
from trainer.orders.shipping import PackageDelivered
from trainer.orders.unexpected import UnexpectedItemSentBack
from trainer.orders.values import DAY, HOUR, MINUTE, Moment, day_of, moment_of
from trainer.orders.world import Content, Order, World
from trainer.simulation import timers
from trainer.simulation.chance import between
from trainer.simulation.words import words


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """What a customer or the bank does about an event."""
    match entry.event:
        case OrderConfirmed(order_number=number):
            prepaid = _transfers_first(world.orders[number])
            if prepaid and not timers.forgets(entry, world, seed):
                wait = _pays_after(world, seed, entry.number)
                yield from _pay(entry, world, number, world.orders[number].balance_due, wait)
            if world.policies.customers_complain:
                yield _complaint(entry, world, number, seed)
        case LinePromised(order_number=number, promised_delivery_date=day):
            if world.policies.customers_complain and _another_day(world.orders[number], entry):
                yield _complaint(entry, world, number, seed, day)
        case DeliveryChanged(order_number=number, promised_delivery_date=day):
            # who was told of one delay and has another day now minds that one as much
            order = world.orders[number]
            told = "order_delayed" in order.notices
            if world.policies.customers_complain and told and not knows_of_delay(order, day):
                yield _complaint(entry, world, number, seed, day)
        case (
            OrderAmended(order_number=number, delta=delta)
            | PriceChanged(order_number=number, delta=delta)
        ):
            if world.orders[number].status != "confirmed":
                return  # of what is not promised nothing is asked yet
            # what is due may be less: something was paid too much before
            due = min(delta, world.orders[number].balance_due)
            if _transfers_first(world.orders[number]):
                wait = world.policies.payment_after
                yield from _pay(entry, world, number, due, wait)
        case (
            RepairCharged(order_number=number, amount=amount)
            | PromotionClawedBack(order_number=number, amount=amount)
        ):
            # on account the invoice is waited for
            order = world.orders[number]
            if order.payment_terms != "on_account" and order.tender == "transfer":
                due = order.balance_due
                if isinstance(entry.event, PromotionClawedBack) and not order.captured:
                    due = order.clawback - order.credit  # what was due before is on its way
                wait = world.policies.payment_after
                yield from _pay(entry, world, number, min(amount, due), wait)
        case InvoiceIssued(order_number=number, amount=amount):
            if _paid_otherwise(world.orders[number]):
                return
            # each invoice is paid by itself; what is owed already bounds it
            due = min(amount, world.orders[number].balance_due)
            yield from _pay(entry, world, number, due, world.policies.account_days * DAY)
        case PaymentDeclined(order_number=number):
            # who cannot pay by card sends the money
            wait = world.policies.payment_after
            yield from _pay(entry, world, number, world.orders[number].balance_due, wait)
        case ReturnAuthorised(order_number=number, rma_number=rma_number):
            forgotten = world.policies.forgotten_returns_percent
            if forgotten and between(1, 100, seed, entry.number, "forgotten") <= forgotten:
                return
            order = world.orders[number]
            withdrawn = world.policies.withdrawn_returns_percent
            if withdrawn and between(1, 100, seed, entry.number, "withdrawn") <= withdrawn:
                yield _keeps_it(entry, world, order, seed)
                return
            days = between(2, 4, seed, entry.number, "return")
            packed = _mistaken(entry, world, order, seed) or _one_by_one(entry, world, order, seed)
            sent = DeliverReturn(number, rma_number, packed)
            yield from _sends_back(entry, world, order, days, sent)
        case UnexpectedItemSentBack(order_number=number, rma_number=rma_number):
            # now they look more closely at what they pack
            days = between(2, 4, seed, entry.number, "return")
            order = world.orders[number]
            sent = DeliverReturn(number, rma_number, _one_by_one(entry, world, order, seed))
            yield from _sends_back(entry, world, order, days, sent)
        case TransferReceived():
            yield _bank_notice(entry, world)
        case PackageDelivered(order_number=number):
            order = world.orders[number]
            if all(line.delivered == line.live for line in order.lines):
                yield _thanks(entry, world, number)
                if world.policies.customers_rate:
                    wait = DAY + between(0, 8, seed, entry.number, "survey") * HOUR
                    yield _survey(entry, world, order, wait)


def _sends_back(
    entry: Recorded, world: World, order: Order, days: int, sent: DeliverReturn
) -> Iterator[Envelope]:
    """They give it to a carrier, who needs a day for it."""
    company = world.customers[order.customer_id].company
    handed = HandOverReturn(order.order_number, sent.rma_number)
    yield _later(entry, "handed", "customer", company, (days - 1) * DAY, handed)
    yield _later(entry, "back", "customer", company, days * DAY, sent)


def _keeping(rma_number: str) -> str:
    return f"keeps-{rma_number}"


def _keeps_it(entry: Recorded, world: World, order: Order, seed: int) -> Envelope:
    """They have thought again, and write so: the return is ours to call off."""
    customer = world.customers[order.customer_id]
    rma_number, said = entry.event.rma_number, words(world.company.locale)
    return _later(
        entry,
        "keeps",
        "customer",
        customer.contact,
        between(4, 30, seed, entry.number, "keeps") * HOUR,
        ReceiveMessage(
            message_id=_keeping(rma_number),
            channel="email",
            sender=customer.contact,
            subject=said["keeps_subject"].format(rma_number=rma_number),
            body=said["keeps_body"].format(
                rma_number=rma_number,
                po_number=order.customer_po_number,
                contact=customer.contact,
            ),
            customer_id=order.customer_id,
            order_number=order.order_number,
        ),
    )


def sends_back(envelope: Envelope, event: OrderEvent) -> bool:
    """Whether this is the parcel of a return that was called off, or their letter that asks to:
    then nobody sends it.
    """
    command = envelope.command
    if not isinstance(event, ReturnCancelled):
        return False
    if isinstance(command, ReceiveMessage):
        return command.message_id == _keeping(event.rma_number)
    return isinstance(command, HandOverReturn | DeliverReturn) and (
        command.order_number,
        command.rma_number,
    ) == (event.order_number, event.rma_number)


def _mistaken(entry: Recorded, world: World, order: Order, seed: int) -> tuple[Content, ...]:
    """What they pack by mistake in place of the first thing announced; mostly nothing.

    Half of the time it is something else that they have of us.
    """
    percent = world.policies.wrong_returns_percent
    if not percent or between(1, 100, seed, entry.number, "wrong item") > percent:
        return ()
    back = order.returned(entry.event.rma_number)
    assert back is not None
    announced = announced_in(order, back)
    theirs = [x.sku for x in order.lines if x.sku not in announced and returnable(order, x) > 0]
    strange = [sku for sku in sorted(world.products) if sku not in announced]
    if theirs and between(0, 1, seed, entry.number, "theirs"):
        strange = theirs
    if not strange:
        return ()
    (_, units), *rest = announced.items()
    wrong = strange[between(0, len(strange) - 1, seed, entry.number, "which item")]
    return (Content(wrong, units), *(Content(sku, quantity) for sku, quantity in rest))


def _one_by_one(entry: Recorded, world: World, order: Order, seed: int) -> tuple[Content, ...]:
    """The units they send, where units are told apart; else nothing that had to be looked at."""
    back = order.returned(entry.event.rma_number)
    assert back is not None
    picked: dict[str, list[str]] = {}
    for row in back.rows:
        line = order.line(row.line_number)
        assert line is not None
        theirs = with_customer(order, row.line_number)
        if world.products[line.sku].serials and theirs:
            first = between(0, len(theirs) - 1, seed, entry.number, f"unit {row.line_number}")
            units = (theirs[first:] + theirs[:first])[: row.quantity - row.received]
            picked.setdefault(line.sku, []).extend(units)
    if not picked:
        return ()
    return tuple(
        Content(sku, units, tuple(picked.get(sku, ())))
        for sku, units in announced_in(order, back).items()
    )


def _paid_otherwise(order: Order) -> bool:
    """Whether nobody transfers money on an invoice: a card is charged, or the driver is paid."""
    return order.tender == "card" or order.payment_terms == "cash_on_delivery"


def _pays_after(world: World, seed: int, number: int) -> Moment:
    """After so many hours and some minutes; where it is a matter of minutes, within them."""
    if minutes := world.policies.payment_after_minutes:
        return between(1, minutes, seed, number, "pay") * MINUTE
    return world.policies.payment_after + between(0, 50, seed, number, "pay") * MINUTE


def _transfers_first(order: Order) -> bool:
    return order.payment_terms == "prepay" and order.tender == "transfer"


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
            ReceiveTransfer(order.customer_id, due, remark, order.currency),
        )


def pays_for(envelope: Envelope, order_number: str) -> bool:
    """Whether this is the customer's money for an order: nobody pays for what was called off."""
    command = envelope.command
    return isinstance(command, ReceiveTransfer) and command.remark.split()[0] == order_number


def _bank_notice(entry: Recorded, world: World) -> Envelope:
    event = entry.event
    said = words(world.company.locale)
    company = world.customers[event.customer_id].company
    money = amount_in_words(event.amount, named(world, event.currency))
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


def _another_day(order: Order, entry: Recorded) -> bool:
    """Whether a line was just promised first for a day that no other line has."""
    day, number = entry.event.promised_delivery_date, entry.event.line_number
    return order.promised_delivery_date != day and all(
        line.first_promise == day
        if line.line_number == number
        else line.promised_delivery_date != day
        for line in order.lines
    )


def _complaint(
    entry: Recorded, world: World, number: str, seed: int, day: date | None = None
) -> Envelope:
    at, command = complaint_about(world, number, entry.number, seed, day)
    customer = world.customers[world.orders[number].customer_id]
    wait = max(at - entry.at, 0)
    return _later(entry, "complaint", "customer", customer.contact, wait, command)


def complaint_about(
    world: World, number: str, cause: int, seed: int, day: date | None = None
) -> tuple[Moment, ReceiveComplaint]:
    """What they will write on the morning after the promised day, unless it is there by then.

    Lines that were promised for another day than the order have their own morning.
    """
    order = world.orders[number]
    promised = day or order.promised_delivery_date
    assert promised is not None
    said = words(world.company.locale)
    customer = world.customers[order.customer_id]
    minutes = between(0, 90, seed, cause, "complaint")
    at = moment_of(promised, hour=9) + DAY + minutes * MINUTE
    return at, ReceiveComplaint(
        order_number=number,
        reason="late_delivery",
        subject=said["complaint_subject"].format(order_number=number),
        text=said["complaint_body"].format(
            po_number=order.customer_po_number,
            promised=day_in_words(promised, world.company.locale),
            contact=customer.contact,
        ),
    )


def _survey(entry: Recorded, world: World, order: Order, wait: int) -> Envelope:
    customer = world.customers[order.customer_id]
    answer = survey_answer(world, order, entry.at + wait)
    return _later(entry, "survey", "customer", customer.contact, wait, answer)


def survey_answer(world: World, order: Order, at: Moment) -> AnswerSurvey:
    """What the customer says of an order when they are asked at that moment."""
    score = satisfaction(order, at)
    mood = "good" if score > 3 else "fair" if score == 3 else "poor"
    return AnswerSurvey(order.order_number, score, words(world.company.locale)[f"survey_{mood}"])


def satisfaction(order: Order, at: Moment) -> int:
    """What an order was like for its customer, from 5 down to 1, from facts alone.

    Late costs two points, one if they were told of each day that was missed; not to hear that it
    is on its way costs one; a complaint that was not answered in time costs two; goods that were
    not right cost one.
    """
    score = 5
    missed = _missed(order, at)
    if missed:
        score -= 1 if all(knows_of_delay(order, day) for day in missed) else 2
    if "order_shipped" not in order.notices:
        score -= 1
    if any(complaint.late(at) for complaint in order.complaints):
        score -= 2
    if any(back.reason not in OWN_CHOICE for back in order.returns):
        score -= 1
    return max(score, 1)


def _missed(order: Order, at: Moment) -> set[date]:
    """The promised days beyond which they had to wait."""
    if order.split_dates:
        days = {
            order.promise_of(line)
            for line in order.lines
            if line.live and came_late(order, line, order.promise_of(line), at)
        }
        return {day for day in days if day is not None}
    promised = order.promised_delivery_date
    late = promised is not None and day_of(order.delivered_at or at) > promised
    return {promised} if promised is not None and late else set()


def _waits_for_nothing(order: Order, at: Moment) -> bool:
    """Whether everything is there, or all of it that was promised for the days before."""
    missing = [line for line in order.lines if line.delivered < line.live]
    if order.split_dates:
        return not any(came_late(order, line, order.promise_of(line), at) for line in missing)
    return not missing


def rethought(envelope: Envelope, order: Order, world: World) -> Envelope | None:
    """What a customer means to say about an order, after one more thing has happened to it."""
    command = envelope.command
    if getattr(command, "order_number", "") != order.order_number:
        return envelope
    if isinstance(command, AnswerSurvey):
        answer = survey_answer(world, order, envelope.at)
        return envelope if answer == command else msgspec.structs.replace(envelope, command=answer)
    if isinstance(command, ReceiveComplaint) and command.reason == "late_delivery":
        there = _waits_for_nothing(order, envelope.at)
        told = knows_of_delay(order, day_of(envelope.at - DAY))
        return None if there or order.called_off or told else envelope
    return envelope


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
