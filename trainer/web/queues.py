"""The boards of what leaves and what comes back: each card with its next step as a form."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_security import auth_required

from trainer.orders.currencies import currency_of
from trainer.orders.refusals import Refusal
from trainer.orders.status import AfterSale
from trainer.orders.values import day_of
from trainer.orders.world import World
from trainer.play.preview import Effects
from trainer.play.queues import Back, Parcel, Stage, on_the_way_back, on_the_way_out, steps
from trainer.web import actions
from trainer.web.screens import Screen, screen, surroundings

bp = Blueprint("queues", __name__, url_prefix="/attempts/<key>")

MOST: Final = 20
"""Cards of a column: those due first; the others come when they are asked for."""

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
    "came_late": (_l("Came too late"), _l("Parcels whose return is over come here.")),
    "to_send_back": (_l("Expected back"), _l("Authorised returns wait here for their parcel.")),
    "to_inspect": (_l("To count and inspect"), _l("Parcels that came back come here.")),
    "to_repair": (_l("In repair"), _l("What is being repaired comes here.")),
    "to_refund": (_l("To settle and close"), _l("Inspected returns come here.")),
}
"""The same of the returns board."""
_Named = Mapping[Any, tuple[LazyString, LazyString]]
_Found = Callable[[World], Mapping[Any, Sequence[Parcel | Back]]]
BOARDS: Final[Mapping[str, tuple[_Named, _Found]]] = {
    "shipping": (COLUMNS, on_the_way_out),
    "returns": (BACK_COLUMNS, on_the_way_back),
}
"""Where a card's step is taken, its answer is told."""


class Card(NamedTuple):
    """A card as its template takes it."""

    it: Parcel | Back
    left: int | None
    """Days until it is due; negative once it is late."""
    forms: tuple[actions.Form, ...]
    refusal: Any
    currency: str


class Column(NamedTuple):
    """A column, its first cards or all, and how many there are."""

    name: str
    title: Any
    empty: Any
    cards: list[Card]
    held: int
    whole: bool
    """Whether all of it was asked for."""


@bp.get("/shipping")
@auth_required()
def shipping(key: str) -> ResponseReturnValue:
    """Pick, pack, label, hand over, follow: every parcel on its way out."""
    return page(screen(key), "shipping")


@bp.get("/returns")
@auth_required()
def returns(key: str) -> ResponseReturnValue:
    """Decide, expect, count, inspect, repair, close: every return that is not over."""
    return page(screen(key), "returns")


def page(
    seen: Screen,
    board: str,
    command: str = "",
    typed: Mapping[str, str] | None = None,
    preview: Effects | Refusal | None = None,
) -> str:
    """A board; with what the step of a card would do, where somebody asked."""
    named, found = BOARDS[board]

    def card(it: Parcel | Back) -> Card:
        return _card(seen, board, it, command, typed or {}, preview)

    whole = request.args.get("all", "")
    columns = [
        Column(
            stage,
            *named[stage],
            [card(it) for it in (held if stage == whole else held[:MOST])],
            len(held),
            stage == whole,
        )
        for stage, held in found(seen.world).items()
    ]
    return render_template(
        f"pages/{board}.html", **surroundings(seen, board), columns=columns, most=MOST
    )


def _card(
    seen: Screen,
    board: str,
    it: Parcel | Back,
    command: str,
    typed: Mapping[str, str],
    preview: Effects | Refusal | None,
) -> Card:
    """A card with what can be done with it, as forms that come back to the board."""
    every = steps(seen.world, it)
    can = [offer for offer in every if not offer.refusal]
    due = it.due if isinstance(it, Parcel) else None
    forms = []
    for offer in can if seen.acting else ():
        form = actions.form_for(seen.world, it.order, offer)
        if form.sent(command, typed):
            form = actions.form_for(seen.world, it.order, offer, typed, preview=preview)
        forms.append(form._replace(hidden=(*form.hidden, ("board", board))))
    return Card(
        it,
        (due - day_of(seen.world.now)).days if due else None,
        tuple(forms),
        every[0].refusal if every and not can else None,
        currency_of(seen.world, it.order),
    )
