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
        "month_sorry": "We are sorry that it is late. It leaves as soon as it is packed.",
        "survey_good": "We gladly order again.",
        "survey_fair": "It was all right; we would like to be told more.",
        "survey_poor": "We expected better.",
        "wish_return_subject": "We want to send something back: {order_number}",
        "wish_return_body": (
            "Hello,\n\nof our order {po_number} we should like to send back "
            "{quantity} × {product}. {why} Please tell us how to go about it.\n\n{contact}"
        ),
        "changed_mind": "We do not need them after all.",
        "wrong_size": "They do not fit where they are to go.",
        "damaged_in_transit": "The box was crushed and the goods are damaged; photos are attached.",
        "defective": "They do not work.",
        "wish_less_subject": "Less, please: {order_number}",
        "wish_less_body": (
            "Hello,\n\nof our order {po_number} please cancel {quantity} × {product}, if it is not "
            "too late.\n\n{contact}"
        ),
        "wish_day_subject": "Another day, please: {order_number}",
        "wish_day_body": (
            "Hello,\n\nour order {po_number} should come on {day} and not earlier: there is nobody "
            "here to take it in.\n\n{contact}"
        ),
        "accepted_subject": "About {rma_number}",
        "accepted_body": (
            "Hello,\n\nthat is a pity, but we see your point ({rma_number}). We keep the goods."
            "\n\n{contact}"
        ),
        "objection_subject": "We do not accept your answer to {rma_number}",
        "objection_body": (
            "Hello,\n\nyou declined {rma_number} (order {order_number}). We do not think that is "
            "fair. Please look at it again.\n\n{contact}"
        ),
        "expired": "not paid within {hours} hours",
        "supervisor": "Grace Marlow",
        "name_warehouse": "Marta Quinn (warehouse)",
        "name_clerk": "Theo Lindgren (order desk)",
        "name_finance": "Priya Nair (accounts)",
        "colleague_note_1": "{contact} rang: deliveries go to the left of the gate, please.",
        "colleague_note_2": "{contact} rang: please ring an hour before the delivery.",
        "colleague_note_3": "{contact} asked for the invoice by e-mail, not in the parcel.",
        "colleague_note_4": "{contact} is away from Thursday; ask for the deputy then.",
        "colleague_stops": "they rang: something about the address is unclear, I am asking",
        "colleague_cleared": "asked the customer, the address is right as it stands",
        "colleague_less": "they rang: one pack less, agreed",
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
        "month_sorry": "很抱歉未能按时送达，我们会尽快发出。",
        "survey_good": "很满意，下次还会下单。",
        "survey_fair": "还可以，希望多一些通知。",
        "survey_poor": "不太满意，没有达到预期。",
        "wish_return_subject": "申请退货：{order_number}",
        "wish_return_body": (
            "您好：\n\n采购单 {po_number} 中的 {product}，我方想退 {quantity} 件。{why}"
            "请告知如何办理。\n\n{contact}"
        ),
        "changed_mind": "这批货我们用不上了。",
        "wrong_size": "尺寸与安装位置不符。",
        "damaged_in_transit": "外箱压坏，货物有破损，照片见附件。",
        "defective": "产品有质量问题，无法使用。",
        "wish_less_subject": "申请减少数量：{order_number}",
        "wish_less_body": (
            "您好：\n\n采购单 {po_number} 中的 {product}，如果还来得及，请取消 {quantity} 件。"
            "\n\n{contact}"
        ),
        "wish_day_subject": "申请改期：{order_number}",
        "wish_day_body": (
            "您好：\n\n采购单 {po_number} 请改为 {day} 送达，不要提前，此前我方无人收货。"
            "\n\n{contact}"
        ),
        "accepted_subject": "关于 {rma_number}",
        "accepted_body": (
            "您好：\n\n{rma_number} 的答复已收到，虽然遗憾，但可以理解，货物我们留下。\n\n{contact}"
        ),
        "objection_subject": "不认可 {rma_number} 的处理结果",
        "objection_body": (
            "您好：\n\n贵司拒绝了 {rma_number}（订单 {order_number}），我方认为不合理，请重新审核。"
            "\n\n{contact}"
        ),
        "expired": "超过 {hours} 小时未付款",
        "supervisor": "马主管",
        "name_warehouse": "周敏（仓库）",
        "name_clerk": "林涛（订单部）",
        "name_finance": "陈静（财务）",
        "colleague_note_1": "{contact} 来电：卸货口在大门左侧，不要送到前门。",
        "colleague_note_2": "{contact} 来电：送货前一小时请先电话联系。",
        "colleague_note_3": "{contact} 要求发票发电子邮箱，不要随货寄。",
        "colleague_note_4": "{contact} 周四起休假，届时请找代班同事。",
        "colleague_stops": "客户来电，收货地址有疑问，我正在核实",
        "colleague_cleared": "已向客户核实，地址无误",
        "colleague_less": "客户来电减一箱，已同意",
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
        "month_sorry": "很抱歉未能準時送達，我們會儘快出貨。",
        "survey_good": "很滿意，下次還會下單。",
        "survey_fair": "還可以，希望多一些通知。",
        "survey_poor": "不太滿意，沒有達到預期。",
        "wish_return_subject": "申請退貨：{order_number}",
        "wish_return_body": (
            "您好：\n\n採購單 {po_number} 中的 {product}，敝公司想退 {quantity} 件。{why}"
            "請告知如何辦理。\n\n{contact}"
        ),
        "changed_mind": "這批商品我們用不到了。",
        "wrong_size": "尺寸與安裝位置不合。",
        "damaged_in_transit": "外箱壓壞，商品有破損，照片如附件。",
        "defective": "商品有瑕疵，無法使用。",
        "wish_less_subject": "申請減少數量：{order_number}",
        "wish_less_body": (
            "您好：\n\n採購單 {po_number} 中的 {product}，如果還來得及，請取消 {quantity} 件。"
            "\n\n{contact}"
        ),
        "wish_day_subject": "申請改期：{order_number}",
        "wish_day_body": (
            "您好：\n\n採購單 {po_number} 請改為 {day} 送達，不要提前，在那之前敝公司無人收貨。"
            "\n\n{contact}"
        ),
        "accepted_subject": "關於 {rma_number}",
        "accepted_body": (
            "您好：\n\n{rma_number} 的回覆已收到，雖然可惜，但可以理解，商品我們留下。\n\n{contact}"
        ),
        "objection_subject": "不接受 {rma_number} 的處理結果",
        "objection_body": (
            "您好：\n\n貴公司拒絕了 {rma_number}（訂單 {order_number}），敝公司認為不合理，"
            "請重新審核。\n\n{contact}"
        ),
        "expired": "超過 {hours} 小時未付款",
        "supervisor": "馬主管",
        "name_warehouse": "周雅雯（倉庫）",
        "name_clerk": "林志豪（訂單組）",
        "name_finance": "陳怡君（財務）",
        "colleague_note_1": "{contact} 來電：卸貨口在大門左側，請勿送到前門。",
        "colleague_note_2": "{contact} 來電：送貨前一小時請先打電話。",
        "colleague_note_3": "{contact} 希望發票寄電子信箱，不要隨貨附上。",
        "colleague_note_4": "{contact} 週四起請假，屆時請找代理人。",
        "colleague_stops": "客戶來電，收件地址有疑問，我正在確認",
        "colleague_cleared": "已向客戶確認，地址無誤",
        "colleague_less": "客戶來電減一箱，已同意",
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
