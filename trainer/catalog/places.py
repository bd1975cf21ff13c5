"""The countries opening worlds lie in: money, tax, carriers, towns, and the firms that buy."""

from collections.abc import Iterator
from random import Random
from typing import Final, Literal, NamedTuple

from faker import Faker

from trainer.orders.tax_ids import completed
from trainer.orders.values import Address, Minor
from trainer.orders.world import Carrier, Customer, PaymentTerms, Supplier, Warehouse
from trainer.training.scenario import LANGUAGE_OF
from trainer.training.texts import Language


class Town(NamedTuple):
    """Where a firm can sit: how its address begins, and the numbers that go with the town.

    In patterns # is any digit. `latin` is the town in a mail address, `code` the tax office's.
    """

    name: str
    short: str
    postal_code: str
    phone: str
    latin: str = ""
    code: str = ""


class Business(NamedTuple):
    """What a firm does, as firms there call it, and the forms such firms have, a usual one more
    than once; and which of our goods are its own trade's, by the letters of their SKUs. Whoever
    deals in everything has none.
    """

    words: tuple[str, ...]
    forms: tuple[str, ...]
    buys: tuple[str, ...] = ()


class Country(NamedTuple):
    """What differs between the locales a world can be made for."""

    locale: str
    code: str
    currency: str
    tax_rate: int
    rate: int
    """What one US cent of the price lists is in this currency's minor unit."""
    step: int
    """Prices are multiples of this."""
    ours: tuple[str, ...]
    carriers: tuple[str, str, str, str]
    warehouses: tuple[str, ...]
    warehouse_codes: tuple[str, ...]
    """The postal codes of the warehouses, east to centre."""
    towns: tuple[Town, ...]
    streets: tuple[str, ...]
    lines_of_business: tuple[Business, ...]

    @property
    def language(self) -> Language:
        """The language people speak there."""
        return LANGUAGE_OF[self.locale]

    def money(self, cents: int) -> Minor:
        """An amount of the price lists as an amount people there would write down."""
        return max(round(cents * self.rate / self.step), 1) * self.step


_US: Final = Country(
    locale="en_US", code="US", currency="USD", tax_rate=0, rate=1, step=5,
    ours=("Harborline Supply", "Northlight Trading", "Millbrook Wholesale", "Crestway Goods"),
    carriers=("Swift Parcel", "Overland Freight", "Skyline Air Cargo", "Blue Strait Lines"),
    warehouses=(
        "East warehouse", "West warehouse", "North warehouse", "South warehouse",
        "Central warehouse",
    ),
    warehouse_codes=("08810", "90058", "55413", "77020", "66106"),
    towns=(
        Town("Austin, TX", "Austin", "787##", "(512) 555-01##"),
        Town("Portland, OR", "Portland", "972##", "(503) 555-01##"),
        Town("Columbus, OH", "Columbus", "432##", "(614) 555-01##"),
        Town("Denver, CO", "Denver", "802##", "(303) 555-01##"),
        Town("Raleigh, NC", "Raleigh", "276##", "(919) 555-01##"),
        Town("Tucson, AZ", "Tucson", "857##", "(520) 555-01##"),
        Town("Omaha, NE", "Omaha", "681##", "(402) 555-01##"),
        Town("Boise, ID", "Boise", "837##", "(208) 555-01##"),
        Town("Richmond, VA", "Richmond", "232##", "(804) 555-01##"),
        Town("Madison, WI", "Madison", "537##", "(608) 555-01##"),
        Town("Spokane, WA", "Spokane", "992##", "(509) 555-01##"),
        Town("Albany, NY", "Albany", "122##", "(518) 555-01##"),
    ),
    streets=(
        "Main St", "Market St", "Commerce Dr", "Industrial Pkwy", "Oak St", "Washington Ave",
        "Park Ave", "Lincoln Ave", "Center St", "River Rd", "Franklin St", "Lakeview Dr",
        "Broadway", "Mill Rd", "Jefferson Ave", "Airport Rd",
    ),
    lines_of_business=(
        Business(
            ("Hospitality Group", "Hotels and Resorts", "Inns"),
            (" LLC", " LLC", ", Inc.", " Corp."), buys=("KIT", "LMP"),
        ),
        Business(
            ("Restaurant Group", "Catering", "Kitchens"), (" LLC", " LLC", ", Inc.", " Co."),
            buys=("KIT",),
        ),
        Business(
            ("Office Interiors", "Workplace Solutions", "Business Products"),
            (", Inc.", ", Inc.", " LLC", " Corp."), buys=("OFC",),
        ),
        Business(
            ("Home Furnishings", "Lighting and Home", "Housewares"),
            (" Co.", " Co.", ", Inc.", " LLC"), buys=("LMP", "KIT"),
        ),
        Business(
            ("Property Management", "Facility Services", "Senior Living"),
            (" LLC", " LLC", ", Inc.", " Corp."), buys=("LMP", "OFC"),
        ),
        Business(
            ("Design Build", "Contractors", "Interiors"), (" LLC", ", Inc.", " Co."), buys=("LMP",)
        ),
        Business(
            ("Markets", "Department Stores", "General Stores"), (", Inc.", ", Inc.", " Corp.")
        ),
    ),
)  # fmt: skip

_CN: Final = Country(
    locale="zh_CN", code="CN", currency="CNY", tax_rate=1300, rate=7, step=10,
    ours=("港湾商贸有限公司", "北辰供应链有限公司", "清河百货批发有限公司", "远山贸易有限公司"),
    carriers=("捷风速运", "通途物流", "云翼航空货运", "蓝峡航运"),
    warehouses=("东仓", "西仓", "北仓", "南仓", "中心仓"),
    warehouse_codes=("201306", "610199", "101318", "510760", "430040"),
    towns=(
        Town("广东省深圳市南山区", "深圳", "518052", "138########", "shenzhen", "440305"),
        Town("广东省广州市天河区", "广州", "510630", "139########", "guangzhou", "440106"),
        Town("浙江省杭州市余杭区", "杭州", "311100", "137########", "hangzhou", "330110"),
        Town("浙江省宁波市鄞州区", "宁波", "315100", "136########", "ningbo", "330212"),
        Town("江苏省苏州市吴中区", "苏州", "215100", "135########", "suzhou", "320506"),
        Town("江苏省南京市江宁区", "南京", "211100", "158########", "nanjing", "320115"),
        Town("上海市浦东新区", "上海", "201203", "159########", "shanghai", "310115"),
        Town("北京市朝阳区", "北京", "100020", "186########", "beijing", "110105"),
        Town("四川省成都市武侯区", "成都", "610041", "187########", "chengdu", "510107"),
        Town("湖北省武汉市洪山区", "武汉", "430070", "188########", "wuhan", "420111"),
        Town("山东省青岛市市南区", "青岛", "266071", "189########", "qingdao", "370202"),
        Town("福建省厦门市思明区", "厦门", "361005", "150########", "xiamen", "350203"),
    ),
    streets=(
        "人民路", "建设路", "解放路", "中山路", "和平路", "科技路", "工业大道", "文化路",
        "长江路", "新华路", "迎宾大道", "学院路",
    ),
    lines_of_business=(
        Business(("商贸", "贸易", "百货"), ("有限公司",)),
        Business(("家居用品", "灯饰", "日用品"), ("有限公司",), buys=("LMP", "KIT")),
        Business(
            ("酒店管理", "酒店用品"), ("有限公司", "有限公司", "有限责任公司"), buys=("KIT", "LMP")
        ),
        Business(("办公设备", "办公用品", "文化用品"), ("有限公司",), buys=("OFC",)),
        Business(("餐饮管理", "餐饮服务"), ("有限公司",), buys=("KIT",)),
        Business(
            ("装饰工程", "装饰设计", "物业管理"), ("有限公司", "有限公司", "有限责任公司"),
            buys=("LMP",),
        ),
        Business(("连锁超市", "商业连锁"), ("有限公司", "股份有限公司")),
    ),
)  # fmt: skip

_TW: Final = Country(
    locale="zh_TW", code="TW", currency="TWD", tax_rate=500, rate=32, step=100,
    ours=("港灣貿易股份有限公司", "北極星供應有限公司", "清溪百貨批發有限公司", "遠山實業有限公司"),
    carriers=("捷風快遞", "通途貨運", "雲翼航空貨運", "藍峽航運"),
    warehouses=("東倉", "西倉", "北倉", "南倉", "中央倉"),
    warehouse_codes=("970", "435", "338", "812", "540"),
    towns=(
        Town("臺北市內湖區", "臺北", "114", "02-2###-####", "taipei"),
        Town("臺北市信義區", "臺北", "110", "02-2###-####", "taipei"),
        Town("新北市板橋區", "新北", "220", "02-2###-####", "newtaipei"),
        Town("新北市新店區", "新北", "231", "02-2###-####", "newtaipei"),
        Town("桃園市中壢區", "桃園", "320", "03-4##-####", "taoyuan"),
        Town("新竹市東區", "新竹", "300", "03-5##-####", "hsinchu"),
        Town("臺中市西屯區", "臺中", "407", "04-2###-####", "taichung"),
        Town("臺中市南屯區", "臺中", "408", "04-2###-####", "taichung"),
        Town("臺南市永康區", "臺南", "710", "06-2##-####", "tainan"),
        Town("高雄市前鎮區", "高雄", "806", "07-3##-####", "kaohsiung"),
        Town("高雄市三民區", "高雄", "807", "07-3##-####", "kaohsiung"),
        Town("彰化縣彰化市", "彰化", "500", "04-7##-####", "changhua"),
    ),
    streets=(
        "中正路", "中山路", "民生路", "和平路", "復興路", "仁愛路", "忠孝路", "信義路", "建國路",
        "光復路", "文化路", "成功路",
    ),
    lines_of_business=(
        Business(("貿易", "國際", "實業"), ("有限公司", "有限公司", "股份有限公司")),
        Business(
            ("家居用品", "生活用品", "燈飾"), ("有限公司", "有限公司", "企業社"),
            buys=("LMP", "KIT"),
        ),
        Business(
            ("大飯店", "飯店用品"), ("股份有限公司", "股份有限公司", "有限公司"),
            buys=("KIT", "LMP"),
        ),
        Business(
            ("辦公設備", "事務用品", "文具"), ("有限公司", "有限公司", "企業社", "股份有限公司"),
            buys=("OFC",),
        ),
        Business(
            ("餐飲", "餐飲管理"), ("有限公司", "企業社", "企業社", "股份有限公司"), buys=("KIT",)
        ),
        Business(
            ("室內裝修", "室內設計", "物業管理"), ("有限公司", "有限公司", "股份有限公司"),
            buys=("LMP",),
        ),
        Business(("超市", "生鮮超市", "百貨"), ("股份有限公司",)),
    ),
)  # fmt: skip

COUNTRIES: Final = {country.locale: country for country in (_US, _CN, _TW)}


def buys(country: Country, company: str) -> tuple[str, ...]:
    """Which of our goods are a firm's own trade's, told by its name; none if it deals in all."""
    said = [
        (len(word), business.buys)
        for business in country.lines_of_business
        for word in business.words
        if word in company
    ]
    return max(said, default=(0, ()))[1]


# Nobody's: half of the American firms are called by such a word, the others by a family.
_COINED: Final = (
    ("Maple", "Cedar", "Silver", "Harbor", "Prairie", "Summit", "Juniper", "Copper", "Falcon",
     "Willow", "Granite", "Amber"),
    ("ridge", "field", "gate", "brook", "point", "view", "haven", "wood", "crest", "stead"),
)  # fmt: skip

# Faker's Chinese firms bear names close to real ones, so these are made of words for good luck.
_SYLLABLES: Final = (
    ("恒", "恆", "heng"), ("达", "達", "da"), ("盛", "盛", "sheng"), ("瑞", "瑞", "rui"),
    ("鑫", "鑫", "xin"), ("隆", "隆", "long"), ("兴", "興", "xing"), ("泰", "泰", "tai"),
    ("华", "華", "hua"), ("宏", "宏", "hong"), ("嘉", "嘉", "jia"), ("明", "明", "ming"),
    ("源", "源", "yuan"), ("丰", "豐", "feng"), ("和", "和", "he"), ("佳", "佳", "jia"),
    ("诚", "誠", "cheng"), ("信", "信", "xin"), ("远", "遠", "yuan"), ("安", "安", "an"),
)  # fmt: skip

_WAREHOUSES: Final = ("EAST", "WEST", "NORTH", "SOUTH", "CENTRAL")

_Mode = Literal["courier", "road", "air", "sea"]
_TARIFF: Final[tuple[tuple[str, _Mode, int, int, int], ...]] = (
    # code, mode, days in transit, US cents a parcel, grams at most
    ("SWP", "courier", 2, 1250, 30_000),
    ("OVL", "road", 5, 4800, 1_000_000),
    ("SKY", "air", 1, 9800, 150_000),
    ("BSL", "sea", 21, 6500, 10_000_000),
)


def make_carriers(country: Country) -> tuple[Carrier, ...]:
    """One carrier of each mode."""
    return tuple(
        Carrier(
            carrier_code=code,
            name=name,
            mode=mode,
            transit_days=days,
            price=country.money(cents),
            max_weight=limit,
            collects=mode == "courier",
            collection_fee=20 if mode == "courier" else 0,
        )
        for name, (code, mode, days, cents, limit) in zip(country.carriers, _TARIFF, strict=True)
    )


def make_warehouses(country: Country, count: int) -> tuple[Warehouse, ...]:
    """So many warehouses, under the points of the compass."""
    places = zip(_WAREHOUSES, country.warehouses, country.warehouse_codes, strict=True)
    return tuple(Warehouse(*place) for place in places)[:count]


_SUPPLIERS: Final[dict[str, tuple[str, str]]] = {
    "US": ("Steadfast Wholesale", "Swift Trading"),
    "CN": ("恒信批发", "迅达贸易"),
    "TW": ("恆信批發", "迅達貿易"),
}


def make_suppliers(country: Country) -> tuple[Supplier, ...]:
    """Two who sell whatever we sell: one slow and to the day, one quick and not so sure."""
    steady, swift = _SUPPLIERS[country.code]
    return (
        Supplier("V-001", steady, lead_time=7),
        Supplier("V-002", swift, lead_time=4, reliability=60, spread_days=2),
    )


def make_customers(chance: Random, country: Country, count: int) -> tuple[Customer, ...]:
    """So many firms with somebody to talk to, every other one paying in advance.

    People are called as people there are: a frequent name is frequent.
    """
    people = Faker(country.locale, providers=_PROVIDERS)
    people.seed_instance(chance.getrandbits(64))
    firms = _firms(chance, country, people)
    return tuple(_customer(chance, country, people, n, *next(firms)) for n in range(count))


_PROVIDERS: Final = ["faker.providers.person"]


def _firms(chance: Random, country: Country, people: Faker) -> Iterator[tuple[str, str, Town]]:
    """Names of firms with their mail domain and their town, none twice."""
    seen: set[str] = set()
    while True:
        town = chance.choice(country.towns)
        firm, domain = _named(chance, country, people, town)
        if not seen & {firm, domain}:
            seen |= {firm, domain}
            yield firm, domain, town


def _named(chance: Random, country: Country, people: Faker, town: Town) -> tuple[str, str]:
    """A firm of that town, and its mail domain; words come by the people's chance, not the past's.

    In China a firm's name begins with its town, in Taiwan it seldom does.
    """
    if country.language == "en":
        name, form = _american(people, people.random.choice(country.lines_of_business))
        words = "".join(sign if sign.isalnum() else " " for sign in name).lower().split()
        return f"{name}{form}", f"{'-'.join(words)}.example"
    first, second = chance.sample(_SYLLABLES, 2)
    business = chance.choice(country.lines_of_business)
    script = 0 if country.language == "zh_Hans" else 1
    begins = town.short if country.language == "zh_Hans" else ""
    does, form = people.random.choice(business.words), people.random.choice(business.forms)
    firm = f"{begins}{first[script]}{second[script]}{does}{form}"
    return firm, f"{first[2]}{second[2]}-{town.latin}.example"


def _american(people: Faker, business: Business) -> tuple[str, str]:
    """A firm's name and its form."""
    draw = people.random
    begins, ends = _COINED
    own = draw.choice((draw.choice(begins) + draw.choice(ends), people.last_name()))
    return f"{own} {draw.choice(business.words)}", draw.choice(business.forms)


def _customer(
    chance: Random, country: Country, people: Faker, place: int, firm: str, domain: str, town: Town
) -> Customer:
    first, last = people.first_name(), people.last_name()
    while last in _NOT_WRITTEN_SO:
        last = people.last_name()
    phone = digits(chance, town.phone)
    terms: PaymentTerms = "prepay" if place % 2 == 0 else "on_account"
    return Customer(
        customer_id=f"C-{1001 + place}",
        company=firm,
        contact=f"{first} {last}" if country.language == "en" else last + first,
        email=f"purchasing@{domain}",
        phone=phone,
        address=Address(
            recipient=firm,
            street=_street(chance, country, people),
            city=town.name,
            postal_code=digits(chance, town.postal_code),
            country=country.code,
            phone=phone,
        ),
        payment_terms=terms,
        tax_id=_tax_id(chance, country, town),
    )


# Faker's list for Taiwan has these: two as they are written in China, two in signs that many
# programs there lack.
_NOT_WRITTEN_SO: Final = ("温", "黄", "凃", "龎")


def _street(chance: Random, country: Country, people: Faker) -> str:
    number = chance.randint(1, 480)
    match country.locale:
        case "zh_CN":
            return f"{chance.choice(country.streets)}{number}号{chance.randint(1, 9)}栋"
        case "zh_TW":
            section = chance.choice(("", "一段", "二段", "三段"))
            return f"{chance.choice(country.streets)}{section}{number}號{chance.randint(1, 12)}樓"
        case _:
            street = people.random.choice(country.streets)
            return f"{number * 10 + chance.randint(0, 9)} {street}"


def _tax_id(chance: Random, country: Country, town: Town) -> str:
    match country.locale:
        case "zh_CN":
            return completed("CN", digits(chance, f"91{town.code}MA5#######")[:-1])
        case "zh_TW":
            return completed("TW", digits(chance, "########")[:-1])
        case _:
            return digits(chance, "##-#######")


def digits(chance: Random, pattern: str) -> str:
    """The pattern with each # a digit."""
    return "".join(str(chance.randrange(10)) if sign == "#" else sign for sign in pattern)
