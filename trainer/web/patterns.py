"""The patterns page: every part of our pages, in every state, for those who build them."""

from datetime import date
from typing import Any, NamedTuple

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_security import roles_accepted

from trainer.orders.holds import CreditLimitExceeded
from trainer.orders.intake import OrderConfirmed, OrderSubmitted
from trainer.orders.payment import PaymentReceived
from trainer.orders.shipping import PackageShipped, PaymentRequired
from trainer.orders.status import LABELS
from trainer.orders.values import moment_of
from trainer.orders.world import Company, World
from trainer.web.marks import MARKS

bp = Blueprint("patterns", __name__)


class Shown(NamedTuple):
    """What the examples are made of: nothing here is in any database."""

    world: World
    now: int
    refusal: Any
    refusals: tuple[Any, ...]
    events: tuple[Any, ...]


@bp.get("/patterns")
@roles_accepted("instructor", "admin")
def index() -> ResponseReturnValue:
    """All of it on one page."""
    return render_template("pages/patterns.html", shown=_shown(), labels=LABELS, marks=MARKS)


def _shown() -> Shown:

    number, due = "SO-24018", date(2026, 3, 12)
    unpaid = PaymentRequired(
        order_number=number, due=129800, total=159800, credit=0, received=30000
    )
    over = CreditLimitExceeded(
        customer_id="C-7", open=800000, requested=350000, exposure=1150000, limit=1000000
    )
    return Shown(
        world=World(company=Company(name="Lamp & Co", currency="USD")),
        now=moment_of(due, 10, 24),
        refusal=unpaid,
        refusals=(unpaid, over),
        events=(
            PackageShipped(order_number=number, package_number=1, carrier_code="DHL"),
            PaymentReceived(order_number=number, reference="TR-881", amount=159800),
            OrderConfirmed(order_number=number, promised_delivery_date=due),
            OrderSubmitted(order_number=number, total=159800, shipping_gross=900,
                           discount_shares=()),
        ),
    )  # fmt: skip
