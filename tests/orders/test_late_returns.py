"""A return that is asked for after its window: one exception, by somebody else, with a reason."""

from tests.builders import FIRST, order_delivered
from tests.orders.test_returns import LINES, RMA, asks
from tests.simulation.test_agenda import agenda_of
from tests.story import Story, given
from trainer.orders.clock import AdvanceClock
from trainer.orders.engine import Envelope, handle
from trainer.orders.holds import OwnRequest
from trainer.orders.invariants import violations
from trainer.orders.late_returns import (
    AnswerException,
    AskException,
    ExceptionAllowed,
    ExceptionAsked,
    ExceptionDeclined,
    ExceptionStands,
    NoExceptionNeeded,
)
from trainer.orders.refusals import MissingReason, RoleRequired
from trainer.orders.returns import AuthoriseReturn, RejectReturn, ReturnStage, ReturnWindowClosed
from trainer.orders.values import DAY
from trainer.play.offers import offers

ASK = AskException(FIRST, RMA, "a customer of ten years")
ANSWER = AnswerException(FIRST, RMA, "once", "too long ago")
AGREED = AuthoriseReturn(FIRST, RMA, "customer")


def late(days: int = 20) -> Story:
    """A change of mind, so many days after the goods were there; the window is fifteen days."""
    story = given(order_delivered(lines=LINES))
    story.and_(AdvanceClock(story.world.now + days * DAY))
    return story.and_(asks((1, 1), reason="changed_mind"))


def supervised(story: Story) -> object:
    """What the supervisor decides."""
    after = story.when(ANSWER)
    return after.refusal or after.events[0]


def test_a_supervisor_may_make_an_exception_and_the_timeline_tells_it() -> None:
    story = late()
    assert isinstance(story.when(AGREED).refusal, ReturnWindowClosed)
    assert story.when(ASK).events == (ExceptionAsked(FIRST, RMA, ASK.reason, "Ada"),)
    story.and_(ASK)
    assert isinstance(story.when(AGREED).refusal, ReturnWindowClosed)
    story.and_(ANSWER)
    assert story.entries[-1].event == ExceptionAllowed(FIRST, RMA, "once")
    assert story.when(AGREED).refusal is None
    assert violations(story.world) == []


def test_what_is_long_over_stays_so_and_is_rejected() -> None:
    story = late(days=31).and_(ASK)
    assert supervised(story) == ExceptionDeclined(FIRST, RMA, "too long ago")
    story.and_(ANSWER)
    assert isinstance(story.when(AGREED).refusal, ReturnWindowClosed)
    assert story.when(ASK).refusal == ExceptionStands(RMA, "declined", "not_asked")
    assert story.when(RejectReturn(FIRST, RMA, "too late")).refusal is None


def test_an_exception_is_made_once_on_an_order() -> None:
    story = late().and_(ASK, ANSWER)
    story.and_(AGREED, asks((2, 1), reason="wrong_size"))
    story.and_(AskException(FIRST, "RMA-00002", "another one"))
    again = AnswerException(FIRST, "RMA-00002", "once", "not again")
    answer = story.when(again)
    assert answer.events == (ExceptionDeclined(FIRST, "RMA-00002", "not again"),)


def test_nobody_answers_their_own_question_nor_one_that_nobody_asked() -> None:
    story = late()
    assert supervised(story) == ExceptionStands(RMA, "not_asked", "asked")
    story.and_(ASK)
    own = Envelope("own", "Ada", "supervisor", story.world.now, ANSWER)
    assert handle(story.world, own) == OwnRequest(FIRST, "Ada")
    assert isinstance(story.when(ANSWER, role="clerk").refusal, RoleRequired)


def test_a_question_has_a_reason_and_an_occasion() -> None:
    assert late().when(AskException(FIRST, RMA, " ")).refusal == MissingReason()
    assert isinstance(late(days=15).when(ASK).refusal, NoExceptionNeeded)
    ours = given(order_delivered(lines=LINES), asks((1, 1), reason="defective"))
    ours.and_(AdvanceClock(ours.world.now + 20 * DAY))
    assert isinstance(ours.when(ASK).refusal, NoExceptionNeeded)
    agreed = late(days=1).and_(AGREED)
    assert isinstance(agreed.when(ASK).refusal, ReturnStage)


def test_the_desk_offers_it_only_where_the_window_is_in_the_way() -> None:
    def offered(story: Story) -> bool:
        found = offers(story.world, story.world.orders[FIRST])
        return any(offer.name == "ask_exception" for offer in found)

    assert [offered(late()), offered(late().and_(ASK)), offered(late(days=3))] == [
        True, False, False,
    ]  # fmt: skip


def test_the_supervisor_answers_within_two_hours() -> None:
    story = late().and_(ASK)
    answer = agenda_of(story.entries, story).next()
    assert answer is not None
    assert isinstance(answer.command, AnswerException)
    assert answer.role == "supervisor"
