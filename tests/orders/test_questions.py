"""What an order in the inbox does not say is asked; what cannot be taken is declined."""

import msgspec
import pytest

from tests.builders import FIRST, HOME, WANTED, order_drafted
from tests.story import Story, given
from trainer.orders.holds import address_in_doubt
from trainer.orders.intake import ReceiveMessage, RejectOrder, SubmitOrder
from trainer.orders.invariants import violations
from trainer.orders.questions import (
    AnswerAwaited,
    AnswerQuestion,
    AskCustomer,
    CustomerAsked,
    DeclineRequest,
    NothingToAsk,
    RequestDeclined,
    RequestEntered,
    UnknownQuestion,
)
from trainer.orders.refusals import MissingReason
from trainer.orders.wishes import AlreadyDeclined
from trainer.orders.world import TOPICS, Defect, Request, RequestLine, Slip, as_written

ASK = AskCustomer("M-1", "address")
TELLS = AnswerQuestion("M-1", "address", "Re: Order", "12 Lake Lane.")
NO = DeclineRequest("M-1", "We do not send so far.")


def written(*defects: Defect, request: Request | None = WANTED) -> Story:
    """A customer's order in the inbox."""
    order = ReceiveMessage(
        "M-1", "email", "Olive Otter", "Order", "…", request=request, defects=defects
    )
    return given(order)


def test_the_question_goes_out_in_our_words_and_stands_beside_the_message() -> None:
    story = written().and_(ASK)
    (asked,) = story.world.messages["M-1"].questions
    assert isinstance(story.entries[-1].event, CustomerAsked)
    assert (asked.about, asked.reply_id) == ("address", "")
    assert asked.text.startswith("Hello Olive Otter,")
    assert WANTED.customer_po_number in asked.text
    assert "postal code" in asked.text
    assert violations(story.world) == []


def test_each_thing_is_asked_once_until_it_is_answered() -> None:
    story = written().and_(ASK)
    awaited = AnswerAwaited(message_id="M-1", about="address")
    assert story.when(ASK).refusal == awaited
    assert story.when(AskCustomer("M-1", "quantity")).refusal is None
    assert story.and_(TELLS).when(ASK).refusal is None


def test_an_answer_lies_in_the_inbox_under_its_question() -> None:
    story = written().and_(ASK, AskCustomer("M-1", "price"), TELLS)
    message = story.world.messages["M-1"]
    reply = story.world.messages[message.questions[0].reply_id]
    assert (reply.reply_to, reply.sender, reply.body) == ("M-1", "Olive Otter", "12 Lake Lane.")
    assert message.answered("address")
    assert not message.waits("address")
    assert message.waits("price")
    assert violations(story.world) == []


@pytest.mark.parametrize("about", ["price", "address"])
def test_nobody_answers_what_was_not_asked(about: str) -> None:
    story = written().and_(ASK, TELLS)
    again = msgspec.structs.replace(TELLS, about=about)
    assert story.when(again).refusal == UnknownQuestion(message_id="M-1")


@pytest.mark.parametrize("command", [ASK, NO])
def test_only_an_order_is_asked_about_or_declined(command: AskCustomer | DeclineRequest) -> None:
    nothing = NothingToAsk(message_id="M-1")
    assert written(request=None).when(command).refusal == nothing
    assert given().when(command).refusal == nothing


def test_what_cannot_be_taken_is_declined_once_in_a_letter() -> None:
    story = written().and_(NO)
    letter = story.world.messages["M-1"].declined
    assert isinstance(story.entries[-1].event, RequestDeclined)
    assert letter.startswith("Hello Olive Otter,")
    assert "We do not send so far." in letter
    assert violations(story.world) == []
    assert story.when(NO).refusal == AlreadyDeclined(message_id="M-1")
    assert story.when(ASK).refusal == AlreadyDeclined(message_id="M-1")


def test_no_needs_a_reason() -> None:
    assert written().when(DeclineRequest("M-1", " ")).refusal == MissingReason()


def test_what_is_entered_is_declined_as_an_order() -> None:
    story = written().and_(*order_drafted(message_id="M-1"))
    entered = RequestEntered(message_id="M-1", order_number=FIRST)
    assert story.when(NO).refusal == entered
    story.and_(SubmitOrder(FIRST), RejectOrder(FIRST, "not in the range"))
    assert story.when(NO).refusal is None


LINES = msgspec.structs.replace(WANTED, lines=(RequestLine("A", 2), RequestLine("B", 6)))
SLIPS: list[tuple[Defect, Request]] = [
    (
        Defect("missing_address"),
        msgspec.structs.replace(
            LINES, ship_to=msgspec.structs.replace(HOME, street="", postal_code="")
        ),
    ),
    (
        Defect("unknown_sku", 1, sku="Z"),
        msgspec.structs.replace(LINES, lines=(RequestLine("A", 2), RequestLine("Z", 6))),
    ),
    (
        Defect("odd_quantity", 0, quantity=3),
        msgspec.structs.replace(LINES, lines=(RequestLine("A", 3), RequestLine("B", 6))),
    ),
    (
        Defect("vague_quantity", 1),
        msgspec.structs.replace(LINES, lines=(RequestLine("A", 2), RequestLine("B", 0))),
    ),
    (Defect("wrong_price", 0, price=5), LINES),
]


@pytest.mark.parametrize(("defect", "reads"), SLIPS, ids=lambda it: getattr(it, "slip", ""))
def test_a_message_can_be_read_as_it_is_written_until_they_have_answered(
    defect: Defect, reads: Request
) -> None:
    about = defect.topic
    story = written(defect, request=LINES)
    assert as_written(LINES, defect) == reads
    assert story.world.messages["M-1"].known == reads
    story.and_(AskCustomer("M-1", about))
    assert story.world.messages["M-1"].known == reads
    story.and_(AnswerQuestion("M-1", about, "Re", "…"))
    assert story.world.messages["M-1"].known == LINES


def test_an_answer_clears_only_what_it_is_about() -> None:
    both = (Defect("missing_address"), Defect("odd_quantity", 0, quantity=3))
    story = written(*both, request=LINES).and_(ASK, TELLS)
    known = story.world.messages["M-1"].known
    assert known is not None
    assert (known.ship_to, known.lines[0].quantity) == (HOME, 3)


def test_every_slip_is_about_something() -> None:
    assert set(TOPICS) == set(Slip.__args__)  # type: ignore[attr-defined]


def test_an_address_they_left_out_is_in_doubt_until_they_gave_it() -> None:
    story = written(Defect("missing_address")).and_(*order_drafted(message_id="M-1"))
    assert address_in_doubt(story.world, story.world.orders[FIRST])
    story.and_(ASK, TELLS)
    assert not address_in_doubt(story.world, story.world.orders[FIRST])
