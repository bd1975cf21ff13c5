"""How the engine's facts read in three languages."""

from collections.abc import Iterator
from datetime import date
from string import Formatter

import msgspec
import pytest
from flask import Flask

from tests.builders import QUICK, order_shipped
from tests.story import given
from trainer.orders.engine import Recorded, Role, events, refusals
from trainer.orders.holds import HoldPlaced
from trainer.orders.payment import AmountExceedsDue
from trainer.orders.refusals import IllegalState
from trainer.orders.service import NoteAdded, TemplateFieldMissing
from trainer.orders.settlement import NotCompleted
from trainer.orders.status import LABELS
from trainer.orders.stock import StockAdjusted
from trainer.orders.values import moment_of
from trainer.orders.world import Company, World
from trainer.training.sentences import Sentence
from trainer.web import words
from trainer.web.automation import who
from trainer.web.marks import MARKS

DAY = date(2026, 3, 12)
AT = moment_of(DAY, 9, 5)
YUAN = World(company=Company(name="Lamps", currency="CNY"))


@pytest.fixture(params=["en", "zh_Hans", "zh_Hant"])
def language(app: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    """A page in each language."""
    with spoken(app, request.param):
        yield request.param


def spoken(app: Flask, language: str) -> object:
    return app.test_request_context("/", headers={"Cookie": f"look={language}.light.16"})


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (123400, "TWD", "NT$1,234"),
        (123450, "TWD", "NT$1,234.50"),
        (123400, "CNY", "¥1,234.00"),
        (-5, "CNY", "−¥0.05"),
        (0, "EUR", "€0.00"),
        (1234, "JPY", "JP¥1,234"),
        (1234567, "KWD", "KWD 1,234.567"),
    ],
)
def test_money_is_written_as_on_a_bill(
    language: str, amount: int, currency: str, written: str
) -> None:
    assert words.money(amount, currency) == written


@pytest.mark.parametrize(("tongue", "dollars"), [("en", "$9.90"), ("zh_Hant", "US$9.90")])
def test_a_dollar_abroad_says_whose(app: Flask, tongue: str, dollars: str) -> None:
    with spoken(app, tongue):
        assert words.money(990, "USD") == dollars


@pytest.mark.parametrize(
    ("tongue", "moment", "day", "ahead"),
    [
        ("en", "Mar 12 09:05", "Mar 12, 2026", "in 2 hours"),
        ("zh_Hans", "3月12日 09:05", "2026年3月12日", "2小时后"),
        ("zh_Hant", "3月12日 09:05", "2026年3月12日", "2 小時後"),
    ],
)
def test_time_is_the_simulated_clock(
    app: Flask, tongue: str, moment: str, day: str, ahead: str
) -> None:
    with spoken(app, tongue):
        assert words.moment(AT) == moment
        assert words.clock(AT) == "09:05"
        assert words.day(DAY) == words.day(AT) == day
        assert words.day(None) == "–"
        assert words.since(AT + 7200, AT) == ahead


@pytest.mark.parametrize(
    ("tongue", "said"), [("en", "12 minutes"), ("zh_Hans", "12分钟"), ("zh_Hant", "12 分鐘")]
)
def test_time_that_is_left_is_told_in_minutes_that_have_begun(
    app: Flask, tongue: str, said: str
) -> None:
    with spoken(app, tongue):
        assert words.minutes_long(11 * 60 + 1) == words.minutes_long(720) == said
        assert words.minutes_long(-5) == said.replace("12", "1").replace("minutes", "minute")


def test_events_name_people_and_carriers_by_their_names(app: Flask) -> None:
    story = given(order_shipped())
    told = {type(it.event).__name__: it.event for it in story.entries}
    with spoken(app, "en"):
        drafted = words.says(told["DraftCreated"], story.world)
        shipped = words.says(told["PackageShipped"], story.world)
    assert drafted == "Draft SO-10001 opened for Otter & Sons (C-OTTER)"
    assert shipped == f"Parcel 1 of SO-10001 handed over to {story.world.carriers[QUICK].name}"


def test_a_sentence_writes_its_fields_as_people_do(app: Flask) -> None:
    hold = HoldPlaced(order_number="SO-1", kind="credit", reason="credit limit")
    state = IllegalState(order_number="SO-1", status="draft", wanted="submitted / confirmed")
    counted = StockAdjusted(sku="LAMP", warehouse="W1", difference=-1200, reason="broken")
    with spoken(app, "zh_Hans"):
        assert words.says(hold, YUAN) == "SO-1 已挂起（信用）：超出信用额度"
        assert "“草稿”" in words.says(state, YUAN)
        assert "“待确认 / 已确认（待付款至已签收）”" in words.says(state, YUAN)
        assert words.says(counted, YUAN) == "W1的 LAMP 已更正 −1,200：broken"
        here = msgspec.structs.replace(counted, warehouse="EAST")
        assert words.says(here, YUAN) == "东仓的 LAMP 已更正 −1,200：broken"


@pytest.mark.parametrize(
    ("tongue", "told"),
    [
        ("en", "is awaiting confirmation, not completed."),
        ("zh_Hans", "“待确认”"),
        ("zh_Hant", "「待確認」"),
    ],
)
def test_a_refusal_names_an_orders_status_as_the_path_does(
    app: Flask, tongue: str, told: str
) -> None:
    refusal = NotCompleted(order_number="SO-1", status="submitted")
    with spoken(app, tongue):
        assert told in words.says(refusal, YUAN)
        path = {words.word(stage) for stage in LABELS}
        assert words.STAGES["submitted"] in path
        assert words.STAGES["cancelled"] in path
        for end in ("pending_payment", "signed"):
            assert words.word(end) in str(words.STAGES["confirmed"])


def test_a_report_says_what_a_refusal_names_in_the_readers_words(app: Flask) -> None:
    facts = {"template": "order_shipped", "field": "tracking_number", "order_number": "SO-1"}
    says = Sentence(TemplateFieldMissing.says, **facts)
    report = Sentence("step {step}: {name} was refused with {code}: {says} – {cure}")
    told = report.about(step="field", name="notify_customer", code="X", says=says, cure="")
    with spoken(app, "zh_Hans"):
        read = words.sentence(told)
    assert "通知“您的订单已发货”需要运单号" in read
    assert "notify_customer" in read  # a key of the text, which its author knows
    assert "field" in read


def test_a_refusal_shows_its_inequality_in_money(app: Flask) -> None:
    refusal = AmountExceedsDue(
        order_number="SO-1", due=5000, total=9000, credit=0, received=4000, requested=6000
    )
    with spoken(app, "en"):
        assert words.sums(refusal, YUAN) == (
            "due ¥50.00 = total ¥90.00 − credit ¥0.00 − received ¥40.00 − authorised ¥0.00; "
            "you asked ¥60.00"
        )
        assert words.cure(refusal, YUAN) == "Ask for at most ¥50.00."


def test_what_people_wrote_is_not_read_as_a_pattern(app: Flask) -> None:
    hold = HoldPlaced(order_number="SO-1", kind="manual", reason="{order_number} %s {0}")
    with spoken(app, "en"):
        assert words.says(hold, YUAN).endswith("{order_number} %s {0}")


def test_what_only_looks_like_a_day_stays_as_it_was_written(app: Flask) -> None:
    hold = HoldPlaced(order_number="SO-1", kind="manual", reason="2026-13-45")
    with spoken(app, "en"):
        assert words.says(hold, YUAN).endswith("2026-13-45")


def test_every_field_of_every_sentence_is_there() -> None:
    for kind in (*events().values(), *refusals().values()):
        fields = set(kind.__struct_fields__)
        for name in ("says", "sums", "cure"):
            asked = {
                field for _, field, _, _ in Formatter().parse(getattr(kind, name, "")) if field
            }
            assert asked <= fields, f"{kind.__name__}.{name}"


def test_every_status_has_a_badge_and_a_word(language: str) -> None:
    assert set(LABELS) <= set(MARKS)
    for status in MARKS:
        word = words.label(status)
        assert word not in ("", status)
        assert word[:1] == word[:1].upper()


@pytest.mark.parametrize(
    ("actor", "role", "said"),
    [
        ("customer", "customer", "客戶"),  # of a script that names nobody
        ("洪秋月", "customer", "洪秋月"),
        ("system", "system", "系統"),
    ],
)
def test_who_acted_is_a_name_or_the_role_in_words(
    app: Flask, actor: str, role: Role, said: str
) -> None:
    entry = Recorded(1, AT, actor, role, "script:0", NoteAdded("SO-10001", "!"))
    with spoken(app, "zh_Hant"):
        assert who(entry) == said
