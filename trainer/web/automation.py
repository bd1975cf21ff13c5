"""Automation: the rules a trainee writes, what each would do, and what each has done."""

from collections.abc import Iterable, Mapping
from secrets import token_urlsafe
from typing import Any, Final, NamedTuple, get_args

import msgspec
from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from flask_security import auth_required, current_user

from trainer.orders import codec
from trainer.orders.automation import RuleActed, RuleRefused, path_of
from trainer.orders.engine import Recorded
from trainer.orders.refusals import Refusal
from trainer.orders.rulebook import (
    ACTS,
    NEEDS,
    Act,
    Action,
    ChangeRule,
    Rule,
    RuleWritten,
    Trigger,
    WriteRule,
    order_of_acting,
    unfit,
)
from trainer.orders.service import TEMPLATES
from trainer.orders.world import HoldKind, Priority, World
from trainer.play.preview import Effects
from trainer.play.rehearsal import rehearsed
from trainer.play.sandbox import Outcome
from trainer.web import screens
from trainer.web.actions import Field, carrier_choices
from trainer.web.addresses import country_name
from trainer.web.forms import FormErrors, read, written
from trainer.web.screens import Screen, desk, screen
from trainer.web.words import WORDS, cure, label, money, says, word

bp = Blueprint("automation", __name__, url_prefix="/attempts/<key>/automation")

SHOWN: Final = 50
"""Times a rule acted that its page shows; every order shows its own."""
COMMANDS: Final = ("write_rule", "change_rule", "switch_rule", "remove_rule")

WHEN: Final[dict[Trigger, LazyString]] = {
    "order_submitted": _l("an order is submitted"),
    "order_checked": _l("an order has been checked"),
    "order_confirmed": _l("an order is confirmed"),
    "hold_placed": _l("an order is put on hold"),
    "hold_released": _l("a hold is released"),
    "payment_booked": _l("a payment is booked"),
    "stock_allocated": _l("stock is allocated"),
    "backorder_fillable": _l("stock has come in that an order waits for"),
    "package_packed": _l("a parcel is packed"),
    "package_shipped": _l("a parcel has left"),
    "package_delivered": _l("a parcel is delivered"),
    "return_requested": _l("a return is requested"),
    "complaint_received": _l("a complaint has come in"),
    "order_cancelled": _l("an order is cancelled"),
}
THEN: Final[dict[Act, LazyString]] = {
    "check_order": _l("check the order"),
    "confirm_order": _l("confirm it for the day asked for, or the first possible"),
    "allocate": _l("allocate what is in stock"),
    "prioritise_order": _l("set its priority"),
    "place_hold": _l("put it on hold"),
    "release_hold": _l("release the hold"),
    "ask_release": _l("ask the supervisor to release the hold"),
    "notify_customer": _l("send the customer a message"),
    "issue_invoice": _l("issue the invoice"),
    "ask_approval": _l("ask for approval of the refund"),
    "complete_order": _l("complete the order"),
    "add_note": _l("leave a note"),
}
AND: Final[dict[str, LazyString]] = {
    "total_at_least": _l("total at least %(value)s"),
    "total_at_most": _l("total at most %(value)s"),
    "customer": _l("customer: %(value)s"),
    "customer_id": _l("customer: %(value)s"),
    "payment_terms": _l("payment: %(value)s"),
    "country": _l("ships to %(value)s"),
    "carrier_code": _l("carrier: %(value)s"),
    "sku": _l("product on it: %(value)s"),
    "in_stock": _l("all in stock: %(value)s"),
    "hold": _l("open hold: %(value)s"),
    "on_hold": _l("on hold: %(value)s"),
    "paid": _l("paid in full: %(value)s"),
    "priority": _l("priority: %(value)s"),
}
FIELD_OF: Final = {
    "RULE_NAME_UNFIT": "name",
    "RULE_NAME_TAKEN": "name",
    "PLACE_OUT_OF_RANGE": "place",
    "AMOUNTS_CROSSED": "conditions.total_at_most",
    "RULE_FEEDS_ITSELF": "action.act",
}
"""Beside which field a refusal stands; others name their field themselves."""


class Spoken(NamedTuple):
    """A rule in words."""

    when: Any
    and_: tuple[str, ...]
    then: str


class RuleForm(NamedTuple):
    """A rule as a form: when, and, then, and what it is called."""

    command: str
    command_id: str
    about: tuple[Field, ...]
    when: tuple[Field, ...]
    and_: tuple[Field, ...]
    then: tuple[Field, ...]
    rule_number: str = ""
    errors: int = 0
    preview: Effects | Refusal | None = None
    tried: bool = False


class Work(NamedTuple):
    """One time a rule was set off: its entry, by what, and what came of it."""

    entry: Recorded
    cause: Recorded | None
    came: tuple[Recorded, ...]


def init(app: Flask) -> None:
    """Who acted, and why a rule was refused, for every page that tells history."""
    app.add_template_filter(who)
    app.add_template_filter(why)


_NAMELESS: Final = {
    "gateway": _l("Payment gateway"),
    "customer": _l("Customer"),
    "carrier": _l("Carrier"),
    "bank": _l("Bank"),
    "supervisor": _l("Supervisor"),
    "factory": _l("Factory"),
    "warehouse": _l("Warehouse"),
}
"""Who acts without a name of their own, as a scenario's script or the simulation calls them."""


def who(entry: Recorded) -> str:
    """Who did it: a person, somebody outside, the system, or a rule by its name."""
    if path_of(entry.command_id):
        return gettext("Rule %(name)s", name=entry.actor)
    if nameless := _NAMELESS.get(entry.actor):
        return str(nameless)
    if entry.role == "system":
        return gettext("System")
    # a script may let somebody act without a name; then the role stands for it
    return label(entry.role) if entry.actor == entry.role else entry.actor


def why(event: Any) -> Refusal | None:
    """The refusal that a rule met; none for any other event."""
    if not isinstance(event, RuleRefused):
        return None
    return codec.decode_refusal(msgspec.json.encode(event.refusal))


# --- pages --------------------------------------------------------------------------------------


@bp.get("/")
@auth_required()
def index(key: str) -> ResponseReturnValue:
    """The rules in the order in which they act, and the form for a new one."""
    return _index(screen(key))


@bp.get("/<rule_number>")
@auth_required()
def rule(key: str, rule_number: str) -> ResponseReturnValue:
    """One rule: what it says, what it would do now, what it has done."""
    seen = screen(key)
    found = seen.world.rules.get(rule_number) or abort(404)
    return _page(seen, found)


@bp.post("/")
@auth_required()
def perform(key: str) -> ResponseReturnValue:
    """A form of the rule book becomes a command; what cannot be a rule is said beside its field."""
    seen = screens.acting(key)
    typed = {name: value for name, value in request.form.items() if name != "csrf_token"}
    name = typed.pop("command", "")
    command_id = screens.intent(typed.pop("command_id", ""))
    asking = typed.pop("preview", "")
    if name not in COMMANDS:
        abort(400)
    command = read(name, typed, seen.world.company.currency)
    if isinstance(command, WriteRule | ChangeRule):
        number = getattr(command, "rule_number", "")
        refusal = unfit(seen.world, number, command)
        if refusal:  # said before it is sent: an unfinished rule is no try
            command = FormErrors(name, typed, _beside(refusal, seen.world))
    if isinstance(command, FormErrors):
        return _again(seen, command), 422
    if asking:
        asked = desk().preview(seen.sandbox, command, actor=current_user.name)
        return _again(seen, FormErrors(name, typed, {}), asked)
    outcome = desk().perform(seen.sandbox, command, actor=current_user.name, command_id=command_id)
    return redirect(_next(key, outcome, typed.get("rule_number", "")), 303)


def _beside(refusal: Refusal, world: World) -> dict[str, str]:
    """A refusal as an error beside its field: the fact and the cure."""
    field = FIELD_OF.get(refusal.code, "")
    if not field:
        part = "action" if refusal.code == "ACTION_INCOMPLETE" else "conditions"
        field = f"{part}.{getattr(refusal, 'field', '')}"
    return {field: f"{says(refusal, world)} {cure(refusal, world)}"}


def _again(seen: Screen, sent: FormErrors, preview: Effects | Refusal | None = None) -> str:
    """The page on which it was sent, with what was typed: not right, or only asked what if."""
    found = seen.world.rules.get(sent.values.get("rule_number", ""))
    if sent.command == "write_rule":
        return _index(seen, sent, preview)
    return _page(seen, found or abort(404), sent, preview)


def _next(key: str, outcome: Outcome, rule_number: str) -> str:
    """The page of the rule, if there is one now; the list if not."""
    for entry in outcome.entries:
        if isinstance(entry.event, RuleWritten):
            rule_number = entry.event.rule_number
    said: dict[str, Any] = {"done": outcome.run.world.number, "waited": outcome.before.world.number}
    if outcome.refused:
        said = {"refused": outcome.refused.number}
    if rule_number in outcome.run.world.rules:
        return url_for(".rule", key=key, rule_number=rule_number, **said)
    return url_for(".index", key=key, **said)


def _index(
    seen: Screen, sent: FormErrors | None = None, preview: Effects | Refusal | None = None
) -> str:
    world = seen.world
    rules = sorted(world.rules.values(), key=order_of_acting)
    around = screens.surroundings(seen, "automation")
    around["back"] = url_for(".index", key=seen.sandbox.key)
    return render_template(
        "pages/automation.html",
        **around,
        rules=[(rule, spoken(rule, world), token_urlsafe(12)) for rule in rules],
        form=_form(world, None, sent, preview) if seen.acting else None,
    )


def _page(
    seen: Screen,
    rule: Rule,
    sent: FormErrors | None = None,
    preview: Effects | Refusal | None = None,
) -> str:
    around = screens.surroundings(seen, "automation")
    around["back"] = url_for(".rule", key=seen.sandbox.key, rule_number=rule.rule_number)
    history = [
        entry
        for entry in desk().store.events(seen.sandbox.sandbox_id)
        if entry.number <= seen.world.number
    ]
    return render_template(
        "pages/rule.html",
        **around,
        rule=rule,
        spoken=spoken(rule, seen.world),
        rehearsal=rehearsed(seen.world, rule),
        work=worked(rule, history),
        form=_form(seen.world, rule, sent, preview) if seen.acting else None,
        asked={sent.command: preview} if sent else {},
    )


def worked(rule: Rule, history: list[Recorded]) -> list[Work]:
    """Each time the rule was set off, newest first, with its cause and what came of it."""
    own = [
        entry
        for entry in history
        if isinstance(entry.event, RuleActed | RuleRefused)
        and entry.event.rule_number == rule.rule_number
    ][-SHOWN:]
    found = []
    for entry in reversed(own):
        cause = history[entry.event.cause - 1] if entry.event.cause <= len(history) else None
        came = []
        for later in history[entry.number :]:
            if later.command_id != entry.command_id:
                break
            came.append(later)
        found.append(Work(entry, cause, tuple(came)))
    return found


# --- a rule in words ----------------------------------------------------------------------------


def spoken(rule: Rule, world: World) -> Spoken:
    """When …, and …, then …, as people say it."""
    asked = tuple(
        str(AND[name]) % {"value": _value(name, value, world)}
        for name, value in rule.conditions.named()
    )
    return Spoken(WHEN[rule.trigger], asked, _doing(rule.action))


def _value(name: str, value: Any, world: World) -> str:
    if name.startswith("total_"):
        return money(value, world.company.currency)
    if name == "customer_id":
        return world.customers[value].company
    if name == "carrier_code":
        return world.carriers[value].name
    if name == "sku":
        return f"{value} · {world.products[value].name}"
    if name == "customer":
        return str(NEW_OR_KNOWN[value])
    if value in YES_NO:
        return str(YES_NO[value])
    return country_name(value) if name == "country" else word(value)


def _doing(action: Action) -> str:
    what = str(THEN[action.act])
    if action.act == "notify_customer" and action.template:
        return gettext("%(what)s: “%(words)s”", what=what, words=word(action.template))
    if action.act == "prioritise_order" and action.priority:
        return gettext("%(what)s: %(of)s", what=what, of=word(action.priority))
    if NEEDS.get(action.act) == "words" and action.words:
        return gettext("%(what)s: “%(words)s”", what=what, words=action.words)
    return what


# --- the form -----------------------------------------------------------------------------------

NEW_OR_KNOWN: Final = {"new": _l("new"), "known": _l("ordered before")}
YES_NO: Final = {"yes": _l("yes"), "no": _l("no")}
ANY: Final = ("", _l("any"))
CHOOSE: Final = ("", _l("choose …"))


def _form(
    world: World,
    rule: Rule | None,
    sent: FormErrors | None,
    preview: Effects | Refusal | None,
) -> RuleForm:
    """The form of a new rule, or of one that is to be changed, with what was typed."""
    name = "change_rule" if rule else "write_rule"
    mine = sent is not None and sent.command == name
    typed: Mapping[str, str] = sent.values if sent and mine else _filled(world, rule)
    wrong: Mapping[str, str] = sent.errors if sent and mine else {}

    def fields(*every: Field) -> tuple[Field, ...]:
        return tuple(
            f._replace(value=typed.get(f.name, f.value), error=wrong.get(f.name, "")) for f in every
        )

    return RuleForm(
        command=name,
        command_id=token_urlsafe(12),
        about=fields(
            Field("name", _l("What the rule is called"),
                  help=_l("Colleagues read it in an order's history.")),
            Field("place", _l("Place among the rules"), "number", "50",
                  help=_l("From 1 to 99; for the same event the lower place acts first.")),
        ),
        when=fields(_choice("trigger", _l("When"), CHOOSE, WHEN.items())),
        and_=fields(*_conditions(world)),
        then=fields(*_action()),
        rule_number=rule.rule_number if rule else "",
        errors=len(wrong),
        preview=preview if mine else None,
        tried=mine,
    )  # fmt: skip


def _filled(world: World, rule: Rule | None) -> dict[str, str]:
    if rule is None:
        return {}
    number, name = rule.rule_number, rule.name
    as_it_is = ChangeRule(number, name, rule.trigger, rule.action, rule.conditions, rule.place)
    return written(as_it_is, world.company.currency)


def _choice(
    name: str, label: Any, first: tuple[str, Any], rest: Iterable[tuple[str, Any]], help: Any = ""
) -> Field:
    return Field(name, label, "choice", choices=(first, *rest), help=help)


def _conditions(world: World) -> tuple[Field, ...]:
    customers = sorted(
        (c for c in world.customers.values() if not c.merged_into),
        key=lambda c: (c.company, c.customer_id),
    )
    goes = {c.address.country for c in customers} | {
        rule.conditions.country or "" for rule in world.rules.values()
    }
    products = sorted(world.products.values(), key=lambda p: p.sku)
    asked: dict[str, tuple[Any, Iterable[tuple[str, Any]]]] = {
        "customer": (_l("Customer is"), NEW_OR_KNOWN.items()),
        "customer_id": (
            _l("Customer"),
            [(c.customer_id, f"{c.company} · {c.customer_id}") for c in customers],
        ),
        "payment_terms": (
            _l("Payment terms"), [(t, WORDS[t]) for t in ("prepay", "on_account")]
        ),
        "country": (_l("Ships to"), [(c, country_name(c)) for c in sorted(goes - {""})]),
        "carrier_code": (_l("Carrier"), carrier_choices(world)),
        "sku": (_l("Product on the order"), [(p.sku, f"{p.sku} · {p.name}") for p in products]),
        "in_stock": (_l("All of it in stock"), YES_NO.items()),
        "on_hold": (_l("Is on hold"), YES_NO.items()),
        "hold": (_l("Open hold"), [(k, WORDS[k]) for k in get_args(HoldKind)]),
        "paid": (_l("Paid in full"), YES_NO.items()),
        "priority": (_l("Priority"), [(p, WORDS[p]) for p in get_args(Priority)]),
    }  # fmt: skip
    return (
        Field("conditions.total_at_least", _l("Total at least"), "money"),
        Field("conditions.total_at_most", _l("Total at most"), "money"),
        *(
            _choice(f"conditions.{name}", label, ANY, choices)
            for name, (label, choices) in asked.items()
        ),
    )


def _action() -> tuple[Field, ...]:
    none = ("", _l("none"))
    return (
        _choice("action.act", _l("Then"), CHOOSE, [(act, THEN[act]) for act in ACTS]),
        _choice(
            "action.template", _l("Message to the customer"), none,
            [(template, WORDS[template]) for template in TEMPLATES],
            _l("For a message; it is sent once, and only if it is true."),
        ),
        _choice(
            "action.priority", _l("New priority"), none,
            [(priority, WORDS[priority]) for priority in get_args(Priority)],
            _l("For setting the priority."),
        ),
        Field(
            "action.words", _l("Reason or note"),
            help=_l("For holds, questions to the supervisor, and notes."),
        ),
    )  # fmt: skip
