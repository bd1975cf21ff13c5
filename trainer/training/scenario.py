"""The shape of a scenario: what an author writes, what an attempt is pinned to.

A scenario file is YAML; this module only says what may stand in it. Reading it, with line and
column for each mistake, and what its parts say of each other, is the catalogue's work.
"""

from typing import Annotated, Any, Final, Literal, Self

import msgspec
from pydantic import (
    BeforeValidator,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from trainer.orders.engine import Role, commands
from trainer.orders.flaws import FLAWS
from trainer.orders.world import (
    AllocationOrder,
    Colleague,
    Desk,
    Format,
    Handling,
    HoldKind,
    Limit,
    PaymentTerms,
    Policies,
    Slip,
    Sourcing,
)
from trainer.orders.world import Habit as Habits
from trainer.training.checks import NamedCheck, What
from trainer.training.deeds import DEEDS, WAIT
from trainer.training.judged import Judged
from trainer.training.month import MonthSpec
from trainer.training.sentences import Sentence
from trainer.training.texts import Language, Name, Part, Text

Locale = Literal["en_US", "zh_CN", "zh_TW"]
LANGUAGE_OF: dict[str, Language] = {"en_US": "en", "zh_CN": "zh_Hans", "zh_TW": "zh_Hant"}
LOCALE_OF: dict[str, Locale] = {"en": "en_US", "zh_Hans": "zh_CN", "zh_Hant": "zh_TW"}

Currency = Literal["JPY", "KRW", "CNY", "USD", "EUR", "TWD", "KWD", "BHD"]
"""What customers from abroad may buy in; where it is the company's own they buy like others."""

Span = tuple[int, int]


class Habit(Part):
    """How often of a hundred times somebody acts, and at what percent of the usual pace."""

    often: int | None = Field(None, ge=0, le=100)
    pace: int = Field(100, ge=10, le=1_000)


class Rules(Part):
    """The company's rules where a scenario wants others; what is not named stays as it is."""

    payment_after_hours: int | None = Field(None, ge=0, le=240)
    payment_after_minutes: int | None = Field(None, ge=0, le=1_000)
    """In place of the hours: prepaid orders are paid within so many minutes."""
    account_days: int | None = Field(None, ge=0, le=120)
    return_excluded: tuple[str, ...] | None = None
    """Categories whose goods are not taken back for a reason of the customer's own."""
    repair_quotes: bool | None = None
    """True: what the customer is liable for is repaired only at a price they agreed to."""
    restocking_fee_percent: int | None = Field(None, ge=0, le=50)
    """Kept of the credit for what comes back at the customer's own cost."""
    goodwill_limit: int | None = Field(None, ge=0)
    """In minor units: what claims may cost on one order that only the customer is liable for."""
    return_window_days: int | None = Field(None, ge=0, le=365)
    return_expiry_days: int | None = Field(None, ge=0, le=365)
    """After so many days a return that was agreed to and has not come is over; 0: never."""
    damage_evidence: bool | None = None
    """Whether damage is granted only once the customer has shown it."""
    graded_inspection: bool | None = None
    """Whether what becomes of goods that came back is decided with their grade alone."""
    review_after_days: int | None = Field(None, ge=1, le=1_000)
    complaint_answer_hours: int | None = Field(None, ge=1, le=240)
    customers_complain: bool | None = None
    customers_rate: bool | None = None
    returns_percent: int | None = Field(None, ge=0, le=100)
    forgotten_returns_percent: int | None = Field(None, ge=0, le=100)
    """Of a hundred returns that were agreed to, how many the customer never sends."""
    withdrawn_returns_percent: int | None = Field(None, ge=0, le=100)
    """Of a hundred returns that were agreed to, how many the customer then writes to call off."""
    wrong_returns_percent: int | None = Field(None, ge=0, le=100)
    """Of a hundred returns, in how many parcels something else lies than was announced."""
    changes_percent: int | None = Field(None, ge=0, le=100)
    calls: int | None = Field(None, ge=0, le=40)
    """Customers who ring up to order in the first five days of a living world."""
    unpaid_expiry_hours: int | None = Field(None, ge=0, le=1_000)
    unpaid_expiry_minutes: int | None = Field(None, ge=0, le=1_000)
    """More than the hours, or by themselves: with 30, half an hour after the promise."""
    auto_signoff_days: int | None = Field(None, ge=0, le=60)
    production: Handling | None = None
    """Manual: the trainee schedules what is to be made."""
    colleagues: tuple[Colleague, ...] | None = None
    """Who works in the same orders at the same time; nobody unless they are named."""
    habits: dict[Literal["warehouse", "clerk", "finance", "supervisor"], Habit] | None = None
    """How often of a hundred times each of them acts, and how quickly; else as usual."""
    backorder_fill: Handling | None = None
    """Automatic: what arrives is set aside at once for those who wait."""
    allocation_order: AllocationOrder | None = None
    """Who is served first when goods are short."""
    sourcing: Sourcing | None = None
    """Which warehouse serves an order."""
    partial_shipment: bool | None = None
    """False: nothing leaves before all of the order can."""
    backorder: bool | None = None
    """False: only what lies free on the shelf is promised."""
    over_delivery_tolerance: int | None = Field(None, ge=0, le=100)
    """Percent of what was bought that a supplier may bring beyond it."""
    goods_receipt: Handling | None = None
    """Manual: what a supplier brings stands at the dock until the trainee has counted it in."""
    four_eyes: tuple[HoldKind, ...] | None = None
    """Holds that only a supervisor releases, and nobody who placed them."""
    credit_check: Literal["block", "warn"] | None = None
    """Warn: the check says that a limit would break, and nothing stops the order."""
    check_holds: tuple[Literal["address", "fraud"], ...] | None = None
    """For what a check stops an order besides credit."""
    large_order: int | None = Field(None, ge=0)
    """In minor units: a new customer's prepaid order of so much to somewhere else looks odd."""

    refunds: Literal["instant", "gateway"] | None = None
    """Gateway: money goes back once the payment gateway has answered."""
    refund_limit: int | None = Field(None, ge=0)
    """In minor units; above it a supervisor is asked."""
    refund_limits: dict[Currency, Annotated[int, Field(ge=0)]] | None = None
    large_orders: dict[Currency, Annotated[int, Field(ge=0)]] | None = None
    """The same two in the currencies of customers from abroad; else about as high as at home."""
    refund_reversed_percent: int | None = Field(None, ge=0, le=100)
    """Of a hundred refunds that went through, how many the customer's bank sends back."""
    refund_failed_percent: int | None = Field(None, ge=0, le=100)
    refund_unanswered_percent: int | None = Field(None, ge=0, le=100)
    refund_repeated_percent: int | None = Field(None, ge=0, le=100)
    payment_timing: Literal["captured", "authorised"] | None = None
    """Authorised: a prepaid order may leave on what a card has promised."""
    authorisation_days: int | None = Field(None, ge=1, le=60)
    card_declined_percent: int | None = Field(None, ge=0, le=100)
    card_unanswered_percent: int | None = Field(None, ge=0, le=100)
    card_repeated_percent: int | None = Field(None, ge=0, le=100)
    scans_repeated_percent: int | None = Field(None, ge=0, le=100)
    scans_missing_percent: int | None = Field(None, ge=0, le=100)
    """Of a hundred delivered parcels, of how many the customer says so and the carrier never."""
    chargeback_percent: int | None = Field(None, ge=0, le=100)
    chargeback_days: int | None = Field(None, ge=1, le=60)
    store_credit: Literal["agreed", "never"] | None = None
    """Agreed: credit in place of money for customers who said that they take it."""
    store_credit_days: int | None = Field(None, ge=1, le=3_650)
    payout_days: int | None = Field(None, ge=1, le=60)
    payout_short_percent: int | None = Field(None, ge=0, le=100)
    refused_percent: int | None = Field(None, ge=0, le=100)
    card_fee_permille: int | None = Field(None, ge=0, le=200)
    """Kept of each capture by whoever pays out card money, in thousandths."""
    card_fee: int | None = Field(None, ge=0)
    """And so much of each beside that, in minor units."""
    card_fees: dict[Currency, Annotated[int, Field(ge=0)]] | None = None
    """The same in the currencies of customers from abroad; else nothing."""
    promotion_clawback: Literal["charge", "keep"] | None = None
    """Keep: a promotion stays given, whatever becomes of the order."""
    tax_profiles: Literal["unchecked", "required"] | None = None
    """Required, which worlds are: no invoice without a title and a tax id that can be right."""
    mishaps_stated: bool | None = None
    """True: the carriers' page also says their mishaps, which else only their record tells."""
    desks: bool | None = None
    """True: each act belongs to a desk, and the trainee hands orders over and changes desks."""
    first_desk: Desk | None = None
    """Where the trainee sits at first; the order desk, unless it is said."""

    def over(self, policies: Policies) -> Policies:
        """A company's policies with these rules in their place."""
        rules = self.model_dump(exclude_none=True)
        for name in ("refund_limits", "large_orders", "card_fees"):
            if name in rules:
                rules[name] = tuple(Limit(code, rules[name][code]) for code in sorted(rules[name]))
        if "habits" in rules:
            habits = rules["habits"]
            rules["habits"] = tuple(Habits(who, **habits[who]) for who in sorted(habits))
        return msgspec.structs.replace(policies, **rules)


class Mishaps(Part):
    """Of a hundred parcels of every carrier, how many fare badly."""

    late: int = Field(0, ge=0, le=100)
    lost: int = Field(0, ge=0, le=100)
    returned: int = Field(0, ge=0, le=100)
    damaged: int = Field(0, ge=0, le=100)
    """Of a hundred that do arrive: beside the others, not one of them."""
    days: int = Field(1, ge=1, le=14)
    """By how many days the late ones are late, or up to two more."""

    @model_validator(mode="after")
    def _of_a_hundred(self) -> Self:
        together = self.late + self.lost + self.returned
        if together > 100:
            raise ValueError(
                Sentence(
                    "late {late}, lost {lost} and returned {returned} add up to "
                    "{together}; they are parts of 100",
                    late=self.late,
                    lost=self.lost,
                    returned=self.returned,
                    together=together,
                )
            )
        return self


class Factory(Part):
    """Of a hundred things it makes, how many are ready some days early, and how many late."""

    early: int = Field(0, ge=0, le=100)
    late: int = Field(0, ge=0, le=100)

    @model_validator(mode="after")
    def _of_a_hundred(self) -> Self:
        if self.early + self.late > 100:
            raise ValueError(
                Sentence(
                    "early {early} and late {late} add up to {together}; they are parts of 100",
                    early=self.early,
                    late=self.late,
                    together=self.early + self.late,
                )
            )
        return self


class Suppliers(Part):
    """Of a hundred deliveries so many come on their day; the others some days early or late.

    Of a hundred, so many bring less than their note says, a pack more, or something damaged.
    """

    on_time: int = Field(100, ge=0, le=100)
    days: int = Field(2, ge=1, le=14)
    """How many days early or late at most."""
    parts: int = Field(1, ge=1, le=4)
    """In how many deliveries what was bought comes, the last one on the day."""
    short: int = Field(0, ge=0, le=100)
    over: int = Field(0, ge=0, le=100)
    damaged: int = Field(0, ge=0, le=100)


class Swing(Part):
    """A week of the past in which much more, or much less, was ordered than usual."""

    weeks_ago: int = Field(ge=1, le=100)
    """1 is the last whole week."""
    times: int = Field(3, ge=2, le=10)
    """So many times the usual; of a dip, so many times less. More where it would not stand out."""


class Planted(Part):
    """What the reports are to find in the past; nothing of it makes the past as it was."""

    spike: Swing | None = None
    dip: Swing | None = None
    bottleneck: Literal["promise", "payment", "stock", "packing", "handover", "transit"] | None = (
        None
    )
    """The stage in which orders lose most of their time."""
    slow_carrier: bool = False
    """One carrier comes after the promised day, the others keep it."""
    returns_of_one_product: bool = False
    """Customers send one product back, of which something is defective."""
    survey: bool = False
    """Customers were told, or not, that goods are on the way, and said how content they were."""

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.spike and self.dip and self.spike.weeks_ago == self.dip.weeks_ago:
            raise ValueError(
                Sentence("a week cannot be a spike and a dip; give one of them another week")
            )
        return self


def _one_or_several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Flaws = Annotated[
    tuple[str, ...], BeforeValidator(_one_or_several, json_schema_input_type=str | tuple[str, ...])
]
"""A flaw by its name, or a list to draw from."""


class Offer(Part):
    """A promotion, measured by an order of the cast: prices differ from one variant to another."""

    promotion_code: str = Field(pattern=r"^[A-Z0-9-]{2,20}$")
    name: Text
    order: Name
    """Whose goods, at list prices, it is measured by; what it gives is in their currency."""
    threshold: int = Field(90, ge=1, le=200)
    """From so many percent of these goods on it is given."""
    gives: Literal["percent", "amount", "free_shipping"] = "percent"
    """Percent off the goods, an amount off, or the freight."""
    percent: int = Field(10, ge=1, le=90)
    """Off; an amount is so much of the order that it is measured by."""
    starts_in_days: int = Field(0, ge=-365, le=365)
    runs_days: int = Field(30, ge=1, le=365)


class WorldSpec(Part):
    """How large the opening world is, and for which locales it is made."""

    locales: tuple[Locale, ...] = Field(("en_US", "zh_CN", "zh_TW"), min_length=1)
    variants: int = Field(4, ge=1, le=200)
    """Seeds 1 to n, each in every locale."""
    withheld: dict[Locale, tuple[int, ...]] = Field(default_factory=dict)
    """Seeds among them that ask more or less than the others: proving names them."""
    orders: int = Field(200, ge=0, le=10_000)
    days: int = Field(90, ge=1, le=730)
    products: int = Field(40, ge=1, le=500)
    warehouses: int = Field(2, ge=1, le=5)
    customers: int = Field(30, ge=1, le=2_000)
    policies: Rules = Rules()
    """Not part of what the past is drawn from: the same company, with other rules from today."""
    duplicates: int = Field(0, ge=0, le=20)
    """Customers that have a second file, opened by mistake; drawn after the past."""
    shelf_life: int = Field(0, ge=0, le=1_000)
    """Days that goods keep: from today on they are kept in lots; 0 for goods that keep for ever."""
    serials: int = Field(0, ge=0, le=500)
    """So many products, the dearest, are told apart by serial number from today on."""
    one_delivery: int = Field(0, ge=0, le=20)
    """Customers who want all of an order at once; drawn after the past."""
    living: bool = False
    """Whether what is under way on the first morning goes on: parcels, money, production."""
    mishaps: Mishaps = Mishaps()
    """How unreliable every carrier is from today on."""
    bad_tax_ids: int = Field(0, ge=0, le=20)
    """Customers whose title or tax id is wrong or missing, the cast's first; a note tells it."""
    factory: Factory = Factory()
    """How often what is made is ready before its day or after it."""
    suppliers: Suppliers | None = None
    """How punctual every supplier is from today on; else each as it is known for."""
    foreign: dict[Currency, Annotated[int, Field(ge=1, le=20)]] = Field(default_factory=dict)
    """Customers from abroad who buy in their own currency, with a price list in it."""
    planted: Planted = Planted()
    """What the past has in it for the reports to find."""
    promotions: tuple[Offer, ...] = ()
    """What is given on orders of so much, from today on."""
    flaw: Flaws = ()
    """The system has one of these flaws, each variant one, and the trainee hunts for it; colleagues
    work two days on which it shows."""

    @field_validator("flaw")
    @classmethod
    def _known_flaws(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in FLAWS:
                raise ValueError(
                    Sentence(
                        "there is no flaw {name}; known are {known}",
                        name=name,
                        known=", ".join(FLAWS),
                    )
                )
        return names

    @model_validator(mode="after")
    def _long_enough(self) -> Self:
        for swing in (self.planted.spike, self.planted.dip):
            if swing and 7 * (swing.weeks_ago + 6) > self.days:
                raise ValueError(
                    Sentence(
                        "{weeks} weeks ago has too little before it to stand out against; "
                        "write days: {days} or more",
                        weeks=swing.weeks_ago,
                        days=7 * (swing.weeks_ago + 6),
                    )
                )
        return self


Slips = Annotated[
    tuple[Slip, ...],
    BeforeValidator(_one_or_several, json_schema_input_type=Slip | tuple[Slip, ...]),
]
"""What is wrong with an order as it is written: one thing, or a list."""
OF_A_LINE: Final = ("unknown_sku", "wrong_price", "odd_quantity", "vague_quantity")
"""Those that are about one line, so that each wants one of its own."""


class OrderRequest(Part):
    """A customer's order that arrives as a message; its facts are drawn by the variant's seed."""

    channel: Literal["email", "phone", "web"] = "email"
    lines: int = Field(2, ge=1, le=6)
    packs: Span = (1, 6)
    """Packs of each product, from and to."""
    due_in_days: Span = (9, 14)
    """Days from today to the delivery date asked for."""
    delivered_days_ago: int = Field(0, ge=0, le=60)
    """So many days before today it was signed for, paid and invoiced; 0 for an order to come."""
    payment_terms: PaymentTerms = "prepay"
    tender: Literal["transfer", "card"] = "transfer"
    """Card: their file says that they pay by card, through the gateway."""
    customer_of: str = ""
    """Who writes is the customer of this order, which stands before it in the cast."""
    carrier_mode: Literal["courier", "road", "air", "sea"] = "courier"
    repeats: str = ""
    """The name of somebody further up whose purchase order comes once more, number and all."""
    document: Format | None = None
    """The order also comes as a document with the message; the words need not name its goods."""
    credit: Literal["enough", "short", "together"] = "enough"
    """What is left of the limit of who buys on account: less than this order; or enough for this
    one and for that of `customer_of`, and not for both."""
    second_file: bool = False
    """Somebody has opened a second file for this customer by mistake."""
    review_overdue: bool = False
    """Nobody has looked through their file for longer than the company's rule allows."""
    same_as: str = ""
    """The name of somebody further up who wants the same: the stock will do for one of them."""
    elsewhere: bool = False
    """This one order is to go somewhere else than what stands in the file."""
    currency: Currency | None = None
    """Of a customer from abroad; such a one must be among `world.foreign`."""
    defect: Slips = ()
    """What in their message is not what they mean; asked about it, they say what they mean."""
    firm: bool | None = None
    """Whether they stand by an impossible day or a wrong price when asked; else it is drawn."""
    subject: Text | None = None
    body: Text | None = None
    """Words may be left out of a call alone, which is then written out turn by turn. They
    may name {company} {contact} {po_number} {lines} {date} {carrier} {address} {us}."""

    @field_validator("packs", "due_in_days")
    @classmethod
    def _from_low_to_high(cls, span: Span) -> Span:
        if not 0 < span[0] <= span[1]:
            raise ValueError(Sentence("write the smaller number first, both above 0"))
        return span

    @field_validator("body", "subject")
    @classmethod
    def _only_known_fields(cls, text: Text | None) -> Text | None:
        if text is None:
            return None
        known = dict.fromkeys(
            ("company", "contact", "po_number", "lines", "date", "carrier", "address", "us"), "x"
        )
        for language in ("en", "zh_Hans", "zh_Hant"):
            try:
                text.in_(language).format(**known)
            except (KeyError, IndexError, ValueError) as problem:
                raise ValueError(
                    Sentence(
                        "{language}: unknown field {problem}; known are {known}",
                        language=language,
                        problem=problem,
                        known=", ".join(sorted(known)),
                    )
                ) from None
        return text


class Happening(Part):
    """What somebody else does, once: when an event has happened, or so long after the opening."""

    when: What | None = None
    order: Name | None = None
    """Of the cast: the event is about their order."""
    after_hours: int | None = Field(None, ge=0, le=2_000)
    after_minutes: int = Field(0, ge=0, le=10_000)
    role: Role = "system"
    actor: str = Field("", max_length=60)
    """Whose name stands in the history: `clerk`, `warehouse` or `finance` for the colleague of that
    name in each language; the role where there is none.
    """
    do: dict[str, Any]
    """One command by its name, with values as in a solution, read when it is set going."""

    @property
    def before_the_opening(self) -> bool:
        """Whether it has happened when the trainee comes in."""
        return self.when is None and not (self.after_hours or self.after_minutes)

    @field_validator("do")
    @classmethod
    def _known_command(cls, do: dict[str, Any]) -> dict[str, Any]:
        _command(do, "do")
        return do

    @model_validator(mode="after")
    def _sometime(self) -> Self:
        if self.when is None and self.after_hours is None:
            raise ValueError(Sentence("nothing sets it going; add when: or after_hours: here"))
        return self


def _command(step_command: dict[str, Any], where: str) -> str:
    """The name of a command of the engine. Raises ValueError."""
    if len(step_command) != 1:
        raise ValueError(Sentence("{where}: write one command by its name", where=where))
    (name,) = step_command
    if name not in commands():
        raise ValueError(Sentence("{where}: there is no command {name}", where=where, name=name))
    return name


class Goal(Part):
    """The sentence people see, and the check that judges it."""

    id: Name
    says: Text
    check: NamedCheck
    points: int = Field(ge=0, le=100)
    why: Text
    """What it means for the customer or the money, shown when points are lost."""
    skills: tuple[Name, ...] = ()
    """What it exercises, by the ids of course.yaml."""
    catches: tuple[Name, ...] = ()
    """The misconceptions it is meant to catch: proving plays each of them."""


class Hint(Part):
    """Help at a price that is shown before it is taken."""

    says: Text
    price: int = Field(1, ge=0, le=20)


class Step(Part):
    """One task: what to do, where, how it is known to be done, and how it is done."""

    id: Name
    title: Text
    say: Text
    anchor: Literal[
        "inbox", "orders", "order", "inventory", "production", "automation", "clock",
        "customers", "reports", "month", "hunt",
    ]  # fmt: skip
    goals: tuple[Goal, ...] = Field(min_length=1)
    hints: tuple[Hint, ...] = ()
    solution: tuple[dict[str, Any], ...] = Field(min_length=1)
    """Commands by name; a value like $rush.order_number is looked up when it is played."""

    @field_validator("solution")
    @classmethod
    def _known_commands(cls, solution: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
        for place, command in enumerate(solution):
            if not (len(command) == 1 and command.keys() <= DEEDS.keys() | {WAIT}):
                _command(command, Sentence("command {number}", number=place + 1))
        return solution


Mode = Literal["guided", "faded", "free", "exam"]
"""How much the coach says.

    guided   what to do and where, step by step, with hints
    faded    the steps and their goals; how is left to the trainee, hints can be had
    free     all goals at once, in whatever order; hints can be had
    exam     the goals alone: no hints, and no verdict before it is handed in
"""


class Scenario(Part):
    """One exercise, whole."""

    format: Literal[1]
    id: Name
    title: Text
    chapter: Annotated[str, StringConstraints(pattern=r"^[1-7](\.\d[a-d]?)?$")]
    mode: Mode = "guided"
    minutes: int = Field(20, ge=1, le=240)
    time_limit: int | None = Field(None, ge=1, le=600)
    """Real minutes from the beginning; then the run is handed in as it stands."""
    after: tuple[Name, ...] = ()
    """Exercises that should be finished first."""
    skills: tuple[Name, ...] = ()
    """What it exercises where its goals do not say it themselves, by the ids of course.yaml."""
    brief: Text
    debrief: Text
    world: WorldSpec = WorldSpec()
    month: MonthSpec | None = None
    """Then the past is one month, and it can be run again with other measures."""
    cast: dict[Name, OrderRequest] = Field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    """None for free practice: a world to work in, without a task and without a score."""
    script: tuple[Happening, ...] = Field((), max_length=30)
    """What others do in it, whatever else they do by themselves."""
    standing: tuple[Goal, ...] = ()
    """Goals over the whole run, judged from the first action to the last."""
    judged: tuple[Judged, ...] = Field((), max_length=6)
    """What a person marks, beside the goals' points."""

    @model_validator(mode="before")
    @classmethod
    def _handed_in(cls, written: Any) -> Any:
        """An exam ends with handing in, whether or not its last step says so: one that is like an
        exercise has that one's steps.
        """
        if not isinstance(written, dict) or written.get("mode") != "exam":
            return written
        steps = written.get("steps")
        if not isinstance(steps, list | tuple) or not steps or not isinstance(steps[-1], dict):
            return written
        last = steps[-1]
        solution = last.get("solution")
        if not isinstance(solution, list | tuple) or {"hand_in": {}} in solution:
            return written
        handed_in = {**last, "solution": [*solution, {"hand_in": {}}]}
        return {**written, "steps": [*steps[:-1], handed_in]}

    @property
    def hands_in(self) -> bool:
        """Whether the trainee may say that it is over: in exams, in time, or where a goal waits."""
        timed = self.mode == "exam" or self.time_limit is not None
        return timed or any(goal.check.handed_in for goal in self.goals())

    def goals(self) -> tuple[Goal, ...]:
        """Every goal in the order of the rubric: step by step, then the standing ones."""
        return (*(goal for step in self.steps for goal in step.goals), *self.standing)

    def variants(self) -> tuple["Variant", ...]:
        """Every variant that may be handed out."""
        return tuple(
            Variant(locale=locale, seed=seed)
            for locale in self.world.locales
            for seed in range(1, self.world.variants + 1)
            if seed not in self.world.withheld.get(locale, ())
        )


class Variant(Part):
    """What makes one opening world differ from another of the same scenario."""

    locale: Locale
    seed: int
