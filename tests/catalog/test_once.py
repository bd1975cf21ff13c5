"""One mistake costs once: a wrong choice is lost at its own goal, and the work that follows from it
is judged by what was chosen, entered or promised. Whoever makes it is careful in all the rest.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.catalog.test_believing import Way, at, given, missed, moved
from trainer.play.reading import StepCommand, name_of

SUPPLY = "03-supply/"
SHOWN = "../04-after-sales/shown-and-made-good"
TOMORROW: StepCommand = {"advance_clock": {"to": "$clock.tomorrow"}}


def of(who: str, way: Way, name: str) -> int:
    """Where the solution does something for one of the cast."""
    return next(
        place
        for place, it in enumerate(way)
        if name_of(it) == name and any(str(v).startswith(f"${who}.") for v in it[name].values())
    )


def at_last(way: Way, wait: StepCommand) -> Way:
    """What is waited for is waited for in the end, before it is handed in."""
    rest = [it for it in way if it != wait]
    end = next((n for n, it in enumerate(rest) if name_of(it) == "hand_in"), len(rest))
    return [*rest[:end], wait, *rest[end:]] if wait in way else rest


def entered_with(who: str, carrier: str) -> Callable[[Way], Way]:
    """Their order is entered with another carrier, and leaves with that one; nobody stands and
    waits for it while others' goods are ready.
    """

    def change(way: Way) -> Way:
        draft, label = of(who, way, "create_draft"), of(who, way, "label_package")
        changed = list(way)
        changed[draft] = {"create_draft": {**way[draft]["create_draft"], "carrier_code": carrier}}
        changed[label] = {"label_package": {**way[label]["label_package"], "carrier_code": carrier}}
        alone = sum(name_of(it) == "create_draft" for it in way) == 1
        signed: StepCommand = {"wait_until": {"order": who, "where": {"label": "signed"}}}
        return changed if alone else at_last(changed, signed)

    return change


def entered_too_weak(who: str, carrier: str) -> Callable[[Way], Way]:
    """The carrier that was entered cannot carry it: the label says so, and another one goes on."""

    def change(way: Way) -> Way:
        changed = entered_with(who, carrier)(way)
        label = of(who, way, "label_package")
        return [*changed[: label + 1], way[label], *changed[label + 1 :]]

    return change


def labelled_with(who: str, carrier: str) -> Callable[[Way], Way]:
    """The wrong carrier's label alone."""

    def change(way: Way) -> Way:
        label = of(who, way, "label_package")
        wrong = {"label_package": {**way[label]["label_package"], "carrier_code": carrier}}
        return [*way[:label], wrong, *way[label + 1 :]]

    return change


def promised_later(days: int, *more: StepCommand) -> Callable[[Way], Way]:
    """A later day is promised than could be; what is late is told when it is known to be late."""

    def change(way: Way) -> Way:
        changed = given(way, "confirm_order", promised_delivery_date=f"$first.promise + {days}")
        told = next(
            place
            for place, it in enumerate(changed)
            if it.get("notify_customer", {}).get("template") == "order_delayed"
        )
        if not more:  # it comes in time: there is nothing to tell
            signed: StepCommand = {"wait_until": {"order": "first", "where": {"label": "signed"}}}
            rest = [*changed[:told], *changed[told + 1 :]]
            return rest if signed in rest else at_last([*rest, signed], signed)
        answer = next((n for n, it in enumerate(changed) if name_of(it) == "answer_complaint"), 0)
        changed = moved(changed, answer, told) if answer else changed
        told += bool(answer)
        return [*changed[:told], *more, *changed[told:]]

    return change


def exchanged_too_few(way: Way) -> Way:
    """Half of those that came back get no other."""
    return given(way, "create_exchange", quantity="$second.lines.0.quantity / 2")


def called_off_by_us(way: Way) -> Way:
    """The customer keeps the goods, and it is written down as our own change of mind."""
    return given(way, "cancel_return", called_off_by="seller")


def all_as_new(way: Way) -> Way:
    """What was opened goes back on the shelf beside what was not."""
    all_of_it = given(way, "inspect_return", quantity=5)
    second = at(all_of_it, "inspect_return", 1)
    return [*all_of_it[:second], *all_of_it[second + 1 :]]


def not_handed_over(way: Way) -> Way:
    """Somebody sits down at the next desk and takes the order along, without a word."""
    first = at(way, "hand_over", 0)
    return [*way[:first], *way[first + 1 :]]


def handed_to_the_wrong_desk(way: Way) -> Way:
    """To after-sales, where nothing is open; the note is for finance, and so is the chair."""
    return given(way, "hand_over", desk="after_sales")


def granted_as(**otherwise: Any) -> Callable[[Way], Way]:
    """The claim is decided otherwise; what then cannot be done any more is left alone."""

    def change(way: Way) -> Way:
        never: set[str] = set()
        again = otherwise.get("replacements")
        if otherwise.get("liability") == "seller":
            never = {"raise_recourse"}
        elif again == []:
            never = {"allocate", *(f"{done}_package" for done in ("pick", "pack", "label", "ship"))}
        elif again and again[0]["quantity"] == 3:
            never = {"issue_credit_note", "issue_refund"}
        told = {"ship_package": "order_shipped", "issue_refund": "refund_sent"}
        untold = {told[name] for name in never & {*told}}
        wait: StepCommand = {"wait_until": {"event": "recourse_answered"}}
        return [
            it
            for it in given(way, "resolve_claim", **otherwise)
            if name_of(it) not in never
            and it.get("notify_customer", {}).get("template") not in untold
            and not (it == wait and "raise_recourse" in never)
        ]

    return change


LIMIT = frozenset({"EXCEEDS_CARRIER_LIMIT"})


def entered_for(days: str) -> Callable[[Way], Way]:
    """The office's order is entered for another day than they ask for, and promised for that day,
    or the first that can be.
    """

    def change(way: Way) -> Way:
        draft = of("office", way, "create_draft")
        wrong = {"requested_delivery_date": f"$office.requested_delivery_date {days}"}
        changed = {"create_draft": {**way[draft]["create_draft"], **wrong}}
        return [*way[:draft], changed, *way[draft + 1 :]]

    return change


def with_amount(name: str, amount: str) -> Callable[[Way], Way]:
    """Another amount of money in one act."""
    return lambda way: given(way, name, amount=amount)


CASES: list[tuple[str, Callable[[Way], Way], str, frozenset[str]]] = [
    *(
        case
        for path in ("right-carrier", "right-carrier-again", "right-carrier-exam")
        for case in (
            (path, labelled_with("urgent", "OVL"), "sent-urgent", frozenset()),
            (path, entered_with("urgent", "OVL"), "entered-urgent", frozenset()),
            (path, entered_too_weak("heavy", "SWP"), "entered-heavy", LIMIT),
        )
    ),
    *(
        (path, entered_with(who, "BSL"), f"entered-{who}", frozenset())
        for path in ("make-or-buy", "make-or-buy-larger", "make-or-buy-exam")
        for who in ("hotel", "office")
    ),
    (
        "../01-overview/cash-on-delivery",
        entered_too_weak("first", "BSL"),
        "entered",
        frozenset({"CARRIER_DOES_NOT_COLLECT"}),
    ),
    (
        "keep-them-posted-by-road",
        entered_too_weak("first", "SWP"),
        "entered",
        LIMIT,
    ),
    *(
        (path, entered_for(days), "entered-office", frozenset())
        for path in ("make-or-buy", "make-or-buy-larger", "make-or-buy-exam")
        for days in ("- 1", "+ 2")
    ),
    ("paid-but-gone", entered_with("first", "BSL"), "entered", frozenset()),
    *(
        (path, promised_later(9), "promised", frozenset())
        for path in ("keep-them-posted", "keep-them-posted-exam", "keep-them-posted-by-road")
    ),
    ("keep-them-posted", promised_later(1, TOMORROW), "promised", frozenset()),
    ("../07-practice/it-will-be-late", promised_later(1, TOMORROW), "promised", frozenset()),
    ("../07-practice/it-will-be-late", promised_later(9), "promised", frozenset()),
    (
        "../04-after-sales/crushed-on-the-way",
        with_amount("issue_refund", "$first.refundable - 1"),
        "paid",
        frozenset(),
    ),
    (
        "../04-after-sales/card-and-credit",
        with_amount("authorise_payment", "$first.due - 1"),
        "authorised",
        frozenset(),
    ),
    (
        "../04-after-sales/card-and-credit",
        with_amount("capture_payment", "$first.authorisation.amount - 1"),
        "captured",
        frozenset(),
    ),
    ("../04-after-sales/exchange-or-repair", exchanged_too_few, "exchanged", frozenset()),
    (SHOWN, granted_as(liability="seller"), "liable", frozenset()),
    (SHOWN, granted_as(liability="supplier"), "liable", frozenset()),
    *(
        (SHOWN, granted_as(replacements=again), "granted", frozenset())
        for again in (
            [],
            [{"line_number": 1, "quantity": 1}],
            [{"line_number": 1, "quantity": 3}],
        )
    ),
    (SHOWN, with_amount("issue_refund", "$first.refundable - 1"), "paid", frozenset()),
    ("../04-after-sales/as-new-or-used", all_as_new, "used", frozenset()),
    ("../04-after-sales/as-new-or-used", called_off_by_us, "called-off", frozenset()),
    ("../07-practice/five-desks", not_handed_over, "handed-over-well", {"OWN_REQUEST"}),
    ("../07-practice/five-desks", handed_to_the_wrong_desk, "handed-over-well", {"OWN_REQUEST"}),
]


@pytest.mark.parametrize(("path", "wrong", "goal", "meets"), CASES)
def test_a_single_mistake_costs_one_goal(
    path: str, wrong: Callable[[Way], Way], goal: str, meets: Any
) -> None:
    assert missed(SUPPLY + path, wrong, meets) == {goal}
