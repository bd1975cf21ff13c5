"""Who does what, where a company works at five desks (`Policies.desks`): one table, one guard.

The guard binds the commands of whoever plays. Customers, carriers, the bank, the system, rules and
colleagues keep to their own part by themselves.
"""

from typing import TYPE_CHECKING, Final, get_args

import msgspec

from trainer.orders.refusals import Refusal, snake_case
from trainer.orders.world import Desk, World

if TYPE_CHECKING:
    from trainer.orders.engine import Command, Envelope

ORDERS: Final[Desk] = "order_desk"
GOODS: Final[Desk] = "warehouse"
MONEY: Final[Desk] = "finance"
AFTER: Final[Desk] = "after_sales"
OVER: Final[Desk] = "supervision"
EVERY: Final[tuple[Desk, ...]] = get_args(Desk)

DESKS: Final[dict[str, tuple[Desk, ...]]] = {
    # looking, waiting, keeping a word for others and stopping what looks wrong: everybody
    **dict.fromkeys(
        ("advance_clock", "add_note", "add_customer_note", "assign_task", "finish_task",
         "hand_back_task", "place_hold", "hand_over", "take_desk", "report_finding"),
        EVERY,
    ),
    # what the customer wants, and what they are promised
    **dict.fromkeys(
        ("create_draft", "import_order", "add_line", "change_line", "remove_line", "change_header",
         "grant_discount", "submit_order", "check_order", "confirm_order", "reject_order",
         "reopen_order", "correct_delivery", "add_to_order", "change_delivery", "change_price",
         "ask_price_rise", "ask_customer", "decline_request", "answer_change", "change_terms",
         "set_trade_terms", "prioritise_order", "open_customer", "update_customer",
         "review_customer", "merge_customers", "keep_contact", "remove_contact",
         "make_main_contact", "change_currency", "set_list_price",
         "complete_order", "archive_order", "reallocate"),
        (ORDERS,),
    ),
    **dict.fromkeys(
        ("cancel_order", "cancel_line_quantity", "decline_wish", "confirm_delivery"),
        (ORDERS, AFTER),
    ),
    **dict.fromkeys(("allocate", "release_allocation"), (ORDERS, GOODS)),
    # what goes over the shelf, out, in, or is made
    **dict.fromkeys(
        ("pick_package", "pack_package", "label_package", "ship_package", "void_package",
         "receive_back", "receive_return", "inspect_return", "report_unexpected_item",
         "finish_repair", "finish_rework", "clear_b_grade", "cycle_count", "adjust_stock",
         "transfer_stock", "post_goods_receipt", "send_surplus_back", "place_replenishment",
         "cancel_replenishment", "create_production", "release_production", "start_production",
         "finish_production", "cancel_production"),
        (GOODS,),
    ),
    # what comes in and goes back of money, and its papers
    **dict.fromkeys(
        ("record_payment", "authorise_payment", "query_authorisation", "capture_payment",
         "void_authorisation", "redeem_store_credit", "return_transfer", "query_transfer_return",
         "issue_refund", "retry_refund", "query_refund", "ask_approval", "issue_invoice",
         "issue_credit_note", "settle_batch", "book_payout", "claim_shortfall",
         "contest_chargeback", "accept_chargeback", "write_off_chargeback", "set_tax_profile"),
        (MONEY,),
    ),
    # what the customer is not content with
    **dict.fromkeys(
        ("request_return", "authorise_return", "reject_return", "cancel_return", "close_return",
         "ask_exception", "determine_liability", "ask_evidence", "quote_repair", "create_exchange",
         "open_claim", "resolve_claim", "raise_recourse", "request_intercept", "answer_complaint",
         "credit_shipping", "give_goodwill", "ask_goodwill", "agree_store_credit"),
        (AFTER,),
    ),
    **dict.fromkeys(
        ("resolve_unexpected_item", "decide_late_parcel", "write_off_package"), (GOODS, AFTER)
    ),
    # who serves a customer writes to them, and who stopped something asks to have it released
    "notify_customer": (ORDERS, MONEY, AFTER),
    "ask_release": (ORDERS, GOODS, MONEY, AFTER),
    "release_hold": (ORDERS, MONEY, OVER),
    # what colleagues ask for, and the rules by which they work
    **dict.fromkeys(
        ("answer_release", "answer_exception", "answer_goodwill", "approve_refund",
         "decline_refund", "set_credit_limit", "write_rule", "change_rule", "switch_rule",
         "remove_rule"),
        (OVER,),
    ),
}  # fmt: skip
"""The desks at which a command is given. What nobody in the company gives has no desk."""


class WrongDesk(Refusal, frozen=True):
    """Each desk keeps to its own part, so that somebody else sees what one has done."""

    says = "This is done at another desk ({whose}); you sit at: {desk}."
    cure = "Hand the order over to that desk, with what it needs to know."
    rests_on = ("desks",)
    desk: Desk
    whose: str
    """The desks at which it is done."""


def own(command_id: str) -> bool:
    """Whether it is somebody's own command; what follows by itself carries a cause and a colon."""
    return ":" not in command_id


def desks_of(command: "type[Command]") -> tuple[Desk, ...]:
    """At which desks a command is given; at none what comes from outside."""
    return DESKS.get(snake_case(command.__name__), ())


def wrong_desk(world: World, envelope: "Envelope") -> WrongDesk | None:
    """That a command is none of the business of the desk at which the trainee sits."""
    whose = _bound(envelope)
    return WrongDesk(world.seat, " / ".join(whose)) if whose and world.seat not in whose else None


def seated(world: World, envelope: "Envelope") -> "Envelope":
    """The envelope with the role that its desk gives.

    At the supervisor's desk one decides as a supervisor, and stays the person one is.
    """
    decides = world.seat == OVER and OVER in _bound(envelope)
    if decides and "supervisor" in envelope.command.roles:
        return msgspec.structs.replace(envelope, role="supervisor")
    return envelope


def _bound(envelope: "Envelope") -> tuple[Desk, ...]:
    """The desks of a command of the trainee's own; nobody else is bound to one."""
    theirs = envelope.role == "clerk" and own(envelope.command_id)
    return desks_of(type(envelope.command)) if theirs else ()
