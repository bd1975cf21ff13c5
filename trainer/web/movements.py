"""The list of stock movements: per product and warehouse, what moved when and by which event."""

from typing import Any, Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_security import auth_required

from trainer.orders.movements import MoveKind, Movement, movements
from trainer.web import screens
from trainer.web.paging import page_wanted
from trainer.web.screens import desk, screen
from trainer.web.words import warehouse_name

bp = Blueprint("movements", __name__, url_prefix="/attempts/<key>/inventory/movements")

PAGE: Final = 50
NAMES: Final[dict[MoveKind, Any]] = {
    "shipped": _l("Shipped"),
    "received": _l("Goods received"),
    "produced": _l("Made"),
    "consumed": _l("Used in production"),
    "transferred": _l("Moved between warehouses"),
    "adjusted": _l("Counted or corrected"),
    "cleared": _l("B-grade sold off"),
    "restocked": _l("Back on the shelf"),
    "written_off": _l("Written off"),
    "given_back": _l("Given back"),
    "b_grade": _l("Made B-grade"),
    "in_repair": _l("Into repair"),
    "in_rework": _l("Into rework"),
    "returned": _l("Returned by the customer"),
    "apart": _l("Kept apart: not announced"),
    "allocated": _l("Allocated"),
    "picked": _l("Put into a parcel"),
}
_UNDONE: Final[dict[MoveKind, Any]] = {
    "allocated": _l("Allocation released"),
    "picked": _l("Taken out of a parcel"),
}
"""What the same is called the other way round."""


def name_of(it: Movement) -> Any:
    """What has been done with the goods."""
    undone = it.kind in _UNDONE and it.allocated + it.in_parcels < 0
    return _UNDONE[it.kind] if undone else NAMES[it.kind]


@bp.get("")
@auth_required()
def index(key: str) -> ResponseReturnValue:
    """The movements, newest first, narrowed by the address; and what they come to."""
    seen = screen(key)
    world, begun = seen.world, seen.course.opening.world
    words = request.args.get("q", "")[:200]
    warehouse = request.args.get("warehouse", "")
    warehouse = warehouse if warehouse in world.warehouses else ""
    # a whole SKU means that one, though it be a part of others
    found = [product.sku for product in screens.products(world, words)]
    asked = {words} if words in found else set(found)
    entries = desk().store.events(seen.sandbox.sandbox_id)
    past = (entry for entry in entries if entry.number <= world.number)
    every = [
        it for it in movements(begun, past) if it.sku in asked and warehouse in ("", it.warehouse)
    ][::-1]
    pages = max(-(-len(every) // PAGE), 1)
    page = min(page_wanted(), pages)
    return render_template(
        "pages/movements.html",
        **screens.surroundings(seen, "inventory"),
        movements=every[(page - 1) * PAGE : page * PAGE],
        held=len(every),
        at_first=sum(
            level.on_hand
            for level in begun.stock.values()
            if level.sku in asked and warehouse in ("", level.warehouse)
        ),
        moved=sum(it.on_hand for it in every),
        name_of=name_of,
        q=words,
        warehouse=warehouse,
        warehouses=[("", _l("All"))]
        + [(code, warehouse_name(code, world)) for code in sorted(world.warehouses)],
        page=page,
        pages=pages,
    )
