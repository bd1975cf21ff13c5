"""Opening worlds: the same each time, sound, lived in, fit for the orders that are asked for."""

import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any

import msgspec
import pytest

from trainer.catalog.loader import parse_content
from trainer.catalog.office import Office, Stuck
from trainer.catalog.places import COUNTRIES, buys, make_customers
from trainer.catalog.worlds import TODAY, make_opening, make_world
from trainer.orders import codec
from trainer.orders.customers import due_for_review, likely_duplicates
from trainer.orders.intake import SubmitOrder
from trainer.orders.invariants import violations
from trainer.orders.status import LABELS, fulfilment_status
from trainer.orders.stock import earliest_delivery_date, suggested_rows
from trainer.orders.tax_ids import wrong_profile
from trainer.orders.values import day_of, moment_of
from trainer.orders.world import Habit, World
from trainer.play.run import Opening
from trainer.play.scripting import at_the_opening
from trainer.simulation.agenda import Agenda
from trainer.training.checks import differences, order_of
from trainer.training.scenario import (
    Factory,
    Mishaps,
    Rules,
    Scenario,
    Suppliers,
    Variant,
    WorldSpec,
)

LOCALES = ("en_US", "zh_CN", "zh_TW")
VARIANTS = [Variant(locale=locale, seed=seed) for locale in LOCALES for seed in (1, 2)]
# a character of the other script is in neither of these
SCRIPT = {"zh_CN": "gb2312", "zh_TW": "big5"}


def said(words: str) -> dict[str, str]:
    return {"en": words, "zh_Hans": words, "zh_Hant": words}


def asks(**wanted: Any) -> dict[str, Any]:
    body = said("{company} {contact} {po_number} {lines} {date} {carrier} {address} {us}")
    return {"subject": said("PO {po_number}"), "body": body, **wanted}


def content(cast: dict[str, dict[str, Any]], **world: Any) -> bytes:
    goal = {
        "id": "done",
        "says": said("Done"),
        "points": 100,
        "why": said("Because"),
        "check": {"never_refused": {}},
    }
    step = {
        "id": "work",
        "title": said("Work"),
        "say": said("Work"),
        "anchor": "inbox",
        "goals": [goal],
        "solution": [{"advance_clock": {"to": 0}}],
    }
    texts = {name: said(name) for name in ("title", "brief", "debrief")}
    return msgspec.json.encode(
        {"format": 1, "id": "x", "chapter": "1", **texts, "world": world, "cast": cast,
         "steps": [step]}
    )  # fmt: skip


def scenario(cast: dict[str, dict[str, Any]], **world: Any) -> Scenario:
    return parse_content(content(cast, **world))


CAST = {
    "ada": asks(),
    "ben": asks(payment_terms="on_account", lines=6, packs=[1, 3], carrier_mode="road"),
    "kim": asks(carrier_mode="sea", due_in_days=[3, 5], channel="phone"),
    "mei": asks(carrier_mode="air", lines=3, packs=[6, 6]),
}


@pytest.fixture(scope="module", params=VARIANTS, ids=lambda v: f"{v.locale}-{v.seed}")
def opening(request: pytest.FixtureRequest) -> Opening:
    return make_opening(scenario(CAST), request.param)


@pytest.fixture
def world(opening: Opening) -> World:
    return opening.world


def test_it_obeys_every_rule(world):
    assert violations(world) == []
    assert codec.decode_world(codec.encode_world(world)) == world


def test_it_begins_on_monday_at_nine_with_no_event_of_the_trainee(world):
    assert world.now == moment_of(TODAY, hour=9)
    assert world.number == 0


def test_it_is_as_large_as_the_scenario_says(world):
    sizes = (world.orders, world.products, world.customers, world.warehouses, world.carriers)
    assert [len(part) for part in sizes] == [200, 40, 30, 2, 4]


def test_orders_stand_in_every_state(world):
    assert [label for label in LABELS if not world.count(label)] == []
    # as many at each stage as are planned; what many firms of one trade order may run short
    orders = world.newest("awaiting_shipment")
    waiting = Counter(fulfilment_status(order, world) for order in orders)
    waiting["open"] += waiting.pop("backordered", 0)
    assert waiting == {"open": 3, "allocated": 3, "picked": 3, "packed": 3}


def test_old_orders_are_done_and_young_ones_are_not(world):
    done = {order.order_number for label in ("archived", "settled", "completed", "closed")
            for order in world.newest(label)}  # fmt: skip
    ages = {True: Counter(), False: Counter()}
    for order in world.orders.values():
        age = (TODAY - day_of(order.created_at)).days
        ages[order.order_number in done]["young" if age < 14 else "old"] += 1
    assert ages[True]["old"] > 10 * ages[True]["young"]
    assert ages[False]["young"] > 2 * ages[False]["old"]


def test_weekends_are_quiet(world):
    days = Counter(day_of(order.created_at).weekday() for order in world.orders.values())
    assert max(days[5], days[6]) < min(days[day] for day in range(5)) / 2


def test_nothing_happened_before_or_after_its_time(world):
    began = moment_of(TODAY - timedelta(days=90))
    for order in world.orders.values():
        assert began <= order.created_at < world.now
        for package in order.packages:
            assert not package.shipped_at or order.created_at < package.shipped_at < world.now
        for payment in order.payments:
            assert order.created_at < payment.at < world.now


def test_no_address_lacks_anything(world):
    for who in world.customers.values():
        assert who.address.missing() == ()
        assert (
            who.address.country
            == {"en_US": "US", "zh_CN": "CN", "zh_TW": "TW"}[world.company.locale]
        )
        assert all((who.company, who.contact, who.phone, who.tax_id))
        assert who.email.endswith(".example")
        assert who.email.isascii()


@pytest.mark.parametrize(
    ("locale", "often"), [("en_US", "Smith"), ("zh_CN", "王李张"), ("zh_TW", "陳林黃")]
)
def test_a_name_that_is_frequent_there_is_frequent_here(locale, often):
    people = make_customers(Random(7), COUNTRIES[locale], 400)
    chinese = locale != "en_US"
    names = Counter(p.contact[0] if chinese else p.contact.split()[-1] for p in people)
    expected = list(often) if chinese else [often]
    ahead = [name for name, _ in names.most_common(6)]
    assert set(expected) <= set(ahead), names.most_common(10)
    assert len(names) > 60, "and the others are there, too"


FORMS = {
    "en_US": r"^[A-Z][A-Za-z ]+(, Inc\.| LLC| Corp\.| Co\.)$",
    "zh_CN": r"^[深广杭宁苏南上北成武青厦].{5,9}有限(责任)?公司$",
    "zh_TW": r"^.{4,8}((股份)?有限公司|企業社)$",
}
"""A firm's name: in China town, word, trade and form; elsewhere without the town."""


@pytest.mark.parametrize("locale", LOCALES)
def test_a_firm_bears_its_trade_and_a_form_of_its_country(locale):
    country = COUNTRIES[locale]
    firms = [customer.company for customer in make_customers(Random(7), country, 400)]
    assert [firm for firm in firms if not re.match(FORMS[locale], firm)] == []
    trades = [word for business in country.lines_of_business for word in business.words]
    assert [firm for firm in firms if not any(word in firm for word in trades)] == []
    assert len(set(firms)) == 400


def test_a_firm_orders_mostly_what_fits_its_trade(world):
    country, lines = COUNTRIES[world.company.locale], Counter()
    for order in world.orders.values():
        trade = buys(country, world.customers[order.customer_id].company)
        lines.update(line.sku[:3] in trade for line in order.lines if trade)
    assert 0.75 < lines[True] / lines.total() < 0.98, "and now and then something else"


@pytest.mark.parametrize(
    ("locale", "firm", "trade"),
    [
        ("en_US", "Cedarpoint Office Interiors, Inc.", ("OFC",)),
        ("en_US", "Cedarpoint Interiors LLC", ("LMP",)),
        ("en_US", "Maple Markets, Inc.", ()),
        ("zh_CN", "成都瑞丰餐饮管理有限公司", ("KIT",)),
        ("zh_TW", "恆信大飯店股份有限公司", ("KIT", "LMP")),
    ],
)
def test_a_firm_s_trade_is_told_by_its_name(locale, firm, trade):
    assert buys(COUNTRIES[locale], firm) == trade


def test_customers_differ_in_name_and_terms(world):
    everybody = list(world.customers.values())
    assert len({who.company for who in everybody}) == len(everybody)
    assert len({who.email for who in everybody}) == len(everybody)
    assert Counter(who.payment_terms for who in everybody) == {"prepay": 15, "on_account": 15}
    assert all((who.credit_limit > 0) == (who.payment_terms == "on_account") for who in everybody)


def test_products_are_numbered_and_priced_as_in_the_trade(world):
    rate, step = {"en_US": (0, 5), "zh_CN": (1300, 10), "zh_TW": (500, 100)}[world.company.locale]
    assert len({product.name for product in world.products.values()}) == 40
    assert len({product.category for product in world.products.values()}) == 3
    for product in world.products.values():
        digits = [int(digit) for digit in product.gtin]
        assert len(digits) == 13
        assert (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0
        assert product.unit_price > 0
        assert product.unit_price % step == 0
        assert product.tax_rate == rate
        assert min(product.weight, product.pack_size, product.lead_time) > 0


def test_money_is_the_countrys(world):
    currency = {"en_US": "USD", "zh_CN": "CNY", "zh_TW": "TWD"}[world.company.locale]
    assert world.company.currency == currency
    if currency == "TWD":  # nobody pays in parts of a dollar
        assert all(order.total % 100 == 0 for order in world.orders.values())


def test_no_customer_uses_a_number_twice(world):
    numbers = [(o.customer_id, o.customer_po_number) for o in world.orders.values()]
    assert len(set(numbers)) == len(numbers)
    assert all(number for _, number in numbers)


def test_words_are_in_the_script_of_the_country(world):
    parts = (world.products, world.carriers, world.warehouses)
    words = [part.name for group in parts for part in group.values()]
    words += [world.company.name]
    for who in world.customers.values():
        words += [who.company, who.contact, who.address.city, who.address.street]
    words += [m.subject + m.body for m in world.messages.values()]
    script = SCRIPT.get(world.company.locale)
    for word in words:
        chinese = any("\u4e00" <= sign <= "\u9fff" for sign in word)
        assert chinese == bool(script), word
        if script:
            word.encode(script)


def test_the_inbox_looks_lived_in(opening):
    asked = {member.message_id for member in opening.cast.values()}
    others = [m for m in opening.world.messages.values() if m.message_id not in asked]
    assert 6 <= len(others) <= 10
    assert all(message.request is None for message in others)
    assert max(m.received_at for m in others) < moment_of(TODAY)
    assert not any("{" in m.subject + m.body for m in opening.world.messages.values())


def test_the_cast_writes_this_morning_what_it_means(opening):
    world = opening.world
    assert list(opening.cast) == list(CAST)
    for name, member in opening.cast.items():
        request, message = member.request, world.messages[f"msg-{name}"]
        who = world.customers[request.customer_id]
        assert message.request == request
        assert moment_of(TODAY, hour=8) < message.received_at < world.now
        assert message.sender == who.contact
        assert request.ship_to == who.address
        assert (who.customer_id, request.customer_po_number) not in world.by_po
        said = [who.company, request.customer_po_number, who.address.phone, world.company.name]
        said.append(world.carriers[request.carrier_code].name)
        for line in request.lines:
            said += [world.products[line.sku].name, line.sku, f"{line.quantity} "]
        said.append(str(request.requested_delivery_date.day))
        assert [word for word in said if word not in message.body] == []


def test_the_cast_gets_the_terms_carrier_and_size_it_was_given(opening):
    world = opening.world
    assert len({member.request.customer_id for member in opening.cast.values()}) == len(CAST)
    for name, wanted in opening.scenario.cast.items():
        request = opening.cast[name].request
        carrier = world.carriers[request.carrier_code]
        assert carrier.mode == wanted.carrier_mode
        assert world.customers[request.customer_id].payment_terms == wanted.payment_terms
        assert len({line.sku for line in request.lines}) == wanted.lines
        for line in request.lines:
            packs, rest = divmod(line.quantity, world.products[line.sku].pack_size)
            assert rest == 0
            assert wanted.packs[0] <= packs <= wanted.packs[1]


def test_what_the_cast_wants_fits_one_parcel_from_one_warehouse_in_time(opening):
    world = opening.world
    template = next(iter(world.orders.values()))
    needed = Counter()
    for member in opening.cast.values():
        request = member.request
        carrier = world.carriers[request.carrier_code]
        lines = tuple(
            msgspec.structs.replace(
                template.lines[0], line_number=n, sku=line.sku, ordered=line.quantity,
                allocations=(), cancelled=0, packed=0, shipped=0, delivered=0, invoiced=0,
            )
            for n, line in enumerate(request.lines, 1)
        )  # fmt: skip
        order = msgspec.structs.replace(template, lines=lines, carrier_code=request.carrier_code)
        assert request.requested_delivery_date >= earliest_delivery_date(world, order)
        assert request.requested_delivery_date.weekday() < 5
        rows = suggested_rows(world, order)
        assert len({row.warehouse for row in rows}) == 1
        assert sum(row.quantity for row in rows) == sum(line.quantity for line in request.lines)
        for line, row in zip(request.lines, rows, strict=True):
            needed[line.sku, row.warehouse] += line.quantity
        grams = sum(world.products[line.sku].weight * line.quantity for line in request.lines)
        assert grams + 250 <= carrier.max_weight
    assert all(world.level(*key).available >= quantity for key, quantity in needed.items())


def test_the_day_asked_for_lies_in_the_span_if_the_carrier_can_do_it(opening):
    for name, wanted in opening.scenario.cast.items():
        request = opening.cast[name].request
        days = (request.requested_delivery_date - TODAY).days
        if wanted.carrier_mode == "sea":
            assert days >= 22
        else:
            assert wanted.due_in_days[0] <= days <= wanted.due_in_days[1]


def test_who_buys_on_account_is_good_for_the_order(opening):
    world, request = opening.world, opening.cast["ben"].request
    goods = sum(world.products[line.sku].unit_price * line.quantity for line in request.lines)
    total = goods + world.carriers[request.carrier_code].price
    owed = world.exposure.get(request.customer_id, 0)
    assert owed + total <= world.customers[request.customer_id].credit_limit


FINGERPRINT = """
import sys
from hashlib import sha256
import msgspec
from trainer.catalog.loader import parse_content
from trainer.catalog.worlds import make_opening
from trainer.orders.codec import encode_world
from trainer.training.scenario import Variant
scenario = parse_content(sys.stdin.buffer.read())
for locale in ("en_US", "zh_CN", "zh_TW"):
    opening = make_opening(scenario, Variant(locale=locale, seed=3))
    cast = msgspec.json.encode(opening.cast)
    print(sha256(encode_world(opening.world) + cast).hexdigest())
"""


def test_the_same_variant_is_the_same_world_in_every_process():
    prints = set()
    for hash_seed in ("1", "2"):
        path = os.pathsep.join(sys.path)
        ran = subprocess.run(
            [sys.executable, "-c", FINGERPRINT],
            input=content(CAST),
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": path},
            capture_output=True,
        )
        assert ran.returncode == 0, ran.stderr.decode()
        prints.add(ran.stdout)
    assert len(prints) == 1
    assert len(set(prints.pop().split())) == 3


def test_seeds_make_different_worlds_and_casts():
    first, second = (
        make_opening(scenario(CAST, orders=20), Variant(locale="en_US", seed=n)) for n in (1, 2)
    )
    assert codec.encode_world(first.world) != codec.encode_world(second.world)
    assert first.cast["ada"].request != second.cast["ada"].request


@pytest.mark.parametrize(
    "size",
    [
        {"orders": 0, "days": 1, "products": 1, "warehouses": 1, "customers": 1},
        {"orders": 5, "days": 2, "products": 3, "warehouses": 1, "customers": 2},
        {"orders": 40, "days": 730, "products": 500, "warehouses": 5, "customers": 200},
    ],
    ids=lambda size: f"{size['orders']} orders",
)
@pytest.mark.parametrize("locale", LOCALES)
def test_any_size_an_author_may_ask_for_can_be_made(size, locale):
    cast = {"ada": asks(lines=1), "ben": asks(lines=1, payment_terms="on_account")}
    made = make_opening(scenario(cast, **size), Variant(locale=locale, seed=1))
    assert len(made.world.orders) == size["orders"]
    assert len(made.world.products) == size["products"]
    assert len(made.world.customers) == size["customers"]
    assert violations(made.world) == []


def test_a_past_can_end_on_any_day():
    spec = WorldSpec(orders=60, customers=10)
    for today in (date(2026, 3, 1) + timedelta(days=n) for n in range(7)):
        world = make_world(spec, "en_US", 1, today=today)
        assert world.now == moment_of(today, hour=9)
        assert len(world.orders) == 60
        assert violations(world) == []


def test_an_order_no_carrier_takes_is_told_to_the_author():
    cast = {"ada": asks(lines=6, packs=[40, 50])}
    with pytest.raises(ValueError, match="Ask for fewer lines or packs"):
        make_opening(scenario(cast, orders=0), Variant(locale="en_US", seed=1))


def test_no_refusal_of_the_past_goes_unnoticed():
    office = Office(make_world(WorldSpec(orders=0), "en_US", 1), Random(1))
    with pytest.raises(Stuck, match="UnknownOrder"):
        office.do(SubmitOrder(order_number="SO-1"))


def test_rules_from_today_on_leave_the_past_as_it_was():
    plain = make_world(WorldSpec(orders=30), "zh_TW", 1)
    rules = Rules(customers_rate=True, complaint_answer_hours=4)
    asked = make_world(WorldSpec(orders=30, policies=rules), "zh_TW", 1)
    assert asked.policies.customers_rate
    assert asked.policies.complaint_answer_hours == 4
    assert asked.policies.return_window_days == plain.policies.return_window_days
    assert not plain.policies.customers_rate
    assert not plain.policies.customers_complain
    company = msgspec.structs.replace(asked.company, policies=plain.policies)
    assert codec.encode_world(msgspec.structs.replace(asked, company=company)) == (
        codec.encode_world(plain)
    )


def test_some_customers_have_two_files():
    plain = make_world(WorldSpec(orders=30), "en_US", 1)
    assert likely_duplicates(plain) == {}
    doubled = make_world(WorldSpec(orders=30, duplicates=2), "en_US", 1)
    assert len(doubled.customers) == len(plain.customers) + 2
    assert len(likely_duplicates(doubled)) == 4
    assert doubled.orders == plain.orders
    assert violations(doubled) == []


def test_some_files_are_due_for_review_and_some_are_not():
    world = make_world(WorldSpec(orders=0), "en_US", 1)
    due = [due_for_review(world, customer) for customer in world.customers.values()]
    assert 0 < sum(due) < len(due)


def test_living_and_mishaps_change_nothing_of_the_past() -> None:
    plain = make_world(WorldSpec(), "en_US", 1)
    spec = WorldSpec(living=True, mishaps=Mishaps(late=10, lost=2, returned=3))
    rough = make_world(spec, "en_US", 1)
    for carrier in rough.carriers.values():
        bad = (carrier.late_percent, carrier.lost_percent, carrier.returned_percent)
        assert bad == (10, 2, 3)
    assert msgspec.structs.replace(rough, carriers=plain.carriers) == plain


def test_factory_and_suppliers_are_as_punctual_as_the_scenario_says() -> None:
    plain = make_world(WorldSpec(), "en_US", 1)
    spec = WorldSpec(factory=Factory(early=20, late=15), suppliers=Suppliers(on_time=70, days=3))
    world = make_world(spec, "en_US", 1)
    early, late = world.policies.factory_early_percent, world.policies.factory_late_percent
    assert (early, late) == (20, 15)
    kept = {(who.reliability, who.spread_days) for who in world.suppliers.values()}
    assert kept == {(70, 3)}
    assert (plain.policies.factory_early_percent, plain.policies.factory_late_percent) == (0, 0)
    assert {who.reliability for who in plain.suppliers.values()} == {60, 100}
    # the past is the same
    assert dict(world.orders) == dict(plain.orders)
    with pytest.raises(ValueError, match="parts of 100"):
        Factory(early=60, late=50)


def test_habits_of_colleagues_are_the_scenarios() -> None:
    rules = Rules.model_validate({"habits": {"finance": {"often": 40}, "clerk": {"pace": 200}}})
    world = make_world(WorldSpec(policies=rules, orders=0), "en_US", 1)
    assert world.policies.habits == (Habit("clerk", None, 200), Habit("finance", 40))
    assert make_world(WorldSpec(orders=0), "en_US", 1).policies.habits == ()


def test_mishaps_are_parts_of_a_hundred() -> None:
    assert Mishaps(late=60, lost=20, returned=20).late == 60
    with pytest.raises(ValueError, match="late 60, lost 20 and returned 21 add up to 101"):
        Mishaps(late=60, lost=20, returned=21)
    with pytest.raises(ValueError, match="greater than or equal to 0"):
        Mishaps(late=-1)


def test_so_many_of_the_dearest_products_are_told_apart_and_the_past_stays() -> None:
    plain = make_world(WorldSpec(orders=60), "en_US", 1)
    world = make_world(WorldSpec(orders=60, serials=8, shelf_life=30), "en_US", 1)
    told = [product for product in world.products.values() if product.serials]
    assert len(told) == 8
    assert min(p.unit_price for p in told) >= max(
        p.unit_price for p in world.products.values() if not p.serials
    )
    assert violations(world) == []
    assert world.serials
    assert not plain.serials
    assert codec.decode_world(codec.encode_world(world)).serials == world.serials
    assert world.labels == plain.labels


@pytest.mark.parametrize("locale", ["en_US", "zh_CN", "zh_TW"])
def test_every_customer_can_be_invoiced(locale):
    spec = WorldSpec(orders=20, foreign={"CNY": 2, "TWD": 2, "USD": 2, "JPY": 2})
    made = make_world(spec, locale, 3)
    assert made.policies.tax_profiles == "required"
    assert [w for w in map(partial(wrong_profile, made), made.customers.values()) if w] == []


@pytest.mark.parametrize("locale", ["en_US", "zh_CN", "zh_TW"])
def test_so_many_tax_profiles_are_wrong_and_a_note_tells_each(locale):
    right = make_world(WorldSpec(orders=20), locale, 3)
    made = make_world(WorldSpec(orders=20, bad_tax_ids=3), locale, 3)
    looked_at = {who: wrong_profile(made, file) for who, file in made.customers.items()}
    wrong = {who: found.field for who, found in looked_at.items() if found}
    assert sorted(wrong.values()) == ["invoice_title", "tax_id", "tax_id"]
    for who in wrong:
        assert right.customers[who].tax_id in made.customers[who].notes[-1]
        assert made.customers[who].company in made.customers[who].notes[-1]
    # nothing else differs
    healed = made.customers.update({who: right.customers[who] for who in wrong})
    assert dict(healed) == dict(right.customers)


def test_the_cast_has_the_first_wrong_tax_profiles():
    told = scenario(CAST)
    told = told.model_copy(update={"world": told.world.model_copy(update={"bad_tax_ids": 1})})
    made = make_opening(told, VARIANTS[0])
    (buyer, *_) = (member.request.customer_id for member in made.cast.values())
    assert wrong_profile(made.world, made.world.customers[buyer])


@pytest.mark.parametrize("locale", LOCALES)
def test_an_order_of_the_past_was_delivered_paid_and_invoiced(locale):
    cast = {
        "old": asks(delivered_days_ago=5, carrier_mode="road", lines=1),
        "older": asks(delivered_days_ago=30, customer_of="old"),
        "new": asks(customer_of="old"),
    }
    made = make_opening(scenario(cast, orders=40, days=60), Variant(locale=locale, seed=1))
    world, orders = made.world, {name: order_of(made.world, made.cast, name) for name in cast}
    assert violations(world) == []
    assert orders["new"] is None
    for name, days in (("old", 5), ("older", 31)):  # 30 days ago it was a Saturday
        order, request = orders[name], made.cast[name].request
        assert (TODAY - day_of(order.delivered_at)).days == days
        assert not differences(order, request)
        assert order.promised_delivery_date == request.requested_delivery_date
        assert day_of(order.delivered_at) <= order.promised_delivery_date
        assert (order.balance_due, order.captured) == (0, order.total)
        assert all(line.delivered == line.invoiced == line.ordered for line in order.lines)
        assert order.notices == ("order_shipped",)
        assert world.labels[order.order_number] == "signed"
        assert world.messages[order.message_id].received_at <= order.created_at
    assert len({member.request.customer_id for member in made.cast.values()}) == 1


def test_what_a_script_says_was_so_this_morning_is_in_the_inbox():
    letter = {"message_id": "ask", "channel": "web", "sender": "Mei", "subject": "S", "body": "B"}
    tree = msgspec.json.decode(content({"old": asks(delivered_days_ago=5)}, orders=10))
    asked = {"order_number": "$old.order_number", "customer_id": "$old.customer_id"}
    do = {"receive_message": letter | asked}
    tree["script"] = [{"after_hours": 0, "role": "customer", "do": do}]
    made = make_opening(parse_content(msgspec.json.encode(tree)), Variant(locale="en_US", seed=1))
    order = order_of(made.world, made.cast, "old")
    assert made.world.messages["ask"].order_number == order.order_number
    assert day_of(made.world.messages["ask"].received_at) == TODAY
    assert made.world.number == 0
    assert not at_the_opening(made.scenario, Agenda(), made.world, made.cast).due
