"""The boards of what leaves and what comes back: each card with its next step as a form."""

from typing import Any, Final, NamedTuple

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_security import auth_required

from trainer.orders.currencies import currency_of
from trainer.orders.status import AfterSale
from trainer.orders.values import day_of
from trainer.play.offers import Offer
from trainer.play.queues import Back, Parcel, Stage, next_step, on_the_way_back, on_the_way_out
from trainer.web import actions
from trainer.web.screens import Screen, screen, surroundings

bp = Blueprint("queues", __name__, url_prefix="/attempts/<key>")

MOST: Final = 20
"""Cards of a column: those due first; the others are told by their number."""

COLUMNS: Final[dict[Stage, tuple[LazyString, LazyString]]] = {
    "to_allocate": (_l("To allocate"), _l("Confirmed orders that have no stock yet come here.")),
    "to_pick": (_l("To pick"), _l("What is allocated and lies on the shelf comes here.")),
    "to_pack": (_l("To pack"), _l("What was picked comes here.")),
    "to_label": (_l("To label"), _l("Packed and weighed parcels come here.")),
    "to_hand_over": (_l("To hand over"), _l("Labelled parcels wait here for their carrier.")),
    "on_the_way": (_l("On the way"), _l("What a carrier has taken over is followed here.")),
    "in_trouble": (_l("In trouble"), _l("Parcels a carrier reports trouble with come here.")),
}
"""What the columns of the shipping board are called, and what would bring something there."""
BACK_COLUMNS: Final[dict[AfterSale, tuple[LazyString, LazyString]]] = {
    "requested": (_l("To decide"), _l("What customers want to send back comes here.")),
    "to_send_back": (_l("Expected back"), _l("Authorised returns wait here for their parcel.")),
    "to_inspect": (_l("To count and inspect"), _l("Parcels that came back come here.")),
    "to_repair": (_l("In repair"), _l("What is being repaired comes here.")),
    "to_refund": (_l("To settle and close"), _l("Inspected returns come here.")),
}
"""The same of the returns board."""


class Card(NamedTuple):
    """A card as its template takes it."""

    it: Parcel | Back
    left: int | None
    """Days until it is due; negative once it is late."""
    forms: tuple[actions.Form, ...]
    refusal: Any
    currency: str


class Column(NamedTuple):
    """A column, its first cards, and how many more there are."""

    name: str
    title: Any
    empty: Any
    cards: list[Card]
    held: int


@bp.get("/shipping")
@auth_required()
def shipping(key: str) -> ResponseReturnValue:
    """Pick, pack, label, hand over, follow: every parcel on its way out."""
    seen = screen(key)
    found = on_the_way_out(seen.world)
    columns = [
        Column(stage, *COLUMNS[stage], [_parcel(seen, it) for it in parcels[:MOST]], len(parcels))
        for stage, parcels in found.items()
    ]
    return render_template("pages/shipping.html", **surroundings(seen, "shipping"), columns=columns)


@bp.get("/returns")
@auth_required()
def returns(key: str) -> ResponseReturnValue:
    """Decide, expect, count, inspect, repair, close: every return that is not over."""
    seen = screen(key)
    found = on_the_way_back(seen.world)
    columns = [
        Column(stage, *BACK_COLUMNS[stage], [_back(seen, it) for it in backs[:MOST]], len(backs))
        for stage, backs in found.items()
    ]
    return render_template("pages/returns.html", **surroundings(seen, "returns"), columns=columns)


def _parcel(seen: Screen, it: Parcel) -> Card:
    left = (it.due - day_of(seen.world.now)).days if it.due else None
    step = next_step(seen.world, it)
    refusal = step.refusal if step else None
    can = (step,) if step and not refusal else ()
    return Card(it, left, _forms(seen, it, can, "shipping"), refusal, _currency(seen, it))


def _back(seen: Screen, it: Back) -> Card:
    can = tuple(offer for offer in it.offers if not offer.refusal)
    refusal = next((offer.refusal for offer in it.offers if offer.refusal), None)
    forms = _forms(seen, it, can, "returns")
    return Card(it, None, forms, None if can else refusal, _currency(seen, it))


def _currency(seen: Screen, it: Parcel | Back) -> str:
    return currency_of(seen.world, it.order)


def _forms(
    seen: Screen, it: Parcel | Back, can: tuple[Offer, ...], board: str
) -> tuple[actions.Form, ...]:
    """What can be done with a card, as forms that come back to the board."""
    if not seen.acting:
        return ()
    return tuple(
        form._replace(can_preview=False, hidden=(*form.hidden, ("board", board)))
        for offer in can
        for form in [actions.form_for(seen.world, it.order, offer)]
    )
