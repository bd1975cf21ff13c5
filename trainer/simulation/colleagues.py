"""Colleagues at the next desk: the supervisor, who answers when a hold is to be released."""

from collections.abc import Iterator

from trainer.orders.engine import Envelope, Recorded
from trainer.orders.holds import AnswerRelease, ReleaseAsked
from trainer.orders.values import MINUTE
from trainer.orders.world import World
from trainer.simulation.chance import between
from trainer.simulation.words import words
from trainer.simulation.workmates import paced


def react(entry: Recorded, world: World, seed: int) -> Iterator[Envelope]:
    """Half an hour to two hours after the question; the facts of that moment decide."""
    event = entry.event
    if not isinstance(event, ReleaseAsked):
        return
    said = words(world.company.locale)
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
