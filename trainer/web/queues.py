"""The boards of what leaves and what comes back: each card with its next step as a form."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_security import auth_required

from trainer.orders.currencies import currency_of
from trainer.orders.search import folded
from trainer.orders.status import AfterSale
from trainer.orders.values import day_of
from trainer.orders.world import World
from trainer.play.queues import Back, Parcel, Stage, on_the_way_back, on_the_way_out, steps
from trainer.web import actions, supply
from trainer.web.screens import Screen, screen, surroundings
from trainer.web.supply import Told

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
    "to_inspect": (
        _l("To count and inspect"),
        _l("Parcels on their way back, or here, come here."),
    ),
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
    return _page(screen(key), "shipping")


@bp.get("/returns")
@auth_required()
def returns(key: str) -> ResponseReturnValue:
    """Decide, expect, count, inspect, repair, close: every return that is not over."""
    return _page(screen(key), "returns")


class Asked(NamedTuple):
    """How a board is looked at: which column in full, and what is looked for. Its forms say it
    too, so that it looks the same after a step."""

    in_full: str = ""
    words: str = ""

    @classmethod
    def sent(cls, in_full: str, words: str) -> "Asked":
        """As a form said it: no longer than the field allows, for it goes into an address."""
        return cls(in_full[:40], words.strip()[:200])

    def address(self, key: str, board: str, said: str) -> str:
        """Where the board is that looks like this, and says something."""
        place = url_for(f"queues.{board}", key=key, all=self.in_full or None, q=self.words or None)
        return f"{place}{'&' if '?' in place else '?'}{said}"


def answer(seen: Screen, board: str, told: Told, asked: Asked) -> str | None:
    """The board with the form that was sent, what is wrong in it or what it would do; None where
    its card has gone meanwhile."""
    columns = _columns(seen, board, told, asked)
    tried = (form.tried for column in columns for card in column.cards for form in card.forms)
    return _shown(seen, board, columns, asked) if any(tried) else None


def _page(seen: Screen, board: str) -> str:
    """A board; with what was refused standing in its form."""
    asked = Asked(request.args.get("all", ""), request.args.get("q", "").strip()[:200])
    return _shown(seen, board, _columns(seen, board, supply.refused(seen), asked), asked)


def _columns(seen: Screen, board: str, told: Told, asked: Asked) -> list[Column]:
    named, found = BOARDS[board]
    words = folded(asked.words)
    columns = []
    for stage, every in found(seen.world).items():
        held = [it for it in every if _about(seen.world, it, words)]
        cards = held if stage == asked.in_full else held[:MOST]
        columns.append(
            Column(
                stage,
                *named[stage],
                [_card(seen, it, told) for it in cards],
                len(held),
                stage == asked.in_full,
            )
        )
    return columns


def _shown(seen: Screen, board: str, columns: list[Column], asked: Asked) -> str:
    return render_template(
        f"pages/{board}.html",
        **surroundings(seen, board),
        columns=columns,
        most=MOST,
        q=asked.words,
        kept=(("board", board), ("in_full", asked.in_full), ("looked_for", asked.words)),
    )


def _about(world: World, it: Parcel | Back, words: str) -> bool:
    return not words or any(words in folded(text) for text in _words(world, it))


def _words(world: World, it: Parcel | Back) -> Iterable[str]:
    """By what a card is looked for."""
    order = it.order
    yield from (order.order_number, order.customer_po_number)
    yield world.customers[order.customer_id].company
    if isinstance(it, Back):
        yield it.back.rma_number
    elif it.package:
        yield from (str(it.package.package_number), it.package.tracking_number)


def _card(seen: Screen, it: Parcel | Back, told: Told) -> Card:
    """A card with what can be done with it, as forms that come back to the board."""
    every = steps(seen.world, it)
    can = [offer for offer in every if not offer.refusal]
    due = it.due if isinstance(it, Parcel) else None
    forms = []
    for offer in can if seen.acting else ():
        form = actions.form_for(seen.world, it.order, offer)
        if form.sent(told.command, told.typed):
            form = actions.form_for(
                seen.world, it.order, offer, told.typed, told.errors, told.preview
            )
        forms.append(form)
    return Card(
        it,
        (due - day_of(seen.world.now)).days if due else None,
        tuple(forms),
        every[0].refusal if every and not can else None,
        currency_of(seen.world, it.order),
    )
