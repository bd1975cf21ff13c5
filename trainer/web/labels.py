"""Why an order carries its label: the rule that applied first, with this order's own figures."""

from typing import Any

from flask_babel import gettext

from trainer.orders.currencies import currency_of
from trainer.orders.status import Overlay, due_day, label_of, overlays
from trainer.orders.world import Order, World
from trainer.web.words import day, money, word


def why(order: Order, world: World) -> list[str]:
    """A sentence for the label and one for each badge beside it; see `status.label_of`."""
    return [_why_label(order, world), *(_why_badge(it, order) for it in overlays(order, world.now))]


def _why_label(order: Order, world: World) -> str:
    live = sum(line.live for line in order.lines)
    units: dict[str, Any] = {
        "live": live,
        "shipped": sum(line.shipped for line in order.lines),
        "delivered": sum(line.delivered for line in order.lines),
    }
    match label_of(order):
        case "draft":
            return gettext("It was opened and has not been submitted.")
        case "awaiting_confirmation":
            return gettext("It is submitted, and we have not confirmed it. Only then money is due.")
        case "pending_payment":
            due = money(order.balance_due - order.authorised_open, currency_of(world, order))
            return gettext("It is confirmed and prepaid, and %(due)s is still to come.", due=due)
        case "awaiting_shipment":
            return gettext(
                "It waits for no money, and none of its %(live)s units has left.", **units
            )
        case "partly_shipped":
            return gettext("%(shipped)s of %(live)s units have left.", **units)
        case "shipped":
            return gettext(
                "All %(live)s units have left; no carrier has scanned one on the way.", **units
            )
        case "in_transit":
            return gettext(
                "All %(live)s units have left, and a carrier has scanned them on the way.", **units
            )
        case "signed":
            return gettext(
                "%(delivered)s of %(live)s units are with the customer: all of them.", **units
            )
        case "completed":
            return gettext("It was completed: all is delivered, invoiced and paid.")
        case "settled":
            return gettext("It was settled with the bank statement.")
        case "archived":
            return gettext("It was put into the archive, and can only be read.")
    if order.called_off_for != "other":
        why_not = word(order.called_off_for)
        return gettext("It was called off: %(reason)s.", reason=why_not)
    return gettext("It was called off: rejected or cancelled whole.")


def _why_badge(badge: Overlay, order: Order) -> str:
    match badge:
        case "on_hold":
            return gettext("On hold: somebody has stopped it, and nobody has released it.")
        case "late":
            promised = day(due_day(order))
            return gettext("Late: %(day)s was promised, and not all is there.", day=promised)
        case "exception":
            return gettext("Delivery problem: a carrier reports trouble with a parcel.")
        case "after_sales_open":
            return gettext("After-sales open: a return or a claim is not over.")
        case "refund_pending":
            return gettext("Refund pending: the gateway has not said that the money is back.")
        case "disputed_payment":
            return gettext("Payment disputed: a card’s bank took money back and has not decided.")
        case "complaint_open" | "complaint_late":
            return gettext("Complaint: the customer waits for an answer.")
        case "task_open" | "task_due":
            return gettext("Task: a colleague was asked for something that is not done.")
