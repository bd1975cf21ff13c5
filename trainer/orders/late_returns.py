"""A return that is asked for after its window: a supervisor may make an exception, and says why."""

from datetime import timedelta
from typing import ClassVar

from trainer.orders.engine import (
    Answer,
    Envelope,
    OrderCommand,
    OrderEvent,
    Role,
    decides,
    evolves,
    moment,
)
from trainer.orders.holds import OwnRequest
from trainer.orders.refusals import MissingReason, Refusal
from trainer.orders.returns import at_stage, too_late, window_ends, with_return
from trainer.orders.values import Moment, day_of
from trainer.orders.world import Order, World


class AskException(OrderCommand, frozen=True):
    """Ask the supervisor to take goods back although the window has closed, and say why."""

    rma_number: str
    reason: str


class AnswerException(OrderCommand, frozen=True):
    """Answer somebody who asked; the words for either answer come along, the facts decide."""

    roles: ClassVar[frozenset[Role]] = frozenset({"supervisor"})
    rma_number: str
    granting: str
    declining: str


class ExceptionAsked(OrderEvent, frozen=True):
    """The supervisor has a question to answer."""

    says = "The supervisor was asked to take {rma_number} back after the window: {reason}"
    rma_number: str
    reason: str
    asked_by: str = ""


class ExceptionAllowed(OrderEvent, frozen=True):
    """The window is closed, and this one return may pass."""

    says = "Exception: {rma_number} may come back after the window: {reason}"
    rma_number: str
    reason: str


class ExceptionDeclined(OrderEvent, frozen=True):
    """The window is closed for this return, too."""

    says = "No exception for {rma_number}, the window stays closed: {reason}"
    rma_number: str
    reason: str


class NoExceptionNeeded(Refusal, frozen=True):
    """Who may pass does not ask the guard to look away."""

    says = "Return {rma_number} needs no exception."
    sums = "today {today} ≤ last day {last}, or the reason is not the customer's own: {reason}"
    cure = "Authorise it."
    rests_on = ("return_window_days",)
    rma_number: str
    today: str
    last: str
    reason: str


class ExceptionStands(Refusal, frozen=True):
    """A supervisor is asked once, and answers once."""

    says = "With the exception for return {rma_number} it stands like this: {exception}."
    sums = "possible only at: {wanted}"
    cure = "Wait for an answer that is on its way; what was declined is rejected, with its reason."
    rma_number: str
    exception: str
    wanted: str


@decides(AskException)
def ask_exception(world: World, order: Order, command: AskException, by: Envelope) -> Answer:
    """Once, with a reason, and only where the window is what is in the way."""
    back = at_stage(order, command.rma_number, "requested")
    if isinstance(back, Refusal):
        return back
    today = day_of(moment(world, by))
    if not too_late(world, order, back, today):
        return NoExceptionNeeded(
            rma_number=back.rma_number,
            today=today.isoformat(),
            last=window_ends(world, order).isoformat(),
            reason=back.reason,
        )
    if back.exception != "not_asked":
        return ExceptionStands(back.rma_number, back.exception, "not_asked")
    if not command.reason.strip():
        return MissingReason()
    return (ExceptionAsked(order.order_number, back.rma_number, command.reason, by.actor),)


@decides(AnswerException)
def answer_exception(world: World, order: Order, command: AnswerException, by: Envelope) -> Answer:
    """What was asked, and never by whoever asked; as long again, and once on an order."""
    back = at_stage(order, command.rma_number, "requested")
    if isinstance(back, Refusal):
        return back
    if back.exception != "asked":
        return ExceptionStands(back.rma_number, back.exception, "asked")
    if by.actor == back.exception_asked_by:
        return OwnRequest(order.order_number, by.actor)
    latest = window_ends(world, order) + timedelta(days=world.policies.return_window_days)
    once = not any(other.exception == "allowed" for other in order.returns)
    if once and day_of(moment(world, by)) <= latest:
        return (ExceptionAllowed(order.order_number, back.rma_number, command.granting),)
    return (ExceptionDeclined(order.order_number, back.rma_number, command.declining),)


@evolves(ExceptionAsked)
def exception_asked(world: World, order: Order, event: ExceptionAsked, at: Moment) -> World:
    """Waiting for an answer."""
    return world.with_order(
        with_return(order, event.rma_number, exception="asked", exception_asked_by=event.asked_by)
    )


@evolves(ExceptionAllowed)
def exception_allowed(world: World, order: Order, event: ExceptionAllowed, at: Moment) -> World:
    """It may be authorised now."""
    return world.with_order(with_return(order, event.rma_number, exception="allowed"))


@evolves(ExceptionDeclined)
def exception_declined(world: World, order: Order, event: ExceptionDeclined, at: Moment) -> World:
    """It can only be rejected now."""
    return world.with_order(with_return(order, event.rma_number, exception="declined"))
