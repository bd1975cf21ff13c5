"""The customers of a sandbox: the list, and each one's file with all that can be done with it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from secrets import token_urlsafe
from typing import Any, Final, NamedTuple, get_args

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_security import auth_required, current_user

from trainer.orders.currencies import currency_of, named, priced_in
from trainer.orders.customers import (
    CustomerOpened,
    LikelyDuplicate,
    OpenCustomer,
    due_for_review,
    likely_duplicates,
    looks_like,
    orders_of,
)
from trainer.orders.engine import Command
from trainer.orders.refusals import Refusal, snake_case
from trainer.orders.search import folded, names_of
from trainer.orders.status import label_of, overlays
from trainer.orders.store_credit import balance
from trainer.orders.terms import SetTradeTerms
from trainer.orders.values import Address
from trainer.orders.world import (
    BankTransfer,
    Contact,
    ContactRole,
    Customer,
    Order,
    PaymentTerms,
    World,
)
from trainer.play.preview import Effects
from trainer.web import screens
from trainer.web.actions import Field, Form, one_of, terms_fields
from trainer.web.forms import FormErrors, read, whole, written
from trainer.web.fragments import is_fragment
from trainer.web.screens import Screen, desk, more_of, screen
from trainer.web.words import WORDS, money, says

bp = Blueprint("customers", __name__, url_prefix="/attempts/<key>/customers")

SHOWN: Final = 20
"""Orders and notes that a file shows; the order list has them all."""
TITLES: Final[dict[str, tuple[LazyString, LazyString]]] = {
    "open_customer": (_l("Open a customer file"), _l("Open file")),
    "update_customer": (_l("Correct the file"), _l("Save file")),
    "keep_contact": (_l("Write down a contact"), _l("Save contact")),
    "make_main_contact": (_l("Choose the main contact"), _l("Make them the main contact")),
    "remove_contact": (_l("Take a contact out"), _l("Take out")),
    "add_customer_note": (_l("Note about the customer"), _l("Save note")),
    "review_customer": (_l("Record a review"), _l("The file is right")),
    "agree_store_credit": (_l("They take store credit"), _l("Write down the consent")),
    "set_credit_limit": (_l("Change the credit limit"), _l("Set limit")),
    "set_tax_profile": (_l("Correct the tax profile"), _l("Save tax profile")),
    "set_trade_terms": (_l("Delivery terms and invoice address"), _l("Save terms")),
    "return_transfer": (_l("Send a transfer back"), _l("Send back")),
    "query_transfer_return": (_l("Ask the gateway about money sent back"), _l("Ask the gateway")),
    "change_currency": (_l("Change the currency"), _l("Change currency")),
    "merge_customers": (_l("Merge into another file"), _l("Merge files")),
}

Typed = Mapping[str, str]


class Row(NamedTuple):
    """A customer in the list."""

    customer: Customer
    flags: tuple[str, ...]
    owed: int


# --- pages --------------------------------------------------------------------------------------


@bp.get("/")
@auth_required()
def index(key: str) -> ResponseReturnValue:
    """The list: searched, narrowed, page by page."""
    seen = screen(key)
    words, view = request.args.get("q", "")[:200], request.args.get("view", "")
    rows = [row for row in _rows(seen.world) if _fits(row.customer, words)]
    counts = {flag: sum(flag in row.flags for row in rows) for flag in _VIEWS}
    if view in counts:
        rows = [row for row in rows if view in row.flags]
    size = seen.world.page
    pages = max(-(-len(rows) // size), 1)
    page = min(max(whole(request.args.get("page", "")) or 1, 1), pages)
    shown = {
        "rows": rows[(page - 1) * size : page * size],
        "total": len(rows),
        "page": page,
        "pages": pages,
        "counts": counts,
        "view": view if view in counts else "",
        "q": words,
        "screen": seen,
        "world": seen.world,
    }
    if is_fragment():
        return render_template("parts/customer-list.html", **shown)
    return render_template(
        "pages/customers.html", **screens.surroundings(seen, "customers") | shown
    )


@bp.get("/new")
@auth_required()
def new(key: str) -> ResponseReturnValue:
    """The form that opens a file, beside the message of whoever is not known yet."""
    seen = screens.acting(key)
    around = screens.surroundings(seen, "customers")
    refused = around["refused"]
    if refused is None or not isinstance(refused.command, OpenCustomer):
        message = seen.world.messages.get(request.args.get("message", ""))
        return _new_page(seen, around, {"contact": message.sender} if message else {}, {})
    typed = written(refused.command, currency_of(seen.world, refused.command))
    wrong = _beside(seen.world, refused.command, refused.refusal)
    return _new_page(seen, around, typed, wrong, looks_like(seen.world, refused.command))


@bp.post("/new")
@auth_required()
def open_file(key: str) -> ResponseReturnValue:
    """A file is opened, or the form comes back."""
    seen = screens.acting(key)
    typed = {name: value for name, value in request.form.items() if name != "csrf_token"}
    command_id = screens.intent(typed.pop("command_id", ""))
    asking = typed.pop("preview", "")
    message_id = request.args.get("message") or None
    command = read("open_customer", typed, screens.currency_typed(seen.world, typed))
    if isinstance(command, FormErrors):
        around = screens.surroundings(seen, "customers")
        around["back"] = url_for(".new", key=key, message=message_id)
        return _new_page(seen, around, command.values, command.errors), 422
    if asking:
        around = screens.surroundings(seen, "customers")
        around["back"] = url_for(".new", key=key, message=message_id)
        asked = desk().preview(seen.sandbox, command, actor=current_user.name)
        assert isinstance(command, OpenCustomer)
        known = looks_like(seen.world, command)
        return _new_page(seen, around, typed, {}, known, asked)
    outcome = desk().perform(seen.sandbox, command, actor=current_user.name, command_id=command_id)
    if outcome.refused:
        said = outcome.refused.number
        return redirect(url_for(".new", key=key, message=message_id, refused=said), 303)
    entries = desk().store.events(seen.sandbox.sandbox_id, after=outcome.before.world.number)
    opened = (entry.event for entry in entries if isinstance(entry.event, CustomerOpened))
    who = next(event.customer_id for event in opened if event.company == typed["company"].strip())
    return redirect(
        url_for(
            ".file",
            key=key,
            customer_id=who,
            done=outcome.run.world.number,
            waited=outcome.before.world.number,
        ),
        303,
    )


def _new_page(
    seen: Screen,
    around: dict[str, Any],
    typed: Typed,
    errors: Typed,
    known: tuple[Customer, ...] = (),
    preview: Effects | Refusal | None = None,
) -> str:
    message = seen.world.messages.get(request.args.get("message", ""))
    return render_template(
        "pages/new-customer.html",
        **around,
        form=_new_form(seen.world, typed, errors, known, preview),
        known=known,
        message=message,
        currency=seen.world.company.currency,
        action=url_for(
            ".open_file", key=seen.sandbox.key, message=message.message_id if message else None
        ),
    )


@bp.get("/<customer_id>")
@auth_required()
def file(key: str, customer_id: str) -> ResponseReturnValue:
    """One customer: who they are, what they owe, what they ordered, what colleagues should know."""
    seen = screen(key)
    customer = seen.world.customers.get(customer_id) or abort(404)
    around = screens.surroundings(seen, "customers")
    command, typed, wrong = "", None, {}
    if around["refused"]:
        refused = around["refused"].command
        command, typed = (
            snake_case(type(refused).__name__),
            written(refused, currency_of(seen.world, refused)),
        )
        wrong = _beside(seen.world, refused, around["refused"].refusal)
    return _page(seen, customer, around, command, typed or {}, wrong)


@bp.post("/<customer_id>")
@auth_required()
def perform(key: str, customer_id: str) -> ResponseReturnValue:
    """A form of the file becomes a command."""
    seen = screens.acting(key)
    customer = seen.world.customers.get(customer_id) or abort(404)
    typed = {name: value for name, value in request.form.items() if name != "csrf_token"}
    name, asking = typed.pop("command", ""), typed.pop("preview", "")
    command_id = screens.intent(typed.pop("command_id", ""))
    if name not in TITLES or typed.get("customer_id") != customer_id:
        abort(400)
    command = read(name, typed, screens.currency_typed(seen.world, typed))
    if isinstance(command, FormErrors):
        around = screens.surroundings(seen, "customers")
        around["back"] = url_for(".file", key=key, customer_id=customer_id)
        return _page(seen, customer, around, name, command.values, command.errors), 422
    if asking:
        around = screens.surroundings(seen, "customers")
        around["back"] = url_for(".file", key=key, customer_id=customer_id)
        asked = desk().preview(seen.sandbox, command, actor=current_user.name)
        return _page(seen, customer, around, name, typed, {}, asked)
    outcome = desk().perform(seen.sandbox, command, actor=current_user.name, command_id=command_id)
    said: dict[str, Any] = {"done": outcome.run.world.number, "waited": outcome.before.world.number}
    if outcome.refused:
        said = {"refused": outcome.refused.number}
    return redirect(url_for(".file", key=key, customer_id=customer_id, **said), 303)


def _page(
    seen: Screen,
    customer: Customer,
    around: dict[str, Any],
    command: str,
    typed: Typed,
    errors: Typed,
    preview: Effects | Refusal | None = None,
) -> str:
    world = seen.world
    others = likely_duplicates(world).get(customer.customer_id, ())
    orders = list(orders_of(world, customer.customer_id))
    forms = _forms(world, customer, others) if seen.acting and not customer.merged_into else ()
    return render_template(
        "pages/customer.html",
        **around,
        customer=customer,
        flags=_flags(world, customer, bool(others)),
        store_credit=balance(customer, world.now),
        owed=world.exposure.get(customer.customer_id, 0),
        others=[world.customers[other] for other in others],
        into=world.customers.get(customer.merged_into),
        transfers=_transfers(world, customer),
        orders=[_order(world, order) for order in orders[:SHOWN]],
        total=len(orders),
        forms=[
            _tried(form, typed, errors, preview) if _is_meant(form, command, typed) else form
            for form in forms
        ],
        action=url_for(".perform", key=seen.sandbox.key, customer_id=customer.customer_id),
    )


def _is_meant(form: Form, command: str, typed: Typed) -> bool:
    """Whether it is the very form that was sent: a file has one for each of its contacts."""
    contact = "contact_number"
    same = dict(form.hidden).get(contact, "") == typed.get(contact, "")
    return form.command == command and (command != "keep_contact" or same)


def _order(world: World, order: Order) -> dict[str, Any]:
    return {
        "order": order,
        "label": label_of(order),
        "more": more_of(order, world),
        "flags": overlays(order, world.now),
    }


# --- the list -----------------------------------------------------------------------------------

_VIEWS: Final = ("review_due", "likely_duplicate", "merged")


def _rows(world: World) -> Iterator[Row]:
    same = likely_duplicates(world)
    every = sorted(world.customers.values(), key=lambda c: (c.company, c.customer_id))
    for customer in every:
        flags = _flags(world, customer, customer.customer_id in same)
        yield Row(customer, flags, world.exposure.get(customer.customer_id, 0))


def _flags(world: World, customer: Customer, same: bool) -> tuple[str, ...]:
    if customer.merged_into:
        return ("merged",)
    due = ("review_due",) if due_for_review(world, customer) else ()
    return (*due, *(("likely_duplicate",) if same else ()))


def _fits(customer: Customer, words: str) -> bool:
    wanted = folded(words)
    reached = (way for it in customer.contacts for way in (it.email, it.phone))
    texts = (*names_of(customer), customer.email, customer.phone, customer.tax_id, *reached)
    return any(wanted in folded(text) for text in texts)


# --- the forms ----------------------------------------------------------------------------------


def _beside(world: World, command: Command, refusal: Refusal) -> dict[str, str]:
    """What a refusal says about one field, to stand beside it."""
    if isinstance(refusal, LikelyDuplicate):
        return {"despite": str(_l("Say whether they are somebody else."))}
    name = getattr(refusal, "field", "")
    name = "email" if name == "email_or_phone" else name
    if name and not hasattr(command, name):
        name = f"{'bill_to' if isinstance(command, SetTradeTerms) else 'address'}.{name}"
    return {name: says(refusal, world)} if name else {}


def _address(address: Address) -> tuple[Field, ...]:
    return (
        Field("address.recipient", _l("Recipient"), value=address.recipient),
        Field("address.street", _l("Street"), value=address.street),
        Field("address.city", _l("City"), value=address.city),
        Field("address.postal_code", _l("Postal code"), value=address.postal_code),
        Field("address.phone", _l("Phone at the door"), value=address.phone),
    )


def _new_form(
    world: World,
    typed: Typed,
    errors: Typed,
    known: tuple[Customer, ...],
    preview: Effects | Refusal | None,
) -> Form:
    """Everything a file begins with; where it looks like one that is there, that question too."""
    others = tuple((c.customer_id, f"{c.company} · {c.customer_id}") for c in known)
    despite = Field(
        "despite",
        _l("Known to be somebody else than"),
        "choice",
        choices=(("", _l("choose …")), *others),
    )
    terms = tuple((name, WORDS[name]) for name in get_args(PaymentTerms))
    codes = tuple((code, code) for code in priced_in(world))
    fields = (
        *((despite,) if known else ()),
        Field("company", _l("Company")),
        Field("contact", _l("Contact")),
        Field("email", _l("E-mail"), help=_l("E-mail or phone: one of the two is needed.")),
        Field("phone", _l("Phone")),
        *_address(Address()),
        # a new customer is taken to sit where most do
        Field("address.country", _l("Country"), value=_country(world),
              help=_l("Two letters, such as US.")),
        Field("payment_terms", _l("Payment terms"), "choice", "prepay", choices=terms),
        Field("credit_limit", _l("Credit limit"), "money", "0"),
        Field("currency", _l("Currency"), "choice", world.company.currency, choices=codes),
        Field("tax_id", _l("Tax id")),
    )  # fmt: skip
    title, verb = TITLES["open_customer"]
    form = Form(
        command="open_customer",
        command_id=token_urlsafe(12),
        title=title,
        verb=verb,
        version=0,
        fields=fields,
    )
    return _tried(form, typed, errors, preview) if typed or errors else form


def _country(world: World) -> str:
    """The country that most customers sit in."""
    seats = Counter(c.address.country for _, c in sorted(world.customers.items()))
    return seats.most_common(1)[0][0] if seats else ""


def _forms(world: World, customer: Customer, others: tuple[str, ...]) -> tuple[Form, ...]:
    address = customer.address
    update = (
        Field("company", _l("Company"), value=customer.company),
        Field("contact", _l("Contact"), value=customer.contact),
        Field("email", _l("E-mail"), value=customer.email),
        Field("phone", _l("Phone"), value=customer.phone),
        *_address(address),
    )
    profile = (
        Field("invoice_title", _l("Invoice title"), value=customer.title,
              help=_l("Under this name they are invoiced.")),
        Field("tax_id", _l("Tax id"), value=customer.tax_id),
    )  # fmt: skip
    stays = sorted(
        (c for c in world.customers.values() if not c.merged_into and c is not customer),
        key=lambda c: (c.customer_id not in others, c.company, c.customer_id),
    )
    into = Field(
        "into",
        _l("The file that stays"),
        "choice",
        choices=(
            ("", _l("choose …")),
            *((c.customer_id, f"{c.company} · {c.contact} · {c.customer_id}") for c in stays),
        ),
        help=_l("Orders, payments and notes move there; this file takes no more orders."),
    )
    bought = named(world, customer.currency)
    codes = tuple((code, code) for code in priced_in(world) if code != bought)
    currency = Field(
        "currency",
        _l("Currency"),
        "choice",
        choices=(("", _l("choose …")), *codes),
        help=_l("While nothing is open in %(code)s. The credit limit is set anew afterwards.",
                code=bought),
    )  # fmt: skip
    limit = (Field("credit_limit", _l("Credit limit"), "money"), Field("reason", _l("Reason")))
    consent = Field("evidence", _l("Where they said so"), help=_l("A letter, a call, a date."))
    agreeing = (_form(customer, "agree_store_credit", (consent,)),)
    may = world.policies.store_credit == "agreed" and not customer.takes_store_credit
    return (
        _form(customer, "review_customer", ()),
        _form(customer, "add_customer_note", (Field("text", _l("Note"), "textarea"),)),
        _form(customer, "update_customer", update, ("address.country", address.country)),
        *_contacts(customer),
        _form(customer, "set_tax_profile", profile),
        _form(
            customer,
            "set_trade_terms",
            terms_fields(customer),
            ("bill_to.country", customer.bill_to.country),
        ),
        _form(customer, "set_credit_limit", limit),
        *(agreeing if may else ()),
        *_returns(world, customer),
        *((_form(customer, "change_currency", (currency,)),) if codes else ()),
        _form(customer, "merge_customers", (into,)),
    )


def _contacts(customer: Customer) -> Iterator[Form]:
    """Somebody new, each of those who are there, and which of them is the main one or gone."""
    yield _form(customer, "keep_contact", _person(Contact("", "", "buyer")))
    for it in customer.contacts:
        title = _l("Change contact: %(name)s", name=it.name)
        number = ("contact_number", it.contact_number)
        yield _form(customer, "keep_contact", _person(it), number)._replace(title=title)
    who = tuple((it.contact_number, f"{it.name} · {WORDS[it.role]}") for it in customer.contacts)
    which = Field("contact_number", _l("Contact"), "choice", choices=(("", _l("choose …")), *who))
    for command in ("make_main_contact", "remove_contact") if who else ():
        yield _form(customer, command, (which,))


def _person(it: Contact) -> tuple[Field, ...]:
    role = one_of("role", _l("What they are there for"), ContactRole)
    says = _l("E-mail or phone: one of the two is needed.")
    return (
        Field("name", _l("Name"), value=it.name),
        role._replace(value=it.role if it.contact_number else "", help=_l(
            "Letters about money go to accounts payable, those about deliveries to goods-in, "
            "those about returns to after-sales; all others to the main contact."
        )),
        Field("email", _l("E-mail"), value=it.email, help=says),
        Field("phone", _l("Phone"), value=it.phone),
    )  # fmt: skip


def _transfers(world: World, customer: Customer) -> list[BankTransfer]:
    """A customer's money that is booked to no order, or went back, the oldest first."""
    theirs = (
        t for _, t in sorted(world.transfers.items()) if t.customer_id == customer.customer_id
    )
    return [transfer for transfer in theirs if transfer.unmatched or transfer.refund]


def _left(world: World, transfer: BankTransfer) -> str:
    return money(transfer.unmatched, named(world, transfer.currency))


def _returns(world: World, customer: Customer) -> Iterator[Form]:
    """What can go back to its sender, and what the gateway has to be asked about."""
    found = _transfers(world, customer)
    free = tuple(
        (
            t.reference,
            f"{t.reference} · {money(t.unmatched, named(world, t.currency))} · {t.remark}",
        )
        for t in found
        if t.unmatched > 0
    )
    if free:
        which = Field("reference", _l("Transfer on the bank statement"), "choice", free[0][0],
                      choices=free, help=_l("All that is left of it goes back, once."))  # fmt: skip
        yield _form(customer, "return_transfer", (which, Field("reason", _l("Reason"))))
    asked = tuple(
        (t.reference, f"{t.reference} · {t.refund.refund_number}")
        for t in found
        if t.refund and t.refund.status == "unanswered"
    )
    if asked:
        which = Field("reference", _l("Transfer on the bank statement"), "choice", asked[0][0],
                      choices=asked)  # fmt: skip
        yield _form(customer, "query_transfer_return", (which,))


def _form(
    customer: Customer, command: str, fields: tuple[Field, ...], *hidden: tuple[str, str]
) -> Form:
    title, verb = TITLES[command]
    return Form(
        command=command,
        command_id=token_urlsafe(12),
        title=title,
        verb=verb,
        version=0,
        fields=fields,
        hidden=(("customer_id", customer.customer_id), *hidden),
    )


def _tried(
    form: Form, typed: Typed, errors: Typed, preview: Effects | Refusal | None = None
) -> Form:
    """The form with what was typed, what was wrong with it, and what it would do."""
    fields = tuple(
        field._replace(value=typed.get(field.name, field.value), error=errors.get(field.name, ""))
        for field in form.fields
    )
    return form._replace(fields=fields, errors=len(errors), preview=preview, tried=True)
