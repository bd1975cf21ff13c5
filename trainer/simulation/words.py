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
        "complaint_subject": "Where is {order_number}?",
        "complaint_body": (
            "Hello,\n\nyou promised our order {po_number} for {promised}. It is not here, and "
            "nobody has told us anything. When will it come?\n\n{contact}"
        ),
        "survey_good": "We gladly order again.",
        "survey_fair": "It was all right; we would like to be told more.",
        "survey_poor": "We expected better.",
    },
    "zh_CN": {
        "bank": "海港银行",
        "transfer_subject": "入账通知 {reference}：{amount}",
        "transfer_body": (
            "您的账户已入账 {amount}。\n流水号：{reference}\n付款方：{company}\n附言：{remark}"
        ),
        "thanks_subject": "{order_number} 已收到",
        "thanks_body": "您好：\n\n我方采购单 {po_number} 已全部收到，货物完好。谢谢！\n\n{contact}",
        "complaint_subject": "{order_number} 怎么还没到？",
        "complaint_body": (
            "您好：\n\n贵司承诺采购单 {po_number} 于 {promised} 前送达，至今未到，也没有任何通知。"
            "请告知何时能到。\n\n{contact}"
        ),
        "survey_good": "很满意，下次还会下单。",
        "survey_fair": "还可以，希望多一些通知。",
        "survey_poor": "不太满意，没有达到预期。",
    },
    "zh_TW": {
        "bank": "海港銀行",
        "transfer_subject": "入帳通知 {reference}：{amount}",
        "transfer_body": (
            "您的帳戶已入帳 {amount}。\n交易序號：{reference}\n付款人：{company}\n附言：{remark}"
        ),
        "thanks_subject": "{order_number} 已收到",
        "thanks_body": "您好：\n\n我方採購單 {po_number} 已全數收到，商品完好。謝謝！\n\n{contact}",
        "complaint_subject": "{order_number} 怎麼還沒到？",
        "complaint_body": (
            "您好：\n\n貴公司承諾採購單 {po_number} 於 {promised} 前送達，至今未到，"
            "也沒有任何通知。請告知何時能到。\n\n{contact}"
        ),
        "survey_good": "很滿意，下次還會下單。",
        "survey_fair": "還可以，希望多一些通知。",
        "survey_poor": "不太滿意，沒有達到預期。",
    },
}


def words(locale: str) -> dict[str, str]:
    """The sentences of a locale, English where there is none."""
    return _WORDS.get(locale, _WORDS["en_US"])
