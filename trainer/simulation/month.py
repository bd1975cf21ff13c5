"""The what-if month: the orders of a month lived with other measures, the demand the same.

A month is real commands, each accepted by the engine. Orders come in as they came; desks with
people at them enter, check, book and pack; the shelf is filled up to a level every evening;
carriers bring the parcels, and customers say what it was like. What chance decides it decides by
the order's place in the month, so two months differ in their measures alone. No measures make the
month as it was: the opening world of a scenario with a month is the one that is lived without any.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Generator
from datetime import timedelta
from heapq import heappop, heappush
from typing import Final, Literal, NamedTuple, get_args

import msgspec

from trainer.orders.clock import AdvanceClock
from trainer.orders.currencies import known_tariff
from trainer.orders.engine import Command, Envelope, Recorded, Role, handle
from trainer.orders.feedback import AnswerComplaint
from trainer.orders.intake import (
    AddLine,
    CheckOrder,
    ConfirmOrder,
    CreateDraft,
    SubmitOrder,
    default_promise,
)
from trainer.orders.payment import IssueRefund, ReceiveTransfer, RecordPayment, refundable
from trainer.orders.purchasing import PlaceReplenishment, ReceiveReplenishment
from trainer.orders.refusals import Refusal
from trainer.orders.returns import (
    AuthoriseReturn,
    DeliverReturn,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
)
from trainer.orders.service import NotifyCustomer
from trainer.orders.settlement import CompleteOrder, IssueInvoice
from trainer.orders.shipping import (
    LabelPackage,
    PackPackage,
    PickPackage,
    ScanPackage,
    ShipPackage,
    to_pick,
    weight_of,
)
from trainer.orders.stock import Allocate, AllocationRow, ReceiveStock
from trainer.orders.values import DAY, HOUR, MINUTE, Minor, Moment, day_of, moment_of
from trainer.orders.world import Carrier, Disposition, Order, RequestLine, ReturnRow, World
from trainer.simulation.chance import between
from trainer.simulation.customers import complaint_about, survey_answer
from trainer.simulation.queues import Desk, at_work
from trainer.simulation.words import words

Stage = Literal["entry", "checking", "booking", "packing"]
"""The desks at which an order waits for a person."""
Measure = Literal[
    "entry", "checking", "booking", "packing",
    "enter_by_rule", "check_by_rule", "book_by_rule", "tell_by_rule",
    "more_of_fast", "more_of_slow", "quick_supplier",
    "fast_carrier", "cheap_carrier", "careful_carrier",
]  # fmt: skip
"""What can be changed; a desk's name means one more person at it."""
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
CARRIERS: Final[tuple[Measure, ...]] = ("fast_carrier", "cheap_carrier", "careful_carrier")
"""Of these at most one: a parcel goes with one carrier."""
MOST: Final = 3
"""People that can be added to one desk."""

Mix = dict[Measure, int]
"""The measures that are chosen: how many more people, or 1."""

_BY_RULE: Final[dict[Stage, Measure]] = {
    "entry": "enter_by_rule",
    "checking": "check_by_rule",
    "booking": "book_by_rule",
}


class House(msgspec.Struct, frozen=True):
    """How the company works as it is: people at each desk, minutes per order, days on the shelf."""

    days: int = 28
    staff: dict[Stage, int] = {}
    minutes: dict[Stage, int] = {}
    """For an order of two lines; each line more or less is a fifth of it."""
    cover: int = 9
    """So many days' demand lies on the shelf, if the supplier has just been there."""


class Wish(NamedTuple):
    """An order as its customer sends it."""

    at: Moment
    customer_id: str
    customer_po_number: str
    requested: int
    """The day they want it, as the days after the day it comes in."""
    carrier_code: str
    lines: tuple[RequestLine, ...]


def most(measure: Measure) -> int:
    """How often a measure can be taken."""
    return MOST if measure in STAGES else 1


def clash(mix: Mix) -> bool:
    """Whether these cannot be taken together."""
    return sum(name in CARRIERS for name in mix) > 1


def demand(world: World) -> tuple[Wish, ...]:
    """What customers ordered in the month that a world looks back on, in the order it came."""
    return tuple(
        Wish(
            order.created_at,
            order.customer_id,
            order.customer_po_number,
            (order.requested_delivery_date - day_of(order.created_at)).days,
            order.carrier_code,
            tuple(RequestLine(sku=line.sku, quantity=line.ordered) for line in order.lines),
        )
        for order in (world.orders[world.sequence[n]] for n in sorted(world.sequence))
        if order.requested_delivery_date
    )


def lived_again(world: World, house: House, mix: Mix, seed: int) -> World:
    """The month a world looks back on, with these measures, up to the same morning."""
    wishes = demand(world)
    began = msgspec.structs.replace(
        World(company=world.company, now=moment_of(day_of(world.now) - timedelta(house.days))),
        products=world.products,
        customers=world.customers,
        carriers=world.carriers,
        warehouses=world.warehouses,
        suppliers=world.suppliers,
    )
    return live(began, wishes, house, mix, seed, world.now)


def live(
    world: World, wishes: tuple[Wish, ...], house: House, mix: Mix, seed: int, until: Moment
) -> World:
    """A month from an empty order book on, up to a moment."""
    floor = _Floor(world, wishes, house, mix, seed)
    floor.live(until)
    return floor.world


def levels(world: World, wishes: tuple[Wish, ...], house: House, mix: Mix) -> dict[str, int]:
    """Up to how many units of each product the shelf is filled.

    Twice as many with more on the shelf; fast are the products of most order lines, which make up
    six of ten lines together.
    """
    units: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    for line in (line for wish in wishes for line in wish.lines):
        units[line.sku] += line.quantity
        lines[line.sku] += 1
    found, passed = {}, 0
    for sku in sorted(world.products, key=lambda sku: (-lines[sku], sku)):
        measure: Measure = "more_of_fast" if 10 * passed < 6 * lines.total() else "more_of_slow"
        passed += lines[sku]
        pack = world.products[sku].pack_size
        packs = max(-(-units[sku] * house.cover // (house.days * pack)), 1)
        found[sku] = packs * pack * (2 if mix.get(measure) else 1)
    return found


def on_the_shelf(world: World, house: House, mix: Mix) -> Minor:
    """What the full shelf is worth at list prices: capital that is bound there."""
    full = levels(world, demand(world), house, mix)
    return sum(world.products[sku].unit_price * units for sku, units in full.items())


_Life = Generator[Moment | str, None, None]
"""Something that goes on: it yields when, or the number of the order whose goods wake it."""


class Stuck(Exception):
    """A command of the month was refused: the story is wrong."""


class _Floor:
    """The company while the month is lived: its world, its desks and its shelf."""

    def __init__(
        self, world: World, wishes: tuple[Wish, ...], house: House, mix: Mix, seed: int
    ) -> None:
        self.world = world
        self.now = world.now
        self.mix = mix
        self.seed = seed
        self.minutes = house.minutes
        self.warehouse = min(world.warehouses)
        self.levels = levels(world, wishes, house, mix)
        self._wishes = wishes
        self._desks = {
            stage: Desk(house.staff.get(stage, 1) + mix.get(stage, 0)) for stage in STAGES
        }
        self._queue: list[tuple[Moment, int, _Life]] = []
        self._lives = 0
        self._commands = 0
        self._wanting: dict[str, deque[tuple[str, int, int]]] = defaultdict(deque)
        self._missing: Counter[str] = Counter()
        self._asleep: dict[str, _Life] = {}

    # --- going on

    def begin(self, life: _Life, at: Moment) -> None:
        """Let something go on from a moment on."""
        self._lives += 1
        heappush(self._queue, (at, self._lives, life))

    def live(self, until: Moment) -> None:
        """Let everything go on, whoever is first, and close the books then."""
        for sku, units in sorted(self.levels.items()):
            self.do(ReceiveStock(sku=sku, warehouse=self.warehouse, quantity=units), "system")
        for place, wish in enumerate(self._wishes):
            self.begin(_order(self, wish, place), wish.at)
        self.begin(_evenings(self), moment_of(day_of(self.now), hour=17))
        while self._queue and self._queue[0][0] <= until:
            at, _, life = heappop(self._queue)
            self.now = max(self.now, at)
            self._go_on(life)
        self.now = until
        self.do(AdvanceClock(to=until), "system")
        self.world = msgspec.structs.replace(self.world, number=0)

    def _go_on(self, life: _Life) -> None:
        until = next(life, None)
        if isinstance(until, str):
            self._asleep[until] = life
        elif until is not None:
            self.begin(life, max(until, self.now))

    def do(self, command: Command, role: Role = "clerk", actor: str = "") -> list[Recorded]:
        """Play a command now. Raises Stuck if the engine refuses it."""
        self._commands += 1
        answer = handle(
            self.world,
            Envelope(
                command_id=f"month:{self._commands}",
                actor=actor or role,
                role=role,
                at=self.now,
                command=command,
            ),
        )
        if isinstance(answer, Refusal):
            raise Stuck(f"{command} was refused: {answer}")
        self.world, recorded = answer
        return recorded

    # --- people

    def at_desk(self, stage: Stage, order: Order) -> Moment:
        """When an order has passed a desk that it comes to now; a rule takes a minute, day and
        night.
        """
        rule = _BY_RULE.get(stage)
        if rule and self.mix.get(rule):
            return self.now + MINUTE
        minutes = self.minutes.get(stage, 10) * (3 + len(order.lines)) // 5
        return self._desks[stage].done(self.now, minutes)

    # --- goods

    def want(self, number: str) -> None:
        """An order that was promised stands in line for each of its products."""
        for line in self.world.orders[number].lines:
            self._wanting[line.sku].append((number, line.line_number, line.ordered))
            self._missing[number] += 1
            self.hand_out(line.sku)

    def waits(self, number: str) -> bool:
        """Whether goods are still missing for an order."""
        return self._missing[number] > 0

    def hand_out(self, sku: str) -> None:
        """Set aside what lies there, first come, first served."""
        line = self._wanting[sku]
        while line and line[0][2] <= self.world.level(sku, self.warehouse).available:
            number, line_number, quantity = line.popleft()
            rows = (AllocationRow(line_number, self.warehouse, quantity),)
            self.do(Allocate(order_number=number, rows=rows))
            self._missing[number] -= 1
            if not self.waits(number) and number in self._asleep:
                self.begin(self._asleep.pop(number), self.now)

    def short(self, sku: str) -> int:
        """How many units are missing to the full shelf, once those who wait are served."""
        wanted = sum(quantity for _, _, quantity in self._wanting[sku])
        coming = sum(bought.left for bought in self.world.on_order(sku))
        here = self.world.level(sku, self.warehouse).available
        return self.levels[sku] + wanted - here - coming

    # --- carriers

    def carrier(self, order: Order, grams: int) -> Carrier:
        """Who takes a parcel: whom the customer asked for, unless a measure says otherwise.

        A careful carrier is the customer's own, under a contract that pays for punctuality.
        """
        wished = self.world.carriers[order.carrier_code]
        able = [each for each in self.world.carriers.values() if each.max_weight >= grams]
        if self.mix.get("fast_carrier"):
            return min(able, key=lambda each: (each.transit_days, each.carrier_code))
        if self.mix.get("cheap_carrier"):
            quick = [each for each in able if each.transit_days < 10]  # no parcel by sea
            return min(quick, key=lambda each: (known_tariff(each, ""), each.carrier_code))
        return wished

    def happens(self, percent: int, place: int, what: str) -> bool:
        """Whether a parcel meets with something; under a careful contract a quarter as often."""
        careful = self.mix.get("careful_carrier")
        return between(1, 400, self.seed, place, what) <= percent * (1 if careful else 4)


# --- lives ------------------------------------------------------------------------------------


def _order(floor: _Floor, wish: Wish, place: int) -> _Life:
    """One order, from the shop to the door and what its customer says about it."""
    number = _drafted(floor, wish)
    yield floor.at_desk("entry", floor.world.orders[number])
    floor.do(SubmitOrder(order_number=number))
    yield floor.at_desk("checking", floor.world.orders[number])
    floor.do(CheckOrder(order_number=number))
    order = floor.world.orders[number]
    promise = default_promise(floor.world, order)
    floor.do(ConfirmOrder(order_number=number, promised_delivery_date=promise))
    floor.begin(_worry(floor, number, place), moment_of(promise, hour=8) + DAY)
    floor.want(number)
    if order.payment_terms == "prepay":
        yield floor.now + between(60, 1500, floor.seed, place, "pay") * MINUTE
        reference = _transferred(floor, number)
        yield floor.at_desk("booking", floor.world.orders[number])
        due = floor.world.orders[number].balance_due
        floor.do(RecordPayment(order_number=number, reference=reference, amount=due))
    if floor.waits(number):
        yield number
    yield floor.at_desk("packing", floor.world.orders[number])
    carrier = _sent(floor, number)
    if floor.mix.get("tell_by_rule"):
        floor.do(NotifyCustomer(order_number=number, template="order_shipped"))
    left = floor.now
    yield left + between(2, 5, floor.seed, place, "depot") * HOUR
    _scan(floor, number, carrier, "in_transit")
    days = carrier.transit_days
    if floor.happens(carrier.late_percent, place, "late"):
        days += between(2, 4, floor.seed, place, "how late")
    door = moment_of(day_of(left), hour=9) + days * DAY
    yield at_work(door + between(0, 420, floor.seed, place, "door") * MINUTE)
    _scan(floor, number, carrier, "out_for_delivery")
    _scan(floor, number, carrier, "delivered")
    broken = floor.happens(carrier.damaged_percent, place, "damaged")
    unwanted = between(1, 100, floor.seed, place, "returns") <= floor.world.policies.returns_percent
    if broken or unwanted:
        floor.begin(_return(floor, number, place, broken=broken), at_work(floor.now + HOUR))
    yield floor.now + DAY + between(0, 8, floor.seed, place, "survey") * HOUR
    customer = floor.world.customers[wish.customer_id]
    answer = survey_answer(floor.world, floor.world.orders[number], floor.now)
    floor.do(answer, "customer", customer.contact)
    if order.payment_terms == "prepay" and not (broken or unwanted):
        floor.do(CompleteOrder(order_number=number))


def _drafted(floor: _Floor, wish: Wish) -> str:
    """The shop takes it down as the customer typed it; a person looks at it later."""
    created = floor.do(
        CreateDraft(
            customer_id=wish.customer_id,
            customer_po_number=wish.customer_po_number,
            requested_delivery_date=day_of(wish.at) + timedelta(days=wish.requested),
            carrier_code=wish.carrier_code,
        ),
        "system",
    )
    number: str = created[0].event.order_number
    for line in wish.lines:
        floor.do(AddLine(order_number=number, sku=line.sku, quantity=line.quantity), "system")
    return number


def _transferred(floor: _Floor, number: str) -> str:
    order = floor.world.orders[number]
    received = floor.do(
        ReceiveTransfer(
            order.customer_id, order.balance_due, f"{number} / {order.customer_po_number}"
        ),
        "bank",
        floor.world.customers[order.customer_id].company,
    )
    reference: str = received[0].event.reference
    return reference


def _sent(floor: _Floor, number: str) -> Carrier:
    order = floor.world.orders[number]
    rows = to_pick(order, floor.warehouse)
    floor.do(PickPackage(order_number=number, warehouse=floor.warehouse, rows=rows))
    order = floor.world.orders[number]
    package = order.packages[-1]
    grams = weight_of(floor.world, order, package)
    carrier = floor.carrier(order, grams)
    place = package.package_number
    for command in (
        PackPackage(order_number=number, package_number=place, weight=grams),
        LabelPackage(order_number=number, package_number=place, carrier_code=carrier.carrier_code),
        ShipPackage(order_number=number, package_number=place),
        IssueInvoice(order_number=number),
    ):
        floor.do(command)
    return carrier


def _scan(
    floor: _Floor,
    number: str,
    carrier: Carrier,
    tracking: Literal["in_transit", "out_for_delivery", "delivered"],
) -> None:
    scan = ScanPackage(order_number=number, package_number=1, tracking=tracking)
    floor.do(scan, "carrier", carrier.name)


def _worry(floor: _Floor, number: str, place: int) -> _Life:
    """The morning after the promised day we may say that it is late; else they ask."""
    if floor.mix.get("tell_by_rule") and not _there(floor.world.orders[number]):
        floor.do(AdvanceClock(to=floor.now), "system")  # the engine asks which day it is
        floor.do(NotifyCustomer(order_number=number, template="order_delayed"))
    at, command = complaint_about(floor.world, number, place, floor.seed)
    yield at
    order = floor.world.orders[number]
    if _there(order) or "order_delayed" in order.notices:
        return
    contact = floor.world.customers[order.customer_id].contact
    floor.do(command, "customer", contact)
    yield at_work(floor.now + 4 * HOUR)
    complaint = floor.world.orders[number].complaints[-1].complaint_number
    said = words(floor.world.company.locale)["month_sorry"]
    floor.do(AnswerComplaint(number, complaint, "apology", said))


def _there(order: Order) -> bool:
    return all(line.delivered == line.ordered for line in order.lines)


def _return(floor: _Floor, number: str, place: int, *, broken: bool) -> _Life:
    """A line that comes back, because it broke on its way or because nobody needs it any more.

    None of it goes back on the shelf: what lies there depends on demand and suppliers alone, so
    that quicker packing brings no work forward that somebody else then waits behind.
    """
    line = floor.world.orders[number].lines[0]
    rows = (ReturnRow(line.line_number, line.delivered),)
    asked = floor.do(
        RequestReturn(number, rows, "damaged_in_transit" if broken else "changed_mind")
    )
    rma: str = asked[0].event.rma_number
    yield at_work(floor.now + 2 * HOUR)
    floor.do(AuthoriseReturn(number, rma, "carrier" if broken else "customer"))
    yield at_work(floor.now + between(2, 4, floor.seed, place, "back") * DAY)
    floor.do(DeliverReturn(number, rma), "customer")
    yield at_work(floor.now + 3 * HOUR)
    floor.do(ReceiveReturn(number, rma, rows))
    disposition: Disposition = "scrap" if broken else "return_to_vendor"
    floor.do(InspectReturn(number, rma, line.line_number, line.delivered, disposition))
    owed = refundable(floor.world.orders[number])
    if owed:
        floor.do(IssueRefund(order_number=number, amount=owed, reason=rma))


def _evenings(floor: _Floor) -> _Life:
    """Every working day at five the shelf is counted, and what is missing is ordered."""
    while True:
        if day_of(floor.now).weekday() < 5:
            for sku in sorted(floor.levels):
                short = floor.short(sku)
                if short > 0:
                    _ordered(floor, sku, short)
        yield floor.now + DAY


def _ordered(floor: _Floor, sku: str, quantity: int) -> None:
    quick = bool(floor.mix.get("quick_supplier"))
    suppliers = sorted(
        floor.world.suppliers.values(), key=lambda each: (each.lead_time, each.supplier_id)
    )
    supplier = suppliers[0 if quick else -1]
    placed = floor.do(PlaceReplenishment(supplier.supplier_id, sku, quantity, floor.warehouse))
    number: str = placed[0].event.replenishment_number
    due = moment_of(day_of(floor.now), hour=8) + supplier.lead_time * DAY
    floor.begin(_arrival(floor, number, sku, quantity, due), floor.now)


def _arrival(floor: _Floor, number: str, sku: str, quantity: int, due: Moment) -> _Life:
    yield due
    floor.do(ReceiveReplenishment(number, quantity), "system")
    floor.hand_out(sku)
