"""What is said on the telephone when somebody orders, in the language of the world.

For each place in the talk there are several ways to say it; `calls` picks one, with the facts.
"""

from typing import Final

Lines = dict[str, tuple[str, ...]]

_SCRIPTS: Final[dict[str, Lines]] = {
    "en_US": {
        "subject": ("{company} rings to order",),
        "note": ("A telephone call, taken down word for word. Number shown: {phone}.",),
        "hello_us": (
            "{us}, order desk, hello.",
            "Order desk at {us}. What can I do for you?",
        ),
        "hello": (
            "Hello, this is {contact} from {company}. I should like to order something.",
            "Hi, {contact} here, {company}. Have you got a minute? We need a few things.",
        ),
        "in_passing": (
            "Sorry for the noise, they are unloading a truck behind me.",
            "It has been raining since six, half of us came in late.",
            "I tried your website first, but my password has run out again.",
        ),
        "po_us": ("Gladly. What is your order number?", "Of course. Your order number, please?"),
        "po": ("{po}.", "One moment, it is on my other screen … {po}."),
        "first_us": ("{po}, I have it. What shall it be?", "{po}. Go ahead."),
        "first": ("First the {product}: {amount}.", "We need the {product}, {amount}."),
        "next": ("Then the {product}, {amount}.", "And of the {product}, {amount}."),
        "line_us": ("Yes.", "Noted. What else?", "I have that."),
        "packs": ("{n} boxes of {pack}, so {quantity}",),
        "one_pack": ("one box of {pack}",),
        "pieces": ("{quantity} of them",),
        "one_piece": ("just one",),
        "short_packs": ("{n} boxes",),
        "short_one_pack": ("one box",),
        "short_pieces": ("{quantity}",),
        "short_one_piece": ("one",),
        "slip": ("{wrong} – no, sorry, make that {right}", "{wrong} … wait. No, {right}"),
        "late_slip": (
            "Oh, before I forget: the {product}. I said {wrong}. Make that {right}, please.",
            "My colleague is shaking her head. Of the {product} it is {right}, not {wrong}.",
        ),
        "late_slip_us": ("{right}. I have changed it.", "Got it: {right}."),
        "goods_in_passing": (
            "They go well here. In summer we may want {many}, but that is for another day.",
            "Last year we took {many} of those at once. Not this time.",
        ),
        "date_us": ("When do you need it?", "And by when?"),
        "date": ("On {date}, please.", "It should be here on {date}."),
        "date_slip": (
            "On {wrong} … no, that is when we take stock. {date}.",
            "On {wrong}. Hang on, nobody is in then. Make it {date}.",
        ),
        "address_us": ("{date}. Where shall it go?", "{date}, good. To which address?"),
        "address": (
            "To {recipient}, {street}, {city}. The ZIP code is {spelt}. Phone {phone}.",
            "{recipient}, {street} in {city}. ZIP code {spelt}, and the phone is {phone}.",
        ),
        "elsewhere": (
            "Not to us this time, straight to the site: {recipient}, {street}, {city}. The ZIP "
            "code is {spelt}. Phone {phone}.",
            "To us, as always … no, wait, this one goes to the site. {recipient}, {street} in "
            "{city}. ZIP code {spelt}, and the phone is {phone}.",
        ),
        "elsewhere_us": (
            "{street} in {city}. That is not the address I have here.",
            "Let me read it back: {street}, {city}, and not {usual}?",
        ),
        "elsewhere_yes": (
            "Right, for this order only. Everything else stays as it is.",
            "Exactly, just this once. Leave our address in your file, please.",
        ),
        "carrier_us": ("I have that. How shall we send it?", "Good. With which carrier?"),
        "carrier": ("With {carrier}, as always.", "{carrier}. Their driver knows the bell."),
        "end_us": (
            "I will enter it now, and you will hear from us by e-mail.",
            "Thank you. I will enter it and send you a confirmation.",
        ),
        "end": (
            "Perfect. And greet the warehouse, the last lot was packed very well. Goodbye!",
            "Thanks. Next week I am on holiday, thank goodness. Bye!",
            "That is all. Thank you, goodbye.",
        ),
    },
    "zh_CN": {
        "subject": ("{company} 来电订货",),
        "note": ("电话逐字记录。来电号码：{phone}。",),
        "hello_us": ("您好，{us}订单部。", "您好，这里是{us}订单部，请问有什么可以帮您？"),
        "hello": (
            "您好，我是{company}的{contact}，想订点货。",
            "喂，您好，{company}，我是{contact}，要补一批货。",
        ),
        "in_passing": (
            "我这边有点吵，后面正在卸货。",
            "今天下了一早上的雨，路上堵得厉害。",
            "本来想在网上下单的，密码又忘了。",
        ),
        "po_us": ("好的，请报一下您的采购单号。", "没问题，采购单号是多少？"),
        "po": ("{po}。", "稍等，我翻一下……{po}。"),
        "first_us": ("{po}，记下了。要订哪些？", "{po}，好，您说。"),
        "first": ("先是{product}，{amount}。", "要{product}，{amount}。"),
        "next": ("然后{product}，{amount}。", "还有{product}，{amount}。"),
        "line_us": ("好的。", "记下了，还有吗？", "嗯，您继续。"),
        "packs": ("{n}箱，一箱{pack}件，一共{quantity}件",),
        "one_pack": ("一箱，{pack}件",),
        "pieces": ("{quantity}件",),
        "one_piece": ("就一件",),
        "short_packs": ("{n}箱",),
        "short_one_pack": ("一箱",),
        "short_pieces": ("{quantity}件",),
        "short_one_piece": ("一件",),
        "slip": ("{wrong}……不对，改成{right}", "{wrong}——哦不，{right}"),
        "late_slip": (
            "对了，刚才的{product}，我说的是{wrong}，麻烦改成{right}。",
            "不好意思，同事在旁边提醒我，{product}是{right}，不是{wrong}。",
        ),
        "late_slip_us": ("好的，{right}，改过来了。", "明白，改成{right}。"),
        "goods_in_passing": (
            "这个卖得不错，夏天可能要{many}件，不过那是后话。",
            "去年这个我们一次拿了{many}件，这回不用那么多。",
        ),
        "date_us": ("希望哪天送到？", "什么时候要？"),
        "date": ("{date}送到就行。", "{date}要到货。"),
        "date_slip": (
            "{wrong}……等等，那天我们盘点，改{date}吧。",
            "{wrong}——哎，那天没人收货，还是{date}。",
        ),
        "address_us": ("{date}，好的。送到哪里？", "好，{date}。收货地址是？"),
        "address": (
            "{city}{street}，{recipient}收。邮编{spelt}，电话{phone}。",
            "{recipient}，{city}{street}，邮编是{spelt}，收货电话{phone}。",
        ),
        "elsewhere": (
            "这次不送公司，直接送工地：{city}{street}，{recipient}收。邮编{spelt}，电话{phone}。",
            "还是老地址……不对，这批要送工地。{recipient}，{city}{street}，邮编是{spelt}，"
            "收货电话{phone}。",
        ),
        "elsewhere_us": (
            "{city}{street}，这和我这边登记的地址不一样。",
            "我复述一下：{city}{street}，不是{usual}，对吗？",
        ),
        "elsewhere_yes": (
            "对，就这一单，其他的照旧。",
            "没错，就这一次，档案里的地址不用改。",
        ),
        "carrier_us": ("记下了。用哪家物流？", "好的，怎么发货？"),
        "carrier": ("老规矩，走{carrier}。", "发{carrier}吧，他们司机认路。"),
        "end_us": ("好的，我马上录单，稍后发邮件跟您确认。", "行，我录入后给您发确认邮件。"),
        "end": (
            "好，麻烦了。上次包装得很好，替我谢谢仓库的同事。再见！",
            "谢谢。下周我休假，总算能歇歇了。再见！",
            "没别的了，谢谢，再见。",
        ),
    },
    "zh_TW": {
        "subject": ("{company} 來電訂貨",),
        "note": ("電話逐字紀錄。來電號碼：{phone}。",),
        "hello_us": ("您好，{us}訂單組。", "{us}訂單組您好，請問有什麼能為您服務？"),
        "hello": (
            "您好，我是{company}的{contact}，想訂一些東西。",
            "喂，您好，{company}，我是{contact}，要補一批貨。",
        ),
        "in_passing": (
            "我這邊有點吵，後面正在卸貨。",
            "今天下了一早上的雨，路上塞得要命。",
            "本來想在網站上訂的，密碼又忘了。",
        ),
        "po_us": ("好的，麻煩您念一下採購單號。", "沒問題，請問採購單號是？"),
        "po": ("{po}。", "等一下，我找找……{po}。"),
        "first_us": ("{po}，記下來了。請問要訂哪些？", "{po}，好，請說。"),
        "first": ("先是{product}，{amount}。", "要{product}，{amount}。"),
        "next": ("再來{product}，{amount}。", "還有{product}，{amount}。"),
        "line_us": ("好的。", "記下來了，還有嗎？", "嗯，請說。"),
        "packs": ("{n}箱，一箱{pack}件，總共{quantity}件",),
        "one_pack": ("一箱，{pack}件",),
        "pieces": ("{quantity}件",),
        "one_piece": ("就一件",),
        "short_packs": ("{n}箱",),
        "short_one_pack": ("一箱",),
        "short_pieces": ("{quantity}件",),
        "short_one_piece": ("一件",),
        "slip": ("{wrong}……啊不對，改成{right}", "{wrong}——喔不是，{right}"),
        "late_slip": (
            "對了，剛剛那個{product}，我說{wrong}，麻煩改成{right}。",
            "不好意思，同事在旁邊提醒我，{product}是{right}，不是{wrong}。",
        ),
        "late_slip_us": ("好的，{right}，幫您改好了。", "了解，改成{right}。"),
        "goods_in_passing": (
            "這個賣得不錯，夏天可能要{many}件，不過那是以後的事。",
            "去年這個我們一次拿了{many}件，這次不用那麼多。",
        ),
        "date_us": ("希望哪天到貨？", "請問什麼時候要？"),
        "date": ("{date}到貨就可以。", "{date}要到。"),
        "date_slip": (
            "{wrong}……等等，那天我們盤點，改{date}好了。",
            "{wrong}——啊，那天沒人收貨，還是{date}。",
        ),
        "address_us": ("{date}，好的。請問送到哪裡？", "好，{date}。收件地址是？"),
        "address": (
            "{city}{street}，{recipient}收。郵遞區號{spelt}，電話{phone}。",
            "{recipient}，{city}{street}，郵遞區號是{spelt}，收貨電話{phone}。",
        ),
        "elsewhere": (
            "這次不送公司，直接送工地：{city}{street}，{recipient}收。郵遞區號{spelt}，電話{phone}。",
            "還是老地址……啊不對，這批要送工地。{recipient}，{city}{street}，郵遞區號是{spelt}，"
            "收貨電話{phone}。",
        ),
        "elsewhere_us": (
            "{city}{street}，這跟我這邊登記的地址不一樣。",
            "我複誦一次：{city}{street}，不是{usual}，對嗎？",
        ),
        "elsewhere_yes": (
            "對，就這一張單，其他照舊。",
            "沒錯，只有這一次，檔案裡的地址不用改。",
        ),
        "carrier_us": ("記下來了。請問走哪家貨運？", "好的，要用哪一家送？"),
        "carrier": ("老樣子，用{carrier}。", "{carrier}好了，他們司機熟。"),
        "end_us": ("好的，我馬上建單，稍後寄信跟您確認。", "好，我建單之後寄確認信給您。"),
        "end": (
            "好，麻煩了。上次包裝得很好，幫我謝謝倉庫的同仁。再見！",
            "謝謝。下週我休假，終於可以喘口氣。掰掰！",
            "沒有別的了，謝謝，再見。",
        ),
    },
}

DIGITS: Final[dict[str, tuple[str, ...]]] = {
    "en_US": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    # on the telephone a one is 幺, so that nobody hears a seven
    "zh_CN": ("零", "幺", "二", "三", "四", "五", "六", "七", "八", "九"),
    "zh_TW": ("零", "一", "二", "三", "四", "五", "六", "七", "八", "九"),
}
DAYS: Final[dict[str, tuple[str, ...]]] = {
    "en_US": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh_CN": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "zh_TW": ("週一", "週二", "週三", "週四", "週五", "週六", "週日"),
}
DATE: Final = {
    "en_US": "{day}, {month} {number}",
    "zh_CN": "{month_number}月{number}号{day}",
    "zh_TW": "{month_number}月{number}號{day}",
}


def lines_of(locale: str) -> Lines:
    """What is said there, English where there is nothing else."""
    return _SCRIPTS.get(locale, _SCRIPTS["en_US"])
