"""Cash on delivery: the carrier takes the money at the door, and passes it on less its fee.

Until a payout of the carrier is booked its cash is a promise: the customer has paid, and we have
nothing. What the carrier sends has to be what it collected less what it may keep.
"""

from typing import ClassVar

import msgspec

from trainer.orders.engine import (
    Answer,
    Command,
    Envelope,
    Event,
    OrderEvent,
    Role,
    changed,
    decides,
    evolves,
)
from trainer.orders.refusals import Refusal
from trainer.orders.values import Minor, Moment, half_up, telescoped
from trainer.orders.world import Carrier, Order, Package, Payment, Payout, PayoutRow, World

# --- commands ---------------------------------------------------------------------------------


class PayOutCash(Command, frozen=True):
    """The carrier sends what it has collected for us in one currency, less its fees."""

    roles: ClassVar[frozenset[Role]] = frozenset({"carrier", "system"})
    carrier_code: str
    currency: str = ""
    """ISO 4217; empty for the company's own."""
    fees_twice: bool = False
    """Whether it takes its fees off a second time, by mistake."""


class ClaimShortfall(Command, frozen=True):
    """Tell the carrier how much its payout lacks."""

    payout_number: str
    amount: Minor


class PayShortfall(Command, frozen=True):
    """The carrier sends what its payout lacked."""

    roles: ClassVar[frozenset[Role]] = frozenset({"carrier", "system"})
    payout_number: str


class BookPayout(Command, frozen=True):
    """Book a carrier's payout: the cash of all its parcels has arrived."""

    payout_number: str


# --- events -----------------------------------------------------------------------------------


class CashCollected(OrderEvent, frozen=True):
    """Paid at the door; the money is with the carrier."""

    says = "{amount} collected at the door for parcel {package_number} of {order_number}"
    package_number: int
    amount: Minor


class PayoutReceived(Event, frozen=True):
    """A carrier's money is at the bank, with the list of the parcels it is for."""

    says = "{carrier_code} paid out {amount} of collected cash ({payout_number})"
    payout_number: str
    carrier_code: str
    rows: tuple[PayoutRow, ...]
    amount: Minor
    currency: str = ""


class ShortfallClaimed(Event, frozen=True):
    """The carrier knows that money is missing."""

    says = "{payout_number}: {amount} asked for that the carrier still owes"
    payout_number: str
    amount: Minor


class ShortfallPaid(Event, frozen=True):
    """The rest has come."""

    says = "{payout_number}: the carrier sent the missing {amount}"
    payout_number: str
    amount: Minor


class PayoutBooked(Event, frozen=True):
    """List and money agree."""

    says = "Payout {payout_number} booked"
    payout_number: str


class CashBanked(OrderEvent, frozen=True):
    """What was collected for a parcel is ours now."""

    says = "Cash of parcel {package_number} of {order_number} booked with {payout_number}"
    package_number: int
    payout_number: str


# --- refusals ---------------------------------------------------------------------------------


class CarrierDoesNotCollect(Refusal, frozen=True):
    """Whoever hands goods over without the money gives them away."""

    says = "{carrier_code} does not collect cash, and order {order_number} is paid at the door."
    sums = "to collect {due} = total {total} − credit {credit} − received {received}; must be 0"
    cure = "Label the parcel with a carrier that collects cash on delivery."
    carrier_code: str
    order_number: str
    due: Minor
    total: Minor
    credit: Minor
    received: Minor


class NothingCollected(Refusal, frozen=True):
    """A carrier pays out what it has."""

    says = "{carrier_code} holds no cash of ours."
    cure = "Wait until the carrier has handed over a parcel that is paid at the door."
    carrier_code: str


class UnknownPayout(Refusal, frozen=True):
    """There is no such payout."""

    says = "There is no payout {payout_number}."
    cure = "Look at the payouts on the page of an order that is paid at the door."
    payout_number: str


class AlreadyBooked(Refusal, frozen=True):
    """The same money is not booked twice."""

    says = "Payout {payout_number} is booked already."
    cure = "Settle its orders, if they are completed."
    payout_number: str


class PayoutShort(Refusal, frozen=True):
    """A payout that lacks something is not booked as if it were whole."""

    says = "Payout {payout_number} is {short} short."
    sums = "short {short} = collected {collected} − fees {fees} − received {received}; must be 0"
    cure = "Claim the missing {short} from the carrier, and book the payout once it has come."
    payout_number: str
    collected: Minor
    fees: Minor
    received: Minor
    short: Minor
    currency: str = ""


class ShortfallDiffers(Refusal, frozen=True):
    """Only what is really missing can be claimed."""

    says = "{requested} is not what payout {payout_number} lacks."
    sums = (
        "missing = collected {collected} − fees {fees} − received {received}; you asked {requested}"
    )
    cure = "Add up the parcels on the carrier's list, less its fees, and take off what has come."
    payout_number: str
    collected: Minor
    fees: Minor
    received: Minor
    requested: Minor
    currency: str = ""


class AlreadyClaimed(Refusal, frozen=True):
    """Asking twice brings nothing sooner."""

    says = "What payout {payout_number} lacks has been claimed; the carrier has still to answer."
    cure = "Advance the clock until the carrier has paid."
    payout_number: str


class NothingClaimed(Refusal, frozen=True):
    """A carrier sends more only if it was asked to."""

    says = "Nothing is claimed on payout {payout_number}."
    cure = "Book what came, or claim what is missing first."
    payout_number: str


class CashWithCarrier(Refusal, frozen=True):
    """An order is not settled while its money lies with somebody else."""

    says = "{amount} of order {order_number} is still with the carrier."
    sums = "collected {collected} − booked {booked} = {amount}; must be 0"
    cure = "Book the carrier's payout first."
    order_number: str
    collected: Minor
    booked: Minor
    amount: Minor


# --- helpers ------------------------------------------------------------------------------------


def to_collect(order: Order, package: Package) -> Minor:
    """What the carrier has to ask for at the door: the goods inside, and with the last the rest."""
    if order.payment_terms != "cash_on_delivery":
        return 0
    units: dict[int, int] = {}
    for row in package.rows:
        units[row.line_number] = units.get(row.line_number, 0) + row.quantity
    worth, last = 0, True
    for line in order.lines:
        shipped = line.shipped + units.get(line.line_number, 0)
        worth += telescoped(line.gross, shipped, line.ordered)
        worth -= telescoped(line.gross, line.shipped, line.ordered)
        last = last and shipped >= line.live
    return max(order.payable if last else min(worth, order.payable), 0)


def not_collecting(order: Order, package: Package, carrier: Carrier) -> Refusal | None:
    """What stands in the way of handing a parcel to a carrier that has to bring money back."""
    if carrier.collects or not to_collect(order, package):
        return None
    return CarrierDoesNotCollect(
        carrier_code=carrier.carrier_code,
        order_number=order.order_number,
        due=order.payable,
        total=order.total,
        credit=order.credit,
        received=order.covered,
    )


def fee_for(carrier: Carrier, amount: Minor) -> Minor:
    """What a carrier keeps of an amount it collected, rounded half up."""
    return half_up(amount * carrier.collection_fee, 1000)


def with_carriers(order: Order) -> CashWithCarrier | None:
    """The refusal if cash of an order has not reached us yet."""
    collected = sum(package.collected for package in order.packages)
    booked = sum(package.collected for package in order.packages if package.payout_number)
    if collected == booked:
        return None
    return CashWithCarrier(order.order_number, collected, booked, collected - booked)


def payouts_of(world: World, order: Order) -> tuple[Payout, ...]:
    """The payouts that list a parcel of an order, oldest first."""
    if order.payment_terms != "cash_on_delivery":
        return ()
    return tuple(
        payout
        for _, payout in sorted(world.payouts.items())
        if any(row.order_number == order.order_number for row in payout.rows)
    )


def short(payout: Payout) -> Minor:
    """What a payout lacks."""
    return payout.collected - payout.fees - payout.received


# --- deciding ---------------------------------------------------------------------------------


@decides(PayOutCash)
def pay_out_cash(world: World, command: PayOutCash, by: Envelope) -> Answer:
    """Everything the carrier holds, each parcel with its fee."""
    held = world.cash_out.get((command.carrier_code, command.currency), ())
    if not held:
        return NothingCollected(carrier_code=command.carrier_code)
    carrier = world.carriers[command.carrier_code]
    rows = []
    for order_number, package_number in held:
        package = world.orders[order_number].package(package_number)
        assert package is not None
        fee = fee_for(carrier, package.collected)
        rows.append(PayoutRow(order_number, package_number, package.collected, fee))
    fees = sum(row.fee for row in rows)
    amount = sum(row.amount for row in rows) - fees
    return (
        PayoutReceived(
            payout_number=f"CP-{world.next_number('payout'):05d}",
            carrier_code=command.carrier_code,
            rows=tuple(rows),
            amount=max(amount - fees, 0) if command.fees_twice else amount,
            currency=command.currency,
        ),
    )


def _open(world: World, payout_number: str) -> Payout | Refusal:
    payout = world.payouts.get(payout_number)
    if payout is None:
        return UnknownPayout(payout_number=payout_number)
    return AlreadyBooked(payout_number=payout_number) if payout.booked else payout


@decides(ClaimShortfall)
def claim_shortfall(world: World, command: ClaimShortfall, by: Envelope) -> Answer:
    """Once, and to the cent what is missing."""
    payout = _open(world, command.payout_number)
    if isinstance(payout, Refusal):
        return payout
    if payout.claimed:
        return AlreadyClaimed(payout_number=payout.payout_number)
    if command.amount <= 0 or command.amount != short(payout):
        return ShortfallDiffers(
            payout_number=payout.payout_number,
            collected=payout.collected,
            fees=payout.fees,
            received=payout.received,
            requested=command.amount,
            currency=payout.currency,
        )
    return (ShortfallClaimed(payout_number=payout.payout_number, amount=command.amount),)


@decides(PayShortfall)
def pay_shortfall(world: World, command: PayShortfall, by: Envelope) -> Answer:
    """What was claimed, once."""
    payout = _open(world, command.payout_number)
    if isinstance(payout, Refusal):
        return payout
    if not payout.claimed or not short(payout):
        return NothingClaimed(payout_number=payout.payout_number)
    return (ShortfallPaid(payout_number=payout.payout_number, amount=payout.claimed),)


@decides(BookPayout)
def book_payout(world: World, command: BookPayout, by: Envelope) -> Answer:
    """Only what has come in full."""
    payout = _open(world, command.payout_number)
    if isinstance(payout, Refusal):
        return payout
    if short(payout):
        return PayoutShort(
            payout_number=payout.payout_number,
            collected=payout.collected,
            fees=payout.fees,
            received=payout.received,
            short=short(payout),
            currency=payout.currency,
        )
    return (
        PayoutBooked(payout_number=payout.payout_number),
        *(
            CashBanked(row.order_number, row.package_number, payout.payout_number)
            for row in payout.rows
        ),
    )


# --- evolving ---------------------------------------------------------------------------------


@evolves(CashCollected)
def cash_collected(world: World, order: Order, event: CashCollected, at: Moment) -> World:
    """The customer owes less, and the carrier owes us more."""
    package = order.package(event.package_number)
    assert package is not None
    world = world.with_order(
        changed(
            order,
            packages=order.packages_with(package.package_number, collected=event.amount),
            captured=order.captured + event.amount,
            payments=(
                *order.payments,
                Payment(package.tracking_number, event.amount, at, "cash"),
            ),
        )
    )
    holder = package.carrier_code, order.currency
    parcel = order.order_number, package.package_number
    held = tuple(sorted((*world.cash_out.get(holder, ()), parcel)))
    return msgspec.structs.replace(world, cash_out=world.cash_out.set(holder, held))


@evolves(PayoutReceived)
def payout_received(world: World, event: PayoutReceived, at: Moment) -> World:
    """At the bank and not booked; the carrier holds nothing of it any more."""
    payout = Payout(
        payout_number=event.payout_number,
        carrier_code=event.carrier_code,
        rows=event.rows,
        received=event.amount,
        received_at=at,
        currency=event.currency,
    )
    return msgspec.structs.replace(
        world,
        payouts=world.payouts.set(payout.payout_number, payout),
        cash_out=world.cash_out.delete((event.carrier_code, event.currency)),
        counters=world.counters.set("payout", world.next_number("payout")),
    )


@evolves(ShortfallClaimed)
def shortfall_claimed(world: World, event: ShortfallClaimed, at: Moment) -> World:
    """The carrier has been asked."""
    return _changed(world, event.payout_number, claimed=event.amount)


@evolves(ShortfallPaid)
def shortfall_paid(world: World, event: ShortfallPaid, at: Moment) -> World:
    """Whole now."""
    received = world.payouts[event.payout_number].received
    return _changed(world, event.payout_number, received=received + event.amount)


@evolves(PayoutBooked)
def payout_booked(world: World, event: PayoutBooked, at: Moment) -> World:
    """Done with."""
    return _changed(world, event.payout_number, booked=True)


@evolves(CashBanked)
def cash_banked(world: World, order: Order, event: CashBanked, at: Moment) -> World:
    """The parcel's money is ours."""
    packages = order.packages_with(event.package_number, payout_number=event.payout_number)
    return world.with_order(changed(order, packages=packages))


def _changed(world: World, payout_number: str, **changes: object) -> World:
    payout = msgspec.structs.replace(world.payouts[payout_number], **changes)
    return msgspec.structs.replace(world, payouts=world.payouts.set(payout_number, payout))
