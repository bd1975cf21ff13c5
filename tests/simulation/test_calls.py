"""Customers who ring up to order: what they say leads to what they want, and to nothing else."""

from datetime import date
from functools import cache

import msgspec
import pytest

from tests.catalog.test_worlds import scenario
from tests.story import Story
from trainer.catalog.worlds import make_opening
from trainer.orders.engine import Envelope, handle
from trainer.orders.intake import AddLine, ChangeHeader, CreateDraft
from trainer.orders.refusals import Refusal
from trainer.orders.values import DAY, Address, day_of
from trainer.orders.world import World
from trainer.play.run import Opening
from trainer.simulation.background import under_way
from trainer.simulation.calls import called, coming, spelt, spoken_date
from trainer.simulation.scripts import lines_of
from trainer.training.checks import differences
from trainer.training.scenario import LOCALE_OF, Locale, Variant

LOCALES: tuple[Locale, ...] = ("en_US", "zh_CN", "zh_TW")
CALL = {"channel": "phone", "lines": 3, "packs": [2, 6]}


@cache
def opened(locale: Locale, seed: int = 1, calls: int = 8) -> Opening:
    """A company that is rung up, and one call on its first morning."""
    asked = scenario({"caller": CALL}, orders=120, days=60, living=True, policies={"calls": calls})
    return make_opening(asked, Variant(locale=locale, seed=seed))


def calls(locale: Locale, seed: int = 1) -> list[Envelope]:
    return list(coming(opened(locale).world, seed))


def talk(envelope: Envelope, speaker: str = "") -> str:
    """Everything that was said, or all that one of them said."""
    turns = envelope.command.turns
    return "\n".join(turn.text for turn in turns if speaker in ("", turn.speaker))


def test_nobody_rings_unless_a_scenario_says_so() -> None:
    world = opened("en_US", calls=0).world
    assert list(coming(world, 1)) == []
    assert not any("call-" in command_id for command_id in under_way(world, 1).due)


@pytest.mark.parametrize("locale", LOCALES)
def test_so_many_ring_over_five_working_days(locale: Locale) -> None:
    world = opened(locale).world
    for seed in range(10):
        found = calls(locale, seed)
        assert len(found) == 8
        assert all(day_of(call.at).weekday() < 5 for call in found)
        assert world.now < found[0].at
        assert found[-1].at < world.now + 7 * DAY
        assert found == calls(locale, seed)
        assert len({e.command.request.customer_po_number for e in found}) == 8
        assert {e.command_id for e in found} <= set(under_way(world, seed).due)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_caller_says_all_that_is_to_be_entered(locale: Locale) -> None:
    world = opened(locale).world
    for seed in range(12):
        for call in calls(locale, seed):
            asked, said = call.command.request, talk(call, "caller").casefold()
            wanted = [
                asked.customer_po_number,
                spoken_date(asked.requested_delivery_date, locale),
                world.carriers[asked.carrier_code].name,
                asked.ship_to.street,
                asked.ship_to.phone,
                spelt(asked.ship_to.postal_code, locale),
                *(world.products[line.sku].name for line in asked.lines),
                *(str(line.quantity) for line in asked.lines),
            ]
            assert [words for words in wanted if words.casefold() not in said] == []
            assert "{" not in talk(call)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_call_has_a_number_that_is_put_right_before_it_ends(locale: Locale) -> None:
    """The last number said of each product is the one that counts."""
    world = opened(locale).world
    at_once = late = 0
    for seed in range(12):
        for call in calls(locale, seed):
            asked = call.command.request
            turns = [t.text.casefold() for t in call.command.turns if t.speaker == "caller"]
            for line in asked.lines:
                name = world.products[line.sku].name.casefold()
                last = [turn for turn in turns if name in turn][-1]
                pack = world.products[line.sku].pack_size
                one = line.quantity == pack > 1
                assert one or str(line.quantity) in last
            about = sum(
                any(world.products[line.sku].name.casefold() in turn for line in asked.lines)
                for turn in turns
            )
            late += about > len(asked.lines)
            at_once += about == len(asked.lines)
    assert late > 20
    assert at_once > 20


@pytest.mark.parametrize("locale", LOCALES)
def test_they_speak_in_turn(locale: Locale) -> None:
    for call in calls(locale):
        speakers = [turn.speaker for turn in call.command.turns]
        assert speakers[::2] == ["us"] * len(speakers[::2])
        assert speakers[1::2] == ["caller"] * len(speakers[1::2])
        assert len(speakers) >= 14


@pytest.mark.parametrize("locale", LOCALES)
def test_what_they_want_can_be_entered_and_delivered(locale: Locale) -> None:
    world = opened(locale).world
    for call in calls(locale, 3):
        asked = call.command.request
        assert asked.requested_delivery_date > day_of(call.at)
        assert asked.requested_delivery_date.weekday() < 5
        assert (asked.customer_id, asked.customer_po_number) not in world.by_po
        assert not world.customers[asked.customer_id].merged_into
        grams = sum(world.products[row.sku].weight * row.quantity for row in asked.lines)
        assert grams <= world.carriers[asked.carrier_code].max_weight
        for row in asked.lines:
            assert row.quantity % world.products[row.sku].pack_size == 0


@pytest.mark.parametrize("locale", LOCALES)
def test_some_want_this_order_somewhere_else(locale: Locale) -> None:
    world = opened(locale).world
    away = there = 0
    for seed in range(20):
        for call in calls(locale, seed):
            asked, said = call.command.request, talk(call)
            home = world.customers[asked.customer_id].address
            if asked.ship_to == home:
                there += 1
                assert not any(way in said for way in lines_of(locale)["elsewhere_yes"])
                continue
            away += 1
            towns = {(c.address.city, c.address.postal_code) for c in world.customers.values()}
            assert (asked.ship_to.city, asked.ship_to.postal_code) in towns
            assert not asked.ship_to.missing()
            assert (asked.ship_to.recipient, asked.ship_to.phone) == (home.recipient, home.phone)
            assert any(way in said for way in lines_of(locale)["elsewhere_yes"])
            # we read it back, and they say that it is right
            read_back = [turn for turn in call.command.turns if asked.ship_to.street in turn.text]
            assert [turn.speaker for turn in read_back] == ["caller", "us"]
    assert 20 < away < 70 < there


def entered(opening: Opening, where: Address) -> tuple[str, ...]:
    """In what an order that goes there differs from what the caller said."""
    asked = opening.cast["caller"].request
    story = Story(opening.world).and_(
        CreateDraft(
            customer_id=asked.customer_id,
            customer_po_number=asked.customer_po_number,
            requested_delivery_date=asked.requested_delivery_date,
            carrier_code=asked.carrier_code,
            message_id="msg-caller",
        )
    )
    order = next(story.world.newest())
    for line in asked.lines:
        story.and_(AddLine(order.order_number, line.sku, line.quantity))
    story.and_(
        ChangeHeader(
            order.order_number, asked.customer_po_number, asked.requested_delivery_date,
            asked.carrier_code, where,
        )
    )  # fmt: skip
    return differences(next(story.world.newest()), asked)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("channel", ["phone", "email"])
def test_what_was_said_counts_and_not_the_file(locale: Locale, channel: str) -> None:
    words = {"en": "{address}", "zh_Hans": "{address}", "zh_Hant": "{address}"}
    written = {} if channel == "phone" else {"subject": words, "body": words}
    asked = scenario({"caller": CALL | {"channel": channel, "elsewhere": True} | written})
    opening = make_opening(asked, Variant(locale=locale, seed=3))
    request = opening.cast["caller"].request
    home = opening.world.customers[request.customer_id].address
    message = opening.world.messages["msg-caller"]
    said = "".join(turn.text for turn in message.turns) or message.body
    assert request.ship_to.city != home.city
    assert request.ship_to.street in said
    assert entered(opening, home) == ("ship_to",)
    assert entered(opening, request.ship_to) == ()


def test_the_call_lies_in_the_inbox_word_for_word() -> None:
    (call, *_) = calls("en_US")
    answer = handle(opened("en_US").world, call)
    assert not isinstance(answer, Refusal)
    world, _ = answer
    message = world.messages["call-1"]
    assert (message.channel, message.turns) == ("phone", call.command.turns)
    assert message.request == call.command.request


@pytest.mark.parametrize("locale", LOCALES)
def test_a_cast_member_without_words_rings(locale: Locale) -> None:
    opening = opened(locale)
    message = opening.world.messages["msg-caller"]
    request = opening.cast["caller"].request
    assert message.channel == "phone"
    assert message.request == request
    said = "".join(turn.text for turn in message.turns)
    assert request.customer_po_number in said
    assert all(str(line.quantity) in said for line in request.lines)


def test_no_two_variants_hear_the_same_call() -> None:
    heard = {opened("en_US", seed).world.messages["msg-caller"].turns for seed in (1, 2)}
    assert len(heard) == 2


def test_a_postcode_is_spelt_as_people_spell_it() -> None:
    assert spelt("78701", "en_US") == "seven, eight, seven, zero, one"
    assert spelt("518052", "zh_CN") == "五幺八，零五二"
    assert spelt("114", "zh_TW") == "一一四"
    day = date(2026, 3, 12)
    assert spoken_date(day, "en_US") == "Thursday, March 12"
    assert spoken_date(day, "zh_CN") == "3月12号周四"
    assert spoken_date(day, "zh_TW") == "3月12號週四"


def test_the_three_languages_say_the_same_things() -> None:
    assert set(LOCALE_OF.values()) == set(LOCALES)
    english = lines_of("en_US")
    for locale in ("zh_CN", "zh_TW"):
        assert set(lines_of(locale)) == set(english)
        for key, ways in lines_of(locale).items():
            assert len(ways) == len(english[key]), key


def test_one_piece_or_one_box_is_said_plainly() -> None:
    opening = opened("en_US")
    world: World = opening.world
    asked = opening.cast["caller"].request
    row = asked.lines[0]
    pack = world.products[row.sku].pack_size
    one = msgspec.structs.replace(asked, lines=(msgspec.structs.replace(row, quantity=pack),))
    for number in range(10):
        said = "".join(turn.text for turn in called(world, one, "m", 1, number).turns)
        assert str(pack) in said
        assert "one boxes" not in said
