"""What a hand-over note says and leaves out, read off its numbers, dates and order numbers.

Style is nobody's business here: whoever takes over needs what the order is about, how many, how
much and by when. In whichever of the three languages it is written, that can be found.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

import msgspec

from trainer.orders.currencies import currency_of
from trainer.orders.desk_work import Matter, What, awaiting_at
from trainer.orders.letters import MONTHS, amount_in_words
from trainer.orders.values import day_of, exponent
from trainer.orders.world import Desk, HoldKind, Order, World

Lack = Literal["which_order", "how_many", "how_much", "by_when", "which_case", "which_hold"]


class Missing(msgspec.Struct, frozen=True, gc=False):
    """One thing the next desk has to know and the note does not say."""

    order_number: str
    lack: Lack
    what: What | Literal[""] = ""
    """Of which matter; of the order itself where it is of none."""


def missing(
    world: World, order: Order, desk: Desk, note: str, among: int = 1
) -> tuple[Missing, ...]:
    """What a note leaves out of what that desk has to do next on this order.

    Where several orders share a note each has to be named, and what follows its number is about it.
    """
    said = _plain(note)
    if among > 1:
        if order.order_number.casefold() not in said:
            return (Missing(order.order_number, "which_order"),)
        said = _about(order.order_number, said)
    numbers, days = _numbers(said), _days(said, world)
    found = []
    for matter in awaiting_at(world, order, desk):
        for lack in _lacks(world, order, matter, said, numbers, days):
            found.append(Missing(order.order_number, lack, matter.what))
    # one number says it for all matters that need it: a lack is counted once
    return tuple({one.lack: one for one in reversed(found)}.values())[::-1]


def _lacks(
    world: World, order: Order, matter: Matter, said: str, numbers: set[Decimal], days: set[date]
) -> Iterator[Lack]:
    if matter.units:
        total = Decimal(sum(matter.units))
        if total not in numbers and not {Decimal(units) for units in matter.units} <= numbers:
            yield "how_many"
    if matter.amount:
        decimals = exponent(currency_of(world, order))
        if Decimal(matter.amount).scaleb(-decimals) not in numbers:
            yield "how_much"
    if matter.day and matter.day not in days:
        yield "by_when"
    if matter.code:
        words = _HOLDS.get(matter.code)  # type: ignore[call-overload]
        if words and not any(word in said for word in words):
            yield "which_hold"
        elif not words and matter.code.casefold() not in said:
            yield "which_case"


def to_tell(world: World, order: Order, desk: Desk) -> str:
    """All that the next desk has to know, in figures alone: enough for a note in any language."""
    told: list[str] = []
    for matter in awaiting_at(world, order, desk):
        if matter.units:
            told.append(str(sum(matter.units)))
        if matter.amount:
            told.append(amount_in_words(matter.amount, currency_of(world, order)))
        if matter.day:
            told.append(matter.day.isoformat())
        if matter.code:
            told.append(matter.code)
    return ", ".join(dict.fromkeys(told))


_HOLDS: Final[dict[HoldKind, tuple[str, ...]]] = {
    "credit": ("credit", "信用", "额度", "額度"),
    "fraud": ("fraud", "odd", "suspicious", "欺诈", "詐", "诈", "可疑", "異常", "异常"),
    "address": ("address", "地址"),
    "payment": ("payment", "paid", "付款", "款"),
    "stock": ("stock", "库存", "庫存"),
    "manual": ("manual", "hold", "stop", "挂起", "暫緩", "暂停", "暫停"),
}
"""By which words a hold is known."""


def _plain(note: str) -> str:
    """Wide figures are figures, and large letters small ones."""
    return unicodedata.normalize("NFKC", note).casefold()


def _about(order_number: str, said: str) -> str:
    """The parts of a note from this order's number to the next one's."""
    pieces = re.split(r"(so-\d+)", said)
    mine = [
        after
        for name, after in zip(pieces[1::2], pieces[2::2], strict=True)
        if name == order_number.casefold()
    ]
    return " ".join(mine)


# --- numbers ----------------------------------------------------------------------------------

_CODE: Final = re.compile(r"[a-z]+-[\w-]*\d")
"""Numbers that things go by count nothing."""
_NUMBER: Final = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_SPELT: Final = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
         "twelve"),
        start=1,
    )
}  # fmt: skip
_HAN: Final = {han: digit for digit, han in enumerate("零一二三四五六七八九")} | {"两": 2, "兩": 2}
_ONE_OF: Final = "[一二两兩三四五六七八九]"
_HAN_NUMBER: Final = re.compile(
    rf"(?=十|{_ONE_OF})(?:({_ONE_OF})百[零]?)?(?:({_ONE_OF}?)十)?({_ONE_OF}?)"
)


def _numbers(said: str) -> set[Decimal]:
    """Every quantity and amount that is said, in figures or in words; no dates."""
    for pattern in _DATES:
        said = pattern.sub(" ", said)
    said = _CODE.sub(" ", said)
    found = {Decimal(one.replace(",", "")) for one in _NUMBER.findall(said)}
    found |= {Decimal(_SPELT[word]) for word in re.findall(r"[a-z]+", said) if word in _SPELT}
    return found | {Decimal(_han(*one.groups())) for one in _HAN_NUMBER.finditer(said)}


def _han(hundreds: str | None, tens: str | None, ones: str) -> int:
    """`三` → 3, `十二` → 12, `二十` → 20, `三百零五` → 305."""
    ten = 0 if tens is None else _HAN.get(tens, 1)
    return 100 * _HAN.get(hundreds or "零", 0) + 10 * ten + _HAN.get(ones, 0)


# --- days -------------------------------------------------------------------------------------

_MONTH: Final = "|".join(f"{name[:3]}(?:{name[3:]})?".casefold() for name in MONTHS)
_DATES: Final = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"),
    re.compile(r"(?:(?P<y>\d{4})\s*年\s*)?(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号號]?"),
    re.compile(rf"\b(?P<name>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s*(?P<y>\d{{4}}))?"),
    re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<name>{_MONTH})\b\.?(?:,?\s*(?P<y>\d{{4}}))?"),
    # no space stands beside it in Chinese
    re.compile(r"(?<![\d/])(?P<m>\d{1,2})/(?P<d>\d{1,2})(?![\d/])"),
)  # fmt: skip
"""As one writes a day in the three languages; what one has read the next does not see."""
_NEAR: Final = {
    0: ("today", "今天", "今日"),
    1: ("tomorrow", "明天", "明日"),
}


def _days(said: str, world: World) -> set[date]:
    """Every day that is named; without a year the one that is nearest."""
    today = day_of(world.now)
    found = {today + timedelta(n) for n, words in _NEAR.items() if any(w in said for w in words)}
    for pattern in _DATES:
        for match in pattern.finditer(said):
            parts = match.groupdict()
            name = parts.get("name")
            month = _month(name) if name else int(parts["m"])
            years = [int(parts["y"])] if parts.get("y") else range(today.year - 1, today.year + 2)
            days = [day for year in years if (day := _day(year, month, int(parts["d"])))]
            if days:
                found.add(min(days, key=lambda day: abs(day - today)))
        said = pattern.sub(" ", said)
    return found


def _month(name: str) -> int:
    return next(n for n, month in enumerate(MONTHS, start=1) if month.casefold()[:3] == name[:3])


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
