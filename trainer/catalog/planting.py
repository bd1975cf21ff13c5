"""What a scenario plants into the past for the reports to find: it changes the drawn plans.

What is planted is tried with the reports' own rules where it might not stand out by itself.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Final

from trainer.catalog.history import Plan, Stage
from trainer.catalog.plans import PoNumbers
from trainer.orders.reports import HISTORY, VolumeRow, stands_out, volume_rows
from trainer.orders.values import DAY, MINUTE, day_of, moment_of
from trainer.orders.world import ReturnReason
from trainer.training.scenario import Planted, Swing

Plans = tuple[Plan, ...]

_STEPS: Final[dict[str, Stage]] = {
    "promise": "confirmed", "payment": "transferred", "stock": "allocated", "packing": "packed",
    "handover": "shipped", "transit": "signed",
}  # fmt: skip
"""Before which step of an order's story the days of a stage are lost."""
_AMPLE: Final = 12
"""Days of slack with which a promise is kept whatever weekends and counters cost."""
_LONGEST: Final = 20
"""More than what a bottleneck holds an order up."""


def plant(
    planted: Planted, plans: Plans, numbers: dict[str, PoNumbers], today: date, chance: Random
) -> Plans:
    """The plans with what is planted in them, the oldest first."""
    if planted.dip:
        plans = _dip(planted.dip, plans, today, chance)
    if planted.spike:
        plans = _spike(planted.spike, plans, numbers, today, chance)
    if planted.bottleneck:
        plans = _bottleneck(planted.bottleneck, plans, chance)
    if planted.slow_carrier:
        plans = _slow_carrier(plans, chance)
    if planted.returns_of_one_product:
        plans = _returns(plans, chance)
    if planted.survey:
        plans = tuple(
            plan._replace(told=chance.random() < 0.65, rated=chance.random() < 0.8)
            for plan in plans
        )
    return tuple(sorted(plans, key=lambda plan: plan.at))


# --- order volume -------------------------------------------------------------------------------


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _rows(plans: Iterable[Plan], today: date) -> list[VolumeRow]:
    counts = Counter(_monday(day_of(plan.at)) for plan in plans)
    return volume_rows(counts, "week", _monday(today))


def _usual(rows: list[VolumeRow], week: date) -> int:
    return next((round(row.usual / max(row.compared, 1)) for row in rows if row.key == week), 0)


def _spike(
    swing: Swing, plans: Plans, numbers: dict[str, PoNumbers], today: date, chance: Random
) -> Plans:
    """Orders like those of other weeks, until this one has enough of them to stand out most."""
    week = _monday(today) - timedelta(weeks=swing.weeks_ago)
    like = [plan for plan in plans if plan.until == "archived"]
    wanted = swing.times * _usual(_rows(plans, today), week)
    there = _count(plans, week)
    more: list[Plan] = []
    while there + len(more) < wanted or not _is(week, (*plans, *more), today):
        plan = chance.choice(like)
        day = week + timedelta(days=chance.randrange(5))
        at = moment_of(day, hour=8) + chance.randint(0, 9 * 60) * MINUTE
        more.append(plan._replace(at=at))
    # their numbers grow with time among themselves
    named = [
        plan._replace(customer_po_number=numbers[plan.customer.customer_id].next(plan.at))
        for plan in sorted(more, key=lambda plan: plan.at)
    ]
    return (*plans, *named)


def _is(week: date, plans: Plans, today: date) -> bool:
    found = stands_out(_rows(plans, today))
    return found is not None and found.key == week


def _dip(swing: Swing, plans: Plans, today: date, chance: Random) -> Plans:
    """So few orders in that week that it stands out; the others came in the weeks before it.

    Where those differ too much for anything to stand out, they are made more alike.
    """
    week = _monday(today) - timedelta(weeks=swing.weeks_ago)
    first = min(_monday(day_of(plan.at)) for plan in plans)
    earlier = [week - timedelta(weeks=n) for n in range(HISTORY, 0, -1)]
    # the first week is a part of one, and before it there was no company
    earlier = [other for other in earlier if other > first]
    left = _usual(_rows(plans, today), week) // swing.times
    moved = list(plans)
    chance.shuffle(moved)
    while _count(moved, week) > left or not _is_low(week, moved, today):
        by_orders = sorted(earlier, key=lambda other: _count(moved, other)) or [week]
        quietest, busiest = by_orders[0], by_orders[-1]
        source = week if _count(moved, week) else busiest
        alike = source != week and _count(moved, busiest) - _count(moved, quietest) < 2
        if alike or not earlier:
            raise ValueError(
                f"the week {swing.weeks_ago} weeks ago has too few orders for a dip; "
                "ask for more world.orders"
            )
        place = next(n for n, plan in enumerate(moved) if _monday(day_of(plan.at)) == source)
        days = (quietest - source).days
        moved[place] = moved[place]._replace(at=moved[place].at + days * DAY)
    return tuple(moved)


def _count(plans: Iterable[Plan], week: date) -> int:
    return sum(1 for plan in plans if _monday(day_of(plan.at)) == week)


def _is_low(week: date, plans: Iterable[Plan], today: date) -> bool:
    return any(row.key == week and row.verdict == "low" for row in _rows(plans, today))


# --- time ---------------------------------------------------------------------------------------


def _bottleneck(stage: str, plans: Plans, chance: Random) -> Plans:
    """Every order lies there for days; only who pays in advance waits for money, so for longer."""
    shortest, longest = (12, 18) if stage == "payment" else (7, 11)
    return tuple(
        plan._replace(held_at=_STEPS[stage], held_days=chance.randint(shortest, longest))
        for plan in plans
    )


def _slow_carrier(plans: Plans, chance: Random) -> Plans:
    """One that carries much comes late with all of it; of the others every promise has room."""
    carried = Counter(plan.carrier.carrier_code for plan in plans if plan.until == "archived")
    often = [code for code, times in sorted(carried.items()) if 6 * times >= len(plans)]
    slow = chance.choice(often)
    return tuple(
        plan._replace(days_late=chance.randint(1, 4))
        if plan.carrier.carrier_code == slow
        else plan._replace(slack=plan.slack + _AMPLE + (_LONGEST if plan.held_days else 0))
        for plan in plans
    )


# --- returns ------------------------------------------------------------------------------------


def _returns(plans: Plans, chance: Random) -> Plans:
    """Three of four who had the product send some of it back; two others changed their minds."""
    whole = [place for place, plan in enumerate(plans) if plan.until == "archived"]
    had = Counter(line.sku for place in whole for line in plans[place].lines)
    sku = max(sorted(had), key=lambda sku: had[sku])
    back: dict[int, tuple[str, ReturnReason]] = {
        place: (sku, "defective")
        for place in whole
        if any(line.sku == sku for line in plans[place].lines)
    }
    for place in chance.sample(sorted(back), len(back) // 4):
        del back[place]
    others = [place for place in whole if sku not in {line.sku for line in plans[place].lines}]
    for place in chance.sample(others, min(2, len(others))):
        back[place] = (chance.choice(plans[place].lines).sku, "changed_mind")
    return tuple(
        plan._replace(returned=back[place][0], returned_for=back[place][1])
        if place in back
        else plan
        for place, plan in enumerate(plans)
    )
