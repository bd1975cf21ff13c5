"""Forms: what was typed becomes a command of the engine, or errors, each beside its field.

Field names are the command's own (`rows.0.quantity`, `ship_to.city`). What was typed is read the
way people type: full-width digits, spaces and thousands separators are forgiven.
"""

import re
import types
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints
from unicodedata import normalize

import msgspec
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from trainer.orders.engine import Command, commands
from trainer.orders.values import exponent

NOT_A_NUMBER = _l("Enter a whole number, such as 12.")
NOT_AN_AMOUNT = _l("Enter an amount, such as 1234.50.")
NO_DECIMALS = _l("This currency has no decimals.")
NOT_A_DATE = _l("Enter a date as year-month-day, such as 2026-03-12.")
NEEDED = _l("This is needed.")
NOT_A_CHOICE = _l("Choose one from the list.")
TOO_LONG = _l("Too long: at most 2000 characters.")
TOO_LARGE = _l("That number is too large.")

GROUPED = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_WHOLE = re.compile(r"[+-]?[0-9]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AMOUNT = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
_FULL_WIDTH = {0xFF01 + at: 0x21 + at for at in range(94)} | {0x3000: 0x20, 0x2212: 0x2D}
"""Figures as a Chinese keyboard writes them, and the minus that our own pages print; ² and ½ are
figures of another kind."""
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Characters that nobody types and no database column or document takes."""
_BETWEEN = re.compile(r"[\s,;、]+")
OPTIONAL = frozenset(
    {
        "message_id",
        "open_claim evidence",
        "resolve_claim promised_delivery_date",
        "request_return evidence",
        "answer_change reason",
        "inspect_return reason",
        "cancel_order reason",
        "cancel_replenishment reason",
        "send_surplus_back reason",
        "confirm_delivery reason",
        "cancel_line_quantity reason",
        "place_hold reason",
        "adjust_stock reason",
        "cycle_count reason",
        "inspect_return grade",
        "confirm_order override_reason",
        "ship_to.country",
        "email",
        "phone",
        "tax_id",
        "address.country",
        "lot_number",
        "keep_contact contact_number",
        "incoterm_place",
        "bill_to.recipient",
        "bill_to.street",
        "bill_to.city",
        "bill_to.postal_code",
        "bill_to.country",
        "bill_to.phone",
        "despite",
        "hand_over note",
        "answer_release subject",
        "answer_release text",
    }
)
"""Words that may be left out, in any form or in the one that is named.

Where one of several is needed, the engine says so.
"""
UNSEEN = frozenset(
    {"act", "anchor", "asking", "at", "back", "command", "command_id", "csrf_token", "exercise",
     "line_number", "message_id", "of", "order_number", "rule_number", "saves", "step", "version"}
)  # fmt: skip
"""What forms know by themselves: nobody typed it, and nobody would know it again."""
MOST: int = 10**12
"""Larger numbers are typing errors, and would not fit a database column."""


class FormErrors(NamedTuple):
    """What was typed, and what is wrong with it, by field name."""

    command: str
    values: dict[str, str]
    errors: dict[str, str]


def by_hand(name: str, value: str) -> bool:
    """Whether a value of a form was typed or chosen, so that somebody would know it again."""
    return bool(value.strip()) and name.rpartition(".")[2] not in UNSEEN


def whole(text: str) -> int | None:
    """A small whole number as it stands in an address; anything else is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def calendar_day(text: str) -> date | None:
    """A day as people write it, year-month-day, also with slashes or full-width digits.

    The week dates and bare digits that a machine might read are no days here.
    """
    typed = normalize("NFKC", text).strip().replace("/", "-")
    try:
        return date.fromisoformat(typed) if _DAY.fullmatch(typed) else None
    except ValueError:
        return None


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def read(name: str, typed: Mapping[str, str], currency: str) -> Command | FormErrors:
    """The command that a form asks for, or what is wrong with the form. Raises KeyError."""
    kind = commands()[name]
    reader = _Reader(name, dict(typed), currency)
    fields = reader.struct(kind, "")
    if reader.errors:
        return FormErrors(command=name, values=dict(typed), errors=reader.errors)
    return kind(**fields)


class _Reader:
    """Walks a command's fields and reads each from the form, collecting every error."""

    def __init__(self, form: str, typed: dict[str, str], currency: str) -> None:
        self.form, self.typed = form, typed
        self.exponent = exponent(currency)
        self.errors: dict[str, str] = {}

    def struct(self, kind: type, prefix: str) -> dict[str, Any]:
        """The fields of a struct that stand in the form; absent ones with a default keep it."""
        fields = {}
        defaults = {f.name: f.required for f in msgspec.structs.fields(kind)}
        for name, hint in _hints(kind).items():
            if name not in defaults:
                continue
            path = f"{prefix}{name}"
            if not defaults[name] and not self._present(path):
                continue
            fields[name] = self.value(hint, path)
        return fields

    def value(self, hint: Any, path: str) -> Any:
        """One value by its type."""
        origin, args = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return self._amount(path) if "money" in args else self._number(path)
        if origin in (Union, types.UnionType):
            inner = next(arg for arg in args if arg is not type(None))
            return self.value(inner, path) if self._text(path) else None
        if origin is tuple:
            return self._rows(args[0], path)
        if origin is Literal:
            return self._choice(args, path)
        if hint is int:
            return self._number(path)
        if hint is date:
            return self._date(path)
        if hint is str:
            return self._words(path)
        return hint(**self.struct(hint, f"{path}."))

    def _present(self, path: str) -> bool:
        return any(key == path or key.startswith(f"{path}.") for key in self.typed)

    def _text(self, path: str) -> str:
        return _UNSEEN.sub("", self.typed.get(path, "")).strip()

    def _words(self, path: str) -> str:
        text = self._text(path)
        if len(text) > 2000:
            self.errors[path] = str(TOO_LONG)
        elif not text and not OPTIONAL & {path, f"{self.form} {path}"}:
            self.errors[path] = str(NEEDED)
        return text

    def _number(self, path: str) -> int:
        text = self._text(path).translate(_FULL_WIDTH).replace(" ", "").replace(",", "")
        if not text:
            if path.startswith(("rows.", "replacements.")):
                return 0
            self.errors[path] = str(NEEDED)
            return 0
        if not _WHOLE.fullmatch(text):
            self.errors[path] = str(NOT_A_NUMBER)
            return 0
        if len(text) > len(str(MOST)) + 1 or abs(int(text)) > MOST:
            self.errors[path] = str(TOO_LARGE)
            return 0
        return int(text)

    def _amount(self, path: str) -> int:
        text = self._text(path).translate(_FULL_WIDTH).replace(" ", "")
        if not text:
            self.errors[path] = str(NEEDED)
            return 0
        if GROUPED.fullmatch(text):  # 1,234.50 but not 12,50, which somebody means as 12.50
            text = text.replace(",", "")
        if not _AMOUNT.fullmatch(text):  # 1e9 and 1_0 are nobody's way to write money
            self.errors[path] = str(NOT_AN_AMOUNT)
            return 0
        amount = Decimal(text).scaleb(self.exponent)
        if abs(amount) > MOST:
            self.errors[path] = str(TOO_LARGE)
            return 0
        if amount != amount.to_integral_value():
            self.errors[path] = self._decimals()
        return int(amount)

    def _decimals(self) -> str:
        if not self.exponent:
            return str(NO_DECIMALS)
        return ngettext(
            "This currency has %(num)s decimal, no more.",
            "This currency has %(num)s decimals, no more.",
            self.exponent,
        )

    def _date(self, path: str) -> date:
        text = self._text(path)
        day = calendar_day(text)
        if day is None:
            self.errors[path] = str(NOT_A_DATE if text else NEEDED)
        return day or date.min

    def _choice(self, choices: tuple[str, ...], path: str) -> str:
        text = self._text(path)
        if text not in choices:
            self.errors[path] = str(NOT_A_CHOICE if text else NEEDED)
            return text
        # the very object: a default that was chosen is left out when it is stored, as in a replay
        return choices[choices.index(text)]

    def _rows(self, hint: Any, path: str) -> tuple[Any, ...]:
        if hint is str and path in self.typed:  # several words in one field
            return tuple(_BETWEEN.sub(" ", normalize("NFKC", self._text(path))).split())
        places = {
            key[len(path) + 1 :].split(".")[0] for key in self.typed if key.startswith(f"{path}.")
        }
        numbers = sorted(number for place in places if (number := whole(place)) is not None)[:500]
        rows = tuple(self.value(hint, f"{path}.{number}") for number in numbers)
        asked = [f"{path}.{number}.quantity" for number in numbers]
        if path == "rows" and not any(self._text(place) for place in asked):
            for place in [place for place in asked if place in self.typed][:1]:  # none is no try
                self.errors[place] = str(NEEDED)
        return rows


def written(command: Command, currency: str) -> dict[str, str]:
    """A command as form fields, the reverse of `read`: to fill a form, or to drive one."""
    out: dict[str, str] = {}
    _write(out, command, "", exponent(currency))
    return out


def _write(out: dict[str, str], struct: Any, prefix: str, decimals: int) -> None:
    for name, hint in _hints(struct.__class__).items():
        value = getattr(struct, name)
        if name not in struct.__struct_fields__ or value is None:
            continue
        if name in ("lot_number", "serial_numbers") and not value:
            continue  # goods that nobody tells apart
        path = f"{prefix}{name}"
        if name == "serial_numbers":
            out[path] = " ".join(value)
            continue
        if isinstance(value, tuple):
            for place, row in enumerate(value):
                if isinstance(row, msgspec.Struct):
                    _write(out, row, f"{path}.{place}.", decimals)
                else:
                    out[f"{path}.{place}"] = str(row)
        elif isinstance(value, msgspec.Struct):
            _write(out, value, f"{path}.", decimals)
        elif _is_money(hint):
            out[path] = f"{Decimal(value).scaleb(-decimals):.{decimals}f}"
        else:
            out[path] = str(value)


def _is_money(hint: Any) -> bool:
    """Whether a field holds an amount, or may hold one."""
    if get_origin(hint) in (Union, types.UnionType):
        return any(_is_money(arg) for arg in get_args(hint))
    return get_origin(hint) is Annotated and "money" in get_args(hint)
