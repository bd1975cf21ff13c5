"""What the company of an opening world sells: three trades, their goods in three languages."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final, NamedTuple

from trainer.catalog.places import Country
from trainer.orders.world import Product

# A trade, then its wares: the names in three languages, then price in US cents, pieces in a pack,
# grams apiece, days of lead time, pieces a day the makers can deliver.
_PRICE_LIST: Final = """
LMP | Lighting | 照明 | 照明
  Desk lamp with dimmer | 可调光台灯 | 可調光檯燈 | 3495 2 1450 9 80
  Floor lamp, three legs | 三脚落地灯 | 三腳落地燈 | 8900 1 4200 14 30
  Pendant lamp, glass | 玻璃吊灯 | 玻璃吊燈 | 6250 1 2100 14 40
  Ceiling light, round | 圆形吸顶灯 | 圓形吸頂燈 | 4780 2 1600 10 60
  Wall lamp, brushed steel | 拉丝钢壁灯 | 髮絲紋不鏽鋼壁燈 | 3990 2 1100 10 60
  LED bulb E27, 9 W | E27 LED 灯泡 9 W | E27 LED 燈泡 9 W | 420 10 70 6 900
  LED tube, 120 cm | LED 灯管 120 厘米 | LED 燈管 120 公分 | 890 10 240 7 500
  LED strip, 5 m | LED 灯带 5 米 | LED 燈條 5 公尺 | 1650 5 310 8 300
  Spotlight for rails | 轨道射灯 | 軌道投射燈 | 2480 4 620 9 150
  Emergency exit light | 安全出口指示灯 | 緊急出口指示燈 | 3120 4 850 12 120
  Garden light, solar | 太阳能庭院灯 | 太陽能庭園燈 | 1890 4 540 10 200
  Work light, battery | 充电工作灯 | 充電式工作燈 | 4450 2 1250 9 90
  Night light with sensor | 感应小夜灯 | 感應小夜燈 | 980 6 110 6 400
  Dimmer switch | 调光开关 | 調光開關 | 1540 6 140 6 350

KIT | Kitchen and table | 厨房餐具 | 廚房餐具
  Porcelain mug, 350 ml | 陶瓷马克杯 350 毫升 | 陶瓷馬克杯 350 毫升 | 590 12 360 8 600
  Dinner plate, 27 cm | 餐盘 27 厘米 | 餐盤 27 公分 | 820 6 680 8 500
  Soup bowl | 汤碗 | 湯碗 | 640 6 420 8 500
  Glass tumbler, set of six | 玻璃水杯六件套 | 玻璃水杯六入組 | 1590 2 1700 8 200
  Teapot with strainer | 带滤网茶壶 | 附濾網茶壺 | 2650 2 950 10 120
  Vacuum flask, 1 liter | 保温壶 1 升 | 保溫壺 1 公升 | 2390 4 620 9 180
  Chef's knife, 20 cm | 厨刀 20 厘米 | 主廚刀 20 公分 | 3850 2 310 12 100
  Chopping board, bamboo | 竹砧板 | 竹砧板 | 1490 4 1150 7 250
  Frying pan, 28 cm | 平底锅 28 厘米 | 平底鍋 28 公分 | 3290 2 1380 10 140
  Stock pot, 8 liters | 汤锅 8 升 | 湯鍋 8 公升 | 5480 1 2450 12 60
  Cutlery, 24 pieces | 餐具 24 件套 | 餐具 24 件組 | 4990 1 1650 12 90
  Kitchen scale | 厨房秤 | 廚房電子秤 | 1980 4 460 8 220
  Storage jar, 1.5 liters | 储物罐 1.5 升 | 儲物罐 1.5 公升 | 760 6 540 7 400
  Serving tray | 托盘 | 托盤 | 1290 4 780 7 260

OFC | Office supplies | 办公用品 | 辦公用品
  Copy paper A4, 500 sheets | A4 复印纸 500 张 | A4 影印紙 500 張 | 540 5 2450 4 900
  Ring binder, wide | 宽脊文件夹 | 寬背檔案夾 | 380 10 420 5 700
  Ballpoint pen, blue | 蓝色圆珠笔 | 藍色原子筆 | 95 50 9 5 3000
  Notebook A5, lined | A5 横线笔记本 | A5 橫線筆記本 | 320 10 190 6 900
  Whiteboard, 90 × 60 cm | 白板 90 × 60 厘米 | 白板 90 × 60 公分 | 4650 1 3900 11 50
  Whiteboard markers, four colors | 四色白板笔 | 四色白板筆 | 480 12 75 5 800
  Stapler | 订书机 | 釘書機 | 1150 4 310 6 300
  Desk organizer | 桌面收纳盒 | 桌上收納盒 | 1680 4 640 7 240
  Monitor stand | 显示器支架 | 螢幕架 | 3290 2 1850 9 120
  Keyboard, wireless | 无线键盘 | 無線鍵盤 | 3590 2 540 10 160
  Mouse, wireless | 无线鼠标 | 無線滑鼠 | 1790 4 110 9 300
  Headset with microphone | 带麦克风耳机 | 附麥克風耳機 | 4290 2 260 11 130
  Packing tape, six rolls | 封箱胶带六卷 | 封箱膠帶六捲 | 1090 6 720 4 500
  Cardboard box, medium | 中号纸箱 | 中型紙箱 | 165 25 380 4 2000
"""


class _Ware(NamedTuple):
    """A line of the price list, with the trade it stands under."""

    prefix: str
    trade: dict[str, str]
    name: dict[str, str]
    price: int
    pack: int
    weight: int
    lead: int
    capacity: int


_FINISHES: Final = {
    "en": ", white black gray blue green red sand silver copper oak walnut",
    "zh_Hans": "， 白色 黑色 灰色 蓝色 绿色 红色 沙色 银色 铜色 橡木色 胡桃木色",
    "zh_Hant": "， 白色 黑色 灰色 藍色 綠色 紅色 沙色 銀色 銅色 橡木色 胡桃木色",
}


def _price_list() -> Iterator[_Ware]:
    prefix = ""
    trade: dict[str, str] = {}
    for row in filter(None, _PRICE_LIST.splitlines()):
        first, *cells = (cell.strip() for cell in row.split("|"))
        if row.startswith(" "):
            *names, figures = (first, *cells)
            name = dict(zip(_FINISHES, names, strict=True))
            yield _Ware(prefix, trade, name, *map(int, figures.split()))
        else:
            prefix, trade = first, dict(zip(_FINISHES, cells, strict=True))


_WARES: Final = tuple(_price_list())


def make_products(chance: Random, country: Country, count: int) -> tuple[Product, ...]:
    """So many products of all trades, at this country's prices, under numbers of this variant."""
    plain = list(_WARES)
    chance.shuffle(plain)
    comma, *finishes = _FINISHES[country.language].split(" ")
    # every ware as it is, then every ware in each finish: enough for the largest world
    space = " " if comma == "," else ""
    named = [(ware, "") for ware in plain]
    named += [(ware, f"{comma}{space}{finish}") for finish in finishes for ware in _WARES]
    numbers = chance.sample(range(1, 10_000), count)
    return tuple(
        _product(chance, country, ware, ware.name[country.language] + finish, number)
        for (ware, finish), number in zip(named, numbers, strict=False)
    )


_OWN_TRADE: Final = 85
"""Of a hundred products that a firm orders so many are of its own trade, if it has one."""


def wanted(
    chance: Random, products: Sequence[Product], buys: tuple[str, ...], count: int
) -> list[Product]:
    """So many different products that a firm orders: mostly its own trade's, some of any."""
    left, found = list(products), []
    for _ in range(min(count, len(left))):
        theirs = [it for it in left if it.sku.partition("-")[0] in buys]
        own = theirs and chance.randrange(100) < _OWN_TRADE
        found.append(chance.choice(theirs if own else left))
        left.remove(found[-1])
    return found


def _product(chance: Random, country: Country, ware: _Ware, name: str, number: int) -> Product:
    # the first digit 2 marks numbers for use inside a company: no real product carries one
    digits = f"2{chance.randrange(10**7):07d}{number:04d}"
    return Product(
        sku=f"{ware.prefix}-{number:04d}",
        name=name,
        unit_price=country.money(ware.price * chance.randint(88, 115) // 100),
        gtin=digits + check_digit(digits),
        category=ware.trade[country.language],
        tax_rate=country.tax_rate,
        pack_size=ware.pack,
        weight=ware.weight,
        lead_time=ware.lead,
        daily_capacity=ware.capacity,
    )


def check_digit(digits: str) -> str:
    """The thirteenth digit of a GTIN-13: weights 1 and 3 in turn, up to the next full ten."""
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return str(-weighted % 10)
