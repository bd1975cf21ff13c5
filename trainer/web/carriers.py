"""The carriers side by side: how, for how much, how quickly, and how reliably."""

from fractions import Fraction
from typing import Any, Final, NamedTuple

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_security import auth_required

from trainer.orders.track_record import ENOUGH, TrackRecord, track_records
from trainer.orders.world import Carrier, World
from trainer.web.screens import screen, surroundings
from trainer.web.words import share

bp = Blueprint("carriers", __name__, url_prefix="/attempts/<key>/carriers")


class Row(NamedTuple):
    """A carrier as its row shows it."""

    carrier: Carrier
    record: TrackRecord
    shares: tuple[tuple[int, str], ...]
    """How many parcels were on time, late, lost, returned and damaged, and what share that is."""
    states: str
    """What it says itself about a hundred parcels; nothing where it says nothing."""


FATES: Final[tuple[tuple[str, Any], ...]] = (
    ("on_time", _l("On time")),
    ("late", _l("Late")),
    ("lost", _l("Lost")),
    ("returned", _l("Back undelivered")),
    ("damaged", _l("Damaged")),
)


def rows(world: World) -> list[Row]:
    """The carriers, the quickest first."""
    records = track_records(world)
    found = sorted(world.carriers.values(), key=lambda it: (it.transit_days, it.carrier_code))
    return [_row(world, carrier, records[carrier.carrier_code]) for carrier in found]


def _row(world: World, carrier: Carrier, record: TrackRecord) -> Row:
    counts = [getattr(record, name) for name, _ in FATES]
    # a damaged parcel is one of those that arrived
    of = [record.parcels] * 4 + [record.on_time + record.late]
    shares = tuple(
        (count, share(Fraction(count, whole)) if whole >= ENOUGH else "")
        for count, whole in zip(counts, of, strict=True)
    )
    return Row(carrier, record, shares, _stated(carrier) if world.policies.mishaps_stated else "")


def _stated(carrier: Carrier) -> str:
    return gettext(
        "of 100 parcels late %(late)s, lost %(lost)s, returned %(returned)s, damaged %(damaged)s",
        late=carrier.late_percent,
        lost=carrier.lost_percent,
        returned=carrier.returned_percent,
        damaged=carrier.damaged_percent,
    )


@bp.get("")
@auth_required()
def index(key: str) -> ResponseReturnValue:
    """All of them in one table."""
    seen = screen(key)
    return render_template(
        "pages/carriers.html",
        **surroundings(seen, "shipping"),
        rows=rows(seen.world),
        fates=[name for _, name in FATES],
        enough=ENOUGH,
    )
