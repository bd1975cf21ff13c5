"""A world in the making: time goes on in it, and every command played has to be accepted."""

from collections.abc import Generator, Iterable
from heapq import heappop, heappush
from random import Random

from trainer.orders.engine import Command, Envelope, Recorded, Role, handle
from trainer.orders.refusals import Refusal
from trainer.orders.stock import ReceiveStock
from trainer.orders.values import DAY, HOUR, MINUTE, Moment, day_of, moment_of
from trainer.orders.world import World

Life = Generator[Moment, None, None]
"""Something that goes on over days: it does what is due and yields when it wants to go on."""


class Stuck(Exception):
    """A command of the past was refused: the story is wrong, and no order may get lost in it."""


class Office:
    """The company before the trainee comes in, and everybody who has a part in its orders."""

    def __init__(self, world: World, chance: Random) -> None:
        self.world = world
        self.chance = chance
        self.now = world.now
        self.references: dict[str, str] = {}
        """The bank's reference of the transfer that came in for an order."""
        self.completed: list[str] = []
        """Orders that wait for the next settlement."""
        self._done = 0

    def do(self, command: Command, role: Role = "clerk", actor: str = "") -> list[Recorded]:
        """Play a command now. Raises Stuck if the engine refuses it."""
        self._done += 1
        envelope = Envelope(
            command_id=f"past:{self._done}",
            actor=actor or role,
            role=role,
            at=self.now,
            command=command,
        )
        answer = handle(self.world, envelope)
        if isinstance(answer, Refusal):
            raise Stuck(f"{command} was refused: {answer}")
        self.world, recorded = answer
        return recorded

    def stocked(self, sku: str, warehouse: str, quantity: int) -> None:
        """See that so many are free there; if not, a supplier's delivery has just come in."""
        short = quantity - self.world.level(sku, warehouse).available
        if short > 0:
            pack = self.world.products[sku].pack_size
            packs = -(-short // pack) + self.chance.randint(5, 40)
            self.do(ReceiveStock(sku=sku, warehouse=warehouse, quantity=packs * pack), "system")

    def at_work(self, at: Moment) -> Moment:
        """That moment, or early on the next workday if nobody is in by then."""
        day, time = day_of(at), at % DAY
        if day.weekday() < 5 and 8 * HOUR <= time < 18 * HOUR:
            return at
        if day.weekday() >= 5 or time >= 18 * HOUR:
            at += DAY
        while day_of(at).weekday() >= 5:
            at += DAY
        return moment_of(day_of(at), hour=8) + self.chance.randint(0, 40) * MINUTE


def live(office: Office, lives: Iterable[Life], until: Moment) -> None:
    """Let all these lives go on, whoever is first, until that moment.

    So they interleave as in a real office, and the world's clock never has to run back.
    """
    waiting = [(office.now, place, life) for place, life in enumerate(lives)]
    while waiting and waiting[0][0] <= until:
        office.now, place, life = heappop(waiting)
        at = next(life, None)
        if at is not None:
            heappush(waiting, (max(at, office.now), place, life))
