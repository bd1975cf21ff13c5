"""The kernel: who may, on which picture, and what an answer is."""

from string import Formatter

import msgspec
import pytest

from tests.builders import FIRST, SECOND, company, order_archived, order_drafted, order_submitted
from tests.story import envelope_of, given
from trainer.orders import codec
from trainer.orders.engine import (
    OrderEvent,
    Recorded,
    commands,
    decide,
    events,
    evolve,
    handle,
    refusals,
)
from trainer.orders.holds import PlaceHold
from trainer.orders.intake import AddLine, OrderRejected
from trainer.orders.refusals import (
    ArchivedReadOnly,
    Refusal,
    RoleRequired,
    UnknownOrder,
    VersionConflict,
    code_of,
)
from trainer.orders.service import AddNote

NOTE = AddNote(FIRST, "hello")
HOLD = PlaceHold(FIRST, "address", "no house number")


def test_there_must_be_such_an_order() -> None:
    assert given().when(NOTE).refusal == UnknownOrder(order_number=FIRST)


def test_who_may_not_ask_is_told_who_may() -> None:
    after = given(order_drafted()).when(NOTE, role="customer")
    assert after.refusal == RoleRequired(role="customer", wanted="clerk / system")


def test_a_command_on_an_old_picture_is_refused() -> None:
    story = given(order_submitted())
    version = story.world.orders[FIRST].version
    assert story.when(HOLD, seen=version).refusal is None
    after = story.and_(NOTE).when(HOLD, seen=version)
    assert after.refusal == VersionConflict(order_number=FIRST, seen=version, current=version + 1)


def test_a_note_is_as_right_on_an_old_picture() -> None:
    story = given(order_submitted())
    version = story.world.orders[FIRST].version
    after = story.and_(HOLD).when(NOTE, seen=version)
    assert after.order.notes == ("hello",)
    assert [kind for kind in commands().values() if getattr(kind, "on_any_version", False)] == [
        AddNote
    ]


def test_the_version_goes_up_by_one_with_each_event() -> None:
    story = given(order_archived())
    entries = [e for e in story.entries if isinstance(e.event, OrderEvent)]
    assert story.world.orders[FIRST].version == 1 + len(entries)


def test_the_archive_answers_before_the_room_does() -> None:
    after = given(order_archived()).when(AddNote(FIRST, ""))
    assert after.refusal == ArchivedReadOnly(order_number=FIRST)


def test_events_are_numbered_and_know_their_cause() -> None:
    story = given(order_drafted())
    (entry,) = story.when(NOTE).entries
    assert entry == Recorded(
        number=story.world.number + 1, at=story.world.now + 120, actor="Ada", role="clerk",
        command_id=f"told-{story.world.number}", event=entry.event,
    )  # fmt: skip


def test_a_refused_command_changes_nothing() -> None:
    story = given(order_drafted())
    before = codec.encode_world(story.world)
    assert isinstance(handle(story.world, envelope_of(story.world, AddNote(FIRST, " "))), Refusal)
    assert codec.encode_world(story.world) == before


def test_an_older_moment_stays_as_it_was() -> None:
    story = given(order_drafted())
    older, before = story.world, codec.encode_world(story.world)
    story.and_(NOTE, AddLine(FIRST, "SQUEAKY-LAMP", 6))
    assert codec.encode_world(older) == before


def test_to_decide_is_not_to_do() -> None:
    story = given(order_drafted())
    envelope = envelope_of(story.world, NOTE)
    assert decide(story.world, envelope) == decide(story.world, envelope)


def test_history_is_the_world() -> None:
    story = given(order_archived(), order_drafted(SECOND))
    world = company()
    for entry in story.entries:
        world = evolve(world, entry)
    assert codec.encode_world(world) == codec.encode_world(story.world)


def test_events_are_believed_without_being_asked() -> None:
    story = given(order_drafted(), OrderRejected(FIRST, "told so"))
    assert story.world.orders[FIRST].status == "cancelled"


def test_people_outside_write_pay_and_scan_and_nothing_else() -> None:
    outside = {"customer", "carrier", "bank"}
    theirs = {name for name, kind in commands().items() if kind.roles & outside}
    assert theirs == {
        "answer_authorisation", "answer_refund", "answer_survey", "answer_transfer_return",
        "answer_price_rise", "answer_question", "answer_repair_quote", "deliver_return",
            "hand_over_return", "send_evidence", "answer_recourse", "reverse_refund",
        "receive_complaint", "receive_message", "receive_transfer", "scan_package",
        "pay_out_cash", "pay_shortfall", "raise_chargeback", "answer_chargeback",
    }  # fmt: skip


@pytest.mark.parametrize("kind", events().values(), ids=list(events()))
def test_every_event_can_be_told_in_one_sentence(kind: type[OrderEvent]) -> None:
    assert kind.says
    assert _named(kind.says) <= set(kind.__struct_fields__)


@pytest.mark.parametrize("kind", refusals().values(), ids=list(refusals()))
def test_every_refusal_speaks_of_its_own_numbers_and_says_what_to_do(kind: type[Refusal]) -> None:
    assert kind.says.endswith((".", "?"))
    assert kind.cure.endswith(".")
    for text in (kind.says, kind.sums, kind.cure):
        assert _named(text) <= set(kind.__struct_fields__)
    assert code_of(kind).isupper()


def _named(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}


def test_every_number_of_an_inequality_is_shown() -> None:
    for kind in refusals().values():
        numbers = {field.name for field in msgspec.structs.fields(kind) if field.type is int}
        hidden = numbers - _named(kind.says + kind.sums + kind.cure)
        assert not hidden, f"{kind.__name__} hides {hidden}"
