"""Invoices, credit notes and settlement: what was billed, what is still to book, what is closed."""

from collections import Counter
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_security import auth_required, current_user

from trainer.orders.acquirer import keeps_fees
from trainer.orders.currencies import currency_of
from trainer.orders.refusals import Refusal
from trainer.orders.search import folded
from trainer.orders.settlement import unsettled
from trainer.orders.status import payment_status
from trainer.orders.values import Minor, exponent
from trainer.orders.world import Document, Order, World
from trainer.play.preview import Effects
from trainer.web.forms import FormErrors, read, whole
from trainer.web.screens import Screen, acting, desk, intent, said, screen, surroundings

bp = Blueprint("invoices", __name__, url_prefix="/attempts/<key>/invoices")

PAGE: Final = 50
MOST: Final = 200
"""So many completed orders are offered for one settlement."""
KINDS: Final = {
    "": _l("All"),
    "invoice": _l("Invoices"),
    "credit_note": _l("Credit notes"),
}


class Paper(NamedTuple):
    """A line of the list."""

    document: Document
    order: Order

    @property
    def payment(self) -> str:
        """Where the money of its order is."""
        return payment_status(self.order)


class ToSettle(NamedTuple):
    """A completed order, and what its papers come to."""

    order: Order
    total: Minor
    currency: str

    @property
    def plain(self) -> str:
        """The total as a number, for the script that adds up what is ticked."""
        return str(Decimal(self.total).scaleb(-exponent(self.currency)))


@bp.get("")
@auth_required()
def index(key: str) -> ResponseReturnValue:
    """The papers, newest first, narrowed by the address; and what is to be settled."""
    return _page(screen(key))


@bp.post("")
@auth_required()
def settle(key: str) -> ResponseReturnValue:
    """One batch of the orders that were ticked, against what stands on the bank statement."""
    seen = acting(key)
    chosen = dict.fromkeys(request.form.getlist("orders"))
    typed = {f"order_numbers.{at}": number for at, number in enumerate(chosen)}
    sums = {name: request.form.get(name, "") for name in ("received", "fee")}
    typed["received"] = sums["received"]
    if keeps_fees(seen.world.policies):
        typed["fee"] = sums["fee"]
    first = next((seen.world.orders[it] for it in chosen if it in seen.world.orders), None)
    currency = currency_of(seen.world, first) if first else seen.world.company.currency
    command = read("settle_batch", typed, currency)
    if isinstance(command, FormErrors):
        return _page(seen, command.errors, chosen, sums), 422
    if request.form.get("preview"):
        asked = desk().preview(seen.sandbox, command, actor=current_user.name)
        return _page(seen, {}, chosen, sums, asked)
    outcome = desk().perform(
        seen.sandbox,
        command,
        actor=current_user.name,
        command_id=intent(request.form.get("command_id", "")),
    )
    return redirect(f"{url_for('.index', key=key)}?{said(outcome)}", 303)


def _page(
    seen: Screen,
    errors: Mapping[str, str] | None = None,
    chosen: Collection[str] = (),
    typed: Mapping[str, str] | None = None,
    preview: Effects | Refusal | None = None,
) -> str:
    world = seen.world
    words, kind = request.args.get("q", "")[:200], request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    every = _papers(world, folded(words), kind)
    pages = max(-(-len(every) // PAGE), 1)
    at = min(max(whole(request.args.get("page", "")) or 1, 1), pages)
    waiting = _to_settle(world)
    return render_template(
        "pages/invoices.html",
        **surroundings(seen, "invoices"),
        papers=every[(at - 1) * PAGE : at * PAGE],
        held=len(every),
        sums=_sums(world, every),
        kinds=KINDS,
        kind=kind,
        q=words,
        page=at,
        pages=pages,
        waiting=waiting[:MOST],
        more=max(len(waiting) - MOST, 0),
        chosen=chosen,
        typed=typed or {},
        fees=keeps_fees(world.policies),
        errors=errors or {},
        preview=preview,
        transfers=[it for it in world.transfers.values() if it.unmatched],
        payouts=[it for it in world.payouts.values() if not it.booked],
        batches=sorted(world.batches.values(), key=lambda it: it.batch_number, reverse=True)[:PAGE],
    )


def _papers(world: World, words: str, kind: str) -> list[Paper]:
    """Newest first; a number is given once, so it tells the order."""
    found = [
        Paper(document, order)
        for order in world.orders.values()
        for document in order.documents
        if kind in ("", document.kind) and _about(world, document, order, words)
    ]
    found.sort(key=lambda it: (it.document.issued_at, it.document.document_number), reverse=True)
    return found


def _about(world: World, document: Document, order: Order, words: str) -> bool:
    return not words or any(
        words in folded(text)
        for text in (
            document.document_number,
            order.order_number,
            order.customer_po_number,
            world.customers[order.customer_id].company,
        )
    )


def _sums(world: World, papers: list[Paper]) -> list[tuple[str, Minor]]:
    """What the list comes to, credit notes taken off: by currency, for nothing is converted."""
    sums: Counter[str] = Counter()
    for it in papers:
        sums[it.order.currency] += it.document.claim
    return sorted((code or world.company.currency, sum_) for code, sum_ in sums.items())


def _to_settle(world: World) -> list[ToSettle]:
    """Completed orders, the oldest first."""
    found = [
        ToSettle(order, sum(it.claim for it in unsettled(world, order)), currency_of(world, order))
        for order in world.at_places(world.by_label.get("completed", 0))
    ]
    return found[::-1]
