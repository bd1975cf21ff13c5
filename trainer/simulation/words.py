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
        "supervisor": "Grace Marlow",
        "granted": "looked at it, the cause is gone",
        "declined_credit": "they would still owe more than their limit",
        "declined_payment": "it is not paid yet",
        "declined_stock": "the shelves do not have all of it",
        "declined_address": "the address is in doubt, and nobody has reviewed their file since",
        "declined_fraud": "the order looks odd, and nobody has reviewed their file since",
        "declined_manual": "the reason still stands",
        "declined_subject": "The hold on {order_number} stays",
        "declined_body": (
            "Hello,\n\nI have looked at {order_number}. I cannot release the hold: {why}. "
            "Clear that, then ask me again.\n\n{supervisor}"
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
        "complaint_subject": "{order_number} 怎么还没到？",
        "complaint_body": (
            "您好：\n\n贵司承诺采购单 {po_number} 于 {promised} 前送达，至今未到，也没有任何通知。"
            "请告知何时能到。\n\n{contact}"
        ),
        "survey_good": "很满意，下次还会下单。",
        "survey_fair": "还可以，希望多一些通知。",
        "survey_poor": "不太满意，没有达到预期。",
        "supervisor": "马主管",
        "granted": "已复核，原因已消除",
        "declined_credit": "放行后仍会超出信用额度",
        "declined_payment": "货款尚未付清",
        "declined_stock": "库存不足以全部发货",
        "declined_address": "挂起后尚未复核客户档案，地址仍有疑问",
        "declined_fraud": "挂起后尚未复核客户档案，订单仍有疑点",
        "declined_manual": "挂起的原因仍在",
        "declined_subject": "{order_number} 暂不解除挂起",
        "declined_body": (
            "你好：\n\n我看过 {order_number} 了，暂时不能解除挂起：{why}。处理好后再来找我。\n\n"
            "{supervisor}"
        ),
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
        "supervisor": "馬主管",
        "granted": "已覆核，原因已消除",
        "declined_credit": "放行後仍會超出信用額度",
        "declined_payment": "貨款尚未付清",
        "declined_stock": "庫存不足以全部出貨",
        "declined_address": "暫緩後尚未覆核客戶檔案，地址仍有疑問",
        "declined_fraud": "暫緩後尚未覆核客戶檔案，訂單仍有疑點",
        "declined_manual": "暫緩的原因仍在",
        "declined_subject": "{order_number} 暫不解除暫緩",
        "declined_body": (
            "你好：\n\n我看過 {order_number} 了，暫時不能解除暫緩：{why}。處理好後再來找我。\n\n"
            "{supervisor}"
        ),
    },
}


def words(locale: str) -> dict[str, str]:
    """The sentences of a locale, English where there is none."""
    return _WORDS.get(locale, _WORDS["en_US"])
