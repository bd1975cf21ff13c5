"""A walk through the engine that knows the state and likes its edges.

Each step picks a kind of command, an order at a stage where it nearly fits, and a quantity at the
edge of what is allowed. A uniform walk hardly ever reaches the end of an order's life.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final, TypeVar, get_args

import msgspec

from tests.builders import ARMCHAIR, HOME, LAMP, LYNX, OTTER, abroad
from tests.orders import proposals, rules
from tests.orders.way import next_step
from trainer.orders.automation import RuleRefused
from trainer.orders.clock import AdvanceClock
from trainer.orders.desks import desks_of
from trainer.orders.echoes import echo
from trainer.orders.engine import (
    Command,
    Envelope,
    OrderEvent,
    Recorded,
    Role,
    decide,
    evolve,
    record,
)
from trainer.orders.hand_overs import TakeDesk
from trainer.orders.intake import ConfirmOrder, ReceiveMessage
from trainer.orders.invariants import violations
from trainer.orders.refusals import Refusal, snake_case
from trainer.orders.settlement import clawback_to_note, repairs_to_invoice
from trainer.orders.shipping import ScanPackage
from trainer.orders.values import HOUR, day_of
from trainer.orders.world import (
    Customer,
    Hunt,
    Limit,
    Lot,
    Order,
    Promotion,
    Tracking,
    World,
    wanting,
)

T = TypeVar("T")

ROLES: Final[tuple[Role, ...]] = ("clerk", "supervisor", "customer", "carrier", "bank", "system")
UNDER_WAY: Final = ("draft", "submitted", "confirmed")
NOBODYS: Final = Order(order_number="SO-0", sequence=0, customer_id=OTTER, created_at=0)
"""The order that is not there."""


RARE: Final = {
    "issue_refund": 2, "answer_refund": 6, "retry_refund": 6, "query_refund": 6, "ask_approval": 6,
    "approve_refund": 10,
    "reallocate": 14,
    "answer_authorisation": 6, "query_authorisation": 16, "expire_authorisation": 12,
    "redeem_store_credit": 32, "expire_store_credit": 14, "capture_payment": 8,
    "release_allocation": 2, "remove_line": 2, "scan_package": 2,
    "request_return": 4, "authorise_return": 2, "reject_return": 2, "deliver_return": 4,
    "receive_return": 8, "inspect_return": 12, "ask_exception": 10, "answer_exception": 16,
    "determine_liability": 8, "close_return": 4,
    "issue_credit_note": 2,
    "finish_repair": 10, "finish_rework": 10, "clear_b_grade": 10, "create_exchange": 8,
    "receive_complaint": 4,
    "request_intercept": 4, "receive_back": 16, "write_off_package": 16, "open_claim": 2,
    "resolve_claim": 4, "finish_production": 12, "answer_survey": 4, "review_customer": 1,
    "run_rule": 4, "merge_customers": 4, "answer_complaint": 6, "ask_release": 3,
    "answer_release": 4, "decline_wish": 7, "return_transfer": 3, "answer_transfer_return": 4,
    "query_transfer_return": 6, "hand_back_task": 1,
    "report_unexpected_item": 16, "resolve_unexpected_item": 16, "pay_shortfall": 2,
}  # fmt: skip
"""What hardly ever fits is tried so many times more often."""
SELDOM: Final = (
    "add_customer_note", "add_note", "receive_message", "receive_stock", "review_customer",
    "set_credit_limit", "set_list_price", "update_customer", "open_customer", "change_currency",
    "set_tax_profile", "return_transfer", "answer_transfer_return", "query_transfer_return",
    "set_trade_terms",
)  # fmt: skip
"""What nearly always fits would take the turns of all the others."""


SUPPLY: Final = (
    "create_production", "release_production", "start_production", "report_production",
    "finish_production", "cancel_production", "cycle_count", "transfer_stock",
    "place_replenishment", "cancel_replenishment", "receive_replenishment", "fill_backorders",
    "prioritise_order", "report_production", "report_production", "finish_production",
    "finish_production", "finish_production", "finish_production",
)  # fmt: skip
"""Where goods come from: every fourth walk is about it."""
RULES: Final = (
    "write_rule", "change_rule", "switch_rule", "remove_rule", "run_rule", "expire_order",
    "correct_delivery", "reopen_order",
)  # fmt: skip
"""What the company lets its system do: only where it is about neither goods in nor after-sales."""
GATEWAY: Final = ("answer_refund", "retry_refund", "query_refund", "ask_approval", "approve_refund")
"""What the payment gateway does: not where it is about after-sales."""
CARDS: Final = (
    "authorise_payment", "answer_authorisation", "query_authorisation", "capture_payment",
    "void_authorisation", "expire_authorisation", "agree_store_credit", "redeem_store_credit",
    "expire_store_credit",
)  # fmt: skip
"""Cards and store credit: every fourth walk is about them, neither supply nor after-sales."""
MONEY: Final = (
    "advance_clock", "advance_clock", "cancel_line_quantity", "cancel_line_quantity",
    "cancel_order",
    "issue_refund", "issue_refund", "issue_refund", "query_authorisation", "void_authorisation",
    "redeem_store_credit", "redeem_store_credit", "redeem_store_credit", "record_payment",
    "capture_payment", "capture_payment", "place_hold",
    "receive_transfer", "authorise_payment", "authorise_payment", "answer_authorisation",
    "expire_authorisation", "expire_authorisation", "expire_store_credit", "redeem_store_credit",
)  # fmt: skip
"""What makes money come, go back and be asked about."""
AFTER_SALES: Final = (
    "request_return", "authorise_return", "reject_return", "deliver_return", "receive_return",
    "inspect_return", "close_return", "finish_repair", "create_exchange", "open_claim",
    "determine_liability", "ask_exception", "answer_exception", "expire_return",
    "decide_late_parcel", "finish_rework", "clear_b_grade",
    "report_unexpected_item", "resolve_unexpected_item",
    "resolve_claim", "receive_complaint", "answer_complaint", "decline_wish", "answer_survey",
)  # fmt: skip
"""What customers want afterwards: every eighth walk is about it."""
CASH: Final = ("pay_out_cash", "claim_shortfall", "pay_shortfall", "book_payout")
"""Money that carriers take at the door: some walks in which orders get far."""
FILES: Final = (
    "update_customer", "add_customer_note", "review_customer", "merge_customers", "open_customer",
    "change_currency", "set_tax_profile", "return_transfer", "answer_transfer_return",
    "query_transfer_return", "assign_task", "finish_task", "hand_back_task",
    "ask_customer", "answer_question", "decline_request", "answer_change",
    "set_trade_terms", "change_terms",
)  # fmt: skip
"""Customers' files and questions, money that belongs to nobody, and what is to do: every eighth."""

RETURNS: Final = (
    "request_return", "authorise_return", "deliver_return", "receive_return", "inspect_return",
    "inspect_return", "close_return", "receive_return", "authorise_return", "expire_return",
    "expire_return", "expire_return", "expire_return", "deliver_return", "deliver_return",
    "decide_late_parcel", "decide_late_parcel", "decide_late_parcel",
    "decide_late_parcel", "decide_late_parcel", "decide_late_parcel", "expire_return",
    "deliver_return", "deliver_return", "authorise_return", "request_return",
    "finish_rework", "finish_rework", "finish_rework", "finish_rework", "finish_repair",
    "clear_b_grade", "clear_b_grade", "clear_b_grade", "clear_b_grade", "clear_b_grade",
    "determine_liability", "determine_liability", "ask_exception", "answer_exception",
    "advance_clock", "open_claim", "resolve_claim",
)  # fmt: skip
"""A return from the first word to the last piece: where goods that come back cost."""
KIND: Final = ("credit_shipping", "give_goodwill", "ask_goodwill", "answer_goodwill")
"""Credit for which nothing comes back: where kindness has a budget."""
DISPUTES: Final = (
    "raise_chargeback", "contest_chargeback", "contest_chargeback", "accept_chargeback",
    "answer_chargeback", "answer_chargeback", "write_off_chargeback", "write_off_chargeback",
)  # fmt: skip
"""Card payments that banks take back: half of the walks about cards."""
PRICES: Final = ("change_price", "ask_price_rise", "answer_price_rise")
"""What was ordered costs another price: every sixteenth walk."""
DOCK: Final = ("deliver_replenishment", "post_goods_receipt", "send_surplus_back")
"""What suppliers bring is counted at the dock: every thirty-second walk, which is about supply."""
REMEDIES: Final = (
    "hand_over_return",
    "cancel_return",
    "ask_evidence",
    "send_evidence",
    "raise_recourse",
    "answer_recourse",
)
"""The rest of what customers want: a quarter of the walks in which goods that come back cost."""
PEOPLE: Final = ("keep_contact", "remove_contact", "make_main_contact")
"""Whom customers have beside their main contact: some of the walks about files."""
ROTATION: Final = ("hand_over", "take_desk")
"""From desk to desk: some of the walks in which the gateway acts."""
QUOTES: Final = ("quote_repair", "answer_repair_quote")
"""What a repair costs whoever broke it: half of the walks in which goods that come back cost."""
REPAIRS: Final = (
    "request_return", "authorise_return", "deliver_return", "receive_return", "inspect_return",
    "quote_repair", "quote_repair", "quote_repair", "answer_repair_quote", "answer_repair_quote",
    "finish_repair", "finish_repair", "finish_repair", "close_return", "complete_order",
)  # fmt: skip
BACK: Final = ("receive_return", "inspect_return")
"""What is done with goods that came back: often where it matters of which lot they are."""


PROMOTIONS: Final = (
    Promotion("FREE", "Free shipping", 1_000, free_shipping=True),
    *(Promotion(f"FROM-{n}", "Most of it off", 3_000 * n, percent=60) for n in range(40, 0, -1)),
    Promotion("YEN", "4,000 off", 40_000, amount=4_000, currency="JPY"),
)
"""The highest that fits comes first: whoever gives something up loses it, and pays more for it
than they are credited."""


def opening(seed: int = 0) -> World:
    """The company's first morning; money goes back by the gateway, and much only if approved.

    There is a customer who pays by card, and a colleague in the warehouse who can be given tasks;
    what cards promise and store credit are short-lived. Every thirteenth company knows its
    armchairs by serial number. Every fifth is stricter: all in one delivery, and half of these
    promise only what lies on the shelf. Every seventh sells what goes bad.
    A quarter give promotions, and an eighth pay fees for cards. Where it is about after-sales,
    invoices ask for a tax profile, and nobody has one at first.
    """
    world = abroad()
    policies = msgspec.structs.replace(
        world.policies,
        refunds="gateway",
        refund_limit=40_000,
        refund_limits=(Limit("JPY", 60_000), Limit("KWD", 120_000)),
        large_orders=(Limit("JPY", 150_000),),
        authorisation_days=1,
        store_credit_days=93,
        colleagues=("warehouse",),
    )
    if seed % 5 == 4:
        policies = msgspec.structs.replace(
            policies,
            allocation_order=("promised_date", "first_come")[seed % 2],
            sourcing="by_expiry"
            if sells_perishables(seed)
            else ("one_parcel", "nearest")[seed % 2],
            partial_shipment=False,
            backorder=bool(seed // 20 % 2),
            over_delivery_tolerance=50,
        )
    if seed % 4 == 2:
        policies = msgspec.structs.replace(policies, tax_profiles="required")
    if keeps_a_fee(seed):
        policies = msgspec.structs.replace(
            policies,
            restocking_fee_percent=15,
            goodwill_limit=1_500,
            return_excluded=("lamps",),
            return_expiry_days=2,
        )
        lamp = msgspec.structs.replace(world.products[LAMP], category="lamps")
        world = msgspec.structs.replace(world, products=world.products.set(LAMP, lamp))
    if remedies(seed):
        policies = msgspec.structs.replace(
            policies, graded_inspection=seed % 64 == 18, damage_evidence=True
        )
    if quotes_repairs(seed):
        policies = msgspec.structs.replace(policies, repair_quotes=True)
    if pays_fees(seed):
        policies = msgspec.structs.replace(
            policies, card_fee_permille=4, card_fee=10, card_fees=(Limit("JPY", 15),)
        )
    if promotes(seed):
        kept = "keep" if seed % 9 == 4 else "charge"
        policies = msgspec.structs.replace(policies, promotion_clawback=kept)
        world = msgspec.structs.replace(world, promotions=PROMOTIONS)
    if seed % 16 == 12:  # where a supervisor is asked often
        policies = msgspec.structs.replace(policies, refund_limit=2_000)
    if works_at_desks(seed):
        policies = msgspec.structs.replace(policies, desks=True)
    if counts_at_the_dock(seed):
        policies = msgspec.structs.replace(policies, goods_receipt="manual")
    lynx = Customer(LYNX, "Lynx Lighting", "Lena Lynx", "lena@lynx.example", address=HOME,
                    tender="card")  # fmt: skip
    world = msgspec.structs.replace(
        world,
        company=msgspec.structs.replace(world.company, policies=policies),
        customers=world.customers.set(LYNX, lynx),
    )
    if pays_at_the_door(seed):
        at_door = {
            who: msgspec.structs.replace(file, payment_terms="cash_on_delivery")
            for who, file in world.customers.items()
            if file.tender == "transfer"
        }
        world = msgspec.structs.replace(world, customers=world.customers.update(at_door))
    if tells_apart(seed):
        chair = msgspec.structs.replace(world.products[ARMCHAIR], serials=True)
        world = msgspec.structs.replace(world, products=world.products.set(ARMCHAIR, chair))
    if reports(seed) and seed % 128 == 52:
        world = msgspec.structs.replace(world, hunt=Hunt())
    return perishable(world) if sells_perishables(seed) else world


def pays_at_the_door(seed: int) -> bool:
    """Every twelfth company sells for cash, to all who do not pay by card."""
    return seed % 12 == 4


def keeps_a_fee(seed: int) -> bool:
    """Half of those about after-sales: goods that come back cost, and lamps are not taken back."""
    return seed % 8 == 2 and not sells_perishables(seed) and not tells_apart(seed)


def quotes_repairs(seed: int) -> bool:
    """Half of those that keep a fee: what the customer broke is repaired at their cost."""
    return keeps_a_fee(seed) and seed % 16 == 10


def counts_at_the_dock(seed: int) -> bool:
    """Some of those about supply: what is bought stands at the dock until it is counted."""
    return seed % 32 == 13


def pays_fees(seed: int) -> bool:
    """Half of those about cards: the acquirer keeps something of each capture."""
    return seed % 8 == 3


def promotes(seed: int) -> bool:
    """A quarter give something on large orders: of those with rules, about supply, after-sales."""
    return seed % 12 in (0, 1, 10) and not reversals(seed)


def works_at_desks(seed: int) -> bool:
    """Some in which the gateway acts: each act belongs to a desk, and two people sit at them."""
    return seed % 32 == 28 and not pays_at_the_door(seed)


def remedies(seed: int) -> bool:
    """A quarter of those that keep a fee: a return has a life of its own, and so has a claim."""
    return keeps_a_fee(seed) and seed % 32 == 18


def hears_of_arrivals(seed: int) -> bool:
    """Some in which orders get far: the customer says that a parcel is there."""
    plain = seed % 12 != 4 and not sells_perishables(seed) and not tells_apart(seed)
    return seed % 32 in (4, 12) and plain


def reports(seed: int) -> bool:
    """Some in which a fault of the system is reported; in half of them nobody hunts for one."""
    return seed % 64 == 52


def reversals(seed: int) -> bool:
    """Some in which the gateway acts: the customer's bank sends refunds back."""
    return seed % 32 == 16 and seed % 12 != 4 and not sells_perishables(seed)


def tells_apart(seed: int) -> bool:
    """Every thirteenth company, of every theme some; and of those about after-sales a seventh."""
    return seed % 13 == 6 or seed % 28 == 18


def sells_perishables(seed: int) -> bool:
    """Every seventh company: of every theme some."""
    return seed % 7 == 3


def perishable(world: World, *skus: str) -> World:
    """A company whose armchairs and lamps go bad within days: each shelf holds two lots."""
    today = day_of(world.now)
    products, stock = world.products, world.stock
    for sku in skus or (ARMCHAIR, LAMP):
        product = msgspec.structs.replace(products[sku], shelf_life=20)
        products = products.set(sku, product)
        for level in world.levels(sku):
            old = level.on_hand // 2
            lots = (
                Lot("L-OLD", today + timedelta(days=1), old),
                Lot("L-NEW", today + timedelta(days=12), level.on_hand - old),
            )
            if level.on_hand:
                level = msgspec.structs.replace(level, lots=lots)
                stock = stock.set((sku, level.warehouse), level)
    return msgspec.structs.replace(world, products=products, stock=stock)


class NothingFits(Exception):
    """No order is at the stage that this kind of command is about."""


FILES_THEME: Final = 4
CASH_THEME: Final = 5
ASKING: Final = ("receive_message", "ask_customer", "answer_question", "decline_request")
TRANSFERS_BACK: Final = ("answer_transfer_return", "query_transfer_return", "query_transfer_return")


def files(seed: int) -> bool:
    """Half of the walks about after-sales; never where goods that come back are told apart."""
    return seed % 8 == 6 and not sells_perishables(seed) and not tells_apart(seed)


def has_people(seed: int) -> bool:
    """A quarter of those about files: customers have more than one contact."""
    return files(seed) and seed % 32 == 30


class Walker:
    """Draws the next command from the world as it is, with no opinion on whether it is legal."""

    nothing_fits = NothingFits

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.aside = Random(f"{seed} aside")
        """Draws that change little: they leave the others as they are."""
        # promising against the numbers leads elsewhere: some walks about supply do
        self.because = "they insist" if seed % 8 == 1 and seed % 5 != 4 else ""
        theme = FILES_THEME if files(seed) else seed % 4
        theme = CASH_THEME if pays_at_the_door(seed) else theme
        every = [name for name in sorted(proposals.PROPOSALS) if self._is_about(theme, name)]
        every = [name for name in every if name not in KIND or keeps_a_fee(seed)]
        every = [name for name in every if name not in DISPUTES or seed % 8 == 7]
        every = [name for name in every if name not in PRICES or seed % 16 == 8]
        every = [name for name in every if name not in QUOTES or quotes_repairs(seed)]
        every = [name for name in every if name not in DOCK or counts_at_the_dock(seed)]
        every = [name for name in every if name not in REMEDIES or remedies(seed)]
        # where there are no desks it is refused, which is to be met as well
        every = [name for name in every if name not in ROTATION or seed % 32 == 28]
        every = [name for name in every if name != "decline_refund" or seed % 16 == 12]
        every = [name for name in every if name != "reverse_refund" or reversals(seed)]
        every = [name for name in every if name not in PEOPLE or has_people(seed)]
        every = [name for name in every if name != "confirm_delivery" or hears_of_arrivals(seed)]
        every = [name for name in every if name != "report_finding" or reports(seed)]
        often = [name for name in every if name not in SELDOM]
        rare = [name for name in 2 * tuple(Counter(RARE).elements()) if name in every]
        self.supply = seed % 4 == 1
        self.after_sales = theme == 2
        self.files = theme == FILES_THEME
        self.cards = seed % 4 == 3
        self.desks = works_at_desks(seed)
        self.returns = keeps_a_fee(seed)
        self.remedies = remedies(seed)
        self.arrivals = hears_of_arrivals(seed)
        self.people = has_people(seed)
        more = 2 * SUPPLY if self.supply else 5 * MONEY if self.cards else ()
        more = 3 * ("receive_message",) if self.after_sales else more  # for the wishes in them
        if self.after_sales and (sells_perishables(seed) or tells_apart(seed)):
            more += 40 * ("request_return", "authorise_return", "deliver_return", *BACK, *BACK)
            more += 12 * ("advance_clock",)  # until it has gone bad
        if seed % 8 == 7:
            more += 12 * DISPUTES + 6 * ("capture_payment", "raise_chargeback")
        if seed % 16 == 8:
            more += 9 * PRICES
        if self.returns:
            more += (10 if remedies(seed) else 25) * RETURNS + 4 * (*KIND, "give_goodwill")
        if reports(seed):
            more += 40 * ("report_finding",)
        if seed % 16 == 12:
            more += 60 * ("decline_refund", "ask_approval", "ask_approval")
            more += 20 * ("cancel_order", "cancel_line_quantity", "record_payment")
        if self.desks:
            more += 30 * ("issue_refund", "ask_approval", "approve_refund", "issue_refund")
            more += 12 * ("cancel_line_quantity", "cancel_order", "place_hold", "ask_release")
            more += 12 * ("hand_over", "record_payment")
        if reversals(seed):
            more += 30 * ("reverse_refund", "issue_refund", "cancel_line_quantity")
            more += 20 * ("answer_refund", "retry_refund")
        if self.arrivals:
            more += 50 * ("confirm_delivery", "ship_package", "label_package")
            more += 80 * ("receive_message",) + 10 * ("scan_package",)
            more += 4 * ("write_rule", *3 * ("expire_order",))  # long enough for many rules
        if remedies(seed):
            more += 12 * ("notify_customer", "archive_order")
            more += 25 * (*REMEDIES, *2 * ("request_return", "authorise_return"))
            more += 15 * ("expire_return", "deliver_return", "decide_late_parcel", "raise_recourse")
            more += 25 * ("open_claim", "resolve_claim", "inspect_return")
            more += 6 * ("complete_order", "settle_batch", "settle_batch", "archive_order")
        if quotes_repairs(seed):
            more += 40 * REPAIRS
        if promotes(seed) and not self.returns:
            more += 8 * ("cancel_line_quantity", "complete_order", "complete_order")
        if counts_at_the_dock(seed):
            more += 12 * (*DOCK, *DOCK, DOCK[1], "place_replenishment", "cancel_replenishment")
        if self.files:
            more = 4 * ("receive_transfer", "return_transfer") + 14 * TRANSFERS_BACK + 4 * ASKING
            more += 4 * (
                "assign_task",
                "hand_back_task",
                "receive_message",
                *3 * ("answer_change",),
            )
        if has_people(seed):
            more += 4 * (*PEOPLE, "keep_contact", "keep_contact") + 25 * ("notify_customer",)
        if theme == CASH_THEME:
            more += 4 * (*CASH, *CASH[1:3]) + 8 * ("scan_package", "ship_package", "settle_batch")
        if tells_apart(seed):
            more += 60 * ("pack_package",)
        self.names = (*every, *often, *rare, *more)

    @staticmethod
    def _is_about(theme: int, name: str) -> bool:
        """Every fourth walk leaves goods in and after-sales aside, so that orders get far."""
        if theme in (2, FILES_THEME) and name in (*GATEWAY, "reallocate"):
            return False
        if theme != FILES_THEME and name in FILES:
            return False
        if theme != CASH_THEME and name in CASH:
            return False
        if theme and name in RULES:
            return False
        if theme != 3 and name in CARDS:
            return False
        return (theme == 1 or name not in SUPPLY) and (theme == 2 or name not in AFTER_SALES)

    def next(self, world: World) -> Envelope:
        """The next command, in somebody's hands."""
        command = self._onward(world) or self._drawn(world)
        if self.desks:
            command = self._at_a_desk(world, command)
        order = world.orders.get(getattr(command, "order_number", ""))
        seen = max(order.version - self.chance.randrange(2), 0) if order else 1
        # now and then somebody's clock lags behind
        at = world.now + self.near(HOUR)
        role = self._role(command)
        return Envelope(
            command_id=f"{world.number}-{snake_case(type(command).__name__)}",
            actor=self.rare("Ada", "Grace") if role == "supervisor" else self._who(),
            role=role,
            at=command.to if isinstance(command, AdvanceClock) else at,
            command=command,
            expected_version=self.rare(seen, 0),
        )

    def _who(self) -> str:
        """Where work is divided, two take turns at the desks."""
        return self.aside.choice(("Ada", "Bob")) if self.desks else "Ada"

    def _at_a_desk(self, world: World, command: Command) -> Command:
        """Mostly somebody sits down where a command belongs before they give it."""
        whose = desks_of(type(command))
        if not whose or world.seat in whose or not self.aside.randrange(8):
            return command
        return TakeDesk(self.aside.choice(whose))

    def _onward(self, world: World) -> Command | None:
        """Every third step an order is brought on, or few would ever arrive."""
        under_way = [order for order in world.newest() if order.status in UNDER_WAY]
        if not under_way or self.chance.randrange(3):
            return None
        order = self.chance.choice(under_way)
        # drafts may grow first
        patient = order.status == "draft" and self.chance.randrange(6)
        # two orders on account may each pass their check before either is promised
        checked = order.status == "submitted" and order.checked_at and self.chance.randrange(3)
        patient = patient or (checked and order.payment_terms == "on_account")
        # where it is about supply, orders wait
        waits = self.supply and wanting(order) and self.chance.randrange(6)
        # where it is about cards, what they promised may lapse
        waits = waits or (self.cards and order.authorised_open and self.chance.randrange(4))
        # and banks take their time
        lost = order.chargebacks and (order.disputed or order.balance_due)
        waits = waits or (lost and self.chance.randrange(12))
        # where it is about what comes back, nobody hurries with it
        waits = waits or (self.returns and order.after_sales_open and self.chance.randrange(8))
        waits = waits or (repairs_to_invoice(order) and self.chance.randrange(8))
        # and carriers are slow to say what customers know
        on_its_way = any(parcel.stage == "shipped" for parcel in order.packages)
        waits = waits or (self.arrivals and on_its_way and self.chance.randrange(9))
        waits = waits or (clawback_to_note(order) and self.aside.randrange(4))
        command = None if patient or waits else next_step(world, order)
        if isinstance(command, ConfirmOrder):
            return proposals.promising(self, world, order, command)
        if isinstance(command, ScanPackage) and self.chance.randrange(2):
            # not every parcel arrives
            tracking: Tracking = self.chance.choice(get_args(Tracking))
            return msgspec.structs.replace(command, tracking=tracking)
        return command

    def _drawn(self, world: World) -> Command:
        while True:
            name = self.chance.choice(self.names)
            try:
                return proposals.PROPOSALS[name](self, world)
            except NothingFits:
                continue

    def _role(self, command: Command) -> Role:
        # with a message nothing but its sender is ever wrong
        often = 2 if isinstance(command, ReceiveMessage) else 25
        own = self.chance.choice(sorted(command.roles))
        return own if self.chance.randrange(often) else self.chance.choice(ROLES)

    def rare(self, odd: T, usual: T) -> T:
        """The odd one, once in twenty times."""
        return usual if self.chance.randrange(20) else odd

    def amount(self, most: int) -> int:
        """Nothing, one, half, all, one too many, twice as many."""
        return self.chance.choice((0, 1, most // 2, most, most, most, most + 1, 2 * most))

    def near(self, span: int) -> int:
        """Within a span, or just before it."""
        return self.chance.choice((-1, 0, 1, span // 2, span))

    def reason(self) -> str:
        """Words, or the lack of them."""
        return self.chance.choice(("asked by phone", "asked by phone", "it rains", " "))

    def one(self, found: Sequence[T], otherwise: T) -> T:
        """One of what was found, if anything was."""
        return self.chance.choice(found) if found else otherwise

    def order(self, world: World, fits: Callable[[Order], bool]) -> Order:
        """An order that fits; rarely any other, or one that is not there. Raises NothingFits."""
        fitting = [order for order in world.newest() if fits(order)]
        # odd ones teach little, least of all while nothing fits
        odd = 12 if fitting else 60 if not self.returns else 2_000
        if not self.chance.randrange(odd):
            return self.rare(NOBODYS, self.one(list(world.newest()), NOBODYS))
        if not fitting:
            raise NothingFits
        return self.chance.choice(fitting)

    def package(self, order: Order, *stages: str) -> int:
        """The number of a parcel at one of these stages, mostly."""
        fitting = [p.package_number for p in order.packages if p.stage in stages]
        return self.rare(9, self.one(fitting, len(order.packages)))

    def twice(self, rows: tuple[T, ...]) -> tuple[T, ...]:
        """Rows, now and then each of them twice in one command."""
        return rows if self.chance.randrange(4) else rows + rows

    def day(self, world: World) -> date:
        """Around today."""
        return day_of(world.now) + timedelta(days=self.chance.choice((-1, 0, 5, 10, 10)))


class Walk(msgspec.Struct):
    """One walk: what was tried, what happened, where it led, and what it broke."""

    seed: int
    world: World
    tried: list[Envelope] = []
    entries: list[Recorded] = []
    accepted: Counter[str] = msgspec.field(default_factory=Counter)
    refused: Counter[str] = msgspec.field(default_factory=Counter)
    codes: Counter[str] = msgspec.field(default_factory=Counter)
    noted: Counter[str] = msgspec.field(default_factory=Counter)
    """Answers from outside that came again; they are looked at, and not part of the walk."""
    broken: list[str] = []


def walked(seed: int, steps: int) -> Walk:
    """A walk from the company's first morning, until it breaks a rule or its steps are done.

    Where it is about what comes back, there are three times as many: a return begins late. And so
    where somebody has to go from desk to desk, or customers say what has arrived.
    """
    walk = Walk(seed=seed, world=opening(seed))
    walker = Walker(seed)
    told_apart = walker.after_sales and (sells_perishables(seed) or tells_apart(seed))
    long = walker.returns or told_apart or walker.desks or walker.arrivals
    for _ in range(steps * (3 if long else 1)):
        envelope = walker.next(walk.world)
        walk.tried.append(envelope)
        name = snake_case(type(envelope.command).__name__)
        answer = decide(walk.world, envelope)
        if decide(walk.world, envelope) != answer:
            walk.broken.append(f"P3 {name}: another answer in the same world")
        if isinstance(answer, Refusal):
            walk.refused[name] += 1
            walk.codes[answer.code] += 1
            walk.broken += rules.kept_from(walk.world, answer)
            said_again = echo(walk.world, envelope, answer)
            if said_again:
                walk.noted[type(said_again).__name__] += 1
                walk.broken += noted_on(walk.world, envelope, said_again)
        else:
            walk.accepted[name] += 1
            before = walk.world
            walk.world, entries = record(before, envelope, answer)
            walk.entries += entries
            walk.codes.update(x.event.code for x in entries if isinstance(x.event, RuleRefused))
            walk.broken += broken_on(before, entries, walk.world)
        if walk.broken:
            break
    return walk


def noted_on(before: World, envelope: Envelope, event: OrderEvent) -> Iterator[str]:
    """What a line about a repeated answer changes beyond the count of events and the clock."""
    after, _ = record(before, envelope, (event,))
    as_before = msgspec.structs.replace(after, number=before.number, now=before.now)
    if as_before != before:
        yield f"P2 {event.order_number}: a repeated answer has changed something"


def broken_on(before: World, entries: Sequence[Recorded], after: World) -> Iterator[str]:
    """Every rule that one command broke, on the way or at its end."""
    world = before
    for entry in entries:
        then = after if entry is entries[-1] else evolve(world, entry)
        yield from rules.broken_by(world, entry, then)
        world = then
    yield from violations(after, before)  # before was sound, or the walk had ended


def shrunk(tried: list[Envelope], seed: int = 0) -> list[Envelope]:
    """The shortest story found that still breaks a rule: whatever can be left out is left out."""
    size = len(tried) // 2
    while size:
        start = 0
        while start < len(tried):
            shorter = tried[:start] + tried[start + size :]
            if breaks(shorter, seed):
                tried = shorter
            else:
                start += size
        size //= 2
    return tried


def breaks(tried: list[Envelope], seed: int = 0) -> list[str]:
    """What these commands break, one after the other."""
    world = opening(seed)
    for envelope in tried:
        answer: Any = decide(world, envelope)
        if not isinstance(answer, Refusal):
            before = world
            world, entries = record(world, envelope, answer)
            if broken := list(broken_on(before, entries, world)):
                return broken
    return []
