"""What the people outside say, in the language of the world they live in."""

from typing import Final

from trainer.orders.values import Address

_WORDS: Final[dict[str, dict[str, str]]] = {
    "en_US": {
        "bank": "Harbor Bank",
        "transfer_subject": "Credit advice {reference}: {amount}",
        "transfer_body": (
            "We have credited {amount} to your account.\n"
            "Reference: {reference}\nPayer: {company}\nRemark: {remark}"
        ),
        "acquirer": "Card acquirer",
        "card_subject": "Card payments of {order_number}: payout {amount}",
        "card_row": "{what}: captured {amount}, our fee {fee}",
        "card_back": "{what}: paid back {amount}",
        "card_body": (
            "Hello,\n\nthe card payments of {order_number}:\n\n{rows}\n\nTogether {gross}, less "
            "our fees {fees}: we have transferred {amount} to you.\n\n{acquirer}"
        ),
        "payout_subject": "Cash on delivery, payout {payout_number}: {amount}",
        "payout_row": "{order_number}: collected {amount}, our fee {fee}",
        "payout_body": (
            "Hello,\n\nwe have transferred {amount} to you for the cash that we collected at your "
            "customers' doors:\n\n{rows}\n\nReference: {payout_number}\n\n{carrier}"
        ),
        "keeps_subject": "Return {rma_number}: we keep it after all",
        "keeps_body": (
            "Hello,\n\nplease cancel return {rma_number} of our order {po_number}. We have "
            "thought again and keep the goods; nothing will be sent.\n\n{contact}"
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
        "change_attached": "{body}\n\nThe order change is attached as a document.",
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
        "no_accepted_subject": "All right: {order_number}",
        "no_accepted_body": (
            "Hello,\n\nthat is a pity, but we understand. Our order {po_number} stays as it is."
            "\n\n{contact}"
        ),
        "insist_subject": "Please look at it again: {order_number}",
        "insist_body": (
            "Hello,\n\nyou write: “{reason}” That does not help us. {why} Please find a way for "
            "our order {po_number}.\n\n{contact}"
        ),
        "insist_less_1": (
            "We would pay {amount} for {quantity} × {product} that nobody here can use."
        ),
        "insist_less_2": (
            "The job has become smaller and our stores are full; {quantity} × {product} would "
            "stand in the yard."
        ),
        "insist_day_1": "Until {day} our yard is closed, and nobody can sign for a delivery.",
        "insist_day_2": "Our fitters come on {day}; on {promised} we could only send it back.",
        "wish_cancel_subject": "Then cancel all of it: {order_number}",
        "wish_cancel_body": (
            "Hello,\n\nif that is not possible, please cancel our whole order {po_number}. We "
            "shall buy elsewhere.\n\n{contact}"
        ),
        "no_complaint_subject": "We are not content: {order_number}",
        "no_complaint_body": (
            "Hello,\n\nwe asked you to change our order {po_number}, and all we hear is: “{reason}”"
            " We expected more from you.\n\n{contact}"
        ),
        "expired": "not paid within {time} hours",
        "expired_minutes": "not paid within {time} minutes",
        "put_back": (
            "Not paid within {time} hours: unpack what is in parcels and put the goods back. The "
            "order is then cancelled by itself."
        ),
        "put_back_minutes": (
            "Not paid within {time} minutes: unpack what is in parcels and put the goods back. "
            "The order is then cancelled by itself."
        ),
        "is_back": "unpacked and put back; the order is cancelled",
        "paid_after_all": "the money has come after all, so nothing has to be put back",
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
        "refund_returned": "goods that came back, inspected",
        "shown_on_return": "a photograph of it",
        "refund_asked": "the customer asks for something off, agreed by telephone",
        "task_done_1": "Done; there was nothing in the way.",
        "task_done_2": "Done. Ring me if something is missing.",
        "task_done_3": "Done as you asked.",
        "task_called_off": "the order is called off, so there is nothing left to do",
        "task_on_hold": "the order is on hold; ask me again when it may go on",
        "task_too_late": "I was not in before {due} was over",
        "task_back_warehouse": "two of us are off sick, I cannot get to it in time",
        "task_back_clerk": "I am on the telephone all day, please do it yourself",
        "task_back_finance": "I am closing the books, I cannot get to it in time",
        "task_back_supervisor": "that is yours to decide, you have what you need for it",
        "granted": "looked at it, the cause is gone",
        "late_taken": "not long after the window, and the first time on this order",
        "late_not_taken": "too long after the window, or not the first time on this order",
        "goodwill_given": "something went wrong with it, and it is not too much",
        "goodwill_not_given": "too much, or nothing went wrong with it",
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
        "acquirer": "收单机构",
        "card_subject": "订单 {order_number} 的银行卡收款：结算 {amount}",
        "card_row": "{what}：请款 {amount}，手续费 {fee}",
        "card_back": "{what}：退款 {amount}",
        "card_body": (
            "您好：\n\n订单 {order_number} 的银行卡收款明细如下：\n\n{rows}\n\n"
            "合计 {gross}，扣除手续费 {fees}，已向贵司转账 {amount}。\n\n{acquirer}"
        ),
        "payout_subject": "代收货款结算 {payout_number}：{amount}",
        "payout_row": "{order_number}：代收 {amount}，手续费 {fee}",
        "payout_body": (
            "您好：\n\n我们代收的货款 {amount} 已汇至贵司账户，明细如下：\n\n{rows}\n\n"
            "结算单号：{payout_number}\n\n{carrier}"
        ),
        "keeps_subject": "退货 {rma_number}：我们决定不退了",
        "keeps_body": (
            "您好：\n\n采购单 {po_number} 的退货 {rma_number} 请帮忙取消。"
            "我们考虑后决定留下货物，不再寄回。\n\n{contact}"
        ),
        "thanks_subject": "{order_number} 已收到",
        "thanks_body": "您好：\n\n我方采购单 {po_number} 已全部收到，货物完好。谢谢！\n\n{contact}",
        "complaint_subject": "{order_number} 怎么还没到？",
        "complaint_body": (
            "您好：\n\n贵司承诺采购单 {po_number} 于{promised}前送达，至今未到，也没有任何通知。"
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
        "change_attached": "{body}\n\n附件为订单变更单。",
        "wish_day_subject": "申请改期：{order_number}",
        "wish_day_body": (
            "您好：\n\n采购单 {po_number} 请改为{day}送达，不要提前，此前我方无人收货。"
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
        "no_accepted_subject": "知道了：{order_number}",
        "no_accepted_body": (
            "您好：\n\n虽然遗憾，但可以理解。采购单 {po_number} 就按原来的内容执行。\n\n{contact}"
        ),
        "insist_subject": "请再考虑一下：{order_number}",
        "insist_body": (
            "您好：\n\n贵司答复说：“{reason}”这解决不了我方的问题。{why}"
            "采购单 {po_number} 请再想想办法。\n\n{contact}"
        ),
        "insist_less_1": "{product} 有 {quantity} 件我方根本用不上，却要为此付 {amount}。",
        "insist_less_2": "项目缩减了，仓库也满了，{product} 多出的 {quantity} 件只能堆在院子里。",
        "insist_day_1": "{day}之前我方大门关闭，没有人能签收。",
        "insist_day_2": "安装师傅{day}才来，{promised}送到我方也只能退回。",
        "wish_cancel_subject": "那就全部取消：{order_number}",
        "wish_cancel_body": (
            "您好：\n\n既然办不到，采购单 {po_number} 请全部取消，我方另找供应商。\n\n{contact}"
        ),
        "no_complaint_subject": "对答复不满意：{order_number}",
        "no_complaint_body": (
            "您好：\n\n我方请求变更采购单 {po_number}，贵司只答复说：“{reason}”我方很失望。"
            "\n\n{contact}"
        ),
        "expired": "超过 {time} 小时未付款",
        "expired_minutes": "超过 {time} 分钟未付款",
        "put_back": "超过 {time} 小时未付款：请拆包并把货放回货架，之后系统自动取消订单。",
        "put_back_minutes": "超过 {time} 分钟未付款：请拆包并把货放回货架，之后系统自动取消订单。",
        "is_back": "已拆包放回货架，订单已取消",
        "paid_after_all": "货款已到账，不必放回货架",
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
        "refund_returned": "退货已验收",
        "shown_on_return": "照片一张",
        "refund_asked": "客户来电要求减免，已口头同意",
        "task_done_1": "已办妥，一切顺利。",
        "task_done_2": "已办妥，有遗漏请打电话给我。",
        "task_done_3": "已按您的要求办妥。",
        "task_called_off": "订单已取消，不用再办了",
        "task_on_hold": "订单还挂起着，放行后再找我",
        "task_too_late": "{due}之前我都不在班上，没赶上",
        "task_back_warehouse": "仓库有两人请病假，来不及办",
        "task_back_clerk": "我一整天都在接电话，请您自己办",
        "task_back_finance": "我正在结账，来不及办",
        "task_back_supervisor": "这件事由您决定就行，该有的资料都有了",
        "granted": "已复核，原因已消除",
        "late_taken": "超期不久，且本订单首次",
        "late_not_taken": "超期太久，或本订单已有过例外",
        "goodwill_given": "该订单确有不周之处，金额也不算多",
        "goodwill_not_given": "金额太多，或该订单并无不周之处",
        "declined_credit": "放行后仍会超出信用额度",
        "declined_payment": "货款尚未付清",
        "declined_stock": "库存不足以全部发货",
        "declined_address": "挂起后尚未复核客户档案，地址仍有疑问",
        "declined_fraud": "挂起后尚未复核客户档案，订单仍有疑点",
        "declined_manual": "挂起的原因仍在",
        "declined_subject": "{order_number} 暂不解除挂起",
        "declined_body": (
            "您好：\n\n我看过 {order_number} 了，暂时不能解除挂起：{why}。处理好后再来找我。\n\n"
            "{supervisor}"
        ),
    },
    "zh_TW": {
        "bank": "海港銀行",
        "transfer_subject": "入帳通知 {reference}：{amount}",
        "transfer_body": (
            "您的帳戶已入帳 {amount}。\n交易序號：{reference}\n付款人：{company}\n附言：{remark}"
        ),
        "acquirer": "收單機構",
        "card_subject": "訂單 {order_number} 的信用卡收款：撥款 {amount}",
        "card_row": "{what}：請款 {amount}，手續費 {fee}",
        "card_back": "{what}：退款 {amount}",
        "card_body": (
            "您好：\n\n訂單 {order_number} 的信用卡收款明細如下：\n\n{rows}\n\n"
            "合計 {gross}，扣除手續費 {fees}，已匯款 {amount} 給貴公司。\n\n{acquirer}"
        ),
        "payout_subject": "代收貨款結算 {payout_number}：{amount}",
        "payout_row": "{order_number}：代收 {amount}，手續費 {fee}",
        "payout_body": (
            "您好：\n\n我們代收的貨款 {amount} 已匯至貴公司帳戶，明細如下：\n\n{rows}\n\n"
            "結算單號：{payout_number}\n\n{carrier}"
        ),
        "keeps_subject": "退貨 {rma_number}：我們決定不退了",
        "keeps_body": (
            "您好：\n\n採購單 {po_number} 的退貨 {rma_number} 請協助取消。"
            "我們考慮後決定留下商品，不再寄回。\n\n{contact}"
        ),
        "thanks_subject": "{order_number} 已收到",
        "thanks_body": "您好：\n\n我方採購單 {po_number} 已全數收到，商品完好。謝謝！\n\n{contact}",
        "complaint_subject": "{order_number} 怎麼還沒到？",
        "complaint_body": (
            "您好：\n\n貴公司承諾採購單 {po_number} 於{promised}前送達，至今未到，"
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
        "change_attached": "{body}\n\n附件為訂單變更單。",
        "wish_day_subject": "申請改期：{order_number}",
        "wish_day_body": (
            "您好：\n\n採購單 {po_number} 請改為{day}送達，不要提前，在那之前敝公司無人收貨。"
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
        "no_accepted_subject": "知道了：{order_number}",
        "no_accepted_body": (
            "您好：\n\n雖然可惜，但可以理解。採購單 {po_number} 就照原本的內容執行。\n\n{contact}"
        ),
        "insist_subject": "請再考慮一下：{order_number}",
        "insist_body": (
            "您好：\n\n貴公司回覆說：「{reason}」這解決不了敝公司的問題。{why}"
            "採購單 {po_number} 請再想想辦法。\n\n{contact}"
        ),
        "insist_less_1": "{product} 有 {quantity} 件敝公司根本用不到，卻要為此付 {amount}。",
        "insist_less_2": "案子縮減了，倉庫也滿了，{product} 多出的 {quantity} 件只能堆在院子裡。",
        "insist_day_1": "{day}以前敝公司大門關閉，沒有人能簽收。",
        "insist_day_2": "安裝師傅{day}才來，{promised}送到敝公司也只能退回。",
        "wish_cancel_subject": "那就全部取消：{order_number}",
        "wish_cancel_body": (
            "您好：\n\n既然辦不到，採購單 {po_number} 請全部取消，敝公司另找供應商。\n\n{contact}"
        ),
        "no_complaint_subject": "對回覆不滿意：{order_number}",
        "no_complaint_body": (
            "您好：\n\n敝公司請求變更採購單 {po_number}，貴公司只回覆說：「{reason}」"
            "敝公司很失望。\n\n{contact}"
        ),
        "expired": "超過 {time} 小時未付款",
        "expired_minutes": "超過 {time} 分鐘未付款",
        "put_back": "超過 {time} 小時未付款：請拆箱並把貨放回貨架，之後系統自動取消訂單。",
        "put_back_minutes": "超過 {time} 分鐘未付款：請拆箱並把貨放回貨架，之後系統自動取消訂單。",
        "is_back": "已拆箱放回貨架，訂單已取消",
        "paid_after_all": "貨款已入帳，不必放回貨架",
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
        "refund_returned": "退貨已驗收",
        "shown_on_return": "照片一張",
        "refund_asked": "客戶來電要求折讓，已口頭同意",
        "task_done_1": "已辦妥，一切順利。",
        "task_done_2": "已辦妥，有遺漏請打電話給我。",
        "task_done_3": "已依您的要求辦妥。",
        "task_called_off": "訂單已取消，不必再辦了",
        "task_on_hold": "訂單還在暫緩，解除後再找我",
        "task_too_late": "{due}結束前我都不在班上，沒趕上",
        "task_back_warehouse": "倉庫有兩人請病假，來不及辦",
        "task_back_clerk": "我整天都在接電話，請您自己辦",
        "task_back_finance": "我正在結帳，來不及辦",
        "task_back_supervisor": "這件事由您決定即可，需要的資料都有了",
        "granted": "已覆核，原因已消除",
        "late_taken": "逾期不久，且本訂單首次",
        "late_not_taken": "逾期太久，或本訂單已有過例外",
        "goodwill_given": "此訂單確有不周之處，金額也不算多",
        "goodwill_not_given": "金額太多，或此訂單並無不周之處",
        "declined_credit": "放行後仍會超出信用額度",
        "declined_payment": "貨款尚未付清",
        "declined_stock": "庫存不足以全部出貨",
        "declined_address": "暫緩後尚未覆核客戶檔案，地址仍有疑問",
        "declined_fraud": "暫緩後尚未覆核客戶檔案，訂單仍有疑點",
        "declined_manual": "暫緩的原因仍在",
        "declined_subject": "{order_number} 暫不解除暫緩",
        "declined_body": (
            "您好：\n\n我看過 {order_number} 了，暫時不能解除暫緩：{why}。處理好後再來找我。\n\n"
            "{supervisor}"
        ),
    },
}


def words(locale: str) -> dict[str, str]:
    """The sentences of a locale, English where there is none."""
    return _WORDS.get(locale, _WORDS["en_US"])


def address_in_words(address: Address) -> str:
    """The address in that country's order of words, with who takes it and their phone.

    Of what is missing there is no trace.
    """
    where, number = address.city, address.postal_code
    if address.country == "US" or (address.street or where).isascii():  # or abroad, in Latin
        town = f"{where} {number}" if address.country == "US" else f"{number} {where}"
        land = "" if address.country == "US" else address.country
        parts = (address.recipient, address.street, town.strip(), land, address.phone)
        return ", ".join(part for part in parts if part)
    call = "电话" if address.country == "CN" else "電話"
    place = f"{number} {where}{address.street}".strip()
    return f"{place}，{address.recipient} 收，{call} {address.phone}"
