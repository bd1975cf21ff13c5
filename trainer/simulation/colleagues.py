"""Colleagues at the next desk: the supervisor, who answers when somebody asks for leave."""

from collections.abc import Iterator

from trainer.orders.allowances import AnswerGoodwill, GoodwillAsked
from trainer.orders.desks import own
from trainer.orders.engine import Envelope, Recorded
from trainer.orders.holds import AnswerRelease, ReleaseAsked
from trainer.orders.late_returns import AnswerException, ExceptionAsked
from trainer.orders.values import MINUTE
from trainer.orders.world import World
from trainer.simulation.chance import between
from trainer.simulation.words import words
from trainer.simulation.workmates import paced


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """Half an hour to two hours after the question; the facts of that moment decide."""
    event = entry.event
    said = words(world.company.locale)
    if world.policies.desks and not own(entry.command_id):
        return  # what a colleague asks for waits for whoever sits at the supervisor's desk
    if isinstance(event, ExceptionAsked):
        wait = between(30, 120, seed, entry.number, "exception") * MINUTE
        yield Envelope(
            command_id=f"{entry.number}:exception",
            actor=said["supervisor"],
            role="supervisor",
            at=entry.at + paced(wait, world, "supervisor"),
            command=AnswerException(
                event.order_number, event.rma_number, said["late_taken"], said["late_not_taken"]
            ),
        )
    if isinstance(event, GoodwillAsked):
        wait = between(30, 120, seed, entry.number, "goodwill") * MINUTE
        yield Envelope(
            command_id=f"{entry.number}:goodwill",
            actor=said["supervisor"],
            role="supervisor",
            at=entry.at + paced(wait, world, "supervisor"),
            command=AnswerGoodwill(
                event.order_number, said["goodwill_given"], said["goodwill_not_given"]
            ),
        )
    if not isinstance(event, ReleaseAsked):
        return
    why = said[f"declined_{event.kind}"]
    wait = between(30, 120, seed, entry.number, "release") * MINUTE
    yield Envelope(
        command_id=f"{entry.number}:release",
        actor=said["supervisor"],
        role="supervisor",
        at=entry.at + paced(wait, world, "supervisor"),
        command=AnswerRelease(
            order_number=event.order_number,
            kind=event.kind,
            granting=said["granted"],
            declining=why,
            subject=said["declined_subject"].format(order_number=event.order_number),
            text=said["declined_body"].format(
                order_number=event.order_number, why=why, supervisor=said["supervisor"]
            ),
        ),
    )
