"""The payment gateway answers a refund, late, twice, or not at all; a supervisor lets much go.

Always the same way for the same refund of the same variant.
"""

from collections.abc import Iterator
from typing import Final

from trainer.orders.approvals import ApprovalAsked, ApproveRefund
from trainer.orders.currencies import currency_of
from trainer.orders.desks import own
from trainer.orders.engine import Command, Envelope, Recorded
from trainer.orders.letters import amount_in_words
from trainer.orders.payment import RefundIssued, RefundRequested
from trainer.orders.refunds import (
    AnswerRefund,
    Outcome,
    RefundRetried,
    RefundSucceeded,
    ReverseRefund,
)
from trainer.orders.sent_back import AnswerTransferReturn, TransferReturnRequested
from trainer.orders.values import DAY, MINUTE, day_of, moment_of
from trainer.orders.world import Order, Policies, Refund, ReversalReason, World
from trainer.simulation.chance import between
from trainer.simulation.words import words


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """What becomes of money that is to go back."""
    event = entry.event
    # where work is divided among desks, whoever sits at the supervisor's answers their colleagues
    theirs = world.policies.desks and not own(entry.command_id)
    if isinstance(event, ApprovalAsked) and not theirs:
        yield Envelope(
            command_id=f"{entry.number}:approval",
            actor="supervisor",
            role="supervisor",
            at=entry.at + between(20, 90, seed, entry.number, "approval") * MINUTE,
            command=ApproveRefund(event.order_number, event.amount),
        )
    if isinstance(event, RefundSucceeded | RefundIssued):
        yield from _sent_back(entry, world, seed)
    if not isinstance(event, RefundRequested | RefundRetried | TransferReturnRequested):
        return
    policies = world.policies
    outcome = fate(policies, entry.number, seed)
    moved = outcome == "unanswered" and between(0, 1, seed, entry.number, "moved") == 1
    at = entry.at + between(10, 40, seed, entry.number, "answer") * MINUTE
    command: AnswerRefund | AnswerTransferReturn
    if isinstance(event, TransferReturnRequested):
        command = AnswerTransferReturn(event.reference, outcome, moved, tries=event.tries)
    else:
        refund = world.orders[event.order_number].refund(event.refund_number)
        assert refund is not None
        command = AnswerRefund(
            event.order_number, event.refund_number, outcome, moved, tries=refund.tries
        )
    yield _answer(entry, command, "refund", at)
    twice = between(1, 100, seed, entry.number, "twice") <= policies.refund_repeated_percent
    if twice and outcome != "unanswered":
        yield _answer(entry, command, "refund-again", at + MINUTE)


def _sent_back(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """After some days, where a scenario asks for it; once, for the next try is to an account."""
    percent, number = world.policies.refund_reversed_percent, entry.event.refund_number
    if not percent or between(1, 100, seed, entry.number, "reversed") > percent:
        return
    refund = world.orders[entry.event.order_number].refund(number)
    if refund is None or refund.tries > 1 or refund.credit_number:
        return
    days = between(3, 5, seed, entry.number, "reversed days")
    at = moment_of(day_of(entry.at), hour=9) + days * DAY
    order = world.orders[entry.event.order_number]
    whys = _BY_CARD if refund.tender == "card" else _BY_TRANSFER
    why = whys[between(0, len(whys) - 1, seed, entry.number, "reversed why")]
    yield Envelope(
        f"{entry.number}:reversed", "bank", "bank", at, _returned(world, order, refund, why)
    )


def _returned(world: World, order: Order, refund: Refund, why: ReversalReason) -> ReverseRefund:
    """What the bank writes about a refund that nobody could be credited with."""
    said = _RETURNED.get(world.company.locale, _RETURNED["en_US"])
    number, amount = refund.refund_number, amount_in_words(refund.amount, currency_of(world, order))
    return ReverseRefund(
        order_number=order.order_number,
        refund_number=number,
        reversal=why,
        sender=words(world.company.locale)["bank"],
        subject=said["subject"].format(number=number, amount=amount),
        body=said["body"].format(
            number=number,
            amount=amount,
            company=world.customers[order.customer_id].company,
            order_number=order.order_number,
            why=said[why],
        ),
    )


_BY_TRANSFER: Final[tuple[ReversalReason, ...]] = (
    "account_closed", "account_unknown", "name_mismatch",
)  # fmt: skip
_BY_CARD: Final[tuple[ReversalReason, ...]] = ("card_closed",)
_RETURNED: Final[dict[str, dict[str, str]]] = {
    "en_US": {
        "subject": "Payment returned {number}: {amount}",
        "body": (
            "A payment of yours has come back, and we have credited {amount} to your account "
            "again.\nReference: {number}\nPayee: {company}\nRemark: {order_number}\n"
            "Reason: {why}"
        ),
        "account_closed": "the account is closed",
        "account_unknown": "there is no such account",
        "name_mismatch": "the name is not that of the account's owner",
        "card_closed": "the card is closed",
    },
    "zh_CN": {
        "subject": "退汇通知 {number}：{amount}",
        "body": (
            "贵司的一笔付款被退回，{amount} 已重新记入贵司账户。\n"
            "业务编号：{number}\n收款人：{company}\n附言：{order_number}\n退汇原因：{why}"
        ),
        "account_closed": "账户已销户",
        "account_unknown": "账号不存在",
        "name_mismatch": "户名与账号不符",
        "card_closed": "银行卡已注销",
    },
    "zh_TW": {
        "subject": "退匯通知 {number}：{amount}",
        "body": (
            "貴公司的一筆付款遭退回，{amount} 已重新存入貴公司帳戶。\n"
            "業務編號：{number}\n受款人：{company}\n附言：{order_number}\n退匯原因：{why}"
        ),
        "account_closed": "帳戶已結清",
        "account_unknown": "查無此帳號",
        "name_mismatch": "戶名與帳號不符",
        "card_closed": "信用卡已停用",
    },
}


def _answer(entry: Recorded, command: Command, name: str, at: int) -> Envelope:
    return Envelope(
        command_id=f"{entry.number}:{name}", actor="gateway", role="bank", at=at, command=command
    )


def fate(policies: Policies, number: int, seed: int) -> Outcome:
    """What the gateway says to the refund that was asked for in event `number`."""
    drawn = between(1, 100, seed, number, "refund")
    if drawn <= policies.refund_unanswered_percent:
        return "unanswered"
    drawn -= policies.refund_unanswered_percent
    return "failed" if drawn <= policies.refund_failed_percent else "succeeded"
