"""The world of one sandbox as an immutable value, and the one place that writes orders into it.

Everything frozen, everything shared: to keep an older moment or to fork costs nothing. The maps
from `sequence` on are indexes; `with_order` keeps them, so that no rule and no list has to look at
all orders.
"""

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Final, Literal

import msgspec
from immutables import Map

from trainer.orders.status import Label, exposure_of, label_of
from trainer.orders.values import (
    HOUR,
    MINUTE,
    NO_ADDRESS,
    Address,
    Minor,
    Moment,
    credited,
    day_of,
    telescoped,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trainer.orders.rulebook import Rule, Trace

PaymentTerms = Literal["prepay", "on_account", "cash_on_delivery"]
OrderStatus = Literal[
    "draft", "submitted", "confirmed", "completed", "settled", "archived", "cancelled"
]
Stage = Literal[
    "picked", "packed", "labelled", "shipped", "delivered", "voided", "lost", "came_back"
]
Tracking = Literal[
    "label_created", "in_transit", "out_for_delivery", "delivered", "exception",
    "returned_to_sender", "lost",
]  # fmt: skip
HoldKind = Literal["credit", "fraud", "address", "payment", "stock", "manual"]
HoldOwner = Literal["clerk", "supervisor"]
ReturnReason = Literal[
    "changed_mind", "wrong_size", "duplicate_order", "found_cheaper",
    "damaged_in_transit", "defective", "wrong_item", "missing_parts", "late_delivery",
    "not_as_described", "lost",
]  # fmt: skip
"""Why goods come back, or are complained about: the customer's choice first, then the others."""
Liability = Literal["customer", "seller", "carrier", "supplier"]
LiabilitySoFar = Literal["customer", "seller", "carrier", "supplier", "undetermined"]
"""At whose cost, as far as it is known: a return can be agreed to before anybody has seen it."""
Disposition = Literal[
    "restock", "restock_b_grade", "scrap", "return_to_vendor", "repair", "rework",
    "return_to_customer", "quarantine",
]  # fmt: skip
"""What becomes of goods that came back; in quarantine stays what nobody can decide about yet."""
Grade = Literal["grade_a", "grade_b", "grade_c", "grade_d"]
"""How good goods are that came back: as new, opened or used, damaged, not ours or beyond use."""
RecourseParty = Literal["carrier", "supplier"]
EvidenceAnswer = Literal["awaited", "evidence_there", "nothing_to_show"]
"""How it stands with what a customer was asked to show."""
RecourseAnswer = Literal["awaited", "accepted", "partly", "denied"]
"""What a carrier or a supplier said to what we claimed from them."""
RepairOutcome = Literal["repaired", "beyond_repair", "unrepaired"]
"""Unrepaired goes back what the customer did not want repaired at the price."""
QuoteAnswer = Literal["awaited", "said_yes", "said_no"]
ReworkOutcome = Literal["restock", "restock_b_grade", "scrap"]
"""What becomes of our own goods once they leave the bench."""
UnexpectedDecision = Literal["send_back", "accept"]
"""What becomes of goods that nobody announced."""
WindowException = Literal["not_asked", "asked", "allowed", "declined"]
"""How a return stands that was asked for after its window, with the supervisor."""
LateDecision = Literal["take", "send_back"]
LateParcel = Literal["none", "here", "taken", "sent_back"]
"""What became of a parcel that came when its return was over: it waits, or somebody decided."""
ReturnStatus = Literal[
    "requested", "authorised", "arrived", "rejected", "closed", "expired", "cancelled"
]  # fmt: skip
ReturnCanceller = Literal["customer", "seller"]
"""Who does not want a return any more that was agreed to."""
ComplaintReason = Literal[
    "late_delivery", "not_told", "damaged_in_transit", "wrong_item", "poor_service"
]
Remedy = Literal["apology", "explanation", "discount", "replacement", "refund"]
ContactRole = Literal["buyer", "accounts_payable", "goods_in", "after_sales"]
"""What one of a customer's people is there for."""
NoticeChannel = Literal["email", "sms"]
Channel = Literal["email", "phone", "web", "bank"]
Format = Literal["UBL", "CSV", "XLSX"]
"""In what an order came as a document."""
LineStatus = Literal["added", "revised", "cancelled", "unchanged"]
"""What a customer's change document says it does with a line."""
Incoterm = Literal[
    "", "EXW", "FCA", "CPT", "CIP", "DAP", "DPU", "DDP", "FAS", "FOB", "CFR", "CIF"
]  # fmt: skip
"""The delivery terms of Incoterms 2020, those for ships last; empty where none was agreed on."""
ChangeAnswer = Literal["accepted", "conditional", "not_accepted"]
"""What we say to a change document: all of it, not all of it, nothing of it."""
Priority = Literal["high", "normal", "low"]
CancelReason = Literal[
    "changed_mind", "duplicate_order", "no_stock_in_time", "price_error", "no_credit",
    "suspected_fraud", "other",
]  # fmt: skip
"""Why an order, or a part of it, was called off; what is something else is said in words."""
StockReason = Literal[
    "count_difference", "damaged_goods", "expired_goods", "lost_goods", "found_goods",
    "booking_error", "other",
]  # fmt: skip
"""Why the book of a shelf was put right; what is something else is said in words."""
PurchaseReason = Literal[
    "no_longer_needed", "supplier_cannot_deliver", "comes_too_late", "bought_by_mistake", "other",
]  # fmt: skip
"""Why a purchase, or the rest of it, was called off; what is something else is said in words."""
SurplusReason = Literal["more_than_ordered", "no_room", "no_demand", "other"]
"""Why goods went back from the dock; what is something else is said in words."""
ProductionStatus = Literal["planned", "released", "in_progress", "done", "cancelled"]
ReplenishmentStatus = Literal["ordered", "delivered", "cancelled"]
Handling = Literal["automatic", "manual"]
AllocationOrder = Literal["priority", "promised_date", "first_come"]
Sourcing = Literal["highest_stock", "one_parcel", "nearest", "by_expiry"]
Speaker = Literal["caller", "us"]
Desk = Literal["order_desk", "warehouse", "finance", "after_sales", "supervision"]
"""Where the work on an order is divided, where a company divides it."""
Colleague = Literal["warehouse", "clerk", "finance"]
"""Who else may work in the same orders."""
TaskOwner = Literal["trainee", "warehouse", "clerk", "finance", "supervisor"]
"""Who can be given a task, by function."""
TaskOutcome = Literal["finished", "dropped"]
TaskStatus = Literal["open", "finished", "dropped"]
ArrivalReason = Literal["customer_phoned", "customer_wrote", "delivery_note_signed", "other"]
"""By what we know that a parcel is there, if not by its carrier; what is something else is said in
words."""
Topic = Literal["address", "delivery_date", "product", "price", "quantity"]
"""What a customer can be asked about in the order they wrote."""
RiseAnswer = Literal["awaited", "said_yes", "said_no", "used"]
"""What a customer said to a higher price; a word that was acted on is used up."""
Slip = Literal[
    "missing_address", "impossible_date", "unknown_sku", "wrong_price", "odd_quantity",
    "vague_quantity",
]  # fmt: skip
"""What can be wrong with an order as it was written."""
ReversalReason = Literal["account_closed", "account_unknown", "name_mismatch", "card_closed"]
"""Why a bank could not take in what was paid back."""
RefundStatus = Literal["pending", "unanswered", "succeeded", "failed", "reversed"]
Tender = Literal["transfer", "card", "store_credit", "cash"]
"""By what means money, or what stands for it, changes hands."""
ChargebackReason = Literal["not_received", "not_recognised", "goods_not_right"]
"""Why a customer has their bank take a card payment back."""
ChargebackStatus = Literal["open", "contested", "accepted", "won", "lost"]
AuthorisationStatus = Literal[
    "pending", "unanswered", "authorised", "declined", "voided", "expired"
]  # fmt: skip


class Fact(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Base of what the world is made of.

    Frozen facts cannot go round in a circle, so the garbage collector need not look at them.
    """


class Material(Fact, frozen=True):
    """What goes into one unit of a product."""

    sku: str
    quantity: int


class Price(Fact, frozen=True):
    """What something costs in a currency that is not ours, from one day to another."""

    currency: str
    amount: Minor
    since: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it is the price of that day."""
        return (not self.since or self.since <= day) and (not self.until or day <= self.until)


class Limit(Fact, frozen=True):
    """An amount the company draws a line at, in a currency that is not ours."""

    currency: str
    amount: Minor


class Promotion(Fact, frozen=True):
    """What the company gives on an order of so much: a part of it off, an amount, or its shipping.

    The goods count as they are paid: line discounts and an agreed discount are off.
    """

    code: str
    name: str
    threshold: Minor
    percent: int = 0
    amount: Minor = 0
    free_shipping: bool = False
    currency: str = ""
    """ISO 4217; empty for the company's own."""
    since: date | None = None
    until: date | None = None

    def runs(self, day: date) -> bool:
        """Whether an order that is handed over on that day can have it."""
        return (not self.since or self.since <= day) and (not self.until or day <= self.until)


class PromotionGiven(Fact, frozen=True):
    """A promotion on an order, on the terms of the day on which it was handed over."""

    code: str
    name: str
    threshold: Minor
    worth: Minor
    """What its goods came to."""
    given: Minor
    """What is taken off: shared out over its lines, or of the freight."""
    freight: Minor = 0
    """The freight that it pays for at most; 0 where it is about the goods."""
    kept: bool = False
    """Whether it stays given whatever becomes of the order."""


class Product(Fact, frozen=True):
    """A stock keeping unit the company sells. Weight in grams, lead time in days."""

    sku: str
    name: str
    unit_price: Minor
    gtin: str = ""
    category: str = ""
    tax_rate: int = 0
    pack_size: int = 1
    weight: int = 500
    lead_time: int = 7
    daily_capacity: int = 50
    sellable: bool = True
    serials: bool = False
    """Whether its units are told apart by serial number once they leave the shelf."""
    shelf_life: int = 0
    """Days that a lot of it keeps; 0 for goods that nobody tells apart by lots."""
    materials: tuple[Material, ...] = ()
    """The bill of materials of one unit; nothing for what is made of what nobody counts."""
    prices: tuple[Price, ...] = ()
    """The price list in other currencies, the newest last; `unit_price` is in ours."""


class StoreCredit(Fact, frozen=True):
    """What a customer took instead of money: issued − redeemed − expired is what is left of it."""

    credit_number: str
    order_number: str
    refund_number: str
    """The refund it stands for; no refund makes two."""
    amount: Minor
    issued_at: Moment
    expires_at: Moment
    redeemed: Minor = 0
    expired: Minor = 0

    @property
    def left(self) -> Minor:
        """What can still be paid with it, if its day has not come."""
        return self.amount - self.redeemed - self.expired


class Contact(Fact, frozen=True):
    """One of a customer's people, beside the main contact of their file."""

    contact_number: str
    name: str
    role: ContactRole
    email: str = ""
    phone: str = ""


class Customer(Fact, frozen=True):
    """The customer file."""

    customer_id: str
    company: str
    contact: str = ""
    email: str = ""
    phone: str = ""
    address: Address = Address()
    payment_terms: PaymentTerms = "prepay"
    credit_limit: Minor = 0
    tax_id: str = ""
    notes: tuple[str, ...] = ()
    last_reviewed: date | None = None
    one_delivery: bool = False
    """Whether they want all of an order at once, and refuse a part of it."""
    merged_into: str = ""
    """The file that took everything over; empty while this one stands."""
    currency: str = ""
    """What they buy in, ISO 4217; empty for our own."""
    tender: Tender = "transfer"
    """How they pay: by transfer, or by a card that we may ask the gateway about."""
    takes_store_credit: bool = False
    """Whether they agreed to take credit in place of money."""
    store_credits: tuple[StoreCredit, ...] = ()
    incoterm: Incoterm = ""
    incoterm_place: str = ""
    """Where freight and risk go over, as the term names it."""
    bill_to: Address = NO_ADDRESS
    """Where their invoices go, if not to their own address."""
    invoice_title: str | None = None
    """Under what name they are invoiced; none where it is the company's."""
    contacts: tuple[Contact, ...] = ()
    """Whom they have beside the main contact, which `contact`, `email` and `phone` name."""

    def contact_of(self, contact_number: str) -> Contact | None:
        """Who stands in the file under that number."""
        return next((it for it in self.contacts if it.contact_number == contact_number), None)

    def addressed(self, role: ContactRole, channel: NoticeChannel | None = None) -> "Customer":
        """The file as a letter reads it that concerns a role: with its contact as the main one.

        Where nobody has the role, or nobody who can be reached that way, as it is.
        """
        for it in self.contacts:
            reached = it.phone if channel == "sms" else it.email if channel else True
            if it.role == role and reached:
                return msgspec.structs.replace(
                    self, contact=it.name, email=it.email, phone=it.phone
                )
        return self

    @property
    def title(self) -> str:
        """The name on their invoices."""
        return self.company if self.invoice_title is None else self.invoice_title

    @property
    def reached_at(self) -> str:
        """Where a letter goes: their e-mail address, else their telephone."""
        return self.email or self.phone


class Carrier(Fact, frozen=True):
    """Who moves parcels: days in transit, price per parcel, weight limit in grams.

    Of a hundred parcels so many come late, never, or back to us: what makes a carrier reliable.
    """

    carrier_code: str
    name: str
    mode: Literal["courier", "road", "air", "sea"]
    transit_days: int
    price: Minor = 0
    max_weight: int = 1_000_000
    late_percent: int = 0
    lost_percent: int = 0
    returned_percent: int = 0
    prices: tuple[Price, ...] = ()
    """What a parcel costs in other currencies, the newest last; `price` is in ours."""
    damaged_percent: int = 0
    """Of a hundred parcels that are signed for, in how many something is broken."""
    late_from: int = 1
    """A parcel that comes late is so many days late, or up to two more."""
    collects: bool = False
    """Whether it takes money at the door for us."""
    collection_fee: int = 0
    """What it keeps of the money it collects, in thousandths."""


class Warehouse(Fact, frozen=True):
    """A place that holds stock."""

    warehouse: str
    name: str
    postal_code: str = ""
    """Where it stands; how near a customer is goes by it."""


class Habit(Fact, frozen=True):
    """How often somebody in the company acts of a hundred times that they could, and how quickly.

    Without `often` as often as is usual for their desk; a pace of 200 is twice as quick as usual.
    """

    who: Literal["warehouse", "clerk", "finance", "supervisor"]
    often: int | None = None
    pace: int = 100


class Policies(Fact, frozen=True):
    """The company's rules as data; a scenario sets them and a trainee can read them."""

    handling_days: int = 1
    seconds_per_action: int = 2 * MINUTE
    retention_years: int = 10
    payment_after_hours: int = 2
    account_days: int = 14
    return_window_days: int = 15
    trace_days: int = 5
    """Days without a scan after which a parcel in trouble is given up."""
    review_after_days: int = 180
    return_expiry_days: int = 0
    """Days after which a return that was agreed to and has not come is over; 0 for never."""
    damage_evidence: bool = False
    """Whether damage is granted only once the customer has shown it."""
    graded_inspection: bool = False
    """Whether what becomes of goods that came back is decided with their grade alone."""
    return_excluded: tuple[str, ...] = ()
    """Categories whose goods nobody takes back for a reason that is the customer's own."""
    repair_quotes: bool = False
    """Whether what the customer is liable for is repaired only at a price they have agreed to."""
    restocking_fee_percent: int = 0
    """What is kept of the credit for goods that come back at the customer's own cost."""
    goodwill_limit: Minor = 0
    """What goodwill, and claims for which only the customer is liable, may cost on one order
    without a supervisor; 0: any amount."""
    complaint_answer_hours: int = 24
    customers_complain: bool = False
    """Whether customers who wait beyond the promised day, and were not told, complain."""
    customers_rate: bool = False
    """Whether customers are asked how content they were once all is there."""
    returns_percent: int = 0
    """Of a hundred complete deliveries, after how many the customer asks for a return."""
    forgotten_returns_percent: int = 0
    """Of a hundred returns that were agreed to, how many the customer never sends."""
    withdrawn_returns_percent: int = 0
    """Of a hundred returns that were agreed to, how many the customer then writes to call off."""
    wrong_returns_percent: int = 0
    """Of a hundred returns, in how many parcels something else lies than was announced."""
    changes_percent: int = 0
    """Of a hundred promised orders, about how many the customer thinks again before they leave."""
    unpaid_expiry_hours: int = 0
    """Hours after which a promised prepaid order that nobody paid is cancelled; 0 for never."""
    unpaid_expiry_minutes: int = 0
    """Minutes more than these hours, or by themselves."""
    payment_after_minutes: int = 0
    """Within so many minutes prepaid orders are paid, in place of the hours; 0: by the hours."""
    calls: int = 0
    """Customers who ring up to order in the first days, in a world in which things go on."""
    auto_signoff_days: int = 0
    """Days without a further scan after which a parcel at the door counts as signed; 0: never."""
    production: Handling = "automatic"
    """Automatic: the factory makes by itself what was promised beyond the stock."""
    factory_early_percent: int = 0
    factory_late_percent: int = 0
    """Of a hundred things the factory makes, so many are ready before their day, or after it."""
    colleagues: tuple[Colleague, ...] = ()
    """Who works in the same orders, at the same time and under their own names."""
    habits: tuple[Habit, ...] = ()
    """Of colleagues and the supervisor who are not as usual."""
    backorder_fill: Handling = "manual"
    """Automatic: what arrives is set aside at once for those who wait."""
    allocation_order: AllocationOrder = "priority"
    """Who is served first when goods are short: by priority, then the promised day, then the time;
    by the promised day before the priority; or simply who came first."""
    sourcing: Sourcing = "highest_stock"
    """Which warehouse serves: the fullest shelf, the one from which most of the order can leave in
    one parcel, the one nearest to the customer, or whichever has the lot that expires first."""
    partial_shipment: bool = True
    """Whether a part of an order may leave before the rest."""
    backorder: bool = True
    """Whether more may be promised than lies free on the shelf."""
    over_delivery_tolerance: int = 0
    """By how many percent of what was bought a supplier may deliver more."""
    goods_receipt: Handling = "automatic"
    """Manual: what a supplier brings stands at the dock until somebody has counted it in."""
    four_eyes: tuple[HoldKind, ...] = ()
    """Holds of these kinds are released by a supervisor, and never by whoever placed them."""
    credit_check: Literal["block", "warn"] = "block"
    """Warn: a limit that would break is found by the check, and stops nothing."""
    check_holds: tuple[HoldKind, ...] = ()
    """What a check also stops an order for: an address in doubt, a first order that looks odd."""
    large_order: Minor = 100_000
    """From this total on, a new customer's prepaid order to somewhere else looks odd."""
    large_orders: tuple[Limit, ...] = ()
    """The same in other currencies; where none is named, every total is large."""
    refunds: Literal["instant", "gateway"] = "instant"
    """Gateway: money goes back once the payment gateway has answered."""
    refund_failed_percent: int = 0
    refund_unanswered_percent: int = 0
    """Of a hundred refunds so many are never answered; half of these have gone through."""
    refund_limit: Minor = 0
    """What may go back on one order without a supervisor; 0 for any amount."""
    refund_limits: tuple[Limit, ...] = ()
    """The same in other currencies; where none is named, a supervisor is always asked."""
    chargeback_percent: int = 0
    """Of a hundred captures, after how many the customer has their bank take the money back."""
    chargeback_days: int = 7
    """Days in which a chargeback can be contested."""
    refund_reversed_percent: int = 0
    """Of a hundred refunds that went through, how many the customer's bank sends back."""
    refund_repeated_percent: int = 0
    """Of a hundred answers so many come twice."""
    payment_timing: Literal["captured", "authorised"] = "captured"
    """What lets a prepaid order leave: money that is here, or money that a card has promised."""
    authorisation_days: int = 7
    """How long a card's promise holds."""
    card_declined_percent: int = 0
    card_unanswered_percent: int = 0
    """Of a hundred authorisations so many get no answer in time; half of these were granted."""
    card_repeated_percent: int = 0
    """Of a hundred answers about cards so many come twice."""
    scans_repeated_percent: int = 0
    """Of so many parcels in a hundred a scan is told twice: at once, or when they are delivered."""
    scans_missing_percent: int = 0
    """Of a hundred delivered parcels, of how many the customer says so and the carrier never."""
    store_credit: Literal["agreed", "never"] = "agreed"
    """Agreed: credit in place of money for customers who said that they take it."""
    store_credit_days: int = 365
    """How long store credit can be redeemed."""
    payout_days: int = 3
    """Days after which a carrier passes on the cash it has collected."""
    payout_short_percent: int = 0
    """Of a hundred payouts, in how many the carrier takes its fees off twice."""
    refused_percent: int = 0
    """Of a hundred parcels that are to be paid at the door, how many nobody takes in."""
    card_fee_permille: int = 0
    """What whoever pays out card money keeps of each capture, in thousandths."""
    card_fee: Minor = 0
    """And what it keeps of each beside that."""
    card_fees: tuple[Limit, ...] = ()
    """The same in other currencies; where none is named, nothing."""
    promotion_clawback: Literal["charge", "keep"] = "charge"
    """Charge: who keeps less than a promotion asks for pays what it gave on what they keep."""
    tax_profiles: Literal["unchecked", "required"] = "unchecked"
    """Required: no invoice without a title and a tax id that can be right."""
    mishaps_stated: bool = False
    """Whether carriers say themselves how often parcels of theirs are late, lost or damaged."""
    desks: bool = False
    """Whether each act belongs to a desk, and whoever sits at another one hands the order over."""
    first_desk: Desk = "order_desk"
    """Where the trainee sits on the first morning."""

    @property
    def unpaid_expiry(self) -> Moment:
        """After so many seconds an order that nobody paid is cancelled; 0: never."""
        return self.unpaid_expiry_hours * HOUR + self.unpaid_expiry_minutes * MINUTE

    @property
    def payment_after(self) -> Moment:
        """After so many seconds what is due before goods leave is paid."""
        return self.payment_after_minutes * MINUTE or self.payment_after_hours * HOUR

    def habit(self, who: str) -> Habit | None:
        """What is unusual about somebody, if anything is."""
        return next((habit for habit in self.habits if habit.who == who), None)


class Company(Fact, frozen=True):
    """The company whose orders these are."""

    name: str
    locale: str = "en_US"
    currency: str = "USD"
    policies: Policies = Policies()
    gs1_prefix: str = "9520001"
    """By which the numbers of its parcels are its own; 952 is for companies that are made up."""


class Lot(Fact, frozen=True):
    """Units of a SKU in a warehouse that came together and expire together."""

    lot_number: str
    expires: date
    on_hand: int = 0
    allocated: int = 0

    @property
    def available(self) -> int:
        """What of it nobody has been given yet."""
        return self.on_hand - self.allocated


class StockLevel(Fact, frozen=True):
    """One SKU in one warehouse.

    On hand = received + adjusted + restocked + produced + transferred − consumed − shipped, and
    what came back from customers = quarantine + restocked + written off + in repair + given back +
    in rework + B-grade + cleared, at any moment. What lies apart is none of it: it is the
    customer's until somebody has decided.
    """

    sku: str
    warehouse: str
    on_hand: int = 0
    allocated: int = 0
    received: int = 0
    adjusted: int = 0
    shipped: int = 0
    returned: int = 0
    quarantine: int = 0
    restocked: int = 0
    written_off: int = 0
    in_repair: int = 0
    given_back: int = 0
    """Units that came back and went to the customer again, repaired or as they were."""
    in_rework: int = 0
    """Units that are ours again and on the bench."""
    b_grade: int = 0
    """Units that are ours again and not as new: no part of what is on hand, so nobody is given one
    for new."""
    cleared: int = 0
    """B-grade units that were sold off."""
    proceeds: Minor = 0
    """What they brought in, in our own currency."""
    produced: int = 0
    consumed: int = 0
    """Units that went into the making of others."""
    transferred: int = 0
    """What came from other warehouses, less what went to them."""
    apart: int = 0
    """Units that came in a return and were not announced, and that nobody has decided about."""
    lots: tuple[Lot, ...] = ()
    """The same units by lot, the earliest to expire first; nothing for what is not kept in lots."""

    @property
    def available(self) -> int:
        """What nobody has been given yet."""
        return self.on_hand - self.allocated

    def lot(self, lot_number: str) -> Lot | None:
        """The lot of that number."""
        return next((lot for lot in self.lots if lot.lot_number == lot_number), None)

    def usable(self, today: date) -> int:
        """What may still be promised from here: what has expired is no good to anybody."""
        gone = sum(lot.available for lot in self.lots if lot.expires < today)
        return self.on_hand - self.allocated - gone


class Allocation(Fact, frozen=True):
    """Units of a line that are set aside in a warehouse and have not left it."""

    warehouse: str
    quantity: int
    lot_number: str = ""


class CalledOff(Fact, frozen=True):
    """Units of a line that were called off in part for a reason, and what was credited for them."""

    reason_code: CancelReason
    quantity: int
    credit: Minor


class OrderLine(Fact, frozen=True):
    """One line: ordered = cancelled + open + allocated + shipped, always."""

    line_number: int
    sku: str
    ordered: int
    unit_price: Minor
    discount: Minor = 0
    discount_share: Minor = 0
    tax_rate: int = 0
    cancelled: int = 0
    allocations: tuple[Allocation, ...] = ()
    packed: int = 0
    shipped: int = 0
    delivered: int = 0
    invoiced: int = 0
    returned: int = 0
    """Units that came back and were counted."""
    inspected: int = 0
    """Units that came back, were looked at and credited."""
    in_repair: int = 0
    given_back: int = 0
    """Units that came back and are with the customer again."""
    exchange_for: str = ""
    """The return or the claim that this line replaces."""
    credit_noted: int = 0
    short: int = 0
    """Units that no warehouse had free when the order was promised."""
    amendment: int = 0
    """The amendment it came with; 0 for what was ordered first."""
    claimed: int = 0
    """Units the customer keeps and was credited for."""
    replaced: int = 0
    """Units the customer keeps and got once more, after a claim."""
    lost: int = 0
    """Units that left and never arrived; they are open again, so `shipped` does not count them."""
    recovered: int = 0
    """Units that left and came back unopened; open again too."""
    first_price: Minor | None = None
    """What a unit cost when it was ordered, if its price has changed since."""
    promised_delivery_date: date | None = None
    """Its own day; none where it is the order's."""
    first_promise: date | None = None
    """For which day of its own it was promised first; none where that was the order's."""
    promotion_share: Minor = 0
    """What of its share of the discounts is a promotion's."""
    let_down: int = 0
    """Units that were called off because of us; counted where there is a promotion to lose."""
    called_off: tuple[CalledOff, ...] = ()
    """What of it was called off in part, by reason; of before this was kept, nothing."""

    @property
    def credited_back(self) -> int:
        """Delivered units the customer does not pay for: sent back and inspected, or claimed."""
        return self.inspected + self.claimed

    @property
    def allocated(self) -> int:
        """Units set aside, packed ones included."""
        units = 0
        for row in self.allocations:  # a plain loop: this is asked for at every step
            units += row.quantity
        return units

    @property
    def open(self) -> int:
        """Units nobody has set aside yet."""
        units = self.ordered - self.cancelled - self.shipped
        for row in self.allocations:
            units -= row.quantity
        return units

    @property
    def live(self) -> int:
        """Units that are still wanted."""
        return self.ordered - self.cancelled

    @property
    def cancellable(self) -> int:
        """Units that can still be called off: not in a parcel, and not gone."""
        return self.open + self.allocated - self.packed

    @property
    def gross(self) -> Minor:
        """What the line costs, tax and discounts included."""
        return self.unit_price * self.ordered - self.discount - self.discount_share


class PriceRise(Fact, frozen=True):
    """A higher price that a customer was asked for, for a line as it stood, and their word."""

    line_number: int
    sku: str
    quantity: int
    before: Minor
    unit_price: Minor
    asked_at: Moment
    answer: RiseAnswer = "awaited"
    reply_id: str = ""
    """The message in which they answered."""


class PackageRow(Fact, frozen=True):
    """Units of one line in one package."""

    line_number: int
    quantity: int
    lot_number: str = ""
    expires: date | None = None
    serial_numbers: tuple[str, ...] = ()
    """Its units one by one, once the parcel is closed; nothing for what nobody tells apart."""


class Arrival(Fact, frozen=True):
    """What a customer says of a parcel that is there: who signed for it, and on which day."""

    package_number: int
    signed_by: str
    day: date


class DeliveryProof(Fact, frozen=True):
    """Who signed for a parcel and when, as the customer told us."""

    signed_by: str
    delivered_on: date
    reason_code: ArrivalReason = "other"
    reason: str = ""
    seen: Tracking | None = None
    """What the carrier had said by then."""


class Package(Fact, frozen=True):
    """One parcel, from the shelf to the customer's door."""

    package_number: int
    warehouse: str
    rows: tuple[PackageRow, ...]
    stage: Stage = "picked"
    tracking: Tracking | None = None
    carrier_code: str = ""
    tracking_number: str = ""
    weight: int = 0
    shipped_at: Moment = 0
    last_scan_at: Moment = 0
    packed_at: Moment = 0
    intercepted: bool = False
    to_collect: Minor = 0
    """What the carrier asks for at the door."""
    collected: Minor = 0
    payout_number: str = ""
    """With which payout of the carrier what it collected was booked."""
    said: Arrival | None = None
    """What the customer has told us of it."""
    proof: DeliveryProof | None = None
    """By what it is known to be there, if its carrier had not said so."""

    @property
    def left(self) -> bool:
        """Whether it has been handed over to a carrier, whatever became of it."""
        return self.stage in ("shipped", "delivered", "lost", "came_back")


class Payment(Fact, frozen=True):
    """Money that came in for an order."""

    reference: str
    """The transfer, the authorisation or the store credit it came from."""
    amount: Minor
    at: Moment
    tender: Tender = "transfer"


class Authorisation(Fact, frozen=True):
    """What a card's bank has promised: amount = captured + released + open, always.

    Its number is the key the gateway knows it by.
    """

    authorisation_number: str
    amount: Minor
    requested_at: Moment
    status: AuthorisationStatus = "pending"
    captured: Minor = 0
    released: Minor = 0
    """What was given up: voided, or too late."""
    expires_at: Moment = 0
    granted: bool = False
    """What the gateway's own book says while we have no answer; asking it brings it out."""

    @property
    def open(self) -> Minor:
        """What can still be captured."""
        return self.amount - self.captured - self.released if self.status == "authorised" else 0

    @property
    def under_way(self) -> bool:
        """Whether the answer is still to come, or was lost."""
        return self.status in ("pending", "unanswered")


class Refund(Fact, frozen=True):
    """Money that goes back, with its own state: what was asked for is not yet what has moved.

    Its number is the key the gateway knows it by; a second try under the same key moves nothing
    twice.
    """

    refund_number: str
    amount: Minor
    reason: str
    requested_at: Moment
    status: RefundStatus = "pending"
    tries: int = 1
    moved: bool = False
    """What the gateway's own book says while we have no answer; asking it brings it out."""
    tender: Tender = "transfer"
    """By what the money that goes back had come."""
    reference: str = ""
    """The authorisation it had been captured from."""
    credit_number: str = ""
    """The store credit that was issued in its place; then no money moves."""
    came_back: int = 0
    """How often the customer's bank sent it back."""
    reversal: ReversalReason | None = None
    """Why, if the bank has said so."""
    letter_id: str = ""
    """The bank's letter about it."""

    @property
    def arrived(self) -> int:
        """How often the money was with the customer, or so it seemed."""
        return self.came_back + (self.status == "succeeded")

    @property
    def under_way(self) -> bool:
        """Whether the money may still leave, or has left without our knowing."""
        return self.status in ("pending", "unanswered")

    @property
    def stays(self) -> bool:
        """Whether the money is with the customer, or may be: not if it failed or came back."""
        return self.status not in ("failed", "reversed")


class Chargeback(Fact, frozen=True):
    """Money of a card that its bank has taken back, and how far the dispute has come."""

    chargeback_number: str
    reference: str
    """The authorisation it had been captured from."""
    amount: Minor
    dispute: ChargebackReason
    raised_at: Moment = 0
    respond_by: Moment = 0
    """When it is lost without a word of ours."""
    status: ChargebackStatus = "open"
    evidence: str = ""

    @property
    def open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.status in ("open", "contested")


class Hold(Fact, frozen=True):
    """A reason to stop, open until somebody releases it."""

    kind: HoldKind
    reason: str
    placed_at: Moment
    released_at: Moment = 0
    placed_by: str = ""
    owner: HoldOwner = "clerk"
    """Who may release it."""
    asked_at: Moment = 0
    """When its owner was asked to release it; 0 while no question is open."""
    asked_by: str = ""

    @property
    def open(self) -> bool:
        """Whether it still stops the order."""
        return not self.released_at


class Document(Fact, frozen=True):
    """An issued paper; never changed, numbered without gaps."""

    document_number: str
    kind: Literal["invoice", "credit_note"]
    amount: Minor
    issued_at: Moment
    rows: tuple[PackageRow, ...] = ()
    """The units of each line that stand on it."""
    amounts: tuple[Minor, ...] = ()
    """What each row comes to with tax, where the rows do not tell by themselves.

    Units that came back are credited as a line's first, units called off as its last.
    """
    fee: Minor = 0
    """What was kept of the credit: the fee for goods that came back at the customer's cost."""
    title: str = ""
    tax_id: str = ""
    """The buyer as the tax office knows them, where their tax profile was looked at."""
    shipping: Minor = 0
    """What of its amount takes the charge for shipping back, although the goods stay."""
    goodwill: Minor = 0
    """What of its amount is goodwill; below 0 where credit for goods took the place of it."""
    written_off: Minor = 0
    """What of its amount was lost by a chargeback; below 0 as goodwill is."""
    repairs: Minor = 0
    """What of its amount is the price of repairs."""
    clawback: Minor = 0
    """What it asks for because a promotion was lost: part of an invoice's amount, kept of a credit
    note's. Below 0 where that was dropped again."""

    @property
    def itemised(self) -> bool:
        """Whether it says what it is about; papers of long ago know their amount alone."""
        beside = self.shipping or self.goodwill or self.written_off or self.repairs or self.clawback
        return bool(self.rows or beside)

    @property
    def claim(self) -> Minor:
        """What we ask for by it; a credit note takes away from what we ask for."""
        return self.amount if self.kind == "invoice" else -self.amount


class ReturnedLot(Fact, frozen=True):
    """Units of one lot that came back on a line of a return."""

    lot_number: str
    expires: date
    received: int = 0
    inspected: int = 0


class ReturnedSerial(Fact, frozen=True):
    """One unit that came back, and how far it has come."""

    serial_number: str
    state: Literal["received", "inspected", "in_repair", "given_back"] = "received"


class Graded(Fact, frozen=True):
    """Units of a line of one grade, and what became of them."""

    grade: Grade
    disposition: Disposition
    quantity: int


class ReturnRow(Fact, frozen=True):
    """Units of one line under one return: announced, received, inspected.

    Of the inspected ones some are in repair and some were given back; the rest is credited. Of
    those that are not inspected some may wait for a decision.
    """

    line_number: int
    quantity: int
    received: int = 0
    inspected: int = 0
    in_repair: int = 0
    given_back: int = 0
    credit: Minor = 0
    repaired: int = 0
    """Of those given back, the ones that the workshop made good; the others were not taken."""
    lot_number: str = ""
    """The lot of units that are being counted, if somebody has read it off them."""
    lots: tuple[ReturnedLot, ...] = ()
    """What was received by lot, the earliest to expire first; nothing for what knows no lots."""
    serial_numbers: tuple[str, ...] = ()
    """The units that are being counted, one by one."""
    serials: tuple[ReturnedSerial, ...] = ()
    """What was received one by one, in the order in which it came."""
    waiting: int = 0
    """Units in quarantine that somebody has looked at and could not decide about."""
    graded: tuple[Graded, ...] = ()
    """How good they were found, where somebody said so; what waited is here once more."""

    @property
    def unseen(self) -> int:
        """Units in quarantine that nobody has looked at."""
        return self.received - self.inspected - self.waiting


class Content(Fact, frozen=True):
    """So many of a SKU in a parcel, as whoever opens it sees."""

    sku: str
    quantity: int
    serial_numbers: tuple[str, ...] = ()


class UnexpectedRow(Fact, frozen=True):
    """What came in a return in place of what was announced: quantity = sent back + accepted + left.

    It is none of our goods until it is accepted.
    """

    sku: str
    quantity: int
    note: str
    sent_back: int = 0
    accepted: int = 0

    @property
    def left(self) -> int:
        """Units that nobody has decided about."""
        return self.quantity - self.sent_back - self.accepted


class RepairQuote(Fact, frozen=True):
    """What the repair of some units would cost the customer, their word, and what came of it.

    Of the units some were repaired and some given up: beyond repair, or back as they are after a
    no.
    """

    line_number: int
    quantity: int
    price: Minor
    asked_at: Moment
    answer: QuoteAnswer = "awaited"
    reply_id: str = ""
    repaired: int = 0
    given_up: int = 0

    @property
    def left(self) -> int:
        """Units of it that are still in the workshop."""
        return self.quantity - self.repaired - self.given_up

    @property
    def charged(self) -> Minor:
        """What the customer owes for it by now: nothing for what was beyond repair."""
        if self.answer != "said_yes":
            return 0
        return self.price - telescoped(self.price, self.given_up, self.quantity)

    @property
    def earned(self) -> Minor:
        """What of that is for units that are repaired; the rest still has to be done."""
        if self.answer != "said_yes":
            return 0
        return credited(self.price, self.repaired, self.quantity)


class Return(Fact, frozen=True):
    """What a customer sends back under one number."""

    rma_number: str
    rows: tuple[ReturnRow, ...]
    reason: ReturnReason
    status: ReturnStatus = "requested"
    liability: LiabilitySoFar | None = None
    warehouse: str = ""
    contents: tuple[Content, ...] = ()
    """What lies in the parcel, if it is not simply what was announced."""
    unexpected: tuple[UnexpectedRow, ...] = ()
    why_not: str = ""
    """Why it was rejected, in the words the customer will read."""
    exception: WindowException = "not_asked"
    exception_asked_by: str = ""
    send_by: date | None = None
    """The last day on which the goods may come; none where the company waits without an end."""
    late_parcel: LateParcel = "none"
    """What came after that day all the same, and what was decided about it."""
    quotes: tuple[RepairQuote, ...] = ()
    """What repairs of it would cost the customer, the oldest first."""
    handed_over: bool = False
    """Whether the customer has given the goods to a carrier."""
    evidence: str = ""
    """What their message shows of a damage."""

    @property
    def undetermined(self) -> bool:
        """Whether it was agreed to, and nobody knows yet at whose cost."""
        return self.liability == "undetermined"

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something about it."""
        waits = self.late_parcel == "here"
        return waits or self.status not in ("rejected", "closed", "expired", "cancelled")

    @property
    def stage(self) -> str:
        """How far it has come: its status, and once goods are counted what became of them."""
        if self.late_parcel == "here":
            return "came_late"
        if self.status == "authorised" and self.handed_over:
            return "in_transit"
        received = sum(row.received for row in self.rows)
        if self.status != "arrived" or not received:
            return self.status
        if any(row.in_repair for row in self.rows):
            return "in_repair"
        inspected = sum(row.inspected for row in self.rows)
        if inspected == received:
            return "inspected"
        announced = sum(row.quantity for row in self.rows)
        return "received" if received == announced else "partially_received"

    @property
    def apart(self) -> int:
        """Units that came unexpectedly and that nobody has decided about."""
        return sum(item.left for item in self.unexpected)

    def row(self, line_number: int) -> ReturnRow | None:
        """The row of a line."""
        return next((row for row in self.rows if row.line_number == line_number), None)

    def quoted(self, line_number: int, answer: QuoteAnswer) -> int:
        """Units of a line in the workshop for whose quote the customer has that answer."""
        return sum(
            quote.left
            for quote in self.quotes
            if quote.line_number == line_number and quote.answer == answer
        )

    def open_quote(self, line_number: int) -> RepairQuote | None:
        """The quote for a line that has no answer yet."""
        return next(
            (q for q in self.quotes if q.line_number == line_number and q.answer == "awaited"), None
        )

    def item(self, sku: str) -> UnexpectedRow | None:
        """What came of a SKU that was not announced."""
        return next((item for item in self.unexpected if item.sku == sku), None)


class Evidence(Fact, frozen=True):
    """What a customer was asked to show of a damage, and what they sent."""

    case_number: str
    """The return or the claim it is about."""
    asked_at: Moment = 0
    """0 where nobody had to ask."""
    text: str = ""
    reply_id: str = ""

    @property
    def answer(self) -> EvidenceAnswer:
        """How it stands with what was asked."""
        if self.text:
            return "evidence_there"
        return "nothing_to_show" if self.reply_id else "awaited"


class Recourse(Fact, frozen=True):
    """What we claimed from a carrier or a supplier for a case, and how much they made good."""

    recourse_number: str
    case_number: str
    """A return, a claim, or a parcel by its number."""
    party: RecourseParty
    amount: Minor
    raised_at: Moment
    answer: RecourseAnswer = "awaited"
    granted: Minor = 0

    @property
    def open(self) -> bool:
        """Whether they have not answered yet."""
        return self.answer == "awaited"


class ClaimRow(Fact, frozen=True):
    """Units of one line that a claim is about."""

    line_number: int
    quantity: int


class Claim(Fact, frozen=True):
    """What a customer complains about in goods they keep."""

    claim_number: str
    rows: tuple[ClaimRow, ...]
    reason: ReturnReason
    evidence: str = ""
    status: Literal["open", "approved", "denied"] = "open"
    liability: Liability | None = None
    credit: Minor = 0
    replaced: tuple[ClaimRow, ...] = ()
    """What was sent once more in place of it; the rest was credited."""
    replaced_value: Minor = 0
    """What the customer had paid for that."""

    @property
    def worth(self) -> Minor:
        """What it gave the customer, in money or in goods."""
        return self.credit + self.replaced_value

    @property
    def open(self) -> bool:
        """Whether nobody has decided it yet."""
        return self.status == "open"


class Complaint(Fact, frozen=True):
    """A customer's complaint about an order, and our answer to it once there is one."""

    complaint_number: str
    reason: ComplaintReason
    received_at: Moment
    respond_by: Moment
    answered_at: Moment = 0
    remedy: Remedy | None = None
    answer: str = ""

    @property
    def open(self) -> bool:
        """Whether the customer still waits for an answer."""
        return self.remedy is None

    def late(self, now: Moment) -> bool:
        """Whether the answer came after the deadline, or has not come by then."""
        return (now if self.open else self.answered_at) > self.respond_by


class Task(Fact, frozen=True):
    """What somebody is to do about an order, by when."""

    task_number: str
    text: str
    owner: TaskOwner
    due: date
    status: TaskStatus = "open"
    note: str = ""
    """How it went, or why it was handed back."""
    unpaid: bool = False
    """Whether the goods are to be put back because nobody paid; then the order is called off."""

    @property
    def open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.status == "open"

    def due_by(self, now: Moment) -> bool:
        """Whether it is still to be done, and its day has come."""
        return self.open and self.due <= day_of(now)


class ChangedLine(Fact, frozen=True):
    """How many of one product a change document wants from now on, none where it is taken off."""

    sku: str
    quantity: int
    status: LineStatus = "revised"


class ChangeRequest(Fact, frozen=True):
    """What a customer's document asks of an order they have: that it be another, or be no more.

    What it does not name stays as it is.
    """

    customer_id: str
    customer_po_number: str
    document_number: str
    sequence: int = 1
    """Which change of this order it is, as the customer counts them."""
    cancellation: bool = False
    lines: tuple[ChangedLine, ...] = ()
    requested_delivery_date: date | None = None
    ship_to: Address | None = None
    note: str = ""

    @property
    def key(self) -> tuple[str, int]:
        """What tells the change documents of one order apart."""
        return (self.document_number, self.sequence)


class AnsweredLine(Fact, frozen=True):
    """What a change document wanted of one product, and what stood when we answered."""

    sku: str
    asked: int
    stands: int


class AnsweredChange(Fact, frozen=True):
    """Our answer to a change document, as it went out."""

    change: ChangeRequest
    answer: ChangeAnswer
    answered_at: Moment
    lines: tuple[AnsweredLine, ...] = ()
    promised_delivery_date: date | None = None
    ship_to: Address = Address()
    why_not: str = ""
    message_id: str = ""


class HandOn(Fact, frozen=True):
    """An order on its way from one desk to the next, with what was said about it."""

    came_from: Desk
    desk: Desk
    note: str
    at: Moment
    by: str = ""


class Order(Fact, frozen=True):
    """The whole of one order. Its statuses are derived in `status`; nobody sets one."""

    order_number: str
    sequence: int
    customer_id: str
    created_at: Moment
    status: OrderStatus = "draft"
    version: int = 1
    message_id: str = ""
    customer_po_number: str = ""
    payment_terms: PaymentTerms = "prepay"
    carrier_code: str = ""
    ship_to: Address = Address()
    requested_delivery_date: date | None = None
    promised_delivery_date: date | None = None
    first_promise: date | None = None
    """What the customer was promised first, whatever was agreed later."""
    override_reason: str = ""
    """Why it was promised for a day that stock and capacity could not hold."""
    amendments: int = 0
    lines: tuple[OrderLine, ...] = ()
    discount: Minor = 0
    shipping_gross: Minor = 0
    fees: Minor = 0
    """Charged later: for goods that came back at the customer's own cost."""
    repair_fees: Minor = 0
    """Charged later: for repairs that the customer agreed to."""
    supply_credit: Minor = msgspec.field(name="credit", default=0)
    """What was credited of its goods and their shipping."""
    captured: Minor = 0
    refunded: Minor = 0
    payments: tuple[Payment, ...] = ()
    holds: tuple[Hold, ...] = ()
    packages: tuple[Package, ...] = ()
    documents: tuple[Document, ...] = ()
    returns: tuple[Return, ...] = ()
    claims: tuple[Claim, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    satisfaction: int = 0
    """What the customer said in the survey, from 1 to 5; 0 if they were not asked yet."""
    notices: tuple[str, ...] = ()
    told: tuple[tuple[str, str], ...] = ()
    """Of those that can go out again, the template and what it was about."""
    notes: tuple[str, ...] = ()
    checked_at: Moment = 0
    confirmed_at: Moment = 0
    delivered_at: Moment = 0
    batch_number: str = ""
    retain_until: date | None = None
    submitted_at: Moment = 0
    allocated_at: Moment = 0
    """When stock was last set aside."""
    document_format: Format | None = None
    """As what kind of document it came, if it was not entered by hand."""
    document_number: str = ""
    priority: Priority = "normal"
    refunds: tuple[Refund, ...] = ()
    tender: Tender = "transfer"
    """How the customer pays it."""
    authorisations: tuple[Authorisation, ...] = ()
    approval_asked: Minor = 0
    """What a supervisor has been asked to let go back, and has not answered yet."""
    approval_asked_by: str = ""
    """Who asked last; whatever role they have by then, the answer is somebody else's."""
    refund_approved: Minor = 0
    """Up to how much in all a supervisor has let go back."""
    tasks: tuple[Task, ...] = ()
    currency: str = ""
    """The one currency of all its amounts, ISO 4217; empty for the company's own."""
    why_not: str = ""
    """Why it was declined, in the words the customer will read."""
    called_off_for: CancelReason = "other"
    """Why it was called off, if it was; the words stand in its history."""
    shipping_credit: Minor = 0
    """What was credited of the charge for shipping alone."""
    goodwill: Minor = 0
    """What was given beyond what the customer has a right to."""
    allowances: int = 0
    """How often one or the other was given: each time is a reason to write."""
    goodwill_asked: Minor = 0
    """What a supervisor has been asked to give, and has not answered yet."""
    goodwill_asked_by: str = ""
    chargebacks: tuple[Chargeback, ...] = ()
    written_off: Minor = 0
    """What was given up after chargebacks that were lost."""
    price_rises: tuple[PriceRise, ...] = ()
    """What the customer was asked to pay more, the oldest first."""
    incoterm: Incoterm = ""
    incoterm_place: str = ""
    bill_to: Address = NO_ADDRESS
    """Where its invoices go, if not to the customer's own address."""
    changes: tuple[AnsweredChange, ...] = ()
    """The customer's change documents that were answered, the oldest first."""
    evidence: tuple[Evidence, ...] = ()
    """What was asked for and sent as evidence of damage, a case each."""
    recourses: tuple[Recourse, ...] = ()
    """What we claimed from others, the oldest first."""
    promotion: PromotionGiven | None = None
    card_fees: Minor = 0
    """What was kept of its card payments, as far as they stand in a batch."""
    clawback: Minor = 0
    """Charged later: what a promotion gave on goods that alone would not have had it."""
    refund_approved_by: str = ""
    """Who let it go back, where that one may not pay it out as well."""
    hand_overs: tuple[HandOn, ...] = ()
    """From desk to desk, the oldest first."""

    @property
    def credit(self) -> Minor:
        """What need not be paid: what was credited of the supply, goodwill, what was given up."""
        if not (self.goodwill or self.written_off):
            return self.supply_credit
        return self.supply_credit + self.goodwill_standing + self.written_off_standing

    @property
    def goodwill_standing(self) -> Minor:
        """What is left of goodwill: nobody gets back more than the order costs."""
        return max(min(self.goodwill, self.total - self.supply_credit), 0)

    @property
    def written_off_standing(self) -> Minor:
        """What is left of what was given up, for the same reason."""
        left = self.total - self.supply_credit - self.goodwill_standing
        return max(min(self.written_off, left), 0)

    @property
    def charged_back(self) -> Minor:
        """What banks have taken back and not returned."""
        return sum(x.amount for x in self.chargebacks if x.status != "won")

    @property
    def disputed(self) -> Minor:
        """What of that nobody has decided yet."""
        return sum(x.amount for x in self.chargebacks if x.open)

    @property
    def received(self) -> Minor:
        """What has come and stayed."""
        return self.captured - self.refunded - (self.charged_back if self.chargebacks else 0)

    def chargeback(self, number: str) -> Chargeback | None:
        """The chargeback of that number."""
        return next((x for x in self.chargebacks if x.chargeback_number == number), None)

    @property
    def shipping_credited(self) -> Minor:
        """How much of the charge for shipping is credited by now."""
        return self.shipping_gross if self.called_off else self.shipping_credit

    @property
    def refund_pending(self) -> Minor:
        """What may be on its way back to the customer, and cannot be promised a second time."""
        return sum(refund.amount for refund in self.refunds if refund.under_way)

    @property
    def authorised_open(self) -> Minor:
        """What cards have promised for it and nobody has captured."""
        return sum(held.open for held in self.authorisations) if self.authorisations else 0

    def authorisation(self, number: str) -> Authorisation | None:
        """The authorisation of that number."""
        found = (held for held in self.authorisations if held.authorisation_number == number)
        return next(found, None)

    def refund(self, refund_number: str) -> Refund | None:
        """The refund of that number."""
        return next((r for r in self.refunds if r.refund_number == refund_number), None)

    @property
    def total(self) -> Minor:
        """What the customer is asked for: every line, the shipping, and fees."""
        total = self.shipping_gross + self.fees + self.repair_fees + self.clawback
        for line in self.lines:
            total += line.gross
        return total

    @property
    def repairs_earned(self) -> Minor:
        """What of the charge for repairs is for units that are repaired, and can be invoiced."""
        if not self.repair_fees:
            return 0
        return sum(quote.earned for back in self.returns for quote in back.quotes)

    @property
    def agreed(self) -> Minor:
        """The total as it stands: a draft's discount is shared out only when it is submitted."""
        return self.total - self.discount if self.status == "draft" else self.total

    @property
    def balance_due(self) -> Minor:
        """Still owed when positive, owed back when negative."""
        return self.total - self.credit - self.received

    @property
    def covered(self) -> Minor:
        """What has come and stayed, and what a carrier or a card's bank may still bring."""
        covered = self.received + self.disputed if self.chargebacks else self.received
        for package in self.packages:
            if package.stage == "shipped":
                covered += package.to_collect
        return covered

    @property
    def payable(self) -> Minor:
        """What may still be asked for."""
        return self.total - self.credit - self.covered

    @property
    def called_off(self) -> bool:
        """Whether it was cancelled, in the archive too: what was carried out is in a batch."""
        return self.status == "cancelled" or (self.status == "archived" and not self.batch_number)

    @property
    def on_hold(self) -> bool:
        """Whether an open hold stops it."""
        return bool(self.holds) and any(not hold.released_at for hold in self.holds)

    @property
    def after_sales_open(self) -> bool:
        """Whether something of it is coming back, or a claim waits for its answer."""
        return any(back.open for back in self.returns) or any(claim.open for claim in self.claims)

    def promise_of(self, line: OrderLine) -> date | None:
        """The day a line is promised for."""
        return line.promised_delivery_date or self.promised_delivery_date

    def first_promise_of(self, line: OrderLine) -> date | None:
        """The day a line was promised for first, whatever was agreed later."""
        return line.first_promise or self.first_promise or self.promise_of(line)

    @property
    def split_dates(self) -> bool:
        """Whether its lines are promised for different days."""
        return any(
            line.promised_delivery_date not in (None, self.promised_delivery_date)
            for line in self.lines
        )

    def line(self, line_number: int) -> OrderLine | None:
        """The line of that number."""
        for line in self.lines:
            if line.line_number == line_number:
                return line
        return None

    def returned(self, rma_number: str) -> Return | None:
        """The return of that number."""
        return next((back for back in self.returns if back.rma_number == rma_number), None)

    def claim(self, claim_number: str) -> Claim | None:
        """The claim of that number."""
        return next((claim for claim in self.claims if claim.claim_number == claim_number), None)

    def recourse(self, recourse_number: str) -> Recourse | None:
        """What we claimed from others under that number."""
        return next((it for it in self.recourses if it.recourse_number == recourse_number), None)

    def evidence_of(self, case_number: str) -> Evidence | None:
        """What was asked for or sent as evidence of a return or a claim."""
        return next((it for it in self.evidence if it.case_number == case_number), None)

    def complaint(self, complaint_number: str) -> Complaint | None:
        """The complaint of that number."""
        found = (x for x in self.complaints if x.complaint_number == complaint_number)
        return next(found, None)

    def task(self, task_number: str) -> Task | None:
        """The task of that number."""
        return next((task for task in self.tasks if task.task_number == task_number), None)

    def package(self, package_number: int) -> Package | None:
        """The package of that number, voided ones excepted."""
        for package in self.packages:
            if package.package_number == package_number and package.stage != "voided":
                return package
        return None

    def packages_with(self, package_number: int, **changes: object) -> tuple[Package, ...]:
        """Its packages, one of them with other facts."""
        return tuple(
            msgspec.structs.replace(package, **changes)
            if package.package_number == package_number
            else package
            for package in self.packages
        )


class RequestLine(Fact, frozen=True):
    """What the customer wants of one SKU."""

    sku: str
    quantity: int


class Request(Fact, frozen=True):
    """What the customer meant, as facts; the message says it in their own words."""

    customer_id: str
    customer_po_number: str
    lines: tuple[RequestLine, ...]
    requested_delivery_date: date
    carrier_code: str
    ship_to: Address
    incoterm: Incoterm = ""
    incoterm_place: str = ""
    bill_to: Address = NO_ADDRESS


class Defect(Fact, frozen=True):
    """Something in a message that is not what its sender meant, as it stands there.

    Of what is written the message has its own words; here it is as a fact, to be told from the
    truth in the request.
    """

    slip: Slip
    line: int = 0
    """The place of the request's line that it is about, counted from 0."""
    sku: str = ""
    quantity: int = 0
    day: date | None = None
    price: Minor = 0
    firm: bool = False
    """Whether they stand by it when they are asked: the day, or the price."""

    @property
    def topic(self) -> Topic:
        """What one asks about to have it cleared."""
        return TOPICS[self.slip]


TOPICS: Final[dict[Slip, Topic]] = {
    "missing_address": "address",
    "impossible_date": "delivery_date",
    "unknown_sku": "product",
    "wrong_price": "price",
    "odd_quantity": "quantity",
    "vague_quantity": "quantity",
}


class Question(Fact, frozen=True):
    """What we asked the sender of a message, and which message is their answer."""

    about: Topic
    text: str
    asked_at: Moment
    reply_id: str = ""
    """Empty while they have not answered."""


class Wish(Fact, frozen=True):
    """What a customer wants of an order they have: to send back, less, another day, or nothing."""

    kind: Literal["return", "less", "day", "cancel"]
    line_number: int = 0
    quantity: int = 0
    reason: ReturnReason | None = None
    day: date | None = None
    insisted: bool = False
    """Whether they were told no and ask again; they do so once."""


class Turn(Fact, frozen=True):
    """What one of two said on the telephone before the other one spoke again."""

    speaker: Speaker
    text: str


class Message(Fact, frozen=True):
    """Something that came in, or that we sent, with the words it was said in."""

    message_id: str
    channel: Channel
    sender: str
    subject: str
    body: str
    received_at: Moment
    customer_id: str = ""
    order_number: str = ""
    request: Request | None = None
    wish: Wish | None = None
    turns: tuple[Turn, ...] = ()
    """The talk word for word, if they rang."""
    attached: Format | None = None
    """In what the request, or the change, came as a document with the words."""
    declined: str = ""
    """The letter in which we said no to what it asks for; empty while we have not."""
    defects: tuple[Defect, ...] = ()
    """Where the order it asks for does not say what they meant."""
    questions: tuple[Question, ...] = ()
    """What we asked about it, the oldest first."""
    reply_to: str = ""
    """The message whose question it answers."""
    change: ChangeRequest | None = None
    """What it asks of an order that is there, if it came with such a document."""
    refund_number: str = ""
    """The refund of the order that it says has come back."""
    arrival: Arrival | None = None
    """The parcel of the order that it says is there."""

    @classmethod
    def about(
        cls, order: Order, message_id: str, sender: str, subject: str, body: str, at: Moment
    ) -> "Message":
        """What its customer writes about an order."""
        return cls(
            message_id=message_id,
            channel="email",
            sender=sender,
            subject=subject,
            body=body,
            received_at=at,
            customer_id=order.customer_id,
            order_number=order.order_number,
        )

    def answered(self, about: Topic) -> bool:
        """Whether they have told us what they meant by that."""
        return any(asked.about == about and asked.reply_id for asked in self.questions)

    def waits(self, about: Topic) -> bool:
        """Whether a question about that has no answer yet."""
        return any(asked.about == about and not asked.reply_id for asked in self.questions)

    @property
    def known(self) -> Request | None:
        """The order as it can be read by now: what they wrote, and what they have told us since.

        What was left out or is vague is empty or nothing.
        """
        request = self.request
        for defect in self.defects if request else ():
            if request and not self.answered(defect.topic):
                request = as_written(request, defect)
        return request


def as_written(request: Request, defect: Defect) -> Request:
    """A request as it stands in a message with that defect."""
    line = request.lines[defect.line]
    match defect.slip:
        case "missing_address":
            bare = msgspec.structs.replace(request.ship_to, street="", postal_code="")
            return msgspec.structs.replace(request, ship_to=bare)
        case "impossible_date":
            day = defect.day or request.requested_delivery_date
            return msgspec.structs.replace(request, requested_delivery_date=day)
        case "unknown_sku":
            line = msgspec.structs.replace(line, sku=defect.sku)
        case "odd_quantity" | "vague_quantity":
            line = msgspec.structs.replace(line, quantity=defect.quantity)
        case "wrong_price":
            pass  # a request names no prices
    before, after = request.lines[: defect.line], request.lines[defect.line + 1 :]
    return msgspec.structs.replace(request, lines=(*before, line, *after))


class BankTransfer(Fact, frozen=True):
    """A line of the bank statement."""

    reference: str
    customer_id: str
    amount: Minor
    remark: str
    received_at: Moment
    matched: Minor = 0
    currency: str = ""
    """What came in, ISO 4217; empty for the company's own."""
    refund: Refund | None = None
    """What of it goes back to its sender, or has gone."""

    @property
    def returned(self) -> Minor:
        """What has gone back to its sender, or may be going."""
        return self.refund.amount if self.refund and self.refund.status != "failed" else 0

    @property
    def unmatched(self) -> Minor:
        """Money nobody has booked to an order yet, and nobody has sent back."""
        return self.amount - self.matched - self.returned


class PayoutRow(Fact, frozen=True):
    """One parcel on a carrier's list: what was collected for it, and what the carrier keeps."""

    order_number: str
    package_number: int
    amount: Minor
    fee: Minor = 0


class Payout(Fact, frozen=True):
    """Collected cash that a carrier sent: whole once received = collected − fees."""

    payout_number: str
    carrier_code: str
    rows: tuple[PayoutRow, ...]
    received: Minor
    received_at: Moment
    currency: str = ""
    """ISO 4217; empty for the company's own."""
    claimed: Minor = 0
    """What we told the carrier was missing."""
    booked: bool = False

    @property
    def collected(self) -> Minor:
        """What customers paid at their doors."""
        return sum(row.amount for row in self.rows)

    @property
    def fees(self) -> Minor:
        """What the carrier may keep of it."""
        return sum(row.fee for row in self.rows)


class Batch(Fact, frozen=True):
    """A closed settlement batch: its total is the sum of its documents."""

    batch_number: str
    document_numbers: tuple[str, ...]
    total: Minor
    closed_at: Moment
    currency: str = ""
    """Of all its documents; empty for the company's own."""
    fee: Minor = 0
    """What the acquirer kept of it."""

    @property
    def payout(self) -> Minor:
        """What reached the bank."""
        return self.total - self.fee


class ProductionOrder(Fact, frozen=True):
    """Units to be made; pegged to the order line they are for, or for the shelf."""

    production_number: str
    sku: str
    quantity: int
    warehouse: str
    due: date
    order_number: str = ""
    line_number: int = 0
    status: ProductionStatus = "planned"
    made: int = 0

    @property
    def open(self) -> bool:
        """Whether something will still come of it."""
        return self.status not in ("done", "cancelled")

    @property
    def left(self) -> int:
        """Units that are still to be made."""
        return self.quantity - self.made if self.open else 0


class Supplier(Fact, frozen=True):
    """Who sells to us: what, in how many days, and how well that is kept.

    Of a hundred deliveries `reliability` come on the day; the others up to `spread_days` early or
    late. Of a hundred so many bring less than their note says, more than it says, or something
    that is broken.
    """

    supplier_id: str
    company: str
    skus: tuple[str, ...] = ()
    """What it sells; nothing here means whatever we sell."""
    lead_time: int = 5
    reliability: int = 100
    spread_days: int = 0
    parts: int = 1
    """In how many deliveries what was bought comes."""
    short_percent: int = 0
    over_percent: int = 0
    damaged_percent: int = 0

    @property
    def exact(self) -> bool:
        """Whether it brings what was bought, all at once and whole."""
        return self.parts == 1 and not (
            self.short_percent or self.over_percent or self.damaged_percent
        )


class SentBack(Fact, frozen=True):
    """Units that went back to a supplier from the dock, why, and our letter about it."""

    quantity: int
    reason_code: SurplusReason = "other"
    reason: str = ""
    text: str = ""


class SupplierDelivery(Fact, frozen=True):
    """What a supplier brought at once: what its note says, what stands there, what was counted.

    It is none of our stock until it is counted in; what is damaged or too much went back.
    """

    delivery_number: int
    announced: int
    sound: int
    damaged: int = 0
    taken_in: int = 0
    rejected: int = 0
    """Damaged units that were counted, and went back."""
    surplus: int = 0
    """Sound units that went back, because nobody had bought so many."""
    sent_back: tuple[SentBack, ...] = ()
    """Those of them that somebody sent back with a reason, the oldest first."""

    @property
    def to_count(self) -> int:
        """Sound units that still stand at the dock."""
        return self.sound - self.taken_in - self.surplus

    @property
    def to_reject(self) -> int:
        """Damaged units that still stand at the dock."""
        return self.damaged - self.rejected

    @property
    def open(self) -> bool:
        """Whether something of it still stands at the dock."""
        return bool(self.to_count or self.to_reject)

    @property
    def short(self) -> int:
        """Units that its note says and that nobody brought."""
        return max(self.announced - self.sound - self.damaged, 0)

    @property
    def missing(self) -> int:
        """Units of its note that were not taken in: short, or damaged."""
        return max(self.announced - self.taken_in, 0)


class ReplenishmentOrder(Fact, frozen=True):
    """Units bought from a supplier."""

    replenishment_number: str
    supplier_id: str
    sku: str
    quantity: int
    warehouse: str
    expected: date
    status: ReplenishmentStatus = "ordered"
    received: int = 0
    deliveries: tuple[SupplierDelivery, ...] = ()
    """What came at once and was counted by somebody, the oldest first."""
    called_off_for: PurchaseReason = "other"
    """Why it, or the rest of it, was called off."""

    @property
    def open(self) -> bool:
        """Whether something will still come of it."""
        return self.status == "ordered"

    @property
    def stage(self) -> str:
        """How far it has come: its status, and more exactly where it came in parts."""
        if any(brought.open for brought in self.deliveries):
            return "at_the_dock"
        if self.received and self.status != "delivered":
            return "partly_received" if self.open else "closed_short"
        return self.status

    def delivery(self, delivery_number: int) -> SupplierDelivery | None:
        """What came at once under that number."""
        return next((it for it in self.deliveries if it.delivery_number == delivery_number), None)

    @property
    def left(self) -> int:
        """Units that are still to come."""
        return max(self.quantity - self.received, 0) if self.open else 0


StockKey = tuple[str, str]


class Breach(Fact, frozen=True):
    """A rule that was not kept any more right after an event."""

    rule: str
    """Its number, as `I2`."""
    about: str
    """What it is broken for: an order, a line of one, a shelf."""
    number: int
    """Of the event."""


Verdict = Literal["right", "not_there", "another_rule", "holds"]
"""What is true of a finding: that event broke that rule; the rule is broken, but not by that event;
the event broke another rule; neither."""


class Finding(Fact, frozen=True):
    """What somebody reported to be wrong: which event broke which rule, and why they think so."""

    number: int
    rule: str
    why: str
    verdict: Verdict


class Hunt(Fact, frozen=True):
    """The system itself is at fault, and somebody is to find where; nothing else knows the flaw."""

    flaw: str = ""
    """One of `flaws.FLAWS`; empty where nothing is wrong."""
    breaches: tuple[Breach, ...] = ()
    """Each rule that was broken, with the event that did it, for everything it is broken for."""
    findings: tuple[Finding, ...] = ()

    def verdict(self, number: int, rule: str) -> Verdict:
        """What is true of a finding."""
        broke = {breach.rule for breach in self.breaches if breach.number == number}
        if rule in broke:
            return "right"
        if any(breach.rule == rule for breach in self.breaches):
            return "not_there"
        return "another_rule" if broke else "holds"


class World(msgspec.Struct, frozen=True, gc=False):
    """Everything there is in one sandbox at one moment."""

    company: Company
    now: Moment = 0
    number: int = 0
    products: Map[str, Product] = Map()
    customers: Map[str, Customer] = Map()
    carriers: Map[str, Carrier] = Map()
    warehouses: Map[str, Warehouse] = Map()
    stock: Map[StockKey, StockLevel] = Map()
    orders: Map[str, Order] = Map()
    messages: Map[str, Message] = Map()
    transfers: Map[str, BankTransfer] = Map()
    batches: Map[str, Batch] = Map()
    payouts: Map[str, Payout] = Map()
    suppliers: Map[str, Supplier] = Map()
    production: Map[str, ProductionOrder] = Map()
    replenishments: Map[str, ReplenishmentOrder] = Map()
    counters: Map[str, int] = Map()
    sequence: Map[int, str] = Map()
    labels: Map[str, Label] = Map()
    by_label: Map[Label, int] = Map()
    """The orders that carry a label: bit n of the number stands for the order of sequence n."""
    exposure: Map[str, Minor] = Map()
    by_po: Map[StockKey, str] = Map()
    by_message: Map[str, tuple[str, ...]] = Map()
    tasked: int = 0
    """The orders with an open task, as bits like those of `by_label`."""
    held: int = 0
    """The orders that an open hold stops, as bits like those of `by_label`."""
    after_sales: int = 0
    """The orders with an open return or claim, as bits like those of `by_label`."""
    backorders: Map[str, int] = Map()
    """The confirmed orders that wait for units of a SKU, as bits like those of `by_label`."""
    making: Map[str, tuple[str, ...]] = Map()
    """The open production orders of a SKU, oldest first."""
    pegged: Map[str, tuple[str, ...]] = Map()
    """The open production orders for an order, oldest first."""
    incoming: Map[str, tuple[str, ...]] = Map()
    """The open replenishment orders of a SKU, oldest first."""
    rules: "Map[str, Rule]" = Map()
    rules_on: Map[str, tuple[str, ...]] = Map()
    """The rules that are switched on by what they wait for, in the order in which they act."""
    serials: Map[str, str] = Map()
    """The order that each serial number is out with; an index, like the maps above."""
    cash_out: "Map[StockKey, tuple[tuple[str, int], ...]]" = Map()
    """The parcels whose cash a carrier holds in a currency; an index too."""
    promotions: tuple[Promotion, ...] = ()
    """What the company gives on orders of so much; of two that give as much the first one."""
    rule_traces: "Map[tuple[str, str], Trace]" = Map()
    """What each rule has had to do with each order."""
    hunt: Hunt | None = None
    """Where the trainee hunts for a flaw of the system."""
    desk: Desk | None = None
    """Where the trainee has sat down; none before they first changed."""

    page: ClassVar[int] = 30
    """Orders on one page of a list."""

    @property
    def policies(self) -> Policies:
        """The company's rules."""
        return self.company.policies

    @property
    def seat(self) -> Desk:
        """The desk at which the trainee sits."""
        return self.desk or self.policies.first_desk

    def level(self, sku: str, warehouse: str) -> StockLevel:
        """Stock of a SKU in a warehouse, empty if it was never there."""
        return self.stock.get((sku, warehouse)) or StockLevel(sku=sku, warehouse=warehouse)

    def levels(self, sku: str) -> tuple[StockLevel, ...]:
        """Stock of a SKU in every warehouse, in the order of their codes."""
        return tuple(self.level(sku, warehouse) for warehouse in sorted(self.warehouses))

    def available(self, sku: str) -> int:
        """Units of a SKU that may still be promised, over all warehouses."""
        free = 0
        for warehouse in self.warehouses:
            level = self.stock.get((sku, warehouse))
            if level:
                free += level.on_hand - level.allocated
                if level.lots:
                    free += level.usable(day_of(self.now)) - level.available
        return free

    def free(self, sku: str) -> dict[str, int]:
        """Units of a SKU that may still be promised, by warehouse."""
        today = day_of(self.now)
        return {level.warehouse: level.usable(today) for level in self.levels(sku)}

    def next_number(self, series: str) -> int:
        """The next number of a gapless series; taken when the event that carries it happens."""
        return self.counters.get(series, 0) + 1

    def newest(self, label: Label | None = None) -> "Iterator[Order]":
        """Orders from the newest to the oldest, without looking at those nobody asks for."""
        if label is None:
            places: Iterable[int] = range(len(self.sequence), 0, -1)
        else:
            places = _from_the_top(self.by_label.get(label, 0))
        for place in places:
            yield self.orders[self.sequence[place]]

    def standing(self, customer_id: str) -> str:
        """The file a customer is kept under now, whichever of their files was meant."""
        customer = self.customers.get(customer_id)
        while customer and customer.merged_into:
            customer_id = customer.merged_into
            customer = self.customers.get(customer_id)
        return customer_id

    def waiting(self, sku: str) -> "Iterator[Order]":
        """Confirmed orders with open units of a SKU, newest first."""
        for place in _from_the_top(self.backorders.get(sku, 0)):
            yield self.orders[self.sequence[place]]

    def with_tasks(self) -> "Iterator[Order]":
        """Orders with an open task, newest first."""
        return self.at_places(self.tasked)

    def at_places(self, places: int) -> "Iterator[Order]":
        """The orders that an index names, newest first."""
        for place in _from_the_top(places):
            yield self.orders[self.sequence[place]]

    def in_production(self, sku: str) -> "Iterator[ProductionOrder]":
        """What is being made of a SKU, oldest first."""
        return (self.production[number] for number in self.making.get(sku, ()))

    def on_order(self, sku: str) -> "Iterator[ReplenishmentOrder]":
        """What suppliers still owe us of a SKU, oldest first."""
        return (self.replenishments[number] for number in self.incoming.get(sku, ()))

    def made_for(self, order_number: str, line_number: int) -> "Iterator[ProductionOrder]":
        """What is being made for a line, oldest first."""
        for number in self.pegged.get(order_number, ()):
            if self.production[number].line_number == line_number:
                yield self.production[number]

    def count(self, label: Label) -> int:
        """How many orders carry a label."""
        return self.by_label.get(label, 0).bit_count()

    def with_order(self, order: Order) -> "World":
        """The world with this order in it and every index true again."""
        number = order.order_number
        old = self.orders.get(number)
        changes: dict[str, object] = {"orders": self.orders.set(number, order)}
        label, before = label_of(order), self.labels.get(number)
        if label != before:
            changes["labels"] = self.labels.set(number, label)
            changes["by_label"] = _moved(self.by_label, before, label, order.sequence)
        owed = exposure_of(order) - (exposure_of(old) if old else 0)
        if owed or old is None:
            changes["exposure"] = _added(self.exposure, order.customer_id, owed)
        if old is None or old.lines is not order.lines or old.status != order.status:
            moved = wanting(order) ^ (wanting(old) if old else set())
            if moved:
                changes["backorders"] = _toggled(self.backorders, moved, order.sequence)
        # none of these is ever taken off an order again: most have never had one
        if order.tasks or order.holds or order.returns or order.claims:
            for index, there in (
                ("tasked", any(task.open for task in order.tasks)),
                ("held", order.on_hold),
                ("after_sales", order.after_sales_open),
            ):
                places: int = getattr(self, index)
                if there != bool(places >> order.sequence & 1):
                    changes[index] = places ^ 1 << order.sequence
        if old is None:
            changes |= self._entered(order)
        return msgspec.structs.replace(self, **changes)

    def moved_to(self, numbers: "Iterable[str]", gone: str, into: str) -> "World":
        """The world with these orders, all that one customer had, under another one's file."""
        orders, by_po = self.orders, self.by_po
        for number in numbers:
            order = orders[number]
            orders = orders.set(
                number,
                msgspec.structs.replace(order, customer_id=into, version=order.version + 1),
            )
            if not order.customer_po_number:
                continue
            if (gone, order.customer_po_number) in by_po:
                by_po = by_po.delete((gone, order.customer_po_number))
            there = orders.get(by_po.get((into, order.customer_po_number), ""))
            # the same rule as when a stored world is read: the latest that was not called off
            if there is None or (
                not order.called_off and (there.called_off or there.sequence < order.sequence)
            ):
                by_po = by_po.set((into, order.customer_po_number), number)
        owed = self.exposure.get(gone, 0)
        exposure = _added(_added(self.exposure, gone, -owed), into, owed)
        return msgspec.structs.replace(self, orders=orders, by_po=by_po, exposure=exposure)

    def _entered(self, order: Order) -> dict[str, object]:
        """The indexes that only a new order changes."""
        number, po_number = order.order_number, order.customer_po_number
        changes: dict[str, object] = {"sequence": self.sequence.set(order.sequence, number)}
        if po_number:
            changes["by_po"] = self.by_po.set((order.customer_id, po_number), number)
        if order.message_id:
            earlier = self.by_message.get(order.message_id, ())
            changes["by_message"] = self.by_message.set(order.message_id, (*earlier, number))
        return changes

    def with_message(self, message: Message) -> "World":
        """The world with this message in its inbox."""
        messages = self.messages.set(message.message_id, message)
        return msgspec.structs.replace(self, messages=messages)

    def with_level(self, level: StockLevel) -> "World":
        """The world with this stock level in it."""
        key = (level.sku, level.warehouse)
        return msgspec.structs.replace(self, stock=self.stock.set(key, level))

    def with_production(self, made: ProductionOrder) -> "World":
        """The world with this production order in it, and its indexes true again."""
        number = made.production_number
        pegged = self.pegged
        if made.order_number:
            pegged = listed(pegged, made.order_number, number, made.open)
        return msgspec.structs.replace(
            self,
            production=self.production.set(number, made),
            making=listed(self.making, made.sku, number, made.open),
            pegged=pegged,
        )

    def with_replenishment(self, bought: ReplenishmentOrder) -> "World":
        """The world with this replenishment order in it, and its index true again."""
        number = bought.replenishment_number
        return msgspec.structs.replace(
            self,
            replenishments=self.replenishments.set(number, bought),
            incoming=listed(self.incoming, bought.sku, number, bought.open),
        )


def wanting(order: Order) -> set[str]:
    """The SKUs that a confirmed order still waits for."""
    if order.status != "confirmed":
        return set()
    return {line.sku for line in order.lines if line.open}


def listed(
    index: Map[str, tuple[str, ...]], key: str, number: str, belongs: bool
) -> Map[str, tuple[str, ...]]:
    """An index with a number under its key as long as it belongs there."""
    there = index.get(key, ())
    if belongs:
        return index if number in there else index.set(key, (*there, number))
    rest = tuple(other for other in there if other != number)
    if rest:
        return index.set(key, rest)
    return index.delete(key) if there else index


def _toggled(index: Map[str, int], skus: set[str], sequence: int) -> Map[str, int]:
    for sku in skus:
        bits = index.get(sku, 0) ^ 1 << sequence
        index = index.set(sku, bits) if bits else index.delete(sku)
    return index


def _from_the_top(bits: int) -> "Iterator[int]":
    """Which bits are set, highest first; taken off a word at a time, for long numbers are slow."""
    while bits:
        base = max(bits.bit_length() - 64, 0)
        word = bits >> base
        bits ^= word << base
        while word:
            place = word.bit_length() - 1
            word ^= 1 << place
            yield base + place


def _moved(index: Map[Label, int], old: Label | None, new: Label, sequence: int) -> Map[Label, int]:
    bit = 1 << sequence
    if old is not None:
        index = index.set(old, index[old] ^ bit)
    return index.set(new, index.get(new, 0) | bit)


def _added(exposure: Map[str, Minor], customer_id: str, change: Minor) -> Map[str, Minor]:
    return exposure.set(customer_id, exposure.get(customer_id, 0) + change)
