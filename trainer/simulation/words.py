"""What the people outside say, in the language of the world they live in."""

from typing import Final

_WORDS: Final[dict[str, dict[str, str]]] = {
    "en_US": {
        "bank": "Harbor Bank",
        "transfer_subject": "Credit advice {reference}: {amount}",
        "transfer_body": (
            "We have credited {amount} to your account.\n"
            "Reference: {reference}\nPayer: {company}\nRemark: {remark}"
        ),
        "thanks_subject": "{order_number} has arrived",
        "thanks_body": (
            "Hello,\n\nour order {po_number} has arrived complete and in good order. Thank you!\n\n"
            "{contact}"
        ),
    },
    "zh_CN": {
        "bank": "海港银行",
        "transfer_subject": "入账通知 {reference}：{amount}",
        "transfer_body": (
            "您的账户已入账 {amount}。\n流水号：{reference}\n付款方：{company}\n附言：{remark}"
        ),
        "thanks_subject": "{order_number} 已收到",
        "thanks_body": "您好：\n\n我方采购单 {po_number} 已全部收到，货物完好。谢谢！\n\n{contact}",
    },
    "zh_TW": {
        "bank": "海港銀行",
        "transfer_subject": "入帳通知 {reference}：{amount}",
        "transfer_body": (
            "您的帳戶已入帳 {amount}。\n交易序號：{reference}\n付款人：{company}\n附言：{remark}"
        ),
        "thanks_subject": "{order_number} 已收到",
        "thanks_body": "您好：\n\n我方採購單 {po_number} 已全數收到，商品完好。謝謝！\n\n{contact}",
    },
}


def words(locale: str) -> dict[str, str]:
    """The sentences of a locale, English where there is none."""
    return _WORDS.get(locale, _WORDS["en_US"])
